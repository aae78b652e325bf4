//! A Luma calendar's feed: what the iCalendar reader gives, in Luma's meaning.

use crate::facts::listing::{End, Listing, Location, Reading, Status};
use crate::read::plain;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// Days after its end for which an event is still read: the feed goes back to the calendar's beginning.
const PAST_DAYS: i64 = 90;

/// Words before the address of an event's page in its description, Luma's own first.
const BEFORE_LINK: [&str; 2] = ["Get up-to-date information at:", "Find more information on"];

/// What Luma writes where only guests learn the address.
const NO_ADDRESS: &str = "Check event page for more details";

/// Gives the fields of a feed Luma's meaning and leaves out what ended over 90 days ago.
pub(super) fn read(mut reading: Reading, now: DateTime<Utc>) -> Reading {
    let past = now - TimeDelta::days(PAST_DAYS);
    reading.listings.retain(|listing| over(listing) >= past);
    reading.listings.iter_mut().for_each(mean);
    reading
}

fn over(listing: &Listing) -> DateTime<Utc> {
    let start = listing.start.instant(Tz::UTC);
    match listing.end {
        Some(End::At(end)) => end.instant(Tz::UTC),
        Some(End::After(delta)) => start.checked_add_signed(delta).unwrap_or(start),
        None => start,
    }
}

fn mean(listing: &mut Listing) {
    if let Some((id, _)) = listing.key.split_once('@') {
        listing.key = id.to_owned();
    }
    listing.title = plain::unescaped(&listing.title);
    listing.description = plain::unescaped(&listing.description);
    // Luma says so of everything, and counts at each download.
    if listing.status == Status::Tentative {
        listing.status = Status::Confirmed;
    }
    listing.sequence = 0;
    listing.modified = None;
    // The organiser of the invitation is the account that sent it, not the group.
    listing.organisers.clear();

    let mut page = None;
    listing.locations.retain_mut(|location| {
        for field in [&mut location.venue, &mut location.address] {
            if field.as_deref().is_some_and(is_url) {
                page = field.take();
            }
        }
        *location != Location::default()
    });
    if let Some(url) = listing.online_url.take().filter(|url| is_url(url)) {
        page = page.or(Some(url));
    }
    let (link, address) = link_and_address(&mut listing.description);
    // A place that is a page of Luma's hides the place; any other is the page of what is only linked.
    let elsewhere = page.filter(|url| !is_luma(url));
    listing.link = elsewhere.or(link).or(listing.link.take());
    if let Some(address) = address.filter(|_| no_address(&listing.locations)) {
        match listing.locations.first_mut() {
            Some(location) => location.address = Some(address),
            None => listing.locations.push(Location {
                address: Some(address),
                ..Location::default()
            }),
        }
    }
}

fn no_address(locations: &[Location]) -> bool {
    locations
        .iter()
        .all(|location| location.venue.is_none() && location.address.is_none())
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn is_luma(url: &str) -> bool {
    let host = crate::facts::link::Link::parse(url).map(|link| link.host().to_owned());
    host.is_ok_and(|host| host == "luma.com" || host == "lu.ma")
}

/// Takes Luma's own paragraphs out of a description: the one with the event's page, and the address.
fn link_and_address(description: &mut String) -> (Option<String>, Option<String>) {
    let (mut link, mut address) = (None, None);
    let mut rest = Vec::new();
    for paragraph in description.split("\n\n") {
        let trimmed = paragraph.trim();
        let url = BEFORE_LINK
            .into_iter()
            .find_map(|words| trimmed.strip_prefix(words))
            .map(str::trim)
            .filter(|url| is_url(url) && link.is_none());
        if let Some(url) = url {
            let end = url.find(char::is_whitespace).unwrap_or(url.len());
            link = Some(url[..end].to_owned());
        } else if let Some(lines) = trimmed.strip_prefix("Address:\n") {
            let lines: Vec<&str> = lines.lines().map(str::trim).collect();
            let text = lines.join(", ");
            address = (!text.starts_with(NO_ADDRESS)).then_some(text);
        } else if !trimmed.is_empty() {
            rest.push(trimmed);
        }
    }
    *description = rest.join("\n\n");
    (link, address)
}
