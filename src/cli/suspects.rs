//! The usual suspects: groups that should have an event in an issue by their habit and have none, each with
//! the likely reason.

use super::Setting;
use chrono::NaiveDate;
use rusty_events::compose::Updated;
use rusty_events::facts::event::folded;
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::source::{Address, Source, SourceId};
use rusty_events::section::grammar::{PrintedRow, rows};
use rusty_events::section::habits::{self, Habit, Suspect};
use rusty_events::section::merge::Kind;
use rusty_events::store::{self, Standing, Store};
use std::collections::BTreeMap;

/// A line a group, in the order of the days on which they would meet. What was printed before the issue
/// alone counts.
pub(super) fn told(
    setting: &Setting,
    store: &Store,
    standings: &BTreeMap<SourceId, Standing>,
    window: Window,
    updated: &Updated,
) -> Result<Vec<String>, store::Error> {
    let issues: Vec<(NaiveDate, Vec<PrintedRow>)> = store
        .learned_issues()?
        .into_iter()
        .filter(|issue| issue.day < window.from)
        .map(|issue| (issue.day, rows(&issue.text)))
        .collect();
    let habits = habits::habits(&issues, window.from);
    let suspects = habits::suspects(&habits, window, &rows(&updated.text));
    Ok(suspects
        .iter()
        .map(|suspect| {
            line(
                suspect,
                &reason(setting, standings, &suspect.habit, updated),
            )
        })
        .collect())
}

fn line(suspect: &Suspect, reason: &str) -> String {
    let habit = &suspect.habit;
    let cadence = habit
        .cadence
        .map(|cadence| cadence.to_string())
        .unwrap_or_default();
    let last = habit.days.last().map(NaiveDate::to_string);
    format!(
        "{} ({}): {cadence}, so on {}; last printed for {}: {reason}",
        habit.name,
        habit.location,
        suspect.expected,
        last.unwrap_or_default()
    )
}

/// Why nothing of a group is printed, as far as can be told.
fn reason(
    setting: &Setting,
    standings: &BTreeMap<SourceId, Standing>,
    habit: &Habit,
    updated: &Updated,
) -> String {
    let left = updated.report.entries.iter().find(|entry| {
        let gone = matches!(
            entry.kind,
            Kind::RemovedByHand | Kind::Cancelled | Kind::Hidden
        );
        let page = entry.page.as_deref().unwrap_or_default();
        gone && habit
            .pages
            .iter()
            .any(|group| page.starts_with(group.as_str()))
    });
    if let Some(entry) = left {
        return format!(
            "{:?} was left out: {}",
            entry.title,
            entry.kind.title().to_lowercase()
        );
    }
    let source = setting
        .configuration
        .sources
        .iter()
        .find(|source| is_of(source, habit));
    let Some(source) = source else {
        return match habit.pages.first() {
            Some(page) => {
                format!("no source is configured; `rusty-events source add {page}` looks for one")
            }
            None => "no source is configured".to_owned(),
        };
    };
    let id = &source.id;
    let waits =
        updated.report.attention.iter().find(|doubt| {
            doubt.kind.needs_a_human() && doubt.subject.ends_with(&format!("({id})"))
        });
    if let Some(doubt) = waits {
        return format!("an event of {id} needs a human: {}", doubt.subject);
    }
    match standings.get(id) {
        None => format!("its source {id} was never read"),
        Some(Standing {
            held: Some(held), ..
        }) => format!("the last reading of {id} is held: {}", held.doubt),
        Some(Standing {
            failures,
            error: Some(error),
            ..
        }) if *failures > 0 => format!("its source {id} fails: {error}"),
        Some(standing) if standing.entries == 0 => format!("its source {id} lists nothing"),
        Some(standing) => format!(
            "its source {id} lists {} events, none of them to be printed now",
            standing.entries
        ),
    }
}

/// Whether a source is the group's: by its organiser, or by an address.
fn is_of(source: &Source, habit: &Habit) -> bool {
    let named = source.organiser.as_ref().is_some_and(|organiser| {
        let page = organiser.url.as_ref();
        habit.names.contains(&folded(&organiser.name))
            || page.is_some_and(|page| habit.pages.contains(page.as_str()))
    });
    let address = match &source.address {
        Address::Web(url) => Link::parse(url).ok(),
        _ => None,
    };
    named
        || source
            .aliases
            .iter()
            .chain(&address)
            .any(|page| habit.pages.contains(page.as_str()))
}
