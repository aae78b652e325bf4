//! `update`: brings the section inside a newsletter's draft up to date in place.

use super::apart::Named;
use super::{Exit, Invocation, decide, deliver, discover, print, pulls, refresh, report, say};
use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use rusty_events::compose::{self, Given, Updated};
use rusty_events::facts::event::one_line;
use rusty_events::facts::issue::{self, Window};
use rusty_events::learn;
use rusty_events::publish;
use rusty_events::render::report as rendered;
use rusty_events::section::grammar::{self, Draft};
use rusty_events::section::merge::{Change, Kind, Report};
use rusty_events::section::select::Style;
use rusty_events::store::Store;
use rusty_events::suspects;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

mod base;
mod calls;
mod sources;

use base::Base;
pub(super) use base::revision;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Drafts of the newsletter, as Markdown; each is for the issue that its own date names
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
        has_news: false,
        exit: Exit::Done,
    };
    if work.refreshed()? {
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
        let path = compose::path_of(&file.path);
        let given = Given {
            path: path.as_deref(),
            against: base.against(),
            ..Given::pasted(&file.text, &file.draft)
        };
        let updated = compose::update(&self.store, &given, window, &only, self.style)?;
        let calls = calls::updated(invocation, &self.store, &given, &only, (file.day, &updated))?;
        let new = calls::spliced(file, &updated.text, calls.as_ref());
        let changed = new != file.text;
        if !dry_run {
            file.replace(&new)?;
            let revision = base::revision(&file.path);
            let revision = revision.as_deref();
            let store = &mut self.store;
            self.has_news |= compose::keep(store, &given, &updated, revision, invocation.now)?;
            if let Some(calls) = &calls {
                compose::keep_calls(store, &given, calls, file.day, invocation.now)?;
            }
        } else if changed {
            print(&diff(&file.path, &file.text, &new))?;
            self.exit = self.exit.max(Exit::Findings);
        }
        if !invocation.quiet {
            say(&remarks(file, &updated, changed, dry_run));
            calls::say_done(calls.as_ref());
        }
        let title = format!("Events of the issue of {} ({})", file.day, name(&file.path));
        let markdown = rendered::markdown(&title, &updated.report);
        let _ = writeln!(self.report, "{markdown}");
        self.report.push_str(&calls::markdown(calls.as_ref()));
        tell_sources(invocation, &updated, &mut self.report);
        tell_suspects(
            invocation,
            &mut self.store,
            window,
            &updated,
            &mut self.report,
        )
    }

    /// Reports sources that may be missing something, and writes the report.
    fn end(mut self) -> anyhow::Result<Exit> {
        if self.has_news {
            // Hand-written rows are events for subscribers too.
            decide::take_effect(self.invocation, &mut self.store)?;
        }
        let touching = pulls::markdown(self.invocation, &self.store, self.style)?;
        self.report.push_str(&touching);
        let waiting = discover::line(self.invocation, &mut self.store)?;
        self.report.push_str(&waiting);
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
        Ok(self.exit)
    }
}

/// Reports which groups have rows written by hand and no source.
fn tell_sources(invocation: &Invocation, updated: &Updated, report: &mut String) {
    let proposals = sources::proposals(invocation, &updated.by_hand);
    if proposals.is_empty() {
        return;
    }
    let _ = writeln!(
        report,
        "### Groups without a source ({})\n\n{}",
        proposals.len(),
        sources::markdown(&proposals)
    );
    if !invocation.quiet {
        say(&format!(
            "groups without a source:{}",
            sources::plain(&proposals)
        ));
    }
}

