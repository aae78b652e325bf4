//! Meetup's web pages: the data that they carry for their own scripts, else their JSON-LD.
//!
//! `__NEXT_DATA__` holds a cache of nodes (`Event:1`, `Venue:2`, `Group:3`) that refer to each other by
//! `{"__ref": "Venue:2"}`. It also holds past events and those of other groups.

use super::event_id;
use crate::link::Link;
use crate::listing::{End, Listing, Location, Part, Problem, Reading, Status, Unreadable};
use crate::place::Mode;
use crate::read::{charset, html, json, jsonld, stamp};
use crate::source::{Page, Way};
use crate::when::zone_named;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The page of the event with that id.
pub(super) fn event(page: &Page, key: &str) -> Result<Reading, Unreadable> {
    let shown = Link::parse(&page.url).ok().and_then(|link| event_id(&link));
    if let Some(other) = shown.filter(|id| id != key) {
        return Ok(another_event(key, &other));
    }
    let (text, damage) = charset::text(page);
    let cache = Cache::of(&text);
    let found = cache
        .as_ref()
        .and_then(|cache| Some((cache, cache.event(key)?)));
    let mut reading = match found {
        Some((cache, event)) => {
            let mut reading = Reading {
                entries: 1,
                ..Reading::default()
            };
            cache.take(event, &mut reading);
            reading
        }
        None => event_as_jsonld(&text, page, key)?,
    };
    for listing in &mut reading.listings {
        listing.key = key.to_owned();
        listing.part = Part::Page;
    }
    reading.problems.extend(damage);
    reading.whole = !reading.problems.iter().any(|problem| problem.lost);
    Ok(reading)
}

fn event_as_jsonld(text: &str, page: &Page, key: &str) -> Result<Reading, Unreadable> {
    let mut reading = jsonld::events_in(text, &page.url).into_reading();
    let ids: Vec<Option<String>> = reading.listings.iter().map(id_of).collect();
    if let Some(at) = ids.iter().position(|id| id.as_deref() == Some(key)) {
        reading.listings = vec![reading.listings.swap_remove(at)];
        reading.entries = 1;
        return Ok(reading);
    }
    match &ids[..] {
        [Some(other)] => Ok(another_event(key, other)),
        _ => Err(Unreadable::NotWhatWasAsked(format!(
            "page holds nothing about event {key}{}: a login page, or the event is gone",
            html::title(text).map_or_else(String::new, |title| format!(" (its title: {title:?})"))
        ))),
    }
}

fn another_event(key: &str, other: &str) -> Reading {
    Reading {
        entries: 1,
        problems: vec![Problem {
            line: 0,
            what: format!("the page of event {key} shows event {other}: not read as the same"),
            item: Some(key.to_owned()),
            lost: true,
        }],
        ..Reading::default()
    }
}

fn id_of(listing: &Listing) -> Option<String> {
    event_id(&Link::parse(listing.link.as_deref()?).ok()?)
}

/// The page of a group: the upcoming events of its list.
pub(super) fn group(page: &Page) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let mut reading = match Cache::of(&text) {
        Some(cache) => cache.group(page)?,
        None => {
            let mut events = jsonld::read(page)?;
            for listing in &mut events.listings {
                listing.key = id_of(listing).unwrap_or_else(|| listing.key.clone());
            }
            events
        }
    };
    reading.problems.extend(damage);
    reading.whole = !reading.problems.iter().any(|problem| problem.lost);
    Ok(reading)
}

/// The data of one page.
struct Cache {
    line: usize,
    data: Value,
}

impl Cache {
    fn of(text: &str) -> Option<Cache> {
        let (scripts, _) = html::scripts(text);
        let script = scripts
            .into_iter()
            .find(|script| script.id == "__NEXT_DATA__")?;
        let data = json::parse(script.text).ok()?.value;
        let cache = Cache {
            line: script.line,
            data,
        };
        cache.page_props().is_some().then_some(cache)
    }

    fn page_props(&self) -> Option<&Map<String, Value>> {
        self.data.get("props")?.get("pageProps")?.as_object()
    }

    fn nodes(&self) -> Option<&Map<String, Value>> {
        self.page_props()?.get("__APOLLO_STATE__")?.as_object()
    }

