//! The cities of the world of ten thousand people and more, from GeoNames, with the names people type.

use super::country::Country;
use super::fold::fold;
use super::table::{cell, first_line, line, line_at};

/// Latitude, longitude, name, country, state, population, zone (empty: the country's); by latitude.
const PLACES: &str = include_str!("../../../data/places.tsv");
/// Folded name, byte offsets of lines in `PLACES`.
pub(super) const NAMES: &str = include_str!("../../../data/place-names.tsv");

/// Kilometres from a point within which a city is meant by it.
const REACH_KM: f64 = 25.0;
/// People that a city named by coordinates alone has at least.
const REACHING_POPULATION: u32 = 15_000;

/// People below which a city may lose its name to a bigger one.
const TOWN_POPULATION: u32 = 100_000;

/// Where the cities of the table lie, in degrees north and east, from south to north: the land on which people live.
pub fn land() -> impl Iterator<Item = (f64, f64)> {
    let degrees = |line, column| cell(line, column).parse::<f64>().ok();
    PLACES
        .lines()
        .filter_map(move |line| Some((degrees(line, 0)?, degrees(line, 1)?)))
}

/// A city of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct City {
    /// Where its line begins: tells cities of one name apart.
    pub(super) at: usize,
    /// The name as it is printed.
    pub(super) name: &'static str,
    /// The country.
    pub(super) country: Country,
    /// The state's postal code, empty where no states are kept.
    pub(super) state: &'static str,
    /// People.
    pub(super) population: u32,
    /// The zone's name.
    pub(super) zone: &'static str,
    latitude: f64,
    longitude: f64,
}

/// A point on the globe in degrees north and east.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    /// Refuses what is not on the globe, and 0, 0, which platforms write for "not known".
    pub fn new(latitude: f64, longitude: f64) -> Option<Point> {
        let there = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        let known = latitude.abs() > 0.01 || longitude.abs() > 0.01;
        (there && known).then_some(Point {
            latitude,
            longitude,
        })
    }

    /// Degrees north.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// Kilometres to another point, as the crow flies (haversine).
    pub fn km_to(self, other: Point) -> f64 {
        let (here, there) = (self.latitude.to_radians(), other.latitude.to_radians());
        let north = ((there - here) / 2.0).sin();
        let east = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let half = north * north + here.cos() * there.cos() * east * east;
        2.0 * EARTH_RADIUS_KM * half.sqrt().min(1.0).asin()
    }
}

impl City {
    fn read(at: usize) -> Option<City> {
        let line = line_at(PLACES, at)?;
        let mut cells = line.split('\t');
        let latitude = cells.next()?.parse().ok()?;
        let longitude = cells.next()?.parse().ok()?;
        let name = cells.next()?;
        let country = Country::coded(cells.next()?)?;
        let state = cells.next()?;
        let population = cells.next()?.parse().ok()?;
        let zone = cells
            .next()
            .filter(|zone| !zone.is_empty())
            .unwrap_or(country.zone());
        Some(City {
            at,
            name,
            country,
            state,
            population,
            zone,
            latitude,
            longitude,
        })
    }

    /// The cities that go by a name, one of many or their own, in the order of the table.
    pub(super) fn named(name: &str) -> Vec<City> {
        let Some(found) = line(NAMES, &fold(name)) else {
            return Vec::new();
        };
        let offsets = cell(found, 1).split(',');
        offsets
            .filter_map(|hex| usize::from_str_radix(hex, 16).ok())
            .filter_map(City::read)
            .collect()
    }

    /// Leaves out the cities of which the name is one of many, where another is called just so.
    ///
    /// `Kaliningrad` was once also a name of Korolyov, `Zaragoza` is one of Tijuana. Only a city ten times the
    /// size of a town keeps its name against the town's own: `Halle` is Halle an der Saale, but New Delhi is not
    /// Delhi. Abroad, a town's own name counts for nothing.
    pub(super) fn called(name: &str, mut cities: Vec<City>) -> Vec<City> {
        let key = fold(name);
        let own: Vec<City> = cities
            .iter()
            .filter(|city| fold(city.name) == key)
            .copied()
            .collect();
        let tenfold = |city: &City, other: &City| city.population / 10 >= other.population;
        cities.retain(|city| {
            own.contains(city)
                || !own.iter().any(|other| {
                    let town = other.population < TOWN_POPULATION;
                    if other.country == city.country {
                        !(town && tenfold(city, other))
                    } else {
                        !town && !tenfold(city, other)
                    }
                })
        });
        cities
    }

    /// The city a point lies in or beside, if there is one within 25 km.
    ///
    /// Bigger cities reach further: a point in a suburb between two is the big one's, one in the middle of a
    /// town is the town's. A state's border stops them: Jersey City is not New York.
    pub(super) fn nearest(point: Point, country: Option<Country>) -> Option<City> {
        let degrees = REACH_KM / KM_PER_DEGREE;
        let south = point.latitude - degrees;
        let mut at = first_line(PLACES, |line| {
            cell(line, 0).parse().unwrap_or(f64::MIN).total_cmp(&south)
        });
        let mut near: Vec<(City, f64)> = Vec::new();
        while let Some(line) = line_at(PLACES, at) {
            if line.is_empty()
                || cell(line, 0).parse().unwrap_or(f64::MAX) > point.latitude + degrees
            {
                break;
            }
            let longitude: f64 = cell(line, 1).parse().unwrap_or(f64::MAX);
            // Cheap first: most lines of the strip lie on another continent.
            if east_km(point.latitude, longitude, point.longitude) <= REACH_KM
                && let Some(city) = City::read(at)
                && city.population >= REACHING_POPULATION
                && country.is_none_or(|country| country == city.country)
                && city.km_to(point) <= REACH_KM
            {
                near.push((city, city.km_to(point)));
            }
            at += line.len() + 1;
        }
        let (nearest, _) = near.iter().min_by(|(_, a), (_, b)| a.total_cmp(b))?;
        let (country, state) = (nearest.country, nearest.state);
        // A kilometre and a half more for each, that a district's own middle does not count as nothing.
        let pull = |(city, km): &(City, f64)| (km + 1.5) / f64::from(city.population).sqrt();
        near.iter()
            .filter(|(city, _)| city.country == country && city.state == state)
            .min_by(|a, b| pull(a).total_cmp(&pull(b)))
            .map(|(city, _)| *city)
    }

    /// Kilometres from its middle.
    pub(super) fn km_to(&self, point: Point) -> f64 {
        self.middle().km_to(point)
    }

    /// Its middle.
    pub(super) fn middle(&self) -> Point {
        Point {
            latitude: self.latitude,
            longitude: self.longitude,
        }
    }

    /// About how far its streets go, in kilometres: ten for a city of a million.
    pub(super) fn radius_km(&self) -> f64 {
        (10.0 * (f64::from(self.population) / 1e6).sqrt()).clamp(3.0, REACH_KM)
    }
}

const EARTH_RADIUS_KM: f64 = 6_371.0;
const KM_PER_DEGREE: f64 = 111.2;

/// Kilometres between two longitudes at a latitude; the globe is round.
fn east_km(latitude: f64, a: f64, b: f64) -> f64 {
    let degrees = (a - b + 540.0).rem_euclid(360.0) - 180.0;
    (degrees * latitude.to_radians().cos() * KM_PER_DEGREE).abs()
}
