//! Real feeds, pages and answers, served as the sources of one configuration: the walk of the real
//! program over all of them, with sources among them that fail, hang and lie.

use crate::loopback::{Answer, Server, start};
use crate::payloads::{Fact, facts};
use crate::{Ran, corpus, program_in};
use rusty_events::facts::place::{Place, parse_location};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const NOW: &str = "2026-02-20T06:00:00Z";
const FROM: &str = "2026-02-20";
const TO: &str = "2026-12-31";

/// Serves a file as a platform would; answers the source's entry, or nothing if no such source exists.
fn serve(server: &Server, folder: &Path, number: usize, fact: &Fact<'_>) -> Option<String> {
    let path = fact.text("path").unwrap();
    let body = fs::read(folder.join("payloads").join(path)).unwrap();
    let (url, served, kind) = match fact.text("reader").unwrap() {
        "meetup" if path.ends_with(".ics") => (
            format!("https://www.meetup.com/group-{number}/"),
            format!("/www.meetup.com/group-{number}/events/ical/"),
            "text/calendar; charset=utf-8",
        ),
        "luma" if path.contains("get-items") => {
            // The calendar's own id, or all its events would be somebody else's.
            let text = String::from_utf8_lossy(&body);
            let id = text
                .split("\"calendar_api_id\":")
                .nth(1)
                .and_then(|rest| rest.split('"').nth(1));
            let id = id.map_or_else(|| format!("cal-{number}"), str::to_owned);
            (
                format!("https://luma.com/calendar/{id}"),
                format!(
                    "/api.lu.ma/calendar/get-items?calendar_api_id={id}&period=future&pagination_limit=50"
                ),
                "application/json",
            )
        }
        "ics" => (
            format!("https://feeds.example.net/{number}.ics"),
            format!("/feeds/{number}.ics"),
            "text/calendar",
        ),
        "jsonld" => (
            format!("https://feeds.example.net/{number}.html"),
            format!("/feeds/{number}.html"),
            "text/html",
        ),
        _ => return None,
    };
    server.serve(&served, Answer::ok(kind, body));
    let mut entry = format!(
        "[[source]]\nid = \"source-{number}\"\nurl = \"{url}\"\norganiser = \"Group {number}\"\norganiser-url = \"https://groups.example.net/{number}\"\n"
    );
    // A home, so that an event without a place has one; where the facts name the place, the events do.
    let _ = writeln!(
        entry,
        "place = \"{}\"",
        fact.text("place").unwrap_or("Durham, NC, US")
    );
    if let Some(zone) = fact.text("zone") {
        let _ = writeln!(entry, "zone = \"{zone}\"");
    }
    Some(entry)
}

fn configure(folder: &Path, server: &Server, sources: &str) {
    fs::create_dir_all(folder.join("config/sources")).unwrap();
    let address = server.address();
    let service = format!(
        "stale-after = \"48h\"\n[fetch]\nper-host-interval = \"0s\"\nper-host-in-flight = 8\nevent-pages = 40\n[fetch.mirrors]\n\
         \"https://www.meetup.com\" = \"http://{address}/www.meetup.com\"\n\
         \"https://api.lu.ma\" = \"http://{address}/api.lu.ma\"\n\
         \"https://feeds.example.net\" = \"http://{address}/feeds\"\n"
    );
    fs::write(folder.join("config/service.toml"), service).unwrap();
    fs::write(folder.join("config/sources/all.toml"), sources).unwrap();
}

fn walked(server: &Server, sources: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), server, sources);
    let arguments = [
        "--now",
        NOW,
        "section",
        "--refresh",
        "--from",
        FROM,
        "--to",
        TO,
        "--format",
        "json",
    ];
    program_in(folder.path(), &arguments)
}

