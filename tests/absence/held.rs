//! Readings that contradict most of what their source said before.

use super::{Entry, World, at};
use crate::loopback::Answer;
use chrono::{DateTime, Utc};
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::Status;
use serde_json::Value;

fn outcome(report: &Value) -> (&str, u64, u64) {
    let line = &report["sources"][0];
    (
        line["outcome"].as_str().unwrap(),
        line["gone"].as_u64().unwrap(),
        line["changed"].as_u64().unwrap(),
    )
}

fn six() -> World {
    let world = World::new();
    world.lists(&world.entries(1..7));
    world.refresh(0);
    world
}

/// The entries, each starting a day later.
fn shifted(entries: &[Entry]) -> Vec<Entry> {
    let later = |entry: &Entry| {
        let start: DateTime<Utc> =
            chrono::NaiveDateTime::parse_from_str(&entry.start, "%Y%m%dT%H%M%S")
                .unwrap()
                .and_utc();
        Entry {
            start: (start + chrono::TimeDelta::days(1))
                .format("%Y%m%dT%H%M%S")
                .to_string(),
            ..entry.clone()
        }
    };
    entries.iter().map(later).collect()
}

fn renamed(entries: &[Entry]) -> Vec<Entry> {
    let other = |entry: &Entry| Entry {
        uid: format!("other-{}", entry.uid),
        title: format!("Spam {}", entry.uid),
        start: entry.start.replace("T19", "T11"),
        ..entry.clone()
    };
    entries.iter().map(other).collect()
}

#[test]
fn a_reading_that_contradicts_most_of_what_stands_is_held_and_touches_nothing() {
    let world = six();
    let before = world.published();
    let all = world.entries(1..7);
    let many: Vec<Entry> = (0..60)
        .map(|number| Entry {
            uid: format!("many-{number}"),
            start: format!("202609{:02}T1{}0000", number % 28 + 1, number / 28),
            ..world.entry(1)
        })
        .chain(all.clone())
        .collect();
    for (hours, what, entries) in [
        (1, "nothing", Vec::new()),
        (2, "less than half", all[..2].to_vec()),
        (3, "all of it something else", renamed(&all)),
        (4, "all of it a day later", shifted(&all)),
        (5, "ten times as many", many),
    ] {
        world.lists(&entries);
        let report = world.refresh(hours);
        assert_eq!(outcome(&report), ("held", 0, 0), "{what}");
        assert_eq!(world.published(), before, "{what}");
        // A good day ends it.
        world.lists(&all);
        assert_eq!(outcome(&world.refresh(hours)), ("read", 0, 0), "{what}");
        assert_eq!(world.run(hours, &["source", "accept", "club"]).code, 2);
    }
    let paths: Vec<String> = world
        .server
        .requests()
        .into_iter()
        .map(|asked| asked.path)
        .collect();
    assert!(
        paths.iter().all(|path| path == "/feed.ics"),
        "no event is asked about: {paths:?}"
    );
}

#[test]
fn a_calendar_that_makes_every_id_anew_is_not_held() {
    let world = six();
    let before = world.published();
    let mut anew = world.entries(1..7);
    for entry in &mut anew {
        entry.uid = format!("anew-{}", entry.uid);
    }
    world.lists(&anew);
    assert_eq!(outcome(&world.refresh(1)), ("read", 0, 6));
    let after = world.published();
    let of = |events: &[Published]| -> Vec<_> {
        let told = |event: &Published| (event.id.clone(), event.sequence, event.status);
        events.iter().map(told).collect()
    };
    assert_eq!(of(&after), of(&before));
}

#[test]
fn half_of_the_events_or_a_small_source_is_not_held() {
    let world = six();
    let all = world.entries(1..7);
    world.lists(&[&all[..3], &shifted(&all[3..])].concat());
    assert_eq!(outcome(&world.refresh(1)), ("read", 0, 3));

    let small = World::new();
    small.lists(&small.entries(1..5));
    small.refresh(0);
    for number in 1..5 {
        small
            .server
            .serve(&format!("/events/{number}"), Answer::status(500));
    }
    small.lists(&[]);
    assert_eq!(outcome(&small.refresh(1)), ("read", 4, 0));
    assert_eq!(small.statuses(), [Status::Confirmed; 4]);
    small.refresh(22);
    assert_eq!(small.statuses(), [Status::Withdrawn; 4]);
}

