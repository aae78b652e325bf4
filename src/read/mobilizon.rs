//! Mobilizon, on whatever host: the feed of a group, of one event, or of all that an instance knows.
//!
//! The feeds define no zones and name none for the calendar: an event without a zone of its own is
//! in UTC. An online event has no place, and its link is not in the feed: its mode is left open.

use super::ics;
use crate::facts::listing::{Reading, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use url::Url;

/// The feed, also where the address is that of a group's or an event's page.
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
        [group, ..] if group.starts_with('@') => format!("/{group}/feed/ics"),
        ["events", event] | ["events", event, "export", _] => format!("/events/{event}/export/ics"),
        [] | ["feed", "instance", _] => "/feed/instance/ics".to_owned(),
        _ => return None,
    };
    url.set_path(&path);
    url.set_query(None);
    url.set_fragment(None);
    (way == Way::Feed).then_some(Request::get(String::from(url), Purpose::List, way))
}

/// What a feed says.
pub(super) fn read(source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    ics::read(source, page)
}
