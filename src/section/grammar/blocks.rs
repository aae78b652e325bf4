//! A text → its blocks: rows, headings, and what stands between them. Nothing is lost: the blocks follow each
//! other without a gap, and printing them gives the text back.

use super::days::days;
use super::lines::{Line, Shape, lines};
use super::links::addresses;
use super::row::{self, PrintedRow, columns};
use crate::facts::link::Link;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// A text that holds a section, in blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<'a> {
    text: &'a str,
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
    /// What it is.
    pub content: Content,
    /// How it differs from the newsletter's form, as far as that matters for reading it.
    pub faults: Vec<Fault>,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The section's own heading.
    SectionHeading,
    /// A heading inside it, by its words.
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
    /// The words of the heading that it stands under.
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

/// A difference from the newsletter's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: Wrong,
}

/// What can be wrong with a block. All but what cannot be read is mended with certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// A heading of another level, without a space, or with marks of emphasis.
    Heading,
    /// A row that does not begin with a star and a space, or a line below it not with four spaces more.
    Mark,
    /// A blank line inside a row.
    Gap,
    /// A day in another form.
    Days,
    /// It cannot be read.
    Unreadable,
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
pub fn rows(text: &str) -> Vec<PrintedRow> {
    parse(text, None).into_rows().collect()
}

/// Reads a text. `heading` is the section's own, as printed.
pub fn parse<'a>(text: &'a str, heading: Option<&str>) -> Parsed<'a> {
    let lines = lines(text, 1, heading);
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
            content: Content::Text,
            faults: Vec::new(),
        };
        block.content = match line.shape {
            Shape::SectionHeading => Content::SectionHeading,
            Shape::Heading => {
                let heading = line.heading();
                let level = heading.as_ref().map_or(3, |heading| heading.level);
                let names_a_region = heading.as_ref().is_some_and(|own| own.names_a_region());
                let words = heading.map(|heading| heading.words).unwrap_or_default();
                // A heading of another section ends what stood under the last one.
                under = if level > 2 || names_a_region {
                    words.clone()
                } else {
                    String::new()
                };
                if line.text != format!("### {words}") {
                    block.fault(line.number, Wrong::Heading);
                }
                Content::Heading(words)
            }
            Shape::Row | Shape::Item | Shape::SubRow => block.item(own, &under, text),
            Shape::Blank | Shape::Gap => Content::Blank,
            Shape::Comment => Content::Comment,
            Shape::Code => Content::Code,
            Shape::Conflict => Content::Conflict,
            Shape::Text => Content::Text,
        };
        blocks.push(block);
        at = end;
    }
    Parsed { text, blocks }
}

impl Block {
    fn fault(&mut self, line: usize, what: Wrong) {
        self.faults.push(Fault { line, what });
    }

    /// Reads a row, or says why it is none.
    fn item(&mut self, lines: &[Line<'_>], heading: &str, text: &str) -> Content {
        let first = &lines[0];
        let is_row = first.shape == Shape::Row;
        let below = || lines[1..].iter().filter(|line| line.shape == Shape::SubRow);
        let read = if is_row {
            row::read(first.text, below().map(|line| line.text))
        } else {
            Err("it does not begin with a day and a bar".to_owned())
        };
        let read = match read {
            Ok(read) => read,
            Err(reason) => {
                self.fault(first.number, Wrong::Unreadable);
                let day = columns(first.text).and_then(|cells| days(&first.text[cells.days]).ok());
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
        if !first.text.starts_with("* ") || first.text.starts_with("*  ") {
            self.fault(first.number, Wrong::Mark);
        }
        if !first.text.contains(&read.days.to_string()) {
            self.fault(first.number, Wrong::Days);
        }
        for line in &lines[1..] {
            if line.shape == Shape::Gap {
                self.fault(line.number, Wrong::Gap);
            } else if !line.text.starts_with("    * [") {
                self.fault(line.number, Wrong::Mark);
            }
        }
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
}
