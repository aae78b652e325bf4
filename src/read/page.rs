//! Any document that announces events, in whichever form it does: a web page, a feed, an answer of an interface,
//! a calendar, a text in Markdown.
//!
//! The forms are tried in order of trust, and the first one that gives an event is the one that is read: what
//! the document states in fields of their own comes before what only a person reads from it. So an event that
//! a page has in two forms is read once. [`Reading::read_as`] says which form it was.

mod calendars;
mod embedded;
mod feed;
mod found;
mod json;
mod markdown;
mod meta;
mod microformats;
mod nothing;
mod speaks;
mod times;
mod words;
mod xml;

use super::tree::Tree;
use super::{charset, ics, jsonld, refusal, visible};
use crate::facts::listing::{Reading, Unreadable};
use crate::facts::source::{Page, Purpose, Way};
use chrono::{DateTime, Utc};
use found::Found;
pub(super) use json::words;
use std::cell::OnceCell;
use url::Url;

/// Events that are read of one document.
const MOST_EVENTS: usize = 5000;

/// Characters of a document that tell what it is.
const LOOKED_AT: usize = 2000;

/// Lines of a text that tell whether it is Markdown.
const LINES_LOOKED_AT: usize = 200;

/// The years in which an event may be. Generators write year 1 where there is no date.
const YEARS: std::ops::Range<i32> = 1990..2101;

/// A document, decoded.
pub(super) struct Document<'a> {
    /// Its text.
    pub(super) text: &'a str,
    /// Its address, against which relative ones are resolved; `None` for a file.
    pub(super) url: Option<Url>,
    /// When it was fetched: what is dated later is still to come.
    pub(super) at: DateTime<Utc>,
    tree: OnceCell<Tree>,
}

/// Reads one form of announcing events; `None` where the document has nothing in that form.
type Reader = fn(&Document<'_>) -> Option<Found>;

/// The forms of JSON.
const OF_JSON: [Reader; 2] = [schema, json::read];

/// The forms of a web page, the most trusted first.
const OF_WEB_PAGES: [Reader; 8] = [
    schema,
    microformats::read,
    embedded::read,
    calendars::added,
    calendars::linked,
    meta::read,
    times::read,
    as_people_read,
];

/// What a document says.
///
/// # Errors
/// Says why it gives no event: a script fills the page, no date stands on it, or what else it is.
pub(super) fn read(page: &Page) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let url = Url::parse(&page.url).ok().filter(Url::has_host);
    let document = Document::new(&text, url, page.at);
    let kind = Kind::of(page, &text);
    let mut reading = match kind {
        Kind::Calendar => calendar(page)?,
        Kind::Json => first_of(&OF_JSON, &document)?.into_reading(),
        Kind::Feed => first_of(&[feed::read], &document)?.into_reading(),
        Kind::Markdown => markdown::read(&document)?.into_reading(),
        Kind::WebPage => first_of(&OF_WEB_PAGES, &document)?.into_reading(),
    };
    reading.problems.extend(damage);
    // A calendar names its events itself, from wherever a link leads to it.
    if let (Purpose::Event { key, .. }, [alone]) =
        (&page.request.purpose, &mut reading.listings[..])
        && kind != Kind::Calendar
    {
        alone.key.clone_from(key);
    }
    Ok(reading)
}

/// What a document says that must be JSON.
///
/// # Errors
/// If it is none, or no thing in it has a title and a date under a usual name.
pub(super) fn read_data(page: &Page) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    if Kind::of(page, &text) != Kind::Json {
        let what = format!("is no JSON{}", refusal::in_brackets(&text));
        return Err(Unreadable::NotWhatWasAsked(what));
    }
    let url = Url::parse(&page.url).ok().filter(Url::has_host);
    let document = Document::new(&text, url, page.at);
    let mut reading = first_of(&OF_JSON, &document)?.into_reading();
    reading.problems.extend(damage);
    Ok(reading)
}

/// A feed or a text in Markdown as a web page that a person could read; `None` for everything else.
pub(super) fn web_page(page: &Page, text: &str) -> Option<String> {
    match Kind::of(page, text) {
        Kind::Feed => {
            let url = Url::parse(&page.url).ok().filter(Url::has_host);
            Some(feed::web_page(&Document::new(text, url, page.at)))
        }
        Kind::Markdown => Some(markdown::web_page(text)),
        Kind::Calendar | Kind::Json | Kind::WebPage => None,
    }
}

/// What the first form says that gives an event, or an address that leads to some.
fn first_of(readers: &[Reader], document: &Document<'_>) -> Result<Found, Unreadable> {
    let mut undated = None;
    for reader in readers {
        match reader(document) {
            Some(found) if found.says_something() => return Ok(found),
            Some(found) => {
                undated.get_or_insert(found);
            }
            None => {}
        }
    }
    Err(nothing::why(document, undated.as_ref()))
}

