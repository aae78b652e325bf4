//! Errors of TOML's syntax, for a person: the column, the line with a mark below it, and what to write instead.
//!
//! What is wrong and where is the parser's word. Only what to write instead is concluded from the line.

use super::files::File;
use super::lines::Lines;
use super::{Problem, Spot};
use crate::facts::event::turns_or_hides;
use std::ops::Range;
use toml::de::{DeTable, DeValue, Error};

/// Characters of a line that are shown; of a longer one those around the error.
const LONGEST_SHOWN: usize = 100;

/// Characters of a line up to which it is written anew as it should be.
const LONGEST_MENDED: usize = 100;

/// What people type as quotation marks, and what TOML takes.
const CURLY: [(char, char); 11] = [
    ('“', '"'),
    ('”', '"'),
    ('„', '"'),
    ('‟', '"'),
    ('«', '"'),
    ('»', '"'),
    ('″', '"'),
    ('‘', '\''),
    ('’', '\''),
    ('‚', '\''),
    ('´', '\''),
];

/// The problems of a file that is no TOML: one for each line, since further ones of a line mostly follow from the first.
pub(super) fn problems(
    file: &File,
    root: &DeTable<'_>,
    lines: &Lines,
    errors: &[Error],
) -> Vec<Problem> {
    let at = |error: &Error| error.span().unwrap_or(0..0);
    let mut errors: Vec<&Error> = errors.iter().collect();
    errors.sort_by_key(|error| (at(error).start, error.message()));
    errors.dedup_by_key(|error| lines.at(at(error).start));
    let mut problems = Vec::new();
    for error in errors {
        let span = at(error);
        let number = lines.at(span.start);
        let whole = lines.bytes(number, &file.text);
        let line = file.text[whole.clone()].trim_end_matches(['\r', '\n']);
        let inside = clamped(span.start - whole.start, line)..clamped(span.end - whole.start, line);
        let is_left_open = is_left_open(line, inside.start, error.message());
        let what = match error.message() {
            _ if is_left_open => LEFT_OPEN.to_owned(),
            "duplicate key" => {
                let first = first_of(root, &file.text[span.clone()], span.start);
                let first = first.map(|at| lines.at(at));
                match first.or_else(|| first_header(&file.text[..whole.start], line)) {
                    Some(first) => {
                        format!("is written twice, first in line {first}: remove one of the two")
                    }
                    None => "is written twice: remove one of the two".to_owned(),
                }
            }
            message => instead(line, inside.start, message).unwrap_or_else(|| message.to_owned()),
        };
        problems.push(Problem {
            file: file.path.clone(),
            line: number,
            key: String::new(),
            what,
            spot: Some(Spot {
                column: 1 + line[..inside.start].chars().count(),
                shown: shown(number, line, inside),
            }),
        });
        // All that follows was read as if it stood in the list.
        if is_left_open {
            break;
        }
    }
    problems
}

/// What is said where a list ought to have ended.
const LEFT_OPEN: &str = "a list before this place is not closed: write ] behind its last item";

/// What is said of more than a value.
const BEHIND: &str = "something stands behind the value: remove it, or write # before a remark";

/// Whether a list goes on where a key or a table begins, or to the end of the file.
fn is_left_open(line: &str, at: usize, message: &str) -> bool {
    let is_between = message.starts_with("missing comma between array elements");
    let begins = line[..at].trim().is_empty();
    let has_key = line
        .split_once('=')
        .is_some_and(|(key, _)| is_bare(key.trim()));
    let is_header = line.trim_start().starts_with('[') && line.trim_end().ends_with(']');
    message.starts_with("unclosed array,") || is_between && begins && (has_key || is_header)
}

/// The line above with the same table: the parser forgets the first when it meets the second.
fn first_header(above: &str, line: &str) -> Option<usize> {
    let same = above.lines().position(|other| other.trim() == line.trim());
    same.filter(|_| line.trim().starts_with('['))
        .map(|place| place + 1)
}

/// A place in a line, at the beginning of a character.
fn clamped(at: usize, line: &str) -> usize {
    let at = at.min(line.len());
    (0..=at)
        .rev()
        .find(|at| line.is_char_boundary(*at))
        .unwrap_or(0)
}

