//! Windows with the starts that the origins' own tests expect in them. Tasks and journals are read as if
//! they were events, and alarms are reckoned from the starts and ends of their events: a calendar's
//! expander knows nothing of what it expands.

use super::{ALL, corpus, table};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rusty_events::believe::recur::{Occurrence, expand};
use rusty_events::facts::listing::End;
use rusty_events::facts::when::{Stamp, to_utc};
use rusty_events::read::ics;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};

/// Recurrence tests of ical.net that we answer otherwise, with the sentence of RFC 5545 for it.
const OTHERWISE: [(&str, &str); 3] = [
    (
        "HourlyUntil1",
        "3.3.10: with DTSTART in a zone, \"the UNTIL rule part MUST be specified as a date with UTC time\"",
    ),
    (
        "WeeklyUntilWkst2",
        "3.8.2.4: DTSTART \"defines the start date and time for the first instance of the recurrence set\"",
    ),
    (
        "WeeklyWeekStartsLastYear",
        "3.8.2.4, as above: it is on a Sunday, and the rule on weekdays",
    ),
];

#[test]
fn windows_hold_what_their_origins_expect() {
    let Some(corpus) = corpus("windows") else {
        return;
    };
    let (mut scored, mut right, mut otherwise) = (0, 0, 0);
    let mut slowest = (Duration::ZERO, String::new());
    for row in table(corpus.join("OCCURRENCES.tsv")) {
        let file = &row["file"];
        let began = Instant::now();
        let found = window(&corpus.join(file), &row);
        slowest = slowest.max((began.elapsed(), file.clone()));
        let test = row["origin_test"].rsplit(':').next().unwrap();
        scored += 1;
        let known = OTHERWISE.iter().any(|(name, _)| test == *name);
        match found {
            Ok(()) => right += 1,
            Err(_) if known => otherwise += 1,
            Err(what) => eprintln!(
                "{file} {}..{} {} {test}: {what}",
                row["from"], row["to"], row["component"]
            ),
        }
    }
    eprintln!(
        "windows: scored {scored}, right {right}, otherwise {otherwise}; slowest {slowest:?}"
    );
    assert_eq!((scored, right, otherwise), (242, 239, 3));
}

/// Compares one row of OCCURRENCES.tsv.
fn window(path: &Path, row: &HashMap<String, String>) -> Result<(), String> {
    let kinds = row["component"].as_str();
    let body = std::fs::read(path).unwrap();
    let text = String::from_utf8_lossy(&body).replace('\0', "");
    // The expander knows nothing of what it expands: other components are read as events.
    let text = match kinds {
        "VALARM" | "VEVENT" => text,
        _ if kinds.starts_with("VEVENT#") => text,
        _ => kinds_as_events(&text, kinds),
    };
    let text = if kinds == "VALARM" {
        kinds_as_events(&text, "VEVENT,VTODO")
    } else {
        text
    };
    let body = if kinds.contains('#') {
        body
    } else {
        text.clone().into_bytes()
    };
    let listings = ics::calendar(&body, None)
        .map(|calendar| calendar.reading.listings)
        .unwrap_or_default();
    let zone = if row["semantics"].contains("US-Eastern") {
        Tz::US__Eastern
    } else {
        Tz::UTC
    };
    let all = row["from"] == "(all)";
    let (from, to) = if all {
        ("1990-01-01", "2060-01-01")
    } else {
        (row["from"].as_str(), row["to"].as_str())
    };
    let (from, to) = (Bound::read(from), Bound::read(to));
    let wide = (
        from.wall.and_utc() - TimeDelta::days(40),
        to.wall.and_utc() + TimeDelta::days(40),
    );
    let found = expand(&listings, wide, zone, ALL).occurrences;
    let number = kinds
        .strip_prefix("VEVENT#")
        .map(|number| number.parse::<usize>().unwrap());
    let line = number.map(|number| begins(&text)[number]);
    let found: Vec<&Occurrence<'_>> = found
        .iter()
        .filter(|occurrence| line.is_none_or(|line| occurrence.listing.line == line))
        .collect();
    let wanted = &row["n"];
    if kinds == "VALARM" {
        let alarms: BTreeSet<_> = found
            .iter()
            .flat_map(|occurrence| {
                let own = from.on(&occurrence.start)..to.on(&occurrence.start);
                let utc = from.wall.and_utc()..to.wall.and_utc();
                let sounds = move |at: &DateTime<Utc>, absolute| {
                    if absolute {
                        utc.contains(at)
                    } else {
                        own.contains(at)
                    }
                };
                alarms(&text, occurrence)
                    .into_iter()
                    .filter(move |(_, at, absolute)| sounds(at, *absolute))
            })
            .collect();
        let count = alarms.len();
        return if count.to_string() == *wanted {
            Ok(())
        } else {
            Err(format!("{count} alarms, not {wanted}"))
        };
    }
    let mut got: Vec<String> = found
        .iter()
        .filter(|occurrence| {
            number.is_some() && overlaps_to_its_end(occurrence, &from, &to, zone)
                || number.is_none() && overlaps(occurrence, &from, &to)
        })
        .map(|occurrence| spelt(&occurrence.start, number.is_some()))
        .collect();
    let mut starts: Vec<String> = row["dtstarts"]
        .split(',')
        .filter(|text| !text.is_empty())
        .map(|text| {
            if number.is_some() {
                text.to_owned()
            } else {
                respelt(text)
            }
        })
        .collect();
    got.sort();
    starts.sort();
    let right = got.len().to_string() == *wanted && (starts.is_empty() || starts == got);
    if right {
        Ok(())
    } else {
        Err(format!("{got:?}, not {wanted}: {starts:?}"))
    }
}

