//! `source`: the sources and their health.

use super::output::annotation;
use super::{Exit, Global, Invocation, Misused, environment, print, report};
use clap::{Subcommand, ValueEnum};
use rusty_events::believe::normalise;
use rusty_events::config::{Configuration, Errors, MirrorTarget, Problem as Fault};
use rusty_events::facts::event::counted;
use rusty_events::facts::listing::Problem;
use rusty_events::facts::source::{Address, Source, SourceId, Way, successor};
use rusty_events::preview;
use rusty_events::read;
use rusty_events::refresh;
use rusty_events::store::Standing;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

mod add;
mod judge;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show each source: way, events, last good visit, and what is wrong
    #[command(after_help = "Example:\n  rusty-events source list")]
    List {
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Check the configuration, and show all problems at once, each with file, line and key
    #[command(
        after_help = "Examples:\n  rusty-events source check --config config/sample\n  rusty-events source check --format github     annotations for a GitHub workflow"
    )]
    Check {
        /// How problems are printed
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Find the feed behind a page, or rules that read it; print the entry to add and its rows. Nothing is written
    #[command(
        after_help = "Examples:\n  rusty-events source add https://www.meetup.com/rust-berlin/\n  rusty-events source add https://rust-group.example/      a site that links to its calendar\n  rusty-events source add 'https://calendar.google.com/calendar/embed?src=…'\n\nStandard output is TOML; standard error says which file it belongs to. Lines that begin with # are for you to judge."
    )]
    Add(add::Arguments),
    /// Believe the reading of a source that is held, without reading it again
    #[command(
        after_help = "Examples:\n  rusty-events source accept meetup/rust-berlin\n  rusty-events source accept --platform meetup\n\nA reading that contradicts most of what its source said before is held: the earlier events stand until a reading at\nleast 20 hours later says the same, or until you accept it. When many sources of a platform change within a day, all\nof them are held until they say again what they said before, or until you accept the change for the platform.\n`source list` shows what is held."
    )]
    Accept {
        /// The source's id
        #[arg(value_name = "SOURCE", required_unless_present = "platform")]
        id: Option<String>,
        /// All held sources of this platform; "all" means every platform
        #[arg(long, value_name = "PLATFORM", conflicts_with = "id")]
        platform: Option<String>,
    },
    /// Withdraw the coming events of a source that is no longer in the configuration
    #[command(
        after_help = "Example:\n  rusty-events source forget meetup/rust-berlin\n\nRemoving a source from the configuration withdraws nothing by itself: `source list` shows which events still stand."
    )]
    Forget {
        /// The source's id, as it was
        #[arg(value_name = "SOURCE")]
        id: String,
    },
}

/// How problems of the configuration are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A line each, on standard error
    Text,
    /// As commands of a GitHub workflow, on standard output
    Github,
    /// As JSON, on standard output
    Json,
}

/// Prints the problems of a configuration that cannot be read, where `check` asks for another form than text.
pub(super) fn problems_of(global: &Global, command: &Command) -> anyhow::Result<Option<Exit>> {
    let Command::Check { format } = command else {
        return Ok(None);
    };
    let (_, read) = global.configuration(&environment());
    let Err(errors) = read else { return Ok(None) };
    match listed(&errors.0, format) {
        Some(text) => print(&text)?,
        None => return Ok(None),
    }
    Ok(Some(Exit::Usage))
}

/// Problems for programs; `None` if they are to be read by people.
fn listed(faults: &[Fault], format: &Format) -> Option<String> {
    match format {
        Format::Text => None,
        Format::Json => {
            let one = |problem: &Fault| {
                json!({
                    "file": problem.file.display().to_string(),
                    "line": problem.line,
                    "column": problem.spot.as_ref().map(|spot| spot.column),
                    "key": problem.key,
                    "text": problem.what,
                })
            };
            Some(format!("{:#}\n", faults.iter().map(one).collect::<Value>()))
        }
        Format::Github => {
            let one = |problem: &Fault| {
                let file = problem.file.display().to_string();
                let line = problem.line.max(1).to_string();
                let text = match problem.key.as_str() {
                    "" => problem.what.clone(),
                    key => format!("{key}: {}", problem.what),
                };
                let column = problem.spot.as_ref().map(|spot| spot.column.to_string());
                let mut place = vec![("file", file.as_str()), ("line", line.as_str())];
                place.extend(column.iter().map(|column| ("col", column.as_str())));
                annotation("error", &place, &text)
            };
            Some(faults.iter().map(one).collect())
        }
    }
}

