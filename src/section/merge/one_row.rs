//! One row of a draft, its event's row, and the event's row of before → one row.

use super::fields::{Choice, Fields, Item, Lists, choose, located, same_location};
use super::report::{Detail, Field, Kind};
use super::spelling::{Columns, columns};
use super::{Cell, NewRow};
use crate::section::grammar::PrintedRow;

/// What a row is merged from.
pub(super) struct Merge<'a> {
    /// What the event said before; `None` without a base.
    pub(super) base: Option<&'a Fields>,
    /// What was last written or printed of it.
    pub(super) written: Option<&'a Fields>,
    pub(super) row: &'a PrintedRow,
    pub(super) theirs: &'a Fields,
    pub(super) ours: &'a Fields,
    /// Whether days, and whether everything else, may follow the event.
    pub(super) moves: bool,
    pub(super) changes: bool,
}

/// One row out of three.
pub(super) struct Merged {
    pub(super) fields: Fields,
    pub(super) row: NewRow,
    /// What differs, with what became of it.
    pub(super) found: Vec<(Kind, Detail)>,
    /// Whether something was left unchanged only because such changes were not asked for.
    pub(super) held_back: bool,
    /// Whether its spelling was mended.
    pub(super) mended: bool,
    /// Whether its place is the event's now, and was another before.
    pub(super) relocated: bool,
}

impl Merge<'_> {
    pub(super) fn merge(&self) -> Merged {
        let (theirs, ours) = (self.theirs, self.ours);
        let stood = if self.changes {
            columns(self.row)
        } else {
            as_printed(self.row)
        };
        let mended = stood.text() != self.row.text;
        let mut merged = Merged {
            fields: theirs.clone(),
            row: standing(&stood),
            found: Vec::new(),
            held_back: false,
            mended,
            relocated: false,
        };

        let days = match self.base {
            Some(base) => choose(&base.days, &theirs.days, &ours.days, |a, b| a == b),
            None if theirs.days == ours.days => Choice::Same,
            None => Choice::Ours,
        };
        let kind = kind_of(days, Kind::Moved);
        if merged.takes(days, self.moves) {
            merged.fields.days = ours.days;
            merged.row.days = Cell::Written(ours.days);
        }
        if let Some(kind) = kind {
            let detail = field(Field::Date, &shown(theirs), &shown(ours));
            merged.found.push((kind, detail));
        }

        let location = match self.base {
            Some(base) => choose(
                &*base.location,
                &*theirs.location,
                &*ours.location,
                same_location,
            ),
            None if same_location(&theirs.location, &ours.location) => Choice::Same,
            None => Choice::Theirs,
        };
        // `Tel Aviv-yafo` is not another place.
        let other_case = location == Choice::Same
            && self.changes
            && theirs.location != ours.location
            && theirs.location.to_lowercase() == ours.location.to_lowercase();
        merged.relocated = merged.takes(location, self.changes);
        if merged.relocated || other_case {
            merged.fields.location.clone_from(&ours.location);
            merged.row.location = Cell::Written(ours.location.clone());
            merged.mended |= other_case;
        }
        if let Some(kind) = kind_of(location, Kind::Changed) {
            let detail = field(Field::Location, &theirs.location, &ours.location);
            merged.found.push((kind, detail));
        }

        let (organisers, found) = Lists {
            base: self.base.map(|base| &*base.organisers),
            written: self.written.map(|written| &*written.organisers),
            theirs: &theirs.organisers,
            ours: &ours.organisers,
            unknown: Choice::Theirs,
        }
        .merge();
        if merged.list(Field::Organiser, &found, self.changes) && organisers != theirs.organisers {
            merged.row.organisers = Cell::Written(organisers.clone());
            merged.fields.organisers = organisers;
        }
        let (links, found) = Lists {
            base: self.base.map(|base| &*base.links),
            written: self.written.map(|written| &*written.links),
            theirs: &theirs.links,
            ours: &ours.links,
            unknown: Choice::Ours,
        }
        .merge();
        if merged.list(Field::Link, &found, self.changes) && links != theirs.links {
            merged.row.links = Cell::Written(links.clone());
            merged.fields.links = links;
        }
        merged
    }
}

impl Merged {
    /// Whether the event's value is taken; notes if it would be, had it been asked for.
    fn takes(&mut self, choice: Choice, asked: bool) -> bool {
        let ours = matches!(choice, Choice::Ours | Choice::Conflict);
        self.held_back |= ours && !asked;
        ours && asked
    }

    /// Notes what became of a list. Returns whether it is to be written anew.
    fn list(&mut self, of: Field, items: &[Item], asked: bool) -> bool {
        let mut anew = false;
        for item in items {
            let usual = if item.restored {
                Kind::Restored
            } else {
                Kind::Changed
            };
            anew |= self.takes(item.choice, asked);
            if let Some(kind) = kind_of(item.choice, usual) {
                self.found.push((kind, field(of, &item.theirs, &item.ours)));
            }
        }
        anew
    }

    /// Whether the draft's place was kept though the event is now online, or no longer online.
    pub(super) fn is_held_otherwise(&self, ours: &Fields) -> bool {
        let mode = |text: &str| located(text).map(|(mode, _)| mode);
        mode(&self.fields.location) != mode(&ours.location)
    }
}

fn kind_of(choice: Choice, ours: Kind) -> Option<Kind> {
    match choice {
        Choice::Same => None,
        Choice::Ours => Some(ours),
        Choice::Theirs => Some(Kind::KeptByHand),
        Choice::Conflict => Some(Kind::Conflict),
    }
}

fn field(field: Field, theirs: &str, ours: &str) -> Detail {
    Detail::Field {
        field,
        theirs: theirs.to_owned(),
        ours: ours.to_owned(),
    }
}

fn shown(fields: &Fields) -> String {
    match fields.days {
        (first, Some(last)) => format!("{first} - {last}"),
        (first, None) => first.to_string(),
    }
}

/// A row that stays as it is.
pub(super) fn standing(stood: &Columns) -> NewRow {
    NewRow {
        days: Cell::Stands(stood.days.clone()),
        location: Cell::Stands(stood.location.clone()),
        organisers: Cell::Stands(stood.organisers.clone()),
        links: Cell::Stands(stood.links.clone()),
    }
}

/// The columns of a row that keeps its bytes: all of it in the first, if necessary.
pub(super) fn as_printed(row: &PrintedRow) -> Columns {
    let mended = columns(row);
    let mut lines = row.text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let rest: String = lines.collect();
    let mut parts = first
        .trim_end_matches('\n')
        .strip_prefix("* ")
        .unwrap_or(first)
        .splitn(3, " | ")
        .map(str::to_owned);
    let columns = Columns {
        days: parts.next().unwrap_or_default(),
        location: parts.next().unwrap_or_default(),
        organisers: parts.next(),
        links: rest,
    };
    // A row that cannot be split into its columns can only be kept in house spelling.
    if columns.text() == row.text {
        columns
    } else {
        mended
    }
}
