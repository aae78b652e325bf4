//! Merges the rows of a draft, event by event; then the events without a row, and the rows without an event.

use super::fields::Fields;
use super::layout::{self, Placed, Sort, canonical};
use super::report::{Detail, Entry, Kind, Report};
use super::{Block, Change, EventRow, Inputs, NewRow, Reconciled};
use crate::facts::event::EventId;
use crate::facts::link::Link;
use crate::section::grammar::{PrintedRow, Unreadable};
use crate::section::select::{Heading, Row};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

mod absent;
mod by_hand;
mod event;
mod found;
mod removed;

use found::of_events;
use removed::Fate;

/// A row of the draft, with where it stands.
struct Found<'a> {
    origin: (usize, usize),
    row: &'a PrintedRow,
    fields: Fields,
    event: Option<EventId>,
}

/// A row that an event gives for this issue.
type Given<'a> = (Heading, &'a Row);

pub(super) struct Work<'a> {
    inputs: &'a Inputs<'a>,
    given: BTreeMap<EventId, Vec<Given<'a>>>,
    placed: Vec<Placed>,
    event_rows: Vec<EventRow<Row>>,
    added: Vec<(EventId, Heading)>,
    /// Rows of the base that people removed.
    taken_out: BTreeSet<(EventId, Heading)>,
    /// How many rows are written that were in the draft before.
    again: usize,
    /// The rows as they were last written or printed, each with its event.
    printed: Vec<(Option<EventId>, String, Fields)>,
    by_hand: Vec<PrintedRow>,
    /// Heading, day and page of each row of the draft.
    there: BTreeSet<(String, NaiveDate, Option<String>)>,
    /// The events that have a link in an item that cannot be read, each with the item's line.
    unread: BTreeMap<EventId, Vec<&'a Unreadable>>,
    report: Report,
}

