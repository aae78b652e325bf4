//! Printed issues → the habits of each group: how often it meets and on which day, where and how, under
//! which names and addresses; and which group, by its habit, should be in an issue and is not.
//!
//! A habit is a guess about people, and only ever a hint to an editor. A rhythm must have foretold the group's
//! last meetings: the group met on at least three of five of the last eight days that it names, and on one of the
//! last two. And it must be the group's: at least half of the meetings of that time are on its days.
//! `suspicions_on_the_archive` in tests/habits.rs measures the guesses on the archive.

use crate::facts::event::{folded, one_line};
use crate::facts::issue::Window;
use crate::facts::link::{Link, Meaning};
use crate::facts::place::{Mode, Place, parse_location};
use crate::section::grammar::PrintedRow;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Days of the past that a habit is made of.
const DAYS_BACK: u64 = 400;

/// The fewest events that make a habit, and the fewest days that a rhythm must have named.
const FEWEST_EVENTS: usize = 4;

/// How many of the days that a rhythm named are looked at: the last ones, as habits change.
const DAYS_TRIED: usize = 8;

/// The share of the days tried on which the group must have met: three of five. One meeting and one miss are
/// added to what was seen, so that four days of four say less than eight of eight.
const KEPT: (usize, usize) = (3, 5);

/// The numbers of weeks between two meetings that are tried. Rarer meetings have fewer than four days in a year.
const WEEKS: std::ops::RangeInclusive<u32> = 1..=4;

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
    /// What names the group in every issue: its page on a platform (`meetup:rust-berlin`), else its name, folded.
    pub key: String,
    /// Its name, as printed last.
    pub name: String,
    /// Every name that was printed, folded for comparison.
    pub names: BTreeSet<String>,
    /// Every address that was printed for it, in one spelling.
    pub pages: BTreeSet<String>,
    /// The days of its events, in order.
    pub days: Vec<NaiveDate>,
    /// How often it meets, if it keeps a rhythm.
    pub rhythm: Option<Rhythm>,
    /// The location that was printed most.
    pub location: String,
    /// How most of its events are held.
    pub mode: Option<Mode>,
    /// How many events were printed in each mode. An event counts once, as it was printed last.
    pub modes: BTreeMap<Mode, usize>,
    /// How many were printed at each place, other spellings of one place together.
    pub places: Vec<(Place, usize)>,
    /// Days between an event and the issue that first printed it: four of five of its events are first printed
    /// at most so many days ahead.
    pub lead: i64,
}

/// A rhythm that a group keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// How often the group meets.
    pub cadence: Cadence,
    /// Of the last days that the rhythm named, on how many the group met, and how many they were.
    pub kept: (usize, usize),
    /// A day of the rhythm, from which weeks are counted.
    from: NaiveDate,
}

impl Rhythm {
    /// Whether the rhythm names a day.
    fn names(&self, day: NaiveDate) -> bool {
        match self.cadence {
            Cadence::Weeks(weeks, on) => {
                OnDay::of(day) == on
                    && (day - self.from)
                        .num_days()
                        .rem_euclid(i64::from(weeks) * 7)
                        == 0
            }
            Cadence::Monthly(5, on) => OnDay::of(day) == on && is_last(day),
            Cadence::Monthly(place, on) => OnDay::of(day) == on && nth(day) == place,
        }
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kept, tried) = self.kept;
        write!(
            out,
            "{}, kept {kept} of the last {tried} times",
            self.cadence
        )
    }
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
    /// How and where each event was printed last, by day and link.
    held: BTreeMap<(NaiveDate, String), (Mode, Option<Place>)>,
}

/// Whether an issue is recent enough to count for habits.
pub fn counts(issue: NaiveDate, today: NaiveDate) -> bool {
    let since = today
        .checked_sub_days(Days::new(DAYS_BACK))
        .unwrap_or(NaiveDate::MIN);
    (since..=today).contains(&issue)
}

/// The habits of the groups in printed issues, in the order of names. `issues` are an issue's day and rows,
/// in the order of days; what is older than a year or so before `today` counts no more.
pub fn habits(issues: &[(NaiveDate, Vec<PrintedRow>)], today: NaiveDate) -> Vec<Habit> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let recent = issues.iter().filter(|(day, _)| counts(*day, today));
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
            if let Ok((mode, place)) = parse_location(&row.location) {
                *group.modes.entry(mode).or_default() += 1;
                let link = row.links.first().map(|(_, url)| url.clone());
                let event = (row.date, link.unwrap_or_default());
                group.held.insert(event, (mode, place));
            }
        }
    }
    let mut habits: Vec<Habit> = by_name(groups)
        .into_iter()
        .map(|(key, group)| habit(key, group, today))
        .collect();
    habits.sort_by(|a, b| (folded(&a.name), &a.pages).cmp(&(folded(&b.name), &b.pages)));
    habits
}

/// The groups that share a name put together: one that moved to another platform is one group.
fn by_name(groups: BTreeMap<String, Group>) -> BTreeMap<String, Group> {
    let mut merged: BTreeMap<String, Group> = BTreeMap::new();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (key, group) in groups {
        let same = group.names.iter().find_map(|name| known.get(name));
        let key = same.cloned().unwrap_or(key);
        for name in &group.names {
            known.entry(name.clone()).or_insert_with(|| key.clone());
        }
        merged.entry(key).or_default().add(group);
    }
    merged
}

