//! From the listings of one key to its occurrences: the series, its edited occurrences, and the window.

use super::clock::{Clock, LONGEST_REACH, Span};
use super::starts::{Start, Starts, written};
use super::{Occurrence, Series, Walk, shown};
use crate::facts::listing::{End, Listing, Problem};
use crate::facts::when::Stamp;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

/// How far the midnight of a day can be from that in UTC (+14:00), with an hour to spare.
const WIDEST_OFFSET: TimeDelta = TimeDelta::hours(15);

/// How far a time in a gap can lie from where its clock puts it, with an hour to spare.
const WIDEST_GAP: TimeDelta = TimeDelta::hours(3);

/// The listings that share a key: normally one, or a series and its edited occurrences.
#[derive(Default)]
pub(super) struct Group<'a> {
    pub(super) masters: Vec<&'a Listing>,
    pub(super) edits: Vec<&'a Listing>,
}

/// An edited occurrence that holds for all later ones too.
struct Change<'a> {
    since: DateTime<Utc>,
    shift: TimeDelta,
    edit: &'a Listing,
}

impl<'a> Walk<'a> {
    pub(super) fn group(&mut self, mut group: Group<'a>) {
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
        // Edited occurrences stand for themselves, even if the series around them cannot be followed.
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

    pub(super) fn problem(&mut self, listing: Option<&Listing>, what: String, lost: bool) {
        self.out.problems.push(Problem {
            line: listing.map_or(0, |listing| listing.line),
            what,
            item: listing.map(|listing| shown(&listing.key)),
            lost,
        });
    }
}
