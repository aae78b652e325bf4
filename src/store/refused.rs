//! What SQLite says of a database, in words.

use super::BUSY;
use rusqlite::ErrorCode;

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
        Some(ErrorCode::DiskFull) => {
            "database or disk is full: nothing was written, and what was stored is whole; make room and run it again"
                .to_owned()
        }
        Some(ErrorCode::SystemIoFailure) => format!(
            "{error}: its disk is full or fails, and nothing was written; look at `df` and the system's log, and run it again"
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => format!(
            "is in use: another program has been writing it for more than {} seconds; run it again when that has ended",
            BUSY.as_secs()
        ),
        _ => error.to_string(),
    }
}
