//! Circumstances that people reported about other people's calendars and pages, and what is believed of each:
//! `docs/reading.md` has the table with the reasons.

use crate::program_in;
use std::fs;

#[test]
fn a_choice_between_two_readings_is_shown_with_both() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("config/sources")).unwrap();
    fs::write(
        folder.join("config/sources/a.toml"),
        "[[source]]\nurl = \"crabs.ics\"\nplatform = \"ics\"\norganiser = \"Crab Club\"\norganiser-url = \"https://crab.example/\"\nplace = \"Hamburg, DE\"\n",
    )
    .unwrap();
    fs::write(
        folder.join("config/crabs.ics"),
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20241112T180000Z\nSUMMARY:Crab night (online)\nLOCATION:Lübeck\\, Germany\nEND:VEVENT\nEND:VCALENDAR\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let mut all = vec!["--config", "config", "--database", "events.db"];
        all.extend(["--now", "2024-11-06T09:00:00Z"]);
        all.extend(arguments);
        program_in(folder, &all)
    };
    let refreshed = run(&["refresh"]);
    assert_eq!(refreshed.code, 0, "{}", refreshed.err);
    let section = run(&["section"]);
    let both = "(taken: \"Crab night (online)\", not \"Lübeck\")";
    assert!(section.err.contains(both), "{}", section.err);
}
