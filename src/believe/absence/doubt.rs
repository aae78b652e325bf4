//! Whether a reading of one source is to be believed: what it takes away, and what it adds, against what the source
//! said before.

use super::{Read, SECOND_READING_AFTER, Titles, ends_at, is_off, is_outside, name, same_time};
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{Listing, Part};
use crate::facts::source::Way;
use crate::facts::topic::Topic;
use crate::facts::when::Stamp;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

/// Future events up to which a source is too small to be held for what it takes away: groups with so few do empty
/// their calendar. Together with other sources they count all the same ([`super::crowd`]).
const TOO_FEW_TO_HOLD: usize = 4;

/// By how much a list may grow at once: a calendar that was made anew, or a season, is less than that.
const GROWTH: usize = 10;

/// Events below which no growth is too much: a weekly meeting that is announced for a whole year has 52.
const SMALL_GROWTH: usize = 60;

/// New events of a foreign kind that any source may bring at once: a conference that a group carries, with its days
/// and workshops, has fewer.
const FEW_STRANGERS: usize = 6;

/// Foreign events that must stand in a list that names nothing else, where nothing was to come: one or two may be a
/// group's first evening elsewhere.
const STRANGERS_ALONE: usize = 3;

/// How much larger than all that stood before, and how large at least, a batch of events must be for its end to be
/// the return to the state before.
const JUMP: usize = 4;
const FEWEST_OF_A_JUMP: usize = 20;

/// How long after it came the end of such a batch is a return. A group's whole season stays longer.
const JUMP_REMEMBERED: TimeDelta = TimeDelta::days(14);

/// Why a reading is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// What is wrong with it.
    pub kind: Kind,
    /// The events that were to come and ought to be in the reading.
    pub standing: usize,
    /// Those of them that it names, at the time at which they were.
    pub confirmed: usize,
    /// All events that it lists for the days to come.
    pub listed: usize,
    /// Those of them that are new and have nothing in common with what the source ever said.
    pub foreign: usize,
}

/// What is wrong with a reading that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It contradicts most of what the source said before. A later reading that says the like is believed.
    Contradiction,
    /// It lists nothing but events of somebody else. Only a human can say that this is right.
    AnotherCalendar,
    /// It adds many events of a foreign kind. Only a human can say that this is right.
    Flood,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Contradiction, Kind::AnotherCalendar, Kind::Flood];

    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Contradiction => "contradiction",
            Kind::AnotherCalendar => "another calendar",
            Kind::Flood => "flood",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether time alone settles it. Spam and a hijacked address stay for as long as they are let.
    pub fn settles_by_itself(self) -> bool {
        self == Kind::Contradiction
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (foreign, listed) = (self.foreign, self.listed);
        match self.kind {
            Kind::Contradiction => write!(
                out,
                "of {} events that were to come it names {} at their time, and lists {listed} in all",
                self.standing, self.confirmed
            ),
            Kind::AnotherCalendar => write!(
                out,
                "its {listed} events share no title, host, organiser or venue with what it said before: it may be another group's calendar"
            ),
            Kind::Flood => write!(
                out,
                "{foreign} of its {listed} events are new and share no title, host, organiser or venue with what it said before"
            ),
        }
    }
}

/// What becomes of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// It is believed.
    Believed,
    /// It is held: nothing of it counts yet.
    Held(Doubt),
    /// It would be held, had not an earlier one been, long enough ago: since then it is believed.
    Agreed(DateTime<Utc>),
}

/// Whether a reading of a source's list is to be believed. `stored` is what its list said before, whichever way named
/// it last; `held` is the first reading in a row that was held for the same kind of doubt, and that kind.
///
/// It is held if it contradicts what stands: of more than four events that are to come less than half are
/// confirmed (by their key, or their title under another key, at the same time), or it lists ten times as many. A
/// reading at least twenty hours later that is just as doubtful is believed. So a source that was emptied or
/// shifted as a whole is taken for broken on the first day and at its word on the second. It is held until a human
/// accepts it if what it adds is of a foreign kind: all of it and in place of what stood, or much of it.
///
/// Single events come and go under [`super::judge`]. What stands in the configuration is never doubted.
pub fn belief(
    way: Way,
    stored: &[&Listing],
    read: Read<'_>,
    held: Option<(DateTime<Utc>, Kind)>,
    topic: &Topic,
    now: DateTime<Utc>,
) -> Belief {
    if way == Way::Configuration {
        return Belief::Believed;
    }
    let Some(doubt) = doubt(way, stored, read, topic, now) else {
        return Belief::Believed;
    };
    match held {
        Some((since, kind))
            if kind == doubt.kind
                && kind.settles_by_itself()
                && now - since >= SECOND_READING_AFTER =>
        {
            Belief::Agreed(since)
        }
        _ => Belief::Held(doubt),
    }
}

