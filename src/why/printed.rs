//! The rows of all issues, found by the events that they link to.

use super::lookup::{self, Printed};
use crate::believe::curate::Published;
use crate::facts::event::{EventId, Key};
use crate::facts::link::{Link, Meaning};
use crate::section::select::Style;
use crate::store::{Error, Store};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Every row of the last version of each issue, in the order of issues.
#[derive(Debug, Default)]
pub struct PrintedRows {
    rows: Vec<Printed>,
    /// By the page of one event: its platform's id.
    by_key: BTreeMap<Key, BTreeSet<usize>>,
    by_link: BTreeMap<Link, BTreeSet<usize>>,
}

impl PrintedRows {
    /// Reads and takes apart every issue; some milliseconds for each hundred.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn read(store: &Store, style: &Style) -> Result<PrintedRows, Error> {
        let mut printed = PrintedRows::default();
        for row in lookup::printed(store, style)? {
            printed.add(row);
        }
        Ok(printed)
    }

    /// The rows that hold a page, in the order of issues.
    pub(super) fn with(&self, link: &Link) -> Vec<Printed> {
        let rows = self.by_link.get(link).into_iter().flatten();
        rows.map(|row| self.rows[*row].clone()).collect()
    }

    fn add(&mut self, row: Printed) {
        let number = self.rows.len();
        for link in &row.links {
            if let Meaning::Event { scope, id } = link.meaning() {
                let key = Key::new(scope, &id, None);
                self.by_key.entry(key).or_default().insert(number);
            }
            self.by_link.entry(link.clone()).or_default().insert(number);
        }
        self.rows.push(row);
    }

    /// The rows that link to an event, known under these ids: by a page that is its alone, or by any of its pages on
    /// one of its days. Issue, heading and text.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(super) fn of(
        &self,
        event: &Published,
        ids: &BTreeSet<&EventId>,
        store: &Store,
    ) -> Result<Vec<(NaiveDate, String, String)>, Error> {
        if self.rows.is_empty() {
            return Ok(Vec::new());
        }
        let days = event.when.first_day()..=event.when.last_day();
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for id in ids {
            for key in store.keys_of(id)? {
                found.extend(self.by_key.get(&key).into_iter().flatten());
            }
            for link in store.links_of(id)? {
                let alone = matches!(link.meaning(), Meaning::Event { .. });
                let rows = self.by_link.get(&link).into_iter().flatten();
                found.extend(rows.filter(|row| alone || days.contains(&self.rows[**row].row.date)));
            }
        }
        let found = found.into_iter().map(|number| {
            let Printed { issue, row, .. } = &self.rows[number];
            (*issue, row.heading.clone(), row.text.clone())
        });
        Ok(found.collect())
    }
}
