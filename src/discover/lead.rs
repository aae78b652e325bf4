//! A hint that a group should be read, before it is put together with others.

use crate::facts::candidate::{Evidence, Kind};
use crate::facts::link::Link;
use crate::facts::listing::Listing;
use crate::facts::source::Platform;
use crate::propose::Behind;
use chrono::{DateTime, Utc};

/// One hint.
pub(super) struct Lead {
    /// The address that a source would read.
    pub(super) url: String,
    /// Who would read it.
    pub(super) platform: Platform,
    /// The group's name, if the hint has it.
    pub(super) name: Option<String>,
    /// The page that the hint gives the group.
    pub(super) page: Option<Link>,
    /// Its events, as far as the hint has them.
    pub(super) listings: Vec<Listing>,
    /// Why it is one.
    pub(super) evidence: Evidence,
}

impl Lead {
    /// A hint at an address alone.
    pub(super) fn at(url: &str, platform: Platform, evidence: Evidence) -> Lead {
        Lead {
            url: url.to_owned(),
            platform,
            name: None,
            page: None,
            listings: Vec::new(),
            evidence,
        }
    }

    /// A hint at the group behind events; `None` if there is no event.
    pub(super) fn behind(groups: Vec<Behind>, evidence: Evidence) -> Option<Lead> {
        let first = groups.first()?;
        Some(Lead {
            name: Some(first.organiser.clone()).filter(|name| !name.is_empty()),
            page: first.page.clone(),
            listings: groups.iter().map(|of| of.listing.clone()).collect(),
            ..Lead::at(&first.candidate.url, first.candidate.platform, evidence)
        })
    }
}

/// A piece of evidence that was found now.
pub(super) fn evidence(
    kind: Kind,
    subject: &str,
    words: String,
    link: Option<&str>,
    now: DateTime<Utc>,
) -> Evidence {
    Evidence {
        kind,
        subject: subject.to_owned(),
        words: crate::facts::event::one_line(&words),
        link: link.map(str::to_owned),
        since: now,
    }
}
