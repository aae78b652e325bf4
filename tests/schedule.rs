//! When the schedule visits a source.

use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::facts::source::SourceId;
use rusty_events::schedule::{Cron, back_off, is_due};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn cron(line: &str, zone: &str) -> Cron {
    Cron::parse(line, zone.parse().unwrap()).unwrap()
}

#[test]
fn a_source_is_due_once_for_all_the_times_that_were_missed() {
    let cron = cron("0 */6 * * *", "UTC");
    let last = Some(at("2026-08-01T06:00:20Z"));
    assert!(!is_due(&cron, last, at("2026-08-01T11:59:59Z")));
    assert!(is_due(&cron, last, at("2026-08-01T12:00:00Z")));
    let after_a_month = at("2026-09-01T13:00:00Z");
    assert!(is_due(&cron, last, after_a_month));
    assert!(
        !is_due(&cron, Some(after_a_month), at("2026-09-01T17:00:00Z")),
        "one catch-up, not one for each"
    );
    assert!(is_due(&cron, None, after_a_month), "never visited");
    assert!(
        is_due(&cron, Some(at("2036-01-01T00:00:00Z")), after_a_month),
        "a visit in the future is a clock that was set back"
    );
}

#[test]
fn a_schedule_is_read_in_its_zone_with_the_rules_of_today() {
    let daily = cron("0 9 * * *", "America/Vancouver");
    // Vancouver keeps its summer time from November 2026 on; an older table has 17:00.
    assert_eq!(
        daily.next(at("2026-12-15T00:00:00Z")),
        Some(at("2026-12-15T16:00:00Z"))
    );
    assert_eq!(
        daily.last(at("2026-12-15T15:59:00Z")),
        Some(at("2026-12-14T16:00:00Z"))
    );
    assert_eq!(
        daily.last(at("2026-12-15T16:00:00Z")),
        Some(at("2026-12-15T16:00:00Z"))
    );
}

#[test]
fn the_nights_when_clocks_change_skip_nothing_and_repeat_nothing() {
    let nightly = cron("30 2 * * *", "Europe/Berlin");
    let mut times = Vec::new();
    let mut now = at("2026-03-28T00:00:00Z");
    while times.len() < 3 {
        now = nightly.next(now).unwrap();
        times.push(now);
    }
    assert_eq!(
        times,
        [
            at("2026-03-28T01:30:00Z"),
            at("2026-03-29T01:30:00Z"),
            at("2026-03-30T00:30:00Z")
        ],
        "02:30 does not exist on the 29th: an hour later"
    );
    let mut times = Vec::new();
    let mut now = at("2026-10-24T22:00:00Z");
    while times.len() < 2 {
        now = nightly.next(now).unwrap();
        times.push(now);
    }
    assert_eq!(
        times,
        [at("2026-10-25T00:30:00Z"), at("2026-10-26T01:30:00Z")],
        "02:30 comes twice on the 25th: the first counts"
    );
    let often = cron("*/20 * * * *", "Europe/Berlin");
    let mut now = at("2026-10-25T00:50:00Z");
    for _ in 0..10 {
        let next = often.next(now).unwrap();
        assert!(next > now, "time goes on");
        now = next;
    }
}

#[test]
fn a_line_that_is_none_or_never_comes_is_refused() {
    for line in ["", "* * *", "61 * * * *", "0 0 31 2 *", "every day"] {
        assert!(Cron::parse(line, chrono_tz::Tz::UTC).is_err(), "{line:?}");
    }
}

#[test]
fn a_failing_source_is_asked_ever_more_seldom_and_never_less_than_daily() {
    let source = SourceId("meetup/rust-berlin".to_owned());
    let cron = cron("*/5 * * * *", "UTC");
    let begin = at("2026-08-01T00:00:00Z");
    let (mut now, mut last, mut failures) = (begin, begin, 1);
    let mut pauses = Vec::new();
    while now < begin + TimeDelta::days(3) {
        now += TimeDelta::minutes(1);
        if is_due(&cron, Some(last), now) && back_off(&source, failures, Some(last), now).is_none()
        {
            pauses.push(now - last);
            last = now;
            failures += 1;
        }
    }
    assert!(pauses.len() <= 12, "{pauses:?}");
    assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(pauses[0] >= TimeDelta::minutes(15));
    assert!(*pauses.last().unwrap() <= TimeDelta::hours(27));
    assert_eq!(
        back_off(&source, 0, Some(last), now),
        None,
        "it did not fail"
    );
    let other = SourceId("meetup/rust-paris".to_owned());
    assert_ne!(
        back_off(&source, 9, Some(last), last),
        back_off(&other, 9, Some(last), last),
        "those that failed together come back one by one"
    );
}
