//! `near` and `within`: around which points, and how far.

use super::Wrong;
use crate::facts::place::{Asked, Place, Point, asked};

/// Kilometres around a point unless `within` says otherwise: an evening's journey.
const DEFAULT_KM: f64 = 100.0;
/// Half the way around the globe.
const MOST_KM: f64 = 20_040.0;
const KM_PER_MILE: f64 = 1.609_344;

/// Around which points events are asked for, and how far.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The points, in the order in which they were named.
    pub centres: Vec<Centre>,
    /// Kilometres from one of them.
    pub km: f64,
    /// The distance as it was asked for: `100 km`, `60 mi`.
    pub within: String,
}

/// A point that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Centre {
    /// What it is called: `Köln, DE`, or its degrees.
    pub name: String,
    /// Where it is.
    pub point: Point,
    /// The city, unless it was asked for by its degrees.
    pub place: Option<Place>,
    /// Smaller cities of the same name, which may be meant instead.
    pub others: Vec<Place>,
}

impl Near {
    /// Kilometres from the nearest of the points.
    pub fn distance(&self, point: Point) -> f64 {
        let all = self.centres.iter().map(|centre| centre.point.km_to(point));
        all.fold(f64::INFINITY, f64::min)
    }
}

/// What stands behind `near` and `within`, until both are read.
#[derive(Debug, Default)]
pub(super) struct Read {
    centres: Vec<Centre>,
    within: Option<(f64, String)>,
}

impl Read {
    pub(super) fn near(&mut self, value: &str) -> Result<(), Wrong> {
        let centre = centre(value)?;
        if !self.centres.contains(&centre) {
            self.centres.push(centre);
        }
        Ok(())
    }

    pub(super) fn within(&mut self, value: &str) -> Result<(), Wrong> {
        let read = distance(value).ok_or_else(|| {
            Wrong::new(
                "within",
                "is a distance such as 100km or 60mi, at most half the way around the globe",
            )
        })?;
        match self.within.replace(read) {
            Some(other) if Some(&other) != self.within.as_ref() => {
                Err(Wrong::new("within", "is said twice"))
            }
            _ => Ok(()),
        }
    }

    /// A distance without a point says nothing: a form sends it for its field of choices.
    pub(super) fn done(self) -> Option<Near> {
        let (km, within) = self
            .within
            .unwrap_or_else(|| (DEFAULT_KM, format!("{DEFAULT_KM} km")));
        (!self.centres.is_empty()).then_some(Near {
            centres: self.centres,
            km,
            within,
        })
    }
}

/// A city by any of its names, or degrees north and east.
fn centre(value: &str) -> Result<Centre, Wrong> {
    if let Some((north, east)) = numbers(value) {
        let Some(point) = Point::new(north, east) else {
            let what = "is no place on Earth: degrees north are from -90 to 90, degrees east from -180 to 180";
            return Err(Wrong::new("near", format!("{value:?} {what}")));
        };
        return Ok(Centre {
            name: format!("{}, {}", point.latitude(), point.longitude()),
            point,
            place: None,
            others: Vec::new(),
        });
    }
    match asked(value) {
        Asked::One(spot) => Ok(Centre {
            name: name(&spot.place),
            point: spot.point,
            place: Some(spot.place),
            others: spot.others,
        }),
        Asked::Several(places) => Err(one_of_several("near", value, &places)),
        Asked::Unknown(places) => Err(unknown_city("near", value, &places)),
    }
}

/// A complaint about a name that several cities have.
pub(super) fn one_of_several(key: &str, value: &str, places: &[Place]) -> Wrong {
    let what = format!("{value:?} may be {}", alternatives(places));
    Wrong::new(key, what).meaning(value, places.iter().map(name).collect())
}

/// A complaint about a name that no city has.
pub(super) fn unknown_city(key: &str, value: &str, alike: &[Place]) -> Wrong {
    let meant = match alike {
        [] => ": write the name of a large city nearby, as in \"Köln, DE\", or degrees, as in \"50.94, 6.96\"".to_owned(),
        alike => format!("; did you mean {}?", alternatives(alike)),
    };
    let what = format!("no city is known as {value:?}{meant}");
    Wrong::new(key, what).meaning(value, alike.iter().map(name).collect())
}

fn alternatives(places: &[Place]) -> String {
    let names: Vec<String> = places.iter().map(name).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => name.clone(),
        [all @ .., last] => format!("{} or {last}", all.join("; ")),
    }
}

/// A city with its state, where it has one: two cities of one country share names.
fn name(place: &Place) -> String {
    place.printed(&[place.country()])
}

/// `50.94,6.96`: degrees north and east.
fn numbers(value: &str) -> Option<(f64, f64)> {
    let (north, east) = value.split_once(',')?;
    Some((north.trim().parse().ok()?, east.trim().parse().ok()?))
}

/// Kilometres, and the distance as it is written in a title: `60 mi`. `None` if the text is no distance.
pub fn distance(value: &str) -> Option<(f64, String)> {
    let value = value.trim().to_ascii_lowercase();
    let at = value.find(|mark: char| !mark.is_ascii_digit() && mark != '.');
    let (number, unit) = value.split_at(at.unwrap_or(value.len()));
    let number: f64 = number.parse().ok()?;
    let (km, unit) = match unit.trim() {
        "" | "km" | "kms" | "kilometres" | "kilometers" => (number, "km"),
        "mi" | "mile" | "miles" => (number * KM_PER_MILE, "mi"),
        _ => return None,
    };
    (km > 0.0 && km <= MOST_KM).then(|| (km, format!("{number} {unit}")))
}
