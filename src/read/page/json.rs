//! JSON that holds things with a title and a date: the answers of interfaces, and data inside of pages.
//!
//! One reader for all of them. What an event is called in each stands in one table (`fields`); a program that
//! says something in a way of its own has a line where that is read.

mod fields;
mod place;
mod time;

use super::Document;
use super::found::{Facts, Found};
use crate::facts::listing::{End, Listing, Status};
use crate::facts::source::{Purpose, Request, Way};
use crate::facts::when::{Stamp, zone_named};
use crate::read::{json, plain};
use chrono_tz::Tz;
pub(in crate::read) use fields::words;
use fields::{Entry, Fields};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use time::Times;
use url::Url;

/// Objects that others refer to by their ids; more of one document are not looked up.
const MOST_REFERENCES: usize = 20_000;

/// How sure one must be that an object is an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// In a document that is data and nothing else.
    Data,
    /// Among all that a page's scripts carry.
    Script,
    /// In the head of a text: it is a post, unless it says more.
    Text,
}

/// The events of an answer.
pub(super) fn read(document: &Document<'_>) -> Option<Found> {
    let text = document.text.trim_start_matches('\u{feff}');
    let mut found = Found::read_as("JSON");
    match json::parse(text) {
        Ok(parsed) => {
            if let Some(fault) = parsed.mended {
                let what = format!("not valid JSON: {}; it was mended and read", fault.what);
                found.doubt(fault.line, None, what);
            }
            gather(&parsed.value, document, Care::Data, &mut found);
            found.next.extend(next_page(&parsed.value, document));
            found.is_empty_list = is_empty_list(&parsed.value);
        }
        Err(fault) => {
            let what = format!("not valid JSON: {} (column {})", fault.what, fault.column);
            found.lose(fault.line, None, what);
        }
    }
    (found.entries > 0 || found.is_empty_list).then_some(found)
}

/// Adds the events of a value.
pub(super) fn gather(value: &Value, document: &Document<'_>, care: Care, found: &mut Found) {
    let site = Site::of(value, document);
    let before = found.listings.len();
    let mut form = None;
    walk(value, &mut |object| {
        if found.is_full() {
            return true;
        }
        let entry = Entry::of(object);
        let Some(read) = event(&entry, &site, care) else {
            return false;
        };
        match read {
            Ok((title_field, times, listings)) => {
                form.get_or_insert_with(|| format!("JSON ({title_field}, {})", times.field));
                listings.into_iter().for_each(|listing| found.take(listing));
            }
            Err((title, what)) => found.lose(0, Some(&title), what),
        }
        true
    });
    if let Some(form) = form {
        found.read_as = form;
    }
    let added = found.listings.get_mut(before..).unwrap_or_default();
    // A midnight in UTC is an evening where its zone is known.
    if added.iter().all(|listing| listing.zone.is_none()) {
        let mut starts: Vec<(&mut Stamp, &mut Option<End>)> = added
            .iter_mut()
            .map(|listing| (&mut listing.start, &mut listing.end))
            .collect();
        time::without_fillers(&mut starts);
    }
}

/// Shows every object to `visit`, those inside of it only where that answers `false`. A list of past events
/// beside the coming ones is passed over (Squarespace).
fn walk<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Map<String, Value>) -> bool) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| walk(value, visit)),
        Value::Object(object) if !visit(object) => {
            let is_over = |name: &str| name == "past" && object.contains_key("upcoming");
            let inside = object.iter().filter(|(name, _)| !is_over(name));
            inside.for_each(|(_, value)| walk(value, visit));
        }
        _ => {}
    }
}

/// The field of its title, when it is, and a listing of each of its dates.
type Event = (String, Times, Vec<Listing>);

