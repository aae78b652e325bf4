//! Series: on which days they are, what changes them, and what hostile rules cost.

mod bounds;
mod days;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rusty_events::believe::recur::{Expanded, Limits, Occurrence, expand};
use rusty_events::facts::listing::{End, Listing, Status};
use rusty_events::facts::when::Stamp;
use rusty_events::read::ics;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn wall(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// The listings of a calendar that holds these lines.
fn listings(lines: &str) -> Vec<Listing> {
    let text = format!("BEGIN:VCALENDAR\r\n{lines}\r\nEND:VCALENDAR\r\n");
    ics::calendar(text.as_bytes(), None)
        .unwrap()
        .reading
        .listings
}

fn series(lines: &str) -> Vec<Listing> {
    listings(&format!(
        "BEGIN:VEVENT\r\nUID:s\r\nSUMMARY:Series\r\n{lines}\r\nEND:VEVENT"
    ))
}

/// A series, and an edited occurrence of it.
fn edited(lines: &str, edit: &str) -> Vec<Listing> {
    listings(&format!(
        "BEGIN:VEVENT\r\nUID:s\r\nSUMMARY:Series\r\n{lines}\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:s\r\nSUMMARY:Edit\r\n{edit}\r\nEND:VEVENT"
    ))
}

fn year(listings: &[Listing]) -> Expanded<'_> {
    between(listings, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
}

fn between<'a>(listings: &'a [Listing], from: &str, to: &str) -> Expanded<'a> {
    expand(
        listings,
        (utc(from), utc(to)),
        Tz::Europe__Berlin,
        Limits::default(),
    )
}

/// Start in UTC and title of each occurrence.
fn shown(found: &Expanded<'_>) -> Vec<String> {
    found.occurrences.iter().map(tell).collect()
}

fn tell(occurrence: &Occurrence<'_>) -> String {
    let at = occurrence.start.instant(Tz::Europe__Berlin);
    format!("{} {}", at.format("%m-%dT%H:%M"), occurrence.listing.title)
}

fn days(found: &Expanded<'_>) -> Vec<String> {
    found
        .occurrences
        .iter()
        .map(|occurrence| occurrence.start.date().format("%m-%d").to_string())
        .collect()
}

fn what<'a>(found: &'a Expanded<'_>) -> Vec<&'a str> {
    found
        .problems
        .iter()
        .map(|problem| problem.what.as_str())
        .collect()
}

#[test]
fn an_evening_stays_at_its_hour_when_the_clocks_change() {
    let listings = series(
        "DTSTART;TZID=Europe/Berlin:20260325T190000\r\nDTEND;TZID=Europe/Berlin:20260325T210000\r\nRRULE:FREQ=WEEKLY;COUNT=2",
    );
    let found = year(&listings);
    assert_eq!(shown(&found), ["03-25T18:00 Series", "04-01T17:00 Series"]);
    assert_eq!(
        found.occurrences[1].start,
        Stamp::Zoned(wall("2026-04-01T19:00:00"), Tz::Europe__Berlin)
    );
    assert_eq!(
        found.occurrences[1].end,
        Some(End::After(TimeDelta::hours(2)))
    );
    assert_eq!(
        found.occurrences[1].original,
        Some("2026-04-01".parse().unwrap())
    );
}

#[test]
fn a_time_in_a_gap_is_read_with_the_offset_before_it_and_none_is_skipped() {
    // Beirut's clocks go from 00:00 to 01:00 on 29 March 2026, Berlin's from 02:00 to 03:00.
    let listings = series("DTSTART;TZID=Asia/Beirut:20260327T000000\r\nRRULE:FREQ=DAILY;COUNT=4");
    assert_eq!(
        shown(&year(&listings)),
        [
            "03-26T22:00 Series",
            "03-27T22:00 Series",
            "03-28T22:00 Series",
            "03-29T21:00 Series"
        ]
    );
    let listings = series("DTSTART;TZID=Europe/Berlin:20260328T023000\r\nRRULE:FREQ=DAILY;COUNT=3");
    assert_eq!(
        shown(&year(&listings)),
        [
            "03-28T01:30 Series",
            "03-29T01:30 Series",
            "03-30T00:30 Series"
        ]
    );
    // Of a time that comes twice the first counts.
    let listings = series("DTSTART;TZID=Europe/Berlin:20261024T023000\r\nRRULE:FREQ=DAILY;COUNT=2");
    assert_eq!(
        shown(&year(&listings)),
        ["10-24T00:30 Series", "10-25T00:30 Series"]
    );
}

