//! The walk, end to end, by the real program on the sample.

mod conferences;
mod sources;

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
    assert!(
        ran.err.contains("--database events.db refresh`"),
        "{}",
        ran.err
    );
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
fn every_problem_of_a_configuration_is_reported_at_once() {
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
