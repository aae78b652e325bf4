//! An answer that may be sent again: compressed, with its validators, and kept for the next who asks.

use super::language::Choice;
use super::question::Kind;
use super::reply::{Content, Refusal};
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, OnceLock};

/// Bytes of If-None-Match that are looked at.
const LONGEST_CONDITION: usize = 8 << 10;
/// Answers that are kept, and their bytes in all.
const MOST_KEPT: usize = 2_000;
const MOST_KEPT_BYTES: usize = 64 << 20;
/// Bodies below this are sent as they are.
const WORTH_COMPRESSING: usize = 400;

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
pub(super) enum Encoding {
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

    /// What is wrong with the question, where the page says so.
    pub(super) fn refusal(&self) -> Option<&Refusal> {
        self.content.refusal.as_deref()
    }

    /// The encoding that a body of this length is sent in.
    fn worthwhile(&self, asked: Encoding) -> Encoding {
        match self.plain.len() < WORTH_COMPRESSING {
            true => Encoding::Plain,
            false => asked,
        }
    }

    /// Whether [`Self::body`] has nothing left to compress.
    pub(super) fn is_encoded(&self, encoding: Encoding) -> bool {
        match self.worthwhile(encoding) {
            Encoding::Plain => true,
            Encoding::Gzip => self.gzip.get().is_some(),
            Encoding::Brotli => self.brotli.get().is_some(),
        }
    }

    /// The body in an encoding. The same text gives the same bytes, whenever and wherever it is compressed.
    pub(super) fn body(&self, encoding: Encoding) -> &Bytes {
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

    pub(super) fn response(
        &self,
        asked: &HeaderMap,
        kind: Kind,
        encoding: Encoding,
        language: Option<&Choice>,
    ) -> Response {
        let encoding = self.worthwhile(encoding);
        let tag = match encoding {
            Encoding::Plain => format!("\"{}\"", self.hash),
            Encoding::Gzip => format!("\"{}-gzip\"", self.hash),
            Encoding::Brotli => format!("\"{}-br\"", self.hash),
        };
        let unchanged = self.content.is_public() && holds(asked, &tag, self.content.modified);
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else if self.content.moved_to.is_some() {
            let body = Body::from(self.body(encoding).clone());
            (StatusCode::MOVED_PERMANENTLY, body).into_response()
        } else {
            let status = (self.refusal()).map_or(StatusCode::OK, |refusal| refusal.status);
            (status, Body::from(self.body(encoding).clone())).into_response()
        };
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        if !unchanged {
            set(header::CONTENT_TYPE, self.content.kind);
            if let Some(there) = &self.content.moved_to {
                set(header::LOCATION, there);
            }
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
        if let Some(choice) = language {
            set(header::CONTENT_LANGUAGE, choice.language.tag());
        }
        // Where the address names the language, the browser's does not count.
        let is_negotiated = language.is_some_and(|choice| !choice.is_asked);
        set(
            header::VARY,
            match (kind.is_page(), is_negotiated) {
                (true, true) => "Accept-Encoding, Accept-Language, Cookie",
                (true, false) => "Accept-Encoding, Cookie",
                (false, true) => "Accept-Encoding, Accept-Language",
                (false, false) => "Accept-Encoding",
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
pub(super) fn encoding(asked: &HeaderMap) -> Encoding {
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
    pub(super) fn get(&self, key: &str, of: Of) -> Option<Arc<Answer>> {
        let (made_of, answer) = self.answers.get(key)?;
        (*made_of == of).then(|| Arc::clone(answer))
    }

    pub(super) fn keep(&mut self, key: String, of: Of, answer: &Arc<Answer>) {
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
