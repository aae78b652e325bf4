//! A request → its question, and the response: what every one of both must have.

use super::content::{self, View};
use super::kept::{Answer, Encoding, encoding};
use super::language::{self, Choice};
use super::pages::problem::Again;
use super::question::{Editor, Kind, Question};
use super::refused::{Audience, IN_FRAMES, refused_to};
use super::reply::Refusal;
use super::session;
use super::state::{Setup, State};
use super::turns::lock;
use super::visitor::{Visitor, visitor};
use crate::filter::address::is_tracking;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a query, and pairs in it.
const LONGEST_QUERY: usize = 8 << 10;
const MOST_PAIRS: usize = 200;
/// How long one request may take in all: a form with its body, and a question, for which a page may have to be read.
const LONGEST_FORM: Duration = Duration::from_secs(30);
const LONGEST_QUESTION: Duration = Duration::from_secs(60);

/// What pages may load and do: nothing but our own style, script and pictures. Lighthouse reads `robots.txt` from inside the
/// page, so that it may ask this server.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The same for what other sites may show in a frame: it has no form and knows no login.
const POLICY_IN_FRAMES: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors *; base-uri 'none'";

/// A question, and who asks it.
pub(super) struct Asked {
    /// The question.
    pub(super) question: Question,
    /// The path as it came.
    path: String,
    /// The query, without what only tells how a visitor came.
    query: String,
    /// The address without its language, if the page can be asked for in others.
    pub(super) here: Option<String>,
    /// The language of the answer.
    choice: Choice,
    /// Whether it came with such.
    is_tracked: bool,
    headers: HeaderMap,
    /// The editor who asks, if one is logged in.
    pub(super) editor: Option<Editor>,
    /// From where.
    pub(super) from: Visitor,
}

impl FromRequestParts<Arc<State>> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Asked, Response> {
        let audience = Audience::of(parts.uri.path(), &parts.headers);
        let choice = accepted(&state.setup, parts.headers.get(header::ACCEPT_LANGUAGE));
        let refuse = |refusal: Refusal| refused_to(audience, &choice, state, &refusal, None);
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| refuse(Refusal::bad("path", "is not UTF-8")))?;
        let params: Vec<String> = params.iter().map(|(_, value)| value.to_owned()).collect();
        let mut pairs = pairs(&parts.uri).map_err(refuse)?;
        let all = pairs.len();
        pairs.retain(|(key, _)| !is_tracking(key));
        let is_tracked = pairs.len() < all;
        let query = match is_tracked {
            true => query_of(&pairs),
            false => parts.uri.query().unwrap_or_default().to_owned(),
        };
        let from = visitor(&state.setup.configuration.settings.server.proxies, parts);
        Ok(Asked {
            question: Question {
                path: params.into_iter().next(),
                pairs,
            },
            path: parts.uri.path().to_owned(),
            query,
            here: None,
            choice,
            is_tracked,
            headers: parts.headers.clone(),
            editor: session::editor(state, &parts.headers, from).await,
            from,
        })
    }
}

