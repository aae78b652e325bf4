//! Dates, times and durations as web pages write them → stamps.
//!
//! The forms are those met on real pages. Nothing is guessed: a text that leaves a day open (`2026`,
//! `08/09/2026`) is refused with the reason.

use crate::facts::event::MONTHS;
use crate::facts::when::{Stamp, to_local, to_utc, zone_named};
use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
    Weekday,
};
use chrono_tz::Tz;

/// The years in which a count of seconds is believed to be a time.
const YEARS: std::ops::Range<i32> = 2000..2100;

/// Longest duration that is read, in days: beyond it is a slip or an attack.
const LONGEST_DAYS: i64 = 3660;

/// Reads a date, or a date and a time.
///
/// Beside ISO 8601 in its extended and basic forms: a space in place of `T`; one-digit months and days;
/// seconds said twice (`19:00:00:00+00:00`, seen on outsavvy.com); the hour said twice and dashes for
/// colons (`2019-9-20T08-08-30-00` is half past eight, as WordPress EventON writes it); and the
/// American `8/21/2026 6:30:00 PM`, where AM or PM or a day above 12 shows that it is American; dots between, with
/// the year first or last (`2026.02.23`, `23.02.2026`): those who write dots put the day before the month.
///
/// Also a zone in brackets behind it (RFC 9557, as Java writes it: `2026-12-10T19:00+01:00[Europe/Berlin]`),
/// seconds or milliseconds since 1970, and English words in either order, as mail (RFC 5322) and
/// JavaScript write them: `Thu, 10 Dec 2026 19:00:00 +0100`, `December 10, 2026 7:00 PM`.
///
/// # Errors
/// Says what is wrong with the text.
pub(super) fn parse(text: &str) -> Result<Stamp, String> {
    let text = text.trim();
    let refuse = |why: &str| -> String {
        let shown: String = text.chars().take(40).collect();
        format!("{shown:?} {why}")
    };
    if let Some((before, zone)) = zone_in_brackets(text) {
        let zone = zone.ok_or_else(|| refuse("names no known zone"))?;
        return parse(before).map(|stamp| in_zone(stamp, zone));
    }
    if let Some(counted) = since_1970(text) {
        return counted.map_err(refuse);
    }
    let (day, clock) = match in_words(text) {
        Some((day, clock)) => (day.map_err(refuse)?, clock),
        None => {
            let (day, clock) = match text.find(['T', 't', ' ']) {
                Some(gap) if gap > 0 => (&text[..gap], text[gap + 1..].trim()),
                _ => (text, ""),
            };
            let american = half_of_day(clock).1.is_some();
            (date(day, american).map_err(refuse)?, clock)
        }
    };
    if clock.is_empty() {
        return Ok(Stamp::Date(day));
    }
    let (clock, offset) = split_offset(clock).ok_or_else(|| refuse("has no readable offset"))?;
    let (time, next_day) = time(clock).ok_or_else(|| refuse("has no readable time"))?;
    let mut local = day.and_time(time);
    if next_day {
        local = local
            .checked_add_signed(TimeDelta::days(1))
            .ok_or_else(|| refuse("lies beyond the calendar"))?;
    }
    at_offset(local, offset).ok_or_else(|| refuse("lies beyond the calendar"))
}

/// A text without the zone in brackets behind it, and that zone: `None` if it is not known. Further brackets
/// (`[u-ca=japanese]`) say how to show it.
fn zone_in_brackets(text: &str) -> Option<(&str, Option<Tz>)> {
    let (before, brackets) = text.split_at(text.find('[')?);
    let first = brackets[1..].split(']').next()?;
    let name = first.trim().trim_start_matches('!');
    (!name.contains('=') && text.ends_with(']')).then(|| (before, zone_named(name)))
}

/// A time as a zone's clock shows it. Where its offset is not that zone's, the offset counts: it fixes the instant.
fn in_zone(stamp: Stamp, zone: Tz) -> Stamp {
    match stamp {
        Stamp::Floating(local) => Stamp::Zoned(local, zone),
        Stamp::Utc(at) => Stamp::Zoned(to_local(at, zone), zone),
        Stamp::Offset(at) if to_utc(at.naive_local(), zone) == at.to_utc() => {
            Stamp::Zoned(at.naive_local(), zone)
        }
        other => other,
    }
}

