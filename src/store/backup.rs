//! A consistent copy of the database while it is in use, and what must hold of a copy before it is believed.
//!
//! A copy is one file: unlike the database it keeps nothing in a `-wal` beside it.

use super::refused::refused;
use super::{BUSY, Error, MIGRATIONS};
use crate::publish::{Identity, Part, target};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What every SQLite file begins with (<https://sqlite.org/fileformat.html>).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

const NO_DATABASE: &str = "is not a database; name a file that `rusty-events backup` wrote";

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Events that are published, past ones too.
    pub events: usize,
    /// Its size in bytes.
    pub bytes: u64,
    /// The version of its tables.
    pub version: usize,
}

/// Writes a consistent copy of the database at a path to another file, which is replaced as a whole. No
/// reader or writer of the database waits for it, and nothing is migrated.
///
/// The copy has the permissions of the database.
///
/// # Errors
/// If there is no database, or it is damaged; if `to` is the database itself, or something else than a
/// database; if it cannot be written. Then what stood there is left as it was.
pub fn back_up(database: &Path, to: &Path) -> Result<Copied, Error> {
    let original = read_only(database)?;
    if is_same_file(database, to) {
        return Err(about(
            to,
            "is the database itself; name another file for its copy",
        ));
    }
    // A slip of the keyboard must not cost a draft or a picture.
    let stands_in_the_way = match kind(to).map_err(|error| about(to, error))? {
        Kind::Nothing | Kind::Empty => false,
        Kind::Database => is_foreign(to),
        Kind::Folder => return Err(about(to, "is a folder; name a file in it")),
        Kind::Other => true,
    };
    if stands_in_the_way {
        return Err(about(
            to,
            "is there already and is no database of rusty-events; name another file",
        ));
    }
    let to = &target(to);
    let part = Part::beside(to, true).map_err(|error| {
        let what =
            format!("cannot be written: {error}: check the name, and that its folder is there");
        about(to, what)
    })?;
    let copied = write_copy(&original, database, &part.path).map_err(|error| match error {
        // The part has a name that was made up.
        Error::File { path, what } if path == part.path => about(to, what),
        error => error,
    })?;
    part.publish(to).map_err(|error| about(to, error))?;
    Ok(copied)
}

/// Copies an open database into an empty file and checks what was written.
pub(super) fn write_copy(original: &Connection, from: &Path, to: &Path) -> Result<Copied, Error> {
    let failed = |error: io::Error| about(to, error);
    let permissions = fs::metadata(from).map_err(|error| about(from, error))?;
    let mut copy = Connection::open(to).map_err(|error| sql(to, error))?;
    copy_all(original, &mut copy).map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => sql(to, error),
        _ => sql(from, error),
    })?;
    // The mode travels with the pages; a copy is to be one file.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
        .map_err(|error| sql(to, error))?;
    if let Some(verdict) = whole(&copy).map_err(|error| sql(from, error))? {
        return Err(damaged(from, &verdict));
    }
    let number = |query| {
        let number = copy.query_row(query, [], |row| row.get::<_, i64>(0));
        number.map(|number| usize::try_from(number).unwrap_or(0))
    };
    let events = number("SELECT count(*) FROM published").map_err(|error| sql(from, error))?;
    let version = number("PRAGMA user_version").map_err(|error| sql(from, error))?;
    copy.close().map_err(|(_, error)| sql(to, error))?;
    fs::set_permissions(to, permissions.permissions()).map_err(failed)?;
    let file = File::open(to).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(Copied {
        events,
        bytes: file.metadata().map_err(failed)?.len(),
        version,
    })
}

/// Copies all pages in one reading: what others commit meanwhile is not in it, and does not make it begin anew.
fn copy_all(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    let backup = Backup::new(from, to)?;
    loop {
        match backup.step(-1)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // Both waited for `BUSY` already.
            _ => {
                return Err(rusqlite::Error::SqliteFailure(
                    rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
                    Some("is in use by another process".to_owned()),
                ));
            }
        }
    }
}

/// Opens a database for reading only; it must be one of ours, and neither made nor migrated.
pub(super) fn read_only(path: &Path) -> Result<Connection, Error> {
    match kind(path).map_err(|error| about(path, error))? {
        Kind::Nothing => {
            return Err(about(
                path,
                "there is no such file; name one that `rusty-events backup` wrote",
            ));
        }
        Kind::Folder => return Err(about(path, "is a folder; name a file in it")),
        Kind::Empty => {
            return Err(about(
                path,
                "is empty; name a file that `rusty-events backup` wrote",
            ));
        }
        Kind::Other => return Err(about(path, NO_DATABASE)),
        Kind::Database => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| sql(path, error))?;
    connection
        .busy_timeout(BUSY)
        .map_err(|error| sql(path, error))?;
    version(&connection, path)?;
    Ok(connection)
}

