//! Rows that an event gives and that do not stand in the draft: new, taken out by hand, or lost with an older
//! version of the draft.
//!
//! A row counts as taken out by hand if
//!
//! * the text that the draft goes on from held it, and the draft holds something that only we wrote into that
//!   text: rows that people typed show nothing, for they stand in every version of the draft; and
//! * only few of the rows that one update added are missing, and few of all. Nobody weeds out half of what
//!   came in; a merge that took one side, or a file that was copied from before, looks like that;
//! * or a human states the base (`--base`): then every row of it that is missing was taken out.
//!
//! What was taken out once stays out, also when the draft goes back to a version that never had the row, or
//! had it before: it is an editor's word. Only the row itself takes it back, once somebody puts it in again.
//! And only on its day: an event that moved is written again, and the editor is told both days.
//!
//! Every other missing row is written. To write a row that somebody does not want costs one more deletion;
//! to leave one out that somebody does want costs the event.

use super::{Found, Work, as_told};
use crate::facts::event::EventId;
use crate::section::grammar::PrintedRow;
use crate::section::merge::layout::canonical;
use crate::section::merge::{Origin, Told};
use crate::section::select::Heading;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a row that does not stand in the draft.
pub(super) enum Fate<'a> {
    /// It never stood there.
    New,
    /// It stood there, and the draft is an older version of itself.
    Again,
    /// People took it out; with what its event told then.
    TakenOut(&'a PrintedRow),
    /// People took it out while its event was on another day.
    Moved(NaiveDate),
}

type Place = (EventId, Heading);

/// Whether so many rows are missing that no human took them out one by one.
fn is_much(missing: usize, of: usize) -> bool {
    (missing > 1 && missing * 2 > of) || (missing >= 5 && missing * 3 >= of)
}

impl<'a> Work<'a> {
    /// Finds out which rows of the base people took out.
    pub(super) fn weigh_what_is_missing(&mut self, found: &[Found<'_>]) {
        let base = self.inputs.base;
        let mut standing: BTreeMap<&EventId, BTreeSet<String>> = BTreeMap::new();
        for row in found {
            if let Some(event) = &row.event {
                let heading = canonical(&row.row.heading);
                standing.entry(event).or_default().insert(heading);
            }
        }
        let mut stood: BTreeMap<&EventId, Vec<Heading>> = BTreeMap::new();
        for told in base.told.iter().filter(|told| told.stands) {
            // What is no longer to be printed has left by itself; what cannot be read stands there.
            let is_read = !self.unread.contains_key(&told.event);
            if is_read && self.given.contains_key(&told.event) {
                stood.entry(&told.event).or_default().push(told.heading);
            }
        }
        let mut missing: BTreeSet<Place> = BTreeSet::new();
        for (event, headings) in &stood {
            let here = standing.get(event);
            // A row that stands under another heading was moved, not taken out.
            if here.is_some_and(|here| here.len() >= headings.len()) {
                continue;
            }
            let absent = headings
                .iter()
                .filter(|heading| here.is_none_or(|here| !here.contains(heading.name())));
            missing.extend(absent.map(|heading| ((*event).clone(), *heading)));
        }
        if base.stated {
            self.taken_out = missing;
            return;
        }
        let is_ours = |event: &EventId| {
            let mut updates = base.added.iter();
            updates.any(|added| added.iter().any(|(known, _)| known == event))
        };
        let descends = base.holds_our_words || standing.keys().any(|event| is_ours(event));
        if !descends {
            return;
        }
        // Each update's rows by themselves, then what people typed, then all.
        let all: BTreeSet<Place> = stood
            .iter()
            .flat_map(|(event, headings)| headings.iter().map(|of| ((*event).clone(), *of)))
            .collect();
        let mut typed = all.clone();
        let mut groups: Vec<BTreeSet<Place>> = Vec::new();
        for added in &base.added {
            groups.push(typed.intersection(added).cloned().collect());
            typed.retain(|place| !added.contains(place));
        }
        groups.extend([typed, all]);
        let lost: BTreeSet<Place> = groups
            .iter()
            .map(|group| (group, group.intersection(&missing)))
            .filter(|(group, missing)| is_much(missing.clone().count(), group.len()))
            .flat_map(|(_, missing)| missing.cloned())
            .collect();
        self.taken_out = missing.difference(&lost).cloned().collect();
    }

    /// What became of a row that an event gives under a heading and that does not stand there. `elsewhere`
    /// says whether the event stands under another heading.
    pub(super) fn fate(
        &self,
        event: &EventId,
        heading: Heading,
        day: NaiveDate,
        elsewhere: bool,
    ) -> Fate<'a> {
        let base = self.inputs.base;
        let of_base: Vec<&Told<PrintedRow>> = base
            .told
            .iter()
            .filter(|told| told.event == *event)
            .collect();
        let last = base.memory.get(event);
        let remembered: Vec<&Told<PrintedRow>> = last
            .map(|last| last.told.iter().collect())
            .unwrap_or_default();
        let taken_out = |told: &Told<PrintedRow>| {
            !told.stands || self.taken_out.contains(&(event.clone(), told.heading))
        };
        let word = row_that_is_out(&of_base, heading, elsewhere, taken_out)
            .or_else(|| row_that_is_out(&remembered, heading, elsewhere, |told| !told.stands));
        match word {
            Some(row) if row.date == day => Fate::TakenOut(row),
            Some(row) => Fate::Moved(row.date),
            None if elsewhere => Fate::New,
            None => {
                // What stood in an earlier text only has left by itself since.
                let later = last.is_some_and(|last| last.is_later);
                let later = remembered.iter().filter(|_| later);
                let mut told = of_base.iter().chain(later);
                let printed = || {
                    base.origin == Origin::Learned
                        && self.printed_of(event, heading.name()).is_some()
                };
                if told.any(|told| told.stands) || printed() {
                    Fate::Again
                } else {
                    Fate::New
                }
            }
        }
    }

