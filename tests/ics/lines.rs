//! Lines and their encodings, as programs write them that follow no standard or an older one.

use super::{event, feed, read, said, utc};
use chrono_tz::Tz;
use rusty_events::facts::listing::Status;
use rusty_events::facts::when::Stamp;
use rusty_events::read::ics;

/// The only event of a calendar, with these bytes as lines.
fn bytes(lines: &[&[u8]]) -> rusty_events::facts::listing::Listing {
    let body = [
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\n",
        lines.concat().as_slice(),
        b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ]
    .concat();
    let reading = read(body);
    assert_eq!(said(&reading), []);
    reading.listings.into_iter().next().unwrap()
}

#[test]
fn quoted_printable_values_are_decoded() {
    for (written, title) in [
        (
            "SUMMARY;ENCODING=QUOTED-PRINTABLE:Crabs=20=26=20Caf=C3=A9",
            "Crabs & Café",
        ),
        (
            "SUMMARY;CHARSET=UTF-8;ENCODING=quoted-printable:Gr=C3=BC=C3=9Fe",
            "Grüße",
        ),
        ("SUMMARY;QUOTED-PRINTABLE:1 =3D 1", "1 = 1"),
        // Cyrillic in the character set that the parameter names.
        (
            "SUMMARY;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CA=F0=E0=E1",
            "Краб",
        ),
        // A soft line break, and one inside a character.
        (
            "SUMMARY;ENCODING=QUOTED-PRINTABLE:An eve=\r\nning in K=C3=\r\n=B6ln",
            "An evening in Köln",
        ),
        (
            "SUMMARY;ENCODING=QUOTED-PRINTABLE:folded =\r\n or not",
            "folded  or not",
        ),
        // What is no code stays.
        (
            "SUMMARY;ENCODING=QUOTED-PRINTABLE:50=% of =ZZ",
            "50=% of =ZZ",
        ),
        ("SUMMARY:a=20b", "a=20b"),
    ] {
        assert_eq!(bytes(&[written.as_bytes()]).title, title, "{written}");
    }
    let text = "DESCRIPTION;ENCODING=QUOTED-PRINTABLE:Talks=0D=0A- one=0D=0A- two, and\\, three";
    assert_eq!(
        bytes(&[text.as_bytes()]).description,
        "Talks\n- one\n- two, and, three"
    );
    // A property that is made of a code does not become one.
    let text = "SUMMARY;ENCODING=QUOTED-PRINTABLE:x=0D=0ASTATUS:CANCELLED";
    assert_eq!(bytes(&[text.as_bytes()]).status, Status::Unsaid);
}

#[test]
fn a_character_set_of_one_property_is_believed() {
    let raw = b"SUMMARY;CHARSET=windows-1251:\xCA\xF0\xE0\xE1";
    assert_eq!(bytes(&[raw]).title, "Краб");
    let raw = b"SUMMARY;LANGUAGE=ja;CHARSET=Shift_JIS:\x83\x4A\x83\x6A";
    assert_eq!(bytes(&[raw]).title, "カニ");
    let raw = b"SUMMARY;CHARSET=EUC-KR:\xB0\xD4";
    assert_eq!(bytes(&[raw]).title, "게");
    // UTF-8 under another name is UTF-8.
    let raw = "SUMMARY;CHARSET=ISO-8859-1:Köln".as_bytes();
    assert_eq!(bytes(&[raw]).title, "Köln");
    let body = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260301T180000Z\nSUMMARY;CHARSET=klingon:K\xF6ln\nEND:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(
        said(&read(body)),
        [
            (4, "bytes that are no UTF-8 were replaced"),
            (4, "the declared character set klingon is not known"),
        ]
    );
}

