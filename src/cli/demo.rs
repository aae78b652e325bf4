//! `demo`: runs a command with the sample, which is compiled in.

use super::{Exit, Global, Misused, print};
use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::{Args, Parser};
use include_dir::{Dir, include_dir};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// Both samples: the second one takes pages of the first.
static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/sample");
static BROKEN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/sample-broken");

/// The time for which the sample's pages are made.
const NOW: &str = "2024-11-06T09:00:00Z";

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Take the sample with a broken source; its exit code is 3
    #[arg(long)]
    broken: bool,
    /// The command to run with the sample
    #[arg(value_name = "COMMAND", trailing_var_arg = true, default_values_t = ["section".to_owned(), "--refresh".to_owned()])]
    command: Vec<String>,
}

/// The commands that show what was read: the sample's sources are read for them first.
const READERS: [&str; 9] = [
    "decide", "digest", "discover", "export", "review", "section", "source", "update", "why",
];

/// Unpacks the sample into a temporary folder, and runs the command there.
pub(super) fn run(
    global: &Global,
    arguments: &Arguments,
    clock: DateTime<Utc>,
) -> anyhow::Result<Exit> {
    if global.config.is_some() || global.database.is_some() || global.now.is_some() {
        let what = "demo has its own configuration, database and time: leave out --config, --database and --now";
        return Err(Misused(what.to_owned()).into());
    }
    let folder = tempfile::Builder::new()
        .prefix("rusty-events-demo-")
        .tempdir()
        .context("cannot make a temporary folder")?;
    unpack(&SAMPLE, &folder.path().join("sample"))?;
    unpack(&BROKEN, &folder.path().join("sample-broken"))?;
    let name = if arguments.broken {
        "sample-broken"
    } else {
        "sample"
    };
    let config = folder.path().join(name);
    let database = folder.path().join("demo.db");
    let mut all: Vec<OsString> = vec![
        "rusty-events".into(),
        "--config".into(),
        config.into_os_string(),
        "--database".into(),
        database.into_os_string(),
        "--now".into(),
        NOW.into(),
    ];
    let words = || arguments.command.iter().map(String::as_str);
    let reads = words().next().is_some_and(|first| READERS.contains(&first));
    if reads && !words().any(|word| ["--refresh", "--help", "-h"].contains(&word)) {
        let mut read = all.clone();
        read.extend(["--quiet".into(), "refresh".into()]);
        // What is wrong with a source is said by the command itself.
        super::Arguments::try_parse_from(read)?.run(clock)?;
    }
    if global.quiet {
        all.push("--quiet".into());
    }
    all.extend(arguments.command.iter().map(Into::into));
    match super::Arguments::try_parse_from(all) {
        Ok(parsed) => parsed.run(clock),
        // Help, or the version.
        Err(error) if !error.use_stderr() => {
            print(&error.render().to_string())?;
            Ok(Exit::Done)
        }
        Err(error) => {
            let text = error.to_string();
            let text = text.trim();
            let text = text.strip_prefix("error: ").unwrap_or(text);
            Err(Misused(text.to_owned()).into())
        }
    }
}

fn unpack(packed: &Dir<'_>, to: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", to.display());
    fs::create_dir_all(to).with_context(cannot)?;
    // A database that lay in the folder when the program was built is not part of the sample.
    for file in packed.files() {
        let name = file.path().file_name().unwrap_or_default();
        if !name.to_string_lossy().contains(".db") {
            fs::write(to.join(name), file.contents()).with_context(cannot)?;
        }
    }
    for folder in packed.dirs() {
        unpack(
            folder,
            &to.join(folder.path().file_name().unwrap_or_default()),
        )?;
    }
    Ok(())
}
