//! What is asked of the database for a page, a section or `why` is found by an index: the answer costs what it holds,
//! however much is stored.

use rusqlite::Connection;
use rusty_events::store::Store;
use std::fs;
use std::path::Path;

/// The files that ask for some rows of a table, and the table that a condition by itself is about.
const FILES: &[(&str, &str)] = &[
    ("published.rs", "published"),
    ("names.rs", ""),
    ("history.rs", ""),
    ("by_hand.rs", ""),
    ("list.rs", ""),
    ("held.rs", ""),
    ("calls.rs", ""),
];

/// The string literals of a Rust file.
fn literals(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/store")
        .join(file);
    let text = fs::read_to_string(path).unwrap();
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n").replace("\\\"", "");
    let parts = code.split('"').enumerate().filter(|(at, _)| at % 2 == 1);
    parts.map(|(_, literal)| literal.to_owned()).collect()
}

/// The questions of a file for some of a table's rows.
fn questions(file: &str, table: &str) -> Vec<String> {
    let literals = literals(file).into_iter();
    // Without a hole to be filled.
    let literals = literals.filter(|literal| !literal.contains('{'));
    let questions = literals.filter_map(|literal| match literal.split_whitespace().next()? {
        "SELECT" if literal.contains("WHERE") => Some(literal),
        "WHERE" if literal.contains("one = ") => {
            Some(format!("SELECT why FROM suspicion {literal}"))
        }
        "WHERE" => Some(format!("SELECT body FROM {table} {literal}")),
        _ => None,
    });
    questions.collect()
}

/// How the database would answer a question, step by step.
fn plan(database: &Connection, question: &str) -> Vec<String> {
    let mut plan = database
        .prepare(&format!("EXPLAIN QUERY PLAN {question}"))
        .unwrap();
    let none = vec![rusqlite::types::Null; plan.parameter_count()];
    let steps = plan.query_map(rusqlite::params_from_iter(none), |row| row.get(3));
    steps.unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_question_for_some_rows_is_answered_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.db");
    drop(Store::open(&file).unwrap());
    let database = Connection::open(&file).unwrap();
    let mut asked = 0;
    for (file, table) in FILES {
        for question in questions(file, table) {
            asked += 1;
            let steps = plan(&database, &question);
            // What stands in brackets are rows that were found before.
            let is_scan = |step: &&String| step.starts_with("SCAN") && !step.starts_with("SCAN (");
            assert_eq!(
                steps.iter().find(is_scan),
                None,
                "{file}: {question}\n{}",
                steps.join("\n")
            );
        }
    }
    assert!(asked >= 15, "{asked} questions were found");
}

#[test]
fn what_is_asked_of_each_listing_reads_no_other_of_its_series() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.db");
    drop(Store::open(&file).unwrap());
    let database = Connection::open(&file).unwrap();
    let reads_all = |literal: &&String| literal.contains("INDEXED BY listing_versions");
    let questions = literals("unread.rs");
    let question = questions.iter().find(reads_all).unwrap();
    let current = "source = ?1 AND replaced_at IS NULL AND gone_at IS NULL";
    let steps = plan(&database, &question.replace("{which}", current));
    // Thousands of edited occurrences of a series have one key.
    for (of, by) in [
        ("listing", "listing_current (source=?)"),
        ("page", "listing_versions (source=? AND key=? AND part=?)"),
        (
            "version",
            "listing_versions (source=? AND key=? AND part=? AND instance=?)",
        ),
    ] {
        let step = steps
            .iter()
            .find(|step| step.starts_with(&format!("SEARCH {of} ")));
        assert!(step.is_some_and(|step| step.ends_with(by)), "{steps:#?}");
    }
}
