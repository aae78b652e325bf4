//! Calls for papers by the real program: from a list of conferences to the draft.

use crate::loopback::{Answer, Server, start};
use crate::program_in;
use crate::server::{NOW, Served};
use std::fs;
use std::path::Path;

const LIST: &str = include_str!("../pages/conferences/rust.json");

/// Written by hand from the list, before there was a section of calls.
const BY_HAND: &str = "\
### CFP - Events

* [**TideConf**](https://www.tideconf.example/speakers) | Closes on 2026-08-31 | Portland, OR, US | Event on 2026-09-20 - 2026-09-22
";

const DRAFT: &str = "Title: This Week 700\nDate: 2026-08-26\n\n### CFP - Events\n\nAre you a speaker?\n\n\
    <!-- or if none - *No Calls for papers or presentations were submitted this week.* -->\n\n\
    If you are an event organizer, write to us.\n\n## Upcoming Events\n\n\
    Rusty Events between 2026-08-26 - 2026-09-23 🦀\n\n### Virtual\n\n## Jobs\n\nNone.\n";

const NONE: &str = "*No Calls for papers or presentations were submitted this week.*\n";

struct World {
    folder: tempfile::TempDir,
    server: Server,
}

impl World {
    fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let server = start();
        let config = folder.path().join("config/sources");
        fs::create_dir_all(&config).unwrap();
        let address = server.url("").replace("http://", "");
        let service = format!(
            "[section]\nno-calls = {:?}\n[fetch]\nallow = [\"{address}\"]\nper-host-interval = \"0s\"\n",
            NONE.trim_end()
        );
        fs::write(folder.path().join("config/service.toml"), service).unwrap();
        let list = server.url("/{year}/rust.json");
        let sources = format!("[[source]]\nid = \"conferences\"\nurl = \"{list}\"\n");
        fs::write(config.join("all.toml"), sources).unwrap();
        fs::write(folder.path().join("draft.md"), DRAFT).unwrap();
        let world = World { folder, server };
        world.serve(LIST);
        world
    }

    fn serve(&self, list: &str) {
        let answer = Answer::ok("application/json", list);
        self.server.serve("/2026/rust.json", answer);
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn draft(&self) -> String {
        fs::read_to_string(self.path().join("draft.md")).unwrap()
    }

    fn change(&self, from: &str, to: &str) {
        let text = self.draft();
        assert!(text.contains(from), "{text}");
        fs::write(self.path().join("draft.md"), text.replacen(from, to, 1)).unwrap();
    }

    /// What is printed on standard output and on standard error.
    fn run(&self, arguments: &[&str]) -> (String, String) {
        let mut all = vec!["--now", "2026-08-24T09:00:00Z"];
        all.extend(arguments);
        let ran = program_in(self.path(), &all);
        assert_eq!(ran.code, 0, "{}", ran.err);
        (ran.out, ran.err)
    }

    fn update(&self) -> String {
        self.run(&["update", "draft.md", "--refresh"]).1
    }
}

#[test]
fn the_section_of_a_list_equals_the_one_written_by_hand() {
    let world = World::new();
    let (out, _) = world.run(&["section", "--cfp", "--refresh", "--issue", "2026-08-26"]);
    assert_eq!(out, BY_HAND);
    // A week later its deadline has passed.
    let (out, _) = world.run(&["section", "--cfp", "--issue", "2026-09-02"]);
    assert_eq!(out, format!("### CFP - Events\n\n{NONE}"));
    let (out, _) = world.run(&[
        "section",
        "--cfp",
        "--issue",
        "2026-08-26",
        "--format",
        "ics",
    ]);
    assert!(out.contains("DTSTART;VALUE=DATE:20260831\r\n"), "{out}");
    let (out, _) = world.run(&[
        "section",
        "--cfp",
        "--issue",
        "2026-08-26",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["calls"][0]["until"], "2026-08-31");
    assert_eq!(json["calls"][0]["zone"], serde_json::Value::Null);
    assert_eq!(json["calls"].as_array().unwrap().len(), 1);
}

#[test]
fn an_update_fills_the_draft_once_and_keeps_what_people_write() {
    let world = World::new();
    let report = world.update();
    let row = BY_HAND.split_once("\n\n").unwrap().1;
    let filled = DRAFT.replace("-->\n\nIf you", &format!("-->\n{row}\nIf you"));
    let head = |text: &str| text.split("## Upcoming").next().unwrap().to_owned();
    assert_eq!(head(&world.draft()), head(&filled), "{report}");
    assert!(report.contains("TideConf"), "{report}");
    // Again: nothing more.
    let before = world.draft();
    world.update();
    assert_eq!(world.draft(), before);
    // People add a row, and change the name in ours.
    let hand = "* [**Crab Camp**](https://crab.example/cfp) | CFP open until 2026-10-01 | Graz, AT | 2026-12-01\n";
    world.change(row, &format!("{row}{hand}"));
    world.change("[**TideConf**]", "[**TideConf 2026**]");
    // The list puts the deadline off: that column follows, the name stays.
    world.serve(&LIST.replace("2026-08-31", "2026-09-07"));
    world.update();
    let now = row
        .replace("2026-08-31", "2026-09-07")
        .replace("TideConf**", "TideConf 2026**");
    assert!(
        world.draft().contains(&format!("-->\n{now}{hand}\nIf you")),
        "{}",
        world.draft()
    );
}

#[test]
fn a_row_that_people_took_out_is_not_written_again() {
    let world = World::new();
    world.update();
    let row = BY_HAND.split_once("\n\n").unwrap().1;
    world.change(row, "");
    let said = world.update();
    assert!(
        !world
            .draft()
            .contains("TideConf**](https://www.tideconf.example/speakers)"),
        "{}",
        world.draft()
    );
    assert!(
        world.draft().contains(&format!("-->\n{NONE}\nIf you")),
        "{}",
        world.draft()
    );
    assert!(said.contains("removed by hand"), "{said}");
}

#[test]
fn without_calls_the_line_says_so_and_past_rows_go() {
    let world = World::new();
    world.serve(&LIST.replace("2026-08-31", "2026-08-20"));
    let past = "* [**Old**](https://old.example/cfp) | Closes on 2026-08-25 | Graz, AT | Event on 2026-12-01\n";
    world.change("-->\n", &format!("-->\n{past}"));
    let said = world.update();
    assert!(!world.draft().contains("Old"), "{}", world.draft());
    assert!(
        world.draft().contains(&format!("-->\n{NONE}\nIf you")),
        "{}",
        world.draft()
    );
    assert!(said.contains("past"), "{said}");
}

const BY_HAND_EVENTS: &str = r#"
[[event]]
title = "Tide & <Co> Conf"
start = "2025-03-01"
place = "Portland, OR, US"
mode = "in-person"
organiser = "Tide"
link = "https://tide.example/"
cfp = "https://tide.example/cfp"
cfp-until = "2024-12-01T23:59"
[[event]]
title = "Past Conf"
start = "2025-03-02"
place = "Graz, AT"
mode = "in-person"
organiser = "Past"
link = "https://past.example/"
cfp = "https://past.example/cfp"
cfp-until = "2024-11-01"
"#;

#[test]
fn the_pages_list_what_is_open_with_its_zone() {
    let folder = tempfile::tempdir().unwrap();
    let sources = folder.path().join("config/sources");
    fs::create_dir_all(&sources).unwrap();
    // At another time than now it serves only where no real host is asked.
    let service = "[fetch.mirrors]\n\"https://\" = \"pages\"\n";
    fs::write(folder.path().join("config/service.toml"), service).unwrap();
    fs::write(sources.join("manual.toml"), BY_HAND_EVENTS).unwrap();
    let all = [
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        NOW,
    ];
    let ran = program_in(folder.path(), &[&all[..], &["refresh"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let served = Served::in_folder(folder, "config", "127.0.0.1:0");
    let json = served.get("/cfp.json").json();
    assert_eq!(json["calls"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["calls"][0]["until"], "2024-12-01T23:59:00-08:00");
    assert_eq!(json["calls"][0]["zone"], "America/Los_Angeles");
    let calendar = served.get("/cfp.ics").text();
    assert!(
        calendar.contains("DTSTART:20241202T075900Z\r\n"),
        "{calendar}"
    );
    assert!(!calendar.contains("Past Conf"), "{calendar}");
    for (path, until) in [
        ("/cfp", "Sun 1 Dec 2024, 23:59 (America/Los_Angeles)"),
        (
            "/cfp?lang=es",
            "dom, 1 dic 2024, 23:59 (America/Los_Angeles)",
        ),
        ("/cfp.atom", "2024-12-01 23:59 (America/Los_Angeles)"),
    ] {
        let text = served.get(path).text();
        assert!(text.contains(until), "{path}: {text}");
        assert!(
            text.contains("Tide &amp; &lt;Co&gt; Conf"),
            "{path}: {text}"
        );
    }
    assert_eq!(served.get("/cfp?x=1").status, 400);
}
