//! Clubs of one platform, which answers that all their events and pages are gone.

use super::{Entry, World, feed, page};
use crate::loopback::Answer;
use rusty_events::facts::event::Status;
use std::fmt::Write;

const CLUBS: usize = 4;

/// Clubs with two events each, numbered from 1 on, as they were read on the first day.
fn clubs() -> World {
    let world = World::new();
    let mut sources = String::new();
    for club in 0..CLUBS {
        let _ = writeln!(
            sources,
            "[[source]]\nid = \"club{club}\"\nurl = \"{}\"\norganiser = \"Club {club}\"\norganiser-url = \"https://club{club}.example/\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"",
            world.server.url(&path(club))
        );
        lists(&world, club, &evenings(&world, club));
    }
    world.configure(&sources, "");
    world.refresh(0);
    assert_eq!(world.statuses(), [Status::Confirmed; 2 * CLUBS]);
    world
}

fn path(club: usize) -> String {
    format!("/feed{club}.ics")
}

fn evenings(world: &World, club: usize) -> Vec<Entry> {
    world.entries(2 * club + 1..2 * club + 3)
}

fn lists(world: &World, club: usize, entries: &[Entry]) {
    let answer = Answer::ok("text/calendar", feed(entries));
    world.server.serve(&path(club), answer);
}

/// All lists are empty, and all pages gone.
fn fails(world: &World) {
    for club in 0..CLUBS {
        lists(world, club, &[]);
    }
    for number in 1..=2 * CLUBS {
        let page = format!("/events/{number}");
        world.server.serve(&page, Answer::status(404));
    }
}

#[test]
fn an_event_that_only_its_page_still_tells_of_does_not_go_with_the_platform() {
    let world = clubs();
    lists(&world, 0, &[]);
    for entry in evenings(&world, 0) {
        let day = &entry.start[6..8];
        let tells = page(
            &entry.title,
            &format!("2026-09-{day}T19:00:00+02:00"),
            "EventScheduled",
        );
        let number = entry.title.rsplit(' ').next().unwrap();
        world.server.serve(&format!("/events/{number}"), tells);
    }
    world.refresh(24);
    fails(&world);
    // What was said more than a day before is no part of the change.
    for hours in [50, 75] {
        world.refresh(hours);
        assert_eq!(world.statuses(), [Status::Confirmed; 2 * CLUBS], "{hours}");
    }
}

#[test]
fn a_page_that_was_gone_with_the_platform_is_asked_again_where_it_leads() {
    let world = clubs();
    let before = world.one("Evening number 2");
    fails(&world);
    world.refresh(24);
    let mut anew = world.entry(9);
    anew.title = "Something else altogether".to_owned();
    anew.start = "20260904T190000".to_owned();
    let to = world.server.url("/events/9");
    world.server.serve("/events/2", Answer::redirect(301, &to));
    let heir = page(&anew.title, "2026-09-04T19:00:00+02:00", "EventScheduled");
    world.server.serve("/events/9", heir);
    lists(&world, 0, &[world.entry(1), anew]);
    for club in 1..CLUBS {
        lists(&world, club, &evenings(&world, club));
    }
    world.refresh(48);
    let now = world.one("Something else altogether");
    assert_eq!(now.id, before.id);
    assert_eq!(world.statuses(), [Status::Confirmed; 2 * CLUBS]);
}

#[test]
fn what_was_put_off_stays_so_in_a_list_that_stays_empty_when_the_platform_is_back() {
    let world = clubs();
    let mut off = evenings(&world, 0);
    off[0].title = format!("Postponed: {}", off[0].title);
    lists(&world, 0, &off);
    world.refresh(6);
    fails(&world);
    world.refresh(30);
    for club in 1..CLUBS {
        lists(&world, club, &evenings(&world, club));
    }
    world.refresh(54);
    world.refresh(78);
    let status = |title: &str| world.one(title).status;
    assert_eq!(status("Evening number 2"), Status::Withdrawn);
    assert_eq!(status("Postponed: Evening number 1"), Status::Postponed);
}
