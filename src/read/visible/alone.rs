//! Days and times in a text that stands alone, as a rule picks it.

use super::choice::end_of;
use super::clock::{Clock, clocks};
use super::days::{Mention, mentions};
use super::lines::lines;
use super::tokens::tokens;
use super::words::Words;
use super::years::Calendar;
use crate::facts::listing::End;
use crate::facts::when::Stamp;
use crate::read::tree::Tree;
use chrono::{Datelike, NaiveDate, NaiveTime};

/// The time of day in a text, and when it ends.
pub(crate) fn clock(text: &str) -> Option<(NaiveTime, Option<NaiveTime>)> {
    let tokens = tokens(text);
    let found = clocks(&tokens).into_iter().find(|clock| !clock.is_door)?;
    Some((found.start, found.end))
}

/// What the page around a text shows of its days: the language, and which number of `8/9/2026` is the day.
pub(crate) struct Around {
    lang: String,
    calendar: Calendar,
}

impl Around {
    /// What a page shows that was read on that day; `lang` in place of what it declares.
    pub(crate) fn of(tree: &Tree, lang: Option<&str>, today: NaiveDate) -> Around {
        let words = Words::of(&super::lang(tree), &super::sample(tree));
        let lines = lines(tree, &words);
        let declared = super::lang(tree);
        let lang = lang.map_or(declared, str::to_owned);
        Around {
            calendar: Calendar::of(&lines, &lang, today),
            lang,
        }
    }

    /// The day in a text, with its time if it has one, and the end.
    ///
    /// # Errors
    /// Says what is missing: there is no day, or its year or order cannot be known.
    pub(crate) fn when(&self, text: &str) -> Result<(Stamp, Option<End>), String> {
        when(text, &self.lang, &self.calendar)
    }
}

fn when(text: &str, lang: &str, calendar: &Calendar) -> Result<(Stamp, Option<End>), String> {
    let words = Words::of(lang, text);
    let tokens = tokens(text);
    let found = mentions(&tokens, &words).into_iter().next();
    let said = found.ok_or_else(|| format!("{} names no day", super::quoted(text)))?;
    let first = day(calendar, &said, 0)?;
    let last = match said.days.len() {
        1 => None,
        count => Some(day(calendar, &said, count - 1)?).filter(|last| *last > first),
    };
    let is_free = |clock: &Clock| clock.next <= said.first || clock.first >= said.next;
    let clock = clocks(&tokens)
        .into_iter()
        .find(|clock| !clock.is_door && is_free(clock));
    Ok(match (clock, last) {
        (None, None) => (Stamp::Date(first), None),
        (None, Some(last)) => (
            Stamp::Date(first),
            last.succ_opt().map(|behind| End::At(Stamp::Date(behind))),
        ),
        (Some(clock), None) => (
            Stamp::Floating(first.and_time(clock.start)),
            end_of(first, &clock),
        ),
        (Some(clock), Some(last)) => {
            let end = last.and_time(clock.end.unwrap_or(clock.start));
            (
                Stamp::Floating(first.and_time(clock.start)),
                Some(End::At(Stamp::Floating(end))),
            )
        }
    })
}

fn day(calendar: &Calendar, said: &Mention, place: usize) -> Result<NaiveDate, String> {
    let part = said.days[place];
    let weekday = said.weekday.filter(|_| part.year.is_none());
    let year = weekday.and_then(|weekday| calendar.by_weekday(said.days[0], said.order, weekday));
    let date = calendar.date(part, said.order, year.map(|year| year.year))?;
    match said
        .weekday
        .filter(|weekday| place == 0 && date.weekday() != *weekday)
    {
        Some(weekday) => Err(format!("{date} is no {weekday}")),
        None => Ok(date),
    }
}
