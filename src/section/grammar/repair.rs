//! Links that lost a bracket, or got one too many → the links that were meant.
//!
//! `(Text)(https://…)`, `[Text] (https://…)`, `[Text][https://…]`, `[Text](<https://…>`: a reader sees at once which
//! words and which address belong together, and no renderer makes a link of them. A link counts as meant only if one
//! address follows one text, with a bracket or a bold text to show where each begins. Everything else is left alone.

use super::links::{LONGEST_ADDRESS, link_spans, place_in};
use crate::facts::link::{Link, after_joint};
use std::ops::Range;

/// Brackets that end the words of a link or its address, as typed; Japanese and Chinese keyboards type the wide ones.
const CLOSING: [char; 6] = [']', ')', '}', '>', '］', '）'];
const OPENING: [char; 6] = ['[', '(', '{', '<', '［', '（'];

/// Places between words and address that are tried at most.
const MOST_PLACES: usize = 8;

/// A link with broken brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// Its bytes of the text.
    pub span: Range<usize>,
    /// The link that was meant.
    pub right: String,
}

/// The broken links of a column, each with the link that was meant. Empty if all links are sound, and also if
/// anything in the column leaves a doubt.
pub fn repairs(text: &str) -> Vec<Repair> {
    let sound = |links: &[super::links::LinkSpan]| {
        links.iter().all(|link| {
            let address = text[link.address.clone()].trim();
            let has_title = address.ends_with(['"', '\'']) && address.contains(char::is_whitespace);
            let joint = &text[link.words.end..link.address.start];
            let words = &text[link.words.clone()];
            // Words that hold a bracket of another link may be two.
            in_balance(words).is_some()
                && joint == "]("
                && !address.starts_with('<')
                && !has_title
                && once(address) == address
        })
    };
    if link_spans(text).is_ok_and(|links| sound(&links)) {
        return Vec::new();
    }
    let mut found = read(text).unwrap_or_default();
    let whole = with(text, &found);
    if link_spans(&whole).is_err() {
        return Vec::new();
    }
    found.retain(|repair| text[repair.span.clone()] != repair.right);
    found
}

/// A column with all links as they were meant: their brackets, and the `https://` of their addresses.
pub(super) fn repaired(text: &str) -> String {
    let whole = with(text, &repairs(text));
    let Ok(links) = link_spans(&whole) else {
        return whole;
    };
    let schemes: Vec<Repair> = links
        .into_iter()
        .filter_map(|link| {
            let right = with_scheme(whole[link.address.clone()].trim())?;
            Some(Repair {
                span: link.address,
                right,
            })
        })
        .collect();
    with(&whole, &schemes)
}

fn with(text: &str, repairs: &[Repair]) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut at = 0;
    for repair in repairs {
        whole.push_str(&text[at..repair.span.start]);
        whole.push_str(&repair.right);
        at = repair.span.end;
    }
    whole.push_str(&text[at..]);
    whole
}

/// An address with the scheme that it lacks, or that has a slip of the keys: `www.meetup.com/…`, `ttps://…`,
/// `https//…`, `https://https://…`. `None` if the scheme is right, or is another one, or what follows is no host.
pub fn with_scheme(address: &str) -> Option<String> {
    let is_one_of = |marks: &'static str| move |char: char| marks.contains(char);
    let mut rest = address;
    // Once more for a scheme that stands twice.
    for _ in 0..2 {
        let schemes = ["https://", "http://"].iter();
        let Some(scheme) = schemes.map(|scheme| scheme.len()).find(|length| {
            let start = rest.get(..*length).unwrap_or_default().to_ascii_lowercase();
            matches!(start.as_str(), "https://" | "http://")
        }) else {
            break;
        };
        let after = &rest[scheme..];
        let bare = after.trim_start_matches(is_one_of(":/\\"));
        if bare.len() < after.len() && is_host(bare) {
            return Some(format!("https://{bare}"));
        }
        let twice = after
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("http"));
        if !twice || is_host(after) {
            return (rest.len() < address.len()).then(|| format!("https://{after}"));
        }
        rest = after;
    }
    let letters = rest.trim_start_matches(is_one_of("htpsHTPS"));
    let after = letters.trim_start_matches(is_one_of(":;./\\"));
    let marks = &letters[..letters.len() - after.len()];
    let is_scheme = rest.len() - letters.len() <= 8 && marks.contains([':', '/']) && is_host(after);
    if is_scheme {
        let right = format!("https://{after}");
        return Link::parse(&right).is_ok().then_some(right);
    }
    let bare = !rest.contains("://") && Link::typed(rest).is_some();
    bare.then(|| format!("https://{rest}"))
}

/// Whether a text begins with the name of a host: `meetup.com/…`.
fn is_host(text: &str) -> bool {
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|char| char.is_alphanumeric() || char == '-')
        })
}

/// All links of a column; `None` if anything stands there that is neither a link nor a joint between two.
fn read(text: &str) -> Option<Vec<Repair>> {
    let mut found = Vec::new();
    let mut rest = after_joint(text);
    while !rest.is_empty() {
        let start = place_in(text, rest);
        let (right, after) = first(rest)?;
        found.push(Repair {
            span: start..text.len().min(start + rest.len() - after.len()),
            right,
        });
        rest = after_joint(after);
    }
    Some(found)
}

