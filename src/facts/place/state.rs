//! States and provinces of the countries that print them, from `data/states.tsv`.

use super::country::Country;
use super::fold::fold;
use super::table::cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::LazyLock;

/// Country, postal code, GeoNames' code, name, zone, other names, old or shortened codes.
const STATES: &str = include_str!("../../../data/states.tsv");

/// The states by what they are called, in the order of the table.
struct Called {
    /// By postal code.
    codes: HashMap<&'static str, Vec<State>>,
    /// By folded name.
    names: HashMap<String, Vec<State>>,
    /// By folded old or shortened code.
    old_codes: HashMap<String, Vec<State>>,
    /// The codes of the countries that print their states.
    countries: BTreeSet<&'static str>,
}

static CALLED: LazyLock<Called> = LazyLock::new(|| {
    let mut called = Called {
        codes: HashMap::new(),
        names: HashMap::new(),
        old_codes: HashMap::new(),
        countries: BTreeSet::new(),
    };
    let add = |to: &mut HashMap<String, Vec<State>>, name: &str, state: State| {
        let key = fold(name);
        if !key.is_empty() {
            let states = to.entry(key).or_default();
            if !states.contains(&state) {
                states.push(state);
            }
        }
    };
    for line in STATES.lines().skip(1) {
        let state = State { line };
        called.countries.insert(cell(line, 0));
        called.codes.entry(state.code()).or_default().push(state);
        for name in [3, 5]
            .iter()
            .flat_map(|&column| cell(line, column).split(';'))
        {
            add(&mut called.names, name, state);
        }
        for code in cell(line, 6).split(';') {
            add(&mut called.old_codes, code, state);
        }
    }
    called
});

/// A state of the United States, a province of Canada, a state of Australia.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    line: &'static str,
}

impl State {
    /// Whether the table holds the country's states.
    pub(super) fn kept_for(country: Country) -> bool {
        CALLED.countries.contains(country.code())
    }

    /// By postal code or name, in any case: of one country, or (`WA`) of every country that has such a state. Old and
    /// shortened codes (`QL` on Meetup) mean a state only of a country that is known.
    pub(super) fn parse(text: &str, country: Option<Country>) -> Vec<State> {
        let text = text.trim();
        if text.is_empty() || text.len() > 60 {
            return Vec::new();
        }
        let is_its =
            |state: &&State| country.is_none_or(|country| cell(state.line, 0) == country.code());
        let of = |states: Option<&Vec<State>>| -> Vec<State> {
            states
                .into_iter()
                .flatten()
                .filter(is_its)
                .copied()
                .collect()
        };
        let coded = of(CALLED.codes.get(text.to_ascii_uppercase().as_str()));
        if !coded.is_empty() {
            return coded;
        }
        let key = fold(text);
        let mut named = of(CALLED.names.get(&key));
        if country.is_some() {
            named.extend(of(CALLED.old_codes.get(&key)));
            named.sort_unstable_by_key(|state| state.line.as_ptr());
            named.dedup();
        }
        named
    }

    /// The names of all states in English.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        STATES.lines().skip(1).map(|line| cell(line, 3))
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
