//! Events → twins: which events of different sources are one, by which rule, and under which id.
//!
//! Sameness is a statement of its own, kept beside the events and never written into them: a wrong one
//! can be taken back. No set holds two events of one source, not through a chain either.

use crate::believe::same::candidates;
use crate::believe::same::evidence::Pair;
use crate::believe::same::table::Verdict;
use crate::believe::same::traits::{Traits, note_what_is_left};
use crate::believe::same::{Question, decide};
use crate::facts::event::{Event, EventId, Key};
use crate::facts::link::{Link, Meaning};
use crate::facts::source::{Source, SourceId, Word};
use crate::facts::topic::Topic;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

mod sets;
mod suspicions;

pub use crate::believe::same::table::Rule;
pub use suspicions::{Suspicion, suspicions};

use sets::Sets;

/// What is known of sameness before today's events are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identities {
    /// Under which id each key was first seen, and when. Once written, an entry never changes.
    pub keys: BTreeMap<Key, (EventId, DateTime<Utc>)>,
    /// Of each event of the last refresh that was published under another's id, that id.
    pub sets: BTreeMap<EventId, EventId>,
    /// Those of `sets` that an editor joined: they are one only while the decision is in force.
    pub joined_by_decision: BTreeSet<EventId>,
    /// What editors decided.
    pub decided: Pairing,
}

/// What editors decided on sameness; it outranks every rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Events that are one.
    pub together: BTreeSet<(EventId, EventId)>,
    /// Events that are no twins of any other, but for those they are `together` with.
    pub alone: BTreeSet<EventId>,
}

impl Identities {
    /// The id of an event: the one frozen for the first of its keys that is known, else a new one made
    /// of its first key.
    pub fn of(&self, event: &Event) -> (EventId, Option<DateTime<Utc>>) {
        for key in &event.keys {
            if let Some((id, since)) = self.keys.get(key) {
                return (id.clone(), Some(*since));
            }
        }
        (EventId::first_seen_as(&event.keys[0]), None)
    }

    /// The set that an event was in at the last refresh, if no editor put it there.
    fn was_in<'a>(&'a self, id: &'a EventId) -> Option<&'a EventId> {
        let is_decided = self.joined_by_decision.contains(id);
        (!is_decided).then(|| self.sets.get(id).unwrap_or(id))
    }

    /// The keys of these events that are not known yet, with the id each is to be frozen under.
    pub fn new_keys<'a>(&self, events: impl Iterator<Item = &'a Event>) -> BTreeMap<Key, EventId> {
        let mut new = BTreeMap::new();
        for event in events {
            let (id, _) = self.of(event);
            for key in event.keys.iter().filter(|key| !self.keys.contains_key(key)) {
                new.insert(key.clone(), id.clone());
            }
        }
        new
    }
}

/// Events held to be one: most events are the only member of their set.
#[derive(Debug, Clone, PartialEq)]
pub struct Twins {
    /// The id of the member that was seen first; kept while no source lists that member.
    pub id: EventId,
    /// The members with their own ids, the best source first, a mirror after what it points to.
    pub members: Vec<(EventId, Event)>,
    /// The rules that joined them, each with the ids it joined.
    pub rules: Vec<(Rule, EventId, EventId)>,
}