#[test]
fn whole_days_recur_as_days_and_keep_their_number() {
    let listings = series(
        "DTSTART;VALUE=DATE:20260116\r\nDTEND;VALUE=DATE:20260118\r\nRRULE:FREQ=MONTHLY;BYDAY=3FR;UNTIL=20260220T120000Z",
    );
    let found = year(&listings);
    assert_eq!(days(&found), ["01-16", "02-20"]);
    assert_eq!(
        found.occurrences[1].end,
        Some(End::At(Stamp::Date("2026-02-22".parse().unwrap())))
    );
}

#[test]
fn until_ends_a_series_in_each_form_that_feeds_write() {
    let until = |start: &str, until: &str| {
        days(&year(&series(&format!(
            "DTSTART{start}\r\nRRULE:FREQ=DAILY;UNTIL={until}"
        ))))
    };
    let berlin = ";TZID=Europe/Berlin:20260301T190000";
    // Google's form: the last start, in UTC.
    assert_eq!(
        until(berlin, "20260303T180000Z"),
        ["03-01", "03-02", "03-03"]
    );
    assert_eq!(until(berlin, "20260303T175959Z"), ["03-01", "03-02"]);
    // A day counts whole.
    assert_eq!(until(berlin, "20260303"), ["03-01", "03-02", "03-03"]);
    // Without a zone it is in UTC for a series in a zone, and floats with one that floats.
    assert_eq!(
        until(";TZID=America/New_York:20260301T190000", "20260303T190000"),
        ["03-01", "03-02"]
    );
    assert_eq!(
        until(":20260301T190000", "20260303T190000"),
        ["03-01", "03-02", "03-03"]
    );
    assert_eq!(until(berlin, "20260228"), Vec::<String>::new());
}

#[test]
fn a_start_that_its_rule_would_not_give_is_the_first_of_the_series() {
    let listings = series("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2");
    assert_eq!(days(&year(&listings)), ["01-01", "01-05", "01-12"]);
}

#[test]
fn weekdays_with_and_without_numbers_add_up() {
    let listings = series("DTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=MONTHLY;BYDAY=MO,2TU;COUNT=6");
    assert_eq!(
        days(&year(&listings)),
        ["01-05", "01-12", "01-13", "01-19", "01-26", "02-02"]
    );
    // In a week there is one of each: the number says nothing.
    let listings = series("DTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=WEEKLY;BYDAY=1MO;COUNT=2");
    assert_eq!(days(&year(&listings)), ["01-05", "01-12"]);
    // A week's day is that of the first start.
    let listings = series("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYWEEKNO=1,2;COUNT=2");
    assert_eq!(days(&year(&listings)), ["01-01", "01-08"]);
}

#[test]
fn several_rules_and_dates_make_one_series() {
    let listings = series(concat!(
        "DTSTART:20260105T100000Z\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=5;COUNT=2\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n",
        "RDATE:20260105T100000Z,20260107T100000Z\r\nRDATE;VALUE=PERIOD:20260108T100000Z/PT3H"
    ));
    let found = year(&listings);
    assert_eq!(days(&found), ["01-05", "01-07", "01-08", "01-12", "02-05"]);
    assert_eq!(
        found.occurrences[2].end,
        Some(End::After(TimeDelta::hours(3)))
    );
    let listings = series("DTSTART:20260105T100000Z\r\nRDATE:20260107T100000Z");
    assert_eq!(days(&year(&listings)), ["01-05", "01-07"]);
}

#[test]
fn a_day_added_to_a_timed_series_is_at_its_hour() {
    let listings =
        series("DTSTART;TZID=Europe/Berlin:20260107T190000\r\nRDATE;VALUE=DATE:20260110");
    assert_eq!(
        shown(&year(&listings)),
        ["01-07T18:00 Series", "01-10T18:00 Series"]
    );
}

