//! Printed sections → rows, and rows → listings.
//!
//! Reads what the newsletter prints and has printed: a row is two lines, of which the first tells when,
//! where and who, and the second what:
//!
//! ```text
//! * 2026-08-27 | Virtual (Berlin, DE) | [Rust Berlin](https://www.meetup.com/rust-berlin)
//!     * [**Rust Hack and Learn**](https://www.meetup.com/rust-berlin/events/313345334/)
//! ```
//!
//! Organisers are joined by ` | ` today, by ` + ` until 2025-05, and by ` and ` now and then.

use crate::facts::event::one_line;
use crate::facts::link::{Link, after_joint};
use crate::facts::listing::{End, Listing, Location, Problem, Reading, Unreadable};
use crate::facts::place::{Mode, Region, parse_location};
use crate::facts::source::{Address, Page, Request, Source, Way};
use crate::facts::when::Stamp;
use chrono::NaiveDate;
use std::ops::Range;

/// A row as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedRow {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// The heading it stands under, as printed.
    pub heading: String,
    /// Its exact text, both lines with their newlines.
    pub text: String,
    /// The first day.
    pub date: NaiveDate,
    /// The last day, where one is printed.
    pub end_date: Option<NaiveDate>,
    /// The location column.
    pub location: String,
    /// Who holds it: name and address, as printed.
    pub organisers: Vec<(String, Option<String>)>,
    /// What it is: words and address, as printed.
    pub links: Vec<(String, String)>,
}

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

/// Where the section stands in a text, in bytes: from the line of its heading to what follows its last row.
///
/// `heading` is the section's own, such as `## Upcoming Events`; other case and another level are taken for
/// it too. The section ends before the next heading of its level or above, before the paragraph that asks
/// readers for their events, or with the text; blank lines before that end are not part of it. A text
/// without such a heading is a section if it begins with one of the headings inside (`### Virtual`), or
/// with a row. `None` if there is none.
pub fn extent(text: &str, heading: &str) -> Option<Range<usize>> {
    let words = |line: &str| {
        let line = line.trim().trim_start_matches('\u{feff}');
        let words = line.strip_prefix('#')?.trim_matches(['#', ':', ' ']);
        Some(words.to_lowercase())
    };
    let wanted = words(heading).unwrap_or_else(|| heading.trim().to_lowercase());
    let mut begin = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if words(line).is_some_and(|words| words == wanted) {
            begin = Some((at, at + line.len()));
            break;
        }
        at += line.len();
    }
    let (start, inside) = begin.or_else(|| {
        let first = text.trim_start();
        let line = first.lines().next().unwrap_or_default();
        let at = text.len() - first.len();
        (line.starts_with("### ") || begins_row(line)).then_some((at, at))
    })?;
    let mut end = inside;
    let mut at = inside;
    for line in text[inside..].split_inclusive('\n') {
        let above = line.starts_with("# ") || line.starts_with("## ");
        let inside =
            words(line).is_some_and(|words| words == "virtual" || Region::parse(&words).is_some());
        if (above && !inside) || line.starts_with("If you are running a") {
            break;
        }
        at += line.len();
        if !line.trim().is_empty() {
            end = at;
        }
    }
    Some(start..end)
}

/// The day that a draft's own header gives (`Date: 2024-11-06`), above its first heading.
pub fn stated_day(text: &str) -> Option<NaiveDate> {
    text.lines()
        .take_while(|line| !line.starts_with('#'))
        .take(40)
        .find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("Date:"))
        .and_then(|day| day.trim().get(..10)?.parse().ok())
}

fn begins_row(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(['*', '-', '+']) else {
        return false;
    };
    rest.trim_start()
        .starts_with(|char: char| char.is_ascii_digit())
        && rest.contains('|')
}

type Columns = (
    NaiveDate,
    Option<NaiveDate>,
    String,
    Vec<(String, Option<String>)>,
    Vec<(String, String)>,
);

