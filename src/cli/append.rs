//! Appends an entry to a file of the configuration, without touching what stands there.

use anyhow::{Context, bail};
use rusty_events::config;
use rusty_events::publish;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Appends an entry to a file in `sources/`. `what` is its kind, for the error. Returns the file and the entry's line.
///
/// # Errors
/// If the file cannot be written, or the configuration would be wrong with the entry; then the file is as before.
pub(super) fn append(
    root: &Path,
    path: &Path,
    entry: &str,
    what: &str,
) -> anyhow::Result<(PathBuf, usize)> {
    let folder = path.parent().unwrap_or(root);
    let old = match fs::read_to_string(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    let before = old.as_deref().unwrap_or_default();
    let gap = match before {
        "" => "",
        before if before.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let line = 1 + before.matches('\n').count() + gap.matches('\n').count();
    let no_folder = !folder.exists();
    let cannot = || format!("cannot write {}", path.display());
    fs::create_dir_all(folder).with_context(cannot)?;
    publish::file(path, &format!("{before}{gap}{entry}")).with_context(cannot)?;
    let Err(problems) = config::read(root) else {
        return Ok((path.to_owned(), line));
    };
    let back = match &old {
        Some(old) => publish::file(path, old).map(drop),
        None if no_folder => fs::remove_file(path).and_then(|()| fs::remove_dir(folder)),
        None => fs::remove_file(path),
    };
    back.with_context(|| format!("cannot put {} back as it was", path.display()))?;
    bail!(
        "the {what} was not added, because the configuration would be invalid with it:\n{problems}\n\n{entry}"
    )
}
