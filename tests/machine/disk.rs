//! A disk that is full, that fails, that may not be written, or that has lost or changed what stood on it.

use super::kill::{holds_whole_visits, is_there, run_with, two};
use super::{Desk, published_in};
use crate::loopback::start;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

const NOW: &str = "2026-08-20T06:00:00Z";
const ISSUE: &str = "2026-08-26";

fn forget(desk: &Desk) {
    for name in crate::backup::names(desk.folder.path()) {
        if name.starts_with("events.db") {
            fs::remove_file(desk.path(&name)).unwrap();
        }
    }
}

#[test]
fn a_full_disk_is_that_of_the_copy_and_not_of_the_database() {
    if !is_there() {
        return;
    }
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    // The first eight are of the database's own index of its journal.
    let fault = "pwrite64:error=ENOSPC:when=9+";
    let ran = run_with(fault, &desk, &["backup", "copy.db"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    let named = "/copy.db: database or disk is full";
    assert!(said.contains(named), "{said}");
}

#[test]
fn a_full_or_failing_disk_is_reported_and_costs_nothing_that_was_stored() {
    if !is_there() {
        return;
    }
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    let (printed, stored) = (
        desk.printed(NOW, ISSUE),
        fs::read(desk.path("events.db")).unwrap(),
    );
    let later = "2026-08-20T12:00:00Z";
    let mut failed = 0;
    for fault in [
        "pwrite64:error=ENOSPC:when=1+",
        "pwrite64:error=ENOSPC:when=9+",
        "pwrite64:error=ENOSPC:when=40+",
        "pwrite64:error=EIO:when=5",
        "pwrite64:error=EIO:when=60",
        "fsync:error=EIO:when=1",
        "fsync:error=EIO:when=3",
        "fdatasync:error=EIO:when=1",
        "ftruncate:error=EIO:when=1",
        "ftruncate:error=ENOSPC:when=1+",
    ] {
        for begun in [true, false] {
            forget(&desk);
            if begun {
                fs::write(desk.path("events.db"), &stored).unwrap();
            }
            let ran = run_with(fault, &desk, &["refresh", "-q"]);
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert!(!said.contains("panicked"), "{fault}: {said}");
            if ran.status.code() == Some(1) {
                failed += 1;
                assert!(
                    said.starts_with("error: database") && said.contains("disk")
                        || said.contains("No space left")
                        || said.contains("os error"),
                    "{fault}: {said}"
                );
            } else {
                assert_eq!(ran.status.code(), Some(0), "{fault}: {said}");
            }
            holds_whole_visits(&desk, fault);
            if begun {
                assert_eq!(desk.printed(NOW, ISSUE), printed, "{fault}");
            }
            // With room again it goes on by itself.
            let again = desk.run(later, &["refresh", "-q"]);
            assert_eq!(again.code, 0, "{fault}: {}", again.err);
            assert_eq!(desk.printed(later, ISSUE), printed, "{fault}");
        }
    }
    assert!(failed >= 10, "{failed}");
}

#[test]
fn a_file_is_written_whole_or_not_at_all_when_the_disk_is_full() {
    if !is_there() {
        return;
    }
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    fs::write(desk.path("section.md"), "what was printed last").unwrap();
    for fault in ["fsync:error=ENOSPC:when=1+", "rename:error=ENOSPC:when=1+"] {
        let section = ["section", "--issue", ISSUE, "--output", "section.md", "-q"];
        let ran = run_with(fault, &desk, &section);
        assert_eq!(ran.status.code(), Some(1), "{fault}");
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(said.contains("cannot write section.md"), "{said}");
        let text = fs::read_to_string(desk.path("section.md")).unwrap();
        assert_eq!(text, "what was printed last", "{fault}");
    }
    let names = crate::backup::names(desk.folder.path());
    assert!(!names.iter().any(|name| name.contains("part")), "{names:?}");
}

#[test]
fn a_database_that_may_not_be_read_or_written_is_named_with_what_to_do() {
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    let whole = fs::read(desk.path("events.db")).unwrap();
    // Root may do everything, so this runs as another user, if that is possible.
    let is_root =
        fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let open = |mode| {
        fs::set_permissions(desk.folder.path(), Permissions::from_mode(mode)).unwrap();
    };
    for (mode, of_file) in [(0o555, 0o444), (0o777, 0o000)] {
        open(mode);
        fs::set_permissions(desk.path("events.db"), Permissions::from_mode(of_file)).unwrap();
        for arguments in [
            &["section", "--issue", ISSUE][..],
            &["refresh", "-q"],
            &["serve", "--listen", "127.0.0.1:0"],
        ] {
            let mut program = Command::new(env!("CARGO_BIN_EXE_rusty-events"));
            program.current_dir(desk.folder.path()).env_clear();
            if is_root {
                program.uid(65_534).gid(65_534);
            }
            let Ok(ran) = program.args(arguments).output() else {
                return crate::skipped("no other user may run the program here");
            };
            let said = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert_eq!(ran.status.code(), Some(1), "{arguments:?}: {said}");
            assert!(
                said.contains("events.db") && said.contains("run it as the user who owns them"),
                "{arguments:?}: {said}"
            );
        }
    }
    open(0o755);
    assert!(fs::read(desk.path("events.db")).unwrap() == whole);
}

#[test]
fn a_lost_page_of_the_database_is_noticed_or_not_needed() {
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    let (printed, whole) = (
        desk.printed(NOW, ISSUE),
        fs::read(desk.path("events.db")).unwrap(),
    );
    let section = ["section", "--issue", ISSUE, "--output", "section.md", "-q"];
    let mut noticed = 0;
    let pages = whole.len() / 4096;
    // Each page in turn is zeros; then the file ends somewhere.
    let damaged = (0..pages)
        .map(|page| {
            let mut bytes = whole.clone();
            bytes[page * 4096..(page + 1) * 4096].fill(0);
            (format!("page {page} is zeros"), bytes)
        })
        .chain(
            [16, 100, 4096, whole.len() / 2, whole.len() - 1].map(|length| {
                (
                    format!("cut after {length} bytes"),
                    whole[..length].to_vec(),
                )
            }),
        );
    for (what, bytes) in damaged {
        forget(&desk);
        fs::write(desk.path("events.db"), &bytes).unwrap();
        fs::write(desk.path("section.md"), "what was printed last").unwrap();
        let ran = desk.run(NOW, &section);
        let text = fs::read_to_string(desk.path("section.md")).unwrap();
        assert!(!ran.err.contains("panicked"), "{what}: {}", ran.err);
        if ran.code == 1 {
            noticed += 1;
            assert_eq!(text, "what was printed last", "{what}");
            assert!(
                ran.err.contains("rusty-events restore")
                    || ran.err.contains("restore a backup")
                    || ran.err.contains("is not a database"),
                "{what}: {}",
                ran.err
            );
        } else {
            assert_eq!((ran.code, &text), (0, &printed), "{what}: {}", ran.err);
        }
        assert!(
            fs::read(desk.path("events.db")).unwrap() == bytes,
            "{what}: it is left as it was"
        );
    }
    assert!(noticed >= 10, "{noticed} of {pages}");
}

#[test]
fn journals_that_are_lost_or_of_no_database_lose_nothing_that_was_committed() {
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    let (printed, all) = (
        desk.printed(NOW, ISSUE),
        published_in(&desk.path("events.db")),
    );
    for (name, bytes) in [
        ("events.db-wal", &b""[..]),
        ("events.db-wal", &[0xa5; 40_000]),
        ("events.db-shm", &[0xa5; 32_768]),
        ("events.db-journal", &b"dear diary"[..]),
    ] {
        fs::write(desk.path(name), bytes).unwrap();
        assert_eq!(desk.printed(NOW, ISSUE), printed, "{name}");
        assert_eq!(published_in(&desk.path("events.db")), all, "{name}");
    }
}

#[test]
fn a_link_to_the_database_has_the_same_lock() {
    let world = start();
    let desk = two(&world);
    desk.run(NOW, &["refresh", "-q"]);
    std::os::unix::fs::symlink("events.db", desk.path("link.db")).unwrap();
    let store = rusty_events::store::Store::open(&desk.path("link.db")).unwrap();
    let held = store.lock_refresh().unwrap();
    let ran = desk.run(NOW, &["refresh", "-q"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("another refresh is running"),
        "{}",
        ran.err
    );
    drop(held);
}
