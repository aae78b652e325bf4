//! What is known of a source + now → is it due, and may it be visited.

use crate::facts::source::{Platform, SourceId, Way};
use crate::facts::when;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::str::FromStr;

/// How long a source that failed once is left alone; twice as long after each further failure in a row.
const FIRST_BACK_OFF: TimeDelta = TimeDelta::minutes(15);
const LONGEST_BACK_OFF: TimeDelta = TimeDelta::hours(24);
/// Occurrences that are looked at to find one that is after now: an hour that comes twice repeats no more.
const MOST_REPEATED: usize = 200;

/// A schedule's line with its zone.
///
/// The line is matched against the clock on the wall and this program's own time zones convert: a time that
/// is skipped in spring comes an hour later, one that comes twice in autumn counts once.
#[derive(Debug, Clone)]
pub struct Cron {
    line: croner::Cron,
    zone: Tz,
}

impl Cron {
    /// Reads a cron line of five fields: minute, hour, day, month, day of the week (`L`, `MON#1`, `@daily` too).
    ///
    /// # Errors
    /// Says what is wrong with the line, or that it never comes.
    pub fn parse(line: &str, zone: Tz) -> Result<Cron, String> {
        let cron = Cron {
            line: croner::Cron::from_str(line).map_err(|error| error.to_string())?,
            zone,
        };
        match cron.next(DateTime::UNIX_EPOCH + TimeDelta::days(20_000)) {
            Some(_) => Ok(cron),
            None => Err("never comes".to_owned()),
        }
    }

    /// The last time at or before `now`; `None` if there was none.
    pub fn last(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = when::to_local(now, self.zone).and_utc();
        let found = self.line.find_previous_occurrence(&local, true).ok()?;
        Some(when::to_utc(found.naive_utc(), self.zone).min(now))
    }

    /// The next time after `now`; `None` if there is none.
    pub fn next(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = when::to_local(now, self.zone).and_utc();
        self.line
            .iter_after(local)
            .take(MOST_REPEATED)
            .map(|found| when::to_utc(found.naive_utc(), self.zone))
            .find(|at| *at > now)
    }
}

/// Whether a source is to be visited by the schedule: a time of it has come since the last visit. A last visit
/// in the future is a clock that was set back, and counts for nothing.
pub fn is_due(cron: &Cron, last_visit: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    match last_visit.filter(|last| *last <= now) {
        None => true,
        Some(last) => cron.last(now).is_some_and(|tick| last < tick),
    }
}

/// Until when the schedule leaves a failing source alone; `None` if it did not fail, or that time has come.
///
/// 15 minutes after the first failure and twice as long after each further one, to 24 hours at most; up to a
/// tenth more by the source's name, so that sources that failed together do not come back together.
pub fn back_off(
    source: &SourceId,
    failures: u32,
    last_visit: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let last = last_visit.filter(|last| *last <= now)?;
    let doublings = failures.checked_sub(1)?.min(10);
    let pause = (FIRST_BACK_OFF * (1 << doublings)).min(LONGEST_BACK_OFF);
    let spread: i32 = source.0.bytes().map(i32::from).sum::<i32>() % 100;
    let until = last + pause + pause * spread / 1_000;
    Some(until).filter(|until| *until > now)
}

/// Until when a source is to be left alone; `None` if it may be visited now.
///
/// Its Retry-After always holds; its platform's least interval since the last visit, if that is given.
pub fn wait(
    platform: Platform,
    way: Option<Way>,
    last_visit: Option<DateTime<Utc>>,
    not_before: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    // No host can ask for more: a later time comes from a clock that was set back.
    let asked = not_before.filter(|until| *until > now && *until - now <= LONGEST_BACK_OFF);
    let interval = way.map_or_else(TimeDelta::zero, |way| platform.least_interval(way));
    // A visit in the future comes from a clock that was set back: it does not count.
    let polite = last_visit
        .filter(|last| *last <= now)
        .map(|last| last + interval);
    [asked, polite.filter(|until| *until > now)]
        .into_iter()
        .flatten()
        .max()
}