#[test]
fn a_later_reading_that_says_the_like_is_believed() {
    let world = six();
    for number in 1..7 {
        world
            .server
            .serve(&format!("/events/{number}"), Answer::status(500));
    }
    world.lists(&[]);
    for hours in [2, 8, 21] {
        assert_eq!(outcome(&world.refresh(hours)).0, "held", "{hours}");
    }
    assert_eq!(world.statuses(), [Status::Confirmed; 6]);
    // What failed in between neither counts nor ends it.
    world.server.serve("/feed.ics", Answer::status(500));
    assert_eq!(outcome(&world.refresh(21)).0, "failed");
    world.lists(&[]);
    assert_eq!(outcome(&world.refresh(22)), ("read", 6, 0));
    assert_eq!(world.statuses(), [Status::Withdrawn; 6]);
    assert!(
        world
            .store()
            .standings()
            .unwrap()
            .values()
            .all(|standing| standing.held.is_none())
    );
}

#[test]
fn a_held_reading_leaves_no_validators_and_the_next_visit_reads_it_whole() {
    let world = World::new();
    let serve = |entries: &[Entry], etag: &str| {
        world.server.serve(
            "/feed.ics",
            Answer::ok("text/calendar", super::feed(entries)).header("ETag", etag),
        );
    };
    serve(&world.entries(1..7), "\"1\"");
    world.refresh(0);
    serve(&[], "\"2\"");
    assert_eq!(outcome(&world.refresh(1)).0, "held");
    assert_eq!(outcome(&world.refresh(2)).0, "held");
    let asked = world.server.asked("/feed.ics");
    let with: Vec<Option<&str>> = asked
        .iter()
        .map(|asked| asked.header("if-none-match"))
        .collect();
    assert_eq!(with, [None, Some("\"1\""), None]);
}

#[test]
fn a_source_that_is_held_is_named_and_no_failure() {
    let world = six();
    world.lists(&[]);
    let ran = world.run(2, &["refresh"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains(
            "held: club: of 6 events that were to come it names 0 at their time, and lists 0 in all"
        ) && ran.err.contains("source accept club"),
        "{}",
        ran.err
    );
    let section = world.run(2, &["section", "--issue", "2026-08-26"]);
    assert_eq!(section.code, 0);
    assert!(section.out.contains("Evening number 6"), "{}", section.out);
    assert!(
        section
            .err
            .contains("sources that may be missing something")
            && section.err.contains("club: held since 2026-08-20 08:00"),
        "{}",
        section.err
    );
    let listed = world.run(2, &["source", "list"]);
    assert!(
        listed.out.contains("held since 2026-08-20 08:00"),
        "{}",
        listed.out
    );
    let json: Value =
        serde_json::from_str(&world.run(2, &["source", "list", "--json"]).out).unwrap();
    assert_eq!(json["sources"][0]["held"]["since"], at(2).to_rfc3339());
    assert_eq!(json["sources"][0]["failures"], 0);
    // The last good reading grows old all the same.
    assert_eq!(world.run(60, &["section", "--issue", "2026-08-26"]).code, 3);
}

#[test]
fn an_editor_may_believe_a_held_reading_without_reading_it_again() {
    let world = six();
    let all = world.entries(1..7);
    world.lists(&[&shifted(&all[..1])[..], &[world.entry(9)]].concat());
    assert_eq!(outcome(&world.refresh(2)).0, "held");
    let asked = world.server.requests().len();
    let ran = world.run(3, &["source", "accept", "club"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out
            .contains("the reading of 2026-08-20 08:00 is believed"),
        "{}",
        ran.out
    );
    assert_eq!(world.server.requests().len(), asked, "no page is asked");
    let seen: Vec<(String, Status, u32)> = world
        .published()
        .into_iter()
        .map(|event| {
            (
                event.title.as_str().replace("Evening number ", ""),
                event.status,
                event.sequence,
            )
        })
        .collect();
    let gone = |number: &str| (number.to_owned(), Status::Withdrawn, 1);
    assert_eq!(
        seen,
        [
            ("1".to_owned(), Status::Confirmed, 1),
            gone("2"),
            gone("3"),
            gone("4"),
            gone("5"),
            gone("6"),
            ("9".to_owned(), Status::Confirmed, 0),
        ]
    );
    let again = world.run(3, &["source", "accept", "club"]);
    assert_eq!(again.code, 2);
    assert!(
        again.err.contains("no reading of club is held"),
        "{}",
        again.err
    );
    let unknown = world.run(3, &["source", "accept", "clu"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("is it club?"), "{}", unknown.err);
}
