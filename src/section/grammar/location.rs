//! The second column of a row: the forms in which people write that an event is online, beside the newsletter's.

use crate::facts::place::{Country, Mode, Place, parse_location, says_online};
use crate::section::style::Style;

/// Words for everywhere, in small letters. Beside a word for online they say nothing more.
#[rustfmt::skip]
const EVERYWHERE: &[&str] = &[
    "global", "globally", "globe", "world", "wide", "worldwide", "everywhere", "anywhere", "international",
    "internationally", "earth", "planet", "all", "the", "over", "weltweit", "überall", "mondial", "mundial",
    "wereldwijd", "various", "全球", "世界中",
];

/// Marks that people type between mode and place instead of brackets.
const BETWEEN: [char; 8] = ['|', '-', '–', '—', ':', ',', '/', '@'];

/// The column in the newsletter's form (without a style, in English), if it is written in another one that can mean nothing else: `Virtual (Global)`
/// and `Virtual | Online` are `Virtual`, `Hybrid - Berlin, DE` is `Hybrid (Berlin, DE)`.
pub fn location(text: &str, style: Option<&Style>) -> Option<String> {
    let text = text.trim();
    let online = style.map_or("Virtual", |style| style.virtual_label.as_str());
    let right = meant(text, online)?;
    (right != text && parse_location(&right).is_ok()).then_some(right)
}

fn meant(text: &str, online: &str) -> Option<String> {
    if is_online(text) {
        return Some(online.to_owned());
    }
    if let Some((label, rest)) = text.split_once('(') {
        let inside = rest.strip_suffix(')').unwrap_or(rest).trim();
        // The spaces around brackets have a finding of their own.
        return match Mode::parse(label) {
            Some(mode) => with_mode(mode, label.trim(), inside, online),
            // `Berlin, DE (Virtual)`
            None => {
                let mode = Mode::parse(inside).filter(|_| rest.ends_with(')'))?;
                with_mode(mode, inside, label.trim(), online)
            }
        }
        .filter(|right| right.replace(' ', "") != text.replace(' ', ""));
    }
    let apart = text
        .char_indices()
        .filter(|(_, char)| BETWEEN.contains(char));
    let marked = apart.take(4).find_map(|(at, char)| {
        let (label, place) = (&text[..at], &text[at + char.len_utf8()..]);
        Some((Mode::parse(label)?, label.trim(), place.trim()))
    });
    if let Some((mode, label, place)) = marked {
        return with_mode(mode, label, place, online);
    }
    // `Virtual Berlin, DE`; but a city may begin with such a word.
    let (label, place) = text.split_once(' ')?;
    let mode = Mode::parse(label)?;
    let is_known = place.starts_with(char::is_alphanumeric)
        && Place::parse(place)
            .ok()
            .is_some_and(|place| place.spelled().is_some());
    is_known.then(|| with_mode(mode, label, place, online))?
}

/// The column for a mode in these words and a place; `None` if the place is none.
fn with_mode(mode: Mode, label: &str, place: &str, online: &str) -> Option<String> {
    let named = Place::parse(place).ok()?;
    if named.city().is_none() && mode == Mode::InPerson {
        return None;
    }
    Some(match mode {
        Mode::InPerson => place.to_owned(),
        Mode::Virtual => format!("{online} ({place})"),
        // Newsletters have words of their own for both.
        Mode::Hybrid => format!("{label} ({place})"),
    })
}

/// Whether a column says that the event is online, and nothing of a place: `Online`, `Virtual/Online`,
/// `Virtual (Worldwide)`.
fn is_online(text: &str) -> bool {
    // Stars, square brackets and the like are what is left of something else.
    let is_mark = |char: char| BETWEEN.contains(&char) || " ()+&.'".contains(char);
    if !text
        .chars()
        .all(|char| char.is_alphanumeric() || is_mark(char))
    {
        return false;
    }
    let is_everywhere = |word: &&str| EVERYWHERE.contains(&word.to_lowercase().as_str());
    let words = text.split(|char: char| !(char.is_alphanumeric() || char == '\''));
    let words: Vec<&str> = words
        .filter(|word| !word.is_empty() && !is_everywhere(word))
        .collect();
    // `us` says nothing beside "join", but `Virtual (US)` names a country.
    let is_country =
        |word: &&str| word.chars().all(char::is_uppercase) && Country::parse(word).is_some();
    !words.iter().any(is_country) && says_online(&words.join(" "))
}
