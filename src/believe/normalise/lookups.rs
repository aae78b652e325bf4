//! What the table of places answered for one source's listings: most of a group's events are in the same few places, and
//! each question takes as long as all the rest of an event.

use crate::facts::place::{self, Place, Resolution, Stated};
use chrono_tz::Tz;
use std::collections::HashMap;

/// The answers so far.
#[derive(Default)]
pub(super) struct Lookups {
    places: HashMap<Asked, Vec<(Option<Place>, Resolution)>>,
    zones: HashMap<Place, Option<Tz>>,
}

/// The fields of a [`Stated`].
#[derive(PartialEq, Eq, Hash)]
struct Asked {
    texts: [Option<String>; 5],
    /// The degrees, bit by bit.
    point: [Option<u64>; 2],
    zone: Option<Tz>,
}

impl Lookups {
    /// As [`place::resolve`].
    pub(super) fn resolve(&mut self, stated: &Stated<'_>, home: Option<&Place>) -> Resolution {
        let texts = [
            stated.venue,
            stated.address,
            stated.city,
            stated.state,
            stated.country,
        ];
        let asked = Asked {
            texts: texts.map(|text| text.map(str::to_owned)),
            point: [stated.latitude, stated.longitude].map(|degrees| degrees.map(f64::to_bits)),
            zone: stated.zone,
        };
        let answers = self.places.entry(asked).or_default();
        if let Some((_, known)) = answers.iter().find(|(of, _)| of.as_ref() == home) {
            return known.clone();
        }
        let resolution = place::resolve(stated, home);
        answers.push((home.cloned(), resolution.clone()));
        resolution
    }

    /// As [`Place::zone`].
    pub(super) fn zone(&mut self, place: &Place) -> Option<Tz> {
        if let Some(known) = self.zones.get(place) {
            return *known;
        }
        let zone = place.zone();
        self.zones.insert(place.clone(), zone);
        zone
    }
}
