//! Public lists of conferences, as JSON: conference-data (one file for a topic and a year,
//! `conferences/YEAR/TOPIC.json`; corpus: rust-confsdata-2026.json) and `all-events.json` of developers.events (all
//! topics and years in one file; corpus: confsdata-developers-events.json, and `tools/mdParser.js` of
//! scraly/developers-conferences-agenda, which writes it).
//!
//! Each entry is one conference of whole days. It is its own organiser: the list only collects.

use super::entries::{self, Notes};
use super::{charset, dates, json, refusal};
use crate::facts::event::folded;
use crate::facts::listing::{About, Call, End, Listing, Location, Reading, Status, Unreadable};
use crate::facts::place::{Mode, says_online};
use crate::facts::source::{Address, Page, Purpose, Request, Source, Way};
use crate::facts::topic::in_words;
use crate::facts::when::Stamp;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What stands for the year in an address, as written and as an address escapes it.
const YEAR: [&str; 2] = ["{year}", "%7Byear%7D"];

const MS_PER_DAY: i64 = 86_400_000;

/// The list, or the list of this year.
pub(super) fn first_request(source: &Source, way: Way, now: DateTime<Utc>) -> Option<Request> {
    of_year(source, way, now.year())
}

/// The list of the next year, if each year has a list of its own.
pub(super) fn next_year(source: &Source, way: Way, now: DateTime<Utc>) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    let is_of_a_year = YEAR.iter().any(|mark| url.contains(mark));
    is_of_a_year.then(|| of_year(source, way, now.year() + 1))?
}

fn of_year(source: &Source, way: Way, year: i32) -> Option<Request> {
    let Address::Web(url) = &source.address else {
        return None;
    };
    let filled = YEAR.iter().fold(url.clone(), |url, mark| {
        url.replace(mark, &year.to_string())
    });
    (way == Way::Items).then(|| Request::get(filled, Purpose::List, way))
}

/// What a list says of the conferences about the source's topic.
pub(super) fn read(source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let list = match entries::page(&text) {
        Ok(Value::Array(list)) => list,
        Ok(_) => return Err(no_list(&text)),
        Err(damaged) if text.trim_start().starts_with('[') => return Err(damaged),
        Err(_) => return Err(no_list(&text)),
    };
    let mut reading = Reading {
        whole: true,
        ..Reading::default()
    };
    let mut keys = BTreeSet::new();
    for entry in &list {
        let Some(conference) = entry.as_object() else {
            reading.entries += 1;
            let read = Err("an entry is no object".to_owned());
            entries::take(&mut reading, read, Notes::new(), None);
            continue;
        };
        if !is_about(source.topic.as_deref(), conference) {
            continue;
        }
        reading.entries += 1;
        let mut notes = Notes::new();
        let mut read = listing(conference, page.request.way, &mut notes);
        if let Ok(listing) = &mut read
            && !keys.insert(listing.key.clone())
        {
            listing.key = format!("{} {}", listing.key, folded(&listing.title));
            keys.insert(listing.key.clone());
        }
        entries::take(&mut reading, read, notes, json::label(conference, "name"));
    }
    reading.problems.extend(damage);
    Ok(reading)
}

fn no_list(text: &str) -> Unreadable {
    Unreadable::NotWhatWasAsked(format!(
        "is no list of conferences{}",
        refusal::in_brackets(text)
    ))
}

/// Whether an entry is about a topic: by one of its tags, or by a word of its name.
fn is_about(topic: Option<&str>, conference: &Map<String, Value>) -> bool {
    let Some(topic) = topic.map(folded) else {
        return true;
    };
    let tags = json::each(json::field(conference, "tags"));
    let mut tags = tags.filter_map(|tag| json::text_of(tag.as_object()?, "value"));
    if tags.any(|tag| folded(&tag) == topic) {
        return true;
    }
    let name = json::text_of(conference, "name").unwrap_or_default();
    let padded = |text: &str| format!(" {} ", folded(text));
    let topic = format!(" {topic} ");
    padded(&name).contains(&topic) || padded(&in_words(&name)).contains(&topic)
}

fn listing(
    conference: &Map<String, Value>,
    way: Way,
    notes: &mut Notes,
) -> Result<Listing, String> {
    let name = json::text_of(conference, "name").ok_or("has no name")?;
    let days = days(conference, notes)?;
    let link = ["url", "hyperlink"]
        .into_iter()
        .find_map(|field| json::text_of(conference, field));
    // A conference keeps its address from year to year, and may yet move its days.
    let key = link.clone().unwrap_or_else(|| folded(&name));
    let key = format!("{} {key}", days.first.year());
    let mut listing = Listing::new(key, name.clone(), Stamp::Date(days.first), way);
    listing.end = days.last.succ_opt().map(|day| End::At(Stamp::Date(day)));
    if let Some(other) = days.doubt {
        listing.chose(About::Time, days.first.to_string(), other.to_string());
    }
    listing.call = call(conference, notes);
    listing.status = status(conference);
    let location = location(conference);
    listing.mode = mode(conference, location.is_some());
    listing.locations.extend(location);
    listing
        .organisers
        .push((without_year(&name, days.first.year()), link.clone()));
    listing.link = link;
    Ok(listing)
}

/// The name of a conference without the year of this one: `RustConf 2026` is held by `RustConf`.
fn without_year(name: &str, year: i32) -> String {
    let year = year.to_string();
    let name = name.trim();
    let short = name.strip_suffix(&year).map(str::trim_end);
    let short = short.filter(|short| !short.is_empty()).unwrap_or(name);
    short.trim_end_matches([',', '-', '–', ' ']).to_owned()
}

