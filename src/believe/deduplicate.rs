//! Events → twins: which events of different sources are one, by which rule, and under which id.
//!
//! Sameness is a statement of its own, kept beside the events and never written into them: a wrong one
//! can be taken back. No set holds two events of one source, not through a chain either.

use crate::facts::event::{Event, EventId, Key};
use crate::facts::link::{Link, Meaning};
use crate::facts::source::{Source, SourceId, Word};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

mod alike;
mod late;

/// Events at one start, or on one day, beyond which they are not compared each with each: a school's
/// calendar, not a community's.
const MOST_AT_ONCE: usize = 400;

/// What is known of sameness before today's events are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identities {
    /// Under which id each key was first seen, and when. Once written, an entry never changes.
    pub keys: BTreeMap<Key, (EventId, DateTime<Utc>)>,
    /// Of each event of the last refresh that was published under another's id, that id.
    pub sets: BTreeMap<EventId, EventId>,
    /// Those of `sets` that an editor joined: they are one only while the decision is in force.
    pub joined_by_decision: BTreeSet<EventId>,
    /// What editors decided.
    pub decided: Pairing,
}

/// What editors decided on sameness; it outranks every rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Events that are one.
    pub together: BTreeSet<(EventId, EventId)>,
    /// Events that are no twins of any other, but for those they are `together` with.
    pub alone: BTreeSet<EventId>,
}

impl Identities {
    /// The id of an event: the one frozen for the first of its keys that is known, else a new one made
    /// of its first key.
    pub fn of(&self, event: &Event) -> (EventId, Option<DateTime<Utc>>) {
        for key in &event.keys {
            if let Some((id, since)) = self.keys.get(key) {
                return (id.clone(), Some(*since));
            }
        }
        (EventId::first_seen_as(&event.keys[0]), None)
    }

    /// Whether two events were one at the last refresh, and no editor made them so.
    fn were_one(&self, a: &EventId, b: &EventId) -> bool {
        let decided = |id: &EventId| self.joined_by_decision.contains(id);
        let set_of = |id| self.sets.get(id).unwrap_or(id);
        a != b && !decided(a) && !decided(b) && set_of(a) == set_of(b)
    }

    /// The keys of these events that are not known yet, with the id each is to be frozen under.
    pub fn new_keys<'a>(&self, events: impl Iterator<Item = &'a Event>) -> BTreeMap<Key, EventId> {
        let mut new = BTreeMap::new();
        for event in events {
            let (id, _) = self.of(event);
            for key in event.keys.iter().filter(|key| !self.keys.contains_key(key)) {
                new.insert(key.clone(), id.clone());
            }
        }
        new
    }
}

/// Why events are held to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// An editor decided so.
    DecidedTogether,
    /// The platform knows them by the same id.
    SamePlatformId,
    /// They link to the same event's page, or to the same page on the same day. On another day it is the
    /// same event only if that is near and the title too, for printed links are copied from row to row; or
    /// if they were one before.
    SameLink,
    /// The text of one links to the other's page, on the same day, at the same time or under nearly the
    /// same title, or was one with it before; or to a page of the other's group that nobody has told of,
    /// at the same time; or to one that nobody tells of any more, and was one with the other before; or both
    /// link to a third page, at the same time.
    LinksToTheOther,
    /// The same organiser, the same start, and the same city or both online, and titles that do not
    /// speak of two things; of whole days, whose start nobody knows, nearly the same title.
    SameOrganiserAndStart,
    /// The same start and a near-equal title, and one more thing that they share: an organiser or a
    /// venue's address; of whole days the address.
    SameStartAndTitle,
}

impl Rule {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Rule::DecidedTogether => "ruled-together",
            Rule::SamePlatformId => "same-platform-id",
            Rule::SameLink => "same-link",
            Rule::LinksToTheOther => "links-to-the-other",
            Rule::SameOrganiserAndStart => "same-organiser-and-start",
            Rule::SameStartAndTitle => "same-start-and-title",
        }
    }
}

/// Events held to be one: most events are the only member of their set.
#[derive(Debug, Clone, PartialEq)]
pub struct Twins {
    /// The id of the member that was seen first; kept while that member is not told of.
    pub id: EventId,
    /// The members with their own ids, the best source first, a mirror after what it points to.
    pub members: Vec<(EventId, Event)>,
    /// The rules that joined them, each with the ids it joined.
    pub rules: Vec<(Rule, EventId, EventId)>,
}

