//! The values of options, from text: times, days, regions, platforms, places, zones.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use clap::builder::{PathBufValueParser, TypedValueParser};
use rusty_events::facts::place::Place;
use rusty_events::facts::source::Platform;
use rusty_events::section::select::Heading;
use std::path::PathBuf;

/// A year outside of this range is a typing error.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// A time with its offset, or a date, which means its first moment in UTC.
pub(super) fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let time = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    let date = || text.parse::<NaiveDate>();
    let date = || date().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let at = time.or_else(|_| date()).map_err(|_| {
        format!(
            "{text:?} is not a time such as 2026-08-18T20:00:00Z, nor a date such as 2026-08-18"
        )
    })?;
    in_years(text, at)
}

/// A day, unless its year is a typing error.
fn in_years<D: Datelike>(text: &str, day: D) -> Result<D, String> {
    match YEARS.contains(&day.year()) {
        true => Ok(day),
        false => Err(format!(
            "{text:?} is not within the years {} to {}",
            YEARS.start(),
            YEARS.end()
        )),
    }
}

pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    let day = text.parse::<NaiveDate>().map_err(|_| {
        let wrong = format!("{text:?} is not a date such as 2026-08-26");
        match meant(text) {
            Some(day) => format!("{wrong}: write {day}"),
            None => wrong,
        }
    })?;
    in_years(text, day)
}

/// The day that a text in another form can only mean.
fn meant(text: &str) -> Option<NaiveDate> {
    let day = text.get(..10).filter(|_| text[10..].starts_with('T'));
    let forms = [
        "%Y-%m-%d",
        "%d.%m.%Y",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%Y%m%d",
        "%d %B %Y",
        "%B %d, %Y",
    ];
    let mut forms = forms.iter();
    forms
        .find_map(|form| NaiveDate::parse_from_str(day.unwrap_or(text).trim(), form).ok())
        .filter(|day| YEARS.contains(&day.year()))
}

/// The name of a file or folder; `-`, which elsewhere is standard input or output, is none here.
pub(super) fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path: PathBuf| match path.as_os_str() == "-" {
        true => Err("standard input and output cannot be used here: name a file or folder, or write ./- for one of that name"),
        false => Ok(path),
    })
}

/// A text that is not empty, as the value of a variable that is not set would be.
pub(super) fn filled(text: &str) -> Result<String, String> {
    match text.trim().is_empty() {
        true => Err("it is empty: name one, or leave the option out".to_owned()),
        false => Ok(text.to_owned()),
    }
}

/// The number of a decision.
pub(super) fn decision(text: &str) -> Result<i64, String> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("{text:?} is not a number such as 7, as `decide list` shows it"))
}

/// The number of a pull request.
pub(super) fn pull(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not the number of a pull request, such as 7412"))
}

pub(super) fn listening(text: &str) -> Result<std::net::SocketAddr, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not an IP address and port, as in 127.0.0.1:8080"))
}

pub(super) fn heading(text: &str) -> Result<Heading, String> {
    Heading::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Heading::all().map(Heading::name).collect();
        format!("{text:?} is no region; there are {}", known.join(", "))
    })
}

pub(super) fn platform(text: &str) -> Result<Platform, String> {
    Platform::named(text).ok_or_else(|| {
        let known: Vec<&str> = Platform::ALL
            .iter()
            .map(|platform| platform.name())
            .collect();
        format!(
            "{text:?} is no platform that can be read; there are {}",
            known.join(", ")
        )
    })
}

pub(super) fn place(text: &str) -> Result<Place, String> {
    Place::parse(text).map_err(|error| error.to_string())
}

pub(super) fn zone(text: &str) -> Result<chrono_tz::Tz, String> {
    rusty_events::facts::when::zone_named(text)
        .ok_or_else(|| format!("{text:?} is not a time zone such as Europe/Berlin"))
}
