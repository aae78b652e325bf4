//! The names and pages under which groups were known.

use super::{Error, Store, text};
use crate::believe::directory::{Directory, GroupId, KnownGroups, Named};
use crate::facts::link::Link;
use chrono::{DateTime, Utc};
use rusqlite::{TransactionBehavior, params};
use std::collections::BTreeMap;

impl Store {
    /// The names, folded, and the pages of all groups that were ever known.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn groups_known(&self) -> Result<KnownGroups, Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT name, shown, \"group\" FROM organiser")?;
        let rows = query.query_map([], |row| {
            let named = Named {
                shown: row.get(1)?,
                group: GroupId::stored(row.get(2)?),
            };
            Ok((row.get(0)?, named))
        })?;
        let names = rows.collect::<Result<_, _>>()?;
        let mut query = self
            .connection
            .prepare_cached("SELECT url, \"group\" FROM organiser_page")?;
        let rows = query.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, GroupId::stored(row.get(1)?)))
        })?;
        let mut pages = BTreeMap::new();
        for row in rows {
            let (url, group) = row?;
            let link = Link::stored(&url).map_err(|error| Error::Damaged {
                table: "organiser_page",
                row: url.clone(),
                what: error.to_string(),
            })?;
            pages.insert(link, group);
        }
        Ok((names, pages))
    }

    /// Keeps the names and pages of groups: the new, and those that are another group's now.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is.
    pub fn keep_groups(&mut self, directory: &Directory, now: DateTime<Utc>) -> Result<(), Error> {
        let (names, pages) = self.groups_known()?;
        if names == *directory.names() && pages == *directory.pages() {
            return Ok(());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (name, named) in directory.names() {
            if names.get(name) != Some(named) {
                transaction
                    .prepare_cached(
                        "INSERT INTO organiser VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT DO UPDATE SET shown = ?2, \"group\" = ?3",
                    )?
                    .execute(params![name, named.shown, named.group.as_str(), text(now)])?;
            }
        }
        for (page, group) in directory.pages() {
            if pages.get(page) != Some(group) {
                transaction
                    .prepare_cached(
                        "INSERT INTO organiser_page VALUES (?1, ?2) ON CONFLICT DO UPDATE SET \"group\" = ?2",
                    )?
                    .execute(params![page.as_str(), group.as_str()])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}
