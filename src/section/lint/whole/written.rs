//! The section written again, with rows and headings where they belong.

use super::{Group, Item, Row, Whole, key, window};
use crate::section::grammar::Shape;
use crate::section::select::{Heading, Style};
use std::collections::BTreeSet;

/// The section written again: without what is gone, headings and rows in order.
pub(super) fn written(
    whole: &Whole<'_>,
    window_line: Option<&window::Mend>,
    style: &Style,
) -> String {
    let mut text = String::new();
    let mut blank = false;
    let mut after_heading = false;
    for line in &whole.opening {
        if line.shape == Shape::Blank {
            blank = true;
            continue;
        }
        if !text.is_empty() && (blank || after_heading) {
            text.push('\n');
        }
        blank = false;
        match window_line {
            Some(window::Mend::Replace(number, right)) if *number == line.number => {
                text.push_str(right)
            }
            _ => text.push_str(line.text),
        }
        text.push('\n');
        after_heading = line.shape == Shape::SectionHeading;
        if let Some(window::Mend::Insert(number, right)) = window_line
            && *number == line.number
        {
            text.push('\n');
            text.push_str(right);
            text.push('\n');
            after_heading = true;
        }
    }
    for group in in_slots(&whole.groups) {
        let body = body(&group);
        let Some(first) = group.first().copied() else {
            continue;
        };
        let known = first.known;
        let Some((_, as_written)) = &first.heading else {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&body);
            continue;
        };
        if body.is_empty() && known.is_some() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        match known {
            Some(heading) => text.push_str(&format!("### {}\n", style.name(heading))),
            None => text.push_str(&format!("{as_written}\n")),
        }
        text.push_str(&body);
    }
    text
}

/// The groups in the order of headings: each with its copies, which are written as one. Those of unknown
/// headings keep their places.
fn in_slots(groups: &[Group]) -> Vec<Vec<&Group>> {
    let known: BTreeSet<Heading> = groups.iter().filter_map(|group| group.known).collect();
    let mut known = known.into_iter();
    let mut seen = BTreeSet::new();
    let mut slots = Vec::new();
    for group in groups {
        match group.known {
            None => slots.push(vec![group]),
            Some(heading) if seen.insert(heading) => {
                let Some(next) = known.next() else { continue };
                slots.push(
                    groups
                        .iter()
                        .filter(|group| group.known == Some(next))
                        .collect(),
                );
            }
            Some(_) => {}
        }
    }
    slots
}

/// What stands under a heading: the rows that can be read in order among their own places, blank lines only
/// beside text that is no row.
fn body(copies: &[&Group]) -> String {
    let items: Vec<&Item> = copies
        .iter()
        .flat_map(|group| &group.items)
        .filter(|item| !matches!(item, Item::Row(row) if row.gone))
        .collect();
    let mut sorted: Vec<(&Row, _)> = items
        .iter()
        .filter_map(|item| match item {
            Item::Row(row) => Some((&**row, key(row)?)),
            _ => None,
        })
        .collect();
    sorted.sort_by(|(_, a), (_, b)| a.cmp(b));
    let mut sorted = sorted.into_iter().map(|(row, _)| row);
    let mut text = String::new();
    let mut blank = false;
    let mut above_is_row = true;
    for item in items {
        let (words, is_row) = match item {
            Item::Blank => {
                blank = true;
                continue;
            }
            Item::Other(words) => (words, false),
            Item::Row(row) if key(row).is_none() => (&row.text, true),
            Item::Row(_) => match sorted.next() {
                Some(row) => (&row.text, true),
                None => continue,
            },
        };
        if blank && !text.is_empty() && !(is_row && above_is_row) {
            text.push('\n');
        }
        blank = false;
        above_is_row = is_row;
        text.push_str(words);
    }
    text
}
