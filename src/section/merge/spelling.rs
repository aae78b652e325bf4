//! Mends differences of spelling alone: addresses, country codes, states that are not printed, and spaces. No person
//! chose them as words, so they are not reported one by one. Everything else of a row keeps its bytes.

use crate::facts::link::Link;
use crate::facts::place::{Mode, parse_location};
use crate::section::grammar::{PrintedRow, link_spans};

/// A row's text, column by column, in house spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) days: String,
    pub(super) location: String,
    /// `None` if the row has none.
    pub(super) organisers: Option<String>,
    /// The lines below the first, each with its newline.
    pub(super) links: String,
}

impl Columns {
    pub(super) fn text(&self) -> String {
        let (location, joint) = match &*self.location {
            "" => (String::new(), "|"),
            location => (format!(" {location}"), " |"),
        };
        let organisers = match &self.organisers {
            Some(organisers) => format!("{joint} {organisers}"),
            None => String::new(),
        };
        format!("* {} |{location}{organisers}\n{}", self.days, self.links)
    }
}

/// The text of a row, mended.
pub(super) fn columns(row: &PrintedRow) -> Columns {
    let cells = &row.cells;
    let links = cells.links.iter();
    Columns {
        days: cells.days.clone(),
        location: location(&cells.location),
        organisers: cells.organisers.as_deref().map(linked),
        // Each line below the first is an item of its own, indented by four spaces.
        links: links
            .map(|line| format!("    * {}\n", linked(line)))
            .collect(),
    }
}

/// The text of the location column with its country's code as printed, and without a state that is not printed.
fn location(text: &str) -> String {
    let Ok((_, Some(place))) = parse_location(text) else {
        return text.to_owned();
    };
    // A country alone has two forms, `Kenya` and `Kenya, KE`: the one that a person chose stays.
    if place.city().is_none() {
        return text.to_owned();
    }
    // Which countries are printed with a state has changed over the years: what is there may stay.
    let printed = place.cased().printed(&[place.country()]);
    match text.split_once('(') {
        Some((label, _)) if Mode::parse(label).is_some() => {
            format!("{} ({printed})", label.trim_end())
        }
        Some(_) => printed,
        None if text.contains('+') => text.to_owned(),
        None => printed,
    }
}

/// Links with each address in the one spelling of its page.
fn linked(text: &str) -> String {
    let Ok(spans) = link_spans(text) else {
        return text.to_owned();
    };
    let mut mended = String::with_capacity(text.len());
    let mut at = 0;
    for link in spans {
        mended.push_str(&text[at..link.words.start]);
        mended.push_str(&worded(&text[link.words]));
        mended.push_str("](");
        mended.push_str(&addressed(&text[link.address]));
        mended.push(')');
        at = link.whole.end;
    }
    mended.push_str(&text[at..]);
    mended
}

/// The words of a link without spaces at the ends: `** word**` is not bold in Markdown.
fn worded(words: &str) -> String {
    let trimmed = words.trim();
    let bold = trimmed
        .strip_prefix("**")
        .and_then(|words| words.strip_suffix("**"));
    match bold {
        Some(words) => format!("**{}**", words.trim()),
        None => trimmed.to_owned(),
    }
}

/// An address in the one spelling of its page, where readers could tell the difference.
fn addressed(written: &str) -> String {
    let written = written.trim();
    Link::parse(written)
        .ok()
        .and_then(|link| link.fault_of(written))
        .map_or_else(|| written.to_owned(), |(_, right)| right)
}
