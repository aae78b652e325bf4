//! What a reading did not name: handed over to a new key, missing, or gone.

use super::record::{Terms, damaged};
use super::{Error, held, rows, text};
use crate::absence;
use crate::listing::{Answer, Listing};
use crate::source::Way;
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

/// A current listing of a source's list.
pub(super) struct Current {
    row: i64,
    instance: String,
    pub(super) listing: Listing,
}

/// The current listings of a source's list by one way.
pub(super) fn current(
    transaction: &Transaction<'_>,
    source: &str,
    way: Way,
) -> Result<Vec<Current>, Error> {
    let mut query = transaction.prepare_cached(
        "SELECT id, key, instance, body, missing_since, renewed FROM listing
         WHERE source = ?1 AND part = 'list' AND way = ?2 AND replaced_at IS NULL AND gone_at IS NULL",
    )?;
    let mut current = Vec::new();
    let mut found = query.query(params![source, way.name()])?;
    while let Some(row) = found.next()? {
        let (id, key, instance): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let body: String = row.get(3)?;
        let mut listing = rows::listing(&body).map_err(|what| damaged(id, what))?;
        listing.missing = held::missing(transaction, source, &key, id, row.get(4)?)?;
        listing.renewed = renewed(id, row.get(5)?)?;
        current.push(Current {
            row: id,
            instance,
            listing,
        });
    }
    Ok(current)
}

/// The day of a key that was used before, read back.
pub(super) fn renewed(row: i64, day: Option<String>) -> Result<Option<NaiveDate>, Error> {
    let parsed = day.map(|day| {
        day.parse()
            .map_err(|_| damaged(row, format!("day {day:?}")))
    });
    parsed.transpose()
}

/// Those that a whole reading did not name.
fn unnamed(
    transaction: &Transaction<'_>,
    source: &str,
    way: Way,
    named: &BTreeSet<(String, String)>,
) -> Result<Vec<Current>, Error> {
    let mut current = current(transaction, source, way)?;
    current.retain(|known| !named.contains(&(known.listing.key.clone(), known.instance.clone())));
    Ok(current)
}

/// Finds the new listings that are known events under a new id: the old ones end, and the new ones
/// remember their keys. Answers the keys of the new ones.
pub(super) fn hand_over(
    transaction: &Transaction<'_>,
    source: &str,
    way: Way,
    named: &BTreeSet<(String, String)>,
    new: &[&Listing],
    now: DateTime<Utc>,
) -> Result<BTreeSet<String>, Error> {
    let mut known = BTreeSet::new();
    if new.is_empty() {
        return Ok(known);
    }
    let mut missing = unnamed(transaction, source, way, named)?;
    missing.retain(|unnamed| {
        let verdict = absence::judge(&unnamed.listing, None, None, None, now);
        verdict != absence::Verdict::OutsideTheReading
    });
    let listings: Vec<&Listing> = missing.iter().map(|unnamed| &unnamed.listing).collect();
    for (to, from) in absence::handovers(new, &listings) {
        transaction.execute(
            "UPDATE listing SET gone_at = ?2 WHERE id = ?1",
            params![missing[from].row, text(now)],
        )?;
        transaction.execute(
            "UPDATE listing SET predecessor = ?3, renewed = ?4
             WHERE source = ?1 AND key = ?2 AND part = 'list' AND replaced_at IS NULL",
            params![
                source,
                new[to].key,
                listings[from].key,
                listings[from].renewed.map(|day| day.to_string())
            ],
        )?;
        known.insert(new[to].key.clone());
    }
    Ok(known)
}

/// How those are judged that a reading does not name.
pub(super) struct Absent<'a> {
    pub(super) terms: Terms,
    pub(super) until: Option<DateTime<Utc>>,
    /// What their own pages answered just now.
    pub(super) answers: BTreeMap<&'a str, Answer>,
}

/// Marks what a whole reading did not name; answers how many went missing or are gone by it.
pub(super) fn missing(
    transaction: &Transaction<'_>,
    source: &str,
    way: Way,
    named: &BTreeSet<(String, String)>,
    absent: &Absent<'_>,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let mut count = 0;
    for Current { row, listing, .. } in unnamed(transaction, source, way, named)? {
        let known = listing.missing;
        let mut since = known.map(|missing| missing.since);
        if let Terms::Agreed(held) = absent.terms {
            since = Some(since.map_or(held, |since| since.min(held)));
        }
        let asked = absent.answers.get(listing.key.as_str()).copied();
        let answer = asked.or_else(|| known.and_then(|missing| missing.answer));
        let mut verdict = absence::judge(&listing, since, answer, absent.until, now);
        // What is deleted from the configuration, or by an editor's word, needs no second look.
        let is_certain = way == Way::Configuration || matches!(absent.terms, Terms::Accepted);
        if is_certain && verdict == absence::Verdict::Missing {
            verdict = absence::Verdict::Gone;
        }
        match verdict {
            absence::Verdict::OutsideTheReading => {}
            absence::Verdict::Missing => {
                count += usize::from(known.is_none());
                transaction.execute(
                    "UPDATE listing SET missing_since = coalesce(missing_since, ?2) WHERE id = ?1",
                    params![row, text(now)],
                )?;
            }
            absence::Verdict::Gone => {
                count += 1;
                transaction.execute(
                    "UPDATE listing SET gone_at = ?2 WHERE id = ?1",
                    params![row, text(now)],
                )?;
            }
        }
    }
    Ok(count)
}
