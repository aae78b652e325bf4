//! What two events share, and what tells them apart.

use super::Twins;
use crate::facts::event::{Event, Flag, MONTHS, Title, folded};
use crate::facts::link::{Link, Meaning};
use crate::facts::place::{Mode, Place};
use crate::facts::source::SourceId;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

/// Of the words of two titles, how many must be common to both for them to be near-equal: three of four.
const COMMON_WORDS: (usize, usize) = (3, 4);

/// Words that say no more than that there is a meeting; the names of months are further ones.
const PLAIN: &[&str] = &[
    "rust",
    "rustlang",
    "meetup",
    "meeting",
    "meet",
    "up",
    "event",
    "monthly",
    "user",
    "group",
    "community",
    "online",
    "virtual",
    "hybrid",
    "person",
    "mirror",
    "and",
    "n",
    "the",
    "a",
    "of",
    "in",
    "at",
    "on",
    "with",
    "for",
    "to",
];

/// Words for kinds of meetings: half of all titles are made of these and the plain ones, and two events
/// that share no other word share nothing.
const KINDS: &[&str] = &[
    "night", "evening", "hack", "learn", "social", "talk", "talks",
];

/// How far apart two starts may lie that are one event with a mistaken zone.
const OFF_BY_A_ZONE: TimeDelta = TimeDelta::hours(1);

/// How far apart two days may lie of an event that moved, if its page and its title say that it is the
/// same. In the newsletter's archive they moved by one to seven days, and all but one of the pairs
/// further apart were two events, the one printed with the other's link.
const MOVED_AT_MOST: TimeDelta = TimeDelta::days(7);

/// How far apart two days may lie of an event that moved, if it was seen to be one before it did.
const MOVED_BEFORE_OUR_EYES: TimeDelta = TimeDelta::days(30);

/// The same name, or the same page.
pub(super) fn share_an_organiser(a: &Event, b: &Event) -> bool {
    let doubtful = |event: &Event| event.flags.contains(&Flag::UnknownOrganiser);
    if doubtful(a) || doubtful(b) {
        return false;
    }
    a.organisers.iter().any(|ours| {
        b.organisers.iter().any(|theirs| {
            folded(&ours.name) == folded(&theirs.name)
                || (ours.url.is_some() && ours.url == theirs.url)
        })
    })
}

/// Both online, or in the same city. A hybrid event is in its city and online.
pub(super) fn in_one_place(a: &Event, b: &Event) -> bool {
    let online = |event: &Event| event.mode != Mode::InPerson;
    if online(a) && online(b) {
        return true;
    }
    if a.mode == Mode::Virtual || b.mode == Mode::Virtual {
        return false;
    }
    matches!((&a.place, &b.place), (Some(ours), Some(theirs)) if ours.same_as(theirs))
}

/// The same street address of a venue.
pub(super) fn share_an_address(a: &Event, b: &Event) -> bool {
    let address = |event: &Event| {
        let address = folded(event.venue.as_ref()?.address.as_deref()?);
        // A city alone is no address.
        address
            .chars()
            .any(|char| char.is_ascii_digit())
            .then_some(address)
    };
    matches!((address(a), address(b)), (Some(ours), Some(theirs)) if ours == theirs)
}

/// Whether they are an event of one page before and after it moved.
pub(super) fn moved(a: &Event, b: &Event) -> bool {
    (a.when.first_day() - b.when.first_day()).abs() <= MOVED_AT_MOST
        && near_equal(&a.title, &b.title)
}

/// Whether the one may be the other as it was up to a month before or after it moved.
pub(super) fn within_a_month(a: &Event, b: &Event) -> bool {
    (a.when.first_day() - b.when.first_day()).abs() <= MOVED_BEFORE_OUR_EYES
}

