//! Calls for papers: printed sections read, and drafts brought up to date.

mod draft;
mod printed;
mod program;

use chrono::NaiveDate;
use rusty_events::section::calls::{Closes, Content, Printed, Section, section};

const HEADING: &str = "### CFP - Events";
const NONE: &str = "*No Calls for papers or presentations were submitted this week.*";

fn day(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

/// The section in a text, under either heading that it had.
fn read(text: &str) -> Section {
    let under = |heading| section(text, heading, NONE);
    under(HEADING)
        .or_else(|| under("### CFP - Speakers"))
        .unwrap()
}

/// One row by itself.
fn one(row: &str) -> Printed {
    let text = format!("{HEADING}\n\n{row}\n");
    let read = read(&text);
    let rows: Vec<&Printed> = read.rows().collect();
    assert_eq!(rows.len(), 1, "{row}");
    rows[0].clone()
}

/// What no line of a section is lost to: put together they are the text.
fn together(section: &Section) -> String {
    section
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect()
}

fn on(text: &str) -> Closes {
    Closes::On(day(text))
}

fn is_none(section: &Section) -> bool {
    section.lines.iter().any(|line| line.kind == Content::None)
}
