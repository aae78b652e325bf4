//! Listings → occurrences inside a window.
//!
//! A series recurs on its own wall clock: its starts are local times first and become instants last, so
//! that 19:00 stays 19:00 when the clocks change. Exclusions, additions and edited occurrences are
//! compared as instants, because feeds write one and the same start in UTC, in a zone or as a date.

mod clock;
pub(crate) mod rule;

use crate::facts::listing::{End, Listing, Problem};
use crate::facts::when::Stamp;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use clock::{Clock, Span};
use rule::{Ended, NO_DAY, Rule, Steps, WallClock};
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
    /// 100,000 steps and 400 occurrences a series, which is a daily one for more than a year; 1,000,000
    /// steps (about a second) and 20,000 occurrences a source.
    fn default() -> Limits {
        Limits {
            steps: 100_000,
            occurrences: 400,
            all_steps: 1_000_000,
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
        continued: continued(groups.keys().copied()),
        series_cut: 0,
        cut_since: None,
        limits,
        steps: limits.all_steps,
        out: Expanded::default(),
    };
    let all = groups.len();
    for (done, group) in groups.into_values().enumerate() {
        let listing = group.masters.iter().chain(&group.edits).next().copied();
        if walk.out.occurrences.len() >= limits.all_occurrences {
            walk.problem(
                listing,
                format!(
                    "{done} of {all} events and series were expanded, this and all later ones are left out: more than {} occurrences in one source",
                    limits.all_occurrences
                ),
                true,
            );
            break;
        }
        let first = walk.series_cut == 0;
        walk.group(group);
        if first && walk.series_cut > 0 {
            walk.cut_since = listing.map(|listing| (done, listing));
        }
    }
    if let Some((done, listing)) = walk.cut_since {
        let (cut, most) = (walk.series_cut, limits.all_steps);
        walk.problem(
            Some(listing),
            format!(
                "{done} of {all} events and series were expanded: all rules of this source take more than {most} steps together; of this and {} later series only the first start is kept",
                cut - 1
            ),
            true,
        );
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

/// The listings that share a key: normally one, or a series and its edited occurrences.
#[derive(Default)]
struct Group<'a> {
    masters: Vec<&'a Listing>,
    edits: Vec<&'a Listing>,
}

/// A listing on its own clock.
struct Series<'a> {
    master: &'a Listing,
    clock: Clock,
    /// Its first start.
    first: NaiveDateTime,
}

/// The starts of a series.
#[derive(Default)]
struct Starts {
    by_instant: BTreeMap<DateTime<Utc>, Start>,
    /// Whether there are more than may be kept.
    cut: bool,
}

/// The starts that a RECURRENCE-ID or an EXDATE means.
struct Meant {
    at: Vec<DateTime<Utc>>,
    /// It is none by its instant, and was found by its digits or its day.
    by_form: bool,
}

