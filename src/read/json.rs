//! JSON as web pages hold it: strict first, then with the usual slips mended; and its fields as text.

use super::plain;
use serde_json::{Map, Value};

/// Values in one text beyond which it is refused: each costs memory many times its two bytes. The
/// longest page met, with 109 events, holds 5,000.
pub(super) const MOST_VALUES: usize = 500_000;

/// Characters of one text field beyond which it is cut.
const LONGEST_TEXT: usize = 20_000;

/// What a text gave.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The value.
    pub(super) value: Value,
    /// What the strict reading found wrong, where only the mended text could be read.
    pub(super) mended: Option<Fault>,
}

/// Where a text is no JSON, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line of the text, counted from 1.
    pub(super) line: usize,
    /// The column, counted from 1; 0 where the whole text is meant.
    pub(super) column: usize,
    /// What is wrong there.
    pub(super) what: String,
}

/// Reads a text that a page gives as JSON.
///
/// If it is not valid, it is read once more without its comments, CDATA marks and trailing commas, and with
/// raw control characters, unknown escapes and lone surrogates replaced.
///
/// # Errors
/// What the *strict* reading stumbled over, if the mended text cannot be read either. Values nested
/// more than 127 deep are refused, and so are more than 500,000 of them.
pub(super) fn parse(text: &str) -> Result<Parsed, Fault> {
    parse_within(text, &mut { MOST_VALUES })
}

/// Reads a text that a page gives as JSON, and takes its values off those that the page may still hold.
///
/// # Errors
/// As [`parse`].
pub(super) fn parse_within(text: &str, left: &mut usize) -> Result<Parsed, Fault> {
    let values = text
        .bytes()
        .filter(|byte| matches!(byte, b',' | b'[' | b'{'))
        .count();
    let Some(rest) = left.checked_sub(values) else {
        return Err(Fault {
            line: 1,
            column: 0,
            what: format!("more than {MOST_VALUES} values"),
        });
    };
    *left = rest;
    let error = match serde_json::from_str(text) {
        Ok(value) => {
            return Ok(Parsed {
                value,
                mended: None,
            });
        }
        Err(error) => error,
    };
    let message = error.to_string();
    let fault = Fault {
        line: error.line().max(1),
        column: error.column(),
        what: message
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned(),
    };
    match serde_json::from_str(&mend(text)) {
        Ok(value) => Ok(Parsed {
            value,
            mended: Some(fault),
        }),
        Err(_) => Err(fault),
    }
}

fn mend(text: &str) -> String {
    // Some editors escape the whole block as if it were the page's text.
    let unescaped =
        (!text.contains('"') && text.contains("&quot;")).then(|| plain::unescaped(text));
    let mut rest = unescaped.as_deref().unwrap_or(text);
    let mut mended = String::with_capacity(rest.len());
    let mut in_string = false;
    while let Some(char) = rest.chars().next() {
        let read = if in_string {
            in_string = char != '"';
            mend_in_string(rest, char, &mut mended)
        } else {
            in_string = char == '"';
            mend_between(rest, char, &mut mended)
        };
        rest = &rest[read..];
    }
    mended
}

/// Bytes of `rest` that were taken.
fn mend_in_string(rest: &str, char: char, mended: &mut String) -> usize {
    if char.is_ascii_control() {
        mended.push_str(&format!("\\u{:04x}", u32::from(char)));
        return 1;
    }
    if char != '\\' {
        mended.push(char);
        return char.len_utf8();
    }
    match rest[1..].chars().next() {
        Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {
            mended.push_str(&rest[..2]);
            2
        }
        Some('\'') => {
            mended.push('\'');
            2
        }
        Some('u') => {
            let low = rest
                .get(6..8)
                .filter(|escape| *escape == "\\u")
                .and_then(|_| plain::hex_unit(rest, 8));
            match (plain::hex_unit(rest, 2), low) {
                (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => {
                    mended.push_str(&rest[..12]);
                    12
                }
                (Some(0xD800..=0xDFFF), _) => {
                    mended.push_str("\\ufffd");
                    6
                }
                (Some(_), _) => {
                    mended.push_str(&rest[..6]);
                    6
                }
                (None, _) => {
                    mended.push_str("\\\\");
                    1
                }
            }
        }
        _ => {
            mended.push_str("\\\\");
            1
        }
    }
}

/// Bytes of `rest` that were taken.
fn mend_between(rest: &str, char: char, mended: &mut String) -> usize {
    for mark in ["<!--", "-->", "<![CDATA[", "]]>"] {
        if rest.starts_with(mark) {
            return mark.len();
        }
    }
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if let Some(comment) = rest.strip_prefix("/*") {
        return comment.find("*/").map_or(rest.len(), |end| end + 4);
    }
    match char {
        '}' | ']' => {
            mended.truncate(mended.trim_end().len());
            if mended.ends_with(',') {
                mended.pop();
            }
            mended.push(char);
        }
        '\u{FEFF}' | ';' => {}
        char if char.is_whitespace() => mended.push(' '),
        char => mended.push(char),
    }
    char.len_utf8()
}

/// A field that says something: not missing, not null.
pub(super) fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !value.is_null())
}

/// The values of a field that may hold one or a list of them; none of them is null.
pub(super) fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let values = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    values.iter().filter(|value| !value.is_null())
}

/// All values of a field that hold visible text, as plain text.
pub(super) fn texts_of(object: &Map<String, Value>, name: &str) -> Vec<String> {
    each(field(object, name)).filter_map(text).collect()
}

/// A value as plain text: a string, a number, JSON-LD's `{"@value": …}`, or the first of a list that has
/// any. `None` for what holds no visible text. Cut at 20,000 characters.
pub(super) fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => {
            let short: &str = match text.char_indices().nth(LONGEST_TEXT) {
                Some((end, _)) => &text[..end],
                None => text,
            };
            plain::unescaped(short)
        }
        Value::Number(number) => number.to_string(),
        Value::Object(object) => return text(object.get("@value")?),
        Value::Array(list) => return list.iter().find_map(text),
        Value::Null | Value::Bool(_) => return None,
    };
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// A field as plain text.
pub(super) fn text_of(object: &Map<String, Value>, name: &str) -> Option<String> {
    text(field(object, name)?)
}

/// A field that describes an event, as plain text: pages have it as markup too.
pub(super) fn description_of(object: &Map<String, Value>, name: &str) -> String {
    text_of(object, name).map_or_else(String::new, |text| plain::description(&text))
}

/// A field as one short line, for messages.
pub(super) fn label(object: &Map<String, Value>, name: &str) -> Option<String> {
    let line = crate::facts::event::one_line(&text_of(object, name)?);
    Some(line.chars().take(80).collect())
}

/// A number, also where it is written as a string, inside `±limit`.
pub(super) fn degrees(object: &Map<String, Value>, name: &str, limit: f64) -> Option<f64> {
    let number = match field(object, name)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (number.is_finite() && number.abs() <= limit).then_some(number)
}
