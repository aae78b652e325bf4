//! `discover`: groups that no source reads, and what becomes of them.

use super::append::append;
use super::{Exit, Invocation, Misused, block_on, print, quoted, say};
use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use rusty_events::config;
use rusty_events::discover::{self, Refused};
use rusty_events::facts::candidate::{Candidate, Rank, State};
use rusty_events::facts::event::counted;
use rusty_events::render;
use rusty_events::store::Store;
use std::path::Path;

/// Candidates shown without `--all`.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    list: List,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct List {
    /// First read the search pages that are due and the pages of candidates, within the day's limit of requests
    #[arg(long)]
    refresh: bool,
    /// Also show candidates that were ignored or added, and those with no sign of the topic
    #[arg(long)]
    all: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the candidates, most likely first, each with its evidence and its entry
    #[command(after_help = "Example:\n  rusty-events discover list --refresh")]
    List(List),
    /// Ignore a candidate: it is no longer shown
    #[command(
        after_help = "Examples:\n  rusty-events discover ignore 3f2a91 --reason 'a company, not a group'\n  rusty-events discover ignore 3f2a91 --undo"
    )]
    Ignore {
        /// The candidate's id, or its beginning
        #[arg(value_name = "ID")]
        id: String,
        /// The reason, for other editors
        #[arg(long, default_value = "", conflicts_with = "undo")]
        reason: String,
        /// Show it again
        #[arg(long)]
        undo: bool,
    },
    /// Append a candidate's entry to the configuration
    #[command(
        after_help = "Example:\n  rusty-events discover add 3f2a91\n\nThe file keeps its comments. Check the lines of the entry that begin with #."
    )]
    Add {
        /// The candidate's id, or its beginning
        #[arg(value_name = "ID")]
        id: String,
    },
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.command {
        None => list(invocation, &arguments.list),
        Some(Command::List(arguments)) => list(invocation, arguments),
        Some(Command::Ignore { id, reason, undo }) => {
            let state = if *undo { State::New } else { State::Ignored };
            decide(invocation, id, state, reason)
        }
        Some(Command::Add { id }) => add(invocation, id),
    }
}

fn list(invocation: &Invocation, arguments: &List) -> anyhow::Result<Exit> {
    let mut store = match arguments.refresh {
        true => invocation.store()?,
        false => invocation.existing_store()?,
    };
    let groups = invocation.groups();
    let about = invocation.about(&groups);
    let mut exit = Exit::Done;
    if arguments.refresh {
        let done = block_on(discover::search(&about, &mut store))??;
        for trouble in &done.troubles {
            say(trouble);
        }
        if !invocation.quiet {
            say(&format!(
                "{}: {}, {}, {}",
                counted(done.requests, "request", "requests"),
                counted(done.searches, "search page", "search pages"),
                counted(
                    done.looked,
                    "candidate's page read",
                    "candidates' pages read"
                ),
                counted(done.notices, "group's page read", "groups' pages read"),
            ));
        }
        if done.is_spent {
            let most = invocation.configuration.settings.discover.requests;
            say(&format!(
                "the day's limit of {} is reached; the rest is read another day",
                counted(most, "request", "requests")
            ));
        }
        if !done.troubles.is_empty() {
            exit = Exit::Incomplete;
        }
    } else {
        discover::gather(&about, &mut store)?;
    }
    let topic = &invocation.configuration.settings.topic;
    let all = discover::ranked(&store, topic)?;
    let (mut shown, rest): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(candidate, rank)| arguments.all || discover::waits(candidate, rank));
    if arguments.json {
        print(&format!("{:#}\n", render::discover::json(&shown)))?;
        return Ok(exit);
    }
    let waiting = shown.len();
    if !arguments.all {
        shown.truncate(SHOWN);
    }
    let file = |candidate: &Candidate| {
        let file = invocation.configuration.file_for(candidate.platform);
        file.display().to_string()
    };
    print(&render::discover::text(&shown, file))?;
    if !invocation.quiet {
        invocation.say(&summary(waiting, shown.len(), &rest));
    }
    Ok(exit)
}