/// The link with which a text begins, as it was meant, and what follows it.
fn first(text: &str) -> Option<(String, &str)> {
    // `**[Text](https://…)**`: the stars belong to the words.
    let outside = text.strip_prefix("**").filter(|rest| rest.starts_with('['));
    let body = outside.unwrap_or(text);
    let body = body.strip_prefix('!').unwrap_or(body);
    let inside = body.strip_prefix('\\').unwrap_or(body);
    let inside = inside.strip_prefix(OPENING);
    if let Some((words, address, rest)) = inside.and_then(reversed) {
        return Some((format!("[{words}]({address})"), rest));
    }
    let (words, behind) = split(inside.unwrap_or(body), inside.is_some())?;
    let (address, rest) = address(behind);
    let mut rest = behind_brackets(rest);
    let mut words = in_balance(words)?.to_owned();
    let half_bold = |words: &str| words.matches("**").count() % 2 == 1;
    if outside.is_some() {
        if !words.starts_with("**") {
            words.insert_str(0, "**");
        }
        if half_bold(&words) {
            rest = rest.strip_prefix("**")?;
            words.push_str("**");
        } else {
            rest = rest.strip_prefix("**").unwrap_or(rest);
        }
    } else if half_bold(&words)
        && let Some(after) = rest.strip_prefix("**")
    {
        rest = after;
        words.push_str("**");
    }
    let rest = behind_copy(rest, address)?;
    Some((format!("[{words}]({})", once(address)), rest))
}

/// `(https://…)[Text]`, without its first bracket: words, address and what follows.
fn reversed(text: &str) -> Option<(&str, &str, &str)> {
    if !begins_with_scheme(text) {
        return None;
    }
    let (address, rest) = address(text);
    let inside = behind_brackets(rest).strip_prefix('[')?;
    let (words, rest) = inside.split_once(']')?;
    Some((in_balance(words)?, address, rest))
}

/// The words of a link and what follows the brackets between them and the address. `opened`: whether a bracket
/// stands before the words.
fn split(text: &str, opened: bool) -> Option<(&str, &str)> {
    let is_bracket = |char: char| CLOSING.contains(&char) || OPENING.contains(&char);
    let mut tried = 0;
    for (at, char) in text.char_indices().filter(|(_, char)| is_bracket(*char)) {
        let behind = &text[at + char.len_utf8()..];
        let closes = CLOSING.contains(&char);
        let between = behind.trim_start_matches(|char: char| char.is_whitespace() || char == ':');
        let is_opening =
            |char: char| OPENING.contains(&char) || char == '\\' || char.is_whitespace();
        let address = between.trim_start_matches(is_opening);
        let is_address = match closes {
            // Without a bracket before the words, only a square one shows where they end.
            true if !opened && !"]］".contains(char) => false,
            true if address.len() == between.len() => begins_with_scheme(address),
            true => begins_with_scheme(address) || with_scheme(self::address(address).0).is_some(),
            // `Text (https://…)`, `[Text(https://…)`.
            false => at > 0 && char != '<' && begins_with_scheme(behind),
        };
        if is_address {
            let words = text[..at].trim_end_matches('\\');
            let begin = if closes { address } else { behind };
            return Some((words, begin));
        }
        tried += usize::from(closes);
        if tried > MOST_PLACES {
            return None;
        }
    }
    None
}

fn begins_with_scheme(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        let start = text.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The address with which a text begins, and what follows: up to white space, or a bracket that the address did not
/// open.
fn address(text: &str) -> (&str, &str) {
    let mut open = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            '[' | '|' | '"' | '\\' => return text.split_at(at),
            char if char.is_whitespace() || CLOSING.contains(&char) || at > LONGEST_ADDRESS => {
                return text.split_at(at);
            }
            _ => {}
        }
    }
    (text, "")
}

/// What follows the brackets that close a link; a title between quotation marks goes with them.
fn behind_brackets(text: &str) -> &str {
    let trimmed = text.trim_start();
    let behind_title = ['"', '\''].iter().find_map(|quote| {
        let (_, rest) = trimmed.strip_prefix(*quote)?.split_once(*quote)?;
        rest.trim_start().starts_with(')').then_some(rest)
    });
    let mut rest = behind_title.unwrap_or(text);
    while let Some(next) = rest
        .trim_start()
        .trim_start_matches('\\')
        .strip_prefix(CLOSING)
    {
        rest = next;
    }
    rest
}

/// What follows a copy of the address in brackets of its own: `[Text](https://…)(https://…)`. `None` if another
/// address stands there: only a human knows which of the two is right.
fn behind_copy<'a>(text: &'a str, written: &str) -> Option<&'a str> {
    let Some(inside) = text
        .strip_prefix(['(', '<'])
        .filter(|inside| begins_with_scheme(inside))
    else {
        return Some(text);
    };
    let (copy, rest) = address(inside);
    let same = Link::parse(copy).ok()? == Link::parse(once(written)).ok()?;
    same.then(|| behind_brackets(rest))
}

/// An address that was pasted twice in a row, once.
fn once(address: &str) -> &str {
    match address.get(..address.len() / 2) {
        Some(half) if begins_with_scheme(half) && address[half.len()..] == *half => half,
        _ => address,
    }
}

/// The words of a link without a bracket too many before them; `None` if they hold a part of another link.
fn in_balance(words: &str) -> Option<&str> {
    let words = words.trim();
    let open = |words: &str| {
        let mut open = 0_i32;
        let mut before = ' ';
        for char in words.chars() {
            match char {
                '[' if before != '\\' => open += 1,
                ']' if before != '\\' => open -= 1,
                _ => {}
            }
            if open < 0 {
                return open;
            }
            before = char;
        }
        open
    };
    let words = match open(words) {
        1 => words.strip_prefix('[')?.trim_start(),
        0 => words,
        _ => return None,
    };
    let none = words.trim_matches(['*', '_', ' ']).is_empty();
    (!none && open(words) == 0 && !words.contains("://")).then_some(words)
}
