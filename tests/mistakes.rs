//! Wrong uses of the command line, each with its answer: the golden file is both the list and what is said. Every answer
//! is an error that names what is wrong, where, and what to do.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A folder with the sample read into a database, and with files that are wrong in many ways.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("file.txt", "nothing of ours\n");
    write("pages/other.txt", "x\n");
    fs::create_dir_all(folder.path().join("empty")).unwrap();
    let section = "## Upcoming Events\n\nRusty Events between 2024-11-06 - 2024-12-04 🦀\n\n### Europe\n* 2024-11-12 | Berlin, DE | [A](https://a.example/)\n    * [**A**](https://a.example/1)\n";
    write("draft.md", &format!("Date: 2024-11-06\n\n{section}"));
    write(
        "undated.md",
        "## Upcoming Events\n\n### Europe\n* 2024-11-12 | Berlin, DE | [A](https://a.example/)\n    * [**A**](https://a.example/1)\n",
    );
    write(
        "twice.md",
        &format!("Date: 2024-11-06\n\n{section}\n{section}"),
    );
    write(
        "conflict.md",
        &format!("Date: 2024-11-06\n\n{section}<<<<<<< HEAD\n=======\n>>>>>>> other\n"),
    );
    write(
        "calendar.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
    );
    write("wrong/syntax/service.toml", "[section\n");
    write(
        "wrong/key/service.toml",
        "[section]\nheadin = \"## Events\"\n",
    );
    write(
        "wrong/value/service.toml",
        "[section]\ndays = \"four weeks\"\n[newsletter]\nweekday = \"wendesday\"\n",
    );
    write(
        "wrong/source/sources/a.toml",
        "[[source]]\norganiser = \"A\"\n",
    );
    write(
        "wrong/twice/sources/a.toml",
        "[[source]]\nurl = \"https://www.meetup.com/a/\"\n[[source]]\nurl = \"https://meetup.com/a\"\n",
    );
    write(
        "wrong/place/sources/a.toml",
        "[[source]]\nurl = \"https://www.meetup.com/a/\"\nplace = \"Berlin\"\n",
    );
    write(
        "wrong/zone/sources/a.toml",
        "[[source]]\nurl = \"https://www.meetup.com/a/\"\nzone = \"Europe/Berln\"\n",
    );
    write("wrong/name/servcie.toml", "");
    write(
        "wrong/words/service.toml",
        "[topic]\nwords = [{ word = \"Go\", exakt = true }]\n",
    );
    write(
        "wrong/rhythm/service.toml",
        "[newsletter]\nevery = \"2 weeks\"\n",
    );
    for (name, path, text) in [
        ("half-days", "service.toml", "[section]\ndays = 28.5\n"),
        ("no-days", "service.toml", "[section]\ndays = -3\n"),
        (
            "language",
            "service.toml",
            "[newsletter]\nlanguage = \"deutsch\"\n",
        ),
        ("one-word", "service.toml", "[topic]\nwords = \"python\"\n"),
        ("no-table", "service.toml", "newsletter = \"Rundbrief\"\n"),
        (
            "tables",
            "service.toml",
            "[[newsletter]]\nname = \"Rundbrief\"\n",
        ),
        ("dates", "service.toml", "[section]\ndates = \"DD.MM.YY\"\n"),
        (
            "listen",
            "service.toml",
            "[server]\nlisten = \"localhost:8080\"\n",
        ),
        (
            "cron",
            "service.toml",
            "[schedule]\nrefresh = \"every day\"\n",
        ),
        (
            "seconds",
            "service.toml",
            "[fetch]\nper-host-interval = 1\n",
        ),
        (
            "clock",
            "service.toml",
            "[newsletter]\nzone = \"CET+1\"\nweekday = \"mo\"\n",
        ),
        (
            "first",
            "service.toml",
            "[newsletter]\nevery = \"2 weeks\"\nfirst-issue = \"2026-03-02\"\n",
        ),
        (
            "region",
            "service.toml",
            "[section.headings]\neuropa = \"Europa\"\n",
        ),
        (
            "one-source",
            "sources/a.toml",
            "[source]\nurl = \"https://www.meetup.com/a/\"\n",
        ),
        (
            "bare",
            "sources/a.toml",
            "url = \"https://www.meetup.com/a/\"\n",
        ),
        (
            "plural",
            "sources/a.toml",
            "[[sources]]\nurl = \"https://www.meetup.com/a/\"\n",
        ),
        (
            "key-of-source",
            "sources/a.toml",
            "[[source]]\nurl = \"https://www.meetup.com/a/\"\nplatfrom = \"meetup\"\n",
        ),
        (
            "platform",
            "sources/a.toml",
            "[[source]]\nurl = \"https://www.meetup.com/a/\"\nplatform = \"metup\"\n",
        ),
        (
            "types",
            "sources/a.toml",
            "[[source]]\nurl = \"https://www.meetup.com/a/\"\nmode = true\nplace = 5\n",
        ),
        (
            "no-topic",
            "sources/a.toml",
            "[[source]]\nurl = \"https://www.meetup.com/a/\"\nonly = \"topic\"\n",
        ),
        (
            "file-name",
            "sources/a.tml",
            "[[source]]\nurl = \"https://www.meetup.com/a/\"\n",
        ),
        (
            "decision",
            "sources/a.toml",
            "[[decision]]\nhide = \"section\"\n",
        ),
        (
            "file",
            "sources/a.toml",
            "[[source]]\nurl = \"calendars/berlin.ics\"\n",
        ),
        (
            "mirror",
            "service.toml",
            "[fetch.mirrors]\n\"https://a.example\" = \"nowhere\"\n",
        ),
        (
            "misplaced",
            "service.toml",
            "[section]\nweekday = \"monday\"\n",
        ),
        (
            "number-as-text",
            "service.toml",
            "[section]\ndays = \"35\"\n",
        ),
        (
            "hide",
            "decisions/a.toml",
            "[[decision]]\nevent = \"https://a.example/1\"\nhide = true\nreason = \"x\"\nat = 2026-01-01\n",
        ),
        (
            "nameless",
            "organisers.toml",
            "[[organiser]]\nurl = \"https://a.example/\"\n",
        ),
        (
            "backwards",
            "sources/a.toml",
            "[[event]]\ntitle = \"X\"\nstart = 2026-08-27\nend = 2026-08-26\nplace = \"Berlin, DE\"\n",
        ),
        (
            "half-call",
            "sources/a.toml",
            "[[event]]\ntitle = \"X\"\nstart = 2026-08-27\nplace = \"Berlin, DE\"\ncfp = \"https://a.example/cfp\"\n",
        ),
        (
            "many-words",
            "service.toml",
            "[section]\nline = \"Termine\"\nstates = \"DE\"\n",
        ),
        (
            "zoneless",
            "sources/a.toml",
            "[[event]]\ntitle = \"X\"\nstart = 2026-08-27T19:00:00\n",
        ),
        (
            "text",
            "service.toml",
            "[newsletter]\nname = Rundbrief der Krabben # unser\n",
        ),
        (
            "quote",
            "service.toml",
            "[newsletter]\nname = \"Rundbrief\n",
        ),
        ("colon", "service.toml", "[newsletter]\n\tname: Rundbrief\n"),
        ("yaml", "service.toml", "newsletter:\n  name: Rundbrief\n"),
        (
            "curly",
            "service.toml",
            "[newsletter]\nname = “Rundbrief”\n",
        ),
        (
            "key-twice",
            "service.toml",
            "[newsletter]\nname = \"A\"\nweekday = \"monday\"\nname = \"B\"\n",
        ),
        (
            "table-twice",
            "service.toml",
            "[topic]\nwords = [\"go\"]\n[section]\ndays = 28\n[topic]\nname = \"Go\"\n",
        ),
        ("tab", "service.toml", "[section]\n\tdays\t28\n"),
        (
            "list",
            "service.toml",
            "[topic]\nwords = [\"go\"\n\n[section]\ndays = 28\n",
        ),
        (
            "comma",
            "service.toml",
            "[topic]\nwords = [\"go\" \"golang\"]\n",
        ),
        (
            "inline",
            "service.toml",
            "[topic]\nwords = [{ word = \"Go\", exact = true ]\n",
        ),
        (
            "backslash",
            "service.toml",
            "[newsletter]\nrepository = \"C:\\news\\letter\"\n",
        ),
        (
            "yes",
            "sources/a.toml",
            "[[source]]\nurl = \"https://www.meetup.com/a/\"\nexpect-empty = yes\n",
        ),
        ("no-value", "service.toml", "[section]\ndays =\n"),
        (
            "inner",
            "service.toml",
            "[newsletter]\nname = \"The \"Crab\" News\"\n",
        ),
        (
            "day",
            "sources/a.toml",
            "[[event]]\ntitle = \"X\"\nstart = 27.08.2026\n",
        ),
        ("remark", "service.toml", "// ours\n[section]\ndays = 28\n"),
        (
            "bracket",
            "sources/a.toml",
            "[[source]\nurl = \"https://www.meetup.com/a/\"\n",
        ),
        (
            "long",
            "service.toml",
            "[section]\ndays = 28\nline = \"Between {from} and {to}\" \"and many more words that are written behind it, so that the whole line is longer than what is shown of it\"\n",
        ),
    ] {
        write(&format!("wrong/{name}/{path}"), text);
    }
    fs::create_dir_all(folder.path().join("wrong/folder/service.toml")).unwrap();
    fs::create_dir_all(folder.path().join("wrong/binary/sources")).unwrap();
    fs::write(
        folder.path().join("wrong/binary/sources/a.toml"),
        b"a = 1\n\xff\xfe\0",
    )
    .unwrap();
    fs::write(folder.path().join("binary.md"), b"\xff\xfe\0\x01").unwrap();
    let read = run(folder.path(), &["refresh".to_owned(), "--quiet".to_owned()]);
    assert_eq!(read.0, 0, "{}", read.1);
    folder
}

