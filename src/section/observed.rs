//! Printed issues of an unknown newsletter → how it prints its section: for a configuration that is written from them.

use super::grammar::{
    Content, Parsed, PrintedRow, columns, extent, link_spans, parse, stated_day, stated_window,
};
use super::style::{DateForm, Heading, Names, Style};
use crate::facts::issue::{DaysOfMonth, LAST_DAY, MOST_WINDOW_DAYS, Rhythm, in_name, is_last};
use crate::facts::place::{Country, Mode, Place, parse_location};
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// The forms of days that are tried, those first that win where several fit.
const FORMS: [&str; 9] = [
    "YYYY-MM-DD",
    "DD/MM/YYYY",
    "DD.MM.YYYY",
    "DD-MM-YYYY",
    "MM/DD/YYYY",
    "MM-DD-YYYY",
    "MM.DD.YYYY",
    "YYYY/MM/DD",
    "YYYY.MM.DD",
];

/// The last issues that show how a newsletter prints today; older ones only tell its groups.
const MOST_OF_TODAY: usize = 13;

/// How a newsletter prints its section, as far as its issues show it; the rest is the default.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Its words, days and places.
    pub style: Style,
    /// Days from an issue's day to the last of its window; `None` if no issue says that.
    pub days: Option<u64>,
    /// When issues appear; `None` if no issue has a day.
    pub rhythm: Option<Rhythm>,
    /// The day and the rows of each issue that has both, in the order of days.
    pub issues: Vec<(NaiveDate, Vec<PrintedRow>)>,
    /// Headings that cannot be kept, each with why.
    pub lost: Vec<(String, &'static str)>,
}

/// Reads issues, each by the name of its file and its text, the latest last. `None` if no row is in any.
pub fn observed(files: &[(String, String)]) -> Option<Observed> {
    let latest = &files[files.len().saturating_sub(MOST_OF_TODAY)..];
    let mut style = Style {
        dates: form(latest)?,
        ..Style::default()
    };
    let texts = latest.iter().map(|(_, text)| text.as_str());
    if let Some(heading) = most(texts.filter_map(|text| section_heading(text, &style))) {
        style.heading = heading;
    }
    let sections: Vec<(&str, &str)> = files
        .iter()
        .filter_map(|(name, text)| Some((name.as_str(), &text[extent(text, &style)?])))
        .collect();
    let of_today = &sections[sections.len().saturating_sub(MOST_OF_TODAY)..];
    let lines: Vec<(String, u64)> = of_today
        .iter()
        .filter_map(|(_, section)| window_line(section, style.dates))
        .collect();
    if let Some(line) = most(lines.iter().map(|(line, _)| line.clone())) {
        style.line = line;
    }
    // A slip of the pen can name another year.
    let spans = lines.iter().map(|(_, days)| *days);
    let days = most(spans.filter(|days| (1..=MOST_WINDOW_DAYS).contains(days)));
    let mut columns = Columns::default();
    let mut named: BTreeMap<String, Vec<PrintedRow>> = BTreeMap::new();
    for (_, section) in of_today {
        let parsed = parse(section, Some(&style));
        let rows = headings(&parsed, &mut named);
        rows.iter().for_each(|row| columns.read(row));
    }
    let (names, lost) = names(&named);
    style.names = names;
    columns.settle(&mut style);
    let whole: BTreeMap<&str, &str> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let mut issues: Vec<(NaiveDate, Vec<PrintedRow>)> = Vec::new();
    for (name, section) in &sections {
        let text = whole.get(name).copied().unwrap_or_default();
        let first = window(section, style.dates).map(|(first, _)| first);
        let Some(day) = in_name(name).or(stated_day(text)).or(first) else {
            continue;
        };
        issues.push((day, parse(section, Some(&style)).into_rows().collect()));
    }
    issues.sort_by_key(|(day, _)| *day);
    issues.dedup_by_key(|(day, _)| *day);
    Some(Observed {
        days,
        rhythm: rhythm(&issues.iter().map(|(day, _)| *day).collect::<Vec<_>>()),
        style,
        issues,
        lost,
    })
}

/// The form in which most rows have their day.
fn form(files: &[(String, String)]) -> Option<DateForm> {
    let mut best: Option<(usize, DateForm)> = None;
    for form in FORMS.into_iter().filter_map(DateForm::parse) {
        let style = Style {
            dates: form,
            ..Style::default()
        };
        let is_so = |row: &PrintedRow| {
            let written = form.written(row.date);
            row.text
                .lines()
                .next()
                .is_some_and(|line| line.contains(&written))
        };
        let rows = |text: &str| {
            let rows = parse(text, Some(&style)).into_rows();
            rows.filter(is_so).count()
        };
        let found: usize = files.iter().map(|(_, text)| rows(text)).sum();
        if found > best.map_or(0, |(most, _)| most) {
            best = Some((found, form));
        }
    }
    best.map(|(_, form)| form)
}

