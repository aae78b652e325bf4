//! Lists that only link to their events: how the pages of those are walked, by the real program.

use crate::loopback::{Answer, Server, start};
use crate::{Ran, program_in};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn event_page(title: &str, day: u32) -> Answer {
    Answer::ok(
        "text/html",
        format!(
            r#"<script type="application/ld+json">{{"@type":"Event","name":"{title}","startDate":"2026-09-{day:02}T19:00:00+02:00"}}</script>"#
        ),
    )
}

fn list_of(names: impl IntoIterator<Item = String>) -> Answer {
    let links = names
        .into_iter()
        .map(|name| format!("<a href=\"/events/{name}\">{name}</a>\n"));
    Answer::ok("text/html", links.collect::<String>())
}

fn configure(folder: &Path, server: &Server, further: &str) {
    fs::create_dir_all(folder.join("config/sources")).unwrap();
    fs::write(
        folder.join("config/service.toml"),
        format!(
            "[fetch]\nallow = [\"{}\"]\nper-host-interval = \"0s\"\n{further}",
            server.address()
        ),
    )
    .unwrap();
    fs::write(
        folder.join("config/sources/all.toml"),
        format!(
            "[[source]]\nid = \"club\"\nurl = \"{}\"\nplatform = \"list\"\norganiser = \"Club\"\norganiser-url = \"https://club.example/\"\nplace = \"Berlin, DE\"\n",
            server.url("/events/")
        ),
    )
    .unwrap();
}

fn run(folder: &Path, now: &str, arguments: &[&str]) -> Ran {
    let mut all = vec!["--now", now];
    all.extend(arguments);
    program_in(folder, &all)
}

fn preview(folder: &Path, server: &Server) -> (Ran, Value) {
    let url = server.url("/events/");
    let ran = run(folder, "2026-08-19T06:00:00Z", &["preview", &url, "--json"]);
    let answer = serde_json::from_str(&ran.out).unwrap_or_default();
    (ran, answer)
}

fn problems(answer: &Value) -> Vec<&str> {
    let problems = answer["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| problem["what"].as_str().unwrap())
        .collect()
}

#[test]
fn a_page_that_fails_costs_only_its_own_event() {
    let (folder, server) = (tempfile::tempdir().unwrap(), start());
    configure(folder.path(), &server, "");
    server.serve(
        "/events/",
        list_of(["first", "gone", "about", "last"].map(str::to_owned)),
    );
    server.serve("/events/first", event_page("First", 1));
    server.serve("/events/gone", Answer::status(404));
    server.serve(
        "/events/about",
        Answer::ok("text/html", "<title>About us</title>"),
    );
    server.serve("/events/last", event_page("Last", 2));
    let (ran, answer) = preview(folder.path(), &server);
    assert_eq!(ran.code, 3, "read with problems: {}", ran.err);
    assert_eq!(answer["entries"], 4);
    let titles: Vec<&Value> = answer["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["title"])
        .collect();
    assert_eq!(titles, ["First", "Last"]);
    let problems = problems(&answer);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].contains("/events/gone: ") && problems[0].contains("404"),
        "{problems:?}"
    );
    assert!(problems[1].contains("About us"), "{problems:?}");
}

#[test]
fn if_every_page_fails_so_does_the_list() {
    let (folder, server) = (tempfile::tempdir().unwrap(), start());
    configure(folder.path(), &server, "");
    server.serve("/events/", list_of(["a", "b"].map(str::to_owned)));
    let wall = Answer::ok("text/html", "<title>Are you a robot?</title>");
    server.serve("/events/a", wall.clone());
    server.serve("/events/b", wall);
    let (ran, _) = preview(folder.path(), &server);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("Are you a robot?"), "{}", ran.err);
}

#[test]
fn thirty_pages_are_read_of_one_list_and_no_more_than_the_run_may() {
    let (folder, server) = (tempfile::tempdir().unwrap(), start());
    configure(folder.path(), &server, "");
    let names: Vec<String> = (0..40).map(|number| format!("evening-{number}")).collect();
    for (name, number) in names.iter().zip(0..) {
        server.serve(
            &format!("/events/{name}"),
            event_page(name, 1 + number % 28),
        );
    }
    server.serve("/events/", list_of(names));
    let (ran, answer) = preview(folder.path(), &server);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(answer["events"].as_array().unwrap().len(), 30);
    assert_eq!(
        problems(&answer),
        ["of the 40 pages of events it links to 30 were read: so many at most"]
    );

    let asked = server.requests().len();
    configure(folder.path(), &server, "event-pages = 5\n");
    let (_, answer) = preview(folder.path(), &server);
    assert_eq!(
        server.requests().len() - asked,
        7,
        "robots.txt, the list and five pages"
    );
    assert_eq!(
        problems(&answer),
        [
            "of the 40 pages of events it links to 5 were read: the run's pages of events are used up"
        ]
    );
}

