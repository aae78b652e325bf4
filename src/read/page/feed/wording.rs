//! Feeds in which the text of a post names the event's day.

use super::{Item, posts};
use crate::facts::event::folded;
use crate::facts::listing::{About, Listing};
use crate::facts::when::Stamp;
use crate::read::page::found::Found;
use crate::read::page::{Document, page_of_words, speaks};
use crate::read::visible;
use chrono::NaiveDate;

/// Posts of one feed that are read.
const MOST_POSTS: usize = 150;

/// Days from a post to its event at most.
const MOST_DAYS_AHEAD: usize = 100;

/// Bytes of one post that are read.
const LONGEST_POST: usize = 20_000;

/// The events of a feed's posts; `None` where most posts name no day, or the feed is not about events.
pub(super) fn read(items: &[Item], language: &str, document: &Document<'_>) -> Option<Found> {
    let speaks = |item: &&Item| {
        speaks::names_events(&folded(&item.title)) || speaks::is_below_events(&item.address)
    };
    if items.iter().filter(speaks).count() * 2 < items.len() {
        return None;
    }
    let mut found = Found::read_as("a feed, by the words of its posts");
    let mut undated = 0;
    for item in items.iter().take(MOST_POSTS) {
        match event(item, language, document) {
            Some(listing) => found.take(listing),
            None => {
                undated += 1;
                found.doubt(
                    item.line,
                    Some(&item.title),
                    "names no day: it may be no event",
                );
            }
        }
    }
    if items.len() > MOST_POSTS {
        let what = format!("more than {MOST_POSTS} posts: the rest was not read");
        found.lose(0, None, what);
    }
    (found.listings.len() > undated).then_some(found)
}

/// The first day from that of the post on which a title names without a year.
fn day_in(title: &str, language: &str, posted: NaiveDate) -> Option<NaiveDate> {
    let named = visible::Named::on(&page_of_words(language, title, ""), posted);
    let mut days = posted.iter_days().take(MOST_DAYS_AHEAD);
    days.find(|day| named.names(*day))
}

/// The event of a post, by the first day that its text names, else by the one in its title.
fn event(item: &Item, language: &str, document: &Document<'_>) -> Option<Listing> {
    let mut end = item.markup.len().min(LONGEST_POST);
    while !item.markup.is_char_boundary(end) {
        end -= 1;
    }
    let page = page_of_words(language, &item.title, &item.markup[..end]);
    // A day without a year is one near the post.
    let today = posts::posted(item).map_or(document.at.date_naive(), |posted| posted.date());
    let seen = visible::read(&page, document.url.as_ref(), today);
    let Some(read) = seen.listings.into_iter().next() else {
        let day = day_in(&item.title, language, posts::posted(item)?.date())?;
        let mut listing = item.listing(Stamp::Date(day));
        listing.chose(About::Prose, &*item.title, "the year is that of the post");
        return Some(listing);
    };
    let mut listing = item.listing(read.start);
    listing.end = read.end;
    listing.status = read.status;
    listing.doubts = read.doubts;
    if listing.locations.is_empty() {
        listing.locations = read.locations;
    }
    Some(listing)
}
