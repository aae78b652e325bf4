//! Absence is not cancellation: what becomes of events that their source no longer lists. By the real
//! program, its database and a server on this machine.

use crate::loopback::{Answer, Server, start};
use crate::{Ran, program_in};
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::{Flag, Status};
use rusty_events::store::Store;
use serde_json::Value;
use std::fmt::Write;
use std::fs;

mod called_off;
mod copies;
mod decided;
mod followed;
mod handed;
mod held;
mod identity;
mod together;

/// A calendar with its event pages on one host, a configuration that reads it, and a database.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) server: Server,
}

/// An event as the calendar lists it.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) uid: String,
    pub(crate) title: String,
    /// Local to Berlin, `20260827T190000`.
    pub(crate) start: String,
    pub(crate) page: Option<String>,
    pub(crate) more: String,
}

impl World {
    pub(crate) fn new() -> World {
        let world = World {
            folder: tempfile::tempdir().unwrap(),
            server: start(),
        };
        world.configure(&world.source("club"), "");
        world
    }

    /// The entry of the calendar, under an id.
    pub(crate) fn source(&self, id: &str) -> String {
        format!(
            "[[source]]\nid = \"{id}\"\nurl = \"{}\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\n",
            self.server.url("/feed.ics")
        )
    }

    pub(crate) fn configure(&self, sources: &str, fetch: &str) {
        let config = self.folder.path().join("config");
        fs::create_dir_all(config.join("sources")).unwrap();
        let service = format!(
            "[fetch]\nallow = [\"{}\"]\nper-host-interval = \"0s\"\n{fetch}",
            self.server.address()
        );
        fs::write(config.join("service.toml"), service).unwrap();
        fs::write(config.join("sources/all.toml"), sources).unwrap();
    }

    pub(crate) fn entry(&self, number: usize) -> Entry {
        Entry {
            uid: format!("{number}@club.example"),
            title: format!("Evening number {number}"),
            start: format!("202609{:02}T190000", number + 1),
            page: Some(self.server.url(&format!("/events/{number}"))),
            more: String::new(),
        }
    }

    pub(crate) fn entries(&self, numbers: std::ops::Range<usize>) -> Vec<Entry> {
        numbers.map(|number| self.entry(number)).collect()
    }

    pub(crate) fn lists(&self, entries: &[Entry]) {
        self.server
            .serve("/feed.ics", Answer::ok("text/calendar", feed(entries)));
    }

    pub(crate) fn run(&self, hours: i64, arguments: &[&str]) -> Ran {
        let now = at(hours).to_rfc3339();
        let mut all = vec!["--database", "events.db", "--now", &now];
        all.extend(arguments);
        program_in(self.folder.path(), &all)
    }

    pub(crate) fn refresh(&self, hours: i64) -> Value {
        let ran = self.run(hours, &["refresh", "--json"]);
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err))
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(&self.folder.path().join("events.db")).unwrap()
    }

    /// What is published, in the order of titles.
    pub(crate) fn published(&self) -> Vec<Published> {
        let mut all: Vec<Published> = self.store().published().unwrap().into_values().collect();
        all.sort_by(|a, b| (&a.title, a.when.start()).cmp(&(&b.title, b.when.start())));
        all
    }

    pub(crate) fn statuses(&self) -> Vec<Status> {
        self.published().iter().map(|event| event.status).collect()
    }

    pub(crate) fn one(&self, title: &str) -> Published {
        let mut all = self.published();
        all.retain(|event| event.title.as_str() == title);
        assert_eq!(all.len(), 1, "{title}");
        all.remove(0)
    }

    fn asked(&self, number: usize) -> usize {
        self.server.asked(&format!("/events/{number}")).len()
    }
}

pub(crate) fn at(hours: i64) -> DateTime<Utc> {
    "2026-08-20T06:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

pub(crate) fn feed(entries: &[Entry]) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n".to_owned();
    for entry in entries {
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:{}\r\nDTSTAMP:20260801T000000Z\r\nDTSTART;TZID=Europe/Berlin:{}\r\nSUMMARY:{}\r\n{}{}END:VEVENT\r\n",
            entry.uid,
            entry.start,
            entry.title,
            entry.page.iter().fold(String::new(), |_, page| format!("URL:{page}\r\n")),
            entry.more,
        )
        .unwrap();
    }
    text + "END:VCALENDAR\r\n"
}

