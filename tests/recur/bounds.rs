//! Rules that make no sense, too much work, or too many occurrences.

use super::{between, days, listings, series, shown, utc, what, year};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use rusty_events::believe::recur::{Expanded, Limits, expand};
use rusty_events::facts::when::Stamp;

#[test]
fn a_rule_of_marks_that_are_escaped_is_quoted_short() {
    let marks = "\u{202E}".repeat(100);
    let listings = series(&format!("DTSTART:20260107T180000Z\r\nRRULE:FREQ={marks}"));
    let found = year(&listings);
    let length = what(&found)[0].chars().count();
    assert!((100..=300).contains(&length), "{length}");
    let mut listings = series("DTSTART:20260107T180000Z\r\nRRULE:FREQ=NEVER");
    listings[0].key = marks;
    let item = year(&listings).problems.remove(0).item;
    assert_eq!(item.map(|item| item.chars().count()), Some(80));
}

#[test]
fn a_rule_that_makes_no_sense_is_refused_by_name() {
    let refused = |rule: &str| {
        let listings = series(&format!("DTSTART:20260107T180000Z\r\nRRULE:{rule}"));
        let found = year(&listings);
        // The first start is certain.
        assert_eq!(days(&found), ["01-07"], "{rule}");
        let [problem] = found.problems.as_slice() else {
            panic!("{rule}: {:?}", found.problems)
        };
        assert!(problem.lost && problem.line == 2 && problem.item.as_deref() == Some("s"));
        problem.what.clone()
    };
    assert_eq!(
        refused("FREQ=DAILY;INTERVAL=0"),
        "RRULE FREQ=DAILY;INTERVAL=0: INTERVAL=0 never moves on: only its first start is kept"
    );
    for rule in [
        "FREQ=DAILY;COUNT=0",
        "FREQ=FORTNIGHTLY",
        "COUNT=3",
        "FREQ=MONTHLY;BYDAY=0TU",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYMONTH=0",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYWEEKNO=10",
        "FREQ=DAILY;UNTIL=17.12.2026",
        "FREQ=DAILY;INTERVAL=70000",
    ] {
        refused(rule);
    }
    // What RFC 5545 does not know is passed over.
    let listings = series(
        "DTSTART:20260107T180000Z\r\nRRULE:freq=weekly; count=2 ;X-NOTE=1;RSCALE=GREGORIAN;",
    );
    assert_eq!(days(&year(&listings)), ["01-07", "01-14"]);
}

