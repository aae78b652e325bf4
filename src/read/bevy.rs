//! Bevy, as at gdg.community.dev: a chapter's events as JSON, page by page; the chapter's page, which
//! gives the chapter's number; and where that fails, the pages of the events that it links to.
//!
//! The interface is undocumented and anonymous: it is what the chapter's page itself asks.

use super::entries::{self, Notes};
use super::{charset, dates, json, linked, refusal};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{Listing, Location, Problem, Reading, Status, Unreadable};
use crate::facts::place::Mode;
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use serde_json::{Map, Value};
use url::Url;

/// Events asked for at a time; the server may give fewer.
const EVENTS_PER_PAGE: &str = "100";

/// Where the list of a chapter's events lies, before the chapter's number.
const LIST: &str = "/api/event_slim/for_chapter/";

/// The fields asked for: without a choice each event comes with its speakers' portraits.
const FIELDS: &str = "id,title,url,start_date,end_date,event_timezone,status,is_hidden,is_test,audience_type,is_virtual_event,venue_name,venue_address,venue_city,venue_state,description_short,chapter_id,chapter_title,chapter_url";

/// The chapter's list, or the page that gives its number; by way of the page, that page alone.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    let chapter = chapter_in(url);
    let (url, purpose) = match (way, chapter) {
        (Way::Items, Some(chapter)) => (list(url, &chapter)?, Purpose::List),
        (Way::Items, None) => (url.clone(), Purpose::Signpost),
        (Way::Page, None) => (url.clone(), Purpose::List),
        _ => return None,
    };
    Some(Request::get(url, purpose, way))
}

/// The address of a chapter's list, on the host of another address.
fn list(url: &str, chapter: &str) -> Option<String> {
    let mut list = Url::parse(url).ok()?.join(LIST).ok()?;
    list.set_path(&format!("{LIST}{chapter}/"));
    list.query_pairs_mut().extend_pairs([
        ("status", "Live"),
        ("include_cohosted_events", "true"),
        ("order", "start_date"),
        ("page_size", EVENTS_PER_PAGE),
        ("fields", FIELDS),
    ]);
    Some(list.into())
}

/// What a chapter's list or page, or the page of an event says.
pub(super) fn read(page: &Page) -> Result<Reading, Unreadable> {
    if let Purpose::Event { key, .. } = &page.request.purpose {
        return linked::event(page, key, slug_of);
    }
    let (text, damage) = charset::text(page);
    let mut reading = if text.trim_start().starts_with('{') {
        items(page, &text)?
    } else if page.request.way == Way::Items {
        signpost(page, &text)?
    } else {
        links(page, &text)?
    };
    reading.problems.extend(damage);
    Ok(reading)
}

/// The chapter's page. Its own scripts ask for the list.
fn signpost(page: &Page, text: &str) -> Result<Reading, Unreadable> {
    let url = chapter_in(text).and_then(|chapter| list(&page.url, &chapter));
    match url.filter(|url| *url != page.request.url) {
        Some(url) => Ok(Reading {
            next: vec![Request::get(url, Purpose::List, Way::Items)],
            whole: true,
            ..Reading::default()
        }),
        None => Err(not_bevy(text, "names no chapter's number")),
    }
}

/// The chapter's page as a list of links.
fn links(page: &Page, text: &str) -> Result<Reading, Unreadable> {
    let reading = linked::list(page, text, "https://community.dev/", |anchor| {
        slug_of(&anchor.url)
    });
    if reading.entries == 0 {
        return Err(not_bevy(text, "links to no coming event"));
    }
    Ok(reading)
}

fn not_bevy(text: &str, lacks: &str) -> Unreadable {
    Unreadable::NotWhatWasAsked(format!(
        "page {lacks}: no chapter of a Bevy community{}",
        refusal::in_brackets(text)
    ))
}

/// The number of the chapter that the address of a list, or a page's script, names.
fn chapter_in(text: &str) -> Option<String> {
    let at = text.find("for_chapter/")? + "for_chapter/".len();
    let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
    (1..=12)
        .contains(&digits)
        .then(|| text[at..at + digits].to_owned())
}

/// The slug of the event that an address is the page of: `/events/details/SLUG/`, of an event that
/// chapters hold together also `/events/details/SLUG/cohost-CHAPTER/`.
fn slug_of(url: &Url) -> Option<String> {
    let mut parts = url.path_segments()?.filter(|part| !part.is_empty());
    let is_details = parts.next() == Some("events") && parts.next() == Some("details");
    parts
        .next()
        .filter(|_| is_details)
        .map(|slug| slug.to_lowercase())
}

