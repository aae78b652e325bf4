//! Two copies of a calendar that answer in turn, of which one is behind.

use super::{Entry, World};
use crate::loopback::Answer;
use rusty_events::facts::event::Status;

#[test]
fn two_copies_of_a_calendar_that_answer_in_turn_do_not_make_it_flap() {
    let world = World::new();
    let before = world.entry(1);
    let after = Entry {
        start: "20260902T200000".to_owned(),
        ..before.clone()
    };
    let serve = |entry: &Entry, etag: &str| {
        world.server.serve(
            "/feed.ics",
            Answer::ok("text/calendar", super::feed(std::slice::from_ref(entry)))
                .header("ETag", etag),
        );
    };
    let start = |world: &World| world.one("Evening number 1").when.start().to_rfc3339();
    let (early, late) = ("2026-09-02T17:00:00+00:00", "2026-09-02T18:00:00+00:00");
    for poll in 0..20 {
        if poll % 2 == 0 {
            serve(&before, "\"a\"");
        } else {
            serve(&after, "\"b\"");
        }
        world.refresh(poll * 6);
        // A first change is believed at once.
        assert_eq!(
            start(&world),
            if poll == 0 { early } else { late },
            "{poll}"
        );
    }
    assert_eq!(world.one("Evening number 1").sequence, 1);
    // Once only one of them is heard of for a day, it is believed.
    serve(&before, "\"a\"");
    for (hours, expected) in [(120, late), (126, late), (138, late), (140, early)] {
        world.refresh(hours);
        assert_eq!(start(&world), expected, "{hours}");
    }
    assert_eq!(world.one("Evening number 1").sequence, 2);
}

#[test]
fn two_copies_that_answer_on_alternate_days_do_not_make_it_flap() {
    let world = World::new();
    let before = world.entry(1);
    let serve = |entry: &Entry| {
        let feed = super::feed(std::slice::from_ref(entry));
        let answer = Answer::ok("text/calendar", feed);
        world.server.serve("/feed.ics", answer);
    };
    let start = |world: &World| world.one("Evening number 1").when.start().to_rfc3339();
    let (early, late) = ("2026-09-02T17:00:00+00:00", "2026-09-02T18:00:00+00:00");
    let after = Entry {
        start: "20260902T200000".to_owned(),
        ..before.clone()
    };
    for day in 0..8 {
        serve(if day % 2 == 0 { &before } else { &after });
        world.refresh(day * 24);
        assert_eq!(start(&world), if day == 0 { early } else { late }, "{day}");
    }
    // A change that is taken back is believed when a second reading says so.
    serve(&before);
    for (hours, expected) in [(192, late), (204, late), (212, early)] {
        world.refresh(hours);
        assert_eq!(start(&world), expected, "{hours}");
    }
    // Taken back with a note that it was edited, it is something new.
    let edited = Entry {
        more: "SEQUENCE:2\r\n".to_owned(),
        ..after
    };
    serve(&edited);
    world.refresh(224);
    assert_eq!(start(&world), late);
    assert_eq!(world.one("Evening number 1").sequence, 3);
}

#[test]
fn of_two_that_take_turns_the_one_that_was_first_said_later_is_the_newer() {
    let world = World::new();
    let before = world.entry(1);
    let after = Entry {
        start: "20260902T200000".to_owned(),
        ..before.clone()
    };
    let start = |world: &World| world.one("Evening number 1").when.start().to_rfc3339();
    let (early, late) = ("2026-09-02T17:00:00+00:00", "2026-09-02T18:00:00+00:00");
    // On the third day neither answers: the older is heard of for two days, and believed.
    for (day, entry, expected) in [
        (0, Some(&before), early),
        (1, Some(&after), late),
        (2, Some(&before), late),
        (3, None, late),
        (4, Some(&before), early),
        (5, Some(&after), late),
        (6, Some(&before), late),
        (7, Some(&after), late),
    ] {
        match entry {
            Some(entry) => world.lists(std::slice::from_ref(entry)),
            None => world.server.serve("/feed.ics", Answer::status(500)),
        }
        world.refresh(day * 24);
        assert_eq!(start(&world), expected, "{day}");
    }
}

