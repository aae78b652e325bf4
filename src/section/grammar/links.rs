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

/// Finds `[words](address)`, one or several, with a joint between two. `] (…)` and `]((…)`, which no renderer
/// takes for a link, were printed too and are found.
///
/// # Errors
/// Answers the byte where something else than a link stands.
pub fn link_spans(text: &str) -> Result<Vec<LinkSpan>, usize> {
    let mut found = Vec::new();
    let mut rest = after_joint(text);
    while !rest.is_empty() {
        // `rest` loses the white space at its end too, so places are counted from its beginning.
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
pub(super) fn place_in(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
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
                unescaped(&emphasis(words).1),
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
pub(super) const LONGEST_ADDRESS: usize = 2_048;

/// How much of a text is bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bold {
    /// All of it, between `**` and `**`.
    Whole,
    /// A part, or it is not clear which: `**Rust Meetup #17**: TockOS`, `**Rust Meetup`.
    Part,
    /// Nothing. It may stand between `*`, `_` or `__`.
    None,
}

/// How much of a link's words is bold, and the words without marks of emphasis around or in them.
pub fn emphasis(words: &str) -> (Bold, String) {
    let words = words.trim();
    let marks = bold_marks(words);
    if let [0, last] = marks[..]
        && last + 2 == words.len()
    {
        return (Bold::Whole, words[2..last].trim().to_owned());
    }
    if !marks.is_empty() {
        let mut plain = String::with_capacity(words.len());
        let mut from = 0;
        for mark in marks {
            plain.push_str(&words[from..mark]);
            from = mark + 2;
        }
        plain.push_str(&words[from..]);
        return (Bold::Part, plain.trim().to_owned());
    }
    let around = ["__", "*", "_"].iter().find_map(|mark| {
        let inside = words.strip_prefix(mark)?.strip_suffix(mark)?;
        let is_pair = !inside.ends_with('\\')
            && !inside.contains(mark)
            && !inside.starts_with(char::is_whitespace)
            && !inside.ends_with(char::is_whitespace);
        (is_pair && !inside.is_empty()).then_some(inside)
    });
    (Bold::None, around.unwrap_or(words).to_owned())
}

/// Where two stars stand that begin or end bold text: not in code, not behind a backslash, not between two spaces.
fn bold_marks(words: &str) -> Vec<usize> {
    let mut marks = Vec::new();
    let mut in_code = false;
    let mut at = 0;
    while let Some(char) = words[at..].chars().next() {
        let rest = &words[at..];
        let stars = rest.len() - rest.trim_start_matches('*').len();
        if stars < 2 || in_code {
            // A backtick alone is text.
            in_code = match char {
                '`' => !in_code && rest[1..].contains('`'),
                _ => in_code,
            };
            let escaped = usize::from(char == '\\' && rest[1..].starts_with('*'));
            at += char.len_utf8() + escaped;
            continue;
        }
        let spaced = |char: Option<char>| char.is_none_or(char::is_whitespace);
        let before = spaced(words[..at].chars().next_back());
        let after = spaced(rest[stars..].chars().next());
        // Stars between two spaces are text: `2 ** 10`. At the ends of the words they are marks all the same.
        let inside = at > 0 && at + stars < words.len();
        if !(inside && before && after) {
            // Of three stars the outer two make the text bold.
            let first = if before || at == 0 {
                at
            } else {
                at + stars % 2
            };
            marks.extend((0..stars / 2).map(|pair| first + pair * 2));
        }
        at += stars;
    }
    marks
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
