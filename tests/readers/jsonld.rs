//! schema.org events in any page.

use super::*;
use rusty_events::facts::listing::{End, Location, Status};
use rusty_events::facts::place::Mode;

const URL: &str = "https://ferris.example/events/";

fn events(body: &str) -> Reading {
    list(Platform::Jsonld, Way::Page, URL, body)
}

fn script(json: &str) -> String {
    format!("<html><script type=\"application/ld+json\">{json}</script></html>")
}

/// A page of one event with these fields beside its name and day.
fn event(fields: &str) -> Listing {
    let reading = events(&script(&format!(
        r#"{{"@type": "Event", "name": "Meetup", "startDate": "2026-09-01T19:00:00+02:00", {fields}}}"#
    )));
    reading.listings.into_iter().next().unwrap()
}

#[test]
fn events_are_found_in_every_container() {
    let reading = list(
        Platform::Jsonld,
        Way::Page,
        URL,
        file("jsonld/containers.html"),
    );
    let found: Vec<(usize, &str)> = reading
        .listings
        .iter()
        .map(|listing| (listing.line, listing.title.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (9, "Bare"),
            (13, "First of an array"),
            (15, "Second of an array"),
            (22, "In a graph"),
            (28, "In a list"),
            (37, "In a place"),
            (41, "Deep inside"),
            (46, "Of a series"),
            (49, "Dated part"),
        ]
    );
    assert_eq!((reading.entries, reading.whole), (9, true));
    assert_eq!(problems(&reading), [""; 0]);
    assert_eq!(
        reading.listings[0].link.as_deref(),
        Some("https://ferris.example/bare")
    );
}

#[test]
fn a_broken_script_costs_no_other_event() {
    let reading = list(Platform::Jsonld, Way::Page, URL, file("jsonld/broken.html"));
    assert_eq!(
        titles(&reading),
        [
            "With comments",
            "In HTML comment marks",
            "In CDATA",
            "With trailing commas",
            "With raw\tcontrols",
            "It's half an emoji: \u{FFFD}",
            "Whole",
        ]
    );
    assert_eq!(
        reading.listings[0].link.as_deref(),
        Some("https://a.example/1?q=//no-comment")
    );
    assert_eq!(reading.listings[4].description, "first\nsecond");
    let lost: Vec<(usize, bool)> = reading
        .problems
        .iter()
        .map(|problem| (problem.line, problem.lost))
        .collect();
    assert_eq!(
        lost,
        [
            (3, false),
            (7, false),
            (11, false),
            (17, false),
            (22, false),
            (27, false),
            (31, true),
            (34, false)
        ]
    );
    assert_eq!(
        problems(&reading)[6],
        "31: JSON-LD that begins on line 29 is not valid JSON: expected `,` or `}` (column 16)"
    );
    assert!(
        !reading.whole,
        "an event was lost with the unescaped quotes"
    );
}

