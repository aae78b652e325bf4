//! The facts of an event as they are shown on every page: its day and hours, where, who, and how it stands.

use super::say::Say;
use crate::believe::curate::{Published, Shown};
use crate::believe::directory;
use crate::facts::event::Status;
use crate::facts::link::Link;
use crate::facts::place::Mode;
use crate::facts::when::{self, When};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat, Utc};
use maud::{Markup, html};

/// A day on an editors' page: `Thu 27 Aug 2026`. Visitors' pages have [`Say::day`].
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
pub fn days(say: Say<'_>, event: &Published) -> Markup {
    let (first, last) = (event.when.first_day(), event.when.last_day());
    html! {
        @if last == first { (say.day(first)) }
        @else {
            @if first.year() == last.year() { time datetime=(first) { (say.date("dates.day-of-year", first)) } } @else { (say.day(first)) }
            " – " (say.day(last))
        }
    }
}

/// Its hours where it is; and a place for the script to write them as the reader's clock shows them.
pub fn hours(say: Say<'_>, event: &Published) -> Markup {
    let When::Timed { start, end, zone } = event.when else {
        return html! { span.hours { (say.text("event.all-day")) } };
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
                    @if (to - from).num_hours() >= 24 { (say.date("dates.weekday", to.date_naive())) " " }
                    (to.format("%H:%M"))
                }
            }
            " " span.zone title=(zone.name()) { (offset(from)) }
        }
        " "
        (on_another_clock(from, start, end))
    }
}

/// The hour at which it begins where it is; of an event that people join from elsewhere with its zone.
pub fn start(event: &Published) -> Markup {
    let When::Timed { start, zone, .. } = event.when else {
        return html! {};
    };
    let from = when::with_offset(start, zone);
    html! {
        time datetime=(from.to_rfc3339()) { (from.format("%H:%M")) }
        @if event.mode != Mode::InPerson { " " span.zone title=(zone.name()) { (offset(from)) } }
    }
}

/// A place for the script to write the hour at which an event that people join from elsewhere begins on the visitor's
/// clock.
pub fn start_elsewhere(event: &Published) -> Markup {
    let When::Timed { start, zone, .. } = event.when else {
        return html! {};
    };
    html! {
        @if event.mode != Mode::InPerson { (on_another_clock(when::with_offset(start, zone), start, None)) " " }
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
pub fn place(say: Say<'_>, event: &Published) -> String {
    let place = event
        .place
        .as_ref()
        .map(|place| place.printed(&[place.country()]));
    let label = match event.mode {
        Mode::InPerson => return place.unwrap_or_else(|| say.text("event.no-place").to_owned()),
        Mode::Virtual => say.text("event.online"),
        Mode::Hybrid => say.text("event.hybrid"),
    };
    place.map_or_else(|| label.to_owned(), |place| format!("{label} ({place})"))
}

/// Who holds it, each with a link to the page of the group's events.
pub fn organisers(say: Say<'_>, event: &Published) -> Markup {
    html! {
        @for (number, organiser) in event.organisers.iter().enumerate() {
            @if number > 0 { ", " }
            a href=(group_page(say, &organiser.name)) { (organiser.name) }
        }
    }
}

/// The page of a group here.
pub fn group_page(say: Say<'_>, name: &str) -> String {
    say.to(&format!("/organisers/{}", directory::address(name)))
}

/// What marks an event that does not take place, or not yet for sure: in words, so that no colour is needed.
pub fn mark(say: Say<'_>, event: &Published) -> Markup {
    let words = match event.status {
        Status::Confirmed | Status::Tentative => None,
        Status::Cancelled => Some("event.cancelled"),
        Status::Postponed => Some("event.postponed"),
        Status::Withdrawn => Some("event.withdrawn"),
    };
    let hidden = match event.shown {
        Shown::Everywhere => None,
        Shown::NotInSection => Some("event.not-in-section"),
        Shown::Nowhere => Some("event.hidden"),
    };
    html! {
        @for words in [words, hidden].into_iter().flatten() {
            strong.mark { (say.text(words)) } " "
        }
    }
}

/// A link that leads away from here.
pub fn away(url: &Link, words: &str) -> Markup {
    html! { a href=(url.as_str()) rel="noreferrer" { (words) } }
}

/// The page of an event here, in whatever language.
pub fn own_page(event: &Published) -> String {
    format!("/events/{}", event.id)
}

/// One event as an item of a list: day and hours, title, where, who; in the list of a group without its name.
pub fn item(say: Say<'_>, event: &Published, group: Option<&str>) -> Markup {
    let off = !event.status.takes_place();
    let mut organisers = event.organisers.iter();
    let is_groups = organisers.all(|organiser| Some(organiser.name.as_str()) == group);
    html! {
        li.event.off[off] {
            p.when { span.days { (days(say, event)) } " " (hours(say, event)) }
            div.what {
                h3 {
                    (mark(say, event))
                    a href=(say.to(&own_page(event))) dir="auto" { (event.title) }
                }
                p {
                    (place(say, event))
                    @if !is_groups { " · " (self::organisers(say, event)) }
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
