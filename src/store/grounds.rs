//! What was last believed, and whether anything that it rests on has changed since.

use super::{Error, Store, instant, text};
use crate::believe::Beliefs;
use crate::facts::listing::Problem;
use crate::facts::source::SourceId;
use chrono::{DateTime, Utc};
use rusqlite::params;
use serde::{Deserialize, Serialize};
use std::time::SystemTime;

/// What came of believing everything, as far as a report names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastBelieved {
    /// Events that the sources list, inside the believed days.
    pub events: usize,
    /// Events after those that are one were joined.
    pub twins: usize,
    /// Series that could not be expanded, by source.
    pub problems: Vec<(SourceId, Problem)>,
}

#[derive(Serialize, Deserialize)]
struct Report {
    events: usize,
    twins: usize,
    problems: Vec<(String, usize, String, Option<String>, bool)>,
}

impl Store {
    /// What was believed last, if that was from the same grounds: nothing that is stored has changed since, `rest`
    /// is the same, and it was not later than `now`.
    ///
    /// # Errors
    /// If the database cannot be read, or the row is damaged.
    pub fn believed_from(
        &self,
        rest: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<LastBelieved>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT report, at FROM grounds
             WHERE believed = changes AND newest IS (SELECT max(id) FROM listing) AND rest = ?1",
        )?;
        let mut found = query.query([rest])?;
        let Some(row) = found.next()? else {
            return Ok(None);
        };
        let at = instant("grounds", "1", &row.get::<_, String>(1)?)?;
        if at > now {
            return Ok(None);
        }
        let report: Report =
            serde_json::from_str(&row.get::<_, String>(0)?).map_err(|error| Error::Damaged {
                table: "grounds",
                row: "1".to_owned(),
                what: error.to_string(),
            })?;
        let problems = report.problems.into_iter();
        let problems = problems.map(|(source, line, what, item, lost)| {
            let problem = Problem {
                line,
                what,
                item,
                lost,
            };
            (SourceId(source), problem)
        });
        Ok(Some(LastBelieved {
            events: report.events,
            twins: report.twins,
            problems: problems.collect(),
        }))
    }

    /// The state of all that is stored and that beliefs rest on.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn changes(&self) -> Result<Changes, Error> {
        Ok(self
            .connection
            .prepare_cached("SELECT changes, (SELECT max(id) FROM listing) FROM grounds")?
            .query_row([], |row| {
                Ok(Changes {
                    count: row.get(0)?,
                    newest: row.get(1)?,
                })
            })?)
    }

    /// Notes what was believed, from which grounds. Decisions that name no event are looked for each time: with such
    /// ones it counts as never believed.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn note_believed(
        &self,
        beliefs: &Beliefs,
        grounds: Grounds<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let is_whole = beliefs.in_force.unmatched.is_empty();
        let report = Report {
            events: beliefs.events,
            twins: beliefs.twins.len(),
            problems: beliefs
                .problems
                .iter()
                .map(|(source, problem)| {
                    let Problem {
                        line,
                        what,
                        item,
                        lost,
                    } = problem.clone();
                    (source.0.clone(), line, what, item, lost)
                })
                .collect(),
        };
        // Strings, numbers and lists always serialise.
        let report = serde_json::to_string(&report).unwrap_or_default();
        self.connection.execute(
            "UPDATE grounds SET believed = ?1, newest = ?2, rest = ?3, at = ?4, report = ?5",
            params![
                is_whole.then_some(grounds.changes.count),
                grounds.changes.newest,
                grounds.rest,
                text(now),
                report
            ],
        )?;
        Ok(())
    }
}

/// A state of what is stored: another one after each change.
#[derive(Debug, Clone, Copy)]
pub struct Changes {
    /// The changes that triggers counted: all but new listings.
    count: i64,
    /// The largest id of a listing.
    newest: Option<i64>,
}

/// From what something was believed.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// The state of what is stored before it was read.
    pub changes: Changes,
    /// A digest of all that is not stored.
    pub rest: &'a str,
}

/// Which program this is: its version, and when its file was written and how long it is, for a program that is
/// being worked on keeps its version. What another program believed is believed anew.
pub fn program() -> (&'static str, Option<(SystemTime, u64)>) {
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let file = file.and_then(|file| Ok((file.modified()?, file.len())));
    (env!("CARGO_PKG_VERSION"), file.ok())
}
