//! The lines of a section, and what each of them is.

use crate::section::select::Style;
use std::collections::BTreeMap;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `## Upcoming Events`.
    SectionHeading,
    /// `### Europe`.
    Heading,
    /// The first line of a row.
    Row,
    /// A line below a row's first, or another item's, that belongs to it.
    SubRow,
    /// Nothing but white space.
    Blank,
    /// Part of a comment.
    Comment,
    /// Part of a merge that was not finished.
    Conflict,
    /// A list item that is no row.
    Item,
    /// Anything else.
    Text,
}

/// A line of the section.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// Where it begins in the section, in bytes.
    pub(super) start: usize,
    /// Its text without the newline.
    pub(super) text: &'a str,
    /// What it is.
    pub(super) shape: Shape,
}

/// The lines of a section that begins on line `first`.
pub(super) fn lines<'a>(section: &'a str, first: usize, style: &Style) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    let mut in_comment = false;
    let mut start = 0;
    for (number, whole) in (first..).zip(section.split_inclusive('\n')) {
        let text = whole.trim_end_matches(['\n', '\r']);
        let above = lines.last().map(|line| line.shape);
        let shape = if in_comment || text.trim_start().starts_with("<!--") {
            in_comment = !text.contains("-->");
            Shape::Comment
        } else {
            shape(text, above, style)
        };
        lines.push(Line {
            number,
            start,
            text,
            shape,
        });
        start += whole.len();
    }
    lines
}

fn shape(text: &str, above: Option<Shape>, style: &Style) -> Shape {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Shape::Blank;
    }
    if is_conflict(text) {
        return Shape::Conflict;
    }
    if trimmed.starts_with('#') {
        let words = |text: &str| {
            text.trim_matches(['#', ':', ' ', '\u{feff}'])
                .to_lowercase()
        };
        return if above.is_none() && words(trimmed) == words(&style.heading) {
            Shape::SectionHeading
        } else {
            Shape::Heading
        };
    }
    let (mark, rest) = unmarked(trimmed);
    if begins_with_day(rest) && rest.contains('|') {
        return Shape::Row;
    }
    let below_item = matches!(above, Some(Shape::Row | Shape::SubRow | Shape::Item));
    if below_item && text.starts_with(char::is_whitespace) {
        return Shape::SubRow;
    }
    if above == Some(Shape::Row) && rest.starts_with('[') {
        return Shape::SubRow;
    }
    if mark { Shape::Item } else { Shape::Text }
}

/// Whether a line is one that Git writes into a file it could not merge.
pub(super) fn is_conflict(line: &str) -> bool {
    ["<<<<<<< ", "||||||| ", ">>>>>>> "]
        .iter()
        .any(|mark| line.starts_with(mark))
        || matches!(line, "=======" | "<<<<<<<" | ">>>>>>>" | "|||||||")
}

/// A line without its list mark, and whether it had one.
pub(super) fn unmarked(trimmed: &str) -> (bool, &str) {
    let Some(rest) = trimmed.strip_prefix(['*', '-', '+', '•']) else {
        return (false, trimmed);
    };
    // `**bold**` and `---` are no items.
    if rest.starts_with(['*', '-', '+']) {
        return (false, trimmed);
    }
    (true, rest.trim_start())
}

/// Whether a text begins with what is meant as a day: `2026-09-08`, `2026/9/8`, `2023-10-9`.
fn begins_with_day(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text[digits..].chars();
    digits == 4
        && matches!(rest.next(), Some('-' | '/' | '.' | '–'))
        && rest.next().is_some_and(|char| char.is_ascii_digit())
}

/// The text that each line belongs to: a row's lines to the row.
pub(super) fn subjects(lines: &[Line<'_>]) -> BTreeMap<usize, String> {
    let mut subjects = BTreeMap::new();
    for (_, block) in blocks(lines) {
        let text: Vec<&str> = block.iter().map(|line| line.text.trim()).collect();
        let text = text.join("\n");
        for line in block {
            subjects.insert(line.number, text.clone());
        }
    }
    subjects
}

/// The lines in pieces: a row with all that belongs to it, any other line alone.
pub(super) fn blocks<'l, 'a>(lines: &'l [Line<'a>]) -> Vec<(Shape, &'l [Line<'a>])> {
    lines
        .chunk_by(|_, next| next.shape == Shape::SubRow)
        .map(|block| (block[0].shape, block))
        .collect()
}

/// The heading a line names, as text: without marks, colon and spaces.
pub(super) fn heading_words(text: &str) -> &str {
    text.trim_matches(|char: char| char.is_whitespace() || "#:".contains(char))
}
