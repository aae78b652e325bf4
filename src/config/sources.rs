//! `sources/*.toml` → sources: each entry is checked alone, then all of them together.

use super::address::{self, Written};
use super::table::{Document, Table};
use super::value;
use super::wrong::Wrong;
use super::{Problem, Search, Settings, events, organisers, rules, searches, topic};
use crate::facts::link::Link;
use crate::facts::source::{Address, Handwritten, Platform, Source, SourceId};
use crate::facts::wording::quoted;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::de::DeValue;

/// Characters of an event's id in the id of its source.
const LONGEST_NAME: usize = 80;

/// What was found so far: the sources, each with where it is written, and the searches.
#[derive(Default)]
pub(super) struct Entries {
    sources: Vec<Entry>,
    pub(super) searches: Vec<Search>,
}

struct Entry {
    source: Source,
    at: At,
    /// The page for people, if the address implies it.
    page: Option<Link>,
}

/// The file and line of each source's entry.
type WrittenAt = BTreeMap<SourceId, (PathBuf, usize)>;

/// Where an entry is written.
#[derive(Clone)]
struct At {
    file: PathBuf,
    line: usize,
}

impl fmt::Display for At {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.file.display(), self.line)
    }
}

/// Reads one file. The settings have the private addresses that a source may name, and the newsletter's topic.
pub(super) fn read(
    document: &Document<'_>,
    root: Option<&Path>,
    settings: &Settings,
    found: &mut Entries,
    problems: &mut Vec<Problem>,
) {
    let mut top = document.table();
    let tables = top.tables("source");
    let by_hand = top.tables("event");
    let searched = top.tables("search");
    let has_events = top.has("event");
    top.finish("", document.path(), problems);
    found
        .searches
        .extend(searches::read(searched, document, problems));
    let at = |line| At {
        file: document.path().to_path_buf(),
        line,
    };
    for mut table in tables {
        let line = table.line;
        let read = source(&mut table, root, settings);
        table.finish(&read.name, document.path(), problems);
        found
            .sources
            .extend(read.source.map(|(source, page)| Entry {
                source,
                at: at(line),
                page,
            }));
    }
    // A file for events written by hand stays a source when its last event is deleted. That is how the event
    // leaves the calendars.
    let stem = document.stem();
    if has_events || stem == "manual" {
        let line = by_hand.first().map_or(1, |table| table.line);
        let events = events::read(by_hand, document.path(), problems);
        let (checked, events): (Vec<_>, Vec<_>) =
            events.into_iter().partition(|event| event.check.is_some());
        found.sources.extend(checked.into_iter().map(|event| Entry {
            at: at(event.line),
            source: checked_by_page(&stem, event),
            page: None,
        }));
        found.sources.push(Entry {
            source: manual(&stem, events),
            at: at(line),
            page: None,
        });
    }
}

/// The source of the events that one file holds.
fn manual(stem: &str, events: Vec<Handwritten>) -> Source {
    let platform = Platform::Manual;
    let id = if stem == platform.name() {
        stem.to_owned()
    } else {
        format!("{platform}/{stem}")
    };
    Source {
        expect_empty: true,
        ..Source::new(&id, Address::Inline(events), platform)
    }
}

/// The source of an event that repeats and is held to a page.
fn checked_by_page(stem: &str, event: Handwritten) -> Source {
    let is_plain = |char: char| {
        if char.is_ascii_alphanumeric() {
            char
        } else {
            '-'
        }
    };
    let name: String = event.id.chars().map(is_plain).take(LONGEST_NAME).collect();
    let address = Address::Web(event.check.clone().unwrap_or_default());
    Source {
        organiser: event.organiser.clone(),
        place: event.place.clone(),
        zone: event.zone,
        mode: event.mode,
        expect_empty: true,
        checked: Some(Box::new(event)),
        ..Source::new(&format!("{stem}/{name}"), address, Platform::Checked)
    }
}

/// One `[[source]]`: its name for problems, and the source unless something essential is wrong.
struct Read {
    name: String,
    source: Option<(Source, Option<Link>)>,
}

