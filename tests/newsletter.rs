//! Another newsletter than the first one: its words, its days, its rhythm and its topic.

use crate::program_in;
use crate::server::Served;
use chrono::{NaiveDate, Weekday};
use rusty_events::facts::issue::{DaysOfMonth, Rhythm, neighbours, next_issue};
use rusty_events::facts::topic::{Topic, Word};
use rusty_events::section::style::DateForm;
use std::fs;
use std::path::Path;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The Portuguese sample in a folder of its own, run on a Tuesday between two issues.
fn sample(folder: &Path, arguments: &[&str]) -> crate::Ran {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = root.join("config/sample-pt").display().to_string();
    let mut all = vec!["--config", &config, "--database", "events.db"];
    all.extend(["--now", "2026-03-24T09:00:00Z"]);
    all.extend(arguments);
    program_in(folder, &all)
}

#[test]
fn a_portuguese_newsletter_about_go_prints_its_section_and_finds_it_clean() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let checked = sample(folder, &["source", "check"]);
    assert_eq!(checked.code, 0, "{}", checked.err);
    let printed = sample(folder, &["section", "--refresh"]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    let golden = include_str!("golden/sample-pt-2026-03-30.md");
    assert_eq!(printed.out, golden, "{}", printed.err);

    fs::write(folder.join("2026-03-30.md"), golden).unwrap();
    let linted = sample(folder, &["lint", "--strict", "2026-03-30.md"]);
    assert_eq!((linted.code, linted.out.as_str()), (0, ""));
    let updated = sample(folder, &["update", "--dry-run", "2026-03-30.md"]);
    assert_eq!((updated.code, updated.out.as_str()), (0, ""));

    // What people write in other words and days is read, and mended to the newsletter's.
    let typed = golden
        .replace("### Europa", "###europe:")
        .replace("14/04/2026 |", "14.4.2026 |")
        .replace("| Online (São Paulo, BR)", "| Virtual - São Paulo, BR");
    fs::write(folder.join("2026-03-30.md"), typed).unwrap();
    let linted = sample(folder, &["lint", "--fix", "2026-03-30.md"]);
    assert_eq!(linted.code, 0, "{}", linted.out);
    let mended = fs::read_to_string(folder.join("2026-03-30.md")).unwrap();
    assert_eq!(mended, golden);

    // A group of many topics prints what is about Go, and says so of the rest.
    let hike = sample(folder, &["why", "https://clube-dev.example/trilha/"]);
    assert!(hike.out.contains("not about the topic"), "{}", hike.out);
    let page = sample(folder, &["section", "--format", "html"]).out;
    assert!(page.contains("<html lang=\"pt-BR\">"), "{page}");
    let between = sample(folder, &["section", "--issue", "2026-03-23"]);
    assert_eq!(between.code, 2);
    assert!(
        between.err.contains("2026-03-16 and 2026-03-30"),
        "{}",
        between.err
    );
}

/// What the newsletter of the Portuguese sample is about.
pub(crate) fn go() -> Topic {
    let exact = |text: &str| Word {
        exact: true,
        ..Word::whole(text)
    };
    let part = |text: &str| Word {
        part: true,
        ..Word::whole(text)
    };
    let not = ["Let's Go".to_owned(), "Pokémon Go".to_owned()];
    Topic::new(
        vec![exact("Go"), Word::whole("golang"), part("gopher")],
        &not,
    )
}

#[test]
fn a_word_of_the_topic_counts_by_its_own_rules() {
    let topic = go();
    for about in [
        "Concurrency in Go",
        "Go: an introduction",
        "GOLANG night",
        "GopherCon",
        "Our gophers meet",
        "Let's go hiking, then talk about Go",
        "Let's Go: errors in Go",
        "İstanbul Go",
    ] {
        assert!(topic.is_in(about), "{about}");
    }
    for other in [
        "Let's go hiking",
        "Let's Go: a hike",
        "let's go",
        "Pokémon GO in the park",
        "Going home",
        "On the go",
        "Erlang",
        "",
    ] {
        assert!(!topic.is_in(other), "{other}");
    }
    assert!(!Topic::default().is_in("Go"));
    assert!(Topic::of(&["囲碁"]).is_in("東京囲碁会"));
    // The other script parts the words.
    assert!(Topic::of(&["rust"]).is_in("東京Rust勉強会"));
    for (title, rest) in [
        ("No Go meetup this month", "no meetup this month"),
        ("No Golang-Meetup", "no meetup"),
        ("GopherCon: Go in İstanbul", ": in i\u{307}stanbul"),
        ("Let's Go: a hike", "let's go: a hike"),
    ] {
        assert_eq!(topic.without(title), rest);
    }
}

#[test]
fn issues_of_every_few_weeks_and_of_each_month_have_their_days() {
    let biweekly = Rhythm::Weeks(Weekday::Mon, 2, day("2026-03-02"));
    assert_eq!(next_issue(day("2026-03-03"), biweekly), day("2026-03-16"));
    // Weeks before the day that is named count too.
    assert_eq!(next_issue(day("2026-02-10"), biweekly), day("2026-02-16"));
    assert_eq!(neighbours(day("2026-03-16"), biweekly), None);
    assert_eq!(
        neighbours(day("2026-03-09"), biweekly),
        Some((day("2026-03-02"), day("2026-03-16")))
    );
    let monthly = Rhythm::Month(Weekday::Mon, 1);
    assert_eq!(next_issue(day("2026-03-03"), monthly), day("2026-04-06"));
    assert_eq!(
        neighbours(day("2026-03-09"), monthly),
        Some((day("2026-03-02"), day("2026-04-06")))
    );
    assert_eq!(
        next_issue(day("2026-03-03"), Rhythm::Month(Weekday::Mon, 4)),
        day("2026-03-23")
    );
}

