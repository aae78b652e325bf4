//! Two versions of a draft are merged row by row: `rusty-events merge`, as Git calls it and by itself.

use crate::markdown::style;
use crate::program_in;
use proptest::prelude::*;
use rusty_events::section::grammar::rows;
use rusty_events::section::versions::{Merged, merged};
use std::fs;
use std::process::Command;

const HEADING: &str = "## Upcoming Events";

fn row(day: u32, title: &str) -> String {
    format!(
        "* 2024-11-{day:02} | Berlin, DE | [Rust Berlin](https://berlin.example/)\n    * [**{title}**](https://berlin.example/{})\n",
        title.replace(' ', "-")
    )
}

fn section(rows: &[String]) -> String {
    format!(
        "{HEADING}\n\nRusty Events\n\n### Europe\n\n{}",
        rows.concat()
    )
}

fn merge(base: &str, ours: &str, theirs: &str) -> Merged {
    merged(base, ours, theirs, &style()).unwrap()
}

#[test]
fn rows_that_were_added_at_one_place_both_stand() {
    let [a, b, c] = [row(7, "A"), row(8, "B"), row(9, "C")];
    let base = section(std::slice::from_ref(&a));
    let ours = section(&[a.clone(), b.clone()]);
    let theirs = section(&[a.clone(), c.clone()]);
    let done = merge(&base, &ours, &theirs);
    assert_eq!(done.text, section(&[a, c, b]));
    assert!(done.settled.is_empty());
}

#[test]
fn what_one_side_changed_or_took_out_is_so() {
    let [a, b, c] = [row(7, "A"), row(8, "B"), row(9, "C")];
    let base = section(&[a.clone(), b.clone(), c.clone()]);
    let moved = a.replace("11-07", "11-10");
    let ours = section(&[moved.clone(), b.clone(), c.clone()]);
    // They took B out, and write C in another way.
    let theirs = section(&[a.clone(), c.replace("**C**", "**See C**")]);
    let done = merge(&base, &ours, &theirs);
    assert_eq!(
        done.text,
        section(&[moved, c.replace("**C**", "**See C**")])
    );
    // And the other way round.
    assert_eq!(rows(&merge(&base, &theirs, &ours).text, &style()).len(), 2);
    // What one side took out and the other changed stays.
    let changed = section(&[a, b.replace("**B**", "**See B**"), c]);
    assert!(merge(&base, &theirs, &changed).text.contains("See B"));
    assert!(merge(&base, &changed, &theirs).text.contains("See B"));
}

#[test]
fn a_row_that_both_changed_is_merged_column_by_column() {
    let a = row(7, "A");
    let base = section(std::slice::from_ref(&a));
    let ours = section(&[a
        .replace("11-07", "11-10")
        .replace("Berlin, DE", "Potsdam, DE")]);
    let theirs = section(&[a
        .replace("**A**", "**See A**")
        .replace("Berlin, DE", "Bonn, DE")]);
    let done = merge(&base, &ours, &theirs);
    let wanted = a
        .replace("11-07", "11-10")
        .replace("**A**", "**See A**")
        .replace("Berlin, DE", "Bonn, DE");
    assert_eq!(done.text, section(&[wanted]));
    assert_eq!(
        done.settled,
        ["both versions changed it: \"Bonn, DE\" stands now, \"Potsdam, DE\" does not"]
    );
}

#[test]
fn a_heading_and_a_comment_come_in_at_their_place() {
    let [a, b] = [row(7, "A"), row(8, "B")];
    let base = section(std::slice::from_ref(&a));
    let ours = format!(
        "{}\n### South America\n\n{}",
        section(&[a.clone(), b.clone()]),
        row(9, "C")
    );
    let theirs = format!(
        "{}\n### Oceania\n\n<!-- no one yet -->\n{}",
        base,
        row(10, "D")
    );
    let done = merge(&base, &ours, &theirs);
    let wanted = format!(
        "{}\n### Oceania\n\n<!-- no one yet -->\n{}\n### South America\n\n{}",
        section(&[a, b]),
        row(10, "D"),
        row(9, "C")
    );
    assert_eq!(done.text, wanted);
}

