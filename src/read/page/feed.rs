//! Feeds that announce events: RSS 2.0 and 1.0, Atom (RFC 4287), and the schedules of conferences (pentabarf's
//! XML, which frab and pretalx export too).
//!
//! A feed dates its posts. When the event is stands in an element of its own (`event:startdate`, `mec:startDate`,
//! `event_listing:start_date`, …), in the words of the item, or, only where there is evidence, in the date of the
//! post.

mod posts;

use super::Document;
use super::found::{Facts, Found};
use super::markdown::escaped;
use super::xml::Xml;
use crate::facts::event::one_line;
use crate::facts::listing::{End, Listing, Location};
use crate::facts::when::{Stamp, zone_named};
use crate::read::{dates, jsonld, plain};
use chrono::Timelike;

/// Items of one feed that are read.
const MOST_ITEMS: usize = 5000;

/// Elements that say when the event begins, as [`plain_name`] spells them.
const START: [&str; 22] = [
    "startdate",
    "start",
    "starttime",
    "startdatetime",
    "dtstart",
    "begin",
    "begindate",
    "begintime",
    "eventdate",
    "eventstart",
    "eventstartdate",
    "eventdatetime",
    "datestart",
    "localstartdate",
    "eventstartdatetime",
    "startson",
    "startsat",
    "eventbegin",
    "starts",
    "datetimestart",
    "tribeeventstart",
    "eventtime",
];

const END: [&str; 16] = [
    "enddate",
    "end",
    "endtime",
    "enddatetime",
    "dtend",
    "finish",
    "eventend",
    "eventenddate",
    "dateend",
    "localenddate",
    "eventenddatetime",
    "endson",
    "endsat",
    "ends",
    "datetimeend",
    "until",
];

/// The hour, where the day stands alone: `mec:startHour`.
const HOUR: [&str; 4] = ["starthour", "starttime", "eventtime", "time"];
const END_HOUR: [&str; 2] = ["endhour", "endtime"];

const PLACE: [&str; 8] = [
    "location",
    "venue",
    "place",
    "eventlocation",
    "where",
    "venuename",
    "locationname",
    "eventvenue",
];

/// Prefixes of elements that date or place the post, not the event.
const OF_POSTS: [&str; 12] = [
    "dc", "dcterms", "atom", "sy", "slash", "media", "itunes", "content", "wfw", "thr", "georss",
    "geo",
];

/// An item of a feed.
pub(super) struct Item {
    pub(super) line: usize,
    pub(super) title: String,
    pub(super) link: Option<String>,
    /// Its address as written.
    pub(super) address: String,
    id: Option<String>,
    /// What it says, as plain text.
    pub(super) text: String,
    /// When it was posted or changed, as written.
    pub(super) posted: Option<String>,
    /// Elements that may be the event's: their names as the tables spell them, and their texts.
    fields: Vec<(String, String)>,
}

/// The events of a feed or a schedule.
pub(super) fn read(document: &Document<'_>) -> Option<Found> {
    let xml = Xml::of(document.text);
    let root = xml.all().find(|element| {
        matches!(
            xml.name(*element),
            "rss" | "feed" | "rdf" | "schedule" | "channel"
        )
    })?;
    if xml.name(root) == "schedule" {
        return schedule(&xml, root, document);
    }
    let is_item = |element: &usize| matches!(xml.name(*element), "item" | "entry");
    let items: Vec<Item> = xml
        .all()
        .filter(is_item)
        .take(MOST_ITEMS)
        .map(|element| item(&xml, element, document))
        .collect();
    if items.is_empty() {
        let mut found = Found::read_as("a feed");
        found.is_empty_list = true;
        return Some(found);
    }
    let mut found = match items.iter().any(|item| item.field(&START).is_some()) {
        true => in_fields(&items),
        false => posts::read(&items, document),
    };
    if xml.is_cut {
        found.doubt(0, None, "the feed has more elements than are read");
    }
    Some(found)
}

