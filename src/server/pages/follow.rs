//! Choosing what to follow: groups, places and words become one address, without an account. The choice is in the
//! address of the page and of its feeds, so opening the page again changes it.

use super::Site;
use super::facts;
use super::layout::{self, Part};
use super::query::{self, Pairs};
use super::subscribe;
use crate::believe::curate::Published;
use crate::believe::directory::GroupId;
use crate::facts::place::Mode;
use crate::section::select::Heading;
use maud::{Markup, html};

/// Groups that may be ticked, under the heading of their part of the world.
#[derive(Debug)]
pub struct Groups<'a> {
    /// The heading; `None` for those without a place.
    pub heading: Option<Heading>,
    /// The groups in the order of their names: id, name, events to come, and whether it is chosen.
    pub groups: Vec<(&'a GroupId, &'a str, usize, bool)>,
}

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct Follow<'a> {
    /// All groups.
    pub groups: &'a [Groups<'a>],
    /// The choice, as its feeds say it; empty if nothing is chosen.
    pub chosen: &'a Pairs,
    /// The choice in words.
    pub words: Option<&'a str>,
    /// The first events of it that are to come, and how many there are.
    pub events: (&'a [&'a Published], usize),
    /// What is wrong with what was typed.
    pub wrong: Option<&'a str>,
    /// What was typed.
    pub typed: &'a Pairs,
}

/// The page.
pub fn page(site: &Site<'_>, follow: &Follow<'_>) -> Markup {
    let chosen = follow.chosen.iter();
    let feed = |path| {
        let pairs = chosen.clone().map(|(key, value)| (&**key, &**value));
        query::address(path, pairs)
    };
    let (ics, atom) = (feed("/events.ics"), feed("/events.atom"));
    let content = html! {
        h1 { "Follow" }
        @if let Some(wrong) = follow.wrong { p.wrong role="alert" { (super::evidence::in_code(wrong)) } }
        @if let Some(words) = follow.words {
            p.lead { "You follow " b { (words) } "." }
            section.subscribe aria-labelledby="subscribe-heading" {
                h2 id="subscribe-heading" { "Subscribe to your choice" }
                (subscribe::links(site, &ics, &format!("{}: {words}", site.title)))
                p.note { "In a feed reader: " a href=(atom) { "what is newly announced, as Atom" } "." }
                p.note { "Your choice is in these addresses; nothing is stored about you. To change it later, keep this page as a bookmark; the calendar links to it, too. After a change, subscribe again: the old address keeps the old choice." }
            }
            section aria-labelledby="next" {
                h2 id="next" { "Next " span.number { (facts::count(follow.events.1, "event")) } }
                ol.events { @for event in follow.events.0 { (facts::item(event)) } }
            }
        } @else {
            p.lead { "Choose groups, places or words. You get one address for your calendar or feed reader, without an account." }
        }
        (form(follow))
    };
    let head = html! {
        @if follow.words.is_some() {
            link rel="alternate" type="application/atom+xml" title=(site.title) href=(atom);
            link rel="alternate" type="text/calendar" title=(site.title) href=(ics);
            meta name="robots" content="noindex";
        }
    };
    layout::page(site, Part::Follow, "Follow", &head, &content)
}

fn form(follow: &Follow<'_>) -> Markup {
    let typed = follow.typed;
    let regions: Vec<Heading> = query::values(typed, "region")
        .filter_map(Heading::parse)
        .collect();
    let modes: Vec<Mode> = query::values(typed, "mode")
        .filter_map(Mode::parse)
        .collect();
    html! {
        form.follow action="/follow" method="get" {
            h2 { @if follow.words.is_some() { "Change your choice" } @else { "Your choice" } }
            div.fields {
                (fields(typed, "near", "Near a city", "Cologne"))
                (super::upcoming::field("within", "Within", "text", query::value(typed, "within"), Some("100km by default; 60mi")))
                (fields(typed, "q", "About", "embedded"))
            }
            fieldset {
                legend { "Everything in" }
                @for heading in Heading::all() {
                    label.choice {
                        input type="checkbox" name="region" value=(heading.slug()) checked[regions.contains(&heading)];
                        " " @if heading == Heading::Virtual { "Online" } @else { (heading.name()) }
                    }
                }
            }
            fieldset {
                legend { "In person or online" }
                @for (mode, words) in [(Mode::InPerson, "Only events that I can go to"), (Mode::Virtual, "Only events that I can join online")] {
                    label.choice {
                        input type="checkbox" name="mode" value=(mode.name()) checked[modes.contains(&mode)];
                        " " (words)
                    }
                }
            }
            (others(typed))
            @for part in follow.groups { (groups(part)) }
            p.actions { button type="submit" { "Follow these" } }
        }
    }
}

/// What the address asks for and the form has no field for, to be kept or left out.
fn others(typed: &Pairs) -> Markup {
    let is_other = |(key, value): &&(String, String)| match key.as_str() {
        "near" | "within" | "q" | "match" | "region" | "organiser" => false,
        "mode" => Mode::parse(value) == Some(Mode::Hybrid),
        _ => !value.trim().is_empty(),
    };
    let others: Vec<&(String, String)> = typed.iter().filter(is_other).collect();
    html! {
        @if !others.is_empty() {
            fieldset {
                legend { "Also" }
                @for (key, value) in others {
                    label.choice {
                        input type="checkbox" name=(key) value=(value) checked;
                        " " (key) ": " (value)
                    }
                }
            }
        }
    }
}

/// The groups of a part of the world; open if one of them is chosen.
fn groups(part: &Groups<'_>) -> Markup {
    let chosen = part.groups.iter().filter(|(.., chosen)| *chosen).count();
    html! {
        details open[chosen > 0] {
            summary {
                "Groups " @match part.heading {
                    Some(Heading::Virtual) => "online",
                    Some(heading) => { "in " (heading.name()) },
                    None => "elsewhere",
                }
                " " span.number { (part.groups.len()) }
            }
            @for (id, name, events, chosen) in &part.groups {
                label.choice {
                    input type="checkbox" name="organiser" value=(id.as_str()) checked[*chosen];
                    " " (name) " " @if *events > 0 { span.number { (events) } }
                }
            }
        }
    }
}

/// The values of a key, each in a field, and an empty one.
fn fields(typed: &Pairs, key: &str, words: &str, example: &str) -> Markup {
    html! {
        @for (number, value) in query::values(typed, key).chain([""]).enumerate() {
            div.field {
                label for={ (key) "-" (number) } { @if number > 0 { "or " } (words) }
                input type="text" id={ (key) "-" (number) } name=(key) value=(value) placeholder=(example);
            }
        }
    }
}
