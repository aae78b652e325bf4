//! The lines of a text, and what each of them is: the one place that knows where a row begins.

use super::characters::{is_blank, is_indented};
use super::heading::{HeadingLine, heading_line};
use super::{conflict, days};
use crate::section::style::{DateForm, Order, Style};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `## Upcoming Events`.
    SectionHeading,
    /// `### Europe`.
    Heading,
    /// The first line of a row.
    Row,
    /// A line below a row's first, or another item's, that belongs to it.
    SubRow,
    /// A blank line between the two lines of a row.
    Gap,
    /// Nothing but white space.
    Blank,
    /// Part of a comment.
    Comment,
    /// Part of a block of code between fences.
    Code,
    /// Part of a merge that was not finished.
    Conflict,
    /// What stands where a row should, and is none: another list item, a link, columns without a day.
    Item,
    /// Anything else.
    Text,
}

/// A line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Its text without the line end.
    pub text: &'a str,
    /// What it is.
    pub shape: Shape,
}

impl Line<'_> {
    /// Its heading, if it is one; `style` as the line was read with.
    pub fn heading(&self, style: Option<&Style>) -> Option<HeadingLine> {
        matches!(self.shape, Shape::SectionHeading | Shape::Heading)
            .then(|| heading_line(self.text, style))?
    }
}

/// The lines of a text that begins on line `first` of its file, as the newsletter prints it. Without a style no line is
/// the section's own heading.
///
/// A section has the same lines in its file and by itself: a comment or a block of code that is not closed
/// is none, and hides nothing that follows.
pub fn lines<'a>(text: &'a str, first: usize, style: Option<&Style>) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    let fences = Fences::of(text);
    let last_close = text.rfind("-->");
    let mut within = Within::Text;
    let mut merging = false;
    let mut section_begun = false;
    // The shape of the last line that is not blank, and how many blank ones follow it.
    let mut above: Option<Shape> = None;
    let mut blank = 0;
    let mut start = 0;
    for (at, whole) in text.split_inclusive('\n').enumerate() {
        let line = without_end(whole);
        let end = start + whole.len();
        let closes_later = last_close.is_some_and(|close| close >= end);
        let shape = match within {
            Within::Code { mark, length } => {
                if fence(line).is_some_and(|fence| fence.closes(mark, length)) {
                    within = Within::Text;
                }
                Shape::Code
            }
            _ if conflict::is_mark(line, &mut merging) => Shape::Conflict,
            Within::Comment => {
                if !(closes_later && is_open_after(line, true)) {
                    within = Within::Text;
                }
                Shape::Comment
            }
            Within::Text if line.trim_start().starts_with("<!--") => {
                let open = is_open_after(line, false);
                if open && closes_later {
                    within = Within::Comment;
                }
                if open && !closes_later && !line.contains("-->") {
                    Shape::Text
                } else {
                    Shape::Comment
                }
            }
            Within::Text => match fence(line).filter(|fence| fences.closes_after(at, *fence)) {
                Some(Fence { mark, length, .. }) => {
                    within = Within::Code { mark, length };
                    Shape::Code
                }
                None => {
                    let shape = shape(line, above, blank, style);
                    let is_sections = || {
                        let own = style.zip(heading_line(line, style));
                        own.is_some_and(|(style, line)| line.is_the_sections(&style.heading))
                    };
                    if shape == Shape::Heading && !section_begun && is_sections() {
                        section_begun = true;
                        Shape::SectionHeading
                    } else {
                        shape
                    }
                }
            },
        };
        if shape == Shape::Blank {
            blank += 1;
        } else {
            if shape == Shape::SubRow && above == Some(Shape::Row) {
                let gap = lines.len() - blank;
                lines[gap..]
                    .iter_mut()
                    .for_each(|line| line.shape = Shape::Gap);
            }
            above = Some(shape);
            blank = 0;
        }
        lines.push(Line {
            number: first + at,
            start,
            text: line,
            shape,
        });
        start = end;
    }
    lines
}

fn without_end(line: &str) -> &str {
    line.trim_end_matches('\n').trim_end_matches('\r')
}

/// What goes on from line to line.
enum Within {
    Text,
    Comment,
    Code { mark: char, length: usize },
}

/// Whether a comment is open behind a line, which began inside one or not.
fn is_open_after(line: &str, open: bool) -> bool {
    match (line.rfind("<!--"), line.rfind("-->")) {
        (Some(opened), Some(closed)) => opened > closed,
        (opened, closed) => opened.is_some() || (open && closed.is_none()),
    }
}

/// A line that begins or ends a block of code (CommonMark 0.31.2 section 4.5), whatever its indentation.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
    /// Nothing stands behind the marks.
    is_bare: bool,
}

impl Fence {
    fn closes(&self, mark: char, length: usize) -> bool {
        self.is_bare && self.mark == mark && self.length >= length
    }
}

