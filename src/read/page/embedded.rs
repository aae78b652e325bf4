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

/// The events in a page's scripts.
pub(super) fn read(document: &Document<'_>) -> Option<Found> {
    let mut found = Found::read_as("JSON inside of the page");
    let mut left = json::MOST_VALUES;
    let mut tried = 0;
    let scripts = Tags::of(document.text).filter(|tag| tag.is("script"));
    for script in scripts.take(MOST_SCRIPTS) {
        let text = script.text().trim();
        if !text.contains(['{', '[']) || script.mentions(&["ld+json"]) {
            continue;
        }
        for value in values(text) {
            tried += 1;
            if tried > MOST_VALUES_TRIED {
                break;
            }
            if let Ok(parsed) = json::parse_within(value, &mut left) {
                data::gather(&parsed.value, document, Care::Script, &mut found);
            }
        }
    }
    (found.entries > 0).then(|| {
        found.read_as = format!("{} inside of the page", found.read_as);
        found
    })
}

/// The texts of a script that may be JSON: all of it, or what stands behind an equals sign.
fn values(script: &str) -> Vec<&str> {
    if script.starts_with(['{', '[']) {
        return vec![script];
    }
    let mut values = Vec::new();
    let (mut at, mut tried) = (0, 0);
    while let Some(sign) = script[at..].find('=') {
        let behind = at + sign + 1;
        let value = script[behind..].trim_start();
        at = behind;
        if !value.starts_with(['{', '[']) {
            continue;
        }
        // Each try may look to the end of the script.
        tried += 1;
        if tried > MOST_VALUES_TRIED {
            break;
        }
        if let Some(length) = length_of(value) {
            values.push(&value[..length]);
            at += script[behind..].len() - value.len() + length;
        }
    }
    values
}

/// Bytes from an opening bracket to the one that closes it; `None` if none does.
fn length_of(value: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
