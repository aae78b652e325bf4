//! What is shown where there is no page, or the request cannot be answered.

use super::layout::{self, Part};
use super::query;
use super::query::Pairs;
use super::{Say, Site};
use crate::facts::place::{self, Asked};
use crate::filter::Meant;
use maud::{Markup, html};
use std::borrow::Cow;

/// Why there is no page.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// The status of the answer, such as 404.
    pub status: u16,
    /// What is wrong, in a few English words.
    pub title: &'a str,
    /// What exactly, and what to do, in English.
    pub detail: &'a str,
    /// What the address names that is not known.
    pub not_found: Option<NotFound>,
    /// What may be asked instead.
    pub instead: Option<Again<'a>>,
}

/// What people may ask in place of what was refused.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    /// The path that was asked.
    pub path: &'a str,
    /// The query that was asked.
    pub pairs: &'a Pairs,
    /// The key in it that is wrong.
    pub wrong: &'a str,
    /// Whether the page asks for that key, so that its value can be corrected.
    pub is_asked: bool,
    /// The address without that key.
    pub without: &'a str,
    /// Which of its values is wrong, and what may be meant by it.
    pub meant: Option<&'a Meant>,
}

/// The detail for an unknown address.
pub const NO_PAGE: &str = "there is no such page";

/// What an address names that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFound {
    /// A page.
    Page,
    /// An event.
    Event,
    /// A group.
    Group,
    /// A city.
    City,
}

/// Fields that a form shows again.
const MOST_FIELDS: usize = 20;

/// The page.
pub fn page(site: &Site<'_>, problem: &Problem<'_>) -> Markup {
    let say = site.say;
    let title = title(say, problem);
    let status = problem.status.to_string();
    let content = html! {
        h1 { (title) }
        @match in_own_words(say, problem) {
            Some(words) => {
                p.lead { (words) }
                @if problem.not_found != Some(NotFound::Page) { p.note lang=[say.of_english()] { (detail(problem.detail)) } }
            }
            None => p.lead lang=[say.of_english()] { (detail(problem.detail)) },
        }
        @if let Some(again) = &problem.instead { (self::again(say, again)) }
        ul {
            li { a href=(say.to("/")) { (say.text("problem.upcoming")) } }
            @if site.answers { li { a href=(say.to("/why")) { (say.text("problem.why")) } } }
            li { a href="/sources" { (say.text("problem.sources")) } }
        }
        p.note { (say.with("problem.status", &[("status", &status)])) }
    };
    let head = html! { meta name="robots" content="noindex"; };
    layout::page(site, Part::Other, &title, &head, &content)
}

/// What is wrong, or what to write instead, in the visitor's language, as far as that has words for it. The exact fault is
/// said in English: on an English page that is enough.
fn in_own_words<'a>(say: Say<'a>, problem: &Problem<'a>) -> Option<&'a str> {
    let is_english = say.of_english().is_none();
    let key = match (problem.not_found, problem.instead.map(|again| again.wrong)) {
        (Some(NotFound::Page), _) => return Some(say.text("problem.no-page")),
        (Some(NotFound::Event), _) => "problem.no-event",
        (Some(NotFound::Group), _) => "problem.no-group",
        (Some(NotFound::City), _) => "problem.no-city",
        (None, Some("near" | "city")) => "problem.write-city",
        (None, Some("from" | "to")) => "problem.write-day",
        (None, _) => return None,
    };
    (!is_english).then(|| say.text(key))
}

/// The detail, in which each page of a city is a link.
fn detail(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (linked(part)) }
        }
    }
}

fn linked(text: &str) -> Markup {
    html! {
        @for (number, word) in text.split(' ').enumerate() {
            @if number > 0 { " " }
            @let (path, rest) = word.split_at(word.trim_end_matches(',').len());
            @if let Some(slug) = path.strip_prefix("/in/").filter(|slug| is_slug(slug)) { a href=(path) { (city(slug)) } (rest) }
            @else { (word) }
        }
    }
}

/// The city of a page, by its name in addresses.
fn city(slug: &str) -> String {
    match place::asked(slug) {
        Asked::One(spot) => spot.place.printed(&[spot.place.country()]),
        Asked::Several(_) | Asked::Unknown(_) => slug.to_owned(),
    }
}

fn is_slug(text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    !text.is_empty() && text.chars().all(is_part)
}

/// What is wrong with a request, in a few words of the page's language.
fn title<'a>(say: Say<'a>, problem: &Problem<'a>) -> Cow<'a, str> {
    if let Some(again) = problem.instead.as_ref().filter(|_| problem.status == 400) {
        let key = [("key", say.key(again.wrong))];
        return say.with("problem.not-understood", &key).into();
    }
    let title = match problem.status {
        400 => say.text("problem.bad-request"),
        404 => say.text("problem.not-found"),
        405 => say.text("problem.not-allowed"),
        408 => say.text("problem.too-slow"),
        413 => say.text("problem.too-large"),
        414 => say.text("problem.too-long"),
        429 => say.text("problem.too-many"),
        503 => say.text("problem.unavailable"),
        // Answers to editors' forms.
        401 => "Log in first",
        403 => "This is not allowed",
        409 => "Another editor was here meanwhile",
        415 => "This is no form",
        _ => problem.title,
    };
    title.into()
}

/// The same inside a frame on another site.
pub fn frame(site: &Site<'_>, problem: &Problem<'_>) -> Markup {
    let say = site.say;
    let title = title(say, problem);
    let content = html! {
        h1 { (title) }
        p.lead lang=[say.of_english()] { (super::evidence::in_code(problem.detail)) }
        p.note { a href=(say.to("/")) { (say.with("embed.all", &[("site", site.title)])) } }
    };
    layout::frame(site, &title, &content)
}

/// What was typed, to be corrected; a key that is none here can only be left out.
fn again(say: Say<'_>, again: &Again<'_>) -> Markup {
    let typed = again
        .pairs
        .iter()
        .filter(|(_, value)| !value.trim().is_empty());
    html! {
        @if let Some(meant) = again.meant { (self::meant(say, again, meant)) }
        @if again.is_asked {
            form action=(again.path) method="get" {
                (say.field())
                div.fields {
                    @for (number, (key, value)) in typed.take(MOST_FIELDS).enumerate() {
                        @let id = format!("field-{number}");
                        @let is_wrong = key == again.wrong;
                        div.field {
                            label for=(id) { (say.key(key)) }
                            input type="text" id=(id) name=(key) value=(value) aria-invalid=[is_wrong.then_some("true")] autofocus[is_wrong];
                        }
                    }
                }
                p.actions { button type="submit" { (say.text("problem.again")) } }
            }
        }
        p { a.button href=(say.to(again.without)) { (say.text("problem.without")) } }
    }
}

/// The values that may be meant, each as a link to the same question with it.
fn meant(say: Say<'_>, again: &Again<'_>, meant: &Meant) -> Markup {
    let address = |instead: &str| {
        let pairs = again.pairs.iter().map(|(key, value)| {
            let is_wrong = key == again.wrong && value.trim() == meant.said;
            (key.as_str(), if is_wrong { instead } else { value })
        });
        say.to(&query::address(again.path, pairs))
    };
    html! {
        @if !meant.instead.is_empty() {
            ul.chips { @for instead in &meant.instead { li { a href=(address(instead)) { (instead) } } } }
        }
    }
}
