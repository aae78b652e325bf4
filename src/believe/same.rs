//! Are these two records one event? The one place where that is decided.
//!
//! Each [`Question`] has its rows: a source's new listings beside those it no longer names, events of several sources
//! beside each other, events that were published before beside new ones, and what only looks the same and is shown to
//! a human. All work in the same steps, as record linkage does:
//!
//! 1. [`traits`]: what is compared of a record, computed once for each.
//! 2. [`candidates`]: the pairs that an index of those traits finds. What shares no trait is never compared, so
//!    that the work grows in step with the records.
//! 3. [`evidence`]: what a pair shares, and how far apart it is.
//! 4. [`table`]: the rules, as rows that a person can read. The first row that fits decides.
//!
//! The constraints stand beside the table, with those who ask: no set holds two events of one source, an
//! editor's word comes first, and one record is never two others.

pub(crate) mod candidates;
pub(crate) mod evidence;
pub(crate) mod table;
pub(crate) mod traits;
pub(crate) mod words;

use evidence::Pair;
use table::{Pass, TABLE, Verdict};

/// Who asks: each has rows of its own in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// A new listing of a source, and one that the source no longer names: is it the same under a new id?
    Renumbered,
    /// Events of two sources: do both announce one event?
    TwoSources,
    /// A new event, and a published one that no source lists any more.
    Published,
    /// A published event under another title, if no row of [`Question::Published`] fits any.
    Retitled,
    /// Two events that are not held to be one: does a human have to look?
    Suspicion,
    /// Two events of one source of which it lists only one: does a human have to look?
    OneUnlisted,
}

/// What the table says of a pair, with the place of the row that says it: the surest rows come first. `None` where
/// no row fits: they are two.
pub(crate) fn decide(question: Question, pair: &Pair<'_>) -> Option<(usize, Verdict)> {
    TABLE
        .iter()
        .enumerate()
        .filter(|(_, row)| row.question == question)
        .find(|(_, row)| row.fits(pair))
        .map(|(place, row)| (place, row.verdict))
        .filter(|(_, verdict)| *verdict != Verdict::Two)
}

/// Whether the first record goes on as the second, by the rows of one round.
pub(crate) fn goes_on(question: Question, pass: Pass, pair: &Pair<'_>) -> bool {
    let rows = TABLE.iter().filter(|row| row.question == question);
    let mut of_pass = rows.filter(|row| row.verdict == Verdict::GoesOn(pass));
    of_pass.any(|row| row.fits(pair))
}
