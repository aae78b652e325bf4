//! Candidates for sources, with their evidence; when pages were last looked at for more; and how many requests that took.

use super::{Error, Store, instant, text};
use crate::facts::candidate::{Candidate, Decided, Evidence, Kind, State};
use crate::facts::link::Link;
use crate::facts::source::Platform;
use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{OptionalExtension, Row, Transaction, TransactionBehavior, params};
use std::collections::{BTreeMap, BTreeSet};

/// One look at a page for candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: DateTime<Utc>,
    /// What went wrong, if something did.
    pub trouble: Option<String>,
    /// How many requests a day had, if a whole day of them was not enough for it.
    pub not_enough: Option<usize>,
}

impl Look {
    /// A look for which the requests were enough.
    pub fn new(at: DateTime<Utc>, trouble: Option<String>) -> Look {
        Look {
            at,
            trouble,
            not_enough: None,
        }
    }
}

impl Store {
    /// All candidates, in the order in which they were found.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn candidates(&self) -> Result<Vec<Candidate>, Error> {
        let mut evidence = self.candidates_evidence()?;
        let mut query = self.connection.prepare_cached(
            "SELECT id, page, url, platform, name, place, events, entry, first_seen, last_seen, looked, trouble,
                    state, decided, editor, reason
             FROM candidate ORDER BY first_seen, id",
        )?;
        let mut found = query.query([])?;
        let mut candidates = Vec::new();
        while let Some(row) = found.next()? {
            let id: String = row.get(0)?;
            let mut candidate = candidate(row, &id)?;
            candidate.evidence = evidence.remove(&id).unwrap_or_default();
            candidates.push(candidate);
        }
        Ok(candidates)
    }

    fn candidates_evidence(&self) -> Result<BTreeMap<String, Vec<Evidence>>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT candidate, kind, subject, words, link, since FROM candidate_evidence",
        )?;
        let mut found = query.query([])?;
        let mut evidence: BTreeMap<String, Vec<Evidence>> = BTreeMap::new();
        while let Some(row) = found.next()? {
            let (id, kind, since): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(5)?);
            let Some(kind) = Kind::named(&kind) else {
                let what = format!("{kind:?} is no kind of evidence");
                return Err(damaged("candidate_evidence", &id, what));
            };
            let one = Evidence {
                kind,
                subject: row.get(2)?,
                words: row.get(3)?,
                link: row.get(4)?,
                since: instant("candidate_evidence", &id, &since)?,
            };
            evidence.entry(id).or_default().push(one);
        }
        for pieces in evidence.values_mut() {
            pieces
                .sort_by(|a, b| (a.kind, b.since, &a.subject).cmp(&(b.kind, a.since, &b.subject)));
        }
        Ok(evidence)
    }

    /// Keeps candidates in place of what was known of them, all or none. What an editor decided stays, unless a source
    /// reads the candidate now.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is.
    pub fn keep_candidates(&mut self, candidates: &[Candidate]) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for candidate in candidates {
            keep(&transaction, candidate)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Forgets the candidates of these pages, all or none, except those that an editor decided about.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is.
    pub fn forget_candidates(&mut self, pages: &BTreeSet<Link>) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for page in pages {
            transaction
                .prepare_cached(
                    "DELETE FROM candidate_evidence
                     WHERE candidate = (SELECT id FROM candidate WHERE page = ?1 AND state = 'new')",
                )?
                .execute([page.as_str()])?;
            transaction
                .prepare_cached("DELETE FROM candidate WHERE page = ?1 AND state = 'new'")?
                .execute([page.as_str()])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Records what an editor made of a candidate; `false` if that is its state already, or it does not exist.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn decide_candidate(
        &mut self,
        id: &str,
        state: State,
        decided: &Decided,
    ) -> Result<bool, Error> {
        let changed = self.connection.execute(
            "UPDATE candidate SET state = ?2, decided = ?3, editor = ?4, reason = ?5 WHERE id = ?1 AND state <> ?2",
            params![id, state.name(), text(decided.at), decided.by, decided.reason],
        )?;
        Ok(changed > 0)
    }

    /// When a page was last looked at; `None` if never.
    ///
    /// # Errors
    /// If the database cannot be read, or the row is damaged.
    pub fn look_at(&self, url: &str) -> Result<Option<Look>, Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT at, trouble, not_enough FROM discover_look WHERE url = ?1")?;
        let mut found = query.query([url])?;
        let Some(row) = found.next()? else {
            return Ok(None);
        };
        let (at, not_enough): (String, Option<i64>) = (row.get(0)?, row.get(2)?);
        Ok(Some(Look {
            at: instant("discover_look", url, &at)?,
            trouble: row.get(1)?,
            not_enough: not_enough.and_then(|requests| requests.try_into().ok()),
        }))
    }

    /// Records a look at a page.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn keep_look(&mut self, url: &str, look: &Look) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO discover_look (url, at, trouble, not_enough) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (url) DO UPDATE SET at = excluded.at, trouble = excluded.trouble,
                 not_enough = excluded.not_enough",
            params![
                url,
                text(look.at),
                look.trouble,
                look.not_enough
                    .map(|requests| i64::try_from(requests).unwrap_or(i64::MAX))
            ],
        )?;
        Ok(())
    }

    /// How many requests looking for candidates took on a day in UTC.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn discover_requests(&self, day: NaiveDate) -> Result<usize, Error> {
        let found: Option<i64> = self
            .connection
            .prepare_cached("SELECT requests FROM discover_day WHERE day = ?1")?
            .query_row([day.to_string()], |row| row.get(0))
            .optional()?;
        Ok(found.and_then(|count| count.try_into().ok()).unwrap_or(0))
    }

    /// Counts requests of a day in UTC. Earlier days are forgotten.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn count_discover_requests(&mut self, day: NaiveDate, more: usize) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM discover_day WHERE day < ?1", [day.to_string()])?;
        transaction.execute(
            "INSERT INTO discover_day (day, requests) VALUES (?1, ?2)
             ON CONFLICT (day) DO UPDATE SET requests = requests + excluded.requests",
            params![day.to_string(), i64::try_from(more).unwrap_or(i64::MAX)],
        )?;
        transaction.commit()?;
        Ok(())
    }
}

