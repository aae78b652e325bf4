//! Single values: TOML → a typed value, or what is wrong with it.

use super::table::mistyped;
use super::wrong::Wrong;
use crate::facts::link::Link;
use crate::facts::place::{Mode, Place, PlaceError};
use crate::facts::when::{self, Stamp};
use crate::facts::wording::{near, quoted};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::de::DeValue;

/// Longest text of one line: twice the longest name, title or address.
const LONGEST_LINE_CHARS: usize = 2048;

/// Longest description.
const LONGEST_DESCRIPTION_CHARS: usize = 20_000;

/// The years that a date may have; others are typing errors.
const YEARS: RangeInclusive<i32> = 2000..=2100;

type Read<T> = Result<T, Wrong>;

/// One line of text, without the white space at its ends, not empty.
pub(super) fn text<'a>(value: &'a DeValue<'_>) -> Read<&'a str> {
    let text = verbatim(value)?.trim();
    if text.is_empty() {
        return Err(Wrong::bare("is empty"));
    }
    Ok(text)
}

/// One line of text as it is written: spaces at the ends of a separator count.
pub(super) fn verbatim<'a>(value: &'a DeValue<'_>) -> Read<&'a str> {
    let text = string(value)?;
    if text.chars().any(char::is_control) {
        return Err(Wrong::bare(
            "holds a line break, a tab or another control character",
        ));
    }
    if text.chars().count() > LONGEST_LINE_CHARS {
        return Err(Wrong::bare(format!(
            "is longer than {LONGEST_LINE_CHARS} characters"
        )));
    }
    if text.is_empty() {
        return Err(Wrong::bare("is empty"));
    }
    Ok(text)
}

/// Text of any number of lines.
pub(super) fn prose(value: &DeValue<'_>) -> Read<String> {
    let text = string(value)?;
    if text
        .chars()
        .any(|char| char.is_control() && !matches!(char, '\n' | '\r' | '\t'))
    {
        return Err(Wrong::bare("holds a control character"));
    }
    if text.chars().count() > LONGEST_DESCRIPTION_CHARS {
        return Err(Wrong::bare(format!(
            "is longer than {LONGEST_DESCRIPTION_CHARS} characters"
        )));
    }
    Ok(text.to_owned())
}

fn string<'a>(value: &'a DeValue<'_>) -> Read<&'a str> {
    value.as_str().ok_or_else(|| mistyped("a string", value))
}

/// `true` or `false`.
pub(super) fn boolean(value: &DeValue<'_>) -> Read<bool> {
    value
        .as_bool()
        .ok_or_else(|| mistyped("true or false", value))
}

/// `true`, for a key where `false` has no meaning.
pub(super) fn only_true(value: &DeValue<'_>) -> Read<()> {
    if boolean(value)? {
        Ok(())
    } else {
        Err(Wrong::advised(
            "only true is allowed here; to take a decision back, remove it",
        ))
    }
}

/// A whole number within a range.
pub(super) fn number(value: &DeValue<'_>, range: RangeInclusive<u64>) -> Read<u64> {
    let Some(written) = value.as_integer() else {
        return Err(mistyped("a whole number", value));
    };
    u64::from_str_radix(written.as_str(), written.radix())
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            Wrong::advised(format!("{written} is not within {least}…{most}"))
        })
}

/// A count that fits memory.
pub(super) fn count(value: &DeValue<'_>, range: RangeInclusive<u64>) -> Read<usize> {
    let number = number(value, range)?;
    usize::try_from(number).map_err(|_| Wrong::bare(format!("{number} is too large")))
}

/// A span of time as a number and a unit: `500ms`, `1s`, `30m`, `48h`, `2d`.
pub(super) fn duration(value: &DeValue<'_>, range: RangeInclusive<Duration>) -> Read<Duration> {
    if value.as_str().is_none() {
        return Err(mistyped("a span of time", value));
    }
    let written = text(value)?;
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = written.split_at(digits);
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 3600 * 1000,
        "d" => 24 * 3600 * 1000,
        _ => 0_u64,
    };
    let not = || {
        let written = quoted(written);
        Wrong::advised(format!(
            "{written} is not a span of time; write a number and ms, s, m, h or d, as in \"48h\""
        ))
    };
    if unit_ms == 0 || number.is_empty() {
        return Err(not());
    }
    let span = number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit_ms))
        .map(Duration::from_millis);
    span.filter(|span| range.contains(span)).ok_or_else(|| {
        Wrong::advised(format!(
            "{} is not within {}…{}",
            quoted(written),
            in_units(*range.start()),
            in_units(*range.end())
        ))
    })
}

