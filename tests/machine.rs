//! What the machine under the program may do to it: its clock, its disk, its signals, a process that ends at any
//! moment, and files that are not what they should be. By the real program and real files.

mod apart;
mod clock;
mod cut_off;
mod disk;
mod kill;

mod streams;

use crate::loopback::Server;
use crate::{Ran, program_in};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a database and a configuration; its sources are paths of a loopback server.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(world: &Server, paths: &[&str]) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config/sources");
        fs::create_dir_all(&config).unwrap();
        fs::write(
            folder.path().join("config/service.toml"),
            format!(
                "database = \"../events.db\"\n[fetch]\nper-host-interval = \"0s\"\nallow = [\"{}\"]\n",
                world.address()
            ),
        )
        .unwrap();
        let sources = world.as_sources("", paths);
        fs::write(config.join("all.toml"), sources).unwrap();
        Desk { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, now: &str, arguments: &[&str]) -> Ran {
        let mut all = vec!["--now", now];
        all.extend(arguments);
        program_in(self.folder.path(), &all)
    }

    /// The rows of the issue of a day.
    fn printed(&self, now: &str, issue: &str) -> String {
        self.run(now, &["section", "--issue", issue, "-q"]).out
    }

    /// Of the only source: what a refresh made of it.
    fn refreshed(&self, now: &str) -> Value {
        let ran = self.run(now, &["refresh", "--json"]);
        let report: Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
        report["sources"][0].clone()
    }

    /// Of each event id, SEQUENCE and LAST-MODIFIED.
    fn published(&self) -> Vec<(String, u32, String)> {
        published_in(&self.path("events.db"))
    }
}

/// Of each published event id, SEQUENCE and LAST-MODIFIED.
fn published_in(database: &Path) -> Vec<(String, u32, String)> {
    let connection = rusqlite::Connection::open(database).unwrap();
    let mut query = connection
        .prepare("SELECT id, sequence, modified FROM published ORDER BY id")
        .unwrap();
    let found = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    found.map(Result::unwrap).collect()
}

/// A calendar with events of these keys: each an evening of September 2026, by the number of its day.
fn calendar(days: &[u32]) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for day in days {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{day}\r\nDTSTART:202609{day:02}T170000Z\r\nSUMMARY:Evening {day}\r\nURL:https://rust.example/{day}\r\nEND:VEVENT\r\n"
        ));
    }
    text + "END:VCALENDAR\r\n"
}
