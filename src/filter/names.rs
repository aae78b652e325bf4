//! What a filter may name, of all events and of the configuration: for who holds no snapshot of a server.

use super::{Filter, Known, Wrong};
use crate::believe::curate::Published;
use crate::believe::directory::{Directory, GroupId, Named};
use crate::believe::normalise::Groups;
use crate::facts::link::Link;
use crate::facts::place::CityName;
use crate::facts::source::Source;
use std::collections::{BTreeMap, BTreeSet};

/// The names of cities, groups and sources.
#[derive(Debug)]
pub struct Names<'a> {
    cities: BTreeSet<String>,
    directory: Directory,
    sources: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    /// Those of what is kept of groups, of the configuration, and of all events.
    pub fn of(
        kept: (BTreeMap<String, Named>, BTreeMap<Link, GroupId>),
        groups: &Groups,
        sources: &'a [Source],
        events: &[&'a Published],
    ) -> Names<'a> {
        let places = events.iter().filter_map(|event| event.place.as_ref());
        let cities: BTreeSet<&str> = places.filter_map(|place| place.city()).collect();
        let evidence = events.iter().flat_map(|event| &event.evidence);
        let seen = evidence.map(|seen| &*seen.source.0);
        Names {
            cities: (cities.into_iter())
                .map(|city| CityName::parse(city).key().to_owned())
                .collect(),
            directory: Directory::new(kept, groups, events.iter().copied()),
            sources: seen
                .chain(sources.iter().map(|source| &*source.id.0))
                .collect(),
        }
    }

    /// The filter of these pairs.
    ///
    /// # Errors
    /// As for [`Filter::parse`] and [`Filter::settled`].
    pub fn filter(&self, pairs: &[(String, String)]) -> Result<Filter, Wrong> {
        let pairs = pairs.iter().map(|(key, value)| (&**key, &**value));
        Filter::parse(pairs)?.settled(&Known {
            cities: self.cities.iter().map(String::as_str).collect(),
            directory: &self.directory,
            sources: self.sources.clone(),
        })
    }
}
