//! What a page says about the sources behind it.

use proptest::prelude::*;
use rusty_events::config::{self, Settings};
use rusty_events::facts::source::{Page, Platform, Purpose, Request, Way};
use rusty_events::read::discover::{self, Candidate};

const AT: &str = "https://rust.example/group/";

fn told(url: &str) -> Option<Platform> {
    let settings = Settings::default();
    Some(config::infer(url, None, &settings.fetch).ok()?.platform)
}

fn page(url: &str, body: impl Into<Vec<u8>>) -> Page {
    Page {
        request: Request::get(AT, Purpose::Signpost, Way::Page),
        url: url.to_owned(),
        content_type: None,
        body: body.into(),
        at: "2026-08-19T12:00:00Z".parse().unwrap(),
    }
}

fn behind(body: &str) -> Vec<Candidate> {
    discover::behind_page(&page(AT, body), told)
}

/// The candidates of a page as `platform address`.
fn found(body: &str) -> Vec<String> {
    let shown = |candidate: Candidate| format!("{} {}", candidate.platform, candidate.url);
    behind(body).into_iter().map(shown).collect()
}

fn of_address(url: &str) -> Vec<String> {
    let candidates = discover::behind_address(url, told).into_iter();
    candidates.map(|candidate| candidate.url).collect()
}

#[test]
fn what_a_page_declares_comes_before_what_it_shows_and_what_it_links_to() {
    let event = |n: u8| {
        format!(
            "<script type='application/ld+json'>{{\"@type\":\"Event\",\"name\":\"{n}\",\"startDate\":\"2026-09-0{n}\",\"url\":\"/{n}\"}}</script>"
        )
    };
    let body = format!(
        "{}{}
        <a href='https://mobilizon.example/@rust'>ours</a>
        <a href='https://pretix.eu/rust/2026/'>tickets</a>
        <a href='https://www.meetup.com/Rust-Example/events/310000001/'>next</a>
        <a href='https://lu.ma/rustexample'>Luma</a>
        <a href='webcal://rust.example/live'>subscribe</a>
        <a href='../export.ics'>download</a>
        <iframe data-src='https://lu.ma/embed/calendar/cal-Abc123/events' src='about:blank'></iframe>
        <pretix-widget event='https://tickets.example/rust/2026/'></pretix-widget>
        <LINK REL='Alternate' TYPE='Text/Calendar; charset=utf-8' HREF='?export=1&amp;all=1#x'>
        <link rel=alternate type=application/rss+xml href=/feed.xml>",
        event(1),
        event(2)
    );
    assert_eq!(
        found(&body),
        [
            "ics https://rust.example/group/?export=1&all=1",
            "luma https://luma.com/calendar/cal-Abc123",
            "pretix https://tickets.example/rust/2026/ical/",
            "ics https://rust.example/live",
            "ics https://rust.example/export.ics",
            "jsonld https://rust.example/group/",
            "mobilizon https://mobilizon.example/@rust",
            "pretix https://pretix.eu/rust/",
            "meetup https://www.meetup.com/rust-example/",
            "luma https://luma.com/rustexample",
        ]
        .map(str::to_owned)
        .to_vec()
        .into_iter()
        .collect::<Vec<_>>()
    );
}

#[test]
fn what_is_no_source_is_no_candidate() {
    for body in [
        "<a href='https://www.meetup.com/'>x</a><a href='https://www.meetup.com/find/?q=rust'>x</a>",
        "<a href='https://help.meetup.com/hc'>x</a><a href='https://luma.com/discover'>x</a>",
        "<a href='https://chaos.example/@rust'>another part of the fediverse</a>",
        "<a href='https://pretix.eu/about/en/'>x</a><a href='https://mobilizon.example/'>x</a>",
        "<a href='https://gdg.community.dev/events/details/gdg-x-presents-y/'>x</a>",
        "<a href='https://hasgeek.com/rustexample/september/'>x</a>",
        "<a href='https://calendar.google.com/calendar/render?action=TEMPLATE&text=x'>x</a>",
        "<link rel='stylesheet' href='/a.ics'><link rel=canonical href='https://www.meetup.com/rust-example/'>",
        "<!-- <a href='/a.ics'>x</a> --><script>'<a href=\"/a.ics\">'</script>",
        "<a href='mailto:a.ics@rust.example'>x</a><a href=''>x</a><a>x</a>",
        "<link rel=alternate type=text/calendar><a type=text/calendar href=''>x</a>",
        "<a href='https://calendar.google.com/calendar/ical/x%40y.example/private-1/basic.ics'>x</a>",
        "<a href='webcal://api2.luma.com/ics/get?entity=user&amp;id=icssk-1'>x</a>",
        "<a href='http://192.168.1.1/a.ics'>x</a><a href='http://8.8.8.8/a.ics'>x</a>",
    ] {
        assert_eq!(found(body), [""; 0], "{body}");
    }
}