/// Whether an event's page is one of those of the group that holds the other, by its address.
pub(super) fn is_page_of_its_group(page: &Link, event: &Event) -> bool {
    let is_below = |group: &Link| {
        let rest = page
            .as_str()
            .strip_prefix(group.as_str().trim_end_matches('/'));
        matches!(group.meaning(), Meaning::Group { .. })
            && rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let mut organisers = event.organisers.iter();
    organisers.any(|organiser| organiser.url.as_ref().is_some_and(is_below))
}

/// Whether both begin at one time, and say which.
pub(super) fn at_one_instant(a: &Event, b: &Event) -> bool {
    let timed = a.when.zone().is_some() && b.when.zone().is_some();
    timed && a.when.start() == b.when.start()
}

/// Whether both texts link to one event's page that is neither's own: two mirrors of a third.
pub(super) fn mention_one_event(a: &Event, b: &Event) -> bool {
    let is_own = |link: &Link| [a, b].iter().any(|event| event.link.as_ref() == Some(link));
    let mut ours = a.mentions.iter().filter(|link| !is_own(link));
    ours.any(|link| b.mentions.contains(link))
}

/// Whether the text of one links to the other's page, or to another page of its group.
pub(super) fn points_to(mirror: &Event, event: &Event) -> bool {
    let mut links = mirror.mentions.iter();
    links.any(|link| event.link.as_ref() == Some(link) || is_page_of_its_group(link, event))
}

/// Whether one that links to the other in its text may be a copy of it: at the same time (which may be
/// two days, where an online event's groups live on two sides of a midnight), or on the same day under
/// nearly the same title. Who writes "and then we go to …" links to another event.
pub(super) fn may_be_a_copy(a: &Event, b: &Event) -> bool {
    let timed = a.when.zone().is_some() && b.when.zone().is_some();
    if timed && a.when.start() == b.when.start() {
        return true;
    }
    a.when.first_day() == b.when.first_day() && (!timed || near_equal(&a.title, &b.title))
}

/// Whether their pages are two on one platform, and none of them is the other under a new id: what
/// Meetup edits in a series changes from the series' letters to a number, or back.
pub(super) fn two_pages_of_a_platform(a: &Event, b: &Event) -> bool {
    let page = |event: &Event| match event.link.as_ref()?.meaning() {
        Meaning::Event { scope, id } => {
            let number = id.bytes().all(|byte| byte.is_ascii_digit());
            Some((scope, number, id))
        }
        _ => None,
    };
    let (Some((ours, our_number, our_id)), Some((theirs, their_number, their_id))) =
        (page(a), page(b))
    else {
        return false;
    };
    ours == theirs && our_number == their_number && our_id != their_id
}

/// Titles that say the same: equal but for case, accents and signs, or three of four words in common.
pub(super) fn near_equal(a: &Title, b: &Title) -> bool {
    let (a, b) = (a.folded(), b.folded());
    if a == b {
        return true;
    }
    let (a, b) = (words(&a), words(&b));
    let common = a.intersection(&b).count();
    let telling = a.intersection(&b).any(|word| is_telling(word));
    telling && common * COMMON_WORDS.1 >= a.union(&b).count() * COMMON_WORDS.0
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(' ').filter(|word| !word.is_empty()).collect()
}

fn is_plain(word: &str) -> bool {
    PLAIN.contains(&word) || MONTHS.contains(&word)
}

fn is_telling(word: &str) -> bool {
    !is_plain(word) && !KINDS.contains(&word)
}

/// The folded texts that say whose and where two events are: they tell nothing apart in their titles.
fn whose_and_where(a: &Event, b: &Event) -> String {
    let mut text = String::new();
    for event in [a, b] {
        let names = event.organisers.iter().map(|organiser| &*organiser.name);
        let city = event.place.as_ref().and_then(Place::city);
        for name in names.chain(city) {
            text.push_str(&folded(name));
            text.push(' ');
        }
    }
    text
}

/// Whether both titles are about something, and not about the same: no word of the one, but for plain
/// ones, names and numbers, is in the other.
pub(super) fn say_two_things(a: &Event, b: &Event) -> bool {
    let [a, b] = about(a, b);
    !a.is_empty() && !b.is_empty() && a.is_disjoint(&b)
}

/// Whether two titles say the same but for plain words, names and numbers.
pub(super) fn say_one_thing(a: &Event, b: &Event) -> bool {
    let [ours, theirs] = about(a, b);
    ours == theirs || near_equal(&a.title, &b.title)
}

/// What each of two titles is about: its words but for plain ones, names and numbers.
fn about(a: &Event, b: &Event) -> [BTreeSet<String>; 2] {
    let known = whose_and_where(a, b);
    let known = words(&known);
    [a, b].map(|event| {
        let title = event.title.folded();
        words(&title)
            .into_iter()
            .filter(|word| !is_plain(word) && !known.contains(word) && !is_number(word))
            .map(str::to_owned)
            .collect()
    })
}

fn is_number(word: &str) -> bool {
    word.chars().all(|char| char.is_ascii_digit())
}

/// How many words that tell something two titles share, if all words of the one are in the other or
/// they are nearly equal. The name of a group counts in the title of another's event, and not in its own.
fn shared_words(a: &Event, b: &Event) -> Option<usize> {
    let (ours, theirs) = (a.title.folded(), b.title.folded());
    let (ours, theirs) = (words(&ours), words(&theirs));
    if !ours.is_subset(&theirs) && !theirs.is_subset(&ours) && !near_equal(&a.title, &b.title) {
        return None;
    }
    let (our_names, their_names) = (whose_and_where(a, a), whose_and_where(b, b));
    let (our_names, their_names) = (words(&our_names), words(&their_names));
    let own = |word: &str| our_names.contains(word) && their_names.contains(word);
    let shared = ours.intersection(&theirs);
    let telling = shared.filter(|word| is_telling(word) && !own(word) && !is_number(word));
    Some(telling.count())
}

/// What rules out at a glance that two sets look like one event: most pairs of a day are ruled out.
pub(super) struct Look<'a> {
    sources: BTreeSet<&'a SourceId>,
    /// Whether a source of it no longer lists it.
    is_unlisted: bool,
    /// The first member's day, and its start if it has a time.
    first: Option<(chrono::NaiveDate, Option<DateTime<Utc>>)>,
}

