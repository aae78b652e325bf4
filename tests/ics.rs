//! Calendar feeds: what each event says, and what is made of damage.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use rusty_events::listing::{End, Listing, Reading, Status, Unreadable};
use rusty_events::read::ics;
use rusty_events::recur::{Limits, expand};
use rusty_events::source::{Address, Page, Platform, Purpose, Request, Source, SourceId, Way};
use rusty_events::when::Stamp;

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
fn a_tzid_means_the_zone_its_writer_meant() {
    let reading = read(include_bytes!("pages/ics/outlook.ics"));
    let local = wall("2026-07-07T19:00:00");
    let zone = |uid: &str| {
        let listing = reading.listings.iter().find(|listing| listing.key == uid);
        let listing = listing.unwrap_or_else(|| panic!("{uid}: {:?}", reading.problems));
        match listing.start {
            Stamp::Zoned(at, zone) if at == local => zone.name().to_owned(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(zone("windows-name"), "Europe/London");
    assert_eq!(zone("display-name"), "America/New_York");
    assert_eq!(zone("display-name-unquoted"), "America/New_York");
    assert_eq!(zone("cities"), "Europe/London");
    assert_eq!(zone("unclosed-quote"), "Europe/Berlin");
    assert_eq!(zone("prefixed"), "America/Indiana/Knox");
    assert_eq!(zone("any-case"), "Asia/Tokyo");
    assert_eq!(zone("customized"), "Europe/Berlin");
    assert_eq!(zone("own-rules"), "Offset(2026-07-07T19:00:00+00:17)");
    assert_eq!(zone("offset-name"), "Etc/GMT-3");
    assert_eq!(zone("unknown"), "Floating(2026-07-07T19:00:00)");
    assert_eq!(
        said(&reading),
        [
            (
                72,
                "TZID Half way follows no known zone: its own rules are taken"
            ),
            (
                82,
                "TZID tzone://Microsoft/Custom is no known zone: its times are read in the source's zone"
            ),
        ]
    );
}

#[test]
fn every_windows_zone_has_a_zone_that_exists() {
    for row in include_str!("../data/windows-zones.tsv")
        .lines()
        .filter(|row| !row.starts_with('#'))
    {
        let (name, rest) = row.split_once('\t').unwrap();
        let (iana, places) = rest.split_once('\t').unwrap();
        let wanted = Stamp::Zoned(wall("2026-07-07T19:00:00"), iana.parse().unwrap());
        assert_eq!(
            event(&format!("DTSTART;TZID={name}:20260707T190000")).start,
            wanted,
            "{name}"
        );
        for places in places.split(';').filter(|places| !places.is_empty()) {
            let start = event(&format!(
                "DTSTART;TZID=\"(UTC+01:23) {places}\":20260707T190000"
            ))
            .start;
            assert_eq!(start, wanted, "{places}");
        }
    }
}

#[test]
fn a_time_without_a_zone_is_the_calendars_or_floats() {
    assert_eq!(
        event("DTSTART:20260707T190000").start,
        Stamp::Floating(wall("2026-07-07T19:00:00"))
    );
    let reading = feed(
        "X-WR-TIMEZONE:Europe/Paris\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260707T190000\r\nEND:VEVENT",
    );
    assert_eq!(
        reading.listings[0].start,
        Stamp::Zoned(wall("2026-07-07T19:00:00"), Tz::Europe__Paris)
    );
    let reading = feed(
        "X-WR-TIMEZONE:Europe/Paris\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Nowhere:20260707T190000\r\nEND:VEVENT",
    );
    assert_eq!(
        reading.listings[0].start,
        Stamp::Zoned(wall("2026-07-07T19:00:00"), Tz::Europe__Paris)
    );
    assert_eq!(
        said(&reading),
        [(
            6,
            "TZID Nowhere is no known zone: Europe/Paris is taken, which the calendar names"
        )]
    );
}

#[test]
fn a_zone_beside_a_time_in_utc_does_not_move_it() {
    let listing = event("DTSTART;TZID=Asia/Tokyo:20260707T190000Z");
    assert_eq!(listing.start, Stamp::Utc(utc("2026-07-07T19:00:00Z")));
    assert_eq!(listing.zone, Some(Tz::Asia__Tokyo));
}

#[test]
fn a_zone_defined_with_the_offsets_of_a_known_one_is_that_zone() {
    // Kathmandu is the only place at +05:45.
    let reading = feed(concat!(
        "BEGIN:VTIMEZONE\r\nTZID:Base camp\r\nBEGIN:STANDARD\r\nDTSTART:20200101T000000\r\n",
        "TZOFFSETFROM:+0545\r\nTZOFFSETTO:+0545\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Base camp:20260707T190000\r\nEND:VEVENT"
    ));
    assert_eq!(
        reading.listings[0].start,
        Stamp::Zoned(wall("2026-07-07T19:00:00"), Tz::Asia__Kathmandu)
    );
}

#[test]
fn damage_costs_no_more_than_the_damaged() {
    let reading = read(include_bytes!("pages/ics/damaged.ics"));
    let titles: Vec<(&str, &str)> = reading
        .listings
        .iter()
        .map(|listing| (listing.key.as_str(), listing.title.as_str()))
        .collect();
    assert_eq!(
        titles,
        [
            ("lower@example.org", "Space before the colon"),
            ("open@example.org", "Without its END"),
            (
                "folded@example.org",
                "Folded in the middle of a word\u{20}and by a tab"
            ),
            ("second@example.org", "In a second calendar"),
        ]
    );
    assert_eq!((reading.entries, reading.whole), (7, false));
    assert_eq!(
        said(&reading),
        [
            (
                1,
                "a line without a colon was dropped: junk before the calendar"
            ),
            (
                4,
                "a line without a colon was dropped: this line says nothing"
            ),
            (10, "an event without DTSTART is lost"),
            (17, "DTSTART 20260230T180000Z is no time: the event is lost"),
            (19, "BEGIN:VEVENT has no END before line 28"),
            (24, "BEGIN:VALARM has no END before line 28"),
            (34, "a line with no property name was dropped: BAD NAME:x"),
            (38, "no END:VCALENDAR: the file is cut off"),
            (44, "the file ends inside this event, which is lost"),
        ]
    );
    let lost: Vec<usize> = reading
        .problems
        .iter()
        .filter(|problem| problem.lost)
        .map(|problem| problem.line)
        .collect();
    assert_eq!(lost, [10, 17, 44]);
}

#[test]
fn line_ends_and_character_sets_make_no_difference() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Grüße a\n us Köln\nDTSTART:20260301T180000Z\nEND:VEVENT\nEND:VCALENDAR\n";
    let wanted = read(text).listings;
    assert_eq!(wanted[0].title, "Grüße aus Köln");
    let utf16 = |little: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    };
    let latin: Vec<u8> = text
        .chars()
        .map(|char| u8::try_from(u32::from(char)).unwrap())
        .collect();
    let variants: Vec<(&str, Vec<u8>)> = vec![
        ("CRLF", text.replace('\n', "\r\n").into()),
        ("CR", text.replace('\n', "\r").into()),
        ("CRCRLF", text.replace('\n', "\r\r\n").into()),
        ("mixed", text.replacen('\n', "\r\n", 3).into()),
        ("BOM", format!("\u{FEFF}{text}").into()),
        ("UTF-16 LE", [&[0xFF, 0xFE][..], &utf16(true)].concat()),
        ("UTF-16 BE", [&[0xFE, 0xFF][..], &utf16(false)].concat()),
        ("UTF-16 LE without a mark", utf16(true)),
        ("windows-1252", latin.clone()),
    ];
    for (name, body) in variants {
        assert_eq!(read(body).listings, wanted, "{name}");
    }
    let declared = ics::calendar(&latin, Some("text/calendar; charset=\"iso-8859-1\""))
        .unwrap()
        .reading;
    assert_eq!(
        (declared.listings, declared.problems),
        (wanted.clone(), Vec::new())
    );
    let lied = ics::calendar(text.as_bytes(), Some("text/calendar; charset=iso-8859-1"))
        .unwrap()
        .reading;
    assert_eq!(lied.listings, wanted);
    assert_eq!(said(&lied), [(0, "declared as windows-1252 but is UTF-8")]);
}

#[test]
fn a_fold_may_stand_inside_a_character() {
    let body = [b"SUMMARY:K\xC3\r\n \xB6ln\r\nDTSTART:20260301T180000Z".as_slice()].concat();
    let body = [
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n",
        body.as_slice(),
        b"\r\nEND:VEVENT\r\nEND:VCALENDAR",
    ]
    .concat();
    assert_eq!(read(body).listings[0].title, "Köln");
}

#[test]
fn one_undecodable_byte_is_replaced_and_its_line_named() {
    let body = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:K\xC3\xB6ln\nLOCATION:\xFF 1\nDTSTART:20260301T180000Z\nEND:VEVENT\nEND:VCALENDAR";
    let reading = read(body);
    assert_eq!(reading.listings[0].title, "Köln");
    assert_eq!(
        reading.listings[0].locations[0].address.as_deref(),
        Some("\u{FFFD} 1")
    );
    assert_eq!(
        said(&reading),
        [(5, "bytes that are no UTF-8 were replaced")]
    );
}

#[test]
fn what_is_no_calendar_is_named() {
    let refused = |body: &[u8]| match ics::calendar(body, Some("text/calendar")) {
        Err(Unreadable::NotWhatWasAsked(what)) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        refused(
            b"\n<!DOCTYPE html><html><head><title>Sign in\n &amp; up</title><body>BEGIN:VCALENDAR"
        ),
        "got an HTML page (title: Sign in & up) in place of a calendar"
    );
    assert_eq!(
        refused(b"<rss/>"),
        "got an HTML or XML page in place of a calendar"
    );
    assert_eq!(
        refused(br#"{"error": {"code": 429, "message": "Slow\ndown"}}"#),
        "got JSON in place of a calendar, which says: Slow down"
    );
    assert_eq!(
        refused(br#"{"errors": [{"title": "Gone"}]}"#),
        "got JSON in place of a calendar, which says: Gone"
    );
    assert_eq!(refused(b"[1, 2"), "got JSON in place of a calendar");
    assert_eq!(
        refused(b"\xEF\xBB\xBF \r\n"),
        "got an empty body in place of a calendar"
    );
    assert_eq!(
        refused(b"Too many requests\n"),
        "got text in place of a calendar: Too many requests\\n"
    );
    // Whatever the type says, a calendar is a calendar.
    assert!(ics::calendar(b"\n BEGIN:VCALENDAR\nEND:VCALENDAR", Some("text/html")).is_ok());
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
fn an_event_outside_of_any_calendar_is_counted_and_lost() {
    let reading = read("BEGIN:VEVENT\nUID:1\nDTSTART:20260301T180000Z\nEND:VEVENT\n");
    assert_eq!(
        (reading.entries, reading.listings.len(), reading.whole),
        (1, 0, false)
    );
    assert_eq!(
        said(&reading)[1],
        (
            1,
            "an event before any BEGIN:VCALENDAR is part of no calendar"
        )
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
        place("https://zoom.us.example.org/j/1"),
        (owned("https://zoom.us.example.org/j/1"), None)
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
fn too_much_is_cut_and_said() {
    let long = "x".repeat(100_000);
    let reading = feed(&format!(
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\nDESCRIPTION:{long}\r\nATTACH;ENCODING=BASE64:{long}\r\nEND:VEVENT"
    ));
    assert_eq!(
        reading.listings[0].description.len(),
        64 * 1024 - "DESCRIPTION:".len()
    );
    assert_eq!(
        said(&reading),
        [(6, "DESCRIPTION is longer than 64 KiB and was cut")]
    );

    let many = "X-MANY:x\r\n".repeat(600);
    let reading = feed(&format!(
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\n{many}SUMMARY:late\r\nEND:VEVENT"
    ));
    assert_eq!(reading.listings[0].title, "");
    assert_eq!(
        said(&reading),
        [(504, "only the first 500 properties of this event are read")]
    );

    let guests = "ATTENDEE:mailto:x@example.org\r\n".repeat(5_000);
    let reading = feed(&format!(
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\n{guests}SUMMARY:late\r\nEND:VEVENT"
    ));
    assert_eq!(
        (reading.listings[0].title.as_str(), reading.problems.len()),
        ("late", 0)
    );

    // The last date of a list that was cut is half a date.
    let dates = vec!["20260301T180000Z"; 5_000].join(",");
    let reading = feed(&format!(
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\nRDATE:{dates}\r\nEND:VEVENT"
    ));
    assert_eq!(
        reading.listings[0].rule.as_ref().unwrap().dates.len(),
        3_854
    );
    assert_eq!(
        said(&reading),
        [(6, "RDATE is longer than 64 KiB and was cut")]
    );

    let alarms =
        "BEGIN:VALARM\r\nTRIGGER:-PT1M\r\nREPEAT:2147483647\r\nEND:VALARM\r\n".repeat(10_000);
    let reading = feed(&format!(
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\n{alarms}SUMMARY:late\r\nEND:VEVENT"
    ));
    assert_eq!(
        (reading.listings[0].title.as_str(), reading.problems.len()),
        ("late", 0)
    );
}

#[test]
fn nothing_nested_is_too_deep() {
    let deep = "BEGIN:VCALENDAR\n".repeat(20_000);
    assert!(!read(deep).whole);
    let deep = format!(
        "BEGIN:VCALENDAR\n{}END:VCALENDAR\n",
        "BEGIN:X-Y\n".repeat(20_000)
    );
    let reading = read(deep);
    assert_eq!(
        said(&reading)[..2]
            .iter()
            .filter(|(_, what)| what.contains("8 deep"))
            .count(),
        1
    );
    // The event after the pile is read.
    let text = format!(
        "BEGIN:VCALENDAR\n{}{}BEGIN:VEVENT\nUID:1\nDTSTART:20260301T180000Z\nEND:VEVENT\nEND:VCALENDAR\n",
        "BEGIN:X-Y\n".repeat(2_000),
        "END:X-Y\n".repeat(2_000)
    );
    assert_eq!(read(text).listings.len(), 1);
    // Markup too can be nested.
    let deep = "<b><p>".repeat(10_000);
    assert_eq!(
        event(&format!(
            "DTSTART:20260301T180000Z\r\nDESCRIPTION:{deep}text</p>"
        ))
        .description,
        ""
    );
}

#[test]
fn problems_have_an_end() {
    let reading = feed(&"nonsense\r\n".repeat(5_000));
    assert_eq!(reading.problems.len(), 501);
    assert_eq!(reading.problems[500].what, "and 4500 further problems");
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
        request: Request::get("https://crab.example/", Purpose::List, Way::Feed),
        url: "https://crab.example/".to_owned(),
        content_type: Some("text/calendar; charset=shift_jis".to_owned()),
        body: b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:\x93\x8C\x8B\x9E\nDTSTART:20260301T180000Z\nEND:VEVENT\nEND:VCALENDAR\n".to_vec(),
        at: utc("2026-01-01T00:00:00Z"),
    };
    let reading = ics::read(&source(Address::Web(page.url.clone())), &page).unwrap();
    assert_eq!(reading.listings[0].title, "東京");
}

fn source(address: Address) -> Source {
    Source {
        id: SourceId("ics/crab".to_owned()),
        address,
        platform: Platform::Ics,
        organiser: None,
        place: None,
        zone: None,
        mode: None,
        force_mode: None,
        force_place: None,
        only: Vec::new(),
        aliases: Vec::new(),
        replaces: Vec::new(),
        expect_empty: false,
    }
}

/// Changes that keep most of a page: a byte, a part dropped, a part repeated, a token put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    const TOKENS: [&[u8]; 12] = [
        b"BEGIN:VEVENT\r\n",
        b"END:VEVENT\r\n",
        b"END:VCALENDAR\r\nBEGIN:VCALENDAR\r\n",
        b"\r\n ",
        b"\r",
        b";TZID=\"",
        b"RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=-5MO;BYSETPOS=-366\r\n",
        b"RECURRENCE-ID;RANGE=THISANDFUTURE:99991231T235959Z\r\n",
        b"DTSTART;VALUE=DATE:00010101\r\n",
        b"DURATION:-P9999999W\r\n",
        b"\xFF\xFE\xC3",
        b"<p>&#x110000;&lt;",
    ];
    let pages = [
        include_bytes!("pages/ics/google.ics").as_slice(),
        include_bytes!("pages/ics/outlook.ics").as_slice(),
        include_bytes!("pages/ics/damaged.ics").as_slice(),
    ];
    let change = (
        0..5_u8,
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<u8>(),
        0..TOKENS.len(),
    );
    (0..pages.len(), prop::collection::vec(change, 1..8)).prop_map(move |(page, changes)| {
        let mut page = pages[page].to_vec();
        for (kind, from, to, byte, token) in changes {
            if page.is_empty() {
                break;
            }
            let (from, to) = (from.index(page.len()), to.index(page.len()));
            match kind {
                0 => page[from] = byte,
                1 => drop(page.drain(from..(from + to % 60).min(page.len()))),
                2 => drop(page.splice(from..from, TOKENS[token].iter().copied())),
                3 => page.truncate(from.max(to)),
                _ => {
                    let part = page[from.min(to)..from.max(to)].to_vec();
                    page.splice(to..to, part);
                }
            }
        }
        page
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = ics::calendar(&bytes, None);
        let page = [b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101\r\n", bytes.as_slice()].concat();
        prop_assert!(ics::calendar(&page, Some("text/calendar; charset=gbk")).is_ok());
    }

    #[test]
    fn no_damaged_page_makes_it_panic(page in mutated()) {
        if let Ok(calendar) = ics::calendar(&page, None) {
            prop_assert!(calendar.reading.listings.len() <= calendar.reading.entries);
            let window = (utc("2026-01-01T00:00:00Z"), utc("2027-01-01T00:00:00Z"));
            let found = expand(&calendar.reading.listings, window, Tz::Europe__Berlin, Limits::default());
            prop_assert!(found.occurrences.len() <= Limits::default().all_occurrences);
        }
    }
}
