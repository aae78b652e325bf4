//! Rows against what is published: another day, place or mode, or no event any more.

use super::{Kind, quoted};
use crate::believe::curate::Published;
use crate::facts::event::{Flag, Status};
use crate::facts::link::{Link, Meaning};
use crate::facts::place::{Mode, Place};
use crate::section::grammar::PrintedRow;
use crate::section::style::Style;
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

/// How the event of a row is held, as its column says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) mode: Option<Mode>,
    pub(super) place: Option<&'a Place>,
}

/// The published event that a row means by one of its links.
pub(super) fn event<'a>(
    row: &PrintedRow,
    links: &[Link],
    published: &ByLink<'a>,
) -> Option<&'a Published> {
    links
        .iter()
        .find_map(|link| of_page(link, row, published.get(link)?))
}

/// How a row differs from its event. What is doubtful about the event does not count.
pub(super) fn check(
    row: &PrintedRow,
    held: Held<'_>,
    event: &Published,
    style: &Style,
) -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    let id: String = event.id.as_str().chars().take(8).collect();
    let mut say = |kind, text: String| found.push((kind, format!("{text} (event {id})")));
    if !event.status.takes_place() {
        let text = match event.status {
            Status::Withdrawn => {
                "the event's source no longer lists it: ask, or remove the row".to_owned()
            }
            status => format!("the event is {}: remove the row", status.name()),
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
            let days = style.dates.span(first, Some(last));
            let here = style.dates.span(row.date, row.end_date);
            say(
                Kind::FactsDate,
                format!(
                    "`{here}` stands here, and the event is published for {days}: write `{days}`"
                ),
            );
        }
    }
    if !doubtful(&[Flag::UnknownPlace, Flag::PlaceAssumed])
        && let (Some(printed), Some(right)) = (held.place, &event.place)
        && !right.same_as(printed)
    {
        let right = right.printed(&[right.country()]);
        say(
            Kind::FactsPlace,
            format!(
                "{} stands here, and the event is published in {}: write that",
                quoted(&row.location),
                quoted(&right)
            ),
        );
    }
    if !doubtful(&[Flag::ModeAssumed, Flag::ModeConflict])
        && let Some(mode) = held.mode
        && mode != event.mode
    {
        say(
            Kind::FactsMode,
            format!(
                "{} is {}, and the event is published as {}: write that",
                quoted(&row.location),
                mode.name(),
                event.mode.name()
            ),
        );
    }
    found
}

/// The event that a row's page means. Of several events with one page it is the one on the row's day. A page that does
/// not identify its event alone does so only together with the day.
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
