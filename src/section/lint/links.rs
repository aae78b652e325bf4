//! Addresses and words of links.

use super::{Kind, Notes, quoted};
use crate::facts::link::{Fault, Link, Meaning};
use crate::section::grammar::{Line, unescaped, with_scheme};
use crate::section::print::escaped;
use std::ops::Range;

/// Checks the address that stands in these bytes of the line.
pub(super) fn address(line: &Line<'_>, at: Range<usize>, notes: &mut Notes) {
    let written = &line.text[at.clone()];
    let address = written.trim();
    if matches!(address, "" | "#") {
        let shown = quoted(&format!("({written})"));
        let message = format!("{shown} is a link without an address: write the page's");
        return notes.say(line, at.start, Kind::LinkEmpty, message);
    }
    if address != written {
        let message = format!("spaces around the address {}", quoted(address));
        return notes.mend(line, at, address, Kind::Spaces, message);
    }
    if let Some(right) = with_scheme(address) {
        let message = format!(
            "the address {} does not begin with `https://`",
            quoted(address)
        );
        return notes.mend(line, at, right, Kind::LinkScheme, message);
    }
    let lower = address.to_lowercase();
    if !(lower.starts_with("https://") || lower.starts_with("http://")) {
        let message = format!(
            "{} is no web address: write one with `https://`",
            quoted(address)
        );
        return notes.say(line, at.start, Kind::LinkScheme, message);
    }
    if address.contains(char::is_whitespace) {
        let message = format!("{} holds a space: write `%20`", quoted(address));
        return notes.say(line, at.start, Kind::LinkBroken, message);
    }
    let spelled = match Link::parse(address) {
        Ok(spelled) => spelled,
        Err(error) => {
            let message = format!("{} leads nowhere: {error}", quoted(address));
            return notes.say(line, at.start, Kind::LinkBroken, message);
        }
    };
    if let Some((fault, right)) = spelled.fault_of(address) {
        let (kind, what) = named(fault, &spelled);
        let message = format!("{}: {what}", quoted(address));
        return notes.mend(line, at, right, kind, message);
    }
    // Most servers take two slashes for one; which, only they know.
    let path = address.split(['?', '#']).next().unwrap_or_default();
    if path
        .splitn(2, "://")
        .last()
        .is_some_and(|path| path.contains("//"))
    {
        let message = format!("{} has two slashes in a row: write one", quoted(address));
        notes.say(line, at.start, Kind::LinkSpelling, message);
    }
}

/// The kind of a fault, and what is wrong.
fn named(fault: Fault, spelled: &Link) -> (Kind, &'static str) {
    match fault {
        Fault::Http => (Kind::LinkHttp, "the newsletter writes https"),
        Fault::Luma => (
            Kind::LinkLuma,
            "a Luma page is on `luma.com`, without a slash at its end",
        ),
        Fault::Locale => (Kind::LinkLocale, "this is the page in one language"),
        Fault::Tracking => (
            Kind::LinkTracking,
            "the parameters report how a reader came",
        ),
        Fault::Redirect => (Kind::LinkTracking, "this redirect reports who clicked"),
        Fault::Secret => (
            Kind::LinkTracking,
            "this is a password or an invitation for one person",
        ),
        Fault::Reference => (Kind::LinkSpelling, "`&` is written as it is"),
        Fault::Fragment => (Kind::LinkFragment, "the page is shown as a whole"),
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
            "a character ends the link in some renderer",
        ),
    }
}

/// How a renderer shows the words of a link differently; `None` if all show them as they are. `words` is Markdown,
/// without the stars around it.
///
/// Needless escapes are no fault. Nor is a pair of backticks: that is code, and may be meant.
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
            return Some(format!(
                "readers see the backslash of `\\{next}`: write only `{next}`"
            ));
        }
    }
    let without_code: String = words.split('`').step_by(2).collect::<Vec<_>>().join("");
    let stars = raw('*');
    let lone = without_code.matches(" * ").count();
    if stars > lone {
        return Some("a bare `*` makes text italic: write `\\*`".to_owned());
    }
    let right = escaped(&unescaped(words));
    let needed = right.matches("\\_").count();
    let written = words.matches("\\_").count();
    if needed >= written + 2 && raw('_') >= 2 {
        return Some("two bare `_` make text italic: write `\\_`".to_owned());
    }
    if (right.contains("\\[") && raw('[') > 0) || (right.contains("\\]") && raw(']') > 0) {
        return Some("a bare bracket can end the link: write `\\[` and `\\]`".to_owned());
    }
    None
}

/// Words of a link that a renderer would show differently.
pub(super) fn words(line: &Line<'_>, at: usize, words: &str, notes: &mut Notes) {
    if let Some(what) = changed_by_renderers(words) {
        notes.say(line, at, Kind::Unescaped, what);
    }
}
