//! Eventbrite: an organiser's events by its interface, which any free account's token opens.
//!
//! Without a token there is the organiser's page, which has listed no events for programs since June 2026,
//! and the page of a single event, which still holds its own. Both show a series as one event, from its
//! first start to its last end.

use super::{charset, dates, json, jsonld, refusal};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{End, Listing, Location, Problem, Reading, Status, Unreadable};
use crate::facts::place::Mode;
use crate::facts::source::{Address, Credential, Page, Purpose, Request, Source, Way};
use crate::facts::when::{LONGEST_PRINTED_DAYS, Stamp, zone_named};
use chrono::NaiveTime;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use url::Url;

const ADDRESS: &str = "https://www.eventbriteapi.com/v3/organizers";

/// The question for the organiser's events, or the page itself.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    match way {
        Way::Api => {
            let organiser = organiser_of(url)?;
            let url = format!(
                "{ADDRESS}/{organiser}/events/?expand=venue&status=live&order_by=start_asc"
            );
            Some(list(url))
        }
        Way::Page => Some(Request::get(url, Purpose::List, way)),
        Way::Items | Way::Feed | Way::Configuration => None,
    }
}

fn list(url: String) -> Request {
    Request {
        key: Some(Credential::Eventbrite),
        ..Request::get(url, Purpose::List, Way::Api)
    }
}

