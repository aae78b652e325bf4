//! The listings of a source's list: read for a visit to be settled against, and changed as that says.

use super::visit::ASKED_WHILE_MISSING;
use super::{Error, Store, asked, damaged, instant, rows, text};
use crate::believe::absence::RETURN_DOUBTED_FOR;
use crate::believe::absence::settle::{Earlier, Named, Step, Stored};
use crate::facts::source::{SourceId, Way};
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

impl Store {
    /// What is stored of a source's list: the events that are not gone, and those that are and that a reading names
    /// again.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn stored(
        &self,
        source: &SourceId,
        named: &BTreeSet<&str>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Stored>, Error> {
        let versions = self.versions_of(source, now)?;
        let mut query = self.connection.prepare_cached(
            // Where a page was as before, what it says was said again; that is not noted with each event.
            "SELECT id, key, instance, body, missing_since, renewed, predecessor, gone_at IS NOT NULL,
                    max(last_seen, coalesce(gone_at, ''))
             FROM listing WHERE source = ?1 AND part = 'list' AND replaced_at IS NULL ORDER BY id",
        )?;
        let mut stored = Vec::new();
        let mut found = query.query([&source.0])?;
        while let Some(row) = found.next()? {
            let (id, key, instance): (i64, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let gone: bool = row.get(7)?;
            if gone && !named.contains(key.as_str()) {
                continue;
            }
            let body: String = row.get(3)?;
            let mut listing = rows::listing(&body).map_err(|what| damaged(id, what))?;
            let since = row.get(4)?;
            listing.missing = asked::missing(&self.connection, (&source.0, &key), id, since, None)?;
            listing.renewed = renewed(id, row.get(5)?)?;
            listing.predecessor = row.get(6)?;
            let seen: String = row.get(8)?;
            let known = versions.get(&(key, instance)).cloned().unwrap_or_default();
            listing.known_since = known.since;
            stored.push(Stored {
                row: Some(id),
                listing,
                gone,
                last_seen: instant("listing", &id.to_string(), &seen)?,
                ways: known.ways,
                is_heir: known.is_heir,
                earlier: known.earlier,
            });
        }
        Ok(stored)
    }

    /// What all versions of each listing of a list say together.
    fn versions_of(
        &self,
        source: &SourceId,
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<(String, String), Versions>, Error> {
        let lately = text(now - RETURN_DOUBTED_FOR);
        let mut query = self.connection.prepare_cached(
            "SELECT id, key, instance, way, first_seen, predecessor IS NOT NULL, max(last_seen, coalesce(replaced_at, '')),
                    CASE WHEN max(last_seen, replaced_at) >= ?2 THEN body END
             FROM listing WHERE source = ?1 AND part = 'list' ORDER BY id DESC",
        )?;
        let mut versions: BTreeMap<(String, String), Versions> = BTreeMap::new();
        let mut found = query.query(params![source.0, lately])?;
        while let Some(row) = found.next()? {
            let id: i64 = row.get(0)?;
            let way: String = row.get(3)?;
            let time = |text: String| instant("listing", &id.to_string(), &text);
            let first = time(row.get(4)?)?;
            let of = versions.entry((row.get(1)?, row.get(2)?)).or_default();
            of.since = Some(of.since.map_or(first, |since| since.min(first)));
            of.ways.extend(Way::named(&way));
            of.is_heir |= row.get::<_, bool>(5)?;
            if let Some(body) = row.get::<_, Option<String>>(7)? {
                of.earlier.push(Earlier {
                    row: Some(id),
                    listing: rows::listing(&body).map_err(|what| damaged(id, what))?,
                    last_seen: time(row.get(6)?)?,
                });
            }
        }
        Ok(versions)
    }
}

#[derive(Clone, Default)]
struct Versions {
    since: Option<DateTime<Utc>>,
    ways: BTreeSet<Way>,
    is_heir: bool,
    earlier: Vec<Earlier>,
}

/// The day of a key that was used before, read back.
pub(super) fn renewed(row: i64, day: Option<String>) -> Result<Option<NaiveDate>, Error> {
    let parsed = day.map(|day| {
        day.parse()
            .map_err(|_| damaged(row, format!("day {day:?}")))
    });
    parsed.transpose()
}

/// Writes one change of a source's list.
pub(super) fn write(
    transaction: &Transaction<'_>,
    source: &SourceId,
    step: &Step<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match step {
        Step::Back(key) => page_as_before(transaction, source, key, now)?,
        Step::Same(listing) => {
            transaction
                .prepare_cached(
                    "UPDATE listing SET last_seen = ?4, missing_since = NULL, body = ?5, way = ?6
                     WHERE source = ?1 AND key = ?2 AND instance = ?3 AND part = 'list' AND replaced_at IS NULL",
                )?
                .execute(params![
                    source.0,
                    listing.key,
                    rows::instance(listing),
                    text(now),
                    rows::listing_body(listing),
                    listing.way.name()
                ])?;
        }
        Step::Version {
            listing,
            predecessor,
            renewed,
        } => {
            let instance = rows::instance(listing);
            transaction
                .prepare_cached(
                    "UPDATE listing SET replaced_at = ?4
                     WHERE source = ?1 AND key = ?2 AND instance = ?3 AND part = 'list' AND replaced_at IS NULL",
                )?
                .execute(params![source.0, listing.key, instance, text(now)])?;
            transaction
                .prepare_cached(
                    "INSERT INTO listing (source, key, instance, part, way, body, predecessor, renewed, mark, first_seen, last_seen)
                     VALUES (?1, ?2, ?3, 'list', ?4, ?5, ?6, ?7, '', ?8, ?8)",
                )?
                .execute(params![
                    source.0,
                    listing.key,
                    instance,
                    listing.way.name(),
                    rows::listing_body(listing),
                    predecessor,
                    renewed.map(|day| day.to_string()),
                    text(now)
                ])?;
        }
        Step::Again(row) => {
            transaction
                .prepare_cached("UPDATE listing SET last_seen = ?2 WHERE id = ?1")?
                .execute(params![row, text(now)])?;
        }
        Step::Succeeded { from, to, renewed } => {
            end(transaction, source, from, now)?;
            transaction
                .prepare_cached(
                    "UPDATE listing SET predecessor = ?3, renewed = ?4
                     WHERE source = ?1 AND key = ?2 AND part = 'list' AND replaced_at IS NULL",
                )?
                .execute(params![
                    source.0,
                    to,
                    from.0,
                    renewed.map(|day| day.to_string())
                ])?;
        }
        Step::Missing((key, instance)) => {
            transaction
                .prepare_cached(
                    // A time to come is a clock that was set back: the days begin to count anew. Was it named in between,
                    // and not believed, then that is over.
                    "UPDATE listing SET missing_since = min(coalesce(missing_since, ?4), ?4),
                            last_seen = min(last_seen, coalesce(missing_since, last_seen))
                     WHERE source = ?1 AND key = ?2 AND instance = ?3 AND part = 'list' AND replaced_at IS NULL",
                )?
                .execute(params![source.0, key, rows::of_instance(*instance), text(now)])?;
        }
        Step::Gone(named) => end(transaction, source, named, now)?,
    }
    Ok(())
}

/// Notes that an event is gone from its source.
fn end(
    transaction: &Transaction<'_>,
    source: &SourceId,
    (key, instance): &Named,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    transaction
        .prepare_cached(
            "UPDATE listing SET gone_at = ?4
             WHERE source = ?1 AND key = ?2 AND instance = ?3 AND part = 'list' AND replaced_at IS NULL",
        )?
        .execute(params![source.0, key, rows::of_instance(*instance), text(now)])?;
    Ok(())
}

/// The list names an event again after its page was asked: what the page answered then no longer
/// counts, what it said before does.
fn page_as_before(
    transaction: &Transaction<'_>,
    source: &SourceId,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let ended = transaction
        .prepare_cached(
            "UPDATE listing SET replaced_at = ?4
             WHERE source = ?1 AND key = ?2 AND part = 'page' AND mark = ?3 AND replaced_at IS NULL",
        )?
        .execute(params![source.0, key, ASKED_WHILE_MISSING, text(now)])?;
    if ended > 0 {
        transaction.execute(
            "INSERT INTO listing (source, key, instance, part, way, body, predecessor, mark, first_seen, last_seen)
             SELECT source, key, instance, part, way, body, predecessor, mark, ?4, ?4 FROM listing
             WHERE source = ?1 AND key = ?2 AND part = 'page' AND mark <> ?3 ORDER BY id DESC LIMIT 1",
            params![source.0, key, ASKED_WHILE_MISSING, text(now)],
        )?;
    }
    Ok(())
}
