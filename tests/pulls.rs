//! Pull requests that touch a draft: read from a server of the test's own, judged against what is stored.

use crate::loopback::{Answer, Server, start};
use crate::markdown::style;
use crate::program_in;
use crate::server::{NOW, PASSWORD, Served, set_password};
use rusty_events::section::pulled::added;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const LIST: &str = "/api.github.com/repos/crabs/newsletter/pulls?state=open&per_page=100&page=1";

fn files_of(number: u64) -> String {
    format!("/api.github.com/repos/crabs/newsletter/pulls/{number}/files?per_page=100")
}

/// An open pull request as GitHub lists it, without what is not read.
fn pull(number: u64, title: &str, head: &str) -> Value {
    json!({
        "number": number, "title": title, "state": "open",
        "html_url": format!("https://github.com/crabs/newsletter/pull/{number}"),
        "user": {"login": "ferris"}, "head": {"sha": head}, "updated_at": "2026-08-20T10:00:00Z",
    })
}

fn file(path: &str, patch: &str) -> Value {
    json!({"filename": path, "status": "modified", "patch": patch})
}

/// Rows of events: one that a calendar has, one that it has on another day, one that no source has.
const PATCH: &str = "@@ -20,4 +20,12 @@ Rusty Events between 2026-08-26 - 2026-09-23\n \n ### Europe\n\
+* 2026-09-03 | Graz, AT | [Crab Graz](https://crab-graz.example/)\n\
+    * [**Borrow night**](https://crab-graz.example/events/1)\n\
+* 2026-09-09 | Graz, AT | [Crab Graz](https://crab-graz.example/)\n\
+    * [**Lifetimes**](https://crab-graz.example/events/2)\n\
+* 2026-09-12 | Linz, AT | [Crab Linz](https://crab-linz.example)\n\
+    * [**Traits**](https://crab-linz.example/traits?utm_source=mail)\n\
+* 2026-09-13 | Linz, AT | [Crab Linz](https://crab-linz.example/)\n \n ## Jobs\n";

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n\
BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Borrow night\r\nDTSTART;TZID=Europe/Vienna:20260903T180000\r\nDTEND;TZID=Europe/Vienna:20260903T200000\r\nLOCATION:Old Mill\\, Graz\\, Austria\r\nURL:https://crab-graz.example/events/1\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Lifetimes\r\nDTSTART;TZID=Europe/Vienna:20260909T180000\r\nDTEND;TZID=Europe/Vienna:20260909T200000\r\nLOCATION:Vienna\\, Austria\r\nURL:https://crab-graz.example/events/2\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

/// A folder with the settings of a newsletter with pull requests, and the server that stands in for every host. `more`
/// are further settings.
pub(crate) fn newsletter_of_crabs(more: &str) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let server = start();
    fs::create_dir_all(folder.path().join("config/sources")).unwrap();
    let service = format!(
        "{more}[newsletter]\npull-requests = \"crabs/newsletter\"\n[fetch]\nper-host-interval = \"0s\"\n\
         [fetch.mirrors]\n\"https://\" = \"{}\"\n",
        server.url("/"),
    );
    fs::write(folder.path().join("config/service.toml"), service).unwrap();
    (folder, server)
}

struct World {
    folder: tempfile::TempDir,
    server: Server,
}

impl World {
    fn new() -> World {
        let (folder, server) = newsletter_of_crabs("");
        let sources = folder.path().join("config/sources");
        let source = "[[source]]\nurl = \"https://crab-graz.example/events.ics\"\norganiser = \"Crab Graz\"\n\
            organiser-url = \"https://crab-graz.example/\"\nplace = \"Graz, AT\"\nmode = \"in-person\"\n";
        fs::write(sources.join("all.toml"), source).unwrap();
        server.serve(
            "/crab-graz.example/events.ics",
            Answer::ok("text/calendar", CALENDAR),
        );
        World { folder, server }
    }

