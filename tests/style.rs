//! The words of a section that another newsletter chooses: whatever it may choose, what is printed is read
//! back, found right, and left alone by the next weekly job.

use crate::{Ran, program_in};
use std::fs;
use std::path::Path;

/// Events of every kind of row: hybrid, online, of several days, with a state, and one of two groups.
const EVENTS: &str = r#"
[[event]]
title = "An evening"
start = "2024-11-12T19:00"
place = "Hamburg, DE"
mode = "hybrid"
organiser = "Club Hamburg"
organiser-url = "https://club.example/"
link = "https://club.example/evening"
[[event]]
title = "A conference"
start = "2024-11-20"
end = "2024-11-22"
place = "Montréal, QC, CA"
mode = "in-person"
organiser = "The Conference"
organiser-url = "https://conference.example/"
link = "https://conference.example/"
[[event]]
title = "Online | with [brackets]"
start = "2024-11-22T19:00"
place = "Chicago, IL, US"
mode = "virtual"
organiser = "Chicago & Friends"
link = "https://chicago.example/2"
"#;

/// A group that mirrors another's event.
const MIRROR: &str = r#"
[[source]]
url = "mirror.ics"
platform = "ics"
organiser = "Second Club"
organiser-url = "https://second.example/"
place = "Hamburg, DE"
mode = "hybrid"
"#;

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20241112T180000Z\r\nSUMMARY:An evening\r\nURL:https://second.example/evening\r\nDESCRIPTION:See https://club.example/evening\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut all = vec!["--config", "config", "--database", "events.db"];
    all.extend(["--now", "2024-11-06T09:00:00Z"]);
    all.extend(arguments);
    program_in(folder, &all)
}

#[test]
fn what_is_printed_in_any_style_is_read_back_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let config = folder.join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::write(config.join("sources/manual.toml"), EVENTS).unwrap();
    fs::write(config.join("sources/mirror.toml"), MIRROR).unwrap();
    fs::write(config.join("mirror.ics"), CALENDAR).unwrap();
    let refreshed = run(folder, &["refresh"]);
    assert_eq!(refreshed.code, 0, "{}", refreshed.err);

    let joints: Vec<String> = rusty_events::facts::link::JOINTS
        .chars()
        .map(|mark| format!("organiser-separator = \" {mark} \""))
        .collect();
    let mut styles: Vec<&str> = joints.iter().map(String::as_str).collect();
    styles.extend([
        "",
        "organiser-separator = \" and \"",
        "organiser-separator = \", \"",
        "organiser-separator = \" \"",
        "heading = \"# Events\"",
        "heading = \"## Veranstaltungen in Europa\"",
        "line = \"Termine {from} bis {to}\"",
        "line = \"**From** {from}/{to}!\"",
        "hybrid-label = \"Virtual and In-Person\"",
        "hybrid-label = \"In-Person and Virtual\"",
        "hybrid-label = \"hybrid\"",
        "states = []",
        "states = [\"US\", \"CA\", \"DE\", \"AU\"]",
        "days = 366",
        "virtual-label = \"Online\"",
        "virtual-label = \"En línea\"\nhybrid-label = \"Presencial y en línea\"",
        "virtual-label = \"オンライン\"\nhybrid-label = \"ハイブリッド\"",
        "dates = \"DD/MM/YYYY\"",
        "dates = \"DD.MM.YYYY\"",
        "dates = \"MM-DD-YYYY\"",
        "dates = \"YYYY/MM/DD\"",
        "headings.virtual = \"Online & hybrid\"\nheadings.europe = \"Europe (with Turkey)\"",
        "headings.europe = \"Europa\"\nheadings.north-america = \"América do Norte\"\ndates = \"DD/MM/YYYY\"",
        "[newsletter]\nlanguage = \"de\"",
        "[newsletter]\nlanguage = \"es\"",
        "[newsletter]\nlanguage = \"fr-CA\"",
        "[newsletter]\nlanguage = \"it\"",
        "[newsletter]\nlanguage = \"nl\"",
        "[newsletter]\nlanguage = \"pl\"",
        "[newsletter]\nlanguage = \"pt\"",
        "[newsletter]\nlanguage = \"fi\"",
    ]);
    for style in styles {
        let text = match style.starts_with('[') {
            true => style.to_owned(),
            false => format!("[section]\n{style}\n"),
        };
        fs::write(config.join("service.toml"), text).unwrap();
        let printed = run(folder, &["section", "--quiet"]);
        assert_eq!(printed.code, 0, "{style}: {}", printed.err);
        assert_eq!(
            printed.out.matches("Second Club").count(),
            2,
            "{style}\n{}",
            printed.out
        );
        let draft = format!("Title: x\nDate: 2024-11-06\n\n{}\n# Jobs\n", printed.out);
        fs::write(folder.join("draft.md"), &draft).unwrap();
        let checked = run(folder, &["lint", "draft.md"]);
        assert_eq!(
            (checked.code, checked.out.as_str()),
            (0, ""),
            "{style}\n{draft}"
        );
        let updated = run(folder, &["update", "--dry-run", "draft.md"]);
        assert_eq!(
            (updated.code, updated.out.as_str()),
            (0, ""),
            "{style}\n{}",
            updated.err
        );
    }
}
