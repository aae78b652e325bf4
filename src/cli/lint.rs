//! `lint`: checks printed sections against the house style, and mends what is certain.

mod explained;
mod shown;
mod since;

use super::apart::Named;
use super::{Exit, Invocation, Misused, pipe, print, say};
use anyhow::Context;
use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::EventId;
use rusty_events::publish;
use rusty_events::section::grammar;
use rusty_events::section::habits::Habit;
use rusty_events::section::lint::{self, Finding, Kind, Report, Rules, Severity};
use rusty_events::section::select::Style;
use rusty_events::store::Store;
use rusty_events::suspects;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Drafts or issues, as Markdown, or files that hold the section only; - is standard input, and with --fix the
    /// mended text goes to standard output
    #[arg(value_name = "FILE", required_unless_present = "explain")]
    files: Vec<PathBuf>,
    /// Mend what is certain, in place
    #[arg(long)]
    fix: bool,
    /// Report only what has changed since the branch left this Git revision
    #[arg(long, value_name = "REV", conflicts_with = "base")]
    since: Option<String>,
    /// Report only what has changed against this other version of the file
    #[arg(long, value_name = "FILE")]
    base: Option<PathBuf>,
    /// End with 4 for warnings too
    #[arg(long)]
    strict: bool,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print what a kind of finding means, with a bad and a good example; without KIND, list all kinds
    #[arg(
        long,
        value_name = "KIND",
        value_parser = PossibleValuesParser::new(Kind::ALL.iter().map(|kind| kind.name())),
        hide_possible_values = true,
        exclusive = true
    )]
    explain: Option<Option<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line a finding; equal ones together
    Text,
    /// One object
    Json,
    /// Annotations of GitHub's workflows
    Github,
}

/// The findings of one file.
struct Checked {
    /// The file, as it was given.
    file: String,
    findings: Vec<Finding>,
    /// How many findings were mended in the file.
    mended: usize,
}

/// What the database knows.
#[derive(Default)]
struct Known {
    published: BTreeMap<EventId, Published>,
    store: Option<Store>,
}

impl Known {
    /// From the database, if there is one; none is made.
    fn of(invocation: &Invocation) -> anyhow::Result<Known> {
        if !invocation.database.is_file() {
            return Ok(Known::default());
        }
        let store = Store::open(&invocation.database)?;
        Ok(Known {
            published: store.published()?,
            store: Some(store),
        })
    }

    /// The habits of groups by the issues before a day.
    fn habits(&self, before: NaiveDate, style: &Style) -> anyhow::Result<Vec<Habit>> {
        let habits = self
            .store
            .as_ref()
            .map(|store| suspects::habits(store, before, style));
        Ok(habits.transpose()?.unwrap_or_default())
    }
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    if let Some(kind) = &arguments.explain {
        print(&explained::text(kind.as_deref()))?;
        return Ok(Exit::Done);
    }
    if arguments.base.is_some() && arguments.files.len() > 1 {
        return Err(Misused("--base goes with one FILE only".to_owned()).into());
    }
    let is_piped = pipe::is_alone(&arguments.files)?;
    if is_piped {
        if arguments.since.is_some() {
            return Err(Misused(
                "--since asks Git for a file, but - is standard input: name the file, or give --base FILE"
                    .to_owned(),
            )
            .into());
        }
    } else if arguments.fix {
        let drafts = arguments.files.iter().map(|path| Named::draft(path));
        let base = arguments.base.iter();
        let base = base.map(|path| Named::input("--base", path));
        invocation.are_apart(&drafts.chain(base).collect::<Vec<_>>())?;
    }
    let style = invocation.style();
    let known = Known::of(invocation)?;
    let mut exit = Exit::Done;
    let mut all = Vec::new();
    for file in &arguments.files {
        match check(invocation, arguments, file, &style, &known) {
            Ok(checked) => all.push(checked),
            Err(error) => {
                super::complain(&error, &invocation.options);
                exit = exit.max(super::code_of(&error));
            }
        }
    }
    let counts = |finding: &Finding| arguments.strict || finding.kind.severity() == Severity::Error;
    if all.iter().flat_map(|checked| &checked.findings).any(counts) {
        exit = exit.max(Exit::Findings);
    }
    let text = match arguments.format {
        Format::Text => shown::as_text(&all, invocation.colours()),
        Format::Json => format!("{:#}\n", shown::as_json(&all)),
        Format::Github => shown::as_annotations(&all),
    };
    match arguments.fix && is_piped {
        // Standard output has the mended text.
        true if text.is_empty() => {}
        true => say(text.trim_end()),
        false => print(&text)?,
    }
    if !invocation.quiet && !all.is_empty() {
        say(&shown::summary(&all));
    }
    Ok(exit)
}

fn check(
    invocation: &Invocation,
    arguments: &Arguments,
    file: &Path,
    style: &Style,
    known: &Known,
) -> anyhow::Result<Checked> {
    let text = pipe::text(file)?;
    let settings = &invocation.configuration.settings;
    let issue = day_of(file);
    let day = grammar::stated_day(&text).or(issue);
    let habits = known.habits(day.unwrap_or_else(|| invocation.today()), style)?;
    let events: Vec<&Published> = known.published.values().collect();
    let rules = Rules {
        style,
        topic: &settings.topic,
        rhythm: settings.newsletter.rhythm,
        days: settings.section.days,
        issue,
        published: &events,
        habits: &habits,
    };
    let base = match (&arguments.since, &arguments.base) {
        (Some(revision), _) => {
            let before = since::before(file, revision)?;
            if let Some(note) = before.note.filter(|_| !invocation.quiet) {
                say(&note);
            }
            // All is new in a file that was not there.
            Some(before.text.unwrap_or_default())
        }
        (None, Some(base)) if pipe::is_pipe(base) => {
            return Err(Misused("--base -: name the file to compare with".to_owned()).into());
        }
        (None, Some(base)) => Some(pipe::text(base)?),
        (None, None) => None,
    };
    let report = |text: &str| -> Option<Report> {
        match &base {
            Some(base) => lint::lint_since(text, base, &rules),
            None => lint::lint(text, &rules),
        }
    };
    let found = report(&text).with_context(|| {
        format!(
            "{}: no line is {:?}, with which its section would begin: write it above the rows, or set `heading` under [section]",
            pipe::shown(file),
            style.heading
        )
    })?;
    let mut mended = 0;
    let mut findings = found.findings;
    if arguments.fix {
        let changed = match pipe::is_pipe(file) {
            true => {
                print(&found.mended)?;
                found.mended != text
            }
            false => publish::file(file, &found.mended)
                .with_context(|| format!("cannot write {}", file.display()))?,
        };
        if changed {
            let left = report(&found.mended).map_or_else(Vec::new, |left| left.findings);
            mended = findings
                .iter()
                .filter(|finding| finding.mend.is_some())
                .count();
            findings = left;
        }
    }
    Ok(Checked {
        file: file.display().to_string(),
        findings,
        mended,
    })
}

/// The issue's day with which a file's name begins: `2024-11-06-this-week-in-rust.md`.
fn day_of(file: &Path) -> Option<NaiveDate> {
    file.file_name()?.to_str()?.get(..10)?.parse().ok()
}
