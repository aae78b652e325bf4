//! Clumsy use: what is asked for wrongly, what is missing, what cannot be written. Each ends with the exit code
//! that was promised, says what to do, and leaves nothing behind.

use crate::{Ran, program, program_in};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::{Command, Stdio};

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20241112T180000Z\r\nSUMMARY:An evening\r\nURL:https://club.example/evening\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

const SOURCE: &str = "[[source]]\nurl = \"club.ics\"\nplatform = \"ics\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Hamburg, DE\"\nmode = \"in-person\"\n";

/// A folder with the configuration of one group.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::write(config.join("sources/club.toml"), SOURCE).unwrap();
    fs::write(config.join("club.ics"), CALENDAR).unwrap();
    folder
}

fn at(folder: &Path, now: &str, arguments: &[&str]) -> Ran {
    let mut all = vec!["--now", now];
    all.extend(arguments);
    program_in(folder, &all)
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    at(folder, "2024-11-06T09:00:00Z", arguments)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_help_of_each_command_shows_an_example() {
    let mut waiting = vec![Vec::new()];
    let mut seen = 0;
    while let Some(path) = waiting.pop() {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = program(&arguments);
        assert_eq!(help.code, 0, "{path:?}: {}", help.err);
        assert!(
            help.out.contains("\n  rusty-events "),
            "{path:?}\n{}",
            help.out
        );
        seen += 1;
        let commands = help.out.split("Commands:\n").nth(1).unwrap_or_default();
        let commands = commands.split("\n\n").next().unwrap_or_default();
        let names = commands.lines().filter_map(|line| {
            let name = line.strip_prefix("  ")?.split(' ').next()?;
            (!name.is_empty() && name != "help").then(|| name.to_owned())
        });
        waiting.extend(names.map(|name| [path.clone(), vec![name]].concat()));
    }
    assert!(seen > 25, "{seen}");
}

#[test]
fn what_cannot_be_read_is_no_result_and_no_wrong_usage() {
    let folder = folder();
    for (path, says) in [
        (
            "nothing.ics",
            "cannot read the file nothing.ics (an address begins with https://)",
        ),
        ("config", "cannot read the file config"),
    ] {
        let ran = run(folder.path(), &["preview", path]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{path}: {}", ran.err);
        assert!(ran.err.contains(says), "{}", ran.err);
    }
    let learned = run(folder.path(), &["learn", "config"]);
    assert_eq!(learned.code, 1);
    assert!(
        learned.err.contains("no printed issue was found in config"),
        "{}",
        learned.err
    );
}

#[test]
fn a_day_that_cannot_be_meant_is_refused() {
    let folder = folder();
    let preview = ["preview", "config/club.ics", "--issue", "2024-11-07"];
    let ran = run(folder.path(), &preview);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("2024-11-06 and 2024-11-13"), "{}", ran.err);
    let years = "is not within the years 1990 to 2199";
    for (day, why) in [
        ("+10000-01-01", years),
        ("0024-11-06", years),
        ("2024-11-31", "is not a date such as"),
        ("+262142-12-31", years),
    ] {
        let ran = run(folder.path(), &["section", "--from", day]);
        assert_eq!(ran.code, 2, "{day}: {}", ran.err);
        assert!(ran.err.contains(why), "{}", ran.err);
    }
    let ran = program(&["--now", "9999-12-31T23:59:59Z", "source", "check"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(run(folder.path(), &["refresh"]).code, 0);
    let events = run(folder.path(), &["section", "--format", "json"]).out;
    let events: Value = serde_json::from_str(&events).unwrap();
    let id = events["regions"][0]["rows"][0]["event"].as_str().unwrap();
    let over = [
        "decide",
        "print",
        "--until",
        "2024-11-05",
        id,
        "--reason",
        "x",
    ];
    let ran = run(folder.path(), &over);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("is over"), "{}", ran.err);
    assert_eq!(run(folder.path(), &["decide", "list"]).out, "");
    let ran = run(folder.path(), &["serve", "--listen", "localhost:8080"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("as in 127.0.0.1:8080"), "{}", ran.err);
}

#[test]
fn what_only_looks_makes_no_database() {
    let folder = folder();
    fs::write(
        folder.path().join("2024-11-06-draft.md"),
        "## Upcoming Events\n",
    )
    .unwrap();
    let before = names(folder.path());
    for arguments in [
        &["section"][..],
        &["update", "2024-11-06-draft.md"],
        &["export", "public"],
        &["why", "anything"],
        &["decide", "hide", "12345678", "--reason", "x"],
        &["decide", "export"],
        &["backup", "copy.db"],
    ] {
        let mut all = vec!["--database", "below/events.db"];
        all.extend(arguments);
        let ran = run(folder.path(), &all);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (1, ""),
            "{arguments:?}: {}",
            ran.err
        );
        assert!(
            ran.err.contains("below/events.db"),
            "{arguments:?}: {}",
            ran.err
        );
        assert_eq!(names(folder.path()), before, "{arguments:?}");
    }
}

#[test]
fn a_configuration_without_a_source_says_how_to_add_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for arguments in [&["refresh"][..], &["section"], &["section", "--refresh"]] {
        let mut all = vec!["--config", "empty", "--database", "events.db"];
        all.extend(arguments);
        let ran = run(folder.path(), &all);
        assert_eq!(ran.code, 1, "{arguments:?}");
        assert!(
            ran.err
                .contains("empty names no source: `rusty-events --config empty --database events.db source add URL`"),
            "{arguments:?}: {}",
            ran.err
        );
    }
}

#[test]
fn what_is_not_believed_is_named_with_its_reason() {
    let folder = folder();
    let config = folder.path().join("config");
    let homeless = SOURCE.replace("place = \"Hamburg, DE\"\n", "");
    fs::write(config.join("sources/club.toml"), homeless).unwrap();
    let floating = CALENDAR.replace("20241112T180000Z", "20241112T180000");
    fs::write(config.join("club.ics"), floating).unwrap();
    for arguments in [&["refresh"][..], &["section", "--refresh"]] {
        let ran = run(folder.path(), arguments);
        let said = "1 not believed\nnot believed: ics/club: line 4: start: ";
        assert!(ran.err.contains(said), "{}", ran.err);
        assert!(ran.err.contains("(An evening)"), "{}", ran.err);
    }
}

#[test]
fn a_report_of_what_is_due_is_json_also_when_nothing_is() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["refresh"]).code, 0);
    let ran = run(folder.path(), &["refresh", "--due", "--json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    assert_eq!(report["sources"], serde_json::json!([]));
    assert_eq!(report["events"], 1);
}

#[test]
fn a_source_that_fails_is_named_while_its_last_reading_still_counts() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["refresh"]).code, 0);
    fs::remove_file(folder.path().join("config/club.ics")).unwrap();
    assert_eq!(
        at(folder.path(), "2024-11-06T20:00:00Z", &["refresh"]).code,
        0
    );
    let ran = at(folder.path(), "2024-11-06T21:00:00Z", &["section"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains("failed since, and are taken as last read:\n  ics/club: last read well 2024-11-06 09:00: "),
        "{}",
        ran.err
    );
    let later = at(folder.path(), "2024-11-08T21:00:00Z", &["section"]);
    assert_eq!(later.code, 3);
    assert!(!later.err.contains("taken as last read"), "{}", later.err);
    let days = ["section", "--from", "2024-11-08"];
    let days = at(folder.path(), "2024-11-06T21:00:00Z", &days);
    assert!(
        days.err.contains("\n1 row for 2024-11-08 to 2024-12-06"),
        "{}",
        days.err
    );
}

