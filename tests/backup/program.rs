//! `backup` and `restore` by the real program.

use crate::{Ran, program_in};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const NOW: &str = "2024-11-06T09:00:00Z";

fn run_at(folder: &Path, now: &str, arguments: &[&str]) -> Ran {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let sample = sample.display().to_string();
    let mut all = vec!["--config", &sample, "--database", "events.db", "--now", now];
    all.extend(arguments);
    program_in(folder, &all)
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    run_at(folder, NOW, arguments)
}

/// SEQUENCE of each event.
fn sequences(database: &Path) -> Vec<(String, u32)> {
    let connection = Connection::open(database).unwrap();
    let mut query = connection
        .prepare("SELECT id, sequence FROM published ORDER BY id")
        .unwrap();
    let found = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    found.map(Result::unwrap).collect()
}

#[test]
fn an_empty_machine_prints_the_same_after_a_restore() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(old.path(), &["refresh", "-q"]);
    let copy = new.path().join("copy.db");
    let backup = run(old.path(), &["backup", copy.to_str().unwrap()]);
    assert_eq!(backup.code, 0, "{}", backup.err);
    let size = fs::metadata(&copy).unwrap().len();
    let before = sequences(&old.path().join("events.db"));
    let schema: i64 = Connection::open(old.path().join("events.db"))
        .unwrap()
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(
        backup.out,
        format!(
            "{}: {} events, {size} bytes, schema version {schema}\n",
            copy.display(),
            before.len()
        )
    );

    let restored = run(new.path(), &["restore", "copy.db"]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert!(
        restored
            .out
            .starts_with("events.db: restored from copy.db: ")
            && restored.out.contains("as of 2024-11-06 09:00\n")
            && restored.out.contains("SEQUENCE and LAST-MODIFIED raised\n")
            && !restored.out.contains("kept"),
        "{}",
        restored.out
    );
    for arguments in [
        &["section"][..],
        &["section", "--format", "json"],
        &["section", "--from", "2024-10-01", "--to", "2025-03-01"],
        &["source", "list"],
        &["why", "Rust Berlin"],
        &["decide", "list"],
    ] {
        let (was, is) = (run(old.path(), arguments), run(new.path(), arguments));
        assert!(
            (was.code, &was.out, &was.err) == (is.code, &is.out, &is.err),
            "{arguments:?}: {}\n{}",
            is.out,
            is.err
        );
    }
    let after = sequences(&new.path().join("events.db"));
    assert_eq!(before.len(), after.len());
    let raised = before
        .iter()
        .zip(&after)
        .filter(|((id, before), (same, after))| {
            assert_eq!(id, same);
            assert!(after == before || *after == before + 1, "{id}");
            after > before
        });
    let raised = raised.count();
    assert!(raised > 10);
    assert!(
        restored
            .out
            .contains(&format!("\n{raised} events still to come")),
        "{}",
        restored.out
    );
    // The next refresh finds nothing new in any of it.
    let refreshed = run(new.path(), &["refresh", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&refreshed.out).unwrap();
    assert_eq!(
        (&report["new"], &report["changed"], &report["withdrawn"]),
        (&0.into(), &0.into(), &0.into())
    );
    assert_eq!(sequences(&new.path().join("events.db")), after);
}

#[test]
fn what_was_replaced_and_the_decisions_only_there_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &["refresh", "-q"]);
    run(folder, &["backup", "copy.db"]);
    let link = "https://www.meetup.com/rust-berlin/events/298633272/";
    let decided = run(folder, &["decide", "hide", link, "--reason", "no talk"]);
    assert_eq!(decided.code, 0, "{}", decided.err);
    let restored = run_at(folder, "2024-11-06T12:00:00Z", &["restore", "copy.db"]);
    let real = fs::canonicalize(folder).unwrap();
    let kept = real.join("events.db.replaced-20241106T120000Z");
    let kept = kept.to_str().unwrap();
    assert!(
        restored.out.contains(&format!(
            "the database that was replaced is kept as {kept}\n1 decision is only there: `rusty-events --database {kept} decide export` prints them\n"
        )),
        "{}\n{}",
        restored.out,
        restored.err
    );
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let sample = sample.display().to_string();
    let exported = ["--config", &sample, "--database", kept, "decide", "export"];
    let exported = program_in(folder, &exported);
    assert!(exported.out.contains("no talk"), "{}", exported.err);
    assert!(!run(folder, &["decide", "list"]).out.contains("no talk"));
}

#[test]
fn what_is_refused_ends_with_one_and_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let nothing = run(folder, &["backup", "copy.db"]);
    assert_eq!((nothing.code, nothing.out.as_str()), (1, ""));
    assert!(
        nothing
            .err
            .starts_with("error: there is no database events.db yet: run `rusty-events "),
        "{}",
        nothing.err
    );
    fs::write(folder.join("notes.txt"), "dear diary").unwrap();
    let wrong = run(folder, &["restore", "notes.txt"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (1, ""));
    assert!(
        wrong.err.contains("error: notes.txt: is not a database"),
        "{}",
        wrong.err
    );
    assert_eq!(super::names(folder), ["notes.txt"], "nothing was made");
}

