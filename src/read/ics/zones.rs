//! TZID → zone.
//!
//! What calendars write there, most trustworthy first: an IANA name in any case; the name of a Windows
//! zone, or what Windows shows for it; an IANA name behind a prefix; a name that only the file's own
//! VTIMEZONE explains; nothing that can be known. Never UTC for want of better.

use super::components::{Component, File};
use super::definition::Definition;
use super::problems::{Problems, shown};
use super::property::properties;
use super::times::{Written, offset_of};
use crate::believe::recur::rule::Steps;
use crate::facts::when::{Stamp, to_local, zone_named};
use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::rc::Rc;

/// TZIDs of one file that are looked up, and definitions that are read; real files hold a dozen.
const MOST_NAMES: usize = 500;

/// Cities of one TZID that are looked up.
const MOST_CITIES: usize = 20;

/// Comparisons of a definition with the known zones, a few milliseconds each.
const MOST_COMPARISONS: usize = 64;

/// Steps of rules that all definitions of a file may take together: two rules for two centuries are 400.
const MOST_STEPS: u64 = 40_000;

/// The zones of one calendar file.
pub(super) struct Zones {
    shown: Vec<Option<Tz>>,
    /// The VTIMEZONEs by calendar and TZID. Most are never read: what they define is known by name.
    definitions: Vec<(usize, String, Component)>,
    read: HashMap<usize, Option<Rc<Definition>>>,
    /// Names that were looked up, with what they mean without a definition.
    names: HashMap<String, Option<Tz>>,
    /// What TZIDs mean in a calendar; by definition in a year, else in year 0.
    found: HashMap<(usize, String, i32), Zone>,
    comparisons: usize,
    steps: Steps,
}

/// What a TZID means.
#[derive(Debug, Clone)]
enum Zone {
    Known(Tz),
    /// The rules of a definition.
    Defined(Rc<Definition>),
    /// So far from UTC, always.
    Fixed(FixedOffset),
    Unknown,
}

/// Where in a file a time is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    /// Which of the file's calendars, counted from 0.
    pub(super) calendar: usize,
    pub(super) line: usize,
}

impl Zones {
    /// Takes the definitions of a file, and reads in which zone each of its calendars shows its times.
    pub(super) fn take(file: &mut File, problems: &mut Problems) -> Zones {
        let definitions = std::mem::take(&mut file.zones)
            .into_iter()
            .take(MOST_NAMES)
            .filter_map(|zone| {
                let name = properties(&zone.lines, problems)
                    .into_iter()
                    .find(|property| property.name == "TZID")?;
                Some((zone.calendar, name.value.trim().to_owned(), zone))
            })
            .collect();
        let mut zones = Zones {
            shown: Vec::new(),
            definitions,
            read: HashMap::new(),
            names: HashMap::new(),
            found: HashMap::new(),
            comparisons: 0,
            steps: Steps { left: MOST_STEPS },
        };
        for lines in &file.calendars {
            let named = properties(lines, problems).into_iter().find(|property| {
                // TIMEZONE-ID is that of hasgeek and of programs made with ical-generator.
                matches!(property.name.as_str(), "X-WR-TIMEZONE" | "TIMEZONE-ID")
                    && !property.value.trim().is_empty()
            });
            let zone = named.and_then(|property| {
                let zone = by_name(&property.value);
                if zone.is_none() {
                    let name = shown(&property.value);
                    problems.note(
                        property.line,
                        format!("{} {name} is no known zone", property.name),
                        None,
                    );
                }
                zone
            });
            zones.shown.push(zone);
        }
        zones
    }

    /// The zone in which a calendar shows its times (X-WR-TIMEZONE).
    pub(super) fn shown(&self, calendar: usize) -> Option<Tz> {
        self.shown.get(calendar).copied().flatten()
    }

