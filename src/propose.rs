//! Sources that could be configured: what stands behind an address, the entry that would read it, and the group that holds
//! an event. `source add`, the report of an update and `discover` have this in common. No file is written here.

mod behind;
mod entry;
mod find;
mod habits;

pub use behind::{Behind, behind, elsewhere, group_at, replacing};
pub use entry::{Found, entry};
pub use find::{Attempt, Failed, Lookup, Readable, already, find};

use crate::believe::normalise::Groups;
use crate::config::{self, Configuration};
use crate::facts::source::Platform;
use crate::facts::when;
use chrono::{DateTime, NaiveDate, Utc};

/// What proposals rest on.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// What is configured already.
    pub configuration: &'a Configuration,
    /// The groups that it knows.
    pub groups: &'a Groups,
    /// The time.
    pub now: DateTime<Utc>,
}

impl About<'_> {
    /// Today, where the newsletter is made.
    pub fn today(&self) -> NaiveDate {
        when::to_local(self.now, self.configuration.settings.newsletter.zone).date()
    }

    /// The platform that an address names; `None` if the configuration would refuse it.
    pub fn platform_of(&self, url: &str) -> Option<Platform> {
        let inferred = config::infer(url, None, &self.configuration.settings.fetch);
        inferred.ok().map(|inferred| inferred.platform)
    }
}
