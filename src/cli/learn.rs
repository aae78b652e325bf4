//! `learn`: takes in what the newsletter has printed.

use super::{Exit, Invocation, print, say};
use anyhow::bail;
use clap::Args;
use rusty_events::facts::event::counted;
use rusty_events::learn::{self, Learned};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Printed issues as Markdown, or folders of them; a checkout of the newsletter's repository is one too
    #[arg(value_name = "FILE", required = true, value_parser = super::path())]
    files: Vec<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let mut store = invocation.store()?;
    let mut all = Learned::default();
    for path in &arguments.files {
        let learned = learn::learn(&mut store, path, &invocation.style(), invocation.now)?;
        all.new += learned.new;
        all.known += learned.known;
        all.unread.extend(learned.unread);
    }
    for unread in &all.unread {
        say(unread);
    }
    if all.new + all.known == 0 {
        let named: Vec<String> = arguments
            .files
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        bail!(
            "no printed issue was found in {}: an issue's file has its day in its name or header, and a line {:?}",
            named.join(", "),
            invocation.style().heading
        );
    }
    if arguments.json {
        let report = json!({"learned": all.new, "known": all.known, "unread": all.unread});
        print(&format!("{report:#}\n"))?;
    }
    if !invocation.quiet {
        say(&format!(
            "{} learned, {} known already",
            counted(all.new, "issue", "issues"),
            all.known
        ));
    }
    Ok(if all.unread.is_empty() {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}
