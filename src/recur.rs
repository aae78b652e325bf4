//! Listings → occurrences inside a window.
//!
//! A series recurs on its own wall clock: its starts are local times first and become instants last, so
//! that 19:00 stays 19:00 when the clocks change. Exclusions, additions and edited occurrences are
//! compared as instants, because feeds write one and the same start in UTC, in a zone or as a date.

pub(crate) mod rule;

use crate::listing::{End, Listing, Problem};
use crate::when::{Stamp, to_local};
use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc,
};
use chrono_tz::Tz;
use rule::{Ended, Rule, Steps, WallClock};
use std::collections::{BTreeMap, BTreeSet};

/// How far the midnight of a day can be from that in UTC (+14:00), with an hour to spare.
const WIDEST_OFFSET: TimeDelta = TimeDelta::hours(15);

/// How far a time in a gap can lie from where its clock puts it, with an hour to spare.
const WIDEST_GAP: TimeDelta = TimeDelta::hours(3);

/// Lengths and shifts beyond which an occurrence is not looked for outside the window.
const LONGEST_REACH: TimeDelta = TimeDelta::days(366);

/// Steps that it counts for to ask whether a series has an occurrence on a day: its dates are gone through.
const COST_OF_A_CHECK: u64 = 1_000;

/// How much work the listings of one source may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Periods of rules looked at for one series.
    pub steps: u64,
    /// Occurrences of one series in the window; what comes later is left out.
    pub occurrences: usize,
    /// Periods of rules looked at for all series together.
    pub all_steps: u64,
    /// Occurrences of all listings together.
    pub all_occurrences: usize,
}

impl Default for Limits {
    /// 100,000 steps and 400 occurrences a series, which is a daily one for more than a year; 2,000,000
    /// steps (about two seconds) and 20,000 occurrences a source.
    fn default() -> Limits {
        Limits {
            steps: 100_000,
            occurrences: 400,
            all_steps: 2_000_000,
            all_occurrences: 20_000,
        }
    }
}

/// One event on its day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occurrence<'a> {
    /// What it says: the series' listing, or that of the edited occurrence.
    pub listing: &'a Listing,
    /// When it starts.
    pub start: Stamp,
    /// When it ends.
    pub end: Option<End>,
    /// On which day of the series' own clock the series puts it, whatever day it was moved to; `None`
    /// for an event that is no part of a series.
    pub original: Option<NaiveDate>,
}

/// The occurrences of one source.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expanded<'a> {
    /// In order of start, key and original day. Cancelled ones are among them.
    pub occurrences: Vec<Occurrence<'a>>,
    /// Rules that could not be followed, and occurrences left out for a limit.
    pub problems: Vec<Problem>,
}

/// The occurrences of one source's listings that touch the window: that start before its end, and start
/// or still run after its beginning.
///
/// `fallback` is the zone in which floating times and whole days are read. The result does not depend
/// on the order of `listings`. A series whose rule cannot be followed is left out and reported; its edited
/// occurrences stay.
pub fn expand<'a>(
    listings: impl IntoIterator<Item = &'a Listing>,
    window: (DateTime<Utc>, DateTime<Utc>),
    fallback: Tz,
    limits: Limits,
) -> Expanded<'a> {
    let mut groups: BTreeMap<&str, Group<'a>> = BTreeMap::new();
    for listing in listings {
        let group = groups.entry(&listing.key).or_default();
        match listing.instance {
            None => group.masters.push(listing),
            Some(_) => group.edits.push(listing),
        }
    }
    let mut walk = Walk {
        window,
        fallback,
        limits,
        steps: limits.all_steps,
        out: Expanded::default(),
    };
    for group in groups.into_values() {
        if walk.out.occurrences.len() >= limits.all_occurrences {
            walk.problem(
                group.masters.iter().chain(&group.edits).next().copied(),
                format!(
                    "this and all later listings are left out: more than {} occurrences in one source",
                    limits.all_occurrences
                ),
                true,
            );
            break;
        }
        walk.group(group);
    }
    let mut out = walk.out;
    out.occurrences.sort_by_cached_key(|occurrence| {
        (
            occurrence.start.instant(fallback),
            occurrence.listing.key.clone(),
            occurrence.original,
            occurrence.listing.line,
        )
    });
    out.problems.sort();
    out
}