fn row(lines: &[&str]) -> Result<Columns, String> {
    let first = lines[0].trim_start_matches(['*', '-', '+']).trim();
    let mut columns = first.splitn(3, '|').map(str::trim);
    let dates = columns.next().unwrap_or_default();
    let location = columns.next().ok_or("no place")?;
    let organisers = columns.next().unwrap_or_default();
    let (date, end_date) = days(dates)?;
    let organisers = named(organisers)?;
    let mut links = Vec::new();
    for line in &lines[1..] {
        links.extend(linked(
            line.trim().trim_start_matches(['*', '-', '+']).trim(),
        )?);
    }
    if links.is_empty() {
        return Err("no link below it".to_owned());
    }
    Ok((date, end_date, unescaped(location), organisers, links))
}

/// Reads a day or a span of days: `2024-11-06`, `2026-09-08 - 2026-09-11`, and what was also printed:
/// `2024-04-15 & 2024-04-16`, `2024-01-27-28`, `2022-05-19 & 05-20`.
fn days(text: &str) -> Result<(NaiveDate, Option<NaiveDate>), String> {
    let wrong = || format!("{text:?} is no date");
    let text = text.trim();
    let (first, rest) = text.split_at_checked(10).ok_or_else(wrong)?;
    let from: NaiveDate = first.parse().map_err(|_| wrong())?;
    let rest = rest.trim_matches(|char: char| char.is_whitespace() || "-–&,*".contains(char));
    if rest.is_empty() {
        return Ok((from, None));
    }
    let whole = match rest.len() {
        2 => format!("{}{rest}", &first[..8]),
        5 => format!("{}{rest}", &first[..5]),
        _ => rest.to_owned(),
    };
    let to: NaiveDate = whole.parse().map_err(|_| wrong())?;
    Ok((from, Some(to)))
}

/// Reads organisers: links, or a bare name.
fn named(text: &str) -> Result<Vec<(String, Option<String>)>, String> {
    if !text.contains('[') {
        let name = text.trim();
        return Ok(if name.is_empty() {
            Vec::new()
        } else {
            vec![(unescaped(name), None)]
        });
    }
    Ok(linked(text)?
        .into_iter()
        .map(|(name, url)| (name, Some(url)))
        .collect())
}

/// Where a printed link stands in its text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSpan {
    /// From its first bracket to its last.
    pub whole: Range<usize>,
    /// What stands between the square brackets.
    pub words: Range<usize>,
    /// What stands between the round ones.
    pub address: Range<usize>,
}

/// Finds `[words](address)`, one or several, with a joint between two; also the forms that no renderer
/// takes for a link and that were printed all the same: `] (…)` and `]((…)`.
///
/// # Errors
/// Answers the byte where something else than a link stands.
pub fn link_spans(text: &str) -> Result<Vec<LinkSpan>, usize> {
    let mut found = Vec::new();
    let mut rest = after_joint(text);
    while !rest.is_empty() {
        // `rest` loses its white space at the end too: places are counted from its beginning.
        let start = place_in(text, rest);
        let inside = rest.strip_prefix('[').ok_or(start)?;
        let close = closing(inside).ok_or(start)?;
        let after = inside[close + 1..].trim_start();
        let after = after.strip_prefix('(').ok_or(start)?;
        // `((https://…)` was printed for half a year.
        let after = after.strip_prefix('(').unwrap_or(after);
        let end = address_end(after).ok_or(start)?;
        let address = place_in(text, after);
        found.push(LinkSpan {
            whole: start..address + end + 1,
            words: start + 1..start + 1 + close,
            address: address..address + end,
        });
        rest = after_joint(&after[end + 1..]);
    }
    Ok(found)
}

