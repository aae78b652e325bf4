//! Readings over time → what is missing, and what is gone.
//!
//! Absence is not cancellation. A listing that one reading does not name may stand beyond what that
//! reading covers (a feed of ten events ends at its last start; past events leave feeds), or the source
//! may have had a bad day: it takes a second whole reading, the better part of a day later, to believe
//! that an event is gone.

use crate::event::folded;
use crate::listing::Listing;
use crate::place::Mode;
use crate::when::Stamp;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// How long a listing must have been missing before a further reading decides: long enough that both do
/// not fall into one outage, short enough that a daily refresh decides on the next day.
const SECOND_READING_AFTER: TimeDelta = TimeDelta::hours(20);

/// How far an event that was given a new id may have moved at the same time: less than a week, or last
/// week's meeting would be taken for next week's.
const MOVED_AT_MOST: TimeDelta = TimeDelta::days(4);

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

/// Listings of one whole reading that are known events under a new id, as pairs of places in `new` and
/// in `missing`.
///
/// Meetup gives an instance of a series another id and address when it is edited
/// (`…/events/xvkdgtyhcgbfc/` becomes `…/events/307089940/`). If of the new listings exactly one, and of
/// those missing exactly one, starts at a given time, it is that event (but for one that is now online and
/// was in person, or the other way round, and has another title); or if there is exactly one of
/// each in all, with the same title and at most four days apart. Series themselves are never handed over.
pub fn handovers(new: &[&Listing], missing: &[&Listing]) -> Vec<(usize, usize)> {
    let single = |listing: &&&Listing| listing.rule.is_none() && listing.instance.is_none();
    let starting = |listings: &[&Listing], at: &Stamp| -> Vec<usize> {
        let same = listings
            .iter()
            .enumerate()
            .filter(|(_, listing)| single(listing) && listing.start == *at);
        same.map(|(place, _)| place).collect()
    };
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (place, listing) in new
        .iter()
        .enumerate()
        .filter(|(_, listing)| single(listing))
    {
        let (ours, theirs) = (
            starting(new, &listing.start),
            starting(missing, &listing.start),
        );
        if let ([_], [old]) = (&ours[..], &theirs[..])
            && !is_another(listing, missing[*old])
        {
            pairs.push((place, *old));
        }
    }
    let left = |listings: &[&Listing], taken: &dyn Fn(usize) -> bool| -> Vec<usize> {
        let single = listings
            .iter()
            .enumerate()
            .filter(|(place, listing)| single(listing) && !taken(*place));
        single.map(|(place, _)| place).collect()
    };
    let new_left = left(new, &|place| pairs.iter().any(|(new, _)| *new == place));
    let missing_left = left(missing, &|place| pairs.iter().any(|(_, old)| *old == place));
    if let ([place], [old]) = (&new_left[..], &missing_left[..]) {
        let (to, from) = (new[*place], missing[*old]);
        let apart = (instant(&to.start) - instant(&from.start)).abs();
        if folded(&to.title) == folded(&from.title) && apart <= MOVED_AT_MOST {
            pairs.push((*place, *old));
        }
    }
    pairs
}

/// Whether nothing but the time speaks for their being one: another title, and online in place of in
/// person or the other way round.
fn is_another(new: &Listing, old: &Listing) -> bool {
    let modes = [new.mode, old.mode];
    folded(&new.title) != folded(&old.title)
        && modes.contains(&Some(Mode::Virtual))
        && modes.contains(&Some(Mode::InPerson))
}

/// Good to within a day, which is enough to tell past from future and before from behind.
fn instant(start: &Stamp) -> DateTime<Utc> {
    start.instant(Tz::UTC)
}
