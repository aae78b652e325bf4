//! `learn`: takes in what the newsletter has printed.

use super::update::name_day;
use super::{Exit, Setting, say};
use anyhow::bail;
use chrono::NaiveDate;
use clap::Args;
use rusty_events::read::draft::{self, Draft};
use rusty_events::select::Style;
use rusty_events::store::{Origin, Store};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Printed issues as Markdown, or folders of them; a checkout of the newsletter's repository is one too
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What became of the files.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// Issues that were not known, or have changed.
    pub(super) new: usize,
    /// Issues that were known as they are.
    pub(super) known: usize,
    /// Files that are no issue with a section, each with why; of a folder none is counted.
    pub(super) unread: Vec<String>,
}

pub(super) fn run(setting: &Setting, arguments: &Arguments) -> anyhow::Result<Exit> {
    let mut store = setting.store()?;
    let mut all = Learned::default();
    for path in &arguments.files {
        let learned = learn(setting, &mut store, path)?;
        all.new += learned.new;
        all.known += learned.known;
        all.unread.extend(learned.unread);
    }
    for unread in &all.unread {
        say(unread);
    }
    if all.new + all.known == 0 {
        bail!("no printed issue was found");
    }
    if !setting.quiet {
        say(&format!(
            "{} issues learned, {} known already",
            all.new, all.known
        ));
    }
    Ok(if all.unread.is_empty() {
        Exit::Done
    } else {
        Exit::Incomplete
    })
}

/// Takes in one file, or every issue in a folder.
pub(super) fn learn(setting: &Setting, store: &mut Store, path: &Path) -> anyhow::Result<Learned> {
    let style = setting.style();
    let mut learned = Learned::default();
    if !path.is_dir() {
        match issue(path, &style)? {
            Ok((day, section)) => keep(setting, store, path, day, &section, &mut learned)?,
            Err(why) => learned.unread.push(format!("{}: {why}", path.display())),
        }
        return Ok(learned);
    }
    // The newsletter's repository has its printed issues in a folder of their own, beside its drafts.
    let content = path.join("content");
    let folder = if content.is_dir() { &content } else { path };
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<io::Result<_>>()
        })
        .map_err(|error| anyhow::anyhow!("cannot read {}: {error}", folder.display()))?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    for file in files {
        // A folder holds other pages too, and issues in forms of long ago.
        if let Ok((day, section)) = issue(&file, &style)? {
            keep(setting, store, &file, day, &section, &mut learned)?;
        }
    }
    Ok(learned)
}

fn keep(
    setting: &Setting,
    store: &mut Store,
    path: &Path,
    day: NaiveDate,
    section: &str,
    learned: &mut Learned,
) -> anyhow::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if store.keep_issue(day, Origin::Learned, &name, section, setting.now)? {
        learned.new += 1;
    } else {
        learned.known += 1;
    }
    Ok(())
}

/// A printed issue's day and section; or why the file is none.
///
/// What its name says is believed first, then its header: the line of the window has been forgotten there
/// from one issue to the next.
fn issue(path: &Path, style: &Style) -> anyhow::Result<Result<(NaiveDate, String), String>> {
    let bytes = fs::read(path)
        .map_err(|error| anyhow::anyhow!("cannot read {}: {error}", path.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    let draft: Draft = match draft::draft(&text, &style.heading, &style.line) {
        Ok(draft) => draft,
        Err(why) => return Ok(Err(why.to_string())),
    };
    if draft.rows().next().is_none() {
        return Ok(Err("its section has no row that can be read".to_owned()));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (header, window) = draft.stated;
    Ok(match name_day(&name).or(header).or(window) {
        Some(day) => Ok((day, text[draft.span.clone()].to_owned())),
        None => Err(
            "neither its name nor its header nor its window line says for which issue it is"
                .to_owned(),
        ),
    })
}
