//! The page of one event, asked because its source's list no longer names it: what it says of *that*
//! event, or nothing.

use super::{html, jsonld, meetup};
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::{Listing, Part, Unreadable};
use crate::facts::source::{Page, Platform, Source, Way};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// How far a page may move its event for it still to be the same one, if nothing but its address says
/// that it is: `/next-meeting` shows next month's.
const MOVED_AT_MOST: TimeDelta = TimeDelta::days(4);

/// What an event's own page says of it, as a listing under the same key.
///
/// # Errors
/// If another page answered, or the page does not have that event: such a page says neither that the
/// event takes place nor that it does not.
pub(super) fn page(
    source: &Source,
    page: &Page,
    listing: &Listing,
    now: DateTime<Utc>,
) -> Result<Listing, Unreadable> {
    let nothing = |what: String| Err(Unreadable::NotWhatWasAsked(what));
    if !is_one_page(&page.request.url, &page.url) {
        return nothing(format!("leads to another page, {}", page.url));
    }
    let found = match source.platform {
        Platform::Meetup => meetup::read(source, page, now)?.listings,
        _ => jsonld::read(page)?.listings,
    };
    let own = Link::parse(&page.request.url).ok();
    let links_here = |found: &Listing| {
        let link = found.link.as_deref().and_then(|url| Link::parse(url).ok());
        link.is_some() && link == own
    };
    let alone = own
        .as_ref()
        .is_some_and(|link| matches!(link.meaning(), Meaning::Event { .. }));
    let is_it = |found: &Listing| {
        let apart = found.start.instant(Tz::UTC) - listing.start.instant(Tz::UTC);
        let near = apart.abs() <= TimeDelta::days(1);
        let titled = folded(&found.title) == folded(&listing.title);
        if found.key == listing.key || (alone && links_here(found)) {
            return true;
        }
        (titled && near) || (links_here(found) && apart.abs() <= MOVED_AT_MOST)
    };
    let mut its: Vec<Listing> = found.into_iter().filter(|found| is_it(found)).collect();
    match (its.pop(), its.len()) {
        (Some(found), 0) => Ok(Listing {
            key: listing.key.clone(),
            part: Part::Page,
            way: Way::Page,
            ..found
        }),
        (Some(_), others) => nothing(format!(
            "holds {} events that may be it",
            others.saturating_add(1)
        )),
        (None, _) => nothing(format!(
            "does not have the event{}",
            html::title(&String::from_utf8_lossy(&page.body))
                .map_or_else(String::new, |title| format!(" (its title: {title:?})"))
        )),
    }
}

/// Whether the page that answered is the one that was asked, but for its spelling.
fn is_one_page(asked: &str, answered: &str) -> bool {
    let spelled = |url: &str| {
        Link::parse(url).map(|link| {
            link.as_str()
                .trim_end_matches('/')
                .replacen("://www.", "://", 1)
        })
    };
    match (spelled(asked), spelled(answered)) {
        (Ok(asked), Ok(answered)) => asked == answered,
        _ => asked == answered,
    }
}
