//! Tables with a column of days: a list of meetings in a README.

use crate::facts::event::one_line;
use crate::facts::listing::Location;
use crate::read::dates;
use crate::read::page::Document;
use crate::read::page::found::{Facts, Found};
use crate::read::page::words::{words, words_but};
use crate::read::tree::Tree;
use crate::read::visible::is_where;

/// Rows with a day from which on a table is one of meetings.
const FEWEST_DATED: usize = 2;

/// Tables of one text that are looked at.
const MOST_TABLES: usize = 100;

/// Words of a cell beside its first link up to which the link is the title: "Recording", "Slides:".
const FEW_WORDS: usize = 1;

/// The meetings in the tables of a text; `heading` names those of which a row says nothing. A row without a day
/// goes on with the row above it.
pub(super) fn read(document: &Document<'_>, heading: Option<&str>) -> Option<Found> {
    let tree = document.tree();
    let mut found = Found::read_as("tables with a column of days");
    let tables = (0..tree.nodes.len()).filter(|node| tree.nodes[*node].name == "table");
    for table in tables.take(MOST_TABLES) {
        let rows: Vec<Vec<usize>> = (table..tree.nodes[table].end)
            .filter(|node| tree.nodes[*node].name == "tr")
            .map(|row| {
                tree.elements(row)
                    .filter(|cell| tree.nodes[*cell].name == "td")
                    .collect()
            })
            .collect();
        let Some(column) = column_of_days(tree, &rows) else {
            continue;
        };
        let column_of_places = column_of_places(tree, table);
        for row in rows {
            let Some(Ok(start)) = row
                .get(column)
                .map(|cell| dates::parse(&words(tree, *cell)))
            else {
                continue;
            };
            let others = row.iter().enumerate();
            let others =
                others.filter(|(place, _)| *place != column && Some(*place) != column_of_places);
            let named = others.clone().find_map(|(_, cell)| title(tree, *cell));
            let link = others
                .flat_map(|(_, cell)| *cell..tree.nodes[*cell].end)
                .find_map(|node| document.resolved(tree.nodes[node].attribute("href")));
            let Some(title) = named.or(heading.map(one_line)) else {
                continue;
            };
            let facts = Facts {
                title,
                start,
                link,
                id: None,
                line: 0,
            };
            let mut listing = facts.listing();
            let place = column_of_places.and_then(|column| row.get(column));
            let venue = place.map(|cell| words(tree, *cell));
            listing
                .locations
                .extend(
                    venue
                        .filter(|venue| !venue.is_empty())
                        .map(|venue| Location {
                            venue: Some(venue),
                            ..Location::default()
                        }),
                );
            found.take(listing);
        }
    }
    (found.listings.len() >= FEWEST_DATED).then_some(found)
}

/// The first column in which days stand, and nothing else but empty cells.
fn column_of_days(tree: &Tree, rows: &[Vec<usize>]) -> Option<usize> {
    let columns = rows.iter().map(Vec::len).max()?;
    (0..columns).find(|column| {
        let cells = rows.iter().filter_map(|row| row.get(*column));
        let said: Vec<String> = cells
            .map(|cell| words(tree, *cell))
            .filter(|said| !said.is_empty())
            .collect();
        said.len() >= FEWEST_DATED && said.iter().all(|said| dates::parse(said).is_ok())
    })
}

/// The column of which the heading asks where.
fn column_of_places(tree: &Tree, table: usize) -> Option<usize> {
    let head = (table..tree.nodes[table].end).find(|node| tree.nodes[*node].name == "th")?;
    let mut heads = tree.elements(tree.nodes[head].parent);
    heads.position(|cell| is_where(&words(tree, cell)))
}

/// What a cell calls its meeting: its words without what stands in brackets, or its first link where it has hardly
/// a word beside that.
fn title(tree: &Tree, cell: usize) -> Option<String> {
    let is_link = |node: usize| tree.nodes[node].name == "a";
    let beside = without_brackets(&words_but(tree, cell, &is_link));
    let link = (cell..tree.nodes[cell].end).find(|node| is_link(*node));
    let title = match link {
        Some(link) if beside.split(' ').filter(|word| !word.is_empty()).count() <= FEW_WORDS => {
            words(tree, link)
        }
        _ => beside,
    };
    (!title.is_empty()).then_some(title)
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let outside: String = text
        .chars()
        .filter(|char| {
            match char {
                '(' | '[' => depth += 1,
                ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    one_line(&outside)
}
