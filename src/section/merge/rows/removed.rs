//! Rows of events that are missing in the draft: they are new, people removed them, or the draft is an older version.
//!
//! A row counts as removed by hand if
//!
//! * it was in the text that the draft is based on, and the draft contains something that only we wrote into that
//!   text (rows that people typed are no evidence, as every version of the draft has them); and
//! * only few rows of one update are missing, and few of all. People do not remove half of what came in, but a merge
//!   that took one side, or an older copy of the file, looks like that;
//! * or a person names the base (`--base`): then every missing row of it was removed.
//!
//! A removed row stays out, also if the draft goes back to a version that never had the row, or had it before: it is
//! the editor's decision. It is undone when a person puts the row back. It holds only for the event's day: an event
//! that moved is written again, and the report shows both days.
//!
//! Every other missing row is written. An unwanted row costs an editor one more deletion; a missing one costs
//! readers the event.

use super::{Found, Work, as_event_row};
use crate::facts::event::EventId;
use crate::section::grammar::PrintedRow;
use crate::section::merge::layout::canonical;
use crate::section::merge::{EventRow, Origin};
use crate::section::select::Heading;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a row that is not in the draft.
pub(super) enum Fate<'a> {
    /// It never was in the draft.
    New,
    /// It was in the draft, and this is an older version.
    Again,
    /// People removed it; with its event's row of then.
    TakenOut(&'a PrintedRow),
    /// People removed it while its event was on another day.
    Moved(NaiveDate),
}

type Place = (EventId, Heading);

/// Whether too many rows are missing for a person to have removed them one by one.
fn is_much(missing: usize, of: usize) -> bool {
    (missing > 1 && missing * 2 > of) || (missing >= 5 && missing * 3 >= of)
}

impl<'a> Work<'a> {
    /// Finds which rows of the base people removed.
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
        for event_row in base.event_rows.iter().filter(|event_row| event_row.stands) {
            // A row that is no longer printed was not removed by hand, and one that cannot be read is there.
            let is_read = !self.unread.contains_key(&event_row.event);
            if is_read && self.given.contains_key(&event_row.event) {
                stood
                    .entry(&event_row.event)
                    .or_default()
                    .push(event_row.heading);
            }
        }
        let mut missing: BTreeSet<Place> = BTreeSet::new();
        for (event, headings) in &stood {
            let here = standing.get(event);
            // A row under another heading was moved, not removed.
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
        // The rows of each update alone, then what people typed, then all.
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

    /// What became of an event's row that is missing under a heading. `elsewhere` says whether the event has a row
    /// under another heading.
    pub(super) fn fate(
        &self,
        event: &EventId,
        heading: Heading,
        day: NaiveDate,
        elsewhere: bool,
    ) -> Fate<'a> {
        let base = self.inputs.base;
        let of_base: Vec<&EventRow<PrintedRow>> = base
            .event_rows
            .iter()
            .filter(|event_row| event_row.event == *event)
            .collect();
        let last = base.memory.get(event);
        let remembered: Vec<&EventRow<PrintedRow>> = last
            .map(|last| last.event_rows.iter().collect())
            .unwrap_or_default();
        let taken_out = |event_row: &EventRow<PrintedRow>| {
            !event_row.stands || self.taken_out.contains(&(event.clone(), event_row.heading))
        };
        let word = row_that_is_out(&of_base, heading, elsewhere, taken_out).or_else(|| {
            row_that_is_out(&remembered, heading, elsewhere, |event_row| {
                !event_row.stands
            })
        });
        match word {
            Some(row) if row.date == day => Fate::TakenOut(row),
            Some(row) => Fate::Moved(row.date),
            None if elsewhere => Fate::New,
            None => {
                // A row that only an earlier text had was not removed by hand.
                let later = last.is_some_and(|last| last.is_later);
                let later = remembered.iter().filter(|_| later);
                let mut event_rows = of_base.iter().chain(later);
                let printed = || {
                    base.origin == Origin::Learned
                        && self.printed_of(event, heading.name()).is_some()
                };
                if event_rows.any(|event_row| event_row.stands) || printed() {
                    Fate::Again
                } else {
                    Fate::New
                }
            }
        }
    }

    /// Remembers rows that people removed and that are not printed today: their events may come back.
    pub(super) fn keep_in_mind(&mut self, found: &[Found<'_>]) {
        let base = self.inputs.base;
        let remembered = base.memory.values().flat_map(|last| &last.event_rows);
        let out: BTreeMap<Place, &EventRow<PrintedRow>> = remembered
            .chain(&base.event_rows)
            .filter(|event_row| !event_row.stands && !self.given.contains_key(&event_row.event))
            .filter(|event_row| {
                found
                    .iter()
                    .all(|row| row.event.as_ref() != Some(&event_row.event))
            })
            .map(|event_row| ((event_row.event.clone(), event_row.heading), event_row))
            .collect();
        for ((event, heading), event_row) in out {
            self.remember(
                &event,
                heading,
                &as_event_row(&event, &event_row.row),
                false,
            );
        }
    }

    /// Reports that rows are written again that were in the draft before.
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

/// The row under a heading, if people removed it; for an event without a row any of its rows, if all were removed.
fn row_that_is_out<'a>(
    event_rows: &[&'a EventRow<PrintedRow>],
    heading: Heading,
    elsewhere: bool,
    is_out: impl Fn(&EventRow<PrintedRow>) -> bool,
) -> Option<&'a PrintedRow> {
    if let Some(own) = event_rows
        .iter()
        .find(|event_row| event_row.heading == heading)
    {
        return is_out(own).then_some(&own.row);
    }
    let all = !elsewhere && event_rows.iter().all(|event_row| is_out(event_row));
    event_rows
        .first()
        .filter(|_| all)
        .map(|event_row| &event_row.row)
}
