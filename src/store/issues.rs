//! What was printed: the text of each issue's section, versions kept.

use super::{Error, Store, instant, text};
use crate::facts::event::EventId;
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};

/// Whose words an issue's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Ours: what we last wrote into its draft.
    Written,
    /// The newsletter's: read from a printed issue.
    Learned,
}

impl Origin {
    /// Its name in the database and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Written => "written",
            Origin::Learned => "learned",
        }
    }
}

/// One version of an issue's section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptIssue {
    /// The issue's day.
    pub day: NaiveDate,
    /// When it was written or learned.
    pub at: DateTime<Utc>,
    /// Whose words it is.
    pub origin: Origin,
    /// The name of the file it stood in, without its folders.
    pub file: String,
    /// The section, from its heading to its last row, byte for byte.
    pub text: String,
    /// Of a written one: what the events told when it was written. It differs from `text` where people
    /// changed a row, and in rows that they took out.
    pub told: Vec<ToldRow>,
}

/// A row as an event told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldRow {
    /// The event.
    pub event: EventId,
    /// The heading it belongs under.
    pub heading: String,
    /// The row as it would be printed.
    pub text: String,
    /// Whether it stands in the text; people had taken it out if not.
    pub stands: bool,
}

const COLUMNS: &str = "id, day, at, origin, file, text, told";

impl Store {
    /// Keeps the section of an issue; answers whether it was new.
    ///
    /// A text that is the issue's last of this origin already makes no new version.
    ///
    /// # Errors
    /// If the database cannot be read or written.
    pub fn keep_issue(
        &mut self,
        day: NaiveDate,
        origin: Origin,
        file: &str,
        section: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        self.keep(day, origin, file, section, None, now)
    }

    /// Keeps the section that we wrote into an issue's draft, with what the events told for it; answers
    /// whether the text was new.
    ///
    /// # Errors
    /// If the database cannot be read or written.
    pub fn keep_written(
        &mut self,
        day: NaiveDate,
        file: &str,
        section: &str,
        told: &[ToldRow],
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let told: Vec<(&str, &str, &str, bool)> = told
            .iter()
            .map(|row| (row.event.as_str(), &*row.heading, &*row.text, row.stands))
            .collect();
        // Lists of strings and truths always serialise.
        let told = serde_json::to_string(&told).unwrap_or_default();
        self.keep(day, Origin::Written, file, section, Some(&told), now)
    }

    fn keep(
        &mut self,
        day: NaiveDate,
        origin: Origin,
        file: &str,
        section: &str,
        told: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last: Option<(i64, String)> = transaction
            .prepare_cached(
                "SELECT id, text FROM issue WHERE day = ?1 AND origin = ?2 ORDER BY id DESC LIMIT 1",
            )?
            .query_row(params![day.to_string(), origin.name()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let new = match last {
            // The same text is no new version, whatever the events tell by now.
            Some((id, last)) if last == section => {
                transaction
                    .prepare_cached("UPDATE issue SET told = ?2 WHERE id = ?1")?
                    .execute(params![id, told])?;
                false
            }
            _ => {
                transaction
                    .prepare_cached(
                        "INSERT INTO issue (day, at, origin, file, text, told)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(params![
                        day.to_string(),
                        text(now),
                        origin.name(),
                        file,
                        section,
                        told
                    ])?;
                true
            }
        };
        transaction.commit()?;
        Ok(new)
    }

    /// The last version of an issue's section, whoever it is from.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn issue(&self, day: NaiveDate) -> Result<Option<KeptIssue>, Error> {
        self.last_issue("day = ?1", day.to_string())
    }

    /// What we last wrote for an issue.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn written_issue(&self, day: NaiveDate) -> Result<Option<KeptIssue>, Error> {
        self.last_issue("day = ?1 AND origin = 'written'", day.to_string())
    }

    /// The last printed issue before a day.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn learned_before(&self, day: NaiveDate) -> Result<Option<KeptIssue>, Error> {
        self.last_issue("day < ?1 AND origin = 'learned'", day.to_string())
    }

    fn last_issue(&self, which: &str, day: String) -> Result<Option<KeptIssue>, Error> {
        let sql =
            format!("SELECT {COLUMNS} FROM issue WHERE {which} ORDER BY day DESC, id DESC LIMIT 1");
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut found = query.query([day])?;
        found.next()?.map(kept).transpose()
    }

    /// The last version of every issue's section, in the order of days.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn issues(&self) -> Result<Vec<KeptIssue>, Error> {
        self.last_issues("SELECT max(id) FROM issue GROUP BY day")
    }

    /// The last version of every printed issue's section, in the order of days.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn learned_issues(&self) -> Result<Vec<KeptIssue>, Error> {
        self.last_issues("SELECT max(id) FROM issue WHERE origin = 'learned' GROUP BY day")
    }

    fn last_issues(&self, ids: &str) -> Result<Vec<KeptIssue>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM issue WHERE id IN ({ids}) ORDER BY day");
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut found = query.query([])?;
        let mut issues = Vec::new();
        while let Some(row) = found.next()? {
            issues.push(kept(row)?);
        }
        Ok(issues)
    }
}

fn kept(row: &Row<'_>) -> Result<KeptIssue, Error> {
    let id = row.get::<_, i64>(0)?.to_string();
    let damaged = |what| Error::Damaged {
        table: "issue",
        row: id.clone(),
        what,
    };
    let (day, at, origin): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
    Ok(KeptIssue {
        day: day
            .parse()
            .map_err(|error| damaged(format!("{day:?}: {error}")))?,
        at: instant("issue", &id, &at)?,
        origin: match origin.as_str() {
            "written" => Origin::Written,
            "learned" => Origin::Learned,
            origin => return Err(damaged(format!("origin {origin:?}"))),
        },
        file: row.get(4)?,
        text: row.get(5)?,
        told: told(row.get(6)?).map_err(damaged)?,
    })
}

fn told(text: Option<String>) -> Result<Vec<ToldRow>, String> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let rows: Vec<(String, String, String, bool)> =
        serde_json::from_str(&text).map_err(|error| format!("told: {error}"))?;
    Ok(rows
        .into_iter()
        .map(|(event, heading, text, stands)| ToldRow {
            event: EventId::stored(event),
            heading,
            text,
            stands,
        })
        .collect())
}
