//! The links of a row: where they stand in their line, and what they say.

use super::characters::is_hidden;
use crate::facts::link::{Link, after_joint};
use std::collections::BTreeSet;
use std::ops::Range;

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

/// The same links where only a bracket is wrong or missing, with that mended; `None` if that cannot be told.
pub fn repaired(text: &str) -> Option<String> {
    [
        text.replace("]((", "](").replace("))", ")"),
        text.replace("]http", "](http"),
        text.replace(")]", ")"),
    ]
    .into_iter()
    .find(|repaired| repaired != text && link_spans(repaired).is_ok())
}

/// Reads `[words](address)`, one or several: words as shown, and address.
pub(super) fn linked(text: &str) -> Result<Vec<(String, String)>, String> {
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

/// The addresses that stand anywhere in a text.
pub(super) fn addresses(text: &str) -> BTreeSet<Link> {
    let is_end =
        |char: char| char.is_whitespace() || is_hidden(char) || "()[]<>|\\\"`".contains(char);
    let mut found = BTreeSet::new();
    let mut behind = 0;
    for (at, _) in text.match_indices("http") {
        let rest = &text[at..];
        if at < behind || !(rest.starts_with("http://") || rest.starts_with("https://")) {
            continue;
        }
        // No link is longer, and looking further would cost more with each beginning of one.
        let near = rest
            .char_indices()
            .take_while(|(at, _)| *at <= LONGEST_ADDRESS);
        let end = near.clone().find(|(_, char)| is_end(*char));
        let end = end.or(near.last()).map_or(0, |(at, char)| {
            if is_end(char) {
                at
            } else {
                at + char.len_utf8()
            }
        });
        if let Ok(link) = Link::parse(rest[..end].trim_end_matches(['.', ',', ';'])) {
            found.insert(link);
            behind = at + end;
        }
    }
    found
}

/// Bytes of an address beyond which it is none.
const LONGEST_ADDRESS: usize = 2_048;

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
