//! Reads the credentials that the configuration names, from their files and variables.

use super::Misused;
use rusty_events::config::{self, CredentialSource};
use rusty_events::configured;
use rusty_events::facts::source::Credential;
use rusty_events::fetch::Credentials;
use rusty_events::notify::{Channel, Webhook};
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
        match secret(source) {
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

/// The chats to which news of events is posted, with their webhooks.
pub(super) fn channels(written: &[config::Notify]) -> Result<Vec<Channel>, Misused> {
    configured::channels(written, |chat| match secret(&chat.webhook) {
        Ok(text) => Ok(Webhook::new(&text)),
        Err(why) => Err(Misused(format!(
            "[[notify]] {:?}: webhook: {why}",
            chat.name
        ))),
    })
}

/// The text of a secret.
fn secret(source: &CredentialSource) -> Result<String, String> {
    match source {
        CredentialSource::File(path) => {
            file(path).map_err(|error| format!("{}: {error}", path.display()))
        }
        CredentialSource::Env(name) => std::env::var(name)
            .ok()
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| format!("the environment variable {name} is not set")),
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
