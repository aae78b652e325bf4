//! What each chat has heard of each event.

use super::{Error, Store, instant, text};
use crate::facts::event::EventId;
use crate::news::Said;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, TransactionBehavior, params};
use std::collections::BTreeMap;

impl Store {
    /// Since when a chat hears of events with this filter; `None` if it does not yet.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn channel(&self, name: &str, filter: &str) -> Result<Option<DateTime<Utc>>, Error> {
        let since: Option<String> = self
            .connection
            .prepare_cached("SELECT since FROM channel WHERE name = ?1 AND filter = ?2")?
            .query_row([name, filter], |row| row.get(0))
            .optional()?;
        since
            .map(|since| instant("channel", name, &since))
            .transpose()
    }

    /// That a chat hears of events with this filter from now on.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn keep_channel(
        &mut self,
        name: &str,
        filter: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO channel VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET filter = ?2, since = ?3",
            params![name, filter, text(now)],
        )?;
        Ok(())
    }

    /// What a chat has heard last of each event.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn heard(&self, channel: &str) -> Result<BTreeMap<EventId, Said>, Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT event, said FROM heard WHERE channel = ?1")?;
        let rows = query.query_map([channel], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let mut heard = BTreeMap::new();
        for row in rows {
            let (event, said) = row?;
            let said = Said::read(&said).ok_or_else(|| Error::Damaged {
                table: "heard",
                row: event.clone(),
                what: format!("{said:?} is neither a time nor \"off\""),
            })?;
            heard.insert(EventId::stored(event), said);
        }
        Ok(heard)
    }

    /// What a chat has heard of these events; nothing where there is none.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is.
    pub fn keep_heard(
        &mut self,
        channel: &str,
        heard: &BTreeMap<EventId, Option<Said>>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (event, said) in heard {
            match said {
                Some(said) => transaction
                    .prepare_cached(
                        "INSERT INTO heard VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT DO UPDATE SET said = ?3, at = ?4",
                    )?
                    .execute(params![channel, event.as_str(), said.stored(), text(now)])?,
                None => transaction
                    .prepare_cached("DELETE FROM heard WHERE channel = ?1 AND event = ?2")?
                    .execute(params![channel, event.as_str()])?,
            };
        }
        transaction.commit()?;
        Ok(())
    }
}
