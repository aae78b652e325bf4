//! Copies of the database, and the way back.

mod program;
mod refused;

use crate::sameness::source;
use crate::telling;
use crate::telling::Records;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use rusty_events::believe::normalise::Groups;
use rusty_events::facts::event::EventId;
use rusty_events::facts::listing::Listing;
use rusty_events::facts::place::{Mode, Place};
use rusty_events::facts::source::{Platform, Source, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::store::{self, Store};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

fn at(hours: i64) -> DateTime<Utc> {
    "2026-08-20T06:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

fn group() -> Source {
    let mut source = source("meetup/rust-berlin", Platform::Meetup, Some("Rust Berlin"));
    source.place = Place::parse("Berlin, DE").ok();
    source.mode = Some(Mode::InPerson);
    source
}

/// An event of the group: one that starts so many hours from the beginning.
fn evening(id: &str, hours: i64) -> Listing {
    let mut listing = Listing::new(
        id,
        format!("Evening {id}"),
        Stamp::Utc(at(hours)),
        Way::Feed,
    );
    listing.link = Some(format!("https://www.meetup.com/rust-berlin/events/{id}/"));
    listing
}

/// A folder with a database, into which the group tells.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Machine {
        Machine {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn database(&self) -> PathBuf {
        self.path("events.db")
    }

    fn store(&self) -> Store {
        Store::open(&self.database()).unwrap()
    }

    fn tell(&self, listings: &[Listing], hours: i64) {
        tell(&mut self.store(), listings, hours);
    }

    /// Of each published event SEQUENCE and LAST-MODIFIED.
    fn published(&self) -> BTreeMap<EventId, (u32, DateTime<Utc>)> {
        let events = self.store().published().unwrap();
        events
            .into_iter()
            .map(|(id, event)| (id, (event.sequence, event.modified)))
            .collect()
    }

    fn of(&self, title: &str) -> (u32, DateTime<Utc>) {
        let events = self.store().published().unwrap();
        let event = events.values().find(|event| event.title.as_str() == title);
        let event = event.unwrap();
        (event.sequence, event.modified)
    }
}

fn tell(store: &mut Store, listings: &[Listing], hours: i64) {
    let group = group();
    let visit = telling::read(&group.id.0, Way::Feed, listings.to_vec());
    store.record(&visit, at(hours)).unwrap();
    telling::believe(store, &[group], &Groups::default(), &[], at(hours));
}

fn integrity(database: &Path) -> String {
    let connection = Connection::open(database).unwrap();
    connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap()
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_copy_taken_while_another_writes_is_whole_and_holds_no_half_of_a_visit() {
    let machine = Machine::new();
    let pair = |round: i64| [evening("1", 200 + round), evening("2", 200 + round)];
    machine.tell(&pair(0), 0);
    let done = AtomicBool::new(false);
    let mut written = Vec::new();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut store = machine.store();
            let mut round = 0;
            while !done.load(Ordering::Relaxed) {
                round += 1;
                let visit = telling::read("meetup/rust-berlin", Way::Feed, pair(round).to_vec());
                store.record(&visit, at(round)).unwrap();
            }
            round
        });
        for number in 0..12 {
            let copy = machine.path(&format!("copy-{number}.db"));
            store::back_up(&machine.database(), &copy).unwrap();
            written.push(copy);
        }
        done.store(true, Ordering::Relaxed);
        assert!(writer.join().unwrap() > 0);
    });
    for copy in written {
        let mut beside = copy.clone().into_os_string();
        beside.push("-wal");
        assert!(!Path::new(&beside).exists(), "a copy is one file");
        assert_eq!(integrity(&copy), "ok");
        let listings = Store::open(&copy).unwrap().listings().unwrap();
        let starts: Vec<Stamp> = listings
            .into_values()
            .flatten()
            .map(|listing| listing.start)
            .collect();
        assert_eq!(starts.len(), 2);
        assert_eq!(starts[0], starts[1], "both of one visit");
    }
}

#[test]
fn what_is_still_to_come_rises_once_and_what_is_past_does_not() {
    let machine = Machine::new();
    machine.tell(&[evening("past", 10), evening("coming", 200)], 0);
    let before = machine.published();
    let copy = machine.path("copy.db");
    store::back_up(&machine.database(), &copy).unwrap();
    let restored = store::restore(&machine.database(), &copy, at(20)).unwrap();
    assert_eq!((restored.raised, restored.copied.events), (1, 2));
    assert_eq!(machine.of("Evening past"), (0, at(0)));
    assert_eq!(machine.of("Evening coming"), (1, at(20)));
    let ids = |published: BTreeMap<EventId, _>| published.into_keys().collect::<Vec<_>>();
    assert_eq!(
        ids(machine.published()),
        ids(before),
        "every UID is as it was"
    );
    // And it is no news to the next refresh.
    machine.tell(&[evening("past", 10), evening("coming", 200)], 21);
    assert_eq!(machine.of("Evening coming"), (1, at(20)));
}

