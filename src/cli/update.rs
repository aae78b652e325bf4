//! `update`: brings the section inside a newsletter's draft up to date in place.

use super::apart::Named;
use super::{Exit, Setting, decide, deliver, print, refresh, report, say};
use anyhow::{Context, bail};
use chrono::{Datelike, NaiveDate};
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
    /// Make only these changes [default: all; changed,moved,cancelled in an issue whose day has passed]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "CHANGES")]
    only: Vec<Only>,
    /// Compare with this text, to tell what people changed and took out: the draft at a revision of Git, a file, `last` for what was last written into it, `none` for nothing [default: found out]
    #[arg(long, value_name = "REV|FILE|last|none")]
    base: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Events that stand nowhere yet come in
    New,
    /// Titles, links, organisers, places and headings follow their events
    Changed,
    /// Days follow their events
    Moved,
    /// What does not take place goes
    Cancelled,
    /// What is over goes
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

pub(super) fn run(setting: &Setting, arguments: &Arguments) -> anyhow::Result<Exit> {
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
    setting.are_apart(&named)?;
    let style = setting.style();
    let read_all = || -> anyhow::Result<Vec<File>> {
        let files = arguments.files.iter();
        files.map(|path| read(path, &style)).collect()
    };
    // A file that cannot be updated is told before anything is fetched or written.
    let mut files = read_all()?;
    super::are_ready(arguments.report.as_deref())?;
    let mut store = if arguments.dry_run {
        Store::copied_to_memory(&setting.database)?
    } else {
        super::are_ready(arguments.files.iter().map(PathBuf::as_path))?;
        if arguments.refresh {
            setting.store()?
        } else {
            setting.existing_store()?
        }
    };
    let bases = Base::of_each(arguments.base.as_deref(), &files, &store, &style)?;
    if let Some(repository) = &setting.configuration.settings.newsletter.repository {
        // What was printed makes the report better; that it cannot be had today must not stop the job.
        if let Err(error) = learn::learn(&mut store, repository, &style, setting.now) {
            say(&format!("printed issues were not learned: {error}"));
        }
    }
    if arguments.refresh {
        refresh::walk(setting, &mut store, &[])?;
        // That took minutes, in which somebody may have gone on writing.
        files = read_all()?;
    }
    let standings = store.standings()?;
    if standings.is_empty() {
        return Err(setting.nothing_stored());
    }
    let mut exit = refresh::ended(setting, &store, &[])?;
    if exit == Exit::NoResult {
        bail!(
            "no source could be read, and nothing is stored: `rusty-events source list` shows why"
        );
    }
    let mut written = String::new();
    let mut news = false;
    for (file, base) in files.iter().zip(&bases) {
        let only = changes(setting, arguments, file);
        let window = Window::starting(file.day, setting.configuration.settings.section.days);
        let path = compose::path_of(&file.path);
        let given = Given {
            path: path.as_deref(),
            against: base.against(),
            ..Given::pasted(&file.text, &file.draft)
        };
        let updated = compose::update(&store, &given, window, &only, &style)?;
        let new = file.with(&updated.text);
        if arguments.dry_run {
            if new != file.text {
                print(&diff(&file.path, &file.text, &new))?;
                exit = exit.max(Exit::Findings);
            }
        } else {
            file.replace(&new)?;
            let revision = base::revision(&file.path);
            let revision = revision.as_deref();
            news |= compose::keep(
                &mut store,
                &given,
                &updated,
                file.day,
                revision,
                setting.now,
            )?;
        }
        if !setting.quiet {
            say(&remarks(
                file,
                &updated,
                new != file.text,
                arguments.dry_run,
            ));
        }
        let title = format!("Events of the issue of {} ({})", file.day, name(&file.path));
        let _ = writeln!(written, "{}", rendered::markdown(&title, &updated.report));
        tell_sources(setting, &updated, &mut written);
        tell_suspects(setting, &mut store, window, &updated, &mut written)?;
    }
    if news {
        // What people wrote is for subscribers too.
        decide::take_effect(setting, &mut store)?;
    }
    let stale = report::stale(setting, &standings);
    if !stale.is_empty() {
        let _ = write!(written, "## Sources that may be missing something\n\n");
        for source in &stale {
            let _ = writeln!(written, "* {}", rendered::inert(source));
        }
        if !setting.quiet {
            say(&format!(
                "sources that may be missing something:\n  {}",
                stale.join("\n  ")
            ));
        }
    }
    if let Some(path) = &arguments.report {
        deliver(&written, Some(path))?;
    }
    Ok(exit)
}

/// Reports which groups have rows written by hand and no source.
fn tell_sources(setting: &Setting, updated: &Updated, report: &mut String) {
    let proposals = sources::proposals(setting, &updated.by_hand);
    if proposals.is_empty() {
        return;
    }
    let _ = writeln!(
        report,
        "### Groups without a source ({})\n\n{}",
        proposals.len(),
        sources::markdown(&proposals)
    );
    if !setting.quiet {
        say(&format!(
            "groups without a source:{}",
            sources::plain(&proposals)
        ));
    }
}

/// Reports which groups are missing by their habit.
fn tell_suspects(
    setting: &Setting,
    store: &mut Store,
    window: Window,
    updated: &Updated,
    report: &mut String,
) -> anyhow::Result<()> {
    let sources = &setting.configuration.sources;
    let usual = suspects::named(store, sources, window, &updated.text, &updated.report)?;
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
    if !setting.quiet {
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

    /// Writes another text in its place, unless somebody has gone on writing it; answers whether it changed.
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

/// Reads a draft, and tells for which issue it is.
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
    let draft = grammar::draft(&text, &style.heading, &style.line)
        .map_err(|error| anyhow::anyhow!("{shown}: {error}"))?;
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
            "{shown}: for which issue it is stands neither in a header (`Date: 2026-08-26`), nor in the line that tells its window, nor in its name"
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
fn changes(setting: &Setting, arguments: &Arguments, file: &File) -> BTreeSet<Change> {
    let weekday = setting.configuration.settings.newsletter.weekday;
    if file.day.weekday() != weekday && !setting.quiet {
        say(&format!(
            "{}: {} is no issue day, but a {}",
            file.path.display(),
            file.day,
            file.day.format("%A")
        ));
    }
    if !arguments.only.is_empty() {
        return arguments.only.iter().map(|only| only.change()).collect();
    }
    if file.day < setting.today() {
        if !setting.quiet {
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

/// What an editor is told beside the file: a table, a line a row.
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
