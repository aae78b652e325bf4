//! The page of calls for papers: until when, for which event, and where to hand in.

use super::facts::own_page;
use super::layout::{self, Part};
use super::subscribe;
use super::{Fill, Site};
use crate::believe::curate::Published;
use crate::facts::call::{Call, Deadline};
use crate::facts::place::{Country, Mode};
use crate::section::calls::place;
use maud::{Markup, html};

/// The page.
pub fn page(site: &Site<'_>, calls: &[(&Published, &Call)], states: &[Country]) -> Markup {
    let say = site.say;
    let title = say.text("calls.title");
    let data = [("atom", "/cfp.atom"), ("json", "/cfp.json")];
    let data = data.map(|(name, path)| (name, Fill::Leads(path.to_owned())));
    let content = html! {
        h1 { (title) }
        p.lead { (say.text("calls.lead")) }
        @if calls.is_empty() {
            p.empty { (say.text("calls.none")) }
        } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr { th scope="col" { (say.text("calls.until")) } th scope="col" { (say.text("calls.event")) } th scope="col" { (say.text("event.where")) } th scope="col" { (say.text("event.when")) } } }
                    tbody {
                        @for (event, call) in calls {
                            tr {
                                td { (until(call)) }
                                td {
                                    a href=(call.link) rel="noreferrer" { (event.title) } " "
                                    a.note href=(say.to(&own_page(event))) { (say.text("calls.about")) }
                                }
                                td { @match event.mode { Mode::Virtual => (say.text("regions.virtual")), _ => (place(event, states)) } }
                                td { (say.time(&event.when)) }
                            }
                        }
                    }
                }
            }
            p.note { (say.text("calls.note")) }
        }
        section aria-labelledby="subscribe" {
            h2 id="subscribe" { (say.text("calls.subscribe")) }
            (subscribe::links(site, "/cfp.ics", title))
            p.note { (say.html("calls.data", &data)) }
        }
    };
    let head = html! {
        (layout::described(site, title, say.text("calls.lead"), "/cfp"))
        link rel="alternate" type="application/atom+xml" title=(title) href="/cfp.atom";
    };
    layout::page(site, Part::Calls, title, &head, &content)
}

fn until(call: &Call) -> Markup {
    let day = call.until.day().to_string();
    let machine = match call.until {
        Deadline::Day(_) => day,
        Deadline::At(at, zone) => crate::facts::when::with_offset(at, zone).to_rfc3339(),
    };
    html! { time datetime=(machine) { (call.until.in_words()) } }
}
