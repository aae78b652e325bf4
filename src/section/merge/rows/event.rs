//! The rows of one event: what becomes of them, and under which headings they belong.

use super::absent::not_again;
use super::{Fate, Found, Work, as_event_row};
use crate::believe::curate::{Published, Shown};
use crate::facts::event::{EventId, Flag};
use crate::section::merge::fields::Fields;
use crate::section::merge::layout::canonical;
use crate::section::merge::one_row::{Merge, Merged};
use crate::section::merge::report::{Detail, Entry, Field, Kind};
use crate::section::merge::{Block, Change, EventRow, NewRow};
use crate::section::select::{self, Heading, Row};
use std::collections::BTreeMap;

impl<'a> Work<'a> {
    /// The rows of one event.
    pub(super) fn event(&mut self, event: &'a Published, rows: &[&Found<'_>]) {
        if !event.status.takes_place() || event.shown != Shown::Everywhere {
            self.off(event, rows);
            return;
        }
        let given = self.given.get(&event.id).cloned();
        let row = match &given {
            Some(given) => given[0].1.clone(),
            None => select::row(event, self.inputs.style),
        };
        let headings: Vec<Heading> = match &given {
            Some(given) => given.iter().map(|(heading, _)| *heading).collect(),
            None => select::headings(event),
        };
        let copies = self.copies(&event.id, headings, rows);
        let mut first: Option<(Fields, NewRow)> = None;
        let mut standing = 0;
        let mut differing = Vec::new();
        let mut held_otherwise = false;
        for (found, heading) in &copies.pairs {
            let name = canonical(&found.row.heading);
            let base = self.base_of(&event.id, &name, &found.fields);
            let written = self.printed_of(&event.id, &name).cloned();
            let ours = fields_of(event, &row, &found.fields);
            let merged = Merge {
                base: base.as_ref(),
                written: written.as_ref(),
                row: found.row,
                theirs: &found.fields,
                ours: &ours,
                moves: self.asked(Change::Moved),
                changes: self.asked(Change::Changed),
            }
            .merge();
            if self.is_outside(event, found, &merged) {
                continue;
            }
            // If an event is in another place or mode now, a row under a heading that is no longer its own says
            // the same as the row under its own.
            if heading.is_none() && merged.relocated {
                let detail = heading_detail(self.inputs.style.words(&found.row.heading));
                self.leaves(Kind::Changed, Some(&event.id), found, &[detail], true);
                continue;
            }
            standing += 1;
            held_otherwise |= merged.is_held_otherwise(&ours);
            let moves = (copies.moves || merged.relocated) && self.asked(Change::Changed);
            let under = match heading {
                Some(heading) if moves => heading.name().to_owned(),
                _ => name.clone(),
            };
            self.tell(event, found, &merged, heading.map(Heading::name), &under);
            if let Some(heading) = heading {
                self.next_base(event, *heading, &row, &merged, base.is_some());
            }
            differing.push(merged.fields.clone());
            let block = if self.asked(Change::Changed) || !merged.row.stands() {
                Block::Row(Box::new(merged.row.clone()))
            } else {
                Block::Text(found.row.text.clone())
            };
            let (origin, id) = (Some(found.origin), Some(&event.id));
            self.place(under, origin, &merged.fields, id, block);
            first.get_or_insert((merged.fields, merged.row));
        }
        for found in copies.twice {
            let note = Detail::Note("another row of the same event stands there".to_owned());
            let asked = self.asked(Change::Changed);
            self.leaves(Kind::Twice, Some(&event.id), found, &[note], asked);
        }
        for found in copies.too_many {
            let detail = heading_detail(self.inputs.style.words(&found.row.heading));
            let asked = self.asked(Change::Changed);
            self.leaves(Kind::Changed, Some(&event.id), found, &[detail], asked);
        }
        if standing > 1 && differing.windows(2).any(|pair| pair[0] != pair[1]) {
            let entry = Entry::new(Kind::KeptByHand, Some(&event.id), &differing[0])
                .at(rows[0].row.line)
                .noting("its rows differ from each other; both are kept");
            self.report.entries.push(entry);
        }
        if let Some((fields, row_text)) = first
            && given.is_some()
        {
            for heading in copies.missing {
                self.missing_copy(event, heading, &row, (&fields, &row_text), held_otherwise);
            }
        }
        if standing > 0 {
            self.doubts(event, rows[0]);
        }
    }

    /// The rows of an event that does not take place, or that an editor hid.
    fn off(&mut self, event: &Published, rows: &[&Found<'_>]) {
        let (kind, details) = match event.status.takes_place() {
            true => (Kind::Hidden, Vec::new()),
            false => {
                let why = format!("{}, as its source says", event.status.name());
                (Kind::Cancelled, vec![Detail::Note(why)])
            }
        };
        let asked = self.asked(Change::Cancelled);
        for row in rows {
            self.leaves(kind, Some(&event.id), row, &details, asked);
        }
    }

    /// Assigns the rows of an event to its headings: first those under the heading's name, then the others.
    fn copies<'r, 'f>(
        &self,
        event: &EventId,
        mut headings: Vec<Heading>,
        rows: &[&'r Found<'f>],
    ) -> Copies<'r, 'f> {
        let mut copies = Copies::default();
        let mut left: Vec<&&Found<'_>> = rows.iter().collect();
        headings.retain(|heading| {
            let Some(at) = left
                .iter()
                .position(|found| canonical(&found.row.heading) == heading.name())
            else {
                return true;
            };
            copies.pairs.push((left.remove(at), Some(*heading)));
            false
        });
        // An item that cannot be read may be a row of it too: under its heading, else under any.
        let mut unread = 0;
        for item in self.unread.get(event).into_iter().flatten() {
            let name = canonical(&item.heading);
            let before = headings.len();
            headings.retain(|heading| heading.name() != name);
            unread += usize::from(headings.len() == before);
        }
        for found in left {
            let name = canonical(&found.row.heading);
            let was_given = self.was_given(event, &name);
            let twice = copies
                .pairs
                .iter()
                .any(|(other, _)| canonical(&other.row.heading) == name);
            if twice {
                copies.twice.push(found);
            } else if headings.is_empty() && was_given {
                copies.too_many.push(found);
            } else {
                let heading = (!headings.is_empty()).then(|| headings.remove(0));
                copies.moves |= was_given || name.is_empty();
                copies.pairs.push((found, heading));
            }
        }
        headings.truncate(headings.len().saturating_sub(unread));
        copies.missing = headings;
        copies
    }

    /// A heading under which an event belongs too and has no row.
    pub(super) fn missing_copy(
        &mut self,
        event: &Published,
        heading: Heading,
        row: &Row,
        (fields, copy): (&Fields, &NewRow),
        held_otherwise: bool,
    ) {
        match self.fate(&event.id, heading, row.date, true) {
            // Not to print it under this heading too is independent of its day.
            Fate::TakenOut(_) | Fate::Moved(_) => {
                self.remember(&event.id, heading, row, false);
                let entry = Entry::new(Kind::RemovedByHand, Some(&event.id), fields)
                    .noting(not_again(self.inputs.style.name(heading)));
                self.report.entries.push(entry);
                return;
            }
            Fate::New | Fate::Again => {}
        }
        if held_otherwise {
            return;
        }
        let asked = self.asked(Change::Changed);
        let entry = Entry::new(Kind::Changed, Some(&event.id), fields)
            .field(Field::Heading, "", self.inputs.style.name(heading))
            .done(asked);
        self.report.entries.push(entry);
        if asked {
            self.remember(&event.id, heading, row, true);
            self.add(&event.id, heading, fields, copy.clone());
        }
    }

    /// Removes a row that is outside the window, by its own day or by its event's day now. Returns whether it was.
    pub(super) fn is_outside(
        &mut self,
        event: &Published,
        found: &Found<'_>,
        merged: &Merged,
    ) -> bool {
        let window = self.inputs.window;
        let (first, last) = (merged.fields.days.0, merged.fields.last_day());
        // An editor may decide to print an event outside the window.
        let given = self.given.get(&event.id);
        let as_given = given.is_some_and(|given| given[0].1.date == first);
        if as_given || window.holds(first, last) {
            return false;
        }
        let was_inside = window.holds(found.fields.days.0, found.fields.last_day());
        if was_inside {
            let details: Vec<Detail> = merged
                .found
                .iter()
                .filter(|(kind, _)| matches!(kind, Kind::Moved | Kind::Conflict))
                .map(|(_, detail)| detail.clone())
                .chain([Detail::Note(
                    "outside the days of this issue now".to_owned(),
                )])
                .collect();
            self.leaves(Kind::Moved, Some(&event.id), found, &details, true);
        } else if last < window.from {
            let asked = self.asked(Change::Past);
            self.leaves(Kind::Past, Some(&event.id), found, &[], asked);
        } else {
            let note = Detail::Note(format!(
                "begins after {}: a later issue will print it",
                window.to
            ));
            let asked = self.asked(Change::Past);
            self.leaves(Kind::Past, Some(&event.id), found, &[note], asked);
        }
        true
    }

    /// Reports what became of a row that stays.
    pub(super) fn tell(
        &mut self,
        event: &Published,
        found: &Found<'_>,
        merged: &Merged,
        wanted: Option<&str>,
        under: &str,
    ) {
        let mut details = merged.found.clone();
        let (name, style) = (&found.row.heading, self.inputs.style);
        let detail = |ours: &str| Detail::Field {
            field: Field::Heading,
            theirs: style.words(name).to_owned(),
            ours: style.words(ours).to_owned(),
        };
        match wanted {
            Some(wanted) if wanted == under && canonical(name) != wanted => {
                details.push((Kind::Changed, detail(wanted)));
            }
            Some(wanted) if wanted != under => details.push((Kind::KeptByHand, detail(wanted))),
            None if !select::headings(event).is_empty() => {
                details.push((Kind::KeptByHand, detail("")));
            }
            _ => {}
        }
        // If the row moves, the report counts all its changes as a move.
        let moves = details.iter().any(|(kind, _)| *kind == Kind::Moved);
        let mut by_kind: BTreeMap<Kind, Vec<Detail>> = BTreeMap::new();
        for (kind, detail) in details {
            let kind = if kind == Kind::Changed && moves {
                Kind::Moved
            } else {
                kind
            };
            by_kind.entry(kind).or_default().push(detail);
        }
        let only_spelling = merged.mended && merged.row.stands();
        self.report.spelling += usize::from(only_spelling);
        for (kind, details) in by_kind {
            let asked = match kind {
                Kind::Moved => self.asked(Change::Moved),
                Kind::Changed | Kind::Conflict | Kind::Restored => self.asked(Change::Changed),
                _ => true,
            };
            let mut entry = Entry::new(kind, Some(&event.id), &merged.fields)
                .at(found.row.line)
                .done(asked);
            entry.details = details;
            self.report.entries.push(entry);
        }
    }

    /// Keeps this row as its event gives it, for the next base; not if a difference was left only for now.
    pub(super) fn next_base(
        &mut self,
        event: &Published,
        heading: Heading,
        row: &Row,
        merged: &Merged,
        based: bool,
    ) {
        if !merged.held_back {
            self.remember(&event.id, heading, row, true);
        } else if based {
            self.event_rows.extend(self.kept_base(&event.id, heading));
        }
    }

    /// The base as it was, for a row that was not allowed to follow its event.
    pub(super) fn kept_base(&self, event: &EventId, heading: Heading) -> Option<EventRow<Row>> {
        let event_row = self
            .inputs
            .base
            .event_rows
            .iter()
            .find(|event_row| event_row.event == *event && event_row.heading == heading)?;
        Some(EventRow {
            event: event.clone(),
            heading,
            stands: true,
            row: as_event_row(event, &event_row.row),
        })
    }

    /// Reports what an editor should know of an event in the section.
    pub(super) fn doubts(&mut self, event: &Published, found: &Found<'_>) {
        if let Some(since) = self.inputs.unconfirmed.get(&event.id) {
            let entry = Entry::new(Kind::Unconfirmed, Some(&event.id), &found.fields)
                .at(found.row.line)
                .noting(format!(
                    "its source has not listed it since {}; it stays until that is confirmed",
                    since.format("%Y-%m-%d")
                ));
            self.report.entries.push(entry);
        }
    }
}

