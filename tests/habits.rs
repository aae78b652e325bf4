//! Printed issues, the habits of groups, and the groups that are missing by them.

use crate::markdown::style;
use crate::{Ran, corpus, program_in};
use chrono::{Days, NaiveDate};
use rusty_events::facts::issue::Window;
use rusty_events::section::grammar::{PrintedRow, rows};
use rusty_events::section::habits::{Habit, habits, suspects};
use std::collections::{BTreeMap, BTreeSet};
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
            (issue, rows(&text, &style()))
        })
        .collect()
}

fn habit(events: &[&str]) -> Habit {
    let mut habits = habits(&issues(events), day("2026-08-26"));
    assert_eq!(habits.len(), 1);
    habits.remove(0)
}

#[test]
fn a_rhythm_is_found_if_most_events_keep_it() {
    for (events, cadence) in [
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
                "2026-08-12",
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
        (
            &[
                "2026-03-02",
                "2026-03-30",
                "2026-04-27",
                "2026-05-25",
                "2026-06-22",
                "2026-07-20",
                "2026-08-17",
            ],
            "every 4 weeks on Monday",
        ),
    ] {
        let rhythm = habit(events)
            .rhythm
            .map(|rhythm| rhythm.cadence.to_string());
        assert_eq!(rhythm.as_deref(), Some(cadence), "{events:?}");
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
        assert_eq!(habit(events).rhythm, None, "{events:?}");
    }
}

#[test]
fn a_rhythm_of_few_of_the_meetings_is_not_the_groups() {
    // Every second Thursday; and as many evenings on other days again.
    let thursdays = [
        "2026-06-18",
        "2026-07-02",
        "2026-07-16",
        "2026-07-30",
        "2026-08-13",
    ];
    let others = [
        "2026-06-23",
        "2026-07-04",
        "2026-07-13",
        "2026-08-05",
        "2026-08-18",
    ];
    let half = [&thursdays[..], &others].concat();
    let rhythm = habit(&half).rhythm.map(|rhythm| rhythm.cadence.to_string());
    assert_eq!(rhythm.as_deref(), Some("every 2 weeks on Thursday"));
    let less = [&thursdays[..], &others, &["2026-07-26"]].concat();
    assert_eq!(habit(&less).rhythm, None);
}

#[test]
fn a_habit_has_the_place_the_mode_and_every_name() {
    let mut issues = issues(&["2026-06-04", "2026-07-02"]);
    let renamed = "* 2026-07-02 | Virtual (Berlin, DE) | [Rust Berlin e.V.](https://www.meetup.com/rust-berlin)\n    * [**Talks**](https://a.example/)\n";
    issues.push((day("2026-08-20"), rows(renamed, &style())));
    let habit = habits(&issues, day("2026-08-26")).remove(0);
    assert_eq!(habit.name, "Rust Berlin e.V.");
    assert_eq!(habit.names.len(), 2);
    assert_eq!(habit.pages.len(), 1, "one spelling a page");
    assert_eq!(habit.location, "Berlin, DE");
    assert_eq!(habit.days, [day("2026-06-04"), day("2026-07-02")]);
    assert!((22..=28).contains(&habit.lead), "{}", habit.lead);
}

#[test]
fn a_group_that_should_meet_and_is_not_printed_is_suspected() {
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
    let printed = rows(&row(day("2026-09-10")), &style());
    assert_eq!(
        suspects(&habits, window, &printed),
        [],
        "one of its events is there"
    );
    let later = Window::starting(day("2026-11-04"), 28);
    let habits = self::habits(&issues(biweekly), later.from);
    assert_eq!(suspects(&habits, later, &[]), [], "it has ended");
}

/// How good the guesses of a period were.
#[derive(Debug, Default)]
struct Measured {
    /// Groups that were named, each (group, day) once.
    named: usize,
    /// Of those, the groups that the issue then printed on the very day.
    right: usize,
    /// Of those, the groups that this issue or a later one printed on the very day.
    in_the_end: usize,
    /// Groups that were named, counted for each issue anew; and of those the right ones.
    each: (usize, usize),
    /// Groups that came into an issue, of which four events were known and none stood in the draft.
    came: usize,
    /// Of those, the groups that this issue or one before it named for one of the days.
    found: usize,
}

