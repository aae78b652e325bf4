//! A text → its blocks: rows, headings, and what stands between them. Nothing is lost: the blocks follow each
//! other without a gap, and printing them gives the text back.

use super::days::days;
use super::lines::{Line, Shape, content, lines};
use super::links::addresses;
use super::location::location;
use super::repair::repairs;
use super::row::{self, PrintedRow, columns};
use crate::facts::link::Link;
use crate::section::style::{DateForm, Style};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// What the second line of a row begins with.
pub const INDENTATION: &str = "    * ";

/// A text that holds a section, in blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<'a> {
    text: &'a str,
    /// Its lines.
    pub lines: Vec<Line<'a>>,
    /// Every byte of the text belongs to one of them, in order.
    pub blocks: Vec<Block>,
}

/// Some lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its bytes of the text, with the end of its last line.
    pub span: Range<usize>,
    /// Its first line, counted from 1.
    pub line: usize,
    /// Its lines, by their places among all.
    pub lines: Range<usize>,
    /// What it is.
    pub content: Content,
    /// How it differs from the newsletter's form, as far as that matters for reading it. `lint` reports these.
    pub faults: Vec<Fault>,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The section's own heading.
    SectionHeading,
    /// A heading inside it: one of ours by its name, another by its words.
    Heading(String),
    /// A row.
    Row(Box<PrintedRow>),
    /// What should be a row and cannot be read as one.
    Unreadable(Unreadable),
    /// A blank line.
    Blank,
    /// A comment.
    Comment,
    /// A block of code.
    Code,
    /// A mark of an unfinished merge.
    Conflict,
    /// Any other line.
    Text,
}

/// What should be a row and cannot be read as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its line, counted from 1.
    pub line: usize,
    /// The heading that it stands under: one of ours by its name, another by its words.
    pub heading: String,
    /// Its first line.
    pub shown: String,
    /// Why.
    pub reason: String,
    /// Whether it begins as a row does, so that only something in it is wrong.
    pub is_row: bool,
    /// Its day, if that can be read.
    pub day: Option<NaiveDate>,
    /// The addresses that stand in it.
    pub links: BTreeSet<Link>,
}

/// A difference from the newsletter's form that is mended with certainty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its line, counted as the block's.
    pub line: usize,
    /// The bytes of the text that are wrong.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub what: Wrong,
    /// What belongs in their place.
    pub right: String,
}

/// What can be wrong with a block and is mended with certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// A region's heading of another level, in another case, without a space, or with marks of emphasis.
    Heading,
    /// A row that does not begin with a star and a space.
    Mark,
    /// A second line that does not begin with four spaces, a star and a space.
    Below,
    /// A blank line inside a row.
    Gap,
    /// A day in another form.
    Days,
    /// A place in another form: `Virtual (Global)`.
    Place,
    /// A link with broken brackets.
    Link,
}

impl fmt::Display for Parsed<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for block in &self.blocks {
            out.write_str(&self.text[block.span.clone()])?;
        }
        Ok(())
    }
}

impl<'a> Parsed<'a> {
    /// The exact text of a block.
    pub fn text(&self, block: &Block) -> &'a str {
        &self.text[block.span.clone()]
    }

    /// The rows that can be read, in order.
    pub fn into_rows(self) -> impl Iterator<Item = PrintedRow> {
        self.blocks
            .into_iter()
            .filter_map(|block| match block.content {
                Content::Row(row) => Some(*row),
                _ => None,
            })
    }
}

/// The rows of a text that can be read.
pub fn rows(text: &str, style: &Style) -> Vec<PrintedRow> {
    parse(text, Some(style)).into_rows().collect()
}

/// Reads a text as the newsletter prints it. Without a style the words and days are those of an English one, and no line
/// is the section's own heading.
pub fn parse<'a>(text: &'a str, style: Option<&Style>) -> Parsed<'a> {
    parse_from(text, 1, style)
}

/// Reads a text that begins on line `first` of its file.
pub fn parse_from<'a>(text: &'a str, first: usize, style: Option<&Style>) -> Parsed<'a> {
    let lines = lines(text, first, style);
    let mut blocks: Vec<Block> = Vec::new();
    let mut under = String::new();
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        let mut end = at + 1;
        let goes_on = |next: &Line<'_>| match line.shape {
            Shape::Row | Shape::Item => matches!(next.shape, Shape::SubRow | Shape::Gap),
            Shape::Comment | Shape::Code => next.shape == line.shape,
            _ => false,
        };
        while lines.get(end).is_some_and(goes_on) {
            end += 1;
        }
        let own = &lines[at..end];
        let stop = lines.get(end).map_or(text.len(), |next| next.start);
        let mut block = Block {
            span: line.start..stop,
            line: line.number,
            lines: at..end,
            content: Content::Text,
            faults: Vec::new(),
        };
        block.content = match line.shape {
            Shape::SectionHeading => Content::SectionHeading,
            Shape::Heading => block.heading(line, &mut under, style),
            Shape::Row | Shape::Item | Shape::SubRow => block.item(own, &under, text, style),
            Shape::Blank | Shape::Gap => Content::Blank,
            Shape::Comment => Content::Comment,
            Shape::Code => Content::Code,
            Shape::Conflict => Content::Conflict,
            Shape::Text => Content::Text,
        };
        blocks.push(block);
        at = end;
    }
    Parsed {
        text,
        lines,
        blocks,
    }
}

