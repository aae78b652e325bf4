//! The direction of dependencies, checked: a module names only the modules its line lists.

use std::fs;
use std::path::{Path, PathBuf};

mod circles;
mod tables;

/// Module, and the modules of this crate it may name. Top to bottom: facts, stages, edges, walks. A module
/// of one of the [`ROOMS`] stands here under its own name: `recur` is `src/believe/recur.rs`.
#[rustfmt::skip]
const MAY_USE: &[(&str, &str)] = &[
    ("when", ""),
    ("wording", ""),
    ("words", ""),
    ("place", "wording"),
    ("link", ""),
    ("issue", ""),
    ("call", "when link"),
    ("chat", ""),
    ("pull", ""),
    ("candidate", "link source listing event topic"),
    ("internet", ""),
    ("mojibake", ""),
    ("topic", ""),
    ("source", "when place link topic listing"),
    ("listing", "when place source"),
    ("event", "when place link call source listing"),
    ("decision", "when place link event"),
    ("style", "place"),
    ("grammar", "place link event style"),
    // A calendar file defines its own time zones by recurrence rules.
    ("read", "when place link mojibake pull topic source listing event recur grammar"),
    ("recur", "when issue listing"),
    ("normalise", "when place link call source topic listing event recur"),
    ("same", "place link source topic listing event"),
    ("absence", "when place link source topic listing event normalise same"),
    ("deduplicate", "when place link source topic event same"),
    ("decisions", "link event decision deduplicate"),
    ("curate", "when place link call source topic listing event decision same deduplicate decisions"),
    ("directory", "link event source normalise curate"),
    ("select", "when place link issue event deduplicate curate style"),
    ("calls", "place link issue call event curate grammar print style"),
    // Its headings are the section's.
    ("filter", "place link issue event source wording curate normalise directory select"),
    ("news", "when curate"),
    ("habits", "place link issue event grammar"),
    ("versions", "grammar style"),
    ("observed", "place issue grammar style"),
    // It reads what `grammar` made of a draft and what `select` chose, and sorts as that does.
    ("merge", "place link issue source event deduplicate curate grammar select style"),
    ("print", "place link issue event select merge"),
    ("pulled", "topic place link issue pull source event curate grammar lint merge print select"),
    ("render", "when place link call candidate source listing issue event curate calls pulled grammar select merge print chat news"),
    // The house style is what is read from a section and what is printed in one.
    ("lint", "topic place link issue mojibake event normalise curate grammar habits select print style"),
    ("believe", "issue link source listing event absence recur normalise decision deduplicate decisions curate"),
    ("schedule", "when source"),
    ("config", "when wording place link issue internet source topic event decision schedule style chat"),
    ("fetch", "link internet source"),
    ("store", "publish when place link call candidate pull issue source topic listing event decision deduplicate decisions curate directory absence believe news"),
    ("publish", ""),
    ("suspects", "decision event issue link source grammar habits merge style store"),
    ("refresh", "style place link source topic listing event absence read normalise curate directory decision decisions believe schedule fetch store suspects"),
    ("configured", "link source normalise calls select config fetch news notify"),
    ("notify", "chat event source fetch filter news normalise curate render store"),
    ("pulls", "issue pull source fetch read merge pulled select store"),
    ("decide", "event decision decisions refresh store"),
    ("learn", "issue grammar select store"),
    ("preview", "source topic listing event issue believe curate deduplicate normalise refresh print decisions select store"),
    ("propose", "when place link issue source listing event normalise believe config fetch read preview refresh"),
    ("discover", "link topic candidate source listing event decision grammar pulled config configured fetch read propose refresh store"),
    ("why", "when issue link source listing event decision deduplicate read curate decisions grammar habits merge select believe store suspects refresh"),
    ("compose", "link call issue event source listing curate read normalise decision calls grammar merge render select print believe store"),
];

/// Folders that only group modules.
const ROOMS: &[&str] = &["facts", "believe", "section"];