/// Starts by instant, each with its local time and the end that an RDATE gave it.
type Starts = BTreeMap<DateTime<Utc>, (NaiveDateTime, Option<End>)>;

/// The listings that share a key: normally one, or a series and its edited occurrences.
#[derive(Default)]
struct Group<'a> {
    masters: Vec<&'a Listing>,
    edits: Vec<&'a Listing>,
}

struct Walk<'a> {
    window: (DateTime<Utc>, DateTime<Utc>),
    fallback: Tz,
    limits: Limits,
    steps: u64,
    out: Expanded<'a>,
}

impl<'a> Walk<'a> {
    fn group(&mut self, mut group: Group<'a>) {
        let fallback = self.fallback;
        group
            .masters
            .sort_by_key(|master| (master.start.instant(fallback), master.line));
        group.edits.sort_by_key(|edit| {
            (
                edit.instance.map(|at| at.instant(fallback)),
                edit.sequence,
                edit.line,
            )
        });
        let mut edits_of: Vec<Vec<&'a Listing>> = vec![Vec::new(); group.masters.len()];
        for edit in group.edits {
            let Some(instance) = edit.instance else {
                continue;
            };
            let at = instance.instant(fallback);
            let later = group
                .masters
                .partition_point(|master| master.start.instant(fallback) <= at);
            match edits_of.get_mut(later.saturating_sub(1)) {
                Some(edits) => edits.push(edit),
                None => {
                    let clock = Clock::of(edit, fallback);
                    let day = clock.local_of(&instance, fallback).date();
                    self.push(edit, edit.start, edit.end, Some(day));
                }
            }
        }
        for (master, edits) in group.masters.into_iter().zip(edits_of) {
            self.series(master, &edits);
        }
    }

