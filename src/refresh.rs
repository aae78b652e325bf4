//! The walk in: due sources → fetch, read, store, each failing alone; then everything that is stored →
//! [`believe`](mod@crate::believe), publish.

use crate::believe::absence;
use crate::believe::absence::settle::{Changes, Heard, settle};
use crate::believe::curate::Published;
use crate::believe::decisions::Unfound;
use crate::believe::normalise::Groups;
use crate::believe::{self, Grounds};
use crate::facts::decision::Decision;
use crate::facts::event::{Rejected, Status};
use crate::facts::listing::{Listing, Problem};
use crate::facts::source::{Source, SourceId, successor};
use crate::fetch::Fetcher;
use crate::schedule::{self, Cron};
use crate::store::{self, Accepted, Held, Outcome, Recorded, Standing, Store, Visit};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use tokio::task::JoinSet;

use offline::Offline;

mod crowd;
mod doubt;
mod offline;
mod question;
mod usual;
mod visit;

pub use crowd::{Alarm, alarms};
pub use doubt::{by_reason, failing, how_it_ends, how_to_accept, how_to_accept_all, in_doubt};
pub use visit::{Tools, visit};

/// How long one visit may take in all, waiting for its host's turn included.
const LONGEST_VISIT: Duration = Duration::from_secs(45 * 60);

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
    /// What editors decided in the configuration; the database has its own.
    pub decisions: &'a [Decision],
    /// Only these; all if empty. Naming a source outright overrides everything but its Retry-After.
    pub only: &'a [SourceId],
    /// Pages of single events that may be read in this run.
    pub event_pages: usize,
    /// The time of the run.
    pub now: DateTime<Utc>,
}

/// What a refresh did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// A line for each source, in the order of ids.
    pub sources: Vec<Line>,
    /// What came of believing it all.
    pub believed: Believed,
}

/// What a refresh did to one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The source.
    pub source: SourceId,
    /// What came of the visit.
    pub ended: Ended,
    /// How that changed what is stored.
    pub recorded: Recorded,
    /// Problems of its pages.
    pub problems: usize,
    /// How long the visit took.
    pub took: Duration,
}

/// How a visit ended, for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Read, by this way and with pages of single events (`feed`, `feed+page`).
    Read(String),
    /// Read, but not believed yet: the way, and why.
    Held(String, absence::Doubt),
    /// As it was.
    Unchanged(String),
    /// Nothing could be read: where it failed and why.
    Failed {
        /// dns, connect, tls, http, decode, parse, …
        phase: &'static str,
        /// Why.
        error: String,
    },
    /// It asked to be left alone until then.
    NotDue(DateTime<Utc>),
}

/// What came of believing everything that is stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Believed {
    /// Events told by the sources, inside the believed days.
    pub events: usize,
    /// Events after those that are one were joined.
    pub twins: usize,
    /// Published for the first time.
    pub new: usize,
    /// Published anew with other facts.
    pub changed: usize,
    /// Withdrawn.
    pub withdrawn: usize,
    /// What could not be believed.
    pub rejected: Vec<Rejected>,
    /// Series that could not be expanded, by source.
    pub problems: Vec<(SourceId, Problem)>,
    /// Decisions that name no event that is known, or several.
    pub unmatched: Vec<(Decision, Unfound)>,
    /// Changes of many sources at once, which are held.
    pub alarms: Vec<Alarm>,
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
/// `told` hears of each source when it is done.
///
/// # Errors
/// [`Error::Offline`] before anything is recorded if no host answers; a store error stops the walk; a
/// source's error never does.
pub async fn refresh(
    orders: Orders<'_>,
    fetcher: &Arc<Fetcher>,
    store: &mut Store,
    told: impl FnMut(&Line),
) -> Result<Report, Error> {
    let lock = store.lock_refresh()?;
    let standings = store.standings()?;
    let ids: Vec<SourceId> = orders
        .sources
        .iter()
        .map(|source| source.id.clone())
        .collect();
    let report = walk(orders, &ids, &standings, fetcher, store, told).await;
    drop(lock);
    report
}

/// Refreshes the sources that are [`due`], and believes what is stored; `None` if none is due.
///
/// # Errors
/// As for [`refresh`].
pub async fn refresh_due(
    orders: Orders<'_>,
    cron: &Cron,
    fetcher: &Arc<Fetcher>,
    store: &mut Store,
    told: impl FnMut(&Line),
) -> Result<Option<Report>, Error> {
    // Nobody else may be told to wait while there is nothing to do.
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
    let report = walk(orders, &due, &standings, fetcher, store, told).await;
    drop(lock);
    report.map(Some)
}

