//! One event: when, where, what and who; folded away, what each source says of it, its history, what editors decided.

use super::decisions::{self, Subject};
use super::evidence;
use super::facts::{self, away};
use super::layout::{self, Part};
use super::{Editor, Say, Site};
use crate::believe::curate::{Published, Shown};
use crate::facts::link::pieces;
use crate::facts::place::Mode;
use crate::facts::when::{self, When};
use crate::render::jsonld;
use crate::section::select;
use crate::store::Events;
use crate::why::{Account, Newsletter};
use maud::{Markup, PreEscaped, html};

mod add;

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
    let say = site.say;
    let path = facts::own_page(event);
    let address = format!("{}{path}", site.base);
    let head = html! {
        (layout::described(site, event.title.as_str(), &summary(say, event), &path))
        @if event.shown != Shown::Everywhere { meta name="robots" content="noindex"; }
        @if let Some(data) = jsonld::event(event, &address) {
            script type="application/ld+json" { (PreEscaped(jsonld::in_script(&data))) }
        }
    };
    let content = html! {
        article.one {
            p.back { a href=(say.to("/")) { (say.text("page.all-events")) } }
            h1 dir="auto" { (facts::mark(say, event)) (event.title) }
            (facts(event, site))
            (actions(say, event, &address))
            @if !event.description.trim().is_empty() {
                h2 { (say.text("event.about")) }
                (description(event.description.trim()))
            }
        }
        @if let Some(editor) = site.editor { (desk(say, editor, shown, &path)) }
        details.behind open[site.editor.is_some()] {
            summary { (say.text("event.for-editors")) }
            (say.english(behind(site, shown, &path)))
        }
    };
    layout::page(site, Part::Other, event.title.as_str(), &head, &content)
}

/// When and where in one line, for previews of links.
fn summary(say: Say<'_>, event: &Published) -> String {
    let (first, last) = (event.when.first_day(), event.when.last_day());
    let mut words = vec![say.date("dates.day", first)];
    match event.when {
        When::Timed { start, zone, .. } => {
            words[0] += &when::with_offset(start, zone).format(", %H:%M").to_string();
        }
        When::Days { .. } if last > first => {
            words[0] += &format!(" – {}", say.date("dates.day", last));
        }
        When::Days { .. } => {}
    }
    words.push(facts::place(say, event));
    words.extend(event.organisers.iter().map(|known| known.name.clone()));
    words.join(" · ")
}

/// When, where and who.
fn facts(event: &Published, site: &Site<'_>) -> Markup {
    let maps = add::maps(event);
    let say = site.say;
    html! {
        dl.about {
            div {
                dt { (say.text("event.when")) }
                dd {
                    b { (facts::days(say, event)) } ", " (facts::hours(say, event))
                    @if let Some(zone) = event.when.zone() { br; span.note { (say.with("event.zone", &[("zone", zone.name())])) } }
                    @if event.when.over() < site.now { br; strong { (say.text("event.over")) } }
                    @if let Some(before) = &event.moved_from { br; (say.with("event.moved", &[("time", &say.time(before))])) }
                }
            }
            div {
                dt { (say.text("event.where")) }
                dd {
                    (place(say, event))
                    @if !maps.is_empty() {
                        br; span.note {
                            (say.text("event.map")) " "
                            @for (number, (name, url)) in maps.iter().enumerate() {
                                @if number > 0 { " · " }
                                a href=(url) rel="noreferrer" { (name) }
                            }
                        }
                    }
                    @if let Some(url) = &event.online_url { br; (away(url, say.text("event.join"))) }
                }
            }
            @if !event.organisers.is_empty() {
                div { dt { (say.text("event.who")) } dd { (facts::organisers(say, event)) } }
            }
        }
    }
}

