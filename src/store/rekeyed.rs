//! Listings that their reader has come to name by another key: what is stored under the old one goes on under
//! the new, and its identity with it.
//!
//! The rows of a printed section were known by link and day, and an event that moved became another. Those
//! with a link that names one event alone are known without the day since.

use super::{Error, Store, damaged, rows};
use crate::facts::listing::Listing;
use crate::facts::source::SourceId;
use rusqlite::{Transaction, TransactionBehavior, params};

impl Store {
    /// Gives what is stored of a source's listings their new keys, where it is still known by those before. Comes
    /// before a visit is settled: which keys a source has is what it is settled by.
    ///
    /// # Errors
    /// If the database cannot be read or written; then nothing is changed.
    pub fn rekey(&mut self, source: &SourceId, listings: &[Listing]) -> Result<(), Error> {
        if listings.iter().all(|listing| listing.predecessor.is_none()) {
            return Ok(());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for listing in listings {
            under_its_new_key(&transaction, &source.0, listing)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

/// Gives what is stored of a listing its new key, if it is still known by the one before.
///
/// The one of the same day, else the only one of another day: the event may have moved at the same time.
pub(super) fn under_its_new_key(
    transaction: &Transaction<'_>,
    source: &str,
    listing: &Listing,
) -> Result<(), Error> {
    let Some(before) = &listing.predecessor else {
        return Ok(());
    };
    let Some((link, _)) = before.rsplit_once(' ') else {
        return Ok(());
    };
    let is_known: bool = transaction
        .prepare_cached(
            "SELECT count(*) > 0 FROM listing WHERE source = ?1 AND key = ?2 AND part = 'list'",
        )?
        .query_row(params![source, listing.key], |row| row.get(0))?;
    if is_known {
        return Ok(());
    }
    // From the link with a space behind it to the next character: the days of the link.
    let mut query = transaction.prepare_cached(
        "SELECT id, key, body FROM listing
         WHERE source = ?1 AND key > ?2 || ' ' AND key < ?2 || '!' AND instance = '' AND part = 'list'
           AND replaced_at IS NULL AND gone_at IS NULL",
    )?;
    let found = query
        .query_map(params![source, link], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<Vec<(i64, String, String)>, _>>()?;
    let same = found.iter().find(|(_, key, _)| key == before);
    let Some((id, key, body)) = same.or(match &found[..] {
        [only] => Some(only),
        _ => None,
    }) else {
        return Ok(());
    };
    let mut stored = rows::listing(body).map_err(|what| damaged(*id, what))?;
    stored.key.clone_from(&listing.key);
    transaction.execute(
        "UPDATE listing SET key = ?2, body = ?3, predecessor = ?4 WHERE id = ?1",
        params![id, listing.key, rows::listing_body(&stored), key],
    )?;
    Ok(())
}
