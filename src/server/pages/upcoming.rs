//! The front page: the events that are to come, as an agenda, with a search, a map, and what is shown as a calendar.

use super::layout::{self, Part};
use super::months;
use super::query::{self, Pairs};
use super::subscribe;
use super::{Fill, Say, Site};
use crate::facts::place::Place;
use crate::filter::Filter;
use crate::server::{Agenda, Row, ToCome};
use chrono::NaiveDate;
use maud::{Markup, html};

mod agenda;
mod counted;
mod map;
mod search;

use counted::{Counted, DAYS, PLACES};

/// What the page of upcoming events shows.
#[derive(Debug, Clone, Copy)]
pub struct Upcoming<'a> {
    /// The events that the filter lets through.
    pub agenda: &'a Agenda,
    /// Which page of it is shown, counted from 1.
    pub page: usize,
    /// All events that are to come, whatever the filter: to count what other filters would show.
    pub to_come: &'a ToCome,
    /// The filter.
    pub query: &'a Pairs,
    /// The city that the filter asks for, if the page is that city's own.
    pub city: Option<&'a Place>,
    /// Today in UTC: visitors are everywhere.
    pub today: NaiveDate,
}

/// Draws what all maps have in common.
pub fn prepare() {
    map::prepare();
}

/// The page.
pub fn page(site: &Site<'_>, upcoming: &Upcoming<'_>) -> Markup {
    let Upcoming {
        agenda,
        query: pairs,
        ..
    } = *upcoming;
    let filtered = pairs.iter().any(|(_, value)| !value.trim().is_empty());
    let asked = Filter::parse(query::without(pairs, &[])).ok();
    let say = site.say;
    let words = asked.as_ref().and_then(|filter| filter.worded(&say));
    let heading = match &words {
        _ if let Some(city) = upcoming.city => {
            let meetups = site.about("about.meetups-of-topic", "about.meetups");
            let values = [("meetups", &*meetups), ("city", &map::named(city))];
            say.with("front.in-city", &values)
        }
        Some(words) => {
            let events = site.about("about.events-of-topic", "about.events");
            say.titled(&events, words)
        }
        None => site.about("front.title-of-topic", "front.title"),
    };
    // A calendar is for what is to come: it leaves out the days.
    let chooses_days = DAYS.iter().any(|key| !query::value(pairs, key).is_empty());
    let feed = subscribe::feed(pairs);
    let atom = query::address("/events.atom", query::without(pairs, &[]));
    let own = match upcoming.city.and_then(Place::slug) {
        Some(slug) => format!("/in/{slug}"),
        None if upcoming.page > 1 => format!("/page/{}", upcoming.page),
        None => "/".to_owned(),
    };
    let own = match upcoming.city {
        Some(_) => own,
        None => query::address(&own, query::without(pairs, &[])),
    };
    let line = site.about("front.description-of-topic", "front.description");
    let head = html! {
        (layout::described(site, &heading, &line, &own))
        link rel="alternate" type="application/atom+xml" title=(site.title) href=(atom);
        link rel="alternate" type="text/calendar" title=(site.title) href=(feed);
    };
    let counted = Counted::new(pairs, upcoming.to_come, upcoming.today);
    let places = &counted.of(&PLACES).places;
    let content = html! {
        (icons())
        div.hero {
            div.ask {
                h1 { (heading) }
                @if !filtered { (purpose(site, upcoming.to_come)) }
                @if site.answers { (search::form(say, upcoming)) }
                @else if upcoming.city.is_none() { p { (say.html("front.in-files", &[("groups", Fill::Leads("/groups".to_owned()))])) } }
            }
            (map::map(site, places, pairs))
        }
        @match upcoming.city {
            Some(city) => (around(site, city)),
            None if site.answers => { (search::quick(say, pairs, &counted)) (search::in_force(say, pairs)) },
            None => {},
        }
        div.shown {
            p.number-of {
                b { (say.count("count.events", agenda.events())) }
            }
            details.subscribe id="subscribe" {
                summary { (say.text("subscribe.title")) }
                p.note {
                    @match &words { Some(words) => (say.with("front.calendar-of", &[("filter", words)])), None => (say.text("front.calendar-of-all")) }
                    @if chooses_days { " " (say.text("front.calendar-beyond")) }
                }
                (subscribe::links(site, &feed, &name(site, words.as_deref())))
                details {
                    summary { (say.text("front.embed")) }
                    pre.code tabindex="0" id="snippet" { code { (snippet(site, if site.answers { pairs } else { &[] })) } }
                    p { button.quiet type="button" hidden data-copy="snippet" { (say.text("page.copy")) } }
                }
            }
            details.glance {
                summary { (say.text("front.months")) }
                (months::months(say, &counted.of(&DAYS).days, upcoming.today, site.answers.then_some(pairs)))
            }
            details.glance { summary { (say.text("front.cities")) } (map::cities(site, places, pairs)) }
        }
        @if agenda.events() == 0 { (empty(site, filtered)) }
        (agenda::days(say, agenda.page(upcoming.page), asked.as_ref(), upcoming.today))
        (turn(say, upcoming))
    };
    let window = if words.is_none() && filtered {
        site.about("about.events-of-topic", "about.events")
    } else {
        heading
    };
    layout::page(site, Part::Upcoming, &window, &head, &content)
}

