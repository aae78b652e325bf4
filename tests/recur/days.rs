//! Rules that say which days they mean are followed day by day: beside the `rrule` crate, which follows them period by
//! period, and with which every start must agree.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use proptest::prelude::*;
use rrule::{RRuleSet, Tz};
use rusty_events::believe::recur::{Limits, expand};
use rusty_events::facts::listing::{Listing, Rule};
use rusty_events::facts::source::Way;
use rusty_events::facts::when::Stamp;

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn starts(
    rule: &str,
    start: NaiveDateTime,
    window: (DateTime<Utc>, DateTime<Utc>),
) -> Vec<DateTime<Utc>> {
    let mut series = Listing::new("1", "a", Stamp::Utc(start.and_utc()), Way::Feed);
    series.rule = Some(Rule {
        rules: vec![rule.to_owned()],
        ..Rule::default()
    });
    let expanded = expand(
        [&series],
        window,
        chrono_tz::Tz::UTC,
        Limits {
            occurrences: usize::MAX,
            ..Limits::default()
        },
    );
    let occurrences = expanded.occurrences.iter();
    occurrences
        .map(|one| one.start.instant(chrono_tz::Tz::UTC))
        .collect()
}

/// What the crate says, which takes the first start only where the rule puts one there.
fn by_the_crate(
    rule: &str,
    start: NaiveDateTime,
    window: (DateTime<Utc>, DateTime<Utc>),
) -> Option<Vec<DateTime<Utc>>> {
    let text = format!("DTSTART:{}\nRRULE:{rule}", start.format("%Y%m%dT%H%M%SZ"));
    let set: RRuleSet = text.parse().ok()?;
    let before = (window.1 - TimeDelta::seconds(1)).with_timezone(&Tz::UTC);
    let found = set.before(before).all(u16::MAX);
    if found.limited {
        return None;
    }
    let mut found: Vec<DateTime<Utc>> = found.dates.iter().map(|at| at.to_utc()).collect();
    found.push(start.and_utc());
    found.retain(|at| *at >= window.0 && *at < window.1);
    found.sort_unstable();
    found.dedup();
    Some(found)
}

fn list(numbers: &[i32]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i32::to_string).collect();
    numbers.join(",")
}

fn some(range: std::ops::RangeInclusive<i32>) -> impl Strategy<Value = Vec<i32>> {
    prop::collection::vec(range, 1..3)
}

/// A rule of each frequency with the parts that go with it.
fn rule() -> impl Strategy<Value = String> {
    let days = prop::collection::vec(0..7_usize, 1..3);
    let parts = (
        prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        1..5_u32,
        prop::option::of(some(1..=12)),
        prop::option::of(some(1..=31)),
        prop::option::of(days),
        prop::option::of(-5..=5_i32),
        prop::option::of(some(0..=23)),
        any::<bool>(),
    );
    parts.prop_map(
        |(freq, interval, months, month_days, days, nth, hours, sunday)| {
            let mut rule = format!("FREQ={freq};INTERVAL={interval}");
            if let Some(months) = months {
                rule.push_str(&format!(";BYMONTH={}", list(&months)));
            }
            if let Some(month_days) = month_days.filter(|_| freq != "WEEKLY") {
                rule.push_str(&format!(";BYMONTHDAY={}", list(&month_days)));
            }
            if let Some(days) = days {
                let nth = nth.filter(|nth| *nth != 0 && matches!(freq, "MONTHLY" | "YEARLY"));
                let nth = nth.map(|nth| nth.to_string()).unwrap_or_default();
                let days: Vec<String> = days
                    .iter()
                    .map(|day| format!("{nth}{}", WEEKDAYS[*day]))
                    .collect();
                rule.push_str(&format!(";BYDAY={}", days.join(",")));
            }
            if let Some(hours) = hours {
                rule.push_str(&format!(";BYHOUR={}", list(&hours)));
            }
            if sunday {
                rule.push_str(";WKST=SU");
            }
            rule
        },
    )
}

proptest! {
    #[test]
    fn day_by_day_and_period_by_period_give_the_same_starts(
        rule in rule(),
        first in 0..2_000_i64,
        hour in 0..24_i64,
        from in 0..2_500_i64,
    ) {
        let zero = "2019-01-01T00:30:00".parse::<NaiveDateTime>().unwrap();
        let start = zero + TimeDelta::days(first) + TimeDelta::hours(hour);
        let from = (zero + TimeDelta::days(from)).and_utc();
        let window = (from, from + TimeDelta::days(456));
        if let Some(expected) = by_the_crate(&rule, start, window) {
            prop_assert_eq!(starts(&rule, start, window), expected, "{}", rule);
        }
    }
}
