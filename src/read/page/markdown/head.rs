//! The head of a text (front matter): fields between two lines of `---` (YAML) or `+++` (TOML).
//!
//! Of YAML only what generators' heads hold is read: fields, lists and one level of fields in fields. A whole
//! YAML reader would bring anchors that a text of a kilobyte blows up to gigabytes.

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

/// Bytes of a head beyond which it is none.
const LONGEST_HEAD: usize = 32 * 1024;

/// Lines of a head that are read.
const MOST_LINES: usize = 1000;

/// A head, by how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head<'a> {
    Yaml(&'a str),
    Toml(&'a str),
}

/// A text's head, and the rest of it.
pub(super) fn split(text: &str) -> (Option<Head<'_>>, &str) {
    let text = text.trim_start();
    for (mark, head) in [("---", Head::Yaml as fn(_) -> _), ("+++", Head::Toml)] {
        let Some(rest) = text.strip_prefix(mark) else {
            continue;
        };
        let Some((first, rest)) = rest.split_once('\n') else {
            continue;
        };
        if !first.trim().is_empty() {
            continue;
        }
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim_end() == mark || mark == "---" && line.trim_end() == "..." {
                return (Some(head(&rest[..at])), &rest[at + line.len()..]);
            }
            at += line.len();
            if at > LONGEST_HEAD {
                break;
            }
        }
    }
    (None, text)
}

/// The fields of a head.
pub(super) fn fields(head: Head<'_>) -> Map<String, Value> {
    match head {
        Head::Yaml(text) => yaml(text),
        Head::Toml(text) => {
            DeTable::parse(text).map_or_else(|_| Map::new(), |table| of_table(table.get_ref()))
        }
    }
}

fn of_table(table: &DeTable<'_>) -> Map<String, Value> {
    let fields = table.iter();
    fields
        .map(|(name, value)| (name.get_ref().to_string(), of_value(value.get_ref())))
        .collect()
}

fn of_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => Value::from(number.as_str()),
        DeValue::Float(number) => Value::from(number.as_str()),
        DeValue::Boolean(is_so) => Value::from(*is_so),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(list) => list.iter().map(|value| of_value(value.get_ref())).collect(),
        DeValue::Table(table) => Value::Object(of_table(table)),
    }
}

/// The fields of a head in YAML.
fn yaml(text: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut last: Option<String> = None;
    for line in text.lines().take(MOST_LINES) {
        let said = line.trim();
        if said.is_empty() || said.starts_with('#') {
            continue;
        }
        let is_inside = line.starts_with([' ', '\t']) || said.starts_with("- ");
        if let (true, Some(last)) = (is_inside, &last) {
            let around = fields.entry(last.clone()).or_insert(Value::Null);
            inside(around, said);
            continue;
        }
        if let Some((name, value)) = field(said) {
            last = Some(name.to_owned());
            fields.insert(name.to_owned(), value);
        }
    }
    fields
}

/// Adds a line below a field to what that holds: an entry of its list, or a field of its own.
fn inside(around: &mut Value, said: &str) {
    if let Some(entry) = said.strip_prefix("- ") {
        let entry = match field(entry) {
            Some((name, value)) => Value::Object(Map::from_iter([(name.to_owned(), value)])),
            None => scalar(entry),
        };
        match around {
            Value::Array(list) => list.push(entry),
            other if *other == Value::Null => *other = Value::Array(vec![entry]),
            _ => {}
        }
        return;
    }
    let Some((name, value)) = field(said) else {
        return;
    };
    match around {
        Value::Object(fields) => {
            fields.insert(name.to_owned(), value);
        }
        // A further field of the list's last entry.
        Value::Array(list) => {
            if let Some(Value::Object(fields)) = list.last_mut() {
                fields.insert(name.to_owned(), value);
            }
        }
        other if *other == Value::Null => {
            *other = Value::Object(Map::from_iter([(name.to_owned(), value)]));
        }
        _ => {}
    }
}

/// `name: value`; a colon inside of an address or an hour is none.
fn field(said: &str) -> Option<(&str, Value)> {
    let (name, value) = said.split_once(':')?;
    let name = name.trim().trim_matches(['"', '\'']);
    let is_name = !name.is_empty()
        && name.len() <= 60
        && name
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | ' ' | '.'));
    let is_field = value.is_empty() || value.starts_with([' ', '\t']);
    (is_name && is_field).then(|| (name, scalar(value)))
}

/// A value on one line.
fn scalar(text: &str) -> Value {
    let text = text.trim();
    if let Some(list) = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return list
            .split(',')
            .map(scalar)
            .filter(|value| !value.is_null())
            .collect();
    }
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            let inside = inside.split(quote).next().unwrap_or_default();
            return Value::from(inside);
        }
    }
    let text = text.split(" #").next().unwrap_or_default().trim_end();
    match text {
        "" | "null" | "~" | "|" | ">" | "|-" | ">-" => Value::Null,
        "true" | "yes" => Value::Bool(true),
        "false" | "no" => Value::Bool(false),
        text => Value::from(text),
    }
}
