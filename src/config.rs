//! TOML → [`Settings`], sources, organisers and decisions.
//!
//! Reads a folder (`service.toml`, `sources/*.toml`, `organisers.toml`, `decisions/*.toml`) or the
//! newsletter's own set-up, which is compiled in. All problems are found in one go, each with its file,
//! line and key; a key that nobody knows is one. What leaves here is checked for form: zones exist,
//! places are in a country, links are links, no two sources read the same. Whether a source can be
//! reached is not asked. Paths inside a configuration are relative to its folder.

use crate::facts::decision::Decision;
use crate::facts::link::Link;
use crate::facts::place::{Country, Place};
use crate::facts::source::{Key, Platform, Source, SourceId};
use chrono::{TimeDelta, Weekday};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

mod adding;
mod address;
mod decisions;
mod entry;
mod events;
mod files;
mod organisers;
mod search;
mod settings;
mod sources;
mod table;
mod value;

pub use adding::{Reader, Told, read_with, told};
pub use decisions::{correction, written};
pub use entry::{Entry, comments};
pub use files::COMPILED_IN;
pub use search::{Environment, Found};

/// Everything that is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// `service.toml`.
    pub settings: Settings,
    /// `sources/*.toml`, in the order of file names and, within a file, as written; a file's events
    /// written by hand come last, as one source.
    pub sources: Vec<Source>,
    /// Where each source is written: the file, below the folder as it was named, and the line of its
    /// entry, counted from 1.
    pub written_at: BTreeMap<SourceId, (PathBuf, usize)>,
    /// `organisers.toml`, as written.
    pub organisers: Vec<KnownOrganiser>,
    /// `decisions/*.toml`, in the order of file names and, within a file, as written.
    pub decisions: Vec<Decision>,
    /// The folder that was read; `None` for what is compiled in.
    pub root: Option<PathBuf>,
}

/// The settings of `service.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The database's file as written, relative to the configuration's folder
    /// ([`Environment::database`] finds it).
    pub database: PathBuf,
    /// How old a source's last good reading may be before something may be missing.
    pub stale_after: TimeDelta,
    /// The newsletter that is served.
    pub newsletter: Newsletter,
    /// How its section looks.
    pub section: SectionStyle,
    /// How sources are fetched.
    pub fetch: FetchSettings,
    /// When sources are fetched.
    pub schedule: Schedule,
    /// The web server.
    pub server: Server,
}

/// The newsletter whose section is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newsletter {
    /// A checkout of its repository, whose printed issues are learned.
    pub repository: Option<PathBuf>,
    /// The current draft, for the pages.
    pub draft: Option<Draft>,
    /// Where an organiser may ask for a group: the address of a form for a new issue, which takes `title` and
    /// `body`.
    pub issues: Option<String>,
    /// The day an issue is dated.
    pub weekday: Weekday,
    /// Whose "today" counts.
    pub zone: Tz,
}

/// Where the draft of an issue is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// On the web.
    Web(String),
    /// In a file.
    File(PathBuf),
}

/// How the section looks, where newsletters differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionStyle {
    /// From the issue's date to the window's last day, 1 to 366; both ends are in.
    pub days: u64,
    /// The line a section begins with.
    pub heading: String,
    /// The line that tells the window; holds `{from}` and `{to}` once each.
    pub line: String,
    /// Stands between the organisers of one event.
    pub organiser_separator: String,
    /// Stands before the place of a hybrid event.
    pub hybrid_label: String,
    /// Countries printed with a state.
    pub states: Vec<Country>,
}

/// How sources are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    /// In the User-Agent, so that a site can reach whoever runs this; printable ASCII.
    pub contact: Option<String>,
    /// At once, over all hosts; 1 to 256.
    pub requests_in_flight: usize,
    /// At once, to one host; 1 to 16.
    pub per_host_in_flight: usize,
    /// Between the starts of two requests to one host; zero turns it off.
    pub per_host_interval: Duration,
    /// Pages of single events that one run may read; 0 to 10,000.
    pub event_pages: usize,
    /// Private addresses that sources may name, each with its port.
    pub allow: Vec<SocketAddr>,
    /// Prefixes that are fetched from somewhere else, the longest first. A prefix has no slash at its
    /// end, except where it is only `https://` or `http://`.
    pub mirrors: Vec<(String, MirrorTarget)>,
    /// Where the credentials for platforms' interfaces are.
    pub keys: BTreeMap<Key, KeySource>,
}

/// What stands in for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorTarget {
    /// A prefix on another server, without a slash at its end.
    Server(String),
    /// A folder of files.
    Folder(PathBuf),
}

/// Where credentials are; they never stand in the configuration itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// In a file.
    File(PathBuf),
    /// In a variable of the environment.
    Env(String),
}

/// When sources are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The five fields of a cron line that [`crate::schedule::Cron`] can read.
    pub refresh: String,
    /// The zone of that line.
    pub zone: Tz,
}

