//! A TOML table, read by types: the readers take the keys that they know. Each mistake is noted with its
//! line, and a key that no reader took is refused at the end.

use super::files::{File, Kind};
use super::lines::Lines;
use super::wrong::Wrong;
use super::{Problem, example, syntax};
use crate::facts::wording::{near, quoted};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a key belongs that a kind of file has at another place: `under [newsletter]`. It is handed in: the schemas know it,
/// and take their words from readers that read by this table.
pub(super) type Elsewhere = fn(Kind, &str) -> Vec<String>;

/// A table in its file.
#[derive(Clone)]
struct Place {
    kind: Kind,
    elsewhere: Elsewhere,
    /// Its name: `section.headings`.
    name: String,
}

/// A file's tables.
pub(super) struct Document<'a> {
    file: &'a File,
    elsewhere: Elsewhere,
    lines: Lines,
    root: Spanned<DeTable<'a>>,
}

impl<'a> Document<'a> {
    /// Parses a file. `None` if its syntax is wrong: keys behind the error would be reported as missing.
    pub(super) fn parse(
        file: &'a File,
        elsewhere: Elsewhere,
        problems: &mut Vec<Problem>,
    ) -> Option<Document<'a>> {
        let lines = Lines::of(&file.text);
        let (root, errors) = DeTable::parse_recoverable(&file.text);
        if errors.is_empty() {
            return Some(Document {
                file,
                elsewhere,
                lines,
                root,
            });
        }
        problems.extend(syntax::problems(file, root.get_ref(), &lines, &errors));
        None
    }

    /// What the file holds.
    pub(super) fn kind(&self) -> Kind {
        self.file.kind
    }

    /// The file, as problems name it.
    pub(super) fn path(&self) -> &'a Path {
        &self.file.path
    }

    /// Its name without `.toml`.
    pub(super) fn stem(&self) -> String {
        let stem = self.file.path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }

    /// The outermost table.
    pub(super) fn table(&self) -> Table<'_> {
        let place = Place {
            kind: self.file.kind,
            elsewhere: self.elsewhere,
            name: String::new(),
        };
        Table::new(&self.lines, place, 1, Some(self.root.get_ref()))
    }
}

/// One table while it is read.
pub(super) struct Table<'a> {
    lines: &'a Lines,
    place: Place,
    /// The line of its header.
    pub(super) line: usize,
    values: Option<&'a DeTable<'a>>,
    known: Vec<&'static str>,
    noted: Vec<Noted>,
}

struct Noted {
    line: usize,
    key: String,
    what: String,
}

