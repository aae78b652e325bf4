//! Printed issues → the database: what was printed, and when. What was learned before is not learned twice.

use crate::facts::issue;
use crate::section::grammar::{self, Draft, NotADraft};
use crate::section::select::Style;
use crate::store::{self, Origin, Store};
use chrono::{DateTime, NaiveDate, Utc};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What was taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    /// Issues that were not known, or have changed.
    pub new: usize,
    /// Issues that were known as they are.
    pub known: usize,
    /// Files that are no issue with a section, each with why; of a folder none is counted.
    pub unread: Vec<String>,
}

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or a folder.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        #[source]
        error: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |error| Error::Read { path, error }
}

/// Takes in one file, or every issue in a folder: of a checkout of the newsletter those in its `content`.
///
/// # Errors
/// If a file or the folder cannot be read, or the database cannot be written.
pub fn learn(
    store: &mut Store,
    path: &Path,
    style: &Style,
    now: DateTime<Utc>,
) -> Result<Learned, Error> {
    let mut learned = Learned::default();
    if !path.is_dir() {
        match issue(path, style)? {
            Ok((day, section)) => keep(store, (path, day, &section), now, &mut learned)?,
            Err(Unread::Merge(why) | Unread::NoIssue(why)) => {
                learned.unread.push(format!("{}: {why}", path.display()));
            }
        }
        return Ok(learned);
    }
    for file in files(path)? {
        match issue(&file, style)? {
            Ok((day, section)) => keep(store, (&file, day, &section), now, &mut learned)?,
            Err(Unread::Merge(why)) => learned.unread.push(format!("{}: {why}", file.display())),
            // A folder holds other pages too, and issues in forms of long ago.
            Err(Unread::NoIssue(_)) => {}
        }
    }
    Ok(learned)
}

/// The texts of a file, or of every Markdown file in a folder, each with the file's name. Of a folder the last
/// `MOST_TEXTS` by name are read: two years of weekly issues.
///
/// # Errors
/// If a file or the folder cannot be read.
pub fn texts(path: &Path) -> Result<Vec<(String, String)>, Error> {
    let files = match path.is_dir() {
        true => files(path)?,
        false => vec![path.to_owned()],
    };
    let from = files.len().saturating_sub(MOST_TEXTS);
    let read = files[from..].iter().map(|file| {
        let bytes = fs::read(file).map_err(unreadable(file))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        Ok((name.into_owned(), text))
    });
    read.collect()
}

/// Issues of a folder that are read to see how a newsletter prints: two years of a weekly one.
const MOST_TEXTS: usize = 104;

/// The Markdown files of a folder, by name. The newsletter's repository has its printed issues in a folder of their
/// own, beside its drafts.
fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let content = path.join("content");
    let folder = if content.is_dir() { &content } else { path };
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<io::Result<_>>()
        })
        .map_err(unreadable(folder))?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    Ok(files)
}

fn keep(
    store: &mut Store,
    (path, day, section): (&Path, NaiveDate, &str),
    now: DateTime<Utc>,
    learned: &mut Learned,
) -> Result<(), Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if store.keep_issue(day, Origin::Learned, &name, section, now)? {
        learned.new += 1;
    } else {
        learned.known += 1;
    }
    Ok(())
}

/// Why a file is not learned.
enum Unread {
    /// It is no issue, or none with a section that can be read.
    NoIssue(String),
    /// A merge was left unfinished in it.
    Merge(String),
}

/// A printed issue's day and section; or why the file is none.
///
/// What its name says is believed first, then its header: the line of the window has been forgotten there
/// from one issue to the next.
fn issue(path: &Path, style: &Style) -> Result<Result<(NaiveDate, String), Unread>, Error> {
    let bytes = fs::read(path).map_err(unreadable(path))?;
    let text = String::from_utf8_lossy(&bytes);
    let draft: Draft = match grammar::draft(&text, style) {
        Ok(draft) => draft,
        Err(why @ NotADraft::Conflict(..)) => return Ok(Err(Unread::Merge(why.to_string()))),
        Err(why) => return Ok(Err(Unread::NoIssue(why.to_string()))),
    };
    if draft.rows().next().is_none() {
        let why = "its section has no row that can be read".to_owned();
        return Ok(Err(Unread::NoIssue(why)));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (header, window) = draft.stated;
    Ok(match issue::in_name(&name).or(header).or(window) {
        Some(day) => Ok((day, text[draft.span.clone()].to_owned())),
        None => Err(Unread::NoIssue(
            "neither its name nor its header nor its window line says for which issue it is"
                .to_owned(),
        )),
    })
}
