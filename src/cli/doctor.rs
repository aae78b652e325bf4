//! `doctor`: what the program uses and why, what is wrong with it, and what to do.

use super::{Exit, Global, block_on, environment, keys, print, report, version};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use rusty_events::config::{Configuration, DatabasePlace, Environment, Errors, Origin};
use rusty_events::configured;
use rusty_events::facts::event::counted;
use rusty_events::facts::source::{Address, Purpose, Request, Way};
use rusty_events::facts::when;
use rusty_events::fetch::{Credentials, Error, Fetcher, Validators};
use rusty_events::publish;
use rusty_events::refresh;
use rusty_events::store::Store;
use serde_json::json;
use std::fmt::Write;
use url::Url;

/// A visit that the database has noted for later than this from now shows a wrong clock.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Do not ask a host whether the network works
    #[arg(long)]
    offline: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// What was found: `ok`, `note` or `problem`, the topic, and what about it.
#[derive(Default)]
struct Findings(Vec<(&'static str, String, String)>);

impl Findings {
    fn add(&mut self, mark: &'static str, topic: &str, what: &str) {
        self.0.push((mark, topic.to_owned(), what.to_owned()));
    }

    fn good(&mut self, topic: &str, what: &str) {
        self.add("ok", topic, what);
    }

    fn note(&mut self, topic: &str, what: &str) {
        self.add("note", topic, what);
    }

    fn problem(&mut self, topic: &str, what: &str) {
        self.add("problem", topic, what);
    }

    fn as_text(&self) -> String {
        let mut text = String::new();
        for (mark, topic, what) in &self.0 {
            // Further lines stand below the first.
            let what = what.replace('\n', &format!("\n{:24}", ""));
            let _ = writeln!(text, "{mark:<8} {topic:<14} {what}");
        }
        text
    }

    fn as_json(&self) -> String {
        let one = |(mark, topic, what): &(&str, String, String)| json!({"state": mark, "topic": topic, "text": what});
        format!(
            "{:#}\n",
            self.0.iter().map(one).collect::<serde_json::Value>()
        )
    }
}

pub(super) fn run(
    global: &Global,
    arguments: &Arguments,
    clock: DateTime<Utc>,
) -> anyhow::Result<Exit> {
    let now = global.now.unwrap_or(clock);
    let environment = environment();
    let mut found = Findings::default();
    found.good("program", &version::LONG.replace('\n', ", "));
    let (origin, read) = global.configuration(&environment);
    if let Some(configuration) = configuration(&mut found, global, &environment, &origin, read) {
        let place = environment.database(global.database.as_deref(), &configuration);
        database(&mut found, &configuration, &place, now)?;
        let credentials = credentials(&mut found, &configuration);
        let zone = configuration.settings.newsletter.zone;
        let local = when::to_local(now, zone).format("%Y-%m-%d %H:%M");
        found.good(
            "clock",
            &format!("{} UTC, {local} in {zone}", report::minute(now)),
        );
        if arguments.offline {
            found.note("network", "not tried, as --offline says");
        } else {
            network(&mut found, &configuration, credentials, now)?;
        }
    }
    let text = match arguments.json {
        true => found.as_json(),
        false => found.as_text(),
    };
    print(&super::completed(&text, &global.options()))?;
    let any = found.0.iter().any(|(mark, ..)| *mark == "problem");
    Ok(if any { Exit::Findings } else { Exit::Done })
}

fn configuration(
    found: &mut Findings,
    global: &Global,
    environment: &Environment,
    origin: &Origin,
    read: Result<Configuration, Errors>,
) -> Option<Configuration> {
    let set =
        |variable: &Option<std::ffi::OsString>| variable.as_ref().is_some_and(|v| !v.is_empty());
    let place = match origin {
        Origin::Folder(folder) if global.config.is_some() => {
            format!("{}, as --config says", folder.display())
        }
        Origin::Folder(folder) if set(&environment.config) => {
            format!("{}, as RUSTY_EVENTS_CONFIG says", folder.display())
        }
        Origin::Folder(folder) => format!("{}, since this folder exists", folder.display()),
        Origin::CompiledIn => {
            "the newsletter's own, compiled in, since there is no ./config and no folder of yours"
                .to_owned()
        }
    };
    match read {
        Err(problems) => {
            found.problem("configuration", &format!("{place}\n{problems}"));
            None
        }
        Ok(configuration) => {
            let sources = counted(configuration.sources.len(), "source", "sources");
            let organisers = configuration.organisers.len();
            let organisers = counted(organisers, "further organiser", "further organisers");
            let decisions = counted(configuration.decisions.len(), "decision", "decisions");
            found.good(
                "configuration",
                &format!("{place}: {sources}, {organisers}, {decisions}"),
            );
            if let Some(private) = super::source::private(&configuration) {
                found.note("network", &private);
            }
            Some(configuration)
        }
    }
}

/// The database: where, why there, what is in it; and whether its sources are well.
fn database(
    found: &mut Findings,
    configuration: &Configuration,
    place: &DatabasePlace,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let path = &place.path;
    let shown = format!("{}, since {}", path.display(), place.chosen.reason());
    if let Some(former) = place
        .former
        .as_ref()
        .filter(|former| former.is_file() && !path.exists())
    {
        let what = format!(
            "{} moves to {shown}: the next command moves it",
            former.display()
        );
        found.note("database", &what);
        return Ok(());
    }
    if !path.exists() {
        let what = format!("{shown}: not there yet; `rusty-events refresh` creates it");
        found.note("database", &what);
        return Ok(());
    }
    if let Err(error) = publish::is_ready(path) {
        let what = format!("{shown}: cannot be written: {error}");
        found.problem("database", &what);
        return Ok(());
    }
    let read =
        Store::open(path).and_then(|store| Ok((store.published()?.len(), store.standings()?)));
    let (events, standings) = match read {
        Ok(read) => read,
        Err(error) => {
            found.problem("database", &error.to_string());
            return Ok(());
        }
    };
    let visits = standings
        .values()
        .filter_map(|standing| standing.last_visit);
    let last = visits.max();
    let visited = last.map_or("no source was read yet".to_owned(), |at| {
        format!("a source was last read at {} UTC", report::minute(at))
    });
    found.good(
        "database",
        &format!("{shown}: {}; {visited}", counted(events, "event", "events")),
    );
    if is_open_to_others(path)? {
        let what = format!(
            "other users can read the database, which holds logins: chmod 600 {}",
            super::quoted(path)
        );
        found.note("permissions", &what);
    }
    if last.is_some_and(|at| at > now + CLOCKS_DIFFER) {
        found.problem(
            "clock",
            "the last visit in the database is later than now: set this machine's clock",
        );
    }
    let stale_after = configuration.settings.stale_after;
    let doubted = refresh::in_doubt(&configuration.sources, &standings, stale_after, now);
    if doubted.is_empty() {
        found.good("sources", "all were read lately");
    } else {
        let what = format!(
            "some may be missing something; `rusty-events source list` shows all\n{}",
            doubted.join("\n")
        );
        found.note("sources", &what);
    }
    Ok(())
}

#[cfg(unix)]
fn is_open_to_others(path: &std::path::Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &std::path::Path) -> std::io::Result<bool> {
    Ok(false)
}

fn credentials(found: &mut Findings, configuration: &Configuration) -> Credentials {
    let written = &configuration.settings.fetch.keys;
    match keys::read(written) {
        Err(error) => {
            found.problem("credentials", &error.to_string());
            Credentials::default()
        }
        Ok(credentials) => {
            let names: Vec<&str> = written.keys().map(|key| key.name()).collect();
            match names.is_empty() {
                true => found.good("credentials", "none are configured"),
                false => found.good("credentials", &names.join(", ")),
            }
            credentials
        }
    }
}

/// Asks the host of the first source on the web for its robots.txt: any answer shows that the network works.
fn network(
    found: &mut Findings,
    configuration: &Configuration,
    credentials: Credentials,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mirrors = &configuration.settings.fetch.mirrors;
    let address = configuration
        .sources
        .iter()
        .find_map(|source| match &source.address {
            Address::Web(url) if !mirrors.iter().any(|(prefix, _)| url.starts_with(prefix)) => {
                Url::parse(url).ok()
            }
            _ => None,
        });
    let Some(robots) = address.and_then(|url| url.join("/robots.txt").ok()) else {
        found.good("network", "not needed: no source is read from its own host");
        return Ok(());
    };
    let host = robots.host_str().unwrap_or_default().to_owned();
    let fetcher = Fetcher::new(configured::fetching(configuration, credentials))?;
    // As a feed, so that robots.txt is not asked about robots.txt.
    let request = Request::get(robots, Purpose::List, Way::Feed);
    let asked = block_on(async { fetcher.fetch(&request, &Validators::default(), now).await })?;
    match asked {
        Err(error @ (Error::BadUrl { .. } | Error::Forbidden { .. })) => {
            found.note("network", &error.to_string());
        }
        Err(error) if error.is_unreachable() => {
            let what = format!("{error}: is this machine online, and does it need a proxy?");
            found.problem("network", &what);
        }
        _ => found.good("network", &format!("{host} answers")),
    }
    Ok(())
}
