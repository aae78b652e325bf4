//! `lint`: checks printed sections against the house style, and mends what is certain.

use super::apart::Named;
use super::{Exit, Misused, Setting, print, say};
use anyhow::Context;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::EventId;
use rusty_events::publish;
use rusty_events::section::lint::{self, Finding, Report, Rules, Severity};
use rusty_events::section::select::Style;
use rusty_events::store::Store;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bytes of a file that are read at most.
const LONGEST_FILE: u64 = 10 << 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Drafts or issues, as Markdown, or files that hold the section only
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Mend what is certain, in place
    #[arg(long)]
    fix: bool,
    /// Count only what this Git revision of the files did not have
    #[arg(long, value_name = "REV", conflicts_with = "base")]
    since: Option<String>,
    /// Count only what this other version of the file does not have
    #[arg(long, value_name = "FILE")]
    base: Option<PathBuf>,
    /// End with 4 for warnings too
    #[arg(long)]
    strict: bool,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line a finding
    Text,
    /// One object
    Json,
    /// Annotations of GitHub's workflows
    Github,
}

/// The findings of one file.
struct Checked {
    /// As it was named.
    file: String,
    findings: Vec<Finding>,
    /// How many findings were mended in the file.
    mended: usize,
}

pub(super) fn run(setting: &Setting, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.base.is_some() && arguments.files.len() > 1 {
        return Err(Misused("--base goes with one FILE only".to_owned()).into());
    }
    if arguments.fix {
        let drafts = arguments.files.iter().map(|path| Named::draft(path));
        let base = arguments.base.iter();
        let base = base.map(|path| Named::input("--base", path));
        setting.are_apart(&drafts.chain(base).collect::<Vec<_>>())?;
    }
    let style = setting.style();
    let published = published(setting)?;
    let events: Vec<&Published> = published.values().collect();
    let mut exit = Exit::Done;
    let mut all = Vec::new();
    for file in &arguments.files {
        match check(setting, arguments, file, &style, &events) {
            Ok(checked) => all.push(checked),
            Err(error) => {
                super::complain(&error, &setting.options);
                exit = exit.max(super::code_of(&error));
            }
        }
    }
    let counts = |finding: &Finding| arguments.strict || finding.kind.severity() == Severity::Error;
    if all.iter().flat_map(|checked| &checked.findings).any(counts) {
        exit = exit.max(Exit::Findings);
    }
    let text = match arguments.format {
        Format::Text => as_text(&all, setting.colours()),
        Format::Json => format!("{:#}\n", as_json(&all)),
        Format::Github => as_annotations(&all),
    };
    print(&text)?;
    if !setting.quiet && !all.is_empty() {
        say(&summary(&all));
    }
    Ok(exit)
}

/// What is published, if there is a database; none is made.
fn published(setting: &Setting) -> anyhow::Result<BTreeMap<EventId, Published>> {
    if !setting.database.is_file() {
        return Ok(BTreeMap::new());
    }
    Ok(Store::open(&setting.database)?.published()?)
}

fn check(
    setting: &Setting,
    arguments: &Arguments,
    file: &Path,
    style: &Style,
    events: &[&Published],
) -> anyhow::Result<Checked> {
    let text = read(file)?;
    let settings = &setting.configuration.settings;
    let rules = Rules {
        style,
        weekday: settings.newsletter.weekday,
        days: settings.section.days,
        issue: day_of(file),
        published: events,
    };
    let report = |text: &str| -> Option<Report> { lint::lint(text, &rules) };
    let found = report(&text).with_context(|| {
        format!(
            "{}: no section is in it: it has no line {:?}",
            file.display(),
            style.heading
        )
    })?;
    let base = match (&arguments.since, &arguments.base) {
        (Some(revision), _) => before(file, revision)?,
        (None, Some(base)) => Some(read(base)?),
        (None, None) => None,
    };
    let mut mended = 0;
    let mut findings = found.findings;
    if arguments.fix {
        let changed = publish::file(file, &found.mended)
            .with_context(|| format!("cannot write {}", file.display()))?;
        if changed {
            let left = report(&found.mended).map_or_else(Vec::new, |left| left.findings);
            mended = findings
                .iter()
                .filter(|finding| finding.mend.is_some())
                .count();
            findings = left;
        }
    }
    if let Some(base) = base {
        // A version without a section had no findings.
        let base = report(&base).map_or_else(Vec::new, |report| report.findings);
        findings = lint::only_new(findings, &base);
    }
    Ok(Checked {
        file: file.display().to_string(),
        findings,
        mended,
    })
}

/// A file's text.
fn read(file: &Path) -> anyhow::Result<String> {
    let shown = file.display();
    let open = || format!("cannot read {shown}");
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .and_then(|open| open.take(LONGEST_FILE + 1).read_to_end(&mut bytes))
        .with_context(open)?;
    if bytes.len() as u64 > LONGEST_FILE {
        anyhow::bail!("{shown} has more than {LONGEST_FILE} bytes: no newsletter is so long");
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        anyhow::anyhow!("{shown}:{line}: not UTF-8: save the file as UTF-8")
    })
}

