//! What is to come, counted once for all pages and languages.

use super::{Agenda, Dated};
use crate::facts::place::{Country, Mode, Place};
use crate::section::select::{Heading, headings};
use chrono::{Datelike, Months, NaiveDate};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Months that are counted, from today's on.
const MONTHS: u32 = 6;

/// All listed events that have not ended at their venues, and what pages show of them as a whole.
#[derive(Debug)]
pub struct ToCome {
    /// In the order of their starts.
    pub events: Vec<Dated>,
    /// Their rows.
    pub agenda: Agenda,
    /// What they count.
    pub counts: Counts,
    /// Groups and people that hold them.
    pub groups: usize,
    /// The countries of their places, by name.
    pub countries: Vec<Country>,
}

/// How many of some events there are where, and when.
#[derive(Debug, Default)]
pub struct Counts {
    /// The places of the events that people can go to, as the table spells them, the most events first.
    pub places: Vec<(Place, usize)>,
    /// Events under each heading.
    pub headings: BTreeMap<Heading, usize>,
    /// Events on each day, those that are off left out.
    pub days: BTreeMap<NaiveDate, usize>,
    /// Events in what is left of this month, and in the five after it: the first and the last day, and how many.
    pub months: Vec<(NaiveDate, NaiveDate, usize)>,
}

impl ToCome {
    /// What these events, in the order of their starts, show together.
    pub fn new(events: Vec<Dated>, today: NaiveDate) -> ToCome {
        let organisers = events.iter().flat_map(|dated| &dated.event.organisers);
        let groups: HashSet<&str> = organisers.map(|known| known.name.as_str()).collect();
        let places = events.iter().filter_map(|dated| dated.event.place.as_ref());
        let countries: BTreeSet<Country> = places.map(Place::country).collect();
        let mut countries: Vec<Country> = countries.into_iter().collect();
        countries.sort_by_key(|country| country.name());
        ToCome {
            agenda: Agenda::of(events.iter(), today),
            counts: Counts::of(events.iter(), today),
            groups: groups.len(),
            countries,
            events,
        }
    }
}

impl Counts {
    /// What some events count.
    pub fn of<'a>(events: impl Iterator<Item = &'a Dated>, today: NaiveDate) -> Counts {
        let mut places: HashMap<&Place, usize> = HashMap::new();
        let mut counts = Counts {
            months: months(today),
            ..Counts::default()
        };
        for dated in events {
            let event = &dated.event;
            let place = event.place.as_ref().filter(|place| place.city().is_some());
            if let Some(place) = place.filter(|_| event.mode != Mode::Virtual) {
                *places.entry(place).or_default() += 1;
            }
            for heading in headings(event) {
                *counts.headings.entry(heading).or_default() += 1;
            }
            for (from, to, events) in &mut counts.months {
                *events += usize::from(dated.first <= *to && dated.last >= *from);
            }
            if event.status.takes_place() {
                for day in dated.first.iter_days().take_while(|day| *day <= dated.last) {
                    *counts.days.entry(day).or_default() += 1;
                }
            }
        }
        counts.places = spelled(places);
        counts
    }

    /// Countries in which people can go to events.
    pub fn countries(&self) -> usize {
        let countries = self.places.iter().map(|(place, _)| place.country());
        countries.collect::<BTreeSet<_>>().len()
    }
}

/// Places as the table spells them, the most events first.
fn spelled(counts: HashMap<&Place, usize>) -> Vec<(Place, usize)> {
    let mut spelled: BTreeMap<Place, usize> = BTreeMap::new();
    for (place, events) in counts {
        let place = place.spelled().unwrap_or_else(|| place.clone());
        *spelled.entry(place).or_default() += events;
    }
    let mut places: Vec<(Place, usize)> = spelled.into_iter().collect();
    places.sort_by_key(|(_, events)| std::cmp::Reverse(*events));
    places
}

/// What is left of this month, and the five after it: their first and last days, without an event yet.
fn months(today: NaiveDate) -> Vec<(NaiveDate, NaiveDate, usize)> {
    let first = today.with_day(1).unwrap_or(today);
    (0..MONTHS)
        .filter_map(|ahead| {
            let begin = first.checked_add_months(Months::new(ahead))?;
            let end = begin.checked_add_months(Months::new(1))?.pred_opt()?;
            Some((begin.max(today), end, 0))
        })
        .collect()
}
