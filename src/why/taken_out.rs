//! What people took out of the draft of an issue: why an event is not in it, though it is to be printed.

use crate::facts::event::EventId;
use crate::section::grammar::rows;
use crate::section::select::Style;
use crate::store::{Error, Store, Written};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// A row that people took out of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOut {
    /// The issue's day.
    pub issue: NaiveDate,
    /// The name of the draft's file; empty if it stood in none.
    pub file: String,
    /// The heading that it stood under.
    pub heading: String,
    /// The first day of the event when it was taken out: on another day it is printed again.
    pub day: NaiveDate,
    /// The first update that went without it.
    pub noticed: DateTime<Utc>,
}

/// Everything that is out of the drafts of an issue and of those after it, by event.
pub(super) fn taken_out(
    store: &Store,
    since: NaiveDate,
    style: &Style,
) -> Result<BTreeMap<EventId, Vec<TakenOut>>, Error> {
    let mut found: BTreeMap<EventId, Vec<TakenOut>> = BTreeMap::new();
    for issue in store.written_since(since)? {
        for (event, row) in of_issue(&store.written(issue)?, style) {
            found.entry(event).or_default().push(row);
        }
    }
    Ok(found)
}

/// What is out of the drafts of one issue: the last word of each on each of its rows.
fn of_issue(written: &[Written], style: &Style) -> Vec<(EventId, TakenOut)> {
    let mut last: BTreeMap<(Option<&str>, &EventId, &str), Option<TakenOut>> = BTreeMap::new();
    for version in written {
        let draft = version.path.as_deref();
        for event_row in &version.issue.event_rows {
            let place = last
                .entry((draft, &event_row.event, &event_row.heading))
                .or_default();
            let Some(row) = rows(&event_row.text, style)
                .into_iter()
                .next()
                .filter(|_| !event_row.stands)
            else {
                *place = None;
                continue;
            };
            let noticed = place
                .as_ref()
                .map_or(version.issue.at, |known| known.noticed);
            *place = Some(TakenOut {
                issue: version.issue.day,
                file: version.issue.file.clone(),
                heading: event_row.heading.clone(),
                day: row.date,
                noticed,
            });
        }
    }
    last.into_iter()
        .filter_map(|((_, event, _), out)| Some((event.clone(), out?)))
        .collect()
}
