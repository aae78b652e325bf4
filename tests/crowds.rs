//! What many sources do at once, and what one does suddenly: held. And what looks like it and is ordinary life: not
//! held. By the real program, on files that change between its runs.

use crate::{Ran, program_in};
use std::fmt::Write;
use std::fs;
use std::path::Path;

mod bounds;
mod floods;
mod together;

const ZONES: [(&str, &str); 4] = [
    ("Berlin, DE", "Europe/Berlin"),
    ("Leeds, UK", "Europe/London"),
    ("Pune, IN", "Asia/Kolkata"),
    ("Lyon, FR", "Europe/Paris"),
];

/// An event of a calendar file.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) uid: String,
    pub(crate) title: String,
    pub(crate) day: usize,
    pub(crate) hour: usize,
    pub(crate) zone: &'static str,
    pub(crate) link: Option<String>,
    pub(crate) more: String,
}

/// How a command ended, and whether it says so.
fn ended(ran: &Ran, code: i32, word: &str, says: bool) {
    assert_eq!(
        (ran.code, ran.err.contains(word)),
        (code, says),
        "{}",
        ran.err
    );
}

/// Groups with a calendar file each, and a database.
pub(crate) struct World {
    folder: tempfile::TempDir,
    sources: String,
}

impl World {
    /// So many groups, each with so many events, as they were read first.
    pub(crate) fn of(groups: usize, events: usize) -> World {
        let mut world = World {
            folder: tempfile::tempdir().unwrap(),
            sources: String::new(),
        };
        fs::create_dir_all(world.path().join("config/sources")).unwrap();
        for group in 0..groups {
            world.group(group, "ics");
            world.lists(group, &evenings(group, events));
        }
        world.refresh(0);
        world
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn add(&mut self, id: &str, lines: &str) {
        let _ = writeln!(
            self.sources,
            "[[source]]\nid = \"{id}\"\nurl = \"../{id}.ics\"\n{lines}\n"
        );
        fs::write(self.path().join("config/sources/all.toml"), &self.sources).unwrap();
    }

    pub(crate) fn group(&mut self, group: usize, platform: &str) {
        let (place, zone) = ZONES[group % ZONES.len()];
        self.add(
            &format!("group{group}"),
            &format!(
                "platform = \"{platform}\"\norganiser = \"Crab Club {group}\"\norganiser-url = \"https://clubs.example/{group}\"\nplace = \"{place}\"\nzone = \"{zone}\"\nmode = \"in-person\"\n"
            ),
        );
    }

    pub(crate) fn lists(&self, group: usize, entries: &[Entry]) {
        self.writes(&format!("group{group}"), entries);
    }

    pub(crate) fn writes(&self, id: &str, entries: &[Entry]) {
        let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n".to_owned();
        for entry in entries {
            let link = entry.link.iter().map(|link| format!("URL:{link}\r\n"));
            write!(
                text,
                "BEGIN:VEVENT\r\nUID:{}\r\nDTSTAMP:20261001T000000Z\r\nDTSTART;TZID={}:202612{:02}T{:02}0000\r\nSUMMARY:{}\r\n{}{}END:VEVENT\r\n",
                entry.uid,
                entry.zone,
                entry.day,
                entry.hour,
                entry.title,
                link.collect::<String>(),
                entry.more
            )
            .unwrap();
        }
        text.push_str("END:VCALENDAR\r\n");
        fs::write(self.path().join(format!("{id}.ics")), text).unwrap();
    }

    /// Runs a command so many hours after the first reading.
    pub(crate) fn run(&self, hours: i64, arguments: &[&str]) -> Ran {
        let first: chrono::DateTime<chrono::Utc> = "2026-12-01T09:00:00Z".parse().unwrap();
        let now = (first + chrono::TimeDelta::hours(hours)).to_rfc3339();
        let mut all = vec!["--config", "config", "--database", "x.db", "--now", &now];
        all.extend(arguments);
        program_in(self.path(), &all)
    }

    pub(crate) fn refresh(&self, hours: i64) -> Ran {
        self.run(hours, &["refresh"])
    }

    fn section(&self, hours: i64) -> Ran {
        self.run(
            hours,
            &["section", "--from", "2026-12-01", "--to", "2026-12-31"],
        )
    }

    /// The printed rows that hold a text.
    pub(crate) fn rows(&self, hours: i64, text: &str) -> usize {
        let section = self.section(hours).out;
        let rows = section.split("\n* ").skip(1);
        rows.filter(|row| row.contains(text)).count()
    }

    /// What a run says of what is held.
    pub(crate) fn remarks(&self, hours: i64) -> String {
        self.section(hours).err
    }
}

/// The events of a group, each at its own page.
pub(crate) fn evenings(group: usize, events: usize) -> Vec<Entry> {
    (0..events)
        .map(|number| Entry {
            uid: format!("{group}-{number}@clubs.example"),
            title: format!("Evening {group}-{number}"),
            day: 5 + (group + 7 * number) % 24,
            hour: 18,
            zone: ZONES[group % ZONES.len()].1,
            link: Some(format!("https://clubs.example/{group}/events/{number}")),
            more: String::new(),
        })
        .collect()
}

/// Events that have nothing to do with a group.
pub(crate) fn strangers(events: usize, title: &str) -> Vec<Entry> {
    (0..events)
        .map(|number| Entry {
            uid: format!("{title}-{number}@elsewhere.example"),
            title: format!("{title} {number}"),
            day: 5 + number % 24,
            link: Some(format!("https://elsewhere.example/{number}")),
            ..evenings(0, 1).remove(0)
        })
        .collect()
}