impl Group {
    /// Takes in what was printed of the same group under another page.
    fn add(&mut self, other: Group) {
        self.names.extend(other.names);
        self.pages.extend(other.pages);
        if self.last_name.1.is_empty() || self.last_name.0 < other.last_name.0 {
            self.last_name = other.last_name;
        }
        for (day, issue) in other.first_printed {
            let first = self.first_printed.entry(day).or_insert(issue);
            *first = issue.min(*first);
        }
        for (location, count) in other.locations {
            *self.locations.entry(location).or_default() += count;
        }
        for (mode, count) in other.modes {
            *self.modes.entry(mode).or_default() += count;
        }
        self.held.extend(other.held);
    }
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

fn habit(key: String, group: Group, today: NaiveDate) -> Habit {
    let days: Vec<NaiveDate> = group.first_printed.keys().copied().collect();
    let mut leads: Vec<i64> = group
        .first_printed
        .iter()
        .map(|(day, issue)| (*day - *issue).num_days())
        .collect();
    leads.sort_unstable();
    Habit {
        rhythm: rhythm(&days, today),
        lead: leads.get(leads.len() * 4 / 5).copied().unwrap_or(0),
        key,
        location: most(&group.locations).unwrap_or_default(),
        mode: most(&group.modes),
        modes: counted(group.held.values().map(|(mode, _)| *mode)),
        places: places(group.held.into_values().filter_map(|(_, place)| place)),
        name: group.last_name.1,
        names: group.names,
        pages: group.pages,
        days,
    }
}

fn counted<T: Ord>(things: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counted = BTreeMap::new();
    for thing in things {
        *counted.entry(thing).or_default() += 1;
    }
    counted
}

/// Places with their counts; `Köln, DE` and `Cologne, DE` are one.
fn places(all: impl Iterator<Item = Place>) -> Vec<(Place, usize)> {
    let mut places: Vec<(Place, usize)> = Vec::new();
    for (place, count) in counted(all) {
        match places.iter_mut().find(|(known, _)| known.same_as(&place)) {
            Some((_, known)) => *known += count,
            None => places.push((place, count)),
        }
    }
    places
}

fn most<T: Clone + Ord>(counted: &BTreeMap<T, usize>) -> Option<T> {
    counted
        .iter()
        .max_by_key(|(_, count)| **count)
        .map(|(most, _)| most.clone())
}

/// The rhythm that would best have foretold the meetings before `today`: of those that were kept often enough,
/// the one that was kept most and covers most of the meetings.
fn rhythm(days: &[NaiveDate], today: NaiveDate) -> Option<Rhythm> {
    if days.len() < FEWEST_EVENTS {
        return None;
    }
    let met: BTreeSet<NaiveDate> = days.iter().copied().collect();
    let first = *met.first()?;
    let mut candidates: Vec<Rhythm> = Vec::new();
    // The latest meeting on each day of the week anchors the rhythms of that day.
    let anchors: BTreeMap<OnDay, NaiveDate> =
        met.iter().map(|day| (OnDay::of(*day), *day)).collect();
    for (on, from) in anchors {
        let cadences = WEEKS
            .map(|weeks| Cadence::Weeks(weeks, on))
            .chain((1..=5).map(|place| Cadence::Monthly(place, on)));
        candidates.extend(cadences.map(|cadence| Rhythm {
            cadence,
            kept: (0, 0),
            from,
        }));
    }
    let tried = candidates.into_iter().filter_map(|rhythm| {
        let named: Vec<NaiveDate> = first
            .iter_days()
            .take_while(|day| *day < today)
            .filter(|day| rhythm.names(*day))
            .collect();
        let named = &named[named.len().saturating_sub(DAYS_TRIED)..];
        let since = *named.first()?;
        let missed_twice = named.iter().rev().take(2).all(|day| !met.contains(day));
        let kept = named.iter().filter(|day| met.contains(day)).count();
        let (part, all) = (kept + 1, named.len() + 2);
        if named.len() < FEWEST_EVENTS || missed_twice || part * KEPT.1 < all * KEPT.0 {
            return None;
        }
        let meetings = met.range(since..).count();
        let covered = met.range(since..).filter(|day| rhythm.names(**day)).count();
        if covered * 2 < meetings {
            return None;
        }
        // How likely a named day is a meeting, times how many meetings it names: in ten thousandths.
        let worth = part * covered * 10_000 / (all * meetings.max(1));
        Some((
            worth,
            Rhythm {
                kept: (kept, named.len()),
                ..rhythm
            },
        ))
    });
    tried
        .min_by_key(|(worth, rhythm)| (Reverse(*worth), rhythm.cadence))
        .map(|(_, rhythm)| rhythm)
}

fn nth(day: NaiveDate) -> u32 {
    day.day0() / 7 + 1
}

/// From 22 December to 2 January few groups meet: of 34 days that rhythms of the archive named then, 11 were kept.
fn between_the_years(day: NaiveDate) -> bool {
    matches!((day.month(), day.day()), (12, 22..) | (1, ..=2))
}

fn is_last(day: NaiveDate) -> bool {
    day.checked_add_days(Days::new(7))
        .is_none_or(|next| next.month() != day.month())
}

impl Habit {
    /// The first day from `from` to `to` on which the group would meet by its rhythm; none around the turn of the
    /// year.
    pub fn expected(&self, from: NaiveDate, to: NaiveDate) -> Option<NaiveDate> {
        let rhythm = self.rhythm?;
        from.iter_days()
            .take_while(|day| *day <= to)
            .find(|day| rhythm.names(*day) && !between_the_years(*day))
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
