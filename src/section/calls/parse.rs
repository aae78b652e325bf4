//! A printed section of calls → its lines, and what each row says. Nothing is lost: the lines follow each other
//! without a gap.
//!
//! People write the rows in many forms (corpus: `cfp/`, 101 sections of 2023-12 to 2026-05): `Closes 2024-03-31`,
//! `CFP open until 2026-03-23`, a bare day, `Event date: 2024-05-07 & 2024-05-08`, a second link to the event's own
//! page, no bar behind the link. All that is read is the link, the day on which the call closes, the place, and the
//! days of the event.

use crate::facts::link::Link;
use crate::section::grammar::{
    Days, Line, NotDays, Shape, content, days, emphasis, heading_line, lines, unescaped,
};
use crate::section::style::DateForm;
use chrono::NaiveDate;
use std::ops::Range;

/// Bytes of a row beyond which it is left as text.
const LONGEST_ROW: usize = 8_192;

/// A section of calls as it stands in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its bytes of the draft, from its heading to the line before the next one.
    pub span: Range<usize>,
    /// Whether its lines end with CR LF.
    pub crlf: bool,
    /// Its lines, each with its newline as it stands.
    pub lines: Vec<SectionLine>,
}

/// A line of the section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionLine {
    /// Its number in the draft, from 1.
    pub number: usize,
    /// The whole line, with its end.
    pub text: String,
    /// What it is.
    pub kind: Content,
}

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A call.
    Row(Box<Printed>),
    /// What stands there when there is no call: `*No Calls for papers …*`.
    None,
    /// Part of a comment.
    Comment,
    /// A blank line.
    Blank,
    /// The heading, text for readers, and what cannot be read.
    Text,
}

/// A call as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Its line, from 1.
    pub line: usize,
    /// The name of the event.
    pub name: String,
    /// Where talks are handed in, as written.
    pub link: String,
    /// The event's own page, if a second link leads there.
    pub page: Option<String>,
    /// Until when.
    pub closes: Closes,
    /// Where the event is, as written.
    pub place: Option<String>,
    /// When the event is.
    pub days: Option<Days>,
    /// Its columns, as they stand between the bars.
    pub cells: Vec<String>,
}

/// Until when a printed call is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closes {
    /// Until the end of a day.
    On(NaiveDate),
    /// As long as there is room: `Rolling deadline`.
    Rolling,
    /// It does not say, or in no form that is read.
    Unsaid,
}

impl Printed {
    /// The addresses of its call and its event, in print spelling.
    pub fn links(&self) -> impl Iterator<Item = Link> {
        let page = self.page.as_deref();
        let links = std::iter::once(self.link.as_str()).chain(page);
        links.filter_map(|link| Link::parse(link).ok())
    }
}

/// Finds the section of calls in a draft. `heading` is its heading, as printed; case and level may differ. `none` is
/// the line that stands there without calls.
///
/// It ends before the next heading of its level or above, or with the text.
pub fn section(text: &str, heading: &str, none: &str) -> Option<Section> {
    let all = lines(text, 1, None);
    let level = |line: &Line<'_>| {
        let heading = matches!(line.shape, Shape::Heading | Shape::SectionHeading);
        heading_line(line.text, None).filter(|_| heading)
    };
    let own = all
        .iter()
        .position(|line| level(line).is_some_and(|line| line.is_the_sections(heading)))?;
    let own_level = level(&all[own])?.level;
    let end = all[own + 1..]
        .iter()
        .position(|line| level(line).is_some_and(|other| other.level <= own_level))
        .map_or(all.len(), |at| own + 1 + at);
    let start = all[own].start;
    let stop = all.get(end).map_or(text.len(), |line| line.start);
    let printed = &text[start..stop];
    let lines = all[own..end].iter().enumerate().map(|(at, line)| {
        let next = all.get(own + at + 1).map_or(text.len(), |next| next.start);
        SectionLine {
            number: line.number,
            text: text[line.start..next].to_owned(),
            kind: kind(line, none),
        }
    });
    Some(Section {
        span: start..stop,
        crlf: printed.matches("\r\n").count() * 2 > printed.matches('\n').count(),
        lines: lines.collect(),
    })
}

impl Section {
    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = &Printed> {
        self.lines.iter().filter_map(|line| match &line.kind {
            Content::Row(row) => Some(&**row),
            _ => None,
        })
    }
}

fn kind(line: &Line<'_>, none: &str) -> Content {
    match line.shape {
        Shape::Comment => Content::Comment,
        Shape::Blank | Shape::Gap => Content::Blank,
        Shape::Heading | Shape::SectionHeading | Shape::Code | Shape::Conflict => Content::Text,
        Shape::Row | Shape::SubRow | Shape::Item | Shape::Text => {
            if line.text.trim() == none || is_none(line.text) {
                return Content::None;
            }
            let row = row(line.text, line.number);
            row.map_or(Content::Text, |row| Content::Row(Box::new(row)))
        }
    }
}

/// `*No Calls for papers or presentations were submitted this week.*`, `_No new calls for speakers this week_`.
fn is_none(text: &str) -> bool {
    let (marked, begin) = content(text);
    let rest = text[begin..].trim();
    let set_apart = marked || rest.starts_with(['*', '_']);
    let words = rest.trim_start_matches(['*', '_']).to_lowercase();
    set_apart && words.starts_with("no ") && words.contains("calls") && !words.contains("](")
}

