//! How to fetch: how often, with which User-Agent, which private addresses are allowed, and the mirrors.

use super::{Credentials, Origins};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the operator of a server can reach us; part of the User-Agent.
    pub contact: Option<String>,
    /// Most requests at one time; at least 1.
    pub requests_in_flight: usize,
    /// Most requests to one host at one time; at least 1.
    pub per_host_in_flight: usize,
    /// Time between the starts of two requests to one host; zero turns it off.
    pub per_host_interval: Duration,
    /// Private addresses that a source may name, as exactly this address and port. They are never reached
    /// through a name or by a redirect from another host.
    pub allow: Vec<SocketAddr>,
    /// The mirrors.
    pub mirrors: Vec<Mirror>,
    /// Requests that may be sent in all, those for robots.txt and after redirects included; `None` for any number.
    pub most_requests: Option<usize>,
    /// The credentials for platforms' interfaces.
    pub keys: Credentials,
    /// The addresses that they are sent to.
    pub origins: Origins,
    /// Time limit for the head of an answer: name, connection, TLS and waiting together.
    pub connect_timeout: Duration,
    /// Time limit for the whole body, redirects included. Waiting for a turn does not count.
    pub total_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            contact: None,
            requests_in_flight: 16,
            per_host_in_flight: 1,
            per_host_interval: Duration::from_secs(1),
            allow: Vec::new(),
            mirrors: Vec::new(),
            most_requests: None,
            keys: Credentials::default(),
            origins: Origins::default(),
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
        }
    }
}

/// A prefix of addresses that is fetched from a mirror. The longest prefix that fits wins; it fits only up to a
/// boundary of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// The prefix: a scheme and host, perhaps a path; `https://` alone fits all.
    pub prefix: String,
    /// Where they are fetched.
    pub to: MirrorTarget,
}

/// Where a mirrored address is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorTarget {
    /// From a server: its base address replaces the prefix. If it is a private address, it is thereby allowed.
    Server(String),
    /// From a folder: the path names the file. `…/` and folders mean their `index`, the pairs of a query are
    /// appended as `@name=value`, sorted, and percent-encoding stays. A missing file is a 404.
    Folder(PathBuf),
}
