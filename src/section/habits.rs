//! Printed issues → the habits of each group: how often it meets and on which day, where and how, under
//! which names and addresses; and which group, by its habit, should be in an issue and is not.
//!
//! A habit is a guess about people, and only ever a hint to an editor. It is told where at least four events
//! of the last year keep it, and no longer once the group has missed it twice.

use crate::facts::event::{folded, one_line};
use crate::facts::issue::Window;
use crate::facts::link::{Link, Meaning};
use crate::facts::place::{Mode, parse_location};
use crate::section::grammar::PrintedRow;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Days of the past that a habit is made of.
const DAYS_BACK: u64 = 400;

/// Events without which there is no habit.
const FEWEST_EVENTS: usize = 4;

/// Of a group's events, the share that must keep a rhythm for it to be one: three of five.
const MOST: (usize, usize) = (3, 5);

/// How often a group meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cadence {
    /// Every so many weeks on a day of the week.
    Weeks(u32, OnDay),
    /// Each month on its first to fourth such day of the week; the fifth stands for the last.
    Monthly(u32, OnDay),
}

/// A day of the week, in order from Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OnDay(u8);

impl OnDay {
    fn of(day: NaiveDate) -> OnDay {
        OnDay(u8::try_from(day.weekday().num_days_from_monday()).unwrap_or(0))
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        Weekday::try_from(self.0).unwrap_or(Weekday::Mon)
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |day: &OnDay| match day.weekday() {
            Weekday::Mon => "Monday",
            Weekday::Tue => "Tuesday",
            Weekday::Wed => "Wednesday",
            Weekday::Thu => "Thursday",
            Weekday::Fri => "Friday",
            Weekday::Sat => "Saturday",
            Weekday::Sun => "Sunday",
        };
        match self {
            Cadence::Weeks(1, day) => write!(out, "every {}", name(day)),
            Cadence::Weeks(weeks, day) => write!(out, "every {weeks} weeks on {}", name(day)),
            Cadence::Monthly(nth, day) => {
                let nth = ["first", "second", "third", "fourth", "last"]
                    [usize::try_from(nth.saturating_sub(1)).unwrap_or(4).min(4)];
                write!(out, "the {nth} {} of the month", name(day))
            }
        }
    }
}

/// What is usual for a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Habit {
    /// Its name, as printed last.
    pub name: String,
    /// Every name that was printed, folded for comparison.
    pub names: BTreeSet<String>,
    /// Every address that was printed for it, in one spelling.
    pub pages: BTreeSet<String>,
    /// The days of its events, in order.
    pub days: Vec<NaiveDate>,
    /// How often it meets, if it keeps a rhythm.
    pub cadence: Option<Cadence>,
    /// The location that was printed most.
    pub location: String,
    /// How most of its events are held.
    pub mode: Option<Mode>,
    /// Days between the issue that first printed an event of it and the event: half of its events are
    /// printed earlier.
    pub lead: i64,
}

/// A group that should have an event in an issue and has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// The group.
    pub habit: Habit,
    /// The day on which its habit would have it meet.
    pub expected: NaiveDate,
}

/// Everything printed of one group.
#[derive(Debug, Default)]
struct Group {
    names: BTreeSet<String>,
    pages: BTreeSet<String>,
    last_name: (NaiveDate, String),
    first_printed: BTreeMap<NaiveDate, NaiveDate>,
    locations: BTreeMap<String, usize>,
    modes: BTreeMap<Mode, usize>,
}

/// The habits of the groups in printed issues, in the order of names. `issues` are an issue's day and rows,
/// in the order of days; what is older than a year or so before `today` counts no more.
pub fn habits(issues: &[(NaiveDate, Vec<PrintedRow>)], today: NaiveDate) -> Vec<Habit> {
    let since = today
        .checked_sub_days(Days::new(DAYS_BACK))
        .unwrap_or(NaiveDate::MIN);
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let recent = issues
        .iter()
        .filter(|(day, _)| (since..=today).contains(day));
    for (issue, row) in recent.flat_map(|(day, rows)| rows.iter().map(move |row| (*day, row))) {
        for (name, url) in &row.organisers {
            let group = groups.entry(key(name, url.as_deref())).or_default();
            let name = one_line(name);
            group.names.insert(folded(&name));
            if let Some(Ok(page)) = url.as_deref().map(Link::parse) {
                group.pages.insert(page.to_string());
            }
            if group.last_name.1.is_empty() || group.last_name.0 <= issue {
                group.last_name = (issue, name);
            }
            group.first_printed.entry(row.date).or_insert(issue);
            *group.locations.entry(one_line(&row.location)).or_default() += 1;
            if let Ok((mode, _)) = parse_location(&row.location) {
                *group.modes.entry(mode).or_default() += 1;
            }
        }
    }
    let mut habits: Vec<Habit> = groups.into_values().map(habit).collect();
    habits.sort_by(|a, b| (folded(&a.name), &a.pages).cmp(&(folded(&b.name), &b.pages)));
    habits
}

/// A group by its page where that is a group's, else by its name.
fn key(name: &str, url: Option<&str>) -> String {
    let meaning = url
        .and_then(|url| Link::parse(url).ok())
        .map(|link| link.meaning());
    match meaning {
        Some(Meaning::Group { scope, id }) => format!("{scope}:{id}"),
        _ => folded(name),
    }
}

