//! Bytes through the pure stages, as a page of one source goes through them.

use chrono::{DateTime, Utc};
use rusty_events::curate::curate;
use rusty_events::deduplicate::{Identities, deduplicate};
use rusty_events::issue::Window;
use rusty_events::normalise::Groups;
use rusty_events::place::Place;
use rusty_events::read::{self, Known};
use rusty_events::believe::told_by;
use rusty_events::render::markdown;
use rusty_events::rulings::Rulings;
use rusty_events::select::{self, Selection, Style};
use rusty_events::source::{Address, Organiser, Page, Platform, Purpose, Request, Source, SourceId, Way};
use std::collections::{BTreeMap, BTreeSet};

/// Reads, believes and prints a page: nothing may panic, and each row is two lines.
pub fn walk(platform: Platform, way: Way, purpose: Purpose, body: &[u8]) {
    let now: DateTime<Utc> = DateTime::from_timestamp(1_774_000_000, 0).unwrap_or_default();
    let url = "https://www.meetup.com/rust-berlin/".to_owned();
    let source = Source {
        id: SourceId("x".to_owned()),
        address: Address::Web(url.clone()),
        platform,
        organiser: Some(Organiser { name: "Rust Berlin".to_owned(), url: None }),
        place: Place::parse("Berlin, DE").ok(),
        zone: Some(chrono_tz::Tz::Europe__Berlin),
        mode: None,
        force_mode: None,
        force_place: None,
        only: Vec::new(),
        aliases: Vec::new(),
        replaces: Vec::new(),
        expect_empty: false,
    };
    let request = Request::get(&url, purpose, way);
    let page = Page { request, url, content_type: None, body: body.to_vec(), at: now };
    let Ok(reading) = read::read(&source, &page, &Known::default(), now) else { return };
    let today = now.date_naive();
    let window = Window::starting(today, 366);
    let told = told_by(&source, &reading.listings, window, &Groups::default());
    let twins = deduplicate(told.events, std::slice::from_ref(&source), &Identities::default());
    let published = curate(&twins, &BTreeMap::new(), &BTreeSet::new(), &Rulings::default(), now).write;
    let style = Style {
        heading: "## Upcoming Events".to_owned(),
        line: "{from} - {to}".to_owned(),
        organiser_separator: " | ".to_owned(),
        hybrid_label: "Hybrid".to_owned(),
        states: Vec::new(),
    };
    let selection = Selection { window, headings: Vec::new(), new_since: None };
    let section = select::select(published.iter(), &[], &selection, &style);
    let rows: usize = section.headings.iter().map(|(_, rows)| rows.len()).sum();
    let printed = markdown::section(&section, &style);
    let lines = 3 + 2 * section.headings.len() + 2 * rows;
    assert_eq!(printed.lines().count(), lines, "{printed}");
}
