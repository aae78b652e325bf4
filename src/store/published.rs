//! What is published: written in one transaction, and read back whole, by days, by id, or as far as it has changed.

use super::{Error, Store, instant, number, text};
use crate::believe::Beliefs;
use crate::believe::curate::Published;
use crate::believe::deduplicate::{Rule, Suspicion, Twins};
use crate::facts::event::EventId;
use crate::facts::issue::Window;
use crate::facts::when::When;
use chrono::{DateTime, Days, NaiveDate, Utc};
use rusqlite::{Params, Row, Transaction, TransactionBehavior, params};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

mod body;

/// Published events by id, shared by those who show them.
pub type Events = BTreeMap<EventId, Arc<Published>>;

/// What [`event`] reads of a row.
const COLUMNS: &str = "id, body, sequence, created, modified";

/// Days that an event may last and still be found by its first day; `published_of_days` has those that last longer.
const SHORT: u64 = 2;

impl Store {
    /// Writes what was believed and what is published of it, in one transaction.
    ///
    /// # Errors
    /// If the database cannot be written; then nothing is.
    pub fn publish(&mut self, beliefs: &Beliefs, now: DateTime<Utc>) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        write_names(&transaction, beliefs, now)?;
        write_twins(&transaction, beliefs)?;
        write_rejected(&transaction, beliefs)?;
        let mut suspected: Vec<&Suspicion> = beliefs.suspicions.iter().collect();
        suspected.sort_by_key(|pair| (&pair.one, &pair.other));
        let known = suspicions(&transaction, "", [])?;
        let is_news = !known.iter().eq(suspected) || !beliefs.revision.write.is_empty();
        if is_news {
            transaction.execute("UPDATE publication SET number = number + 1", [])?;
            write_suspicions(&transaction, &beliefs.suspicions)?;
            write_events(&transaction, &beliefs.revision.write)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The number of the last publication that changed anything that is published.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn publication(&self) -> Result<i64, Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT number FROM publication")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// Everything published, by id.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn published(&self) -> Result<BTreeMap<EventId, Published>, Error> {
        let events = self.events_where("", [])?.into_iter();
        Ok(events.map(|event| (event.id.clone(), event)).collect())
    }

    /// What a publication later than this one has written.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn published_since(&self, publication: i64) -> Result<Vec<Published>, Error> {
        self.events_where("WHERE publication > ?1", [publication])
    }

    /// The event that is published under an id.
    ///
    /// # Errors
    /// If the database cannot be read, or the row is damaged.
    pub fn event(&self, id: &EventId) -> Result<Option<Published>, Error> {
        let found = self.events_where("WHERE id = ?1", [id.as_str()])?;
        Ok(found.into_iter().next())
    }

    /// Everything published that a section of these days may print: what is on one of them, and what an editor has
    /// printed before its days. A few events of the days beside them are among it.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn published_for(&self, window: Window) -> Result<Vec<Published>, Error> {
        // The columns have days in UTC. ALL, for without it SQLite sorts every row by id to leave out doubles.
        let from = back(window.from, 1);
        let to = window.to.succ_opt().unwrap_or(window.to);
        self.events_where(
            "WHERE id IN (
                SELECT id FROM published WHERE first_day BETWEEN ?1 AND ?3
                UNION ALL SELECT id FROM published WHERE last_day > date(first_day, '+2 days') AND last_day >= ?2 AND first_day <= ?3
                UNION ALL SELECT id FROM published WHERE print_until >= ?4
                UNION ALL SELECT id FROM published WHERE first_day IS NULL)",
            [back(from, SHORT), from, to, window.from].map(|day| day.to_string()),
        )
    }

    /// The pairs of published events that may be one, as the last refresh saw them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn suspicions(&self) -> Result<Vec<Suspicion>, Error> {
        suspicions(&self.connection, "", [])
    }

    /// Those of [`Self::suspicions`] that an event is in.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn suspicions_of(&self, event: &EventId) -> Result<Vec<Suspicion>, Error> {
        let which = "WHERE one = ?1 OR other = ?1";
        suspicions(&self.connection, which, [event.as_str()])
    }

    fn events_where(&self, which: &str, values: impl Params) -> Result<Vec<Published>, Error> {
        let query = format!("SELECT {COLUMNS} FROM published {which}");
        let mut query = self.connection.prepare_cached(&query)?;
        let mut found = query.query(values)?;
        let mut events = Vec::new();
        while let Some(row) = found.next()? {
            events.push(event(row)?);
        }
        Ok(events)
    }
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// The event of a row with [`COLUMNS`].
fn event(row: &Row<'_>) -> Result<Published, Error> {
    let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
    let id = text(0)?;
    let created = instant("published", id, text(3)?)?;
    let modified = instant("published", id, text(4)?)?;
    body::read(id, text(1)?, row.get(2)?, created, modified).map_err(|what| Error::Damaged {
        table: "published",
        row: id.to_owned(),
        what,
    })
}