#[test]
fn a_bomb_is_answered_or_refused_with_a_bounded_number_of_steps() {
    let cross = format!(
        "FREQ=YEARLY;COUNT=1;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYHOUR={};BYMINUTE={};BYSECOND={}",
        (0..24).map(|n| n.to_string()).collect::<Vec<_>>().join(","),
        (0..31).map(|n| n.to_string()).collect::<Vec<_>>().join(","),
        (0..21).map(|n| n.to_string()).collect::<Vec<_>>().join(","),
    );
    // Each with the number of occurrences on one day, and in 28 days, and what is said of it there.
    let bombs: [(&str, &str, usize, usize, &str); 8] = [
        (
            "19970101T000000Z",
            "FREQ=SECONDLY",
            0,
            0,
            "takes more than 100000 steps",
        ),
        ("20200101T000000Z", "FREQ=DAILY;COUNT=1000000000", 1, 28, ""),
        ("00010101T000000Z", "FREQ=DAILY;COUNT=1000000000", 1, 28, ""),
        (
            "19700101T000000Z",
            "FREQ=DAILY;INTERVAL=0",
            0,
            0,
            "INTERVAL=0 never moves on",
        ),
        (
            "19970228T000000Z",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            0,
            0,
            "names no further day that ever comes",
        ),
        (
            "19970101T000000Z",
            &cross,
            0,
            0,
            "187488 combinations, at most 1000",
        ),
        (
            "00010101T000000Z",
            "FREQ=SECONDLY;UNTIL=99991231T235959Z",
            0,
            0,
            "takes more than 100000 steps",
        ),
        (
            "19970101T000000Z",
            "FREQ=MINUTELY;COUNT=4294967296",
            0,
            0,
            "takes more than 100000 steps",
        ),
    ];
    for (start, rule, in_a_day, in_four_weeks, said) in bombs {
        let listings = series(&format!("DTSTART:{start}\r\nRRULE:{rule}"));
        let day = between(&listings, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
        assert_eq!(
            day.occurrences.len(),
            in_a_day,
            "{rule}: {:?}",
            day.problems
        );
        let weeks = between(&listings, "2026-11-01T00:00:00Z", "2026-11-29T00:00:00Z");
        assert_eq!(
            weeks.occurrences.len(),
            in_four_weeks,
            "{rule}: {:?}",
            weeks.problems
        );
        assert_eq!(
            weeks.problems.len(),
            usize::from(!said.is_empty()),
            "{rule}: {:?}",
            weeks.problems
        );
        assert!(
            weeks
                .problems
                .iter()
                .all(|problem| problem.what.contains(said)),
            "{:?}",
            weeks.problems
        );
    }
    // What an equal EXRULE takes away is nothing to see, and cheap since the beginning is skipped.
    let listings =
        series("DTSTART:19700101T000000Z\r\nRRULE:FREQ=MINUTELY\r\nEXRULE:FREQ=MINUTELY");
    let day = between(&listings, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
    assert_eq!(day.occurrences.len(), 0);
}

#[test]
fn a_series_too_dense_keeps_its_first_and_says_so() {
    let listings = series("DTSTART:20260101T000000Z\r\nRRULE:FREQ=HOURLY");
    let found = year(&listings);
    assert_eq!(found.occurrences.len(), 400);
    assert_eq!(
        found.occurrences[399].start,
        Stamp::Utc(utc("2026-01-17T15:00:00Z"))
    );
    assert_eq!(
        what(&found),
        ["too dense: more than 400 occurrences in the window, the first 400 are kept"]
    );
    // A year of days is not too dense, nor is one at the limit.
    let listings = series("DTSTART:20200101T000000Z\r\nRRULE:FREQ=DAILY");
    let found = between(&listings, "2026-01-01T00:00:00Z", "2027-02-05T00:00:00Z");
    assert_eq!((found.occurrences.len(), found.problems.len()), (400, 0));
}

#[test]
fn no_window_is_too_wide() {
    let all = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    for lines in [
        "DTSTART;VALUE=DATE:00010101\r\nRRULE:FREQ=YEARLY",
        "DTSTART;TZID=Europe/Berlin:99991231T235959\r\nRRULE:FREQ=DAILY",
        "DTSTART:99991231T235959Z\r\nDURATION:P9999999W\r\nRRULE:FREQ=MONTHLY;COUNT=3",
    ] {
        let listings = series(lines);
        let found = expand(&listings, all, Tz::Pacific__Kiritimati, Limits::default());
        assert!(
            (1..=400).contains(&found.occurrences.len()),
            "{lines}: {:?}",
            found.problems
        );
    }
}

#[test]
fn a_source_has_a_million_steps_unless_another_budget_is_given() {
    // Each of these is walked in some 10,600 steps: 94 of them come to a million.
    let walked = "BEGIN:VEVENT\r\nUID:$\r\nSUMMARY:$\r\nDTSTART:19970228T180000Z\r\nRRULE:FREQ=DAILY;COUNT=99999;BYDAY=MO,TU,WE,TH,FR\r\nEND:VEVENT\r\n";
    let many: String = (0..100)
        .map(|n| walked.replace('$', &format!("a{n:03}")))
        .collect();
    let all = listings(&many);
    let window = (utc("2026-01-07T00:00:00Z"), utc("2026-01-08T00:00:00Z"));
    let found = expand(&all, window, Tz::Europe__Berlin, Limits::default());
    let said = what(&found);
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("94 of 100 ") && said[0].contains("more than 1000000 steps together"),
        "{said:?}"
    );
}

#[test]
fn all_series_of_a_source_share_a_budget() {
    // A rule with COUNT and weeks that differ is walked from its first day: some 10,600 steps.
    let walked = "BEGIN:VEVENT\r\nUID:$\r\nSUMMARY:$\r\nDTSTART:19970228T180000Z\r\nRRULE:FREQ=DAILY;COUNT=99999;BYDAY=MO,TU,WE,TH,FR\r\nEND:VEVENT\r\n";
    let many: String = (0..30)
        .map(|n| walked.replace('$', &format!("a{n:02}")))
        .collect();
    let late = "BEGIN:VEVENT\r\nUID:z\r\nSUMMARY:Last by key\r\nDTSTART:20260107T180000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEND:VEVENT";
    let all = listings(&format!("{many}{late}"));
    let limits = Limits {
        all_steps: 50_000,
        ..Limits::default()
    };
    let window = (utc("2026-01-07T00:00:00Z"), utc("2026-01-09T00:00:00Z"));
    let found = expand(&all, window, Tz::Europe__Berlin, limits);
    // Four are whole; of what comes when the steps are spent the first start is certain.
    assert_eq!(found.occurrences.len(), 4 * 2 + 1);
    assert_eq!(shown(&found)[8 / 2], "01-07T18:00 Last by key");
    assert_eq!(
        what(&found),
        [
            "4 of 31 events and series were expanded: all rules of this source take more than 50000 steps together; of this and 26 later series only the first start is kept"
        ]
    );
    assert_eq!(found.problems[0].line, 4 * 6 + 2);
    assert!(found.problems[0].lost);

    // Rules without a day, and old ones, cost next to nothing.
    let never = "BEGIN:VEVENT\r\nUID:$\r\nDTSTART:19700101T000000Z\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\nEND:VEVENT\r\n";
    let rare = never.replace("BYMONTHDAY=30", "BYDAY=5MO");
    let many: String = (0..2_000)
        .map(|n| never.replace('$', &n.to_string()))
        .collect();
    let more: String = (0..2_000)
        .map(|n| rare.replace('$', &format!("r{n}")))
        .collect();
    let all = listings(&format!("{many}{more}"));
    let found = year(&all);
    assert_eq!(found.occurrences.len(), 0);
    assert_eq!(found.problems.len(), 2_000);
    assert!(found.problems.iter().all(|problem| {
        problem
            .what
            .ends_with("names no further day that ever comes")
    }));

    let daily: String = (0..60)
        .map(|n| format!("BEGIN:VEVENT\r\nUID:d{n:02}\r\nDTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"))
        .collect();
    let all = listings(&daily);
    let found = year(&all);
    assert_eq!(found.occurrences.len(), 55 * 365);
    assert_eq!(
        what(&found),
        [
            "55 of 60 events and series were expanded, this and all later ones are left out: more than 20000 occurrences in one source"
        ]
    );
}

fn rule() -> impl Strategy<Value = String> {
    let weekday = (
        prop::option::of(prop_oneof![1..=4_i8, -2..=-1_i8]),
        prop::sample::select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"]),
    );
    let weekdays = prop::collection::vec(weekday, 1..3);
    let list = |range: std::ops::RangeInclusive<i32>| prop::collection::vec(range, 1..4);
    (
        prop::sample::select(vec!["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
        1..=5_u8,
        prop::option::of(list(1..=12)),
        prop::option::of(list(1..=31)),
        prop::option::of(weekdays),
        prop::option::of(list(0..=23)),
        prop::option::of(prop_oneof![Just(1), Just(-1), Just(2)]),
        prop::bool::ANY,
    )
        .prop_map(
            |(freq, interval, months, month_days, weekdays, hours, position, sunday)| {
                let join = |list: Vec<i32>| {
                    list.iter()
                        .map(i32::to_string)
                        .collect::<Vec<_>>()
                        .join(",")
                };
                let numbered = matches!(freq, "YEARLY" | "MONTHLY");
                let mut rule = format!("FREQ={freq};INTERVAL={interval}");
                if let Some(months) = months {
                    rule += &format!(";BYMONTH={}", join(months));
                }
                if let Some(month_days) = month_days.filter(|_| freq != "WEEKLY") {
                    rule += &format!(";BYMONTHDAY={}", join(month_days));
                }
                if let Some(weekdays) = weekdays {
                    let spell =
                        |(number, day): &(Option<i8>, &str)| match number.filter(|_| numbered) {
                            Some(number) => format!("{number}{day}"),
                            None => (*day).to_owned(),
                        };
                    rule += &format!(
                        ";BYDAY={}",
                        weekdays.iter().map(spell).collect::<Vec<_>>().join(",")
                    );
                }
                if let Some(hours) = hours {
                    rule += &format!(";BYHOUR={}", join(hours));
                }
                if let Some(position) = position {
                    rule += &format!(";BYSETPOS={position}");
                }
                if sunday {
                    rule += ";WKST=SU";
                }
                rule
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Old endless series are not walked from their first day: what they give later is the same.
    #[test]
    fn an_old_series_begun_late_is_the_same_series(rule in rule(), day in 0..1_000_i64, count in prop::option::of(1..5_000_u32)) {
        let rule = match count {
            Some(count) => format!("{rule};COUNT={count}"),
            None => rule,
        };
        let start = utc("2015-01-01T18:30:00Z") + TimeDelta::days(day);
        let listings = series(&format!("DTSTART:{}\r\nRRULE:{rule}", start.format("%Y%m%dT%H%M%SZ")));
        let limits = Limits { occurrences: 100_000, ..Limits::default() };
        let (from, to) = (utc("2026-01-01T00:00:00Z"), utc("2027-01-01T00:00:00Z"));
        let late = expand(&listings, (from, to), Tz::UTC, limits);
        let walked = expand(&listings, (start - TimeDelta::days(1), to), Tz::UTC, limits);
        let starts = |found: &Expanded<'_>| -> Vec<DateTime<Utc>> {
            let starts = found.occurrences.iter().map(|occurrence| occurrence.start.instant(Tz::UTC));
            starts.filter(|at| *at >= from).collect()
        };
        prop_assert_eq!(starts(&late), starts(&walked), "{}", rule);
    }
}
