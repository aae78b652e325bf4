//! The days that a page names, to ask whether one is among them.

use super::days::{Mention, Order, Part};
use super::lines::lines;
use super::words::Words;
use super::years::Calendar;
use crate::read::tree::Tree;
use chrono::{Datelike, NaiveDate};

/// The days that stand on a page.
pub(crate) struct Named {
    calendar: Calendar,
    said: Vec<Mention>,
}

impl Named {
    /// Those on a page that was read on that day.
    pub(crate) fn on(text: &str, today: NaiveDate) -> Named {
        let tree = Tree::of(text);
        let lang = super::lang(&tree);
        let words = Words::of(&lang, &super::sample(&tree));
        let lines = lines(&tree, &words);
        Named {
            calendar: Calendar::of(&lines, &lang, today),
            said: lines.into_iter().flat_map(|line| line.mentions).collect(),
        }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// Whether a day is among them. One without a year counts if its day of the week, where it names one, is that
    /// day's.
    pub(crate) fn names(&self, day: NaiveDate) -> bool {
        self.said.iter().any(|said| {
            let agrees = said
                .weekday
                .is_none_or(|weekday| said.days.len() > 1 || weekday == day.weekday());
            agrees && said.days.iter().any(|part| self.is(*part, said.order, day))
        })
    }

    fn is(&self, part: Part, order: Order, day: NaiveDate) -> bool {
        let date = self.calendar.date(part, order, Some(day.year()));
        date.is_ok_and(|date| date == day)
    }
}
