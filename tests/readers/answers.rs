//! What servers send in place of what was asked for, on every platform: never "no events".

use super::*;

/// Each with what a message about it must name.
const NOT_WHAT_WAS_ASKED: [(&str, &str); 10] = [
    ("", "empty"),
    (" \r\n\t\n", "empty"),
    (
        "<!DOCTYPE html><html><head><title>Sign in – Accounts</title></head><body><form action=\"/login\"><input name=\"password\"></form></body></html>",
        "Sign in",
    ),
    (
        "<html><head><title>Just a moment...</title></head><body><script src=\"/cdn-cgi/challenge-platform/x.js\"></script></body></html>",
        "Just a moment",
    ),
    (
        "<html><title>503 Backend fetch failed</title><h1>Guru Meditation</h1></html>",
        "503",
    ),
    ("{\"message\":\"Group not found\"}", "Group not found"),
    ("{\"error\":\"invalid_token\"}", ""),
    (
        "{\"errors\":[{\"message\":\"Rate limited\"}],\"data\":null}",
        "",
    ),
    (
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
        "",
    ),
    ("Forbidden: come back later", ""),
];

/// Every platform that reads pages, with each of its ways and an address that is asked on it.
fn asked() -> Vec<(Platform, Way, &'static str)> {
    let address = |platform, way| match platform {
        Platform::Eventbrite => "https://www.eventbrite.com/o/crab-club-74289178383",
        Platform::Connpass if way == Way::Page => "https://crab-tokyo.connpass.com/event/400005/",
        Platform::Connpass => "https://crab-tokyo.connpass.com/",
        Platform::Meetup => "https://www.meetup.com/rust-example/",
        Platform::Luma => "https://luma.com/calendar/cal-RustExample0001",
        Platform::Hasgeek => "https://hasgeek.com/crabcircle",
        Platform::Bevy => "https://tides.community.dev/tide-coders-graz/",
        Platform::Pretix => "https://pretix.eu/crabs/",
        Platform::Mobilizon => "https://mobilizon.example/@crabes",
        _ => "https://ferris.example/events/",
    };
    Platform::ALL
        .into_iter()
        .filter(|platform| !matches!(platform, Platform::Manual | Platform::Checked))
        .flat_map(|platform| {
            let ways = platform.ways().iter();
            ways.map(move |way| (platform, *way, address(platform, *way)))
        })
        .collect()
}

#[test]
fn what_was_not_asked_for_is_refused_and_named_on_every_platform_and_way() {
    for (platform, way, url) in asked() {
        let source = source(platform, url);
        let Some(request) = read::first_request(&source, way, now()) else {
            panic!("{platform} cannot be asked by way of its {way}");
        };
        for (body, name) in NOT_WHAT_WAS_ASKED {
            let mut page = page(&request.url, request.purpose.clone(), way, body);
            page.content_type = Some("text/html; charset=utf-8".to_owned());
            let outcome = read::read(&source, &page, &Known::default(), now());
            let refused = match outcome {
                Err(Unreadable::NotWhatWasAsked(what)) => what,
                other => panic!("{platform}, {way}: {body:?} gives {other:?}"),
            };
            assert!(
                refused.contains(name),
                "{platform}, {way}: {refused:?} does not name {name:?}"
            );
        }
    }
}

#[test]
fn the_page_of_an_event_is_refused_likewise() {
    for (platform, url) in [
        (
            Platform::Meetup,
            "https://www.meetup.com/rust-example/events/310000001/",
        ),
        (Platform::Hasgeek, "https://hasgeek.com/crabcircle/night/"),
        (
            Platform::Bevy,
            "https://tides.community.dev/events/details/night/",
        ),
        (Platform::List, "https://ferris.example/events/night"),
    ] {
        for (body, _) in NOT_WHAT_WAS_ASKED {
            let outcome = event_page(platform, url, "310000001", body);
            assert!(
                matches!(outcome, Err(Unreadable::NotWhatWasAsked(_))),
                "{platform}: {body:?} gives {outcome:?}"
            );
        }
    }
}
