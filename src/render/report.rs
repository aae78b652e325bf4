//! What a reconciliation did → Markdown, for the body of a pull request.

use crate::facts::link::Link;
use crate::section::merge::{Detail, Entry, Kind, Report};
use crate::section::print::escaped;
use std::fmt::Write;

/// Bytes of a report at most: the body of a pull request may have 65,536 characters, and whoever opens it
/// may want to add a word.
const LONGEST: usize = 60_000;

/// The report as Markdown, under a heading. What would make it too long for a pull request is counted
/// instead of shown.
pub fn markdown(title: &str, report: &Report) -> String {
    let mut text = format!("## {}\n\n{}\n", escaped(title), summary(report));
    if let Some(why) = &report.without_base {
        let _ = write!(text, "\n{}\n", escaped(why));
    }
    let mut cut = 0;
    for kind in Kind::ALL {
        let lines: Vec<String> = report.of(kind).map(line).collect();
        list(&mut text, kind.title(), &lines, &mut cut);
    }
    for (title, waits) in [
        ("Not printed, needs a human", true),
        ("Printed, worth a look", false),
    ] {
        let lines: Vec<String> = report
            .attention
            .iter()
            .filter(|doubt| doubt.kind.needs_a_human() == waits)
            .map(|doubt| format!("* {}: {}", escaped(&doubt.subject), escaped(&doubt.text)))
            .collect();
        list(&mut text, title, &lines, &mut cut);
    }
    if cut > 0 {
        let _ = write!(
            text,
            "\n{cut} more lines would be too many for this page.\n"
        );
    }
    text
}

fn list(text: &mut String, title: &str, lines: &[String], cut: &mut usize) {
    if lines.is_empty() {
        return;
    }
    if text.len() + title.len() < LONGEST {
        let _ = write!(text, "\n### {} ({})\n\n", escaped(title), lines.len());
    }
    for line in lines {
        if text.len() + line.len() < LONGEST {
            text.push_str(line);
            text.push('\n');
        } else {
            *cut += 1;
        }
    }
}

/// One line: how many rows there are, and what was done to them.
pub fn summary(report: &Report) -> String {
    let mut parts = vec![format!("{} rows", report.rows)];
    for (kind, word) in [
        (Kind::New, "new"),
        (Kind::Changed, "changed"),
        (Kind::Moved, "moved"),
        (Kind::Cancelled, "cancelled"),
        (Kind::Hidden, "hidden by an editor"),
        (Kind::Past, "past"),
        (Kind::Conflict, "in conflict"),
        (Kind::Restored, "restored"),
        (Kind::Twice, "listed twice"),
        (Kind::RemovedByHand, "removed by hand"),
        (Kind::KeptByHand, "kept by hand"),
        (Kind::ByHand, "written by hand"),
        (Kind::Unconfirmed, "vanished and unconfirmed"),
        (Kind::PossibleTwin, "suspected duplicates"),
    ] {
        let (done, not): (Vec<_>, Vec<_>) = report.of(kind).partition(|entry| entry.done);
        if !done.is_empty() {
            parts.push(format!("{} {word}", done.len()));
        }
        if !not.is_empty() {
            parts.push(format!("{} {word} but left, as asked", not.len()));
        }
    }
    if report.spelling > 0 {
        parts.push(format!("spelling mended in {}", report.spelling));
    }
    if report.reordered > 0 {
        parts.push(format!("{} put in order", report.reordered));
    }
    let waiting = report.of(Kind::NeedsAHuman).count()
        + report
            .attention
            .chunk_by(|a, b| a.event == b.event)
            .filter(|of| of.iter().any(|doubt| doubt.kind.needs_a_human()))
            .count();
    if waiting > 0 {
        parts.push(format!("{waiting} need a human"));
    }
    parts.join(", ")
}

/// One entry as an item.
fn line(entry: &Entry) -> String {
    let mut text = format!("* {}", entry.day);
    if !entry.location.is_empty() {
        let _ = write!(text, " | {}", escaped(&entry.location));
    }
    let page = entry
        .page
        .as_deref()
        .and_then(|page| Link::parse(page).ok());
    match page {
        Some(page) => {
            let _ = write!(text, " | [{}]({page})", escaped(&entry.title));
        }
        None => {
            let _ = write!(text, " | {}", escaped(&entry.title));
        }
    }
    if let Some(event) = &entry.event {
        let _ = write!(text, " `{:.8}`", event.as_str());
    }
    if let Some(line) = entry.line {
        let _ = write!(text, ", line {line}");
    }
    let details: Vec<String> = entry
        .details
        .iter()
        .map(|detail| escaped(&in_words(entry.kind, detail)))
        .collect();
    if !details.is_empty() {
        let _ = write!(text, ": {}", details.join("; "));
    }
    if let Some(help) = lasting(entry) {
        let _ = write!(text, " (`{help}`)");
    }
    if !entry.done {
        text.push_str(" (not done: not asked for)");
    }
    text
}

/// A detail in words.
pub fn in_words(kind: Kind, detail: &Detail) -> String {
    let (field, theirs, ours) = match detail {
        Detail::Note(note) => return note.clone(),
        Detail::Field {
            field,
            theirs,
            ours,
        } => (field.name(), theirs, ours),
    };
    match (kind, theirs.is_empty(), ours.is_empty()) {
        (Kind::KeptByHand, true, _) => format!("{field}: left out {ours:?}, which the event has"),
        (Kind::KeptByHand, _, true) => format!("{field}: kept {theirs:?}, which the event lacks"),
        (Kind::KeptByHand, ..) => format!("{field}: kept {theirs:?}, the event says {ours:?}"),
        (Kind::Conflict, ..) => format!("{field}: {theirs:?} by hand, now {ours:?} by its source"),
        (Kind::ByHand, ..) => format!("{field}: {theirs:?}, though it belongs under {ours:?}"),
        (_, true, _) => format!("{field}: added {ours:?}"),
        (_, _, true) => format!("{field}: without {theirs:?}"),
        _ => format!("{field}: {theirs:?} → {ours:?}"),
    }
}

/// The command that makes what people did last beyond this issue.
pub fn lasting(entry: &Entry) -> Option<String> {
    let event = entry.event.as_ref()?;
    (entry.kind == Kind::RemovedByHand).then(|| {
        format!(
            "rusty-events decide hide --from section {:.8} --reason \"…\"",
            event.as_str()
        )
    })
}
