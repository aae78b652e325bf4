//! What is said again: whether it is believed, or may come from a copy of the page that is behind.

use super::super::{RETURN_DOUBTED_FOR, is_recent};
use super::{Heard, Stored};
use crate::believe::normalise::is_off;
use crate::facts::listing::{Answer, Listing, Part};
use chrono::{DateTime, Utc};
use std::cmp::Ordering;

/// That what is said again is not believed yet; and the row in which it is to be kept that it is said again, if it began
/// to be.
pub(super) struct Doubted(pub(super) Option<i64>);

/// Whether a listing says again what it said in the days before it said something else. A first change, and one to
/// something new, is believed at once: an organiser who takes a change back in a calendar with LAST-MODIFIED or SEQUENCE
/// writes something new. What is older by them comes from a copy that is behind, however often it is said. Answers the
/// row of what is said again.
///
/// Of two that take turns the one that was first said later is the newer. If a return to the older was believed, because
/// no reading said the newer for a day, the newer is believed at once when it is said again.
pub(super) fn wavers(known: &mut Stored, listing: &Listing, now: DateTime<Utc>) -> Option<Doubted> {
    if listing.part != Part::List {
        return None;
    }
    let first_said = |said: &Listing| {
        let mut versions = known.earlier.iter();
        versions.rposition(|before| before.listing.says_the_same(said))
    };
    let (said, stands) = (first_said(listing)?, first_said(&known.listing));
    // The latest come first: what stands was itself said again, and is the older of two that take turns.
    if stands.is_some_and(|stands| said < stands) && !is_older(listing, &known.listing) {
        return None;
    }
    let mut earlier = known.earlier.iter_mut();
    let again = earlier.find(|before| before.listing.says_the_same(listing))?;
    if is_older(listing, &known.listing) && now - known.last_seen <= RETURN_DOUBTED_FOR {
        return Some(Doubted(None));
    }
    doubt_return(&mut again.last_seen, again.row, known.last_seen, now)
}

/// Whether one version of an event is older than another: SEQUENCE decides, then LAST-MODIFIED (RFC 5546 section 2.1.5),
/// where a calendar writes both in one form.
fn is_older(one: &Listing, other: &Listing) -> bool {
    let modified = |listing: &Listing| listing.modified.clone().unwrap_or_default();
    let (before, after) = (modified(one), modified(other));
    match one.sequence.cmp(&other.sequence) {
        Ordering::Equal => before.len() == after.len() && before < after,
        order => order == Ordering::Less,
    }
}

/// Whether an event that left its list, and is called off by its own page, is listed again as if it took place: then its
/// page is asked once more, and decides. Where that does not answer a later reading does.
pub(super) fn is_off_by_its_page(
    known: &mut Stored,
    listing: &Listing,
    heard: Heard<'_, '_>,
    now: DateTime<Utc>,
) -> Option<Doubted> {
    let missing = known.listing.missing.filter(|_| !known.gone)?;
    let was_off = missing.answer == Some(Answer::Off) && is_as_it_was(known, listing);
    if !was_off || is_off(listing, heard.topic) {
        return None;
    }
    let mut of_event = heard
        .answers
        .iter()
        .filter(|asked| asked.key == listing.key);
    match of_event.next().map(|asked| asked.answer) {
        Some(Answer::Off) => return Some(Doubted(None)),
        Some(Answer::Live) => return None,
        Some(Answer::Gone | Answer::Silent) | None => {}
    }
    known.last_seen = known.last_seen.max(missing.since);
    doubt_return(&mut known.last_seen, known.row, missing.since, now)
}

/// Whether a listing says what it said last, or lately: another way of reading the source says it in other words.
pub(super) fn is_as_it_was(known: &Stored, listing: &Listing) -> bool {
    let mut earlier = known.earlier.iter();
    known.listing.says_the_same(listing)
        || earlier.any(|before| before.listing.says_the_same(listing))
}

/// Whether what is said again may come from a copy of the page that is behind: two of them may answer in turn. It is
/// believed as an absence is, when a reading says it that is [`SECOND_READING_AFTER`](super::super::SECOND_READING_AFTER) later
/// than the first, without another in between that said what is newer. `said` is when it was said last, and becomes when
/// it began to be said again: then the answer is its row, in which that is to be kept.
pub(super) fn doubt_return(
    said: &mut DateTime<Utc>,
    row: Option<i64>,
    newer: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Doubted> {
    if now - *said > RETURN_DOUBTED_FOR {
        return None;
    }
    if *said > newer {
        return is_recent(*said, now).then_some(Doubted(None));
    }
    *said = now;
    Some(Doubted(row))
}
