//! Base + draft + section → the new section, and a report: a three-way merge, row by row and field by field.
//!
//! *Base* is what the events told when the text was written that the draft goes on from ([`descent`] says
//! which), *theirs* the draft as people left it, *ours* what the events tell now. A field that people changed
//! stays until its source changes that very fact. A row that stands for no event was written by hand and
//! stays while it is not over. Without a base, date, title and link follow the event, organiser, place and
//! heading follow the draft. A row of the base that is not in the draft was taken out by hand and is not
//! written again, if that can be shown (`rows/removed.rs` says when).
//!
//! Nothing is dropped in silence: whatever leaves the section, or differs from its event, has an entry in
//! the [`Report`].

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
    /// Events that stand nowhere yet come in.
    New,
    /// Titles, links, organisers, places and headings follow their events; spelling is mended.
    Changed,
    /// Days follow their events.
    Moved,
    /// What does not take place goes.
    Cancelled,
    /// What is over goes.
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

/// What the draft is compared with, to tell what people changed in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Base {
    /// Where it comes from.
    pub origin: Origin,
    /// What the events told when it was written.
    pub told: Vec<Told<PrintedRow>>,
    /// The rows as they were written or printed.
    pub printed: Vec<PrintedRow>,
    /// The rows that we added to it, by event and heading: a set for each update, the latest first.
    pub added: Vec<BTreeSet<(EventId, Heading)>>,
    /// Whether the draft holds a row in words that only we wrote.
    pub holds_our_words: bool,
    /// Whether a human said that this is the base: then nothing has to be shown.
    pub stated: bool,
    /// The last word on each event in what we ever wrote into this draft, also where the draft at hand goes
    /// on from an earlier text.
    pub memory: BTreeMap<EventId, Remembered>,
    /// Everything that we know events to have told for this issue, the earliest first.
    pub ever_told: BTreeMap<EventId, Vec<Told<PrintedRow>>>,
}

/// What we know of an event from a text that we wrote into the draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// What it told then.
    pub told: Vec<Told<PrintedRow>>,
    /// Whether that text is later than the one that the draft goes on from.
    pub is_later: bool,
}

/// What an event tells, or told, of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Told<R> {
    /// The event.
    pub event: EventId,
    /// The heading it belongs under.
    pub heading: Heading,
    /// The row.
    pub row: R,
    /// Whether it stands in the section; people took it out if not.
    pub stands: bool,
}

/// Where a base comes from.
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
    /// What it was when we last saw it.
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
    /// The line that tells the window, as printed.
    pub line: &'a str,
}

/// A new section, in pieces to be printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciled {
    /// The section, from its heading to its last line.
    pub blocks: Vec<Block>,
    /// What the events tell now of the rows in it, and of those that people took out: the next base.
    pub told: Vec<Told<Row>>,
    /// The rows that we added: event and heading.
    pub added: Vec<(EventId, Heading)>,
    /// The rows that people wrote and no event stands behind.
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
    /// Who holds it; of what stands, `None` where the row names nobody.
    pub organisers: Cell<Vec<Named>, Option<String>>,
    /// Its pages; of what stands, whole lines.
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
