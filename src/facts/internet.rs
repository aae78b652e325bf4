//! Which addresses belong to the public internet, and what the others are for: IANA's registries of
//! special-purpose addresses (RFC 6890), in words.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for, if it is not on the public Internet; `None` if it may be asked.
pub fn not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => not_public_v4(address),
        IpAddr::V6(address) => not_public_v6(address),
    }
}

fn not_public_v4(address: Ipv4Addr) -> Option<&'static str> {
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

fn not_public_v6(address: Ipv6Addr) -> Option<&'static str> {
    // An address that carries an IPv4 address is as good as that one. Where a network reaches IPv4 only
    // through a translator (RFC 6052) its name servers answer so for every public host.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return not_public_v4(Ipv4Addr::new(a, b, c, d));
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
