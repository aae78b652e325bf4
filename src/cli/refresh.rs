//! `refresh`: reads the sources into the database.

use super::{Exit, Invocation, Misused, block_on, report, say};
use clap::Args;
use rusty_events::facts::source::{Platform, Source, SourceId};
use rusty_events::facts::wording;
use rusty_events::refresh::{self, Ended, Orders, Report};
use rusty_events::schedule::Cron;
use rusty_events::store::{Standing, Store};
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these sources, by id; names override a platform's interval, never a Retry-After
    #[arg(value_name = "SOURCE")]
    #[arg(conflicts_with = "due")]
    sources: Vec<String>,
    /// Only the sources that are due by `[schedule]`; the more often a source failed, the longer it waits
    #[arg(long)]
    due: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let only = named(invocation, &arguments.sources)?;
    if invocation.configuration.sources.is_empty() {
        return Err(invocation.no_sources());
    }
    let mut store = invocation.store()?;
    let report = if arguments.due {
        match walk_due(invocation, &mut store)? {
            Some(report) => report,
            None => {
                if !invocation.quiet {
                    say("no source is due");
                }
                // Believe what is stored all the same: days pass, and the configuration may have changed.
                let groups = invocation.groups();
                Report {
                    sources: Vec::new(),
                    believed: refresh::believe(&invocation.orders(&groups), &mut store)?,
                }
            }
        }
    } else {
        walk(invocation, &mut store, &only)?
    };
    if arguments.json {
        super::print(&format!("{:#}\n", as_json(&report)))?;
    }
    ended(invocation, &store, &only)
}

/// Reads all sources, with a progress bar, and prints the table to standard error.
pub(super) fn walk(
    invocation: &Invocation,
    store: &mut Store,
    only: &[SourceId],
) -> anyhow::Result<Report> {
    let fetcher = invocation.fetcher()?;
    let groups = invocation.groups();
    let orders = Orders {
        only,
        ..invocation.orders(&groups)
    };
    let total = if only.is_empty() {
        orders.sources.len()
    } else {
        only.len()
    };
    let bar = report::bar(invocation, total);
    let walked = block_on(refresh::refresh(orders, &fetcher, store, |line| {
        bar.inc(1);
        bar.set_message(line.source.to_string());
    }));
    bar.finish_and_clear();
    reported(invocation, walked?)
}

/// Reads the sources that are due; `None` if there are none.
fn walk_due(invocation: &Invocation, store: &mut Store) -> anyhow::Result<Option<Report>> {
    let schedule = &invocation.configuration.settings.schedule;
    let cron = Cron::parse(&schedule.refresh, schedule.zone).map_err(Misused)?;
    let fetcher = invocation.fetcher()?;
    let groups = invocation.groups();
    let orders = invocation.orders(&groups);
    let bar = report::bar(invocation, refresh::due(&orders, &cron, store)?.len());
    let walked = block_on(refresh::refresh_due(
        orders,
        &cron,
        &fetcher,
        store,
        |line| {
            bar.inc(1);
            bar.set_message(line.source.to_string());
        },
    ));
    bar.finish_and_clear();
    walked?
        .transpose()
        .map(|report| reported(invocation, report))
        .transpose()
}

/// Prints the table of a refresh, or why there was none.
fn reported(
    invocation: &Invocation,
    walked: Result<Report, refresh::Error>,
) -> anyhow::Result<Report> {
    match walked {
        Ok(report) => {
            if !invocation.quiet {
                invocation.say(&report::refreshed(&report));
            }
            Ok(report)
        }
        Err(error @ refresh::Error::Offline { .. }) => Err(anyhow::anyhow!(
            "{error}; nothing was recorded. Without a network try the sample: `rusty-events demo`"
        )),
        Err(error) => Err(error.into()),
    }
}

