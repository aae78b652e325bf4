//! Where a secret is: `{ file = "…" }` or `{ env = "…" }`.

use super::table::Table;
use super::wrong::Wrong;
use super::{CredentialSource, value};
use crate::facts::wording::quoted;
use std::path::Path;
use toml::de::DeValue;

/// Where a secret is: in a file or in the environment, never in the configuration.
pub(super) fn kept_elsewhere(
    entry: &mut Table<'_>,
    root: Option<&Path>,
    what: &str,
) -> Option<CredentialSource> {
    let file = entry.take("file", |value| value::path(value::text(value)?, root));
    let env = entry.take("env", variable);
    if entry.has("file") == entry.has("env") {
        entry.note(
            "file",
            format!("write either file or env; the {what} itself does not belong here"),
        );
    }
    file.map(CredentialSource::File)
        .or(env.map(CredentialSource::Env))
}

fn variable(value: &DeValue<'_>) -> Result<String, Wrong> {
    let name = value::text(value)?;
    if name.contains(['=', ' ']) {
        return Err(Wrong::bare(format!(
            "{} is not the name of a variable",
            quoted(name)
        )));
    }
    Ok(name.to_owned())
}