impl Block {
    fn fault(
        &mut self,
        line: &Line<'_>,
        span: Range<usize>,
        what: Wrong,
        right: impl Into<String>,
    ) {
        self.faults.push(Fault {
            line: line.number,
            span: line.start + span.start..line.start + span.end,
            what,
            right: right.into(),
        });
    }

    /// Reads a heading. `under` becomes what rows below it stand under.
    fn heading(&mut self, line: &Line<'_>, under: &mut String, style: Option<&Style>) -> Content {
        let heading = line.heading(style);
        let level = heading.as_ref().map_or(3, |heading| heading.level);
        let region = heading.as_ref().and_then(|heading| heading.known);
        let words = match region {
            Some(region) => region.name().to_owned(),
            None => heading.map(|heading| heading.words).unwrap_or_default(),
        };
        // A heading of another section ends what stood under the last one.
        *under = if level > 2 || region.is_some() {
            words.clone()
        } else {
            String::new()
        };
        if let Some(region) = region {
            let printed = style.map_or(region.name(), |style| style.name(region));
            let right = format!("### {printed}");
            if line.text.trim_end() != right {
                self.fault(line, 0..line.text.len(), Wrong::Heading, right);
            }
        }
        Content::Heading(words)
    }

    /// Reads a row, or says why it is none.
    fn item(
        &mut self,
        lines: &[Line<'_>],
        heading: &str,
        text: &str,
        style: Option<&Style>,
    ) -> Content {
        let dates = style.map_or_else(DateForm::default, |style| style.dates);
        let first = &lines[0];
        let is_row = first.shape == Shape::Row;
        let below = || lines[1..].iter().filter(|line| line.shape == Shape::SubRow);
        let read = if is_row {
            self.row_faults(lines, style);
            row::read(first.text, below().map(|line| line.text), style)
        } else {
            Err("it does not begin with a day and a bar".to_owned())
        };
        let read = match read {
            Ok(read) => read,
            Err(reason) => {
                let day =
                    columns(first.text).and_then(|cells| days(&first.text[cells.days], dates).ok());
                return Content::Unreadable(Unreadable {
                    line: first.number,
                    heading: heading.to_owned(),
                    shown: first.text.to_owned(),
                    reason,
                    is_row,
                    day: day.map(|days| days.first),
                    links: addresses(&text[self.span.clone()]),
                });
            }
        };
        Content::Row(Box::new(PrintedRow {
            line: first.number,
            heading: heading.to_owned(),
            text: text[self.span.clone()].to_owned(),
            date: read.days.first,
            end_date: read.days.last,
            location: read.location,
            organisers: read.organisers,
            links: read.links,
            cells: read.cells,
        }))
    }

    /// Notes what the form of a row's lines lacks, whether or not the row can be read.
    fn row_faults(&mut self, lines: &[Line<'_>], style: Option<&Style>) {
        let dates = style.map_or_else(DateForm::default, |style| style.dates);
        let (first, below) = (&lines[0], &lines[1..]);
        let (_, begin) = content(first.text);
        if &first.text[..begin] != "* " {
            self.fault(first, 0..begin, Wrong::Mark, "* ");
        }
        if let Some(columns) = columns(first.text) {
            let written = &first.text[columns.days.clone()];
            // Of two days in the wrong order only a human knows which one is right.
            let right = days(written, dates)
                .ok()
                .filter(|days| days.last.is_none_or(|last| last >= days.first))
                .map(|days| days.written(dates));
            if let Some(right) = right.filter(|right| right != written) {
                self.fault(first, columns.days, Wrong::Days, right);
            }
            let place = columns.location.and_then(|cell| {
                let right = location(&first.text[cell.clone()], style)?;
                Some((cell, right))
            });
            if let Some((cell, right)) = place {
                self.fault(first, cell, Wrong::Place, right);
            }
            if let Some(organisers) = columns.organisers {
                self.link_faults(first, organisers);
            }
        }
        for line in below {
            if line.shape == Shape::Gap {
                self.fault(line, 0..line.text.len(), Wrong::Gap, "");
                continue;
            }
            let (marked, begin) = content(line.text);
            let cell = begin..begin + line.text[begin..].trim_end().len();
            let is_link = self.link_faults(line, cell.clone())
                || marked
                || line.text[begin..].starts_with('[');
            if is_link && !cell.is_empty() && &line.text[..begin] != INDENTATION {
                self.fault(line, 0..begin, Wrong::Below, INDENTATION);
            }
        }
    }

    /// Notes the broken links of a cell; answers whether there are any.
    fn link_faults(&mut self, line: &Line<'_>, cell: Range<usize>) -> bool {
        let repairs = repairs(&line.text[cell.clone()]);
        let any = !repairs.is_empty();
        for repair in repairs {
            let span = cell.start + repair.span.start..cell.start + repair.span.end;
            self.fault(line, span, Wrong::Link, repair.right);
        }
        any
    }
}
