//! `review`: the open questions of an issue, answered line by line from standard input; and what decisions say that
//! they come to.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the program on the sample, with these lines typed.
fn typed(folder: &Path, arguments: &[&str], lines: &str) -> (i32, String, String) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(["--database", "events.db", "--now", "2024-11-06T09:00:00Z"])
        .arg("--config")
        .arg(sample)
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
        "'z' is no answer here",
        "no event is known as \"nonsense\"",
        "write e FIELD=VALUE",
        "1 decided",
        "update` writes it",
    ] {
        assert!(err.contains(said), "{said}\n{err}");
    }
    assert_eq!(out.matches("Systems evening").count(), 3, "{out}");
    let (_, decisions, _) = typed(folder, &["decide", "list"], "");
    assert!(
        decisions.contains("edit place=\"Leeds, UK\""),
        "{decisions}"
    );
    assert!(!decisions.contains("hide"), "{decisions}");
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
        shown.contains("--database events.db update` writes it"),
        "{shown}"
    );
}
