//! Events under a new id of their source: what one reading names and was not known, and what it goes
//! without and was.

use super::{MOVED_AT_MOST, instant, same_time};
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Listing;
use crate::facts::place::{self, Mode, Place, Resolution, Stated};
use chrono::{DateTime, TimeDelta, Utc};

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
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let single = |listing: &Listing| listing.rule.is_none() && listing.instance.is_none();
    // By their instants: a feed gives a zone where a page gives a distance from UTC.
    let alike = |a: &Listing, b: &Listing| {
        same_time(&a.start, &b.start)
            && a.rule == b.rule
            && a.instance == b.instance
            && folded(&a.title) == folded(&b.title)
            && !are_two(a, b)
    };
    pair_up((new, missing), &mut pairs, (|_| true, |_| true), alike);
    let is_shared = |page: &Listing| {
        let with_it = named.iter().filter(|other| other.link == page.link);
        with_it.take(2).count() > 1
    };
    let coming = |listing: &Listing| single(listing) && instant(&listing.start) >= now;
    // It may have moved to this very hour, and have begun before anybody looked.
    let still_on =
        |listing: &Listing| single(listing) && instant(&listing.start) >= now - BEGUN_AT_MOST;
    let on_one_page = |a: &Listing, b: &Listing| is_page_of_both(a, b) && !is_shared(a);
    pair_up((new, missing), &mut pairs, (still_on, coming), on_one_page);
    let same_start = |a: &Listing, b: &Listing| {
        same_time(&a.start, &b.start) && !is_of_another_kind(a, b) && !are_two(a, b)
    };
    pair_up((new, missing), &mut pairs, (single, single), same_start);
    let moved = |a: &Listing, b: &Listing| {
        titled(a) == titled(b) && apart(a, b) <= MOVED_AT_MOST && !are_two(a, b)
    };
    pair_up((new, missing), &mut pairs, (still_on, coming), moved);
    let of_one_evening = |a: &Listing, b: &Listing| {
        let on_meetup = is_numbered(a).is_some() && is_numbered(b).is_some();
        on_meetup && a.start.date() == b.start.date() && !are_two(a, b)
    };
    let before = pairs.len();
    pair_up(
        (new, missing),
        &mut pairs,
        (still_on, coming),
        of_one_evening,
    );
    let evenings = pairs.split_off(before);
    let is_edited = |&(to, from): &(usize, usize)| {
        is_numbered(new[to]) == Some(true) && is_numbered(missing[from]) == Some(false)
    };
    pairs.extend(evenings.into_iter().filter(is_edited));
    pairs
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
    let are_two = by_two_organisers(missing, heir) || in_two_cities(missing, heir);
    (is_same && !are_two).then_some(*heir)
}

fn apart(a: &Listing, b: &Listing) -> TimeDelta {
    (instant(&a.start) - instant(&b.start)).abs()
}

/// Whether both stand with one address, and near enough for it to be one event's.
fn is_page_of_both(a: &Listing, b: &Listing) -> bool {
    let page = |listing: &Listing| Link::parse(listing.link.as_deref()?).ok();
    let (Some(ours), Some(theirs)) = (page(a), page(b)) else {
        return false;
    };
    ours == theirs && moves_at_most(&ours).is_some_and(|furthest| apart(a, b) <= furthest)
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
fn is_numbered(listing: &Listing) -> Option<bool> {
    match page(listing)?.meaning() {
        Meaning::Event {
            scope: "meetup",
            id,
        } => Some(is_number(&id)),
        _ => None,
    }
}

/// Whether nothing but the time speaks for their being one: another title, and online in place of in
/// person or the other way round.
fn is_of_another_kind(a: &Listing, b: &Listing) -> bool {
    let modes = [a.mode, b.mode];
    folded(&a.title) != folded(&b.title)
        && modes.contains(&Some(Mode::Virtual))
        && modes.contains(&Some(Mode::InPerson))
}

/// Whether they are certainly two: told with two organisers, with pages of two groups, or in two cities.
fn are_two(a: &Listing, b: &Listing) -> bool {
    by_two_organisers(a, b) || on_pages_of_two(a, b) || in_two_cities(a, b)
}

fn by_two_organisers(a: &Listing, b: &Listing) -> bool {
    let names = |listing: &Listing| -> Vec<String> {
        let organisers = listing.organisers.iter();
        organisers.map(|(name, _)| folded(name)).collect()
    };
    let (ours, theirs) = (names(a), names(b));
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
fn titled(listing: &Listing) -> String {
    let title = match listing.title.split_once(':') {
        Some((word, title)) if STATES.contains(&folded(word).as_str()) => title,
        _ => &listing.title,
    };
    folded(title)
}

fn on_pages_of_two(a: &Listing, b: &Listing) -> bool {
    let (Some(ours), Some(theirs)) = (page(a), page(b)) else {
        return false;
    };
    match (ours.meaning(), theirs.meaning()) {
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
            let is_own = |listing: &Listing, id: &str| {
                listing.key.to_lowercase() == id
                    || (scope == "luma" && listing.key.starts_with("evt-"))
            };
            let is_carried = !is_own(a, &id) && !is_own(b, &other_id);
            let may_be_renumbered = scope == "meetup" && !(is_number(&id) && is_number(&other_id));
            scope != other_scope
                || folder(&ours) != folder(&theirs)
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

fn in_two_cities(a: &Listing, b: &Listing) -> bool {
    matches!((city(a), city(b)), (Some(ours), Some(theirs)) if !ours.same_as(&theirs))
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
        };
        match place::resolve(&stated, None) {
            Resolution::Found(place) if place.city().is_some() => Some(place),
            _ => None,
        }
    })
}

/// Adds the pairs that are alike, where none of the two is like any other of those that are left.
///
/// `counts` says which of the new, and which of the missing, are looked at.
fn pair_up(
    (new, missing): (&[&Listing], &[&Listing]),
    pairs: &mut Vec<(usize, usize)>,
    counts: (impl Fn(&Listing) -> bool, impl Fn(&Listing) -> bool),
    alike: impl Fn(&Listing, &Listing) -> bool,
) {
    let taken_new: Vec<usize> = pairs.iter().map(|(new, _)| *new).collect();
    let taken_missing: Vec<usize> = pairs.iter().map(|(_, old)| *old).collect();
    let new_left: Vec<usize> = (0..new.len())
        .filter(|place| !taken_new.contains(place) && counts.0(new[*place]))
        .collect();
    let missing_left: Vec<usize> = (0..missing.len())
        .filter(|place| !taken_missing.contains(place) && counts.1(missing[*place]))
        .collect();
    for &place in &new_left {
        let like = |listings: &[&Listing], left: &[usize]| -> Vec<usize> {
            let alike = left
                .iter()
                .filter(|other| alike(new[place], listings[**other]));
            alike.copied().collect()
        };
        if let ([_], [old]) = (&like(new, &new_left)[..], &like(missing, &missing_left)[..]) {
            pairs.push((place, *old));
        }
    }
}
