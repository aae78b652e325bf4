//! A backup → the database, so that subscribers to its calendars never see an event fall behind
//! what was seen of it before.
//!
//! A copy is older than the world it returns to. What is still to come therefore rises once in SEQUENCE
//! and LAST-MODIFIED (RFC 5545 sections 3.8.7.3 and 3.8.7.4): above what the replaced database had published,
//! where that can be read; else by one, and by as much again as a change on each day since the copy would
//! have come to.

use super::backup::{
    Copied, Kind, about, beside, create_private, is_foreign, is_same_file, kind, read_only,
    remove_with_journals, sound, sql, whole, with_end, write_copy,
};
use super::{BUSY, Error, MIGRATIONS, Store, instant, lock, text};
use crate::believe::curate::{Floors, Published};
use crate::facts::event::EventId;
use crate::publish::Part;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// How often others may write into the replaced database while it is read before it is left as it is.
const TRIES: usize = 5;

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the copy held, with the version that its tables had.
    pub copied: Copied,
    /// The version that its tables have now.
    pub version: usize,
    /// When a source was last visited, or a decision taken, before the copy was.
    pub last_visit: Option<DateTime<Utc>>,
    /// Events still to come: their SEQUENCE and LAST-MODIFIED rose.
    pub raised: usize,
    /// What stood there before, if anything did.
    pub kept: Option<Kept>,
}

/// The database that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it is now.
    pub path: PathBuf,
    /// How many entries of its log of decisions the copy does not have; `None` if it could not be read.
    pub decisions: Option<usize>,
}

/// Puts a copy in the place of the database at a path.
///
/// A kill at any moment leaves the database as it was or as it is to be. Who has it open meanwhile goes on
/// with what the copy holds.
///
/// # Errors
/// If the copy is no whole database of this program or an older one, while a refresh runs, or if the
/// files cannot be written; then the database is left as it was.
pub fn restore(database: &Path, from: &Path, now: DateTime<Utc>) -> Result<Restored, Error> {
    let copy = read_only(from)?;
    if is_same_file(database, from) {
        return Err(about(from, "is the database itself"));
    }
    sound(&copy, from)?;
    match kind(database).map_err(|error| about(database, error))? {
        Kind::Folder => return Err(about(database, "is a folder; name a file in it")),
        Kind::Database if is_foreign(database) => {
            return Err(about(
                database,
                "is a database, but not one of rusty-events: name another",
            ));
        }
        _ => {}
    }
    if let Some(folder) = database
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).map_err(|error| about(folder, error))?;
    }
    let _refresh = lock::of_refresh(database)?;
    let _believing = lock::of_believing(database)?;
    // SQLite keeps its journals beside the file that a link leads to.
    let database = &fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let part = Part::beside(database, true).map_err(|error| about(database, error))?;
    let staged = staged(&copy, from, &part.path)?;
    match live(database)? {
        Some(live) => into_database(&staged, live, database, now),
        None => into_place(staged, part, database, now),
    }
}

/// A checked and migrated copy beside the database.
struct Staged {
    store: Store,
    copied: Copied,
    last_visit: Option<DateTime<Utc>>,
    published: BTreeMap<EventId, Published>,
    floors: Floors,
}

/// What the replaced database published, and its log of decisions. Columns that every version has.
#[derive(Debug, Default)]
struct Before {
    /// Of each event SEQUENCE, first and last publication.
    events: BTreeMap<EventId, (u32, String, String)>,
    floors: Floors,
    /// Number and time.
    decisions: Vec<(i64, String)>,
}

/// Copies a copy, checks every row that any command reads, and migrates it.
fn staged(copy: &Connection, from: &Path, part: &Path) -> Result<Staged, Error> {
    let copied = write_copy(copy, from, part)?;
    // What is said of it must name the copy, not a file that is gone a moment later.
    let named = |error: Error| match error {
        Error::Damaged { table, row, what } => about(
            from,
            format!("is damaged: table {table}, row {row}: {what}"),
        ),
        Error::Open { what, .. } => about(from, what),
        error => error,
    };
    let store = Store::open_copy(part).map_err(named)?;
    store.listings().map_err(named)?;
    store.decisions().map_err(named)?;
    let published = store.published().map_err(named)?;
    let floors = store.floors().map_err(named)?;
    let last: Option<String> = store.connection.query_row(
        "SELECT max(at) FROM (SELECT max(at) AS at FROM visit UNION ALL SELECT max(at) FROM decision)",
        [],
        |row| row.get(0),
    )?;
    let last_visit = last.map(|at| instant("visit", "the last one", &at));
    Ok(Staged {
        copied,
        last_visit: last_visit.transpose().map_err(named)?,
        published,
        floors,
        store,
    })
}

