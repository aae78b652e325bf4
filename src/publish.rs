//! Text → file, and many files → folder: whole or not at all, and only if it changed. And which names mean one file.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

mod folder;

pub use folder::{Error as FolderError, Written, folder};

/// Links that are followed to a file that is not there yet, as many as Linux follows.
const MOST_LINKS: usize = 40;

/// Names that are tried for a temporary file. Others are taken only by writers at work, or on purpose.
const MOST_NAMES: usize = 100;

/// Writes a file by renaming a finished one onto it: a reader sees the old text or the new, never a part.
///
/// Answers whether the file changed; one that already holds the text is not touched. A link to a file stays a
/// link, a file keeps who may read and write it, and what is no file (`/dev/stdout`, a pipe) is written to as
/// it is: a name there is not ours to give away.
///
/// # Errors
/// If the folder cannot be written; then the old file stands as it was.
pub fn file(path: &Path, text: &str) -> io::Result<bool> {
    let path = &target(path);
    let old = fs::metadata(path).ok();
    if old.as_ref().is_some_and(is_no_file) {
        File::options()
            .write(true)
            .open(path)?
            .write_all(text.as_bytes())?;
        return Ok(true);
    }
    let is_as_long = old
        .as_ref()
        .is_some_and(|old| old.len() == text.len() as u64);
    if is_as_long && fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(false);
    }
    let mut part = Part::beside(path, old.is_some())?;
    if let Some(old) = &old {
        part.file.set_permissions(old.permissions())?;
    }
    part.file.write_all(text.as_bytes())?;
    part.file.sync_all()?;
    part.publish(path)?;
    Ok(true)
}

/// Whether [`file()`] could write there, as far as can be known without writing: asked before long work, which
/// otherwise would end without a place for its result.
///
/// # Errors
/// As [`file()`] would end.
pub fn is_ready(path: &Path) -> io::Result<()> {
    let path = &target(path);
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if is_no_file(&there) => Ok(()),
        _ => Part::beside(path, true).map(drop),
    }
}

/// A temporary file `NAME.PID-N.part` beside the file that it is to replace. It is removed when dropped.
///
/// A lock on it tells that its writer lives. The system releases the lock of a process that ends, however it
/// ends, also where process numbers are used again or belong to another container.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) path: PathBuf,
    /// Holds the lock.
    file: File,
}

impl Part {
    /// Makes an empty one, never through a name that exists, and removes those that killed writers left.
    pub(crate) fn beside(path: &Path, private: bool) -> io::Result<Part> {
        let (folder, name) = folder_and_name(path)?;
        remove_stale(folder, name);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        #[cfg(not(unix))]
        let _ = private;
        for number in 0..MOST_NAMES {
            let mut part = name.to_owned();
            part.push(format!(".{}-{number}.part", std::process::id()));
            let path = folder.join(part);
            let file = match options.open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            // Who cleans up may have found it before it was locked. Not every file system has locks: there
            // nothing is cleaned up.
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => continue,
                Ok(()) if !is_named(&file, &path) => continue,
                Ok(()) | Err(TryLockError::Error(_)) => return Ok(Part { path, file }),
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            format!("all {MOST_NAMES} names for a temporary file beside it are taken"),
        ))
    }

    /// Renames it onto a file of its folder.
    pub(crate) fn publish(self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        let (folder, _) = folder_and_name(path)?;
        // The new name is on the disk only when its folder is.
        File::open(folder)?.sync_all()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After a rename the name is free, or another writer's.
        if is_named(&self.file, &self.path) {
            remove_with_journals(&self.path);
        }
    }
}

/// Removes a file, with what SQLite may have left beside it.
fn remove_with_journals(path: &Path) {
    for end in ["-wal", "-shm", "-journal", ""] {
        let mut name = path.to_owned().into_os_string();
        name.push(end);
        let _ = fs::remove_file(name);
    }
}

/// Removes the temporary files that writers of a file left when they ended: they have the name of one, are files and
/// not links, and are not locked.
fn remove_stale(folder: &Path, name: &std::ffi::OsStr) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_file || !is_part_of(&entry.file_name(), name) {
            continue;
        }
        let path = entry.path();
        // For writing, too: a lock over NFS needs it.
        let Ok(file) = File::options().read(true).write(true).open(&path) else {
            continue;
        };
        if file.try_lock().is_ok() && is_named(&file, &path) {
            remove_with_journals(&path);
        }
    }
}

/// Whether a name is `NAME.PID-N.part`.
fn is_part_of(part: &std::ffi::OsStr, name: &std::ffi::OsStr) -> bool {
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    part.as_encoded_bytes()
        .strip_prefix(name.as_encoded_bytes())
        .and_then(|rest| rest.strip_prefix(b"."))
        .and_then(|rest| rest.strip_suffix(b".part"))
        .and_then(|rest| {
            let dash = rest.iter().position(|byte| *byte == b'-')?;
            Some(digits(&rest[..dash]) && digits(&rest[dash + 1..]))
        })
        .unwrap_or(false)
}

/// Whether a name, itself and not through a link, still means an open file.
#[cfg(unix)]
fn is_named(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let of = |there: io::Result<Metadata>| there.map(|there| (there.dev(), there.ino())).ok();
    let named = of(fs::symlink_metadata(path));
    named.is_some() && named == of(file.metadata())
}

#[cfg(not(unix))]
fn is_named(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Which file a name means. Two names of one file have the same, through links and hard links, also where no
/// file is yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A file that is there: its device and its number there.
    There(u64, u64),
    /// Where it would be made: in a folder without links.
    Name(PathBuf),
}

impl Identity {
    /// None for what is no file: a terminal, a pipe, a folder, `/dev/null`. Those hold nothing that could be
    /// overwritten.
    #[must_use]
    pub fn of(path: &Path) -> Option<Identity> {
        match fs::metadata(path) {
            Ok(there) if there.is_file() => Some(Identity::of_file(path, &there)),
            Ok(_) => None,
            Err(_) => Some(Identity::Name(target(path))),
        }
    }

    #[cfg(unix)]
    fn of_file(_: &Path, there: &Metadata) -> Identity {
        use std::os::unix::fs::MetadataExt;
        Identity::There(there.dev(), there.ino())
    }

    #[cfg(not(unix))]
    fn of_file(path: &Path, _: &Metadata) -> Identity {
        Identity::Name(target(path))
    }
}

/// The file that a name leads to through links, also if there is none yet.
#[must_use]
pub fn target(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if let Ok(there) = fs::canonicalize(&path) {
            return there;
        }
        // The links to pipes below /proc lead nowhere by name, and still open.
        if fs::metadata(&path).is_ok() {
            return path;
        }
        path = in_its_folder(&path);
        let Ok(next) = fs::read_link(&path) else {
            return path;
        };
        path = path.parent().unwrap_or(Path::new("/")).join(next);
    }
    path
}

/// A name in a folder without links, as far as its folders exist.
fn in_its_folder(path: &Path) -> PathBuf {
    let Ok((folder, name)) = folder_and_name(path) else {
        return path.to_owned();
    };
    match fs::canonicalize(folder) {
        Ok(folder) => folder.join(name),
        Err(_) if folder == Path::new(".") || folder == path => path.to_owned(),
        Err(_) => in_its_folder(folder).join(name),
    }
}

fn is_no_file(there: &Metadata) -> bool {
    !there.is_file() && !there.is_dir()
}

fn folder_and_name(path: &Path) -> io::Result<(&Path, &std::ffi::OsStr)> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "names no file"))?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    Ok((folder, name))
}
