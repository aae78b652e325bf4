//! What a reconciliation did, for the editor: one entry a row, typed.

use super::fields::Fields;
use crate::facts::event::EventId;
use crate::section::select::Attention;
use chrono::NaiveDate;
use std::fmt;

/// What became of a row, in the order in which an editor wants to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An event that was not in the section yet.
    New,
    /// Its event says something else now, or belongs under one more heading or another one.
    Changed,
    /// Its event has another day now.
    Moved,
    /// Its event does not take place (cancelled, postponed or withdrawn). Removed.
    Cancelled,
    /// An editor hid it. Removed.
    Hidden,
    /// It is over. Removed.
    Past,
    /// A person had changed it, and its source changed the same fact later: the source's value was taken.
    Conflict,
    /// It had lost an organiser or a link, which was put back.
    Restored,
    /// It was in the section twice for one event; one was removed.
    Twice,
    /// People removed it: it is not written again.
    RemovedByHand,
    /// A person's words, which stay though the event says something else.
    KeptByHand,
    /// A person wrote it; no event is known for it.
    ByHand,
    /// Its source no longer lists its event, and that is not confirmed yet: it stays.
    Unconfirmed,
    /// It may be a duplicate of another one.
    PossibleTwin,
    /// A person must decide.
    NeedsAHuman,
}

impl Kind {
    /// Every kind, in the order of a report.
    pub const ALL: [Kind; 15] = [
        Kind::New,
        Kind::Changed,
        Kind::Moved,
        Kind::Cancelled,
        Kind::Hidden,
        Kind::Past,
        Kind::Conflict,
        Kind::Restored,
        Kind::Twice,
        Kind::RemovedByHand,
        Kind::KeptByHand,
        Kind::ByHand,
        Kind::Unconfirmed,
        Kind::PossibleTwin,
        Kind::NeedsAHuman,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// What it is called beside one row.
    pub fn words(self) -> &'static str {
        self.names().1
    }

    /// Its title in a report.
    pub fn title(self) -> &'static str {
        self.names().2
    }

    /// Its name in JSON, beside one row, and above the rows of a report.
    #[rustfmt::skip]
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::New => ("new", "new", "New"),
            Kind::Changed => ("changed", "changed", "Changed"),
            Kind::Moved => ("moved", "moved", "Moved"),
            Kind::Cancelled => ("cancelled", "cancelled", "Cancelled"),
            Kind::Hidden => ("hidden", "hidden by an editor", "Hidden by an editor"),
            Kind::Past => ("past", "past", "Past"),
            Kind::Conflict => ("conflict", "conflict", "Conflicts: changed by hand, and by the source since"),
            Kind::Restored => ("restored", "restored", "Restored"),
            Kind::Twice => ("listed-twice", "listed twice", "Listed twice"),
            Kind::RemovedByHand => ("removed-by-hand", "removed by hand", "Removed by hand"),
            Kind::KeptByHand => ("kept-by-hand", "kept by hand", "Kept by hand"),
            Kind::ByHand => ("by-hand", "written by hand", "Written by hand"),
            Kind::Unconfirmed => ("unconfirmed", "vanished, unconfirmed", "Vanished, unconfirmed"),
            Kind::PossibleTwin => ("suspected-duplicate", "suspected duplicate", "Suspected duplicates"),
            Kind::NeedsAHuman => ("needs-a-human", "needs a human", "Needs a human"),
        }
    }
}

/// A fact of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// First and last day.
    Date,
    /// The location column.
    Location,
    /// Its organisers.
    Organiser,
    /// Title and links.
    Link,
    /// The heading that it stands under.
    Heading,
}

impl Field {
    /// Its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Field::Date => "date",
            Field::Location => "place",
            Field::Organiser => "organiser",
            Field::Link => "title or link",
            Field::Heading => "heading",
        }
    }
}

/// One fact that differs, or a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// A field that had one value and has another, or keeps the first; either may be empty.
    Field {
        /// Which.
        field: Field,
        /// The draft's.
        theirs: String,
        /// The event's.
        ours: String,
    },
    /// Anything else.
    Note(String),
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What.
    pub kind: Kind,
    /// Its event.
    pub event: Option<EventId>,
    /// Where it stood in the file, counted from 1; `None` if it did not.
    pub line: Option<usize>,
    /// Its first day.
    pub day: NaiveDate,
    /// Its title.
    pub title: String,
    /// Its location.
    pub location: String,
    /// Its page.
    pub page: Option<String>,
    /// Field by field.
    pub details: Vec<Detail>,
    /// Whether it was done; not if only other changes were asked for.
    pub done: bool,
}

impl Entry {
    pub(super) fn new(kind: Kind, event: Option<&EventId>, fields: &Fields) -> Entry {
        Entry {
            kind,
            event: event.cloned(),
            line: None,
            day: fields.days.0,
            title: fields.title().to_owned(),
            location: fields.location.clone(),
            page: fields.page().map(str::to_owned),
            details: Vec::new(),
            done: true,
        }
    }

    pub(super) fn at(mut self, line: usize) -> Entry {
        self.line = Some(line);
        self
    }

    pub(super) fn noting(mut self, note: impl fmt::Display) -> Entry {
        self.details.push(Detail::Note(note.to_string()));
        self
    }

    pub(super) fn field(mut self, field: Field, theirs: &str, ours: &str) -> Entry {
        self.details.push(Detail::Field {
            field,
            theirs: theirs.to_owned(),
            ours: ours.to_owned(),
        });
        self
    }

    pub(super) fn done(mut self, done: bool) -> Entry {
        self.done = done;
        self
    }
}

/// What a reconciliation did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// A line a row, in the order of kinds and then of days.
    pub entries: Vec<Entry>,
    /// Doubts about events, as the section itself has them.
    pub attention: Vec<Attention>,
    /// Rows in which only spelling was mended.
    pub spelling: usize,
    /// Rows that were in the wrong order.
    pub reordered: usize,
    /// Rows in the new section.
    pub rows: usize,
    /// Why it is not known which rows people removed, if that is so.
    pub without_base: Option<String>,
}

impl Report {
    /// The entries of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }
}