    /// A written time with its TZID, in the calendar it stands in. `default` is the zone of a time that
    /// names none.
    pub(super) fn stamp(
        &mut self,
        written: Written,
        tzid: Option<&str>,
        default: Option<Tz>,
        at: At,
        problems: &mut Problems,
    ) -> Stamp {
        let local = match written {
            Written::Date(day) => return Stamp::Date(day),
            Written::Utc(at) => return Stamp::Utc(at),
            Written::Offset(at) => return Stamp::Offset(at),
            Written::Local(local) => local,
        };
        let default = default.or(self.shown(at.calendar));
        let floating = default.map_or(Stamp::Floating(local), |zone| Stamp::Zoned(local, zone));
        let Some(tzid) = tzid.map(str::trim).filter(|tzid| !tzid.is_empty()) else {
            return floating;
        };
        match self.zone(tzid, local, at, problems) {
            // A time in UTC says nothing of the clock that its people use, with a Z or without.
            Zone::Known(zone) if is_everywhere(zone) => Stamp::Utc(local.and_utc()),
            Zone::Known(zone) => Stamp::Zoned(local, zone),
            Zone::Fixed(offset) => local
                .and_local_timezone(offset)
                .single()
                .map_or(floating, Stamp::Offset),
            Zone::Defined(definition) => definition.instant(local).map_or(floating, Stamp::Offset),
            Zone::Unknown => floating,
        }
    }

    /// Whether a TZID was looked up and is no known zone.
    pub(super) fn is_unknown(&self, tzid: &str, calendar: usize) -> bool {
        let any_year = (calendar, tzid.trim().to_owned(), 0);
        matches!(self.found.get(&any_year), Some(Zone::Unknown))
    }

    /// The known zone of a TZID, if it is one.
    pub(super) fn known(tzid: &str) -> Option<Tz> {
        by_name(tzid)
    }

    fn zone(&mut self, tzid: &str, local: NaiveDateTime, at: At, problems: &mut Problems) -> Zone {
        let At { calendar, line } = at;
        let any_year = (calendar, tzid.to_owned(), 0);
        if let Some(zone) = self.found.get(&any_year) {
            return zone.clone();
        }
        let year = (calendar, tzid.to_owned(), local.year());
        if let Some(zone) = self.found.get(&year) {
            return zone.clone();
        }
        if self.names.len() >= MOST_NAMES && !self.names.contains_key(tzid) {
            let what = format!(
                "the file names more than {MOST_NAMES} zones: {} is not looked up",
                shown(tzid)
            );
            problems.note(line, what, None);
            return Zone::Unknown;
        }
        let named = self
            .names
            .entry(tzid.to_owned())
            .or_insert_with(|| by_name(tzid));
        if let Some(zone) = *named {
            self.found.insert(any_year, Zone::Known(zone));
            return Zone::Known(zone);
        }
        let Some(definition) = self.definition(tzid, calendar, problems) else {
            let zone = guessed(tzid);
            if matches!(zone, Zone::Unknown) {
                let instead = match self.shown(calendar) {
                    Some(zone) => format!("{} is taken, which the calendar names", zone.name()),
                    None => "its times are read in the source's zone".to_owned(),
                };
                problems.note(
                    line,
                    format!("TZID {} is no known zone: {instead}", shown(tzid)),
                    None,
                );
            }
            self.found.insert(any_year, zone.clone());
            return zone;
        };
        if let Some(zone) = definition.location.as_deref().and_then(by_name) {
            self.found.insert(any_year, Zone::Known(zone));
            return Zone::Known(zone);
        }
        let mut zone = Zone::Defined(Rc::clone(&definition));
        if self.comparisons < MOST_COMPARISONS {
            self.comparisons += 1;
            let preferred = windows_zones().filter_map(|known| zone_named(known.iana));
            match definition.known_zone(local.year(), preferred) {
                Some(known) => zone = Zone::Known(known),
                None => problems.note(
                    line,
                    format!(
                        "TZID {} follows no known zone: its own rules are taken",
                        shown(tzid)
                    ),
                    None,
                ),
            }
        }
        self.found.insert(year, zone.clone());
        zone
    }

