//! Which sources are visited now, and which have been silent for too long.

use super::Orders;
use crate::believe::curate::Published;
use crate::facts::event::Status;
use crate::facts::listing::Listing;
use crate::facts::source::{Source, SourceId, successor};
use crate::schedule::{self, Cron};
use crate::store::{self, Standing, Store};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

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
        now,
    );
    let patient = schedule::back_off(&source.id, standing.failures, standing.last_visit, now);
    polite.max(patient)
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
        let listed_by: BTreeSet<&SourceId> = event.evidence.iter().map(|one| &one.source).collect();
        if !stands || listed_by.iter().any(|id| is_configured(id)) {
            continue;
        }
        for id in listed_by {
            *orphans.entry(id.clone()).or_default() += 1;
        }
    }
    orphans
}

/// Whether a group has left this address for another, it was looked at, and nothing stands there that is
/// still to come.
pub(super) fn is_left(
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
