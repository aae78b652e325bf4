//! Two versions of a section, and the one that both began with → one section with what either side changed.
//!
//! A merge of lines takes two rows that were added at one place for a conflict, and a row that one side moved
//! and the other corrected too. Here a row is a row: it is recognised by its heading, its links, its day and
//! its words, and where both sides changed it, it is merged column by column.

use super::grammar::{Content, PrintedRow, parse};
use super::style::Style;
use std::collections::{BTreeMap, BTreeSet};

/// What a merge came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The section, with the line ends of our version.
    pub text: String,
    /// What both sides changed in different ways, and which word stands now: a sentence each.
    pub settled: Vec<String>,
}

/// Merges two versions of a section. Where both sides changed the same words, theirs stand.
///
/// `None` if one of the texts holds marks of an unfinished merge.
pub fn merged(base: &str, ours: &str, theirs: &str, style: &Style) -> Option<Merged> {
    let texts = [base, ours, theirs].map(|text| text.replace("\r\n", "\n"));
    let [base, own, other] = texts.each_ref().map(|text| items(text, style));
    let (base, own, other) = (base?, own?, other?);
    let mut settled = Vec::new();
    let pairs = Pairs::of(&base, &own, &other);
    let mut list = ours_with_changes(&base, &own, &other, &pairs, &mut settled);
    for (at, item) in other.iter().enumerate() {
        let stands = list.iter().any(|entry| entry.theirs == Some(at));
        if stands || item.kind == Kind::Blank {
            continue;
        }
        let was_taken_out = pairs
            .base_of_theirs
            .get(&at)
            .is_some_and(|of| base[*of].text == item.text);
        if !was_taken_out {
            insert(&mut list, &other, at);
        }
    }
    let text: String = list.into_iter().map(|entry| entry.text).collect();
    Some(Merged {
        text: if ours.contains("\r\n") {
            text.replace('\n', "\r\n")
        } else {
            text
        },
        settled,
    })
}

/// A part of a section that is changed as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    /// The heading that it stands under: one of ours by its name, another by its words.
    heading: String,
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// A heading inside the section.
    Heading,
    Row(Box<PrintedRow>),
    /// What cannot be read as a row.
    Unreadable {
        /// The addresses in it.
        links: BTreeSet<String>,
        /// Whether it begins as a row does. What does not would belong to a row that is put before it.
        is_row: bool,
    },
    /// The section's own heading, a line of text, a comment or a block of code.
    Line,
    Blank,
}

/// The items of a section; `None` if it holds marks of an unfinished merge.
fn items(text: &str, style: &Style) -> Option<Vec<Item>> {
    let parsed = parse(text, Some(style));
    let mut under = String::new();
    let mut items: Vec<Item> = Vec::new();
    for block in &parsed.blocks {
        let mut text = parsed.text(block).to_owned();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let kind = match &block.content {
            Content::Conflict => return None,
            Content::Heading(words) => {
                words.clone_into(&mut under);
                Kind::Heading
            }
            Content::Row(row) => Kind::Row(row.clone()),
            Content::Unreadable(item) => {
                let links: BTreeSet<String> = item.links.iter().map(ToString::to_string).collect();
                if !item.is_row && has_a_row_cut_in_two(&items) {
                    put_together(&mut items, &text, links);
                    continue;
                }
                Kind::Unreadable {
                    links,
                    is_row: item.is_row,
                }
            }
            Content::Blank => Kind::Blank,
            Content::SectionHeading | Content::Comment | Content::Code | Content::Text => {
                Kind::Line
            }
        };
        items.push(Item {
            heading: under.clone(),
            text,
            kind,
        });
    }
    Some(items)
}

/// Whether the items end with a row and lines of text directly below it: what has no first line of its own goes on
/// with the row.
fn has_a_row_cut_in_two(items: &[Item]) -> bool {
    let mut last = items.iter().rev();
    let before = last.find(|item| item.kind != Kind::Line);
    items.last().is_some_and(|item| item.kind == Kind::Line)
        && before.is_some_and(|item| {
            matches!(
                item.kind,
                Kind::Row(_) | Kind::Unreadable { is_row: true, .. }
            )
        })
}

