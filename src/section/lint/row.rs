//! A row's two lines: columns and links. The grammar notes the marks with which they begin.

use super::{Kind, Notes, Rules, dates, links, place, quoted, title};
use crate::section::grammar::{
    Line, LinkSpan, Shape, columns, content, emphasis, link_spans, repairs,
};
use std::ops::Range;

/// Checks a row's first line.
pub(super) fn first_line(line: &Line<'_>, rules: &Rules<'_>, notes: &mut Notes) {
    let text = line.text;
    let Some(columns) = columns(text) else { return };
    let (first, second) = columns.bars;
    // Of `||` the missing place is reported.
    if second.is_none_or(|second| !text[first + 1..second].trim().is_empty()) {
        for pipe in [Some(first), second].into_iter().flatten() {
            bar(line, pipe, notes);
        }
    }
    dates::check(line, columns.days, rules, notes);
    match (second, columns.location, columns.organisers) {
        (Some(_), Some(location), Some(of)) => {
            place::check(line, location, rules, notes);
            organisers(line, of, rules, notes);
        }
        (_, location, of) => two_columns(line, location, of, notes),
    }
}

/// A bar stands between two spaces.
fn bar(line: &Line<'_>, at: usize, notes: &mut Notes) {
    let (before, after) = (&line.text[..at], &line.text[at + 1..]);
    let left = if before.ends_with(char::is_whitespace) {
        ""
    } else {
        " "
    };
    let right = if after.is_empty() || after.starts_with(char::is_whitespace) {
        ""
    } else {
        " "
    };
    if !(left.is_empty() && right.is_empty()) {
        notes.say(
            line,
            at,
            Kind::Spaces,
            "a space is missing beside the bar `|`",
        );
        notes.name_mend("write ` | `");
        notes.edit(line, at..at + 1, format!("{left}|{right}"));
    }
}

/// A row that has only a place or only organisers beside its day.
fn two_columns(
    line: &Line<'_>,
    location: Option<Range<usize>>,
    organisers: Option<Range<usize>>,
    notes: &mut Notes,
) {
    match (location, organisers) {
        (None, Some(organisers)) => notes.say(
            line,
            organisers.start,
            Kind::PlaceMissing,
            "no place stands between day and organiser: write `| City, CC |`",
        ),
        // `City, CC, [Organiser](…)`: the bar was typed as a comma.
        (Some(location), Some(organisers)) => notes.mend(
            line,
            location.end..organisers.start,
            " | ",
            Kind::OrganiserMissing,
            "no bar `|` stands before the organiser",
        ),
        (location, None) => notes.say(
            line,
            location.map_or(0, |location| location.start),
            Kind::OrganiserMissing,
            "no organiser stands behind the place: write ` | [Name](address)`",
        ),
    }
}

fn organisers(line: &Line<'_>, cell: Range<usize>, rules: &Rules<'_>, notes: &mut Notes) {
    let text = &line.text[cell.clone()];
    if text.is_empty() {
        return notes.say(
            line,
            cell.start,
            Kind::OrganiserMissing,
            "no organiser stands behind the last bar: write `[Name](address)`",
        );
    }
    if !text.contains('[') && repairs(text).is_empty() {
        let right = quoted(&format!("[{text}](address)"));
        let message = format!("the organiser {} has no link: write {right}", quoted(text));
        return notes.say(line, cell.start, Kind::OrganiserBare, message);
    }
    let Some(spans) = spans(line, cell.clone(), notes) else {
        return;
    };
    joints(line, &cell, &spans, &rules.style.organiser_separator, notes);
    for link in spans {
        let words = cell.start + link.words.start..cell.start + link.words.end;
        shown(line, words, notes);
        links::address(
            line,
            cell.start + link.address.start..cell.start + link.address.end,
            notes,
        );
    }
}

