//! `init`: writes a configuration, as a commented start, from printed issues, or the one that is compiled in.

use super::{Exit, Global, Misused, print, quoted, say};
use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use rusty_events::config;
use rusty_events::facts::event::counted;
use rusty_events::learn;
use rusty_events::section::observed::{Observed, observed};
use std::path::{Path, PathBuf};
use std::{fs, io};

mod groups;
mod settings;

/// The newsletter that is compiled in.
const NEWSLETTER: &str = "this-week-in-rust";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write [default: that of --config, else ./config]
    #[arg(value_name = "DIR", value_parser = super::path())]
    folder: Option<PathBuf>,
    /// Learn words, days and groups from printed issues: a file or a folder (may be repeated)
    #[arg(long, value_name = "ISSUE", conflicts_with = "newsletter", value_parser = super::path())]
    from: Vec<PathBuf>,
    /// Write the configuration of this newsletter, which is compiled in
    #[arg(long, value_name = "NAME", value_parser = [NEWSLETTER])]
    newsletter: Option<String>,
}

/// The files of a configuration: path below the folder, and text.
type Files = Vec<(String, String)>;

pub(super) fn run(
    global: &Global,
    arguments: &Arguments,
    clock: DateTime<Utc>,
) -> anyhow::Result<Exit> {
    let folder = arguments
        .folder
        .clone()
        .or_else(|| global.config.clone())
        .unwrap_or_else(|| PathBuf::from("config"));
    refuse_to_overwrite(&folder)?;
    let mut notes = Vec::new();
    let mut files = if arguments.newsletter.is_some() {
        let own = config::COMPILED_IN.iter();
        own.map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    } else if arguments.from.is_empty() {
        settings::start()
    } else {
        let today = global.now.unwrap_or(clock).date_naive();
        let observed = read(&arguments.from)?;
        notes.extend(summary(&observed));
        notes.push(
            "set `words` under [topic] in service.toml: what the newsletter is about".to_owned(),
        );
        let mut files = vec![settings::learned(&observed)];
        files.extend(groups::of(&observed, today, &mut notes));
        files
    };
    files.extend(config::schemas().map(|(path, text)| (path.to_owned(), text)));
    write(&folder, &files, &mut notes)?;
    if !global.quiet {
        notes.iter().for_each(|note| say(note));
    }
    for (path, _) in &files {
        print(&format!("{}\n", folder.join(path).display()))?;
    }
    let option = match folder == Path::new("config") {
        true => String::new(),
        false => format!("--config {} ", quoted(&folder)),
    };
    if !global.quiet {
        say(&format!(
            "next: `rusty-events {option}source check`, then `rusty-events {option}section --refresh`; `rusty-events {option}source add URL` finds a group's calendar"
        ));
    }
    Ok(Exit::Done)
}

/// A configuration is never written over another, nor among other files.
fn refuse_to_overwrite(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    let Ok(mut entries) = fs::read_dir(folder) else {
        if folder.exists() {
            return Err(Misused(format!("{shown} is not a folder: name another")).into());
        }
        return Ok(());
    };
    if entries.next().is_some() {
        return Err(Misused(format!(
            "{shown} is not empty, and init overwrites nothing: name another folder, as in `rusty-events init mine`"
        ))
        .into());
    }
    Ok(())
}

fn read(paths: &[PathBuf]) -> anyhow::Result<Observed> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(learn::texts(path)?);
    }
    match observed(&files) {
        Some(observed) => Ok(observed),
        None => {
            let named: Vec<String> = paths.iter().map(|path| quoted(path)).collect();
            bail!(
                "no row is in {}: a row is two lines, `* DATE | Place | [Organiser](address)` and below it `    * [**Title**](address)`",
                named.join(", ")
            )
        }
    }
}

/// How much was read, and which headings are not kept.
fn summary(observed: &Observed) -> Vec<String> {
    let rows: usize = observed.issues.iter().map(|(_, rows)| rows.len()).sum();
    let mut summary = vec![format!(
        "{} with {} read",
        counted(observed.issues.len(), "issue", "issues"),
        counted(rows, "row", "rows")
    )];
    summary.extend(
        observed
            .lost
            .iter()
            .map(|(words, why)| format!("the heading {words:?} is not kept: {why}")),
    );
    summary
}

/// Writes the files into a temporary folder, checks that they are a configuration, and gives them their place.
fn write(folder: &Path, files: &Files, notes: &mut Vec<String>) -> anyhow::Result<()> {
    let shown = folder.display();
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    // An empty folder that is there may be a volume, or the one in which the command runs: it stays.
    let is_there = folder.exists();
    let beside = if is_there { folder } else { parent };
    let made = tempfile::Builder::new()
        .prefix(".rusty-events-init-")
        .tempdir_in(beside)
        .map_err(|error| {
            // The error names the hidden folder.
            let (beside, kind) = (beside.display(), error.kind());
            anyhow::anyhow!(
                "cannot write into {beside}: {kind}: name a folder in which you may write"
            )
        })?;
    for (path, text) in files {
        let path = made.path().join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot create {shown}"))?;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {shown}"))?;
    }
    if let Err(problems) = config::read(made.path()) {
        let text = problems.to_string();
        let inside = format!("{}/", made.path().display());
        bail!(
            "what was learned is not a valid configuration:\n{}",
            text.replace(&inside, "")
        );
    }
    if is_there {
        let failed = || format!("cannot write into {shown}");
        let entries = fs::read_dir(made.path()).with_context(failed)?;
        let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
        let names = names.collect::<io::Result<Vec<_>>>();
        let names = names.with_context(failed)?;
        for (place, name) in names.iter().enumerate() {
            if let Err(error) = fs::rename(made.path().join(name), folder.join(name)) {
                // Half a configuration would be in the way of the next attempt.
                for moved in &names[..place] {
                    let _ = fs::rename(folder.join(moved), made.path().join(moved));
                }
                return Err(error).with_context(failed);
            }
        }
        return Ok(());
    }
    let made = made.keep();
    if let Err(error) = fs::rename(&made, folder) {
        let _ = fs::remove_dir_all(&made);
        return Err(error).with_context(|| format!("cannot write {shown}"));
    }
    readable(folder, notes);
    Ok(())
}

/// A temporary folder is its owner's alone; a configuration is as readable as any other new folder.
#[cfg(unix)]
fn readable(folder: &Path, notes: &mut Vec<String>) {
    use std::os::unix::fs::PermissionsExt;
    if let Err(error) = fs::set_permissions(folder, fs::Permissions::from_mode(0o755)) {
        notes.push(format!("{}: {error}", folder.display()));
    }
}

#[cfg(not(unix))]
fn readable(_: &Path, _: &mut Vec<String>) {}
