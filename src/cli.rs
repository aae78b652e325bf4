//! Reads the arguments and runs one command. Each command has a file; `report` has the tables and the progress bar.

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::{Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};
use invocation::Invocation;
pub(crate) use output::complain;
use output::{are_ready, deliver, print, say};
use rusty_events::config::Environment;
use rusty_events::refresh as refresh_walk;
use rusty_events::store;
use std::cell::OnceCell;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use values::{day, decision, filled, heading, listening, path, place, platform, pull, time, zone};

mod apart;
mod append;
mod backup;
mod decide;
mod demo;
mod digest;
mod discover;
mod doctor;
mod effect;
mod event;
mod export;
mod init;
mod invocation;
mod keys;
mod learn;
mod lint;
mod merge;
mod notify;
mod output;
mod pipe;
mod preview;
mod pulls;
mod refresh;
mod report;
mod restore;
mod review;
mod section;
mod serve;
mod shell;
mod source;
mod update;
mod user;
mod values;
mod version;
mod why;

/// Reads community calendars and event pages, and prints the newsletter's "Upcoming Events".
#[derive(Debug, Parser)]
#[command(
    name = "rusty-events",
    version,
    long_version = version::LONG.as_str(),
    about,
    after_help = "\
Examples:
  rusty-events demo                       try it: needs no network and no configuration
  rusty-events section --refresh          read all sources, print the next issue's section
  rusty-events update FILE --refresh      the weekly job: a draft's section brought up to date
  rusty-events preview https://www.meetup.com/rust-berlin/
  rusty-events why URL                    why an event is printed, or is not
  rusty-events source list                how each source is doing
  rusty-events source add URL             find the feed behind a page, and print the entry to add

