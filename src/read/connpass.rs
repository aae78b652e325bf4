//! connpass (Japan): a group's events by its interface, which only a key opens.
//!
//! A group's page holds no events for programs; the page of a single event may hold that one.

use super::{charset, dates, json, jsonld, refusal};
use crate::facts::link::{Link, Meaning, is_host};
use crate::facts::listing::{End, Listing, Location, Problem, Reading, Status, Unreadable};
use crate::facts::place::{Mode, says_online};
use crate::facts::source::{Address, Credential, Page, Purpose, Request, Source, Way};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};
use url::Url;

/// Events asked for at a time: the most that there are in an answer.
const EVENTS_PER_PAGE: u64 = 100;

/// Days after its end for which an event is still read: the list goes back to the group's beginning.
const PAST_DAYS: i64 = 90;

/// What stands as the place of an event that is held online.
const ONLINE: &str = "オンライン";

/// What else may stand before that word without being a place.
const PROGRAMS: [&str; 6] = ["Zoom", "YouTube", "Discord", "Google Meet", "Teams", "Remo"];

/// What joins "online" with a place, or says that there is one.
const JOINED: [&str; 12] = [
    "+",
    "＋",
    "&",
    "＆",
    "/",
    "／",
    "・",
    "と",
    "または",
    "および",
    "現地",
    "オフライン",
];

/// The question for the group's events, or the page of the event that the address is of.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    let of_event = matches!(
        Link::parse(url).ok()?.meaning(),
        Meaning::Event {
            scope: "connpass",
            ..
        }
    );
    match way {
        Way::Api if !of_event => Some(list(&group_of(url)?, 1)),
        Way::Page if of_event => Some(Request::get(url, Purpose::List, way)),
        _ => None,
    }
}

fn list(group: &str, start: u64) -> Request {
    // Ordered by day, the last first: so a page shows whether older ones still matter.
    let url = format!(
        "https://connpass.com/api/v2/events/?subdomain={group}&order=2&count={EVENTS_PER_PAGE}&start={start}"
    );
    Request {
        key: Some(Credential::Connpass),
        ..Request::get(url, Purpose::List, Way::Api)
    }
}

/// The group that is at home on `<group>.connpass.com`.
fn group_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let group = host.strip_suffix(".connpass.com")?;
    (is_host(host, "connpass.com") && group != "www" && !group.contains('.'))
        .then(|| group.to_owned())
}

/// What the interface or an event's page says.
pub(super) fn read(page: &Page, now: DateTime<Utc>) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let mut reading = if page.request.way == Way::Api || text.trim_start().starts_with('{') {
        interface(page, &text, now)?
    } else {
        web_page(page, &text)?
    };
    reading.problems.extend(damage);
    Ok(reading)
}

fn web_page(page: &Page, text: &str) -> Result<Reading, Unreadable> {
    let mut reading = jsonld::read(page).map_err(|error| match error {
        Unreadable::NotWhatWasAsked(_) => Unreadable::NotWhatWasAsked(format!(
            "the page holds no event for programs: a key is needed ([fetch.keys] connpass), and the address of the group, as https://GROUP.connpass.com/{}",
            refusal::in_brackets(text)
        )),
        error => error,
    })?;
    if let [alone] = &mut reading.listings[..]
        && let Some(Ok(link)) = alone.link.as_deref().map(Link::parse)
        && let Meaning::Event {
            scope: "connpass",
            id,
        } = link.meaning()
    {
        alone.key = id;
    }
    Ok(reading)
}

fn interface(page: &Page, text: &str, now: DateTime<Utc>) -> Result<Reading, Unreadable> {
    if let Some(refusal) = refusal::no_json("connpass's interface", text) {
        return Err(refusal);
    }
    let answer = json::parse(text).map_err(|fault| {
        Unreadable::Damaged(format!(
            "line {}: connpass's interface answers no valid JSON: {} (column {})",
            fault.line, fault.what, fault.column
        ))
    })?;
    let answer = answer.value;
    let Some(events) = answer.get("events").and_then(Value::as_array) else {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "JSON without a list of events: no answer of connpass's interface{}",
            refusal::in_brackets(text)
        )));
    };
    let mut reading = Reading {
        entries: events.len(),
        whole: true,
        ..Reading::default()
    };
    for event in events {
        let event = event.as_object();
        match event
            .ok_or_else(|| "entry is no object".to_owned())
            .and_then(listing)
        {
            Ok(listing) => reading.listings.push(listing),
            Err(what) => {
                reading.whole = false;
                reading.problems.push(Problem {
                    line: 0,
                    what,
                    item: event.and_then(|event| json::label(event, "title")),
                    lost: true,
                });
            }
        }
    }
    let past = now - TimeDelta::days(PAST_DAYS);
    next_page(page, &answer, past, &mut reading);
    reading.listings.retain(|listing| over(listing) >= past);
    Ok(reading)
}

