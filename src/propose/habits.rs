//! What most events of a source have in common: guesses for an entry that is not written yet.

use crate::facts::event::{Event, Flag};
use crate::facts::link::Link;
use crate::facts::listing::Listing;
use crate::facts::place::{Mode, Place};
use crate::facts::when::{self, Stamp};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// What is usual among the events of a source.
pub(super) struct Habits {
    /// The organiser's name.
    pub(super) organiser: Usual<String>,
    /// The page that the usual organiser's name links to, if an event has it.
    pub(super) organiser_url: Option<Link>,
    /// The place of the events that are not online.
    pub(super) place: Usual<Place>,
    /// The mode of the events that state it.
    pub(super) mode: Usual<Mode>,
    /// The zone of their times.
    pub(super) zone: Usual<Tz>,
}

/// What more than half of the values are.
pub(super) enum Usual<T> {
    /// This value, its count, and the count of all.
    Most(T, usize, usize),
    /// Several values, the most frequent first.
    Mixed(Vec<T>),
    /// No event states it.
    Unstated,
}

impl Habits {
    /// The habits of a source, from what its own listings say and what was believed of them.
    pub(super) fn of(listings: &[Listing], events: &[Event]) -> Habits {
        let organisers = || events.iter().filter_map(|event| event.organisers.first());
        let organiser = usual(organisers().map(|organiser| organiser.name.clone()));
        let organiser_url = organisers()
            .filter(|of| organiser.most() == Some(&of.name))
            .find_map(|of| of.url.clone());
        let states_it = |event: &&Event, flag| !event.flags.contains(&flag);
        let places = events
            .iter()
            .filter(|event| event.mode != Mode::Virtual && states_it(event, Flag::UnknownPlace))
            .filter_map(|event| event.place.as_ref())
            .filter(|place| place.city().is_some());
        let modes = events
            .iter()
            .filter(|event| states_it(event, Flag::ModeAssumed))
            .map(|event| event.mode);
        let zones = listings
            .iter()
            .filter_map(|listing| match listing.start {
                Stamp::Zoned(_, zone) => Some(zone),
                _ => listing.zone,
            })
            // Programs write UTC when they do not know the zone.
            .filter(|zone| zone.name().contains('/') && !zone.name().starts_with("Etc/"))
            .map(|zone| zone.name());
        Habits {
            organiser,
            organiser_url,
            place: usual(places.cloned()),
            mode: usual(modes),
            zone: match usual(zones) {
                Usual::Most(name, count, all) => when::zone_named(name)
                    .map_or(Usual::Unstated, |zone| Usual::Most(zone, count, all)),
                Usual::Mixed(_) | Usual::Unstated => Usual::Unstated,
            },
        }
    }
}

impl<T> Usual<T> {
    /// The value of more than half.
    pub(super) fn most(&self) -> Option<&T> {
        match self {
            Usual::Most(value, ..) => Some(value),
            Usual::Mixed(_) | Usual::Unstated => None,
        }
    }
}

fn usual<T: Ord>(values: impl Iterator<Item = T>) -> Usual<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let all = counts.values().sum();
    let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    match counts.first() {
        None => Usual::Unstated,
        Some((_, count)) if count * 2 > all => {
            let count = *count;
            let value = counts.into_iter().next();
            value.map_or(Usual::Unstated, |(value, _)| Usual::Most(value, count, all))
        }
        Some(_) => Usual::Mixed(counts.into_iter().map(|(value, _)| value).collect()),
    }
}

/// Whether two zones have the same time this year, in winter and in summer.
pub(super) fn same_clock(one: Tz, other: Tz, now: DateTime<Utc>) -> bool {
    [1, 4, 7, 10].into_iter().all(|month| {
        let noon = NaiveDate::from_ymd_opt(now.year(), month, 1)
            .and_then(|day| day.and_hms_opt(12, 0, 0))
            .map(|noon| noon.and_utc());
        noon.is_none_or(|noon| when::to_local(noon, one) == when::to_local(noon, other))
    })
}
