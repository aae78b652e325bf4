//! A printed section as a source: what tells its events apart, also when they move.

use crate::readers;
use crate::telling;
use crate::telling::Records;
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::believe::normalise::Groups;
use rusty_events::facts::event::EventId;
use rusty_events::facts::listing::{Listing, Reading};
use rusty_events::facts::source::{Platform, Purpose, Source, Way};
use rusty_events::read::section::read;
use rusty_events::store::Store;

const MEETUP: &str = "https://www.meetup.com/rust-oslo/events/301/";
const LUMA: &str = "https://luma.com/rust-oslo-1";
const EVENTBRITE: &str = "https://www.eventbrite.com/e/rust-conf-tickets-123456789012";
const OTHER: &str = "https://meet.example/rust-oslo";

fn row(day: &str, place: &str, link: &str) -> String {
    format!(
        "* {day} | {place} | [Rust Oslo](https://oslo.example/)\n    * [**Evening of {}**]({link})\n",
        link.len()
    )
}

fn reading(rows: &[String]) -> Reading {
    let url = "https://drafts.example/draft.md";
    let text = format!("### Europe\n{}", rows.concat());
    read(&readers::page(url, Purpose::List, Way::Page, text)).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-08-24T06:00:00Z".parse().unwrap()
}

/// A database, and a source with a section as its page.
struct Shelf {
    store: Store,
    source: Source,
    now: DateTime<Utc>,
}

impl Shelf {
    fn new() -> Shelf {
        Shelf {
            store: Store::in_memory().unwrap(),
            source: crate::sameness::source("drafts", Platform::Section, None),
            now: now(),
        }
    }

    /// The events after one more visit, each with its first day.
    fn believed(&mut self, listings: Vec<Listing>) -> Vec<(EventId, String)> {
        self.now += TimeDelta::hours(30);
        let visit = telling::read(&self.source.id.0, Way::Page, listings);
        let recorded = self.store.record(&visit, self.now).unwrap();
        assert_eq!(recorded.held, None);
        let sources = std::slice::from_ref(&self.source);
        telling::believe(&mut self.store, sources, &Groups::default(), &[], self.now);
        let published = self.store.published().unwrap();
        let mut events: Vec<_> = published
            .values()
            .filter(|event| event.status.takes_place())
            .map(|event| (event.id.clone(), event.when.first_day().to_string()))
            .collect();
        events.sort_by(|a, b| a.1.cmp(&b.1));
        events
    }

    fn read(&mut self, rows: &[String]) -> Vec<(EventId, String)> {
        self.believed(reading(rows).listings)
    }
}

/// The listings as they were once known: each by its link and its day.
fn as_before(rows: &[String]) -> Vec<Listing> {
    let mut listings = reading(rows).listings;
    for listing in &mut listings {
        if let Some(before) = listing.predecessor.take() {
            listing.key = before;
        }
    }
    listings
}

#[test]
fn an_event_that_moves_is_one_event() {
    for link in [MEETUP, LUMA] {
        let mut shelf = Shelf::new();
        let first = shelf.read(&[row("2026-09-08", "Oslo, NO", link)]);
        let moved = shelf.read(&[row("2026-09-15", "Oslo, NO", link)]);
        assert_eq!(
            moved,
            [(first[0].0.clone(), "2026-09-15".to_owned())],
            "{link}"
        );
    }
}

#[test]
fn a_link_that_stands_for_several_days_tells_them_apart() {
    for link in [OTHER, EVENTBRITE] {
        let days = ["2026-09-08", "2026-09-15"].map(|day| row(day, "Oslo, NO", link));
        let mut shelf = Shelf::new();
        let both = shelf.read(&days);
        assert_eq!(both.len(), 2, "{link}");
        // The first is over, and the second is what it was.
        assert!(shelf.read(&days[1..]).contains(&both[1]), "{link}");
    }
}

#[test]
fn one_page_on_two_days_is_reported_and_neither_row_is_lost() {
    let days = ["2026-09-08", "2026-09-15"].map(|day| row(day, "Oslo, NO", MEETUP));
    let two = reading(&days);
    let starts: Vec<_> = two
        .listings
        .iter()
        .map(|listing| listing.start.date().to_string())
        .collect();
    assert_eq!(starts, ["2026-09-08", "2026-09-15"]);
    let problems: Vec<_> = two
        .problems
        .iter()
        .map(|problem| (problem.line, problem.what.as_str()))
        .collect();
    assert_eq!(
        problems,
        [(
            4,
            "it has the page of line 2, on another day: taken for an event of its own"
        )]
    );
    // Once the old day goes, it is the event that moved.
    let mut shelf = Shelf::new();
    let both = shelf.read(&days);
    assert_eq!(both.len(), 2);
    let moved = shelf.read(&days[1..]);
    assert!(
        moved.contains(&(both[0].0.clone(), "2026-09-15".to_owned())),
        "{moved:?}"
    );
    // A hybrid event stands under two headings.
    let hybrid = reading(&[
        row("2026-09-08", "Hybrid (Oslo, NO)", LUMA),
        format!(
            "\n### Virtual\n{}",
            row("2026-09-08", "Hybrid (Oslo, NO)", LUMA)
        ),
    ]);
    assert_eq!((hybrid.listings.len(), hybrid.problems.len()), (1, 0));
}

#[test]
fn what_was_known_by_link_and_day_goes_on() {
    let links: Vec<String> = (1..=8)
        .map(|number| format!("https://www.meetup.com/rust-oslo/events/30{number}/"))
        .collect();
    let rows = |days: u32| -> Vec<String> {
        (10..)
            .zip(&links)
            .map(|(day, link)| row(&format!("2026-09-{:02}", day + days), "Oslo, NO", link))
            .collect()
    };
    let mut shelf = Shelf::new();
    let before = shelf.believed(as_before(&rows(0)));
    assert_eq!(before.len(), 8);
    assert_eq!(shelf.read(&rows(0)), before);
    let later = shelf.read(&rows(3));
    let ids = |events: &[(EventId, String)]| -> Vec<EventId> {
        events.iter().map(|(id, _)| id.clone()).collect()
    };
    assert_eq!(ids(&later), ids(&before));
    // They moved before the new keys were first seen.
    let mut shelf = Shelf::new();
    let before = shelf.believed(as_before(&rows(0)));
    let moved = shelf.read(&rows(3));
    assert_eq!(ids(&moved), ids(&before));
    assert_eq!(moved[0].1, "2026-09-13");
}

#[test]
fn a_row_written_by_hand_goes_on_under_its_new_key() {
    let mut store = Store::in_memory().unwrap();
    let rows = [row("2026-09-08", "Oslo, NO", MEETUP)];
    store.keep_by_hand(&as_before(&rows), &[], now()).unwrap();
    let there = reading(&[row("2026-09-09", "Oslo, NO", MEETUP)]).listings;
    assert!(store.keep_by_hand(&there, &[], now()).unwrap());
    let listings = store.listings().unwrap();
    assert_eq!(listings.values().map(Vec::len).sum::<usize>(), 1);
    // Taken out, it goes under whichever key it is known.
    assert!(
        store
            .keep_by_hand(&[], &[there[0].key.clone()], now())
            .unwrap()
    );
}