#[test]
fn a_host_that_asks_to_be_left_alone_is() {
    let (folder, server) = (tempfile::tempdir().unwrap(), start());
    configure(folder.path(), &server, "");
    server.serve("/events/", list_of(["a", "b", "c"].map(str::to_owned)));
    server.serve("/events/a", event_page("A", 1));
    server.serve(
        "/events/b",
        Answer::status(429).header("Retry-After", "3600"),
    );
    let (ran, answer) = preview(folder.path(), &server);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(server.asked("/events/c").len(), 0);
    assert!(
        problems(&answer)[1].ends_with("the host asks to be left alone"),
        "{answer:#}"
    );
}

#[test]
fn an_event_stays_when_its_page_is_out_of_reach() {
    let (folder, server) = (tempfile::tempdir().unwrap(), start());
    configure(folder.path(), &server, "");
    server.serve(
        "/events/",
        list_of(["a", "b"].map(str::to_owned)).header("ETag", "\"1\""),
    );
    server.serve("/events/a", event_page("Evening of one", 1));
    server.serve("/events/b", event_page("Evening of two", 2));
    let section = |now: &str| {
        let arguments = ["section", "--issue", "2026-08-19", "--refresh"];
        run(folder.path(), now, &arguments)
    };
    let first = section("2026-08-19T06:00:00Z");
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.contains("Evening of two"), "{}", first.out);

    server.serve("/events/b", Answer::status(500));
    for now in ["2026-08-20T06:00:00Z", "2026-08-21T06:00:00Z"] {
        let bad = section(now);
        assert_eq!((bad.code, &bad.out), (0, &first.out), "{}", bad.err);
    }
    // That the list is as it was says nothing of its events.
    for asked in server.asked("/events/") {
        assert_eq!(asked.header("if-none-match"), None);
    }
    // What the list no longer links to is missing at once and gone a day later.
    server.serve("/events/", list_of(["a".to_owned()]));
    section("2026-08-22T06:00:00Z");
    let gone = section("2026-08-23T06:00:00Z");
    assert!(!gone.out.contains("Evening of two"), "{}", gone.out);
    assert!(gone.out.contains("Evening of one"), "{}", gone.out);
}

#[test]
fn an_event_with_two_links_is_listed_once_and_keeps_its_id_when_it_moves() {
    let (folder, server) = (tempfile::tempdir().unwrap(), start());
    configure(folder.path(), &server, "");
    server.serve("/events/", list_of(["a", "a?lang=de"].map(str::to_owned)));
    let page = |day: u32| {
        let url = server.url("/events/a");
        Answer::ok(
            "text/html",
            format!(
                r#"<script type="application/ld+json">{{"@type":"Event","name":"Evening","url":"{url}","startDate":"2026-09-{day:02}T19:00:00+02:00"}}</script>"#
            ),
        )
    };
    let rows = |now: &str| -> Value {
        let arguments = [
            "section",
            "--issue",
            "2026-08-19",
            "--refresh",
            "--format",
            "json",
        ];
        let ran = run(folder.path(), now, &arguments);
        let section: Value = serde_json::from_str(&ran.out).unwrap();
        section["regions"][0]["rows"].clone()
    };
    let mut seen = Vec::new();
    for (now, day) in [("2026-08-19T06:00:00Z", 1), ("2026-08-20T06:00:00Z", 8)] {
        server.serve("/events/a", page(day));
        server.serve("/events/a?lang=de", page(day));
        let rows = rows(now);
        assert_eq!(rows.as_array().unwrap().len(), 1, "{rows:#}");
        assert_eq!(rows[0]["date"], format!("2026-09-{day:02}"));
        seen.push(rows[0]["event"].clone());
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn what_a_file_links_to_is_said_not_to_be_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("account.html"),
        r#"<a class="card" href="/crabs/night/">Night</a>"#,
    )
    .unwrap();
    let arguments = ["preview", "account.html", "--platform", "hasgeek", "--json"];
    let ran = program_in(folder.path(), &arguments);
    assert_eq!(ran.code, 3, "{}", ran.err);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["entries"], 1);
    assert_eq!(
        problems(&answer),
        ["further pages on the web that the file names were not read: 1"]
    );
}
