//! A calendar of many groups: who holds each event.

use crate::sameness::source;
use rusty_events::believe::believed_of;
use rusty_events::believe::normalise::{Group, Groups};
use rusty_events::facts::event::{Event, Flag};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::{Listing, Location};
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Organiser, Platform, Source, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::read::ics;

fn group(name: &str, url: &str, place: &str) -> Group {
    Group {
        organiser: Organiser {
            name: name.to_owned(),
            url: Link::parse(url).ok(),
        },
        place: Place::parse(place).ok(),
        mode: None,
    }
}

fn groups() -> Groups {
    let mut groups = Groups::default();
    groups.add(
        group(
            "Rust Cologne",
            "https://www.meetup.com/rust-cologne",
            "Köln, DE",
        ),
        &[Link::parse("https://rust.cologne/").unwrap()],
        &["Rust Köln e.V.".to_owned(), "RustCGN".to_owned()],
    );
    groups.add(
        group(
            "Crab Circle",
            "https://hasgeek.com/crabcircle",
            "Bangalore, IN",
        ),
        &[],
        &[],
    );
    groups.add(
        group("Tokio", "https://tokio.rs/", "Portland, OR, US"),
        &[],
        &[],
    );
    groups
}

fn events(source: &Source, listings: &[Listing]) -> Vec<Event> {
    let window = Window::new("2026-09-01".parse().unwrap(), "2026-09-30".parse().unwrap());
    believed_of(source, listings, window.unwrap(), &groups()).events
}

fn calendar() -> Source {
    source("ics/crabs", Platform::Ics, None)
}

/// Names and whether a human must look.
fn holder(event: &Event) -> (Vec<&str>, bool) {
    let names = event
        .organisers
        .iter()
        .map(|organiser| organiser.name.as_str());
    (
        names.collect(),
        event.flags.contains(&Flag::UnknownOrganiser),
    )
}

#[test]
fn links_names_and_words_tell_who_holds_an_event() {
    let path = format!("{}/tests/pages/ics/shared.ics", env!("CARGO_MANIFEST_DIR"));
    let calendar_file = ics::calendar(&std::fs::read(path).unwrap(), None).unwrap();
    let events = events(&calendar(), &calendar_file.reading.listings);
    let found: Vec<(&str, Vec<&str>, bool)> = events
        .iter()
        .map(|event| {
            let (names, unknown) = holder(event);
            (event.title.as_str(), names, unknown)
        })
        .collect();
    let cologne = || vec!["Rust Cologne"];
    assert_eq!(
        found,
        [
            ("Known by the link of its event", cologne(), false),
            // A name alone: anyone can write one.
            ("Known by ORGANIZER's name", cologne(), true),
            (
                "Known by the link to the group, not by who entered it",
                cologne(),
                false
            ),
            ("Known by an alias' link", cologne(), false),
            ("Known by a line of its own", Vec::new(), true),
            (
                "Known by a project of an account",
                vec!["Crab Circle"],
                false
            ),
            ("Known by no one", vec!["Jo Doe"], true),
        ]
    );
    assert_eq!(
        events[2].place,
        groups_home(),
        "an online event is at its group's home"
    );
}

fn groups_home() -> Option<Place> {
    Place::parse("Köln, DE").ok()
}

/// Pages on the sites of two groups, which are no group's pages themselves.
const ON_THEIR_SITES: &str = "https://rust.cologne/evenings/1 https://tokio.rs/evenings/1";

/// Who holds an event with this title and these links in its text, and whether a human must look.
fn by_title_beside(title: &str, links: &str) -> (Vec<String>, bool) {
    let start = Stamp::Utc("2026-09-10T17:00:00Z".parse().unwrap());
    let mut listing = Listing::new("1", title, start, Way::Feed);
    links.clone_into(&mut listing.description);
    let events = events(&calendar(), &[listing]);
    let (names, unknown) = holder(&events[0]);
    let printed = events[0].title.as_str();
    let as_written = title.ends_with(printed) && (!unknown || printed == title);
    assert!(
        as_written,
        "{title}: {printed}; at most a known name in front is taken off"
    );
    (names.into_iter().map(str::to_owned).collect(), unknown)
}

