//! Where an event is: city, state, country and region, as they are printed; and text → place.
//!
//! The truth comes from tables in `data/`: countries with the heading they are printed under, states and regions,
//! cities of the world, and further names of countries and cities. They are compiled in and searched as they lie, so
//! that nothing is read at the start. A place that a text does not name for certain is not guessed: it is unknown, or ambiguous.

mod address;
mod asked;
mod case;
mod choose;
mod city;
mod clean;
mod country;
mod fold;
mod mode;
mod read;
mod resolve;
mod state;
mod table;
mod words;

pub use asked::{Asked, CityName, Located, Point, Spot, asked, state_like, states_named};
pub use city::land;
pub use country::{Country, Region};
pub use fold::plain_letter;
pub use mode::Mode;
pub use resolve::{Resolution, Stated, country_named, resolve};
pub use words::{names_online_too, says_online};

use chrono_tz::Tz;
use city::City;
use fold::fold;
use state::State;

/// Bytes of a text that are read at most: no address is so long.
const MAX_TEXT_BYTES: usize = 1_000;
/// Bytes of a city's name at most; the longest in the table has about a hundred.
const MAX_NAME_BYTES: usize = 200;

/// A place as the newsletter prints it: `Berlin, DE`, `Seattle, WA, US`.
///
/// Ordered by city, state and country.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    city: Option<String>,
    state: Option<String>,
    country: Country,
}

/// Why a text is no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// There is no text.
    #[error("no place is given: write \"City, CC\" with a country code")]
    Empty,
    /// Longer than any place.
    #[error("a place of {0} bytes is longer than any name")]
    TooLong(usize),
    /// The last part is no country.
    #[error("country {0:?} is not in ISO 3166-1")]
    UnknownCountry(String),
    /// There is only one part, and it is no country.
    #[error("{0:?} names no country: write \"City, CC\" with a country code")]
    NoCountry(String),
    /// Nothing stands before the country.
    #[error("{0:?} names no city before its country")]
    NoCity(String),
    /// The country's states are known, and this is none.
    #[error("state {0:?} is not one of {1}")]
    UnknownState(String, &'static str),
    /// More than city, state and country.
    #[error("{0:?} has {1} parts between commas: write \"City, CC\" or \"City, ST, CC\"")]
    TooManyParts(String, usize),
    /// A mark that no city's name holds.
    #[error("{0:?} holds {1:?}, which no city's name does")]
    Character(String, char),
}

impl Place {
    /// Reads a place as configuration and newsletter write it.
    ///
    /// The city keeps its spelling and is not looked up. The state is kept, by its postal code, for countries
    /// that print their states, and dropped for others: `Hamburg, HH, DE` is `Hamburg, DE`. A country alone, or
    /// before its own code (`Malaysia, MY`), is a place without a city. `Portland, OR` is in the United States.
    ///
    /// # Errors
    /// Refuses a text without a known country, with an unknown state, or that is no name at all.
    pub fn parse(text: &str) -> Result<Place, PlaceError> {
        let text = text.trim();
        if text.len() > MAX_NAME_BYTES {
            return Err(PlaceError::TooLong(text.len()));
        }
        if let Some(mark) = text
            .chars()
            .find(|&mark| mark.is_control() || "<>|[]{}\\`*\"".contains(mark))
        {
            return Err(PlaceError::Character(text.to_owned(), mark));
        }
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let (city, state, last) = match parts.as_slice() {
            [] | [""] => return Err(PlaceError::Empty),
            [country] => {
                let country = Country::parse(country)
                    .ok_or_else(|| PlaceError::NoCountry(text.to_owned()))?;
                return Ok(Place::new(country.city(), None, country));
            }
            ["", ..] => return Err(PlaceError::NoCity(text.to_owned())),
            [city, country] => (*city, None, *country),
            [city, state, country] => (*city, Some(*state), *country),
            _ => return Err(PlaceError::TooManyParts(text.to_owned(), parts.len())),
        };
        let (state, country) = state_and_country(state, last)
            .ok_or_else(|| PlaceError::UnknownCountry(last.to_owned()))?;
        if let Some(state) = state
            && !state.is_empty()
            && State::kept_for(country)
            && State::parse(state, Some(country)).is_empty()
        {
            return Err(PlaceError::UnknownState(state.to_owned(), country.code()));
        }
        let is_country = Country::parse(city) == Some(country)
            && country.city().is_none()
            && !City::named(city)
                .iter()
                .any(|known| known.country == country && fold(known.name) == fold(city));
        Ok(Place::new(
            Some(city).filter(|_| !is_country),
            state,
            country,
        ))
    }

