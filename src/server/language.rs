//! In which language a page is asked for: by its address, by the browser, else as the newsletter is.

use super::pages::Say;
use super::reply::Refusal;
use crate::words::{Language, Languages};
use axum::http::HeaderValue;
use std::sync::Arc;

/// The key of an address that names a language.
const KEY: &str = "lang";

/// The choice of a language for an answer.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) language: Arc<Language>,
    /// Whether the address names it; else it depends on the browser.
    pub(super) is_asked: bool,
}

impl Choice {
    /// The language of the editors' pages and of all data, for every visitor.
    pub(super) fn english(languages: &Languages) -> Choice {
        Choice {
            language: Arc::clone(languages.english()),
            is_asked: false,
        }
    }

    /// What a browser's `Accept-Language` accepts, else the usual language.
    pub(super) fn accepted(
        languages: &Languages,
        usual: &Arc<Language>,
        header: Option<&HeaderValue>,
    ) -> Choice {
        let accepted = header.and_then(|value| value.to_str().ok());
        let language = accepted.and_then(|value| languages.accepted(value, usual));
        Choice {
            language: Arc::clone(language.unwrap_or(usual)),
            is_asked: false,
        }
    }

    /// What the pairs of an address name; `None` if they name none.
    pub(super) fn named(
        languages: &Languages,
        pairs: &[(String, String)],
    ) -> Result<Option<Choice>, Refusal> {
        let mut named = pairs
            .iter()
            .filter(|(key, value)| key == KEY && !value.trim().is_empty());
        let Some((_, tag)) = named.next() else {
            return Ok(None);
        };
        if named.next().is_some() {
            return Err(Refusal::bad(KEY, "is said twice"));
        }
        let language = languages.named(tag).ok_or_else(|| {
            let all: Vec<&str> = languages.all().iter().map(|known| known.tag()).collect();
            let all = all.join(", ");
            Refusal::bad(KEY, format!("{tag:?} is no language here; there are {all}"))
        })?;
        Ok(Some(Choice {
            language: Arc::clone(language),
            is_asked: true,
        }))
    }

    pub(super) fn say(&self) -> Say<'_> {
        Say {
            language: &self.language,
            is_asked: self.is_asked,
        }
    }
}

/// The pairs of an address without its language.
pub(super) fn without(pairs: &[(String, String)]) -> Vec<(String, String)> {
    let rest = pairs.iter().filter(|(key, _)| key != KEY);
    rest.cloned().collect()
}