impl<'a> Work<'a> {
    pub(super) fn new(inputs: &'a Inputs<'a>) -> Work<'a> {
        let mut given: BTreeMap<EventId, Vec<Given<'a>>> = BTreeMap::new();
        for (heading, rows) in &inputs.section.headings {
            for row in rows {
                if let Some(event) = &row.event {
                    given
                        .entry(event.clone())
                        .or_default()
                        .push((*heading, row));
                }
            }
        }
        let printed: Vec<(&PrintedRow, Fields)> = inputs
            .base
            .printed
            .iter()
            .map(|row| (row, Fields::printed(row)))
            .collect();
        let (events, _) = of_events(inputs, &printed);
        let printed = events
            .into_iter()
            .zip(&printed)
            .map(|(event, (row, fields))| (event, canonical(&row.heading), fields.clone()))
            .collect();
        let mut unread: BTreeMap<EventId, Vec<&'a Unreadable>> = BTreeMap::new();
        for item in &inputs.draft.unreadable {
            for event in inputs.known.standing_in(item) {
                unread.entry(event.clone()).or_default().push(item);
            }
        }
        let there = inputs.draft.rows().map(|row| {
            let fields = Fields::printed(row);
            let page = fields.page().map(str::to_owned);
            (canonical(&row.heading), fields.days.0, page)
        });
        let there = there.collect();
        Work {
            inputs,
            given,
            printed,
            placed: Vec::new(),
            event_rows: Vec::new(),
            added: Vec::new(),
            taken_out: BTreeSet::new(),
            again: 0,
            by_hand: Vec::new(),
            there,
            unread,
            report: Report {
                attention: inputs.section.attention.clone(),
                ..Report::default()
            },
        }
    }

    pub(super) fn done(mut self) -> Reconciled {
        let inputs = self.inputs;
        let found = self.found();
        self.weigh_what_is_missing(&found);
        let mut of_event: BTreeMap<EventId, Vec<&Found<'_>>> = BTreeMap::new();
        for row in &found {
            match &row.event {
                Some(event) => of_event.entry(event.clone()).or_default().push(row),
                None => self.without_event(row),
            }
        }
        for (event, rows) in &of_event {
            if let Some(published) = inputs.known.event(event) {
                self.event(published, rows);
            }
        }
        let absent: Vec<EventId> = self
            .given
            .keys()
            .filter(|event| !of_event.contains_key(*event))
            .cloned()
            .collect();
        for event in absent {
            self.absent(&event);
        }
        self.keep_in_mind(&found);
        for item in &inputs.draft.unreadable {
            let day = item.day.unwrap_or(inputs.window.from);
            let mut entry = Entry::new(Kind::NeedsAHuman, None, &nothing(day))
                .at(item.line)
                .noting(format!(
                    "cannot be read as a row, and stays as it is: {}",
                    item.reason
                ));
            entry.title = item.shown.trim().chars().take(120).collect();
            self.report.entries.push(entry);
        }
        self.finish()
    }

    fn finish(mut self) -> Reconciled {
        self.note_what_is_written_again();
        let inputs = self.inputs;
        self.report.rows = self.placed.len();
        let keep_order = inputs.only.len() < Change::ALL.len();
        let lead = layout::lead(inputs.draft, inputs.line, inputs.style);
        let (blocks, reordered) =
            layout::blocks(inputs.draft, lead, self.placed, keep_order, inputs.style);
        self.report.reordered = reordered;
        self.report.entries.sort_by(|a, b| {
            (a.kind, a.day, &a.title, a.line).cmp(&(b.kind, b.day, &b.title, b.line))
        });
        Reconciled {
            blocks,
            event_rows: self.event_rows,
            added: self.added,
            by_hand: self.by_hand,
            report: self.report,
        }
    }

    /// What an event said before: under this heading if possible, else under any. What it said while its row was
    /// removed does not count for a row that is put back.
    ///
    /// A row that is not in the base (it may come from another branch) is unchanged if its event ever gave exactly
    /// that row; else it is compared with the event's last row.
    fn base_of(&self, event: &EventId, heading: &str, theirs: &Fields) -> Option<Fields> {
        let base = self.inputs.base;
        let event_rows = || {
            base.event_rows
                .iter()
                .filter(|event_row| event_row.event == *event)
        };
        if event_rows().next().is_some() {
            return event_rows()
                .filter(|event_row| event_row.stands)
                .find(|event_row| event_row.heading.name() == heading)
                .or_else(|| event_rows().find(|event_row| event_row.stands))
                .map(|event_row| Fields::printed(&event_row.row));
        }
        if let Some(ever) = base.ever_given.get(event) {
            let mut ever = ever
                .iter()
                .map(|event_row| Fields::printed(&event_row.row))
                .rev();
            let last = ever.next();
            return if last.as_ref() == Some(theirs) {
                last
            } else {
                ever.find(|event_row| event_row == theirs).or(last)
            };
        }
        self.printed_of(event, heading).cloned()
    }

    /// What was last written or printed of an event, under a heading if there is something, else under any.
    fn printed_of(&self, event: &EventId, heading: &str) -> Option<&Fields> {
        let rows = || {
            self.printed
                .iter()
                .filter(|(of, ..)| of.as_ref() == Some(event))
        };
        rows()
            .find(|(_, under, _)| under == heading)
            .or_else(|| rows().next())
            .map(|(.., fields)| fields)
    }

    /// Whether the base has a row of an event under a heading.
    fn was_given(&self, event: &EventId, heading: &str) -> bool {
        let event_rows = &self.inputs.base.event_rows;
        event_rows
            .iter()
            .any(|event_row| event_row.event == *event && event_row.heading.name() == heading)
    }

    fn asked(&self, change: Change) -> bool {
        self.inputs.only.contains(&change)
    }

    /// Removes a row, or keeps it if such changes were not asked for.
    fn leaves(
        &mut self,
        kind: Kind,
        event: Option<&EventId>,
        found: &Found<'_>,
        details: &[Detail],
        asked: bool,
    ) {
        let mut entry = Entry::new(kind, event, &found.fields)
            .at(found.row.line)
            .done(asked);
        entry.details.extend_from_slice(details);
        self.report.entries.push(entry);
        if !asked {
            self.stays(found, event);
        }
    }

    /// Keeps a row as it is.
    fn stays(&mut self, found: &Found<'_>, event: Option<&EventId>) {
        let heading = canonical(&found.row.heading);
        let block = Block::Text(found.row.text.clone());
        self.place(heading, Some(found.origin), &found.fields, event, block);
    }

    fn place(
        &mut self,
        heading: String,
        origin: Option<(usize, usize)>,
        fields: &Fields,
        event: Option<&EventId>,
        block: Block,
    ) {
        // A row that goes under another heading is new there.
        let origin = origin
            .filter(|(part, _)| canonical(&self.inputs.draft.parts[*part].heading) == heading);
        self.placed.push(Placed {
            heading,
            origin,
            sort: Sort {
                day: fields.days.0,
                location: fields.location.clone(),
                organiser: fields.organisers.first().map(|of| of.words.clone()),
                title: fields.links.first().map(|of| of.words.clone()),
                event: event.cloned(),
            },
            block,
        });
    }

    /// Keeps an event's row for the base of the next update.
    fn remember(&mut self, event: &EventId, heading: Heading, row: &Row, stands: bool) {
        self.event_rows.push(EventRow {
            event: event.clone(),
            heading,
            row: row.clone(),
            stands,
        });
    }

    /// Writes a row anew.
    fn add(&mut self, event: &EventId, heading: Heading, fields: &Fields, row: NewRow) {
        self.added.push((event.clone(), heading));
        let block = Block::Row(Box::new(row));
        self.place(heading.name().to_owned(), None, fields, Some(event), block);
    }
}

/// An event's row of before, read back from the text that was kept.
fn as_event_row(event: &EventId, row: &PrintedRow) -> Row {
    let link = |url: &str| Link::parse(url).ok();
    let fields = Fields::printed(row);
    Row {
        event: Some(event.clone()),
        date: fields.days.0,
        end_date: fields.days.1,
        location: fields.location,
        organisers: fields
            .organisers
            .into_iter()
            .map(|of| (of.words, of.url.as_deref().and_then(link)))
            .collect(),
        links: fields
            .links
            .into_iter()
            .filter_map(|of| Some((of.words, link(of.url.as_deref()?)?)))
            .collect(),
        flags: Vec::new(),
    }
}

fn nothing(day: NaiveDate) -> Fields {
    Fields {
        days: (day, None),
        location: String::new(),
        organisers: Vec::new(),
        links: Vec::new(),
    }
}
