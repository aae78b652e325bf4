//! What a command works with: the configuration, the database and the time, from the options that all commands share.

use super::{Global, Misused, colours, completed, environment, keys, quoted, say};
use chrono::{DateTime, NaiveDate, Utc};
use clap::ColorChoice;
use rusty_events::believe::normalise::Groups;
use rusty_events::config::{self, Configuration, DatabasePlace, Environment, Errors, Origin};
use rusty_events::configured;
use rusty_events::facts::issue;
use rusty_events::fetch::{self, Fetcher};
use rusty_events::propose::About;
use rusty_events::refresh::{Orders, Tools};
use rusty_events::section::calls::CallStyle;
use rusty_events::section::select::Style;
use rusty_events::server::{Clock, Fetchers, Setup, State};
use rusty_events::store::{self, Store};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// What every command works with.
pub(super) struct Invocation {
    pub(super) configuration: Configuration,
    /// How the section is printed.
    pub(super) style: Style,
    pub(super) database: PathBuf,
    pub(super) now: DateTime<Utc>,
    pub(super) quiet: bool,
    pub(super) color: ColorChoice,
    /// The options that name configuration and database, as they were given; for commands that are suggested.
    pub(super) options: String,
}

impl Global {
    /// Where the configuration comes from, and what is in it.
    pub(super) fn configuration(
        &self,
        environment: &Environment,
    ) -> (Origin, Result<Configuration, Errors>) {
        let origin = environment.configuration(self.config.as_deref());
        let read = match &origin {
            Origin::Folder(folder) => config::read(folder),
            Origin::CompiledIn => config::compiled_in(),
        };
        (origin, read)
    }

    /// What the command works with.
    pub(super) fn invocation(&self, clock: DateTime<Utc>) -> anyhow::Result<Invocation> {
        let environment = environment();
        let (_, read) = self.configuration(&environment);
        let configuration = read.map_err(|problems| Misused(problems.to_string()))?;
        let place = environment.database(self.database.as_deref(), &configuration);
        let invocation = Invocation {
            style: configured::style(&configuration),
            configuration,
            database: settled(place),
            now: self.now.unwrap_or(clock),
            quiet: self.quiet,
            color: self.color,
            options: self.options(),
        };
        invocation.has_a_database_of_its_own()?;
        Ok(invocation)
    }

    pub(super) fn options(&self) -> String {
        let named = [("--config", &self.config), ("--database", &self.database)];
        let given = named
            .into_iter()
            .filter_map(|(option, path)| Some(format!("{option} {}", quoted(path.as_deref()?))));
        given.collect::<Vec<_>>().join(" ")
    }
}

/// The database's file. If it is still where version 0.1 kept it, it is moved, and that is reported.
fn settled(place: DatabasePlace) -> PathBuf {
    let DatabasePlace { path, former, .. } = place;
    let Some(former) = former.filter(|former| former.is_file() && !path.exists()) else {
        return path;
    };
    let stays = match store::relocate(&former, &path) {
        Ok(true) => {
            say(&format!(
                "the database has moved from {} to {}",
                former.display(),
                path.display()
            ));
            return path;
        }
        Ok(false) => "another process uses it".to_owned(),
        Err(error) => error.to_string(),
    };
    say(&format!(
        "the database stays at {} for now: {stays}",
        former.display()
    ));
    former
}

