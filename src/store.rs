//! The database: what was said, what we made of it, what the world saw. SQLite; SQL stands in
//! this folder only (`store/migrations/` has the tables).
//!
//! WAL with `synchronous=FULL`: a committed transaction survives a power cut, and a kill at any moment
//! leaves the state before it or after it, never between. All that one visit changes is one transaction.

use crate::believe::curate::Floors;
use crate::believe::deduplicate::{Identities, Rule};
use crate::facts::event::{EventId, Key};
use crate::facts::link::Link;
use crate::facts::listing::{Made, Problem};
use crate::facts::source::{SourceId, Way};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

mod asked;
mod backup;
mod by_hand;
mod calls;
mod candidates;
mod crowd;
mod decisions;
mod directory;
mod grounds;
mod heard;
mod held;
mod history;
mod issues;
mod list;
mod lock;
mod names;
mod open;
mod published;
mod pulls;
mod record;
mod refused;
mod rekeyed;
mod relocate;
mod restore;
mod rows;
mod suspects;
mod unread;
mod users;
mod visit;

pub use backup::{Copied, back_up, files_of};
pub use candidates::Look;
pub use crowd::CrowdHold;
pub use decisions::{Logged, Undone};
pub use grounds::{Changes, Grounds, LastBelieved, program};
pub use held::{Accepted, Held};
pub use history::{Question, Version};
pub use issues::{KeptIssue, NewWritten, Origin, StoredRow, Written};
pub use lock::{BelievingLock, RefreshLock};
pub use published::Events;
pub use pulls::PullList;
pub use relocate::relocate;
pub use restore::{Kept, Restored, restore};
pub use suspects::Dismissal;
pub use unread::Unread;
pub use visit::{ASKED_WHILE_MISSING, Answered, Outcome, Recorded, Visit};

/// The oldest SQLite that is used: before 3.51.3 two connections could lose committed data when one
/// checkpointed while the other wrote (<https://sqlite.org/wal.html>, "The WAL-reset bug").
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long a write waits for another process's write.
const BUSY: Duration = Duration::from_secs(10);

/// Each migration brings the database from the version of its place to the next.
const MIGRATIONS: &[&str] = &[
    include_str!("store/migrations/1.sql"),
    include_str!("store/migrations/2.sql"),
    include_str!("store/migrations/3.sql"),
    include_str!("store/migrations/4.sql"),
    include_str!("store/migrations/5.sql"),
    include_str!("store/migrations/6.sql"),
    include_str!("store/migrations/7.sql"),
    include_str!("store/migrations/8.sql"),
    include_str!("store/migrations/9.sql"),
    include_str!("store/migrations/10.sql"),
    include_str!("store/migrations/11.sql"),
    include_str!("store/migrations/12.sql"),
    include_str!("store/migrations/13.sql"),
    include_str!("store/migrations/14.sql"),
    include_str!("store/migrations/15.sql"),
    include_str!("store/migrations/16.sql"),
    include_str!("store/migrations/17.sql"),
    include_str!("store/migrations/18.sql"),
];

/// Age from which "unchanged" is no longer taken on the server's word: validators are dropped and the
/// page is read whole. Servers have been seen to send one ETag for ever.
const VALIDATORS_HOLD: TimeDelta = TimeDelta::days(7);

/// Why the database could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or its folder.
    #[error("database {}: {what}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: String,
    },
    /// A copy of a database, or what is to be one.
    #[error("{}: {what}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Another process is refreshing.
    #[error("another refresh is running (process {0}): wait for it, or end it")]
    Locked(String),
    /// SQLite refused.
    #[error("database: {}", refused::refused(.0))]
    Sql(#[from] rusqlite::Error),
    /// A row that this program did not write so.
    #[error(
        "database: table {table}, row {row}: {what}; restore a backup, or refresh into a new file"
    )]
    Damaged {
        /// The table.
        table: &'static str,
        /// The row.
        row: String,
        /// What is wrong with it.
        what: String,
    },
}

impl Error {
    /// The same with the name of the database's file, where it does not say it yet.
    #[must_use]
    pub fn of_file(self, database: &Path) -> Error {
        let path = database.to_owned();
        match self {
            Error::Sql(error) => Error::Open {
                path,
                what: refused::refused(&error),
            },
            Error::Damaged { table, row, what } => Error::Open {
                path,
                what: format!(
                    "table {table}, row {row}: {what}; restore a backup, or refresh into a new file"
                ),
            },
            error => error,
        }
    }
}

/// The open database.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

