//! The pages, as functions from what is known to HTML. No script is needed to read or to use them.
//!
//! Each page is one struct of what it shows and one function that writes it down. None of them knows the
//! database, the clock or the request: the same values give the same bytes. A few lines of script
//! add copying and the times where the reader is; every page works without them.
//!
//! The pages stand under a policy without inline style and script, so there is neither an inline `style` nor an
//! event attribute in them; [`STYLE`] and [`SCRIPT`] are all there is.

use crate::words::Languages;
use chrono::{DateTime, Utc};

pub use say::{Fill, Say};

pub mod calls;
pub mod check;
pub mod conflict;
pub mod decisions;
pub mod discover;
pub mod embed;
pub mod event;
pub mod evidence;
pub mod facts;
pub mod follow;
pub mod groups;
mod history;
mod layout;
pub mod login;
mod months;
pub mod organiser;
pub mod problem;
pub mod query;
mod say;
pub mod section;
pub mod sources;
pub mod subscribe;
pub mod unrecorded;
pub mod upcoming;
pub mod why;

/// The one stylesheet, for `/style.css`.
pub const STYLE: &str = include_str!("style.css");

/// The one script, for `/script.js`.
pub const SCRIPT: &str = include_str!("script.js");

/// What tells a text from an earlier one, so that a page asks for the style that it was written for (FNV-1a: an
/// attacker gains nothing by two texts with one fingerprint).
const fn fingerprint(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// What every page knows of the site it is part of.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The site's name.
    pub title: &'a str,
    /// Its origin, `https://events.example.org`, without a slash at the end.
    pub base: &'a str,
    /// The time of the page.
    pub now: DateTime<Utc>,
    /// The language of the page.
    pub say: Say<'a>,
    /// All languages that pages are in.
    pub languages: &'a Languages,
    /// The address that was asked for, from the slash on and without its language; `None` if the page has no
    /// other language.
    pub here: Option<&'a str>,
    /// Who is logged in.
    pub editor: Option<Editor<'a>>,
    /// What the events are about, in headings: `Rust`.
    pub topic: Option<&'a str>,
    /// The newsletter for which the events are collected: its name and home page.
    pub newsletter: Option<(&'a str, Option<&'a str>)>,
    /// Whether a server answers questions and forms; not on a site of static files, which has no login, no
    /// filter and no page for every question.
    pub answers: bool,
}

impl<'a> Site<'a> {
    /// What there is: a text of its own where the site has a topic ("Rust events"), and where it has none ("Events").
    pub fn about(&self, on_topic: &str, plain: &str) -> String {
        match self.topic {
            Some(topic) => self.say.with(on_topic, &[("topic", topic)]),
            None => self.say.with(plain, &[]),
        }
    }

    /// English, for the parts of a page that are written for editors.
    pub fn in_english(&self) -> Say<'a> {
        Say {
            language: self.languages.english(),
            is_asked: false,
        }
    }
}

/// An editor who is logged in.
#[derive(Debug, Clone, Copy)]
pub struct Editor<'a> {
    /// The name.
    pub name: &'a str,
    /// What every form of this login must carry, so that no other site can send one.
    pub token: &'a str,
}
