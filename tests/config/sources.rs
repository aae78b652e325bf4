//! What an address tells: platform, id, organiser's page.

use super::read;
use rusty_events::facts::source::{Address, Platform, Source};

fn source_at(url: &str) -> Source {
    let text = format!("[[source]]\nurl = {url:?}\norganiser = \"Somebody\"\n");
    read(&[("sources/s.toml", &text)]).sources[0].clone()
}

#[test]
fn an_address_tells_platform_and_id() {
    use Platform::{
        Bevy, Connpass, Eventbrite, Hasgeek, Ics, Jsonld, List, Luma, Meetup, Mobilizon, Pretix,
    };
    for (url, platform, id) in [
        (
            "https://www.eventbrite.fr/o/paris-crabs-74289178383",
            Eventbrite,
            "eventbrite/paris-crabs",
        ),
        (
            "https://www.eventbrite.co.uk/o/74289178383?aff=x",
            Eventbrite,
            "eventbrite/74289178383",
        ),
        (
            "https://eventbrite.com.au/e/crabs-and-cake-tickets-1037795553437",
            Eventbrite,
            "eventbrite/1037795553437",
        ),
        (
            "https://eventbrites.example/o/x-1",
            Jsonld,
            "jsonld/eventbrites.example/x-1",
        ),
        (
            "https://crab-tokyo.connpass.com/",
            Connpass,
            "connpass/crab-tokyo",
        ),
        (
            "https://crab-tokyo.connpass.com/event/400005/",
            Connpass,
            "connpass/400005",
        ),
        (
            "https://notconnpass.com/x/",
            Jsonld,
            "jsonld/notconnpass.com/x",
        ),
        (
            "https://www.meetup.com/rust-berlin/",
            Meetup,
            "meetup/rust-berlin",
        ),
        (
            "https://meetup.com/Rust-Berlin",
            Meetup,
            "meetup/rust-berlin",
        ),
        (
            "https://www.meetup.com/de-DE/rust-noris/events/",
            Meetup,
            "meetup/rust-noris",
        ),
        (
            "https://www.meetup.com/Rust-Berlin/events/ical/",
            Meetup,
            "meetup/rust-berlin",
        ),
        ("https://luma.com/calendar/cal-XyZ1", Luma, "luma/cal-XyZ1"),
        ("https://lu.ma/rust-sc", Luma, "luma/rust-sc"),
        (
            "https://api.lu.ma/ics/get?entity=calendar&id=cal-XyZ1",
            Luma,
            "luma/cal-XyZ1",
        ),
        (
            "https://api2.luma.com/calendar/get-items?calendar_api_id=cal-XyZ1",
            Luma,
            "luma/cal-XyZ1",
        ),
        (
            "https://example.org/rust/events.ics",
            Ics,
            "ics/example.org/rust",
        ),
        ("webcal://example.org/all", Jsonld, "jsonld/example.org/all"),
        ("webcal://example.org/all.ICS", Ics, "ics/example.org/all"),
        (
            "https://hasgeek.com/RustBangalore/",
            Hasgeek,
            "hasgeek/rustbangalore",
        ),
        (
            "https://gdg.community.dev/gdg-graz/",
            Bevy,
            "bevy/gdg.community.dev/gdg-graz",
        ),
        (
            "https://community.crab.example/api/event_slim/for_chapter/4711/?status=Live",
            Bevy,
            "bevy/community.crab.example/4711",
        ),
        (
            "https://pretix.eu/crabs/workshop26/",
            Pretix,
            "pretix/pretix.eu/workshop26",
        ),
        (
            "https://pretix.eu/crabs/events/ical/",
            Pretix,
            "pretix/pretix.eu/crabs",
        ),
        (
            "https://mobilizon.example/@rust_colorado/events",
            Mobilizon,
            "mobilizon/mobilizon.example/rust-colorado",
        ),
        (
            "https://crabes.example/@rust_colorado/feed/ics",
            Mobilizon,
            "mobilizon/crabes.example/rust-colorado",
        ),
        (
            "https://crabes.example/feed/instance/ics",
            Mobilizon,
            "mobilizon/crabes.example",
        ),
        (
            "https://crabes.example/@rust",
            Jsonld,
            "jsonld/crabes.example/rust",
        ),
        (
            "https://guild.host/crabs/events",
            List,
            "list/guild.host/crabs",
        ),
        (
            "https://calendar.google.com/calendar/ical/rust%40group.calendar.google.com/public/basic.ics",
            Ics,
            "ics/calendar.google.com/rust-group",
        ),
        (
            "https://calendar.google.com/calendar/embed?src=rust%40group.calendar.google.com&ctz=UTC",
            Ics,
            "ics/calendar.google.com/rust-group",
        ),
        ("https://example.org/events/?ical=1", Ics, "ics/example.org"),
        ("https://www.example.org/", Jsonld, "jsonld/example.org"),
        (
            "https://example.org/Rust%20Days/",
            Jsonld,
            "jsonld/example.org/rust-20days",
        ),
        ("https://notmeetup.com/x/", Jsonld, "jsonld/notmeetup.com/x"),
        ("feeds/Some Group.ics", Ics, "ics/some-group"),
        ("pages/group.html", Jsonld, "jsonld/group"),
    ] {
        let source = source_at(url);
        assert_eq!(
            (source.platform, source.id.0.as_str()),
            (platform, id),
            "{url}"
        );
    }
}

