//! A clock that is wrong for a while, ten years ahead, and then set right.

use super::{Desk, calendar};
use crate::loopback::{Answer, start};

/// Before, while the clock is wrong, and after.
const RIGHT: &str = "2026-08-20T06:00:00Z";
const AHEAD: &str = "2036-08-20T06:00:00Z";
const AGAIN: &str = "2026-08-20T12:00:00Z";
const ISSUE: &str = "2026-08-26";

fn feed(days: &[u32]) -> Answer {
    Answer::ok("text/calendar", calendar(days))
}

#[test]
fn a_visit_ten_years_ahead_leaves_every_event_as_it_was() {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", feed(&[1, 2, 3]));
    desk.run(RIGHT, &["refresh", "-q"]);
    let (before, printed) = (desk.published(), desk.printed(RIGHT, ISSUE));
    assert_eq!(before.len(), 3);
    assert!(printed.contains("Evening 3"), "{printed}");
    desk.run(AHEAD, &["refresh", "-q"]);
    desk.run(AGAIN, &["refresh", "-q"]);
    assert_eq!(desk.published(), before);
    assert_eq!(desk.printed(AGAIN, ISSUE), printed);
}

#[test]
fn a_time_to_wait_that_lies_too_far_ahead_is_ignored() {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", Answer::status(429).header("Retry-After", "86400"));
    assert_eq!(desk.refreshed(RIGHT)["outcome"], "failed");
    assert_eq!(
        desk.refreshed(AGAIN)["outcome"],
        "not-due",
        "a day is a day"
    );
    assert_eq!(world.requests().len(), 1);

    assert_eq!(desk.refreshed(AHEAD)["outcome"], "failed");
    world.serve("/a.ics", feed(&[1]));
    assert_eq!(desk.refreshed(AGAIN)["outcome"], "read");
}

#[test]
fn a_good_reading_that_was_noted_ahead_vouches_for_nothing() {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", feed(&[1]).validated_by("\"1\""));
    desk.run(AHEAD, &["refresh", "-q"]);
    // The page is read whole: the age of what is known of it is unknown.
    desk.run(RIGHT, &["refresh", "-q"]);
    let asked = world.requests().pop().unwrap();
    assert_eq!(asked.header("if-none-match"), None);
    desk.run(AGAIN, &["refresh", "-q"]);
    let asked = world.requests().pop().unwrap();
    assert_eq!(asked.header("if-none-match"), Some("\"1\""));

    // A source that only ever was read ahead may be missing something.
    let desk = Desk::new(&world, &["/a.ics"]);
    desk.run(AHEAD, &["refresh", "-q"]);
    world.serve("/a.ics", Answer::status(500));
    let ran = desk.run(RIGHT, &["section", "--refresh", "--issue", ISSUE]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("may be missing"), "{}", ran.err);
}

#[test]
fn an_event_that_went_missing_ahead_is_gone_two_readings_after_the_clock_is_right() {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    // One of a year that is to come for both clocks.
    let far = calendar(&[1, 2]).replace("20260901T", "20370901T");
    world.serve("/a.ics", Answer::ok("text/calendar", &far));
    desk.run(AHEAD, &["refresh", "-q"]);
    let without = far
        .replace("UID:1\r\n", "UID:3\r\n")
        .replace("20370901T", "20370301T");
    world.serve("/a.ics", Answer::ok("text/calendar", &without));
    desk.run(AHEAD, &["refresh", "-q"]);
    let missing = |desk: &Desk| {
        let connection = rusqlite::Connection::open(desk.path("events.db")).unwrap();
        let gone: (i64, i64) = connection
            .query_row(
                "SELECT count(missing_since), count(gone_at) FROM listing WHERE key = '1' AND replaced_at IS NULL",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        gone
    };
    assert_eq!(missing(&desk), (1, 0));
    desk.run(RIGHT, &["refresh", "-q"]);
    desk.run(AGAIN, &["refresh", "-q"]);
    assert_eq!(missing(&desk), (1, 0), "six hours are not a day");
    desk.run("2026-08-21T03:00:00Z", &["refresh", "-q"]);
    assert_eq!(missing(&desk), (1, 1));
}

#[test]
fn a_reading_that_was_held_ahead_is_believed_a_day_after_the_clock_is_right() {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", feed(&[1, 2, 3, 4, 5, 6]));
    desk.run(RIGHT, &["refresh", "-q"]);
    world.serve("/a.ics", feed(&[]));
    // Ahead by so little that the events are still to come.
    assert_eq!(desk.refreshed("2026-08-31T06:00:00Z")["outcome"], "held");
    assert_eq!(desk.refreshed(AGAIN)["outcome"], "held");
    assert_eq!(desk.refreshed("2026-08-21T06:00:00Z")["outcome"], "held");
    assert_eq!(desk.refreshed("2026-08-21T09:00:00Z")["outcome"], "read");
}

#[test]
fn a_decision_made_ahead_holds_and_no_change_is_older_than_the_one_before() {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", feed(&[1, 2]));
    desk.run(RIGHT, &["refresh", "-q"]);
    // An editor's machine is ten minutes ahead of the one that prints.
    let link = "https://rust.example/1";
    let hide = [
        "decide",
        "hide",
        link,
        "--from",
        "everywhere",
        "--reason",
        "spam",
    ];
    let decided = desk.run("2026-08-20T06:10:00Z", &hide);
    assert_eq!(decided.code, 0, "{}", decided.err);
    let published = desk.published();
    desk.run("2026-08-20T06:02:00Z", &["refresh", "-q"]);
    assert_eq!(desk.published(), published, "nothing is taken back");
    assert!(
        !desk
            .printed("2026-08-20T06:02:00Z", ISSUE)
            .contains("Evening 1")
    );
    let why = desk.run("2026-08-20T06:02:00Z", &["why", link]);
    assert!(why.out.contains("spam"), "{}", why.out);

    let undo = ["decide", "undo", "1", "--reason", "it is none"];
    let undone = desk.run("2026-08-20T06:03:00Z", &undo);
    assert_eq!(undone.code, 0, "{}", undone.err);
    for (before, after) in published.iter().zip(desk.published()) {
        assert!(after.2 >= before.2, "{before:?} and then {after:?}");
    }
    assert!(
        desk.printed("2026-08-20T06:04:00Z", ISSUE)
            .contains("Evening 1")
    );
}

#[test]
fn of_two_decisions_the_one_that_was_made_later_counts_whatever_the_clock_said() {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", feed(&[1, 2]));
    desk.run(RIGHT, &["refresh", "-q"]);
    let rule = |now: &str, what: &[&str]| {
        let link = ["https://rust.example/1", "--reason", "so it is"];
        let ran = desk.run(now, &[&["decide"], what, &link[..]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        desk.printed(RIGHT, ISSUE).contains("rust.example/1)")
    };
    assert!(!rule(AHEAD, &["hide"]));
    assert!(rule(AGAIN, &["show"]));
    // Within one second.
    assert!(!rule(AGAIN, &["hide"]));
    assert!(rule(AGAIN, &["show"]));
    assert!(!rule(AGAIN, &["hide"]));
    rule(AHEAD, &["edit", "title=A wrong title"]);
    rule(AGAIN, &["edit", "title=A right title"]);
    assert!(rule(AGAIN, &["show"]));
    let printed = desk.printed(RIGHT, ISSUE);
    assert!(printed.contains("A right title"), "{printed}");
}
