//! The lines of a file.

use std::ops::Range;

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Lines {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines(breaks.map(|(at, _)| at + 1).collect())
    }

    /// The line of a byte, counted from 1.
    pub(super) fn at(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|begin| *begin <= offset)
    }

    /// The bytes of a line of the text, its break included.
    pub(super) fn bytes(&self, line: usize, text: &str) -> Range<usize> {
        let begin = |line: usize| match line.checked_sub(2) {
            None => Some(0),
            Some(place) => self.0.get(place).copied(),
        };
        begin(line).unwrap_or(text.len())..begin(line + 1).unwrap_or(text.len())
    }
}