/// What the refreshes find when a copy that was made on the first day answers after the change of the second, as the
/// function serves it: when the event begins after each refresh at these hours.
fn starts_after_a_change(
    serve: impl Fn(&World, &Entry, i64),
    hours: impl IntoIterator<Item = i64>,
) -> Vec<String> {
    let (world, before, after) = changed();
    let start = |world: &World| world.one("Evening number 1").when.start().to_rfc3339();
    serve(&world, &before, 0);
    world.refresh(0);
    serve(&world, &after, 24);
    world.refresh(24);
    assert_eq!(start(&world), "2026-09-02T18:00:00+00:00");
    serve(&world, &before, 0);
    let refreshes = hours.into_iter().map(|hours| {
        world.refresh(hours);
        start(&world)
    });
    refreshes.collect()
}

/// An event is as it was after the change on the readings of a week, and as before it once the ninth day has come.
fn assert_the_old_copy_is_believed_after_eight_days(starts: &[String]) {
    let (early, late) = ("2026-09-02T17:00:00+00:00", "2026-09-02T18:00:00+00:00");
    assert_eq!(starts, [late, late, late, late, early]);
}

const HOURS: [i64; 5] = [48, 72, 120, 200, 240];

/// A calendar whose events have these stamps, in hours.
fn stamped(entries: &[(Entry, i64)]) -> Answer {
    let alone: Vec<Entry> = entries.iter().map(|(entry, _)| entry.clone()).collect();
    let mut text = super::feed(&alone);
    for (_, hours) in entries {
        let stamp = super::at(*hours).format("DTSTAMP:%Y%m%dT%H%M%SZ");
        text = text.replacen("DTSTAMP:20260801T000000Z", &stamp.to_string(), 1);
    }
    Answer::ok("text/calendar", text)
}

#[test]
fn a_calendar_that_was_made_before_the_one_that_was_read_is_a_copy_that_is_behind() {
    let serve = |world: &World, entry: &Entry, made: i64| {
        let both = [(entry.clone(), made), (world.entry(2), made)];
        world.server.serve("/feed.ics", stamped(&both));
    };
    assert_the_old_copy_is_believed_after_eight_days(&starts_after_a_change(serve, HOURS));
}

/// An event before and after it was moved by an hour.
fn changed() -> (World, Entry, Entry) {
    let world = World::new();
    let before = world.entry(1);
    let after = Entry {
        start: "20260902T200000".to_owned(),
        ..before.clone()
    };
    (world, before, after)
}

/// Answers out of a cache that has had the page for so many seconds.
fn serve_aged(world: &World, entry: &Entry, age: i64) {
    let feed = super::feed(std::slice::from_ref(entry));
    let answer = Answer::ok("text/calendar", feed).header("Age", age.to_string());
    world.server.serve("/feed.ics", answer);
}

#[test]
fn a_cache_that_says_how_long_it_has_had_a_page_is_known_to_be_behind() {
    let (world, before, after) = changed();
    let serve = |entry: &Entry, age| serve_aged(&world, entry, age);
    serve(&before, 60);
    world.refresh(0);
    serve(&after, 60);
    world.refresh(24);
    for day in [2, 4, 6] {
        serve(&before, day * 24 * 3600);
        world.refresh(day * 24);
        let listed = world.run(day * 24, &["source", "list"]).out;
        let said = "a cache answered with a copy made on 2026-08-20 06:00 UTC";
        assert!(listed.contains(said), "{listed}");
        let start = world.one("Evening number 1").when.start().to_rfc3339();
        assert_eq!(start, "2026-09-02T18:00:00+00:00", "{day}");
    }
}

