//! The rows of a draft, event by event; then the events that stand nowhere, and the rows without an event.

use super::fields::{Fields, located, restored};
use super::known::shares_an_organiser;
use super::layout::{self, Placed, Sort, canonical};
use super::merge::{Merge, Merged, as_printed, standing};
use super::report::{Detail, Entry, Field, Kind, Report};
use super::spelling::columns;
use super::{Block, Cell, Change, Inputs, NewRow, Origin, Reconciled, Told};
use crate::curate::{Published, Shown};
use crate::event::{EventId, Flag, folded};
use crate::place::Mode;
use crate::read::draft::Item;
use crate::read::section::PrintedRow;
use crate::select::{self, Heading, Row};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a base of which none stands in the draft, from which on the draft is taken for one that never
/// had them: a fresh template, or a branch without our last change.
const TOO_MANY_TO_BE_REMOVED: usize = 4;

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
    /// The rows as they were last written or printed, each with its event.
    printed: Vec<(Option<EventId>, String, Fields)>,
    by_hand: Vec<PrintedRow>,
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
        let printed = of_events(inputs, &printed)
            .into_iter()
            .zip(&printed)
            .map(|(event, (row, fields))| (event, canonical(&row.heading), fields.clone()))
            .collect();
        Work {
            inputs,
            given,
            printed,
            placed: Vec::new(),
            told: Vec::new(),
            by_hand: Vec::new(),
            report: Report {
                attention: inputs.section.attention.clone(),
                ..Report::default()
            },
        }
    }

    pub(super) fn done(mut self) -> Reconciled {
        let inputs = self.inputs;
        let found = self.found();
        let related = self.is_of_the_base(&found);
        let mut of_event: BTreeMap<EventId, Vec<&Found<'_>>> = BTreeMap::new();
        for row in &found {
            match &row.event {
                Some(event) => of_event.entry(event.clone()).or_default().push(row),
                None => self.without_event(row),
            }
        }
        for (event, rows) in &of_event {
            if let Some(published) = inputs.known.event(event) {
                self.event(published, rows, related);
            }
        }
        let absent: Vec<EventId> = self
            .given
            .keys()
            .filter(|event| !of_event.contains_key(*event))
            .cloned()
            .collect();
        for event in absent {
            self.absent(&event, related);
        }
        for (line, text, reason) in &inputs.draft.unreadable {
            let mut entry = Entry::new(Kind::NeedsAHuman, None, &nothing(inputs.window.from))
                .at(*line)
                .noting(format!(
                    "cannot be read as a row, and stays as it is: {reason}"
                ));
            entry.title = text.trim().chars().take(120).collect();
            self.report.entries.push(entry);
        }
        self.finish()
    }

    fn finish(mut self) -> Reconciled {
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
            by_hand: self.by_hand,
            report: self.report,
        }
    }

    /// The draft's rows, each with its event.
    fn found(&self) -> Vec<Found<'a>> {
        let draft = self.inputs.draft;
        let mut found = Vec::new();
        for (part, under) in draft.parts.iter().enumerate() {
            for (item, row) in under.items.iter().enumerate() {
                let Item::Row(row) = row else { continue };
                found.push(Found {
                    origin: (part, item),
                    row,
                    fields: Fields::printed(row),
                    event: None,
                });
            }
        }
        let rows: Vec<(&PrintedRow, Fields)> = found
            .iter()
            .map(|found| (found.row, found.fields.clone()))
            .collect();
        for (row, event) in found.iter_mut().zip(of_events(self.inputs, &rows)) {
            row.event = event;
        }
        self.moved(&mut found);
        found
    }

    /// Finds the events that have another day than their row, where the row's link does not tell alone which
    /// event is meant: the only event with this page and title, of which no row stands there.
    fn moved(&self, found: &mut [Found<'a>]) {
        let taken: BTreeSet<&EventId> = found.iter().filter_map(|row| row.event.as_ref()).collect();
        let free: Vec<(&EventId, Fields)> = self
            .given
            .iter()
            .filter(|(event, _)| !taken.contains(event))
            .filter_map(|(event, given)| Some((event, Fields::of(given.first()?.1))))
            .collect();
        let alike = |row: &Fields, event: &Fields| {
            row.page().is_some()
                && row.page() == event.page()
                && folded(row.title()) == folded(event.title())
        };
        let rows: Vec<usize> = (0..found.len())
            .filter(|at| found[*at].event.is_none())
            .filter(|at| found[*at].fields.last_day() >= self.inputs.window.from)
            .collect();
        let mut settled = Vec::new();
        for &at in &rows {
            let mut events = free
                .iter()
                .filter(|(_, event)| alike(&found[at].fields, event));
            let (Some((event, _)), None) = (events.next(), events.next()) else {
                continue;
            };
            let others = rows.iter().filter(|other| {
                found[**other].fields.days != found[at].fields.days
                    && alike(&found[**other].fields, &found[at].fields)
            });
            if others.count() == 0 {
                settled.push((at, (*event).clone()));
            }
        }
        for (at, event) in settled {
            found[at].event = Some(event);
        }
    }

    /// Whether the draft comes from the base, so that what is missing in it was taken out by hand.
    fn is_of_the_base(&mut self, found: &[Found<'_>]) -> bool {
        let base = self.inputs.base;
        let events: BTreeSet<EventId> = match base.origin {
            Origin::None => return false,
            Origin::Written => base.told.iter().map(|told| told.event.clone()).collect(),
            Origin::Learned => self
                .printed
                .iter()
                .filter_map(|(event, ..)| event.clone())
                .collect(),
        };
        let still: Vec<&EventId> = events
            .iter()
            .filter(|event| self.given.contains_key(*event))
            .collect();
        let standing = still
            .iter()
            .filter(|event| found.iter().any(|row| row.event.as_ref() == Some(**event)))
            .count();
        let related = match base.origin {
            Origin::Written => standing > 0 || still.len() < TOO_MANY_TO_BE_REMOVED,
            _ => standing * 2 >= still.len() && standing > 0,
        };
        if !related && !still.is_empty() {
            let of = match base.origin {
                Origin::Written => "written into this issue before",
                _ => "of the issue before",
            };
            self.report.without_base = Some(format!(
                "{standing} of the {} rows {of} stand in the draft: it is taken for one that never had them, not for one from which people took them out",
                still.len()
            ));
        }
        related
    }

    /// What was told before of an event, under a heading if there is something, else under any. What was
    /// told while its row was taken out says nothing about a row that somebody puts back.
    fn base_of(&self, event: &EventId, heading: &str) -> Option<Fields> {
        let base = self.inputs.base;
        let told = || base.told.iter().filter(|told| told.event == *event);
        if told().next().is_some() {
            return told()
                .filter(|told| told.stands)
                .find(|told| told.heading.name() == heading)
                .or_else(|| told().find(|told| told.stands))
                .map(|told| Fields::printed(&told.row));
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

    /// The rows of one event.
    fn event(&mut self, event: &'a Published, rows: &[&Found<'_>], related: bool) {
        if !event.status.takes_place() {
            let why = format!("{}, as its source says", event.status.name());
            let asked = self.asked(Change::Cancelled);
            for row in rows {
                self.leaves(
                    Kind::Cancelled,
                    Some(&event.id),
                    row,
                    &[Detail::Note(why.clone())],
                    asked,
                );
            }
            return;
        }
        if event.shown != Shown::Everywhere {
            let asked = self.asked(Change::Cancelled);
            for row in rows {
                self.leaves(Kind::Hidden, Some(&event.id), row, &[], asked);
            }
            return;
        }
        let given = self.given.get(&event.id).cloned();
        let row = match &given {
            Some(given) => given[0].1.clone(),
            None => select::row(event, self.inputs.style),
        };
        let mut headings: Vec<Heading> = match &given {
            Some(given) => given.iter().map(|(heading, _)| *heading).collect(),
            None => select::headings(event),
        };
        let doubtful = |flag| event.flags.contains(&flag);
        let mut copies = Copies::default();
        let mut left: Vec<&&Found<'_>> = rows.iter().collect();
        let mut pairs: Vec<(&Found<'_>, Option<Heading>)> = Vec::new();
        headings.retain(|heading| {
            let Some(at) = left
                .iter()
                .position(|found| canonical(&found.row.heading) == heading.name())
            else {
                return true;
            };
            pairs.push((left.remove(at), Some(*heading)));
            false
        });
        for found in left {
            let name = canonical(&found.row.heading);
            let was_told = self.was_told(&event.id, &name);
            let twice = pairs
                .iter()
                .any(|(other, _)| canonical(&other.row.heading) == name);
            if twice {
                copies.twice.push(found);
            } else if headings.is_empty() && was_told {
                copies.too_many.push(found);
            } else {
                let heading = (!headings.is_empty()).then(|| headings.remove(0));
                copies.moves |= was_told || name.is_empty();
                pairs.push((found, heading));
            }
        }
        let mut first: Option<(Fields, NewRow)> = None;
        let mut standing = 0;
        let mut differing = Vec::new();
        let mut held_otherwise = false;
        for (found, heading) in &pairs {
            let name = canonical(&found.row.heading);
            let base = self.base_of(&event.id, &name);
            let written = self.printed_of(&event.id, &name).cloned();
            let mut ours = Fields::of(&row);
            // What nobody could tell of the event is the draft's to say.
            if doubtful(Flag::UnknownPlace) || ours.location.is_empty() {
                ours.location.clone_from(&found.fields.location);
            }
            if doubtful(Flag::UnknownOrganiser) || ours.organisers.is_empty() {
                ours.organisers.clone_from(&found.fields.organisers);
            }
            if ours.links.is_empty() {
                ours.links.clone_from(&found.fields.links);
            }
            let merged = Merge {
                base: base.as_ref(),
                written: written.as_ref(),
                row: found.row,
                theirs: &found.fields,
                ours: &ours,
                moves: self.asked(Change::Moved),
                changes: self.asked(Change::Changed),
            }
            .merge();
            if self.is_outside(event, found, &merged) {
                continue;
            }
            standing += 1;
            held_otherwise |= merged.is_held_otherwise(&ours);
            let under = match heading {
                Some(heading) if copies.moves && self.asked(Change::Changed) => {
                    heading.name().to_owned()
                }
                _ => name.clone(),
            };
            self.tell(event, found, &merged, heading.map(Heading::name), &under);
            if let Some(heading) = heading {
                self.next_base(event, *heading, &row, &merged, base.is_some());
            }
            differing.push(merged.fields.clone());
            let block = if self.asked(Change::Changed) || !merged.row.stands() {
                Block::Row(Box::new(merged.row.clone()))
            } else {
                Block::Text(found.row.text.clone())
            };
            self.place(
                under,
                Some(found.origin),
                &merged.fields,
                Some(&event.id),
                block,
            );
            first.get_or_insert((merged.fields, merged.row));
        }
        for found in copies.twice {
            let note = "another row of the same event stands there";
            let asked = self.asked(Change::Changed);
            self.leaves(
                Kind::Twice,
                Some(&event.id),
                found,
                &[Detail::Note(note.to_owned())],
                asked,
            );
        }
        for found in copies.too_many {
            let detail = Detail::Field {
                field: Field::Heading,
                theirs: found.row.heading.clone(),
                ours: String::new(),
            };
            let asked = self.asked(Change::Changed);
            self.leaves(Kind::Changed, Some(&event.id), found, &[detail], asked);
        }
        if standing > 1 && differing.windows(2).any(|pair| pair[0] != pair[1]) {
            let entry = Entry::new(Kind::KeptByHand, Some(&event.id), &differing[0])
                .at(rows[0].row.line)
                .noting("its rows differ from each other; both are kept");
            self.report.entries.push(entry);
        }
        if let Some((fields, row_text)) = first
            && given.is_some()
        {
            for heading in headings {
                self.missing_copy(
                    event,
                    heading,
                    &row,
                    (&fields, &row_text),
                    related && standing > 0,
                    held_otherwise,
                );
            }
        }
        if standing > 0 {
            self.doubts(event, rows[0]);
        }
    }

    /// A heading under which an event should stand too and does not.
    fn missing_copy(
        &mut self,
        event: &Published,
        heading: Heading,
        row: &Row,
        (fields, copy): (&Fields, &NewRow),
        related: bool,
        held_otherwise: bool,
    ) {
        if related && self.was_told(&event.id, heading.name()) {
            self.remember(&event.id, heading, row, false);
            let entry = Entry::new(Kind::RemovedByHand, Some(&event.id), fields).noting(format!(
                "its row under {} is not written again",
                heading.name()
            ));
            self.report.entries.push(entry);
            return;
        }
        if held_otherwise {
            return;
        }
        let asked = self.asked(Change::Changed);
        let entry = Entry::new(Kind::Changed, Some(&event.id), fields)
            .field(Field::Heading, "", heading.name())
            .done(asked);
        self.report.entries.push(entry);
        if asked {
            self.remember(&event.id, heading, row, true);
            let block = Block::Row(Box::new(copy.clone()));
            self.place(
                heading.name().to_owned(),
                None,
                fields,
                Some(&event.id),
                block,
            );
        }
    }

    /// Takes out a row that is not in the window, by its own day or by that which its event has now; answers
    /// whether it was one.
    fn is_outside(&mut self, event: &Published, found: &Found<'_>, merged: &Merged) -> bool {
        let window = self.inputs.window;
        let (first, last) = (merged.fields.days.0, merged.fields.last_day());
        // An editor may have an event printed beyond the window.
        let given = self.given.get(&event.id);
        let as_given = given.is_some_and(|given| given[0].1.date == first);
        if as_given || window.holds(first, last) {
            return false;
        }
        let was_inside = window.holds(found.fields.days.0, found.fields.last_day());
        if was_inside {
            let details: Vec<Detail> = merged
                .found
                .iter()
                .filter(|(kind, _)| matches!(kind, Kind::Moved | Kind::Conflict))
                .map(|(_, detail)| detail.clone())
                .chain([Detail::Note(
                    "outside the days of this issue now".to_owned(),
                )])
                .collect();
            self.leaves(Kind::Moved, Some(&event.id), found, &details, true);
        } else if last < window.from {
            let asked = self.asked(Change::Past);
            self.leaves(Kind::Past, Some(&event.id), found, &[], asked);
        } else {
            let note = Detail::Note(format!(
                "begins after {}: a later issue will print it",
                window.to
            ));
            let asked = self.asked(Change::Past);
            self.leaves(Kind::Past, Some(&event.id), found, &[note], asked);
        }
        true
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

    /// Reports what became of a row that stays.
    fn tell(
        &mut self,
        event: &Published,
        found: &Found<'_>,
        merged: &Merged,
        wanted: Option<&str>,
        under: &str,
    ) {
        let mut details = merged.found.clone();
        let name = &found.row.heading;
        let detail = |ours: &str| Detail::Field {
            field: Field::Heading,
            theirs: name.clone(),
            ours: ours.to_owned(),
        };
        match wanted {
            Some(wanted) if wanted == under && canonical(name) != wanted => {
                details.push((Kind::Changed, detail(wanted)));
            }
            Some(wanted) if wanted != under => details.push((Kind::KeptByHand, detail(wanted))),
            None if !select::headings(event).is_empty() => {
                details.push((Kind::KeptByHand, detail("")));
            }
            _ => {}
        }
        // What moves the row counts for all that changes with it.
        let moves = details.iter().any(|(kind, _)| *kind == Kind::Moved);
        let mut by_kind: BTreeMap<Kind, Vec<Detail>> = BTreeMap::new();
        for (kind, detail) in details {
            let kind = if kind == Kind::Changed && moves {
                Kind::Moved
            } else {
                kind
            };
            by_kind.entry(kind).or_default().push(detail);
        }
        let only_spelling = merged.mended && merged.row.stands();
        self.report.spelling += usize::from(only_spelling);
        for (kind, details) in by_kind {
            let asked = match kind {
                Kind::Moved => self.asked(Change::Moved),
                Kind::Changed | Kind::Conflict | Kind::Restored => self.asked(Change::Changed),
                _ => true,
            };
            let mut entry = Entry::new(kind, Some(&event.id), &merged.fields)
                .at(found.row.line)
                .done(asked);
            entry.details = details;
            self.report.entries.push(entry);
        }
    }

    /// What the events tell of this row is the base of the next reconciliation; unless a difference was left
    /// standing only for now.
    fn next_base(
        &mut self,
        event: &Published,
        heading: Heading,
        row: &Row,
        merged: &Merged,
        based: bool,
    ) {
        if !merged.held_back {
            self.remember(&event.id, heading, row, true);
        } else if based {
            self.told.extend(self.kept_base(&event.id, heading));
        }
    }

    /// The base as it was, where the draft could not follow.
    fn kept_base(&self, event: &EventId, heading: Heading) -> Option<Told<Row>> {
        let told = self
            .inputs
            .base
            .told
            .iter()
            .find(|told| told.event == *event && told.heading == heading)?;
        let row = &told.row;
        let link = |url: &str| crate::link::Link::parse(url).ok();
        let fields = Fields::printed(row);
        Some(Told {
            event: event.clone(),
            heading,
            stands: true,
            row: Row {
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
            },
        })
    }

    /// What an editor should know of an event that stands in the section.
    fn doubts(&mut self, event: &Published, found: &Found<'_>) {
        if let Some(since) = self.inputs.unconfirmed.get(&event.id) {
            let entry = Entry::new(Kind::Unconfirmed, Some(&event.id), &found.fields)
                .at(found.row.line)
                .noting(format!(
                    "its source has not listed it since {}; it stays until that is confirmed",
                    since.format("%Y-%m-%d")
                ));
            self.report.entries.push(entry);
        }
    }

    /// An event that stands nowhere in the draft.
    fn absent(&mut self, event: &EventId, related: bool) {
        let Some(given) = self.given.get(event).cloned() else {
            return;
        };
        let base = self.inputs.base;
        let was_there = base.told.iter().any(|told| told.event == *event)
            || (base.origin == Origin::Learned && self.printed_of(event, "").is_some());
        let fields = self.corrected(event, Fields::of(given[0].1));
        if related && was_there {
            let entry = Entry::new(Kind::RemovedByHand, Some(event), &fields);
            self.report.entries.push(entry);
            for (heading, row) in given {
                self.remember(event, heading, row, false);
            }
            return;
        }
        let asked = self.asked(Change::New);
        let headings: Vec<&str> = given.iter().map(|(heading, _)| heading.name()).collect();
        let entry = Entry::new(Kind::New, Some(event), &fields)
            .noting(headings.join(", "))
            .done(asked);
        self.report.entries.push(entry);
        if !asked {
            return;
        }
        for (heading, given) in given {
            self.remember(event, heading, given, true);
            let row = NewRow {
                days: Cell::Written(fields.days),
                location: Cell::Written(fields.location.clone()),
                organisers: Cell::Written(fields.organisers.clone()),
                links: Cell::Written(fields.links.clone()),
            };
            let block = Block::Row(Box::new(row));
            self.place(heading.name().to_owned(), None, &fields, Some(event), block);
        }
    }

    /// What an event tells, with what people corrected when it was last printed and its source has not
    /// changed since.
    fn corrected(&self, event: &EventId, ours: Fields) -> Fields {
        let base = self.inputs.base;
        let told = base
            .told
            .iter()
            .find(|told| told.event == *event && told.stands);
        let printed = self
            .printed
            .iter()
            .find(|(of, ..)| of.as_ref() == Some(event));
        let (Origin::Learned, Some(told), Some((_, heading, theirs))) =
            (base.origin, told, printed)
        else {
            return ours;
        };
        let row = base
            .printed
            .iter()
            .find(|row| canonical(&row.heading) == *heading && Fields::printed(row) == *theirs);
        let Some(row) = row else { return ours };
        let (told, changes) = (Fields::printed(&told.row), true);
        Merge {
            base: Some(&told),
            written: None,
            row,
            theirs,
            ours: &ours,
            moves: changes,
            changes,
        }
        .merge()
        .fields
    }

    fn remember(&mut self, event: &EventId, heading: Heading, row: &Row, stands: bool) {
        self.told.push(Told {
            event: event.clone(),
            heading,
            row: row.clone(),
            stands,
        });
    }

    /// A row that stands for no event: a human wrote it.
    fn without_event(&mut self, found: &Found<'_>) {
        let window = self.inputs.window;
        let fields = &found.fields;
        if fields.last_day() < window.from {
            if !self.is_a_slip_of_the_year(found) {
                let asked = self.asked(Change::Past);
                self.leaves(Kind::Past, None, found, &[], asked);
                return;
            }
            let entry = Entry::new(Kind::NeedsAHuman, None, fields)
                .at(found.row.line)
                .noting("over, unless another year is meant: it stays");
            self.report.entries.push(entry);
        }
        if fields.days.0 > window.to {
            let entry = Entry::new(Kind::NeedsAHuman, None, fields)
                .at(found.row.line)
                .noting(format!(
                    "begins after {}, the last day of this issue: it stays",
                    window.to
                ));
            self.report.entries.push(entry);
        }
        let mut entry = Entry::new(Kind::ByHand, None, fields).at(found.row.line);
        let heading = self.heading_by_hand(found, &mut entry);
        self.report.entries.push(entry);
        self.suspect(found);
        let changes = self.asked(Change::Changed);
        let stood = if changes {
            columns(found.row)
        } else {
            as_printed(found.row)
        };
        let (mut row, mut fields) = (standing(&stood), fields.clone());
        if changes {
            self.restore(found, &mut fields, &mut row);
        }
        self.report.spelling +=
            usize::from(row.stands() && changes && stood.text() != found.row.text);
        let block = if changes {
            Block::Row(Box::new(row))
        } else {
            Block::Text(found.row.text.clone())
        };
        self.by_hand.push(found.row.clone());
        self.place(heading, Some(found.origin), &fields, None, block);
    }

    /// A row that nobody saw before, whose day lies a year too early.
    fn is_a_slip_of_the_year(&self, found: &Found<'_>) -> bool {
        let day = found.fields.days.0;
        let meant = day.with_year(day.year() + 1);
        let window = self.inputs.window;
        let known = self
            .inputs
            .base
            .printed
            .iter()
            .any(|row| row.date == day && Fields::printed(row).links == found.fields.links);
        !known && meant.is_some_and(|day| window.holds(day, day))
    }

    /// The heading of a row without an event: that it stands under; above the first heading the one that its
    /// place belongs to.
    fn heading_by_hand(&self, found: &Found<'_>, entry: &mut Entry) -> String {
        let name = canonical(&found.row.heading);
        let wanted: Vec<Heading> = match located(&found.fields.location) {
            None => Vec::new(),
            Some((Mode::Virtual, _)) => vec![Heading::Virtual],
            Some((mode, place)) => {
                let region = place.map(|place| Heading::Region(place.region()));
                let online = (mode == Mode::Hybrid).then_some(Heading::Virtual);
                online.into_iter().chain(region).collect()
            }
        };
        match &wanted[..] {
            [] => {}
            [first, ..] if name.is_empty() => return first.name().to_owned(),
            wanted if wanted.iter().all(|heading| heading.name() != name) => {
                let names: Vec<&str> = wanted.iter().map(|heading| heading.name()).collect();
                entry.details.push(Detail::Field {
                    field: Field::Heading,
                    theirs: found.row.heading.clone(),
                    ours: names.join(", "),
                });
            }
            wanted => {
                let alone = wanted
                    .iter()
                    .filter(|heading| heading.name() != name)
                    .find(|heading| !self.stands_under(**heading, &found.fields));
                if let Some(heading) = alone {
                    let note = format!("hybrid, and not under {} too", heading.name());
                    entry.details.push(Detail::Note(note));
                }
            }
        }
        name
    }

    /// Whether a row of the draft stands under a heading, with the same day and page.
    fn stands_under(&self, heading: Heading, fields: &Fields) -> bool {
        self.inputs.draft.rows().any(|row| {
            let other = Fields::printed(row);
            canonical(&row.heading) == heading.name()
                && other.days.0 == fields.days.0
                && other.page() == fields.page()
        })
    }

    /// Puts back the organisers and links that a row without an event has lost.
    fn restore(&mut self, found: &Found<'_>, fields: &mut Fields, row: &mut NewRow) {
        let heading = canonical(&found.row.heading);
        let same = |old: &&PrintedRow| {
            let old_fields = Fields::printed(old);
            canonical(&old.heading) == heading
                && old_fields.days.0 == fields.days.0
                && old_fields.page().is_some()
                && old_fields.page() == fields.page()
        };
        let Some(old) = self.inputs.base.printed.iter().find(same) else {
            return;
        };
        let old = Fields::printed(old);
        let (organisers, people) = restored(&old.organisers, &fields.organisers);
        if !people.is_empty() {
            row.organisers = Cell::Written(organisers.clone());
            fields.organisers = organisers;
        }
        let (links, pages) = restored(&old.links, &fields.links);
        if !pages.is_empty() {
            row.links = Cell::Written(links.clone());
            fields.links = links;
        }
        if !(people.is_empty() && pages.is_empty()) {
            let mut entry = Entry::new(Kind::Restored, None, fields).at(found.row.line);
            for item in people {
                entry = entry.field(Field::Organiser, "", &item);
            }
            for item in pages {
                entry = entry.field(Field::Link, "", &item);
            }
            self.report.entries.push(entry);
        }
    }

    /// Says which events a row without one may stand for all the same: of the same day, with its title or
    /// an organiser of it.
    fn suspect(&mut self, found: &Found<'_>) {
        let fields = &found.fields;
        let mut entries = Vec::new();
        for (event, given) in &self.given {
            let other = Fields::of(given[0].1);
            let shares = self
                .inputs
                .known
                .event(event)
                .is_some_and(|event| shares_an_organiser(event, fields));
            let titled = folded(other.title()) == folded(fields.title());
            if other.days.0 != fields.days.0 || !(shares || titled) {
                continue;
            }
            let what = if shares { "organiser" } else { "title" };
            entries.push(
                Entry::new(Kind::PossibleTwin, Some(event), fields)
                    .at(found.row.line)
                    .noting(format!(
                        "may be {:?} ({}): the same day and {what}",
                        other.title(),
                        other.page().unwrap_or_default(),
                    )),
            );
        }
        self.report.entries.append(&mut entries);
    }
}

/// The event that each row stands for.
fn of_events(inputs: &Inputs<'_>, rows: &[(&PrintedRow, Fields)]) -> Vec<Option<EventId>> {
    let told: Vec<(&EventId, Fields)> = inputs
        .base
        .told
        .iter()
        .filter(|told| inputs.known.event(&told.event).is_some())
        .map(|told| (&told.event, Fields::printed(&told.row)))
        .collect();
    let mut events: Vec<Option<EventId>> = rows
        .iter()
        .map(|(row, fields)| {
            // What was written for an event stands for it, whatever its links have become since.
            let written = told
                .iter()
                .find(|(_, told)| fields.days.0 == told.days.0 && fields.links == told.links);
            match written {
                Some((event, _)) => Some((*event).clone()),
                None => inputs.known.of(row).cloned(),
            }
        })
        .collect();
    // A row that people changed in up to two columns is the one that is closest to it, and for which no
    // other row stands.
    let taken: BTreeSet<EventId> = events.iter().flatten().cloned().collect();
    for (event, (_, fields)) in events.iter_mut().zip(rows) {
        if event.is_some() {
            continue;
        }
        let close: BTreeSet<&EventId> = told
            .iter()
            .filter(|(event, told)| !taken.contains(*event) && fields.is_close_to(told))
            .map(|(event, _)| *event)
            .collect();
        if let (Some(only), None) = (close.first(), close.iter().nth(1)) {
            *event = Some((*only).clone());
        }
    }
    events
}

/// The rows of an event that stand under no heading of its own.
#[derive(Default)]
struct Copies<'a, 'b> {
    /// A second one under a heading.
    twice: Vec<&'a Found<'b>>,
    /// One under a heading to which it no longer belongs.
    too_many: Vec<&'a Found<'b>>,
    /// Whether rows go where their event belongs now.
    moves: bool,
}

fn nothing(day: NaiveDate) -> Fields {
    Fields {
        days: (day, None),
        location: String::new(),
        organisers: Vec::new(),
        links: Vec::new(),
    }
}
