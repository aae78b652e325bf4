//! How much is kept: of candidates, of the evidence for one, and of a description that is looked through.

use super::{TODAY, TOWN, World};
use chrono::{DateTime, Utc};
use rusty_events::facts::candidate::{Candidate, Evidence, Kind};
use rusty_events::facts::link::Link;
use rusty_events::facts::source::Platform;

/// The calendar of many groups, with so many further links, each to another group.
fn with_links(links: usize) -> String {
    let all: Vec<String> = (0..links)
        .map(|number| format!("https://www.meetup.com/group-{number:04}/"))
        .collect();
    let mut text = TOWN.replace("END:VCALENDAR\r\n", "");
    for (number, links) in all.chunks(45).enumerate() {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:links-{number}\r\nSUMMARY:Fair {number}\r\nDTSTART:20260904T180000Z\r\nLOCATION:Old Mill\\, Graz\\, Austria\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\n",
            links.join(" ")
        ));
    }
    text + "END:VCALENDAR\r\n"
}

#[test]
fn of_too_many_candidates_the_best_are_kept_and_those_that_an_editor_decided_about() {
    let world = World::new();
    let links = with_links(2_010);
    let without_graz = links
        .replace("meetup.com/crab-graz", "town.example")
        .replace("meetup.com/rust-maribor", "town.example");
    world.serve("/town.example/all.ics", "text/calendar", &without_graz);
    assert_eq!(world.run(&["refresh"]).0, 0);
    assert_eq!(world.run(&["discover"]).0, 0);
    let known = world.candidates();
    assert_eq!(known.len(), 2_000);
    let ignored = known[1_999]["id"].as_str().unwrap();
    assert_eq!(world.run(&["discover", "ignore", ignored]).0, 0);
    // Groups with a word of the topic come last, when the list is full.
    world.serve("/town.example/all.ics", "text/calendar", &links);
    let later = "2026-08-25T09:00:00Z";
    assert_eq!(world.at(later, &["refresh"]).0, 0);
    assert_eq!(world.at(later, &["discover"]).0, 0);
    for group in ["crab-graz", "rust-maribor"] {
        world.candidate(&format!("https://www.meetup.com/{group}"));
    }
    let all = world.candidates();
    let of = |state: &str| all.iter().filter(|of| of["state"] == state).count();
    assert_eq!((of("new"), of("ignored")), (2_000, 1));
}

#[test]
fn much_evidence_of_one_kind_leaves_room_for_the_others() {
    let now: DateTime<Utc> = TODAY.parse().unwrap();
    let page = "https://www.meetup.com/crab-graz/";
    let mut candidate = Candidate::new(Link::parse(page).unwrap(), page, Platform::Meetup, now);
    let mut add = |kind: Kind, subject: String| {
        candidate.add(Evidence {
            kind,
            subject,
            words: "it does".to_owned(),
            link: None,
            since: now,
        });
    };
    add(Kind::Twice, "compared with a".to_owned());
    for number in 0..25 {
        add(Kind::Search, format!("page {number}"));
    }
    add(Kind::Linked, "a".to_owned());
    let kinds: Vec<Kind> = candidate.evidence.iter().map(|of| of.kind).collect();
    let search = [Kind::Search; 4];
    assert_eq!(kinds, [&search[..], &[Kind::Linked, Kind::Twice]].concat());
}

#[test]
fn a_long_description_is_cut_between_two_characters() {
    let world = World::new();
    // The limit of 20,000 bytes falls inside of a character.
    let long = format!("{} https://www.meetup.com/rust-beyond/", "ä".repeat(10_000));
    let is_odd = "With our friends of https://www.meetup.com/rust-maribor/ ".len() % 2 == 1;
    assert!(is_odd);
    let text = TOWN.replace("and https://www.meetup.com/garden-club/", &long);
    world.serve("/town.example/all.ics", "text/calendar", &text);
    assert_eq!(world.run(&["refresh"]).0, 0);
    assert_eq!(world.run(&["discover"]).0, 0);
    world.candidate("https://www.meetup.com/rust-maribor");
    let all = world.candidates();
    let is_beyond = all
        .iter()
        .any(|of| of["page"] == "https://www.meetup.com/rust-beyond");
    assert!(!is_beyond, "{all:#?}");
}