#[test]
fn an_old_copy_lets_no_event_fall_behind_what_the_world_saw_of_it() {
    let machine = Machine::new();
    machine.tell(&[evening("1", 2000)], 0);
    let copy = machine.path("copy.db");
    store::back_up(&machine.database(), &copy).unwrap();
    for hours in 1..=4 {
        let moved = evening("1", 2000 + hours);
        let new = evening("new", 2100 + hours);
        machine.tell(&[moved, new], hours * 24);
    }
    let seen = machine.published();
    assert_eq!(machine.of("Evening 1").0, 4);
    assert_eq!(machine.of("Evening new").0, 3);

    let restored = store::restore(&machine.database(), &copy, at(100)).unwrap();
    assert_eq!(machine.published().len(), 1, "the new one is not known yet");
    assert_eq!(machine.of("Evening 1"), (5, at(100)));
    // What the copy does not know goes on where the world saw it, under its id.
    machine.tell(&[evening("1", 2004), evening("new", 2104)], 101);
    for (id, (sequence, modified)) in machine.published() {
        let (old_sequence, old_modified) = seen[&id];
        assert!(sequence > old_sequence && modified > old_modified, "{id}");
    }
    let kept = restored.kept.unwrap();
    assert_eq!(kept.decisions, Some(0));
    let replaced = Store::open(&kept.path).unwrap().published().unwrap();
    assert_eq!(replaced.len(), 2, "what was replaced is kept as it was");

    // A second time, with the same old copy: above the first.
    store::restore(&machine.database(), &copy, at(102)).unwrap();
    assert_eq!(machine.of("Evening 1").0, 7);
    machine.tell(&[evening("1", 2004), evening("new", 2104)], 103);
    assert_eq!(machine.of("Evening new").0, 5);
}

#[test]
fn without_the_replaced_database_a_copy_is_taken_to_have_been_outrun_once_a_day() {
    let (old, new) = (Machine::new(), Machine::new());
    old.tell(&[evening("1", 2000)], 0);
    let copy = old.path("copy.db");
    store::back_up(&old.database(), &copy).unwrap();
    for day in 1..=20 {
        let listings = [evening("1", 2000 + day), evening("new", 2100 + day)];
        old.tell(&listings, day * 24);
    }
    let restored = store::restore(&new.database(), &copy, at(30 * 24)).unwrap();
    assert_eq!((restored.kept, restored.last_visit), (None, Some(at(0))));
    new.tell(&[evening("1", 2020), evening("new", 2120)], 31 * 24);
    let now = new.published();
    for (id, (sequence, modified)) in old.published() {
        assert!(now[&id].0 > sequence && now[&id].1 > modified, "{id}");
    }
}

#[test]
fn who_has_the_database_open_goes_on_with_what_the_copy_holds() {
    let machine = Machine::new();
    machine.tell(&[evening("1", 2000)], 0);
    let copy = machine.path("copy.db");
    store::back_up(&machine.database(), &copy).unwrap();
    let mut open = machine.store();
    tell(&mut open, &[evening("1", 2000), evening("2", 2050)], 24);
    assert_eq!(open.published().unwrap().len(), 2);
    store::restore(&machine.database(), &copy, at(25)).unwrap();
    assert_eq!(open.published().unwrap().len(), 1);
    tell(&mut open, &[evening("1", 2000), evening("3", 2050)], 26);
    assert_eq!(machine.published().len(), 2);
    drop(open);
    assert_eq!(integrity(&machine.database()), "ok");
}

#[test]
fn a_damaged_database_is_replaced_and_kept_as_it_is() {
    for damage in [&b"x"[..], b"", &[0; 4096]] {
        let machine = Machine::new();
        machine.tell(&[evening("1", 2000)], 0);
        let copy = machine.path("copy.db");
        store::back_up(&machine.database(), &copy).unwrap();
        fs::write(machine.database(), damage).unwrap();
        let restored = store::restore(&machine.database(), &copy, at(1)).unwrap();
        assert_eq!(machine.of("Evening 1").0, 1);
        let kept = restored.kept.unwrap();
        assert_eq!(fs::read(&kept.path).unwrap(), damage);
        assert_eq!(kept.decisions, None);
        assert_eq!(integrity(&machine.database()), "ok");
    }
}

