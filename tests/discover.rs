//! Candidates for sources: found in what is stored and on pages of a server of the test's own, decided about, added.

use crate::loopback::{Answer, Server};
use crate::program_in;
use crate::pulls::newsletter_of_crabs;
use crate::server::{NOW, PASSWORD, Served, set_password};
use rusty_events::facts::topic::Topic;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

mod kept;
mod moved;
mod searches;

const TODAY: &str = "2026-08-24T09:00:00Z";

/// A calendar of many groups: two events of one group on a platform, one of a site without a platform.
const TOWN: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n\
BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Rust borrow night\r\nDTSTART:20260903T180000Z\r\nLOCATION:Old Mill\\, Graz\\, Austria\r\nURL:https://www.meetup.com/crab-graz/events/301234567/\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Rust lifetimes\r\nDTSTART:20260910T180000Z\r\nLOCATION:Old Mill\\, Graz\\, Austria\r\nURL:https://www.meetup.com/crab-graz/events/301234568/\r\nDESCRIPTION:With our friends of https://www.meetup.com/rust-maribor/ and https://www.meetup.com/garden-club/\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

/// What a group's feed holds: so many events, one a week.
fn feed(group: &str, titles: &[&str]) -> String {
    let mut text =
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nX-WR-CALNAME:{group}\r\n");
    for (number, title) in titles.iter().enumerate() {
        let day = 2 + 7 * number;
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:event_{number}@meetup.com\r\nSUMMARY:{title}\r\nDTSTART;TZID=Europe/Vienna:202609{day:02}T183000\r\n\
             DTEND;TZID=Europe/Vienna:202609{day:02}T203000\r\nLOCATION:Town Hall\\, Linz\\, Austria\r\n\
             URL:https://www.meetup.com/{group}/events/30000000{number}/\r\nEND:VEVENT\r\n"
        ));
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// The page of a search: events of groups, each as group, group's address and title.
fn found(events: &[(&str, &str, &str)]) -> String {
    let list: Vec<Value> = events
        .iter()
        .enumerate()
        .map(|(number, (group, address, title))| {
            json!({
                "@context": "https://schema.org", "@type": "Event", "name": title,
                "startDate": format!("2026-09-{:02}T18:00:00+02:00", 1 + number),
                "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
                "location": {"@type": "Place", "name": "Hall", "address": {"@type": "PostalAddress", "addressLocality": "Vienna", "addressCountry": "AT"}},
                "url": format!("{address}events/3100000{number:02}/"),
                "organizer": {"@type": "Organization", "name": group, "url": address},
            })
        })
        .collect();
    let data = Value::from(list);
    format!(
        "<html><head><title>Search</title><script type=\"application/ld+json\">{data}</script></head><body></body></html>"
    )
}

struct World {
    folder: tempfile::TempDir,
    server: Server,
}

impl World {
    /// A calendar of many groups, a group of which the feed is gone, and two searches.
    fn new() -> World {
        let (folder, server) = newsletter_of_crabs("[topic]\nwords = [\"rust\"]\n");
        let sources = folder.path().join("config/sources");
        let all = "# Calendars.\n\n[[source]]\nurl = \"https://town.example/all.ics\"\nplatform = \"ics\"\nmode = \"in-person\"\n\n\
             [[source]]\nurl = \"https://crab-linz.example/events.ics\"  # the group's own\norganiser = \"Crab Linz\"\n\
             organiser-url = \"https://crab-linz.example/\"\nplace = \"Linz, AT\"\nmode = \"in-person\"\n\n# The end.\n";
        fs::write(sources.join("calendars.toml"), all).unwrap();
        let search = "[[search]]\nurl = \"https://search.example/find?q={words}&page={page}\"\nwords = [\"rust lang\"]\npages = 2\n";
        fs::write(sources.join("searches.toml"), search).unwrap();
        let world = World { folder, server };
        world.serve("/town.example/all.ics", "text/calendar", TOWN);
        world.serve(
            "/crab-linz.example/events.ics",
            "text/calendar",
            &feed("crab-linz", &["Traits evening", "Macros evening"]),
        );
        let list = "/api.github.com/repos/crabs/newsletter/pulls?state=open&per_page=100&page=1";
        world.serve(list, "application/json", "[]");
        world
    }

    fn serve(&self, path: &str, kind: &'static str, body: &str) {
        self.server.serve(path, Answer::ok(kind, body));
    }

    fn gone(&self, path: &str) {
        self.server.serve(path, Answer::status(404));
    }

