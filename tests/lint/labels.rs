//! A sample of the archive that was read by eye, and what of it is found.

use super::corpus::{of, sections};
use crate::corpus;
use rusty_events::section::lint::Kind;
use std::collections::BTreeSet;

/// The mistakes that a reader found in twenty issues by eye: issue, line, kind.
const LABELS: &str = include_str!("../lint_labels.tsv");

#[test]
fn what_a_reader_finds_by_eye_is_found_and_little_else() {
    let Some(corpus) = corpus() else { return };
    let labels: BTreeSet<(&str, usize, &str)> = LABELS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let mut cells = line.split('\t');
            let day = cells.next().unwrap();
            (
                day,
                cells.next().unwrap().parse().unwrap(),
                cells.next().unwrap(),
            )
        })
        .collect();
    let days: BTreeSet<&str> = LABELS
        .lines()
        .filter_map(|line| line.strip_prefix("# read: "))
        .flat_map(str::split_whitespace)
        .collect();
    assert_eq!(days.len(), 20);
    for kind in labels.iter().map(|label| label.2) {
        let known = Kind::ALL.iter().any(|known| known.name() == kind);
        assert!(known || kind == "-", "{kind}");
    }
    let mut found: BTreeSet<(&str, usize, &str)> = BTreeSet::new();
    for (day, text) in sections(&corpus) {
        let Some(day) = days.get(day.as_str()) else {
            continue;
        };
        for finding in of(day, &text).findings {
            // Neither eyes nor policy look at these.
            let skipped = matches!(
                finding.kind,
                Kind::LinkMeetup | Kind::LinkLuma | Kind::Separator | Kind::ModeWord
            );
            if !skipped {
                found.insert((day, finding.line, finding.kind.name()));
            }
        }
    }
    let right = found.intersection(&labels).count();
    eprintln!(
        "labelled by eye {}, found {}, of which right {right}: precision {:.1} %, recall {:.1} %",
        labels.len(),
        found.len(),
        percent(right, found.len()),
        percent(right, labels.len())
    );
    for (day, line, kind) in found.difference(&labels) {
        eprintln!("  not labelled: {day}:{line} {kind}");
    }
    for (day, line, kind) in labels.difference(&found) {
        eprintln!("  not found: {day}:{line} {kind}");
    }
    assert!(right * 100 >= found.len() * 95 && right * 100 >= labels.len() * 90);
}

#[expect(clippy::cast_precision_loss, reason = "counts of some hundreds")]
fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}
