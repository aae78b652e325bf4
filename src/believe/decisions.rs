//! Decisions + the names of events → what is in force: for each event its decisions in the order of time,
//! which events are one or not by an editor's word, and which decisions name no event.

use crate::believe::deduplicate::{Identities, Pairing};
use crate::facts::decision::{Action, Decision, EventName, Origin};
use crate::facts::event::{EventId, Key};
use crate::facts::link::{Link, Meaning};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Digits of an id that are enough to ask for it, if no other begins so.
const SHORTEST_PREFIX: usize = 4;

/// Under which names events are known, today's and those of before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// By the platforms' own ids.
    pub keys: BTreeMap<Key, EventId>,
    /// By every page that was ever theirs.
    pub links: BTreeMap<Link, BTreeSet<EventId>>,
    /// Of events that are published under another's id, that id.
    pub sets: BTreeMap<EventId, EventId>,
    /// Those of `sets` that an editor joined.
    pub joined_by_decision: BTreeSet<EventId>,
    /// Every id there is.
    pub ids: BTreeSet<EventId>,
}

/// Why a name names no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfound {
    /// Nothing is known by it.
    #[error("no event is known by it")]
    Unknown,
    /// Several are: their ids.
    #[error("{} events are known by it: name one by its id", .0.len())]
    Several(Vec<EventId>),
}

impl Names {
    /// The names that identities and pages give.
    pub fn new(identities: &Identities, links: BTreeMap<Link, BTreeSet<EventId>>) -> Names {
        let keys: BTreeMap<Key, EventId> = identities
            .keys
            .iter()
            .map(|(key, (id, _))| (key.clone(), id.clone()))
            .collect();
        Names {
            ids: keys.values().cloned().collect(),
            keys,
            links,
            sets: identities.sets.clone(),
            joined_by_decision: identities.joined_by_decision.clone(),
        }
    }

    /// The id under which an event is published: its own, or that of the set it is in.
    pub fn published<'a>(&'a self, id: &'a EventId) -> &'a EventId {
        self.sets.get(id).unwrap_or(id)
    }

    /// The event of that name.
    ///
    /// # Errors
    /// If there is none, or a link stands for events of several dates.
    pub fn find(&self, name: &EventName) -> Result<EventId, Unfound> {
        let link = match name {
            EventName::Id(id) if self.ids.contains(id) => return Ok(id.clone()),
            EventName::Id(_) => return Err(Unfound::Unknown),
            EventName::Link(link) => link,
        };
        if let Meaning::Event { scope, id } = link.meaning()
            && let Some(id) = self.keys.get(&Key::new(scope, &id, None))
        {
            return Ok(id.clone());
        }
        one(self.links.get(link).into_iter().flatten(), |id| {
            self.published(id)
        })
    }

    /// The event that somebody typed: by its link, its id, or as many first digits of its id as no other
    /// has (four at least).
    ///
    /// # Errors
    /// If there is none, or several.
    pub fn typed(&self, text: &str) -> Result<EventId, Unfound> {
        let text = text.trim();
        if let Some(link) = Link::typed(text) {
            return self.find(&EventName::Link(link));
        }
        let prefix = text.to_ascii_lowercase();
        if prefix.len() < SHORTEST_PREFIX || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Unfound::Unknown);
        }
        let from = EventId::stored(prefix.clone());
        let matching = self
            .ids
            .range(from..)
            .take_while(|id| id.as_str().starts_with(&prefix));
        one(matching, |id| id)
    }
}

/// The one event of several ids, if they are all published as one.
fn one<'a>(
    ids: impl Iterator<Item = &'a EventId>,
    published: impl Fn(&'a EventId) -> &'a EventId,
) -> Result<EventId, Unfound> {
    let ids: BTreeSet<&EventId> = ids.collect();
    let sets: BTreeSet<&EventId> = ids.iter().map(|id| published(id)).collect();
    let mut alone = ids.iter();
    match (alone.next(), alone.next()) {
        (None, _) => Err(Unfound::Unknown),
        (Some(id), None) => Ok((*id).clone()),
        _ => {
            let mut sets = sets.into_iter();
            match (sets.next(), sets.next()) {
                (Some(id), None) => Ok(id.clone()),
                _ => Err(Unfound::Several(ids.into_iter().cloned().collect())),
            }
        }
    }
}

/// What editors decided, as far as it is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InForce {
    /// Of each event what was decided on it, in the order of time.
    pub of: BTreeMap<EventId, Vec<Decision>>,
    /// Which events are one by an editor's word, and which are no twins.
    pub pairing: Pairing,
    /// Of events that are published under another's id, that id: what is decided on them counts for it.
    pub sets: BTreeMap<EventId, EventId>,
    /// Events that were published under another's id, and are not to be any longer.
    pub parted: BTreeSet<EventId>,
    /// Of each id under which others were published, those of them that something was decided on.
    decided_under: BTreeMap<EventId, BTreeSet<EventId>>,
    /// Decisions that name no event, or several.
    pub unmatched: Vec<(Decision, Unfound)>,
}

