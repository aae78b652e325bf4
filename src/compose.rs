//! The walks out: what is published → the section that is asked for; and with a draft, the draft brought
//! up to date.

use crate::believe::curate::Floors;
use crate::believe::normalise::Groups;
use crate::believe::{self, Grounds};
use crate::facts::decision::Decision;
use crate::facts::event::EventId;
use crate::facts::source::Source;
use crate::section::select::{self, Section, Selection, Style};
use crate::store::{self, Store};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

mod calls;
mod difference;
mod draft;

pub use calls::{UpdatedCalls, calls, keep_calls, update_calls};
pub use difference::{Difference, difference};
pub use draft::{Against, Given, Updated, keep, path_of, update, with_event};

/// The section of a selection, from the database.
///
/// # Errors
/// If the database cannot be read.
pub fn section(
    store: &Store,
    selection: &Selection,
    style: &Style,
) -> Result<Section, store::Error> {
    let mut events = store.published_for(selection.window)?;
    let mut suspicions = store.suspicions()?;
    // A doubt names the other event, on whatever day that is.
    let ids: BTreeSet<EventId> = events.iter().map(|event| event.id.clone()).collect();
    suspicions.retain(|pair| ids.contains(&pair.one) || ids.contains(&pair.other));
    let others = suspicions.iter().flat_map(|pair| [&pair.one, &pair.other]);
    let others: BTreeSet<&EventId> = others.filter(|id| !ids.contains(id)).collect();
    for id in others {
        events.extend(store.event(id)?);
    }
    Ok(select::select(events.iter(), &suspicions, selection, style))
}

/// The section of a selection as it would have been at a time: what was said and decided by then, under
/// today's program, sources, groups and written decisions.
///
/// # Errors
/// If the database cannot be read.
pub fn section_as_of(
    at: DateTime<Utc>,
    configured: (&[Source], &Groups, &[Decision]),
    store: &Store,
    selection: &Selection,
    style: &Style,
) -> Result<Section, store::Error> {
    let (sources, groups, written) = configured;
    let mut said = store.listings_at(at)?;
    let taken = believe::taken(sources, groups, at, |source| {
        Ok::<_, store::Error>(said.remove(source).unwrap_or_default())
    })?;
    let published = store.published()?;
    let beliefs = believe::believe(Grounds {
        sources,
        forgotten: None,
        groups,
        taken,
        identities: store.identities()?,
        links: store.links()?,
        decisions: &store.decisions_at(written, at)?,
        published: &BTreeMap::new(),
        may_be_kept: &published,
        floors: Floors::default(),
        now: at,
    });
    // When each was first published is no matter of belief.
    let mut events = beliefs.revision.write;
    for event in &mut events {
        if let Some(known) = published.get(&event.id) {
            event.created = known.created;
        }
    }
    Ok(select::select(
        events.iter(),
        &beliefs.suspicions,
        selection,
        style,
    ))
}
