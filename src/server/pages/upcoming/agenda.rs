//! The rows of an agenda, day by day.

use super::super::{Fill, Say, facts};
use crate::believe::curate::Published;
use crate::facts::place::Mode;
use crate::facts::when::{self, When};
use crate::filter::Filter;
use crate::server::{Dated, Row};
use crate::words::capitalised;
use chrono::{Datelike, Days, NaiveDate};
use maud::{Markup, html};

/// Later dates of a series that a row names; the page of its group has the others.
const MOST_DATES: usize = 12;

/// Rows by their days. `asked` is the filter: how far away an event is depends on it.
pub(super) fn days(say: Say<'_>, rows: &[Row], asked: Option<&Filter>, today: NaiveDate) -> Markup {
    let asked = asked.filter(|filter| filter.near().is_some());
    html! {
        div.agenda {
            @for rows in rows.chunk_by(|a, b| a.day == b.day) {
                @let day = rows[0].day;
                @let id = format!("day-{day}");
                section.day aria-labelledby=(id) {
                    (heading(say, &id, day, today))
                    ol.events { @for row in by_clock(rows) { (self::row(say, row, asked)) } }
                }
            }
        }
    }
}

/// A day's rows in the order of its clocks.
fn by_clock(rows: &[Row]) -> Vec<&Row> {
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_by_cached_key(|row| match row.dated.event.when {
        When::Timed { start, zone, .. } => Some(when::to_local(start, zone)),
        When::Days { .. } => None,
    });
    sorted
}

/// `Today 26 November`. The script names the days as the visitor's calendar has them.
fn heading(say: Say<'_>, id: &str, day: NaiveDate, today: NaiveDate) -> Markup {
    let name = match day {
        day if day == today => say.text("agenda.today").to_owned(),
        day if day == today + Days::new(1) => say.text("agenda.tomorrow").to_owned(),
        day => capitalised(&say.date("dates.weekday-alone", day)),
    };
    let date = match day.year() == today.year() {
        true => say.date("dates.day-and-month", day),
        false => say.date("dates.day-month-year", day),
    };
    html! {
        h2 id=(id) data-day=(day) {
            span.name { (name) } " "
            time.date datetime=(day) { (date) }
        }
    }
}

fn row(say: Say<'_>, row: &Row, asked: Option<&Filter>) -> Markup {
    let event = &*row.dated.event;
    let own = facts::own_page(event);
    html! {
        li.event.off[!event.status.takes_place()] {
            p.when { (time(say, row)) }
            div.what {
                h3 { (facts::mark(say, event)) a href=(say.to(&own)) dir="auto" { (event.title) } }
                p { (facts::start_elsewhere(event)) (place(say, event, asked)) (facts::organisers(say, event)) }
                @if !row.later.is_empty() { (later(say, row)) }
            }
            @let add = say.text("agenda.add");
            a.add href={ (own) ".ics" } title=(add) {
                svg aria-hidden="true" { use href="#add" {} }
                span.unseen { (say.titled(add, event.title.as_str())) }
            }
        }
    }
}

/// The hour at which it begins, with its zone where people are elsewhere; the last day of an event of several.
fn time(say: Say<'_>, row: &Row) -> Markup {
    let Dated {
        event, first, last, ..
    } = &row.dated;
    let goes_on = row.day > *first;
    html! {
        @match event.when {
            _ if goes_on && last == &row.day => (say.text("agenda.last-day")),
            _ if goes_on => {},
            When::Days { .. } => (say.text("event.all-day")),
            When::Timed { .. } => (facts::start(event)),
        }
        @if last > &row.day {
            @let last_day = html! { time datetime=(last) { (say.date("dates.day-of-year", *last)) } };
            " " span.until { (say.html("agenda.until", &[("day", Fill::Shown(last_day))])) }
        }
    }
}

/// Where it is, and how far from where is asked for; whether it is online in words, so that no colour is needed.
fn place(say: Say<'_>, event: &Published, asked: Option<&Filter>) -> Markup {
    let place = event
        .place
        .as_ref()
        .map(|place| place.printed(&[place.country()]));
    let badge = match event.mode {
        Mode::InPerson => None,
        Mode::Virtual => Some("event.online"),
        Mode::Hybrid => Some("event.also-online"),
    };
    let place = match event.mode {
        Mode::Virtual => None,
        Mode::Hybrid => place,
        Mode::InPerson => Some(place.unwrap_or_else(|| say.text("agenda.no-place").to_owned())),
    };
    html! {
        @if let Some(place) = &place { (place) " " }
        @if let Some(km) = asked.and_then(|filter| filter.distance(event)) { span.km { (format!("{km:.0}")) " km" } " " }
        @if let Some(badge) = badge { span.badge { (say.text(badge)) } " " }
        @if !event.organisers.is_empty() { "· " }
    }
}

fn later(say: Say<'_>, row: &Row) -> Markup {
    let more = row.later.len();
    html! {
        details.later {
            summary { (say.count("agenda.later", more)) }
            ul {
                @for dated in row.later.iter().take(MOST_DATES) {
                    li { a href=(say.to(&facts::own_page(&dated.event))) { (say.day(dated.first)) } }
                }
                @if let Some(group) = row.dated.event.organisers.first().filter(|_| more > MOST_DATES) {
                    @let rest = (more - MOST_DATES).to_string();
                    @let words = say.with("agenda.more-with", &[("count", &rest), ("group", &group.name)]);
                    li { a href=(facts::group_page(say, &group.name)) { (words) } }
                }
            }
        }
    }
}
