//! The search of the agenda: a form that works without a script, and links for what most people look for.

use super::super::Say;
use super::super::query::{self, Pairs};
use super::Upcoming;
use super::counted::{Counted, DAYS, REGIONS};
use crate::facts::place::{Country, Mode};
use crate::filter::{Wording, distance};
use crate::section::select::Heading;
use crate::words::capitalised;
use chrono::{Datelike, Days, NaiveDate};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The keys of the filter that have a field of their own in the form.
const IN_FORM: [&str; 10] = [
    "q",
    "near",
    "within",
    "region",
    "mode",
    "country",
    "city",
    "organiser",
    "from",
    "to",
];
/// Those of them that take one value in the form, and several in an address.
const SEVERAL: [&str; 5] = ["q", "near", "country", "city", "organiser"];
/// What `within` may be chosen to be, and what counts without it.
const DISTANCES: [&str; 4] = ["25km", "50km", "100km", "250km"];
const USUAL_DISTANCE: &str = "100km";

/// The form.
pub(super) fn form(say: Say<'_>, upcoming: &Upcoming<'_>) -> Markup {
    let pairs = upcoming.query;
    let value = |key| query::value(pairs, key);
    html! {
        form.search action="/" method="get" role="search" aria-label=(say.text("search.title")) {
            div.words {
                label.unseen for="q" { (say.text("search.words")) }
                input type="search" id="q" name="q" value=(value("q")) placeholder=(say.text("search.example")) enterkeyhint="search";
                button type="submit" { (say.text("search.search")) }
            }
            div.choices {
                div.near {
                    label.unseen for="near" { (say.text("search.near")) }
                    div.here {
                        input type="text" id="near" name="near" value=(value("near")) placeholder=(say.text("search.near")) autocomplete="address-level2";
                        button type="button" hidden data-here="near" title=(say.text("search.near-me")) {
                            svg aria-hidden="true" viewBox="0 0 20 20" { circle cx="10" cy="10" r="4.5" {} path d="M10 1.5v4M10 14.5v4M1.5 10h4M14.5 10h4" {} }
                            span.unseen { (say.text("search.near-me")) }
                        }
                    }
                    label.unseen for="within" { (say.text("search.within")) }
                    (select("within", &distances(value("within"))))
                }
                label.unseen for="to" { (say.text("search.when")) }
                (select("to", &days(say, value("to"), upcoming.today)))
                label.unseen for="mode" { (say.text("search.mode")) }
                (select("mode", &modes(say, pairs)))
            }
            (say.field())
            (more(say, upcoming))
            @for (key, value) in query::without(pairs, &IN_FORM).chain(further(pairs)) {
                input type="hidden" name=(key) value=(value);
            }
        }
    }
}

/// The values that the fields do not show: a field shows the first one of its key.
fn further(pairs: &Pairs) -> impl Iterator<Item = (&str, &str)> {
    let of_key = |key| {
        query::values(pairs, key)
            .skip(1)
            .map(move |value| (key, value))
    };
    SEVERAL.into_iter().flat_map(of_key)
}

/// A choice of a list: its value, its words, and whether it is chosen.
type Choice = (String, String, bool);

fn select(name: &str, choices: &[Choice]) -> Markup {
    html! {
        select id=(name) name=(name) {
            @for (value, words, chosen) in choices {
                option value=(value) selected[*chosen] { (words) }
            }
        }
    }
}

fn distances(asked: &str) -> Vec<Choice> {
    let asked = if asked.trim().is_empty() {
        USUAL_DISTANCE
    } else {
        asked
    };
    let mut known: Vec<(f64, String)> = DISTANCES.into_iter().filter_map(distance).collect();
    let chosen = distance(asked);
    if let Some(own) = chosen.clone().filter(|own| !known.contains(own)) {
        known.push(own);
    }
    let choice = |own: (f64, String)| {
        let is_chosen = chosen.as_ref() == Some(&own);
        (own.1.replace(' ', ""), own.1, is_chosen)
    };
    known.into_iter().map(choice).collect()
}

/// Until when; a day that is asked for and is none of the usual ones is kept.
fn days(say: Say<'_>, asked: &str, today: NaiveDate) -> Vec<Choice> {
    let ahead = |days: u64| today + Days::new(days);
    let to_sunday = u64::from(6 - today.weekday().num_days_from_monday());
    let known = [
        (today, "search.today"),
        (ahead(to_sunday), "search.this-week"),
        (ahead(to_sunday + 7), "search.next-week"),
        (ahead(30), "search.next-30-days"),
    ];
    let asked = asked.trim();
    let mut choices = vec![(
        String::new(),
        say.text("search.any-day").to_owned(),
        asked.is_empty(),
    )];
    for (day, words) in known {
        let value = day.to_string();
        // On a Sunday the week ends today.
        if choices.iter().all(|(known, ..)| *known != value) {
            let chosen = value == asked;
            choices.push((value, say.text(words).to_owned(), chosen));
        }
    }
    if choices.iter().all(|(_, _, chosen)| !chosen) {
        let words = say.with("search.until", &[("day", asked)]);
        choices.push((asked.to_owned(), words, true));
    }
    choices
}

