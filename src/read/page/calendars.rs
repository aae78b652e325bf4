//! Calendars behind the links of a page: links that add one event to a calendar (Google, Outlook, Yahoo, `data:`),
//! which state it whole, and `.ics` files and feeds, which are asked for next.

use super::Document;
use super::found::{Facts, Found};
use super::words::words;
use crate::facts::event::folded;
use crate::facts::link::is_host;
use crate::facts::listing::{End, Listing, Location};
use crate::facts::source::{Purpose, Request, Way, google};
use crate::facts::when::{Stamp, zone_named};
use crate::read::{dates, ics, jsonld, plain};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Links of one page that are looked at.
const MOST_LINKS: usize = 5000;

/// Calendars of one page that are asked for.
const MOST_CALENDARS: usize = 100;

/// Elements that hold one event with its links.
const CARDS: [&str; 5] = ["li", "tr", "article", "section", "dd"];

/// Bytes of a calendar that stands in a link.
const LONGEST_DATA: usize = 64 * 1024;

/// The events that a page's links add to a calendar.
pub(super) fn added(document: &Document<'_>) -> Option<Found> {
    let tree = document.tree();
    let mut found = Found::read_as("links that add an event to a calendar");
    let mut seen: BTreeSet<(String, DateTime<Utc>)> = BTreeSet::new();
    // The last link to something else: the event's own page stands before its calendars.
    let mut before: Option<(usize, String)> = None;
    let links = tree
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.name == "a");
    for (place, node) in links.take(MOST_LINKS) {
        let href = node.attribute("href").trim();
        let events = match href.get(..5) {
            Some(scheme) if scheme.eq_ignore_ascii_case("data:") => in_data(href),
            _ => of_link(href).into_iter().collect(),
        };
        if events.is_empty() {
            if !is_calendar(href) && !words(tree, place).is_empty() {
                before = document.resolved(href).map(|address| (place, address));
            }
            continue;
        }
        let card = tree.around(place).find(|node| {
            let name = tree.nodes[*node].name.as_str();
            CARDS.contains(&name)
        });
        let is_on_it =
            |(link, _): &(usize, String)| card.is_some_and(|card| tree.holds(card, *link));
        let page = before.take().filter(is_on_it).map(|(_, address)| address);
        for mut listing in events {
            let mark = (folded(&listing.title), listing.start.instant(Tz::UTC));
            if !seen.insert(mark) {
                continue;
            }
            listing.line = node.line;
            if listing.link.is_none() && page.is_some() {
                let facts = Facts {
                    title: listing.title.clone(),
                    start: listing.start,
                    link: page.clone(),
                    id: None,
                    line: node.line,
                };
                listing.key = facts.listing().key;
                listing.link.clone_from(&page);
            }
            found.take(listing);
        }
    }
    if let [alone] = &mut found.listings[..] {
        let own = document.url.as_ref().map(Url::to_string);
        alone.link = alone.link.take().or(own);
    }
    (found.entries > 0).then_some(found)
}

/// The event that an address adds to a calendar; `None` for any other address.
fn of_link(href: &str) -> Option<Listing> {
    let is_one = ["calendar", "outlook"]
        .iter()
        .any(|mark| href.contains(mark));
    let url = Url::parse(href).ok().filter(|_| is_one)?;
    let host = url.host_str()?;
    let fields: BTreeMap<String, String> = url
        .query_pairs()
        .map(|(name, value)| (name.to_lowercase(), value.into_owned()))
        .collect();
    let names: [&[&str]; 5] = if is_host(host, "google.com") {
        [&["text"], &["dates"], &[], &["location"], &["details"]]
    } else if ["live.com", "office.com", "office365.com"]
        .iter()
        .any(|known| is_host(host, known))
    {
        [
            &["subject"],
            &["startdt"],
            &["enddt"],
            &["location"],
            &["body"],
        ]
    } else if is_host(host, "yahoo.com") {
        [&["title"], &["st"], &["et"], &["in_loc"], &["desc"]]
    } else {
        return None;
    };
    let [title, start, end, place, about] = names.map(|names| {
        names
            .iter()
            .find_map(|name| fields.get(*name))
            .map(String::as_str)
    });
    let zone = fields.get("ctz").and_then(|zone| zone_named(zone));
    let said = start?.trim();
    let (start, last) = said
        .split_once('/')
        .unwrap_or((said, end.unwrap_or_default()));
    let on_clock = |stamp| match (stamp, zone) {
        (Stamp::Floating(local), Some(zone)) => Stamp::Zoned(local, zone),
        (stamp, _) => stamp,
    };
    let start = on_clock(dates::parse(start).ok()?);
    let facts = Facts {
        title: plain::title(title?),
        start,
        link: None,
        id: None,
        line: 0,
    };
    let mut listing = facts.listing();
    let last = dates::parse(last).ok().map(on_clock);
    // Google's last day is the one behind, as in a calendar file; Outlook's and Yahoo's are not.
    let last = match last {
        Some(Stamp::Date(day)) if is_host(host, "google.com") => Some(Stamp::Date(day)),
        last => last.and_then(|last| jsonld::end_beside(&start, last)),
    };
    let behind = |last: &Stamp| last.instant(Tz::UTC) > start.instant(Tz::UTC);
    listing.end = last.filter(behind).map(End::At);
    listing.zone = zone.filter(|_| matches!(start, Stamp::Utc(_)));
    let address = place.map(str::trim).filter(|place| !place.is_empty());
    listing.locations = address
        .map(|address| Location {
            address: Some(address.to_owned()),
            ..Location::default()
        })
        .into_iter()
        .collect();
    listing.description = plain::description(about.unwrap_or_default());
    Some(listing)
}

