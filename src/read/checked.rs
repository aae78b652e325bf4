//! Events written by hand that repeat. The page that `check` names decides: if it names the day, the event takes place;
//! if not, the report asks a person.

use super::manual;
use super::{charset, visible};
use crate::believe::recur::{self, Limits};
use crate::facts::listing::{About, Listing, Reading, Unreadable};
use crate::facts::source::{Handwritten, Page, Source, Way};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// How far ahead days are looked for: pages seldom name later ones.
const DAYS_AHEAD: i64 = 62;

/// The occurrences of an event that repeats, as its page confirms them.
///
/// # Errors
/// If the page names no day at all: then it says nothing about this one.
pub(super) fn read(
    source: &Source,
    event: &Handwritten,
    page: &Page,
    now: DateTime<Utc>,
) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let named = visible::Named::on(&text, now.date_naive());
    if named.is_empty() {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "page names no day{}: whether {:?} takes place cannot be checked",
            super::refusal::in_brackets(&text),
            event.title
        )));
    }
    let series = manual::listing(source, event);
    let zone = series.zone.unwrap_or(Tz::UTC);
    let window = (now - TimeDelta::days(1), now + TimeDelta::days(DAYS_AHEAD));
    let expanded = recur::expand([&series], window, zone, Limits::default());
    let mut reading = Reading {
        whole: true,
        problems: expanded.problems.clone(),
        ..Reading::default()
    };
    for occurrence in &expanded.occurrences {
        let day = occurrence.start.date();
        let mut listing = Listing {
            key: format!("{}@{day}", event.id),
            start: occurrence.start,
            end: occurrence.end,
            rule: None,
            way: Way::Page,
            ..series.clone()
        };
        if !named.names(day) {
            listing.chose(About::Check, page.url.clone(), day.to_string());
        }
        reading.listings.push(listing);
    }
    reading.entries = reading.listings.len();
    reading.problems.extend(damage);
    Ok(reading)
}