#[test]
fn issues_on_days_of_the_month_have_their_days() {
    let on = |days: &[u32]| Rhythm::Dates(DaysOfMonth::new(days.iter().copied()).unwrap());
    let first = on(&[1]);
    assert_eq!(next_issue(day("2026-03-01"), first), day("2026-03-01"));
    assert_eq!(next_issue(day("2026-03-02"), first), day("2026-04-01"));
    assert_eq!(
        neighbours(day("2026-12-24"), first),
        Some((day("2026-12-01"), day("2027-01-01")))
    );
    let both = on(&[15, 1]);
    assert_eq!(next_issue(day("2026-03-02"), both), day("2026-03-15"));
    assert_eq!(next_issue(day("2026-03-16"), both), day("2026-04-01"));
    assert_eq!(neighbours(day("2026-03-15"), both), None);
    // A day that a month does not have is its last.
    let last = on(&[31]);
    assert_eq!(next_issue(day("2026-02-01"), last), day("2026-02-28"));
    assert_eq!(next_issue(day("2028-02-28"), last), day("2028-02-29"));
    assert_eq!(next_issue(day("2026-03-01"), on(&[30])), day("2026-03-30"));
    for (days, words) in [
        (&[1][..], "the 1st of a month"),
        (&[1, 15], "the 1st and 15th of a month"),
        (&[2, 13, 23], "the 2nd, 13th and 23rd of a month"),
        (&[15, 31], "the 15th and last day of a month"),
    ] {
        assert_eq!(on(days).to_string(), words);
    }
    for none in [&[][..], &[0], &[32], &[1, 40]] {
        assert_eq!(DaysOfMonth::new(none.iter().copied()), None);
    }
}

#[test]
fn a_newsletter_of_the_1st_and_15th_is_printed_and_checked_on_these_days() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("config/sources")).unwrap();
    let settings = "[newsletter]\nname = \"Twice\"\nevery = \"month\"\ndays-of-month = [1, 15]\n";
    fs::write(folder.path().join("config/service.toml"), settings).unwrap();
    let event = "[[event]]\ntitle = \"Evening\"\nstart = \"2026-03-20\"\nplace = \"Bonn, DE\"\nmode = \"in-person\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nlink = \"https://club.example/1\"\n";
    fs::write(folder.path().join("config/sources/manual.toml"), event).unwrap();
    let run = |arguments: &[&str]| {
        let mut all = vec!["--now", "2026-03-03T09:00:00Z"];
        all.extend(arguments);
        program_in(folder.path(), &all)
    };
    let printed = run(&["section", "--refresh"]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    assert!(
        printed
            .out
            .contains("Events between 2026-03-15 - 2026-04-12"),
        "{}",
        printed.out
    );
    let other = run(&["section", "--issue", "2026-03-18"]);
    assert!(
        other.err.contains("2026-03-15") && other.err.contains("2026-04-01"),
        "{}",
        other.err
    );
    let section = printed.out.replace("2026-03-15", "2026-03-16");
    fs::write(folder.path().join("section.md"), section).unwrap();
    let checked = run(&["lint", "section.md"]);
    assert!(
        checked
            .out
            .contains("issues appear on the 1st and 15th of a month"),
        "{}{}",
        checked.out,
        checked.err
    );
}

#[test]
fn a_day_is_read_in_exactly_the_form_in_which_it_is_written() {
    for (pattern, written) in [
        ("YYYY-MM-DD", "2026-04-09"),
        ("DD/MM/YYYY", "09/04/2026"),
        ("MM.DD.YYYY", "04.09.2026"),
    ] {
        let form = DateForm::parse(pattern).unwrap();
        assert_eq!(form.written(day("2026-04-09")), written);
        let behind = format!("{written} and more");
        assert_eq!(form.read(&behind), Some((day("2026-04-09"), " and more")));
        for none in ["", "9/4/2026xx", "2026_04_09", "99/99/2026", "ü9/04/202"] {
            assert_eq!(form.read(none), None, "{pattern}: {none}");
        }
    }
    for none in [
        "",
        "DD/MM",
        "DD/MM-YYYY",
        "DDMMYYYY",
        "YYYY MM DD",
        "dd/mm/yyyy",
    ] {
        assert_eq!(DateForm::parse(none), None, "{none}");
    }
}

#[test]
fn the_pages_bear_the_newsletters_name_and_link_its_own_issues() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("config")).unwrap();
    let settings = "[newsletter]\nname = \"Python-Rundbrief\"\nlanguage = \"de\"\nweekday = \"monday\"\nevery = \"month\"\n[fetch.mirrors]\n\"https://\" = \"pages\"\n";
    fs::write(folder.path().join("config/service.toml"), settings).unwrap();
    let served = Served::in_folder(folder, "config", "127.0.0.1:0");
    let front = served.get("/").text();
    assert!(front.contains(" · Python-Rundbrief</title>"), "{front}");
    let page = served.get("/section?issue=2024-11-04").text();
    for day in ["2024-10-07", "2024-12-02"] {
        let link = format!("href=\"/section?issue={day}\"");
        assert!(page.contains(&link), "{day}\n{page}");
    }
}
