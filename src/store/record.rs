//! A visit → the database: listings as versions, what is missing, what was wrong, all in one
//! transaction.

use super::{Error, Store, StoredValidators, instant, number, rows, text};
use crate::absence;
use crate::listing::{Listing, Part, Problem};
use crate::source::{SourceId, Way};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeSet;
use std::time::Duration;

/// One visit to a source, to be recorded as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Who was visited.
    pub source: SourceId,
    /// What came of it.
    pub outcome: Outcome,
    /// What the pages of single events said, whatever became of the list: their listings, with the mark
    /// of the list's version that asked for them.
    pub pages: Vec<(Listing, String)>,
    /// What was wrong with those pages.
    pub page_problems: Vec<Problem>,
    /// Whether the best of its ways was tried in vain: then a lesser one will do for a while.
    pub tried_best: bool,
    /// How long it took.
    pub took: Duration,
}

/// What came of visiting a source's list.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was read.
    Read {
        /// By which way.
        way: Way,
        /// How many events it lists.
        entries: usize,
        /// The listings.
        listings: Vec<Listing>,
        /// What could not be read.
        problems: Vec<Problem>,
        /// Whether no entry was lost: only then does absence count.
        whole: bool,
        /// Whether the list may go on beyond its last entry.
        cut_off: bool,
        /// What to ask with next time.
        validators: Option<StoredValidators>,
    },
    /// The server says that it is as it was.
    Unchanged {
        /// By which way.
        way: Way,
    },
    /// Nothing could be read.
    Failed {
        /// Where: dns, connect, tls, http, decode, parse, …
        phase: &'static str,
        /// Why.
        error: String,
        /// Until when it asks to be left alone.
        not_before: Option<DateTime<Utc>>,
    },
}

/// How a visit changed what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Current listings of the source.
    pub events: usize,
    /// New ones.
    pub new: usize,
    /// Ones that say something else now.
    pub changed: usize,
    /// Ones that are gone now, or missing for the first time.
    pub gone: usize,
}

impl Store {
    /// Records a visit: the listings, the problems and the visit itself, in one transaction.
    ///
    /// Of a whole reading, listings that it does not name go missing, and are gone by the rules of
    /// [`absence`]. A failed visit, and one cut off, takes nothing away.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing of the visit is stored.
    pub fn record(&mut self, visit: &Visit, now: DateTime<Utc>) -> Result<Recorded, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut recorded = Recorded::default();
        let source = &visit.source.0;
        if let Outcome::Read {
            way,
            listings,
            problems,
            whole,
            cut_off,
            ..
        } = &visit.outcome
        {
            let mut named = BTreeSet::new();
            let mut new = Vec::new();
            for listing in listings {
                named.insert((listing.key.clone(), rows::instance(listing)));
                match upsert(&transaction, &visit.source, listing, "", now)? {
                    Change::New => new.push(listing),
                    Change::Changed => recorded.changed += 1,
                    Change::None => {}
                }
            }
            if *whole {
                let known = hand_over(&transaction, source, *way, &named, &new, now)?;
                new.retain(|listing| !known.contains(&listing.key));
                recorded.changed += known.len();
                let until = if *cut_off {
                    absence::ends_at(listings)
                } else {
                    None
                };
                recorded.gone = missing(&transaction, source, *way, &named, until, now)?;
            }
            recorded.new = new.len();
            write_problems(&transaction, source, Part::List, problems)?;
        }
        for (listing, mark) in &visit.pages {
            upsert(&transaction, &visit.source, listing, mark, now)?;
        }
        write_problems(&transaction, source, Part::Page, &visit.page_problems)?;
        recorded.events = transaction.query_row(
            "SELECT count(*) FROM listing WHERE source = ?1 AND part = 'list' AND replaced_at IS NULL AND gone_at IS NULL",
            [source],
            |row| row.get::<_, i64>(0),
        )?.try_into().unwrap_or(0);
        write_visit(&transaction, visit, recorded, now)?;
        transaction.commit()?;
        Ok(recorded)
    }
}

