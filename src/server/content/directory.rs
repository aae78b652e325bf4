//! What leads to the pages: the list of all groups, and what search engines are to know.

use super::super::pages::{self, groups};
use super::public::encoded;
use super::{Content, Refusal, View};
use crate::believe::directory::GroupId;
use crate::server::Dated;
use crate::server::snapshot::is_listed;
use std::collections::{BTreeMap, BTreeSet};

/// Addresses of one site map; the protocol allows 50,000 (<https://www.sitemaps.org/protocol.html>).
const MOST_ADDRESSES: usize = 45_000;
/// Seconds for which search engines may keep what leads them.
const HOUR: u32 = 3_600;

impl View<'_> {
    /// All groups: those that are configured, and those that hold events.
    pub(super) fn groups(&self) -> Result<Content, Refusal> {
        self.no_parameters()?;
        let directory = &self.snapshot.directory;
        let known = |group: &GroupId| groups::Group {
            name: directory.name_of(group).unwrap_or_default().to_owned(),
            slug: encoded(&directory.address_of(group)),
            place: None,
            coming: 0,
            next: None,
        };
        let mut all: BTreeMap<&GroupId, groups::Group<'_>> = BTreeMap::new();
        for source in &self.state.setup.configuration.sources {
            let organiser = source.organiser.as_ref();
            if let Some(group) = organiser.and_then(|organiser| directory.named(&organiser.name)) {
                let group = all.entry(group).or_insert_with(|| known(group));
                group.place = group.place.or(source.place.as_ref());
            }
        }
        let today = self.utc_today();
        for (group, events) in self.snapshot.groups() {
            let is_coming = |dated: &&Dated| {
                is_listed(&dated.event, today)
                    && dated.event.status.takes_place()
                    && !dated.is_over(self.now)
            };
            let mut coming = events.iter().filter(is_coming);
            let next = coming.next();
            let latest = next.or(events.last());
            let group = all.entry(group).or_insert_with(|| known(group));
            group.coming = coming.count() + usize::from(next.is_some());
            group.next = next;
            group.place = group
                .place
                .or(latest.and_then(|dated| dated.event.place.as_ref()));
        }
        let all: Vec<groups::Group<'_>> = all.into_values().collect();
        Ok(Content::page(groups::page(&self.site(), &all), self.editor))
    }

    /// The cities that have a page of their own: those of events that people can go to.
    pub(in crate::server) fn cities(&self) -> BTreeSet<String> {
        let to_come = self.to_come();
        let places = to_come.counts.places.iter();
        places
            .filter_map(|(place, _)| place.spelled()?.slug())
            .collect()
    }

    /// The addresses of the pages that visitors look for.
    pub(super) fn sitemap(&self) -> Result<Content, Refusal> {
        self.no_parameters()?;
        let base = &self.state.setup.base;
        let mut addresses: Vec<(String, Option<String>)> = ["/", "/groups", "/cfp"]
            .map(|path| (path.to_owned(), None))
            .into();
        addresses.extend(
            self.cities()
                .into_iter()
                .map(|city| (format!("/in/{city}"), None)),
        );
        let groups = self.snapshot.groups();
        let directory = &self.snapshot.directory;
        addresses.extend(groups.map(|(group, _)| {
            let address = encoded(&directory.address_of(group));
            (format!("/organisers/{address}"), None)
        }));
        let to_come = self.to_come();
        addresses.extend(to_come.events.iter().map(|dated| {
            let day = dated.event.modified.date_naive().to_string();
            (pages::facts::own_page(&dated.event), Some(day))
        }));
        addresses.truncate(MOST_ADDRESSES);
        let body = maud::html! {
            (maud::PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
            urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
                @for (path, day) in addresses {
                    url { loc { (base) (path) } @if let Some(day) = day { lastmod { (day) } } }
                }
            }
        };
        Ok(Content::public(
            "application/xml",
            body.into_string() + "\n",
            HOUR,
        ))
    }

    /// What search engines may read: pages, not each question that can be asked of them.
    pub(super) fn robots(&self) -> Result<Content, Refusal> {
        self.no_parameters()?;
        let body = format!(
            "User-agent: *\nAllow: /?lang=\nDisallow: /?\nAllow: /page/*?lang=\nDisallow: /page/*?\nDisallow: /why\nDisallow: /check\nDisallow: /discover\nDisallow: /login\n\
             Disallow: /section?\n\nSitemap: {}/sitemap.xml\n",
            self.state.setup.base
        );
        Ok(Content::public("text/plain; charset=utf-8", body, HOUR))
    }
}