fn doubt(
    way: Way,
    stored: &[&Listing],
    read: Read<'_>,
    topic: &Topic,
    now: DateTime<Utc>,
) -> Option<Doubt> {
    let until = if read.cut_off {
        ends_at(read.listings)
    } else {
        None
    };
    let past: Vec<&Listing> = stored
        .iter()
        .copied()
        .filter(|listing| listing.part == Part::List)
        .collect();
    // Each doubt is about what was known before.
    if past.is_empty() {
        return None;
    }
    // What was missing before is judged by itself, and an event that is off may leave at any time.
    let standing: Vec<&Listing> = past
        .iter()
        .copied()
        .filter(|listing| {
            listing.way == way
                && listing.missing.is_none()
                && !is_off(listing, topic)
                && !is_outside(listing, until, now)
        })
        .collect();
    let traits = Traits::of(&past);
    let named = Named::by(read, &traits);
    let (confirmed, lost): (Vec<&Listing>, Vec<&Listing>) =
        standing.iter().partition(|known| named.confirms(known));
    let listed: Vec<&Listing> = read
        .listings
        .iter()
        .filter(|listing| !is_outside(listing, None, now))
        .collect();
    let foreign = foreign(&past, &listed, &traits);
    let doubt = |kind| Doubt {
        kind,
        standing: standing.len(),
        confirmed: confirmed.len(),
        listed: listed.len(),
        foreign,
    };
    let replaces = !listed.is_empty() && foreign == listed.len() && confirmed.is_empty();
    let is_anothers = || {
        listed
            .iter()
            .all(|listing| traits.is_of_another_group(listing))
    };
    if replaces && (!standing.is_empty() || foreign >= STRANGERS_ALONE || is_anothers()) {
        return Some(doubt(Kind::AnotherCalendar));
    }
    if foreign > FEW_STRANGERS.max(standing.len() / 2) {
        return Some(doubt(Kind::Flood));
    }
    let is_large = standing.len() > TOO_FEW_TO_HOLD;
    let takes_away =
        is_large && confirmed.len() * 2 < standing.len() && !is_return(&confirmed, &lost, now);
    let adds = listed.len() >= (standing.len() * GROWTH).max(SMALL_GROWTH);
    (takes_away || adds).then(|| doubt(Kind::Contradiction))
}

/// What a reading names.
struct Named<'a> {
    by_name: HashMap<(&'a str, Option<Stamp>), Vec<&'a Listing>>,
    titles: Titles,
    whole: bool,
}

impl<'a> Named<'a> {
    /// Two groups may meet at one hour under one title: on another group's page it confirms nothing.
    fn by(read: Read<'a>, traits: &Traits) -> Named<'a> {
        let mut by_name: HashMap<_, Vec<&Listing>> = HashMap::new();
        for listing in read.listings {
            by_name.entry(name(listing)).or_default().push(listing);
        }
        let own = read.listings.iter();
        let own = own.filter(|listing| !traits.is_of_another_group(listing));
        Named {
            by_name,
            titles: Titles::of(own),
            whole: read.whole,
        }
    }

    fn confirms(&self, known: &Listing) -> bool {
        let named = self.by_name.get(&name(known));
        let mut named = named.into_iter().flatten().peekable();
        // What an unreadable entry may have said counts for the event.
        let may_be_lost = named.peek().is_none() && !self.whole;
        // The first occurrence of a series moves on as time passes.
        named.any(|listing| known.rule.is_some() || same_time(&listing.start, &known.start))
            || self.titles.hold(known)
            || may_be_lost
    }
}

/// Whether what is lost is one batch that came lately and at once, and what stood before it is still there: then the
/// list is as it was, and the batch was the doubtful part.
fn is_return(confirmed: &[&Listing], lost: &[&Listing], now: DateTime<Utc>) -> bool {
    let mut batches: BTreeMap<DateTime<Utc>, usize> = BTreeMap::new();
    for since in lost.iter().filter_map(|listing| listing.known_since) {
        *batches.entry(since).or_default() += 1;
    }
    let Some((since, batch)) = batches.into_iter().max_by_key(|(_, batch)| *batch) else {
        return false;
    };
    let is_older = |listing: &&&Listing| listing.known_since.is_some_and(|known| known < since);
    let older_lost = lost.iter().filter(is_older).count();
    let older = confirmed.iter().filter(is_older).count();
    batch >= FEWEST_OF_A_JUMP
        && batch >= JUMP * (older + older_lost)
        && older > older_lost
        && now - since <= JUMP_REMEMBERED
}

/// How many of the listed events are new and of a foreign kind.
fn foreign(past: &[&Listing], listed: &[&Listing], traits: &Traits) -> usize {
    let known: BTreeSet<&str> = past.iter().map(|known| known.key.as_str()).collect();
    let is_foreign = |listing: &&&Listing| {
        !known.contains(listing.key.as_str()) && !traits.are_shared_by(listing)
    };
    listed.iter().filter(is_foreign).count()
}

/// By what a source's events are known for its own.
struct Traits {
    hosts: BTreeSet<String>,
    groups: BTreeSet<String>,
    titles: BTreeSet<String>,
    organisers: BTreeSet<String>,
    venues: BTreeSet<String>,
}

impl Traits {
    fn of(past: &[&Listing]) -> Traits {
        let pages: Vec<Link> = past.iter().filter_map(|listing| page(listing)).collect();
        Traits {
            hosts: pages.iter().filter_map(own_host).collect(),
            groups: pages.iter().filter_map(group_of).collect(),
            titles: past.iter().filter_map(|one| kind_of_title(one)).collect(),
            organisers: past.iter().flat_map(|one| organisers(one)).collect(),
            venues: past.iter().filter_map(|one| venue(one)).collect(),
        }
    }