    /// From parts that are known already; blank ones count as none, white space is folded.
    ///
    /// The state is kept as in [`Place::parse`], and dropped if its country has none of that name.
    pub fn new(city: Option<&str>, state: Option<&str>, country: Country) -> Place {
        let one_line = |text: &str| {
            let spaced: String = text
                .chars()
                .map(|mark| if mark.is_control() { ' ' } else { mark })
                .collect();
            spaced.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let state = state.and_then(|state| State::parse(state, Some(country)).into_iter().next());
        Place {
            city: city.map(one_line).filter(|city| !city.is_empty()),
            state: state.map(|state| state.code().to_owned()),
            country,
        }
    }

    /// A city of the table, in the spelling that is printed.
    fn of(city: &City) -> Place {
        Place {
            city: Some(city.name.to_owned()),
            state: Some(city.state.to_owned()).filter(|state| !state.is_empty()),
            country: city.country,
        }
    }

    /// The city, if one is known.
    pub fn city(&self) -> Option<&str> {
        self.city.as_deref()
    }

    /// The state's postal code, in countries that print their states.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The country.
    pub fn country(&self) -> Country {
        self.country
    }

    /// The heading its events are printed under.
    pub fn region(&self) -> Region {
        self.country.region()
    }

    /// The text of the column: `Seattle, WA, US`, the state only for the countries in `states`.
    ///
    /// A place without a city begins with its country's name: `Malaysia, MY`.
    pub fn printed(&self, states: &[Country]) -> String {
        let city = self.city().unwrap_or_else(|| self.country.name());
        match self
            .state()
            .filter(|_| self.city.is_some() && states.contains(&self.country))
        {
            Some(state) => format!("{city}, {state}, {}", self.country.printed()),
            None => format!("{city}, {}", self.country.printed()),
        }
    }

    /// The zone of its city; of its state or country if those keep only one.
    pub fn zone(&self) -> Option<Tz> {
        let cities = self.cities();
        let zone = match cities.first() {
            Some(biggest) => {
                let significant =
                    |city: &&City| u64::from(city.population) * 10 >= u64::from(biggest.population);
                let agreed = cities
                    .iter()
                    .filter(significant)
                    .all(|city| city.zone == biggest.zone);
                if agreed { biggest.zone } else { "" }
            }
            None => {
                let state = self
                    .state()
                    .map(|state| State::parse(state, Some(self.country)));
                let state = state.and_then(|states| states.into_iter().next());
                state.map_or("", State::zone)
            }
        };
        let zone = if zone.is_empty() {
            self.country.zone()
        } else {
            zone
        };
        zone.parse().ok()
    }

    /// Kilometres to a point in degrees north and east; `None` if the table does not know the place, or knows several of
    /// the name, or the point is none.
    pub fn km_to(&self, latitude: f64, longitude: f64) -> Option<f64> {
        let point = city::Point::new(latitude, longitude)?;
        Some(self.one_city()?.km_to(point))
    }

    /// Kilometres from the middle of one city to that of the other; `None` as in [`Place::km_to`].
    pub fn km_between(&self, other: &Place) -> Option<f64> {
        Some(self.one_city()?.km_to(other.one_city()?.middle()))
    }

    /// The one city of the table that it is, or the overwhelmingly biggest.
    fn one_city(&self) -> Option<City> {
        let cities = self.cities();
        match cities.as_slice() {
            [city] => Some(*city),
            _ => choose::biggest(&cities, 0),
        }
    }

    /// Whether both are one place, spelled differently (`Köln`, `Cologne`) or with and without the state.
    pub fn same_as(&self, other: &Place) -> bool {
        let same_state = match (self.state(), other.state()) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        if self.country != other.country || !same_state {
            return false;
        }
        match (self.city(), other.city()) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                a == b || fold(a) == fold(b) || {
                    let cities = other.cities();
                    self.cities().iter().any(|city| cities.contains(city))
                }
            }
            _ => false,
        }
    }

    /// The same place as the table spells it; `None` if the table does not know it, or knows several of the
    /// name of which none is spelled as this one is.
    pub fn spelled(&self) -> Option<Place> {
        let cities = self.cities();
        let spelled = cities
            .iter()
            .find(|city| Some(city.name) == self.city())
            .or(match cities.as_slice() {
                [city] => Some(city),
                _ => None,
            })?;
        Some(Place {
            city: Some(spelled.name.to_owned()),
            ..self.clone()
        })
    }

    /// Where its city lies, if its state has none of that name: the cities of the name in other states of the
    /// country, the biggest first.
    ///
    /// The table holds cities of ten thousand people and more: a village may be right where this says otherwise.
    pub fn elsewhere(&self) -> Vec<Place> {
        if self.state.is_none() || !self.cities().is_empty() {
            return Vec::new();
        }
        let anywhere = Place {
            state: None,
            ..self.clone()
        };
        anywhere.cities().iter().map(Place::of).collect()
    }

    /// The cities of the table that it may be, the biggest first: several for `Seattle/Bellevue`.
    fn cities(&self) -> Vec<City> {
        let Some(city) = self.city().filter(|city| city.len() <= MAX_NAME_BYTES) else {
            return Vec::new();
        };
        let here = |name: &str| {
            let mut cities = City::named(name);
            cities.retain(|city| {
                city.country == self.country && self.state().is_none_or(|state| state == city.state)
            });
            City::called(name, cities)
        };
        let names = address::names(city, false);
        let mut cities = names
            .iter()
            .map(|name| here(name))
            .find(|cities| !cities.is_empty())
            .unwrap_or_default();
        if cities.is_empty() {
            cities = city
                .split('/')
                .take(4)
                .flat_map(|side| here(side.trim()))
                .collect();
        }
        cities.sort_by_key(|city| std::cmp::Reverse(city.population));
        cities
    }
}