/// The exit code: done, incomplete if something may be missing, no result if no source was ever read.
pub(super) fn ended(
    invocation: &Invocation,
    store: &Store,
    only: &[SourceId],
) -> anyhow::Result<Exit> {
    let standings = store.standings()?;
    let asked: Vec<&Source> = invocation
        .configuration
        .sources
        .iter()
        .filter(|source| only.is_empty() || only.contains(&source.id))
        .filter(|source| {
            !refresh::has_moved(&invocation.configuration.sources, source, invocation.now)
        })
        .collect();
    // Events written by hand are always read, so an empty list of them is no result.
    let good = |source: &&&Source| {
        standings.get(&source.id).is_some_and(|standing| {
            standing.last_good.is_some()
                && (source.platform != Platform::Manual || standing.entries > 0)
        })
    };
    if !asked.is_empty() && asked.iter().filter(good).count() == 0 {
        return Ok(Exit::NoResult);
    }
    let stale_after = invocation.configuration.settings.stale_after;
    let stale = |source: &&Source| {
        refresh::is_stale(standings.get(&source.id), stale_after, invocation.now)
    };
    let waits = |source: &&Source| {
        standings
            .get(&source.id)
            .is_some_and(Standing::needs_a_human)
    };
    Ok(
        if asked.iter().any(|source| stale(source) || waits(source)) {
            Exit::Incomplete
        } else {
            Exit::Done
        },
    )
}

/// The sources of these ids.
fn named(invocation: &Invocation, names: &[String]) -> Result<Vec<SourceId>, Misused> {
    let known = &invocation.configuration.sources;
    let mut only = Vec::new();
    for name in names {
        let Some(source) = known.iter().find(|source| source.id.0 == *name) else {
            // A group's address is as good as the id of who reads it.
            if let Some(reader) = invocation.configuration.reader_of(name, None) {
                only.push(reader.source.id.clone());
                continue;
            }
            return Err(unknown(name, known.iter().map(|source| &source.id)));
        };
        only.push(source.id.clone());
    }
    Ok(only)
}

/// Letters from which on a part of an id shows which source is meant.
const SHORTEST_PART: usize = 3;

/// The error for an unknown source, with the names that may be meant.
pub(super) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a SourceId>) -> Misused {
    let known: Vec<&str> = known.map(|id| id.0.as_str()).collect();
    if name.trim().is_empty() {
        return Misused(
            "the name of a source is empty: `rusty-events source list` shows the names".to_owned(),
        );
    }
    let parts = known.iter().copied();
    let is_part = |id: &&str| name.len() >= SHORTEST_PART && id.contains(name) || name.contains(id);
    let mut near: Vec<&str> = parts.filter(is_part).take(5).collect();
    if near.is_empty() {
        near.extend(wording::near(name, known));
    }
    let help = if near.is_empty() {
        "`rusty-events source list` shows them all".to_owned()
    } else {
        format!("is it {}?", near.join(" or "))
    };
    Misused(format!("there is no source {name:?}; {help}"))
}

fn as_json(report: &Report) -> Value {
    let sources: Vec<Value> = report
        .sources
        .iter()
        .map(|line| {
            let (outcome, way, phase, error, until) = match &line.ended {
                Ended::Read(way) => ("read", Some(way), None, None, None),
                Ended::Held(way, _) => ("held", Some(way), None, None, None),
                Ended::Unchanged(way) => ("unchanged", Some(way), None, None, None),
                Ended::Failed { phase, error } => ("failed", None, Some(*phase), Some(error), None),
                Ended::NotDue(until) => ("not-due", None, None, None, Some(until.to_rfc3339())),
            };
            json!({
                "id": line.source.0, "outcome": outcome, "way": way, "phase": phase, "error": error, "until": until,
                "why": line.recorded.held.map(|doubt| doubt.to_string()),
                "events": line.recorded.events, "new": line.recorded.new, "changed": line.recorded.changed,
                "gone": line.recorded.gone, "problems": line.problems,
                "millis": u64::try_from(line.took.as_millis()).unwrap_or(u64::MAX),
            })
        })
        .collect();
    let rejected: Vec<Value> = report
        .believed
        .rejected
        .iter()
        .map(|reject| {
            json!({
                "source": reject.source.0, "key": reject.key, "line": reject.line, "title": reject.title,
                "field": reject.field, "reason": reject.reason,
            })
        })
        .collect();
    json!({
        "sources": sources,
        "events": report.believed.twins,
        "new": report.believed.new,
        "changed": report.believed.changed,
        "withdrawn": report.believed.withdrawn,
        "rejected": rejected,
        "alarms": report.believed.alarms.iter().map(|alarm| json!({
            "scope": alarm.scope, "why": alarm.why, "since": alarm.since.to_rfc3339(),
            "sources": alarm.sources.iter().map(|id| &id.0).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "series": report.believed.problems.iter().map(|(source, problem)| json!({
            "source": source.0, "line": problem.line, "what": problem.what, "item": problem.item,
        })).collect::<Vec<_>>(),
    })
}
