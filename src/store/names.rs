//! Of the names under which events are known, those that a question asks for: looked up, not read whole.

use super::{Error, Store};
use crate::believe::decisions::Names;
use crate::believe::deduplicate::Rule;
use crate::facts::decision::EventName;
use crate::facts::event::{EventId, Key};
use crate::facts::link::{Link, Meaning};
use rusqlite::OptionalExtension;

/// Ids that one beginning of an id is taken for at most.
const MOST_OF_A_PREFIX: u32 = 1_000;

impl Store {
    /// As much of all [`Names`] as finding these names needs.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn names_for<'a>(
        &self,
        asked: impl IntoIterator<Item = &'a EventName>,
    ) -> Result<Names, Error> {
        let mut names = Names::default();
        for name in asked {
            match name {
                EventName::Id(id) => {
                    if !self.keys_of(id)?.is_empty() {
                        self.add(&mut names, id.clone())?;
                    }
                }
                EventName::Link(link) => self.add_link(&mut names, link)?,
            }
        }
        Ok(names)
    }

    /// As much of all [`Names`] as finding an event by the first digits of its id needs.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn names_beginning(&self, prefix: &str) -> Result<Names, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT DISTINCT event FROM identity WHERE event >= ?1 AND event < ?1 || 'g' ORDER BY event LIMIT ?2",
        )?;
        let found = query.query_map((prefix, MOST_OF_A_PREFIX), |row| row.get(0))?;
        let mut names = Names::default();
        for id in found {
            self.add(&mut names, EventId::stored(id?))?;
        }
        Ok(names)
    }

    /// The keys of an event.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn keys_of(&self, event: &EventId) -> Result<Vec<Key>, Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT key FROM identity WHERE event = ?1 ORDER BY key")?;
        let found = query.query_map([event.as_str()], |row| Ok(Key::stored(row.get(0)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Every page under which an event was ever seen.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn links_of(&self, event: &EventId) -> Result<Vec<Link>, Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT url FROM link WHERE event = ?1 ORDER BY url")?;
        let mut links = Vec::new();
        for url in query.query_map([event.as_str()], |row| row.get::<_, String>(0))? {
            let url = url?;
            links.push(Link::stored(&url).map_err(|error| Error::Damaged {
                table: "link",
                row: url,
                what: error.to_string(),
            })?);
        }
        Ok(links)
    }

    /// The events that are published under an event's id, each with the rule that joined it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn joined_to(&self, event: &EventId) -> Result<Vec<(EventId, Option<String>)>, Error> {
        let mut query = self.connection.prepare_cached(
            "SELECT event, rule FROM twin WHERE twins = ?1 AND event <> ?1 ORDER BY event",
        )?;
        let found = query.query_map([event.as_str()], |row| {
            Ok((EventId::stored(row.get(0)?), row.get(1)?))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    fn add_link(&self, names: &mut Names, link: &Link) -> Result<(), Error> {
        if let Meaning::Event { scope, id } = link.meaning() {
            let key = Key::new(scope, &id, None);
            let mut query = self
                .connection
                .prepare_cached("SELECT event FROM identity WHERE key = ?1")?;
            let found: Option<String> = query
                .query_row([key.as_str()], |row| row.get(0))
                .optional()?;
            if let Some(id) = found.map(EventId::stored) {
                names.keys.insert(key, id.clone());
                self.add(names, id)?;
            }
        }
        let mut query = self
            .connection
            .prepare_cached("SELECT event FROM link WHERE url = ?1")?;
        let found = query.query_map([link.as_str()], |row| row.get(0))?;
        for id in found {
            let id = EventId::stored(id?);
            let of_link = names.links.entry(link.clone()).or_default();
            of_link.insert(id.clone());
            self.add(names, id)?;
        }
        Ok(())
    }

    /// An id, and the one under which it is published.
    fn add(&self, names: &mut Names, id: EventId) -> Result<(), Error> {
        let mut query = self
            .connection
            .prepare_cached("SELECT twins, rule FROM twin WHERE event = ?1 AND event <> twins")?;
        let set: Option<(String, Option<String>)> = query
            .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((set, rule)) = set {
            if rule.as_deref() == Some(Rule::DecidedTogether.name()) {
                names.joined_by_decision.insert(id.clone());
            }
            names.sets.insert(id.clone(), EventId::stored(set));
        }
        names.ids.insert(id);
        Ok(())
    }
}