fn modes(say: Say<'_>, pairs: &Pairs) -> Vec<Choice> {
    let asked: BTreeSet<Mode> = query::values(pairs, "mode")
        .filter_map(Mode::parse)
        .collect();
    let is = |mode| asked.contains(&mode);
    // In person includes hybrid events; both kinds together mean all.
    let chosen = match (is(Mode::InPerson), is(Mode::Virtual), is(Mode::Hybrid)) {
        (true, false, _) => Some(Mode::InPerson),
        (false, true, _) => Some(Mode::Virtual),
        (false, false, true) => Some(Mode::Hybrid),
        _ => None,
    };
    let any = say.text("search.any-mode").to_owned();
    let mut choices = vec![(String::new(), any, chosen.is_none())];
    for (mode, words) in [
        (Mode::InPerson, "search.in-person"),
        (Mode::Virtual, "event.online"),
        (Mode::Hybrid, "event.hybrid"),
    ] {
        let words = say.text(words).to_owned();
        choices.push((mode.name().to_owned(), words, chosen == Some(mode)));
    }
    choices
}

/// What fewer people ask for, folded away.
fn more(say: Say<'_>, upcoming: &Upcoming<'_>) -> Markup {
    let pairs = upcoming.query;
    let regions: Vec<Heading> = query::values(pairs, "region")
        .filter_map(Heading::parse)
        .collect();
    let country = Country::parse(query::value(pairs, "country"));
    // A country without events to come may be asked for, too.
    let absent = country.filter(|country| !upcoming.to_come.countries.contains(country));
    let text = |name, words, kind| super::field(name, words, kind, query::value(pairs, name), None);
    html! {
        details.filter {
            summary { (say.text("search.more")) }
            div.fields {
                div.field {
                    label for="country" { (say.text("search.country")) }
                    select id="country" name="country" {
                        option value="" { (say.text("search.any")) }
                        @for known in upcoming.to_come.countries.iter().chain(&absent) {
                            option value=(known.code()) selected[Some(*known) == country] { (known.name()) }
                        }
                    }
                }
                (text("city", say.text("search.city"), "text"))
                (text("organiser", say.text("search.organiser"), "text"))
                (text("from", say.text("search.from"), "date"))
            }
            fieldset {
                legend { (say.text("search.region")) }
                @for heading in Heading::all() {
                    label.choice {
                        input type="checkbox" name="region" value=(heading.slug()) checked[regions.contains(&heading)];
                        " " (Wording::heading(&say, heading))
                    }
                }
            }
            p.actions { button type="submit" { (say.text("search.show")) } }
        }
    }
}

/// What is asked for now, each with a link that leaves it out.
pub(super) fn in_force(say: Say<'_>, pairs: &Pairs) -> Markup {
    let asked = pairs.iter().filter(|(_, value)| !value.trim().is_empty());
    html! {
        @if asked.clone().count() > 0 {
            div.asked {
              ul.chips aria-label=(say.text("search.in-force")) {
                @for (place, (key, value)) in pairs.iter().enumerate() {
                    @if !value.trim().is_empty() {
                        @let rest = pairs.iter().enumerate().filter(|(other, _)| *other != place);
                        @let rest = rest.map(|(_, (key, value))| (key.as_str(), value.as_str()));
                        @let words = say.titled(say.key(key), say.value(key, value));
                        li { a href=(say.to(&query::address("/", rest))) { (words) " " span aria-hidden="true" { "×" } span.unseen { (say.text("search.leave-out")) } } }
                    }
                }
              }
              a href=(say.to("/")) { (say.text("search.show-all")) }
            }
        }
    }
}

/// Regions and months as links, each with the number of events behind it.
pub(super) fn quick(say: Say<'_>, pairs: &Pairs, counted: &Counted<'_>) -> Markup {
    let under = &counted.of(&REGIONS).headings;
    let regions = Heading::all().filter_map(|heading| Some((heading, *under.get(&heading)?)));
    let months = counted.of(&DAYS).months.iter();
    let asked = |key, value: &str| query::values(pairs, key).any(|own| own == value);
    html! {
        nav aria-label=(say.text("page.regions")) {
            ul.chips {
                @for (heading, events) in regions {
                    @let rest = query::without(pairs, &REGIONS);
                    @let address = query::address("/", rest.chain([("region", heading.slug())]));
                    @let current = asked("region", heading.slug());
                    li { a href=(say.to(&address)) aria-current=[current.then_some("true")] { (say.heading(heading)) " " span.number { (events) } } }
                }
            }
        }
        nav aria-label=(say.text("search.months")) {
            ul.chips {
                @for (from, to, events) in months.filter(|(.., events)| *events > 0) {
                    @let (first, last) = (from.to_string(), to.to_string());
                    @let rest = query::without(pairs, &DAYS);
                    @let address = query::address("/", rest.chain([("from", first.as_str()), ("to", last.as_str())]));
                    @let current = asked("from", &first) && asked("to", &last);
                    li { a href=(say.to(&address)) aria-current=[current.then_some("true")] { (capitalised(&say.date("dates.month", *from))) " " span.number { (events) } } }
                }
            }
        }
    }
}
