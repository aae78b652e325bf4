//! schema.org events in any web page → listings.
//!
//! Pages hold them as JSON-LD: one bare object, an array, a `@graph`, an `ItemList`, or inside of a place
//! or an organisation; in one script or in many. One broken script does not cost the events of the others.
//! A page without them may hold them in its markup instead, as microdata or RDFa Lite.

mod context;
mod event;
mod location;
mod microdata;
mod schedule;

pub(super) use schedule::end_beside;

use super::{charset, html, json, refusal};
use crate::facts::event::folded;
use crate::facts::listing::{About, Listing, Problem, Reading, Status, Unreadable};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use crate::facts::when::Stamp;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use url::Url;

/// Scripts of JSON-LD that are read in one page.
const MOST_BLOCKS: usize = 1000;

/// Events that are read in one page.
const MOST_EVENTS: usize = 5000;

/// What schema.org calls an event although no one can go there.
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
                refusal::in_brackets(&text)
            )),
        });
    }
    events.problems.extend(damage);
    Ok(events.into_reading())
}

impl Events {
    /// Whether the page says that its list is empty.
    pub(super) fn says_empty(&self) -> bool {
        self.empty_list
    }

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
    let blocks = parsed(html, &mut events.problems);
    // An object may stand in another script than the one that refers to it.
    let mut context = Context {
        base: base.as_ref(),
        nodes: BTreeMap::new(),
    };
    for block in &blocks {
        context.add(&block.value);
    }
    let mut known = Known::default();
    for block in &blocks {
        let mut lines = Lines::of(&block.script);
        let before = events.entries;
        let mut more = false;
        gather(&block.value, &mut |object| {
            if is_empty_list(object) {
                events.empty_list = true;
            }
            if is_event(object) && events.entries >= MOST_EVENTS {
                more = true;
            } else if is_event(object) {
                events.take(object, lines.next(object), &context, &mut known);
            }
        });
        if let Some(fault) = block.mended.as_ref().filter(|_| events.entries > before) {
            let mended = broken(&block.script, fault, "; it was mended and read", false);
            events.problems.push(mended);
        }
        if more {
            events.problems.push(Problem {
                line: block.script.line,
                what: format!("more than {MOST_EVENTS} events: the rest was not read"),
                item: None,
                lost: true,
            });
            break;
        }
    }
    if events.entries == 0 && !events.empty_list {
        events.read_markup(html, base.as_ref());
    }
    if let ([alone], 1) = (&mut events.listings[..], events.entries) {
        alone.link = alone.link.take().or(base.map(|url| url.to_string()));
    }
    part_shared_keys(&mut events.listings);
    events.problems.sort_by_key(|problem| problem.line);
    events
}

/// A script of a page that could be read.
struct Block<'a> {
    script: html::Script<'a>,
    value: Value,
    /// What was mended in it.
    mended: Option<json::Fault>,
}

/// The scripts of JSON-LD, in one spelling of terms. All are held at once, so their values are counted
/// together.
fn parsed<'a>(html: &'a str, problems: &mut Vec<Problem>) -> Vec<Block<'a>> {
    let mut parsed = Vec::new();
    let mut left = json::MOST_VALUES;
    for script in blocks(html, problems) {
        match json::parse_within(script.text, &mut left) {
            Ok(mut found) => {
                context::plain(&mut found.value);
                parsed.push(Block {
                    script,
                    value: found.value,
                    mended: found.mended,
                });
            }
            Err(fault) => {
                // A script that never speaks of an event has none to lose.
                let lost = script.text.contains("Event");
                problems.push(broken(&script, &fault, "", lost));
            }
        }
    }
    parsed
}

/// What an event's fields are read against.
struct Context<'a> {
    /// The page's address.
    base: Option<&'a Url>,
    /// The objects of the page that have an `@id`, to which others refer by it alone.
    nodes: BTreeMap<String, &'a Map<String, Value>>,
}

