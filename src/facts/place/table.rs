//! Look-ups in a compiled-in table without reading it first: lines sorted by the bytes of their first cell.

use std::cmp::Ordering;

/// The line with the first cell `key`, if there is one.
pub(super) fn line(table: &'static str, key: &str) -> Option<&'static str> {
    let name = |line: &'static str| {
        let bytes = line.as_bytes();
        let end = bytes.iter().position(|&byte| byte == b'\t');
        &bytes[..end.unwrap_or(bytes.len())]
    };
    let first = first_line(table, |line| name(line).cmp(key.as_bytes()));
    let line = line_at(table, first)?;
    (name(line) == key.as_bytes()).then_some(line)
}

/// Where the first line begins that is not before what is sought; the table's length if all are.
///
/// `compare` says how a line stands to what is sought.
pub(super) fn first_line(table: &'static str, compare: impl Fn(&'static str) -> Ordering) -> usize {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(low, |at| low + at + 1);
        let Some(line) = line_at(table, start) else {
            break;
        };
        match compare(line) {
            Ordering::Less => low = start + line.len() + 1,
            Ordering::Equal | Ordering::Greater => high = start,
        }
    }
    low.min(bytes.len())
}

/// The line that begins at a byte; none past the end or between letters.
pub(super) fn line_at(table: &'static str, start: usize) -> Option<&'static str> {
    let rest = table.get(start..)?;
    if rest.is_empty() {
        return None;
    }
    let end = rest.as_bytes().iter().position(|&byte| byte == b'\n');
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// A cell of a line, empty if the line has none there.
pub(super) fn cell(line: &'static str, column: usize) -> &'static str {
    line.split('\t').nth(column).unwrap_or("")
}
