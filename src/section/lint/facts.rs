//! Rows against what is published: another day, place or mode, or no event any more.

use super::{Kind, quoted};
use crate::believe::curate::Published;
use crate::facts::event::{Flag, Status};
use crate::facts::link::{Link, Meaning};
use crate::facts::place::{Mode, Place};
use crate::section::grammar::PrintedRow;
use std::collections::BTreeMap;

/// The published events by each of their pages.
pub(super) type ByLink<'a> = BTreeMap<&'a Link, Vec<&'a Published>>;

/// The published events by each of their pages.
pub(super) fn by_link<'a>(published: &[&'a Published]) -> ByLink<'a> {
    let mut by_link: ByLink<'a> = BTreeMap::new();
    for event in published {
        for link in &event.links {
            by_link.entry(&link.url).or_default().push(event);
        }
    }
    by_link
}

/// What a row says otherwise than the event of its page. What is doubtful of the event counts for nothing.
pub(super) fn check(
    row: &PrintedRow,
    mode: Option<Mode>,
    place: Option<&Place>,
    links: &[Link],
    published: &ByLink<'_>,
) -> Vec<(Kind, String)> {
    let Some(event) = links
        .iter()
        .find_map(|link| of_page(link, row, published.get(link)?))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let id: String = event.id.as_str().chars().take(8).collect();
    let mut say = |kind, text: String| found.push((kind, format!("{text} (event {id})")));
    if !event.status.takes_place() {
        let text = match event.status {
            Status::Withdrawn => "its source no longer lists it".to_owned(),
            status => format!("it is {}", status.name()),
        };
        say(Kind::FactsCancelled, text);
        return found;
    }
    let doubtful = |flags: &[Flag]| flags.iter().any(|flag| event.flags.contains(flag));
    let (first, last) = (event.when.first_day(), event.when.last_day());
    let long = event.flags.contains(&Flag::TooLong);
    if !doubtful(&[
        Flag::SourcesDisagree,
        Flag::EndBeforeStart,
        Flag::ZoneAssumed,
        Flag::TimeAssumed,
        Flag::FalseUtc,
    ]) {
        let printed = (row.date, row.end_date.unwrap_or(row.date));
        if printed.0 != first || (printed.1 != last && !long) {
            let days = if first == last {
                first.to_string()
            } else {
                format!("{first} - {last}")
            };
            say(Kind::FactsDate, format!("it is published for {days}"));
        }
    }
    if !doubtful(&[Flag::UnknownPlace, Flag::PlaceAssumed])
        && let (Some(printed), Some(right)) = (place, &event.place)
        && !right.same_as(printed)
    {
        let right = right.printed(&[right.country()]);
        say(
            Kind::FactsPlace,
            format!("it is published in {}", quoted(&right)),
        );
    }
    if !doubtful(&[Flag::ModeAssumed, Flag::ModeConflict])
        && let Some(mode) = mode
        && mode != event.mode
    {
        say(
            Kind::FactsMode,
            format!("it is published as {}", event.mode.name()),
        );
    }
    found
}

/// The event that a row's page means: of several with one page that of the row's day, else none. A page
/// that does not tell alone which event it is tells it only with the day.
fn of_page<'a>(link: &Link, row: &PrintedRow, events: &[&'a Published]) -> Option<&'a Published> {
    let on_day = events
        .iter()
        .find(|event| event.when.first_day() == row.date);
    let alone = match events {
        [event] if matches!(link.meaning(), Meaning::Event { .. }) => Some(event),
        _ => None,
    };
    on_day.or(alone).copied()
}
