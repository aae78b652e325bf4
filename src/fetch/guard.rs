//! Refuses private addresses, so that no source, redirect or name server can make this program read from
//! the network that it runs in.
//!
//! One parser ([`url::Url`]) decides what is checked and what is connected to. IP addresses are checked in
//! the URL, in every spelling. Names are resolved by our own resolver, which returns only checked
//! addresses, so no second look-up happens between the check and the connection.

use super::error::{Error, ForbiddenAnswer};
use crate::facts::internet::not_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use url::{Host, Url};

/// Longest address that is fetched, in bytes; for redirects too.
pub(super) const LONGEST_URL: usize = 4096;

/// How many addresses of one name are tried. All of them are checked.
const MOST_ADDRESSES: usize = 8;

/// Ports above 1023 where services other than web servers listen that obey a line of text.
const NOT_WEB: &[u16] = &[
    1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 4444, 5432, 5672, 5900, 5984, 6000, 6379, 6443,
    6667, 8500, 9042, 9092, 9200, 9300, 10250, 11211, 27017,
];

/// The addresses of a name to connect to: all of them, or none.
///
/// # Errors
/// [`ForbiddenAnswer`] if *any* of them is private: a name with public and private addresses is
/// misconfigured or an attack (DNS rebinding).
pub fn checked(answers: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, ForbiddenAnswer> {
    for answer in &answers {
        if let Some(kind) = not_public(answer.ip()) {
            return Err(ForbiddenAnswer {
                address: answer.ip(),
                kind,
            });
        }
    }
    Ok(answers.into_iter().take(MOST_ADDRESSES).collect())
}

/// Resolves names, and returns only what [`checked`] lets pass.
#[derive(Debug)]
pub(super) struct GuardedResolver;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let answers = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Addrs = Box::new(checked(answers)?.into_iter());
            Ok(addresses)
        })
    }
}

/// Parses an address to fetch; `webcal` becomes `https`.
pub(super) fn parse(text: &str) -> Result<Url, Error> {
    let text = text.trim_matches(' ');
    if text.len() > LONGEST_URL {
        return Err(bad(format!("it is longer than {LONGEST_URL} bytes")));
    }
    // The parser drops tabs and line ends in silence, so it would read another address than other programs.
    if text.chars().any(char::is_control) {
        return Err(bad("it holds control characters"));
    }
    let rest = ["webcal://", "webcals://"].into_iter().find_map(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            .then(|| &text[scheme.len()..])
    });
    let url = match rest {
        Some(rest) => Url::parse(&format!("https://{rest}")),
        None => Url::parse(text),
    };
    accept(url.map_err(|error| bad(format!("it is none ({error})")))?)
}

/// Accepts an address if it has a form that is fetched; drops the fragment.
pub(super) fn accept(mut url: Url) -> Result<Url, Error> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("only http, https and webcal are"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("it carries a user name or password"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Checks the host of an address, as far as that works without resolving its name. `named` is the one private
/// address that is allowed.
pub(super) fn check(url: &Url, named: Option<SocketAddr>) -> Result<(), Error> {
    let literal = literal(url);
    if literal.is_some() && literal == named {
        return Ok(());
    }
    // This name means the same everywhere (RFC 6761) and needs no look-up.
    let address = match url.domain().map(|name| name.trim_end_matches('.')) {
        Some(name) if name == "localhost" || name.ends_with(".localhost") => {
            Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
        }
        _ => literal.map(|literal| literal.ip()),
    };
    if let Some(address) = address
        && let Some(kind) = not_public(address)
    {
        return Err(Error::Forbidden {
            host: host(url),
            address,
            kind,
        });
    }
    let port = url.port_or_known_default().unwrap_or_default();
    if !matches!(port, 80 | 443 | 1024..) || NOT_WEB.contains(&port) {
        return Err(bad(format!("port {port} is not one for web pages")));
    }
    Ok(())
}

/// The IP address and port, if the host is written as an IP address.
pub(super) fn literal(url: &Url) -> Option<SocketAddr> {
    let ip = match url.host()? {
        Host::Ipv4(ip) => IpAddr::V4(ip),
        Host::Ipv6(ip) => IpAddr::V6(ip),
        Host::Domain(_) => return None,
    };
    Some(SocketAddr::new(ip, url.port_or_known_default()?))
}

/// The host for messages, with its port if that is not the usual one.
pub(super) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn bad(why: impl Into<String>) -> Error {
    Error::BadUrl { why: why.into() }
}