/// The first and the last day.
struct Days {
    first: NaiveDate,
    last: NaiveDate,
    /// Another first day that may be meant.
    doubt: Option<NaiveDate>,
}

fn days(conference: &Map<String, Value>, notes: &mut Notes) -> Result<Days, String> {
    let (first, last, doubt) = match json::field(conference, "startDate") {
        Some(_) => {
            let first = day(conference, "startDate").ok_or("startDate is missing")??;
            let last = match day(conference, "endDate") {
                Some(Ok(last)) => Some(last),
                Some(Err(what)) => {
                    notes.push((format!("{what}: read without its end"), false));
                    None
                }
                None => None,
            };
            (first, last, None)
        }
        None => {
            let mut stamps = json::each(json::field(conference, "date"));
            let (first, doubt) = stamps
                .next()
                .ok_or("has neither startDate nor date")
                .map_err(str::to_owned)
                .and_then(|stamp| epoch_day(stamp).ok_or(format!("date {stamp} is no time")))?;
            let last = stamps.last().and_then(epoch_day).map(|(day, _)| day);
            (first, last, doubt)
        }
    };
    let last = last.filter(|last| {
        if *last < first {
            notes.push((
                format!("its last day {last} lies before its first: read without its end"),
                false,
            ));
        }
        *last >= first
    });
    Ok(Days {
        first,
        last: last.unwrap_or(first),
        doubt,
    })
}

/// The call for papers: `cfpUrl` and `cfpEndDate`, or `cfp` with `link` and `untilDate`. Without its day nothing can be
/// said of it.
fn call(conference: &Map<String, Value>, notes: &mut Notes) -> Option<Call> {
    let (link, until) = match json::field(conference, "cfp").and_then(Value::as_object) {
        Some(cfp) => (
            json::text_of(cfp, "link"),
            json::field(cfp, "untilDate").map(|stamp| epoch_day(stamp).map(|(day, _)| day)),
        ),
        None => (
            json::text_of(conference, "cfpUrl"),
            day(conference, "cfpEndDate").map(Result::ok),
        ),
    };
    if link.is_none() && until.is_none() {
        return None;
    }
    let Some(day) = until.flatten() else {
        let what = "its call for papers says no day: read without it";
        notes.push((what.to_owned(), false));
        return None;
    };
    Some(Call {
        link,
        until: Stamp::Date(day),
    })
}

/// The day that a field names, as written: a time beside it does not move it.
fn day(conference: &Map<String, Value>, field: &str) -> Option<Result<NaiveDate, String>> {
    let text = json::text_of(conference, field)?;
    let read = dates::parse(&text).map_err(|what| format!("{field} {what}"));
    Some(read.map(|stamp| stamp.date()))
}

/// The day of a number of milliseconds since 1970 in UTC. Midnight is a whole day, wherever the conference is; of
/// another hour the nearer midnight may be meant, which is the second value.
fn epoch_day(stamp: &Value) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let ms = stamp.as_i64()?;
    let day = DateTime::from_timestamp_millis(ms)?.date_naive();
    let into = ms.rem_euclid(MS_PER_DAY);
    let next = day.checked_add_signed(TimeDelta::days(1));
    Some((day, next.filter(|_| into > MS_PER_DAY / 2)))
}

/// `* [cancelled] 12: …` in the list of developers.events.
fn status(conference: &Map<String, Value>) -> Status {
    let said = json::text_of(conference, "status").unwrap_or_default();
    match folded(&said).as_str() {
        "cancelled" | "canceled" => Status::Cancelled,
        "postponed" => Status::Postponed,
        _ => Status::Unsaid,
    }
}

/// Online, if the list says so; beside a city, both.
fn mode(conference: &Map<String, Value>, has_place: bool) -> Option<Mode> {
    let online = match json::field(conference, "online") {
        Some(Value::Bool(online)) => Some(*online),
        _ => ["location", "city"]
            .into_iter()
            .filter_map(|field| json::text_of(conference, field))
            .any(|text| parts_of(&text).any(says_online))
            .then_some(true),
    };
    match (online?, has_place) {
        (true, true) => Some(Mode::Hybrid),
        (true, false) => Some(Mode::Virtual),
        (false, true) => Some(Mode::InPerson),
        (false, false) => None,
    }
}

/// `Paris (France) & Online` → its place and its word.
fn parts_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(['&', '+', '/']).map(str::trim)
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

fn location(conference: &Map<String, Value>) -> Option<Location> {
    let place = |field: &str| {
        let text = json::text_of(conference, field)?;
        if !parts_of(&text).any(says_online) {
            return Some(text);
        }
        let named = parts_of(&text).find(|part| !part.is_empty() && !says_online(part));
        named.map(str::to_owned)
    };
    let whole = place("location");
    // Where its list found no country in brackets, the country is the whole text.
    let country = place("country").filter(|country| Some(country) != whole.as_ref());
    let city = place("city");
    if city.is_some() && (country.is_some() || whole.is_none()) {
        // `Portland, OR`: the state stands behind its city.
        let (city, state) = match city.as_deref().and_then(|city| city.rsplit_once(',')) {
            Some((city, state)) => (Some(trimmed(city)), Some(trimmed(state))),
            None => (city, None),
        };
        return Some(Location {
            city,
            state,
            country,
            ..Location::default()
        });
    }
    let address = whole.map(|text| text.replace(" (", ", ").replace(')', ""));
    let address = address.or(country)?;
    Some(Location {
        address: Some(address),
        ..Location::default()
    })
}
