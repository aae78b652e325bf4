//! Everything that is stored → what is published.

use super::report::Believed;
use super::{Orders, crowd};
use crate::believe::{self, Grounds};
use crate::facts::source::SourceId;
use crate::store::{self, Store};

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
    // Decisions are read once the lock is held: whoever recorded one before sees it believed. What the sources say
    // may be a moment older: a visit that is recorded meanwhile is believed at its refresh's end.
    let lock = store.lock_believing()?;
    let said = store.said()?;
    let (alarms, said) = crowd::judge(orders, said, store)?;
    let beliefs = store.at_one_moment(|store| {
        Ok(believe::believe(Grounds {
            sources: orders.sources,
            forgotten,
            groups: orders.groups,
            listings: &store.standing(said)?,
            identities: store.identities()?,
            links: store.links()?,
            decisions: &store.decisions_in_force(orders.decisions)?,
            published: &store.published()?,
            floors: store.floors()?,
            now: orders.now,
        }))
    })?;
    store.publish(&beliefs, orders.now)?;
    drop(lock);
    Ok(Believed {
        events: beliefs.events,
        twins: beliefs.twins.len(),
        new: beliefs.revision.new,
        changed: beliefs.revision.changed,
        withdrawn: beliefs.revision.withdrawn,
        rejected: beliefs.rejected,
        problems: beliefs.problems,
        unmatched: beliefs.rulings.unmatched,
        alarms,
    })
}
