//! Events as an agenda: day by day, one row an event, and the later dates of a series on the row of its next one.

use super::super::{Fill, Say, facts};
use super::Upcoming;
use crate::believe::curate::Published;
use crate::facts::place::{Mode, Place};
use crate::facts::when::{self, When};
use crate::filter::Filter;
use crate::server::Dated;
use crate::words::capitalised;
use chrono::{Datelike, Days, NaiveDate};
use maud::{Markup, html};
use std::collections::HashMap;

/// Rows of one page.
pub const ON_A_PAGE: usize = 100;
/// Later dates of a series that a row names; the page of its group has the others.
const MOST_DATES: usize = 12;

/// The rows of all pages, in their order.
#[derive(Debug)]
pub struct Agenda<'a> {
    rows: Vec<Row<'a>>,
    /// Events in all.
    events: usize,
}

/// An event, and what else is on its row.
#[derive(Debug)]
struct Row<'a> {
    /// The day under which it stands: its first, or the agenda's if it began before that and still goes on.
    day: NaiveDate,
    dated: &'a Dated,
    /// Its series' later dates.
    later: Vec<&'a Dated>,
}

impl<'a> Agenda<'a> {
    /// The agenda from a day on of events that are in the order of their starts.
    ///
    /// Events on different days are one series if they have the same title, organiser, mode and place and are not
    /// called off.
    pub fn of(events: &[&'a Dated], from: NaiveDate) -> Agenda<'a> {
        type Series<'a> = (&'a str, Option<&'a str>, Mode, Option<&'a Place>);
        // To grow it would hash all that is in it again, and titles and places are long.
        let mut series: HashMap<Series<'a>, usize> = HashMap::with_capacity(events.len());
        let mut rows: Vec<Row<'a>> = Vec::with_capacity(events.len());
        for dated in events.iter().copied() {
            let event: &'a Published = &dated.event;
            let known = event.status.takes_place().then(|| {
                let organiser = event.organisers.first().map(|known| known.name.as_str());
                let key = (
                    event.title.as_str(),
                    organiser,
                    event.mode,
                    event.place.as_ref(),
                );
                *series.entry(key).or_insert(rows.len())
            });
            // Two sessions of one day are two rows: people choose between them.
            match known.and_then(|at| rows.get_mut(at)) {
                Some(row) if row.dated.first < dated.first => row.later.push(dated),
                _ => rows.push(Row {
                    day: dated.first.max(from.min(dated.last)),
                    dated,
                    later: Vec::new(),
                }),
            }
        }
        rows.sort_by_key(|row| row.day);
        Agenda {
            rows,
            events: events.len(),
        }
    }

    /// Events in all, those of series counted each.
    pub fn events(&self) -> usize {
        self.events
    }

    /// How many pages it has; one even if it is empty.
    pub fn pages(&self) -> usize {
        self.rows.len().div_ceil(ON_A_PAGE).max(1)
    }

    /// The rows of a page, counted from 1.
    fn page(&self, page: usize) -> &[Row<'a>] {
        self.rows.chunks(ON_A_PAGE).nth(page - 1).unwrap_or(&[])
    }

    /// Rows by their days; each day's in the order of its clocks.
    fn days<'r>(shown: &'r [Row<'a>]) -> Vec<(NaiveDate, Vec<&'r Row<'a>>)> {
        let days = shown.chunk_by(|a, b| a.day == b.day);
        days.map(|rows| {
            let mut sorted: Vec<&Row<'a>> = rows.iter().collect();
            sorted.sort_by_cached_key(|row| match row.dated.event.when {
                When::Timed { start, zone, .. } => Some(when::to_local(start, zone)),
                When::Days { .. } => None,
            });
            (rows[0].day, sorted)
        })
        .collect()
    }
}

/// The days of the page of the agenda that is asked for. `asked` is the filter: how far away an event is depends on it.
pub(super) fn days(say: Say<'_>, upcoming: &Upcoming<'_>, asked: Option<&Filter>) -> Markup {
    let rows = upcoming.agenda.page(upcoming.page);
    by_days(say, rows, asked, upcoming.today)
}

/// The days of the first rows.
pub(super) fn first_days(
    say: Say<'_>,
    agenda: &Agenda<'_>,
    rows: usize,
    asked: &Filter,
    today: NaiveDate,
) -> Markup {
    let rows = &agenda.rows[..rows.min(agenda.rows.len())];
    by_days(say, rows, Some(asked), today)
}

fn by_days(say: Say<'_>, rows: &[Row<'_>], asked: Option<&Filter>, today: NaiveDate) -> Markup {
    let asked = asked.filter(|filter| filter.near().is_some());
    html! {
        div.agenda {
            @for (day, rows) in Agenda::days(rows) {
                @let id = format!("day-{day}");
                section.day aria-labelledby=(id) {
                    (heading(say, &id, day, today))
                    ol.events { @for row in rows { (self::row(say, row, asked)) } }
                }
            }
        }
    }
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

fn row(say: Say<'_>, row: &Row<'_>, asked: Option<&Filter>) -> Markup {
    let event = &*row.dated.event;
    let own = facts::own_page(event);
    html! {
        li.event.off[!event.status.takes_place()] {
            p.when { (time(say, row)) }
            div.what {
                h3 { (facts::mark(say, event)) a href=(say.to(&own)) dir="auto" { (event.title) } }
                p { (place(say, event, asked)) (facts::organisers(say, event)) }
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
fn time(say: Say<'_>, row: &Row<'_>) -> Markup {
    let Dated {
        event, first, last, ..
    } = row.dated;
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

fn later(say: Say<'_>, row: &Row<'_>) -> Markup {
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
