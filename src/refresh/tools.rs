//! What a visit to a source and a question to an event's page have in common: who asks, how many pages may still be
//! read, and errors in one short line.

use crate::facts::topic::Topic;
use crate::fetch::Fetcher;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Characters of an error that are kept.
const LONGEST_ERROR: usize = 300;

/// What a visit needs of the world.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Who fetches.
    pub fetcher: Arc<Fetcher>,
    /// Pages of single events that this run may still read.
    pub budget: Arc<AtomicUsize>,
    /// What the events are about.
    pub topic: Arc<Topic>,
    /// The time of the run.
    pub now: DateTime<Utc>,
}

impl Tools {
    /// Takes one page of an event out of the run's budget, if there is one left.
    pub(super) fn granted(&self) -> bool {
        let taken = self
            .budget
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
        taken.is_ok()
    }
}

/// An error as one short line.
pub(super) fn short(error: &str) -> String {
    let line: String = error
        .chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect();
    if line.chars().count() <= LONGEST_ERROR {
        return line;
    }
    line.chars().take(LONGEST_ERROR - 1).chain(['…']).collect()
}
