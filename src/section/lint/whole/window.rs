//! The line that names the days covered, and which days those are.

use super::{Findings, Surroundings};
use crate::facts::issue::{Window, neighbours};
use crate::section::grammar::{Line, Shape};
use crate::section::lint::{Kind, Rules, quoted};
use crate::section::print::window_line;
use crate::section::style::{DateForm, Style};
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
pub(in crate::section::lint) fn is_line(line: &Line<'_>, style: &Style) -> bool {
    let before = style.line.split("{from}").next().unwrap_or_default();
    let before = before.trim();
    let begins = !before.is_empty() && line.text.trim_start().starts_with(before);
    begins
        || line.text.to_lowercase().contains("events between")
        || dates(line.text, style.dates).is_some_and(|days| days.len() == 2)
}

/// Checks the line against the issue's day.
///
/// If the file and the line disagree, either can be wrong. Rows then count as inside if either has their day, so that
/// none is removed as past by mistake.
pub(super) fn check(
    opening: &[Line<'_>],
    surroundings: &Surroundings<'_>,
    rules: &Rules<'_>,
    notes: &mut Findings,
) -> Known {
    let expected = surroundings
        .stated
        .map(|day| Window::starting(day, rules.days));
    let line = opening
        .iter()
        .find(|line| line.shape == Shape::Text && is_line(line, rules.style));
    let Some(line) = line else {
        return missing(opening, surroundings, expected, rules, notes);
    };
    let right = |window| window_line(window, rules.style);
    let printed = dates(line.text, rules.style.dates).and_then(|days| match days[..] {
        [from, to] => Window::new(from, to),
        _ => None,
    });
    let Some(printed) = printed else {
        return without_days(line, expected, rules, notes);
    };
    let mut known = Known {
        days: Some(printed),
        line: None,
    };
    let whole = Window::starting(printed.from, rules.days);
    match expected {
        Some(window) if window.from != printed.from => {
            let text = format!(
                "the section begins on {} here, and the issue's own day is {}: write the right one in both",
                printed.from, window.from
            );
            notes.say(line.number, Kind::WindowWrong, text);
            known.days = Window::new(printed.from.min(window.from), printed.to.max(window.to));
            return known;
        }
        None if neighbours(printed.from, rules.rhythm).is_some() => {
            let text = format!(
                "the section begins on {}, a {}, and issues appear on {}: write the issue's day",
                printed.from,
                printed.from.weekday(),
                rules.rhythm
            );
            notes.say(line.number, Kind::WindowWrong, text);
            return known;
        }
        _ => {}
    }
    if printed.to != whole.to {
        let text = format!(
            "the section ends on {} here, and {} days after {} is {}: write that",
            printed.to, rules.days, printed.from, whole.to
        );
        // The last day follows from the first only if the file states the first day elsewhere too.
        if expected.is_some() {
            let mend = format!("write {}", quoted(&right(whole)));
            notes.mend(line.number, Kind::WindowWrong, text, mend);
            known.line = Some(Mend::Replace(line.number, right(whole)));
            known.days = Window::new(printed.from, printed.to.max(whole.to));
        } else {
            notes.say(line.number, Kind::WindowWrong, text);
        }
    } else if line.text.trim_end() != right(printed) {
        let text = format!(
            "{} is worded {}",
            quoted(line.text.trim()),
            quoted(&right(printed))
        );
        notes.say(line.number, Kind::WindowWording, text);
    }
    known
}

/// The line does not state two days: they are written anew where the issue's day is known.
fn without_days(
    line: &Line<'_>,
    expected: Option<Window>,
    rules: &Rules<'_>,
    notes: &mut Findings,
) -> Known {
    let text = match expected {
        Some(_) => format!("{} does not state two days", quoted(line.text.trim())),
        None => format!(
            "{} does not state two days: write them as in `2026-08-26 - 2026-09-23`",
            quoted(line.text.trim())
        ),
    };
    match expected {
        Some(window) => {
            let mend = format!("write {}", quoted(&window_line(window, rules.style)));
            notes.mend(line.number, Kind::WindowWrong, text, mend);
            Known {
                days: expected,
                line: Some(Mend::Replace(line.number, window_line(window, rules.style))),
            }
        }
        None => {
            notes.say(line.number, Kind::WindowWrong, text);
            Known {
                days: None,
                line: None,
            }
        }
    }
}

fn missing(
    opening: &[Line<'_>],
    surroundings: &Surroundings<'_>,
    expected: Option<Window>,
    rules: &Rules<'_>,
    notes: &mut Findings,
) -> Known {
    let heading = opening
        .iter()
        .find(|line| line.shape == Shape::SectionHeading);
    let at = heading.map_or(surroundings.first_line, |line| line.number);
    let text = "no line states the days that the section covers";
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
            "the section's heading is missing: write {}",
            quoted(&rules.style.heading)
        );
        notes.say(at, Kind::SectionHeading, text);
    }
    Known {
        days: expected,
        line,
    }
}

/// The days that a line names as `2026-08-26`, or in the newsletter's form; `None` if one of them is none of the calendar.
fn dates(text: &str, form: DateForm) -> Option<Vec<NaiveDate>> {
    let mut days = Vec::new();
    let mut at = 0;
    while let Some(word) = text.get(at..) {
        let Some(found) = word.find(|char: char| char.is_ascii_digit()) else {
            break;
        };
        let start = at + found;
        let run = text[start..]
            .bytes()
            .take_while(|byte| {
                byte.is_ascii_digit() || *byte == b'-' || char::from(*byte) == form.mark()
            })
            .count();
        let word = text[start..start + run].trim_end_matches(['-', form.mark()]);
        if word.len() == 10 {
            let day = form.read(word).map(|(day, _)| day);
            days.push(day.or_else(|| word.parse().ok())?);
        }
        at = start + run.max(1);
    }
    Some(days)
}