/// What is known of a source before it is visited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// When it was last visited.
    pub last_visit: Option<DateTime<Utc>>,
    /// When it was last read well, or said that it is as it was.
    pub last_good: Option<DateTime<Utc>>,
    /// When its list was last read whole.
    pub last_read: Option<DateTime<Utc>>,
    /// How often in a row it has failed since.
    pub failures: u32,
    /// The way of the last good reading.
    pub way: Option<Way>,
    /// When its best way was last tried.
    pub best_tried: Option<DateTime<Utc>>,
    /// When the newest list of those that were read was made.
    pub made: Option<Made>,
    /// Until when it asked to be left alone.
    pub not_before: Option<DateTime<Utc>>,
    /// The validators of its list, and the address and program for which they hold.
    pub validators: Option<StoredValidators>,
    /// The error of the last visit, if it failed.
    pub error: Option<String>,
    /// How many events the last good reading listed.
    pub entries: usize,
    /// The reading that is held, if one is.
    pub held: Option<Held>,
    /// That it is held together with others, if it is.
    pub crowd: Option<CrowdHold>,
}

/// HTTP validators, byte for byte as served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredValidators {
    /// ETag.
    pub etag: Option<String>,
    /// Last-Modified.
    pub last_modified: Option<String>,
    /// For which address, way and version of this program.
    pub holds_for: String,
}

impl Store {
    /// What is known of each source that was ever visited.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn standings(&self) -> Result<BTreeMap<SourceId, Standing>, Error> {
        let mut query = self.connection.prepare(
            "SELECT s.id, s.last_visit, s.last_good, s.failures, s.way, s.not_before, s.etag, s.last_modified, s.validated,
                    (SELECT error FROM visit v WHERE v.source = s.id ORDER BY v.id DESC LIMIT 1),
                    (SELECT entries FROM visit v WHERE v.source = s.id AND v.outcome IN ('read', 'accepted') ORDER BY v.id DESC LIMIT 1),
                    s.last_read, s.best_tried, s.left_origin_at, s.stamped_at
             FROM source s",
        )?;
        let mut standings = BTreeMap::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let id: String = row.get(0)?;
            let time = |column| -> Result<Option<DateTime<Utc>>, Error> {
                let text: Option<String> = row.get(column)?;
                text.map(|text| instant("source", &id, &text)).transpose()
            };
            let (etag, last_modified): (Option<String>, Option<String>) =
                (row.get(6)?, row.get(7)?);
            let holds_for: Option<String> = row.get(8)?;
            let standing = Standing {
                last_visit: time(1)?,
                last_good: time(2)?,
                failures: row.get(3)?,
                way: row
                    .get::<_, Option<String>>(4)?
                    .as_deref()
                    .and_then(Way::named),
                not_before: time(5)?,
                validators: holds_for.map(|holds_for| StoredValidators {
                    etag,
                    last_modified,
                    holds_for,
                }),
                error: row.get(9)?,
                last_read: time(11)?,
                best_tried: time(12)?,
                made: match time(13)? {
                    Some(left_origin_at) => Some(Made {
                        left_origin_at,
                        stamped_at: time(14)?,
                    }),
                    None => None,
                },
                held: None,
                crowd: None,
                entries: row
                    .get::<_, Option<i64>>(10)?
                    .unwrap_or(0)
                    .try_into()
                    .unwrap_or(0),
            };
            standings.insert(SourceId(id), standing);
        }
        for (id, standing) in &mut standings {
            standing.held = held::of(&self.connection, id)?;
        }
        for (id, hold) in self.crowd_holds()? {
            if let Some(standing) = standings.get_mut(&id) {
                standing.crowd = Some(hold);
            }
        }
        Ok(standings)
    }

    /// The current listings that their sources no longer name, and are not gone yet: source and key, with
    /// the first reading that did not name them.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn missing(&self) -> Result<BTreeMap<(SourceId, String), DateTime<Utc>>, Error> {
        let mut query = self.connection.prepare(
            "SELECT source, key, missing_since FROM listing
             WHERE part = 'list' AND replaced_at IS NULL AND gone_at IS NULL AND missing_since IS NOT NULL",
        )?;
        let mut missing = BTreeMap::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let (source, key, since): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let since = instant("listing", &key, &since)?;
            missing.insert((SourceId(source), key), since);
        }
        Ok(missing)
    }

    /// Of each source the keys of events of which the own page was read, with the mark it was read for.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn known_pages(&self) -> Result<BTreeMap<SourceId, BTreeMap<String, String>>, Error> {
        let mut query = self.connection.prepare(
            "SELECT source, key, mark FROM listing WHERE part = 'page' AND replaced_at IS NULL",
        )?;
        let mut known: BTreeMap<SourceId, BTreeMap<String, String>> = BTreeMap::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            known
                .entry(SourceId(row.get(0)?))
                .or_default()
                .insert(row.get(1)?, row.get(2)?);
        }
        Ok(known)
    }

    /// The problems of the current listings, by source.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn problems(&self) -> Result<BTreeMap<SourceId, Vec<Problem>>, Error> {
        let mut query = self.connection.prepare(
            "SELECT source, line, what, item, lost FROM problem ORDER BY source, line, what",
        )?;
        let mut problems: BTreeMap<SourceId, Vec<Problem>> = BTreeMap::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let problem = Problem {
                line: row.get::<_, i64>(1)?.try_into().unwrap_or(0),
                what: row.get(2)?,
                item: row.get(3)?,
                lost: row.get(4)?,
            };
            problems
                .entry(SourceId(row.get(0)?))
                .or_default()
                .push(problem);
        }
        Ok(problems)
    }

    /// Under which id each key was first seen, and which events were published under another's id. Of
    /// decisions it says nothing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn identities(&self) -> Result<Identities, Error> {
        let mut query = self
            .connection
            .prepare("SELECT key, event, first_seen FROM identity")?;
        let mut identities = Identities::default();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let (key, event, since): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let since = instant("identity", &key, &since)?;
            identities
                .keys
                .insert(Key::stored(key), (EventId::stored(event), since));
        }
        let mut query = self
            .connection
            .prepare("SELECT event, twins, rule FROM twin WHERE event <> twins")?;
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let event = EventId::stored(row.get(0)?);
            let (twins, rule): (String, Option<String>) = (row.get(1)?, row.get(2)?);
            if rule.as_deref() == Some(Rule::DecidedTogether.name()) {
                identities.joined_by_decision.insert(event.clone());
            }
            identities.sets.insert(event, EventId::stored(twins));
        }
        Ok(identities)
    }

    /// The events that were ever published under each page.
    ///
    /// # Errors
    /// If the database cannot be read, or a row is damaged.
    pub fn links(&self) -> Result<BTreeMap<Link, BTreeSet<EventId>>, Error> {
        let mut query = self.connection.prepare("SELECT url, event FROM link")?;
        let mut links: BTreeMap<Link, BTreeSet<EventId>> = BTreeMap::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let url: String = row.get(0)?;
            let link = Link::parse(&url).map_err(|error| Error::Damaged {
                table: "link",
                row: url,
                what: error.to_string(),
            })?;
            let event = EventId::stored(row.get(1)?);
            links.entry(link).or_default().insert(event);
        }
        Ok(links)
    }

    /// Where SEQUENCE begins for events that are new to this database and may not be new to the world.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn floors(&self) -> Result<Floors, Error> {
        Self::floors_of(&self.connection)
    }

    fn floors_of(connection: &Connection) -> Result<Floors, Error> {
        let mut query = connection.prepare("SELECT event, sequence FROM floor")?;
        let mut floors = Floors::default();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let (event, sequence): (String, u32) = (row.get(0)?, row.get(1)?);
            if event.is_empty() {
                floors.others = sequence;
            } else {
                floors.known.insert(EventId::stored(event), sequence);
            }
        }
        Ok(floors)
    }
}

