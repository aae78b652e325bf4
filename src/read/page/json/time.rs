//! When an event is, in whichever fields a program says it.

use super::fields::{self, DATE, Entry, Fields, Names};
use crate::facts::listing::End;
use crate::facts::when::{Stamp, zone_named};
use crate::read::{dates, json, jsonld};
use chrono::{FixedOffset, NaiveTime, TimeDelta, Timelike};
use chrono_tz::Tz;
use serde_json::Value;

/// Dates of one event that are read.
const MOST_DATES: usize = 100;

/// Longest distance of a zone from UTC, in seconds.
const FARTHEST_OFFSET: i64 = 14 * 3600;

/// The longest duration of an event that is believed, in milliseconds.
const LONGEST_DURATION: i64 = 31 * 86_400_000;

/// A start, and its end where one is said.
pub(super) type Date = (Stamp, Option<End>);

/// When an event is.
pub(super) struct Times {
    /// The field that said so, as written.
    pub(super) field: String,
    /// Whether that field may mean when the entry was written.
    pub(super) may_be_a_post: bool,
    /// Each date of the event; at least one.
    pub(super) dates: Vec<Date>,
    /// The zone of its times.
    pub(super) zone: Option<Tz>,
}

/// Reads when an event is; `None` if no field says so. `zone` is that of the whole document.
///
/// # Errors
/// Says which field names a day that cannot be read.
pub(super) fn of(entry: &Entry<'_>, zone: Option<Tz>) -> Option<Result<Times, String>> {
    let zone = entry
        .text(fields::ZONE)
        .as_deref()
        .and_then(zone_named)
        .or(zone);
    let mut fault = None;
    for (names, may_be_a_post) in [(fields::START, false), (DATE, true)] {
        for holder in entry.objects() {
            for (field, value) in holder.all(names) {
                match read(value, zone) {
                    Some(Ok(found)) => {
                        let mut times = Times {
                            field: fields::shown(field),
                            may_be_a_post,
                            dates: found,
                            zone,
                        };
                        complete(&mut times, entry, holder);
                        return Some(Ok(times));
                    }
                    // `"start_time": "18:00"` beside `"date"` is no day.
                    Some(Err(what)) if !may_be_a_post && !is_hour(value) => {
                        fault.get_or_insert(format!("{} {what}", fields::shown(field)));
                    }
                    Some(Err(_)) | None => {}
                }
            }
        }
    }
    fault.map(Err)
}

/// The dates that a value names.
fn read(value: &Value, zone: Option<Tz>) -> Option<Result<Vec<Date>, String>> {
    let Value::Array(list) = value else {
        return Some(one(value, zone)?.map(|stamp| vec![(stamp, None)]));
    };
    let mut dates = Vec::new();
    for value in list.iter().take(MOST_DATES) {
        // OpenAgenda's `timings`, Localist's instances.
        let own = value.as_object().map(Fields::of);
        let begins = own.as_ref().and_then(|own| own.get(fields::START));
        let ends = own.as_ref().and_then(|own| own.get(fields::END));
        match one(begins.unwrap_or(value), zone)? {
            Ok(start) => {
                let end = ends.and_then(|end| one(end, zone)?.ok());
                let end = end.and_then(|end| jsonld::end_beside(&start, end));
                dates.push((start, end.map(End::At)));
            }
            Err(what) => return Some(Err(what)),
        }
    }
    // Days alone are the days of one event: the first, and the last.
    let is_day = |stamp: &Stamp| matches!(stamp, Stamp::Date(_)) || is_midnight(stamp);
    if dates.len() > 1
        && dates
            .iter()
            .all(|(start, end)| is_day(start) && end.is_none())
    {
        let first = dates[0].0;
        let last = dates[dates.len() - 1].0.date();
        let end = jsonld::end_beside(&Stamp::Date(first.date()), Stamp::Date(last));
        dates = vec![(Stamp::Date(first.date()), end.map(End::At))];
    }
    (!dates.is_empty()).then_some(Ok(dates))
}

/// One date or time.
fn one(value: &Value, zone: Option<Tz>) -> Option<Result<Stamp, String>> {
    let stamp = match value {
        Value::Object(object) => return in_parts(&Fields::of(object), zone),
        Value::String(_) | Value::Number(_) => dates::parse(&json::text(value)?),
        Value::Null | Value::Bool(_) | Value::Array(_) => return None,
    };
    Some(stamp.map(|stamp| on_clock(stamp, zone)))
}

/// A time without a zone is one of its zone's clock.
fn on_clock(stamp: Stamp, zone: Option<Tz>) -> Stamp {
    match (stamp, zone) {
        (Stamp::Floating(local), Some(zone)) => Stamp::Zoned(local, zone),
        _ => stamp,
    }
}

