//! `update` by the real program.

use crate::absence::{World, feed};
use crate::loopback::Answer;
use crate::{Ran, corpus, program_in};
use std::fs;
use std::path::Path;
use std::time::Duration;

const NOW: &str = "2024-11-06T09:00:00Z";

fn run(folder: &Path, now: &str, arguments: &[&str]) -> Ran {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let sample = sample.display().to_string();
    let mut all = vec!["--config", &sample, "--database", "events.db", "--now", now];
    all.extend(arguments);
    program_in(folder, &all)
}

const DRAFT: &str = "Title: This Week 572\nDate: 2024-11-06\n\n## News\nnone\n\n## Upcoming Events\n\nRusty Events between XXXX-XX-XX - XXXX-XX-XX 🦀\n\n### Virtual\n\n### Asia\n\nIf you are running a Rust event please add it.\n";

#[test]
fn a_template_is_filled_with_what_section_prints() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("draft.md"), DRAFT).unwrap();
    let ran = run(
        folder.path(),
        NOW,
        &["update", "draft.md", "--refresh", "--report", "report.md"],
    );
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    let section = run(folder.path(), NOW, &["section", "-q"]).out;
    let wanted = format!(
        "{}{section}\nIf you are running a Rust event please add it.\n",
        &DRAFT[..DRAFT.find("## Upcoming").unwrap()]
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("draft.md")).unwrap(),
        wanted
    );
    assert!(
        ran.err.contains("brought up to date") && ran.err.contains("new"),
        "{}",
        ran.err
    );
    let report = fs::read_to_string(folder.path().join("report.md")).unwrap();
    assert!(
        report.contains("### New") && report.contains("needs a human"),
        "{report}"
    );
    // What is asked of a person names day and event once each, in their columns.
    let doubts = || {
        let lines = ran.err.lines().map(str::trim);
        lines.filter(|line| line.starts_with("needs a human ") || line.starts_with("worth a look "))
    };
    assert!(doubts().count() > 0, "{}", ran.err);
    for line in doubts() {
        let days = line
            .split_whitespace()
            .filter(|word| word.parse::<chrono::NaiveDate>().is_ok());
        assert_eq!(days.count(), 1, "{line}");
    }

    let again = run(folder.path(), NOW, &["update", "draft.md"]);
    assert_eq!(again.code, 0);
    assert!(again.err.contains("nothing to change"), "{}", again.err);
    assert_eq!(
        fs::read_to_string(folder.path().join("draft.md")).unwrap(),
        wanted
    );
}

#[test]
fn a_source_that_was_never_read_is_in_the_report_and_the_exit_code_each_time() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("draft.md"), DRAFT).unwrap();
    let broken = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample-broken");
    let broken = broken.display().to_string();
    for refresh in [&["--refresh"][..], &[]] {
        let mut all = vec!["--config", &broken, "--database", "events.db", "--now", NOW];
        all.extend(["update", "draft.md", "--report", "report.md"]);
        all.extend(refresh);
        let ran = program_in(folder.path(), &all);
        assert_eq!(ran.code, 3, "{refresh:?}: {}", ran.err);
        let report = fs::read_to_string(folder.path().join("report.md")).unwrap();
        assert!(
            report.contains("meetup/rust-hack-learn-karlsruhe"),
            "{refresh:?}: {report}"
        );
    }
    let draft = fs::read_to_string(folder.path().join("draft.md")).unwrap();
    assert!(draft.contains("Rust and Tell"), "{draft}");
}

