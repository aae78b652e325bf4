//! What the pages of missing events answered.

use super::visit::Answered;
use super::{Error, instant, text};
use crate::facts::listing::{Answer, Missing};
use crate::facts::source::SourceId;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Writes what the pages of missing events answered.
pub(super) fn write_answers(
    transaction: &Transaction<'_>,
    source: &SourceId,
    answers: &[Answered],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO question (source, key, url, at, answer, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for asked in answers {
        insert.execute(params![
            source.0,
            asked.key,
            asked.url,
            text(now),
            asked.answer.name(),
            asked.detail
        ])?;
    }
    Ok(())
}

/// What is known of a listing's absence, given when it began; or what was known of it before a time.
pub(super) fn missing(
    connection: &Connection,
    (source, key): (&str, &str),
    row: i64,
    since: Option<String>,
    before: Option<DateTime<Utc>>,
) -> Result<Option<Missing>, Error> {
    let before = before.map(text);
    let is_known = |since: &String| before.as_ref().is_none_or(|before| since < before);
    let Some(since) = since.filter(is_known) else {
        return Ok(None);
    };
    // That a page does not answer today takes back nothing of what it said yesterday.
    let asked: Option<(String, String)> = connection
        .prepare_cached(
            "SELECT answer, max(at) OVER () FROM question
             WHERE source = ?1 AND key = ?2 AND at >= ?3 AND (?4 IS NULL OR at < ?4)
             ORDER BY answer = 'silent', id DESC LIMIT 1",
        )?
        .query_row(params![source, key, since, before], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let at = asked.as_ref().map(|(_, at)| instant("question", key, at));
    Ok(Some(Missing {
        since: instant("listing", &row.to_string(), &since)?,
        answer: asked.and_then(|(answer, _)| Answer::named(&answer)),
        asked: at.transpose()?,
    }))
}
