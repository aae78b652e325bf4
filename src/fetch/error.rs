//! Why a page could not be had: one variant for each thing that a caller does differently.

use super::guard::ForbiddenAnswer;
use super::robots::PRODUCT;
use crate::facts::source::Key;
use std::{error::Error as StdError, fmt, io, net::IpAddr, path::PathBuf, time::Duration};

/// Longest text of a foreign error that is repeated, in characters.
const LONGEST_REASON: usize = 300;

/// How far a request came before it found nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The name has no address, or nobody could be asked for it.
    Dns,
    /// No connection.
    Connect,
    /// A connection, but no trust: the certificate, or what the other side speaks.
    Tls,
    /// A connection, and then silence.
    Answer,
}

/// Why a page could not be had.
///
/// Hosts are named, addresses are not: a path or a query may carry a secret. Foreign text is cut to 300
/// characters and its control characters are escaped, so that a message is always one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The address is none that is ever fetched: its scheme, its port, its credentials, its form.
    #[error("address is not fetched: {why}")]
    BadUrl {
        /// What is wrong with it, without repeating it.
        why: String,
    },
    /// The address, or what its name stands for, lies inside somebody's network.
    #[error(
        "{host} is {address}, {kind}: never fetched, unless `allow` under [fetch] names exactly this address and port and the source names it too"
    )]
    Forbidden {
        /// Who was to be asked.
        host: String,
        /// The address that must not be asked.
        address: IpAddr,
        /// What the address is for.
        kind: &'static str,
    },
    /// Nobody answered.
    #[error("{host} cannot be reached ({phase}): {reason}")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// How far it went.
        phase: Phase,
        /// What the network said.
        reason: String,
    },
    /// The answer began but did not end in time, however steadily it trickled.
    #[error("{host} did not finish its answer within {} s", limit.as_secs_f32())]
    TooSlow {
        /// Who was asked.
        host: String,
        /// The time that a request has in all.
        limit: Duration,
    },
    /// "Not now" or "never": 429, 451, 503.
    #[error("{host} refuses (status {status}){}", again(*retry_after))]
    Refused {
        /// Who was asked.
        host: String,
        /// The status.
        status: u16,
        /// How long it asks us to stay away, between one minute and one day; `None` if it does not say.
        retry_after: Option<Duration>,
    },
    /// Not asked: it has just asked twice to be left alone.
    #[error("{host} has asked to be left alone: not asked for another {} s", left.as_secs())]
    Resting {
        /// Who was to be asked.
        host: String,
        /// How long it is to be left alone yet: a day at most.
        left: Duration,
    },
    /// A page that asks for proof of being human stands where the answer should.
    #[error("{host} shows a bot challenge instead of an answer (status {status}){}", again(*retry_after))]
    Blocked {
        /// Who was asked.
        host: String,
        /// The status; 200 is common.
        status: u16,
        /// As in [`Error::Refused`].
        retry_after: Option<Duration>,
    },
    /// There is nothing for us at this address: any 4xx that is not told apart here. Also what a mirror
    /// folder does not hold.
    #[error("{host} does not serve this address (status {status})")]
    NotServed {
        /// Who was asked.
        host: String,
        /// The status.
        status: u16,
    },
    /// Gone for good, says the server (410); an editor has to look.
    #[error("{host} says that this address is gone for good (status 410)")]
    Gone {
        /// Who was asked.
        host: String,
    },
    /// The server failed (5xx), or answered with a status that answers no such request.
    #[error("{host} failed (status {status}){}", again(*retry_after))]
    Server {
        /// Who was asked.
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
        /// Whose.
        host: String,
        /// The line of the rule, counted from 1.
        line: usize,
        /// What the rule forbids, in printable ASCII, at most 100 characters.
        pattern: String,
    },
    /// The host's robots.txt cannot be read, so that none of its pages is.
    #[error("robots.txt of {host} cannot be read, and without it no page of the host is: {why}")]
    NoRules {
        /// Whose.
        host: String,
        /// Why not.
        why: Box<Error>,
    },
    /// A redirect that is not followed.
    #[error("redirect of {host} is not followed: {why}")]
    Redirect {
        /// Who redirects.
        host: String,
        /// Why not.
        why: String,
    },
    /// The body is larger than is read.
    #[error("{host} sends a body of over {limit_bytes} bytes")]
    TooLarge {
        /// Who was asked.
        host: String,
        /// The most that is read, after decompression.
        limit_bytes: u64,
    },
    /// The connection ended before the body did.
    #[error("body of {host} is truncated: got {got} {}", of_bytes(*of))]
    Truncated {
        /// Who was asked.
        host: String,
        /// Bytes that came, after decompression.
        got: u64,
        /// Bytes that were announced, if any number was.
        of: Option<u64>,
    },
    /// The body is not in the coding that it is said to be in, or in one that is not read.
    #[error("body of {host} cannot be decoded: {why}")]
    Decode {
        /// Who was asked.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// What came is not HTTP, breaks its rules, or breaks off before an answer.
    #[error("answer of {host} is not understood: {why}")]
    Garbled {
        /// Who was asked.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// A key that is no good: not one, not accepted, or not to be shown.
    #[error("[fetch.keys] {key}: {why}")]
    Key {
        /// Which.
        key: Key,
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
    /// The fetcher cannot be set up so.
    #[error("[fetch] {key}: {why}")]
    Settings {
        /// The key in the configuration.
        key: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// Where in a fetch it happened, in one word for reports.
    pub fn phase(&self) -> &'static str {
        match self {
            Error::BadUrl { .. } | Error::Forbidden { .. } => "address",
            Error::Unreachable { phase, .. } => phase.name(),
            Error::Decode { .. } => "decode",
            Error::File { .. } => "file",
            Error::Settings { .. } => "settings",
            Error::Key { .. } => "key",
            Error::Disallowed { .. } | Error::NoRules { .. } => "robots",
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

    /// How long the server asks us to stay away: from one minute to one day. `None` if it does not say.
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

    /// Whether nobody answered at all: no address for the name, no connection, or no word on it. If all
    /// sources say so, it is most likely we who are offline.
    pub fn is_unreachable(&self) -> bool {
        match self {
            Error::Unreachable { phase, .. } => *phase != Phase::Tls,
            // Whoever is silent about robots.txt alone is there.
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

    /// Whether the server does not serve this *way* (401, 403, 404, 406, 415, or its robots.txt forbids
    /// it), or not with our key, so that another way of the source may be tried. Never so for a time-out or a failing server.
    pub fn not_this_way(&self) -> bool {
        matches!(
            self,
            Error::Key { .. }
                | Error::Disallowed { .. }
                | Error::NotServed {
                    status: 401 | 403 | 404 | 406 | 415,
                    ..
                }
        )
    }

    /// What went wrong before there was the head of an answer.
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
            // The TLS library reports through `io::Error` too, but not with a number of the system's.
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

    /// What went wrong while a body was read of which `got` bytes had come and `of` were announced.
    pub(super) fn in_body(host: &str, got: u64, of: Option<u64>, error: &reqwest::Error) -> Error {
        let host = host.to_owned();
        // What the decompressor finds has no further cause; what the connection suffers comes wrapped in
        // the HTTP library's own error.
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
    /// Its name in reports, where silence on a connection is HTTP's matter.
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

/// An error and what lies behind it, outermost first.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// The text at the bottom of an error, which is the one that tells something, on one line. The outer
/// texts of the HTTP client hold the address, and with it whatever secret it carries.
fn innermost(error: &reqwest::Error) -> String {
    match causes(error).skip(1).last() {
        Some(cause) => one_line(&cause.to_string()),
        None => "no reason given".to_owned(),
    }
}

/// Foreign text, safe to print: control characters escaped, at most 300 characters.
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