#[test]
fn webcal_is_https() {
    assert_eq!(
        source_at("webcal://example.org/all.ics").address,
        Address::Web("https://example.org/all.ics".to_owned())
    );
}

#[test]
fn the_page_of_a_google_calendar_is_its_feed() {
    let feed = "https://calendar.google.com/calendar/ical/abc%40group.calendar.google.com/public/basic.ics";
    for page in [
        "https://calendar.google.com/calendar/embed?src=abc%40group.calendar.google.com&ctz=Europe%2FBerlin",
        "https://calendar.google.com/calendar/u/0/embed?height=600&src=abc@group.calendar.google.com",
        "https://calendar.google.com/calendar/u/0?cid=YWJjQGdyb3VwLmNhbGVuZGFyLmdvb2dsZS5jb20",
        "https://calendar.google.com/calendar/u/0/r?cid=YWJjQGdyb3VwLmNhbGVuZGFyLmdvb2dsZS5jb20%3D",
        "https://calendar.google.com/calendar/render?cid=abc%40group.calendar.google.com",
        feed,
    ] {
        let source = source_at(page);
        assert_eq!(source.address, Address::Web(feed.to_owned()), "{page}");
        assert_eq!(source.platform, Platform::Ics, "{page}");
    }
    let files = [(
        "sources/s.toml",
        "[[source]]\nid = \"a\"\nurl = \"https://calendar.google.com/calendar/embed?src=abc%40group.calendar.google.com\"\n\
         [[source]]\nid = \"b\"\nurl = \"https://calendar.google.com/calendar/u/0?cid=YWJjQGdyb3VwLmNhbGVuZGFyLmdvb2dsZS5jb20\"\n",
    )];
    assert_eq!(
        super::problems(&files),
        [
            "sources/s.toml:4: source \"b\": url: is read already, by source \"a\" (sources/s.toml:1); remove one of the two"
        ]
    );
}

#[test]
fn an_address_on_the_web_is_kept_as_written() {
    for url in [
        "https://lu.ma/rust-sc",
        "https://www.meetup.com/Rust-Berlin/events/",
        "https://example.org/a?utm_source=x&b=1",
    ] {
        assert_eq!(source_at(url).address, Address::Web(url.to_owned()));
    }
}

#[test]
fn a_file_is_found_beside_the_configuration() {
    let configuration = read(&[("sources/s.toml", "[[source]]\nurl = \"feeds/a.ics\"\n")]);
    let root = configuration.root.unwrap();
    assert_eq!(
        configuration.sources[0].address,
        Address::File(root.join("feeds/a.ics"))
    );
}

