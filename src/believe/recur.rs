//! Listings → occurrences inside a window.
//!
//! A series recurs on its own wall clock: its starts are local times first and become instants last, so
//! that 19:00 stays 19:00 when the clocks change. Exclusions, additions and edited occurrences are
//! compared as instants, because feeds write one and the same start in UTC, in a zone or as a date.

mod clock;
pub(crate) mod rule;
mod starts;
mod walk;

use crate::facts::listing::{End, Listing, Problem};
use crate::facts::when::Stamp;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use clock::Clock;
use std::collections::BTreeMap;
use walk::Group;

/// How much work the listings of one source may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Periods of rules looked at for one series.
    pub steps: u64,
    /// Occurrences of one series in the window; what comes later is left out.
    pub occurrences: usize,
    /// Periods of rules looked at for all series together.
    pub all_steps: u64,
    /// Occurrences of all listings together.
    pub all_occurrences: usize,
}

impl Default for Limits {
    /// 100,000 steps and 400 occurrences a series, which is a daily one for more than a year; 1,000,000
    /// steps (about a second) and 20,000 occurrences a source.
    fn default() -> Limits {
        Limits {
            steps: 100_000,
            occurrences: 400,
            all_steps: 1_000_000,
            all_occurrences: 20_000,
        }
    }
}

/// One event on its day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occurrence<'a> {
    /// What it says: the series' listing, or that of the edited occurrence.
    pub listing: &'a Listing,
    /// When it starts.
    pub start: Stamp,
    /// When it ends.
    pub end: Option<End>,
    /// On which day of the series' own clock the series puts it, whatever day it was moved to; `None`
    /// for an event that is no part of a series.
    pub original: Option<NaiveDate>,
}

/// The occurrences of one source.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expanded<'a> {
    /// In order of start, key and original day. Cancelled ones are among them.
    pub occurrences: Vec<Occurrence<'a>>,
    /// Rules that could not be followed, and occurrences left out for a limit.
    pub problems: Vec<Problem>,
}

/// The occurrences of one source's listings that touch the window: that start before its end, and start
/// or still run after its beginning.
///
/// `fallback` is the zone in which floating times and whole days are read. The result does not depend
/// on the order of `listings`. A series with a rule that cannot be followed is left out and reported; its edited
/// occurrences stay.
pub fn expand<'a>(
    listings: impl IntoIterator<Item = &'a Listing>,
    window: (DateTime<Utc>, DateTime<Utc>),
    fallback: Tz,
    limits: Limits,
) -> Expanded<'a> {
    let mut groups: BTreeMap<&str, Group<'a>> = BTreeMap::new();
    for listing in listings {
        let group = groups.entry(&listing.key).or_default();
        match listing.instance {
            None => group.masters.push(listing),
            Some(_) => group.edits.push(listing),
        }
    }
    let mut walk = Walk {
        window,
        fallback,
        continued: continued(groups.keys().copied()),
        series_cut: 0,
        cut_since: None,
        limits,
        steps: limits.all_steps,
        out: Expanded::default(),
    };
    let all = groups.len();
    for (done, group) in groups.into_values().enumerate() {
        let listing = group.masters.iter().chain(&group.edits).next().copied();
        if walk.out.occurrences.len() >= limits.all_occurrences {
            walk.problem(
                listing,
                format!(
                    "{done} of {all} events and series were expanded, this and all later ones are left out: more than {} occurrences in one source",
                    limits.all_occurrences
                ),
                true,
            );
            break;
        }
        let first = walk.series_cut == 0;
        walk.group(group);
        if first && walk.series_cut > 0 {
            walk.cut_since = listing.map(|listing| (done, listing));
        }
    }
    if let Some((done, listing)) = walk.cut_since {
        let (cut, most) = (walk.series_cut, limits.all_steps);
        walk.problem(
            Some(listing),
            format!(
                "{done} of {all} events and series were expanded: all rules of this source take more than {most} steps together; of this and {} later series only the first start is kept",
                cut - 1
            ),
            true,
        );
    }
    let mut out = walk.out;
    out.occurrences.sort_by_cached_key(|occurrence| {
        (
            occurrence.start.instant(fallback),
            occurrence.listing.key.clone(),
            occurrence.original,
            occurrence.listing.line,
        )
    });
    out.problems.sort();
    out
}

/// The keys of series that Google parted ("this and following events"), with the day from which on the rest
/// has a key of its own: `series@google.com` goes on as `series_R20261209T180000@google.com`.
fn continued<'k>(keys: impl Iterator<Item = &'k str>) -> BTreeMap<String, NaiveDate> {
    let mut continued: BTreeMap<String, NaiveDate> = BTreeMap::new();
    for key in keys {
        let Some((series, rest)) = key.split_once("_R") else {
            continue;
        };
        let digits = rest.get(..8).unwrap_or_default();
        let Ok(day) = NaiveDate::parse_from_str(digits, "%Y%m%d") else {
            continue;
        };
        let host = rest.split_once('@').map_or("", |(_, host)| host);
        let since = continued.entry(format!("{series}@{host}")).or_insert(day);
        *since = day.min(*since);
    }
    continued
}

/// A rule or a key as it stands in a message: cut behind its escapes, so that its author does not choose its length.
fn shown(text: &str) -> String {
    text.chars().flat_map(char::escape_debug).take(80).collect()
}

/// A listing on its own clock.
struct Series<'a> {
    master: &'a Listing,
    clock: Clock,
    /// Its first start.
    first: NaiveDateTime,
}

/// The listings of one source on their way to occurrences: `walk` goes from group to group, `starts` expands a series.
struct Walk<'a> {
    window: (DateTime<Utc>, DateTime<Utc>),
    fallback: Tz,
    /// The series that go on under another key, with the day from which on.
    continued: BTreeMap<String, NaiveDate>,
    /// Series that were not expanded because the steps of the source were spent.
    series_cut: usize,
    /// How many groups were done before the first of them, and that one.
    cut_since: Option<(usize, &'a Listing)>,
    limits: Limits,
    steps: u64,
    out: Expanded<'a>,
}
