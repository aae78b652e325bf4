//! The newsletter's own archive under the house style.

use super::{checked, report};
use crate::corpus;
use crate::markdown::style;
use rusty_events::facts::link::Link;
use rusty_events::section::grammar::{Block, Content, parse, rows};
use rusty_events::section::lint::{Kind, Report, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each printed section: its issue's day and its text.
pub(super) fn sections(folder: &Path) -> Vec<(String, String)> {
    let mut sections: Vec<_> = fs::read_dir(folder.join("sections"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let day = path.file_stem().unwrap().to_string_lossy().into_owned();
            (day, fs::read_to_string(&path).unwrap())
        })
        .collect();
    sections.sort();
    sections
}

pub(super) fn of(day: &str, text: &str) -> Report {
    checked(text, day.parse().ok(), &[]).unwrap()
}

/// The events of a text: day, title and page.
fn events(text: &str) -> Vec<(String, String, String)> {
    let mut events: Vec<_> = rows(text, &style())
        .into_iter()
        .filter_map(|row| {
            let (title, url) = row.links.first()?;
            let page = Link::parse(url).map_or_else(|_| url.clone(), |link| link.to_string());
            let title: String = title
                .chars()
                .filter(|char| char.is_alphanumeric())
                .collect();
            Some((row.date.to_string(), title, page))
        })
        .collect();
    events.sort();
    events.dedup();
    events
}

#[test]
fn every_issue_is_checked_and_mended_without_loss() {
    let Some(corpus) = corpus() else { return };
    let mut kinds: BTreeMap<(Severity, Kind), (usize, usize)> = BTreeMap::new();
    let mut by_year: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    for (day, text) in sections(&corpus) {
        let once = of(&day, &text);
        let year = by_year.entry(day[..4].to_owned()).or_default();
        year.0 += 1;
        for finding in &once.findings {
            let severity = finding.kind.severity();
            match severity {
                Severity::Error => year.1 += 1,
                Severity::Warning => year.2 += 1,
            }
            let counted = kinds.entry((severity, finding.kind)).or_default();
            counted.0 += 1;
            counted.1 += usize::from(finding.mend.is_some());
        }
        let again = of(&day, &once.mended);
        assert_eq!(again.mended, once.mended, "{day}");
        let left: Vec<_> = again
            .findings
            .iter()
            .filter(|finding| finding.mend.is_some())
            .collect();
        assert!(left.is_empty(), "{day}: {left:#?}");
        // The second reading finds no more than the first: a mended fault hides no other one.
        let first: BTreeSet<Kind> = once.findings.iter().map(|finding| finding.kind).collect();
        for finding in &again.findings {
            assert!(first.contains(&finding.kind), "{day}: {finding:?}");
        }

        let past: BTreeSet<usize> = once
            .findings
            .iter()
            .filter(|finding| finding.kind == Kind::Past)
            .map(|finding| finding.line)
            .collect();
        let parsed = parse(&text, None);
        let is_past =
            |block: &&Block| matches!(block.content, Content::Row(_)) && past.contains(&block.line);
        let was: String = parsed
            .blocks
            .iter()
            .filter(|block| !is_past(block))
            .map(|block| parsed.text(block))
            .collect();
        let (was, is) = (events(&was), events(&once.mended));
        let lost: Vec<_> = was.iter().filter(|event| !is.contains(event)).collect();
        assert!(lost.is_empty(), "{day}: {lost:?}");
    }
    eprintln!("findings of the printed issues:\n  severity  kind               findings  mended");
    for ((severity, kind), (count, mended)) in &kinds {
        eprintln!(
            "  {:8}  {:18} {count:8} {mended:7}",
            severity.name(),
            kind.name()
        );
    }
    eprintln!("  year  issues  errors  warnings");
    for (year, (issues, errors, warnings)) in &by_year {
        eprintln!("  {year}  {issues:6}  {errors:6}  {warnings:8}");
    }
}

#[test]
fn a_draft_read_in_a_wrong_encoding_is_brought_back_to_the_byte() {
    let Some(corpus) = corpus() else { return };
    let read = |name: &str| fs::read_to_string(corpus.join("drafts").join(name)).unwrap();
    let (whole, damaged) = (
        read("issue-572-draft.md"),
        read("issue-572-draft-damaged.md"),
    );
    let (of_whole, of_damaged) = (report(&whole), report(&damaged));
    assert_eq!(of_damaged.mended, of_whole.mended);
    let mojibake: Vec<_> = of_damaged
        .findings
        .iter()
        .filter(|finding| finding.kind == Kind::Mojibake)
        .collect();
    assert_eq!(mojibake.len(), 1);
    assert!(
        mojibake[0].text.contains("Mac Roman"),
        "{}",
        mojibake[0].text
    );
    // Nothing else is found because of it.
    assert_eq!(of_damaged.findings.len(), of_whole.findings.len() + 1);
    // What stands outside the section is the undamaged text, byte by byte.
    let (before, _) = whole.split_once("## Upcoming Events").unwrap();
    let (_, after) = whole.split_once("If you are running").unwrap();
    assert!(of_damaged.mended.starts_with(before));
    assert!(of_damaged.mended.ends_with(after));
}
