//! A draft brought up to date: what people did to it stays, what the events say comes in.

mod by_hand;
mod evidence;
mod memory;
mod program;
mod replay;
mod rules;
mod spelling;
mod without_base;

use crate::telling;
use crate::telling::Records;
use chrono::{DateTime, Utc};
use rusty_events::believe::normalise::Groups;
use rusty_events::compose::{self, Against, Given, Updated};
use rusty_events::facts::decision::Decision;
use rusty_events::facts::issue::Window;
use rusty_events::facts::listing::{End, Listing, Location, Status};
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Organiser, Platform, Source, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::section::grammar;
use rusty_events::section::merge::{Change, Entry, Kind};
use rusty_events::section::select::Style;
use rusty_events::store::Store;
use std::collections::BTreeSet;

pub(crate) const DAY: &str = "2026-08-26";

pub(crate) fn style() -> Style {
    Style {
        states: vec![rusty_events::facts::place::Country::parse("US").unwrap()],
        ..crate::markdown::style()
    }
}

/// The newsletter's desk: a database, a group with events, and a draft.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) source: Source,
    pub(crate) now: DateTime<Utc>,
    pub(crate) only: BTreeSet<Change>,
    pub(crate) decisions: Vec<Decision>,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        let mut source = crate::sameness::source("meetup/rust-berlin", Platform::Meetup, None);
        source.organiser = Some(Organiser {
            name: "Rust Berlin".to_owned(),
            url: rusty_events::facts::link::Link::parse("https://www.meetup.com/rust-berlin").ok(),
        });
        source.place = Place::parse("Berlin, DE").ok();
        Desk {
            store: Store::in_memory().unwrap(),
            source,
            now: "2026-08-24T06:00:00Z".parse().unwrap(),
            only: Change::ALL.into(),
            decisions: Vec::new(),
        }
    }

    /// The group's whole list, read a day later than the last time, and believed.
    pub(crate) fn tell(&mut self, listings: &[Listing]) {
        self.now += chrono::TimeDelta::hours(1);
        let visit = telling::read(&self.source.id.0, Way::Feed, listings.to_vec());
        self.store.record(&visit, self.now).unwrap();
        self.believe();
    }

    pub(crate) fn believe(&mut self) {
        telling::believe(
            &mut self.store,
            std::slice::from_ref(&self.source),
            &Groups::default(),
            &self.decisions,
            self.now,
        );
    }

    /// The draft brought up to date, as `update` does it.
    pub(crate) fn update(&mut self, text: &str) -> (String, Updated) {
        self.update_in(text, None, Against::Memory)
    }

    /// The same of a draft in a file, compared with what a person names.
    pub(crate) fn update_in(
        &mut self,
        text: &str,
        path: Option<&str>,
        against: Against<'_>,
    ) -> (String, Updated) {
        let style = style();
        let draft = grammar::draft(text, &style).unwrap();
        let given = Given {
            path,
            against,
            ..Given::pasted(text, &draft)
        };
        let (new, updated) = self.would(&given);
        if compose::keep(&mut self.store, &given, &updated, None, self.now).unwrap() {
            self.believe();
        }
        (new, updated)
    }

    /// The draft brought up to date, without keeping it.
    pub(crate) fn would_update(&self, text: &str) -> (String, Updated) {
        let style = style();
        let draft = grammar::draft(text, &style).unwrap();
        self.would(&Given::pasted(text, &draft))
    }

    fn would(&self, given: &Given<'_>) -> (String, Updated) {
        let window = Window::starting(DAY.parse().unwrap(), 28);
        let updated = compose::update(&self.store, given, window, &self.only, &style()).unwrap();
        let (text, span) = (given.text, given.draft.span.clone());
        let new = format!(
            "{}{}{}",
            &text[..span.start],
            updated.text,
            &text[span.end..]
        );
        (new, updated)
    }

    /// The draft brought up to date, and a second time, which changes nothing.
    pub(crate) fn settled(&mut self, text: &str) -> (String, Updated) {
        let (new, updated) = self.update(text);
        let (again, _) = self.update(&new);
        assert_eq!(again, new, "a second run changes nothing");
        (new, updated)
    }
}

/// An evening of Rust Berlin.
pub(crate) fn evening(id: &str, title: &str, day: &str) -> Listing {
    let start = format!("{day}T19:00:00").parse().unwrap();
    let mut listing = Listing::new(
        id,
        title,
        Stamp::Zoned(start, chrono_tz::Tz::Europe__Berlin),
        Way::Feed,
    );
    listing.link = Some(format!("https://www.meetup.com/rust-berlin/events/{id}/"));
    listing.mode = Some(Mode::InPerson);
    listing.locations = vec![city("Berlin", "DE")];
    listing
}

pub(crate) fn city(city: &str, country: &str) -> Location {
    Location {
        city: Some(city.to_owned()),
        country: Some(country.to_owned()),
        ..Location::default()
    }
}

pub(crate) fn online(mut listing: Listing) -> Listing {
    listing.mode = Some(Mode::Virtual);
    listing
}

pub(crate) fn hybrid(mut listing: Listing) -> Listing {
    listing.mode = Some(Mode::Hybrid);
    listing
}

pub(crate) fn cancelled(mut listing: Listing) -> Listing {
    listing.status = Status::Cancelled;
    listing
}

pub(crate) fn until(mut listing: Listing, day: &str) -> Listing {
    let end = format!("{day}T17:00:00").parse().unwrap();
    listing.end = Some(End::At(Stamp::Zoned(end, chrono_tz::Tz::Europe__Berlin)));
    listing
}

/// A row of Rust Berlin as it is printed.
pub(crate) fn row(id: &str, title: &str, day: &str) -> String {
    format!(
        "* {day} | Berlin, DE | [Rust Berlin](https://www.meetup.com/rust-berlin)\n    * [**{title}**](https://www.meetup.com/rust-berlin/events/{id}/)\n"
    )
}

/// A draft of the issue: text around a section with these parts.
pub(crate) fn draft_of(parts: &[(&str, &[String])]) -> String {
    let parts: String = parts
        .iter()
        .map(|(heading, rows)| format!("\n### {heading}\n{}", rows.concat()))
        .collect();
    format!(
        "Title: An issue\nDate: {DAY}\n\n## News\n* [Something](https://example.org/)\n\n## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n{parts}\nIf you are running a Rust event please add it.\n\n## Jobs\nnone\n"
    )
}

/// The titles of the entries of a kind.
pub(crate) fn titles(updated: &Updated, kind: Kind) -> Vec<&str> {
    updated
        .report
        .of(kind)
        .map(|entry: &Entry| entry.title.as_str())
        .collect()
}
