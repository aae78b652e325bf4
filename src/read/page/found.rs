//! What one reader found in a document, on the way to a [`Reading`].

use super::{MOST_EVENTS, YEARS};
use crate::facts::event::{folded, one_line};
use crate::facts::link::Link;
use crate::facts::listing::{Listing, Problem, Reading};
use crate::facts::source::{Request, Way};
use crate::facts::when::Stamp;
use crate::read::jsonld;
use chrono::{Datelike, Timelike};
use std::collections::BTreeSet;

/// Characters of a title in a key.
const LONGEST_TITLE: usize = 200;

/// Characters of an entry's name in a message.
const LONGEST_NAME: usize = 80;

/// What one reader found in a document.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In which form it stands there, for people: "microformats".
    pub(super) read_as: String,
    /// The events, in the document's order.
    pub(super) listings: Vec<Listing>,
    /// What could not be read, or was read with doubt.
    pub(super) problems: Vec<Problem>,
    /// How many events the document names, readable or not.
    pub(super) entries: usize,
    /// What is to be asked for the rest.
    pub(super) next: Vec<Request>,
    /// Whether the document says that its list is empty.
    pub(super) is_empty_list: bool,
    seen: BTreeSet<(String, String, String)>,
}

/// The facts of an event, as far as a reader must state them.
pub(crate) struct Facts {
    pub(super) title: String,
    pub(super) start: Stamp,
    /// Its page, absolute.
    pub(super) link: Option<String>,
    /// What the document itself calls it, where it has no page.
    pub(super) id: Option<String>,
    /// The line of the document on which it begins, counted from 1; 0 if unknown.
    pub(super) line: usize,
}

impl Facts {
    /// A listing with the event's page as its key, else its id, else its title and day.
    pub(super) fn listing(self) -> Listing {
        let title = one_line(&self.title);
        let key = match (&self.link, self.id) {
            (Some(link), _) => {
                Link::parse(link).map_or_else(|_| link.clone(), |link| link.as_str().to_owned())
            }
            (None, Some(id)) => id,
            (None, None) => {
                let title: String = folded(&title).chars().take(LONGEST_TITLE).collect();
                format!("{title}@{}", self.start.date())
            }
        };
        let mut listing = Listing::new(key, title, self.start, Way::Page);
        listing.link = self.link;
        listing.line = self.line;
        listing
    }
}

/// Why a start cannot be meant; `None` if it can.
fn nonsense(start: &Stamp) -> Option<&'static str> {
    let clock = match start {
        Stamp::Date(_) => None,
        Stamp::Floating(at) | Stamp::Zoned(at, _) => Some(at.time()),
        Stamp::Offset(at) => Some(at.naive_local().time()),
        Stamp::Utc(at) => Some(at.time()),
    };
    let is_moment = |at: chrono::NaiveTime| at.second() != 0 && !at.minute().is_multiple_of(5);
    if !YEARS.contains(&start.date().year()) {
        Some("lies in a year that no one means")
    } else if clock.is_some_and(is_moment) {
        Some("is the moment in which something was saved, to the second")
    } else {
        None
    }
}

impl Found {
    pub(super) fn read_as(form: impl Into<String>) -> Found {
        Found {
            read_as: form.into(),
            ..Found::default()
        }
    }

    /// Takes an event. The same title, start and page again are the same event: pages show it as a card and
    /// in a bubble.
    pub(super) fn take(&mut self, listing: Listing) {
        let mark = (
            folded(&listing.title),
            format!("{:?}", listing.start),
            listing.link.clone().unwrap_or_default(),
        );
        if self.is_full() || !self.seen.insert(mark) {
            return;
        }
        if let Some(why) = nonsense(&listing.start) {
            let what = format!("start {} {why}", listing.start.date());
            self.lose(listing.line, Some(&listing.title), what);
            return;
        }
        self.entries += 1;
        self.listings.push(listing);
    }

    /// Whether no more events are read; said once.
    pub(super) fn is_full(&mut self) -> bool {
        let is_full = self.entries >= MOST_EVENTS;
        let what = format!("more than {MOST_EVENTS} events: the rest was not read");
        if is_full && self.problems.iter().all(|problem| problem.what != what) {
            self.note(0, None, what, true);
        }
        is_full
    }

    /// An entry of which no event can be made.
    pub(super) fn lose(&mut self, line: usize, item: Option<&str>, what: impl Into<String>) {
        if !self.is_full() {
            self.entries += 1;
            self.note(line, item, what, true);
        }
    }

    /// Something that was read with doubt.
    pub(super) fn doubt(&mut self, line: usize, item: Option<&str>, what: impl Into<String>) {
        self.note(line, item, what, false);
    }

    fn note(&mut self, line: usize, item: Option<&str>, what: impl Into<String>, lost: bool) {
        self.problems.push(Problem {
            line,
            what: what.into(),
            item: item.map(|item| one_line(item).chars().take(LONGEST_NAME).collect()),
            lost,
        });
    }

    /// Whether this is an answer to what the document announces: events, the way to them, or that there are none.
    pub(super) fn says_something(&self) -> bool {
        !self.listings.is_empty() || !self.next.is_empty() || self.is_empty_list
    }

    pub(super) fn into_reading(mut self) -> Reading {
        jsonld::part_shared_keys(&mut self.listings);
        Reading {
            entries: self.entries,
            whole: !self.problems.iter().any(|problem| problem.lost),
            listings: self.listings,
            problems: self.problems,
            next: self.next,
            cut_off: false,
            read_as: Some(self.read_as),
            stamped_at: None,
        }
    }
}
