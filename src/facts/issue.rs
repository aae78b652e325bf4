//! An issue's day, and the window of days that its section covers.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::fmt;

/// Days after publication that a section covers, both ends included, unless configured otherwise.
/// All 104 issues of the newsletter from 2024-08 to 2026-08 span 28.
pub const WINDOW_DAYS: u64 = 28;

/// The most days that a section can cover: as far ahead as occurrences are made.
pub const MOST_WINDOW_DAYS: u64 = 366;

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
pub enum Rhythm {
    /// On this day of the week, every so many weeks, counted from an issue's day; that is of the weekday.
    Weeks(Weekday, u32, NaiveDate),
    /// On the first, second, third or fourth such weekday of each month, 1 to 4.
    Month(Weekday, u8),
    /// On the same days of each month.
    Dates(DaysOfMonth),
}

/// The number of the last day of the longest months.
pub const LAST_DAY: u32 = 31;

/// Days of each month, at least one. A day that a month does not have is its last: the 31st is the last of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaysOfMonth(u32);

impl DaysOfMonth {
    /// The days with these numbers; `None` for none at all, and for a number that is not within 1 to 31.
    pub fn new(days: impl IntoIterator<Item = u32>) -> Option<DaysOfMonth> {
        let mut days = days.into_iter();
        let all = days.try_fold(0, |all, day| {
            (1..=LAST_DAY).contains(&day).then(|| all | (1_u32 << day))
        });
        all.filter(|all| *all != 0).map(DaysOfMonth)
    }

    /// Their numbers, in order.
    pub fn numbers(self) -> impl Iterator<Item = u32> {
        (1..=LAST_DAY).filter(move |day| self.0 & (1 << day) != 0)
    }

    /// Whether a day is one of them.
    pub fn hold(self, day: NaiveDate) -> bool {
        let mut numbers = self.numbers();
        numbers.any(|number| number == day.day() || (number > day.day() && is_last(day)))
    }

    /// The days from one of them to the next at most.
    pub fn longest_gap(self) -> u32 {
        let numbers: Vec<u32> = self.numbers().collect();
        let within = numbers.windows(2).map(|pair| pair[1] - pair[0]);
        let over = numbers.first().zip(numbers.last());
        let over = over.map(|(first, last)| LAST_DAY - last + first);
        within.chain(over).max().unwrap_or(LAST_DAY)
    }
}

/// Whether a day is the last of its month.
pub fn is_last(day: NaiveDate) -> bool {
    day.succ_opt().is_none_or(|next| next.day() == 1)
}

impl From<Weekday> for Rhythm {
    /// Every week.
    fn from(weekday: Weekday) -> Rhythm {
        Rhythm::Weeks(weekday, 1, NaiveDate::MIN)
    }
}

/// As a sentence has it: `Wed`, `every 2nd Mon`, `the 1st Tue of a month`, `the 1st and 15th of a month`.
impl fmt::Display for Rhythm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let th = |number: u32| match number {
            1 | 21 => format!("{number}st"),
            2 | 22 => format!("{number}nd"),
            3 | 23 => format!("{number}rd"),
            number => format!("{number}th"),
        };
        match self {
            Rhythm::Weeks(weekday, 1, _) => write!(out, "{weekday}"),
            Rhythm::Weeks(weekday, weeks, _) => write!(out, "every {} {weekday}", th(*weeks)),
            Rhythm::Month(weekday, which) => {
                write!(out, "the {} {weekday} of a month", th((*which).into()))
            }
            Rhythm::Dates(days) => {
                let named = days.numbers().map(|number| match number {
                    LAST_DAY => "last day".to_owned(),
                    number => th(number),
                });
                let named: Vec<String> = named.collect();
                match named.split_last() {
                    Some((last, before)) if !before.is_empty() => {
                        write!(out, "the {} and {last} of a month", before.join(", "))
                    }
                    _ => write!(out, "the {} of a month", named.concat()),
                }
            }
        }
    }
}

impl Rhythm {
    /// Whether an issue is dated on a day.
    pub fn is_on(self, day: NaiveDate) -> bool {
        match self {
            Rhythm::Weeks(weekday, 1, _) => day.weekday() == weekday,
            Rhythm::Weeks(weekday, weeks, from) => {
                let since = (day - from).num_days();
                day.weekday() == weekday && since.rem_euclid(7 * i64::from(weeks.max(1))) == 0
            }
            Rhythm::Month(weekday, which) => {
                day.weekday() == weekday && day.day0() / 7 + 1 == u32::from(which)
            }
            Rhythm::Dates(days) => days.hold(day),
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
