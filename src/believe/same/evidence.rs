//! What two records share, how far apart they are, and what says that they are two.

use super::traits::{Traits, is_number};
use super::words;
use crate::facts::link::{Link, Meaning};
use crate::facts::place::Mode;
use chrono::TimeDelta;
use std::cell::Cell;

/// How far an event may have moved if its own page on a platform says that it is the same.
const MOVED_ON_ITS_PAGE: TimeDelta = TimeDelta::days(30);

/// How far apart two listings may lie that stand with one address which is no platform's name for an
/// event: a club's page of the next meeting is used again for the one after it.
const MOVED_ON_ONE_ADDRESS: TimeDelta = TimeDelta::days(7);

/// How far apart two starts may lie that are one event with a mistaken zone.
const OFF_BY_A_ZONE: TimeDelta = TimeDelta::hours(1);

/// One thing that can be said of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Evidence {
    /// A platform knows both by one id.
    Key,
    /// They have one page that names one event: alone, or together with the day.
    Page,
    /// They have one address that names an event only together with its day.
    Address,
    /// Their own links are one.
    OwnLink,
    /// They have one address that no other listing has, and lie as near as such an address may move its event.
    MovedOnItsPage,
    /// The text of one links to the other's page.
    LinksToTheOther,
    /// The text of one links to a page of the other's group that no event has today.
    LinksToLostPage,
    /// Both texts link to one event's page that is neither's own: two copies of a third.
    LinkToAThird,
    /// They were one at the last refresh, and no editor made them so.
    WereOne,
    /// One of them is a copy of an event with a page that no event has any more.
    LeftBehind,
    /// One of them is no longer listed by its source, and the other is.
    OneIsUnlisted,
    /// The same start, as both say it: to the minute, or of whole days the day.
    SameStart,
    /// They start at one moment, whatever they say of hours.
    SameMoment,
    /// The same first day.
    SameDay,
    /// Their starts lie an hour apart at most, or one of them says no hour.
    WithinAnHour,
    /// Both say an hour.
    BothTimed,
    /// The same title, but for case, accents and signs.
    SameTitle,
    /// The same title without a word before it that says what became of the event.
    SameStem,
    /// The same title, or three of four words in common.
    NearTitle,
    /// The same title but for a year.
    SameButYear,
    /// Titles that say the same but for plain words, names and numbers.
    OneThing,
    /// Titles that say two things.
    TwoThings,
    /// Titles of two groups that share so much, in one place or online, that they may announce one event.
    LikeMirrors,
    /// One organiser, by name or page, that is known.
    Organiser,
    /// One organiser's name.
    OrganiserName,
    /// The organisers of both are known.
    BothKnown,
    /// Both online, or in the same city.
    OnePlace,
    /// One street address.
    VenueAddress,
    /// Their pages are two on one platform, and none of them is the other under a new id.
    TwoPages,
    /// Certainly two: of two organisers, on pages of two groups, or in two cities.
    AreTwo,
    /// Another title, and online in place of in person or the other way round.
    AnotherKind,
    /// They recur by one rule, and stand for one occurrence.
    SameRule,
    /// Both are on Meetup.
    OnMeetup,
    /// The first has a number on Meetup, and the second a series' letters.
    NumberedNow,
    /// The first starts after the end of its list as it was before, which was cut off.
    WasOutOfView,
    /// Their first days are at most so many days apart.
    Days(u8),
    /// Their starts are at most so many days apart.
    Apart(u8),
}

/// Two records that are compared. What was found out is kept, for rows ask the same.
pub(crate) struct Pair<'a> {
    a: &'a Traits<'a>,
    b: &'a Traits<'a>,
    asked: Cell<u64>,
    answers: Cell<u64>,
}