    /// The definition of a TZID: of its own calendar, else of another in the file.
    fn definition(
        &mut self,
        tzid: &str,
        calendar: usize,
        problems: &mut Problems,
    ) -> Option<Rc<Definition>> {
        let named = |here: bool| {
            self.definitions
                .iter()
                .position(|(place, name, _)| name == tzid && (!here || *place == calendar))
        };
        let index = named(true).or_else(|| named(false))?;
        let component = &self.definitions.get(index)?.2;
        let steps = &mut self.steps;
        self.read
            .entry(index)
            .or_insert_with(|| Definition::read(component, steps, problems).map(Rc::new))
            .clone()
    }
}

/// One row of `data/windows-zones.tsv`.
struct WindowsZone {
    name: &'static str,
    iana: &'static str,
    places: &'static str,
}

fn windows_zones() -> impl Iterator<Item = WindowsZone> {
    include_str!("../../../data/windows-zones.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some(WindowsZone {
                name: columns.next()?,
                iana: columns.next()?,
                places: columns.next().unwrap_or_default(),
            })
        })
}

/// The zone that a name means without a definition.
fn by_name(name: &str) -> Option<Tz> {
    let name = name.trim().trim_matches('"').trim();
    if name.is_empty() || name.len() > 200 {
        return None;
    }
    if let Some(zone) = zone_named(name) {
        return Some(zone);
    }
    windows(name)
        .or_else(|| {
            windows(name.trim_end_matches(|char: char| char.is_ascii_digit() || char == ' '))
        })
        .or_else(|| behind_prefix(name))
        .or_else(|| zone_named(&name.replacen('-', "/", 1)))
        .or_else(|| zone_named(&name.replace(' ', "_")))
}

/// The zone that an unknown name means, where no definition explains it.
fn guessed(name: &str) -> Zone {
    abbreviated(name)
        .or_else(|| of_cities(name))
        .map_or_else(|| offset_name(name), Zone::Known)
}

/// Names of summer time that are one region's alone. `CST`, `IST` and `BST` are several.
fn abbreviated(name: &str) -> Option<Tz> {
    let zone = match name.to_ascii_uppercase().as_str() {
        "CEST" | "MEZ" | "MESZ" => Tz::Europe__Berlin,
        "EEST" => Tz::Europe__Helsinki,
        "WEST" => Tz::Europe__Lisbon,
        "EDT" => Tz::America__New_York,
        "CDT" => Tz::America__Chicago,
        "MDT" => Tz::America__Denver,
        "PDT" => Tz::America__Los_Angeles,
        "AEDT" => Tz::Australia__Sydney,
        "NZST" | "NZDT" => Tz::Pacific__Auckland,
        "JST" => Tz::Asia__Tokyo,
        "KST" => Tz::Asia__Seoul,
        _ => return None,
    };
    Some(zone)
}

/// A city, or a list of them longer or shorter than any of Windows: the first one's zone, if all that are known
/// keep the same time.
fn of_cities(name: &str) -> Option<Tz> {
    let cities = match name.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, cities)) => cities,
        None => name,
    };
    let mut zones = cities
        .split([',', ';'])
        .map(words)
        .filter(|city| city.len() > 2)
        .take(MOST_CITIES)
        .flat_map(|city| zones_of(&city));
    let first = zones.next()?;
    let same = |zone: Tz| {
        [1, 4, 7, 10].into_iter().all(|month| {
            let at =
                NaiveDate::from_ymd_opt(2026, month, 15).map(|day| day.and_time(NaiveTime::MIN));
            at.is_none_or(|at| to_local(at.and_utc(), zone) == to_local(at.and_utc(), first))
        })
    };
    zones.all(same).then_some(first)
}