#[test]
fn line_ends_are_ours_and_marks_of_a_merge_are_refused() {
    let base = section(&[row(7, "A")]);
    let ours = section(&[row(7, "A"), row(8, "B")]).replace('\n', "\r\n");
    let theirs = section(&[row(7, "A"), row(9, "C")]);
    let done = merge(&base, &ours, &theirs).text;
    assert_eq!(rows(&done, &style()).len(), 3);
    assert_eq!(done.matches('\n').count(), done.matches("\r\n").count());
    let marked = format!("{base}<<<<<<< HEAD\n{}", row(8, "B"));
    assert_eq!(merged(&base, &marked, &theirs, &style()), None);
}

/// What one side does with a row of the base: index, and whether it is taken out, changed or followed by a new one.
fn edits() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0_usize..12, 0_u8..3), 0..8)
}

fn edited(base: &[String], edits: &[(usize, u8)], side: &str) -> Vec<String> {
    let mut rows = base.to_vec();
    for (number, (at, what)) in edits.iter().enumerate() {
        if rows.is_empty() {
            break;
        }
        let at = at % rows.len();
        match what {
            0 => drop(rows.remove(at)),
            1 => rows[at] = rows[at].replace("Rust Berlin", &format!("Rust {side}")),
            _ => rows.insert(at + 1, row(20, &format!("New {side} {number}"))),
        }
    }
    rows
}

fn of(text: &str) -> Vec<String> {
    let mut all: Vec<String> = rows(text, &style())
        .into_iter()
        .map(|row| row.text)
        .collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(crate::cases(300))]

    #[test]
    fn nothing_is_lost_and_nothing_stands_twice(left in edits(), right in edits()) {
        let base: Vec<String> = (1..9).map(|at| row(at, &format!("Event {at}"))).collect();
        let [ours, theirs] = [edited(&base, &left, "Ours"), edited(&base, &right, "Theirs")];
        let [base_text, ours_text, theirs_text] = [&base, &ours, &theirs].map(|rows| section(rows));
        let done = of(&merge(&base_text, &ours_text, &theirs_text).text);
        for (own, other) in [(&ours, &theirs), (&theirs, &ours)] {
            for row in own {
                let is_new = row.contains("New ");
                let was_changed = !base.contains(row);
                let title = row.lines().nth(1).unwrap();
                let other_has = other.iter().any(|of| of.contains(title));
                let stands = done.iter().filter(|of| of.contains(title)).count();
                let wanted = usize::from(is_new || was_changed || other_has);
                prop_assert_eq!(stands, wanted, "{}", row);
            }
        }
        // One side alone is that side; twice the same change is that change.
        prop_assert_eq!(merge(&base_text, &ours_text, &base_text).text, ours_text.clone());
        prop_assert_eq!(of(&merge(&base_text, &base_text, &theirs_text).text), of(&theirs_text));
        prop_assert_eq!(merge(&base_text, &ours_text, &ours_text).text, ours_text);
    }
}

#[test]
fn git_merges_drafts_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.env("HOME", path).env("GIT_CONFIG_NOSYSTEM", "1");
        git.args(["-c", "user.name=P", "-c", "user.email=p@example.org"]);
        let done = git.args(arguments).current_dir(path).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        (done.status.success(), said)
    };
    let draft = |news: &str, rows: &[String]| {
        format!(
            "Title: x\nDate: 2024-11-06\n\n## News\n{news}\n\n{}\n## Jobs\nnone\n",
            section(rows)
        )
    };
    let write = |text: &str| fs::write(path.join("draft.md"), text).unwrap();
    let [a, b, c] = [row(7, "A"), row(8, "B"), row(9, "C")];
    git(&["init", "-q", "-b", "main"]);
    let driver = format!("'{}' merge %O %A %B", env!("CARGO_BIN_EXE_rusty-events"));
    git(&["config", "merge.rusty-events.driver", &driver]);
    fs::write(path.join(".gitattributes"), "draft.md merge=rusty-events\n").unwrap();
    write(&draft("none", std::slice::from_ref(&a)));
    git(&["add", "-A"]);
    git(&["commit", "-qm", "base"]);
    git(&["checkout", "-qb", "other"]);
    write(&draft("none", &[a.clone(), c.clone()]));
    git(&["commit", "-qam", "theirs"]);
    git(&["checkout", "-q", "main"]);
    write(&draft("news", &[a.clone(), b.clone()]));
    git(&["commit", "-qam", "ours"]);
    let (is_done, said) = git(&["merge", "-q", "--no-edit", "other"]);
    assert!(is_done, "{said}");
    let text = fs::read_to_string(path.join("draft.md")).unwrap();
    assert_eq!(text, draft("news", &[a.clone(), c, b]));

    // Outside the section it is Git's own merge, with its marks.
    git(&["checkout", "-q", "other"]);
    write(&draft("other news", &[a]));
    git(&["commit", "-qam", "again"]);
    git(&["checkout", "-q", "main"]);
    let (is_done, _) = git(&["merge", "-q", "--no-edit", "other"]);
    assert!(!is_done);
    let text = fs::read_to_string(path.join("draft.md")).unwrap();
    assert!(
        text.contains("<<<<<<< ") && text.contains("other news"),
        "{text}"
    );
}

