//! `eventSchedule` (<https://schema.org/Schedule>): one evening, or a series of them.

use super::last_part;
use crate::facts::listing::{End, Rule};
use crate::facts::when::{Stamp, weekday_code, zone_named};
use crate::read::{dates, json};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// Schedules of one event that are read.
const MOST_SCHEDULES: usize = 20;

/// Values of one list of a schedule that are read.
const MOST_VALUES: usize = 400;

/// Days after a schedule's first in which its first evening is looked for: a leap year, and some more.
const LONGEST_WAIT: u64 = 400;

/// One date of an event.
#[derive(Debug)]
pub(super) struct Dated {
    pub(super) start: Stamp,
    pub(super) end: Option<End>,
    /// When it recurs from then on.
    pub(super) rule: Option<Rule>,
    /// What was taken of two readings, and what was not.
    pub(super) doubt: Option<(String, String)>,
}

/// The dates of all schedules.
///
/// # Errors
/// Says what of them is not read. Nothing is guessed: a schedule of which only a part is understood is
/// refused.
pub(super) fn dates(value: &Value) -> Result<Vec<Dated>, String> {
    let schedules: Vec<Dated> = json::each(Some(value))
        .take(MOST_SCHEDULES)
        .map(|schedule| match schedule {
            Value::Object(schedule) => date(schedule),
            _ => Err("is no schedule".to_owned()),
        })
        .collect::<Result<_, _>>()
        .map_err(|what| format!("has a schedule and no startDate, and the schedule {what}"))?;
    if schedules.is_empty() {
        return Err("has an empty schedule and no startDate".to_owned());
    }
    Ok(schedules)
}

fn date(schedule: &Map<String, Value>) -> Result<Dated, String> {
    let text = |name: &str| json::text_of(schedule, name);
    let zone = match text("scheduleTimezone") {
        None => None,
        Some(name) => Some(zone_named(&name).ok_or(format!("names an unknown zone, {name:?}"))?),
    };
    let from = text("startDate").ok_or("has no startDate")?;
    let from = dates::parse(&from).map_err(|what| format!("startDate {what}"))?;
    let pattern = Pattern::of(schedule)?;
    let until = text("endDate")
        .map(|end| dates::parse(&end).map_err(|what| format!("endDate {what}")))
        .transpose()?
        .map(|end| end.date());
    let at = clock(schedule, "startTime")?;
    // A schedule begins some day; its first evening is the first day that fits.
    let first = pattern.first(from.date()).ok_or("has no day that fits")?;
    let start = match (from, at) {
        (_, Some(at)) => local(first, at, zone),
        (Stamp::Date(_), None) => Stamp::Date(first),
        (stamp, None) if first == stamp.date() => stamp,
        _ => return Err("has no startTime".to_owned()),
    };
    let lasts = text("duration").and_then(|text| dates::duration(&text));
    let end = match (clock(schedule, "endTime")?, lasts) {
        (Some(end), _) if at.is_some() => {
            let day = if at.is_some_and(|at| end <= at) {
                first.succ_opt()
            } else {
                Some(first)
            };
            day.map(|day| End::At(local(day, end, zone)))
        }
        (_, Some(lasts)) => Some(End::After(lasts)),
        // One evening, or days in a row.
        _ if pattern.frequency.is_none() => until
            .filter(|until| *until > first)
            .and_then(|until| end_beside(&start, Stamp::Date(until)))
            .map(End::At),
        _ => None,
    };
    let rule = pattern.rule(until, zone)?;
    let except_dates = json::texts_of(schedule, "exceptDate")
        .into_iter()
        .take(MOST_VALUES);
    let except_dates = except_dates
        .map(|text| {
            let day = dates::parse(&text).map_err(|what| format!("exceptDate {what}"))?;
            Ok(match (day, at) {
                (Stamp::Date(day), Some(at)) => local(day, at, zone),
                (day, _) => day,
            })
        })
        .collect::<Result<Vec<Stamp>, String>>()?;
    Ok(Dated {
        start,
        end,
        rule: rule.map(|rule| Rule {
            rules: vec![rule],
            except_dates,
            ..Rule::default()
        }),
        doubt: None,
    })
}

