//! Choosing what to follow: groups, places and words become one address, without an account. The choice is in the
//! address of the page and of its feeds, so opening the page again changes it.

use super::facts;
use super::layout::{self, Part};
use super::query::{self, Pairs};
use super::subscribe;
use super::{Fill, Say, Site};
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
    let say = site.say;
    let content = html! {
        h1 { (say.text("menu.follow")) }
        @if let Some(wrong) = follow.wrong { p.wrong role="alert" lang=[say.of_english()] { (super::evidence::in_code(wrong)) } }
        @if let Some(words) = follow.words {
            p.lead { (say.html("follow.chosen", &[("choice", Fill::Shown(html! { b { (words) } }))])) }
            section.subscribe aria-labelledby="subscribe-heading" {
                h2 id="subscribe-heading" { (say.text("follow.subscribe")) }
                (subscribe::links(site, &ics, &say.titled(site.title, words)))
                p.note { (say.html("follow.atom", &[("atom", Fill::Leads(atom.clone()))])) }
                p.note { (say.text("follow.note")) }
            }
            section aria-labelledby="next" {
                h2 id="next" { (say.text("follow.next")) " " span.number { (say.count("count.events", follow.events.1)) } }
                ol.events { @for event in follow.events.0 { (facts::item(say, event, None)) } }
            }
        } @else {
            p.lead { (say.text("follow.lead")) }
        }
        (form(say, follow))
    };
    let head = html! {
        @if follow.words.is_some() {
            link rel="alternate" type="application/atom+xml" title=(site.title) href=(atom);
            link rel="alternate" type="text/calendar" title=(site.title) href=(ics);
            meta name="robots" content="noindex";
        } @else {
            (layout::described(site, say.text("menu.follow"), say.text("follow.lead"), "/follow"))
        }
    };
    layout::page(site, Part::Follow, say.text("menu.follow"), &head, &content)
}

fn form(say: Say<'_>, follow: &Follow<'_>) -> Markup {
    let typed = follow.typed;
    let regions: Vec<Heading> = query::values(typed, "region")
        .filter_map(Heading::parse)
        .collect();
    let modes: Vec<Mode> = query::values(typed, "mode")
        .filter_map(Mode::parse)
        .collect();
    html! {
        form.follow action="/follow" method="get" {
            (say.field())
            h2 { @if follow.words.is_some() { (say.text("follow.change")) } @else { (say.text("follow.choice")) } }
            div.fields {
                (fields(say, typed, Field { key: "near", words: say.text("search.near"), example: "Cologne" }))
                (super::upcoming::field("within", say.text("search.within"), "text", query::value(typed, "within"), Some(say.text("follow.within-hint"))))
                (fields(say, typed, Field { key: "q", words: say.text("follow.about"), example: "embedded" }))
            }
            fieldset {
                legend { (say.text("follow.everything-in")) }
                @for heading in Heading::all() {
                    label.choice {
                        input type="checkbox" name="region" value=(heading.slug()) checked[regions.contains(&heading)];
                        " " (say.heading(heading))
                    }
                }
            }
            fieldset {
                legend { (say.text("search.any-mode")) }
                @for (mode, words) in [(Mode::InPerson, "follow.in-person"), (Mode::Virtual, "follow.online")] {
                    label.choice {
                        input type="checkbox" name="mode" value=(mode.name()) checked[modes.contains(&mode)];
                        " " (say.text(words))
                    }
                }
            }
            (others(say, typed))
            @for part in follow.groups { (groups(say, part)) }
            p.actions { button type="submit" { (say.text("follow.submit")) } }
        }
    }
}

/// What the address asks for and the form has no field for, to be kept or left out.
fn others(say: Say<'_>, typed: &Pairs) -> Markup {
    let is_other = |(key, value): &&(String, String)| match key.as_str() {
        "near" | "within" | "q" | "match" | "region" | "organiser" => false,
        "mode" => Mode::parse(value) == Some(Mode::Hybrid),
        _ => !value.trim().is_empty(),
    };
    let others: Vec<&(String, String)> = typed.iter().filter(is_other).collect();
    html! {
        @if !others.is_empty() {
            fieldset {
                legend { (say.text("follow.also")) }
                @for (key, value) in others {
                    label.choice {
                        input type="checkbox" name=(key) value=(value) checked;
                        " " (say.titled(say.key(key), say.value(key, value)))
                    }
                }
            }
        }
    }
}

/// The groups of a part of the world; open if one of them is chosen.
fn groups(say: Say<'_>, part: &Groups<'_>) -> Markup {
    let chosen = part.groups.iter().filter(|(.., chosen)| *chosen).count();
    html! {
        details open[chosen > 0] {
            summary {
                @match part.heading {
                    Some(Heading::Virtual) => (say.text("follow.groups-online")),
                    Some(heading) => (say.with("follow.groups-in", &[("region", say.heading(heading))])),
                    None => (say.text("follow.groups-elsewhere")),
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

/// A field that stands once for each value of its key.
#[derive(Clone, Copy)]
struct Field<'a> {
    /// The key in the address.
    key: &'a str,
    /// What it is called.
    words: &'a str,
    /// What could be typed.
    example: &'a str,
}

/// The values of a key, each in a field, and an empty one.
fn fields(say: Say<'_>, typed: &Pairs, field: Field<'_>) -> Markup {
    let Field {
        key,
        words,
        example,
    } = field;
    html! {
        @for (number, value) in query::values(typed, key).chain([""]).enumerate() {
            div.field {
                label for={ (key) "-" (number) } { @if number > 0 { (say.text("filter.or")) ": " } (words) }
                input type="text" id={ (key) "-" (number) } name=(key) value=(value) placeholder=(example);
            }
        }
    }
}
