//! Readings that are held.

use super::visit::{Outcome, Recorded, Visit};
use super::{Error, Store, crowd, instant, number, rows, text};
use crate::believe::absence::Doubt;
use crate::believe::absence::doubt::Kind;
use crate::facts::listing::Problem;
use crate::facts::source::{SourceId, Way};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A reading that waits to be agreed with or accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The first such reading in a row.
    pub since: DateTime<Utc>,
    /// The latest, which is the one that is kept.
    pub at: DateTime<Utc>,
    /// By which way it was read.
    pub way: Way,
    /// Why it is held.
    pub doubt: Doubt,
}

/// What an editor has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// When it was read, or since when the source was held together with others.
    pub at: DateTime<Utc>,
    /// How that changed what is stored.
    pub recorded: Recorded,
}

#[derive(Serialize, Deserialize)]
struct ReadingBody {
    entries: usize,
    whole: bool,
    cut_off: bool,
    listings: Vec<String>,
    problems: Vec<ProblemBody>,
}

#[derive(Serialize, Deserialize)]
struct ProblemBody {
    line: usize,
    what: String,
    item: Option<String>,
    lost: bool,
}

impl Store {
    /// The reading of a source that is held, as if it had been made now; `None` if none is.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn held_reading(&self, source: &SourceId) -> Result<Option<(Held, Visit)>, Error> {
        let Some(held) = of(&self.connection, source)? else {
            return Ok(None);
        };
        let visit = reading(&self.connection, source, held.way)?;
        Ok(Some((held, visit)))
    }

    /// What is held of a source alone.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn held(&self, source: &SourceId) -> Result<Option<Held>, Error> {
        of(&self.connection, source)
    }

    /// The readings that are held, by source.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn held_readings(&self) -> Result<BTreeMap<SourceId, Held>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT since, at, way, standing, confirmed, listed, kind, strangers, source FROM held",
        )?;
        let mut readings = BTreeMap::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let source: String = row.get(8)?;
            let reading = held(&source, row)?;
            readings.insert(SourceId(source), reading);
        }
        Ok(readings)
    }

    /// Forgets what a source says, for one that is no longer configured: its listings are gone, and
    /// nothing of it is held. What was published of it is kept; the next publication withdraws it.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is changed.
    pub fn forget(&mut self, source: &SourceId, now: DateTime<Utc>) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "UPDATE listing SET gone_at = ?2 WHERE source = ?1 AND replaced_at IS NULL AND gone_at IS NULL",
            params![source.0, text(now)],
        )?;
        transaction.execute("DELETE FROM held WHERE source = ?1", [&source.0])?;
        crowd::end(&transaction, source, "forgotten", now)?;
        transaction.execute("DELETE FROM problem WHERE source = ?1", [&source.0])?;
        transaction.commit()?;
        Ok(())
    }
}

/// What is held of a source.
pub(super) fn of(connection: &Connection, source: &SourceId) -> Result<Option<Held>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT since, at, way, standing, confirmed, listed, kind, strangers FROM held WHERE source = ?1",
    )?;
    let mut found = query.query([&source.0])?;
    found.next()?.map(|row| held(&source.0, row)).transpose()
}

fn held(source: &str, row: &Row<'_>) -> Result<Held, Error> {
    let time = |column: usize| instant("held", source, &row.get::<_, String>(column)?);
    let count = |column: usize| -> Result<usize, Error> {
        Ok(row.get::<_, i64>(column)?.try_into().unwrap_or(0))
    };
    let (way, kind): (String, String) = (row.get(2)?, row.get(6)?);
    Ok(Held {
        since: time(0)?,
        at: time(1)?,
        way: Way::named(&way).ok_or_else(|| damaged(source, format!("way {way:?}")))?,
        doubt: Doubt {
            kind: Kind::named(&kind).ok_or_else(|| damaged(source, format!("kind {kind:?}")))?,
            standing: count(3)?,
            confirmed: count(4)?,
            listed: count(5)?,
            foreign: count(7)?,
        },
    })
}

fn damaged(source: &str, what: String) -> Error {
    Error::Damaged {
        table: "held",
        row: source.to_owned(),
        what,
    }
}

/// Keeps a reading that is held, in place of an earlier one; the first one's time stays.
pub(super) fn keep(
    transaction: &Transaction<'_>,
    visit: &Visit,
    doubt: Doubt,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Outcome::Read {
        way,
        entries,
        listings,
        problems,
        whole,
        cut_off,
        ..
    } = &visit.outcome
    else {
        return Ok(());
    };
    let body = ReadingBody {
        entries: *entries,
        whole: *whole,
        cut_off: *cut_off,
        listings: listings.iter().map(rows::listing_body).collect(),
        problems: problems
            .iter()
            .map(|problem| ProblemBody {
                line: problem.line,
                what: problem.what.clone(),
                item: problem.item.clone(),
                lost: problem.lost,
            })
            .collect(),
    };
    // Strings, numbers and lists always serialise.
    let body = serde_json::to_string(&body).unwrap_or_default();
    let since = of(transaction, &visit.source)?
        .filter(|held| held.way == *way && held.doubt.kind == doubt.kind)
        // A time to come is a clock that was set back: the hours begin to count anew.
        .map_or(now, |held| held.since.min(now));
    transaction.execute(
        "INSERT OR REPLACE INTO held (source, since, at, way, standing, confirmed, listed, reading, kind, strangers)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            visit.source.0,
            text(since),
            text(now),
            way.name(),
            number(doubt.standing),
            number(doubt.confirmed),
            number(doubt.listed),
            body,
            doubt.kind.name(),
            number(doubt.foreign)
        ],
    )?;
    Ok(())
}

/// The reading that is held, as if it had been made now.
fn reading(connection: &Connection, source: &SourceId, way: Way) -> Result<Visit, Error> {
    let body: String = connection.query_row(
        "SELECT reading FROM held WHERE source = ?1",
        [&source.0],
        |row| row.get(0),
    )?;
    let body: ReadingBody =
        serde_json::from_str(&body).map_err(|error| damaged(&source.0, error.to_string()))?;
    let listings = body.listings.iter().map(|listing| rows::listing(listing));
    Ok(Visit {
        source: source.clone(),
        outcome: Outcome::Read {
            way,
            entries: body.entries,
            listings: listings
                .collect::<Result<_, _>>()
                .map_err(|what| damaged(&source.0, what))?,
            problems: body
                .problems
                .into_iter()
                .map(|problem| Problem {
                    line: problem.line,
                    what: problem.what,
                    item: problem.item,
                    lost: problem.lost,
                })
                .collect(),
            whole: body.whole,
            cut_off: body.cut_off,
            validators: None,
            read_as: None,
            made: None,
            is_behind: false,
        },
        pages: Vec::new(),
        page_problems: Vec::new(),
        answers: Vec::new(),
        tried_best: false,
        took: std::time::Duration::ZERO,
    })
}

/// Ends the hold: a reading by the same way was believed.
pub(super) fn end(transaction: &Transaction<'_>, source: &SourceId, way: Way) -> Result<(), Error> {
    transaction.execute(
        "DELETE FROM held WHERE source = ?1 AND way = ?2",
        [source.0.as_str(), way.name()],
    )?;
    Ok(())
}