    /// A listing that stands for itself, with the occurrences of it that were edited.
    fn series(&mut self, master: &'a Listing, edits: &[&'a Listing]) {
        let clock = Clock::of(master, self.fallback);
        let first = clock.local_of(&master.start, self.fallback);
        let recurs = master.rule.is_some();
        let span = Span::of(master, self.fallback);
        let mut reach = span.length();
        for edit in edits.iter().filter(|edit| edit.and_future) {
            reach =
                reach.max(self.shift(edit, &clock).abs() + Span::of(edit, self.fallback).length());
        }
        let reach = reach.min(LONGEST_REACH);
        let reach = reach
            + if clock.counts_days() {
                WIDEST_OFFSET
            } else {
                WIDEST_GAP
            };
        let (from, to) = (clock.local(self.window.0), clock.local(self.window.1));
        let from = from.checked_sub_signed(reach).unwrap_or(NaiveDateTime::MIN);
        let to = to.checked_add_signed(reach).unwrap_or(NaiveDateTime::MAX);

        // Edited occurrences stand for themselves, even if the series around them cannot be told.
        let (mut starts, mut dense) = self
            .starts(master, &clock, first, (from, to))
            .unwrap_or_default();
        let except_dates = || master.rule.iter().flat_map(|rule| &rule.except_dates);
        let is_day = |stamp: &&Stamp| matches!(stamp, Stamp::Date(_));
        let excluded_days: BTreeSet<NaiveDate> =
            except_dates().filter(is_day).map(Stamp::date).collect();
        let excluded: BTreeSet<DateTime<Utc>> = except_dates()
            .filter(|stamp| !is_day(stamp))
            .map(|stamp| clock.instant_of(stamp, self.fallback))
            .collect();
        let mut follow: Vec<(DateTime<Utc>, TimeDelta, &'a Listing)> = Vec::new();
        for edit in edits {
            let Some(instance) = edit.instance else {
                continue;
            };
            let at = clock.instant_of(&instance, self.fallback);
            let day = clock.local_of(&instance, self.fallback).date();
            let by_day = matches!(instance, Stamp::Date(_));
            // An edit of an occurrence that EXDATE takes away is no longer in the set (RFC 5545 section
            // 3.8.5.1), though it may still be in the feed.
            if excluded.contains(&at) || excluded_days.contains(&day) {
                continue;
            }
            let before = starts.len();
            starts.retain(|start, (local, _)| !(*start == at || by_day && local.date() == day));
            let replaced = starts.len() < before;
            if edit.sequence < master.sequence
                && !replaced
                && !self.has(master, &clock, first, &instance)
            {
                // The series was changed after the edit and no longer has that occurrence.
                self.problem(
                    Some(edit),
                    format!("an edited occurrence of {day} is older than its series, which has none on that day: passed over"),
                    false,
                );
                continue;
            }
            if edit.and_future {
                follow.push((at, self.shift(edit, &clock), edit));
            }
            let original = (recurs || day != first.date()).then_some(day);
            self.push(edit, edit.start, edit.end, original);
        }
        let mut given = 0;
        for (at, (local, end)) in starts {
            let original = recurs.then(|| local.date());
            let changed = follow.iter().rev().find(|(since, ..)| *since <= at);
            let (listing, start, end) = match changed {
                Some((_, shift, edit)) => {
                    let Some(local) = local.checked_add_signed(*shift) else {
                        continue;
                    };
                    let own = Clock::of(edit, self.fallback);
                    let days = clock.counts_days() || own.counts_days();
                    let start = if days {
                        own.stamp(local)
                    } else {
                        clock.stamp(local)
                    };
                    (*edit, start, Span::of(edit, self.fallback).end(&start))
                }
                None if !recurs => (master, master.start, master.end),
                None => {
                    let start = clock.stamp(local);
                    (master, start, end.or_else(|| span.end(&start)))
                }
            };
            if given >= self.limits.occurrences {
                dense = true;
                break;
            }
            given += usize::from(self.push(listing, start, end, original));
        }
        if dense {
            let most = self.limits.occurrences;
            self.problem(
                Some(master),
                format!("too dense: more than {most} occurrences in the window, the first {most} are kept"),
                true,
            );
        }
    }

    /// The starts of a series near the window, by instant, each with its local time and the end that an
    /// RDATE gave it, and whether there are more than may be kept. `None` if nothing of the series can be
    /// told.
    fn starts(
        &mut self,
        master: &'a Listing,
        clock: &Clock,
        first: NaiveDateTime,
        (from, to): (NaiveDateTime, NaiveDateTime),
    ) -> Option<(Starts, bool)> {
        let mut starts = BTreeMap::new();
        let fallback = self.fallback;
        let Some(rule) = &master.rule else {
            starts.insert(clock.instant_of(&master.start, fallback), (first, None));
            return Some((starts, false));
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
        let mut dense = false;
        // RFC 5545 section 3.8.2.4: DTSTART is the first of the series, also where its rule would not
        // put one there; but UNTIL may say that there is none.
        let mut begins = rule.rules.is_empty();
        let mut refused = None;
        for text in &rule.rules {
            let rule = match Rule::parse(text, first, wall) {
                Ok(rule) => rule,
                Err(what) => {
                    refused = Some(format!("RRULE {}: {what}", shown(text)));
                    break;
                }
            };
            begins |= !rule.ends_before_it_starts();
            let found = rule.starts(from, to, most, &mut steps);
            match found.ended {
                Ended::OutOfSteps => {
                    refused = Some(self.out_of_steps("RRULE", text));
                    break;
                }
                Ended::NothingFound => {
                    self.problem(
                        Some(master),
                        format!("RRULE {} names no further day that ever comes", shown(text)),
                        false,
                    );
                }
                Ended::Full => dense = true,
                Ended::Complete => {}
            }
            locals.extend(found.list);
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
            starts.insert(clock.stamp(local).instant(fallback), (local, None));
        }
        for (stamp, end) in &rule.dates {
            let local = clock.local_of(stamp, fallback);
            if local >= from && local < to {
                starts.insert(clock.instant_of(stamp, fallback), (local, *end));
            }
        }
        for stamp in &rule.except_dates {
            match stamp {
                Stamp::Date(day) => starts.retain(|_, (local, _)| local.date() != *day),
                _ => {
                    starts.remove(&clock.instant_of(stamp, fallback));
                }
            }
        }
        Some((starts, dense))
    }

    /// Whether a series has an occurrence at that time.
    fn has(
        &mut self,
        master: &'a Listing,
        clock: &Clock,
        first: NaiveDateTime,
        at: &Stamp,
    ) -> bool {
        let local = clock.local_of(at, self.fallback);
        let (from, to) = match at {
            Stamp::Date(_) => (local, local.checked_add_days(Days::new(1))),
            _ => (local, local.checked_add_signed(TimeDelta::seconds(1))),
        };
        let to = to.unwrap_or(NaiveDateTime::MAX);
        if self.steps < COST_OF_A_CHECK {
            return true;
        }
        self.steps -= COST_OF_A_CHECK;
        let problems = self.out.problems.len();
        let found = self.starts(master, clock, first, (from, to));
        self.out.problems.truncate(problems);
        found.is_none_or(|(starts, _)| starts.values().any(|(local, _)| (from..to).contains(local)))
    }

    fn out_of_steps(&self, name: &str, text: &str) -> String {
        let rule = shown(text);
        if self.steps >= self.limits.steps {
            let steps = self.limits.steps;
            format!("too dense: {name} {rule} takes more than {steps} steps")
        } else {
            let steps = self.limits.all_steps;
            format!("{name} {rule}: all rules of this source take more than {steps} steps together")
        }
    }

    /// By how much an edit moves its occurrence, and with RANGE=THISANDFUTURE all later ones.
    fn shift(&self, edit: &Listing, clock: &Clock) -> TimeDelta {
        let Some(instance) = edit.instance else {
            return TimeDelta::zero();
        };
        clock.local_of(&edit.start, self.fallback) - clock.local_of(&instance, self.fallback)
    }

    /// Adds an occurrence if it touches the window.
    fn push(
        &mut self,
        listing: &'a Listing,
        start: Stamp,
        end: Option<End>,
        original: Option<NaiveDate>,
    ) -> bool {
        let begins = start.instant(self.fallback);
        let over = match end {
            Some(End::At(end)) => end.instant(self.fallback),
            Some(End::After(length)) => begins.checked_add_signed(length).unwrap_or(begins),
            None => match start {
                Stamp::Date(day) => {
                    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
                    Stamp::Date(next).instant(self.fallback)
                }
                _ => begins,
            },
        };
        let inside = begins < self.window.1 && (over > self.window.0 || begins >= self.window.0);
        if inside {
            self.out.occurrences.push(Occurrence {
                listing,
                start,
                end,
                original,
            });
        }
        inside
    }

    fn problem(&mut self, listing: Option<&Listing>, what: String, lost: bool) {
        self.out.problems.push(Problem {
            line: listing.map_or(0, |listing| listing.line),
            what,
            item: listing.map(|listing| listing.key.clone()),
            lost,
        });
    }
}

/// The wall clock on which a series is told.
#[derive(Debug, Clone, Copy)]
enum Clock {
    Days,
    Floating(Tz),
    Zone(Tz),
    Offset(FixedOffset),
    /// In UTC, but meant on the clock of the zone in which the source shows it.
    Shown(Tz),
}

impl Clock {
    fn of(listing: &Listing, fallback: Tz) -> Clock {
        match listing.start {
            Stamp::Date(_) => Clock::Days,
            Stamp::Floating(_) => Clock::Floating(fallback),
            Stamp::Zoned(_, zone) => Clock::Zone(zone),
            Stamp::Offset(at) => Clock::Offset(*at.offset()),
            Stamp::Utc(at) => Clock::Shown(zone_meant(listing, at).unwrap_or(Tz::UTC)),
        }
    }

    fn counts_days(&self) -> bool {
        matches!(self, Clock::Days)
    }

    /// The clock's time at an instant; of whole days the time in UTC.
    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Clock::Days => at.naive_utc(),
            Clock::Floating(zone) | Clock::Zone(zone) | Clock::Shown(zone) => to_local(at, *zone),
            Clock::Offset(offset) => at.with_timezone(offset).naive_local(),
        }
    }

    /// The clock's time of a stamp.
    fn local_of(&self, stamp: &Stamp, fallback: Tz) -> NaiveDateTime {
        match (self, stamp) {
            (Clock::Days, _) | (_, Stamp::Date(_)) => stamp.date().and_time(NaiveTime::MIN),
            (_, Stamp::Floating(local)) => *local,
            (Clock::Zone(zone), Stamp::Zoned(local, said)) if zone == said => *local,
            _ => self.local(stamp.instant(fallback)),
        }
    }

    /// The instant of a stamp, a floating one read on this clock.
    fn instant_of(&self, stamp: &Stamp, fallback: Tz) -> DateTime<Utc> {
        match (self, stamp) {
            (Clock::Days, _) => Stamp::Date(stamp.date()).instant(fallback),
            (_, Stamp::Floating(local)) => self.stamp(*local).instant(fallback),
            _ => stamp.instant(fallback),
        }
    }

    fn stamp(&self, local: NaiveDateTime) -> Stamp {
        match self {
            Clock::Days => Stamp::Date(local.date()),
            Clock::Floating(_) => Stamp::Floating(local),
            Clock::Zone(zone) => Stamp::Zoned(local, *zone),
            Clock::Offset(offset) => match local.and_local_timezone(*offset).single() {
                Some(at) => Stamp::Offset(at),
                None => Stamp::Utc(local.and_utc()),
            },
            Clock::Shown(zone) => Stamp::Utc(crate::when::to_utc(local, *zone)),
        }
    }
}

