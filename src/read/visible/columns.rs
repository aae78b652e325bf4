//! Tables with a row of headings: the cell of a row that stands under a given heading.

use super::items::Page;

/// Columns of a table that are looked at.
const MOST_COLUMNS: usize = 30;

/// Bytes of a column's heading that are looked at.
const LONGEST_HEADING: usize = 200;

/// The cell of a row under the first heading of that kind. The outer `None`: the element stands in no table with
/// headings; the inner: it has no such column.
pub(super) fn cell(
    page: &Page<'_>,
    element: usize,
    is_heading: impl Fn(&str) -> bool,
) -> Option<Option<usize>> {
    let tree = page.tree;
    let row = tree
        .around(element)
        .find(|node| tree.nodes[*node].name == "tr")?;
    let table = tree
        .around(row)
        .find(|node| tree.nodes[*node].name == "table")?;
    let head = (table..tree.nodes[table].end).find(|node| tree.nodes[*node].name == "tr")?;
    let cells: Vec<usize> = tree.elements(head).take(MOST_COLUMNS).collect();
    if head == row || cells.iter().any(|cell| tree.nodes[*cell].name != "th") || cells.len() < 2 {
        return None;
    }
    let place = cells.iter().position(|cell| {
        let text = page
            .first_line(*cell)
            .map_or("", |line| page.lines[line].text.as_str());
        let mut end = text.len().min(LONGEST_HEADING);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        is_heading(&text[..end])
    });
    Some(place.and_then(|place| tree.elements(row).nth(place)))
}
