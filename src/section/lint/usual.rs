//! Rows against the habits of their groups: another mode or place than in nine of ten earlier events.
//!
//! Only a warning, since groups do change. An event of the database that says the same as the row settles it.

use super::facts::Held;
use super::{Kind, quoted};
use crate::believe::curate::Published;
use crate::facts::event::{Flag, folded, one_line};
use crate::facts::link::Link;
use crate::facts::place::{Mode, Place};
use crate::section::grammar::PrintedRow;
use crate::section::habits::Habit;
use std::collections::BTreeMap;

/// Events of a group without which nothing is usual for it.
const FEWEST: usize = 8;

/// The habits of groups, by their names and pages.
pub(super) struct Usual<'a> {
    by_name: BTreeMap<&'a str, &'a Habit>,
    by_page: BTreeMap<&'a str, &'a Habit>,
}

impl<'a> Usual<'a> {
    pub(super) fn of(habits: &'a [Habit]) -> Usual<'a> {
        let names = |habit: &'a Habit| habit.names.iter().map(move |name| (name.as_str(), habit));
        let pages = |habit: &'a Habit| habit.pages.iter().map(move |page| (page.as_str(), habit));
        Usual {
            by_name: habits.iter().flat_map(names).collect(),
            by_page: habits.iter().flat_map(pages).collect(),
        }
    }

    fn habit(&self, name: &str, url: Option<&str>) -> Option<&'a Habit> {
        let page = url.and_then(|url| Link::parse(url).ok());
        let by_page = page.and_then(|page| self.by_page.get(page.as_str()));
        by_page
            .or_else(|| self.by_name.get(folded(&one_line(name)).as_str()))
            .copied()
    }

    /// How a row differs from what is usual for its group.
    pub(super) fn check(
        &self,
        row: &PrintedRow,
        held: Held<'_>,
        event: Option<&Published>,
    ) -> Vec<(Kind, String)> {
        let groups = row.organisers.iter();
        let known: Vec<&Habit> = groups
            .filter_map(|(name, url)| self.habit(name, url.as_deref()))
            .collect();
        // With a group that is seldom printed a row may differ: its venue may be the other group's.
        if known.len() < row.organisers.len() {
            return Vec::new();
        }
        // The database settles it, unless it has only assumed what it says.
        let settled = |same: &dyn Fn(&Published) -> bool, flags: &[Flag]| {
            event.is_some_and(|event| {
                same(event) && !flags.iter().any(|flag| event.flags.contains(flag))
            })
        };
        let mut found = Vec::new();
        if let Some(mode) = held.mode
            && !settled(
                &|event| event.mode == mode,
                &[Flag::ModeAssumed, Flag::ModeConflict],
            )
            && let Some((group, usual, counts)) = all(&known, |habit| other_mode(habit, mode))
        {
            let text = format!(
                "{} is {}, and {} was printed as {} {counts}: check it",
                quoted(&row.location),
                mode.name(),
                quoted(group),
                in_words(usual)
            );
            found.push((Kind::HabitMode, text));
        }
        let is_there = |event: &Published, place: &Place| {
            event
                .place
                .as_ref()
                .is_some_and(|known| known.same_as(place))
        };
        if let Some(place) = held.place
            && !settled(
                &|event| is_there(event, place),
                &[Flag::UnknownPlace, Flag::PlaceAssumed],
            )
            && let Some((group, usual, counts)) = all(&known, |habit| other_place(habit, place))
        {
            let text = format!(
                "{} stands here, and {} was printed in {} {counts}: check it",
                quoted(&row.location),
                quoted(group),
                quoted(&usual.printed(&[usual.country()]))
            );
            found.push((Kind::HabitPlace, text));
        }
        found
    }
}

/// What the first group says, if the row differs from the habits of all groups.
fn all<'h, T>(
    known: &[&'h Habit],
    differs: impl Fn(&'h Habit) -> Option<(T, String)>,
) -> Option<(&'h str, T, String)> {
    let mut found = known
        .iter()
        .map(|habit| differs(habit).map(|(usual, counts)| (habit.name.as_str(), usual, counts)))
        .collect::<Option<Vec<_>>>()?;
    (!found.is_empty()).then(|| found.swap_remove(0))
}

fn other_mode(habit: &Habit, mode: Mode) -> Option<(Mode, String)> {
    let (usual, count) = habit.modes.iter().max_by_key(|(_, count)| **count)?;
    let counts = nine_of_ten(*count, habit.modes.values().sum())?;
    (*usual != mode).then_some((*usual, counts))
}

fn other_place<'h>(habit: &'h Habit, place: &Place) -> Option<(&'h Place, String)> {
    let (usual, count) = habit.places.iter().max_by_key(|(_, count)| *count)?;
    let counts = nine_of_ten(*count, habit.places.iter().map(|(_, count)| count).sum())?;
    let names_a_city = usual.city().is_some() && place.city().is_some();
    (names_a_city && !usual.same_as(place)).then_some((usual, counts))
}

fn nine_of_ten(count: usize, all: usize) -> Option<String> {
    let usual = all >= FEWEST && count * 10 >= all * 9;
    usual.then(|| format!("{count} of {all} times"))
}

/// A mode as the column shows it.
fn in_words(mode: Mode) -> &'static str {
    match mode {
        Mode::InPerson => "in person",
        Mode::Virtual => "Virtual",
        Mode::Hybrid => "Hybrid",
    }
}