/// The number in the address of an organiser's page, in whichever country's domain.
fn organiser_of(url: &str) -> Option<String> {
    match Link::parse(url).ok()?.meaning() {
        Meaning::Group {
            scope: "eventbrite",
            id,
        } if is_number(&id) => Some(id),
        _ => None,
    }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// What the interface, an organiser's page or an event's page says.
pub(super) fn read(source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let start = text.trim_start();
    let mut reading = match answer(page, start)? {
        Some(answer) => interface(page, &answer)?,
        None => web_page(source, page, start)?,
    };
    reading.problems.extend(damage);
    Ok(reading)
}

/// The interface's answer; a body may also be a page, or JSON-LD by itself.
fn answer(page: &Page, text: &str) -> Result<Option<Value>, Unreadable> {
    let by_interface = page.request.way == Way::Api;
    if !by_interface && !text.starts_with('{') {
        return Ok(None);
    }
    if by_interface && let Some(refusal) = refusal::no_json("Eventbrite's interface", text) {
        return Err(refusal);
    }
    match json::parse(text) {
        Ok(parsed) if by_interface || parsed.value.get("pagination").is_some() => {
            Ok(Some(parsed.value))
        }
        Err(fault) if by_interface => Err(Unreadable::Damaged(format!(
            "line {}: Eventbrite's interface answers no valid JSON: {} (column {})",
            fault.line, fault.what, fault.column
        ))),
        Ok(_) | Err(_) => Ok(None),
    }
}

/// The events of one page of the interface's list.
fn interface(page: &Page, answer: &Value) -> Result<Reading, Unreadable> {
    let Some(events) = answer.get("events").and_then(Value::as_array) else {
        let said = answer.get("error_description").and_then(json::text);
        return Err(Unreadable::NotWhatWasAsked(match said {
            Some(said) => {
                let short: String = said.chars().take(120).collect();
                format!("Eventbrite's interface answers {short:?} in place of a list")
            }
            None => format!(
                "JSON without a list of events: no answer of Eventbrite's interface{}",
                refusal::in_brackets(&answer.to_string())
            ),
        }));
    };
    let mut reading = Reading {
        entries: events.len(),
        whole: true,
        ..Reading::default()
    };
    for event in events {
        let event = event.as_object();
        let mut note = |what: String, lost: bool| {
            reading.whole &= !lost;
            reading.problems.push(Problem {
                line: 0,
                what,
                item: event.and_then(|event| json::label(event, "id")),
                lost,
            });
        };
        let Some(event) = event else {
            note("entry is no object".to_owned(), true);
            continue;
        };
        // Its days are listed one by one.
        if is_true(event, "is_series_parent") {
            continue;
        }
        if is_true(event, "hide_start_date") {
            let what = "the organiser hides when it starts: not read";
            note(what.to_owned(), false);
            continue;
        }
        match listing(event) {
            Ok(mut listing) => {
                if let Some(what) = shortened(&mut listing) {
                    note(what, false);
                }
                reading.listings.push(listing);
            }
            Err(what) => note(what, true),
        }
    }
    next_page(page, answer, &mut reading);
    Ok(reading)
}

fn is_true(event: &Map<String, Value>, name: &str) -> bool {
    event.get(name).and_then(Value::as_bool) == Some(true)
}

fn listing(event: &Map<String, Value>) -> Result<Listing, String> {
    let id = json::text_of(event, "id").ok_or("has no id")?;
    let start = time(event, "start")?.ok_or("has no start")?;
    let title = json::field(event, "name")
        .and_then(words)
        .unwrap_or_default();
    let mut listing = Listing::new(id, title, start, Way::Api);
    listing.end = match is_true(event, "hide_end_date") {
        true => None,
        false => time(event, "end")?.map(End::At),
    };
    listing.link = json::text_of(event, "url");
    listing.description = json::field(event, "description")
        .and_then(words)
        .unwrap_or_default();
    let status = json::text_of(event, "status").unwrap_or_default();
    listing.status = match status.as_str() {
        "canceled" | "cancelled" => Status::Cancelled,
        "" => Status::Unsaid,
        _ => Status::Confirmed,
    };
    let listed = event.get("listed").and_then(Value::as_bool);
    listing.private = status == "draft" || listed == Some(false);
    let venue = json::field(event, "venue").and_then(Value::as_object);
    let hall = venue.and_then(location);
    let online = event.get("online_event").and_then(Value::as_bool);
    listing.mode = match (online, &hall) {
        (Some(true), _) => Some(Mode::Virtual),
        (Some(false), Some(_)) => Some(Mode::InPerson),
        _ => None,
    };
    listing.locations.extend(hall);
    let organiser = json::field(event, "organizer").and_then(Value::as_object);
    listing.organisers.extend(organiser.and_then(|organiser| {
        let name = json::text_of(organiser, "name")?;
        Some((name, json::text_of(organiser, "url")))
    }));
    Ok(listing)
}

/// A text that is given as plain text and as HTML.
fn words(both: &Value) -> Option<String> {
    let both = both.as_object()?;
    json::text_of(both, "text").or_else(|| json::text_of(both, "html"))
}

/// A time as it is on the clock there; in UTC where that names no zone that is known.
fn time(event: &Map<String, Value>, name: &str) -> Result<Option<Stamp>, String> {
    let Some(time) = json::field(event, name).and_then(Value::as_object) else {
        return Ok(None);
    };
    let zone = json::text_of(time, "timezone").and_then(|name| zone_named(&name));
    let local = json::text_of(time, "local").map(|text| dates::parse(&text));
    if let (Some(zone), Some(Ok(Stamp::Floating(local)))) = (zone, &local) {
        return Ok(Some(Stamp::Zoned(*local, zone)));
    }
    match json::text_of(time, "utc")
        .map(|text| dates::parse(&text))
        .or(local)
    {
        Some(Ok(at)) => Ok(Some(at)),
        Some(Err(what)) => Err(format!("{name} {what}")),
        None => Ok(None),
    }
}

fn location(venue: &Map<String, Value>) -> Option<Location> {
    let mut location = Location {
        venue: json::text_of(venue, "name"),
        ..Location::default()
    };
    let address = json::field(venue, "address").and_then(Value::as_object);
    if let Some(address) = address {
        let whole = json::text_of(address, "localized_address_display");
        location.address = json::text_of(address, "address_1").or(whole);
        location.city = json::text_of(address, "city");
        location.state = json::text_of(address, "region");
        location.country = json::text_of(address, "country");
        let degrees = json::degrees(address, "latitude", 90.0)
            .zip(json::degrees(address, "longitude", 180.0))
            .filter(|degrees| *degrees != (0.0, 0.0));
        location.latitude = degrees.map(|(latitude, _)| latitude);
        location.longitude = degrees.map(|(_, longitude)| longitude);
    }
    (location != Location::default()).then_some(location)
}

/// `has_more_items` says whether there is a next page; a cursor, or the page's number, says which one.
fn next_page(page: &Page, answer: &Value, reading: &mut Reading) {
    let Some(pagination) = answer.get("pagination").and_then(Value::as_object) else {
        return;
    };
    if !is_true(pagination, "has_more_items") {
        return;
    }
    let number = pagination.get("page_number").and_then(Value::as_u64);
    let next = match json::text_of(pagination, "continuation") {
        Some(cursor) => Some(("continuation", cursor)),
        None => number.map(|number| ("page", number.saturating_add(1).to_string())),
    };
    let url = Url::parse(&page.request.url).ok();
    let next = url.zip(next).and_then(|(mut url, (name, value))| {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        if pairs.iter().any(|(its, old)| its == name && *old == value) {
            return None;
        }
        let lasting = |its: &str| !matches!(its, "continuation" | "page");
        url.query_pairs_mut()
            .clear()
            .extend_pairs(pairs.iter().filter(|(its, _)| lasting(its)))
            .append_pair(name, &value);
        Some(url.to_string())
    });
    match next {
        Some(url) => reading.next.push(list(url)),
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

/// The events that a web page holds as JSON-LD, under Eventbrite's own numbers.
fn web_page(source: &Source, page: &Page, text: &str) -> Result<Reading, Unreadable> {
    let of_organiser = matches!(&source.address, Address::Web(url) if organiser_of(url).is_some());
    let mut reading = jsonld::read(page).map_err(|error| {
        match error {
        Unreadable::NotWhatWasAsked(_) if of_organiser => Unreadable::NotWhatWasAsked(format!(
            "the organiser's page lists no events: a free token is needed ([fetch.keys] eventbrite){}",
            refusal::in_brackets(text)
        )),
        error => error,
    }
    })?;
    let mut seen = BTreeSet::new();
    for listing in &mut reading.listings {
        if let Some(id) = number_of(listing).filter(|id| seen.insert(id.clone())) {
            listing.key = id;
        }
        if let Some(what) = shortened(listing) {
            reading.problems.push(Problem {
                line: listing.line,
                what,
                item: Some(crate::facts::event::one_line(&listing.title)),
                lost: false,
            });
        }
    }
    Ok(reading)
}

/// The number of the event, from the page that its listing names.
fn number_of(listing: &Listing) -> Option<String> {
    match Link::parse(listing.link.as_deref()?).ok()?.meaning() {
        Meaning::Event {
            scope: "eventbrite",
            id,
        } if is_number(&id) => Some(id),
        _ => None,
    }
}

/// Leaves of a series that is shown as one event its first day, and says so.
fn shortened(listing: &mut Listing) -> Option<String> {
    let Some(End::At(end)) = listing.end else {
        return None;
    };
    let last = end.date();
    if (last - listing.start.date()).num_days() < LONGEST_PRINTED_DAYS {
        return None;
    }
    // Both clocks are the event's own, on its first and on its last day.
    let evening = clock(&listing.start)
        .zip(clock(&end))
        .map(|(from, to)| to - from);
    listing.end = evening
        .filter(|span| span.num_minutes() > 0)
        .map(End::After);
    Some(format!(
        "is shown as one event until {last}: a series, of which only the first day was read; the interface lists each ([fetch.keys] eventbrite)"
    ))
}

fn clock(stamp: &Stamp) -> Option<NaiveTime> {
    match stamp {
        Stamp::Date(_) => None,
        Stamp::Floating(local) | Stamp::Zoned(local, _) => Some(local.time()),
        Stamp::Offset(at) => Some(at.naive_local().time()),
        Stamp::Utc(at) => Some(at.time()),
    }
}
