//! A process that ends at any moment: each write of a run in turn is its last.

use super::{Desk, calendar, published_in};
use crate::loopback::{Answer, Server, start};
use rusqlite::Connection;
use std::fs;
use std::process::{Command, Output};

const NOW: &str = "2026-08-20T06:00:00Z";
const ISSUE: &str = "2026-08-26";

/// Whether system calls can be made to fail here.
pub(super) fn is_there() -> bool {
    let strace = Command::new("strace").arg("-V").output();
    let is_there = strace.is_ok_and(|ran| ran.status.success());
    if !is_there {
        crate::skipped("strace is not here: no system call is made to fail");
    }
    is_there
}

/// Runs the program, and lets something happen at one of its system calls: `fsync:signal=KILL:when=3`.
pub(super) fn run_with(fault: &str, desk: &Desk, arguments: &[&str]) -> Output {
    Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("inject={fault}"))
        .arg(env!("CARGO_BIN_EXE_rusty-events"))
        .args(["--now", NOW])
        .args(arguments)
        .current_dir(desk.folder.path())
        .env("HOME", desk.folder.path())
        .output()
        .unwrap()
}

/// Two sources of three and two events.
pub(super) fn two(world: &Server) -> Desk {
    world.serve("/a.ics", Answer::ok("text/calendar", calendar(&[1, 2, 3])));
    let other = calendar(&[11, 12]).replace("rust.example", "other.example");
    world.serve("/b.ics", Answer::ok("text/calendar", other));
    Desk::new(world, &["/a.ics", "/b.ics"])
}

/// The database is whole, and of each source it holds all of a visit or nothing of it.
pub(super) fn holds_whole_visits(desk: &Desk, fault: &str) {
    let path = desk.path("events.db");
    if !path.exists() {
        return;
    }
    let connection = Connection::open(&path).unwrap();
    let check: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok", "{fault}");
    let version: u32 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    if version == 0 {
        return;
    }
    for (source, all) in [("a-ics", 3), ("b-ics", 2)] {
        let (listings, visits): (i64, i64) = connection
            .query_row(
                "SELECT (SELECT count(*) FROM listing WHERE source = ?1), (SELECT count(*) FROM visit WHERE source = ?1)",
                [source],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert!(
            matches!((listings, visits), (0, 0)) || listings == all,
            "{fault}: {source} has {listings} listings of {visits} visits"
        );
    }
}

#[test]
fn a_refresh_that_is_killed_leaves_whole_visits_and_the_next_one_needs_no_hand() {
    if !is_there() {
        return;
    }
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    let (printed, all) = (
        desk.printed(NOW, ISSUE),
        published_in(&desk.path("events.db")),
    );
    assert_eq!(all.len(), 5);
    let (mut kills, mut done) = (0, 0);
    for (call, every) in [
        ("pwrite64", 12),
        ("fsync", 2),
        ("fdatasync", 2),
        ("ftruncate", 1),
        ("unlink", 1),
    ] {
        for number in (0..200).map(|number| 1 + number * every) {
            for name in crate::backup::names(desk.folder.path()) {
                if name.starts_with("events.db") {
                    fs::remove_file(desk.path(&name)).unwrap();
                }
            }
            let fault = format!("{call}:signal=KILL:when={number}");
            let ran = run_with(&fault, &desk, &["refresh", "-q"]);
            if ran.status.success() {
                done += 1;
                break;
            }
            kills += 1;
            holds_whole_visits(&desk, &fault);
            let again = desk.run(NOW, &["refresh", "-q"]);
            assert_eq!(again.code, 0, "{fault}: {}", again.err);
            assert_eq!(desk.printed(NOW, ISSUE), printed, "{fault}");
            let ids = |events: Vec<(String, u32, String)>| {
                events.into_iter().map(|event| (event.0, event.1))
            };
            assert!(
                ids(published_in(&desk.path("events.db"))).eq(ids(all.clone())),
                "{fault}"
            );
        }
    }
    crate::said(&format!(
        "refreshes killed at a system call: {kills}; {done} ran to their end"
    ));
    assert!(kills >= 20 && done >= 3, "{kills} {done}");
}

#[test]
fn what_was_answered_to_an_editor_is_kept_and_a_draft_is_never_torn() {
    if !is_there() {
        return;
    }
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    let database = fs::read(desk.path("events.db")).unwrap();
    let link = "https://rust.example/1";
    let hide = ["decide", "hide", link, "--reason", "spam"];
    let draft = "Date: 2026-08-26\n\n## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\nIf you are running a Rust event please add it.\n";
    // A file is written by `write`, the database by `pwrite64`.
    for (call, every, most) in [
        ("write", 1, 6),
        ("pwrite64", 3, 5),
        ("fsync", 1, 3),
        ("rename", 1, 2),
    ] {
        for number in (0..most).map(|number| 1 + number * every) {
            let fault = format!("{call}:signal=KILL:when={number}");
            for arguments in [&hide[..], &["update", "draft.md", "-q"]] {
                for name in crate::backup::names(desk.folder.path()) {
                    if name.starts_with("events.db") {
                        fs::remove_file(desk.path(&name)).unwrap();
                    }
                }
                fs::write(desk.path("events.db"), &database).unwrap();
                fs::write(desk.path("draft.md"), draft).unwrap();
                let ran = run_with(&fault, &desk, arguments);
                holds_whole_visits(&desk, &fault);
                let (said, listed) = (
                    String::from_utf8_lossy(&ran.stderr).into_owned(),
                    desk.run(NOW, &["decide", "list"]).out,
                );
                if arguments[0] == "decide" {
                    let was_answered = ran.status.success() || said.contains("decision 1");
                    assert!(!was_answered || listed.contains("spam"), "{fault}: {said}");
                }
                let text = fs::read_to_string(desk.path("draft.md")).unwrap();
                let rows = text.matches("https://").count();
                assert!(
                    text == draft || (rows >= 5 && text.ends_with("please add it.\n")),
                    "{fault}: {text}"
                );
                let again = desk.run(NOW, &["update", "draft.md", "--refresh", "-q"]);
                assert_eq!(again.code, 0, "{fault}: {}", again.err);
                let text = fs::read_to_string(desk.path("draft.md")).unwrap();
                let hidden = listed.contains("spam");
                assert_eq!(text.contains("rust.example/1)"), !hidden, "{fault}: {text}");
                assert_eq!(
                    text.matches("other.example/12)").count(),
                    1,
                    "{fault}: {text}"
                );
            }
        }
    }
}
