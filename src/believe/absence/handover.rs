//! Events under a new id of their source: what one reading names and was not known, and what it goes
//! without and was.

use super::{MOVED_AT_MOST, instant, same_time};
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::place::{self, Mode, Place, Resolution, Stated};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// How far an event may have moved whose own page tells that it is the same one.
const MOVED_ON_ITS_PAGE: TimeDelta = TimeDelta::days(30);

/// How far the listings may lie apart that stand with one address which is no platform's name for an
/// event: a club's page of the next meeting is used again for the one after it.
const MOVED_ON_ONE_ADDRESS: TimeDelta = TimeDelta::days(7);

/// How long ago an event may have begun that is seen under its new id for the first time.
const BEGUN_AT_MOST: TimeDelta = TimeDelta::hours(24);

/// Words that organisers write before a title, with a colon.
const STATES: &[&str] = &["postponed", "cancelled", "canceled", "moved", "new date"];

/// Listings of one whole reading that are known events under a new id, as pairs of places in `new` and
/// in `missing`; `named` are all that the reading names, the new ones among them.
///
/// Some exporters make new ids on every export: what has the same title, start and rule is the same, if
/// there is one of each; so is what has the same page, if no other event has it. Meetup gives an instance
/// of a series another id and address when it is edited (`…/events/xvkdgtyhcgbfc/` becomes
/// `…/events/307089940/`). If of the new listings exactly one, and of those missing exactly one, starts at a
/// given time, it is that event (but for one that is now online and was in person, or the other way round,
/// under another title); or if of those that are left exactly one of each has the same title and is at most
/// four days from the other; or is on one day a Meetup group's evening, once under the series' letters and
/// once under a number. Series are handed over only unchanged, and what had begun only at its time.
///
/// A calendar of many groups holds much that is alike: what is of two organisers, on pages of two groups or
/// in two cities is never one.
pub fn handovers(
    new: &[&Listing],
    missing: &[&Listing],
    named: &[&Listing],
    now: DateTime<Utc>,
) -> Vec<(usize, usize)> {
    // A first reading has thousands of new listings, and nothing is missing.
    if new.is_empty() || missing.is_empty() {
        return Vec::new();
    }
    let new: Vec<Facts> = new.iter().map(|listing| Facts::of(listing)).collect();
    let missing: Vec<Facts> = missing.iter().map(|listing| Facts::of(listing)).collect();
    let mut pairing = Pairing {
        new: &new,
        missing: &missing,
        pairs: Vec::new(),
    };
    let mut with_link: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for listing in named {
        *with_link.entry(listing.link.as_deref()).or_default() += 1;
    }
    let single = |one: &Facts| one.listing.rule.is_none() && one.listing.instance.is_none();
    let coming = |one: &Facts| single(one) && one.start >= now;
    // It may have moved to this very hour, and have begun before anybody looked.
    let still_on = |one: &Facts| single(one) && one.start >= now - BEGUN_AT_MOST;

    // By their instants: a feed gives a zone where a page gives a distance from UTC.
    pairing.add(
        (|_| true, |_| true),
        |one| Some((one.start, one.title.as_str())),
        |a, b| {
            same_time(&a.listing.start, &b.listing.start)
                && a.listing.rule == b.listing.rule
                && a.listing.instance == b.listing.instance
                && !are_two(a, b)
        },
    );
    pairing.add(
        (still_on, coming),
        |one| one.link.as_ref(),
        |a, b| {
            let is_shared = with_link
                .get(&a.listing.link.as_deref())
                .is_some_and(|count| *count > 1);
            !is_shared && is_page_of_both(a, b)
        },
    );
    pairing.add(
        (single, single),
        |one| Some(one.start),
        |a, b| {
            same_time(&a.listing.start, &b.listing.start)
                && !is_of_another_kind(a, b)
                && !are_two(a, b)
        },
    );
    pairing.add(
        (still_on, coming),
        |one| Some(one.stem.as_str()),
        |a, b| apart(a.listing, b.listing) <= MOVED_AT_MOST && !are_two(a, b),
    );
    let before = pairing.pairs.len();
    pairing.add(
        (still_on, coming),
        |one| is_numbered(one).map(|_| one.listing.start.date()),
        |a, b| !are_two(a, b),
    );
    let evenings = pairing.pairs.split_off(before);
    let is_edited = |&(to, from): &(usize, usize)| {
        is_numbered(&pairing.new[to]) == Some(true)
            && is_numbered(&pairing.missing[from]) == Some(false)
    };
    pairing.pairs.extend(evenings.into_iter().filter(is_edited));
    pairing.pairs
}

