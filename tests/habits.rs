//! Printed issues learned, the habits of groups, and who is missing by them.

use crate::{Ran, corpus, program_in};
use chrono::{Days, NaiveDate};
use rusty_events::facts::issue::Window;
use rusty_events::section::grammar::{PrintedRow, rows};
use rusty_events::section::habits::{Habit, habits, suspects};
use std::fs;
use std::path::Path;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn row(on: NaiveDate) -> String {
    format!(
        "* {on} | Berlin, DE | [Rust Berlin](https://www.meetup.com/rust-berlin/)\n    * [**Talks**](https://www.meetup.com/rust-berlin/events/{}/)\n",
        on.format("%Y%m%d")
    )
}

/// Issues of every Wednesday up to 2026-08-19, which print the events of the next four weeks.
fn issues(events: &[&str]) -> Vec<(NaiveDate, Vec<PrintedRow>)> {
    let events: Vec<NaiveDate> = events.iter().map(|event| day(event)).collect();
    let first = day("2025-09-03");
    (0..51)
        .map(|week| first.checked_add_days(Days::new(7 * week)).unwrap())
        .map(|issue| {
            let end = issue.checked_add_days(Days::new(28)).unwrap();
            let text: String = events
                .iter()
                .filter(|event| (issue..=end).contains(*event))
                .map(|event| row(*event))
                .collect();
            (issue, rows(&text))
        })
        .collect()
}

fn habit(events: &[&str]) -> Habit {
    let mut habits = habits(&issues(events), day("2026-08-26"));
    assert_eq!(habits.len(), 1);
    habits.remove(0)
}

#[test]
fn a_rhythm_is_told_where_most_events_keep_it() {
    for (events, told) in [
        (
            &[
                "2026-06-04",
                "2026-06-18",
                "2026-07-02",
                "2026-07-16",
                "2026-07-30",
                "2026-08-13",
            ][..],
            "every 2 weeks on Thursday",
        ),
        (
            &[
                "2026-07-01",
                "2026-07-08",
                "2026-07-15",
                "2026-07-22",
                "2026-08-05",
            ],
            "every Wednesday",
        ),
        (
            &[
                "2026-03-10",
                "2026-04-14",
                "2026-05-12",
                "2026-06-09",
                "2026-07-15",
                "2026-08-11",
            ],
            "the second Tuesday of the month",
        ),
        (
            &["2026-04-30", "2026-05-28", "2026-06-25", "2026-07-30"],
            "the last Thursday of the month",
        ),
    ] {
        let cadence = habit(events).cadence.map(|cadence| cadence.to_string());
        assert_eq!(cadence.as_deref(), Some(told), "{events:?}");
    }
    for events in [
        &["2026-06-04", "2026-06-18", "2026-07-02"][..],
        &[
            "2026-03-02",
            "2026-04-14",
            "2026-05-20",
            "2026-06-25",
            "2026-07-31",
        ],
    ] {
        assert_eq!(habit(events).cadence, None, "{events:?}");
    }
}

#[test]
fn a_habit_knows_where_how_and_under_which_names() {
    let mut issues = issues(&["2026-06-04", "2026-07-02"]);
    let renamed = "* 2026-07-02 | Virtual (Berlin, DE) | [Rust Berlin e.V.](https://www.meetup.com/rust-berlin)\n    * [**Talks**](https://a.example/)\n";
    issues.push((day("2026-08-20"), rows(renamed)));
    let habit = habits(&issues, day("2026-08-26")).remove(0);
    assert_eq!(habit.name, "Rust Berlin e.V.");
    assert_eq!(habit.names.len(), 2);
    assert_eq!(habit.pages.len(), 1, "one spelling a page");
    assert_eq!(habit.location, "Berlin, DE");
    assert_eq!(habit.days, [day("2026-06-04"), day("2026-07-02")]);
    assert!((22..=28).contains(&habit.lead), "{}", habit.lead);
}

#[test]
fn who_should_meet_and_is_not_printed_is_suspected() {
    let biweekly = &[
        "2026-06-04",
        "2026-06-18",
        "2026-07-02",
        "2026-07-16",
        "2026-07-30",
        "2026-08-13",
    ];
    let habits = habits(&issues(biweekly), day("2026-08-26"));
    let window = Window::starting(day("2026-08-26"), 28);
    let found = suspects(&habits, window, &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].expected, day("2026-08-27"));
    let printed = rows(&row(day("2026-09-10")));
    assert_eq!(
        suspects(&habits, window, &printed),
        [],
        "one of its events is there"
    );
    let later = Window::starting(day("2026-11-04"), 28);
    assert_eq!(suspects(&habits, later, &[]), [], "it has ended");
}