#[test]
fn a_file_that_cannot_be_written_is_reported_before_the_work() {
    let folder = folder();
    let before = names(folder.path());
    for option in ["--output", "--report"] {
        for file in ["config", "nowhere/file.md"] {
            let ran = run(folder.path(), &["section", "--refresh", option, file]);
            assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{option} {file}");
            assert!(
                ran.err
                    .starts_with(&format!("error: cannot write {file}: ")),
                "{}",
                ran.err
            );
            assert_eq!(names(folder.path()), before);
            assert!(!folder.path().join("config/rusty-events.db").exists());
        }
    }
}

#[test]
fn what_is_no_file_is_written_to_and_not_replaced() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["refresh"]).code, 0);
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let reader = Command::new("cat")
        .arg(&pipe)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let ran = run(folder.path(), &["section", "--output", "pipe"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    let read = reader.wait_with_output().unwrap();
    let printed = run(folder.path(), &["section"]).out;
    assert_eq!(String::from_utf8(read.stdout).unwrap(), printed);
}

#[test]
fn a_database_that_cannot_be_one_is_refused_with_what_would_be() {
    for (database, says) in [
        ("/dev/null", "database /dev/null: is no file; name another"),
        ("/proc/events.db", "must be writable"),
    ] {
        let folder = folder();
        let ran = run(folder.path(), &["--database", database, "refresh"]);
        assert_eq!(ran.code, 1, "{database}");
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

#[test]
fn a_reader_that_went_away_is_no_error_and_a_full_disk_is() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["refresh"]).code, 0);
    let section = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rusty-events"));
        command
            .args(["--now", "2024-11-06T09:00:00Z", "section"])
            .current_dir(folder.path())
            .env_clear()
            .stderr(Stdio::piped());
        command
    };
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ended = section().stdout(writer).output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert!(!String::from_utf8_lossy(&ended.stderr).contains("error"));
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = section().stdout(full).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(
        said.contains("cannot write to standard output: No space left"),
        "{said}"
    );
}

