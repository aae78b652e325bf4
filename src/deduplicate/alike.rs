//! What two events share, and what tells them apart.

use super::Twins;
use crate::event::{Event, Flag, Title, folded};
use crate::place::Mode;
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// Of the words of two titles, how many must be common to both for them to be near-equal: three of four.
const COMMON_WORDS: (usize, usize) = (3, 4);

/// Words that half of all titles are made of: two events that share only these share nothing.
const EVERYDAY: &[&str] = &[
    "rust",
    "meetup",
    "meeting",
    "meet",
    "up",
    "event",
    "night",
    "evening",
    "hack",
    "learn",
    "and",
    "n",
    "the",
    "a",
    "of",
    "in",
    "at",
    "with",
    "for",
    "to",
    "social",
    "talk",
    "talks",
    "monthly",
    "user",
    "group",
    "community",
    "online",
    "virtual",
    "hybrid",
    "mirror",
];

/// How far apart two starts may lie that are one event with a mistaken zone.
const OFF_BY_A_ZONE: TimeDelta = TimeDelta::hours(1);

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

/// Titles that say the same: equal but for case, accents and signs, or three of four words in common.
pub(super) fn near_equal(a: &Title, b: &Title) -> bool {
    let (a, b) = (a.folded(), b.folded());
    if a == b {
        return true;
    }
    let words = |title: &str| -> BTreeSet<String> { title.split(' ').map(str::to_owned).collect() };
    let (a, b) = (words(&a), words(&b));
    let common = a.intersection(&b).count();
    let telling = a
        .intersection(&b)
        .any(|word| !EVERYDAY.contains(&word.as_str()));
    telling && common * COMMON_WORDS.1 >= a.union(&b).count() * COMMON_WORDS.0
}

/// Why two sets of one day may be one event, if they look it.
pub(super) fn suspected(one: &Twins, other: &Twins) -> Option<String> {
    let sources = |set: &Twins| -> BTreeSet<_> {
        set.members
            .iter()
            .map(|(_, event)| event.source.clone())
            .collect()
    };
    // Two events of one source on one day are two.
    if sources(one).intersection(&sources(other)).next().is_some() {
        return None;
    }
    let ((_, a), (_, b)) = (one.members.first()?, other.members.first()?);
    if !near_equal(&a.title, &b.title) {
        return None;
    }
    let unknown = |event: &Event| event.flags.contains(&Flag::UnknownOrganiser);
    let organiser = share_an_organiser(a, b);
    // Two online "Rust Hack Night" of two groups are two.
    if !organiser && !unknown(a) && !unknown(b) {
        return None;
    }
    let timed = a.when.zone().is_some() && b.when.zone().is_some();
    let apart = (a.when.start() - b.when.start()).abs();
    if timed && apart > OFF_BY_A_ZONE {
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
