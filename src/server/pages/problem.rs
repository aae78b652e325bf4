//! What is shown where there is no page, or the request cannot be answered.

use super::Site;
use super::layout::{self, Part};
use super::query::Pairs;
use crate::filter::KEYS;
use maud::{Markup, html};

/// Why there is no page.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// The status of the answer, such as 404.
    pub status: u16,
    /// What is wrong, in a few words.
    pub title: &'a str,
    /// What exactly, and what to do.
    pub detail: &'a str,
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
    /// The address without that key.
    pub without: &'a str,
}

/// Fields that a form shows again.
const MOST_FIELDS: usize = 20;

/// The page.
pub fn page(site: &Site<'_>, problem: &Problem<'_>) -> Markup {
    let content = html! {
        h1 { (problem.title) }
        p.lead { (super::evidence::in_code(problem.detail)) }
        @if let Some(again) = &problem.instead { (self::again(again)) }
        ul {
            li { a href="/" { "Upcoming events" } }
            @if site.answers { li { a href="/why" { "Why is an event there, or not?" } } }
            li { a href="/sources" { "How the sources are doing" } }
        }
        p.note { "Status " (problem.status) }
    };
    let head = html! { meta name="robots" content="noindex"; };
    layout::page(site, Part::Other, problem.title, &head, &content)
}

/// The same in a frame on another site, for who puts it there.
pub fn frame(site: &Site<'_>, problem: &Problem<'_>) -> Markup {
    let content = html! {
        h1 { (problem.title) }
        p.lead { (super::evidence::in_code(problem.detail)) }
        p.note { a href="/" { "All events at " (site.title) } }
    };
    layout::frame(site, problem.title, &content)
}

/// What was typed, to be corrected; a key that is none here can only be left out.
fn again(again: &Again<'_>) -> Markup {
    let typed = again
        .pairs
        .iter()
        .filter(|(_, value)| !value.trim().is_empty());
    html! {
        @if KEYS.contains(&again.wrong) {
            form action=(again.path) method="get" {
                div.fields {
                    @for (number, (key, value)) in typed.take(MOST_FIELDS).enumerate() {
                        @let id = format!("field-{number}");
                        @let is_wrong = key == again.wrong;
                        div.field {
                            label for=(id) { (key) }
                            input type="text" id=(id) name=(key) value=(value) aria-invalid=[is_wrong.then_some("true")] autofocus[is_wrong];
                        }
                    }
                }
                p.actions { button type="submit" { "Try again" } }
            }
        }
        p { a.button href=(again.without) { "Show the page without it" } }
    }
}
