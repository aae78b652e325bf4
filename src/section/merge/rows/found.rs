//! The rows of a draft, each with the event that it stands for; and whether the draft comes from its base.

use super::{Found, Work};
use crate::facts::event::{EventId, folded};
use crate::section::grammar::Item;
use crate::section::grammar::PrintedRow;
use crate::section::merge::fields::Fields;
use crate::section::merge::{Inputs, Origin};
use std::collections::BTreeSet;

/// Rows of a base of which none stands in the draft, from which on the draft is taken for one that never
/// had them: a fresh template, or a branch without our last change.
const TOO_MANY_TO_BE_REMOVED: usize = 4;

impl<'a> Work<'a> {
    /// The draft's rows, each with its event.
    pub(super) fn found(&self) -> Vec<Found<'a>> {
        let draft = self.inputs.draft;
        let mut found = Vec::new();
        for (part, under) in draft.parts.iter().enumerate() {
            for (item, row) in under.items.iter().enumerate() {
                let Item::Row(row) = row else { continue };
                found.push(Found {
                    origin: (part, item),
                    row,
                    fields: Fields::printed(row),
                    event: None,
                });
            }
        }
        let rows: Vec<(&PrintedRow, Fields)> = found
            .iter()
            .map(|found| (found.row, found.fields.clone()))
            .collect();
        for (row, event) in found.iter_mut().zip(of_events(self.inputs, &rows)) {
            row.event = event;
        }
        self.moved(&mut found);
        found
    }

    /// Finds the events that have another day than their row, where the row's link does not tell alone which
    /// event is meant: the only event with this page and title, of which no row stands there.
    pub(super) fn moved(&self, found: &mut [Found<'a>]) {
        let taken: BTreeSet<&EventId> = found.iter().filter_map(|row| row.event.as_ref()).collect();
        let free: Vec<(&EventId, Fields)> = self
            .given
            .iter()
            .filter(|(event, _)| !taken.contains(event))
            .filter_map(|(event, given)| Some((event, Fields::of(given.first()?.1))))
            .collect();
        let alike = |row: &Fields, event: &Fields| {
            row.page().is_some()
                && row.page() == event.page()
                && folded(row.title()) == folded(event.title())
        };
        let rows: Vec<usize> = (0..found.len())
            .filter(|at| found[*at].event.is_none())
            .filter(|at| found[*at].fields.last_day() >= self.inputs.window.from)
            .collect();
        let mut settled = Vec::new();
        for &at in &rows {
            let mut events = free
                .iter()
                .filter(|(_, event)| alike(&found[at].fields, event));
            let (Some((event, _)), None) = (events.next(), events.next()) else {
                continue;
            };
            let others = rows.iter().filter(|other| {
                found[**other].fields.days != found[at].fields.days
                    && alike(&found[**other].fields, &found[at].fields)
            });
            if others.count() == 0 {
                settled.push((at, (*event).clone()));
            }
        }
        for (at, event) in settled {
            found[at].event = Some(event);
        }
    }

    /// Whether the draft comes from the base, so that what is missing in it was taken out by hand.
    pub(super) fn is_of_the_base(&mut self, found: &[Found<'_>]) -> bool {
        let base = self.inputs.base;
        let events: BTreeSet<EventId> = match base.origin {
            Origin::None => return false,
            Origin::Written => base.told.iter().map(|told| told.event.clone()).collect(),
            Origin::Learned => self
                .printed
                .iter()
                .filter_map(|(event, ..)| event.clone())
                .collect(),
        };
        let still: Vec<&EventId> = events
            .iter()
            .filter(|event| self.given.contains_key(*event))
            .collect();
        let standing = still
            .iter()
            .filter(|event| found.iter().any(|row| row.event.as_ref() == Some(**event)))
            .count();
        let related = match base.origin {
            Origin::Written => standing > 0 || still.len() < TOO_MANY_TO_BE_REMOVED,
            _ => standing * 2 >= still.len() && standing > 0,
        };
        if !related && !still.is_empty() {
            let of = match base.origin {
                Origin::Written => "written into this issue before",
                _ => "of the issue before",
            };
            self.report.without_base = Some(format!(
                "{standing} of the {} rows {of} stand in the draft: it is taken for one that never had them, not for one from which people took them out",
                still.len()
            ));
        }
        related
    }
}

/// The event that each row stands for.
pub(super) fn of_events(
    inputs: &Inputs<'_>,
    rows: &[(&PrintedRow, Fields)],
) -> Vec<Option<EventId>> {
    let told: Vec<(&EventId, Fields)> = inputs
        .base
        .told
        .iter()
        .filter(|told| inputs.known.event(&told.event).is_some())
        .map(|told| (&told.event, Fields::printed(&told.row)))
        .collect();
    let mut events: Vec<Option<EventId>> = rows
        .iter()
        .map(|(row, fields)| {
            // What was written for an event stands for it, whatever its links have become since.
            let written = told
                .iter()
                .find(|(_, told)| fields.days.0 == told.days.0 && fields.links == told.links);
            match written {
                Some((event, _)) => Some((*event).clone()),
                None => inputs.known.of(row).cloned(),
            }
        })
        .collect();
    // A row that people changed in up to two columns is the one that is closest to it, and for which no
    // other row stands.
    let taken: BTreeSet<EventId> = events.iter().flatten().cloned().collect();
    for (event, (_, fields)) in events.iter_mut().zip(rows) {
        if event.is_some() {
            continue;
        }
        let close: BTreeSet<&EventId> = told
            .iter()
            .filter(|(event, told)| !taken.contains(*event) && fields.is_close_to(told))
            .map(|(event, _)| *event)
            .collect();
        if let (Some(only), None) = (close.first(), close.iter().nth(1)) {
            *event = Some((*only).clone());
        }
    }
    events
}
