//! One group: its events, its sources, what changed and what is wrong.

use super::evidence;
use super::facts;
use super::layout::{self, Part};
use super::sources::{self, Health};
use super::subscribe;
use super::why;
use super::{Fill, Say, Site};
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
    let say = site.say;
    let line = say.with("group.description", &[("group", shown.name)]);
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
        ul.buttons { li { a.button href="#subscribe" { (say.text("subscribe.title")) } } }
        section aria-labelledby="coming" {
            h2 id="coming" { (say.text("group.to-come")) " " span.number { (say.count("count.events", shown.coming.len())) } }
            @if shown.coming.is_empty() {
                p.empty {
                    (say.text("group.none"))
                    @if site.answers { " " (say.html("group.missing", &[("why", Fill::Leads(say.to("/why")))])) }
                }
            }
            ol.events { @for event in shown.coming { (facts::item(say, event, Some(shown.name))) } }
        }
        section.subscribe id="subscribe" aria-labelledby="subscribe-heading" {
            h2 id="subscribe-heading" { (say.text("subscribe.title")) }
            (subscribe::links(site, &feed, shown.name))
            p.note { a href=(atom) { (say.text("group.atom")) } "." }
        }
        section aria-labelledby="wrong" {
            h2 id="wrong" { (say.text("group.wrong")) }
            @if doubted.is_empty() && shown.rejected.is_empty() && !failing { p { (say.text("group.nothing-wrong")) } }
            @else { (say.english(wrong(site.in_english(), shown, &doubted))) }
        }
        section aria-labelledby="changed" {
            h2 id="changed" { (say.text("group.changes")) }
            @if changed.is_empty() { p { (say.text("group.nothing-changed")) } }
            ol.history {
                @for event in changed {
                    li { (facts::instant(event.modified)) " " (say.html("group.change", &change(say, event))) " (" (facts::days(say, event)) ")" }
                }
            }
        }
        section aria-labelledby="sources" {
            h2 id="sources" { (say.text("group.sources")) }
            @if shown.sources.is_empty() { p { (say.text("group.no-source")) } }
            @else { (say.english(sources(site, shown))) }
        }
        @if !shown.past.is_empty() {
            details {
                summary { (say.text("group.past")) " " span.number { (say.count("count.events", shown.past.len())) } }
                ol.events { @for event in shown.past { (facts::item(say, event, Some(shown.name))) } }
            }
        }
    };
    layout::page(site, Part::Other, shown.name, &head, &content)
}

/// What is doubted, not believed, and not read.
fn wrong(english: Say<'_>, shown: &Organiser<'_>, doubted: &[&&Published]) -> Markup {
    html! {
        @if !doubted.is_empty() {
            ul {
                @for event in doubted {
                    li {
                        a href=(facts::own_page(event)) { (event.title) } " (" (facts::days(english, event)) "):"
                        ul { @for flag in &event.flags { li { (evidence::in_code(&select::in_words(*flag, event))) } } }
                    }
                }
            }
        }
        (why::not_believed(shown.rejected))
        @for health in shown.sources.iter().filter(|health| health.is_wrong()) { (sources::trouble(health)) }
    }
}

/// How its sources are doing.
fn sources(site: &Site<'_>, shown: &Organiser<'_>) -> Markup {
    html! {
        @for health in shown.sources {
            article.evidence {
                h3 { code { (health.source.id) } }
                p { (sources::read_at(health.source)) ": " (evidence::doing_beside(site, health.standing, true)) }
                @if !health.problems.is_empty() && !health.is_wrong() { (evidence::problems(health.problems)) }
            }
        }
    }
}

/// What the last change of an event was, and of which.
fn change<'a>(say: Say<'_>, event: &Published) -> [(&'a str, Fill); 2] {
    let what = say.text(match event.status {
        Status::Cancelled => "group.cancelled",
        Status::Postponed => "group.postponed",
        Status::Withdrawn => "group.withdrawn",
        Status::Confirmed | Status::Tentative if event.modified == event.created => "group.new",
        Status::Confirmed | Status::Tentative => "group.changed",
    });
    let page = say.to(&facts::own_page(event));
    [
        ("what", Fill::Shown(html! { (what) })),
        (
            "event",
            Fill::Shown(html! { a href=(page) { (event.title) } }),
        ),
    ]
}
