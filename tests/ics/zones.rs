//! TZID, X-WR-TIMEZONE and VTIMEZONE: in which zone a time is.

use super::{event, feed, read, said, utc, wall};
use chrono_tz::Tz;
use rusty_events::facts::when::Stamp;

#[test]
fn a_tzid_means_the_zone_its_writer_meant() {
    let reading = read(include_bytes!("../pages/ics/outlook.ics"));
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
    for row in include_str!("../../data/windows-zones.tsv")
        .lines()
        .filter(|row| !row.starts_with('#'))
    {
        let (name, rest) = row.split_once('\t').unwrap();
        let (iana, places) = rest.split_once('\t').unwrap();
        let wanted = match iana.parse().unwrap() {
            // A time in UTC is one, with a Z or without.
            Tz::UTC | Tz::Etc__UTC => Stamp::Utc(utc("2026-07-07T19:00:00Z")),
            zone => Stamp::Zoned(wall("2026-07-07T19:00:00"), zone),
        };
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
fn a_calendar_left_on_utc_says_nothing_of_where_its_events_are() {
    let reading = feed(
        "X-WR-TIMEZONE:Etc/GMT\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260707T190000Z\r\nEND:VEVENT",
    );
    assert_eq!(reading.listings[0].zone, None);
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
