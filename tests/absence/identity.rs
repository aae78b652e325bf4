//! Identity over time: keys that change, sources that go, come and are renamed.

use super::{Entry, World};
use crate::loopback::Answer;
use rusty_events::event::Status;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn keys_made_anew_on_each_export_change_nothing_that_is_published() {
    let world = World::new();
    let mut all = world.entries(1..7);
    // Two at one time, told apart by their titles; and a series.
    all[5].start = all[4].start.clone();
    all[0].more = "RRULE:FREQ=WEEKLY;COUNT=4\r\n".to_owned();
    let exported = |turn: usize| -> Vec<Entry> {
        let anew = |entry: &Entry| Entry {
            uid: format!("{turn}-{}", entry.uid),
            ..entry.clone()
        };
        all.iter().map(anew).collect()
    };
    world.lists(&exported(0));
    world.refresh(0);
    let seen = |world: &World| -> Vec<_> {
        world
            .published()
            .into_iter()
            .map(|event| (event.id, event.sequence, event.modified, event.status))
            .collect()
    };
    let before = seen(&world);
    assert_eq!(before.len(), 9);
    for turn in 1..11 {
        world.lists(&exported(turn));
        let report = world.refresh(i64::try_from(turn).unwrap() * 6);
        assert_eq!(
            (&report["new"], &report["changed"], &report["withdrawn"]),
            (&Value::from(0), &Value::from(0), &Value::from(0)),
            "export {turn}: {report:#}"
        );
        assert_eq!(seen(&world), before, "export {turn}");
    }
}

#[test]
fn a_key_used_again_for_another_event_is_another_event() {
    let world = World::new();
    let first = world.entry(1);
    world.lists(std::slice::from_ref(&first));
    world.refresh(0);
    let august = world.one("Evening number 1");
    // The same key, another title, six weeks on.
    let other = Entry {
        title: "Autumn workshop".to_owned(),
        start: "20261020T190000".to_owned(),
        ..first.clone()
    };
    world.lists(std::slice::from_ref(&other));
    world.refresh(6);
    let workshop = world.one("Autumn workshop");
    assert_ne!(workshop.id, august.id);
    assert_eq!((workshop.sequence, workshop.status), (0, Status::Confirmed));
    assert_eq!(world.one("Evening number 1").status, Status::Withdrawn);
    // A new description alone changes no identity.
    let told = Entry {
        more: "DESCRIPTION:more\r\n".to_owned(),
        ..other
    };
    world.lists(&[told]);
    world.refresh(12);
    assert_eq!(world.one("Autumn workshop").id, workshop.id);
}

#[test]
fn an_event_that_is_over_does_not_move_to_its_keys_next_date() {
    let world = World::new();
    let september = world.entry(1);
    world.lists(std::slice::from_ref(&september));
    world.refresh(0);
    let over = world.one("Evening number 1");
    let october = Entry {
        start: "20261002T190000".to_owned(),
        ..september
    };
    world.lists(&[october]);
    world.refresh(24 * 20);
    let both = world.published();
    assert_eq!(both.len(), 2);
    assert_eq!(both[0], over, "what was is left as it was");
    assert_ne!(both[1].id, over.id);
}

#[test]
fn a_source_that_leaves_the_configuration_keeps_its_coming_events_until_it_is_forgotten() {
    let world = World::new();
    world.lists(&world.entries(1..4));
    world.refresh(0);
    let refused = world.run(1, &["source", "forget", "club"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("still in the configuration"),
        "{}",
        refused.err
    );

    let other = world.source("other").replace("feed.ics", "other.ics");
    world.server.serve(
        "/other.ics",
        Answer::ok("text/calendar", super::feed(&[world.entry(9)])),
    );
    world.configure(&other, "");
    world.refresh(30);
    world.refresh(60);
    assert_eq!(world.statuses(), [Status::Confirmed; 4]);
    let listed = world.run(60, &["source", "list"]);
    assert!(
        listed.out.contains("no longer configured") && listed.out.contains("source forget club"),
        "{}",
        listed.out
    );

    let unknown = world.run(60, &["source", "forget", "clubs"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("is it club?"), "{}", unknown.err);

    // One of the three is over by then, and stays as it was.
    let later = 24 * 13 + 20;
    let ran = world.run(later, &["source", "forget", "club"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "club: 2 coming events withdrawn\n"),
        "{}",
        ran.err
    );
    let statuses = [
        Status::Confirmed,
        Status::Withdrawn,
        Status::Withdrawn,
        Status::Confirmed,
    ];
    assert_eq!(world.statuses(), statuses);
    let again = world.run(later, &["source", "forget", "club"]);
    assert_eq!(
        (again.code, again.out.as_str()),
        (0, "club: 0 coming events withdrawn\n"),
        "{}",
        again.err
    );
    assert!(
        !world
            .run(later, &["source", "list"])
            .out
            .contains("no longer configured")
    );
    world.refresh(later + 1);
    assert_eq!(world.statuses(), statuses);

    // Configured again, its events are back under their ids.
    let before = world.published();
    world.configure(&format!("{}{other}", world.source("club")), "");
    world.refresh(later + 2);
    let after = world.published();
    assert_eq!(after.len(), 4);
    assert_eq!(
        (after[2].status, after[2].sequence, &after[2].id),
        (Status::Confirmed, before[2].sequence + 1, &before[2].id)
    );
}

#[test]
fn a_source_under_another_id_or_address_keeps_the_ids_of_its_events() {
    let world = World::new();
    world.lists(&world.entries(1..4));
    world.refresh(0);
    let ids = |world: &World| -> Vec<_> {
        world
            .published()
            .into_iter()
            .map(|event| (event.id, event.sequence))
            .collect()
    };
    let before = ids(&world);
    let moved = world
        .source("crab-club")
        .replace("feed.ics", "calendar.ics");
    world.server.serve(
        "/calendar.ics",
        Answer::ok("text/calendar", super::feed(&world.entries(1..4))),
    );
    world.configure(&moved, "");
    for hours in [6, 30] {
        world.refresh(hours);
        assert_eq!(ids(&world), before, "{hours}");
    }
    assert!(
        !world
            .run(30, &["source", "list"])
            .out
            .contains("no longer configured")
    );
    // Also when they come back from having been withdrawn.
    world.server.serve(
        "/calendar.ics",
        Answer::ok("text/calendar", super::feed(&world.entries(1..3))),
    );
    world.refresh(36);
    assert_eq!(world.one("Evening number 3").status, Status::Withdrawn);
    world.server.serve(
        "/calendar.ics",
        Answer::ok("text/calendar", super::feed(&world.entries(1..4))),
    );
    world.refresh(42);
    let after: BTreeSet<_> = world
        .published()
        .into_iter()
        .map(|event| event.id)
        .collect();
    assert_eq!(after, before.into_iter().map(|(id, _)| id).collect());
}
