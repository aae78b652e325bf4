//! The items of a Luma calendar: `get-items`, as JSON, page by page.

use super::{calendar_in, id_at_start};
use crate::facts::event::folded;
use crate::facts::listing::{End, Listing, Location, Problem, Reading, Status, Unreadable};
use crate::facts::place::Mode;
use crate::facts::source::{Page, Purpose, Request, Source, Way};
use crate::read::entries::{self, Notes};
use crate::read::{dates, json, refusal};
use serde_json::{Map, Value};
use url::Url;

/// What `location_type` says of an event that is joined online: by which program.
const ONLINE: [&str; 9] = [
    "discord",
    "google_meet",
    "meet",
    "online",
    "teams",
    "twitch",
    "virtual",
    "youtube",
    "zoom",
];

/// Where it says nothing.
const OPEN: [&str; 4] = ["", "missing", "undecided", "unknown"];

/// Reads one page of items and asks for the next.
pub(super) fn read(source: &Source, page: &Page, text: &str) -> Result<Reading, Unreadable> {
    let list = entries::page(text)?;
    let Some(listed) = list.get("entries").and_then(Value::as_array) else {
        return Err(Unreadable::NotWhatWasAsked(
            match refusal::message(text.as_bytes()) {
                Some(message) => format!("Luma answers {message:?} in place of a list"),
                None => "JSON without a list of entries: not Luma's items".to_owned(),
            },
        ));
    };
    let mut reading = Reading {
        entries: listed.len(),
        whole: true,
        ..Reading::default()
    };
    let asked = calendar_in(&page.request.url);
    for entry in listed {
        let mut notes = Notes::new();
        let read = listing(source, asked.as_deref(), entry, &mut notes);
        let event = entry.get("event").and_then(Value::as_object);
        let item = event.and_then(|event| json::label(event, "name"));
        entries::take(&mut reading, read, notes, item);
    }
    next_page(page, &list, &mut reading);
    Ok(reading)
}

/// `has_more` is to be trusted, not the cursor: a last page may have one.
fn next_page(page: &Page, list: &Value, reading: &mut Reading) {
    if list.get("has_more").and_then(Value::as_bool) != Some(true) {
        return;
    }
    let cursor = list.get("next_cursor").and_then(Value::as_str);
    let next = Url::parse(&page.request.url)
        .ok()
        .zip(cursor)
        .and_then(|(mut url, cursor)| {
            let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let is_cursor = |name: &str| name == "pagination_cursor";
            if pairs
                .iter()
                .any(|(name, value)| is_cursor(name) && value == cursor)
            {
                return None;
            }
            url.query_pairs_mut()
                .clear()
                .extend_pairs(pairs.iter().filter(|(name, _)| !is_cursor(name)))
                .append_pair("pagination_cursor", cursor);
            Some(url.to_string())
        });
    match next {
        Some(url) => {
            let next = Request::get(url, Purpose::List, page.request.way);
            reading.next.push(next);
        }
        None => {
            reading.whole = false;
            reading.problems.push(Problem {
                line: 0,
                what: "the list has more pages, but names no new one: the rest was not read"
                    .to_owned(),
                item: None,
                lost: true,
            });
        }
    }
}

fn listing(
    source: &Source,
    asked: Option<&str>,
    entry: &Value,
    notes: &mut Notes,
) -> Result<Listing, String> {
    let entry = entry.as_object().ok_or("entry is no object")?;
    let event = json::field(entry, "event")
        .and_then(Value::as_object)
        .ok_or("entry holds no event")?;
    let own_id = json::text_of(event, "api_id");
    let is_external = own_id.is_none();
    let key = own_id
        .or_else(|| json::text_of(entry, "api_id"))
        .ok_or("entry has no api_id")?;
    let start = json::text_of(event, "start_at")
        .or_else(|| json::text_of(entry, "start_at"))
        .ok_or("has no start_at")?;
    let start = dates::parse(&start).map_err(|what| format!("start_at {what}"))?;
    let title = json::text_of(event, "name").unwrap_or_default();
    let mut listing = Listing::new(key, title, start, Way::Items);
    listing.status = Status::Confirmed;
    listing.end = match json::text_of(event, "end_at") {
        Some(_) => entries::end(event, "end_at", notes),
        None => json::text_of(event, "duration_interval")
            .and_then(|text| dates::duration(&text))
            .map(End::After),
    };
    listing.zone = entries::zone(event, "timezone", notes);
    let kind = json::text_of(event, "location_type").unwrap_or_default();
    listing.mode = match kind.as_str() {
        "offline" => Some(Mode::InPerson),
        kind if ONLINE.contains(&kind) => Some(Mode::Virtual),
        kind => {
            if !OPEN.contains(&kind) {
                notes.push((
                    format!("location_type {kind:?} is new: mode left open"),
                    false,
                ));
            }
            None
        }
    };
    listing.locations.extend(location(event));
    // "offline" is what Luma writes by default: without an address and with a meeting it says nothing.
    let meeting = json::text_of(event, "meeting_url");
    if kind == "offline" && listing.locations.is_empty() && meeting.is_some() {
        let what = "says that it is offline, but gives no address and a meeting: mode left open";
        notes.push((what.to_owned(), false));
        listing.mode = None;
        listing.online_url = meeting;
    }
    listing.link = link(event);
    listing.description = json::description_of(event, "description");
    let visibility = json::text_of(event, "visibility").unwrap_or_default();
    listing.private = visibility == "private";
    let holder = Holder::of(entry, event, asked);
    listing.cross_listed = match is_external {
        true => holder.is_another_than(source, entry),
        false => holder.is_cross_listed,
    };
    listing
        .organisers
        .extend(holder.name.map(|name| (name, holder.page)));
    Ok(listing)
}