/// Reads a line as a call: it begins with a link.
pub(super) fn row(text: &str, number: usize) -> Option<Printed> {
    let (_, begin) = content(text);
    let rest = text[begin..].trim_end();
    if rest.len() > LONGEST_ROW || !rest.starts_with('[') {
        return None;
    }
    let cells: Vec<&str> = cells(rest)
        .into_iter()
        .map(|cell| rest[cell].trim())
        .collect();
    let (first, behind) = link(cells[0])?;
    let mut links = vec![first];
    // What the columns say beside their links.
    let mut said: Vec<String> = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let mut text = if at == 0 { behind } else { *cell };
        while let Some((found, after)) = link(text) {
            links.push(found);
            text = after;
        }
        said.push(unescaped(text.trim()));
    }
    let named = links.iter().position(|(words, _)| is_call(words));
    let (call, page) = match named {
        // `[RustNL 2024](…) [CFP](…)`: the second one is where talks are handed in.
        Some(at) if at > 0 => (at, Some(0)),
        _ => (0, (links.len() > 1).then_some(1)),
    };
    let facts = Facts::of(&said);
    Some(Printed {
        line: number,
        name: links[0].0.clone(),
        link: links[call].1.clone(),
        page: page.map(|page| links[page].1.clone()),
        closes: facts.closes,
        place: facts.place,
        days: facts.days,
        cells: cells.into_iter().map(str::to_owned).collect(),
    })
}

fn is_call(words: &str) -> bool {
    let words = words.to_lowercase();
    matches!(
        words.as_str(),
        "cfp" | "call for papers" | "call for proposals" | "call for speakers"
    )
}

/// The link with which a text begins: its words and its address, and what follows it.
fn link(text: &str) -> Option<((String, String), &str)> {
    let inside = text.trim_start().strip_prefix('[')?;
    let close = inside.match_indices(']').map(|(at, _)| at).find(|at| {
        let escaped = inside[..*at].ends_with('\\') && !inside[..*at].ends_with("\\\\");
        !escaped && inside[at + 1..].trim_start().starts_with('(')
    })?;
    let address = inside[close + 1..].trim_start().strip_prefix('(')?;
    let end = address.find(')')?;
    let words = emphasis(&inside[..close]).1;
    let words = unescaped(words.trim_matches('*').trim());
    let address_text = address[..end].trim().to_owned();
    Some(((words, address_text), &address[end + 1..]))
}

/// The columns of a row: bars inside brackets are none between columns.
fn cells(text: &str) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        let is_escaped = escaped;
        escaped = char == '\\' && !is_escaped;
        if is_escaped {
            continue;
        }
        match char {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                cells.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    cells.push(start..text.len());
    if cells.len() > 1 {
        return cells;
    }
    // A bracket was not closed.
    let mut start = 0;
    let parts = text.split('|').map(|part| {
        let cell = start..start + part.len();
        start = cell.end + 1;
        cell
    });
    parts.collect()
}

/// What the columns say beside the links.
struct Facts {
    closes: Closes,
    place: Option<String>,
    days: Option<Days>,
}

impl Facts {
    /// The column that speaks of an end or has the first of two days is when the call closes; the last one with a
    /// day is when the event is; what stands between, and has no day, is the place.
    fn of(said: &[String]) -> Facts {
        let folded: Vec<String> = said.iter().map(|text| text.to_lowercase()).collect();
        let dated: Vec<usize> = (0..said.len())
            .filter(|at| first_day(&said[*at]).is_some())
            .collect();
        let rolling = folded.iter().position(|text| text.contains("rolling"));
        let ends = |at: &usize| {
            let text = &folded[*at];
            ["clos", "until", "deadline", "due"]
                .iter()
                .any(|word| text.contains(word))
        };
        let tells_event = |at: &usize| folded[*at].contains("event");
        let closing = dated.iter().copied().find(ends).or_else(|| {
            let first = dated.first().copied()?;
            (rolling.is_none() && dated.len() > 1 && !tells_event(&first)).then_some(first)
        });
        let event = dated.iter().copied().rfind(|at| Some(*at) != closing);
        let place = said.iter().enumerate().find(|(at, text)| {
            let other = Some(*at) == closing || Some(*at) == event || Some(*at) == rolling;
            *at > 0 && !other && !text.is_empty() && first_day(text).is_none()
        });
        Facts {
            closes: match (closing.and_then(|at| first_day(&said[at])), rolling) {
                (Some(day), _) => Closes::On(day),
                (None, Some(_)) => Closes::Rolling,
                (None, None) => Closes::Unsaid,
            },
            place: place.map(|(_, text)| text.clone()),
            days: event.and_then(|at| all_days(&said[at])),
        }
    }
}

/// Where the first day in a text begins: four digits, two, two.
fn day_at(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(9)).find(|at| {
        let part = &bytes[*at..at + 10];
        part.iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    })
}

fn first_day(text: &str) -> Option<NaiveDate> {
    let at = day_at(text)?;
    text.get(at..at + 10)?.parse().ok()
}

/// The days of an event: `Event date: 2024-05-07 & 2024-05-08`, `2026-09-21 to 23.`
fn all_days(text: &str) -> Option<Days> {
    let from = &text[day_at(text)?..];
    let plain = from.trim_end_matches(|char: char| !char.is_alphanumeric());
    match days(plain, DateForm::default()) {
        Ok(days) => Some(days),
        Err(NotDays::Form | NotDays::Impossible(..)) => Some(Days {
            first: first_day(text)?,
            last: None,
        }),
    }
}