/// An object as an event; `None` if it is none.
///
/// # Errors
/// Its title, and why it cannot be read.
fn event(
    entry: &Entry<'_>,
    site: &Site<'_>,
    care: Care,
) -> Option<Result<Event, (String, String)>> {
    let (title_field, title) = title(entry)?;
    let times = match time::of(entry, site.zone)? {
        Ok(times) => times,
        Err(what) => {
            let is_event = entry.holds(fields::OF_EVENTS) && care != Care::Script;
            return is_event.then_some(Err((title, what)));
        }
    };
    if !is_event(entry, &times, care) {
        return None;
    }
    let link = site.link(entry);
    let id = entry.text(fields::ID);
    let place = place::of(entry, site);
    let each = times.dates.iter().map(|(start, end)| {
        let facts = Facts {
            title: title.clone(),
            start: *start,
            link: link.clone(),
            id: id.clone(),
            line: 0,
        };
        let mut listing = facts.listing();
        listing.end = *end;
        listing.zone = times.zone.filter(|_| matches!(start, Stamp::Utc(_)));
        listing.status = status(entry);
        listing.locations.clone_from(&place.locations);
        listing.mode = place.mode;
        listing.online_url.clone_from(&place.online_url);
        listing.description = about(entry, &title);
        listing.organisers = organisers(entry, site);
        listing.private = is_private(entry);
        listing
    });
    let listings: Vec<Listing> = each.collect();
    Some(Ok((title_field, times, listings)))
}

/// The title: its own, or that of the object inside that has the event's fields too.
fn title(entry: &Entry<'_>) -> Option<(String, String)> {
    entry.objects().find_map(|fields| {
        fields.all(fields::TITLE).find_map(|(name, value)| {
            let title = plain::title(&words(value)?);
            Some((fields::shown(name), title))
        })
    })
}

/// Whether a thing with a title and a date is an event. A file, a commit, a release and a post have both too.
fn is_event(entry: &Entry<'_>, times: &Times, care: Care) -> bool {
    let has_of_events = entry.holds(fields::OF_EVENTS);
    let is_other = entry.own.holds(fields::OF_OTHERS);
    match care {
        Care::Data => !times.may_be_a_post || has_of_events || !is_other,
        Care::Script => {
            let has_page = entry.holds(fields::LINK) || entry.holds(&["slug"]);
            !times.may_be_a_post && (has_of_events || has_page)
        }
        Care::Text => !times.may_be_a_post || has_of_events,
    }
}

fn status(entry: &Entry<'_>) -> Status {
    if entry.is_true(fields::CANCELLED) {
        return Status::Cancelled;
    }
    let said = entry.own.text(fields::STATUS).unwrap_or_default();
    match said.to_lowercase().as_str() {
        "cancelled" | "canceled" | "called off" | "abgesagt" | "annulé" => Status::Cancelled,
        "postponed" => Status::Postponed,
        "confirmed" | "scheduled" => Status::Confirmed,
        "tentative" => Status::Tentative,
        _ => Status::Unsaid,
    }
}

fn is_private(entry: &Entry<'_>) -> bool {
    let said = entry
        .own
        .text(&["visibility", "privacy"])
        .unwrap_or_default();
    said.eq_ignore_ascii_case("private") || entry.own.is_true(&["private", "isprivate"])
}

fn about(entry: &Entry<'_>, title: &str) -> String {
    let said = entry.objects().find_map(|fields| {
        let texts = fields.all(fields::ABOUT);
        let mut texts = texts.filter_map(|(_, value)| words(value));
        texts.find(|text| text != title)
    });
    said.map_or_else(String::new, |text| plain::description(&text))
}

fn organisers(entry: &Entry<'_>, site: &Site<'_>) -> Vec<(String, Option<String>)> {
    let Some(value) = entry.own.get(fields::ORGANISER) else {
        return Vec::new();
    };
    json::each(Some(value))
        .take(20)
        .filter_map(|organiser| match organiser {
            Value::Object(object) => {
                let fields = Fields::of(site.referred_to(object));
                Some((fields.text(fields::TITLE)?, None))
            }
            other => Some((words(other)?, None)),
        })
        .filter(|(name, _)| name.parse::<u64>().is_err())
        .collect()
}

/// What the whole document says of all its events.
struct Site<'a> {
    document: &'a Document<'a>,
    zone: Option<Tz>,
    /// The address of the site, where the document says it and has none itself.
    base: Option<Url>,
    /// The objects of Apollo's state, by the names under which others refer to them.
    references: BTreeMap<&'a str, &'a Map<String, Value>>,
    /// The places that stand in a list of their own, by their ids.
    places: BTreeMap<String, &'a Map<String, Value>>,
}

