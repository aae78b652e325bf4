//! Editors' decisions in the database: only ever added to. Taking one back is a row of its own.

use super::{Error, Store, instant, rows, text};
use crate::facts::decision::{Action, Correction, Decision, EventName, Origin};
use crate::facts::event::EventId;
use crate::facts::link::Link;
use crate::facts::place::{Mode, Place};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

/// A decision of the database, and who took it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The decision.
    pub decision: Decision,
    /// Whether somebody took it back.
    pub undone: Option<Undone>,
}

/// That a decision was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Option<String>,
    /// Why, if they said.
    pub reason: String,
}

impl Logged {
    /// Whether it was in force at that time.
    pub fn holds_at(&self, at: DateTime<Utc>) -> bool {
        self.decision.at <= at && self.undone.as_ref().is_none_or(|undone| undone.at > at)
    }
}

fn last_on(connection: &Connection, event: &EventId) -> Result<i64, Error> {
    Ok(connection.query_row(
        "SELECT coalesce(max(id), 0) FROM decision
         WHERE event = ?1 OR undoes IN (SELECT id FROM decision WHERE event = ?1)",
        [event.as_str()],
        |row| row.get(0),
    )?)
}

impl Store {
    /// The number of the last decision on an event, taken back or not, or of its taking back; 0 if there is
    /// none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_decision(&self, event: &EventId) -> Result<i64, Error> {
        last_on(&self.connection, event)
    }

    /// Records a decision on an event and answers its number, if the last decision on it is still `last`
    /// ([`Store::last_decision`]); `None` if somebody decided in between.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn decide_after(
        &mut self,
        last: i64,
        event: &EventId,
        action: &Action,
        reason: &str,
        by: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<Option<i64>, Error> {
        // Numbers, texts and lists always serialise.
        let body = serde_json::to_string(&body(action)).unwrap_or_default();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if last_on(&transaction, event)? != last {
            return Ok(None);
        }
        transaction.execute(
            "INSERT INTO decision (at, editor, event, ruling, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![text(at), by, event.as_str(), body, reason],
        )?;
        let number = transaction.last_insert_rowid();
        transaction.commit()?;
        Ok(Some(number))
    }

    /// Takes a decision back; `false` if there is none of that number, or it was taken back before.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn undo(
        &mut self,
        number: i64,
        reason: &str,
        by: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let rows = self.connection.execute(
            "INSERT INTO decision (at, editor, undoes, reason)
             SELECT ?2, ?3, id, ?4 FROM decision
             WHERE id = ?1 AND event IS NOT NULL AND id NOT IN (SELECT undoes FROM decision WHERE undoes IS NOT NULL)",
            params![number, text(at), by, reason],
        )?;
        Ok(rows > 0)
    }

    /// What was not taken back: what is written in a configuration, and what is kept here.
    ///
    /// No clock is asked. What was decided on a machine with a clock that is ahead, or before this one's was set
    /// back, is decided all the same.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn decisions_in_force(&self, written: &[Decision]) -> Result<Vec<Decision>, Error> {
        let logged = self.decisions()?.into_iter();
        let stored = logged
            .filter(|logged| logged.undone.is_none())
            .map(|logged| logged.decision);
        Ok(written.iter().cloned().chain(stored).collect())
    }

    /// What was decided at a time, and was not taken back then: what is written in a configuration, and
    /// what is kept here.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn decisions_at(
        &self,
        written: &[Decision],
        at: DateTime<Utc>,
    ) -> Result<Vec<Decision>, Error> {
        let logged = self.decisions()?.into_iter();
        let stored = logged
            .filter(|logged| logged.holds_at(at))
            .map(|logged| logged.decision);
        Ok(written.iter().cloned().chain(stored).collect())
    }

    /// Every decision that was ever recorded, in the order of their numbers.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn decisions(&self) -> Result<Vec<Logged>, Error> {
        let mut query = self.connection.prepare(
            "SELECT id, at, editor, event, ruling, reason FROM decision WHERE event IS NOT NULL ORDER BY id",
        )?;
        let mut undone = self
            .connection
            .prepare("SELECT at, editor, reason FROM decision WHERE undoes = ?1 ORDER BY id")?;
        let mut decisions = Vec::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let number: i64 = row.get(0)?;
            let (at, event, body): (String, String, String) =
                (row.get(1)?, row.get(3)?, row.get(4)?);
            let damaged = |what: String| Error::Damaged {
                table: "decision",
                row: number.to_string(),
                what,
            };
            let written: ActionBody =
                serde_json::from_str(&body).map_err(|error| damaged(error.to_string()))?;
            let taken_back: Option<(String, Option<String>, String)> = undone
                .query_row([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            let undone = taken_back
                .map(|(at, by, reason)| {
                    let at = instant("decision", &number.to_string(), &at)?;
                    Ok::<_, Error>(Undone { at, by, reason })
                })
                .transpose()?;
            decisions.push(Logged {
                decision: Decision {
                    event: EventName::Id(EventId::stored(event)),
                    action: action(written).map_err(damaged)?,
                    reason: row.get(5)?,
                    by: row.get(2)?,
                    at: instant("decision", &number.to_string(), &at)?,
                    origin: Origin::Database(number),
                },
                undone,
            });
        }
        Ok(decisions)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ActionBody {
    HideFromSection,
    HideEverywhere,
    Show,
    Edit(Vec<(String, String)>),
    Cancel,
    Postpone,
    Merge(String),
    Split,
    PrintUntil(String),
}

fn body(action: &Action) -> ActionBody {
    match action {
        Action::HideFromSection => ActionBody::HideFromSection,
        Action::HideEverywhere => ActionBody::HideEverywhere,
        Action::Show => ActionBody::Show,
        Action::Edit(corrections) => ActionBody::Edit(
            corrections
                .iter()
                .map(|correction| {
                    let value = match correction {
                        Correction::Start(stamp) | Correction::End(stamp) => {
                            rows::stamp_text(stamp)
                        }
                        correction => correction.value(),
                    };
                    (correction.field().to_owned(), value)
                })
                .collect(),
        ),
        Action::Cancel => ActionBody::Cancel,
        Action::Postpone => ActionBody::Postpone,
        Action::Merge(other) => ActionBody::Merge(other.to_string()),
        Action::Split => ActionBody::Split,
        Action::PrintUntil(day) => ActionBody::PrintUntil(day.to_string()),
    }
}

fn action(body: ActionBody) -> Result<Action, String> {
    Ok(match body {
        ActionBody::HideFromSection => Action::HideFromSection,
        ActionBody::HideEverywhere => Action::HideEverywhere,
        ActionBody::Show => Action::Show,
        ActionBody::Edit(fields) => Action::Edit(
            fields
                .into_iter()
                .map(|(field, value)| correction(&field, value))
                .collect::<Result<_, String>>()?,
        ),
        ActionBody::Cancel => Action::Cancel,
        ActionBody::Postpone => Action::Postpone,
        ActionBody::Merge(other) => Action::Merge(match Link::parse(&other) {
            Ok(link) => EventName::Link(link),
            Err(_) => EventName::Id(EventId::stored(other)),
        }),
        ActionBody::Split => Action::Split,
        ActionBody::PrintUntil(day) => Action::PrintUntil(rows::stamp(&day)?.date()),
    })
}

fn correction(field: &str, value: String) -> Result<Correction, String> {
    let link = |value: &str| Link::parse(value).map_err(|error| error.to_string());
    Ok(match field {
        "title" => Correction::Title(value),
        "start" => Correction::Start(rows::stamp(&value)?),
        "end" => Correction::End(rows::stamp(&value)?),
        "zone" => Correction::Zone(rows::zone(&value)?),
        "place" => Correction::Place(Place::parse(&value).map_err(|error| error.to_string())?),
        "mode" => Correction::Mode(Mode::parse(&value).ok_or_else(|| format!("mode {value:?}"))?),
        "organiser" => Correction::Organiser(value),
        "organiser-url" => Correction::OrganiserUrl(link(&value)?),
        "link" => Correction::Link(link(&value)?),
        "description" => Correction::Description(value),
        _ => return Err(format!("field {field:?}")),
    })
}
