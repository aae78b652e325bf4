//! An issue's day, and the window of days that its section covers.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Days after publication that a section covers, both ends included, unless configured otherwise.
/// All 104 issues of the newsletter from 2024-08 to 2026-08 span 28.
pub const WINDOW_DAYS: u64 = 28;

/// The days that a section covers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub from: NaiveDate,
    /// The last day, never before `from`.
    pub to: NaiveDate,
}

impl Window {
    /// The window from a day to another; `None` if the second lies before the first.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Option<Window> {
        (from <= to).then_some(Window { from, to })
    }

    /// The window that begins on `from` and spans `days` more.
    pub fn starting(from: NaiveDate, days: u64) -> Window {
        Window {
            from,
            to: from
                .checked_add_days(Days::new(days))
                .unwrap_or(NaiveDate::MAX),
        }
    }

    /// Whether a span of days touches the window: it starts on or before the last day, and still
    /// runs on the first.
    pub fn holds(&self, first: NaiveDate, last: NaiveDate) -> bool {
        first <= self.to && last >= self.from
    }
}

/// The first issue day on or after `today`.
pub fn next_issue(today: NaiveDate, weekday: Weekday) -> NaiveDate {
    let wait = (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    today
        .checked_add_days(Days::new(u64::from(wait)))
        .unwrap_or(today)
}

/// The issue days on both sides of a day that is none; `None` if it is one.
pub fn neighbours(day: NaiveDate, weekday: Weekday) -> Option<(NaiveDate, NaiveDate)> {
    let next = next_issue(day, weekday);
    if next == day {
        return None;
    }
    Some((next.checked_sub_days(Days::new(7)).unwrap_or(next), next))
}

/// A day in a file's name: `2026-08-26-this-week-in-rust.md`.
pub fn in_name(name: &str) -> Option<NaiveDate> {
    (0..name.len()).find_map(|at| name.get(at..at + 10)?.parse().ok())
}