fn fence(line: &str) -> Option<Fence> {
    let trimmed = line.trim();
    let mark = trimmed.chars().next().filter(|mark| "`~".contains(*mark))?;
    let info = trimmed.trim_start_matches(mark);
    let length = trimmed.len() - info.len();
    // Three backticks with more of them behind are code in a line.
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some(Fence {
        mark,
        length,
        is_bare: info.is_empty(),
    })
}

/// The lines that can end a block of code: for each line the longest fences of backticks and of tildes
/// behind it, so that looking for an end takes no time that grows with the text.
struct Fences(Vec<(usize, usize)>);

impl Fences {
    fn of(text: &str) -> Fences {
        if !(text.contains("```") || text.contains("~~~")) {
            return Fences(Vec::new());
        }
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut longest = vec![(0, 0); lines.len()];
        let mut behind = (0, 0);
        for (at, line) in lines.iter().enumerate().rev() {
            longest[at] = behind;
            match fence(line).filter(|fence| fence.is_bare) {
                Some(Fence {
                    mark: '`', length, ..
                }) => behind.0 = behind.0.max(length),
                Some(Fence { length, .. }) => behind.1 = behind.1.max(length),
                None => {}
            }
        }
        Fences(longest)
    }

    fn closes_after(&self, line: usize, fence: Fence) -> bool {
        self.0.get(line).is_some_and(|(backticks, tildes)| {
            let longest = if fence.mark == '`' { backticks } else { tildes };
            *longest >= fence.length
        })
    }
}

/// What a line is by itself and by the last line above it that is not blank.
fn shape(text: &str, above: Option<Shape>, blank: usize, style: Option<&Style>) -> Shape {
    if text.chars().all(is_blank) {
        return Shape::Blank;
    }
    let alone = blank > 0 || matches!(above, None | Some(Shape::SectionHeading | Shape::Heading));
    if heading_line(text, style).is_some_and(|heading| heading.marked || alone) {
        return Shape::Heading;
    }
    let (marked, begin) = content(text);
    let rest = &text[begin..];
    let dates = style.map_or_else(DateForm::default, |style| style.dates);
    if begins_row(rest, dates) {
        return Shape::Row;
    }
    let below = matches!(above, Some(Shape::Row | Shape::SubRow | Shape::Item));
    let indented = is_indented(text);
    let link = rest.starts_with('[');
    let belongs = match above {
        // The link of a row may stand at the margin, and behind a blank line.
        Some(Shape::Row) => link || (indented && blank == 0),
        _ => below && indented && blank == 0,
    };
    if belongs {
        return Shape::SubRow;
    }
    let columns = text.contains("](") && (link || text.contains('|'));
    if marked || columns || begins_with_day(rest, dates) {
        Shape::Item
    } else {
        Shape::Text
    }
}

/// Whether a line, without its list mark, is the first of a row: it begins with a day in any form, and has columns.
fn begins_row(rest: &str, dates: DateForm) -> bool {
    begins_with_day(rest, dates) && rest.contains('|')
}

/// Whether a line is marked as an item of a list, and the byte at which its words begin.
pub fn content(text: &str) -> (bool, usize) {
    let trimmed = text.trim_start_matches(is_blank);
    let at = |rest: &str| text.len() - rest.trim_start_matches(is_blank).len();
    // Editors of formatted text write `\*` for a star.
    let mark = trimmed.strip_prefix('\\').unwrap_or(trimmed);
    if let Some(rest) = mark.strip_prefix(['*', '-', '+']) {
        // `**bold**` and `---` are no items.
        let doubled = rest.starts_with(['*', '-', '+']);
        return if doubled {
            (false, at(trimmed))
        } else {
            (true, at(rest))
        };
    }
    if let Some(rest) = trimmed.strip_prefix(BULLETS) {
        return (true, at(rest));
    }
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits)
        && let Some(rest) = trimmed[digits..].strip_prefix(['.', ')'])
        && rest.starts_with(char::is_whitespace)
    {
        return (true, at(rest));
    }
    (false, at(trimmed))
}

/// What editors put before items beside the marks of Markdown.
const BULLETS: [char; 11] = ['•', '·', '‣', '◦', '●', '○', '▪', '■', '∙', '–', '—'];

/// Whether a text begins with a day in any form: `2026-09-08`, `2026/9/8`, `2023-10-9`; it may be bold. Where the
/// newsletter writes the year last, `8.9.2026` too.
fn begins_with_day(text: &str, dates: DateForm) -> bool {
    let text = text.trim_start_matches(['*', '_']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_first = match dates.order() {
        Order::YearFirst => digits == 4,
        Order::DayFirst | Order::MonthFirst => digits == 4 || (1..=2).contains(&digits),
    };
    let mut rest = text[digits..].chars();
    is_first
        && rest.next().is_some_and(days::is_joint)
        && rest.next().is_some_and(|char| char.is_ascii_digit())
}