impl<'a> Context<'a> {
    /// Adds the objects of a script that have an `@id` and say more than that.
    fn add(&mut self, value: &'a Value) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| self.add(value)),
            Value::Object(object) => {
                let id = object.get("@id").and_then(Value::as_str);
                if let Some(id) = id.filter(|_| !is_reference(object)) {
                    let id = self.identity(id);
                    self.nodes.entry(id).or_insert(object);
                }
                object.values().for_each(|value| self.add(value));
            }
            _ => {}
        }
    }

    /// An `@id` in one spelling: `#hall` is that of the page.
    fn identity(&self, id: &str) -> String {
        let joined = self.base.and_then(|base| base.join(id).ok());
        joined.map_or_else(|| id.to_owned(), String::from)
    }

    /// An object, or the one that it refers to.
    fn follow(&self, object: &'a Map<String, Value>) -> &'a Map<String, Value> {
        match object.get("@id").and_then(Value::as_str) {
            Some(id) if is_reference(object) => self.node(id).unwrap_or(object),
            _ => object,
        }
    }

    /// The object of that `@id`.
    fn node(&self, id: &str) -> Option<&'a Map<String, Value>> {
        self.nodes.get(&self.identity(id)).copied()
    }

    /// An absolute http(s) address, or `None`.
    fn resolved(&self, address: &str) -> Option<String> {
        let address = address.trim();
        let first = address.split('/').next().unwrap_or_default();
        // A host that lost its scheme: as a path below the page it would lead nowhere.
        let is_host = first.starts_with("www.")
            || self.base.is_some_and(|base| base.host_str() == Some(first));
        let url = match self.base {
            _ if is_host => Url::parse(&format!("https://{address}")).ok()?,
            Some(base) => base.join(address).ok()?,
            None => Url::parse(address).ok()?,
        };
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
    }
}

/// Whether an object says no more than which one is meant.
fn is_reference(object: &Map<String, Value>) -> bool {
    object
        .keys()
        .all(|key| matches!(key.as_str(), "@id" | "@type"))
}

/// The events of a page so far: by title and day, where in the list.
type Known = BTreeMap<(String, NaiveDate), Vec<usize>>;

impl Events {
    /// Reads one event. What the page has said before is said once: a theme and a plugin, a list and the
    /// script beside it may both name it.
    fn take<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        line: usize,
        context: &Context<'a>,
        known: &mut Known,
    ) {
        let mut notes = Vec::new();
        match event::listings(object, context, &mut notes) {
            Ok(listings) => {
                let before = self.listings.len();
                for mut listing in listings {
                    listing.line = line;
                    self.add(listing, known);
                }
                if self.listings.len() == before {
                    return;
                }
                self.entries += self.listings.len() - before;
            }
            Err(note) => {
                notes.push(note);
                self.entries += 1;
            }
        }
        self.problems
            .extend(notes.into_iter().map(|(what, lost)| Problem {
                line,
                what,
                item: json::label(object, "name"),
                lost,
            }));
    }

    /// Reads the events that a page without JSON-LD has in its markup.
    fn read_markup(&mut self, html: &str, base: Option<&Url>) {
        let (objects, cut) = microdata::objects(html);
        let mut page = Value::Array(objects);
        context::plain(&mut page);
        let mut context = Context {
            base,
            nodes: BTreeMap::new(),
        };
        context.add(&page);
        let mut known = Known::default();
        gather(&page, &mut |object| {
            if is_event(object) && self.entries < MOST_EVENTS {
                self.take(object, 0, &context, &mut known);
            }
        });
        if self.entries > 0 && (cut || self.entries >= MOST_EVENTS) {
            self.problems.push(Problem {
                line: 0,
                what: "the page has more events in its markup than are read".to_owned(),
                item: None,
                lost: true,
            });
        }
    }

    /// Adds a listing, or what it says beyond one that the page has said before.
    fn add(&mut self, listing: Listing, known: &mut Known) {
        let title = folded(&listing.title);
        let mut days = vec![
            listing.start.date(),
            listing.start.instant(Tz::UTC).date_naive(),
        ];
        days.dedup();
        let before = days
            .iter()
            .flat_map(|day| known.get(&(title.clone(), *day)).into_iter().flatten())
            .copied()
            .find(|place| is_one_event(&self.listings[*place], &listing));
        if let Some(place) = before {
            merge(&mut self.listings[place], listing);
            return;
        }
        for day in days {
            let places = known.entry((title.clone(), day)).or_default();
            places.push(self.listings.len());
        }
        self.listings.push(listing);
    }
}