/// Whether a text names a zone in brackets that its own offset contradicts.
pub(super) fn contradicts_its_zone(text: &str, read: &Stamp) -> bool {
    matches!(read, Stamp::Offset(_)) && zone_in_brackets(text.trim()).is_some()
}

/// Seconds or milliseconds since 1970, as Squarespace and JavaScript count.
fn since_1970(text: &str) -> Option<Result<Stamp, &'static str>> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    if !matches!(digits.len(), 10 | 13) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: i64 = digits.parse().ok()?;
    let seconds = if digits.len() == 13 {
        count / 1000
    } else {
        count
    };
    let at = DateTime::from_timestamp(seconds, 0)?;
    if digits.len() == 10 && digits.starts_with("20") && date(&digits[..8], false).is_ok() {
        return Some(Err("may count seconds, or be a day and an hour"));
    }
    Some(if YEARS.contains(&at.year()) {
        Ok(Stamp::Utc(at))
    } else {
        Err("is no date")
    })
}

/// A day in English words, and the time behind it: `Thu, 10 Dec 2026 19:00:00 +0100`, `December 10, 2026 at
/// 7:00 PM`, `Thu Dec 10 2026 19:00:00 GMT+0100 (Central European Standard Time)`. `None` if no month
/// stands where one should.
fn in_words(text: &str) -> Option<(Result<NaiveDate, &'static str>, &str)> {
    let (weekday, rest) = word(text);
    let (weekday, rest) = match weekday.parse::<Weekday>() {
        Ok(weekday) => (Some(weekday), rest),
        Err(_) => (None, text),
    };
    let (first, rest) = word(rest);
    let (second, rest) = word(rest);
    let (year, rest) = word(rest);
    let (month, day) = match (month(first), month(second)) {
        (Some(month), None) => (month, second),
        (None, Some(month)) => (month, first),
        _ => return None,
    };
    let day = day.trim_end_matches(|char: char| char.is_ascii_alphabetic() || char == '.');
    let (day, year) = (number(day)?, number(year).filter(|_| year.len() == 4)?);
    let found = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    let day = match (found, weekday) {
        (None, _) => Err("is no day of the calendar"),
        (Some(day), Some(weekday)) if day.weekday() != weekday => {
            Err("names another day of the week than its day's")
        }
        (Some(day), _) => Ok(day),
    };
    let rest = rest.strip_prefix("at ").unwrap_or(rest);
    let clock = rest.split('(').next().unwrap_or_default().trim();
    Some((day, clock))
}

/// The first word of a text, and what follows.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text
        .find(|char: char| char.is_whitespace() || char == ',')
        .unwrap_or(text.len());
    let rest = text[end..].trim_start_matches(|char: char| char.is_whitespace() || char == ',');
    (&text[..end], rest)
}

/// The month that an English name or its beginning means.
fn month(name: &str) -> Option<u32> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let known = MONTHS
        .iter()
        .position(|month| name.len() >= 3 && month.starts_with(&name))?;
    u32::try_from(known + 1).ok()
}

fn at_offset(local: NaiveDateTime, offset: Option<FixedOffset>) -> Option<Stamp> {
    Some(match offset {
        None => Stamp::Floating(local),
        Some(offset) => {
            let at = offset.from_local_datetime(&local).single()?;
            if offset.local_minus_utc() == 0 {
                Stamp::Utc(at.with_timezone(&Utc))
            } else {
                Stamp::Offset(at)
            }
        }
    })
}

fn date(text: &str, american: bool) -> Result<NaiveDate, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month, day) = match text.split(['-', '/', '.']).collect::<Vec<_>>()[..] {
        [all] if all.len() == 8 && digits(all) => (&all[..4], &all[4..6], &all[6..]),
        [year] if year.len() == 4 && digits(year) => return Err("names a year, not a day"),
        [year, _] if year.len() == 4 && digits(year) => return Err("names a month, not a day"),
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 && !text.contains(['-', '/']) => (year, month, day),
        [month, day, year] if year.len() == 4 && text.contains('/') => {
            if !american && number(day).is_none_or(|day| day <= 12) {
                return Err("may put the day or the month first");
            }
            (year, month, day)
        }
        _ => return Err("is no date"),
    };
    let year = number(year).and_then(|year| i32::try_from(year).ok());
    match (year, number(month), number(day)) {
        (Some(year), Some(month), Some(day)) => {
            NaiveDate::from_ymd_opt(year, month, day).ok_or("is no day of the calendar")
        }
        _ => Err("is no date"),
    }
}