#[test]
fn an_organiser_links_to_the_page_that_the_address_tells() {
    for (url, page) in [
        (
            "https://www.meetup.com/Rust-Berlin/events/ical/",
            Some("https://www.meetup.com/rust-berlin"),
        ),
        (
            "https://www.meetup.com/de-DE/rust-noris/",
            Some("https://www.meetup.com/rust-noris"),
        ),
        ("https://lu.ma/rust-sc", Some("https://luma.com/rust-sc")),
        (
            "https://api.lu.ma/ics/get?entity=calendar&id=cal-XyZ1",
            Some("https://luma.com/calendar/cal-XyZ1"),
        ),
        (
            "https://example.org/events/?utm_source=x",
            Some("https://example.org/events/"),
        ),
        (
            "https://mobilizon.example/@crabs/feed/ics",
            Some("https://mobilizon.example/@crabs"),
        ),
        (
            "https://hasgeek.com/RustBangalore/",
            Some("https://hasgeek.com/rustbangalore"),
        ),
        // A feed is not a page for people.
        ("https://example.org/all.ics", None),
        ("feeds/a.ics", None),
    ] {
        let organiser = source_at(url).organiser.unwrap();
        assert_eq!(
            organiser.url.as_ref().map(|url| url.as_str()),
            page,
            "{url}"
        );
    }
}

#[test]
fn a_source_has_the_zone_of_its_home_unless_it_names_another() {
    let home = rusty_events::facts::place::Place::parse("Berlin, DE")
        .unwrap()
        .zone();
    assert!(home.is_some());
    let configuration = read(&[(
        "sources/s.toml",
        r#"
        [[source]]
        url = "https://a.example/"
        place = "Berlin, DE"
        [[source]]
        url = "https://b.example/"
        place = "Berlin, DE"
        zone = "America/Lima"
        [[source]]
        url = "https://c.example/"
        "#,
    )]);
    let zones: Vec<_> = configuration
        .sources
        .iter()
        .map(|source| source.zone)
        .collect();
    assert_eq!(zones, [home, Some(chrono_tz::America::Lima), None]);
}

#[test]
fn a_calendar_of_many_groups_has_no_organiser() {
    let configuration = read(&[(
        "sources/s.toml",
        "[[source]]\nurl = \"https://a.example/\"\n",
    )]);
    assert_eq!(configuration.sources[0].organiser, None);
}

#[test]
fn sources_stand_in_the_order_of_files_and_entries() {
    let configuration = read(&[
        (
            "sources/b.toml",
            "[[source]]\nurl = \"https://d.example/\"\n",
        ),
        (
            "sources/a.toml",
            "[[event]]\ntitle = \"T\"\nstart = 2026-09-08\n[[source]]\nurl = \"https://z.example/\"\n[[source]]\nurl = \"https://c.example/\"\n",
        ),
    ]);
    let ids: Vec<_> = configuration
        .sources
        .iter()
        .map(|source| source.id.0.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "jsonld/z.example",
            "jsonld/c.example",
            "manual/a",
            "jsonld/d.example"
        ]
    );
}

#[test]
fn an_allowed_private_address_may_be_named() {
    for (url, allow) in [
        ("http://127.0.0.1:8123/x.ics", "127.0.0.1:8123"),
        ("http://10.0.0.7/x.ics", "10.0.0.7:80"),
        ("https://[::1]/x.ics", "[::1]:443"),
    ] {
        let service = format!("[fetch]\nallow = [{allow:?}]\n");
        let source = format!("[[source]]\nurl = {url:?}\n");
        let configuration = read(&[("service.toml", &service), ("sources/s.toml", &source)]);
        assert_eq!(
            configuration.sources[0].address,
            Address::Web(url.to_owned())
        );
    }
}

#[test]
fn a_public_address_of_numbers_may_be_named() {
    assert_eq!(
        source_at("http://93.184.216.34/x.ics").id.0,
        "ics/93.184.216.34/x"
    );
    assert_eq!(
        source_at("http://[2606:4700::1111]/x.ics").id.0,
        "ics/2606-4700--1111/x"
    );
}