/// A calendar with other components as its events; a task without a start begins when it is due.
fn kinds_as_events(text: &str, kinds: &str) -> String {
    let mut out = String::new();
    let mut kind = "";
    let blocks = text.split_inclusive('\n').collect::<Vec<_>>();
    let mut has_start = false;
    for (place, line) in blocks.iter().enumerate() {
        let bare = line.trim_end();
        if let Some(name) = bare
            .strip_prefix("BEGIN:")
            .filter(|name| ["VEVENT", "VTODO", "VJOURNAL"].contains(name))
        {
            kind = name;
            has_start = blocks[place..]
                .iter()
                .take_while(|line| !line.starts_with(&format!("END:{name}")))
                .any(|line| line.starts_with("DTSTART"));
        }
        let wanted = kinds.split(',').any(|wanted| wanted == kind);
        let line = if bare == format!("BEGIN:{kind}") || bare == format!("END:{kind}") {
            let name = if wanted { "VEVENT" } else { "X-OTHER" };
            line.replace(kind, name)
        } else if kind == "VTODO" && line.starts_with("DUE") {
            line.replacen("DUE", if has_start { "DTEND" } else { "DTSTART" }, 1)
        } else {
            (*line).to_owned()
        };
        if bare == format!("END:{kind}") {
            kind = "";
        }
        out.push_str(&line);
    }
    out
}

/// The lines on which events begin.
fn begins(text: &str) -> Vec<usize> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.contains("BEGIN:VEVENT"))
        .map(|(place, _)| place + 1)
        .collect()
}

/// When the alarms of an occurrence sound, each with the line of its event, and whether it is set to a
/// time of its own.
fn alarms(text: &str, occurrence: &Occurrence<'_>) -> Vec<(usize, DateTime<Utc>, bool)> {
    let begin = occurrence.listing.line;
    let lines: Vec<&str> = text
        .lines()
        .skip(begin)
        .take_while(|line| !line.starts_with("END:VEVENT"))
        .collect();
    let (start, end) = (occurrence.start.instant(Tz::UTC), ends(occurrence));
    let minutes = |text: &str| {
        let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (mut sum, mut number) = (0, 0);
        for char in text.chars() {
            match char {
                '0'..='9' => number = number * 10 + i64::from(char.to_digit(10).unwrap()),
                'W' | 'D' | 'H' | 'M' => {
                    sum += number
                        * [("W", 10_080), ("D", 1_440), ("H", 60), ("M", 1)]
                            .iter()
                            .find(|(unit, _)| *unit == char.to_string())
                            .unwrap()
                            .1;
                    number = 0;
                }
                _ => {}
            }
        }
        TimeDelta::minutes(sign * sum)
    };
    let mut sounds = Vec::new();
    for block in lines.split(|line| *line == "BEGIN:VALARM").skip(1) {
        let value = |name: &str| {
            block
                .iter()
                .find(|line| line.starts_with(name))
                .map(|line| line.rsplit(':').next().unwrap().trim())
        };
        let trigger = value("TRIGGER").unwrap();
        let absolute = NaiveDateTime::parse_from_str(trigger, "%Y%m%dT%H%M%SZ");
        let first = if let Ok(at) = absolute {
            at.and_utc()
        } else if block
            .iter()
            .any(|line| line.starts_with("TRIGGER;RELATED=END"))
        {
            end + minutes(trigger)
        } else {
            start + minutes(trigger)
        };
        let repeats: i32 = value("REPEAT").map_or(0, |count| count.parse().unwrap());
        let every = value("DURATION").map_or(TimeDelta::zero(), minutes);
        sounds.extend((0..=repeats).map(|n| (begin, first + every * n, absolute.is_ok())));
    }
    sounds
}

