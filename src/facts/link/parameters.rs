//! Query parameters that do not say which page is meant (`data/parameters.tsv`).

use super::{Table, columns, host_matches, lines};
use std::sync::LazyLock;
use url::Url;

/// Why a parameter is not printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It tells how a visitor came.
    Tracking,
    /// It lets its holder in: a meeting's password.
    Secret,
}

/// Takes off the parameters that are known not to belong to the page's address on its host.
pub(super) fn drop(url: &mut Url) {
    if let Some(query) = url.query() {
        let kept = kept(url, query);
        if kept != query {
            url.set_query(
                Some(&kept)
                    .filter(|kept| !kept.is_empty())
                    .map(String::as_str),
            );
        }
    }
    // The same words stand behind a `#` too, for the page's own scripts.
    if let Some(fragment) = url.fragment().filter(|fragment| fragment.contains('='))
        && kept(url, fragment).is_empty()
    {
        url.set_fragment(None);
    }
}

/// Whether a parameter tells on any page how its visitor came.
pub(super) fn tracks(name: &str) -> bool {
    why("", name) == Some(Why::Tracking)
}

/// Whether an address carries something that lets its reader in.
pub(super) fn holds_a_secret(url: &Url) -> bool {
    let pairs = url.query().unwrap_or_default().split('&');
    let host = url.host_str().unwrap_or_default();
    let mut whys = pairs.map(|pair| why(host, pair));
    whys.any(|why| why == Some(Why::Secret))
}

fn kept(url: &Url, query: &str) -> String {
    let host = url.host_str().unwrap_or_default();
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with('=') && why(host, pair).is_none())
        .collect();
    kept.join("&")
}

/// Why this parameter, with its value, is not printed of a page on that host.
fn why(host: &str, pair: &str) -> Option<Why> {
    let name = pair
        .split('=')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    static PARAMETERS: Table =
        LazyLock::new(|| columns(include_str!("../../../data/parameters.tsv")));
    lines(&PARAMETERS).find_map(|mut columns| {
        let (meant, why, names) = (columns.next()?, columns.next()?, columns.next()?);
        let is_meant = |known: &str| match known.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == known,
        };
        if !host_matches(host, meant) || !names.split(' ').any(is_meant) {
            return None;
        }
        Some(match why {
            "secret" => Why::Secret,
            _ => Why::Tracking,
        })
    })
}
