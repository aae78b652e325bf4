//! A visit → the database: listings as versions, what is missing, what was wrong, all in one
//! transaction.

use super::{Error, Store, StoredValidators, absent, held, instant, number, rekeyed, rows, text};
use crate::believe::absence::{self, Belief};
use crate::facts::listing::{Answer, Listing, Part, Problem};
use crate::facts::source::{SourceId, Way};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::{BTreeMap, BTreeSet};
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
    /// What the pages of events answered that the list went without.
    pub answers: Vec<Answered>,
    /// Whether the best of its ways was tried in vain: then a lesser one will do for a while.
    pub tried_best: bool,
    /// How long it took.
    pub took: Duration,
}

/// How long a visit is remembered. What came of it stands elsewhere; the visits of hundreds of sources, four
/// times a day, would in a few years be most of the database.
const VISITS_KEPT: TimeDelta = TimeDelta::days(400);

/// The mark of a page that was read because the list went without its event.
pub const ASKED_WHILE_MISSING: &str = "missing";

/// A question to the page of an event that the list went without, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The listing's key.
    pub key: String,
    /// The page.
    pub url: String,
    /// What it answered.
    pub answer: Answer,
    /// In words.
    pub detail: String,
    /// The key of the listing that the list names now and to whose page this one leads.
    pub leads_to: Option<String>,
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
    /// Ones that say again what they said before they last changed: not believed for the time being.
    pub wavering: usize,
    /// Why the reading is held, if it is: then it changed nothing.
    pub held: Option<absence::Doubt>,
}

/// On what terms a reading is believed.
#[derive(Clone, Copy)]
pub(super) enum Terms {
    /// What it does not name is missing from now on.
    AsItIs,
    /// An earlier one that was held said the like: what it does not name is missing since then.
    Agreed(DateTime<Utc>),
    /// A human has looked: what it does not name is gone.
    Accepted,
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
        if let Outcome::Read {
            way,
            listings,
            whole,
            cut_off,
            ..
        } = &visit.outcome
        {
            for listing in listings {
                rekeyed::under_its_new_key(&transaction, &visit.source.0, listing)?;
            }
            let standing = absent::current(&transaction, &visit.source.0)?;
            let stored: Vec<&Listing> = standing.iter().map(|known| &known.listing).collect();
            let read = absence::Read {
                listings,
                whole: *whole,
                cut_off: *cut_off,
            };
            let held = held::of(&transaction, &visit.source)?.filter(|held| held.way == *way);
            let held = held.map(|held| (held.since, held.doubt.kind));
            let terms = match absence::belief(*way, &stored, read, held, now) {
                Belief::Believed => Some(Terms::AsItIs),
                Belief::Agreed(since) => Some(Terms::Agreed(since)),
                Belief::Held(doubt) => {
                    recorded.held = Some(doubt);
                    held::keep(&transaction, visit, doubt, now)?;
                    None
                }
            };
            if let Some(terms) = terms {
                write_reading(&transaction, visit, terms, &mut recorded, now)?;
                held::end(&transaction, &visit.source, *way)?;
            }
        }
        if let Outcome::Unchanged { way } = &visit.outcome {
            let source = &visit.source.0;
            recorded.changed = absent::follow(&transaction, source, &visit.answers, now)?.len();
            let answers = answers(visit);
            recorded.gone = absent::still_missing(&transaction, source, *way, answers, now)?;
        }
        for (listing, mark) in &visit.pages {
            upsert(&transaction, &visit.source, listing, mark, now)?;
        }
        held::write_answers(&transaction, &visit.source, &visit.answers, now)?;
        write_problems(
            &transaction,
            &visit.source.0,
            Part::Page,
            &visit.page_problems,
        )?;
        recorded.events = count(&transaction, &visit.source)?;
        write_visit(&transaction, visit, recorded, now)?;
        transaction.commit()?;
        Ok(recorded)
    }
}

