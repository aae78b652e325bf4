//! The world with a dot for each place that has events: SVG in the page, made of the compiled-in table of cities.

use super::super::Site;
use super::super::query::{self, Pairs};
use crate::facts::place::{self, Mode, Place, Point};
use maud::{Markup, PreEscaped, html};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::LazyLock;

/// Degrees of one dot of land.
const GRID: f64 = 2.0;
/// The northernmost and the southernmost degree, and the westernmost: no land of people lies beyond.
const NORTH: f64 = 72.0;
const SOUTH: f64 = -56.0;
const WEST: f64 = -172.0;
/// Degrees of latitude are drawn longer than those of longitude, as most people live far from the equator.
const STRETCH: f64 = 1.2;
/// Places that have a dot, and those that stand in the list of cities.
const MOST_DOTS: usize = 300;
const MOST_CITIES: usize = 60;

/// Places with the number of their events, the most first.
type Places = [(Place, usize)];

/// The map. It repeats what [`cities`] lists, so it is hidden from the keyboard and from screen readers.
/// A dot's link keeps the rest of the filter.
pub(super) fn map(site: &Site<'_>, places: &Places, pairs: &Pairs) -> Markup {
    let height = (NORTH - SOUTH) * STRETCH;
    let width = 180.0 - WEST;
    let dots = places.iter().take(MOST_DOTS).filter_map(|(place, events)| {
        let (x, y) = drawn(place.located().middle()?);
        Some((place, *events, x, y))
    });
    html! {
        svg.map viewBox={ "0 0 " (width) " " (height) } aria-hidden="true" {
            path.land d=(PreEscaped(LAND.as_str())) {}
            @for (place, events, x, y) in dots {
                // The area grows with the number of events.
                @let radius = format!("{:.1}", (1.4 + 0.5 * f64::from(u16::try_from(events).unwrap_or(u16::MAX)).sqrt()).min(5.0));
                @let dot = html! { circle cx=(x) cy=(y) r=(radius) { title { (site.say.titled(&named(place), &site.say.count("count.events", events))) } } };
                @match address(site, place, pairs) {
                    Some(address) => a href=(address) tabindex="-1" { (dot) },
                    None => (dot),
                }
            }
        }
    }
}

/// The cities with the most events, as links.
pub(super) fn cities(site: &Site<'_>, places: &Places, pairs: &Pairs) -> Markup {
    html! {
        ul.chips.cities {
            @for (place, events) in places.iter().take(MOST_CITIES) {
                @if let Some(address) = address(site, place, pairs) {
                    li { a href=(address) { (named(place)) " " span.number { (events) } } }
                }
            }
        }
    }
}

/// `Seattle, WA, US`.
pub(super) fn named(place: &Place) -> String {
    place.printed(&[place.country()])
}

/// The events of a place, with the rest of the filter; the page of the place if there is no rest. A site of static files has
/// only those.
fn address(site: &Site<'_>, place: &Place, pairs: &Pairs) -> Option<String> {
    let rest = query::without(pairs, &super::counted::PLACES);
    let is_all = rest.clone().all(|(_, value)| value.trim().is_empty());
    if is_all && let Some(slug) = place.slug() {
        return Some(site.say.to(&format!("/in/{slug}")));
    }
    let city = [
        ("city", place.city().unwrap_or_default()),
        ("state", place.state().unwrap_or_default()),
        ("country", place.country().code()),
        ("mode", Mode::InPerson.name()),
    ];
    (site.answers).then(|| site.say.to(&query::address("/", rest.chain(city))))
}

/// Where a point is drawn, to a tenth.
fn drawn(point: Point) -> (String, String) {
    let x = point.longitude() - WEST;
    let y = (NORTH - point.latitude()) * STRETCH;
    (format!("{x:.1}"), format!("{y:.1}"))
}

/// Draws the land.
pub(super) fn prepare() {
    LazyLock::force(&LAND);
}

/// The land as strokes from west to east; the style draws them as dots.
static LAND: LazyLock<String> = LazyLock::new(|| {
    let mut rows: BTreeMap<i16, BTreeSet<i16>> = BTreeMap::new();
    for (north, east) in place::land().filter(|(north, _)| (SOUTH..NORTH).contains(north)) {
        if let (Some(row), Some(column)) = (cell(NORTH - north), cell(east - WEST)) {
            rows.entry(row).or_default().insert(column);
        }
    }
    let mut path = String::new();
    for (row, cells) in rows {
        let cells: Vec<i16> = cells.into_iter().collect();
        let y = (centre(row) * STRETCH * 10.0).round() / 10.0;
        for run in cells.chunk_by(|a, b| b - a == 1) {
            // A stroke of no length would not be drawn.
            let length = centre(run[run.len() - 1]) - centre(run[0]);
            let _ = write!(path, "M{} {y}h{}.1", centre(run[0]), length);
        }
    }
    path
});

/// The number of the cell of the grid, by degrees from its edge: at most 180.
fn cell(degrees: f64) -> Option<i16> {
    // No cast of a float is checked; this runs once.
    format!("{:.0}", (degrees / GRID).floor()).parse().ok()
}

/// Degrees of a cell's middle from the edge.
fn centre(cell: i16) -> f64 {
    (f64::from(cell) + 0.5) * GRID
}