impl InForce {
    /// What is in force of decisions that were not taken back, given in any order and from any place: the
    /// same decision of the same time counts once, if it is kept in several places.
    pub fn of(decisions: &[Decision], names: &Names) -> InForce {
        let mut in_force = InForce::default();
        for decision in in_order(decisions.iter().collect()) {
            let found = names.find(&decision.event).and_then(|event| {
                let other = match &decision.action {
                    Action::Merge(other) => Some(names.find(other)?),
                    _ => None,
                };
                Ok((event, other))
            });
            match found {
                Ok((event, other)) => in_force.add(event, other, decision),
                Err(why) => in_force.unmatched.push((decision.clone(), why)),
            }
        }
        for (id, set) in &names.sets {
            let pairing = &in_force.pairing;
            let joined = || pairing.together.iter().any(|(a, b)| a == id || b == id);
            let parted =
                pairing.alone.contains(id) || (names.joined_by_decision.contains(id) && !joined());
            if parted {
                in_force.parted.insert(id.clone());
            } else {
                in_force.sets.insert(id.clone(), set.clone());
            }
        }
        for id in in_force.of.keys() {
            if let Some(set) = in_force.sets.get(id) {
                let under = in_force.decided_under.entry(set.clone()).or_default();
                under.insert(id.clone());
            }
        }
        in_force
    }

    /// The decision by which an action holds for an event already: the same one, and no later one on its matter.
    pub fn standing(&self, event: &EventId, action: &Action) -> Option<&Decision> {
        let decisions = self.of.get(event)?;
        let last = decisions
            .iter()
            .rposition(|known| known.action == *action)?;
        let is_superseded = decisions[last + 1..]
            .iter()
            .any(|later| later.action.supersedes(action));
        (!is_superseded).then(|| &decisions[last])
    }

    fn add(&mut self, event: EventId, other: Option<EventId>, decision: &Decision) {
        let of_event = self.of.entry(event.clone()).or_default();
        // Of one database they are two: hidden, shown and hidden within a second is hidden.
        let is_kept = |decision: &Decision| matches!(decision.origin, Origin::Database(_));
        let is_known = |known: &Decision| {
            known.action == decision.action
                && known.at == decision.at
                && !(is_kept(known) && is_kept(decision))
        };
        if of_event.iter().any(is_known) {
            return;
        }
        of_event.push(decision.clone());
        let pairing = &mut self.pairing;
        match (&decision.action, other) {
            (Action::Merge(_), Some(other)) => {
                self.of
                    .entry(other.clone())
                    .or_default()
                    .push(decision.clone());
                pairing
                    .together
                    .insert((event.clone().min(other.clone()), event.max(other)));
            }
            (Action::Split, _) => {
                pairing.together.retain(|(a, b)| *a != event && *b != event);
                pairing.alone.insert(event);
            }
            _ => {}
        }
    }

    /// What was decided on any of these events, and on those that were last published under the id of one
    /// of them, in the order of time.
    pub fn on<'a>(&'a self, ids: impl Iterator<Item = &'a EventId>) -> Vec<&'a Decision> {
        if self.of.is_empty() {
            return Vec::new();
        }
        let mut decided: BTreeSet<&EventId> = BTreeSet::new();
        for id in ids {
            decided.extend(self.of.get_key_value(id).map(|(id, _)| id));
            decided.extend(self.decided_under.get(id).into_iter().flatten());
        }
        let decisions: Vec<&Decision> = decided
            .into_iter()
            .filter_map(|id| self.of.get(id))
            .flatten()
            .collect();
        let mut decisions = in_order(decisions);
        decisions.dedup();
        decisions
    }
}

/// Decisions in the order in which they were made: those of a database by their numbers, whatever its editors'
/// clocks said, with those that are written in files between them by their times.
fn in_order(mut decisions: Vec<&Decision>) -> Vec<&Decision> {
    let number = |decision: &Decision| match decision.origin {
        Origin::Database(number) => Some(number),
        Origin::File(..) => None,
    };
    decisions.sort_by_key(|decision| number(decision));
    let mut latest = None;
    let mut timed: Vec<(DateTime<Utc>, &Decision)> = decisions
        .into_iter()
        .map(|decision| match number(decision) {
            None => (decision.at, decision),
            Some(_) => {
                // No decision is older than the one before it.
                let at = latest.map_or(decision.at, |latest| decision.at.max(latest));
                latest = Some(at);
                (at, decision)
            }
        })
        .collect();
    timed.sort_by(|(a, one), (b, other)| (a, &one.origin).cmp(&(b, &other.origin)));
    timed.into_iter().map(|(_, decision)| decision).collect()
}
