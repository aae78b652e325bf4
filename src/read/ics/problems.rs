//! What is wrong with a calendar file, counted but never endless.

use crate::facts::listing::Problem;

/// Problems of one file that are kept word for word; a damaged file can have one a line.
const MOST: usize = 500;

/// The problems of one file.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    more: usize,
    lost: usize,
}

impl Problems {
    /// Something was read with doubt.
    pub(super) fn note(&mut self, line: usize, what: String, item: Option<&str>) {
        self.add(line, what, item, false);
    }

    /// An entry was lost.
    pub(super) fn lost(&mut self, line: usize, what: String, item: Option<&str>) {
        self.lost += 1;
        self.add(line, what, item, true);
    }

    /// How many entries were lost.
    pub(super) fn lost_entries(&self) -> usize {
        self.lost
    }

    fn add(&mut self, line: usize, what: String, item: Option<&str>, lost: bool) {
        if self.list.len() >= MOST {
            self.more += 1;
            return;
        }
        self.list.push(Problem {
            line,
            what,
            item: item.map(shown),
            lost,
        });
    }

    /// All of them, in order of line; the uncounted rest as one.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.list.sort();
        if self.more > 0 {
            self.list.push(Problem {
                line: 0,
                what: format!("and {} further problems", self.more),
                item: None,
                lost: false,
            });
        }
        self.list
    }
}

/// Foreign text as it stands in a message: short, and with its controls made visible.
pub(super) fn shown(text: &str) -> String {
    let mut chars = text.chars().flat_map(char::escape_debug);
    let mut shown: String = chars.by_ref().take(80).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}
