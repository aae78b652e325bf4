//! `pulls`: open pull requests that touch a draft, and what becomes of their rows.

use super::{Exit, Invocation, Misused, block_on, print, say};
use anyhow::bail;
use clap::Args;
use rusty_events::facts::event::counted;
use rusty_events::pulls;
use rusty_events::render;
use rusty_events::section::pulled::{About, Judged};
use rusty_events::section::select::Style;
use rusty_events::store::Store;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Ask GitHub first; else what was read last is printed
    #[arg(long)]
    refresh: bool,
    /// Print an answer to the contributor of this pull request, as Markdown to copy; nothing is posted
    #[arg(long, value_name = "NUMBER", value_parser = super::pull)]
    comment: Option<u64>,
    /// Print as JSON
    #[arg(long, conflicts_with = "comment")]
    json: bool,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let Some(repository) = repository(invocation) else {
        return Err(Misused(
            "no repository is configured: write pull-requests = \"OWNER/NAME\" under [newsletter] in service.toml"
                .to_owned(),
        )
        .into());
    };
    let mut store = match arguments.refresh {
        true => invocation.store()?,
        false => invocation.existing_store()?,
    };
    if arguments.refresh {
        refresh(invocation, &mut store)?;
    }
    if store.pull_list(repository)?.is_none() {
        bail!(
            "the pull requests of {repository} were never read: `rusty-events pulls --refresh` reads them"
        );
    }
    let style = invocation.style();
    let judged = pulls::judged(&store, repository, &about(invocation, &style))?;
    let text = match arguments.comment {
        None if arguments.json => format!("{:#}\n", render::pulls::json(repository, &judged)),
        None => render::pulls::text(repository, &judged, &style),
        Some(number) => match judged.iter().find(|judged| judged.pull.number == number) {
            Some(judged) => render::pulls::comment(judged, &style),
            None => bail!(
                "#{number} is no open pull request of {repository} that touches the draft of an issue to come"
            ),
        },
    };
    print(&text)?;
    Ok(Exit::Done)
}

/// The repository of the newsletter, if one is configured.
fn repository(invocation: &Invocation) -> Option<&str> {
    let newsletter = &invocation.configuration.settings.newsletter;
    newsletter.pull_requests.as_deref()
}

/// Reads the pull requests, if a repository is configured; what goes wrong is said and stops nothing.
pub(super) fn refresh(invocation: &Invocation, store: &mut Store) -> anyhow::Result<()> {
    let Some(repository) = repository(invocation) else {
        return Ok(());
    };
    let fetcher = invocation.fetcher()?;
    let read = block_on(pulls::refresh(repository, &fetcher, store, invocation.now))??;
    if let Some(why) = &read.stopped {
        say(&format!(
            "pull requests of {repository} were not all read: {why}"
        ));
    } else if read.left > 0 {
        say(&format!(
            "of {} pull requests {} are read the next time",
            read.open, read.left
        ));
    }
    Ok(())
}

/// The open pull requests for the report of an update; none if no repository is configured, or nothing was read.
pub(super) fn judged(
    invocation: &Invocation,
    store: &Store,
    style: &Style,
) -> anyhow::Result<Vec<Judged>> {
    let Some(repository) = repository(invocation) else {
        return Ok(Vec::new());
    };
    let judged = pulls::judged(store, repository, &about(invocation, style))?;
    if !judged.is_empty() && !invocation.quiet {
        let count = counted(judged.len(), "pull request touches", "pull requests touch");
        say(&format!(
            "{count} a draft: `rusty-events pulls` shows what becomes of the rows"
        ));
    }
    Ok(judged)
}

/// What rows are judged by.
fn about<'a>(invocation: &'a Invocation, style: &'a Style) -> About<'a> {
    let settings = &invocation.configuration.settings;
    About {
        style,
        topic: &settings.topic,
        rhythm: settings.newsletter.rhythm,
        days: settings.section.days,
        today: invocation.today(),
    }
}
