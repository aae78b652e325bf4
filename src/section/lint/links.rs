//! Addresses and words of links.

use super::{Kind, Notes, quoted};
use crate::facts::link::{Fault, Link, Meaning};
use crate::section::grammar::{Line, unescaped};
use crate::section::print::escaped;
use std::ops::Range;

/// Checks the address that stands in these bytes of the line.
pub(super) fn address(line: &Line<'_>, at: Range<usize>, notes: &mut Notes) {
    let written = &line.text[at.clone()];
    let address = written.trim();
    if matches!(address, "" | "#") {
        return notes.say(line, at.start, Kind::LinkEmpty, "a link without an address");
    }
    if address != written {
        let message = "spaces around the address";
        return notes.mend(line, at, address, Kind::Spaces, message);
    }
    let lower = address.to_lowercase();
    if !(lower.starts_with("https://") || lower.starts_with("http://")) {
        let message = format!(
            "{} is neither an http nor an https address",
            quoted(address)
        );
        return notes.say(line, at.start, Kind::LinkScheme, message);
    }
    // A title, `(https://… "…")`, is Markdown that the newsletter does not use.
    if address.contains(char::is_whitespace) {
        let message = format!("{} holds a space: write `%20`", quoted(address));
        return notes.say(line, at.start, Kind::LinkBroken, message);
    }
    let spelled = match Link::parse(address) {
        Ok(spelled) => spelled,
        Err(error) => return notes.say(line, at.start, Kind::LinkBroken, error.to_string()),
    };
    if let Some((fault, right)) = spelled.fault_of(address) {
        let (kind, what) = told(fault, &spelled);
        return notes.mend(line, at, right, kind, what);
    }
    // Most servers take two slashes for one; which, only they know.
    let path = address.split(['?', '#']).next().unwrap_or_default();
    if path
        .splitn(2, "://")
        .last()
        .is_some_and(|path| path.contains("//"))
    {
        let message = format!("{} holds two slashes in a row", quoted(address));
        notes.say(line, at.start, Kind::LinkSpelling, message);
    }
}

/// The kind of a fault, with its words.
fn told(fault: Fault, spelled: &Link) -> (Kind, &'static str) {
    match fault {
        Fault::Http => (Kind::LinkHttp, "https is written"),
        Fault::Luma => (
            Kind::LinkLuma,
            "a Luma page is on `luma.com`, without a slash at its end",
        ),
        Fault::Locale => (Kind::LinkLocale, "the page in one language"),
        Fault::Tracking => (Kind::LinkTracking, "parameters that tell how a reader came"),
        Fault::Redirect => (
            Kind::LinkTracking,
            "a redirect, which tells who clicked on what: the page itself is written",
        ),
        Fault::Secret => (
            Kind::LinkTracking,
            "a password or an invitation of somebody's: the page is written without it",
        ),
        Fault::Reference => (Kind::LinkSpelling, "`&` is written as it is"),
        Fault::Fragment => (Kind::LinkFragment, "the page is known as a whole"),
        Fault::Meetup => match spelled.meaning() {
            Meaning::Event { .. } => (
                Kind::LinkMeetup,
                "a Meetup event ends with its number and a slash",
            ),
            _ => (
                Kind::LinkMeetup,
                "a Meetup group ends with its name, without `/events/` or a slash",
            ),
        },
        Fault::Character => (
            Kind::LinkSpelling,
            "a character that ends a link in some renderer",
        ),
    }
}

/// What the renderers make of the words of a link that is not what they say; `None` if they show them as
/// they are. `words` is Markdown, without the stars around it.
///
/// Escapes that are not needed are no fault, nor is a pair of backticks: that is code, and may be meant.
pub(super) fn changed_by_renderers(words: &str) -> Option<String> {
    let raw = |mark: char| -> usize {
        let mut count = 0;
        let mut chars = words.chars();
        while let Some(char) = chars.next() {
            if char == '\\' {
                chars.next();
            } else if char == mark {
                count += 1;
            }
        }
        count
    };
    // Of the escapes of CommonMark, Python-Markdown shows the backslash of these.
    let mut chars = words.chars().peekable();
    while let Some(char) = chars.next() {
        if char == '\\'
            && let Some(next) = chars.next_if(char::is_ascii_punctuation)
            && !"\\`*_{}[]()>#+-.!".contains(next)
        {
            return Some(format!("the backslash before `{next}` is shown"));
        }
    }
    let without_code: String = words.split('`').step_by(2).collect::<Vec<_>>().join("");
    let stars = raw('*');
    let lone = without_code.matches(" * ").count();
    if stars > lone {
        return Some("a raw `*`: write `\\*`".to_owned());
    }
    let right = escaped(&unescaped(words));
    let needed = right.matches("\\_").count();
    let written = words.matches("\\_").count();
    if needed >= written + 2 && raw('_') >= 2 {
        return Some("raw `_` around a word: write `\\_`".to_owned());
    }
    if (right.contains("\\[") && raw('[') > 0) || (right.contains("\\]") && raw(']') > 0) {
        return Some("raw brackets: write `\\[` and `\\]`".to_owned());
    }
    None
}
