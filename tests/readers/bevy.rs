//! Chapters of communities on Bevy.

use super::*;
use chrono_tz::Europe::Vienna;
use rusty_events::facts::listing::{End, Location, Status};
use rusty_events::facts::place::Mode;

const CHAPTER: &str = "https://tides.community.dev/tide-coders-graz/";

/// The chapter's list as it is asked for.
fn items_url() -> String {
    let url = "https://tides.community.dev/api/event_slim/for_chapter/4711/";
    let source = source(Platform::Bevy, url);
    let request = read::first_request(&source, Way::Items, now()).unwrap();
    assert_eq!(request.purpose, Purpose::List);
    assert!(
        request.url.starts_with(&format!(
            "{url}?status=Live&include_cohosted_events=true&order=start_date&page_size=100&fields=id%2Ctitle%2C"
        )),
        "{}",
        request.url
    );
    request.url
}

fn items() -> Reading {
    list(
        Platform::Bevy,
        Way::Items,
        &items_url(),
        file("bevy/events.json"),
    )
}

#[test]
fn a_chapters_page_tells_the_chapters_number() {
    let source = source(Platform::Bevy, CHAPTER);
    let request = read::first_request(&source, Way::Items, now()).unwrap();
    assert_eq!(
        (request.url.as_str(), &request.purpose),
        (CHAPTER, &Purpose::Signpost)
    );
    let page = page(
        CHAPTER,
        Purpose::Signpost,
        Way::Items,
        file("bevy/chapter.html"),
    );
    let reading = read_page(Platform::Bevy, &page).unwrap();
    assert_eq!(next(&reading), [(items_url().as_str(), None)]);
    assert_eq!((reading.entries, reading.whole), (0, true));
}

#[test]
fn a_page_that_names_no_chapter_is_refused_and_so_is_a_list_that_is_a_page() {
    let wall = "<title>Attention required</title>";
    for purpose in [Purpose::Signpost, Purpose::List] {
        let page = page(CHAPTER, purpose, Way::Items, wall);
        assert_eq!(
            read_page(Platform::Bevy, &page).unwrap_err().to_string(),
            "page names no chapter's number: no chapter of a Bevy community (its title: \"Attention required\")"
        );
    }
    let again = page(
        &items_url(),
        Purpose::List,
        Way::Items,
        file("bevy/chapter.html"),
    );
    assert!(
        read_page(Platform::Bevy, &again).is_err(),
        "not to be asked for ever"
    );
}

#[test]
fn items_give_place_zone_and_mode() {
    let reading = items();
    let night = titled(&reading, "Borrow night");
    assert_eq!(
        night.key,
        "crab-community-tide-coders-graz-presents-borrow-night"
    );
    assert_eq!(night.start, utc("2026-09-14T16:30:00Z"));
    assert_eq!(night.end, Some(End::At(utc("2026-09-14T19:00:00Z"))));
    assert_eq!(night.zone, Some(Vienna));
    assert_eq!(night.mode, Some(Mode::InPerson));
    assert_eq!(night.status, Status::Confirmed);
    assert_eq!(
        night.link.as_deref(),
        Some(
            "https://tides.community.dev/events/details/crab-community-tide-coders-graz-presents-borrow-night/"
        )
    );
    assert_eq!(
        night.locations,
        [Location {
            venue: Some("Old Mill".to_owned()),
            address: Some("Mühlweg 3".to_owned()),
            city: Some("Graz".to_owned()),
            ..Location::default()
        }]
    );
    assert_eq!(
        night.organisers,
        [(
            "Tide Coders Graz".to_owned(),
            Some("https://tides.community.dev/tide-coders-graz/".to_owned())
        )]
    );
    assert_eq!(night.description, "Two talks & a demo");
    assert!(!night.cross_listed);
}

#[test]
fn an_event_of_another_chapter_is_carried_for_it() {
    let reading = items();
    let shared = titled(&reading, "Shared day");
    assert!(shared.cross_listed);
    assert_eq!(
        shared.key,
        "crab-community-tide-coders-linz-presents-shared-day"
    );
    assert_eq!(shared.mode, Some(Mode::Hybrid));
    assert_eq!(shared.start, offset("2026-10-03T10:00:00+02:00"));
    assert_eq!(shared.end, None);
    assert_eq!(shared.organisers[0].0, "Tide Coders Linz");
}

