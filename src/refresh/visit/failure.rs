//! Why a way of reading a source failed, and whether a lesser way may serve.

use super::super::tools::short;
use crate::facts::listing::{Problem, Unreadable};
use crate::facts::source::Way;
use crate::fetch;
use crate::store::Outcome;
use chrono::{DateTime, TimeDelta, Utc};

/// The shortest and the longest time that a platform can make us wait, as with Retry-After.
const SHORTEST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::days(1);

/// Why one way did not give a list.
pub(super) struct Failure {
    /// How the visit ends, unless another way serves.
    pub(super) outcome: Outcome,
    /// Whether another way may serve.
    pub(super) not_this_way: bool,
}

impl Failure {
    /// What is said of it where a lesser way served.
    pub(super) fn problem(&self, way: Way) -> Option<Problem> {
        let Outcome::Failed { error, .. } = &self.outcome else {
            return None;
        };
        Some(Problem {
            line: 0,
            what: short(&format!("not read by way of its {way}: {error}")),
            item: None,
            lost: false,
        })
    }
}

/// A page that could not be fetched.
pub(super) fn fetching(error: fetch::Error, now: DateTime<Utc>) -> Failure {
    let phase = if error.is_unreachable() {
        "unreachable"
    } else {
        error.phase()
    };
    let not_before = error
        .retry_after()
        .and_then(|wait| Some(now + TimeDelta::from_std(wait).ok()?));
    Failure {
        not_this_way: error.not_this_way(),
        outcome: failed(phase, &error.to_string(), not_before),
    }
}

/// A page that could not be read.
pub(super) fn reading(error: Unreadable, now: DateTime<Utc>) -> Failure {
    let said = error.to_string();
    match error {
        Unreadable::NotNow { until, .. } => {
            let wait = until.map_or(SHORTEST_WAIT, |until| until - now);
            let not_before = now + wait.clamp(SHORTEST_WAIT, LONGEST_WAIT);
            Failure {
                outcome: failed("http", &said, Some(not_before)),
                not_this_way: false,
            }
        }
        Unreadable::NotWhatWasAsked(_) | Unreadable::Damaged(_) => Failure {
            outcome: failed("parse", &said, None),
            not_this_way: true,
        },
    }
}

/// The outcome of a visit that failed in a phase.
pub(super) fn failed(
    phase: &'static str,
    error: &str,
    not_before: Option<DateTime<Utc>>,
) -> Outcome {
    Outcome::Failed {
        phase,
        error: short(error),
        not_before,
    }
}
