//! Which events a feed, a page or a list holds: one grammar for all of them.
//!
//! A key that is repeated means or, different keys mean and: `region=europe&region=virtual&q=berlin`. With `match=any`
//! different keys mean or, except those that say when and how it is held: `match=any&organiser=rust-berlin&near=Cologne`.

use crate::believe::curate::{Published, Shown};
use crate::believe::directory::{Directory, GroupId};
use crate::facts::event::folded;
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::place::{Asked, CityName, Country, Mode, asked, state_like, states_named};
use crate::facts::source::Organiser;
use crate::facts::wording;
use crate::section::select::{Heading, headings};
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeSet;

pub mod address;
mod looked;
mod names;
mod near;
mod title;
mod words;

pub use crate::believe::directory::slug;
pub use looked::Looked;
pub use names::Names;
pub use near::{Centre, Near, distance};
use title::English;
pub use title::Wording;
use words::Words;

/// The keys, in the order in which they are listed.
pub const KEYS: [&str; 13] = [
    "region",
    "country",
    "state",
    "city",
    "near",
    "within",
    "mode",
    "organiser",
    "source",
    "q",
    "match",
    "from",
    "to",
];

/// Days before and after today that are held unless a filter says otherwise.
const DAYS_BACK: u64 = 90;
const DAYS_ON: u64 = 365;
/// Values of one filter, and bytes of one value.
const MOST_VALUES: usize = 50;
const LONGEST_VALUE: usize = 500;
/// Words that are looked for: each is sought in the text of every event.
const MOST_WORDS: usize = 40;
/// Years that a day may be of.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// Which events are asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    headings: Vec<Heading>,
    countries: Vec<Country>,
    states: Vec<(Country, &'static str)>,
    cities: Vec<(String, CityName)>,
    near: Option<Near>,
    modes: Vec<Mode>,
    organisers: Vec<WantedOrganiser>,
    sources: Vec<String>,
    words: Vec<Words>,
    is_any: bool,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// An organiser as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum WantedOrganiser {
    /// By its name, or its name in addresses.
    Name(String),
    /// By its page.
    Page(Link),
    /// As [`Filter::settled`] found it.
    Group {
        id: GroupId,
        /// Every name that it goes by, folded.
        names: BTreeSet<String>,
        /// Its present name.
        shown: String,
    },
}

/// A value that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {what}")]
pub struct Wrong {
    /// The key.
    pub parameter: String,
    /// What is wrong with its value, and what would be right.
    pub what: String,
    /// The value, and what may be meant by it.
    pub meant: Option<Meant>,
}

/// A value that nothing is known as, and values that are spelled nearly so or say more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The value.
    pub said: String,
    /// Values that may be asked for in its place.
    pub instead: Vec<String>,
}

impl Wrong {
    /// A complaint about a parameter.
    pub fn new(parameter: &str, what: impl Into<String>) -> Wrong {
        Wrong {
            parameter: parameter.chars().take(40).collect(),
            what: what.into(),
            meant: None,
        }
    }

    /// The same with what may be meant by a value.
    fn meaning(self, said: &str, instead: Vec<String>) -> Wrong {
        let meant = Meant {
            said: said.to_owned(),
            instead,
        };
        Wrong {
            meant: Some(meant),
            ..self
        }
    }
}

