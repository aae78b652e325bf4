//! Readings over time → what is missing, what is gone, and which reading is not to be believed yet.
//!
//! Absence is not cancellation. A listing that one reading does not name may stand beyond what that
//! reading covers (a feed of ten events ends at its last start; past events leave feeds), or the source
//! may have had a bad day. The event's own page is asked, and asked again on later days as long as it tells
//! of the event; where it leads to the page of another that the list names since, the event has a new
//! number there; where it does not answer it takes a second whole reading, the better part of a day later,
//! to believe that the event is gone. A reading that contradicts most of what a source said before is held
//! as a whole, until a later one agrees.

use super::normalise::{is_off, is_put_off};
use crate::facts::event::folded;
use crate::facts::listing::{Answer, End, Listing, Missing, Part};
use crate::facts::topic::Topic;
use crate::facts::when::Stamp;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub mod crowd;
pub mod doubt;
mod handover;
pub mod settle;

pub use doubt::{Belief, Doubt, belief};
pub use handover::{handovers, led_to};

/// How far an event that was given a new id may have moved at the same time: less than a week, or last
/// week's meeting would be taken for next week's.
const MOVED_AT_MOST: TimeDelta = TimeDelta::days(4);

/// How long a listing must have been missing before a further reading decides: long enough that both do
/// not fall into one outage, short enough that a daily refresh decides on the next day.
const SECOND_READING_AFTER: TimeDelta = TimeDelta::hours(20);

/// How long ago something was said at most for it to be doubted when it is said again: a copy of the page may have been
/// behind since then. One that is behind for longer is read now and then, and doubted as long as it is.
pub const RETURN_DOUBTED_FOR: TimeDelta = TimeDelta::days(8);

/// How far an event with another title must lie from the one that had its key before, for it to be
/// another event.
const ANOTHER_EVENT_AFTER: TimeDelta = TimeDelta::days(30);

/// How far ahead an event must start at most for its page to be asked; what is later can wait for the
/// second reading.
const ASKED_AHEAD: TimeDelta = TimeDelta::days(35);

/// What a whole reading that does not name a listing says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: it is over, or lies beyond the last event that the reading names.
    OutsideTheReading,
    /// It is missing: for the first time, or not yet long enough, or its own page knows better.
    Missing,
    /// It is gone.
    Gone,
}

/// What a reading says, as far as it bears on what it does not say.
#[derive(Debug, Clone, Copy)]
pub struct Read<'a> {
    /// The listings that it names.
    pub listings: &'a [Listing],
    /// Whether no entry was lost.
    pub whole: bool,
    /// Whether the list may go on beyond its last entry.
    pub cut_off: bool,
    /// Whether it comes from a cache that is stuck, older than what was read before.
    pub is_behind: bool,
}

/// Judges a listing that a whole reading does not name. `since` is the first reading that did not name
/// it either, `answer` what its own page has said since then; `until` is where this reading ends, if its
/// list was cut off.
///
/// A page that still names the event outweighs any number of lists. An event that its list called off needs no list:
/// it stays off when it leaves, whatever a copy says.
pub fn judge(
    listing: &Listing,
    since: Option<DateTime<Utc>>,
    answer: Option<Answer>,
    until: Option<DateTime<Utc>>,
    topic: &Topic,
    now: DateTime<Utc>,
) -> Verdict {
    if is_outside(listing, until, now) {
        return Verdict::OutsideTheReading;
    }
    match (answer, since) {
        (Some(Answer::Gone), _) => Verdict::Gone,
        (Some(Answer::Live | Answer::Off), _) => Verdict::Missing,
        (Some(Answer::Silent) | None, Some(since))
            if !is_off(listing, topic) && now - since >= SECOND_READING_AFTER =>
        {
            Verdict::Gone
        }
        (Some(Answer::Silent) | None, _) => Verdict::Missing,
    }
}

/// Whether something was said so shortly ago that one outage, or one copy of a page that is behind the
/// others, may account for what is said now. What is said to come was said before the clock was set back.
pub fn is_recent(said: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - said).abs() < SECOND_READING_AFTER
}

/// Where a list that was cut off ends: at its last start.
pub fn ends_at<'a>(listings: impl IntoIterator<Item = &'a Listing>) -> Option<DateTime<Utc>> {
    let starts = listings.into_iter();
    starts.map(|listing| instant(&listing.start)).max()
}

