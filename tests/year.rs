//! A simulated year: groups with their habits, the platforms they use, and everything that goes wrong
//! between them and us; every day a refresh through the real reader, database and HTTP, every Wednesday
//! an issue. What is published is held against what is true: nothing lost, nothing doubled, nothing
//! merged that is two, no id that changes, no SEQUENCE that lies, no row of what is called off. Three days of every four
//! months all Meetup feeds are empty and their pages gone, a calendar of many groups is full of spam under a group's
//! name, or a group's address answers with another group's calendar: nothing may come of it.
//!
//! `world` says what there is, `groups` and `neighbours` are the habits, `weather` is what servers do,
//! `pages` is how it is served, `hearsay` what was said by it, `judge` compares, `story` counts and tells.
//!
//! A small world runs with the other tests. The whole year, 150 groups and 365 days under five seeds,
//! takes six minutes a seed in a release build and is run by hand:
//!
//! ```text
//! cargo test --release --test main -- --ignored --nocapture year::a_whole_year
//! ```
//!
//! `RUSTY_EVENTS_YEAR=7,60,180` runs another world in its place: the seed 7, 60 groups, 180 days.

mod chance;
mod groups;
mod hearsay;
mod judge;
mod neighbours;
mod pages;
mod story;
mod weather;
mod world;

