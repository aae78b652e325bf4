//! What editors do on the pages: rulings, and taking them back; and what anybody may try: a draft that is pasted
//! in, and a page or feed that is read once.

use super::answer::{refused, wants_html};
use super::content::{self, Content, LONGEST_QUESTION, Question, Refusal};
use super::pages;
use super::session::{Editor, Sent, page, see_other};
use super::state::{State, lock};
use super::visitor::{Visitor, visitor};
use crate::believe::curate::{self, Published};
use crate::believe::decisions::{Names, Unfound};
use crate::config;
use crate::decide::{self, Decided, Refused, Undone, Wanted};
use crate::facts::decision::{Correction, EventName, Ruling};
use crate::facts::event::EventId;
use crate::facts::issue::{self, Window};
use crate::facts::link::{Link, Meaning};
use crate::facts::listing::Problem;
use crate::facts::source::{Address, Organiser, Platform, Source};
use crate::preview::{self, Seen};
use crate::refresh::Tools;
use crate::store;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Days, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Pages that one visitor may have read within [`WHILE`], one network, and all together.
const CHECKS_EACH: usize = 6;
const CHECKS_OF_A_NETWORK: usize = 18;
const CHECKS_IN_ALL: usize = 60;
const WHILE: TimeDelta = TimeDelta::minutes(10);
/// Pages of single events that one check may read.
const EVENT_PAGES: usize = 3;
/// How long a check may read; less than its request may take in all.
const LONGEST_CHECK: Duration = Duration::from_secs(40);
/// Days ahead that a check shows.
const DAYS_AHEAD: u64 = 365;

/// Why a ruling was not taken.
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

/// A form that an editor who is logged in has sent, and the editor; or the answer to whoever is none.
#[expect(clippy::result_large_err, reason = "a response is handed on as it is")]
fn signed(state: &State, sent: Result<Sent, Response>) -> Result<(Arc<Sent>, Editor), Response> {
    let sent = sent?;
    match sent.signed() {
        Ok(editor) => {
            let editor = editor.clone();
            Ok((Arc::new(sent), editor))
        }
        Err(refusal) => Err(refused(state, &refusal, sent.html)),
    }
}

/// Records a ruling.
pub(super) async fn rule(
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
        Err(Untaken::Refused(refusal)) => refused(&state, &refusal, sent.html),
        Err(Untaken::Conflict(event, version, meanwhile)) => {
            let site = content::site(&state, state.set.clock.now(), Some(&editor));
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
    let now = state.set.clock.now();
    let snapshot = state.snapshot_after_change();
    let names = state.with_store(|store| Ok(Names::new(&store.identities()?, store.links()?)))?;
    let id = find(&names, "event", sent.field("event"))?;
    let id = names.published(&id).clone();
    let event = snapshot
        .published
        .get(&id)
        .ok_or_else(|| Refusal::bad("event", "is not known any more"))?;
    let ruling = ruling(sent, event, &names)?;
    let last = state.with_store(|store| store.last_decision(&id))?;
    if sent.field("version") != content::version(event, last) {
        return Err(conflict(state, event)?);
    }
    let wanted = Wanted {
        event: id,
        ruling,
        reason: sent.field("reason"),
        by: Some(&editor.name),
        seen: Some(last),
        today: state.set.today(now),
    };
    let orders = state.set.orders(now);
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
    };
    Refusal::bad(parameter, why.to_string())
}

/// Who ruled last, in a sentence.
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
            "{by} ruled “{}” at {} (UTC): {}{taken_back}",
            decision.ruling,
            decision.at.format("%Y-%m-%d %H:%M"),
            decision.reason
        )
    }))
}

fn find(names: &Names, field: &str, typed: &str) -> Result<EventId, Refusal> {
    names.typed(typed.trim()).map_err(|why| match why {
        Unfound::Unknown => Refusal::bad(field, "names no event that is known"),
        Unfound::Several(ids) => Refusal::bad(
            field,
            format!("stands for {} events: name one by its id", ids.len()),
        ),
    })
}

