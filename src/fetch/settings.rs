//! How the world is asked: how often, as whom, what may be, and what is fetched from somewhere else.

use super::{Keys, Origins};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How the world is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where an operator of a server finds out who we are; part of the User-Agent.
    pub contact: Option<String>,
    /// Most requests at one time; at least 1.
    pub requests_in_flight: usize,
    /// Most requests to one host at one time; at least 1.
    pub per_host_in_flight: usize,
    /// Time between the starts of two requests to one host; zero turns it off.
    pub per_host_interval: Duration,
    /// Addresses inside the network that a source may name, as exactly this address and port. Never
    /// reached through a name, nor by a redirect from elsewhere.
    pub allow: Vec<SocketAddr>,
    /// What is fetched from somewhere else.
    pub mirrors: Vec<Mirror>,
    /// The secrets that open platforms' interfaces.
    pub keys: Keys,
    /// To whom they are shown.
    pub origins: Origins,
    /// Time until there is the head of an answer: name, connection, encryption and waiting together.
    pub connect_timeout: Duration,
    /// Time until a body has come whole, redirects included, however steadily it trickles. Waiting for
    /// a turn does not count.
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
            keys: Keys::default(),
            origins: Origins::default(),
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
        }
    }
}

/// A prefix of addresses that is fetched from somewhere else. Of several that fit the longest wins; it
/// fits only up to a boundary of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// What addresses begin with: a scheme and host, perhaps a path; `https://` alone stands for all.
    pub prefix: String,
    /// Where they are fetched.
    pub to: MirrorTarget,
}

/// Where a mirrored address is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorTarget {
    /// From a server: its base address stands in place of the prefix. If it names an address inside the
    /// network, that one is allowed by it.
    Server(String),
    /// From a folder: the path names the file. `…/` and folders mean their `index`, a query is appended
    /// as `@name=value`, pairs sorted, and percent-encoding stays as it is. What is not there is a 404.
    Folder(PathBuf),
}