impl Standing {
    /// Since when what it says is held, and why, if it is.
    pub fn hold(&self) -> Option<(DateTime<Utc>, String)> {
        let alone = || self.held.map(|held| (held.since, held.doubt.to_string()));
        let together = self.crowd.as_ref();
        together
            .map(|hold| (hold.since, hold.why.clone()))
            .or_else(alone)
    }

    /// Whether it is held for something that does not settle with time: an editor must look.
    pub fn needs_a_human(&self) -> bool {
        let by_itself = |held: &Held| held.doubt.kind.settles_by_itself();
        self.crowd.is_some() || self.held.is_some_and(|held| !by_itself(&held))
    }

    /// The validators to ask with: those that hold for this address, way and program, while the last
    /// full reading they stem from is at most a week old. One in the future was made before the clock was set
    /// back, and may be of any age.
    pub fn validators_for(&self, holds_for: &str, now: DateTime<Utc>) -> Option<&StoredValidators> {
        let fresh = self
            .last_read
            .is_some_and(|read| read <= now && now - read < VALIDATORS_HOLD);
        self.validators
            .as_ref()
            .filter(|validators| fresh && validators.holds_for == holds_for)
    }
}

/// An instant as the database keeps it: whole seconds in UTC, so that text order is time order.
fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn instant(table: &'static str, row: &str, text: &str) -> Result<DateTime<Utc>, Error> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.to_utc())
        .map_err(|error| Error::Damaged {
            table,
            row: row.to_owned(),
            what: format!("{text:?}: {error}"),
        })
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A listing as stored that cannot be read back.
fn damaged(row: i64, what: String) -> Error {
    Error::Damaged {
        table: "listing",
        row: row.to_string(),
        what,
    }
}
