//! What the database remembers of one event: every version of what was said, the questions to its page,
//! and what was made of it.

use super::{Error, Store, instant, rows};
use crate::facts::event::{EventId, Rejected};
use crate::facts::listing::{Answer, Listing, Part};
use crate::facts::source::{SourceId, Way};
use chrono::{DateTime, Utc};
use rusqlite::params;
use std::collections::BTreeMap;

/// One version of what a source said of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Whether its list said it, or the event's own page.
    pub part: Part,
    /// By which way it was read.
    pub way: Way,
    /// What was said.
    pub listing: Listing,
    /// The first and the last reading that said so.
    pub seen: (DateTime<Utc>, DateTime<Utc>),
    /// The first reading that went without it, if none has named it since.
    pub missing_since: Option<DateTime<Utc>>,
    /// When it was held to be gone.
    pub gone_at: Option<DateTime<Utc>>,
    /// When the next version took its place.
    pub replaced_at: Option<DateTime<Utc>>,
}

/// A question to an event's own page, when its list went without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The page.
    pub url: String,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// What it answered.
    pub answer: Answer,
    /// In words.
    pub detail: String,
}

impl Store {
    /// Every version of what a source said under a key, the oldest first.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn versions(&self, source: &SourceId, key: &str) -> Result<Vec<Version>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, part, way, body, first_seen, last_seen, missing_since, gone_at, replaced_at
             FROM listing WHERE source = ?1 AND key = ?2 ORDER BY id",
        )?;
        let mut versions = Vec::new();
        let mut found = query.query(params![source.0, key])?;
        while let Some(row) = found.next()? {
            let id = row.get::<_, i64>(0)?.to_string();
            let damaged = |what: String| Error::Damaged {
                table: "listing",
                row: id.clone(),
                what,
            };
            let (part, way, body): (String, String, String) =
                (row.get(1)?, row.get(2)?, row.get(3)?);
            let (first, last): (String, String) = (row.get(4)?, row.get(5)?);
            let time =
                |text: Option<String>| text.map(|text| instant("listing", &id, &text)).transpose();
            versions.push(Version {
                part: if part == "page" {
                    Part::Page
                } else {
                    Part::List
                },
                way: Way::named(&way).ok_or_else(|| damaged(format!("way {way:?}")))?,
                listing: rows::listing(&body).map_err(damaged)?,
                seen: (
                    instant("listing", &id, &first)?,
                    instant("listing", &id, &last)?,
                ),
                missing_since: time(row.get(6)?)?,
                gone_at: time(row.get(7)?)?,
                replaced_at: time(row.get(8)?)?,
            });
        }
        Ok(versions)
    }

    /// The questions to the pages of what a source listed under a key, the oldest first.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn questions(&self, source: &SourceId, key: &str) -> Result<Vec<Question>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, url, at, answer, detail FROM question WHERE source = ?1 AND key = ?2 ORDER BY id",
        )?;
        let mut questions = Vec::new();
        let mut found = query.query(params![source.0, key])?;
        while let Some(row) = found.next()? {
            let id = row.get::<_, i64>(0)?.to_string();
            let (at, answer): (String, String) = (row.get(2)?, row.get(3)?);
            questions.push(Question {
                url: row.get(1)?,
                at: instant("question", &id, &at)?,
                answer: Answer::named(&answer).ok_or_else(|| Error::Damaged {
                    table: "question",
                    row: id,
                    what: format!("answer {answer:?}"),
                })?,
                detail: row.get(4)?,
            });
        }
        Ok(questions)
    }

    /// Of each event that is one with others, or was: the id it is published under and the rule.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn twins(&self) -> Result<BTreeMap<EventId, (EventId, Option<String>)>, Error> {
        let mut query = self
            .connection
            .prepare("SELECT event, twins, rule FROM twin")?;
        let found = query.query_map([], |row| {
            Ok((
                EventId::stored(row.get(0)?),
                (EventId::stored(row.get(1)?), row.get(2)?),
            ))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// What could not be believed at the last refresh, with field and reason.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn rejected(&self) -> Result<Vec<Rejected>, Error> {
        let mut query = self.connection.prepare(
            "SELECT source, key, line, title, field, reason FROM rejected ORDER BY source, key, line",
        )?;
        let found = query.query_map([], |row| {
            Ok(Rejected {
                source: SourceId(row.get(0)?),
                key: row.get(1)?,
                line: row.get::<_, i64>(2)?.try_into().unwrap_or(0),
                title: row.get(3)?,
                field: row.get(4)?,
                reason: row.get(5)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}
