//! Luma: a calendar's items as JSON, or its feed; and the page that says which calendar is meant.
//!
//! Only the items say zone, city and mode. The feed has all times in UTC, calls everything tentative,
//! counts SEQUENCE up at each download and keeps what is past since the calendar began.

mod feed;
mod items;

use super::{charset, ics, jsonld, refusal};
use crate::facts::listing::{Problem, Reading, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use url::Url;

/// Items asked for at a time.
const ITEMS_PER_PAGE: u32 = 50;

/// The calendar's items or feed; where the address does not name the calendar, the page that does.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    if let Some(calendar) = calendar_in(url) {
        return list(&calendar, way);
    }
    // The feeds of a user and of a city name no calendar; they are feeds all the same.
    let is_feed = url.contains("/ics/get");
    let purpose = match way {
        Way::Feed if is_feed => Purpose::List,
        Way::Items | Way::Feed if !is_feed => Purpose::Signpost,
        _ => return None,
    };
    Some(Request::get(url, purpose, way))
}

fn list(calendar: &str, way: Way) -> Option<Request> {
    let url = match way {
        Way::Items => format!(
            "https://api.lu.ma/calendar/get-items?calendar_api_id={calendar}&period=future&pagination_limit={ITEMS_PER_PAGE}"
        ),
        Way::Feed => format!("https://api2.luma.com/ics/get?entity=calendar&id={calendar}"),
        Way::Api | Way::Page | Way::Configuration => return None,
    };
    Some(Request::get(url, Purpose::List, way))
}

/// What items, a feed or a signpost say. The body itself shows which of them it is.
pub(super) fn read(
    source: &Source,
    page: &Page,
    now: DateTime<Utc>,
) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let start = text.trim_start();
    let mut reading = if start.starts_with('{') {
        items::read(source, page, &text)?
    } else if start.starts_with('<') {
        signpost(page, &text)?
    } else {
        feed::read(ics::read(source, page)?, now)
    };
    for listing in &mut reading.listings {
        listing.way = page.request.way;
    }
    reading.problems.extend(damage);
    Ok(reading)
}

/// A page of luma.com: a calendar's, which names its list; one event's; or a city's, whose events are
/// only those it shows.
fn signpost(page: &Page, text: &str) -> Result<Reading, Unreadable> {
    let event = ids_after(text, "luma://event/", "evt-").pop_first();
    let mut calendars = ids_after(text, "luma://calendar/", "cal-");
    if calendars.is_empty() && event.is_none() {
        calendars = ids_after(text, "calendar_api_id", "cal-");
    }
    // A city's page holds the events of many calendars. It is not a calendar.
    let calendar = calendars.pop_first().filter(|_| calendars.is_empty());
    let request = calendar.and_then(|calendar| list(&calendar, page.request.way));
    // A list that answers with the calendar's page is not to be asked for again.
    if let Some(request) = request.filter(|request| request.url != page.request.url) {
        return Ok(Reading {
            next: vec![request],
            whole: true,
            ..Reading::default()
        });
    }
    let mut events = jsonld::events_in(text, &page.url);
    if events.listings.is_empty() {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "page names no Luma calendar{}: give the calendar's address, luma.com/calendar/cal-…",
            refusal::in_brackets(text)
        )));
    }
    match (&mut events.listings[..], event) {
        ([event], Some(id)) => event.key = id,
        _ => events.problems.push(Problem {
            line: 0,
            what: "page names no Luma calendar: only the events that it shows were read".to_owned(),
            item: None,
            lost: true,
        }),
    }
    Ok(events.into_reading())
}

/// The calendar that a page of luma.com is of, or that its event is in; `None` if it names several.
pub(super) fn calendar_named_by(text: &str) -> Option<String> {
    let mut calendars = ids_after(text, "luma://calendar/", "cal-");
    if calendars.is_empty() {
        calendars = ids_after(text, "calendar_api_id", "cal-");
    }
    calendars.pop_first().filter(|_| calendars.is_empty())
}

/// The ids of that kind that follow a mark in a page, with what JSON puts between.
fn ids_after(text: &str, mark: &str, kind: &str) -> BTreeSet<String> {
    text.match_indices(mark)
        .filter_map(|(at, _)| {
            let rest = &text[at + mark.len()..];
            let rest = rest.trim_start_matches(['"', '\\', ':', ' ']);
            id_at_start(rest, kind)
        })
        .collect()
}

/// The calendar that an address names: `…/calendar/cal-…`, `…?id=cal-…`, `…?calendar_api_id=cal-…`.
pub(super) fn calendar_in(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let parts: Vec<&str> = url.path_segments()?.collect();
    let in_path = parts
        .windows(2)
        .find(|pair| pair[0] == "calendar")
        .and_then(|pair| id_at_start(pair[1], "cal-"));
    in_path.or_else(|| {
        url.query_pairs()
            .filter(|(name, _)| name == "id" || name == "calendar_api_id")
            .find_map(|(_, id)| id_at_start(&id, "cal-"))
    })
}

/// The id with which a text begins: its kind (`cal-`, `evt-`), then letters and digits.
fn id_at_start(text: &str, kind: &str) -> Option<String> {
    let rest = text.strip_prefix(kind)?;
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (length > 0).then(|| text[..kind.len() + length].to_owned())
}