impl<'a> Look<'a> {
    pub(super) fn of(set: &'a Twins) -> Look<'a> {
        let events = || set.members.iter().map(|(_, event)| event);
        Look {
            sources: events().map(|event| &event.source).collect(),
            is_unlisted: events().any(|event| event.flags.contains(&Flag::Unlisted)),
            first: events().next().map(|event| {
                let start = event.when.zone().map(|_| event.when.start());
                (event.when.first_day(), start)
            }),
        }
    }

    /// Whether [`suspected`] could say anything.
    pub(super) fn may_be(&self, other: &Look<'_>) -> bool {
        if !self.sources.is_disjoint(&other.sources) {
            return self.is_unlisted || other.is_unlisted;
        }
        match (self.first, other.first) {
            (Some((day, Some(start))), Some((other_day, Some(other_start)))) => {
                day != other_day || (start - other_start).abs() <= OFF_BY_A_ZONE
            }
            (first, other_first) => first.is_some() && other_first.is_some(),
        }
    }
}

/// Why two sets of one day, or with one page, may be one event, if they look it.
pub(super) fn suspected(one: &Twins, other: &Twins) -> Option<String> {
    let sources = |set: &Twins| -> BTreeSet<_> {
        set.members
            .iter()
            .map(|(_, event)| event.source.clone())
            .collect()
    };
    // Two events of one source on one day are two, unless it goes without the one since it has the other.
    if let Some(common) = sources(one).intersection(&sources(other)).next() {
        return renamed_by(common, one, other).then(|| {
            "one source no longer lists the one and lists the other: perhaps under a new id"
                .to_owned()
        });
    }
    let ((_, a), (_, b)) = (one.members.first()?, other.members.first()?);
    let days = (a.when.first_day() - b.when.first_day()).num_days().abs();
    if days > 0 {
        return Some(format!("both link to the same page, {days} days apart"));
    }
    let timed = a.when.zone().is_some() && b.when.zone().is_some();
    let apart = (a.when.start() - b.when.start()).abs();
    if timed && apart > OFF_BY_A_ZONE {
        return None;
    }
    let organiser = share_an_organiser(a, b);
    let together = apart == TimeDelta::zero() && in_one_place(a, b);
    if organiser && together {
        return Some(if two_pages_of_a_platform(a, b) {
            "the same organiser, start and place, and two pages on one platform".to_owned()
        } else if !timed {
            "the same organiser, day and place, and neither says an hour".to_owned()
        } else {
            "the same organiser, start and place, and titles that say two things".to_owned()
        });
    }
    let unknown = |event: &Event| event.flags.contains(&Flag::UnknownOrganiser);
    let near = near_equal(&a.title, &b.title);
    if !organiser && !unknown(a) && !unknown(b) {
        return by_two_groups(a, b).then(|| {
            "nearly the same title and start, by two organisers: perhaps mirrors".to_owned()
        });
    }
    if !near {
        return None;
    }
    Some(if !timed && apart > TimeDelta::zero() {
        "nearly the same title on the same day, one of them without a time".to_owned()
    } else if apart > TimeDelta::zero() {
        format!(
            "nearly the same title, {} minutes apart",
            apart.num_minutes()
        )
    } else if organiser {
        "the same organiser, start and title in different places".to_owned()
    } else {
        "nearly the same title and start, and nothing else that they share".to_owned()
    })
}

/// Whether a source seems to have given an event another id: it goes without the one, and has the other at
/// the same time or on the same day under nearly the same title.
fn renamed_by(source: &SourceId, one: &Twins, other: &Twins) -> bool {
    fn told<'a>(set: &'a Twins, source: &SourceId) -> Option<&'a Event> {
        let mut events = set.members.iter().map(|(_, event)| event);
        events.find(|event| event.source == *source)
    }
    let (Some(a), Some(b)) = (told(one, source), told(other, source)) else {
        return false;
    };
    let is_missing = |event: &Event| event.flags.contains(&Flag::Unlisted);
    let same_start = a.when.start() == b.when.start();
    let same_day = a.when.first_day() == b.when.first_day();
    is_missing(a) != is_missing(b) && (same_start || (same_day && near_equal(&a.title, &b.title)))
}

/// Whether two known groups seem to announce one event. Two online "Rust Hack Night" of two groups are
/// two: it takes two words that tell something, or a place where both meet and one such word or the same
/// title.
fn by_two_groups(a: &Event, b: &Event) -> bool {
    let in_person = a.mode != Mode::Virtual && b.mode != Mode::Virtual;
    let (here, elsewhere) = match (&a.place, &b.place) {
        (Some(ours), Some(theirs)) if in_person => (ours.same_as(theirs), !ours.same_as(theirs)),
        _ => (false, false),
    };
    match shared_words(a, b) {
        _ if elsewhere => false,
        Some(0) | None => here && a.title.folded() == b.title.folded(),
        Some(1) => here,
        Some(_) => true,
    }
}
