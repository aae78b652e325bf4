//! What sources say, as it is stored: the listings of each. Their texts are taken apart only where they are needed.
//! Of a source that says it is as it was, they mostly are not.

use super::{CrowdHold, Error, Store, asked, instant, list, rows, text};
use crate::facts::link::Link;
use crate::facts::listing::{Listing, Missing};
use crate::facts::source::SourceId;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;

/// The listings of one source, not taken apart yet.
#[derive(Debug, Default)]
pub struct Unread(Vec<Stored>);

#[derive(Debug)]
struct Stored {
    id: i64,
    body: String,
    predecessor: Option<String>,
    missing: Option<Missing>,
    renewed: Option<NaiveDate>,
    outdated: bool,
    known_since: DateTime<Utc>,
}

impl Unread {
    /// Whether its source's list goes without any of them.
    pub fn any_is_missing(&self) -> bool {
        self.0.iter().any(|stored| stored.missing.is_some())
    }

    /// The listings.
    ///
    /// # Errors
    /// If a row is damaged.
    pub fn read(self) -> Result<Vec<Listing>, Error> {
        let listings = self.0.into_iter().map(|stored| {
            let listing = rows::listing(&stored.body).map_err(|what| Error::Damaged {
                table: "listing",
                row: stored.id.to_string(),
                what,
            })?;
            Ok(Listing {
                predecessor: stored.predecessor,
                missing: stored.missing,
                renewed: stored.renewed,
                outdated: stored.outdated,
                known_since: Some(stored.known_since),
                ..listing
            })
        });
        listings.collect()
    }
}

