//! `merge`: two versions of a draft are made one, row by row. Git calls it where both sides of a merge
//! changed a draft.

use super::apart::Named;
use super::{Exit, Invocation, say};
use anyhow::{Context, bail};
use clap::Args;
use rusty_events::publish;
use rusty_events::render::report::inert;
use rusty_events::section::grammar::{self, NotADraft, extent};
use rusty_events::section::select::Style;
use rusty_events::section::versions::merged;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Longest draft in bytes; what is longer is none.
const LONGEST: u64 = 8 << 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The version that both began with (Git's %O)
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// Our version (Git's %A); it is replaced by what is merged
    #[arg(value_name = "OURS")]
    ours: PathBuf,
    /// Their version (Git's %B)
    #[arg(value_name = "THEIRS")]
    theirs: PathBuf,
    /// Outside the section, keep both where both changed the same lines, ours first [default: Git's marks of a conflict, and exit code 1]
    #[arg(long)]
    union: bool,
    /// Add what both changed in different ways to this file, as a Markdown list
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

pub(super) fn run(invocation: &Invocation, arguments: &Arguments) -> anyhow::Result<Exit> {
    let mut named = vec![
        Named::input("BASE", &arguments.base),
        Named::draft(&arguments.ours),
        Named::input("THEIRS", &arguments.theirs),
    ];
    let report = arguments.report.as_deref();
    named.extend(report.map(|path| Named::output("--report", path)));
    invocation.are_apart(&named)?;
    let style = invocation.style();
    let mut versions = Vec::new();
    for path in [&arguments.base, &arguments.ours, &arguments.theirs] {
        versions.push(read(path, &style)?);
    }
    let spans: Option<Vec<_>> = versions.iter().map(|text| extent(text, &style)).collect();
    let mut settled = Vec::new();
    if let Some(spans) = spans {
        let sections: Vec<&str> = versions
            .iter()
            .zip(&spans)
            .map(|(text, span)| &text[span.clone()])
            .collect();
        if let Some(section) = merged(sections[0], sections[1], sections[2], &style) {
            settled = section.settled;
            // The three are one there now: Git has only the rest to merge.
            for (text, span) in versions.iter_mut().zip(spans) {
                text.replace_range(span, &section.text);
            }
        }
    }
    let (text, is_whole) = lines_merged(&versions, arguments.union)?;
    publish::file(&arguments.ours, &text)
        .with_context(|| format!("cannot write {}", arguments.ours.display()))?;
    tell(&settled, arguments)?;
    Ok(if is_whole { Exit::Done } else { Exit::NoResult })
}

fn read(path: &Path, style: &Style) -> anyhow::Result<String> {
    let shown = path.display();
    let about = fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
    if about.len() > LONGEST {
        bail!("{shown} is longer than {LONGEST} bytes: it is no draft");
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read {shown}"))?;
    let text = String::from_utf8(bytes)
        .with_context(|| format!("{shown} is not UTF-8; save it as UTF-8 first"))?;
    // A text without a section is merged line by line; an unfinished merge is not merged again.
    if let Err(why @ NotADraft::Conflict(..)) = grammar::draft(&text, style) {
        bail!("{shown}: {why}");
    }
    Ok(text)
}

/// Merges base, ours and theirs line by line, as Git does; answers whether nothing was left to people.
fn lines_merged(versions: &[String], union: bool) -> anyhow::Result<(String, bool)> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    for (name, text) in ["base", "ours", "theirs"].iter().zip(versions) {
        fs::write(folder.path().join(name), text).context("cannot write a temporary file")?;
    }
    let mut git = Command::new("git");
    git.args(["merge-file", "--stdout", "--quiet"]);
    git.args(union.then_some("--union"));
    let merged = git
        .args(["ours", "base", "theirs"])
        .current_dir(folder.path())
        .output()
        .context("cannot run `git merge-file`")?;
    // The number of conflicts, at most 127; 255 is an error.
    let conflicts = merged.status.code().filter(|code| *code < 128);
    let Some(conflicts) = conflicts else {
        let said = String::from_utf8_lossy(&merged.stderr);
        bail!("`git merge-file` failed: {}", said.trim());
    };
    let text = String::from_utf8(merged.stdout).context("what was merged is not UTF-8")?;
    Ok((text, conflicts == 0))
}

/// Says what was settled, on standard error and in the report.
fn tell(settled: &[String], arguments: &Arguments) -> anyhow::Result<()> {
    for sentence in settled {
        say(sentence);
    }
    let (Some(path), false) = (&arguments.report, settled.is_empty()) else {
        return Ok(());
    };
    let mut list = String::new();
    for sentence in settled {
        let _ = writeln!(list, "* {}", inert(sentence));
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(list.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}
