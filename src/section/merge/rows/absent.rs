//! An event without a row in the draft: it is new, or people removed its row.

use super::{Fate, Given, Work, as_event_row};
use crate::facts::event::EventId;
use crate::section::merge::fields::Fields;
use crate::section::merge::layout::canonical;
use crate::section::merge::one_row::Merge;
use crate::section::merge::report::{Entry, Field, Kind};
use crate::section::merge::{Cell, Change, NewRow, Origin};

impl<'a> Work<'a> {
    /// Writes an event that has no row in the draft, unless people removed it.
    pub(super) fn absent(&mut self, event: &EventId) {
        let Some(given) = self.given.get(event).cloned() else {
            return;
        };
        if let Some(items) = self.unread.get(event).cloned() {
            self.unread(event, &given, items[0].line);
            return;
        }
        let fields = self.corrected(event, Fields::of(given[0].1));
        let asked = self.asked(Change::New);
        let (mut written, mut out, mut moved, mut again) = (Vec::new(), Vec::new(), None, 0);
        for (heading, row) in given {
            match self.fate(event, heading, row.date, false) {
                Fate::TakenOut(before) => {
                    // As it was then: if the event moves to another day, it is written again.
                    self.remember(event, heading, &as_event_row(event, before), false);
                    out.push(heading);
                    continue;
                }
                Fate::Moved(from) => moved = Some(from),
                Fate::Again => again += 1,
                Fate::New => {}
            }
            written.push((heading, row));
        }
        if !out.is_empty() {
            let mut entry = Entry::new(Kind::RemovedByHand, Some(event), &fields);
            if !written.is_empty() {
                let names: Vec<&str> = out.iter().map(|of| self.inputs.style.name(*of)).collect();
                entry = entry.noting(not_again(&names.join(", ")));
            }
            self.report.entries.push(entry);
        }
        if written.is_empty() {
            return;
        }
        let style = self.inputs.style;
        let names: Vec<&str> = written.iter().map(|(of, _)| style.name(*of)).collect();
        let entry = match moved {
            Some(from) => Entry::new(Kind::Moved, Some(event), &fields)
                .field(Field::Date, &from.to_string(), &fields.days.0.to_string())
                .noting("people took it out on its old day; on its new one it stands again, until it is taken out there too"),
            None => Entry::new(Kind::New, Some(event), &fields).noting(names.join(", ")),
        };
        self.report.entries.push(entry.done(asked));
        if !asked {
            return;
        }
        self.again += again;
        for (heading, given) in written {
            self.remember(event, heading, given, true);
            let row = NewRow {
                days: Cell::Written(fields.days),
                location: Cell::Written(fields.location.clone()),
                organisers: Cell::Written(fields.organisers.clone()),
                links: Cell::Written(fields.links.clone()),
            };
            self.add(event, heading, &fields, row);
        }
    }

    /// An event that has a link in an item that cannot be read: another row of it would be a second one.
    fn unread(&mut self, event: &EventId, given: &[Given<'a>], line: usize) {
        let fields = Fields::of(given[0].1);
        let note = format!(
            "not added: its link stands on line {line}, in what cannot be read as a row; mend that line"
        );
        let entry = Entry::new(Kind::NeedsAHuman, Some(event), &fields)
            .at(line)
            .noting(note);
        self.report.entries.push(entry);
        for (heading, _) in given {
            let kept = self.kept_base(event, *heading);
            self.event_rows.extend(kept);
        }
    }

    /// An event's row with the corrections that people made when it was last printed, where its source has not
    /// changed since.
    pub(super) fn corrected(&self, event: &EventId, ours: Fields) -> Fields {
        let base = self.inputs.base;
        let event_row = base
            .event_rows
            .iter()
            .find(|event_row| event_row.event == *event && event_row.stands);
        let printed = self
            .printed
            .iter()
            .find(|(of, ..)| of.as_ref() == Some(event));
        let (Origin::Learned, Some(event_row), Some((_, heading, theirs))) =
            (base.origin, event_row, printed)
        else {
            return ours;
        };
        let row = base
            .printed
            .iter()
            .find(|row| canonical(&row.heading) == *heading && Fields::printed(row) == *theirs);
        let Some(row) = row else { return ours };
        let (given, changes) = (Fields::printed(&event_row.row), true);
        Merge {
            base: Some(&given),
            written: None,
            row,
            theirs,
            ours: &ours,
            moves: changes,
            changes,
        }
        .merge()
        .fields
    }
}

/// Notes that a row stays out, under these headings.
pub(super) fn not_again(headings: &str) -> String {
    format!("its row under {headings} is not written again")
}
