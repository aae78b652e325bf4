//! Pages → listings: which platform's file reads a page.
//!
//! A platform is a row of the table in `facts/source/platform.rs`. Its file here has two functions: which request comes
//! first on a way, and what a page says. One that serves plain iCalendar or schema.org needs no file of its own.
//! Readers are pure: what they need from the world they *return* as the next request.

pub mod ics;

mod bevy;
mod charset;
mod checked;
mod conferences;
mod connpass;
mod dates;
pub mod discover;
mod entries;
mod eventbrite;
mod hasgeek;
mod html;
mod json;
mod jsonld;
mod linked;
mod list;
mod luma;
mod manual;
mod meetup;
mod missing;
mod mobilizon;
pub mod moved;
mod page;
mod paths;
mod picked;
mod plain;
mod pretix;
pub mod pulls;
mod refusal;
mod repair;
pub mod section;
mod selected;
mod tree;
mod visible;

pub use manual::read_inline;

use crate::facts::listing::{Listing, Part, Reading, Unreadable};
use crate::facts::source::{Address, Page, Platform, Request, Rules, Source, Way};
use chrono::{DateTime, Utc};

/// What is already known of a source when one of its pages is read.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Of each event with its own page read: the listing's key, and the mark of the list's version that
    /// asked for it ([`Listing::mark`]).
    pub pages: std::collections::BTreeMap<String, String>,
}

/// The request that begins a reading of a source by one of its ways at that time: an interface that can be
/// asked for some days only is asked for those from now on.
///
/// `None` where the source cannot be read that way, or needs no request (a file, the configuration).
pub fn first_request(source: &Source, way: Way, now: DateTime<Utc>) -> Option<Request> {
    match source.platform {
        Platform::Meetup => meetup::first_request(source, way, now),
        Platform::Luma => luma::first_request(source, way),
        Platform::Hasgeek => hasgeek::first_request(source, way),
        Platform::Bevy => bevy::first_request(source, way),
        Platform::Pretix => pretix::first_request(source, way),
        Platform::Mobilizon => mobilizon::first_request(source, way),
        Platform::Eventbrite => eventbrite::first_request(source, way),
        Platform::Connpass => connpass::first_request(source, way),
        Platform::Ics => ics::first_request(source, way),
        Platform::Jsonld | Platform::Page => jsonld::first_request(source, way),
        Platform::List => list::first_request(source, way),
        Platform::Conferences => conferences::first_request(source, way, now),
        Platform::Html | Platform::Checked => selected::first_request(source, way),
        Platform::Json => paths::first_request(source, way),
        Platform::Section => section::first_request(source, way),
        Platform::Manual => None,
    }
}

/// The list of the next year, where each year has one of its own. One of the two may be missing: next year's list is
/// begun when its first conference is announced.
pub fn next_years_request(source: &Source, way: Way, now: DateTime<Utc>) -> Option<Request> {
    match source.platform {
        Platform::Conferences => conferences::next_year(source, way, now),
        _ => None,
    }
}

/// What a page says: the events of a list and its further pages, the list that a signpost names, or the
/// one event of the page that was asked for ([`Page::request`] says which).
///
/// `known` is for readers that ask next for what was not read before; none does so far.
///
/// # Errors
/// [`Unreadable`] if something else stands where the page should: a login page, an error message, an
/// empty body. Never an empty reading for it: "no events" is a statement.
pub fn read(
    source: &Source,
    page: &Page,
    _known: &Known,
    now: DateTime<Utc>,
) -> Result<Reading, Unreadable> {
    if page.body.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::NotWhatWasAsked("page is empty".to_owned()));
    }
    let mut reading = platforms_reading(source, page, now)?;
    if !source.is_by_hand() {
        repair::texts(&mut reading);
    }
    Ok(reading)
}