/// The line with its number, and below it a mark at the error.
fn shown(number: usize, line: &str, error: Range<usize>) -> String {
    let plain = |char: char| match char {
        char if char.is_control() => ' ',
        char if turns_or_hides(char) => '·',
        char => char,
    };
    let chars: Vec<char> = line.chars().map(plain).collect();
    let column = line[..error.start].chars().count();
    let width = line[error].chars().count().max(1);
    let from = match chars.len() > LONGEST_SHOWN {
        true => column.saturating_sub(LONGEST_SHOWN / 2),
        false => 0,
    };
    let mut part: String = chars[from..].iter().take(LONGEST_SHOWN).collect();
    if chars.len() - from > LONGEST_SHOWN {
        part.push('…');
    }
    let gutter = format!("{number} | ");
    let indent = " ".repeat(gutter.len() - 2);
    let width = width
        .min(LONGEST_SHOWN.saturating_sub(column - from))
        .max(1);
    format!(
        "{gutter}{part}\n{indent}| {}{}",
        " ".repeat(column - from),
        "^".repeat(width)
    )
}

/// The place of the first key of a name that stands before another: the two are the same, since the second was refused.
fn first_of(table: &DeTable<'_>, written: &str, before: usize) -> Option<usize> {
    let name = written.trim_matches(['"', '\'']);
    let mut latest = None;
    for (key, value) in table.iter() {
        let at = key.span().start;
        if key.get_ref().as_ref() == name && at < before {
            latest = latest.max(Some(at));
        }
        latest = latest.max(first_in(value.get_ref(), written, before));
    }
    latest
}

fn first_in(value: &DeValue<'_>, written: &str, before: usize) -> Option<usize> {
    match value {
        DeValue::Table(table) => first_of(table, written, before),
        DeValue::Array(items) => {
            let items = items.iter();
            items
                .filter_map(|item| first_in(item.get_ref(), written, before))
                .max()
        }
        _ => None,
    }
}

/// What is wrong with a line, and what to write instead, for the commonest slips.
fn instead(line: &str, at: usize, message: &str) -> Option<String> {
    let trimmed = line.trim();
    if trimmed.chars().count() > LONGEST_MENDED {
        return message
            .starts_with("unexpected key or value")
            .then(|| BEHIND.to_owned());
    }
    let simply = match message.split(',').next().unwrap_or_default() {
        "missing comma between array elements" => {
            Some("a comma is missing between two items of a list")
        }
        "unclosed inline table" | "invalid inline table element" => {
            Some("a table in braces is not closed: write } behind its last value")
        }
        _ => None,
    };
    if let Some(simply) = simply {
        return Some(simply.to_owned());
    }
    let is_header = trimmed.starts_with('[') && !trimmed.contains('=');
    if is_header && message.starts_with("unclosed") {
        let name = trimmed.trim_matches(['[', ']', ' ', '\t']);
        let right = match trimmed.starts_with("[[") {
            true => format!("[[{name}]]"),
            false => format!("[{name}]"),
        };
        return Some(format!("a bracket is missing: write {right}"));
    }
    if let Some(remark) = trimmed.strip_prefix("//").or(trimmed.strip_prefix(';')) {
        return Some(format!("a remark begins with #: write # {}", remark.trim()));
    }
    if let Some(name) = trimmed.strip_suffix(':').filter(|name| is_bare(name)) {
        return Some(format!(
            "a table begins with its name in brackets: write [{name}]"
        ));
    }
    if let Some((key, value)) = with_colon(trimmed) {
        return Some(format!(
            "an equals sign stands between a key and its value: write {key} = {}",
            as_value(value)
        ));
    }
    let Some((key, value)) = trimmed.split_once('=').filter(|_| !is_header) else {
        return without_equals_sign(trimmed, message);
    };
    let (key, value) = (key.trim(), value.trim());
    let curly = value.chars().find(|char| straight(*char).is_some());
    let begins_curly = value.starts_with(|char| straight(char).is_some());
    if let Some(curly) =
        curly.filter(|_| begins_curly || line[at..].starts_with(|char| straight(char).is_some()))
    {
        let right: String = value
            .chars()
            .map(|char| straight(char).unwrap_or(char))
            .collect();
        return Some(format!(
            "{curly} is no quotation mark of TOML: write {key} = {right}"
        ));
    }
    match value.chars().next() {
        None | Some('#') => Some(format!("a value is missing: write it behind {key} =")),
        Some(quote @ ('"' | '\'')) => in_quotes(key, value, quote, message),
        Some('[' | '{') => None,
        Some(_) => unquoted(key, value),
    }
}

