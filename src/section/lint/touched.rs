//! Which lines of a text a change has touched.

use std::collections::BTreeSet;

/// The lines of a text that are not in another version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Touched(BTreeSet<usize>);

impl Touched {
    /// Compares two versions line by line; how lines end makes no difference.
    pub(super) fn by(before: &str, text: &str) -> Touched {
        let (before, text) = (before.replace("\r\n", "\n"), text.replace("\r\n", "\n"));
        let difference = similar::TextDiff::from_lines(&before, &text);
        let new = difference.ops().iter().filter_map(|op| match op.tag() {
            similar::DiffTag::Insert | similar::DiffTag::Replace => Some(op.new_range()),
            _ => None,
        });
        Touched(new.flatten().map(|at| at + 1).collect())
    }

    /// Whether any of these lines is touched.
    pub(super) fn holds(&self, mut lines: std::ops::Range<usize>) -> bool {
        lines.any(|line| self.0.contains(&line))
    }
}
