//! The database: versions, absence, the lock, and what becomes of a damaged file.

mod files;
mod handover;
mod indexes;
mod quiet;

use crate::markdown::topic;
use crate::sameness::{event, source};
use crate::telling;
use crate::telling::Records;
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::believe::Beliefs;
use rusty_events::believe::absence;
use rusty_events::believe::curate::curate;
use rusty_events::believe::decisions::InForce;
use rusty_events::believe::deduplicate::{Identities, deduplicate};
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::{Answer, End, Listing, Location, Part, Rule};
use rusty_events::facts::place::Mode;
use rusty_events::facts::source::{Platform, SourceId, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::store::{Answered, Error, Outcome, Store, StoredValidators, Visit};
use std::collections::BTreeMap;

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

const BERLIN: &str = "meetup/rust-berlin";

fn read(listings: Vec<Listing>) -> Visit {
    telling::read(BERLIN, Way::Feed, listings)
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
    full.known_since = Some(at(0));
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
        store.record(&telling::failed(BERLIN), at(hours)).unwrap();
        let mut cut_off = read(Vec::new());
        if let Outcome::Read { whole, .. } = &mut cut_off.outcome {
            *whole = false;
        }
        store.record(&cut_off, at(hours + 1)).unwrap();
    }
    assert_eq!(titles(&store), ["a"]);
}

#[test]
fn a_page_that_is_read_while_its_list_is_not_believed_moves_its_event_until_the_list_is() {
    let mut store = Store::in_memory().unwrap();
    let six: Vec<Listing> = ["1", "2", "3", "4", "5", "6"]
        .map(|key| listing(key, key))
        .into();
    let page = |hour: &str| {
        let mut page = listing("1", "1");
        let local = format!("2026-08-27T{hour}:00").parse().unwrap();
        page.start = Stamp::Zoned(local, chrono_tz::Tz::Europe__Berlin);
        page.part = Part::Page;
        (page, "mark".to_owned())
    };
    let starts = |store: &Store| {
        let listings = store.listings().unwrap();
        let corrected = absence::as_their_pages_say(&listings[&SourceId(BERLIN.to_owned())]);
        let start = corrected[0].start.instant(chrono_tz::Tz::UTC);
        start.format("%H:%M").to_string()
    };
    let mut all = read(six.clone());
    all.pages = vec![page("18:00")];
    store.record(&all, at(0)).unwrap();
    assert_eq!(starts(&store), "17:00", "the list's word");
    let mut empty = read(Vec::new());
    empty.pages = vec![page("18:30")];
    assert!(store.record(&empty, at(24)).unwrap().held.is_some());
    assert_eq!(starts(&store), "16:30");
    store.record(&read(six), at(30)).unwrap();
    assert_eq!(starts(&store), "17:00");
}

#[test]
fn visits_are_forgotten_after_more_than_a_year_and_what_came_of_them_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let mut store = Store::open(&path).unwrap();
    for hours in [0, 24, 24 * 200, 24 * 401, 24 * 402] {
        store
            .record(&read(vec![listing("1", "a")]), at(hours))
            .unwrap();
    }
    let count: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM visit", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 3);
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
    // The event's own page is heard whichever way has gone without it.
    let mut answered = read(Vec::new());
    answered.answers = vec![Answered {
        key: "1".to_owned(),
        url: "https://example.org/1".to_owned(),
        answer: Answer::Gone,
        detail: String::new(),
        leads_to: None,
    }];
    store.record(&answered, at(72)).unwrap();
    assert!(titles(&store).is_empty());
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
        known[&SourceId(BERLIN.to_owned())],
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
    let twins = deduplicate(
        vec![own],
        std::slice::from_ref(&meetup),
        &identities,
        &topic(),
    );
    let revision = curate(
        &twins,
        &BTreeMap::new(),
        &[meetup.id].into(),
        &InForce::default(),
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

/// A child that is being started has a copy of every open file until it executes its program.
#[cfg(unix)]
#[test]
fn a_released_lock_is_free_although_children_are_being_started() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("events.db")).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    std::process::Command::new("true").status().unwrap();
                }
            });
        }
        let refused = (0..2_000).filter(|_| store.lock_refresh().is_err()).count();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(refused, 0);
    });
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
