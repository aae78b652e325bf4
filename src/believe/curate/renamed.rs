//! Events under new keys that were published before: of sources with a new id in the configuration, of
//! pages that name another day, and of numbers that old ones lead to.

use super::Published;
use crate::believe::deduplicate::Identities;
use crate::facts::event::{Event, EventId, Key, Status, folded};
use crate::facts::link::Link;
use crate::facts::source::SourceId;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// New events that were published before, and that no source lists under the keys they had: of each its own
/// id, and the one it was published under.
///
/// Most platforms number their events, and then the name of a source does not matter. A calendar's keys
/// are its own: where its source was given another id, where a group went over to another platform in one
/// day, or where an event was deleted and entered again, an event with the same start and the same page, or
/// the same organiser and title, is the one that was, if there is one of each; of those withdrawn and those
/// that are not, the latter. Under another title it is the organiser's one event at that time that was not
/// withdrawn before.
pub fn renamed(
    events: &[Event],
    identities: &Identities,
    published: &BTreeMap<EventId, Published>,
    now: DateTime<Utc>,
) -> BTreeMap<EventId, EventId> {
    let listed: BTreeSet<&Key> = events.iter().flat_map(|event| &event.keys).collect();
    let mut orphans: BTreeMap<DateTime<Utc>, Vec<&Published>> = BTreeMap::new();
    for event in published.values() {
        let mut evidence = event.evidence.iter();
        let is_orphan = event.when.over() >= now
            && !event.evidence.is_empty()
            && !evidence.any(|evidence| listed.contains(&evidence.key));
        if is_orphan {
            orphans.entry(event.when.start()).or_default().push(event);
        }
    }
    let mut new: BTreeMap<DateTime<Utc>, Vec<&Event>> = BTreeMap::new();
    for event in events {
        let known = identities.of(event).1.is_some();
        if !known && orphans.contains_key(&event.when.start()) {
            new.entry(event.when.start()).or_default().push(event);
        }
    }
    let mut found = BTreeMap::new();
    for (start, candidates) in new {
        let orphans = &orphans[&start];
        for event in &candidates {
            let (withdrawn, standing): (Vec<&Published>, Vec<&Published>) = orphans
                .iter()
                .filter(|orphan| is_same(event, orphan))
                .partition(|orphan| orphan.status == Status::Withdrawn);
            let is_retitled = withdrawn.is_empty() && standing.is_empty();
            let before = if is_retitled {
                let standing = orphans
                    .iter()
                    .filter(|orphan| orphan.status != Status::Withdrawn);
                standing
                    .copied()
                    .filter(|orphan| is_of_same_group(event, orphan))
                    .collect()
            } else if standing.is_empty() {
                withdrawn
            } else {
                standing
            };
            let [orphan] = before[..] else {
                continue;
            };
            let is_like = |other: &&&Event| {
                other.source == event.source
                    && (is_same(other, orphan) || (is_retitled && is_of_same_group(other, orphan)))
            };
            if candidates.iter().filter(is_like).count() == 1 {
                found.insert(identities.of(event).0, orphan.id.clone());
            }
        }
    }
    found
}

/// How far an event may move and still be the one that its page named before, whatever its title.
const MOVED_AT_MOST: TimeDelta = TimeDelta::days(30);

/// New events that are published ones on another day: of each its own id, and the one it was published
/// under.
///
/// An address that does not say alone which event it means names its event only together with the day. Where such a
/// page named one event, and names one on another day instead, that one has moved.
pub fn moved(
    events: &[Event],
    identities: &Identities,
    published: &BTreeMap<EventId, Published>,
    now: DateTime<Utc>,
) -> BTreeMap<EventId, EventId> {
    let listed: BTreeSet<&Key> = events.iter().flat_map(|event| &event.keys).collect();
    let mut before: BTreeMap<(&SourceId, &str), Vec<&Published>> = BTreeMap::new();
    for event in published.values() {
        if event.status == Status::Withdrawn || event.when.over() < now {
            continue;
        }
        for evidence in &event.evidence {
            if Link::parse(&evidence.listing).is_ok() && !listed.contains(&evidence.key) {
                let page = (&evidence.source, evidence.listing.as_str());
                before.entry(page).or_default().push(event);
            }
        }
    }
    let mut after: BTreeMap<(&SourceId, &str), Vec<&Event>> = BTreeMap::new();
    for event in events {
        if identities.of(event).1.is_none() {
            let page = (&event.source, event.listing.as_str());
            after.entry(page).or_default().push(event);
        }
    }
    let mut found = BTreeMap::new();
    for (page, events) in after {
        let ([event], Some([old])) = (&events[..], before.get(&page).map(Vec::as_slice)) else {
            continue;
        };
        if (event.when.start() - old.when.start()).abs() <= MOVED_AT_MOST {
            found.insert(identities.of(event).0, old.id.clone());
        }
    }
    found
}

/// Events that had an id of their own before it was known which ones they are: of each its own id, and the
/// one of the event that its source knows now to be the same, and tells of no more under its old key.
pub fn followed(events: &[Event], identities: &Identities) -> BTreeMap<EventId, EventId> {
    let listed: BTreeSet<EventId> = events.iter().map(|event| identities.of(event).0).collect();
    let set_of = |id: &EventId| identities.sets.get(id).unwrap_or(id).clone();
    let mut found = BTreeMap::new();
    for event in events {
        let (own, _) = identities.of(event);
        let before = event
            .keys
            .iter()
            .filter_map(|key| identities.keys.get(key))
            .find(|(id, _)| *id != own && !listed.contains(id));
        if let Some((before, _)) = before
            && set_of(&own) == own
        {
            found.insert(own, set_of(before));
        }
    }
    found
}

fn is_same(event: &Event, orphan: &Published) -> bool {
    let page = orphan.links.first().map(|link| &link.url);
    let same_page = page.is_some() && event.link.as_ref() == page;
    let same_title = event.title.folded() == orphan.title.folded();
    same_page || (same_title && is_of_same_group(event, orphan))
}

fn is_of_same_group(event: &Event, orphan: &Published) -> bool {
    event.organisers.iter().any(|ours| {
        let mut theirs = orphan.organisers.iter();
        theirs.any(|theirs| folded(&ours.name) == folded(&theirs.name))
    })
}
