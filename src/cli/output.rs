//! What a command prints: its result, its messages, its files.

use super::{completed, pipe};
use anyhow::Context;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Prints a result to standard output. It is no error if the reader has gone, as `head` does.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Prints a message to standard error. Foreign text in it is made harmless for terminals and for logs of workflows.
pub(super) fn say(text: &str) {
    let text = rusty_events::render::report::plain(text);
    // If standard error is gone, there is no other place to report that.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Checks that these files can be written, before long work begins.
pub(super) fn are_ready<'p>(files: impl IntoIterator<Item = &'p Path>) -> anyhow::Result<()> {
    for path in files.into_iter().filter(|path| !pipe::is_pipe(path)) {
        rusty_events::publish::is_ready(path)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Writes a result to a file if one is named, else, and for `-`, to standard output.
pub(super) fn deliver(text: &str, output: Option<&Path>) -> anyhow::Result<()> {
    match output.filter(|path| !pipe::is_pipe(path)) {
        None => print(text),
        Some(path) => {
            rusty_events::publish::file(path, text)
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(())
        }
    }
}

/// Prints why a command failed. `options` are those of `Arguments::options`.
pub(crate) fn complain(error: &anyhow::Error, options: &str) {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    if let Some(advice) = error.chain().find_map(advice) {
        text.push_str(": ");
        text.push_str(advice);
    }
    say(&completed(&text, options));
}

/// What to do about an error of the system that names only itself.
fn advice(cause: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    let error = cause.downcast_ref::<std::io::Error>()?;
    if error.get_ref().is_some() {
        // It was made with words of its own.
        return None;
    }
    Some(match error.kind() {
        ErrorKind::NotFound => "check the name, and that its folder is there",
        ErrorKind::IsADirectory => "name a file",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "name a folder",
        ErrorKind::PermissionDenied => "check who may read and write it, and its folder",
        ErrorKind::StorageFull => "make room and run it again",
        _ => return None,
    })
}

/// A message as a command of a GitHub workflow, with its newline: `::error file=draft.md,line=7::no day`.
pub(super) fn annotation(level: &str, properties: &[(&str, &str)], text: &str) -> String {
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(value)))
        .collect();
    format!("::{level} {}::{}\n", properties.join(","), data(text))
}