pub(super) fn run(invocation: &Invocation, command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Check { format } => check(invocation, *format),
        Command::List { json } => list(invocation, *json),
        Command::Add(arguments) => add::run(invocation, arguments),
        Command::Accept { id, platform } => {
            judge::accept(invocation, id.as_deref(), platform.as_deref())
        }
        Command::Forget { id } => judge::forget(invocation, id),
    }
}

/// Problems of one source that are shown; `--json` shows all.
const SHOWN_OF_A_SOURCE: usize = 3;

/// What the readers of files and pages would find wrong; other problems have ended the program before this.
fn check(invocation: &Invocation, format: Format) -> anyhow::Result<Exit> {
    let configuration = &invocation.configuration;
    let faults = faults(configuration);
    if !faults.is_empty() {
        let Some(text) = listed(&faults, &format) else {
            return Err(Misused(Errors(faults).to_string()).into());
        };
        print(&text)?;
        return Ok(Exit::Usage);
    }
    let name = match &configuration.root {
        Some(folder) => folder.display().to_string(),
        None => "the newsletter's own configuration, compiled in".to_owned(),
    };
    match format {
        Format::Text => {}
        Format::Github => return Ok(Exit::Done),
        Format::Json => {
            print("[]\n")?;
            return Ok(Exit::Done);
        }
    }
    print(&format!(
        "{name}: {}, {}: no problems\n",
        counted(configuration.sources.len(), "source", "sources"),
        counted(
            configuration.organisers.len(),
            "further organiser",
            "further organisers"
        )
    ))?;
    if let Some(private) = private(configuration) {
        print(&format!("note: {private}\n"))?;
    }
    Ok(Exit::Done)
}

/// Rules that cannot be read, and files and folders that are not there.
fn faults(configuration: &Configuration) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in &configuration.sources {
        let mut note = |key: &str, what: String| {
            let place = configuration.written_at.get(&source.id);
            let (file, line) = place.cloned().unwrap_or_default();
            let key = format!("source {:?}: {key}", source.id.0);
            faults.push(Fault {
                file,
                line,
                key,
                what,
                spot: None,
            });
        };
        for (key, what) in read::faults_of_rules(source) {
            note(&format!("rules.{key}"), what);
        }
        if let Address::File(path) = &source.address
            && !path.is_file()
        {
            let shown = path.display();
            let what = format!(
                "there is no file {shown}: write its path as seen from the configuration's folder"
            );
            note("url", what);
        }
    }
    for (prefix, target) in &configuration.settings.fetch.mirrors {
        if let MirrorTarget::Folder(folder) = target
            && !folder.is_dir()
        {
            let root = configuration.root.as_deref().unwrap_or(Path::new(""));
            faults.push(Fault {
                file: root.join("service.toml"),
                line: 0,
                key: format!("fetch.mirrors.{prefix:?}"),
                what: format!(
                    "there is no folder {}: write its path as seen from the configuration's folder",
                    folder.display()
                ),
                spot: None,
            });
        }
    }
    faults
}

/// Private addresses that sources may name, for a person who asks what the configuration means; `None` if there are none.
pub(super) fn private(configuration: &Configuration) -> Option<String> {
    let allowed = &configuration.settings.fetch.allow;
    let names: Vec<String> = allowed.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        format!(
            "sources may name {}, inside the network, as allow under [fetch] says",
            names.join(", ")
        )
    })
}

/// The columns of `source list`.
const COLUMNS: [&str; 7] = [
    "source",
    "platform",
    "way",
    "entries",
    "last good (UTC)",
    "problems",
    "state",
];

