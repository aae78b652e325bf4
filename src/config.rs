//! TOML → [`Settings`], sources, organisers and decisions.
//!
//! Reads a folder (`service.toml`, `sources/*.toml`, `organisers.toml`, `decisions/*.toml`) or the
//! newsletter's own configuration, which is compiled in. All problems are reported at once, each with its
//! file, line and key; an unknown key is a problem. The result is checked for form: zones exist, places are
//! in a country, links are links, no two sources read the same address. Nothing is fetched. Paths inside a
//! configuration are relative to its folder.

use crate::facts::chat::Chat;
use crate::facts::decision::Decision;
use crate::facts::issue::{Rhythm, WINDOW_DAYS};
use crate::facts::link::Link;
use crate::facts::place::{Country, Mode, Place};
use crate::facts::source::{Credential, Platform, Source, SourceId};
use crate::facts::topic::Topic;
use crate::section::style::{DateForm, Names, Style};
use chrono::TimeDelta;
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
mod example;
mod files;
mod lines;
mod notify;
mod organisers;
mod rules;
mod schema;
mod search;
mod searches;
mod secret;
mod settings;
mod sources;
mod syntax;
mod table;
mod topic;
mod value;
mod wrong;

pub use adding::{Inferred, Reader, infer, page_of, read_with};
pub use decisions::{correction, written};
pub use entry::{Entry, comments};
pub use files::COMPILED_IN;
pub use schema::schemas;
pub use search::{Chosen, DatabasePlace, Environment, Origin};
pub use settings::{WEEKDAYS, language_of, style_in};

/// Everything that is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// `service.toml`.
    pub settings: Settings,
    /// `sources/*.toml`, in the order of file names and, within a file, as written; a file's events
    /// written by hand come last, as one source.
    pub sources: Vec<Source>,
    /// Where each source is written: the file (its path begins with the folder as it was named), and the
    /// line of its entry, counted from 1.
    pub written_at: BTreeMap<SourceId, (PathBuf, usize)>,
    /// The pages on which groups are looked for (`[[search]]`), in the same order.
    pub searches: Vec<Search>,
    /// `organisers.toml`, as written.
    pub organisers: Vec<KnownOrganiser>,
    /// `decisions/*.toml`, in the order of file names and, within a file, as written.
    pub decisions: Vec<Decision>,
    /// The folder that was read; `None` for what is compiled in.
    pub root: Option<PathBuf>,
    /// The source that names each page, by its place in the list, and the key that names it.
    readers: BTreeMap<Link, (usize, &'static str)>,
}

/// The settings of `service.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The database's file as written, relative to the configuration's folder; [`Environment::database`] finds
    /// it.
    pub database: Option<PathBuf>,
    /// When a source's last good reading is older than this, something may be missing.
    pub stale_after: TimeDelta,
    /// The newsletter.
    pub newsletter: Newsletter,
    /// What it is about.
    pub topic: Topic,
    /// How its section looks.
    pub section: SectionStyle,
    /// How sources are fetched.
    pub fetch: FetchSettings,
    /// When sources are fetched.
    pub schedule: Schedule,
    /// The web server.
    pub server: Server,
    /// The chats that hear of events.
    pub notify: Vec<Notify>,
    /// How candidates for sources are looked for.
    pub discover: Discover,
}

/// A chat that hears of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// Its name, under which is kept what it has heard.
    pub name: String,
    /// What takes the messages.
    pub chat: Chat,
    /// Where the address that takes them is: it is a secret.
    pub webhook: CredentialSource,
    /// Which events it hears of: the query of an address.
    pub filter: String,
    /// Whether it hears of new events.
    pub new: bool,
    /// Whether it hears that an event moved.
    pub moved: bool,
    /// Whether it hears that an event is off, or takes place after all.
    pub cancelled: bool,
}

/// How candidates for sources are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discover {
    /// Requests a day (UTC) at most; with 0 nothing is looked for.
    pub requests: usize,
}

/// A page on which groups are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Its address, with `{words}` for what is looked for and `{page}` for the number of a page.
    pub url: String,
    /// What is looked for, one after another; empty if the address says it.
    pub words: Vec<String>,
    /// How many pages are read; the first is 1.
    pub pages: u64,
    /// Between two looks at one of them; at least a week.
    pub every: Duration,
    /// Who reads the page; the platform of its address if that has lists of events of many groups, else any form.
    pub platform: Option<Platform>,
}

