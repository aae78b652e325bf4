//! What `why` says of a group: its sources, its habit and its events.

use super::super::report;
use super::{line, printed};
use rusty_events::facts::event::counted;
use rusty_events::store::Standing;
use rusty_events::why::{Group, Newsletter, Usual};
use std::fmt::Write;

/// Days of a habit that are shown: the last ones.
const DAYS_SHOWN: usize = 3;

pub(super) fn of_group(group: &Group, newsletter: Newsletter<'_>) -> String {
    let mut text = String::new();
    for (source, standing) in &group.sources {
        let name = source
            .organiser
            .as_ref()
            .map_or("many groups", |known| &known.name);
        let _ = writeln!(text, "{name}: source {} ({})", source.id, source.platform);
        let _ = writeln!(text, "  {}", doing(standing));
        if !source.only.is_empty() {
            let _ = writeln!(
                text,
                "  only events with {} in the title",
                source
                    .only
                    .words()
                    .iter()
                    .map(|word| word.text.as_str())
                    .collect::<Vec<_>>()
                    .join(" or ")
            );
        }
    }
    if group.sources.is_empty() {
        text.push_str(match group.events.is_empty() {
            true => "it has no source, and no source lists an event of it\n",
            false => "it has no source of its own; its events come from other sources\n",
        });
    }
    if let Some(link) = &group.unknown {
        let again = match group.sources.first() {
            Some((source, _)) => format!("`rusty-events refresh {}` reads it now; ", source.id),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "\nNo source lists {link}: it may be new since the last reading, not public, or beyond a list's end.\n{again}`rusty-events event add {link}` takes in this one event."
        );
        text.push_str(&printed(&group.printed, newsletter.style));
    }
    if let Some(usual) = &group.usual {
        text.push_str(&of_habit(usual, newsletter));
    }
    let _ = writeln!(
        text,
        "\n{} to come",
        counted(group.events.len(), "event", "events")
    );
    for event in &group.events {
        let _ = writeln!(text, "  {}", line(event));
    }
    if !group.rejected.is_empty() {
        let _ = writeln!(
            text,
            "\n{} not believed",
            counted(group.rejected.len(), "entry is", "entries are")
        );
        for reject in &group.rejected {
            let _ = writeln!(
                text,
                "  {} {:?}: {}: {}",
                reject.source, reject.title, reject.field, reject.reason
            );
        }
    }
    text
}

/// The habit by which a group may be named as missing.
fn of_habit(usual: &Usual, newsletter: Newsletter<'_>) -> String {
    let habit = &usual.habit;
    let first = habit.days.len().saturating_sub(DAYS_SHOWN);
    let last: Vec<String> = habit.days[first..]
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut text = format!(
        "\nPrinted in the last year as {:?}, {:?}, for {}; the last: {}\n",
        habit.name,
        habit.location,
        counted(habit.days.len(), "day", "days"),
        last.join(", ")
    );
    match &habit.rhythm {
        None => text.push_str("  it keeps no rhythm, so it is not expected on any day\n"),
        Some(rhythm) => {
            let expected = match usual.expected {
                Some(day) => format!("expected on {day}"),
                None => "expected on no day".to_owned(),
            };
            let _ = writeln!(
                text,
                "  it meets {rhythm}: {expected} in the issue of {}",
                newsletter.issue
            );
            let _ = writeln!(
                text,
                "  four of five of its events are first printed at most {} ahead",
                counted(habit.lead, "day", "days")
            );
        }
    }
    if let Some(dismissed) = &usual.dismissed {
        let _ = writeln!(
            text,
            "  dismissed by {} on {} because {:?}: no report names it as missing; `rusty-events decide expect {}` takes that back",
            dismissed.by.as_deref().unwrap_or("an editor"),
            dismissed.at.date_naive(),
            dismissed.reason,
            dismissed.group
        );
    }
    text
}

fn doing(standing: &Standing) -> String {
    let good = match standing.last_good {
        Some(at) => format!(
            "last read well {}{}, {}",
            report::minute(at),
            standing
                .way
                .map(|way| format!(" by way of its {way}"))
                .unwrap_or_default(),
            counted(standing.entries, "entry", "entries")
        ),
        None => "never read well".to_owned(),
    };
    let failing = match standing.failures {
        0 => String::new(),
        failures => format!(
            "; failed {} since: {}",
            counted(failures, "time", "times"),
            standing.error.as_deref().unwrap_or("unknown")
        ),
    };
    let held = standing
        .hold()
        .map(|(since, why)| format!("; it is held since {}: {why}", report::minute(since)));
    format!("{good}{failing}{}", held.unwrap_or_default())
}
