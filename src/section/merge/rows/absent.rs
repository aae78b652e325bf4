//! An event that stands nowhere in the draft: new, or taken out by hand.

use super::{Given, Work};
use crate::facts::event::EventId;
use crate::section::merge::fields::Fields;
use crate::section::merge::layout::canonical;
use crate::section::merge::one_row::Merge;
use crate::section::merge::report::{Entry, Kind};
use crate::section::merge::{Block, Cell, Change, NewRow, Origin};

impl<'a> Work<'a> {
    /// An event that stands nowhere in the draft.
    pub(super) fn absent(&mut self, event: &EventId, related: bool) {
        let Some(given) = self.given.get(event).cloned() else {
            return;
        };
        if let Some(items) = self.unread.get(event).cloned() {
            self.unread(event, &given, items[0].line);
            return;
        }
        let base = self.inputs.base;
        let was_there = base.told.iter().any(|told| told.event == *event)
            || (base.origin == Origin::Learned && self.printed_of(event, "").is_some());
        let fields = self.corrected(event, Fields::of(given[0].1));
        if related && was_there {
            let entry = Entry::new(Kind::RemovedByHand, Some(event), &fields);
            self.report.entries.push(entry);
            for (heading, row) in given {
                self.remember(event, heading, row, false);
            }
            return;
        }
        let asked = self.asked(Change::New);
        let headings: Vec<&str> = given.iter().map(|(heading, _)| heading.name()).collect();
        let entry = Entry::new(Kind::New, Some(event), &fields)
            .noting(headings.join(", "))
            .done(asked);
        self.report.entries.push(entry);
        if !asked {
            return;
        }
        for (heading, given) in given {
            self.remember(event, heading, given, true);
            let row = NewRow {
                days: Cell::Written(fields.days),
                location: Cell::Written(fields.location.clone()),
                organisers: Cell::Written(fields.organisers.clone()),
                links: Cell::Written(fields.links.clone()),
            };
            let block = Block::Row(Box::new(row));
            self.place(heading.name().to_owned(), None, &fields, Some(event), block);
        }
    }

    /// An event whose link stands in what cannot be read as a row: printed again, it would stand there twice.
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
            self.told.extend(kept);
        }
    }

    /// What an event tells, with what people corrected when it was last printed and its source has not
    /// changed since.
    pub(super) fn corrected(&self, event: &EventId, ours: Fields) -> Fields {
        let base = self.inputs.base;
        let told = base
            .told
            .iter()
            .find(|told| told.event == *event && told.stands);
        let printed = self
            .printed
            .iter()
            .find(|(of, ..)| of.as_ref() == Some(event));
        let (Origin::Learned, Some(told), Some((_, heading, theirs))) =
            (base.origin, told, printed)
        else {
            return ours;
        };
        let row = base
            .printed
            .iter()
            .find(|row| canonical(&row.heading) == *heading && Fields::printed(row) == *theirs);
        let Some(row) = row else { return ours };
        let (told, changes) = (Fields::printed(&told.row), true);
        Merge {
            base: Some(&told),
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
