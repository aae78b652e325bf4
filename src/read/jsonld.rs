//! schema.org events in any web page → listings.
//!
//! Pages hold them as JSON-LD: one bare object, an array, a `@graph`, an `ItemList`, or inside of a place
//! or an organisation; in one script or in many. One broken script does not cost the events of the others.

mod event;
mod location;

use super::{charset, html, instead, json};
use crate::facts::listing::{Listing, Problem, Reading, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Scripts of JSON-LD that are read in one page.
const MOST_BLOCKS: usize = 1000;

/// Events that are read in one page.
const MOST_EVENTS: usize = 5000;

/// What schema.org calls an event although nobody can go there.
const NO_GATHERINGS: [&str; 4] = [
    "BroadcastEvent",
    "DeliveryEvent",
    "OnDemandEvent",
    "PublicationEvent",
];

/// The events of a page.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// Those that could be read, in the page's order, as listings of [`Way::Page`]; no two with one key.
    pub(super) listings: Vec<Listing>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
    /// How many there are, readable or not.
    pub(super) entries: usize,
    /// Whether the page says that its list is empty.
    empty_list: bool,
}

/// The page itself.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    match (&source.address, way) {
        (Address::Web(url), Way::Page) => Some(Request::get(url, Purpose::List, way)),
        _ => None,
    }
}

/// The events of a page, or of a body that is JSON-LD itself.
pub(super) fn read(page: &Page) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let mut events = events_in(&text, &page.url);
    if events.entries == 0 && !events.empty_list {
        let broken = events.problems.iter().find(|problem| problem.lost);
        return Err(match broken {
            Some(problem) => Unreadable::Damaged(format!(
                "page holds no readable schema.org event: line {}: {}",
                problem.line, problem.what
            )),
            None => Unreadable::NotWhatWasAsked(format!(
                "page holds no schema.org event{}",
                instead::in_brackets(&text)
            )),
        });
    }
    events.problems.extend(damage);
    Ok(events.into_reading())
}

impl Events {
    /// Everything that a page of its own gives.
    pub(super) fn into_reading(self) -> Reading {
        Reading {
            entries: self.entries,
            whole: !self.problems.iter().any(|problem| problem.lost),
            listings: self.listings,
            problems: self.problems,
            ..Reading::default()
        }
    }
}

/// Finds the events of a page; relative addresses are resolved against `base`, never against what the
/// page itself names as its base.
pub(super) fn events_in(html: &str, base: &str) -> Events {
    let base = Url::parse(base).ok();
    let mut events = Events::default();
    let mut seen = BTreeSet::new();
    for block in blocks(html, &mut events.problems) {
        let parsed = match json::parse(block.text) {
            Ok(parsed) => parsed,
            Err(fault) => {
                // A script that never speaks of an event has none to lose.
                let lost = block.text.contains("Event");
                events.problems.push(broken(&block, &fault, "", lost));
                continue;
            }
        };
        let context = Context {
            base: base.as_ref(),
            nodes: nodes(&parsed.value),
        };
        let mut lines = Lines::of(&block);
        let before = events.entries;
        let mut more = false;
        gather(&parsed.value, &mut |object| {
            if is_empty_list(object) {
                events.empty_list = true;
            }
            if is_event(object) && events.entries == MOST_EVENTS {
                more = true;
            } else if is_event(object) {
                events.take(object, lines.next(object), &context, &mut seen);
            }
        });
        if let Some(fault) = parsed.mended.filter(|_| events.entries > before) {
            events
                .problems
                .push(broken(&block, &fault, "; it was mended and read", false));
        }
        if more {
            events.problems.push(Problem {
                line: block.line,
                what: format!("more than {MOST_EVENTS} events: the rest was not read"),
                item: None,
                lost: true,
            });
            break;
        }
    }
    if let ([alone], 1) = (&mut events.listings[..], events.entries) {
        alone.link = alone.link.take().or(base.map(|url| url.to_string()));
    }
    part_shared_keys(&mut events.listings);
    events
}

/// What an event's fields are read against.
struct Context<'a> {
    /// The page's address.
    base: Option<&'a Url>,
    /// The objects of its script that have an `@id`, to which others refer by it alone.
    nodes: BTreeMap<&'a str, &'a Map<String, Value>>,
}

impl<'a> Context<'a> {
    /// An object, or the one that it refers to.
    fn follow(&self, object: &'a Map<String, Value>) -> &'a Map<String, Value> {
        match object.get("@id").and_then(Value::as_str) {
            Some(id) if object.len() == 1 => self.nodes.get(id).copied().unwrap_or(object),
            _ => object,
        }
    }

    /// An absolute http(s) address, or `None`.
    fn resolved(&self, address: &str) -> Option<String> {
        let url = match self.base {
            Some(base) => base.join(address).ok()?,
            None => Url::parse(address).ok()?,
        };
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
    }
}

fn nodes(value: &Value) -> BTreeMap<&str, &Map<String, Value>> {
    fn add<'a>(value: &'a Value, nodes: &mut BTreeMap<&'a str, &'a Map<String, Value>>) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| add(value, nodes)),
            Value::Object(object) => {
                let id = object.get("@id").and_then(Value::as_str);
                if let Some(id) = id.filter(|_| object.len() > 1) {
                    nodes.entry(id).or_insert(object);
                }
                object.values().for_each(|value| add(value, nodes));
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    add(value, &mut found);
    found
}

