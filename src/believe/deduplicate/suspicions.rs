//! Pairs that look like one event and are not held to be: for a human to say.

use super::Twins;
use crate::believe::same::candidates;
use crate::believe::same::evidence::Pair;
use crate::believe::same::table::Verdict;
use crate::believe::same::traits::Traits;
use crate::believe::same::{Question, decide};
use crate::facts::event::EventId;
use crate::facts::topic::Topic;

/// Two events that may be one and are not held to be: for a human to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suspicion {
    /// The set of the one, …
    pub one: EventId,
    /// … and of the other; the larger id.
    pub other: EventId,
    /// What speaks for it and what against.
    pub why: String,
}

/// The pairs of sets that look like one event and share no evidence, or differ in a fact that one event
/// has only once: reported, never merged.
///
/// Events that a source lists side by side are two; of those only one that it no longer lists is suspect.
pub fn suspicions(twins: &[Twins], topic: &Topic) -> Vec<Suspicion> {
    let sets: Vec<Vec<Traits>> = twins.iter().map(|set| compared(set, topic)).collect();
    let mut found = Vec::new();
    for (a, b) in candidates::of_suspicion(&sets) {
        if let Some(why) = suspected(&sets[a], &sets[b]) {
            let (one, other) = (&twins[a].id, &twins[b].id);
            found.push(Suspicion {
                one: one.min(other).clone(),
                other: one.max(other).clone(),
                why,
            });
        }
    }
    found.sort_unstable();
    found
}

/// What is compared of a set: each of its members, the best source first.
fn compared<'a>(set: &'a Twins, topic: &Topic) -> Vec<Traits<'a>> {
    let events = set.members.iter().map(|(_, event)| event);
    events.map(|event| Traits::of_event(event, topic)).collect()
}

/// Why two sets may be one event, if they look it.
fn suspected(one: &[Traits<'_>], other: &[Traits<'_>]) -> Option<String> {
    let (question, a, b) = match candidates::of_one_source(one, other) {
        Some((ours, theirs)) => (Question::OneUnlisted, ours, theirs),
        None => (Question::Suspicion, one.first()?, other.first()?),
    };
    let pair = Pair::of(a, b);
    let (_, Verdict::Ask(why)) = decide(question, &pair)? else {
        return None;
    };
    let (days, minutes) = pair.distance();
    let why = why.replace("{days}", &days.to_string());
    Some(why.replace("{minutes}", &minutes.to_string()))
}
