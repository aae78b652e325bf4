//! Searches: what their pages give, how often they are read, and what a spent budget leaves for another day.

use super::{World, evidence, feed, found};
use serde_json::json;
use std::fs;

#[test]
fn a_search_full_of_other_groups_prints_nothing_and_does_not_drown_the_list() {
    let world = World::new();
    let names: Vec<(String, String, String)> = (0..12)
        .map(|number| {
            (
                format!("Trust circle {number}"),
                format!("https://www.meetup.com/trust-circle-{number}/"),
                format!("Rustic furniture {number}"),
            )
        })
        .collect();
    let mut events: Vec<(&str, &str, &str)> = names
        .iter()
        .map(|(name, address, title)| (name.as_str(), address.as_str(), title.as_str()))
        .collect();
    events.push((
        "Ferris Vienna",
        "https://www.meetup.com/ferris-vienna/",
        "Embedded Rust evening",
    ));
    world.serve_search(1, &found(&events));
    world.serve_search(2, &found(&[]));
    world.serve(
        "/www.meetup.com/ferris-vienna/events/ical/",
        "text/calendar",
        &feed(
            "ferris-vienna",
            &["Embedded Rust evening", "Async Rust evening"],
        ),
    );
    assert_eq!(world.run(&["refresh"]).0, 0);
    let section = world.run(&["section"]).1;
    let before = world.server.requests().len();
    let (_, out, err) = world.run(&["discover", "--refresh"]);
    assert!(out.contains("Ferris Vienna"), "{out}");
    assert!(!out.contains("Trust circle"), "{out}");
    // The garden club of the calendar is one more.
    assert!(err.contains("13 more are not shown"), "{err}");
    let asked = world.asked_since(before);
    assert!(
        !asked.iter().any(|path| path.contains("trust-circle")),
        "{asked:?}"
    );
    let vienna = world.candidate("https://www.meetup.com/ferris-vienna");
    assert_eq!(
        evidence(&vienna, "search"),
        "the search on search.example for \"rust lang\" lists it with 1 event"
    );
    assert_eq!(
        vienna["events"].as_array().unwrap().len(),
        3,
        "the search's and the feed's: {vienna:#}"
    );
    // Nothing of it is printed, not even after the next refresh.
    world.run(&["refresh"]);
    assert_eq!(world.run(&["section"]).1, section);
}

#[test]
fn a_page_of_a_search_is_read_once_a_week_and_within_the_budget_of_the_day() {
    let world = World::new();
    world.serve_search(
        1,
        &found(&[(
            "Ferris Vienna",
            "https://www.meetup.com/ferris-vienna/",
            "Rust evening",
        )]),
    );
    world.serve_search(2, &found(&[]));
    assert_eq!(world.run(&["refresh"]).0, 0);
    let searches = |now: &str| {
        let before = world.server.requests().len();
        world.at(now, &["discover", "--refresh"]);
        let asked = world.asked_since(before);
        asked.iter().filter(|path| path.contains("/find")).count()
    };
    assert_eq!(searches("2026-08-24T09:00:00Z"), 2);
    assert_eq!(searches("2026-08-24T12:00:00Z"), 0);
    assert_eq!(searches("2026-08-30T09:00:00Z"), 0);
    assert_eq!(searches("2026-08-31T09:00:00Z"), 2);
    // The budget of a day ends a run in the middle; the next day goes on.
    let service = world.path().join("config/service.toml");
    let text = fs::read_to_string(&service).unwrap();
    fs::write(&service, format!("{text}\n[discover]\nrequests = 2\n")).unwrap();
    let before = world.server.requests().len();
    let (_, _, err) = world.at("2026-09-07T09:00:00Z", &["discover", "--refresh"]);
    assert!(
        err.contains("the day's limit of 2 requests is reached"),
        "{err}"
    );
    let asked = world.asked_since(before);
    assert_eq!(asked.len(), 2, "robots.txt counts: {asked:?}");
    world.at("2026-09-07T10:00:00Z", &["discover", "--refresh"]);
    assert_eq!(
        world.asked_since(before).len(),
        2,
        "nothing more on that day"
    );
    world.at("2026-09-08T09:00:00Z", &["discover", "--refresh"]);
    let asked = world.asked_since(before);
    assert_eq!(
        asked.iter().filter(|path| path.contains("/find")).count(),
        2,
        "{asked:?}"
    );
}