#[test]
fn real_sources_are_walked_and_bad_ones_harm_no_other() {
    let Some(folder) = corpus() else { return };
    let server = start();
    let mut entries = Vec::new();
    let mut stated = Vec::new();
    facts(|all| {
        for fact in all
            .iter()
            .filter(|fact| fact.flag("checkable") != Some(false))
        {
            if fact.text("outcome") != Some("events") {
                continue;
            }
            let Some(entry) = serve(&server, &folder, entries.len(), fact) else {
                continue;
            };
            let now = fact.text("now").unwrap_or_default();
            for event in fact.tables("first").iter().chain(&fact.tables("also")) {
                let (title, start) = (event.text("title"), event.text("start"));
                let (Some(title), Some(start)) = (title, start) else {
                    continue;
                };
                // Mind the clock of this walk: what the file's own clock would show, ours may not.
                let day = &start[..10];
                let called_off = event.text("status") == Some("cancelled")
                    || title.to_lowercase().starts_with("cancel");
                if (FROM..=TO).contains(&day)
                    && now >= "2026"
                    && !called_off
                    && fact.flag("lenient") != Some(true)
                {
                    let city = event.text("city").map(str::to_owned);
                    stated.push((entries.len(), title.to_owned(), day.to_owned(), city));
                }
            }
            entries.push(entry);
        }
    });
    let good = entries.concat();
    let alone = walked(&server, &good);
    assert_eq!(alone.code, 0, "{}", alone.err);

    server.serve("/feeds/fails.ics", Answer::status(500));
    server.serve("/feeds/hangs.ics", Answer::silent());
    server.serve(
        "/feeds/lies.ics",
        Answer::ok("text/html", "<html><title>Please sign in</title></html>"),
    );
    let bad: String = ["fails", "hangs", "lies"]
        .iter()
        .map(|name| format!("[[source]]\nid = \"{name}\"\nurl = \"https://feeds.example.net/{name}.ics\"\norganiser = \"{name}\"\n"))
        .collect();
    let together = walked(&server, &format!("{bad}{good}"));
    assert_eq!(together.code, 3, "{}", together.err);
    assert_eq!(together.out, alone.out, "the others are unaffected");
    for said in ["status 500", "hangs", "Please sign in"] {
        assert!(together.err.contains(said), "{said}: {}", together.err);
    }

    let section: Value = serde_json::from_str(&alone.out).unwrap();
    let rows: Vec<&Value> = section["regions"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|region| region["rows"].as_array().unwrap())
        .collect();
    let mut missing = Vec::new();
    let mut waiting = 0;
    for (number, title, day, city) in &stated {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let row = rows
            .iter()
            .find(|row| row["date"] == day.as_str() && row["links"][0]["title"] == title.as_str());
        match row {
            // Carried for somebody we do not know: shown to the editor, not printed.
            None if waits(&section, &title, day) => waiting += 1,
            None => missing.push(format!("source-{number}: {title:?} on {day}")),
            Some(row) => {
                let location = row["location"].as_str().unwrap();
                if let Some(city) = city.as_deref().filter(|city| !names(location, city)) {
                    missing.push(format!(
                        "source-{number}: {title:?} is printed in {location:?}, stated {city:?}"
                    ));
                }
            }
        }
    }
    eprintln!(
        "{} real sources, {} rows; of {} stated events in the window {} are printed as stated, {waiting} need a human",
        entries.len(),
        rows.len(),
        stated.len(),
        stated.len() - missing.len() - waiting
    );
    assert!(
        entries.len() >= 40 && stated.len() >= 20,
        "{} sources, {} stated",
        entries.len(),
        stated.len()
    );
    assert!(waiting <= 1, "{waiting}");
    assert!(missing.is_empty(), "{missing:#?}\n{}", alone.err);
}

/// Whether a location column names a city, perhaps by another of its names.
fn names(location: &str, city: &str) -> bool {
    let Ok((_, Some(place))) = parse_location(location) else {
        return false;
    };
    place.same_as(&Place::new(Some(city), place.state(), place.country()))
}

/// Whether an event stands among those that need a human.
fn waits(section: &Value, title: &str, day: &str) -> bool {
    section["attention"]
        .as_array()
        .unwrap()
        .iter()
        .any(|doubt| {
            let text = doubt["text"].as_str().unwrap();
            text.contains(title) && text.starts_with(day) && doubt["kind"] == "unknown-organiser"
        })
}
