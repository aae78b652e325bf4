//! An editor ignores a candidate on the page, or takes that back.

use super::decisions::answered;
use super::question::Editor;
use super::reply::Refusal;
use super::session::Sent;
use super::state::State;
use crate::discover::{self, Refused};
use crate::facts::candidate;
use axum::response::Response;
use std::sync::Arc;

/// Ignores a candidate.
pub(super) async fn ignore(
    state: axum::extract::State<Arc<State>>,
    sent: Result<Sent, Response>,
) -> Response {
    answered(&state, sent, |state, sent, editor| {
        decide(state, sent, editor, candidate::State::Ignored)
    })
    .await
}

/// Shows a candidate again.
pub(super) async fn again(
    state: axum::extract::State<Arc<State>>,
    sent: Result<Sent, Response>,
) -> Response {
    answered(&state, sent, |state, sent, editor| {
        decide(state, sent, editor, candidate::State::New)
    })
    .await
}

fn decide(
    state: &State,
    sent: &Sent,
    editor: &Editor,
    wanted: candidate::State,
) -> Result<(), Refusal> {
    let (id, by) = (sent.field("candidate"), Some(editor.name.as_str()));
    let (said, now) = ((sent.field("reason"), by), state.setup.clock.now());
    let done = state.with_store(|store| Ok(discover::decide(store, id, wanted, said, now)))?;
    done.map(|_| ()).map_err(|why| refusal(&why))
}

fn refusal(why: &Refused) -> Refusal {
    match why {
        Refused::Store(error) => {
            tracing::error!(%error, "nothing could be decided about a candidate");
            Refusal::fault()
        }
        Refused::Reason(error) => Refusal::bad("reason", error.to_string()),
        Refused::Unknown(_) | Refused::Several(..) => Refusal::bad("candidate", why.to_string()),
    }
}
