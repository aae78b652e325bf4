//! Filters that are written as addresses: they ask for what the page or feed of that address shows.

use super::{ZULIP, desk, run, write_events};
use crate::loopback::{self, Answer};
use std::fs;
use std::path::Path;

#[test]
fn a_filter_may_be_the_address_of_any_page_or_feed() {
    let world = loopback::start();
    let page = "https://events.example.org/in/koln?utm_source=mail#next";
    let folder = desk(
        &world,
        &ZULIP.replace("https://events.example.org/events.ics?near=Bonn", page),
    );
    let folder = folder.path();
    write_events(folder, &[("a", 10, "Hack Night", "")]);
    assert_eq!(run(folder, "2026-09-01T08:00:00Z", &["refresh"]).code, 0);
    let digest = |more: &[&str]| {
        let command = ["digest", "--from", "events@example.org"];
        run(
            folder,
            "2026-09-01T09:00:00Z",
            &[&command[..], more].concat(),
        )
    };
    let of_group = rusty_events::believe::directory::address("Rust Köln");
    for (address, expected) in [
        ("/", 0),
        ("https://events.example.org", 0),
        ("/?near=Bonn&utm_source=mail&utm_medium=x#next", 0),
        ("/page/2?near=Tokyo", 1),
        ("/feeds/all.ics", 0),
        ("/feeds/europe.ics?cancelled=mark", 0),
        ("webcal://events.example.org/feeds/asia.ics", 1),
        ("/feeds/country/de.ics", 0),
        ("events.example.org/feeds/country/fr.ics", 1),
        (&format!("/feeds/organiser/{of_group}.ics"), 0),
        (&format!("/organisers/{of_group}/"), 0),
        ("/in/cologne", 0),
        ("/in/K%C3%B6ln", 0),
        ("/in/berlin", 1),
        ("/events.json?near=Bonn&limit=5&after=1.x", 0),
        ("/events.atom?near=Bonn&sort=soon", 0),
        ("/embed?near=Bonn&limit=3", 0),
        ("/follow?near=Bonn", 0),
        // That page holds what matches one of its keys, whatever its address says.
        (&format!("/follow?organiser={of_group}&near=Tokyo"), 0),
        (
            &format!("/follow?match=all&organiser={of_group}&near=Tokyo"),
            0,
        ),
        ("/follow?near=Tokyo&q=nothing", 1),
        (&format!("/?organiser={of_group}&near=Tokyo"), 1),
        ("/?near=Bonn&lang=de", 0),
        ("/in/cologne?lang=de", 0),
        ("/follow?lang=fr&near=Bonn", 0),
        ("/?to=2026-09-10", 0),
        ("/?to=2026-09-09", 1),
        ("from=2026-09-10", 0),
        ("from=2026-09-11", 1),
        ("?near=Bonn", 0),
        ("near=Bonn", 0),
        ("q=https://nowhere.example/", 1),
        ("q=what?", 1),
        ("", 0),
        ("/feeds/nowhere.ics", 2),
        ("/feeds/country/xx.ics", 2),
        ("/in/nowhereville-on-sea", 2),
        ("/groups", 2),
        ("/?nearby=Bonn", 2),
        ("nearby=Bonn", 2),
        ("Bonn", 2),
    ] {
        let ran = digest(&["--filter", address]);
        assert_eq!(ran.code, expected, "{address}: {}", ran.err);
    }
    // A distance without a place would be left out unseen.
    let ran = digest(&["--within", "50km"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--near"), "{}", ran.err);
    assert_eq!(
        digest(&["--within", "50km", "--filter", "/?near=Bonn"]).code,
        0
    );
    let ran = run(folder, "2026-09-01T09:00:00Z", &["notify", "--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// Gives the server an address in a folder of its host.
fn in_folder(folder: &Path) {
    let file = folder.join("config/service.toml");
    let text = fs::read_to_string(&file).unwrap();
    let named = text.replace(
        "url = \"https://events.example.org\"",
        "url = \"https://example.org/rust\"",
    );
    assert_ne!(named, text);
    fs::write(file, named).unwrap();
}

#[test]
fn a_site_may_stand_in_a_folder_of_its_host() {
    let world = loopback::start();
    let front = "https://example.org/rust/?near=Bonn";
    let channel = ZULIP.replace("https://events.example.org/events.ics?near=Bonn", front);
    let folder = desk(&world, &channel);
    let folder = folder.path();
    in_folder(folder);
    write_events(folder, &[("a", 10, "Hack Night", "")]);
    let now = "2026-09-01T08:00:00Z";
    assert_eq!(run(folder, now, &["refresh"]).code, 0);
    for (address, expected) in [
        (front, 0),
        ("https://example.org/rust?near=Bonn", 0),
        ("example.org/rust/?near=Tokyo", 1),
        ("/rust/?near=Bonn", 0),
        ("/?near=Bonn", 0),
        ("https://example.org/rust/in/cologne", 0),
        ("https://example.org/rust/feeds/asia.ics", 1),
        ("https://example.org/rusty/?near=Bonn", 2),
        ("https://example.org/rust/groups", 2),
    ] {
        let command = ["digest", "--from", "x@example.org", "--filter", address];
        let ran = run(folder, now, &command);
        assert_eq!(ran.code, expected, "{address}: {}", ran.err);
    }
    let ran = run(folder, now, &["notify", "--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn a_chat_hears_what_the_page_of_its_filter_shows() {
    let world = loopback::start();
    world.serve("/secret-hook", Answer::ok("text/plain", "ok"));
    let group = rusty_events::believe::directory::address("Rust Köln");
    let page = format!("/follow?organiser={group}&near=Tokyo&to=2026-09-15&lang=de");
    let channel = ZULIP.replace("https://events.example.org/events.ics?near=Bonn", &page);
    let folder = desk(&world, &channel);
    let folder = folder.path();
    let tell = |now: &str| {
        for command in ["refresh", "notify"] {
            let ran = run(folder, now, &[command]);
            assert_eq!(ran.code, 0, "{}", ran.err);
        }
    };
    write_events(folder, &[("a", 10, "Old news", "")]);
    tell("2026-08-01T08:00:00Z");
    write_events(
        folder,
        &[
            ("a", 10, "Old news", ""),
            ("b", 15, "Workshop", ""),
            ("c", 16, "Too late", ""),
        ],
    );
    tell("2026-08-02T08:00:00Z");
    // A chat that heard of an event still hears of it when the event leaves the days of the filter.
    write_events(
        folder,
        &[
            ("a", 10, "Old news", ""),
            ("b", 17, "Workshop", ""),
            ("c", 18, "Too late", ""),
        ],
    );
    tell("2026-08-03T08:00:00Z");
    let asked = world.asked("/secret-hook");
    let bodies: Vec<_> = (asked.iter())
        .map(|asked| String::from_utf8_lossy(&asked.body).into_owned())
        .collect();
    let [new, moved] = &bodies[..] else {
        panic!("{bodies:?}");
    };
    assert!(new.contains("*New:*") && new.contains("Workshop"), "{new}");
    assert!(moved.contains("*Moved:*"), "{moved}");
    assert!(!bodies.concat().contains("Too late"), "{bodies:?}");
}
