//! What people wrote into a draft, as listings of the newsletter itself. What they took out is gone at
//! once: no one has to be asked whether it was meant.

use super::{Error, Store, damaged, rekeyed, rows, text};
use crate::facts::listing::Listing;
use crate::facts::source::NEWSLETTER;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, TransactionBehavior, params};

impl Store {
    /// Keeps what stands in a draft by hand, and lets go of what no longer does, by its key; answers whether
    /// anything changed. What other drafts hold stays.
    ///
    /// # Errors
    /// If the database cannot be read or written; then nothing is.
    pub fn keep_by_hand(
        &mut self,
        there: &[Listing],
        gone: &[String],
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut changed = false;
        for listing in there {
            let body = rows::listing_body(listing);
            rekeyed::under_its_new_key(&transaction, NEWSLETTER, listing)?;
            let current: Option<(i64, String)> = transaction
                .prepare_cached(
                    "SELECT id, body FROM listing WHERE source = ?1 AND key = ?2 AND part = 'list'
                     AND replaced_at IS NULL",
                )?
                .query_row(params![NEWSLETTER, listing.key], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            if let Some((id, before)) = current {
                let before = rows::listing(&before).map_err(|what| damaged(id, what))?;
                let still = transaction
                    .prepare_cached(
                        "UPDATE listing SET last_seen = ?2 WHERE id = ?1 AND gone_at IS NULL AND ?3",
                    )?
                    .execute(params![id, text(now), before.says_the_same(listing)])?;
                if still > 0 {
                    continue;
                }
                transaction
                    .prepare_cached("UPDATE listing SET replaced_at = ?2 WHERE id = ?1")?
                    .execute(params![id, text(now)])?;
            }
            changed = true;
            transaction
                .prepare_cached(
                    "INSERT INTO listing (source, key, instance, part, way, body, mark, first_seen, last_seen)
                     VALUES (?1, ?2, '', 'list', ?3, ?4, '', ?5, ?5)",
                )?
                .execute(params![NEWSLETTER, listing.key, listing.way.name(), body, text(now)])?;
        }
        for key in gone {
            let let_go = transaction
                .prepare_cached(
                    "UPDATE listing SET gone_at = ?3 WHERE source = ?1 AND key = ?2
                     AND replaced_at IS NULL AND gone_at IS NULL",
                )?
                .execute(params![NEWSLETTER, key, text(now)])?;
            changed |= let_go > 0;
        }
        transaction.commit()?;
        Ok(changed)
    }
}
