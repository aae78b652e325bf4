//! The first column of a row.

use super::{Kind, Notes, Rules, quoted};
use crate::facts::event::MONTHS;
use crate::section::grammar::{Line, NotDays, days};
use chrono::{Datelike, NaiveDate, Weekday};
use std::ops::Range;

/// Days from which only the first is printed.
const LONG_DAYS: i64 = 14;

/// Checks the column that stands in these bytes of the line. Days in another form, the grammar notes.
pub(super) fn check(line: &Line<'_>, cell: Range<usize>, rules: &Rules<'_>, notes: &mut Notes) {
    let dates = rules.style.dates;
    let text = &line.text[cell.clone()];
    let days = match days(text, dates) {
        Ok(days) => days,
        Err(NotDays::Form) => {
            let such = NaiveDate::from_ymd_opt(2026, 9, 8).map(|day| dates.written(day));
            let such = such.unwrap_or_default();
            let message = format!("{} is no day: write one such as `{such}`", quoted(text));
            return notes.say(line, cell.start, Kind::DateForm, message);
        }
        Err(NotDays::Impossible(year, month, day)) => {
            let message = format!(
                "{year:04}-{month:02}-{day:02} is not in the calendar: write the event's day"
            );
            return notes.say(line, cell.start, Kind::DateImpossible, message);
        }
    };
    let last = days.last.unwrap_or(days.first);
    let length = (last - days.first).num_days();
    if length < 0 {
        let message = format!(
            "the last day {last} is before the first {}: write the earlier one first, or the right one",
            days.first
        );
        return notes.say(line, cell.start, Kind::DateOrder, message);
    }
    if text == days.written(dates) && length >= LONG_DAYS {
        let message = format!(
            "{} are {} days: write only the first, {}",
            quoted(text),
            length + 1,
            dates.written(days.first)
        );
        notes.say(line, cell.start, Kind::DateLong, message);
    }
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

/// Words before the day of something else than the event.
const OF_OTHERS: [&str; 6] = ["for", "to", "until", "before", "after", "since"];

/// The day that a title says, if it is another than the row's: the kind and the words.
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
                "the title says {name}, and {first} is a {}: write the right day, or the right name",
                in_words(first)
            );
            return Some((Kind::Weekday, message));
        }
    }
    // `Aug 31`, `November 7th`; not `May 2026`, nor `Sep 18-20`, of which the row may print the first.
    // The day after `for` or `until` is the day of something else.
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
                "the title says {} {day}, and the row {first}: write the right one in both",
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