/// Makes one item of a row, the lines of text below it, and the rest of the row. A merge would put them apart, and what is
/// left of the row would be another.
fn put_together(items: &mut Vec<Item>, rest: &str, mut links: BTreeSet<String>) {
    let mut texts = vec![rest.to_owned()];
    while let Some(mut item) = items.pop() {
        texts.push(std::mem::take(&mut item.text));
        let of_row = match &item.kind {
            Kind::Row(row) => row.links.iter().map(|(_, url)| url.to_string()).collect(),
            Kind::Unreadable { links, .. } => links.clone(),
            _ => continue,
        };
        links.extend(of_row);
        texts.reverse();
        item.text = texts.concat();
        item.kind = Kind::Unreadable {
            links,
            is_row: true,
        };
        items.push(item);
        return;
    }
}

impl Item {
    /// What must be the same of two items that are one; `None` if this cannot say it of such an item.
    fn key(&self, pass: Pass) -> Option<String> {
        let heading = &self.heading;
        let said = match (pass, &self.kind) {
            (_, Kind::Blank) => return None,
            (Pass::Text, Kind::Heading) => String::new(),
            (Pass::Text, _) => self.text.clone(),
            (Pass::LinksAndDay, Kind::Row(row)) => {
                format!("{} {}", row.date, addresses(row)?)
            }
            (Pass::Links, Kind::Row(row)) => addresses(row)?,
            (Pass::Links, Kind::Unreadable { links, .. }) if !links.is_empty() => links
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" "),
            (Pass::WordsAndDay, Kind::Row(row)) => {
                let organisers = row.cells.organisers.as_deref();
                format!("{} {organisers:?} {}", row.date, words(row))
            }
            (Pass::Place, Kind::Line) => String::new(),
            _ => return None,
        };
        // A heading is itself wherever it stands, and nothing else is it.
        let kind = u8::from(self.kind == Kind::Heading);
        Some(format!("{kind}\n{heading}\n{said}"))
    }
}

/// The words of a row's links.
fn words(row: &PrintedRow) -> String {
    let words: Vec<&str> = row.links.iter().map(|(words, _)| words.as_str()).collect();
    words.join(" ")
}

/// The addresses of a row's events.
fn addresses(row: &PrintedRow) -> Option<String> {
    let links: BTreeSet<&str> = row.links.iter().map(|(_, url)| url.as_str()).collect();
    (!links.is_empty()).then(|| links.into_iter().collect::<Vec<_>>().join(" "))
}

/// By what two items are taken for one, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Text,
    LinksAndDay,
    Links,
    WordsAndDay,
    /// The first line of text that has no like with the first such line of the other side.
    Place,
}

/// By what an item is taken for what it was.
const CHANGED: [Pass; 5] = [
    Pass::Text,
    Pass::LinksAndDay,
    Pass::Links,
    Pass::WordsAndDay,
    Pass::Place,
];

/// By what two items that both sides added are taken for one: a row that stands twice is better than one that
/// is lost.
const ADDED: [Pass; 2] = [Pass::Text, Pass::LinksAndDay];

impl Pass {
    /// Whether several items that say the same are one with their likes in order; else none of them is.
    fn takes_several(self) -> bool {
        matches!(self, Pass::Text | Pass::LinksAndDay | Pass::Place)
    }
}

