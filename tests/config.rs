//! The configuration: what is read, and every way in which it is refused.

use rusty_events::config::{self, Configuration, Errors};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

mod accepted;
mod decisions;
mod events;
mod examples;
mod files;
mod refused;
mod rules;
mod search;
mod searches;
mod settings;
mod sources;

/// A folder with these files, each by its path and text.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text.as_bytes());
    }
    folder
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn read(files: &[(&str, &str)]) -> Configuration {
    let folder = folder(files);
    match config::read(folder.path()) {
        Ok(configuration) => configuration,
        Err(errors) => panic!("{}", listed(&errors, folder.path())),
    }
}

/// The problems of a folder with these files, as printed, each file by its path below the folder.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    match config::read(folder.path()) {
        Ok(configuration) => panic!("no problem was found: {configuration:#?}"),
        Err(errors) => listed(&errors, folder.path())
            .lines()
            .map(str::to_owned)
            .collect(),
    }
}

fn listed(errors: &Errors, folder: &Path) -> String {
    errors
        .to_string()
        .replace(&format!("{}/", folder.display()), "")
}

/// The one problem of a `service.toml`.
fn service(text: &str) -> String {
    one(problems(&[("service.toml", text)]))
}

/// The one problem of a `sources/s.toml`.
fn source(text: &str) -> String {
    one(problems(&[("sources/s.toml", text)]))
}

fn one(problems: Vec<String>) -> String {
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems[0].clone()
}