/// Runs the program in the folder: the exit code, and what it says on standard error.
fn run(folder: &Path, arguments: &[String]) -> (i32, String) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rusty-events"));
    // The sample of `demo` has a time of its own.
    let has_own = arguments
        .iter()
        .any(|argument| argument == "--now" || argument == "demo");
    if !has_own {
        command.args(["--now", "2024-11-06T09:00:00Z"]);
    }
    let output = command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder.join("home"))
        .env("RUSTY_EVENTS_CONFIG", sample)
        .env("RUSTY_EVENTS_DATABASE", "events.db")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    // What is not known is a result, and no error.
    let said = match output.stderr.is_empty() {
        true => output.stdout,
        false => output.stderr,
    };
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.code().unwrap(), said)
}

/// A line of an answer; of a long one the beginning, and nothing of the list of all commands.
fn shown(line: &str) -> Option<String> {
    const LONGEST: usize = 240;
    let line = line.trim_end();
    if line.is_empty() {
        return None;
    }
    let cut = line.chars().count() > LONGEST || line.contains("[subcommands: ");
    let length = if line.contains("[subcommands: ") {
        16
    } else {
        LONGEST
    };
    let begin: String = line.chars().take(length).collect();
    Some(if cut { format!("{begin}…") } else { begin })
}

