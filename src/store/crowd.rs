//! Sources that are held because many changed at once: what each said before a time stands.
//!
//! Nothing is kept twice: the listings are versions, and what stood before a time can be read back.

use super::visit::Recorded;
use super::{Error, Store, asked, damaged, instant, rows, text};
use crate::believe::absence::crowd::Kind;
use crate::believe::absence::{Verdict, judge};
use crate::facts::listing::Listing;
use crate::facts::source::SourceId;
use crate::facts::topic::Topic;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeMap;

/// Why a source is held with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrowdHold {
    /// The platform of the sources that changed, or all.
    pub scope: String,
    /// What kind of change it is.
    pub kind: Kind,
    /// What the source said before this time stands.
    pub before: DateTime<Utc>,
    /// When the alarm was raised for it.
    pub since: DateTime<Utc>,
    /// Since when the rest of the scope is as usual again, if it is.
    pub calm: Option<DateTime<Utc>>,
    /// What changed, in words that all sources of the alarm share.
    pub why: String,
}

impl Store {
    /// The sources that are held because many changed at once.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn crowd_holds(&self) -> Result<BTreeMap<SourceId, CrowdHold>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT source, scope, kind, before, since, calm, why FROM crowd WHERE ended IS NULL",
        )?;
        let mut holds = BTreeMap::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let source: String = row.get(0)?;
            let kind: String = row.get(2)?;
            let time = |text: String| instant("crowd", &source, &text);
            let hold = CrowdHold {
                scope: row.get(1)?,
                kind: Kind::named(&kind).ok_or_else(|| Error::Damaged {
                    table: "crowd",
                    row: source.clone(),
                    what: format!("kind {kind:?}"),
                })?,
                before: time(row.get(3)?)?,
                since: time(row.get(4)?)?,
                calm: row.get::<_, Option<String>>(5)?.map(time).transpose()?,
                why: row.get(6)?,
            };
            holds.insert(SourceId(source), hold);
        }
        Ok(holds)
    }

    /// Begins, updates and ends holds, in one transaction: `held` is what is to be held from now on, `ended` what
    /// is no longer, with the reason.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is changed.
    pub fn keep_crowds(
        &mut self,
        held: &BTreeMap<SourceId, CrowdHold>,
        ended: &[(SourceId, &'static str)],
        topic: &Topic,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if held.is_empty() && ended.is_empty() {
            return Ok(());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (source, how) in ended {
            match *how {
                "agreed" => settle(&transaction, source, topic, &mut Recorded::default(), now)?,
                _ => begin_anew(&transaction, source, now)?,
            }
            end(&transaction, source, how, now)?;
        }
        for (source, hold) in held {
            transaction.execute(
                "INSERT INTO crowd (source, scope, kind, before, since, calm, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (source) WHERE ended IS NULL DO UPDATE SET calm = ?6, why = ?7",
                params![
                    source.0,
                    hold.scope,
                    hold.kind.name(),
                    text(hold.before),
                    text(hold.since),
                    hold.calm.map(text),
                    hold.why
                ],
            )?;
            // What was held to be gone before there were enough of them is missing: it may come back under another
            // key, which only what is missing can be known by.
            transaction.execute(
                "UPDATE listing SET missing_since = coalesce(missing_since, gone_at), gone_at = NULL
                 WHERE source = ?1 AND part = 'list' AND replaced_at IS NULL AND gone_at >= ?2
                   AND key NOT IN (SELECT predecessor FROM listing heir
                                   WHERE heir.source = ?1 AND heir.predecessor IS NOT NULL)",
                params![source.0, text(hold.before)],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The times since then at which what a source says changed, by source; the earliest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn change_times(
        &self,
        since: DateTime<Utc>,
    ) -> Result<BTreeMap<SourceId, Vec<DateTime<Utc>>>, Error> {
        // The index `listing_times` holds all that is asked.
        let mut query = self.connection.prepare_cached(
            "SELECT source, first_seen, replaced_at, gone_at, missing_since FROM listing
             WHERE max(first_seen, coalesce(replaced_at, ''), coalesce(gone_at, ''), coalesce(missing_since, '')) >= ?1",
        )?;
        let since = text(since);
        let mut times: BTreeMap<SourceId, Vec<DateTime<Utc>>> = BTreeMap::new();
        let mut found = query.query([&since])?;
        while let Some(row) = found.next()? {
            let source: String = row.get(0)?;
            let mut of_row = Vec::new();
            for column in 1..=4 {
                let at: Option<String> = row.get(column)?;
                if let Some(at) = at.filter(|at| *at >= since) {
                    of_row.push(instant("listing", &source, &at)?);
                }
            }
            times.entry(SourceId(source)).or_default().extend(of_row);
        }
        for times in times.values_mut() {
            times.sort_unstable();
            times.dedup();
        }
        Ok(times)
    }

    /// The listings of one source as they were before a time.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn listings_before(
        &self,
        source: &SourceId,
        before: DateTime<Utc>,
    ) -> Result<Vec<Listing>, Error> {
        let then = "source = ?1 AND first_seen < ?2 AND (replaced_at IS NULL OR replaced_at >= ?2)
                    AND (gone_at IS NULL OR gone_at >= ?2)";
        let mut found = self.listings_where(then, [&source.0, &text(before)], Some(before))?;
        Ok(found.remove(source).unwrap_or_default())
    }

    /// From when on changes of a source count: after its first good visit, and after the last time that a human
    /// believed it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn counts_from(&self, source: &SourceId) -> Result<Option<DateTime<Utc>>, Error> {
        let at: Option<String> = self
            .connection
            .prepare_cached(
                "SELECT coalesce(max(CASE outcome WHEN 'accepted' THEN at END), min(at)) FROM visit
                 WHERE source = ?1 AND outcome IN ('read', 'unchanged', 'accepted')",
            )?
            .query_row([&source.0], |row| row.get(0))?;
        at.map(|at| instant("visit", &source.0, &at)).transpose()
    }

    /// When a source was last read well before a time.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn good_before(
        &self,
        source: &SourceId,
        before: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        let at: Option<String> = self
            .connection
            .prepare_cached(
                "SELECT max(at) FROM visit
                 WHERE source = ?1 AND at < ?2 AND outcome IN ('read', 'unchanged', 'accepted')",
            )?
            .query_row(params![source.0, text(before)], |row| row.get(0))?;
        at.map(|at| instant("visit", &source.0, &at)).transpose()
    }

    /// Whether a source is held together with others.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn is_held_with_others(&self, source: &SourceId) -> Result<bool, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM crowd WHERE source = ?1 AND ended IS NULL)",
            )?
            .query_row([&source.0], |row| row.get(0))?)
    }

    /// Whether a source answered after a time, whatever was believed of it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn answered_after(&self, source: &SourceId, at: DateTime<Utc>) -> Result<bool, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM visit WHERE source = ?1 AND at > ?2 AND outcome <> 'failed')",
            )?
            .query_row(params![source.0, text(at)], |row| row.get(0))?)
    }
}

