//! The walk, end to end, by the real program: the sample set-up, and sources that misbehave.

use crate::loopback::{Answer, start};
use crate::{Ran, program_in};
use serde_json::Value;
use std::fs;
use std::path::Path;

const SAMPLE_NOW: &str = "2024-11-06T09:00:00Z";

fn sample() -> String {
    named("sample")
}

/// A set-up below `config/`.
fn named(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("config")
        .join(name)
        .display()
        .to_string()
}

/// Runs the program on the sample, with a database of the test's own.
fn on_sample(folder: &Path, arguments: &[&str]) -> Ran {
    with_config(folder, &sample(), arguments)
}

fn with_config(folder: &Path, config: &str, arguments: &[&str]) -> Ran {
    let mut all = vec![
        "--config",
        config,
        "--database",
        "events.db",
        "--now",
        SAMPLE_NOW,
    ];
    all.extend(arguments);
    program_in(folder, &all)
}

#[test]
fn the_sample_prints_the_section_that_was_written_by_hand_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let ran = on_sample(folder.path(), &["section", "--refresh"]);
    let golden = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/sample-2024-11-06.md"),
    );
    assert_eq!(ran.out, golden.unwrap(), "{}", ran.err);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains("\"Cambridge\""),
        "an ambiguous place needs a human: {}",
        ran.err
    );
    assert!(!ran.out.contains("Systems evening"), "and is not printed");
}

#[test]
fn the_broken_sample_prints_what_it_can_names_the_source_and_ends_with_3() {
    let folder = tempfile::tempdir().unwrap();
    let broken = named("sample-broken");
    let ran = with_config(folder.path(), &broken, &["section", "--refresh"]);
    assert_eq!(ran.code, 3, "one source was never read: {}", ran.err);
    assert!(
        ran.err.contains("failed: meetup/rust-hack-learn-karlsruhe"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("Group not found"), "{}", ran.err);
    // The other group is printed all the same.
    assert_eq!(
        ran.out
            .matches("](https://www.meetup.com/rust-berlin)")
            .count(),
        3,
        "{}",
        ran.out
    );
    assert!(ran.out.contains("**Rust and Tell**"), "{}", ran.out);
}

#[test]
fn a_second_refresh_changes_nothing_that_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let first = on_sample(folder.path(), &["section", "--refresh"]);
    let again = on_sample(folder.path(), &["refresh", "--json"]);
    let report: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(
        (&report["new"], &report["changed"], &report["withdrawn"]),
        (&Value::from(0), &Value::from(0), &Value::from(0)),
        "{report:#}"
    );
    let unchanged = report["sources"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["outcome"] == "unchanged")
        .count();
    assert!(
        unchanged >= 10,
        "folders answer \"unchanged\" to validators: {report:#}"
    );
    assert_eq!(on_sample(folder.path(), &["section"]).out, first.out);
}

#[test]
fn the_order_of_sources_and_files_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let printed = on_sample(folder.path(), &["section", "--refresh"]).out;

    // The same sources, each file's entries in reverse, the files under other names.
    let turned = tempfile::tempdir().unwrap();
    let config = turned.path().join("config");
    copy(Path::new(&sample()), &config);
    for (number, name) in ["calendars", "luma", "meetup", "pages"]
        .iter()
        .rev()
        .enumerate()
    {
        let path = config.join(format!("sources/{name}.toml"));
        let text = fs::read_to_string(&path).unwrap();
        let mut entries: Vec<&str> = text.split("[[source]]").collect();
        let preamble = entries.remove(0);
        entries.reverse();
        let text = entries
            .iter()
            .map(|entry| format!("[[source]]{entry}\n"))
            .collect::<String>();
        fs::remove_file(&path).unwrap();
        fs::write(
            config.join(format!("sources/{number}-{name}.toml")),
            format!("{preamble}{text}"),
        )
        .unwrap();
    }
    let arguments = [
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        SAMPLE_NOW,
        "section",
        "--refresh",
    ];
    let again = program_in(turned.path(), &arguments);
    assert_eq!(again.out, printed, "{}", again.err);
}

#[test]
fn a_section_may_be_asked_for_by_days_and_regions_and_as_json() {
    let folder = tempfile::tempdir().unwrap();
    on_sample(folder.path(), &["refresh", "--quiet"]);
    let europe = on_sample(
        folder.path(),
        &[
            "section",
            "--from",
            "2024-11-09",
            "--to",
            "2024-11-14",
            "--region",
            "europe",
        ],
    );
    assert!(
        europe.out.contains("between 2024-11-09 - 2024-11-14"),
        "{}",
        europe.out
    );
    assert_eq!(europe.out.matches("### ").count(), 1);
    assert!(
        europe.out.contains("RustLab 2024") && europe.out.contains("Delft, NL"),
        "{}",
        europe.out
    );

    let json = on_sample(folder.path(), &["section", "--format", "json"]);
    let section: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(section["window"]["to"], "2024-12-04");
    let names: Vec<&str> = section["regions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|region| region["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Virtual",
            "Africa",
            "Asia",
            "Europe",
            "North America",
            "Oceania",
            "South America"
        ]
    );
    let kinds: Vec<&str> = section["attention"]
        .as_array()
        .unwrap()
        .iter()
        .map(|doubt| doubt["kind"].as_str().unwrap())
        .collect();
    assert!(
        kinds.contains(&"unknown-place") && kinds.contains(&"topic-unsure"),
        "{kinds:?}"
    );
}

