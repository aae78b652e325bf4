//! `user`: the editors' logins for the pages.

use super::{Exit, Invocation, Misused, print, report, say};
use anyhow::Context;
use clap::Subcommand;
use rusty_events::facts::event::one_line;
use rusty_events::server::session;
use serde_json::json;
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
    /// Show the editors who have a login
    #[command(after_help = "Example:\n  rusty-events user list")]
    List {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take an editor's login away; this ends all sessions under the name, and changes no decision
    #[command(after_help = "Example:\n  rusty-events user remove ann")]
    Remove {
        /// The editor's name
        #[arg(value_name = "NAME")]
        name: String,
    },
}

pub(super) fn run(invocation: &Invocation, command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::SetPassword { name } => set_password(invocation, name),
        Command::List { json } => list(invocation, *json),
        Command::Remove { name } => remove(invocation, name),
    }
}

fn list(invocation: &Invocation, as_json: bool) -> anyhow::Result<Exit> {
    // Looking creates no database; without one there is no login.
    let users = match invocation.database.exists() {
        true => invocation.store()?.users()?,
        false => Vec::new(),
    };
    if as_json {
        let users = users
            .iter()
            .map(|(name, at)| json!({"name": name, "password_set": at.to_rfc3339()}));
        let value = json!({"users": users.collect::<Vec<_>>()});
        print(&format!("{value:#}\n"))?;
        return Ok(Exit::Done);
    }
    if users.is_empty() {
        invocation.say("no editor has a login: `rusty-events user set-password NAME` gives one");
    }
    for (name, at) in users {
        let name = rusty_events::render::report::plain(&name);
        print(&format!(
            "{name}: password set {} UTC\n",
            report::minute(at)
        ))?;
    }
    Ok(Exit::Done)
}

fn remove(invocation: &Invocation, name: &str) -> anyhow::Result<Exit> {
    let mut store = invocation.existing_store()?;
    if store.remove_user(name)? {
        say(&format!("{name} can no longer log in"));
        return Ok(Exit::Done);
    }
    let users = store.users()?;
    let names: Vec<&str> = users.iter().map(|(name, _)| name.as_str()).collect();
    let known = match names.is_empty() {
        true => "no editor has a login".to_owned(),
        false => format!("logins are {}", names.join(", ")),
    };
    anyhow::bail!("{name:?} has no login; {known}")
}

fn set_password(invocation: &Invocation, name: &str) -> anyhow::Result<Exit> {
    let plain = one_line(name);
    if plain.is_empty() || plain != name || plain.chars().count() > 100 {
        return Err(Misused(format!(
            "{name:?} is not a name: write one line of 1 to 100 characters, without spaces around it"
        ))
        .into());
    }
    let password = password()?;
    let hash = session::hash_of(&password).map_err(Misused)?;
    invocation
        .store()?
        .set_password(name, &hash, invocation.now)?;
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
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            let what = "standard input holds no password: write it in the first line, or run this on a terminal, where you are asked for it";
            return Err(Misused(what.to_owned()).into());
        }
        return Ok(line.to_owned());
    }
    let once = rpassword::prompt_password("New password: ").context("cannot read the password")?;
    let again = rpassword::prompt_password("Again: ").context("cannot read the password")?;
    if once != again {
        return Err(Misused("the two passwords differ; nothing was changed".to_owned()).into());
    }
    Ok(once)
}
