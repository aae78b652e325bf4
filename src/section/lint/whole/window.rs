//! The line that names the days covered, and which days those are.

use super::{Findings, Surroundings};
use crate::facts::issue::{Window, neighbours};
use crate::section::grammar::{Line, Shape};
use crate::section::lint::{Kind, Rules, quoted};
use crate::section::print::window_line;
use chrono::{Datelike, NaiveDate};

/// What is known of the window.
pub(super) struct Known {
    /// The days by which rows are judged.
    pub(super) days: Option<Window>,
    /// The line as it should be, if that is certain and it is not so.
    pub(super) line: Option<Mend>,
}

/// How the line is mended.
pub(super) enum Mend {
    /// The line of this number reads so.
    Replace(usize, String),
    /// Below the line of this number stands another.
    Insert(usize, String),
}

/// Whether a line is the one that names the days.
pub(super) fn is_line(line: &Line<'_>) -> bool {
    line.text.to_lowercase().contains("events between")
        || dates(line.text).is_some_and(|days| days.len() == 2)
}

/// Checks the line against the issue's day.
///
/// Where the file and the line disagree, nobody can tell which is wrong: rows are then judged by all days
/// that either names, so that none is called past that one of them holds.
pub(super) fn check(
    opening: &[Line<'_>],
    surroundings: &Surroundings,
    rules: &Rules<'_>,
    notes: &mut Findings,
) -> Known {
    let expected = surroundings
        .stated
        .map(|day| Window::starting(day, rules.days));
    let line = opening
        .iter()
        .find(|line| line.shape == Shape::Text && is_line(line));
    let Some(line) = line else {
        return missing(opening, surroundings, expected, rules, notes);
    };
    let right = |window| window_line(window, rules.style);
    let printed = dates(line.text).and_then(|days| match days[..] {
        [from, to] => Window::new(from, to),
        _ => None,
    });
    let Some(printed) = printed else {
        let text = match expected {
            Some(window) => format!("it names no two days: {}", quoted(&right(window))),
            None => "it names no two days such as `2026-08-26 - 2026-09-23`".to_owned(),
        };
        return match expected {
            Some(window) => {
                let mend = format!("write {}", quoted(&right(window)));
                notes.mend(line.number, Kind::WindowWrong, text, mend);
                Known {
                    days: expected,
                    line: Some(Mend::Replace(line.number, right(window))),
                }
            }
            None => {
                notes.say(line.number, Kind::WindowWrong, text);
                Known {
                    days: None,
                    line: None,
                }
            }
        };
    };
    let mut known = Known {
        days: Some(printed),
        line: None,
    };
    let whole = Window::starting(printed.from, rules.days);
    match expected {
        Some(window) if window.from != printed.from => {
            let text = format!(
                "it begins on {}, and the file's own day is {}",
                printed.from, window.from
            );
            notes.say(line.number, Kind::WindowWrong, text);
            known.days = Window::new(printed.from.min(window.from), printed.to.max(window.to));
            return known;
        }
        None if neighbours(printed.from, rules.weekday).is_some() => {
            let text = format!(
                "it begins on {}, a {}, and issues appear on {}",
                printed.from,
                printed.from.weekday(),
                rules.weekday
            );
            notes.say(line.number, Kind::WindowWrong, text);
            return known;
        }
        _ => {}
    }
    if printed.to != whole.to {
        let text = format!(
            "it ends on {}, and {} days after {} is {}",
            printed.to, rules.days, printed.from, whole.to
        );
        // Only where a second witness names the first day can the last be reckoned from it.
        if expected.is_some() {
            let mend = format!("write {}", quoted(&right(whole)));
            notes.mend(line.number, Kind::WindowWrong, text, mend);
            known.line = Some(Mend::Replace(line.number, right(whole)));
            known.days = Window::new(printed.from, printed.to.max(whole.to));
        } else {
            notes.say(line.number, Kind::WindowWrong, text);
        }
    } else if line.text.trim_end() != right(printed) {
        let text = format!("the line is worded {}", quoted(&right(printed)));
        notes.say(line.number, Kind::WindowWording, text);
    }
    known
}

fn missing(
    opening: &[Line<'_>],
    surroundings: &Surroundings,
    expected: Option<Window>,
    rules: &Rules<'_>,
    notes: &mut Findings,
) -> Known {
    let heading = opening
        .iter()
        .find(|line| line.shape == Shape::SectionHeading);
    let at = heading.map_or(surroundings.first_line, |line| line.number);
    let text = "no line names the days that are covered";
    let line = match (expected, heading) {
        (Some(window), Some(heading)) => {
            let right = window_line(window, rules.style);
            let mend = format!("write {}", quoted(&right));
            notes.mend(at, Kind::WindowMissing, text, mend);
            Some(Mend::Insert(heading.number, right))
        }
        _ => {
            notes.say(at, Kind::WindowMissing, text);
            None
        }
    };
    if heading.is_none() {
        let text = format!(
            "the section's heading is missing: {}",
            quoted(&rules.style.heading)
        );
        notes.say(at, Kind::SectionHeading, text);
    }
    Known {
        days: expected,
        line,
    }
}

/// The days that a line names as `2026-08-26`; `None` if one of them is none of the calendar.
fn dates(text: &str) -> Option<Vec<NaiveDate>> {
    let mut days = Vec::new();
    let mut at = 0;
    while let Some(word) = text.get(at..) {
        let Some(found) = word.find(|char: char| char.is_ascii_digit()) else {
            break;
        };
        let start = at + found;
        let run = text[start..]
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'-')
            .count();
        let word = text[start..start + run].trim_end_matches('-');
        if word.len() == 10 {
            days.push(word.parse().ok()?);
        }
        at = start + run.max(1);
    }
    Some(days)
}
