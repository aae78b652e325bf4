//! What came of a visit to a source, and how it changed what is stored.

use super::StoredValidators;
use crate::believe::absence::settle::PageAnswer;
use crate::believe::absence::{self, Read};
use crate::facts::listing::{Answer, Listing, Made, Problem};
use crate::facts::source::{SourceId, Way};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// The mark of a page that was read because the list went without its event.
pub const ASKED_WHILE_MISSING: &str = "missing";

/// One visit to a source, to be recorded as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Who was visited.
    pub source: SourceId,
    /// What came of it.
    pub outcome: Outcome,
    /// What the pages of single events said, whatever became of the list: their listings, with the mark
    /// of the list's version that asked for them.
    pub pages: Vec<(Listing, String)>,
    /// What was wrong with those pages.
    pub page_problems: Vec<Problem>,
    /// What the pages of events answered that the list went without.
    pub answers: Vec<Answered>,
    /// Whether the best of its ways was tried in vain: then a lesser one will do for a while.
    pub tried_best: bool,
    /// How long it took.
    pub took: Duration,
}

/// A question to the page of an event that the list went without, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The listing's key.
    pub key: String,
    /// The page.
    pub url: String,
    /// What it answered.
    pub answer: Answer,
    /// In words.
    pub detail: String,
    /// The key of the listing that the list names now and that this page leads to.
    pub leads_to: Option<String>,
}

/// What came of visiting a source's list.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was read.
    Read {
        /// By which way.
        way: Way,
        /// How many events it lists.
        entries: usize,
        /// The listings.
        listings: Vec<Listing>,
        /// What could not be read.
        problems: Vec<Problem>,
        /// Whether no entry was lost: only then does absence count.
        whole: bool,
        /// Whether the list may go on beyond its last entry.
        cut_off: bool,
        /// What to ask with next time.
        validators: Option<StoredValidators>,
        /// In which form the page held its events, where its reader knows several.
        read_as: Option<String>,
        /// When it was made, where that is known.
        made: Option<Made>,
        /// Whether it comes from a cache that is stuck: the list before was made clearly later.
        is_behind: bool,
    },
    /// The server says that it is as it was.
    Unchanged {
        /// By which way.
        way: Way,
    },
    /// Nothing could be read.
    Failed {
        /// Where: dns, connect, tls, http, decode, parse, …
        phase: &'static str,
        /// Why.
        error: String,
        /// Until when it asks to be left alone.
        not_before: Option<DateTime<Utc>>,
    },
}

/// How a visit changed what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Current listings of the source.
    pub events: usize,
    /// New ones.
    pub new: usize,
    /// Ones that say something else now.
    pub changed: usize,
    /// Ones that are gone now, or missing for the first time.
    pub gone: usize,
    /// Ones that say again what they said before they last changed: not believed for the time being.
    pub wavering: usize,
    /// Why the reading is held, if it is: then it changed nothing.
    pub held: Option<absence::Doubt>,
}

impl Visit {
    /// What the reading of the list names, if it was read.
    pub fn read(&self) -> Option<Read<'_>> {
        let Outcome::Read {
            listings,
            whole,
            cut_off,
            is_behind,
            ..
        } = &self.outcome
        else {
            return None;
        };
        Some(Read {
            listings,
            whole: *whole,
            cut_off: *cut_off,
            is_behind: *is_behind,
        })
    }

    /// By which way the list was read, or is as it was; none if it failed.
    pub fn way(&self) -> Option<Way> {
        match &self.outcome {
            Outcome::Read { way, .. } | Outcome::Unchanged { way } => Some(*way),
            Outcome::Failed { .. } => None,
        }
    }

    /// What the pages of missing events answered.
    pub fn page_answers(&self) -> Vec<PageAnswer<'_>> {
        let answers = self.answers.iter().map(|asked| PageAnswer {
            key: &asked.key,
            answer: asked.answer,
            leads_to: asked.leads_to.as_deref(),
        });
        answers.collect()
    }
}