#[test]
fn the_command_says_what_it_settled_and_what_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let a = row(7, "A");
    write(
        "base",
        &format!("one\n{}", section(std::slice::from_ref(&a))),
    );
    write(
        "ours",
        &format!(
            "two\n{}",
            section(&[a.replace("Berlin, DE", "Potsdam, DE")])
        ),
    );
    write(
        "theirs",
        &format!(
            "three\n{}",
            section(&[a.replace("Berlin, DE", "Bonn @ann, DE")])
        ),
    );
    let run = |arguments: &[&str]| program_in(folder.path(), arguments);
    let merge = [
        "merge", "base", "ours", "theirs", "--union", "--report", "notes.md",
    ];
    let ran = run(&merge);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains("\"Bonn @ann, DE\" stands now"),
        "{}",
        ran.err
    );
    let merged = fs::read_to_string(folder.path().join("ours")).unwrap();
    assert!(merged.starts_with("two\nthree\n## Upcoming"), "{merged}");
    let notes = fs::read_to_string(folder.path().join("notes.md")).unwrap();
    assert!(
        notes.starts_with("* both versions") && !notes.contains("@ann"),
        "{notes}"
    );
    let ran = run(&["merge", "base", "ours", "base"]);
    assert_eq!(
        ran.code, 0,
        "two that are only read may be one: {}",
        ran.err
    );
    let ran = run(&["merge", "ours", "ours", "theirs"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    fs::write(folder.path().join("theirs"), b"\xff\xfe").unwrap();
    let ran = run(&merge);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("theirs is not UTF-8"), "{}", ran.err);
    assert_eq!(
        fs::read_to_string(folder.path().join("ours")).unwrap(),
        merged
    );
}

/// Lines of a row, and a word that is a heading where it stands alone.
const PIECES: [&str; 3] = [
    "* 2024-11-07 | Bonn, DE | [Club](https://club.example)\n",
    "    * [**A**](https://club.example/A)\n",
    "Virtual\n",
];

/// A row with a line of text inside of it stays together, and halves of rows that each side has make no row.
#[test]
fn pieces_of_rows_become_no_row_and_no_line_is_lost() {
    let mut texts = vec![String::new()];
    let mut longest = texts.clone();
    for _ in 0..3 {
        let longer = longest.iter().flat_map(|text| {
            let pieces = PIECES.iter();
            pieces.map(move |piece| format!("{text}{piece}"))
        });
        longest = longer.collect();
        texts.extend(longest.clone());
    }
    let count = |text: &str| rows(text, &style()).len();
    let cut_in_two = [PIECES[0], PIECES[2], PIECES[1]].concat();
    for (ours, theirs) in texts
        .iter()
        .flat_map(|ours| texts.iter().map(move |theirs| (ours, theirs)))
    {
        let done = merge("", ours, theirs).text;
        let both = format!("{ours:?} and {theirs:?} became {done:?}");
        assert!(count(&done) <= count(ours) + count(theirs), "{both}");
        for line in ours.lines().chain(theirs.lines()) {
            assert!(done.contains(line), "{line:?}: {both}");
        }
        for whole in [ours, theirs]
            .into_iter()
            .filter(|text| **text == cut_in_two)
        {
            assert!(done.contains(whole), "{both}");
        }
    }
}

#[test]
fn a_row_with_a_line_inside_that_both_changed_is_named() {
    let cut_in_two = |title: &str| {
        format!(
            "{}Virtual\n    * [**{title}**](https://club.example/A)\n",
            PIECES[0]
        )
    };
    let [base, ours, theirs] = ["A", "B", "C"].map(|title| section(&[cut_in_two(title)]));
    let done = merge(&base, &ours, &theirs);
    assert_eq!(done.text, theirs);
    assert_eq!(done.settled.len(), 1);
    assert!(
        done.settled[0].contains("Virtual * [**B**](https://club.example/A)\" does not"),
        "{:?}",
        done.settled
    );
}
