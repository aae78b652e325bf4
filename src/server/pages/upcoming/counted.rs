//! How many events other choices would show: the numbers on the regions, months, days and places that a visitor may choose.

use super::super::query::{self, Pairs};
use crate::filter::Filter;
use crate::server::{Counts, ToCome};
use chrono::NaiveDate;

/// The keys of the filter that say where, and how an event is held: a place of the map stands for them.
pub(super) const PLACES: [&str; 7] = [
    "region", "country", "state", "city", "near", "within", "mode",
];
/// Those for which a region stands.
pub(super) const REGIONS: [&str; 2] = ["region", "mode"];
/// Those for which a day or a month stands.
pub(super) const DAYS: [&str; 2] = ["from", "to"];

/// What the events to come count under the filter without the keys for which another choice would stand.
pub(super) struct Counted<'a> {
    query: &'a Pairs,
    all: &'a Counts,
    filtered: Vec<(Filter, Counts)>,
}

impl<'a> Counted<'a> {
    pub(super) fn new(query: &'a Pairs, to_come: &'a ToCome, today: NaiveDate) -> Counted<'a> {
        let mut filtered: Vec<(Filter, Counts)> = Vec::new();
        for keys in [&PLACES[..], &REGIONS, &DAYS] {
            let filter = rest(query, keys);
            if filter == Filter::default() || filtered.iter().any(|(known, _)| *known == filter) {
                continue;
            }
            let window = filter.window(today);
            let events = to_come.events.iter();
            let events = events
                .filter(|dated| window.holds(dated.first, dated.last) && dated.is_wanted(&filter));
            let counts = Counts::of(events, today);
            filtered.push((filter, counts));
        }
        Counted {
            query,
            all: &to_come.counts,
            filtered,
        }
    }

    /// What is counted without these keys.
    pub(super) fn of(&self, keys: &[&str]) -> &Counts {
        let filter = rest(self.query, keys);
        let known = self.filtered.iter().find(|(known, _)| *known == filter);
        known.map_or(self.all, |(_, counts)| counts)
    }
}

fn rest(query: &Pairs, keys: &[&str]) -> Filter {
    Filter::parse(query::without(query, keys)).unwrap_or_default()
}
