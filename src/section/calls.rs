//! The newsletter's section of calls for papers: which are open, how they are printed, how a printed section is
//! read, and how a draft is brought up to date.
//!
//! ```text
//! * [**TideConf 2026**](https://tideconf.example/cfp) | Closes on 2026-08-31 | Portland, OR, US | Event on 2026-09-20 - 2026-09-22
//! ```

mod merge;
mod parse;

pub use merge::{Entry, Inputs, Kind, Reconciled, Written, reconcile};
pub use parse::{Closes, Content, Printed, Section, SectionLine, section};

use crate::believe::curate::{Published, Shown};
use crate::facts::call::Call;
use crate::facts::event::EventId;
use crate::facts::place::{Country, Mode};
use crate::section::grammar::Days;
use crate::section::print::escaped;
use crate::section::style::DateForm;
use chrono::NaiveDate;

/// How a newsletter prints its calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallStyle {
    /// The heading of the section.
    pub heading: String,
    /// The line that stands there when there is no call.
    pub none: String,
    /// Countries that are printed with a state.
    pub states: Vec<Country>,
}

/// Whether a call may be printed at all: its event takes place, is not hidden, and needs no human first.
fn is_printable(event: &Published) -> bool {
    event.shown == Shown::Everywhere
        && event.status.takes_place()
        && !event.flags.iter().any(|flag| flag.needs_a_human())
}

/// Whether a call is open on a day, before its event.
pub fn is_open(event: &Published, call: &Call, day: NaiveDate) -> bool {
    is_printable(event)
        && call.until.day() >= day
        && event.when.last_day() >= day
        && event.print_from.is_none_or(|from| from <= day)
}

/// The calls that are open on the day of an issue: the next deadline first, then the next event, then by name.
pub fn open<'a>(
    events: impl Iterator<Item = &'a Published>,
    day: NaiveDate,
) -> Vec<(&'a Published, &'a Call)> {
    let with_call = events.filter_map(|event| Some((event, event.call.as_ref()?)));
    let mut open: Vec<_> = with_call
        .filter(|(event, call)| is_open(event, call, day))
        .collect();
    open.sort_by_key(|(event, call)| {
        let first = event.when.first_day();
        (
            call.until.day(),
            first,
            event.title.folded(),
            event.id.clone(),
        )
    });
    open
}

/// The row of a call, with its newline.
pub fn row(event: &Published, call: &Call, states: &[Country]) -> String {
    let (first, last) = (event.when.first_day(), event.when.last_day());
    let days = Days {
        first,
        last: Some(last),
    };
    format!(
        "* [**{}**]({}) | Closes on {} | {} | Event on {}\n",
        escaped(event.title.as_str()),
        call.link,
        call.until.day(),
        escaped(&place(event, states)),
        days.written(DateForm::default()),
    )
}

/// Where its speakers go: the city, also where others may follow from home.
pub fn place(event: &Published, states: &[Country]) -> String {
    let place = event.place.as_ref().map(|place| place.printed(states));
    match (event.mode, place) {
        (Mode::Virtual, _) => "Virtual".to_owned(),
        (_, place) => place.unwrap_or_default(),
    }
}

/// The rows of the calls that are open, each with its event.
pub fn rows<'a>(
    events: impl Iterator<Item = &'a Published>,
    day: NaiveDate,
    states: &[Country],
) -> Vec<(EventId, String)> {
    let open = open(events, day).into_iter();
    open.map(|(event, call)| (event.id.clone(), row(event, call, states)))
        .collect()
}

/// The whole section; ends with a single newline.
pub fn print(rows: &[(EventId, String)], style: &CallStyle) -> String {
    let mut text = format!("{}\n\n", style.heading);
    for (_, row) in rows {
        text.push_str(row);
    }
    if rows.is_empty() {
        text.push_str(&style.none);
        text.push('\n');
    }
    text
}
