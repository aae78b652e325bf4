//! Events as the rows of an agenda: one row an event, and the later dates of a series on the row of its next one.

use super::Dated;
use crate::facts::place::{Mode, Place};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Rows of one page.
pub(in crate::server) const ON_A_PAGE: usize = 100;

/// The rows of all pages, in their order.
#[derive(Debug, Default)]
pub struct Agenda {
    rows: Vec<Row>,
    /// Events in all.
    events: usize,
}

/// An event, and what else is on its row.
#[derive(Debug)]
pub struct Row {
    /// The day under which it stands: its first, or the agenda's if it began before that and still goes on.
    pub day: NaiveDate,
    /// The event.
    pub dated: Dated,
    /// Its series' later dates.
    pub later: Vec<Dated>,
}

impl Agenda {
    /// The agenda from a day on of events that are in the order of their starts.
    ///
    /// Events on different days are one series if they have the same title, organiser, mode and place and are not
    /// called off.
    pub fn of<'a>(events: impl Iterator<Item = &'a Dated>, from: NaiveDate) -> Agenda {
        type Series<'a> = (&'a str, Option<&'a str>, Mode, Option<&'a Place>);
        let expected = events.size_hint().0;
        // To grow it would hash all that is in it again, and titles and places are long.
        let mut series: HashMap<Series<'a>, usize> = HashMap::with_capacity(expected);
        let mut rows: Vec<Row> = Vec::with_capacity(expected);
        let mut all = 0;
        for dated in events {
            all += 1;
            let event = &dated.event;
            let known = event.status.takes_place().then(|| {
                let organiser = event.organisers.first().map(|known| known.name.as_str());
                let key = (
                    event.title.as_str(),
                    organiser,
                    event.mode,
                    event.place.as_ref(),
                );
                *series.entry(key).or_insert(rows.len())
            });
            // Two sessions of one day are two rows: people choose between them.
            match known.and_then(|at| rows.get_mut(at)) {
                Some(row) if row.dated.first < dated.first => row.later.push(dated.clone()),
                _ => rows.push(Row {
                    day: dated.first.max(from.min(dated.last)),
                    dated: dated.clone(),
                    later: Vec::new(),
                }),
            }
        }
        rows.sort_by_key(|row| row.day);
        Agenda { rows, events: all }
    }

    /// Events in all, those of series counted each.
    pub fn events(&self) -> usize {
        self.events
    }

    /// How many pages it has; one even if it is empty.
    pub fn pages(&self) -> usize {
        self.rows.len().div_ceil(ON_A_PAGE).max(1)
    }

    /// The rows of a page, counted from 1.
    pub fn page(&self, page: usize) -> &[Row] {
        self.rows.chunks(ON_A_PAGE).nth(page - 1).unwrap_or(&[])
    }

    /// The first rows.
    pub fn first(&self, rows: usize) -> &[Row] {
        &self.rows[..rows.min(self.rows.len())]
    }
}