#[test]
fn white_space_around_the_marks_of_a_parameter_is_nothing() {
    let listing = event("DTSTART ; VALUE = DATE:20260301\r\nSUMMARY ; LANGUAGE = de :Tag");
    assert_eq!(listing.start, Stamp::Date("2026-03-01".parse().unwrap()));
    assert_eq!(listing.title, "Tag");
    let listing = event("DTSTART; TZID = \"W. Europe Standard Time\":20260301T190000");
    assert_eq!(listing.start.instant(Tz::UTC), utc("2026-03-01T18:00:00Z"));
}

#[test]
fn line_breaks_written_raw_belong_to_the_description() {
    let reading = feed(
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\nDESCRIPTION:Agenda\r\nTold by a crab\r\nLocation: ask at the desk\r\nStatus: cancelled if it rains\r\nBegin: 19:00\r\nhttps://crab.example/\r\nLOCATION:Crab Town\r\nEND:VEVENT",
    );
    let [listing] = reading.listings.as_slice() else {
        panic!("{:?}", reading.problems)
    };
    assert_eq!(
        listing.description,
        "Agenda\nTold by a crab\nLocation: ask at the desk\nStatus: cancelled if it rains\nBegin: 19:00\nhttps://crab.example/"
    );
    assert_eq!(listing.locations[0].address.as_deref(), Some("Crab Town"));
    assert_eq!(listing.status, Status::Unsaid);
    assert_eq!(
        said(&reading),
        [(
            7,
            "a line of DESCRIPTION stands unfolded: read as part of it"
        )]
    );
    // Where names are written small, what looks like a property is one.
    let reading = feed(
        "begin:vevent\r\nuid:1\r\ndtstart:20260301T180000Z\r\ndescription:Agenda\r\nlocation:Crab Town\r\nend:vevent",
    );
    assert_eq!(
        reading.listings[0].locations[0].address.as_deref(),
        Some("Crab Town")
    );
}

#[test]
fn a_notice_before_a_calendar_is_passed_over_and_reported() {
    let notice =
        "<br />\n<b>Deprecated</b>: something in <b>functions.php</b> on line <b>6</b><br />\n";
    let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let reading = read(format!("{notice}{calendar}"));
    assert_eq!((reading.listings.len(), reading.whole), (1, true));
    assert_eq!(reading.listings[0].line, 4);
    assert_eq!(
        said(&reading),
        [(
            1,
            "2 lines of something else stand before the calendar: passed over"
        )]
    );
    // A page that quotes one is a page.
    assert!(ics::calendar(format!("<html><body><pre>\n{calendar}").as_bytes(), None).is_err());
    assert!(
        ics::calendar(
            format!("<p>see BEGIN:VCALENDAR\n{calendar}").as_bytes(),
            None
        )
        .is_ok()
    );
}

/// Each of these cost the square of its length once: seconds for a few hundred kilobytes, and here it would
/// be hours.
#[test]
fn no_lines_cost_more_than_their_length() {
    let event = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T180000Z\r\nEND:VEVENT";
    let returns = "\r".repeat(4_000_000);
    let reading = feed(&format!("{returns}\r\n{event}"));
    assert_eq!((reading.listings.len(), reading.listings[0].line), (1, 4));
    let reading = feed(&format!("X-A:1{returns}X-B:2\r\n{event}"));
    assert_eq!(reading.listings[0].line, 4_000_004);
    // A line of backslashes that is full, and lines that could go on from it.
    let slashes = "\\".repeat(65_535);
    let reading = feed(&format!(
        "X-A:{slashes}\r\n{}{event}",
        "x\r\n".repeat(200_000)
    ));
    assert_eq!(reading.listings.len(), 1);
    // Colons that each could end a zone's name.
    let zones = format!("DTSTART;TZID={}x\r\n", "0000:".repeat(12_000)).repeat(20);
    assert_eq!(feed(&format!("{zones}{event}")).listings.len(), 1);
    // Addresses without an end.
    let place = format!("LOCATION:{}", "http".repeat(16_000));
    let places = event.replace("END:", &format!("{place}\r\nEND:"));
    assert_eq!(feed(&[places.as_str(); 20].join("\r\n")).entries, 20);
}
