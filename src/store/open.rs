//! Opening the database: in its file, in memory, or as a copy in memory; and bringing it to the form of today.

use super::refused::refused;
use super::{BUSY, Error, MIGRATIONS, OLDEST_SQLITE, Store, backup};
use crate::publish::{Part, target};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
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
        Store::opened(path, true)
    }

    /// The same for a copy of a database: the file that it was copied from stays as it is.
    pub(super) fn open_copy(path: &Path) -> Result<Store, Error> {
        Store::opened(path, false)
    }

    fn opened(path: &Path, is_original: bool) -> Result<Store, Error> {
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
            std::fs::create_dir_all(folder).map_err(|error| {
                open(format!(
                    "cannot make its folder: {error}; name another file with --database"
                ))
            })?;
        }
        // It holds logins and what editors wrote: none but its owner reads it. SQLite gives its journals the same
        // permissions. Where it is there already, they are the owner's to choose.
        let _ = backup::create_private(&target(path));
        let connection = Connection::open(path).map_err(|error| open(refused(&error)))?;
        let mut store = Store {
            connection,
            path: path.to_owned(),
        };
        store.prepare(is_original).map_err(|error| match error {
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
        store.prepare(false)?;
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
        store.prepare(false).map_err(|error| match error {
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

    /// Brings it to the form of today; an original is copied before.
    fn prepare(&mut self, is_original: bool) -> Result<(), Error> {
        self.connection.busy_timeout(BUSY)?;
        // Otherwise a statement is planned anew each time that it is asked with other values.
        self.connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        self.connection
            .set_prepared_statement_cache_capacity(STATEMENTS);
        self.connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        // What one statement may have to take back goes to a file otherwise: a write for each listing.
        self.connection
            .pragma_update(None, "temp_store", "MEMORY")?;
        self.is_ours()?;
        // A database that is up to date is opened without waiting for one that writes.
        let before = version(&self.connection)?;
        if before == MIGRATIONS.len() {
            return Ok(());
        }
        if is_original && (1..MIGRATIONS.len()).contains(&before) {
            self.copy_before_migration(before)?;
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

impl Store {
    /// Refuses a healthy database of another program before anything is changed in it.
    fn is_ours(&self) -> Result<(), Error> {
        let (tables, ours): (i64, i64) = self.connection.query_row(
            "SELECT count(*), count(*) FILTER (WHERE name IN ('listing', 'visit', 'identity', 'published'))
             FROM sqlite_master WHERE type = 'table'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if tables == 0 || ours == 4 {
            return Ok(());
        }
        Err(Error::Open {
            path: self.path.clone(),
            what: "is a database of another program, and is left as it is; name another file"
                .to_owned(),
        })
    }

    /// Copies the file before its tables are changed: an older program reads the copy, and not what is made of it.
    fn copy_before_migration(&self, version: usize) -> Result<(), Error> {
        let copy = backup::with_end(&target(&self.path), &format!(".version-{version}"));
        let failed = |what: String| Error::Open {
            path: self.path.clone(),
            what: format!(
                "is of version {version} and is brought to {} by this program, after a copy; the copy {} cannot be made, and nothing was changed: {what}",
                MIGRATIONS.len(),
                copy.display()
            ),
        };
        let part = Part::beside(&copy, true).map_err(|error| failed(error.to_string()))?;
        backup::write_copy(&self.connection, &self.path, &part.path).map_err(
            |error| match error {
                Error::File { what, .. } | Error::Open { what, .. } => failed(what),
                error => failed(error.to_string()),
            },
        )?;
        part.publish(&copy)
            .map_err(|error| failed(error.to_string()))?;
        tracing::warn!(
            "the database {} is brought from version {version} to {}; {} is as it was, for an older program",
            self.path.display(),
            MIGRATIONS.len(),
            copy.display()
        );
        Ok(())
    }
}

/// How many migrations a database has seen.
fn version(connection: &Connection) -> Result<usize, Error> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(version.try_into().unwrap_or(usize::MAX))
}
