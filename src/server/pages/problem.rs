//! What is shown where there is no page, or the request cannot be answered.

use super::Site;
use super::layout::{self, Part};
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
    /// The address without what is wrong.
    pub instead: Option<&'a str>,
}

/// The page.
pub fn page(site: &Site<'_>, problem: &Problem<'_>) -> Markup {
    let content = html! {
        h1 { (problem.title) }
        p.lead { (super::evidence::in_code(problem.detail)) }
        @if let Some(instead) = problem.instead { p { a.button href=(instead) { "Show the page without it" } } }
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