impl<'a> Pair<'a> {
    /// Two records; where the order matters, the new one first.
    pub(crate) fn of(a: &'a Traits<'a>, b: &'a Traits<'a>) -> Pair<'a> {
        Pair {
            a,
            b,
            asked: Cell::new(0),
            answers: Cell::new(0),
        }
    }

    /// Whether something can be said of the two.
    pub(crate) fn has(&self, evidence: Evidence) -> bool {
        let Some(bit) = bit(evidence) else {
            return self.find(evidence);
        };
        if self.asked.get() & bit == 0 {
            self.asked.set(self.asked.get() | bit);
            if self.find(evidence) {
                self.answers.set(self.answers.get() | bit);
            }
        }
        self.answers.get() & bit != 0
    }

    fn find(&self, evidence: Evidence) -> bool {
        let (a, b) = (self.a, self.b);
        match evidence {
            Evidence::Key => a.keys.iter().any(|key| b.keys.contains(key)),
            Evidence::Page => a.pages.iter().any(|page| b.pages.contains(page)),
            Evidence::Address => share_an_address(a, b),
            Evidence::OwnLink => a.link.is_some() && a.link == b.link,
            Evidence::MovedOnItsPage => !a.shares_its_link && is_page_of_both(a, b),
            Evidence::LinksToTheOther => mentions(a, b) || mentions(b, a),
            Evidence::LinksToLostPage => mentions_lost(a, b) || mentions_lost(b, a),
            Evidence::LinkToAThird => mention_a_third(a, b),
            Evidence::WereOne => a.was_in.is_some() && a.was_in == b.was_in && a.id != b.id,
            Evidence::LeftBehind => a.is_left_behind || b.is_left_behind,
            Evidence::OneIsUnlisted => a.is_unlisted != b.is_unlisted,
            Evidence::SameStart => a.is_timed == b.is_timed && a.start == b.start,
            Evidence::SameMoment => a.start == b.start,
            Evidence::SameDay => a.day == b.day,
            Evidence::WithinAnHour => {
                !(a.is_timed && b.is_timed) || (a.start - b.start).abs() <= OFF_BY_A_ZONE
            }
            Evidence::BothTimed => a.is_timed && b.is_timed,
            Evidence::SameTitle => a.title.text() == b.title.text(),
            Evidence::SameStem => match (&a.listing, &b.listing) {
                (Some(a), Some(b)) => a.stem == b.stem,
                _ => false,
            },
            Evidence::NearTitle => a.title.near_equal(&b.title),
            Evidence::SameButYear => words::same_but_year(&a.title, &b.title),
            Evidence::OneThing => words::say_one_thing(a.titled(), b.titled()),
            Evidence::TwoThings => words::say_two_things(a.titled(), b.titled()),
            Evidence::LikeMirrors => are_like_mirrors(a, b),
            Evidence::Organiser => share_an_organiser(a, b),
            Evidence::OrganiserName => share_a_name(a, b),
            Evidence::BothKnown => !a.has_unknown_organiser && !b.has_unknown_organiser,
            Evidence::OnePlace => in_one_place(a, b),
            Evidence::VenueAddress => a.address.is_some() && a.address == b.address,
            Evidence::TwoPages => two_pages_of_a_platform(a, b),
            Evidence::AreTwo => {
                by_two_organisers(a, b) || on_pages_of_two(a, b) || in_two_cities(a, b)
            }
            Evidence::AnotherKind => is_of_another_kind(a, b),
            Evidence::SameRule => match (&a.listing, &b.listing) {
                (Some(a), Some(b)) => {
                    a.listing.rule == b.listing.rule && a.listing.instance == b.listing.instance
                }
                _ => false,
            },
            Evidence::OnMeetup => a.is_numbered().is_some() && b.is_numbered().is_some(),
            Evidence::NumberedNow => {
                a.is_numbered() == Some(true) && b.is_numbered() == Some(false)
            }
            Evidence::WasOutOfView => a.was_out_of_view,
            Evidence::Days(most) => (a.day - b.day).abs() <= TimeDelta::days(i64::from(most)),
            Evidence::Apart(most) => apart(a, b) <= TimeDelta::days(i64::from(most)),
        }
    }

    /// How far apart they are: days, and minutes.
    pub(crate) fn distance(&self) -> (i64, i64) {
        let days = (self.a.day - self.b.day).num_days().abs();
        (days, apart(self.a, self.b).num_minutes())
    }
}

/// The place of a piece of evidence in a set; `None` for those that are quicker to compute than to keep.
fn bit(evidence: Evidence) -> Option<u64> {
    if matches!(evidence, Evidence::Days(_) | Evidence::Apart(_)) {
        return None;
    }
    PLAIN
        .iter()
        .position(|known| *known == evidence)
        .map(|place| 1 << place)
}

/// What is worth keeping of a pair: rows ask for it again and again.
const PLAIN: [Evidence; 12] = [
    Evidence::NearTitle,
    Evidence::Organiser,
    Evidence::OnePlace,
    Evidence::SameStart,
    Evidence::TwoPages,
    Evidence::LinksToTheOther,
    Evidence::LinksToLostPage,
    Evidence::LinkToAThird,
    Evidence::Page,
    Evidence::Address,
    Evidence::TwoThings,
    Evidence::AreTwo,
];

fn apart(a: &Traits<'_>, b: &Traits<'_>) -> TimeDelta {
    (a.start - b.start).abs()
}

fn share_an_address(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let with_day =
        |traits: &'_ Traits<'_>| traits.pages.iter().find(|page| page.day.is_some()).cloned();
    matches!((with_day(a), with_day(b)), (Some(ours), Some(theirs)) if ours.name == theirs.name)
}

/// Whether both stand with one address, and near enough for it to be one event's.
fn is_page_of_both(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let furthest = a.link.as_deref().and_then(moves_at_most);
    a.link == b.link && furthest.is_some_and(|furthest| apart(a, b) <= furthest)
}

/// How far a page may move its event, if it is an event's.
pub(crate) fn moves_at_most(page: &Link) -> Option<TimeDelta> {
    let path = page.as_str().trim_start_matches("https://");
    let parts = path.split(['/', '?']).filter(|part| !part.is_empty());
    match page.meaning() {
        Meaning::Event { .. } => Some(MOVED_ON_ITS_PAGE),
        Meaning::Other if parts.count() >= 2 => Some(MOVED_ON_ONE_ADDRESS),
        Meaning::Other | Meaning::Group { .. } => None,
    }
}

