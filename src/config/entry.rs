//! Writes entries as a person would: TOML, one key a line, with remarks on what was guessed.

use crate::facts::event::one_line;
use crate::facts::source::Rules;
use chrono::NaiveDate;
use std::fmt;

/// One entry of a file, while it is written: its keys in the order in which they are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    table: &'static str,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    key: &'static str,
    value: String,
    remark: String,
    is_missing: bool,
}

impl Entry {
    /// An empty entry of that kind: `source`, `event`.
    pub fn new(table: &'static str) -> Entry {
        Entry {
            table,
            lines: Vec::new(),
        }
    }

    /// Adds a key. `remark` follows as a comment, unless it is empty.
    pub fn text(&mut self, key: &'static str, value: &str, remark: &str) {
        self.add(key, quoted(value), remark, false);
    }

    /// Adds a key with a list.
    pub fn list(&mut self, key: &'static str, values: &[String]) {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        self.add(key, format!("[{}]", values.join(", ")), "", false);
    }

    /// Adds the address that a group had before, and the day on which it left it.
    pub fn replaces(&mut self, url: &str, from: NaiveDate, remark: &str) {
        let value = format!("[{{ url = {}, from = \"{from}\" }}]", quoted(url));
        self.add("replaces", value, remark, false);
    }

    /// Adds the rules by which a page is read.
    pub fn rules(&mut self, rules: &Rules) {
        self.text("rules.item", &rules.item, "each is an event");
        let picks = [
            ("rules.title", Some(&rules.title)),
            ("rules.date", Some(&rules.date)),
            ("rules.time", rules.time.as_ref()),
            ("rules.end", rules.end.as_ref()),
            ("rules.place", rules.place.as_ref()),
            ("rules.link", rules.link.as_ref()),
            ("rules.mode", rules.mode.as_ref()),
            ("rules.next", rules.next.as_ref()),
        ];
        for (key, pick) in picks {
            let Some(pick) = pick else { continue };
            match &pick.regex {
                Some(regex) => self.list(key, &[pick.to_string(), regex.clone()]),
                None => self.text(key, &pick.to_string(), ""),
            }
        }
    }

    /// Adds a key with a bare value: a boolean or a time.
    pub(super) fn bare(&mut self, key: &'static str, value: &str) {
        self.add(key, value.to_owned(), "", false);
    }

    /// Adds a key with fields of its own, all texts.
    pub(super) fn fields(
        &mut self,
        key: &'static str,
        fields: impl Iterator<Item = (&'static str, String)>,
    ) {
        let fields: Vec<String> = fields
            .map(|(field, value)| format!("{field} = {}", quoted(&value)))
            .collect();
        self.add(key, format!("{{ {} }}", fields.join(", ")), "", false);
    }

    /// Adds a key as a comment, for a person to fill in. `form` shows what the value looks like. It should not be
    /// a valid value, so that it cannot be left in by mistake.
    pub fn missing(&mut self, key: &'static str, form: &str, remark: &str) {
        self.add(key, quoted(form), remark, true);
    }

    /// The entry with every line as a comment, for an entry that lacks a required key.
    pub fn commented_out(&self) -> String {
        let lines = std::iter::once(format!("# [[{}]]\n", self.table));
        lines
            .chain(self.lines.iter().map(|line| format!("# {line}\n")))
            .collect()
    }

    /// The text of a key, unless it is left for a person to fill in.
    pub fn stated(&self, key: &str) -> Option<&str> {
        let line = self
            .lines
            .iter()
            .find(|line| line.key == key && !line.is_missing)?;
        line.value.strip_prefix('"')?.strip_suffix('"')
    }

    fn add(&mut self, key: &'static str, value: String, remark: &str, is_missing: bool) {
        self.lines.push(Line {
            key,
            value,
            remark: one_line(remark),
            is_missing,
        });
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "[[{}]]", self.table)?;
        for line in &self.lines {
            let mark = if line.is_missing { "# " } else { "" };
            writeln!(out, "{mark}{line}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} = {}", self.key, self.value)?;
        if !self.remark.is_empty() {
            write!(out, "  # {}", self.remark)?;
        }
        Ok(())
    }
}

/// Text as comments. Each of its lines gets a number sign, so that nothing in it becomes a key.
pub fn comments(text: &str) -> String {
    let shown = |char: char| if char.is_control() { ' ' } else { char };
    text.lines()
        .map(|line| {
            let line: String = line.trim_end().chars().map(shown).collect();
            if line.is_empty() {
                "#\n".to_owned()
            } else {
                format!("# {line}\n")
            }
        })
        .collect()
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(char)));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