/// What else there is near a city.
fn around(site: &Site<'_>, city: &Place) -> Markup {
    let name = map::named(city);
    html! {
        p.asked {
            @if site.answers {
                @let address = query::address("/", [("near", name.as_str())]);
                a href=(site.say.to(&address)) { (site.say.with("front.around", &[("city", &name)])) } " "
            }
            a href=(site.say.to("/")) { (site.say.text("page.all-events")) }
        }
    }
}

/// For what the events are collected, and how many there are.
fn purpose(site: &Site<'_>, to_come: &ToCome) -> Markup {
    let say = site.say;
    let events = say.count("count.events", to_come.events.len());
    let groups = say.count("count.groups", to_come.groups);
    let countries = to_come.counts.countries();
    let all = match countries {
        0 | 1 => say.with("front.by", &[("events", &events), ("groups", &groups)]),
        _ => {
            let countries = countries.to_string();
            let values = [
                ("events", &*events),
                ("groups", &groups),
                ("countries", &countries),
            ];
            say.with("front.by-in", &values)
        }
    };
    let all = || Fill::Shown(html! { (all) });
    html! {
        p.lead {
            @match site.newsletter {
                None => (say.html("front.purpose", &[("events", all())])),
                Some((name, url)) => {
                    @let name = html! { @match url { Some(url) => a href=(url) { (name) }, None => (name) } };
                    (say.html("front.purpose-for", &[("events", all()), ("newsletter", Fill::Shown(name))]))
                }
            }
        }
    }
}

/// What another site writes to show a frame.
fn snippet(site: &Site<'_>, pairs: &Pairs) -> String {
    let address = format!(
        "{}{}",
        site.base,
        site.say
            .to(&query::address("/embed", query::without(pairs, &[])))
    );
    let frame = html! {
        iframe src=(address) title=(site.about("about.events-of-topic", "about.events")) width="100%" height="480" loading="lazy" {}
    };
    frame.into_string()
}

/// Rows by their days without a page around them, for a frame.
pub(super) fn days_alone(say: Say<'_>, rows: &[Row], asked: &Filter, today: NaiveDate) -> Markup {
    html! { (icons()) (agenda::days(say, rows, Some(asked), today)) }
}

/// What a subscriber's list of calendars says.
fn name(site: &Site<'_>, asked: Option<&str>) -> String {
    match asked {
        Some(words) => site.say.titled(site.title, words),
        None => site.title.to_owned(),
    }
}

/// What the rows show again and again: a calendar sheet with a plus.
fn icons() -> Markup {
    html! {
        svg.unseen aria-hidden="true" width="0" height="0" {
            symbol id="add" viewBox="0 0 20 20" {
                path d="M3 4.5h14v12.5H3zM3 8h14M6.5 2.5v3M13.5 2.5v3M10 10v5M7.5 12.5h5" {}
            }
        }
    }
}

/// The links to the pages before and after this one.
fn turn(say: Say<'_>, upcoming: &Upcoming<'_>) -> Markup {
    let pages = upcoming.agenda.pages();
    let address = |page: usize| {
        let path = match page {
            1 => "/".to_owned(),
            page => format!("/page/{page}"),
        };
        say.to(&query::address(&path, query::without(upcoming.query, &[])))
    };
    let (page, of) = (upcoming.page.to_string(), pages.to_string());
    html! {
        @if pages > 1 {
            nav.turn aria-label=(say.text("front.pages")) {
                @if upcoming.page > 1 {
                    a rel="prev" href=(address(upcoming.page - 1)) { (say.text("front.earlier")) } " "
                }
                span { (say.with("front.page-of", &[("page", &page), ("pages", &of)])) }
                @if upcoming.page < pages {
                    " " a rel="next" href=(address(upcoming.page + 1)) { (say.text("front.later")) }
                }
            }
        }
    }
}

fn empty(site: &Site<'_>, filtered: bool) -> Markup {
    let say = site.say;
    let leads = |path: &str| Fill::Leads(say.to(path));
    html! {
        div.empty {
            @if filtered {
                p { (say.html("front.no-match", &[("all", leads("/"))])) }
            } @else {
                p { (say.html("front.none", &[("sources", Fill::Leads("/sources".to_owned()))])) }
            }
            @if site.answers { p { (say.html("front.missing", &[("why", leads("/why")), ("check", leads("/check"))])) } }
        }
    }
}

/// A labelled field of a form.
pub(super) fn field(
    name: &str,
    words: &str,
    kind: &str,
    value: &str,
    hint: Option<&str>,
) -> Markup {
    let hint_id = format!("{name}-hint");
    html! {
        div.field {
            label for=(name) { (words) }
            input type=(kind) id=(name) name=(name) value=(value) aria-describedby=[hint.map(|_| &hint_id)];
            @if let Some(hint) = hint { p.hint id=(hint_id) { (hint) } }
        }
    }
}