impl Events {
    /// Reads one event, unless the page has said exactly this before: a list and the script beside it may
    /// tell the same event.
    fn take<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        line: usize,
        context: &Context<'a>,
        seen: &mut BTreeSet<(String, String, String)>,
    ) {
        let mut notes = Vec::new();
        match event::listing(object, context, &mut notes) {
            Ok(mut listing) => {
                let start = format!("{:?}", listing.start);
                if !seen.insert((listing.key.clone(), start, listing.title.clone())) {
                    return;
                }
                listing.line = line;
                self.listings.push(listing);
            }
            Err(note) => notes.push(note),
        }
        self.entries += 1;
        self.problems
            .extend(notes.into_iter().map(|(what, lost)| Problem {
                line,
                what,
                item: json::label(object, "name"),
                lost,
            }));
    }
}

/// Pages that give one address to all their events tell them apart by day only, some by hour.
fn part_shared_keys(listings: &mut [Listing]) {
    let told_apart_by: [fn(&Listing) -> String; 3] = [
        |listing| listing.start.date().to_string(),
        |listing| format!("{:?}", listing.start),
        |listing| crate::facts::event::folded(&listing.title),
    ];
    for more in told_apart_by {
        let mut shared: BTreeMap<String, usize> = BTreeMap::new();
        for listing in listings.iter() {
            *shared.entry(listing.key.clone()).or_default() += 1;
        }
        for listing in listings.iter_mut() {
            if shared.get(&listing.key).is_some_and(|count| *count > 1) {
                listing.key = format!("{}@{}", listing.key, more(listing));
            }
        }
    }
}

fn broken(block: &html::Script<'_>, fault: &json::Fault, then: &str, lost: bool) -> Problem {
    Problem {
        line: block.line + fault.line - 1,
        what: format!(
            "JSON-LD that begins on line {} is not valid JSON: {} (column {}){then}",
            block.line, fault.what, fault.column
        ),
        item: None,
        lost,
    }
}

fn blocks<'a>(page: &'a str, problems: &mut Vec<Problem>) -> Vec<html::Script<'a>> {
    if page.trim_start().starts_with(['{', '[']) {
        return vec![html::Script {
            line: 1,
            kind: String::new(),
            id: String::new(),
            text: page,
        }];
    }
    let (scripts, cut) = html::scripts(page);
    let mut blocks: Vec<_> = scripts
        .into_iter()
        .filter(|script| script.kind == "application/ld+json")
        .collect();
    let more = match (blocks.get(MOST_BLOCKS), cut) {
        (Some(block), _) => Some((block.line, format!("{MOST_BLOCKS} scripts of JSON-LD"))),
        (None, true) => Some((0, format!("{} scripts", html::MOST_SCRIPTS))),
        (None, false) => None,
    };
    if let Some((line, what)) = more {
        problems.push(Problem {
            line,
            what: format!("more than {what}: the rest was not read"),
            item: None,
            lost: true,
        });
        blocks.truncate(MOST_BLOCKS);
    }
    blocks
}

/// Visits every object that is not part of an event. A conference's sessions (`subEvent`) are not events
/// of their own, unless the whole has no date.
fn gather<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Map<String, Value>)) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| gather(value, visit)),
        Value::Object(object) => {
            let parts =
                json::field(object, "subEvent").or_else(|| json::field(object, "subEvents"));
            let undated = json::field(object, "startDate").is_none();
            match parts {
                Some(parts) if is_event(object) && undated => gather(parts, visit),
                _ => {
                    visit(object);
                    if !is_event(object) {
                        object.values().for_each(|value| gather(value, visit));
                    }
                }
            }
        }
        _ => {}
    }
}

fn is_event(object: &Map<String, Value>) -> bool {
    types(object).any(|name| {
        matches!(name, "Festival" | "Hackathon" | "CourseInstance")
            || name.ends_with("Event") && !NO_GATHERINGS.contains(&name)
    })
}

fn is_empty_list(object: &Map<String, Value>) -> bool {
    types(object).any(|name| name == "ItemList")
        && match json::field(object, "itemListElement") {
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
            None => json::field(object, "numberOfItems").and_then(Value::as_u64) == Some(0),
        }
}

/// The names of an object's types, without what stands before them (`http://schema.org/`, `schema:`).
fn types(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let names = match object.get("@type") {
        Some(Value::Array(names)) => names.as_slice(),
        Some(name) => std::slice::from_ref(name),
        None => &[],
    };
    names.iter().filter_map(Value::as_str).map(last_part)
}

/// A term of schema.org, however it is written: `https://schema.org/EventScheduled`, `EventScheduled`.
fn last_part(name: &str) -> &str {
    name.trim()
        .rsplit(['/', '#', ':'])
        .next()
        .unwrap_or_default()
}

/// Finds the lines of events by their names, as the JSON parser tells no positions.
struct Lines<'a> {
    block: &'a html::Script<'a>,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(block: &'a html::Script<'a>) -> Lines<'a> {
        Lines {
            block,
            at: 0,
            line: block.line,
        }
    }

    /// The line of the next event's name. Once one cannot be found (the page escapes it in another way),
    /// the line stays, so that no block is searched to its end for every event.
    fn next(&mut self, object: &Map<String, Value>) -> usize {
        let name = object.get("name").map(Value::to_string).unwrap_or_default();
        let rest = &self.block.text[self.at..];
        match rest.find(&name) {
            Some(found) => {
                self.line += rest[..found].matches('\n').count();
                self.at += found + name.len();
            }
            None => self.at = self.block.text.len(),
        }
        self.line
    }
}
