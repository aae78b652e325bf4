//! An issue's file → its section in parts, and the day that the issue is for.
//!
//! The parts hold every word of the section: rows, and the text between them (comments, placeholders, list items that
//! cannot be read as rows). So text that is not understood can be put back as it was.

use super::blocks::{Content, Unreadable, parse};
use super::extent::{extent_of, stated_day};
use super::lines::{Shape, lines};
use super::links::addresses;
use super::row::PrintedRow;
use super::window;
use crate::section::style::{Heading, Style};
use chrono::NaiveDate;
use std::ops::Range;

/// An issue's file, with its section in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The bytes of the file that are the section, from its heading to its last line.
    pub span: Range<usize>,
    /// Whether the section's lines end with CR LF.
    pub crlf: bool,
    /// The lines before the first row and the first heading inside, each with its newline; the section's
    /// own heading is the first.
    pub lead: Vec<String>,
    /// Which of them states the window.
    pub window_line: Option<usize>,
    /// What stands under each heading, in the file's order.
    pub parts: Vec<Part>,
    /// What should be rows and cannot be read; their lines are those of the file.
    pub unreadable: Vec<Unreadable>,
    /// The day by the file's own header, and by its window line.
    pub stated: (Option<NaiveDate>, Option<NaiveDate>),
}

/// What stands under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The name of its heading, for one of ours [`Heading::name`], for another its words; empty for rows that stand
    /// above the first one.
    pub heading: String,
    /// The heading as it stands, with its newline.
    pub text: String,
    /// Its line of the file, counted from 1.
    pub line: usize,
    /// Rows and text, in order.
    pub items: Vec<Item>,
}

/// A row, or lines of text that are none; blank lines alone are no item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A row; its line is that of the file.
    Row(Box<PrintedRow>),
    /// Anything else, with its newlines.
    Text(String),
}

/// Why a file has no section that could be read or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADraft {
    /// No line is the section's heading.
    #[error(
        "no line is {0:?}, with which its section would begin: write it above the rows, or set `heading` under [section]"
    )]
    NoSection(String),
    /// Two lines are.
    #[error(
        "line {1}: {0:?} stands there again (first on line {2}); delete one, or give it another name"
    )]
    TwoSections(String, usize, usize),
    /// A merge was left unfinished.
    #[error("line {0}: {1:?} is left from an unfinished merge; finish it first")]
    Conflict(usize, String),
}

/// Reads the file of an issue.
///
/// # Errors
/// If there is no section in it, or two, or a merge was left unfinished anywhere in the file.
pub fn draft(text: &str, style: &Style) -> Result<Draft, NotADraft> {
    let (first, span) = extent(text, style)?;
    let printed = &text[span.clone()];
    let breaks = printed.matches('\n').count();
    let crlf = printed.matches("\r\n").count() * 2 > breaks;
    let mut section = printed.replace("\r\n", "\n");
    if !section.ends_with('\n') {
        section.push('\n');
    }

    let mut read = Draft {
        span,
        crlf,
        lead: Vec::new(),
        window_line: None,
        parts: Vec::new(),
        unreadable: Vec::new(),
        stated: (stated_day(text), None),
    };
    let mut between = String::new();
    let parsed = parse(&section, Some(style));
    for block in &parsed.blocks {
        let text = parsed.text(block);
        let number = first + block.line - 1;
        match &block.content {
            Content::Heading(words) => {
                read.flush(&mut between);
                read.begin_part(words, text, number);
                continue;
            }
            Content::Row(row) => {
                let mut row = row.clone();
                row.line = number;
                read.last_part(number);
                read.flush(&mut between);
                if let Some(part) = read.parts.last_mut() {
                    part.items.push(Item::Row(row));
                }
                continue;
            }
            Content::Unreadable(item) => {
                let mut item = item.clone();
                item.line = number;
                // A list above all headings may be part of what introduces the section.
                if item.is_row {
                    read.last_part(number);
                } else if read.parts.is_empty() {
                    item.links.clear();
                }
                read.unreadable.push(item);
            }
            // What was meant as a row may have come between two fences, or have lost its mark.
            Content::Code | Content::Text
                if block.content == Content::Code || !read.parts.is_empty() =>
            {
                read.note_links(text, number);
            }
            _ => {}
        }
        if !read.parts.is_empty() {
            between.push_str(text);
            continue;
        }
        for text in text.split_inclusive('\n') {
            if !matches!(block.content, Content::Comment | Content::Code)
                && let Some(from) = window::own(text, &style.line, style.dates)
            {
                read.window_line.get_or_insert(read.lead.len());
                read.stated.1 = read.stated.1.or(from);
            }
            read.lead.push(text.to_owned());
        }
    }
    read.flush(&mut between);
    if read.window_line.is_none() {
        // Written in other words, as before the configuration said another line, or by hand.
        let intro = read
            .lead
            .iter()
            .skip(1)
            .position(|text| !text.trim().is_empty());
        if let Some(at) = intro.map(|at| at + 1)
            && let Some(stated) = window::window_in_other_words(&read.lead[at], style.dates)
        {
            read.window_line = Some(at);
            read.stated.1 = Some(stated.from);
        }
    }
    Ok(read)
}

