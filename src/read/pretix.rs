//! pretix, a shop for tickets: an organiser's feed of events, or the feed of one event and its dates.
//!
//! The feeds have no URL: the shop's page stands in the description, on its first line. They have no
//! STATUS, no DTEND where the organiser does not show it, and whole days where times are not shown.

use super::ics;
use crate::facts::listing::{Listing, Reading, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use url::Url;

/// Words before the name on the last line of a description; the shop's language decides.
const BEFORE_ORGANISER: [&str; 2] = ["Organizer:", "Veranstalter:"];

/// The feed of an organiser or an event, also where the address is that of its page.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    let mut url = Url::parse(url).ok()?;
    let parts: Vec<&str> = url
        .path_segments()?
        .filter(|part| !part.is_empty())
        .collect();
    let path = match parts[..] {
        [] => "/events/ical/".to_owned(),
        [.., "ical"] | [.., "ical", _] => url.path().to_owned(),
        [organiser] | [organiser, "events"] => format!("/{organiser}/events/ical/"),
        [organiser, event, ..] => format!("/{organiser}/{event}/ical/"),
    };
    if path != url.path() {
        url.set_query(None);
    }
    url.set_path(&path);
    url.set_fragment(None);
    (way == Way::Feed).then_some(Request::get(String::from(url), Purpose::List, way))
}

/// What a feed says.
pub(super) fn read(source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    let mut reading = ics::read(source, page)?;
    reading.listings.iter_mut().for_each(mean);
    Ok(reading)
}

fn mean(listing: &mut Listing) {
    let lines: Vec<&str> = listing.description.lines().map(str::trim).collect();
    let shop = lines.iter().find_map(|line| {
        let url = &line[line.find("http")?..];
        url.split_whitespace().next().map(str::to_owned)
    });
    listing.link = listing.link.take().or(shop);
    let organiser = lines.iter().rev().find_map(|line| {
        BEFORE_ORGANISER
            .into_iter()
            .find_map(|words| line.strip_prefix(words))
    });
    if let Some(name) = organiser
        && listing.organisers.is_empty()
    {
        listing.organisers.push((name.trim().to_owned(), None));
    }
    // What stands there is about the sale; what the event is about stands in the shop alone.
    listing.description.clear();
    for location in &mut listing.locations {
        if let Some(address) = &mut location.address {
            let lines = address
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty());
            *address = lines.collect::<Vec<_>>().join(", ");
        }
    }
}
