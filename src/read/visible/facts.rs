//! What else stands in an item: where the event is, whether it is off, that it has further dates.

use super::columns;
use super::items::{Item, Page};
use super::lines::Line;
use super::tokens::{Kind, Token};
use super::wording;
use crate::facts::event::one_line;
use crate::facts::listing::{Location, Status};

/// Lines of an item that are looked at.
const MOST_LINES: usize = 3000;

/// Classes of elements that hold a place.
const CLASSES: [&str; 8] = [
    "location", "venue", "place", "address", "lieu", "ort", "lugar", "luogo",
];

/// What further dates are called.
const DATES: [&str; 10] = [
    "dates",
    "date",
    "termine",
    "termin",
    "fechas",
    "datas",
    "performances",
    "times",
    "occurrences",
    "data",
];

/// Characters of a place.
const LONGEST_PLACE: usize = 200;

fn lines<'a>(page: &'a Page<'_>, item: &Item) -> impl Iterator<Item = &'a Line> {
    page.lines[item.lines.clone()].iter().take(MOST_LINES)
}

/// Whether an event is off: by a badge or a column of its entry; on its own page also by a sentence.
pub(super) fn status(page: &Page<'_>, item: &Item) -> Status {
    let said = lines(page, item).find_map(|line| {
        if item.is_listed && line.heading.is_none() {
            wording::state_in_badge(&line.text)
        } else if line.heading.is_some() || !item.is_listed && is_about_itself(&line.text) {
            wording::state(&line.text)
        } else {
            wording::state_in_badge(&line.text)
        }
    });
    said.unwrap_or(Status::Unsaid)
}

/// Whether a sentence speaks of the event as a whole: "This conference will not take place".
fn is_about_itself(text: &str) -> bool {
    let text = super::words::folded(text);
    [
        "will not take place",
        "not taking place",
        "findet nicht statt",
        "fallt aus",
        "has been cancelled",
        "has been canceled",
        "is cancelled",
        "is canceled",
        "wurde abgesagt",
        "est annule",
        "gaat niet door",
    ]
    .iter()
    .any(|said| text.contains(said))
}

/// Where an event is, if a line or an element's class says so.
pub(super) fn location(page: &Page<'_>, item: &Item) -> Option<Location> {
    let labelled = || lines(page, item).find_map(|line| wording::place(&line.text));
    let found = labelled()
        .or_else(|| in_column(page, item))
        .or_else(|| under_label(page, item))
        .or_else(|| classed(page, item))?;
    let venue: String = one_line(&found).chars().take(LONGEST_PLACE).collect();
    (!venue.is_empty()).then(|| Location {
        venue: Some(venue),
        ..Location::default()
    })
}

/// What stands in the column of a table of which the heading asks where.
fn in_column(page: &Page<'_>, item: &Item) -> Option<String> {
    let cell = columns::cell(page, item.node, wording::is_where)??;
    let line = page.first_line(cell)?;
    Some(page.lines[line].text.clone())
}

/// A label in a line of its own, and the place in the next.
fn under_label(page: &Page<'_>, item: &Item) -> Option<String> {
    let mut before: Option<&Line> = None;
    for line in lines(page, item) {
        let is_label =
            before.is_some_and(|label| wording::is_where(label.text.trim_end_matches([':', '：'])));
        if is_label && line.mentions.is_empty() {
            return Some(line.text.clone());
        }
        before = Some(line);
    }
    None
}

fn classed(page: &Page<'_>, item: &Item) -> Option<String> {
    let line = &page.lines[place_line(page, item)?];
    let text = wording::place(&line.text);
    Some(text.unwrap_or_else(|| line.text.clone()))
}

/// The first line in an element with a class for places.
pub(super) fn place_line(page: &Page<'_>, item: &Item) -> Option<usize> {
    item.lines.clone().take(MOST_LINES).find(|place| {
        let line = &page.lines[*place];
        let is_place = line.mentions.is_empty()
            && line.clocks.is_empty()
            && page.tree.around(line.node).take(3).any(|around| {
                let class = page.tree.nodes[around]
                    .attribute("class")
                    .to_ascii_lowercase();
                let mut parts = class.split(|char: char| !char.is_ascii_alphanumeric());
                parts.any(|part| CLASSES.contains(&part))
                    && page.tree.nodes[around].end - around < 20
            });
        let label = line.text.trim_end_matches([':', '：', ' ']);
        is_place && !wording::is_where(label)
    })
}

/// `(+ 3 other dates)`: how many further dates an entry has.
pub(super) fn further_dates(page: &Page<'_>, item: &Item) -> Option<u32> {
    lines(page, item).find_map(|line| {
        line.tokens
            .windows(2)
            .enumerate()
            .find_map(|(place, pair)| {
                let Kind::Number(count, 1..=3) = pair[1].kind else {
                    return None;
                };
                let behind = line.tokens[place + 2..].iter().take(3);
                let is_dates = behind
                    .filter_map(Token::word)
                    .any(|word| DATES.contains(&word));
                (pair[0].is('+') && is_dates).then_some(count)
            })
    })
}
