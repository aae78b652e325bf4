//! Meetup's web pages: the data that they carry for their own scripts, else their JSON-LD.
//!
//! `__NEXT_DATA__` holds a cache of nodes (`Event:1`, `Venue:2`, `Group:3`) that refer to each other by
//! `{"__ref": "Venue:2"}`. It also holds past events and those of other groups.

use super::event_id;
use super::node::{self, follow};
use crate::facts::link::Link;
use crate::facts::listing::{Listing, Part, Problem, Reading, Unreadable};
use crate::facts::source::{Page, Way};
use crate::read::{charset, html, json, jsonld};
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
                let node = edge.get("node").and_then(|node| follow(self.nodes(), node));
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
                .and_then(|(_, group)| follow(self.nodes(), group))
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
        match node::listing(event, self.nodes(), Way::Page) {
            Ok(listing) => reading.listings.push(Listing {
                line: self.line,
                ..listing
            }),
            Err(what) => reading.problems.push(Problem {
                line: self.line,
                what,
                item: json::label(event, "title").or_else(|| json::label(event, "id")),
                lost: true,
            }),
        }
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