impl Filter {
    /// Reads a filter. An empty value, as a form sends it for a field that was left alone, says nothing.
    ///
    /// # Errors
    /// Names the key if it is unknown or its value is wrong: an unknown region, country, state or mode, a point that is
    /// not on the globe, a city to be near of that is unknown or one of several, a text that is no day, a last day
    /// before the first, more than 50 values, one of more than 500 bytes.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Filter, Wrong> {
        let mut filter = Filter::default();
        let mut near = near::Read::default();
        let mut values = 0;
        for (key, value) in pairs {
            let value = value.trim();
            if !KEYS.contains(&key) {
                let known = KEYS.join(", ");
                return Err(Wrong::new(
                    key,
                    format!("is no parameter here; there are {known}"),
                ));
            }
            if value.len() > LONGEST_VALUE {
                return Err(Wrong::new(
                    key,
                    format!("is longer than {LONGEST_VALUE} bytes"),
                ));
            }
            values += 1;
            if values > MOST_VALUES {
                return Err(Wrong::new(
                    key,
                    format!("is one value too many: {MOST_VALUES} at most"),
                ));
            }
            // A form sends empty fields too.
            if value.is_empty() {
                continue;
            }
            match key {
                "near" => near.near(value)?,
                "within" => near.within(value)?,
                _ => filter.take(key, value)?,
            }
        }
        filter.near = near.done();
        if filter.words.iter().map(Words::count).sum::<usize>() > MOST_WORDS {
            return Err(Wrong::new("q", format!("has more than {MOST_WORDS} words")));
        }
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && to < from
        {
            return Err(Wrong::new("to", format!("{to} lies before from={from}")));
        }
        Ok(filter)
    }

    fn take(&mut self, key: &str, value: &str) -> Result<(), Wrong> {
        match key {
            "region" => self.headings.push(Heading::parse(value).ok_or_else(|| {
                let known: Vec<&str> = Heading::all().map(Heading::slug).collect();
                Wrong::new(
                    key,
                    format!("{value:?} is no region; there are {}", known.join(", ")),
                )
            })?),
            "country" => self.countries.push(Country::parse(value).ok_or_else(|| {
                Wrong::new(
                    key,
                    format!("{value:?} is no country of ISO 3166, such as DE or UK"),
                )
            })?),
            "state" => match states_named(value) {
                states if states.is_empty() => {
                    let like = state_like(value);
                    let meant = like.map(|name| format!("; did you mean {name}?"));
                    let meant = meant.unwrap_or_default();
                    let what = format!(
                        "{value:?} is no state of a country that is printed with its states, such as CA{meant}"
                    );
                    let like = like.into_iter().map(str::to_owned).collect();
                    return Err(Wrong::new(key, what).meaning(value, like));
                }
                states => self.states.extend(states),
            },
            "city" => self.cities.push((value.to_owned(), CityName::parse(value))),
            "mode" => self.modes.push(Mode::parse(value).ok_or_else(|| {
                Wrong::new(
                    key,
                    format!("{value:?} is none of in-person, virtual, hybrid"),
                )
            })?),
            "organiser" => self.organisers.push(match Link::parse(value) {
                Ok(page) => WantedOrganiser::Page(page),
                Err(_) => WantedOrganiser::Name(value.to_owned()),
            }),
            "source" => self.sources.push(value.to_owned()),
            "q" => {
                let words = Words::parse(value);
                if words.count() == 0 {
                    return Err(Wrong::new(
                        key,
                        format!("{value:?} has no word to look for"),
                    ));
                }
                self.words.push(words);
            }
            "match" => match value {
                "any" => self.is_any = true,
                "all" => self.is_any = false,
                _ => return Err(Wrong::new(key, format!("{value:?} is neither all nor any"))),
            },
            "from" => once(&mut self.from, key, day(key, value)?)?,
            _ => once(&mut self.to, key, day(key, value)?)?,
        }
        Ok(())
    }

    /// The first and the last day that are asked for; unless said, from 90 days before `today` to a year after.
    pub fn window(&self, today: NaiveDate) -> Window {
        let from = self
            .from
            .unwrap_or_else(|| back(today.min(self.to.unwrap_or(today)), DAYS_BACK));
        let to = self.to.unwrap_or_else(|| on(today.max(from), DAYS_ON));
        Window {
            from,
            to: to.max(from),
        }
    }

    /// Whether nothing but days is asked for.
    pub fn is_all(&self) -> bool {
        *self
            == Filter {
                from: self.from,
                to: self.to,
                ..Filter::default()
            }
    }

    /// Whether one of several keys is enough.
    pub fn is_choice(&self) -> bool {
        self.is_any
    }

    /// The group, if it asks for the events of one group and for nothing but days besides.
    pub fn only_group(&self) -> Option<&GroupId> {
        let [WantedOrganiser::Group { id, .. }] = &self.organisers[..] else {
            return None;
        };
        let rest = Filter {
            organisers: Vec::new(),
            ..self.clone()
        };
        rest.is_all().then_some(id)
    }

    /// What it asks for, in English words for a title; `None` if it asks for everything.
    pub fn in_words(&self) -> Option<String> {
        self.worded(&English)
    }

    /// The same in the words of another language.
    pub fn worded(&self, wording: &dyn Wording) -> Option<String> {
        let of = |wanted: &WantedOrganiser| match wanted {
            WantedOrganiser::Name(name) => name.clone(),
            WantedOrganiser::Page(page) => page.to_string(),
            WantedOrganiser::Group { shown, .. } => shown.clone(),
        };
        let or = wording.or();
        let near = self.near.iter().map(|near| {
            let names: Vec<&str> = near.centres.iter().map(|centre| &*centre.name).collect();
            wording.within(&near.within, &names.join(&or))
        });
        let headings = self.headings.iter();
        let words: Vec<String> = headings
            .map(|heading| wording.heading(*heading))
            .chain(
                self.countries
                    .iter()
                    .map(|country| country.name().to_owned()),
            )
            .chain(self.states.iter().map(|(_, code)| (*code).to_owned()))
            .chain(self.cities.iter().map(|(said, _)| said.clone()))
            .chain(near)
            .chain(self.organisers.iter().map(of))
            .chain(self.sources.iter().cloned())
            .chain(self.words.iter().map(|words| words.said.clone()))
            .collect();
        let joint = if self.is_any { &*or } else { ", " };
        // How it is held always counts, whatever else is enough.
        let modes: Vec<String> = self.modes.iter().map(|mode| wording.mode(*mode)).collect();
        let all = [words.join(joint), modes.join(&or)];
        let all: Vec<String> = all.into_iter().filter(|words| !words.is_empty()).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// Around which points events are asked for.
    pub fn near(&self) -> Option<&Near> {
        self.near.as_ref()
    }

    /// Kilometres from the nearest point that is asked for; `None` if none is, if the event is online only, or if
    /// nothing says where it is.
    pub fn distance(&self, event: &Published) -> Option<f64> {
        self.distance_of(event, &Looked::default())
    }

    fn distance_of(&self, event: &Published, looked: &Looked) -> Option<f64> {
        let near = self.near.as_ref().filter(|_| event.mode != Mode::Virtual)?;
        Some(near.distance(looked.point(event)?))
    }

    /// Whether an event is meant and is on the days that are asked for: on any day, unless some are.
    pub fn holds(&self, event: &Published) -> bool {
        let is_before = self.from.is_some_and(|from| event.when.last_day() < from);
        let is_after = self.to.is_some_and(|to| event.when.first_day() > to);
        !is_before && !is_after && self.wants(event)
    }

    /// Whether an event is meant, whatever day it is on. What an editor has hidden everywhere still is: its
    /// subscribers are to hear that it is off.
    pub fn wants(&self, event: &Published) -> bool {
        self.wants_known(event, &Looked::default())
    }

    /// The same, with what was worked out of the event before.
    pub fn wants_known(&self, event: &Published, looked: &Looked) -> bool {
        // In person means "I can go there", online "I can join from here".
        let is_held = |mode: &Mode| *mode == event.mode || event.mode == Mode::Hybrid;
        if !(self.modes.is_empty() || self.modes.iter().any(is_held)) {
            return false;
        }
        let place = event.place.as_ref();
        let any = |of: &[Heading]| headings(event).iter().any(|heading| of.contains(heading));
        let mut said = false;
        // The cheap ones first.
        let kinds: [(bool, &dyn Fn() -> bool); 8] = [
            (self.headings.is_empty(), &|| any(&self.headings)),
            (self.countries.is_empty(), &|| {
                place.is_some_and(|place| self.countries.contains(&place.country()))
            }),
            (self.states.is_empty(), &|| {
                let state = place.and_then(|place| Some((place.country(), place.state()?)));
                state.is_some_and(|state| self.states.contains(&state))
            }),
            (self.organisers.is_empty(), &|| {
                event.organisers.iter().any(|known| self.is_wanted(known))
            }),
            (self.sources.is_empty(), &|| {
                let mut sources = event.evidence.iter().map(|seen| &seen.source.0);
                sources.any(|source| self.sources.contains(source))
            }),
            (self.cities.is_empty(), &|| {
                let place = looked.place(event);
                place.is_some_and(|place| self.cities.iter().any(|(_, city)| city.holds(place)))
            }),
            (self.near.is_none(), &|| {
                let far = self.near.as_ref().map_or(0.0, |near| near.km);
                self.distance_of(event, looked).is_some_and(|km| km <= far)
            }),
            (self.words.is_empty(), &|| {
                let text = looked.words(event);
                self.words.iter().any(|words| words.are_in(event, text))
            }),
        ];
        for (is_left_open, holds) in kinds {
            if is_left_open {
                continue;
            }
            said = true;
            if holds() == self.is_any {
                return self.is_any;
            }
        }
        // All of them hold; or, of a choice, none.
        !(self.is_any && said)
    }

    /// Whether it names anything that only those know who hold the events: [`Self::settled`] is to be asked.
    pub fn names_something(&self) -> bool {
        !(self.cities.is_empty() && self.organisers.is_empty() && self.sources.is_empty())
    }

    /// The same with each group that it names looked up, by any name, page or address that it ever had. An unknown city,
    /// group or source is refused: an empty calendar would not say why it is empty.
    ///
    /// # Errors
    /// Names the key, and what is spelled nearly so.
    pub fn settled(mut self, known: &Known<'_>) -> Result<Filter, Wrong> {
        for (said, city) in &self.cities {
            if !city.is_in_table() && !known.cities.contains(city.key()) {
                let near = wording::near(city.key(), known.cities.iter().copied());
                let alike = match asked(said) {
                    Asked::Unknown(alike) => alike,
                    _ => Vec::new(),
                };
                return Err(match near {
                    Some(name) => Wrong::new(
                        "city",
                        format!("no city is known as {said:?}; did you mean {name:?}?"),
                    )
                    .meaning(said, vec![name.to_owned()]),
                    None => near::unknown_city("city", said, &alike),
                });
            }
        }
        for wanted in &mut self.organisers {
            let text = match wanted {
                WantedOrganiser::Name(name) => name.as_str(),
                WantedOrganiser::Page(page) => page.as_str(),
                WantedOrganiser::Group { .. } => continue,
            };
            let Some(group) = known.directory.find(text) else {
                let slugs = known.directory.slugs().map(|(slug, _)| slug).collect();
                return Err(unknown(("organiser", "group"), text, &slug(text), &slugs));
            };
            let shown = known.directory.name_of(group).unwrap_or(text).to_owned();
            *wanted = WantedOrganiser::Group {
                id: group.clone(),
                names: known.directory.names_of(group),
                shown,
            };
        }
        match self
            .sources
            .iter()
            .find(|source| !known.sources.contains(source.as_str()))
        {
            Some(source) => Err(unknown(
                ("source", "source"),
                source,
                source,
                &known.sources,
            )),
            None => Ok(self),
        }
    }

    fn is_wanted(&self, organiser: &Organiser) -> bool {
        self.organisers.iter().any(|wanted| match wanted {
            WantedOrganiser::Name(name) => slug(&organiser.name) == slug(name),
            WantedOrganiser::Page(page) => organiser.url.as_ref() == Some(page),
            WantedOrganiser::Group { names, .. } => names.contains(&folded(&organiser.name)),
        })
    }

    /// The events that are meant, in the order of their beginnings: those inside the window that may be seen,
    /// or that were seen and are off.
    pub fn of<'a>(
        &self,
        events: impl Iterator<Item = &'a Published>,
        today: NaiveDate,
    ) -> Vec<&'a Published> {
        let window = self.window(today);
        let mut found: Vec<&Published> = events
            .filter(|event| window.holds(event.when.first_day(), event.when.last_day()))
            .filter(|event| self.wants(event))
            .collect();
        found.sort_by(|a, b| (a.when.start(), &a.id).cmp(&(b.when.start(), &b.id)));
        found
    }

    /// The same, without what does not take place or may not be seen.
    pub fn upcoming<'a>(
        &self,
        events: impl Iterator<Item = &'a Published>,
        today: NaiveDate,
    ) -> Vec<&'a Published> {
        let mut found = self.of(events, today);
        found.retain(|event| event.shown != Shown::Nowhere && event.status.takes_place());
        found
    }
}