/// What is compared of a listing, made once for each.
struct Facts<'a> {
    listing: &'a Listing,
    start: DateTime<Utc>,
    /// The title, folded.
    title: String,
    /// The same without the word before it that says what became of the event.
    stem: String,
    /// Its own link.
    link: Option<Link>,
    /// The page it stands with, and what that means.
    page: Option<(Link, Meaning)>,
    /// The names of its organisers, folded.
    organisers: Vec<String>,
    city: Option<Place>,
}

impl<'a> Facts<'a> {
    fn of(listing: &'a Listing) -> Facts<'a> {
        Facts {
            listing,
            start: instant(&listing.start),
            title: folded(&listing.title),
            stem: stem(listing),
            link: listing
                .link
                .as_deref()
                .and_then(|link| Link::parse(link).ok()),
            page: page(listing).map(|page| {
                let meaning = page.meaning();
                (page, meaning)
            }),
            organisers: organisers(listing),
            city: city(listing),
        }
    }
}

/// Listings with one value of what is compared beyond which they are not compared each with each. Of so many at one
/// time no two could be told apart.
const MOST_AT_ONCE: usize = 400;

/// New listings and missing ones, and the pairs of them that are one event.
struct Pairing<'a> {
    new: &'a [Facts<'a>],
    missing: &'a [Facts<'a>],
    /// Places in `new` and in `missing`.
    pairs: Vec<(usize, usize)>,
}

impl<'a> Pairing<'a> {
    /// Adds the pairs that are alike, where none of the two is like any other of those that are left.
    ///
    /// `counts` says which of the new, and which of the missing, are looked at. Only listings of one `value` can be
    /// alike; a listing without one is like no other.
    fn add<V: Ord>(
        &mut self,
        counts: (impl Fn(&Facts) -> bool, impl Fn(&Facts) -> bool),
        value: impl Fn(&'a Facts<'a>) -> Option<V>,
        alike: impl Fn(&Facts, &Facts) -> bool,
    ) {
        let taken_new: BTreeSet<usize> = self.pairs.iter().map(|(new, _)| *new).collect();
        let taken_missing: BTreeSet<usize> = self.pairs.iter().map(|(_, old)| *old).collect();
        let mut with_value: BTreeMap<V, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (place, one) in self.new.iter().enumerate() {
            if !taken_new.contains(&place)
                && counts.0(one)
                && let Some(value) = value(one)
            {
                with_value.entry(value).or_default().0.push(place);
            }
        }
        for (place, one) in self.missing.iter().enumerate() {
            if !taken_missing.contains(&place)
                && counts.1(one)
                && let Some(value) = value(one)
                && let Some((_, missing)) = with_value.get_mut(&value)
            {
                missing.push(place);
            }
        }
        let mut found = Vec::new();
        for (new, missing) in with_value.values() {
            if missing.is_empty() || new.len().max(missing.len()) > MOST_AT_ONCE {
                continue;
            }
            for &place in new {
                let one = &self.new[place];
                let mut old = missing
                    .iter()
                    .filter(|old| alike(one, &self.missing[**old]));
                let (Some(only), None) = (old.next(), old.next()) else {
                    continue;
                };
                let is_alone = new
                    .iter()
                    .all(|other| *other == place || !alike(one, &self.new[*other]));
                if is_alone {
                    found.push((place, *only));
                }
            }
        }
        found.sort_unstable();
        self.pairs.extend(found);
    }
}

/// The listing whose page answers where that of a missing one was asked, at `page`: a platform that gives
/// an event another number forwards its old address to the new one. `named` is all that the list names.
///
/// Only an event's own page counts, which no other listing has, and only as near as one page may move its
/// event: an address of next week's meeting, whatever that is, leads to one after the other.
pub fn led_to<'a>(missing: &Listing, page: &str, named: &[&'a Listing]) -> Option<&'a Listing> {
    let page = Link::parse(page).ok()?;
    let has_it = |listing: &&&Listing| {
        let link = listing.link.as_deref().map(Link::parse);
        matches!(link, Some(Ok(link)) if link == page)
    };
    let mut with_it = named.iter().filter(has_it);
    let (heir, None) = (with_it.next()?, with_it.next()) else {
        return None;
    };
    let is_single = heir.rule.is_none() && heir.instance.is_none();
    let is_near = moves_at_most(&page).is_some_and(|furthest| apart(missing, heir) <= furthest);
    let is_same = heir.key != missing.key && is_single && is_near;
    let are_two = || {
        let (missing, heir) = (Facts::of(missing), Facts::of(heir));
        by_two_organisers(&missing, &heir) || in_two_cities(&missing, &heir)
    };
    (is_same && !are_two()).then_some(*heir)
}

