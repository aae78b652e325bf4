//! Dates as pages write them.

use super::*;

fn start(text: &str) -> Result<Stamp, String> {
    let body = format!(
        r#"{{"@type": "Event", "name": "Meetup", "startDate": "{text}", "url": "https://a.example/1"}}"#
    );
    let reading = list(Platform::Jsonld, Way::Page, "https://a.example/", body);
    match reading.listings.first() {
        Some(listing) => Ok(listing.start),
        None => Err(reading.problems[0].what.clone()),
    }
}

#[test]
fn every_form_that_pages_were_seen_to_write_is_read() {
    let cases = [
        (
            "2026-05-15T19:30:00-07:00",
            offset("2026-05-15T19:30:00-07:00"),
        ),
        (
            "2026-05-15T19:30:00-0800",
            offset("2026-05-15T19:30:00-08:00"),
        ),
        ("2026-135", day("2026-05-15")),
        ("15.05.2026", day("2026-05-15")),
        ("2026.5.15 19:30", floating("2026-05-15T19:30:00")),
        ("2026-05-15T19:30-08", offset("2026-05-15T19:30:00-08:00")),
        (
            "2026-05-15T19:30:00.000+05:30",
            offset("2026-05-15T19:30:00+05:30"),
        ),
        (
            "2026-05-15T19:30:00 +0530",
            offset("2026-05-15T19:30:00+05:30"),
        ),
        (
            "2023-11-29T18:30-05:00",
            offset("2023-11-29T18:30:00-05:00"),
        ),
        ("2026-05-15T19:30:00Z", utc("2026-05-15T19:30:00Z")),
        ("2026-05-15T19:30:00.000Z", utc("2026-05-15T19:30:00Z")),
        ("2026-05-15T19:30:00+00:00", utc("2026-05-15T19:30:00Z")),
        ("2026-05-15 19:30:00 UTC", utc("2026-05-15T19:30:00Z")),
        ("2025-03-13T19:00:00:00+00:00", utc("2025-03-13T19:00:00Z")),
        ("2026-05-15T19:30:00", floating("2026-05-15T19:30:00")),
        ("2026-05-10 19:30:00", floating("2026-05-10T19:30:00")),
        ("2026-05-10T19:30", floating("2026-05-10T19:30:00")),
        ("2026-5-1T9:05", floating("2026-05-01T09:05:00")),
        ("20260510T193000Z", utc("2026-05-10T19:30:00Z")),
        ("20260510T1930", floating("2026-05-10T19:30:00")),
        ("2026-05-10T24:00:00", floating("2026-05-11T00:00:00")),
        ("2026-05-10T23:59:60", floating("2026-05-10T23:59:59")),
        ("2026-05-15", day("2026-05-15")),
        ("20260515", day("2026-05-15")),
        (" 2026/05/15 ", day("2026-05-15")),
        // The hour stands there twice.
        ("2019-9-18T10-10-00-00", floating("2019-09-18T10:00:00")),
        ("2019-9-20T08-08-30-00", floating("2019-09-20T08:30:00")),
        ("8/21/2026 6:30:00 PM", floating("2026-08-21T18:30:00")),
        ("8/9/2026 12:15 am", floating("2026-08-09T00:15:00")),
        ("8/9/2026 12:15 P.M.", floating("2026-08-09T12:15:00")),
        ("8/21/2026", day("2026-08-21")),
        ("0001-01-01", day("0001-01-01")),
        ("9999-12-31T23:59:59Z", utc("9999-12-31T23:59:59Z")),
    ];
    for (written, stamp) in cases {
        assert_eq!(start(written), Ok(stamp), "{written}");
    }
}

#[test]
fn what_leaves_the_day_open_is_refused_with_the_reason() {
    let cases = [
        ("2026", "names a year, not a day"),
        ("2026-05", "names a month, not a day"),
        ("8/9/2026", "may put the day or the month first"),
        ("8/9/2026 19:00", "may put the day or the month first"),
        ("21/8/2026 19:00", "may put the day or the month first"),
        ("2026-02-30", "is no day of the calendar"),
        ("2026-13-01T10:00", "is no day of the calendar"),
        ("tomorrow", "is no date"),
        ("-271821-01-01", "is no date"),
        ("2026-05-15T25:00", "has no readable time"),
        ("2026-05-15T13:00 PM", "has no readable time"),
        ("2026-05-15T19:30:00+99:00", "has no readable offset"),
        ("2026-05-15T19:30:00+xx", "has no readable offset"),
        ("2026-05-15T10-11-00-00", "has no readable time"),
        ("2026-05-15Tsoon", "has no readable time"),
        ("１２３４-05-15", "is no date"),
    ];
    for (written, why) in cases {
        assert_eq!(
            start(written),
            Err(format!("startDate {written:?} {why}")),
            "{written}"
        );
    }
}
