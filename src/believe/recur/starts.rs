//! The starts of one series between two times of its clock, and which of them a RECURRENCE-ID or an EXDATE means.

use super::clock::Clock;
use super::rule::{Ended, NO_DAY, Rule, Steps, WallClock};
use super::{Series, Walk, shown};
use crate::facts::listing::End;
use crate::facts::when::Stamp;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Steps that it counts for to ask whether a series has an occurrence on a day: its dates are gone through.
const COST_OF_A_CHECK: u64 = 1_000;

/// The starts of a series.
#[derive(Default)]
pub(super) struct Starts {
    pub(super) by_instant: BTreeMap<DateTime<Utc>, Start>,
    /// Whether there are more than may be kept.
    pub(super) cut: bool,
}

/// The starts that a RECURRENCE-ID or an EXDATE means.
pub(super) struct Meant {
    pub(super) at: Vec<DateTime<Utc>>,
    /// It is none by its instant, and was found by its digits or its day.
    pub(super) by_form: bool,
}

/// One start: its time on the series' clock, and the end that an RDATE gave it.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub(super) local: NaiveDateTime,
    pub(super) end: Option<End>,
}

impl Starts {
    /// The starts that a stamp means, which is that instant and on that day of the series' clock. Of a whole day
    /// all that are on it; else the one at that instant. Feeds also write the series' local digits with another
    /// zone, and keep the hour that a series had before it was moved: then the start with the same digits, else
    /// the only one of the day.
    pub(super) fn meant(&self, stamp: &Stamp, at: DateTime<Utc>, day: NaiveDate) -> Meant {
        let found = |at: Vec<DateTime<Utc>>, by_form| Meant { at, by_form };
        if !matches!(stamp, Stamp::Date(_)) && self.by_instant.contains_key(&at) {
            return found(vec![at], false);
        }
        // No clock is further than this from UTC, nor are two.
        let near = at - TimeDelta::hours(30)..=at + TimeDelta::hours(30);
        let near: Vec<(DateTime<Utc>, NaiveDateTime)> = self
            .by_instant
            .range(near)
            .map(|(at, start)| (*at, start.local))
            .collect();
        let of_day = near.iter().filter(|(_, local)| local.date() == day);
        let of_day: Vec<DateTime<Utc>> = of_day.map(|(at, _)| *at).collect();
        if matches!(stamp, Stamp::Date(_)) {
            return found(of_day, false);
        }
        let digits = digits_of(stamp);
        let same = near.iter().find(|(_, local)| Some(*local) == digits);
        match (same, of_day.as_slice()) {
            (Some((at, _)), _) => found(vec![*at], true),
            (None, [only]) => found(vec![*only], true),
            _ => found(Vec::new(), false),
        }
    }
}

/// The time as a stamp writes it, whatever its zone.
fn digits_of(stamp: &Stamp) -> Option<NaiveDateTime> {
    match stamp {
        Stamp::Date(_) => None,
        Stamp::Floating(local) | Stamp::Zoned(local, _) => Some(*local),
        Stamp::Offset(at) => Some(at.naive_local()),
        Stamp::Utc(at) => Some(at.naive_utc()),
    }
}

