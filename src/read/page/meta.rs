//! `<meta>` elements that state an event: the former Open Graph properties (`event:start_time`,
//! `event:end_time`, `event:location`) and what content systems call them.

use super::Document;
use super::found::{Facts, Found};
use crate::facts::listing::{End, Location};
use crate::facts::when::Stamp;
use crate::read::html::Tags;
use crate::read::{dates, html, jsonld, plain};
use std::collections::BTreeMap;
use url::Url;

/// Elements of one page that are looked at.
const MOST_ELEMENTS: usize = 300;

const START: [&str; 8] = [
    "eventstarttime",
    "eventstartdate",
    "eventstart",
    "eventdate",
    "eventdatetime",
    "startdate",
    "starttime",
    "dtstart",
];
const END: [&str; 6] = [
    "eventendtime",
    "eventenddate",
    "eventend",
    "enddate",
    "endtime",
    "dtend",
];
const PLACE: [&str; 4] = ["eventlocation", "eventvenue", "eventplace", "location"];

/// The event of a page.
pub(super) fn read(document: &Document<'_>) -> Option<Found> {
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    let elements = Tags::of(document.text).filter(|tag| tag.is("meta"));
    for tag in elements.take(MOST_ELEMENTS) {
        let Some([name, property, content]) = tag.attributes(["name", "property", "content"])
        else {
            continue;
        };
        let name = if property.is_empty() { name } else { property };
        let letters = name.chars().filter(|char| char.is_alphanumeric());
        let name: String = letters.flat_map(char::to_lowercase).collect();
        if !content.trim().is_empty() {
            said.entry(name).or_insert(plain::decoded(content.trim()));
        }
    }
    let first = |names: &[&str]| names.iter().find_map(|name| said.get(*name));
    let date = first(&START)?;
    let mut found = Found::read_as("the page's <meta> elements");
    let title = said.get("ogtitle").or(said.get("twittertitle")).cloned();
    let title = title
        .or_else(|| html::title(document.text))
        .unwrap_or_default();
    let start = match dates::parse(date) {
        Ok(start) => start,
        Err(what) => {
            found.lose(0, Some(&title), format!("start {what}"));
            return Some(found);
        }
    };
    let facts = Facts {
        title,
        start,
        link: document.url.as_ref().map(Url::to_string),
        id: None,
        line: 0,
    };
    let mut listing = facts.listing();
    let end = first(&END).and_then(|end| dates::parse(end).ok());
    let end = end.and_then(|end| jsonld::end_beside(&start, end));
    let behind = |end: &Stamp| end.instant(chrono_tz::Tz::UTC) > start.instant(chrono_tz::Tz::UTC);
    listing.end = end.filter(behind).map(End::At);
    listing.locations = first(&PLACE)
        .map(|place| Location {
            address: Some(place.clone()),
            ..Location::default()
        })
        .into_iter()
        .collect();
    listing.description = said.get("ogdescription").cloned().unwrap_or_default();
    found.take(listing);
    Some(found)
}