/// The words of a line, as a shell takes them apart: single quotes hold spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quoted, mut any) = (String::new(), false, false);
    for char in line.chars() {
        match char {
            '\'' => (quoted, any) = (!quoted, true),
            ' ' if !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            char => word.push(char),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

#[test]
fn each_wrong_use_is_answered_with_what_is_wrong_and_what_to_do() {
    let folder = folder();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/mistakes.txt");
    let golden = fs::read_to_string(golden).unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let own = folder.path().display().to_string();
    let mut said = String::new();
    let mut uses = 0;
    for line in golden.lines() {
        let Some(typed) = line.strip_prefix('$') else {
            if line.starts_with('#') {
                said.push_str(&format!("{line}\n"));
            }
            continue;
        };
        uses += 1;
        let (code, answer) = run(folder.path(), &words(typed.trim()));
        assert!(
            code != 0 && code != 101,
            "{typed} ends with {code}: {answer}"
        );
        let answer = answer.replace(&own, "FOLDER").replace(root, "PROJECT");
        let lines: Vec<String> = answer.lines().filter_map(shown).collect();
        assert!(!lines.is_empty(), "{typed} says nothing");
        said.push_str(&format!("{line}\n  [{code}] {}\n", lines.join("\n      ")));
    }
    assert!(uses >= 100, "{uses}");
    if said != golden {
        let path = Path::new(root).join("target/mistakes.txt");
        fs::write(&path, &said).unwrap();
        let differing = said
            .lines()
            .zip(golden.lines())
            .find(|(new, old)| new != old);
        panic!("{differing:?}: the answers are in {}", path.display());
    }
}
