//! Events under a new id of their source: what one reading names and was not known, and what it goes
//! without and was.

use crate::believe::same::evidence::{self, Pair};
use crate::believe::same::table::Pass;
use crate::believe::same::traits::Traits;
use crate::believe::same::{Question, goes_on};
use crate::facts::link::Link;
use crate::facts::listing::Listing;
use crate::facts::topic::Topic;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// How long ago an event may have begun that is seen under its new id for the first time.
const BEGUN_AT_MOST: TimeDelta = TimeDelta::hours(24);

/// Listings of one whole reading that are known events under a new id, as pairs of places in `new` and
/// in `missing`; `named` are all that the reading names, the new ones among them. `seen_until` is where the
/// reading before ended, if the list was cut off.
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
/// What starts after the end of a list that was cut off is new because the list has moved on, most often because
/// another event left it. That it has the title of that one does not make it the same.
///
/// A calendar of many groups holds much that is alike: what is of two organisers, on pages of two groups or
/// in two cities is never one.
pub fn handovers(
    new: &[&Listing],
    missing: &[&Listing],
    named: &[&Listing],
    seen_until: Option<DateTime<Utc>>,
    topic: &Topic,
    now: DateTime<Utc>,
) -> Vec<(usize, usize)> {
    // A first reading has thousands of new listings, and nothing is missing.
    if new.is_empty() || missing.is_empty() {
        return Vec::new();
    }
    let mut new: Vec<Traits> = new
        .iter()
        .map(|one| Traits::of_listing(one, topic))
        .collect();
    let missing: Vec<Traits> = missing
        .iter()
        .map(|one| Traits::of_listing(one, topic))
        .collect();
    let mut with_link: BTreeMap<&str, usize> = BTreeMap::new();
    for link in named.iter().filter_map(|one| one.link.as_deref()) {
        *with_link.entry(link).or_default() += 1;
    }
    for one in &mut new {
        let link = one
            .listing
            .as_ref()
            .and_then(|of| of.listing.link.as_deref());
        let shared = link.and_then(|link| with_link.get(link));
        one.shares_its_link = shared.is_some_and(|count| *count > 1);
        one.was_out_of_view = seen_until.is_some_and(|until| one.start > until);
    }
    let mut pairing = Pairing {
        new: &new,
        missing: &missing,
        pairs: Vec::new(),
    };
    let coming = |one: &Traits| is_single(one) && one.start >= now;
    // It may have moved to this very hour, and have begun before anybody looked.
    let still_on = |one: &Traits| is_single(one) && one.start >= now - BEGUN_AT_MOST;

    // By their instants: a feed gives a zone where a page gives a distance from UTC.
    pairing.add(Pass::StartAndTitle, (|_| true, |_| true), |one| {
        Some((one.start, one.title.text()))
    });
    pairing.add(Pass::Link, (still_on, coming), |one| one.link.as_deref());
    pairing.add(Pass::Start, (is_single, is_single), |one| Some(one.start));
    pairing.add(Pass::Stem, (still_on, coming), |one| {
        one.listing.as_ref().map(|of| of.stem.as_str())
    });
    let before = pairing.pairs.len();
    pairing.add(Pass::Evening, (still_on, coming), |one| {
        one.is_numbered()
            .map(|_| one.listing.as_ref().map(|of| of.listing.start.date()))
    });
    let evenings = pairing.pairs.split_off(before);
    let is_edited = |&(to, from): &(usize, usize)| {
        let pair = Pair::of(&pairing.new[to], &pairing.missing[from]);
        pair.has(evidence::Evidence::NumberedNow)
    };
    let edited: Vec<(usize, usize)> = evenings.into_iter().filter(is_edited).collect();
    pairing.pairs.extend(edited);
    pairing.pairs
}

/// Whether a listing stands for one event: no series, and no edited occurrence of one.
fn is_single(one: &Traits<'_>) -> bool {
    let listing = one.listing.as_ref().map(|of| of.listing);
    listing.is_some_and(|listing| listing.rule.is_none() && listing.instance.is_none())
}

/// Listings with one value of what is compared beyond which they are not compared each with each. Of so many at one
/// time no two can be kept apart.
const MOST_AT_ONCE: usize = 400;

/// New listings and missing ones, and the pairs of them that are one event.
struct Pairing<'a> {
    new: &'a [Traits<'a>],
    missing: &'a [Traits<'a>],
    /// Places in `new` and in `missing`.
    pairs: Vec<(usize, usize)>,
}

impl<'a> Pairing<'a> {
    /// Adds the pairs of one round of the table, where none of the two is like any other of those that are left.
    ///
    /// `counts` says which of the new, and which of the missing, are looked at. Only listings of one `value` can be
    /// alike; a listing without one is like no other.
    fn add<V: Ord>(
        &mut self,
        pass: Pass,
        counts: (impl Fn(&Traits) -> bool, impl Fn(&Traits) -> bool),
        value: impl Fn(&'a Traits<'a>) -> Option<V>,
    ) {
        let (new, missing) = (self.new, self.missing);
        let alike = |a: &'a Traits<'a>, b: &'a Traits<'a>| {
            goes_on(Question::Renumbered, pass, &Pair::of(a, b))
        };
        let taken_new: BTreeSet<usize> = self.pairs.iter().map(|(new, _)| *new).collect();
        let taken_missing: BTreeSet<usize> = self.pairs.iter().map(|(_, old)| *old).collect();
        let mut with_value: BTreeMap<V, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (place, one) in new.iter().enumerate() {
            if !taken_new.contains(&place)
                && counts.0(one)
                && let Some(value) = value(one)
            {
                with_value.entry(value).or_default().0.push(place);
            }
        }
        for (place, one) in missing.iter().enumerate() {
            if !taken_missing.contains(&place)
                && counts.1(one)
                && let Some(value) = value(one)
                && let Some((_, with_missing)) = with_value.get_mut(&value)
            {
                with_missing.push(place);
            }
        }
        let mut found = Vec::new();
        for (with_new, with_missing) in with_value.values() {
            let most = with_new.len().max(with_missing.len());
            if with_missing.is_empty() || most > MOST_AT_ONCE {
                continue;
            }
            for &place in with_new {
                let one = &new[place];
                let mut old = with_missing
                    .iter()
                    .filter(|old| alike(one, &missing[**old]));
                let (Some(only), None) = (old.next(), old.next()) else {
                    continue;
                };
                let is_alone = with_new
                    .iter()
                    .all(|other| *other == place || !alike(one, &new[*other]));
                if is_alone {
                    found.push((place, *only));
                }
            }
        }
        found.sort_unstable();
        self.pairs.extend(found);
    }
}

/// The listing with the page that answers where that of a missing one was asked, at `page`: a platform that gives
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
    // Words do not count here.
    let topic = Topic::default();
    let known = Traits::of_listing(missing, &topic);
    let heir_traits = Traits::of_listing(heir, &topic);
    let furthest = evidence::moves_at_most(&page);
    let apart = (known.start - heir_traits.start).abs();
    let is_near = furthest.is_some_and(|furthest| apart <= furthest);
    let is_same = heir.key != missing.key && is_single(&heir_traits) && is_near;
    let are_two = || {
        evidence::by_two_organisers(&known, &heir_traits)
            || evidence::in_two_cities(&known, &heir_traits)
    };
    (is_same && !are_two()).then_some(*heir)
}
