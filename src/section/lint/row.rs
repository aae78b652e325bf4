//! A row's two lines: marks, columns, links.

use super::{Kind, Notes, Rules, dates, line, links, place, quoted};
use crate::section::grammar::{Line, LinkSpan, Shape, columns, content, link_spans, repaired};
use std::ops::Range;

/// What a row's second line begins with.
const INDENTATION: &str = "    * ";

/// Checks a row's first line.
pub(super) fn first_line(line: &Line<'_>, rules: &Rules<'_>, notes: &mut Notes) {
    let text = line.text;
    let (marked, begin) = content(text);
    if &text[..begin] != "* " {
        let (kind, what) = if text.starts_with(char::is_whitespace) {
            (Kind::Indent, "a row is not indented")
        } else if marked {
            (Kind::ListMark, "a row begins with a star and a space")
        } else {
            (Kind::ListMark, "a row begins with a star")
        };
        notes.mend(line, 0..begin, "* ", kind, what);
    }
    let Some(columns) = columns(text) else { return };
    let (first, second) = columns.bars;
    // Of `||` the missing place is told.
    if second.is_none_or(|second| !text[first + 1..second].trim().is_empty()) {
        for pipe in [Some(first), second].into_iter().flatten() {
            bar(line, pipe, notes);
        }
    }
    dates::check(line, columns.days, notes);
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
        notes.say(line, at, Kind::Spaces, "a space is missing beside the bar");
        line::set_mend(notes, "write ` | `");
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
            "the place is missing between day and organiser",
        ),
        // `City, CC, [Organiser](…)`: the bar was typed as a comma.
        (Some(location), Some(organisers)) => notes.mend(
            line,
            location.end..organisers.start,
            " | ",
            Kind::OrganiserMissing,
            "no bar stands before the organiser",
        ),
        (location, None) => notes.say(
            line,
            location.map_or(0, |location| location.start),
            Kind::OrganiserMissing,
            "no organiser: write `| [Name](address)` after the place",
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
            "no organiser: write `[Name](address)`",
        );
    }
    if !text.contains('[') {
        let message = format!("{} has no link", quoted(text));
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
pub(super) fn second_line(line: &Line<'_>, notes: &mut Notes) {
    let text = line.text;
    let trimmed = text.trim();
    let (marked, begin) = content(text);
    let rest = text[begin..].trim_end();
    if !marked && !rest.starts_with('[') {
        let message = format!("{} is no link of the row above", quoted(trimmed));
        return notes.say(
            line,
            text.len() - text.trim_start().len(),
            Kind::StrayText,
            message,
        );
    }
    if rest.is_empty() {
        let message = "no link stands on the row's second line";
        return notes.say(line, 0, Kind::LinkEmpty, message);
    }
    if &text[..begin] != INDENTATION {
        let what = "a row's second line begins with four spaces, a star and a space";
        notes.mend(line, 0..begin, INDENTATION, Kind::Indent, what);
    }
    let cell = begin..begin + rest.len();
    if !rest.contains('[') {
        let message = format!("{} is no link: write `[**Title**](address)`", quoted(rest));
        return notes.say(line, begin, Kind::LinkBroken, message);
    }
    let Some(spans) = spans(line, cell.clone(), notes) else {
        return;
    };
    joints(line, &cell, &spans, " | ", notes);
    for link in spans {
        title(
            line,
            cell.start + link.words.start..cell.start + link.words.end,
            notes,
        );
        links::address(
            line,
            cell.start + link.address.start..cell.start + link.address.end,
            notes,
        );
    }
}

/// The links of a cell; what is none is said, and mended where only a bracket is wrong.
fn spans(line: &Line<'_>, cell: Range<usize>, notes: &mut Notes) -> Option<Vec<LinkSpan>> {
    let text = &line.text[cell.clone()];
    match link_spans(text) {
        Ok(spans) => {
            for link in &spans {
                // What the reader forgives, renderers do not.
                let between = link.words.end..link.address.start;
                let written = &text[between.clone()];
                let wrong = written != "](";
                if wrong {
                    let at = cell.start + between.start..cell.start + between.end;
                    let message = format!("{} does not make a link", quoted(written));
                    notes.mend(line, at, "](", Kind::LinkBroken, message);
                    return None;
                }
            }
            Some(spans)
        }
        Err(at) => {
            let message = format!("{} does not make a link", quoted(&text[at..]));
            match repaired(text) {
                Some(repaired) => notes.mend(line, cell, repaired, Kind::LinkBroken, message),
                None => notes.say(line, cell.start + at, Kind::LinkBroken, message),
            }
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
            let message = "a space is missing between two links";
            notes.mend(line, at, separator, Kind::Spaces, message);
        } else {
            let message = format!(
                "{} between two links, not {}",
                quoted(joint),
                quoted(separator)
            );
            // Whatever is read between two links is nothing but a joint.
            notes.mend(line, at, separator, Kind::Separator, message);
        }
    }
}

/// The words of an organiser's link.
fn shown(line: &Line<'_>, words: Range<usize>, notes: &mut Notes) {
    let text = &line.text[words.clone()];
    if text.trim().is_empty() {
        return notes.say(line, words.start, Kind::LinkEmpty, "a link without words");
    }
    if text.trim() != text {
        let trimmed = text.trim();
        return notes.mend(
            line,
            words,
            trimmed,
            Kind::Spaces,
            "spaces around the words",
        );
    }
    let bold = text
        .strip_prefix("**")
        .and_then(|inside| inside.strip_suffix("**"));
    if let Some(inside) = bold.filter(|inside| !inside.trim().is_empty()) {
        let message = "an organiser's name is not bold";
        return notes.mend(line, words, inside, Kind::Bold, message);
    }
    line::words(line, words.start, text, notes);
}

/// The words of an event's link: bold as a whole.
fn title(line: &Line<'_>, words: Range<usize>, notes: &mut Notes) {
    let text = &line.text[words.clone()];
    let bold = text
        .trim()
        .strip_prefix("**")
        .and_then(|inside| inside.strip_suffix("**"));
    let inside = bold.unwrap_or(text);
    if inside.trim().is_empty() {
        return notes.say(line, words.start, Kind::LinkEmpty, "a link without a title");
    }
    if bold.is_none() {
        if text.contains("**") {
            return notes.say(
                line,
                words.start,
                Kind::Bold,
                "only a part of the title is bold",
            );
        }
        let right = format!("**{}**", text.trim());
        return notes.mend(line, words, right, Kind::Bold, "a title is bold");
    }
    let right = format!("**{}**", inside.trim());
    if right != text {
        return notes.mend(line, words, right, Kind::Spaces, "spaces around the title");
    }
    let at = words.start + 2;
    line::words(line, at, inside, notes);
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
            let message = "the second line is missing: `    * [**Title**](address)`";
            notes.say(line, 0, Kind::SubRowMissing, message);
        }
    }
}
