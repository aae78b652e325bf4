//! One event as Meetup's scripts and its interface hold it → a listing.
//!
//! On a web page objects refer to each other by `{"__ref": "Venue:2"}`, in an answer of the interface they
//! lie inside of each other; their fields have the same names.

use crate::facts::listing::{End, Listing, Location, Status};
use crate::facts::place::Mode;
use crate::facts::source::Way;
use crate::facts::when::zone_named;
use crate::read::{dates, json};
use serde_json::{Map, Value};

/// The nodes of a page, by their names.
type Nodes<'a> = Option<&'a Map<String, Value>>;

/// The object that a value is, or refers to.
pub(super) fn follow<'a>(nodes: Nodes<'a>, value: &'a Value) -> Option<&'a Map<String, Value>> {
    let object = value.as_object()?;
    match object.get("__ref").and_then(Value::as_str) {
        Some(name) => nodes?.get(name)?.as_object(),
        None => Some(object),
    }
}

/// Reads one event, under its own id.
///
/// # Errors
/// Says what the event lacks.
pub(super) fn listing<'a>(
    event: &'a Map<String, Value>,
    nodes: Nodes<'a>,
    way: Way,
) -> Result<Listing, String> {
    let id = json::text_of(event, "id").ok_or("has no id")?;
    let start = json::text_of(event, "dateTime").ok_or("has no dateTime")?;
    let start = dates::parse(&start).map_err(|what| format!("dateTime {what}"))?;
    let title = json::text_of(event, "title").unwrap_or_default();
    let mut listing = Listing::new(id.to_lowercase(), title, start, way);
    listing.end = json::text_of(event, "endTime")
        .and_then(|end| dates::parse(&end).ok())
        .map(End::At);
    listing.link = json::text_of(event, "eventUrl");
    listing.description = json::description_of(event, "description");
    let status = json::text_of(event, "status").unwrap_or_default();
    listing.status = match status.as_str() {
        "CANCELLED" | "CANCELLED_PERM" | "AUTOSCHED_CANCELLED" => Status::Cancelled,
        "" => Status::Unsaid,
        _ => Status::Confirmed,
    };
    listing.private = matches!(
        status.as_str(),
        "AUTOSCHED_DRAFT" | "BLOCKED" | "DRAFT" | "PENDING" | "PROPOSED" | "TEMPLATE"
    );
    listing.mode = match json::text_of(event, "eventType").as_deref() {
        Some("PHYSICAL") => Some(Mode::InPerson),
        Some("ONLINE") => Some(Mode::Virtual),
        Some("HYBRID") => Some(Mode::Hybrid),
        _ => match event.get("isOnline").and_then(Value::as_bool) {
            Some(true) => Some(Mode::Virtual),
            // `false` leaves a hybrid evening open.
            _ => None,
        },
    };
    let venues = venues(event, nodes);
    listing.mode = listing
        .mode
        .or(match (venues.online, venues.halls.is_empty()) {
            (true, true) => Some(Mode::Virtual),
            (true, false) => Some(Mode::Hybrid),
            (false, _) => None,
        });
    listing.locations = venues.halls;
    if listing.mode != Some(Mode::InPerson) {
        listing.online_url = json::text_of(event, "howToFindUs")
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    }
    let group = event.get("group").and_then(|group| follow(nodes, group));
    if let Some(group) = group {
        listing.zone = json::text_of(group, "timezone").and_then(|name| zone_named(&name));
        let page = json::text_of(group, "urlname")
            .map(|slug| format!("https://www.meetup.com/{}", slug.to_lowercase()));
        listing
            .organisers
            .extend(json::text_of(group, "name").map(|name| (name, page)));
    }
    Ok(listing)
}

/// Where an event is.
struct Venues {
    halls: Vec<Location>,
    /// Whether one of them is said to be online.
    online: bool,
}

/// Its venues; the placeholder of online events, which has a name and nothing else, is no hall.
fn venues<'a>(event: &'a Map<String, Value>, nodes: Nodes<'a>) -> Venues {
    let mut venues: Vec<&Value> = event.get("venue").into_iter().collect();
    let listed = event.get("venues").and_then(Value::as_array);
    venues.extend(listed.into_iter().flatten());
    let (mut halls, mut online) = (Vec::new(), false);
    for venue in venues.into_iter().filter_map(|venue| follow(nodes, venue)) {
        if json::text_of(venue, "venueType").is_some_and(|of| of.eq_ignore_ascii_case("online")) {
            online = true;
            continue;
        }
        let longitude = ["lng", "lon"]
            .into_iter()
            .find_map(|name| json::degrees(venue, name, 180.0));
        let degrees = json::degrees(venue, "lat", 90.0).zip(longitude);
        let location = Location {
            venue: json::text_of(venue, "name"),
            address: json::text_of(venue, "address"),
            city: json::text_of(venue, "city"),
            state: json::text_of(venue, "state"),
            country: json::text_of(venue, "country"),
            latitude: degrees.map(|(latitude, _)| latitude),
            longitude: degrees.map(|(_, longitude)| longitude),
        };
        let nameless = Location {
            venue: None,
            ..location.clone()
        };
        if nameless != Location::default() && !halls.contains(&location) {
            halls.push(location);
        }
    }
    Venues { halls, online }
}
