//! An organiser's look at their own page: what is read there right now, and what would be printed of it.

use super::evidence;
use super::facts;
use super::layout::{self, Part};
use super::why;
use super::{Fill, Say, Site};
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
    let say = site.say;
    let title = say.text("check.title");
    let content = html! {
        h1 { (title) }
        p.lead { (say.text("check.lead")) }
        form.ask action="/check" method="get" role="search" aria-label=(say.text("check.form")) {
            (say.field())
            div.field {
                label for="url" { (say.text("check.address")) }
                input type="text" id="url" name="url" value=(shown.url) maxlength="2000" required
                    inputmode="url" autocomplete="off" placeholder="https://www.meetup.com/…" aria-describedby="url-hint";
                p.hint id="url-hint" { (say.text("check.hint")) }
            }
            p.actions { button type="submit" { (say.text("check.submit")) } }
        }
        @match shown.found {
            None => {},
            Some(Err(why)) => section aria-labelledby="answer" {
                h2 id="answer" { (say.text("check.failed")) }
                p.verdict.no lang=[say.of_english()] { (evidence::in_code(why)) }
                p { (say.html("check.advice", &[("why", Fill::Leads(say.to("/why")))])) }
            },
            Some(Ok(checked)) => section aria-labelledby="answer" { (self::checked(say, shown, checked)) }
        }
    };
    let head = html! {
        @if shown.url.is_empty() { (layout::described(site, title, say.text("check.lead"), "/check")) }
    };
    layout::page(site, Part::Check, title, &head, &content)
}

fn checked(say: Say<'_>, shown: &Check<'_>, checked: &Checked<'_>) -> Markup {
    let listed = say.count("count.events", checked.entries);
    let coming = checked.events.len().to_string();
    let reader = Fill::Shown(html! { b { (checked.platform.name()) } });
    html! {
        h2 id="answer" { (say.with("check.listed", &[("events", &listed), ("count", &coming)])) }
        p {
            (say.html("check.read-as", &[("platform", reader)])) " "
            @if let Some(source) = checked.source {
                @let source = Fill::Shown(html! { code { (source) } });
                (say.html("check.known", &[("source", source)])) " "
            }
        }
        @if checked.events.is_empty() && checked.problems.is_empty() {
            p { (say.text("check.no-event")) }
        }
        @if !checked.problems.is_empty() || !checked.rejected.is_empty() {
            div.warning {
                @if !checked.problems.is_empty() { h3 { (say.text("group.wrong")) } (say.english(evidence::problems(checked.problems))) }
                (say.english(why::not_believed(checked.rejected)))
            }
        }
        h2 { (say.text("check.next-issue")) }
        (say.english(evidence::printed(checked.events.iter(), shown.window, shown.style)))
        @if !checked.events.is_empty() {
            h2 { (say.text("check.all")) }
            ol.events { @for event in checked.events { (event_found(say, event)) } }
        }
        (say.english(why::entry(checked.entry, checked.issue)))
    }
}

/// An event that is not published, so that it has no page here.
fn event_found(say: Say<'_>, event: &Published) -> Markup {
    html! {
        li.event {
            p.when { span.days { (facts::days(say, event)) } " " (facts::hours(say, event)) }
            div.what {
                h3 { (facts::mark(say, event)) @match event.links.first() {
                    Some(link) => (facts::away(&link.url, event.title.as_str())),
                    None => (event.title),
                } }
                p {
                    (facts::place(say, event))
                    @for organiser in &event.organisers { " · " (organiser.name) }
                }
                @for flag in &event.flags { p.note lang=[say.of_english()] { (evidence::in_code(&select::in_words(*flag, event))) } }
            }
        }
    }
}
