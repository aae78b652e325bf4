//! What a day lacks: its year, and which of two numbers is the day. The page around it decides; where it does not,
//! the day is not read.

use super::days::{Mention, Order, Part, YEARS};
use super::lines::Line;
use super::tokens::{Kind, tokens};
use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Days before and behind the page's own day in which a day without a year is looked for, if only its day of the week
/// is known.
const DAYS_BACK: u64 = 200;
const DAYS_AHEAD: u64 = 330;

/// Dates that must be in order one way, and not the other, to show which number is the day.
const FEWEST_IN_ORDER: usize = 4;

/// Countries that write the month first, as the end of a `lang`.
const MONTH_FIRST: [&str; 3] = ["en-us", "en_us", "en-ph"];

/// What a page says about its days as a whole.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    /// Whether the day comes before the month, where both are numbers; `None` if nothing shows it.
    pub(super) day_first: Option<bool>,
    /// The day on which the page was read.
    pub(super) today: NaiveDate,
}

/// A year, and where it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Year {
    pub(super) year: i32,
    /// For people: "the heading \"2025 Meeting Schedule\"".
    pub(super) from: String,
}

impl Calendar {
    /// That of a page with these lines, in that `lang`.
    pub(super) fn of(lines: &[Line], lang: &str, today: NaiveDate) -> Calendar {
        Calendar {
            day_first: day_first(lines, lang),
            today,
        }
    }

    /// A day as it is on the calendar. `year` is for days that name none.
    pub(super) fn date(
        &self,
        part: Part,
        order: Order,
        year: Option<i32>,
    ) -> Result<NaiveDate, String> {
        let (month, day) = match (order, self.day_first) {
            (Order::Open, None) if part.day != part.month => {
                return Err(format!(
                    "{}/{} may put the day or the month first",
                    part.day, part.month
                ));
            }
            (Order::Open, Some(false)) => (part.day, part.month),
            _ => (part.month, part.day),
        };
        let year = part.year.or(year);
        let year = year.ok_or_else(|| format!("names no year: {day}.{month}."))?;
        NaiveDate::from_ymd_opt(year, month, day)
            .ok_or_else(|| format!("{year}-{month:02}-{day:02} is no day of the calendar"))
    }

    /// The year in which a day falls on that day of the week, near the page's own day.
    pub(super) fn by_weekday(&self, part: Part, order: Order, weekday: Weekday) -> Option<Year> {
        let year = self.today.year();
        let first = self.today.checked_sub_days(Days::new(DAYS_BACK))?;
        let last = self.today.checked_add_days(Days::new(DAYS_AHEAD))?;
        let fits = |year: &i32| {
            let date = self.date(part, order, Some(*year)).ok();
            date.is_some_and(|date| date.weekday() == weekday && (first..=last).contains(&date))
        };
        let year = (year - 1..=year + 1).find(fits)?;
        Some(Year {
            year,
            from: format!("its day of the week ({weekday})"),
        })
    }

    /// Whether a day falls on the day of the week that stands beside it.
    pub(super) fn agrees(&self, part: Part, said: &Mention, year: i32) -> bool {
        let date = self.date(part, said.order, Some(year)).ok();
        said.weekday
            .is_none_or(|weekday| date.is_none_or(|date| date.weekday() == weekday))
    }
}

fn day_first(lines: &[Line], lang: &str) -> Option<bool> {
    let all = || lines.iter().flat_map(|line| &line.mentions);
    let says = |order: Order| all().any(|said| said.order == order);
    match (says(Order::DayFirst), says(Order::MonthFirst)) {
        (true, false) => return Some(true),
        (false, true) => return Some(false),
        // Both on one page: neither shows anything.
        (true, true) => return None,
        (false, false) => {}
    }
    by_weekdays(all())
        .or_else(|| by_sequence(all()))
        .or_else(|| by_language(lines, lang))
}

fn by_weekdays<'a>(all: impl Iterator<Item = &'a Mention>) -> Option<bool> {
    for said in all.filter(|said| said.order == Order::Open) {
        let (Some(weekday), Some(year)) = (said.weekday, said.days[0].year) else {
            continue;
        };
        let part = said.days[0];
        let day_first = NaiveDate::from_ymd_opt(year, part.month, part.day)?;
        let month_first = NaiveDate::from_ymd_opt(year, part.day, part.month)?;
        match (
            day_first.weekday() == weekday,
            month_first.weekday() == weekday,
        ) {
            (true, false) => return Some(true),
            (false, true) => return Some(false),
            _ => {}
        }
    }
    None
}

/// A list is in the order of its days.
fn by_sequence<'a>(all: impl Iterator<Item = &'a Mention>) -> Option<bool> {
    let open: Vec<(i32, Part)> = all
        .filter(|said| said.order == Order::Open)
        .filter_map(|said| Some((said.days[0].year?, said.days[0])))
        .collect();
    if open.len() < FEWEST_IN_ORDER {
        return None;
    }
    let is_ordered = |days: Vec<(i32, u32, u32)>| days.is_sorted() || days.iter().rev().is_sorted();
    let as_read = open
        .iter()
        .map(|(year, part)| (*year, part.month, part.day));
    let turned = open
        .iter()
        .map(|(year, part)| (*year, part.day, part.month));
    let day_first = is_ordered(as_read.collect());
    let month_first = is_ordered(turned.collect());
    (day_first != month_first).then_some(day_first)
}

/// Only in English are both in use.
fn by_language(lines: &[Line], lang: &str) -> Option<bool> {
    let lang = lang.trim().to_ascii_lowercase();
    if MONTH_FIRST.contains(&lang.as_str()) {
        return Some(false);
    }
    let is_other = !lang.is_empty() && !lang.starts_with("en");
    // A page with accents is no page in English, whatever its template declares.
    let letters = || {
        lines
            .iter()
            .flat_map(|line| line.text.chars())
            .filter(|char| char.is_alphabetic())
    };
    let foreign = letters().filter(|char| !char.is_ascii()).count();
    let is_foreign = foreign * 50 > letters().count();
    (is_other || is_foreign || lang.starts_with("en-") && lang != "en-us").then_some(true)
}

/// The only year that a text names, if it names one alone.
pub(super) fn year_in(text: &str) -> Option<i32> {
    let mut years = tokens(text)
        .into_iter()
        .filter_map(|token| match token.kind {
            Kind::Number(year, 4) if YEARS.contains(&year) => i32::try_from(year).ok(),
            _ => None,
        });
    let year = years.next()?;
    years.all(|other| other == year).then_some(year)
}

/// The year in the path of an address: `/blog/2026/meetup-9-juni/`.
pub(super) fn year_in_path(address: &str) -> Option<i32> {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    path.split(['/', '-', '_', '?', '='])
        .filter(|part| part.len() == 4)
        .filter_map(|part| part.parse::<u32>().ok())
        .find(|year| YEARS.contains(year))
        .and_then(|year| i32::try_from(year).ok())
}
