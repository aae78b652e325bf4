//! Rows and what stood between them → the section's blocks, in printed order.

use super::{Block, Cell, NewRow};
use crate::section::grammar::{
    Draft, Item, Part, Shape, heading_line as heading_line_of, lines, stated_window,
    window_in_other_words,
};
use crate::section::select::{Heading, Style, order_key};
use crate::section::style::DateForm;
use std::collections::BTreeMap;

/// A row that the new section holds.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// The heading it stands under.
    pub(super) heading: String,
    /// Which item of which part of the draft it is; `None` for one that is new there.
    pub(super) origin: Option<(usize, usize)>,
    /// What it is sorted by: day, location, organiser, title and event.
    pub(super) sort: Sort,
    pub(super) block: Block,
}

/// What a row is sorted by.
#[derive(Debug, Clone)]
pub(super) struct Sort {
    pub(super) day: chrono::NaiveDate,
    pub(super) location: String,
    pub(super) organiser: Option<String>,
    pub(super) title: Option<String>,
    pub(super) event: Option<crate::facts::event::EventId>,
}

impl Sort {
    fn key(&self) -> impl Ord + Clone + use<> {
        (
            order_key(
                self.day,
                &self.location,
                self.organiser.as_deref(),
                self.title.as_deref(),
            ),
            self.event.clone(),
        )
    }
}

/// The headings in printed order: the known ones in house order, each other one behind the one that it followed.
fn headings(draft: &Draft, rows: &[Placed], keep: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in &draft.parts {
        let name = canonical(&part.heading);
        if !found.contains(&name) {
            found.push(name);
        }
    }
    let known = |name: &str| Heading::parse(name);
    if !keep {
        let mut groups: Vec<Vec<String>> = Vec::new();
        for name in found {
            match groups.last_mut() {
                Some(group) if known(&name).is_none() && !name.is_empty() => group.push(name),
                _ => groups.push(vec![name]),
            }
        }
        groups.sort_by_key(|group| known(&group[0]));
        found = groups.concat();
    }
    for row in rows {
        if found.contains(&row.heading) {
            continue;
        }
        let at = known(&row.heading).and_then(|heading| {
            found
                .iter()
                .position(|other| known(other).is_some_and(|other| other > heading))
        });
        found.insert(at.unwrap_or(found.len()), row.heading.clone());
    }
    found
}

/// A heading by its name; unchanged if it is not one of ours.
pub(super) fn canonical(heading: &str) -> String {
    Heading::parse(heading).map_or_else(|| heading.to_owned(), |known| known.name().to_owned())
}

/// The blocks of the new section, and how many of the draft's rows stood out of order.
///
/// `keep_order` leaves the draft's rows where they are and only fits in what is new.
pub(super) fn blocks(
    draft: &Draft,
    lead: String,
    rows: Vec<Placed>,
    keep_order: bool,
    style: &Style,
) -> (Vec<Block>, usize) {
    let mut blocks = vec![Block::Text(lead)];
    let mut reordered = 0;
    let headings = headings(draft, &rows, keep_order);
    let mut below = directly_below(draft, &rows, style);
    let mut under: BTreeMap<String, Vec<Placed>> = BTreeMap::new();
    for row in rows {
        under.entry(row.heading.clone()).or_default().push(row);
    }
    for heading in headings {
        let (rows, misplaced) = ordered(under.remove(&heading).unwrap_or_default(), keep_order);
        reordered += misplaced;
        let mut texts = texts(draft, &heading, &below);
        if rows.is_empty() && texts.is_empty() && !is_kept_empty(draft, &heading) {
            continue;
        }
        let mut part = Vec::new();
        for placed in rows {
            // A text stays before the first of its following rows that is still there.
            if let Some(origin) = placed.origin.filter(|(at, _)| is_of(draft, *at, &heading)) {
                // The row above it is gone, and directly below the heading it would be one.
                let is_first = part.is_empty();
                let would_be_a_heading = |text: &str| {
                    let line =
                        heading_line_of(text.lines().next().unwrap_or_default(), Some(style));
                    is_first && line.is_some_and(|line| line.names_a_region())
                };
                let (before, after): (Vec<_>, Vec<_>) = texts
                    .into_iter()
                    .partition(|(at, text)| *at < origin && !would_be_a_heading(text));
                part.extend(before.into_iter().map(|(_, text)| Block::Text(text)));
                texts = after;
            }
            part.push(placed.block);
            let own = placed.origin.and_then(|origin| below.get_mut(&origin));
            part.extend(own.map(|text| Block::Text(std::mem::take(text))));
        }
        // One blank line before a heading: those at the end of a part's last text are removed.
        if let Some((_, text)) = texts.last_mut() {
            let words = text.trim_end().len();
            let end = text[words..].find('\n').map_or(text.len(), |at| words + at);
            text.truncate(end);
            text.push('\n');
        }
        part.extend(texts.into_iter().map(|(_, text)| Block::Text(text)));
        let line = heading_line(draft, &heading, style);
        blocks.push(Block::Text(format!("\n{line}")));
        blocks.append(&mut part);
    }
    (blocks, reordered)
}

/// Whether a heading stays without a row: it names no region, and was empty before.
fn is_kept_empty(draft: &Draft, heading: &str) -> bool {
    let mut own = draft.parts.iter().filter(|part| part.heading == heading);
    let unknown = !heading.is_empty() && Heading::parse(heading).is_none();
    unknown && own.all(|part| part.items.is_empty())
}