/// The web server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where it is seen from outside, without a slash at the end; for absolute links.
    pub url: Option<String>,
    /// The title of pages and feeds.
    pub title: String,
    /// Proxies that are believed when they say where a request is from (`X-Forwarded-For`), besides those on this
    /// machine.
    pub proxies: Vec<IpAddr>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            database: PathBuf::from("rusty-events.db"),
            stale_after: TimeDelta::hours(48),
            newsletter: Newsletter {
                repository: None,
                draft: None,
                issues: None,
                weekday: Weekday::Wed,
                zone: Tz::America__Los_Angeles,
            },
            section: SectionStyle {
                days: 28,
                heading: "## Upcoming Events".to_owned(),
                line: "Rusty Events between {from} - {to} 🦀".to_owned(),
                organiser_separator: " | ".to_owned(),
                hybrid_label: "Hybrid".to_owned(),
                states: ["US", "CA"]
                    .into_iter()
                    .filter_map(Country::parse)
                    .collect(),
            },
            fetch: FetchSettings {
                contact: None,
                requests_in_flight: 16,
                per_host_in_flight: 1,
                per_host_interval: Duration::from_secs(1),
                event_pages: 200,
                allow: Vec::new(),
                mirrors: Vec::new(),
                keys: BTreeMap::new(),
            },
            schedule: Schedule {
                refresh: "0 */6 * * *".to_owned(),
                zone: Tz::UTC,
            },
            server: Server {
                listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
                url: None,
                title: "Rusty Events".to_owned(),
                proxies: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            },
        }
    }
}

/// A group without a source of its own, or the other names of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrganiser {
    /// What the newsletter prints.
    pub name: String,
    /// The page it links to.
    pub url: Option<Link>,
    /// Other names and other addresses, the addresses in print spelling.
    pub aliases: Vec<String>,
    /// Its home.
    pub place: Option<Place>,
}

/// Something in the configuration that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, below the folder as it was named.
    pub file: PathBuf,
    /// The line, counted from 1; 0 where the whole file is meant.
    pub line: usize,
    /// The entry and its key, as in `source "meetup/rust-berlin": zone`; empty where there is none.
    pub key: String,
    /// What is wrong, and what to do about it.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if self.line > 0 {
            write!(out, ":{}", self.line)?;
        }
        if !self.key.is_empty() {
            write!(out, ": {}", self.key)?;
        }
        write!(out, ": {}", self.what)
    }
}

/// All problems of a configuration, by file and line; at least one. Printed, they are one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors(pub Vec<Problem>);

impl fmt::Display for Errors {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            if n > 0 {
                out.write_str("\n")?;
            }
            write!(out, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// Reads the configuration in a folder.
///
/// # Errors
/// With every problem found. A folder that is missing is one; a folder without any of the files is not,
/// since each of them may be left out.
pub fn read(folder: &Path) -> Result<Configuration, Errors> {
    let mut problems = Vec::new();
    let files = files::of_folder(folder, &mut problems);
    assemble(&files, Some(folder), problems)
}

/// The newsletter's own set-up, as compiled in from [`COMPILED_IN`].
///
/// # Errors
/// With every problem found; a test keeps it from having any.
pub fn compiled_in() -> Result<Configuration, Errors> {
    assemble(&files::compiled_in(), None, Vec::new())
}

fn assemble(
    files: &[files::File],
    root: Option<&Path>,
    mut problems: Vec<Problem>,
) -> Result<Configuration, Errors> {
    let mut settings = Settings::default();
    let mut found = sources::Entries::default();
    let mut organisers = Vec::new();
    let mut decisions = Vec::new();
    let documents: Vec<_> = files
        .iter()
        .filter_map(|file| table::Document::parse(file, &mut problems))
        .collect();
    // The settings come first: they say which private addresses a source may name.
    for document in documents
        .iter()
        .filter(|d| d.part() == files::Part::Service)
    {
        settings = settings::read(document, root, &mut problems);
    }
    for document in &documents {
        match document.part() {
            files::Part::Service => {}
            files::Part::Sources => {
                sources::read(
                    document,
                    root,
                    &settings.fetch.allow,
                    &mut found,
                    &mut problems,
                );
            }
            files::Part::Organisers => organisers = organisers::read(document, &mut problems),
            files::Part::Decisions => decisions.extend(decisions::read(document, &mut problems)),
        }
    }
    let (sources, written_at) = found.distinct(&mut problems);
    if problems.is_empty() {
        Ok(Configuration {
            settings,
            sources,
            written_at,
            organisers,
            decisions,
            root: root.map(Path::to_path_buf),
        })
    } else {
        problems.sort();
        problems.dedup();
        Err(Errors(problems))
    }
}

/// The platform that serves a web address, as a source without `platform` is taken.
///
/// Of what is no address at all: a page.
pub fn platform_of(url: &str) -> Platform {
    Url::parse(url).map_or(Platform::Jsonld, |url| address::platform_of_url(&url))
}
