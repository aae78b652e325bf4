//! A place that a visitor names → the cities that may be meant, and a point on the globe.

use super::Place;
use super::city::{City, NAMES};
use super::country::Country;
use super::fold::fold;
use super::state::{State, country_of_region};
use super::table::{cell, first_line, line_at};
use crate::facts::wording;
use std::cmp::Reverse;

pub use super::city::Point;

/// How many times as many people as the next city of its name has the one that is meant by the name alone. Portland
/// in Oregon is ten times that in Maine, Birmingham five times that in Alabama; the three big Cambridges are alike.
const CLEARLY_BIGGER: u32 = 3;
/// Words at the end of a text that may name a state and a country: `United States of America` has four.
const MOST_WORDS_BEHIND: usize = 6;
/// Places that a message names at most.
const MOST_NAMED: usize = 5;

/// What a name leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// One city, or the clearly biggest of its name.
    One(Spot),
    /// Several of the name, the biggest first; at most five.
    Several(Vec<Place>),
    /// None. Cities with a similar name, the most similar first; at most five.
    Unknown(Vec<Place>),
}

/// A city and where its middle is.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// The city.
    pub place: Place,
    /// Its middle.
    pub point: Point,
    /// Smaller cities of the name, the biggest first; at most five.
    pub others: Vec<Place>,
}

/// The city that a name means: `München`, `Munich`, `Oxford, MS`, `washington-dc`, `Paris, Texas, US`.
pub fn asked(text: &str) -> Asked {
    let (cities, _) = meant(text);
    let place = |city: &City| Place::of(city);
    match cities.as_slice() {
        [] => Asked::Unknown(alike(text)),
        [first, rest @ ..] => {
            let next = rest.first().map_or(0, |city| city.population);
            if first.population / CLEARLY_BIGGER >= next {
                Asked::One(Spot {
                    place: place(first),
                    point: first.middle(),
                    others: rest.iter().take(MOST_NAMED).map(place).collect(),
                })
            } else {
                Asked::Several(cities.iter().take(MOST_NAMED).map(place).collect())
            }
        }
    }
}

/// A city as a filter asks for it, by any of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityName {
    /// The name, folded.
    key: String,
    /// Cities of the table that have it.
    cities: Vec<usize>,
    /// Whether its state or country is said too: then its name alone is not enough.
    is_qualified: bool,
}

impl CityName {
    /// Reads a name. It may be one that the table does not know.
    pub fn parse(text: &str) -> CityName {
        let (cities, is_qualified) = meant(text);
        CityName {
            key: fold(text),
            cities: cities.iter().map(|city| city.at).collect(),
            is_qualified,
        }
    }

    /// The name as it is compared with [`Located::key`].
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the table has a city of the name.
    pub fn is_in_table(&self) -> bool {
        !self.cities.is_empty()
    }

    /// Whether a place is a city of this name. Without a state or country in the name, every city that has it is.
    pub fn holds(&self, known: &Located) -> bool {
        (!self.is_qualified && known.key == self.key)
            || known.cities.iter().any(|city| self.cities.contains(city))
    }
}

/// A place as it is compared with what is asked for, looked up once.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The city's name, folded; empty if there is none.
    key: String,
    /// Cities of the table that it may be.
    cities: Vec<usize>,
    /// The middle of the one city that it is.
    middle: Option<Point>,
}

impl Located {
    /// The city's name as it is compared; empty if there is none.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The middle of its city, if it is one that the table knows.
    pub fn middle(&self) -> Option<Point> {
        self.middle
    }
}

impl Place {
    /// Its name in addresses, the shortest by which [`asked`] finds this city and no other: `koln`, `portland-me`,
    /// `cambridge-gb`. `None` if the table does not know it.
    pub fn slug(&self) -> Option<String> {
        let (city, country) = (self.city()?, self.country().code());
        let state = self.state().unwrap_or_default();
        let names = [
            city.to_owned(),
            format!("{city} {state}"),
            format!("{city} {country}"),
            format!("{city} {state} {country}"),
        ];
        let known = !self.cities().is_empty();
        let mut slugs = names.iter().map(|name| fold(name).replace(' ', "-"));
        slugs.find(|slug| known && matches!(asked(slug), Asked::One(spot) if spot.place == *self))
    }