/// The line of a heading: in house form if it is one of ours, else as in the draft.
fn heading_line(draft: &Draft, heading: &str, style: &Style) -> String {
    let own = draft.parts.iter().find(|part| part.heading == heading);
    match (heading, Heading::parse(heading), own) {
        ("", ..) => String::new(),
        (_, None, Some(part)) => part.text.clone(),
        (_, Some(known), _) => format!("### {}\n", style.name(known)),
        _ => format!("### {heading}\n"),
    }
}

fn is_of(draft: &Draft, part: usize, heading: &str) -> bool {
    draft
        .parts
        .get(part)
        .is_some_and(|part| canonical(&part.heading) == heading)
}

/// The lines of text directly below a row, up to the first blank one, by where the row stands: they belong to it and go
/// where it goes. Put below a heading, a line such as `Europe` would be one.
fn directly_below(
    draft: &Draft,
    rows: &[Placed],
    style: &Style,
) -> BTreeMap<(usize, usize), String> {
    let origins = rows.iter().filter_map(|row| row.origin);
    let texts = origins.filter_map(|(part, at)| {
        let Item::Text(text) = draft.parts.get(part)?.items.get(at + 1)? else {
            return None;
        };
        let lines = lines(text, 1, Some(style));
        let is_text = matches!(lines.first()?.shape, Shape::Text | Shape::Heading);
        let blank = lines.iter().find(|line| line.text.trim().is_empty());
        let end = blank.map_or(text.len(), |line| line.start);
        is_text.then(|| ((part, at), text[..end].to_owned()))
    });
    texts.collect()
}

/// The texts that stand under a heading, with where; without those that stand directly `below` a row.
fn texts(
    draft: &Draft,
    heading: &str,
    below: &BTreeMap<(usize, usize), String>,
) -> Vec<((usize, usize), String)> {
    let parts = draft.parts.iter().enumerate();
    let own = parts.filter(|(at, _)| is_of(draft, *at, heading));
    own.flat_map(|(number, Part { items, .. })| {
        items
            .iter()
            .enumerate()
            .filter_map(move |(at, item)| match item {
                Item::Text(text) => {
                    let before = at.checked_sub(1).and_then(|row| below.get(&(number, row)));
                    let rest = &text[before.map_or(0, String::len)..];
                    (!rest.trim().is_empty()).then(|| ((number, at), rest.to_owned()))
                }
                Item::Row(_) => None,
            })
    })
    .collect()
}

/// The rows of one heading in their order; and how many of the draft's stood out of it.
fn ordered(mut rows: Vec<Placed>, keep_order: bool) -> (Vec<Placed>, usize) {
    rows.sort_by(|a, b| match (a.origin, b.origin) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    });
    let first_new = rows
        .iter()
        .position(|row| row.origin.is_none())
        .unwrap_or(rows.len());
    let misplaced = rows[..first_new]
        .windows(2)
        .filter(|pair| pair[0].sort.key() > pair[1].sort.key())
        .count();
    if !keep_order {
        rows.sort_by_cached_key(|row| row.sort.key());
        return (rows, misplaced);
    }
    let mut new = rows.split_off(first_new);
    new.sort_by_cached_key(|row| row.sort.key());
    for row in new {
        let at = rows
            .iter()
            .position(|other| other.sort.key() > row.sort.key());
        rows.insert(at.unwrap_or(rows.len()), row);
    }
    (rows, 0)
}

/// The lines before the first heading, with the window's line brought up to date or put in.
pub(super) fn lead(draft: &Draft, printed: &str, style: &Style) -> String {
    let mut lines = draft.lead.clone();
    match draft.window_line {
        Some(at) => lines[at] = dated(&lines[at], printed, &style.line, style.dates),
        None => {
            let below = usize::from(!lines.is_empty());
            lines.insert(below, format!("\n{printed}\n"));
        }
    }
    let text = lines.concat();
    format!("{}\n", text.trim_end())
}

/// The window's line with its two days replaced: what people wrote behind them stays.
fn dated(old: &str, printed: &str, line: &str, dates: DateForm) -> String {
    let tail = (|| {
        let (before, rest) = line.split_once("{from}")?;
        let (between, _) = rest.split_once("{to}")?;
        let rest = old.trim().strip_prefix(before.trim_start())?;
        let (_, rest) = dates.read(rest)?;
        let (_, tail) = dates.read(rest.strip_prefix(between)?)?;
        Some(tail)
    })();
    let usual = line.split_once("{to}").map_or("", |(_, tail)| tail);
    match (tail, printed.strip_suffix(usual)) {
        (Some(tail), Some(days)) => return format!("{days}{tail}\n"),
        (Some(_), None) => return format!("{printed}\n"),
        (None, _) => {}
    }
    let own = line.split("{from}").next().unwrap_or_default().trim();
    let other = window_in_other_words(old, dates).filter(|_| !old.trim().starts_with(own));
    match (other, stated_window(printed, dates)) {
        // Words that are not the newsletter's may be a person's: they stay, and `lint` names them.
        (Some(other), Some(now)) => {
            let days = [now.from, now.to].map(|day| dates.written(day));
            let line = other.pattern.replacen("{from}", &days[0], 1);
            format!("{}\n", line.replacen("{to}", &days[1], 1))
        }
        _ => format!("{printed}\n"),
    }
}

impl NewRow {
    /// Whether nothing of it is written anew.
    pub(super) fn stands(&self) -> bool {
        matches!(self.location, Cell::Stands(_))
            && matches!(self.organisers, Cell::Stands(_))
            && matches!(self.links, Cell::Stands(_))
            && matches!(self.days, Cell::Stands(_))
    }
}