/// The sources that the schedule would visit now: a time of it has come since their last visit, and neither
/// Retry-After, nor their platform's least interval, nor the back-off after failures is in the way. An address
/// that its group has left, and where nothing stands any more, is not visited.
///
/// # Errors
/// If the database cannot be read.
pub fn due(orders: &Orders<'_>, cron: &Cron, store: &Store) -> Result<Vec<SourceId>, store::Error> {
    let standings = store.standings()?;
    let mut due: Vec<&Source> = Vec::new();
    for source in orders.sources {
        let Some(standing) = standings.get(&source.id) else {
            due.push(source);
            continue;
        };
        if schedule::is_due(cron, standing.last_visit, orders.now)
            && next_visit(source, standing, orders.now).is_none()
        {
            due.push(source);
        }
    }
    if due
        .iter()
        .any(|source| has_moved(orders.sources, source, orders.now))
    {
        let listings = store.said()?;
        due.retain(|source| {
            let stored = listings.get(&source.id).map_or(&[][..], Vec::as_slice);
            let standing = standings.get(&source.id).cloned().unwrap_or_default();
            !is_left(orders.sources, source, &standing, stored, orders.now)
        });
    }
    Ok(due.into_iter().map(|source| source.id.clone()).collect())
}

/// Until when the schedule leaves a source alone; `None` if it may be visited when its time comes.
pub fn next_visit(
    source: &Source,
    standing: &Standing,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let polite = schedule::wait(
        source.platform,
        standing.way,
        standing.last_visit,
        standing.not_before,
        false,
        now,
    );
    let patient = schedule::back_off(&source.id, standing.failures, standing.last_visit, now);
    polite.max(patient)
}

