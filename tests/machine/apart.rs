//! No output overwrites an input or another output, and temporary files are made new.

use super::{Desk, calendar};
use crate::loopback::{Answer, start};
use std::fs::{self, File};
use std::os::unix::fs::symlink;

const NOW: &str = "2026-08-20T06:00:00Z";
const DRAFT: &str =
    "Title: An issue\nDate: 2026-08-26\n\n## Upcoming Events\n\n### Virtual\n\n### Europe\n\n";

/// A desk with a filled database, a draft, and other names of both and of the configuration.
fn desk() -> Desk {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", Answer::ok("text/calendar", calendar(&[1])));
    desk.run(NOW, &["refresh", "-q"]);
    fs::write(desk.path("draft.md"), DRAFT).unwrap();
    fs::write(desk.path("other.md"), DRAFT).unwrap();
    fs::create_dir(desk.path("folder")).unwrap();
    for (from, to) in [
        ("draft.md", "draft.link"),
        ("events.db", "db.link"),
        ("events.db-wal", "wal.link"),
        ("config/service.toml", "config.link"),
        ("nothing.md", "nothing.link"),
        ("folder", "folder.link"),
    ] {
        symlink(from, desk.path(to)).unwrap();
    }
    for (from, to) in [("draft.md", "draft.hard"), ("events.db", "db.hard")] {
        fs::hard_link(desk.path(from), desk.path(to)).unwrap();
    }
    desk
}

/// What must be as it was.
fn kept(desk: &Desk) -> Vec<Option<Vec<u8>>> {
    [
        "draft.md",
        "other.md",
        "events.db",
        "config/service.toml",
        "config/sources/all.toml",
        "nothing.md",
        "folder/new.md",
    ]
    .map(|name| fs::read(desk.path(name)).ok())
    .to_vec()
}

#[test]
fn files_of_which_one_would_overwrite_another_are_refused_before_any_work() {
    let desk = desk();
    let before = kept(&desk);
    for arguments in [
        "update draft.md --report draft.md",
        "update draft.md --report ./folder/../draft.md",
        "update draft.md --report draft.link",
        "update draft.link --report draft.md",
        "update draft.md --report draft.hard",
        "update draft.md --report draft.md --dry-run",
        "update draft.md draft.link",
        "update draft.md other.md --report other.md",
        "update draft.md --base draft.hard",
        "update draft.md --base other.md --report other.md",
        "update draft.md --report events.db",
        "update draft.md --report db.link",
        "update draft.md --report db.hard",
        "update draft.md --report events.db-wal",
        "update draft.md --report wal.link",
        "update draft.md --report events.db-shm",
        "update draft.md --report config/service.toml",
        "update draft.md --report config.link",
        "update draft.md --report config/sources/all.toml",
        "section --output one.md --report one.md",
        "section --output nothing.md --report nothing.link",
        "section --output folder/new.md --report folder.link/new.md",
        "section --output events.db",
        "section --report config/sources/all.toml",
        "lint draft.md draft.link --fix",
        "lint draft.md --fix --base draft.hard",
        "lint config.link --fix",
        "backup events.db",
        "backup db.hard",
        "backup events.db-wal",
        "backup config/service.toml",
        "restore events.db",
        "restore db.hard",
        "restore db.link",
        "export .",
        "export config",
        "event add https://events.example/1 --update config/sources/manual.toml",
        "refresh --database config/service.toml",
        "refresh --database config.link",
    ] {
        let ran = desk.run(NOW, &arguments.split(' ').collect::<Vec<_>>());
        assert_eq!(ran.code, 2, "{arguments}: {}", ran.err);
        let names_both =
            ran.err.contains(" are the same file") || ran.err.contains(", but it holds ");
        assert!(names_both, "{arguments}: {}", ran.err);
        assert!(kept(&desk) == before, "{arguments} wrote something");
    }
}

