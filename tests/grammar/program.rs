//! The real program on drafts with marks of an unfinished merge, and with what cannot be read.

use super::{FIRST, SECOND};
use crate::program_in;
use std::fs;
use std::path::Path;

const EVENT: &str = r#"[[event]]
title = "Hack and Learn"
start = "2026-09-08"
place = "Berlin, DE"
mode = "in-person"
organiser = "Rust Berlin"
organiser-url = "https://berlin.example/"
link = "https://berlin.example/hack/1"
"#;

fn draft(rows: &str) -> String {
    format!(
        "Date: 2026-08-26\n\n## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n### Europe\n{rows}\n## Jobs\n"
    )
}

/// A folder with a configuration, and with a draft. The event of the draft's issue is known.
fn desk(rows: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sources = folder.path().join("config/sources");
    fs::create_dir_all(&sources).unwrap();
    fs::write(sources.join("manual.toml"), EVENT).unwrap();
    fs::write(folder.path().join("draft.md"), draft(rows)).unwrap();
    let refreshed = run(folder.path(), &["refresh", "--quiet"]);
    assert_eq!(refreshed.code, 0, "{}", refreshed.err);
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> crate::Ran {
    let fixed = [
        "--config",
        "config",
        "--database",
        "x.db",
        "--now",
        "2026-08-24T06:00:00Z",
    ];
    program_in(folder, &[&fixed[..], arguments].concat())
}

#[test]
fn every_command_refuses_a_mark_of_a_merge_with_its_line() {
    let rows = format!("<<<<<<<\n{FIRST}{SECOND}=======\n>>>>>>>\n");
    let folder = desk(&rows);
    let page = "https://berlin.example/hack/2";
    let add = ["event", "add", "--update", "draft.md", page];
    for other in ["base.md", "theirs.md"] {
        fs::write(folder.path().join(other), draft(FIRST)).unwrap();
    }
    for arguments in [
        &["merge", "base.md", "draft.md", "theirs.md"][..],
        &["update", "draft.md"],
        &["update", "--dry-run", "draft.md"],
        &["learn", "draft.md"],
        &["learn", "."],
        &["lint", "draft.md"],
        &["lint", "--fix", "draft.md"],
        &add,
    ] {
        let ran = run(folder.path(), arguments);
        assert_ne!(ran.code, 0, "{arguments:?}");
        let said = format!("{}{}", ran.out, ran.err);
        assert!(
            said.contains("line 8: ") || said.contains("draft.md:8:"),
            "{arguments:?}: {said}"
        );
        let now = fs::read_to_string(folder.path().join("draft.md")).unwrap();
        assert_eq!(now, draft(&rows), "{arguments:?}");
    }
}

#[test]
fn what_cannot_be_read_stays_and_its_event_is_not_added_again() {
    for unreadable in [
        format!("{}{SECOND}", FIRST.replace("2026-09-08", "8 September")),
        format!("{}{SECOND}", FIRST.replace(") | [", ") and friends [")),
        format!(
            "{FIRST}{}",
            SECOND
                .replace("    * [**Hack and Learn**](", "    Hack and Learn: ")
                .replace(')', "")
        ),
        SECOND.to_owned(),
        SECOND.replace("    * ", "See "),
        format!("```\n{FIRST}{SECOND}```\n"),
        format!("> {FIRST}> {SECOND}"),
        format!("| {FIRST}{SECOND}"),
    ] {
        let folder = desk(&unreadable);
        for _ in 0..2 {
            let ran = run(
                folder.path(),
                &["update", "draft.md", "--report", "report.md"],
            );
            assert_eq!(ran.code, 0, "{}", ran.err);
            let now = fs::read_to_string(folder.path().join("draft.md")).unwrap();
            assert_eq!(now.matches("hack/1").count(), 1, "{now}");
            assert!(
                now.contains(&unreadable),
                "{unreadable:?} is not in {now:?}"
            );
            let report = fs::read_to_string(folder.path().join("report.md")).unwrap();
            assert!(
                report.contains("line ") && report.contains("Hack and Learn"),
                "{report}"
            );
        }
    }
}
