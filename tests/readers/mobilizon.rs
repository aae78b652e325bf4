//! Mobilizon's feeds.

use super::*;
use chrono_tz::Europe::Paris;
use rusty_events::facts::listing::{End, Status};

const FEED: &str = "https://mobilizon.example/@crabes_lyon/feed/ics";

#[test]
fn a_groups_page_in_any_form_is_its_feed() {
    for (url, asked) in [
        (FEED, FEED),
        ("https://mobilizon.example/@crabes_lyon", FEED),
        ("https://mobilizon.example/@crabes_lyon/events?x=1#y", FEED),
        ("https://mobilizon.example/@crabes_lyon/feed/atom", FEED),
        (
            "https://mobilizon.example/@crabes@other.example/events",
            "https://mobilizon.example/@crabes@other.example/feed/ics",
        ),
        (
            "https://mobilizon.example/events/0b5a7a1e-1f0c-4c5e-9d3a-6f2b8e1c7d90",
            "https://mobilizon.example/events/0b5a7a1e-1f0c-4c5e-9d3a-6f2b8e1c7d90/export/ics",
        ),
        (
            "https://mobilizon.example/",
            "https://mobilizon.example/feed/instance/ics",
        ),
    ] {
        let source = source(Platform::Mobilizon, url);
        let request = read::first_request(&source, Way::Feed, now()).unwrap();
        assert_eq!(
            (request.url.as_str(), request.purpose),
            (asked, Purpose::List)
        );
        assert_eq!(read::first_request(&source, Way::Page, now()), None);
    }
    let search = source(Platform::Mobilizon, "https://mobilizon.example/search");
    assert_eq!(read::first_request(&search, Way::Feed, now()), None);
}

#[test]
fn a_feed_without_zones_or_folds_is_read() {
    let reading = list(
        Platform::Mobilizon,
        Way::Feed,
        FEED,
        file("mobilizon/group.ics"),
    );
    assert_eq!((reading.entries, reading.whole), (2, true));
    assert_eq!(problems(&reading), [""; 0]);
    let evening = titled(&reading, "Crabes #12");
    assert_eq!(evening.key, "0b5a7a1e-1f0c-4c5e-9d3a-6f2b8e1c7d90");
    assert_eq!(evening.start, zoned("2026-09-15T19:00:00", Paris));
    assert_eq!(
        evening.end,
        Some(End::At(zoned("2026-09-15T22:00:00", Paris)))
    );
    assert_eq!(
        evening.description,
        "Bring a laptop, and a friend.\n\nDoors: half past six; talks at seven.\nhttps://crabs.example/september",
        "a line may end with a backslash"
    );
    assert_eq!(
        evening.organisers,
        [(
            "crabes_lyon".to_owned(),
            Some("https://mobilizon.example/@crabes_lyon".to_owned())
        )]
    );
    assert_eq!(
        (evening.status, evening.locations[0].latitude),
        (Status::Confirmed, Some(45.76))
    );
}

#[test]
fn only_a_backslash_of_its_own_continues_a_line() {
    for (end, description) in [
        ("one\\\ntwo", "one\ntwo"),
        ("one\\\r\ntwo", "one\ntwo"),
        // An escaped backslash is one, and the break behind it a break that was written raw.
        ("one\\\\\ntwo", "one\\\ntwo"),
        ("one\\\nDTEND:20260901T200000Z", "one\\"),
        ("one\\\nNote: two", "one\nNote: two"),
        ("one\\\n\\\n\\\ntwo", "one\n\n\ntwo"),
    ] {
        let feed = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:a\nDTSTART:20260901T180000Z\nDESCRIPTION:{end}\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        let reading = list(Platform::Mobilizon, Way::Feed, FEED, feed);
        assert_eq!(reading.listings[0].description, description, "{end:?}");
    }
}

#[test]
fn an_online_event_says_nothing_of_where_it_is() {
    let reading = list(
        Platform::Mobilizon,
        Way::Feed,
        FEED,
        file("mobilizon/group.ics"),
    );
    let online = titled(&reading, "Lecture à distance");
    assert_eq!(
        (online.mode, online.locations.len(), &online.online_url),
        (None, 0, &None)
    );
    assert_eq!(online.start, utc("2026-10-20T17:00:00Z"));
    assert_eq!((online.zone, online.end), (None, None));
    assert_eq!(online.status, Status::Cancelled);
    assert_eq!(online.organisers, [("Les Crabes".to_owned(), None)]);
}
