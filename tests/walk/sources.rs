//! Sources that misbehave, by the real program.

use super::FEED;
use crate::loopback::{Answer, start};
use crate::program_in;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn configure(folder: &Path, service: &str, sources: &str) {
    fs::create_dir_all(folder.join("config/sources")).unwrap();
    fs::write(folder.join("config/service.toml"), service).unwrap();
    fs::write(folder.join("config/sources/all.toml"), sources).unwrap();
}

fn free_port(last: u8) -> u16 {
    std::net::TcpListener::bind(format!("127.0.0.{last}:0"))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[test]
fn without_a_network_it_stops_early_and_blames_no_source() {
    let folder = tempfile::tempdir().unwrap();
    // Ports without a server: each was free a moment ago.
    let mut sources = String::new();
    let mut allow = Vec::new();
    for number in 0..12 {
        let address = format!("127.0.0.{}:{}", 10 + number, free_port(10 + number));
        sources.push_str(&format!(
            "[[source]]\nurl = \"http://{address}/a.ics\"\norganiser = \"Group {number}\"\n"
        ));
        allow.push(format!("{address:?}"));
    }
    configure(
        folder.path(),
        &format!("[fetch]\nallow = [{}]\n", allow.join(", ")),
        &sources,
    );
    let ran = program_in(folder.path(), &["section", "--refresh"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(
        ran.err.contains("no network") && ran.err.contains("`rusty-events demo`"),
        "{}",
        ran.err
    );
    let listed = program_in(folder.path(), &["source", "list"]);
    assert!(!listed.out.contains("failed"), "{}", listed.out);
}

#[test]
fn a_failing_source_keeps_its_last_good_events() {
    let folder = tempfile::tempdir().unwrap();
    let server = start();
    configure(
        folder.path(),
        &format!(
            "[fetch]\nallow = [\"{}\"]\nper-host-interval = \"0s\"\n",
            server.address()
        ),
        &format!(
            "[[source]]\nid = \"club\"\nurl = \"{}\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\n",
            server.url("/feed.ics")
        ),
    );
    server.serve(
        "/feed.ics",
        Answer::ok("text/calendar", FEED).header("ETag", "\"1\""),
    );
    let run = |now: &str, arguments: &[&str]| {
        let mut all = vec!["--now", now];
        all.extend(arguments);
        program_in(folder.path(), &all)
    };
    let first = run("2026-08-19T06:00:00Z", &["section", "--refresh"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.contains("Rust evening"), "{}", first.out);

    // A bad day, within `stale-after`: the events stand, and it is no more than a remark.
    server.serve("/feed.ics", Answer::status(500));
    let bad = run(
        "2026-08-20T06:00:00Z",
        &["section", "--issue", "2026-08-19", "--refresh"],
    );
    assert_eq!((bad.code, &bad.out), (0, &first.out), "{}", bad.err);
    assert!(bad.err.contains("status 500"), "{}", bad.err);

    // Three bad days: something may be missing.
    let worse = run(
        "2026-08-22T07:00:00Z",
        &["section", "--issue", "2026-08-19", "--refresh"],
    );
    assert_eq!((worse.code, &worse.out), (3, &first.out), "{}", worse.err);

    // A login page in place of the calendar is an error, never "no events".
    server.serve(
        "/feed.ics",
        Answer::ok("text/html", "<html><title>Sign in</title></html>"),
    );
    let login = run(
        "2026-08-23T06:00:00Z",
        &["section", "--issue", "2026-08-19", "--refresh"],
    );
    assert_eq!((login.code, &login.out), (3, &first.out), "{}", login.err);
    assert!(login.err.contains("Sign in"), "{}", login.err);
}

#[test]
fn an_event_keeps_its_id_when_its_platform_gives_it_another() {
    let folder = tempfile::tempdir().unwrap();
    let server = start();
    configure(
        folder.path(),
        &format!(
            "[fetch]\nallow = [\"{}\"]\nper-host-interval = \"0s\"\n",
            server.address()
        ),
        &format!(
            "[[source]]\nid = \"club\"\nurl = \"{}\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\n",
            server.url("/feed.ics")
        ),
    );
    let printed = |now: &str, feed: &str| {
        server.serve("/feed.ics", Answer::ok("text/calendar", feed));
        let ran = program_in(
            folder.path(),
            &[
                "--now",
                now,
                "section",
                "--issue",
                "2026-08-19",
                "--refresh",
                "--format",
                "json",
            ],
        );
        let section: Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
        let rows = section["regions"][0]["rows"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["event"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let before = printed("2026-08-19T06:00:00Z", FEED);
    let renumbered = FEED.replace("UID:1@club.example", "UID:2@club.example");
    assert_eq!(
        printed("2026-08-19T12:00:00Z", &renumbered),
        before,
        "one row, the same event"
    );
    assert_eq!(printed("2026-08-21T12:00:00Z", &renumbered), before);
}

/// Each is a series that never ends, or never begins, or has no end to its work.
const BOMBS: [(&str, &str); 8] = [
    ("19970101T000000Z", "FREQ=SECONDLY"),
    ("20260101T000000Z", "FREQ=MINUTELY"),
    ("00010101T000000Z", "FREQ=DAILY;COUNT=1000000000"),
    ("19700101T000000Z", "FREQ=DAILY;INTERVAL=0"),
    ("19970228T000000Z", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    (
        "19970101T000000Z",
        "FREQ=YEARLY;COUNT=1;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4,5,6,7,8,9",
    ),
    ("00010101T000000Z", "FREQ=SECONDLY;UNTIL=99991231T235959Z"),
    ("19970101T000000Z", "FREQ=MINUTELY;COUNT=4294967296"),
];

#[test]
fn a_feed_of_bombs_costs_its_own_series_and_nothing_else() {
    let server = start();
    let mut bombs = String::from("BEGIN:VCALENDAR\r\n");
    for (number, (begin, rule)) in BOMBS.iter().enumerate() {
        bombs.push_str(&format!("BEGIN:VEVENT\r\nUID:bomb-{number}\r\nDTSTART:{begin}\r\nRRULE:{rule}\r\nSUMMARY:Bomb {number}\r\nEND:VEVENT\r\n"));
    }
    let dates = vec!["20260827T170000Z"; 20_000].join(",");
    bombs.push_str(&format!("BEGIN:VEVENT\r\nUID:dates\r\nDTSTART:20260827T170000Z\r\nRDATE:{dates}\r\nSUMMARY:Dates\r\nEND:VEVENT\r\n"));
    bombs.push_str(&"BEGIN:VCALENDAR\r\n".repeat(20_000));
    server.serve("/bombs.ics", Answer::ok("text/calendar", bombs));
    server.serve("/feed.ics", Answer::ok("text/calendar", FEED));
    let source = |path: &str, name: &str| {
        format!(
            "[[source]]\nid = \"{name}\"\nurl = \"{}\"\norganiser = \"{name}\"\norganiser-url = \"https://{name}.example/\"\nplace = \"Berlin, DE\"\n",
            server.url(path)
        )
    };
    let service = format!(
        "[fetch]\nallow = [\"{}\"]\nper-host-interval = \"0s\"\n",
        server.address()
    );
    let printed = |sources: &str| {
        let folder = tempfile::tempdir().unwrap();
        configure(folder.path(), &service, sources);
        let now = ["--now", "2026-08-19T06:00:00Z"];
        let section = program_in(
            folder.path(),
            &[&now[..], &["section", "--refresh", "--format", "json"]].concat(),
        );
        let refresh = program_in(folder.path(), &[&now[..], &["refresh"]].concat());
        let section: Value =
            serde_json::from_str(&section.out).unwrap_or_else(|_| panic!("{}", section.err));
        let rows: Vec<Value> = section["regions"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|region| region["rows"].as_array().unwrap().clone())
            .filter(|row| row["organisers"][0]["name"] == "club")
            .collect();
        (rows, refresh.err)
    };
    let (alone, _) = printed(&source("/feed.ics", "club"));
    assert_eq!(alone.len(), 1);
    let both = format!(
        "{}\n{}",
        source("/bombs.ics", "bombs"),
        source("/feed.ics", "club")
    );
    let (together, said) = printed(&both);
    assert_eq!(together, alone);
    for what in [
        "too dense",
        "never moves on",
        "100000 steps",
        "combinations",
    ] {
        assert!(said.contains(what), "{what}: {said}");
    }
}
