//! `-`: standard input where a command reads a file, standard output where it writes one.

use super::Misused;
use anyhow::Context;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Bytes of a text that are read at most.
pub(super) const LONGEST: u64 = 10 << 20;

/// Whether a file's name stands for standard input or output.
pub(super) fn is_pipe(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether the files of a command are standard input; it cannot be one of several.
pub(super) fn is_alone(files: &[PathBuf]) -> Result<bool, Misused> {
    match files {
        [file] => Ok(is_pipe(file)),
        files if files.iter().any(|file| is_pipe(file)) => Err(Misused(
            "- is standard input and cannot be combined with files: name one or the other"
                .to_owned(),
        )),
        _ => Ok(false),
    }
}

/// What to call what is read in messages.
pub(super) fn shown(path: &Path) -> String {
    match is_pipe(path) {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// The bytes of a file or of standard input.
fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut take = |from: &mut dyn Read| from.take(LONGEST + 1).read_to_end(&mut bytes);
    match is_pipe(path) {
        true => take(&mut std::io::stdin().lock()),
        false => std::fs::File::open(path).and_then(|mut open| take(&mut open)),
    }
    .with_context(|| format!("cannot read {}", shown(path)))?;
    if bytes.len() as u64 > LONGEST {
        anyhow::bail!("{} has more than {LONGEST} bytes", shown(path));
    }
    Ok(bytes)
}

/// The text of a file or of standard input.
pub(super) fn text(path: &Path) -> anyhow::Result<String> {
    String::from_utf8(bytes(path)?).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let ends = error.as_bytes()[..good]
            .iter()
            .filter(|byte| **byte == b'\n');
        let line = ends.count() + 1;
        anyhow::anyhow!("{}:{line}: not UTF-8: save the file as UTF-8", shown(path))
    })
}

/// Standard input as a file, for a reader of files. It is removed with the value.
pub(super) fn kept() -> anyhow::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new().context("cannot keep standard input")?;
    file.write_all(&bytes(Path::new("-"))?)
        .context("cannot keep standard input")?;
    Ok(file)
}
