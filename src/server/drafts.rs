//! A draft that a visitor pastes in: shown as `update` would write it, and not kept.

use super::content;
use super::question::Question;
use super::refused::{refused, wants_html};
use super::reply::Refusal;
use super::session::{Sent, page};
use super::state::State;
use super::visitor::visitor;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

/// The editor's page with a draft that is pasted in.
pub(super) async fn reconcile(
    state: axum::extract::State<Arc<State>>,
    request: Request,
) -> Response {
    let html = wants_html(request.headers());
    let (parts, body) = request.into_parts();
    // Before the draft itself is read: it is what takes the memory.
    let place = match state.drafts.admit(visitor(
        &state.setup.configuration.settings.server.proxies,
        &parts,
    )) {
        Ok(place) => place,
        Err(refusal) => return refused(&state, &refusal, html),
    };
    let sent = match Sent::from_request(Request::from_parts(parts, body), &state).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let work = {
        let state = Arc::clone(&state);
        move || {
            let question = Question {
                path: None,
                pairs: sent.query.clone(),
            };
            if !sent.has("draft") {
                return Err(Refusal::bad("draft", "is missing"));
            }
            content::pasted(&state, &question, sent.editor.as_ref(), sent.field("draft"))
        }
    };
    match state.drafts.run(place, work).await.flatten() {
        Ok(content) => page(StatusCode::OK, content),
        Err(refusal) => refused(&state, &refusal, html),
    }
}