#[test]
fn a_search_that_robots_may_not_read_is_not_read() {
    let world = World::new();
    world.serve(
        "/search.example/robots.txt",
        "text/plain",
        "User-agent: *\nDisallow: /find\n",
    );
    world.serve_search(
        1,
        &found(&[(
            "Ferris Vienna",
            "https://www.meetup.com/ferris-vienna/",
            "Rust evening",
        )]),
    );
    assert_eq!(world.run(&["refresh"]).0, 0);
    let before = world.server.requests().len();
    let (code, _, err) = world.run(&["discover", "--refresh"]);
    assert_eq!(code, 3);
    assert!(err.contains("robots"), "{err}");
    let asked = world.asked_since(before);
    assert!(
        !asked.iter().any(|path| path.contains("/find")),
        "{asked:?}"
    );
}

/// Sets the number of requests a day.
fn allow(world: &World, requests: u32) {
    let service = world.path().join("config/service.toml");
    let text = fs::read_to_string(&service).unwrap();
    let text = text.split("\n[discover]").next().unwrap();
    fs::write(
        &service,
        format!("{text}\n[discover]\nrequests = {requests}\n"),
    )
    .unwrap();
}

#[test]
fn a_page_that_the_budget_cut_short_is_read_again() {
    let world = World::new();
    let event = |organizer: serde_json::Value| {
        let data = json!({
            "@context": "https://schema.org", "@type": "Event", "name": "Rust evening",
            "startDate": "2026-09-01T18:00:00+02:00", "url": "https://evenings.example/1",
            "location": {"@type": "Place", "name": "Hall"}, "organizer": organizer,
        });
        format!("<html><script type=\"application/ld+json\">{data}</script></html>")
    };
    world.serve_search(
        1,
        &event(json!({"@type": "Organization", "name": "Ferris"})),
    );
    world.serve_search(2, &found(&[]));
    let group = json!({"@type": "Organization", "name": "Ferris", "url": "https://www.meetup.com/ferris-vienna/"});
    world.serve("/evenings.example/1", "text/html", &event(group));
    assert_eq!(world.run(&["refresh"]).0, 0);
    // The search and the event's page are on two hosts, each with a robots.txt.
    allow(&world, 3);
    let (_, _, err) = world.at("2026-08-24T10:00:00Z", &["discover", "--refresh"]);
    assert!(err.contains("limit of 3 requests is reached"), "{err}");
    allow(&world, 50);
    world.at("2026-08-25T10:00:00Z", &["discover", "--refresh"]);
    let ferris = world.candidate("https://www.meetup.com/ferris-vienna");
    assert_eq!(
        evidence(&ferris, "search"),
        "the search on search.example for \"rust lang\" lists it with 1 event"
    );
}

/// The page of a search with events that do not say which group holds them, each with a page of its own.
fn events_without_groups(count: usize) -> String {
    let events: Vec<_> = (1..=count)
        .map(|number| {
            json!({
                "@context": "https://schema.org", "@type": "Event", "name": format!("Rust evening {number}"),
                "startDate": format!("2026-09-0{number}T18:00:00+02:00"),
                "url": format!("https://evenings.example/{number}"),
                "location": {"@type": "Place", "name": "Hall"},
                "organizer": {"@type": "Organization", "name": format!("Ferris {number}")},
            })
        })
        .collect();
    let data = serde_json::Value::from(events);
    format!("<html><script type=\"application/ld+json\">{data}</script></html>")
}

#[test]
fn a_search_goes_on_the_next_day_with_the_events_that_it_did_not_come_to() {
    let world = World::new();
    world.serve_search(1, &events_without_groups(4));
    world.serve_search(2, &found(&[]));
    assert_eq!(world.run(&["refresh"]).0, 0);
    // Each day robots.txt of both hosts, the search and two events; on the third day the second page of the search.
    allow(&world, 5);
    let mut asked = Vec::new();
    for day in 24..27 {
        let before = world.server.requests().len();
        let now = format!("2026-08-{day}T10:00:00Z");
        world.at(&now, &["discover", "--refresh"]);
        let mut of_day = world.asked_since(before);
        of_day.retain(|path| !path.ends_with("/robots.txt"));
        asked.push(of_day);
    }
    let event = |number| format!("/evenings.example/{number}");
    let search = |page| format!("/search.example/find?q=rust%20lang&page={page}");
    assert_eq!(asked[0], [search(1), event(1), event(2)]);
    assert_eq!(asked[1], [search(1), event(3), event(4)]);
    assert!(asked[2].starts_with(&[search(2)]), "{asked:?}");
}

