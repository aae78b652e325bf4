//! Pages of the real platforms' shape → the events that stand in them, written down by hand.

mod answers;
mod bevy;
mod checked;
mod conferences;
mod connpass;
mod corpus;
mod dates;
mod eventbrite;
mod expected;
mod hasgeek;
mod hostile;
mod jsonld;
mod list;
mod luma;
mod manual;
mod meetup;
mod meetup_api;
mod mobilizon;
mod page;
mod paths;
mod pretix;
mod selected;
mod visible;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use rusty_events::facts::listing::{Listing, Problem, Reading, Unreadable};
use rusty_events::facts::source::{Address, Page, Platform, Purpose, Request, Source, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::read::{self, Known};

fn source(platform: Platform, url: &str) -> Source {
    Source::new("test/source", Address::Web(url.to_owned()), platform)
}

fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-08-19T12:00:00Z")
}

/// A file of `tests/pages`.
fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/pages/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A page as it was asked for, without a content type.
pub(crate) fn page(url: &str, purpose: Purpose, way: Way, body: impl Into<Vec<u8>>) -> Page {
    answer(Request::get(url, purpose, way), body)
}

/// What was served for a request, at its own address.
fn answer(request: Request, body: impl Into<Vec<u8>>) -> Page {
    Page {
        url: request.url.clone(),
        request,
        content_type: None,
        body: body.into(),
        at: now(),
    }
}

fn read_page(platform: Platform, page: &Page) -> Result<Reading, Unreadable> {
    let url = &page.request.url;
    read::read(&source(platform, url), page, &Known::default(), now())
}

/// The list of a source.
fn list(platform: Platform, way: Way, url: &str, body: impl Into<Vec<u8>>) -> Reading {
    read_page(platform, &page(url, Purpose::List, way, body)).unwrap()
}

fn refused(platform: Platform, way: Way, url: &str, body: impl Into<Vec<u8>>) -> Unreadable {
    read_page(platform, &page(url, Purpose::List, way, body)).unwrap_err()
}

/// The page of an event with that key, as it was asked for.
fn event_page(
    platform: Platform,
    url: &str,
    key: &str,
    body: impl Into<Vec<u8>>,
) -> Result<Reading, Unreadable> {
    let purpose = Purpose::Event {
        key: key.to_owned(),
        mark: String::new(),
    };
    read_page(platform, &page(url, purpose, Way::Page, body))
}

/// What a reading asks for next: the address, and of the page of an event its key.
fn next(reading: &Reading) -> Vec<(&str, Option<&str>)> {
    let requests = reading.next.iter();
    requests
        .map(|request| match &request.purpose {
            Purpose::Event { key, .. } => (request.url.as_str(), Some(key.as_str())),
            Purpose::List | Purpose::Signpost => (request.url.as_str(), None),
        })
        .collect()
}

/// When the events of a reading begin.
fn starts(reading: &Reading) -> Vec<Stamp> {
    let listings = reading.listings.iter();
    listings.map(|listing| listing.start).collect()
}

fn titles(reading: &Reading) -> Vec<&str> {
    let listings = reading.listings.iter();
    listings.map(|listing| listing.title.as_str()).collect()
}

fn keys(reading: &Reading) -> Vec<&str> {
    let listings = reading.listings.iter();
    listings.map(|listing| listing.key.as_str()).collect()
}

fn titled<'a>(reading: &'a Reading, title: &str) -> &'a Listing {
    let found = reading
        .listings
        .iter()
        .find(|listing| listing.title == title);
    found.unwrap_or_else(|| panic!("no {title:?} in {:?}", titles(reading)))
}

/// The problems as `line: what`.
fn problems(reading: &Reading) -> Vec<String> {
    let show = |problem: &Problem| format!("{}: {}", problem.line, problem.what);
    reading.problems.iter().map(show).collect()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn day(text: &str) -> Stamp {
    Stamp::Date(text.parse::<NaiveDate>().unwrap())
}

fn floating(text: &str) -> Stamp {
    Stamp::Floating(local(text))
}

fn zoned(text: &str, zone: Tz) -> Stamp {
    Stamp::Zoned(local(text), zone)
}

fn offset(text: &str) -> Stamp {
    Stamp::Offset(text.parse::<DateTime<FixedOffset>>().unwrap())
}

fn utc(text: &str) -> Stamp {
    Stamp::Utc(at(text))
}
