//! The bytes of a calendar.

use super::{at, evening};
use crate::cases;
use chrono::NaiveDate;
use proptest::prelude::*;
use rusty_events::believe::curate::{Published, Shown};
use rusty_events::facts::event::{Status, Title, Venue};
use rusty_events::facts::link::Link;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::when::When;
use rusty_events::read::ics;
use rusty_events::render::ical::{self, Feed};

fn feed() -> Feed<'static> {
    Feed {
        name: "Rusty Events: Europe",
        url: Some("https://events.example.org/feeds/europe.ics"),
        base: Some("https://events.example.org"),
        page: Some("https://events.example.org/?region=europe"),
        mark: false,
        states: &[],
        today: NaiveDate::from_ymd_opt(2026, 8, 1).unwrap(),
    }
}

fn written(event: &Published) -> String {
    ical::feed([event], &feed())
}

/// Its lines, unfolded, of the first event.
fn lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n ", "");
    text.split("\r\n")
        .skip_while(|line| *line != "BEGIN:VEVENT")
        .take_while(|line| *line != "END:VEVENT")
        .map(str::to_owned)
        .collect()
}

fn value<'a>(lines: &'a [String], name: &str) -> Option<&'a str> {
    lines
        .iter()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
}

#[test]
fn an_evening_is_written_in_utc_with_times_that_are_stored_and_never_now() {
    let mut event = evening(27, "Hack; Night, \\o/");
    event.sequence = 3;
    event.venue = Some(Venue {
        name: Some("c-base".to_owned()),
        address: Some("c-base, Rungestraße 20".to_owned()),
        coordinates: Some((52.513, 13.4201)),
    });
    let text = written(&event);
    let lines = lines(&text);
    let uid = format!("{}@rusty-events", event.id);
    for (name, wanted) in [
        ("UID", &uid[..]),
        ("SEQUENCE", "3"),
        ("DTSTAMP", "20260702T111213Z"),
        ("LAST-MODIFIED", "20260702T111213Z"),
        ("CREATED", "20260701T100000Z"),
        ("DTSTART", "20260827T170000Z"),
        ("DTEND", "20260827T190000Z"),
        ("SUMMARY", "Hack\\; Night\\, \\\\o/"),
        ("STATUS", "CONFIRMED"),
        ("LOCATION", "c-base\\, Rungestraße 20\\, Berlin\\, DE"),
        ("GEO", "52.513000;13.420100"),
        ("URL", "https://www.meetup.com/rust-berlin/events/27/"),
        ("CATEGORIES", "Europe"),
    ] {
        assert_eq!(value(&lines, name), Some(wanted), "{name}\n{text}");
    }
    for line in [
        "NAME:Rusty Events: Europe",
        "X-WR-CALNAME:Rusty Events: Europe",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "SOURCE;VALUE=URI:https://events.example.org/feeds/europe.ics",
        "COLOR:darkorange",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}\n{text}");
    }
    assert!(!text.contains("X-WR-TIMEZONE"));
    assert_eq!(text, written(&event), "the same bytes");
}

#[test]
fn whole_days_end_on_the_day_after_the_last() {
    let mut event = evening(27, "RustConf");
    event.when = When::Days {
        first: "2026-09-08".parse().unwrap(),
        last: "2026-09-11".parse().unwrap(),
    };
    let lines = lines(&written(&event));
    assert_eq!(value(&lines, "DTSTART;VALUE=DATE"), Some("20260908"));
    assert_eq!(value(&lines, "DTEND;VALUE=DATE"), Some("20260912"));
}

#[test]
fn what_is_off_is_cancelled_with_its_reason_until_its_end() {
    for (status, word) in [
        (Status::Cancelled, "Cancelled"),
        (Status::Postponed, "Postponed"),
        (Status::Withdrawn, "Withdrawn"),
    ] {
        let mut event = evening(27, "Hack Night");
        event.status = status;
        let lines = lines(&written(&event));
        assert_eq!(value(&lines, "STATUS"), Some("CANCELLED"));
        let summary = value(&lines, "SUMMARY").unwrap();
        assert_eq!(summary, format!("{word}: Hack Night"));
        let marked = ical::feed(
            [&event],
            &Feed {
                mark: true,
                ..feed()
            },
        );
        assert!(marked.contains("STATUS:CONFIRMED") && marked.contains(word));
        let later = Feed {
            today: "2026-08-28".parse().unwrap(),
            ..feed()
        };
        assert!(
            !ical::feed([&event], &later).contains("BEGIN:VEVENT"),
            "over"
        );
    }
}

#[test]
fn what_an_editor_hid_is_called_off_only_where_it_was_published() {
    let mut event = evening(27, "Hack Night");
    event.shown = Shown::Nowhere;
    assert!(!written(&event).contains("BEGIN:VEVENT"), "no one saw it");
    event.sequence = 1;
    assert!(written(&event).contains("STATUS:CANCELLED"));
    event.shown = Shown::NotInSection;
    assert!(written(&event).contains("STATUS:CONFIRMED"));
}

#[test]
fn a_moved_event_names_the_old_time() {
    let mut event = evening(27, "Hack Night");
    event.moved_from = Some(evening(20, "Hack Night").when);
    let lines = lines(&written(&event));
    let description = value(&lines, "DESCRIPTION").unwrap();
    assert!(
        description.starts_with("Moved: it was to be 2026-08-20 19:00 (Europe/Berlin)."),
        "{description}"
    );
}

