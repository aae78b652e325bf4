//! The first column of a row: a day or a span of days.

use crate::section::style::{DateForm, Order};
use chrono::NaiveDate;

/// One day, or a first and a last one; the last may be written before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub first: NaiveDate,
    /// The last day, where one is written.
    pub last: Option<NaiveDate>,
}

impl Days {
    /// As the newsletter prints them: `2024-11-06`, `2026-09-08 - 2026-09-11`.
    pub fn written(&self, form: DateForm) -> String {
        form.span(self.first, self.last)
    }
}

/// Why a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDays {
    /// It is written in no form that is known.
    Form,
    /// Year, month and day, of which there is none in the calendar.
    Impossible(i32, u32, u32),
}

/// Whether a mark may stand between the numbers of a day: hyphens of all kinds, slashes and dots.
pub(super) fn is_joint(mark: char) -> bool {
    matches!(mark, '-' | '/' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Words between two days.
const BETWEEN: [&str; 5] = ["to", "and", "until", "till", "through"];

/// Reads a day or a span of days in any form that has year, month and day in this order: `2024-11-06`,
/// `2026/8/7`, `2026-09-08 - 2026-09-11`, `2024-04-15 & 2024-04-16`. `2024-01-27-28` and
/// `2022-05-19 & 05-20` lend the second day what the first says. A newsletter that writes the year last is read so
/// too: `7/8/2026`, and `8.9.2026 - 11.9.2026`.
///
/// # Errors
/// If it is in another form, or no day of the calendar.
pub fn days(text: &str, form: DateForm) -> Result<Days, NotDays> {
    let mut numbers: Vec<(usize, u32)> = Vec::new();
    let is_word = |char: char| char.is_alphanumeric();
    for part in text.split(|char: char| !is_word(char)) {
        if part.is_empty() || BETWEEN.iter().any(|word| part.eq_ignore_ascii_case(word)) {
            continue;
        }
        let number = part.parse().ok().filter(|_| part.len() <= 4);
        numbers.push((part.len(), number.ok_or(NotDays::Form)?));
    }
    let day = |parts: &[(usize, u32)]| match parts {
        [(4, year), (1..=2, month), (1..=2, day)] => {
            Some((i32::try_from(*year).ok()?, *month, *day))
        }
        [(1..=2, one), (1..=2, two), (4, year)] => {
            let year = i32::try_from(*year).ok()?;
            match form.order() {
                Order::YearFirst => None,
                Order::DayFirst => Some((year, *two, *one)),
                Order::MonthFirst => Some((year, *one, *two)),
            }
        }
        _ => None,
    };
    let first = numbers.get(..3).and_then(day).ok_or(NotDays::Form)?;
    let second = match &numbers[3..] {
        [] => None,
        [(1..=2, number)] => Some((first.0, first.1, *number)),
        [(1..=2, month), (1..=2, number)] => Some((first.0, *month, *number)),
        rest => Some(day(rest).ok_or(NotDays::Form)?),
    };
    let in_calendar = |(year, month, day)| {
        NaiveDate::from_ymd_opt(year, month, day).ok_or(NotDays::Impossible(year, month, day))
    };
    Ok(Days {
        first: in_calendar(first)?,
        last: second.map(in_calendar).transpose()?,
    })
}
