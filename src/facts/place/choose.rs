//! One city of several that share a name, or none: never a guess.

use super::Place;
use super::city::{City, Point};
use super::country::Country;
use super::fold::fold;
use super::state::State;
use super::words;
use chrono_tz::Tz;

/// What else is known while a name is looked up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    /// The country the text names.
    pub(super) country: Option<Country>,
    /// The state the text names.
    pub(super) state: Option<State>,
    /// The coordinates stated.
    pub(super) near: Option<Point>,
    /// The source's home.
    pub(super) home: Option<&'a Place>,
    /// The zone in which the event tells its times.
    pub(super) zone: Option<Tz>,
}

impl Scope<'_> {
    /// The same, in a country.
    pub(super) fn in_country(&self, country: Country) -> Self {
        Scope {
            country: Some(country),
            ..*self
        }
    }

    /// The same, in a state and its country.
    pub(super) fn in_state(&self, state: State) -> Self {
        Scope {
            country: state.country(),
            state: Some(state),
            ..*self
        }
    }
}

/// How much a name says for itself, before anything else is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It stands where a city is asked for.
    City,
    /// It is the last of several parts of an address.
    LastPart,
    /// It is all that was said: as likely the name of a bar.
    Alone,
}

/// What a name leads to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Choice {
    /// To one city.
    One(City),
    /// To several, the biggest first.
    Several(Vec<City>),
    /// To none, or to none that it may be trusted to mean.
    None,
}

/// Kilometres within which coordinates speak for a city of the name.
const NEAR_KM: f64 = 50.0;
/// How much bigger than its namesakes a city is that needs no explanation.
const OVERWHELMING: u32 = 10;
/// People it has at least, in the whole world or in a country that is named.
const OVERWHELMING_IN_WORLD: u32 = 300_000;
const OVERWHELMING_IN_COUNTRY: u32 = 100_000;
/// People of a city that the last part of an address may mean without its country.
const LAST_PART_POPULATION: u32 = 100_000;
/// People of a city that a single name may mean, then with the source's home in its country, and in its state.
const ALONE_POPULATION: u32 = 500_000;
const ALONE_AT_HOME_POPULATION: u32 = 100_000;
const ALONE_IN_STATE_POPULATION: u32 = 50_000;

/// The city a name means.
pub(super) fn choose(name: &str, scope: &Scope<'_>, standing: Standing) -> Choice {
    if name.len() > super::MAX_NAME_BYTES {
        return Choice::None;
    }
    let mut cities = City::named(name);
    cities.retain(|city| scope.country.is_none_or(|country| country == city.country));
    cities.retain(|city| scope.state.is_none_or(|state| state.code() == city.state));
    cities.sort_by_key(|city| std::cmp::Reverse(city.population));
    if let Some(point) = scope.near {
        let nearest = cities
            .iter()
            .min_by(|a, b| a.km_to(point).total_cmp(&b.km_to(point)));
        if let Some(city) = nearest.filter(|city| city.km_to(point) <= NEAR_KM) {
            return Choice::One(*city);
        }
    }
    let cities = City::called(name, cities);
    match scope.country {
        Some(country) => in_country(country, cities, scope.home),
        None => in_world(name, cities, scope, standing),
    }
}

fn in_country(country: Country, cities: Vec<City>, home: Option<&Place>) -> Choice {
    if let Some(city) = biggest(&cities, OVERWHELMING_IN_COUNTRY).or_else(|| only(&cities)) {
        return Choice::One(city);
    }
    let home_state = home
        .filter(|home| home.country() == country)
        .and_then(Place::state);
    if let Some(state) = home_state
        && let Some(city) = only_where(&cities, |city| city.state == state)
    {
        return Choice::One(city);
    }
    several(cities)
}

fn in_world(name: &str, cities: Vec<City>, scope: &Scope<'_>, standing: Standing) -> Choice {
    let alone = standing == Standing::Alone;
    if alone && words::is_common(&fold(name)) {
        return Choice::None;
    }
    let leader = biggest(&cities, OVERWHELMING_IN_WORLD);
    if let Some(home) = scope.home {
        let in_state = |city: &City| {
            city.country == home.country() && home.state().is_none_or(|state| state == city.state)
        };
        let in_country = |city: &City| city.country == home.country();
        let near_home = home
            .state()
            .and_then(|_| only_where(&cities, in_state))
            .or_else(|| only_where(&cities, in_country));
        let enough = |city: &City| match home.state() == Some(city.state) {
            _ if !alone => 0,
            true => ALONE_IN_STATE_POPULATION,
            false => ALONE_AT_HOME_POPULATION,
        };
        if let Some(city) = near_home {
            let trusted = city.population >= enough(&city);
            let in_state = home.state().is_some() && in_state(&city);
            // "Berlin", said in California, is hardly a suburb of Hartford.
            if leader.is_some_and(|leader| leader != city) && !(trusted && in_state) {
                return several(cities);
            }
            if trusted {
                return Choice::One(city);
            }
        }
    }
    // "Manchester", in a calendar that keeps London's time.
    if let Some(city) = in_zone(&cities, scope.zone)
        && leader.is_none_or(|leader| leader == city)
    {
        return Choice::One(city);
    }
    let (one, enough) = match (leader, only(&cities)) {
        (Some(city), _) => (city, if alone { ALONE_POPULATION } else { 0 }),
        (None, Some(city)) => match standing {
            Standing::City => (city, 0),
            Standing::LastPart => (city, LAST_PART_POPULATION),
            Standing::Alone => (city, ALONE_POPULATION),
        },
        (None, None)
            if alone
                && cities
                    .iter()
                    .all(|city| city.population < ALONE_AT_HOME_POPULATION) =>
        {
            return Choice::None;
        }
        (None, None) => return several(cities),
    };
    if one.population >= enough {
        Choice::One(one)
    } else {
        Choice::None
    }
}

/// The one city of a hundred thousand people and more that keeps the zone, or the overwhelmingly biggest.
pub(super) fn in_zone(cities: &[City], zone: Option<Tz>) -> Option<City> {
    let zone = zone?.name();
    let there: Vec<City> = cities
        .iter()
        .filter(|city| city.zone == zone)
        .copied()
        .collect();
    let city = biggest(&there, 0).or_else(|| only(&there))?;
    (city.population >= ALONE_AT_HOME_POPULATION).then_some(city)
}

fn several(cities: Vec<City>) -> Choice {
    if cities.is_empty() {
        Choice::None
    } else {
        Choice::Several(cities)
    }
}

fn only(cities: &[City]) -> Option<City> {
    only_where(cities, |_| true)
}

fn only_where(cities: &[City], there: impl Fn(&City) -> bool) -> Option<City> {
    let mut found = cities.iter().filter(|city| there(city));
    let first = found.next()?;
    found.next().is_none().then_some(*first)
}

/// The first of the cities, if it is big and overwhelmingly bigger than the next.
pub(super) fn biggest(cities: &[City], population: u32) -> Option<City> {
    let first = cities
        .first()
        .filter(|city| city.population >= population)?;
    let next = cities.get(1).map_or(0, |city| city.population);
    (first.population / OVERWHELMING >= next).then_some(*first)
}