/// Every file of a folder with its bytes, without the database's own marks of being open.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .filter(|(name, _)| {
            !name.ends_with("-shm") && !name.ends_with("-wal") && !name.ends_with(".lock")
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), NOW, &["refresh", "-q"]);
    fs::write(folder.path().join("draft.md"), DRAFT).unwrap();
    let before = contents(folder.path());
    let ran = run(folder.path(), NOW, &["update", "--dry-run", "draft.md"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(
        ran.out.starts_with("--- a/draft.md\n+++ b/draft.md\n@@ "),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\n-### Asia\n") || ran.out.contains("\n+* 2024-11-07 | "),
        "{}",
        ran.out
    );
    assert!(
        contents(folder.path()) == before,
        "files or database changed"
    );

    // With a refresh neither, and where there is no database none is made.
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("draft.md"), DRAFT).unwrap();
    let fresh = run(
        elsewhere.path(),
        NOW,
        &["update", "--dry-run", "--refresh", "draft.md"],
    );
    assert_eq!((fresh.code, &fresh.out), (4, &ran.out), "{}", fresh.err);
    assert_eq!(contents(elsewhere.path()).len(), 1);

    run(folder.path(), NOW, &["update", "-q", "draft.md"]);
    let after = run(folder.path(), NOW, &["update", "--dry-run", "draft.md"]);
    assert_eq!(
        (after.code, after.out.as_str()),
        (0, ""),
        "nothing to change: {}",
        after.err
    );
}

#[test]
fn what_cannot_be_updated_is_named_with_its_line_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), NOW, &["refresh", "-q"]);
    for (text, said) in [
        (
            DRAFT.replace("## Upcoming Events", "## Events"),
            "## Upcoming Events",
        ),
        (
            DRAFT.replace("none\n", "<<<<<<< HEAD\nnone\n=======\nall\n>>>>>>> main\n"),
            "line 5",
        ),
        (format!("{DRAFT}\n## Upcoming Events\n"), "line 17"),
        (
            DRAFT.replace("XXXX-XX-XX -", "2024-11-13 -"),
            "header (`Date:`) says 2024-11-06, its window line says 2024-11-13, its name says nothing",
        ),
        (
            DRAFT.replace("Date: 2024-11-06\n", ""),
            "which issue it is for",
        ),
    ] {
        fs::write(folder.path().join("draft.md"), &text).unwrap();
        let ran = run(folder.path(), NOW, &["update", "draft.md"]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert!(
            ran.err.contains("draft.md") && ran.err.contains(said),
            "{said}: {}",
            ran.err
        );
        assert_eq!(
            fs::read_to_string(folder.path().join("draft.md")).unwrap(),
            text
        );
    }
    fs::write(
        folder.path().join("latin.md"),
        b"Date: 2024-11-06\nM\xfcnchen\n",
    )
    .unwrap();
    let ran = run(folder.path(), NOW, &["update", "latin.md"]);
    assert!(
        ran.code == 1 && ran.err.contains("latin.md:2"),
        "{}",
        ran.err
    );
    let ran = run(folder.path(), NOW, &["update", "nothing.md"]);
    assert!(
        ran.code == 1 && ran.err.contains("nothing.md"),
        "{}",
        ran.err
    );
    assert_eq!(run(folder.path(), NOW, &["update"]).code, 2);
    assert_eq!(
        run(
            folder.path(),
            NOW,
            &["update", "--only", "everything", "draft.md"]
        )
        .code,
        2
    );
}

#[test]
fn an_issue_that_is_out_is_only_corrected() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), NOW, &["refresh", "-q"]);
    fs::write(folder.path().join("2024-11-06-issue.md"), DRAFT).unwrap();
    let later = "2024-11-09T09:00:00Z";
    let ran = run(folder.path(), later, &["update", "2024-11-06-issue.md"]);
    assert!(
        ran.err.contains("out already") && ran.err.contains("not asked for")
            || ran.err.contains("not done"),
        "{}",
        ran.err
    );
    let text = fs::read_to_string(folder.path().join("2024-11-06-issue.md")).unwrap();
    assert!(!text.contains("\n* 2024"), "{text}");
    run(
        folder.path(),
        later,
        &["update", "-q", "--only", "new", "2024-11-06-issue.md"],
    );
    let text = fs::read_to_string(folder.path().join("2024-11-06-issue.md")).unwrap();
    assert!(text.contains("\n* 2024"), "{text}");
}

