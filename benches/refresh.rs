//! What a refresh costs, by the size of the world: CPU seconds and memory, each in a process of its own.
//!
//! ```sh
//! cargo bench --bench refresh                # the small ones
//! cargo bench --bench refresh -- --all       # up to 100,000 events: minutes
//! cargo bench --bench refresh -- --make FOLDER    # the calendars of the alone steps, for a yardstick to read
//! ```
//!
//! The aims and what was measured stand in `benches/README.md`.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod world;

use rusty_events::believe::normalise::Groups;
use rusty_events::believe::recur::{self, Limits};
use rusty_events::config;
use rusty_events::facts::source::{
    Address, Page, Platform, Purpose, Request, Source, SourceId, Way,
};
use rusty_events::fetch::{Fetcher, Settings};
use rusty_events::read::{self, Known};
use rusty_events::refresh::{self, Orders};
use rusty_events::section::select::Style;
use rusty_events::store::Store;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// A case: groups, events of each, and whether it is among the small ones.
const CASES: &[(usize, usize, bool)] = &[
    (1, 100, true),
    (10, 100, true),
    (100, 100, true),
    (1, 2_000, true),
    (1, 20_000, false),
    (1, 50_000, false),
    (1_000, 100, false),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [step, folder, what] = &arguments[..]
        && step == "--step"
    {
        run(Path::new(folder), what);
        return;
    }
    if let [make, folder] = &arguments[..]
        && make == "--make"
    {
        let folder = Path::new(folder);
        world::configure(folder, 100, 100);
        fs::write(folder.join("series.calendar"), world::series(5_000)).unwrap();
        return;
    }
    let all = arguments.iter().any(|argument| argument == "--all");
    println!("{:<34} {:>9} {:>8}", "work", "CPU s", "MiB");
    for &(groups, events, _) in CASES.iter().filter(|case| all || case.2) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        world::configure(folder, groups, events);
        let world = format!("{groups} x {events}");
        measure(folder, &format!("cold, {world}"), "cold");
        measure(folder, &format!("again, nothing changed, {world}"), "again");
        let one = fs::read_to_string(folder.join("0.ics")).unwrap();
        fs::write(
            folder.join("0.ics"),
            one.replacen("SUMMARY:", "SUMMARY:New ", 1),
        )
        .unwrap();
        measure(folder, &format!("one source of {groups}, {world}"), "one");
        fs::write(folder.join("0.ics"), one.replace("UID:", "UID:new-")).unwrap();
        measure(folder, &format!("all ids of one new, {world}"), "one");
    }
    let folder = tempfile::tempdir().unwrap();
    world::configure(folder.path(), 100, 100);
    measure(folder.path(), "read alone, 100 x 100", "read");
    fs::write(folder.path().join("series.ics"), world::series(5_000)).unwrap();
    measure(folder.path(), "expand 5,000 series over a year", "expand");
}

/// Runs one step in a process of its own.
fn measure(folder: &Path, name: &str, step: &str) {
    let program = std::env::current_exe().unwrap();
    let ran = Command::new(program)
        .args(["--step", folder.to_str().unwrap(), step])
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    let (cpu, mib) = said.trim().split_once(' ').unwrap_or((said.trim(), ""));
    println!("{name:<34} {cpu:>9} {mib:>8}");
}

fn run(folder: &Path, step: &str) {
    match step {
        "expand" => return expand(folder),
        "read" => return read_alone(folder),
        _ => {}
    }
    let configuration = config::read(folder).unwrap();
    let mut groups = Groups::default();
    groups.add_sources(&configuration.sources);
    let only: Vec<SourceId> = match step {
        "one" => vec![SourceId("group/0".to_owned())],
        _ => Vec::new(),
    };
    let later = if step == "cold" { 0 } else { 1 };
    let orders = Orders {
        sources: &configuration.sources,
        groups: &groups,
        style: &Style::default(),
        decisions: &[],
        only: &only,
        event_pages: 0,
        now: world::NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap()
            + chrono::TimeDelta::hours(later),
    };
    let mut store = Store::open(&folder.join("events.db")).unwrap();
    let fetcher = Arc::new(Fetcher::new(Settings::default()).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(refresh::refresh(orders, &fetcher, &mut store, |_| {}))
        .unwrap();
    report(0.0);
}

/// A calendar as a source, and its page.
fn page(file: &Path) -> (Source, Page) {
    let url = "https://example.org/calendar.ics".to_owned();
    let source = Source::new("calendar", Address::Web(url.clone()), Platform::Ics);
    let page = Page {
        request: Request::get(url.clone(), Purpose::List, Way::Feed),
        url,
        content_type: Some("text/calendar".to_owned()),
        body: fs::read(file).unwrap(),
        at: world::NOW.parse().unwrap(),
    };
    (source, page)
}

/// Reading alone, ten times over, for the clock of a process has hundredths: the figure is a tenth.
fn read_alone(folder: &Path) {
    let now = world::NOW.parse().unwrap();
    let pages: Vec<_> = (0..100)
        .map(|group| page(&folder.join(format!("{group}.ics"))))
        .collect();
    let before = cpu();
    for _ in 0..10 {
        for (source, page) in &pages {
            let reading = read::read(source, page, &Known::default(), now).unwrap();
            assert_eq!(reading.listings.len(), 100);
        }
    }
    let used = (cpu() - before) / 10.0;
    println!("{used:.3} {}", peak_mib());
}

/// Expansion alone: the time of reading the file is taken off.
fn expand(folder: &Path) {
    let (source, page) = page(&folder.join("series.ics"));
    let now: chrono::DateTime<chrono::Utc> = world::NOW.parse().unwrap();
    let reading = read::read(&source, &page, &Known::default(), now).unwrap();
    let before = cpu();
    let window = (now, now + chrono::TimeDelta::days(365));
    let zone = chrono_tz::Tz::UTC;
    let limits = Limits {
        all_occurrences: usize::MAX,
        all_steps: u64::MAX,
        ..Limits::default()
    };
    let expanded = recur::expand(&reading.listings, window, zone, limits);
    assert!(
        expanded.occurrences.len() > 5_000,
        "{:?}",
        expanded.problems
    );
    report(before);
}

/// Prints the CPU seconds of this process and its peak of memory.
fn report(off: f64) {
    println!("{:.2} {}", cpu() - off, peak_mib());
}

fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: Option<u64> = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok());
    kib.unwrap_or(0) / 1024
}

/// CPU seconds that this process has used, in hundredths (proc(5): fields 14 and 15, in clock ticks).
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    let ticks: f64 = fields.filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}