/// The database that is to be replaced, if it can be written as one; none if nothing stands there, or what
/// does is damaged.
fn live(database: &Path) -> Result<Option<Connection>, Error> {
    if kind(database).map_err(|error| about(database, error))? != Kind::Database {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(database, flags).and_then(|live| {
        live.busy_timeout(BUSY)?;
        // What is damaged is kept to the byte.
        if whole(&live)?.is_some() {
            return Ok(None);
        }
        live.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        live.pragma_update(None, "synchronous", "FULL")?;
        Ok(Some(live))
    });
    match opened {
        Ok(live) => Ok(live),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Ok(None),
            _ => Err(sql(database, error)),
        },
    }
}

/// Writes over a whole database in one transaction of its own: readers see it before or after.
fn into_database(
    staged: &Staged,
    mut live: Connection,
    database: &Path,
    now: DateTime<Utc>,
) -> Result<Restored, Error> {
    let failed = |error: rusqlite::Error| sql(database, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(database, flags).map_err(failed)?;
    reader.busy_timeout(BUSY).map_err(failed)?;
    let commits = || reader.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0));
    for _ in 0..TRIES {
        let commits_before = commits().map_err(failed)?;
        let published = before(&reader);
        let raised = staged.raise(Some(&published), now)?;
        let backup = Backup::new(&staged.store.connection, &mut live).map_err(failed)?;
        // The first page takes the lock on writing. Until it is given back nothing can be added to what is kept.
        if let StepResult::Busy | StepResult::Locked = backup.step(1).map_err(failed)? {
            return Err(about(database, "is being written by another process"));
        }
        if commits().map_err(failed)? != commits_before {
            continue;
        }
        let kept = free_name(database, now);
        create_private(&kept).map_err(|error| about(&kept, error))?;
        let replaced = write_copy(&reader, database, &kept).and_then(|_| {
            while backup.step(-1).map_err(failed)? != StepResult::Done {}
            Ok(())
        });
        if let Err(error) = replaced {
            remove_with_journals(&kept);
            return Err(error);
        }
        let log = decisions(&staged.store.connection);
        let only_there = published.decisions.iter();
        let only_there = only_there.filter(|entry| !log.contains(entry));
        let decisions = Some(only_there.count());
        return Ok(staged.done(
            raised,
            Some(Kept {
                path: kept,
                decisions,
            }),
        ));
    }
    Err(about(
        database,
        "is being written by another process all the time: try again when it has ended",
    ))
}

/// Renames the copy to where no database stands, or one that cannot be read.
fn into_place(
    staged: Staged,
    part: Part,
    database: &Path,
    now: DateTime<Utc>,
) -> Result<Restored, Error> {
    let raised = staged.raise(None, now)?;
    let failed = |error: io::Error| about(database, error);
    let kept = free_name(database, now);
    let mut restored = staged.done(raised, None);
    staged.into_one_file(&part.path)?;
    let mut moved = Vec::new();
    let replace = || {
        // A journal of the old file would be taken for one of the new.
        for end in ["-wal", "-journal", "-shm"] {
            let (from, to) = (with_end(database, end), with_end(&kept, end));
            if from.exists() {
                fs::rename(&from, &to).map_err(failed)?;
                moved.push((from, to));
            }
        }
        // The file stays where it is until the new one takes its name.
        if database.exists() {
            fs::hard_link(database, &kept)
                .or_else(|_| fs::copy(database, &kept).map(drop))
                .map_err(failed)?;
        }
        part.publish(database).map_err(failed)
    };
    if let Err(error) = replace() {
        for (from, to) in moved {
            let _ = fs::rename(to, from);
        }
        let _ = fs::remove_file(&kept);
        return Err(error);
    }
    restored.kept = kept.exists().then_some(Kept {
        path: kept,
        decisions: None,
    });
    Ok(restored)
}