/// Joins the events that are one. The words of the topic tell none from another.
///
/// The result is in the order of ids and does not depend on the order of `events`.
pub fn deduplicate(
    events: Vec<Event>,
    sources: &[Source],
    identities: &Identities,
    topic: &Topic,
) -> Vec<Twins> {
    let mut events = events;
    events.sort_by(|a, b| (&a.keys, &a.source).cmp(&(&b.keys, &b.source)));
    events.dedup_by(|a, b| a.keys == b.keys && a.source == b.source);

    let ids: Vec<(EventId, Option<DateTime<Utc>>)> =
        events.iter().map(|event| identities.of(event)).collect();
    let mut sets = Sets::of(&events);
    let mut joined = Vec::new();
    for (a, b) in decided_together(&ids, identities) {
        sets.join(a, b);
        joined.push((Rule::DecidedTogether, a, b));
    }
    let traits = compared(&events, &ids, identities, topic);
    let alone = |index: usize| identities.decided.alone.contains(&ids[index].0);
    for (rule, a, b) in likely(&traits) {
        if !alone(a) && !alone(b) && sets.may_join(a, b) {
            sets.join(a, b);
            joined.push((rule, a, b));
        }
    }

    let by_id: BTreeMap<&SourceId, &Source> =
        sources.iter().map(|source| (&source.id, source)).collect();
    let mut grouped: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..events.len() {
        grouped.entry(sets.root(index)).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = grouped.into_values().collect();
    for members in &mut groups {
        // Among equals the one that only points to another's page comes after it.
        let points = |index: usize| {
            let mut others = members.iter().filter(|&&other| other != index);
            others.any(|&other| traits[index].points_to(&traits[other]))
        };
        let mirrors: BTreeSet<usize> = members
            .iter()
            .copied()
            .filter(|&index| points(index))
            .collect();
        members.sort_by_key(|&index| {
            (
                rank(by_id.get(&events[index].source).copied(), &events[index]),
                mirrors.contains(&index),
                events[index].source.clone(),
                index,
            )
        });
    }
    let names = named(&groups, &events, &ids, identities);
    drop(traits);
    let mut events: Vec<Option<Event>> = events.into_iter().map(Some).collect();
    let mut rules_of: BTreeMap<usize, Vec<(Rule, EventId, EventId)>> = BTreeMap::new();
    for (rule, a, b) in joined {
        let rule = (rule, ids[a].0.clone(), ids[b].0.clone());
        rules_of.entry(sets.root(a)).or_default().push(rule);
    }
    let mut twins: Vec<Twins> = Vec::with_capacity(groups.len());
    for (members, id) in groups.iter().zip(names) {
        let root = members.first().map(|&member| sets.root(member));
        let rules = root.and_then(|root| rules_of.remove(&root));
        let rules = rules.unwrap_or_default();
        // No more room than is needed: most sets have one member, and an event is big.
        let mut taken = Vec::with_capacity(members.len());
        taken.extend(
            members
                .iter()
                .filter_map(|&index| Some((ids[index].0.clone(), events[index].take()?))),
        );
        twins.push(Twins {
            id,
            members: taken,
            rules,
        });
    }
    twins.sort_by(|a, b| a.id.cmp(&b.id));
    twins
}

/// What is compared of the events, with what is known of them from before.
fn compared<'a>(
    events: &'a [Event],
    ids: &'a [(EventId, Option<DateTime<Utc>>)],
    identities: &'a Identities,
    topic: &Topic,
) -> Vec<Traits<'a>> {
    let traits = events.iter().map(|event| Traits::of_event(event, topic));
    let mut traits: Vec<Traits> = traits.collect();
    for (one, (id, _)) in traits.iter_mut().zip(ids) {
        one.id = Some(id);
        one.was_in = identities.was_in(id);
    }
    note_what_is_left(&mut traits);
    traits
}

