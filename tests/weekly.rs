//! The weekly job (`deploy/weekly.sh`), run in a repository of our own: the sample's pages, no network.

mod branches;
mod merging;

use rusty_events::store::{self, Store};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const DRAFT: &str = "draft/2024-11-06-this-week-in-rust.md";
const BEFORE: &str = "Title: This Week 572\nDate: 2024-11-06\n\n## News\nnone\n\n## Upcoming Events\n\nRusty Events between XXXX-XX-XX - XXXX-XX-XX 🦀\n\n### Virtual\n\nIf you are running a Rust event please add it.\n";

/// A newsletter's repository on a server, the clone of the job and the clone of a person.
struct Newsletter {
    folder: tempfile::TempDir,
}

/// What the job did.
struct Ran {
    code: i32,
    report: String,
    err: String,
}

impl Newsletter {
    fn new() -> Newsletter {
        Newsletter::with_config("config/sample")
    }

    fn with_config(config: &str) -> Newsletter {
        let newsletter = Newsletter {
            folder: tempfile::tempdir().unwrap(),
        };
        newsletter.git(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
        newsletter.git(".", &["clone", "-q", "origin.git", "person"]);
        newsletter.git("person", &["checkout", "-q", "-B", "main"]);
        fs::create_dir_all(newsletter.path("person/draft")).unwrap();
        fs::write(newsletter.path("person").join(DRAFT), BEFORE).unwrap();
        newsletter.commit("main");
        newsletter.git(".", &["clone", "-q", "origin.git", "job"]);
        // The program with the clock of the sample.
        let program = newsletter.path("program");
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = update ] && mv '{meanwhile}' '{meanwhile}.done' 2>/dev/null; then sh '{meanwhile}.done' >&2; fi\nexec '{}' --config '{}/{config}' --now 2024-11-06T09:00:00Z \"$@\"\n",
            env!("CARGO_BIN_EXE_rusty-events"),
            env!("CARGO_MANIFEST_DIR"),
            meanwhile = newsletter.path("meanwhile").display(),
        );
        fs::write(&program, script).unwrap();
        run(Command::new("chmod").arg("+x").arg(&program));
        newsletter
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn git(&self, clone: &str, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=A person", "-c", "user.email=p@example.org"]);
        run(self
            .alone(&mut git)
            .args(arguments)
            .current_dir(self.path(clone)))
    }

    /// Away from the configuration of this machine's git.
    fn alone<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env_remove("GIT_DIR")
            .env_remove("XDG_CONFIG_HOME")
    }

    /// A person commits all that they changed, and pushes.
    fn commit(&self, branch: &str) {
        self.git("person", &["add", "-A"]);
        self.git("person", &["commit", "-q", "-m", "by hand"]);
        self.git(
            "person",
            &["push", "-q", "origin", &format!("HEAD:{branch}")],
        );
    }

    /// A person changes what is proposed.
    fn change(&self, edit: impl Fn(&str) -> String) {
        self.git("person", &["fetch", "-q", "origin", "events"]);
        self.git("person", &["checkout", "-q", "-B", "events", "FETCH_HEAD"]);
        let path = self.path("person").join(DRAFT);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, edit(&text)).unwrap();
        self.commit("events");
    }

    fn weekly(&self) -> Ran {
        self.weekly_in("job")
    }

    fn weekly_in(&self, clone: &str) -> Ran {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/weekly.sh");
        let mut bash = Command::new("bash");
        let output = self
            .alone(&mut bash)
            .arg(script)
            .arg(self.path(clone))
            .env("RUSTY_EVENTS", self.path("program"))
            .env("TMPDIR", self.folder.path())
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap(),
            report: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// A file of a branch, as the server has it.
    fn served(&self, branch: &str, file: &str) -> String {
        self.git("origin.git", &["show", &format!("{branch}:{file}")])
    }

    fn head(&self, branch: &str) -> String {
        self.git("origin.git", &["rev-parse", branch])
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A row with its sub-rows, by a word of it.
fn row<'a>(text: &'a str, word: &str) -> &'a str {
    let at = text.find(word).unwrap();
    let start = text[..at].rfind("\n* ").unwrap() + 1;
    let rest = &text[start..];
    let end = rest[1..].find("\n* ").or_else(|| rest[1..].find("\n\n"));
    &rest[..end.unwrap() + 2]
}

#[test]
fn the_database_travels_so_that_a_row_taken_out_by_hand_stays_out() {
    let newsletter = Newsletter::new();
    let first = newsletter.weekly();
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(
        first.report.starts_with(
            "> **This run began without the database of the last one** (there is no branch events-data)."
        ),
        "{}",
        first.report
    );
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/sample-2024-11-06.md");
    let golden = fs::read_to_string(golden).unwrap();
    let proposed = newsletter.served("events", DRAFT);
    assert!(proposed.contains(&golden), "{proposed}");
    assert_eq!(
        newsletter.served("main", DRAFT),
        BEFORE,
        "people merge, not the job"
    );

    // Nothing to do a second time.
    let heads = newsletter.head("events");
    let again = newsletter.weekly();
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(
        !again.report.contains("without the database"),
        "{}",
        again.report
    );
    assert_eq!(newsletter.head("events"), heads);

    let gone = row(&proposed, "RustLab 2024").to_owned();
    newsletter.change(|text| text.replace(&gone, ""));
    let after = newsletter.weekly();
    let proposed = newsletter.served("events", DRAFT);
    assert!(!proposed.contains("RustLab 2024"), "{proposed}");
    assert!(
        after.report.to_lowercase().contains("removed by hand"),
        "{}",
        after.report
    );
    // One commit, whatever the number of runs.
    assert_eq!(
        newsletter
            .git("origin.git", &["rev-list", "--count", "events-data"])
            .trim(),
        "1"
    );

    // Without the database no one can know that.
    newsletter.git(
        "origin.git",
        &["update-ref", "-d", "refs/heads/events-data"],
    );
    let without = newsletter.weekly();
    assert_eq!(without.code, 0, "{}", without.err);
    assert!(
        without
            .report
            .contains("rows that were taken out may be back")
    );
    assert!(newsletter.served("events", DRAFT).contains("RustLab 2024"));
    assert!(
        newsletter
            .git("origin.git", &["branch"])
            .contains("events-data")
    );
}

