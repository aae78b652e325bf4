//! Which of the days and times in an item are its event's, and what they are on the calendar.

use super::clock::Clock;
use super::days::{Mention, Part};
use super::items::{Item, Page};
use super::lines::{Line, Stand};
use super::wording;
use super::years::{Calendar, Year, year_in, year_in_path};
use crate::facts::listing::{End, Rule};
use crate::facts::when::Stamp;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of an item that are looked at.
const MOST_LINES: usize = 3000;

/// Lines with a time and no day from which on they are a programme.
pub(super) const PROGRAMME: usize = 3;

/// Bytes of a heading in which a year is looked for.
const LONGEST_HEADING: usize = 200;

/// Lines above a list in which its entries' time is looked for.
const ABOVE: usize = 30;

/// The time of an event's day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chosen {
    /// The line in which the day stands, and which of its mentions it is.
    pub(super) line: usize,
    pub(super) mention: usize,
    first: NaiveDate,
    last: Option<NaiveDate>,
    /// Further days.
    more: Vec<NaiveDate>,
    clock: Option<Clock>,
    /// The line in which its time stands.
    pub(super) timed: Option<usize>,
    /// What was not stated but concluded, for people; empty if nothing was.
    pub(super) concluded: String,
}

/// When a span of times ends, on the day on which it begins.
pub(super) fn end_of(day: NaiveDate, clock: &Clock) -> Option<End> {
    let end = clock.end?;
    let day = if end <= clock.start {
        day.succ_opt()?
    } else {
        day
    };
    Some(End::At(stamp(day, Some((end, clock)))))
}

fn stamp(day: NaiveDate, time: Option<(NaiveTime, &Clock)>) -> Stamp {
    let Some((time, clock)) = time else {
        return Stamp::Date(day);
    };
    let local = day.and_time(time);
    let offset = clock
        .offset
        .and_then(|offset| local.and_local_timezone(offset).single());
    offset.map_or(Stamp::Floating(local), Stamp::Offset)
}

impl Chosen {
    pub(super) fn start(&self) -> Stamp {
        stamp(
            self.first,
            self.clock.as_ref().map(|clock| (clock.start, clock)),
        )
    }

    pub(super) fn end(&self) -> Option<End> {
        match (self.last, &self.clock) {
            (Some(last), Some(clock)) => Some(End::At(stamp(
                last,
                Some((clock.end.unwrap_or(clock.start), clock)),
            ))),
            (Some(last), None) => Some(End::At(Stamp::Date(last.succ_opt()?))),
            (None, Some(clock)) => end_of(self.first, clock),
            (None, None) => None,
        }
    }

    /// Further days, as a rule.
    pub(super) fn rule(&self) -> Option<Rule> {
        if self.more.is_empty() {
            return None;
        }
        let dates = self.more.iter().map(|day| {
            let start = stamp(*day, self.clock.as_ref().map(|clock| (clock.start, clock)));
            let end = self.clock.as_ref().and_then(|clock| end_of(*day, clock));
            (start, end)
        });
        Some(Rule {
            dates: dates.collect(),
            ..Rule::default()
        })
    }
}

/// The year of a heading.
fn year_of(text: &str) -> Option<Year> {
    let year = year_in(text).filter(|_| text.len() <= LONGEST_HEADING)?;
    Some(Year {
        year,
        from: format!("the heading {text:?}"),
    })
}

/// The year that all entries of a list name which name one, if at least two do.
pub(super) fn year_of_entries(lines: &[Line], items: &[Item]) -> Option<Year> {
    let listed = items.iter().filter(|item| item.is_listed);
    let said = listed
        .flat_map(|item| &lines[item.lines.clone()])
        .flat_map(|line| &line.mentions);
    let mut years = said.filter_map(|said| said.days[0].year);
    let (first, second) = (years.next()?, years.next()?);
    (first == second && years.all(|year| year == first)).then(|| Year {
        year: first,
        from: "the other entries".to_owned(),
    })
}

/// The year in the main headings of a page.
pub(super) fn year_of_page(lines: &[Line]) -> Option<Year> {
    let mut headings = lines
        .iter()
        .filter(|line| line.heading.is_some_and(|level| level <= 2));
    headings.find_map(|line| year_of(&line.text))
}

