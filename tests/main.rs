//! One integration binary: real files, real SQLite, a loopback server, the real program.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod absence;
mod adding;
mod archive;
mod backup;
mod browser;
mod calls;
mod clients;
mod config;
mod corpus_walk;
mod crowds;
mod discover;
mod documents;
mod editor;
mod feeds;
mod fetch;
mod first_run;
mod fuzzed;
mod grammar;
mod habits;
mod histories;
mod ics;
mod inert;
mod init;
mod issues;
mod layers;
mod link;
mod linked;
mod lint;
mod loopback;
mod machine;
mod markdown;
mod markup;
mod mistakes;
mod news;
mod newsletter;
mod normalise;
mod pages;
mod pairs;
mod payloads;
mod pipe;
mod place;
mod pulls;
mod reach;
mod readers;
mod reading;
mod recur;
mod release;
mod review;
mod sameness;
mod schedule;
mod server;
mod shared;
mod store;
mod style;
mod telling;
mod torture;
mod update;
mod usage;
mod visit;
mod walk;
mod weekly;
mod when;
mod words;
mod workflows;
mod year;

/// Says a figure that was measured; also when the test runner keeps what tests print to itself.
pub(crate) fn said(what: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{what}");
}

/// So many random cases, and each run tries the same: what one run finds the next must find too.
/// `PROPTEST_RNG_SEED` tries others.
pub(crate) fn cases(cases: u32) -> proptest::test_runner::Config {
    use proptest::test_runner::{Config, RngSeed};
    let seed = match Config::default().rng_seed {
        RngSeed::Random => RngSeed::Fixed(5545),
        given @ RngSeed::Fixed(_) => given,
    };
    Config {
        cases,
        rng_seed: seed,
        failure_persistence: None,
        ..Config::default()
    }
}

/// Says that a test is skipped, and why; also when the test runner keeps what tests print to itself.
pub(crate) fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr().lock(), "SKIPPED: {why}");
}

/// The archive of real data, if `$RUSTY_EVENTS_CORPUS` says where it lies. It is other people's, and no
/// part of the project: without it the tests that read it are skipped, and say so.
pub(crate) fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("RUSTY_EVENTS_CORPUS")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir());
    if folder.is_none() {
        skipped("$RUSTY_EVENTS_CORPUS names no folder: the archive of real data is not here");
    }
    folder
}

/// What the real program did.
pub(crate) struct Ran {
    /// Its exit code.
    pub(crate) code: i32,
    /// Its standard output.
    pub(crate) out: String,
    /// Its standard error.
    pub(crate) err: String,
}

/// Runs the real program in a folder, away from whatever configuration and database this machine has.
pub(crate) fn program_in(folder: &Path, arguments: &[&str]) -> Ran {
    program_fed(folder, arguments, "")
}

/// The same with a text on standard input.
pub(crate) fn program_fed(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    // Without a home folder: the database is beside the configuration, or in `folder`.
    let mut child = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read ends the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs the real program in an empty folder.
pub(crate) fn program(arguments: &[&str]) -> Ran {
    program_in(tempfile::tempdir().unwrap().path(), arguments)
}