/// Writes a reading that is believed.
pub(super) fn write_reading(
    transaction: &Transaction<'_>,
    visit: &Visit,
    terms: Terms,
    recorded: &mut Recorded,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let source = &visit.source.0;
    let Outcome::Read {
        way,
        listings,
        problems,
        whole,
        cut_off,
        ..
    } = &visit.outcome
    else {
        return Ok(());
    };
    let mut named = BTreeSet::new();
    let mut new = Vec::new();
    for listing in listings {
        named.insert((listing.key.clone(), rows::instance(listing)));
        match upsert(transaction, &visit.source, listing, "", now)? {
            Change::New => new.push(listing),
            Change::Changed => recorded.changed += 1,
            Change::Wavering => recorded.wavering += 1,
            Change::None => {}
        }
    }
    if *whole {
        // First what the pages say: they know it, the rest is a guess.
        let led = absent::follow(transaction, source, &visit.answers, now)?;
        new.retain(|listing| !led.contains(&listing.key));
        let known = absent::hand_over(transaction, source, &named, &new, now)?;
        new.retain(|listing| !known.contains(&listing.key));
        recorded.changed += led.len() + known.len();
        let until = if *cut_off {
            absence::ends_at(listings)
        } else {
            None
        };
        let absent = absent::Absent {
            terms,
            until,
            answers: answers(visit),
        };
        recorded.gone = absent::missing(transaction, source, *way, &named, &absent, now)?;
    }
    recorded.new = new.len();
    write_problems(transaction, source, Part::List, problems)
}

/// What the pages of missing events answered on a visit.
fn answers(visit: &Visit) -> BTreeMap<&str, Answer> {
    let answers = visit.answers.iter();
    answers
        .map(|asked| (asked.key.as_str(), asked.answer))
        .collect()
}

/// The current listings of a source's list.
pub(super) fn count(transaction: &Transaction<'_>, source: &SourceId) -> Result<usize, Error> {
    let count: i64 = transaction.query_row(
        "SELECT count(*) FROM listing WHERE source = ?1 AND part = 'list' AND replaced_at IS NULL AND gone_at IS NULL",
        [&source.0],
        |row| row.get(0),
    )?;
    Ok(count.try_into().unwrap_or(0))
}

