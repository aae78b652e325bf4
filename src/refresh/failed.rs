//! Visits that did not come to an end by themselves.

use super::LONGEST_VISIT;
use crate::facts::source::SourceId;
use crate::store::{Outcome, Visit};
use std::time::Duration;

/// A visit that does not end is ended: an error of its source alone.
pub(super) fn hung(source: &SourceId) -> Visit {
    let minutes = LONGEST_VISIT.as_secs() / 60;
    failed_visit(
        source,
        format!("not done after {minutes} minutes: the visit was ended"),
    )
}

/// A reader that panicked is an error of its source alone.
pub(super) fn panicked(source: Option<&SourceId>, error: &tokio::task::JoinError) -> Visit {
    tracing::error!(source = source.map(|id| id.0.as_str()), %error, "a visit panicked");
    let unknown = SourceId("unknown".to_owned());
    failed_visit(
        source.unwrap_or(&unknown),
        "the reader failed on this page: please report it, with the page".to_owned(),
    )
}

fn failed_visit(source: &SourceId, error: String) -> Visit {
    Visit {
        source: source.clone(),
        outcome: Outcome::Failed {
            phase: "program",
            error,
            not_before: None,
        },
        pages: Vec::new(),
        page_problems: Vec::new(),
        answers: Vec::new(),
        tried_best: false,
        took: Duration::ZERO,
    }
}
