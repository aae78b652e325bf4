//! More events than one page holds: pages, days, and what is read again when something has changed.

use super::{NOW, Served};
use crate::markdown::style;
use crate::program_in;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use rusty_events::compose;
use rusty_events::facts::issue::Window;
use rusty_events::section::select::{self, Selection, Style};
use rusty_events::server::{Clock, ToCome};
use rusty_events::store::Store;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const GROUPS: usize = 10;
const EACH: usize = 40;

/// Ten groups in three places with forty evenings each, from two days after the sample's Wednesday on.
fn desk() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir_all(config.join("sources")).unwrap();
    let mut sources = String::new();
    let places = ["Berlin, DE", "Honolulu, HI, US", "Auckland, NZ"];
    for group in 0..GROUPS {
        let place = places[group % places.len()];
        let mode = ["in-person", "hybrid"][group % 2];
        let _ = writeln!(
            sources,
            "[[source]]\nid = \"ics/{group}\"\nurl = \"{group}.ics\"\nplatform = \"ics\"\norganiser = \"Group {group}\"\n\
             organiser-url = \"https://group{group}.example/\"\nplace = \"{place}\"\nmode = \"{mode}\""
        );
        calendar(&config, group, "An evening");
    }
    fs::write(config.join("sources/all.toml"), sources).unwrap();
    // No real host is asked: that is what `serve` wants to know where the clock is fixed.
    let mirrors = "[fetch.mirrors]\n\"https://\" = \"nowhere\"\n";
    fs::write(config.join("service.toml"), mirrors).unwrap();
    fs::create_dir(config.join("nowhere")).unwrap();
    folder
}

