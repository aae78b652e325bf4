//! The rows of calls for papers that we wrote into drafts.

use super::{Error, Store, text};
use crate::facts::event::EventId;
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{TransactionBehavior, params};
use std::collections::BTreeMap;

impl Store {
    /// The rows that we last wrote into the draft of an issue, by event.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn calls_written(
        &self,
        day: NaiveDate,
        path: Option<&str>,
    ) -> Result<BTreeMap<EventId, String>, Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT event, row FROM call_row WHERE day = ?1 AND path = ?2")?;
        let rows = query.query_map(params![day.to_string(), path.unwrap_or_default()], |row| {
            Ok((EventId::stored(row.get(0)?), row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps the rows that the events gave for the draft of an issue. Those of earlier updates stay beside them: what
    /// people took out is not written again.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is.
    pub fn keep_calls(
        &mut self,
        day: NaiveDate,
        path: Option<&str>,
        rows: &BTreeMap<EventId, String>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (event, row) in rows {
            transaction
                .prepare_cached(
                    "INSERT INTO call_row (day, path, event, row, at) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (day, path, event) DO UPDATE SET row = excluded.row, at = excluded.at
                     WHERE row IS NOT excluded.row",
                )?
                .execute(params![
                    day.to_string(),
                    path.unwrap_or_default(),
                    event.as_str(),
                    row,
                    text(now)
                ])?;
        }
        transaction.commit()?;
        Ok(())
    }
}