/// On which clock a series in UTC is meant. RFC 5545 knows only UTC; feeds with X-WR-TIMEZONE mean the
/// shown zone (Google, and most who follow it), except those whose weekdays fit the start in UTC alone.
fn zone_meant(listing: &Listing, start: DateTime<Utc>) -> Option<Tz> {
    let zone = listing.zone?;
    let Some(rule) = &listing.rule else {
        return Some(zone);
    };
    let fits = |day: chrono::Weekday| {
        let code = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day.num_days_from_monday() as usize];
        rule.rules.iter().all(|text| {
            text.to_ascii_uppercase()
                .split(';')
                .find_map(|part| {
                    part.trim()
                        .strip_prefix("BYDAY=")
                        .map(|days| days.contains(code))
                })
                .unwrap_or(true)
        })
    };
    let shown = fits(to_local(start, zone).weekday());
    (shown || !fits(start.weekday())).then_some(zone)
}

/// How long a series' occurrences last (RFC 5545 section 3.8.5.3: exactly as long as the first).
#[derive(Debug, Clone, Copy)]
enum Span {
    Unsaid,
    Days(i64),
    Exactly(TimeDelta),
    /// Whole days on the wall clock, which are not always 24 hours.
    Clock(TimeDelta),
}

impl Span {
    fn of(listing: &Listing, fallback: Tz) -> Span {
        match (listing.start, listing.end) {
            (_, None) => Span::Unsaid,
            (Stamp::Date(_), Some(End::After(length))) => Span::Days(length.num_days().max(1)),
            (Stamp::Date(first), Some(End::At(end))) => Span::Days((end.date() - first).num_days()),
            (_, Some(End::After(length))) => Span::Exactly(length),
            (Stamp::Zoned(start, zone), Some(End::At(Stamp::Zoned(end, other))))
                if zone == other && start.time() == end.time() =>
            {
                Span::Clock(end - start)
            }
            (start, Some(End::At(end))) => {
                Span::Exactly(end.instant(fallback) - start.instant(fallback))
            }
        }
    }

    fn length(&self) -> TimeDelta {
        let length = match self {
            Span::Unsaid => TimeDelta::zero(),
            Span::Days(days) => TimeDelta::try_days(*days).unwrap_or(LONGEST_REACH),
            Span::Exactly(length) | Span::Clock(length) => *length,
        };
        length.clamp(TimeDelta::zero(), LONGEST_REACH)
    }

    fn end(&self, start: &Stamp) -> Option<End> {
        Some(match self {
            Span::Unsaid => return None,
            Span::Days(days) => End::At(start.plus(TimeDelta::try_days(*days)?)?),
            Span::Exactly(length) => End::After(*length),
            Span::Clock(length) => End::At(start.plus(*length)?),
        })
    }
}

fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}