/// The line of the section's heading, and the bytes of the section in the file.
fn extent(text: &str, style: &Style) -> Result<(usize, Range<usize>), NotADraft> {
    let heading = style.heading.as_str();
    let lines = lines(text, 1, Some(style));
    if let Some(mark) = lines.iter().find(|line| line.shape == Shape::Conflict) {
        let shown = mark.text.chars().take(60).collect();
        return Err(NotADraft::Conflict(mark.number, shown));
    }
    let own = lines
        .iter()
        .find(|line| line.shape == Shape::SectionHeading);
    let (Some(own), Some(span)) = (own, extent_of(&lines, text.len(), style)) else {
        return Err(NotADraft::NoSection(heading.to_owned()));
    };
    let again = lines.iter().find(|line| {
        line.number > own.number
            && line
                .heading(Some(style))
                .is_some_and(|other| other.is_the_sections(heading))
    });
    if let Some(again) = again {
        let (second, first) = (again.number, own.number);
        return Err(NotADraft::TwoSections(heading.to_owned(), second, first));
    }
    Ok((own.number, span))
}

impl Draft {
    /// Every row, in the file's order, with the heading above it.
    pub fn rows(&self) -> impl Iterator<Item = &PrintedRow> {
        self.parts.iter().flat_map(|part| {
            part.items.iter().filter_map(|item| match item {
                Item::Row(row) => Some(&**row),
                Item::Text(_) => None,
            })
        })
    }

    /// The words of the heading read last.
    fn last_heading(&self) -> String {
        let part = self.parts.last();
        part.map(|part| part.heading.clone()).unwrap_or_default()
    }

    /// Makes sure that there is a part for what stands above the first heading.
    fn last_part(&mut self, line: usize) {
        if self.parts.is_empty() {
            self.parts.push(Part {
                heading: String::new(),
                text: String::new(),
                line,
                items: Vec::new(),
            });
        }
    }

    /// What stands under equal headings is put together; only of a region's the second line says nothing that the
    /// first does not.
    fn begin_part(&mut self, heading: &str, text: &str, line: usize) {
        let again = Heading::parse(heading).is_none()
            && self.parts.iter().any(|part| part.heading == heading);
        let item = again.then(|| Item::Text(text.to_owned()));
        self.parts.push(Part {
            heading: heading.to_owned(),
            text: text.to_owned(),
            line,
            items: item.into_iter().collect(),
        });
    }

    /// Notes the links of a text that is no row.
    fn note_links(&mut self, text: &str, line: usize) {
        let links = addresses(text);
        if links.is_empty() {
            return;
        }
        self.unreadable.push(Unreadable {
            line,
            heading: self.last_heading(),
            shown: text.lines().next().unwrap_or_default().to_owned(),
            reason: "a link stands outside of rows".to_owned(),
            is_row: false,
            day: None,
            links,
        });
    }

    /// Text that has come to its end becomes an item, unless it is blank.
    fn flush(&mut self, between: &mut String) {
        let text = std::mem::take(between);
        if let Some(part) = self.parts.last_mut().filter(|_| !text.trim().is_empty()) {
            part.items.push(Item::Text(text));
        }
    }
}
