//! The rules of a source with `platform = "html"`: by which elements of a page its events are found.

use std::fmt;

/// What picks one value: the first element that a CSS selector finds, its text or an attribute of it, and the part
/// that a regular expression takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The selector, as written; empty for the entry itself.
    pub selector: String,
    /// The attribute in place of the text.
    pub attribute: Option<String>,
    /// Its first group is the value, or the whole where it has none.
    pub regex: Option<String>,
}

impl Pick {
    /// `h3 a`, `time @datetime`, `@data-start`.
    pub fn parse(text: &str) -> Pick {
        let (selector, attribute) = match text.rsplit_once('@') {
            Some((selector, attribute)) if is_name(attribute.trim()) => {
                (selector, Some(attribute.trim().to_owned()))
            }
            _ => (text, None),
        };
        Pick {
            selector: selector.trim().to_owned(),
            attribute,
            regex: None,
        }
    }
}

/// Whether a text may be an attribute's name. `[href@=x]` is no attribute but a selector that is wrong.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | ':'))
}

impl fmt::Display for Pick {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.selector)?;
        match (&self.attribute, self.selector.is_empty()) {
            (Some(attribute), true) => write!(out, "@{attribute}"),
            (Some(attribute), false) => write!(out, " @{attribute}"),
            (None, _) => Ok(()),
        }
    }
}

/// How the events of a page are found by its elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// A selector: each element that it finds is an event.
    pub item: String,
    /// The title.
    pub title: Pick,
    /// The day, or the day and the time.
    pub date: Pick,
    /// The time, where it stands apart from the day; or from one to another.
    pub time: Option<Pick>,
    /// The last day, or when it ends.
    pub end: Option<Pick>,
    /// Where it is.
    pub place: Option<Pick>,
    /// Its page.
    pub link: Option<Pick>,
    /// A word that says whether it is online.
    pub mode: Option<Pick>,
    /// The link to the next page of the list.
    pub next: Option<Pick>,
    /// A selector: where it finds something, the list is empty on purpose.
    pub empty: Option<String>,
    /// The form of the dates, as in `strftime`; without it they are read as people write them.
    pub date_format: Option<String>,
    /// The language of the dates (`de`), where the page declares another or none.
    pub language: Option<String>,
}

impl Rules {
    /// The rules that pick a value of an entry, each with its name in the configuration.
    pub fn picks(&self) -> Vec<(&'static str, &Pick)> {
        let mut picks = vec![("title", &self.title), ("date", &self.date)];
        let others = [
            ("time", &self.time),
            ("end", &self.end),
            ("place", &self.place),
            ("link", &self.link),
            ("mode", &self.mode),
        ];
        picks.extend(
            others
                .into_iter()
                .filter_map(|(name, pick)| Some((name, pick.as_ref()?))),
        );
        picks
    }
}
