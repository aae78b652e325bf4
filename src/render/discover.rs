//! Candidates for sources → text for a terminal, and JSON.

use super::report::plain;
use crate::facts::candidate::{Candidate, Rank, State};
use crate::facts::event::{counted, one_line};
use serde_json::{Value, json};
use std::fmt::Write;

/// For a terminal. `file` names the file to which a candidate's entry belongs.
pub fn text(ranked: &[(Candidate, Rank)], file: impl Fn(&Candidate) -> String) -> String {
    let mut text = String::new();
    for (candidate, rank) in ranked {
        let _ = writeln!(text, "{}  {}", candidate.id, plain(&title(candidate)));
        let _ = writeln!(text, "    {}", plain(candidate.page.as_str()));
        let _ = writeln!(text, "    {}", plain(&standing(candidate, rank)));
        for evidence in &candidate.evidence {
            let _ = writeln!(text, "    - {}", plain(&one_line(&evidence.words)));
            if let Some(link) = &evidence.link {
                let _ = writeln!(text, "      {}", plain(&one_line(link)));
            }
        }
        if !candidate.events.is_empty() {
            text.push_str("    events seen:\n");
        }
        for (day, title) in &candidate.events {
            let _ = writeln!(text, "      {day} {}", plain(&one_line(title)));
        }
        match &candidate.entry {
            Some(entry) => {
                let _ = writeln!(text, "    entry for {}:", plain(&file(candidate)));
                for line in entry.lines() {
                    let _ = writeln!(text, "      {}", plain(line));
                }
            }
            None => {
                let _ = writeln!(text, "    no entry yet: {}", plain(&no_entry(candidate)));
            }
        }
        text.push('\n');
    }
    text
}

/// Why a candidate has no entry.
pub fn no_entry(candidate: &Candidate) -> String {
    match &candidate.looked {
        None => {
            "its page has not been read yet; `rusty-events discover --refresh` reads it".to_owned()
        }
        Some((at, trouble)) => {
            let why = trouble.as_deref().unwrap_or("nothing was found");
            format!("on {} {why}", at.date_naive())
        }
    }
}

/// Name and place.
pub fn title(candidate: &Candidate) -> String {
    let name = candidate.name.as_deref().unwrap_or("(no name known)");
    match &candidate.place {
        Some(place) => format!("{} ({place})", one_line(name)),
        None => one_line(name),
    }
}

/// State, age and rank in one line.
pub fn standing(candidate: &Candidate, rank: &Rank) -> String {
    let first = candidate.first_seen.date_naive();
    let state = match (candidate.state, &candidate.decided) {
        (State::New, _) => format!("new since {first}"),
        (state, None) => format!("{}, first seen {first}", state.name()),
        (state, Some(decided)) => {
            let by = decided.by.as_deref();
            let by = by.map_or_else(String::new, |by| format!(" by {by}"));
            let reason = match decided.reason.as_str() {
                "" => String::new(),
                reason => format!(": {reason}"),
            };
            format!(
                "{}{by} on {}{reason}",
                state.name(),
                decided.at.date_naive()
            )
        }
    };
    format!(
        "{state}; {}: {}",
        counted(rank.points, "point", "points"),
        rank.of_topic
    )
}

/// As JSON, in the given order.
pub fn json(ranked: &[(Candidate, Rank)]) -> Value {
    let candidates = ranked.iter().map(|(candidate, rank)| {
        let (looked, trouble) = candidate.looked.clone().unzip();
        json!({
            "id": candidate.id,
            "state": candidate.state.name(),
            "page": candidate.page.as_str(),
            "url": candidate.url,
            "platform": candidate.platform.name(),
            "name": candidate.name,
            "place": candidate.place,
            "points": rank.points,
            "about_the_topic": rank.is_about_the_topic,
            "first_seen": candidate.first_seen.to_rfc3339(),
            "last_seen": candidate.last_seen.to_rfc3339(),
            "looked": looked.map(|at| at.to_rfc3339()),
            "trouble": trouble.flatten(),
            "events": candidate.events.iter().map(|(day, title)| json!({"day": day.to_string(), "title": title})).collect::<Vec<_>>(),
            "evidence": candidate.evidence.iter().map(|of| json!({
                "kind": of.kind.name(), "words": of.words, "link": of.link, "since": of.since.to_rfc3339(),
            })).collect::<Vec<_>>(),
            "entry": candidate.entry,
        })
    });
    json!({"candidates": candidates.collect::<Vec<_>>()})
}

/// One line on how many wait; `None` if none does.
pub fn waiting(count: usize) -> Option<String> {
    let (groups, wait) = match count {
        0 => return None,
        1 => (
            "1 group or calendar that no source reads".to_owned(),
            "waits",
        ),
        _ => (
            format!("{count} groups and calendars that no source reads"),
            "wait",
        ),
    };
    Some(format!(
        "{groups} {wait} for a decision: `rusty-events discover` shows why"
    ))
}
