//! Caches that are stuck: they answer with a list that was made before the one that was read last, and says something
//! else.
//!
//! That a copy is old is no sign by itself: some caches keep a page until it changes, each of their nodes since another
//! time.

use crate::believe::absence;
use crate::facts::listing::{Listing, Made, Problem};
use crate::facts::source::Way;
use crate::store::{Outcome, Standing};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// How much older than the list before a copy may be: caches that are in order keep answers for some hours.
const CACHED_FOR: TimeDelta = TimeDelta::hours(12);

/// How far the stamps of a list may lie from its visit to count as the time at which it was made.
const MADE_FOR_US: TimeDelta = TimeDelta::hours(24);

/// What is to be said of a list that was made clearly before the one that was read last, if it says something else.
/// After eight days nothing is: our own clock may have been ahead.
pub(super) fn older(
    standing: &Standing,
    way: Way,
    made: Made,
    now: DateTime<Utc>,
) -> Option<Problem> {
    let before = standing.made.filter(|_| standing.way == Some(way))?;
    // A stamp older than this may be the time of an event's last edit; a stamp in the future is wrong.
    let is_lists = |stamped: &DateTime<Utc>| (before.left_origin_at - stamped).abs() < MADE_FOR_US;
    let stamps = made.stamped_at.zip(before.stamped_at.filter(is_lists));
    let times = [Some((made.left_origin_at, before.left_origin_at)), stamps];
    // A list of a later day was read while our own clock was ahead.
    let is_lately = |before| before <= now && now - before < absence::RETURN_DOUBTED_FOR;
    let is_behind = |(made_at, before): &(DateTime<Utc>, DateTime<Utc>)| {
        *made_at + CACHED_FOR < *before && is_lately(*before)
    };
    let (made_at, before) = times.into_iter().flatten().find(is_behind)?;
    let minute = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC");
    Some(Problem {
        line: 0,
        what: format!(
            "a cache answered with a copy made on {}: the list that was read before was made on {}",
            minute(made_at),
            minute(before)
        ),
        item: None,
        lost: false,
    })
}

/// Notes with a list that was made before the one that was read last that it is behind, unless it says the same.
/// `listed` is what the last one said.
pub(super) fn judge(
    outcome: &mut Outcome,
    listed: &[Listing],
    problem: Problem,
    now: DateTime<Utc>,
) {
    let Outcome::Read {
        way,
        listings,
        problems,
        whole,
        cut_off,
        is_behind,
        ..
    } = outcome
    else {
        return;
    };
    let until = absence::ends_at(listings.iter()).filter(|_| *cut_off);
    let is_to_come = |listing: &Listing| {
        let start = listing.start.instant(Tz::UTC);
        (listing.rule.is_some() || start >= now) && until.is_none_or(|until| start <= until)
    };
    let standing = listed.iter();
    let standing = standing.filter(|known| known.way == *way && known.missing.is_none());
    let standing: Vec<&Listing> = standing.collect();
    let to_come = standing.iter().copied().filter(|known| is_to_come(known));
    let named: Vec<&Listing> = listings.iter().collect();
    if are_said(named.iter().copied(), &standing) && are_said(to_come, &named) {
        return;
    }
    *is_behind = true;
    // What a copy does not name yet is not missing.
    *whole = false;
    problems.push(problem);
}

/// Whether another list says the same of all of these.
fn are_said<'a>(listings: impl Iterator<Item = &'a Listing>, other: &[&Listing]) -> bool {
    let mut by_key: BTreeMap<&str, Vec<&Listing>> = BTreeMap::new();
    for listing in other {
        by_key.entry(&listing.key).or_default().push(listing);
    }
    let mut listings = listings;
    listings.all(|listing| {
        let mut of_key = by_key.get(listing.key.as_str()).into_iter().flatten();
        of_key.any(|other| other.says_the_same(listing))
    })
}
