//! What is shown → a response: kept, compressed, with its validators; and what is refused, as RFC 9457 asks.

use super::content::{self, Content, Kind, Question, Refusal, View};
use super::pages;
use super::session::{self, Editor};
use super::state::{State, lock};
use super::visitor::{Visitor, visitor};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Bytes of a query, and pairs in it.
const LONGEST_QUERY: usize = 8 << 10;
const MOST_PAIRS: usize = 200;
/// Bytes of If-None-Match that are looked at.
const LONGEST_CONDITION: usize = 8 << 10;
/// Answers that are kept, and their bytes in all.
const MOST_KEPT: usize = 2_000;
const MOST_KEPT_BYTES: usize = 64 << 20;
/// Bodies below this are sent as they are.
const WORTH_COMPRESSING: usize = 400;
/// How long one request may take in all: a form with its body, and a question, for which a page may have to be read.
const LONGEST_FORM: Duration = Duration::from_secs(30);
const LONGEST_QUESTION: Duration = Duration::from_secs(60);

/// What pages may load and do: nothing but our own style, script and pictures.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A question, and who asks it.
pub(super) struct Asked {
    /// The question.
    pub(super) question: Question,
    /// The path as it came.
    path: String,
    /// The query as it came.
    query: String,
    headers: HeaderMap,
    /// The editor who asks, if one is logged in.
    pub(super) editor: Option<Editor>,
    /// From where.
    pub(super) from: Visitor,
}

impl FromRequestParts<Arc<State>> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Asked, Response> {
        let html = wants_html(&parts.headers);
        let refuse = |refusal: Refusal| refused(state, &refusal, html);
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| refuse(Refusal::bad("path", "is not UTF-8")))?;
        let params: Vec<String> = params.iter().map(|(_, value)| value.to_owned()).collect();
        let pairs = pairs(&parts.uri).map_err(refuse)?;
        let from = visitor(state, parts);
        Ok(Asked {
            question: Question {
                path: params.into_iter().next(),
                pairs,
            },
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            editor: session::editor(state, &parts.headers, from).await,
            from,
        })
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

/// Answers a question.
pub(super) async fn show(
    state: Arc<State>,
    kind: Kind,
    route: &'static str,
    asked: Asked,
) -> Response {
    let html = kind.is_page() && wants_html(&asked.headers);
    let encoding = encoding(&asked.headers);
    let response = match made(&state, kind, &asked, encoding).await {
        Ok(answer) => answer.response(&asked.headers, kind, encoding),
        Err(refusal) => refused(&state, &refusal, html),
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
        let content = super::check::check(state, &asked.question, asked.from).await?;
        return Ok(Arc::new(Answer::new(content)));
    }
    if kind == Kind::Section {
        state.renew_draft().await;
    }
    let snapshot = state.latest().await;
    let hour = state.hour();
    let key = format!("{}?{}", asked.path, asked.query);
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
        move || {
            let view = View {
                editor: editor.as_ref(),
                ..View::of(&state, &snapshot, &question, hour)
            };
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
    let html = wants_html(request.headers());
    if let Err(refusal) = has_one_host(&request) {
        return refused(&state, &refusal, html);
    }
    let longest = if request.method() == Method::POST {
        LONGEST_FORM
    } else {
        LONGEST_QUESTION
    };
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
            StatusCode::METHOD_NOT_ALLOWED => "this page is not asked in this way",
            StatusCode::PAYLOAD_TOO_LARGE => "what was sent is longer than is taken",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "a form is expected, as a browser sends it",
            StatusCode::REQUEST_TIMEOUT => "it took too long",
            _ => "it could not be read",
        };
        let refusal = Refusal {
            status,
            parameter: None,
            detail: why.to_owned(),
        };
        let allow = response.headers().get(header::ALLOW).cloned();
        response = refused(&state, &refusal, html);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("content-security-policy", POLICY),
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
    let refusal = Refusal::missing("there is no such page");
    count(&state, "unknown", refusal.status);
    refused(&state, &refusal, wants_html(request.headers()))
}

