//! What became of events since the last digest or message in a chat.

use crate::believe::curate::{Published, Shown};
use crate::facts::when::When;
use chrono::{DateTime, Utc};

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It was announced.
    New,
    /// It is on another day, or begins at another hour.
    Moved,
    /// It does not take place, or is put off.
    Off,
    /// It takes place after all.
    Back,
}

impl What {
    /// In a word, as a line of a message begins.
    pub fn in_words(self) -> &'static str {
        match self {
            What::New => "New",
            What::Moved => "Moved",
            What::Off => "Cancelled",
            What::Back => "Takes place after all",
        }
    }
}

/// An event of which there is news.
#[derive(Debug, Clone, PartialEq)]
pub struct News<'a> {
    /// What became of it.
    pub what: What,
    /// The event.
    pub event: &'a Published,
    /// Kilometres from where events are asked for.
    pub km: Option<f64>,
}

/// What a chat was sent about an event, to recognise a later change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// That it takes place, and when it begins, in seconds since 1970.
    On(i64),
    /// That it does not.
    Off,
}

impl Said {
    /// What is true of an event now.
    pub fn of(event: &Published) -> Said {
        match is_off(event) {
            true => Said::Off,
            false => Said::On(event.when.start().timestamp()),
        }
    }

    /// The text under which it is kept.
    pub fn stored(self) -> String {
        match self {
            Said::On(start) => start.to_string(),
            Said::Off => "off".to_owned(),
        }
    }

    /// Read back; `None` if it was never written so.
    pub fn read(text: &str) -> Option<Said> {
        match text {
            "off" => Some(Said::Off),
            start => start.parse().ok().map(Said::On),
        }
    }

    /// What is news to those who heard this before, or nothing if `before` is none.
    pub fn after(self, before: Option<Said>) -> Option<What> {
        match (before, self) {
            (None, Said::On(_)) => Some(What::New),
            (None, Said::Off) => None,
            (Some(Said::Off), Said::On(_)) => Some(What::Back),
            (Some(Said::On(_)), Said::Off) => Some(What::Off),
            (Some(before), now) => (before != now).then_some(What::Moved),
        }
    }
}

/// What became of an event since a time, as far as the event itself tells. One that was called off before it
/// was announced is no news.
pub fn since(event: &Published, since: DateTime<Utc>) -> Option<What> {
    let is_changed = event.modified >= since;
    match (event.created >= since, is_off(event)) {
        (true, true) => None,
        (true, false) => Some(What::New),
        (false, true) => is_changed.then_some(What::Off),
        (false, false) => (is_changed && is_moved(event)).then_some(What::Moved),
    }
}

fn is_off(event: &Published) -> bool {
    !event.status.takes_place() || event.shown == Shown::Nowhere
}

/// Whether it begins at another time than before. Another end alone is not a move.
fn is_moved(event: &Published) -> bool {
    event
        .moved_from
        .as_ref()
        .is_some_and(|before: &When| before.start() != event.when.start())
}
