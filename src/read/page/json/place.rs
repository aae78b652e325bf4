//! Where an event is, in whichever fields a program says it.

use super::Site;
use super::fields::{self, Entry, Fields, words};
use crate::facts::listing::Location;
use crate::facts::place::{Mode, Resolution, resolve, says_online};
use crate::read::plain;
use serde_json::Value;

/// Places of one event that are read.
const MOST_PLACES: usize = 20;

/// Where an event is, and how one takes part.
#[derive(Default)]
pub(super) struct Where {
    pub(super) locations: Vec<Location>,
    pub(super) mode: Option<Mode>,
    pub(super) online_url: Option<String>,
}

pub(super) fn of(entry: &Entry<'_>, site: &Site<'_>) -> Where {
    let mut place = Where::default();
    for fields in entry.objects() {
        for (_, value) in fields.all(fields::PLACE) {
            place.take(value, site);
            if !place.locations.is_empty() || place.is_online() {
                break;
            }
        }
        if !place.locations.is_empty() {
            break;
        }
    }
    // A list of conferences names the city beside the event.
    let beside = postal(&entry.own, Location::default());
    if beside.city.is_some() || beside.country.is_some() {
        match &mut place.locations[..] {
            // "Almaty (Kazakhstan)" says no more than the fields do.
            [only] if only.city.is_none() && only.venue.is_none() => *only = beside,
            [] => place.locations.push(beside),
            _ => {}
        }
    }
    place.mode = mode(entry, &place);
    place
}

impl Where {
    fn is_online(&self) -> bool {
        self.mode == Some(Mode::Virtual)
    }

    fn take(&mut self, value: &Value, site: &Site<'_>) {
        match value {
            Value::Array(list) => {
                for value in list.iter().take(MOST_PLACES) {
                    self.take(value, site);
                }
            }
            Value::Object(object) => {
                let object = site.referred_to(object);
                let location = location(&Fields::of(object));
                self.add(location);
            }
            other => {
                let Some(said) = words(other) else {
                    return;
                };
                if let Some(object) = site.place_called(&said) {
                    self.add(location(&Fields::of(object)));
                    return;
                }
                // An id of a place that stands nowhere.
                if is_id(&said) {
                    return;
                }
                let text = crate::facts::event::one_line(&plain::description(&said));
                if says_online(&text) && text.starts_with("http") {
                    self.mode = Some(Mode::Virtual);
                    self.online_url.get_or_insert(text);
                } else if !text.starts_with("http") {
                    self.add(Location {
                        address: Some(text),
                        ..Location::default()
                    });
                }
            }
        }
    }

    fn add(&mut self, location: Location) {
        let says_nothing = Location {
            latitude: None,
            longitude: None,
            ..location.clone()
        } == Location::default();
        // A map's pin without an address is where the content system begins: Squarespace's is in New York.
        if says_nothing {
            return;
        }
        if resolve(&location.stated(), None) == Resolution::Online {
            self.mode = Some(Mode::Virtual);
            return;
        }
        self.locations.push(location);
    }
}

/// A text without a space that mixes letters and digits.
fn is_id(text: &str) -> bool {
    let has = |kind: fn(char) -> bool| text.chars().any(kind);
    !text.contains(char::is_whitespace)
        && has(|char| char.is_ascii_digit())
        && text.is_ascii()
        && (has(|char| char.is_ascii_lowercase()) || text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn location(fields: &Fields<'_>) -> Location {
    let mut location = Location {
        venue: fields.text(fields::VENUE),
        ..Location::default()
    };
    location = postal(fields, location);
    const INSIDE: fields::Names = &[
        "location",
        "address",
        "fulladdress",
        "geo",
        "coordinates",
        "physicaladdress",
        "geocode",
        "latlng",
    ];
    for (_, inside) in fields.all(INSIDE) {
        if let Value::Object(object) = inside {
            let inner = postal(&Fields::of(object), Location::default());
            location.address = location.address.or(inner.address);
            location.city = location.city.or(inner.city);
            location.state = location.state.or(inner.state);
            location.country = location.country.or(inner.country);
            location.latitude = location.latitude.or(inner.latitude);
            location.longitude = location.longitude.or(inner.longitude);
        }
    }
    location
}

/// The parts of an address that an object has.
fn postal(fields: &Fields<'_>, into: Location) -> Location {
    let text = |names: fields::Names| {
        let said = fields.all(names).filter(|(_, value)| !value.is_object());
        said.filter_map(|(_, value)| words(value)).next()
    };
    let degrees = |names: fields::Names, limit: f64| {
        let said: f64 = fields.text(names)?.parse().ok()?;
        (said.is_finite() && said.abs() <= limit).then_some(said)
    };
    let pin = degrees(fields::LATITUDE, 90.0).zip(degrees(fields::LONGITUDE, 180.0));
    let pin = pin.filter(|pin| *pin != (0.0, 0.0));
    Location {
        address: text(fields::ADDRESS).or(into.address),
        city: text(fields::CITY).or(into.city),
        state: text(fields::STATE).or(into.state),
        country: text(fields::COUNTRY).or(into.country),
        latitude: pin.map(|(latitude, _)| latitude).or(into.latitude),
        longitude: pin.map(|(_, longitude)| longitude).or(into.longitude),
        venue: into.venue,
    }
}

/// How one takes part, as far as a field says so. "Online" of an event that has a city means online too:
/// so `conference-data` writes it.
fn mode(entry: &Entry<'_>, place: &Where) -> Option<Mode> {
    let said = entry.text(fields::MODE).unwrap_or_default().to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let has_place = !place.locations.is_empty();
    if names(&["hybrid", "mixed"]) {
        return Some(Mode::Hybrid);
    }
    let is_here = names(&[
        "offline",
        "inperson",
        "in-person",
        "in person",
        "physical",
        "onsite",
    ]);
    if !is_here && names(&["online", "virtual", "remote"]) {
        return Some(Mode::Virtual);
    }
    if entry.is_true(fields::ONLINE) || place.is_online() {
        return Some(match has_place {
            true => Mode::Hybrid,
            false => Mode::Virtual,
        });
    }
    (is_here && has_place).then_some(Mode::InPerson)
}
