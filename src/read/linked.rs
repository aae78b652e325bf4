//! Events that a list only links to: the requests for their pages, and what such a page says.

use super::{html, jsonld};
use crate::facts::link::Link;
use crate::facts::listing::{Reading, Unreadable};
use crate::facts::source::{Page, Purpose, Request, Way};
use std::collections::BTreeSet;
use url::Url;

/// What a list says that names its events and nothing more of them: so many entries, each with the
/// request for its page. `key` gives the key of the event that a link leads to, if it leads to one; two links to
/// one event are one. Relative links are those of the page's address, in a file those of `home`.
pub(super) fn list(
    page: &Page,
    text: &str,
    home: &str,
    key: impl Fn(&html::Anchor) -> Option<String>,
) -> Reading {
    let base = Url::parse(&page.url)
        .ok()
        .filter(Url::has_host)
        .or_else(|| Url::parse(home).ok());
    let anchors = base.map_or_else(Vec::new, |base| html::anchors(text, &base));
    let mut seen = BTreeSet::new();
    let next: Vec<Request> = anchors
        .into_iter()
        .filter_map(|anchor| {
            let key = key(&anchor)?;
            let purpose = Purpose::Event {
                key: key.clone(),
                mark: String::new(),
            };
            seen.insert(key)
                .then(|| Request::get(String::from(anchor.url), purpose, Way::Page))
        })
        .collect();
    Reading {
        entries: next.len(),
        next,
        whole: true,
        ..Reading::default()
    }
}

/// What the page of a linked event says: its own event, or each of its dates. Events of other pages
/// that it shows beside are left out.
///
/// One event has the key that `key_of` makes of the address it gives for itself, for several links may
/// lead to it; else `key`, that of the link which was followed.
///
/// # Errors
/// If it holds no event, or was answered by another host.
pub(super) fn event(
    page: &Page,
    key: &str,
    key_of: impl Fn(&Url) -> Option<String>,
) -> Result<Reading, Unreadable> {
    if let (Some(asked), Some(answered)) = (host(&page.request.url), host(&page.url))
        && asked != answered
    {
        return Err(Unreadable::NotWhatWasAsked(format!(
            "leads away from {asked}, to {answered}"
        )));
    }
    let mut reading = jsonld::read(page)?;
    let own: Vec<Link> = [&page.request.url, &page.url]
        .into_iter()
        .filter_map(|url| Link::parse(url).ok())
        .collect();
    let is_own = |link: &Option<String>| {
        let link = link.as_deref().and_then(|link| Link::parse(link).ok());
        link.is_some_and(|link| own.contains(&link))
    };
    if reading.listings.iter().any(|listing| is_own(&listing.link)) {
        reading.listings.retain(|listing| is_own(&listing.link));
        reading.entries = reading.listings.len();
    }
    if let [alone] = &mut reading.listings[..] {
        let link = alone.link.as_deref().and_then(|link| Url::parse(link).ok());
        alone.key = link.as_ref().and_then(key_of).unwrap_or(key.to_owned());
    }
    Ok(reading)
}

fn host(url: &str) -> Option<String> {
    let host = Url::parse(url).ok()?.host_str()?.to_owned();
    Some(
        host.strip_prefix("www.")
            .map_or(host.clone(), str::to_owned),
    )
}
