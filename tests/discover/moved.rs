//! Groups that have moved: what says so, and what only seems to.

use super::{TOWN, World, evidence, feed, found};
use serde_json::Value;

const LINZ: &str = "https://www.meetup.com/rust-linz/";

/// The feed of the group in Linz is gone, and its page says where the group went.
fn linz_has_moved(world: &World) {
    world.gone("/crab-linz.example/events.ics");
    world.serve(
        "/crab-linz.example/",
        "text/html",
        &format!("<p>We have moved to <a href=\"{LINZ}\">Meetup</a>.</p>"),
    );
    for now in ["2026-08-25T09:00:00Z", "2026-08-26T09:00:00Z"] {
        world.at(now, &["refresh"]);
    }
}

/// The group's new page lists events, and a search finds it under a name that no source has.
fn linz_is_found(world: &World) {
    world.serve_search(1, &found(&[("Rust Linz", LINZ, "Town planning")]));
    world.serve_search(2, &found(&[]));
    world.serve(
        "/www.meetup.com/rust-linz/events/ical/",
        "text/calendar",
        &feed("rust-linz", &["Pinning evening", "Lifetimes evening"]),
    );
}

fn replaces_the_old_source(candidate: &Value) -> bool {
    let entry = candidate["entry"].as_str().unwrap();
    entry.contains("replaces = [{ url = \"https://crab-linz.example/events.ics\"")
}

#[test]
fn a_group_that_says_where_it_went_is_a_candidate_that_replaces_its_source() {
    let world = World::new();
    assert_eq!(world.run(&["refresh"]).0, 0);
    world.gone("/crab-linz.example/events.ics");
    world.serve(
        "/crab-linz.example/",
        "text/html",
        "<html><body><h1>Crab Linz</h1><p>See you! We have moved to <a href=\"https://www.meetup.com/rust-linz/\">Meetup</a>.</p>\
         <p>Our <a href=\"https://www.meetup.com/unrelated/\">friends</a></p></body></html>",
    );
    world.serve(
        "/www.meetup.com/rust-linz/events/ical/",
        "text/calendar",
        &feed(
            "rust-linz",
            &["Traits evening", "Macros evening", "Pinning evening"],
        ),
    );
    for now in ["2026-08-25T09:00:00Z", "2026-08-26T09:00:00Z"] {
        world.at(now, &["refresh"]);
    }
    let (code, out, err) = world.at("2026-08-26T09:00:00Z", &["discover", "--refresh", "--json"]);
    assert_eq!(code, 3, "the searches do not answer: {err}");
    let all: Value = serde_json::from_str(&out).unwrap();
    let all = all["candidates"].as_array().unwrap();
    let linz = all
        .iter()
        .find(|of| of["page"] == "https://www.meetup.com/rust-linz");
    let linz = linz.unwrap_or_else(|| panic!("{out}"));
    assert_eq!(
        evidence(linz, "moved"),
        "its page says \"See you! We have moved to Meetup.\" (ics/crab-linz.example)"
    );
    assert_eq!(
        linz["events"].as_array().unwrap().len(),
        3,
        "it was looked at"
    );
    let entry = linz["entry"].as_str().unwrap();
    assert!(
        entry.contains(
            "replaces = [{ url = \"https://crab-linz.example/events.ics\", from = \"2026-09-02\" }]"
        ),
        "{entry}"
    );
    assert!(!out.contains("meetup.com/unrelated"), "{out}");
}

#[test]
fn the_same_events_elsewhere_mean_moved_or_announced_twice() {
    let world = World::new();
    let group = "https://www.meetup.com/crab-upper-austria/";
    world.serve_search(
        1,
        &found(&[
            ("Upper Austria", group, "Town planning"),
            ("Upper Austria", group, "Traits evening"),
            ("Upper Austria", group, "Macros evening"),
        ]),
    );
    world.serve_search(2, &found(&[]));
    // The events stand there on the days of the group's own feed.
    let text =
        feed("crab-linz", &["Traits evening", "Macros evening"]).replace("20260909T", "20260903T");
    world.serve("/crab-linz.example/events.ics", "text/calendar", &text);
    assert_eq!(world.run(&["refresh"]).0, 0);
    world.run(&["discover", "--refresh"]);
    let twice = world.candidate("https://www.meetup.com/crab-upper-austria");
    assert_eq!(
        evidence(&twice, "twice"),
        "2 events of it stand in ics/crab-linz.example with the same day and title, and ics/crab-linz.example is read well"
    );
    assert_eq!(twice["about_the_topic"], false);
}

