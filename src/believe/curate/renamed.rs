//! Events under new keys that were published before: of sources with a new id in the configuration, of
//! pages that name another day, and of numbers that old ones lead to.

use super::Published;
use crate::believe::deduplicate::Identities;
use crate::believe::same::evidence::Pair;
use crate::believe::same::table::Pass;
use crate::believe::same::traits::Traits;
use crate::believe::same::words::Words;
use crate::believe::same::{Question, goes_on};
use crate::facts::event::{Event, EventId, Key, Status};
use crate::facts::link::Link;
use crate::facts::source::SourceId;
use crate::facts::topic::Topic;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    topic: &Topic,
    now: DateTime<Utc>,
) -> BTreeMap<EventId, EventId> {
    let listed: HashSet<&Key> = events.iter().flat_map(|event| &event.keys).collect();
    let is_orphan = |event: &&Published| {
        let mut evidence = event.evidence.iter();
        event.when.over() >= now
            && !event.evidence.is_empty()
            && !evidence.any(|evidence| listed.contains(&evidence.key))
    };
    let orphans: Vec<&Published> = published.values().filter(is_orphan).collect();
    let starts: BTreeSet<DateTime<Utc>> = orphans.iter().map(|one| one.when.start()).collect();
    let is_new =
        |event: &&Event| starts.contains(&event.when.start()) && identities.of(event).1.is_none();
    let new: Vec<&Event> = events.iter().filter(is_new).collect();
    let before: Vec<Traits> = orphans.iter().map(|one| before(one, topic)).collect();
    let after: Vec<Traits> = new.iter().map(|one| Traits::of_event(one, topic)).collect();
    let (by_orphan, by_new) = (Index::of(&before), Index::of(&after));
    let goes_on = |question, event: usize, orphan: usize| {
        let pair = Pair::of(&after[event], &before[orphan]);
        goes_on(question, Pass::Publication, &pair)
    };
    let is_withdrawn = |orphan: &usize| orphans[*orphan].status == Status::Withdrawn;

    let mut found = BTreeMap::new();
    for (event, traits) in after.iter().enumerate() {
        let alike = by_orphan.near(traits);
        let alike = alike.filter(|orphan| goes_on(Question::Published, event, *orphan));
        let (withdrawn, standing): (Vec<usize>, Vec<usize>) = alike.partition(is_withdrawn);
        let is_retitled = withdrawn.is_empty() && standing.is_empty();
        let candidates: Vec<usize> = if is_retitled {
            let at_start = by_orphan.at_start(traits).iter().copied();
            at_start
                .filter(|orphan| !is_withdrawn(orphan))
                .filter(|orphan| goes_on(Question::Retitled, event, *orphan))
                .collect()
        } else if standing.is_empty() {
            withdrawn
        } else {
            standing
        };
        let [orphan] = candidates[..] else {
            continue;
        };
        let is_like = |other: usize| {
            new[other].source == new[event].source
                && (goes_on(Question::Published, other, orphan)
                    || (is_retitled && goes_on(Question::Retitled, other, orphan)))
        };
        let others: Vec<usize> = if is_retitled {
            by_new.at_start(&before[orphan]).to_vec()
        } else {
            by_new.near(&before[orphan]).collect()
        };
        if others.into_iter().filter(|other| is_like(*other)).count() == 1 {
            found.insert(identities.of(new[event]).0, orphans[orphan].id.clone());
        }
    }
    found
}

/// What is compared of a published event.
fn before<'a>(event: &'a Published, topic: &Topic) -> Traits<'a> {
    Traits::of_published(
        event.when.start(),
        Words::of(event.title.folded(), topic),
        &event.organisers,
        event.links.first().map(|link| &link.url),
    )
}

/// Records at one start, with one link or one title beyond which none is looked for: no two of so many can be kept
/// apart.
const MOST_AT_ONCE: usize = 400;

/// Records by their start, and by that with their link or title.
#[derive(Default)]
struct Index<'a> {
    at_start: HashMap<DateTime<Utc>, Vec<usize>>,
    with_link: HashMap<(DateTime<Utc>, &'a Link), Vec<usize>>,
    with_title: HashMap<(DateTime<Utc>, &'a str), Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(all: &'a [Traits<'a>]) -> Index<'a> {
        let mut index = Index::default();
        for (place, one) in all.iter().enumerate() {
            index.at_start.entry(one.start).or_default().push(place);
            let title = (one.start, one.title.text());
            index.with_title.entry(title).or_default().push(place);
            if let Some(link) = one.link.as_deref() {
                let link = (one.start, link);
                index.with_link.entry(link).or_default().push(place);
            }
        }
        index
    }

    fn at_start(&self, one: &Traits<'_>) -> &[usize] {
        few(self.at_start.get(&one.start))
    }

    /// Those at the start of a record that have its link or its title.
    fn near(&self, one: &Traits<'_>) -> impl Iterator<Item = usize> {
        let link = one.link.as_deref();
        let with_link = link.and_then(|link| self.with_link.get(&(one.start, link)));
        let with_title = self.with_title.get(&(one.start, one.title.text()));
        let mut near = [few(with_link), few(with_title)].concat();
        near.sort_unstable();
        near.dedup();
        near.into_iter()
    }
}

fn few(found: Option<&Vec<usize>>) -> &[usize] {
    found
        .filter(|found| found.len() <= MOST_AT_ONCE)
        .map_or(&[], Vec::as_slice)
}

/// How far an event may move and still be the one that its page named before, whatever its title.
const MOVED_AT_MOST: TimeDelta = TimeDelta::days(30);

/// New events that are published ones on another day: of each its own id, and the one it was published
/// under.
///
/// A page with an address that does not say alone which event it means names its event only together with the
/// day. Where such a page named one event, and names one on another day instead, that one has moved. What was
/// put off waits for its new day, also when the old one is over.
pub fn moved(
    events: &[Event],
    identities: &Identities,
    published: &BTreeMap<EventId, Published>,
    now: DateTime<Utc>,
) -> BTreeMap<EventId, EventId> {
    let listed: HashSet<&Key> = events.iter().flat_map(|event| &event.keys).collect();
    let mut before: BTreeMap<(&SourceId, &str), Vec<&Published>> = BTreeMap::new();
    for event in published.values() {
        let is_over = event.when.over() < now && event.status != Status::Postponed;
        if event.status == Status::Withdrawn || is_over {
            continue;
        }
        for evidence in &event.evidence {
            if Link::parse(&evidence.listing).is_ok() && !listed.contains(&evidence.key) {
                let page = (&evidence.source, evidence.listing.as_str());
                before.entry(page).or_default().push(event);
            }
        }
    }
    if before.is_empty() {
        return BTreeMap::new();
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
    // An event with one key cannot have another id.
    let has_several = |event: &&Event| event.keys.len() > 1;
    if !events.iter().any(|event| has_several(&event)) {
        return BTreeMap::new();
    }
    let listed: BTreeSet<EventId> = events.iter().map(|event| identities.of(event).0).collect();
    let set_of = |id: &EventId| identities.sets.get(id).unwrap_or(id).clone();
    let mut found = BTreeMap::new();
    for event in events.iter().filter(has_several) {
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