/// The last part of a place: a country; `MN US`, without its comma; `OR`, without its country.
fn state_and_country<'a>(
    state: Option<&'a str>,
    last: &'a str,
) -> Option<(Option<&'a str>, Country)> {
    if let Some(country) = Country::parse(last) {
        return Some((state, country));
    }
    if state.is_some() {
        return None;
    }
    let is_state = |text: &str, country| !State::parse(text, Some(country)).is_empty();
    if let Some((state, country)) = last.rsplit_once(' ')
        && let Some(country) = Country::parse(country)
        && is_state(state, country)
    {
        return Some((Some(state), country));
    }
    let us = Country::parse("US")?;
    is_state(last, us).then_some((Some(last), us))
}

/// Reads the newsletter's LOCATION column: `Berlin, DE`, `Virtual`, `Virtual (Berlin, DE)`, `Hybrid (…)`.
///
/// Reads the forms of older issues too: `Virtual and In-Person (…)`, `Vienna, AT + Virtual`.
///
/// # Errors
/// Refuses what [`Place::parse`] refuses, between brackets or without them.
pub fn parse_location(text: &str) -> Result<(Mode, Option<Place>), PlaceError> {
    let text = text.trim();
    if text.len() > MAX_NAME_BYTES {
        return Err(PlaceError::TooLong(text.len()));
    }
    if let Some(mode) = Mode::parse(text).filter(|_| !text.contains('(')) {
        return Ok((mode, None));
    }
    if let Some((word, rest)) = text.split_once('(')
        && let Some(mode) = Mode::parse(word)
    {
        let place = rest
            .strip_suffix(')')
            .ok_or_else(|| PlaceError::Character(text.to_owned(), '('))?;
        return Ok((mode, Some(Place::parse(place)?)));
    }
    let hybrid = [" + virtual", " + online"].iter().find_map(|tail| {
        let at = text.len().checked_sub(tail.len())?;
        text.get(at..)
            .filter(|end| end.eq_ignore_ascii_case(tail))
            .and_then(|_| text.get(..at))
    });
    match hybrid {
        Some(place) => Ok((Mode::Hybrid, Some(Place::parse(place)?))),
        None => Ok((Mode::InPerson, Some(Place::parse(text)?))),
    }
}