/// The last module, reading down, that stays free of I/O, clocks and async.
const LAST_PURE: &str = "schedule";

#[rustfmt::skip]
const IMPURE: &[&str] = &[
    "std::fs", "TcpStream", "ToSocketAddrs", "UdpSocket", "std::env", "::now(", "tokio", "reqwest", "rusqlite", "async fn",
];

/// Which crates are known to one module only, or to few.
#[rustfmt::skip]
const AT_HOME: &[(&str, &str)] = &[
    ("reqwest", "fetch"), ("rusqlite", "store"), ("clap", "cli"), ("indicatif", "cli"), ("jiff", "when"),
    ("icalendar::", "read"), ("rrule::", "recur"), ("scraper", "read"), ("chardetng", "read"), ("toml::", "config read words"), ("aws_lc_rs", "fetch"),
    ("axum", "server"), ("maud", "server render"), ("argon2", "server"), ("mail_builder", "render"), ("croner", "schedule"),
];

/// They wire the rest together and may name anything.
const UNCHECKED: &[&str] = &[
    "build", "main", "lib", "cli", "server", "service", "facts", "section",
];

#[test]
fn every_module_names_only_what_it_may() {
    let last_pure = MAY_USE
        .iter()
        .position(|(module, _)| *module == LAST_PURE)
        .unwrap();
    let mut wrong = Vec::new();
    for (file, module) in modules() {
        if UNCHECKED.contains(&module.as_str()) {
            continue;
        }
        let path = file.display();
        let Some(place) = MAY_USE.iter().position(|(known, _)| *known == module) else {
            wrong.push(format!("{path}: `{module}` has no line in MAY_USE"));
            continue;
        };
        let allowed: Vec<&str> = MAY_USE[place].1.split(' ').collect();
        for (number, code) in code(&file) {
            for rest in code.split("crate::").skip(1) {
                let used = module_of(rest.split("::"));
                if used != module && !allowed.contains(&used) {
                    wrong.push(format!("{path}:{number}: `{module}` may not name `{used}`"));
                }
            }
            for word in IMPURE
                .iter()
                .filter(|word| place <= last_pure && code.contains(**word))
            {
                wrong.push(format!(
                    "{path}:{number}: `{module}` is pure and may not say `{word}`"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_foreign_crate_lives_in_one_module() {
    let mut wrong = Vec::new();
    for (file, module) in modules() {
        for (number, code) in code(&file) {
            for (word, home) in AT_HOME {
                if !home.split(' ').any(|home| home == module) && code.contains(word) {
                    wrong.push(format!(
                        "{}:{number}: `{word}` lives in `{home}`",
                        file.display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_module_is_in_the_table_and_the_table_in_the_tree() {
    let known: Vec<String> = modules().into_iter().map(|(_, module)| module).collect();
    let absent: Vec<&str> = MAY_USE
        .iter()
        .map(|(module, _)| *module)
        .filter(|module| !known.iter().any(|known| known == module))
        .collect();
    assert!(absent.is_empty(), "{absent:?}");
}

/// The module that a path leads to: its first name, or its second where the first is only a room.
fn module_of<'a>(path: impl Iterator<Item = &'a str>) -> &'a str {
    let mut names = path.map(|name| {
        name.split(|char: char| !char.is_alphanumeric() && char != '_')
            .next()
            .unwrap()
    });
    let first = names.next().unwrap();
    match names.next() {
        // What begins with a capital letter is an item of the room itself.
        Some(second)
            if ROOMS.contains(&first) && second.starts_with(|char: char| char.is_lowercase()) =>
        {
            second
        }
        _ => first,
    }
}

fn modules() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let inside = file
                .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
                .unwrap()
                .to_str()
                .unwrap();
            let module = module_of(inside.split(['/', '\\'])).to_owned();
            (file, module)
        })
        .collect()
}

/// The lines of a file without their comments, counted from 1.
fn code(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).unwrap();
    (1..)
        .zip(
            text.lines()
                .map(|line| line.split("//").next().unwrap().to_owned()),
        )
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