/// The last heading of one or two number signs before the first row.
fn section_heading(text: &str, style: &Style) -> Option<String> {
    let parsed = parse(text, Some(style));
    let first = parsed
        .blocks
        .iter()
        .position(|block| matches!(block.content, Content::Row(_)))?;
    let mut above = parsed.blocks[..first].iter().rev();
    above.find_map(|block| {
        let line = parsed.text(block).trim();
        let is_own = matches!(block.content, Content::Heading(_) | Content::SectionHeading)
            && (line.starts_with("# ") || line.starts_with("## "));
        is_own.then(|| line.to_owned())
    })
}

/// The two days of the line that states the window.
fn window(section: &str, dates: DateForm) -> Option<(NaiveDate, NaiveDate)> {
    section.lines().find_map(|line| {
        let stated = stated_window(line, dates)?;
        Some((stated.from, stated.to))
    })
}

/// The line that states the window, with `{from}` and `{to}`, and how many days it spans.
fn window_line(section: &str, dates: DateForm) -> Option<(String, u64)> {
    section.lines().find_map(|line| {
        let stated = stated_window(line, dates)?;
        let days = u64::try_from((stated.to - stated.from).num_days()).ok()?;
        Some((stated.pattern, days))
    })
}

/// Puts the rows of a section under the words of their heading, as printed; answers all of them.
fn headings(parsed: &Parsed<'_>, named: &mut BTreeMap<String, Vec<PrintedRow>>) -> Vec<PrintedRow> {
    let mut under: Option<String> = None;
    let mut all = Vec::new();
    for block in &parsed.blocks {
        match &block.content {
            Content::Heading(_) => {
                let words = parsed.text(block).trim();
                let words = words.trim_matches(|char: char| "#*_: ".contains(char));
                under = Some(words.to_owned());
            }
            Content::Row(row) => {
                if let Some(words) = &under {
                    named
                        .entry(words.clone())
                        .or_default()
                        .push((**row).clone());
                }
                all.push((**row).clone());
            }
            _ => {}
        }
    }
    all
}