#[test]
fn a_database_with_damaged_pages_is_replaced_too() {
    let machine = Machine::new();
    let many: Vec<Listing> = (0..200)
        .map(|number| evening(&number.to_string(), 2000 + number))
        .collect();
    machine.tell(&many, 0);
    let copy = machine.path("copy.db");
    store::back_up(&machine.database(), &copy).unwrap();
    Connection::open(machine.database())
        .unwrap()
        .pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
        .unwrap();
    let mut bytes = fs::read(machine.database()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0x5a);
    fs::write(machine.database(), &bytes).unwrap();
    assert!(
        store::back_up(&machine.database(), &machine.path("other.db"))
            .unwrap_err()
            .to_string()
            .contains("is damaged")
    );
    assert!(!machine.path("other.db").exists());
    let restored = store::restore(&machine.database(), &copy, at(1)).unwrap();
    assert_eq!(integrity(&machine.database()), "ok");
    assert_eq!(machine.published().len(), 200);
    let kept = fs::read(restored.kept.unwrap().path).unwrap();
    assert!(kept == bytes, "kept to the byte");
}

#[test]
fn a_journal_of_the_old_file_is_not_taken_for_one_of_the_new() {
    let machine = Machine::new();
    machine.tell(&[evening("1", 2000)], 0);
    let copy = machine.path("copy.db");
    store::back_up(&machine.database(), &copy).unwrap();
    // A process that died with its last words in the journal, and a file that somebody then removed.
    let open = machine.store();
    machine.tell(&[evening("1", 2000), evening("2", 2000)], 24);
    let journal = fs::read(machine.path("events.db-wal")).unwrap();
    drop(open);
    fs::remove_file(machine.database()).unwrap();
    fs::write(machine.path("events.db-wal"), &journal).unwrap();
    store::restore(&machine.database(), &copy, at(25)).unwrap();
    assert_eq!(machine.published().len(), 1);
    assert_eq!(integrity(&machine.database()), "ok");
    let kept = machine.path("events.db.replaced-20260821T070000Z-wal");
    assert!(fs::read(kept).unwrap() == journal);
}

#[test]
fn decisions_that_only_the_replaced_database_has_are_counted() {
    use rusty_events::facts::decision::Action;
    let machine = Machine::new();
    machine.tell(&[evening("1", 2000)], 0);
    let decided = |hours: i64| {
        let mut store = machine.store();
        let id = store.published().unwrap().into_keys().next().unwrap();
        let last = store.last_decision(&id).unwrap();
        store
            .decide_after(last, &id, &Action::Cancel, "off", None, at(hours))
            .unwrap();
    };
    decided(1);
    let copy = machine.path("copy.db");
    store::back_up(&machine.database(), &copy).unwrap();
    decided(2);
    decided(3);
    let restored = store::restore(&machine.database(), &copy, at(4)).unwrap();
    assert_eq!(restored.kept.unwrap().decisions, Some(2));
    assert_eq!(machine.store().decisions().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn who_may_not_read_the_database_may_not_read_its_copy() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new();
    machine.tell(&[evening("1", 2000)], 0);
    let mode = |name: &str| {
        let found = fs::metadata(machine.path(name)).unwrap();
        found.permissions().mode() & 0o777
    };
    for wanted in [0o600, 0o640, 0o644] {
        fs::set_permissions(machine.database(), fs::Permissions::from_mode(wanted)).unwrap();
        store::back_up(&machine.database(), &machine.path("copy.db")).unwrap();
        assert_eq!(mode("copy.db"), wanted);
    }
}

#[test]
fn nothing_is_left_lying_about() {
    let machine = Machine::new();
    machine.tell(&[evening("1", 2000)], 0);
    let copy = machine.path("copy.db");
    for _ in 0..2 {
        store::back_up(&machine.database(), &copy).unwrap();
        store::restore(&machine.database(), &copy, at(1)).unwrap();
    }
    assert_eq!(
        names(machine.folder.path()),
        [
            "copy.db",
            "events.db",
            "events.db.believing.lock",
            "events.db.lock",
            "events.db.replaced-20260820T070000Z",
            "events.db.replaced-20260820T070000Z-2",
        ]
    );
}

#[test]
fn a_restored_copy_logs_no_one_in() {
    let machine = Machine::new();
    machine.tell(&[evening("1", 2000)], 0);
    let mut store = machine.store();
    store.set_password("jo", "$argon2id$…", at(0)).unwrap();
    store.begin_session("hash", "jo", at(0)).unwrap();
    let copy = machine.path("copy.db");
    store::back_up(&machine.database(), &copy).unwrap();
    store.end_session("hash").unwrap();
    store::restore(&machine.database(), &copy, at(1)).unwrap();
    assert_eq!(store.session("hash", at(1)).unwrap(), None);
    assert!(store.password("jo").unwrap().is_some());
}