/// Chooses days and times on one page.
pub(super) struct Chooser<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) calendar: &'a Calendar,
    pub(super) stand: Stand,
    /// The year in the page's main headings.
    pub(super) year: Option<Year>,
    /// The year that all entries name which name one.
    pub(super) entries: Option<Year>,
}

/// A day that could be the event's.
struct Candidate<'a> {
    line: usize,
    place: usize,
    said: &'a Mention,
    score: i32,
}

impl Chooser<'_> {
    /// The day and time of an item; `None` if it names no day that is an event's.
    ///
    /// # Errors
    /// The line of a day that is not certain, and why.
    pub(super) fn choose(
        &self,
        item: &Item,
        headings: &[usize],
        link: Option<&str>,
    ) -> Option<Result<Chosen, (usize, String)>> {
        if let Some(place) = item.day {
            let said = self.page.lines[place].mentions.first()?;
            let found = Candidate {
                line: place,
                place: 0,
                said,
                score: 0,
            };
            let dated = self.dated(item, &found, headings, link);
            return Some(dated.map_err(|what| (place, what)));
        }
        let mut candidates = self.candidates(item);
        // The best first; of equals the first on the page.
        candidates.sort_by_key(|found| (-found.score, found.line, found.place));
        let mut refused = None;
        for found in &candidates {
            if found.score < 0 {
                continue;
            }
            match self.dated(item, found, headings, link) {
                Ok(chosen) => return Some(Ok(chosen)),
                Err(what) => {
                    refused.get_or_insert((found.line, what));
                }
            }
            if item.is_listed && refused.is_some() && candidates.len() == 1 {
                break;
            }
        }
        refused.map(Err)
    }

    /// Which entries of a list only have the date of a post: where most others have one in the same place, and another
    /// day that is the event's.
    pub(super) fn posts(&self, items: &[Item]) -> Vec<bool> {
        let mut passed: BTreeMap<String, usize> = BTreeMap::new();
        let mut taken: Vec<Option<String>> = Vec::with_capacity(items.len());
        for item in items {
            let mut candidates = self.candidates(item);
            candidates.sort_by_key(|found| (-found.score, found.line, found.place));
            let places = candidates.iter().map(|found| self.place_of(found));
            let places: Vec<String> = places.collect();
            let mut others = BTreeSet::new();
            others.extend(
                places
                    .iter()
                    .skip(1)
                    .filter(|place| Some(*place) != places.first()),
            );
            for place in others {
                *passed.entry(place.clone()).or_default() += 1;
            }
            taken.push(places.into_iter().next());
        }
        let is_post = |place: &Option<String>| {
            let passed = place.as_ref().and_then(|place| passed.get(place));
            passed.is_some_and(|passed| passed * 2 > items.len() && items.len() > 2)
        };
        taken.iter().map(is_post).collect()
    }

    /// In which element of its entry a day stands.
    fn place_of(&self, found: &Candidate<'_>) -> String {
        let line = &self.page.lines[found.line];
        // A title names its event's day, whatever stands below it.
        if line.heading.is_some() {
            return format!("heading {}", found.line);
        }
        let start = line.tokens[found.said.first].start;
        let piece = line.pieces.iter().rev().find(|(from, _)| *from <= start);
        let node = &self.page.tree.nodes[piece.map_or(line.node, |(_, node)| *node)];
        format!("{}.{}", node.name, node.attribute("class"))
    }

    fn candidates(&self, item: &Item) -> Vec<Candidate<'_>> {
        let lines = item.lines.clone().take(MOST_LINES);
        lines
            .filter(|line| self.page.lines[*line].stand <= self.stand)
            .flat_map(|place| {
                let line = &self.page.lines[place];
                line.mentions
                    .iter()
                    .enumerate()
                    .map(move |(at, said)| (place, at, said))
            })
            .filter(|(line, _, said)| !wording::is_of_past_post(&self.page.lines[*line], said))
            .map(|(line, place, said)| Candidate {
                line,
                place,
                said,
                score: self.score(item, line, said),
            })
            .collect()
    }

    fn score(&self, item: &Item, place: usize, said: &Mention) -> i32 {
        let line = &self.page.lines[place];
        let is_timed = line.clocks.iter().any(|clock| !clock.is_door);
        let mut score = 0;
        score += if is_timed { 3 } else { 0 };
        score += if said.weekday.is_some() { 2 } else { 0 };
        score += if said.days[0].year.is_some() { 3 } else { 0 };
        // The days of a programme lie in the span of the whole.
        score += if said.is_span { 2 } else { 0 };
        score += if wording::is_when(line, said) { 3 } else { 0 };
        score += if line.heading.is_some() { 1 } else { 0 };
        score -= if said.is_weak { 2 } else { 0 };
        let is_fact = !item.is_listed || wording::is_labelled(line);
        score -= if wording::is_deadline(line, said) && is_fact {
            8
        } else {
            0
        };
        score -= if !item.is_listed && self.is_news(place) {
            8
        } else {
            0
        };
        score
    }

    /// Whether a line stands under the heading of news.
    fn is_news(&self, place: usize) -> bool {
        let above = self.page.lines[place.saturating_sub(ABOVE)..place]
            .iter()
            .rev();
        let heading = above.clone().find(|line| line.heading.is_some());
        heading.is_some_and(|heading| wording::is_news(&heading.text))
    }

    fn dated(
        &self,
        item: &Item,
        found: &Candidate<'_>,
        headings: &[usize],
        link: Option<&str>,
    ) -> Result<Chosen, String> {
        let said = found.said;
        let year = match said.days[0].year {
            Some(_) => None,
            None => self.year(item, said, headings, link),
        };
        let mut days = Vec::new();
        for part in &said.days {
            let of_first = year.as_ref().map(|found| found.year);
            // A list that goes on behind December goes on in the next year.
            let is_next = part.month < said.days[0].month && part.year.is_none();
            let of_this = of_first.map(|year| year + i32::from(is_next));
            days.push(self.calendar.date(*part, said.order, of_this)?);
        }
        if !days.windows(2).all(|pair| pair[0] <= pair[1]) && said.is_span {
            return Err("ends before it begins".to_owned());
        }
        let line = &self.page.lines[found.line];
        let mut concluded = match (&year, said.days[0].year) {
            (Some(year), None) => format!("the year {}, concluded from {}", year.year, year.from),
            _ => String::new(),
        };
        let stated = said.days[0].year.or(year.map(|found| found.year));
        if stated.is_some_and(|year| !self.calendar.agrees(said.days[0], said, year)) {
            if said.days[0].year.is_none() {
                return Err(
                    "falls on another day of the week in the year that the page names".to_owned(),
                );
            }
            concluded = "its day of the week is another".to_owned();
        }
        let (last, more) = match (said.is_span, days.len()) {
            (true, 2) => (Some(days[1]), Vec::new()),
            _ => self.several(&days),
        };
        let (clock, timed) = self.clock(item, found.line, line, said).unzip();
        Ok(Chosen {
            line: found.line,
            mention: found.place,
            first: days[0],
            last: last.filter(|last| *last > days[0]),
            more,
            clock,
            timed,
            concluded,
        })
    }

    /// Days that follow one another are one event; others are dates of their own.
    fn several(&self, days: &[NaiveDate]) -> (Option<NaiveDate>, Vec<NaiveDate>) {
        let follow = days
            .windows(2)
            .all(|pair| pair[1] - pair[0] == TimeDelta::days(1));
        match days {
            [_] => (None, Vec::new()),
            [.., last] if follow => (Some(*last), Vec::new()),
            _ => (None, days[1..].to_vec()),
        }
    }

    /// The year of a day that names none: from another day of the item, its link, the headings above, its day of the
    /// week, the page's title.
    fn year(
        &self,
        item: &Item,
        said: &Mention,
        headings: &[usize],
        link: Option<&str>,
    ) -> Option<Year> {
        let part = said.days[0];
        let weekday = said.weekday.or_else(|| self.lone_weekday(item));
        let fits = |year: &Year| {
            let date = self.calendar.date(part, said.order, Some(year.year)).ok();
            weekday.is_none_or(|weekday| {
                date.is_some_and(|date| chrono::Datelike::weekday(&date) == weekday)
            })
        };
        let lines = || {
            item.lines
                .clone()
                .take(MOST_LINES)
                .map(|line| &self.page.lines[line])
        };
        let same = |other: &Part| other.month == part.month && other.day == part.day;
        let of_item = || {
            let parts = lines()
                .flat_map(|line| &line.mentions)
                .flat_map(|said| &said.days);
            let year = parts
                .filter(|other| same(other))
                .find_map(|other| other.year)?;
            Some(Year {
                year,
                from: "the same day beside it".to_owned(),
            })
        };
        let of_link = || {
            let year = year_in_path(link?)?;
            Some(Year {
                year,
                from: "its address".to_owned(),
            })
        };
        let of_heading = || {
            headings
                .iter()
                .find_map(|line| year_of(&self.page.lines[*line].text))
        };
        let of_days = || {
            let year = self.shared_year(item, said)?;
            Some(Year {
                year,
                from: "the other days here".to_owned(),
            })
        };
        let stated: [&dyn Fn() -> Option<Year>; 4] = [&of_item, &of_link, &of_heading, &of_days];
        stated
            .iter()
            .find_map(|stated| stated().filter(&fits))
            .or_else(|| self.calendar.by_weekday(part, said.order, weekday?))
            .or_else(|| self.entries.clone().filter(&fits))
            .or_else(|| self.year.clone().filter(&fits))
    }

    /// The year of the days around an item, if they all have one.
    fn shared_year(&self, item: &Item, said: &Mention) -> Option<i32> {
        if !item.is_listed {
            let days = item
                .lines
                .clone()
                .take(MOST_LINES)
                .flat_map(|line| &self.page.lines[line].mentions);
            let mut years = days
                .filter(|other| !std::ptr::eq(*other, said))
                .filter_map(|other| other.days[0].year);
            let year = years.next()?;
            return years.all(|other| other == year).then_some(year);
        }
        None
    }

    /// A day of the week that stands in a line of its own: "Tuesday, 6:00pm".
    fn lone_weekday(&self, item: &Item) -> Option<chrono::Weekday> {
        let lines = item
            .lines
            .clone()
            .take(MOST_LINES)
            .map(|line| &self.page.lines[line]);
        let mut found = lines
            .filter(|line| line.mentions.is_empty())
            .filter_map(|line| line.weekday.filter(|_| line.tokens.len() < 16));
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// The time of a day: beside it, else in a line of the item that is no programme, else above the list.
    fn clock(
        &self,
        item: &Item,
        place: usize,
        line: &Line,
        said: &Mention,
    ) -> Option<(Clock, usize)> {
        let real = |line: &Line| -> Vec<Clock> {
            let clocks = line.clocks.iter().filter(|clock| !clock.is_door);
            clocks.cloned().collect()
        };
        let beside = real(line);
        let behind = beside.iter().find(|clock| clock.first >= said.next);
        if let Some(clock) = behind.or(beside.last()) {
            return Some((clock.clone(), place));
        }
        let is_timed = |other: &usize| {
            let line = &self.page.lines[*other];
            *other != place
                && line.mentions.is_empty()
                && line.stand <= self.stand
                && line.clocks.iter().any(|clock| !clock.is_door)
        };
        let lines = item.lines.clone().take(MOST_LINES);
        let timed: Vec<usize> = lines.filter(is_timed).collect();
        let is_labelled = |line: &&usize| {
            let first = self.page.lines[**line].tokens.first();
            first
                .and_then(super::tokens::Token::word)
                .is_some_and(wording::is_when_label)
        };
        let only = match timed[..] {
            [only] => Some(only),
            [first, ..] if timed.len() < PROGRAMME && item.is_listed => Some(first),
            _ => None,
        };
        let found = timed.iter().find(is_labelled).copied().or(only);
        if let Some(found) = found {
            let clock = real(&self.page.lines[found]).into_iter().next()?;
            return Some((clock, found));
        }
        let above = (timed.is_empty() && item.is_listed).then(|| self.clock_above(item));
        Some((above.flatten()?, place))
    }

    /// The only time that stands between a list and the heading above it.
    fn clock_above(&self, item: &Item) -> Option<Clock> {
        let mut found: Option<Clock> = None;
        let from = item.lines.start.saturating_sub(ABOVE);
        for line in self.page.lines[from..item.lines.start].iter().rev() {
            let is_text = line.mentions.is_empty() && line.stand == Stand::Content;
            for clock in line.clocks.iter().filter(|clock| is_text && !clock.is_door) {
                if found
                    .as_ref()
                    .is_some_and(|found| found.start != clock.start)
                {
                    return None;
                }
                found = Some(clock.clone());
            }
            if line.heading.is_some() && line.mentions.is_empty() {
                break;
            }
        }
        found
    }
}
