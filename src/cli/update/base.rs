//! What a draft is compared with, by a human's word: `--base REV|FILE|last|none`; and the commit that a draft
//! is written on.

use super::{File, name};
use crate::cli::{Misused, pipe};
use anyhow::{Context, bail};
use rusty_events::compose::Against;
use rusty_events::section::grammar;
use rusty_events::section::select::Style;
use rusty_events::store::Store;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// What a draft goes on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Base {
    /// What its rows tell.
    FoundOut,
    /// What we last wrote into it.
    Last,
    /// This section.
    Section(String),
    /// Nothing.
    Nothing,
}

impl Base {
    /// What `--base` names, for each draft.
    pub(super) fn of_each(
        word: Option<&str>,
        files: &[File],
        store: &Store,
        style: &Style,
    ) -> anyhow::Result<Vec<Base>> {
        let Some(word) = word else {
            return Ok(vec![Base::FoundOut; files.len()]);
        };
        let bases = files.iter();
        bases
            .map(|file| Base::read(word, file, store, style))
            .collect()
    }

    fn read(word: &str, file: &File, store: &Store, style: &Style) -> anyhow::Result<Base> {
        let shown = file.path.display();
        let text = match word {
            "none" => return Ok(Base::Nothing),
            "last" => {
                if store.written(file.day)?.is_empty() {
                    bail!(
                        "--base last: nothing was written into a draft of the issue of {} yet: leave --base out, or name a FILE or a revision of Git",
                        file.day
                    );
                }
                return Ok(Base::Last);
            }
            word if named_file(word).is_some() => {
                let bytes =
                    fs::read(word).with_context(|| format!("--base: cannot read {word}"))?;
                String::from_utf8(bytes).with_context(|| {
                    format!("--base: {word} is not UTF-8; save it as UTF-8 first")
                })?
            }
            revision => of_revision(revision, &file.path)?,
        };
        let span = grammar::extent(&text, style).with_context(|| {
            format!(
                "--base {word}: no line of it is {:?}, with which the section of {shown} would begin",
                style.heading
            )
        })?;
        Ok(Base::Section(text[span].to_owned()))
    }

    pub(super) fn against(&self) -> Against<'_> {
        match self {
            Base::FoundOut => Against::Memory,
            Base::Last => Against::Last,
            Base::Section(text) => Against::Text(text),
            Base::Nothing => Against::Nothing,
        }
    }
}

/// Refuses one file as what several drafts go on from.
pub(super) fn is_for_one(word: Option<&str>, drafts: usize) -> Result<(), Misused> {
    match word.filter(|word| drafts > 1 && named_file(word).is_some()) {
        None => Ok(()),
        Some(word) => Err(Misused(format!(
            "--base {word}: one file cannot be what {drafts} drafts go on from: update them one by one"
        ))),
    }
}

/// The file that `--base` names, if it names one.
pub(super) fn named_file(word: &str) -> Option<&Path> {
    let path = Path::new(word);
    (!["none", "last"].contains(&word) && path.is_file()).then_some(path)
}

/// A draft's text at a revision; `REVISION:PATH` names another file.
fn of_revision(revision: &str, draft: &Path) -> anyhow::Result<String> {
    let or_else = "name a revision of Git such as HEAD~1, a FILE, `last` or `none`";
    if pipe::is_pipe(draft) {
        let what = "--base asks Git for a file, but - is standard input: name the file, or give --base FILE";
        return Err(Misused(what.to_owned()).into());
    }
    // What begins with a hyphen would be an option.
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Misused(format!("--base {revision:?}: {or_else}")).into());
    }
    let draft = draft
        .canonicalize()
        .with_context(|| format!("cannot read {}", draft.display()))?;
    let object = if revision.contains(':') {
        revision.to_owned()
    } else {
        format!("{revision}:./{}", name(&draft))
    };
    let asked = ["cat-file", "blob", &object];
    let Some(found) = git(&draft, &asked) else {
        bail!("--base {revision}: no such file, and `git` cannot be run: {or_else}");
    };
    if !found.status.success() {
        let said = String::from_utf8_lossy(&found.stderr);
        let said = said.lines().next().unwrap_or_default();
        let said = said.strip_prefix("fatal: ").unwrap_or(said);
        bail!(
            "--base {revision}: neither a file, nor a revision of Git that holds {}: {said}; {or_else}, or REVISION:PATH if the draft had another name then",
            draft.display()
        );
    }
    String::from_utf8(found.stdout).with_context(|| format!("--base {revision}: is not UTF-8"))
}

/// The commit that is checked out where a file lies; `None` outside a work tree, and without Git.
pub(in crate::cli) fn revision(file: &Path) -> Option<String> {
    let found = git(file, &["rev-parse", "--verify", "--quiet", "HEAD"])?;
    let commit = String::from_utf8(found.stdout).ok()?.trim().to_owned();
    (found.status.success() && !commit.is_empty()).then_some(commit)
}

/// Asks Git about a file, in its folder.
fn git(file: &Path, arguments: &[&str]) -> Option<Output> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .output()
        .ok()
}
