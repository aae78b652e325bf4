//! The real program: files, formats, exit codes, Git, and the facts of a database.

use super::CLEAN;
use crate::{Ran, program_in};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn lint(folder: &Path, arguments: &[&str]) -> Ran {
    let arguments: Vec<&str> = ["lint"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    program_in(folder, &arguments)
}

fn wrong() -> String {
    CLEAN.replacen("London, UK", "London, GB", 1)
}

fn doubtful() -> String {
    CLEAN.replacen("Virtual (Berlin, DE)", "Virtual (Germany)", 1)
}

#[test]
fn exit_codes_tell_errors_from_warnings() {
    let (wrong, doubtful) = (wrong(), doubtful());
    let folder = folder(&[
        ("clean.md", CLEAN),
        ("wrong.md", &wrong),
        ("doubtful.md", &doubtful),
        ("none.md", "## News\n"),
    ]);
    let code = |arguments: &[&str]| lint(folder.path(), arguments).code;
    assert_eq!(code(&["clean.md"]), 0);
    assert_eq!(code(&["doubtful.md"]), 0);
    assert_eq!(code(&["doubtful.md", "--strict"]), 4);
    assert_eq!(code(&["wrong.md"]), 4);
    assert_eq!(code(&["none.md"]), 1);
    assert_eq!(code(&["absent.md"]), 1);
    assert_eq!(code(&[]), 2);
    assert_eq!(code(&["clean.md", "wrong.md", "--base", "clean.md"]), 2);
    assert_eq!(code(&["clean.md", "--format", "xml"]), 2);
    // All files are checked, whatever becomes of one.
    let ran = lint(
        folder.path(),
        &["absent.md", "none.md", "wrong.md", "clean.md"],
    );
    assert_eq!(ran.code, 4);
    assert!(ran.out.starts_with("wrong.md:16:"), "{}", ran.out);
    assert!(
        ran.err.contains("absent.md") && ran.err.contains("none.md"),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_that_is_no_text_is_refused_with_its_line() {
    let folder = folder(&[]);
    fs::write(folder.path().join("latin.md"), b"## News\n\nN\xfcrnberg\n").unwrap();
    let ran = lint(folder.path(), &["latin.md"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("latin.md:3: not UTF-8"), "{}", ran.err);
}

#[test]
fn findings_are_printed_as_text_json_and_annotations() {
    let wrong = wrong();
    let folder = folder(&[("a,b:c%.md", &wrong)]);
    let text = lint(folder.path(), &["a,b:c%.md"]);
    assert_eq!(
        text.out,
        "a,b:c%.md:16:29: error[country-spelling]: the country `GB` is written `UK` — write `London, UK`\n"
    );
    assert!(
        text.err
            .contains("1 error, 0 warnings in 1 file; --fix mends 1"),
        "{}",
        text.err
    );
    assert!(lint(folder.path(), &["a,b:c%.md", "-q"]).err.is_empty());
    let json = lint(folder.path(), &["a,b:c%.md", "--format", "json"]);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"findings": [{
            "file": "a,b:c%.md", "line": 16, "column": 29, "kind": "country-spelling", "severity": "error",
            "text": "the country `GB` is written `UK`", "mend": "write `London, UK`"
        }]})
    );
    let github = lint(folder.path(), &["a,b:c%.md", "--format", "github"]);
    assert_eq!(
        github.out,
        "::error file=a%2Cb%3Ac%25.md,line=16,col=29,title=country-spelling::the country `GB` is written `UK` — write `London, UK`\n"
    );
    // A foreign text cannot end a workflow command and begin another.
    let hostile = CLEAN.replacen("[Ferris Friends]", "% ::error::x\u{1b}[31m", 1);
    fs::write(folder.path().join("h.md"), hostile).unwrap();
    let github = lint(folder.path(), &["h.md", "--format", "github"]).out;
    assert!(!github.is_empty());
    for line in github.lines() {
        assert!(line.starts_with("::error file=h.md,") || line.starts_with("::warning file=h.md,"));
        assert!(!line.contains('\u{1b}'));
    }
    assert!(github.contains("%25 ::error"), "{github}");
    let none = lint(
        folder.path(),
        &["h.md", "--base", "h.md", "--format", "json"],
    );
    assert_eq!(none.code, 0);
    assert_eq!(
        serde_json::from_str::<Value>(&none.out).unwrap(),
        serde_json::json!({"findings": []})
    );
}

#[test]
fn equal_findings_are_one_line_of_text_and_each_its_own_for_programs() {
    let text = CLEAN.replace("/crabes)", "/crabes/events/)").replace(
        "### Europe\n",
        "### Europe\n* 2026-08-26 | Bern, CH | [Crabes](https://www.meetup.com/crabes/events/)\n    * [**Un**](https://crabs.example.edu/1)\n",
    );
    let folder = folder(&[("a.md", &text)]);
    let ran = lint(folder.path(), &["a.md"]);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.starts_with("a.md:14:"), "{}", ran.out);
    assert!(ran.out.ends_with("(also on line 24)\n"), "{}", ran.out);
    assert!(ran.err.contains("2 warnings"), "{}", ran.err);
    let github = lint(folder.path(), &["a.md", "--format", "github"]).out;
    assert_eq!(github.lines().count(), 2, "{github}");
    let json = lint(folder.path(), &["a.md", "--format", "json"]).out;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), 2);
}