/// One page of the list.
fn items(page: &Page, text: &str) -> Result<Reading, Unreadable> {
    let list = entries::page(text)?;
    let Some(results) = list.get("results").and_then(Value::as_array) else {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "JSON without results: not a chapter's list{}",
            refusal::in_brackets(text)
        )));
    };
    let mut reading = Reading {
        whole: true,
        ..Reading::default()
    };
    let chapter = chapter_in(&page.request.url);
    for event in results {
        let object = event.as_object();
        let flag = |name: &str| object.and_then(|event| event.get(name)?.as_bool());
        // A trial run of the organisers'.
        if flag("is_test") == Some(true) {
            continue;
        }
        reading.entries += 1;
        let mut notes = Notes::new();
        let read = object
            .ok_or_else(|| "entry is no object".to_owned())
            .and_then(|event| listing(event, page, chapter.as_deref(), &mut notes));
        let item = object.and_then(|event| json::label(event, "title"));
        entries::take(&mut reading, read, notes, item);
    }
    next_page(page, &list, &mut reading);
    Ok(reading)
}

/// The address of the next page, in full; only the same list's is followed.
fn next_page(page: &Page, list: &Value, reading: &mut Reading) {
    let next = [
        list.get("links").and_then(|links| links.get("next")),
        list.get("next"),
    ]
    .into_iter()
    .flatten()
    .find_map(json::text);
    let Some(next) = next else { return };
    let path = |url: &str| {
        let url = Url::parse(url).ok()?;
        Some((url.origin(), url.path().to_owned()))
    };
    if path(&next).is_some() && path(&next) == path(&page.request.url) {
        reading
            .next
            .push(Request::get(next, Purpose::List, page.request.way));
        return;
    }
    reading.whole = false;
    reading.problems.push(Problem {
        line: 0,
        what: format!(
            "the list goes on at {:?}, which is no page of it: the rest was not read",
            next.chars().take(120).collect::<String>()
        ),
        item: None,
        lost: true,
    });
}

fn listing(
    event: &Map<String, Value>,
    page: &Page,
    chapter: Option<&str>,
    notes: &mut Notes,
) -> Result<Listing, String> {
    let link = json::text_of(event, "url").and_then(|url| {
        let url = Url::parse(&page.url).ok()?.join(&url).ok()?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    });
    let key = link
        .as_ref()
        .and_then(slug_of)
        .or_else(|| json::text_of(event, "id"))
        .ok_or("has neither url nor id")?;
    let start = json::text_of(event, "start_date").ok_or("has no start_date")?;
    let start = dates::parse(&start).map_err(|what| format!("start_date {what}"))?;
    let title = json::text_of(event, "title").unwrap_or_default();
    let mut listing = Listing::new(key, title, start, Way::Items);
    listing.end = entries::end(event, "end_date", notes);
    listing.zone = entries::zone(event, "event_timezone", notes);
    listing.link = link.map(String::from);
    let status = json::text_of(event, "status").unwrap_or_default();
    listing.status = match status.to_ascii_lowercase().as_str() {
        "canceled" | "cancelled" => Status::Cancelled,
        "" => Status::Unsaid,
        _ => Status::Confirmed,
    };
    let hidden = event.get("is_hidden").and_then(Value::as_bool) == Some(true);
    listing.private = hidden || matches!(status.as_str(), "Draft" | "Pending");
    listing.mode = mode(event, notes);
    listing.locations.extend(location(event));
    listing.description = json::description_of(event, "description_short");
    // An event that chapters hold together is in the list of each, and its first chapter's.
    let own = json::text_of(event, "chapter_id");
    listing.cross_listed = own
        .as_deref()
        .zip(chapter)
        .is_some_and(|(own, asked)| own != asked);
    listing
        .organisers
        .extend(json::text_of(event, "chapter_title").map(|name| {
            let page = json::text_of(event, "chapter_url")
                .filter(|url| Link::parse(url).is_ok_and(|link| !is_event(&link)));
            (name, page)
        }));
    Ok(listing)
}

fn is_event(link: &Link) -> bool {
    matches!(link.meaning(), Meaning::Event { .. })
}

fn mode(event: &Map<String, Value>, notes: &mut Notes) -> Option<Mode> {
    let said = json::text_of(event, "audience_type").unwrap_or_default();
    match said.to_ascii_uppercase().as_str() {
        "IN_PERSON" => Some(Mode::InPerson),
        "VIRTUAL" => Some(Mode::Virtual),
        "HYBRID" => Some(Mode::Hybrid),
        said => {
            if !said.is_empty() {
                notes.push((
                    format!("audience_type {said:?} is new: mode left open"),
                    false,
                ));
            }
            // `false` leaves a hybrid evening open.
            let online = event.get("is_virtual_event").and_then(Value::as_bool);
            (online == Some(true)).then_some(Mode::Virtual)
        }
    }
}

fn location(event: &Map<String, Value>) -> Option<Location> {
    let location = Location {
        venue: json::text_of(event, "venue_name"),
        address: json::text_of(event, "venue_address"),
        city: json::text_of(event, "venue_city"),
        state: json::text_of(event, "venue_state"),
        ..Location::default()
    };
    (location != Location::default()).then_some(location)
}
