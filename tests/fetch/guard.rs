//! Addresses that are never asked.

use super::{error, fetch, fetcher, page};
use crate::loopback::{self, Answer};
use rusty_events::facts::internet::not_public;
use rusty_events::fetch::Error;
use rusty_events::fetch::guard::checked;
use std::net::{IpAddr, SocketAddr};

#[test]
fn addresses_inside_networks_are_not_public() {
    for address in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
    ] {
        let address: IpAddr = address.parse().unwrap();
        assert!(not_public(address).is_some(), "{address}");
    }
    for address in [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1",
        "3ffe::1",
        // What a translator of IPv6-only networks answers for a public host.
        "64:ff9b::808:808",
    ] {
        let address: IpAddr = address.parse().unwrap();
        assert_eq!(not_public(address), None, "{address}");
    }
}

#[test]
fn one_forbidden_answer_spoils_a_name() {
    let answers = |text: &[&str]| -> Vec<SocketAddr> {
        text.iter().map(|text| text.parse().unwrap()).collect()
    };
    let public = answers(&["1.1.1.1:0", "[2606:4700::1111]:0"]);
    assert_eq!(checked(public.clone()), Ok(public));
    for mixed in [
        &["1.1.1.1:0", "127.0.0.1:0"][..],
        &["10.0.0.1:0", "1.1.1.1:0"],
        &["1.1.1.1:0", "[::ffff:127.0.0.1]:0"],
        &["[2606:4700::1111]:0", "[fe80::1]:0"],
    ] {
        assert!(checked(answers(mixed)).is_err(), "{mixed:?}");
    }
    // A forbidden one may hide behind any number of others.
    let mut many = vec!["1.1.1.1:0".parse().unwrap(); 100];
    many.push("127.0.0.1:0".parse().unwrap());
    assert!(checked(many).is_err());
}

#[tokio::test]
async fn no_spelling_of_a_forbidden_address_is_connected_to() {
    let canary = loopback::start();
    let port = canary.address().port();
    let fetcher = fetcher(&[]);
    for host in [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "017700000001",
        "0177.0.0.01",
        "%31%32%37.0.0.1",
        "１２７．０．０．１",
        "127。0。0。1",
        "①②⑦.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0.0.0.0",
        "0",
        "[::]",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "10.0.0.1",
        "169.254.169.254",
        "[fe80::1]",
        "[fd00::1]",
    ] {
        let url = format!("http://{host}:{port}/");
        let error = error(&fetcher, &url).await;
        assert!(matches!(error, Error::Forbidden { .. }), "{url}: {error:?}");
        assert!(!error.is_unreachable());
        assert_eq!(error.phase(), "address");
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn no_name_leads_into_the_network() {
    // Names that this machine itself knows; `localhost` is refused before anybody is asked for it.
    let hosts = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
    let names: Vec<&str> = hosts
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .filter_map(|line| {
            let (address, names) = line.trim().split_once(char::is_whitespace)?;
            not_public(address.parse().ok()?)?;
            names.split_whitespace().find(|name| *name != "localhost")
        })
        .collect();
    if names.is_empty() {
        crate::skipped("/etc/hosts knows no name but localhost");
    }
    let canary = loopback::start();
    let port = canary.address().port();
    // Allowed as an address, not as a name.
    let fetcher = fetcher(&[&canary]);
    for name in names {
        let error = error(&fetcher, &format!("http://{name}:{port}/")).await;
        assert!(
            matches!(error, Error::Forbidden { .. }),
            "{name}: {error:?}"
        );
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn what_is_checked_is_what_is_dialled() {
    let canary = loopback::start();
    let address = canary.address();
    let fetcher = fetcher(&[]);
    for url in [
        format!("http://{address}#@example.org/"),
        format!("http://{address}\\@example.org/"),
        format!("http://example.org@{address}/"),
        format!("http:\\\\{address}/"),
        format!("http:{address}/"),
        format!("http:////{address}/"),
        format!("http://127.0.0\t.1:{}/", address.port()),
        format!("http://127.0.0.1\r\n:{}/", address.port()),
        format!("\u{0}http://{address}/"),
    ] {
        let error = error(&fetcher, &url).await;
        assert!(
            matches!(error, Error::Forbidden { .. } | Error::BadUrl { .. }),
            "{url:?}: {error:?}"
        );
        assert!(fetcher.check(&url).is_err(), "{url:?}");
    }
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn only_the_web_is_asked() {
    let fetcher = fetcher(&[]);
    let long = format!("https://example.org/{}", "a".repeat(5000));
    for url in [
        "",
        "/feed.ics",
        "example.org/feed.ics",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "data:text/calendar,BEGIN",
        "javascript:alert(1)",
        "unix:/var/run/docker.sock",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
        "https://",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "http://example.org:0/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:444/",
        "http://example.org:5432/",
        "http://example.org:6379/",
        "http://example.org:11211/",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "https://exa\tmple.org/",
        "https://example.org/a\r\nb",
        &long,
    ] {
        let refused = fetch(&fetcher, url).await.unwrap_err();
        assert!(
            matches!(refused, Error::BadUrl { .. }),
            "{url}: {refused:?}"
        );
        assert_eq!(fetcher.check(url), Err(refused));
    }
    for url in [
        "http://example.org/",
        "https://example.org:443/",
        "https://example.org:8443/",
        "http://example.org:8080/",
        "http://example.org:3000/",
        "webcal://example.org/feed.ics",
        "WebCals://example.org/feed.ics",
        " https://example.org/ ",
        "https://b\u{fc}cher.example/",
        "https://1.1.1.1/",
    ] {
        assert_eq!(fetcher.check(url), Ok(()), "{url}");
    }
}

#[tokio::test]
async fn an_allowed_address_is_reached_only_as_itself() {
    let server = loopback::start();
    let other = loopback::start();
    server.serve("/", Answer::ok("text/plain", "here"));
    other.serve("/", Answer::ok("text/plain", "here"));
    let fetcher = fetcher(&[&server]);
    page(&fetcher, &server.url("/")).await;
    let port = server.address().port();
    for url in [
        other.url("/"),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://127.0.0.2:{port}/"),
    ] {
        let error = error(&fetcher, &url).await;
        assert!(matches!(error, Error::Forbidden { .. }), "{url}: {error:?}");
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(other.connections(), 0);
}
