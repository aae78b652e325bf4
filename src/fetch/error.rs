//! Why a page could not be fetched: one variant for each thing that a caller does differently.

use crate::facts::source::Credential;
use std::{error::Error as StdError, fmt, io, net::IpAddr, path::PathBuf, time::Duration};

/// Longest text of a foreign error that is repeated, in characters.
const LONGEST_REASON: usize = 300;

/// This program's name in the User-Agent and in a robots.txt.
pub const PRODUCT: &str = env!("CARGO_PKG_NAME");

/// How far a request came before it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The name has no address, or no name server answered.
    Dns,
    /// No connection.
    Connect,
    /// A connection, but TLS failed: the certificate, or the other side's protocol.
    Tls,
    /// A connection, but no answer.
    Answer,
}

/// A name has a private address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name stands for {address}, {kind}")]
pub struct ForbiddenAnswer {
    /// The address.
    pub address: IpAddr,
    /// What it is reserved for.
    pub kind: &'static str,
}

/// Why a page could not be fetched.
///
/// Messages name hosts but not addresses, since a path or a query may hold a secret. Foreign text is cut to
/// 300 characters and its control characters are escaped, so a message is always one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An address that is never fetched, because of its scheme, port, credentials or form.
    #[error("address is not fetched: {why}")]
    BadUrl {
        /// What is wrong with it, without repeating it.
        why: String,
    },
    /// The address, or an address of its name, is private.
    #[error(
        "{host} is {address}, {kind}: it is not fetched, unless `allow` under [fetch] names exactly this address and port and the source names it too"
    )]
    Forbidden {
        /// The host.
        host: String,
        /// The private address.
        address: IpAddr,
        /// What the address is reserved for.
        kind: &'static str,
    },
    /// There was no answer.
    #[error("{host} cannot be reached ({phase}): {reason}")]
    Unreachable {
        /// The host.
        host: String,
        /// How far the request came.
        phase: Phase,
        /// What the network said.
        reason: String,
    },
    /// The answer began, but did not end in time.
    #[error("{host} did not finish its answer within {} s", limit.as_secs_f32())]
    TooSlow {
        /// The host.
        host: String,
        /// The time limit of a request.
        limit: Duration,
    },
    /// "Not now" or "never": 429, 451, 503.
    #[error("{host} refuses (status {status}){}", again(*retry_after))]
    Refused {
        /// The host.
        host: String,
        /// The status.
        status: u16,
        /// How long it asks us to wait, between one minute and one day; `None` if it does not say.
        retry_after: Option<Duration>,
    },
    /// Not asked: the host has just asked twice to be left alone.
    #[error("{host} has asked to be left alone: not asked for another {} s", left.as_secs())]
    Resting {
        /// The host.
        host: String,
        /// How long it is still left alone; a day at most.
        left: Duration,
    },
    /// Not asked: as many requests were sent as may be.
    #[error("{host} is not asked: the budget of requests is spent")]
    Spent {
        /// The host.
        host: String,
    },
    /// The answer is a bot challenge.
    #[error("{host} shows a bot challenge instead of an answer (status {status}){}", again(*retry_after))]
    Blocked {
        /// The host.
        host: String,
        /// The status; 200 is common.
        status: u16,
        /// As in [`Error::Refused`].
        retry_after: Option<Duration>,
    },
    /// There is nothing at this address: any 4xx without a variant of its own, or a file that a mirror's folder
    /// does not have.
    #[error("{host} does not serve this address (status {status})")]
    NotServed {
        /// The host.
        host: String,
        /// The status.
        status: u16,
    },
    /// The server says that the page is gone for good (410). An editor has to look.
    #[error("{host} says that this address is gone for good (status 410)")]
    Gone {
        /// The host.
        host: String,
    },
    /// The server failed (5xx), or answered with a status that answers no such request.
    #[error("{host} failed (status {status}){}", again(*retry_after))]
    Server {
        /// The host.
        host: String,
        /// The status.
        status: u16,
        /// As in [`Error::Refused`].
        retry_after: Option<Duration>,
    },
    /// The host's robots.txt asks programs to leave this page alone.
    #[error(
        "robots.txt of {host} forbids this page to programs (line {line}, \"Disallow: {pattern}\"): name a feed of the events instead, or ask the site to allow {}",
        PRODUCT
    )]
    Disallowed {
        /// The host.
        host: String,
        /// The line of the rule, counted from 1.
        line: usize,
        /// What the rule forbids, in printable ASCII, at most 100 characters.
        pattern: String,
    },
    /// The host's robots.txt cannot be read, so none of its pages is read.
    #[error("robots.txt of {host} cannot be read, so no page of the host is read: {why}")]
    NoRules {
        /// The host.
        host: String,
        /// Why not.
        why: Box<Error>,
    },
    /// A redirect that is not followed.
    #[error("the redirect of {host} is not followed: {why}")]
    Redirect {
        /// The host that redirects.
        host: String,
        /// Why not.
        why: String,
    },
    /// The body is larger than the limit.
    #[error("{host} sends a body of more than {limit_bytes} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The limit, after decompression.
        limit_bytes: u64,
    },
    /// The connection ended before the body did.
    #[error("body of {host} is truncated: got {got} {}", of_bytes(*of))]
    Truncated {
        /// The host.
        host: String,
        /// Bytes that came, after decompression.
        got: u64,
        /// Bytes that were announced, if they were.
        of: Option<u64>,
    },
    /// The body is not in its declared coding, or the coding is not supported.
    #[error("body of {host} cannot be decoded: {why}")]
    Decode {
        /// The host.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// The answer is not HTTP, breaks its rules, or breaks off early.
    #[error("answer of {host} is not understood: {why}")]
    Garbled {
        /// The host.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// A credential that is invalid, is refused, or must not be sent.
    #[error("[fetch.keys] {key}: {why}")]
    Credential {
        /// The credential.
        key: Credential,
        /// What is wrong with it, without repeating it.
        why: String,
    },
    /// A file of the configuration cannot be read.
    #[error("{}: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// Invalid settings.
    #[error("[fetch] {key}: {why}")]
    Settings {
        /// The key in the configuration.
        key: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// The step that failed, in one word for reports.
    pub fn phase(&self) -> &'static str {
        match self {
            Error::BadUrl { .. } | Error::Forbidden { .. } => "address",
            Error::Unreachable { phase, .. } => phase.name(),
            Error::Decode { .. } => "decode",
            Error::File { .. } => "file",
            Error::Settings { .. } => "settings",
            Error::Credential { .. } => "key",
            Error::Disallowed { .. } | Error::NoRules { .. } => "robots",
            Error::Spent { .. } => "budget",
            Error::TooSlow { .. }
            | Error::Refused { .. }
            | Error::Resting { .. }
            | Error::Blocked { .. }
            | Error::NotServed { .. }
            | Error::Gone { .. }
            | Error::Server { .. }
            | Error::Redirect { .. }
            | Error::TooLarge { .. }
            | Error::Truncated { .. }
            | Error::Garbled { .. } => "http",
        }
    }

    /// How long the server asks us to wait: from one minute to one day. `None` if it does not say.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Refused { retry_after, .. }
            | Error::Blocked { retry_after, .. }
            | Error::Server { retry_after, .. } => *retry_after,
            Error::Resting { left, .. } => Some(*left),
            Error::NoRules { why, .. } => why.retry_after(),
            _ => None,
        }
    }

    /// Whether there was no answer at all: no address for the name, no connection, or silence. If this is so for
    /// all sources, this machine is most likely offline.
    pub fn is_unreachable(&self) -> bool {
        match self {
            Error::Unreachable { phase, .. } => *phase != Phase::Tls,
            // A host that fails for robots.txt alone is reachable.
            Error::NoRules { why, .. } => matches!(
                **why,
                Error::Unreachable {
                    phase: Phase::Dns | Phase::Connect,
                    ..
                }
            ),
            _ => false,
        }
    }

    /// Whether the server does not serve this *way* (401, 403, 404, 406, 415, or robots.txt forbids it), or not
    /// with our credential, so that another way of the source can be tried. False for a time-out or a failing
    /// server.
    pub fn not_this_way(&self) -> bool {
        matches!(
            self,
            Error::Credential { .. }
                | Error::Disallowed { .. }
                | Error::NotServed {
                    status: 401 | 403 | 404 | 406 | 415,
                    ..
                }
        )
    }

    /// Whether the server says that there is nothing at this address (404, 410).
    pub fn is_missing(&self) -> bool {
        matches!(
            self,
            Error::Gone { .. } | Error::NotServed { status: 404, .. }
        )
    }

    /// The error before the head of an answer arrived.
    pub(super) fn before_answer(host: &str, error: &reqwest::Error) -> Error {
        let host = host.to_owned();
        let forbidden = causes(error).find_map(|cause| cause.downcast_ref::<ForbiddenAnswer>());
        if let Some(ForbiddenAnswer { address, kind }) = forbidden {
            return Error::Forbidden {
                host,
                address: *address,
                kind,
            };
        }
        let reason = innermost(error);
        let phase = if error.is_dns() {
            Phase::Dns
        } else if error.is_timeout() {
            Phase::Connect
        } else if error.is_connect() {
            // The TLS library reports through `io::Error` too, but without an error number of the system.
            let tls = causes(error)
                .filter_map(|cause| cause.downcast_ref::<io::Error>())
                .any(|error| error.raw_os_error().is_none());
            if tls { Phase::Tls } else { Phase::Connect }
        } else {
            return Error::Garbled { host, why: reason };
        };
        Error::Unreachable {
            host,
            phase,
            reason,
        }
    }

    /// The error while a body was read, after `got` of `of` announced bytes.
    pub(super) fn in_body(host: &str, got: u64, of: Option<u64>, error: &reqwest::Error) -> Error {
        let host = host.to_owned();
        // An error of the decompressor has no further cause. An error of the connection is wrapped in one of the
        // HTTP library.
        let coding = error.source().is_some_and(|cause| cause.source().is_none());
        if coding {
            let why = innermost(error);
            Error::Decode { host, why }
        } else {
            Error::Truncated { host, got, of }
        }
    }
}

impl Phase {
    /// Its name in reports. Silence on a connection counts as a failure of HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Dns => "dns",
            Phase::Connect => "connect",
            Phase::Tls => "tls",
            Phase::Answer => "http",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// An error and its causes, outermost first.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// The innermost cause of an error, on one line. The outer texts of the HTTP client hold the address, which
/// may hold a secret.
fn innermost(error: &reqwest::Error) -> String {
    match causes(error).skip(1).last() {
        Some(cause) => one_line(&cause.to_string()),
        None => "no reason given".to_owned(),
    }
}

/// Foreign text made safe to print: control characters escaped, at most 300 characters.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for char in text.chars().take(LONGEST_REASON) {
        if char.is_control() {
            line.extend(char.escape_default());
        } else {
            line.push(char);
        }
    }
    line
}

fn again(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(wait) => format!(" and asks to be left alone for {} s", wait.as_secs()),
        None => String::new(),
    }
}

fn of_bytes(of: Option<u64>) -> String {
    match of {
        Some(of) => format!("of {of} bytes"),
        None => "bytes of an unknown number".to_owned(),
    }
}