/// How the archive's own issues would have been suspected: of the groups that were missing by their habit,
/// how many were printed within the next four issues after all, for a day inside that window.
#[test]
fn suspicions_on_the_archive() {
    let Some(corpus) = corpus() else { return };
    let mut issues = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(corpus.join("sections"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        issues.push((day(&name), rows(&fs::read_to_string(&path).unwrap())));
    }
    let (mut tried, mut suspected, mut right) = (0, 0, 0);
    for at in 0..issues.len() - 4 {
        let (issue, printed) = &issues[at];
        if *issue < day("2025-06-01") {
            continue;
        }
        let window = Window::starting(*issue, 28);
        let habits = habits(&issues[..at], *issue);
        tried += 1;
        for suspect in suspects(&habits, window, printed) {
            suspected += 1;
            let after = issues[at + 1..at + 5].iter().flat_map(|(_, rows)| rows);
            right += usize::from(
                after
                    .into_iter()
                    .any(|row| window.holds(row.date, row.date) && suspect.habit.holds(row)),
            );
        }
    }
    eprintln!(
        "{suspected} suspects in {tried} issues; {right} were printed later for a day of that window"
    );
    assert!(tried > 30 && suspected > 0);
    // Who was not printed later either may have been missing for good, or may not have met.
    assert!(
        right * 5 >= suspected,
        "fewer than one in five: {right} of {suspected}"
    );
    assert!(suspected <= tried * 8, "too many to be read: {suspected}");
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut all = vec![
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        "2026-08-24T06:00:00Z",
    ];
    all.extend(arguments);
    program_in(folder, &all)
}

/// A folder with a configuration and a newsletter's repository of eleven issues, of which the last has no
/// row.
fn newsletter() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("config/sources")).unwrap();
    fs::create_dir_all(root.join("repository/content")).unwrap();
    fs::write(root.join("config/sources/all.toml"), "[[event]]\ntitle = \"A conference\"\nstart = \"2026-09-08\"\nplace = \"Oslo, NO\"\nmode = \"in-person\"\norganiser = \"Conference\"\norganiser-url = \"https://conference.example/\"\nlink = \"https://conference.example/\"\n").unwrap();
    let biweekly = [
        "2026-06-04",
        "2026-06-18",
        "2026-07-02",
        "2026-07-16",
        "2026-07-30",
        "2026-08-13",
    ];
    for (issue, rows) in &issues(&biweekly)[40..] {
        let rows: String = rows.iter().map(|row| row.text.clone()).collect();
        let text = format!(
            "Title: An issue\nDate: {issue}\n\n## Upcoming Events\n\nRusty Events between {issue} - later 🦀\n\n### Europe\n{rows}\n## Jobs\n"
        );
        fs::write(
            root.join(format!("repository/content/{issue}-issue.md")),
            text,
        )
        .unwrap();
    }
    fs::write(root.join("repository/content/about.md"), "# About\n").unwrap();
    folder
}

#[test]
fn a_repository_is_learned_once() {
    let folder = newsletter();
    let first = run(folder.path(), &["learn", "repository"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(
        first.err.contains("10 issues learned, 0 known"),
        "{}",
        first.err
    );
    let again = run(folder.path(), &["learn", "repository/content"]);
    assert!(
        again.err.contains("0 issues learned, 10 known"),
        "{}",
        again.err
    );

    let one = "repository/content/2026-08-12-issue.md";
    let text = fs::read_to_string(folder.path().join(one)).unwrap();
    fs::write(folder.path().join(one), text.replace("Talks", "Talk")).unwrap();
    let changed = run(
        folder.path(),
        &["learn", one, "repository/content/about.md"],
    );
    assert!(changed.err.contains("1 issues learned"), "{}", changed.err);
    assert!(
        changed.code == 3 && changed.err.contains("about.md: no line is"),
        "{}",
        changed.err
    );

    let about = run(folder.path(), &["learn", "repository/content/about.md"]);
    assert_eq!(about.code, 1);
    assert_eq!(run(folder.path(), &["learn", "nowhere"]).code, 1);
}

#[test]
fn update_learns_by_itself_and_names_the_usual_suspects() {
    let folder = newsletter();
    let root = folder.path();
    fs::write(
        root.join("config/service.toml"),
        "[newsletter]\nrepository = \"../repository\"\n",
    )
    .unwrap();
    fs::write(
        root.join("draft.md"),
        "Date: 2026-08-26\n\n## Upcoming Events\n",
    )
    .unwrap();
    let ran = run(
        root,
        &["update", "draft.md", "--refresh", "--report", "report.md"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report = fs::read_to_string(root.join("report.md")).unwrap();
    for text in [&ran.err, &report] {
        assert!(
            text.contains("Rust Berlin (Berlin, DE): every 2 weeks on Thursday, so on 2026-08-27"),
            "{text}"
        );
        assert!(
            text.contains("no source is configured; `rusty-events source add")
                || text.contains("no source is configured; &#96;rusty"),
            "{text}"
        );
    }
    // Once its row is there it is no longer missing; and a source that was never read is named.
    fs::write(
        root.join("config/sources/more.toml"),
        "[[source]]\nurl = \"https://www.meetup.com/rust-berlin/\"\norganiser = \"Rust Berlin\"\n",
    )
    .unwrap();
    let ran = run(root, &["update", "draft.md"]);
    assert!(
        ran.err
            .contains("its source meetup/rust-berlin was never read"),
        "{}",
        ran.err
    );
    let text = fs::read_to_string(root.join("draft.md")).unwrap();
    let text = text.replace(
        "### Europe\n",
        &format!("### Europe\n{}", row(day("2026-09-03"))),
    );
    fs::write(root.join("draft.md"), text).unwrap();
    let ran = run(root, &["update", "draft.md"]);
    assert!(!ran.err.contains("usual suspects"), "{}", ran.err);
}
