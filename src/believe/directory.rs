//! Which names and pages are one group, and the name of each group in addresses: an id that never changes.
//!
//! A group's id is made from the first name that it was known by. Every later name has an id of its own, made in the
//! same way, which leads to that one. So an address that was given out once leads to its group after the group is
//! renamed, moves to another platform, or turns out to be one with another.

use super::curate::Published;
use super::normalise::Groups;
use crate::facts::event::folded;
use crate::facts::link::Link;
use crate::facts::source::Organiser;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

/// Hexadecimal digits of a group's id. Of 40 bits, ten thousand groups share one with a chance of 1 in 20,000.
const DIGITS: usize = 10;
/// Characters of a name in an address.
const LONGEST_SLUG: usize = 100;

/// The id of a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(String);

impl GroupId {
    /// The id of a group that is first known by a name.
    pub fn of_name(name: &str) -> GroupId {
        GroupId::of_key(&folded(name))
    }

    fn of_key(key: &str) -> GroupId {
        let digest = Sha256::digest(format!("organiser:{key}").as_bytes());
        let digits = digest.iter().take(DIGITS / 2);
        GroupId(digits.map(|byte| format!("{byte:02x}")).collect())
    }

    /// An id read back from the database.
    pub fn stored(text: String) -> GroupId {
        GroupId(text)
    }

    /// The id with which a name in an address begins.
    fn beginning(text: &str) -> Option<GroupId> {
        let (id, rest) = text.split_at_checked(DIGITS)?;
        let is_id = id
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        (is_id && (rest.is_empty() || rest.starts_with('-'))).then(|| GroupId(id.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A name as words in an address: `rust-berlin`. Never empty.
pub fn slug(name: &str) -> String {
    let folded = folded(name).replace('#', " sharp ").replace('+', " plus ");
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return "-".to_owned();
    }
    words.join("-").chars().take(LONGEST_SLUG).collect()
}

/// The name in addresses of the group with a name: its id, and the name for people.
pub fn address(name: &str) -> String {
    with_words(&GroupId::of_name(name), name)
}

fn with_words(id: &GroupId, name: &str) -> String {
    match slug(name).as_str() {
        "-" => id.to_string(),
        words => format!("{id}-{words}"),
    }
}

/// A name under which a group was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As it was printed.
    pub shown: String,
    /// The group.
    pub group: GroupId,
}

/// The names, folded, and the pages of all groups that were ever known.
pub type KnownGroups = (BTreeMap<String, Named>, BTreeMap<Link, GroupId>);

/// The names and pages of all groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// By folded name.
    names: BTreeMap<String, Named>,
    pages: BTreeMap<Link, GroupId>,
    /// The present name of each group: the configured one, else that of its latest event.
    present: BTreeMap<GroupId, (DateTime<Utc>, String)>,
    /// By the id that each name has of its own.
    by_id: BTreeMap<GroupId, GroupId>,
    /// By words in an address, those of the present names first.
    by_slug: BTreeMap<String, GroupId>,
}

impl Directory {
    /// What is kept of earlier names and pages, then the configuration, then the events.
    pub fn new<'a>(
        (names, pages): KnownGroups,
        groups: &Groups,
        events: impl Iterator<Item = &'a Published>,
    ) -> Directory {
        let mut directory = Directory {
            names,
            pages,
            ..Directory::default()
        };
        directory.add_configured(groups);
        directory.add_held(events);
        directory.index();
        directory
    }

    fn add_configured(&mut self, groups: &Groups) {
        let mut organisers: Vec<&Organiser> = Vec::new();
        let mut seen = BTreeSet::new();
        let all = groups.names().map(|(_, organiser)| organiser);
        for organiser in all.chain(groups.links().map(|(_, organiser)| organiser)) {
            if seen.insert(folded(&organiser.name)) {
                organisers.push(organiser);
            }
        }
        // Those that are known by their names keep their groups, before others find theirs by a page.
        organisers.sort_by_key(|organiser| {
            let key = folded(&organiser.name);
            match self.names.get(&key) {
                Some(known) if known.group == GroupId::of_key(&key) => 0,
                Some(_) => 1,
                None => 2,
            }
        });
        let mut names: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (name, organiser) in groups.names() {
            names.entry(folded(&organiser.name)).or_default().push(name);
        }
        let mut pages: BTreeMap<String, Vec<&Link>> = BTreeMap::new();
        for (page, organiser) in groups.links() {
            pages.entry(folded(&organiser.name)).or_default().push(page);
        }
        let mut claimed: HashSet<GroupId> = HashSet::new();
        for organiser in organisers {
            let key = folded(&organiser.name);
            let others = names.get(&key).map_or(&[][..], Vec::as_slice);
            let pages = pages.get(&key).map_or(&[][..], Vec::as_slice);
            let by_name = |name: &str| self.names.get(name).map(|known| known.group.clone());
            let by_page = || pages.iter().find_map(|page| self.pages.get(*page).cloned());
            let known = by_name(&key)
                .or_else(by_page)
                .or_else(|| others.iter().find_map(|name| by_name(name)))
                .filter(|group| !claimed.contains(group));
            let group = known.unwrap_or_else(|| GroupId::of_key(&key));
            claimed.insert(group.clone());
            self.name(&key, &organiser.name, &group);
            for name in others.iter().filter(|name| **name != key) {
                self.name(name, name, &group);
            }
            for page in pages {
                self.pages.insert((*page).clone(), group.clone());
            }
            let present = (DateTime::<Utc>::MAX_UTC, organiser.name.clone());
            self.present.insert(group, present);
        }
    }