/// How many there are, and what can be done with them.
fn summary(waiting: usize, shown: usize, rest: &[(Candidate, Rank)]) -> String {
    let mut text = match (waiting, shown) {
        (0, _) => "no candidate is waiting for a decision".to_owned(),
        (waiting, shown) if waiting > shown => {
            format!("the {shown} most likely of {waiting} candidates (--all shows all of them)")
        }
        (waiting, _) => counted(waiting, "candidate", "candidates"),
    };
    if waiting > 0 {
        text.push_str(": `rusty-events discover add ID` writes an entry into the configuration, `rusty-events discover ignore ID` drops a candidate");
    }
    let off = rest.iter().filter(|(of, _)| of.state == State::New).count();
    if off > 0 {
        text.push_str(&format!(
            "\n{} not shown: nothing shows that {} about the topic (--all shows them)",
            counted(off, "more is", "more are"),
            if off == 1 { "it is" } else { "they are" }
        ));
    }
    text
}

fn decide(invocation: &Invocation, id: &str, state: State, reason: &str) -> anyhow::Result<Exit> {
    let mut store = invocation.existing_store()?;
    let decided = discover::decide(&mut store, id, state, (reason, None), invocation.now);
    let (name, is_new) = decided.map_err(misused)?;
    let what = match (state, is_new) {
        (State::Ignored, true) => "is now ignored",
        (State::Ignored, false) => "was ignored already",
        (_, true) => "is a candidate again",
        (_, false) => "is a candidate already",
    };
    print(&format!("{name} {what}\n"))?;
    Ok(Exit::Done)
}

fn misused(refused: Refused) -> anyhow::Error {
    match refused {
        Refused::Store(error) => error.into(),
        Refused::Unknown(typed) if typed.contains("://") => Misused(format!(
            "{typed} is an address and no candidate's id: `rusty-events discover list --all` shows the ids, `rusty-events source add {}` finds the entry of any group",
            quoted(Path::new(&typed))
        ))
        .into(),
        refused => Misused(refused.to_string()).into(),
    }
}

fn add(invocation: &Invocation, id: &str) -> anyhow::Result<Exit> {
    let configuration = &invocation.configuration;
    let Some(root) = &configuration.root else {
        let what = "the configuration in use is compiled into the program and cannot be changed: name a folder of your own with --config";
        return Err(Misused(what.to_owned()).into());
    };
    let mut store = invocation.existing_store()?;
    let candidates = store.candidates()?;
    let candidate = discover::find(&candidates, id).map_err(misused)?;
    if let Some(reader) = configuration.reader_of(&candidate.url, Some(candidate.platform)) {
        bail!(
            "{} is read already, by source {:?} ({}:{})",
            candidate.url,
            reader.source.id.0,
            reader.file.display(),
            reader.line
        );
    }
    let Some(entry) = &candidate.entry else {
        bail!(
            "no entry is known for {}: {}; `rusty-events source add {}` looks for one",
            discover::name(candidate),
            render::discover::no_entry(candidate),
            candidate.page
        );
    };
    let path = configuration.file_for(candidate.platform);
    let (path, line) = append(root, &path, entry, "source")?;
    let read_back = config::read(root).map_err(|problems| anyhow!("{problems}"))?;
    if read_back
        .reader_of(&candidate.url, Some(candidate.platform))
        .is_none()
    {
        bail!("{}:{line}: the source was not read back", path.display());
    }
    let state = State::Added;
    discover::decide(&mut store, &candidate.id, state, ("", None), invocation.now)
        .map_err(misused)?;
    print(entry)?;
    if !invocation.quiet {
        invocation.say(&format!(
            "written to {}:{line}; its events come with the next `rusty-events refresh`",
            path.display()
        ));
    }
    Ok(Exit::Done)
}

/// Gathers candidates from what is stored; answers how many wait.
pub(super) fn waiting(invocation: &Invocation, store: &mut Store) -> anyhow::Result<usize> {
    let groups = invocation.groups();
    discover::gather(&invocation.about(&groups), store)?;
    let topic = &invocation.configuration.settings.topic;
    let ranked = discover::ranked(store, topic)?;
    let waiting = ranked.iter().filter(|(of, rank)| discover::waits(of, rank));
    Ok(waiting.count())
}
