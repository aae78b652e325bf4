//! The usual suspects: groups that by their habit should have an event in an issue and have none, each with the
//! likely reason. Each day of a group is named for one issue. A group that an editor dismissed is not named.

use crate::facts::decision;
use crate::facts::event::{folded, one_line};
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::source::{Address, Source, SourceId};
use crate::section::grammar::{PrintedRow, rows};
use crate::section::habits::{self, Habit, Suspect};
use crate::section::merge::{Kind, Report};
use crate::section::style::Style;
use crate::store::{self, Dismissal, Standing, Store};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A group that is missing, and why it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The group, and the day on which it would meet.
    pub suspect: Suspect,
    /// The likely reason, in words.
    pub reason: String,
    /// The command that looks for a source of the group, if it has none.
    pub command: Option<String>,
}

impl fmt::Display for Named {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let habit = &self.suspect.habit;
        write!(out, "{} ({}): ", habit.name, habit.location)?;
        if let Some(rhythm) = &habit.rhythm {
            write!(out, "{rhythm}, so ")?;
        }
        write!(out, "on {}", self.suspect.expected)?;
        if let Some(last) = habit.days.last() {
            write!(out, "; last printed for {last}")?;
        }
        write!(out, ": {}", self.reason)?;
        match &self.command {
            Some(command) => write!(out, "; `{command}` looks for one"),
            None => Ok(()),
        }
    }
}

/// The habits of groups by the issues that were learned and appeared before a day.
///
/// # Errors
/// If the database cannot be read.
pub fn habits(store: &Store, before: NaiveDate, style: &Style) -> Result<Vec<Habit>, store::Error> {
    let issues: Vec<(NaiveDate, Vec<PrintedRow>)> = store
        .learned_issues()?
        .into_iter()
        .filter(|issue| issue.day < before && habits::counts(issue.day, before))
        .map(|issue| (issue.day, rows(&issue.text, style)))
        .collect();
    Ok(habits::habits(&issues, before))
}

/// The groups that are missing from an issue's section, in the order of the days on which they would meet.
/// `text` is the section, `report` what was done to it, if anything was.
///
/// # Errors
/// If the database cannot be read.
pub fn named(
    store: &Store,
    sources: &[Source],
    window: Window,
    (text, report): (&str, &Report),
    style: &Style,
) -> Result<Vec<Named>, store::Error> {
    let habits = habits(store, window.from, style)?;
    let known = store.suspects()?;
    let dismissals = store.dismissals()?;
    let standings = store.standings()?;
    let mut suspects = habits::suspects(&habits, window, &rows(text, style));
    suspects.retain(|suspect| {
        let group = &suspect.habit.key;
        let dismissed = dismissals.iter().any(|dismissed| dismissed.group == *group);
        let issue = known.get(&(group.clone(), suspect.expected));
        !dismissed && issue.is_none_or(|issue| *issue == window.from)
    });
    Ok(suspects
        .into_iter()
        .map(|suspect| {
            let source = sources.iter().find(|source| is_of(source, &suspect.habit));
            let page = suspect.habit.pages.first().filter(|_| source.is_none());
            Named {
                reason: reason(source, &standings, &suspect.habit, report),
                command: page.map(|page| format!("rusty-events source add {page}")),
                suspect,
            }
        })
        .collect())
}

/// Keeps what was named for an issue, so that the next issue does not name it again.
///
/// # Errors
/// If the database cannot be written.
pub fn keep(store: &mut Store, issue: NaiveDate, named: &[Named]) -> Result<(), store::Error> {
    let days: BTreeSet<(String, NaiveDate)> = named
        .iter()
        .map(|named| (named.suspect.habit.key.clone(), named.suspect.expected))
        .collect();
    store.keep_suspects(issue, &days)
}