/// A stamp for a message.
pub(super) fn written(stamp: &Stamp) -> String {
    match digits_of(stamp) {
        Some(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        None => stamp.date().to_string(),
    }
}

impl<'a> Walk<'a> {
    /// The starts of a series between two times of its clock. `None`, with a problem, if its rules
    /// cannot be followed.
    pub(super) fn starts(
        &mut self,
        series: &Series<'a>,
        from: NaiveDateTime,
        to: NaiveDateTime,
    ) -> Option<Starts> {
        let Series {
            master,
            ref clock,
            first,
        } = *series;
        let mut starts = Starts::default();
        let fallback = self.fallback;
        let Some(rule) = &master.rule else {
            let start = Start {
                local: first,
                end: None,
            };
            starts
                .by_instant
                .insert(clock.instant_of(&master.start, fallback), start);
            return Some(starts);
        };
        let most = self.limits.occurrences.saturating_add(64);
        let mut steps = Steps {
            left: self.limits.steps.min(self.steps),
        };
        let allowed = steps.left;
        let wall = WallClock {
            whole_days: clock.counts_days(),
            floating: matches!(clock, Clock::Floating(_)),
            local: &|at| clock.local(at),
        };
        let mut locals: BTreeSet<NaiveDateTime> = BTreeSet::new();
        // RFC 5545 section 3.8.2.4: DTSTART is the first of the series, also where its rule would not
        // put one there; but UNTIL may say that there is none.
        let mut begins = rule.rules.is_empty();
        let (mut refused, mut unreadable, mut certain_only) = (None, None, false);
        for text in &rule.rules {
            let rule = match Rule::parse(text, first, wall) {
                Ok(rule) => rule,
                Err(what) if what.ends_with(NO_DAY) => {
                    refused = Some(format!("RRULE {}: {what}", shown(text)));
                    break;
                }
                Err(what) => {
                    unreadable = Some(format!("RRULE {}: {what}", shown(text)));
                    break;
                }
            };
            for part in rule.unknown() {
                self.problem(
                    Some(master),
                    format!(
                        "RRULE {}: its part {part} is not known and not followed",
                        shown(text)
                    ),
                    false,
                );
            }
            begins |= !rule.ends_before_it_starts();
            let found = rule.starts(from, to, most, &mut steps);
            match found.ended {
                Ended::OutOfSteps if allowed < self.limits.steps => {
                    self.series_cut += 1;
                    certain_only = true;
                    break;
                }
                Ended::OutOfSteps => {
                    unreadable = Some(self.out_of_steps("RRULE", text));
                    break;
                }
                Ended::NothingFound => {
                    self.problem(
                        Some(master),
                        format!("RRULE {} names no further day that ever comes", shown(text)),
                        false,
                    );
                }
                Ended::Full => starts.cut = true,
                Ended::Complete => {}
            }
            locals.extend(found.list);
        }
        // Of a rule that cannot be followed the first start is certain, and nothing more.
        if let Some(what) = unreadable {
            self.problem(
                Some(master),
                format!("{what}: only its first start is kept"),
                true,
            );
            certain_only = true;
        }
        if certain_only {
            locals.clear();
            begins = true;
        }
        if begins && (from..to).contains(&first) {
            locals.insert(first);
        }
        for text in &rule.except_rules {
            let found = Rule::parse(text, first, wall)
                .map(|rule| rule.starts(from, to, usize::MAX, &mut steps));
            match found {
                Ok(found) if found.ended != Ended::OutOfSteps => {
                    for local in found.list {
                        locals.remove(&local);
                    }
                }
                Ok(_) => refused = Some(self.out_of_steps("EXRULE", text)),
                Err(what) => refused = Some(format!("EXRULE {}: {what}", shown(text))),
            }
        }
        self.steps = self.steps.saturating_sub(allowed - steps.left);
        if let Some(what) = refused {
            self.problem(
                Some(master),
                format!("{what}: the series is left out"),
                true,
            );
            return None;
        }
        for local in locals {
            let at = clock.stamp(local).instant(fallback);
            starts.by_instant.insert(at, Start { local, end: None });
        }
        for (stamp, end) in &rule.dates {
            let (at, local) = match stamp {
                // A day alone is a day of the series, at its hour.
                Stamp::Date(day) if !clock.counts_days() => {
                    let local = day.and_time(first.time());
                    (clock.stamp(local).instant(fallback), local)
                }
                _ => (
                    clock.instant_of(stamp, fallback),
                    clock.local_of(stamp, fallback),
                ),
            };
            if (from..to).contains(&local) {
                starts.by_instant.insert(at, Start { local, end: *end });
            }
        }
        // All at once: an exclusion that names no start by itself must not hit one that another takes away.
        let excluded: Vec<Meant> = rule
            .except_dates
            .iter()
            .map(|stamp| {
                let at = clock.instant_of(stamp, fallback);
                starts.meant(stamp, at, clock.local_of(stamp, fallback).date())
            })
            .collect();
        let by_form = excluded
            .iter()
            .zip(&rule.except_dates)
            .find(|(meant, _)| meant.by_form);
        if let Some((_, stamp)) = by_form {
            self.problem(
                Some(master),
                format!("EXDATE {} names another hour than the series has on that day: taken for that one", written(stamp)),
                false,
            );
        }
        for at in excluded.iter().flat_map(|meant| &meant.at) {
            starts.by_instant.remove(at);
        }
        Some(starts)
    }

    /// Whether a series has an occurrence at that time.
    pub(super) fn has(&mut self, series: &Series<'a>, at: &Stamp) -> bool {
        let from = series.clock.local_of(at, self.fallback);
        let to = match at {
            Stamp::Date(_) => from.checked_add_days(Days::new(1)),
            _ => from.checked_add_signed(TimeDelta::seconds(1)),
        };
        let to = to.unwrap_or(NaiveDateTime::MAX);
        if self.steps < COST_OF_A_CHECK {
            return true;
        }
        self.steps -= COST_OF_A_CHECK;
        let problems = self.out.problems.len();
        let found = self.starts(series, from, to);
        self.out.problems.truncate(problems);
        found.is_none_or(|starts| {
            starts
                .by_instant
                .values()
                .any(|start| (from..to).contains(&start.local))
        })
    }

    fn out_of_steps(&self, name: &str, text: &str) -> String {
        let (rule, steps) = (shown(text), self.limits.steps);
        format!("too dense: {name} {rule} takes more than {steps} steps")
    }
}
