//! `update`: brings the section inside a newsletter's draft up to date in place.

use super::apart::Named;
use super::{Exit, Invocation, Misused};
use super::{decide, deliver, discover, pipe, print, pulls, refresh, report, say};
use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use rusty_events::compose::{self, Given, Updated};
use rusty_events::facts::issue::{self, Window};
use rusty_events::learn;
use rusty_events::publish;
use rusty_events::render;
use rusty_events::render::report as rendered;
use rusty_events::section::grammar::{self, Draft};
use rusty_events::section::merge::Change;
use rusty_events::section::select::Style;
use rusty_events::store::Store;
use rusty_events::suspects::{self, Named as Missing};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

mod base;
mod calls;
mod json;
mod shown;
mod sources;

use base::Base;
pub(super) use base::revision;
use sources::Proposal;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Drafts of the newsletter, as Markdown; each is for the issue that its own date names. - is standard input, and the
    /// draft that is brought up to date goes to standard output
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Read the sources first
    #[arg(long)]
    refresh: bool,
    /// Print what would change as a unified diff, and write nothing; exit code 4 if something would
    #[arg(long)]
    dry_run: bool,
    /// Write what was done to this file, as Markdown: the body of a pull request
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
    /// Make only these changes [default: all; changed,moved,cancelled in an issue that is out]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "CHANGES")]
    only: Vec<Only>,
    /// Compare with this text, to find what people changed and removed: the draft at a revision of Git, a file, `last` for what was last written into it, `none` for nothing [default: found automatically]
    #[arg(long, value_name = "REV|FILE|last|none")]
    base: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Add events that are not in the section yet
    New,
    /// Let titles, links, organisers, places and headings follow their events
    Changed,
    /// Let days follow their events
    Moved,
    /// Remove what does not take place
    Cancelled,
    /// Remove what is over
    Past,
}

impl Arguments {
    /// Refuses two results on standard output.
    fn is_one_output(&self, is_piped: bool) -> Result<(), Misused> {
        let report = self.report.as_deref();
        let results = [
            ("the draft of -", is_piped && !self.dry_run),
            ("the difference of --dry-run", self.dry_run && !self.json),
            ("the report of --json", self.json),
            ("--report -", report.is_some_and(pipe::is_pipe)),
        ];
        let there = results.into_iter().filter(|(_, is_there)| *is_there);
        match there.map(|(what, _)| what).collect::<Vec<_>>()[..] {
            [one, other, ..] => Err(Misused(format!(
                "standard output cannot have both {one} and {other}: name a file for one of them"
            ))),
            _ => Ok(()),
        }
    }
}

impl Only {
    fn change(self) -> Change {
        match self {
            Only::New => Change::New,
            Only::Changed => Change::Changed,
            Only::Moved => Change::Moved,
            Only::Cancelled => Change::Cancelled,
            Only::Past => Change::Past,
        }
    }
}

/// A file that is to be updated.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) draft: Draft,
    pub(super) day: NaiveDate,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let mut named: Vec<Named<'_>> = arguments
        .files
        .iter()
        .map(|path| Named::draft(path))
        .collect();
    let is_piped = pipe::is_alone(&arguments.files)?;
    arguments.is_one_output(is_piped)?;
    base::is_for_one(arguments.base.as_deref(), arguments.files.len())?;
    let base = arguments.base.as_deref().and_then(base::named_file);
    named.extend(base.map(|path| Named::input("--base", path)));
    let report = arguments.report.as_deref();
    named.extend(report.map(|path| Named::output("--report", path)));
    invocation.are_apart(&named)?;
    let style = invocation.style();
    let read_all = || -> anyhow::Result<Vec<File>> {
        let files = arguments.files.iter();
        files.map(|path| read(path, &style)).collect()
    };
    // A file that cannot be updated is reported before anything is fetched or written.
    let mut files = read_all()?;
    super::are_ready(arguments.report.as_deref())?;
    let store = opened(invocation, arguments)?;
    let bases = Base::of_each(arguments.base.as_deref(), &files, &store, &style)?;
    let mut work = Work {
        invocation,
        arguments,
        style: &style,
        store,
        report: String::new(),
        drafts: Vec::new(),
        has_news: false,
        exit: Exit::Done,
    };
    if work.refreshed()? && !is_piped {
        // That took minutes, in which people may have changed the draft.
        files = read_all()?;
    }
    for (file, base) in files.iter().zip(&bases) {
        work.file(file, base)?;
    }
    work.end()
}

