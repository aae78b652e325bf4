//! What documents say of tests is so: each test that a table names is there.

use std::fs;
use std::path::Path;

/// Documents that name tests by their path, such as `walk::a_second_refresh_changes_nothing_that_is_published`.
const DOCUMENTS: [&str; 1] = ["tests/faults/README.md"];

/// The paths of tests in a text: what stands in marks of code, in small letters and with `::`.
fn named(text: &str) -> Vec<&str> {
    let is_path = |word: &&str| {
        word.contains("::")
            && word.chars().all(|char| {
                char.is_ascii_lowercase() || char.is_ascii_digit() || "_:".contains(char)
            })
    };
    text.split('`').filter(is_path).collect()
}

/// Whether a test of that path is in the sources.
fn is_there(test: &str) -> bool {
    let Some((module, name)) = test.rsplit_once("::") else {
        return false;
    };
    let file = format!("tests/{}.rs", module.replace("::", "/"));
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
    source.is_ok_and(|source| source.contains(&format!("fn {name}(")))
}

#[test]
fn every_test_that_a_document_names_is_there() {
    for document in DOCUMENTS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
        let text = fs::read_to_string(path).unwrap();
        let named = named(&text);
        assert!(named.len() > 100, "{document} names {}", named.len());
        let absent: Vec<&str> = named.into_iter().filter(|test| !is_there(test)).collect();
        assert!(
            absent.is_empty(),
            "{document} names tests that are not there: {absent:#?}"
        );
    }
    assert!(!is_there("layers::tables::no_such_test"));
    assert!(!is_there("nowhere::no_such_test"));
}

#[test]
fn the_table_of_faults_has_every_case_once() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENTS[0]);
    let text = fs::read_to_string(path).unwrap();
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| |"));
    let cases: Vec<&str> = rows.filter_map(|line| line.split(' ').nth(1)).collect();
    let counts = [
        ('A', 26),
        ('B', 24),
        ('C', 9),
        ('D', 11),
        ('E', 9),
        ('F', 3),
    ];
    let wanted: Vec<String> = counts
        .iter()
        .flat_map(|(letter, count)| (1..=*count).map(move |number| format!("{letter}{number}")))
        .collect();
    assert_eq!(cases, wanted);
    // Where a part of a case has no test the row says so; no case is without any.
    assert!(!text.contains("| not tested |"));
}
