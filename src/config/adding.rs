//! For `source add`: what an address implies before an entry is written for it, and the configuration with
//! that entry.

use super::address::{self, Written};
use super::files::{self, File, Kind};
use super::{Configuration, Errors, FetchSettings};
use crate::facts::link::Link;
use crate::facts::source::{Address, Platform, Source, SourceId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What an address implies about the source that would be read there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inferred {
    /// The platform that reads it.
    pub platform: Platform,
    /// The id of its entry, unless the entry has an `id`.
    pub id: Option<SourceId>,
    /// The page that its organiser links to, unless the entry has an `organiser-url`.
    pub page: Option<Link>,
}

/// What an address implies about the source that would be read there. `platform` is the entry's, if it has
/// one.
///
/// # Errors
/// Says why the configuration would refuse it: it is no web address, it is a private address that is not
/// allowed, or it is the page of a single event on a platform of groups. The text continues "the address";
/// it does not repeat the address, which may hold a password.
pub fn infer(
    url: &str,
    platform: Option<Platform>,
    settings: &FetchSettings,
) -> Result<Inferred, String> {
    let written = match address::parse(url, Some(Path::new("")), &settings.allow)? {
        Written::File(_) => {
            let what =
                "lacks its scheme: write it in full, as in https://www.meetup.com/rust-berlin/";
            return Err(what.to_owned());
        }
        web => web,
    };
    let platform = match platform {
        Some(platform) => platform,
        None => address::platform_of(&written)?,
    };
    let placed = address::place(written, platform)?;
    Ok(Inferred {
        platform,
        id: placed.id.map(SourceId),
        page: placed.page,
    })
}

/// The source that already reads an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader<'a> {
    /// The source.
    pub source: &'a Source,
    /// The file of its entry; its path begins with the folder as it was named.
    pub file: &'a Path,
    /// The line of its entry, counted from 1.
    pub line: usize,
    /// The key of the entry that names the address.
    pub key: &'static str,
}

/// The source that names each page, by its place in the list, and the key that names it. Where several do, the first key
/// counts, and the first source.
pub(super) fn readers(sources: &[Source]) -> BTreeMap<Link, (usize, &'static str)> {
    let mut readers = BTreeMap::new();
    let mut add = |key: &'static str, pages_of: &dyn Fn(&Source) -> Vec<Link>| {
        for (number, source) in sources.iter().enumerate() {
            for page in pages_of(source) {
                readers.entry(page).or_insert((number, key));
            }
        }
    };
    add("url", &|source| match &source.address {
        Address::Web(url) => page_of(url, Some(source.platform)).into_iter().collect(),
        Address::File(_) | Address::Inline(_) => Vec::new(),
    });
    add("aliases", &|source| source.aliases.clone());
    add("replaces", &|source| {
        source.replaces.iter().map(|(old, _)| old.clone()).collect()
    });
    add("organiser-url", &|source| {
        let organisers = source.organiser.iter();
        organisers.filter_map(|of| of.url.clone()).collect()
    });
    readers
}

impl Configuration {
    /// The source that already reads an address, or names it as an alias. Spelling does not matter, and a
    /// group's feed counts as the group's page.
    pub fn reader_of(&self, url: &str, platform: Option<Platform>) -> Option<Reader<'_>> {
        let (number, key) = self.readers.get(&page_of(url, platform)?)?;
        let source = self.sources.get(*number)?;
        let (file, line) = self.written_at.get(&source.id)?;
        Some(Reader {
            source,
            file,
            line: *line,
            key,
        })
    }

    /// An id that no source has: this one, else this one with the first free number from 2 on.
    pub fn free_id(&self, wanted: &SourceId) -> SourceId {
        let is_taken = |id: &SourceId| self.sources.iter().any(|source| source.id == *id);
        if !is_taken(wanted) {
            return wanted.clone();
        }
        (2_u32..)
            .map(|number| SourceId(format!("{wanted}-{number}")))
            .find(|id| !is_taken(id))
            .unwrap_or_else(|| wanted.clone())
    }

    /// The file with most sources of a platform. If there is none yet, the one in which the newsletter's own
    /// configuration has them.
    pub fn file_for(&self, platform: Platform) -> PathBuf {
        let mut files: BTreeMap<&Path, usize> = BTreeMap::new();
        for source in self.sources.iter().filter(|s| s.platform == platform) {
            if let Some((file, _)) = self.written_at.get(&source.id) {
                *files.entry(file).or_default() += 1;
            }
        }
        if let Some((file, _)) = files.into_iter().max_by_key(|(_, sources)| *sources) {
            return file.to_path_buf();
        }
        let folder = self.root.as_deref().unwrap_or(Path::new("config"));
        folder
            .join("sources")
            .join(format!("{}.toml", platform.file()))
    }
}

/// The configuration of a folder (or the one compiled in) with further entries of sources, which come last.
///
/// # Errors
/// With every problem found, as [`read`](super::read).
pub fn read_with(root: Option<&Path>, entries: &str) -> Result<Configuration, Errors> {
    let mut problems = Vec::new();
    let mut files = match root {
        Some(folder) => files::of_folder(folder, &mut problems),
        None => files::compiled_in(),
    };
    files.push(File {
        path: PathBuf::from("the new entry"),
        kind: Kind::Sources,
        text: entries.to_owned(),
    });
    super::assemble(&files, root, problems)
}

/// An address as the newsletter prints it; for a group's feed that of its page. `None` for what is no web address.
pub fn page_of(url: &str, platform: Option<Platform>) -> Option<Link> {
    let page = address::web(url)?.ok().and_then(|url| {
        let platform = platform.unwrap_or_else(|| address::platform_of_url(&url));
        address::place(Written::Web(url), platform).ok()?.page
    });
    page.or_else(|| Link::parse(url).ok())
}
