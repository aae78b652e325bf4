//! The documents are true where that can be checked: the files that they name exist, their links lead somewhere,
//! and the README has every command.

use crate::program;
use rusty_events::facts::source::Platform;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The documents for people, without the changelog, which names files of the past.
const DOCUMENTS: [&str; 14] = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/believing.md",
    "docs/calls.md",
    "docs/discover.md",
    "docs/feeds.md",
    "docs/platforms.md",
    "docs/pulls.md",
    "docs/reading.md",
    "docs/releasing.md",
    "deploy/action/README.md",
    "deploy/README.md",
    "deploy/on-call.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text_of(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

/// What stands between two backticks, in running text and in tables.
fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.starts_with("```"));
    lines.flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Every file of the project that people edit, as a path below the root.
fn files() -> BTreeSet<PathBuf> {
    fn below(folder: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(&*name, "target" | ".git") {
                below(&path, found);
            } else {
                found.insert(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    below(root(), &mut found);
    found
}

/// Whether a word is the name of a file of this project: no placeholder, no pattern, no user's file.
fn is_a_file_s_name(word: &str) -> bool {
    let ends = [".rs", ".tsv", ".sql"];
    ends.iter().any(|end| word.ends_with(end))
        && word
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || "/_-.".contains(char))
        && !word.contains("NAME")
}

#[test]
fn every_file_that_a_document_names_exists() {
    let files = files();
    let mut missing = Vec::new();
    let mut named = 0;
    for document in DOCUMENTS {
        let text = text_of(document);
        for word in in_backticks(&text).filter(|word| is_a_file_s_name(word)) {
            named += 1;
            if !files.iter().any(|file| file.ends_with(word)) {
                missing.push(format!("{document}: {word}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(named > 40, "only {named} names of files were found");
}

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    let mut broken = Vec::new();
    let mut links = 0;
    for document in DOCUMENTS {
        let text = text_of(document);
        let folder = root().join(document).parent().unwrap().to_owned();
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap_or_default();
            if target.contains("://") || target.starts_with('#') || target.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            links += 1;
            let path = folder.join(file);
            let has_heading = heading.is_empty()
                || fs::read_to_string(&path).is_ok_and(|text| headings(&text).contains(heading));
            if !path.exists() || !has_heading {
                broken.push(format!("{document}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(links > 10, "only {links} links were found");
}

#[test]
fn the_site_has_every_page_of_the_documents() {
    let summary = text_of("docs/site/SUMMARY.md");
    for file in fs::read_dir(root().join("docs")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            let link = format!("](docs/{name})");
            assert!(summary.contains(&link), "{name} is missing");
        }
    }
    for document in DOCUMENTS {
        let link = format!("]({document})");
        assert!(summary.contains(&link), "{document} is missing");
    }
}

/// The anchors that GitHub gives to headings.
fn headings(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchors = headings.map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|char| char.is_alphanumeric() || " -_".contains(*char));
        kept.collect::<String>().replace(' ', "-")
    });
    anchors.collect()
}

#[test]
fn the_readme_has_every_command_and_no_other() {
    let help = program(&["--help"]).out;
    let list = help.split("\nCommands:\n").nth(1).unwrap();
    let list = list.split("\n\n").next().unwrap();
    let commands: BTreeSet<&str> = list
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 15, "{help}");
    let readme = text_of("README.md");
    let table = readme.split("\n## Commands\n").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let first_cells = rows.filter_map(|line| line.split(" | ").next());
    let named: BTreeSet<&str> = first_cells
        .flat_map(|cell| in_backticks(cell).collect::<Vec<_>>())
        .filter_map(|code| code.split(' ').next())
        .collect();
    assert_eq!(named, commands);
}

#[test]
fn every_platform_has_its_row_in_the_table_of_platforms() {
    let text = text_of("docs/platforms.md");
    let mut tables = text.split("\n\n");
    let table = tables.find(|part| part.starts_with("| platform")).unwrap();
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    for platform in Platform::ALL {
        // Events written by hand are a table of the configuration.
        let name = match platform {
            Platform::Manual => "[[event]]",
            _ => platform.name(),
        };
        let row = format!("| `{name}` |");
        assert!(
            rows.iter().any(|known| known.starts_with(&row)),
            "{name} has no row"
        );
    }
    assert_eq!(rows.len(), Platform::ALL.len(), "{rows:#?}");
}
