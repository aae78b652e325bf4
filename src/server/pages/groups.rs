//! All groups, by region: where they are, and what they hold next.

use super::Site;
use super::facts;
use super::layout::{self, Part};
use crate::facts::place::{Place, Region};
use crate::server::Dated;
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
    let title = "Rust groups everywhere";
    let line = "All known Rust user groups, by region, with their next events and calendars.";
    let head = layout::described(site, title, line, "/groups");
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
    let content = html! {
        h1 { (title) }
        p.lead {
            (facts::count(groups.len(), "group")) ", "
            (groups.iter().filter(|group| group.coming > 0).count()) " of them with events to come."
            @if site.answers { " Is yours missing? " a href="/check" { "Add it" } "." }
        }
        nav aria-label="Regions" {
            ul.chips {
                @for (region, groups) in &regions {
                    li { a href={ "#" (anchor(*region)) } { (name(*region)) " " span.number { (groups.len()) } } }
                }
            }
        }
        @for (region, groups) in &regions {
            section aria-labelledby=(anchor(*region)) {
                h2 id=(anchor(*region)) { (name(*region)) }
                ul.groups { @for group in groups { (item(group)) } }
            }
        }
    };
    layout::page(site, Part::Groups, title, &head, &content)
}

fn item(group: &Group<'_>) -> Markup {
    html! {
        li {
            a href={ "/organisers/" (group.slug) } { (group.name) }
            @if let Some(place) = group.place { span.where { (place.printed(&[place.country()])) } }
            span.next {
                @match group.next {
                    Some(next) => {
                        "next " a href=(facts::own_page(&next.event)) { (facts::day(next.first)) }
                        @if group.coming > 1 { " · " (facts::count(group.coming, "event")) }
                    }
                    None => "no event announced",
                }
            }
        }
    }
}

fn anchor(region: Option<Region>) -> &'static str {
    region.map_or("elsewhere", Region::slug)
}

fn name(region: Option<Region>) -> &'static str {
    region.map_or("Online or unknown place", Region::name)
}
