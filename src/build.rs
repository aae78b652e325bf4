//! The build script: tells a release from which commit it is built, for `--version`.
//!
//! Only in the release profile: otherwise every commit would build everything again.

#![allow(clippy::print_stdout)]

use std::process::Command;

/// The newsletter's configuration, which is compiled in.
const CONFIGURATION: [&str; 3] = [
    "config/service.toml",
    "config/organisers.toml",
    "config/sources",
];

fn main() {
    println!("cargo:rerun-if-changed=src/build.rs");
    println!("cargo:rerun-if-changed=.cargo_vcs_info.json");
    if std::env::var("PROFILE").as_deref() != Ok("release") {
        return;
    }
    // Where git keeps the current commit, also in a worktree.
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo:rerun-if-changed={log}");
    }
    if let Some(commit) = git(&["log", "-1", "--format=%h of %cs"]).or_else(packaged) {
        println!("cargo:rustc-env=RUSTY_EVENTS_COMMIT={commit}");
    }
    let dated = [&["log", "-1", "--format=%cs", "--"][..], &CONFIGURATION].concat();
    if let Some(date) = git(&dated) {
        println!("cargo:rustc-env=RUSTY_EVENTS_CONFIGURATION_OF={date}");
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// The commit that `cargo package` notes in a package from a registry: `"sha1": "…"`.
fn packaged() -> Option<String> {
    let text = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1)?;
    Some(commit.chars().take(12).collect())
}
