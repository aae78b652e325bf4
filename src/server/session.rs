//! Who is logged in: passwords, cookies, forms.
//!
//! A login is a random value in a cookie; the database keeps its hash alone. Every form carries a token that only
//! pages of this login know, and a form that was sent by another site is refused before anything else.

use super::content;
use super::question::{Editor, Question};
use super::refused::{refused, wants_html};
use super::reply::{Content, Refusal};
use super::state::State;
use super::turns::lock;
use super::visitor::{Visitor, visitor};
use crate::facts::event::one_line;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use axum::extract::{FromRequest, RawForm, Request};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The cookie's name.
const COOKIE: &str = "rusty-events-login";
/// Seconds after which a browser forgets it; the database forgets it earlier if it is not used.
const COOKIE_SECONDS: u32 = 14 * 24 * 3600;
/// Characters of an editor's name, and of a password.
const LONGEST_NAME: usize = 100;
const LONGEST_PASSWORD: usize = 1_000;
/// Characters of the shortest password that is taken.
const SHORTEST_PASSWORD: usize = 12;
/// A hash that no password has: a name without a login takes as long as one with.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$6hzbsZBKrGyNBbxQXhzbQSqPbJjuCVlCYJwh2R3vSCQ";

/// The hash of a password in the PHC string form: argon2id with 19 MiB and two passes.
///
/// # Errors
/// A password of less than 12 or more than 1,000 characters, or a machine without chance.
pub fn hash_of(password: &str) -> Result<String, String> {
    let length = password.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
        return Err(format!(
            "a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, this one has {length}"
        ));
    }
    let salt = secret().map_err(|error| error.to_string())?;
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt[..16])
        .map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

fn is_password(password: &str, hash: &str) -> bool {
    let Ok(hash) = argon2::password_hash::phc::PasswordHash::new(hash) else {
        return false;
    };
    Argon2::default()
        .verify_password(password.as_bytes(), &hash)
        .is_ok()
}

/// 32 random bytes: too many to guess.
fn secret() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a cookie's value for a purpose: what the database keeps, and what forms carry.
fn derived(value: &str, purpose: &str) -> String {
    hex(&Sha256::digest(format!("{purpose}:{value}").as_bytes()))
}

/// The editor who sent a request.
pub(super) async fn editor(
    state: &Arc<State>,
    headers: &HeaderMap,
    from: Visitor,
) -> Option<Editor> {
    let value = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .filter(|value| value.len() == 64)?;
    let hash = derived(value, "login");
    let token = derived(value, "form");
    let now = state.setup.clock.now();
    let place = state.making.admit(from).ok()?;
    let work = {
        let (state, hash) = (Arc::clone(state), hash.clone());
        move || state.with_store(|store| store.session(&hash, now))
    };
    let name = state.making.run(place, work).await.ok()?.ok()??;
    Some(Editor { name, token, hash })
}

/// A form as it was sent, from a page of this site.
pub(super) struct Sent {
    /// Its fields, decoded, in their order.
    pub(super) fields: Vec<(String, String)>,
    /// The path that it was sent to.
    pub(super) path: String,
    /// The query of the address it was sent to.
    pub(super) query: Vec<(String, String)>,
    /// Who sent it, if they are logged in.
    pub(super) editor: Option<Editor>,
    pub(super) from: Visitor,
    /// Whether people wait for the answer.
    pub(super) html: bool,
}

impl Sent {
    /// The first value of a field; empty if there is none.
    pub(super) fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Whether there is a field of that name, be it empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }

    /// The editor who sent it, with the token of their own login.
    pub(super) fn signed(&self) -> Result<&Editor, Refusal> {
        let refused = |status, what: &str| Refusal {
            status,
            parameter: None,
            meant: None,
            not_found: None,
            detail: what.to_owned(),
        };
        let Some(editor) = &self.editor else {
            return Err(refused(
                StatusCode::UNAUTHORIZED,
                "nothing was recorded, for a login ends some time: log in, and send the form again",
            ));
        };
        // Hashes are compared, so that the time it takes tells nothing of the token.
        if derived(self.field("token"), "compare") != derived(&editor.token, "compare") {
            return Err(refused(
                StatusCode::FORBIDDEN,
                "it is of another login, or of one that has ended: go back, load the page again, and send it from there",
            ));
        }
        Ok(editor)
    }

    /// The path to return to; a path of this site, whatever the form says.
    pub(super) fn back(&self) -> &str {
        let back = self.field("back");
        if content::is_own_path(back) {
            back
        } else {
            "/"
        }
    }
}

impl FromRequest<Arc<State>> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &Arc<State>) -> Result<Sent, Response> {
        let (parts, body) = request.into_parts();
        let html = wants_html(&parts.headers);
        let refuse = |refusal: &Refusal| refused(state, refusal, html);
        is_from_here(state, &parts).map_err(|refusal| refuse(&refusal))?;
        let from = visitor(&state.setup.configuration.settings.server.proxies, &parts);
        let editor = editor(state, &parts.headers, from).await;
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let query = url::form_urlencoded::parse(query).into_owned().collect();
        let form = RawForm::from_request(Request::from_parts(parts, body), state)
            .await
            .map_err(IntoResponse::into_response)?;
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(&form.0).into_owned().collect();
        Ok(Sent {
            fields,
            path,
            query,
            editor,
            from,
            html,
        })
    }
}