/// Joins the events that are one.
///
/// The result is in the order of ids and does not depend on the order of `events`.
pub fn deduplicate(events: Vec<Event>, sources: &[Source], identities: &Identities) -> Vec<Twins> {
    let mut events = events;
    events.sort_by(|a, b| (&a.keys, &a.source).cmp(&(&b.keys, &b.source)));
    events.dedup_by(|a, b| a.keys == b.keys && a.source == b.source);

    let ids: Vec<(EventId, Option<DateTime<Utc>>)> =
        events.iter().map(|event| identities.of(event)).collect();
    let mut sets = Sets::of(&events);
    let mut joined = Vec::new();
    for (a, b) in decided_together(&ids, identities) {
        sets.join(a, b);
        joined.push((Rule::DecidedTogether, a, b));
    }
    let alone = |index: usize| identities.decided.alone.contains(&ids[index].0);
    let were_one = |a: usize, b: usize| identities.were_one(&ids[a].0, &ids[b].0);
    let mut likely = pairs(&events, were_one);
    likely.extend(late::left_behind(&events, &ids, identities));
    for (rule, a, b) in likely {
        if !alone(a) && !alone(b) && sets.may_join(a, b) {
            sets.join(a, b);
            joined.push((rule, a, b));
        }
    }

    let by_id: BTreeMap<&SourceId, &Source> =
        sources.iter().map(|source| (&source.id, source)).collect();
    let mut grouped: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..events.len() {
        grouped.entry(sets.root(index)).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = grouped.into_values().collect();
    for members in &mut groups {
        // Among equals whoever only points to another's page comes after it.
        let points = |index: usize| {
            let mut others = members.iter().filter(|&&other| other != index);
            others.any(|&other| alike::points_to(&events[index], &events[other]))
        };
        let mirrors: BTreeSet<usize> = members
            .iter()
            .copied()
            .filter(|&index| points(index))
            .collect();
        members.sort_by_key(|&index| {
            (
                rank(by_id.get(&events[index].source).copied(), &events[index]),
                mirrors.contains(&index),
                events[index].source.clone(),
                index,
            )
        });
    }
    let names = named(&groups, &events, &ids, identities);
    let mut rules_of: BTreeMap<usize, Vec<(Rule, EventId, EventId)>> = BTreeMap::new();
    for (rule, a, b) in joined {
        let rule = (rule, ids[a].0.clone(), ids[b].0.clone());
        rules_of.entry(sets.root(a)).or_default().push(rule);
    }
    let mut twins: Vec<Twins> = Vec::new();
    for (members, id) in groups.iter().zip(names) {
        let root = members.first().map(|&member| sets.root(member));
        let rules = root.and_then(|root| rules_of.remove(&root));
        let rules = rules.unwrap_or_default();
        twins.push(Twins {
            id,
            members: members
                .iter()
                .map(|&index| (ids[index].0.clone(), events[index].clone()))
                .collect(),
            rules,
        });
    }
    twins.sort_by(|a, b| a.id.cmp(&b.id));
    twins
}

/// The id of each set: that of the member seen first, of those new today the first key in order, so that
/// a database made anew gives the same. A member that was published under the id of one that is not told
/// of any more keeps that id, unless somebody else has it.
fn named(
    groups: &[Vec<usize>],
    events: &[Event],
    ids: &[(EventId, Option<DateTime<Utc>>)],
    identities: &Identities,
) -> Vec<EventId> {
    let mut since: BTreeMap<&EventId, DateTime<Utc>> = BTreeMap::new();
    for (id, at) in identities.keys.values() {
        since
            .entry(id)
            .and_modify(|first| *first = (*first).min(*at))
            .or_insert(*at);
    }
    let told: BTreeSet<&EventId> = ids.iter().map(|(id, _)| id).collect();
    let mut taken: BTreeSet<EventId> = BTreeSet::new();
    let mut names = Vec::new();
    for members in groups {
        // Since its first key, not since today's: a platform's new id for it makes it no younger.
        let own = |&index: &usize| {
            let id = &ids[index].0;
            let at = since.get(id).copied();
            // Of two that were first seen at one refresh, the one that gave the set its name then: today's
            // keys may stand in another order.
            let is_name = members
                .iter()
                .any(|&other| identities.sets.get(&ids[other].0) == Some(id));
            (at.is_none(), at, !is_name, index, id.clone())
        };
        let kept = |&index: &usize| {
            let id = identities.sets.get(&ids[index].0)?;
            let free = !told.contains(id) && !taken.contains(id);
            let at = since.get(id).copied();
            free.then(|| (at.is_none(), at, false, index, id.clone()))
        };
        // What was one event may have become two, with the id of the one frozen for both their keys.
        let own = members
            .iter()
            .map(own)
            .filter(|(.., id)| !taken.contains(id));
        let first = own.chain(members.iter().filter_map(kept)).min();
        let id = match (first, members.first()) {
            (Some((.., id)), _) => id,
            (None, Some(&member)) => {
                let key = &events[member].keys[0];
                let made = EventId::first_seen_as(key);
                if taken.contains(&made) {
                    let again = format!("{} again", key.as_str());
                    EventId::first_seen_as(&Key::stored(again))
                } else {
                    made
                }
            }
            // A group has a member: it was made for one.
            (None, None) => continue,
        };
        taken.insert(id.clone());
        names.push(id);
    }
    names
}

/// The pairs that an editor joined, as far as they are told of: by their own ids, or by the one they
/// were published under.
fn decided_together(
    ids: &[(EventId, Option<DateTime<Utc>>)],
    identities: &Identities,
) -> Vec<(usize, usize)> {
    if identities.decided.together.is_empty() {
        return Vec::new();
    }
    let set_of = |id: &'_ EventId| identities.sets.get(id).unwrap_or(id).clone();
    let mut by_id: BTreeMap<&EventId, usize> = BTreeMap::new();
    let mut by_set: BTreeMap<EventId, usize> = BTreeMap::new();
    for (index, (id, _)) in ids.iter().enumerate() {
        by_id.entry(id).or_insert(index);
        by_set.entry(set_of(id)).or_insert(index);
    }
    let place = |wanted: &EventId| {
        // If no source lists it today, one that was one with it stands for it: what was joined by way of it
        // stays joined.
        let own = by_id.get(wanted).or_else(|| by_set.get(&set_of(wanted)));
        own.copied()
    };
    let pairs = identities.decided.together.iter();
    pairs
        .filter_map(|(a, b)| Some((place(a)?, place(b)?)))
        .collect()
}

/// How much a source's word on an event counts, best first: the organiser's own page and what an editor
/// wrote by hand, then the platform that the event is on, then whoever carries it for somebody else (a
/// calendar of many groups, a platform that points to another one), then what was printed before.
fn rank(source: Option<&Source>, event: &Event) -> u8 {
    let Some(source) = source else { return u8::MAX };
    let elsewhere = match event.link.as_ref().map(Link::meaning) {
        Some(Meaning::Event { scope, .. }) => scope != source.platform.name(),
        _ => false,
    };
    match source.platform.word() {
        Word::Editor => 0,
        Word::Printed => 4,
        _ if source.organiser.is_none() => 3,
        Word::Organiser => 1,
        Word::Platform if elsewhere => 3,
        Word::Platform => 2,
    }
}

/// The pairs that some rule holds to be one, the surest rule first, then in the order of the events; last
/// those that only a page joins which both link to, on different days.
///
/// Of a copy that was one with its original, as far as `were_one` knows, and still links to it, its other
/// day or title says only that whoever copied it has not heard yet.
fn pairs(events: &[Event], were_one: impl Fn(usize, usize) -> bool) -> Vec<(Rule, usize, usize)> {
    let mut by_key: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
    let mut by_page: BTreeMap<(String, Option<NaiveDate>), Vec<usize>> = BTreeMap::new();
    // Addresses that tell which event they mean only with the day, without it.
    let mut by_address: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        for key in &event.keys {
            by_key.entry(key).or_default().push(index);
        }
        for page in pages(event) {
            if page.1.is_some() {
                by_address.entry(page.0.clone()).or_default().push(index);
            }
            by_page.entry(page).or_default().push(index);
        }
    }
    let is_late =
        |a: usize, b: usize| were_one(a, b) && alike::within_a_month(&events[a], &events[b]);
    // How doubtful a pair is within its rule, so that of two copies the one with the same title or on
    // the same day is taken first.
    let mut found: BTreeSet<(bool, Rule, bool, usize, usize)> = BTreeSet::new();
    for same in by_key.values() {
        found.extend(
            same.windows(2)
                .map(|pair| (false, Rule::SamePlatformId, false, pair[0], pair[1])),
        );
    }
    for same in by_page.values() {
        // Each with each, not only with the next: one of them may be barred by its source.
        for (place, &a) in same.iter().enumerate().take(50) {
            for &b in same[place + 1..].iter().take(50) {
                let (one, other) = (&events[a], &events[b]);
                let moved = one.when.first_day() != other.when.first_day();
                // A page that many dates stand with is a wrong link of one of them, or a series'.
                let late = moved && is_late(a, b);
                if !moved || late || alike::moved(one, other) {
                    found.insert((moved, Rule::SameLink, !late, a, b));
                }
            }
        }
    }
    for same in by_address.values() {
        for (place, &a) in same.iter().enumerate().take(50) {
            for &b in same[place + 1..].iter().take(50) {
                let (one, other) = (&events[a], &events[b]);
                if one.when.first_day() == other.when.first_day() {
                    continue;
                }
                // One instant may be two days, where one of them is told in another zone.
                if alike::at_one_instant(one, other) {
                    found.insert((false, Rule::SameLink, false, a, b));
                } else if is_late(a, b) {
                    found.insert((true, Rule::SameLink, false, a, b));
                }
            }
        }
    }
    let by_start = by_start(events);
    for same in by_start.values() {
        for (place, &a) in same.iter().enumerate() {
            for &b in &same[place + 1..] {
                let (one, other) = (&events[a], &events[b]);
                if one.source == other.source {
                    continue;
                }
                let organiser = alike::share_an_organiser(one, other);
                // A group's two pages on one platform are two events to it.
                if organiser && alike::two_pages_of_a_platform(one, other) {
                    continue;
                }
                let title = alike::near_equal(&one.title, &other.title);
                // That two events are on one day and say no hour is no common start.
                let timed = one.when.zone().is_some();
                let by_group = organiser && alike::in_one_place(one, other);
                if by_group && (title || (timed && !alike::say_two_things(one, other))) {
                    found.insert((false, Rule::SameOrganiserAndStart, !title, a, b));
                } else if title && ((organiser && timed) || alike::share_an_address(one, other)) {
                    found.insert((false, Rule::SameStartAndTitle, false, a, b));
                }
            }
        }
    }
    for same in by_start.values() {
        let mut by_mention: BTreeMap<&Link, Vec<usize>> = BTreeMap::new();
        for &index in same {
            for link in &events[index].mentions {
                by_mention.entry(link).or_default().push(index);
            }
        }
        let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
        for mut with_one in by_mention.into_values() {
            with_one.dedup();
            for (place, &a) in with_one.iter().enumerate() {
                pairs.extend(with_one[place + 1..].iter().map(|&b| (a, b)));
            }
        }
        for (a, b) in pairs {
            let (one, other) = (&events[a], &events[b]);
            if alike::mention_one_event(one, other) && alike::say_one_thing(one, other) {
                found.insert((false, Rule::LinksToTheOther, true, a, b));
            }
        }
    }
    for (index, event) in events.iter().enumerate() {
        for link in &event.mentions {
            let Meaning::Event { scope, id } = link.meaning() else {
                continue;
            };
            let Some(others) = by_page.get(&(format!("{scope}:{id}"), None)) else {
                // Nobody has told of that page: an earlier address, perhaps, of one that its group has now.
                let start = (event.when.zone().is_none(), event.when.start());
                for &other in by_start.get(&start).into_iter().flatten() {
                    let is_of_group = alike::is_page_of_its_group(link, &events[other]);
                    let alike = if event.when.zone().is_some() {
                        !alike::say_two_things(event, &events[other])
                    } else {
                        alike::say_one_thing(event, &events[other])
                    };
                    if is_of_group && alike {
                        let (a, b) = (index.min(other), index.max(other));
                        found.insert((false, Rule::LinksToTheOther, true, a, b));
                    }
                }
                continue;
            };
            for &other in others.iter().filter(|other| **other != index) {
                let (a, b) = (index.min(other), index.max(other));
                if alike::may_be_a_copy(event, &events[other]) {
                    found.insert((false, Rule::LinksToTheOther, false, a, b));
                } else if is_late(a, b) {
                    found.insert((true, Rule::LinksToTheOther, false, a, b));
                }
            }
        }
    }
    found
        .into_iter()
        .map(|(_, rule, _, a, b)| (rule, a, b))
        .collect()
}