/// The newsletter that prints the section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newsletter {
    /// Its name, as the pages say for what the events are collected.
    pub name: Option<String>,
    /// Its home page.
    pub url: Option<String>,
    /// A checkout of its repository, to learn the printed issues from.
    pub repository: Option<PathBuf>,
    /// The current draft, for the pages.
    pub draft: Option<Draft>,
    /// Its repository on GitHub, `OWNER/NAME`, of which the open pull requests are read.
    pub pull_requests: Option<String>,
    /// Where an organiser can ask for a group: the address of a form for a new issue. Its query may have `title`
    /// and `body`.
    pub issues: Option<String>,
    /// The language of its words, as HTML names it: `pt-BR`. `None` for English.
    pub language: Option<String>,
    /// On which days issues are dated.
    pub rhythm: Rhythm,
    /// The zone that decides what "today" is.
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
    /// The section's first line.
    pub heading: String,
    /// The line with the window's days; has `{from}` and `{to}` once each.
    pub line: String,
    /// The words of the headings inside.
    pub names: Names,
    /// Stands between the organisers of one event.
    pub organiser_separator: String,
    /// Stands before the place of an online event, or alone.
    pub virtual_label: String,
    /// Stands before the place of a hybrid event.
    pub hybrid_label: String,
    /// How days are written.
    pub dates: DateForm,
    /// Countries printed with a state.
    pub states: Vec<Country>,
    /// The heading of the section of calls for papers.
    pub calls_heading: String,
    /// The line that stands there when there is none.
    pub no_calls: String,
}

/// How sources are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    /// Printable ASCII for the User-Agent, so that a site can reach the operator.
    pub contact: Option<String>,
    /// Most requests at once, over all hosts; 1 to 256.
    pub requests_in_flight: usize,
    /// Most requests at once to one host; 1 to 16.
    pub per_host_in_flight: usize,
    /// Least time between the starts of two requests to one host; zero turns it off.
    pub per_host_interval: Duration,
    /// How many pages of single events one run may read; 0 to 10,000.
    pub event_pages: usize,
    /// Private addresses that sources may name, each with its port.
    pub allow: Vec<SocketAddr>,
    /// Prefixes of addresses that are fetched from another server or a folder, the longest first. A prefix
    /// has no slash at its end, unless it is only `https://` or `http://`.
    pub mirrors: Vec<(String, MirrorTarget)>,
    /// Where the credentials for platforms' interfaces are.
    pub keys: BTreeMap<Credential, CredentialSource>,
}

/// Where a mirrored prefix is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorTarget {
    /// A prefix on another server, without a slash at its end.
    Server(String),
    /// A folder of files.
    Folder(PathBuf),
}

/// Where a credential is; it is never in the configuration itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialSource {
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
    /// Its address for readers, without a slash at the end; for absolute links.
    pub url: Option<String>,
    /// The title of pages and feeds.
    pub title: String,
    /// The proxies that are believed when they say where a request is from (`X-Forwarded-For`).
    pub proxies: Vec<IpAddr>,
}

impl Default for Settings {
    fn default() -> Settings {
        let style = Style::default();
        Settings {
            database: None,
            stale_after: TimeDelta::hours(48),
            newsletter: Newsletter {
                repository: None,
                draft: None,
                pull_requests: None,
                name: None,
                url: None,
                issues: None,
                language: None,
                rhythm: settings::USUAL_WEEKDAY.into(),
                zone: Tz::America__Los_Angeles,
            },
            topic: Topic::default(),
            section: SectionStyle {
                days: usual_days(settings::USUAL_WEEKDAY.into()),
                heading: style.heading,
                line: style.line,
                names: style.names,
                organiser_separator: style.organiser_separator,
                virtual_label: style.virtual_label,
                hybrid_label: style.hybrid_label,
                dates: style.dates,
                states: style.states,
                calls_heading: "### CFP - Events".to_owned(),
                no_calls: "*No calls for papers were submitted.*".to_owned(),
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
                title: "Upcoming Events".to_owned(),
                proxies: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            },
            notify: Vec::new(),
            discover: Discover { requests: 50 },
        }
    }
}

