//! Calendar feeds: what each event says, and what is made of damage.

mod damage;
mod lines;
mod zones;

use crate::readers;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rusty_events::facts::listing::{End, Listing, Reading, Status};
use rusty_events::facts::source::{Address, Page, Platform, Purpose, Source, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::read::ics;

fn read(body: impl AsRef<[u8]>) -> Reading {
    ics::calendar(body.as_ref(), None).unwrap().reading
}

/// A calendar with these lines inside.
fn feed(lines: &str) -> Reading {
    read(format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{lines}\r\nEND:VCALENDAR\r\n"
    ))
}

/// The only event of a calendar, with these lines.
fn event(lines: &str) -> Listing {
    let reading = feed(&format!("BEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT"));
    assert_eq!(reading.listings.len(), 1, "{:?}", reading.problems);
    reading.listings.into_iter().next().unwrap()
}

fn said(reading: &Reading) -> Vec<(usize, &str)> {
    reading
        .problems
        .iter()
        .map(|problem| (problem.line, problem.what.as_str()))
        .collect()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn wall(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_google_calendar_is_read_field_by_field() {
    let calendar = ics::calendar(include_bytes!("pages/ics/google.ics"), None).unwrap();
    assert_eq!(calendar.name.as_deref(), Some("Crab Town Rust"));
    let reading = calendar.reading;
    assert_eq!((reading.entries, reading.whole), (5, true));
    assert_eq!(said(&reading), []);
    let [series, moved, online, days, inner] = reading.listings.as_slice() else {
        panic!()
    };

    assert_eq!(series.key, "evening@crab.example");
    assert_eq!(series.line, 26);
    assert_eq!(series.title, "Evening of Q&A");
    assert_eq!(
        series.start,
        Stamp::Zoned(wall("2026-01-07T19:00:00"), Tz::Europe__Berlin)
    );
    assert_eq!(
        series.end,
        Some(End::At(Stamp::Zoned(
            wall("2026-01-07T21:00:00"),
            Tz::Europe__Berlin
        )))
    );
    let rule = series.rule.as_ref().unwrap();
    assert_eq!(rule.rules, ["FREQ=WEEKLY;BYDAY=WE"]);
    assert_eq!(
        rule.except_dates,
        [Stamp::Zoned(
            wall("2026-01-21T19:00:00"),
            Tz::Europe__Berlin
        )]
    );
    assert_eq!(
        series.description,
        "Bring a laptop.\nTalks: the list (https://crab.example/talks)"
    );
    assert_eq!(
        series.locations[0].address.as_deref(),
        Some("Hall 3, Ferris Street 1, Crab Town")
    );
    assert_eq!((series.status, series.sequence), (Status::Confirmed, 2));
    assert_eq!(series.modified.as_deref(), Some("20260102T080000Z"));
    assert_eq!(series.link, None);

    assert_eq!(
        moved.instance,
        Some(Stamp::Zoned(
            wall("2026-01-28T19:00:00"),
            Tz::Europe__Berlin
        ))
    );
    assert_eq!(moved.title, "Evening of Q&A, a day late");
    assert_eq!(moved.rule, None);

    assert_eq!(online.start, Stamp::Utc(utc("2026-01-10T18:30:00Z")));
    assert_eq!(online.zone, Some(Tz::Europe__Berlin));
    assert_eq!(
        online.online_url.as_deref(),
        Some("https://meet.google.com/abc-defg-hij")
    );
    assert_eq!(online.locations, []);
    assert_eq!(online.organisers, []);
    assert_eq!(online.status, Status::Tentative);

    assert_eq!(days.start, Stamp::Date(day("2026-05-16")));
    assert_eq!(days.end, Some(End::At(Stamp::Date(day("2026-05-19")))));
    assert_eq!(
        (days.locations[0].latitude, days.locations[0].longitude),
        (Some(52.52), Some(13.405))
    );
    assert_eq!(days.link.as_deref(), Some("https://crab.example/days"));
    assert_eq!(
        days.organisers,
        [(
            "Crab; Friends".to_owned(),
            Some("https://crab.example/".to_owned())
        )]
    );

    assert_eq!((inner.private, inner.status), (true, Status::Cancelled));
    assert_eq!(inner.locations, []);
}

#[test]
fn an_empty_calendar_is_whole() {
    let reading = feed("X-WR-CALNAME:Nothing yet");
    assert_eq!(
        (reading.entries, reading.whole, reading.problems.len()),
        (0, true, 0)
    );
}

#[test]
fn ends_are_of_the_kind_of_their_starts() {
    let end = |lines: &str| event(lines).end;
    let berlin = |text: &str| Some(End::At(Stamp::Zoned(wall(text), Tz::Europe__Berlin)));
    assert_eq!(end("DTSTART;VALUE=DATE:20260516"), None);
    assert_eq!(
        end("DTSTART;VALUE=DATE:20260516\r\nDTEND;VALUE=DATE:20260516"),
        None
    );
    assert_eq!(
        end("DTSTART;VALUE=DATE:20260516\r\nDURATION:P3D"),
        Some(End::At(Stamp::Date(day("2026-05-19"))))
    );
    assert_eq!(
        end("DTSTART;VALUE=DATE:20260516\r\nDTEND:20260518T170000Z"),
        Some(End::At(Stamp::Date(day("2026-05-19"))))
    );
    assert_eq!(
        end("DTSTART;TZID=Europe/Berlin:20260516T190000\r\nDTEND;VALUE=DATE:20260518"),
        berlin("2026-05-18T00:00:00")
    );
    // An end without a zone is on the clock of its start.
    assert_eq!(
        end("DTSTART;TZID=Europe/Berlin:20260516T190000\r\nDTEND:20260516T210000"),
        berlin("2026-05-16T21:00:00")
    );
    assert_eq!(
        end("DTSTART:20260516T190000Z\r\nDURATION:PT1H30M"),
        Some(End::After(TimeDelta::minutes(90)))
    );
    // A day of DURATION is a day on the wall, also when the clocks change (29 March).
    assert_eq!(
        end("DTSTART;TZID=Europe/Berlin:20260328T190000\r\nDURATION:P1D"),
        berlin("2026-03-29T19:00:00")
    );
    let reading =
        feed("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260516T190000Z\r\nDURATION:P10000Y\r\nEND:VEVENT");
    assert_eq!(reading.listings[0].end, None);
    assert_eq!(
        said(&reading),
        [(6, "DURATION P10000Y is no length: read without an end")]
    );
}

#[test]
fn the_times_that_people_write_are_read_and_impossible_ones_are_not() {
    let start = |value: &str| {
        let reading = feed(&format!(
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:{value}\r\nEND:VEVENT"
        ));
        reading.listings.first().map(|listing| listing.start)
    };
    let at = Some(Stamp::Utc(utc("2026-01-01T10:00:00Z")));
    assert_eq!(start("20260101T100000Z"), at);
    assert_eq!(start(" 2026-01-01T10:00:00Z "), at);
    assert_eq!(start("20260101T1000z"), at);
    assert_eq!(start("20260101"), Some(Stamp::Date(day("2026-01-01"))));
    assert_eq!(
        start("20260101T120000+0200").unwrap().instant(Tz::UTC),
        utc("2026-01-01T10:00:00Z")
    );
    assert_eq!(
        start("20261231T235960Z"),
        Some(Stamp::Utc(utc("2026-12-31T23:59:59Z")))
    );
    for wrong in [
        "",
        "20261301T100000Z",
        "20260101T250000Z",
        "20260101T240000",
        "2026",
        "-0011130T100000",
        "soon",
    ] {
        assert_eq!(start(wrong), None, "{wrong}");
    }
}

#[test]
fn exclusions_and_additions_are_lists_of_dates_times_and_periods() {
    let listing = event(concat!(
        "DTSTART;TZID=Europe/Berlin:20260107T190000\r\nRRULE:FREQ=WEEKLY\r\n",
        "EXDATE;VALUE=DATE:20260114,20260121\r\nEXDATE:20260128T190000\r\n",
        "RDATE;VALUE=PERIOD:20260110T100000Z/20260110T110000Z,20260111T100000Z/PT2H\r\nRDATE;VALUE=DATE:20260112"
    ));
    let rule = listing.rule.unwrap();
    assert_eq!(
        rule.except_dates,
        [
            Stamp::Date(day("2026-01-14")),
            Stamp::Date(day("2026-01-21")),
            Stamp::Zoned(wall("2026-01-28T19:00:00"), Tz::Europe__Berlin),
        ]
    );
    assert_eq!(
        rule.dates,
        [
            (
                Stamp::Utc(utc("2026-01-10T10:00:00Z")),
                Some(End::At(Stamp::Utc(utc("2026-01-10T11:00:00Z"))))
            ),
            (
                Stamp::Utc(utc("2026-01-11T10:00:00Z")),
                Some(End::After(TimeDelta::hours(2)))
            ),
            (Stamp::Date(day("2026-01-12")), None),
        ]
    );
}

#[test]
fn of_one_uid_the_highest_sequence_then_the_latest_change_counts() {
    let version = |sequence: u8, changed: &str, title: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\nSEQUENCE:{sequence}\r\nLAST-MODIFIED:{changed}\r\nSUMMARY:{title}\r\nEND:VEVENT"
        )
    };
    let (old, changed, new) = (
        version(0, "20260103T000000Z", "old"),
        version(1, "20260101T000000Z", "changed"),
        version(1, "20260102T000000Z", "new"),
    );
    for order in [
        [&old, &changed, &new],
        [&new, &changed, &old],
        [&changed, &new, &old],
    ] {
        let reading = feed(&order.map(String::as_str).join("\r\n"));
        assert_eq!(reading.listings.len(), 1);
        assert_eq!(reading.listings[0].title, "new");
        assert_eq!(reading.entries, 3);
        assert!(reading.whole);
    }
}