/// schema.org's events, as JSON-LD, microdata or RDFa.
fn schema(document: &Document<'_>) -> Option<Found> {
    let base = document.url.as_ref().map_or("", Url::as_str);
    let events = jsonld::events_in(document.text, base);
    let is_none = events.entries == 0 && !events.says_empty();
    if is_none {
        return None;
    }
    let mut found = Found::read_as("schema.org");
    found.is_empty_list = events.says_empty();
    found.entries = events.entries;
    found.listings = events.listings;
    found.problems = events.problems;
    Some(found)
}

/// What only a person reads in the page: behind all that it states for programs.
fn as_people_read(document: &Document<'_>) -> Option<Found> {
    let today = document.at.date_naive();
    let seen = visible::read(document.text, document.url.as_ref(), today);
    if seen.entries == 0 {
        return None;
    }
    let mut found = Found::read_as("the visible text");
    found.entries = seen.entries;
    found.listings = seen.listings;
    found.problems = seen.problems;
    Some(found)
}

/// What a document is, by its first words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Calendar,
    Json,
    /// XML that is no web page.
    Feed,
    Markdown,
    WebPage,
}

impl Kind {
    fn of(page: &Page, text: &str) -> Kind {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let head: String = text.chars().take(LOOKED_AT).collect();
        let head = head.to_ascii_lowercase();
        let begins = |marks: &[&str]| marks.iter().any(|mark| head.starts_with(mark));
        let holds = |marks: &[&str]| marks.iter().any(|mark| head.contains(mark));
        if begins(&["begin:vcalendar"]) {
            Kind::Calendar
        } else if begins(&["{", "["]) {
            Kind::Json
        } else if !holds(&["<html", "<body", "<!doctype html"])
            && holds(&[
                "<?xml",
                "<rss",
                "<feed",
                "<rdf:rdf",
                "<schedule",
                "<channel",
            ])
        {
            Kind::Feed
        } else if is_markdown(page, text, &head) {
            Kind::Markdown
        } else {
            Kind::WebPage
        }
    }
}

/// Whether a text is Markdown: by its name, its type or its head; or it holds no element of a page and has a line
/// that is a heading, an entry of a list or a row of a table.
fn is_markdown(page: &Page, text: &str, head: &str) -> bool {
    let path = page
        .url
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_named = [".md", ".markdown", ".mkd", ".mdx"]
        .iter()
        .any(|end| path.ends_with(end));
    let is_typed = page
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.trim_start().starts_with("text/markdown"));
    let has_head = ["---\n", "---\r\n", "+++\n", "+++\r\n"]
        .iter()
        .any(|mark| head.starts_with(mark));
    let is_page = [
        "<html",
        "<body",
        "<!doctype",
        "<div",
        "<p>",
        "<table",
        "<ul",
        "<head",
        "<section",
    ]
    .iter()
    .any(|mark| head.contains(mark));
    if is_named || is_typed || is_page {
        return (is_named || is_typed)
            && !head.starts_with("<!doctype")
            && !head.starts_with("<html");
    }
    let is_mark = |line: &str| {
        ["# ", "## ", "- ", "* ", "| "]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    has_head || text.lines().take(LINES_LOOKED_AT).any(is_mark)
}

/// Running words as a page, in a language if one is known.
fn page_of_words(lang: &str, title: &str, markup: &str) -> String {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
    };
    let (lang, title) = (escaped(lang), escaped(title));
    format!("<html lang=\"{lang}\"><body><h1>{title}</h1>\n<div>{markup}</div></body></html>")
}

fn calendar(page: &Page) -> Result<Reading, Unreadable> {
    let mut reading = ics::calendar(&page.body, page.content_type.as_deref())?.reading;
    for listing in &mut reading.listings {
        listing.way = Way::Page;
    }
    reading.read_as = Some("a calendar (iCalendar)".to_owned());
    Ok(reading)
}

impl<'a> Document<'a> {
    fn new(text: &'a str, url: Option<Url>, at: DateTime<Utc>) -> Document<'a> {
        Document {
            text,
            url,
            at,
            tree: OnceCell::new(),
        }
    }

    /// Its elements, where it is a web page.
    pub(super) fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| Tree::of(self.text))
    }

    /// An absolute http(s) address, or `None`.
    pub(super) fn resolved(&self, address: &str) -> Option<String> {
        let address = address.trim();
        let url = match &self.url {
            Some(base) => base.join(address).ok()?,
            None => Url::parse(address).ok()?,
        };
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        (is_web && !address.is_empty()).then(|| url.to_string())
    }
}