/// The ruling that a form asks for. Of an event's fields those that say something else than the event are
/// corrections.
fn ruling(sent: &Sent, event: &Published, names: &Names) -> Result<Ruling, Refusal> {
    Ok(match sent.field("ruling") {
        "hide" => Ruling::HideFromSection,
        "hide-everywhere" => Ruling::HideEverywhere,
        "show" => Ruling::Show,
        "cancel" => Ruling::Cancel,
        "postpone" => Ruling::Postpone,
        "split" => Ruling::Split,
        "merge" => {
            let other = find(names, "other", sent.field("other"))?;
            Ruling::Merge(EventName::Id(other))
        }
        "print" => {
            let until = sent.field("until").trim();
            let until = until.parse().map_err(|_| {
                Refusal::bad(
                    "until",
                    format!("{until:?} is not a day such as 2026-08-26"),
                )
            })?;
            Ruling::PrintUntil(until)
        }
        "edit" => Ruling::Edit(corrections(sent, event)?),
        other => {
            return Err(Refusal::bad("ruling", format!("{other:?} is no ruling")));
        }
    })
}

fn corrections(sent: &Sent, event: &Published) -> Result<Vec<Correction>, Refusal> {
    let mut corrections: Vec<Correction> = Vec::new();
    for (field, value) in &sent.fields {
        if !Correction::FIELDS.contains(&field.as_str()) {
            continue;
        }
        let said = curate::said(event, field);
        // A browser sends the lines of a text with CR LF.
        let value = value.replace("\r\n", "\n");
        if value.trim() == said.trim() || value.trim().is_empty() {
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
            "no field says anything else than it did",
        ));
    }
    Ok(corrections)
}

/// Takes a ruling back.
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
        Ok(Err(refusal)) => refused(&state, &refusal, sent.html),
        Err(_) => refused(&state, &Refusal::fault(), sent.html),
    }
}