impl Starts {
    /// The starts that a stamp means, which is that instant and on that day of the series' clock. Of a whole day
    /// all that are on it; else the one at that instant. Feeds also write the series' local digits with another
    /// zone, and keep the hour that a series had before it was moved: then the start with the same digits, else
    /// the only one of the day.
    fn meant(&self, stamp: &Stamp, at: DateTime<Utc>, day: NaiveDate) -> Meant {
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
fn written(stamp: &Stamp) -> String {
    match digits_of(stamp) {
        Some(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        None => stamp.date().to_string(),
    }
}

/// The keys of series that Google parted ("this and following events"), with the day from which on the rest
/// has a key of its own: `series@google.com` goes on as `series_R20261209T180000@google.com`.
fn continued<'k>(keys: impl Iterator<Item = &'k str>) -> BTreeMap<String, NaiveDate> {
    let mut continued: BTreeMap<String, NaiveDate> = BTreeMap::new();
    for key in keys {
        let Some((series, rest)) = key.split_once("_R") else {
            continue;
        };
        let digits = rest.get(..8).unwrap_or_default();
        let Ok(day) = NaiveDate::parse_from_str(digits, "%Y%m%d") else {
            continue;
        };
        let host = rest.split_once('@').map_or("", |(_, host)| host);
        let since = continued.entry(format!("{series}@{host}")).or_insert(day);
        *since = day.min(*since);
    }
    continued
}

/// One start: its time on the series' clock, and the end that an RDATE gave it.
#[derive(Clone, Copy)]
struct Start {
    local: NaiveDateTime,
    end: Option<End>,
}

/// An edited occurrence that holds for all later ones too.
struct Change<'a> {
    since: DateTime<Utc>,
    shift: TimeDelta,
    edit: &'a Listing,
}

struct Walk<'a> {
    window: (DateTime<Utc>, DateTime<Utc>),
    fallback: Tz,
    /// The series that go on under another key, with the day from which on.
    continued: BTreeMap<String, NaiveDate>,
    /// Series that were not expanded because the steps of the source were spent.
    series_cut: usize,
    /// How many groups were done before the first of them, and that one.
    cut_since: Option<(usize, &'a Listing)>,
    limits: Limits,
    steps: u64,
    out: Expanded<'a>,
}

impl<'a> Walk<'a> {
    fn group(&mut self, mut group: Group<'a>) {
        let fallback = self.fallback;
        let order = |listing: &Listing| {
            (
                listing.start.instant(fallback),
                listing.line,
                listing.title.clone(),
            )
        };
        group.masters.sort_by_cached_key(|master| order(master));
        group.edits.sort_by_cached_key(|edit| {
            (
                edit.instance.map(|at| at.instant(fallback)),
                edit.sequence,
                order(edit),
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
                    self.push_edit(edit, Some(day));
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
        let series = Series {
            master,
            clock,
            first: clock.local_of(&master.start, self.fallback),
        };
        let (from, to) = self.span_of_interest(&series, edits);
        // Edited occurrences stand for themselves, even if the series around them cannot be told.
        let mut starts = self.starts(&series, from, to).unwrap_or_default();
        let changes = self.edits(&series, edits, &mut starts);
        let mut given = 0;
        for (at, start) in starts.by_instant {
            let Some(occurrence) = self.occurrence(&series, at, start, &changes) else {
                continue;
            };
            if !self.touches(&occurrence) {
                continue;
            }
            if given == self.limits.occurrences {
                starts.cut = true;
                break;
            }
            given += 1;
            self.out.occurrences.push(occurrence);
        }
        if starts.cut {
            let most = self.limits.occurrences;
            self.problem(
                Some(master),
                format!("too dense: more than {most} occurrences in the window, the first {most} are kept"),
                true,
            );
        }
    }

    /// Between which times of its clock a series' starts matter: those of the window, widened by how
    /// long its occurrences last and how far edits move them.
    fn span_of_interest(
        &self,
        series: &Series<'a>,
        edits: &[&'a Listing],
    ) -> (NaiveDateTime, NaiveDateTime) {
        let length = |listing| Span::of(listing, self.fallback).length();
        let reach = edits
            .iter()
            .filter(|edit| edit.and_future)
            .map(|edit| self.shift(edit, &series.clock).abs() + length(edit))
            .fold(length(series.master), TimeDelta::max)
            .min(LONGEST_REACH);
        let reach = reach
            + if series.clock.counts_days() {
                WIDEST_OFFSET
            } else {
                WIDEST_GAP
            };
        let (from, to) = (
            series.clock.local(self.window.0),
            series.clock.local(self.window.1),
        );
        (
            from.checked_sub_signed(reach).unwrap_or(NaiveDateTime::MIN),
            to.checked_add_signed(reach).unwrap_or(NaiveDateTime::MAX),
        )
    }

    /// Puts edited occurrences in the place of their originals; gives back those that hold for all
    /// later ones too, in order of time.
    fn edits(
        &mut self,
        series: &Series<'a>,
        edits: &[&'a Listing],
        starts: &mut Starts,
    ) -> Vec<Change<'a>> {
        let (master, clock, fallback) = (series.master, &series.clock, self.fallback);
        let except_dates = || master.rule.iter().flat_map(|rule| &rule.except_dates);
        let is_day = |stamp: &&Stamp| matches!(stamp, Stamp::Date(_));
        let excluded_days: BTreeSet<NaiveDate> =
            except_dates().filter(is_day).map(Stamp::date).collect();
        let excluded: BTreeSet<DateTime<Utc>> = except_dates()
            .filter(|stamp| !is_day(stamp))
            .map(|stamp| clock.instant_of(stamp, fallback))
            .collect();
        let mut changes = Vec::new();
        for edit in edits {
            let Some(instance) = edit.instance else {
                continue;
            };
            let at = clock.instant_of(&instance, fallback);
            let day = clock.local_of(&instance, fallback).date();
            // An edit of an occurrence that EXDATE takes away is no longer in the set (RFC 5545 section
            // 3.8.5.1), though it may still be in the feed.
            if excluded.contains(&at) || excluded_days.contains(&day) {
                continue;
            }
            let goes_on = self.continued.get(&master.key);
            if goes_on.is_some_and(|since| *since <= day) {
                self.problem(
                    Some(edit),
                    format!("an edited occurrence of {day} lies behind the end of its series, which goes on under another UID: passed over"),
                    false,
                );
                continue;
            }
            let meant = starts.meant(&instance, at, day);
            for at in &meant.at {
                starts.by_instant.remove(at);
            }
            if meant.by_form {
                self.problem(
                    Some(edit),
                    format!("an edited occurrence names {}, and its series has another hour on that day: taken for that one", written(&instance)),
                    false,
                );
            }
            let replaced = !meant.at.is_empty();
            if edit.sequence < master.sequence && !replaced && !self.has(series, &instance) {
                // The series was changed after the edit and no longer has that occurrence.
                self.problem(
                    Some(edit),
                    format!("an edited occurrence of {day} is older than its series, which has none on that day: passed over"),
                    false,
                );
                continue;
            }
            if edit.and_future {
                changes.push(Change {
                    since: at,
                    shift: self.shift(edit, clock),
                    edit,
                });
            }
            let is_series = master.rule.is_some() || day != series.first.date();
            self.push_edit(edit, is_series.then_some(day));
        }
        changes
    }

    /// The occurrence of a series at one of its starts, after the latest change before it.
    fn occurrence(
        &self,
        series: &Series<'a>,
        at: DateTime<Utc>,
        start: Start,
        changes: &[Change<'a>],
    ) -> Option<Occurrence<'a>> {
        let (master, clock) = (series.master, &series.clock);
        let recurs = master.rule.is_some();
        let (listing, begins, end) = match changes.iter().rev().find(|change| change.since <= at) {
            Some(Change { shift, edit, .. }) => {
                let local = start.local.checked_add_signed(*shift)?;
                let own = Clock::of(edit, self.fallback);
                let days = clock.counts_days() || own.counts_days();
                let begins = if days {
                    own.stamp(local)
                } else {
                    clock.stamp(local)
                };
                (*edit, begins, Span::of(edit, self.fallback).end(&begins))
            }
            None if !recurs => (master, master.start, master.end),
            None => {
                let begins = clock.stamp(start.local);
                let span = Span::of(master, self.fallback);
                (master, begins, start.end.or_else(|| span.end(&begins)))
            }
        };
        Some(Occurrence {
            listing,
            start: begins,
            end,
            original: recurs.then(|| start.local.date()),
        })
    }

    /// The starts of a series between two times of its clock. `None`, with a problem, if its rules
    /// cannot be followed.
    fn starts(
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
        let told = excluded
            .iter()
            .zip(&rule.except_dates)
            .find(|(meant, _)| meant.by_form);
        if let Some((_, stamp)) = told {
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
    fn has(&mut self, series: &Series<'a>, at: &Stamp) -> bool {
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

    /// By how much an edit moves its occurrence, and with RANGE=THISANDFUTURE all later ones.
    fn shift(&self, edit: &Listing, clock: &Clock) -> TimeDelta {
        let Some(instance) = edit.instance else {
            return TimeDelta::zero();
        };
        clock.local_of(&edit.start, self.fallback) - clock.local_of(&instance, self.fallback)
    }

    /// Adds an edited occurrence, or one without a series, if it touches the window.
    fn push_edit(&mut self, edit: &'a Listing, original: Option<NaiveDate>) {
        let occurrence = Occurrence {
            listing: edit,
            start: edit.start,
            end: edit.end,
            original,
        };
        if self.touches(&occurrence) {
            self.out.occurrences.push(occurrence);
        }
    }

    /// Whether an occurrence starts before the window ends, and starts or still runs after it begins.
    fn touches(&self, occurrence: &Occurrence<'_>) -> bool {
        let begins = occurrence.start.instant(self.fallback);
        let over = match occurrence.end {
            Some(End::At(end)) => end.instant(self.fallback),
            Some(End::After(length)) => begins.checked_add_signed(length).unwrap_or(begins),
            None => match occurrence.start {
                Stamp::Date(day) => {
                    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
                    Stamp::Date(next).instant(self.fallback)
                }
                _ => begins,
            },
        };
        begins < self.window.1 && (over > self.window.0 || begins >= self.window.0)
    }

    fn problem(&mut self, listing: Option<&Listing>, what: String, lost: bool) {
        self.out.problems.push(Problem {
            line: listing.map_or(0, |listing| listing.line),
            what,
            item: listing.map(|listing| shown(&listing.key)),
            lost,
        });
    }
}

/// A rule or a key as it stands in a message: cut behind its escapes, or its length is up to whoever wrote it.
fn shown(text: &str) -> String {
    text.chars().flat_map(char::escape_debug).take(80).collect()
}