    /// Runs a command while the database refuses the candidate of this group.
    fn fails_to_keep(&self, group: &str, run: impl Fn() -> (i32, String, String)) {
        let database =
            rusqlite::Connection::open(self.path().join("config/rusty-events.db")).unwrap();
        let trigger = format!(
            "CREATE TRIGGER full BEFORE INSERT ON candidate WHEN NEW.page LIKE '%{group}%'
             BEGIN SELECT RAISE(ABORT, 'no room'); END"
        );
        database.execute_batch(&trigger).unwrap();
        let (code, _, err) = run();
        assert!(code == 1 && err.contains("no room"), "{code} {err}");
        database.execute_batch("DROP TRIGGER full").unwrap();
    }

    fn serve_search(&self, page: u32, body: &str) {
        let path = format!("/search.example/find?q=rust%20lang&page={page}");
        self.serve(&path, "text/html", body);
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, now: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut all = vec!["--now", now];
        all.extend(arguments);
        let ran = program_in(self.path(), &all);
        (ran.code, ran.out, ran.err)
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.at(TODAY, arguments)
    }

    fn candidates(&self) -> Vec<Value> {
        let (code, out, err) = self.run(&["discover", "--all", "--json"]);
        assert_eq!(code, 0, "{err}");
        let all: Value = serde_json::from_str(&out).unwrap();
        all["candidates"].as_array().unwrap().clone()
    }

    fn candidate(&self, page: &str) -> Value {
        let all = self.candidates();
        let one = all.iter().find(|of| of["page"] == page);
        one.unwrap_or_else(|| panic!("{page}: {all:#?}")).clone()
    }

    /// Paths of the server that were asked since so many requests.
    fn asked_since(&self, before: usize) -> Vec<String> {
        let asked = self.server.requests().split_off(before);
        asked.into_iter().map(|asked| asked.path).collect()
    }
}

fn evidence(candidate: &Value, kind: &str) -> String {
    let all = candidate["evidence"].as_array().unwrap();
    let one = all.iter().find(|of| of["kind"] == kind);
    let one = one.unwrap_or_else(|| panic!("{kind}: {candidate:#}"));
    one["words"].as_str().unwrap().to_owned()
}

#[test]
fn groups_in_a_calendar_of_many_and_in_descriptions_are_candidates() {
    let world = World::new();
    assert_eq!(world.run(&["refresh"]).0, 0);
    let (code, out, err) = world.run(&["discover"]);
    assert_eq!(code, 0, "{err}");
    let graz = world.candidate("https://www.meetup.com/crab-graz");
    assert_eq!(
        evidence(&graz, "organiser"),
        "holds 2 events in the calendar ics/town.example/all"
    );
    assert_eq!(graz["events"].as_array().unwrap().len(), 2);
    assert_eq!(graz["place"], "Graz, AT");
    let entry = graz["entry"].as_str().unwrap();
    assert!(
        entry.starts_with("[[source]]\nurl = \"https://www.meetup.com/crab-graz/\"\n"),
        "{entry}"
    );
    // A link alone counts where its words are about the topic.
    let maribor = world.candidate("https://www.meetup.com/rust-maribor");
    assert_eq!(
        evidence(&maribor, "linked"),
        "the description of \"Rust lifetimes\" (ics/town.example/all) links to it"
    );
    assert!(
        out.contains("rust-maribor") && out.contains("crab-graz"),
        "{out}"
    );
    assert!(!out.contains("garden-club"), "{out}");
    assert!(err.contains("2 candidates"), "{err}");
    assert!(err.contains("1 more is not shown"), "{err}");
    assert_eq!(
        world.candidate("https://www.meetup.com/garden-club")["about_the_topic"],
        false
    );
    // No network was asked for them.
    let paths = world.asked_since(0);
    assert!(
        paths.iter().all(|path| !path.contains("meetup")),
        "{paths:?}"
    );
}

