//! pretix's feeds.

use super::*;
use chrono_tz::Europe::Berlin;
use rusty_events::facts::listing::{End, Status};

const FEED: &str = "https://pretix.example/crabs/events/ical/";

fn feed() -> Reading {
    list(
        Platform::Pretix,
        Way::Feed,
        FEED,
        file("pretix/organiser.ics"),
    )
}

#[test]
fn an_organiser_or_an_event_is_asked_for_its_feed() {
    for (url, asked) in [
        (FEED, FEED),
        ("https://pretix.example/crabs", FEED),
        ("https://pretix.example/crabs/?old=1#x", FEED),
        ("https://pretix.example/crabs/events/", FEED),
        (
            "https://pretix.example/crabs/workshop26/",
            "https://pretix.example/crabs/workshop26/ical/",
        ),
        (
            "https://pretix.example/crabs/course/31337/",
            "https://pretix.example/crabs/course/ical/",
        ),
        (
            "https://pretix.example/crabs/events/ical/?attr[city]=Hamburg",
            "https://pretix.example/crabs/events/ical/?attr[city]=Hamburg",
        ),
        (
            "https://tickets.crabs.example/",
            "https://tickets.crabs.example/events/ical/",
        ),
        (
            "https://tickets.crabs.example/workshop26/ical/",
            "https://tickets.crabs.example/workshop26/ical/",
        ),
    ] {
        let source = source(Platform::Pretix, url);
        let request = read::first_request(&source, Way::Feed, now()).unwrap();
        assert_eq!(
            (request.url.as_str(), request.purpose),
            (asked, Purpose::List)
        );
        assert_eq!(read::first_request(&source, Way::Page, now()), None);
    }
}

#[test]
fn the_shops_page_is_the_events_and_its_words_say_nothing_more() {
    let reading = feed();
    let links: Vec<&str> = reading
        .listings
        .iter()
        .filter_map(|listing| listing.link.as_deref())
        .collect();
    assert_eq!(
        links,
        [
            "https://pretix.example/crabs/workshop26/",
            "https://pretix.example/crabs/camp26/",
            "https://pretix.example/crabs/course/31337/",
        ]
    );
    for listing in &reading.listings {
        assert_eq!(
            listing.organisers,
            [("The Crabs e.V.".to_owned(), None)],
            "{}",
            listing.title
        );
        assert_eq!(listing.description, "");
        assert_eq!(listing.status, Status::Unsaid);
    }
    assert_eq!(
        keys(&reading),
        [
            "pretix-crabs-workshop26-0@pretix.example",
            "pretix-crabs-camp26-0@pretix.example",
            "pretix-crabs-course-31337@pretix.example",
        ]
    );
    assert_eq!((reading.entries, reading.whole), (3, true));
    assert_eq!(problems(&reading), [""; 0]);
}

#[test]
fn an_event_may_lack_its_end_or_its_times() {
    let reading = feed();
    let workshop = titled(&reading, "Workshop: unsafe, safely");
    assert_eq!(workshop.start, zoned("2026-09-12T10:00:00", Berlin));
    assert_eq!(workshop.end, None);
    assert_eq!(
        workshop.locations[0].address.as_deref(),
        Some("Krebshaus, Hafenstraße 4, 20457 Hamburg")
    );
    let camp = titled(&reading, "Crab Camp");
    assert_eq!(
        (camp.start, camp.end),
        (day("2026-10-02"), Some(End::At(day("2026-10-05"))))
    );
    assert_eq!(camp.locations, []);
}