#[test]
fn status_is_read_however_it_is_written() {
    let cases = [
        ("https://schema.org/EventScheduled", Status::Confirmed),
        ("http://schema.org/EventCancelled", Status::Cancelled),
        ("EventCancelled", Status::Cancelled),
        ("schema:EventCancelled", Status::Cancelled),
        ("https://schema.org/EventRescheduled", Status::Confirmed),
        ("https://schema.org/EventPostponed", Status::Postponed),
        ("https://schema.org/EventMovedOnline", Status::Confirmed),
        ("soldOut", Status::Unsaid),
    ];
    for (written, status) in cases {
        let listing = event(&format!(r#""eventStatus": "{written}""#));
        assert_eq!(listing.status, status, "{written}");
    }
    let listing = event(r#""eventStatus": {"@id": "https://schema.org/EventCancelled"}"#);
    assert_eq!(listing.status, Status::Cancelled);
}

#[test]
fn a_postponed_event_without_a_day_keeps_its_old_one_and_a_rescheduled_has_its_new() {
    let page = |status: &str, start: &str| {
        script(&format!(
            r#"{{"@type": "Event", "name": "Meetup", "eventStatus": "{status}", {start}
                "previousStartDate": "2026-09-01", "url": "/1"}}"#
        ))
    };
    let postponed = events(&page("EventPostponed", ""));
    assert_eq!(postponed.listings[0].start, day("2026-09-01"));
    let moved = events(&page("EventRescheduled", r#""startDate": "2026-09-15","#));
    assert_eq!(moved.listings[0].start, day("2026-09-15"));
    let undated = events(&page("EventRescheduled", ""));
    assert_eq!((undated.entries, undated.listings.len()), (1, 0));
}

#[test]
fn mode_does_not_depend_on_the_order_of_locations() {
    let place = r#"{"@type": "Museum", "name": "Crab Museum", "address": "Margate, UK"}"#;
    let online = r#"{"@type": "VirtualLocation", "url": "https://meet.example/crab"}"#;
    let cases = [
        ("", vec![place], None),
        ("", vec![online], Some(Mode::Virtual)),
        ("", vec![place, online], Some(Mode::Hybrid)),
        ("Offline", vec![place], Some(Mode::InPerson)),
        ("Offline", vec![place, online], Some(Mode::Hybrid)),
        ("Offline", vec![online], Some(Mode::Virtual)),
        ("Online", vec![place], Some(Mode::Virtual)),
        ("Online", vec![online], Some(Mode::Virtual)),
        ("Mixed", vec![place], Some(Mode::Hybrid)),
        ("Mixed", vec![online], Some(Mode::Hybrid)),
        ("Mixed", vec![place, online], Some(Mode::Hybrid)),
        ("Mixed", vec![], Some(Mode::Hybrid)),
        ("", vec![], None),
    ];
    for (said, locations, mode) in cases {
        for prefix in ["https://schema.org/", "http://schema.org/", ""] {
            let mut locations = locations.clone();
            for _ in 0..2 {
                let listing = event(&format!(
                    r#""location": [{}], "eventAttendanceMode": "{prefix}{said}EventAttendanceMode""#,
                    locations.join(", ")
                ));
                assert_eq!(listing.mode, mode, "{said} {locations:?}");
                assert_eq!(
                    listing.locations.len(),
                    usize::from(locations.contains(&place))
                );
                let url = listing.online_url.as_deref();
                assert_eq!(url.is_some(), locations.contains(&online));
                locations.reverse();
            }
        }
    }
}

#[test]
fn what_a_cms_calls_offline_beside_a_link_is_reported() {
    let reading = events(&script(
        r#"{"@type": "Event", "name": "Meetup", "startDate": "2026-09-01", "url": "/1",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "location": [{"@type": "VirtualLocation", "url": "https://meet.example"}, {"@type": "Place", "name": "Hall"}]}"#,
    ));
    assert_eq!(
        problems(&reading),
        [
            "1: says that it is in-person, but its locations are those of a hybrid event: taken as hybrid"
        ]
    );
    assert!(reading.whole, "nothing was lost");
}

#[test]
fn an_event_moved_online_is_virtual_whatever_its_place() {
    let listing = event(
        r#""eventStatus": "https://schema.org/EventMovedOnline", "location": {"@type": "Place", "name": "Hall"}"#,
    );
    assert_eq!(listing.mode, Some(Mode::Virtual));
}

#[test]
fn places_are_read_however_their_address_is_written() {
    let some = |text: &str| Some(text.to_owned());
    let berlin = Location {
        venue: some("c-base"),
        address: some("Rungestraße 20"),
        city: some("Berlin"),
        state: some("BE"),
        country: some("DE"),
        latitude: Some(52.513),
        longitude: Some(13.42),
    };
    let address = |country: &str| {
        format!(
            r#""location": {{"@type": "Place", "name": "c-base", "geo": {{"latitude": "52.513", "longitude": 13.42}},
                "address": {{"@type": "PostalAddress", "streetAddress": "Rungestra&szlig;e 20",
                "addressLocality": "Berlin", "addressRegion": "BE", "addressCountry": {country}}}}}"#
        )
    };
    for country in [
        r#""DE""#,
        r#"{"@type": "Country", "name": "DE"}"#,
        r#"["DE"]"#,
    ] {
        assert_eq!(
            event(&address(country)).locations,
            std::slice::from_ref(&berlin),
            "{country}"
        );
    }
    let germany = event(&address(r#""Germany""#));
    assert_eq!(germany.locations[0].country.as_deref(), Some("Germany"));

    let text = event(r#""location": "c-base, Berlin""#);
    assert_eq!(text.locations[0].address.as_deref(), Some("c-base, Berlin"));
    let in_text = event(r#""location": {"name": "c-base", "address": "Rungestraße 20, Berlin"}"#);
    assert_eq!(
        in_text.locations[0].address.as_deref(),
        Some("Rungestraße 20, Berlin")
    );
    let bare = event(r#""location": {"@type": "PostalAddress", "addressLocality": "Berlin"}"#);
    assert_eq!(bare.locations[0].city.as_deref(), Some("Berlin"));
    let several = event(
        r#""location": [{"@type": "Place", "name": "Hall 1"}, {"@type": "Place", "name": "Hall 2"}]"#,
    );
    assert_eq!(several.locations.len(), 2);

    let link = event(r#""location": "https://meet.example/crab""#);
    assert_eq!((link.mode, link.locations.len()), (Some(Mode::Virtual), 0));
    let map = event(r#""location": "https://www.google.com/maps/place/c-base""#);
    assert_eq!((map.mode, map.locations.len()), (None, 0));
    for nothing in [
        "null",
        "\"\"",
        "[]",
        "{}",
        "[null]",
        r#"{"@type": "Place"}"#,
    ] {
        assert_eq!(
            event(&format!(r#""location": {nothing}"#)).locations,
            [],
            "{nothing}"
        );
    }
    let nowhere = event(r#""location": {"name": "Hall", "geo": {"latitude": 0, "longitude": 0}}"#);
    assert_eq!(nowhere.locations[0].latitude, None);
    let beyond = event(r#""location": {"name": "Hall", "geo": {"latitude": 999, "longitude": 0}}"#);
    assert_eq!(beyond.locations[0].latitude, None);
}

#[test]
fn ends_are_of_the_kind_of_the_start() {
    let end = |start: &str, fields: &str| {
        let reading = events(&script(&format!(
            r#"{{"@type": "Event", "name": "Meetup", "startDate": "{start}", "url": "/1", {fields}}}"#
        )));
        reading.listings[0].end
    };
    let date = |text: &str| format!(r#""endDate": "{text}""#);
    // The last day is inclusive there and exclusive here.
    assert_eq!(
        end("2026-09-08", &date("2026-09-11")),
        Some(End::At(day("2026-09-12")))
    );
    assert_eq!(
        end("2026-09-08", &date("2026-09-11T18:00")),
        Some(End::At(day("2026-09-12")))
    );
    assert_eq!(
        end("2026-09-08T09:00", &date("2026-09-11")),
        Some(End::At(floating("2026-09-12T00:00:00")))
    );
    assert_eq!(
        end("2026-09-08T09:30+02:00", &date("2026-09-09")),
        Some(End::At(offset("2026-09-10T00:00:00+02:00")))
    );
    assert_eq!(end("2026-09-08T09:00", &date("2026-09-08")), None);
    assert_eq!(
        end("2026-09-08T19:00+02:00", &date("2026-09-08T21:00+02:00")),
        Some(End::At(offset("2026-09-08T21:00:00+02:00")))
    );
    let after = Some(End::After(chrono::TimeDelta::minutes(150)));
    assert_eq!(end("2026-09-08T19:00", r#""duration": "PT2H30M""#), after);
    assert_eq!(
        end(
            "2026-09-08T19:00",
            r#""endDate": "", "duration": "P0Y0M0DT2H30M0S""#
        ),
        after
    );
    for unread in [
        "P1M",
        "P1MT1H",
        "P10000Y",
        "-PT1H",
        "PT",
        "two hours",
        "P99999999999D",
    ] {
        assert_eq!(
            end("2026-09-08T19:00", &format!(r#""duration": "{unread}""#)),
            None,
            "{unread}"
        );
    }
    assert_eq!(end("2026-09-08T19:00", &date("late")), None);
}

#[test]
fn text_that_was_escaped_too_often_is_read_as_it_was_meant() {
    let reading = events(&script(
        r##"[{"@type": "Event", "name": "Rust&#8217;s R&amp;D \u0026 \\u0026 &amp;#8211; Vec<T> AT&T", "startDate": "2026-09-01",
             "url": "https://a.example/?x=1&#038;y=2&copy=3"}]"##,
    ));
    assert_eq!(titles(&reading), ["Rust’s R&D & & – Vec<T> AT&T"]);
    assert_eq!(
        reading.listings[0].link.as_deref(),
        Some("https://a.example/?x=1&y=2&copy=3")
    );
}

#[test]
fn a_description_in_markup_is_read_as_lines_with_its_links() {
    let listing = event(
        r#""description": "<p>Talks &amp; pizza</p><ul><li>Vec</li></ul>More <a href=\"https://a.example/1\">here</a><style>b{}</style>""#,
    );
    assert_eq!(
        listing.description,
        "Talks & pizza\nVec\nMore here (https://a.example/1)"
    );
}

#[test]
fn keys_stay_the_same_when_the_page_is_reordered_or_grows() {
    let one =
        r#"{"@type": "Event", "name": "One", "startDate": "2026-09-01", "url": "/1?utm_source=x"}"#;
    let two = r#"{"@type": "Event", "name": "Two", "startDate": "2026-09-02", "url": "/2"}"#;
    let alone = events(&script(one));
    assert_eq!(keys(&alone), ["https://ferris.example/1"]);
    let both = events(&script(&format!("[{two}, {one}]")));
    assert_eq!(
        keys(&both),
        ["https://ferris.example/2", "https://ferris.example/1"]
    );
}

#[test]
fn events_of_one_address_differ_by_day_then_by_hour_then_by_title() {
    let event = |name: &str, start: &str| {
        format!(
            r#"{{"@type": "Event", "name": "{name}", "startDate": "{start}", "url": "/weekly"}}"#
        )
    };
    let by_day = events(&script(&format!(
        "[{}, {}]",
        event("Weekly", "2026-09-01T19:00"),
        event("Weekly", "2026-09-08T19:00")
    )));
    let weekly = "https://ferris.example/weekly";
    assert_eq!(
        keys(&by_day),
        [
            format!("{weekly}@2026-09-01"),
            format!("{weekly}@2026-09-08")
        ]
    );
    let by_hour = events(&script(&format!(
        "[{}, {}, {}, {}]",
        event("Talk", "2026-09-01T10:00"),
        event("Talk", "2026-09-01T14:00"),
        event("Walk", "2026-09-01T14:00"),
        event("Walk", "2026-09-01T14:00"),
    )));
    let mut keys = keys(&by_hour);
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 3, "the last is said twice: {keys:?}");
}

#[test]
fn an_event_without_an_address_is_known_by_its_id_else_by_title_and_day() {
    let with_id = events(&script(
        r##"{"@type": "Event", "@id": "#event-7", "name": "Meetup", "startDate": "2026-09-01"}"##,
    ));
    assert_eq!(keys(&with_id), ["https://ferris.example/events/#event-7"]);
    let bare = r#"{"@type": "Event", "name": "Rust: Meetup!", "startDate": "2026-09-01"}"#;
    let alone = events(&script(bare));
    assert_eq!(keys(&alone), ["rust meetup@2026-09-01"]);
    assert_eq!(
        alone.listings[0].link.as_deref(),
        Some(URL),
        "the page is its page"
    );
    let other = r#"{"@type": "Event", "name": "Other", "startDate": "2026-09-01"}"#;
    let two = events(&script(&format!("[{bare}, {other}]")));
    assert_eq!(two.listings[0].key, alone.listings[0].key);
    assert_eq!(two.listings[0].link, None, "a list is no event's page");
}

#[test]
fn a_page_without_events_is_no_empty_list() {
    let nothing = refused(
        Platform::Jsonld,
        Way::Page,
        URL,
        "<title>Log in &middot; Ferris</title><p>hello",
    );
    assert_eq!(
        nothing,
        Unreadable::NotWhatWasAsked(
            "page holds no schema.org event (its title: \"Log in · Ferris\")".to_owned()
        )
    );
    let teaser =
        script(r#"{"@type": "ItemList", "itemListElement": [{"@id": "https://a.example/1"}]}"#);
    let teaser = refused(Platform::Jsonld, Way::Page, URL, teaser);
    assert!(matches!(teaser, Unreadable::NotWhatWasAsked(_)));
    let damaged = script("\n{\"@type\": \"Event\", \"name\": \"a \"b\"\"}");
    assert_eq!(
        refused(Platform::Jsonld, Way::Page, URL, damaged).to_string(),
        "page holds no readable schema.org event: line 2: JSON-LD that begins on line 1 is not valid JSON: \
         expected `,` or `}` (column 32)"
    );
    let empty = refused(Platform::Jsonld, Way::Page, URL, " \r\n");
    assert_eq!(
        empty,
        Unreadable::NotWhatWasAsked("page is empty".to_owned())
    );
}

#[test]
fn what_a_page_says_instead_is_quoted_short_whatever_its_characters() {
    // Eight characters each once they are escaped.
    let wall = "\u{e6e6}".repeat(90);
    for body in [
        format!("wall {wall}"),
        format!("<title>wall {wall}</title>"),
    ] {
        let said = refused(Platform::Jsonld, Way::Page, URL, body).to_string();
        assert!(said.chars().count() < 200, "{said}");
        assert!(said.contains("wall \\u{e6e6}"), "{said}");
    }
}

#[test]
fn a_list_that_says_that_it_is_empty_is_an_empty_list() {
    for list in [
        r#"{"@type": "ItemList", "itemListElement": []}"#,
        r#"{"@graph": [{"@type": "ItemList", "numberOfItems": 0}]}"#,
    ] {
        let reading = events(&script(list));
        assert_eq!((reading.entries, reading.whole), (0, true), "{list}");
    }
}

#[test]
fn an_event_without_a_readable_day_is_counted_and_reported() {
    let reading = events(&script(
        r#"[{"@type": "Event", "name": "Some day", "startDate": "2026", "url": "/1"},
            {"@type": "Event", "name": "Never", "url": "/2"},
            {"@type": "Event", "name": "Weekly", "eventSchedule": {"repeatFrequency": "P1W"}, "url": "/3"}]"#,
    ));
    assert_eq!((reading.entries, reading.listings.len()), (3, 0));
    let said: Vec<(&str, &str, bool)> = reading
        .problems
        .iter()
        .map(|problem| {
            (
                problem.item.as_deref().unwrap(),
                problem.what.as_str(),
                problem.lost,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                "Some day",
                "startDate \"2026\" names a year, not a day",
                true
            ),
            ("Never", "has no startDate", false),
            (
                "Weekly",
                "has a schedule and no startDate, and the schedule has no startDate",
                true
            ),
        ]
    );
}

#[test]
fn organisers_are_read_as_text_object_and_list() {
    let one =
        event(r#""organizer": {"@type": "Organization", "name": "Rust Berlin", "url": "/about"}"#);
    assert_eq!(
        one.organisers,
        [(
            "Rust Berlin".to_owned(),
            Some("https://ferris.example/about".to_owned())
        )]
    );
    let two = event(
        r#""organizer": ["Rust Berlin", {"name": "Rust Linz", "url": "javascript:alert(1)"}, {}]"#,
    );
    assert_eq!(
        two.organisers,
        [
            ("Rust Berlin".to_owned(), None),
            ("Rust Linz".to_owned(), None)
        ]
    );
}

#[test]
fn a_script_ends_at_its_own_end_tag_only() {
    let listing = event(r#""description": "</scripted> <b>text</b>""#);
    assert_eq!(listing.description, "text", "what stands after it is read");
}

#[test]
fn what_stands_once_in_a_graph_is_found_by_its_id() {
    let reading = events(&script(
        r##"{"@graph": [{"@type": "Event", "name": "Meetup", "startDate": "2026-09-01", "url": "/1",
              "location": [{"@id": "#online"}, {"@id": "#hall"}, {"@id": "#gone"}], "organizer": {"@id": "#group"}},
            {"@type": "Place", "@id": "#hall", "name": "Ferris Hall"},
            {"@type": "VirtualLocation", "@id": "#online", "url": "https://meet.example/crab"},
            {"@type": "Organization", "@id": "#group", "name": "Rust Example"}]}"##,
    ));
    let listing = &reading.listings[0];
    assert_eq!(listing.locations.len(), 1);
    assert_eq!(listing.locations[0].venue.as_deref(), Some("Ferris Hall"));
    assert_eq!(listing.mode, Some(Mode::Hybrid));
    assert_eq!(listing.organisers, [("Rust Example".to_owned(), None)]);
}

#[test]
fn a_link_to_itself_is_no_place_to_join_online() {
    let listing = event(
        r#""url": "/1", "location": {"@type": "VirtualLocation", "url": "https://ferris.example/1"}"#,
    );
    assert_eq!(
        (listing.mode, listing.online_url),
        (Some(Mode::Virtual), None)
    );
}

#[test]
fn a_body_of_json_ld_needs_no_page_around_it() {
    let reading = events(
        "\u{FEFF}\n{\"@type\": \"Event\",\n \"name\": \"Meetup\", \"startDate\": \"2026-09-01\"}",
    );
    assert_eq!(titles(&reading), ["Meetup"]);
    assert_eq!(reading.listings[0].line, 3);
}
