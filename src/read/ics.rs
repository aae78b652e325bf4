//! Stand-in for the iCalendar reader: just enough for the feeds of this folder's tests.

use crate::listing::{End, Listing, Location, Reading, Status, Unreadable};
use crate::source::{Address, Page, Purpose, Request, Source, Way};
use crate::when::{Stamp, zone_named};
use chrono::NaiveDateTime;

/// The feed.
pub fn first_request(source: &Source, way: Way) -> Option<Request> {
    match (&source.address, way) {
        (Address::Web(url), Way::Feed) => Some(Request {
            url: url.clone(),
            purpose: Purpose::List,
            way,
        }),
        _ => None,
    }
}

/// The listings of a calendar.
pub fn read(_source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(&page.body).replace("\r\n", "\n");
    let text = text.replace("\n ", "").replace("\n\t", "");
    if !text.contains("BEGIN:VCALENDAR") {
        return Err(Unreadable::NotWhatWasAsked("no calendar".to_owned()));
    }
    let mut reading = Reading {
        whole: true,
        ..Reading::default()
    };
    for event in text.split("BEGIN:VEVENT").skip(1) {
        let event = event.split("END:VEVENT").next().unwrap_or_default();
        reading.entries += 1;
        let field = |name: &str| {
            event.lines().find_map(|line| {
                let (head, value) = line.split_once(':')?;
                (head.split(';').next() == Some(name)).then_some((head, value))
            })
        };
        let value = |name: &str| {
            field(name).map(|(_, value)| {
                value
                    .replace("\\n", "\n")
                    .replace("\\,", ",")
                    .replace("\\;", ";")
                    .replace("\\\\", "\\")
            })
        };
        let stamp = |name: &str| {
            let (head, value) = field(name)?;
            let local = NaiveDateTime::parse_from_str(value.trim_end_matches('Z'), "%Y%m%dT%H%M%S");
            let zone = head
                .split_once("TZID=")
                .and_then(|(_, zone)| zone_named(zone));
            Some(match (local.ok()?, zone) {
                (local, _) if value.ends_with('Z') => Stamp::Utc(local.and_utc()),
                (local, Some(zone)) => Stamp::Zoned(local, zone),
                (local, None) => Stamp::Floating(local),
            })
        };
        let Some(start) = stamp("DTSTART") else {
            continue;
        };
        let mut listing = Listing::new(
            value("UID").unwrap_or_default(),
            value("SUMMARY").unwrap_or_default(),
            start,
            Way::Feed,
        );
        listing.end = stamp("DTEND").map(End::At);
        listing.link = value("URL");
        listing.description = value("DESCRIPTION").unwrap_or_default();
        listing.modified = value("LAST-MODIFIED");
        listing.status = match value("STATUS").as_deref() {
            Some("CONFIRMED") => Status::Confirmed,
            Some("TENTATIVE") => Status::Tentative,
            Some("CANCELLED") => Status::Cancelled,
            _ => Status::Unsaid,
        };
        listing.sequence = value("SEQUENCE")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        listing
            .organisers
            .extend(value("ORGANIZER").map(|name| (name, None)));
        if let Some(text) = value("LOCATION") {
            listing.locations.push(Location {
                address: Some(text),
                ..Location::default()
            });
        }
        reading.listings.push(listing);
    }
    Ok(reading)
}