/// The zones that a city is known to keep: by Windows' lists, and by the names of zones.
fn zones_of(city: &str) -> Vec<Tz> {
    let listed = windows_zones().filter(|zone| {
        let mut places = zone.places.split([';', ',']);
        places.any(|known| words(known) == city)
    });
    let listed = listed.filter_map(|zone| zone_named(zone.iana));
    let named = chrono_tz::TZ_VARIANTS.iter().copied().filter(|zone| {
        let last = zone.name().rsplit('/').next().unwrap_or_default();
        zone.name().contains('/') && words(&last.replace('_', " ")) == city
    });
    listed.chain(named).collect()
}

/// By the name of a Windows zone, or by the places that Windows shows after the offset:
/// `(UTC+01:00) Amsterdam, Berlin, …`, `Greenwich Mean Time:Dublin; Edinburgh; Lisbon; London`.
fn windows(name: &str) -> Option<Tz> {
    let wanted = words(name);
    let places = match name.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, places)) => places,
        None => name,
    };
    let places = words(places.split_once(':').map_or(places, |(_, places)| places));
    windows_zones()
        .find(|zone| words(zone.name) == wanted)
        .or_else(|| {
            windows_zones().find(|zone| {
                zone.places
                    .split(';')
                    .any(|known| !known.is_empty() && words(known) == places)
            })
        })
        .and_then(|zone| zone_named(zone.iana))
}

/// Lower-case words without punctuation; `&` is `and`, as in `(US & Canada)`.
fn words(text: &str) -> String {
    let text = text.to_lowercase().replace('&', " and ");
    // Signs count in UTC+12 and UTC-12.
    text.split(|char: char| !char.is_alphanumeric() && !matches!(char, '+' | '-'))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `/mozilla.org/20050126_1/America/New_York`, `tzone://Microsoft/Utc`: the last parts that are a name.
fn behind_prefix(name: &str) -> Option<Tz> {
    if !name.contains('/') {
        return None;
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    (1..=3)
        .rev()
        .filter_map(|count| parts.get(parts.len().checked_sub(count)?..))
        .find_map(|parts| zone_named(&parts.join("/")))
}

/// `UTC+02:00`, `GMT-5`, `(GMT+05:30) Somewhere`: so far from UTC. (In `Etc/GMT-2` the sign is turned round:
/// POSIX.)
fn offset_name(name: &str) -> Zone {
    let name = match name.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((offset, _)) => offset,
        None => name,
    };
    let name = name.trim_matches(['(', ')', ' ']).to_ascii_uppercase();
    let offset = name
        .strip_prefix("UTC")
        .or_else(|| name.strip_prefix("GMT"))
        .unwrap_or(&name)
        .trim()
        .replace('\u{2212}', "-");
    let Some((sign, digits)) = offset.split_at_checked(1) else {
        return Zone::Unknown;
    };
    let turned = match sign {
        "+" => "-",
        "-" => "+",
        _ => return Zone::Unknown,
    };
    let one_digit = digits
        .split(':')
        .next()
        .is_some_and(|hours| hours.len() == 1);
    let padded = if one_digit {
        format!("{sign}0{digits}")
    } else {
        offset.clone()
    };
    let Some(offset) = offset_of(&padded) else {
        return Zone::Unknown;
    };
    let seconds = offset.local_minus_utc().abs();
    let hours = (seconds % 3_600 == 0)
        .then(|| zone_named(&format!("Etc/GMT{turned}{}", seconds / 3_600)))
        .flatten();
    hours.map_or(Zone::Fixed(offset), Zone::Known)
}

/// UTC under any of its names. A calendar that is left on it says nothing of where its events are.
pub(super) fn is_everywhere(zone: Tz) -> bool {
    let name = zone.name();
    let name = name.strip_prefix("Etc/").unwrap_or(name);
    matches!(
        name,
        "UTC" | "GMT" | "UCT" | "Zulu" | "Universal" | "Greenwich" | "GMT0" | "GMT+0" | "GMT-0"
    )
}
