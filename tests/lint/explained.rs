//! `--explain` and `docs/lint.md`: every kind is there, and its examples are what they say.

use super::CLEAN;
use crate::program_in;
use rusty_events::section::lint::{Kind, Mends, example};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const DOCUMENT: &str = include_str!("../../docs/lint.md");

#[test]
fn the_table_of_kinds_is_whole() {
    let table: String = Kind::ALL
        .iter()
        .map(|kind| {
            format!(
                "| `{}` | {} | {} | {} |\n",
                kind.name(),
                kind.severity().name(),
                kind.meaning(),
                kind.mends().name()
            )
        })
        .collect();
    let (_, after) = DOCUMENT.split_once("|---|---|---|---|\n").unwrap();
    let (found, _) = after.split_once("\n\n").unwrap();
    assert_eq!(found, table.trim_end(), "docs/lint.md should have\n{table}");
}

/// An example as a file: in a section, and under a heading.
fn framed(example: &str) -> String {
    // Invisible characters are written out in the document.
    let text = example
        .replace("\\u{202e}", "\u{202e}")
        .replace("\\r", "\r");
    if text.lines().any(|line| line.starts_with("## ")) || text.contains("### Upcoming") {
        return text;
    }
    let heading = if text.starts_with('#') {
        ""
    } else {
        "### Europe\n"
    };
    format!(
        "## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n{heading}{text}"
    )
}

/// What the examples of facts and habits are compared with.
fn with_a_database(folder: &Path) {
    let config = folder.join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::write(
        config.join("service.toml"),
        "[section]\nline = \"Rusty Events between {from} - {to} 🦀\"\n",
    )
    .unwrap();
    let event = |title: &str, number: u32, more: &str| {
        format!(
            "[[event]]\ntitle = {title:?}\nstart = \"2026-09-08\"\nplace = \"Bern, CH\"\nmode = \"in-person\"\norganiser = \"Rust Bern\"\nlink = \"https://www.meetup.com/rust-bern/events/{number}/\"\n{more}\n"
        )
    };
    let events =
        event("Talks", 306_169_573, "") + &event("Workshop", 306_169_574, "status = \"cancelled\"");
    fs::write(config.join("sources/manual.toml"), events).unwrap();
    assert_eq!(run(folder, &["refresh"]).code, 0);
    let learned = super::usual::issues(
        folder,
        "Virtual (Girona, ES)",
        "Rust Girona",
        "https://luma.com/rust-girona",
    );
    assert_eq!(run(folder, &["learn", &learned]).code, 0);
}

fn run(folder: &Path, arguments: &[&str]) -> crate::Ran {
    let fixed = [
        "--config",
        "config",
        "--database",
        "x.db",
        "--now",
        "2026-08-25T09:00:00Z",
    ];
    program_in(folder, &[arguments, &fixed[..]].concat())
}

#[test]
fn the_bad_example_has_the_fault_and_the_good_one_none() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    with_a_database(folder);
    let mut files = Vec::new();
    for kind in Kind::ALL {
        let example = example(*kind).unwrap_or_else(|| panic!("{} has no example", kind.name()));
        for (name, text) in [("bad", example.bad), ("good", example.good)] {
            let file = format!("{}-{name}.md", kind.name());
            fs::write(folder.join(&file), framed(&text)).unwrap();
            files.push(file);
        }
    }
    let mut arguments = vec!["lint", "--format", "json"];
    arguments.extend(files.iter().map(String::as_str));
    let ran = run(folder, &arguments);
    let json: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let mut found: BTreeMap<&str, BTreeSet<(&str, bool)>> = BTreeMap::new();
    for finding in json["findings"].as_array().unwrap() {
        let file = finding["file"].as_str().unwrap();
        let mended = finding["mend"].is_string();
        found
            .entry(file)
            .or_default()
            .insert((finding["kind"].as_str().unwrap(), mended));
    }
    let mut wrong = Vec::new();
    for kind in Kind::ALL {
        let file = format!("{}-bad.md", kind.name());
        let bad = found.remove(file.as_str()).unwrap_or_default();
        let kinds: BTreeSet<&str> = bad.iter().map(|(kind, _)| *kind).collect();
        let is_mended = bad.iter().any(|(_, mended)| *mended);
        let as_said = match kind.mends() {
            Mends::Always => is_mended,
            Mends::Never => !is_mended,
            Mends::Sometimes => true,
        };
        if kinds != BTreeSet::from([kind.name()]) || !as_said {
            wrong.push(format!("{}: {bad:?}", kind.name()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(
        found.is_empty(),
        "good examples have findings: {found:#?}\n{}",
        ran.out
    );
}

#[test]
fn a_kind_is_explained_and_an_unknown_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let explain =
        |arguments: &[&str]| program_in(folder, &[&["lint", "--explain"], arguments].concat());
    let one = explain(&["state-spelling"]);
    assert_eq!(one.code, 0, "{}", one.err);
    for part in [
        "state-spelling (error)",
        "Bad:",
        "Brisbane, QL, AU",
        "Good:",
        "Brisbane, QLD, AU",
        "--fix",
    ] {
        assert!(one.out.contains(part), "{part}: {}", one.out);
    }
    let all = explain(&[]);
    assert_eq!(all.code, 0, "{}", all.err);
    for kind in Kind::ALL {
        let line = all
            .out
            .lines()
            .find(|line| line.split(' ').next() == Some(kind.name()));
        assert!(
            line.is_some_and(|line| line.ends_with(kind.meaning())),
            "{}",
            kind.name()
        );
    }
    let unknown = explain(&["state-speling"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("'state-spelling'"), "{}", unknown.err);
    fs::write(folder.join("a.md"), CLEAN).unwrap();
    assert_eq!(explain(&["order", "a.md"]).code, 2);
}