/// The issue's day that a file's name begins with: `2024-11-06-this-week-in-rust.md`.
fn day_of(file: &Path) -> Option<NaiveDate> {
    file.file_name()?.to_str()?.get(..10)?.parse().ok()
}

/// A file as it was in a revision; `None` if it was not there.
fn before(file: &Path, revision: &str) -> anyhow::Result<Option<String>> {
    // What begins with a hyphen would be an option.
    if revision.is_empty() || revision.starts_with('-') || revision.contains(':') {
        return Err(Misused(format!(
            "{revision:?} is no revision such as HEAD or origin/main"
        ))
        .into());
    }
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .with_context(|| format!("{} has no name that Git could be asked for", file.display()))?;
    let git = |arguments: &[&str]| {
        Command::new("git")
            .current_dir(folder)
            .args(arguments)
            .output()
            .context("--since asks Git, and `git` cannot be run: install it, or use --base FILE")
    };
    let commit = format!("{revision}^{{commit}}");
    let known = git(&[
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &commit,
    ])?;
    if !known.status.success() {
        let said = String::from_utf8_lossy(&known.stderr);
        let said = said.lines().next().unwrap_or("Git knows no such commit");
        anyhow::bail!("--since {revision}: {said}");
    }
    let object = format!("{}:./{name}", String::from_utf8_lossy(&known.stdout).trim());
    if !git(&["cat-file", "-e", &object])?.status.success() {
        return Ok(None);
    }
    let shown = git(&["show", &object])?;
    if !shown.status.success() {
        let said = String::from_utf8_lossy(&shown.stderr);
        anyhow::bail!("--since {revision}: {}", said.trim());
    }
    let text = String::from_utf8(shown.stdout)
        .with_context(|| format!("{} of {revision} is not UTF-8", file.display()))?;
    Ok(Some(text))
}

fn as_text(all: &[Checked], colours: bool) -> String {
    let mut text = String::new();
    for checked in all {
        for finding in &checked.findings {
            let severity = finding.kind.severity();
            let (on, off) = match (colours, severity) {
                (false, _) => ("", ""),
                (true, Severity::Error) => ("\u{1b}[31m", "\u{1b}[0m"),
                (true, Severity::Warning) => ("\u{1b}[33m", "\u{1b}[0m"),
            };
            let _ = write!(
                text,
                "{}:{}:{}: {on}{}[{}]{off}: {}",
                checked.file,
                finding.line,
                finding.column,
                severity.name(),
                finding.kind.name(),
                finding.text
            );
            if let Some(mend) = &finding.mend {
                let _ = write!(text, " — {mend}");
            }
            text.push('\n');
        }
    }
    text
}

fn as_json(all: &[Checked]) -> Value {
    let findings: Vec<Value> = all
        .iter()
        .flat_map(|checked| {
            checked
                .findings
                .iter()
                .map(move |finding| (checked, finding))
        })
        .map(|(checked, finding)| {
            json!({
                "file": checked.file,
                "line": finding.line,
                "column": finding.column,
                "kind": finding.kind.name(),
                "severity": finding.kind.severity().name(),
                "text": finding.text,
                "mend": finding.mend,
            })
        })
        .collect();
    json!({ "findings": findings })
}

/// Workflow commands, with the escapes they require: what ends a command must not stand in its data, nor
/// what ends a property in a property.
fn as_annotations(all: &[Checked]) -> String {
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut text = String::new();
    for checked in all {
        for finding in &checked.findings {
            let mend = finding
                .mend
                .as_ref()
                .map_or_else(String::new, |mend| format!(" — {mend}"));
            let _ = writeln!(
                text,
                "::{} file={},line={},col={},title={}::{}",
                finding.kind.severity().name(),
                property(&checked.file),
                finding.line,
                finding.column,
                property(finding.kind.name()),
                data(&format!("{}{mend}", finding.text))
            );
        }
    }
    text
}

fn summary(all: &[Checked]) -> String {
    let count = |severity| {
        all.iter()
            .flat_map(|checked| &checked.findings)
            .filter(|finding| finding.kind.severity() == severity)
            .count()
    };
    let mended: usize = all.iter().map(|checked| checked.mended).sum();
    let certain = all
        .iter()
        .flat_map(|checked| &checked.findings)
        .filter(|finding| finding.mend.is_some())
        .count();
    let number = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        more => format!("{more} {one}s"),
    };
    let mut text = format!(
        "{}, {} in {}",
        number(count(Severity::Error), "error"),
        number(count(Severity::Warning), "warning"),
        number(all.len(), "file")
    );
    if mended > 0 {
        let _ = write!(text, "; {mended} mended");
    }
    if certain > 0 {
        let _ = write!(text, "; --fix mends {certain}");
    }
    text
}
