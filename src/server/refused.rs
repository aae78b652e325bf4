//! A refusal → a response, as RFC 9457 asks: a page for people, JSON for programs.

use super::content;
use super::language::Choice;
use super::pages::{self, Site};
use super::reply::Refusal;
use super::state::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

/// The page that other sites may show in a frame.
pub(super) const IN_FRAMES: &str = "/embed";

/// Who reads a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// A program: JSON.
    Program,
    /// A person: a page.
    Person,
    /// A person, in a frame on another site.
    InFrame,
}

impl Audience {
    /// Who asks for a path.
    pub(super) fn of(path: &str, headers: &HeaderMap) -> Audience {
        match wants_html(headers) {
            false => Audience::Program,
            true if path == IN_FRAMES => Audience::InFrame,
            true => Audience::Person,
        }
    }
}

/// A refusal of what editors ask, in English: a page for people, JSON for programs.
pub(super) fn refused(state: &State, refusal: &Refusal, html: bool) -> Response {
    let audience = match html {
        true => Audience::Person,
        false => Audience::Program,
    };
    let english = Choice::english(&state.setup.languages);
    refused_to(audience, &english, state, refusal, None)
}

/// A refusal in a visitor's language, with what people may ask instead.
pub(super) fn refused_to(
    audience: Audience,
    choice: &Choice,
    state: &State,
    refusal: &Refusal,
    instead: Option<pages::problem::Again<'_>>,
) -> Response {
    let title = refusal.status.canonical_reason().unwrap_or("Error");
    let (kind, body) = if audience != Audience::Program {
        let site = Site {
            say: choice.say(),
            ..content::site(state, state.setup.clock.now(), None)
        };
        let detail = refusal.to_string();
        let problem = pages::problem::Problem {
            status: refusal.status.as_u16(),
            title,
            detail: &detail,
            not_found: refusal.not_found,
            instead,
        };
        let page = match audience {
            Audience::InFrame => pages::problem::frame(&site, &problem),
            _ => pages::problem::page(&site, &problem),
        };
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
    say_when_to_try_again(&mut response);
    response
}

/// After how many seconds a refusal may have passed.
pub(super) fn say_when_to_try_again(response: &mut Response) {
    let seconds = match response.status() {
        StatusCode::SERVICE_UNAVAILABLE => "5",
        StatusCode::TOO_MANY_REQUESTS => "600",
        _ => return,
    };
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
}

/// Whether people ask: a browser names HTML, a program seldom does.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}