/// The pages by which an event may be known to others: its own, and those it had on its platform under
/// an earlier id; with the day where the address does not tell alone which event it means.
fn pages(event: &Event) -> BTreeSet<(String, Option<NaiveDate>)> {
    let mut pages = BTreeSet::new();
    match event.link.as_ref().map(|link| (link, link.meaning())) {
        Some((_, Meaning::Event { scope, id })) => {
            pages.insert((format!("{scope}:{id}"), None));
            // A calendar may still link to the address before the platform gave it another.
            let earlier = event.keys.iter().skip(1).map(Key::as_str);
            pages.extend(
                earlier
                    .filter(|key| {
                        key.strip_prefix(scope)
                            .is_some_and(|id| id.starts_with(':'))
                    })
                    .map(|key| (key.to_owned(), None)),
            );
        }
        Some((link, Meaning::Other)) => {
            pages.insert((link.to_string(), Some(event.when.first_day())));
        }
        // A group's page is no event's page: two events of a day may both link to it.
        Some((_, Meaning::Group { .. })) | None => {}
    }
    pages
}

/// The events by the instant of their start, whole days by their first day; those of one source only are
/// left out, and of a start that more share than are held somewhere at once, all.
fn by_start(events: &[Event]) -> BTreeMap<(bool, DateTime<Utc>), Vec<usize>> {
    let mut by_start: BTreeMap<(bool, DateTime<Utc>), Vec<usize>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        let whole_days = event.when.zone().is_none();
        by_start
            .entry((whole_days, event.when.start()))
            .or_default()
            .push(index);
    }
    by_start.retain(|_, same| same.len() > 1 && same.len() <= MOST_AT_ONCE);
    by_start
}

