//! What an update did to a draft, for the editor beside it: a table, or a difference.

use super::super::{pipe, report};
use super::File;
use rusty_events::compose::Updated;
use rusty_events::facts::event::one_line;
use rusty_events::render::report as rendered;
use rusty_events::section::merge::{Kind, Report};
use std::fmt::Write;
use std::path::Path;

/// What would change, as a unified diff.
pub(super) fn diff(path: &Path, old: &str, new: &str) -> String {
    let shown = path.display();
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{shown}"), &format!("b/{shown}"))
        .to_string()
}

/// What is printed for the editor beside the file: a table with a line for each row.
pub(super) fn remarks(file: &File, updated: &Updated, changed: bool, dry_run: bool) -> String {
    let report = &updated.report;
    let what = match (changed, dry_run) {
        (false, _) => "nothing to change",
        (true, true) => "would change",
        (true, false) => "brought up to date",
    };
    let mut text = format!(
        "\n{}: {what}; issue of {}: {}",
        pipe::shown(&file.path),
        file.day,
        rendered::summary(report)
    );
    if let Some(why) = &report.without_base {
        let _ = write!(text, "\n{why}");
    }
    let rows = rows(report);
    if !rows.is_empty() {
        let header = ["", "date", "event", "id", "line", "what"];
        let _ = write!(text, "\n{}", report::table(&header, &[4], rows));
    }
    text
}

fn rows(report: &Report) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for entry in report
        .entries
        .iter()
        .filter(|entry| entry.kind != Kind::Past)
    {
        let mut what: Vec<String> = entry
            .details
            .iter()
            .map(|detail| rendered::in_words(entry.kind, detail))
            .collect();
        what.extend(rendered::lasting(entry));
        if !entry.done {
            what.push("not done".to_owned());
        }
        rows.push(vec![
            entry.kind.words().to_owned(),
            entry.day.to_string(),
            one_line(&entry.title),
            entry
                .event
                .as_ref()
                .map(|event| event.as_str().chars().take(8).collect())
                .unwrap_or_default(),
            entry.line.map(|line| line.to_string()).unwrap_or_default(),
            what.join("; "),
        ]);
    }
    for line in rendered::past(report) {
        let cell = String::new;
        rows.push(vec![
            Kind::Past.words().to_owned(),
            cell(),
            line,
            cell(),
            cell(),
            cell(),
        ]);
    }
    for of_event in report.attention.chunk_by(|a, b| a.event == b.event) {
        let waits = of_event.iter().any(|doubt| doubt.waits);
        let words: Vec<&str> = of_event.iter().map(|doubt| doubt.text.as_str()).collect();
        rows.push(vec![
            if waits {
                Kind::NeedsAHuman.words()
            } else {
                "worth a look"
            }
            .to_owned(),
            of_event[0].day.to_string(),
            one_line(&of_event[0].titled()),
            of_event[0].event.as_str().chars().take(8).collect(),
            String::new(),
            words.join("; "),
        ]);
    }
    rows
}
