//! A subscriber's year: the group is renamed, gets another address, moves to another platform, moves an evening and calls
//! one off. No address that was ever given out loses or doubles an event.

use super::worker::state_of;
use crate::loopback::{self, Answer};
use crate::program_in;
use chrono::{DateTime, Utc};
use rusty_events::believe::directory;
use rusty_events::server::Clock;
use rusty_events::server::content::{self, View};
use rusty_events::server::question::{Kind, Question};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Its number on the platform, its day in UTC, its title, and further lines.
type Evening = (&'static str, &'static str, &'static str, &'static str);

fn calendar(events: &[Evening]) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n".to_owned();
    for (uid, start, title, more) in events {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260801T000000Z\r\nDTSTART:{start}\r\nSUMMARY:{title}\r\nLOCATION:c-base\\, Rungestr. 20\\, Berlin\\, Germany\r\n{more}END:VEVENT\r\n"
        ));
    }
    text + "END:VCALENDAR\r\n"
}

/// The subscribed addresses: their kind, what stands in the path, and the query.
fn addresses(id: &str) -> Vec<(Kind, String, String)> {
    let feed = |kind, name: &str| (kind, format!("{name}.ics"), String::new());
    let filter = |query: &str| (Kind::EventsIcs, String::new(), query.to_owned());
    vec![
        feed(Kind::Feed, "all"),
        feed(Kind::Feed, "Europe"),
        feed(Kind::CountryFeed, "DE"),
        feed(Kind::OrganiserFeed, "rust-berlin"),
        feed(Kind::OrganiserFeed, &directory::address("Rust Berlin")),
        feed(Kind::OrganiserFeed, id),
        filter("organiser=Rust+Berlin"),
        filter("organiser=https://www.meetup.com/rust-berlin/"),
        filter("near=Potsdam"),
        filter("city=berlin&mode=in-person&cancelled=mark"),
        filter(&format!("match=any&organiser={id}&near=Oslo")),
        filter("q=hack"),
    ]
}

/// The JSON of all events.
fn data(folder: &Path, now: &str) -> String {
    let now: DateTime<Utc> = now.parse().unwrap();
    let state = state_of(
        &folder.join("config"),
        folder.join("events.db"),
        Clock::new(move || now),
    );
    let snapshot = state.snapshot();
    let question = Question::default();
    content::shown(
        &View::of(&state, &snapshot, &question, now),
        Kind::EventsJson,
    )
    .unwrap()
    .body
}

/// UID → SEQUENCE, status and start.
type Seen = BTreeMap<String, (u32, String, String)>;

fn seen(feed: &str, address: &str) -> Seen {
    let feed = feed.replace("\r\n ", "");
    let mut seen = Seen::new();
    for event in feed.split("BEGIN:VEVENT").skip(1) {
        let value = |name: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap().to_owned()
        };
        let facts = (
            value("SEQUENCE:").parse().unwrap(),
            value("STATUS:"),
            value("DTSTART:"),
        );
        let doubled = seen.insert(value("UID:"), facts);
        assert!(doubled.is_none(), "{address} has an event twice");
    }
    seen
}

/// Refreshes with the real program, and asks each address.
fn step(folder: &Path, now: &str, id: &str) -> BTreeMap<String, Seen> {
    let arguments = [
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        now,
        "refresh",
    ];
    let ran = program_in(folder, &arguments);
    assert!(matches!(ran.code, 0 | 3), "{}", ran.err);
    let now: DateTime<Utc> = now.parse().unwrap();
    let state = state_of(
        &folder.join("config"),
        folder.join("events.db"),
        Clock::new(move || now),
    );
    let snapshot = state.snapshot();
    let mut all = BTreeMap::new();
    for (kind, path, query) in addresses(id) {
        let question = Question {
            path: Some(path.clone()).filter(|path| !path.is_empty()),
            pairs: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        };
        let address = format!("{kind:?} {path}?{query}");
        let content = content::shown(&View::of(&state, &snapshot, &question, now), kind);
        let content = content.unwrap_or_else(|refusal| panic!("{address}: {refusal}"));
        all.insert(address.clone(), seen(&content.body, &address));
    }
    all
}