/// Reports which groups are missing by their habit.
fn tell_suspects(
    invocation: &Invocation,
    store: &mut Store,
    window: Window,
    updated: &Updated,
    report: &mut String,
) -> anyhow::Result<()> {
    let sources = &invocation.configuration.sources;
    let usual = suspects::named(
        store,
        sources,
        window,
        (&updated.text, &updated.report),
        &invocation.style(),
    )?;
    suspects::keep(store, window.from, &usual)?;
    if usual.is_empty() {
        return Ok(());
    }
    let _ = write!(report, "### The usual suspects ({})\n\n", usual.len());
    for named in &usual {
        let words = suspects::Named {
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
    Ok(())
}

impl File {
    /// The whole text with another section.
    pub(super) fn with(&self, section: &str) -> String {
        let span = &self.draft.span;
        format!(
            "{}{section}{}",
            &self.text[..span.start],
            &self.text[span.end..]
        )
    }

    /// Writes another text in its place, unless people changed it meanwhile. Returns whether it changed.
    pub(super) fn replace(&self, text: &str) -> anyhow::Result<bool> {
        let shown = self.path.display();
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
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("cannot read {shown}"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        anyhow::anyhow!("{shown}:{line}: is not UTF-8 from here on; save it as UTF-8 first")
    })?;
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
    let shown = path.display();
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
            file.path.display(),
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
                file.path.display(),
                file.day
            ));
        }
        return [Change::Changed, Change::Moved, Change::Cancelled].into();
    }
    Change::ALL.into()
}

/// What would change, as a unified diff.
fn diff(path: &Path, old: &str, new: &str) -> String {
    let shown = path.display();
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{shown}"), &format!("b/{shown}"))
        .to_string()
}

/// What is printed for the editor beside the file: a table with a line for each row.
fn remarks(file: &File, updated: &Updated, changed: bool, dry_run: bool) -> String {
    let report = &updated.report;
    let what = match (changed, dry_run) {
        (false, _) => "nothing to change",
        (true, true) => "would change",
        (true, false) => "brought up to date",
    };
    let mut text = format!(
        "\n{}: {what}; issue of {}: {}",
        file.path.display(),
        file.day,
        rendered::summary(report)
    );
    if let Some(why) = &report.without_base {
        let _ = write!(text, "\n{why}");
    }
    let rows = rows(report);
    if !rows.is_empty() {
        let header = ["", "date", "event", "id", "line", "what"];
        let _ = write!(text, "\n{}", report::table(&header, &[4], rows));
    }
    text
}

fn rows(report: &Report) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for entry in report
        .entries
        .iter()
        .filter(|entry| entry.kind != Kind::Past)
    {
        let mut what: Vec<String> = entry
            .details
            .iter()
            .map(|detail| rendered::in_words(entry.kind, detail))
            .collect();
        what.extend(rendered::lasting(entry));
        if !entry.done {
            what.push("not done".to_owned());
        }
        rows.push(vec![
            kind(entry.kind).to_owned(),
            entry.day.to_string(),
            one_line(&entry.title),
            entry
                .event
                .as_ref()
                .map(|event| event.as_str().chars().take(8).collect())
                .unwrap_or_default(),
            entry.line.map(|line| line.to_string()).unwrap_or_default(),
            what.join("; "),
        ]);
    }
    for line in rendered::past(report) {
        let cell = String::new;
        rows.push(vec![
            "past".to_owned(),
            cell(),
            line,
            cell(),
            cell(),
            cell(),
        ]);
    }
    for of_event in report.attention.chunk_by(|a, b| a.event == b.event) {
        let waits = of_event.iter().any(|doubt| doubt.kind.needs_a_human());
        let words: Vec<&str> = of_event.iter().map(|doubt| doubt.text.as_str()).collect();
        rows.push(vec![
            if waits {
                "needs a human"
            } else {
                "worth a look"
            }
            .to_owned(),
            String::new(),
            one_line(&of_event[0].subject),
            of_event[0].event.as_str().chars().take(8).collect(),
            String::new(),
            words.join("; "),
        ]);
    }
    rows
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::New => "new",
        Kind::Changed => "changed",
        Kind::Moved => "moved",
        Kind::Cancelled => "cancelled",
        Kind::Hidden => "hidden by an editor",
        Kind::Past => "past",
        Kind::Conflict => "conflict",
        Kind::Restored => "restored",
        Kind::Twice => "listed twice",
        Kind::RemovedByHand => "removed by hand",
        Kind::KeptByHand => "kept by hand",
        Kind::ByHand => "written by hand",
        Kind::Unconfirmed => "vanished, unconfirmed",
        Kind::PossibleTwin => "possible duplicate",
        Kind::NeedsAHuman => "needs a human",
    }
}
