//! Whether the process lives, whether it has anything to show, and figures for monitoring.

use super::question::Kind;
use super::reply::{Content, Refusal};
use super::snapshot::Snapshot;
use super::state::State;
use super::turns::lock;
use super::visitor::Visitor;
use crate::store::Standing;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// What a question about the process is answered; `None` for any other question.
pub(super) async fn answer(
    state: &Arc<State>,
    kind: Kind,
    from: Visitor,
) -> Option<Result<Content, Refusal>> {
    let text = |body: String| Content::public("text/plain; charset=utf-8", body, 0).fleeting();
    if kind == Kind::Health {
        return Some(Ok(text("ok\n".to_owned())));
    }
    if !matches!(kind, Kind::Ready | Kind::Metrics) {
        return None;
    }
    let place = match state.figures.admit(from) {
        Ok(place) => place,
        Err(refusal) => return Some(Err(refusal)),
    };
    let work = {
        let state = Arc::clone(state);
        move || match kind {
            Kind::Ready => ready(&state).map(text),
            _ => Ok(Content {
                kind: "text/plain; version=0.0.4; charset=utf-8",
                ..text(metrics(&state))
            }),
        }
    };
    Some(state.figures.run(place, work).await.flatten())
}

/// Ready is who can read the database and has read a source well.
fn ready(state: &State) -> Result<String, Refusal> {
    let unready = |what: String| Refusal {
        status: StatusCode::SERVICE_UNAVAILABLE,
        ..Refusal::missing(what)
    };
    state
        .with_store(|store| store.data_version())
        .map_err(|error| unready(error.to_string()))?;
    let snapshot = state.snapshot();
    let read = snapshot
        .standings
        .values()
        .filter(|standing| standing.last_good.is_some())
        .count();
    if read == 0 {
        return Err(unready("no source has been read yet".to_owned()));
    }
    Ok(format!(
        "ready: {} events of {read} sources\n",
        snapshot.published.len()
    ))
}

/// Figures as Prometheus reads them.
fn metrics(state: &State) -> String {
    let snapshot = state.snapshot();
    let mut figures = Figures(String::new());
    of_each_source(state, &snapshot, &mut figures);
    let mut by_status: BTreeMap<&str, usize> = BTreeMap::new();
    for event in snapshot.published.values() {
        *by_status.entry(event.status.name()).or_default() += 1;
    }
    figures.family(
        "events",
        "gauge",
        "Events that are known, by status.",
        by_status
            .into_iter()
            .map(|(status, count)| (format!("{{status=\"{status}\"}}"), count.to_string()))
            .collect(),
    );
    figures.family(
        "refresh_last_seconds",
        "gauge",
        "When the worker last looked after every source that was due, in seconds since 1970.",
        Vec::from_iter(state.runs.last().map(|at| (String::new(), at.to_string()))),
    );
    let took = state.runs.took();
    figures.family(
        "refresh_duration_seconds",
        "gauge",
        "How long the worker's last run took.",
        Vec::from_iter(took.map(|took| (String::new(), format!("{:.3}", took.as_secs_f64())))),
    );
    let requests = lock(&state.requests).clone();
    figures.family(
        "http_requests_total",
        "counter",
        "Requests that were answered.",
        requests
            .into_iter()
            .map(|((route, status), count)| {
                (
                    format!("{{route=\"{}\",status=\"{status}\"}}", label(route)),
                    count.to_string(),
                )
            })
            .collect(),
    );
    figures.0
}

/// How each source is doing.
fn of_each_source(state: &State, snapshot: &Snapshot, figures: &mut Figures) {
    let configured = &state.setup.configuration.sources;
    let never = Standing::default();
    let of_sources = |value: &dyn Fn(&Standing) -> Option<String>| {
        let known = configured.iter().filter_map(|source| {
            let standing = snapshot.standings.get(&source.id).unwrap_or(&never);
            let label = format!("{{source=\"{}\"}}", label(&source.id.0));
            Some((label, value(standing)?))
        });
        known.collect::<Vec<_>>()
    };
    figures.family(
        "source_last_success_seconds",
        "gauge",
        "When a source was last read well, in seconds since 1970.",
        of_sources(&|standing| Some(standing.last_good?.timestamp().to_string())),
    );
    figures.family(
        "source_failures",
        "gauge",
        "How often in a row a source has failed.",
        of_sources(&|standing| Some(standing.failures.to_string())),
    );
    figures.family(
        "source_events",
        "gauge",
        "Events that a source listed when it was last read well.",
        of_sources(&|standing| Some(standing.entries.to_string())),
    );
    figures.family(
        "source_held",
        "gauge",
        "Whether a source's last reading is held until it is confirmed.",
        of_sources(&|standing| Some(u8::from(standing.hold().is_some()).to_string())),
    );
}

/// The text of figures, as far as it is written.
struct Figures(String);

impl Figures {
    /// Adds the figures of one name, each with its labels; nothing if there are none.
    fn family(&mut self, name: &str, kind: &str, help: &str, lines: Vec<(String, String)>) {
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(self.0, "# HELP rusty_events_{name} {help}");
        let _ = writeln!(self.0, "# TYPE rusty_events_{name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(self.0, "rusty_events_{name}{labels} {value}");
        }
    }
}

/// A text as the value of a label.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
