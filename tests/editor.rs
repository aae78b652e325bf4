//! An editor's decisions, and the question why, by the real program on the sample set-up.

use crate::{Ran, program_in};
use rusty_events::store::Store;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// The Wednesday of the sample's issue, in the morning.
const NOW: &str = "2024-11-06T09:00:00Z";

/// A meetup of the sample.
const SEOUL: &str = "https://www.meetup.com/rust-seoul-meetup/events/304590280/";

/// One of the same group's region, at another time.
const JOHANNESBURG: &str = "https://www.meetup.com/johannesburg-rust-meetup/events/304649358/";

struct Desk(TempDir);

impl Desk {
    /// A desk with the sample read into its database.
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        assert_eq!(desk.run(&["refresh"]).code, 0);
        desk
    }

    fn at(&self, now: &str, arguments: &[&str]) -> Ran {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
        let sample = sample.display().to_string();
        self.with(&sample, now, arguments)
    }

    fn with(&self, config: &str, now: &str, arguments: &[&str]) -> Ran {
        let mut all = vec!["--config", config, "--database", "events.db", "--now", now];
        all.extend(arguments);
        program_in(self.0.path(), &all)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.at(NOW, arguments)
    }

    fn section(&self) -> String {
        self.run(&["section"]).out
    }

    /// Decides, and expects it to be recorded.
    fn decide(&self, arguments: &[&str]) -> String {
        let mut all = vec!["decide"];
        all.extend(arguments);
        all.extend(["--reason", "because", "--by", "Ann"]);
        let ran = self.run(&all);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        ran.err
    }

    fn why(&self, question: &str) -> Value {
        let ran = self.run(&["why", question, "--json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    }
}

fn reasons(why: &Value) -> String {
    why["next"]["reasons"].to_string()
}

#[test]
fn a_decision_waits_until_a_running_believer_is_done() {
    let desk = Desk::new();
    let store = Store::open(&desk.0.path().join("events.db")).unwrap();
    let lock = store.lock_believing().unwrap();
    std::thread::scope(|scope| {
        let decided = scope.spawn(|| desk.decide(&["hide", SEOUL]));
        std::thread::sleep(Duration::from_millis(1_500));
        assert!(!decided.is_finished(), "it did not wait");
        assert!(desk.section().contains(SEOUL));
        drop(lock);
        decided.join().unwrap();
    });
    assert!(!desk.section().contains(SEOUL));
}

#[test]
fn a_hidden_event_is_not_printed_until_the_decision_is_taken_back_and_no_refresh_brings_it_back() {
    let desk = Desk::new();
    let before = desk.section();
    assert!(before.contains(SEOUL));
    let said = desk.decide(&["hide", SEOUL]);
    assert!(said.contains("decision 1: hide from section"), "{said}");
    let hidden = desk.section();
    assert!(!hidden.contains(SEOUL));
    assert_eq!(
        hidden.lines().count(),
        before.lines().count() - 2,
        "and nothing else"
    );
    desk.run(&["refresh"]);
    assert_eq!(desk.section(), hidden);
    assert!(
        reasons(&desk.why(SEOUL)).contains("hidden by Ann on 2024-11-06: because (decision 1)")
    );

    let again = desk.decide(&["hide", SEOUL]);
    assert!(
        again.contains("nothing to do: Ann decided so already (1)"),
        "{again}"
    );

    assert_eq!(desk.run(&["decide", "undo", "1", "--by", "Bo"]).code, 0);
    assert_eq!(desk.section(), before);
    let list = desk.run(&["decide", "list", "--all"]).out;
    assert!(list.contains("taken back 2024-11-06 09:00 by Bo"), "{list}");
    assert!(!desk.run(&["decide", "list"]).out.contains("hide"));
    let twice = desk.run(&["decide", "undo", "1"]);
    assert!(twice.err.contains("nothing to do"), "{}", twice.err);
    assert_eq!(desk.run(&["decide", "undo", "77"]).code, 1);
}

#[test]
fn an_edit_counts_in_print_and_the_sources_word_is_shown_beside_it() {
    let desk = Desk::new();
    desk.decide(&[
        "edit",
        "title=Seoul: a *new* title",
        "place=Busan, KR",
        "start=2024-11-22",
        SEOUL,
    ]);
    let section = desk.section();
    let row = section
        .lines()
        .position(|line| line.starts_with("* 2024-11-22 | Busan, KR |"));
    let row = row.unwrap_or_else(|| panic!("{section}"));
    let title = section.lines().nth(row + 1).unwrap();
    assert!(title.contains(r"[**Seoul: a \*new\* title**]"), "{title}");
    assert!(title.contains(SEOUL), "its page is the same: {title}");
    let why = desk.why(SEOUL);
    assert_eq!(why["event"]["place"]["city"], "Busan");
    assert!(
        why["seen"][0]["says"]
            .as_str()
            .unwrap()
            .contains("Seoul, KR"),
        "{why:#}"
    );
    assert_eq!(
        why["conflicts"],
        Value::Array(Vec::new()),
        "the source has not moved on"
    );
}

#[test]
fn cancel_postpone_and_print_until() {
    let desk = Desk::new();
    desk.decide(&["cancel", SEOUL]);
    assert!(!desk.section().contains(SEOUL));
    assert!(reasons(&desk.why(SEOUL)).contains("cancelled by Ann on 2024-11-06: because"));
    desk.decide(&["postpone", JOHANNESBURG]);
    assert!(!desk.section().contains(JOHANNESBURG));

    // An event beyond the window: `why` names its first issue, and print --until brings it in.
    let far = "https://rustnl.org/";
    let unknown = desk.run(&[
        "decide",
        "print",
        "--until",
        "2024-11-27",
        far,
        "--reason",
        "r",
    ]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown.err.contains("no event is known as"),
        "{}",
        unknown.err
    );
    let early = |arguments: &[&str]| desk.at("2024-10-16T09:00:00Z", arguments);
    let id = desk.why(JOHANNESBURG)["event"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let tlv = "https://www.meetup.com/rust-tlv/events/304477163/";
    let why = early(&["why", tlv]).out;
    assert!(
        why.contains("15 days after the window of 2024-10-16 to 2024-11-13"),
        "{why}"
    );
    assert!(
        why.contains("the issue of 2024-11-06 is the first that prints it"),
        "{why}"
    );
    assert!(!early(&["section"]).out.contains(tlv));
    let print = ["decide", "print", "--until", "2024-10-23", tlv];
    let decided = early(&[&print[..], &["--reason", "because"]].concat());
    assert_eq!(decided.code, 0, "{}", decided.err);
    assert!(early(&["section"]).out.contains(tlv));
    assert!(
        !desk
            .at("2024-10-30T09:00:00Z", &["section"])
            .out
            .contains(tlv)
    );
    assert_eq!(id.len(), 16);
}

#[test]
fn merge_and_split_are_the_editors_last_word() {
    let desk = Desk::new();
    let rows = |section: &str| {
        section
            .lines()
            .filter(|line| line.starts_with("* "))
            .count()
    };
    let before = desk.section();
    desk.decide(&["merge", SEOUL, JOHANNESBURG]);
    let merged = desk.section();
    assert_eq!(rows(&merged), rows(&before) - 1);
    let one = desk.why(SEOUL);
    let other = desk.why(JOHANNESBURG);
    assert_eq!(
        one["event"]["id"], other["event"]["id"],
        "either link leads to it"
    );
    assert_eq!(one["merged"][0]["rule"], "ruled-together");
    desk.decide(&["split", JOHANNESBURG]);
    assert_eq!(desk.section(), before);

    // A mirror that a rule joins: split, and it is two rows, whatever the rules say.
    let mirror = "https://www.meetup.com/rust-berlin/events/298633272/";
    let joined = desk.why(mirror);
    assert!(
        !joined["merged"].as_array().unwrap().is_empty(),
        "{joined:#}"
    );
    desk.decide(&["split", mirror]);
    desk.run(&["refresh"]);
    assert_eq!(rows(&desk.section()), rows(&before) + 1);
}

#[test]
fn decisions_are_exported_as_a_file_that_decides_the_same_and_counts_once() {
    let desk = Desk::new();
    desk.decide(&["hide", SEOUL]);
    desk.decide(&["edit", "title=Another title", JOHANNESBURG]);
    let decided = desk.section();
    let exported = desk.run(&["decide", "export"]).out;
    assert!(
        exported.contains(&format!("event = \"{SEOUL}\"")),
        "{exported}"
    );

    let config = desk.0.path().join("config");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/sample");
    copy(&sample, &config);
    fs::create_dir(config.join("decisions")).unwrap();
    fs::write(config.join("decisions/2024-11.toml"), &exported).unwrap();
    let config = config.display().to_string();
    let list = desk.with(&config, NOW, &["decide", "list"]).out;
    assert_eq!(
        list.matches("Another title").count(),
        2 + 2,
        "the file and the database: {list}"
    );
    // In force they are one: undoing the one in the database says that the file rules so still.
    let undone = desk.with(&config, NOW, &["decide", "undo", "1"]);
    assert!(undone.err.contains("2024-11.toml"), "{}", undone.err);
    assert!(!desk.with(&config, NOW, &["section"]).out.contains(SEOUL));

    // A database made anew gives the same events the same ids, and the file decides on them.
    fs::remove_file(desk.0.path().join("events.db")).unwrap();
    desk.with(&config, NOW, &["refresh"]);
    assert_eq!(desk.with(&config, NOW, &["section"]).out, decided);
}

#[test]
fn what_cannot_be_ruled_is_refused_with_what_can() {
    let desk = Desk::new();
    let refused = |arguments: &[&str]| {
        let mut all = vec!["decide"];
        all.extend(arguments);
        let ran = desk.run(&all);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        ran.err
    };
    assert!(
        refused(&["edit", "titel=x", SEOUL, "--reason", "r"])
            .contains("there is no field \"titel\"")
    );
    assert!(refused(&["edit", "start=soon", SEOUL, "--reason", "r"]).contains("2026-09-08T19:00"));
    assert!(refused(&["edit", "title=a", "title=b", SEOUL, "--reason", "r"]).contains("twice"));
    assert!(refused(&["hide", SEOUL, "--reason", "  "]).contains("--reason is empty"));
    assert!(refused(&["merge", SEOUL, SEOUL, "--reason", "r"]).contains("with itself"));
    assert!(refused(&["hide", SEOUL]).contains("--reason"));
    assert!(
        desk.run(&["decide", "list"]).out.is_empty(),
        "nothing was recorded"
    );
}

#[test]
fn an_id_is_named_by_its_first_digits() {
    let desk = Desk::new();
    let id = desk.why(SEOUL)["event"]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.why(&id[..8])["event"]["id"], id.as_str());
    desk.decide(&["hide", &id[..6]]);
    assert!(!desk.section().contains(SEOUL));
}

#[test]
fn why_tells_of_groups_of_entries_that_are_not_believed_and_of_what_is_unknown() {
    let desk = Desk::new();
    let group = desk.why("https://www.meetup.com/rust-seoul-meetup");
    assert_eq!(group["kind"], "group");
    assert!(!group["events"].as_array().unwrap().is_empty(), "{group:#}");

    let missing = desk.run(&["why", "https://www.meetup.com/rust-seoul-meetup/events/1/"]);
    assert_eq!(missing.code, 0);
    assert!(
        missing
            .out
            .contains("No source lists https://www.meetup.com/rust-seoul-meetup/events/1/"),
        "{}",
        missing.out
    );
    assert!(missing.out.contains("event add"), "{}", missing.out);

    let unknown = desk.run(&["why", "https://www.meetup.com/no-such-group/events/1/"]);
    assert_eq!(unknown.code, 1);
    assert!(
        unknown
            .out
            .contains("source add https://www.meetup.com/no-such-group"),
        "{}",
        unknown.out
    );

    let nothing = desk.run(&["why", "zzz qqq"]);
    assert_eq!(nothing.code, 1);
    assert!(
        nothing.out.contains("nothing is known of \"zzz qqq\""),
        "{}",
        nothing.out
    );

    let several = desk.why("hack");
    assert_eq!(several["kind"], "several", "{several:#}");
    let said = desk.run(&["why", SEOUL]).out;
    assert!(
        said.contains("In the issue of 2024-11-06, under Asia:"),
        "{said}"
    );
    assert!(
        said.contains("the issue's day began 2024-11-06 00:00 (America/Los_Angeles): what is read from now on is sure to count for the issue of 2024-11-13"),
        "{said}"
    );
    assert!(said.contains("first 2024-11-06 09:00"), "{said}");
}

#[test]
fn a_section_as_of_a_time_knows_only_what_was_said_and_decided_by_then() {
    let desk = Desk::new();
    let first = desk.section();
    let later = "2024-11-06T12:00:00Z";
    let ran = desk.at(later, &["decide", "hide", SEOUL, "--reason", "r"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_ne!(desk.section(), first);
    let as_of = |time: &str| {
        desk.at(
            "2024-11-07T09:00:00Z",
            &["section", "--issue", "2024-11-06", "--as-of", time],
        )
        .out
    };
    assert_eq!(as_of("2024-11-06T10:00:00Z"), first);
    assert_eq!(as_of(later), desk.section());
    let before = as_of("2024-11-06T08:59:59Z");
    assert!(!before.contains("* 2024"), "nothing was said yet: {before}");
}

#[test]
fn an_old_link_and_a_decision_on_it_lead_to_the_event_under_its_new_id() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    let source = "[[source]]\nid = \"club\"\nurl = \"club.ics\"\nplatform = \"ics\"\norganiser = \"Club\"\nplace = \"Berlin, DE\"\nmode = \"in-person\"\n";
    fs::write(config.join("sources/club.toml"), source).unwrap();
    let calendar = |uid: &str, page: &str| {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//club//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260301T000000Z\r\nDTSTART;TZID=Europe/Berlin:20260310T190000\r\nSUMMARY:Club night\r\nURL:{page}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        fs::write(config.join("club.ics"), text).unwrap();
    };
    let run = |now: &str, arguments: &[&str]| {
        let mut all = vec!["--config", "config", "--database", "e.db", "--now", now];
        all.extend(arguments);
        let ran = program_in(folder.path(), &all);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        ran.out
    };
    let why = |now: &str, link: &str| -> Value {
        serde_json::from_str(&run(now, &["why", link, "--json"])).unwrap()
    };
    let (old, new) = ("https://club.example/e/a/", "https://club.example/e/b/");
    calendar("series-7", old);
    run("2026-03-02T06:00:00Z", &["refresh"]);
    let first = why("2026-03-02T06:00:00Z", old);
    run(
        "2026-03-02T07:00:00Z",
        &["decide", "edit", "title=Decided", old, "--reason", "r"],
    );
    calendar("12345", new);
    run("2026-03-03T06:00:00Z", &["refresh"]);
    for link in [old, new] {
        let after = why("2026-03-03T06:00:00Z", link);
        assert_eq!(after["event"]["id"], first["event"]["id"], "{link}");
        assert_eq!(after["event"]["title"], "Decided");
        assert_eq!(after["event"]["links"][0]["url"], new);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn decisions_at_once_and_beside_a_refresh_all_take_effect() {
    let desk = Desk::new();
    let links: Vec<String> = desk
        .section()
        .lines()
        .filter_map(|line| line.strip_prefix("    * [**"))
        .filter_map(|line| Some(line.rsplit_once("](")?.1.trim_end_matches(')').to_owned()))
        .filter(|link| link.contains("/events/"))
        .collect();
    assert!(links.len() >= 12, "{links:?}");
    // As long as a refresh waits for the network, it holds this lock.
    let store = rusty_events::store::Store::open(&desk.0.path().join("events.db")).unwrap();
    let refreshing = store.lock_refresh().unwrap();
    std::thread::scope(|scope| {
        for link in &links {
            let desk = &desk;
            scope.spawn(move || desk.decide(&["hide", link]));
        }
    });
    let section = desk.section();
    for link in &links {
        assert!(
            !section.contains(&format!("({link})")),
            "{link} is printed still"
        );
    }
    drop(refreshing);
}

#[test]
fn two_that_are_one_event_already_are_not_merged_again() {
    let desk = Desk::new();
    desk.decide(&["merge", SEOUL, JOHANNESBURG]);
    let again = [
        "decide",
        "merge",
        JOHANNESBURG,
        SEOUL,
        "--reason",
        "because",
    ];
    let again = desk.run(&again);
    assert_eq!(again.code, 2, "{}", again.err);
    assert!(
        again.err.contains("published as one event already"),
        "{}",
        again.err
    );
    let long = "x".repeat(501);
    let long = desk.run(&["decide", "hide", SEOUL, "--reason", &long]);
    assert_eq!(long.code, 2);
    assert!(
        long.err.contains("501 characters; write at most 500"),
        "{}",
        long.err
    );
}

#[test]
fn a_page_that_only_a_printed_issue_has_leads_to_the_event_of_its_row() {
    let desk = Desk::new();
    let mirror = "https://mirror.example/seoul";
    let text = format!(
        "Date: 2024-10-30\n\n## Upcoming Events\n\n### Asia\n* 2024-11-21 | Seoul, KR | [Seoul Rust](https://www.meetup.com/rust-seoul-meetup)\n    * [**Seoul Rust Meetup**]({SEOUL}) | [**Mirror**]({mirror})\n* 2024-11-20 | Busan, KR | [Busan Rust](https://busan.example/)\n    * [**Talks**](https://busan.example/talks)\n"
    );
    fs::write(desk.0.path().join("2024-10-30-issue.md"), text).unwrap();
    let learned = desk.run(&["learn", "2024-10-30-issue.md"]);
    assert_eq!(learned.code, 0, "{}", learned.err);
    assert!(
        learned.err.contains("1 issue learned, 0 known already"),
        "{}",
        learned.err
    );
    let known = desk.why(SEOUL)["event"]["id"].clone();
    let through = desk.why("mirror.example/seoul");
    assert_eq!(through["event"]["id"], known, "{through:#}");
    desk.decide(&["hide", mirror]);
    assert!(!desk.section().contains(SEOUL));

    // A row that stands for no event is shown, and nothing can be decided on it.
    let printed = desk.run(&["why", "https://busan.example/talks"]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    assert!(
        printed
            .out
            .contains("printed in the issue of 2024-10-30, under Asia: * 2024-11-20 | Busan, KR"),
        "{}",
        printed.out
    );
    let hide = [
        "decide",
        "hide",
        "https://busan.example/talks",
        "--reason",
        "r",
    ];
    assert_eq!(desk.run(&hide).code, 1);
}

#[test]
fn words_that_may_mean_several_events_list_the_next_ones_first() {
    let desk = Desk::new();
    let at = "2024-11-13T09:00:00Z";
    let ids = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("  "));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    let why = desk.at(at, &["why", "hack"]);
    let refused = desk.at(at, &["decide", "hide", "hack", "--reason", "r"]);
    assert_eq!(refused.code, 1, "words alone decide nothing");
    assert!(
        refused.err.contains("\"hack\" may mean "),
        "{}",
        refused.err
    );
    assert_eq!(ids(&refused.err), ids(&why.out));
    let days: Vec<String> = ids(&why.out)
        .iter()
        .map(|line| line.split(' ').nth(1).unwrap().to_owned())
        .collect();
    let (coming, over): (Vec<&String>, Vec<&String>) =
        days.iter().partition(|day| day.as_str() >= "2024-11-13");
    assert!(coming.len() > 1 && !over.is_empty(), "{days:?}");
    assert!(coming.is_sorted(), "the next one is the first: {days:?}");
    assert_eq!(
        days[..coming.len()],
        coming.into_iter().cloned().collect::<Vec<_>>()[..]
    );
    assert!(
        over.iter().rev().is_sorted(),
        "the latest of those that are over: {days:?}"
    );
}
