//! What a pull request adds to a draft: its rows, read by the one grammar, and what becomes of each.

mod judge;

pub use judge::verdict;

use crate::facts::event::EventId;
use crate::facts::issue::Rhythm;
use crate::facts::pull::Pull;
use crate::facts::topic::Topic;
use crate::section::grammar::{Content, PrintedRow, Unreadable, parse};
use crate::section::select::{Heading, Style};
use chrono::NaiveDate;

/// What rows are judged by.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// How the newsletter prints its section.
    pub style: &'a Style,
    /// What the newsletter is about.
    pub topic: &'a Topic,
    /// When issues appear.
    pub rhythm: Rhythm,
    /// Days after the issue's that a section covers.
    pub days: u64,
    /// Today, where the newsletter is made: drafts of issues before it are out.
    pub today: NaiveDate,
}

/// A pull request that touches a draft, and its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The pull request.
    pub pull: Pull,
    /// The rows that it adds, in order; of each the file's path, and what becomes of it.
    pub rows: Vec<(String, PrintedRow, Verdict)>,
    /// What begins as a row and cannot be read: line of the new file, text and reason.
    pub unreadable: Vec<(usize, String, String)>,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Sources tell of the event, and say the same.
    Covered {
        /// The event.
        event: EventId,
        /// The sources that tell of it.
        sources: Vec<String>,
    },
    /// Sources tell of the event, and say otherwise.
    Conflict {
        /// The event.
        event: EventId,
        /// The sources that tell of it.
        sources: Vec<String>,
        /// What differs.
        differences: Vec<String>,
    },
    /// No source tells of it.
    New {
        /// The headings under which it belongs; empty if its place cannot be read.
        headings: Vec<Heading>,
        /// The row behind which it belongs under each of them; `None` for the first.
        behind: Vec<Option<String>>,
        /// What `lint` finds in it.
        findings: Vec<String>,
    },
}

/// What the lines that a difference adds say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Added {
    /// The rows of which a line is new. Their lines are those of the new file; `heading` is empty where the
    /// difference does not show it.
    pub rows: Vec<PrintedRow>,
    /// What begins as a row does and cannot be read.
    pub unreadable: Vec<Unreadable>,
}

/// Reads the difference of one file, as Git prints it (`@@ -210,6 +210,10 @@ …`).
pub fn added(patch: &str, style: &Style) -> Added {
    let mut added = Added::default();
    let mut hunk = Hunk::default();
    for line in patch.lines() {
        if let Some(first) = hunk_begin(line) {
            std::mem::replace(&mut hunk, Hunk::at(first)).read(&mut added, style);
            continue;
        }
        match line.split_at_checked(1) {
            Some(("+", text)) => hunk.push(text, true),
            Some((" ", text)) => hunk.push(text, false),
            // A blank line of which an editor took the space.
            None => hunk.push("", false),
            // Lines that go, and `\ No newline at end of file`.
            Some(_) => {}
        }
    }
    hunk.read(&mut added, style);
    added
}

/// The line of the new file with which a hunk begins.
fn hunk_begin(line: &str) -> Option<usize> {
    let new = line.strip_prefix("@@ -")?.split(" +").nth(1)?;
    let digits: String = new.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The new side of a hunk.
#[derive(Default)]
struct Hunk {
    /// The line of the new file with which it begins.
    first: usize,
    text: String,
    /// Of each line, whether it is new.
    is_new: Vec<bool>,
}

impl Hunk {
    fn at(first: usize) -> Hunk {
        Hunk {
            first,
            ..Hunk::default()
        }
    }

    fn push(&mut self, line: &str, is_new: bool) {
        self.text.push_str(line);
        self.text.push('\n');
        self.is_new.push(is_new);
    }

    fn read(self, added: &mut Added, style: &Style) {
        let parsed = parse(&self.text, Some(style));
        for block in parsed.blocks {
            let lines = self.is_new.get(block.lines.clone()).unwrap_or_default();
            if !lines.contains(&true) {
                continue;
            }
            let line = self.first.saturating_add(block.line).saturating_sub(1);
            match block.content {
                Content::Row(row) => added.rows.push(PrintedRow { line, ..*row }),
                Content::Unreadable(item) if item.is_row => {
                    added.unreadable.push(Unreadable { line, ..item });
                }
                _ => {}
            }
        }
    }
}