#[test]
fn a_search_that_a_whole_day_is_not_enough_for_is_named_and_not_asked_again_each_day() {
    let world = World::new();
    world.serve_search(1, &events_without_groups(1));
    world.serve_search(2, &found(&[]));
    assert_eq!(world.run(&["refresh"]).0, 0);
    let asked = |now: &str| {
        let before = world.server.requests().len();
        let (_, _, err) = world.at(now, &["discover", "--refresh"]);
        (world.asked_since(before), err)
    };
    // robots.txt, the search, and robots.txt of the event.
    allow(&world, 3);
    let (_, err) = asked("2026-08-24T10:00:00Z");
    let said =
        "takes more requests than a day has, 3: raise `requests` under [discover] to 20 or more";
    assert!(err.contains(said), "{err}");
    let (paths, _) = asked("2026-08-25T10:00:00Z");
    let is_first = |path: &String| path.ends_with("page=1");
    assert!(!paths.iter().any(is_first), "{paths:?}");
    allow(&world, 50);
    let (paths, _) = asked("2026-08-26T10:00:00Z");
    assert!(paths.iter().any(is_first), "{paths:?}");
}

#[test]
fn a_look_that_the_budget_cut_short_is_taken_again() {
    let world = World::new();
    fs::remove_file(world.path().join("config/sources/searches.toml")).unwrap();
    let row = |day: u32| {
        format!(
            "* 2026-08-{day} | Steyr, AT | [Crab Steyr](https://crab-steyr.example)\n    * [**Rust pinning**](https://crab-steyr.example/{day})\n"
        )
    };
    let issue = format!(
        "Date: 2026-08-19\n\n## Upcoming Events\n\nRusty Events between 2026-08-19 - 2026-09-16 🦀\n\n### Europe\n{}{}\n## Jobs\n",
        row(20),
        row(21)
    );
    fs::write(world.path().join("2026-08-19-this-week.md"), issue).unwrap();
    world.serve(
        "/crab-steyr.example/",
        "text/html",
        "<html><head><link rel=\"alternate\" type=\"text/calendar\" href=\"/old.ics\">\
         <link rel=\"alternate\" type=\"text/calendar\" href=\"/new.ics\"></head></html>",
    );
    let new = feed("crab-steyr", &["Rust pinning", "Rust unpinning"]);
    let old = new.replace(":202609", ":202509");
    world.serve("/crab-steyr.example/old.ics", "text/calendar", &old);
    world.serve("/crab-steyr.example/new.ics", "text/calendar", &new);
    assert_eq!(world.run(&["refresh"]).0, 0);
    assert_eq!(world.run(&["learn", "2026-08-19-this-week.md"]).0, 0);
    // robots.txt, the page, and the first of the calendars.
    allow(&world, 3);
    world.at("2026-08-24T10:00:00Z", &["discover", "--refresh"]);
    allow(&world, 50);
    world.at("2026-08-25T10:00:00Z", &["discover", "--refresh"]);
    let steyr = world.candidate("https://crab-steyr.example/");
    let entry = steyr["entry"].as_str().unwrap();
    assert!(
        entry.contains("url = \"https://crab-steyr.example/new.ics\""),
        "{entry}"
    );
}

#[test]
fn what_a_search_found_and_could_not_be_kept_is_looked_for_again() {
    let world = World::new();
    let group = "https://www.meetup.com/ferris-vienna/";
    world.serve_search(1, &found(&[("Ferris Vienna", group, "Rust evening")]));
    world.serve_search(2, &found(&[]));
    assert_eq!(world.run(&["refresh"]).0, 0);
    world.fails_to_keep("ferris-vienna", || world.run(&["discover", "--refresh"]));
    world.at("2026-08-24T10:00:00Z", &["discover", "--refresh"]);
    world.candidate("https://www.meetup.com/ferris-vienna");
}