/// The items of a feed as the entries of a web page, without the dates of the posts: what a person reads of them.
pub(super) fn web_page(document: &Document<'_>) -> String {
    let xml = Xml::of(document.text);
    let mut page = String::from("<html><body><main>");
    let is_item = |element: &usize| matches!(xml.name(*element), "item" | "entry");
    for element in xml.all().filter(is_item).take(MOST_ITEMS) {
        let item = item(&xml, element, document);
        let (link, title) = (escaped(&item.address), escaped(&item.title));
        page.push_str(&format!("<article><h3><a href=\"{link}\">{title}</a></h3>"));
        for line in item.text.lines() {
            page.push_str(&format!("<p>{}</p>", escaped(line)));
        }
        page.push_str("</article>");
    }
    page.push_str("</main></body></html>");
    page
}

fn item(xml: &Xml<'_>, element: usize, document: &Document<'_>) -> Item {
    let mut item = Item {
        line: xml.line(element),
        title: String::new(),
        link: None,
        address: String::new(),
        id: None,
        text: String::new(),
        posted: None,
        fields: Vec::new(),
    };
    for child in xml.children(element) {
        let text = xml.text(child);
        let prefix = xml.prefix(child);
        match (prefix, xml.name(child)) {
            ("" | "rss" | "atom", "title") => {
                item.title = plain::title(&one_line(&plain::decoded(text)))
            }
            ("" | "rss" | "atom", "link") => {
                let rel = xml.attribute(child, "rel").unwrap_or_default();
                let address = xml
                    .attribute(child, "href")
                    .unwrap_or_else(|| text.to_owned());
                if matches!(rel.as_str(), "" | "alternate") {
                    item.link = item.link.take().or(document.resolved(&address));
                    item.address = one_line(&address);
                }
            }
            ("" | "atom", "guid" | "id") => {
                item.id = Some(one_line(text)).filter(|id| !id.is_empty())
            }
            ("", "pubdate" | "updated" | "published") | ("dc", "date") => {
                // Atom's `published` says when it was posted, `updated` may be a correction.
                let is_first = item.posted.is_none() || xml.name(child) == "published";
                if is_first && !text.is_empty() {
                    item.posted = Some(text.to_owned());
                }
            }
            ("", "description" | "summary" | "content") | ("content", "encoded")
                if text.len() > item.text.len() =>
            {
                item.text = plain::description(&plain::decoded(text));
            }
            (prefix, name) if !OF_POSTS.contains(&prefix) => {
                item.fields.push((plain_name(name), text.to_owned()));
                // Google's `<gd:when startTime="…" endTime="…">`.
                for name in ["startTime", "endTime"] {
                    let value = xml.attribute(child, name);
                    item.fields
                        .extend(value.map(|value| (plain_name(name), value)));
                }
            }
            _ => {}
        }
    }
    item
}

/// A name without case, `_`, `-` and `.`.
fn plain_name(name: &str) -> String {
    let letters = name.chars().filter(|char| char.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

impl Item {
    fn field(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let mut named = self.fields.iter().filter(|(field, _)| field == name);
            named
                .find_map(|(_, text)| Some(text.as_str()).filter(|text| !matches!(*text, "" | "-")))
        })
    }

    /// Its event on that day.
    pub(super) fn listing(&self, start: Stamp) -> Listing {
        let facts = Facts {
            title: self.title.clone(),
            start,
            link: self.link.clone(),
            id: self.id.clone(),
            line: self.line,
        };
        let mut listing = facts.listing();
        listing.description.clone_from(&self.text);
        if let Some(place) = self.field(&PLACE) {
            let place = one_line(&plain::description(&plain::decoded(place)));
            listing.locations = vec![Location {
                address: Some(place),
                ..Location::default()
            }];
        }
        listing
    }
}