#[test]
fn a_source_that_was_never_read_is_exit_code_3_and_the_draft_is_proposed_all_the_same() {
    let newsletter = Newsletter::with_config("config/sample-broken");
    for run in ["first", "second"] {
        let ran = newsletter.weekly();
        assert_eq!(ran.code, 3, "{run}: {}", ran.err);
        assert!(
            ran.report.contains("meetup/rust-hack-learn-karlsruhe"),
            "{run}: {}",
            ran.report
        );
        let proposed = newsletter.served("events", DRAFT);
        assert!(proposed.contains("Rust Berlin"), "{run}: {proposed}");
    }
}

#[test]
fn what_people_change_on_the_main_branch_is_taken_in() {
    let newsletter = Newsletter::new();
    newsletter.weekly();
    let path = newsletter.path("person").join(DRAFT);
    fs::write(&path, BEFORE.replace("none", "something")).unwrap();
    newsletter.commit("main");
    let ran = newsletter.weekly();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let proposed = newsletter.served("events", DRAFT);
    assert!(
        proposed.contains("## News\nsomething\n") && proposed.contains("RustLab 2024"),
        "{proposed}"
    );
}

#[test]
fn a_database_that_cannot_be_restored_is_said_and_not_thrown_away() {
    let newsletter = Newsletter::new();
    newsletter.weekly();
    newsletter.git("person", &["checkout", "-q", "--orphan", "data"]);
    newsletter.git("person", &["rm", "-rfq", "."]);
    fs::write(newsletter.path("person/events.db"), "dear diary").unwrap();
    newsletter.git("person", &["add", "-A"]);
    newsletter.git("person", &["commit", "-q", "-m", "by mistake"]);
    newsletter.git("person", &["push", "-qf", "origin", "HEAD:events-data"]);
    let ran = newsletter.weekly();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.report.contains("is not a database"), "{}", ran.report);
    assert_eq!(newsletter.served("events-data^", "events.db"), "dear diary");
    assert!(!newsletter.weekly().report.contains("without the database"));
}

#[test]
fn drafts_and_database_are_pushed_together_or_not_at_all() {
    let newsletter = Newsletter::new();
    newsletter.weekly();
    newsletter.git("origin.git", &["update-ref", "-d", "refs/heads/events"]);
    let before = newsletter.head("events-data");
    // The server takes everything but what is proposed.
    let hook = newsletter.path("origin.git/hooks/update");
    fs::write(&hook, "#!/bin/sh\ntest \"$1\" != refs/heads/events\n").unwrap();
    run(Command::new("chmod").arg("+x").arg(&hook));
    let refused = newsletter.weekly();
    assert!(refused.code != 0 && refused.code != 3, "{}", refused.err);
    assert_eq!(newsletter.head("events-data"), before);
    fs::remove_file(hook).unwrap();
    let ran = newsletter.weekly();
    assert_eq!(ran.code, 0, "{}", ran.err);
    // A draft from which every row is gone is one that was begun anew, not one that people emptied.
    assert!(newsletter.served("events", DRAFT).contains("RustLab 2024"));
}

#[test]
fn the_files_of_the_clone_are_not_touched() {
    let newsletter = Newsletter::new();
    let path = newsletter.path("job").join(DRAFT);
    fs::write(&path, "half done").unwrap();
    let ran = newsletter.weekly();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(newsletter.served("events", DRAFT).contains("RustLab 2024"));
    assert_eq!(fs::read_to_string(path).unwrap(), "half done");
    let status = newsletter.git("job", &["status", "--porcelain", "--branch"]);
    assert_eq!(status.trim(), format!("## main...origin/main\n M {DRAFT}"));
}

#[test]
fn the_pushed_database_is_a_backup_that_restores() {
    let newsletter = Newsletter::new();
    newsletter.weekly();
    let copy = newsletter.path("copy.db");
    let blob = Command::new("git")
        .args(["show", "events-data:events.db"])
        .current_dir(newsletter.path("origin.git"))
        .output()
        .unwrap();
    fs::write(&copy, blob.stdout).unwrap();
    let now = "2024-11-06T10:00:00Z".parse().unwrap();
    let restored = store::restore(&newsletter.path("events.db"), &copy, now).unwrap();
    assert!(restored.copied.events > 50);
    let published = Store::open(&newsletter.path("events.db"))
        .unwrap()
        .published();
    assert_eq!(published.unwrap().len(), restored.copied.events);
}
