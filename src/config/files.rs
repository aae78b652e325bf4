//! The files of a configuration and their text.

use super::Problem;
use crate::facts::wording::near;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes. A thousand sources take a quarter of it.
const LARGEST_BYTES: u64 = 1024 * 1024;

/// The newsletter's own configuration: each file's path below the folder, and its text.
pub const COMPILED_IN: &[(&str, &str)] = &[
    ("service.toml", include_str!("../../config/service.toml")),
    (
        "sources/calendars.toml",
        include_str!("../../config/sources/calendars.toml"),
    ),
    (
        "sources/luma.toml",
        include_str!("../../config/sources/luma.toml"),
    ),
    (
        "sources/manual.toml",
        include_str!("../../config/sources/manual.toml"),
    ),
    (
        "sources/meetup.toml",
        include_str!("../../config/sources/meetup.toml"),
    ),
    (
        "sources/pages.toml",
        include_str!("../../config/sources/pages.toml"),
    ),
    (
        "sources/searches.toml",
        include_str!("../../config/sources/searches.toml"),
    ),
    (
        "organisers.toml",
        include_str!("../../config/organisers.toml"),
    ),
];

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Service,
    Sources,
    Organisers,
    Decisions,
}

/// One file.
pub(super) struct File {
    /// As problems name it.
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
    pub(super) text: String,
}

/// The configuration that is compiled in; problems name its files by their path in the repository.
pub(super) fn compiled_in() -> Vec<File> {
    COMPILED_IN
        .iter()
        .map(|(path, text)| File {
            path: Path::new("config").join(path),
            kind: match path.split('/').next() {
                Some("sources") => Kind::Sources,
                Some("decisions") => Kind::Decisions,
                Some("organisers.toml") => Kind::Organisers,
                _ => Kind::Service,
            },
            text: (*text).to_owned(),
        })
        .collect()
}

/// The files of a folder, sources and decisions by file name. A file that cannot be read is a problem, and so
/// is a file with a name that is nearly right.
pub(super) fn of_folder(folder: &Path, problems: &mut Vec<Problem>) -> Vec<File> {
    let mut note = |file: &Path, line, what: String| {
        problems.push(Problem {
            file: file.to_path_buf(),
            line,
            key: String::new(),
            what,
            spot: None,
        });
    };
    if !folder.is_dir() {
        let what = if folder.exists() {
            "is not a folder; name the folder that holds service.toml and sources/"
        } else {
            "no such folder; name the folder that holds service.toml and sources/ with --config or \
             RUSTY_EVENTS_CONFIG, or neither, to use the newsletter's own sources"
        };
        note(folder, 0, what.to_owned());
        return Vec::new();
    }
    if holds_something_else(folder) {
        let what = "holds no configuration: neither service.toml nor sources/ is in it; name the folder that has them";
        note(folder, 0, what.to_owned());
        return Vec::new();
    }
    let mut named = Vec::new();
    for (name, kind) in [
        ("service.toml", Kind::Service),
        ("organisers.toml", Kind::Organisers),
    ] {
        let path = folder.join(name);
        if path.exists() {
            named.push((path, kind));
        }
    }
    for (name, kind) in [("sources", Kind::Sources), ("decisions", Kind::Decisions)] {
        let path = folder.join(name);
        match toml_files(&path) {
            Ok(files) => named.extend(files.into_iter().map(|file| (file, kind))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => note(&path, 0, format!("cannot be listed: {error}; {ALLOWED}")),
        }
        for file in misnamed(&path) {
            note(
                &file,
                0,
                "is not read; give it a name that ends in .toml".to_owned(),
            );
        }
    }
    for path in toml_files(folder).unwrap_or_default() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        const TAKEN: [&str; 2] = ["service.toml", "organisers.toml"];
        if TAKEN.contains(&&*name) {
            continue;
        }
        match near(&name, TAKEN) {
            Some(meant) => note(&path, 0, format!("is not read; did you mean {meant:?}?")),
            None if matches!(&*name, "sources.toml" | "decisions.toml") => {
                let stem = name.trim_end_matches(".toml");
                note(
                    &path,
                    0,
                    format!("is not read; move it into the folder {stem:?}"),
                );
            }
            None => {}
        }
    }
    named
        .into_iter()
        .filter_map(|(path, kind)| match text_of(&path) {
            Ok(text) => Some(File { path, kind, text }),
            Err((line, what)) => {
                note(&path, line, what);
                None
            }
        })
        .collect()
}

/// Whether a folder has visible files, but none of a configuration. An empty folder is one that is about to be
/// filled.
fn holds_something_else(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !name.contains(".db"))
        .peekable();
    // A misspelled name is reported with the one that was meant.
    let is_known =
        |name: String| matches!(&*name, "sources" | "decisions") || name.ends_with(".toml");
    names.peek().is_some() && !names.any(is_known)
}

/// What to do where the system refuses a file or a folder.
const ALLOWED: &str = "check who may read it";

/// The files of a folder that were meant to end in `.toml`: `meetup.tml`.
fn misnamed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_meant = |path: &PathBuf| {
        let end = path.extension().unwrap_or_default().to_string_lossy();
        end != "toml" && near(&end, ["toml"]).is_some()
    };
    entries.map(|entry| entry.path()).filter(is_meant).collect()
}

/// The `*.toml` files of a folder by name, without those that begin with a dot (a text editor's own files).
fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden
            && path
                .extension()
                .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A file's text; otherwise the line, and what is wrong.
fn text_of(path: &Path) -> Result<String, (usize, String)> {
    let unreadable = |error: io::Error| (0, format!("cannot be read: {error}; {ALLOWED}"));
    // This is asked before the file is opened: opening a named pipe would block until something writes to it.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err((0, "is not a file: make it one, or move it away".to_owned()));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(LARGEST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_BYTES {
        return Err((0, "is larger than 1 MiB; split it".to_owned()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
        (line, "is not UTF-8 text; save it as UTF-8".to_owned())
    })
}