#[test]
fn groups_typed_by_hand_and_sent_as_pull_requests_are_candidates() {
    let world = World::new();
    let issue = "Date: 2026-08-19\n\n## Upcoming Events\n\nRusty Events between 2026-08-19 - 2026-09-16 🦀\n\n### Europe\n\
        * 2026-08-20 | Wels, AT | [Crab Wels](https://www.meetup.com/crab-wels/)\n    * [**Pinning**](https://www.meetup.com/crab-wels/events/302222221/)\n\
        * 2026-08-21 | Steyr, AT | [Crab Steyr](https://crab-steyr.example)\n    * [**Pinning**](https://crab-steyr.example/1)\n\
        * 2026-09-01 | Steyr, AT | [Crab Steyr](https://crab-steyr.example)\n    * [**Unpinning**](https://crab-steyr.example/2)\n\
        * 2026-09-02 | Enns, AT | [Once Enns](https://once-enns.example)\n    * [**Only once**](https://once-enns.example/1)\n\
        * 2026-09-09 | Linz, AT | [Crab Linz](https://crab-linz.example/)\n    * [**Traits evening**](https://crab-linz.example/1)\n\n## Jobs\n";
    fs::write(world.path().join("2026-08-19-this-week.md"), issue).unwrap();
    let patch = "@@ -20,2 +20,4 @@ Rusty Events between 2026-08-26 - 2026-09-23\n \n ### Europe\n\
        +* 2026-09-12 | Bled, SI | [Crab Bled](https://www.meetup.com/crab-bled/)\n+    * [**Traits**](https://www.meetup.com/crab-bled/events/303333331/)\n";
    let pull = json!([{
        "number": 7, "title": "Add Bled", "state": "open", "html_url": "https://github.com/crabs/newsletter/pull/7",
        "user": {"login": "ferris"}, "head": {"sha": "aaa"}, "updated_at": "2026-08-20T10:00:00Z",
    }]);
    let list = "/api.github.com/repos/crabs/newsletter/pulls";
    world.serve(
        &format!("{list}?state=open&per_page=100&page=1"),
        "application/json",
        &pull.to_string(),
    );
    let files = json!([{"filename": "draft/2026-08-26-this-week.md", "status": "modified", "patch": patch}]);
    world.serve(
        &format!("{list}/7/files?per_page=100"),
        "application/json",
        &files.to_string(),
    );
    assert_eq!(world.run(&["refresh"]).0, 0);
    assert_eq!(world.run(&["learn", "2026-08-19-this-week.md"]).0, 0);
    assert_eq!(world.run(&["pulls", "--refresh"]).0, 0);
    let wels = world.candidate("https://www.meetup.com/crab-wels");
    assert_eq!(
        evidence(&wels, "by-hand"),
        "1 event typed by hand in drafts and printed issues, the last on 2026-08-20; no source reads the group"
    );
    assert_eq!(wels["name"], "Crab Wels");
    let bled = world.candidate("https://www.meetup.com/crab-bled");
    assert_eq!(
        evidence(&bled, "pull-request"),
        "ferris sent 1 event with pull request 7 (Add Bled)"
    );
    // A site of its own counts when it was printed for two days; how to read it is not known before a look.
    let steyr = world.candidate("https://crab-steyr.example/");
    assert_eq!(steyr["entry"], Value::Null);
    let pages: Vec<String> = world
        .candidates()
        .iter()
        .map(|of| of["page"].to_string())
        .collect();
    assert!(
        !pages.iter().any(|page| page.contains("once-enns")),
        "{pages:?}"
    );
    assert!(
        !pages.iter().any(|page| page.contains("crab-linz")),
        "{pages:?}"
    );
}

#[test]
fn an_added_candidate_is_a_source_and_the_file_keeps_its_comments() {
    let world = World::new();
    world.serve(
        "/www.meetup.com/crab-graz/events/ical/",
        "text/calendar",
        &feed("crab-graz", &["Rust borrow night", "Rust lifetimes"]),
    );
    assert_eq!(world.run(&["refresh"]).0, 0);
    world.run(&["discover"]);
    let graz = world.candidate("https://www.meetup.com/crab-graz");
    let id = graz["id"].as_str().unwrap();
    assert_eq!(id.len(), 6, "{id}");
    let meetup = world.path().join("config/sources/meetup.toml");
    fs::write(&meetup, "# Groups on Meetup.\n\n[[source]]\nurl = \"https://www.meetup.com/old-group/\"  # a remark\norganiser = \"Old Group\"\nplace = \"Graz, AT\"\n").unwrap();
    let before = fs::read_to_string(&meetup).unwrap();
    let (code, out, err) = world.run(&["discover", "add", id]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("meetup.toml:8"), "{err}");
    let after = fs::read_to_string(&meetup).unwrap();
    assert_eq!(after, format!("{before}\n{out}"));
    assert_eq!(
        world.candidate("https://www.meetup.com/crab-graz")["state"],
        "added"
    );
    let (code, _, err) = world.run(&["discover", "add", id]);
    assert_eq!(code, 1, "{err}");
    assert!(
        err.contains("is read already, by source \"meetup/crab-graz\""),
        "{err}"
    );
    world.run(&["refresh"]);
    let (_, out, _) = world.run(&["source", "list"]);
    assert!(out.contains("meetup/crab-graz"), "{out}");
    // A source that was added by other means is none any more either.
    assert!(
        !world
            .run(&["discover"])
            .1
            .contains("meetup.com/crab-graz\n")
    );
}