fn list(invocation: &Invocation, as_json: bool) -> anyhow::Result<Exit> {
    // Looking creates no database. Without one, every source is "never visited".
    let (standings, problems, published, listings) = if invocation.database.exists() {
        let store = invocation.store()?;
        let listings = store.listings()?;
        (
            store.standings()?,
            store.problems()?,
            store.published()?,
            listings,
        )
    } else {
        Default::default()
    };
    let (sources, now) = (&invocation.configuration.sources, invocation.now);
    let stale_after = invocation.configuration.settings.stale_after;
    let mut rows = Vec::new();
    let mut values = Vec::new();
    let mut details = String::new();
    for source in sources {
        let standing = standings.get(&source.id).cloned().unwrap_or_default();
        let problems = problems
            .get(&source.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let stale = refresh::is_stale(Some(&standing), stale_after, now);
        details.push_str(&in_lines(&source.id, problems));
        let mut state = state(&standing, stale);
        if let Some((to, from)) = successor(sources, source) {
            state = format!("moves to {} on {from}: {state}", to.id);
        }
        let renamed = listings.get(&source.id);
        let renamed = renamed.and_then(|listings| normalise::renamed(source, listings));
        if let Some(what) = &renamed {
            state = format!("{state}; {what}");
        }
        rows.push(vec![
            source.id.to_string(),
            source.platform.to_string(),
            standing.way.map_or("", Way::name).to_owned(),
            standing.entries.to_string(),
            standing.last_good.map(report::minute).unwrap_or_default(),
            problems.len().to_string(),
            state.clone(),
        ]);
        values.push(with_standing(source, standing, problems, stale, renamed));
    }
    for (id, events) in refresh::orphans(sources, published.values(), now) {
        let last_good = standings.get(&id).and_then(|standing| standing.last_good);
        rows.push(vec![
            id.to_string(),
            String::new(),
            String::new(),
            events.to_string(),
            last_good.map(report::minute).unwrap_or_default(),
            "0".to_owned(),
            format!("no longer configured; its coming events stand until `rusty-events source forget {id}`"),
        ]);
        values.push(json!({
            "id": id.0, "configured": false, "entries": events,
            "last_good": last_good.map(|at| at.to_rfc3339()),
        }));
    }
    if as_json {
        print(&format!("{:#}\n", json!({"sources": values})))?;
        return Ok(Exit::Done);
    }
    let mut text = report::table(&COLUMNS, &[3, 5], rows);
    if !details.is_empty() {
        let _ = write!(text, "\n\nproblems of the last readings:{details}");
    }
    let text = super::completed(&text, &invocation.options);
    print(&format!("{text}\n"))?;
    Ok(Exit::Done)
}

/// A configured source and how it is doing, as JSON. `renamed` says which line of the configuration to change.
fn with_standing(
    source: &Source,
    standing: Standing,
    problems: &[Problem],
    stale: bool,
    renamed: Option<String>,
) -> Value {
    json!({
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
        "renamed": renamed,
        "held": standing.held.map(|held| json!({
            "since": held.since.to_rfc3339(), "at": held.at.to_rfc3339(), "way": held.way.name(),
            "why": held.doubt.to_string(),
        })),
        "alarm": standing.crowd.as_ref().map(|hold| json!({
            "since": hold.since.to_rfc3339(), "scope": hold.scope, "why": hold.why,
        })),
        "configured": true,
        "problems": problems.iter().map(|problem| json!({
            "line": problem.line, "what": problem.what, "item": problem.item,
        })).collect::<Vec<_>>(),
    })
}

/// The problems of a source, a line each.
fn in_lines(source: &SourceId, problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems.iter().take(SHOWN_OF_A_SOURCE) {
        let _ = write!(text, "\n  {source}: {}", preview::in_words(problem));
    }
    if let Some(more @ 1..) = problems.len().checked_sub(SHOWN_OF_A_SOURCE) {
        let _ = write!(
            text,
            "\n  {source}: and {more} more: `rusty-events source list --json` shows all"
        );
    }
    text
}

fn state(standing: &Standing, stale: bool) -> String {
    let health = health(standing, stale);
    match standing.hold() {
        None => health,
        Some((since, why)) => {
            let since = report::minute(since);
            let held = format!("held since {since}, last good events stand: {why}");
            if standing.failures == 0 {
                held
            } else {
                format!("{held}; {health}")
            }
        }
    }
}

fn health(standing: &Standing, stale: bool) -> String {
    match (&standing.last_visit, standing.failures) {
        (None, _) => "never visited".to_owned(),
        (Some(_), 0) => "good".to_owned(),
        (Some(_), failures) => {
            let times = match failures {
                1 => "failed".to_owned(),
                failures => format!("failed {failures} times"),
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