/// What a filter may name beside what is compiled in.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// The cities of events, as [`Located::key`](crate::facts::place::Located::key) has them.
    pub cities: BTreeSet<&'a str>,
    /// The groups.
    pub directory: &'a Directory,
    /// The ids of sources.
    pub sources: BTreeSet<&'a str>,
}

/// A complaint about a name that nothing has: the key and what it names, the name, and how it is compared.
fn unknown((key, what): (&str, &str), said: &str, value: &str, known: &BTreeSet<&str>) -> Wrong {
    let begins = || known.iter().find(|name| name.starts_with(value)).copied();
    let meant = wording::near(value, known.iter().copied())
        .or_else(begins)
        .or_else(|| known.iter().find(|name| name.contains(value)).copied());
    let did_you = match meant {
        Some(name) => format!("; did you mean {name:?}?"),
        None => ": write its whole name".to_owned(),
    };
    let meant = meant.into_iter().map(str::to_owned).collect();
    Wrong::new(key, format!("no {what} is known as {said:?}{did_you}")).meaning(said, meant)
}

/// Two first days would be neither or nor and.
fn once(known: &mut Option<NaiveDate>, key: &str, day: NaiveDate) -> Result<(), Wrong> {
    match known.replace(day) {
        Some(other) if other != day => Err(Wrong::new(key, "is said twice")),
        _ => Ok(()),
    }
}

fn day(key: &str, value: &str) -> Result<NaiveDate, Wrong> {
    value
        .parse()
        .ok()
        .filter(|day: &NaiveDate| YEARS.contains(&day.year()))
        .ok_or_else(|| Wrong::new(key, format!("{value:?} is not a day such as 2026-08-26")))
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

fn on(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}