fn suspicions(
    connection: &rusqlite::Connection,
    which: &str,
    values: impl Params,
) -> Result<Vec<Suspicion>, Error> {
    let query = format!("SELECT one, other, why FROM suspicion {which} ORDER BY one, other");
    let mut query = connection.prepare_cached(&query)?;
    let found = query.query_map(values, |row| {
        Ok(Suspicion {
            one: EventId::stored(row.get(0)?),
            other: EventId::stored(row.get(1)?),
            why: row.get(2)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keys and pages that were not known yet.
fn write_names(
    transaction: &Transaction<'_>,
    beliefs: &Beliefs,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let now = text(now);
    let mut insert = transaction.prepare("INSERT OR IGNORE INTO identity VALUES (?1, ?2, ?3)")?;
    for (key, id) in &beliefs.new_keys {
        insert.execute(params![key.as_str(), id.as_str(), now])?;
    }
    let mut insert = transaction.prepare("INSERT OR IGNORE INTO link VALUES (?1, ?2, ?3)")?;
    for (id, event) in beliefs.twins.iter().flat_map(|set| &set.members) {
        let further = event.further_links.iter().map(|(_, url)| url);
        for url in event.link.iter().chain(further) {
            insert.execute(params![url.as_str(), id.as_str(), now])?;
        }
    }
    Ok(())
}

/// Under which id each event is published. What no source lists today keeps the id it had, for it may come back, and
/// the rule by which it got it.
fn write_twins(transaction: &Transaction<'_>, beliefs: &Beliefs) -> Result<(), Error> {
    let mut part = transaction.prepare("DELETE FROM twin WHERE event = ?1")?;
    for id in &beliefs.in_force.parted {
        part.execute([id.as_str()])?;
    }
    let mut join = transaction.prepare(
        "INSERT INTO twin VALUES (?1, ?2, ?3) ON CONFLICT (event) DO UPDATE
         SET rule = coalesce(excluded.rule, iif(twins = excluded.twins, rule, NULL)), twins = excluded.twins",
    )?;
    let joined: HashSet<String> = transaction
        .prepare("SELECT event FROM twin")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for set in &beliefs.twins {
        for (id, _) in &set.members {
            if set.members.len() == 1 && *id == set.id {
                if joined.contains(id.as_str()) {
                    part.execute([id.as_str()])?;
                }
                continue;
            }
            join.execute(params![id.as_str(), set.id.as_str(), rule_of(set, id)])?;
        }
    }
    Ok(())
}

/// The rule by which an event is in a set.
fn rule_of(set: &Twins, id: &EventId) -> Option<&'static str> {
    let joins = |(_, a, b): &&(Rule, EventId, EventId)| a == id || b == id;
    set.rules.iter().find(joins).map(|(rule, _, _)| rule.name())
}

fn write_rejected(transaction: &Transaction<'_>, beliefs: &Beliefs) -> Result<(), Error> {
    transaction.execute("DELETE FROM rejected", [])?;
    let mut insert = transaction.prepare("INSERT INTO rejected VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for reject in &beliefs.rejected {
        insert.execute(params![
            reject.source.0,
            reject.key,
            number(reject.line),
            reject.title,
            reject.field,
            reject.reason
        ])?;
    }
    Ok(())
}

fn write_suspicions(transaction: &Transaction<'_>, all: &[Suspicion]) -> Result<(), Error> {
    transaction.execute("DELETE FROM suspicion", [])?;
    let mut insert = transaction.prepare("INSERT INTO suspicion VALUES (?1, ?2, ?3)")?;
    for Suspicion { one, other, why } in all {
        insert.execute(params![one.as_str(), other.as_str(), why])?;
    }
    Ok(())
}

fn write_events(transaction: &Transaction<'_>, events: &[Published]) -> Result<(), Error> {
    let mut insert = transaction.prepare(
        "INSERT OR REPLACE INTO published
             (id, body, sequence, created, modified, first_day, last_day, print_until, publication)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT number FROM publication))",
    )?;
    for event in events {
        let (first, last) = match event.when {
            When::Timed { start, end, .. } => {
                (start.date_naive(), end.unwrap_or(start).date_naive())
            }
            When::Days { first, last } => (first, last),
        };
        insert.execute(params![
            event.id.as_str(),
            body::of(event),
            event.sequence,
            text(event.created),
            text(event.modified),
            first.to_string(),
            last.to_string(),
            event.print_until.map(|day| day.to_string()),
        ])?;
    }
    Ok(())
}
