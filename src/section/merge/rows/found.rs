//! The rows of a draft, each with the event that it stands for.

use super::{Found, Work};
use crate::facts::event::{EventId, folded};
use crate::section::grammar::Item;
use crate::section::grammar::PrintedRow;
use crate::section::merge::fields::Fields;
use crate::section::merge::{Inputs, Known};
use std::collections::BTreeSet;

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
        let (events, by_words) = of_events(self.inputs, &rows);
        for (row, event) in found.iter_mut().zip(events) {
            row.event = event;
        }
        keep_apart(&mut found, &by_words);
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
}

/// Lets go of rows that only words tie to an event for which another row stands: a row with a page of its own
/// is never the second of another one. It stays, as one that people wrote.
fn keep_apart(found: &mut [Found<'_>], by_words: &[bool]) {
    for at in 0..found.len() {
        let others = found.iter().enumerate().filter(|(other, row)| {
            // Of two that only words tie to it, the first stands for it.
            *other != at && row.event == found[at].event && (!by_words[*other] || *other < at)
        });
        let mut pages = others.filter_map(|(_, row)| row.fields.page());
        let Some(own) = found[at].fields.page().filter(|_| by_words[at]) else {
            continue;
        };
        if pages.any(|page| page != own && !Known::may_be_renumbered(page, own)) {
            found[at].event = None;
        }
    }
}

/// The event that each row stands for, and whether only words say so.
pub(super) fn of_events(
    inputs: &Inputs<'_>,
    rows: &[(&PrintedRow, Fields)],
) -> (Vec<Option<EventId>>, Vec<bool>) {
    let told: Vec<(&EventId, Fields)> = inputs
        .base
        .told
        .iter()
        .filter(|told| inputs.known.event(&told.event).is_some())
        .map(|told| (&told.event, Fields::printed(&told.row)))
        .collect();
    let mut by_words = vec![false; rows.len()];
    let mut events: Vec<Option<EventId>> = rows
        .iter()
        .zip(&mut by_words)
        .map(|((row, fields), by_words)| {
            // What was written for an event stands for it, whatever its links have become since.
            let written = told
                .iter()
                .find(|(_, told)| fields.days.0 == told.days.0 && fields.links == told.links);
            match written {
                Some((event, _)) => Some((*event).clone()),
                None => {
                    let meant = inputs.known.of(row)?;
                    *by_words = meant.by_words;
                    Some(meant.event.clone())
                }
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
    (events, by_words)
}