#[test]
fn an_event_that_links_nowhere_is_said_not_to_be_printed() {
    let folder = folder();
    fs::write(
        folder.path().join("config/sources/manual.toml"),
        "[[event]]\ntitle = \"Unlinked\"\nstart = \"2024-11-13\"\nplace = \"Bonn, DE\"\nmode = \"in-person\"\norganiser = \"Unknown\"\n",
    )
    .unwrap();
    let ran = run(folder.path(), &["section", "--refresh"]);
    assert!(!ran.out.contains("Unlinked"), "{}", ran.out);
    let waits = ran.err.split("not printed, needs a human:").nth(1);
    let waits = waits.unwrap_or_else(|| panic!("{}", ran.err));
    assert!(
        waits.contains("it has no link, neither its own nor its organiser's"),
        "{}",
        ran.err
    );
    assert!(
        !ran.err.contains("it links to its organiser"),
        "{}",
        ran.err
    );

    // If the organiser is unknown, one message says what to add.
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let sample = sample.to_str().unwrap();
    let database = folder.path().join("sample.db");
    let database = database.to_str().unwrap();
    let ran = program(&[
        "--config",
        sample,
        "--database",
        database,
        "--now",
        "2024-11-06T09:00:00Z",
        "section",
        "--refresh",
    ]);
    let line = ran
        .err
        .lines()
        .find(|line| line.contains("(community-calendar): the organiser"));
    let line = line.unwrap_or_else(|| panic!("{}", ran.err));
    assert_eq!(line.matches("organisers.toml").count(), 1, "{line}");
}

#[test]
fn a_preview_shows_the_event_of_its_page_and_the_rows_that_would_be_printed() {
    let folder = folder();
    let page = |place: &str| {
        format!(
            "<script type=\"application/ld+json\">{{\"@type\":\"Event\",\"name\":\"Long ago\",\"startDate\":\"2020-01-01T19:00:00+01:00\",\"url\":\"https://a.example/1\",\"eventAttendanceMode\":\"https://schema.org/OfflineEventAttendanceMode\"{place}}}</script>"
        )
    };
    let there = ",\"location\":{\"@type\":\"Place\",\"address\":\"Berlin, Germany\"}";
    for (place, rows) in [(there, 1), ("", 0)] {
        fs::write(folder.path().join("page.html"), page(place)).unwrap();
        let json = run(folder.path(), &["preview", "page.html", "--json"]);
        let shown: Value =
            serde_json::from_str(&json.out).unwrap_or_else(|_| panic!("{}", json.err));
        assert_eq!(shown["events"].as_array().unwrap().len(), 1, "{place}");
        assert_eq!(shown["rows"].as_array().unwrap().len(), rows, "{place}");
        let text = run(folder.path(), &["preview", "page.html"]);
        assert_eq!(
            text.out.matches("\n* 2020-01-01 | ").count(),
            rows,
            "{}",
            text.out
        );
        assert_eq!(
            text.err
                .contains("1 would not be printed before a human has looked"),
            rows == 0,
            "{}",
            text.err
        );
    }
}