fn over(listing: &Listing) -> DateTime<Utc> {
    match listing.end {
        Some(End::At(end)) => end.instant(Tz::Asia__Tokyo),
        _ => listing.start.instant(Tz::Asia__Tokyo),
    }
}

/// The list goes on to the group's first event: no further than to what is long over.
fn next_page(page: &Page, answer: &Value, past: DateTime<Utc>, reading: &mut Reading) {
    let number = |name: &str| answer.get(name).and_then(Value::as_u64);
    let (Some(start), Some(returned), Some(available)) = (
        number("results_start"),
        number("results_returned"),
        number("results_available"),
    ) else {
        return;
    };
    let next = start.saturating_add(returned);
    let starts: Vec<DateTime<Utc>> = reading.listings.iter().map(over).collect();
    let falling = starts.windows(2).all(|pair| pair[0] >= pair[1]);
    let only_past = starts.last().is_some_and(|last| falling && *last < past);
    if returned == 0 || next > available || only_past {
        return;
    }
    let asked = Url::parse(&page.request.url).ok();
    let group = asked.and_then(|url| {
        let (_, group) = url.query_pairs().find(|(name, _)| name == "subdomain")?;
        Some(group.into_owned())
    });
    reading.next.extend(group.map(|group| list(&group, next)));
}

fn listing(event: &Map<String, Value>) -> Result<Listing, String> {
    let id = json::text_of(event, "id").ok_or("has no id")?;
    let start = json::text_of(event, "started_at").ok_or("has no started_at")?;
    let start = dates::parse(&start).map_err(|what| format!("started_at {what}"))?;
    let title = json::text_of(event, "title").unwrap_or_default();
    let mut listing = Listing::new(id, title, start, Way::Api);
    listing.zone = Some(Tz::Asia__Tokyo);
    listing.end = json::text_of(event, "ended_at")
        .and_then(|end| dates::parse(&end).ok())
        .map(End::At);
    listing.link = json::text_of(event, "url");
    listing.description = json::description_of(event, "description");
    listing.status = match json::text_of(event, "open_status").as_deref() {
        Some("cancelled" | "canceled") => Status::Cancelled,
        _ => Status::Confirmed,
    };
    let place = json::text_of(event, "place");
    let prefecture = json::field(event, "prefecture").and_then(|prefecture| match prefecture {
        Value::Object(prefecture) => json::text_of(prefecture, "name"),
        prefecture => json::text(prefecture),
    });
    listing.mode = match prefecture.as_deref() {
        Some("online") => Some(Mode::Virtual),
        _ => place.as_deref().and_then(mode),
    };
    listing
        .locations
        .extend(location(event, place, listing.mode));
    let group = json::field(event, "group").and_then(Value::as_object);
    listing.organisers.extend(group.and_then(|group| {
        let name = json::text_of(group, "title")?;
        Some((name, json::text_of(group, "url")))
    }));
    Ok(listing)
}

/// What the place says of the mode; most places say nothing.
fn mode(place: &str) -> Option<Mode> {
    if says_online(place) {
        return Some(Mode::Virtual);
    }
    if place.contains("ハイブリッド") {
        return Some(Mode::Hybrid);
    }
    let (before, after) = place.split_once(ONLINE)?;
    let mut before = before.to_owned();
    for program in PROGRAMS {
        before = before.replace(program, "");
    }
    let elsewhere = before.chars().any(char::is_alphanumeric)
        || JOINED
            .iter()
            .any(|joint| before.contains(joint) || after.contains(joint));
    Some(if elsewhere {
        Mode::Hybrid
    } else {
        Mode::Virtual
    })
}

/// Where it is. An online event may carry the town of its group.
fn location(
    event: &Map<String, Value>,
    place: Option<String>,
    mode: Option<Mode>,
) -> Option<Location> {
    let address = json::text_of(event, "address");
    let venue = place.filter(|_| mode != Some(Mode::Virtual));
    if address.is_none() && venue.is_none() {
        return None;
    }
    // Without an address the map shows any place in the world.
    let degrees = json::degrees(event, "lat", 90.0)
        .zip(json::degrees(event, "lon", 180.0))
        .filter(|_| address.is_some());
    Some(Location {
        venue,
        address,
        country: Some("JP".to_owned()),
        latitude: degrees.map(|(latitude, _)| latitude),
        longitude: degrees.map(|(_, longitude)| longitude),
        ..Location::default()
    })
}
