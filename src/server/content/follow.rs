//! The page on which people choose what to follow.

use super::super::pages;
use super::super::pages::follow::{Follow, Groups};
use super::{Content, Refusal, View};
use crate::believe::curate::Published;
use crate::believe::directory::GroupId;
use crate::facts::place::Mode;
use crate::filter::{Filter, KEYS};
use crate::section::select::{Heading, headings};
use crate::server::snapshot::is_listed;
use std::collections::{BTreeMap, BTreeSet};

/// Events of the choice that are shown.
const SHOWN: usize = 10;

impl<'a> View<'a> {
    pub(super) fn follow(&self) -> Result<Content, Refusal> {
        let typed = &self.question.pairs;
        if let Some((key, _)) = (typed.iter()).find(|(key, _)| !KEYS.contains(&key.as_str())) {
            return Err(Refusal::bad(
                key,
                "is no parameter here; choose in the form",
            ));
        }
        let is_match = |value: &str| ["", "all", "any"].contains(&value.trim());
        if let Some((key, value)) =
            (typed.iter()).find(|(key, value)| key == "match" && !is_match(value))
        {
            return Err(Refusal::bad(
                key,
                format!("{value:?} is neither all nor any"),
            ));
        }
        let chosen = self.choice();
        let pairs = || chosen.iter().map(|(key, value)| (&**key, &**value));
        // What is typed wrongly is answered with the form that it was typed into.
        let (filter, wrong) = match self.filter(pairs()) {
            Ok(filter) => (filter, None),
            Err(refusal) if refusal.parameter.is_some() => (Filter::default(), Some(refusal)),
            Err(refusal) => return Err(refusal),
        };
        let words = filter.worded(&self.say);
        let events: Vec<&Published> = match words {
            Some(_) => (self.snapshot.of(&filter, self.utc_today()).into_iter())
                .filter(|dated| {
                    !dated.is_over(self.now) && is_listed(&dated.event, self.utc_today())
                })
                .map(|dated| &*dated.event)
                .collect(),
            None => Vec::new(),
        };
        let page = pages::follow::page(
            &self.site(),
            &Follow {
                groups: &self.groups_to_follow(),
                chosen: &chosen,
                words: words.as_deref(),
                events: (&events[..events.len().min(SHOWN)], events.len()),
                wrong: wrong.as_ref().map(Refusal::to_string).as_deref(),
                typed,
            },
        );
        let page = Content::page(page, self.editor);
        Ok(match wrong {
            Some(refusal) => page.refusing(refusal),
            None => page,
        })
    }

    /// The pairs of the feed: one of the choices is enough, and each group is named by its id, which never changes.
    fn choice(&self) -> Vec<(String, String)> {
        let mut chosen: Vec<(String, String)> = Vec::new();
        for (key, value) in &self.question.pairs {
            let value = value.trim();
            if value.is_empty() || key == "match" {
                continue;
            }
            let group = match key.as_str() {
                "organiser" => self.snapshot.directory.find(value),
                _ => None,
            };
            let value = group.map_or(value, GroupId::as_str);
            let pair = (key.clone(), value.to_owned());
            if !chosen.contains(&pair) {
                chosen.push(pair);
            }
        }
        if !chosen.is_empty() {
            chosen.insert(0, ("match".to_owned(), "any".to_owned()));
        }
        chosen
    }

    /// The groups that hold events to come, and those that are chosen, under the heading of their next event.
    fn groups_to_follow(&self) -> Vec<Groups<'a>> {
        let directory = &self.snapshot.directory;
        let wanted = self.question.pairs.iter();
        let wanted = wanted.filter(|(key, _)| key == "organiser");
        let chosen: BTreeSet<&GroupId> = wanted
            .filter_map(|(_, value)| directory.find(value))
            .collect();
        let mut found: BTreeMap<&GroupId, (Option<Heading>, usize)> =
            chosen.iter().map(|group| (*group, (None, 0))).collect();
        for dated in &self.to_come().events {
            for organiser in &dated.event.organisers {
                let Some(group) = directory.named(&organiser.name) else {
                    continue;
                };
                let known = found.entry(group).or_insert((None, 0));
                known.1 += 1;
                known.0 = known.0.or_else(|| home(&dated.event));
            }
        }
        let mut parts: BTreeMap<Option<Heading>, Groups<'a>> = BTreeMap::new();
        for (group, (heading, events)) in found {
            let Some(name) = directory.name_of(group) else {
                continue;
            };
            let part = parts.entry(heading).or_insert_with(|| Groups {
                heading,
                groups: Vec::new(),
            });
            part.groups
                .push((group, name, events, chosen.contains(group)));
        }
        let mut parts: Vec<Groups<'a>> = parts.into_values().collect();
        for part in &mut parts {
            part.groups.sort_by_key(|(_, name, ..)| name.to_lowercase());
        }
        // Those of no place last.
        let is_elsewhere = |part: &Groups<'_>| part.heading.is_none();
        let elsewhere = usize::from(parts.first().is_some_and(is_elsewhere));
        parts.rotate_left(elsewhere);
        parts
    }
}

/// The heading of the part of the world where an event's group is at home; of an online event without a place, none of
/// the world.
fn home(event: &Published) -> Option<Heading> {
    match (&event.place, event.mode) {
        (Some(place), _) => Some(Heading::Region(place.region())),
        (None, Mode::Virtual) => Some(Heading::Virtual),
        (None, _) => headings(event).first().copied(),
    }
}