    /// A folded name is one of a group; if it was one of another, all of that group's are.
    fn name(&mut self, key: &str, shown: &str, group: &GroupId) {
        let named = Named {
            shown: shown.to_owned(),
            group: group.clone(),
        };
        let before = self.names.insert(key.to_owned(), named);
        let Some(other) = before
            .map(|named| named.group)
            .filter(|other| other != group)
        else {
            return;
        };
        // It led its group: the others follow it. Else it only leaves it.
        if other == GroupId::of_key(key) {
            let names = self.names.values_mut().map(|named| &mut named.group);
            for theirs in names.chain(self.pages.values_mut()) {
                if *theirs == other {
                    *theirs = group.clone();
                }
            }
        }
    }

    fn add_held<'a>(&mut self, events: impl Iterator<Item = &'a Published>) {
        /// When a name and page was first published, and when its latest event begins.
        struct Times {
            first: DateTime<Utc>,
            latest: DateTime<Utc>,
        }
        let mut held: BTreeMap<(&str, Option<&Link>), Times> = BTreeMap::new();
        for event in events {
            for organiser in &event.organisers {
                let times = held
                    .entry((&organiser.name, organiser.url.as_ref()))
                    .or_insert(Times {
                        first: event.created,
                        latest: event.when.start(),
                    });
                times.first = times.first.min(event.created);
                times.latest = times.latest.max(event.when.start());
            }
        }
        let mut held: Vec<_> = held.into_iter().collect();
        // The first name of a group leads it.
        held.sort_by_key(|((name, page), times)| (times.first, *name, *page));
        for ((name, page), Times { latest, .. }) in held {
            let key = folded(name);
            // Many groups may name the front page of their platform.
            let page = page.filter(|page| {
                self.pages.contains_key(page)
                    || page.as_str().trim_end_matches('/').matches('/').count() > 2
            });
            let known = self.names.get(&key).map(|known| known.group.clone());
            let group = known
                .or_else(|| self.pages.get(page?).cloned())
                .unwrap_or_else(|| GroupId::of_key(&key));
            if !self.names.contains_key(&key) {
                self.name(&key, name, &group);
            }
            if let Some(page) = page {
                self.pages
                    .entry(page.clone())
                    .or_insert_with(|| group.clone());
            }
            let present = self
                .present
                .entry(group)
                .or_insert_with(|| (latest, name.to_owned()));
            if present.0 < latest {
                *present = (latest, name.to_owned());
            }
        }
    }

    fn index(&mut self) {
        for (key, named) in &self.names {
            self.by_id.insert(GroupId::of_key(key), named.group.clone());
            self.present
                .entry(named.group.clone())
                .or_insert_with(|| (DateTime::<Utc>::MIN_UTC, named.shown.clone()));
        }
        let mut present: Vec<_> = self.present.iter().collect();
        present.sort_by(|a, b| (b.1.0, a.0).cmp(&(a.1.0, b.0)));
        for (group, (_, name)) in present {
            self.by_slug
                .entry(slug(name))
                .or_insert_with(|| group.clone());
        }
        for named in self.names.values() {
            self.by_slug
                .entry(slug(&named.shown))
                .or_insert_with(|| named.group.clone());
        }
    }

    /// The group that an address or a person names: by its id, by words in addresses, by a name or a page of today or
    /// of before.
    pub fn find(&self, text: &str) -> Option<&GroupId> {
        let text = text.trim();
        if let Some(group) = self.names.get(&folded(text)).map(|known| &known.group) {
            return Some(group);
        }
        if let Ok(page) = Link::parse(text) {
            return self.pages.get(&page);
        }
        self.by_slug.get(&slug(text)).or_else(|| {
            let id = GroupId::beginning(text)?;
            self.by_id.get(&id)
        })
    }

    /// The group of that name.
    pub fn named(&self, name: &str) -> Option<&GroupId> {
        self.names.get(&folded(name)).map(|known| &known.group)
    }

    /// A group's present name.
    pub fn name_of(&self, group: &GroupId) -> Option<&str> {
        self.present.get(group).map(|(_, name)| name.as_str())
    }

    /// A group's present name in addresses.
    pub fn address_of(&self, group: &GroupId) -> String {
        match self.name_of(group) {
            Some(name) => with_words(group, name),
            None => group.to_string(),
        }
    }

    /// A group's names, folded, of today and of before.
    pub fn names_of(&self, group: &GroupId) -> BTreeSet<String> {
        let names = self.names.iter();
        let names = names.filter(|(_, named)| named.group == *group);
        names.map(|(key, _)| key.clone()).collect()
    }

    /// Every word in addresses that leads to a group, with the group.
    pub fn slugs(&self) -> impl Iterator<Item = (&str, &GroupId)> {
        self.by_slug.iter().map(|(slug, group)| (&**slug, group))
    }

    /// Every name, folded.
    pub fn names(&self) -> &BTreeMap<String, Named> {
        &self.names
    }

    /// Every page.
    pub fn pages(&self) -> &BTreeMap<Link, GroupId> {
        &self.pages
    }
}
