//! The filter of a page as the pairs of its address: what it says now, and the address with one thing changed.

use url::form_urlencoded::Serializer;

/// The pairs after an address's question mark, in their order; a key may stand there several times.
pub type Pairs = [(String, String)];

/// The values of a key, blank ones left out.
pub fn values<'a>(pairs: &'a Pairs, key: &'a str) -> impl Iterator<Item = &'a str> {
    pairs
        .iter()
        .filter(move |(own, value)| own == key && !value.trim().is_empty())
        .map(|(_, value)| value.as_str())
}

/// The first value of a key; empty if there is none.
pub fn value<'a>(pairs: &'a Pairs, key: &'a str) -> &'a str {
    values(pairs, key).next().unwrap_or_default()
}

/// An address with these pairs, blank values left out.
pub fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = Serializer::new(String::new());
    for (key, value) in pairs {
        if !value.trim().is_empty() {
            query.append_pair(key, value);
        }
    }
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// The same for another service: with `%20` for a space. Outlook shows a plus sign as it stands.
pub fn away<'a>(url: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    // A plus sign of a value is `%2B`.
    address(url, pairs).replace('+', "%20")
}

/// The pairs without those of some keys.
pub fn without<'a>(
    pairs: &'a Pairs,
    keys: &'a [&str],
) -> impl Iterator<Item = (&'a str, &'a str)> + Clone {
    pairs
        .iter()
        .filter(move |(key, _)| !keys.contains(&key.as_str()))
        .map(|(key, value)| (key.as_str(), value.as_str()))
}