#[test]
fn a_dry_run_names_the_database_that_it_cannot_read() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["refresh"]).code, 0);
    fs::write(
        folder.path().join("2024-11-06-draft.md"),
        "## Upcoming Events\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("text.db"),
        "no database, and long enough to be read",
    )
    .unwrap();
    let database = folder.path().join("config/rusty-events.db");
    let newer = rusqlite::Connection::open(&database).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    for (database, says) in [
        (
            "text.db",
            "database text.db: is not a database; name another file",
        ),
        (
            "config/rusty-events.db",
            "database config/rusty-events.db: was written by a newer rusty-events",
        ),
    ] {
        let dry = [
            "--database",
            database,
            "update",
            "--dry-run",
            "2024-11-06-draft.md",
        ];
        let ran = run(folder.path(), &dry);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

#[test]
fn rows_of_one_evening_and_place_stand_in_the_order_of_their_titles() {
    let folder = folder();
    let event = |number: u8, title: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{number}\r\nDTSTART:20241110T180000Z\r\nSUMMARY:{title}\r\nLOCATION:Berlin\\, Germany\r\nURL:https://club.example/{number}\r\nEND:VEVENT\r\n"
        )
    };
    let events = [event(1, "zebra"), event(2, "Écrin"), event(3, "Apple")].concat();
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n{events}END:VCALENDAR\r\n"
    );
    fs::write(folder.path().join("three.ics"), calendar).unwrap();
    let out = run(folder.path(), &["preview", "three.ics"]).out;
    let places = ["Apple", "Écrin", "zebra"].map(|title| out.find(&format!("**{title}**")));
    assert!(places[0].is_some() && places.is_sorted(), "{out}");
}

#[test]
fn what_reports_does_so_as_json_too_and_lint_reads_what_is_piped() {
    let folder = folder();
    let json = |arguments: &[&str], code: i32| -> serde_json::Value {
        let ran = run(folder.path(), arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    };
    let doctor = json(&["doctor", "--offline", "--json"], 0);
    assert_eq!(doctor[0]["topic"], "program");
    assert_eq!(doctor[0]["state"], "ok");
    let decided = json(&["decide", "list", "--json"], 0);
    assert_eq!(decided["decisions"], serde_json::json!([]));

    let text = "## Upcoming Events\n\nEvents between 2024-11-06 - 2024-12-04\n\n### europe\n* 2024-11-12 | Berlin, DE | [A](https://a.example/)\n    * [**A**](https://a.example/1)\n";
    let piped = |arguments: &[&str]| {
        use std::io::Write;
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_rusty-events"))
            .args(arguments)
            .current_dir(folder.path())
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), out, err)
    };
    let (code, out, _) = piped(&["lint", "-"]);
    assert_eq!(code, 4);
    assert!(out.starts_with("-:5:1: error[heading-spelling]"), "{out}");
    let (code, out, err) = piped(&["lint", "--fix", "-"]);
    assert_eq!(
        (code, out),
        (0, text.replace("### europe", "### Europe")),
        "{err}"
    );
    let (code, _, err) = piped(&["lint", "-", "--since", "HEAD"]);
    assert_eq!(code, 2, "{err}");
}

#[test]
fn an_address_inside_the_network_is_named_where_it_matters_and_not_by_each_command() {
    let folder = tempfile::tempdir().unwrap();
    let server = crate::loopback::start();
    let address = server.url("").replace("http://", "");
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    let service = format!("[fetch]\nallow = [\"{address}\"]\nper-host-interval = \"0s\"\n");
    fs::write(config.join("service.toml"), service).unwrap();
    let source = format!("[[source]]\nurl = \"{}\"\n", server.url("/a.ics"));
    fs::write(config.join("sources/a.toml"), source).unwrap();
    let run = |arguments: &[&str]| {
        let place = ["--config", "config", "--database", "events.db"];
        program_in(folder.path(), &[&place, arguments].concat())
    };
    let said = "inside the network";
    assert!(run(&["source", "check"]).out.contains(said));
    assert!(run(&["doctor", "--offline"]).out.contains(said));
    assert!(run(&["refresh"]).err.contains(said));
    for quiet in [&["section"][..], &["source", "list"], &["export", "site"]] {
        let ran = run(quiet);
        assert!(!ran.err.contains(said), "{quiet:?}\n{}", ran.err);
    }
}
