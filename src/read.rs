//! Pages → listings: which platform's file reads a page. The only `match` over platforms.
//!
//! A platform is one file with two functions: which request comes first on a way, and what a page says.
//! Readers are pure: what they need from the world they *return* as the next request.

pub mod ics;

use crate::listing::{Reading, Unreadable};
use crate::source::{Page, Platform, Request, Source, Way};
use chrono::{DateTime, Utc};

/// What is already known of a source when one of its pages is read.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Of each event whose own page was read: the listing's key, and the mark of the list's version that
    /// asked for it ([`Listing::mark`](crate::listing::Listing::mark)).
    pub pages: std::collections::BTreeMap<String, String>,
}

/// The request that begins a reading of a source by one of its ways.
///
/// `None` where the source cannot be read that way, or needs no request (a file, the configuration).
pub fn first_request(_source: &Source, _way: Way) -> Option<Request> {
    None
}

/// What a page says.
///
/// # Errors
/// [`Unreadable`] if something else stands where the page should: a login page, an error message, an
/// empty body. Never an empty reading for it: "no events" is a statement.
pub fn read(source: &Source, _page: &Page, _now: DateTime<Utc>) -> Result<Reading, Unreadable> {
    match source.platform {
        Platform::Meetup | Platform::Luma | Platform::Ics | Platform::Jsonld | Platform::Manual => {
            Ok(Reading::default())
        }
    }
}
