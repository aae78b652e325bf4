//! Finds which of the texts that we wrote into an issue's draft this version of the draft is based on.
//!
//! The last text that we wrote is not always the one that people continued: they undo an update (`git checkout`, a
//! closed pull request), try one on a copy, merge half of it, rename the file, or keep two drafts of one issue. Each
//! update keeps the text that it was given and the text that it wrote. Together they form a tree:
//!
//! ```text
//! given 1 ─ours→ written 1 ─people→ given 2 ─ours→ written 2
//!     └─ours→ written 3                     (update 1 was undone and made again)
//! ```
//!
//! A draft is based on the text with the fewest differing rows; a changed row counts half. If that is a written
//! text, the base is what the events said for it. If it is a given text, the draft is an older version, and the base
//! is what that update had as its base, or nothing. At equal distance the written text wins: people may have removed
//! one of two rows that we added.

use super::fields::spelled;
use super::layout::canonical;
use crate::section::grammar;
use crate::section::style::Style;
use std::collections::BTreeMap;

/// One update of an issue's draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The index of the version that it is based on; `None` for the first.
    pub base: Option<usize>,
    /// The section that it was given; `None` if that is not known.
    pub given: Option<String>,
    /// The section that it wrote.
    pub written: String,
    /// Whether it was written into the same file.
    pub same_file: bool,
}

/// The index of the version that a section is based on. `versions` are in the order in which they were written.
pub fn base_of(section: &str, versions: &[Version], style: &Style) -> Option<usize> {
    let plain = plain(section);
    let here = rows(section, style);
    let mut nearest: Option<(Distance, Option<usize>)> = None;
    for (at, version) in versions.iter().enumerate() {
        let texts = [
            (Some(&version.written), true, Some(at)),
            (version.given.as_ref(), false, version.base),
        ];
        for (text, is_ours, base) in texts {
            let Some(text) = text else { continue };
            let exactly = self::plain(text) == plain;
            let rows = if exactly {
                0
            } else {
                differing(&here, &rows(text, style))
            };
            let distance = Distance {
                differs: !exactly,
                rows,
                is_given: !is_ours,
                elsewhere: !version.same_file,
                age: versions.len() - at,
            };
            if nearest.as_ref().is_none_or(|(least, _)| distance < *least) {
                nearest = Some((distance, base));
            }
        }
    }
    nearest.and_then(|(_, base)| base)
}

/// The index of the last version that wrote exactly this text.
pub fn with_text(section: &str, versions: &[Version]) -> Option<usize> {
    let wanted = plain(section);
    versions
        .iter()
        .rposition(|version| plain(&version.written) == wanted)
}

/// The line of versions from this one back to the first.
pub fn line(from: Option<usize>, versions: &[Version]) -> Vec<usize> {
    let mut line = Vec::new();
    let mut next = from;
    while let Some(at) = next {
        // A version is based on an earlier one; a damaged database must not make this a circle.
        if line.last().is_some_and(|last| at >= *last) {
            break;
        }
        line.push(at);
        next = versions.get(at).and_then(|version| version.base);
    }
    line
}

/// Whether a section contains a row exactly as one of these versions wrote it, that was not in the text which the
/// version was given.
pub fn holds_our_words(section: &str, line: &[usize], versions: &[Version], style: &Style) -> bool {
    let here = rows(section, style);
    line.iter()
        .filter_map(|at| versions.get(*at))
        .any(|version| {
            let Some(given) = &version.given else {
                return false;
            };
            let given = rows(given, style);
            rows(&version.written, style)
                .keys()
                .any(|row| here.contains_key(row) && !given.contains_key(row))
        })
}

/// How far a draft is from a text; the first field in which two differ decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Distance {
    differs: bool,
    rows: usize,
    is_given: bool,
    elsewhere: bool,
    age: usize,
}

/// A section without what text editors and version control change on their own.
fn plain(section: &str) -> String {
    section.replace("\r\n", "\n").trim_end().to_owned()
}

/// A row by its heading and its text without white space: how often it occurs, and by what a changed row is
/// recognised: its page, else its day with its title or its organisers.
type Rows = BTreeMap<(String, String), (usize, [String; 3])>;

fn rows(section: &str, style: &Style) -> Rows {
    let mut rows = Rows::new();
    for row in grammar::rows(section, style) {
        let words: Vec<&str> = row.text.split_whitespace().collect();
        let (title, page) = row.links.first().cloned().unwrap_or_default();
        let who = row.organisers.first().map(|(name, _)| name.as_str());
        let marks = [
            spelled(&page),
            format!("{} {title}", row.date),
            format!("{} {}", row.date, who.unwrap_or_default()),
        ];
        rows.entry((canonical(&row.heading), words.join(" ")))
            .or_insert((0, marks))
            .0 += 1;
    }
    rows
}

/// The number of rows that are in only one of two texts, times two; a row that is in both but changed counts once.
fn differing(one: &Rows, other: &Rows) -> usize {
    let beyond = |one: &Rows, other: &Rows| -> Vec<[String; 3]> {
        let mut beyond = Vec::new();
        for (row, (times, marks)) in one {
            let there = other.get(row).map_or(0, |(times, _)| *times);
            beyond.extend((there..*times).map(|_| marks.clone()));
        }
        beyond
    };
    let (mut here, mut there) = (beyond(one, other), beyond(other, one));
    let mut changed = 0;
    for mark in 0..3 {
        let mut left: BTreeMap<String, usize> = BTreeMap::new();
        for marks in &there {
            *left.entry(marks[mark].clone()).or_default() += 1;
        }
        let mut paired: BTreeMap<String, usize> = BTreeMap::new();
        here.retain(|marks| match left.get_mut(&marks[mark]) {
            Some(times) if *times > 0 => {
                *times -= 1;
                *paired.entry(marks[mark].clone()).or_default() += 1;
                changed += 1;
                false
            }
            _ => true,
        });
        there.retain(|marks| match paired.get_mut(&marks[mark]) {
            Some(times) if *times > 0 => {
                *times -= 1;
                false
            }
            _ => true,
        });
    }
    2 * (here.len() + there.len()) + changed
}
