//! Readings over time → what is missing, and what is gone.
//!
//! Absence is not cancellation. A listing that one reading does not name may stand beyond what that
//! reading covers (a feed of ten events ends at its last start; past events leave feeds), or the source
//! may have had a bad day: it takes a second whole reading, the better part of a day later, to believe
//! that an event is gone.

use crate::listing::Listing;
use crate::when::Stamp;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// How long a listing must have been missing before a further reading decides: long enough that both do
/// not fall into one outage, short enough that a daily refresh decides on the next day.
const SECOND_READING_AFTER: TimeDelta = TimeDelta::hours(20);

/// What a whole reading that does not name a listing says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: it is over, or lies beyond the last event that the reading names.
    OutsideTheReading,
    /// It is missing, for the first time or not yet long enough.
    Missing,
    /// It is gone.
    Gone,
}

/// Judges a listing that a whole reading does not name. `since` is the first reading that did not name
/// it either; `until` is where this one ends, if its list was cut off.
pub fn judge(
    listing: &Listing,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Verdict {
    let start = instant(&listing.start);
    let is_past = listing.rule.is_none() && start < now;
    if is_past || until.is_some_and(|until| start > until) {
        return Verdict::OutsideTheReading;
    }
    match since {
        Some(since) if now - since >= SECOND_READING_AFTER => Verdict::Gone,
        _ => Verdict::Missing,
    }
}

/// Where a list that was cut off ends: at its last start.
pub fn ends_at(listings: &[Listing]) -> Option<DateTime<Utc>> {
    listings.iter().map(|listing| instant(&listing.start)).max()
}

/// Good to within a day, which is enough to tell past from future and before from behind.
fn instant(start: &Stamp) -> DateTime<Utc> {
    start.instant(Tz::UTC)
}
