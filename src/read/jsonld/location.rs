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
    for location in json::each(location).take(MOST_LOCATIONS) {
        match location {
            Value::Object(object) => found.take_object(context.follow(object), context),
            other => {
                if let Some(text) = json::text(other) {
                    found.take_text(text, context);
                }
            }
        }
    }
    found
}

impl Found {
    fn take_object<'a>(&mut self, object: &'a Map<String, Value>, context: &Context<'a>) {
        if types(object).any(|name| name == "VirtualLocation") {
            self.is_virtual = true;
            self.online_url = self
                .online_url
                .take()
                .or_else(|| json::text_of(object, "url"));
            // Some call one object both, and give it the hall's address.
            if json::field(object, "address").is_none() {
                return;
            }
        }
        places(object, context)
            .into_iter()
            .for_each(|place| self.take(place));
    }

    fn take_text<'a>(&mut self, text: String, context: &Context<'a>) {
        if let Some(node) = context.node(&text) {
            self.take_object(node, context);
        } else if is_url(&text) {
            self.take_link(text);
        } else {
            self.take(Location {
                address: Some(text),
                ..Location::default()
            });
        }
    }

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
        zone: None,
    }
}

fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// A place, once for each of its addresses: all of them are looked at, in whichever form.
fn places<'a>(object: &'a Map<String, Value>, context: &Context<'a>) -> Vec<Location> {
    let mut location = Location {
        venue: json::text_of(object, "name"),
        ..Location::default()
    };
    locate(object, &mut location);
    let addresses = json::each(json::field(object, "address")).take(MOST_LOCATIONS);
    let mut places: Vec<Location> = addresses
        .map(|address| {
            let mut location = location.clone();
            match address {
                Value::Object(address) => postal(context.follow(address), &mut location),
                address => location.address = json::text(address),
            }
            location
        })
        .collect();
    if places.is_empty() {
        // Some pages give the address where its place should stand.
        postal(object, &mut location);
        places.push(location);
    }
    places.retain(|place| *place != Location::default());
    places
}

/// The position of a place, from its `geo` or from itself.
fn locate(object: &Map<String, Value>, location: &mut Location) {
    let mut geos = json::each(json::field(object, "geo"));
    let geo = geos.find_map(Value::as_object).unwrap_or(object);
    let degrees = json::degrees(geo, "latitude", 90.0).zip(json::degrees(geo, "longitude", 180.0));
    // Content systems fill in 0, 0 for "unknown"; no one meets there, in the Gulf of Guinea.
    if let Some((latitude, longitude)) = degrees.filter(|degrees| *degrees != (0.0, 0.0)) {
        location.latitude = Some(latitude);
        location.longitude = Some(longitude);
    }
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
