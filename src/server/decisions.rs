//! What editors do on the pages: they decide, and take decisions back.

use super::content;
use super::pages;
use super::question::Editor;
use super::refused::{refused, say_when_to_try_again};
use super::reply::{Content, Refusal};
use super::session::{Sent, page, see_other};
use super::state::State;
use crate::believe::curate::{self, Published};
use crate::believe::decisions::{Names, Unfound};
use crate::config;
use crate::decide::{self, Decided, Refused, Undone, Wanted};
use crate::facts::decision::{Action, Correction, EventName};
use crate::facts::event::EventId;
use crate::store;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

/// Why a decision was not taken.
enum Untaken {
    /// It cannot be.
    Refused(Refusal),
    /// The event is not what the editor saw.
    Conflict(Box<Published>, String, Option<String>),
}

impl From<Refusal> for Untaken {
    fn from(refusal: Refusal) -> Untaken {
        Untaken::Refused(refusal)
    }
}

impl From<store::Error> for Untaken {
    fn from(error: store::Error) -> Untaken {
        Untaken::Refused(error.into())
    }
}

/// A form that an editor who is logged in has sent, and the editor; or the answer if none is logged in.
#[expect(clippy::result_large_err, reason = "a response is handed on as it is")]
pub(super) fn signed(
    state: &State,
    sent: Result<Sent, Response>,
) -> Result<(Arc<Sent>, Editor), Response> {
    let sent = sent?;
    match sent.signed() {
        Ok(editor) => {
            let editor = editor.clone();
            Ok((Arc::new(sent), editor))
        }
        Err(refusal) => Err(unrecorded(state, &refusal, &sent)),
    }
}

/// Why a form was not recorded: with what was written on it, for people.
fn unrecorded(state: &State, refusal: &Refusal, sent: &Sent) -> Response {
    if !sent.html {
        return refused(state, refusal, false);
    }
    let editor = sent.editor.as_ref();
    let site = content::site(state, state.setup.clock.now(), editor);
    let shown = pages::unrecorded::Unrecorded {
        status: refusal.status.as_u16(),
        wrong: refusal.parameter.as_deref(),
        detail: &refusal.detail,
        posted: &sent.fields,
        path: &sent.path,
        back: sent.back(),
        editor: site.editor,
    };
    let markup = pages::unrecorded::page(&site, &shown);
    let mut response = page(refusal.status, Content::page(markup, editor).fleeting());
    say_when_to_try_again(&mut response);
    response
}

/// Does what an editor's form asks for, and leads back to the page.
pub(super) async fn answered(
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
        Err(refusal) => unrecorded(state, &refusal, &sent),
    }
}

/// Records a decision.
pub(super) async fn decide(
    state: axum::extract::State<Arc<State>>,
    sent: Result<Sent, Response>,
) -> Response {
    let (sent, editor) = match signed(&state, sent) {
        Ok(signed) => signed,
        Err(response) => return response,
    };
    let work = {
        let (state, sent, editor) = (Arc::clone(&state), Arc::clone(&sent), editor.clone());
        move || take(&state, &sent, &editor)
    };
    let done = tokio::task::spawn_blocking(work).await;
    match done.unwrap_or(Err(Untaken::Refused(Refusal::fault()))) {
        Ok(()) => see_other(sent.back()),
        Err(Untaken::Refused(refusal)) => unrecorded(&state, &refusal, &sent),
        Err(Untaken::Conflict(event, version, meanwhile)) => {
            let site = content::site(&state, state.setup.clock.now(), Some(&editor));
            let shown = pages::conflict::Conflict {
                event: &event,
                version: &version,
                posted: &sent.fields,
                meanwhile: meanwhile.as_deref(),
                editor: pages::Editor {
                    name: &editor.name,
                    token: &editor.token,
                },
            };
            let markup = pages::conflict::page(&site, &shown);
            page(
                StatusCode::CONFLICT,
                Content::page(markup, Some(&editor)).fleeting(),
            )
        }
    }
}