/// Two events that may be one and are not held to be: for a human to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suspicion {
    /// The set of the one, …
    pub one: EventId,
    /// … and of the other; the larger id.
    pub other: EventId,
    /// What speaks for it and what against.
    pub why: String,
}

/// The pairs of sets that look like one event and share no evidence, or differ in a fact that one event
/// has only once: reported, never merged.
pub fn suspicions(twins: &[Twins]) -> Vec<Suspicion> {
    let mut by_day: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
    let mut by_page: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, set) in twins.iter().enumerate() {
        if let Some((_, event)) = set.members.first() {
            by_day
                .entry(event.when.first_day())
                .or_default()
                .push(index);
        }
        for (_, event) in &set.members {
            for (page, day) in pages(event) {
                if day.is_none() {
                    by_page.entry(page).or_default().insert(index);
                }
            }
        }
    }
    let on_one_day = by_day.into_values();
    let with_one_page = by_page.into_values().map(Vec::from_iter);
    let looks: Vec<alike::Look> = twins.iter().map(alike::Look::of).collect();
    let mut found = BTreeMap::new();
    for same in on_one_day.chain(with_one_page) {
        if same.len() > MOST_AT_ONCE {
            continue;
        }
        for (place, &a) in same.iter().enumerate() {
            for &b in &same[place + 1..] {
                if !looks[a].may_be(&looks[b]) {
                    continue;
                }
                let (one, other) = (&twins[a], &twins[b]);
                let Some(why) = alike::suspected(one, other) else {
                    continue;
                };
                let (one, other) = (
                    one.id.clone().min(other.id.clone()),
                    one.id.clone().max(other.id.clone()),
                );
                found.insert((one, other), why);
            }
        }
    }
    found
        .into_iter()
        .map(|((one, other), why)| Suspicion { one, other, why })
        .collect()
}

/// Disjoint sets of events, none with two of one source.
struct Sets {
    parent: Vec<usize>,
    sources: Vec<BTreeSet<SourceId>>,
}

impl Sets {
    fn of(events: &[Event]) -> Sets {
        Sets {
            parent: (0..events.len()).collect(),
            sources: events
                .iter()
                .map(|event| BTreeSet::from([event.source.clone()]))
                .collect(),
        }
    }

    fn root(&mut self, index: usize) -> usize {
        let mut root = index;
        while self.parent[root] != root {
            root = self.parent[root];
        }
        let mut walk = index;
        while self.parent[walk] != root {
            walk = std::mem::replace(&mut self.parent[walk], root);
        }
        root
    }

    /// Whether the two are in different sets, and none of the one has a source of the other.
    fn may_join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        a != b && self.sources[a].is_disjoint(&self.sources[b])
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (root, child) = (a.min(b), a.max(b));
        self.parent[child] = root;
        let moved = std::mem::take(&mut self.sources[child]);
        self.sources[root].extend(moved);
    }
}
