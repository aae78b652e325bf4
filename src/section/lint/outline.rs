//! The lines of a section, put together: rows with all that belongs to them.

use crate::section::grammar::{Line, Shape};
use std::collections::BTreeMap;

/// The text that each line belongs to: a row's lines to the row.
pub(super) fn subjects(lines: &[Line<'_>]) -> BTreeMap<usize, String> {
    let mut subjects = BTreeMap::new();
    for (_, block) in blocks(lines) {
        let text: Vec<&str> = block.iter().map(|line| line.text.trim()).collect();
        let text = text.join("\n");
        for line in block {
            subjects.insert(line.number, text.clone());
        }
    }
    subjects
}

/// The lines in blocks: a row with all that belongs to it, any other line alone.
pub(super) fn blocks<'l, 'a>(lines: &'l [Line<'a>]) -> Vec<(Shape, &'l [Line<'a>])> {
    lines
        .chunk_by(|_, next| matches!(next.shape, Shape::SubRow | Shape::Gap))
        .map(|block| (block[0].shape, block))
        .collect()
}
