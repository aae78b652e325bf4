//! What each kind of finding looks like: the examples of `docs/lint.md`, which is their only place.

use super::Kind;

const DOCUMENT: &str = include_str!("../../../docs/lint.md");

/// A piece of a section with a fault, and the same without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// With the fault.
    pub bad: String,
    /// Without it.
    pub good: String,
}

/// The example of a kind. Invisible characters are written out in it, as `\u{202e}`.
pub fn example(kind: Kind) -> Option<Example> {
    let (_, after) = DOCUMENT.split_once(&format!("\n### `{}`\n", kind.name()))?;
    let part = after.split("\n### ").next()?;
    let (bad, good) = part.split_once("\nGood:\n")?;
    let (_, bad) = bad.split_once("Bad:\n")?;
    Some(Example {
        bad: unindented(bad),
        good: unindented(good),
    })
}

/// A block of code without its indentation.
fn unindented(block: &str) -> String {
    let block = block.trim_matches('\n');
    block
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)))
        .collect()
}