#[test]
fn fix_writes_only_what_changes() {
    let (wrong, doubtful) = (wrong(), doubtful());
    let folder = folder(&[("wrong.md", &wrong), ("doubtful.md", &doubtful)]);
    let path = |name: &str| folder.path().join(name);
    let stood = fs::metadata(path("doubtful.md"))
        .unwrap()
        .modified()
        .unwrap();
    let ran = lint(folder.path(), &["--fix", "wrong.md", "doubtful.md"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.err.contains("1 mended"), "{}", ran.err);
    assert_eq!(fs::read_to_string(path("wrong.md")).unwrap(), CLEAN);
    assert_eq!(fs::read_to_string(path("doubtful.md")).unwrap(), doubtful);
    assert_eq!(
        fs::metadata(path("doubtful.md"))
            .unwrap()
            .modified()
            .unwrap(),
        stood
    );
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn with_a_baseline_only_what_is_new_counts() {
    let wrong = wrong();
    let row = "* 2026-08-26 | Bern | [Crabs](https://crabs.example.edu/)\n    * [**X**](https://crabs.example.edu/1)\n";
    let worse = wrong.replace("### Europe\n", &format!("### Europe\n{row}"));
    let folder = folder(&[("old.md", &wrong), ("new.md", &worse)]);
    assert_eq!(lint(folder.path(), &["old.md", "--base", "old.md"]).code, 0);
    let ran = lint(folder.path(), &["new.md", "--base", "old.md"]);
    assert_eq!((ran.code, ran.out.lines().count()), (4, 1));
    assert!(
        ran.out.starts_with("new.md:14:16: error[country-missing]"),
        "{}",
        ran.out
    );
    assert_eq!(
        lint(folder.path(), &["new.md", "--base", "absent.md"]).code,
        1
    );
}

pub(super) fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn since_a_revision_only_what_is_new_counts() {
    let folder = folder(&[]);
    let draft = folder.path().join("draft");
    fs::create_dir(&draft).unwrap();
    fs::write(draft.join("a.md"), wrong()).unwrap();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "x"]);
    let path = std::env::var("PATH").unwrap_or_default();
    let since = |revision: &str, path: &str| {
        let home = tempfile::tempdir().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
            .args(["lint", "draft/a.md", "draft/b.md", "--since", revision])
            .current_dir(folder.path())
            .env_clear()
            .env("HOME", home.path())
            .env("PATH", path)
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    // A file that the revision did not have is all new.
    fs::write(draft.join("b.md"), wrong()).unwrap();
    let (code, out, _) = since("HEAD", &path);
    assert_eq!((code, out.lines().count()), (4, 1), "{out}");
    assert!(out.starts_with("draft/b.md:16:"), "{out}");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "y"]);
    assert_eq!(since("HEAD", &path).0, 0);
    for unknown in ["nowhere", "HEAD:draft/a.md", "--help"] {
        let (code, _, err) = since(unknown, &path);
        assert!(code == 1 || code == 2, "{unknown}: {code} {err}");
        assert!(!err.is_empty());
    }
    let (code, _, err) = since("HEAD", "/nowhere");
    assert_eq!(code, 1);
    assert!(err.contains("`git` cannot be run"), "{err}");
}

