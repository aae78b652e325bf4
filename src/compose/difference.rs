//! What a section has that the last printed issue had not, and the other way round.

use crate::facts::issue::Window;
use crate::facts::link::{Link, Meaning};
use crate::section::grammar::{PrintedRow, rows};
use crate::section::select::{Heading, Row, Section, Style};
use crate::store::KeptIssue;
use chrono::NaiveDate;

/// How a section differs from a printed issue, heading by heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The printed issue's day.
    pub issue: NaiveDate,
    /// Rows that the issue has not, in the order of the section.
    pub new: Vec<(Heading, Row)>,
    /// Rows that say something else in it: the new row, the issue's, and which of date, location, organiser
    /// and title differ.
    pub changed: Vec<(Heading, Row, PrintedRow, Vec<&'static str>)>,
    /// Rows of the issue that are within the section's days and have none in it.
    pub gone: Vec<PrintedRow>,
    /// How many rows of the issue are over.
    pub past: usize,
}

/// Compares a section with the text of a printed issue.
///
/// Rows are one if they stand under the same heading and share a link: one that is an event's own, or any
/// other on the same day. Headings that the section was not asked for are left out by `asked`; empty for
/// all.
pub fn difference(
    section: &Section,
    asked: &[Heading],
    printed: &KeptIssue,
    style: &Style,
) -> Difference {
    let rows = rows(&printed.text, style);
    let mut met = vec![false; rows.len()];
    let mut difference = Difference {
        issue: printed.day,
        new: Vec::new(),
        changed: Vec::new(),
        gone: Vec::new(),
        past: 0,
    };
    for (heading, row) in section
        .headings
        .iter()
        .flat_map(|(heading, rows)| rows.iter().map(|row| (*heading, row)))
    {
        let found = rows.iter().enumerate().find(|(place, printed)| {
            !met[*place]
                && Heading::parse(&printed.heading) == Some(heading)
                && is_same(row, printed)
        });
        let Some((place, printed)) = found else {
            difference.new.push((heading, row.clone()));
            continue;
        };
        met[place] = true;
        let differs = differs(row, printed);
        if !differs.is_empty() {
            difference
                .changed
                .push((heading, row.clone(), printed.clone(), differs));
        }
    }
    for (printed, _) in rows.into_iter().zip(met).filter(|(_, met)| !met) {
        let heading = Heading::parse(&printed.heading);
        if !asked.is_empty() && !heading.is_some_and(|heading| asked.contains(&heading)) {
            continue;
        }
        if in_window(&printed, section.window) {
            difference.gone.push(printed);
        } else {
            difference.past += 1;
        }
    }
    difference
}

fn in_window(row: &PrintedRow, window: Window) -> bool {
    window.holds(row.date, row.end_date.unwrap_or(row.date))
}

fn is_same(row: &Row, printed: &PrintedRow) -> bool {
    printed.links.iter().any(|(_, url)| {
        let Ok(link) = Link::parse(url) else {
            return false;
        };
        let alone = matches!(link.meaning(), Meaning::Event { .. });
        (alone || row.date == printed.date) && row.links.iter().any(|(_, own)| *own == link)
    })
}

fn differs(row: &Row, printed: &PrintedRow) -> Vec<&'static str> {
    let names = |printed: &PrintedRow| {
        printed
            .organisers
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    let own: Vec<String> = row
        .organisers
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let title = |links: Option<&str>| links.unwrap_or_default().to_owned();
    let facts = [
        (
            "date",
            (row.date, row.end_date) == (printed.date, printed.end_date),
        ),
        ("location", row.location == printed.location),
        ("organiser", own == names(printed)),
        (
            "title",
            title(row.links.first().map(|(title, _)| title.as_str()))
                == title(printed.links.first().map(|(title, _)| title.as_str())),
        ),
    ];
    facts
        .into_iter()
        .filter(|(_, same)| !same)
        .map(|(name, _)| name)
        .collect()
}
