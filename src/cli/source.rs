//! `source`: the sources and their health.

use super::{Exit, Setting, print, report};
use clap::Subcommand;
use rusty_events::refresh;
use rusty_events::source::{Address, Source};
use rusty_events::store::Standing;
use serde_json::json;

mod add;
mod entry;
mod find;
mod habits;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Each source: way, events, last good visit, what is wrong
    #[command(after_help = "Example:\n  rusty-events source list")]
    List {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Check the whole configuration: all problems at once, each with file, line and key
    #[command(after_help = "Example:\n  rusty-events source check --config config/sample")]
    Check,
    /// Find the feed behind a page, and print the entry to add and the rows it would give; nothing is written
    #[command(
        after_help = "Examples:\n  rusty-events source add https://www.meetup.com/rust-berlin/\n  rusty-events source add https://rust-group.example/      a site that links to its calendar\n  rusty-events source add 'https://calendar.google.com/calendar/embed?src=…'\n\nAll that is printed is TOML; where it belongs is said beside. Lines behind a number sign are for you to judge."
    )]
    Add(add::Arguments),
}

pub(super) fn run(setting: &Setting, command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Check => check(setting),
        Command::List { json } => list(setting, *json),
        Command::Add(arguments) => add::run(setting, arguments),
    }
}

/// A configuration that was read is right: every problem ends the program before.
fn check(setting: &Setting) -> anyhow::Result<Exit> {
    let configuration = &setting.configuration;
    let whose = match &configuration.root {
        Some(folder) => folder.display().to_string(),
        None => "the newsletter's own set-up, compiled in".to_owned(),
    };
    print(&format!(
        "{whose}: {} sources, {} further organisers: no problems\n",
        configuration.sources.len(),
        configuration.organisers.len()
    ))?;
    Ok(Exit::Done)
}

fn list(setting: &Setting, as_json: bool) -> anyhow::Result<Exit> {
    // Nothing is made for a look: without a database every source is "never visited".
    let (standings, problems) = if setting.database.exists() {
        let store = setting.store()?;
        (store.standings()?, store.problems()?)
    } else {
        Default::default()
    };
    let stale_after = setting.configuration.settings.stale_after;
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for source in &setting.configuration.sources {
        let standing = standings.get(&source.id).cloned().unwrap_or_default();
        let problems = problems
            .get(&source.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let stale = refresh::is_stale(Some(&standing), stale_after, setting.now);
        let state = state(&standing, stale);
        rows.push(vec![
            source.id.to_string(),
            source.platform.to_string(),
            standing
                .way
                .map(|way| way.name().to_owned())
                .unwrap_or_default(),
            standing.entries.to_string(),
            standing.last_good.map(report::minute).unwrap_or_default(),
            problems.len().to_string(),
            state.clone(),
        ]);
        values.push(json!({
            "id": source.id.0,
            "platform": source.platform.name(),
            "address": address(source),
            "organiser": source.organiser.as_ref().map(|organiser| &organiser.name),
            "way": standing.way.map(|way| way.name()),
            "entries": standing.entries,
            "last_visit": standing.last_visit.map(|at| at.to_rfc3339()),
            "last_good": standing.last_good.map(|at| at.to_rfc3339()),
            "failures": standing.failures,
            "error": (standing.failures > 0).then_some(standing.error).flatten(),
            "not_before": standing.not_before.map(|at| at.to_rfc3339()),
            "stale": stale,
            "problems": problems.iter().map(|problem| json!({
                "line": problem.line, "what": problem.what, "item": problem.item,
            })).collect::<Vec<_>>(),
        }));
    }
    if as_json {
        print(&format!("{:#}\n", json!({"sources": values})))?;
    } else {
        let header = [
            "source",
            "platform",
            "way",
            "entries",
            "last good (UTC)",
            "problems",
            "state",
        ];
        print(&format!("{}\n", report::table(&header, &[3, 5], rows)))?;
    }
    Ok(Exit::Done)
}

fn state(standing: &Standing, stale: bool) -> String {
    match (&standing.last_visit, standing.failures) {
        (None, _) => "never visited".to_owned(),
        (Some(_), 0) => "good".to_owned(),
        (Some(_), failures) => {
            let times = if failures == 1 {
                "failed".to_owned()
            } else {
                format!("failed {failures} times")
            };
            let standing_on = if stale {
                ""
            } else {
                ", last good events stand"
            };
            format!(
                "{times}{standing_on}: {}",
                standing.error.as_deref().unwrap_or("unknown")
            )
        }
    }
}

fn address(source: &Source) -> String {
    match &source.address {
        Address::Web(url) => url.clone(),
        Address::File(path) => path.display().to_string(),
        Address::Inline(_) => "the configuration".to_owned(),
    }
}
