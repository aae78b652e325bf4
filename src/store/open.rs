//! Opening the database: in its file, in memory, or as a copy in memory; and bringing it to the form of today.

use super::{BUSY, Error, MIGRATIONS, OLDEST_SQLITE, Store};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Statements that a connection keeps compiled: all that a page asks.
const STATEMENTS: usize = 64;

impl Store {
    /// Opens the database, making or migrating it if need be.
    ///
    /// # Errors
    /// Names the file and what is wrong with it: no folder, no permission, not a database, damaged, or
    /// written by a newer program.
    pub fn open(path: &Path) -> Result<Store, Error> {
        let open = |what: String| Error::Open {
            path: path.to_owned(),
            what,
        };
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(open(format!(
                "SQLite {} can lose committed data: 3.51.3 or newer is needed",
                rusqlite::version()
            )));
        }
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                return Err(open("is a folder; name a file in it".to_owned()));
            }
            // SQLite would write its journal beside a device.
            Ok(found) if !found.is_file() => {
                return Err(open("is no file; name another".to_owned()));
            }
            _ => {}
        }
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)
                .map_err(|error| open(format!("cannot make its folder: {error}")))?;
        }
        let connection = Connection::open(path).map_err(|error| open(refused(&error)))?;
        let mut store = Store {
            connection,
            path: path.to_owned(),
        };
        store.prepare().map_err(|error| match error {
            Error::Sql(error) => open(refused(&error)),
            error => error,
        })?;
        Ok(store)
    }

    /// A database in memory, for reading a page without keeping anything.
    ///
    /// # Errors
    /// Only if SQLite itself fails.
    pub fn in_memory() -> Result<Store, Error> {
        let mut store = Store {
            connection: Connection::open_in_memory()?,
            path: PathBuf::from(":memory:"),
        };
        store.prepare()?;
        Ok(store)
    }

    /// A copy in memory of the database at a path; an empty one if there is no file. What is done to it stays
    /// without consequence.
    ///
    /// # Errors
    /// As for [`Store::open`], which it does not do: nothing is made or migrated on the disk.
    pub fn copied_to_memory(path: &Path) -> Result<Store, Error> {
        let mut copy = Connection::open_in_memory()?;
        if path.exists() {
            let open = |error: rusqlite::Error| Error::Open {
                path: path.to_owned(),
                what: refused(&error),
            };
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let original = Connection::open_with_flags(path, flags).map_err(open)?;
            original.busy_timeout(BUSY)?;
            let backup = rusqlite::backup::Backup::new(&original, &mut copy).map_err(open)?;
            backup
                .run_to_completion(1_000, Duration::from_millis(5), None)
                .map_err(open)?;
        }
        let mut store = Store {
            connection: copy,
            path: PathBuf::from(":memory:"),
        };
        store.prepare().map_err(|error| match error {
            // What is wrong with the copy is wrong with the file.
            Error::Open { what, .. } => Error::Open {
                path: path.to_owned(),
                what,
            },
            error => error,
        })?;
        Ok(store)
    }

    /// A number that is another one whenever another connection has changed the database since.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn data_version(&self) -> Result<i64, Error> {
        let mut query = self.connection.prepare_cached("PRAGMA data_version")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// Reads several things as of one moment, whatever others commit meanwhile.
    ///
    /// # Errors
    /// If the database cannot be read, and what `read` says.
    pub fn at_one_moment<T>(
        &self,
        read: impl FnOnce(&Store) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let moment = self.connection.unchecked_transaction()?;
        let done = read(self)?;
        moment.finish()?;
        Ok(done)
    }

    fn prepare(&mut self) -> Result<(), Error> {
        self.connection.busy_timeout(BUSY)?;
        self.connection
            .set_prepared_statement_cache_capacity(STATEMENTS);
        self.connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        // Who opens a database that is up to date must wait for nobody's writing.
        if version(&self.connection)? == MIGRATIONS.len() {
            return Ok(());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = version(&transaction)?;
        if version > MIGRATIONS.len() {
            let what = format!(
                "was written by a newer rusty-events (version {version} of its tables; this program knows {}): update the program",
                MIGRATIONS.len()
            );
            return Err(Error::Open {
                path: self.path.clone(),
                what,
            });
        }
        for migration in &MIGRATIONS[version..] {
            transaction.execute_batch(migration)?;
        }
        if version < MIGRATIONS.len() {
            transaction.pragma_update(
                None,
                "user_version",
                i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX),
            )?;
        }
        transaction.commit()?;
        Ok(())
    }
}

/// Why SQLite cannot use a database, and what to do.
pub(super) fn refused(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "is not a database; name another file".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => {
            "is damaged: `rusty-events restore FILE` puts a backup in its place".to_owned()
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => format!(
            "{error}; the file and its folder must be writable, also for reading: run it as the user who owns them"
        ),
        _ => error.to_string(),
    }
}

/// How many migrations a database has seen.
fn version(connection: &Connection) -> Result<usize, Error> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(version.try_into().unwrap_or(usize::MAX))
}