/// The database; of a dry run a copy that is thrown away.
fn opened(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Store> {
    if arguments.dry_run {
        return Ok(Store::copied_to_memory(&invocation.database)?);
    }
    super::are_ready(arguments.files.iter().map(PathBuf::as_path))?;
    match arguments.refresh {
        true => invocation.store(),
        false => invocation.existing_store(),
    }
}

/// An update at work.
struct Work<'a> {
    invocation: &'a Invocation,
    arguments: &'a Arguments,
    style: &'a Style,
    store: Store,
    /// The report so far.
    report: String,
    /// The same as JSON, a value for each draft.
    drafts: Vec<Value>,
    /// Whether hand-written rows changed.
    has_news: bool,
    exit: Exit,
}

impl Work<'_> {
    /// Takes in printed issues, and reads the sources if that is asked for. Returns whether it was.
    fn refreshed(&mut self) -> anyhow::Result<bool> {
        let (invocation, store) = (self.invocation, &mut self.store);
        if let Some(repository) = &invocation.configuration.settings.newsletter.repository {
            // Printed issues make the report better; the job must not stop without them.
            if let Err(error) = learn::learn(store, repository, self.style, invocation.now) {
                say(&format!("printed issues were not learned: {error}"));
            }
        }
        if self.arguments.refresh {
            refresh::walk(invocation, store, &[])?;
            pulls::refresh(invocation, store)?;
        }
        if store.standings()?.is_empty() {
            return Err(invocation.nothing_stored());
        }
        self.exit = refresh::ended(invocation, store, &[])?;
        if self.exit == Exit::NoResult {
            bail!(
                "no source could be read, and nothing is stored: `rusty-events source list` shows why"
            );
        }
        Ok(self.arguments.refresh)
    }

    /// Brings one draft up to date.
    fn file(&mut self, file: &File, base: &Base) -> anyhow::Result<()> {
        let (invocation, dry_run) = (self.invocation, self.arguments.dry_run);
        let only = changes(invocation, self.arguments, file);
        let window = Window::starting(file.day, invocation.configuration.settings.section.days);
        let path = file.on_disk().and_then(compose::path_of);
        let given = Given {
            path: path.as_deref(),
            against: base.against(),
            ..Given::pasted(&file.text, &file.draft)
        };
        let updated = compose::update(&self.store, &given, window, &only, self.style)?;
        let calls = calls::updated(invocation, &self.store, &given, &only, (file.day, &updated))?;
        let new = calls::spliced(file, &updated.text, calls.as_ref());
        let changed = new != file.text;
        let diff = match changed && dry_run {
            true => Some(shown::diff(&file.path, &file.text, &new)),
            false => None,
        };
        if !dry_run {
            file.replace(&new)?;
            let revision = file.on_disk().and_then(base::revision);
            let revision = revision.as_deref();
            let store = &mut self.store;
            self.has_news |= compose::keep(store, &given, &updated, revision, invocation.now)?;
            if let Some(calls) = &calls {
                compose::keep_calls(store, &given, calls, file.day, invocation.now)?;
            }
        }
        if let Some(diff) = &diff {
            self.exit = self.exit.max(Exit::Findings);
            if !self.arguments.json {
                print(diff)?;
            }
        }
        if !invocation.quiet {
            say(&shown::remarks(file, &updated, changed, dry_run));
            calls::say_done(calls.as_ref());
        }
        let name = file.on_disk().map_or("standard input".to_owned(), name);
        let title = format!("Events of the issue of {} ({name})", file.day);
        let markdown = rendered::markdown(&title, &updated.report);
        let _ = writeln!(self.report, "{markdown}");
        self.report.push_str(&calls::markdown(calls.as_ref()));
        let proposals = sources::proposals(invocation, &updated.by_hand);
        tell_sources(invocation, &proposals, &mut self.report);
        let missing = missing(invocation, &mut self.store, window, &updated)?;
        tell_suspects(invocation, &missing, &mut self.report);
        self.drafts.push(json!({
            "file": file.path.display().to_string(),
            "issue": file.day.to_string(),
            "changed": changed,
            "diff": diff,
            "report": render::json::report(&updated.report),
            "calls": json::calls(calls.as_ref()),
            "without_source": json::proposals(&proposals),
            "missing": json::missing(&missing),
        }));
        Ok(())
    }

    /// Reports sources that may be missing something, and writes the report.
    fn end(mut self) -> anyhow::Result<Exit> {
        if self.has_news {
            // Hand-written rows are events for subscribers too.
            decide::take_effect(self.invocation, &mut self.store)?;
        }
        let touching = pulls::judged(self.invocation, &self.store, self.style)?;
        self.report
            .push_str(&render::pulls::markdown(&touching, self.style));
        let waiting = discover::waiting(self.invocation, &mut self.store)?;
        if let Some(line) = render::discover::waiting(waiting) {
            if !self.invocation.quiet {
                self.invocation.say(&line);
            }
            let _ = write!(self.report, "{line}.\n\n");
        }
        let stale = report::stale(self.invocation, &self.store.standings()?);
        if !stale.is_empty() {
            let _ = write!(self.report, "## Sources that may be missing something\n\n");
            for source in &stale {
                let _ = writeln!(self.report, "* {}", rendered::inert(source));
            }
            if !self.invocation.quiet {
                say(&format!(
                    "sources that may be missing something:\n  {}",
                    stale.join("\n  ")
                ));
            }
        }
        if let Some(path) = &self.arguments.report {
            deliver(&self.report, Some(path))?;
        }
        if self.arguments.json {
            let all = json!({
                "drafts": self.drafts,
                "pulls": render::pulls::values(&touching),
                "candidates": waiting,
                "stale": stale,
            });
            print(&format!("{all:#}\n"))?;
        }
        Ok(self.exit)
    }
}

