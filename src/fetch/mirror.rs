//! Mirrors: addresses with a certain prefix are fetched from another server or from a folder.

use super::{Error, Mirror, MirrorTarget, guard};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// The mirrors, longest prefix first.
#[derive(Debug)]
pub(super) struct Mirrors(Vec<Checked>);

#[derive(Debug)]
struct Checked {
    /// As the parser spells it, with a slash at its end only if it was written with one.
    prefix: String,
    to: To,
}

#[derive(Debug)]
enum To {
    /// A base address, without a slash at its end.
    Server(String),
    Folder(PathBuf),
}

/// Where an address is really fetched.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// From its own server.
    Own(Url),
    /// From a mirror server, and the address that the configuration names for it, if it names one.
    Server(Url, Option<SocketAddr>),
    /// From the first of these files that exists.
    Folder(Vec<PathBuf>),
}

impl Mirrors {
    /// Checks and sorts the configured mirrors.
    pub(super) fn new(mirrors: Vec<Mirror>) -> Result<Mirrors, Error> {
        let mut checked = Vec::with_capacity(mirrors.len());
        for Mirror { prefix, to } in mirrors {
            let wrong = |what: &str, why: &dyn std::fmt::Display| Error::Settings {
                key: "mirrors",
                why: format!("{what} of \"{prefix}\": {why}"),
            };
            let spelled = spell(&prefix).map_err(|error| wrong("the prefix", &error))?;
            let to = match to {
                MirrorTarget::Folder(folder) => To::Folder(folder),
                MirrorTarget::Server(base) => {
                    let url = guard::parse(&base).map_err(|error| wrong("the target", &error))?;
                    if url.query().is_some() {
                        return Err(wrong("the target", &"it has a query"));
                    }
                    To::Server(url.as_str().trim_end_matches('/').to_owned())
                }
            };
            checked.push(Checked {
                prefix: spelled,
                to,
            });
        }
        checked.sort_by_key(|mirror| std::cmp::Reverse(mirror.prefix.len()));
        Ok(Mirrors(checked))
    }

    /// Where an address is really fetched.
    pub(super) fn place(&self, url: &Url) -> Result<Place, Error> {
        let found = self
            .0
            .iter()
            .find_map(|mirror| Some((mirror, rest(url.as_str(), &mirror.prefix)?)));
        let Some((mirror, rest)) = found else {
            return Ok(Place::Own(url.clone()));
        };
        match &mirror.to {
            To::Folder(folder) => Ok(Place::Folder(files(folder, rest))),
            To::Server(base) => {
                let mapped = guard::parse(&join(base, rest))?;
                // Only the base decides which server is asked; the rest of the address does not.
                let named = guard::literal(&guard::parse(base)?);
                Ok(Place::Server(mapped, named))
            }
        }
    }

    /// The original address for a redirect by the mirror server at `base` to one of *its* addresses, as a file
    /// server does that sends `/folder` to `/folder/`. `from` is the original address of the page. A redirect
    /// without scheme and host may be meant as the real site would mean it, so it counts only within the site.
    pub(super) fn unmapped(&self, from: &Url, base: &Url, location: &str) -> Option<Url> {
        let at_mirror = base.join(location).ok()?;
        let whole = Url::parse(location).is_ok();
        self.0
            .iter()
            .filter_map(|mirror| match &mirror.to {
                To::Server(base) => {
                    let rest = rest(at_mirror.as_str(), base)?;
                    let meant = guard::parse(&join(&mirror.prefix, rest)).ok()?;
                    let same_site = meant.host() == from.host();
                    (whole || same_site).then_some(((same_site, base.len()), meant))
                }
                To::Folder(_) => None,
            })
            .max_by_key(|(likeness, _)| *likeness)
            .map(|(_, meant)| meant)
    }
}

/// A prefix as the parser spells it, to compare it with parsed addresses.
fn spell(prefix: &str) -> Result<String, Error> {
    if matches!(prefix, "http://" | "https://") {
        return Ok(prefix.to_owned());
    }
    let url = guard::parse(prefix)?;
    Ok(match url.as_str().strip_suffix('/') {
        Some(bare) if !prefix.ends_with('/') => bare.to_owned(),
        _ => url.into(),
    })
}

/// The rest of an address behind a prefix, if the prefix ends at a boundary of the path or before the query. It
/// begins with a slash if there is a path, except after a scheme alone.
fn rest<'a>(url: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = url.strip_prefix(prefix)?;
    if prefix.ends_with("://") || rest.is_empty() && !prefix.ends_with('/') {
        return Some(rest);
    }
    if prefix.ends_with('/') {
        return Some(&url[prefix.len() - 1..]);
    }
    rest.starts_with(['/', '?']).then_some(rest)
}

/// Joins a base and the rest, with exactly one slash between them if there is a path.
fn join(base: &str, rest: &str) -> String {
    if rest.is_empty() || rest.starts_with('?') {
        return format!("{base}{rest}");
    }
    let base = base.strip_suffix('/').unwrap_or(base);
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    format!("{base}/{rest}")
}

/// The files that may hold the page at a path: the path itself, or the index of the folder. Names are those of
/// the address, with its percent-encoding; each pair of a query is appended as `@name=value`, sorted. No file
/// if the path would leave the folder.
fn files(folder: &Path, rest: &str) -> Vec<PathBuf> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.sort_unstable();
    let query: String = pairs
        .into_iter()
        .map(|pair| format!("@{}", pair.replace('/', "%2F")))
        .collect();
    let mut file = folder.to_owned();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        // The parser has resolved these. This checks again, so that nothing outside the folder is opened.
        if matches!(part, "." | "..") || part.contains(['\\', '\0']) {
            return Vec::new();
        }
        file.push(part);
    }
    let index = file.join(format!("index{query}"));
    if path.is_empty() || path.ends_with('/') {
        return vec![index];
    }
    if !query.is_empty() {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(&query);
        file.set_file_name(name);
    }
    vec![file, index]
}
