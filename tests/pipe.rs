//! Commands in a pipe: `-` for standard input and output, and reports as JSON.

use crate::{Ran, program_fed};
use serde_json::Value;
use std::fs;
use std::path::Path;

const DRAFT: &str = "Date: 2024-11-06\n\n## News\nnone\n\n## Upcoming Events\n\nRusty Events between XXXX-XX-XX - XXXX-XX-XX 🦀\n\n### Virtual\n\nIf you are running a Rust event please add it.\n";

fn fed(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/config/sample");
    let all = [
        "--config",
        sample,
        "--database",
        "events.db",
        "--now",
        "2024-11-06T09:00:00Z",
    ];
    program_fed(folder, &[&all[..], arguments].concat(), input)
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    fed(folder, arguments, "")
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.out))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("events.db"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_draft_goes_through_update_as_through_a_filter() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let piped = fed(folder, &["update", "-", "--refresh"], DRAFT);
    assert_eq!(piped.code, 0, "{}", piped.err);
    assert!(
        piped
            .err
            .contains("standard input: brought up to date; issue of 2024-11-06"),
        "{}",
        piped.err
    );
    assert_eq!(names(folder), [""; 0], "no file is written");
    let elsewhere = tempfile::tempdir().unwrap();
    let elsewhere = elsewhere.path();
    fs::write(elsewhere.join("draft.md"), DRAFT).unwrap();
    assert_eq!(run(elsewhere, &["update", "draft.md", "--refresh"]).out, "");
    let wanted = fs::read_to_string(elsewhere.join("draft.md")).unwrap();
    assert_eq!(piped.out, wanted, "standard output has the draft alone");

    // What people take out of it stays out, as in a file.
    let rows: Vec<&str> = wanted
        .lines()
        .filter(|line| line.starts_with("* "))
        .collect();
    let (before, after) = wanted.split_once(rows[0]).unwrap();
    let second_line = after.trim_start_matches('\n').find('\n').unwrap() + 2;
    let shorter = format!("{before}{}", &after[second_line..]);
    let again = fed(folder, &["update", "-"], &shorter);
    assert_eq!((again.code, &again.out), (0, &shorter), "{}", again.err);
    assert!(again.err.contains("removed by hand"), "{}", again.err);

    let dry = fed(folder, &["update", "-", "--dry-run"], DRAFT);
    assert_eq!(dry.code, 4, "{}", dry.err);
    assert!(dry.out.starts_with("--- a/-\n+++ b/-\n"), "{}", dry.out);
}

#[test]
fn what_cannot_be_standard_input_or_output_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("draft.md"), DRAFT).unwrap();
    assert_eq!(run(folder.path(), &["refresh", "--quiet"]).code, 0);
    for (arguments, why) in [
        (&["update", "-", "draft.md"][..], "cannot be combined"),
        (&["lint", "-", "draft.md"], "cannot be combined"),
        (&["update", "-", "--json"], "both the draft of - and"),
        (&["update", "draft.md", "--json", "--report", "-"], "both"),
        (&["update", "-", "--base", "HEAD"], "--base asks Git"),
        (&["lint", "-", "--since", "HEAD"], "--since asks Git"),
    ] {
        let ran = fed(folder.path(), arguments, DRAFT);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(why), "{arguments:?}: {}", ran.err);
    }
    let draft = fs::read_to_string(folder.path().join("draft.md")).unwrap();
    assert_eq!(draft, DRAFT);
}