/// The events of a calendar that stands in a link itself.
fn in_data(href: &str) -> Vec<Listing> {
    if !href.to_ascii_lowercase().starts_with("data:text/calendar") || href.len() > LONGEST_DATA {
        return Vec::new();
    }
    let Some((kind, data)) = href.split_once(',') else {
        return Vec::new();
    };
    let plain: Vec<u8> = percent_decode_str(data).collect();
    let body = match kind.ends_with(";base64") {
        true => {
            use base64::Engine;
            let engine = base64::engine::general_purpose::STANDARD;
            engine.decode(plain).unwrap_or_default()
        }
        false => plain,
    };
    let Ok(calendar) = ics::calendar(&body, None) else {
        return Vec::new();
    };
    let mut listings = calendar.reading.listings;
    for listing in &mut listings {
        listing.way = Way::Page;
    }
    listings
}

/// Whether an address is that of a calendar, or adds to one.
fn is_calendar(href: &str) -> bool {
    let path = href
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    path.ends_with(".ics")
        || path.ends_with(".ical")
        || href.starts_with("webcal")
        || [
            "ical=1",
            "outlook-ical=1",
            "format=ics",
            "format=ical",
            "action=TEMPLATE",
            "rru=addevent",
        ]
        .iter()
        .any(|mark| href.contains(mark))
}

/// The calendars that a page links to or shows in a frame: of its own host, or where the page says that it is one.
pub(super) fn linked(document: &Document<'_>) -> Option<Found> {
    let tree = document.tree();
    let mut found = Found::read_as("the calendars that the page links to");
    let mut seen = BTreeSet::new();
    let is_link = |name: &str| matches!(name, "a" | "link" | "area" | "iframe");
    let nodes = tree.nodes.iter().filter(|node| is_link(&node.name));
    for node in nodes.take(MOST_LINKS) {
        let [href, src, kind] = ["href", "src", "type"].map(|name| node.attribute(name).trim());
        let addresses = match node.name.as_str() {
            "iframe" => google::feeds(src),
            _ => calendar_at(href, kind, document).into_iter().collect(),
        };
        for address in addresses {
            if found.next.len() >= MOST_CALENDARS || !seen.insert(address.clone()) {
                continue;
            }
            let purpose = Purpose::Event {
                key: address.clone(),
                mark: String::new(),
            };
            found.next.push(Request::get(address, purpose, Way::Page));
        }
    }
    found.entries = found.next.len();
    (found.entries > 0).then_some(found)
}

/// The address of a calendar that a link leads to.
fn calendar_at(href: &str, kind: &str, document: &Document<'_>) -> Option<String> {
    let is_typed = kind.to_ascii_lowercase().starts_with("text/calendar");
    let is_subscribed = href.starts_with("webcal");
    if !is_typed && !is_calendar(href) {
        return None;
    }
    let spelled = match href.split_once(':') {
        Some(("webcal" | "webcals", rest)) => format!("https:{rest}"),
        _ => href.to_owned(),
    };
    let address = document.resolved(&spelled)?;
    let url = Url::parse(&address).ok()?;
    let is_own = document
        .url
        .as_ref()
        .is_some_and(|own| own.host() == url.host());
    (is_own || is_typed || is_subscribed).then_some(address)
}
