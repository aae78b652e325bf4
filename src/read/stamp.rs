//! Dates, times and durations as web pages write them → stamps.
//!
//! The forms are those met on real pages. Nothing is guessed: a text that leaves a day open (`2026`,
//! `08/09/2026`) is refused with the reason.

use crate::facts::when::Stamp;
use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};

/// Longest duration that is read, in days: beyond it is a slip or an attack.
const LONGEST_DAYS: i64 = 3660;

/// Reads a date, or a date and a time.
///
/// Beside ISO 8601 in its extended and basic forms: a space in place of `T`; one-digit months and days;
/// seconds said twice (`19:00:00:00+00:00`, seen on outsavvy.com); the hour said twice and dashes for
/// colons (`2019-9-20T08-08-30-00` is half past eight, as WordPress EventON writes it); and the
/// American `8/21/2026 6:30:00 PM`, where AM or PM or a day above 12 tells that it is American.
///
/// # Errors
/// Says what is wrong with the text.
pub(super) fn parse(text: &str) -> Result<Stamp, String> {
    let text = text.trim();
    let refuse = |why: &str| -> String {
        let shown: String = text.chars().take(40).collect();
        format!("{shown:?} {why}")
    };
    let (day, clock) = match text.find(['T', 't', ' ']) {
        Some(gap) if gap > 0 => (&text[..gap], text[gap + 1..].trim()),
        _ => (text, ""),
    };
    let american = half_of_day(clock).1.is_some();
    let day = date(day, american).map_err(refuse)?;
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
    let (year, month, day) = match text.split(['-', '/']).collect::<Vec<_>>()[..] {
        [all] if all.len() == 8 && digits(all) => (&all[..4], &all[4..6], &all[6..]),
        [year] if year.len() == 4 && digits(year) => return Err("names a year, not a day"),
        [year, _] if year.len() == 4 && digits(year) => return Err("names a month, not a day"),
        [year, month, day] if year.len() == 4 => (year, month, day),
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
    // A fraction of a second tells nobody when to come.
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
