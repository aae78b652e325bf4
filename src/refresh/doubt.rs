//! Sources that may be missing something, in words for an editor.

use super::{has_moved, is_stale};
use crate::believe::absence::Doubt;
use crate::facts::source::{Source, SourceId};
use crate::store::Standing;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// Sources that are named of those with one reason.
const NAMED_AT_MOST: usize = 5;

/// The sources that may be missing something, each with why, in the order of ids.
pub fn in_doubt(
    sources: &[Source],
    standings: &BTreeMap<SourceId, Standing>,
    stale_after: TimeDelta,
    now: DateTime<Utc>,
) -> Vec<String> {
    let mut stale = Vec::new();
    for source in sources {
        if has_moved(sources, source, now) {
            continue;
        }
        let standing = standings.get(&source.id);
        let hold = standing.and_then(|standing| Some((standing, standing.hold()?)));
        if let Some((standing, (since, why))) = hold {
            let since = super::minute(since);
            let next = how_it_ends(&source.id, standing).unwrap_or_default();
            stale.push((
                format!("held since {since}: {why}; {next}"),
                source.id.to_string(),
            ));
        }
        if !is_stale(standing, stale_after, now) {
            continue;
        }
        let since = match standing {
            None => "never visited: run `rusty-events refresh`".to_owned(),
            Some(Standing {
                last_good: Some(good),
                error,
                ..
            }) => {
                format!(
                    "no good reading since {}{}",
                    super::minute(*good),
                    because(error.as_deref())
                )
            }
            Some(Standing {
                last_good: None,
                error,
                ..
            }) => format!("never read{}", because(error.as_deref())),
        };
        stale.push((since, source.id.to_string()));
    }
    by_reason(stale.into_iter())
        .into_iter()
        .map(|(why, sources)| format!("{sources}: {why}"))
        .collect()
}

/// The sources that failed since they were last read well, which was lately enough to count: each with why, in
/// the order of ids.
pub fn failing(
    sources: &[Source],
    standings: &BTreeMap<SourceId, Standing>,
    stale_after: TimeDelta,
    now: DateTime<Utc>,
) -> Vec<String> {
    let failing = sources.iter().filter_map(|source| {
        let standing = standings.get(&source.id)?;
        let good = standing.last_good.filter(|_| standing.failures > 0)?;
        let stale = is_stale(Some(standing), stale_after, now);
        if stale || has_moved(sources, source, now) {
            return None;
        }
        let why = format!(
            "last read well {}{}",
            super::minute(good),
            because(standing.error.as_deref())
        );
        Some((why, source.id.to_string()))
    });
    by_reason(failing)
        .into_iter()
        .map(|(why, sources)| format!("{sources}: {why}"))
        .collect()
}

/// How the hold of a source ends, if it is held.
pub fn how_it_ends(source: &SourceId, standing: &Standing) -> Option<String> {
    let alone = || Some(how_to_accept(source, standing.held?.doubt));
    let together = standing.crowd.as_ref();
    together
        .map(|hold| how_to_accept_all(&hold.scope))
        .or_else(alone)
}

/// What an editor does about a source that is held.
pub fn how_to_accept(source: &SourceId, doubt: Doubt) -> String {
    let accept = format!("`rusty-events source accept {source}` believes it");
    match doubt.kind.settles_by_itself() {
        true => format!("{accept} now, else a reading 20 hours later that says the like"),
        false => format!("{accept}, else it ends when the source is as it was"),
    }
}

/// What an editor does about sources that are held because many changed at once.
pub fn how_to_accept_all(scope: &str) -> String {
    format!(
        "what they said before stands until they say so again, or `rusty-events source accept --platform {scope}` believes the change"
    )
}

fn because(error: Option<&str>) -> String {
    error.map(|error| format!(": {error}")).unwrap_or_default()
}

/// Sources by what they have in common, so that one dead network is one line: each reason with its
/// sources, in the order of the first of them.
pub fn by_reason(sources: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut grouped: Vec<(String, Vec<String>)> = Vec::new();
    for (why, source) in sources {
        match grouped.iter_mut().find(|(known, _)| *known == why) {
            Some((_, sources)) => sources.push(source),
            None => grouped.push((why, vec![source])),
        }
    }
    let named = |sources: Vec<String>| match sources.len() {
        0..=NAMED_AT_MOST => sources.join(", "),
        all => format!(
            "{} and {} more",
            sources[..NAMED_AT_MOST].join(", "),
            all - NAMED_AT_MOST
        ),
    };
    grouped
        .into_iter()
        .map(|(why, sources)| (why, named(sources)))
        .collect()
}