/// Up to four digits, nothing else.
fn number(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Takes `Z`, `+05:30`, `+0530` or `-08` off the end of a time; `None` if what stands there is no offset.
fn split_offset(text: &str) -> Option<(&str, Option<FixedOffset>)> {
    let utc = || FixedOffset::east_opt(0);
    for name in ["Z", "z", "UTC", "GMT"] {
        if let Some(clock) = text.strip_suffix(name) {
            return Some((clock.trim_end(), utc()));
        }
    }
    if dashed(text).is_some() {
        return Some((text, None));
    }
    let Some(sign) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, offset) = (text[..sign].trim_end(), &text[sign + 1..]);
    // `19:00:00 GMT+0100`
    let clock = clock
        .strip_suffix("GMT")
        .or(clock.strip_suffix("UTC"))
        .unwrap_or(clock)
        .trim_end();
    let (hours, minutes) = match offset.split_once(':') {
        Some(parts) => parts,
        None if offset.len() == 4 && offset.is_ascii() => offset.split_at(2),
        None => (offset, "00"),
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    let east = if text[sign..].starts_with('-') {
        -seconds
    } else {
        seconds
    };
    Some((clock, Some(FixedOffset::east_opt(east)?)))
}

/// The time of day, and whether it is the midnight that ends the day (`24:00`).
fn time(text: &str) -> Option<(NaiveTime, bool)> {
    if let Some(time) = dashed(text) {
        return Some((time, false));
    }
    let (text, afternoon) = half_of_day(text);
    let parts: Vec<&str> = text.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [basic] if basic.len() == 4 && basic.is_ascii() => (&basic[..2], &basic[2..], "0"),
        [basic] if basic.len() == 6 && basic.is_ascii() => (&basic[..2], &basic[2..4], &basic[4..]),
        [hour] if afternoon.is_some() => (hour, "0", "0"),
        [hour, minute] => (hour, minute, "0"),
        [hour, minute, second] | [hour, minute, second, _] => (hour, minute, second),
        _ => return None,
    };
    // A fraction of a second does not matter.
    let second = second.split(['.', ',']).next().unwrap_or_default();
    let (mut hour, minute, second) = (number(hour)?, number(minute)?, number(second)?.min(59));
    if let Some(afternoon) = afternoon {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    if (hour, minute, second) == (24, 0, 0) {
        return Some((NaiveTime::MIN, true));
    }
    Some((NaiveTime::from_hms_opt(hour, minute, second)?, false))
}

/// `08-08-30-00`: the hour twice, minutes, seconds.
fn dashed(text: &str) -> Option<NaiveTime> {
    match text.split('-').collect::<Vec<_>>()[..] {
        [hour, again, minute, second] if hour == again => {
            NaiveTime::from_hms_opt(number(hour)?, number(minute)?, number(second)?)
        }
        _ => None,
    }
}

/// The time without its `AM` or `PM`, and whether it said PM.
fn half_of_day(text: &str) -> (&str, Option<bool>) {
    for (name, afternoon) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        let Some(start) = text.len().checked_sub(name.len()) else {
            continue;
        };
        if text
            .get(start..)
            .is_some_and(|end| end.eq_ignore_ascii_case(name))
        {
            return (text[..start].trim_end(), Some(afternoon));
        }
    }
    (text, None)
}

/// Reads a duration of ISO 8601 (`PT2H30M`, Luma's `P0Y0M0DT2H0M0S`). Years and months have no fixed
/// length, so only zero of them is read; negative ones and those over ten years are refused.
pub(super) fn duration(text: &str) -> Option<TimeDelta> {
    let mut rest = text.trim().strip_prefix('P')?;
    let mut in_time = false;
    let mut total = TimeDelta::zero();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (rest, in_time) = (after, true);
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let count: i64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        rest = &rest[digits + unit.len_utf8()..];
        let part = match (in_time, unit) {
            (false, 'Y' | 'M') if count == 0 => TimeDelta::zero(),
            (false, 'W') => TimeDelta::try_weeks(count)?,
            (false, 'D') => TimeDelta::try_days(count)?,
            (true, 'H') => TimeDelta::try_hours(count)?,
            (true, 'M') => TimeDelta::try_minutes(count)?,
            (true, 'S') => TimeDelta::try_seconds(count)?,
            _ => return None,
        };
        total = total.checked_add(&part)?;
    }
    (total > TimeDelta::zero() && total.num_days() <= LONGEST_DAYS).then_some(total)
}
