//! Pages that were not served in good faith.

use super::*;
use proptest::prelude::*;

const URL: &str = "https://ferris.example/events/";
const GOOD: &str = r#"<script type="application/ld+json">{"@type":"Event","name":"Good","startDate":"2026-09-01","url":"/good"}</script>"#;

fn events(body: impl Into<Vec<u8>>) -> Reading {
    list(Platform::Jsonld, Way::Page, URL, body)
}

fn script(json: &str) -> String {
    format!("<script type=\"application/ld+json\">{json}</script>")
}

#[test]
fn what_is_nested_too_deep_is_refused_and_the_rest_is_read() {
    for deep in [
        "[".repeat(10_000),
        "{\"event\":".repeat(10_000),
        format!("{}{}", "[".repeat(200), "]".repeat(200)),
    ] {
        let reading = events(format!("{}\n{GOOD}", script(&deep)));
        assert_eq!(titles(&reading), ["Good"]);
        assert_eq!(reading.problems.len(), 1);
    }
}

#[test]
fn numbers_without_bounds_and_repeated_keys_are_no_harm() {
    let huge = r#"{"@type": "Event", "name": "Far", "startDate": "2026-09-01", "location": {"latitude": 1e999}}"#;
    let reading = events(format!("{}\n{GOOD}", script(huge)));
    assert_eq!(titles(&reading), ["Good"]);
    assert_eq!(
        problems(&reading),
        ["1: JSON-LD that begins on line 1 is not valid JSON: number out of range (column 91)"]
    );
    assert!(!reading.whole);
    let twice = r#"{"@type": "Event", "name": "One", "name": "Two", "startDate": 20260901}"#;
    assert_eq!(titles(&events(script(twice))), ["Two"]);
}

#[test]
fn lone_surrogates_become_marks() {
    let lone = r#"{"@type": "Event", "name": "a \ud83e b \udd80 \\ud83e \ud83e\udd80", "startDate": "2026-09-01"}"#;
    assert_eq!(
        titles(&events(script(lone))),
        ["a \u{FFFD} b \u{FFFD} \\ud83e 🦀"]
    );
}

#[test]
fn a_page_cannot_name_its_own_base() {
    let reading = events(format!("<base href=\"https://evil.example/\">{GOOD}"));
    assert_eq!(
        reading.listings[0].link.as_deref(),
        Some("https://ferris.example/good")
    );
}

#[test]
fn only_web_addresses_become_links() {
    for url in [
        "javascript:alert(1)",
        " java\\tscript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.example",
        "file:///etc/passwd",
        "file://server/passwd",
        "ftp://files.example/",
    ] {
        let json = format!(
            r#"{{"@type": "Event", "name": "Meetup", "startDate": "2026-09-01", "@id": "x", "url": "{url}"}}"#
        );
        let reading = events(format!("{}{GOOD}", script(&json)));
        assert_eq!(reading.listings[0].link, None, "{url}");
        assert!(
            reading.problems[0]
                .what
                .ends_with("is no http(s) address: read without it")
        );
        assert!(reading.whole);
    }
}

#[test]
fn a_million_open_elements_cost_one_pass() {
    for open in [
        "<div>",
        "<a href=\"x\"><b>",
        "<!--",
        "<script>",
        "<p x='",
        "<",
        "</",
        "<svg><title>",
    ] {
        let reading = events(format!("{GOOD}{}", open.repeat(1_000_000)));
        assert_eq!(titles(&reading), ["Good"], "{open}");
    }
}

#[test]
fn a_tag_of_a_hundred_thousand_attributes_costs_one_pass() {
    let attributes: String = (0..300_000).map(|n| format!("a{n} ")).collect();
    let reading = events(format!(
        "<script {attributes} type=application/ld+json></script>{GOOD}"
    ));
    assert_eq!(titles(&reading), ["Good"]);
}

#[test]
fn objects_in_markup_are_counted_to_a_limit_and_cost_one_pass() {
    let event = "<div itemscope itemtype=\"http://schema.org/Event\" itemprop=\"subEvent\"><b itemprop=\"name\">x</b>";
    let day = "<time itemprop=\"startDate\" datetime=\"2026-09-01\"></time>";
    let nested = event.repeat(5_000) + day;
    let wide = format!("{event}{day}</div>").repeat(10_000);
    let unclosed = format!(
        "{event}{day}{}{}",
        "<div>".repeat(50_000),
        "</p>".repeat(50_000)
    );
    for (body, is_cut) in [(nested, true), (wide, true), (unclosed, false)] {
        let reading = read_page(
            Platform::Jsonld,
            &page(URL, Purpose::List, Way::Page, body.clone()),
        )
        .unwrap();
        assert!(reading.listings.len() <= 7_000);
        assert_eq!(!reading.whole, is_cut, "{}", &body[..40]);
    }
}

