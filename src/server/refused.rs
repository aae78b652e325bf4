//! A refusal → a response, as RFC 9457 asks: a page for people, JSON for programs.

use super::content;
use super::language::Wanted;
use super::pages::{self, Site};
use super::reply::Refusal;
use super::state::{Setup, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

/// Who hears of a refusal.
#[derive(Debug)]
pub(super) struct Reader {
    /// Whether people ask.
    pub(super) html: bool,
    /// The language that they ask in.
    pub(super) wanted: Wanted,
}

impl Reader {
    /// Who sent these headers.
    pub(super) fn of(setup: &Setup, headers: &HeaderMap) -> Reader {
        Reader {
            html: wants_html(headers),
            wanted: Wanted::accepted(&setup.languages, setup.usual_language(), headers),
        }
    }
}

/// A refusal of what editors ask, in English: a page for people, JSON for programs.
pub(super) fn refused(state: &State, refusal: &Refusal, html: bool) -> Response {
    let wanted = Wanted::english(&state.setup.languages);
    refused_with(state, refusal, &Reader { html, wanted }, None)
}

/// A refusal in a visitor's language, with what people may ask instead.
pub(super) fn refused_with(
    state: &State,
    refusal: &Refusal,
    reader: &Reader,
    instead: Option<pages::problem::Again<'_>>,
) -> Response {
    let title = refusal.status.canonical_reason().unwrap_or("Error");
    let (kind, body) = if reader.html {
        let site = Site {
            say: reader.wanted.say(),
            ..content::site(state, state.setup.clock.now(), None)
        };
        let page = pages::problem::page(
            &site,
            &pages::problem::Problem {
                status: refusal.status.as_u16(),
                title,
                detail: &refusal.to_string(),
                instead,
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
