//! Where a schema.org event says that it is.

use super::{Context, types};
use crate::facts::listing::Location;
use crate::facts::place::{Resolution, Stated, resolve, says_online};
use crate::read::json;
use serde_json::{Map, Value};

/// Locations that are read of one event.
const MOST_LOCATIONS: usize = 20;

/// What an event's `location` holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Places that one can go to, in the order of the page.
    pub(super) locations: Vec<Location>,
    /// Whether it is (also) joined online.
    pub(super) is_virtual: bool,
    /// Where, as written.
    pub(super) online_url: Option<String>,
}

/// Reads a place of any type, a `VirtualLocation`, a text, or a list of them.
pub(super) fn read<'a>(location: Option<&'a Value>, context: &Context<'a>) -> Found {
    let mut found = Found::default();
    let list = match location {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    for location in list.iter().take(MOST_LOCATIONS) {
        match location {
            Value::Object(object) => {
                let object = context.follow(object);
                if types(object).any(|name| name == "VirtualLocation") {
                    found.is_virtual = true;
                    found.online_url = found.online_url.or_else(|| json::text_of(object, "url"));
                } else if let Some(place) = place(object) {
                    found.take(place);
                }
            }
            other => match json::text(other) {
                Some(url) if is_url(&url) => found.take_link(url),
                Some(address) => found.take(Location {
                    address: Some(address),
                    ..Location::default()
                }),
                None => {}
            },
        }
    }
    found
}

impl Found {
    /// Takes a place. Content systems have no other field for "Online event" and the meeting's address.
    fn take(&mut self, place: Location) {
        if resolve(&stated(&place), None) != Resolution::Online {
            self.locations.push(place);
            return;
        }
        self.is_virtual = true;
        let texts = [&place.address, &place.venue].into_iter().flatten();
        let mut words = texts.flat_map(|text| text.split_whitespace());
        let link = words.find(|word| is_url(word)).map(str::to_owned);
        self.online_url = self.online_url.take().or(link);
    }

    /// Takes an address in the web where a place should stand: a meeting's, or a hall's, a map's, a ticket shop's.
    fn take_link(&mut self, url: String) {
        if says_online(&url) {
            self.is_virtual = true;
            self.online_url.get_or_insert(url);
        }
    }
}

fn stated(place: &Location) -> Stated<'_> {
    Stated {
        venue: place.venue.as_deref(),
        address: place.address.as_deref(),
        city: place.city.as_deref(),
        state: place.state.as_deref(),
        country: place.country.as_deref(),
        latitude: place.latitude,
        longitude: place.longitude,
    }
}

fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

fn place(object: &Map<String, Value>) -> Option<Location> {
    let mut location = Location {
        venue: json::text_of(object, "name"),
        ..Location::default()
    };
    let address = match json::field(object, "address") {
        Some(Value::Array(list)) => list.first(),
        address => address,
    };
    match address {
        Some(Value::Object(address)) => postal(address, &mut location),
        Some(address) => location.address = json::text(address),
        // Some pages give the address where its place should stand.
        None => postal(object, &mut location),
    }
    let geo = match json::field(object, "geo") {
        Some(Value::Object(geo)) => geo,
        _ => object,
    };
    let degrees = json::degrees(geo, "latitude", 90.0).zip(json::degrees(geo, "longitude", 180.0));
    // Content systems fill in 0, 0 for "unknown"; nobody meets there, in the Gulf of Guinea.
    if let Some((latitude, longitude)) = degrees.filter(|degrees| *degrees != (0.0, 0.0)) {
        location.latitude = Some(latitude);
        location.longitude = Some(longitude);
    }
    (location != Location::default()).then_some(location)
}

fn postal(address: &Map<String, Value>, location: &mut Location) {
    location.address = json::text_of(address, "streetAddress");
    location.city = json::text_of(address, "addressLocality");
    location.state = named(address, "addressRegion");
    location.country = named(address, "addressCountry");
}

/// A field that is a text, or an object with a name.
fn named(object: &Map<String, Value>, name: &str) -> Option<String> {
    match json::field(object, name)? {
        Value::Object(named) => {
            json::text_of(named, "name").or_else(|| json::text_of(named, "identifier"))
        }
        value => json::text(value),
    }
}
