//! A draft and the database → the draft's section of calls for papers, brought up to date.

use super::Given;
use crate::facts::event::EventId;
use crate::section::calls::{self, CallStyle, Entry, Inputs, Written};
use crate::store::{self, Store};
use chrono::{DateTime, NaiveDate, Utc};
use std::ops::Range;

/// A draft's section of calls, brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatedCalls {
    /// Its bytes of the draft.
    pub span: Range<usize>,
    /// Its new text.
    pub text: String,
    /// What was done.
    pub entries: Vec<Entry>,
    /// The rows that the events give: kept as the base of the next time.
    pub written: Written,
}

/// The rows of the calls that are open on the day of an issue.
///
/// # Errors
/// If the database cannot be read.
pub fn calls(
    store: &Store,
    day: NaiveDate,
    style: &CallStyle,
) -> Result<Vec<(EventId, String)>, store::Error> {
    let published = store.published()?;
    Ok(calls::rows(published.values(), day, &style.states))
}

/// Brings the section of calls in a draft up to date; `None` if it has none, or none apart from the events.
///
/// `is_ours` says that the draft's events go on from a text that we wrote into it: then a row that is not there any
/// more was removed by hand. Else the draft may be a new one under an old name.
///
/// # Errors
/// If the database cannot be read.
pub fn update_calls(
    store: &Store,
    given: &Given<'_>,
    day: NaiveDate,
    is_ours: bool,
    style: &CallStyle,
) -> Result<Option<UpdatedCalls>, store::Error> {
    let Some(section) = calls::section(given.text, &style.heading, &style.none) else {
        return Ok(None);
    };
    let (events, own) = (&given.draft.span, &section.span);
    if own.start < events.end && events.start < own.end {
        return Ok(None);
    }
    let published = store.published()?;
    let with_call: Vec<_> = published
        .values()
        .filter_map(|event| Some((event, event.call.as_ref()?)))
        .collect();
    let rows = calls::rows(published.values(), day, &style.states);
    let mut base = store.calls_written(day, given.path)?;
    let stands = |row: &String| given.text.contains(row.trim_end());
    if !is_ours && !base.values().any(stands) {
        base.clear();
    }
    let reconciled = calls::reconcile(&Inputs {
        section: &section,
        events: &with_call,
        rows: &rows,
        base: &base,
        day,
        style,
    });
    Ok(Some(UpdatedCalls {
        span: section.span,
        text: reconciled.text,
        entries: reconciled.entries,
        written: reconciled.written,
    }))
}

/// Keeps what the events gave for the draft, so that the next update knows what people changed.
///
/// # Errors
/// If the database cannot be written.
pub fn keep_calls(
    store: &mut Store,
    given: &Given<'_>,
    updated: &UpdatedCalls,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), store::Error> {
    store.keep_calls(day, given.path, &updated.written, now)
}
