//! Identity over time: keys that change, sources that go, come and are renamed.

use super::{Entry, World};
use crate::loopback::Answer;
use rusty_events::facts::event::Status;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn keys_made_anew_on_each_export_change_nothing_that_is_published() {
    let world = World::new();
    let mut all = world.entries(1..7);
    // Two at one time, which differ in their titles; and a series.
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
fn keys_made_anew_while_an_event_takes_place_and_after_it_make_no_second_one() {
    let world = World::new();
    let all = world.entries(1..3);
    world.lists(&all);
    world.refresh(0);
    let ids = |world: &World| -> Vec<_> {
        let events = world.published().into_iter();
        events.map(|event| event.id).collect()
    };
    let before = ids(&world);
    // The first is on the second of September at 19:00 in Berlin.
    let start = 24 * 13 + 11;
    for (turn, hours) in [start - 12, start + 1, start + 40].into_iter().enumerate() {
        let anew = |entry: &Entry| Entry {
            uid: format!("{turn}-{}", entry.uid),
            ..entry.clone()
        };
        world.lists(&all.iter().map(anew).collect::<Vec<_>>());
        world.refresh(hours);
        assert_eq!(ids(&world), before, "at {hours}");
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
    let entry = Entry {
        more: "DESCRIPTION:more\r\n".to_owned(),
        ..other
    };
    world.lists(&[entry]);
    world.refresh(12);
    assert_eq!(world.one("Autumn workshop").id, workshop.id);
}

#[test]
fn an_event_that_is_deleted_and_entered_again_has_the_id_it_had() {
    let world = World::new();
    let all = world.entries(1..4);
    world.lists(&all);
    world.refresh(0);
    let before = world.one("Evening number 1");
    world.server.serve("/events/1", Answer::status(404));
    world.lists(&all[1..]);
    world.refresh(24);
    assert_eq!(world.one("Evening number 1").status, Status::Withdrawn);
    // Under another UID and with another page; a second one of that hour has nothing to do with it.
    let again = Entry {
        uid: "entered-again".to_owned(),
        page: Some(world.server.url("/events/again")),
        ..all[0].clone()
    };
    let other = Entry {
        uid: "other".to_owned(),
        title: "Reading group".to_owned(),
        page: Some(world.server.url("/events/other")),
        ..all[0].clone()
    };
    world.lists(&[&all[1..], &[again, other]].concat());
    for hours in [48, 72] {
        world.refresh(hours);
        let after = world.one("Evening number 1");
        assert_eq!(
            (&after.id, after.status, after.sequence),
            (&before.id, Status::Confirmed, before.sequence + 2)
        );
        assert_ne!(world.one("Reading group").id, before.id);
    }
}

#[test]
fn a_group_that_goes_over_to_another_platform_in_a_day_keeps_the_ids_of_its_events_under_new_titles()
 {
    let world = World::new();
    let all = world.entries(1..3);
    world.lists(&all);
    let other = world.source("other").replace("/feed.ics", "/other.ics");
    world
        .server
        .serve("/other.ics", Answer::ok("text/calendar", super::feed(&[])));
    world.configure(&format!("{}{other}", world.source("club")), "");
    world.refresh(0);
    let ids = |world: &World| -> BTreeSet<_> {
        let standing = world.published().into_iter();
        let standing = standing.filter(|event| event.status == Status::Confirmed);
        standing.map(|event| event.id).collect()
    };
    let before = ids(&world);
    assert_eq!(before.len(), 2);
    let moved = |entry: &Entry| Entry {
        uid: format!("moved-{}", entry.uid),
        title: format!("With a talk: {}", entry.uid),
        page: None,
        ..entry.clone()
    };
    let moved: Vec<Entry> = all.iter().map(moved).collect();
    world.server.serve(
        "/other.ics",
        Answer::ok("text/calendar", super::feed(&moved)),
    );
    for number in 1..3 {
        world
            .server
            .serve(&format!("/events/{number}"), Answer::status(404));
    }
    world.lists(&[]);
    world.refresh(24);
    assert_eq!(ids(&world), before);
    world.refresh(48);
    assert_eq!(ids(&world), before);
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
fn an_event_that_was_put_off_keeps_its_id_when_its_new_day_is_named_late() {
    let world = World::new();
    let september = world.entry(1);
    let put_off = Entry {
        title: format!("Postponed: {}", september.title),
        ..september.clone()
    };
    world.lists(&[put_off]);
    world.refresh(0);
    let before = world.published();
    assert_eq!(world.statuses(), [Status::Postponed]);

    // The new day is named when the old one is over.
    let later = Entry {
        start: "20260920T190000".to_owned(),
        ..september
    };
    world.lists(&[later]);
    world.refresh(24 * 20);
    let after = world.published();
    assert_eq!(after.len(), 1, "{after:?}");
    assert_eq!(
        (&after[0].id, after[0].status),
        (&before[0].id, Status::Confirmed)
    );
    assert!(after[0].sequence > before[0].sequence);
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

#[test]
fn a_group_that_moves_is_read_at_both_places_and_printed_once_under_its_ids() {
    let world = World::new();
    let entry = |url: &str| {
        format!(
            "[[source]]\nurl = \"{url}\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\n"
        )
    };
    let mirrors = format!(
        "[fetch.mirrors]\n\"https://\" = \"{}\"\n",
        world.server.url("")
    );
    let (old, new) = ("/old.example/club.ics", "/new.example/club.ics");
    let serve = |path: &str, entries: &[Entry]| {
        world
            .server
            .serve(path, Answer::ok("text/calendar", super::feed(entries)));
    };
    let elsewhere = |entries: &[Entry]| -> Vec<Entry> {
        let other = |entry: &Entry| Entry {
            uid: format!("new-{}", entry.uid),
            page: None,
            ..entry.clone()
        };
        entries.iter().map(other).collect()
    };
    let plain = |entries: Vec<Entry>| -> Vec<Entry> {
        let without = |entry: Entry| Entry {
            page: None,
            ..entry
        };
        entries.into_iter().map(without).collect()
    };
    let all = plain(world.entries(1..4));
    world.configure(&entry("https://old.example/club.ics"), &mirrors);
    serve(old, &all);
    world.refresh(0);
    let before = world.published();
    let ids = |world: &World| -> Vec<_> {
        world
            .published()
            .into_iter()
            .map(|event| event.id)
            .collect()
    };

    // The new place has what the old one has, and one more.
    let moved = format!(
        "{}replaces = [{{ url = \"https://old.example/club.ics\", from = \"2026-08-21\" }}]\n",
        entry("https://new.example/club.ics")
    );
    world.configure(&moved, &mirrors);
    serve(new, &elsewhere(&plain(world.entries(1..5))));
    world.refresh(6);
    let both = world.published();
    assert_eq!(both.len(), 4);
    assert_eq!(
        ids(&world)[..3],
        before
            .iter()
            .map(|event| event.id.clone())
            .collect::<Vec<_>>()
    );
    assert_eq!(both[0].evidence.len(), 2);
    let listed = world.run(6, &["source", "list"]);
    assert!(listed.out.contains("on 2026-08-21: good"), "{}", listed.out);

    // The old place falls silent: that is no alarm, and nothing is lost.
    world.server.serve(old, Answer::status(404));
    for hours in [30, 60, 100] {
        let ran = world.run(hours, &["section", "--issue", "2026-09-02", "--refresh"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(!ran.err.contains("may be missing"), "{}", ran.err);
        assert_eq!(
            ran.out.matches("Evening number 2").count(),
            1,
            "{}",
            ran.out
        );
    }
    // It was emptied: the events are the new place's, under the ids they had.
    serve(old, &[]);
    world.refresh(106);
    world.refresh(130);
    assert_eq!(world.statuses(), [Status::Confirmed; 4]);
    assert_eq!(
        ids(&world),
        both.iter()
            .map(|event| event.id.clone())
            .collect::<Vec<_>>()
    );
    assert!(
        world
            .published()
            .iter()
            .all(|event| event.evidence.len() == 1)
    );
    // And once nothing of it is to come, it is not read any more.
    let asked = world.server.asked(old).len();
    world.refresh(136);
    assert_eq!(world.server.asked(old).len(), asked);
}

#[test]
fn a_meetup_event_keeps_its_id_under_another_source_id_and_its_page_is_asked() {
    let world = World::new();
    let entry = |id: &str| {
        format!(
            "[[source]]\n{id}url = \"https://www.meetup.com/rust-example/\"\norganiser = \"Rust Example\"\nplace = \"Berlin, DE\"\n"
        )
    };
    let mirrors = format!(
        "[fetch.mirrors]\n\"https://\" = \"{}\"\n",
        world.server.url("")
    );
    let numbered = |number: usize| Entry {
        uid: format!("event_31000000{number}@meetup.com"),
        page: Some(format!(
            "https://www.meetup.com/rust-example/events/31000000{number}/"
        )),
        more: "DESCRIPTION:Rust Example\\nwords\r\n".to_owned(),
        ..world.entry(number)
    };
    let lists = |entries: &[Entry]| {
        world.server.serve(
            "/www.meetup.com/rust-example/events/ical/",
            Answer::ok("text/calendar", super::feed(entries)),
        );
    };
    let page = |number: usize, status: &str| {
        let data = serde_json::json!({
            "@context": "https://schema.org", "@type": "Event", "name": format!("Evening number {number}"),
            "startDate": format!("2026-09-0{}T19:00:00+02:00", number + 1),
            "eventStatus": format!("https://schema.org/{status}"),
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "url": format!("https://www.meetup.com/rust-example/events/31000000{number}/"),
        });
        world.server.serve(
            &format!("/www.meetup.com/rust-example/events/31000000{number}/"),
            Answer::ok(
                "text/html",
                format!("<html><script type=\"application/ld+json\">{data}</script></html>"),
            ),
        );
    };
    world.configure(&entry(""), &mirrors);
    lists(&[numbered(1), numbered(2)]);
    page(1, "EventScheduled");
    page(2, "EventScheduled");
    world.refresh(0);
    let before = world.published();
    assert_eq!(before.len(), 2);

    world.configure(&entry("id = \"crabs\"\n"), &mirrors);
    world.refresh(6);
    let ids = |all: &[rusty_events::believe::curate::Published]| -> Vec<_> {
        all.iter().map(|event| event.id.clone()).collect()
    };
    assert_eq!(ids(&world.published()), ids(&before));
    assert!(
        !world
            .run(6, &["source", "list"])
            .out
            .contains("no longer configured")
    );

    page(2, "EventCancelled");
    lists(&[numbered(1)]);
    world.refresh(12);
    assert_eq!(world.statuses(), [Status::Confirmed, Status::Cancelled]);
    page(2, "EventScheduled");
    lists(&[numbered(1), numbered(2)]);
    world.refresh(18);
    assert_eq!(world.statuses(), [Status::Confirmed; 2]);
    assert_eq!(ids(&world.published()), ids(&before));
}

#[test]
fn a_page_that_tells_of_another_day_has_moved_its_event() {
    let world = World::new();
    let source = format!(
        "[[source]]\nid = \"club\"\nurl = \"{}\"\nplatform = \"jsonld\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\n",
        world.server.url("/club.html")
    );
    world.configure(&source, "");
    let tells_of = |start: &str, status: &str| {
        let data = serde_json::json!({
            "@type": "Event", "name": "Evening", "startDate": start, "url": "https://club.example/evening",
            "eventStatus": format!("https://schema.org/{status}"),
        });
        let page = format!("<script type=\"application/ld+json\">{data}</script>");
        world
            .server
            .serve("/club.html", Answer::ok("text/html", page));
    };
    let tells = |start: &str| tells_of(start, "EventScheduled");
    tells("2026-09-08T19:00:00+02:00");
    world.refresh(0);
    let before = world.one("Evening");
    for (hours, start) in [
        (24, "2026-09-10T19:00:00+02:00"),
        (48, "2026-09-12T19:00:00+02:00"),
    ] {
        tells(start);
        world.refresh(hours);
        let after = world.one("Evening");
        assert_eq!((&after.id, after.status), (&before.id, before.status));
        assert_eq!(
            after.when.start(),
            start.parse::<chrono::DateTime<chrono::Utc>>().unwrap()
        );
    }
    assert_eq!(world.one("Evening").sequence, 2);

    // Put off, and given a new day when the old one was over.
    tells_of("2026-09-12T19:00:00+02:00", "EventPostponed");
    world.refresh(72);
    assert_eq!(world.one("Evening").status, Status::Postponed);
    tells("2026-09-25T19:00:00+02:00");
    world.refresh(24 * 30);
    let after = world.one("Evening");
    assert_eq!((&after.id, after.status), (&before.id, Status::Confirmed));
    // What took place did not move: the page tells of the next evening.
    tells("2026-10-06T19:00:00+02:00");
    world.refresh(24 * 40);
    let ids: Vec<_> = world
        .published()
        .into_iter()
        .map(|event| event.id)
        .collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
}
