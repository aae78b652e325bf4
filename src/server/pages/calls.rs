//! The page of calls for papers: until when, for which event, and where to hand in.

use super::facts::{self, own_page};
use super::layout::{self, Part};
use super::subscribe;
use super::{Fill, Say, Site};
use crate::believe::curate::Published;
use crate::facts::call::{Call, Deadline};
use crate::facts::place::{Country, Mode};
use crate::facts::when::with_offset;
use crate::section::calls::place;
use maud::{Markup, html};

/// The page.
pub fn page(site: &Site<'_>, calls: &[(&Published, &Call)], states: &[Country]) -> Markup {
    let say = site.say;
    let title = say.text("calls.title");
    let data = [("atom", "/cfp.atom"), ("json", "/cfp.json")];
    let data = data.map(|(name, path)| (name, Fill::Leads(path.to_owned())));
    // Where the table has no room, each cell says its column.
    let columns = ["calls.until", "calls.event", "event.where", "event.when"];
    let [until_label, event_label, place_label, days_label] = columns.map(|key| say.text(key));
    let content = html! {
        h1 { (title) }
        p.lead { (say.text("calls.lead")) }
        @if calls.is_empty() {
            p.empty { (say.text("calls.none")) }
        } @else {
            div.table {
                table aria-label=(title) {
                    thead { tr { @for label in [until_label, event_label, place_label, days_label] { th scope="col" { (label) } } } }
                    tbody {
                        @for (event, call) in calls {
                            tr {
                                td data-label=(until_label) { (deadline(say, call)) }
                                td data-label=(event_label) {
                                    a href=(call.link) rel="noreferrer" { (event.title) } " "
                                    a.note href=(say.to(&own_page(event))) { (say.text("calls.about")) }
                                }
                                td data-label=(place_label) { @match event.mode { Mode::Virtual => (say.text("regions.virtual")), _ => (place(event, states)) } }
                                td data-label=(days_label) { (facts::days(say, event)) }
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

fn deadline(say: Say<'_>, call: &Call) -> Markup {
    match call.until {
        Deadline::Day(day) => say.day(day),
        Deadline::At(at, zone) => {
            let at = with_offset(at, zone);
            let day = say.date("dates.day", at.date_naive());
            html! { time datetime=(at.to_rfc3339()) { (day) ", " (at.format("%H:%M")) " (" (zone.name()) ")" } }
        }
    }
}