#[test]
fn exclusions_count_by_instant_by_day_or_by_their_digits() {
    let exclude = |lines: &str| {
        days(&year(&series(&format!(
            "DTSTART;TZID=Europe/Berlin:20260107T190000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n{lines}"
        ))))
    };
    assert_eq!(
        exclude("EXDATE;TZID=Europe/Berlin:20260114T190000"),
        ["01-07", "01-21"]
    );
    assert_eq!(exclude("EXDATE:20260114T180000Z"), ["01-07", "01-21"]);
    assert_eq!(exclude("EXDATE:20260114T190000"), ["01-07", "01-21"]);
    assert_eq!(
        exclude("EXDATE;TZID=America/New_York:20260114T130000"),
        ["01-07", "01-21"]
    );
    assert_eq!(exclude("EXDATE;VALUE=DATE:20260114,20260107"), ["01-21"]);
    assert_eq!(exclude("EXDATE:20260114T190000Z"), ["01-07", "01-21"]);
    assert_eq!(
        exclude("EXDATE:20260115T190000Z"),
        ["01-07", "01-14", "01-21"]
    );
    assert_eq!(exclude("EXRULE:FREQ=MONTHLY;BYDAY=2WE"), ["01-07", "01-21"]);
}

#[test]
fn an_edited_occurrence_takes_the_place_of_its_original() {
    let weekly = "DTSTART;TZID=Europe/Berlin:20260107T190000\r\nRRULE:FREQ=WEEKLY;COUNT=3";
    for instance in [
        ";TZID=Europe/Berlin:20260114T190000",
        ":20260114T180000Z",
        ":20260114T190000",
        ";VALUE=DATE:20260114",
    ] {
        let listings = edited(
            weekly,
            &format!("RECURRENCE-ID{instance}\r\nDTSTART;TZID=Europe/Berlin:20260116T200000"),
        );
        let found = year(&listings);
        assert_eq!(
            shown(&found),
            [
                "01-07T18:00 Series",
                "01-16T19:00 Edit",
                "01-21T18:00 Series"
            ],
            "{instance}"
        );
        assert_eq!(
            found.occurrences[1].original,
            Some("2026-01-14".parse().unwrap())
        );
    }
}

#[test]
fn an_edit_counts_also_where_the_window_does_not_reach_its_original() {
    let listings = edited(
        "DTSTART:20260107T180000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3",
        "RECURRENCE-ID:20260114T180000Z\r\nDTSTART:20260601T180000Z",
    );
    assert_eq!(
        shown(&between(
            &listings,
            "2026-05-01T00:00:00Z",
            "2026-07-01T00:00:00Z"
        )),
        ["06-01T18:00 Edit"]
    );
    assert_eq!(
        shown(&between(
            &listings,
            "2026-01-12T00:00:00Z",
            "2026-01-16T00:00:00Z"
        )),
        Vec::<String>::new()
    );
}

#[test]
fn a_cancelled_occurrence_is_given_as_cancelled() {
    let listings = edited(
        "DTSTART:20260107T180000Z\r\nRRULE:FREQ=WEEKLY;COUNT=2",
        "RECURRENCE-ID:20260114T180000Z\r\nDTSTART:20260114T180000Z\r\nSTATUS:CANCELLED",
    );
    let found = year(&listings);
    assert_eq!(days(&found), ["01-07", "01-14"]);
    assert_eq!(found.occurrences[1].listing.status, Status::Cancelled);
}

#[test]
fn an_edit_of_this_and_future_shifts_the_rest() {
    let listings = edited(
        "DTSTART;TZID=Europe/Berlin:20260311T190000\r\nDTEND;TZID=Europe/Berlin:20260311T210000\r\nRRULE:FREQ=WEEKLY;COUNT=5",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260325T190000\r\nDTSTART;TZID=Europe/Berlin:20260326T200000\r\nDURATION:PT1H",
    );
    let found = year(&listings);
    assert_eq!(
        shown(&found),
        [
            "03-11T18:00 Series",
            "03-18T18:00 Series",
            "03-26T19:00 Edit",
            "04-02T18:00 Edit",
            "04-09T18:00 Edit"
        ]
    );
    assert_eq!(
        found.occurrences[4].end,
        Some(End::After(TimeDelta::hours(1)))
    );
    let originals: Vec<String> = found
        .occurrences
        .iter()
        .map(|occurrence| occurrence.original.unwrap().to_string())
        .collect();
    assert_eq!(
        originals,
        [
            "2026-03-11",
            "2026-03-18",
            "2026-03-25",
            "2026-04-01",
            "2026-04-08"
        ]
    );
}

#[test]
fn an_edit_without_its_series_stands_alone() {
    let listings = listings(
        "BEGIN:VEVENT\r\nUID:s\r\nSUMMARY:Edit\r\nRECURRENCE-ID:20260114T180000Z\r\nDTSTART:20260115T180000Z\r\nEND:VEVENT",
    );
    let found = year(&listings);
    assert_eq!(shown(&found), ["01-15T18:00 Edit"]);
    assert_eq!(
        found.occurrences[0].original,
        Some("2026-01-14".parse().unwrap())
    );
}

