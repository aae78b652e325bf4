//! `user`: the editors' logins for the pages.

use super::{Exit, Misused, Setting, say};
use anyhow::Context;
use clap::Subcommand;
use rusty_events::facts::event::one_line;
use rusty_events::server::session;
use std::io::{BufRead, IsTerminal, Read};

/// Longest password, in bytes.
const LONGEST_LINE: u64 = 8_192;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Give an editor a login, or a new password; this ends all sessions under the name
    #[command(
        after_help = "Examples:\n  rusty-events user set-password ann\n  pass show newsletter/ann | rusty-events user set-password ann\n\nThe password is asked for, or read from standard input as one line. It needs at least 12 characters."
    )]
    SetPassword {
        /// The editor's name, as decisions will show it
        #[arg(value_name = "NAME")]
        name: String,
    },
}

pub(super) fn run(setting: &Setting, command: &Command) -> anyhow::Result<Exit> {
    let Command::SetPassword { name } = command;
    let plain = one_line(name);
    if plain.is_empty() || plain != *name || plain.chars().count() > 100 {
        return Err(Misused(format!(
            "{name:?} is not a name: write one line of 1 to 100 characters, without spaces around it"
        ))
        .into());
    }
    let password = password()?;
    let hash = session::hash_of(&password).map_err(Misused)?;
    setting.store()?.set_password(name, &hash, setting.now)?;
    say(&format!("{name} can log in with the new password"));
    Ok(Exit::Done)
}

fn password() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .take(LONGEST_LINE)
            .read_line(&mut line)
            .context("cannot read the password from standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let once = rpassword::prompt_password("New password: ").context("cannot read the password")?;
    let again = rpassword::prompt_password("Again: ").context("cannot read the password")?;
    if once != again {
        return Err(Misused("the two passwords differ; nothing was changed".to_owned()).into());
    }
    Ok(once)
}