fn apart(a: &Listing, b: &Listing) -> TimeDelta {
    (instant(&a.start) - instant(&b.start)).abs()
}

/// Whether both stand with one address, and near enough for it to be one event's.
fn is_page_of_both(a: &Facts, b: &Facts) -> bool {
    let furthest = a.link.as_ref().and_then(moves_at_most);
    a.link == b.link && furthest.is_some_and(|furthest| apart(a.listing, b.listing) <= furthest)
}

/// How far a page may move its event, if it is an event's.
fn moves_at_most(page: &Link) -> Option<TimeDelta> {
    let path = page.as_str().trim_start_matches("https://");
    let parts = path.split(['/', '?']).filter(|part| !part.is_empty());
    match page.meaning() {
        Meaning::Event { .. } => Some(MOVED_ON_ITS_PAGE),
        Meaning::Other if parts.count() >= 2 => Some(MOVED_ON_ONE_ADDRESS),
        Meaning::Other | Meaning::Group { .. } => None,
    }
}

/// Of a Meetup event, whether it has a number: an occurrence of a series has the series' letters until it
/// is edited.
fn is_numbered(one: &Facts) -> Option<bool> {
    match &one.page {
        Some((
            _,
            Meaning::Event {
                scope: "meetup",
                id,
            },
        )) => Some(is_number(id)),
        _ => None,
    }
}

/// Whether nothing but the time speaks for their being one: another title, and online in place of in
/// person or the other way round.
fn is_of_another_kind(a: &Facts, b: &Facts) -> bool {
    let modes = [a.listing.mode, b.listing.mode];
    a.title != b.title
        && modes.contains(&Some(Mode::Virtual))
        && modes.contains(&Some(Mode::InPerson))
}

/// Whether they are certainly two: told with two organisers, with pages of two groups, or in two cities.
fn are_two(a: &Facts, b: &Facts) -> bool {
    by_two_organisers(a, b) || on_pages_of_two(a, b) || in_two_cities(a, b)
}

fn organisers(listing: &Listing) -> Vec<String> {
    let organisers = listing.organisers.iter();
    organisers.map(|(name, _)| folded(name)).collect()
}

fn by_two_organisers(a: &Facts, b: &Facts) -> bool {
    let (ours, theirs) = (&a.organisers, &b.organisers);
    !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(|name| theirs.contains(name))
}

/// The page a listing stands with: its own, else the first event's page that its text names, or the only
/// page, as calendars have it that are kept by hand.
fn page(listing: &Listing) -> Option<Link> {
    if let Some(link) = &listing.link {
        return Link::parse(link).ok();
    }
    let words = listing.description.split_whitespace();
    let pages = words.filter_map(|word| {
        let address = &word[word.find("https://").or_else(|| word.find("http://"))?..];
        Link::parse(address.trim_end_matches([')', ']', '>', '"', '.', ',', ';'])).ok()
    });
    let pages: Vec<Link> = pages.collect();
    let is_event = |link: &&Link| matches!(link.meaning(), Meaning::Event { .. });
    match (pages.iter().find(is_event), &pages[..]) {
        (Some(event), _) => Some(event.clone()),
        (None, [only]) => Some(only.clone()),
        _ => None,
    }
}

/// The title, folded, without the word before it that says what became of the event.
fn stem(listing: &Listing) -> String {
    let title = match listing.title.split_once(':') {
        Some((word, title)) if STATES.contains(&folded(word).as_str()) => title,
        _ => &listing.title,
    };
    folded(title)
}

fn on_pages_of_two(a: &Facts, b: &Facts) -> bool {
    let (Some((ours, our_meaning)), Some((theirs, their_meaning))) = (&a.page, &b.page) else {
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
            let is_own = |one: &Facts, id: &str| {
                one.listing.key.to_lowercase() == id
                    || (*scope == "luma" && one.listing.key.starts_with("evt-"))
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

fn is_number(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit())
}

fn in_two_cities(a: &Facts, b: &Facts) -> bool {
    matches!((&a.city, &b.city), (Some(ours), Some(theirs)) if !ours.same_as(theirs))
}

fn city(listing: &Listing) -> Option<Place> {
    listing.locations.iter().find_map(|location| {
        let stated = Stated {
            venue: location.venue.as_deref(),
            address: location.address.as_deref(),
            city: location.city.as_deref(),
            state: location.state.as_deref(),
            country: location.country.as_deref(),
            latitude: location.latitude,
            longitude: location.longitude,
            zone: None,
        };
        match place::resolve(&stated, None) {
            Resolution::Found(place) if place.city().is_some() => Some(place),
            _ => None,
        }
    })
}