/// Venue, address and city, each said once.
fn place(say: Say<'_>, event: &Published) -> Markup {
    let venue = event.venue.as_ref().filter(|_| event.mode != Mode::Virtual);
    let name = venue.and_then(|venue| venue.name.as_deref());
    let address = venue.and_then(|venue| venue.address.as_deref());
    html! {
        @if let Some(name) = name.filter(|name| address.is_none_or(|address| !address.contains(name))) {
            b { (name) } br;
        }
        @match address {
            // An address mostly ends with its city.
            Some(address) if is_in(event, address) => {
                (address) @if event.mode == Mode::Hybrid { br; (say.text("event.also-online")) }
            }
            Some(address) => { (address) br; (facts::place(say, event)) }
            None => (facts::place(say, event)),
        }
    }
}

/// Whether an address names the city.
fn is_in(event: &Published, address: &str) -> bool {
    let city = event.place.as_ref().and_then(|place| place.city());
    city.is_some_and(|city| address.contains(city))
}

/// Its page where people sign up, calendars, and the address to share.
fn actions(say: Say<'_>, event: &Published, address: &str) -> Markup {
    let first = match event.status.takes_place() {
        true => "event.sign-up",
        false => "event.see",
    };
    html! {
        p.actions {
            @for (number, link) in event.links.iter().enumerate() {
                @let host = link.url.host().trim_start_matches("www.");
                @if number == 0 {
                    a.button.first href=(link.url.as_str()) rel="noreferrer" {
                        (say.with(first, &[("host", host)]))
                    } " "
                } @else {
                    a.button href=(link.url.as_str()) rel="noreferrer" { (link.title) " (" (host) ")" } " "
                }
            }
            a.button href={ (facts::own_page(event)) ".ics" } { (say.text("event.add")) }
        }
        // These services make a new event of it, and know no cancelled one.
        @if event.status.takes_place() {
            p.note {
                (say.text("event.add-to")) " "
                @for (number, (name, url)) in add::calendars(event, address).iter().enumerate() {
                    @if number > 0 { " · " }
                    a href=(url) rel="noreferrer" { (name) }
                }
            }
        }
        @let (site, path) = address.split_at(address.len() - facts::own_page(event).len());
        p.note {
            (say.text("event.share")) " " code id="share" { (site) wbr; (path) } " "
            button.quiet type="button" hidden data-copy="share" { (say.text("page.copy-address")) }
        }
    }
}

/// What an editor decides on it.
fn desk(say: Say<'_>, editor: Editor<'_>, shown: &Event<'_>, path: &str) -> Markup {
    let account = shown.account;
    let subject = Subject {
        event: &account.event,
        version: shown.version,
        back: path,
        part: "rule",
    };
    html! {
        section.desk lang=[say.of_english()] aria-labelledby="rule" {
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
}

/// How it is printed and why it is believed.
fn behind(site: &Site<'_>, shown: &Event<'_>, path: &str) -> Markup {
    let account = shown.account;
    let event = &account.event;
    html! {
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
            (evidence::taken_out(account, shown.newsletter.style))
        }
        section aria-labelledby="decided" {
            h2 id="decided" { "What editors decided" }
            @if let Some(until) = event.print_until { p { (decisions::pinned(until)) } }
            @if account.decisions.is_empty() { p { "Nothing." } }
            @else { (decisions::decided(site, account.decisions.iter(), path, |_| html! {})) }
        }
        section aria-labelledby="evidence" {
            h2 id="evidence" { "What each source says" }
            (evidence::evidence(site, &account.seen))
            (evidence::alike(account, shown.published))
        }
        section aria-labelledby="history" {
            h2 id="history" { "History" }
            (evidence::history(account))
        }
        p.note { "Its id is " code { (event.id) } ", its status " (event.status.name()) "." }
    }
}

/// A description as text with its links, a paragraph for each.
fn description(text: &str) -> Markup {
    let cut = text
        .char_indices()
        .nth(LONGEST_DESCRIPTION)
        .map(|(at, _)| at);
    let paragraphs = text[..cut.unwrap_or(text.len())].split("\n\n");
    html! {
        div.description dir="auto" {
            @for paragraph in paragraphs {
                p {
                    @for (words, link) in pieces(paragraph) {
                        @match link {
                            // A stranger wrote it.
                            Some(link) => a href=(link.as_str()) rel="noreferrer nofollow ugc" { (words) },
                            None => (words),
                        }
                    }
                }
            }
            @if cut.is_some() { p { "…" } }
        }
    }
}