impl Staged {
    /// Lets what is still to come rise above what the world saw; answers how many events. A second time it
    /// writes the same, or what the database has published meanwhile.
    fn raise(&self, before: Option<&Before>, now: DateTime<Utc>) -> Result<usize, Error> {
        let days = self.last_visit.map_or(0, |last| (now - last).num_days());
        let days = u32::try_from(days).unwrap_or(0);
        let nothing = Before::default();
        let before = before.unwrap_or(&nothing);
        // A database that was begun anew meanwhile knows nothing of what this one's successors published.
        let known = |event: &Published| {
            before
                .events
                .get(&event.id)
                .filter(|(_, created, _)| *created == text(event.created))
        };
        let is_successor = self.published.values().any(|event| known(event).is_some());
        let store = &self.store.connection;
        let transaction = store.unchecked_transaction()?;
        let mut raised = 0;
        for event in self.published.values() {
            if event.when.over() < now {
                continue;
            }
            let (seen, last) = match known(event) {
                Some((sequence, _, modified)) => (
                    event.sequence.max(*sequence),
                    instant("published", event.id.as_str(), modified)?.max(event.modified),
                ),
                None => (event.sequence.saturating_add(days), event.modified),
            };
            let modified = now.max(last + TimeDelta::seconds(1));
            transaction.execute(
                "UPDATE published SET sequence = ?2, modified = ?3 WHERE id = ?1",
                params![event.id.as_str(), seen.saturating_add(1), text(modified)],
            )?;
            raised += 1;
        }
        let mut floors = self.floors.clone();
        floors.others = floors.others.max(before.floors.others);
        if !is_successor {
            floors.others = floors.others.max(days);
        }
        let mut floor = |id: &EventId, sequence: u32| {
            let known = floors.known.entry(id.clone()).or_default();
            *known = sequence.max(*known);
        };
        for (id, sequence) in &before.floors.known {
            floor(id, *sequence);
        }
        for (id, (sequence, _, _)) in &before.events {
            if !self.published.contains_key(id) {
                floor(id, sequence.saturating_add(1));
            }
        }
        // Who has logged out since is not to be logged in again.
        transaction.execute("DELETE FROM session", [])?;
        transaction.execute("DELETE FROM floor", [])?;
        let others = (floors.others > 0).then_some(("", floors.others));
        let known = floors.known.iter().map(|(id, floor)| (id.as_str(), *floor));
        for (id, floor) in known.chain(others) {
            transaction.execute("INSERT INTO floor VALUES (?1, ?2)", params![id, floor])?;
        }
        transaction.commit()?;
        Ok(raised)
    }

    fn done(&self, raised: usize, kept: Option<Kept>) -> Restored {
        Restored {
            copied: self.copied,
            version: MIGRATIONS.len(),
            last_visit: self.last_visit,
            raised,
            kept,
        }
    }

    /// Closes it, with nothing left beside it.
    fn into_one_file(self, part: &Path) -> Result<(), Error> {
        let connection = self.store.connection;
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        connection.close().map_err(|(_, error)| sql(part, error))?;
        File::open(part)
            .and_then(|file| file.sync_all())
            .map_err(|error| about(part, error))
    }
}

/// What can be read of a database that is being replaced, whatever version wrote it.
fn before(reader: &Connection) -> Before {
    let published = || -> rusqlite::Result<_> {
        let mut query = reader.prepare("SELECT id, sequence, created, modified FROM published")?;
        let found = query.query_map([], |row| {
            let id = EventId::stored(row.get(0)?);
            Ok((id, (row.get(1)?, row.get(2)?, row.get(3)?)))
        })?;
        found.collect()
    };
    Before {
        events: published().unwrap_or_default(),
        floors: Store::floors_of(reader).unwrap_or_default(),
        decisions: decisions(reader),
    }
}

/// The log of decisions: number and time of each entry.
fn decisions(connection: &Connection) -> Vec<(i64, String)> {
    let log = || -> rusqlite::Result<_> {
        let mut query = connection.prepare("SELECT id, at FROM decision")?;
        let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.collect()
    };
    // The first version kept none.
    log().unwrap_or_default()
}

/// A name beside the database for what it replaces.
fn free_name(database: &Path, now: DateTime<Utc>) -> PathBuf {
    let stem = format!("replaced-{}", now.format("%Y%m%dT%H%M%SZ"));
    let mut name = beside(database, &stem);
    let mut number = 2;
    while name.exists() {
        name = beside(database, &format!("{stem}-{number}"));
        number += 1;
    }
    name
}