fn is_outside(listing: &Listing, until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    let start = instant(&listing.start);
    let is_past = listing.rule.is_none() && start < now;
    is_past || until.is_some_and(|until| start > until)
}

/// What tells a listing from the others of its source: its key, and the occurrence it stands for.
fn name(listing: &Listing) -> (&str, Option<Stamp>) {
    (&listing.key, listing.instance)
}

/// The listings to ask the own pages of after a reading that is believed, those first that were
/// not asked about since they went missing, then the next event: single events within 35 days that it
/// ought to name and does not, and those that it names again though their pages called them off.
pub fn to_be_asked<'a>(
    standing: &[&'a Listing],
    read: Read<'_>,
    topic: &Topic,
    now: DateTime<Utc>,
) -> Vec<&'a Listing> {
    if !read.whole {
        return Vec::new();
    }
    let until = if read.cut_off {
        ends_at(read.listings)
    } else {
        None
    };
    let named: HashSet<(&str, Option<Stamp>)> = read.listings.iter().map(name).collect();
    let keys: HashSet<&str> = named.iter().map(|(key, _)| *key).collect();
    let missing: Vec<&Listing> = standing
        .iter()
        .copied()
        .filter(|known| {
            !named.contains(&name(known))
                && known.part == Part::List
                && !is_outside(known, until, now)
        })
        .collect();
    let known: BTreeSet<&str> = standing.iter().map(|known| known.key.as_str()).collect();
    let new: Vec<&Listing> = read
        .listings
        .iter()
        .filter(|listing| !known.contains(listing.key.as_str()))
        .collect();
    let all: Vec<&Listing> = read.listings.iter().collect();
    // When each was named last is not known here: what lies beyond the list since then may count as in view.
    let of_list = standing
        .iter()
        .copied()
        .filter(|known| known.part == Part::List && known.missing.is_none());
    let seen_until = ends_at(of_list).filter(|_| read.cut_off);
    let known_anew = handovers(&new, &missing, &all, seen_until, topic, now);
    let known_anew: HashSet<usize> = known_anew.into_iter().map(|(_, old)| old).collect();
    let asked = missing
        .iter()
        .enumerate()
        .filter(|(place, listing)| may_be_asked(listing, topic, now) && !known_anew.contains(place))
        .map(|(_, listing)| *listing);
    let is_doubted = |known: &&Listing| {
        let answer = known.missing.and_then(|missing| missing.answer);
        answer == Some(Answer::Off)
            && known.part == Part::List
            && keys.contains(known.key.as_str())
            && !is_off(known, topic)
    };
    let back = standing.iter().copied().filter(is_doubted);
    in_order_of_asking(asked.chain(back).collect())
}

/// The listings to ask the own pages of again although the list is as it was: those that it goes
/// without, in the order of [`to_be_asked`].
pub fn to_be_asked_again<'a>(
    standing: &[&'a Listing],
    topic: &Topic,
    now: DateTime<Utc>,
) -> Vec<&'a Listing> {
    let standing = standing.iter().copied();
    let missing = standing.filter(|known| {
        let is_asked = known.missing.is_some_and(|missing| missing.asked.is_some());
        is_asked
            && known.part == Part::List
            && !is_outside(known, None, now)
            && may_be_asked(known, topic, now)
    });
    in_order_of_asking(missing.collect())
}

/// Whether a missing event's page may be asked: a single event's, soon enough, and not again on the day
/// on which it was, nor once it says that the event is off. One that does not answer is asked once more
/// by the second reading, which decides if it still does not. One that is gone is asked again only where the event
/// stands nevertheless: its source is held together with others, and the page may be back with them.
fn may_be_asked(listing: &Listing, topic: &Topic, now: DateTime<Utc>) -> bool {
    let is_due = |missing: Missing| match (missing.answer, missing.asked) {
        (Some(Answer::Live | Answer::Silent | Answer::Gone), Some(asked)) => !is_recent(asked, now),
        (answer, _) => answer.is_none(),
    };
    listing.rule.is_none()
        && listing.instance.is_none()
        && !is_off(listing, topic)
        && listing.missing.is_none_or(is_due)
        && instant(&listing.start) <= now + ASKED_AHEAD
}

fn in_order_of_asking(mut listings: Vec<&Listing>) -> Vec<&Listing> {
    listings.sort_by_key(|listing| {
        let asked = listing.missing.and_then(|missing| missing.asked);
        (asked, instant(&listing.start), &listing.key)
    });
    listings
}