/// A time of the day without its day.
fn clock(schedule: &Map<String, Value>, name: &str) -> Result<Option<NaiveTime>, String> {
    let Some(text) = json::text_of(schedule, name) else {
        return Ok(None);
    };
    // Some write the day before it again.
    let full = match text.contains('T') {
        true => text.clone(),
        false => format!("2000-01-01T{text}"),
    };
    match dates::parse(&full) {
        Ok(Stamp::Floating(at)) => Ok(Some(at.time())),
        Ok(Stamp::Offset(at)) => Ok(Some(at.naive_local().time())),
        _ => Err(format!("has no readable {name}, {text:?}")),
    }
}

fn local(day: NaiveDate, at: NaiveTime, zone: Option<Tz>) -> Stamp {
    let local = day.and_time(at);
    zone.map_or(Stamp::Floating(local), |zone| Stamp::Zoned(local, zone))
}

/// When a schedule repeats.
#[derive(Debug, Default)]
struct Pattern {
    /// The frequency of RFC 5545, and the interval.
    frequency: Option<(&'static str, u32)>,
    /// Days of the week, each perhaps with its place in the month: `2TU`, `-1FR`.
    days: Vec<(Option<i32>, Weekday)>,
    month_days: Vec<u32>,
    months: Vec<u32>,
    /// How many evenings there are.
    count: Option<u32>,
}

impl Pattern {
    fn of(schedule: &Map<String, Value>) -> Result<Pattern, String> {
        let frequency = match json::text_of(schedule, "repeatFrequency") {
            None => None,
            Some(text) => Some(
                frequency(&text).ok_or(format!("repeats in a way that is not read, {text:?}"))?,
            ),
        };
        let days = json::texts_of(schedule, "byDay");
        let days = days
            .iter()
            .take(MOST_VALUES)
            .map(|text| weekday(text).ok_or(format!("has no readable byDay, {text:?}")));
        let numbers = |name: &str, most: u32| -> Result<Vec<u32>, String> {
            let texts = json::texts_of(schedule, name);
            let numbers = texts.iter().take(MOST_VALUES).map(|text| {
                let number = text
                    .parse()
                    .ok()
                    .filter(|number| (1..=most).contains(number));
                number.ok_or(format!("has no readable {name}, {text:?}"))
            });
            numbers.collect()
        };
        if json::field(schedule, "byMonthWeek").is_some() {
            return Err("counts the weeks of the month, which is not read".to_owned());
        }
        let count = json::text_of(schedule, "repeatCount")
            .map(|text| {
                text.parse()
                    .map_err(|_| format!("has no readable repeatCount, {text:?}"))
            })
            .transpose()?;
        let pattern = Pattern {
            frequency: frequency.filter(|_| count != Some(1)),
            days: days.collect::<Result<_, _>>()?,
            month_days: numbers("byMonthDay", 31)?,
            months: numbers("byMonth", 12)?,
            count,
        };
        // Days without a frequency are those of every week.
        let repeats = pattern.frequency.is_some() || pattern.days.is_empty() || count == Some(1);
        Ok(Pattern {
            frequency: if repeats {
                pattern.frequency
            } else {
                Some(("WEEKLY", 1))
            },
            ..pattern
        })
    }

    fn fits(&self, day: NaiveDate) -> bool {
        let of_week = |(place, weekday): &(Option<i32>, Weekday)| {
            let from_front = i32::try_from(day.day0() / 7 + 1).unwrap_or(0);
            let is_last = (day + Days::new(7)).month() != day.month();
            day.weekday() == *weekday
                && place.is_none_or(|place| place == from_front || (place == -1 && is_last))
        };
        (self.days.is_empty() || self.days.iter().any(of_week))
            && (self.month_days.is_empty() || self.month_days.contains(&day.day()))
            && (self.months.is_empty() || self.months.contains(&day.month()))
    }

    fn first(&self, from: NaiveDate) -> Option<NaiveDate> {
        let mut days = from.iter_days().take(usize::try_from(LONGEST_WAIT).ok()?);
        days.find(|day| self.fits(*day))
    }