fn platforms_reading(
    source: &Source,
    page: &Page,
    now: DateTime<Utc>,
) -> Result<Reading, Unreadable> {
    match source.platform {
        Platform::Meetup => meetup::read(source, page, now),
        Platform::Luma => luma::read(source, page, now),
        Platform::Hasgeek => hasgeek::read(source, page),
        Platform::Bevy => bevy::read(page),
        Platform::Pretix => pretix::read(source, page),
        Platform::Mobilizon => mobilizon::read(source, page),
        Platform::Eventbrite => eventbrite::read(source, page),
        Platform::Connpass => connpass::read(page, now),
        Platform::Ics => ics::read(source, page),
        Platform::Jsonld => jsonld::read(page),
        Platform::Page => page::read(page),
        Platform::List => list::read(page),
        Platform::Conferences => conferences::read(source, page),
        Platform::Html => selected::read(source, page),
        Platform::Json => paths::read(source, page),
        Platform::Checked => match &source.checked {
            Some(event) => checked::read(source, event, page, now),
            None => Err(Unreadable::NotWhatWasAsked(format!(
                "{}: an event that is checked stands as [[event]] with repeats and check",
                source.id
            ))),
        },
        Platform::Section => section::read(page),
        Platform::Manual => match &source.address {
            Address::Inline(events) => Ok(read_inline(source, events)),
            Address::Web(_) | Address::File(_) => Err(Unreadable::NotWhatWasAsked(format!(
                "{}: events by hand stand in the configuration, not on a page",
                source.id
            ))),
        },
    }
}

/// What is wrong with the rules of a source themselves: the key, and what.
pub fn faults_of_rules(source: &Source) -> Vec<(&'static str, String)> {
    match &source.rules {
        None => Vec::new(),
        Some(rules) if source.platform == Platform::Json => paths::faults(rules),
        Some(rules) => selected::faults(rules),
    }
}

/// Who reads a page that no platform and no link explains: JSON by the names that programs usually give their fields, or by
/// rules; a web page by rules made from what it repeats.
pub fn propose(page: &Page) -> Option<(Platform, Option<Rules>)> {
    if page::read_data(page).is_ok_and(|reading| !reading.listings.is_empty()) {
        return Some((Platform::Json, None));
    }
    if let Some(rules) = paths::propose(page) {
        return Some((Platform::Json, Some(rules)));
    }
    Some((Platform::Html, Some(selected::propose(page)?)))
}

/// What an event's own page says, asked because the source's list no longer has `listing`.
///
/// # Errors
/// If another page answered, or one without that event: that is no answer, neither "it
/// takes place" nor "it does not".
pub fn own_page(
    source: &Source,
    page: &Page,
    listing: &Listing,
    now: DateTime<Utc>,
) -> Result<Listing, Unreadable> {
    let mut found = missing::page(source, page, listing, now)?;
    repair::listing(&mut found);
    Ok(found)
}

/// The events that a list describes as fully as their own pages would, with the mark of each. They are kept
/// like pages, so that place and mode stay when another way, which says neither, serves again.
pub fn as_pages(source: &Source, way: Way, listings: &[Listing]) -> Vec<(Listing, String)> {
    match (source.platform, way) {
        (Platform::Meetup, Way::Page) => {
            let pages = listings.iter().map(|listing| {
                let page = Listing {
                    part: Part::Page,
                    ..listing.clone()
                };
                (page, listing.mark())
            });
            pages.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the pages of single events are read of a source beside its list.
pub fn may_want_pages(source: &Source) -> bool {
    source.platform == Platform::Meetup
}

/// The pages of single events that ought to be read, given all listings of the source, in the order in
/// which the events start: those about which the list says too little, where the page was not read since
/// the list last changed. To be asked after every reading, also one that found the list unchanged.
pub fn wanted(
    source: &Source,
    listings: &[Listing],
    known: &Known,
    now: DateTime<Utc>,
) -> Vec<Request> {
    match source.platform {
        Platform::Meetup => meetup::wanted(source, listings, known, now),
        // Their lists say what their events' pages do.
        _ => Vec::new(),
    }
}
