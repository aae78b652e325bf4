//! The values of RFC 5545 section 3.3 for times: DATE, DATE-TIME, DURATION.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// A point in time as a value writes it, before its TZID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Date(NaiveDate),
    Local(NaiveDateTime),
    Utc(DateTime<Utc>),
    Offset(DateTime<FixedOffset>),
}

/// A length: whole days, which follow the wall clock, and seconds, which do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) days: TimeDelta,
    pub(super) time: TimeDelta,
}

/// Reads `20260107`, `20260107T190000`, `…Z`; also the ISO 8601 forms with hyphens, colons and an
/// offset. `None` for days and times that do not exist; the sixtieth second is the 59th.
pub(super) fn written(text: &str) -> Option<Written> {
    let text = text.trim();
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(place) => (text.get(..place)?, text.get(place + 1..)?),
        None => (text, ""),
    };
    let date = match date.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => date.replace('-', ""),
        _ => date.to_owned(),
    };
    if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |text: &str| text.parse::<u32>().ok();
    let date = NaiveDate::from_ymd_opt(
        date.get(..4)?.parse().ok()?,
        number(date.get(4..6)?)?,
        number(date.get(6..8)?)?,
    )?;
    let time = time.trim();
    if time.is_empty() {
        return Some(Written::Date(date));
    }
    let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(place) => time.split_at(place),
        None => (time, ""),
    };
    let clock = clock.replace(':', "");
    let clock = clock.split('.').next()?;
    if !matches!(clock.len(), 4 | 6) || !clock.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let second = clock.get(4..6).and_then(number).unwrap_or(0);
    let clock = NaiveTime::from_hms_opt(
        number(clock.get(..2)?)?,
        number(clock.get(2..4)?)?,
        if second == 60 { 59 } else { second },
    )?;
    let local = date.and_time(clock);
    Some(match zone {
        "" => Written::Local(local),
        "Z" | "z" => Written::Utc(local.and_utc()),
        offset => Written::Offset(local.and_local_timezone(offset_of(offset)?).single()?),
    })
}

/// Reads `+0100`, `-05:30`, `+005258` (a zone's mean time, in old definitions).
pub(super) fn offset_of(text: &str) -> Option<FixedOffset> {
    let text = text.trim();
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => (1, text),
    };
    let digits = digits.replace(':', "");
    if !matches!(digits.len(), 2 | 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| {
        digits
            .get(from..from + 2)
            .map_or(Some(0), |text| text.parse::<i32>().ok())
    };
    FixedOffset::east_opt(sign * (part(0)? * 3_600 + part(2)? * 60 + part(4)?))
}

/// Reads `PT1H30M`, `P1W`, `-P1DT2H`. Years and months are no part of RFC 5545's DURATION.
pub(super) fn length(text: &str) -> Option<Length> {
    let text = text.trim().to_ascii_uppercase();
    let (sign, text) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => (1, text.as_str()),
    };
    let rest = text.strip_prefix('P')?;
    let (mut days, mut seconds) = (0_i64, 0_i64);
    let mut in_time = false;
    let mut number = String::new();
    let mut parts = 0;
    for char in rest.chars() {
        match char {
            '0'..='9' => number.push(char),
            'T' if number.is_empty() => in_time = true,
            _ => {
                let value: i64 = number.parse().ok()?;
                number.clear();
                parts += 1;
                let (sum, unit) = match (char, in_time) {
                    ('W', false) => (&mut days, 7),
                    ('D', false) => (&mut days, 1),
                    ('H', true) => (&mut seconds, 3_600),
                    ('M', true) => (&mut seconds, 60),
                    ('S', true) => (&mut seconds, 1),
                    _ => return None,
                };
                *sum = sum.checked_add(value.checked_mul(unit)?)?;
            }
        }
    }
    if !number.is_empty() || parts == 0 {
        return None;
    }
    Some(Length {
        days: TimeDelta::try_days(sign * days)?,
        time: TimeDelta::try_seconds(sign * seconds)?,
    })
}