#[test]
fn one_uid_on_events_with_other_starts_is_different_events_in_any_order() {
    let event =
        |start: &str| format!("BEGIN:VEVENT\r\nUID:copied\r\nDTSTART:{start}\r\nEND:VEVENT");
    let (first, second) = (event("20260301T180000Z"), event("20260401T180000Z"));
    let keys = |text: String| -> Vec<String> {
        let mut keys: Vec<String> = feed(&text)
            .listings
            .into_iter()
            .map(|listing| listing.key)
            .collect();
        keys.sort();
        keys
    };
    let wanted = ["copied#2026-03-01T18:00:00Z", "copied#2026-04-01T18:00:00Z"];
    assert_eq!(keys(format!("{first}\r\n{second}")), wanted);
    assert_eq!(keys(format!("{second}\r\n{first}")), wanted);
}

#[test]
fn an_event_without_uid_has_the_same_key_at_every_reading() {
    let text = "BEGIN:VEVENT\r\nDTSTART:20260301T180000Z\r\nSUMMARY:Rust  évening!\r\nEND:VEVENT";
    assert_eq!(
        feed(text).listings[0].key,
        "2026-03-01T18:00:00Z rust evening"
    );
}

#[test]
fn a_meeting_link_in_the_place_is_where_it_is_joined() {
    let place = |text: &str| {
        let listing = event(&format!("DTSTART:20260301T180000Z\r\nLOCATION:{text}"));
        (
            listing
                .locations
                .first()
                .and_then(|place| place.address.clone()),
            listing.online_url,
        )
    };
    let mode = |text: &str| event(&format!("DTSTART:20260301T180000Z\r\n{text}")).mode;
    // Alone in the field for the place it says that the event is online; a link that a program adds does not.
    assert_eq!(
        mode("LOCATION:https://meet.example/rust"),
        Some(rusty_events::facts::place::Mode::Virtual)
    );
    assert_eq!(mode("LOCATION:Hall 3 (https://us02web.zoom.us/j/2)"), None);
    assert_eq!(mode("X-GOOGLE-CONFERENCE:https://meet.google.com/a"), None);
    let owned = |text: &str| Some(text.to_owned());
    assert_eq!(
        place("https://zoom.us/j/1?pwd=x"),
        (None, owned("https://zoom.us/j/1?pwd=x"))
    );
    assert_eq!(
        place("Hall 3\\, Berlin (https://us02web.zoom.us/j/2)"),
        (
            owned("Hall 3, Berlin"),
            owned("https://us02web.zoom.us/j/2")
        )
    );
    assert_eq!(
        place("https://www.meetup.com/crabs/"),
        (owned("https://www.meetup.com/crabs/"), None)
    );
    assert_eq!(
        place("https://example.org/zoom.us/j/1"),
        (owned("https://example.org/zoom.us/j/1"), None)
    );
    assert_eq!(
        place("#_LOCATIONNAME\\, Crab Town"),
        (owned("Crab Town"), None)
    );
}