/// Notes that a row leaves its heading, and goes under no other.
fn heading_detail(heading: &str) -> Detail {
    Detail::Field {
        field: Field::Heading,
        theirs: heading.to_owned(),
        ours: String::new(),
    }
}

/// The rows of an event, by what becomes of them.
#[derive(Default)]
struct Copies<'a, 'b> {
    /// Those that stay, each with the event's heading that it belongs to; `None` for an extra one that people
    /// added.
    pairs: Vec<(&'a Found<'b>, Option<Heading>)>,
    /// Headings of the event without a row.
    missing: Vec<Heading>,
    /// A second one under a heading.
    twice: Vec<&'a Found<'b>>,
    /// One under a heading to which it no longer belongs.
    too_many: Vec<&'a Found<'b>>,
    /// Whether rows move to the headings where their event belongs now.
    moves: bool,
}

/// The columns of an event's row; what is not known of the event is taken from the draft's row.
fn fields_of(event: &Published, row: &Row, found: &Fields) -> Fields {
    let doubtful = |flag| event.flags.contains(&flag);
    let mut fields = Fields::of(row);
    if doubtful(Flag::UnknownPlace) || fields.location.is_empty() {
        fields.location.clone_from(&found.location);
    }
    if doubtful(Flag::UnknownOrganiser) || fields.organisers.is_empty() {
        fields.organisers.clone_from(&found.organisers);
    }
    if fields.links.is_empty() {
        fields.links.clone_from(&found.links);
    }
    fields
}
