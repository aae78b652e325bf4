//! Headings: the one place that knows where one begins.

use super::characters::{cleaned, is_blank, is_indented};
use crate::section::style::{Heading, Style};

/// A line that is a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadingLine {
    /// Its level: how many `#` stand before it. A line that is a heading by its words alone counts as one
    /// inside the section, 3.
    pub level: usize,
    /// Its words, without marks, a colon and spaces around them.
    pub words: String,
    /// The heading inside a section that it is.
    pub known: Option<Heading>,
    /// Whether anything but its words says that it is one.
    pub(super) marked: bool,
}

impl HeadingLine {
    /// Whether it names a region, or the events that are online.
    pub fn names_a_region(&self) -> bool {
        self.known.is_some()
    }

    /// Whether it has the words of the section's own heading, which is given as it is printed.
    pub fn is_the_sections(&self, wanted: &str) -> bool {
        bare(&self.words).to_lowercase() == bare(wanted).to_lowercase()
    }
}

/// Reads a line as a heading. Without a style the words of regions are the English ones.
///
/// A line is one if it begins with `#`, with or without a space behind it: Python-Markdown prints
/// `###Europe` as a heading, and CommonMark does not. Only `#word`, in small letters, is a hashtag. Indented,
/// bold or by its words alone (`**Europe**`, `Europe`) a line is a heading if it names a region.
pub fn heading_line(text: &str, style: Option<&Style>) -> Option<HeadingLine> {
    let trimmed = text.trim_matches(is_blank);
    let after = trimmed.trim_start_matches('#');
    let level = trimmed.len() - after.len();
    let words = cleaned(bare(after));
    let known = match style {
        Some(style) => style.names.find(&words),
        None => Heading::parse(&words),
    };
    if known.is_some() {
        let emphasised = is_emphasised(after);
        // `* Virtual` is an item of a list.
        let item = level == 0 && after.starts_with(['*', '_']) && !emphasised;
        return (!item).then_some(HeadingLine {
            level: if level == 0 { 3 } else { level },
            words,
            known,
            marked: level > 0 || emphasised,
        });
    }
    let hashtag = level == 1
        && !(after.is_empty()
            || after.starts_with(|char: char| is_blank(char) || char.is_uppercase()));
    if level == 0 || is_indented(text) || hashtag {
        return None;
    }
    // Marks at the end of an unknown heading may be its own: `C#`.
    let words = after.trim_matches(|char: char| is_blank(char) || char == ':');
    Some(HeadingLine {
        level,
        words: cleaned(words),
        known: None,
        marked: true,
    })
}

/// Words without the marks of headings and of emphasis around them.
fn bare(text: &str) -> &str {
    text.trim_matches(|char: char| is_blank(char) || "#:*_".contains(char))
}

/// Whether a text stands between the same marks of emphasis on both sides.
fn is_emphasised(text: &str) -> bool {
    let is_mark = ['*', '_'];
    let text = text.trim_end_matches(':');
    let inside = text.trim_start_matches(is_mark);
    let opening = text.len() - inside.len();
    let closing = inside.len() - inside.trim_end_matches(is_mark).len();
    opening > 0 && opening == closing && !inside.starts_with(char::is_whitespace)
}