#[test]
fn parameters_decode_their_carets() {
    let listing =
        event("DTSTART:20260301T180000Z\r\nORGANIZER;CN=\"Crabs ^'R^' Us^^\":https://crab.example");
    assert_eq!(listing.organisers[0].0, "Crabs \"R\" Us^");
}

#[test]
fn an_address_is_not_an_organiser() {
    assert_eq!(
        event("DTSTART:20260301T180000Z\r\nORGANIZER;CN=a@b.example:mailto:a@b.example").organisers,
        []
    );
    assert_eq!(
        event("DTSTART:20260301T180000Z\r\nORGANIZER:mailto:a@b.example").organisers,
        []
    );
    for (value, organiser) in [
        ("urn:uuid:0b5a7a1e", None),
        ("Les Crabes", Some(("Les Crabes", None))),
        (
            "https://crab.example/@les_crabes?x=1",
            Some(("les_crabes", Some("https://crab.example/@les_crabes?x=1"))),
        ),
        ("https://crab.example/", None),
    ] {
        let read = event(&format!("DTSTART:20260301T180000Z\r\nORGANIZER:{value}"));
        let expected = organiser.map(|(name, url)| (name.to_owned(), url.map(str::to_owned)));
        assert_eq!(read.organisers, Vec::from_iter(expected), "{value}");
    }
    let listing =
        event("DTSTART:20260301T180000Z\r\nORGANIZER;CN=Crab Town Rust:mailto:a@b.example");
    assert_eq!(listing.organisers, [("Crab Town Rust".to_owned(), None)]);
}

