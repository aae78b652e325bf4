//! The report of an update as JSON: what is beside its rows.

use super::sources::Proposal;
use rusty_events::compose::UpdatedCalls;
use rusty_events::suspects::Named;
use serde_json::{Value, json};

/// What was done with the calls for papers.
pub(super) fn calls(calls: Option<&UpdatedCalls>) -> Vec<Value> {
    let entries = calls.iter().flat_map(|calls| &calls.entries);
    entries
        .map(|entry| {
            json!({
                "kind": entry.kind.name(),
                "name": entry.name,
                "line": entry.line,
                "note": entry.what,
            })
        })
        .collect()
}

/// The groups that have rows written by hand and no source.
pub(super) fn proposals(proposals: &[Proposal]) -> Vec<Value> {
    proposals
        .iter()
        .map(|of| {
            let (entry, file) = of.entry.clone().unzip();
            json!({"why": of.words, "url": of.address, "entry": entry, "file": file})
        })
        .collect()
}

/// The groups that are missing by their habit.
pub(super) fn missing(named: &[Named]) -> Vec<Value> {
    named
        .iter()
        .map(|of| {
            let habit = &of.suspect.habit;
            json!({
                "group": habit.name,
                "place": habit.location,
                "expected": of.suspect.expected.to_string(),
                "last": habit.days.last().map(ToString::to_string),
                "why": of.reason,
                "command": of.command,
            })
        })
        .collect()
}
