//! All that is known of a group: its sources, its events, and its habit by the printed issues.

use super::{Group, Known, group_behind, once};
use crate::believe::curate::Published;
use crate::facts::event::folded;
use crate::facts::link::{Link, Meaning};
use crate::facts::source::{Address, Source, SourceId};
use crate::section::habits::Habit;
use crate::store::{Dismissal, Error};
use crate::suspects;
use chrono::NaiveDate;

/// What is usual for a group, and what follows from it for the issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Usual {
    /// Its habit by the issues before this one.
    pub habit: Habit,
    /// The day in the window on which it would meet, if it keeps a rhythm.
    pub expected: Option<NaiveDate>,
    /// Who no longer expects it, and why.
    pub dismissed: Option<Dismissal>,
}

impl Known<'_> {
    /// The group of a source's id, of a page or of a name; of a link to an event the group behind it.
    pub(super) fn group(
        &self,
        question: &str,
        link: Option<&Link>,
    ) -> Result<Option<Group>, Error> {
        let behind = link.and_then(group_behind);
        // The address of a page is no name.
        let name = match link {
            None => folded(question),
            Some(_) => String::new(),
        };
        let is_it = |source: &&Source| {
            let own = match &source.address {
                Address::Web(url) => Link::parse(url).ok(),
                Address::File(_) | Address::Inline(_) => None,
            };
            let mut pages = own.into_iter().chain(source.aliases.iter().cloned()).chain(
                source
                    .organiser
                    .iter()
                    .filter_map(|known| known.url.clone()),
            );
            source.id.0 == question
                || source
                    .organiser
                    .as_ref()
                    .is_some_and(|known| !name.is_empty() && folded(&known.name) == name)
                || pages.any(|page| Some(&page) == link || Some(&page) == behind.as_ref())
        };
        let sources: Vec<&Source> = self.orders.sources.iter().filter(is_it).collect();
        let of_group = |id: &SourceId| sources.iter().any(|source| source.id == *id);
        // A group without a source of its own is known by the events that others carry for it.
        let holds = |event: &Published| {
            event.organisers.iter().any(|known| {
                let page = known.url.as_ref();
                let is_page = page.is_some() && (page == link || page == behind.as_ref());
                is_page || (!name.is_empty() && folded(&known.name) == name)
            })
        };
        let mut events: Vec<Published> = self
            .all()?
            .filter(|event| event.when.over() >= self.orders.now)
            .filter(|event| {
                holds(event) || event.evidence.iter().any(|seen| of_group(&seen.source))
            })
            .cloned()
            .collect();
        events.sort_by(|a, b| (a.when.start(), &a.id).cmp(&(b.when.start(), &b.id)));
        let usual = self.usual(&name, [link, behind.as_ref()], &sources)?;
        if sources.is_empty() && events.is_empty() && usual.is_none() {
            return Ok(None);
        }
        let mut rejected = self.store.rejected()?;
        rejected.retain(|reject| of_group(&reject.source));
        let unknown = link.filter(|link| matches!(link.meaning(), Meaning::Event { .. }));
        Ok(Some(Group {
            events,
            rejected,
            usual,
            unknown: unknown.cloned(),
            printed: self.rows_with(unknown)?,
            sources: sources
                .iter()
                .map(|source| Ok(((*source).clone(), self.standing(&source.id)?)))
                .collect::<Result<_, Error>>()?,
        }))
    }

    /// The habit of a group, known by a name, by its pages or by its sources.
    fn usual(
        &self,
        name: &str,
        pages: [Option<&Link>; 2],
        sources: &[&Source],
    ) -> Result<Option<Usual>, Error> {
        let window = self.newsletter.window();
        let habits = once(&self.habits, || {
            suspects::habits(self.store, window.from, self.newsletter.style)
        })?;
        let is_it = |habit: &&Habit| {
            let mut pages = pages.iter().flatten();
            habit.names.contains(name)
                || pages.any(|page| habit.pages.contains(page.as_str()))
                || sources.iter().any(|source| suspects::is_of(source, habit))
        };
        let Some(habit) = habits.iter().find(is_it) else {
            return Ok(None);
        };
        let dismissals = self.store.dismissals()?;
        Ok(Some(Usual {
            expected: habit.expected(window.from, window.to),
            dismissed: dismissals.into_iter().find(|of| of.group == habit.key),
            habit: habit.clone(),
        }))
    }
}
