//! Pull requests and what becomes of their rows → text for a terminal, a report and an answer.

use super::report::{inert, plain};
use crate::facts::event::{counted, one_line};
use crate::section::grammar::PrintedRow;
use crate::section::pulled::{Judged, Verdict};
use crate::section::select::Style;
use serde_json::{Value, json};
use std::fmt::Write;

/// For a terminal.
pub fn text(repository: &str, judged: &[Judged], style: &Style) -> String {
    if judged.is_empty() {
        return format!(
            "no open pull request of {repository} touches the draft of an issue to come\n"
        );
    }
    let mut text = String::new();
    for Judged {
        pull,
        rows,
        unreadable,
    } in judged
    {
        let title = plain(&one_line(&pull.title));
        let author = plain(&one_line(&pull.author));
        let _ = writeln!(text, "#{} {title} ({author})", pull.number);
        for (path, row, verdict) in rows {
            let _ = writeln!(
                text,
                "  {}:{}  {}",
                plain(path),
                row.line,
                plain(&subject(row))
            );
            let _ = writeln!(text, "      {}", plain(&in_words(verdict, style)));
        }
        for (line, shown, reason) in unreadable {
            let shown = plain(&one_line(shown));
            let _ = writeln!(
                text,
                "  line {line}: cannot be read ({}): {shown}",
                plain(reason)
            );
        }
        if rows.is_empty() && unreadable.is_empty() {
            text.push_str("  adds no row\n");
        }
    }
    text
}

/// For the report of an update.
pub fn markdown(judged: &[Judged], style: &Style) -> String {
    if judged.is_empty() {
        return String::new();
    }
    let mut text = format!("### Pull requests ({})\n\n", judged.len());
    for Judged {
        pull,
        rows,
        unreadable,
    } in judged
    {
        // A number behind `#` would write into the pull request that it names.
        let _ = writeln!(
            text,
            "* {}",
            inert(&format!(
                "pull request {}: {}",
                pull.number,
                one_line(&pull.title)
            ))
        );
        for (_, row, verdict) in rows {
            let line = format!("{}: {}", subject(row), in_words(verdict, style));
            let _ = writeln!(text, "    * {}", inert(&line));
        }
        for (line, shown, reason) in unreadable {
            let line = format!("line {line} cannot be read ({reason}): {}", one_line(shown));
            let _ = writeln!(text, "    * {}", inert(&line));
        }
    }
    text.push('\n');
    text
}

/// An answer to the contributor, in Markdown.
pub fn comment(judged: &Judged, style: &Style) -> String {
    let rows = &judged.rows;
    let mut text = String::from("Thank you for this pull request!");
    if rows.is_empty() && judged.unreadable.is_empty() {
        text.push_str(" It adds no event that our reader of calendars could compare.\n");
        return text;
    }
    let count = counted(rows.len(), "event", "events");
    let _ = writeln!(
        text,
        " Our reader of calendars has looked at its {count}:\n"
    );
    for (_, row, verdict) in rows {
        let _ = writeln!(
            text,
            "* {} — {}",
            inert(&subject(row)),
            inert(&answer(verdict, style))
        );
        if let Verdict::New { findings, .. } = verdict {
            for finding in findings {
                let _ = writeln!(text, "    * {}", inert(finding));
            }
        }
    }
    for (line, shown, reason) in &judged.unreadable {
        let line = format!(
            "line {line} could not be read, please have a look ({reason}): {}",
            one_line(shown)
        );
        let _ = writeln!(text, "* {}", inert(&line));
    }
    let covered = |(_, _, verdict): &&(_, _, Verdict)| matches!(verdict, Verdict::Covered { .. });
    if rows.iter().filter(covered).count() > 0 {
        text.push_str("\nEvents that are read from a calendar come into the draft by themselves, and follow it when they change.\n");
    }
    text
}

/// The pull requests and their rows as JSON.
pub fn json(repository: &str, judged: &[Judged]) -> Value {
    json!({"repository": repository, "pulls": values(judged)})
}