/// Who holds an event: its own calendar, and of what is only linked the host that is named.
struct Holder {
    name: Option<String>,
    page: Option<String>,
    is_cross_listed: bool,
}

impl Holder {
    fn of(entry: &Map<String, Value>, event: &Map<String, Value>, asked: Option<&str>) -> Holder {
        if let Some(host) = json::text_of(event, "host") {
            return Holder {
                name: Some(host),
                page: None,
                is_cross_listed: false,
            };
        }
        let own = json::text_of(event, "calendar_api_id");
        let listed = json::text_of(entry, "calendar_api_id");
        let asked = asked.or(listed.as_deref());
        let is_cross_listed = asked
            .zip(own.as_deref())
            .is_some_and(|(asked, own)| asked != own);
        let calendar = json::field(entry, "calendar")
            .and_then(Value::as_object)
            .filter(|calendar| own.is_some() && json::text_of(calendar, "api_id") == own);
        let is_personal = calendar
            .and_then(|calendar| calendar.get("is_personal"))
            .and_then(Value::as_bool)
            == Some(true);
        let named = calendar.filter(|_| !is_personal);
        let host = json::field(entry, "hosts")
            .and_then(Value::as_array)
            .and_then(|hosts| hosts.first()?.as_object())
            .and_then(|host| json::text_of(host, "name"));
        let page = named.and_then(|calendar| {
            let slug = json::text_of(calendar, "slug").and_then(|slug| page_of(&slug));
            let id = own.as_deref().and_then(|id| id_at_start(id, "cal-"));
            slug.or_else(|| id.map(|id| format!("https://luma.com/calendar/{id}")))
        });
        Holder {
            name: named
                .and_then(|calendar| json::text_of(calendar, "name"))
                .or(host)
                // Better an id in the editor's eye than the wrong group in print.
                .or_else(|| own.filter(|_| is_cross_listed)),
            page,
            is_cross_listed,
        }
    }

    /// A group links its own events of other platforms too.
    fn is_another_than(&self, source: &Source, entry: &Map<String, Value>) -> bool {
        let Some(name) = &self.name else { return false };
        let calendar = entry
            .get("calendar")
            .and_then(|calendar| calendar.get("name"));
        let own = [
            source
                .organiser
                .as_ref()
                .map(|organiser| organiser.name.clone()),
            calendar.and_then(json::text),
        ];
        !own.into_iter()
            .flatten()
            .any(|own| folded(&own) == folded(name))
    }
}

/// The event's page: a slug of Luma's, or an address elsewhere.
fn link(event: &Map<String, Value>) -> Option<String> {
    let url = json::text_of(event, "url")?;
    if url.contains("://") {
        let url = Url::parse(&url).ok()?;
        return (matches!(url.scheme(), "http" | "https") && url.has_host())
            .then(|| url.to_string());
    }
    page_of(&url)
}

fn page_of(slug: &str) -> Option<String> {
    let mut url = Url::parse("https://luma.com/").ok()?;
    url.path_segments_mut().ok()?.clear().push(slug);
    Some(url.to_string())
}

fn location(event: &Map<String, Value>) -> Option<Location> {
    let info = json::field(event, "geo_address_info")
        .or_else(|| json::field(event, "geo_address_json"))?
        .as_object()?;
    let full = json::text_of(info, "full_address");
    let short = json::text_of(info, "address");
    // Of an address found on the map, `address` is its first part: a street has a number, a venue a name.
    let venue = short
        .clone()
        .filter(|name| full.is_some() && !name.contains(|char: char| char.is_ascii_digit()));
    let mut location = Location {
        venue,
        address: full.or(short),
        city: json::text_of(info, "city"),
        state: json::text_of(info, "region_short").or_else(|| json::text_of(info, "region")),
        country: json::text_of(info, "country_code").or_else(|| json::text_of(info, "country")),
        ..Location::default()
    };
    // What is hidden from strangers has coordinates that are moved on purpose.
    let hidden = json::text_of(info, "mode").is_some_and(|mode| mode == "obfuscated");
    let coordinate = json::field(event, "coordinate").and_then(Value::as_object);
    if let Some(coordinate) = coordinate.filter(|_| !hidden) {
        let degrees = json::degrees(coordinate, "latitude", 90.0).zip(json::degrees(
            coordinate,
            "longitude",
            180.0,
        ));
        location.latitude = degrees.map(|(latitude, _)| latitude);
        location.longitude = degrees.map(|(_, longitude)| longitude);
    }
    (location != Location::default()).then_some(location)
}