#[test]
fn no_address_loses_or_doubles_an_event_whatever_becomes_of_its_group() {
    let world = loopback::start();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::write(
        config.join("service.toml"),
        format!(
            "[fetch]\nper-host-interval = \"0s\"\nallow = [\"{}\"]\n",
            world.address()
        ),
    )
    .unwrap();
    let group = |path: &str, name: &str, page: &str| {
        let id = path.trim_matches('/').replace('.', "-");
        let entry = format!(
            "[[source]]\nid = \"ics/{id}\"\nurl = \"{}\"\nplatform = \"ics\"\norganiser = \"{name}\"\norganiser-url = \"{page}\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\n",
            world.url(path)
        );
        fs::write(config.join("sources/all.toml"), entry).unwrap();
    };
    let known_as = |name: &str, page: &str, aliases: &str| {
        let entry =
            format!("[[organiser]]\nname = \"{name}\"\nurl = \"{page}\"\naliases = [{aliases}]\n");
        fs::write(config.join("organisers.toml"), entry).unwrap();
    };
    let serve = |path: &str, events: &[Evening]| {
        world.serve(path, Answer::ok("text/calendar", calendar(events)));
    };
    let id = directory::address("Rust Berlin")[..10].to_owned();
    let (a, b) = (
        ("a", "20260910T170000Z", "Hack Night", ""),
        ("b", "20260924T170000Z", "Hack and Learn", ""),
    );
    let (c, d) = (
        ("c", "20261008T170000Z", "Hack Day", ""),
        ("d", "20261022T170000Z", "Hackathon", ""),
    );
    serve("/meetup.ics", &[a, b, c, d]);
    group(
        "/meetup.ics",
        "Rust Berlin",
        "https://www.meetup.com/rust-berlin",
    );
    let first = step(folder.path(), "2026-08-01T08:00:00Z", &id);
    let all = first.values().next().unwrap().clone();
    assert_eq!(all.len(), 4);
    let same = |now: BTreeMap<String, Seen>, what: &str| {
        for (address, seen) in now {
            let subjects: Vec<&String> = seen.keys().collect();
            assert_eq!(
                subjects,
                all.keys().collect::<Vec<_>>(),
                "{what}: {address}"
            );
            assert_eq!(seen, all, "{what}: {address}");
        }
    };
    same(first, "at first");

    group(
        "/meetup.ics",
        "Ferris Berlin",
        "https://www.meetup.com/rust-berlin",
    );
    same(step(folder.path(), "2026-08-03T08:00:00Z", &id), "renamed");

    group(
        "/meetup.ics",
        "Ferris Berlin",
        "https://www.meetup.com/ferris-berlin",
    );
    known_as(
        "Ferris Berlin",
        "https://www.meetup.com/ferris-berlin",
        "\"https://www.meetup.com/rust-berlin\"",
    );
    same(
        step(folder.path(), "2026-08-05T08:00:00Z", &id),
        "another slug",
    );

    let on_luma = |events: [Evening; 4]| {
        let numbers = ["evt-1", "evt-2", "evt-3", "evt-4"];
        let events = numbers.into_iter().zip(events);
        events
            .map(|(uid, (_, start, title, more))| (uid, start, title, more))
            .collect::<Vec<_>>()
    };
    serve("/luma.ics", &on_luma([a, b, c, d]));
    group(
        "/luma.ics",
        "Ferris Berlin",
        "https://luma.com/ferris-berlin",
    );
    known_as(
        "Ferris Berlin",
        "https://luma.com/ferris-berlin",
        "\"https://www.meetup.com/rust-berlin\", \"https://www.meetup.com/ferris-berlin\"",
    );
    same(
        step(folder.path(), "2026-08-07T08:00:00Z", &id),
        "another platform",
    );
    let before = data(folder.path(), "2026-08-07T08:00:00Z");
    same(
        step(folder.path(), "2026-08-09T08:00:00Z", &id),
        "two days later",
    );
    // A visit that finds nothing new changes no byte, and so no ETag.
    assert_eq!(before, data(folder.path(), "2026-08-09T08:00:00Z"));

    let moved = ("b", "20260925T180000Z", "Hack and Learn", "");
    let off = ("c", "20261008T170000Z", "Hack Day", "STATUS:CANCELLED\r\n");
    serve("/luma.ics", &on_luma([a, moved, off, d]));
    for (address, seen) in step(folder.path(), "2026-08-11T08:00:00Z", &id) {
        assert_eq!(
            seen.keys().collect::<Vec<_>>(),
            all.keys().collect::<Vec<_>>(),
            "{address}"
        );
        let is_marked = address.contains("cancelled=mark");
        for (uid, (sequence, status, start)) in &seen {
            let (before, _, was) = &all[uid];
            match was.as_str() {
                "20260924T170000Z" => {
                    assert_eq!(start, "20260925T180000Z", "{address}");
                    assert!(sequence > before, "{address}: a move raises SEQUENCE");
                }
                "20261008T170000Z" => {
                    assert_eq!(status, if is_marked { "CONFIRMED" } else { "CANCELLED" });
                    assert!(sequence > before, "{address}: so does a cancellation");
                }
                _ => assert_eq!((sequence, start), (before, was), "{address}"),
            }
        }
    }
}
