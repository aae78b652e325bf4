//! Questions that are not answered.

use crate::filter::Wrong;
use crate::store;
use axum::http::StatusCode;
use std::fmt;

/// Why a question is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status, 4xx or 503.
    pub status: StatusCode,
    /// The parameter that is wrong.
    pub parameter: Option<String>,
    /// What is wrong, and what would be right.
    pub detail: String,
}

impl Refusal {
    /// A parameter is wrong.
    pub fn bad(parameter: &str, what: impl Into<String>) -> Refusal {
        Refusal {
            status: StatusCode::BAD_REQUEST,
            parameter: Some(parameter.chars().take(40).collect()),
            detail: what.into(),
        }
    }

    /// There is no such thing.
    pub fn missing(what: impl Into<String>) -> Refusal {
        Refusal {
            status: StatusCode::NOT_FOUND,
            parameter: None,
            detail: what.into(),
        }
    }

    /// The database, or this program.
    pub fn fault() -> Refusal {
        Refusal {
            status: StatusCode::SERVICE_UNAVAILABLE,
            parameter: None,
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
        Refusal::bad(&wrong.parameter, wrong.what)
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Refusal {
        tracing::error!(%error, "a page could not be made");
        Refusal::fault()
    }
}
