//! Readings one after the other: which event is which, and what is gone.

use super::{at, listing, read, titles};
use crate::telling::Records;
use rusty_events::facts::listing::{Listing, Part, Rule};
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::{SourceId, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::store::{ASKED_WHILE_MISSING, Outcome, Store, Visit};

fn at_time(key: &str, title: &str, start: &str) -> Listing {
    Listing {
        start: Stamp::Utc(start.parse().unwrap()),
        ..listing(key, title)
    }
}

/// Of each current listing its key and the one it had before.
fn keys(store: &Store) -> Vec<(String, Option<String>)> {
    store
        .listings()
        .unwrap()
        .into_values()
        .flatten()
        .map(|listing| (listing.key, listing.predecessor))
        .collect()
}

#[test]
fn an_event_under_a_new_id_is_the_event() {
    let mut store = Store::in_memory().unwrap();
    let other = || at_time("9", "Other", "2026-09-20T17:00:00Z");
    store
        .record(
            &read(vec![
                at_time("xvkdgtyhcgbfc", "Lunch", "2026-08-27T16:00:00Z"),
                other(),
            ]),
            at(0),
        )
        .unwrap();
    let after = store
        .record(
            &read(vec![
                at_time("307089940", "Lunch, with pizza", "2026-08-27T16:00:00Z"),
                other(),
            ]),
            at(6),
        )
        .unwrap();
    assert_eq!((after.new, after.changed, after.gone), (0, 1, 0));
    let expected = [
        ("307089940".to_owned(), Some("xvkdgtyhcgbfc".to_owned())),
        ("9".to_owned(), None),
    ];
    assert_eq!(keys(&store), expected);
    // It is remembered when the listing changes later.
    store
        .record(
            &read(vec![
                at_time("307089940", "Lunch", "2026-08-28T16:00:00Z"),
                other(),
            ]),
            at(12),
        )
        .unwrap();
    assert_eq!(keys(&store), expected);
}

#[test]
fn an_event_moved_and_renumbered_at_once_is_known_by_its_title_if_it_is_the_only_one() {
    let mut store = Store::in_memory().unwrap();
    store
        .record(
            &read(vec![at_time("a", "Rust and Tell", "2026-08-27T16:00:00Z")]),
            at(0),
        )
        .unwrap();
    store
        .record(
            &read(vec![at_time("b", "Rust and Tell", "2026-08-29T16:00:00Z")]),
            at(6),
        )
        .unwrap();
    assert_eq!(keys(&store), [("b".to_owned(), Some("a".to_owned()))]);
    // A week apart it is next week's.
    store
        .record(
            &read(vec![at_time("c", "Rust and Tell", "2026-09-05T16:00:00Z")]),
            at(12),
        )
        .unwrap();
    assert_eq!(
        keys(&store),
        [
            ("b".to_owned(), Some("a".to_owned())),
            ("c".to_owned(), None)
        ]
    );
}

#[test]
fn two_at_one_time_are_not_handed_over_by_guess() {
    let mut store = Store::in_memory().unwrap();
    let at_six = |key: &str| at_time(key, "Talk", "2026-08-27T16:00:00Z");
    store
        .record(&read(vec![at_six("a"), at_six("b")]), at(0))
        .unwrap();
    store
        .record(&read(vec![at_six("c"), at_six("d")]), at(6))
        .unwrap();
    assert!(keys(&store).iter().all(|(_, before)| before.is_none()));
}

fn by_way(mut visit: Visit, by: Way) -> Visit {
    if let Outcome::Read { way, listings, .. } = &mut visit.outcome {
        *way = by;
        listings.iter_mut().for_each(|listing| listing.way = by);
    }
    visit
}

#[test]
fn a_page_that_is_as_it_was_is_a_second_reading() {
    let mut store = Store::in_memory().unwrap();
    let both = vec![listing("1", "a"), listing("2", "b")];
    store.record(&read(both), at(0)).unwrap();
    let without = read(vec![listing("1", "a")]);
    store.record(&without, at(6)).unwrap();
    let unchanged = Visit {
        outcome: Outcome::Unchanged { way: Way::Feed },
        ..without
    };
    store.record(&unchanged, at(12)).unwrap();
    assert_eq!(titles(&store), ["a", "b"], "twice within one outage");
    store.record(&unchanged, at(30)).unwrap();
    assert_eq!(titles(&store), ["a"]);
}

#[test]
fn that_another_way_named_an_event_last_does_not_keep_it() {
    let mut store = Store::in_memory().unwrap();
    let both = || read(vec![listing("1", "a"), listing("2", "b")]);
    store.record(&both(), at(0)).unwrap();
    // A day on which the feed is closed and the page is not.
    store.record(&by_way(both(), Way::Page), at(24)).unwrap();
    let without = read(vec![listing("1", "a")]);
    store.record(&without, at(48)).unwrap();
    store.record(&without, at(72)).unwrap();
    assert_eq!(titles(&store), ["a"]);
}

#[test]
fn an_event_is_handed_over_from_what_another_way_named() {
    let mut store = Store::in_memory().unwrap();
    let mut by_page = listing("letters", "a");
    by_page.start = Stamp::Offset("2026-08-27T19:00:00+02:00".parse().unwrap());
    store
        .record(&by_way(read(vec![by_page]), Way::Page), at(0))
        .unwrap();
    store
        .record(&read(vec![listing("307", "b")]), at(24))
        .unwrap();
    let stored: Vec<Listing> = store.listings().unwrap().into_values().flatten().collect();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].predecessor.as_deref(), Some("letters"));
}

