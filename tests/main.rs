//! One integration binary: real files, real SQLite, a loopback server, the real program.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

use std::path::PathBuf;
use std::process::{Command, Output};

mod archive;
mod config;
mod fetch;
mod ics;
mod layers;
mod link;
mod loopback;
mod markdown;
mod payloads;
mod place;
mod readers;
mod sameness;
mod store;
mod torture;
mod visit;
mod when;

/// The archive of real data, if `$RUSTY_EVENTS_CORPUS` says where it lies. It is other people's, and no
/// part of the project: without it the tests that read it are skipped, and say so.
pub(crate) fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("RUSTY_EVENTS_CORPUS")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir());
    if folder.is_none() {
        eprintln!(
            "SKIPPED: $RUSTY_EVENTS_CORPUS names no folder: the archive of real data is not here"
        );
    }
    folder
}

/// Runs the real program, away from whatever configuration and database this machine has.
pub(crate) fn program(arguments: &[&str]) -> Output {
    let empty = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(arguments)
        .current_dir(empty.path())
        .env_clear()
        .env("HOME", empty.path())
        .output()
        .unwrap()
}
