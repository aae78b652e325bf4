//! A month at a glance: how many events each day has, with a link to that day's.

use super::query::{self, Pairs};
use crate::server::Dated;
use chrono::{Datelike, Days, Months, NaiveDate};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Months that are shown, from today's on.
const SHOWN: u32 = 6;

const WEEKDAYS: [(&str, &str); 7] = [
    ("Mo", "Monday"),
    ("Tu", "Tuesday"),
    ("We", "Wednesday"),
    ("Th", "Thursday"),
    ("Fr", "Friday"),
    ("Sa", "Saturday"),
    ("Su", "Sunday"),
];

/// The months from `today`'s on up to the last event's, six at most. `pairs` is the filter that a day's link keeps;
/// without it days are no links.
pub(super) fn months(events: &[&Dated], today: NaiveDate, pairs: Option<&Pairs>) -> Markup {
    let mut counts: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for dated in events
        .iter()
        .filter(|dated| dated.event.status.takes_place())
    {
        for day in dated.first.iter_days().take_while(|day| *day <= dated.last) {
            *counts.entry(day).or_default() += 1;
        }
    }
    let first = today.with_day(1).unwrap_or(today);
    let shown: Vec<NaiveDate> = (0..SHOWN)
        .filter_map(|ahead| first.checked_add_months(Months::new(ahead)))
        .filter(|month| counts.keys().next_back().is_some_and(|last| month <= last))
        .collect();
    html! {
        @if !shown.is_empty() {
            div.months tabindex="0" role="group" aria-label="Months at a glance" {
                @for month in shown { (table(month, today, &counts, pairs)) }
            }
        }
    }
}

fn table(
    month: NaiveDate,
    today: NaiveDate,
    counts: &BTreeMap<NaiveDate, usize>,
    pairs: Option<&Pairs>,
) -> Markup {
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
            caption { (month.format("%B %Y")) }
            thead { tr { @for (short, name) in WEEKDAYS { th scope="col" abbr=(name) { (short) } } } }
            tbody {
                @for week in begins.iter_weeks().take(weeks) {
                    tr {
                        @for day in week.iter_days().take(7) {
                            @if day.month() == month.month() {
                                (cell(day, today, counts.get(&day).copied().unwrap_or(0), pairs))
                            } @else { td {} }
                        }
                    }
                }
            }
        }
    }
}

fn cell(day: NaiveDate, today: NaiveDate, events: usize, pairs: Option<&Pairs>) -> Markup {
    let current = (day == today).then_some("date");
    let date = day.to_string();
    let number = html! {
        (day.day())
        span.unseen { " " (day.format("%B")) ": " }
        span.number { (events) }
        span.unseen { " " (if events == 1 { "event" } else { "events" }) }
    };
    html! {
        td aria-current=[current] {
            @match pairs {
                _ if events == 0 => (day.day()),
                None => span.some { (number) },
                Some(pairs) => {
                    @let kept = query::without(pairs, &["from", "to"]);
                    @let one_day = [("from", date.as_str()), ("to", date.as_str())];
                    a.some href=(query::address("/", kept.chain(one_day))) { (number) }
                }
            }
        }
    }
}
