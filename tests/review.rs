//! `review`: the open questions of an issue, answered line by line from standard input; and what decisions say that
//! they come to.

use crate::habits::newsletter;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the program on the sample, with these lines typed.
fn typed(folder: &Path, arguments: &[&str], lines: &str) -> (i32, String, String) {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/config/sample");
    let on_sample = ["--config", sample, "--now", "2024-11-06T09:00:00Z"];
    typed_with(folder, &[&on_sample, arguments].concat(), lines)
}

/// Runs the program, with these lines typed.
fn typed_with(folder: &Path, arguments: &[&str], lines: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(["--database", "events.db"])
        .args(arguments)
        .current_dir(folder)
        .env("USER", "ann")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read ends the pipe.
    let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn questions_are_answered_one_at_a_time_and_an_answer_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (code, _, err) = typed(folder, &["review"], "");
    assert_eq!(code, 1, "without a database nothing is asked: {err}");
    assert_eq!(typed(folder, &["refresh", "--quiet"], "").0, 0);

    let (code, list, err) = typed(folder, &["review", "--list"], "");
    assert_eq!((code, err.as_str()), (0, ""));
    let questions = list.matches("\n  now: ").count();
    assert!(questions >= 8, "{list}");
    let (code, json, err) = typed(folder, &["review", "--list", "--json"], "");
    assert_eq!((code, err.as_str()), (0, ""));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let all = json["questions"].as_array().unwrap();
    assert_eq!(
        (all.len(), &json["issue"]),
        (questions, &"2024-11-06".into())
    );
    assert_eq!(all[0]["doubts"][0]["kind"], "unknown-place", "{json:#}");
    assert!(all[0]["now"].as_str().unwrap().starts_with("not printed"));
    // What keeps an event out comes before what is printed.
    let printed = list.find("now: printed").unwrap();
    assert!(list.rfind("now: not printed").unwrap() < printed, "{list}");

    // Hidden, taken back, corrected (and asked again for what is left), wrong answers, and the end of the input.
    let lines =
        "h not ours\nu\ne place=Leeds, UK\nthe organiser says so\nz\nm nonsense\ne place\nn\nn\n";
    let (code, out, err) = typed(folder, &["review", "--by", "Bo"], lines);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("h  hide it: not printed; it stays in calendars and feeds"),
        "{out}"
    );
    for said in [
        "decision 1: not printed in the issue of 2024-11-06: hidden by Bo",
        "taken back: decision 1: hide from section",
        "decision 3: not printed in the issue of 2024-11-06: needs a human (unknown-organiser)",
        "'z' is no answer here: type h, H, s, c, p, d, m, e, n, u or q",
        "each answer counts at once, and `u` takes the last one back",
        "no event is known as \"nonsense\"",
        "write e FIELD=VALUE",
        "1 decided",
        "--database events.db update FILE` writes it",
    ] {
        assert!(err.contains(said), "{said}\n{err}");
    }
    assert_eq!(out.matches("Systems evening").count(), 3, "{out}");
    // An answer whose reason never came.
    let (code, _, err) = typed(folder, &["review"], "h\n");
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("the input ended before the reason"), "{err}");
    assert!(
        err.contains("\n0 decided, ") && err.ends_with("left open\n"),
        "{err}"
    );
    let (_, decisions, _) = typed(folder, &["decide", "list"], "");
    assert!(
        decisions.contains("edit place=\"Leeds, UK\""),
        "{decisions}"
    );
    assert!(!decisions.contains("hide"), "{decisions}");
}

#[test]
fn a_dismissed_group_is_expected_again_when_that_is_taken_back() {
    let folder = newsletter();
    // A second group that is missing: after the first answer the review goes on.
    for issue in fs::read_dir(folder.path().join("repository/content")).unwrap() {
        let path = issue.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let Some((before, rows)) = text.split_once("### Europe\n") else {
            continue;
        };
        let bonn = rows.split("## Jobs").next().unwrap();
        let bonn = bonn.replace("Berlin", "Bonn").replace("berlin", "bonn");
        let text = format!("{before}### Europe\n{}{rows}", bonn.trim_start());
        fs::write(&path, text).unwrap();
    }
    let review = |arguments: &[&str], lines: &str| {
        let on = ["--config", "config", "--now", "2026-08-24T06:00:00Z"];
        typed_with(folder.path(), &[&on, arguments].concat(), lines)
    };
    assert_eq!(review(&["refresh"], "").0, 0);
    assert_eq!(review(&["learn", "repository"], "").0, 0);
    let missing = || {
        let list = review(&["review", "--list"], "").1;
        ["Rust Berlin", "Rust Bonn"].map(|name| list.contains(&format!("missing: {name}")))
    };
    assert_eq!(missing(), [true, true]);
    let (code, _, err) = review(&["review"], "x it has ended\n");
    assert_eq!(code, 0, "{err}");
    assert_eq!(missing(), [false, true]);
    assert_eq!(review(&["decide", "expect", "Rust Berlin"], "").0, 0);

    let (_, out, err) = review(&["review"], "x it has ended\nu\nq\n");
    assert!(err.contains("expected again: Rust Berlin"), "{err}{out}");
    assert!(err.contains("0 decided, 2 left open"), "{err}");
    assert_eq!(missing(), [true, true]);
}

#[test]
fn an_answer_that_only_repeats_an_earlier_decision_has_nothing_to_undo() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(typed(folder, &["refresh", "--quiet"], "").0, 0);
    let (_, list, _) = typed(folder, &["review", "--list"], "");
    let first = list.split_whitespace().nth(1).unwrap();
    let show = ["decide", "show", first, "--reason", "because"];
    assert_eq!(typed(folder, &show, "").0, 0);
    let (code, out, err) = typed(folder, &["review"], "s because\nu\nq\n");
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("that was decided before this review"), "{err}");
    assert_eq!(out.matches(first).count(), 2, "it is asked again: {out}");
    let (_, decisions, _) = typed(folder, &["decide", "list"], "");
    assert!(decisions.contains("show"), "{decisions}");
}

#[test]
fn a_decision_says_what_it_comes_to_with_a_command_that_can_be_run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(typed(folder, &["refresh", "--quiet"], "").0, 0);
    let link = "https://www.meetup.com/rust-berlin/events/299421381/";
    let on = [link, "--reason", "because"];
    let decide = |what: &[&str]| typed(folder, &[&["decide"], what, &on].concat(), "").2;
    let hidden = decide(&["hide"]);
    assert!(
        hidden.contains("not printed in the issue of 2024-11-06: hidden by ann"),
        "{hidden}"
    );
    assert!(decide(&["hide"]).contains("decided so already"));
    let shown = decide(&["show"]);
    assert!(
        shown.contains(
            "printed in the issue of 2024-11-06 under Europe; the next `rusty-events --config "
        ),
        "{shown}"
    );
    assert!(
        shown.contains("--database events.db update FILE` writes it"),
        "{shown}"
    );
}
