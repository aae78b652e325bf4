//! What a new user meets: the sample without any file, what the program says about itself, and where it keeps
//! the database.

use crate::loopback::{Answer, start};
use crate::{Ran, program_in};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the program in a folder that is also the user's home.
fn at_home(home: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn demo_prints_the_sample_s_section_and_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let ran = at_home(home.path(), &["demo"]);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/sample-2024-11-06.md");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out, fs::read_to_string(golden).unwrap());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);

    let broken = at_home(home.path(), &["demo", "--broken"]);
    assert_eq!(broken.code, 3, "{}", broken.err);
    assert!(broken.err.contains("Group not found"), "{}", broken.err);

    let check = at_home(home.path(), &["demo", "source", "check"]);
    assert_eq!(check.code, 0, "{}", check.err);
    assert!(check.out.contains("no problems"), "{}", check.out);
    // What shows what was read has it read first.
    let why = at_home(home.path(), &["demo", "why", "Embedded Rust Workshop"]);
    assert_eq!(why.code, 0, "{}", why.err);
    assert!(why.out.contains("Vancouver"), "{}", why.out);
    // Only the first word is the command: a file may have the name of another.
    let other = at_home(home.path(), &["demo", "--broken", "backup", "section"]);
    assert_eq!((other.code, &*other.out), (1, ""), "{}", other.err);
    let wrong = at_home(home.path(), &["demo", "sektion"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("'section'"), "{}", wrong.err);
    for asked in [["demo", "update", "--help"], ["demo", "serve", "-h"]] {
        let help = at_home(home.path(), &asked);
        assert_eq!((help.code, &*help.err), (0, ""), "{asked:?}");
        assert!(help.out.contains("Usage:"), "{}", help.out);
    }
    let own = at_home(home.path(), &["demo", "--config", "."]);
    assert_eq!(own.code, 2, "{}", own.err);
}

#[test]
fn version_says_what_is_compiled_in() {
    let home = tempfile::tempdir().unwrap();
    let short = at_home(home.path(), &["-V"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(short.out, format!("rusty-events {version}\n"));
    let long = at_home(home.path(), &["--version"]).out;
    let lines: Vec<&str> = long.lines().collect();
    assert_eq!(lines[0], format!("rusty-events {version}"));
    assert!(lines[1].starts_with("commit "), "{long}");
    // A release of the IANA zones: a year and a letter.
    let zones = lines[2].strip_prefix("time zones ").unwrap();
    assert!(zones[..4].parse::<u16>().unwrap() >= 2024, "{long}");
    assert!(
        lines[3].starts_with("newsletter's configuration of "),
        "{long}"
    );
}

#[test]
fn completions_name_every_command_and_load_in_bash() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = at_home(home.path(), &["completions", shell]);
        assert_eq!(ran.code, 0, "{shell}: {}", ran.err);
        for command in ["section", "update", "set-password", "doctor"] {
            assert!(ran.out.contains(command), "{shell}: {command}");
        }
    }
    let script = at_home(home.path(), &["completions", "bash"]).out;
    let typed = "\nCOMP_WORDS=(rusty-events dem); COMP_CWORD=1\n$(complete -p rusty-events | sed 's/.*-F \\([^ ]*\\).*/\\1/') rusty-events dem rusty-events\necho \"${COMPREPLY[@]}\"\n";
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-c", &format!("{script}{typed}")])
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(
        (
            String::from_utf8_lossy(&output.stdout).as_ref(),
            String::from_utf8_lossy(&output.stderr).as_ref()
        ),
        ("demo\n", "")
    );
}

#[test]
fn each_command_has_a_manual_page() {
    let home = tempfile::tempdir().unwrap();
    let ran = at_home(home.path(), &["man", "pages/man1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = |name: &str| fs::read_to_string(home.path().join("pages/man1").join(name)).unwrap();
    assert!(page("rusty-events.1").contains("rusty\\-events\\-demo"));
    assert!(page("rusty-events-source-add.1").contains(".SH NAME"));
    let pages = fs::read_dir(home.path().join("pages/man1"))
        .unwrap()
        .count();
    assert_eq!(ran.out, format!("{pages} pages written to pages/man1\n"));
    assert!(pages > 30, "{pages}");
}

#[test]
fn colours_follow_the_option_and_no_color() {
    let home = tempfile::tempdir().unwrap();
    let escapes = |arguments: &[&str]| {
        let ran = at_home(home.path(), arguments);
        ran.out.contains('\x1b') || ran.err.contains('\x1b')
    };
    assert!(!escapes(&["--help"]), "no terminal");
    assert!(escapes(&["--color", "always", "--help"]));
    assert!(escapes(&["--help", "--color=always"]));
    assert!(!escapes(&["--color=never", "--help"]));
    fs::write(home.path().join("draft.md"), "## Upcoming Events\n\nRusty Events between 2024-11-06 - 2024-12-04\n\n### Europe\n* 2024-11-07 | Berlin | [A](https://a.example)\n").unwrap();
    assert!(!escapes(&["lint", "draft.md"]));
    assert!(escapes(&["lint", "draft.md", "--color", "always"]));
    let wrong = at_home(home.path(), &["--color", "red", "source", "list"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("never"), "{}", wrong.err);
}

#[test]
fn a_folder_of_something_else_is_no_configuration() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("music")).unwrap();
    fs::write(home.path().join("music/song.ogg"), "x").unwrap();
    for arguments in [
        &["source", "check"][..],
        &["section"],
        &["doctor", "--offline"],
    ] {
        let all = [&["--config", "music"], arguments].concat();
        let ran = at_home(home.path(), &all);
        assert!(matches!(ran.code, 2 | 4), "{arguments:?}: {}", ran.code);
        assert!(
            format!("{}{}", ran.out, ran.err).contains("music: holds no configuration"),
            "{arguments:?}: {}{}",
            ran.out,
            ran.err
        );
    }
    // An empty folder is about to be filled.
    fs::create_dir(home.path().join("new")).unwrap();
    let ran = at_home(home.path(), &["--config", "new", "source", "check"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

const FEED: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20260827T190000\r\nSUMMARY:Rust evening\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART:some day\r\nSUMMARY:Broken\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const NOW: [&str; 2] = ["--now", "2026-08-19T06:00:00Z"];

/// A home with a configuration in `news/config` of one calendar with a broken event.
fn newsroom() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("news/config");
    fs::create_dir_all(config.join("sources")).unwrap();
    fs::write(config.join("club.ics"), FEED).unwrap();
    fs::write(
        config.join("sources/all.toml"),
        "[[source]]\nurl = \"club.ics\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\n",
    )
    .unwrap();
    home
}

fn in_newsroom(home: &Path, arguments: &[&str]) -> Ran {
    let all = [&["--config", "news/config"], &NOW[..], arguments].concat();
    at_home(home, &all)
}

/// The databases below the user's state folder.
fn databases(home: &Path) -> Vec<String> {
    let state = home.join(".local/state/rusty-events");
    let entries = fs::read_dir(state).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".db")).collect();
    names.sort();
    names
}

#[test]
fn the_database_is_in_the_state_folder_and_not_beside_the_configuration() {
    let home = newsroom();
    let ran = in_newsroom(home.path(), &["refresh", "-q"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found = databases(home.path());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("news-config-"), "{found:?}");
    let beside = fs::read_dir(home.path().join("news/config")).unwrap();
    let mut beside: Vec<_> = beside.map(|entry| entry.unwrap().file_name()).collect();
    beside.sort();
    assert_eq!(beside, ["club.ics", "sources"]);
    let section = in_newsroom(home.path(), &["section"]);
    assert!(section.out.contains("Rust evening"), "{}", section.err);
}

#[test]
fn a_database_beside_the_configuration_moves_once_and_says_so() {
    let home = newsroom();
    let former = home.path().join("news/config/rusty-events.db");
    let former_name = former.to_str().unwrap();
    let ran = in_newsroom(home.path(), &["--database", former_name, "refresh", "-q"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let before = in_newsroom(home.path(), &["--database", former_name, "section", "-q"]).out;
    assert!(before.contains("Rust evening"));

    // While another process has it open, it stays.
    let open = rusqlite::Connection::open(&former).unwrap();
    let events: i64 = open
        .query_row("SELECT count(*) FROM published", [], |row| row.get(0))
        .unwrap();
    assert_eq!(events, 1);
    let busy = in_newsroom(home.path(), &["section", "-q"]);
    assert_eq!(busy.out, before, "{}", busy.err);
    assert!(
        busy.err.contains("stays at news/config/rusty-events.db"),
        "{}",
        busy.err
    );
    assert!(former.exists() && databases(home.path()).is_empty());
    drop(open);

    let moved = in_newsroom(home.path(), &["section", "-q"]);
    assert_eq!(moved.out, before, "{}", moved.err);
    assert!(
        moved
            .err
            .contains("the database has moved from news/config/rusty-events.db to "),
        "{}",
        moved.err
    );
    assert_eq!(databases(home.path()).len(), 1);
    let rest = fs::read_dir(home.path().join("news/config")).unwrap();
    let rest: Vec<_> = rest
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".db"))
        .collect();
    assert!(rest.is_empty(), "{rest:?}");
    let again = in_newsroom(home.path(), &["section", "-q"]);
    assert_eq!((again.out, again.err), (before, String::new()));
}

#[cfg(unix)]
#[test]
fn the_state_folder_is_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = newsroom();
    let former = home.path().join("news/config/rusty-events.db");
    in_newsroom(
        home.path(),
        &["--database", former.to_str().unwrap(), "refresh", "-q"],
    );
    in_newsroom(home.path(), &["section", "-q"]);
    let state = home.path().join(".local/state/rusty-events");
    let mode = fs::metadata(state).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[test]
fn problems_are_listed_with_their_text() {
    let home = newsroom();
    in_newsroom(home.path(), &["refresh", "-q"]);
    let listed = in_newsroom(home.path(), &["source", "list"]);
    assert!(
        listed
            .out
            .contains("problems of the last readings:\n  ics/club: "),
        "{}",
        listed.out
    );
    assert!(listed.out.contains("some day"), "{}", listed.out);
}

#[test]
fn a_date_does_where_a_time_is_asked() {
    let home = newsroom();
    let run = |now: &str| {
        let all = [
            "--config",
            "news/config",
            "--now",
            now,
            "doctor",
            "--offline",
        ];
        at_home(home.path(), &all)
    };
    let date = run("2026-08-19").out;
    assert!(date.contains("2026-08-19 00:00 UTC"), "{date}");
    for (wrong, why) in [
        ("19.8.2026", "nor a date such as 2026-08-18"),
        ("1026-08-19", "is not within the years 1990 to 2199"),
        ("today", "nor a date such as 2026-08-18"),
    ] {
        let ran = run(wrong);
        assert_eq!(ran.code, 2, "{wrong}");
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}

#[test]
fn suggested_commands_carry_the_options_that_were_given() {
    let home = newsroom();
    let ran = in_newsroom(home.path(), &["--database", "a b.db", "section"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err
            .contains("`rusty-events --config news/config --database 'a b.db' refresh`"),
        "{}",
        ran.err
    );
    let plain = at_home(home.path(), &["section"]);
    assert!(
        plain.err.contains("`rusty-events refresh`"),
        "{}",
        plain.err
    );
}

#[test]
fn doctor_says_what_is_used_and_why() {
    let home = newsroom();
    let fresh = in_newsroom(home.path(), &["doctor"]);
    assert_eq!(fresh.code, 0, "{}{}", fresh.out, fresh.err);
    for part in [
        "news/config, as --config says: 1 source, 0 further organisers",
        "not there yet",
        "none are configured",
        "in America/Los_Angeles",
        "not needed: no source is read from its own host",
    ] {
        assert!(fresh.out.contains(part), "{part}: {}", fresh.out);
    }
    assert!(
        databases(home.path()).is_empty(),
        "a look makes no database"
    );
    in_newsroom(home.path(), &["refresh", "-q"]);
    let after = in_newsroom(home.path(), &["doctor"]);
    assert!(
        after
            .out
            .contains("1 event; a source was last read at 2026-08-19 06:00 UTC"),
        "{}",
        after.out
    );
    // The clock is behind what the database knows.
    let behind = at_home(
        home.path(),
        &[
            "--config",
            "news/config",
            "--now",
            "2026-08-18T06:00:00Z",
            "doctor",
        ],
    );
    assert_eq!(behind.code, 4, "{}", behind.out);
    assert!(
        behind.out.contains("set this machine's clock"),
        "{}",
        behind.out
    );

    fs::write(
        home.path().join("news/config/service.toml"),
        "[fetch.keys]\nconnpass = { env = \"NO_SUCH_KEY\" }\n",
    )
    .unwrap();
    let keyless = in_newsroom(home.path(), &["doctor"]);
    assert_eq!(keyless.code, 4, "{}", keyless.out);
    assert!(keyless.out.contains("NO_SUCH_KEY"), "{}", keyless.out);
    fs::write(
        home.path().join("news/config/service.toml"),
        "databse = 1\n",
    )
    .unwrap();
    let wrong = in_newsroom(home.path(), &["doctor"]);
    assert_eq!(wrong.code, 4, "{}", wrong.out);
    assert!(wrong.out.contains("service.toml:1"), "{}", wrong.out);
}

#[test]
fn doctor_asks_a_host_whether_the_network_works() {
    let home = newsroom();
    let server = start();
    server.serve("/robots.txt", Answer::status(404));
    let config = home.path().join("news/config");
    fs::write(
        config.join("service.toml"),
        format!("[fetch]\nallow = [\"{}\"]\n", server.address()),
    )
    .unwrap();
    fs::write(
        config.join("sources/all.toml"),
        format!(
            "[[source]]\nurl = \"{}\"\norganiser = \"Club\"\n",
            server.url("/a.ics")
        ),
    )
    .unwrap();
    let ran = in_newsroom(home.path(), &["doctor"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains(" answers\n"), "{}", ran.out);
    assert_eq!(server.asked("/robots.txt").len(), 1);
    drop(server);
    // Nothing listens there now.
    let offline = in_newsroom(home.path(), &["doctor", "--offline"]);
    assert_eq!(offline.code, 0, "{}", offline.out);
}

#[test]
fn editors_are_listed_and_removed_with_their_sessions() {
    let home = newsroom();
    let none = in_newsroom(home.path(), &["user", "list"]);
    assert_eq!((none.code, none.out.as_str()), (0, ""));
    assert!(
        databases(home.path()).is_empty(),
        "a look makes no database"
    );
    let mut login = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args([
            "--config",
            "news/config",
            NOW[0],
            NOW[1],
            "user",
            "set-password",
            "ann",
        ])
        .current_dir(home.path())
        .env_clear()
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    use std::io::Write;
    writeln!(login.stdin.take().unwrap(), "correct horse battery").unwrap();
    assert!(login.wait().unwrap().success());
    let listed = in_newsroom(home.path(), &["user", "list"]);
    assert_eq!(listed.out, "ann: password set 2026-08-19 06:00 UTC\n");
    let json: serde_json::Value =
        serde_json::from_str(&in_newsroom(home.path(), &["user", "list", "--json"]).out).unwrap();
    assert_eq!(json["users"][0]["name"], "ann");

    let database = home
        .path()
        .join(".local/state/rusty-events")
        .join(&databases(home.path())[0]);
    let sessions = || -> i64 {
        let open = rusqlite::Connection::open(&database).unwrap();
        open.query_row("SELECT count(*) FROM session", [], |row| row.get(0))
            .unwrap()
    };
    rusqlite::Connection::open(&database)
        .unwrap()
        .execute("INSERT INTO session VALUES ('h', 'ann', '2026-08-19T06:00:00Z', '2026-08-19T06:00:00Z')", [])
        .unwrap();
    let unknown = in_newsroom(home.path(), &["user", "remove", "bob"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("logins are ann"), "{}", unknown.err);
    assert_eq!(sessions(), 1);
    assert_eq!(in_newsroom(home.path(), &["user", "remove", "ann"]).code, 0);
    assert_eq!(sessions(), 0);
    assert_eq!(in_newsroom(home.path(), &["user", "list"]).out, "");
}

#[test]
fn without_a_home_the_database_is_beside_the_configuration() {
    let home = newsroom();
    let all = [&["--config", "news/config"], &NOW[..], &["refresh", "-q"]].concat();
    let ran = program_in(home.path(), &all);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(home.path().join("news/config/rusty-events.db").exists());
}
