//! Events written by hand.

use super::*;
use chrono_tz::Europe::Paris;
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::{End, Status};
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Handwritten, Organiser};
use rusty_events::read::read_inline;

fn event(id: &str, start: Stamp) -> Handwritten {
    Handwritten {
        line: 7,
        id: id.to_owned(),
        title: "RustFest".to_owned(),
        start,
        end: None,
        zone: None,
        place: None,
        mode: None,
        organiser: None,
        link: None,
        status: None,
        description: None,
        call: None,
        print_from: None,
        repeats: None,
        check: None,
    }
}

fn manual() -> Source {
    let mut source = source(Platform::Manual, "");
    source.address = Address::Inline(Vec::new());
    source
}

#[test]
fn an_event_by_hand_says_all_that_it_says() {
    let url = Link::parse("https://rustfest.example/").unwrap();
    let event = Handwritten {
        end: Some(day("2026-09-11")),
        place: Some(Place::parse("Berlin, DE").unwrap()),
        mode: Some(Mode::Hybrid),
        organiser: Some(Organiser {
            name: "RustFest".to_owned(),
            url: Some(url.clone()),
        }),
        link: Some(url),
        status: Some("tentative".to_owned()),
        description: Some("Four days".to_owned()),
        ..event("rustfest", day("2026-09-08"))
    };
    let reading = read_inline(&manual(), &[event]);
    assert_eq!((reading.entries, reading.whole), (1, true));
    let listing = &reading.listings[0];
    assert_eq!(
        (listing.key.as_str(), listing.line, listing.way),
        ("rustfest", 7, Way::Configuration)
    );
    assert_eq!(listing.start, day("2026-09-08"));
    assert_eq!(
        listing.end,
        Some(End::At(day("2026-09-12"))),
        "the last day is meant inclusively"
    );
    assert_eq!(
        (listing.mode, listing.status),
        (Some(Mode::Hybrid), Status::Tentative)
    );
    assert_eq!(listing.locations[0].city.as_deref(), Some("Berlin"));
    assert_eq!(listing.locations[0].country.as_deref(), Some("DE"));
    assert_eq!(
        listing.organisers[0].1.as_deref(),
        Some("https://rustfest.example/")
    );
    assert_eq!(listing.description, "Four days");
}

#[test]
fn a_time_by_hand_is_in_the_events_zone_else_the_sources() {
    let mut source = manual();
    source.zone = Some(chrono_tz::Europe::Berlin);
    let own = Handwritten {
        zone: Some(Paris),
        ..event("own", floating("2026-09-08T19:00:00"))
    };
    let reading = read_inline(
        &source,
        &[own, event("home", floating("2026-09-08T19:00:00"))],
    );
    assert_eq!(
        reading.listings[0].start,
        zoned("2026-09-08T19:00:00", Paris)
    );
    assert_eq!(
        reading.listings[1].start,
        zoned("2026-09-08T19:00:00", chrono_tz::Europe::Berlin)
    );
}

#[test]
fn a_repeated_id_is_reported_and_the_first_event_stands() {
    let reading = read_inline(
        &manual(),
        &[
            event("one", day("2026-09-08")),
            event("one", day("2026-09-09")),
        ],
    );
    assert_eq!(
        (reading.entries, reading.listings.len(), reading.whole),
        (2, 1, false)
    );
    assert_eq!(reading.listings[0].start, day("2026-09-08"));
    assert_eq!(
        problems(&reading),
        ["7: a second event of test/source has the id \"one\": give it an `id` of its own"]
    );
}

#[test]
fn events_by_hand_need_no_request() {
    assert_eq!(
        read::first_request(&manual(), Way::Configuration, now()),
        None
    );
    let error = refused(
        Platform::Manual,
        Way::Configuration,
        "https://a.example/",
        "x",
    );
    assert!(matches!(error, Unreadable::NotWhatWasAsked(_)));
}
