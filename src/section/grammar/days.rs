//! The first column of a row: a day or a span of days.

use chrono::NaiveDate;
use std::fmt;

/// One day, or a first and a last one; the last may be written before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub first: NaiveDate,
    /// The last day, where one is written.
    pub last: Option<NaiveDate>,
}

/// As the newsletter prints them: `2024-11-06`, `2026-09-08 - 2026-09-11`.
impl fmt::Display for Days {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last {
            Some(last) if last != self.first => write!(out, "{} - {last}", self.first),
            _ => write!(out, "{}", self.first),
        }
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
/// `2022-05-19 & 05-20` lend the second day what the first says.
///
/// # Errors
/// If it is in another form, or no day of the calendar.
pub fn days(text: &str) -> Result<Days, NotDays> {
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