/// The version of its tables, if they are ours. A newer one has tables that this program cannot judge.
fn version(connection: &Connection, path: &Path) -> Result<usize, Error> {
    let version: usize = connection
        .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
        .map_err(|error| sql(path, error))?
        .try_into()
        .unwrap_or(usize::MAX);
    if !has_our_tables(connection, version).map_err(|error| sql(path, error))? {
        return Err(about(path, "is a database, but not one of rusty-events"));
    }
    if version > MIGRATIONS.len() {
        return Err(about(
            path,
            format!(
                "was written by a newer rusty-events (version {version} of its tables; this program knows {}): update the program",
                MIGRATIONS.len()
            ),
        ));
    }
    Ok(version)
}

/// Whether it is a healthy database of some other program.
pub(super) fn is_foreign(path: &Path) -> bool {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
        .and_then(|connection| {
            let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            has_our_tables(&connection, version.try_into().unwrap_or(usize::MAX))
        })
        .is_ok_and(|ours| !ours)
}

/// Whether it has the tables of its version with their columns; of a newer version those that it must have
/// kept.
fn has_our_tables(connection: &Connection, version: usize) -> rusqlite::Result<bool> {
    let fresh = Connection::open_in_memory()?;
    for migration in &MIGRATIONS[..version.min(MIGRATIONS.len())] {
        fresh.execute_batch(migration)?;
    }
    let (expected, found) = (tables(&fresh)?, tables(connection)?);
    let has = |(table, columns): (&String, &BTreeSet<String>)| {
        found
            .get(table)
            .is_some_and(|found| found.is_superset(columns))
    };
    Ok(version > 0 && expected.iter().all(has))
}

/// Each table with its columns.
type Tables = BTreeMap<String, BTreeSet<String>>;

fn tables(connection: &Connection) -> rusqlite::Result<Tables> {
    let mut query = connection.prepare(
        "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c
         WHERE t.schema = 'main' AND t.type = 'table'",
    )?;
    let mut tables = Tables::new();
    let mut found = query.query([])?;
    while let Some(row) = found.next()? {
        tables.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(tables)
}

/// What is broken in it, if anything is.
pub(super) fn whole(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let verdict: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

/// That it is one of ours, and that nothing is broken in it.
pub(super) fn sound(connection: &Connection, path: &Path) -> Result<usize, Error> {
    let version = version(connection, path)?;
    match whole(connection).map_err(|error| sql(path, error))? {
        None => Ok(version),
        Some(verdict) => Err(damaged(path, &verdict)),
    }
}

pub(super) fn damaged(path: &Path, verdict: &str) -> Error {
    // Some verdicts are long lists, a line each.
    let first = verdict.lines().next_back().unwrap_or_default();
    about(path, format!("is damaged: {first}"))
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing.
    Nothing,
    /// A folder.
    Folder,
    /// A file without a byte.
    Empty,
    /// What begins like an SQLite database.
    Database,
    /// Anything else.
    Other,
}

pub(super) fn kind(path: &Path) -> io::Result<Kind> {
    if path.is_dir() {
        return Ok(Kind::Folder);
    }
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kind::Nothing),
        file => file?,
    };
    if !file.metadata()?.is_file() {
        return Ok(Kind::Other);
    }
    let mut start = Vec::new();
    file.take(16).read_to_end(&mut start)?;
    Ok(match &start[..] {
        [] => Kind::Empty,
        start if start == MAGIC => Kind::Database,
        _ => Kind::Other,
    })
}

/// Whether two names mean one file, or one of its companions.
pub(super) fn is_same_file(database: &Path, other: &Path) -> bool {
    let other = Identity::of(other);
    other.is_some()
        && files_of(database)
            .iter()
            .any(|file| Identity::of(file) == other)
}

/// The files of a database: itself, and what SQLite and its locks keep beside it, whether or not they are
/// there now.
#[must_use]
pub fn files_of(database: &Path) -> Vec<PathBuf> {
    // SQLite keeps its journals beside the file that a link leads to.
    let database = target(database);
    ["", "-wal", "-shm", "-journal", ".lock", ".believing.lock"]
        .iter()
        .map(|end| with_end(&database, end))
        .collect()
}

/// A path with something after its name.
pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(end);
    PathBuf::from(name)
}

/// A file of another name in the same folder, so that it can be renamed onto it.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    with_end(path, &format!(".{end}"))
}

/// Takes away an unfinished file, with what SQLite may have left beside it.
pub(super) fn remove_with_journals(part: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(with_end(part, end));
    }
}

/// Makes an empty file that only its owner may read.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(super) fn about(path: &Path, what: impl std::fmt::Display) -> Error {
    Error::File {
        path: path.to_owned(),
        what: what.to_string(),
    }
}

/// What SQLite says of a file, in words.
pub(super) fn sql(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => about(path, NO_DATABASE),
        Some(ErrorCode::DatabaseCorrupt) => damaged(path, &error.to_string()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => about(
            path,
            "is in use by another process: try again when it has ended",
        ),
        _ => about(path, refused(&error)),
    }
}