#[test]
fn texts_and_keys_have_a_limit() {
    let long = "é".repeat(30_000);
    let json = format!(
        r#"{{"@type": "Event", "name": "{long}", "description": "{long}", "startDate": "2026-09-01"}}"#
    );
    let listing = events(script(&json)).listings.remove(0);
    assert_eq!(listing.description.chars().count(), 20_000);
    assert_eq!(listing.key.chars().count(), 200 + "@2026-09-01".len());
}

#[test]
fn scripts_events_and_values_are_counted_to_a_limit() {
    let scripts = events(
        GOOD.replace("/good", "/0") + &GOOD.repeat(1_000) + &GOOD.replace("/good", "/beyond"),
    );
    assert_eq!((scripts.entries, scripts.whole), (2, false));
    assert_eq!(
        problems(&scripts),
        ["1: more than 1000 scripts of JSON-LD: the rest was not read"]
    );

    let others = events(format!(
        "{GOOD}{}",
        "<script async></script>".repeat(10_000)
    ));
    assert_eq!(
        problems(&others),
        ["0: more than 10000 scripts: the rest was not read"]
    );

    let many: Vec<String> = (0..5_001)
        .map(|n| format!(r#"{{"@type":"Event","name":"a","startDate":"2026-09-01","url":"/{n}"}}"#))
        .collect();
    let many = events(script(&format!("[{}]", many.join(","))));
    assert_eq!((many.entries, many.whole), (5_000, false));
    assert_eq!(
        problems(&many),
        ["1: more than 5000 events: the rest was not read"]
    );

    let values = events(format!(
        "{GOOD}\n{}",
        script(&format!("[{}0]", "0,".repeat(500_000)))
    ));
    assert_eq!(titles(&values), ["Good"]);
    assert!(problems(&values)[0].contains("more than 500000 values"));
}

#[test]
fn exactly_as_many_events_as_the_limit_are_all_read() {
    let many: Vec<String> = (0..5_000)
        .map(|n| format!(r#"{{"@type":"Event","name":"a","startDate":"2026-09-01","url":"/{n}"}}"#))
        .collect();
    let many = events(script(&format!("[{}]", many.join(","))));
    assert_eq!((many.entries, many.whole), (5_000, true));
}

#[test]
fn the_character_set_is_found_whatever_is_declared() {
    let html = |charset: &str| {
        format!(
            "<meta charset=\"{charset}\">{}",
            GOOD.replace("Good", "Café")
        )
    };
    let read = |body: Vec<u8>, content_type: Option<&str>| {
        let mut page = page(URL, Purpose::List, Way::Page, body);
        page.content_type = content_type.map(str::to_owned);
        read_page(Platform::Jsonld, &page).unwrap()
    };
    let latin = |charset: &str| -> Vec<u8> {
        html(charset)
            .chars()
            .map(|char| u8::try_from(u32::from(char)).unwrap())
            .collect()
    };
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(html("utf-8").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (body, content_type) in [
        (html("utf-8").into_bytes(), None),
        (
            html("utf-8").into_bytes(),
            Some("text/html; charset=ISO-8859-1"),
        ),
        (format!("\u{FEFF}{}", html("latin1")).into_bytes(), None),
        (latin("x"), Some("text/html; Charset=\"iso-8859-1\"")),
        (latin("windows-1252"), Some("text/html")),
        (utf16, None),
    ] {
        let reading = read(body, content_type);
        assert_eq!(
            (titles(&reading), reading.problems.len()),
            (vec!["Café"], 0),
            "{content_type:?}"
        );
    }
    // Declared as UTF-8, and not one letter of it.
    let other = read(latin("utf-8"), None);
    assert_eq!(titles(&other), ["Café"]);
    assert_eq!(
        problems(&other),
        ["1: the page is not UTF-8: read as windows-1252"]
    );
    let mut broken = b"<p>\n".to_vec();
    broken.extend(latin("utf-8"));
    broken.extend("<p>à bientôt".as_bytes());
    let broken = read(broken, None);
    assert_eq!(titles(&broken), ["Caf\u{FFFD}"]);
    assert_eq!(
        problems(&broken),
        ["2: bytes that are no UTF-8 were replaced by U+FFFD"]
    );
    assert!(broken.whole, "the event is there");
}

const PAGES: [(Platform, Way, &str); 23] = [
    (Platform::Meetup, Way::Api, "meetup/api.json"),
    (Platform::Eventbrite, Way::Api, "eventbrite/events.json"),
    (Platform::Eventbrite, Way::Page, "eventbrite/events.json"),
    (Platform::Eventbrite, Way::Page, "eventbrite/organiser.html"),
    (Platform::Connpass, Way::Api, "connpass/events.json"),
    (Platform::Jsonld, Way::Page, "jsonld/containers.html"),
    (Platform::Jsonld, Way::Page, "jsonld/broken.html"),
    (Platform::Meetup, Way::Page, "meetup/group.html"),
    (Platform::Meetup, Way::Page, "meetup/event.html"),
    (Platform::Meetup, Way::Feed, "meetup/feed.ics"),
    (Platform::Luma, Way::Items, "luma/items.json"),
    (Platform::Luma, Way::Feed, "luma/feed.ics"),
    (Platform::Luma, Way::Items, "luma/calendar.html"),
    (Platform::Luma, Way::Items, "meetup/event.html"),
    (Platform::Hasgeek, Way::Page, "hasgeek/account.html"),
    (Platform::Hasgeek, Way::Page, "hasgeek/project.html"),
    (Platform::Bevy, Way::Items, "bevy/events.json"),
    (Platform::Bevy, Way::Items, "bevy/chapter.html"),
    (Platform::Bevy, Way::Page, "bevy/chapter.html"),
    (Platform::List, Way::Page, "list/events.html"),
    (Platform::List, Way::Page, "list/event.html"),
    (Platform::Pretix, Way::Feed, "pretix/organiser.ics"),
    (Platform::Mobilizon, Way::Feed, "mobilizon/group.ics"),
];

/// Reads a body in every role; what comes of it only has to be consistent.
fn read_in_every_role(platform: Platform, way: Way, body: &[u8]) {
    let event = Purpose::Event {
        key: "310000001".to_owned(),
        mark: String::new(),
    };
    for purpose in [Purpose::List, Purpose::Signpost, event] {
        let page = page("https://www.meetup.com/rust-example/", purpose, way, body);
        if let Ok(reading) = read_page(platform, &page) {
            assert!(reading.listings.len() <= reading.entries);
            let _ = read::wanted(
                &source(platform, URL),
                &reading.listings,
                &Known::default(),
                now(),
            );
        }
    }
}

#[test]
fn a_page_cut_off_anywhere_is_read_or_refused() {
    for (platform, way, name) in PAGES {
        let body = file(name);
        for end in (0..body.len()).step_by(7) {
            read_in_every_role(platform, way, &body[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_damaged_page_makes_no_reader_panic(
        which in 0..PAGES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0usize..40), 1..12),
    ) {
        let (platform, way, name) = PAGES[which];
        let mut body = file(name);
        for (at, byte, cut) in changes {
            let at = at.index(body.len());
            let end = (at + cut).min(body.len());
            body.splice(at..end, [byte]);
        }
        read_in_every_role(platform, way, &body);
    }

    #[test]
    fn pieces_in_any_order_make_no_reader_panic(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<script type=\"application/ld+json\">", "</script>", "<!--", "-->", "{", "}", "[", "]", ",", ":", "\"",
            "\\", "\\u", "\\ud83e", "\"@type\"", "\"Event\"", "\"startDate\"", "\"2026-09-01T10:00\"", "\"name\"", "&amp;",
            "&#", "//", "/*", "*/", "<![CDATA[", "é", "🦀", "\u{0}", "\n", " ", "<", ">", "=", "'", "\"url\"", "\"http://[\"",
            "\"entries\":[", "\"event\":{", "\"results\":[", "\"links\":{\"next\":", "<a class=\"card\" href=\"/a/b\">", "<nav>", "<h2>Past", "__NEXT_DATA__", "luma://calendar/", "cal-x", "BEGIN:VCALENDAR\n",
            "\"data\"", "\"groupByUrlname\"", "\"errors\"", "\"events\":[", "\"events\":{", "\"edges\":[", "\"node\":{", "\"pagination\":{", "null", "1e3",
            "\"entries\":[", "\"event\":{", "__NEXT_DATA__", "luma://calendar/", "cal-x", "BEGIN:VCALENDAR\n",
        ]), 0..60),
    ) {
        let body = pieces.concat();
        for platform in [
            Platform::Jsonld, Platform::Meetup, Platform::Luma, Platform::Hasgeek, Platform::Bevy, Platform::List,
            Platform::Eventbrite, Platform::Connpass,
        ] {
            read_in_every_role(platform, Way::Page, body.as_bytes());
        }
        for platform in [Platform::Meetup, Platform::Eventbrite, Platform::Connpass] {
            read_in_every_role(platform, Way::Api, body.as_bytes());
        }
        let object = format!("{}{body}", script("{"));
        read_in_every_role(Platform::Jsonld, Way::Page, object.as_bytes());
    }

    #[test]
    fn no_text_of_a_date_makes_the_reader_panic(date in "[0-9TZ:+./ -]{0,30}|\\PC{0,20}") {
        let json = serde_json::json!({"@type": "Event", "name": "a", "startDate": date, "endDate": date, "duration": date});
        let _ = read_page(Platform::Jsonld, &page(URL, Purpose::List, Way::Page, json.to_string()));
    }
}
