//! Data inside of a web page: in scripts of JSON (`__NEXT_DATA__`, Wix's warm-up data, Livewire), and in scripts
//! that give a value to a name (`window.__DATA__ = {…}`).

use super::Document;
use super::found::Found;
use super::json::{self as data, Care};
use crate::read::html::Tags;
use crate::read::json;

/// Scripts of one page that are looked into.
const MOST_SCRIPTS: usize = 200;

/// Values of one page's scripts that are tried.
const MOST_VALUES_TRIED: usize = 100;

/// Bytes of such values: each may be read three times. The longest page met carries 1.3 MB.
const MOST_BYTES_TRIED: usize = 8 << 20;

/// The events in a page's scripts.
pub(super) fn read(document: &Document<'_>) -> Option<Found> {
    let mut found = Found::read_as("JSON inside of the page");
    let mut left = json::MOST_VALUES;
    let (mut tried, mut bytes) = (0, 0);
    let scripts = Tags::of(document.text).filter(|tag| tag.is("script"));
    for script in scripts.take(MOST_SCRIPTS) {
        let text = script.text().trim();
        if !text.contains(['{', '[']) || script.mentions(&["ld+json"]) {
            continue;
        }
        for (value, care) in values(text) {
            tried += 1;
            bytes += value.len();
            if tried > MOST_VALUES_TRIED || bytes > MOST_BYTES_TRIED {
                break;
            }
            let parsed = json::parse_within(value, &mut left)
                .or_else(|_| json::parse_within(&as_json(value), &mut left));
            if let Ok(parsed) = parsed {
                data::gather(&parsed.value, document, care, &mut found);
            }
        }
    }
    (found.entries > 0).then(|| {
        found.read_as = format!("{} inside of the page", found.read_as);
        found
    })
}

/// The texts of a script that may be JSON: all of it, or what stands behind an equals sign or the name of a
/// calendar's events (`events: [{title: 'x', start: '2026-09-01'}]`, as FullCalendar is given them).
fn values(script: &str) -> Vec<(&str, Care)> {
    if script.starts_with(['{', '[']) {
        return vec![(script, Care::Script)];
    }
    let mut values = Vec::new();
    let (mut at, mut tried) = (0, 0);
    while let Some(mark) = script[at..].find(['=', ':']) {
        let is_name = script[at + mark..].starts_with(':');
        let before = script[..at + mark].trim_end_matches(['"', '\'', ' ']);
        at += mark + 1;
        let value = script[at..].trim_start();
        if !value.starts_with(['{', '[']) || is_name && !before.ends_with("events") {
            continue;
        }
        // Each try may look to the end of the script.
        tried += 1;
        if tried > MOST_VALUES_TRIED {
            break;
        }
        if let Some(length) = length_of(value) {
            // What is called events is nothing else.
            let care = if is_name { Care::Data } else { Care::Script };
            values.push((&value[..length], care));
            at += script[at..].len() - value.len() + length;
        }
    }
    values
}

/// Bytes from an opening bracket to the one that closes it; `None` if none does.
fn length_of(value: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, None, false);
    for (at, byte) in value.bytes().enumerate() {
        match (quoted, byte) {
            _ if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if open == byte => quoted = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quoted = Some(byte),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// A value of JavaScript as JSON: names in quotation marks, single ones made double, words that JSON does not know
/// as `null`.
fn as_json(script: &str) -> String {
    let mut json = String::with_capacity(script.len() + 100);
    let mut chars = script.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if matches!(char, '"' | '\'' | '`') {
            json.push('"');
            while let Some((_, inside)) = chars.next() {
                match inside {
                    '\\' => match chars.next() {
                        Some((_, escaped @ ('\'' | '`'))) => json.push(escaped),
                        Some((_, escaped)) => json.extend(['\\', escaped]),
                        None => {}
                    },
                    '"' if char != '"' => json.push_str("\\\""),
                    end if end == char => break,
                    other => json.push(other),
                }
            }
            json.push('"');
        } else if char.is_alphabetic() || matches!(char, '_' | '$') {
            let mut end = at + char.len_utf8();
            while let Some((next, char)) =
                chars.next_if(|(_, char)| char.is_alphanumeric() || matches!(char, '_' | '$'))
            {
                end = next + char.len_utf8();
            }
            let word = &script[at..end];
            let is_name = script[end..].trim_start().starts_with(':');
            match word {
                "true" | "false" | "null" if !is_name => json.push_str(word),
                _ if is_name => json.extend(["\"", word, "\""]),
                _ => json.push_str("null"),
            }
        } else {
            json.push(char);
        }
    }
    json
}