    /// Whether a listing stands on the page of another group, at a host where the source's own group has one.
    fn is_of_another_group(&self, listing: &Listing) -> bool {
        let Some(group) = page(listing).as_ref().and_then(group_of) else {
            return false;
        };
        let host = host_of(&group);
        // They are in order, and begin with their hosts.
        let mut from_host = self.groups.range(format!("{host}/")..);
        let has_groups = from_host.next().is_some_and(|known| host_of(known) == host);
        has_groups && !self.groups.contains(&group)
    }

    /// Whether a listing has one of them. What stands on another group's page at the same host is another
    /// group's, whatever it is called; a name alone says nothing where the page is somewhere else.
    fn are_shared_by(&self, listing: &Listing) -> bool {
        let page = page(listing);
        let host = page.as_ref().and_then(own_host);
        let group = page.as_ref().and_then(group_of);
        if group.is_some_and(|group| self.groups.contains(&group)) {
            return true;
        }
        if self.is_of_another_group(listing) {
            return false;
        }
        let is_elsewhere = host.as_ref().is_some_and(|host| !self.hosts.contains(host));
        if host.is_some() && !is_elsewhere {
            return true;
        }
        let titled = kind_of_title(listing).is_some_and(|title| self.titles.contains(&title));
        let there = venue(listing).is_some_and(|venue| self.venues.contains(&venue));
        let named = || organisers(listing).any(|name| self.organisers.contains(&name));
        titled || there || (!is_elsewhere && named())
    }
}

fn page(listing: &Listing) -> Option<Link> {
    Link::parse(listing.link.as_deref()?).ok()
}

/// The host of a page that is a group's own; that of a platform says nothing.
fn own_host(page: &Link) -> Option<String> {
    match page.meaning() {
        Meaning::Other => Some(page.host().to_owned()),
        Meaning::Event { .. } | Meaning::Group { .. } => None,
    }
}

/// Host and first part of the path, where a host gives each group a folder: `meetup.com/rust-x/events/1`,
/// `clubs.example/3/events/7`. A year is no group.
fn group_of(page: &Link) -> Option<String> {
    let rest = page.as_str().split_once("://")?.1;
    let path = rest.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let [host, group, _, _, ..] = parts[..] else {
        return None;
    };
    let is_year = group.len() == 4
        && group.starts_with(['1', '2'])
        && group.bytes().all(|b| b.is_ascii_digit());
    (!is_year).then(|| format!("{host}/{group}").to_lowercase())
}

fn host_of(group: &str) -> &str {
    group.split('/').next().unwrap_or(group)
}

/// A title without its numbers: "Rust Meetup #12" is of one kind with "Rust Meetup #13".
fn kind_of_title(listing: &Listing) -> Option<String> {
    let title = folded(&listing.title);
    let words = title
        .split(' ')
        .filter(|word| !word.bytes().any(|byte| byte.is_ascii_digit()));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    Some(words.join(" ")).filter(|title| !title.is_empty())
}

fn organisers(listing: &Listing) -> impl Iterator<Item = String> {
    let names = listing.organisers.iter().map(|(name, _)| folded(name));
    names.filter(|name| !name.is_empty())
}

/// A venue in words; a city alone is shared by too many.
fn venue(listing: &Listing) -> Option<String> {
    let location = listing.locations.first()?;
    let text = [&location.venue, &location.address].into_iter().flatten();
    let text: Vec<&str> = text.map(String::as_str).collect();
    let text = folded(&text.join(" "));
    (text.split(' ').count() > 2).then_some(text)
}
