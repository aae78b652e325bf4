//! Web addresses in running text.

use super::{Link, Meaning, Table, columns, lines};
use std::sync::LazyLock;

/// Links of one text that are looked at.
const MOST_LINKS: usize = 50;

/// Bytes before a link that may tell what it leads to.
const LONGEST_INTRODUCTION: usize = 80;

/// What stands between two words.
const SEPARATORS: &str = "<>\"')]}|\\、。，；：「」【】（）《》";

/// Whether a character stands between two words. Most are ASCII letters: those are not looked for in the list.
fn is_between(char: char) -> bool {
    !char.is_ascii_alphanumeric() && (char.is_whitespace() || SEPARATORS.contains(char))
}

/// A web address in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'a> {
    /// The address.
    pub link: Link,
    before: &'a str,
}

impl Found<'_> {
    /// What the words before it say of it: on its line, or on the line before if it stands alone.
    pub fn introduced(&self) -> Introduced {
        introduced(self.before)
    }
}

/// What the words before a link say of it (`data/words-of-links.tsv`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Introduced {
    /// It is about an evening that is over.
    AsPast,
    /// Nothing.
    Plainly,
    /// There one signs up for the event.
    AsThis,
}

/// The web addresses in a text, without repetition, in their order; at most fifty. An address without
/// `https://` counts only where it is one event's page on a known platform.
pub fn links_in(text: &str) -> Vec<Found<'_>> {
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut looked_at = 0;
    let mut behind_last = 0;
    // Without a slash nothing is an address; most texts hold none.
    if !text.contains('/') {
        return found;
    }
    for word in text.split(is_between) {
        let at = word.as_ptr().addr() - text.as_ptr().addr();
        if looked_at == MOST_LINKS {
            break;
        }
        if !word.contains('/') {
            continue;
        }
        let mut begin = at;
        let mut starts = word.match_indices("http").map(|(at, _)| at).filter(|at| {
            let rest = &word[at + "http".len()..];
            rest.starts_with("://") || rest.starts_with("s://")
        });
        let link = match starts.next() {
            // What stands inside of an address belongs to it: a redirect's target, an archived page.
            Some(start) => {
                begin += start;
                Link::parse(without_tail(&word[start..])).ok()
            }
            None => without_scheme(without_tail(
                word.trim_start_matches(['(', '[', '{', '*', '_', '-', '•']),
            )),
        };
        let Some(link) = link else { continue };
        looked_at += 1;
        let before = &text[behind_last..begin];
        behind_last = at + word.len();
        if found.iter().all(|known| known.link != link) {
            found.push(Found { link, before });
        }
    }
    found
}

/// A text in pieces: the words between its addresses, and each address as it is written with where it leads. Joined they
/// are the text. Only what begins with `http://` or `https://` is an address here.
pub fn pieces(text: &str) -> Vec<(&str, Option<Link>)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    // Where in `rest` to look on.
    let mut from = 0;
    while let Some(at) = rest[from..].find("http").map(|at| from + at) {
        from = at + "http".len();
        let behind = &rest[from..];
        if !(behind.starts_with("://") || behind.starts_with("s://")) {
            continue;
        }
        let word = rest[at..].split(is_between).next().unwrap_or_default();
        let address = without_tail(word);
        if let Ok(link) = Link::parse(address) {
            pieces.push((&rest[..at], None));
            pieces.push((address, Some(link)));
            rest = &rest[at + address.len()..];
            from = 0;
        }
    }
    pieces.push((rest, None));
    pieces.retain(|(text, _)| !text.is_empty());
    pieces
}

/// An address without the marks of the sentence that it stands in, or the next address behind a comma.
fn without_tail(address: &str) -> &str {
    let ends = [",http", ";http"]
        .iter()
        .filter_map(|next| address.find(next));
    let address = &address[..ends.min().unwrap_or(address.len())];
    address.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_'])
}

/// `lu.ma/crabs`: a word that is an event's page on a known platform.
fn without_scheme(word: &str) -> Option<Link> {
    let (host, path) = word.split_once('/')?;
    let is_host = host.contains('.')
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    if !is_host || path.is_empty() {
        return None;
    }
    let link = Link::parse(&format!("https://{word}")).ok()?;
    matches!(link.meaning(), Meaning::Event { .. }).then_some(link)
}

/// What the last words say of the link behind them.
fn introduced(before: &str) -> Introduced {
    let mut start = before.len().saturating_sub(LONGEST_INTRODUCTION);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let before = before[start..].trim_end().to_lowercase();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let mut last: Option<(usize, Introduced)> = None;
    static WORDS: Table =
        LazyLock::new(|| columns(include_str!("../../../data/words-of-links.tsv")));
    for mut columns in lines(&WORDS) {
        let (Some(what), Some(words)) = (columns.next(), columns.nth(1)) else {
            continue;
        };
        let what = if what == "this" {
            Introduced::AsThis
        } else {
            Introduced::AsPast
        };
        for word in words.split(',') {
            let at = line.rmatch_indices(word).map(|(at, _)| at).find(|at| {
                // Chinese and Japanese put no space between words.
                let before = line[..*at].chars().next_back();
                !word.is_ascii() || !before.is_some_and(char::is_alphanumeric)
            });
            if let Some(at) = at
                && last.is_none_or(|(best, _)| at > best)
            {
                last = Some((at, what));
            }
        }
    }
    last.map_or(Introduced::Plainly, |(_, what)| what)
}
