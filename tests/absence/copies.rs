//! Two copies of a calendar that answer in turn, of which one is behind.

use super::{Entry, World};
use crate::loopback::Answer;

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
