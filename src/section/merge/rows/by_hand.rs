//! Rows without an event: people wrote them.

use super::{Found, Work};
use crate::facts::event::folded;
use crate::facts::place::Mode;
use crate::section::grammar::PrintedRow;
use crate::section::merge::fields::{Fields, located, restored};
use crate::section::merge::known::shares_an_organiser;
use crate::section::merge::layout::canonical;
use crate::section::merge::one_row::{as_printed, standing};
use crate::section::merge::report::{Detail, Entry, Field, Kind};
use crate::section::merge::spelling::columns;
use crate::section::merge::{Block, Cell, Change, NewRow};
use crate::section::select::Heading;
use chrono::Datelike;

impl<'a> Work<'a> {
    /// Keeps a row without an event: a person wrote it.
    pub(super) fn without_event(&mut self, found: &Found<'_>) {
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

    /// Whether a row is new and has a day exactly one year too early.
    pub(super) fn is_a_slip_of_the_year(&self, found: &Found<'_>) -> bool {
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

    /// The heading of a row without an event: the one that it stands under, or for a row above the first heading the
    /// one of its place.
    pub(super) fn heading_by_hand(&self, found: &Found<'_>, entry: &mut Entry) -> String {
        let style = self.inputs.style;
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
                let names: Vec<&str> = wanted.iter().map(|of| style.name(*of)).collect();
                entry.details.push(Detail::Field {
                    field: Field::Heading,
                    theirs: style.words(&found.row.heading).to_owned(),
                    ours: names.join(", "),
                });
            }
            wanted => {
                let alone = wanted
                    .iter()
                    .filter(|heading| heading.name() != name)
                    .find(|heading| !self.stands_under(**heading, &found.fields));
                if let Some(heading) = alone {
                    let note = format!("hybrid, and not under {} too", style.name(*heading));
                    entry.details.push(Detail::Note(note));
                }
            }
        }
        name
    }

    /// Whether a row of the draft stands under a heading, with the same day and page.
    pub(super) fn stands_under(&self, heading: Heading, fields: &Fields) -> bool {
        let page = fields.page().map(str::to_owned);
        let place = (heading.name().to_owned(), fields.days.0, page);
        self.there.contains(&place)
    }

    /// Puts back the organisers and links that a row without an event has lost.
    pub(super) fn restore(&mut self, found: &Found<'_>, fields: &mut Fields, row: &mut NewRow) {
        let heading = canonical(&found.row.heading);
        let same = |old: &&PrintedRow| {
            let old_fields = Fields::printed(old);
            canonical(&old.heading) == heading
                && old_fields.days.0 == fields.days.0
                && old_fields.page().is_some()
                && old_fields.page() == fields.page()
        };
        let before = self.inputs.base.printed.iter().filter(same);
        let before: Vec<Fields> = before.map(Fields::printed).collect();
        // Of two rows with one page that stand beside each other, neither has lost what the other one has.
        let is_as_it_was =
            |old: &Fields| old.organisers == fields.organisers && old.links == fields.links;
        let Some(old) = before.first().filter(|_| !before.iter().any(is_as_it_was)) else {
            return;
        };
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

    /// Reports which events a row without one may be a duplicate of: those of the same day with its title or one of
    /// its organisers.
    pub(super) fn suspect(&mut self, found: &Found<'_>) {
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