Exit codes: 0 done; 1 no result; 2 wrong usage or configuration; 3 done, but something may be missing; 4 lint or doctor found something, or a dry run found changes."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// Folder with service.toml and sources/ [default: ./config, else ~/.config/rusty-events, else the newsletter's own]
    #[arg(long, global = true, value_name = "DIR")]
    config: Option<PathBuf>,
    /// The database file [default: `database` in service.toml, else a file in ~/.local/state/rusty-events]
    #[arg(long, global = true, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Take this for the current time, as in 2026-08-18T20:00:00Z or 2026-08-18; for replays and tests
    #[arg(long, global = true, value_name = "TIME", value_parser = time)]
    now: Option<DateTime<Utc>>,
    /// Log more: -v logs each visit, -vv each request
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Print results and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Use colours; auto means on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read the sources into the database
    #[command(after_help = "Example:\n  rusty-events refresh meetup/rust-berlin luma/rust-girona")]
    Refresh(refresh::Arguments),
    /// Print an issue's section
    #[command(
        after_help = "Examples:\n  rusty-events section --refresh --output section.md\n  rusty-events section --issue 2026-08-26 --region europe --region virtual\n  rusty-events section --from 2026-09-01 --to 2026-09-30 --format json\n  rusty-events section --cfp     the calls for papers\n  rusty-events section --issue 2026-08-19 --as-of 2026-08-19T12:00:00Z     what the database of then would print"
    )]
    Section(section::Arguments),
    /// Bring the section in a newsletter's draft up to date, and keep what people wrote
    #[command(
        after_help = "Examples:\n  rusty-events update draft/2026-08-26-this-week-in-rust.md --refresh --report body.md\n  rusty-events update --dry-run draft/2026-08-26-this-week-in-rust.md\n  rusty-events update --only moved,cancelled content/2026-08-19-this-week-in-rust.md\n  rusty-events update - < draft.md > new.md\n\nOnly the section and the calls for papers change; the rest of the file keeps its bytes. Rows that people wrote stay. A word that they changed stays until its source changes that very fact. A row that they took out is not written again. A second run changes nothing.\n\n--json prints an object: `drafts` has for each draft the `file`, the day of its `issue`, whether it is `changed`, with\n--dry-run the `diff`, the `report` with an entry for each row, `calls` for papers, groups `without_source` and groups that are\n`missing`; `pulls`, the number of `candidates`, and the `stale` sources are of all drafts."
    )]
    Update(update::Arguments),
    /// List the pull requests that touch a draft, and say what becomes of their rows; nothing is posted
    #[command(
        after_help = "Examples:\n  rusty-events pulls --refresh\n  rusty-events pulls --comment 7412     an answer to copy"
    )]
    Pulls(pulls::Arguments),
    /// List groups that no source reads, with the evidence for each; ignore them, or add them to the configuration
    #[command(
        after_help = "Examples:\n  rusty-events discover --refresh         read the search pages that are due, then list\n  rusty-events discover add 3f2a91        write its entry into the configuration\n  rusty-events discover ignore 3f2a91\n\nThe events of a candidate are not printed until you add it."
    )]
    Discover(discover::Arguments),
    /// Learn from printed issues: what was printed, and how often each group meets
    #[command(
        after_help = "Examples:\n  rusty-events learn ../this-week-in-rust\n  rusty-events learn content/2026-08-19-this-week-in-rust.md\n\n`update` does this by itself if `[newsletter] repository` is set."
    )]
    Learn(learn::Arguments),
    /// Read one page, feed or file, and show the events in it; nothing is stored
    #[command(
        after_help = "Examples:\n  rusty-events preview https://www.meetup.com/rust-berlin/\n  rusty-events preview calendar.ics --place 'Berlin, DE'\n  curl https://club.example/agenda | rusty-events preview -"
    )]
    Preview(preview::Arguments),
    /// Check printed sections against the house style, and mend what is certain
    #[command(
        after_help = "Examples:\n  rusty-events lint draft/2026-08-26-this-week-in-rust.md\n  rusty-events lint section.md --fix\n  rusty-events lint draft/*.md --since origin/main --format github\n  rusty-events lint --explain state-spelling\n\nExit codes: 0 clean, or warnings only; 1 a file or its section was not found; 2 wrong usage; 4 errors."
    )]
    Lint(lint::Arguments),
    /// Merge two versions of a draft row by row: for Git, where both sides of a merge changed it
    #[command(
        after_help = "Examples:\n  rusty-events merge base.md ours.md theirs.md\n  git config merge.rusty-events.driver 'rusty-events merge %O %A %B'       for Git, in a repository with drafts\n  echo 'draft/*.md merge=rusty-events' >> .git/info/attributes\n\nThe section is merged row by row, and each row column by column; where both sides changed the same words, THEIRS\nstand, and standard error says so. All else is merged line by line, as Git does.\nExit codes: 0 merged; 1 outside the section both changed the same lines, or a file is no draft."
    )]
    Merge(merge::Arguments),
    /// List, check, add and accept sources
    #[command(
        subcommand,
        after_help = "Examples:\n  rusty-events source list\n  rusty-events source add https://www.meetup.com/rust-berlin/"
    )]
    Source(source::Command),
    /// Add an event by hand
    #[command(
        subcommand,
        after_help = "Example:\n  rusty-events --config config event add https://www.meetup.com/rust-berlin/events/313345334/"
    )]
    Event(event::Command),
    /// Say all that is known of an event or a group: who lists it, what was decided, and why it is printed or not
    #[command(
        after_help = "Examples:\n  rusty-events why https://www.meetup.com/rust-berlin/events/313345334/\n  rusty-events why 3f2a91c0 --issue 2026-08-26\n  rusty-events why 'Rust Berlin'\n\nExit code 1: nothing is known of it."
    )]
    Why(why::Arguments),
    /// Decide about an event: an editor's decision counts before every source
    #[command(
        subcommand,
        after_help = "Examples:\n  rusty-events decide hide 3f2a91c0 --reason 'a .NET conference'\n  rusty-events decide list"
    )]
    Decide(decide::Command),
    /// Answer the next issue's open questions, one at a time: each answer is a decision
    #[command(
        after_help = "Examples:\n  rusty-events review\n  rusty-events review --list\n  printf 'h a .NET conference\\nn\\n' | rusty-events review     answers from a file or a pipe, one on each line\n\nThe questions are those of the editor's page. After a key alone you are asked for the reason; words after the key are the reason."
    )]
    Review(review::Arguments),
    /// Read the sources by schedule, and serve the pages and feeds, until it is stopped
    #[command(
        after_help = "Examples:\n  rusty-events serve\n  rusty-events serve --listen 0.0.0.0:8080\n  rusty-events serve --check      does the running server answer? For a container's health check\n\nIt speaks HTTP/1.1; deploy/ has proxies for TLS. SIGTERM ends it within ten seconds."
    )]
    Serve(serve::Arguments),
    /// Print a message about new, changed and coming events, for any mailer to send
    #[command(
        after_help = "Examples:\n  rusty-events digest --near Cologne --from events@example.org --to ann@example.org | sendmail -t\n  rusty-events digest --filter 'https://events.example.org/follow?organiser=3f2a91bc07&near=Cologne' --since 2026-08-19 --from events@example.org\n\nThe message has text and HTML. Exit codes: 0 printed; 1 nothing is new or coming up, so nothing is printed; 2 wrong usage."
    )]
    Digest(digest::Arguments),
    /// Post new, moved and cancelled events to the chats of the configuration
    #[command(
        after_help = "Examples:\n  rusty-events notify --dry-run\n  rusty-events notify zulip\n\n`serve` does this by itself after each refresh. Each change is posted at most once; a message that certainly did not arrive is sent again in the next run. The first run for a chat posts nothing, because the events known by then are not news.\nExit codes: 0 done; 2 wrong usage or configuration; 3 a chat did not accept a message."
    )]
    Notify(notify::Arguments),
    /// Write everything public that the server would serve as static files
    #[command(
        after_help = "Example:\n  rusty-events export public\n\nThe folder is replaced as a whole, by renaming. Its headers.json has each file's content type and how long it may\nbe cached. Set `[server] url` to the address where readers will see it."
    )]
    Export(export::Arguments),
    /// Manage the editors' logins for the pages
    #[command(
        subcommand,
        after_help = "Example:\n  rusty-events user set-password ann"
    )]
    User(user::Command),
    /// Write a consistent copy of the database, even while it is in use
    #[command(
        after_help = "Example:\n  rusty-events backup /var/backups/events.db\n\nThe copy is one file. A copy that exists is replaced as a whole. Others can read and write the database meanwhile."
    )]
    Backup(backup::Arguments),
    /// Replace the database by a backup
    #[command(
        after_help = "Examples:\n  rusty-events restore /var/backups/events.db\n  rusty-events restore events.db --database /var/lib/rusty-events/events.db     on a new machine\n\nThe database that is replaced is kept beside it. SEQUENCE and LAST-MODIFIED of every event still to come rise once,\nso that subscribers' calendars take the restored events for newer than what they have."
    )]
    Restore(restore::Arguments),
    #[command(flatten)]
    Alone(Alone),
}

