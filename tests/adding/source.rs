//! `source add`.

use super::{World, calendar, file, script};
use crate::Ran;
use rusty_events::config;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Address, Platform, Source};
use std::fs;

const BERLIN: &str = "LOCATION:c-base\\, Rungestraße 20\\, 10179 Berlin\\, Germany\r\n";

pub(super) fn add(world: &World, url: &str) -> Ran {
    let before = world.files();
    let ran = world.run(&["source", "add", url]);
    assert_eq!(world.files(), before, "nothing is ever written");
    ran
}

/// The source that a person would get who adds everything that was printed to the file that was named.
pub(super) fn pasted(world: &World, ran: &Ran) -> Source {
    let (_, file) = ran.err.split_once("add it to ").expect(&ran.err);
    let file = file.lines().next().unwrap();
    let before = fs::read_to_string(file).unwrap_or_default();
    fs::create_dir_all(world.config().join("sources")).unwrap();
    fs::write(file, format!("{before}\n{}", ran.out)).unwrap();
    let configuration = config::read(world.config());
    let configuration = configuration.unwrap_or_else(|problems| panic!("{problems}\n{}", ran.out));
    fs::write(file, before).unwrap();
    let url = ran.out.lines().find_map(|line| line.strip_prefix("url = "));
    let url = url.unwrap().trim_matches('"').to_owned();
    let is_it = |source: &&Source| source.address == Address::Web(url.clone());
    configuration.sources.iter().find(is_it).unwrap().clone()
}

fn place(text: &str) -> Option<Place> {
    Some(Place::parse(text).unwrap())
}

#[test]
fn the_feed_that_a_site_declares_becomes_an_entry() {
    let world = World::new();
    world.page(
        "/rust.example/",
        r#"<title>Home | Rust Spree</title>
        <link rel="stylesheet" href="/style.css">
        <a href="https://www.meetup.com/rust-spree/">Meetup</a>
        <link rel="alternate" type="text/calendar" title="all" href="events/feed.php?all=1&amp;past=0">"#,
    );
    world.serve(
        "/rust.example/events/feed.php?all=1&past=0",
        "text/calendar",
        calendar(
            "Rust Spree evenings",
            &[
                ("20260827T170000Z", BERLIN),
                ("20260930T170000Z", BERLIN),
                ("20261028T180000Z", "LOCATION:https://meet.example/x\r\n"),
            ],
        ),
    );
    let ran = add(&world, "https://rust.example/");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let source = pasted(&world, &ran);
    assert_eq!(source.platform, Platform::Ics);
    assert_eq!(source.place, place("Berlin, DE"));
    assert_eq!(source.mode, Some(Mode::InPerson));
    let organiser = source.organiser.unwrap();
    assert_eq!(organiser.name, "Rust Spree evenings");
    assert_eq!(organiser.url.unwrap().as_str(), "https://rust.example/");
    for line in [
        "platform = \"ics\"",
        "organiser = \"Rust Spree evenings\"  # guessed from the feed's name",
        "place = \"Berlin, DE\"  # where 2 of 2 events are",
        "mode = \"in-person\"  # as 2 of 3 events are",
        "# * 2026-08-27 | Berlin, DE | [Rust Spree evenings](https://rust.example/)",
        "# https://www.meetup.com/rust-spree/ (the page links to it): not tried",
    ] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }
    assert!(!ran.out.contains("zone"), "it is the place's: {}", ran.out);
    assert!(
        ran.out.contains("would print 1 row\n"),
        "the others are later: {}",
        ran.out
    );
    assert!(
        world.asked().iter().all(|path| !path.contains("meetup")),
        "{:?}",
        world.asked()
    );
}

#[test]
fn an_embedded_google_calendar_is_read_by_its_feed() {
    let world = World::new();
    world.page(
        "/crab.example/dates",
        r#"<iframe src="https://calendar.google.com/calendar/embed?src=crab%40group.calendar.google.com&amp;src=ZW4uZ2VybWFuI2hvbGlkYXlAZ3JvdXAudi5jYWxlbmRhci5nb29nbGUuY29t&amp;ctz=Europe%2FBerlin"></iframe>"#,
    );
    let feed =
        "/calendar.google.com/calendar/ical/crab%40group.calendar.google.com/public/basic.ics";
    world.serve(
        feed,
        "text/calendar",
        calendar("crab@example.org", &[("20260827T170000Z", BERLIN)]),
    );
    let ran = add(&world, "https://crab.example/dates");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let source = pasted(&world, &ran);
    assert_eq!(source.address, Address::Web(format!("https:/{feed}")));
    assert_eq!(source.organiser, None, "a mailbox is no name");
    for line in [
        "print no row; its next event is \"Evening 0\" on 2026-08-27",
        "# needs a human: 2026-08-27 ",
    ] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }
    assert!(
        !ran.out.contains("platform ="),
        "the address implies it: {}",
        ran.out
    );
    assert!(!ran.out.contains("holiday"), "{}", ran.out);

    // The address of the frame alone does as well.
    let asked = world.asked().len();
    let alone =
        "https://calendar.google.com/calendar/embed?src=Y3JhYkBncm91cC5jYWxlbmRhci5nb29nbGUuY29t";
    assert_eq!(add(&world, alone).code, 0);
    assert!(world.asked()[asked..].iter().all(|path| path == feed));
}