/// Checks a line below a row's first.
pub(super) fn second_line(line: &Line<'_>, rules: &Rules<'_>, notes: &mut Notes) {
    let text = line.text;
    let trimmed = text.trim();
    let (marked, begin) = content(text);
    let rest = text[begin..].trim_end();
    let broken = !repairs(rest).is_empty();
    if !marked && !rest.starts_with('[') && !broken {
        let message = format!("{} is no link of the row above", quoted(trimmed));
        let at = text.len() - text.trim_start().len();
        return notes.say(line, at, Kind::StrayText, message);
    }
    if rest.is_empty() {
        let message = "no link stands on the row's second line: write `[**Title**](address)`";
        return notes.say(line, 0, Kind::LinkEmpty, message);
    }
    let cell = begin..begin + rest.len();
    if !rest.contains('[') && !broken {
        let message = format!("{} is no link: write `[**Title**](address)`", quoted(rest));
        return notes.say(line, begin, Kind::LinkBroken, message);
    }
    let Some(spans) = spans(line, cell.clone(), notes) else {
        return;
    };
    joints(line, &cell, &spans, " | ", notes);
    for link in spans {
        let words = cell.start + link.words.start..cell.start + link.words.end;
        title::check(line, words, rules.topic, notes);
        let address = cell.start + link.address.start..cell.start + link.address.end;
        links::address(line, address, notes);
    }
}

/// The links of a cell; `None` if one is broken. The grammar notes those that are mended with certainty.
fn spans(line: &Line<'_>, cell: Range<usize>, notes: &mut Notes) -> Option<Vec<LinkSpan>> {
    let text = &line.text[cell.clone()];
    if !repairs(text).is_empty() {
        return None;
    }
    match link_spans(text) {
        Ok(spans) => Some(spans),
        Err(at) => {
            let message = format!(
                "{} makes no link: write `[words](address)`",
                quoted(&text[at..])
            );
            notes.say(line, cell.start + at, Kind::LinkBroken, message);
            None
        }
    }
}

/// What stands before the first link, between two and after the last.
fn joints(
    line: &Line<'_>,
    cell: &Range<usize>,
    spans: &[LinkSpan],
    separator: &str,
    notes: &mut Notes,
) {
    let text = &line.text[cell.clone()];
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return;
    };
    for stray in [0..first.whole.start, last.whole.end..text.len()] {
        let words = text[stray.clone()].trim();
        if !words.is_empty() {
            let message = format!("{} stands beside the link", quoted(words));
            notes.say(line, cell.start + stray.start, Kind::StrayText, message);
        }
    }
    for pair in spans.windows(2) {
        let between = pair[0].whole.end..pair[1].whole.start;
        let joint = &text[between.clone()];
        if joint == separator {
            continue;
        }
        let at = cell.start + between.start..cell.start + between.end;
        if joint.trim() == separator.trim() {
            let message = format!("{} between two links lacks a space", quoted(joint));
            notes.mend(line, at, separator, Kind::Spaces, message);
        } else {
            let message = format!("{} joins two links", quoted(joint));
            // What the grammar reads between two links is nothing but a joint.
            notes.mend(line, at, separator, Kind::Separator, message);
        }
    }
}

/// The words of an organiser's link.
fn shown(line: &Line<'_>, words: Range<usize>, notes: &mut Notes) {
    let text = &line.text[words.clone()];
    let trimmed = text.trim();
    if trimmed.is_empty() {
        let message = format!("{} is a link without words", quoted(&format!("[{text}]")));
        return notes.say(line, words.start, Kind::LinkEmpty, message);
    }
    if trimmed != text {
        let message = format!("spaces around {}", quoted(trimmed));
        return notes.mend(line, words, trimmed, Kind::Spaces, message);
    }
    let (_, plain) = emphasis(text);
    if plain != text && !plain.is_empty() {
        let message = format!("the organiser's name {} is not bold", quoted(text));
        return notes.mend(line, words, plain, Kind::Bold, message);
    }
    links::words(line, words.start, text, notes);
}

/// Rows that end with their first line.
pub(super) fn without_second_line(lines: &[Line<'_>], notes: &mut Notes) {
    for (at, line) in lines.iter().enumerate() {
        if line.shape != Shape::Row {
            continue;
        }
        let has = lines
            .get(at + 1)
            .is_some_and(|next| matches!(next.shape, Shape::SubRow | Shape::Gap));
        if !has {
            let message = "the row has no second line: write `    * [**Title**](address)` below it";
            notes.say(line, 0, Kind::SubRowMissing, message);
        }
    }
}
