//! Everything that is stored → what is published.

use super::report::Believed;
use super::{Orders, crowd, usual};
use crate::believe::directory::Directory;
use crate::believe::{self, Grounds};
use crate::facts::source::SourceId;
use crate::store::{self, Store};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Believes everything that is stored, and publishes it.
///
/// # Errors
/// If the database cannot be read or written.
pub fn believe(orders: &Orders<'_>, store: &mut Store) -> Result<Believed, store::Error> {
    believe_without(None, orders, store)
}

/// Forgets a source that is no longer configured, and believes what is left: its events that are still
/// to come are withdrawn, unless another source tells of them.
///
/// # Errors
/// If the database cannot be read or written.
pub fn forget(
    forgotten: &SourceId,
    orders: &Orders<'_>,
    store: &mut Store,
) -> Result<Believed, store::Error> {
    store.forget(forgotten, orders.now)?;
    believe_without(Some(forgotten), orders, store)
}

fn believe_without(
    forgotten: Option<&SourceId>,
    orders: &Orders<'_>,
    store: &mut Store,
) -> Result<Believed, store::Error> {
    // Decisions are read once the lock is held: one that was recorded before takes effect. What the sources say
    // may be a moment older: a visit that is recorded meanwhile is believed at its refresh's end.
    let lock = store.lock_believing()?;
    let rest = digest(orders);
    let changes = store.changes()?;
    if forgotten.is_none()
        && let Some(last) = store.believed_from(&rest, orders.now)?
        && !crowd::is_any_held(store)?
    {
        return Ok(Believed {
            events: last.events,
            twins: last.twins,
            problems: last.problems,
            rejected: store.rejected()?,
            ..Believed::default()
        });
    }
    let groups = usual::groups(orders, store)?;
    let alarms = crowd::judge(orders, store)?;
    let (beliefs, published) = store.at_one_moment(|store| {
        let decisions = store.decisions_in_force(orders.decisions)?;
        let holds = store.crowd_holds()?;
        let taken = believe::taken(orders.sources, &groups, orders.now, |source| {
            store.standing(source, holds.get(source))
        })?;
        let published = store.published()?;
        let beliefs = believe::believe(Grounds {
            sources: orders.sources,
            forgotten,
            groups: &groups,
            taken,
            identities: store.identities()?,
            // Only decisions ask for events by their pages.
            links: match decisions.is_empty() {
                true => BTreeMap::new(),
                false => store.links()?,
            },
            decisions: &decisions,
            published: &published,
            may_be_kept: &published,
            floors: store.floors()?,
            now: orders.now,
        });
        Ok((beliefs, published))
    })?;
    store.publish(&beliefs, orders.now)?;
    let events = published.values().chain(&beliefs.revision.write);
    let directory = Directory::new(store.groups_known()?, &groups, events);
    store.keep_groups(&directory, orders.now)?;
    if forgotten.is_none() {
        let rest = &rest;
        store.note_believed(&beliefs, store::Grounds { changes, rest }, orders.now)?;
    }
    drop(lock);
    Ok(Believed {
        events: beliefs.events,
        twins: beliefs.twins.len(),
        new: beliefs.revision.new,
        changed: beliefs.revision.changed,
        withdrawn: beliefs.revision.withdrawn,
        rejected: beliefs.rejected,
        problems: beliefs.problems,
        unmatched: beliefs.in_force.unmatched,
        alarms,
    })
}

/// A digest of all that is believed from and is not stored: the configuration, the program, and the day, with
/// which the days move for which events are believed. Within a day nothing depends on the hour alone: an event that
/// has ended stays as it is.
fn digest(orders: &Orders<'_>) -> String {
    struct Hashing(Sha256);
    impl std::fmt::Write for Hashing {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.update(text.as_bytes());
            Ok(())
        }
    }
    let mut hashing = Hashing(Sha256::new());
    // Writing into a hash does not fail.
    let _ = write!(
        hashing,
        "{:?}{:?}{:?}{:?}{:?}",
        store::program(),
        believe::window(orders.now),
        orders.sources,
        orders.groups,
        orders.decisions
    );
    let digest = hashing.0.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