async fn walk(
    orders: Orders<'_>,
    among: &[SourceId],
    standings: &BTreeMap<SourceId, Standing>,
    fetcher: &Arc<Fetcher>,
    store: &mut Store,
    mut told: impl FnMut(&Line),
) -> Result<Report, Error> {
    let mut listings = store.said()?;
    let mut pages = store.known_pages()?;
    let budget = Arc::new(AtomicUsize::new(orders.event_pages));

    let mut lines = Vec::new();
    let mut running = JoinSet::new();
    let mut names = BTreeMap::new();
    for source in orders.sources {
        if !among.contains(&source.id) {
            continue;
        }
        if !orders.only.is_empty() && !orders.only.contains(&source.id) {
            continue;
        }
        let standing = standings.get(&source.id).cloned().unwrap_or_default();
        let named = !orders.only.is_empty();
        let stored = listings.remove(&source.id).unwrap_or_default();
        if !named && is_left(orders.sources, source, &standing, &stored, orders.now) {
            continue;
        }
        let until = schedule::wait(
            source.platform,
            standing.way,
            standing.last_visit,
            standing.not_before,
            named,
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
            told(&line);
            lines.push(line);
            continue;
        }
        let tools = Tools {
            fetcher: Arc::clone(fetcher),
            budget: Arc::clone(&budget),
            now: orders.now,
        };
        let known = pages.remove(&source.id).unwrap_or_default();
        let source = source.clone();
        let id = source.id.clone();
        let task = running.spawn(async move {
            let visited = visit(&source, &standing, stored, known, &tools);
            // Each request has its own limit; this one is for what we did not think of.
            match tokio::time::timeout(LONGEST_VISIT, visited).await {
                Ok(visit) => visit,
                Err(_) => hung(&source.id),
            }
        });
        names.insert(task.id(), id);
    }

    let mut record = |store: &mut Store, visit: &Visit| -> Result<(), Error> {
        let recorded = self::record(store, visit, orders.now)?;
        let line = line(visit, recorded);
        told(&line);
        lines.push(line);
        Ok(())
    };
    let visited = |source: &&Source| names.values().any(|id| *id == source.id);
    let mut offline = Offline::of(orders.sources.iter().filter(visited));
    while let Some(ended) = running.join_next_with_id().await {
        let visit = match ended {
            Ok((_, visit)) => visit,
            Err(error) => panicked(names.get(&error.id()), &error),
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

/// Records a visit: what it changes is settled against what is stored, and written in one transaction.
///
/// # Errors
/// If the database cannot be read or written; then nothing of the visit is stored.
pub fn record(
    store: &mut Store,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<Recorded, store::Error> {
    if let Some(read) = visit.read() {
        store.rekey(&visit.source, read.listings)?;
    }
    let held = match visit.way() {
        Some(way) => store.held(&visit.source)?.filter(|held| held.way == way),
        None => None,
    };
    let changes = settled(store, visit, held, false, now)?;
    store.apply(visit, &changes, now)
}

/// Believes what a source says and is held, whether alone or together with others: a human has looked. What it does
/// not name is gone at once. `None` if nothing of it is held.
///
/// # Errors
/// If the database cannot be read or written; then nothing is changed.
pub fn accept(
    store: &mut Store,
    source: &SourceId,
    now: DateTime<Utc>,
) -> Result<Option<Accepted>, store::Error> {
    let Some((held, visit)) = store.held_reading(source)? else {
        return store.accept(source, None, now);
    };
    let changes = settled(store, &visit, Some(held), true, now)?;
    store.accept(source, Some((&held, &visit, &changes)), now)
}

fn settled<'a>(
    store: &Store,
    visit: &'a Visit,
    held: Option<Held>,
    accepted: bool,
    now: DateTime<Utc>,
) -> Result<Changes<'a>, store::Error> {
    let Some(way) = visit.way() else {
        return Ok(Changes::default());
    };
    let read = visit.read();
    let listings = read.iter().flat_map(|read| read.listings);
    let named = listings.map(|listing| listing.key.as_str()).collect();
    let stored = store.stored(&visit.source, &named, now)?;
    let heard = Heard {
        way,
        read,
        answers: &visit.page_answers(),
        held: held.map(|held| (held.since, held.doubt.kind)),
        accepted,
        held_with_others: !accepted && store.is_held_with_others(&visit.source)?,
    };
    Ok(settle(stored, heard, now))
}

/// Believes everything that is stored, and publishes it.
///
/// # Errors
/// If the database cannot be read or written.
pub fn believe(orders: &Orders<'_>, store: &mut Store) -> Result<Believed, store::Error> {
    believe_without(None, orders, store)
}

/// Forgets a source that is no longer configured, and believes what is left: its events that are still
/// to come are withdrawn, unless another source tells of them.
///
/// # Errors
/// If the database cannot be read or written.
pub fn forget(
    forgotten: &SourceId,
    orders: &Orders<'_>,
    store: &mut Store,
) -> Result<Believed, store::Error> {
    store.forget(forgotten, orders.now)?;
    believe_without(Some(forgotten), orders, store)
}

fn believe_without(
    forgotten: Option<&SourceId>,
    orders: &Orders<'_>,
    store: &mut Store,
) -> Result<Believed, store::Error> {
    // Decisions are read once the lock is held: whoever recorded one before sees it believed. What the sources say
    // may be a moment older: a visit that is recorded meanwhile is believed at its refresh's end.
    let lock = store.lock_believing()?;
    let said = store.said()?;
    let (alarms, said) = crowd::judge(orders, said, store)?;
    let groups = usual::groups(orders, store)?;
    let beliefs = store.at_one_moment(|store| {
        Ok(believe::believe(Grounds {
            sources: orders.sources,
            forgotten,
            groups: &groups,
            listings: &store.standing(said)?,
            identities: store.identities()?,
            links: store.links()?,
            decisions: &store.decisions_in_force(orders.decisions)?,
            published: &store.published()?,
            floors: store.floors()?,
            now: orders.now,
        }))
    })?;
    store.publish(&beliefs, orders.now)?;
    drop(lock);
    Ok(Believed {
        events: beliefs.events,
        twins: beliefs.twins.len(),
        new: beliefs.revision.new,
        changed: beliefs.revision.changed,
        withdrawn: beliefs.revision.withdrawn,
        rejected: beliefs.rejected,
        problems: beliefs.problems,
        unmatched: beliefs.in_force.unmatched,
        alarms,
    })
}

fn line(visit: &Visit, recorded: Recorded) -> Line {
    let problems = visit.page_problems.len();
    let (ended, problems) = match &visit.outcome {
        Outcome::Read {
            way,
            problems: of_list,
            ..
        } => {
            let way = with_pages(way.name(), visit);
            let ended = match recorded.held {
                Some(doubt) => Ended::Held(way, doubt),
                None => Ended::Read(way),
            };
            (ended, problems + of_list.len())
        }
        Outcome::Unchanged { way } => (Ended::Unchanged(with_pages(way.name(), visit)), problems),
        Outcome::Failed { phase, error, .. } => (
            Ended::Failed {
                phase,
                error: error.clone(),
            },
            problems,
        ),
    };
    tracing::info!(
        source = %visit.source,
        outcome = match &ended { Ended::Read(_) => "read", Ended::Held(..) => "held", Ended::Unchanged(_) => "unchanged", Ended::Failed { .. } => "failed", Ended::NotDue(_) => "not due" },
        events = recorded.events,
        new = recorded.new,
        changed = recorded.changed,
        gone = recorded.gone,
        problems,
        millis = u64::try_from(visit.took.as_millis()).unwrap_or(u64::MAX),
        "visited"
    );
    Line {
        source: visit.source.clone(),
        ended,
        recorded,
        problems,
        took: visit.took,
    }
}

fn with_pages(way: &str, visit: &Visit) -> String {
    if visit.pages.is_empty() {
        way.to_owned()
    } else {
        format!("{way}+page")
    }
}

/// A visit that does not end is ended: its source's error, and nobody else's.
fn hung(source: &SourceId) -> Visit {
    let minutes = LONGEST_VISIT.as_secs() / 60;
    failed_visit(
        source,
        format!("not done after {minutes} minutes: the visit was ended"),
    )
}

/// A reader that panicked is its source's error, and nobody else's.
fn panicked(source: Option<&SourceId>, error: &tokio::task::JoinError) -> Visit {
    tracing::error!(source = source.map(|id| id.0.as_str()), %error, "a visit panicked");
    let unknown = SourceId("unknown".to_owned());
    failed_visit(
        source.unwrap_or(&unknown),
        "the reader failed on this page: please report it, with the page".to_owned(),
    )
}

fn failed_visit(source: &SourceId, error: String) -> Visit {
    Visit {
        source: source.clone(),
        outcome: Outcome::Failed {
            phase: "program",
            error,
            not_before: None,
        },
        pages: Vec::new(),
        page_problems: Vec::new(),
        answers: Vec::new(),
        tried_best: false,
        took: Duration::ZERO,
    }
}

/// The sources that are no longer configured, each with how many of its events are published and still
/// to come.
pub fn orphans<'a>(
    sources: &[Source],
    published: impl IntoIterator<Item = &'a Published>,
    now: DateTime<Utc>,
) -> BTreeMap<SourceId, usize> {
    let configured: BTreeSet<&SourceId> = sources.iter().map(|source| &source.id).collect();
    let is_configured = |id: &SourceId| configured.contains(id);
    let mut orphans = BTreeMap::new();
    for event in published {
        let stands = event.status != Status::Withdrawn && event.when.over() >= now;
        let told_by: BTreeSet<&SourceId> = event.evidence.iter().map(|told| &told.source).collect();
        if !stands || told_by.iter().any(|id| is_configured(id)) {
            continue;
        }
        for id in told_by {
            *orphans.entry(id.clone()).or_default() += 1;
        }
    }
    orphans
}

/// Whether a group has left this address for another, it was looked at, and nothing stands there that is
/// still to come.
fn is_left(
    sources: &[Source],
    source: &Source,
    standing: &Standing,
    stored: &[Listing],
    now: DateTime<Utc>,
) -> bool {
    let yesterday = now - chrono::TimeDelta::days(1);
    let is_coming = |listing: &Listing| {
        listing.rule.is_some() || listing.start.instant(chrono_tz::Tz::UTC) > yesterday
    };
    has_moved(sources, source, now)
        && standing.last_visit.is_some()
        && !stored.iter().any(is_coming)
}

/// Whether a group has left this address for another: then its silence is no alarm.
pub fn has_moved(sources: &[Source], source: &Source, now: DateTime<Utc>) -> bool {
    successor(sources, source).is_some_and(|(_, from)| now.date_naive() >= from)
}

/// Whether a source may be missing something: no good visit within `stale_after`, or never one. One that is to
/// come that much later was made before the clock was set back, and says nothing.
pub fn is_stale(
    standing: Option<&Standing>,
    stale_after: chrono::TimeDelta,
    now: DateTime<Utc>,
) -> bool {
    standing
        .and_then(|standing| standing.last_good)
        .is_none_or(|good| (now - good).abs() > stale_after)
}