#[test]
fn a_cache_that_keeps_a_page_until_it_changes_is_not_behind() {
    let (world, before, after) = changed();
    let listed = |entry: &Entry, hours: i64, age_in_hours: i64| {
        serve_aged(&world, entry, age_in_hours * 3600);
        world.refresh(hours);
        world.run(hours, &["source", "list"]).out
    };
    // Two nodes answer in turn; one got the page on the first day, the other two days later.
    listed(&before, 0, 0);
    listed(&before, 48, 0);
    for day in [3, 4, 5] {
        for node in [0, 48] {
            let list = listed(&before, day * 24, day * 24 - node);
            assert!(!list.contains("a cache answered"), "{day}: {list}");
        }
    }
    // Once the page has changed, the old one is a copy.
    listed(&after, 144, 0);
    let list = listed(&before, 150, 150);
    assert!(list.contains("a cache answered"), "{list}");
}

#[test]
fn a_copy_that_is_older_than_what_is_remembered_changes_nothing() {
    let (world, before, after) = changed();
    let serve = |entry: &Entry, age| serve_aged(&world, entry, age);
    let start = || world.one("Evening number 1").when.start().to_rfc3339();
    serve(&before, 60);
    world.refresh(-14 * 24);
    for day in -13..=0 {
        serve(&after, 60);
        world.refresh(day * 24);
    }
    // The change is older than what is kept of what an event said.
    serve(&before, 15 * 24 * 3600);
    world.refresh(24);
    assert_eq!(start(), "2026-09-02T18:00:00+00:00");
    serve(&after, 60);
    world.refresh(36);
    assert_eq!(start(), "2026-09-02T18:00:00+00:00");
}

#[test]
fn stamps_that_say_when_an_event_was_edited_do_not_make_a_list_a_copy() {
    let world = World::new();
    let serve = |entries: &[(Entry, i64)]| world.server.serve("/feed.ics", stamped(entries));
    serve(&[(world.entry(1), -48), (world.entry(2), -2)]);
    world.refresh(0);
    serve(&[
        (world.entry(1), -48),
        (world.entry(2), -48),
        (world.entry(3), -48),
    ]);
    world.refresh(24);
    world.one("Evening number 3");
    // The only one that is left was edited last before the others.
    serve(&[(world.entry(4), -700)]);
    world.refresh(48);
    let listed = world.run(48, &["source", "list"]).out;
    assert!(!listed.contains("a cache answered"), "{listed}");
}

#[test]
fn a_list_that_was_read_while_our_clock_was_ahead_makes_no_other_a_copy() {
    let world = World::new();
    world.lists(&world.entries(1..3));
    world.refresh(72);
    world.refresh(0);
    let listed = world.run(0, &["source", "list"]).out;
    assert!(!listed.contains("a cache answered"), "{listed}");
}

#[test]
fn what_a_copy_that_is_behind_does_not_name_yet_is_not_missing_and_what_it_still_names_not_back() {
    let world = World::new();
    let serve = |numbers: &[usize], made: i64| {
        let entries: Vec<_> = numbers
            .iter()
            .map(|number| (world.entry(*number), made))
            .collect();
        world.server.serve("/feed.ics", stamped(&entries));
    };
    serve(&[1, 2], 0);
    world.refresh(0);
    // The second is deleted with its page, the third is new.
    serve(&[1, 3], 24);
    world.refresh(24);
    let after = [Status::Confirmed, Status::Withdrawn, Status::Confirmed];
    assert_eq!(world.statuses(), after);
    for day in [2, 4, 6] {
        serve(&[1, 2], 0);
        world.refresh(day * 24);
        assert_eq!(world.statuses(), after, "{day}");
        assert_eq!(world.asked(3), 0);
    }
}

#[test]
fn a_version_with_a_lower_sequence_is_not_believed_however_often_it_is_said() {
    let serve = |world: &World, entry: &Entry, made: i64| {
        let more = format!("SEQUENCE:{made}\r\n");
        let entry = Entry {
            more,
            ..entry.clone()
        };
        world.lists(&[entry]);
    };
    assert_the_old_copy_is_believed_after_eight_days(&starts_after_a_change(serve, HOURS));
}