/// A time in an object of its own: Eventbrite's `{"local", "utc", "timezone"}`, Indico's `{"date", "time",
/// "tz"}`, Google's `{"dateTime"}`, Tockify's `{"millis"}`.
fn in_parts(parts: &Fields<'_>, zone: Option<Tz>) -> Option<Result<Stamp, String>> {
    let zone = parts
        .text(fields::ZONE)
        .as_deref()
        .and_then(zone_named)
        .or(zone);
    const WHOLE: Names = &[
        "local",
        "localdatetime",
        "datetime",
        "iso",
        "datetimelocal",
        "utc",
        "millis",
        "unix",
        "timestamp",
        "value",
    ];
    let whole = parts.all(WHOLE).find_map(|(_, value)| match value {
        Value::Object(_) | Value::Array(_) => None,
        value => one(value, zone)?.ok(),
    });
    if let Some(stamp) = whole {
        return Some(Ok(stamp));
    }
    const DAY: Names = &["date", "localdate", "day", "start", "begin"];
    let stamp = match parts.get(DAY)? {
        Value::Object(object) => return in_parts(&Fields::of(object), zone),
        day => match one(day, zone)? {
            Ok(stamp) => stamp,
            Err(what) => return Some(Err(what)),
        },
    };
    let hour = clock_in_numbers(parts).or_else(|| parts.text(fields::TIME));
    Some(Ok(hour
        .and_then(|hour| with_hour(&stamp, &hour, zone))
        .map_or(stamp, |(start, _)| start)))
}

/// `{"hour": "6", "minutes": "30", "ampm": "PM"}`, as Modern Events Calendar has it.
fn clock_in_numbers(parts: &Fields<'_>) -> Option<String> {
    let hour = parts.text(&["hour"])?;
    let minutes = parts.text(&["minutes", "minute"])?;
    let half = parts.text(&["ampm"]).unwrap_or_default();
    Some(format!("{hour}:{minutes:0>2} {half}").trim().to_owned())
}

/// Adds what stands in other fields: the hour, the distance from UTC, the end.
fn complete(times: &mut Times, entry: &Entry<'_>, holder: &Fields<'_>) {
    let zone = times.zone;
    if let [(start, end)] = &mut times.dates[..] {
        let hour = holder.all(fields::TIME).chain(entry.own.all(fields::TIME));
        let mut hours = hour.filter_map(|(_, value)| json::text(value));
        if let Some((timed, until)) = hours.find_map(|hour| with_hour(start, &hour, zone)) {
            *start = timed;
            *end = end
                .or(until.map(End::At))
                .map(|end| on_clock_of(start, end));
        }
        *start = at_offset(*start, entry);
        let said = holder.get(fields::END).or_else(|| entry.get(fields::END));
        let read = said.and_then(|said| last(start, said, zone));
        *end = read.or(*end).or_else(|| duration(entry));
        let hour = entry.text(fields::END_TIME);
        if let (None, Some(hour)) = (&*end, hour) {
            let day = Stamp::Date(start.date());
            *end = with_hour(&day, &hour, zone).map(|(end, _)| End::At(at_offset(end, entry)));
        }
    }
    if entry.is_true(fields::ALL_DAY) {
        for (start, end) in &mut times.dates {
            whole_days(start, end);
        }
    }
    for (start, end) in &mut times.dates {
        *end = end.filter(|end| is_behind(start, end));
    }
}

/// The day behind the last as the midnight that begins it, where the start has an hour.
fn on_clock_of(start: &Stamp, end: End) -> End {
    match (start, end) {
        (Stamp::Floating(_), End::At(Stamp::Date(day))) => {
            End::At(Stamp::Floating(day.and_time(NaiveTime::MIN)))
        }
        (Stamp::Zoned(_, zone), End::At(Stamp::Date(day))) => {
            End::At(Stamp::Zoned(day.and_time(NaiveTime::MIN), *zone))
        }
        (_, end) => end,
    }
}

/// Whether an end lies behind its start; what does not says nothing.
fn is_behind(start: &Stamp, end: &End) -> bool {
    match end {
        End::At(end) => end.instant(Tz::UTC) > start.instant(Tz::UTC),
        End::After(lasts) => *lasts > TimeDelta::zero(),
    }
}

/// The end that a field names: the last day, or the last hour.
fn last(start: &Stamp, said: &Value, zone: Option<Tz>) -> Option<End> {
    let read = match said {
        Value::Array(list) => one(list.last()?, zone),
        said => one(said, zone),
    };
    match read {
        Some(Ok(end)) => jsonld::end_beside(start, end).map(End::At),
        _ => {
            let day = Stamp::Date(start.date());
            let (end, _) = with_hour(&day, &json::text(said)?, zone)?;
            Some(End::At(end))
        }
    }
}

/// Days that are said to be whole, though hours stand beside them: from midnight to the last second.
fn whole_days(start: &mut Stamp, end: &mut Option<End>) {
    if let Some(End::At(last)) = end {
        let begins_a_day = is_midnight(last) || matches!(last, Stamp::Date(_));
        let first = start.date();
        let behind = if begins_a_day && last.date() > first {
            Some(last.date())
        } else {
            last.date().succ_opt()
        };
        *end = behind.map(|behind| End::At(Stamp::Date(behind)));
    }
    *start = Stamp::Date(start.date());
}

