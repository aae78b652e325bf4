//! Finds the event of a printed row.
//!
//! A row is matched by a link that identifies one event, under any id that its platform ever gave it; by any other
//! link together with the day; or by day, title and organiser together. Never by less, and not by words if the row
//! has a page of its own: a group may hold two events of one name on one day. A page that is known only from
//! hand-written rows does not match a row with an event of another source.

use super::fields::{Fields, same_page};
use crate::believe::curate::{Evidence, Published};
use crate::believe::deduplicate::Identities;
use crate::facts::event::{EventId, folded};
use crate::facts::link::{Link, Meaning};
use crate::facts::source::NEWSLETTER;
use crate::section::grammar::{PrintedRow, Unreadable};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The events that rows may stand for: all that were ever published, also those that are cancelled or gone.
#[derive(Debug)]
pub struct Known<'a> {
    published: &'a BTreeMap<EventId, Published>,
    by_key: BTreeMap<String, BTreeSet<&'a EventId>>,
    by_page: BTreeMap<(String, NaiveDate), BTreeSet<&'a EventId>>,
    by_day: BTreeMap<NaiveDate, BTreeSet<&'a EventId>>,
    /// Pages and keys of events that are known only from hand-written rows.
    only_by_hand: BTreeSet<(String, &'a EventId)>,
}

/// The event that a row stands for, and how it was matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meant<'a> {
    /// The event.
    pub event: &'a EventId,
    /// Whether it was matched only by day, title and organiser.
    pub by_words: bool,
}