/// Refuses what another site's page sends, and what is no form.
fn is_from_here(state: &State, parts: &Parts) -> Result<(), Refusal> {
    let text = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let foreign = Refusal {
        status: StatusCode::FORBIDDEN,
        parameter: None,
        meant: None,
        not_found: None,
        detail: format!(
            "this form was sent from another site: open its page below {}, and send it from there. If you know this site by another address, `[server] url` in service.toml is to name that one",
            state.setup.base
        ),
    };
    // Browsers of today say outright where a request is from; no page can set it.
    if text("sec-fetch-site").is_some_and(|from| !matches!(from, "same-origin" | "none")) {
        return Err(foreign);
    }
    if let Some(origin) = parts.headers.get(header::ORIGIN) {
        let host = text("host").unwrap_or_default();
        let scheme = if state.setup.is_secure() {
            "https"
        } else {
            "http"
        };
        let own = [state.setup.base.clone(), format!("{scheme}://{host}")];
        if !origin
            .to_str()
            .is_ok_and(|origin| own.iter().any(|own| own == origin))
        {
            return Err(foreign);
        }
    }
    debug_assert_eq!(parts.method, Method::POST, "forms are posted");
    let kind = text("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            parameter: None,
            meant: None,
            not_found: None,
            detail: "a form is expected, as a browser sends it".to_owned(),
        });
    }
    Ok(())
}

/// Logs an editor in.
pub(super) async fn log_in(
    state: axum::extract::State<Arc<State>>,
    sent: Result<Sent, Response>,
) -> Response {
    let sent = match sent {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let name: String = one_line(sent.field("name"))
        .chars()
        .take(LONGEST_NAME)
        .collect();
    let password = sent.field("password").to_owned();
    let now = state.setup.clock.now();
    // An attempt counts until it has succeeded: a thousand at once are a thousand.
    let may_try = {
        let mut attempts = lock(&state.attempts);
        let may_try = attempts.may_try(sent.from, &name, now);
        if may_try {
            attempts.failed(sent.from, &name, now);
        }
        may_try
    };
    if !may_try {
        tracing::warn!(from = %sent.from, name = ?name, "too many logins failed");
        let why = "too many attempts: try again in a quarter of an hour";
        return failed(&state, &sent, &name, StatusCode::TOO_MANY_REQUESTS, why);
    }
    let work = {
        let (state, name) = (Arc::clone(&state), name.clone());
        move || -> Result<Option<String>, Refusal> {
            let hash = state.with_store(|store| store.password(&name))?;
            let right = password.len() <= LONGEST_PASSWORD * 4
                && is_password(&password, hash.as_deref().unwrap_or(NOBODYS));
            if !right || hash.is_none() {
                return Ok(None);
            }
            let value = hex(&secret().map_err(|_| Refusal::fault())?);
            state.with_store(|store| store.begin_session(&derived(&value, "login"), &name, now))?;
            Ok(Some(value))
        }
    };
    let place = match state.logins.admit(sent.from) {
        Ok(place) => place,
        Err(refusal) => return refused(&state, &refusal, sent.html),
    };
    match state.logins.run(place, work).await {
        Ok(Ok(Some(value))) => {
            lock(&state.attempts).let_in(sent.from, &name, now);
            tracing::info!(name = ?name, from = %sent.from, "logged in");
            let mut response = see_other(sent.back());
            let cookie = cookie(&state, &value, COOKIE_SECONDS);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Ok(Ok(None)) => {
            tracing::warn!(name = ?name, from = %sent.from, "a login failed");
            let why = "the name or the password is not right";
            failed(&state, &sent, &name, StatusCode::UNAUTHORIZED, why)
        }
        Ok(Err(refusal)) | Err(refusal) => refused(&state, &refusal, sent.html),
    }
}

/// The login again, with why it failed.
fn failed(state: &State, sent: &Sent, name: &str, status: StatusCode, why: &str) -> Response {
    if !sent.html {
        let refusal = Refusal {
            status,
            parameter: None,
            meant: None,
            not_found: None,
            detail: why.to_owned(),
        };
        return refused(state, &refusal, false);
    }
    let question = Question {
        path: None,
        pairs: vec![("back".to_owned(), sent.back().to_owned())],
    };
    match content::login_again(state, &question, name, why) {
        Ok(content) => page(status, content),
        Err(refusal) => refused(state, &refusal, true),
    }
}

/// Logs an editor out.
pub(super) async fn log_out(
    state: axum::extract::State<Arc<State>>,
    sent: Result<Sent, Response>,
) -> Response {
    let sent = match sent {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let hash = match sent.signed() {
        Ok(editor) => editor.hash.clone(),
        Err(refusal) => return refused(&state, &refusal, sent.html),
    };
    let work = {
        let state = Arc::clone(&state);
        move || state.with_store(|store| store.end_session(&hash))
    };
    if !matches!(tokio::task::spawn_blocking(work).await, Ok(Ok(()))) {
        return refused(&state, &Refusal::fault(), sent.html);
    }
    let mut response = see_other("/");
    let cookie = cookie(&state, "", 0);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

fn cookie(state: &State, value: &str, seconds: u32) -> HeaderValue {
    let secure = if state.setup.is_secure() {
        "; Secure"
    } else {
        ""
    };
    let cookie =
        format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
}

/// Off to another page of this site, with GET.
pub(super) fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let path = HeaderValue::try_from(url_path(path)).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, path);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A path as a header may hold it.
fn url_path(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// A page that no cache keeps.
pub(super) fn page(status: StatusCode, content: Content) -> Response {
    let mut response = (status, content.body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content.kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    response
}
