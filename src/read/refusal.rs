//! What stands in place of what was asked for, in its own words: for messages that say why a page was
//! refused.

use super::html;
use crate::facts::listing::Unreadable;
use serde_json::Value;

/// Characters that are shown of an answer.
const SHOWN: usize = 120;

/// What a page is, in brackets behind a message: by its title, or by its own message; empty if it says
/// nothing.
pub(super) fn in_brackets(text: &str) -> String {
    if let Some(title) = html::title(text) {
        return format!(" (its title: \"{}\")", quoted(&title));
    }
    let said = match text.trim_start().chars().next() {
        Some('{' | '[') => message(text.as_bytes()),
        Some('<') | None => None,
        Some(_) => Some(shown(text)),
    };
    said.map_or_else(String::new, |said| {
        format!(" (it says: \"{}\")", quoted(&said))
    })
}

/// Foreign text inside quotation marks, cut behind its escapes: one character may become eight.
fn quoted(text: &str) -> String {
    text.chars()
        .flat_map(char::escape_debug)
        .take(SHOWN)
        .collect()
}

/// The refusal of a page that stands where an interface's JSON was to be.
pub(super) fn no_json(interface: &str, text: &str) -> Option<Unreadable> {
    let is_json = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '[']);
    (!is_json).then(|| {
        Unreadable::NotWhatWasAsked(format!(
            "{interface} answers something else than JSON{}",
            in_brackets(text)
        ))
    })
}

/// The message of an interface's error, wherever the usual ones put it.
pub(super) fn message(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let first = value
        .get("errors")
        .and_then(|errors| errors.get(0))
        .or(value.get("error"));
    let places = [Some(&value), first];
    let text = places.into_iter().flatten().find_map(|place| {
        let named = ["message", "error_description", "detail", "title", "error"];
        let texts = named.iter().filter_map(|name| place.get(name));
        texts.chain([place]).find_map(|text| text.as_str())
    })?;
    Some(shown(text))
}

/// Any text as one short line.
fn shown(text: &str) -> String {
    let head: String = text.chars().take(10 * SHOWN).collect();
    crate::facts::event::one_line(&head)
        .chars()
        .take(SHOWN)
        .collect()
}