    /// Looks a place up in the table.
    pub fn located(&self) -> Located {
        let one = self.one_city();
        let cities = match one {
            Some(city) => vec![city.at],
            None => self.cities().iter().map(|city| city.at).collect(),
        };
        Located {
            key: self.city().map(fold).unwrap_or_default(),
            cities,
            middle: one.map(|city| city.middle()),
        }
    }
}

/// The states of that name or postal code, with their countries and codes: `WA` is in the United States and in
/// Australia. Only in countries where places are printed with their state.
pub fn states_named(text: &str) -> Vec<(Country, &'static str)> {
    let states = State::parse(text, None).into_iter();
    states
        .filter_map(|state| Some((state.country()?, state.code())))
        .collect()
}

/// The name of a state that is spelled nearly so.
pub fn state_like(text: &str) -> Option<&'static str> {
    wording::near(text, State::names())
}

/// The cities that a text may mean, the biggest first, and whether it says their state or country.
fn meant(text: &str) -> (Vec<City>, bool) {
    if text.len() > super::MAX_NAME_BYTES {
        return (Vec::new(), false);
    }
    let key = fold(text);
    let words: Vec<&str> = key.split(' ').collect();
    for behind in 0..words.len().min(MOST_WORDS_BEHIND + 1) {
        let (name, behind) = words.split_at(words.len() - behind);
        let name = name.join(" ");
        let mut cities = City::called(&name, City::named(&name));
        if !behind.is_empty() {
            cities = City::named(&name);
            cities.retain(|city| is_in(city, behind));
        }
        if !cities.is_empty() {
            cities.sort_by_key(|city| Reverse(city.population));
            return (cities, !behind.is_empty());
        }
    }
    (Vec::new(), false)
}

/// Whether a city is where the words behind its name say: `ms`, `mississippi us`, `united kingdom`, `karnataka`.
fn is_in(city: &City, words: &[&str]) -> bool {
    let all = words.join(" ");
    let in_state = |text: &str| {
        let mut states = State::parse(text, Some(city.country)).into_iter();
        states.any(|state| state.code() == city.state)
    };
    let in_country = |text: &str| Country::parse(text) == Some(city.country);
    in_country(&all)
        || in_state(&all)
        || country_of_region(&all) == Some(city.country)
        || (1..words.len()).any(|at| {
            let (state, country) = words.split_at(at);
            in_state(&state.join(" ")) && in_country(&country.join(" "))
        })
}

/// Cities with a name that begins as the text does, or is spelled nearly so.
fn alike(text: &str) -> Vec<Place> {
    let key = fold(text);
    let letters = key.chars().count();
    let Some(first) = key.chars().next().filter(|_| letters >= 3) else {
        return Vec::new();
    };
    let slips = if letters <= 5 { 1 } else { 2 };
    let first = first.to_string();
    let mut at = first_line(NAMES, |line| cell(line, 0).as_bytes().cmp(first.as_bytes()));
    let mut found: Vec<(usize, Reverse<u32>, City)> = Vec::new();
    while let Some(line) = line_at(NAMES, at).filter(|line| line.starts_with(&first)) {
        at += line.len() + 1;
        let name = cell(line, 0);
        let apart = if name.starts_with(&key) {
            slips
        } else if name.len().abs_diff(key.len()) <= 2 * slips && letters <= 60 {
            wording::distance(&key, name)
        } else {
            continue;
        };
        if apart <= slips {
            let biggest = City::named(name)
                .into_iter()
                .max_by_key(|city| city.population);
            found.extend(biggest.map(|city| (apart, Reverse(city.population), city)));
        }
    }
    found.sort_by_key(|(apart, population, city)| (*apart, *population, city.at));
    let mut places: Vec<Place> = Vec::new();
    for (.., city) in &found {
        let place = Place::of(city);
        if !places.contains(&place) {
            places.push(place);
        }
        if places.len() == MOST_NAMED {
            break;
        }
    }
    places
}
