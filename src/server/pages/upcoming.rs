//! The events that are to come, under the headings of the newsletter, with filters and feeds.

use super::Site;
use super::facts::{self, count};
use super::layout::{self, Part};
use super::months;
use super::query::{self, Pairs};
use super::subscribe;
use crate::believe::curate::Published;
use crate::facts::place::{Country, Mode};
use crate::filter::Filter;
use crate::section::select::{self, Heading};
use crate::server::Dated;
use chrono::NaiveDate;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Events of one page. Hybrid events stand on it twice; with the months above them it stays below 200 kB.
pub const ON_A_PAGE: usize = 100;

/// What the page of upcoming events shows.
#[derive(Debug, Clone, Copy)]
pub struct Upcoming<'a> {
    /// The events that the filter lets through, in the order of their starts.
    pub events: &'a [&'a Dated],
    /// Which [`ON_A_PAGE`] of them are shown, counted from 1.
    pub page: usize,
    /// All events that are to come, whatever the filter: for the months.
    pub of_all: &'a [&'a Dated],
    /// The filter.
    pub query: &'a Pairs,
    /// The countries to choose from.
    pub countries: &'a [Country],
    /// The day it is where the newsletter is made.
    pub today: NaiveDate,
}

/// The keys of the filter that have a field of their own in the form.
const IN_FORM: [&str; 8] = [
    "q",
    "region",
    "mode",
    "country",
    "city",
    "organiser",
    "from",
    "to",
];

/// The page.
pub fn page(site: &Site<'_>, upcoming: &Upcoming<'_>) -> Markup {
    let Upcoming {
        events,
        query: pairs,
        ..
    } = *upcoming;
    let filtered = pairs.iter().any(|(_, value)| !value.trim().is_empty());
    let feed = subscribe::feed(pairs);
    let atom = query::address("/events.atom", query::without(pairs, &[]));
    let head = html! {
        link rel="alternate" type="application/atom+xml" title=(site.title) href=(atom);
        link rel="alternate" type="text/calendar" title=(site.title) href=(feed);
    };
    let by_heading = by_heading(upcoming);
    let nowhere: Vec<&Published> = shown(upcoming)
        .filter(|event| select::headings(event).is_empty())
        .collect();
    // A day of the months shows as many events as its link leads to.
    let whatever_day = Filter::parse(query::without(pairs, &["from", "to"])).unwrap_or_default();
    let of_all = upcoming.of_all.iter().copied();
    let of_months: Vec<&Dated> = match whatever_day.is_all() {
        true => of_all.collect(),
        false => of_all
            .filter(|dated| dated.is_wanted(&whatever_day))
            .collect(),
    };
    let content = html! {
        h1 { (site.title) }
        p.lead {
            (count(events.len(), "event"))
            @if filtered { " match" @if events.len() == 1 { "es" } " your filter" }
            @if let (Some(first), Some(last)) = (events.first(), events.last()) {
                ", from " (facts::day(first.first)) " to " (facts::day(last.first))
            }
            "."
            @if pages(upcoming) > 1 { " Page " (upcoming.page) " of " (pages(upcoming)) "." }
        }
        @if by_heading.len() > 1 {
            nav aria-label="Regions" {
                ul.chips {
                    @for under in &by_heading {
                        li { (chip(site, pairs, under)) }
                    }
                }
            }
        }
        @if site.answers { (filter(upcoming, filtered)) }
        section.glance aria-labelledby="glance" {
            h2.unseen id="glance" { "A month at a glance" }
            (months::months(&of_months, upcoming.today, site.answers.then_some(pairs)))
        }
        section.subscribe id="subscribe" aria-labelledby="subscribe-heading" {
            h2 id="subscribe-heading" {
                @if filtered { "Subscribe to what this filter lets through" } @else { "Subscribe" }
            }
            (subscribe::links(site, &feed, site.title))
        }
        @if events.is_empty() { (empty(site, filtered)) }
        @for under in by_heading.iter().filter(|under| !under.shown.is_empty()) {
            section aria-labelledby=(under.heading.slug()) {
                h2 id=(under.heading.slug()) {
                    (under.heading.name()) " "
                    span.number {
                        @if under.shown.len() < under.all { (under.shown.len()) " of " }
                        (count(under.all, "event"))
                    }
                }
                ol.events { @for event in &under.shown { (facts::item(event)) } }
            }
        }
        @if !nowhere.is_empty() {
            section aria-labelledby="elsewhere" {
                h2 id="elsewhere" { "Place not known yet" }
                ol.events { @for event in &nowhere { (facts::item(event)) } }
            }
        }
        (turn(upcoming))
    };
    layout::page(site, Part::Upcoming, site.title, &head, &content)
}

/// The events of one heading.
struct Under<'a> {
    heading: Heading,
    /// On all pages.
    all: usize,
    /// On this one.
    shown: Vec<&'a Published>,
}

fn by_heading<'a>(upcoming: &Upcoming<'a>) -> Vec<Under<'a>> {
    let mut all: BTreeMap<Heading, usize> = BTreeMap::new();
    for dated in upcoming.events {
        for heading in select::headings(&dated.event) {
            *all.entry(heading).or_default() += 1;
        }
    }
    let under = |(heading, all)| Under {
        heading,
        all,
        shown: shown(upcoming)
            .filter(|event| select::headings(event).contains(&heading))
            .collect(),
    };
    all.into_iter().map(under).collect()
}

