//! Events that an editor keeps although no source lists them any more.

use super::{Evidence, Published};
use crate::believe::decisions::InForce;
use crate::believe::deduplicate::Identities;
use crate::facts::decision::{Action, Decision};
use crate::facts::event::{Event, EventId, Flag, Status};
use crate::facts::source::SourceId;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a decision says that an event takes place, and was made when its source went without it. An older word says
/// nothing of that.
pub(super) fn outweighs_absence(decision: &Decision, unlisted: Option<DateTime<Utc>>) -> bool {
    decision.action == Action::Show && unlisted.is_some_and(|since| decision.at >= since)
}

/// Events still to come that no source lists, and of which an editor has said since then that they take place: as they
/// were published last. They are compared with what is listed, so a copy that another source lists later is not printed
/// beside them.
pub fn kept(
    listed: &[Event],
    published: &BTreeMap<EventId, Published>,
    configured: &BTreeSet<SourceId>,
    identities: &Identities,
    in_force: &InForce,
    now: DateTime<Utc>,
) -> Vec<Event> {
    if in_force.of.is_empty() {
        return Vec::new();
    }
    let own = listed.iter().map(|event| identities.of(event).0);
    let known: BTreeSet<EventId> = own
        .flat_map(|id| [identities.sets.get(&id).cloned(), Some(id)])
        .flatten()
        .collect();
    let is_kept = |event: &&Published| {
        let decisions = in_force.on([&event.id].into_iter());
        let since = event.unlisted_since();
        decisions
            .iter()
            .any(|decision| outweighs_absence(decision, since))
    };
    let missing = published.values();
    let missing = missing.filter(|event| event.when.over() >= now && !known.contains(&event.id));
    missing
        .filter(is_kept)
        .filter_map(|event| {
            let mut evidence = event.evidence.iter();
            let best = evidence.find(|evidence| configured.contains(&evidence.source))?;
            Some(as_it_was(event, best))
        })
        .collect()
}

/// What its sources said last. What editors corrected is none of that: they may take it back.
fn as_it_was(event: &Published, best: &Evidence) -> Event {
    let unlisted = event.unlisted_since();
    let event = event.uncorrected.as_deref().unwrap_or(event);
    let mut links = event.links.iter();
    let flags = event.flags.iter().copied();
    let mut flags: Vec<Flag> = flags
        .filter(|flag| *flag != Flag::DecisionConflict)
        .chain([Flag::Unlisted])
        .collect();
    flags.sort_unstable();
    flags.dedup();
    Event {
        keys: vec![best.key.clone()],
        listing: best.listing.clone(),
        source: best.source.clone(),
        ways: best.ways.clone(),
        line: 0,
        title: event.title.clone(),
        when: event.when,
        mode: event.mode,
        mode_is_forced: false,
        place: event.place.clone(),
        place_is_forced: false,
        venue: event.venue.clone(),
        online_url: event.online_url.clone(),
        organisers: event.organisers.clone(),
        link: links.next().map(|link| link.url.clone()),
        further_links: links
            .map(|link| (link.title.clone(), link.url.clone()))
            .collect(),
        mentions: Vec::new(),
        status: Status::Confirmed,
        unlisted,
        call: event.call.clone(),
        print_from: event.print_from,
        description: event.description.clone(),
        flags,
        choices: event.choices.clone(),
    }
}
