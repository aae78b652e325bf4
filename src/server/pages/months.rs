//! A month at a glance: how many events each day has, with a link to that day's.

use super::Say;
use super::query::{self, Pairs};
use crate::words::capitalised;
use chrono::{Datelike, Days, Months, NaiveDate};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Months that are shown, from today's on.
const SHOWN: u32 = 6;

/// The months from `today`'s on up to the last event's, six at most. `counts` is the number of events on each day. `pairs` is
/// the filter that a day's link keeps; without it days are no links.
pub(super) fn months(
    say: Say<'_>,
    counts: &BTreeMap<NaiveDate, usize>,
    today: NaiveDate,
    pairs: Option<&Pairs>,
) -> Markup {
    let first = today.with_day(1).unwrap_or(today);
    let shown: Vec<NaiveDate> = (0..SHOWN)
        .filter_map(|ahead| first.checked_add_months(Months::new(ahead)))
        .filter(|month| counts.keys().next_back().is_some_and(|last| month <= last))
        .collect();
    let sheets = Sheets {
        say,
        counts,
        today,
        pairs,
    };
    html! {
        @if !shown.is_empty() {
            div.months tabindex="0" role="group" aria-label=(say.text("months.title")) {
                @for month in shown { (sheets.month(month)) }
            }
        }
    }
}

/// What all months show.
struct Sheets<'a> {
    say: Say<'a>,
    /// How many events each day has.
    counts: &'a BTreeMap<NaiveDate, usize>,
    today: NaiveDate,
    /// The filter that the links of days keep; without it days are no links.
    pairs: Option<&'a Pairs>,
}

impl Sheets<'_> {
    /// A month's days with their events.
    fn month(&self, month: NaiveDate) -> Markup {
        let say = self.say;
        let before = month.weekday().num_days_from_monday();
        let days = month
            .iter_days()
            .take_while(|day| day.month() == month.month())
            .count();
        let begins = month
            .checked_sub_days(Days::new(u64::from(before)))
            .unwrap_or(month);
        let weeks = (days + usize::try_from(before).unwrap_or(0)).div_ceil(7);
        html! {
            table.month {
                caption { (capitalised(&say.date("dates.month-and-year", month))) }
                thead { tr {
                    @for (day, short) in begins.iter_days().zip(say.text("months.weekdays").split(' ')) {
                        th scope="col" abbr=(say.date("dates.weekday-alone", day)) { (short) }
                    }
                } }
                tbody {
                    @for week in begins.iter_weeks().take(weeks) {
                        tr {
                            @for day in week.iter_days().take(7) {
                                @if day.month() == month.month() {
                                    (self.day(day))
                                } @else { td {} }
                            }
                        }
                    }
                }
            }
        }
    }

    fn day(&self, day: NaiveDate) -> Markup {
        let say = self.say;
        let events = self.counts.get(&day).copied().unwrap_or(0);
        let current = (day == self.today).then_some("date");
        let date = day.to_string();
        let number = html! {
            (day.day())
            span.unseen { " " (say.date("dates.month", day)) ": " }
            span.number { (events) }
            span.unseen { " " (say.count("months.events", events)) }
        };
        html! {
            td aria-current=[current] {
                @match self.pairs {
                    _ if events == 0 => (day.day()),
                    None => span.some { (number) },
                    Some(pairs) => {
                        @let kept = query::without(pairs, &["from", "to"]);
                        @let one_day = [("from", date.as_str()), ("to", date.as_str())];
                        a.some href=(say.to(&query::address("/", kept.chain(one_day)))) { (number) }
                    }
                }
            }
        }
    }
}