type Issue = (NaiveDate, Vec<PrintedRow>);

/// What would have been named in a period. The draft of an issue is what the issue before printed.
fn measured(issues: &[Issue], from: NaiveDate, to: NaiveDate) -> Measured {
    let mut all = Measured::default();
    let mut named: BTreeSet<(String, NaiveDate)> = BTreeSet::new();
    for at in 1..issues.len() {
        let (issue, printed) = &issues[at];
        if !(from..=to).contains(issue) {
            continue;
        }
        let window = Window::starting(*issue, 28);
        let draft = &issues[at - 1].1;
        let habits = habits(&issues[..at], *issue);
        let expected: BTreeMap<String, NaiveDate> = suspects(&habits, window, draft)
            .into_iter()
            .map(|suspect| (suspect.habit.key, suspect.expected))
            .collect();
        for habit in &habits {
            let days: BTreeSet<NaiveDate> = printed
                .iter()
                .filter(|row| window.holds(row.date, row.date) && habit.holds(row))
                .map(|row| row.date)
                .collect();
            if let Some(day) = expected.get(&habit.key) {
                let right = usize::from(days.contains(day));
                all.each = (all.each.0 + 1, all.each.1 + right);
                if named.insert((habit.key.clone(), *day)) {
                    let is_it = |row: &PrintedRow| row.date == *day && habit.holds(row);
                    let later = issues[at..].iter().any(|(_, rows)| rows.iter().any(is_it));
                    all.named += 1;
                    all.right += right;
                    all.in_the_end += usize::from(later);
                }
            }
            let stands = draft
                .iter()
                .any(|row| row.date >= *issue && habit.holds(row));
            if days.is_empty() || stands || habit.days.len() < 4 {
                continue;
            }
            all.came += 1;
            let was_named = |day: &NaiveDate| named.contains(&(habit.key.clone(), *day));
            all.found += usize::from(days.iter().any(was_named));
        }
    }
    all
}

