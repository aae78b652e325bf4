//! An event → schema.org as JSON-LD, for search engines
//! (<https://developers.google.com/search/docs/appearance/structured-data/event>, seen 2026-11).

use crate::believe::curate::{Published, Shown};
use crate::facts::event::Status;
use crate::facts::link::Link;
use crate::facts::place::Mode;
use crate::facts::when::{self, When};
use serde_json::{Map, Value, json};

/// Characters of a description.
const LONGEST_DESCRIPTION: usize = 1_000;

/// An event with the page that it has here; `None` if it is hidden, or if no source lists it any more, so that it may not
/// take place.
pub fn event(event: &Published, page: &str) -> Option<Value> {
    let status = match event.status {
        Status::Withdrawn => return None,
        _ if event.shown == Shown::Nowhere => return None,
        Status::Cancelled => "EventCancelled",
        Status::Postponed => "EventPostponed",
        Status::Confirmed | Status::Tentative if event.moved_from.is_some() => "EventRescheduled",
        Status::Confirmed | Status::Tentative => "EventScheduled",
    };
    let mode = match event.mode {
        Mode::InPerson => "OfflineEventAttendanceMode",
        Mode::Virtual => "OnlineEventAttendanceMode",
        Mode::Hybrid => "MixedEventAttendanceMode",
    };
    let (start, end) = instants(&event.when);
    let mut fields = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": page,
        "name": event.title.as_str(),
        "startDate": start,
        "eventStatus": format!("https://schema.org/{status}"),
        "eventAttendanceMode": format!("https://schema.org/{mode}"),
        "url": event.links.first().map_or(page, |link| link.url.as_str()),
    });
    let known = fields.as_object_mut()?;
    let mut set = |name: &str, value: Value| known.insert(name.to_owned(), value);
    if let Some(end) = end {
        set("endDate", end.into());
    }
    if let Some(before) = &event.moved_from {
        set("previousStartDate", instants(before).0.into());
    }
    let about: String = event
        .description
        .trim()
        .chars()
        .take(LONGEST_DESCRIPTION)
        .collect();
    if !about.is_empty() {
        set("description", about.into());
    }
    let organisers: Vec<Value> = event
        .organisers
        .iter()
        .map(|known| {
            let url = known.url.as_ref().map(Link::as_str);
            named("Organization", &known.name, url)
        })
        .collect();
    if !organisers.is_empty() {
        set("organizer", organisers.into());
    }
    let mut locations = locations(event);
    match locations.len() {
        0 => {}
        1 => {
            set("location", locations.remove(0));
        }
        _ => {
            set("location", locations.into());
        }
    }
    Some(fields)
}

/// A value as the text of a `<script>`: nothing in it can end the element or begin a comment.
pub fn in_script(value: &Value) -> String {
    let text = value.to_string();
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

/// Start and end: with the venue's distance from UTC, or days. The last day of several whole days is the end.
fn instants(when: &When) -> (String, Option<String>) {
    match *when {
        When::Timed { start, end, zone } => {
            let at = |instant| when::with_offset(instant, zone).to_rfc3339();
            (at(start), end.map(at))
        }
        When::Days { first, last } => (first.to_string(), Some(last.to_string())),
    }
}

fn named(kind: &str, name: &str, url: Option<&str>) -> Value {
    let mut fields = Map::new();
    fields.insert("@type".to_owned(), kind.into());
    fields.insert("name".to_owned(), name.into());
    fields.extend(url.map(|url| ("url".to_owned(), url.into())));
    fields.into()
}

/// The venue or city, and where it is joined online.
fn locations(event: &Published) -> Vec<Value> {
    let mut found = Vec::new();
    if event.mode != Mode::Virtual {
        found.extend(place(event));
    }
    if event.mode != Mode::InPerson {
        let page = event.links.first().map(|link| &link.url);
        if let Some(url) = event.online_url.as_ref().or(page) {
            found.push(json!({"@type": "VirtualLocation", "url": url.as_str()}));
        }
    }
    found
}

fn place(event: &Published) -> Option<Value> {
    let venue = event.venue.as_ref();
    let street = venue.and_then(|venue| venue.address.as_deref());
    let place = event.place.as_ref();
    let city = place.and_then(|place| place.city());
    let name = venue
        .and_then(|venue| venue.name.as_deref())
        .or(street)
        .or(city)?;
    let mut address = Map::new();
    address.insert("@type".to_owned(), "PostalAddress".into());
    let parts = [
        ("streetAddress", street),
        ("addressLocality", city),
        ("addressRegion", place.and_then(|place| place.state())),
        ("addressCountry", place.map(|place| place.country().code())),
    ];
    for (part, text) in parts {
        address.extend(text.map(|text| (part.to_owned(), text.into())));
    }
    let mut fields = json!({"@type": "Place", "name": name, "address": address});
    if let Some((north, east)) = venue.and_then(|venue| venue.coordinates) {
        fields["geo"] = json!({"@type": "GeoCoordinates", "latitude": north, "longitude": east});
    }
    Some(fields)
}