/// The commands that run without a configuration, or with a broken one.
#[derive(Debug, Subcommand)]
enum Alone {
    /// Run the sample: it needs no network, no configuration and no database
    #[command(
        after_help = "Examples:\n  rusty-events demo                the section of the issue of 2024-11-06\n  rusty-events demo serve          its pages and feeds, on http://127.0.0.1:8080\n  rusty-events demo --broken       what a broken source looks like; exit code 3"
    )]
    Demo(demo::Arguments),
    /// Write a configuration: a commented template, or one learned from printed issues; nothing is overwritten
    #[command(
        after_help = "Examples:\n  rusty-events init                                     a template in ./config with every key explained\n  rusty-events init mine --from ../newsletter/content    words, days and groups of printed issues\n  rusty-events init mine --newsletter this-week-in-rust  the compiled-in configuration"
    )]
    Init(init::Arguments),
    /// Say which configuration, database and credentials are used and why, and what is wrong with them
    #[command(after_help = "Example:\n  rusty-events doctor\n\nExit code 4: something is wrong.")]
    Doctor(doctor::Arguments),
    /// Print the completions for a shell
    #[command(
        after_help = "Examples:\n  rusty-events completions bash > ~/.local/share/bash-completion/completions/rusty-events\n  rusty-events completions zsh > ~/.zfunc/_rusty-events\n  rusty-events completions fish > ~/.config/fish/completions/rusty-events.fish"
    )]
    Completions(shell::Completions),
    /// Write the manual pages, one for each command
    #[command(after_help = "Example:\n  rusty-events man ~/.local/share/man/man1")]
    Man(shell::Man),
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// There is no result.
    NoResult = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Done, but something may be missing.
    Incomplete = 3,
    /// `lint` or `doctor` found something, or a dry run found changes.
    Findings = 4,
}