fn mentions(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    a.mentions.iter().any(|mention| {
        let page = mention.page.as_deref();
        let mut pages = b.pages.iter().filter(|page| page.day.is_none());
        page.is_some() && pages.any(|known| Some(known.name.as_str()) == page)
    })
}

fn mentions_lost(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let mut lost = a.mentions.iter().filter(|mention| mention.is_lost);
    lost.any(|mention| b.is_on_page_of_group(mention.link))
}

fn mention_a_third(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let is_own = |link: &Link| [a, b].iter().any(|one| one.link.as_deref() == Some(link));
    let mut ours = a.mentions.iter().filter(|one| !is_own(one.link));
    ours.any(|one| b.mentions.iter().any(|theirs| theirs.link == one.link))
}

/// The same name, or the same page.
fn share_an_organiser(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    if a.has_unknown_organiser || b.has_unknown_organiser {
        return false;
    }
    a.organisers.iter().any(|(name, page)| {
        let mut theirs = b.organisers.iter();
        theirs.any(|(other, their_page)| name == other || (page.is_some() && page == their_page))
    })
}

fn share_a_name(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let is_theirs = |name: &str| b.organisers.iter().any(|(theirs, _)| theirs == name);
    a.organisers.iter().any(|(name, _)| is_theirs(name))
}

/// Whether two listings name two organisers.
pub(crate) fn by_two_organisers(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    !a.organisers.is_empty() && !b.organisers.is_empty() && !share_a_name(a, b)
}

/// Both online, or in the same city. A hybrid event is in its city and online.
fn in_one_place(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let is_online = |traits: &Traits<'_>| traits.mode != Some(Mode::InPerson);
    if is_online(a) && is_online(b) {
        return true;
    }
    if a.mode == Some(Mode::Virtual) || b.mode == Some(Mode::Virtual) {
        return false;
    }
    matches!((a.place(), b.place()), (Some(ours), Some(theirs)) if ours.same_as(theirs))
}

/// Whether they name two cities.
pub(crate) fn in_two_cities(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    // What is said in the same words need not be looked up twice.
    if let (Some(a), Some(b)) = (&a.listing, &b.listing)
        && a.listing.locations == b.listing.locations
    {
        return false;
    }
    matches!((a.place(), b.place()), (Some(ours), Some(theirs)) if !ours.same_as(theirs))
}

/// Whether their pages are two on one platform. What Meetup edits in a series changes from the series' letters to a
/// number, or back: such two may be one.
fn two_pages_of_a_platform(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let (Some((ours, our_id)), Some((theirs, their_id))) = (&a.own, &b.own) else {
        return false;
    };
    ours == theirs && is_number(our_id) == is_number(their_id) && our_id != their_id
}

/// Whether two known groups seem to announce one event. Two online "Rust Hack Night" of two groups are
/// two: it takes two words that tell something, or a place where both meet and one such word or the same
/// title.
fn are_like_mirrors(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let shared = words::shared_words(a.titled(), b.titled()).unwrap_or(0);
    if shared == 0 && a.title.text() != b.title.text() {
        return false;
    }
    let in_person = a.mode != Some(Mode::Virtual) && b.mode != Some(Mode::Virtual);
    match (a.place(), b.place()) {
        (Some(ours), Some(theirs)) if in_person => ours.same_as(theirs),
        _ => shared > 1,
    }
}

/// Whether nothing but the time speaks for their being one.
fn is_of_another_kind(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let modes = [a.mode, b.mode];
    a.title.text() != b.title.text()
        && modes.contains(&Some(Mode::Virtual))
        && modes.contains(&Some(Mode::InPerson))
}

fn on_pages_of_two(a: &Traits<'_>, b: &Traits<'_>) -> bool {
    let (Some((ours, our_meaning)), Some((theirs, their_meaning))) = (a.page(), b.page()) else {
        return false;
    };
    match (our_meaning, their_meaning) {
        (
            Meaning::Event { scope, id },
            Meaning::Event {
                scope: other_scope,
                id: other_id,
            },
        ) => {
            // A platform's own list names its events by its pages' ids, or Luma's by ids of its own: there
            // another id may be another name. To a list that only carries them, two pages are two events,
            // but for Meetup's, which go from letters to a number.
            let is_own = |one: &Traits<'_>, id: &str| {
                one.listing.as_ref().is_some_and(|of| {
                    let key = &of.listing.key;
                    key.to_lowercase() == id || (*scope == "luma" && key.starts_with("evt-"))
                })
            };
            let is_carried = !is_own(a, id) && !is_own(b, other_id);
            let may_be_renumbered = *scope == "meetup" && !(is_number(id) && is_number(other_id));
            scope != other_scope
                || folder(ours) != folder(theirs)
                || (is_carried && !may_be_renumbered && id != other_id)
        }
        _ => ours.host() != theirs.host(),
    }
}

/// An address without its last part: of a Meetup event, its group's.
fn folder(link: &Link) -> &str {
    let path = link.as_str().trim_end_matches('/');
    path.rsplit_once('/').map_or(path, |(folder, _)| folder)
}
