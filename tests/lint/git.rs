//! `--since REV` in real repositories: the merge base, renamed files, and what Git cannot answer.

use super::{CLEAN, program::git};
use crate::{Ran, program_in};
use std::fs;
use std::path::Path;
use std::process::Command;

fn repository(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    write(folder.path(), name, text);
    commit(folder.path());
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "x"]);
}

fn since(folder: &Path, revision: &str, file: &str) -> Ran {
    program_in(folder, &["lint", "--since", revision, file])
}

fn wrong() -> String {
    CLEAN.replacen("London, UK", "London, GB", 1)
}

const ROW: &str = "* 2026-08-26 | Bern | [Crabs](https://crabs.example.edu/)\n    * [**X**](https://crabs.example.edu/1)\n";

fn with_row(text: &str) -> String {
    text.replace("### Europe\n", &format!("### Europe\n{ROW}"))
}

#[test]
fn what_others_mended_meanwhile_is_no_fault_of_the_branch() {
    let folder = repository("draft/a.md", &wrong());
    let folder = folder.path();
    git(folder, &["checkout", "-qb", "branch"]);
    write(folder, "draft/a.md", &with_row(&wrong()));
    commit(folder);
    git(folder, &["checkout", "-q", "main"]);
    write(folder, "draft/a.md", CLEAN);
    commit(folder);
    git(folder, &["checkout", "-q", "branch"]);
    // Compared with the tip of main, `London, GB` would be new.
    let ran = since(folder, "main", "draft/a.md");
    assert_eq!((ran.code, ran.out.lines().count()), (4, 1), "{}", ran.out);
    assert!(
        ran.out
            .starts_with("draft/a.md:14:16: error[country-missing]"),
        "{}",
        ran.out
    );
    assert!(!ran.err.contains("--since"), "{}", ran.err);
}

#[test]
fn a_renamed_file_is_compared_under_its_old_name() {
    let name = "draft/2026-08-26-crabs.md";
    let moved = "content/2026-08-26-crabs.md";
    let start = repository(name, &wrong());
    let folder = start.path();
    let one_new = |ran: Ran, file: &str| {
        assert_eq!((ran.code, ran.out.lines().count()), (4, 1), "{}", ran.out);
        assert!(ran.out.starts_with(&format!("{file}:14:")), "{}", ran.out);
    };
    // Moved by hand, and Git does not know it yet.
    fs::create_dir(folder.join("content")).unwrap();
    fs::rename(folder.join(name), folder.join(moved)).unwrap();
    assert_eq!(since(folder, "HEAD", moved).code, 0);
    write(folder, moved, &with_row(&wrong()));
    one_new(since(folder, "HEAD", moved), moved);
    // Staged, committed, and from another folder.
    git(folder, &["add", "-A"]);
    one_new(since(folder, "HEAD", moved), moved);
    commit(folder);
    one_new(since(folder, "HEAD~1", moved), moved);
    let file = "2026-08-26-crabs.md";
    one_new(since(&folder.join("content"), "HEAD~1", file), file);
    // Under another name too.
    git(folder, &["mv", moved, "content/crabs.md"]);
    commit(folder);
    one_new(
        since(folder, "HEAD~2", "content/crabs.md"),
        "content/crabs.md",
    );
    // A new file beside a deleted one that it is no copy of is all new.
    write(folder, "draft/other.md", &wrong());
    let ran = since(folder, "HEAD", "draft/other.md");
    assert!(ran.out.contains("draft/other.md:16:"), "{}", ran.out);
}

#[test]
fn without_a_merge_base_the_revision_itself_is_compared_and_that_is_said() {
    let folder = repository("a.md", &wrong());
    let folder = folder.path();
    git(folder, &["checkout", "-q", "--orphan", "other"]);
    write(folder, "other.txt", "x");
    commit(folder);
    let ran = since(folder, "main", "a.md");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("no merge base") && ran.err.contains("no common history"),
        "{}",
        ran.err
    );
    // A shallow clone, as jobs make them.
    write(folder, "a.md", &with_row(&wrong()));
    commit(folder);
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", folder.display());
    git(
        clone.path(),
        &["clone", "-q", "--depth", "1", "-b", "other", &from, "."],
    );
    git(
        clone.path(),
        &["fetch", "-q", "--depth", "1", "origin", "main:main"],
    );
    let ran = since(clone.path(), "main", "a.md");
    assert_eq!((ran.code, ran.out.lines().count()), (4, 1), "{}", ran.out);
    assert!(ran.err.contains("the clone is shallow"), "{}", ran.err);
}

#[test]
fn only_what_the_change_touches_is_annotated() {
    let folder = repository("a.md", &wrong());
    let folder = folder.path();
    let edited = with_row(&wrong()).replace("Soirée", "Soirée ");
    write(folder, "a.md", &edited);
    let output = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args([
            "lint",
            "a.md",
            "--since",
            "HEAD",
            "--format",
            "github",
            "--database",
            "none.db",
        ])
        .current_dir(folder)
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 2, "{out}");
    assert!(lines[0].starts_with("::error file=a.md,line=14,"), "{out}");
    assert!(
        lines[1].starts_with("::warning file=a.md,line=25,"),
        "{out}"
    );
}
