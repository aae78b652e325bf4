//! `lint --explain`: what a kind of finding means, with its examples.

use rusty_events::section::lint::{Kind, Mends, example};
use std::fmt::Write;

/// What a kind means; the list of all kinds without one.
pub(super) fn text(name: Option<&str>) -> String {
    match Kind::ALL.iter().find(|kind| Some(kind.name()) == name) {
        Some(kind) => explained(*kind),
        None => listed(),
    }
}

fn explained(kind: Kind) -> String {
    let mends = match kind.mends() {
        Mends::Always => "`lint --fix` mends it.",
        Mends::Sometimes => "`lint --fix` mends it where it is certain what is meant.",
        Mends::Never => "`lint --fix` leaves it: an editor has to decide.",
    };
    let mut text = format!(
        "{} ({})\n\n{}\n{mends}\n",
        kind.name(),
        kind.severity().name(),
        kind.meaning()
    );
    if let Some(example) = example(kind) {
        let _ = write!(
            text,
            "\nBad:\n\n{}\nGood:\n\n{}",
            indented(&example.bad),
            indented(&example.good)
        );
    }
    text
}

fn indented(text: &str) -> String {
    let indent = |line| match line {
        "" => "\n".to_owned(),
        line => format!("    {line}\n"),
    };
    text.lines().map(indent).collect()
}

fn listed() -> String {
    let widest = Kind::ALL.iter().map(|kind| kind.name().len()).max();
    let widest = widest.unwrap_or(0);
    let mut text = String::new();
    for kind in Kind::ALL {
        let _ = writeln!(
            text,
            "{:widest$}  {:7}  {}",
            kind.name(),
            kind.severity().name(),
            kind.meaning()
        );
    }
    text.push_str(
        "\n`rusty-events lint --explain KIND` shows one with a bad and a good example.\n",
    );
    text
}
