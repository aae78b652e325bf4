//! `source accept` and `source forget`: an editor's word on what a source says no more.

use super::super::{Exit, Misused, Setting, print, refresh::unknown, report};
use rusty_events::facts::source::SourceId;
use rusty_events::refresh;

/// Believes the reading of a source that is held.
pub(super) fn accept(setting: &Setting, name: &str) -> anyhow::Result<Exit> {
    let sources = &setting.configuration.sources;
    let Some(source) = sources.iter().find(|source| source.id.0 == name) else {
        return Err(unknown(name, sources.iter().map(|source| &source.id)).into());
    };
    let nothing = || {
        Misused(format!(
            "nothing is held of {name}: what it said last is believed already"
        ))
    };
    if !setting.database.exists() {
        return Err(nothing().into());
    }
    let mut store = setting.store()?;
    let _lock = store.lock_refresh()?;
    let Some((held, recorded)) = store.accept(&source.id, setting.now)? else {
        return Err(nothing().into());
    };
    let groups = setting.groups();
    let believed = refresh::believe(&setting.orders(&groups), &mut store)?;
    print(&format!(
        "{name}: the reading of {} is believed: {} listings, {} new, {} changed, {} gone\npublished: {} new, {} changed, {} withdrawn\n",
        report::minute(held.at),
        recorded.events,
        recorded.new,
        recorded.changed,
        recorded.gone,
        believed.new,
        believed.changed,
        believed.withdrawn
    ))?;
    Ok(Exit::Done)
}

/// Withdraws the coming events of a source that is no longer configured.
pub(super) fn forget(setting: &Setting, name: &str) -> anyhow::Result<Exit> {
    let sources = &setting.configuration.sources;
    if sources.iter().any(|source| source.id.0 == name) {
        return Err(Misused(format!(
            "{name} is still in the configuration: remove its entry first, or its events come back with the next refresh"
        ))
        .into());
    }
    let id = SourceId(name.to_owned());
    if !setting.database.exists() {
        return Err(unknown(name, sources.iter().map(|source| &source.id)).into());
    }
    let mut store = setting.store()?;
    let _lock = store.lock_refresh()?;
    let standings = store.standings()?;
    let orphans = refresh::orphans(sources, &store.published()?, setting.now);
    if !standings.contains_key(&id) && !orphans.contains_key(&id) {
        return Err(unknown(name, standings.keys()).into());
    }
    let groups = setting.groups();
    let believed = refresh::forget(&id, &setting.orders(&groups), &mut store)?;
    print(&format!(
        "{name}: {} coming events withdrawn\n",
        believed.withdrawn
    ))?;
    Ok(Exit::Done)
}
