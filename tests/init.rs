//! A first configuration: a commented start, one learned from printed issues, and the one that is compiled in.

use crate::{Ran, program_in};
use chrono::{Days, NaiveDate};
use rusty_events::config;
use std::fs;
use std::path::Path;

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    path.join(name).display().to_string()
}

fn init(folder: &Path, arguments: &[&str]) -> Ran {
    let mut all = vec!["init"];
    all.extend(arguments);
    program_in(folder, &all)
}

/// The lines that set something.
fn set(folder: &Path, file: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let lines = text.lines().map(|line| line.split("  #").next().unwrap());
    let is_set = |line: &&str| !line.trim_start().starts_with('#') && !line.trim().is_empty();
    let lines: Vec<&str> = lines.filter(is_set).map(str::trim_end).collect();
    let is_empty = |at: usize| {
        let next = lines.get(at + 1).is_none_or(|next| next.starts_with('['));
        lines[at].starts_with('[') && next
    };
    let used = (0..lines.len()).filter(|at| !is_empty(*at));
    used.map(|at| lines[at].to_owned()).collect()
}

#[test]
fn a_start_has_every_key_as_a_comment_and_is_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let made = init(home.path(), &[]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.contains("config/service.toml\n"), "{}", made.out);
    assert!(
        made.err.contains("`rusty-events source check`"),
        "{}",
        made.err
    );
    let config = home.path().join("config");
    assert_eq!(set(&config, "service.toml"), [""; 0]);
    assert_eq!(set(&config, "sources/groups.toml"), [""; 0]);
    // What only *This Week in Rust* has is no default.
    let settings = fs::read_to_string(config.join("service.toml")).unwrap();
    for line in settings.lines().filter(|line| {
        let theirs = [
            "This Week in Rust",
            "rust-lang/",
            "\"rust\"",
            "= \"Rust\"",
            "title = \"Rusty",
        ];
        theirs.iter().any(|theirs| line.contains(theirs))
    }) {
        assert!(line.contains("# example: "), "{line}");
    }
    // The comments are right: without their marks they are a configuration too.
    let text = fs::read_to_string(config.join("sources/groups.toml")).unwrap();
    let entry = text
        .replace("# [[source]]", "[[source]]")
        .replace("\n# ", "\n");
    let entry = entry.lines().skip_while(|line| *line != "[[source]]");
    fs::write(
        config.join("sources/groups.toml"),
        entry
            .collect::<Vec<_>>()
            .join("\n")
            .replace("only =", "# only ="),
    )
    .unwrap();
    assert_eq!(config::read(&config).unwrap().sources.len(), 1);

    let again = init(home.path(), &[]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("config is not empty"), "{}", again.err);
    fs::write(home.path().join("file"), "").unwrap();
    let file = init(home.path(), &["file"]);
    assert_eq!(file.code, 2);
    assert!(file.err.contains("is not a folder"), "{}", file.err);
    // What failed leaves nothing behind.
    let names: Vec<String> = fs::read_dir(home.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn an_empty_folder_stays_the_folder_that_it_is() {
    let home = tempfile::tempdir().unwrap();
    // A mounted volume cannot be removed, and neither can the folder in which the program runs.
    let folder = home.path().join("config");
    fs::create_dir(&folder).unwrap();
    let within = init(&folder, &["."]);
    assert_eq!(within.code, 0, "{}", within.err);
    assert!(folder.join("service.toml").is_file());
    let names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert_eq!(names, [""; 0]);

    let other = home.path().join("other");
    fs::create_dir(&other).unwrap();
    let before = number_of(&other);
    let made = init(home.path(), &["other"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert_eq!(number_of(&other), before);
    assert!(other.join("sources/groups.toml").is_file());
}

/// The number of a folder, which another one of its name would not have.
#[cfg(unix)]
fn number_of(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(folder).unwrap().ino()
}

#[cfg(not(unix))]
fn number_of(_: &Path) -> u64 {
    0
}

#[test]
fn the_compiled_in_set_up_is_written_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let made = init(home.path(), &["own", "--newsletter", "this-week-in-rust"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let written = config::read(&home.path().join("own")).unwrap();
    assert_eq!(written.sources, config::compiled_in().unwrap().sources);
    let other = init(home.path(), &["x", "--newsletter", "another"]);
    assert_eq!(other.code, 2, "{}", other.err);
}

#[test]
fn a_portuguese_issue_gives_its_words_days_and_groups() {
    let home = tempfile::tempdir().unwrap();
    let issue = golden("sample-pt-2026-03-30.md");
    let made = init(home.path(), &["mine", "--from", &issue]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(
        made.err.contains("1 issue with 9 rows read"),
        "{}",
        made.err
    );
    let mine = home.path().join("mine");
    assert_eq!(
        set(&mine, "service.toml"),
        [
            "[newsletter]",
            "weekday = \"monday\"",
            "language = \"pt\"",
            "[section]",
            "heading = \"## Agenda da comunidade\"",
            "dates = \"DD/MM/YYYY\"",
            "[section.headings]",
            "north-america = \"América do Norte e Central\"",
        ]
    );
    let known = config::read(&mine).unwrap();
    let recife = known
        .organisers
        .iter()
        .find(|group| group.name == "Go Recife");
    let recife = recife.unwrap();
    assert_eq!(recife.place.as_ref().unwrap().printed(&[]), "Recife, BR");
    assert_eq!(recife.mode.unwrap().name(), "hybrid");
    // It reads the issue that it was made from.
    let lint = program_in(
        home.path(),
        &["--config", "mine", "lint", "--strict", &issue],
    );
    assert_eq!((lint.code, lint.out.as_str()), (0, ""), "{}", lint.err);
}

#[test]
fn two_dutch_issues_of_a_month_give_its_language_and_rhythm() {
    let home = tempfile::tempdir().unwrap();
    let issue = |date: &str, from: &str, to: &str, day: &str| {
        format!(
            "Datum: {date}\n\n## Agenda\n\nEvenementen van {from} tot {to}\n\n### Online\n\n* {day} | Online (Gent, BE) | [Elixir Gent](https://www.meetup.com/elixir-gent/)\n    * [**Vragenuur**](https://www.meetup.com/elixir-gent/events/3{}/)\n\n### Europa\n\n* {day} | Hybride (Utrecht, NL) | [BEAM Utrecht](https://beam-utrecht.example/)\n    * [**OTP**](https://beam-utrecht.example/{date})\n",
            date.replace('-', "")
        )
    };
    let archive = home.path().join("archief");
    fs::create_dir(&archive).unwrap();
    for (date, from, to, day) in [
        ("2026-09-01", "01-09-2026", "05-10-2026", "10-09-2026"),
        ("2026-10-01", "01-10-2026", "04-11-2026", "15-10-2026"),
    ] {
        let path = archive.join(format!("{date}-nieuws.md"));
        fs::write(path, issue(date, from, to, day)).unwrap();
    }
    let made = init(home.path(), &["mijn", "--from", "archief"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let lines = set(&home.path().join("mijn"), "service.toml");
    for line in [
        "language = \"nl\"",
        "every = \"month\"",
        "days-of-month = [1]",
        "dates = \"DD-MM-YYYY\"",
    ] {
        assert!(lines.iter().any(|set| set == line), "{line}: {lines:?}");
    }
    assert!(
        !lines.iter().any(|set| set.starts_with("hybrid-label")),
        "{lines:?}"
    );
}

#[test]
fn a_window_that_ends_in_another_year_by_a_slip_of_the_pen_gives_no_days() {
    let home = tempfile::tempdir().unwrap();
    let text = "## Upcoming Events\n\nEvents between 2026-01-01 - 2028-01-29\n\n### Europe\n* 2026-01-08 | Bonn, DE | [Club](https://club.example/)\n    * [**Evening**](https://club.example/1)\n";
    fs::write(home.path().join("2026-01-01-news.md"), text).unwrap();
    let made = init(home.path(), &["mine", "--from", "2026-01-01-news.md"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let lines = set(&home.path().join("mine"), "service.toml");
    assert!(
        !lines.iter().any(|line| line.starts_with("days")),
        "{lines:?}"
    );
}

#[test]
fn an_archive_shows_on_which_days_of_the_month_issues_appear() {
    let rhythm = |days: &[&str]| {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("archive")).unwrap();
        for day in days {
            let first: NaiveDate = day.parse().unwrap();
            let (last, evening) = (first + Days::new(28), first + Days::new(7));
            let text = format!(
                "## Upcoming Events\n\nEvents between {day} - {last}\n\n### Europe\n* {evening} | Bonn, DE | [Club](https://club.example/)\n    * [**Evening**](https://club.example/1)\n"
            );
            fs::write(home.path().join(format!("archive/{day}-news.md")), text).unwrap();
        }
        let made = init(home.path(), &["mine", "--from", "archive"]);
        assert_eq!(made.code, 0, "{}", made.err);
        let mine = home.path().join("mine");
        let keys = ["weekday", "every", "first-issue", "days-of-month"];
        let mut lines = set(&mine, "service.toml");
        lines.retain(|line| keys.iter().any(|key| line.starts_with(&format!("{key} ="))));
        lines
    };
    let month = |days: &str| {
        [
            "every = \"month\"".to_owned(),
            format!("days-of-month = [{days}]"),
        ]
    };
    assert_eq!(
        rhythm(&[
            "2026-01-01",
            "2026-01-15",
            "2026-02-01",
            "2026-02-15",
            "2026-03-01"
        ]),
        month("1, 15")
    );
    // One of ten was a day late.
    let mut days: Vec<String> = (1..=9).map(|month| format!("2026-{month:02}-10")).collect();
    days.push("2026-10-11".to_owned());
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    assert_eq!(rhythm(&days), month("10"));
    assert_eq!(
        rhythm(&["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        month("31")
    );
    // A day of the week explains these too: three weeks of February, and of March.
    let weekly = rhythm(&[
        "2026-02-04",
        "2026-02-11",
        "2026-02-18",
        "2026-03-04",
        "2026-03-11",
        "2026-03-18",
    ]);
    assert_eq!(weekly, ["weekday = \"wednesday\""]);
    let monthly = rhythm(&["2026-01-07", "2026-02-04", "2026-03-04", "2026-04-01"]);
    assert_eq!(
        monthly,
        [
            "weekday = \"wednesday\"",
            "every = \"month\"",
            "first-issue = \"2026-01-07\""
        ]
    );
}

#[test]
fn groups_on_known_platforms_become_sources_with_their_usual_place_and_mode() {
    let home = tempfile::tempdir().unwrap();
    let issue = golden("sample-2024-11-06.md");
    let made = init(home.path(), &["mine", "--from", &issue, "--quiet"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert_eq!(made.err, "");
    let known = config::read(&home.path().join("mine")).unwrap();
    let source = |name: &str| {
        let mut sources = known.sources.iter();
        let is_its = |source: &&rusty_events::facts::source::Source| {
            let organiser = source.organiser.as_ref();
            organiser.is_some_and(|organiser| organiser.name == name)
        };
        sources.find(is_its).unwrap()
    };
    let berlin = source("Rust Berlin");
    assert_eq!(berlin.id.0, "meetup/rust-berlin");
    assert_eq!(berlin.place.as_ref().unwrap().printed(&[]), "Berlin, DE");
    let none = init(
        home.path(),
        &["none", "--from", home.path().to_str().unwrap()],
    );
    assert_eq!(none.code, 1, "{}", none.err);
    assert!(none.err.contains("no row is in"), "{}", none.err);
    assert!(!home.path().join("none").exists());
}

#[test]
fn the_schemas_have_exactly_the_keys_that_are_read() {
    let schemas: Vec<(&str, serde_json::Value)> = config::schemas()
        .map(|(path, text)| (path, serde_json::from_str(&text).unwrap()))
        .collect();
    let of = |path: &str| &schemas.iter().find(|(of, _)| *of == path).unwrap().1;
    let keys = |schema: &serde_json::Value| -> Vec<String> {
        schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    // A key that nobody reads is refused with those that are.
    let read = |file: &str, table: &str| -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("{table}\nzzzzzzzz = 1\n")).unwrap();
        let problems = config::read(folder.path()).unwrap_err();
        let problem = problems
            .0
            .iter()
            .find(|problem| problem.what.contains("known here: "));
        let known = problem
            .unwrap()
            .what
            .split("known here: ")
            .nth(1)
            .unwrap()
            .to_owned();
        let mut known: Vec<String> = known.split(", ").map(str::to_owned).collect();
        known.sort();
        known
    };
    let service = of("schema/service.json");
    assert_eq!(keys(service), read("service.toml", ""));
    for table in [
        "newsletter",
        "topic",
        "section",
        "fetch",
        "discover",
        "schedule",
        "server",
    ] {
        let schema = &service["properties"][table];
        assert_eq!(
            keys(schema),
            read("service.toml", &format!("[{table}]")),
            "{table}"
        );
    }
    let inside = [
        ("section", "headings", ""),
        ("fetch", "keys", ""),
        ("fetch", "keys", ".github"),
    ];
    for (table, inner, key) in inside {
        let mut schema = &service["properties"][table]["properties"][inner];
        if let Some(key) = key.strip_prefix('.') {
            schema = &schema["properties"][key];
        }
        assert_eq!(
            keys(schema),
            read("service.toml", &format!("[{table}.{inner}{key}]"))
        );
    }
    let lists = [
        ("service.json", "service.toml", "notify"),
        ("sources.json", "sources/s.toml", "source"),
        ("sources.json", "sources/s.toml", "event"),
        ("sources.json", "sources/s.toml", "search"),
        ("organisers.json", "organisers.toml", "organiser"),
        ("decisions.json", "decisions/d.toml", "decision"),
    ];
    for (schema, file, table) in lists {
        let schema = &of(&format!("schema/{schema}"))["properties"][table]["items"];
        assert_eq!(keys(schema), read(file, &format!("[[{table}]]")), "{table}");
    }
    let rules = &of("schema/sources.json")["properties"]["source"]["items"]["properties"]["rules"];
    assert_eq!(
        keys(rules),
        read("sources/s.toml", "[[source]]\n[source.rules]")
    );
}

#[test]
fn the_schemas_of_the_project_are_those_of_the_program_and_every_file_names_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    for (path, text) in config::schemas() {
        assert_eq!(fs::read_to_string(root.join(path)).unwrap(), text, "{path}");
    }
    fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                found.push(path);
            }
        }
    }
    let mut all = Vec::new();
    files(&root, &mut all);
    assert!(all.len() > 15, "{all:?}");
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        let named = text.lines().next().unwrap().strip_prefix("#:schema ");
        let named = named.unwrap_or_else(|| panic!("{} names no schema", path.display()));
        assert!(
            path.parent().unwrap().join(named).is_file(),
            "{}",
            path.display()
        );
    }
}