#[test]
fn the_report_of_an_update_is_there_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("draft.md"), DRAFT).unwrap();
    assert_eq!(run(folder, &["refresh", "--quiet"]).code, 0);
    let dry = run(folder, &["update", "draft.md", "--dry-run", "--json"]);
    assert_eq!(dry.code, 4, "{}", dry.err);
    let done = run(folder, &["--quiet", "update", "draft.md", "--json"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    let (dry, done) = (json(&dry), json(&done));
    let (would, did) = (&dry["drafts"][0], &done["drafts"][0]);
    assert_eq!(would["report"], did["report"]);
    let diff = would["diff"].as_str().unwrap();
    assert!(diff.starts_with("--- a/draft.md\n"), "{diff}");
    assert_eq!(did["diff"], Value::Null);
    assert_eq!(did["file"], "draft.md");
    assert_eq!(did["issue"], "2024-11-06");
    assert_eq!(did["changed"], true);
    let entries = did["report"]["entries"].as_array().unwrap();
    let new: Vec<&Value> = entries.iter().filter(|of| of["kind"] == "new").collect();
    let text = fs::read_to_string(folder.join("draft.md")).unwrap();
    assert!(!new.is_empty(), "{done:#}");
    for entry in new {
        assert!(text.contains(entry["url"].as_str().unwrap()), "{entry:#}");
    }
    let doubts = did["report"]["attention"].as_array().unwrap();
    assert!(
        doubts.iter().any(|of| of["kind"] == "unknown-place"),
        "{doubts:#?}"
    );
    for list in ["calls", "without_source", "missing"] {
        assert!(did[list].is_array(), "{list}");
    }
    assert_eq!(done["stale"], Value::from(Vec::<Value>::new()));
    assert!(done["candidates"].is_u64() && done["pulls"].is_array());

    let row = |place: &str| {
        format!(
            "### Virtual\n* 2024-11-12 | {place} | [Crab Graz](https://www.meetup.com/crab-graz/)\n    * [**Borrowing**](https://www.meetup.com/crab-graz/events/301234567/)\n"
        )
    };
    let text = text.replacen("### Virtual\n", &row("Virtual (Graz, AT)"), 1);
    fs::write(folder.join("draft.md"), text).unwrap();
    let again = json(&run(folder, &["update", "draft.md", "--json"]));
    let by_hand = &again["drafts"][0];
    let entries = by_hand["report"]["entries"].as_array().unwrap();
    assert!(
        entries.iter().any(|of| of["kind"] == "by-hand"),
        "{entries:#?}"
    );
    assert_eq!(
        by_hand["without_source"][0]["url"],
        "https://www.meetup.com/crab-graz/"
    );
}

#[test]
fn learn_and_export_report_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(run(folder, &["refresh", "--quiet"]).code, 0);
    let issue = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/sample-2024-11-06.md"
    );
    fs::write(folder.join("about.md"), "# About\n").unwrap();
    let learned = run(folder, &["learn", issue, "about.md", "--json"]);
    assert_eq!(learned.code, 3, "{}", learned.err);
    let learned = json(&learned);
    assert_eq!(
        (&learned["learned"], &learned["known"]),
        (&1.into(), &0.into())
    );
    let unread = learned["unread"][0].as_str().unwrap();
    assert!(unread.contains("about.md"), "{unread}");

    let exported = json(&run(folder, &["export", "public", "--json"]));
    assert_eq!(exported["folder"], "public");
    let files = exported["files"].as_u64().unwrap();
    assert!(files > 10 && exported["changed"] == files, "{exported:#}");
    let again = json(&run(folder, &["export", "public", "--json"]));
    assert_eq!(again["changed"], 0);
}

#[test]
fn a_page_is_previewed_and_a_section_linted_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let feed = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Borrow night\r\n\
        DTSTART:20241120T180000Z\r\nLOCATION:Old Mill\\, Graz\\, Austria\r\nURL:https://crab.example/1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    fs::write(folder.join("feed.ics"), feed).unwrap();
    let piped = fed(folder, &["preview", "-"], feed);
    assert_eq!(piped.code, 0, "{}", piped.err);
    let file = run(folder, &["preview", "feed.ics"]);
    assert_eq!(piped.out.replace("standard input", "feed.ics"), file.out);
    assert!(piped.out.contains("Borrow night"), "{}", piped.out);

    let wrong = "## Upcoming Events\n\nRusty Events between 2024-11-06 - 2024-12-04 🦀\n\n### Europe\n* 2024-11-12 | Bern, CH | [B](https://b.example/)\n    * [**Borrowing ** ](https://b.example/1)\n";
    let found = fed(folder, &["lint", "-"], wrong);
    assert!(found.out.starts_with("-:"), "{}", found.out);
    let mended = fed(folder, &["lint", "--fix", "-"], wrong);
    let right = wrong.replace("**Borrowing ** ", "**Borrowing**");
    assert_eq!(mended.out, right, "{}", mended.err);
}

#[test]
fn an_output_that_is_called_a_hyphen_is_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(run(folder, &["refresh", "--quiet"]).code, 0);
    let section = run(folder, &["section"]).out;
    assert_eq!(run(folder, &["section", "--output", "-"]).out, section);
    fs::write(folder.join("draft.md"), DRAFT).unwrap();
    let report = run(folder, &["update", "draft.md", "--report", "-"]).out;
    assert!(
        report.starts_with("## Events of the issue of 2024-11-06 (draft.md)\n"),
        "{report}"
    );
    assert_eq!(names(folder), ["draft.md"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf_8_do_not_stop_a_report() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let draft = std::ffi::OsStr::from_bytes(b"draft-\xff.md");
    let site = std::ffi::OsStr::from_bytes(b"site-\xff");
    fs::write(folder.join(draft), DRAFT).unwrap();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/config/sample");
    let json = |arguments: &[&std::ffi::OsStr]| -> Value {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_rusty-events"))
            .args(["--config", sample, "--database", "events.db"])
            .args(["--now", "2024-11-06T09:00:00Z"])
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{error}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let [update, refresh, export, as_json] =
        ["update", "--refresh", "export", "--json"].map(std::ffi::OsStr::new);
    let report = json(&[update, draft, refresh, as_json]);
    assert_eq!(report["drafts"][0]["file"], "draft-\u{fffd}.md");
    let report = json(&[export, site, as_json]);
    assert_eq!(report["folder"], "site-\u{fffd}");
}
