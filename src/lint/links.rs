//! Addresses and words of links.

use super::outline::Line;
use super::{Kind, Notes, quoted};
use crate::link::{Link, Meaning, is_host};
use crate::read::section::unescaped;
use crate::render::markdown::escaped;
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
    if let Some((kind, right, what)) = spelling(address, &spelled) {
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

/// How an address differs from the one spelling that is printed; `None` where the difference is none to a
/// reader: a slash after the bare host, letters that are percent-encoded.
fn spelling(written: &str, spelled: &Link) -> Option<(Kind, String, String)> {
    let (before, fragment) = match written.split_once('#') {
        Some((before, fragment)) => (before, Some(fragment)),
        None => (written, None),
    };
    let (page, query) = match before.split_once('?') {
        Some((page, query)) => (page, Some(query)),
        None => (before, None),
    };
    let right = spelled.as_str();
    let known = !matches!(spelled.meaning(), Meaning::Other);
    // Only of a page that is known as a whole can it be said that its fragment names nothing.
    let fragment_goes = fragment.is_some() && !right.contains('#') && known;
    let right = match fragment {
        Some(fragment) if !right.contains('#') && !known => format!("{right}#{fragment}"),
        _ => right.to_owned(),
    };
    if right == written {
        return None;
    }
    let rest = page.split_once("://").map_or("", |(_, rest)| rest);
    let (host, path) = match rest.split_once('/') {
        Some((host, path)) => (host.to_lowercase(), path),
        None => (rest.to_lowercase(), ""),
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let right_query = right
        .split('#')
        .next()
        .and_then(|right| right.split_once('?'));
    let params_go = query.is_some() && query != right_query.map(|(_, query)| query);
    let is_locale =
        |part: &&str| part.len() == 5 && part.as_bytes()[2] == b'-' && !right.contains(*part);
    let found = if written.to_lowercase().starts_with("http://") {
        (Kind::LinkHttp, "https is written")
    } else if is_host(&host, "lu.ma") {
        (Kind::LinkLuma, "`lu.ma` is `luma.com`")
    } else if is_host(&host, "meetup.com") && parts.first().is_some_and(is_locale) {
        (Kind::LinkLocale, "the page in one language")
    } else if params_go {
        (Kind::LinkTracking, "parameters that tell how a reader came")
    } else if fragment_goes {
        (Kind::LinkFragment, "the page is known as a whole")
    } else if is_host(&host, "meetup.com") {
        match spelled.meaning() {
            Meaning::Event { .. } => (
                Kind::LinkMeetup,
                "a Meetup event ends with its number and a slash",
            ),
            _ => (
                Kind::LinkMeetup,
                "a Meetup group ends with its name, without `/events/` or a slash",
            ),
        }
    } else if is_host(&host, "luma.com") {
        (Kind::LinkLuma, "a Luma page has no slash at its end")
    } else if before.contains(['(', ')', '[', ']', '<', '>', '|', '`', '\\', '*']) {
        (
            Kind::LinkSpelling,
            "a character that ends a link in some renderer",
        )
    } else {
        return None;
    };
    Some((found.0, right, found.1.to_owned()))
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
