//! Rows written by hand, as evidence about sources: a group on a platform that is read and that has no source, or
//! has its source elsewhere. What is proposed is the entry that `source add` would write from these rows, without
//! asking a network; a human judges it.

use super::super::Invocation;
use rusty_events::facts::event::counted;
use rusty_events::facts::listing::Listing;
use rusty_events::propose::{self, About, Behind, Found};
use rusty_events::render::report as rendered;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Groups that one report proposes at most.
const MOST_PROPOSED: usize = 10;

/// A group that rows name, and what to do for it.
pub(super) struct Proposal {
    /// What was seen, in a sentence.
    pub(super) words: String,
    /// The group's address, which no source reads.
    pub(super) address: String,
    /// The entry to add, and to which file; none where only the network can tell the group's calendar.
    pub(super) entry: Option<(String, String)>,
}

/// The rows of one group.
struct Evidence {
    group: Behind,
    listings: Vec<Listing>,
}

/// What the rows written by hand say about sources that are missing, in the order of the rows.
pub(super) fn proposals(invocation: &Invocation, by_hand: &[Listing]) -> Vec<Proposal> {
    let known = invocation.groups();
    let about = invocation.about(&known);
    let mut groups: BTreeMap<String, (usize, Evidence)> = BTreeMap::new();
    for (place, listing) in by_hand.iter().enumerate() {
        // A row without an organiser names no group.
        let Some(group) = propose::behind(&about, listing).filter(|of| !of.organiser.is_empty())
        else {
            continue;
        };
        let evidence = || Evidence {
            group: group.clone(),
            listings: Vec::new(),
        };
        let address = group.candidate.url.clone();
        let (_, of_group) = groups.entry(address).or_insert_with(|| (place, evidence()));
        of_group.listings.push(group.listing);
    }
    let mut groups: Vec<(usize, Evidence)> = groups.into_values().collect();
    groups.sort_by_key(|(place, _)| *place);
    groups
        .into_iter()
        .take(MOST_PROPOSED)
        .map(|(_, evidence)| proposal(&about, &evidence))
        .collect()
}

fn proposal(about: &About<'_>, evidence: &Evidence) -> Proposal {
    let Evidence { group, listings } = evidence;
    let candidate = &group.candidate;
    let lines: Vec<String> = listings.iter().map(|of| of.line.to_string()).collect();
    let rows = counted(listings.len(), "row", "rows");
    let line = if lines.len() == 1 { "line" } else { "lines" };
    let mut words = format!(
        "{}, {rows} written by hand ({line} {})",
        group.organiser,
        lines.join(", ")
    );
    let found = Found {
        candidate,
        listings,
        name: None,
        on_page: false,
        rules: None,
        old: None,
    };
    let Ok(mut entry) = propose::entry(about, &candidate.url, &found) else {
        return Proposal {
            words,
            address: candidate.url.clone(),
            entry: None,
        };
    };
    let old = propose::elsewhere(about, &group.organiser, group.page.as_ref());
    if let Some(old) = old.and_then(|old| propose::replacing(about, &mut entry, old, listings)) {
        let _ = write!(
            words,
            "; its source is {old}; if it has moved, replace that entry with this one"
        );
    }
    let file = about.configuration.file_for(candidate.platform);
    Proposal {
        words,
        address: candidate.url.clone(),
        entry: Some((entry.to_string(), file.display().to_string())),
    }
}

/// The proposals as Markdown, for the report: the entries as they are to be pasted.
pub(super) fn markdown(proposals: &[Proposal]) -> String {
    let mut text = String::new();
    for Proposal {
        words,
        address,
        entry,
    } in proposals
    {
        let (words, address) = (rendered::inert(words), rendered::code(address));
        let _ = writeln!(text, "* {words}: no source reads {address}");
        if let Some((entry, file)) = entry {
            let _ = writeln!(text, "  Add to {}:\n", rendered::code(file));
            // No line of an entry can begin with the fence: each begins with a key, a bracket or a number sign.
            let _ = write!(text, "  ```toml\n{}  ```\n\n", indented(entry));
        }
    }
    text
}

/// The proposals for a terminal.
pub(super) fn plain(proposals: &[Proposal]) -> String {
    let mut text = String::new();
    for Proposal {
        words,
        address,
        entry,
    } in proposals
    {
        let _ = write!(text, "\n  {words}: no source reads {address}");
        if let Some((entry, file)) = entry {
            let _ = write!(text, "\n  add to {file}:\n{}", indented(entry));
        }
    }
    text
}

fn indented(entry: &str) -> String {
    let lines = entry.lines().map(|line| format!("  {line}\n"));
    lines.collect()
}
