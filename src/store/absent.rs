//! What a reading did not name: handed over to a new key, missing, or gone.

use super::record::{Answered, Terms, damaged};
use super::{Error, held, rows, text};
use crate::believe::absence;
use crate::facts::listing::{Answer, Listing};
use crate::facts::source::Way;
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

/// A current listing of a source's list.
pub(super) struct Current {
    row: i64,
    /// The ways that have named it in this form or an earlier one.
    named_by: BTreeSet<String>,
    instance: String,
    pub(super) listing: Listing,
}

/// The current listings of a source's list, whichever way named them last.
pub(super) fn current(transaction: &Transaction<'_>, source: &str) -> Result<Vec<Current>, Error> {
    let mut query = transaction.prepare_cached(
        "SELECT id, key, instance, body, missing_since, renewed,
                (SELECT group_concat(DISTINCT way) FROM listing version
                 WHERE version.source = listing.source AND version.key = listing.key
                   AND version.instance = listing.instance AND version.part = 'list'),
                (SELECT min(first_seen) FROM listing version
                 WHERE version.source = listing.source AND version.key = listing.key
                   AND version.instance = listing.instance AND version.part = 'list')
         FROM listing
         WHERE source = ?1 AND part = 'list' AND replaced_at IS NULL AND gone_at IS NULL",
    )?;
    let mut current = Vec::new();
    let mut found = query.query([source])?;
    while let Some(row) = found.next()? {
        let (id, key, instance): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (body, ways): (String, String) = (row.get(3)?, row.get(6)?);
        let mut listing = rows::listing(&body).map_err(|what| damaged(id, what))?;
        listing.missing = held::missing(transaction, source, &key, id, row.get(4)?)?;
        listing.renewed = renewed(id, row.get(5)?)?;
        listing.known_since = Some(super::instant(
            "listing",
            &id.to_string(),
            &row.get::<_, String>(7)?,
        )?);
        current.push(Current {
            row: id,
            named_by: ways.split(',').map(str::to_owned).collect(),
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
    named: &BTreeSet<(String, String)>,
) -> Result<Vec<Current>, Error> {
    let mut current = current(transaction, source)?;
    current.retain(|known| !named.contains(&(known.listing.key.clone(), known.instance.clone())));
    Ok(current)
}

/// Finds the new listings that are known events under a new id: the old ones end, and the new ones
/// remember their keys. Answers the keys of the new ones.
pub(super) fn hand_over(
    transaction: &Transaction<'_>,
    source: &str,
    named: &BTreeSet<(String, String)>,
    new: &[&Listing],
    now: DateTime<Utc>,
) -> Result<BTreeSet<String>, Error> {
    let mut known = BTreeSet::new();
    if new.is_empty() {
        return Ok(known);
    }
    let is_named =
        |known: &Current| named.contains(&(known.listing.key.clone(), known.instance.clone()));
    let (read, missing): (Vec<Current>, Vec<Current>) = current(transaction, source)?
        .into_iter()
        .partition(is_named);
    let read: Vec<&Listing> = read.iter().map(|named| &named.listing).collect();
    let listings: Vec<&Listing> = missing.iter().map(|unnamed| &unnamed.listing).collect();
    for (to, from) in absence::handovers(new, &listings, &read, now) {
        succeed(transaction, source, &missing[from], &new[to].key, now)?;
        known.insert(new[to].key.clone());
    }
    Ok(known)
}

/// Ends the listings whose own pages lead to another that the list names: that one remembers their keys.
/// Answers the keys of those.
///
/// Only what the list has not named before it went without the old one: of two that stood beside each
/// other no page makes one.
pub(super) fn follow(
    transaction: &Transaction<'_>,
    source: &str,
    answers: &[Answered],
    now: DateTime<Utc>,
) -> Result<BTreeSet<String>, Error> {
    let mut known = BTreeSet::new();
    let led = answers
        .iter()
        .filter_map(|asked| Some((&asked.key, asked.leads_to.as_ref()?)));
    for (from, to) in led {
        let standing = current(transaction, source)?;
        let is_old = |known: &&Current| known.listing.key == *from && known.instance.is_empty();
        let Some(old) = standing.iter().find(is_old) else {
            continue;
        };
        let since = old.listing.missing.map_or(now, |missing| missing.since);
        let is_heir: bool = transaction
            .prepare_cached(
                "SELECT count(*) > 0 AND min(first_seen) >= ?3 AND max(predecessor) IS NULL FROM listing
                 WHERE source = ?1 AND key = ?2 AND part = 'list'",
            )?
            .query_row(params![source, to, text(since)], |row| row.get(0))?;
        if is_heir {
            succeed(transaction, source, old, to, now)?;
            known.insert(to.clone());
        }
    }
    Ok(known)
}

/// Ends a listing, and lets the one under a new key remember the old one.
fn succeed(
    transaction: &Transaction<'_>,
    source: &str,
    old: &Current,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    transaction.execute(
        "UPDATE listing SET gone_at = ?2 WHERE id = ?1",
        params![old.row, text(now)],
    )?;
    transaction.execute(
        "UPDATE listing SET predecessor = ?3, renewed = ?4
         WHERE source = ?1 AND key = ?2 AND part = 'list' AND replaced_at IS NULL",
        params![
            source,
            key,
            old.listing.key,
            old.listing.renewed.map(|day| day.to_string())
        ],
    )?;
    Ok(())
}

/// How those are judged that a reading does not name.
pub(super) struct Absent<'a> {
    pub(super) terms: Terms,
    pub(super) until: Option<DateTime<Utc>>,
    /// What their own pages answered just now.
    pub(super) answers: BTreeMap<&'a str, Answer>,
}

/// The page is as it was, and still goes without what it went without: the same word a second time.
///
/// What left the page because it is over, or beyond its end, never went missing by it.
pub(super) fn still_missing(
    transaction: &Transaction<'_>,
    source: &str,
    way: Way,
    answers: BTreeMap<&str, Answer>,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let named = current(transaction, source)?
        .into_iter()
        .filter(|known| known.listing.missing.is_none())
        .map(|known| (known.listing.key, known.instance))
        .collect();
    let absent = Absent {
        terms: Terms::AsItIs,
        until: None,
        answers,
    };
    missing(transaction, source, way, &named, &absent, now)
}

/// Marks what a whole reading did not name; answers how many went missing or are gone by it.
///
/// Only what this way has named before can be gone because it does not name it: another may carry more. Of
/// the rest it only gives cause to ask its own page. That the other was the last to name it does not matter.
pub(super) fn missing(
    transaction: &Transaction<'_>,
    source: &str,
    way: Way,
    named: &BTreeSet<(String, String)>,
    absent: &Absent<'_>,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let mut count = 0;
    for known in unnamed(transaction, source, named)? {
        let is_of_way = known.named_by.contains(way.name());
        let (row, listing) = (known.row, known.listing);
        let known = listing.missing;
        let mut since = known.map(|missing| missing.since);
        if let Terms::Agreed(held) = absent.terms {
            since = Some(since.map_or(held, |since| since.min(held)));
        }
        let asked = absent.answers.get(listing.key.as_str()).copied();
        let before = known.and_then(|missing| missing.answer);
        let answer = match (asked, before) {
            (Some(Answer::Silent), Some(_)) | (None, _) => before,
            (Some(_), _) => asked,
        };
        let mut verdict = absence::judge(&listing, since, answer, absent.until, now);
        // What is deleted from the configuration, or by an editor's word, needs no second look.
        // Nor does an edited occurrence whose series is there: it is as its rule says again.
        let series = (listing.key.clone(), String::new());
        let is_reset = listing.instance.is_some() && named.contains(&series);
        let is_certain =
            is_reset || way == Way::Configuration || matches!(absent.terms, Terms::Accepted);
        if is_certain && is_of_way && verdict == absence::Verdict::Missing {
            verdict = absence::Verdict::Gone;
        }
        if !is_of_way && verdict == absence::Verdict::Gone && answer != Some(Answer::Gone) {
            verdict = absence::Verdict::Missing;
        }
        match verdict {
            absence::Verdict::OutsideTheReading => {}
            absence::Verdict::Missing => {
                count += usize::from(known.is_none());
                transaction.execute(
                    // A time to come is a clock that was set back: the days begin to count anew.
                    "UPDATE listing SET missing_since = min(coalesce(missing_since, ?2), ?2) WHERE id = ?1",
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