#[test]
fn the_first_request_is_the_feed() {
    let request = |address: &str| {
        let source = source(Address::Web(address.to_owned()));
        ics::first_request(&source, Way::Feed).map(|request| request.url)
    };
    let owned = |text: &str| Some(text.to_owned());
    assert_eq!(
        request("https://crab.example/feed.ics?a=1"),
        owned("https://crab.example/feed.ics?a=1")
    );
    assert_eq!(
        ics::first_request(&source(Address::File("feed.ics".into())), Way::Feed),
        None
    );
    assert_eq!(
        ics::first_request(
            &source(Address::Web("https://crab.example".to_owned())),
            Way::Page
        ),
        None
    );
}

#[test]
fn a_page_is_read_by_its_declared_character_set() {
    let page = Page {
        content_type: Some("text/calendar; charset=shift_jis".to_owned()),
        ..readers::page("https://crab.example/", Purpose::List, Way::Feed, b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:\x93\x8C\x8B\x9E\nDTSTART:20260301T180000Z\nEND:VEVENT\nEND:VCALENDAR\n")
    };
    let reading = ics::read(&source(Address::Web(page.url.clone())), &page).unwrap();
    assert_eq!(reading.listings[0].title, "東京");
}

fn source(address: Address) -> Source {
    Source::new("ics/crab", address, Platform::Ics)
}
