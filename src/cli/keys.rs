//! Reads the credentials that the configuration names, from their files and variables.

use super::Misused;
use rusty_events::config::CredentialSource;
use rusty_events::facts::source::Credential;
use rusty_events::fetch::Credentials;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Most bytes of a credential's file.
const MOST_BYTES: u64 = 64 * 1024;

/// Reads all of them. A credential that is named and missing is an error: without it the sources of its
/// platform would be read in a lesser way, in silence.
pub(super) fn read(
    written: &BTreeMap<Credential, CredentialSource>,
) -> Result<Credentials, Misused> {
    let mut keys = Credentials::default();
    let mut wrong = Vec::new();
    for (key, source) in written {
        let text = match source {
            CredentialSource::File(path) => {
                file(path).map_err(|error| format!("{}: {error}", path.display()))
            }
            CredentialSource::Env(name) => std::env::var(name)
                .ok()
                .filter(|text| !text.trim().is_empty())
                .ok_or_else(|| format!("the variable {name} of the environment is not set")),
        };
        match text {
            Ok(text) => wrong.extend(keys.add(*key, &text).err().map(|error| error.to_string())),
            Err(why) => wrong.push(format!("[fetch.keys] {key}: {why}")),
        }
    }
    if wrong.is_empty() {
        Ok(keys)
    } else {
        Err(Misused(wrong.join("\n")))
    }
}

fn file(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    let read = file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if read as u64 > MOST_BYTES {
        let what = format!("is larger than {MOST_BYTES} bytes");
        return Err(std::io::Error::other(what));
    }
    Ok(text)
}