#[test]
fn an_ignored_candidate_is_not_named_again() {
    let world = World::new();
    assert_eq!(world.run(&["refresh"]).0, 0);
    world.run(&["discover"]);
    let id = world.candidate("https://www.meetup.com/crab-graz")["id"].clone();
    let id = id.as_str().unwrap();
    let (code, out, _) = world.run(&["discover", "ignore", &id[..4], "--reason", "a company"]);
    assert_eq!((code, out.contains("is now ignored")), (0, true), "{out}");
    let (_, out, _) = world.at("2026-09-24T09:00:00Z", &["discover", "list"]);
    assert!(!out.contains("meetup.com/crab-graz\n"), "{out}");
    let graz = world.candidate("https://www.meetup.com/crab-graz");
    assert_eq!(graz["state"], "ignored");
    let (code, out, _) = world.run(&["discover", "ignore", id, "--undo"]);
    assert_eq!(
        (code, out.contains("is a candidate again")),
        (0, true),
        "{out}"
    );
    assert!(
        world
            .run(&["discover"])
            .1
            .contains("meetup.com/crab-graz\n")
    );
    let (code, _, err) = world.run(&["discover", "ignore", "zzzz"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no candidate \"zzzz\""), "{err}");
}

#[test]
fn the_report_of_an_update_counts_them_in_one_line() {
    let world = World::new();
    let draft = "Date: 2026-08-26\n\n## Upcoming Events\n\nRusty Events between 2026-08-26 - 2026-09-23 🦀\n\n## Jobs\n";
    fs::write(world.path().join("draft.md"), draft).unwrap();
    let (code, _, err) = world.run(&["update", "draft.md", "--refresh", "--report", "report.md"]);
    assert_eq!(code, 0, "{err}");
    let report = fs::read_to_string(world.path().join("report.md")).unwrap();
    let line = "2 groups and calendars that no source reads wait for a decision: `rusty-events discover` shows why.\n";
    assert!(report.contains(line), "{report}");
    let draft = fs::read_to_string(world.path().join("draft.md")).unwrap();
    assert!(!draft.contains("rust-maribor"), "{draft}");
}

#[test]
fn the_page_shows_them_to_editors_alone() {
    let world = World::new();
    let all = [
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        NOW,
    ];
    let run = |arguments: &[&str]| program_in(world.path(), &[&all[..], arguments].concat());
    assert_eq!(run(&["refresh"]).code, 0);
    assert_eq!(run(&["discover"]).code, 0);
    set_password(world.path(), "ann", PASSWORD);
    let World { folder, server } = world;
    let served = Served::in_folder(folder, "config", "127.0.0.1:0");
    let page = served.get("/discover").text();
    assert!(
        page.contains("for editors") && !page.contains("crab-graz"),
        "{page}"
    );
    let cookie = served.login();
    let with = [("Cookie", cookie.as_str()), ("Accept", "text/html")];
    let page = || served.get_with("/discover", &with);
    let shown = page();
    let text = shown.text();
    assert!(text.contains("holds 2 events in the calendar"), "{text}");
    assert!(text.contains("<code>rusty-events discover add "), "{text}");
    let (token, id) = (shown.hidden("token"), shown.hidden("candidate"));
    let post = |path: &str, token: &str, reason: &str| {
        let fields = [
            ("token", token),
            ("candidate", id.as_str()),
            ("reason", reason),
            ("back", "/discover"),
        ];
        served.post(path, Some(&cookie), &fields).status
    };
    assert_eq!(post("/discover/ignore", "wrong", ""), 403);
    assert_eq!(post("/discover/ignore", &token, "a <b>company"), 303);
    let text = page().text();
    assert!(
        text.contains("by ann on 2024-11-06: a &lt;b&gt;company"),
        "{text}"
    );
    assert_eq!(post("/discover/again", &token, ""), 303);
    assert!(!page().text().contains("by ann"), "{text}");
    drop(server);
}

#[test]
fn a_word_of_the_topic_is_a_whole_word() {
    let topic = Topic::of(&["rust"]);
    for text in ["Rust Graz", "EuroRust", "rust-lang.org/x", "Embedded RUST!"] {
        assert!(topic.is_named_in(text), "{text}");
    }
    for text in ["Trust circle", "Rustic furniture", "Crust", ""] {
        assert!(!topic.is_named_in(text), "{text}");
    }
}