#[test]
fn a_place_is_written_once() {
    let mut event = evening(27, "Talks");
    event.place = Place::parse("Hamburg, HH, DE").ok();
    for (name, address, written) in [
        (Some("Hamburg, HH, DE"), None, "Hamburg\\, DE"),
        (
            Some("The Club"),
            Some("Hamburg, DE"),
            "The Club\\, Hamburg\\, DE",
        ),
        (
            Some("the club"),
            Some("The Club, Hauptstr. 1, 20095 HAMBURG, Germany"),
            "The Club\\, Hauptstr. 1\\, 20095 HAMBURG\\, Germany",
        ),
        (
            None,
            Some("Hauptstr. 1, 20095 Hamburg"),
            "Hauptstr. 1\\, 20095 Hamburg\\, DE",
        ),
        (
            Some("Hamburger Hof"),
            None,
            "Hamburger Hof\\, Hamburg\\, DE",
        ),
    ] {
        event.venue = Some(Venue {
            name: name.map(str::to_owned),
            address: address.map(str::to_owned),
            coordinates: None,
        });
        assert_eq!(
            value(&lines(&self::written(&event)), "LOCATION"),
            Some(written)
        );
    }
}

#[test]
fn no_heap_of_marks_reaches_over_other_lines() {
    let heap = "\u{0335}\u{0348}\u{0301}\u{0302}\u{0303}\u{0304}\u{0305}\u{0306}".repeat(5);
    let title = Title::parse(&format!("R{heap}ust{heap}")).unwrap();
    let marks = title.as_str().chars();
    let marks = marks.filter(|char| !char.is_ascii() && !char.is_alphabetic());
    assert!(marks.count() <= 8, "{title}");
    // No script is touched.
    for whole in ["नमस्ते दुनिया", "สวัสดีชาวโลก ที่นี่", "שָׁלוֹם", "Việt Nam ở đây"]
    {
        let composed: String = unicode_normalization::UnicodeNormalization::nfc(whole).collect();
        assert_eq!(Title::parse(whole).unwrap().as_str(), composed);
    }
}

#[test]
fn a_description_says_each_link_once() {
    let mut event = evening(27, "Talks");
    event.links[0].url = Link::parse("https://luma.com/talks").unwrap();
    event.description = "Sign up at https://luma.com/talks please.".to_owned();
    event.online_url = Link::parse("https://meet.jit.si/Rust").ok();
    event.mode = Mode::Hybrid;
    event.links.push(event.links[0].clone());
    event.links[1].url = Link::parse("https://meet.jit.si/Rust").unwrap();
    let text = written(&event).replace("\r\n ", "");
    let description = value(&lines(&text), "DESCRIPTION").unwrap().to_owned();
    assert_eq!(
        description.matches("luma.com/talks").count(),
        1,
        "{description}"
    );
    assert_eq!(
        description.matches("meet.jit.si").count(),
        1,
        "{description}"
    );
}

#[test]
fn an_online_event_has_its_link_for_a_place() {
    let mut event = evening(27, "Talks");
    event.mode = Mode::Virtual;
    assert_eq!(value(&lines(&written(&event)), "LOCATION"), Some("Online"));
    event.online_url = rusty_events::facts::link::Link::parse("https://meet.jit.si/Rust").ok();
    let lines = lines(&written(&event));
    assert_eq!(value(&lines, "LOCATION"), Some("https://meet.jit.si/Rust"));
    assert_eq!(
        value(&lines, "CONFERENCE;VALUE=URI;FEATURE=VIDEO"),
        Some("https://meet.jit.si/Rust")
    );
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn whatever_a_source_writes_adds_no_line_and_splits_no_character(
        title in "\\PC{0,200}|[\\r\\n:;,\\\\\"A-Z🦀é\u{2028}\t]{1,120}",
        about in "(\\PC|[\\r\\n\u{0}\u{b}\u{85}]){0,300}|\r\nBEGIN:VALARM\r\nACTION:PROCEDURE",
        venue in "\\PC{0,120}",
    ) {
        let Some(parsed) = Title::parse(&title) else { return Ok(()) };
        let mut event = evening(27, "x");
        event.title = parsed.clone();
        event.description = about;
        event.venue = Some(Venue { name: Some(venue), ..Venue::default() });
        let text = written(&event);
        prop_assert!(text.is_ascii() || std::str::from_utf8(text.as_bytes()).is_ok());
        for line in text.split_terminator("\r\n") {
            prop_assert!(line.len() <= 75, "{} octets", line.len());
            prop_assert!(!line.contains(['\r', '\n']));
        }
        let names: Vec<String> = lines(&text).iter().map(|line| line.split([':', ';']).next().unwrap().to_owned()).collect();
        prop_assert_eq!(names.join(" "), "BEGIN UID SEQUENCE DTSTAMP CREATED LAST-MODIFIED DTSTART DTEND SUMMARY STATUS TRANSP LOCATION URL CATEGORIES DESCRIPTION");
        // Our own reader, which reads what others write, reads back what was meant.
        let read = ics::calendar(text.as_bytes(), None).unwrap();
        prop_assert_eq!(read.reading.listings.len(), 1);
        prop_assert_eq!(Title::parse(&read.reading.listings[0].title), Some(parsed));
        prop_assert!(read.reading.problems.is_empty(), "{:?}", read.reading.problems);
    }

    #[test]
    fn nothing_changes_when_only_the_order_of_days_goes_on(days in 0_u64..20) {
        let event = evening(27, "Hack Night");
        let today = NaiveDate::from_ymd_opt(2026, 8, 1).unwrap() + chrono::Days::new(days);
        prop_assert_eq!(ical::feed([&event], &Feed { today, ..feed() }), written(&event));
    }
}

#[test]
fn a_time_without_an_end_says_none() {
    let mut event = evening(27, "Talks");
    event.when = When::Timed {
        start: at("2026-08-27T17:00:00Z"),
        end: None,
        zone: chrono_tz::Tz::UTC,
    };
    assert_eq!(value(&lines(&written(&event)), "DTEND"), None);
}
