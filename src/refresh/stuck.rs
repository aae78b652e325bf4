//! Caches that are stuck: they answer with a list that was made before the one that was read last.

use crate::believe::absence;
use crate::facts::listing::{Made, Problem};
use crate::facts::source::Way;
use crate::store::Standing;
use chrono::{DateTime, TimeDelta, Utc};

/// How much older than the list before a copy may be: caches that are in order keep answers for some hours.
const CACHED_FOR: TimeDelta = TimeDelta::hours(12);

/// How far the stamps of a list may lie from its visit to count as the time at which it was made.
const MADE_FOR_US: TimeDelta = TimeDelta::hours(24);

/// The problem of a list that was made clearly before the one that was read last: it comes from a cache that is stuck.
/// After eight days it is not reported: our own clock may have been ahead.
pub(super) fn behind(
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