fn by_title(title: &str) -> (Vec<String>, bool) {
    by_title_beside(title, ON_THEIR_SITES)
}

#[test]
fn a_name_counts_only_beside_an_address_of_the_group() {
    let cologne = (vec!["Rust Cologne".to_owned()], false);
    for link in [
        "https://rust.cologne/evenings/1",
        "https://rust.cologne/?evening=1",
        "https://www.meetup.com/rust-cologne/photos/1",
    ] {
        let held = by_title_beside("Rust Cologne: Rust and Tell", link);
        assert_eq!(held, cologne, "{link}");
    }
    for link in [
        "",
        "https://coins.example/1",
        "https://rust.cologne.example/evenings/1",
        "https://www.meetup.com/rust-cologne-coins/photos/1",
        "https://luma.com/coins",
        "https://tokio.rs/evenings/1",
    ] {
        let held = by_title_beside("Rust Cologne: Rust and Tell", link);
        assert_eq!(held, (Vec::new(), true), "{link}");
    }
}

#[test]
fn a_title_may_name_the_group_before_or_behind_what_it_is_about() {
    for title in [
        "Rust Cologne",
        "Rust Cologne: Rust and Tell",
        "rust cologne | Rust and Tell",
        "Rust Cologne – Rust and Tell: async",
        "Rust Cologne - Rust and Tell",
        "[Rust Cologne] Rust and Tell",
        "Rust and Tell @ Rust Cologne",
        "Rust and Tell @RustCGN",
        "Rust and Tell - Rust Cologne",
        "Async: why and how | Rust Cologne",
        "Rust and Tell (Rust Cologne)",
        "Rust and Tell [Rust Köln e.V.]",
        "RustCGN: Rust and Tell",
        "Rust Köln e.V. — Rust and Tell",
    ] {
        assert_eq!(
            by_title(title),
            (vec!["Rust Cologne".to_owned()], false),
            "{title}"
        );
    }
}

#[test]
fn a_title_that_is_about_something_named_like_a_group_is_not_its() {
    for title in [
        "Rust evening in Cologne",
        "Rust-Cologne-like structures",
        "We visit Rust Cologne",
        "Async from within: Tokio",
        "Async from within (Tokio)",
        "Async from within - Tokio",
        "Rust Cologne and friends",
        "@",
        "()",
        "[]",
    ] {
        let (names, unknown) = by_title(title);
        assert_eq!((names.len(), unknown), (0, true), "{title}");
    }
    assert_eq!(by_title("Office hours @ Tokio").0, ["Tokio"]);
}

#[test]
fn a_calendar_with_an_organiser_is_its_own() {
    let own = source("ics/crabs", Platform::Ics, Some("Crab Club"));
    let start = Stamp::Utc("2026-09-10T17:00:00Z".parse().unwrap());
    let listing = Listing::new("1", "Rust and Tell @ Rust Cologne", start, Way::Feed);
    let events = events(&own, &[listing]);
    assert_eq!(holder(&events[0]), (vec!["Crab Club"], false));
}

/// An event of a calendar of many groups, which links to its group.
fn carried(title: &str, place: Option<&str>, groups: &Groups) -> Event {
    let start = Stamp::Floating("2026-09-10T19:00:00".parse().unwrap());
    let mut listing = Listing::new("1", title, start, Way::Feed);
    listing.link = Some("https://www.meetup.com/rust-cologne/events/300000001/".to_owned());
    listing.locations.extend(place.map(|place| Location {
        address: Some(place.to_owned()),
        ..Location::default()
    }));
    let window = Window::new("2026-09-01".parse().unwrap(), "2026-09-30".parse().unwrap());
    let mut events = believed_of(&calendar(), &[listing], window.unwrap(), groups).events;
    events.remove(0)
}

