//! The facts of an event as they are shown on every page: its day and hours, where, who, and how it stands.

use crate::believe::curate::{Published, Shown};
use crate::believe::directory;
use crate::facts::event::Status;
use crate::facts::link::Link;
use crate::facts::place::Mode;
use crate::facts::when::{self, When};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat, Utc};
use maud::{Markup, html};

/// A day for people: `Thu 27 Aug 2026`.
pub fn day(day: NaiveDate) -> Markup {
    html! { time datetime=(day) { (day.format("%a %-d %b %Y")) } }
}

/// An instant for people: `2026-08-27 17:05 UTC`.
pub fn instant(at: DateTime<Utc>) -> Markup {
    html! {
        time datetime=(at.to_rfc3339_opts(SecondsFormat::Secs, true)) { (at.format("%Y-%m-%d %H:%M")) " UTC" }
    }
}

/// The first day of an event, and the last if it is a later one.
pub fn days(event: &Published) -> Markup {
    let (first, last) = (event.when.first_day(), event.when.last_day());
    html! {
        @if last == first { (day(first)) }
        @else {
            @if first.year() == last.year() { time datetime=(first) { (first.format("%a %-d %b")) } } @else { (day(first)) }
            " – " (day(last))
        }
    }
}

/// Its hours where it is; and a place for the script to write them as the reader's clock shows them.
pub fn hours(event: &Published) -> Markup {
    let When::Timed { start, end, zone } = event.when else {
        return html! { span.hours { "all day" } };
    };
    let from = when::with_offset(start, zone);
    let to = end.map(|end| when::with_offset(end, zone));
    html! {
        span.hours {
            time datetime=(from.to_rfc3339()) { (from.format("%H:%M")) }
            @if let Some(to) = to {
                "–"
                time datetime=(to.to_rfc3339()) {
                    // A night's end needs no date; a later day's does.
                    @if (to - from).num_hours() >= 24 { (to.format("%a %H:%M")) } @else { (to.format("%H:%M")) }
                }
            }
            " " span.zone title=(zone.name()) { (offset(from)) }
        }
        " "
        (on_another_clock(from, start, end))
    }
}

/// The hour at which it begins where it is; of an event that people join from elsewhere with its zone, and a place for the
/// script to write the hour on the visitor's clock.
pub fn start(event: &Published) -> Markup {
    let When::Timed { start, end, zone } = event.when else {
        return html! {};
    };
    let from = when::with_offset(start, zone);
    html! {
        time datetime=(from.to_rfc3339()) { (from.format("%H:%M")) }
        @if event.mode != Mode::InPerson {
            " " span.zone title=(zone.name()) { (offset(from)) } " "
            (on_another_clock(from, start, end))
        }
    }
}

/// A place for the script to write the hours as the visitor's clock shows them.
fn on_another_clock(
    from: DateTime<FixedOffset>,
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
) -> Markup {
    let utc = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    html! {
        span.viewer hidden data-start=(utc(start)) data-end=[end.map(utc)]
            data-offset=(from.offset().local_minus_utc() / 60) {}
    }
}

/// The distance of a clock from UTC: `UTC`, `UTC+2`, `UTC+5:30`.
fn offset(at: DateTime<FixedOffset>) -> String {
    let minutes = at.offset().local_minus_utc() / 60;
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let sign = if minutes < 0 { '−' } else { '+' };
    match (hours, rest) {
        (0, 0) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// Where it is, in one line: `Berlin, DE`, `Online (Berlin, DE)`, `Hybrid (Berlin, DE)`.
pub fn place(event: &Published) -> String {
    let place = event
        .place
        .as_ref()
        .map(|place| place.printed(&[place.country()]));
    let label = match event.mode {
        Mode::InPerson => return place.unwrap_or_else(|| "place not known".to_owned()),
        Mode::Virtual => "Online",
        Mode::Hybrid => "Hybrid",
    };
    place.map_or_else(|| label.to_owned(), |place| format!("{label} ({place})"))
}

/// Who holds it, each with a link to the page of the group's events.
pub fn organisers(event: &Published) -> Markup {
    html! {
        @for (number, organiser) in event.organisers.iter().enumerate() {
            @if number > 0 { ", " }
            a href={ "/organisers/" (directory::address(&organiser.name)) } { (organiser.name) }
        }
    }
}

/// What marks an event that does not take place, or not yet for sure: in words, so that no colour is needed.
pub fn mark(event: &Published) -> Markup {
    let words = match event.status {
        Status::Confirmed | Status::Tentative => None,
        Status::Cancelled => Some("Cancelled"),
        Status::Postponed => Some("Postponed"),
        Status::Withdrawn => Some("Withdrawn"),
    };
    let hidden = match event.shown {
        Shown::Everywhere => None,
        Shown::NotInSection => Some("Not in the section"),
        Shown::Nowhere => Some("Hidden"),
    };
    html! {
        @for words in [words, hidden].into_iter().flatten() {
            strong.mark { (words) } " "
        }
    }
}

/// The main facts of an event in one paragraph: when, where and who.
pub fn lead(event: &Published) -> Markup {
    html! {
        p.lead {
            (days(event)) ", " (hours(event)) br;
            (place(event))
            @if !event.organisers.is_empty() { ", held by " (organisers(event)) }
        }
    }
}

/// A link that leads away from here.
pub fn away(url: &Link, words: &str) -> Markup {
    html! { a href=(url.as_str()) rel="noreferrer" { (words) } }
}

/// The page of an event here.
pub fn own_page(event: &Published) -> String {
    format!("/events/{}", event.id)
}

/// One event as an item of a list: day and hours, title, where, who.
pub fn item(event: &Published) -> Markup {
    let off = !event.status.takes_place();
    html! {
        li.event.off[off] {
            p.when { span.days { (days(event)) } " " (hours(event)) }
            div.what {
                h3 {
                    (mark(event))
                    @match event.links.first() {
                        Some(link) => (away(&link.url, event.title.as_str())),
                        None => (event.title),
                    }
                }
                p {
                    (place(event))
                    @if !event.organisers.is_empty() { " · " (organisers(event)) }
                    " · " a href=(own_page(event)) { "Details" span.unseen { " of " (event.title) } }
                }
            }
        }
    }
}

/// A number of things: `1 event`, `2 events`.
pub fn count(number: usize, thing: &str) -> String {
    if number == 1 {
        format!("1 {thing}")
    } else {
        format!("{number} {thing}s")
    }
}
