//! Many sources that change at once: weighed before anything is believed, and held.

use super::Orders;
use crate::believe::absence::crowd::{self, Drift, Kind, Voice};
use crate::believe::absence::is_recent;
use crate::facts::listing::Listing;
use crate::facts::source::{Address, Source, SourceId};
use crate::store::{self, CrowdHold, Held, Store};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A change of many sources at once, which is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The platform of the sources that changed, or [`crowd::ALL`].
    pub scope: String,
    /// What changed.
    pub why: String,
    /// When it was first seen.
    pub since: DateTime<Utc>,
    /// The sources that are held for it.
    pub sources: Vec<SourceId>,
}

/// The alarms that sources are held for: one for each scope and kind of change.
pub fn alarms(holds: &BTreeMap<SourceId, CrowdHold>) -> Vec<Alarm> {
    let mut alarms: BTreeMap<(&str, Kind), Alarm> = BTreeMap::new();
    for (source, hold) in holds {
        let alarm = alarms
            .entry((&hold.scope, hold.kind))
            .or_insert_with(|| Alarm {
                scope: hold.scope.clone(),
                why: hold.why.clone(),
                since: hold.since,
                sources: Vec::new(),
            });
        alarm.since = alarm.since.min(hold.since);
        alarm.sources.push(source.clone());
    }
    alarms.into_values().collect()
}

/// Weighs what all sources changed together, and holds those of a change that is beyond what days bring. Answers
/// the alarms that stand.
pub(super) fn judge(orders: &Orders<'_>, store: &mut Store) -> Result<Vec<Alarm>, store::Error> {
    let now = orders.now;
    if is_quiet(store, now)? {
        return Ok(Vec::new());
    }
    let mut holds = store.crowd_holds()?;
    let times = changed(store, now)?;
    let readings = store.held_readings()?;
    let mut ended = Vec::new();
    let mut kept = BTreeMap::new();
    let mut voices = Vec::new();
    let mut bases: BTreeMap<SourceId, [DateTime<Utc>; 5]> = BTreeMap::new();
    for source in orders.sources.iter().filter(|source| !source.is_by_hand()) {
        let listings = &store.listings_of(&source.id)?[..];
        let hold = holds.get(&source.id);
        let mut weighed = match (hold, times.get(&source.id)) {
            (Some(hold), _) => {
                let before = store.listings_before(&source.id, hold.before)?;
                let drift = crowd::drift(&before, listings, now);
                ([drift; 5], [hold.before; 5])
            }
            (None, Some(times)) => weigh(source, listings, times, store, now)?,
            (None, None) => (unmoved(listings, now), [now; 5]),
        };
        if let Some(held) = readings.get(&source.id) {
            add_held(&mut weighed.0, held);
        }
        let mut voice = Voice {
            source: source.id.clone(),
            platform: source.platform.name(),
            host: host(source),
            drift: weighed.0,
        };
        if let Some(hold) = hold
            && crowd::is_back(hold.kind, voice.drift[0])
        {
            ended.push((source.id.clone(), "back"));
            for drift in &mut voice.drift {
                drift.added = if hold.kind == Kind::Added {
                    0
                } else {
                    drift.added
                };
            }
        }
        bases.insert(source.id.clone(), weighed.1);
        voices.push(voice);
    }
    for source in holds.keys() {
        if !bases.contains_key(source) {
            ended.push((source.clone(), "no longer configured"));
        }
    }
    for (source, _) in &ended {
        holds.remove(source);
    }

    let found = crowd::crowds(&voices);
    for crowd in &found {
        let why = crowd.to_string();
        for source in &crowd.sources {
            let hold = match holds.remove(source) {
                Some(hold) => {
                    let is_same = hold.scope == crowd.scope && hold.kind == crowd.kind;
                    CrowdHold {
                        why: if is_same { why.clone() } else { hold.why },
                        calm: None,
                        ..hold
                    }
                }
                None if kept.contains_key(source) => continue,
                None => CrowdHold {
                    scope: crowd.scope.clone(),
                    kind: crowd.kind,
                    before: bases[source][place(crowd.kind)],
                    since: now,
                    calm: None,
                    why: why.clone(),
                },
            };
            kept.insert(source.clone(), hold);
        }
    }
    // Sources of an alarm that is over, which do not say again what they said before: one by one they are believed
    // like any source that went on saying so for the better part of a day.
    for (source, mut hold) in holds {
        let voice = voices.iter().find(|voice| voice.source == source);
        let is_mostly_back = voice.is_some_and(|voice| {
            let drift = voice.drift[place(hold.kind)];
            drift.of(hold.kind) * 2 < drift.standing
        });
        if !crowd::is_calm(&hold.scope, hold.kind, &voices) {
            hold.calm = None;
        } else if is_mostly_back {
            // What changed in truth meanwhile goes its ordinary way.
            ended.push((source, "back"));
            continue;
        } else if let Some(calm) = hold.calm.filter(|calm| *calm <= now) {
            if !is_recent(calm, now) && store.answered_after(&source, calm)? {
                ended.push((source, "agreed"));
                continue;
            }
        } else {
            hold.calm = Some(now);
        }
        kept.insert(source, hold);
    }
    store.keep_crowds(&kept, &ended, &orders.groups.topic, now)?;
    Ok(alarms(&kept))
}

