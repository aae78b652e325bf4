//! `backup`: a consistent copy of the database.

use super::apart::Named;
use super::{Exit, Invocation, print};
use clap::Args;
use rusty_events::facts::event::counted;
use rusty_events::store::{self, Copied};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to write the copy
    #[arg(value_name = "FILE", value_parser = super::path())]
    file: PathBuf,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    invocation.are_apart(&[Named::output("the copy", &arguments.file)])?;
    if !invocation.database.exists() {
        return Err(invocation.nothing_stored());
    }
    let copied = store::back_up(&invocation.database, &arguments.file)?;
    print(&format!(
        "{}: {}\n",
        arguments.file.display(),
        described(&copied)
    ))?;
    Ok(Exit::Done)
}

/// What a copy holds.
pub(super) fn described(copied: &Copied) -> String {
    let Copied {
        events,
        bytes,
        version,
    } = copied;
    format!(
        "{}, {bytes} bytes, schema version {version}",
        counted(*events, "event", "events")
    )
}
