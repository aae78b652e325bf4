//! One group: its events, its sources, what changed and what is wrong.

use super::Site;
use super::evidence;
use super::facts;
use super::layout::{self, Part};
use super::sources::{self, Health};
use super::subscribe;
use super::why;
use crate::believe::curate::Published;
use crate::facts::event::{Rejected, Status};
use crate::facts::link::Link;
use crate::section::select;
use maud::{Markup, html};

/// Changes that are shown.
const MOST_CHANGES: usize = 20;

/// What the page of a group shows.
#[derive(Debug, Clone, Copy)]
pub struct Organiser<'a> {
    /// Its name, as printed.
    pub name: &'a str,
    /// Its name in addresses.
    pub slug: &'a str,
    /// Its page.
    pub url: Option<&'a Link>,
    /// Its events that are not over, in the order of their starts.
    pub coming: &'a [&'a Published],
    /// Those that are, the latest first.
    pub past: &'a [&'a Published],
    /// What tells of it.
    pub sources: &'a [Health<'a>],
    /// What its sources list and is not believed.
    pub rejected: &'a [Rejected],
}

/// The page.
pub fn page(site: &Site<'_>, shown: &Organiser<'_>) -> Markup {
    let feed = format!("/feeds/organiser/{}.ics", shown.slug);
    let atom = format!("/organisers/{}.atom", shown.slug);
    let line = format!(
        "Events of {}, and its calendar to subscribe to.",
        shown.name
    );
    let path = format!("/organisers/{}", shown.slug);
    let head = html! {
        (layout::described(site, shown.name, &line, &path))
        link rel="alternate" type="application/atom+xml" title=(shown.name) href=(atom);
        link rel="alternate" type="text/calendar" title=(shown.name) href=(feed);
    };
    let mut changed: Vec<&Published> = shown.coming.iter().chain(shown.past).copied().collect();
    changed.sort_by(|a, b| (b.modified, &a.id).cmp(&(a.modified, &b.id)));
    changed.truncate(MOST_CHANGES);
    let doubted: Vec<&&Published> = shown
        .coming
        .iter()
        .filter(|event| !event.flags.is_empty())
        .collect();
    let failing = shown.sources.iter().any(Health::is_wrong);
    let content = html! {
        h1 { (shown.name) }
        @if let Some(url) = shown.url { p.lead { (facts::away(url, url.as_str())) } }
        section aria-labelledby="coming" {
            h2 id="coming" { "To come " span.number { (facts::count(shown.coming.len(), "event")) } }
            @if shown.coming.is_empty() {
                p.empty {
                    "No event to come is known."
                    @if site.answers { " Is one missing? " a href="/why" { "Ask why" } "." }
                }
            }
            ol.events { @for event in shown.coming { (facts::item(event)) } }
        }
        section.subscribe id="subscribe" aria-labelledby="subscribe-heading" {
            h2 id="subscribe-heading" { "Subscribe" }
            (subscribe::links(site, &feed, shown.name))
            p.note { a href=(atom) { "What changes, as an Atom feed" } "." }
        }
        section aria-labelledby="wrong" {
            h2 id="wrong" { "What is wrong" }
            @if doubted.is_empty() && shown.rejected.is_empty() && !failing { p { "Nothing that we know of." } }
            @if !doubted.is_empty() {
                ul {
                    @for event in doubted {
                        li {
                            a href=(facts::own_page(event)) { (event.title) } " (" (facts::days(event)) "):"
                            ul { @for flag in &event.flags { li { (evidence::in_code(&select::in_words(*flag, event))) } } }
                        }
                    }
                }
            }
            (why::not_believed(shown.rejected))
            @for health in shown.sources.iter().filter(|health| health.is_wrong()) { (sources::trouble(health)) }
        }
        section aria-labelledby="changed" {
            h2 id="changed" { "What changed" }
            @if changed.is_empty() { p { "Nothing yet." } }
            ol.history {
                @for event in changed {
                    li { (facts::instant(event.modified)) " " (what(event)) ": " a href=(facts::own_page(event)) { (event.title) } " (" (facts::days(event)) ")" }
                }
            }
        }
        section aria-labelledby="sources" {
            h2 id="sources" { "Where its events are read" }
            @if shown.sources.is_empty() { p { "It has no source of its own; others carry its events." } }
            @for health in shown.sources {
                article.evidence {
                    h3 { code { (health.source.id) } }
                    p { (sources::read_at(health.source)) ": " (evidence::doing(health.standing, true)) }
                    @if !health.problems.is_empty() && !health.is_wrong() { (evidence::problems(health.problems)) }
                }
            }
        }
        @if !shown.past.is_empty() {
            details {
                summary { "Past " span.number { (facts::count(shown.past.len(), "event")) } }
                ol.events { @for event in shown.past { (facts::item(event)) } }
            }
        }
    };
    layout::page(site, Part::Other, shown.name, &head, &content)
}

/// What the last change of an event was.
fn what(event: &Published) -> &'static str {
    match event.status {
        Status::Cancelled => "cancelled",
        Status::Postponed => "postponed",
        Status::Withdrawn => "withdrawn",
        Status::Confirmed | Status::Tentative if event.modified == event.created => "new",
        Status::Confirmed | Status::Tentative => "changed",
    }
}
