//! A zone that a calendar file defines itself (VTIMEZONE): its rules, and the known zone that has the same.

use super::components::Component;
use super::problems::Problems;
use super::property::properties;
use super::times::{Written, offset_of, written};
use crate::believe::recur::rule::{Rule, Steps, WallClock};
use crate::facts::when::with_offset;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeDelta, Utc};
use chrono_tz::Tz;

/// Observances of one definition that are read; the longest real ones, with every change since 1847,
/// hold about a hundred.
const MOST_OBSERVANCES: usize = 400;

/// Changes of offset that one observance may make: two centuries of one a year.
const MOST_CHANGES: usize = 250;

/// The years for which changes are worked out.
const YEARS: (i32, i32) = (1900, 2100);

/// The rules of a zone, worked out.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    /// X-LIC-LOCATION: the known zone it was made from.
    pub(super) location: Option<String>,
    /// Each instant at which the offset changes, with the offset after it, in order.
    changes: Vec<(DateTime<Utc>, FixedOffset)>,
    /// The offset before the first change.
    before: FixedOffset,
}

impl Definition {
    /// Reads a definition; `None` if it has no rule.
    pub(super) fn read(
        component: &Component,
        steps: &mut Steps,
        problems: &mut Problems,
    ) -> Option<Definition> {
        let location = properties(&component.lines, problems)
            .into_iter()
            .find(|property| property.name == "X-LIC-LOCATION")
            .map(|property| property.value);
        let mut changes = Vec::new();
        let mut before: Option<(NaiveDateTime, FixedOffset)> = None;
        for observance in component.inner.iter().take(MOST_OBSERVANCES) {
            let Some((start, from, to, onsets)) = read_observance(observance, steps, problems)
            else {
                continue;
            };
            if before.is_none_or(|(first, _)| start < first) {
                before = Some((start, from));
            }
            changes.extend(onsets.into_iter().filter_map(|local| {
                let at = local
                    .checked_sub_signed(TimeDelta::seconds(i64::from(from.local_minus_utc())))?;
                Some((at.and_utc(), to))
            }));
        }
        changes.sort_by_key(|(at, offset)| (*at, offset.local_minus_utc()));
        Some(Definition {
            location,
            changes,
            before: before?.1,
        })
    }

    /// The offset at an instant.
    fn at(&self, at: DateTime<Utc>) -> FixedOffset {
        let after = self.changes.partition_point(|(change, _)| *change <= at);
        match after.checked_sub(1).and_then(|last| self.changes.get(last)) {
            Some((_, offset)) => *offset,
            None => self.before,
        }
    }

    /// The instant of a wall-clock time: in a gap by the offset before it, of two the first.
    pub(super) fn instant(&self, local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        let guess = local.and_utc();
        let margin = TimeDelta::hours(26);
        let first = self.at(guess.checked_sub_signed(margin)?);
        let read = |offset: FixedOffset| local.and_local_timezone(offset).single();
        let early = read(first)?;
        if self.at(early.to_utc()) == first {
            return Some(early);
        }
        let late = read(self.at(early.to_utc()))?;
        if self.at(late.to_utc()) == *late.offset() {
            Some(late)
        } else {
            Some(early)
        }
    }

    /// The known zone that has the same offset as this one at every change and twice a month, from the
    /// year before `year` to the year after it. Zones that stand for a region in Windows come first.
    pub(super) fn known_zone(&self, year: i32, preferred: impl Iterator<Item = Tz>) -> Option<Tz> {
        let day = |year, month, day| {
            Some(
                NaiveDate::from_ymd_opt(year, month, day)?
                    .and_hms_opt(12, 0, 0)?
                    .and_utc(),
            )
        };
        let (from, to) = (day(year - 1, 1, 1)?, day(year + 1, 12, 31)?);
        let mut samples: Vec<DateTime<Utc>> = Vec::new();
        for year in year - 1..=year + 1 {
            for month in 1..=12 {
                samples.extend(day(year, month, 1));
                samples.extend(day(year, month, 15));
            }
        }
        for (change, _) in self
            .changes
            .iter()
            .filter(|(at, _)| *at >= from && *at < to)
        {
            samples.push(*change - TimeDelta::seconds(1));
            samples.push(*change);
        }
        let same = |zone: &Tz| {
            samples
                .iter()
                .all(|at| with_offset(*at, *zone).offset().fix() == self.at(*at))
        };
        preferred
            .chain(chrono_tz::TZ_VARIANTS.iter().copied())
            .find(same)
    }
}

type Observance = (NaiveDateTime, FixedOffset, FixedOffset, Vec<NaiveDateTime>);

/// The first onset of an observance, its offsets before and after, and all its onsets in local time.
fn read_observance(
    component: &Component,
    steps: &mut Steps,
    problems: &mut Problems,
) -> Option<Observance> {
    let (mut start, mut from, mut to) = (None, None, None);
    let mut rules = Vec::new();
    let mut onsets = Vec::new();
    for property in properties(&component.lines, problems) {
        match property.name.as_str() {
            "DTSTART" => start = start.or(local(&property.value)),
            "TZOFFSETFROM" => from = from.or(offset_of(&property.value)),
            "TZOFFSETTO" => to = to.or(offset_of(&property.value)),
            "RRULE" => rules.push(property.value),
            "RDATE" => onsets.extend(
                property
                    .value
                    .split(',')
                    .take(MOST_CHANGES)
                    .filter_map(local),
            ),
            _ => {}
        }
    }
    let (start, from, to) = (start?, from?, to?);
    onsets.push(start);
    let year = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0);
    let span = (year(YEARS.0)?, year(YEARS.1)?);
    let clock = WallClock {
        whole_days: false,
        floating: true,
        local: &|at: DateTime<Utc>| at.with_timezone(&from).naive_local(),
    };
    for text in rules.iter().take(4) {
        if let Ok(rule) = Rule::parse(text, start, clock) {
            onsets.extend(rule.starts(span.0, span.1, MOST_CHANGES, steps).list);
        }
    }
    onsets.sort_unstable();
    onsets.dedup();
    Some((start, from, to, onsets))
}

fn local(text: &str) -> Option<NaiveDateTime> {
    let at = match written(text)? {
        Written::Date(day) => day.and_hms_opt(0, 0, 0)?,
        Written::Local(local) => local,
        Written::Utc(at) => at.naive_utc(),
        Written::Offset(at) => at.naive_local(),
    };
    // Outlook begins its rules in 1601, .NET in the year 1.
    (at.year() >= 1).then_some(at)
}
