//! The walk in: due sources → fetch, read, store, each failing alone; then everything that is stored →
//! [`believe`](mod@crate::believe), publish.

use crate::believe::normalise::Groups;
use crate::facts::decision::Decision;
use crate::facts::source::{Address, Source, SourceId};
use crate::fetch::Fetcher;
use crate::schedule::{self, Cron};
use crate::section::style::Style;
use crate::store::{self, Outcome, Recorded, Standing, Store, Visit};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use due::is_left;
use failed::{hung, panicked};
use offline::Offline;
use report::line;

mod believing;
mod crowd;
mod doubt;
mod due;
mod failed;
mod offline;
mod record;
mod report;
mod tools;
mod usual;
mod visit;

pub use believing::{believe, forget};
pub use crowd::{Alarm, alarms};
pub use doubt::{by_reason, failing, how_it_ends, how_to_accept, how_to_accept_all, in_doubt};
pub use due::{due, has_moved, is_stale, next_visit, orphans};
pub use record::{accept, record};
pub use report::{Believed, Ended, Line, Report};
pub use tools::Tools;
pub use visit::visit;

/// How long one visit may take in all, waiting for its host's turn included.
const LONGEST_VISIT: Duration = Duration::from_secs(45 * 60);

/// The most readings of files that wait to be recorded. Files are read faster than they are recorded, and each waiting
/// reading is held in memory.
const MOST_FILES: usize = 16;

/// A time for people, in UTC and to the minute.
fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// What is to be refreshed.
#[derive(Debug, Clone, Copy)]
pub struct Orders<'a> {
    /// The sources of the configuration.
    pub sources: &'a [Source],
    /// The groups that are known.
    pub groups: &'a Groups,
    /// How the newsletter prints its section, to read its issues.
    pub style: &'a Style,
    /// What editors decided in the configuration; the database has its own.
    pub decisions: &'a [Decision],
    /// Only these; all if empty. Naming a source outright overrides everything but its Retry-After.
    pub only: &'a [SourceId],
    /// Pages of single events that may be read in this run.
    pub event_pages: usize,
    /// The time of the run.
    pub now: DateTime<Utc>,
}

/// Why a refresh stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No host answers: nothing was recorded.
    #[error("no network: none of the first {hosts} hosts could be reached ({example})")]
    Offline {
        /// How many were tried.
        hosts: usize,
        /// One of the errors.
        example: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Refreshes the sources and believes what is stored.
///
/// `done` is called with each source when it is done.
///
/// # Errors
/// [`Error::Offline`] before anything is recorded if no host answers; a store error stops the walk; a
/// source's error never does.
pub async fn refresh(
    orders: Orders<'_>,
    fetcher: &Arc<Fetcher>,
    store: &mut Store,
    done: impl FnMut(&Line),
) -> Result<Report, Error> {
    let lock = store.lock_refresh()?;
    let standings = store.standings()?;
    let ids: Vec<SourceId> = orders
        .sources
        .iter()
        .map(|source| source.id.clone())
        .collect();
    let report = walk(orders, &ids, &standings, fetcher, store, done).await;
    drop(lock);
    report
}

/// Refreshes the sources that are due (see [`due()`]), and believes what is stored; `None` if none is due.
///
/// # Errors
/// As for [`refresh`].
pub async fn refresh_due(
    orders: Orders<'_>,
    cron: &Cron,
    fetcher: &Arc<Fetcher>,
    store: &mut Store,
    done: impl FnMut(&Line),
) -> Result<Option<Report>, Error> {
    // The lock is not taken while there is nothing to do: another refresh would be refused.
    if due(&orders, cron, store)?.is_empty() {
        return Ok(None);
    }
    let lock = store.lock_refresh()?;
    // Another process may have been here in between.
    let due = due(&orders, cron, store)?;
    if due.is_empty() {
        return Ok(None);
    }
    let standings = store.standings()?;
    let report = walk(orders, &due, &standings, fetcher, store, done).await;
    drop(lock);
    report.map(Some)
}

async fn walk(
    orders: Orders<'_>,
    among: &[SourceId],
    standings: &BTreeMap<SourceId, Standing>,
    fetcher: &Arc<Fetcher>,
    store: &mut Store,
    mut done: impl FnMut(&Line),
) -> Result<Report, Error> {
    let mut pages = store.known_pages()?;
    let budget = Arc::new(AtomicUsize::new(orders.event_pages));

    let mut lines = Vec::new();
    let mut running = JoinSet::new();
    let topic = Arc::new(orders.groups.topic.clone());
    let mut names = BTreeMap::new();
    let files = Arc::new(Semaphore::new(MOST_FILES));
    for source in orders.sources {
        if !among.contains(&source.id) {
            continue;
        }
        if !orders.only.is_empty() && !orders.only.contains(&source.id) {
            continue;
        }
        let standing = standings.get(&source.id).cloned().unwrap_or_default();
        let named = !orders.only.is_empty();
        if !named && has_moved(orders.sources, source, orders.now) {
            let stored = store.listings_of(&source.id)?;
            if is_left(orders.sources, source, &standing, &stored, orders.now) {
                continue;
            }
        }
        let until = schedule::wait(
            source.platform,
            standing.way,
            // The platform's interval does not hold for a source that a person names.
            standing.last_visit.filter(|_| !named),
            standing.not_before,
            orders.now,
        );
        if let Some(until) = until {
            let line = Line {
                source: source.id.clone(),
                ended: Ended::NotDue(until),
                recorded: Recorded::default(),
                problems: 0,
                took: Duration::ZERO,
            };
            done(&line);
            lines.push(line);
            continue;
        }
        let tools = Tools {
            fetcher: Arc::clone(fetcher),
            budget: Arc::clone(&budget),
            topic: Arc::clone(&topic),
            now: orders.now,
        };
        let known = pages.remove(&source.id).unwrap_or_default();
        let stored = store.unread(&source.id)?;
        let source = source.clone();
        let id = source.id.clone();
        let files = matches!(source.address, Address::File(_)).then(|| Arc::clone(&files));
        let task = running.spawn(async move {
            let permit = match files {
                Some(files) => files.acquire_owned().await.ok(),
                None => None,
            };
            let visited = visit(&source, &standing, stored, known, &tools);
            // Each request has its own limit; this one is for what we did not think of.
            let visit = match tokio::time::timeout(LONGEST_VISIT, visited).await {
                Ok(visit) => visit,
                Err(_) => hung(&source.id),
            };
            let is_big = matches!(visit.outcome, Outcome::Read { .. });
            (visit, permit.filter(|_| is_big))
        });
        names.insert(task.id(), id);
    }

    let mut record = |store: &mut Store, visit: &Visit| -> Result<(), Error> {
        let recorded = self::record(store, visit, &topic, orders.now)?;
        let line = line(visit, recorded);
        done(&line);
        lines.push(line);
        Ok(())
    };
    let visited = |source: &&Source| names.values().any(|id| *id == source.id);
    let mut offline = Offline::of(orders.sources.iter().filter(visited));
    while let Some(ended) = running.join_next_with_id().await {
        // The place of a file is free again when what was read of it is recorded.
        let (visit, _permit) = match ended {
            Ok((_, visited)) => visited,
            Err(error) => (panicked(names.get(&error.id()), &error), None),
        };
        for visit in offline.judge(visit)? {
            record(store, &visit)?;
        }
    }
    for visit in offline.rest() {
        record(store, &visit)?;
    }
    lines.sort_by(|a, b| a.source.cmp(&b.source));

    let believed = believe(&orders, store)?;
    Ok(Report {
        sources: lines,
        believed,
    })
}