fn take_back(state: &State, sent: &Sent, editor: &Editor) -> Result<(), Refusal> {
    let wrong = || Refusal::bad("number", "names no ruling that can be taken back here");
    let number: i64 = sent.field("number").trim().parse().map_err(|_| wrong())?;
    let orders = state.set.orders(state.set.clock.now());
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

/// The editor's page with a draft that is pasted in.
pub(super) async fn reconcile(
    state: axum::extract::State<Arc<State>>,
    request: Request,
) -> Response {
    let html = wants_html(request.headers());
    let (parts, body) = request.into_parts();
    // Before the draft itself is read: it is what takes the memory.
    let place = match state.drafts.admit(visitor(&state, &parts)) {
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

/// Checks of the last minutes, by address.
#[derive(Debug, Default)]
pub(super) struct Checks(Mutex<HashMap<Visitor, Vec<DateTime<Utc>>>>);

impl Checks {
    fn may(&self, from: Visitor, now: DateTime<Utc>) -> bool {
        let mut checks = lock(&self.0);
        checks.retain(|_, times| {
            times.retain(|at| now - *at < WHILE);
            !times.is_empty()
        });
        let in_all: usize = checks.values().map(Vec::len).sum();
        let of_network: usize = checks
            .iter()
            .filter(|(of, _)| of.network() == from.network())
            .map(|(_, times)| times.len())
            .sum();
        let own = checks.entry(from).or_default();
        let may =
            own.len() < CHECKS_EACH && of_network < CHECKS_OF_A_NETWORK && in_all < CHECKS_IN_ALL;
        if may {
            own.push(now);
        }
        may
    }
}

/// Reads a page or feed once and shows what would come of it. Nothing is stored, and nothing private is asked.
pub(super) async fn check(
    state: &Arc<State>,
    question: &Question,
    from: Visitor,
) -> Result<Content, Refusal> {
    let url = match question.pairs.as_slice() {
        [] => "",
        [(key, url)] if key == "url" => url.trim(),
        [(key, _), ..] => return Err(Refusal::bad(key, "is no parameter here; there is url")),
    };
    if url.len() > LONGEST_QUESTION {
        return Err(Refusal::bad(
            "url",
            format!("is longer than {LONGEST_QUESTION} bytes"),
        ));
    }
    let now = state.set.clock.now();
    let settings = &state.set.configuration.settings;
    let day = issue::next_issue(state.set.today(now), settings.newsletter.weekday);
    let site = content::site(state, now, None);
    let show = |found| {
        let shown = pages::check::Check {
            url,
            found,
            style: &state.set.style,
            window: Window::starting(day, settings.section.days),
        };
        Content::page(pages::check::page(&site, &shown), None).fleeting()
    };
    if url.is_empty() {
        return Ok(show(None));
    }
    let Ok(link) = Link::parse(url) else {
        return Ok(show(Some(Err(
            "this is no address of a page: write it in full, with https://",
        ))));
    };
    if !state.checks.may(from, now) {
        return Err(Refusal {
            status: StatusCode::TOO_MANY_REQUESTS,
            parameter: None,
            detail: "pages were checked often just now: try again in ten minutes".to_owned(),
        });
    }
    let place = state.readings.admit(from)?;
    let work = {
        let (state, link, url) = (Arc::clone(state), link.clone(), url.to_owned());
        // Pages are fetched on the event loop, and parsed on the thread that waits for them here.
        let runtime = tokio::runtime::Handle::current();
        move || {
            let reading = read(&state, &link, &url, now);
            runtime
                .block_on(async { tokio::time::timeout(LONGEST_CHECK, reading).await })
                .unwrap_or_else(|_| {
                    let seconds = LONGEST_CHECK.as_secs();
                    Err(format!("reading it took more than {seconds} seconds"))
                })
        }
    };
    let read = state.readings.run(place, work).await?;
    let reader = state.set.configuration.reader_of(url, None);
    let entry = match reader {
        Some(_) => None,
        None => content::entry(&link, &settings.fetch),
    };
    let issue = match reader {
        Some(_) => None,
        None => content::issue_form(settings, &link, entry.as_deref()),
    };
    Ok(match &read {
        Err(why) => show(Some(Err(why))),
        Ok(found) => show(Some(Ok(&pages::check::Checked {
            platform: found.platform,
            entries: found.entries,
            events: &found.events,
            problems: &found.problems,
            rejected: &found.rejected,
            source: reader.map(|reader| reader.source.id.0.as_str()),
            entry: entry.as_deref(),
            issue: issue.as_deref(),
        }))),
    })
}

struct Found {
    platform: Platform,
    entries: usize,
    events: Vec<Published>,
    problems: Vec<Problem>,
    rejected: Vec<crate::facts::event::Rejected>,
}

async fn read(state: &State, link: &Link, url: &str, now: DateTime<Utc>) -> Result<Found, String> {
    let configuration = &state.set.configuration;
    // It is read as its own entry says, but always from where it really is.
    let configured = configuration
        .reader_of(url, None)
        .map(|reader| reader.source.clone());
    let source = configured.unwrap_or_else(|| {
        let told = config::platform_of(url);
        let is_event = matches!(link.meaning(), Meaning::Event { .. });
        let platform = match told {
            // Their readers take groups and calendars; the page of one event tells itself.
            Platform::Meetup | Platform::Luma if is_event => Platform::Jsonld,
            told => told,
        };
        Source {
            organiser: Some(Organiser {
                name: link.to_string(),
                url: Some(link.clone()),
            }),
            ..preview::bare(Address::web(url), platform, link.as_str())
        }
    });
    if !matches!(source.address, Address::Web(_)) {
        return Err("this is no page on the web".to_owned());
    }
    let tools = Tools {
        fetcher: Arc::clone(&state.set.fetcher),
        budget: Arc::new(AtomicUsize::new(EVENT_PAGES)),
        now,
    };
    let Seen {
        entries,
        listings,
        problems,
        ..
    } = preview::read(&source, &tools).await?;
    let today = now.date_naive();
    let window = Window {
        from: today,
        to: today
            .checked_add_days(Days::new(DAYS_AHEAD))
            .unwrap_or(today),
    };
    let told = crate::believe::told_by(&source, &listings, window, &state.set.groups);
    let events = preview::published(&source, told.events, now);
    Ok(Found {
        platform: source.platform,
        entries,
        events,
        problems,
        rejected: told.rejected,
    })
}
