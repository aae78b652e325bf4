//! The database: versions, absence, the lock, and what becomes of a damaged file.

use crate::sameness::{event, source};
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::believe::Beliefs;
use rusty_events::curate::curate;
use rusty_events::deduplicate::{Identities, deduplicate};
use rusty_events::link::Link;
use rusty_events::listing::{End, Listing, Location, Part, Rule};
use rusty_events::place::Mode;
use rusty_events::rulings::Rulings;
use rusty_events::source::{Platform, SourceId, Way};
use rusty_events::store::{ASKED_WHILE_MISSING, Error, Outcome, Store, StoredValidators, Visit};
use rusty_events::when::Stamp;
use std::collections::BTreeMap;
use std::time::Duration;

fn at(hours: i64) -> DateTime<Utc> {
    "2026-08-20T06:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

fn listing(key: &str, title: &str) -> Listing {
    let start = Stamp::Zoned(
        "2026-08-27T19:00:00".parse().unwrap(),
        chrono_tz::Tz::Europe__Berlin,
    );
    Listing::new(key, title, start, Way::Feed)
}

fn read(listings: Vec<Listing>) -> Visit {
    Visit {
        source: SourceId("meetup/rust-berlin".to_owned()),
        outcome: Outcome::Read {
            way: Way::Feed,
            entries: listings.len(),
            listings,
            problems: Vec::new(),
            whole: true,
            cut_off: false,
            validators: None,
        },
        pages: Vec::new(),
        page_problems: Vec::new(),
        answers: Vec::new(),
        tried_best: true,
        took: Duration::from_millis(5),
    }
}

fn failed() -> Visit {
    Visit {
        outcome: Outcome::Failed {
            phase: "http",
            error: "status 500".to_owned(),
            not_before: None,
        },
        ..read(Vec::new())
    }
}

fn titles(store: &Store) -> Vec<String> {
    store
        .listings()
        .unwrap()
        .into_values()
        .flatten()
        .map(|listing| listing.title)
        .collect()
}

#[test]
fn a_listing_is_read_back_as_it_was_written() {
    let mut store = Store::in_memory().unwrap();
    let mut full = listing("1", "Rust & \u{1F980}");
    full.end = Some(End::After(TimeDelta::hours(2)));
    full.zone = Some(chrono_tz::Tz::Asia__Tokyo);
    full.mode = Some(Mode::Hybrid);
    full.instance = Some(Stamp::Utc(at(0)));
    full.rule = Some(Rule {
        rules: vec!["FREQ=WEEKLY".to_owned()],
        except_rules: vec!["FREQ=DAILY".to_owned()],
        dates: vec![(
            Stamp::Date("2026-09-01".parse().unwrap()),
            Some(End::At(Stamp::Utc(at(3)))),
        )],
        except_dates: vec![Stamp::Floating("2026-09-01T10:00:00".parse().unwrap())],
    });
    full.locations = vec![Location {
        venue: Some("c-base".to_owned()),
        latitude: Some(52.5),
        ..Location::default()
    }];
    full.start = Stamp::Offset("2026-08-27T19:00:00+05:30".parse().unwrap());
    full.organisers = vec![("Rust Berlin".to_owned(), None)];
    (full.line, full.sequence, full.private, full.and_future) = (7, 3, true, true);
    full.description = "a\nb".to_owned();
    full.print_from = "2026-08-01".parse().ok();
    store.record(&read(vec![full.clone()]), at(0)).unwrap();
    assert_eq!(
        store
            .listings()
            .unwrap()
            .into_values()
            .flatten()
            .collect::<Vec<_>>(),
        [full]
    );
}

#[test]
fn what_is_read_again_unchanged_is_not_a_change_though_it_moved_down_the_page() {
    let mut store = Store::in_memory().unwrap();
    let first = store
        .record(&read(vec![listing("1", "a"), listing("2", "b")]), at(0))
        .unwrap();
    assert_eq!(
        (first.events, first.new, first.changed, first.gone),
        (2, 2, 0, 0)
    );
    let mut moved = listing("1", "a");
    moved.line = 99;
    let again = store
        .record(&read(vec![moved, listing("2", "c")]), at(1))
        .unwrap();
    assert_eq!(
        (again.events, again.new, again.changed, again.gone),
        (2, 0, 1, 0)
    );
    assert_eq!(titles(&store), ["a", "c"]);
}

#[test]
fn it_takes_two_readings_a_day_apart_to_lose_an_event() {
    let mut store = Store::in_memory().unwrap();
    store
        .record(&read(vec![listing("1", "a"), listing("2", "b")]), at(0))
        .unwrap();
    assert_eq!(
        store
            .record(&read(vec![listing("1", "a")]), at(6))
            .unwrap()
            .gone,
        1
    );
    assert_eq!(titles(&store), ["a", "b"], "missing once");
    store
        .record(&read(vec![listing("1", "a")]), at(12))
        .unwrap();
    assert_eq!(titles(&store), ["a", "b"], "missing for six hours");
    store
        .record(&read(vec![listing("1", "a")]), at(27))
        .unwrap();
    assert_eq!(titles(&store), ["a"], "missing for 21 hours");
    let back = store
        .record(&read(vec![listing("1", "a"), listing("2", "b")]), at(30))
        .unwrap();
    assert_eq!((back.new, titles(&store).len()), (1, 2), "back again");
}

#[test]
fn an_event_that_comes_back_in_between_is_not_missing() {
    let mut store = Store::in_memory().unwrap();
    let both = || vec![listing("1", "a"), listing("2", "b")];
    store.record(&read(both()), at(0)).unwrap();
    store.record(&read(vec![listing("1", "a")]), at(6)).unwrap();
    store.record(&read(both()), at(12)).unwrap();
    store
        .record(&read(vec![listing("1", "a")]), at(30))
        .unwrap();
    assert_eq!(titles(&store), ["a", "b"]);
}

#[test]
fn a_failed_visit_and_one_cut_off_take_nothing_away() {
    let mut store = Store::in_memory().unwrap();
    store.record(&read(vec![listing("1", "a")]), at(0)).unwrap();
    for hours in [10, 40, 80] {
        store.record(&failed(), at(hours)).unwrap();
        let mut cut_off = read(Vec::new());
        if let Outcome::Read { whole, .. } = &mut cut_off.outcome {
            *whole = false;
        }
        store.record(&cut_off, at(hours + 1)).unwrap();
    }
    assert_eq!(titles(&store), ["a"]);
}

#[test]
fn an_absence_counts_only_on_the_same_way() {
    let mut store = Store::in_memory().unwrap();
    let mut item = listing("1", "a");
    item.way = Way::Items;
    let mut by_items = read(vec![item]);
    if let Outcome::Read { way, .. } = &mut by_items.outcome {
        *way = Way::Items;
    }
    store.record(&by_items, at(0)).unwrap();
    store.record(&read(Vec::new()), at(6)).unwrap();
    store.record(&read(Vec::new()), at(48)).unwrap();
    assert_eq!(titles(&store), ["a"]);
}

#[test]
fn a_feed_of_ten_says_nothing_of_what_lies_beyond_its_last() {
    let mut store = Store::in_memory().unwrap();
    let ten: Vec<Listing> = (0..10).map(|n| listing(&n.to_string(), "near")).collect();
    let mut far = listing("far", "far");
    far.start = Stamp::Utc("2026-12-01T18:00:00Z".parse().unwrap());
    store.record(&read(vec![far]), at(0)).unwrap();
    let mut cut_off_visit = read(ten);
    if let Outcome::Read { cut_off, .. } = &mut cut_off_visit.outcome {
        *cut_off = true;
    }
    store.record(&cut_off_visit, at(6)).unwrap();
    store.record(&cut_off_visit, at(48)).unwrap();
    assert!(titles(&store).contains(&"far".to_owned()));
}

#[test]
fn what_an_events_own_page_says_outlives_later_readings_of_the_list() {
    let mut store = Store::in_memory().unwrap();
    let mut visit = read(vec![listing("1", "a")]);
    let page = Listing {
        part: Part::Page,
        mode: Some(Mode::Hybrid),
        ..listing("1", "a")
    };
    visit.pages = vec![(page, "mark".to_owned())];
    store.record(&visit, at(0)).unwrap();
    store.record(&read(vec![listing("1", "a")]), at(6)).unwrap();
    let stored: Vec<Listing> = store.listings().unwrap().into_values().flatten().collect();
    assert_eq!(
        stored
            .iter()
            .map(|listing| (listing.part, listing.mode))
            .collect::<Vec<_>>(),
        [(Part::List, None), (Part::Page, Some(Mode::Hybrid))]
    );
    let known = store.known_pages().unwrap();
    assert_eq!(
        known[&SourceId("meetup/rust-berlin".to_owned())],
        BTreeMap::from([("1".to_owned(), "mark".to_owned())])
    );
}

#[test]
fn validators_hold_for_one_address_and_program_and_a_week() {
    let mut store = Store::in_memory().unwrap();
    let mut visit = read(vec![listing("1", "a")]);
    let validators = StoredValidators {
        etag: Some("W/\"x\"".to_owned()),
        last_modified: None,
        holds_for: "this".to_owned(),
    };
    if let Outcome::Read {
        validators: of_visit,
        ..
    } = &mut visit.outcome
    {
        *of_visit = Some(validators.clone());
    }
    let id = visit.source.clone();
    store.record(&visit, at(0)).unwrap();
    let unchanged = Visit {
        outcome: Outcome::Unchanged { way: Way::Feed },
        ..visit
    };
    store.record(&unchanged, at(24 * 6)).unwrap();
    let standing = store.standings().unwrap()[&id].clone();
    assert_eq!(
        standing.validators_for("this", at(24 * 6)),
        Some(&validators)
    );
    assert_eq!(standing.validators_for("that", at(24 * 6)), None);
    assert_eq!(
        standing.validators_for("this", at(24 * 8)),
        None,
        "a full reading is due once a week"
    );
}

#[test]
fn what_is_published_is_read_back() {
    let mut store = Store::in_memory().unwrap();
    let meetup = source("meetup/rust-berlin", Platform::Meetup, Some("Rust Berlin"));
    let own = event(
        &meetup,
        "1",
        "2026-08-27T17:00:00Z",
        "https://www.meetup.com/rust-berlin/events/1/",
    );
    let identities = Identities::default();
    let new_keys = identities.new_keys([&own].into_iter());
    let twins = deduplicate(vec![own], std::slice::from_ref(&meetup), &identities);
    let revision = curate(
        &twins,
        &BTreeMap::new(),
        &[meetup.id].into(),
        &Rulings::default(),
        at(0),
    );
    let beliefs = Beliefs {
        new_keys,
        twins,
        revision,
        ..Beliefs::default()
    };
    store.publish(&beliefs, at(0)).unwrap();
    assert_eq!(
        store.published().unwrap().into_values().collect::<Vec<_>>(),
        beliefs.revision.write
    );
    let link = Link::parse("https://www.meetup.com/rust-berlin/events/1/").unwrap();
    assert_eq!(store.links().unwrap()[&link].len(), 1);
    assert_eq!(store.identities().unwrap().keys.len(), 1);
}

#[test]
fn one_refresh_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let (one, two) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    let held = one.lock_refresh().unwrap();
    let refused = two.lock_refresh().unwrap_err();
    assert!(
        refused
            .to_string()
            .contains(&std::process::id().to_string()),
        "{refused}"
    );
    drop(held);
    two.lock_refresh().unwrap();
}

#[test]
fn what_is_no_database_is_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "dear diary, ".repeat(100)).unwrap();
    let error = Store::open(&text).unwrap_err().to_string();
    assert!(
        error.contains("notes.txt") && error.contains("is not a database"),
        "{error}"
    );
    assert!(
        std::fs::read_to_string(&text)
            .unwrap()
            .starts_with("dear diary")
    );
    let error = Store::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("is a folder"), "{error}");
}

#[test]
fn a_newer_programs_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    drop(Store::open(&path).unwrap());
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(
        matches!(error, Error::Open { .. }) && error.to_string().contains("newer rusty-events"),
        "{error}"
    );
}

#[test]
fn a_power_cut_loses_no_committed_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    drop(Store::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    let journal: String = connection
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(journal, "wal");
    assert!(
        rusqlite::version_number() >= 3_051_003,
        "{}",
        rusqlite::version()
    );
}

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
