//! Where a request comes from, as far as limits count it.
//!
//! A household or a rented server has a whole IPv6 /64 and often a /48 (RFC 6177), so single addresses limit no
//! one there. A limit counts the /64 (or one IPv4 address), and a looser one the /48 (or the IPv4 /24).

use axum::http::request::Parts;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A visitor: the block of addresses that one person has to themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Visitor(IpAddr);

impl Visitor {
    pub(super) fn of(address: IpAddr) -> Visitor {
        Visitor(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(first_bits(address, 64)),
        })
    }

    /// The neighbourhood: a customer's /48, or 256 IPv4 addresses.
    pub(super) fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
            }
            IpAddr::V6(address) => IpAddr::V6(first_bits(address, 48)),
        }
    }
}

impl std::fmt::Display for Visitor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

fn first_bits(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

/// Who sent a request. Behind one of the `proxies` (`[server] proxies`), the last address that it added to
/// X-Forwarded-For; what others write there is not believed.
pub(super) fn visitor(proxies: &[IpAddr], parts: &Parts) -> Visitor {
    let peer = parts
        .extensions
        .get::<SocketAddr>()
        .map_or(IpAddr::from([0, 0, 0, 0]), SocketAddr::ip);
    if !proxies.contains(&peer.to_canonical()) {
        return Visitor::of(peer);
    }
    let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
    let forwarded = forwarded
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok());
    Visitor::of(forwarded.unwrap_or(peer))
}
