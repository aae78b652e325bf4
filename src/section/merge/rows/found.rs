//! The rows of a draft, each with its event.

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

    /// Finds the events that moved to another day, if the row's link does not identify one event: the only event with
    /// this page and title that has no row.
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

/// Gives up matches by words alone if the event has another row: a row with a page of its own is never the second row
/// of an event. It stays, as one that people wrote.
fn keep_apart(found: &mut [Found<'_>], by_words: &[bool]) {
    for at in 0..found.len() {
        let others = found.iter().enumerate().filter(|(other, row)| {
            // Of two rows that are matched by words alone, the first is the event's.
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

/// The event of each row, and whether it was matched by words alone.
pub(super) fn of_events(
    inputs: &Inputs<'_>,
    rows: &[(&PrintedRow, Fields)],
) -> (Vec<Option<EventId>>, Vec<bool>) {
    let given: Vec<(&EventId, Fields)> = inputs
        .base
        .event_rows
        .iter()
        .filter(|event_row| inputs.known.event(&event_row.event).is_some())
        .map(|event_row| (&event_row.event, Fields::printed(&event_row.row)))
        .collect();
    let mut by_words = vec![false; rows.len()];
    let mut events: Vec<Option<EventId>> = rows
        .iter()
        .zip(&mut by_words)
        .map(|((row, fields), by_words)| {
            // A row that was written for an event is that event's, even if the event has other links now.
            let written = given
                .iter()
                .find(|(_, given)| fields.days.0 == given.days.0 && fields.links == given.links);
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
    // A row that people changed in up to two columns belongs to the only event that is close to it and has no other
    // row.
    let taken: BTreeSet<EventId> = events.iter().flatten().cloned().collect();
    for (event, (_, fields)) in events.iter_mut().zip(rows) {
        if event.is_some() {
            continue;
        }
        let close: BTreeSet<&EventId> = given
            .iter()
            .filter(|(event, given)| !taken.contains(*event) && fields.is_close_to(given))
            .map(|(event, _)| *event)
            .collect();
        if let (Some(only), None) = (close.first(), close.iter().nth(1)) {
            *event = Some((*only).clone());
        }
    }
    (events, by_words)
}
