//! What changed from one version of a source's words to the next.

use crate::facts::listing::{Part, Status};
use crate::facts::when::Stamp;
use crate::store::Version;
use chrono::{DateTime, Utc};

/// Each change that was seen, with when it was first read, the oldest first.
///
/// A list and an event's own page each have a history: that one says more than the other is no change.
pub(super) fn changes(versions: &[Version]) -> Vec<(DateTime<Utc>, String)> {
    let mut changes_of = Vec::new();
    for (place, version) in versions.iter().enumerate() {
        let before = versions[..place]
            .iter()
            .rev()
            .find(|before| before.part == version.part);
        let Some(before) = before else {
            let part = match version.part {
                Part::List => "first listed",
                Part::Page => "its own page first read",
            };
            changes_of.push((
                version.seen.0,
                format!("{part} as {:?}", version.listing.title),
            ));
            continue;
        };
        let changes = between(before, version);
        if !changes.is_empty() {
            changes_of.push((version.seen.0, changes.join("; ")));
        }
    }
    if let Some(last) = versions
        .iter()
        .rev()
        .find(|version| version.part == Part::List)
    {
        if let Some(since) = last.missing_since {
            changes_of.push((since, "no longer listed".to_owned()));
        }
        if let Some(at) = last.gone_at {
            changes_of.push((at, "held to be gone".to_owned()));
        }
    }
    changes_of.sort_by_key(|(at, _)| *at);
    changes_of
}

fn between(before: &Version, after: &Version) -> Vec<String> {
    let (before, after) = (&before.listing, &after.listing);
    let mut changes = Vec::new();
    if before.title != after.title {
        changes.push(format!(
            "the title {:?} became {:?}",
            before.title, after.title
        ));
    }
    if before.start != after.start {
        changes.push(format!(
            "the start {} became {}",
            stamp(before.start),
            stamp(after.start)
        ));
    }
    if before.end != after.end {
        changes.push("another end".to_owned());
    }
    if before.locations != after.locations || before.mode != after.mode {
        changes.push("another place".to_owned());
    }
    if before.status != after.status {
        changes.push(format!(
            "{} became {}",
            status(before.status),
            status(after.status)
        ));
    }
    if before.link != after.link {
        changes.push("another link".to_owned());
    }
    if before.description != after.description {
        changes.push("another description".to_owned());
    }
    changes
}

fn stamp(stamp: Stamp) -> String {
    match stamp {
        Stamp::Date(date) => date.to_string(),
        Stamp::Floating(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        Stamp::Zoned(local, zone) => format!("{} {zone}", local.format("%Y-%m-%d %H:%M")),
        Stamp::Offset(at) => at.format("%Y-%m-%d %H:%M %:z").to_string(),
        Stamp::Utc(at) => at.format("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Unsaid => "nothing said of its state",
        Status::Confirmed => "confirmed",
        Status::Tentative => "tentative",
        Status::Cancelled => "cancelled",
        Status::Postponed => "postponed",
    }
}
