//! Which events a feed, a page or a list holds: one grammar for all of them.
//!
//! A key that is repeated means or, different keys mean and: `region=europe&region=virtual&q=berlin`.

use crate::believe::curate::{Published, Shown};
use crate::facts::event::folded;
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::place::{Country, Mode};
use crate::facts::source::Organiser;
use crate::section::select::{Heading, headings};
use chrono::{Datelike, Days, NaiveDate};

/// The keys, in the order in which they are told.
pub const KEYS: [&str; 9] = [
    "region",
    "country",
    "city",
    "mode",
    "organiser",
    "source",
    "q",
    "from",
    "to",
];

/// Days before and after today that are held unless a filter says otherwise.
const DAYS_BACK: u64 = 90;
const DAYS_ON: u64 = 365;
/// Values of one filter, and bytes of one value.
const MOST_VALUES: usize = 50;
const LONGEST_VALUE: usize = 500;
/// Years that a day may be of.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// Which events are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    headings: Vec<Heading>,
    countries: Vec<Country>,
    cities: Vec<String>,
    modes: Vec<Mode>,
    organisers: Vec<Wanted>,
    sources: Vec<String>,
    words: Vec<Vec<String>>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// An organiser as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Slug(String),
    Page(Link),
}

/// A value that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {what}")]
pub struct Wrong {
    /// The key.
    pub parameter: String,
    /// What is wrong with its value, and what would be right.
    pub what: String,
}

impl Wrong {
    /// A complaint about a parameter.
    pub fn new(parameter: &str, what: impl Into<String>) -> Wrong {
        Wrong {
            parameter: parameter.chars().take(40).collect(),
            what: what.into(),
        }
    }
}

impl Filter {
    /// Reads a filter. An empty value, as a form sends it for a field that was left alone, says nothing.
    ///
    /// # Errors
    /// Names the key that is none, or whose value is none: an unknown region, country or mode, a text that is
    /// no day, a last day before the first, more than 50 values, one of more than 500 bytes.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Filter, Wrong> {
        let mut filter = Filter::default();
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
            // A form sends what nobody has filled in.
            if value.is_empty() {
                continue;
            }
            filter.take(key, value)?;
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
            "city" => self.cities.push(folded(value)),
            "mode" => self.modes.push(Mode::parse(value).ok_or_else(|| {
                Wrong::new(
                    key,
                    format!("{value:?} is none of in-person, virtual, hybrid"),
                )
            })?),
            "organiser" => self.organisers.push(match Link::parse(value) {
                Ok(page) => Wanted::Page(page),
                Err(_) => Wanted::Slug(slug(value)),
            }),
            "source" => self.sources.push(value.to_owned()),
            "q" => self.words.push(
                folded(value)
                    .split(' ')
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned)
                    .collect(),
            ),
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

    /// The name in addresses of the group, if it asks for the events of one group and for nothing but days besides.
    pub fn only_group(&self) -> Option<&str> {
        let [Wanted::Slug(group)] = &self.organisers[..] else {
            return None;
        };
        let rest = Filter {
            organisers: Vec::new(),
            ..self.clone()
        };
        rest.is_all().then_some(group)
    }

    /// What it asks for, in words for a title; `None` if it asks for everything.
    pub fn in_words(&self) -> Option<String> {
        let of = |wanted: &Wanted| match wanted {
            Wanted::Slug(slug) => slug.clone(),
            Wanted::Page(page) => page.to_string(),
        };
        let words: Vec<String> = (self
            .headings
            .iter()
            .map(|heading| heading.name().to_owned()))
        .chain(
            self.countries
                .iter()
                .map(|country| country.name().to_owned()),
        )
        .chain(self.cities.iter().cloned())
        .chain(self.modes.iter().map(|mode| mode.name().to_owned()))
        .chain(self.organisers.iter().map(of))
        .chain(self.sources.iter().cloned())
        .chain(self.words.iter().map(|words| words.join(" ")))
        .collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    /// Whether an event is meant, whatever day it is on. What an editor has hidden everywhere still is: its
    /// subscribers are to hear that it is off.
    pub fn wants(&self, event: &Published) -> bool {
        let place = event.place.as_ref();
        let any = |of: &[Heading]| headings(event).iter().any(|heading| of.contains(heading));
        (self.headings.is_empty() || any(&self.headings))
            && (self.countries.is_empty()
                || place.is_some_and(|place| self.countries.contains(&place.country())))
            && (self.cities.is_empty()
                || place
                    .and_then(|place| place.city())
                    .is_some_and(|city| self.cities.contains(&folded(city))))
            && (self.modes.is_empty() || self.modes.contains(&event.mode))
            && (self.organisers.is_empty()
                || event.organisers.iter().any(|known| self.is_wanted(known)))
            && (self.sources.is_empty()
                || event
                    .evidence
                    .iter()
                    .any(|seen| self.sources.contains(&seen.source.0)))
            && (self.words.is_empty() || {
                let text = searched(event);
                let all =
                    |words: &Vec<String>| words.iter().all(|word| text.contains(word.as_str()));
                self.words.iter().any(all)
            })
    }

    fn is_wanted(&self, organiser: &Organiser) -> bool {
        self.organisers.iter().any(|wanted| match wanted {
            Wanted::Slug(wanted) => slug(&organiser.name) == *wanted,
            Wanted::Page(page) => organiser.url.as_ref() == Some(page),
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

/// An organiser's name in an address: `rust-berlin`. Never empty.
pub fn slug(name: &str) -> String {
    let folded = folded(name).replace('#', " sharp ").replace('+', " plus ");
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return "-".to_owned();
    }
    words.join("-").chars().take(100).collect()
}

/// What words are looked for in.
fn searched(event: &Published) -> String {
    let mut text = event.title.folded();
    let organisers = event.organisers.iter().map(|known| known.name.as_str());
    let city = event.place.as_ref().and_then(|place| place.city());
    let venue = event.venue.as_ref().and_then(|venue| venue.name.as_deref());
    for more in organisers.chain(city).chain(venue) {
        text.push(' ');
        text.push_str(&folded(more));
    }
    text
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