/// A span as a person would write it.
fn in_units(span: Duration) -> String {
    match span.as_secs() {
        seconds if seconds > 0 && seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        seconds if seconds > 0 && seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds > 0 && seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

/// One of a few words.
pub(super) fn one_of<T>(
    value: &DeValue<'_>,
    what: &str,
    words: &[&str],
    meaning: impl Fn(&str) -> Option<T>,
) -> Read<T> {
    let written = text(value)?;
    meaning(written).ok_or_else(|| {
        let wrong = format!("{} is not {what}", quoted(written));
        Wrong::advised(match near(written, words.iter().copied()) {
            Some(meant) => format!("{wrong}; did you mean {meant:?}?"),
            None => format!("{wrong}; known: {}", words.join(", ")),
        })
    })
}

/// `in-person`, `virtual` or `hybrid`.
pub(super) fn mode(value: &DeValue<'_>) -> Read<Mode> {
    let names = [Mode::InPerson, Mode::Virtual, Mode::Hybrid].map(Mode::name);
    one_of(value, "a mode", &names, Mode::parse)
}

/// An IANA time zone.
pub(super) fn zone(value: &DeValue<'_>) -> Read<Tz> {
    let written = text(value)?;
    when::zone_named(written).ok_or_else(|| {
        let wrong = format!("{} is not a time zone", quoted(written));
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        Wrong::advised(match near(written, names) {
            Some(meant) => format!("{wrong}; did you mean {meant:?}?"),
            None => format!("{wrong}; write its name, as in \"Europe/Berlin\""),
        })
    })
}

/// A place as the newsletter prints it: `Berlin, DE`, `Seattle, WA, US`.
pub(super) fn place(value: &DeValue<'_>) -> Read<Place> {
    let written = text(value)?;
    Place::parse(written).map_err(|error| {
        let what = format!("{} is not a place: {error}", quoted(written));
        match error {
            PlaceError::Empty | PlaceError::NoCountry(_) | PlaceError::TooManyParts(..) => {
                Wrong::advised(what)
            }
            _ => Wrong::bare(what),
        }
    })
}

/// A page's address, spelled as the newsletter prints it.
pub(super) fn link(value: &DeValue<'_>) -> Read<Link> {
    Link::parse(text(value)?).map_err(Wrong::bare)
}

/// A date.
pub(super) fn date(value: &DeValue<'_>) -> Read<NaiveDate> {
    match stamp(value)? {
        Stamp::Date(date) => Ok(date),
        _ => Err(Wrong::advised(
            "a date without a time is expected, as in \"2026-09-08\"",
        )),
    }
}

/// A date, or a local time; as a string or in TOML's own form.
pub(super) fn stamp(value: &DeValue<'_>) -> Read<Stamp> {
    let written = match value {
        DeValue::Datetime(written) => written.to_string(),
        value => text(value)?.to_owned(),
    };
    let stamp = if has_form(&written, "0000-00-00") {
        let date = NaiveDate::parse_from_str(&written, "%Y-%m-%d").ok();
        date.map(Stamp::Date)
    } else {
        let spelled = written.replacen(' ', "T", 1);
        let format = if has_form(&spelled, "0000-00-00T00:00") {
            "%Y-%m-%dT%H:%M"
        } else if has_form(&spelled, "0000-00-00T00:00:00") {
            "%Y-%m-%dT%H:%M:%S"
        } else if DateTime::parse_from_rfc3339(&written).is_ok() {
            return Err(Wrong::advised(format!(
                "{} has an offset from UTC; write the local time, and its zone as zone = \"…\"",
                quoted(&written)
            )));
        } else {
            ""
        };
        NaiveDateTime::parse_from_str(&spelled, format)
            .ok()
            // chrono reads a leap second as a longer second; no event starts in it.
            .filter(|local| local.nanosecond() == 0)
            .map(Stamp::Floating)
    };
    let stamp = stamp.ok_or_else(|| {
        Wrong::advised(format!(
            "{} is neither a date nor a local time; write \"2026-09-08\" or \"2026-09-08T19:00\"",
            quoted(&written)
        ))
    })?;
    let year = stamp.date().year();
    if !YEARS.contains(&year) {
        let (first, last) = (YEARS.start(), YEARS.end());
        return Err(Wrong::advised(format!(
            "the year {year} is not within {first}…{last}"
        )));
    }
    Ok(stamp)
}

/// An instant: a time with its offset from UTC.
pub(super) fn instant(value: &DeValue<'_>) -> Read<DateTime<Utc>> {
    let written = match value {
        DeValue::Datetime(written) => written.to_string(),
        value => text(value)?.to_owned(),
    };
    DateTime::parse_from_rfc3339(&written)
        .map(|at| at.to_utc())
        .map_err(|_| {
            Wrong::advised(format!(
                "{} is not a time with its offset, as in 2026-08-18T20:00:00Z",
                quoted(&written)
            ))
        })
}

/// Whether a text has digits where the form has zeros, and the form's own characters elsewhere. chrono alone
/// would accept `2026-9-8` and `2026- 9-08`.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, like)| {
            if like == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == like
            }
        })
}

/// A file or folder, relative to the configuration's own.
pub(super) fn path(text: &str, root: Option<&Path>) -> Read<PathBuf> {
    root.map(|root| root.join(text)).ok_or_else(|| {
        Wrong::bare(format!(
            "{} is a file, and what is compiled in has no folder",
            quoted(text)
        ))
    })
}
