//! Where the section stands in the text of an issue, and which day that names.

use super::heading::HeadingLine;
use super::lines::{Line, Shape, lines};
use crate::section::style::Style;
use chrono::NaiveDate;
use std::ops::Range;

/// Where the section stands in a text, in bytes: from the line of its heading to what follows its last row.
///
/// The section's own heading, such as `## Upcoming Events`, may have another case and another level. The section ends before the next heading of its level or above, before the paragraph that asks
/// readers for their events, or with the text; blank lines before that end are not part of it. A text
/// without such a heading is a section if it begins with one of the headings inside (`### Virtual`), or
/// with a row. `None` if there is none.
pub fn extent(text: &str, style: &Style) -> Option<Range<usize>> {
    extent_of(&lines(text, 1, Some(style)), text.len(), style)
}

/// The same of a text's lines; `length` is the text's.
pub(super) fn extent_of(lines: &[Line<'_>], length: usize, style: &Style) -> Option<Range<usize>> {
    let is_own = |line: &Line<'_>| line.shape == Shape::SectionHeading;
    let first = lines.iter().position(is_own).or_else(|| {
        let first = lines.iter().position(|line| line.shape != Shape::Blank)?;
        let begins = match lines[first].shape {
            Shape::Row => true,
            Shape::Heading => lines[first]
                .heading(Some(style))
                .is_some_and(|heading| heading.level > 2 || heading.names_a_region()),
            _ => false,
        };
        begins.then_some(first)
    })?;
    let mut last = first;
    for (at, line) in lines.iter().enumerate().skip(first + 1) {
        if ends_section(line, style) {
            break;
        }
        if line.shape != Shape::Blank {
            last = at;
        }
    }
    let end = lines.get(last + 1).map_or(length, |next| next.start);
    Some(lines[first].start..end)
}

/// Whether a line stands behind the section: a heading of its level or above, or the paragraph that asks
/// readers for their events.
fn ends_section(line: &Line<'_>, style: &Style) -> bool {
    match line.shape {
        Shape::Heading => line
            .heading(Some(style))
            .is_some_and(|heading| is_above(&heading)),
        Shape::Text => line.text.starts_with("If you are running a"),
        _ => false,
    }
}

fn is_above(heading: &HeadingLine) -> bool {
    heading.level <= 2 && !heading.names_a_region()
}

/// The day that a draft's own header gives (`Date: 2024-11-06`), above its first heading.
pub fn stated_day(text: &str) -> Option<NaiveDate> {
    text.lines()
        .take_while(|line| !line.starts_with('#'))
        .take(40)
        .find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("Date:"))
        .and_then(|day| day.trim().get(..10)?.parse().ok())
}
