//! The page of calls for papers: until when, for which event, and where to hand in.

use super::Site;
use super::layout::{self, Part};
use super::subscribe;
use crate::believe::curate::Published;
use crate::facts::call::{Call, Deadline};
use crate::facts::place::Country;
use crate::render::ical::in_words;
use crate::section::calls::place;
use maud::{Markup, html};

/// The page.
pub fn page(site: &Site<'_>, calls: &[(&Published, &Call)], states: &[Country]) -> Markup {
    let content = html! {
        h1 { "Calls for papers" }
        p.lead { "Conferences that look for speakers, the next deadline first." }
        @if calls.is_empty() {
            p.empty { "No call is open that we know of." }
        } @else {
            div.scroll tabindex="0" role="region" aria-label="Calls for papers" {
                table {
                    thead { tr { th scope="col" { "Open until" } th scope="col" { "Event" } th scope="col" { "Where" } th scope="col" { "When" } } }
                    tbody {
                        @for (event, call) in calls {
                            tr {
                                td { (until(call)) }
                                td {
                                    a href=(call.link) rel="noreferrer" { (event.title) } " "
                                    a.note href={ "/events/" (event.id) } { "about the event" }
                                }
                                td { (place(event, states)) }
                                td { (in_words(&event.when)) }
                            }
                        }
                    }
                }
            }
            p.note { "A deadline without an hour is a day: ask the conference in which zone it ends." }
        }
        section aria-labelledby="subscribe" {
            h2 id="subscribe" { "Subscribe to the deadlines" }
            (subscribe::links(site, "/cfp.ics", "Calls for papers"))
            p.note { "Also as " a href="/cfp.atom" { "Atom" } " and " a href="/cfp.json" { "JSON" } "." }
        }
    };
    let head = html! {
        link rel="alternate" type="application/atom+xml" title="Calls for papers" href="/cfp.atom";
    };
    layout::page(site, Part::Calls, "Calls for papers", &head, &content)
}

fn until(call: &Call) -> Markup {
    let day = call.until.day().to_string();
    let machine = match call.until {
        Deadline::Day(_) => day,
        Deadline::At(at, zone) => crate::facts::when::with_offset(at, zone).to_rfc3339(),
    };
    html! { time datetime=(machine) { (call.until.in_words()) } }
}
