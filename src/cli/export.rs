//! `export`: everything public as static files.

use super::{Exit, Invocation, Misused, print, refresh, say};
use clap::Args;
use rusty_events::server::{Clock, export};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder; it is replaced as a whole
    #[arg(value_name = "DIR", value_parser = super::path())]
    folder: PathBuf,
    /// The language of the pages: en, de, es, fr or pt [default: the newsletter's]
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(invocation: Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    invocation.is_outside(&arguments.folder)?;
    let store = invocation.existing_store()?;
    let exit = refresh::ended(&invocation, &store, &[])?;
    if exit == Exit::NoResult {
        return Err(invocation.nothing_stored());
    }
    drop(store);
    let server = &invocation.configuration.settings.server;
    let base = match &server.url {
        Some(url) => url.clone(),
        None => format!("http://{}", server.listen),
    };
    if server.url.is_none() && !invocation.quiet {
        say(&format!(
            "`[server] url` is not set: links and feeds will name {base}"
        ));
    }
    let (now, quiet) = (invocation.now, invocation.quiet);
    let state = Arc::new(invocation.server(base, Clock::new(move || now))?);
    let language = match &arguments.lang {
        Some(tag) => state.setup.languages.named(tag).ok_or_else(|| {
            let known = state.setup.languages.all().iter().map(|one| one.tag());
            let known = known.collect::<Vec<_>>().join(", ");
            Misused(format!(
                "--lang {tag}: no page is in this language: take one of {known}"
            ))
        })?,
        None => state.setup.usual_language(),
    };
    let written = export::export(&state, &arguments.folder, language)?;
    if arguments.json {
        let report = json!({
            "folder": arguments.folder.display().to_string(),
            "files": written.files,
            "changed": written.changed,
        });
        print(&format!("{report:#}\n"))?;
    }
    if !quiet {
        say(&format!(
            "{}: {} files, {} of them new or changed",
            arguments.folder.display(),
            written.files,
            written.changed
        ));
    }
    Ok(exit)
}
