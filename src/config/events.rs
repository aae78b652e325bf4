//! `[[event]]` → events written by hand.

use super::table::Table;
use super::value;
use super::wrong::Wrong;
use super::{Problem, organisers};
use crate::facts::event::{Title, folded};
use crate::facts::source::repeats::{self, NoRule};
use crate::facts::source::{Handwritten, Repeats};
use crate::facts::when::Stamp;
use crate::facts::wording::quoted;
use std::collections::BTreeMap;
use std::path::Path;

/// What an event's `status` may be.
pub(super) const STATUSES: [&str; 4] = ["confirmed", "tentative", "cancelled", "postponed"];

/// Reads the events of one file. Each has an id of its own.
pub(super) fn read(
    tables: Vec<Table<'_>>,
    file: &Path,
    problems: &mut Vec<Problem>,
) -> Vec<Handwritten> {
    let mut events = Vec::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for mut table in tables {
        let line = table.line;
        let (name, event) = event(&mut table);
        if let Some(event) = event {
            if let Some(first) = lines.get(&event.id) {
                let what = format!(
                    "is {} like that of the event in line {first}; give one of the two an id of its own",
                    quoted(&event.id)
                );
                table.note("id", what);
            }
            lines.entry(event.id.clone()).or_insert(line);
            events.push(event);
        }
        table.finish(&name, file, problems);
    }
    events
}

/// One event, and its name for problems.
fn event(table: &mut Table<'_>) -> (String, Option<Handwritten>) {
    let title = table.need("title", |value| {
        let title = value::text(value)?;
        match Title::parse(title) {
            Some(_) => Ok(title.to_owned()),
            None => Err(Wrong::bare(format!(
                "{} holds nothing visible",
                quoted(title)
            ))),
        }
    });
    let label = title.as_ref().map_or("event".to_owned(), |title| {
        format!("event {}", quoted(title))
    });
    let id = table.take("id", value::text).map(str::to_owned);
    let start = table.need("start", value::stamp);
    let end = table.take("end", value::stamp);
    let place = table.take("place", value::place);
    let zone = table
        .take("zone", value::zone)
        .or_else(|| place.as_ref().and_then(|place| place.zone()));
    if let Some(Stamp::Floating(_)) = start
        && zone.is_none()
        && !table.has("zone")
        && (place.is_some() || !table.has("place"))
    {
        table.note(
            "zone",
            "is missing: start is a time, and there is no place to give its zone; add zone = \"Europe/Berlin\" or place = \"Berlin, DE\"",
        );
    }
    if let (Some(start), Some(end)) = (start, end) {
        order(table, start, end);
    }
    let mode = table.take("mode", value::mode);
    let name = table.take("organiser", value::text).map(str::to_owned);
    let organiser = organisers::of_entry(table, name, None);
    let link = table.take("link", value::link);
    let status = table.take("status", |value| {
        let known = |name: &str| STATUSES.into_iter().find(|status| *status == name);
        value::one_of(value, "a status", &STATUSES, known)
    });
    let description = table.take("description", value::prose);
    let cfp = table.take("cfp", value::link);
    let until = table.take("cfp-until", value::stamp);
    for (key, other) in [("cfp", "cfp-until"), ("cfp-until", "cfp")] {
        if table.has(key) && !table.has(other) {
            table.note(
                key,
                format!("needs {other} beside it: add that, or remove this"),
            );
        }
    }
    let print_from = table.take("print-from", value::date);
    let (repeats, check) = repeats(table);
    let event = title.zip(start).map(|(title, start)| {
        let id = id.unwrap_or_else(|| {
            let what = link
                .as_ref()
                .map_or_else(|| folded(&title), |link| link.to_string());
            format!("{what} {}", start.date())
        });
        Handwritten {
            line: table.line,
            id,
            title,
            start,
            end,
            zone,
            place,
            mode,
            organiser,
            link,
            status: status.map(str::to_owned),
            description,
            call: cfp.zip(until),
            print_from,
            repeats,
            check,
        }
    });
    (label, event)
}

/// When an event repeats, and the page that must name its days: one of `check` and `assume` says which days are
/// believed.
fn repeats(table: &mut Table<'_>) -> (Option<Repeats>, Option<String>) {
    let written = table.take("repeats", |value| {
        let written = value::text(value)?;
        let rule = repeats::rule(written);
        rule.map(|rule| (written.to_owned(), rule))
            .map_err(|error| match error {
                NoRule::Until => Wrong::advised(error.to_string()),
                NoRule::Unread(_) => Wrong::bare(error),
            })
    });
    let until = table.take("until", value::date);
    let except = table.list("except", value::date);
    let check = table.take("check", |value| {
        value::link(value)?;
        value::text(value).map(str::to_owned)
    });
    let assume = table.take("assume", value::boolean).unwrap_or(false);
    if !table.has("repeats") {
        for key in ["until", "except", "check", "assume"] {
            if table.has(key) {
                table.note(
                    key,
                    "is for events that repeat: write repeats = \"second thursday\"",
                );
            }
        }
        return (None, None);
    }
    if !assume && !table.has("check") {
        table.note(
            "repeats",
            "needs check = \"https://…\", the page that names its days, or assume = true to print them unseen",
        );
    }
    let repeats = written.map(|(written, rule)| Repeats {
        written,
        rule,
        until,
        except,
    });
    (repeats, check.filter(|_| !assume))
}

/// Checks that start and end are both dates or both times, and in order.
fn order(table: &mut Table<'_>, start: Stamp, end: Stamp) {
    let ends_early = match (start, end) {
        (Stamp::Date(first), Stamp::Date(last)) => last < first,
        (Stamp::Floating(start), Stamp::Floating(end)) => end < start,
        _ => {
            table.note(
                "end",
                "must be a date where start is one, and a time where start is one",
            );
            return;
        }
    };
    if ends_early {
        table.note("end", "is before start: name a later one, or swap them");
    }
}
