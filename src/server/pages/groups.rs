//! All groups, by region: where they are, and what they hold next.

use super::facts;
use super::layout::{self, Part};
use super::{Fill, Say, Site};
use crate::facts::place::{Place, Region};
use crate::section::select::Heading;
use crate::server::Dated;
use chrono::NaiveDate;
use maud::{Markup, html};

/// A group on the list.
#[derive(Debug)]
pub struct Group<'a> {
    /// Its name, as printed.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its home, or where its next event or its last one is.
    pub place: Option<&'a Place>,
    /// Events that are to come.
    pub coming: usize,
    /// The next of them.
    pub next: Option<&'a Dated>,
}

/// The page.
pub fn page(site: &Site<'_>, groups: &[Group<'_>]) -> Markup {
    let say = site.say;
    let title = site.about("groups.title-of-topic", "groups.title");
    let line = site.about("groups.description-of-topic", "groups.description");
    let head = layout::described(site, &title, &line, "/groups");
    let regions = Region::ALL.map(Some).into_iter().chain([None]);
    let regions: Vec<(Option<Region>, Vec<&Group<'_>>)> = regions
        .map(|region| {
            let mut those: Vec<&Group<'_>> = groups
                .iter()
                .filter(|group| group.place.map(Place::region) == region)
                .collect();
            those.sort_by_key(|group| {
                let place = group.place;
                (
                    place.map(|place| place.country().name()),
                    place.and_then(|place| place.city()),
                    &group.name,
                )
            });
            (region, those)
        })
        .filter(|(_, groups)| !groups.is_empty())
        .collect();
    let all = say.count("count.groups", groups.len());
    let coming = groups.iter().filter(|group| group.coming > 0).count();
    let coming = coming.to_string();
    let content = html! {
        h1 { (title) }
        p.lead {
            (say.with("groups.of-them", &[("groups", &all), ("count", &coming)]))
            @if site.answers { " " (say.html("groups.missing", &[("check", Fill::Leads(say.to("/check")))])) }
        }
        nav aria-label=(say.text("page.regions")) {
            ul.chips {
                @for (region, groups) in &regions {
                    li { a href={ "#" (anchor(*region)) } { (name(say, *region)) " " span.number { (groups.len()) } } }
                }
            }
        }
        @for (region, groups) in &regions {
            section aria-labelledby=(anchor(*region)) {
                h2 id=(anchor(*region)) { (name(say, *region)) }
                ul.groups { @for group in groups { (item(say, group, site.now.date_naive())) } }
            }
        }
    };
    layout::page(site, Part::Groups, &title, &head, &content)
}

fn item(say: Say<'_>, group: &Group<'_>, today: NaiveDate) -> Markup {
    html! {
        li {
            a href=(say.to(&format!("/organisers/{}", group.slug))) { (group.name) }
            @if let Some(place) = group.place { span.where { (place.printed(&[place.country()])) } }
            span.next {
                @match group.next {
                    Some(next) => {
                        // What began before today and goes on is on today.
                        @let first = next.first.max(today.min(next.last));
                        @let day = html! { a href=(say.to(&facts::own_page(&next.event))) { (say.day(first)) } };
                        (say.html("groups.next", &[("day", Fill::Shown(day))]))
                        @if group.coming > 1 { " · " (say.count("count.events", group.coming)) }
                    }
                    None => (say.text("groups.no-event")),
                }
            }
        }
    }
}

fn anchor(region: Option<Region>) -> &'static str {
    region.map_or("elsewhere", Region::slug)
}

fn name(say: Say<'_>, region: Option<Region>) -> &str {
    match region {
        Some(region) => say.heading(Heading::Region(region)),
        None => say.text("groups.elsewhere"),
    }
}
