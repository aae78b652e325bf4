//! `source accept` and `source forget`: an editor believes a reading that is held, or withdraws the events of a source
//! that was removed.

use super::super::{Exit, Invocation, Misused, print, refresh::unknown, report};
use rusty_events::believe::absence::crowd;
use rusty_events::facts::source::{Platform, Source, SourceId};
use rusty_events::refresh;
use rusty_events::store::Accepted;
use std::fmt::Write;

/// Believes the held reading of a source, or of all sources of a platform.
pub(super) fn accept(
    invocation: &Invocation,
    name: Option<&str>,
    platform: Option<&str>,
) -> anyhow::Result<Exit> {
    let sources = &invocation.configuration.sources;
    let chosen: Vec<&Source> = match (name, platform) {
        (Some(name), _) => {
            let Some(source) = sources.iter().find(|source| source.id.0 == name) else {
                return Err(unknown(name, sources.iter().map(|source| &source.id)).into());
            };
            vec![source]
        }
        (None, Some(crowd::ALL) | None) => sources.iter().collect(),
        (None, Some(name)) => {
            let Some(platform) = Platform::named(name) else {
                let names: Vec<&str> = Platform::ALL.iter().map(|one| one.name()).collect();
                let all = crowd::ALL;
                return Err(Misused(format!(
                    "there is no platform {name:?}; known are {}, and {all:?} for every one",
                    names.join(", ")
                ))
                .into());
            };
            let of = |source: &&Source| source.platform == platform;
            sources.iter().filter(of).collect()
        }
    };
    let nothing = || {
        let which = name.or(platform).unwrap_or_default();
        Misused(format!(
            "no reading of {which} is held: its last reading is already believed"
        ))
    };
    if !invocation.database.exists() {
        return Err(nothing().into());
    }
    let mut store = invocation.store()?;
    let _lock = store.lock_refresh()?;
    let mut text = String::new();
    for source in chosen {
        let Some(Accepted { at, recorded }) = refresh::accept(
            &mut store,
            &source.id,
            &invocation.configuration.settings.topic,
            invocation.now,
        )?
        else {
            continue;
        };
        let _ = writeln!(
            text,
            "{}: the reading of {} is believed: {} listings, {} new, {} changed, {} gone",
            source.id,
            report::minute(at),
            recorded.events,
            recorded.new,
            recorded.changed,
            recorded.gone,
        );
    }
    if text.is_empty() {
        return Err(nothing().into());
    }
    let groups = invocation.groups();
    let believed = refresh::believe(&invocation.orders(&groups), &mut store)?;
    print(&format!(
        "{text}published: {} new, {} changed, {} withdrawn\n",
        believed.new, believed.changed, believed.withdrawn
    ))?;
    Ok(Exit::Done)
}

/// Withdraws the coming events of a source that is no longer configured.
pub(super) fn forget(invocation: &Invocation, name: &str) -> anyhow::Result<Exit> {
    let sources = &invocation.configuration.sources;
    if sources.iter().any(|source| source.id.0 == name) {
        return Err(Misused(format!(
            "{name} is still in the configuration: remove its entry first, or its events come back with the next refresh"
        ))
        .into());
    }
    let id = SourceId(name.to_owned());
    if !invocation.database.exists() {
        return Err(unknown(name, sources.iter().map(|source| &source.id)).into());
    }
    let mut store = invocation.store()?;
    let _lock = store.lock_refresh()?;
    let standings = store.standings()?;
    let orphans = refresh::orphans(sources, store.published()?.values(), invocation.now);
    if !standings.contains_key(&id) && !orphans.contains_key(&id) {
        return Err(unknown(name, standings.keys()).into());
    }
    let groups = invocation.groups();
    let believed = refresh::forget(&id, &invocation.orders(&groups), &mut store)?;
    print(&format!(
        "{name}: {} coming events withdrawn\n",
        believed.withdrawn
    ))?;
    Ok(Exit::Done)
}
