//! An answer as it came, before it is known what it means for the request.

use super::keys::Secret;
use super::{Validators, guard};
use chrono::TimeDelta;
use std::fmt;
use url::Url;

/// What one exchange with a server, or one look into a folder, came to.
pub(super) enum Asked {
    Unchanged,
    Redirect {
        to: Url,
        permanent: bool,
    },
    Page {
        content_type: Option<String>,
        body: Vec<u8>,
        validators: Validators,
        /// For how long a cache has had it.
        age: Option<TimeDelta>,
    },
}

impl Asked {
    /// Whether an answer holds a secret: then nothing of it is handed on.
    pub(super) fn repeats(&self, secret: &Secret) -> bool {
        match self {
            Asked::Unchanged => false,
            Asked::Redirect { to, .. } => secret.is_in(to.as_str().as_bytes()),
            Asked::Page {
                body,
                validators,
                content_type,
                ..
            } => {
                let texts = [&validators.etag, &validators.last_modified, content_type];
                let mut texts = texts.into_iter().flatten();
                secret.is_in(body) || texts.any(|text| secret.is_in(text.as_bytes()))
            }
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Asked::Unchanged => out.write_str("unchanged"),
            Asked::Redirect { to, .. } => write!(out, "redirect to {}", guard::host(to)),
            Asked::Page { body, .. } => write!(out, "{} bytes", body.len()),
        }
    }
}