fn take(state: &State, sent: &Sent, editor: &Editor) -> Result<(), Untaken> {
    let now = state.setup.clock.now();
    let snapshot = state.snapshot_after_change();
    let names = state.with_store(|store| Ok(Names::new(&store.identities()?, store.links()?)))?;
    let base = &state.setup.base;
    let id = find(&names, "event", sent.field("event"))?;
    let id = names.published(&id).clone();
    let event = snapshot
        .published
        .get(&id)
        .ok_or_else(|| Refusal::bad("event", "the event is not known any more"))?;
    let action = action(sent, event, &names, base)?;
    let last = state.with_store(|store| store.last_decision(&id))?;
    if sent.field("version") != content::version(event, last) {
        return Err(conflict(state, event)?);
    }
    let wanted = Wanted {
        event: id,
        action,
        reason: sent.field("reason"),
        by: Some(&editor.name),
        seen: Some(last),
        today: state.setup.today(now),
    };
    let orders = state.setup.orders(now);
    let decided = state.with_store(|store| Ok(decide::decide(&wanted, &orders, store)))?;
    match decided.map_err(|why| refusal(&why))? {
        Decided::Recorded(_) | Decided::Already(_) => {}
        Decided::Overtaken => return Err(conflict(state, event)?),
    }
    state.snapshot_after_change();
    Ok(())
}

/// The event is not what the editor saw.
fn conflict(state: &State, event: &Published) -> Result<Untaken, store::Error> {
    let last = state.with_store(|store| store.last_decision(&event.id))?;
    let version = content::version(event, last);
    let meanwhile = meanwhile(state, &event.id)?;
    Ok(Untaken::Conflict(
        Box::new(event.clone()),
        version,
        meanwhile,
    ))
}

/// Why a decision was not recorded, by the field of the form that is to be corrected.
fn refusal(why: &Refused) -> Refusal {
    let parameter = match why {
        Refused::Store(error) => {
            tracing::error!(%error, "a decision could not be recorded");
            return Refusal::fault();
        }
        Refused::Reason(error) => return Refusal::bad("reason", error.to_string()),
        Refused::Itself | Refused::OneAlready | Refused::Unfound(_) => "other",
        Refused::Over(_) => "until",
        Refused::EndsBefore(_) => "end",
    };
    let why = why.to_string();
    // On the command line the field is named.
    let why = why.strip_prefix("end: ").unwrap_or(&why);
    Refusal::bad(parameter, why)
}

/// Who decided last, in a sentence.
fn meanwhile(state: &State, id: &EventId) -> Result<Option<String>, store::Error> {
    let logged = state.with_store(|store| store.decisions())?;
    let of_event = |name: &EventName| matches!(name, EventName::Id(of) if of == id);
    let last = logged
        .into_iter()
        .rfind(|logged| of_event(&logged.decision.event));
    Ok(last.map(|logged| {
        let decision = logged.decision;
        let by = decision.by.as_deref().unwrap_or("an editor");
        let taken_back = if logged.undone.is_some() {
            ", which was taken back"
        } else {
            ""
        };
        format!(
            "{by} decided “{}” at {} (UTC): {}{taken_back}",
            decision.action,
            decision.at.format("%Y-%m-%d %H:%M"),
            decision.reason
        )
    }))
}

fn find(names: &Names, field: &str, typed: &str) -> Result<EventId, Refusal> {
    names.typed(typed.trim()).map_err(|why| match why {
        Unfound::Unknown if field == "event" => Refusal::bad(
            field,
            "the event is not known any more: the page with the form is an old one",
        ),
        Unfound::Unknown => Refusal::bad(
            field,
            format!("{typed:?} names no event that is known: give its link, or its id"),
        ),
        Unfound::Several(ids) => Refusal::bad(
            field,
            format!("stands for {} events: name one by its id", ids.len()),
        ),
    })
}

