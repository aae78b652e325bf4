//! What a list called off before it left it out.

use super::{Entry, SECOND, World, feed, one_goes_missing, page};
use crate::loopback::Answer;
use rusty_events::facts::event::Status;

/// A group's calendar, and one of many groups with a copy of its second evening.
fn with_a_copy() -> World {
    let world = World::new();
    let many = world.server.url("/many.ics");
    let sources = format!(
        "{}[[source]]\nid = \"many\"\nurl = \"{many}\"\n",
        world.source("club")
    );
    world.configure(&sources, "");
    world.lists(&world.entries(1..3));
    copies(&world, "20260903T190000");
    world.refresh(0);
    world
}

fn copies(world: &World, start: &str) {
    let copy = Entry {
        uid: "copy@many.example".to_owned(),
        start: start.to_owned(),
        ..world.entry(2)
    };
    let answer = Answer::ok("text/calendar", feed(&[copy]));
    world.server.serve("/many.ics", answer);
}

#[test]
fn what_was_called_off_in_its_list_stays_off_when_it_leaves_it_whatever_a_copy_says() {
    for (word, status) in [
        ("Cancelled", Status::Cancelled),
        ("Postponed", Status::Postponed),
    ] {
        let world = with_a_copy();
        let off = Entry {
            title: format!("{word}: {SECOND}"),
            ..world.entry(2)
        };
        world.lists(&[world.entry(1), off]);
        // The copy names a new day, which the list does not.
        copies(&world, "20260906T190000");
        world.refresh(6);
        world.lists(&world.entries(1..2));
        for hours in [30, 54, 78] {
            world.refresh(hours);
            assert_eq!(world.published().len(), 2);
            let off = world.one(&format!("{word}: {SECOND}"));
            assert_eq!(off.status, status, "{hours}");
        }
        assert_eq!(world.asked(2), 0);
        // Only its own list can move it.
        let anew = Entry {
            start: "20260906T190000".to_owned(),
            ..world.entry(2)
        };
        world.lists(&[world.entry(1), anew]);
        world.refresh(102);
        assert_eq!(world.one(SECOND).status, Status::Confirmed);
    }
}

#[test]
fn what_a_page_said_of_an_event_that_its_list_names_again_is_not_held_against_the_new_day() {
    let put_off = page(SECOND, "2026-09-03T19:00:00+02:00", "EventPostponed");
    let world = one_goes_missing(put_off);
    assert_eq!(world.one(SECOND).status, Status::Postponed);
    // The list says so too, and its page is asked once more.
    let off = Entry {
        title: format!("Postponed: {SECOND}"),
        ..world.entry(2)
    };
    world.lists(&[world.entry(1), off]);
    world.refresh(12);
    let anew = Entry {
        start: "20260906T190000".to_owned(),
        ..world.entry(2)
    };
    world.lists(&[world.entry(1), anew]);
    world.refresh(36);
    assert_eq!(world.one(SECOND).status, Status::Confirmed);
}