fn source(table: &mut Table<'_>, root: Option<&Path>, settings: &Settings) -> Read {
    let id = table.take("id", id);
    let written = table.need("url", |value| {
        address::parse(value::text(value)?, root, &settings.fetch.allow)
    });
    let platform = table.take("platform", |value| {
        address::platform_named(value::text(value)?)
    });
    let platform_is_wrong = platform.is_none() && table.has("platform");
    let placed = written
        .filter(|_| !platform_is_wrong)
        .and_then(|written| placed(table, written, platform));
    let name = table.take("organiser", value::text).map(str::to_owned);
    let label = [
        id.as_ref(),
        placed.as_ref().and_then(|(placed, _)| placed.id.as_ref()),
        name.as_ref(),
    ]
    .into_iter()
    .flatten()
    .next()
    .map_or("source".to_owned(), |label| format!("source {label:?}"));
    let page = placed.as_ref().and_then(|(placed, _)| placed.page.clone());
    let organiser = organisers::of_entry(table, name, page.clone());
    let place = table.take("place", value::place);
    let zone = table
        .take("zone", value::zone)
        .or_else(|| place.as_ref().and_then(|place| place.zone()));
    let mode = table.take("mode", value::mode);
    let force_mode = table.take("force-mode", value::mode);
    let force_place = table.take("force-place", value::place);
    let only = table.take("only", |value| topic::only(value, &settings.topic));
    let about = table.take("topic", value::text).map(str::to_owned);
    let aliases = table.list("aliases", value::link);
    let replaces = replaces(table);
    let expect_empty = table.take("expect-empty", value::boolean);
    let of_many_topics = placed
        .as_ref()
        .is_none_or(|(_, platform)| *platform == Platform::Conferences);
    if about.is_some() && !of_many_topics {
        table.note(
            "topic",
            "is for lists of conferences; of a group's events say `only`",
        );
    }
    let rules = rules::read(table);
    let takes_rules = placed
        .as_ref()
        .is_none_or(|(_, platform)| matches!(platform, Platform::Html | Platform::Json));
    if rules.is_some() && !takes_rules {
        table.note(
            "rules",
            "are for platform = \"html\" and platform = \"json\" only",
        );
    }
    let source = placed.and_then(|(placed, platform)| {
        let inferred = placed.id.clone();
        let Some(id) = id.or(inferred) else {
            if !table.has("id") {
                table.note("id", "is missing, and cannot be made from the url: add a name of your own, as in id = \"berlin\"");
            }
            return None;
        };
        let source = Source {
            id: SourceId(id),
            address: placed.address,
            platform,
            organiser,
            place,
            zone,
            mode,
            force_mode,
            force_place,
            only: only.unwrap_or_default(),
            topic: about,
            aliases,
            replaces,
            expect_empty: expect_empty.unwrap_or(false),
            rules,
            checked: None,
        };
        Some((source, page))
    });
    Read {
        name: label,
        source,
    }
}

/// The address on its platform.
fn placed(
    table: &mut Table<'_>,
    written: Written,
    platform: Option<Platform>,
) -> Option<(address::Placed, Platform)> {
    let platform = platform.map_or_else(|| address::platform_of(&written), Ok);
    let platform = platform.map_err(|what| table.note("platform", what)).ok()?;
    let placed = address::place(written, platform);
    let placed = placed.map_err(|what| table.note("url", what)).ok()?;
    Some((placed, platform))
}

fn id(value: &DeValue<'_>) -> Result<String, Wrong> {
    let id = value::text(value)?;
    if address::is_id(id) {
        return Ok(id.to_owned());
    }
    Err(Wrong::advised(format!(
        "{} is not an id: it begins with a letter or digit and holds only those and / - _ . @ +, at most 100",
        quoted(id)
    )))
}

fn replaces(table: &mut Table<'_>) -> Vec<(Link, NaiveDate)> {
    let mut old = Vec::new();
    for mut entry in table.tables("replaces") {
        let url = entry.need("url", value::link);
        let from = entry.need("from", value::date);
        old.extend(url.zip(from));
        table.absorb("replaces", entry);
    }
    old
}