/// The decision that a form asks for. Of an event's fields those that say something else than the event are
/// corrections; of a form that confirms, all.
fn action(sent: &Sent, event: &Published, names: &Names, base: &str) -> Result<Action, Refusal> {
    Ok(match sent.field("ruling") {
        "hide" => Action::HideFromSection,
        "hide-everywhere" => Action::HideEverywhere,
        "show" => Action::Show,
        "cancel" => Action::Cancel,
        "postpone" => Action::Postpone,
        "split" => Action::Split,
        "merge" => {
            let other = content::named_here(base, sent.field("other"));
            let other = find(names, "other", other)?;
            Action::Merge(EventName::Id(other))
        }
        "print" => {
            let until = sent.field("until").trim();
            let until = until.parse().map_err(|_| {
                Refusal::bad(
                    "until",
                    format!("{until:?} is not a day such as 2026-08-26"),
                )
            })?;
            Action::PrintUntil(until)
        }
        "edit" => Action::Edit(corrections(sent, event, false)?),
        "confirm" => Action::Edit(corrections(sent, event, true)?),
        "" => return Err(Refusal::bad("ruling", "choose one")),
        other => {
            return Err(Refusal::bad("ruling", format!("{other:?} is no decision")));
        }
    })
}

fn corrections(sent: &Sent, event: &Published, confirms: bool) -> Result<Vec<Correction>, Refusal> {
    let mut corrections: Vec<Correction> = Vec::new();
    for (field, value) in &sent.fields {
        if !Correction::FIELDS.contains(&field.as_str()) {
            continue;
        }
        let said = curate::said(event, field);
        // A browser sends the lines of a text with CR LF.
        let value = value.replace("\r\n", "\n");
        let is_same = value.trim() == said.trim();
        if (is_same && !confirms) || value.trim().is_empty() {
            continue;
        }
        let correction =
            config::correction(field, value.trim()).map_err(|error| Refusal::bad(field, error))?;
        if corrections
            .iter()
            .any(|known| known.field() == correction.field())
        {
            return Err(Refusal::bad(field, "is said twice"));
        }
        corrections.push(correction);
    }
    if corrections.is_empty() {
        return Err(Refusal::bad(
            "edit",
            "nothing was changed: no field says anything else than the event does",
        ));
    }
    Ok(corrections)
}

/// Takes a decision back.
pub(super) async fn undo(
    state: axum::extract::State<Arc<State>>,
    sent: Result<Sent, Response>,
) -> Response {
    let (sent, editor) = match signed(&state, sent) {
        Ok(signed) => signed,
        Err(response) => return response,
    };
    let work = {
        let (state, sent) = (Arc::clone(&state), Arc::clone(&sent));
        move || take_back(&state, &sent, &editor)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(())) => see_other(sent.back()),
        Ok(Err(refusal)) => unrecorded(&state, &refusal, &sent),
        Err(_) => unrecorded(&state, &Refusal::fault(), &sent),
    }
}

fn take_back(state: &State, sent: &Sent, editor: &Editor) -> Result<(), Refusal> {
    let wrong = || Refusal::bad("number", "there is no such decision to be taken back here");
    let number: i64 = sent.field("number").trim().parse().map_err(|_| wrong())?;
    let orders = state.setup.orders(state.setup.clock.now());
    let (reason, name) = (sent.field("reason"), Some(editor.name.as_str()));
    let undone =
        state.with_store(|store| Ok(decide::undo(number, reason, name, &orders, store)))?;
    match undone.map_err(|why| refusal(&why))? {
        Undone::TakenBack(..) => {}
        Undone::Unknown => return Err(wrong()),
        Undone::Before(logged) => {
            let undone = logged.undone.as_ref();
            let by = undone.and_then(|undone| undone.by.as_deref());
            let at = undone.map(|undone| undone.at.format(" at %Y-%m-%d %H:%M (UTC)").to_string());
            return Err(Refusal {
                status: StatusCode::CONFLICT,
                parameter: None,
                meant: None,
                not_found: None,
                detail: format!(
                    "{} took it back already{}",
                    by.unwrap_or("an editor"),
                    at.unwrap_or_default()
                ),
            });
        }
    }
    state.snapshot_after_change();
    Ok(())
}