/// Which items of two versions are one: index of the left to index of the right.
fn pair(
    left: &[(usize, &Item)],
    right: &[(usize, &Item)],
    passes: &[Pass],
) -> BTreeMap<usize, usize> {
    let mut found: BTreeMap<usize, usize> = BTreeMap::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for pass in passes {
        let mut waiting: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, item) in left.iter().filter(|(at, _)| !found.contains_key(at)) {
            if let Some(key) = item.key(*pass) {
                waiting.entry(key).or_default().0.push(*at);
            }
        }
        for (at, item) in right.iter().filter(|(at, _)| !taken.contains(at)) {
            if let Some(key) = item.key(*pass) {
                waiting.entry(key).or_default().1.push(*at);
            }
        }
        for (left, right) in waiting.into_values() {
            if pass.takes_several() || (left.len(), right.len()) == (1, 1) {
                for (left, right) in left.into_iter().zip(right) {
                    found.insert(left, right);
                    taken.insert(right);
                }
            }
        }
    }
    found
}

/// Which items of the three versions are one.
struct Pairs {
    base_of_ours: BTreeMap<usize, usize>,
    theirs_of_base: BTreeMap<usize, usize>,
    base_of_theirs: BTreeMap<usize, usize>,
    /// What both sides added.
    theirs_of_ours: BTreeMap<usize, usize>,
}

impl Pairs {
    fn of(base: &[Item], ours: &[Item], theirs: &[Item]) -> Pairs {
        let all =
            |items| -> Vec<(usize, &Item)> { Iterator::enumerate(<[Item]>::iter(items)).collect() };
        let inverse = |pairs: &BTreeMap<usize, usize>| -> BTreeMap<usize, usize> {
            pairs.iter().map(|(left, right)| (*right, *left)).collect()
        };
        let base_of_ours = inverse(&pair(&all(base), &all(ours), &CHANGED));
        let theirs_of_base = pair(&all(base), &all(theirs), &CHANGED);
        let base_of_theirs = inverse(&theirs_of_base);
        let mut new_ours = all(ours);
        new_ours.retain(|(at, _)| !base_of_ours.contains_key(at));
        let mut new_theirs = all(theirs);
        new_theirs.retain(|(at, _)| !base_of_theirs.contains_key(at));
        let theirs_of_ours = pair(&new_ours, &new_theirs, &ADDED);
        Pairs {
            base_of_ours,
            theirs_of_base,
            base_of_theirs,
            theirs_of_ours,
        }
    }
}

/// What stands in the merged section, and which of their items it is.
struct Entry {
    text: String,
    kind: Kind,
    theirs: Option<usize>,
}

/// Our version with what they changed and took out of it; what they added is still missing.
fn ours_with_changes(
    base: &[Item],
    ours: &[Item],
    theirs: &[Item],
    pairs: &Pairs,
    settled: &mut Vec<String>,
) -> Vec<Entry> {
    let mut list = Vec::with_capacity(ours.len());
    for (at, own) in ours.iter().enumerate() {
        let from = pairs.base_of_ours.get(&at).map(|from| &base[*from]);
        let other = match pairs.base_of_ours.get(&at) {
            Some(from) => pairs.theirs_of_base.get(from),
            None => pairs.theirs_of_ours.get(&at),
        };
        let text = match (from, other) {
            (from, Some(other)) => changed(from, own, &theirs[*other], settled),
            // They took it out, and it did not change here.
            (Some(from), None) if own.kind != Kind::Heading && from.text == own.text => continue,
            (_, None) => own.text.clone(),
        };
        list.push(Entry {
            text,
            kind: own.kind.clone(),
            theirs: other.copied(),
        });
    }
    list
}