/// Ends the hold of a source; answers since when it was held, if it was.
pub(super) fn end(
    transaction: &Transaction<'_>,
    source: &SourceId,
    how: &str,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let since: Option<String> = transaction
        .query_row(
            "UPDATE crowd SET ended = ?2, how = ?3 WHERE source = ?1 AND ended IS NULL RETURNING since",
            params![source.0, text(now), how],
            |row| row.get(0),
        )
        .optional()?;
    since
        .map(|since| instant("crowd", &source.0, &since))
        .transpose()
}

/// What a source went without while it was held, and what pages answered then, counts for nothing: what is still
/// missing is missing from now on.
fn begin_anew(
    transaction: &Transaction<'_>,
    source: &SourceId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let before = "(SELECT before FROM crowd WHERE source = ?1 AND ended IS NULL)";
    transaction.execute(
        &format!("DELETE FROM question WHERE source = ?1 AND at >= {before}"),
        [&source.0],
    )?;
    transaction.execute(
        &format!(
            "UPDATE listing SET missing_since = ?2
             WHERE source = ?1 AND replaced_at IS NULL AND gone_at IS NULL AND missing_since >= {before}"
        ),
        params![source.0, text(now)],
    )?;
    Ok(())
}

/// Believes what a source says now: what its list no longer names is gone, except for events that their own page
/// still names and those that the list had called off.
pub(super) fn settle(
    transaction: &Transaction<'_>,
    source: &SourceId,
    topic: &Topic,
    recorded: &mut Recorded,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut query = transaction.prepare(
        "SELECT id, key, body, missing_since FROM listing
         WHERE source = ?1 AND part = 'list' AND replaced_at IS NULL AND gone_at IS NULL AND missing_since IS NOT NULL",
    )?;
    let mut found = query.query([&source.0])?;
    while let Some(row) = found.next()? {
        let (id, key, body): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let listing = rows::listing(&body).map_err(|what| damaged(id, what))?;
        let missing = asked::missing(transaction, (&source.0, &key), id, row.get(3)?, None)?;
        let answer = missing.and_then(|missing| missing.answer);
        // It was missing for as long as the source was held: that is a second reading.
        let since = Some(DateTime::UNIX_EPOCH);
        if judge(&listing, since, answer, None, topic, now) == Verdict::Gone {
            transaction
                .prepare_cached("UPDATE listing SET gone_at = ?2 WHERE id = ?1")?
                .execute(params![id, text(now)])?;
            recorded.gone += 1;
        }
    }
    Ok(())
}
