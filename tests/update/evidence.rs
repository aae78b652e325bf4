//! Rows written by hand are evidence about sources: the report proposes the entry of a group that has none.

use crate::{Ran, program_in};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A desk that reads one conference; the sources of groups are configured after that, so that no network is asked.
struct Desk(TempDir);

impl Desk {
    fn new(sources: &str) -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        desk.write("config/sources/all.toml", "[[event]]\ntitle = \"A conference\"\nstart = \"2026-09-08\"\nplace = \"Oslo, NO\"\nmode = \"in-person\"\norganiser = \"Conference\"\norganiser-url = \"https://conference.example/\"\nlink = \"https://conference.example/\"\n");
        let read = desk.run(&["refresh"]);
        assert_eq!(read.code, 0, "{}", read.err);
        desk.write("config/sources/meetup.toml", sources);
        desk
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut all = vec!["--config", "config", "--database", "events.db"];
        all.extend(["--now", "2026-08-24T06:00:00Z"]);
        all.extend(arguments);
        program_in(self.0.path(), &all)
    }

    /// What `update` says of a draft with these rows: on standard error, and in its report.
    fn update(&self, rows: &str) -> (String, String) {
        let draft = format!("Date: 2026-08-26\n\n## Upcoming Events\n\n### Europe\n{rows}");
        self.write("draft.md", &draft);
        let ran = self.run(&["update", "draft.md", "--report", "report.md"]);
        assert!(matches!(ran.code, 0 | 3), "{}", ran.err);
        let report = fs::read_to_string(self.0.path().join("report.md")).unwrap();
        (ran.err, report)
    }

    /// Adds an entry, as a human would who pastes it, and checks the configuration.
    fn pasted(&self, entry: &str) -> Ran {
        let file = Path::new("config/sources/meetup.toml");
        let before = fs::read_to_string(self.0.path().join(file)).unwrap_or_default();
        self.write(file.to_str().unwrap(), &format!("{before}\n{entry}"));
        self.run(&["source", "check"])
    }
}

fn row(day: &str, place: &str, organiser: &str, page: &str) -> String {
    format!("* {day} | {place} | {organiser}\n    * [**Hack night**]({page})\n")
}

/// The entries in a report: what stands between its fences.
fn entries(report: &str) -> Vec<String> {
    let parts: Vec<&str> = report.split("  ```").collect();
    let fenced = parts.iter().skip(1).step_by(2);
    fenced
        .map(|part| {
            let lines = part.strip_prefix("toml\n").unwrap().lines();
            lines
                .map(|line| format!("{}\n", line.trim_start()))
                .collect()
        })
        .collect()
}

#[test]
fn the_entry_of_a_group_without_a_source_is_proposed_and_can_be_pasted() {
    let desk = Desk::new("");
    let group = "[Rust Nigeria](https://www.meetup.com/rust-nigeria/)";
    let page = |id: u32| format!("https://www.meetup.com/rust-nigeria/events/{id}/");
    let rows = [
        row("2026-09-01", "Lagos, NG", group, &page(1)),
        row("2026-09-15", "Lagos, NG", group, &page(2)),
    ];
    let (said, report) = desk.update(&rows.concat());
    assert!(
        report.contains("### Groups without a source (1)"),
        "{report}"
    );
    for text in [&said, &report] {
        assert!(
            text.contains("Rust Nigeria, 2 rows written by hand (lines "),
            "{text}"
        );
    }
    let found = entries(&report);
    assert_eq!(found.len(), 1, "{report}");
    let entry = &found[0];
    assert_eq!(
        *entry,
        "[[source]]\nurl = \"https://www.meetup.com/rust-nigeria/\"\norganiser = \"Rust Nigeria\"\nplace = \"Lagos, NG\"  # where 2 of 2 events are\nmode = \"in-person\"  # as 2 of 2 events are\n"
    );
    let checked = desk.pasted(entry);
    assert_eq!(checked.code, 0, "{}\n{entry}", checked.err);
    // Now there is a source: nothing is proposed.
    let (said, report) = desk.update(&rows.concat());
    assert!(!report.contains("Groups without a source"), "{report}");
    assert!(!said.contains("groups without a source"), "{said}");
}

#[test]
fn a_group_that_has_its_source_elsewhere_is_proposed_with_the_address_that_it_left() {
    let desk = Desk::new(
        "[[source]]\nurl = \"https://www.meetup.com/rust-berlin/\"\norganiser = \"Rust Berlin\"\n",
    );
    let old = "[Rust Berlin](https://www.meetup.com/rust-berlin/)";
    let page = "https://www.meetup.com/rust-berlin-ev/events/9/";
    let (_, report) = desk.update(&row("2026-09-03", "Berlin, DE", old, page));
    assert!(
        report.contains("1 row written by hand (line ")
            && report.contains("if it has moved, replace that entry with this one"),
        "{report}"
    );
    let found = entries(&report);
    let entry = &found[0];
    assert!(
        entry.contains(
            "replaces = [{ url = \"https://www.meetup.com/rust-berlin/\", from = \"2026-09-03\" }]"
        ),
        "{entry}"
    );
    let checked = desk.pasted(entry);
    assert_eq!(checked.code, 0, "{}\n{entry}", checked.err);
}

#[test]
fn what_says_nothing_of_a_source_is_not_proposed() {
    let desk = Desk::new(
        "[[source]]\nurl = \"https://www.meetup.com/rust-berlin/\"\norganiser = \"Rust Berlin\"\n",
    );
    let rows = [
        // Read already, though this event is not listed.
        row(
            "2026-09-03",
            "Berlin, DE",
            "[Rust Berlin](https://www.meetup.com/rust-berlin/)",
            "https://www.meetup.com/rust-berlin/events/8/",
        ),
        // A page of no platform.
        row(
            "2026-09-04",
            "Bonn, DE",
            "[Rust Bonn](https://bonn.example/)",
            "https://bonn.example/hack",
        ),
        // Luma's page of an event does not name its calendar.
        row(
            "2026-09-05",
            "Ulm, DE",
            "[Rust Ulm](https://ulm.example/)",
            "https://luma.com/abcdefg",
        ),
    ];
    let (said, report) = desk.update(&rows.concat());
    assert!(!report.contains("Groups without a source"), "{report}");
    assert!(!said.contains("groups without a source"), "{said}");
}

#[test]
fn what_a_stranger_writes_into_a_row_stays_inside_the_entry() {
    let desk = Desk::new("");
    let hostile = "[```\\\" @ann #1 ](https://www.meetup.com/rust-x/)";
    let page = "https://www.meetup.com/rust-x/events/1/";
    let (_, report) = desk.update(&row("2026-09-03", "Bonn, DE", hostile, page));
    let (_, part) = report.split_once("### Groups without a source").unwrap();
    let outside: String = part.split("  ```").step_by(2).collect();
    assert!(
        !outside.contains("@ann") && !outside.contains("#1 "),
        "{outside}"
    );
    assert!(
        part.lines()
            .filter(|line| line.trim_start().starts_with("```"))
            .count()
            == 2,
        "{part}"
    );
    let checked = desk.pasted(&entries(&report)[0]);
    assert_eq!(checked.code, 0, "{}", checked.err);
}
