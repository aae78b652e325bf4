//! Which addresses are never asked, so that no source, redirect or name server can make this program
//! look into the network that it runs in.
//!
//! One parser ([`url::Url`]) decides what is checked and what is dialled. Literal addresses are checked
//! in the URL, in whatever form they were written. Names are resolved by a resolver of our own that
//! hands on only answers that were checked, so that nothing is looked up a second time between the
//! check and the connection.

use super::Error;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// Longest address that is fetched, in bytes, also as the target of a redirect.
pub(super) const LONGEST_URL: usize = 4096;

/// Most addresses of one name that are tried. All are checked.
const MOST_ADDRESSES: usize = 8;

/// Ports above 1023 on which something else than the web listens, and obeys a line of text.
const NOT_WEB: &[u16] = &[
    1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389, 4444, 5432, 5672, 5900, 5984, 6000, 6379, 6443,
    6667, 8500, 9042, 9092, 9200, 9300, 10250, 11211, 27017,
];

/// A name stands for an address that must not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name stands for {address}, {kind}")]
pub struct ForbiddenAnswer {
    /// The address.
    pub address: IpAddr,
    /// What it is for.
    pub kind: &'static str,
}

/// What an address is for, if it is not on the public Internet; `None` if it may be asked.
pub fn forbidden(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => forbidden_v4(address),
        IpAddr::V6(address) => forbidden_v6(address),
    }
}

fn forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "an address of this network itself",
        [127, ..] => "a loopback address",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [169, 254, ..] => "a link-local address",
        [100, 64..=127, ..] => "a provider's internal address",
        [192, 0, 0, _] | [192, 88, 99, _] => "a protocol's own address",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "an address for documentation",
        [198, 18..=19, ..] => "an address for measurements",
        [224..=239, ..] => "a multicast address",
        [240..=255, ..] => "a reserved address",
        _ => return None,
    })
}

fn forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    // An address that carries an IPv4 address is as good as that one. Where a network reaches IPv4 only
    // through a translator (RFC 6052) its name servers answer so for every public host.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return forbidden_v4(Ipv4Addr::new(a, b, c, d));
    }
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => "a loopback address",
        [0, 0, 0, 0, 0, 0xffff, ..] => "an IPv4 address in disguise",
        [0xfc00..=0xfdff, ..] => "a private address",
        [0xfe80..=0xfebf, ..] => "a link-local address",
        [0xff00..=0xffff, ..] => "a multicast address",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => "an address for documentation",
        // Teredo, benchmarks, ORCHID; nothing in it is a web server.
        [0x2001, 0..=0x1ff, ..] => "a protocol's own address",
        [0x2002, ..] => "an IPv4 address in disguise",
        [0x2000..=0x3fff, ..] => return None,
        _ => "a reserved address",
    })
}

/// The addresses of a name that may be dialled: all of them, or none.
///
/// # Errors
/// [`ForbiddenAnswer`] if *any* of them must not be asked: who mixes public and private answers is
/// either misconfigured or up to something.
pub fn checked(answers: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, ForbiddenAnswer> {
    for answer in &answers {
        if let Some(kind) = forbidden(answer.ip()) {
            return Err(ForbiddenAnswer {
                address: answer.ip(),
                kind,
            });
        }
    }
    Ok(answers.into_iter().take(MOST_ADDRESSES).collect())
}

/// Looks names up and hands on only what [`checked`] lets pass.
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

/// Reads an address that is to be fetched; `webcal` is read as `https`.
pub(super) fn parse(text: &str) -> Result<Url, Error> {
    let text = text.trim_matches(' ');
    if text.len() > LONGEST_URL {
        return Err(bad(format!("it is longer than {LONGEST_URL} bytes")));
    }
    // The parser would drop tabs and line ends in silence, and read something else than others do.
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

/// Takes an address only if its form is one that is fetched; without the fragment.
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

/// Checks where an address leads, as far as can be told without asking for its name. `named` is the one
/// address inside the network that may be asked all the same.
pub(super) fn check(url: &Url, named: Option<SocketAddr>) -> Result<(), Error> {
    let literal = literal(url);
    if literal.is_some() && literal == named {
        return Ok(());
    }
    // This one name means the same everywhere (RFC 6761) and need not be asked for.
    let address = match url.domain().map(|name| name.trim_end_matches('.')) {
        Some(name) if name == "localhost" || name.ends_with(".localhost") => {
            Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
        }
        _ => literal.map(|literal| literal.ip()),
    };
    if let Some(address) = address
        && let Some(kind) = forbidden(address)
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

/// The address and port, where the host is written as an address.
pub(super) fn literal(url: &Url) -> Option<SocketAddr> {
    let ip = match url.host()? {
        Host::Ipv4(ip) => IpAddr::V4(ip),
        Host::Ipv6(ip) => IpAddr::V6(ip),
        Host::Domain(_) => return None,
    };
    Some(SocketAddr::new(ip, url.port_or_known_default()?))
}

/// The host as it is named in messages, with its port where it is not the usual one.
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
