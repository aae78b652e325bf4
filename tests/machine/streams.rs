//! Where results and messages go: a reader that is gone, a disk that is full, a terminal that is closed, a name
//! that is no file; and the signals that end a server.

use super::{Desk, calendar};
use crate::loopback::{Answer, start};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::process::{Command, Stdio};

const NOW: &str = "2026-08-20T06:00:00Z";
const SECTION: [&str; 5] = ["--now", NOW, "section", "--issue", "2026-08-26"];

/// A database with three events, and the section that is printed of it.
fn desk() -> (Desk, String) {
    let world = start();
    let desk = Desk::new(&world, &["/a.ics"]);
    world.serve("/a.ics", Answer::ok("text/calendar", calendar(&[1, 2, 3])));
    desk.run(NOW, &["refresh", "-q"]);
    let printed = desk.printed(NOW, "2026-08-26");
    assert!(printed.contains("Evening 3"), "{printed}");
    (desk, printed)
}

fn program(desk: &Desk) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_rusty-events"));
    program
        .current_dir(desk.folder.path())
        .env_clear()
        .env("HOME", desk.folder.path());
    program
}

#[test]
fn a_full_disk_under_the_result_is_an_error_and_under_the_log_is_none() {
    let (desk, printed) = desk();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let output = program(&desk)
        .args(SECTION)
        .stdout(full())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("No space left"), "{said}");

    let output = program(&desk)
        .args(SECTION)
        .stderr(full())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stdout), printed);
    // Help is a result too, and it is no error if its reader has gone.
    for asked in [
        &["--help"][..],
        &["--version"],
        &["update", "--help"],
        &["help", "lint"],
    ] {
        let output = program(&desk).args(asked).stdout(full()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{asked:?}: {said}");
        assert!(
            said.contains("cannot write to standard output: No space left"),
            "{asked:?}: {said}"
        );
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = program(&desk).args(asked).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{asked:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{asked:?}");
    }
    let wrong = program(&desk).arg("sektion").stderr(full()).status();
    assert_eq!(wrong.unwrap().code(), Some(2));
    let mut refresh = program(&desk);
    let refresh = refresh
        .args(["--now", NOW, "-vv", "refresh"])
        .stderr(full());
    assert_eq!(refresh.status().unwrap().code(), Some(0));
}

#[test]
fn who_reads_only_the_beginning_ends_nothing_badly() {
    let (desk, _) = desk();
    for arguments in [&SECTION[..], &["--help"], &["--now", NOW, "source", "list"]] {
        let mut child = program(&desk)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        let code = child.wait().unwrap().code();
        assert!(
            matches!(code, Some(0 | 3)),
            "{arguments:?}: {code:?} {said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn an_output_that_is_no_file_is_written_to_and_not_replaced() {
    let (desk, printed) = desk();
    let into = |name: &str| {
        let mut section = program(&desk);
        let ran = section
            .args(SECTION)
            .args(["--output", name])
            .output()
            .unwrap();
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
    };
    // Standard output by its name; what stands in its place must not be renamed over.
    assert_eq!(into("/proc/self/fd/1"), (Some(0), printed.clone()));
    assert_eq!(into("/dev/full").0, Some(1), "its zeros have no end");
    assert!(
        fs::metadata("/dev/full")
            .unwrap()
            .file_type()
            .is_char_device()
    );

    // Of a link the file that it leads to changes, under the permissions that it has.
    let real = desk.path("real.md");
    fs::write(&real, "").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o604)).unwrap();
    symlink("real.md", desk.path("link.md")).unwrap();
    assert_eq!(into("link.md"), (Some(0), String::new()));
    assert!(desk.path("link.md").is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), printed);
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o604
    );
}

#[test]
fn both_signals_that_ask_a_server_to_end_let_it_end_well() {
    for signal in ["TERM", "INT"] {
        let mut served = crate::server::Served::sample();
        let ended = Command::new("kill")
            .args([&format!("-{signal}"), &served.pid().to_string()])
            .status();
        assert!(ended.unwrap().success());
        assert_eq!(served.ended(), Some(0), "SIG{signal}");
    }
}