/// A refusal: a page for people, JSON for programs.
pub(super) fn refused(state: &State, refusal: &Refusal, html: bool) -> Response {
    let title = refusal.status.canonical_reason().unwrap_or("Error");
    let (kind, body) = if html {
        let site = content::site(state, state.setup.clock.now(), None);
        let page = pages::problem::page(
            &site,
            &pages::problem::Problem {
                status: refusal.status.as_u16(),
                title,
                detail: &refusal.to_string(),
            },
        );
        ("text/html; charset=utf-8", page.into_string())
    } else {
        let mut problem = serde_json::json!({
            "type": "about:blank",
            "title": title,
            "status": refusal.status.as_u16(),
            "detail": refusal.to_string(),
        });
        if let Some(parameter) = &refusal.parameter {
            problem["parameter"] = parameter.as_str().into();
        }
        ("application/problem+json", format!("{problem}\n"))
    };
    let mut response = (refusal.status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let again = match refusal.status {
        StatusCode::SERVICE_UNAVAILABLE => Some("5"),
        StatusCode::TOO_MANY_REQUESTS => Some("600"),
        _ => None,
    };
    if let Some(seconds) = again {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
    }
    response
}

/// Whether people ask: a browser names HTML, a program seldom does.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

/// A response that may be sent again.
#[derive(Debug)]
pub(super) struct Answer {
    /// What it is; its body is in `plain`.
    content: Content,
    hash: String,
    plain: Bytes,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Plain,
    Gzip,
    Brotli,
}

impl Answer {
    pub(super) fn new(mut content: Content) -> Answer {
        let plain = Bytes::from(std::mem::take(&mut content.body));
        let digest = Sha256::digest(&plain);
        Answer {
            hash: digest
                .iter()
                .take(12)
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            content,
            plain,
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    /// The encoding that a body of this length is sent in.
    fn worthwhile(&self, asked: Encoding) -> Encoding {
        match self.plain.len() < WORTH_COMPRESSING {
            true => Encoding::Plain,
            false => asked,
        }
    }

    /// Whether [`Self::body`] has nothing left to compress.
    fn is_encoded(&self, encoding: Encoding) -> bool {
        match self.worthwhile(encoding) {
            Encoding::Plain => true,
            Encoding::Gzip => self.gzip.get().is_some(),
            Encoding::Brotli => self.brotli.get().is_some(),
        }
    }

    /// The body in an encoding. The same text gives the same bytes, whenever and wherever it is compressed.
    fn body(&self, encoding: Encoding) -> &Bytes {
        let text = &self.plain;
        match self.worthwhile(encoding) {
            Encoding::Plain => text,
            Encoding::Gzip => self.gzip.get_or_init(|| {
                let mut gzip =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
                // Writing to memory does not fail.
                let _ = gzip.write_all(text);
                gzip.finish().unwrap_or_default().into()
            }),
            Encoding::Brotli => self.brotli.get_or_init(|| {
                let mut bytes = Vec::new();
                let mut brotli = brotli::CompressorWriter::new(&mut bytes, 4096, 5, 20);
                let _ = brotli.write_all(text);
                drop(brotli);
                bytes.into()
            }),
        }
    }

    fn response(&self, asked: &HeaderMap, kind: Kind, encoding: Encoding) -> Response {
        let encoding = self.worthwhile(encoding);
        let tag = match encoding {
            Encoding::Plain => format!("\"{}\"", self.hash),
            Encoding::Gzip => format!("\"{}-gzip\"", self.hash),
            Encoding::Brotli => format!("\"{}-br\"", self.hash),
        };
        let unchanged = self.content.is_public() && holds(asked, &tag, self.content.modified);
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Body::from(self.body(encoding).clone()).into_response()
        };
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        if !unchanged {
            set(header::CONTENT_TYPE, self.content.kind);
            match encoding {
                Encoding::Plain => {}
                Encoding::Gzip => set(header::CONTENT_ENCODING, "gzip"),
                Encoding::Brotli => set(header::CONTENT_ENCODING, "br"),
            }
            if let Some(name) = &self.content.file {
                set(
                    header::CONTENT_DISPOSITION,
                    &format!("inline; filename=\"{name}\""),
                );
            }
        }
        set(header::CACHE_CONTROL, &self.content.cache_control());
        set(
            header::VARY,
            if kind.is_page() {
                "Accept-Encoding, Cookie"
            } else {
                "Accept-Encoding"
            },
        );
        if self.content.is_public() {
            set(header::ETAG, &tag);
            if let Some(modified) = self.content.modified {
                set(header::LAST_MODIFIED, &http_date(modified));
            }
        }
        if kind.is_data() {
            set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            set(header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag");
        }
        response
    }
}

fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The best encoding of those that are accepted (RFC 9110 section 12.5.3).
fn encoding(asked: &HeaderMap) -> Encoding {
    let Some(accepted) = asked
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
    else {
        return Encoding::Plain;
    };
    let takes = |name: &str| {
        accepted.split(',').any(|part| {
            let mut parts = part.split(';').map(str::trim);
            let is_it = parts.next().is_some_and(|of| of.eq_ignore_ascii_case(name));
            let refused = parts.any(|weight| {
                weight
                    .strip_prefix("q=")
                    .and_then(|q| q.parse::<f64>().ok())
                    .is_some_and(|q| q <= 0.0)
            });
            is_it && !refused
        })
    };
    if takes("br") {
        Encoding::Brotli
    } else if takes("gzip") {
        Encoding::Gzip
    } else {
        Encoding::Plain
    }
}

/// Whether who asks has it already (RFC 9110 section 13.2.2): If-None-Match counts before If-Modified-Since.
fn holds(asked: &HeaderMap, tag: &str, modified: Option<DateTime<Utc>>) -> bool {
    let mut tags = asked.get_all(header::IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        return tags
            .filter(|value| value.len() <= LONGEST_CONDITION)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|known| known.trim())
            // Compared weakly: a proxy may have weakened the tag when it touched the body.
            .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag);
    }
    let since = asked
        .get(header::IF_MODIFIED_SINCE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| httpdate::parse_http_date(value).ok());
    match (since, modified) {
        (Some(since), Some(modified)) => {
            modified.timestamp() <= DateTime::<Utc>::from(since).timestamp()
        }
        _ => false,
    }
}

/// The state of what an answer was made from, by its number, and the hour.
type Of = (u64, DateTime<Utc>);

/// Answers that were made before, each with what it was made from.
#[derive(Debug, Default)]
pub(super) struct Kept {
    answers: HashMap<String, (Of, Arc<Answer>)>,
    bytes: usize,
}

impl Kept {
    fn get(&self, key: &str, of: Of) -> Option<Arc<Answer>> {
        let (made_of, answer) = self.answers.get(key)?;
        (*made_of == of).then(|| Arc::clone(answer))
    }

    fn keep(&mut self, key: String, of: Of, answer: &Arc<Answer>) {
        if !answer.content.is_public() {
            return;
        }
        let bytes = bytes_of(&key, answer);
        if let Some((_, outdated)) = self.answers.remove(&key) {
            self.bytes -= bytes_of(&key, &outdated);
        }
        if self.answers.len() >= MOST_KEPT || self.bytes + bytes > MOST_KEPT_BYTES {
            self.answers.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.answers.insert(key, (of, Arc::clone(answer)));
    }
}

/// Bytes that an answer takes with its address, compressed ones included.
fn bytes_of(key: &str, answer: &Answer) -> usize {
    key.len() + answer.plain.len() * 2
}