/// How good suspicions would have been over the archive: in the period for which the bars were set, and in the
/// one before it, in which the issues missed more of the groups' meetings.
///
/// `cargo test --test main suspicions_on_the_archive -- --nocapture` prints precision and recall.
#[test]
fn suspicions_on_the_archive() {
    let Some(corpus) = corpus() else { return };
    let mut issues: Vec<Issue> = Vec::new();
    let mut paths: Vec<_> = fs::read_dir(corpus.join("sections"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        issues.push((
            day(&name),
            rows(&fs::read_to_string(&path).unwrap(), &style()),
        ));
    }
    let tenths = |part: usize, all: usize| part * 1000 / all.max(1);
    let shown = |tenths: usize| format!("{}.{} %", tenths / 10, tenths % 10);
    for (from, to, bars) in [
        ("2025-01-01", "2026-05-31", [650, 750, 550, 350]),
        ("2023-06-01", "2024-12-31", [470, 630, 390, 335]),
    ] {
        let all = measured(&issues, day(from), day(to));
        let figures = [
            tenths(all.right, all.named),
            tenths(all.in_the_end, all.named),
            tenths(all.each.1, all.each.0),
            tenths(all.found, all.came),
        ];
        crate::said(&format!(
            "suspects {from} to {to}: {} named, precision {}, in the end {}, for each issue anew {}; recall {} of {}",
            all.named,
            shown(figures[0]),
            shown(figures[1]),
            shown(figures[2]),
            shown(figures[3]),
            all.came
        ));
        assert!(
            figures.iter().zip(bars).all(|(figure, bar)| *figure >= bar),
            "{from}: {figures:?}, bars {bars:?}"
        );
    }
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
pub(crate) fn newsletter() -> tempfile::TempDir {
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
    assert!(changed.err.contains("1 issue learned"), "{}", changed.err);
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
            text.contains("Rust Berlin (Berlin, DE): every 2 weeks on Thursday, kept 5 of the last 5 times, so on 2026-08-27"),
            "{text}"
        );
        assert!(
            text.contains(
                "it has no source; `rusty-events source add https://www.meetup.com/rust-berlin` looks for one"
            ),
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

#[test]
fn a_group_and_day_is_named_for_one_issue_and_a_dismissed_group_for_none() {
    let folder = newsletter();
    let root = folder.path();
    fs::write(
        root.join("config/service.toml"),
        "[newsletter]\nrepository = \"../repository\"\n",
    )
    .unwrap();
    let draft = |name: &str, day: &str| {
        let text = format!("Date: {day}\n\n## Upcoming Events\n");
        fs::write(root.join(name), text).unwrap();
    };
    draft("a.md", "2026-08-26");
    draft("b.md", "2026-08-27");
    let first = run(root, &["update", "a.md", "--refresh"]);
    assert!(first.err.contains("so on 2026-08-27"), "{}", first.err);
    // The same issue names the group again, the next one does not.
    let again = run(root, &["update", "a.md"]);
    assert!(again.err.contains("so on 2026-08-27"), "{}", again.err);
    let next = run(root, &["update", "b.md"]);
    assert!(!next.err.contains("usual suspects"), "{}", next.err);
    let dismiss = |group: &str| {
        run(
            root,
            &["decide", "dismiss", group, "--reason", "it has ended"],
        )
    };
    assert_eq!(dismiss("Rust Atlantis").code, 1);
    let dismissed = dismiss("www.meetup.com/rust-berlin");
    assert_eq!(dismissed.code, 0, "{}", dismissed.err);
    assert!(
        dismissed.err.contains("dismissed: Rust Berlin"),
        "{}",
        dismissed.err
    );
    assert!(dismiss("rust berlin").err.contains("already"));
    let listed = run(root, &["decide", "list"]);
    assert!(listed.err.contains("it has ended"), "{}", listed.err);
    let gone = run(root, &["update", "a.md"]);
    assert!(!gone.err.contains("usual suspects"), "{}", gone.err);
    let expected = run(root, &["decide", "expect", "Rust Berlin"]);
    assert!(expected.err.contains("expected again"), "{}", expected.err);
    let back = run(root, &["update", "a.md"]);
    assert!(back.err.contains("so on 2026-08-27"), "{}", back.err);
}

#[test]
fn why_shows_the_habit_of_a_group_and_who_dismissed_it() {
    let folder = newsletter();
    let root = folder.path();
    assert_eq!(run(root, &["refresh"]).code, 0);
    assert_eq!(run(root, &["learn", "repository"]).code, 0);
    // A group of which no source and no event is known.
    for question in ["Rust Berlin", "www.meetup.com/rust-berlin"] {
        let why = run(root, &["why", question]);
        assert_eq!(why.code, 0, "{}", why.err);
        for part in [
            "it has no source, and no source lists an event of it",
            "Printed in the last year as \"Rust Berlin\", \"Berlin, DE\", for 5 days; the last: 2026-07-16, 2026-07-30, 2026-08-13",
            "it meets every 2 weeks on Thursday, kept 5 of the last 5 times: expected on 2026-08-27 in the issue of 2026-08-26",
            "0 events to come",
        ] {
            assert!(why.out.contains(part), "{part}: {}", why.out);
        }
        assert!(!why.out.contains("dismissed"), "{}", why.out);
    }
    let dismissed = run(
        root,
        &[
            "decide",
            "dismiss",
            "Rust Berlin",
            "--reason",
            "it has ended",
            "--by",
            "Ann",
        ],
    );
    assert_eq!(dismissed.code, 0, "{}", dismissed.err);
    let why = run(root, &["why", "Rust Berlin"]);
    assert!(
        why.out.contains("dismissed by Ann on 2026-08-24 because \"it has ended\": no report names it as missing; `rusty-events decide expect meetup:rust-berlin` takes that back"),
        "{}",
        why.out
    );
    let taken_back = run(root, &["decide", "expect", "meetup:rust-berlin"]);
    assert_eq!(taken_back.code, 0, "{}", taken_back.err);
    let json = run(root, &["why", "Rust Berlin", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["kind"], "group");
    assert_eq!(json["habit"]["expected"], "2026-08-27");
    assert_eq!(json["habit"]["dismissed"], serde_json::Value::Null);
    // A page that only a printed issue holds is known by it.
    let page = "https://www.meetup.com/rust-berlin/events/20260730/";
    let why = run(root, &["why", page]);
    assert_eq!(why.code, 0, "{}", why.err);
    assert!(
        why.out.contains(
            "printed in the issue of 2026-07-22, under Europe: * 2026-07-30 | Berlin, DE"
        ),
        "{}",
        why.out
    );
}
