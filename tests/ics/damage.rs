//! Files that are damaged, too large, or something else: what is lost by it, and what is said.

use super::{event, feed, read, said, utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use rusty_events::believe::recur::{Limits, expand};
use rusty_events::facts::listing::Unreadable;
use rusty_events::read::ics;

#[test]
fn damage_costs_no_more_than_the_damaged() {
    let reading = read(include_bytes!("../pages/ics/damaged.ics"));
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
        include_bytes!("../pages/ics/google.ics").as_slice(),
        include_bytes!("../pages/ics/outlook.ics").as_slice(),
        include_bytes!("../pages/ics/damaged.ics").as_slice(),
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
