//! What was printed: the text of each issue's section, versions kept.

use super::{Error, Store, instant, text};
use crate::facts::event::EventId;
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};

/// Who wrote an issue's text.
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
    /// Who wrote it.
    pub origin: Origin,
    /// The name of the file it stood in, without its folders.
    pub file: String,
    /// The section, from its heading to its last row, byte for byte.
    pub text: String,
    /// Of a written one: what the events said when it was written. It differs from `text` where people
    /// changed a row, and in rows that they took out.
    pub event_rows: Vec<StoredRow>,
}

/// A row as an event had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// The event.
    pub event: EventId,
    /// The heading it belongs under.
    pub heading: String,
    /// The row as it would be printed.
    pub text: String,
    /// Whether it stands in the text; people had taken it out if not.
    pub stands: bool,
}

/// What was written into an issue's draft, with what tells it from an older version of that draft.
///
/// Both texts are kept whole, not as hashes: a draft that people went on writing is recognised by its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Which version it is: later ones have larger numbers.
    pub id: i64,
    /// The version with the text that the given one went on from; `None` for none.
    pub base: Option<i64>,
    /// Its text, and what the events said for it.
    pub issue: KeptIssue,
    /// The section that was given; `None` if it was written before the program kept that.
    pub given: Option<String>,
    /// The rows that we added to it: event and heading.
    pub added: Vec<(EventId, String)>,
    /// The draft's file, links followed; `None` if it stood in none.
    pub path: Option<String>,
    /// The commit that was checked out where the file lay.
    pub revision: Option<String>,
}

/// A section that was written into an issue's draft, to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewWritten<'a> {
    /// The issue's day.
    pub day: NaiveDate,
    /// The name of the draft's file, without its folders.
    pub file: &'a str,
    /// The draft's file, links followed.
    pub path: Option<&'a str>,
    /// The commit that is checked out where it lies.
    pub revision: Option<&'a str>,
    /// The version with the text that the given one went on from.
    pub base: Option<i64>,
    /// The section that was given.
    pub given: &'a str,
    /// The section that was written.
    pub section: &'a str,
    /// What the events said when it was written.
    pub event_rows: &'a [StoredRow],
    /// The rows that we added to it: event and heading.
    pub added: &'a [(EventId, String)],
}

