//! Moves a database from its former place.

use super::Error;
use super::backup::{back_up, files_of};
use super::refused::refused;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

/// Moves a database to another file, which must not exist. Returns `false`, and changes nothing, if another
/// process has the database open.
///
/// # Errors
/// If a file cannot be written or the database is damaged; then it is still at its former place.
pub fn relocate(from: &Path, to: &Path) -> Result<bool, Error> {
    let failed = |what: String| Error::Open {
        path: from.to_owned(),
        what: format!("cannot be moved to {}: {what}", to.display()),
    };
    let io = |error: std::io::Error| failed(error.to_string());
    if !settled_alone(from).map_err(|error| failed(refused(&error)))? {
        return Ok(false);
    }
    if let Some(folder) = to.parent() {
        private_folder(folder).map_err(io)?;
    }
    match fs::rename(from, to) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            back_up(from, to)?;
            fs::remove_file(from).map_err(io)?;
        }
        Err(error) => return Err(io(error)),
    }
    // Only locks and empty journals are left.
    for rest in files_of(from) {
        let _ = fs::remove_file(rest);
    }
    Ok(true)
}

/// Brings everything in the journal into the database's file. `false` if another connection has it open: SQLite
/// leaves the WAL mode only for its sole user (<https://sqlite.org/wal.html>).
fn settled_alone(path: &Path) -> Result<bool, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    let mode: Result<String, _> =
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get(0));
    match mode {
        Ok(mode) => Ok(mode.eq_ignore_ascii_case("delete")),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Makes a folder that only its user can open, unless it exists.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
