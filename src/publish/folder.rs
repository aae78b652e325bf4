//! Many files → a folder, switched as a whole: a reader sees all of the old ones or all of the new ones.
//!
//! The folder is a symbolic link `NAME` to a folder `.NAME-HASH` beside it. The next one is written beside that, and
//! the link is replaced by renaming. A file that did not change is a hard link to the one before. A folder that a kill
//! left unfinished is never linked to, and is removed after a later switch.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Folders that are kept: this one, and the last for those who are still copying it.
const KEPT: usize = 2;

/// Names that are tried for one folder.
const MOST_NAMES: usize = 100;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Files in all.
    pub files: usize,
    /// Those that are new or different.
    pub changed: usize,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused.
    #[error("{}: {error}", path.display())]
    Refused {
        /// Which file or folder.
        path: PathBuf,
        /// What is wrong.
        #[source]
        error: io::Error,
    },
    /// Something else stands there.
    #[error("{} is there, and no export made it: name another one, or move it away", .0.display())]
    Foreign(PathBuf),
}

/// Writes a folder that holds these files, by their paths below it, and no others. Where it holds them already, nothing
/// is touched.
///
/// # Errors
/// Names the file or folder; then what stood there stands.
pub fn folder(path: &Path, files: &BTreeMap<String, String>) -> Result<Written, Error> {
    let place = Place::of(path)?;
    let old = place.current()?;
    let old = old.as_deref();
    let is_same = |(path, text): &(&String, &String)| old.is_some_and(|old| holds(old, path, text));
    let same = files.iter().filter(is_same).count();
    let written = Written {
        files: files.len(),
        changed: files.len() - same,
    };
    let is_whole = match old {
        None => false,
        Some(old) => count(old).map_err(refused(old))? == files.len(),
    };
    if written.changed == 0 && is_whole {
        return Ok(written);
    }
    let fresh = place.written(files, old)?;
    place.switch_to(&fresh).map_err(refused(path))?;
    place.forget(&fresh);
    Ok(written)
}

fn refused(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |error| Error::Refused { path, error }
}

/// The name of a folder, and where it and what it leads to stand.
struct Place<'a> {
    folder: &'a Path,
    parent: &'a Path,
    /// How the folders begin that it leads to: `.NAME-`.
    begin: String,
}

impl<'a> Place<'a> {
    fn of(folder: &'a Path) -> Result<Place<'a>, Error> {
        let (parent, name) = super::folder_and_name(folder).map_err(refused(folder))?;
        fs::create_dir_all(parent).map_err(refused(parent))?;
        Ok(Place {
            folder,
            parent,
            begin: format!(".{}-", name.to_string_lossy()),
        })
    }

    /// The folder that it leads to now. An empty folder of its name makes room.
    fn current(&self) -> Result<Option<PathBuf>, Error> {
        let failed = || refused(self.folder);
        if self.folder.is_symlink() {
            // A link of another kind leads where its maker wants the files: it is not ours to turn elsewhere.
            let target = fs::read_link(self.folder).map_err(failed())?;
            return match target.to_string_lossy().starts_with(&self.begin) {
                true => Ok(Some(self.parent.join(target))),
                false => Err(Error::Foreign(self.folder.to_owned())),
            };
        }
        if self.folder.exists() {
            let is_empty = self.folder.is_dir()
                && fs::read_dir(self.folder)
                    .map_err(failed())?
                    .next()
                    .is_none();
            if !is_empty {
                return Err(Error::Foreign(self.folder.to_owned()));
            }
            fs::remove_dir(self.folder).map_err(failed())?;
        }
        Ok(None)
    }

    /// A folder beside it with these files: a new one, or one of before that holds the same.
    fn written(
        &self,
        files: &BTreeMap<String, String>,
        old: Option<&Path>,
    ) -> Result<PathBuf, Error> {
        let hash = hash(files);
        for number in 1..=MOST_NAMES {
            let name = match number {
                1 => format!("{}{hash}", self.begin),
                number => format!("{}{hash}-{number}", self.begin),
            };
            let fresh = self.parent.join(name);
            match fs::create_dir(&fresh) {
                Ok(()) => {
                    if let Err(error) = write(&fresh, files, old) {
                        let _ = fs::remove_dir_all(&fresh);
                        return Err(refused(&fresh)(error));
                    }
                    return Ok(fresh);
                }
                // Not if a kill or a power cut has damaged it, or another process still writes it.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let is_whole = count(&fresh).is_ok_and(|count| count == files.len())
                        && files.iter().all(|(path, text)| holds(&fresh, path, text));
                    if is_whole {
                        return Ok(fresh);
                    }
                }
                Err(error) => return Err(refused(&fresh)(error)),
            }
        }
        let error = io::Error::new(
            io::ErrorKind::AlreadyExists,
            format!("all {MOST_NAMES} names of a folder beside it are taken"),
        );
        Err(refused(self.folder)(error))
    }

    fn switch_to(&self, fresh: &Path) -> io::Result<()> {
        let link = self
            .parent
            .join(format!("{}{}.link", self.begin, std::process::id()));
        // A killed process may have had the same number.
        let _ = fs::remove_file(&link);
        link_to(Path::new(fresh.file_name().unwrap_or_default()), &link)?;
        fs::rename(&link, self.folder)?;
        fs::File::open(self.parent)?.sync_all()
    }

    /// Removes folders before the last; what cannot be removed is removed next time.
    fn forget(&self, current: &Path) {
        let Ok(entries) = fs::read_dir(self.parent) else {
            return;
        };
        let mut old: Vec<_> = entries
            .filter_map(Result::ok)
            .filter(|entry| {
                let name = entry.file_name();
                name.to_string_lossy().starts_with(&self.begin)
            })
            .map(|entry| entry.path())
            .filter(|path| path != current && path.is_dir() && !path.is_symlink())
            .filter_map(|path| Some((path.metadata().and_then(|of| of.modified()).ok()?, path)))
            .collect();
        old.sort();
        let kept = old.len().saturating_sub(KEPT - 1);
        for (_, path) in old.drain(..kept) {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Writes the files into an empty folder; one that `old` has stays the same file.
fn write(fresh: &Path, files: &BTreeMap<String, String>, old: Option<&Path>) -> io::Result<()> {
    for (path, text) in files {
        let file = fresh.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        let same = old.filter(|old| holds(old, path, text));
        if same.is_some_and(|old| fs::hard_link(old.join(path), &file).is_ok()) {
            continue;
        }
        let mut file = fs::File::create(&file)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn link_to(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn link_to(target: &Path, link: &Path) -> io::Result<()> {
    let _ = (target, link);
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "needs symbolic links as Unix has them",
    ))
}

/// Whether a folder has a file with this text.
fn holds(folder: &Path, path: &str, text: &str) -> bool {
    let file = folder.join(path);
    let is_as_long = fs::metadata(&file).is_ok_and(|there| there.len() == text.len() as u64);
    is_as_long && fs::read(file).is_ok_and(|there| there == text.as_bytes())
}

/// How many files a folder holds, in all its folders.
fn count(folder: &Path) -> io::Result<usize> {
    let mut files = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files += if entry.file_type()?.is_dir() {
            count(&entry.path())?
        } else {
            1
        };
    }
    Ok(files)
}

fn hash(files: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    let hash = hash.finalize();
    hash.iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
