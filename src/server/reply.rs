//! What a question is answered with: content, or why not.

use super::pages::problem::{NO_PAGE, NotFound};
use super::question::Editor;
use crate::filter::{Meant, Wrong};
use crate::store;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use std::fmt;

/// What is shown, before it is compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The body.
    pub body: String,
    /// Its media type.
    pub kind: &'static str,
    /// When it last changed, if that is known.
    pub modified: Option<DateTime<Utc>>,
    /// For how many seconds others may keep it; `None` if none may.
    pub max_age: Option<u32>,
    /// The name of a file of it.
    pub file: Option<String>,
    /// Where it is for good, from the slash on, if it is not here.
    pub moved_to: Option<String>,
    /// What is wrong with the question: people see it on the page, with the form that they typed it into.
    pub refusal: Option<Box<Refusal>>,
}

impl Content {
    /// Something that anyone may see and keep for some seconds.
    pub fn public(kind: &'static str, body: String, max_age: u32) -> Content {
        Content {
            body,
            kind,
            modified: None,
            max_age: Some(max_age),
            file: None,
            moved_to: None,
            refusal: None,
        }
    }

    /// What was asked for is for good at another address of this site, below `base`. The page leads there by itself
    /// too, where only files are served.
    pub fn moved(base: &str, to: String) -> Content {
        let there = format!("{base}{to}");
        let page = maud::html! {
            (maud::DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    title { "Moved" }
                    link rel="canonical" href=(there);
                    meta http-equiv="refresh" content={ "0; url=" (there) };
                }
                body { p { "This page has another address: " a href=(there) { (there) } } }
            }
        };
        Content {
            moved_to: Some(to),
            ..Content::public("text/html; charset=utf-8", page.into_string(), 3600)
        }
    }

    /// A page.
    pub fn page(page: maud::Markup, editor: Option<&Editor>) -> Content {
        Content {
            max_age: editor.is_none().then_some(60),
            ..Content::public("text/html; charset=utf-8", page.into_string(), 0)
        }
    }

    /// Something that no cache may keep.
    pub fn fleeting(self) -> Content {
        Content {
            max_age: None,
            ..self
        }
    }

    /// The page that says what is wrong with the question.
    pub fn refusing(self, refusal: Refusal) -> Content {
        Content {
            refusal: Some(Box::new(refusal)),
            ..self.fleeting()
        }
    }

    /// Whether others may keep it.
    pub fn is_public(&self) -> bool {
        self.max_age.is_some()
    }

    /// The header that tells so.
    pub fn cache_control(&self) -> String {
        match self.max_age {
            Some(IMMUTABLE) => format!("public, max-age={IMMUTABLE}, immutable"),
            Some(seconds) => format!("public, max-age={seconds}"),
            None => "private, no-store".to_owned(),
        }
    }
}

/// Seconds of a year: for what is at another address once it is different.
pub(super) const IMMUTABLE: u32 = 31_536_000;
/// Why a question is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status, 4xx or 503.
    pub status: StatusCode,
    /// The parameter that is wrong.
    pub parameter: Option<String>,
    /// Which of its values is wrong, and what may be meant by it.
    pub meant: Option<Box<Meant>>,
    /// What the address names that is not known.
    pub not_found: Option<NotFound>,
    /// What is wrong, and what would be right.
    pub detail: String,
}

impl Refusal {
    /// A parameter is wrong.
    pub fn bad(parameter: &str, what: impl Into<String>) -> Refusal {
        Refusal {
            status: StatusCode::BAD_REQUEST,
            parameter: Some(parameter.chars().take(40).collect()),
            meant: None,
            not_found: None,
            detail: what.into(),
        }
    }

    /// There is no such thing.
    pub fn missing(what: impl Into<String>) -> Refusal {
        Refusal {
            status: StatusCode::NOT_FOUND,
            parameter: None,
            meant: None,
            not_found: None,
            detail: what.into(),
        }
    }

    /// The address names something that is not known.
    pub fn not_found(kind: NotFound, what: impl Into<String>) -> Refusal {
        Refusal {
            not_found: Some(kind),
            ..Refusal::missing(what)
        }
    }

    /// There is no page at the address.
    pub fn no_page() -> Refusal {
        Refusal::not_found(NotFound::Page, NO_PAGE)
    }

    /// The database, or this program.
    pub fn fault() -> Refusal {
        Refusal {
            status: StatusCode::SERVICE_UNAVAILABLE,
            parameter: None,
            meant: None,
            not_found: None,
            detail: "the database cannot be read just now; try again in a minute".to_owned(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.parameter {
            Some(parameter) => write!(out, "{parameter}: {}", self.detail),
            None => out.write_str(&self.detail),
        }
    }
}

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Refusal {
        Refusal {
            meant: wrong.meant.map(Box::new),
            ..Refusal::bad(&wrong.parameter, wrong.what)
        }
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Refusal {
        tracing::error!(%error, "a page could not be made");
        Refusal::fault()
    }
}