enum Change {
    None,
    New,
    Changed,
}

/// Writes one listing: only its times if it says what it said, else as a new version.
fn upsert(
    transaction: &Transaction<'_>,
    source: &SourceId,
    listing: &Listing,
    mark: &str,
    now: DateTime<Utc>,
) -> Result<Change, Error> {
    let part = rows::part(listing.part);
    let instance = rows::instance(listing);
    let body = rows::listing_body(listing);
    let current: Option<(i64, String, bool, Option<String>)> = transaction
        .prepare_cached(
            "SELECT id, body, gone_at IS NOT NULL, predecessor FROM listing
             WHERE source = ?1 AND key = ?2 AND instance = ?3 AND part = ?4 AND replaced_at IS NULL",
        )?
        .query_row(params![source.0, listing.key, instance, part], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let change = match &current {
        None => Change::New,
        // The line on which it stands says nothing about the event.
        Some((_, before, false, _)) if rows::same_but_line(before, &body) => {
            transaction
                .prepare_cached("UPDATE listing SET last_seen = ?2, missing_since = NULL, body = ?3, mark = ?4, way = ?5 WHERE id = ?1")?
                .execute(params![current.as_ref().map(|(id, ..)| *id), text(now), body, mark, listing.way.name()])?;
            return Ok(Change::None);
        }
        Some((_, _, true, _)) => Change::New,
        Some(_) => Change::Changed,
    };
    let predecessor = current
        .as_ref()
        .and_then(|(.., predecessor)| predecessor.clone());
    if let Some((id, ..)) = current {
        transaction
            .prepare_cached("UPDATE listing SET replaced_at = ?2 WHERE id = ?1")?
            .execute(params![id, text(now)])?;
    }
    transaction
        .prepare_cached(
            "INSERT INTO listing (source, key, instance, part, way, body, predecessor, mark, first_seen, last_seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        )?
        .execute(params![source.0, listing.key, instance, part, listing.way.name(), body, predecessor, mark, text(now)])?;
    Ok(change)
}

/// A current listing that a whole reading did not name.
struct Unnamed {
    row: i64,
    listing: Listing,
    since: Option<DateTime<Utc>>,
}

/// The current listings of a source's list that a whole reading by the same way did not name.
fn unnamed(
    transaction: &Transaction<'_>,
    source: &str,
    way: Way,
    named: &BTreeSet<(String, String)>,
) -> Result<Vec<Unnamed>, Error> {
    let mut query = transaction.prepare(
        "SELECT id, key, instance, body, missing_since FROM listing
         WHERE source = ?1 AND part = 'list' AND way = ?2 AND replaced_at IS NULL AND gone_at IS NULL",
    )?;
    let mut unnamed = Vec::new();
    let mut found = query.query(params![source, way.name()])?;
    while let Some(row) = found.next()? {
        let (id, key, instance_text): (i64, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        if named.contains(&(key, instance_text)) {
            continue;
        }
        let body: String = row.get(3)?;
        let damaged = |what| Error::Damaged {
            table: "listing",
            row: id.to_string(),
            what,
        };
        let listing = rows::listing(&body).map_err(damaged)?;
        let since: Option<String> = row.get(4)?;
        let since = since
            .map(|since| instant("listing", &id.to_string(), &since))
            .transpose()?;
        unnamed.push(Unnamed {
            row: id,
            listing,
            since,
        });
    }
    Ok(unnamed)
}

/// Finds the new listings that are known events under a new id: the old ones end, and the new ones
/// remember their keys. Answers the keys of the new ones.
fn hand_over(
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
        let verdict = absence::judge(&unnamed.listing, unnamed.since, None, now);
        verdict != absence::Verdict::OutsideTheReading
    });
    let listings: Vec<&Listing> = missing.iter().map(|unnamed| &unnamed.listing).collect();
    for (to, from) in absence::handovers(new, &listings) {
        transaction.execute(
            "UPDATE listing SET gone_at = ?2 WHERE id = ?1",
            params![missing[from].row, text(now)],
        )?;
        transaction.execute(
            "UPDATE listing SET predecessor = ?3
             WHERE source = ?1 AND key = ?2 AND part = 'list' AND replaced_at IS NULL",
            params![source, new[to].key, listings[from].key],
        )?;
        known.insert(new[to].key.clone());
    }
    Ok(known)
}

/// Marks what a whole reading did not name; answers how many went missing or are gone by it.
fn missing(
    transaction: &Transaction<'_>,
    source: &str,
    way: Way,
    named: &BTreeSet<(String, String)>,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let mut count = 0;
    for Unnamed {
        row,
        listing,
        since,
    } in unnamed(transaction, source, way, named)?
    {
        match absence::judge(&listing, since, until, now) {
            absence::Verdict::OutsideTheReading => {}
            absence::Verdict::Missing => {
                count += usize::from(since.is_none());
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

fn write_problems(
    transaction: &Transaction<'_>,
    source: &str,
    part: Part,
    problems: &[Problem],
) -> Result<(), Error> {
    let part = rows::part(part);
    transaction.execute(
        "DELETE FROM problem WHERE source = ?1 AND part = ?2",
        [source, part],
    )?;
    let mut insert =
        transaction.prepare_cached("INSERT INTO problem VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for problem in problems {
        insert.execute(params![
            source,
            part,
            number(problem.line),
            problem.what,
            problem.item,
            problem.lost
        ])?;
    }
    Ok(())
}

fn write_visit(
    transaction: &Transaction<'_>,
    visit: &Visit,
    recorded: Recorded,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let source = &visit.source.0;
    let (outcome, way, phase, error, entries) = match &visit.outcome {
        Outcome::Read { way, entries, .. } => ("read", Some(*way), None, None, *entries),
        Outcome::Unchanged { way } => ("unchanged", Some(*way), None, None, 0),
        Outcome::Failed { phase, error, .. } => {
            ("failed", None, Some(*phase), Some(error.as_str()), 0)
        }
    };
    transaction.execute(
        "INSERT INTO visit (source, at, outcome, way, phase, error, entries, events, new, changed, gone, millis)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            source,
            text(now),
            outcome,
            way.map(Way::name),
            phase,
            error,
            number(entries),
            number(recorded.events),
            number(recorded.new),
            number(recorded.changed),
            number(recorded.gone),
            i64::try_from(visit.took.as_millis()).unwrap_or(i64::MAX),
        ],
    )?;
    transaction.execute(
        "INSERT INTO source (id, last_visit, failures) VALUES (?1, ?2, 0)
         ON CONFLICT (id) DO UPDATE SET last_visit = ?2",
        params![source, text(now)],
    )?;
    if visit.tried_best {
        transaction.execute(
            "UPDATE source SET best_tried = ?2 WHERE id = ?1",
            params![source, text(now)],
        )?;
    }
    match &visit.outcome {
        Outcome::Failed { not_before, .. } => transaction.execute(
            "UPDATE source SET failures = failures + 1, not_before = ?2 WHERE id = ?1",
            params![source, not_before.map(text)],
        )?,
        Outcome::Unchanged { way } => transaction.execute(
            "UPDATE source SET last_good = ?2, failures = 0, not_before = NULL, way = ?3 WHERE id = ?1",
            params![source, text(now), way.name()],
        )?,
        Outcome::Read { way, validators, .. } => {
            let (etag, modified, holds_for) = match validators {
                Some(StoredValidators { etag, last_modified, holds_for }) => {
                    (etag.as_deref(), last_modified.as_deref(), Some(holds_for.as_str()))
                }
                None => (None, None, None),
            };
            transaction.execute(
                "UPDATE source SET last_good = ?2, last_read = ?2, failures = 0, not_before = NULL, way = ?3,
                                   etag = ?4, last_modified = ?5, validated = ?6
                 WHERE id = ?1",
                params![source, text(now), way.name(), etag, modified, holds_for],
            )?
        }
    };
    Ok(())
}