/// The heading that each words stand for, by the rows below them.
fn names(named: &BTreeMap<String, Vec<PrintedRow>>) -> (Names, Vec<(String, &'static str)>) {
    let mut names = Names::default();
    let mut lost = Vec::new();
    let mut taken: BTreeMap<Heading, usize> = BTreeMap::new();
    let mut found: Vec<(&String, usize, Option<Heading>)> = named
        .iter()
        .map(|(words, rows)| (words, rows.len(), meant(words, rows)))
        .collect();
    found.sort_by_key(|(words, rows, _)| (std::cmp::Reverse(*rows), words.len()));
    for (words, rows, heading) in found {
        match heading {
            None => lost.push((words.clone(), "its rows are of several parts of the world")),
            Some(heading) if taken.contains_key(&heading) => {
                lost.push((
                    words.clone(),
                    "another heading has the same part of the world",
                ));
            }
            Some(heading) => {
                taken.insert(heading, rows);
                names.set(heading, words.clone());
            }
        }
    }
    (names, lost)
}

/// What a heading's rows have in common: they are online, or in one part of the world.
fn meant(words: &str, rows: &[PrintedRow]) -> Option<Heading> {
    if let Some(known) = Heading::parse(words) {
        return Some(known);
    }
    let held: Vec<(Mode, Option<Place>)> = rows
        .iter()
        .filter_map(|row| parse_location(&row.location).ok())
        .collect();
    if held.iter().any(|(mode, _)| *mode == Mode::Virtual) {
        return Some(Heading::Virtual);
    }
    let regions: Vec<Heading> = held
        .iter()
        .filter_map(|(_, place)| Some(Heading::Region(place.as_ref()?.region())))
        .collect();
    let usual = most(regions.iter().copied())?;
    let of_it = regions.iter().filter(|region| **region == usual).count();
    // One row in ten may stand under a wrong heading.
    (of_it * 10 >= regions.len() * 9).then_some(usual)
}

/// What the columns of rows show.
#[derive(Default)]
struct Columns {
    labels: BTreeMap<Mode, Vec<String>>,
    joints: Vec<String>,
    /// Of each country how often a state was printed, and how often not.
    states: BTreeMap<Country, (usize, usize)>,
}

impl Columns {
    fn read(&mut self, row: &PrintedRow) {
        let Some(line) = row.text.lines().next() else {
            return;
        };
        let Some(columns) = columns(line) else { return };
        if let Some(location) = columns.location {
            let written = &line[location];
            let (label, place) = match written.split_once('(') {
                Some((label, rest)) => (label.trim(), rest.trim_end_matches(')')),
                None => (written, written),
            };
            if let Some(mode) = Mode::parse(label) {
                self.labels.entry(mode).or_default().push(label.to_owned());
            }
            if let Ok(place) = Place::parse(place) {
                let (with, without) = self.states.entry(place.country()).or_default();
                *(if place.state().is_some() {
                    with
                } else {
                    without
                }) += 1;
            }
        }
        let organisers = columns.organisers.map(|cell| &line[cell]);
        if let Some(Ok(spans)) = organisers.map(link_spans) {
            let text = organisers.unwrap_or_default();
            let joints = spans
                .windows(2)
                .map(|pair| text[pair[0].whole.end..pair[1].whole.start].to_owned());
            self.joints.extend(joints);
        }
    }

    /// Writes what was seen into a style.
    fn settle(self, style: &mut Style) {
        let label = |mode| most(self.labels.get(&mode).into_iter().flatten().cloned());
        if let Some(label) = label(Mode::Virtual) {
            style.virtual_label = label;
        }
        if let Some(label) = label(Mode::Hybrid) {
            style.hybrid_label = label;
        }
        // A few rows are joined in another way than the rest.
        let usual = most(self.joints.iter().cloned());
        let is_usual = |joint: &&String| Some(*joint) == usual.as_ref();
        let of_it = self.joints.iter().filter(is_usual).count();
        if let Some(joint) = usual.filter(|_| of_it * 2 > self.joints.len()) {
            style.organiser_separator = joint;
        }
        for (country, (with, without)) in self.states {
            let is_listed = style.states.contains(&country);
            if with > without && !is_listed {
                style.states.push(country);
            } else if without > with && is_listed {
                style.states.retain(|listed| *listed != country);
            }
        }
    }
}

/// Days between two issues of a monthly newsletter at least.
const SHORTEST_MONTH: i64 = 26;

/// Days of a month on which a newsletter appears at most.
const MOST_DAYS_OF_MONTH: usize = 4;

/// When issues appear, by their days in order.
fn rhythm(days: &[NaiveDate]) -> Option<Rhythm> {
    let weekday = most(days.iter().map(|day| day.weekday().num_days_from_monday()))?;
    let weekday = Weekday::try_from(u8::try_from(weekday).ok()?).ok()?;
    let on: Vec<NaiveDate> = days
        .iter()
        .copied()
        .filter(|day| day.weekday() == weekday)
        .collect();
    if let Some(dates) = days_of_month(days, on.len()) {
        return Some(Rhythm::Dates(dates));
    }
    let gaps = on.windows(2).map(|pair| (pair[1] - pair[0]).num_days());
    let gaps: Vec<i64> = gaps.collect();
    let last = *on.last()?;
    let nth = |day: &NaiveDate| day.day0() / 7;
    Some(match gaps.iter().min() {
        Some(28..) if on.iter().all(|day| nth(day) == nth(&last)) && nth(&last) < 4 => {
            Rhythm::Month(weekday, u8::try_from(nth(&last) + 1).ok()?)
        }
        Some(weeks @ (14 | 21 | 28)) if gaps.iter().all(|gap| gap % weeks == 0) => {
            Rhythm::Weeks(weekday, u32::try_from(weeks / 7).ok()?, last)
        }
        // A month lies between all issues, and their days follow no one weekday.
        _ if days.windows(2).count() > 0
            && days
                .windows(2)
                .all(|pair| (pair[1] - pair[0]).num_days() >= SHORTEST_MONTH) =>
        {
            Rhythm::Month(weekday, u8::try_from(nth(&last) + 1).ok()?.min(4))
        }
        _ => weekday.into(),
    })
}

/// The few days of the month on which four of five issues appeared, on each of them twice at least; `None` if one day of
/// the week, on which so many appeared, explains as many.
fn days_of_month(days: &[NaiveDate], on_one_weekday: usize) -> Option<DaysOfMonth> {
    let is_enough = |of: usize| of * 5 >= days.len() * 4 && of > on_one_weekday;
    let last = days.iter().filter(|day| is_last(**day)).count();
    if last > 1 && is_enough(last) {
        return DaysOfMonth::new([LAST_DAY]);
    }
    let mut counted: BTreeMap<u32, usize> = BTreeMap::new();
    for day in days {
        *counted.entry(day.day()).or_default() += 1;
    }
    let mut counted: Vec<(usize, u32)> = counted.into_iter().map(|(day, of)| (of, day)).collect();
    counted.retain(|(of, _)| *of > 1);
    counted.sort_unstable_by(|one, other| other.cmp(one));
    (1..=counted.len().min(MOST_DAYS_OF_MONTH)).find_map(|many| {
        let usual = &counted[..many];
        let of: usize = usual.iter().map(|(of, _)| of).sum();
        is_enough(of).then(|| DaysOfMonth::new(usual.iter().map(|(_, day)| *day)))?
    })
}

/// What occurs most often; of several the first in order.
fn most<T: Ord + Clone>(things: impl Iterator<Item = T>) -> Option<T> {
    let mut counted: BTreeMap<T, usize> = BTreeMap::new();
    for thing in things {
        *counted.entry(thing).or_default() += 1;
    }
    let most = counted.iter().rev().max_by_key(|(_, count)| **count)?;
    Some(most.0.clone())
}
