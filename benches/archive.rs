//! A database of any size for benches: a small world, read once by the program's own refresh, and copies of it.
//!
//! 10,000 events are to come, as many as fit in one year; a larger archive goes back in years. Each copy has ids, keys,
//! pages and days of its own, and stands in every table that a question asks.

#![allow(dead_code)]

use crate::world;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};
use rusty_events::config;
use rusty_events::configured;
use rusty_events::fetch::{Credentials, Fetcher};
use rusty_events::refresh::{self, Orders};
use rusty_events::section::select::Style;
use rusty_events::server::{Clock, Fetchers, Setup, State};
use rusty_events::store::Store;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Events of the world that is read.
const READ: usize = 10_000;

pub(crate) fn now() -> DateTime<Utc> {
    world::NOW.parse().unwrap()
}

/// A folder with `config/` and `events.db`, which holds so many events, `upcoming` of them to come. Made once and kept
/// below `target/`.
pub(crate) fn folder(events: usize, upcoming: usize) -> PathBuf {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-archives");
    let folder = base.join(format!("{events}-{upcoming}"));
    if folder.join("whole").exists() {
        return folder;
    }
    let _ = fs::remove_dir_all(&folder);
    let read = READ.min(events);
    world::configure(&folder.join("config"), read / 100, 100);
    read_world(&folder);
    copy(&folder.join("events.db"), events / read, upcoming / read);
    fs::write(folder.join("whole"), "").unwrap();
    folder
}

/// The server's state of such a folder.
pub(crate) fn state(folder: &Path) -> State {
    let configuration = config::read(&folder.join("config")).unwrap();
    let fetching = configured::fetching(&configuration, Credentials::default());
    let fetcher = Arc::new(Fetcher::new(fetching).unwrap());
    let setup = Setup::new(
        configuration,
        folder.join("events.db"),
        "https://events.example.org".to_owned(),
        Fetchers {
            configured: Arc::clone(&fetcher),
            foreign: fetcher,
        },
        Clock::new(now),
    )
    .unwrap();
    State::new(setup).unwrap()
}

fn read_world(folder: &Path) {
    let configuration = config::read(&folder.join("config")).unwrap();
    let groups = configured::groups(&configuration);
    let orders = Orders {
        sources: &configuration.sources,
        groups: &groups,
        style: &Style::default(),
        decisions: &[],
        only: &[],
        event_pages: 0,
        now: now(),
    };
    let mut store = Store::open(&folder.join("events.db")).unwrap();
    let fetching = configured::fetching(&configuration, Credentials::default());
    let fetcher = Arc::new(Fetcher::new(fetching).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let done = refresh::refresh(orders, &fetcher, &mut store, |_| {});
    runtime.block_on(done).unwrap();
}

/// Adds copies of all that is there until there are `times` as many; the first `upcoming` are in the same year, the rest
/// one year each further back.
fn copy(database: &Path, times: usize, upcoming: usize) {
    let connection = Connection::open(database).unwrap();
    connection
        .execute_batch("PRAGMA synchronous = OFF; BEGIN")
        .unwrap();
    for table in ["published", "identity", "link", "listing"] {
        let first = format!("CREATE TEMP TABLE first_{table} AS SELECT * FROM {table}");
        connection.execute_batch(&first).unwrap();
    }
    for copy in 1..times {
        let back = (copy + 1).saturating_sub(upcoming);
        let year = |year: usize| format!("\"{:04}-", year - back);
        let of_body = "replace(replace(replace(body, '.example.org/events/', '.example.org/events/' || ?1 || '-'), '\"2026-', ?2), '\"2027-', ?3)";
        let id = "substr({}, 1, 12) || printf('%04x', CAST(?1 AS INTEGER))";
        let event = |column: &str| id.replace("{}", column);
        let day = |column: &str| {
            format!("trim(replace(replace('\"' || {column}, '\"2026-', ?2), '\"2027-', ?3), '\"')")
        };
        for statement in [
            format!(
                "INSERT INTO published (id, body, sequence, created, modified, first_day, last_day, publication) SELECT {}, {of_body}, sequence, created, modified, {}, {}, publication FROM temp.first_published",
                event("id"),
                day("first_day"),
                day("last_day")
            ),
            format!(
                "INSERT INTO identity SELECT ?1 || '-' || key, {}, first_seen FROM temp.first_identity WHERE ?2 <> '' AND ?3 <> ''",
                event("event")
            ),
            format!(
                "INSERT INTO link SELECT replace(url, '.example.org/events/', '.example.org/events/' || ?1 || '-'), {}, first_seen FROM temp.first_link WHERE ?2 <> '' AND ?3 <> ''",
                event("event")
            ),
            format!(
                "INSERT INTO listing (source, key, instance, part, way, body, mark, first_seen, last_seen) SELECT source, ?1 || '-' || key, instance, part, way, {of_body}, mark, first_seen, last_seen FROM temp.first_listing"
            ),
        ] {
            connection
                .execute(
                    &statement,
                    params![copy.to_string(), year(2026), year(2027)],
                )
                .unwrap();
        }
    }
    connection.execute_batch("COMMIT").unwrap();
}
