//! A visit, or a held reading that a human believes → the database: listings as versions, what is missing, what was
//! wrong, all in one transaction.

use super::held::{Accepted, Held};
use super::visit::{ASKED_WHILE_MISSING, Outcome, Recorded, Visit};
use super::{
    Error, Store, StoredValidators, asked, crowd, damaged, held, list, number, rows, text,
};
use crate::believe::absence::settle::{Changes, Step};
use crate::facts::listing::{Listing, Part, Problem};
use crate::facts::source::{SourceId, Way};
use crate::facts::topic::Topic;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};

/// How long a visit is remembered. What came of it stands elsewhere; the visits of hundreds of sources, four
/// times a day, would in a few years be most of the database.
const VISITS_KEPT: TimeDelta = TimeDelta::days(400);

impl Store {
    /// Records a visit and what it changes, in one transaction: the listings, the problems and the visit itself.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing of the visit is stored.
    pub fn apply(
        &mut self,
        visit: &Visit,
        changes: &Changes<'_>,
        now: DateTime<Utc>,
    ) -> Result<Recorded, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut recorded = written(&transaction, visit, changes, now)?;
        let is_named_again = |key: &str| {
            let mut steps = changes.steps.iter();
            steps.any(|step| matches!(step, Step::Back(named) if *named == key))
        };
        for (listing, mark) in &visit.pages {
            // It was asked whether the event is off, and the list said so or took it up again: its answer has served.
            if mark == ASKED_WHILE_MISSING && is_named_again(&listing.key) {
                continue;
            }
            write_page(&transaction, &visit.source, listing, mark, now)?;
        }
        asked::write_answers(&transaction, &visit.source, &visit.answers, now)?;
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

    /// Believes what a source says and is held, by a human's word: the reading that is held with what it changes, or
    /// what was read while the source was held together with others. `None` if nothing of it is held.
    ///
    /// # Errors
    /// If the database cannot be read or written; then nothing is changed.
    pub fn accept(
        &mut self,
        source: &SourceId,
        reading: Option<(&Held, &Visit, &Changes<'_>)>,
        topic: &Topic,
        now: DateTime<Utc>,
    ) -> Result<Option<Accepted>, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut recorded = Recorded::default();
        let with_others = crowd::end(&transaction, source, "accepted", now)?;
        let (at, way, entries) = match (reading, with_others) {
            (None, None) => return Ok(None),
            (Some((held, visit, changes)), _) => {
                recorded = written(&transaction, visit, changes, now)?;
                let entries = match &visit.outcome {
                    Outcome::Read { entries, .. } => *entries,
                    _ => 0,
                };
                (held.at, Some(held.way), entries)
            }
            (None, Some(since)) => {
                crowd::settle(&transaction, source, topic, &mut recorded, now)?;
                (since, None, count(&transaction, source)?)
            }
        };
        recorded.events = count(&transaction, source)?;
        transaction.execute(
            "INSERT INTO visit (source, at, outcome, way, entries, events, new, changed, gone, millis)
             SELECT ?1, ?2, 'accepted', coalesce(?3, (SELECT way FROM source WHERE id = ?1)), ?4, ?5, ?6, ?7, ?8, 0",
            params![
                source.0,
                text(now),
                way.map(Way::name),
                number(entries),
                number(recorded.events),
                number(recorded.new),
                number(recorded.changed),
                number(recorded.gone),
            ],
        )?;
        // It was a good reading when it was made; that it waited makes it no younger.
        transaction.execute(
            "UPDATE source SET last_good = ?2, way = coalesce(?3, way) WHERE id = ?1 AND coalesce(last_good, '') < ?2",
            params![source.0, text(at), way.map(Way::name)],
        )?;
        transaction.commit()?;
        Ok(Some(Accepted { at, recorded }))
    }
}

/// Writes what a visit changes in the list, and keeps or ends the hold.
fn written(
    transaction: &Transaction<'_>,
    visit: &Visit,
    changes: &Changes<'_>,
    now: DateTime<Utc>,
) -> Result<Recorded, Error> {
    if let Some(doubt) = changes.held {
        held::keep(transaction, visit, doubt, now)?;
    } else {
        for step in &changes.steps {
            list::write(transaction, &visit.source, step, now)?;
        }
        if let Outcome::Read { way, problems, .. } = &visit.outcome {
            write_problems(transaction, &visit.source.0, Part::List, problems)?;
            held::end(transaction, &visit.source, *way)?;
        }
    }
    Ok(Recorded {
        events: 0,
        new: changes.new,
        changed: changes.changed,
        gone: changes.gone,
        wavering: changes.wavering,
        held: changes.held,
    })
}

/// The current listings of a source's list.
fn count(transaction: &Transaction<'_>, source: &SourceId) -> Result<usize, Error> {
    let count: i64 = transaction.query_row(
        "SELECT count(*) FROM listing WHERE source = ?1 AND part = 'list' AND replaced_at IS NULL AND gone_at IS NULL",
        [&source.0],
        |row| row.get(0),
    )?;
    Ok(count.try_into().unwrap_or(0))
}

/// Writes what the page of an event says: only its times if it says what it said, else as a new version.
fn write_page(
    transaction: &Transaction<'_>,
    source: &SourceId,
    listing: &Listing,
    mark: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (part, instance) = (rows::part(listing.part), rows::instance(listing));
    let body = rows::listing_body(listing);
    let current: Option<(i64, String, bool)> = transaction
        .prepare_cached(
            "SELECT id, body, gone_at IS NOT NULL FROM listing
             WHERE source = ?1 AND key = ?2 AND instance = ?3 AND part = ?4 AND replaced_at IS NULL",
        )?
        .query_row(params![source.0, listing.key, instance, part], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    if let Some((row, before, gone)) = current {
        let before = rows::listing(&before).map_err(|what| damaged(row, what))?;
        if !gone && before.says_the_same(listing) {
            // A page that answers what it said before stays what it was read for: only an answer of its
            // own is to be forgotten when the list names the event again.
            transaction
                .prepare_cached(
                    "UPDATE listing SET last_seen = ?2, body = ?3, way = ?5,
                                        mark = CASE ?4 WHEN ?6 THEN mark ELSE ?4 END
                     WHERE id = ?1",
                )?
                .execute(params![
                    row,
                    text(now),
                    body,
                    mark,
                    listing.way.name(),
                    ASKED_WHILE_MISSING
                ])?;
            return Ok(());
        }
        transaction
            .prepare_cached("UPDATE listing SET replaced_at = ?2 WHERE id = ?1")?
            .execute(params![row, text(now)])?;
    }
    transaction
        .prepare_cached(
            "INSERT INTO listing (source, key, instance, part, way, body, mark, first_seen, last_seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )?
        .execute(params![
            source.0,
            listing.key,
            instance,
            part,
            listing.way.name(),
            body,
            mark,
            text(now)
        ])?;
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
        Outcome::Read { way, validators, made, .. } => {
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
                                   etag = ?4, last_modified = ?5, validated = ?6,
                                   left_origin_at = coalesce(?7, left_origin_at),
                                   stamped_at = iif(?7 IS NULL, stamped_at, ?8)
                 WHERE id = ?1",
                params![source, text(now), way.name(), etag, modified, holds_for, made.map(|made| text(made.left_origin_at)), made.and_then(|made| made.stamped_at).map(text)],
            )?
        }
    };
    Ok(())
}
