//! An editor says on the page that a group is no longer expected, or is expected again.

use super::decisions::answered;
use super::reply::Refusal;
use super::session::Sent;
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