    fn serve(&self, pulls: &[Value]) {
        let body = Value::from(pulls.to_vec()).to_string();
        self.server.serve(
            LIST,
            Answer::ok("application/json", body).validated_by("\"list\""),
        );
    }

    fn serve_files(&self, number: u64, files: &[Value]) {
        let body = Value::from(files.to_vec()).to_string();
        self.server
            .serve(&files_of(number), Answer::ok("application/json", body));
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut all = vec!["--now", "2026-08-24T09:00:00Z"];
        all.extend(arguments);
        let ran = program_in(self.path(), &all);
        (ran.code, ran.out, ran.err)
    }
}

fn world_with_a_pull() -> World {
    let world = World::new();
    world.serve(&[
        pull(7, "Add events in Austria", "aaa"),
        pull(8, "Fix a typo", "bbb"),
        pull(9, "An old issue", "ccc"),
    ]);
    world.serve_files(
        7,
        &[
            file("draft/2026-08-26-this-week.md", PATCH),
            file("README.md", "@@ -1 +1 @@\n+x\n"),
        ],
    );
    world.serve_files(8, &[file("README.md", "@@ -1 +1 @@\n-a\n+b\n")]);
    world.serve_files(9, &[file("draft/2026-08-19-this-week.md", PATCH)]);
    assert_eq!(world.run(&["refresh"]).0, 0);
    world
}

