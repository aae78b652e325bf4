//! What a refresh did, for its report.

use super::crowd::Alarm;
use crate::believe::absence;
use crate::believe::decisions::Unfound;
use crate::facts::decision::Decision;
use crate::facts::event::Rejected;
use crate::facts::listing::Problem;
use crate::facts::source::SourceId;
use crate::store::{Outcome, Recorded, Visit};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// What a refresh did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// A line for each source, in the order of ids.
    pub sources: Vec<Line>,
    /// What came of believing it all.
    pub believed: Believed,
}

/// What a refresh did to one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The source.
    pub source: SourceId,
    /// What came of the visit.
    pub ended: Ended,
    /// How that changed what is stored.
    pub recorded: Recorded,
    /// Problems of its pages.
    pub problems: usize,
    /// How long the visit took.
    pub took: Duration,
}

/// How a visit ended, for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Read, by this way and with pages of single events (`feed`, `feed+page`).
    Read(String),
    /// Read, but not believed yet: the way, and why.
    Held(String, absence::Doubt),
    /// As it was.
    Unchanged(String),
    /// Nothing could be read: where it failed and why.
    Failed {
        /// dns, connect, tls, http, decode, parse, …
        phase: &'static str,
        /// Why.
        error: String,
    },
    /// It asked to be left alone until then.
    NotDue(DateTime<Utc>),
}

/// What came of believing everything that is stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Believed {
    /// Events that the sources list, inside the believed days.
    pub events: usize,
    /// Events after those that are one were joined.
    pub twins: usize,
    /// Published for the first time.
    pub new: usize,
    /// Published anew with other facts.
    pub changed: usize,
    /// Withdrawn.
    pub withdrawn: usize,
    /// What could not be believed.
    pub rejected: Vec<Rejected>,
    /// Series that could not be expanded, by source.
    pub problems: Vec<(SourceId, Problem)>,
    /// Decisions that name no event that is known, or several.
    pub unmatched: Vec<(Decision, Unfound)>,
    /// Changes of many sources at once, which are held.
    pub alarms: Vec<Alarm>,
}

pub(super) fn line(visit: &Visit, recorded: Recorded) -> Line {
    let problems = visit.page_problems.len();
    let (ended, problems) = match &visit.outcome {
        Outcome::Read {
            way,
            problems: of_list,
            ..
        } => {
            let way = with_pages(way.name(), visit);
            let ended = match recorded.held {
                Some(doubt) => Ended::Held(way, doubt),
                None => Ended::Read(way),
            };
            (ended, problems + of_list.len())
        }
        Outcome::Unchanged { way } => (Ended::Unchanged(with_pages(way.name(), visit)), problems),
        Outcome::Failed { phase, error, .. } => (
            Ended::Failed {
                phase,
                error: error.clone(),
            },
            problems,
        ),
    };
    tracing::info!(
        source = %visit.source,
        outcome = match &ended { Ended::Read(_) => "read", Ended::Held(..) => "held", Ended::Unchanged(_) => "unchanged", Ended::Failed { .. } => "failed", Ended::NotDue(_) => "not due" },
        events = recorded.events,
        new = recorded.new,
        changed = recorded.changed,
        gone = recorded.gone,
        problems,
        millis = u64::try_from(visit.took.as_millis()).unwrap_or(u64::MAX),
        "visited"
    );
    Line {
        source: visit.source.clone(),
        ended,
        recorded,
        problems,
        took: visit.took,
    }
}

fn with_pages(way: &str, visit: &Visit) -> String {
    if visit.pages.is_empty() {
        way.to_owned()
    } else {
        format!("{way}+page")
    }
}