#[test]
fn what_is_online_off_hidden_or_a_try_out_is_said() {
    let reading = items();
    let remote = titled(&reading, "Remote reading");
    assert_eq!(
        (remote.mode, remote.status, remote.zone),
        (Some(Mode::Virtual), Status::Cancelled, None)
    );
    assert_eq!(
        remote.link.as_deref(),
        Some(
            "https://tides.community.dev/events/details/crab-community-tide-coders-graz-presents-remote-reading/"
        )
    );
    let hidden = titled(&reading, "Committee");
    assert_eq!(
        (hidden.private, hidden.mode, hidden.key.as_str()),
        (true, Some(Mode::Virtual), "90005")
    );
    assert!(!titles(&reading).contains(&"Try-out"));
}

#[test]
fn what_cannot_be_read_is_reported_and_costs_no_other() {
    let reading = items();
    assert_eq!(
        problems(&reading),
        [
            "0: end_date \"soon\" is no date: read without its end",
            "0: event_timezone \"Mars/Olympus\" is not a time zone",
            "0: audience_type \"ORBIT\" is new: mode left open",
            "0: has no start_date",
            "0: entry is no object",
        ]
    );
    assert_eq!(
        (reading.entries, reading.listings.len(), reading.whole),
        (6, 4, false)
    );
}

#[test]
fn the_next_page_is_followed_only_inside_the_list() {
    assert_eq!(
        next(&items()),
        [(
            "https://tides.community.dev/api/event_slim/for_chapter/4711/?page=2&status=Live",
            None
        )]
    );
    let json = String::from_utf8(file("bevy/events.json")).unwrap();
    for elsewhere in [
        "https://evil.example/api/event_slim/for_chapter/4711/?page=2",
        "http://tides.community.dev/api/event_slim/for_chapter/4711/?page=2",
        "https://tides.community.dev/api/event_slim/for_chapter/1/?page=2",
        "page 2",
    ] {
        let json = json.replace(
            "https://tides.community.dev/api/event_slim/for_chapter/4711/?page=2&status=Live",
            elsewhere,
        );
        let reading = list(Platform::Bevy, Way::Items, &items_url(), json);
        assert_eq!((next(&reading).len(), reading.whole), (0, false));
        assert!(
            reading.problems.last().unwrap().what.contains(elsewhere),
            "{:?}",
            reading.problems
        );
    }
    let last = r#"{"links": {"next": null}, "results": []}"#;
    let reading = list(Platform::Bevy, Way::Items, &items_url(), last);
    assert_eq!(
        (reading.entries, next(&reading).len(), reading.whole),
        (0, 0, true)
    );
}

#[test]
fn without_the_list_the_pages_of_the_coming_events_are_read() {
    let source = source(Platform::Bevy, CHAPTER);
    let request = read::first_request(&source, Way::Page, now()).unwrap();
    assert_eq!(
        (request.url.as_str(), request.purpose),
        (CHAPTER, Purpose::List)
    );
    let reading = list(
        Platform::Bevy,
        Way::Page,
        CHAPTER,
        file("bevy/chapter.html"),
    );
    let keys: Vec<Option<&str>> = next(&reading).iter().map(|(_, key)| *key).collect();
    assert_eq!(
        keys,
        [
            Some("crab-community-tide-coders-graz-presents-borrow-night"),
            Some("crab-community-tide-coders-linz-presents-shared-day"),
        ],
        "the keys of the list"
    );
    let page = event_page(
        Platform::Bevy,
        reading.next[0].url.as_str(),
        keys[0].unwrap(),
        r#"<script type="application/ld+json">{"@type":"Event","name":"Borrow night","startDate":"2026-09-14T18:30:00+02:00"}</script>"#,
    );
    assert_eq!(super::keys(&page.unwrap()), [keys[0].unwrap()]);
}