#[test]
fn each_row_is_covered_new_or_in_conflict() {
    let world = world_with_a_pull();
    let (code, out, err) = world.run(&["pulls", "--refresh"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.starts_with("#7 Add events in Austria (ferris)\n"),
        "{out}"
    );
    assert!(
        !out.contains("#8") && !out.contains("#9"),
        "no draft of an issue to come: {out}"
    );
    let after = |subject: &str| {
        let rest = out
            .split(subject)
            .nth(1)
            .unwrap_or_else(|| panic!("{subject}: {out}"));
        rest.lines().nth(1).unwrap().trim().to_owned()
    };
    let covered = after("2026-09-03 Borrow night");
    assert!(
        covered.starts_with("covered: read from ics/crab-graz.example"),
        "{covered}"
    );
    let conflict = after("2026-09-09 Lifetimes");
    assert!(conflict.contains("in conflict with event"), "{conflict}");
    assert!(
        conflict.contains("the source says \"Vienna, AT\", the row \"Graz, AT\""),
        "{conflict}"
    );
    let new = after("2026-09-12 Traits");
    assert!(
        new.starts_with("new: goes under Europe after 2026-09-09 Lifetimes; lint: "),
        "{new}"
    );
    assert!(new.contains("link-tracking"), "{new}");
    assert!(
        out.contains("draft/2026-08-26-this-week.md:22 "),
        "the line of the new file: {out}"
    );
    assert!(out.contains("cannot be read (no link below it)"), "{out}");
}

#[test]
fn a_heading_is_called_what_the_newsletter_calls_it() {
    let world = world_with_a_pull();
    let service = world.path().join("config/service.toml");
    let text = fs::read_to_string(&service).unwrap();
    fs::write(
        &service,
        format!("{text}[section.headings]\neurope = \"Europa\"\n"),
    )
    .unwrap();
    let draft = "Date: 2026-08-26\n\n## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n### Virtual\n\
        * 2026-09-15 | Wels, AT | [Crab Wels](https://crab-wels.example/)\n    * [**Pinning**](https://crab-wels.example/1)\n";
    fs::write(world.path().join("draft.md"), draft).unwrap();
    world.run(&["pulls", "--refresh"]);
    let said = [
        (&["pulls"][..], "goes under Europa after"),
        (&["pulls", "--comment", "7"], "under Europa"),
        (&["why", "Borrow night"], "under Europa:"),
        (
            &["update", "draft.md", "--report", "-"],
            "though it belongs under \"Europa\"",
        ),
    ];
    for (command, words) in said {
        let (code, out, err) = world.run(command);
        assert_eq!(code, 0, "{command:?}: {err}");
        assert!(out.contains(words), "{command:?} {words}: {out}");
        let all = format!("{out}{err}").replace("Europe/Vienna", "");
        assert!(!all.contains("Europe"), "{all}");
    }
}

#[test]
fn the_answer_is_polite_and_nothing_is_posted() {
    let world = world_with_a_pull();
    world.run(&["pulls", "--refresh"]);
    let (code, out, err) = world.run(&["pulls", "--comment", "7"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("Thank you for this pull request!"), "{out}");
    assert!(
        out.contains("already read from a calendar (ics/crab-graz.example), no need to send it"),
        "{out}"
    );
    assert!(out.contains("Which one is right?"), "{out}");
    assert!(
        world.run(&["pulls", "--comment", "8"]).0 != 0,
        "it touches no draft"
    );
    let asked = world.server.requests();
    assert!(asked.iter().all(|asked| asked.method == "GET"), "{asked:?}");
}

#[test]
fn what_did_not_change_is_not_asked_for_again() {
    let world = world_with_a_pull();
    world.run(&["pulls", "--refresh"]);
    let before = world.server.requests().len();
    world.run(&["pulls", "--refresh"]);
    let asked = world.server.requests().split_off(before);
    assert_eq!(asked.len(), 1, "the list alone: {asked:?}");
    let etag = asked[0]
        .headers
        .iter()
        .find(|(name, _)| name == "if-none-match");
    assert_eq!(etag.map(|(_, value)| value.as_str()), Some("\"list\""));
    // A new commit in one of them: its files alone.
    let body = json!([
        pull(7, "Add events in Austria", "ddd"),
        pull(8, "Fix a typo", "bbb")
    ])
    .to_string();
    world.server.serve(
        LIST,
        Answer::ok("application/json", body).validated_by("\"other\""),
    );
    world.serve_files(
        7,
        &[file(
            "draft/2026-08-26-this-week.md",
            "@@ -1 +1,3 @@\n \n+new\n",
        )],
    );
    let before = world.server.requests().len();
    let (_, out, _) = world.run(&["pulls", "--refresh"]);
    let asked = world.server.requests().split_off(before);
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(out.contains("#7") && out.contains("adds no row"), "{out}");
}

#[test]
fn a_refusal_ends_the_reading_and_what_was_read_stands() {
    let world = world_with_a_pull();
    world.run(&["pulls", "--refresh"]);
    world.server.serve(LIST, Answer::status(403));
    let (code, out, err) = world.run(&["pulls", "--refresh"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("without a token it answers 60 questions an hour"),
        "{err}"
    );
    assert!(out.contains("#7 Add events"), "{out}");
    // The files of a new one are refused: it is read the next time, and so is the list.
    let body = json!([
        pull(5, "Another", "eee"),
        pull(7, "Add events in Austria", "aaa")
    ])
    .to_string();
    world.server.serve(
        LIST,
        Answer::ok("application/json", body).validated_by("\"third\""),
    );
    world.server.serve(
        &files_of(5),
        Answer::status(429).header("Retry-After", "60"),
    );
    let (_, _, err) = world.run(&["pulls", "--refresh"]);
    assert!(err.contains("were not all read"), "{err}");
    world.serve_files(5, &[file("draft/2026-08-26-this-week.md", PATCH)]);
    let (_, out, _) = world.run(&["pulls", "--refresh"]);
    assert!(out.contains("#5 Another"), "{out}");
}

#[test]
fn the_report_of_an_update_lists_them_without_a_mention() {
    let world = world_with_a_pull();
    let body = json!([pull(7, "Closes #1 for @ferris", "aaa")]).to_string();
    world
        .server
        .serve(LIST, Answer::ok("application/json", body));
    let draft = "Date: 2026-08-26\n\n## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n## Jobs\n";
    fs::write(world.path().join("draft.md"), draft).unwrap();
    let (code, _, err) = world.run(&["update", "draft.md", "--refresh", "--report", "report.md"]);
    assert_eq!(code, 0, "{err}");
    let report = fs::read_to_string(world.path().join("report.md")).unwrap();
    assert!(report.contains("### Pull requests (1)"), "{report}");
    assert!(report.contains("covered: read from"), "{report}");
    assert!(
        !report.contains("@ferris") && !report.contains("#1"),
        "{report}"
    );
}

#[test]
fn without_a_repository_it_says_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("config")).unwrap();
    fs::write(folder.path().join("config/service.toml"), "").unwrap();
    let ran = program_in(folder.path(), &["pulls"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err.contains("pull-requests = \"OWNER/NAME\""),
        "{}",
        ran.err
    );
}

#[test]
fn a_difference_gives_the_rows_of_which_a_line_is_new() {
    let patch = "@@ -1,6 +5,7 @@\n ### Virtual\n * 2026-09-01 | Virtual | [A](https://a.example)\n-    * [**Old**](https://a.example/1)\n+    * [**New**](https://a.example/1)\n * 2026-09-02 | Virtual | [B](https://b.example)\n     * [**Same**](https://b.example/1)\n@@ -90,2 +91,4 @@ heading\n+* 2026-09-03 | Graz, AT | [C](https://c.example)\n+    * [**Third**](https://c.example/1)\n\\ No newline at end of file\n";
    let added = added(patch, &style());
    let rows: Vec<(usize, &str, &str)> = added
        .rows
        .iter()
        .map(|row| (row.line, row.heading.as_str(), row.links[0].0.as_str()))
        .collect();
    assert_eq!(rows, [(6, "Virtual", "New"), (91, "", "Third")]);
    assert_eq!(added.unreadable, []);
    assert_eq!(super::pulls::added("no difference\n", &style()).rows, []);
}

/// Real differences, and invented ones in GitHub's form (corpus: `pages/`).
#[test]
fn differences_of_the_corpus_are_read() {
    let Some(folder) = crate::corpus().map(|folder| folder.join("pages")) else {
        return;
    };
    let patch = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let files: Value = serde_json::from_str(&text).unwrap();
        files[0]["patch"].as_str().unwrap().to_owned()
    };
    let rows = added(&patch("pulls-invented.json"), &style()).rows;
    let titles: Vec<(&str, usize)> = rows
        .iter()
        .map(|row| (row.heading.as_str(), row.links.len()))
        .collect();
    assert_eq!(titles, [("Europe", 1), ("Europe", 1)]);
    assert_eq!(
        added(&patch("rust-pulls-confsdata-8447.json"), &style()).rows,
        []
    );
}

#[test]
fn the_page_of_the_section_lists_them_for_an_editor() {
    let world = World::new();
    world.serve(&[pull(7, "Add <b>events</b>", "aaa")]);
    world.serve_files(7, &[file("draft/2024-11-06-this-week.md", PATCH)]);
    let all = [
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        NOW,
    ];
    for command in [&["refresh"][..], &["pulls", "--refresh"]] {
        let ran = program_in(world.path(), &[&all[..], command].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    set_password(world.path(), "ann", PASSWORD);
    let World { folder, server } = world;
    let served = Served::in_folder(folder, "config", "127.0.0.1:0");
    let cookie = served.login();
    let page = served.get_with("/section", &[("Cookie", &cookie), ("Accept", "text/html")]);
    let text = page.text();
    assert!(
        text.contains("<h2 id=\"pulls\">Pull requests</h2>"),
        "{text}"
    );
    assert!(
        text.contains("Add &lt;b&gt;events&lt;/b&gt; (ferris)"),
        "{text}"
    );
    assert!(
        text.contains("2026-09-12 Traits: new: goes under Europe"),
        "{text}"
    );
    let public = served.get("/section").text();
    assert!(!public.contains("id=\"pulls\""), "{public}");
    drop(server);
}