#[test]
fn an_edit_that_its_series_outlived_is_passed_over() {
    // The series was ended by a later version, and the edit is of a day after that.
    let listings = edited(
        "SEQUENCE:2\r\nDTSTART:20260107T180000Z\r\nRRULE:FREQ=WEEKLY;UNTIL=20260115",
        "SEQUENCE:1\r\nRECURRENCE-ID:20260128T180000Z\r\nDTSTART:20260129T180000Z",
    );
    let found = year(&listings);
    assert_eq!(days(&found), ["01-07", "01-14"]);
    assert_eq!(
        what(&found),
        [
            "an edited occurrence of 2026-01-28 is older than its series, which has none on that day: passed over"
        ]
    );
    // What EXDATE takes away is away, edited or not.
    let listings = edited(
        "DTSTART:20260107T180000Z\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nEXDATE:20260114T180000Z",
        "RECURRENCE-ID:20260114T180000Z\r\nDTSTART:20260114T190000Z",
    );
    assert_eq!(days(&year(&listings)), ["01-07"]);
}

#[test]
fn a_series_in_utc_is_read_on_the_clock_that_its_calendar_shows() {
    let shown = |zone: &str, rule: &str| {
        let text = format!(
            "X-WR-TIMEZONE:{zone}\r\nBEGIN:VEVENT\r\nUID:s\r\nSUMMARY:S\r\nDTSTART:20260325T020000Z\r\nRRULE:{rule}\r\nEND:VEVENT"
        );
        shown(&year(&listings(&text)))
    };
    // 18:00 on Tuesday in Los Angeles, and 18:00 again after the clocks of Berlin changed.
    assert_eq!(
        shown("America/Los_Angeles", "FREQ=WEEKLY;BYDAY=TU;COUNT=2"),
        ["03-25T01:00 S", "04-01T01:00 S"].map(|text| text.replace("01:00", "02:00"))
    );
    // The weekday of the rule fits the start in UTC alone.
    assert_eq!(
        shown("America/Los_Angeles", "FREQ=WEEKLY;BYDAY=WE;COUNT=2"),
        ["03-25T02:00 S", "04-01T02:00 S"]
    );
    // Without a weekday the hour shown stays.
    assert_eq!(
        shown("Europe/Berlin", "FREQ=WEEKLY;COUNT=2"),
        ["03-25T02:00 S", "04-01T01:00 S"]
    );
}

#[test]
fn an_occurrence_that_still_runs_is_in_the_window() {
    let listings =
        series("DTSTART:20260107T180000Z\r\nDTEND:20260109T180000Z\r\nRRULE:FREQ=WEEKLY;COUNT=2");
    assert_eq!(
        days(&between(
            &listings,
            "2026-01-09T00:00:00Z",
            "2026-01-10T00:00:00Z"
        )),
        ["01-07"]
    );
    assert_eq!(
        days(&between(
            &listings,
            "2026-01-09T18:00:00Z",
            "2026-01-10T00:00:00Z"
        )),
        Vec::<String>::new()
    );
    assert_eq!(
        days(&between(
            &listings,
            "2026-01-05T00:00:00Z",
            "2026-01-07T18:00:00Z"
        )),
        Vec::<String>::new()
    );
    // Without an end it is over as it starts, but it starts inside.
    let listings = series("DTSTART:20260107T180000Z");
    assert_eq!(
        days(&between(
            &listings,
            "2026-01-07T18:00:00Z",
            "2026-01-08T00:00:00Z"
        )),
        ["01-07"]
    );
}

#[test]
fn the_order_of_listings_makes_no_difference() {
    let mut listings = edited(
        "DTSTART:20260107T180000Z\r\nRRULE:FREQ=WEEKLY;COUNT=4",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260114T180000Z\r\nDTSTART:20260114T190000Z",
    );
    listings.extend(self::listings("BEGIN:VEVENT\r\nUID:t\r\nDTSTART:20260107T180000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT"));
    let forth = shown(&year(&listings));
    listings.reverse();
    assert_eq!(shown(&year(&listings)), forth);
}

#[test]
fn an_event_that_recurs_not_has_no_original_day() {
    let found_in = series("DTSTART:20260107T180000Z");
    assert_eq!(year(&found_in).occurrences[0].original, None);
}