#[test]
fn a_day_that_is_no_issue_day_is_refused_with_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let ran = on_sample(folder.path(), &["section", "--issue", "2024-11-09"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("2024-11-06 and 2024-11-13"), "{}", ran.err);
}

#[test]
fn an_empty_database_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let ran = on_sample(folder.path(), &["section"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("rusty-events refresh"), "{}", ran.err);
}

#[test]
fn an_unknown_source_is_refused_with_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let ran = on_sample(folder.path(), &["refresh", "rust-berlin"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is it meetup/rust-berlin?"), "{}", ran.err);
}

#[test]
fn an_output_file_is_replaced_only_if_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    on_sample(
        folder.path(),
        &["section", "--refresh", "--output", "section.md"],
    );
    let path = folder.path().join("section.md");
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    on_sample(folder.path(), &["section", "--output", "section.md"]);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
    assert_eq!(
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| entry
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .contains("part"))
            .count(),
        0
    );
}

#[test]
fn the_sources_are_listed_with_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let sample = named("sample-broken");
    let on_sample = |folder: &Path, arguments: &[&str]| with_config(folder, &sample, arguments);
    let before = on_sample(folder.path(), &["source", "list"]);
    assert!(before.out.contains("never visited"), "{}", before.out);
    assert!(
        !folder.path().join("events.db").exists(),
        "a look makes no database"
    );
    on_sample(folder.path(), &["refresh", "--quiet"]);
    let listed: Value =
        serde_json::from_str(&on_sample(folder.path(), &["source", "list", "--json"]).out).unwrap();
    let broken = listed["sources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|source| source["id"] == "meetup/rust-hack-learn-karlsruhe")
        .unwrap()
        .clone();
    assert_eq!(
        (&broken["stale"], &broken["failures"]),
        (&Value::from(true), &Value::from(1))
    );
    assert!(
        broken["error"]
            .as_str()
            .unwrap()
            .contains("Group not found")
    );
    let check = on_sample(folder.path(), &["source", "check"]);
    assert_eq!(
        (check.code, check.out.contains("no problems")),
        (0, true),
        "{}",
        check.out
    );
}

#[test]
fn every_problem_of_a_configuration_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("config/sources")).unwrap();
    fs::write(
        folder.path().join("config/service.toml"),
        "databse = \"x\"\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("config/sources/a.toml"),
        "[[source]]\nurl = \"https://www.meetup.com/rust-berlin/\"\nzone = \"Europe/Girona\"\n",
    )
    .unwrap();
    let ran = program_in(folder.path(), &["source", "check"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("service.toml:1") && ran.err.contains("did you mean \"database\""),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("a.toml:3") && ran.err.contains("Europe/Girona"),
        "{}",
        ran.err
    );
}

#[test]
fn the_newsletters_own_set_up_is_compiled_in_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let ran = program_in(folder.path(), &["source", "check"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("compiled in") && ran.out.contains("no problems"),
        "{}",
        ran.out
    );
}

#[test]
fn without_a_network_it_stops_early_and_blames_nobody() {
    let folder = tempfile::tempdir().unwrap();
    // Ports on which nobody listens: found by listening there once.
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
        ran.err.contains("no network") && ran.err.contains("config/sample"),
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
fn a_page_is_previewed_without_being_kept() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("feed.ics"), FEED).unwrap();
    let arguments = [
        "--now",
        "2026-08-19T06:00:00Z",
        "preview",
        "feed.ics",
        "--place",
        "Berlin, DE",
    ];
    let text = program_in(folder.path(), &arguments);
    assert_eq!(text.code, 0, "{}", text.err);
    assert!(
        text.out.contains("Rust evening") && text.out.contains("2026-08-27 19:00"),
        "{}",
        text.out
    );
    assert!(
        text.err
            .contains("1 entry, 0 outside 2026-08-19…2027-08-19"),
        "{}",
        text.err
    );
    let kept: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(kept, ["feed.ics"]);
    let nothing = program_in(folder.path(), &["preview", "nothing.ics"]);
    assert_ne!(nothing.code, 0);
    assert!(nothing.err.contains("nothing.ics"), "{}", nothing.err);
}

const FEED: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1@club.example\r\nDTSTAMP:20260801T000000Z\r\nDTSTART;TZID=Europe/Berlin:20260827T190000\r\nDTEND;TZID=Europe/Berlin:20260827T210000\r\nSUMMARY:Rust evening\r\nURL:https://club.example/evening\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

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

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else if !name.to_string_lossy().contains(".db") {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
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
fn a_feed_of_bombs_costs_its_own_series_and_nobody_else_anything() {
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
