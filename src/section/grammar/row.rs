//! The lines of a row → what they say.

use super::characters::cleaned;
use super::days::{Days, NotDays, days};
use super::lines::content;
use super::links::{linked, unescaped};
use super::location::location;
use super::repair::repaired;
use crate::facts::place::{Mode, parse_location};
use crate::section::style::{DateForm, Style};
use chrono::NaiveDate;
use std::ops::Range;

/// A row as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedRow {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// The heading it stands under: one of ours by its name, another as printed.
    pub heading: String,
    /// Its exact text, all its lines with their newlines.
    pub text: String,
    /// The first day.
    pub date: NaiveDate,
    /// The last day, where one is printed.
    pub end_date: Option<NaiveDate>,
    /// The location column: `Virtual (Global)` is read as `Virtual`.
    pub location: String,
    /// Who holds it: name and address, as printed.
    pub organisers: Vec<(String, Option<String>)>,
    /// What it is: words and address, as printed.
    pub links: Vec<(String, String)>,
    /// Its columns in Markdown, without what hides in them and with its links whole.
    pub cells: Cells,
}

/// The columns of a row in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// The days, in the newsletter's form unless the last is before the first.
    pub days: String,
    /// The place, in the newsletter's form as far as that is certain; empty where the row has none.
    pub location: String,
    /// `None` where the row has no organiser.
    pub organisers: Option<String>,
    /// The links, line by line.
    pub links: Vec<String>,
}

/// Where the columns of a row's first line stand in it, in bytes, without the spaces around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The days.
    pub days: Range<usize>,
    /// The bars: the first, and the second if there is one.
    pub bars: (usize, Option<usize>),
    /// The place; `None` if there is no such column.
    pub location: Option<Range<usize>>,
    /// Who holds it; `None` if there is no such column.
    pub organisers: Option<Range<usize>>,
}

/// Finds the columns of a row's first line; `None` if no bar is in it.
///
/// A bar inside a link is none between columns. Of two columns the second is the organisers' if it begins
/// with a link; behind a place and a comma they follow without a bar.
pub fn columns(line: &str) -> Option<Columns> {
    let (_, begin) = content(line);
    let cell = |range: Range<usize>| {
        let inside = &line[range.clone()];
        let start = range.start + (inside.len() - inside.trim_start().len());
        start..start + inside.trim().len()
    };
    let mut bars = line[begin..].match_indices('|').map(|(at, _)| begin + at);
    let first = bars.next()?;
    let second = bars
        .next()
        .filter(|second| !line[first..*second].contains('['));
    let mut columns = Columns {
        days: cell(begin..first),
        bars: (first, second),
        location: None,
        organisers: None,
    };
    if let Some(second) = second {
        let mut end = second;
        // `Virtual | Online | [Organiser](…)`: mode and place in a column each.
        if let Some((place, _)) = line[second + 1..].split_once('|')
            && Mode::parse(&line[first + 1..second]).is_some()
            && location(&line[first + 1..second + 1 + place.len()], None).is_some()
        {
            end = second + 1 + place.len();
        }
        columns.location = Some(cell(first + 1..end));
        columns.organisers = Some(cell(end + 1..line.len()));
        return Some(columns);
    }
    let rest = cell(first + 1..line.len());
    match line[rest.clone()].find('[').map(|at| rest.start + at) {
        Some(link) if link == rest.start => columns.organisers = Some(rest),
        Some(link) if is_place_and_comma(&line[rest.start..link]) => {
            let place = line[rest.start..link].trim_end();
            columns.location = Some(cell(rest.start..rest.start + place.len() - 1));
            columns.organisers = Some(link..rest.end);
        }
        _ => columns.location = Some(rest),
    }
    Some(columns)
}

/// `City, CC,`: the bar behind it was typed as a comma.
fn is_place_and_comma(text: &str) -> bool {
    text.trim_end()
        .strip_suffix(',')
        .is_some_and(|place| parse_location(place.trim()).is_ok())
}

/// What the lines of a row say.
pub(super) struct Read {
    pub(super) days: Days,
    pub(super) location: String,
    pub(super) organisers: Vec<(String, Option<String>)>,
    pub(super) links: Vec<(String, String)>,
    pub(super) cells: Cells,
}

/// Reads the lines of a row.
///
/// # Errors
/// Says what of it cannot be read.
pub(super) fn read<'a>(
    first: &str,
    below: impl Iterator<Item = &'a str>,
    style: Option<&Style>,
) -> Result<Read, String> {
    let dates = style.map_or_else(DateForm::default, |style| style.dates);
    let columns = columns(first).ok_or("it has no columns")?;
    let of = |range: Range<usize>| cleaned(&first[range]);
    let typed = of(columns.days);
    let days = days(&typed, dates).map_err(|error| match error {
        NotDays::Form => format!("{typed:?} is no date"),
        NotDays::Impossible(..) => format!("{typed:?} is no day of the calendar"),
    })?;
    let written = columns.location.map(of).unwrap_or_default();
    let location = location(&written, style).unwrap_or(written);
    let organisers = columns
        .organisers
        .map(of)
        .filter(|text| !text.is_empty())
        .map(|text| repaired(&text));
    let named = organisers.as_deref().map_or(Ok(Vec::new()), named)?;
    let (mut links, mut lines) = (Vec::new(), Vec::new());
    for line in below {
        let (_, begin) = content(line);
        let line = repaired(&cleaned(&line[begin..]));
        links.extend(linked(&line)?);
        lines.push(line);
    }
    if links.is_empty() {
        return Err("no link below it".to_owned());
    }
    Ok(Read {
        location: unescaped(&location),
        organisers: named,
        links,
        cells: Cells {
            // Of two days in the wrong order only a human knows which one is right.
            days: match days.last.is_some_and(|last| last < days.first) {
                true => typed,
                false => days.written(dates),
            },
            location,
            organisers,
            links: lines,
        },
        days,
    })
}

/// Reads organisers: links, or a bare name.
fn named(text: &str) -> Result<Vec<(String, Option<String>)>, String> {
    if !text.contains('[') {
        let name = text.trim();
        return Ok(if name.is_empty() {
            Vec::new()
        } else {
            vec![(unescaped(name), None)]
        });
    }
    Ok(linked(text)?
        .into_iter()
        .map(|(name, url)| (name, Some(url)))
        .collect())
}
