//! The files themselves: missing, misnamed, too large, damaged; and those that are compiled in.

use super::{folder, listed, one, problems, read, write};
use rusty_events::config;
use std::fs;
use std::path::Path;

#[test]
fn every_file_of_our_own_set_up_is_compiled_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut there: Vec<String> = Vec::new();
    for below in ["", "sources", "decisions"] {
        let Ok(entries) = fs::read_dir(root.join(below)) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "toml") {
                let path = path.strip_prefix(&root).unwrap();
                there.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    let mut compiled: Vec<_> = config::COMPILED_IN
        .iter()
        .map(|(path, _)| (*path).to_owned())
        .collect();
    there.sort();
    compiled.sort();
    assert_eq!(compiled, there);
}

#[test]
fn what_is_compiled_in_is_what_the_folder_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let own = config::compiled_in().unwrap_or_else(|errors| panic!("{errors}"));
    let mut read = config::read(&folder).unwrap_or_else(|errors| panic!("{errors}"));
    for (file, _) in read.written_at.values_mut() {
        *file = Path::new("config").join(file.strip_prefix(&folder).unwrap());
    }
    assert_eq!(read.root.take(), Some(folder));
    assert_eq!(own, read);
}

#[test]
fn a_missing_folder_is_refused_with_advice() {
    let folder = folder(&[("file", "")]);
    let errors = config::read(&folder.path().join("none")).unwrap_err();
    assert_eq!(
        listed(&errors, folder.path()),
        "none: no such folder; name the folder that holds service.toml and sources/ with --config or \
         RUSTY_EVENTS_CONFIG, or neither, to use the newsletter's own sources"
    );
    let errors = config::read(&folder.path().join("file")).unwrap_err();
    assert_eq!(
        listed(&errors, folder.path()),
        "file: is not a folder; name the folder that holds service.toml and sources/"
    );
}

#[test]
fn only_toml_files_are_read() {
    let configuration = read(&[
        ("sources/a.toml", ""),
        ("sources/README.md", "not TOML"),
        ("sources/.b.toml", "not TOML"),
        ("sources/c.toml.orig", "not TOML"),
        ("other.toml", "not TOML"),
    ]);
    assert!(configuration.sources.is_empty());
}

#[test]
fn a_file_that_was_misnamed_is_refused() {
    assert_eq!(
        problems(&[
            ("organizers.toml", ""),
            ("services.toml", ""),
            ("sources.toml", ""),
        ]),
        [
            "organizers.toml: is not read; did you mean \"organisers.toml\"?",
            "services.toml: is not read; did you mean \"service.toml\"?",
            "sources.toml: is not read; move it into the folder \"sources\"",
        ]
    );
}

#[test]
fn a_syntax_error_has_its_line_and_the_other_files_are_still_checked() {
    assert_eq!(
        problems(&[
            ("service.toml", "database = 1\n"),
            (
                "sources/a.toml",
                "[[source]]\nurl = https://a.example/\n\n[[source]\n"
            ),
            ("sources/b.toml", "[[source]]\n"),
        ]),
        [
            "service.toml:1: database: a string is expected, not a number: write it as in database = \"events.db\"",
            "sources/a.toml:2:7: a text stands in quotation marks: write url = \"https://a.example/\"",
            "  2 | url = https://a.example/",
            "    |       ^^^^^^^^^^^^^^^^^^",
            "sources/a.toml:4:10: a bracket is missing: write [[source]]",
            "  4 | [[source]",
            "    |          ^",
            "sources/b.toml:1: source: url: is missing: add it as in url = \"https://www.example.org/events\"",
        ]
    );
}

#[test]
fn a_line_that_is_wrong_twice_is_one_problem() {
    assert_eq!(
        problems(&[("service.toml", "database = a b = c]\n")]),
        [
            "service.toml:1:12: a text stands in quotation marks: write database = \"a b = c]\"",
            "  1 | database = a b = c]",
            "    |            ^^^",
        ]
    );
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    assert_eq!(
        problems(&[("service.toml", "database = \"a\"\n\ndatabase = \"b\"\n")]),
        [
            "service.toml:3:1: is written twice, first in line 1: remove one of the two",
            "  3 | database = \"b\"",
            "    | ^^^^^^^^",
        ]
    );
}

#[test]
fn a_file_that_is_too_large_or_not_utf8_is_refused() {
    let folder = folder(&[("sources/good.toml", "")]);
    write(
        folder.path(),
        "sources/large.toml",
        &vec![b'#'; 1024 * 1024 + 1],
    );
    write(folder.path(), "sources/latin.toml", b"# one\n# caf\xe9\n");
    fs::create_dir(folder.path().join("sources/folder.toml")).unwrap();
    let errors = config::read(folder.path()).unwrap_err();
    assert_eq!(
        listed(&errors, folder.path()),
        "sources/folder.toml: is not a file: make it one, or move it away\n\
         sources/large.toml: is larger than 1 MiB; split it\n\
         sources/latin.toml:2: is not UTF-8 text; save it as UTF-8"
    );
}

#[test]
fn a_file_of_just_one_mebibyte_is_read() {
    let text = "#".repeat(1024 * 1024);
    assert!(read(&[("sources/large.toml", &text)]).sources.is_empty());
}

#[test]
fn a_byte_order_mark_is_no_error_and_shifts_no_line() {
    assert_eq!(
        one(problems(&[("service.toml", "\u{feff}\ndatabase = 1\n")])),
        "service.toml:2: database: a string is expected, not a number: write it as in database = \"events.db\""
    );
}

#[test]
fn lines_are_counted_with_any_line_end() {
    assert_eq!(
        one(problems(&[(
            "service.toml",
            "# a\r\n# b\r\ndatabase = 1\r\n"
        )])),
        "service.toml:3: database: a string is expected, not a number: write it as in database = \"events.db\""
    );
}

#[test]
fn hostile_nesting_is_an_error_and_no_overflow() {
    let deep = format!("database = {}", "[".repeat(100_000));
    let dotted = format!("{}a = 1", "a.".repeat(50_000));
    for text in [&deep, &dotted] {
        let problems = problems(&[("service.toml", text)]);
        assert!(!problems.is_empty());
    }
}
