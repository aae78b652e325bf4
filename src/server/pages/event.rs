//! One event: its facts, what each source says of it, its history, what editors decided.

use super::Site;
use super::decisions::{self, Subject};
use super::evidence;
use super::facts::{self, away};
use super::layout::{self, Part};
use crate::believe::curate::{Published, Shown};
use crate::section::select;
use crate::store::Events;
use crate::why::{Account, Newsletter};
use maud::{Markup, html};

/// Characters of a description that are shown; who wants the rest follows the event's link.
const LONGEST_DESCRIPTION: usize = 10_000;

/// What the page of an event shows.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// All that is known of it.
    pub account: &'a Account,
    /// The issue for which the page says where the event is printed.
    pub newsletter: Newsletter<'a>,
    /// Every published event, to name those that look like it.
    pub published: &'a Events,
    /// What tells this state of it from a later one.
    pub version: &'a str,
}

/// The page.
pub fn page(site: &Site<'_>, shown: &Event<'_>) -> Markup {
    let account = shown.account;
    let event = &account.event;
    let path = facts::own_page(event);
    let head = html! {
        link rel="canonical" href={ (site.base) (path) };
        @if event.shown != Shown::Everywhere { meta name="robots" content="noindex"; }
    };
    let subject = Subject {
        event,
        version: shown.version,
        back: &path,
        part: "rule",
    };
    let content = html! {
        article {
            h1 { (facts::mark(event)) (event.title) }
            (facts::lead(event))
            (facts(event))
            @if !event.description.trim().is_empty() {
                h2 { "What it is about" }
                (description(event.description.trim()))
            }
        }
        @let flags = &event.flags;
        @if !flags.is_empty() {
            section aria-labelledby="doubts" {
                h2 id="doubts" { "What is doubted" }
                ul { @for flag in flags { li { (evidence::in_code(&select::in_words(*flag, event))) } } }
            }
        }
        (evidence::conflicts(event))
        section aria-labelledby="print" {
            h2 id="print" { "In the newsletter" }
            (evidence::next(&account.next, shown.newsletter))
            (evidence::taken_out(account))
        }
        @if let Some(editor) = site.editor {
            section.desk aria-labelledby="rule" {
                h2 id="rule" { "Decide on it" }
                (decisions::simple(editor, subject))
                details { summary { "Correct its facts" } (decisions::edit(editor, subject)) }
                details { summary { "Merge it with another event" }
                    @for (id, why) in &account.suspected {
                        @if let Some(other) = shown.published.get(id) {
                            p { "With " a href=(facts::own_page(other)) { (other.title) } ": " (why) }
                            (decisions::merge(editor, subject, Some(other)))
                        }
                    }
                    (decisions::merge(editor, subject, None))
                }
                details { summary { "Pin it: print it until a day" } (decisions::pin(editor, subject)) }
            }
        }
        section aria-labelledby="decided" {
            h2 id="decided" { "What editors decided" }
            @if let Some(until) = event.print_until { p { (decisions::pinned(until)) } }
            @if account.decisions.is_empty() { p { "Nothing." } }
            @else { (decisions::decided(site, account.decisions.iter(), &path, |_| html! {})) }
        }
        section aria-labelledby="evidence" {
            h2 id="evidence" { "What each source says" }
            (evidence::evidence(&account.seen))
            (evidence::alike(account, shown.published))
        }
        section aria-labelledby="history" {
            h2 id="history" { "History" }
            (evidence::history(account))
        }
        p.note { "Its id is " code { (event.id) } "." }
    };
    layout::page(site, Part::Other, event.title.as_str(), &head, &content)
}

/// A description as the plain text that it is, a paragraph for each.
fn description(text: &str) -> Markup {
    let cut = text
        .char_indices()
        .nth(LONGEST_DESCRIPTION)
        .map(|(at, _)| at);
    let paragraphs = text[..cut.unwrap_or(text.len())].split("\n\n");
    html! {
        div.description dir="auto" {
            @for paragraph in paragraphs { p { (paragraph) } }
            @if cut.is_some() { p { "…" } }
        }
    }
}

fn facts(event: &Published) -> Markup {
    html! {
        dl.facts {
            @for (number, link) in event.links.iter().enumerate() {
                div { dt { @if number == 0 { "Page" } @else { (link.title) } } dd { (away(&link.url, link.url.as_str())) } }
            }
            @for organiser in &event.organisers {
                @if let Some(url) = &organiser.url { div { dt { (organiser.name) } dd { (away(url, url.as_str())) } } }
            }
            @if let Some(url) = &event.online_url { div { dt { "Online at" } dd { (away(url, url.as_str())) } } }
            @if let Some(venue) = &event.venue {
                @if venue.name.is_some() || venue.address.is_some() {
                    div { dt { "Venue" } dd {
                        @if let Some(name) = &venue.name { (name) @if venue.address.is_some() { br; } }
                        @if let Some(address) = &venue.address { (address) }
                    } }
                }
                @if let Some((north, east)) = venue.coordinates {
                    div { dt { "On a map" } dd {
                        a rel="noreferrer" href={ "https://www.openstreetmap.org/?mlat=" (north) "&mlon=" (east) "#map=17/" (north) "/" (east) } { "OpenStreetMap" }
                    } }
                }
            }
            @if let Some(zone) = event.when.zone() { div { dt { "Time zone" } dd { (zone.name()) } } }
            div { dt { "Status" } dd { (event.status.name()) } }
        }
    }
}