/// The pairs of events that a row of the table holds to be one, the surest row first, then in the order of the
/// events.
fn likely(traits: &[Traits<'_>]) -> Vec<(Rule, usize, usize)> {
    let mut found = Vec::new();
    for (a, b) in candidates::of_two_sources(traits) {
        let pair = Pair::of(&traits[a], &traits[b]);
        if let Some((place, Verdict::One(rule))) = decide(Question::TwoSources, &pair) {
            found.push((place, a, b, rule));
        }
    }
    found.sort_unstable_by_key(|&(place, a, b, _)| (place, a, b));
    let found = found.into_iter();
    found.map(|(_, a, b, rule)| (rule, a, b)).collect()
}

/// The id of each set: that of the member seen first, of those new today the first key in order, so that
/// a database made anew gives the same. A member that was published under the id of one that no source
/// lists any more keeps that id, unless another has it.
fn named(
    groups: &[Vec<usize>],
    events: &[Event],
    ids: &[(EventId, Option<DateTime<Utc>>)],
    identities: &Identities,
) -> Vec<EventId> {
    let mut since: HashMap<&EventId, DateTime<Utc>> = HashMap::new();
    for (id, at) in identities.keys.values() {
        since
            .entry(id)
            .and_modify(|first| *first = (*first).min(*at))
            .or_insert(*at);
    }
    let listed: HashSet<&EventId> = ids.iter().map(|(id, _)| id).collect();
    let mut taken: HashSet<EventId> = HashSet::new();
    let mut names = Vec::new();
    for members in groups {
        // Since its first key, not since today's: a platform's new id for it makes it no younger.
        let own = |&index: &usize| {
            let id = &ids[index].0;
            let at = since.get(id).copied();
            // Of two that were first seen at one refresh, the one that gave the set its name then: today's
            // keys may stand in another order.
            let is_name = members
                .iter()
                .any(|&other| identities.sets.get(&ids[other].0) == Some(id));
            (at.is_none(), at, !is_name, index, id.clone())
        };
        let kept = |&index: &usize| {
            let id = identities.sets.get(&ids[index].0)?;
            let free = !listed.contains(id) && !taken.contains(id);
            let at = since.get(id).copied();
            free.then(|| (at.is_none(), at, false, index, id.clone()))
        };
        // What was one event may have become two, with the id of the one frozen for both their keys.
        let own = members
            .iter()
            .map(own)
            .filter(|(.., id)| !taken.contains(id));
        let first = own.chain(members.iter().filter_map(kept)).min();
        let id = match (first, members.first()) {
            (Some((.., id)), _) => id,
            (None, Some(&member)) => {
                let key = &events[member].keys[0];
                let made = EventId::first_seen_as(key);
                if taken.contains(&made) {
                    let again = format!("{} again", key.as_str());
                    EventId::first_seen_as(&Key::stored(again))
                } else {
                    made
                }
            }
            // A group has a member: it was made for one.
            (None, None) => continue,
        };
        taken.insert(id.clone());
        names.push(id);
    }
    names
}

/// The pairs that an editor joined, as far as a source lists them: by their own ids, or by the one they
/// were published under.
fn decided_together(
    ids: &[(EventId, Option<DateTime<Utc>>)],
    identities: &Identities,
) -> Vec<(usize, usize)> {
    if identities.decided.together.is_empty() {
        return Vec::new();
    }
    let set_of = |id: &'_ EventId| identities.sets.get(id).unwrap_or(id).clone();
    let mut by_id: BTreeMap<&EventId, usize> = BTreeMap::new();
    let mut by_set: BTreeMap<EventId, usize> = BTreeMap::new();
    for (index, (id, _)) in ids.iter().enumerate() {
        by_id.entry(id).or_insert(index);
        by_set.entry(set_of(id)).or_insert(index);
    }
    let place = |wanted: &EventId| {
        // If no source lists it today, one that was one with it stands for it: what was joined by way of it
        // stays joined.
        let own = by_id.get(wanted).or_else(|| by_set.get(&set_of(wanted)));
        own.copied()
    };
    let pairs = identities.decided.together.iter();
    pairs
        .filter_map(|(a, b)| Some((place(a)?, place(b)?)))
        .collect()
}

/// How much a source's word on an event counts, best first: the organiser's own page and what an editor
/// wrote by hand, then the platform that the event is on, then those who carry it for another group (a
/// calendar of many groups, a platform that points to another one), then what was printed before.
fn rank(source: Option<&Source>, event: &Event) -> u8 {
    let Some(source) = source else { return u8::MAX };
    let elsewhere = match event.link.as_ref().map(Link::meaning) {
        Some(Meaning::Event { scope, .. }) => scope != source.platform.name(),
        _ => false,
    };
    match source.platform.word() {
        Word::Editor => 0,
        Word::Printed => 4,
        _ if source.organiser.is_none() => 3,
        Word::Organiser => 1,
        Word::Platform if elsewhere => 3,
        Word::Platform => 2,
    }
}
