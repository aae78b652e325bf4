//! Everything public as static files, for a host that serves files to a million subscribers.
//!
//! The folder is a symbolic link to a folder beside it that holds one whole export: the next one is written beside
//! it and the link is replaced by renaming, so that nobody sees half of either. A file that did not change is the
//! same file as before. `headers.json` tells each file's content type and for how long it may be kept.

use super::content::{self, Content, Kind, Question, Refusal};
use super::pages;
use super::state::State;
use crate::believe::curate::Shown;
use crate::filter::{Filter, slug};
use crate::section::select::Heading;
use crate::store::{self, Store};
use crate::why::Known;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Exports that are kept: this one, and the last for whoever is still copying it.
const KEPT: usize = 2;

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
    /// A page could not be made.
    #[error("{0}: {1}")]
    Page(String, Refusal),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The folder.
    #[error("{}: {error}", path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        error: io::Error,
    },
    /// Something else stands there.
    #[error("{} is there, and no export made it: name another one, or move it away", .0.display())]
    Foreign(PathBuf),
}

/// A file of an export.
struct File {
    content: Content,
}

/// Writes everything public under `folder`; the time of `state` says what is to come.
///
/// # Errors
/// Names the page or the file; then what stood there stands.
pub fn export(state: &State, folder: &Path) -> Result<Written, Error> {
    let files = files(state)?;
    let mut headers = Vec::new();
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (path, file) in files {
        headers.push(json!({
            "path": path,
            "content_type": file.content.kind,
            "cache_control": file.content.cache_control(),
        }));
        all.insert(path, file.content.body);
    }
    all.insert("headers.json".to_owned(), format!("{:#}\n", json!(headers)));
    switch(folder, &all)
}

fn files(state: &State) -> Result<BTreeMap<String, File>, Error> {
    let snapshot = state.snapshot();
    let now = state.hour();
    let today = now.date_naive();
    let shown: Vec<_> = Filter::default()
        .of(snapshot.published.values(), today)
        .into_iter()
        .filter(|event| event.shown != Shown::Nowhere)
        .collect();

    // Where a page is asked for, and the file that it becomes.
    let mut wanted: Vec<(Kind, Option<String>, String, String)> = Vec::new();
    let mut want = |kind, parameter: Option<String>, address: String| {
        let file = match address.as_str() {
            "/" => "index.html".to_owned(),
            address if kind_is_page(kind, address) => format!("{}/index.html", &address[1..]),
            address => address[1..].to_owned(),
        };
        wanted.push((kind, parameter, address, file));
    };
    for (kind, address) in [
        (Kind::Upcoming, "/"),
        (Kind::Section, "/section"),
        (Kind::SectionMarkdown, "/section.md"),
        (Kind::SectionJson, "/section.json"),
        (Kind::SectionHtml, "/section.html"),
        (Kind::EventsIcs, "/events.ics"),
        (Kind::EventsJson, "/events.json"),
        (Kind::EventsAtom, "/events.atom"),
        (Kind::Sources, "/sources"),
        (Kind::SourcesJson, "/sources.json"),
        (Kind::Style, "/style.css"),
        (Kind::Script, "/script.js"),
    ] {
        want(kind, None, address.to_owned());
    }
    let feeds = std::iter::once("all").chain(Heading::all().map(Heading::slug));
    for name in feeds {
        let feed = format!("{name}.ics");
        want(Kind::Feed, Some(feed.clone()), format!("/feeds/{feed}"));
    }
    let countries: BTreeSet<String> = shown
        .iter()
        .filter_map(|event| event.place.as_ref())
        .map(|place| place.country().code().to_ascii_lowercase())
        .collect();
    for country in countries {
        let feed = format!("{country}.ics");
        let address = format!("/feeds/country/{feed}");
        want(Kind::CountryFeed, Some(feed), address);
    }
    let configured = &state.set.configuration.sources;
    let groups: BTreeSet<String> = shown
        .iter()
        .flat_map(|event| &event.organisers)
        .chain(
            configured
                .iter()
                .filter_map(|source| source.organiser.as_ref()),
        )
        .map(|known| slug(&known.name))
        .collect();
    for group in groups {
        let feed = format!("{group}.ics");
        let address = format!("/feeds/organiser/{feed}");
        want(Kind::OrganiserFeed, Some(feed), address);
        let atom = format!("{group}.atom");
        let address = format!("/organisers/{atom}");
        want(Kind::Organiser, Some(atom), address);
        let address = format!("/organisers/{group}");
        want(Kind::Organiser, Some(group), address);
    }
    for event in &shown {
        let id = event.id.to_string();
        let address = format!("/events/{id}");
        want(Kind::Event, Some(id), address);
    }

    let prefix = prefix(&state.set.base);
    let addresses: BTreeSet<&str> = wanted.iter().map(|(_, _, of, _)| of.as_str()).collect();
    let mut files = BTreeMap::new();
    let store = Store::open(&state.set.database)?;
    let orders = state.set.orders(now);
    let known = Known::new(&orders, content::newsletter(state, now), &store)?;
    for (kind, parameter, address, file) in &wanted {
        let question = Question {
            path: parameter.clone(),
            pairs: Vec::new(),
        };
        let content = content::exported(state, &snapshot, &known, *kind, &question, now)
            .map_err(|refusal| Error::Page(address.clone(), refusal))?;
        let content = if content.kind.starts_with("text/html") {
            Content {
                body: relinked(&content.body, &prefix, &addresses),
                max_age: Some(content.max_age.unwrap_or(60)),
                ..content
            }
        } else {
            content
        };
        files.insert(file.clone(), File { content });
    }
    let missing = pages::problem::page(
        &content::exported_site(state, now),
        &pages::problem::Problem {
            status: 404,
            title: "Not Found",
            detail: "there is no such page",
        },
    );
    let missing = Content {
        body: relinked(&missing.into_string(), &prefix, &addresses),
        ..Content::public("text/html; charset=utf-8", String::new(), 60)
    };
    files.insert("404.html".to_owned(), File { content: missing });
    Ok(files)
}

