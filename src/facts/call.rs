//! Calls for papers: where a conference asks for talks, and until when.

use crate::facts::link::Link;
use crate::facts::when;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// How long a day goes on somewhere on Earth after it has ended in UTC.
const LAST_ZONE: TimeDelta = TimeDelta::hours(12);

/// A call for papers of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Where talks are handed in.
    pub link: Link,
    /// Until when.
    pub until: Deadline,
}

/// Until when something is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// The end of a day, of which the source says neither hour nor zone.
    Day(NaiveDate),
    /// A moment, and the zone in which it is said.
    At(DateTime<Utc>, Tz),
}

impl Deadline {
    /// The day that is printed: in its own zone.
    pub fn day(&self) -> NaiveDate {
        match *self {
            Deadline::Day(day) => day,
            Deadline::At(at, zone) => when::to_local(at, zone).date(),
        }
    }

    /// The moment from which it is certainly over: a day without a zone goes on until it ends everywhere.
    pub fn over(&self) -> DateTime<Utc> {
        match *self {
            Deadline::Day(day) => {
                let next = day.succ_opt().unwrap_or(day);
                next.and_time(NaiveTime::MIN).and_utc() + LAST_ZONE
            }
            Deadline::At(at, _) => at,
        }
    }

    /// For people: `2026-08-31`, `2026-08-31 23:59 (Europe/Berlin)`.
    pub fn in_words(&self) -> String {
        match *self {
            Deadline::Day(day) => day.to_string(),
            Deadline::At(at, zone) => {
                let local = when::to_local(at, zone);
                format!("{} ({})", local.format("%Y-%m-%d %H:%M"), zone.name())
            }
        }
    }
}