/// The events of this page.
fn shown<'a>(upcoming: &Upcoming<'a>) -> impl Iterator<Item = &'a Published> + use<'a> {
    let events = upcoming.events.iter();
    let before = (upcoming.page - 1) * ON_A_PAGE;
    events
        .skip(before)
        .take(ON_A_PAGE)
        .map(|dated| &*dated.event)
}

/// Pages in all.
fn pages(upcoming: &Upcoming<'_>) -> usize {
    upcoming.events.len().div_ceil(ON_A_PAGE)
}

/// A link to the events of a heading: on this page, or on one of their own.
fn chip(site: &Site<'_>, pairs: &Pairs, under: &Under<'_>) -> Markup {
    let words = html! { (under.heading.name()) " " span.number { (under.all) } };
    let rest = query::without(pairs, &["region"]);
    let region = [("region", under.heading.slug())];
    html! {
        @if !under.shown.is_empty() { a href={ "#" (under.heading.slug()) } { (words) } }
        @else if site.answers { a href=(query::address("/", rest.chain(region))) { (words) } }
        @else { span { (words) } }
    }
}

/// The links to the pages before and after this one.
fn turn(upcoming: &Upcoming<'_>) -> Markup {
    let pages = pages(upcoming);
    let address = |page: usize| {
        let path = match page {
            1 => "/".to_owned(),
            page => format!("/page/{page}"),
        };
        query::address(&path, query::without(upcoming.query, &[]))
    };
    html! {
        @if pages > 1 {
            nav.turn aria-label="Pages" {
                @if upcoming.page > 1 {
                    a rel="prev" href=(address(upcoming.page - 1)) { "Earlier events" } " "
                }
                span { "Page " (upcoming.page) " of " (pages) }
                @if upcoming.page < pages {
                    " " a rel="next" href=(address(upcoming.page + 1)) { "Later events" }
                }
            }
        }
    }
}

fn empty(site: &Site<'_>, filtered: bool) -> Markup {
    html! {
        div.empty {
            @if filtered {
                p { "No event that is known here matches this filter. " a href="/" { "Show all events" } "." }
            } @else {
                p { "No event is known yet. The sources are read by and by: " a href="/sources" { "see how they are doing" } "." }
            }
            @if site.answers { p { "Is one missing? " a href="/why" { "Ask why" } ", or " a href="/check" { "check your group's page" } "." } }
        }
    }
}

fn filter(upcoming: &Upcoming<'_>, filtered: bool) -> Markup {
    let pairs = upcoming.query;
    let chosen = |key: &str, value: &str| {
        query::values(pairs, key).any(|own| own.trim().eq_ignore_ascii_case(value))
    };
    let country = query::values(pairs, "country").find_map(Country::parse);
    html! {
        @if filtered { (in_force(pairs)) }
        details.filter {
            summary { @if filtered { "Change the filter" } @else { "Search and filter" } }
            form action="/" method="get" role="search" aria-label="Events" {
                div.fields {
                    (field("q", "Words", "search", query::value(pairs, "q"), None))
                    div.field {
                        label for="country" { "Country" }
                        select id="country" name="country" {
                            option value="" { "any" }
                            @for known in upcoming.countries {
                                option value=(known.code()) selected[Some(*known) == country] { (known.name()) }
                            }
                        }
                    }
                    (field("city", "City", "text", query::value(pairs, "city"), None))
                    (field("organiser", "Organiser", "text", query::value(pairs, "organiser"), None))
                    (field("from", "From", "date", query::value(pairs, "from"), None))
                    (field("to", "To", "date", query::value(pairs, "to"), None))
                }
                fieldset {
                    legend { "Region" }
                    @for heading in Heading::all() {
                        @let value = heading.slug();
                        label.choice {
                            input type="checkbox" name="region" value=(value) checked[chosen("region", value) || chosen("region", heading.name())];
                            " " (heading.name())
                        }
                    }
                }
                fieldset {
                    legend { "How it is held" }
                    @for (mode, words) in [(Mode::InPerson, "In person"), (Mode::Virtual, "Online"), (Mode::Hybrid, "Both")] {
                        label.choice {
                            input type="checkbox" name="mode" value=(mode.name()) checked[chosen("mode", mode.name())];
                            " " (words)
                        }
                    }
                }
                @for (key, value) in query::without(pairs, &IN_FORM) {
                    input type="hidden" name=(key) value=(value);
                }
                p.actions { button type="submit" { "Show these events" } @if filtered { " " a href="/" { "Show all" } } }
            }
        }
    }
}

/// What is asked for now, each with a link that leaves it out.
fn in_force(pairs: &Pairs) -> Markup {
    html! {
        ul.chips aria-label="Filters in force" {
            @for (place, (key, value)) in pairs.iter().enumerate() {
                @if !value.trim().is_empty() {
                    @let rest = pairs.iter().enumerate().filter(|(other, _)| *other != place);
                    @let rest = rest.map(|(_, (key, value))| (key.as_str(), value.as_str()));
                    li { a href=(query::address("/", rest)) { (key) ": " (value) " " span aria-hidden="true" { "×" } span.unseen { "(leave out)" } } }
                }
            }
        }
    }
}

/// A labelled field of a form.
pub(super) fn field(
    name: &str,
    words: &str,
    kind: &str,
    value: &str,
    hint: Option<&str>,
) -> Markup {
    let hint_id = format!("{name}-hint");
    html! {
        div.field {
            label for=(name) { (words) }
            input type=(kind) id=(name) name=(name) value=(value) aria-describedby=[hint.map(|_| &hint_id)];
            @if let Some(hint) = hint { p.hint id=(hint_id) { (hint) } }
        }
    }
}
