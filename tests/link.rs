//! One spelling a page, and which links tell alone which event they mean.

use rusty_events::facts::link::{Link, LinkError, Meaning};

fn spelled(text: &str) -> String {
    Link::parse(text).unwrap().to_string()
}

#[test]
fn a_page_has_one_spelling() {
    for (written, expected) in [
        (
            "https://www.meetup.com/rust-berlin/",
            "https://www.meetup.com/rust-berlin",
        ),
        (
            "https://www.meetup.com/rust-berlin/events/",
            "https://www.meetup.com/rust-berlin",
        ),
        (
            "http://meetup.com/Rust-Berlin",
            "https://www.meetup.com/rust-berlin",
        ),
        (
            "https://www.meetup.com/de-DE/rust-noris/",
            "https://www.meetup.com/rust-noris",
        ),
        (
            "https://www.meetup.com/Stockholm-Rust/events/304124737?eventOrigin=home_page&_xtd=x",
            "https://www.meetup.com/stockholm-rust/events/304124737/",
        ),
        (
            "https://www.meetup.com/a/events/305201540/?slug=a&eventId=305201540",
            "https://www.meetup.com/a/events/305201540/",
        ),
        (
            "https://lu.ma/Abc123/?utm_source=x",
            "https://luma.com/Abc123",
        ),
        ("http://lunch.rs/", "https://lunch.rs/"),
        (
            "https://example.org/a?b=1&utm_campaign=c&fbclid=d",
            "https://example.org/a?b=1",
        ),
        ("https://example.org/talks#top", "https://example.org/talks"),
        (
            "https://www.c-base.org/calendar/#view=month&date=2025-05-15",
            "https://www.c-base.org/calendar/#view=month&date=2025-05-15",
        ),
        (
            "https://en.wikipedia.org/wiki/Rust_(fungus)",
            "https://en.wikipedia.org/wiki/Rust_%28fungus%29",
        ),
        (
            "https://www.eventbrite.co.uk/e/rust-night-tickets-1037795553437?aff=oddtdtcreator",
            "https://www.eventbrite.co.uk/e/rust-night-tickets-1037795553437",
        ),
        (
            "webcal://example.org/feed.ics",
            "https://example.org/feed.ics",
        ),
    ] {
        assert_eq!(spelled(written), expected, "{written}");
        assert_eq!(spelled(&spelled(written)), expected, "{written}, twice");
    }
}

#[test]
fn what_is_no_page_is_no_link() {
    for text in [
        "javascript:alert(1)",
        "data:text/html,x",
        "eurorust",
        "//evil.example/x",
        "https://",
        "",
        "mailto:a@b.c",
        "https://a.example/\u{8}x",
    ] {
        assert!(
            matches!(Link::parse(text), Err(LinkError::NotAnAddress(_))),
            "{text:?}"
        );
    }
    assert_eq!(
        Link::parse("https://name:secret@example.org/"),
        Err(LinkError::Credentials)
    );
    assert_eq!(
        Link::parse(&format!("https://example.org/{}", "x".repeat(3000))),
        Err(LinkError::TooLong)
    );
}

#[test]
fn nothing_in_a_link_ends_a_markdown_address() {
    let hostile = "https://example.org/a)b(c]d[e>f<g`h|i*j'k\\l?q=)\"#x=)(";
    let link = spelled(hostile);
    assert!(
        !link.contains([
            '(', ')', '[', ']', '<', '>', '`', '|', '*', '\'', '\\', '"', ' '
        ]),
        "{link}"
    );
}

#[test]
fn a_platforms_grammar_tells_what_a_link_means() {
    let event = |scope: &'static str, id: &str| Meaning::Event {
        scope,
        id: id.to_owned(),
    };
    let group = |scope: &'static str, id: &str| Meaning::Group {
        scope,
        id: id.to_owned(),
    };
    for (text, meaning) in [
        (
            "https://www.meetup.com/rust-berlin/events/313345334/",
            event("meetup", "313345334"),
        ),
        (
            "https://www.meetup.com/Rust-ATX/events/XVKDGTYGCPBKC",
            event("meetup", "xvkdgtygcpbkc"),
        ),
        (
            "https://www.meetup.com/rust-berlin/",
            group("meetup", "rust-berlin"),
        ),
        ("https://luma.com/girona-wasm", event("luma", "girona-wasm")),
        (
            "https://luma.com/calendar/cal-i1Fj6NESj2OzikJ",
            group("luma", "cal-i1Fj6NESj2OzikJ"),
        ),
        (
            "https://www.eventbrite.fr/e/rust-in-paris-tickets-1037795553437",
            event("eventbrite", "1037795553437"),
        ),
        (
            "https://www.eventbrite.com/e/1037795553437",
            event("eventbrite", "1037795553437"),
        ),
        (
            "https://www.eventbrite.com/o/ardan-labs-7092394651",
            group("eventbrite", "7092394651"),
        ),
        (
            "https://hasgeek.com/rustbangalore/november-meetup/",
            event("hasgeek", "rustbangalore/november-meetup"),
        ),
        (
            "https://hasgeek.com/RustBangalore/november-2025-rustacean-meetup//",
            event("hasgeek", "rustbangalore/november-2025-rustacean-meetup"),
        ),
        (
            "https://hasgeek.com/rustbangalore",
            group("hasgeek", "rustbangalore"),
        ),
        (
            "https://guild.host/events/crab-night-abc1",
            event("guild", "crab-night-abc1"),
        ),
        ("https://guild.host/crabs/events", group("guild", "crabs")),
        (
            "https://gdg.community.dev/events/details/google-gdg-graz-presents-crab-night/cohost-gdg-linz",
            event("bevy", "google-gdg-graz-presents-crab-night"),
        ),
        (
            "https://mobilizon.fr/events/4ba93021-c43a-4e4a-b3e5-09c1c0d0a957",
            event("mobilizon", "4ba93021-c43a-4e4a-b3e5-09c1c0d0a957"),
        ),
        ("https://meet.jit.si/RustHackAndLearnBerlin", Meaning::Other),
        (
            "https://notmeetup.com/rust-berlin/events/1/",
            Meaning::Other,
        ),
    ] {
        assert_eq!(Link::parse(text).unwrap().meaning(), meaning, "{text}");
    }
}

#[test]
fn an_address_spelled_once_is_spelled() {
    for url in [
        "https://www.meetup.com/WebAssembly-and-WasmEdge*",
        "https://example.org/caf%c3%a9",
        "https://example.org/%",
        "https://example.org/%2",
    ] {
        let once = Link::parse(url).unwrap();
        assert_eq!(Link::parse(once.as_str()).unwrap(), once, "{url}");
    }
    let upper = Link::parse("https://example.org/caf%c3%a9").unwrap();
    assert_eq!(upper.as_str(), "https://example.org/caf%C3%A9");
}
