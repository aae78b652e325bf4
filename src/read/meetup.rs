//! Meetup: its interface where there is a key, else a group's feed and the pages of its events, and the
//! group's page where the feed fails.
//!
//! The feed is the public way, but it never says where an event is or whether it is online, and it never
//! goes beyond ten events. The event's own page says the rest; the interface says all of it.

mod api;
mod node;
mod pages;

use super::{Known, charset, ics};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{Listing, Part, Reading, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use url::Url;

/// Events that a feed holds at most: 111 of 268 feeds of 2026 held exactly ten, none more.
const FEED_HOLDS: usize = 10;

/// Days ahead within which an event's own page is worth a request.
const PAGES_AHEAD_DAYS: i64 = 35;

/// The question for the group's events, its feed or its page; of the address of a single event that
/// event's page.
pub(super) fn first_request(source: &Source, way: Way, now: DateTime<Utc>) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    let (group, event) = group_and_event(url)?;
    let (url, purpose) = match (way, event) {
        (Way::Api, None) => return Some(api::request(&group, None, now)),
        (Way::Page, Some(id)) => (
            event_url(&group, &id),
            Purpose::Event {
                key: id,
                mark: String::new(),
            },
        ),
        (Way::Feed, None) => (
            format!("https://www.meetup.com/{group}/events/ical/"),
            Purpose::List,
        ),
        (Way::Page, None) => (
            format!("https://www.meetup.com/{group}/events/?type=upcoming"),
            Purpose::List,
        ),
        _ => return None,
    };
    Some(Request::get(url, purpose, way))
}

/// The pages of events that start soon and were changed in the list since their page was read, the next
/// event first. What the group's page listed needs none: it says all that the event's page says.
pub(super) fn wanted(
    source: &Source,
    listings: &[Listing],
    known: &Known,
    now: DateTime<Utc>,
) -> Vec<Request> {
    let until = now + TimeDelta::days(PAGES_AHEAD_DAYS);
    let group = match &source.address {
        Address::Web(url) => group_and_event(url).map(|(group, _)| group),
        _ => None,
    };
    let mut wanted: Vec<(DateTime<Utc>, Request)> = listings
        .iter()
        .filter(|listing| listing.part == Part::List && listing.way == Way::Feed)
        .filter_map(|listing| {
            let start = listing.start.instant(source.zone.unwrap_or(Tz::UTC));
            let mark = listing.mark();
            if start < now || start > until || known.pages.get(&listing.key) == Some(&mark) {
                return None;
            }
            // Whatever a feed names, only Meetup is asked.
            let url = match listing.link.as_deref().map(Link::parse) {
                Some(Ok(link)) if event_id(&link).is_some() => link.as_str().to_owned(),
                _ => event_url(group.as_ref()?, &listing.key),
            };
            let purpose = Purpose::Event {
                key: listing.key.clone(),
                mark,
            };
            Some((start, Request::get(url, purpose, Way::Page)))
        })
        .collect();
    wanted.sort_by(|(start, one), (other_start, other)| {
        (start, &one.url).cmp(&(other_start, &other.url))
    });
    wanted.into_iter().map(|(_, request)| request).collect()
}

/// What an answer of the interface, a feed, a group's page or an event's page says.
pub(super) fn read(
    source: &Source,
    page: &Page,
    now: DateTime<Utc>,
) -> Result<Reading, Unreadable> {
    if let Purpose::Event { key, .. } = &page.request.purpose {
        return pages::event(page, key);
    }
    let (text, _) = charset::text(page);
    let start = text.trim_start();
    if page.request.way == Way::Api {
        return api::read(page, start, now);
    }
    if start.starts_with('{') {
        let body: Value = serde_json::from_str(start).unwrap_or_default();
        if api::is_answer(&body) {
            return api::read(page, start, now);
        }
        return Err(refusal(start, &body));
    }
    if start.starts_with('<') {
        return pages::group(page);
    }
    ics::read(source, page).map(feed)
}

/// Errors come as JSON in place of a calendar.
fn refusal(text: &str, body: &Value) -> Unreadable {
    let message = body.get("message").and_then(Value::as_str);
    let message: String = message.unwrap_or(text).chars().take(120).collect();
    Unreadable::NotWhatWasAsked(format!(
        "Meetup answers {message:?} in place of a calendar: has the group moved, or is it private?"
    ))
}

fn feed(mut reading: Reading) -> Reading {
    let group = group_name(&reading.listings);
    for listing in &mut reading.listings {
        listing.way = Way::Feed;
        let link = listing
            .link
            .as_deref()
            .and_then(|url| Link::parse(url).ok());
        let from_uid = listing
            .key
            .strip_prefix("event_")
            .and_then(|rest| rest.strip_suffix("@meetup.com"));
        let id = match (from_uid, &link) {
            (Some(id), _) => Some(id.to_lowercase()),
            (None, link) => link.as_ref().and_then(event_id),
        };
        if let Some(id) = id {
            listing.key = id;
        }
        if let Some(name) = &group {
            let page = link.as_ref().and_then(group_of);
            listing.organisers = vec![(name.clone(), page)];
            let rest = listing.description.get(name.len()..).unwrap_or_default();
            listing.description = rest.trim_start().to_owned();
        }
    }
    reading.cut_off = reading.entries == FEED_HOLDS;
    reading
}

/// The first line of every description is the group's name; where they differ it is something else.
fn group_name(listings: &[Listing]) -> Option<String> {
    let mut names = listings
        .iter()
        .map(|listing| listing.description.lines().next().unwrap_or_default());
    let name = names.next().filter(|name| !name.trim().is_empty())?;
    names.all(|other| other == name).then(|| name.to_owned())
}

/// The id of the event that a link is the page of.
fn event_id(link: &Link) -> Option<String> {
    match link.meaning() {
        Meaning::Event {
            scope: "meetup",
            id,
        } => Some(id),
        _ => None,
    }
}

fn event_url(group: &str, id: &str) -> String {
    format!("https://www.meetup.com/{group}/events/{id}/")
}

/// The page of the group that an event's link names.
fn group_of(link: &Link) -> Option<String> {
    let (group, _) = group_and_event(link.as_str())?;
    Some(format!("https://www.meetup.com/{group}"))
}

/// The slug of the group in an address of Meetup's, and the id of the event if it is one's.
pub(super) fn group_and_event(url: &str) -> Option<(String, Option<String>)> {
    let url = url.trim().trim_end_matches('/');
    let url = ["/ical", "/rss"]
        .into_iter()
        .find_map(|feed| url.strip_suffix(feed))
        .unwrap_or(url);
    // Read as a link first: it drops the locale and folds the slug's case.
    let link = Link::parse(url).ok()?;
    match link.meaning() {
        Meaning::Group {
            scope: "meetup",
            id,
        } => Some((id, None)),
        Meaning::Event {
            scope: "meetup",
            id,
        } => {
            let url = Url::parse(link.as_str()).ok()?;
            let group = url.path_segments()?.next()?;
            Some((group.to_owned(), Some(id)))
        }
        _ => None,
    }
}