/// Why a group was not dismissed or expected again.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No group of that name was printed.
    #[error(
        "no group {0:?} was printed in the last year: give its name or its page as the newsletter prints it"
    )]
    Unknown(String),
    /// Several were.
    #[error("{0:?} is the name of several groups; give one of these instead: {1}")]
    Several(String, String),
    /// The reason.
    #[error("reason: {0}")]
    Reason(#[from] decision::WrongReason),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The group of a name, a page or a key, among the habits.
///
/// # Errors
/// If there is none, or several.
pub fn find<'a>(habits: &'a [Habit], typed: &str) -> Result<&'a Habit, Refused> {
    let name = folded(&one_line(typed));
    let page = Link::typed(typed);
    let of_page = |habit: &Habit| {
        page.as_ref()
            .is_some_and(|page| habit.pages.contains(page.as_str()))
    };
    let exact = habits.iter().find(|habit| habit.key == typed.trim());
    let found: Vec<&Habit> = match exact {
        Some(habit) => vec![habit],
        None => habits
            .iter()
            .filter(|habit| (!name.is_empty() && habit.names.contains(&name)) || of_page(habit))
            .collect(),
    };
    match found[..] {
        [] => Err(Refused::Unknown(typed.to_owned())),
        [habit] => Ok(habit),
        _ => {
            let keys: Vec<&str> = found.iter().map(|habit| habit.key.as_str()).collect();
            Err(Refused::Several(typed.to_owned(), keys.join(", ")))
        }
    }
}

/// Dismisses a group for good; answers its name, and whether that is new.
///
/// # Errors
/// See [`Refused`].
pub fn dismiss(
    store: &mut Store,
    typed: &str,
    (reason, by): (&str, Option<&str>),
    style: &Style,
    now: DateTime<Utc>,
) -> Result<(String, bool), Refused> {
    let reason = decision::reason(reason)?;
    let habits = habits(store, now.date_naive(), style)?;
    let habit = find(&habits, typed)?;
    let dismissal = Dismissal {
        group: habit.key.clone(),
        name: habit.name.clone(),
        reason,
        by: by.map(str::to_owned),
        at: now,
    };
    let is_new = store.dismiss(&dismissal)?;
    Ok((dismissal.name, is_new))
}

/// Takes a dismissal back; answers the group's name, and `false` if it was not dismissed.
///
/// # Errors
/// See [`Refused`].
pub fn expect_again(
    store: &mut Store,
    typed: &str,
    style: &Style,
    now: DateTime<Utc>,
) -> Result<(String, bool), Refused> {
    // A group that was dismissed may not have been printed for more than a year.
    let dismissed = store.dismissals()?.into_iter().find(|dismissed| {
        dismissed.group == typed.trim() || folded(&dismissed.name) == folded(&one_line(typed))
    });
    let (group, name) = match dismissed {
        Some(dismissed) => (dismissed.group, dismissed.name),
        None => {
            let habits = habits(store, now.date_naive(), style)?;
            let habit = find(&habits, typed)?;
            (habit.key.clone(), habit.name.clone())
        }
    };
    let is_new = store.expect_again(&group, now)?;
    Ok((name, is_new))
}

/// Why nothing of a group is printed, as far as it is known.
fn reason(
    source: Option<&Source>,
    standings: &BTreeMap<SourceId, Standing>,
    habit: &Habit,
    report: &Report,
) -> String {
    let left = report.entries.iter().find(|entry| {
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
    let Some(source) = source else {
        return "it has no source".to_owned();
    };
    let id = &source.id;
    let waits = report
        .attention
        .iter()
        .find(|doubt| doubt.waits && doubt.source.as_ref() == Some(&id.0));
    if let Some(doubt) = waits {
        return format!("an event of {id} needs a human: {}", doubt.subject());
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
        Some(standing) => match standing.entries {
            0 => format!("its source {id} lists nothing"),
            1 => format!("its source {id} lists 1 event, which is not to be printed now"),
            2 => format!("its source {id} lists 2 events, neither is printed now"),
            more => {
                format!("its source {id} lists {more} events, none of them to be printed now")
            }
        },
    }
}

/// Whether a source is the group's: by its organiser, or by an address.
pub fn is_of(source: &Source, habit: &Habit) -> bool {
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