fn habit(group: Group) -> Habit {
    let days: Vec<NaiveDate> = group.first_printed.keys().copied().collect();
    let mut leads: Vec<i64> = group
        .first_printed
        .iter()
        .map(|(day, issue)| (*day - *issue).num_days())
        .collect();
    leads.sort_unstable();
    Habit {
        cadence: cadence(&days),
        lead: leads.get(leads.len() / 2).copied().unwrap_or(0),
        location: most(&group.locations).unwrap_or_default(),
        mode: most(&group.modes),
        name: group.last_name.1,
        names: group.names,
        pages: group.pages,
        days,
    }
}

fn most<T: Clone + Ord>(counted: &BTreeMap<T, usize>) -> Option<T> {
    counted
        .iter()
        .max_by_key(|(_, count)| **count)
        .map(|(most, _)| most.clone())
}

fn is_most(part: usize, all: usize) -> bool {
    part * MOST.1 >= all * MOST.0
}

/// The rhythm that most of some days keep: one day of the week, and a distance of one to three weeks, or one
/// place in the month.
fn cadence(days: &[NaiveDate]) -> Option<Cadence> {
    if days.len() < FEWEST_EVENTS {
        return None;
    }
    let mut weekdays: BTreeMap<OnDay, usize> = BTreeMap::new();
    for day in days {
        *weekdays.entry(OnDay::of(*day)).or_default() += 1;
    }
    let usual = most(&weekdays)?;
    let on: Vec<NaiveDate> = days
        .iter()
        .copied()
        .filter(|day| OnDay::of(*day) == usual)
        .collect();
    if !is_most(on.len(), days.len()) || on.len() < FEWEST_EVENTS {
        return None;
    }
    let gaps: Vec<i64> = on
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).num_days() / 7)
        .collect();
    for weeks in 1..=3_u32 {
        let kept = gaps.iter().filter(|gap| **gap == i64::from(weeks)).count();
        if is_most(kept, gaps.len()) {
            return Some(Cadence::Weeks(weeks, usual));
        }
    }
    let mut places: BTreeMap<u32, usize> = BTreeMap::new();
    for day in &on {
        *places.entry(nth(*day)).or_default() += 1;
    }
    let last = on.iter().filter(|day| is_last(**day)).count();
    let (place, count) = places.iter().max_by_key(|(_, count)| **count)?;
    // A last one is a fourth in most months: it is taken for the last only if that says more.
    if last > *count && is_most(last, on.len()) {
        return Some(Cadence::Monthly(5, usual));
    }
    is_most(*count, on.len()).then_some(Cadence::Monthly(*place, usual))
}

fn nth(day: NaiveDate) -> u32 {
    day.day0() / 7 + 1
}

fn is_last(day: NaiveDate) -> bool {
    day.checked_add_days(Days::new(7))
        .is_none_or(|next| next.month() != day.month())
}

impl Habit {
    /// The first day from `from` to `to` on which the group would meet by its rhythm.
    pub fn expected(&self, from: NaiveDate, to: NaiveDate) -> Option<NaiveDate> {
        let (cadence, last) = (self.cadence?, *self.days.last()?);
        let all = || from.iter_days().take_while(|day| *day <= to);
        match cadence {
            Cadence::Weeks(weeks, usual) => {
                let on = self
                    .days
                    .iter()
                    .rev()
                    .find(|day| OnDay::of(**day) == usual)?;
                let rhythm = i64::from(weeks) * 7;
                let missed = (from - last).num_days() > 2 * rhythm + 7;
                all()
                    .find(|day| (*day - *on).num_days().rem_euclid(rhythm) == 0)
                    .filter(|_| !missed)
            }
            Cadence::Monthly(place, usual) => {
                let missed = (from - last).num_days() > 75;
                all()
                    .find(|day| {
                        OnDay::of(*day) == usual
                            && if place == 5 {
                                is_last(*day)
                            } else {
                                nth(*day) == place
                            }
                    })
                    .filter(|_| !missed)
            }
        }
    }

    /// Whether a row is of this group.
    pub fn holds(&self, row: &PrintedRow) -> bool {
        row.organisers.iter().any(|(name, url)| {
            let page = url.as_deref().and_then(|url| Link::parse(url).ok());
            self.names.contains(&folded(&one_line(name)))
                || page.is_some_and(|page| self.pages.contains(page.as_str()))
        })
    }
}

/// The groups whose habit says that they meet in the window, on a day that is usually printed by now, and of
/// which no row stands in the section.
pub fn suspects(habits: &[Habit], window: Window, rows: &[PrintedRow]) -> Vec<Suspect> {
    let mut suspects: Vec<Suspect> = habits
        .iter()
        .filter_map(|habit| {
            let by_now = window
                .from
                .checked_add_days(Days::new(u64::try_from(habit.lead).unwrap_or(0)))?;
            let expected = habit.expected(window.from, window.to.min(by_now))?;
            let printed = rows
                .iter()
                .any(|row| row.date >= window.from && habit.holds(row));
            (!printed).then(|| Suspect {
                habit: habit.clone(),
                expected,
            })
        })
        .collect();
    suspects.sort_by(|a, b| (a.expected, &a.habit.name).cmp(&(b.expected, &b.habit.name)));
    suspects
}
