//! Base + draft + section → the new section, and a report: a three-way merge, row by row and field by field.
//!
//! *Base* is what the events said when we wrote the text that the draft is based on ([`descent`] finds it).
//! *Theirs* is the draft as people left it, *ours* is what the events say now. A field that people changed stays
//! until its source changes that very fact. A row without an event was written by hand and stays until it is over.
//! Without a base, date, title and link follow the event; organiser, place and heading follow the draft. A row of
//! the base that is not in the draft was removed by hand and is not written again, if there is evidence for that
//! (see `rows/removed.rs`).
//!
//! Everything that leaves the section, or differs from its event, has an entry in the [`Report`].

use crate::facts::event::EventId;
use crate::facts::issue::Window;
use crate::section::grammar::Draft;
use crate::section::grammar::PrintedRow;
use crate::section::select::{Heading, Row, Section, Style};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

pub mod descent;
mod fields;
mod known;
mod layout;
mod one_row;
mod report;
mod rows;
mod spelling;

pub use fields::{Fields, Named};
pub use known::Known;
pub use report::{Detail, Entry, Field, Kind, Report};

/// A kind of change that may be asked for by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Add events that are not in the section yet.
    New,
    /// Let titles, links, organisers, places and headings follow their events; mend spelling.
    Changed,
    /// Let days follow their events.
    Moved,
    /// Remove what does not take place.
    Cancelled,
    /// Remove what is over.
    Past,
}

impl Change {
    /// Every kind.
    pub const ALL: [Change; 5] = [
        Change::New,
        Change::Changed,
        Change::Moved,
        Change::Cancelled,
        Change::Past,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Change::New => "new",
            Change::Changed => "changed",
            Change::Moved => "moved",
            Change::Cancelled => "cancelled",
            Change::Past => "past",
        }
    }
}

/// What the draft is compared with, to find what people changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Base {
    /// Its origin.
    pub origin: Origin,
    /// The rows that the events gave when it was written.
    pub event_rows: Vec<EventRow<PrintedRow>>,
    /// The rows as they were written or printed.
    pub printed: Vec<PrintedRow>,
    /// The rows that we added to it, by event and heading: a set for each update, the latest first.
    pub added: Vec<BTreeSet<(EventId, Heading)>>,
    /// Whether the draft contains a row with words that only we wrote.
    pub holds_our_words: bool,
    /// Whether a person named this base: then no evidence is needed.
    pub stated: bool,
    /// The last rows of each event in everything that we wrote into this draft, even if this version of the draft
    /// is based on an earlier text.
    pub memory: BTreeMap<EventId, Remembered>,
    /// Every row that an event ever gave for this issue, the earliest first.
    pub ever_given: BTreeMap<EventId, Vec<EventRow<PrintedRow>>>,
}

/// What we know of an event from a text that we wrote into the draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The rows that it gave then.
    pub event_rows: Vec<EventRow<PrintedRow>>,
    /// Whether that text is later than the one that the draft is based on.
    pub is_later: bool,
}

/// A row as its event gives it under one heading, now or when the base was written.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow<R> {
    /// The event.
    pub event: EventId,
    /// The heading it belongs under.
    pub heading: Heading,
    /// The row.
    pub row: R,
    /// Whether it is in the section; if not, people removed it.
    pub stands: bool,
}

/// The origin of a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// There is none.
    #[default]
    None,
    /// The printed issue before.
    Learned,
    /// What we last wrote for this issue.
    Written,
}

/// What a reconciliation needs.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// The days of the issue.
    pub window: Window,
    /// The draft as people left it.
    pub draft: &'a Draft,
    /// The draft when we last saw it.
    pub base: &'a Base,
    /// What the events give for this issue.
    pub section: &'a Section,
    /// Which event a row stands for.
    pub known: &'a Known<'a>,
    /// Events that their sources no longer list, each with since when.
    pub unconfirmed: &'a BTreeMap<EventId, DateTime<Utc>>,
    /// The changes that are to be made.
    pub only: &'a BTreeSet<Change>,
    /// How the section is printed.
    pub style: &'a Style,
    /// The line with the window's days, as printed.
    pub line: &'a str,
}

/// A new section, in pieces to be printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciled {
    /// The section, from its heading to its last line.
    pub blocks: Vec<Block>,
    /// The rows that the events give now, both those in the section and those that people removed: the next base.
    pub event_rows: Vec<EventRow<Row>>,
    /// The rows that we added: event and heading.
    pub added: Vec<(EventId, Heading)>,
    /// The rows that people wrote and that have no event.
    pub by_hand: Vec<PrintedRow>,
    /// What was done.
    pub report: Report,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Lines as they are.
    Text(String),
    /// A row.
    Row(Box<NewRow>),
}

/// A row, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRow {
    /// First and last day.
    pub days: Cell<(NaiveDate, Option<NaiveDate>)>,
    /// The location column.
    pub location: Cell<String>,
    /// The organisers; as it stands, `None` if the row has none.
    pub organisers: Cell<Vec<Named>, Option<String>>,
    /// Its pages; as it stands, whole lines.
    pub links: Cell<Vec<Named>>,
}

/// A column: as it stands in the draft, in Markdown, or written anew.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<T, S = String> {
    /// As it stands.
    Stands(S),
    /// Written anew, not escaped.
    Written(T),
}

/// Brings a draft's section up to date.
pub fn reconcile(inputs: &Inputs<'_>) -> Reconciled {
    rows::Work::new(inputs).done()
}