/// A group without a source, or further names of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrganiser {
    /// What the newsletter prints.
    pub name: String,
    /// The page it links to.
    pub url: Option<Link>,
    /// Its other names and addresses; addresses are spelled as the newsletter prints them.
    pub aliases: Vec<String>,
    /// Its home.
    pub place: Option<Place>,
    /// How its events are held, where a calendar of many groups does not say.
    pub mode: Option<Mode>,
}

/// A problem of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file; its path begins with the folder as it was named.
    pub file: PathBuf,
    /// The line, counted from 1; 0 for the whole file.
    pub line: usize,
    /// The entry and its key, as in `source "meetup/rust-berlin": zone`; empty where there is none.
    pub key: String,
    /// What is wrong, and what to do about it.
    pub what: String,
    /// Where in its line it is; known of errors of syntax.
    pub spot: Option<Spot>,
}

/// A place in a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The column, counted in characters from 1.
    pub column: usize,
    /// Two lines for people: the line with its number, and a mark below the place.
    pub shown: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if self.line > 0 {
            write!(out, ":{}", self.line)?;
        }
        if let Some(spot) = &self.spot {
            write!(out, ":{}", spot.column)?;
        }
        if !self.key.is_empty() {
            write!(out, ": {}", self.key)?;
        }
        write!(out, ": {}", self.what)?;
        let shown = self.spot.iter().flat_map(|spot| spot.shown.lines());
        shown
            .into_iter()
            .try_for_each(|line| write!(out, "\n  {line}"))
    }
}

/// All problems of a configuration, by file and line; at least one. `Display` prints one a line.
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

const FOUR_WEEKS: u64 = WINDOW_DAYS;
const FIVE_WEEKS: u64 = 35;

/// The days of a window where the configuration does not say: four weeks, and for a monthly newsletter five, which may
/// lie between two of its issues.
pub fn usual_days(rhythm: Rhythm) -> u64 {
    match rhythm {
        Rhythm::Weeks(..) => FOUR_WEEKS,
        Rhythm::Month(..) => FIVE_WEEKS,
        Rhythm::Dates(days) if u64::from(days.longest_gap()) > FOUR_WEEKS => FIVE_WEEKS,
        Rhythm::Dates(_) => FOUR_WEEKS,
    }
}

/// Reads the configuration in a folder.
///
/// # Errors
/// With every problem found. A missing folder is a problem, and so is one that holds other files but none of a
/// configuration. Each of the files may be missing.
pub fn read(folder: &Path) -> Result<Configuration, Errors> {
    let mut problems = Vec::new();
    let files = files::of_folder(folder, &mut problems);
    assemble(&files, Some(folder), problems)
}

/// The newsletter's own configuration, compiled in from [`COMPILED_IN`].
///
/// # Errors
/// With every problem found; a test makes sure that there is none.
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
        .filter_map(|file| table::Document::parse(file, schema::places_of, &mut problems))
        .collect();
    // The settings are read first: they list the private addresses that a source may name.
    for document in documents
        .iter()
        .filter(|d| d.kind() == files::Kind::Service)
    {
        settings = settings::read(document, root, &mut problems);
    }
    for document in &documents {
        match document.kind() {
            files::Kind::Service => {}
            files::Kind::Sources => {
                sources::read(document, root, &settings, &mut found, &mut problems);
            }
            files::Kind::Organisers => organisers = organisers::read(document, &mut problems),
            files::Kind::Decisions => decisions.extend(decisions::read(document, &mut problems)),
        }
    }
    let searches = std::mem::take(&mut found.searches);
    let (sources, written_at) = found.distinct(&mut problems);
    if problems.is_empty() {
        Ok(Configuration {
            settings,
            readers: adding::readers(&sources),
            sources,
            written_at,
            searches,
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

/// The platform that serves a web address, for a source without `platform`. Text that is no address counts
/// as a page.
pub fn platform_of(url: &str) -> Platform {
    Url::parse(url).map_or(Platform::Jsonld, |url| address::platform_of_url(&url))
}
