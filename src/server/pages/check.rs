//! An organiser's look at their own page: what is read there right now, and what would be printed of it.

use super::Site;
use super::evidence;
use super::facts;
use super::layout::{self, Part};
use super::why;
use crate::believe::curate::Published;
use crate::facts::event::Rejected;
use crate::facts::issue::Window;
use crate::facts::listing::Problem;
use crate::facts::source::Platform;
use crate::section::select::{self, Style};
use maud::{Markup, html};

/// What the page of a look shows.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// The address; empty if none was given yet.
    pub url: &'a str,
    /// What was found there; or why nothing could be read, in a sentence.
    pub found: Option<Result<&'a Checked<'a>, &'a str>>,
    /// How rows look.
    pub style: &'a Style,
    /// The days of the next issue.
    pub window: Window,
}

/// What was found behind an address.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// Who read it.
    pub platform: Platform,
    /// How many events it lists, whatever became of them.
    pub entries: usize,
    /// The events to come, in the order of their starts.
    pub events: &'a [Published],
    /// What could not be read, or was read with doubt.
    pub problems: &'a [Problem],
    /// What was read and is not believed.
    pub rejected: &'a [Rejected],
    /// That it is a source already: under which id.
    pub source: Option<&'a str>,
    /// The entry that would make it a source, as TOML.
    pub entry: Option<&'a str>,
    /// Where an issue can be opened that asks for it, filled in.
    pub issue: Option<&'a str>,
}

/// The page.
pub fn page(site: &Site<'_>, shown: &Check<'_>) -> Markup {
    let title = "Check a page or feed";
    let content = html! {
        h1 { (title) }
        p.lead { "Do you organise events? See what we read from your group’s page, its calendar or its feed, and the exact rows that the newsletter would print." }
        form.ask action="/check" method="get" role="search" aria-label="Check" {
            div.field {
                label for="url" { "The address of the page or feed" }
                input type="text" id="url" name="url" value=(shown.url) maxlength="2000" required
                    inputmode="url" autocomplete="off" placeholder="https://www.meetup.com/…" aria-describedby="url-hint";
                p.hint id="url-hint" { "It is read once, now. Nothing is stored." }
            }
            p.actions { button type="submit" { "Read it" } }
        }
        @match shown.found {
            None => {},
            Some(Err(why)) => section aria-labelledby="answer" {
                h2 id="answer" { "It could not be read" }
                p.verdict.no { (evidence::in_code(why)) }
                p { "Try the group’s page on its platform, or the address of its iCalendar feed. Is an event missing? " a href="/why" { "Ask why" } "." }
            },
            Some(Ok(checked)) => section aria-labelledby="answer" { (self::checked(shown, checked)) }
        }
    };
    layout::page(site, Part::Check, title, &html! {}, &content)
}

fn checked(shown: &Check<'_>, checked: &Checked<'_>) -> Markup {
    html! {
        h2 id="answer" { (facts::count(checked.entries, "event")) " listed, " (checked.events.len()) " to come" }
        p {
            "Read as " b { (checked.platform.name()) } ". "
            @if let Some(source) = checked.source { "It is a source already: " code { (source) } ". " }
        }
        @if checked.events.is_empty() && checked.problems.is_empty() {
            p { "There is no event to come. Are they public, and do they have a date?" }
        }
        @if !checked.problems.is_empty() || !checked.rejected.is_empty() {
            div.warning {
                @if !checked.problems.is_empty() { h3 { "What is wrong" } (evidence::problems(checked.problems)) }
                (why::not_believed(checked.rejected))
            }
        }
        h2 { "The next issue would print" }
        (evidence::printed(checked.events.iter(), shown.window, shown.style))
        @if !checked.events.is_empty() {
            h2 { "All events to come" }
            ol.events { @for event in checked.events { (event_found(event)) } }
        }
        (why::entry(checked.entry, checked.issue))
    }
}

/// An event that is not published, so that it has no page here.
fn event_found(event: &Published) -> Markup {
    html! {
        li.event {
            p.when { span.days { (facts::days(event)) } " " (facts::hours(event)) }
            div.what {
                h3 { (facts::mark(event)) @match event.links.first() {
                    Some(link) => (facts::away(&link.url, event.title.as_str())),
                    None => (event.title),
                } }
                p {
                    (facts::place(event))
                    @for organiser in &event.organisers { " · " (organiser.name) }
                }
                @for flag in &event.flags { p.note { (evidence::in_code(&select::in_words(*flag, event))) } }
            }
        }
    }
}