#[test]
fn a_moved_event_under_a_new_id_is_known_beside_one_that_is_new() {
    let mut store = Store::in_memory().unwrap();
    store
        .record(&read(vec![listing("letters", "a")]), at(0))
        .unwrap();
    let on = |mut listing: Listing, day: u32| {
        let local = format!("2026-09-{day:02}T19:00:00").parse().unwrap();
        listing.start = Stamp::Zoned(local, chrono_tz::Tz::Europe__Berlin);
        listing
    };
    let moved = Listing {
        start: Stamp::Zoned(
            "2026-08-28T19:00:00".parse().unwrap(),
            chrono_tz::Tz::Europe__Berlin,
        ),
        ..listing("307", "a")
    };
    let next = on(listing("next", "a"), 24);
    store.record(&read(vec![moved, next]), at(24)).unwrap();
    let stored: Vec<Listing> = store.listings().unwrap().into_values().flatten().collect();
    let before: Vec<(&str, Option<&str>)> = stored
        .iter()
        .map(|listing| (listing.key.as_str(), listing.predecessor.as_deref()))
        .collect();
    assert_eq!(before, [("307", Some("letters")), ("next", None)]);
}

#[test]
fn an_edited_occurrence_that_is_as_its_rule_says_again_is_so_at_once() {
    let mut store = Store::in_memory().unwrap();
    let series = Listing {
        rule: Some(Rule {
            rules: vec!["FREQ=WEEKLY;COUNT=4".to_owned()],
            ..Rule::default()
        }),
        ..listing("1", "a")
    };
    let edited = Listing {
        instance: Some(series.start),
        ..listing("1", "edited")
    };
    store
        .record(&read(vec![series.clone(), edited]), at(0))
        .unwrap();
    store.record(&read(vec![series]), at(6)).unwrap();
    assert_eq!(titles(&store), ["a"]);
}

#[test]
fn an_answer_that_repeats_the_page_leaves_it_when_the_list_names_the_event_again() {
    let mut store = Store::in_memory().unwrap();
    let page = Listing {
        part: Part::Page,
        mode: Some(Mode::Virtual),
        ..listing("1", "a")
    };
    let mut visit = read(vec![listing("1", "a")]);
    visit.pages = vec![(page.clone(), "mark".to_owned())];
    store.record(&visit, at(0)).unwrap();
    let mut missing = read(Vec::new());
    missing.pages = vec![(page, ASKED_WHILE_MISSING.to_owned())];
    store.record(&missing, at(6)).unwrap();
    store
        .record(&read(vec![listing("1", "a")]), at(12))
        .unwrap();
    let known = store.known_pages().unwrap();
    assert_eq!(
        known[&SourceId("meetup/rust-berlin".to_owned())]["1"],
        "mark"
    );
}
