//! How an address was written, against the one spelling of its page.

use super::{Link, Meaning, is_host, parameters, redirect};
use std::borrow::Cow;
use url::Url;

/// What is wrong with the way an address is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `http` where `https` is written.
    Http,
    /// A Luma page under its old name, or with a last slash.
    Luma,
    /// The page in one language.
    Locale,
    /// Parameters that tell how a reader came.
    Tracking,
    /// A place inside a page that is known as a whole.
    Fragment,
    /// A Meetup group or event in another form.
    Meetup,
    /// A character that ends a link in some renderer.
    Character,
    /// An address that only leads to this one.
    Redirect,
    /// A meeting's password, or what else lets its reader in.
    Secret,
    /// `&amp;` for `&`.
    Reference,
}

/// An address without the character references of the page that it was taken from: `?a=1&amp;b=2`. Twice
/// encoded ones too.
pub(super) fn without_references(text: &str) -> Cow<'_, str> {
    const REFERENCES: [(&str, &str); 8] = [
        ("&amp;", "&"),
        ("&#38;", "&"),
        ("&#038;", "&"),
        ("&#x26;", "&"),
        ("&#x2F;", "/"),
        ("&#47;", "/"),
        ("&#x3D;", "="),
        ("&#61;", "="),
    ];
    let mut text = Cow::Borrowed(text);
    for _ in 0..2 {
        for (reference, char) in REFERENCES {
            if text.contains(reference) {
                text = Cow::Owned(text.replace(reference, char));
            }
        }
    }
    text
}

impl Link {
    /// What is wrong with the text that this link was read from, and how it is written; `None` where the
    /// difference is none to a reader: a slash after the bare host, letters that are percent-encoded.
    pub fn fault_of(&self, written: &str) -> Option<(Fault, String)> {
        let (before, fragment) = match written.split_once('#') {
            Some((before, fragment)) => (before, Some(fragment)),
            None => (written, None),
        };
        let (page, query) = match before.split_once('?') {
            Some((page, query)) => (page, Some(query)),
            None => (before, None),
        };
        let right = self.as_str();
        let known = !matches!(self.meaning(), Meaning::Other);
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
        let ends_a_link = ['(', ')', '[', ']', '<', '>', '|', '`', '\\', '*'];
        let decoded = without_references(written);
        let url = Url::parse(&decoded).ok();
        let fault = if url.as_ref().is_some_and(redirect::is_one) {
            Fault::Redirect
        } else if url.as_ref().is_some_and(parameters::holds_a_secret) {
            Fault::Secret
        } else if decoded != written {
            Fault::Reference
        } else if written.to_lowercase().starts_with("http://") {
            Fault::Http
        } else if is_host(&host, "lu.ma") {
            Fault::Luma
        } else if is_host(&host, "meetup.com") && parts.first().is_some_and(is_locale) {
            Fault::Locale
        } else if params_go {
            Fault::Tracking
        } else if fragment_goes {
            Fault::Fragment
        } else if is_host(&host, "meetup.com") {
            Fault::Meetup
        } else if is_host(&host, "luma.com") {
            Fault::Luma
        } else if before.contains(ends_a_link) {
            Fault::Character
        } else {
            return None;
        };
        Some((fault, right))
    }
}