/// Whether two objects of one page with one title are one event: they have one address, or one has none,
/// and their starts do not contradict each other.
fn is_one_event(a: &Listing, b: &Listing) -> bool {
    let one_key = a.key == b.key || a.link.is_none() || b.link.is_none();
    let same_start = match (&a.start, &b.start) {
        (Stamp::Date(day), other) | (other, Stamp::Date(day)) => *day == other.date(),
        (Stamp::Floating(local), other) | (other, Stamp::Floating(local)) => match other {
            Stamp::Utc(at) => *local == at.naive_utc(),
            Stamp::Offset(at) => *local == at.naive_local(),
            Stamp::Zoned(at, _) | Stamp::Floating(at) => local == at,
            Stamp::Date(_) => false,
        },
        (a, b) => a.instant(Tz::UTC) == b.instant(Tz::UTC),
    };
    one_key && same_start && a.rule == b.rule
}

/// Adds to a listing what another object of the page says of the same event and this one does not. The
/// start that says more counts, and what is off in one of them is off.
fn merge(into: &mut Listing, other: Listing) {
    let says = |start: &Stamp| match start {
        Stamp::Date(_) => 0,
        Stamp::Floating(_) => 1,
        Stamp::Utc(_) => 2,
        Stamp::Offset(_) => 3,
        Stamp::Zoned(..) => 4,
    };
    if says(&other.start) > says(&into.start) {
        into.start = other.start;
        into.end = other.end.or(into.end);
    }
    into.end = into.end.or(other.end);
    if into.link.is_none() && other.link.is_some() {
        into.key = other.key;
        into.link = other.link;
    }
    match (into.mode, other.mode) {
        (Some(mode), Some(another)) if mode != another => {
            into.chose(About::Mode, mode.name(), another.name());
        }
        (None, mode) => into.mode = mode,
        _ => {}
    }
    let off = |status: Status| matches!(status, Status::Cancelled | Status::Postponed);
    if into.status == Status::Unsaid || off(other.status) && !off(into.status) {
        into.status = other.status;
    }
    if into.locations.is_empty() {
        into.locations = other.locations;
    }
    into.online_url = into.online_url.take().or(other.online_url);
    if into.organisers.is_empty() {
        into.organisers = other.organisers;
    }
    if other.description.len() > into.description.len() {
        into.description = other.description;
    }
    for doubt in other.doubts {
        if !into.doubts.contains(&doubt) {
            into.doubts.push(doubt);
        }
    }
}

/// Pages that give one address to all their events keep them apart by day only, some by hour.
pub(super) fn part_shared_keys(listings: &mut [Listing]) {
    let told_apart_by: [fn(&Listing) -> String; 3] = [
        |listing| listing.start.date().to_string(),
        |listing| format!("{:?}", listing.start),
        |listing| folded(&listing.title),
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
    json::each(object.get("@type"))
        .filter_map(Value::as_str)
        .map(last_part)
}

/// A term of schema.org, however it is written: `https://schema.org/EventScheduled`, `EventScheduled`.
fn last_part(name: &str) -> &str {
    name.trim()
        .rsplit(['/', '#', ':'])
        .next()
        .unwrap_or_default()
}

/// Finds the lines of events by their names, as the JSON parser gives no positions.
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