impl Entries {
    /// The sources, and where each is written. Two sources must not share an id or an address, nor may one
    /// have the address of another among its aliases.
    pub(super) fn distinct(self, problems: &mut Vec<Problem>) -> (Vec<Source>, WrittenAt) {
        let mut aliases: BTreeMap<&Link, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.sources {
            for alias in &entry.source.aliases {
                aliases.entry(alias).or_default().push(entry);
            }
        }
        let mut by_address: BTreeMap<String, &Entry> = BTreeMap::new();
        let mut by_id: BTreeMap<&SourceId, &Entry> = BTreeMap::new();
        for entry in &self.sources {
            let id = &entry.source.id;
            let address = entry.link();
            let same = entry
                .read_at()
                .and_then(|address| by_address.insert(address, entry));
            if let Some(other) = same {
                let what = format!(
                    "is read already, by source {:?} ({}); remove one of the two",
                    other.source.id.0, other.at
                );
                problems.push(entry.problem("url", what));
            } else if let Some(other) = by_id.get(id) {
                let what = format!(
                    "is the id of another source too ({}); give one of the two another, as in id = {:?}",
                    other.at,
                    format!("{id}-2")
                );
                problems.push(entry.problem("id", what));
            }
            by_id.entry(id).or_insert(entry);
            let aliased = address.iter().flat_map(|link| aliases.get(link));
            for other in aliased
                .flatten()
                .filter(|other| !std::ptr::eq(**other, entry))
            {
                let what = format!(
                    "is an alias of source {:?} ({}); remove this source, or there the alias",
                    other.source.id.0, other.at
                );
                problems.push(entry.problem("url", what));
            }
        }
        let mut left = Vec::new();
        for entry in &self.sources {
            for (link, _) in &entry.source.replaces {
                match entry.left_behind(link) {
                    Ok(old)
                        if by_address.contains_key(link.as_str())
                            || by_id.contains_key(&old.id) => {}
                    Ok(old) => left.push(Entry {
                        source: old,
                        at: entry.at.clone(),
                        page: None,
                    }),
                    Err(what) => problems.push(entry.problem("replaces", what)),
                }
            }
        }
        let of_each = |entry: Entry| {
            let at = (entry.source.id.clone(), (entry.at.file, entry.at.line));
            (entry.source, at)
        };
        self.sources.into_iter().chain(left).map(of_each).unzip()
    }
}

impl Entry {
    fn problem(&self, key: &str, what: impl Into<String>) -> Problem {
        Problem {
            file: self.at.file.clone(),
            line: self.at.line,
            key: format!("source {:?}: {key}", self.source.id.0),
            what: what.into(),
            spot: None,
        }
    }

    /// The source at the group's former address (`replaces`), with the id that it had there. It is read for what
    /// is still listed there; an empty list is no failure.
    fn left_behind(&self, link: &Link) -> Result<Source, Wrong> {
        let written = address::parse(link.as_str(), None, &[])?;
        let platform = address::platform_of(&written)?;
        let placed = address::place(written, platform)?;
        let id = placed
            .id
            .unwrap_or_else(|| format!("{}-before", self.source.id));
        Ok(Source {
            id: SourceId(id),
            address: placed.address,
            platform,
            aliases: Vec::new(),
            replaces: Vec::new(),
            expect_empty: true,
            ..self.source.clone()
        })
    }

    /// Its address as the newsletter prints it: the page if there is one, so that a group's feed and its page
    /// are the same.
    fn link(&self) -> Option<Link> {
        match &self.source.address {
            Address::Web(url) => self.page.clone().or_else(|| Link::parse(url).ok()),
            Address::File(_) | Address::Inline(_) => None,
        }
    }

    /// What must differ between two sources.
    fn read_at(&self) -> Option<String> {
        match &self.source.address {
            // Several events may be held to one page, which is a source of its own.
            Address::Web(_) if self.source.checked.is_some() => None,
            Address::Web(_) => self.link().map(|link| link.to_string()),
            Address::File(path) => Some(path.to_string_lossy().into_owned()),
            Address::Inline(_) => None,
        }
    }
}