/// The listings of a source. Those that its list no longer names, and those with a page that has said something
/// new since its list was last believed, say what their own page says of title and times: nothing else could move
/// them.
pub fn as_their_pages_say(listings: &[Listing]) -> Cow<'_, [Listing]> {
    let speaks_for_itself = |listing: &Listing| {
        let answer = listing.missing.and_then(|missing| missing.answer);
        let has_news = matches!(answer, Some(Answer::Live | Answer::Off)) || listing.outdated;
        listing.part != Part::List || listing.rule.is_some() || !has_news
    };
    if listings.iter().all(speaks_for_itself) {
        return Cow::Borrowed(listings);
    }
    let mut pages: BTreeMap<&str, &Listing> = BTreeMap::new();
    for page in listings.iter().filter(|page| page.part == Part::Page) {
        pages.entry(&page.key).or_insert(page);
    }
    let mut corrected = listings.to_vec();
    for listing in corrected.iter_mut().filter(|one| !speaks_for_itself(one)) {
        if let Some(page) = pages.get(listing.key.as_str()) {
            listing.title.clone_from(&page.title);
            if !same_time(&listing.start, &page.start) {
                (listing.start, listing.end) = (page.start, page.end);
                listing.zone = page.zone.or(listing.zone);
            } else if page.end.is_some() && lasts(page) != lasts(listing) {
                listing.end = page.end;
            }
        }
    }
    Cow::Owned(corrected)
}

/// How long it takes, if it says when it ends.
fn lasts(listing: &Listing) -> Option<TimeDelta> {
    match listing.end? {
        End::After(span) => Some(span),
        End::At(end) => Some(instant(&end) - instant(&listing.start)),
    }
}

/// Whether a key that named one event names another now: an event that is over does not move, unless it was put off,
/// and one with another title a month away is not the one that had the key.
pub fn is_another(before: &Listing, after: &Listing, topic: &Topic, now: DateTime<Utc>) -> bool {
    let is_series = |listing: &Listing| listing.rule.is_some() || listing.instance.is_some();
    if is_series(before) || is_series(after) {
        return false;
    }
    let (old, new) = (instant(&before.start), instant(&after.start));
    let over = old + TimeDelta::days(1) < now && new > now && new - old > MOVED_AT_MOST;
    let elsewhere = (new - old).abs() > ANOTHER_EVENT_AFTER;
    (over && !is_put_off(before, topic))
        || (elsewhere && folded(&before.title) != folded(&after.title))
}

/// Whether two stamps are the same instant, or show the same on their own clocks: a source that begins
/// to name its zone has not moved its events.
pub fn same_time(a: &Stamp, b: &Stamp) -> bool {
    times_of(a).any(|time| times_of(b).any(|other| other == time))
}

/// A time by which stamps are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Time {
    Instant(DateTime<Utc>),
    Wall(NaiveDateTime),
}

/// The times of a stamp: two stamps are the same if they share one.
fn times_of(stamp: &Stamp) -> impl Iterator<Item = Time> + use<> {
    let wall = match stamp {
        Stamp::Floating(local) | Stamp::Zoned(local, _) => Some(*local),
        Stamp::Offset(at) => Some(at.naive_local()),
        Stamp::Date(_) | Stamp::Utc(_) => None,
    };
    let instant = Time::Instant(instant(stamp));
    std::iter::once(instant).chain(wall.map(Time::Wall))
}

/// The times of each title. A calendar may hold thousands of events of one title: none is compared with each of them.
#[derive(Default)]
struct Titles(HashMap<String, HashSet<Time>>);

impl Titles {
    fn of<'a>(listings: impl IntoIterator<Item = &'a Listing>) -> Titles {
        let mut titles = Titles::default();
        for listing in listings {
            let times = titles.0.entry(folded(&listing.title)).or_default();
            times.extend(times_of(&listing.start));
        }
        titles
    }

    /// Whether one of them has this title at the same time.
    fn hold(&self, listing: &Listing) -> bool {
        let times = self.0.get(&folded(&listing.title));
        times.is_some_and(|times| times_of(&listing.start).any(|time| times.contains(&time)))
    }
}

/// Good to within a day, which is enough to tell past from future and before from behind.
fn instant(start: &Stamp) -> DateTime<Utc> {
    start.instant(Tz::UTC)
}