/// Whether no source is held together with others, and too few changed lately in what they had said before, or are held
/// alone, to be a crowd: then there is nothing to weigh, and no need to read what all the others say.
fn is_quiet(store: &Store, now: DateTime<Utc>) -> Result<bool, store::Error> {
    if !store.crowd_holds()?.is_empty() {
        return Ok(false);
    }
    let mut sources: BTreeSet<SourceId> = changed(store, now)?.into_keys().collect();
    sources.extend(store.held_readings()?.into_keys());
    Ok(sources.len() < crowd::FEWEST_SOURCES)
}

/// Whether anything is held, alone or with others: when that ends depends on the hour too.
pub(super) fn is_any_held(store: &Store) -> Result<bool, store::Error> {
    Ok(!store.crowd_holds()?.is_empty() || !store.held_readings()?.is_empty())
}

/// The times at which each source changed lately. What a first reading says, and what a human believed, is no
/// change.
fn changed(
    store: &Store,
    now: DateTime<Utc>,
) -> Result<BTreeMap<SourceId, Vec<DateTime<Utc>>>, store::Error> {
    let mut changed = store.change_times(now - crowd::TOGETHER)?;
    for (source, times) in &mut changed {
        let from = store.counts_from(source)?;
        times.retain(|at| *at <= now && from.is_some_and(|from| *at > from));
    }
    changed.retain(|_, times| !times.is_empty());
    Ok(changed)
}

fn place(kind: Kind) -> usize {
    let place = Kind::ALL.into_iter().position(|known| known == kind);
    place.unwrap_or_default()
}

fn unmoved(listings: &[Listing], now: DateTime<Utc>) -> [Drift; 5] {
    let drift = Drift {
        standing: crowd::to_come(listings, now),
        ..Drift::default()
    };
    [drift; 5]
}

/// What a source changed lately, of each kind, and the time before which it said what is compared with: the latest
/// that shows at least half of what the day changed, so that its healthy changes of the same day stand.
fn weigh(
    source: &Source,
    listings: &[Listing],
    times: &[DateTime<Utc>],
    store: &Store,
    now: DateTime<Utc>,
) -> Result<([Drift; 5], [DateTime<Utc>; 5]), store::Error> {
    let mut weighed = (unmoved(listings, now), [now; 5]);
    let mut drifts = Vec::new();
    for at in times.iter().rev() {
        let before = store.listings_before(&source.id, *at)?;
        let mut drift = crowd::drift(&before, listings, now);
        let read = store.good_before(&source.id, *at)?;
        if read.is_none_or(|read| *at - read > crowd::SILENT) {
            drift.added = 0;
        }
        drifts.push((*at, drift));
    }
    for (place, kind) in Kind::ALL.into_iter().enumerate() {
        let most = drifts.iter().map(|(_, drift)| drift.of(kind)).max();
        let enough = |(_, drift): &&(DateTime<Utc>, Drift)| {
            drift.of(kind) > 0 && drift.of(kind) * 2 >= most.unwrap_or(0)
        };
        if let Some((at, drift)) = drifts.iter().find(enough) {
            weighed.0[place] = *drift;
            weighed.1[place] = *at;
        }
    }
    Ok(weighed)
}

/// A reading that is held already has changed nothing yet; what it would change counts.
fn add_held(drift: &mut [Drift; 5], held: &Held) {
    let doubt = held.doubt;
    let gone = doubt.standing.saturating_sub(doubt.confirmed);
    for drift in drift {
        drift.gone = drift.gone.max(gone.min(drift.standing));
        drift.added = drift.added.max(doubt.listed.saturating_sub(doubt.standing));
    }
}

/// The host a source is read from; none for a file.
fn host(source: &Source) -> String {
    match &source.address {
        Address::Web(url) => {
            let host = url
                .split("://")
                .nth(1)
                .and_then(|rest| rest.split(['/', '?', '#']).next());
            host.unwrap_or_default().to_owned()
        }
        Address::File(_) | Address::Inline(_) => String::new(),
    }
}