#[test]
fn the_entry_replaces_the_source_that_the_group_left_whatever_its_new_name_is() {
    let world = World::new();
    assert_eq!(world.run(&["refresh"]).0, 0);
    linz_has_moved(&world);
    linz_is_found(&world);
    let (_, _, err) = world.at("2026-08-26T09:00:00Z", &["discover", "--refresh"]);
    let linz = world.candidate("https://www.meetup.com/rust-linz");
    assert_eq!(linz["name"], "Rust Linz");
    assert_eq!(
        linz["events"].as_array().unwrap().len(),
        3,
        "it was looked at: {err}"
    );
    assert!(replaces_the_old_source(&linz), "{linz:#}");
}

#[test]
fn a_candidate_that_turns_out_to_be_a_moved_group_is_looked_at_again() {
    let world = World::new();
    assert_eq!(world.run(&["refresh"]).0, 0);
    linz_is_found(&world);
    world.run(&["discover", "--refresh"]);
    let linz = || world.candidate("https://www.meetup.com/rust-linz");
    assert_eq!(linz()["events"].as_array().unwrap().len(), 3);
    assert!(!replaces_the_old_source(&linz()), "{:#}", linz());
    linz_has_moved(&world);
    let looks = |now: &str| {
        let before = world.server.requests().len();
        world.at(now, &["discover", "--refresh"]);
        let asked = world.asked_since(before);
        asked
            .iter()
            .filter(|path| path.contains("rust-linz"))
            .count()
    };
    assert_eq!(looks("2026-08-26T09:00:00Z"), 1);
    assert!(replaces_the_old_source(&linz()), "{:#}", linz());
    assert_eq!(looks("2026-08-27T09:00:00Z"), 0);
}

#[test]
fn a_notice_in_a_calendar_of_many_groups_does_not_replace_the_calendar() {
    let world = World::new();
    let friends = "With our friends of https://www.meetup.com/rust-maribor/ and https://www.meetup.com/garden-club/";
    let town = TOWN.replace(friends, &format!("We have moved to {LINZ}"));
    world.serve("/town.example/all.ics", "text/calendar", &town);
    assert_eq!(world.run(&["refresh"]).0, 0);
    world.run(&["discover"]);
    let linz = world.candidate("https://www.meetup.com/rust-linz");
    assert_eq!(
        evidence(&linz, "linked"),
        "its event \"Rust lifetimes\" says \"We have moved to https://www.meetup.com/rust-linz/\" (ics/town.example/all)"
    );
    assert_eq!(linz["evidence"].as_array().unwrap().len(), 1);
    assert!(
        !linz["entry"].as_str().unwrap().contains("replaces"),
        "{linz:#}"
    );
}

#[test]
fn a_profile_or_a_hall_is_no_new_home() {
    let world = World::new();
    let said = "DESCRIPTION:Find us on https://social.example/linz\\nWe have moved to https://hall.example/\\nWe have moved to https://www.meetup.com/rust-linz/\r\nDTSTART";
    let text = feed("crab-linz", &["Traits evening"]).replacen("DTSTART", said, 1);
    world.serve("/crab-linz.example/events.ics", "text/calendar", &text);
    world.serve(
        "/crab-linz.example/",
        "text/html",
        "<p>Find us on <a href=\"https://code.example/linz\">the forge</a></p>\
         <p>Our new home: <a href=\"https://mill.example/\">the mill</a></p>",
    );
    assert_eq!(world.run(&["refresh"]).0, 0);
    // Nothing is to come any more, so the page is read for a notice.
    let before = world.server.requests().len();
    world.at("2026-09-20T09:00:00Z", &["discover", "--refresh"]);
    let asked = world.asked_since(before);
    assert!(
        asked.contains(&"/crab-linz.example/".to_owned()),
        "{asked:?}"
    );
    let all = Value::from(world.candidates()).to_string();
    for no_home in [
        "social.example",
        "hall.example",
        "code.example",
        "mill.example",
    ] {
        assert!(
            !all.contains(&format!("\"https://{no_home}")),
            "{no_home}: {all}"
        );
    }
    let linz = world.candidate("https://www.meetup.com/rust-linz");
    assert!(replaces_the_old_source(&linz), "{linz:#}");
}

#[test]
fn a_notice_that_could_not_be_kept_is_read_again() {
    let world = World::new();
    assert_eq!(world.run(&["refresh"]).0, 0);
    linz_has_moved(&world);
    world.fails_to_keep("rust-linz", || {
        world.at("2026-08-26T09:00:00Z", &["discover", "--refresh"])
    });
    world.at("2026-08-26T10:00:00Z", &["discover", "--refresh"]);
    let linz = world.candidate("https://www.meetup.com/rust-linz");
    assert!(replaces_the_old_source(&linz), "{linz:#}");
}