/// Reports which groups have rows written by hand and no source.
fn tell_sources(invocation: &Invocation, proposals: &[Proposal], report: &mut String) {
    if proposals.is_empty() {
        return;
    }
    let _ = writeln!(
        report,
        "### Groups without a source ({})\n\n{}",
        proposals.len(),
        sources::markdown(proposals)
    );
    if !invocation.quiet {
        say(&format!(
            "groups without a source:{}",
            sources::plain(proposals)
        ));
    }
}

/// The groups that are missing by their habit; they are named for this issue.
fn missing(
    invocation: &Invocation,
    store: &mut Store,
    window: Window,
    updated: &Updated,
) -> anyhow::Result<Vec<Missing>> {
    let sources = &invocation.configuration.sources;
    let text = (updated.text.as_str(), &updated.report);
    let usual = suspects::named(store, sources, window, text, &invocation.style())?;
    suspects::keep(store, window.from, &usual)?;
    Ok(usual)
}

/// Reports the groups that are missing.
fn tell_suspects(invocation: &Invocation, usual: &[Missing], report: &mut String) {
    if usual.is_empty() {
        return;
    }
    let _ = write!(report, "### The usual suspects ({})\n\n", usual.len());
    for named in usual {
        let words = Missing {
            command: None,
            ..named.clone()
        };
        let _ = write!(report, "* {}", rendered::inert(&words.to_string()));
        if let Some(command) = &named.command {
            // A command is for copying, so it stands as code, where a forge looks for nothing.
            let _ = write!(report, "; {} looks for one", rendered::code(command));
        }
        report.push('\n');
    }
    let usual: Vec<String> = usual.iter().map(ToString::to_string).collect();
    let dismiss = "`rusty-events decide dismiss GROUP --reason \"…\"` stops naming a group";
    let _ = writeln!(report, "\n{dismiss}.\n");
    if !invocation.quiet {
        say(&format!(
            "the usual suspects ({dismiss}):\n  {}",
            usual.join("\n  ")
        ));
    }
}

