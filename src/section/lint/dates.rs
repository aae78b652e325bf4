//! The first column of a row.

use super::outline::Line;
use super::{Kind, Notes, quoted};
use crate::facts::event::MONTHS;
use chrono::{Datelike, NaiveDate, Weekday};
use std::ops::Range;

/// Days from which only the first is printed.
const LONG_DAYS: i64 = 14;

/// Checks the column that stands in these bytes of the line.
pub(super) fn check(line: &Line<'_>, cell: Range<usize>, notes: &mut Notes) {
    let text = &line.text[cell.clone()];
    let days = match days(text) {
        Some(days) => days,
        None => {
            let message = format!("{} is no day such as `2026-09-08`", quoted(text));
            return notes.say(line, cell.start, Kind::DateForm, message);
        }
    };
    let mut read = Vec::new();
    for day in &days {
        let (year, month, number) = *day;
        match NaiveDate::from_ymd_opt(year, month, number) {
            Some(day) => read.push(day),
            None => {
                let message = format!("{year:04}-{month:02}-{number:02} is no day of the calendar");
                return notes.say(line, cell.start, Kind::DateImpossible, message);
            }
        }
    }
    let (Some(first), Some(last)) = (read.first(), read.last()) else {
        return;
    };
    if read.len() > 2 || (read.len() == 2 && last < first) {
        let message = format!("{last} is before {first}");
        return notes.say(line, cell.start, Kind::DateOrder, message);
    }
    if read.len() == 2 && last == first {
        let message = format!("{first} is both its first day and its last");
        return notes.mend(line, cell, first.to_string(), Kind::DateOrder, message);
    }
    let right = if read.len() == 2 {
        format!("{first} - {last}")
    } else {
        first.to_string()
    };
    if text != right {
        let message = format!("{} is written {}", quoted(text), quoted(&right));
        notes.mend(line, cell, right, Kind::DateForm, message);
    } else if (*last - *first).num_days() >= LONG_DAYS {
        let message = format!(
            "{} days: only the first is printed",
            (*last - *first).num_days() + 1
        );
        notes.say(line, cell.start, Kind::DateLong, message);
    }
}

/// One day or two, in whatever form: year, month and day as written. `2024-01-27-28` and
/// `2022-05-19 & 05-20` lend the second what the first says.
fn days(text: &str) -> Option<Vec<(i32, u32, u32)>> {
    let mut numbers: Vec<(usize, u32)> = Vec::new();
    for part in text.split(|char: char| !char.is_ascii_digit()) {
        if part.is_empty() {
            continue;
        }
        numbers.push((part.len(), part.parse().ok().filter(|_| part.len() <= 4)?));
    }
    if text.contains(char::is_alphabetic) {
        return None;
    }
    let day = |parts: &[(usize, u32)]| match parts {
        [(4, year), (1..=2, month), (1..=2, day)] => {
            Some((i32::try_from(*year).ok()?, *month, *day))
        }
        _ => None,
    };
    let first = day(numbers.get(..3)?)?;
    let second = match &numbers[3..] {
        [] => return Some(vec![first]),
        [(1..=2, number)] => (first.0, first.1, *number),
        [(1..=2, month), (1..=2, number)] => (first.0, *month, *number),
        rest => day(rest)?,
    };
    Some(vec![first, second])
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// Words behind which a day is not the event's own.
const OF_OTHERS: [&str; 6] = ["for", "to", "until", "before", "after", "since"];

/// What a title says of its day, if that is another than the row's: the kind and the words.
pub(super) fn contradicted(
    title: &str,
    first: NaiveDate,
    last: NaiveDate,
) -> Option<(Kind, String)> {
    let lower = title.to_lowercase();
    let words: Vec<&str> = lower
        .split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    if first == last {
        let mut named = WEEKDAYS.iter().filter(|(name, _)| {
            words
                .iter()
                .any(|word| word.strip_suffix('s').unwrap_or(word) == *name)
        });
        if let (Some((name, day)), None) = (named.next(), named.next())
            && *day != first.weekday()
        {
            let message = format!(
                "the title says {name}, and {first} is a {}",
                in_words(first)
            );
            return Some((Kind::Weekday, message));
        }
    }
    // `Aug 31`, `November 7th`; not `May 2026`, nor `Sep 18-20`, of which the row may print the first.
    // Behind `for` or `until` stands the day of something else.
    let other = |at: usize| at > 0 && OF_OTHERS.contains(&words[at - 1]);
    let mut named = words.windows(2).enumerate().filter_map(|(at, pair)| {
        let month = month(pair[0]).filter(|_| !other(at))?;
        let number = pair[1].trim_end_matches(|char: char| char.is_ascii_alphabetic());
        let day: u32 = number.parse().ok().filter(|day| (1..=31).contains(day))?;
        Some((month, day))
    });
    if let (Some((month, day)), None) = (named.next(), named.next()) {
        let here = |date: NaiveDate| (date.month(), date.day()) == (month, day);
        let inside = first
            .iter_days()
            .take_while(|date| *date <= last)
            .take(60)
            .any(here);
        if !inside {
            let message = format!(
                "the title says {} {day}, and the row {first}",
                MONTHS[month as usize - 1]
            );
            return Some((Kind::TitleDate, message));
        }
    }
    None
}

fn month(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|name| {
        *name == word
            || (word.len() >= 3 && word == &name[..3])
            || word == "sept" && *name == "september"
    })?;
    u32::try_from(place + 1).ok()
}

fn in_words(day: NaiveDate) -> &'static str {
    let name = day.weekday();
    WEEKDAYS
        .iter()
        .find(|(_, day)| *day == name)
        .map_or("", |(name, _)| name)
}