fn calendar(config: &Path, group: usize, title: &str) {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n".to_owned();
    for event in 0..EACH {
        let hour = (event * 5 + group) % 24;
        let day = day("2024-11-08") + Days::new((event * 3) as u64);
        // Some go on past midnight, some for days.
        let end = day + Days::new([0, 1, 4, 10][event % 4]);
        let (day, end) = (day.format("%Y%m%d"), end.format("%Y%m%d"));
        let _ = write!(
            text,
            "BEGIN:VEVENT\r\nUID:{group}-{event}\r\nDTSTART:{day}T{hour:02}0000Z\r\nDTEND:{end}T{hour:02}3000Z\r\n\
             SUMMARY:{title} {event} of group {group}\r\nURL:https://group{group}.example/{event}\r\nEND:VEVENT\r\n"
        );
    }
    text.push_str("END:VCALENDAR\r\n");
    fs::write(config.join(format!("{group}.ics")), text).unwrap();
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn run(desk: &Path, arguments: &[&str]) -> crate::Ran {
    let mut all = vec![
        "--config",
        "config",
        "--database",
        "events.db",
        "--now",
        NOW,
    ];
    all.extend(arguments);
    program_in(desk, &all)
}

fn refreshed() -> TempDir {
    let desk = desk();
    let ran = run(desk.path(), &["refresh"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    desk
}

/// How often each event's page is linked to.
fn links(page: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for rest in page.split("href=\"/events/").skip(1) {
        let id = rest.split('"').next().unwrap_or_default();
        if !id.ends_with(".ics") {
            *found.entry(id.to_owned()).or_default() += 1;
        }
    }
    found
}

#[test]
fn every_event_is_on_one_page_and_no_page_is_large() {
    let served = Served::in_folder(refreshed(), "config", "127.0.0.1:0");
    let first = served.get("/");
    assert!(first.body.len() < 200_000, "{}", first.body.len());
    assert!(first.text().contains("Page 1 of 4"), "{}", first.text());
    assert!(first.text().contains("<a rel=\"next\" href=\"/page/2\">"));
    assert!(!first.text().contains("rel=\"prev\""));
    let second = served.get("/page/2").text();
    assert!(second.contains("<a rel=\"prev\" href=\"/\">"), "{second}");
    let third = served.get("/page/3").text();
    let last = served.get("/page/4").text();
    assert!(last.contains("<a rel=\"prev\" href=\"/page/3\">"), "{last}");
    assert!(!last.contains("rel=\"next\""), "{last}");
    let pages = [first.text(), second, third, last].map(|page| links(&page));
    let all: usize = pages.iter().map(BTreeMap::len).sum();
    assert_eq!(all, GROUPS * EACH);
    let mut ids: Vec<&String> = pages.iter().flat_map(BTreeMap::keys).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), GROUPS * EACH, "an event is on two pages");
    // A filter has pages of its own.
    let filtered = served.get("/page/2?region=europe").text();
    assert!(filtered.contains("Page 2 of 2"), "{filtered}");
    assert!(
        filtered.contains("href=\"/?region=europe\">Earlier events"),
        "{filtered}"
    );
    for (path, why) in [
        ("/page/1", "is no page"),
        ("/page/02", "is no page"),
        ("/page/5", "there is no page 5"),
        ("/page/2?organiser=group-1", "there is no page 2"),
    ] {
        let refused = served.get(path);
        assert_eq!(refused.status, 404, "{path}");
        assert!(refused.text().contains(why), "{path}: {}", refused.text());
    }
}

#[test]
fn an_export_has_all_pages_and_is_made_whole_again_when_it_was_damaged() {
    let desk = refreshed();
    let ran = run(desk.path(), &["export", "public"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let public = desk.path().join("public");
    let read = |path: &str| fs::read_to_string(public.join(path)).unwrap();
    assert!(read("index.html").contains("href=\"/page/2/\""));
    assert_eq!(links(&read("page/4/index.html")).len(), 100);
    assert!(!public.join("page/5").exists());
    // What a kill left behind under the name of this export is not taken for it.
    let before = fs::read_link(&public).unwrap();
    fs::write(public.join("section.md"), "half").unwrap();
    fs::remove_file(public.join("robots.txt")).unwrap();
    let again = run(desk.path(), &["export", "public"]);
    assert!(
        again.err.contains("2 of them new or changed"),
        "{}",
        again.err
    );
    assert_ne!(fs::read_link(&public).unwrap(), before);
    assert_ne!(read("section.md"), "half");
}

#[test]
fn a_section_reads_the_events_of_its_days_and_prints_what_all_would_print() {
    let desk = refreshed();
    let pin = run(
        desk.path(),
        &[
            "decide",
            "print",
            "https://group1.example/30",
            "--until",
            "2024-11-27",
            "--reason",
            "large",
        ],
    );
    assert_eq!(pin.code, 0, "{}", pin.err);
    let store = Store::open(&desk.path().join("events.db")).unwrap();
    let (all, suspicions) = (store.published().unwrap(), store.suspicions().unwrap());
    let style = Style {
        heading: "### Events".to_owned(),
        line: String::new(),
        ..style()
    };
    let mut rows = 0;
    for first in day("2024-10-20").iter_days().take(160) {
        for days in [1, 2, 35] {
            let selection = Selection {
                window: Window::starting(first, days),
                headings: Vec::new(),
                new_since: None,
            };
            let whole = select::select(all.values(), &suspicions, &selection, &style);
            let read = compose::section(&store, &selection, &style).unwrap();
            assert_eq!(read, whole, "{first}, {days} days");
            rows += whole
                .headings
                .iter()
                .map(|(_, rows)| rows.len())
                .sum::<usize>();
        }
    }
    assert!(rows > 10_000, "{rows}");
    let evening = Window::starting(day("2024-11-08"), 1);
    let read = store.published_for(evening).unwrap().len();
    assert!(read < all.len() / 4, "{read} of {}", all.len());
}

#[test]
fn a_visit_that_brings_nothing_leaves_what_is_published_and_one_change_reads_one_event() {
    let desk = refreshed();
    let path = desk.path().join("events.db");
    let clock = Clock::new(|| NOW.parse().unwrap());
    let state = super::worker::state_of(&desk.path().join("config"), path, clock);
    let before = state.snapshot();
    let again = run(desk.path(), &["refresh"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let after = state.snapshot();
    assert_ne!(after.state, before.state, "the sources were visited");
    assert_eq!(after.news, before.news);
    assert!(Arc::ptr_eq(&after.published, &before.published));
    let hidden = run(
        desk.path(),
        &[
            "decide",
            "hide",
            "https://group1.example/3",
            "--reason",
            "off topic",
        ],
    );
    assert_eq!(hidden.code, 0, "{}", hidden.err);
    let decided = state.snapshot();
    assert_ne!(decided.news, after.news);
    let known = |id| decided.published.get(id);
    let same = after
        .published
        .iter()
        .filter(|(id, event)| known(id).is_some_and(|known| Arc::ptr_eq(known, event)));
    assert_eq!(same.count(), GROUPS * EACH - 1);
    let store = Store::open(&state.setup.database).unwrap();
    let fresh = store.published().unwrap();
    assert!(
        fresh
            .values()
            .eq(decided.published.values().map(|event| &**event))
    );
    assert!(
        decided
            .in_order
            .is_sorted_by_key(|dated| dated.event.when.start())
    );
}

#[test]
fn what_is_to_come_is_counted_once_for_each_hour_and_anew_when_something_is_published() {
    let desk = refreshed();
    let path = desk.path().join("events.db");
    let clock = Clock::new(|| NOW.parse().unwrap());
    let state = super::worker::state_of(&desk.path().join("config"), path, clock);
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let counted = |to_come: &ToCome| -> usize { to_come.counts.headings.values().sum() };
    let before = state.snapshot().to_come(now);
    assert_eq!(before.events.len(), GROUPS * EACH);
    assert_eq!(before.agenda.events(), GROUPS * EACH);
    assert_eq!(run(desk.path(), &["refresh"]).code, 0);
    let after = state.snapshot().to_come(now);
    assert!(Arc::ptr_eq(&before, &after), "nothing was published");
    // Half of the events are hybrid, and stand under two headings.
    assert_eq!(counted(&after), GROUPS * EACH * 3 / 2);
    let url = "https://group1.example/3";
    let hide = [
        "decide",
        "hide",
        url,
        "--from",
        "everywhere",
        "--reason",
        "off topic",
    ];
    assert_eq!(run(desk.path(), &hide).code, 0);
    let decided = state.snapshot().to_come(now);
    assert_eq!(decided.events.len(), GROUPS * EACH - 1);
    assert_eq!(counted(&decided), counted(&after) - 2);
    let later = state.snapshot().to_come(now + TimeDelta::days(30));
    assert!(
        later
            .events
            .iter()
            .all(|dated| dated.last >= day("2024-12-05"))
    );
    assert!(later.events.len() < decided.events.len());
    assert_eq!(later.agenda.events(), later.events.len());
    assert_eq!(later.counts.months[0].0, day("2024-12-06"));
}