impl<'a> Table<'a> {
    fn new(
        lines: &'a Lines,
        place: Place,
        line: usize,
        values: Option<&'a DeTable<'a>>,
    ) -> Table<'a> {
        Table {
            lines,
            place,
            line,
            values,
            known: Vec::new(),
            noted: Vec::new(),
        }
    }

    /// The value of a key, if it is there and can be read.
    pub(super) fn take<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&'a DeValue<'a>) -> Result<T, Wrong>,
    ) -> Option<T> {
        self.known.push(key);
        let value = self.values?.get(key)?.get_ref();
        read(value)
            .map_err(|what| self.note(key, answered(&self.place.name, key, value, what)))
            .ok()
    }

    /// The value of a key that must be there.
    pub(super) fn need<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&'a DeValue<'a>) -> Result<T, Wrong>,
    ) -> Option<T> {
        if !self.has(key) {
            let what = match example::of(&self.place.name, key) {
                Some(right) => format!("is missing: add it as in {key} = {right}"),
                None => format!("is missing: add {}", self.header(key)),
            };
            self.note(key, what);
        }
        self.take(key, read)
    }

    /// The items of a list, each read on its own.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&'a DeValue<'a>) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let mut items = Vec::new();
        let written = self.take(key, |value| {
            value.as_array().ok_or_else(|| mistyped("a list", value))
        });
        for item in written.into_iter().flat_map(|list| list.iter()) {
            match read(item.get_ref()) {
                Ok(item) => items.push(item),
                Err(wrong) => {
                    // Its type is not that of the example, which is the whole list.
                    let right = match wrong {
                        Wrong::Advised(_) => None,
                        Wrong::Mistyped(_) | Wrong::Bare(_) => example::of(&self.place.name, key),
                    };
                    let what = match right {
                        Some(right) => wrong.with(&example::as_in(key, right)),
                        None => wrong,
                    };
                    self.note_at(self.lines.at(item.span().start), key, what);
                }
            }
        }
        items
    }

    /// The entries of a table with free keys.
    pub(super) fn map<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&'a str, &'a DeValue<'a>) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let mut items = Vec::new();
        let header = self.header(key);
        let written = self.take(key, |value| table(value, &header));
        for (name, value) in written.into_iter().flat_map(|table| table.iter()) {
            match read(name.get_ref(), value.get_ref()) {
                Ok(item) => items.push(item),
                Err(what) => {
                    let line = self.lines.at(name.span().start);
                    self.note_at(line, &format!("{key}.{:?}", name.get_ref()), what);
                }
            }
        }
        items
    }

    /// A table within this one, empty if it is not there. Hand it back to [`absorb`](Self::absorb).
    pub(super) fn table(&mut self, key: &'static str) -> Table<'a> {
        self.table_if_there(key)
            .unwrap_or_else(|| Table::new(self.lines, self.inner(key), self.line, None))
    }

    /// The place of a table within this one.
    fn inner(&self, key: &str) -> Place {
        let name = &self.place.name;
        let dot = if name.is_empty() { "" } else { "." };
        Place {
            name: format!("{name}{dot}{key}"),
            ..self.place.clone()
        }
    }

    /// The line with which a table within this one begins.
    fn header(&self, key: &str) -> String {
        format!("[{}]", self.inner(key).name)
    }

    /// A table within this one, if it is there. Hand it back to [`absorb`](Self::absorb).
    pub(super) fn table_if_there(&mut self, key: &'static str) -> Option<Table<'a>> {
        let header = self.header(key);
        let values = self.take(key, |value| table(value, &header))?;
        let line = self.line_of(key);
        Some(Table::new(self.lines, self.inner(key), line, Some(values)))
    }

    /// The tables of an array of tables, `[[key]]`.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<Table<'a>> {
        let lines = self.lines;
        let mut tables = Vec::new();
        let header = format!("[{}]", self.header(key));
        let written = self.take(key, |value| {
            value.as_array().ok_or_else(|| {
                let wrong = mistyped("a list of tables", value);
                wrong.with(&match value {
                    DeValue::Table(_) => format!("write {header}, with two brackets"),
                    _ => format!("begin each with a line {header}"),
                })
            })
        });
        for item in written.into_iter().flat_map(|list| list.iter()) {
            let line = lines.at(item.span().start);
            match table(item.get_ref(), &header) {
                Ok(values) => tables.push(Table::new(lines, self.inner(key), line, Some(values))),
                Err(what) => self.note_at(line, key, what),
            }
        }
        tables
    }

    /// Ends the reading of a table within this one.
    pub(super) fn absorb(&mut self, key: &'static str, mut inner: Table<'a>) {
        inner.refuse_unknown();
        for noted in inner.noted {
            self.note_at(noted.line, &format!("{key}.{}", noted.key), noted.what);
        }
    }

    /// Ends the reading. Everything noted, and every key that was not taken, becomes a problem of the entry
    /// `name`.
    pub(super) fn finish(mut self, entry: &str, file: &Path, problems: &mut Vec<Problem>) {
        self.refuse_unknown();
        problems.extend(self.noted.into_iter().map(|noted| Problem {
            file: file.to_path_buf(),
            line: noted.line,
            key: match entry {
                "" => noted.key,
                entry => format!("{entry}: {}", noted.key),
            },
            what: noted.what,
            spot: None,
        }));
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.is_some_and(|values| values.contains_key(key))
    }

    /// Whether no key is there.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_none_or(|values| values.is_empty())
    }

    /// Notes a problem of a key, which may be missing.
    pub(super) fn note(&mut self, key: &str, what: impl Into<String>) {
        self.note_at(self.line_of(key), key, what);
    }

    fn note_at(&mut self, line: usize, key: &str, what: impl Into<String>) {
        self.noted.push(Noted {
            line,
            key: key.to_owned(),
            what: what.into(),
        });
    }

    /// The line of a key; the line of the table if the key is missing.
    fn line_of(&self, key: &str) -> usize {
        let found = self.values.and_then(|values| values.get_key_value(key));
        found.map_or(self.line, |(key, _)| self.lines.at(key.span().start))
    }

    fn refuse_unknown(&mut self) {
        for (key, _) in self.values.into_iter().flat_map(|values| values.iter()) {
            let name: &str = key.get_ref();
            if self.known.contains(&name) {
                continue;
            }
            let elsewhere = (self.place.elsewhere)(self.place.kind, name);
            let what = match near(name, self.known.iter().copied()) {
                Some(meant) => format!("unknown key; did you mean {meant:?}?"),
                None if !elsewhere.is_empty() => format!(
                    "unknown key here: write it {}; known here: {}",
                    elsewhere.join(" or "),
                    self.known.join(", ")
                ),
                None => format!("unknown key; known here: {}", self.known.join(", ")),
            };
            self.note_at(self.lines.at(key.span().start), &readable(name), what);
        }
    }
}

fn table<'a>(value: &'a DeValue<'a>, header: &str) -> Result<&'a DeTable<'a>, Wrong> {
    value.as_table().ok_or_else(|| {
        mistyped("a table", value).with(&match value {
            DeValue::Array(_) => format!("write {header}, with one bracket"),
            _ => format!("write its keys below a line {header}"),
        })
    })
}

/// What is wrong with a value of another type than expected. Where the key is known, what to write instead follows.
pub(super) fn mistyped(expected: &str, found: &DeValue<'_>) -> Wrong {
    Wrong::Mistyped(format!("{expected} is expected, not {}", kind(found)))
}

/// What is wrong with the value of a key in a table, and what to write instead if the reader of the value does not say it.
pub(super) fn answered(table: &str, key: &str, value: &DeValue<'_>, wrong: Wrong) -> Wrong {
    let as_in = || example::of(table, key).map(|right| example::as_in(key, right));
    let instead = match wrong {
        // Of a list, it may be an item that has the wrong type.
        Wrong::Mistyped(_) => example::instead(table, key, value).or_else(as_in),
        Wrong::Bare(_) => as_in(),
        Wrong::Advised(_) => None,
    };
    match instead {
        Some(instead) => wrong.with(&instead),
        None => wrong,
    }
}

/// The type of a value, in words.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A key as TOML writes it; a very long one is cut.
fn readable(key: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if key.len() <= 60 && !key.is_empty() && key.bytes().all(bare) {
        key.to_owned()
    } else {
        quoted(key)
    }
}
