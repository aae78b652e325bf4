//! The section of calls for papers inside a draft that is brought up to date.

use super::super::{Invocation, report, say};
use super::File;
use chrono::NaiveDate;
use rusty_events::compose::{self, Given, Updated, UpdatedCalls};
use rusty_events::facts::event::one_line;
use rusty_events::render::report as rendered;
use rusty_events::section::calls::Entry;
use rusty_events::section::merge::Change;
use rusty_events::store::Store;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The draft's calls brought up to date, if it has a section of them. It is left as it is where only some changes are
/// asked for, and in an issue that is out.
pub(super) fn updated(
    invocation: &Invocation,
    store: &Store,
    given: &Given<'_>,
    only: &BTreeSet<Change>,
    (day, events): (NaiveDate, &Updated),
) -> anyhow::Result<Option<UpdatedCalls>> {
    if only.len() < Change::ALL.len() {
        return Ok(None);
    }
    let style = invocation.call_style();
    let is_ours = events.base.is_some();
    Ok(compose::update_calls(store, given, day, is_ours, &style)?)
}

/// The whole text of a draft with its events and its calls replaced.
pub(super) fn spliced(file: &File, events: &str, calls: Option<&UpdatedCalls>) -> String {
    let mut parts = vec![(file.draft.span.clone(), events)];
    parts.extend(calls.map(|calls| (calls.span.clone(), calls.text.as_str())));
    parts.sort_by_key(|(span, _)| span.start);
    let mut text = String::with_capacity(file.text.len());
    let mut from = 0;
    for (span, new) in parts {
        text.push_str(&file.text[from..span.start]);
        text.push_str(new);
        from = span.end;
    }
    text.push_str(&file.text[from..]);
    text
}

fn line(entry: &Entry) -> String {
    let name = one_line(&entry.name);
    let what = match entry.what.as_str() {
        "" => String::new(),
        what => format!(": {what}"),
    };
    format!("{} — {name}{what}", entry.kind.name())
}

/// Prints what was done, for the editor beside the file.
pub(super) fn say_done(calls: Option<&UpdatedCalls>) {
    let Some(calls) = calls.filter(|calls| !calls.entries.is_empty()) else {
        return;
    };
    let rows = calls.entries.iter().map(|entry| {
        let number = entry.line.map(|line| line.to_string());
        let kind = entry.kind.name().to_owned();
        let name = one_line(&entry.name);
        vec![kind, name, number.unwrap_or_default(), entry.what.clone()]
    });
    let header = ["", "call for papers", "line", "what"];
    say(&format!(
        "\n{}",
        report::table(&header, &[2], rows.collect())
    ));
}

/// The same for the report; empty without a section of calls.
pub(super) fn markdown(calls: Option<&UpdatedCalls>) -> String {
    let Some(calls) = calls.filter(|calls| !calls.entries.is_empty()) else {
        return String::new();
    };
    let mut text = format!("### Calls for papers ({})\n\n", calls.entries.len());
    for entry in &calls.entries {
        let _ = writeln!(text, "* {}", rendered::inert(&line(entry)));
    }
    text.push('\n');
    text
}
