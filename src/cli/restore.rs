//! `restore`: replaces the database by a backup.

use super::apart::Named;
use super::{Exit, Invocation, backup, print, report};
use clap::Args;
use rusty_events::facts::event::counted;
use rusty_events::store;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The backup
    #[arg(value_name = "FILE", value_parser = super::path())]
    file: PathBuf,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    invocation.are_apart(&[Named::input("the backup", &arguments.file)])?;
    let restored = store::restore(&invocation.database, &arguments.file, invocation.now)?;
    let mut text = format!(
        "{}: restored from {}: {}",
        invocation.database.display(),
        arguments.file.display(),
        backup::described(&restored.copied)
    );
    if restored.version != restored.copied.version {
        let _ = write!(text, ", migrated to {}", restored.version);
    }
    if let Some(at) = restored.last_visit {
        let _ = write!(text, ", as of {}", report::minute(at));
    }
    let _ = write!(
        text,
        "\n{} still to come: SEQUENCE and LAST-MODIFIED raised\n",
        counted(restored.raised, "event", "events")
    );
    if let Some(kept) = &restored.kept {
        let path = kept.path.display();
        let _ = writeln!(text, "the database that was replaced is kept as {path}");
        match kept.decisions {
            None => text.push_str("it cannot be read, so it may hold later decisions\n"),
            Some(0) => {}
            Some(count) => {
                let are = counted(count, "decision is", "decisions are");
                let _ = writeln!(
                    text,
                    "{are} only there: `rusty-events --database {path} decide export` prints them"
                );
            }
        }
    }
    print(&text)?;
    Ok(Exit::Done)
}
