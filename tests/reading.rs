//! Circumstances that people reported about other people's calendars and pages, and what is believed of each:
//! `docs/reading.md` has the table with the reasons.

mod called_off;
mod flags;
mod links;
mod members;
mod series;

use crate::markdown::topic;
use crate::program_in;
use crate::sameness::source;
use rusty_events::believe::normalise::Groups;
use rusty_events::believe::{Believed, believed_of};
use rusty_events::facts::issue::Window;
use rusty_events::facts::place::Place;
use rusty_events::facts::source::{Platform, Source};
use rusty_events::facts::topic::Topic;
use rusty_events::read::ics;
use std::fs;

/// A group with a calendar, at home in that city.
fn group(home: &str) -> Source {
    let mut group = source("ics/crabs", Platform::Ics, Some("Crab Club"));
    let home = Place::parse(home).unwrap();
    group.zone = home.zone();
    group.place = Some(home);
    group
}

/// What a calendar with these lines tells of 2026 and 2027, and the problems of reading it.
fn believed(group: &Source, lines: &str) -> (Believed, Vec<String>) {
    believed_about(topic(), group, lines)
}

/// The same in a newsletter about that.
fn believed_about(topic: Topic, group: &Source, lines: &str) -> (Believed, Vec<String>) {
    let body = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{lines}\nEND:VCALENDAR\n");
    let reading = ics::calendar(body.as_bytes(), None).unwrap().reading;
    let window = Window::new("2026-01-01".parse().unwrap(), "2027-12-31".parse().unwrap()).unwrap();
    let mut groups = Groups::default();
    groups.topic = topic;
    let believed = believed_of(group, &reading.listings, window, &groups);
    let problems = reading.problems.iter().chain(&believed.problems);
    let problems = problems.map(|problem| problem.what.clone()).collect();
    (believed, problems)
}

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
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20241112T180000Z\nSUMMARY:Crab night (online)\nLOCATION:Lübeck\\, Germany\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nDTSTART:20241113T180000Z\nSUMMARY:Crab async: cancelled\nEND:VEVENT\nEND:VCALENDAR\n",
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
    // What only a title's words call off is in no row, and in the report.
    assert!(!section.out.contains("Crab async"), "{}", section.out);
    let off = "(taken: \"cancelled\", not \"confirmed, a talk about it\")";
    assert!(section.err.contains(off), "{}", section.err);
    let why = run(&["why", "Crab night"]);
    assert!(why.out.contains(both), "{}", why.out);
    let out = run(&["export", "site"]);
    assert_eq!(out.code, 0, "{}", out.err);
    let pages = fs::read_dir(folder.join("site/events")).unwrap();
    let pages = pages.map(|page| {
        fs::read_to_string(page.unwrap().path().join("index.html")).unwrap_or_default()
    });
    let on_page = "taken: &quot;Crab night (online)&quot;, not &quot;Lübeck&quot;";
    let mut pages: Vec<String> = pages.collect();
    pages.retain(|page| page.contains(on_page));
    assert_eq!(pages.len(), 1, "on the event's page");
}

#[test]
fn what_only_a_title_calls_off_takes_place_once_a_person_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("config/sources")).unwrap();
    fs::write(
        folder.join("config/sources/a.toml"),
        "[[source]]\nurl = \"crabs.ics\"\nplatform = \"ics\"\norganiser = \"Crab Club\"\norganiser-url = \"https://crab.example/\"\nplace = \"Hamburg, DE\"\n",
    )
    .unwrap();
    let event = |uid: u8, title: &str, status: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nDTSTART:202411{uid}T180000Z\nSUMMARY:{title}\n{status}END:VEVENT\n"
        )
    };
    let stated = [
        event(12, "Crab async: cancelled", ""),
        event(13, "Crab tasks: postponed", ""),
        event(14, "Crab night (moved to January)", ""),
        event(15, "Crab evening: cancelled", "STATUS:CANCELLED\n"),
    ];
    let calendar = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", stated.concat());
    fs::write(folder.join("config/crabs.ics"), calendar).unwrap();
    let run = |arguments: &[&str]| {
        let mut all = vec!["--config", "config", "--database", "events.db"];
        all.extend(["--now", "2024-11-06T09:00:00Z"]);
        all.extend(arguments);
        program_in(folder, &all)
    };
    assert_eq!(run(&["refresh"]).code, 0);
    let before = run(&["section"]).err;
    let (waiting, printed) = before.split_once("\nprinted, worth a look:\n").unwrap();
    assert!(
        waiting.contains("\nnot printed, needs a human:\n"),
        "{before}"
    );
    for (title, waits) in [
        ("Crab async", true),
        ("Crab tasks", true),
        ("Crab night", false),
    ] {
        assert_eq!(waiting.contains(title), waits, "{before}");
        assert_eq!(printed.contains(title), !waits, "{before}");
    }
    let decide = |what: &str, title: &str| {
        let about = run(&["why", title]).out;
        let (_, id) = about.split_once(", id ").unwrap();
        let id = id.lines().next().unwrap();
        run(&["decide", what, id, "--reason", "so it is"]).err
    };
    assert!(decide("show", "Crab async").contains("printed in the issue of 2024-11-06"));
    assert!(decide("show", "Crab tasks").contains("printed in the issue of 2024-11-06"));
    assert!(decide("cancel", "Crab night").contains("not printed"));
    // What the source states in a field is more than words.
    assert!(decide("show", "Crab evening").contains("not printed"));
    let section = run(&["section"]);
    for (title, printed) in [
        ("**Crab async: cancelled**", true),
        ("**Crab tasks: postponed**", true),
        ("Crab night", false),
        ("Crab evening", false),
    ] {
        assert_eq!(section.out.contains(title), printed, "{}", section.out);
    }
    assert!(!section.err.contains("its title"), "{}", section.err);
    // The decisions outlive the next reading.
    assert_eq!(run(&["refresh"]).code, 0);
    assert_eq!(run(&["section"]).out, section.out);
}