#[test]
fn a_page_of_links_is_a_list_where_nothing_better_is_known() {
    let links = "<a href='2026-09/'>September</a><a href='2026-10/'>October</a>";
    let list = ["list https://rust.example/group/".to_owned()];
    assert_eq!(found(links), list);
    assert_eq!(found("<a href='2026-09/'>one</a>"), [""; 0]);
    let better = found(&format!(
        "{links}<a href='https://hasgeek.com/rustexample'>x</a>"
    ));
    assert_eq!(
        better,
        ["hasgeek https://hasgeek.com/rustexample".to_owned()]
    );
    let front = page("https://rust.example/", links);
    assert_eq!(discover::behind_page(&front, told), []);
}

#[test]
fn a_host_in_numbers_may_name_itself() {
    let page = page(
        "http://127.0.0.1:8123/",
        "<a href='/a.ics'>x</a><a href='http://127.0.0.1:8124/b.ics'>x</a>",
    );
    let candidates = discover::behind_page(&page, |_| Some(Platform::Ics));
    let urls: Vec<&str> = candidates.iter().map(|c| c.url.as_str()).collect();
    assert_eq!(
        urls,
        ["http://127.0.0.1:8123/", "http://127.0.0.1:8123/a.ics"]
    );
}

#[test]
fn many_files_are_those_of_single_events() {
    let files: String = (1..=5)
        .map(|n| format!("<a href='/{n}.ics'>add to calendar</a>"))
        .collect();
    let found = found(&format!(
        "{files}<a href='https://www.meetup.com/rust-example/'>x</a>"
    ));
    assert_eq!(found[0], "meetup https://www.meetup.com/rust-example/");
    assert_eq!(found.len(), 6);
}

#[test]
fn one_candidate_is_named_once_and_never_more_than_twenty() {
    let body: String = (0..100)
        .map(|n| format!("<a href='webcal://rust.example/{}'>x</a>", n / 3))
        .collect();
    let all = found(&body);
    assert_eq!(all.len(), 20);
    assert_eq!(
        all[..2],
        ["ics https://rust.example/0", "ics https://rust.example/1"]
    );
    let google: String = (0..100).map(|n| format!("src=a{n}%40b.example&")).collect();
    let frame =
        format!("<iframe src='https://calendar.google.com/calendar/embed?{google}'></iframe>");
    assert_eq!(found(&frame).len(), 20);
}

#[test]
fn a_page_that_is_a_feed_and_a_page_that_leads_elsewhere_say_so() {
    let feed = behind("\u{feff}\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    assert_eq!(
        (feed[0].url.as_str(), feed[0].platform),
        (AT, Platform::Ics)
    );

    let moved = page(
        "https://www.meetup.com/rust-example/",
        "<a href='/other/'>x</a>",
    );
    let first = discover::behind_page(&moved, told).remove(0);
    assert_eq!(first.url, "https://www.meetup.com/rust-example/");
    assert_eq!(first.why, "the address leads there");
}

#[test]
fn an_address_tells_its_source_in_every_spelling() {
    let google = "https://calendar.google.com/calendar/ical/abc%40group.calendar.google.com/public/basic.ics";
    for (url, source) in [
        (
            "https://calendar.google.com/calendar/embed?src=abc%40group.calendar.google.com&ctz=UTC",
            google,
        ),
        (
            "https://www.google.com/calendar/embed?src=abc@group.calendar.google.com",
            google,
        ),
        (
            "https://calendar.google.com/calendar/u/0?cid=YWJjQGdyb3VwLmNhbGVuZGFyLmdvb2dsZS5jb20",
            google,
        ),
        (
            "https://calendar.google.com/calendar/r?cid=abc%40group.calendar.google.com",
            google,
        ),
        (
            "https://www.google.com/calendar/render?cid=webcal%3A%2F%2Frust.example%2Fx%3Fa%3D1",
            "https://rust.example/x?a=1",
        ),
        (
            "https://meetup.com/fr-FR/Rust-Example/events/310000001/?x=1",
            "https://www.meetup.com/rust-example/",
        ),
        (
            "https://api2.luma.com/ics/get?entity=calendar&id=cal-Abc",
            "https://luma.com/calendar/cal-Abc",
        ),
        (
            "https://lu.ma/event/evt-Abc",
            "https://luma.com/event/evt-Abc",
        ),
        (
            "https://mobilizon.example/@rust/events?x=1",
            "https://mobilizon.example/@rust",
        ),
        ("https://pretix.eu/rust/", "https://pretix.eu/rust/"),
        (
            "https://pretix.eu/rust/2026/ical/",
            "https://pretix.eu/rust/2026/ical/",
        ),
        ("webcal://rust.example/a.ics", "https://rust.example/a.ics"),
    ] {
        assert_eq!(of_address(url), [source], "{url}");
    }
    for url in [
        AT,
        "https://calendar.google.com/calendar/r",
        "https://calendar.google.com/calendar/embed?src=%00%20%0A",
        "https://calendar.google.com/calendar/u/0?cid=!!!!",
        "not an address",
    ] {
        assert_eq!(of_address(url), [""; 0], "{url}");
    }
}