/// An edge of a window: a wall-clock time, with its offset where it has one.
struct Bound {
    wall: NaiveDateTime,
    at: Option<DateTime<Utc>>,
}

impl Bound {
    fn read(text: &str) -> Bound {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Bound {
                wall: at.naive_local(),
                at: Some(at.to_utc()),
            };
        }
        let compact = text.replace(['-', ':'], "");
        let wall =
            NaiveDateTime::parse_from_str(&compact, "%Y%m%dT%H%M%S%.f").unwrap_or_else(|_| {
                NaiveDate::parse_from_str(&compact, "%Y%m%d")
                    .unwrap()
                    .and_time(chrono::NaiveTime::MIN)
            });
        Bound { wall, at: None }
    }

    /// The edge on the clock of an event, as a number that can be compared with its times.
    fn on(&self, stamp: &Stamp) -> DateTime<Utc> {
        match (stamp, self.at) {
            (Stamp::Date(_) | Stamp::Floating(_), _) => self.wall.and_utc(),
            (_, Some(at)) => at,
            (Stamp::Zoned(_, zone), None) => to_utc(self.wall, *zone),
            (Stamp::Offset(at), None) => {
                self.wall.and_local_timezone(*at.offset()).unwrap().to_utc()
            }
            (Stamp::Utc(_), None) => self.wall.and_utc(),
        }
    }
}

fn ends(occurrence: &Occurrence<'_>) -> DateTime<Utc> {
    let start = occurrence.start.instant(Tz::UTC);
    match occurrence.end {
        Some(End::At(end)) => end.instant(Tz::UTC),
        Some(End::After(length)) => start + length,
        None if matches!(occurrence.start, Stamp::Date(_)) => start + TimeDelta::days(1),
        None => start,
    }
}

/// As recurring-ical-events asks: a window of no length is a point in time.
fn overlaps(occurrence: &Occurrence<'_>, from: &Bound, to: &Bound) -> bool {
    // A calendar's own zone is that of its times in UTC.
    let shown = match (occurrence.start, occurrence.listing.zone) {
        (Stamp::Utc(at), Some(zone)) => {
            Stamp::Zoned(rusty_events::facts::when::to_local(at, zone), zone)
        }
        (start, _) => start,
    };
    let (from, to) = (from.on(&shown), to.on(&shown));
    let (start, end) = (occurrence.start.instant(Tz::UTC), ends(occurrence));
    if from == to {
        return start <= from && (from < end || start == end && start == from);
    }
    start < to && (from < end || start == end && start >= from)
}

/// As ical.net asks: not ended before the window begins, and starting before it ends.
fn overlaps_to_its_end(occurrence: &Occurrence<'_>, from: &Bound, to: &Bound, zone: Tz) -> bool {
    // Origin tests in other zones than US-Eastern pass that of the event.
    let zone = match occurrence.start {
        Stamp::Zoned(_, own) => own,
        _ => zone,
    };
    let (from, to) = (to_utc(from.wall, zone), to_utc(to.wall, zone));
    let start = occurrence.start.instant(zone);
    let end = match occurrence.end {
        Some(End::At(end)) => end.instant(zone),
        Some(End::After(length)) => start + length,
        None => start,
    };
    end >= from && start < to
}

/// A start as the table's rows have it: dates and floating times as they are, others in UTC.
fn spelt(stamp: &Stamp, local: bool) -> String {
    match stamp {
        Stamp::Date(day) if local => day.format("%Y%m%d").to_string(),
        Stamp::Floating(wall) | Stamp::Zoned(wall, _) if local => {
            wall.format("%Y%m%dT%H%M%S").to_string()
        }
        Stamp::Date(day) => day.to_string(),
        Stamp::Floating(wall) => wall.to_string(),
        _ => stamp.instant(Tz::UTC).to_string(),
    }
}

fn respelt(text: &str) -> String {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => at.to_utc().to_string(),
        Err(_) => text
            .parse::<NaiveDateTime>()
            .map_or(text.to_owned(), |wall| wall.to_string()),
    }
}