/// Starts the program and kills it after so long, if it still runs.
fn killed_after(moment: Duration, folder: &Path, arguments: &[&str]) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(["--config", &sample.display().to_string()])
        .args(["--database", "events.db", "--now", NOW])
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(moment);
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_kill_at_any_moment_leaves_a_whole_database_and_a_whole_copy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &["refresh", "-q"]);
    run(folder, &["backup", "first.db"]);
    let first = sequences(&folder.join("first.db"));
    // How long a whole one takes, on this machine and today.
    let began = Instant::now();
    run(folder, &["restore", "first.db"]);
    let (whole, steps) = (began.elapsed(), 24);
    let mut before = sequences(&folder.join("events.db"));
    let (mut interrupted, mut done) = (0, 0);
    for step in 0..steps {
        let moment = whole * step * 5 / (steps * 4);
        killed_after(moment, folder, &["backup", "again.db"]);
        if folder.join("again.db").exists() {
            assert_eq!(super::integrity(&folder.join("again.db")), "ok");
            assert_eq!(sequences(&folder.join("again.db")), before);
            fs::remove_file(folder.join("again.db")).unwrap();
        }
        killed_after(moment, folder, &["restore", "first.db"]);
        assert_eq!(super::integrity(&folder.join("events.db")), "ok");
        let after = sequences(&folder.join("events.db"));
        // Either nothing happened, or all of it: everything to come rose by one.
        if after == before {
            interrupted += 1;
        } else {
            done += 1;
            for ((id, was), (same, is)) in before.iter().zip(&after) {
                assert_eq!(id, same);
                let first = first.iter().find(|(first, _)| first == id).unwrap().1;
                assert!(
                    *is == was + 1 || (is == was && *is == first),
                    "{id}: {was} to {is}"
                );
            }
        }
        assert_eq!(before.len(), after.len());
        before = after;
    }
    crate::said(&format!(
        "restores killed: {interrupted} before they took effect, {done} after"
    ));
    assert!(interrupted > 0);
}

/// Every write, rename and truncation of a restore in turn is its last.
#[test]
fn no_single_write_is_the_one_that_breaks_it() {
    let strace = Command::new("strace").arg("-V").output();
    if !strace.is_ok_and(|ran| ran.status.success()) {
        return crate::skipped("strace is not here: no restore is killed at each of its writes");
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &["refresh", "-q"]);
    run(folder, &["backup", "first.db"]);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let (mut kills, mut done) = (0, 0);
    for (call, every) in [
        ("pwrite64", 60),
        ("rename", 1),
        ("ftruncate", 1),
        ("fdatasync", 1),
        ("fsync", 1),
        ("unlink", 1),
        ("link", 1),
    ] {
        // Over a database, and to where none stands.
        for stands in [true, false] {
            for number in (1..400).map(|number| number * every) {
                if !stands {
                    for name in super::names(folder) {
                        if name.starts_with("events.db") {
                            fs::remove_file(folder.join(name)).unwrap();
                        }
                    }
                }
                let before = stands.then(|| sequences(&folder.join("events.db")));
                let ran = Command::new("strace")
                    .args(["-f", "-qq", "-o", "/dev/null", "-e"])
                    .arg(format!("inject={call}:signal=KILL:when={number}"))
                    .arg(env!("CARGO_BIN_EXE_rusty-events"))
                    .args(["--config", &sample.display().to_string()])
                    .args([
                        "--database",
                        "events.db",
                        "--now",
                        NOW,
                        "restore",
                        "first.db",
                    ])
                    .current_dir(folder)
                    .output()
                    .unwrap();
                if ran.status.success() {
                    done += 1;
                    break;
                }
                kills += 1;
                if folder.join("events.db").exists() {
                    assert_eq!(super::integrity(&folder.join("events.db")), "ok");
                    let after = sequences(&folder.join("events.db"));
                    assert!(!after.is_empty(), "{call} {number}");
                    if let Some(before) = before {
                        assert_eq!(before.len(), after.len(), "{call} {number}");
                    }
                } else {
                    assert!(!stands, "{call} {number}: the database is gone");
                }
                for name in super::names(folder) {
                    if name.contains("replaced") || name.contains(".part") {
                        fs::remove_file(folder.join(name)).unwrap();
                    }
                }
                if !folder.join("events.db").exists() && stands {
                    run(folder, &["restore", "first.db"]);
                }
            }
            run(folder, &["restore", "first.db"]);
        }
    }
    crate::said(&format!(
        "restores killed at a system call: {kills}; {done} ran to their end"
    ));
    assert!(kills > 20 && done > 0);
}
