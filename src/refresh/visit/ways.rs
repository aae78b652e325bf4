//! The ways in which a source can be read now, best first.

use super::super::tools::Tools;
use crate::facts::source::{Address, Credential, Source, Way};
use crate::read;

/// The ways that are open, best first; and the key that would open one more.
pub(super) fn open(source: &Source, tools: &Tools) -> (Vec<Way>, Option<Credential>) {
    let ways = source.platform.ways();
    if !matches!(source.address, Address::Web(_)) {
        // A file is read whatever it was served as.
        let ways = ways.iter().copied().filter(|way| *way != Way::Api);
        return (ways.collect(), None);
    }
    let mut lacking = None;
    let open = ways.iter().copied().filter(|way| {
        let key = match read::first_request(source, *way, tools.now) {
            Some(request) => request.key,
            None => return false,
        };
        match key.filter(|key| !tools.fetcher.holds(*key)) {
            Some(key) => {
                lacking.get_or_insert(key);
                false
            }
            None => true,
        }
    });
    (open.collect(), lacking)
}

/// Why a source without a key cannot be read, and what to write.
pub(super) fn lacks(key: Credential) -> String {
    format!(
        "is read only with a key: name it under [fetch.keys] in service.toml, as {key} = {{ env = \"{}_KEY\" }}",
        key.name().to_uppercase()
    )
}
