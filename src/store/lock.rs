//! One refresh at a time, across processes: a lock on a file beside the database, which the system releases
//! if its holder dies.

use super::{Error, Store};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Held while a refresh runs; released when dropped, and by the system if the process dies.
#[derive(Debug)]
pub struct RefreshLock {
    _file: File,
}

impl Store {
    /// Takes the lock that only one refresh at a time may hold.
    ///
    /// # Errors
    /// [`Error::Locked`] names the process that holds it.
    pub fn lock_refresh(&self) -> Result<Option<RefreshLock>, Error> {
        if self.path == Path::new(":memory:") {
            return Ok(None);
        }
        of(&self.path).map(Some)
    }
}

/// The lock of the database at a path, whether or not there is one. Who comes by a link finds the same lock.
pub(super) fn of(database: &Path) -> Result<RefreshLock, Error> {
    let database = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let mut name = database.into_os_string();
    name.push(".lock");
    let path = PathBuf::from(name);
    let open = |error: std::io::Error| Error::Open {
        path: path.clone(),
        what: error.to_string(),
    };
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(open)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Whoever holds it wrote its number; if that cannot be read, "unknown" is the truth.
            let _ = (&file).take(20).read_to_string(&mut holder);
            let holder = holder.trim().to_owned();
            return Err(Error::Locked(if holder.is_empty() {
                "unknown".to_owned()
            } else {
                holder
            }));
        }
        Err(TryLockError::Error(error)) => return Err(open(error)),
    }
    file.set_len(0).and_then(|()| file.rewind()).map_err(open)?;
    write!(file, "{}", std::process::id()).map_err(open)?;
    Ok(RefreshLock { _file: file })
}
