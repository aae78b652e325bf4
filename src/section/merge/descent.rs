//! Which of the texts that we wrote into an issue's draft the draft at hand descends from.
//!
//! Drafts do not only grow. People take an update back (`git checkout`, a pull request that is closed), try
//! one on a copy, merge half of it, rename the file, keep two drafts of one issue. So the last text that we
//! wrote is not always the one that people went on from. Each update keeps the text that it was given and
//! the text that it wrote; together they form a tree:
//!
//! ```text
//! given 1 ─ours→ written 1 ─people→ given 2 ─ours→ written 2
//!     └─ours→ written 3                     (update 1 was taken back, and made again)
//! ```
//!
//! A draft goes on from the text that it is nearest to, counted in rows; a row that was changed counts half. Near to a written text, its base is
//! what the events told for that text. Near to a given text, it is an older version of itself: its base is
//! what that update had as its base, or nothing. At equal distance the written text counts: of two rows that
//! we added, people took out one.

use super::fields::spelled;
use super::layout::canonical;
use crate::section::grammar;
use std::collections::BTreeMap;

/// One update of an issue's draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The place in the list of the version that it went on from; `None` for the first.
    pub base: Option<usize>,
    /// The section that it was given; `None` if that is not known.
    pub given: Option<String>,
    /// The section that it wrote.
    pub written: String,
    /// Whether it was written into the same file.
    pub same_file: bool,
}

/// The place of the version that a section goes on from. `versions` stand in the order in which they were
/// written.
pub fn base_of(section: &str, versions: &[Version]) -> Option<usize> {
    let plain = plain(section);
    let here = rows(section);
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
                differing(&here, &rows(text))
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

/// The place of the last version that wrote this very text.
pub fn with_text(section: &str, versions: &[Version]) -> Option<usize> {
    let wanted = plain(section);
    versions
        .iter()
        .rposition(|version| plain(&version.written) == wanted)
}

/// The versions from one back to the first that it goes on from.
pub fn line(from: Option<usize>, versions: &[Version]) -> Vec<usize> {
    let mut line = Vec::new();
    let mut next = from;
    while let Some(at) = next {
        // A version goes on from an earlier one, whatever a damaged database says.
        if line.last().is_some_and(|last| at >= *last) {
            break;
        }
        line.push(at);
        next = versions.get(at).and_then(|version| version.base);
    }
    line
}

/// Whether a section holds a row exactly as one of these versions wrote it, which the text that the version
/// was given did not hold.
pub fn holds_our_words(section: &str, line: &[usize], versions: &[Version]) -> bool {
    let here = rows(section);
    line.iter()
        .filter_map(|at| versions.get(*at))
        .any(|version| {
            let Some(given) = &version.given else {
                return false;
            };
            let given = rows(given);
            rows(&version.written)
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

/// A section without what editors and version control change by themselves.
fn plain(section: &str) -> String {
    section.replace("\r\n", "\n").trim_end().to_owned()
}

/// A row by its heading and its text without white space: how often it stands there, and what tells that
/// it was changed: its page, else its day with its title or with who holds it.
type Rows = BTreeMap<(String, String), (usize, [String; 3])>;

fn rows(section: &str) -> Rows {
    let mut rows = Rows::new();
    for row in grammar::rows(section) {
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

/// Twice how many rows stand in only one of two texts; of a row that stands in both and was changed once.
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