/// Versions of one issue's draft that are looked at: four a day for almost a month.
const MOST_WRITTEN: usize = 100;

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
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last: Option<String> = transaction
            .prepare_cached(
                "SELECT text FROM issue WHERE day = ?1 AND origin = ?2 ORDER BY id DESC LIMIT 1",
            )?
            .query_row(params![day.to_string(), origin.name()], |row| row.get(0))
            .optional()?;
        let new = last.as_deref() != Some(section);
        if new {
            transaction
                .prepare_cached(
                    "INSERT INTO issue (day, at, origin, file, text) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    day.to_string(),
                    text(now),
                    origin.name(),
                    file,
                    section
                ])?;
        }
        transaction.commit()?;
        Ok(new)
    }

    /// Keeps the section that we wrote into an issue's draft, with what the events said for it and what tells
    /// it from an older version of the draft; answers whether it is a new version.
    ///
    /// It is none if it says what the last version for this file says already: then only what the events said
    /// is brought up to date.
    ///
    /// # Errors
    /// If the database cannot be read or written.
    pub fn keep_written(
        &mut self,
        written: &NewWritten<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let event_rows: Vec<(&str, &str, &str, bool)> = written
            .event_rows
            .iter()
            .map(|row| (row.event.as_str(), &*row.heading, &*row.text, row.stands))
            .collect();
        let added: Vec<(&str, &str)> = written
            .added
            .iter()
            .map(|(event, heading)| (event.as_str(), &**heading))
            .collect();
        // Lists of strings and truths always serialise.
        let event_rows = serde_json::to_string(&event_rows).unwrap_or_default();
        let added = serde_json::to_string(&added).unwrap_or_default();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last: Option<(i64, String)> = transaction
            .prepare_cached(
                "SELECT id, text FROM issue WHERE day = ?1 AND origin = 'written' AND path IS ?2
                 ORDER BY id DESC LIMIT 1",
            )?
            .query_row(params![written.day.to_string(), written.path], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let is_last = last.is_some_and(|(id, text)| {
            written.base == Some(id) && text == written.section && written.given == written.section
        });
        if is_last {
            transaction
                .prepare_cached("UPDATE issue SET told = ?2 WHERE id = ?1")?
                .execute(params![written.base, event_rows])?;
        } else {
            transaction
                .prepare_cached(
                    "INSERT INTO issue (day, at, origin, file, text, told, base, given, added, path, revision)
                     VALUES (?1, ?2, 'written', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                )?
                .execute(params![
                    written.day.to_string(),
                    text(now),
                    written.file,
                    written.section,
                    event_rows,
                    written.base,
                    written.given,
                    added,
                    written.path,
                    written.revision
                ])?;
        }
        transaction.commit()?;
        Ok(!is_last)
    }

    /// What we wrote for an issue, the earliest first; of very many the latest.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn written(&self, day: NaiveDate) -> Result<Vec<Written>, Error> {
        let sql = format!(
            "SELECT {COLUMNS}, base, given, added, path, revision FROM issue
             WHERE day = ?1 AND origin = 'written' ORDER BY id DESC LIMIT {MOST_WRITTEN}"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut found = query.query([day.to_string()])?;
        let mut versions = Vec::new();
        while let Some(row) = found.next()? {
            versions.push(written(row)?);
        }
        versions.reverse();
        Ok(versions)
    }

    /// The days of the issues for which we wrote something and that are on a day or after it.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn written_since(&self, day: NaiveDate) -> Result<Vec<NaiveDate>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT DISTINCT day FROM issue WHERE origin = 'written' AND day >= ?1 ORDER BY day",
        )?;
        let days = query.query_map([day.to_string()], |row| row.get::<_, String>(0))?;
        let mut found = Vec::new();
        for day in days {
            let day = day?;
            found.push(day.parse().map_err(|error| Error::Damaged {
                table: "issue",
                row: day.clone(),
                what: format!("{day:?}: {error}"),
            })?);
        }
        Ok(found)
    }

    /// The last version of an issue's section, written or learned.
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

    /// The number of the last version of an issue that was kept; 0 if there is none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_issue_kept(&self) -> Result<i64, Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM issue")?;
        Ok(query.query_row([], |row| row.get(0))?)
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
        event_rows: event_rows(row.get(6)?).map_err(damaged)?,
    })
}

fn written(row: &Row<'_>) -> Result<Written, Error> {
    let id: i64 = row.get(0)?;
    let added: Option<String> = row.get(9)?;
    let added: Vec<(String, String)> = match &added {
        None => Vec::new(),
        Some(added) => serde_json::from_str(added).map_err(|error| Error::Damaged {
            table: "issue",
            row: id.to_string(),
            what: format!("added: {error}"),
        })?,
    };
    Ok(Written {
        id,
        issue: kept(row)?,
        base: row.get(7)?,
        given: row.get(8)?,
        added: added
            .into_iter()
            .map(|(event, heading)| (EventId::stored(event), heading))
            .collect(),
        path: row.get(10)?,
        revision: row.get(11)?,
    })
}

fn event_rows(text: Option<String>) -> Result<Vec<StoredRow>, String> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let rows: Vec<(String, String, String, bool)> =
        serde_json::from_str(&text).map_err(|error| format!("told: {error}"))?;
    Ok(rows
        .into_iter()
        .map(|(event, heading, text, stands)| StoredRow {
            event: EventId::stored(event),
            heading,
            text,
            stands,
        })
        .collect())
}