#[test]
fn a_page_of_schema_org_events_is_its_own_source() {
    let world = World::new();
    let event = |name: &str, day: &str, city: &str| {
        format!(
            r#"{{"@type":"Event","name":"{name}","startDate":"{day}T19:00","url":"/{name}","location":{{"@type":"Place","name":"Hall","address":{{"@type":"PostalAddress","addressLocality":"{city}","addressCountry":"CH"}}}},"organizer":{{"@type":"Organization","name":"Rust Limmat","url":"https://limmat.example/"}}}}"#
        )
    };
    // What is only streamed from somewhere says nothing about a home.
    let streamed = |name: &str| {
        let event = event(name, "2026-10-01", "Basel");
        event.replace(
            "\"startDate\"",
            "\"eventAttendanceMode\":\"OnlineEventAttendanceMode\",\"startDate\"",
        )
    };
    let events = [
        streamed("four"),
        streamed("five"),
        event("one", "2026-08-27", "Zurich"),
        event("two", "2026-09-10", "Zurich"),
        event("three", "2026-09-24", "Bern"),
    ];
    world.page(
        "/limmat.example/events",
        &script(&format!("[{}]", events.join(","))),
    );
    let ran = add(&world, "https://limmat.example/events#next");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let source = pasted(&world, &ran);
    assert_eq!(source.id.0, "jsonld/limmat.example");
    assert_eq!(source.platform, Platform::Jsonld);
    assert_eq!(source.organiser.unwrap().name, "Rust Limmat");
    assert_eq!(source.place, place("Zurich, CH"));
    assert!(ran.out.contains("# where 2 of 3 events are"), "{}", ran.out);
}

#[test]
fn a_group_of_meetup_is_known_by_its_address() {
    let world = World::new();
    world.serve(
        "/www.meetup.com/rust-example/events/ical/",
        "text/calendar",
        file("meetup/feed.ics"),
    );
    world.page(
        "/www.meetup.com/rust-example/events/310000001/",
        &file("meetup/event.html").replace("NEXT", ""),
    );
    for url in [
        "https://www.meetup.com/de-DE/Rust-Example/",
        "https://www.meetup.com/rust-example/events/310000001/?eventOrigin=group",
        "https://www.meetup.com/rust-example/events/ical/",
    ] {
        let ran = add(&world, url);
        assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
        let source = pasted(&world, &ran);
        assert_eq!(source.id.0, "meetup/rust-example");
        let url = "https://www.meetup.com/rust-example/";
        assert_eq!(source.address, Address::Web(url.to_owned()));
        assert_eq!(source.organiser.unwrap().name, "Rust Example");
        assert_eq!(source.place, place("Berlin, DE"));
        assert_eq!(source.mode, Some(Mode::InPerson));
        assert!(!ran.out.contains("aliases"), "{}", ran.out);
        assert!(ran.err.contains("/sources/meetup.toml\n"), "{}", ran.err);
    }
}

#[test]
fn a_page_of_luma_leads_to_its_calendar() {
    let world = World::new();
    world.page("/luma.com/rustexample", &file("luma/calendar.html"));
    world.page(
        "/luma.com/abcd1234",
        r#"<meta content="luma://event/evt-1"><script>{"calendar_api_id":"cal-RustExample0001"}</script>"#,
    );
    world.serve(
        "/api.lu.ma/calendar/get-items?calendar_api_id=cal-RustExample0001&period=future&pagination_limit=50",
        "application/json",
        file("luma/items.json"),
    );
    world.page(
        "/rust.example/",
        "<iframe src='https://lu.ma/embed/calendar/cal-RustExample0001/events'></iframe>",
    );
    for url in [
        "https://lu.ma/rustexample",
        "https://luma.com/abcd1234",
        "https://luma.com/calendar/cal-RustExample0001",
        "https://rust.example/",
    ] {
        let ran = add(&world, url);
        assert!(matches!(ran.code, 0 | 3), "{}\n{}", ran.out, ran.err);
        let source = pasted(&world, &ran);
        let address = "https://luma.com/calendar/cal-RustExample0001";
        assert_eq!(source.address, Address::Web(address.to_owned()));
        let organiser = source.organiser.unwrap();
        assert_eq!(organiser.name, "Rust Example", "{url}\n{}", ran.out);
        assert_eq!(
            organiser.url.unwrap().as_str(),
            "https://luma.com/rustexample"
        );
    }
}