/// Whether an address is that of a page, and not of a file.
fn kind_is_page(kind: Kind, address: &str) -> bool {
    kind.is_page() && !address.ends_with(".atom")
}

/// The path under which a site is seen, without a slash at the end: empty, or `/repository`.
fn prefix(base: &str) -> String {
    url::Url::parse(base)
        .map(|url| url.path().trim_end_matches('/').to_owned())
        .unwrap_or_default()
}

/// A page whose own links lead to files. All else in a page is escaped: a quote is only ever ours.
fn relinked(page: &str, prefix: &str, addresses: &BTreeSet<&str>) -> String {
    let mut text = String::with_capacity(page.len() + page.len() / 16);
    let mut rest = page;
    let marks = [" href=\"/", " src=\"/", " action=\"/"];
    loop {
        let found = marks
            .iter()
            .filter_map(|mark| Some((rest.find(mark)?, mark.len())))
            .min();
        let Some((at, length)) = found else {
            text.push_str(rest);
            return text;
        };
        // Up to the slash, which begins the address.
        let begin = at + length - 1;
        text.push_str(&rest[..begin]);
        rest = &rest[begin..];
        let end = rest.find('"').unwrap_or(rest.len());
        let (address, fragment) = match rest[..end].split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (&rest[..end], None),
        };
        let plain = address.split('?').next().unwrap_or_default();
        text.push_str(prefix);
        text.push_str(plain);
        let is_folder = addresses.contains(plain) && plain != "/" && !addresses_a_file(plain);
        if is_folder {
            text.push('/');
        }
        if let Some(fragment) = fragment {
            text.push('#');
            text.push_str(fragment);
        }
        rest = &rest[end..];
    }
}

/// Whether the last part of an address has an ending.
fn addresses_a_file(address: &str) -> bool {
    [".ics", ".json", ".atom", ".md", ".html", ".css", ".js"]
        .iter()
        .any(|ending| address.ends_with(ending))
}