/// An item that both versions have.
fn changed(base: Option<&Item>, ours: &Item, theirs: &Item, settled: &mut Vec<String>) -> String {
    let was = base.map(|base| base.text.as_str());
    if ours.text == theirs.text || was == Some(&theirs.text) {
        return ours.text.clone();
    }
    if was == Some(&ours.text) {
        return theirs.text.clone();
    }
    let (Kind::Row(own), Kind::Row(other)) = (&ours.kind, &theirs.kind) else {
        if matches!(ours.kind, Kind::Line | Kind::Unreadable { .. }) {
            settled.push(sentence(&one_line(&ours.text), &one_line(&theirs.text)));
        }
        return theirs.text.clone();
    };
    let base = match base.map(|base| &base.kind) {
        Some(Kind::Row(row)) => columns(row),
        _ => [const { None }; 4],
    };
    let [own, other] = [columns(own), columns(other)];
    let mut merged = [const { None }; 4];
    for (column, into) in merged.iter_mut().enumerate() {
        *into = if own[column] == other[column] || base[column] == other[column] {
            own[column].clone()
        } else {
            if base[column] != own[column] {
                let shown = |text: &Option<String>| text.clone().unwrap_or_default();
                settled.push(sentence(&shown(&own[column]), &shown(&other[column])));
            }
            other[column].clone()
        };
    }
    let [days, location, organisers, links] = merged.map(Option::unwrap_or_default);
    let mut first = vec![days, location];
    first.extend((!organisers.is_empty()).then_some(organisers));
    let mut text = format!("* {}\n", first.join(" | "));
    for link in links.lines() {
        text.push_str("    * ");
        text.push_str(link);
        text.push('\n');
    }
    text
}

/// The columns of a row in Markdown: days, place, organisers, links.
fn columns(row: &PrintedRow) -> [Option<String>; 4] {
    let cells = &row.cells;
    [
        Some(cells.days.clone()),
        Some(cells.location.clone()),
        cells.organisers.clone(),
        Some(cells.links.join("\n")),
    ]
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sentence(ours: &str, theirs: &str) -> String {
    format!("both versions changed it: \"{theirs}\" stands now, \"{ours}\" does not")
}

/// The place behind what would belong to a row that is put at a place, also over blank lines.
fn behind_what_has_no_first_line(list: &[Entry], mut to: usize) -> usize {
    while let Some(next) = (to..list.len()).find(|at| list[*at].kind != Kind::Blank)
        && matches!(list[next].kind, Kind::Unreadable { is_row: false, .. })
    {
        to = next + 1;
    }
    to
}

/// Puts one of their items behind the one that it follows in their version.
fn insert(list: &mut Vec<Entry>, theirs: &[Item], at: usize) {
    let place = |of: usize| list.iter().position(|entry| entry.theirs == Some(of));
    let mut before = (0..at).rev();
    let anchor = before.find_map(|of| Some((place(of)?, theirs[of].kind == Kind::Heading)));
    let mut to = anchor.map_or(0, |(place, _)| place + 1);
    let item = &theirs[at];
    let is_blank =
        |list: &[Entry], at: usize| list.get(at).is_none_or(|entry| entry.kind == Kind::Blank);
    let blank = || Entry {
        text: "\n".to_owned(),
        kind: Kind::Blank,
        theirs: None,
    };
    if item.kind == Kind::Heading {
        // Behind all that stands under the heading before it.
        while to < list.len() && list[to].kind != Kind::Heading {
            to += 1;
        }
        if to > 0 && list[to - 1].kind != Kind::Blank {
            list.insert(to, blank());
            to += 1;
        }
    } else if anchor.is_none_or(|(_, is_heading)| is_heading) {
        while list.get(to).is_some_and(|entry| entry.kind == Kind::Blank) {
            to += 1;
        }
    }
    let is_item = |kind: &Kind| matches!(kind, Kind::Row(_) | Kind::Unreadable { .. });
    let is_row = |kind: &Kind| matches!(kind, Kind::Row(_) | Kind::Unreadable { is_row: true, .. });
    if is_row(&item.kind) {
        to = behind_what_has_no_first_line(list, to);
    }
    let goes_on = list.get(to).is_some_and(|entry| is_item(&entry.kind)) && is_item(&item.kind);
    list.insert(
        to,
        Entry {
            text: item.text.clone(),
            kind: item.kind.clone(),
            theirs: Some(at),
        },
    );
    if !goes_on && !is_blank(list, to + 1) {
        list.insert(to + 1, blank());
    }
}