#[test]
fn no_database_is_made() {
    let folder = folder(&[("clean.md", CLEAN)]);
    assert_eq!(
        lint(folder.path(), &["clean.md", "--database", "new.db"]).code,
        0
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn facts_are_those_of_the_database() {
    let folder = folder(&[]);
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::write(
        config.join("service.toml"),
        "[section]\nline = \"Rusty Events between {from} - {to} 🦀\"\n",
    )
    .unwrap();
    fs::write(
        config.join("sources/manual.toml"),
        r#"
[[event]]
title = "Moved"
start = "2026-09-03"
place = "Bern, CH"
mode = "in-person"
organiser = "Crabs"
link = "https://www.meetup.com/crabs/events/1/"

[[event]]
title = "Elsewhere"
start = "2026-09-04"
place = "Basel, CH"
mode = "in-person"
organiser = "Crabs"
link = "https://www.meetup.com/crabs/events/2/"

[[event]]
title = "Online now"
start = "2026-09-05"
place = "Bern, CH"
mode = "virtual"
organiser = "Crabs"
link = "https://www.meetup.com/crabs/events/3/"

[[event]]
title = "Off"
start = "2026-09-06"
place = "Bern, CH"
mode = "in-person"
status = "cancelled"
organiser = "Crabs"
link = "https://www.meetup.com/crabs/events/4/"

[[event]]
title = "Right"
start = "2026-09-07"
place = "Bern, CH"
mode = "in-person"
organiser = "Crabs"
link = "https://crabs.example.edu/"

[[event]]
title = "Right again"
start = "2026-09-08"
place = "Bern, CH"
mode = "in-person"
organiser = "Crabs"
link = "https://crabs.example.edu/"
"#,
    )
    .unwrap();
    let row = |day: u32, title: &str, link: &str| {
        format!(
            "* 2026-09-0{day} | Bern, CH | [Crabs](https://www.meetup.com/crabs)\n    * [**{title}**]({link})\n"
        )
    };
    let event = |number: u32| format!("https://www.meetup.com/crabs/events/{number}/");
    let rows = [
        row(2, "Moved", &event(1)),
        row(4, "Elsewhere", &event(2)),
        row(5, "Online now", &event(3)),
        row(6, "Off", &event(4)),
        row(7, "Right", "https://crabs.example.edu/"),
        row(8, "Right again", "https://crabs.example.edu/"),
        row(9, "Unknown", "https://crabs.example.edu/"),
    ];
    let text = format!(
        "## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n### Europe\n{}",
        rows.concat()
    );
    fs::write(folder.path().join("section.md"), text).unwrap();
    let run = |arguments: &[&str]| {
        let all = [
            arguments,
            &[
                "--config",
                "config",
                "--database",
                "x.db",
                "--now",
                "2026-08-25T09:00:00Z",
            ],
        ]
        .concat();
        program_in(folder.path(), &all)
    };
    let before = run(&["lint", "section.md"]);
    assert_eq!(before.code, 0, "{}", before.out);
    let read = run(&["refresh"]);
    assert_eq!(read.code, 0, "{}", read.err);
    let after = run(&["lint", "section.md", "--format", "json"]);
    let json: Value = serde_json::from_str(&after.out).unwrap();
    let found: Vec<(u64, &str)> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                finding["line"].as_u64().unwrap(),
                finding["kind"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (6, "facts-date"),
            (8, "facts-place"),
            (10, "facts-mode"),
            (12, "facts-cancelled")
        ]
    );
    assert_eq!(after.code, 4);
}
