//! A text → rows, and what stands between them.

use super::row::{PrintedRow, begins_row, row};

/// A piece of a text that holds a section: a row, or anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A row.
    Row(PrintedRow),
    /// A list item that should be a row and cannot be read as one.
    Unreadable {
        /// Its line, counted from 1.
        line: usize,
        /// Its text.
        text: String,
        /// Why.
        reason: String,
    },
    /// Headings, blank lines and whatever stands between, each line with its newline; a comment is one
    /// piece.
    Other(String),
}

impl Piece {
    /// The exact text; the texts of all pieces are the whole text that was read.
    pub fn text(&self) -> &str {
        match self {
            Piece::Row(row) => &row.text,
            Piece::Unreadable { text, .. } | Piece::Other(text) => text,
        }
    }
}

/// Cuts a text into rows and what stands between them.
pub fn pieces(text: &str) -> Vec<Piece> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut pieces = Vec::new();
    let mut heading = String::new();
    let mut commented = false;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        // What is commented out is not printed, whatever it looks like.
        if commented || line.trim_start().starts_with("<!--") {
            let goes_on = commented;
            commented = match (line.rfind("<!--"), line.rfind("-->")) {
                (Some(opened), Some(closed)) => opened > closed,
                (opened, closed) => opened.is_some() || (commented && closed.is_none()),
            };
            match pieces.last_mut() {
                Some(Piece::Other(comment)) if goes_on => comment.push_str(line),
                _ => pieces.push(Piece::Other(line.to_owned())),
            }
            at += 1;
            continue;
        }
        if let Some(name) = line.trim_end().strip_prefix("### ") {
            heading = name.trim().trim_end_matches(':').to_owned();
        }
        if !begins_row(line) {
            pieces.push(Piece::Other(line.to_owned()));
            at += 1;
            continue;
        }
        // Everything indented below a row belongs to it.
        let mut end = at + 1;
        while end < lines.len()
            && lines[end].starts_with([' ', '\t'])
            && !lines[end].trim().is_empty()
        {
            end += 1;
        }
        let whole: String = lines[at..end].concat();
        pieces.push(match row(&lines[at..end]) {
            Ok((date, end_date, location, organisers, links)) => Piece::Row(PrintedRow {
                line: at + 1,
                heading: heading.clone(),
                text: whole,
                date,
                end_date,
                location,
                organisers,
                links,
            }),
            Err(reason) => Piece::Unreadable {
                line: at + 1,
                text: whole,
                reason,
            },
        });
        at = end;
    }
    pieces
}