#[test]
fn what_is_configured_is_named_and_not_asked_for() {
    let world = World::new();
    world.write(
        "sources/meetup.toml",
        "# groups\n\n[[source]]\nurl = \"https://www.meetup.com/rust-example/\"\norganiser = \"Rust Example\"\naliases = [\"https://rust.example/\"]\n",
    );
    for (url, how) in [
        (
            "https://www.meetup.com/rust-example/events/",
            "is read already, by",
        ),
        (
            "https://www.meetup.com/Rust-Example/events/ical/",
            "is read already, by",
        ),
        ("http://rust.example/?utm_source=x", "is an alias of"),
    ] {
        let ran = add(&world, url);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let said = format!("# {url} {how} source \"meetup/rust-example\" (");
        assert!(ran.out.starts_with(&said), "{}", ran.out);
        assert!(
            ran.out.ends_with("/sources/meetup.toml:3)\n"),
            "{}",
            ran.out
        );
    }
    assert_eq!(world.asked().len(), 0);

    // Nor is what a page leads to.
    world.page(
        "/other.example/",
        "<a href='https://meetup.com/rust-example'>our group</a>",
    );
    let ran = add(&world, "https://other.example/");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out
            .contains("leads to https://www.meetup.com/rust-example/, which is read already"),
        "{}",
        ran.out
    );
    assert_eq!(
        world.asked(),
        ["/other.example/robots.txt", "/other.example/"]
    );
}

#[test]
fn an_id_that_is_taken_is_replaced() {
    let world = World::new();
    world.write(
        "sources/calendars.toml",
        "[[source]]\nurl = \"https://crab.example/a/feed.ics\"\nid = \"ics/crab.example/b\"\n",
    );
    world.serve(
        "/crab.example/b/feed.ics",
        "text/calendar",
        calendar("Crab", &[("20260827T170000Z", BERLIN)]),
    );
    let ran = add(&world, "webcal://crab.example/b/feed.ics");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert_eq!(pasted(&world, &ran).id.0, "ics/crab.example/b-2");
    assert!(ran.out.contains("# ics/crab.example/b is another source"));
}

#[test]
fn a_zone_is_written_where_the_place_tells_another() {
    let world = World::new();
    let lisbon = "LOCATION:Lisbon\\, Portugal\r\n";
    world.serve(
        "/crab.example/feed.ics",
        "text/calendar",
        calendar("Crab", &[("20260827T170000", lisbon)]),
    );
    let ran = add(&world, "https://crab.example/feed.ics");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let source = pasted(&world, &ran);
    assert_eq!(source.place, place("Lisbon, PT"));
    assert_eq!(source.zone, Some(chrono_tz::Tz::Europe__Berlin));
}

#[test]
fn events_that_cannot_be_believed_are_not_called_none() {
    let world = World::new();
    let item = |day: u8| {
        format!(
            "<li class=\"t\"><a href=\"/{day}\"><span class=\"n\">Abend {day}</span></a> <time datetime=\"2026-09-{day}T18:30\">{day}. September 2026, 18:30 Uhr</time></li>"
        )
    };
    let items: String = [10, 17, 24].map(item).concat();
    world.page(
        "/crab.example/",
        &format!("<title>Crab</title><ul>{items}</ul>"),
    );
    let ran = add(&world, "https://crab.example/");
    assert_eq!(ran.code, 3, "{}\n{}", ran.out, ran.err);
    let said = "would print no row; the problems below say why";
    assert!(ran.out.contains(said), "{}", ran.out);
    assert!(
        ran.err.contains("a local time without a zone"),
        "{}",
        ran.err
    );
}