fn straight(char: char) -> Option<char> {
    let known = CURLY.iter().find(|(curly, _)| *curly == char);
    known.map(|(_, straight)| *straight)
}

/// Key and value of a line as YAML has them.
fn with_colon(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let (key, value) = (key.trim_end(), value.trim());
    (is_bare(key) && !value.is_empty() && !value.starts_with("//")).then_some((key, value))
}

/// Whether a text can be a key without quotes.
fn is_bare(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// A line with neither a table's name nor an equals sign.
fn without_equals_sign(line: &str, message: &str) -> Option<String> {
    if message.starts_with("key with no value") {
        return Some(match line.split_once(char::is_whitespace) {
            Some((key, value)) if is_bare(key) => format!(
                "an equals sign stands between a key and its value: write {key} = {}",
                as_value(value.trim())
            ),
            _ => "a value is missing: write key = value, or # before a remark".to_owned(),
        });
    }
    None
}

/// What is wrong with a text that begins with a quotation mark.
fn in_quotes(key: &str, value: &str, quote: char, message: &str) -> Option<String> {
    let text = value.trim_start_matches(quote);
    if message.contains("escape")
        || message.starts_with("invalid value")
        || message.contains("unicode")
    {
        let bare = value.trim_matches(quote);
        return Some(match bare.contains('\'') {
            true => "a backslash is written \\\\ between \"…\"".to_owned(),
            false => format!(
                "a backslash stands for itself in single quotation marks: write {key} = '{bare}'"
            ),
        });
    }
    if value.starts_with("\"\"\"") || value.starts_with("'''") {
        return None;
    }
    if !text.contains(quote) {
        return Some(format!(
            "the quotation mark at the end is missing: write {key} = {quote}{text}{quote}"
        ));
    }
    let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
    if quote == '"' && inner.contains('"') && !inner.contains(['\'', '\\']) {
        return Some(format!(
            "a text ends at its second quotation mark: write {key} = '{inner}'"
        ));
    }
    message
        .starts_with("unexpected key or value")
        .then(|| BEHIND.to_owned())
}

/// A value that is neither quoted nor a list nor a table.
fn unquoted(key: &str, value: &str) -> Option<String> {
    let value = value.split(" #").next().unwrap_or(value).trim();
    let right = match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => "true".to_owned(),
        "false" | "no" | "off" => "false".to_owned(),
        _ => as_value(value.trim_matches(['"', '\''])),
    };
    Some(match right.as_str() {
        _ if is_day(value) => {
            format!("a day is written as year, month and day, as in {key} = \"2026-08-27\"")
        }
        "true" | "false" => format!("is neither true nor false: write {key} = {right}"),
        right if right.starts_with(['"', '\'']) => {
            format!("a text stands in quotation marks: write {key} = {right}")
        }
        _ => return None,
    })
}

/// Whether a value is a day in another form than TOML's.
fn is_day(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['.', '/', '-']).collect();
    let is_number =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

/// A value as TOML takes it: a text in quotation marks, anything else as it is.
fn as_value(value: &str) -> String {
    let value: String = value
        .chars()
        .map(|char| straight(char).unwrap_or(char))
        .collect();
    let is_one = value.parse::<f64>().is_ok()
        || matches!(value.as_str(), "true" | "false")
        || value.starts_with(['"', '\'', '[', '{']);
    match is_one {
        true => value,
        false if value.contains(['"', '\\']) => format!("'{value}'"),
        false => format!("\"{value}\""),
    }
}
