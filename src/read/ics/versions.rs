//! Several events under one UID → the versions that count.
//!
//! A feed may hold an event's older versions beside the newest, and some programs write one UID into
//! events that have nothing to do with each other.

use super::event::spell;
use super::problems::Problems;
use crate::facts::listing::{Listing, Status};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// The calendar of a file that a version stands in, and its start where that keeps it apart from others.
type Place = (usize, Option<DateTime<Utc>>);

/// A UID, and of an edited occurrence which.
type Identity = (String, Option<DateTime<Utc>>);

/// Keeps of each event, and of each edited occurrence, the highest SEQUENCE, then the latest
/// LAST-MODIFIED that one calendar of the file holds. What remains under one UID with other starts is
/// different events, kept apart by a key that names the start. The result does not depend on the order of the
/// listings, nor do their keys.
pub(super) fn latest(listings: Vec<(usize, Listing)>, problems: &mut Problems) -> Vec<Listing> {
    let mut versions: BTreeMap<Identity, Vec<(usize, Listing)>> = BTreeMap::new();
    for (calendar, listing) in listings {
        let instance = listing.instance.map(|at| at.instant(Tz::UTC));
        // Room for one: a listing is big, and most identities are one listing's.
        let versions = versions
            .entry((listing.key.clone(), instance))
            .or_insert_with(|| Vec::with_capacity(1));
        versions.push((calendar, listing));
    }
    let mut kept: Vec<Listing> = Vec::with_capacity(versions.len());
    let mut split: BTreeMap<String, Vec<(DateTime<Utc>, String)>> = BTreeMap::new();
    for ((key, instance), versions) in versions {
        let mut versions = newest(versions, problems);
        if versions.len() > 1 {
            for listing in &mut versions {
                listing.key = format!("{key}#{}", spell(&listing.start));
                problems.note(
                    listing.line,
                    "its UID is also that of an event with another start: taken for different events".to_owned(),
                    Some(&listing.key),
                );
            }
            if instance.is_none() {
                let starts = versions
                    .iter()
                    .map(|listing| (listing.start.instant(Tz::UTC), listing.key.clone()));
                split.insert(key, starts.collect());
            }
        } else if let (Some(instance), Some(series)) = (instance, split.get(&key)) {
            // `None` sorts before every instance, so the series of this key were seen already.
            let own = series.partition_point(|(start, _)| *start <= instance);
            if let (Some((_, key)), Some(edit)) =
                (series.get(own.saturating_sub(1)), versions.first_mut())
            {
                edit.key.clone_from(key);
            }
        }
        kept.extend(versions);
    }
    kept.sort_by_cached_key(|listing| listing.line);
    kept
}

/// Of the versions of one event those that no other supersedes, in order of start; one of each start,
/// and of an edited occurrence one in all.
fn newest(versions: Vec<(usize, Listing)>, problems: &mut Problems) -> Vec<Listing> {
    if versions.len() < 2 {
        return versions.into_iter().map(|(_, listing)| listing).collect();
    }
    let one_event = versions
        .iter()
        .any(|(_, listing)| listing.instance.is_some())
        || !are_many_events(&versions);
    let mut best: BTreeMap<Place, (i64, String)> = BTreeMap::new();
    let of = |calendar: usize, listing: &Listing| {
        let start = (!one_event).then(|| listing.start.instant(Tz::UTC));
        (calendar, start)
    };
    for (calendar, listing) in &versions {
        let best = best.entry(of(*calendar, listing)).or_default();
        *best = rank(listing).max(best.clone());
    }
    let (mut current, older): (Vec<_>, Vec<_>) = versions
        .into_iter()
        .partition(|(calendar, listing)| best.get(&of(*calendar, listing)) == Some(&rank(listing)));
    for (_, listing) in older {
        let what = format!(
            "an older version (SEQUENCE {}) was passed over",
            listing.sequence
        );
        problems.note(listing.line, what, Some(&listing.key));
    }
    // Equal versions are ordered by what they say, not by where they stand in the file.
    current.sort_by_cached_key(|(_, listing)| {
        let mut said = listing.clone();
        said.line = 0;
        (
            listing.start.instant(Tz::UTC),
            rank(listing),
            format!("{said:?}"),
        )
    });
    let mut kept: Vec<Listing> = Vec::new();
    for (_, listing) in current.into_iter().rev() {
        let repeats = kept
            .last()
            .is_some_and(|last| last.start == listing.start || last.instance.is_some());
        if repeats {
            let what = "the same event once more: passed over".to_owned();
            problems.note(listing.line, what, Some(&listing.key));
        } else {
            kept.push(listing);
        }
    }
    kept.reverse();
    kept
}

fn rank(listing: &Listing) -> (i64, String) {
    (
        listing.sequence,
        listing.modified.clone().unwrap_or_default(),
    )
}

/// Whether listings of one UID are many events. A move raises SEQUENCE (RFC 5546 section 2.1.4), so versions of
/// one event that start at other times differ in it; where two starts share one, the UID is not the event's
/// own, and SEQUENCE says nothing across starts.
fn are_many_events(versions: &[(usize, Listing)]) -> bool {
    let mut start_of: BTreeMap<(usize, i64), DateTime<Utc>> = BTreeMap::new();
    versions.iter().any(|(calendar, listing)| {
        let start = listing.start.instant(Tz::UTC);
        let place = (*calendar, listing.sequence);
        *start_of.entry(place).or_insert(start) != start
    })
}

/// A series that is cancelled as a whole cancels its edited occurrences too, unless one was edited later
/// or says its own status.
pub(super) fn cancelled_with_their_series(listings: &mut [Listing]) {
    let cancelled: BTreeMap<String, i64> = listings
        .iter()
        .filter(|listing| listing.instance.is_none() && listing.status == Status::Cancelled)
        .map(|listing| (listing.key.clone(), listing.sequence))
        .collect();
    for listing in listings
        .iter_mut()
        .filter(|listing| listing.instance.is_some())
    {
        let series = cancelled.get(&listing.key);
        if listing.status == Status::Unsaid
            && series.is_some_and(|sequence| *sequence >= listing.sequence)
        {
            listing.status = Status::Cancelled;
        }
    }
}