#[test]
fn a_known_organiser_gives_name_and_home() {
    let world = World::new();
    world.write(
        "organisers.toml",
        "[[organiser]]\nname = \"Rust Malaysia\"\nurl = \"https://t.example/rustmalaysia\"\naliases = [\"https://rust.example/my\"]\nplace = \"Kuala Lumpur, MY\"\n",
    );
    world.page(
        "/rust.example/my",
        "<title>MY</title><a href=\"/my/all.ics\">subscribe</a>",
    );
    world.serve(
        "/rust.example/my/all.ics",
        "text/calendar",
        calendar("x", &[("20260827T170000Z", "")]),
    );
    let ran = add(&world, "https://rust.example/my");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let source = pasted(&world, &ran);
    let organiser = source.organiser.unwrap();
    assert_eq!(organiser.name, "Rust Malaysia");
    assert_eq!(
        organiser.url.unwrap().as_str(),
        "https://t.example/rustmalaysia"
    );
    assert_eq!(source.place, place("Kuala Lumpur, MY"));
}

#[test]
fn a_feed_that_lists_only_the_past_gives_way_to_one_that_does_not() {
    let world = World::new();
    world.page(
        "/rust.example/",
        "<link rel=alternate type=text/calendar href=/old.ics><a href=/gone.ics>x</a><a href=/new.ics>y</a><a href=/other.ics>z</a>",
    );
    let old = calendar("Old", &[("20200827T170000Z", BERLIN)]);
    world.serve("/rust.example/old.ics", "text/calendar", &old);
    world.serve(
        "/rust.example/new.ics",
        "text/calendar",
        calendar("New", &[("20260827T170000Z", BERLIN)]),
    );
    let ran = add(&world, "https://rust.example/");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let address = Address::Web("https://rust.example/new.ics".to_owned());
    assert_eq!(pasted(&world, &ran).address, address);
    for line in [
        "# https://rust.example/old.ics (the page links to it as text/calendar): can be read, but lists no event to come",
        "# https://rust.example/gone.ics (the page links to it): http: ",
        "# https://rust.example/other.ics (the page links to it): not tried",
    ] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }

    // Better that one than none.
    world.serve("/rust.example/new.ics", "text/calendar", &old);
    let ran = add(&world, "https://rust.example/");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let address = Address::Web("https://rust.example/old.ics".to_owned());
    assert_eq!(pasted(&world, &ran).address, address);
    assert!(ran.out.contains("it lists nothing for the next year"));
}

#[test]
fn a_page_that_only_links_to_its_events_is_a_list() {
    let world = World::new();
    world.page(
        "/rust.example/evenings/",
        "<a href='one/'>1</a><a href='two/'>2</a>",
    );
    let ran = add(&world, "https://rust.example/evenings/");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("links to 2 pages below"), "{}", ran.err);

    for (at, day) in [("one", "2026-08-27"), ("two", "2026-09-03")] {
        world.page(
            &format!("/rust.example/evenings/{at}/"),
            &script(&format!(
                r#"{{"@type":"Event","name":"{at}","startDate":"{day}","location":"Berlin, Germany"}}"#
            )),
        );
    }
    let ran = add(&world, "https://rust.example/evenings/");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let source = pasted(&world, &ran);
    assert_eq!(source.platform, Platform::List);
    assert_eq!(source.place, place("Berlin, DE"));
}

#[test]
fn json_with_names_of_its_own_gets_rules_that_read_it_back() {
    let world = World::new();
    let entries: Vec<String> = [(27, "Tokio"), (28, "Embassy"), (30, "Leptos")]
        .iter()
        .map(|(day, title)| {
            format!(
                "{{\"worum\": \"{title} im Betrieb\", \"datum\": \"2026-08-{day}T19:00:00+02:00\", \"stadt_ort\": \"Berlin, Germany\", \
                 \"seite_link\": \"https://crab.example/t/{day}\", \"created\": \"2026-07-01\"}}"
            )
        })
        .collect();
    let json = format!("{{\"daten\": {{\"treffen\": [{}]}}}}", entries.join(","));
    world.serve("/crab.example/api/treffen", "application/json", &json);
    let ran = add(&world, "https://crab.example/api/treffen");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    for line in [
        "platform = \"json\"",
        "rules.item = \"daten.treffen\"  # each is an event",
        "rules.title = \"worum\"",
        "rules.date = \"datum\"",
        "rules.place = \"stadt_ort\"",
        "rules.link = \"seite_link\"",
        "place = \"Berlin, DE\"  # where 3 of 3 events are",
        "its next event is \"Tokio im Betrieb\" on 2026-08-27",
    ] {
        assert!(ran.out.contains(line), "{line}\n{}", ran.out);
    }
    let source = pasted(&world, &ran);
    assert_eq!(source.platform, Platform::Json);
    assert!(source.rules.is_some());
}
