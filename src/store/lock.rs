//! One refresh and one believer at a time, across processes: locks on files beside the database, which the system
//! releases if their holder dies.

use super::{Error, Store};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Held while a refresh runs; released when dropped, and by the system if the process dies.
#[derive(Debug)]
pub struct RefreshLock {
    _lock: Held,
}

/// Held while what is stored is believed and published; released as a [`RefreshLock`] is.
#[derive(Debug)]
pub struct BelievingLock {
    _lock: Held,
}

/// A locked file. Closing the file would not be enough to release the lock: a child process that is just being
/// started has a copy of every open file until it executes its program, and the lock would stand that long.
#[derive(Debug)]
struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // If it fails, closing the file releases the lock.
        let _ = self.0.unlock();
    }
}

/// How often a waiting believer looks whether the other one is done, and for how long.
const LOOK: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(300);

impl Store {
    /// Takes the lock that only one believer at a time may hold, and waits for it. Believing takes seconds at most,
    /// for it asks no network: so what an editor decided takes effect while a refresh still runs.
    ///
    /// # Errors
    /// [`Error::Locked`] names the process that holds it for more than five minutes.
    pub fn lock_believing(&self) -> Result<Option<BelievingLock>, Error> {
        if self.path == Path::new(":memory:") {
            return Ok(None);
        }
        let began = Instant::now();
        loop {
            match of_believing(&self.path) {
                Err(Error::Locked(_)) if began.elapsed() < LONGEST_WAIT => {
                    std::thread::sleep(LOOK);
                }
                done => return done.map(Some),
            }
        }
    }

    /// Takes the lock that only one refresh at a time may hold.
    ///
    /// # Errors
    /// [`Error::Locked`] names the process that holds it.
    pub fn lock_refresh(&self) -> Result<Option<RefreshLock>, Error> {
        if self.path == Path::new(":memory:") {
            return Ok(None);
        }
        of_refresh(&self.path).map(Some)
    }
}

/// The lock of a believer of the database at a path, without waiting.
pub(super) fn of_believing(database: &Path) -> Result<BelievingLock, Error> {
    Ok(BelievingLock {
        _lock: of(database, ".believing.lock")?,
    })
}

/// The lock of a refresh of the database at a path, whether or not there is one.
pub(super) fn of_refresh(database: &Path) -> Result<RefreshLock, Error> {
    Ok(RefreshLock {
        _lock: of(database, ".lock")?,
    })
}

/// A locked file beside the database at a path. A link to the database has the same lock.
fn of(database: &Path, ending: &str) -> Result<Held, Error> {
    let database = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
    let mut name = database.into_os_string();
    name.push(ending);
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
            // The process that holds it wrote its number; if that cannot be read, "unknown" is the truth.
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
    Ok(Held(file))
}