fn query_of(pairs: &[(String, String)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    query.finish()
}

/// An address on this site.
fn address(path: &str, query: &str) -> String {
    match query {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// The pairs of a query, decoded.
fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Refusal> {
    let query = uri.query().unwrap_or_default();
    if query.len() > LONGEST_QUERY {
        return Err(Refusal {
            status: StatusCode::URI_TOO_LONG,
            ..Refusal::bad("query", format!("is longer than {LONGEST_QUERY} bytes"))
        });
    }
    let mut pairs = Vec::new();
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let broken = |text: &str| text.contains(['\u{FFFD}', '\0']);
        if broken(&key) || broken(&value) {
            return Err(Refusal::bad(&key, "is not UTF-8 without NUL"));
        }
        if pairs.len() == MOST_PAIRS {
            return Err(Refusal::bad(
                "query",
                format!("has more than {MOST_PAIRS} parameters"),
            ));
        }
        pairs.push((key.into_owned(), value.into_owned()));
    }
    Ok(pairs)
}

impl Asked {
    /// The address without a parameter that was refused; `None` if it has none of the name.
    fn without(&self, parameter: Option<&str>) -> Option<String> {
        let parameter = parameter?;
        let rest: Vec<(String, String)> = (self.question.pairs.iter())
            .filter(|(key, _)| key != parameter)
            .cloned()
            .collect();
        (rest.len() < self.question.pairs.len()).then(|| address(&self.path, &query_of(&rest)))
    }

    /// The language of the answer; `None` if it has none of its own.
    fn language(&self) -> Option<&Choice> {
        self.here.is_some().then_some(&self.choice)
    }

    /// Settles the language. Editors' pages, feeds and data are in English, so that no subscriber sees one text today
    /// and another tomorrow; to them `lang` is a parameter like any other.
    fn settle(&mut self, kind: Kind, setup: &Setup) -> Result<(), Refusal> {
        let is_feed = [".ics", ".atom"].iter().any(|end| self.path.ends_with(end));
        if !kind.is_translated() || is_feed {
            self.choice = Choice::english(&setup.languages);
            return Ok(());
        }
        if let Some(choice) = Choice::named(&setup.languages, &self.question.pairs)? {
            self.choice = choice;
        }
        let rest = language::without(&self.question.pairs);
        self.here = Some(address(&self.path, &query_of(&rest)));
        self.question.pairs = rest;
        Ok(())
    }
}

/// The language that a browser accepts, else the newsletter's.
fn accepted(setup: &Setup, header: Option<&HeaderValue>) -> Choice {
    Choice::accepted(&setup.languages, setup.usual_language(), header)
}

/// Leads to another address of this site for good.
fn moved(there: &str) -> Response {
    let mut response = StatusCode::MOVED_PERMANENTLY.into_response();
    if let Ok(there) = HeaderValue::from_str(there) {
        response.headers_mut().insert(header::LOCATION, there);
    }
    response
}

/// Answers a question.
pub(super) async fn show(
    state: Arc<State>,
    kind: Kind,
    route: &'static str,
    mut asked: Asked,
) -> Response {
    let audience = match kind {
        kind if kind.is_page() || kind == Kind::Embedded => {
            Audience::of(&asked.path, &asked.headers)
        }
        _ => Audience::Program,
    };
    let settled = asked.settle(kind, &state.setup);
    let encoding = encoding(&asked.headers);
    let response = if kind.is_page() && asked.is_tracked {
        moved(&address(&asked.path, &asked.query))
    } else {
        let made = match settled {
            Ok(()) => made(&state, kind, &asked, encoding).await,
            Err(refusal) => Err(refusal),
        };
        // A program is not shown a form.
        let made = made.and_then(|answer| match answer.refusal() {
            Some(refusal) if audience == Audience::Program => Err(refusal.clone()),
            _ => Ok(answer),
        });
        match made {
            Ok(answer) => answer.response(&asked.headers, kind, encoding, asked.language()),
            Err(refusal) => {
                let wrong = refusal.parameter.as_deref();
                let without = asked.without(wrong);
                let again = wrong.zip(without.as_deref()).map(|(wrong, without)| Again {
                    path: &asked.path,
                    pairs: &asked.question.pairs,
                    wrong,
                    is_asked: kind.takes(wrong),
                    without,
                    meant: refusal.meant.as_deref(),
                });
                let mut response = refused_to(audience, &asked.choice, &state, &refusal, again);
                if kind.is_data() {
                    let any = HeaderValue::from_static("*");
                    let headers = response.headers_mut();
                    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
                }
                response
            }
        }
    };
    count(&state, route, response.status());
    response
}

async fn made(
    state: &Arc<State>,
    kind: Kind,
    asked: &Asked,
    encoding: Encoding,
) -> Result<Arc<Answer>, Refusal> {
    if let Some(answer) = super::health::answer(state, kind, asked.from).await {
        return answer.map(|content| Arc::new(Answer::new(content)));
    }
    if kind == Kind::Check {
        let (question, here) = (&asked.question, asked.here.as_deref());
        let check = super::check::check(state, question, asked.from, &asked.choice, here);
        let content = check.await?;
        return Ok(Arc::new(Answer::new(content)));
    }
    if kind == Kind::Section {
        state.renew_draft().await;
    }
    let snapshot = state.latest().await;
    let hour = state.hour();
    let mut key = format!("{}?{}", asked.path, asked.query);
    if let Some(choice) = asked.language() {
        // No address has a space.
        key = format!("{key} {}", choice.language.tag());
    }
    let stamp = kind.stamp(&snapshot);
    let of = (stamp.number, hour);
    let kept = match asked.editor {
        None => lock(&state.kept).get(&key, of),
        Some(_) => None,
    };
    if let Some(known) = kept {
        if known.is_encoded(encoding) {
            return Ok(known);
        }
        let place = state.making.admit(asked.from)?;
        let work = move || {
            known.body(encoding);
            known
        };
        return state.making.run(place, work).await;
    }
    let place = state.making.admit(asked.from)?;
    let work = {
        let (state, question) = (Arc::clone(state), asked.question.clone());
        let (editor, snapshot) = (asked.editor.clone(), Arc::clone(&snapshot));
        let (choice, here) = (asked.choice.clone(), asked.here.clone());
        move || {
            let view = View {
                editor: editor.as_ref(),
                ..View::of(&state, &snapshot, &question, hour)
            };
            let view = view.in_language(choice.say(), here.as_deref());
            let mut content = content::shown(&view, kind)?;
            if content.is_public() {
                // What does not know it better changed with the database or the hour.
                content.modified.get_or_insert(stamp.since.max(hour));
            }
            let answer = Answer::new(content);
            answer.body(encoding);
            Ok(Arc::new(answer))
        }
    };
    // Reading the database, making a page and compressing it takes longer than a turn on these threads should.
    let answer = state.making.run(place, work).await.flatten()?;
    if asked.editor.is_none() {
        lock(&state.kept).keep(key, of, &answer);
    }
    Ok(answer)
}

fn count(state: &State, route: &'static str, status: StatusCode) {
    *lock(&state.requests)
        .entry((route, status.as_u16()))
        .or_default() += 1;
}

/// Answers OPTIONS: which methods a route takes. `posted` where its path takes POST, too.
pub(super) fn options(kind: Kind, posted: bool) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    let allowed = match posted {
        true => "GET, HEAD, OPTIONS, POST",
        false => "GET, HEAD, OPTIONS",
    };
    headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
    if kind.is_data() {
        let set = |headers: &mut HeaderMap, name, value| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
        set(
            headers,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "If-None-Match, If-Modified-Since",
        );
        set(headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
    }
    response
}

/// What every response has, and what every request must keep to.
pub(super) async fn outermost(
    state: axum::extract::State<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let audience = Audience::of(request.uri().path(), request.headers());
    let header = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let choice = || accepted(&state.setup, header.as_ref());
    let policy = match request.uri().path() {
        IN_FRAMES => POLICY_IN_FRAMES,
        _ => POLICY,
    };
    if let Err(refusal) = has_one_host(&request) {
        return refused_to(audience, &choice(), &state, &refusal, None);
    }
    let longest = if request.method() == Method::POST {
        LONGEST_FORM
    } else {
        LONGEST_QUESTION
    };
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    let done = tokio::time::timeout(longest, next.run(request)).await;
    let mut response = done.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response());
    let status = response.status();
    let explains = response.headers().contains_key(header::CONTENT_TYPE)
        && response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    // What the router refuses by itself says why, too.
    if (status.is_client_error() || status.is_server_error()) && !explains {
        let why = match status {
            StatusCode::METHOD_NOT_ALLOWED if asks => {
                "this address takes a form, and shows nothing: go back to the page with the form"
            }
            StatusCode::METHOD_NOT_ALLOWED => "this address shows something, and takes nothing",
            StatusCode::PAYLOAD_TOO_LARGE => "what was sent is longer than is taken",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "a form is expected, as a browser sends it",
            StatusCode::REQUEST_TIMEOUT => "it took too long",
            _ => "it could not be read",
        };
        let refusal = Refusal {
            status,
            ..Refusal::missing(why)
        };
        let allow = response.headers().get(header::ALLOW).cloned();
        response = refused_to(audience, &choice(), &state, &refusal, None);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("content-security-policy", policy),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

/// Refuses a request without a host, or with two: what is said of one host must not be kept for another
/// (RFC 9112 section 3.2).
fn has_one_host(request: &Request) -> Result<(), Refusal> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        // HTTP/1.0 has none.
        (None, None) if request.version() == axum::http::Version::HTTP_10 => return Ok(()),
        _ => None,
    };
    let is_host = |host: &str| {
        host.parse::<axum::http::uri::Authority>()
            .is_ok_and(|authority| !authority.as_str().contains('@'))
    };
    match host.is_some_and(is_host) {
        true => Ok(()),
        false => Err(Refusal::bad("Host", "must name this server, and once")),
    }
}

/// There is no such page.
pub(super) async fn no_such_page(
    state: axum::extract::State<Arc<State>>,
    request: Request,
) -> Response {
    // Static files of a page stand in a folder of its name: its address ends in a slash there.
    let path = request.uri().path();
    let plain = path.trim_end_matches('/');
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    // Two slashes at the beginning would lead to another host; browsers take a backslash for one.
    let leads_away = plain
        .get(1..)
        .is_some_and(|rest| rest.starts_with(['/', '\\']));
    if is_read && plain.len() + 1 == path.len() && plain.len() > 1 && !leads_away {
        count(&state, "slash", StatusCode::MOVED_PERMANENTLY);
        return moved(&address(plain, request.uri().query().unwrap_or_default()));
    }
    let refusal = Refusal::no_page();
    count(&state, "unknown", refusal.status);
    let pairs = pairs(request.uri()).unwrap_or_default();
    let named = Choice::named(&state.setup.languages, &pairs);
    let header = request.headers().get(header::ACCEPT_LANGUAGE);
    let choice = named.ok().flatten();
    let choice = choice.unwrap_or_else(|| accepted(&state.setup, header));
    let audience = Audience::of(path, request.headers());
    refused_to(audience, &choice, &state, &refusal, None)
}
