//! What lists of events as JSON have in common, whatever their platform calls its fields.

use super::{dates, json};
use crate::facts::listing::{End, Listing, Problem, Reading, Unreadable};
use crate::facts::when::zone_named;
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// What is wrong with an entry, and whether the entry is lost by it.
pub(super) type Notes = Vec<(String, bool)>;

/// A whole page of a list.
///
/// # Errors
/// Names the line where it is no JSON.
pub(super) fn page(text: &str) -> Result<Value, Unreadable> {
    match json::parse(text) {
        Ok(parsed) => Ok(parsed.value),
        Err(fault) => Err(Unreadable::Damaged(format!(
            "line {}: not valid JSON: {} (column {})",
            fault.line, fault.what, fault.column
        ))),
    }
}

/// Takes what an entry gave into a reading; `item` is what the entry calls itself.
pub(super) fn take(
    reading: &mut Reading,
    read: Result<Listing, String>,
    mut notes: Notes,
    item: Option<String>,
) {
    match read {
        Ok(listing) => reading.listings.push(listing),
        Err(what) => notes.push((what, true)),
    }
    for (what, lost) in notes {
        reading.whole &= !lost;
        reading.problems.push(Problem {
            line: 0,
            what,
            item: item.clone(),
            lost,
        });
    }
}

/// When an event ends, by a field; one that cannot be read is noted and left out.
pub(super) fn end(event: &Map<String, Value>, field: &str, notes: &mut Notes) -> Option<End> {
    match dates::parse(&json::text_of(event, field)?) {
        Ok(end) => Some(End::At(end)),
        Err(what) => {
            notes.push((format!("{field} {what}: read without its end"), false));
            None
        }
    }
}

/// The zone that an event's field names; one that there is not is noted and left out.
pub(super) fn zone(event: &Map<String, Value>, field: &str, notes: &mut Notes) -> Option<Tz> {
    let name = json::text_of(event, field)?;
    let zone = zone_named(&name);
    if zone.is_none() {
        notes.push((format!("{field} {name:?} is not a time zone"), false));
    }
    zone
}
