//! The rows of a draft, event by event; then the events that stand nowhere, and the rows without an event.

use super::fields::Fields;
use super::layout::{self, Placed, Sort, canonical};
use super::report::{Detail, Entry, Kind, Report};
use super::{Block, Change, Inputs, NewRow, Reconciled, Told};
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
    told: Vec<Told<Row>>,
    added: Vec<(EventId, Heading)>,
    /// Rows of the base that people took out.
    taken_out: BTreeSet<(EventId, Heading)>,
    /// How many rows are written that stood in the draft before.
    again: usize,
    /// The rows as they were last written or printed, each with its event.
    printed: Vec<(Option<EventId>, String, Fields)>,
    by_hand: Vec<PrintedRow>,
    /// Heading, day and page of each row of the draft.
    there: BTreeSet<(String, NaiveDate, Option<String>)>,
    /// The events whose links stand in what cannot be read, each with where.
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
            told: Vec::new(),
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
        let lead = layout::lead(inputs.draft, inputs.line, &inputs.style.line);
        let (blocks, reordered) = layout::blocks(inputs.draft, lead, self.placed, keep_order);
        self.report.reordered = reordered;
        self.report.entries.sort_by(|a, b| {
            (a.kind, a.day, &a.title, a.line).cmp(&(b.kind, b.day, &b.title, b.line))
        });
        Reconciled {
            blocks,
            told: self.told,
            added: self.added,
            by_hand: self.by_hand,
            report: self.report,
        }
    }

    /// What was told before of an event, under a heading if there is something, else under any. What was
    /// told while its row was taken out says nothing about a row that somebody puts back.
    ///
    /// Of a row that the base does not have (one from another branch, say) nobody changed a word if its event
    /// ever told just that; else it is compared with what the event told last.
    fn base_of(&self, event: &EventId, heading: &str, theirs: &Fields) -> Option<Fields> {
        let base = self.inputs.base;
        let told = || base.told.iter().filter(|told| told.event == *event);
        if told().next().is_some() {
            return told()
                .filter(|told| told.stands)
                .find(|told| told.heading.name() == heading)
                .or_else(|| told().find(|told| told.stands))
                .map(|told| Fields::printed(&told.row));
        }
        if let Some(ever) = base.ever_told.get(event) {
            let mut ever = ever.iter().map(|told| Fields::printed(&told.row)).rev();
            let last = ever.next();
            return if last.as_ref() == Some(theirs) {
                last
            } else {
                ever.find(|told| told == theirs).or(last)
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

    /// Whether an event was told under a heading.
    fn was_told(&self, event: &EventId, heading: &str) -> bool {
        let told = &self.inputs.base.told;
        told.iter()
            .any(|told| told.event == *event && told.heading.name() == heading)
    }

    fn asked(&self, change: Change) -> bool {
        self.inputs.only.contains(&change)
    }

    /// A row goes; or stays, if such changes were not asked for.
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

    /// A row stays as it stands.
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

    /// What an event tells of a row: the base of the next update.
    fn remember(&mut self, event: &EventId, heading: Heading, row: &Row, stands: bool) {
        self.told.push(Told {
            event: event.clone(),
            heading,
            row: row.clone(),
            stands,
        });
    }

    /// A row that is written anew.
    fn add(&mut self, event: &EventId, heading: Heading, fields: &Fields, row: NewRow) {
        self.added.push((event.clone(), heading));
        let block = Block::Row(Box::new(row));
        self.place(heading.name().to_owned(), None, fields, Some(event), block);
    }
}

/// What an event told, read back from the text that was kept of it.
fn as_told(event: &EventId, row: &PrintedRow) -> Row {
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
