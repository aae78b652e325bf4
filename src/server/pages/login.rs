//! The login for editors.

use super::Site;
use super::layout::{self, Part};
use maud::{Markup, html};

/// What the login shows.
#[derive(Debug, Clone, Copy)]
pub struct Login<'a> {
    /// The name that was tried.
    pub name: &'a str,
    /// Why it did not work, in a sentence.
    pub problem: Option<&'a str>,
    /// The path to return to.
    pub back: &'a str,
}

/// The page.
pub fn page(site: &Site<'_>, shown: &Login<'_>) -> Markup {
    let title = "Log in";
    let content = html! {
        h1 { (title) }
        p.lead { "For the newsletter’s editors. Reading and subscribing need no login." }
        @if let Some(problem) = shown.problem { p.verdict.no role="alert" id="problem" { (problem) } }
        form.narrow method="post" action="/login" aria-describedby=[shown.problem.map(|_| "problem")] {
            input type="hidden" name="back" value=(shown.back);
            div.field {
                label for="name" { "Name" }
                input type="text" id="name" name="name" value=(shown.name) required maxlength="100" autocomplete="username" autocapitalize="none";
            }
            div.field {
                label for="password" { "Password" }
                input type="password" id="password" name="password" required maxlength="1000" autocomplete="current-password";
            }
            p.actions { button type="submit" { "Log in" } }
        }
        p.note { "No login yet? " code { "rusty-events user set-password NAME" } " on the server makes one." }
    };
    layout::page(site, Part::Other, title, &html! {}, &content)
}