#[test]
fn the_draft_of_an_issue_is_brought_up_to_date() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let old = fs::read_to_string(corpus.join("drafts/issue-572-draft.md")).unwrap();
    fs::write(folder.path().join("draft.md"), &old).unwrap();
    let ran = run(folder.path(), NOW, &["update", "draft.md", "--refresh"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let new = fs::read_to_string(folder.path().join("draft.md")).unwrap();
    let cut = |text: &str| -> (String, String, String) {
        let start = text.find("## Upcoming Events").unwrap();
        let end = text.find("\nIf you are running").unwrap();
        (
            text[..start].to_owned(),
            text[start..end].to_owned(),
            text[end..].to_owned(),
        )
    };
    let ((before, _, after), (new_before, section, new_after)) = (cut(&old), cut(&new));
    // Without calls for papers the line says so that the draft has in a comment.
    let none = "*No Calls for papers or presentations were submitted this week.*";
    let comment = format!("{none} -->\n");
    let before = before.replacen(&comment, &format!("{comment}{none}\n"), 1);
    assert!(
        before == new_before && after == new_after,
        "outside the sections"
    );
    assert!(section.contains("\nRusty Events between 2024-11-06 - 2024-12-04 🦀\n"));
    let firsts: Vec<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("* "))
        .collect();
    assert!(firsts.len() > 60, "{}", firsts.len());
    for row in firsts {
        let runs_on = row.starts_with("2024-11-04 - 2024-11-08");
        assert!(
            runs_on || ("2024-11-06"..="2024-12-04").contains(&&row[..10]),
            "{row}"
        );
    }
    // Its rows of the window are all there still, and a second run changes nothing.
    let (_, old_section, _) = cut(&old);
    let ids = |text: &str| -> Vec<String> {
        text.split("/events/")
            .skip(1)
            .map(|rest| {
                rest.chars()
                    .take_while(|char| char.is_alphanumeric())
                    .collect()
            })
            .collect()
    };
    for row in old_section
        .split("\n* 2024-")
        .skip(1)
        .filter(|row| !row.starts_with("10-") && !row.starts_with("11-0"))
    {
        for id in ids(row).iter().filter(|id| !id.is_empty()) {
            assert!(section.contains(id.as_str()), "{id} of {row}");
        }
    }
    let again = run(folder.path(), NOW, &["update", "--dry-run", "draft.md"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
}

const COMING: &str = "Title: This Week\nDate: 2026-08-26\n\n## Upcoming Events\n\nRusty Events between XXXX-XX-XX - XXXX-XX-XX 🦀\n\n### Europe\n\n## Jobs\n";

#[test]
fn what_is_written_while_the_sources_are_read_is_kept() {
    let world = World::new();
    let slow = Answer::ok("text/calendar", feed(&world.entries(1..3)));
    world
        .server
        .serve("/feed.ics", slow.after(Duration::from_secs(2)));
    let draft = world.folder.path().join("draft.md");
    fs::write(&draft, COMING).unwrap();
    std::thread::scope(|scope| {
        let updating = scope.spawn(|| world.run(0, &["update", "draft.md", "--refresh"]));
        while world.server.asked("/feed.ics").is_empty() && !updating.is_finished() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let written = COMING
            .replace("### Europe\n", "### Europe\n\n* 2026-09-01 | Rome, IT | [Rust Roma](https://example.org/)\n    * [**Aperitivo**](https://example.org/aperitivo)\n")
            .replace("## Jobs\n", "## Jobs\nOne.\n");
        fs::write(&draft, written).unwrap();
        let ran = updating.join().unwrap();
        assert_eq!(ran.code, 0, "{}", ran.err);
    });
    let text = fs::read_to_string(&draft).unwrap();
    for part in ["Aperitivo", "## Jobs\nOne.\n", "Evening number 2"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[cfg(unix)]
#[test]
fn a_draft_behind_a_link_is_written_where_it_is_and_stays_as_open_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("drafts")).unwrap();
    let file = folder.path().join("drafts/2024-11-06.md");
    fs::write(&file, DRAFT).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o664)).unwrap();
    let link = folder.path().join("draft.md");
    std::os::unix::fs::symlink("drafts/2024-11-06.md", &link).unwrap();
    let ran = run(folder.path(), NOW, &["update", "draft.md", "--refresh"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o664);
    assert!(fs::read_to_string(&file).unwrap().contains("\n* 2024"));
}
