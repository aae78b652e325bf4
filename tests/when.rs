//! Zones and printed dates.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use rusty_events::facts::issue::{Window, neighbours, next_issue};
use rusty_events::facts::when::{Stamp, When, to_local, to_utc, zone_named};

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn timed(start: &str, end: &str, zone: Tz) -> When {
    When::Timed {
        start: to_utc(local(start), zone),
        end: Some(to_utc(local(end), zone)),
        zone,
    }
}

#[test]
fn vancouver_stays_on_summer_time_in_december_2026() {
    // British Columbia ended the changing of clocks in 2026: chrono-tz 0.10.4 does not know it.
    assert_eq!(
        to_utc(local("2026-12-15T19:00:00"), Tz::America__Vancouver),
        utc("2026-12-16T02:00:00Z")
    );
    assert_eq!(
        to_local(utc("2026-12-16T02:00:00Z"), Tz::America__Vancouver),
        local("2026-12-15T19:00:00")
    );
}

#[test]
fn berlin_and_new_york_across_both_nights_that_change_the_clock() {
    for (zone, at, expected) in [
        (
            Tz::Europe__Berlin,
            "2026-03-28T19:00:00",
            "2026-03-28T18:00:00Z",
        ),
        (
            Tz::Europe__Berlin,
            "2026-03-29T19:00:00",
            "2026-03-29T17:00:00Z",
        ),
        // 02:30 does not exist on the 29th: read with the offset before the gap (RFC 5545, 3.3.5).
        (
            Tz::Europe__Berlin,
            "2026-03-29T02:30:00",
            "2026-03-29T01:30:00Z",
        ),
        (
            Tz::Europe__Berlin,
            "2026-10-24T19:00:00",
            "2026-10-24T17:00:00Z",
        ),
        (
            Tz::Europe__Berlin,
            "2026-10-25T19:00:00",
            "2026-10-25T18:00:00Z",
        ),
        // 02:30 comes twice on the 25th: the first.
        (
            Tz::Europe__Berlin,
            "2026-10-25T02:30:00",
            "2026-10-25T00:30:00Z",
        ),
        (
            Tz::America__New_York,
            "2026-03-07T19:00:00",
            "2026-03-08T00:00:00Z",
        ),
        (
            Tz::America__New_York,
            "2026-03-08T19:00:00",
            "2026-03-08T23:00:00Z",
        ),
        (
            Tz::America__New_York,
            "2026-10-31T19:00:00",
            "2026-10-31T23:00:00Z",
        ),
        (
            Tz::America__New_York,
            "2026-11-01T19:00:00",
            "2026-11-02T00:00:00Z",
        ),
    ] {
        assert_eq!(to_utc(local(at), zone), utc(expected), "{at} {zone}");
    }
}

#[test]
fn a_late_evening_prints_its_local_date() {
    let when = timed(
        "2026-09-01T23:30:00",
        "2026-09-02T00:30:00",
        Tz::America__Lima,
    );
    assert_eq!(when.start(), utc("2026-09-02T04:30:00Z"));
    assert_eq!(when.first_day(), day("2026-09-01"));
    assert_eq!(when.last_day(), day("2026-09-01"));
}

#[test]
fn a_night_ends_at_six() {
    let until = |end: &str| timed("2026-09-01T19:00:00", end, Tz::Europe__Berlin).last_day();
    assert_eq!(until("2026-09-02T06:00:00"), day("2026-09-01"));
    assert_eq!(until("2026-09-02T06:01:00"), day("2026-09-02"));
    assert_eq!(until("2026-09-03T09:00:00"), day("2026-09-03"));
}

#[test]
fn a_span_of_more_than_fourteen_days_is_its_first_day() {
    let fourteen = When::Days {
        first: day("2026-09-01"),
        last: day("2026-09-14"),
    };
    let fifteen = When::Days {
        first: day("2026-09-01"),
        last: day("2026-09-15"),
    };
    assert_eq!(
        (fourteen.is_too_long(), fourteen.last_day()),
        (false, day("2026-09-14"))
    );
    assert_eq!(
        (fifteen.is_too_long(), fifteen.last_day()),
        (true, day("2026-09-01"))
    );
}

#[test]
fn a_stamp_knows_its_instant_only_with_a_zone() {
    let floating = Stamp::Floating(local("2026-08-27T19:00:00"));
    assert!(!floating.is_absolute());
    assert_eq!(
        floating.instant(Tz::Europe__Berlin),
        utc("2026-08-27T17:00:00Z")
    );
    let zoned = Stamp::Zoned(local("2026-08-27T19:00:00"), Tz::Asia__Tokyo);
    assert_eq!(
        zoned.instant(Tz::Europe__Berlin),
        utc("2026-08-27T10:00:00Z")
    );
}

#[test]
fn zones_are_known_by_name_in_any_case() {
    assert_eq!(zone_named("europe/berlin"), Some(Tz::Europe__Berlin));
    assert_eq!(zone_named("Europe/Girona"), None);
}

#[test]
fn the_next_issue_is_today_if_today_is_its_day() {
    let wednesday = chrono::Weekday::Wed;
    assert_eq!(next_issue(day("2024-11-06"), wednesday), day("2024-11-06"));
    assert_eq!(next_issue(day("2024-11-07"), wednesday), day("2024-11-13"));
    assert_eq!(neighbours(day("2024-11-06"), wednesday), None);
    assert_eq!(
        neighbours(day("2024-11-09"), wednesday),
        Some((day("2024-11-06"), day("2024-11-13")))
    );
}

#[test]
fn a_window_holds_both_its_ends_and_what_still_runs() {
    let window = Window::starting(day("2024-11-06"), 28);
    assert_eq!(window.to, day("2024-12-04"));
    let holds = |first: &str, last: &str| window.holds(day(first), day(last));
    assert!(holds("2024-11-06", "2024-11-06") && holds("2024-12-04", "2024-12-06"));
    assert!(holds("2024-11-04", "2024-11-06"));
    assert!(!holds("2024-11-04", "2024-11-05") && !holds("2024-12-05", "2024-12-05"));
}