/// An event's page: its title, start and status as schema.org names it.
fn page(title: &str, start: &str, status: &str) -> Answer {
    let data = serde_json::json!({
        "@context": "https://schema.org", "@type": "Event", "name": title, "startDate": start,
        "eventStatus": format!("https://schema.org/{status}"),
    });
    Answer::ok(
        "text/html",
        format!(
            "<html><title>{title}</title><script type=\"application/ld+json\">{data}</script></html>"
        ),
    )
}

/// Two events listed at first; the second is missing from the reading six hours later.
fn one_goes_missing(answer: Answer) -> World {
    let world = World::new();
    world.lists(&world.entries(1..3));
    world.refresh(0);
    world.server.serve("/events/2", answer);
    world.lists(&world.entries(1..2));
    world.refresh(6);
    world
}

const SECOND: &str = "Evening number 2";

#[test]
fn an_event_is_withdrawn_at_once_when_its_page_is_gone() {
    for status in [404, 410] {
        let world = one_goes_missing(Answer::status(status));
        assert_eq!(
            world.statuses(),
            [Status::Confirmed, Status::Withdrawn],
            "{status}"
        );
        assert_eq!((world.asked(1), world.asked(2)), (0, 1));
    }
}

#[test]
fn an_event_is_cancelled_at_once_when_its_page_says_so_and_stays_so() {
    for answer in [
        page(SECOND, "2026-09-03T19:00:00+02:00", "EventCancelled"),
        page(
            "CANCELLED: Evening number 2",
            "2026-09-03T19:00:00+02:00",
            "EventScheduled",
        )
        .header("X-Same-Start", "yes"),
    ] {
        let world = one_goes_missing(answer);
        // A page that only renames it in its title is known by its address and start.
        let after = world.published();
        let off = after
            .iter()
            .find(|event| event.title.as_str().contains(SECOND))
            .unwrap();
        assert_eq!((off.status, off.sequence), (Status::Cancelled, 1));
        world.refresh(30);
        world.refresh(60);
        assert_eq!(
            world
                .statuses()
                .iter()
                .filter(|status| **status == Status::Withdrawn)
                .count(),
            0
        );
        assert_eq!(world.asked(2), 1);
    }
}

#[test]
fn an_event_that_its_source_takes_up_again_is_confirmed_under_its_id() {
    let world = one_goes_missing(page(SECOND, "2026-09-03T19:00:00+02:00", "EventCancelled"));
    let before = world.one(SECOND);
    world.lists(&world.entries(1..3));
    // A copy of the list that is behind names it too: its page decides.
    world.refresh(8);
    assert_eq!(world.one(SECOND), before);
    let on = page(SECOND, "2026-09-03T19:00:00+02:00", "EventScheduled");
    world.server.serve("/events/2", on);
    world.refresh(12);
    let after = world.one(SECOND);
    assert_eq!(after.id, before.id);
    assert_eq!(
        (before.status, after.status, after.sequence),
        (Status::Cancelled, Status::Confirmed, before.sequence + 1)
    );
    // Missing once more it is asked about once more.
    world.server.serve("/events/2", Answer::status(404));
    world.lists(&world.entries(1..2));
    world.refresh(18);
    let gone = world.one(SECOND);
    assert_eq!(
        (gone.status, gone.sequence),
        (Status::Withdrawn, after.sequence + 1)
    );
    world.lists(&world.entries(1..3));
    world.refresh(24);
    let back = world.one(SECOND);
    assert_eq!(
        (back.id, back.status, back.sequence),
        (gone.id, Status::Confirmed, gone.sequence + 1)
    );
}