enum Change {
    None,
    New,
    Changed,
    /// What it said before; not believed yet.
    Wavering,
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
    let current: Option<CurrentRow> = transaction
        .prepare_cached(
            "SELECT id, body, gone_at IS NOT NULL, missing_since IS NOT NULL, predecessor, renewed, last_seen FROM listing
             WHERE source = ?1 AND key = ?2 AND instance = ?3 AND part = ?4 AND replaced_at IS NULL",
        )?
        .query_row(params![source.0, listing.key, instance, part], |row| {
            Ok(CurrentRow {
                id: row.get(0)?,
                body: row.get(1)?,
                gone: row.get(2)?,
                missing: row.get(3)?,
                predecessor: row.get(4)?,
                renewed: row.get(5)?,
                last_seen: row.get(6)?,
            })
        })
        .optional()?;
    let is_list = listing.part == Part::List;
    if is_list && current.as_ref().is_some_and(|row| row.missing || row.gone) {
        page_as_before(transaction, source, &listing.key, now)?;
    }
    let (mut predecessor, mut renewed) = (None, None);
    let mut change = Change::New;
    if let Some(row) = current {
        // The line on which it stands says nothing about the event.
        if !row.gone && rows::same_but_line(&row.body, &body) {
            // A page that answers what it said before stays what it was read for: only an answer of its
            // own is to be forgotten when the list names the event again.
            transaction
                .prepare_cached(
                    "UPDATE listing SET last_seen = ?2, missing_since = NULL, body = ?3, way = ?5,
                                        mark = CASE ?4 WHEN ?6 THEN mark ELSE ?4 END
                     WHERE id = ?1",
                )?
                .execute(params![
                    row.id,
                    text(now),
                    body,
                    mark,
                    listing.way.name(),
                    ASKED_WHILE_MISSING
                ])?;
            return Ok(Change::None);
        }
        if is_list
            && !row.gone
            && !row.missing
            && wavers(transaction, source, listing, &row, &body, now)?
        {
            return Ok(Change::Wavering);
        }
        let before = rows::listing(&row.body).map_err(|what| damaged(row.id, what))?;
        if is_list && absence::is_another(&before, listing, now) {
            renewed = Some(listing.start.date().to_string());
        } else {
            if !row.gone {
                change = Change::Changed;
            }
            (predecessor, renewed) = (row.predecessor, row.renewed);
        }
        transaction
            .prepare_cached("UPDATE listing SET replaced_at = ?2 WHERE id = ?1")?
            .execute(params![row.id, text(now)])?;
    }
    transaction
        .prepare_cached(
            "INSERT INTO listing (source, key, instance, part, way, body, predecessor, renewed, mark, first_seen, last_seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        )?
        .execute(params![source.0, listing.key, instance, part, listing.way.name(), body, predecessor, renewed, mark, text(now)])?;
    Ok(change)
}

struct CurrentRow {
    id: i64,
    body: String,
    gone: bool,
    missing: bool,
    predecessor: Option<String>,
    renewed: Option<String>,
    last_seen: String,
}

/// Whether a listing says again what it said shortly before it said something else: two copies of a page
/// answer in turn. Such a return is believed once the other copy has not been heard of for as long as it
/// takes to believe an absence; a first change, and one to something new, is believed at once.
fn wavers(
    transaction: &Transaction<'_>,
    source: &SourceId,
    listing: &Listing,
    current: &CurrentRow,
    body: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let other = instant("listing", &current.id.to_string(), &current.last_seen)?;
    if !absence::is_recent(other, now) {
        return Ok(false);
    }
    let mut query = transaction.prepare_cached(
        "SELECT id, body, last_seen FROM listing
         WHERE source = ?1 AND key = ?2 AND instance = ?3 AND part = 'list' AND replaced_at IS NOT NULL
         ORDER BY id DESC LIMIT 4",
    )?;
    let mut found = query.query(params![source.0, listing.key, rows::instance(listing)])?;
    while let Some(row) = found.next()? {
        let (id, before, seen): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let seen = instant("listing", &id.to_string(), &seen)?;
        if rows::same_but_line(&before, body) && absence::is_recent(seen, now) {
            transaction.execute(
                "UPDATE listing SET last_seen = ?2 WHERE id = ?1",
                params![id, text(now)],
            )?;
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn damaged(row: i64, what: String) -> Error {
    Error::Damaged {
        table: "listing",
        row: row.to_string(),
        what,
    }
}

/// The list names an event again whose page was asked meanwhile: what the page answered then no longer
/// counts, what it said before does.
fn page_as_before(
    transaction: &Transaction<'_>,
    source: &SourceId,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let ended = transaction.execute(
        "UPDATE listing SET replaced_at = ?4
         WHERE source = ?1 AND key = ?2 AND part = 'page' AND mark = ?3 AND replaced_at IS NULL",
        params![source.0, key, ASKED_WHILE_MISSING, text(now)],
    )?;
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
    let held = recorded.held.map(|doubt| doubt.to_string());
    let (outcome, way, phase, error, entries) = match &visit.outcome {
        Outcome::Read { way, entries, .. } => (
            if held.is_some() { "held" } else { "read" },
            Some(*way),
            None,
            held.as_deref(),
            *entries,
        ),
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
        "DELETE FROM visit WHERE source = ?1 AND at < ?2",
        params![source, text(now - VISITS_KEPT)],
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
        // Not a good reading yet, nor a failure; the next visit is to read it whole again.
        Outcome::Read { .. } if recorded.held.is_some() => transaction.execute(
            "UPDATE source SET failures = 0, not_before = NULL, etag = NULL, last_modified = NULL, validated = NULL
             WHERE id = ?1",
            [source],
        )?,
        Outcome::Read { way, validators, .. } => {
            // What is not believed yet must be read again to be.
            let validators = validators.as_ref().filter(|_| recorded.wavering == 0);
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