fn damaged(table: &'static str, id: &str, what: String) -> Error {
    Error::Damaged {
        table,
        row: id.to_owned(),
        what,
    }
}

fn candidate(row: &Row<'_>, id: &str) -> Result<Candidate, Error> {
    let wrong = |what: String| damaged("candidate", id, what);
    let at = |column| -> Result<Option<DateTime<Utc>>, Error> {
        let at: Option<String> = row.get(column)?;
        at.map(|at| instant("candidate", id, &at)).transpose()
    };
    let needed = |column| at(column)?.ok_or_else(|| wrong("lacks a time".to_owned()));
    let (page, platform, events, state): (String, String, String, String) =
        (row.get(1)?, row.get(3)?, row.get(6)?, row.get(12)?);
    let page = Link::stored(&page).map_err(|error| wrong(error.to_string()))?;
    let platform =
        Platform::named(&platform).ok_or_else(|| wrong(format!("{platform:?} is no platform")))?;
    let events: Vec<(String, String)> =
        serde_json::from_str(&events).map_err(|error| wrong(error.to_string()))?;
    let events = events.into_iter().map(|(day, title)| {
        let day = day.parse::<NaiveDate>();
        day.map(|day| (day, title))
            .map_err(|error| wrong(error.to_string()))
    });
    let events: BTreeSet<(NaiveDate, String)> = events.collect::<Result<_, Error>>()?;
    let state = State::named(&state).ok_or_else(|| wrong(format!("{state:?} is no state")))?;
    let trouble: Option<String> = row.get(11)?;
    let reason: Option<String> = row.get(15)?;
    let by: Option<String> = row.get(14)?;
    Ok(Candidate {
        id: id.to_owned(),
        page,
        url: row.get(2)?,
        platform,
        name: row.get(4)?,
        place: row.get(5)?,
        events,
        evidence: Vec::new(),
        entry: row.get(7)?,
        looked: at(10)?.map(|at| (at, trouble)),
        first_seen: needed(8)?,
        last_seen: needed(9)?,
        state,
        decided: at(13)?.map(|at| Decided {
            by,
            reason: reason.unwrap_or_default(),
            at,
        }),
    })
}

fn keep(transaction: &Transaction<'_>, candidate: &Candidate) -> Result<(), Error> {
    let events = candidate.events.iter();
    let events: Vec<(String, &str)> = events
        .map(|(day, title)| (day.to_string(), title.as_str()))
        .collect();
    // Pairs of strings always serialise.
    let events = serde_json::to_string(&events).unwrap_or_default();
    let (looked, trouble) = candidate.looked.clone().unzip();
    transaction
        .prepare_cached(
            "INSERT INTO candidate (id, page, url, platform, name, place, events, entry, first_seen, last_seen, looked,
                                    trouble, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (id) DO UPDATE SET url = excluded.url, platform = excluded.platform, name = excluded.name,
                 place = excluded.place, events = excluded.events, entry = excluded.entry,
                 last_seen = excluded.last_seen, looked = excluded.looked, trouble = excluded.trouble,
                 state = CASE WHEN excluded.state = 'added' THEN 'added' ELSE state END",
        )?
        .execute(params![
            candidate.id,
            candidate.page.as_str(),
            candidate.url,
            candidate.platform.name(),
            candidate.name,
            candidate.place,
            events,
            candidate.entry,
            text(candidate.first_seen),
            text(candidate.last_seen),
            looked.map(text),
            trouble.flatten(),
            candidate.state.name(),
        ])?;
    transaction
        .prepare_cached("DELETE FROM candidate_evidence WHERE candidate = ?1")?
        .execute([&candidate.id])?;
    for evidence in &candidate.evidence {
        transaction
            .prepare_cached(
                "INSERT INTO candidate_evidence (candidate, kind, subject, words, link, since)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                candidate.id,
                evidence.kind.name(),
                evidence.subject,
                evidence.words,
                evidence.link,
                text(evidence.since),
            ])?;
    }
    Ok(())
}