impl<'a> Known<'a> {
    /// Makes the index. `links` are the pages under which events were ever published.
    pub fn new(
        published: &'a BTreeMap<EventId, Published>,
        identities: &'a Identities,
        links: &BTreeMap<Link, BTreeSet<EventId>>,
    ) -> Known<'a> {
        let mut known = Known {
            published,
            by_key: BTreeMap::new(),
            by_page: BTreeMap::new(),
            by_day: BTreeMap::new(),
            only_by_hand: BTreeSet::new(),
        };
        for (id, event) in published {
            let day = event.when.first_day();
            known.by_day.entry(day).or_default().insert(id);
            known.note_what_is_only_by_hand(id, event);
            let pages = event.links.iter().map(|link| &link.url);
            let evidence = event.evidence.iter().filter_map(|of| of.url.as_ref());
            for link in pages.chain(evidence) {
                if known.is_only_by_hand(link.as_str(), id) {
                    continue;
                }
                known.name_by(link, id);
                let page = (link.to_string(), day);
                known.by_page.entry(page).or_default().insert(id);
            }
        }
        // Members of a set have their own ids, and are published under the id of the set.
        let as_published = |member: &EventId| {
            let set = identities.sets.get(member).unwrap_or(member);
            published.get_key_value(set).map(|(id, _)| id)
        };
        for (key, (member, _)) in &identities.keys {
            if let Some(id) = as_published(member)
                && !known.is_only_by_hand(key.as_str(), id)
            {
                known.name(key.as_str(), id);
            }
        }
        for (link, ids) in links {
            for id in ids.iter().filter_map(as_published) {
                if !known.is_only_by_hand(link.as_str(), id) {
                    known.name_by(link, id);
                }
            }
        }
        known
    }

    fn note_what_is_only_by_hand(&mut self, id: &'a EventId, event: &Published) {
        let (by_hand, stated): (Vec<&Evidence>, Vec<&Evidence>) = event
            .evidence
            .iter()
            .partition(|of| of.source.0 == NEWSLETTER);
        for of in by_hand {
            if stated.iter().all(|other| other.url != of.url)
                && let Some(url) = &of.url
            {
                self.only_by_hand.insert((url.to_string(), id));
            }
            if stated.iter().all(|other| other.key != of.key) {
                let key = of.key.as_str().to_owned();
                self.only_by_hand.insert((key, id));
            }
        }
    }

    fn is_only_by_hand(&self, name: &str, id: &'a EventId) -> bool {
        !self.only_by_hand.is_empty() && self.only_by_hand.contains(&(name.to_owned(), id))
    }

    fn name_by(&mut self, link: &Link, id: &'a EventId) {
        if let Meaning::Event { scope, id: own } = link.meaning() {
            self.name(&format!("{scope}:{own}"), id);
        }
    }

    fn name(&mut self, key: &str, id: &'a EventId) {
        self.by_key
            .entry(key.to_lowercase())
            .or_default()
            .insert(id);
    }

    /// An event.
    pub fn event(&self, id: &EventId) -> Option<&'a Published> {
        self.published.get(id)
    }

    /// The event that a row stands for.
    pub fn of(&self, row: &PrintedRow) -> Option<Meant<'a>> {
        let fields = Fields::printed(row);
        let links: Vec<Link> = row
            .links
            .iter()
            .filter_map(|(_, url)| Link::parse(url).ok())
            .collect();
        let by_key = links.iter().find_map(|link| {
            let Meaning::Event { scope, id } = link.meaning() else {
                return None;
            };
            let key = format!("{scope}:{id}").to_lowercase();
            let of_series = self.by_key.get(&format!("{key}@{}", row.date));
            self.settled(of_series.or_else(|| self.by_key.get(&key))?, &fields)
        });
        let by_link = by_key.or_else(|| {
            links.iter().find_map(|link| {
                let page = (link.to_string(), row.date);
                self.settled(self.by_page.get(&page)?, &fields)
            })
        });
        if let Some(event) = by_link {
            return Some(Meant {
                event,
                by_words: false,
            });
        }
        let event = self.by_words(&fields)?;
        (!self.has_a_page_of_its_own(event, &links)).then_some(Meant {
            event,
            by_words: true,
        })
    }

    /// Whether one page may be the other under an earlier id: if a group edits one event of a Meetup series, its id
    /// changes from the letters of the series to a number.
    pub(super) fn may_be_renumbered(a: &str, b: &str) -> bool {
        let parts = |page: &str| {
            let link = Link::parse(page).ok()?;
            let Meaning::Event {
                scope: "meetup",
                id,
            } = link.meaning()
            else {
                return None;
            };
            let group = link.as_str().split("/events/").next()?.to_owned();
            Some((group, id.bytes().all(|byte| byte.is_ascii_digit())))
        };
        match (parts(a), parts(b)) {
            (Some((ours, our_number)), Some((theirs, their_number))) => {
                ours == theirs && our_number != their_number
            }
            _ => false,
        }
    }

    /// Whether a row links to a page that is not a group's, and not one that the event may have had on its platform
    /// before.
    fn has_a_page_of_its_own(&self, event: &EventId, links: &[Link]) -> bool {
        let (Some(page), Some(event)) = (links.first(), self.event(event)) else {
            return false;
        };
        let of_group = |of: &Link| {
            event
                .organisers
                .iter()
                .any(|known| known.url.as_ref() == Some(of))
        };
        match page.meaning() {
            Meaning::Group { .. } => false,
            Meaning::Other => !of_group(page),
            Meaning::Event { scope, .. } => {
                let mut pages = event.links.iter().map(|link| link.url.meaning());
                !pages.any(|own| matches!(own, Meaning::Event { scope: own, .. } if own == scope))
            }
        }
    }

    /// The events that have a link in an item that cannot be read: any of their pages, on the item's day if that is
    /// known.
    pub(super) fn standing_in(&self, item: &Unreadable) -> BTreeSet<&'a EventId> {
        let mut events = BTreeSet::new();
        for link in &item.links {
            if let Meaning::Event { scope, id } = link.meaning() {
                let key = format!("{scope}:{id}").to_lowercase();
                events.extend(self.by_key.get(&key).into_iter().flatten().copied());
            }
            let page = |day| (link.to_string(), day);
            let (first, last) = match item.day {
                Some(day) => (day, day),
                None => (NaiveDate::MIN, NaiveDate::MAX),
            };
            let of_page = self.by_page.range(page(first)..=page(last));
            events.extend(of_page.flat_map(|(_, ids)| ids.iter().copied()));
        }
        events
    }

    /// One of several events: one that takes place rather than one that does not, then the one with the row's title.
    /// `None` if several are left.
    fn settled(&self, ids: &BTreeSet<&'a EventId>, fields: &Fields) -> Option<&'a EventId> {
        let takes_place = |id: &&'a EventId| {
            self.event(id)
                .is_some_and(|event| event.status.takes_place())
        };
        let mut left: Vec<&'a EventId> = ids.iter().copied().filter(|id| takes_place(id)).collect();
        if left.is_empty() {
            left = ids.iter().copied().collect();
        }
        if left.len() > 1 {
            left.retain(|id| self.is_titled(id, fields));
        }
        match left[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    fn is_titled(&self, id: &EventId, fields: &Fields) -> bool {
        self.event(id)
            .is_some_and(|event| event.title.folded() == folded(fields.title()))
    }

    /// The only event of the day with the row's title and one of its organisers.
    fn by_words(&self, fields: &Fields) -> Option<&'a EventId> {
        let ids = self.by_day.get(&fields.days.0)?;
        let same: BTreeSet<&'a EventId> = ids
            .iter()
            .copied()
            .filter(|id| self.is_titled(id, fields))
            .filter(|id| {
                self.event(id)
                    .is_some_and(|event| shares_an_organiser(event, fields))
            })
            .collect();
        self.settled(&same, fields)
    }
}

/// Whether an organiser of the row holds the event: by name, or by page.
pub(super) fn shares_an_organiser(event: &Published, fields: &Fields) -> bool {
    event.organisers.iter().any(|ours| {
        fields.organisers.iter().any(|theirs| {
            let page = matches!(
                (&ours.url, &theirs.url),
                (Some(ours), Some(theirs)) if same_page(ours.as_str(), theirs)
            );
            page || folded(&ours.name) == folded(&theirs.words)
        })
    })
}
