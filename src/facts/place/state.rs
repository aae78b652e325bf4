//! States and provinces of the countries that print them, from `data/states.tsv`.

use super::country::Country;
use super::fold::fold;
use super::table::cell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// Country, postal code, GeoNames' code, name, zone, other names, old or shortened codes.
const STATES: &str = include_str!("../../../data/states.tsv");

/// The states of one country, or of all, in the order of the table.
fn of(country: Option<Country>) -> impl Iterator<Item = State> {
    static BY_COUNTRY: LazyLock<BTreeMap<&str, Vec<State>>> = LazyLock::new(|| {
        let mut by_country: BTreeMap<&str, Vec<State>> = BTreeMap::new();
        for line in STATES.lines().skip(1) {
            let states = by_country.entry(cell(line, 0)).or_default();
            states.push(State { line });
        }
        by_country
    });
    let countries = BY_COUNTRY.iter();
    countries
        .filter(move |(code, _)| country.is_none_or(|country| **code == country.code()))
        .flat_map(|(_, states)| states)
        .copied()
}

/// A state of the United States, a province of Canada, a state of Australia.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    line: &'static str,
}

impl State {
    /// Whether the table holds the country's states.
    pub(super) fn kept_for(country: Country) -> bool {
        of(Some(country)).next().is_some()
    }

    /// By postal code or name, in any case: of one country, or (`WA`) of every country that has such a state. Old and
    /// shortened codes (`QL` on Meetup) mean a state only of a country that is known.
    pub(super) fn parse(text: &str, country: Option<Country>) -> Vec<State> {
        let text = text.trim();
        if text.is_empty() || text.len() > 60 {
            return Vec::new();
        }
        let coded: Vec<State> = of(country)
            .filter(|state| text.eq_ignore_ascii_case(state.code()))
            .collect();
        if !coded.is_empty() {
            return coded;
        }
        let key = fold(text);
        // Folding seventy names for each part of each address is the slow way round.
        let alike = |name: &str| match (name.as_bytes().first(), key.as_bytes().first()) {
            (Some(a), Some(b)) => !a.is_ascii() || a.to_ascii_lowercase() == *b,
            _ => false,
        };
        let named = |state: &State| {
            let codes = if country.is_some() { 6 } else { 5 };
            let names = [3, 5, codes].map(|column| cell(state.line, column));
            names
                .into_iter()
                .flat_map(|names| names.split(';'))
                .any(|name| alike(name) && fold(name) == key)
        };
        of(country).filter(named).collect()
    }

    /// The postal code: `TX`.
    pub(super) fn code(self) -> &'static str {
        cell(self.line, 1)
    }

    /// The country it is a part of.
    pub(super) fn country(self) -> Option<Country> {
        Country::parse(cell(self.line, 0))
    }

    /// The name of the one zone that the whole state keeps; empty if it has several.
    pub(super) fn zone(self) -> &'static str {
        cell(self.line, 4)
    }
}

/// Country, names of its regions.
const REGIONS: &str = include_str!("../../../data/regions.tsv");

/// The country of a region that stands behind a city in place of it: `Bangalore, Karnataka`.
pub(super) fn country_of_region(text: &str) -> Option<Country> {
    if text.len() > 60 {
        return None;
    }
    static COUNTRIES: LazyLock<BTreeMap<String, &str>> = LazyLock::new(|| {
        let mut countries = BTreeMap::new();
        for line in REGIONS.lines().filter(|line| !line.starts_with('#')) {
            let names = cell(line, 1).split(';');
            countries.extend(names.map(|name| (key(name), cell(line, 0))));
        }
        countries
    });
    COUNTRIES
        .get(&key(text))
        .and_then(|code| Country::parse(code))
}

/// A name as it is compared; a code is one in capitals only.
fn key(name: &str) -> String {
    match name.len() <= 4 && name.chars().all(char::is_uppercase) {
        true => name.to_owned(),
        false => fold(name),
    }
}

impl fmt::Debug for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", cell(self.line, 0), self.code())
    }
}