/// Writes a whole export beside the last one and puts it in its place.
fn switch(folder: &Path, files: &BTreeMap<String, String>) -> Result<Written, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| Error::Folder { path, error }
    };
    let name = folder.file_name().ok_or_else(|| Error::Folder {
        path: folder.to_owned(),
        error: io::Error::new(io::ErrorKind::InvalidInput, "names no folder"),
    })?;
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let begin = format!(".{}-", name.to_string_lossy());
    let is_link = folder.is_symlink();
    if is_link {
        // A link that somebody made leads where somebody wants the files: it is not ours to turn elsewhere.
        let target = fs::read_link(folder).map_err(failed(folder))?;
        if !target.to_string_lossy().starts_with(&begin) {
            return Err(Error::Foreign(folder.to_owned()));
        }
    } else if folder.exists() {
        let is_empty = folder.is_dir()
            && fs::read_dir(folder)
                .map_err(failed(folder))?
                .next()
                .is_none();
        if !is_empty {
            return Err(Error::Foreign(folder.to_owned()));
        }
        fs::remove_dir(folder).map_err(failed(folder))?;
    }
    let old = is_link.then(|| folder.to_owned());
    let is_same = |path: &str, body: &str| {
        old.as_ref()
            .is_some_and(|old| fs::read(old.join(path)).is_ok_and(|was| was == body.as_bytes()))
    };
    let changed = files
        .iter()
        .filter(|(path, body)| !is_same(path, body))
        .count();
    let written = Written {
        files: files.len(),
        changed,
    };
    let gone = match &old {
        None => true,
        Some(old) => count(old).map_err(failed(old))? != files.len(),
    };
    if changed == 0 && !gone {
        return Ok(written);
    }

    let mut hash = Sha256::new();
    for (path, body) in files {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(body.as_bytes());
        hash.update([0]);
    }
    let mut hash: String = hash
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let plain = hash.clone();
    let mut number = 2;
    // One of the same bytes may stand there from before; not if a kill or a power cut has damaged it.
    while parent.join(format!("{begin}{hash}")).exists()
        && !holds(&parent.join(format!("{begin}{hash}")), files)
    {
        hash = format!("{plain}-{number}");
        number += 1;
    }
    let beside = parent.join(format!("{begin}{hash}"));
    let part = parent.join(format!("{begin}{hash}.{}.part", std::process::id()));
    let made = (|| {
        for (path, body) in files {
            let file = part.join(path);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent)?;
            }
            let linked = is_same(path, body)
                && old
                    .as_ref()
                    .is_some_and(|old| fs::hard_link(old.join(path), &file).is_ok());
            if !linked {
                let mut file = fs::File::create(&file)?;
                file.write_all(body.as_bytes())?;
                file.sync_all()?;
            }
        }
        if beside.exists() {
            fs::remove_dir_all(&part)?;
        } else {
            fs::rename(&part, &beside)?;
        }
        let link = parent.join(format!("{begin}{}.link", std::process::id()));
        let _ = fs::remove_file(&link);
        link_to(Path::new(&format!("{begin}{hash}")), &link)?;
        fs::rename(&link, folder)?;
        fs::File::open(parent)?.sync_all()
    })();
    if let Err(error) = made {
        let _ = fs::remove_dir_all(&part);
        return Err(failed(&part)(error));
    }
    forget(parent, &begin, &beside);
    Ok(written)
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

/// Whether a folder holds these files to the byte, and no others.
fn holds(folder: &Path, files: &BTreeMap<String, String>) -> bool {
    let is_there = |(path, body): (&String, &String)| {
        fs::read(folder.join(path)).is_ok_and(|there| there == body.as_bytes())
    };
    count(folder).is_ok_and(|count| count == files.len()) && files.iter().all(is_there)
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

/// Removes exports before the last; what cannot be removed is removed next time.
fn forget(parent: &Path, begin: &str, current: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    let mut old: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(begin))
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
