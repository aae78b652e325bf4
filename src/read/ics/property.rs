//! Content lines → properties, by the `icalendar` crate: one component at a time, one line at a time
//! where the crate refuses a component.

use super::problems::{Problems, shown};
use super::text::Line;
use icalendar::parser::{Property as Parsed, read_calendar_simple};

/// One property: its name in upper case, its parameters, its value. Text is unescaped.
#[derive(Debug, Clone)]
pub(super) struct Property {
    /// The line of the file on which it begins.
    pub(super) line: usize,
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    pub(super) value: String,
}

impl Property {
    /// A parameter's value, without its quotes.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The properties of a component, in its order. What cannot be read is reported and dropped.
pub(super) fn properties(lines: &[Line], problems: &mut Problems) -> Vec<Property> {
    if let Some(read) = read(lines) {
        return read;
    }
    let mut properties = Vec::with_capacity(lines.len());
    for line in lines {
        match read(std::slice::from_ref(line)) {
            Some(read) => properties.extend(read),
            None => problems.note(
                line.number,
                format!(
                    "a line that is no property was dropped: {}",
                    shown(&line.text)
                ),
                None,
            ),
        }
    }
    properties
}

/// All lines as properties, or `None` if one of them is not a property.
fn read(lines: &[Line]) -> Option<Vec<Property>> {
    let length = lines.iter().map(|line| line.text.len() + 2).sum::<usize>();
    let mut text = String::with_capacity(length + 40);
    // With CRLF the crate finds each end at once; with LF it looks through the rest for a CRLF first.
    text.push_str("BEGIN:VEVENT\r\n");
    for line in lines {
        text.push_str(&line.text);
        text.push_str("\r\n");
    }
    text.push_str("END:VEVENT\r\n");
    let components = read_calendar_simple(&text).ok()?;
    let [component] = components.as_slice() else {
        return None;
    };
    if component.properties.len() != lines.len() || !component.components.is_empty() {
        return None;
    }
    lines
        .iter()
        .zip(&component.properties)
        .map(|(line, parsed)| (parsed.name == line.name()).then(|| own(line.number, parsed)))
        .collect()
}

fn own(line: usize, parsed: &Parsed<'_>) -> Property {
    let parameters = parsed
        .params
        .iter()
        .map(|parameter| {
            let value = parameter.val.as_ref().map_or("", |value| value.as_str());
            (
                parameter.key.as_str().trim().to_ascii_uppercase(),
                decode_carets(value.trim().trim_matches('"')),
            )
        })
        .collect();
    Property {
        line,
        name: parsed.name.as_str().to_owned(),
        parameters,
        value: parsed.val.as_str().to_owned(),
    }
}

/// RFC 6868: `^n`, `^'` and `^^` in a parameter are a line break, a quote and a caret.
fn decode_carets(value: &str) -> String {
    let mut decoded = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(char) = chars.next() {
        let meant = match (char, chars.peek()) {
            ('^', Some('n')) => '\n',
            ('^', Some('\'')) => '"',
            ('^', Some('^')) => '^',
            _ => {
                decoded.push(char);
                continue;
            }
        };
        decoded.push(meant);
        chars.next();
    }
    decoded
}