impl Invocation {
    pub(super) fn store(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&self.database)?)
    }

    /// The database of a command that only reads: none is created.
    pub(super) fn existing_store(&self) -> anyhow::Result<Store> {
        if !self.database.exists() {
            return Err(self.nothing_stored());
        }
        self.store()
    }

    /// The error for an empty database, with what to do.
    pub(super) fn nothing_stored(&self) -> anyhow::Error {
        let database = self.database.display();
        if self.configuration.sources.is_empty() {
            return self.no_sources();
        }
        let what = match self.database.exists() {
            true => format!("{database} holds no events yet"),
            false => format!("there is no database {database} yet"),
        };
        anyhow::anyhow!("{what}: run `rusty-events refresh`")
    }

    /// The error for a configuration without sources.
    pub(super) fn no_sources(&self) -> anyhow::Error {
        let folder = self.configuration.root.as_deref().unwrap_or(Path::new("."));
        anyhow::anyhow!(
            "{} names no source: `rusty-events source add URL` finds the feed behind a page and prints the entry for {}",
            folder.display(),
            folder.join("sources").display()
        )
    }

    /// Checks that an issue is dated on this day.
    pub(super) fn issue_day(&self, day: NaiveDate) -> Result<NaiveDate, Misused> {
        match issue::neighbours(day, self.configuration.settings.newsletter.rhythm) {
            None => Ok(day),
            Some((before, after)) => Err(Misused(format!(
                "{day} is no issue day: the issues around it are {before} and {after}"
            ))),
        }
    }

    pub(super) fn fetcher(&self) -> anyhow::Result<Arc<Fetcher>> {
        Ok(Arc::new(Fetcher::new(self.fetching()?)?))
    }

    pub(super) fn fetching(&self) -> anyhow::Result<fetch::Settings> {
        let written = &self.configuration.settings.fetch;
        Ok(configured::fetching(
            &self.configuration,
            keys::read(&written.keys)?,
        ))
    }

    /// The server's state. Its pages are seen under `base`.
    pub(super) fn server(self, base: String, clock: Clock) -> anyhow::Result<State> {
        let fetching = self.fetching()?;
        let channels = keys::channels(&self.configuration.settings.notify)?;
        // Visitors can make this fetcher read any address: it reaches no private address and has no credentials.
        let open = fetch::Settings {
            allow: Vec::new(),
            keys: fetch::Credentials::default(),
            ..fetching.clone()
        };
        let mut setup = Setup::new(
            self.configuration,
            self.database,
            base,
            Fetchers {
                configured: Arc::new(Fetcher::new(fetching)?),
                foreign: Arc::new(Fetcher::new(open)?),
            },
            clock,
        )?;
        setup.channels = channels;
        Ok(State::new(setup)?)
    }

    /// What one visit needs of the world.
    pub(super) fn tools(&self) -> anyhow::Result<Tools> {
        Ok(Tools {
            fetcher: self.fetcher()?,
            budget: Arc::new(AtomicUsize::new(
                self.configuration.settings.fetch.event_pages,
            )),
            topic: Arc::new(self.configuration.settings.topic.clone()),
            now: self.now,
        })
    }

    /// The groups that the configuration knows.
    pub(super) fn groups(&self) -> Groups {
        configured::groups(&self.configuration)
    }

    /// What proposals of sources rest on.
    pub(super) fn about<'a>(&'a self, groups: &'a Groups) -> About<'a> {
        About {
            configuration: &self.configuration,
            groups,
            now: self.now,
        }
    }

    /// The orders to refresh everything.
    pub(super) fn orders<'a>(&'a self, groups: &'a Groups) -> Orders<'a> {
        Orders {
            sources: &self.configuration.sources,
            groups,
            style: &self.style,
            decisions: &self.configuration.decisions,
            only: &[],
            event_pages: self.configuration.settings.fetch.event_pages,
            now: self.now,
        }
    }

    /// Prints a message to standard error, with the commands that it suggests made complete.
    pub(super) fn say(&self, text: &str) {
        say(&completed(text, &self.options));
    }

    /// Whether results on standard output are in colours.
    pub(super) fn colours(&self) -> bool {
        colours(self.color, std::io::stdout().is_terminal())
    }

    pub(super) fn style(&self) -> Style {
        self.style.clone()
    }

    pub(super) fn call_style(&self) -> CallStyle {
        configured::call_style(&self.configuration)
    }

    /// Today, where the newsletter is made.
    pub(super) fn today(&self) -> NaiveDate {
        rusty_events::facts::when::to_local(self.now, self.configuration.settings.newsletter.zone)
            .date()
    }
}