    /// What people took out of the section and is not to be printed today: it may come back.
    pub(super) fn keep_in_mind(&mut self, found: &[Found<'_>]) {
        let base = self.inputs.base;
        let remembered = base.memory.values().flat_map(|last| &last.told);
        let out: BTreeMap<Place, &Told<PrintedRow>> = remembered
            .chain(&base.told)
            .filter(|told| !told.stands && !self.given.contains_key(&told.event))
            .filter(|told| {
                found
                    .iter()
                    .all(|row| row.event.as_ref() != Some(&told.event))
            })
            .map(|told| ((told.event.clone(), told.heading), told))
            .collect();
        for ((event, heading), told) in out {
            self.remember(&event, heading, &as_told(&event, &told.row), false);
        }
    }

    /// What an editor should know where rows are written that stood in the draft before.
    pub(super) fn note_what_is_written_again(&mut self) {
        let (rows, are, them) = match self.again {
            0 => return,
            1 => ("1 row".to_owned(), "is", "it"),
            many => (format!("{many} rows"), "are", "them"),
        };
        let base = self.inputs.base;
        self.report.without_base = Some(match base.origin {
            Origin::Learned if base.memory.is_empty() => format!(
                "{rows} of the issue before {are} not in the draft, and {are} written into it: nothing shows that people took {them} out"
            ),
            _ => format!(
                "{rows} that stood in this draft before {are} not in it now, and {are} written again, for the draft looks like an older version. If people took {them} out, take {them} out again and run `rusty-events update --base last FILE`"
            ),
        });
    }
}

/// The row under a heading, if it is out; of an event that stands nowhere any row, if all are out.
fn row_that_is_out<'a>(
    told: &[&'a Told<PrintedRow>],
    heading: Heading,
    elsewhere: bool,
    is_out: impl Fn(&Told<PrintedRow>) -> bool,
) -> Option<&'a PrintedRow> {
    if let Some(own) = told.iter().find(|told| told.heading == heading) {
        return is_out(own).then_some(&own.row);
    }
    let all = !elsewhere && told.iter().all(|told| is_out(told));
    told.first().filter(|_| all).map(|told| &told.row)
}