/// Wrong usage or configuration: the user can mend it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Misused(String);

/// The arguments of this process. If they are wrong, or ask for help, this prints that and ends the process.
pub(crate) fn arguments() -> Arguments {
    let asked: Vec<String> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let command = Arguments::command().color(color_of(&asked));
    let matches = command.try_get_matches();
    let read = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    read.unwrap_or_else(|error| instead(&error))
}

/// Prints help, the version, or what is wrong with the arguments, and ends the process.
fn instead(error: &clap::Error) -> ! {
    let printed = error.print().and_then(|()| std::io::stdout().flush());
    let code = match printed {
        // What goes to standard error has no other place to be reported.
        Err(why) if !error.use_stderr() && why.kind() != ErrorKind::BrokenPipe => {
            let why = anyhow::Error::from(why).context("cannot write to standard output");
            complain(&why, "");
            Exit::NoResult as i32
        }
        _ => error.exit_code(),
    };
    std::process::exit(code)
}

/// What `--color` says, for help and errors that are printed before the arguments are read.
fn color_of(arguments: &[String]) -> ColorChoice {
    let after = |name: &str| {
        arguments
            .windows(2)
            .any(|two| two[0] == "--color" && two[1] == name)
    };
    let given = |name: &str| after(name) || arguments.contains(&format!("--color={name}"));
    match (given("always"), given("never")) {
        (true, false) => ColorChoice::Always,
        (false, true) => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// Whether to use colours where output goes to a terminal, or does not.
fn colours(choice: ColorChoice, terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        // https://no-color.org: any value but an empty one.
        ColorChoice::Auto => {
            terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

/// The environment of this process.
fn environment() -> Environment {
    let variable = |name| std::env::var_os(name);
    Environment {
        current: PathBuf::new(),
        config: variable("RUSTY_EVENTS_CONFIG"),
        database: variable("RUSTY_EVENTS_DATABASE"),
        xdg_config_home: variable("XDG_CONFIG_HOME"),
        xdg_data_home: variable("XDG_DATA_HOME"),
        xdg_state_home: variable("XDG_STATE_HOME"),
        home: variable("HOME"),
    }
}

/// A file's name as a shell reads it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "/._-+,=@%:".contains(char);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Puts the options that name configuration and database into the commands that a text suggests.
fn completed(text: &str, options: &str) -> String {
    match options.is_empty() {
        true => text.to_owned(),
        false => text
            .replace("`rusty-events ", &format!("`rusty-events {options} "))
            .replace(&format!("`rusty-events {options} --"), "`rusty-events --"),
    }
}

impl Arguments {
    /// How much to log: 0 warnings, 1 visits, 2 and more everything; `None` errors only.
    pub(crate) fn verbosity(&self) -> Option<u8> {
        (!self.global.quiet).then_some(self.global.verbose)
    }

    /// Whether the log is in colours.
    pub(crate) fn log_is_coloured(&self) -> bool {
        colours(self.global.color, std::io::stderr().is_terminal())
    }

    /// `--config` and `--database` as they were given, for [`complain`].
    pub(crate) fn options(&self) -> String {
        self.global.options()
    }

    /// Runs the command. `clock` is the time, unless `--now` gives another.
    pub(crate) fn run(self, clock: DateTime<Utc>) -> anyhow::Result<Exit> {
        let Arguments { global, command } = self;
        // Only for the errors: a command that needs no database has none.
        let database = OnceCell::new();
        let invocation = || {
            let invocation = global.invocation(clock)?;
            let _ = database.set(invocation.database.clone());
            anyhow::Ok(invocation)
        };
        let ran = match command {
            Command::Refresh(arguments) => refresh::run(&invocation()?, &arguments),
            Command::Section(arguments) => section::run(&invocation()?, &arguments),
            Command::Pulls(arguments) => pulls::run(&invocation()?, &arguments),
            Command::Discover(arguments) => discover::run(&invocation()?, &arguments),
            Command::Learn(arguments) => learn::run(&invocation()?, &arguments),
            Command::Update(arguments) => update::run(&invocation()?, &arguments),
            Command::Preview(arguments) => preview::run(&invocation()?, &arguments),
            Command::Lint(arguments) => lint::run(&invocation()?, &arguments),
            Command::Merge(arguments) => merge::run(&invocation()?, &arguments),
            Command::Source(command) => match source::problems_of(&global, &command)? {
                Some(exit) => Ok(exit),
                None => source::run(&invocation()?, &command),
            },
            Command::Event(command) => event::run(&invocation()?, &command),
            Command::Why(arguments) => why::run(&invocation()?, &arguments),
            Command::Decide(command) => decide::run(&invocation()?, &command),
            Command::Review(arguments) => review::run(&invocation()?, &arguments),
            Command::Serve(arguments) => serve::run(invocation()?, &arguments, global.now),
            Command::Digest(arguments) => digest::run(&invocation()?, &arguments),
            Command::Notify(arguments) => notify::run(&invocation()?, &arguments),
            Command::Export(arguments) => export::run(invocation()?, &arguments),
            Command::User(command) => user::run(&invocation()?, &command),
            Command::Backup(arguments) => backup::run(&invocation()?, &arguments),
            Command::Restore(arguments) => restore::run(&invocation()?, &arguments),
            Command::Alone(Alone::Demo(arguments)) => demo::run(&global, &arguments, clock),
            Command::Alone(Alone::Init(arguments)) => init::run(&global, &arguments, clock),
            Command::Alone(Alone::Doctor(arguments)) => doctor::run(&global, &arguments, clock),
            Command::Alone(Alone::Completions(arguments)) => shell::completions(&arguments),
            Command::Alone(Alone::Man(arguments)) => shell::man(&arguments),
        };
        ran.map_err(|error| match database.get() {
            Some(database) => with_its_database(error, database),
            None => error,
        })
    }
}

/// An error of the database, with the name of its file.
fn with_its_database(error: anyhow::Error, database: &Path) -> anyhow::Error {
    let error = match error.downcast::<refresh_walk::Error>() {
        Ok(refresh_walk::Error::Store(error)) => anyhow::Error::from(error),
        Ok(error) => error.into(),
        Err(error) => error,
    };
    match error.downcast::<store::Error>() {
        Ok(error) => error.of_file(database).into(),
        Err(error) => error,
    }
}

/// The exit code of a command that failed.
pub(crate) fn code_of(error: &anyhow::Error) -> Exit {
    if error.is::<Misused>() {
        Exit::Usage
    } else {
        Exit::NoResult
    }
}

/// A runtime for the commands that fetch.
fn block_on<T>(future: impl Future<Output = T>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Readers run on these threads; icalendar's parser is recursive, up to the depth we let through.
        .thread_stack_size(8 << 20)
        .build()
        .context("cannot start the runtime")?;
    Ok(runtime.block_on(future))
}
