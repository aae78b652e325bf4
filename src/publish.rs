//! Text → file: whole or not at all, and only if it changed.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    let (folder, part) = part(path)?;
    let written = (|| {
        let mut file = File::create(&part)?;
        if let Some(old) = &old {
            file.set_permissions(old.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        // The new name is on the disk only when its folder is.
        File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written.map(|()| true)
}

/// Whether [`file()`] could write there, as far as can be told without writing: asked before long work, whose
/// result would have nowhere to go.
///
/// # Errors
/// As [`file()`] would end.
pub fn is_ready(path: &Path) -> io::Result<()> {
    let path = &target(path);
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if is_no_file(&there) => Ok(()),
        _ => {
            let (_, part) = part(path)?;
            File::create(&part)?;
            fs::remove_file(&part)
        }
    }
}

/// The file that a name leads to, through links.
fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn is_no_file(there: &Metadata) -> bool {
    !there.is_file() && !there.is_dir()
}

/// The folder of a file, and the name in it under which its next text is written.
fn part(path: &Path) -> io::Result<(&Path, PathBuf)> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "names no file"))?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut part = name.to_owned();
    part.push(format!(".{}.part", std::process::id()));
    Ok((folder, folder.join(part)))
}