#[test]
fn an_event_with_a_living_page_is_kept_and_doubted_and_asked_again_on_later_days() {
    let world = one_goes_missing(page(SECOND, "2026-09-03T19:00:00+02:00", "EventScheduled"));
    let flagged = |world: &World| world.one(SECOND).flags.contains(&Flag::Unlisted);
    assert!(flagged(&world));
    for hours in [30, 54, 200] {
        world.refresh(hours);
        assert_eq!(
            world.statuses(),
            [Status::Confirmed, Status::Confirmed],
            "{hours}"
        );
    }
    assert_eq!(world.asked(2), 4);
    // Twice a day is once too often.
    world.refresh(206);
    assert_eq!(world.asked(2), 4);
    assert_eq!(world.one(SECOND).sequence, 0);
    let section = world.run(200, &["section", "--issue", "2026-09-02"]);
    assert!(
        section.out.contains(SECOND)
            && section.err.contains("its source's list no longer names it"),
        "{}",
        section.err
    );
    // Back in the list: no doubt, and no change.
    world.lists(&world.entries(1..3));
    let report = world.refresh(212);
    assert_eq!(
        (&report["changed"], &report["new"]),
        (&Value::from(0), &Value::from(0))
    );
    assert!(!flagged(&world));
}

#[test]
fn a_kept_event_goes_when_its_page_goes_and_not_because_that_fails_for_a_day() {
    for is_unchanged in [false, true] {
        let live = page(SECOND, "2026-09-03T19:00:00+02:00", "EventScheduled");
        let world = one_goes_missing(live);
        if is_unchanged {
            let body = feed(&world.entries(1..2));
            let answer = Answer::ok("text/calendar", body).validated_by("\"1\"");
            world.server.serve("/feed.ics", answer);
        }
        world.refresh(30);
        for (hours, status, state) in [
            (54, 503, Status::Confirmed),
            (78, 503, Status::Confirmed),
            (102, 404, Status::Withdrawn),
        ] {
            world.server.serve("/events/2", Answer::status(status));
            let report = world.refresh(hours);
            assert_eq!(world.one(SECOND).status, state, "at {hours}: {report:#}");
        }
        assert_eq!(world.asked(2), 5, "{is_unchanged}");
    }
}

#[test]
fn what_does_not_answer_for_the_event_is_no_answer_and_the_second_reading_decides() {
    let elsewhere = World::new();
    let group = elsewhere.server.url("/");
    let redirected = Answer::status(302).header("Location", "/group");
    for (what, answer) in [
        ("the group's page", redirected),
        (
            "a page for everything",
            Answer::ok("text/html", "<html><title>Our events</title></html>"),
        ),
        (
            "another event",
            page(
                "Something else",
                "2026-10-20T19:00:00+02:00",
                "EventCancelled",
            ),
        ),
        ("a broken server", Answer::status(500)),
        ("a bot wall", Answer::status(403)),
        (
            "what is over",
            page(SECOND, "2026-08-01T19:00:00+02:00", "EventScheduled"),
        ),
    ] {
        let world = World::new();
        world.lists(&world.entries(1..3));
        world.refresh(0);
        world.server.serve("/events/2", answer);
        // It would be believed, stood it on the event's own page.
        world.server.serve(
            "/group",
            page(SECOND, "2026-09-03T19:00:00+02:00", "EventCancelled"),
        );
        world.lists(&world.entries(1..2));
        world.refresh(6);
        assert_eq!(
            world.statuses(),
            [Status::Confirmed; 2],
            "{what} at {group}"
        );
        world.refresh(25);
        assert_eq!(
            world.statuses(),
            [Status::Confirmed; 2],
            "{what}, 19 hours later"
        );
        world.refresh(26);
        assert_eq!(
            world.statuses(),
            [Status::Confirmed, Status::Withdrawn],
            "{what}"
        );
        assert_eq!(
            world.asked(2),
            2,
            "{what}: at first, and before it is withdrawn"
        );
    }
}

#[test]
fn a_page_that_did_not_answer_is_asked_again_by_the_second_reading() {
    let world = one_goes_missing(Answer::status(503));
    let cancelled = page(SECOND, "2026-09-03T19:00:00+02:00", "EventCancelled");
    world.server.serve("/events/2", cancelled);
    world.refresh(12);
    assert_eq!(world.one(SECOND).status, Status::Confirmed, "too soon");
    world.refresh(30);
    assert_eq!(world.one(SECOND).status, Status::Cancelled);
    assert_eq!(world.asked(2), 2);
}