/// Where a part of a text begins in it.
fn place_in(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

/// Reads `[words](address)`, one or several.
fn linked(text: &str) -> Result<Vec<(String, String)>, String> {
    let spans = link_spans(text).map_err(|at| {
        let wrong: String = text[at..].chars().take(60).collect();
        format!("{wrong:?} is no link")
    })?;
    Ok(spans
        .into_iter()
        .map(|link| {
            let words = text[link.words].trim();
            (
                unescaped(without_bold(words).trim()),
                text[link.address].trim().to_owned(),
            )
        })
        .collect())
}

/// Words without the stars that make them bold, all of them or a part: `**Rust Meetup #17**: TockOS`.
fn without_bold(words: &str) -> String {
    let is_mark = |(at, _): &(usize, &str)| !words[..*at].ends_with('\\');
    let marks: Vec<usize> = words
        .match_indices("**")
        .filter(is_mark)
        .map(|(at, _)| at)
        .collect();
    if marks.len() % 2 == 1 {
        return words.to_owned();
    }
    let mut shown = String::with_capacity(words.len());
    let mut from = 0;
    for mark in marks {
        shown.push_str(&words[from..mark]);
        from = mark + 2;
    }
    shown.push_str(&words[from..]);
    shown
}

/// Where the words of a link end: at the bracket before its address.
fn closing(text: &str) -> Option<usize> {
    text.match_indices(']')
        .map(|(at, _)| at)
        .find(|at| text[at + 1..].trim_start().starts_with('('))
}

/// Where an address ends: at the bracket that was not opened inside it.
fn address_end(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            '\n' => return None,
            _ => {}
        }
    }
    None
}

/// The text that printed Markdown shows: the reverse of what the newsletter escapes.
pub fn unescaped(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut chars = markdown.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, chars.peek()) {
            ('\\', Some(next)) if next.is_ascii_punctuation() => text.extend(chars.next()),
            _ => text.push(char),
        }
    }
    for (reference, char) in [("&lt;", "<"), ("&gt;", ">"), ("&#96;", "`"), ("&amp;", "&")] {
        text = text.replace(reference, char);
    }
    text
}

/// The request that begins a reading: the page as configured.
pub fn first_request(source: &Source, way: Way) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    Some(Request::get(url, crate::facts::source::Purpose::List, way))
}

/// The listings of a printed section: whole days, one for an event that stands under two headings.
///
/// # Errors
/// If the page holds no row at all.
pub fn read(page: &Page) -> Result<Reading, Unreadable> {
    let text = String::from_utf8_lossy(&page.body);
    let mut reading = Reading {
        whole: true,
        ..Reading::default()
    };
    for piece in pieces(&text) {
        match piece {
            Piece::Other(_) => {}
            Piece::Unreadable { line, text, reason } => {
                reading.entries += 1;
                let item = text.lines().next().map(one_line);
                reading.problems.push(Problem {
                    line,
                    what: format!("row cannot be read: {reason}"),
                    item,
                    lost: true,
                });
            }
            Piece::Row(row) => {
                reading.entries += 1;
                match listing(&row) {
                    Ok(listing)
                        if reading
                            .listings
                            .iter()
                            .any(|known| known.key == listing.key) => {}
                    Ok(listing) => reading.listings.push(listing),
                    Err(what) => reading.problems.push(Problem {
                        line: row.line,
                        what,
                        item: row.links.first().map(|(title, _)| one_line(title)),
                        lost: true,
                    }),
                }
            }
        }
    }
    if reading.entries == 0 {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "no row of a printed section is in it{}",
            super::instead::in_brackets(&text)
        )));
    }
    Ok(reading)
}

/// What a printed row tells.
///
/// # Errors
/// Says what of it cannot be read.
pub fn listing(row: &PrintedRow) -> Result<Listing, String> {
    let (mode, place) = parse_location(&row.location).map_err(|error| format!("place: {error}"))?;
    let (title, url) = row.links.first().ok_or("no link")?;
    let spelled = Link::parse(url).map_err(|error| format!("link: {error}"))?;
    let mut listing = Listing::new(
        format!("{spelled} {}", row.date),
        title.clone(),
        Stamp::Date(row.date),
        Way::Page,
    );
    listing.line = row.line;
    // The end of whole days is the day after.
    listing.end = row
        .end_date
        .and_then(|end| end.succ_opt())
        .map(|after| End::At(Stamp::Date(after)));
    listing.mode = Some(mode);
    listing.link = Some(url.clone());
    listing.further_links = row.links[1..].to_vec();
    listing.organisers = row.organisers.clone();
    listing.locations = place
        .map(|place| Location {
            city: place.city().map(str::to_owned),
            state: place.state().map(str::to_owned),
            country: Some(place.country().code().to_owned()),
            ..Location::default()
        })
        .into_iter()
        .collect();
    if mode == Mode::Virtual {
        listing.online_url = Some(url.clone());
    }
    Ok(listing)
}
