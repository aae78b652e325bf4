//! Groups that were named as missing from an issue, and those that editors no longer expect.

use super::{Error, Store, instant, text};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};

/// A group that an editor dismissed: it is no longer named as missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dismissal {
    /// What names the group, as a habit has it.
    pub group: String,
    /// Its name when it was dismissed.
    pub name: String,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

fn date(group: &str, text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(|error| Error::Damaged {
        table: "suspect",
        row: group.to_owned(),
        what: format!("{text:?}: {error}"),
    })
}

impl Store {
    /// The groups and days that were named as missing, each with the issue that it was named for.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn suspects(&self) -> Result<BTreeMap<(String, NaiveDate), NaiveDate>, Error> {
        let mut query = self
            .connection
            .prepare("SELECT organiser, day, issue FROM suspect")?;
        let rows = query.query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })?;
        let mut suspects = BTreeMap::new();
        for row in rows {
            let (group, day, issue) = row?;
            let (day, issue) = (date(&group, &day)?, date(&group, &issue)?);
            suspects.insert((group, day), issue);
        }
        Ok(suspects)
    }

    /// Keeps which groups and days were named as missing from an issue. What was named for an earlier issue
    /// stays with that.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn keep_suspects(
        &mut self,
        issue: NaiveDate,
        suspects: &BTreeSet<(String, NaiveDate)>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for (group, day) in suspects {
            transaction.execute(
                "INSERT INTO suspect VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                params![group, day.to_string(), issue.to_string()],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The groups that editors dismissed.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn dismissals(&self) -> Result<Vec<Dismissal>, Error> {
        let mut query = self.connection.prepare(
            "SELECT organiser, name, reason, editor, at FROM dismissal
             WHERE expected_again IS NULL ORDER BY at, organiser",
        )?;
        let rows = query.query_map([], |row| {
            Ok((
                row.get::<_, String>(4)?,
                Dismissal {
                    group: row.get(0)?,
                    name: row.get(1)?,
                    reason: row.get(2)?,
                    by: row.get(3)?,
                    at: DateTime::UNIX_EPOCH,
                },
            ))
        })?;
        let mut dismissals = Vec::new();
        for row in rows {
            let (at, dismissal) = row?;
            let at = instant("dismissal", &dismissal.group, &at)?;
            dismissals.push(Dismissal { at, ..dismissal });
        }
        Ok(dismissals)
    }

    /// Dismisses a group for good; `false` if it is dismissed already.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn dismiss(&mut self, dismissal: &Dismissal) -> Result<bool, Error> {
        let rows = self.connection.execute(
            "INSERT INTO dismissal (organiser, name, reason, editor, at)
             SELECT ?1, ?2, ?3, ?4, ?5
             WHERE NOT EXISTS (SELECT 1 FROM dismissal WHERE organiser = ?1 AND expected_again IS NULL)",
            params![
                dismissal.group,
                dismissal.name,
                dismissal.reason,
                dismissal.by,
                text(dismissal.at)
            ],
        )?;
        Ok(rows > 0)
    }

    /// Takes a dismissal back; `false` if the group is not dismissed.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn expect_again(&mut self, group: &str, at: DateTime<Utc>) -> Result<bool, Error> {
        let rows = self.connection.execute(
            "UPDATE dismissal SET expected_again = ?2 WHERE organiser = ?1 AND expected_again IS NULL",
            params![group, text(at)],
        )?;
        Ok(rows > 0)
    }
}
