//! An editor says on the page that a group is no longer expected, or is expected again.

use super::decisions::signed;
use super::question::Editor;
use super::refused::refused;
use super::reply::Refusal;
use super::session::{Sent, see_other};
use super::state::State;
use crate::suspects::{self, Refused};
use axum::response::Response;
use std::sync::Arc;

/// Dismisses a group: it is no longer named as missing.
pub(super) async fn dismiss(
    state: axum::extract::State<Arc<State>>,
    sent: Result<Sent, Response>,
) -> Response {
    answered(&state, sent, |state, sent, editor| {
        let (group, reason) = (sent.field("group"), sent.field("reason"));
        let (by, now) = (Some(editor.name.as_str()), state.setup.clock.now());
        let done = state.with_store(|store| {
            Ok(suspects::dismiss(
                store,
                group,
                (reason, by),
                &state.setup.style,
                now,
            ))
        })?;
        done.map(|_| ()).map_err(|why| refusal(&why))
    })
    .await
}

/// Takes a dismissal back.
pub(super) async fn expect(
    state: axum::extract::State<Arc<State>>,
    sent: Result<Sent, Response>,
) -> Response {
    answered(&state, sent, |state, sent, _| {
        let (group, now) = (sent.field("group"), state.setup.clock.now());
        let done = state.with_store(|store| {
            Ok(suspects::expect_again(
                store,
                group,
                &state.setup.style,
                now,
            ))
        })?;
        done.map(|_| ()).map_err(|why| refusal(&why))
    })
    .await
}

async fn answered(
    state: &Arc<State>,
    sent: Result<Sent, Response>,
    work: fn(&State, &Sent, &Editor) -> Result<(), Refusal>,
) -> Response {
    let (sent, editor) = match signed(state, sent) {
        Ok(signed) => signed,
        Err(response) => return response,
    };
    let done = {
        let (state, sent) = (Arc::clone(state), Arc::clone(&sent));
        tokio::task::spawn_blocking(move || work(&state, &sent, &editor)).await
    };
    match done.unwrap_or_else(|_| Err(Refusal::fault())) {
        Ok(()) => see_other(sent.back()),
        Err(refusal) => refused(state, &refusal, sent.html),
    }
}

fn refusal(why: &Refused) -> Refusal {
    match why {
        Refused::Store(error) => {
            tracing::error!(%error, "a group could not be dismissed or expected again");
            Refusal::fault()
        }
        Refused::Reason(error) => Refusal::bad("reason", error.to_string()),
        Refused::Unknown(_) | Refused::Several(..) => Refusal::bad("group", why.to_string()),
    }
}
