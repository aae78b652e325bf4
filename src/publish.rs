//! Text → file: whole or not at all, and only if it changed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file by renaming a finished one onto it: a reader sees the old text or the new, never a part.
///
/// Answers whether the file changed; one that already holds the text is not touched. A link stays a link: what it
/// leads to is written. The permissions of the old file stay. What is no regular file (`/dev/stdout`, a pipe) holds
/// nothing that could be replaced: the text goes into it.
///
/// # Errors
/// If the folder cannot be written; then the old file stands as it was.
pub fn file(path: &Path, text: &str) -> io::Result<bool> {
    let old = match fs::metadata(path) {
        Ok(old) if !old.is_file() && !old.is_dir() => {
            File::options()
                .write(true)
                .open(path)?
                .write_all(text.as_bytes())?;
            return Ok(true);
        }
        Ok(old) => Some(old),
        Err(_) => None,
    };
    let is_same = old
        .as_ref()
        .is_some_and(|old| old.len() == text.len() as u64)
        && fs::read(path).is_ok_and(|old| old == text.as_bytes());
    if is_same {
        return Ok(false);
    }
    let real = fs::canonicalize(path);
    let path = real.as_deref().unwrap_or(path);
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "names no file"))?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut part = name.to_owned();
    part.push(format!(".{}.part", std::process::id()));
    let part = folder.join(part);
    let written = (|| {
        let mut file = File::create(&part)?;
        if let Some(old) = old {
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
