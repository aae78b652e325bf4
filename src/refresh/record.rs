//! A visit → what it changes, in one transaction; and a reading that a human believes.

use crate::believe::absence::settle::{Changes, Heard, settle};
use crate::facts::source::SourceId;
use crate::facts::topic::Topic;
use crate::store::{self, Accepted, Held, Recorded, Store, Visit};
use chrono::{DateTime, Utc};

/// Records a visit: what it changes is settled against what is stored, and written in one transaction.
///
/// # Errors
/// If the database cannot be read or written; then nothing of the visit is stored.
pub fn record(
    store: &mut Store,
    visit: &Visit,
    topic: &Topic,
    now: DateTime<Utc>,
) -> Result<Recorded, store::Error> {
    if let Some(read) = visit.read() {
        store.rekey(&visit.source, read.listings)?;
    }
    let held = match visit.way() {
        Some(way) => store.held(&visit.source)?.filter(|held| held.way == way),
        None => None,
    };
    let changes = settled(store, (visit, topic), held, false, now)?;
    store.apply(visit, &changes, now)
}

/// Believes what a source says and is held, whether alone or together with others: a human has looked. What it does
/// not name is gone at once. `None` if nothing of it is held.
///
/// # Errors
/// If the database cannot be read or written; then nothing is changed.
pub fn accept(
    store: &mut Store,
    source: &SourceId,
    topic: &Topic,
    now: DateTime<Utc>,
) -> Result<Option<Accepted>, store::Error> {
    let Some((held, visit)) = store.held_reading(source)? else {
        return store.accept(source, None, topic, now);
    };
    let changes = settled(store, (&visit, topic), Some(held), true, now)?;
    store.accept(source, Some((&held, &visit, &changes)), topic, now)
}

fn settled<'a>(
    store: &Store,
    (visit, topic): (&'a Visit, &Topic),
    held: Option<Held>,
    accepted: bool,
    now: DateTime<Utc>,
) -> Result<Changes<'a>, store::Error> {
    let Some(way) = visit.way() else {
        return Ok(Changes::default());
    };
    let read = visit.read();
    // What is as it was says something only of what it goes without.
    if read.is_none() && visit.answers.is_empty() && !store.goes_without(&visit.source)? {
        return Ok(Changes::default());
    }
    let listings = read.iter().flat_map(|read| read.listings);
    let named = listings.map(|listing| listing.key.as_str()).collect();
    let stored = store.stored(&visit.source, &named, now)?;
    let heard = Heard {
        way,
        topic,
        read,
        answers: &visit.page_answers(),
        held: held.map(|held| (held.since, held.doubt.kind)),
        accepted,
        held_with_others: !accepted && store.is_held_with_others(&visit.source)?,
    };
    Ok(settle(stored, heard, now))
}