    /// The object that a value is, or refers to.
    fn follow<'a>(&'a self, value: &'a Value) -> Option<&'a Map<String, Value>> {
        let object = value.as_object()?;
        match object.get("__ref").and_then(Value::as_str) {
            Some(name) => self.nodes()?.get(name)?.as_object(),
            None => Some(object),
        }
    }

    fn field<'a>(
        &'a self,
        object: &'a Map<String, Value>,
        name: &str,
    ) -> Option<&'a Map<String, Value>> {
        self.follow(object.get(name)?)
    }

    /// The event with that id: a node, or (on older pages) the page's own property.
    fn event(&self, id: &str) -> Option<&Map<String, Value>> {
        let own = || self.page_props()?.get("event")?.as_object();
        let node = self.nodes().and_then(|nodes| {
            nodes
                .iter()
                .find(|(name, _)| {
                    name.strip_prefix("Event:")
                        .is_some_and(|of| of.eq_ignore_ascii_case(id))
                })
                .and_then(|(_, node)| node.as_object())
        });
        node.or_else(own).filter(|event| {
            json::text_of(event, "id").is_some_and(|of| of.eq_ignore_ascii_case(id))
        })
    }

    fn group(&self, page: &Page) -> Result<Reading, Unreadable> {
        let changed = |what: &str| {
            Unreadable::NotWhatWasAsked(format!(
                "line {}: the page's data holds no {what}: the group is private or gone, or Meetup's pages have changed",
                self.line
            ))
        };
        let group = self.shown_group(page).ok_or_else(|| changed("group"))?;
        let mut reading = Reading::default();
        let mut seen = BTreeSet::new();
        let mut lists = 0;
        for (_, list) in group.iter().filter(|(name, _)| is_upcoming(name)) {
            let Some(edges) = list.get("edges").and_then(Value::as_array) else {
                continue;
            };
            lists += 1;
            let more = list
                .get("pageInfo")
                .and_then(|info| info.get("hasNextPage"));
            reading.cut_off |= more.and_then(Value::as_bool) == Some(true);
            for edge in edges {
                let node = edge.get("node").and_then(|node| self.follow(node));
                let id = node.and_then(|node| json::text_of(node, "id"));
                if id.is_some_and(|id| !seen.insert(id)) {
                    continue;
                }
                match node {
                    // The list of 2026 begins with what is over.
                    Some(node) if is_over(node) => {}
                    Some(node) => {
                        reading.entries += 1;
                        self.take(node, &mut reading);
                    }
                    None => {
                        reading.entries += 1;
                        reading.problems.push(Problem {
                            line: self.line,
                            what: "the list names an event that the page does not hold".to_owned(),
                            item: None,
                            lost: true,
                        });
                    }
                }
            }
        }
        if lists == 0 {
            return Err(changed("list of upcoming events"));
        }
        Ok(reading)
    }

    /// The group that the page is about: others are in its data too.
    fn shown_group(&self, page: &Page) -> Option<&Map<String, Value>> {
        let root = self.nodes()?.get("ROOT_QUERY").and_then(Value::as_object);
        let asked = root.and_then(|root| {
            root.iter()
                .find(|(name, value)| name.starts_with("groupByUrlname") && !value.is_null())
                .and_then(|(_, group)| self.follow(group))
        });
        let slug = super::group_and_event(&page.url).map(|(group, _)| group);
        let by_slug = || {
            self.nodes()?
                .iter()
                .filter(|(name, _)| name.starts_with("Group:"))
                .filter_map(|(_, node)| node.as_object())
                .find(|node| {
                    let urlname = json::text_of(node, "urlname").map(|name| name.to_lowercase());
                    urlname.is_some() && urlname == slug
                })
        };
        asked.or_else(by_slug)
    }

    fn take(&self, event: &Map<String, Value>, reading: &mut Reading) {
        match self.listing(event) {
            Ok(listing) => reading.listings.push(listing),
            Err(what) => reading.problems.push(Problem {
                line: self.line,
                what,
                item: json::label(event, "title").or_else(|| json::label(event, "id")),
                lost: true,
            }),
        }
    }

    fn listing(&self, event: &Map<String, Value>) -> Result<Listing, String> {
        let id = json::text_of(event, "id").ok_or("has no id")?;
        let start = json::text_of(event, "dateTime").ok_or("has no dateTime")?;
        let start = stamp::parse(&start).map_err(|what| format!("dateTime {what}"))?;
        let title = json::text_of(event, "title").unwrap_or_default();
        let mut listing = Listing::new(id.to_lowercase(), title, start, Way::Page);
        listing.line = self.line;
        listing.end = json::text_of(event, "endTime")
            .and_then(|end| stamp::parse(&end).ok())
            .map(End::At);
        listing.link = json::text_of(event, "eventUrl");
        listing.description = json::text_of(event, "description").unwrap_or_default();
        let status = json::text_of(event, "status").unwrap_or_default();
        listing.status = match status.as_str() {
            "CANCELLED" | "CANCELLED_PERM" | "AUTOSCHED_CANCELLED" => Status::Cancelled,
            "" => Status::Unsaid,
            _ => Status::Confirmed,
        };
        listing.private = matches!(status.as_str(), "DRAFT" | "AUTOSCHED_DRAFT" | "BLOCKED");
        listing.mode = match json::text_of(event, "eventType").as_deref() {
            Some("PHYSICAL") => Some(Mode::InPerson),
            Some("ONLINE") => Some(Mode::Virtual),
            Some("HYBRID") => Some(Mode::Hybrid),
            _ => match event.get("isOnline").and_then(Value::as_bool) {
                Some(true) => Some(Mode::Virtual),
                // `false` leaves a hybrid evening open.
                _ => None,
            },
        };
        listing.locations = self.venues(event);
        if listing.mode != Some(Mode::InPerson) {
            listing.online_url = json::text_of(event, "howToFindUs")
                .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        }
        if let Some(group) = self.field(event, "group") {
            listing.zone = json::text_of(group, "timezone").and_then(|name| zone_named(&name));
            let page = json::text_of(group, "urlname")
                .map(|slug| format!("https://www.meetup.com/{}", slug.to_lowercase()));
            listing
                .organisers
                .extend(json::text_of(group, "name").map(|name| (name, page)));
        }
        Ok(listing)
    }

    /// Its venues but the placeholder of online events, which has a name and nothing else.
    fn venues(&self, event: &Map<String, Value>) -> Vec<Location> {
        let mut venues: Vec<&Value> = event.get("venue").into_iter().collect();
        venues.extend(
            event
                .get("venues")
                .and_then(Value::as_array)
                .into_iter()
                .flatten(),
        );
        let mut locations = Vec::new();
        for venue in venues.into_iter().filter_map(|venue| self.follow(venue)) {
            if json::text_of(venue, "venueType").is_some_and(|of| of.eq_ignore_ascii_case("online"))
            {
                continue;
            }
            let longitude = ["lng", "lon"]
                .into_iter()
                .find_map(|name| json::degrees(venue, name, 180.0));
            let degrees = json::degrees(venue, "lat", 90.0).zip(longitude);
            let location = Location {
                venue: json::text_of(venue, "name"),
                address: json::text_of(venue, "address"),
                city: json::text_of(venue, "city"),
                state: json::text_of(venue, "state"),
                country: json::text_of(venue, "country"),
                latitude: degrees.map(|(latitude, _)| latitude),
                longitude: degrees.map(|(_, longitude)| longitude),
            };
            let nameless = Location {
                venue: None,
                ..location.clone()
            };
            if nameless != Location::default() && !locations.contains(&location) {
                locations.push(location);
            }
        }
        locations
    }
}

/// Whether a field of a group is the list of its upcoming events. The field's name contains its
/// arguments, which change from year to year: `events({"filter":{"status":["ACTIVE"]},"first":10,"sort":"ASC"})`.
fn is_upcoming(name: &str) -> bool {
    let arguments = name
        .strip_prefix("events(")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|arguments| serde_json::from_str::<Value>(arguments).ok());
    arguments.is_some_and(|arguments| {
        let status = arguments
            .get("filter")
            .and_then(|filter| filter.get("status"));
        let active = match status {
            Some(Value::Array(list)) => list.iter().any(|status| status == "ACTIVE"),
            Some(status) => status == "ACTIVE",
            None => true,
        };
        active && arguments.get("sort").is_some_and(|sort| sort == "ASC")
    })
}

fn is_over(event: &Map<String, Value>) -> bool {
    matches!(
        json::text_of(event, "status").as_deref(),
        Some("PAST" | "AUTOSCHED_FINISHED")
    )
}
