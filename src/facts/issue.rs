//! An issue's day, and the window of days that its section covers.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::fmt;

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

/// When issues appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// The day of the week on which they are dated.
    pub weekday: Weekday,
    /// How often.
    pub every: Every,
}

/// How often issues appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Every so many weeks, counted from an issue's day; that is of the weekday.
    Weeks(u32, NaiveDate),
    /// On the first, second, third or fourth weekday of each month, 1 to 4.
    Month(u8),
}

impl From<Weekday> for Rhythm {
    /// Every week.
    fn from(weekday: Weekday) -> Rhythm {
        Rhythm {
            weekday,
            every: Every::Weeks(1, NaiveDate::MIN),
        }
    }
}

/// As a sentence has it: `Wed`, `every 2nd Mon`, `the 1st Tue of a month`.
impl fmt::Display for Rhythm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weekday = self.weekday;
        let th = |number: u32| match number {
            1 => "1st".to_owned(),
            2 => "2nd".to_owned(),
            3 => "3rd".to_owned(),
            number => format!("{number}th"),
        };
        match self.every {
            Every::Weeks(1, _) => write!(out, "{weekday}"),
            Every::Weeks(weeks, _) => write!(out, "every {} {weekday}", th(weeks)),
            Every::Month(which) => write!(out, "the {} {weekday} of a month", th(which.into())),
        }
    }
}

impl Rhythm {
    /// Whether an issue is dated on a day.
    fn is_on(self, day: NaiveDate) -> bool {
        day.weekday() == self.weekday
            && match self.every {
                Every::Weeks(1, _) => true,
                Every::Weeks(weeks, from) => {
                    (day - from)
                        .num_days()
                        .rem_euclid(7 * i64::from(weeks.max(1)))
                        == 0
                }
                Every::Month(which) => day.day0() / 7 + 1 == u32::from(which),
            }
    }
}

/// Days within which an issue follows on any day, in the slowest rhythm.
const SLOWEST: usize = 7 * 60;

/// The first issue day on or after `today`.
pub fn next_issue(today: NaiveDate, rhythm: impl Into<Rhythm>) -> NaiveDate {
    let rhythm = rhythm.into();
    let mut days = today.iter_days().take(SLOWEST);
    days.find(|day| rhythm.is_on(*day)).unwrap_or(today)
}

/// The issue days on both sides of a day that is none; `None` if it is one.
pub fn neighbours(day: NaiveDate, rhythm: impl Into<Rhythm>) -> Option<(NaiveDate, NaiveDate)> {
    let rhythm = rhythm.into();
    if rhythm.is_on(day) {
        return None;
    }
    around(day, rhythm)
}

/// The issue days before and after a day.
pub fn around(day: NaiveDate, rhythm: impl Into<Rhythm>) -> Option<(NaiveDate, NaiveDate)> {
    let rhythm = rhythm.into();
    let mut before = day.iter_days().rev().skip(1).take(SLOWEST);
    let mut after = day.iter_days().skip(1).take(SLOWEST);
    Some((
        before.find(|day| rhythm.is_on(*day))?,
        after.find(|day| rhythm.is_on(*day))?,
    ))
}

/// A day in a file's name: `2026-08-26-this-week-in-rust.md`.
pub fn in_name(name: &str) -> Option<NaiveDate> {
    (0..name.len()).find_map(|at| {
        let day = name.get(at..at + 10)?;
        // `-2026-03-3` would be a day of a year before our era.
        day.starts_with(|char: char| char.is_ascii_digit())
            .then(|| day.parse().ok())?
    })
}
