//! Copies that have not heard yet.

use super::{Identities, Rule, alike, pages};
use crate::facts::event::{Event, EventId};
use crate::facts::link::Meaning;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Copies whose original nobody tells of any more, each with whoever was one with it: a group that goes over to
/// another platform, or whose platform gives the event another number, takes its page away, and who copied that has
/// not heard yet, of no new hour either.
pub(super) fn left_behind(
    events: &[Event],
    ids: &[(EventId, Option<DateTime<Utc>>)],
    identities: &Identities,
) -> Vec<(Rule, usize, usize)> {
    let mut of_set: BTreeMap<&EventId, Vec<usize>> = BTreeMap::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for (index, event) in events.iter().enumerate() {
        let id = &ids[index].0;
        let set = identities.sets.get(id).unwrap_or(id);
        of_set.entry(set).or_default().push(index);
        let pages = pages(event).into_iter().map(|(page, _)| page);
        told.extend(pages.filter(|page| is_on_its_platform(page, event)));
    }
    let is_left = |event: &Event| {
        let links = event.link.iter().chain(&event.mentions);
        let mut pages = links.filter_map(|link| match link.meaning() {
            Meaning::Event { scope, id } => Some(format!("{scope}:{id}")),
            _ => None,
        });
        pages.any(|page| !is_on_its_platform(&page, event) && !told.contains(&page))
    };
    let mut found = Vec::new();
    for same in of_set.values().filter(|same| same.len() > 1) {
        for (place, &a) in same.iter().enumerate() {
            for &b in &same[place + 1..] {
                let (one, other) = (&events[a], &events[b]);
                if identities.were_one(&ids[a].0, &ids[b].0)
                    && alike::moved(one, other)
                    && (is_left(one) || is_left(other))
                {
                    found.push((Rule::LinksToTheOther, a, b));
                }
            }
        }
    }
    found
}

/// Whether an event's page, as `scope:id`, stands on the platform whose names the event has: then it is no other's.
fn is_on_its_platform(page: &str, event: &Event) -> bool {
    let scope = page.split_once(':').map(|(scope, _)| scope);
    event.keys.iter().any(|key| {
        let of_key = key.as_str().split_once(':').map(|(scope, _)| scope);
        scope.is_some() && of_key == scope
    })
}