    /// The rule as RFC 5545 writes it; `None` for a single evening.
    fn rule(&self, until: Option<NaiveDate>, zone: Option<Tz>) -> Result<Option<String>, String> {
        let Some((frequency, interval)) = self.frequency else {
            return Ok(None);
        };
        let mut rule = format!("FREQ={frequency}");
        if interval > 1 {
            rule += &format!(";INTERVAL={interval}");
        }
        let join = |numbers: &[u32]| {
            let texts: Vec<String> = numbers.iter().map(u32::to_string).collect();
            texts.join(",")
        };
        if !self.days.is_empty() {
            let days = self.days.iter().map(|(place, day)| {
                let place = place.map_or_else(String::new, |place| place.to_string());
                format!("{place}{}", weekday_code(*day))
            });
            rule += &format!(";BYDAY={}", days.collect::<Vec<_>>().join(","));
        }
        if !self.month_days.is_empty() {
            rule += &format!(";BYMONTHDAY={}", join(&self.month_days));
        }
        if !self.months.is_empty() {
            rule += &format!(";BYMONTH={}", join(&self.months));
        }
        if let Some(count) = self.count {
            rule += &format!(";COUNT={count}");
        } else if let Some(until) = until {
            let last = local(until, NaiveTime::MIN, zone).plus(TimeDelta::days(1));
            let last = last.and_then(|last| last.plus(TimeDelta::seconds(-1)));
            let last = last.ok_or("ends beyond the calendar")?;
            rule += &match zone {
                Some(_) => format!(";UNTIL={}", last.instant(Tz::UTC).format("%Y%m%dT%H%M%SZ")),
                None => format!(";UNTIL={}", until.format("%Y%m%d")),
            };
        }
        Ok(Some(rule))
    }
}

/// A duration of ISO 8601 with one part, or a word: `P1W`, `P2M`, `weekly`.
fn frequency(text: &str) -> Option<(&'static str, u32)> {
    let named = match text.trim().to_ascii_lowercase().as_str() {
        "daily" => Some("DAILY"),
        "weekly" => Some("WEEKLY"),
        "monthly" => Some("MONTHLY"),
        "yearly" | "annually" => Some("YEARLY"),
        _ => None,
    };
    if let Some(named) = named {
        return Some((named, 1));
    }
    let part = text.trim().strip_prefix('P')?;
    let (count, unit) = part.split_at_checked(part.len().checked_sub(1)?)?;
    let count: u32 = count
        .parse()
        .ok()
        .filter(|count| (1..=1000).contains(count))?;
    let named = match unit {
        "D" => "DAILY",
        "W" => "WEEKLY",
        "M" => "MONTHLY",
        "Y" => "YEARLY",
        _ => return None,
    };
    Some((named, count))
}

/// `https://schema.org/Tuesday`, `Tuesday`, `TU`, `2TU`, `-1FR`.
fn weekday(text: &str) -> Option<(Option<i32>, Weekday)> {
    let text = last_part(text);
    let letters =
        text.trim_start_matches(|char: char| char.is_ascii_digit() || "+-".contains(char));
    let place = &text[..text.len() - letters.len()];
    let place = match place {
        "" => None,
        place => Some(
            place
                .parse()
                .ok()
                .filter(|place| matches!(place, -1 | 1..=5))?,
        ),
    };
    let named = letters.parse::<Weekday>().ok().or_else(|| {
        let days = Weekday::Mon.num_days_from_monday()..7;
        let days = days.filter_map(|day| Weekday::try_from(u8::try_from(day).ok()?).ok());
        let mut days = days.filter(|day| weekday_code(*day).eq_ignore_ascii_case(letters));
        days.next()
    });
    named.map(|day| (place, day))
}

/// The end in the terms of the start. schema.org's last day is inclusive, a listing's is not; a day
/// without a time behind a timed start ends with its midnight, and says nothing if it is the same day.
pub(in crate::read) fn end_beside(start: &Stamp, end: Stamp) -> Option<Stamp> {
    let midnight = |day: NaiveDate| Some(day.succ_opt()?.and_time(NaiveTime::MIN));
    let Stamp::Date(day) = end else {
        return match start {
            Stamp::Date(_) => end.date().succ_opt().map(Stamp::Date),
            _ => Some(end),
        };
    };
    match start {
        Stamp::Date(_) => day.succ_opt().map(Stamp::Date),
        _ if day <= start.date() => None,
        Stamp::Floating(_) => midnight(day).map(Stamp::Floating),
        Stamp::Zoned(_, zone) => midnight(day).map(|end| Stamp::Zoned(end, *zone)),
        Stamp::Offset(_) | Stamp::Utc(_) => {
            let days = (day - start.date()).num_days() + 1;
            let midnight = start.plus(TimeDelta::try_days(days)?)?;
            let late = match midnight {
                Stamp::Offset(at) => at.naive_local().time(),
                Stamp::Utc(at) => at.time(),
                _ => NaiveTime::MIN,
            };
            midnight.plus(NaiveTime::MIN - late)
        }
    }
}