#[test]
fn files_that_are_apart_and_what_is_no_file_are_written_as_ever() {
    let desk = desk();
    for arguments in [
        "update draft.md other.md --report report.md",
        "update draft.link --base other.md --report nothing.link",
        "section --output one.md --report two.md",
        "section --output /dev/null --report /dev/null",
        "lint draft.md other.md",
        "lint draft.md --base draft.md",
        "backup copy.db",
        "restore copy.db",
        "export public",
    ] {
        let ran = desk.run(NOW, &arguments.split(' ').collect::<Vec<_>>());
        assert_ne!(ran.code, 2, "{arguments}: {}", ran.err);
        assert_ne!(ran.code, 1, "{arguments}: {}", ran.err);
    }
    assert!(desk.path("nothing.link").is_symlink() && desk.path("nothing.md").is_file());
    assert!(desk.path("draft.link").is_symlink());
}

#[test]
fn a_source_of_the_configuration_is_no_output_but_may_be_a_draft() {
    let desk = desk();
    fs::write(desk.path("config/sources/zz.toml"),
        "[[source]]\nid = \"section/ours\"\nplatform = \"section\"\nurl = \"../draft.md\"\norganiser = \"Ours\"\n",
    ).unwrap();
    let refused = desk.run(NOW, &["section", "--output", "draft.link"]);
    assert!(
        refused.code == 2 && refused.err.contains("a source's file"),
        "{}",
        refused.err
    );
    assert_eq!(fs::read_to_string(desk.path("draft.md")).unwrap(), DRAFT);
    let edited = desk.run(NOW, &["update", "draft.md"]);
    assert_ne!(edited.code, 2, "{}", edited.err);
}

#[test]
fn temporary_files_are_made_new_and_those_of_ended_writers_are_removed() {
    let desk = desk();
    fs::write(desk.path("victim"), "keep").unwrap();
    let write = |name: &str| fs::write(desk.path(name), "left").unwrap();
    for of in ["out.md", "copy.db"] {
        // A killed run left it, with a journal; its number may be another process's by now.
        write(&format!("{of}.1-0.part"));
        write(&format!("{of}.1-0.part-journal"));
        write(&format!("{of}.{}-7.part", std::process::id()));
        // Not ours, or not this file's.
        write(&format!("{of}.part"));
        write(&format!("{of}.1.part"));
        write(&format!("{of}.x-1.part"));
        write(&format!("not-{of}.1-0.part"));
        symlink("victim", desk.path(&format!("{of}.2-0.part"))).unwrap();
        // Its writer is at work.
        write(&format!("{of}.3-0.part"));
    }
    let hold = |name: &str| {
        let file = File::options().write(true).open(desk.path(name)).unwrap();
        file.lock().unwrap();
        file
    };
    let _writers = [hold("out.md.3-0.part"), hold("copy.db.3-0.part")];
    let ran = desk.run(NOW, &["section", "-q", "--output", "out.md"]);
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    let ran = desk.run(NOW, &["backup", "copy.db"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut left: Vec<_> = crate::backup::names(desk.folder.path());
    left.retain(|name| name.contains(".part"));
    left.sort();
    let mut wanted = Vec::new();
    for of in ["copy.db", "out.md"] {
        for end in ["1.part", "2-0.part", "3-0.part", "part", "x-1.part"] {
            wanted.push(format!("{of}.{end}"));
        }
        wanted.push(format!("not-{of}.1-0.part"));
    }
    wanted.sort();
    assert_eq!(left, wanted);
    assert_eq!(fs::read_to_string(desk.path("victim")).unwrap(), "keep");
}

#[test]
fn a_temporary_file_is_never_opened_through_a_link_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("victim"), "keep").unwrap();
    let link = format!("out.md.{}-0.part", std::process::id());
    symlink("victim", at(&link)).unwrap();
    assert!(rusty_events::publish::file(&at("out.md"), "new").unwrap());
    assert_eq!(fs::read_to_string(at("victim")).unwrap(), "keep");
    assert_eq!(fs::read_to_string(at("out.md")).unwrap(), "new");
    assert!(at(&link).is_symlink(), "it is not ours");
}
