//! A calendar of many groups: whose each event is.

use crate::sameness::source;
use rusty_events::believe::normalise::{Group, Groups};
use rusty_events::believe::told_by;
use rusty_events::facts::event::{Event, Flag};
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::Listing;
use rusty_events::facts::place::Place;
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
    told_by(source, listings, window.unwrap(), &groups()).events
}

fn calendar() -> Source {
    source("ics/crabs", Platform::Ics, None)
}

/// Names and whether a human must look.
fn whose(event: &Event) -> (Vec<&str>, bool) {
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
fn links_names_and_words_tell_whose_an_event_is() {
    let path = format!("{}/tests/pages/ics/shared.ics", env!("CARGO_MANIFEST_DIR"));
    let calendar_file = ics::calendar(&std::fs::read(path).unwrap(), None).unwrap();
    let events = events(&calendar(), &calendar_file.reading.listings);
    let told: Vec<(&str, Vec<&str>, bool)> = events
        .iter()
        .map(|event| {
            let (names, unknown) = whose(event);
            (event.title.as_str(), names, unknown)
        })
        .collect();
    let cologne = || vec!["Rust Cologne"];
    assert_eq!(
        told,
        [
            ("Told by the link of its event", cologne(), false),
            // A name alone, of which nobody knows whose word it is.
            ("Told by ORGANIZER's name", cologne(), true),
            (
                "Told by the link to the group, not by who entered it",
                cologne(),
                false
            ),
            ("Told by an alias' link", cologne(), false),
            ("Told by a line of its own", Vec::new(), true),
            (
                "Told by a project of an account",
                vec!["Crab Circle"],
                false
            ),
            ("Told by nobody whom we know", vec!["Jo Doe"], true),
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

/// Whose an event is that a title names, and whose text has these links.
fn by_title_beside(title: &str, links: &str) -> (Vec<String>, bool) {
    let start = Stamp::Utc("2026-09-10T17:00:00Z".parse().unwrap());
    let mut listing = Listing::new("1", title, start, Way::Feed);
    links.clone_into(&mut listing.description);
    let events = events(&calendar(), &[listing]);
    assert_eq!(events[0].title.as_str(), title, "printed as written");
    let (names, unknown) = whose(&events[0]);
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
        let told = by_title_beside("Rust Cologne: Rust and Tell", link);
        assert_eq!(told, cologne, "{link}");
    }
    for link in [
        "",
        "https://coins.example/1",
        "https://rust.cologne.example/evenings/1",
        "https://www.meetup.com/rust-cologne-coins/photos/1",
        "https://luma.com/coins",
        "https://tokio.rs/evenings/1",
    ] {
        let told = by_title_beside("Rust Cologne: Rust and Tell", link);
        assert_eq!(told, (Vec::new(), true), "{link}");
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
    assert_eq!(whose(&events[0]), (vec!["Crab Club"], false));
}
