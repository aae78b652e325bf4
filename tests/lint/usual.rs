//! Rows against what was printed of their group: a warning where nine of ten earlier events say otherwise.

use super::{CLEAN, corpus, house, rules};
use crate::program_in;
use chrono::{Days, NaiveDate};
use rusty_events::section::grammar::{PrintedRow, rows};
use rusty_events::section::habits::habits;
use rusty_events::section::lint::{Kind, Rules, lint};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Writes ten issues that print an event of a group each; answers their folder.
pub(super) fn issues(folder: &Path, location: &str, name: &str, page: &str) -> String {
    let content = folder.join("content");
    fs::create_dir_all(&content).unwrap();
    let first: NaiveDate = "2026-06-10".parse().unwrap();
    for week in 0..10 {
        let issue = first + Days::new(7 * week);
        let day = issue + Days::new(2);
        let (heading, place) = match week {
            // Once it was elsewhere, and in person.
            0 => ("Europe", "Oslo, NO"),
            _ => ("Virtual", location),
        };
        let text = format!(
            "Date: {issue}\n\n## Upcoming Events\n\nRusty Events between {issue} - {} 🦀\n\n### {heading}\n* {day} | {place} | [{name}]({page})\n    * [**Evening {week}**](https://crabs.example.edu/{week})\n\n## Jobs\n",
            issue + Days::new(28)
        );
        fs::write(content.join(format!("{issue}-crabs.md")), text).unwrap();
    }
    content.display().to_string()
}

#[test]
fn another_mode_or_place_than_usual_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let run = |arguments: &[&str]| {
        let fixed = ["--database", "x.db", "--now", "2026-08-25T09:00:00Z"];
        program_in(folder, &[arguments, &fixed[..]].concat())
    };
    let learned = issues(
        folder,
        "Virtual (Berlin, DE)",
        "Crab Circle",
        "https://www.meetup.com/crab-circle",
    );
    let learn = run(&["learn", &learned]);
    assert_eq!(learn.code, 0, "{}", learn.err);
    let found = |text: &str| -> Vec<(u64, String, String)> {
        fs::write(folder.join("a.md"), text).unwrap();
        let ran = run(&["lint", "a.md", "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.out);
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                let word = |key: &str| finding[key].as_str().unwrap().to_owned();
                (
                    finding["line"].as_u64().unwrap(),
                    word("kind"),
                    word("text"),
                )
            })
            .collect()
    };
    assert_eq!(found(CLEAN), []);
    let moved = CLEAN.replace("Virtual (Berlin, DE)", "Virtual (Potsdam, DE)");
    let moved = found(&moved);
    assert_eq!(
        (moved[0].0, &*moved[0].1, moved.len()),
        (6, "habit-place", 1)
    );
    assert!(
        moved[0].2.contains("`Berlin, DE` 9 of 10 times"),
        "{moved:?}"
    );
    // A row in person stands under its region.
    let row = "* 2026-08-27 | Virtual (Berlin, DE) | [Crab Circle](https://www.meetup.com/crab-circle)\n    * [**Hack and Learn**](https://www.meetup.com/crab-circle/events/300000001/) | [**Mirror: Stream**](https://crabs.example.edu/live)\n";
    let (above, below) = CLEAN.split_once(row).unwrap();
    let (koeln, rest) = below.split_once("* 2026-09-08 - ").unwrap();
    let in_person = row.replace("Virtual (Berlin, DE)", "Berlin, DE");
    let there = found(&format!("{above}{koeln}{in_person}* 2026-09-08 - {rest}"));
    assert_eq!((&*there[0].1, there.len()), ("habit-mode", 1), "{there:?}");
    assert!(
        there[0].2.contains("was printed as Virtual 9 of 10 times"),
        "{there:?}"
    );
    // Beside a group of which little is known, nothing is usual.
    let with = CLEAN
        .replace("Virtual (Berlin, DE)", "Virtual (Potsdam, DE)")
        .replace(
            "[Crab Circle](https://www.meetup.com/crab-circle)",
            "[Crab Circle](https://www.meetup.com/crab-circle) | [Oxide](https://oxide.example/)",
        );
    assert_eq!(found(&with), []);
}

/// By hand: what the archive's issues would have been warned of, each by the issues before it.
#[test]
fn warnings_of_the_archive_are_few() {
    let Some(folder) = crate::corpus() else {
        return;
    };
    let style = house();
    let mut before: Vec<(NaiveDate, Vec<PrintedRow>)> = Vec::new();
    let (mut warnings, mut checked) = (0, 0);
    for (day, text) in corpus::sections(&folder) {
        let day: NaiveDate = day.parse().unwrap();
        if day >= "2025-01-01".parse().unwrap() {
            let habits = habits(&before, day);
            let rules = Rules {
                issue: Some(day),
                habits: &habits,
                ..rules(&style)
            };
            let report = lint(&text, &rules).unwrap();
            checked += rows(&text, &style).len();
            for finding in report.findings {
                if matches!(finding.kind, Kind::HabitMode | Kind::HabitPlace) {
                    warnings += 1;
                    eprintln!(
                        "  {day}:{} {}: {}",
                        finding.line,
                        finding.kind.name(),
                        finding.text
                    );
                }
            }
        }
        before.push((day, rows(&text, &style)));
    }
    eprintln!("{warnings} warnings of {checked} rows");
    assert!(
        warnings > 0 && warnings * 50 < checked,
        "{warnings} of {checked}"
    );
}