/// The pull requests alone.
pub fn values(judged: &[Judged]) -> Vec<Value> {
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Covered { event, sources } => {
            json!({"state": "covered", "event": event.as_str(), "sources": sources})
        }
        Verdict::Conflict {
            event,
            sources,
            differences,
        } => {
            json!({"state": "conflict", "event": event.as_str(), "sources": sources, "differences": differences})
        }
        Verdict::New {
            headings,
            behind,
            findings,
        } => {
            let places = headings.iter().zip(behind);
            let places = places
                .map(|(heading, behind)| json!({"heading": heading.name(), "behind": behind}));
            json!({"state": "new", "places": places.collect::<Vec<_>>(), "findings": findings})
        }
    };
    let one = |judged: &Judged| {
        let rows = judged.rows.iter().map(|(path, row, of)| {
            json!({"file": path, "line": row.line, "row": row.text, "verdict": verdict(of)})
        });
        let unreadable = judged
            .unreadable
            .iter()
            .map(|(line, text, why)| json!({"line": line, "text": text, "why": why}));
        json!({
            "number": judged.pull.number,
            "title": judged.pull.title,
            "author": judged.pull.author,
            "url": judged.pull.url,
            "rows": rows.collect::<Vec<_>>(),
            "unreadable": unreadable.collect::<Vec<_>>(),
        })
    };
    judged.iter().map(one).collect()
}

pub(crate) fn subject(row: &PrintedRow) -> String {
    let title = row.links.first().map_or("", |(words, _)| words.as_str());
    format!("{} {}", row.date, one_line(title))
}

pub(crate) fn in_words(verdict: &Verdict, style: &Style) -> String {
    match verdict {
        Verdict::Covered { event, sources } => {
            let id: String = event.as_str().chars().take(8).collect();
            format!("covered: read from {} (event {id})", sources.join(", "))
        }
        Verdict::Conflict {
            event,
            sources,
            differences,
        } => {
            let id: String = event.as_str().chars().take(8).collect();
            let differences = differences.join("; ");
            format!(
                "in conflict with event {id}, read from {}: {differences}",
                sources.join(", ")
            )
        }
        Verdict::New {
            headings,
            behind,
            findings,
        } => {
            let places: Vec<String> = headings
                .iter()
                .zip(behind)
                .map(|(heading, behind)| match (style.name(*heading), behind) {
                    (heading, Some(behind)) => {
                        format!("under {heading} after {}", one_line(behind))
                    }
                    (heading, None) => format!("under {heading}, first"),
                })
                .collect();
            let place = match places.is_empty() {
                true => "its place cannot be read".to_owned(),
                false => format!("goes {}", places.join(" and ")),
            };
            let found = match findings.is_empty() {
                true => String::new(),
                false => format!("; lint: {}", findings.join("; ")),
            };
            format!("new: {place}{found}")
        }
    }
}

/// The same for the contributor.
fn answer(verdict: &Verdict, style: &Style) -> String {
    match verdict {
        Verdict::Covered { sources, .. } => {
            format!(
                "already read from a calendar ({}), no need to send it",
                sources.join(", ")
            )
        }
        Verdict::Conflict {
            sources,
            differences,
            ..
        } => format!(
            "read from your calendar ({}), which says something else: {}. Which one is right?",
            sources.join(", "),
            differences.join("; ")
        ),
        Verdict::New {
            headings, findings, ..
        } => {
            let under: Vec<&str> = headings.iter().map(|of| style.name(*of)).collect();
            let under = match under.is_empty() {
                true => String::new(),
                false => format!(" under {}", under.join(" and ")),
            };
            match findings.is_empty() {
                true => {
                    format!("no calendar that we read has it, so it goes in{under} as you wrote it")
                }
                false => format!(
                    "no calendar that we read has it, so it would go in{under}. Please have a look at this first:"
                ),
            }
        }
    }
}