use crate::loopback;
use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use judge::Judge;
use rusty_events::believe::normalise::Groups;
use rusty_events::config;
use rusty_events::configured;
use rusty_events::facts::issue::{WINDOW_DAYS, Window};
use rusty_events::fetch::{Fetcher, Mirror, MirrorTarget, Settings};
use rusty_events::refresh::{self, Orders};
use rusty_events::section::select::Style;
use rusty_events::section::select::{self, Section, Selection};
use rusty_events::store::Store;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use story::Record;
use world::{Kind, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_third_of_a_year_loses_doubles_and_confuses_nothing() {
    let record = live(1, 40, 120).await;
    assert!(record.is_clean(), "{record}{}", record.stories());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes long: to be run by hand, once an issue"]
async fn a_whole_year_loses_doubles_and_confuses_nothing() {
    let alone = std::env::var("RUSTY_EVENTS_YEAR").ok().map(|world| {
        let numbers: Vec<u32> = world
            .split(',')
            .map(|part| part.trim().parse().unwrap())
            .collect();
        (
            u64::from(numbers[0]),
            numbers[1] as usize,
            i64::from(numbers[2]),
        )
    });
    let worlds = alone.map_or_else(
        || (1..=5).map(|seed| (seed, 150, 365)).collect(),
        |world| vec![world],
    );
    let mut stories = String::new();
    for (seed, groups, days) in worlds {
        let record = live(seed, groups, days).await;
        if !record.is_clean() {
            let _ = write!(
                stories,
                "\nunder seed {seed}:\n{record}{}",
                record.stories()
            );
        }
    }
    assert!(stories.is_empty(), "{stories}");
}

/// Lives through so many days of a world.
async fn live(seed: u64, groups: usize, days: i64) -> Record {
    let began = Instant::now();
    let world = groups::world(seed, groups, days);
    let folder = tempfile::tempdir().unwrap();
    let server = loopback::start();
    let mut store = Store::open(&folder.path().join("events.db")).unwrap();
    let fetcher = Arc::new(Fetcher::new(settings(&server)).unwrap());
    let mut judge = Judge::new(&world);
    for day in 0..days {
        let configuration = configure(folder.path(), &world, day);
        let mut known = Groups::default();
        known.add_sources(&configuration.sources);
        for now in refreshes(&world, day) {
            let served = pages::serve(&world, &server, day, now);
            let orders = Orders {
                sources: &configuration.sources,
                groups: &known,
                style: &Style::default(),
                decisions: &[],
                only: &[],
                event_pages: configuration.settings.fetch.event_pages,
                now,
            };
            refresh::refresh(orders, &fetcher, &mut store, |_| {})
                .await
                .unwrap();
            let requests = server.requests();
            judge.record.refreshes += 1;
            judge.record.requests += requests.len();
            let asked: BTreeSet<String> = requests.into_iter().map(|asked| asked.path).collect();
            let section = is_issue_day(now).then(|| section(&store, &configuration, now));
            judge.judge(
                now,
                &served,
                &asked,
                store.published().unwrap(),
                section.as_ref(),
            );
        }
    }
    let record = judge.record;
    eprintln!(
        "seed {seed}, {groups} groups, {} sources, {days} days, {} gatherings, {:.0?}: {record}",
        world.feeds.len(),
        world.gatherings.len(),
        began.elapsed()
    );
    record
}

/// Once every morning; on the issue's day once more in the evening, by hand.
fn refreshes(world: &World, day: i64) -> Vec<DateTime<Utc>> {
    let date = world.date(day);
    let morning = date.and_hms_opt(6, 0, 0).unwrap().and_utc() + TimeDelta::minutes(day * 7 % 30);
    let evening = date.and_hms_opt(19, 0, 0).unwrap().and_utc();
    match date.weekday() {
        Weekday::Wed => vec![morning, evening],
        _ => vec![morning],
    }
}

fn is_issue_day(now: DateTime<Utc>) -> bool {
    now.weekday() == Weekday::Wed
}

fn section(store: &Store, configuration: &config::Configuration, now: DateTime<Utc>) -> Section {
    let style = configured::style(configuration);
    let selection = Selection {
        window: Window::starting(now.date_naive(), WINDOW_DAYS),
        headings: Vec::new(),
        new_since: None,
    };
    select::select(
        store.published().unwrap().values(),
        &store.suspicions().unwrap(),
        &selection,
        &style,
    )
}

/// The whole web is at the server. A silent one is waited for ten seconds: the machine may be busy.
fn settings(server: &loopback::Server) -> Settings {
    Settings {
        per_host_in_flight: 8,
        per_host_interval: Duration::ZERO,
        mirrors: vec![Mirror {
            prefix: "https://".to_owned(),
            to: MirrorTarget::Server(server.url("")),
        }],
        connect_timeout: Duration::from_secs(10),
        total_timeout: Duration::from_secs(10),
        ..Settings::default()
    }
}

/// Writes the configuration of a day, as an editor keeps it, and reads it.
fn configure(folder: &Path, world: &World, day: i64) -> config::Configuration {
    let mut text = String::new();
    let is_dropped = |number: usize| {
        let mut later = world.feeds.iter();
        later.any(|feed| feed.replaces == Some(number) && feed.drops_old && feed.from <= day)
    };
    for (number, feed) in world.feeds.iter().enumerate() {
        if day < feed.from || day >= feed.until || is_dropped(number) {
            continue;
        }
        let _ = writeln!(
            text,
            "[[source]]\nid = \"{}\"\nurl = \"{}\"",
            feed.id,
            feed.address()
        );
        if let Some(group) = feed.group.map(|group| &world.groups[group]) {
            let _ = writeln!(
                text,
                "organiser = \"{}\"\norganiser-url = \"{}\"",
                group.name, group.page
            );
            let _ = writeln!(
                text,
                "place = \"{}\"\nmode = \"{}\"",
                group.home.place,
                group.mode.name()
            );
        }
        if feed.kind == Kind::Website {
            text.push_str("platform = \"jsonld\"\n");
        }
        if let Some(old) = feed.replaces.filter(|_| feed.drops_old) {
            let (address, from) = (world.feeds[old].address(), world.date(feed.from));
            let _ = writeln!(
                text,
                "[[source.replaces]]\nurl = \"{address}\"\nfrom = {from}"
            );
        }
        text.push('\n');
    }
    fs::create_dir_all(folder.join("sources")).unwrap();
    fs::write(folder.join("sources/all.toml"), text).unwrap();
    config::read(folder).unwrap_or_else(|problems| panic!("{problems}"))
}
