//! The words of the visitors' pages, one file a language: `data/words/*.toml`.
//!
//! A text holds no markup. `{count}` stands for a value, `[Add it](check)` for a link; the page knows the address of
//! `check`. A text that depends on a number has two forms, `one` and `other`; which numbers take `one` is said at
//! the head of the file, after the plural rules of Unicode's CLDR.

use chrono::{Locale, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::str::FromStr;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

mod accepted;

/// The languages, by the tags that addresses and HTML name. English is the one that the others are compared with.
const FILES: [(&str, &str); 5] = [
    ("en", include_str!("../data/words/en.toml")),
    ("de", include_str!("../data/words/de.toml")),
    ("es", include_str!("../data/words/es.toml")),
    ("fr", include_str!("../data/words/fr.toml")),
    ("pt", include_str!("../data/words/pt.toml")),
];

/// What is wrong with a file of words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("data/words/{tag}.toml: {what}")]
pub struct Wrong {
    tag: String,
    what: String,
}

/// The languages that the pages are written in.
#[derive(Debug, Clone)]
pub struct Languages {
    all: Vec<Arc<Language>>,
    english: Arc<Language>,
}

impl Languages {
    /// Those that are compiled in.
    ///
    /// # Errors
    /// See [`Languages::read`].
    pub fn compiled() -> Result<Languages, Wrong> {
        Languages::read(&FILES)
    }

    /// Reads files: the tag of each, and its text. The first is the one that has every text.
    ///
    /// # Errors
    /// Names the texts that a file lacks, those that the first does not have, and those with other placeholders than
    /// in the first or in their other form.
    pub fn read(files: &[(&str, &str)]) -> Result<Languages, Wrong> {
        let mut all: Vec<Arc<Language>> = Vec::new();
        for (tag, text) in files {
            let wrong = |what| Wrong {
                tag: (*tag).to_owned(),
                what,
            };
            let language = Language::read(tag, text).map_err(wrong)?;
            if let Some(first) = all.first() {
                let faults = language.faults(first);
                if !faults.is_empty() {
                    return Err(wrong(faults.join("; ")));
                }
            }
            all.push(Arc::new(language));
        }
        let english = all.first().map(Arc::clone).ok_or_else(|| Wrong {
            tag: "*".to_owned(),
            what: "there is none".to_owned(),
        })?;
        Ok(Languages { all, english })
    }

    /// All of them, English first.
    pub fn all(&self) -> &[Arc<Language>] {
        &self.all
    }

    /// English, in which the editors' pages are.
    pub fn english(&self) -> &Arc<Language> {
        &self.english
    }
}

/// The words of one language.
#[derive(Debug)]
pub struct Language {
    tag: String,
    name: String,
    locale: Locale,
    /// The numbers that take the form `one`.
    ones: Vec<usize>,
    texts: BTreeMap<String, Text>,
}

/// A text in its forms.
#[derive(Debug)]
struct Text {
    one: Option<Vec<Piece>>,
    other: Vec<Piece>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// `{name}`: where a value stands.
    Value(String),
    /// `[words](name)`: a link.
    Link {
        /// What it says.
        words: String,
        /// What the page calls its address.
        name: String,
    },
}

impl Language {
    fn read(tag: &str, text: &str) -> Result<Language, String> {
        let table = DeTable::parse(text).map_err(|error| error.to_string())?;
        let mut language = Language {
            tag: tag.to_owned(),
            name: String::new(),
            locale: Locale::POSIX,
            ones: Vec::new(),
            texts: BTreeMap::new(),
        };
        for (key, value) in table.get_ref() {
            let key = key.get_ref();
            match (&**key, value.get_ref()) {
                ("name", DeValue::String(name)) => language.name = name.to_string(),
                ("locale", DeValue::String(locale)) => {
                    language.locale = Locale::from_str(locale)
                        .map_err(|_| format!("{locale:?} is no locale of the C library"))?;
                }
                ("one", DeValue::Array(numbers)) => {
                    let numbers = numbers.iter().map(|number| number.get_ref().as_integer());
                    let numbers = numbers.map(|number| number?.as_str().parse().ok());
                    language.ones = (numbers.collect::<Option<_>>())
                        .ok_or("`one` is a list of numbers such as [0, 1]")?;
                }
                (section, DeValue::Table(texts)) => {
                    for (name, value) in texts {
                        let key = format!("{section}.{}", name.get_ref());
                        let text = read_text(value.get_ref()).and_then(|text| {
                            is_fit(&key, &text)?;
                            Ok(text)
                        });
                        let text = text.map_err(|what| format!("{key}: {what}"))?;
                        language.texts.insert(key, text);
                    }
                }
                (other, _) => return Err(format!("{other}: is not known at the head of a file")),
            }
        }
        match language.name.is_empty() || language.ones.is_empty() {
            true => Err("`name` or `one` is missing".to_owned()),
            false => Ok(language),
        }
    }

    /// What it lacks and what it has too much, compared with a language that has every text.
    fn faults(&self, whole: &Language) -> Vec<String> {
        let mut faults = Vec::new();
        for (key, text) in &whole.texts {
            let Some(own) = self.texts.get(key) else {
                faults.push(format!("{key} is missing"));
                continue;
            };
            if own.one.is_some() != text.one.is_some() {
                faults.push(format!("{key} has other forms than in {}", whole.tag));
            } else if names(&own.other) != names(&text.other) {
                faults.push(format!(
                    "{key} has other placeholders than in {}",
                    whole.tag
                ));
            }
        }
        let unknown = self.texts.keys();
        let unknown = unknown.filter(|key| !whole.texts.contains_key(*key));
        faults.extend(unknown.map(|key| format!("{key} is not in {}", whole.tag)));
        faults
    }

    /// As addresses and HTML name it: `de`.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// As its speakers name it: `Deutsch`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The keys of all texts.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The pieces of a text; the key itself if there is no such text, so that a reader sees which one it is.
    pub fn pieces(&self, key: &str) -> Vec<Piece> {
        match self.texts.get(key) {
            Some(text) => text.other.clone(),
            None => vec![Piece::Words(key.to_owned())],
        }
    }

    /// A text without placeholders.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        match self.texts.get(key).map(|text| text.other.as_slice()) {
            Some([Piece::Words(words)]) => words,
            _ => key,
        }
    }

    /// A text with values for its placeholders.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        match self.texts.get(key) {
            Some(text) => filled(&text.other, values),
            None => key.to_owned(),
        }
    }

    /// A text in the form of a number, which stands for its `{count}`.
    pub fn count(&self, key: &str, number: usize) -> String {
        let Some(text) = self.texts.get(key) else {
            return key.to_owned();
        };
        let one = text.one.as_ref().filter(|_| self.ones.contains(&number));
        let pieces = one.unwrap_or(&text.other);
        filled(pieces, &[("count", &number.to_string())])
    }

    /// A day, by a pattern of the table `[dates]`.
    pub fn date(&self, key: &str, day: NaiveDate) -> String {
        let mut text = String::new();
        let pattern = self.text(key);
        // A pattern by which no day can be written was refused when the file was read.
        let _ = write!(text, "{}", day.format_localized(pattern, self.locale));
        text
    }
}