impl<'a> Site<'a> {
    fn of(value: &'a Value, document: &'a Document<'a>) -> Site<'a> {
        let mut site = Site {
            document,
            zone: None,
            base: document.url.clone(),
            references: BTreeMap::new(),
            places: BTreeMap::new(),
        };
        if let Value::Object(top) = value {
            // Squarespace: `website.timeZone`, `website.baseUrl`.
            let inside = top.values().filter_map(Value::as_object);
            for fields in std::iter::once(top).chain(inside).take(50).map(Fields::of) {
                let zone = fields.text(fields::ZONE);
                site.zone = site.zone.or(zone.as_deref().and_then(zone_named));
                let base = fields.text(&["baseurl"]);
                site.base = site.base.or(base.and_then(|base| Url::parse(&base).ok()));
            }
        }
        site.collect(value);
        site
    }

    fn collect(&mut self, value: &'a Value) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| self.collect(value)),
            Value::Object(object) => {
                for (name, value) in object {
                    if self.references.len() + self.places.len() > MOST_REFERENCES {
                        return;
                    }
                    match value {
                        Value::Object(named) if name.contains(':') => {
                            self.references.insert(name, named);
                        }
                        Value::Array(list) if matches!(name.as_str(), "locations" | "venues") => {
                            let objects = list.iter().filter_map(Value::as_object);
                            self.places.extend(
                                objects.filter_map(|object| {
                                    Some((json::text_of(object, "id")?, object))
                                }),
                            );
                        }
                        _ => {}
                    }
                    self.collect(value);
                }
            }
            _ => {}
        }
    }

    /// An object, or the one that it refers to.
    fn referred_to(&self, object: &'a Map<String, Value>) -> &'a Map<String, Value> {
        let name = object.get("__ref").and_then(Value::as_str);
        name.and_then(|name| self.references.get(name).copied())
            .unwrap_or(object)
    }

    fn place_called(&self, id: &str) -> Option<&'a Map<String, Value>> {
        self.places.get(id).copied()
    }

    fn resolved(&self, address: &str) -> Option<String> {
        if self.document.url.is_some() {
            return self.document.resolved(address);
        }
        let url = match &self.base {
            Some(base) => base.join(address).ok()?,
            None => Url::parse(address).ok()?,
        };
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
    }

    /// The page of an event: an address, or what a platform makes of its short name.
    fn link(&self, entry: &Entry<'_>) -> Option<String> {
        let said = entry.objects().flat_map(|fields| fields.all(fields::LINK));
        let addresses = said.filter_map(|(_, value)| match value {
            Value::Object(object) => {
                let fields = Fields::of(object);
                fields.text(&["public", "url", "href", "value", "full", "rawvalue"])
            }
            value => json::text(value),
        });
        let written = addresses.filter(|address| {
            address.starts_with("http") || address.starts_with('/') || address.starts_with("./")
        });
        let mut links = written.filter_map(|address| self.resolved(&address));
        if let Some(link) = links.next() {
            return Some(link);
        }
        // Luma gives the last part of its address alone.
        let id = entry.text(&["apiid"]).unwrap_or_default();
        if id.starts_with("evt-") {
            let slug = entry.text(&["url"])?;
            return Some(format!("https://luma.com/{slug}"));
        }
        // Wix builds the address of its event pages.
        let slug = entry.own.text(&["slug"])?;
        let is_wix = entry.own.holds(&["scheduling"]);
        is_wix.then(|| self.resolved(&format!("/event-details/{slug}")))?
    }
}

/// The request for the rest of a list, where the answer names its address on the same host.
fn next_page(value: &Value, document: &Document<'_>) -> Option<Request> {
    let fields = Fields::of(value.as_object()?);
    let next = fields.text(&["nextresturl", "nextpageurl", "next"])?;
    let next = Url::parse(&next).ok()?;
    let is_same =
        document.url.as_ref()?.host() == next.host() && document.url.as_ref() != Some(&next);
    is_same.then(|| Request::get(next.to_string(), Purpose::List, Way::Page))
}

/// Whether a list of events is there and has none.
fn is_empty_list(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => ["events", "results", "items", "upcoming", "data"]
            .iter()
            .filter_map(|name| object.get(*name))
            .any(|list| matches!(list, Value::Array(list) if list.is_empty())),
        _ => false,
    }
}