/// The events with a start in an element of its own.
fn in_fields(items: &[Item]) -> Found {
    let mut found = Found::read_as("a feed with elements for its events");
    for item in items {
        let said = item.field(&START).unwrap_or_default();
        let start = match with_hour(said, item.field(&HOUR)) {
            Ok(start) => start,
            Err(what) => {
                found.lose(item.line, Some(&item.title), format!("start {what}"));
                continue;
            }
        };
        let mut listing = item.listing(start);
        let end = item
            .field(&END)
            .map(|end| with_hour(end, item.field(&END_HOUR)));
        if let Some(Ok(end)) = end {
            let end = jsonld::end_beside(&start, end);
            let behind =
                |end: &Stamp| end.instant(chrono_tz::Tz::UTC) > start.instant(chrono_tz::Tz::UTC);
            listing.end = end.filter(behind).map(End::At);
        }
        let zone = item.field(&["timezone", "tzid", "tz"]).and_then(zone_named);
        if let (Some(zone), Stamp::Floating(local)) = (zone, listing.start) {
            listing.start = Stamp::Zoned(local, zone);
        }
        found.take(listing);
    }
    found
}

/// A day, and the hour that stands beside it.
fn with_hour(said: &str, hour: Option<&str>) -> Result<Stamp, String> {
    let day = dates::parse(said)?;
    let (Stamp::Date(date), Some(hour)) = (day, hour) else {
        return Ok(day);
    };
    let timed = dates::parse(&format!("{date} {hour}"));
    Ok(timed.unwrap_or(day))
}

/// A conference by its schedule. Its sessions are no events of their own.
fn schedule(xml: &Xml<'_>, root: usize, document: &Document<'_>) -> Option<Found> {
    let conference = xml
        .children(root)
        .find(|child| xml.name(*child) == "conference")?;
    let mut found = Found::read_as("a conference's schedule (pentabarf)");
    let title = one_line(xml.child_text(conference, "title")?);
    let days = xml
        .inside(root)
        .filter(|element| xml.name(*element) == "day");
    let mut days: Vec<String> = days
        .filter_map(|day| xml.attribute(day, "date"))
        .filter(|day| dates::parse(day).is_ok())
        .collect();
    days.sort_unstable();
    let first = xml
        .child_text(conference, "start")
        .or(days.first().map(String::as_str));
    let last = xml
        .child_text(conference, "end")
        .or(days.last().map(String::as_str));
    let line = xml.line(conference);
    let start = match first.map(dates::parse) {
        Some(Ok(start)) => whole(start),
        Some(Err(what)) => {
            found.lose(line, Some(&title), format!("start {what}"));
            return Some(found);
        }
        None => {
            found.lose(line, Some(&title), "the schedule names no day");
            return Some(found);
        }
    };
    let address = ["url", "base_url"]
        .into_iter()
        .find_map(|name| xml.child_text(conference, name));
    let facts = Facts {
        title,
        start,
        link: address.and_then(|address| document.resolved(address)),
        id: xml.child_text(conference, "acronym").map(str::to_owned),
        line,
    };
    let mut listing = facts.listing();
    let end = last.and_then(|last| dates::parse(last).ok());
    listing.end = end
        .and_then(|end| jsonld::end_beside(&start, whole(end)))
        .map(End::At);
    let place = Location {
        venue: xml.child_text(conference, "venue").map(one_line),
        city: xml.child_text(conference, "city").map(one_line),
        country: xml.child_text(conference, "country").map(one_line),
        ..Location::default()
    };
    listing.locations = (place != Location::default())
        .then_some(place)
        .into_iter()
        .collect();
    found.take(listing);
    Some(found)
}

/// A conference's midnight is a whole day.
fn whole(stamp: Stamp) -> Stamp {
    match stamp {
        Stamp::Floating(local) if local.num_seconds_from_midnight() == 0 => {
            Stamp::Date(local.date())
        }
        other => other,
    }
}
