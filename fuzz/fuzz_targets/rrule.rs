//! Any text as a recurrence rule, in two zones, around a change of the clock.

#![no_main]

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use libfuzzer_sys::fuzz_target;
use rusty_events::listing::{Listing, Rule};
use rusty_events::recur::{Limits, expand};
use rusty_events::source::Way;
use rusty_events::when::Stamp;

fuzz_target!(|rule: &str| {
    let from: DateTime<Utc> = DateTime::from_timestamp(1_774_000_000, 0).unwrap_or_default();
    let to = from + chrono::TimeDelta::days(400);
    for start in [
        Stamp::Zoned(from.naive_utc(), Tz::America__New_York),
        Stamp::Date(from.date_naive()),
        Stamp::Utc(DateTime::from_timestamp(0, 0).unwrap_or_default()),
    ] {
        let mut listing = Listing::new("x", "x", start, Way::Feed);
        listing.rule = Some(Rule { rules: rule.lines().map(str::to_owned).collect(), ..Rule::default() });
        let limits = Limits::default();
        let expanded = expand([&listing], (from, to), Tz::Europe__Berlin, limits);
        assert!(expanded.occurrences.len() <= limits.occurrences + 1);
    }
});