pub(super) fn is_midnight(stamp: &Stamp) -> bool {
    clock(stamp) == Some(NaiveTime::MIN)
}

/// The hour as written.
pub(super) fn clock(stamp: &Stamp) -> Option<NaiveTime> {
    match stamp {
        Stamp::Date(_) => None,
        Stamp::Floating(local) | Stamp::Zoned(local, _) => Some(local.time()),
        Stamp::Offset(at) => Some(at.naive_local().time()),
        Stamp::Utc(at) => Some(at.time()),
    }
}

fn is_hour(value: &Value) -> bool {
    let text = json::text(value).unwrap_or_default();
    text.len() <= 25
        && text.contains(|char: char| char.is_ascii_digit())
        && !text.contains(['-', '/'])
}

/// A day with an hour that stands elsewhere (`18:00`, `6 pm`, `18:00 - 20:00`, `19 Uhr`), and until when.
fn with_hour(day: &Stamp, hour: &str, zone: Option<Tz>) -> Option<(Stamp, Option<Stamp>)> {
    let Stamp::Date(date) = day else {
        return None;
    };
    let mut hours = hour.split(['–', '—', '-', '~', '〜']).map(|hour| {
        let hour = hour
            .trim()
            .trim_end_matches("Uhr")
            .trim_end_matches(['h', 'H'])
            .trim();
        let hour = match hour.parse::<u32>() {
            Ok(number) if number < 24 => format!("{number:02}:00"),
            _ => hour.to_owned(),
        };
        dates::parse(&format!("{date} {hour}")).ok()
    });
    let is_time = |stamp: &Stamp| !matches!(stamp, Stamp::Date(_));
    let start = hours.next()?.filter(is_time)?;
    let end = hours.next().flatten().filter(is_time);
    Some((on_clock(start, zone), end.map(|end| on_clock(end, zone))))
}

/// A time with its distance from UTC, where that stands in another field: Trumba's `"-0800"`, Meetup's
/// milliseconds.
fn at_offset(stamp: Stamp, entry: &Entry<'_>) -> Stamp {
    let Some(said) = entry.text(fields::OFFSET) else {
        return stamp;
    };
    match stamp {
        Stamp::Floating(local) => {
            let text = format!("{}{said}", local.format("%Y-%m-%dT%H:%M:%S"));
            dates::parse(&text).unwrap_or(stamp)
        }
        Stamp::Utc(at) => {
            let count: Option<i64> = said.parse().ok();
            let seconds = count.map(|count| {
                if count.abs() > FARTHEST_OFFSET {
                    count / 1000
                } else {
                    count
                }
            });
            let offset = seconds
                .filter(|seconds| seconds % 900 == 0 && seconds.abs() <= FARTHEST_OFFSET)
                .and_then(|seconds| FixedOffset::east_opt(i32::try_from(seconds).ok()?));
            offset.map_or(stamp, |offset| Stamp::Offset(at.with_timezone(&offset)))
        }
        Stamp::Date(_) | Stamp::Zoned(..) | Stamp::Offset(_) => stamp,
    }
}

/// How long it lasts: in the words of ISO 8601, or in milliseconds. Smaller numbers may mean minutes or hours.
fn duration(entry: &Entry<'_>) -> Option<End> {
    let said = entry.text(fields::DURATION)?;
    let lasts = match said.parse::<i64>() {
        Ok(count) if (60_000..=LONGEST_DURATION).contains(&count) => {
            TimeDelta::try_milliseconds(count)?
        }
        Ok(_) => return None,
        Err(_) => dates::duration(&said)?,
    };
    Some(End::After(lasts))
}

/// Makes days of hours that are none: midnight in all entries, or noon in three and more, is what a program
/// fills in where only a day was typed.
pub(super) fn without_fillers(starts: &mut [(&mut Stamp, &mut Option<End>)]) {
    let clocks: Vec<NaiveTime> = starts
        .iter()
        .filter_map(|(start, _)| clock(start))
        .collect();
    let all = |hour: u32| {
        let filler = NaiveTime::from_hms_opt(hour, 0, 0);
        clocks.iter().all(|clock| Some(*clock) == filler)
    };
    let days: std::collections::BTreeSet<_> =
        starts.iter().map(|(start, _)| start.date()).collect();
    let is_noon = all(12) && days.len() >= 3 && starts.iter().all(|(_, end)| end.is_none());
    if clocks.is_empty() || !(all(0) && !is_timed(starts) || is_noon) {
        return;
    }
    for (start, end) in starts {
        whole_days(start, end);
    }
}

/// Whether an entry ends at an hour of its own.
fn is_timed(starts: &[(&mut Stamp, &mut Option<End>)]) -> bool {
    starts.iter().any(|(_, end)| match end {
        // A minute to midnight ends the day.
        Some(End::At(end)) => {
            clock(end).is_some_and(|end| (60..86_340).contains(&end.num_seconds_from_midnight()))
        }
        _ => false,
    })
}
