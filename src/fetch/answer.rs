//! What a server's answer means: its status, its headers, and its body within the limits.

use super::{Error, Validators, error::one_line, politeness};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Response, StatusCode};
use std::time::Duration;
use tokio::time::Instant;

/// The largest body that is read, after decompression.
pub(super) const LARGEST_BODY: u64 = 10 * 1024 * 1024;

/// Longest validator that is kept. A longer one is dropped, so the next request is unconditional.
const LONGEST_VALIDATOR: usize = 1024;

/// Longest `Content-Type` that is kept.
const LONGEST_CONTENT_TYPE: usize = 256;

/// How many bytes of a page, or of a refusal, are searched for the marks of a bot challenge.
const CHALLENGE_WITHIN: usize = 64 * 1024;

/// Texts that stand only in a challenge. Scripts that a service puts into every page, such as
/// `/cdn-cgi/challenge-platform/`, are no such mark.
const CHALLENGE_MARKS: &[&str] = &[
    "_cf_chl_opt",
    "<title>just a moment...</title>",
    "<title>attention required! | cloudflare</title>",
    "request unsuccessful. incapsula incident id",
    "geo.captcha-delivery.com",
    "window.gokuprops",
    "id=\"px-captcha\"",
];

/// The limits of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Its time in all.
    pub(super) whole: Duration,
    /// What is left of it. Waiting for a turn does not count.
    pub(super) left: Duration,
    /// The pause that the host wants since the request before.
    pub(super) pause: Duration,
    /// How many bytes of the body are wanted; `None` for all, up to the limit.
    pub(super) first: Option<usize>,
}

/// A status that is no error, with its data.
pub(super) enum Meaning {
    Page,
    Unchanged,
    Redirect { permanent: bool },
}

/// The meaning of a status, or its error.
pub(super) async fn meaning(
    host: &str,
    response: &mut Response,
    budget: Budget,
    now: DateTime<Utc>,
) -> Result<Meaning, Error> {
    let status = response.status();
    let retry_after = response
        .headers()
        .get(header::RETRY_AFTER)
        .map(|value| politeness::retry_after(value.as_bytes(), now));
    let host = host.to_owned();
    let challenge = response
        .headers()
        .get(HeaderName::from_static("cf-mitigated"))
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"challenge"));
    let guarded = matches!(
        status,
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    if challenge || guarded && is_challenge(&beginning(response, budget).await) {
        return Err(Error::Blocked {
            host,
            status: status.as_u16(),
            retry_after,
        });
    }
    match status.as_u16() {
        200 | 203 => Ok(Meaning::Page),
        301 | 308 => Ok(Meaning::Redirect { permanent: true }),
        302 | 303 | 307 => Ok(Meaning::Redirect { permanent: false }),
        304 => Ok(Meaning::Unchanged),
        410 => Err(Error::Gone { host }),
        status @ (429 | 451 | 503) => Err(Error::Refused {
            host,
            status,
            retry_after,
        }),
        status @ 400..=499 => Err(Error::NotServed { host, status }),
        status => Err(Error::Server {
            host,
            status,
            retry_after,
        }),
    }
}

/// Reads a body to its end, or as much as is wanted.
///
/// # Errors
/// For a body that is too large, too slow, cut off, or not in the declared coding. Nothing of it is returned.
pub(super) async fn body(
    host: &str,
    response: &mut Response,
    budget: Budget,
) -> Result<Vec<u8>, Error> {
    let too_large = || Error::TooLarge {
        host: host.to_owned(),
        limit_bytes: LARGEST_BODY,
    };
    // The client has decoded the codings that it knows, and removed them from the headers.
    if let Some(coding) = response.headers().get(header::CONTENT_ENCODING)
        && !coding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return Err(Error::Decode {
            host: host.to_owned(),
            why: format!(
                "content coding \"{}\" is none of gzip, br",
                one_line(&String::from_utf8_lossy(coding.as_bytes()))
            ),
        });
    }
    let announced = response.content_length();
    if budget.first.is_none() && announced.is_some_and(|announced| announced > LARGEST_BODY) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    let mut got = 0_u64;
    let begun = Instant::now();
    while budget.first.is_none_or(|first| body.len() < first) {
        let left = budget.left.saturating_sub(begun.elapsed());
        let chunk = match tokio::time::timeout(left, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => break,
            Ok(Err(error)) => return Err(Error::in_body(host, got, announced, &error)),
            Err(_) => {
                return Err(Error::TooSlow {
                    host: host.to_owned(),
                    limit: budget.whole,
                });
            }
        };
        got = got.saturating_add(chunk.len() as u64);
        if got > LARGEST_BODY {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    // Compressed twice, or compressed without a header. No text begins like this.
    if body.starts_with(&[0x1f, 0x8b]) {
        return Err(Error::Decode {
            host: host.to_owned(),
            why: "it is gzip, once more than declared".to_owned(),
        });
    }
    Ok(body)
}

/// Whether a page is a bot challenge.
pub(super) fn is_challenge(body: &[u8]) -> bool {
    let start = &body[..body.len().min(CHALLENGE_WITHIN)];
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
        .starts_with('<')
        && CHALLENGE_MARKS.iter().any(|mark| text.contains(mark))
}

/// The first bytes of a body. An error ends it early.
async fn beginning(response: &mut Response, budget: Budget) -> Vec<u8> {
    let mut start = Vec::new();
    let begun = Instant::now();
    while start.len() < CHALLENGE_WITHIN {
        let left = budget.left.saturating_sub(begun.elapsed());
        match tokio::time::timeout(left, response.chunk()).await {
            Ok(Ok(Some(chunk))) => start.extend_from_slice(&chunk),
            _ => break,
        }
    }
    start
}

impl Validators {
    /// The validators of an answer, byte for byte.
    pub(super) fn of(headers: &HeaderMap) -> Validators {
        let kept = |name| {
            let value = headers.get(name)?.as_bytes();
            // A value that is not text could not be sent back unchanged, so it is dropped.
            let text = std::str::from_utf8(value).ok()?;
            (1..=LONGEST_VALIDATOR)
                .contains(&text.len())
                .then(|| text.to_owned())
        };
        Validators {
            etag: kept(header::ETAG),
            last_modified: kept(header::LAST_MODIFIED),
        }
    }
}

/// For how long a cache has had the answer.
pub(super) fn age(headers: &HeaderMap) -> Option<TimeDelta> {
    let seconds = headers.get(header::AGE)?.to_str().ok()?.trim().parse();
    TimeDelta::try_seconds(i64::from(seconds.unwrap_or(0_u32)))
}

/// `Content-Type` as it was sent, if it is not too long.
pub(super) fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.as_bytes();
    (value.len() <= LONGEST_CONTENT_TYPE).then(|| String::from_utf8_lossy(value).into_owned())
}
