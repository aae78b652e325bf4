//! The open pull requests of the newsletter's repository, as they were last read.

use super::{Error, Store, instant, text};
use crate::facts::pull::{Patch, Pull};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, TransactionBehavior, params};

/// When the list of pull requests was last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullList {
    /// Its validator, if it was read whole.
    pub etag: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// The open pull requests that were last read, in the order of their numbers.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn pulls(&self, repository: &str) -> Result<Vec<Pull>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT number, title, author, url, head, patches FROM pull WHERE repository = ?1 ORDER BY number",
        )?;
        let mut found = query.query([repository])?;
        let mut pulls = Vec::new();
        while let Some(row) = found.next()? {
            let number: i64 = row.get(0)?;
            let patches: Option<String> = row.get(5)?;
            let damaged = |what: String| Error::Damaged {
                table: "pull",
                row: format!("{repository} {number}"),
                what,
            };
            let patches: Option<Vec<(String, String)>> = patches
                .map(|text| serde_json::from_str(&text))
                .transpose()
                .map_err(|error| damaged(error.to_string()))?;
            let patches = patches.map(|patches| {
                let patches = patches.into_iter();
                patches.map(|(path, text)| Patch { path, text }).collect()
            });
            pulls.push(Pull {
                number: u64::try_from(number).map_err(|error| damaged(error.to_string()))?,
                title: row.get(1)?,
                author: row.get(2)?,
                url: row.get(3)?,
                head: row.get(4)?,
                patches,
            });
        }
        Ok(pulls)
    }

    /// When their list was last read; `None` if never.
    ///
    /// # Errors
    /// If the database cannot be read, or the row is damaged.
    pub fn pull_list(&self, repository: &str) -> Result<Option<PullList>, Error> {
        let found: Option<(Option<String>, String)> = self
            .connection
            .prepare_cached("SELECT etag, at FROM pull_list WHERE repository = ?1")?
            .query_row([repository], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found
            .map(|(etag, at)| {
                let at = instant("pull_list", repository, &at)?;
                Ok(PullList { etag, at })
            })
            .transpose()
    }

    /// Keeps what was read in place of what was read before. Without `pulls` the list has not changed.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is.
    pub fn keep_pulls(
        &mut self,
        repository: &str,
        pulls: Option<&[Pull]>,
        etag: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(pulls) = pulls {
            transaction
                .prepare_cached("DELETE FROM pull WHERE repository = ?1")?
                .execute([repository])?;
            for pull in pulls {
                let patches = pull.patches.as_ref().map(|patches| {
                    let patches: Vec<(&str, &str)> = patches
                        .iter()
                        .map(|patch| (patch.path.as_str(), patch.text.as_str()))
                        .collect();
                    // Lists of strings always serialise.
                    serde_json::to_string(&patches).unwrap_or_default()
                });
                transaction
                    .prepare_cached(
                        "INSERT INTO pull (repository, number, title, author, url, head, patches)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )?
                    .execute(params![
                        repository,
                        i64::try_from(pull.number).unwrap_or(i64::MAX),
                        pull.title,
                        pull.author,
                        pull.url,
                        pull.head,
                        patches
                    ])?;
            }
        }
        transaction
            .prepare_cached(
                "INSERT INTO pull_list (repository, etag, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (repository) DO UPDATE SET etag = excluded.etag, at = excluded.at",
            )?
            .execute(params![repository, etag, text(now)])?;
        transaction.commit()?;
        Ok(())
    }
}