impl Store {
    /// The listings of every source that stand, by its id: what it says now, or what it said before where it
    /// is held together with others.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn listings(&self) -> Result<BTreeMap<SourceId, Vec<Listing>>, Error> {
        let mut said = self.said()?;
        for (source, hold) in self.crowd_holds()? {
            let standing = self.standing(&source, Some(&hold))?;
            said.insert(source, standing);
        }
        Ok(said)
    }

    /// Of one source what stands: what it says now, or what it said before it was held together with others.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn standing(
        &self,
        source: &SourceId,
        hold: Option<&CrowdHold>,
    ) -> Result<Vec<Listing>, Error> {
        match hold {
            Some(hold) => self.listings_before(source, hold.before),
            None => self.listings_of(source),
        }
    }

    /// What every source says now, by its id: the listings of its list that are not gone, and what the pages of
    /// single events say.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn said(&self) -> Result<BTreeMap<SourceId, Vec<Listing>>, Error> {
        self.listings_where("replaced_at IS NULL AND gone_at IS NULL", [], None)
    }

    /// The current listings of one source.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn listings_of(&self, source: &SourceId) -> Result<Vec<Listing>, Error> {
        let current = "source = ?1 AND replaced_at IS NULL AND gone_at IS NULL";
        let mut found = self.listings_where(current, [&source.0], None)?;
        Ok(found.remove(source).unwrap_or_default())
    }

    /// The current listings of one source under one key: an event or a series, its overrides, and its own page.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn listings_of_key(&self, source: &SourceId, key: &str) -> Result<Vec<Listing>, Error> {
        let current = "source = ?1 AND key = ?2 AND replaced_at IS NULL AND gone_at IS NULL";
        let mut found = self.listings_where(current, [&source.0, key], None)?;
        Ok(found.remove(source).unwrap_or_default())
    }

    /// The entries of all lists that have a platform's id, or lead to a page.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn listed(&self, id: Option<&str>, link: &Link) -> Result<Vec<(SourceId, Listing)>, Error> {
        let current = "part = 'list' AND replaced_at IS NULL AND gone_at IS NULL";
        // However the page's address is spelled there, its longest word is in it.
        let words = link
            .as_str()
            .split(|char: char| !char.is_ascii_alphanumeric());
        let word = words.max_by_key(|word| word.len()).unwrap_or_default();
        let by_id = self.listings_where(&format!("{current} AND key = ?1"), [id], None)?;
        let by_link = self.listings_where(
            &format!("{current} AND body LIKE '%' || ?1 || '%'"),
            [word],
            None,
        )?;
        let leads_there = |listing: &Listing| {
            let own = listing.link.as_deref();
            own.and_then(|url| Link::parse(url).ok()).as_ref() == Some(link)
        };
        let mut found: Vec<(SourceId, Listing)> = Vec::new();
        for (source, listings) in by_id.into_iter().chain(by_link) {
            for listing in listings {
                let is_meant = id == Some(&listing.key) || leads_there(&listing);
                let known = found
                    .iter()
                    .any(|(of, known)| *of == source && *known == listing);
                if is_meant && !known {
                    found.push((source.clone(), listing));
                }
            }
        }
        found.sort_by(|(a, one), (b, other)| (a, &one.key).cmp(&(b, &other.key)));
        Ok(found)
    }

    /// The listings of every source as they were at a time.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn listings_at(
        &self,
        at: DateTime<Utc>,
    ) -> Result<BTreeMap<SourceId, Vec<Listing>>, Error> {
        let then = "first_seen <= ?1 AND (replaced_at IS NULL OR replaced_at > ?1) AND (gone_at IS NULL OR gone_at > ?1)";
        // Times are kept to the second.
        self.listings_where(then, [text(at)], Some(at + TimeDelta::seconds(1)))
    }

    /// What a source says now, as it is stored.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn unread(&self, source: &SourceId) -> Result<Unread, Error> {
        let current = "source = ?1 AND replaced_at IS NULL AND gone_at IS NULL";
        let mut found = self.unread_where(current, [&source.0], None)?;
        Ok(found.remove(source).unwrap_or_default())
    }

    /// Whether a source's list goes without any event that is not gone.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn goes_without(&self, source: &SourceId) -> Result<bool, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM listing WHERE source = ?1 AND part = 'list'
                                AND replaced_at IS NULL AND gone_at IS NULL AND missing_since IS NOT NULL)",
            )?
            .query_row([&source.0], |row| row.get(0))?)
    }

    /// `before` is the time before which it was said; whether it is missing is as it was known then.
    pub(super) fn listings_where(
        &self,
        which: &str,
        values: impl rusqlite::Params,
        before: Option<DateTime<Utc>>,
    ) -> Result<BTreeMap<SourceId, Vec<Listing>>, Error> {
        let unread = self.unread_where(which, values, before)?.into_iter();
        unread
            .map(|(source, unread)| Ok((source, unread.read()?)))
            .collect()
    }

    fn unread_where(
        &self,
        which: &str,
        values: impl rusqlite::Params,
        before: Option<DateTime<Utc>>,
    ) -> Result<BTreeMap<SourceId, Unread>, Error> {
        // Left to itself SQLite takes `listing_times` for both questions within, and reads all of a source's listings
        // for each of them: 20,000 events took 19 s.
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT source, id, body, predecessor, key, missing_since, renewed,
                    part = 'list' AND EXISTS (
                        SELECT 1 FROM listing page INDEXED BY listing_versions
                        JOIN source known ON known.id = page.source
                        WHERE page.source = listing.source AND page.key = listing.key AND page.part = 'page'
                          AND page.replaced_at IS NULL AND page.gone_at IS NULL AND page.first_seen > known.last_good),
                    (SELECT min(first_seen) FROM listing version INDEXED BY listing_versions
                     WHERE version.source = listing.source AND version.key = listing.key
                       AND version.instance = listing.instance AND version.part = listing.part)
             FROM listing WHERE {which} ORDER BY source, part, key, instance"
        ))?;
        let mut listings: BTreeMap<SourceId, Unread> = BTreeMap::new();
        let mut found = query.query(values)?;
        while let Some(row) = found.next()? {
            let (source, id): (String, i64) = (row.get(0)?, row.get(1)?);
            let key: String = row.get(4)?;
            let since = row.get(5)?;
            let missing = asked::missing(&self.connection, (&source, &key), id, since, before)?;
            let stored = Stored {
                id,
                body: row.get(2)?,
                predecessor: row.get(3)?,
                missing,
                renewed: list::renewed(id, row.get(6)?)?,
                outdated: row.get(7)?,
                known_since: instant("listing", &key, &row.get::<_, String>(8)?)?,
            };
            listings.entry(SourceId(source)).or_default().0.push(stored);
        }
        Ok(listings)
    }
}