#[test]
fn the_name_is_the_part_of_the_title_that_tells_something() {
    let name = |body: &str| discover::name_of(&page(AT, body));
    for (body, said) in [
        (
            "<title>Events | Rust &amp; Friends</title>",
            Some("Rust & Friends"),
        ),
        ("<title>Rust Zürich – Home</title>", Some("Rust Zürich")),
        (
            "<title>x</title><meta content='Rust &quot;Z&quot;' property='og:site_name'>",
            Some("Rust \"Z\""),
        ),
        ("<title> Home </title>", None),
        ("<p>nothing", None),
        (
            "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Rust\\, Zürich\r\nEND:VCALENDAR",
            Some("Rust, Zürich"),
        ),
        (
            "BEGIN:VCALENDAR\r\nX-WR-CALNAME:a@b.example\r\nEND:VCALENDAR",
            None,
        ),
        (
            "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Events - Rust Detroit\r\nEND:VCALENDAR",
            Some("Rust Detroit"),
        ),
        (
            "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Kalender\r\nEND:VCALENDAR",
            None,
        ),
    ] {
        assert_eq!(name(body).as_deref(), said, "{body}");
    }
}

#[test]
fn a_page_of_a_million_tags_costs_one_pass() {
    for piece in [
        "<a href='webcal://a.example/",
        "<a href=x>",
        "<iframe src=",
        "<link rel=alternate ",
        "<",
        "<meta ",
    ] {
        let body = format!("<a href='/first.ics'>x</a>{}", piece.repeat(300_000));
        assert_eq!(
            found(&body)[0],
            "ics https://rust.example/first.ics",
            "{piece}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn pieces_in_any_order_make_nothing_panic(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<a href=", "<link rel=alternate type=text/calendar href=", "<iframe src=", "<pretix-widget event=", "<meta property=og:site_name content=",
            "<title>", "</title>", "'", "\"", ">", " ", "webcal:", "https://", "//", "/", "rust.example", "[::1]", "127.0.0.1", ":99999", "@", "%40", "%", "%zz",
            "calendar.google.com/calendar/embed?src=", "calendar.google.com/calendar/r?cid=", "YWJj", "==", "webcal%3A%2F%2F", "lu.ma/embed/calendar/cal-", "luma.com/",
            "www.meetup.com/", "/events/", "ical/", "mobilizon.x/@", "pretix.eu/", ".ics", "?ical=1", "#", "&amp;", "é", "🦀", "\u{0}", "\n", "BEGIN:VCALENDAR",
            "X-WR-CALNAME:", "<script type=application/ld+json>", "{\"@type\":\"Event\",\"startDate\":\"2026-09-01\"}", "</script>", "luma://calendar/", "<!--", "-->",
        ]), 0..60),
        at in prop::sample::select(vec![AT, "https://luma.com/x", "http://127.0.0.1/", "not an address", "https://www.meetup.com/x/"]),
    ) {
        let body = pieces.concat();
        for body in [body.clone().into_bytes(), body.encode_utf16().flat_map(u16::to_le_bytes).collect()] {
            let page = page(at, body);
            let found = discover::behind_page(&page, told);
            prop_assert!(found.len() <= 20);
            for candidate in found {
                prop_assert!(!discover::is_secret(&candidate.url));
                prop_assert!(candidate.url.starts_with("https://") || candidate.url.starts_with("http://"), "{}", candidate.url);
            }
            if let Some(name) = discover::name_of(&page) {
                prop_assert!(!name.chars().any(char::is_control));
            }
        }
        let _ = discover::behind_address(&body, told);
        let _ = discover::behind_address(&format!("https://{body}"), told);
    }

    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let page = page(AT, body);
        prop_assert!(discover::behind_page(&page, told).len() <= 20);
        let _ = discover::name_of(&page);
    }
}