impl File {
    /// Where it stands; nowhere if it is standard input.
    fn on_disk(&self) -> Option<&Path> {
        Some(self.path.as_path()).filter(|path| !pipe::is_pipe(path))
    }

    /// The whole text with another section.
    pub(super) fn with(&self, section: &str) -> String {
        let span = &self.draft.span;
        format!(
            "{}{section}{}",
            &self.text[..span.start],
            &self.text[span.end..]
        )
    }

    /// Writes another text in its place, unless people changed it meanwhile; for standard input to standard output.
    /// Returns whether it changed.
    pub(super) fn replace(&self, text: &str) -> anyhow::Result<bool> {
        let shown = self.path.display();
        if self.on_disk().is_none() {
            print(text)?;
            return Ok(text != self.text);
        }
        if fs::read(&self.path).is_ok_and(|now| now != self.text.as_bytes()) {
            bail!(
                "{shown} was changed while it was brought up to date, and stays as it is: run it again"
            );
        }
        publish::file(&self.path, text).with_context(|| format!("cannot write {shown}"))
    }
}

/// Reads a draft, and finds for which issue it is.
pub(super) fn read(path: &Path, style: &Style) -> anyhow::Result<File> {
    let shown = pipe::shown(path);
    let text = pipe::text(path)?;
    let draft =
        grammar::draft(&text, style).map_err(|error| anyhow::anyhow!("{shown}: {error}"))?;
    let day = day(path, &draft)?;
    Ok(File {
        path: path.to_owned(),
        text,
        draft,
        day,
    })
}

/// The issue's day: what the file's header, its window line and its name say, if they agree.
fn day(path: &Path, draft: &Draft) -> anyhow::Result<NaiveDate> {
    let (header, window) = draft.stated;
    let named = issue::in_name(&name(path));
    let said = [
        ("its header (`Date:`)", header),
        ("its window line", window),
        ("its name", named),
    ];
    let days: BTreeSet<NaiveDate> = said.iter().filter_map(|(_, day)| *day).collect();
    let shown = pipe::shown(path);
    let mut all = days.iter();
    match (all.next(), all.next()) {
        (Some(day), None) => Ok(*day),
        (None, _) => bail!(
            "{shown}: neither a header (`Date: 2026-08-26`), nor the window line, nor the file's name says which issue it is for: add the header"
        ),
        _ => {
            let said: Vec<String> = said
                .iter()
                .map(|(what, day)| match day {
                    Some(day) => format!("{what} says {day}"),
                    None => format!("{what} says nothing"),
                })
                .collect();
            bail!(
                "{shown}: for which issue is it? {}; make them agree",
                said.join(", ")
            )
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The changes that are asked for.
fn changes(invocation: &Invocation, arguments: &Arguments, file: &File) -> BTreeSet<Change> {
    let rhythm = invocation.configuration.settings.newsletter.rhythm;
    if issue::neighbours(file.day, rhythm).is_some() && !invocation.quiet {
        say(&format!(
            "{}: {} is not an issue's day, but a {}",
            pipe::shown(&file.path),
            file.day,
            file.day.format("%A")
        ));
    }
    if !arguments.only.is_empty() {
        return arguments.only.iter().map(|only| only.change()).collect();
    }
    if file.day < invocation.today() {
        if !invocation.quiet {
            say(&format!(
                "{}: the issue of {} is out already: only what changed, moved or was cancelled is corrected; --only new,changed,moved,cancelled,past does all",
                pipe::shown(&file.path),
                file.day
            ));
        }
        return [Change::Changed, Change::Moved, Change::Cancelled].into();
    }
    Change::ALL.into()
}