#[test]
fn a_page_that_moves_a_missing_event_moves_it() {
    let world = one_goes_missing(page(
        SECOND,
        "2026-09-03T19:30:00+02:00",
        "EventRescheduled",
    ));
    let moved = world.one(SECOND);
    assert_eq!(
        (
            moved.status,
            moved.when.start().to_rfc3339(),
            moved.sequence
        ),
        (Status::Confirmed, "2026-09-03T17:30:00+00:00".to_owned(), 1)
    );
    world.refresh(40);
    assert_eq!(world.one(SECOND), moved, "and it stays there");
}

#[test]
fn only_pages_of_single_coming_events_on_the_sources_own_host_are_asked() {
    let world = World::new();
    let elsewhere = start();
    let mut entries = world.entries(1..9);
    entries[1].page = Some(elsewhere.url("/events/2"));
    entries[2].page = Some(world.server.url("/all"));
    entries[3].page = Some(world.server.url("/all"));
    entries[4].page = None;
    entries[5].page = Some(world.server.url("/"));
    entries[6].start = "20261101T190000".to_owned();
    entries.extend(world.entries(11..20));
    world.lists(&entries);
    world.refresh(0);
    let kept: Vec<Entry> = entries[8..].to_vec();
    world.lists(&[vec![entries[0].clone()], kept].concat());
    world.refresh(6);
    let pages: Vec<String> = world
        .server
        .requests()
        .into_iter()
        .map(|asked| asked.path)
        .filter(|path| path != "/feed.ics")
        .collect();
    assert_eq!(pages, ["/robots.txt", "/events/8"]);
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn a_visit_asks_five_pages_at_most_and_a_run_no_more_than_it_may() {
    let losing = |world: &World| {
        world.lists(&world.entries(1..20));
        world.refresh(0);
        world.lists(&world.entries(9..20));
        world.refresh(6);
        (1..20)
            .filter(|number| world.asked(*number) > 0)
            .collect::<Vec<_>>()
    };
    let world = World::new();
    assert_eq!(losing(&world), [1, 2, 3, 4, 5]);
    let gone = |world: &World| {
        world
            .statuses()
            .iter()
            .filter(|status| **status == Status::Withdrawn)
            .count()
    };
    assert_eq!(gone(&world), 5);
    world.refresh(12);
    assert_eq!(gone(&world), 8, "the rest is asked about the next time");
    let frugal = World::new();
    frugal.configure(&frugal.source("club"), "event-pages = 2\n");
    assert_eq!(losing(&frugal), [1, 2]);
}

#[test]
fn what_is_over_or_beyond_a_feeds_end_is_neither_missing_nor_asked_about() {
    let world = World::new();
    world.lists(&world.entries(1..4));
    world.refresh(0);
    // Two weeks later both first events are over, and have left the feed.
    let later = 24 * 14 + 12;
    world.lists(&world.entries(3..4));
    world.refresh(later);
    world.refresh(later + 30);
    assert_eq!(world.statuses(), [Status::Confirmed; 3]);
    assert_eq!((world.asked(1), world.asked(2)), (0, 0));
}

#[test]
fn an_event_that_an_editor_deletes_from_the_configuration_is_gone_at_once() {
    let world = World::new();
    let by_hand = |numbers: std::ops::Range<u32>| {
        let events = numbers.map(|number| {
            format!("[[event]]\ntitle = \"By hand {number}\"\nstart = \"2026-09-0{number}T19:00\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nlink = \"https://club.example/{number}\"\n")
        });
        let file = world.folder.path().join("config/sources/manual.toml");
        fs::write(file, events.collect::<String>()).unwrap();
    };
    world.lists(&[]);
    by_hand(1..8);
    world.refresh(0);
    assert_eq!(world.statuses(), [Status::Confirmed; 7]);
    by_hand(1..2);
    world.refresh(1);
    let gone = world
        .statuses()
        .iter()
        .filter(|status| **status == Status::Withdrawn)
        .count();
    assert_eq!(gone, 6);
}