#[test]
fn a_groups_name_before_its_title_is_taken_off() {
    for (title, printed) in [
        ("Rust Cologne: Hack night", "Hack night"),
        ("RustCGN - Hack night", "Hack night"),
        ("[Rust Cologne] Hack night", "Hack night"),
        ("Rust Cologne: Rust Cologne", "Rust Cologne"),
        ("Rust Cologne", "Rust Cologne"),
        // Another group's name, and a word of the talk.
        ("Tokio: Hack night", "Tokio: Hack night"),
        ("Macros: Hack night", "Macros: Hack night"),
        ("Rust Cologne: ", "Rust Cologne:"),
    ] {
        let event = carried(title, None, &groups());
        assert_eq!(event.organisers[0].name, "Rust Cologne");
        assert_eq!(event.title.as_str(), printed, "{title}");
    }
}

#[test]
fn what_a_calendar_of_many_groups_does_not_say_is_as_usual_and_flagged() {
    let mut groups = groups();
    let none: [String; 0] = [];
    let page = ["https://www.meetup.com/rust-cologne".to_owned()];
    let bonn = Place::parse("Bonn, DE").unwrap();
    groups.fill(none.iter(), page.iter(), Some(&bonn), Some(Mode::Hybrid));
    let event = carried("Hack night", None, &groups);
    // The configured place comes before the habit.
    assert_eq!(event.place, groups_home());
    assert_eq!(event.mode, Mode::Hybrid);
    for flag in [Flag::ModeAssumed, Flag::PlaceAssumed] {
        assert!(
            event.choices.iter().any(|choice| choice.flag == flag),
            "{:?}",
            event.choices
        );
    }
    let event = carried("Hack night", Some("Kai 1, 10117 Berlin, Germany"), &groups);
    assert_eq!((event.mode, event.choices), (Mode::InPerson, Vec::new()));
}

#[test]
fn the_printed_habit_of_a_group_fills_what_its_calendar_does_not_say() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir_all(folder.join("config/sources")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "config/sources/a.toml",
        "[[source]]\nurl = \"all.ics\"\nplatform = \"ics\"\nzone = \"Europe/Berlin\"\n",
    );
    write(
        "config/organisers.toml",
        "[[organiser]]\nname = \"Crab Circle\"\nurl = \"https://crab.example/\"\n",
    );
    write(
        "config/all.ics",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20241112T180000Z\nSUMMARY:Crab Circle: Hack night\nURL:https://crab.example/\nEND:VEVENT\nEND:VCALENDAR\n",
    );
    let row = "* 2024-10-15 | Virtual (Lübeck, DE) | [Crab Circle](https://crab.example/)\n    * [**Hack night**](https://crab.example/1)\n";
    write(
        "2024-10-09-issue.md",
        &format!(
            "Title: An issue\nDate: 2024-10-09\n\n## Upcoming Events\n\nRusty Events between 2024-10-09 - 2024-11-06 🦀\n\n### Virtual\n{row}\n## Jobs\n"
        ),
    );
    let run = |arguments: &[&str]| {
        let mut all = vec!["--config", "config", "--database", "events.db"];
        all.extend(["--now", "2024-11-06T09:00:00Z"]);
        all.extend(arguments);
        crate::program_in(folder, &all)
    };
    let learned = run(&["learn", "2024-10-09-issue.md"]);
    assert_eq!(learned.code, 0, "{}", learned.err);
    let refreshed = run(&["refresh"]);
    assert_eq!(refreshed.code, 0, "{}", refreshed.err);
    let section = run(&["section"]);
    let printed =
        "| Virtual (Lübeck, DE) | [Crab Circle](https://crab.example/)\n    * [**Hack night**]";
    assert!(
        section.out.contains(printed),
        "{}\n{}",
        section.out,
        section.err
    );
    let both = "(taken: \"virtual\", not \"nothing in its calendar\")";
    assert!(section.err.contains(both), "{}", section.err);
}
