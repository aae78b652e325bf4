//! The events that are to come, day by day: the front page, a city's page, and the frame for other sites.

use super::super::pages;
use super::super::pages::problem::NotFound;
use super::{Content, Refusal, View};
use crate::facts::place::{self, Asked, Place};
use crate::filter::Filter;
use crate::filter::address::in_city;
use crate::server::snapshot::{ON_A_PAGE, is_listed};
use crate::server::{Agenda, ToCome};
use chrono::NaiveDate;
use std::sync::Arc;

impl View<'_> {
    pub(super) fn upcoming(&self) -> Result<Content, Refusal> {
        self.agenda(&self.question.pairs, self.page_number()?, None)
    }

    /// The agenda of the events in a city, by any of its names.
    pub(super) fn city(&self) -> Result<Content, Refusal> {
        self.no_parameters()?;
        let name = self.question.path.as_deref().unwrap_or_default();
        let named = |places: &[Place]| {
            let names: Vec<String> = places
                .iter()
                .filter_map(|place| Some(format!("/in/{}", place.slug()?)))
                .collect();
            names.join(", ")
        };
        let city = match place::asked(name) {
            Asked::One(spot) => spot.place,
            Asked::Several(places) => {
                let which = format!("{name:?} may be one of several: {}", named(&places));
                return Err(Refusal::missing(which));
            }
            Asked::Unknown(alike) if alike.is_empty() => {
                let which = format!("no city is known as {name:?}");
                return Err(Refusal::not_found(NotFound::City, which));
            }
            Asked::Unknown(alike) => {
                let which = format!("no city is known as {name:?}; near are {}", named(&alike));
                return Err(Refusal::not_found(NotFound::City, which));
            }
        };
        self.agenda(&in_city(&city), 1, Some(&city))
    }

    /// The events of a filter at the head of a frame on another site.
    pub(super) fn embedded(&self) -> Result<Content, Refusal> {
        let mut most = pages::embed::USUAL_ROWS;
        let mut pairs = Vec::new();
        for (key, value) in &self.question.pairs {
            match key.as_str() {
                "limit" if value.trim().is_empty() => {}
                "limit" => {
                    most = value
                        .trim()
                        .parse()
                        .ok()
                        .filter(|most| (1..=ON_A_PAGE).contains(most))
                        .ok_or_else(|| {
                            Refusal::bad("limit", format!("is a number from 1 to {ON_A_PAGE}"))
                        })?;
                }
                _ => pairs.push((key.clone(), value.clone())),
            }
        }
        let filter = self.filter(pages::query::without(&pairs, &[]))?;
        let today = self.utc_today();
        let to_come = self.to_come();
        let filtered = self.agenda_of(&filter, today);
        let agenda = filtered.as_ref().unwrap_or(&to_come.agenda);
        let page = pages::embed::page(
            &self.site(),
            &pages::embed::Embedded {
                agenda,
                rows: most,
                filter: &filter,
                query: &pairs,
                today,
            },
        );
        Ok(Content::page(page, None))
    }

    fn agenda(
        &self,
        pairs: &[(String, String)],
        page: usize,
        city: Option<&Place>,
    ) -> Result<Content, Refusal> {
        let filter = self.filter(pages::query::without(pairs, &[]))?;
        let pairs = &self.with_names(pairs);
        // Visitors are everywhere: so is today.
        let today = self.utc_today();
        let from = pages::query::value(pairs, "from");
        let from: NaiveDate = from.trim().parse().unwrap_or(today);
        let to_come = self.to_come();
        let filtered = self.agenda_of(&filter, from);
        let agenda = filtered.as_ref().unwrap_or(&to_come.agenda);
        let pages = agenda.pages();
        if page > pages {
            return Err(Refusal::missing(format!(
                "there is no page {page}: these events have {pages}"
            )));
        }
        let page = pages::upcoming::page(
            &self.site(),
            &pages::upcoming::Upcoming {
                agenda,
                page,
                to_come: &to_come,
                query: pairs,
                city,
                today,
            },
        );
        Ok(Content::page(page, self.editor))
    }

    /// The agenda of a filter from a day on; `None` if the filter leaves out nothing that is to come. Events that are over
    /// are in it only where days before today are asked for.
    fn agenda_of(&self, filter: &Filter, from: NaiveDate) -> Option<Agenda> {
        if *filter == Filter::default() {
            return None;
        }
        let today = self.utc_today();
        let mut events = self.snapshot.of(filter, today);
        events.retain(|dated| {
            is_listed(&dated.event, today) && (from < today || !dated.is_over(self.now))
        });
        Some(Agenda::of(events.into_iter(), from))
    }

    /// All events that have not ended at their venues.
    pub(super) fn to_come(&self) -> Arc<ToCome> {
        self.snapshot.to_come(self.now)
    }

    /// How many pages list all events that are to come.
    pub(super) fn pages_of_upcoming(&self) -> usize {
        self.to_come().agenda.pages()
    }

    /// The page of a list that is asked for, counted from 1.
    fn page_number(&self) -> Result<usize, Refusal> {
        match self.question.path.as_deref() {
            None => Ok(1),
            Some(page) => page
                .parse()
                .ok()
                .filter(|number| *number > 1 && !page.starts_with(['0', '+']))
                .ok_or_else(|| Refusal::missing(format!("{page:?} is no page: 2 is the second"))),
        }
    }

    /// The same with the present name of each group, however it is asked for: people read it.
    fn with_names(&self, pairs: &[(String, String)]) -> Vec<(String, String)> {
        let directory = &self.snapshot.directory;
        let named = pairs.iter().map(|(key, value)| {
            let group = match key.as_str() {
                "organiser" => directory.find(value),
                _ => None,
            };
            let name = group.and_then(|group| directory.name_of(group));
            (key.clone(), name.unwrap_or(value).to_owned())
        });
        named.collect()
    }
}
