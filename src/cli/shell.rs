//! `completions` and `man`: what shells and `man` need, from the same definitions as `--help`.

use super::{Exit, print};
use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use rusty_events::publish;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder for the pages
    #[arg(value_name = "DIR", value_parser = super::path())]
    folder: PathBuf,
}

pub(super) fn completions(arguments: &Completions) -> anyhow::Result<Exit> {
    let mut command = super::Arguments::command();
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "rusty-events", &mut text);
    print(&String::from_utf8(text)?)?;
    Ok(Exit::Done)
}

/// Writes a page for the program and one for each command: `rusty-events.1`, `rusty-events-source-add.1`, …
pub(super) fn man(arguments: &Man) -> anyhow::Result<Exit> {
    let folder = &arguments.folder;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut command = super::Arguments::command();
    command.build();
    let pages = write_pages(&command, folder)?;
    print(&format!("{pages} pages written to {}\n", folder.display()))?;
    Ok(Exit::Done)
}

fn write_pages(command: &clap::Command, folder: &Path) -> anyhow::Result<usize> {
    // `build` has named each after the whole way to it.
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    let path = folder.join(format!("{name}.1"));
    publish::file(&path, &String::from_utf8(page)?)
        .with_context(|| format!("cannot write {}", path.display()))?;
    let mut pages = 1;
    for below in command.get_subcommands() {
        // `rusty-events help section` is not a command of its own.
        if below.get_name() != "help" {
            pages += write_pages(below, folder)?;
        }
    }
    Ok(pages)
}