/// A text with its first letter as a capital: a name of a day or month that stands alone.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

fn filled(pieces: &[Piece], values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) | Piece::Link { words, .. } => text.push_str(words),
            Piece::Value(name) => match values.iter().find(|(known, _)| known == name) {
                Some((_, value)) => text.push_str(value),
                None => {
                    let _ = write!(text, "{{{name}}}");
                }
            },
        }
    }
    text
}

/// The names of placeholders and links.
fn names(pieces: &[Piece]) -> BTreeSet<&str> {
    let names = pieces.iter().filter_map(|piece| match piece {
        Piece::Words(_) => None,
        Piece::Value(name) | Piece::Link { name, .. } => Some(name.as_str()),
    });
    names.collect()
}

fn read_text(value: &DeValue<'_>) -> Result<Text, String> {
    let form = |value: &DeValue<'_>| match value {
        DeValue::String(text) => pieces(text),
        _ => Err("is no text".to_owned()),
    };
    let DeValue::Table(forms) = value else {
        return Ok(Text {
            one: None,
            other: form(value)?,
        });
    };
    let (mut one, mut other) = (None, None);
    for (name, value) in forms {
        match &**name.get_ref() {
            "one" => one = Some(form(value.get_ref())?),
            "other" => other = Some(form(value.get_ref())?),
            name => return Err(format!("{name} is no form; there are one and other")),
        }
    }
    match (one, other) {
        (Some(one), Some(other)) if names(&one) != names(&other) => {
            Err("has other placeholders in `one` than in `other`".to_owned())
        }
        (Some(one), Some(other)) => Ok(Text {
            one: Some(one),
            other,
        }),
        _ => Err("has one of two forms".to_owned()),
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    if text.trim() != text || text.is_empty() || text.contains(['<', '>']) {
        return Err("is empty, has space around it, or holds markup".to_owned());
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '[']) {
        let (words, found) = rest.split_at(at);
        if !words.is_empty() {
            pieces.push(Piece::Words(words.to_owned()));
        }
        let read = match found.strip_prefix('{') {
            Some(value) => {
                (value.split_once('}')).map(|(name, rest)| (Piece::Value(name.to_owned()), rest))
            }
            None => found[1..].split_once("](").and_then(|(words, rest)| {
                let (name, rest) = rest.split_once(')')?;
                let (words, name) = (words.to_owned(), name.to_owned());
                Some((Piece::Link { words, name }, rest))
            }),
        };
        let (piece, after) =
            read.ok_or("has a { or [ that begins neither {name} nor [words](name)")?;
        pieces.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    Ok(pieces)
}

/// Refuses what a page could not use: a text of `[dates]` by which no day can be written, and a week without seven names
/// of days.
fn is_fit(key: &str, text: &Text) -> Result<(), String> {
    let words = match text.other.as_slice() {
        [Piece::Words(words)] => words,
        _ => "",
    };
    if key.starts_with("dates.") && !writes_days(words) {
        return Err("is no pattern of days such as \"%-d %B\"".to_owned());
    }
    if key == "months.weekdays" && words.split(' ').count() != 7 {
        return Err("has not seven names with a space between them".to_owned());
    }
    Ok(())
}

/// Whether a pattern can be filled from a day alone, without an hour.
fn writes_days(pattern: &str) -> bool {
    let mut text = String::new();
    let written = write!(text, "{}", NaiveDate::default().format(pattern));
    written.is_ok() && !text.is_empty()
}
