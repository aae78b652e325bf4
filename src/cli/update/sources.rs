//! Rows written by hand, as evidence about sources: a group on a platform that is read and that has no source, or
//! has its source elsewhere. What is proposed is the entry that `source add` would write from these rows, without
//! asking a network; a human judges it.

use super::super::Invocation;
use super::super::source::entry::{self, Found};
use rusty_events::config::{self, Entry};
use rusty_events::facts::event::{counted, folded};
use rusty_events::facts::link::{Link, Meaning};
use rusty_events::facts::listing::Listing;
use rusty_events::facts::source::{Address, Platform, Source};
use rusty_events::read::discover::{self, Candidate};
use rusty_events::render::report as rendered;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Groups that one report proposes at most.
const MOST_PROPOSED: usize = 10;

/// A group that rows name, and what to do for it.
pub(super) struct Proposal {
    /// What was seen, in a sentence.
    words: String,
    /// The group's address, which no source reads.
    address: String,
    /// The entry to add, and to which file; none where only the network can tell the group's calendar.
    entry: Option<(String, String)>,
}

/// The rows of one group.
struct Evidence {
    candidate: Candidate,
    organiser: String,
    listings: Vec<Listing>,
    /// The page that the rows give the organiser.
    page: Option<Link>,
}

/// What the rows written by hand say about sources that are missing, in the order of the rows.
pub(super) fn proposals(invocation: &Invocation, by_hand: &[Listing]) -> Vec<Proposal> {
    let mut groups: BTreeMap<String, (usize, Evidence)> = BTreeMap::new();
    for (place, listing) in by_hand.iter().enumerate() {
        let Some(evidence) = evidence(invocation, listing) else {
            continue;
        };
        match groups.get_mut(&evidence.candidate.url) {
            Some((_, known)) => known.listings.extend(evidence.listings),
            None => {
                groups.insert(evidence.candidate.url.clone(), (place, evidence));
            }
        }
    }
    let mut groups: Vec<(usize, Evidence)> = groups.into_values().collect();
    groups.sort_by_key(|(place, _)| *place);
    groups
        .into_iter()
        .take(MOST_PROPOSED)
        .map(|(_, evidence)| proposal(invocation, &evidence))
        .collect()
}

/// The group behind a row that no source reads: the one that its organiser links to, else the one that its page
/// is of.
fn evidence(invocation: &Invocation, listing: &Listing) -> Option<Evidence> {
    let organisers = listing.organisers.iter().map(|(name, url)| {
        let url = url.as_deref();
        (
            name,
            url,
            url.and_then(|url| behind(invocation, url, false)),
        )
    });
    let organisers: Vec<_> = organisers.collect();
    let pages = std::iter::once(listing.link.as_deref())
        .flatten()
        .chain(listing.further_links.iter().map(|(_, url)| url.as_str()));
    let of_page = pages
        .filter_map(|page| behind(invocation, page, true))
        .next();
    // A page's group is believed before the organiser's link: that may be of the platform which the group has left.
    let candidate = of_page.or_else(|| {
        let own = organisers.iter().filter_map(|(.., own)| own.clone());
        own.into_iter().next()
    })?;
    if invocation
        .configuration
        .reader_of(&candidate.url, Some(candidate.platform))
        .is_some()
    {
        return None;
    }
    let is_its = |own: &Option<Candidate>| own.as_ref().is_some_and(|own| own.url == candidate.url);
    let organiser = organisers
        .iter()
        .find(|(.., own)| is_its(own))
        .or_else(|| organisers.first());
    let (name, url) = organiser.map(|(name, url, _)| ((*name).clone(), *url))?;
    let mut listing = listing.clone();
    listing.organisers = vec![(name.clone(), url.map(str::to_owned))];
    Some(Evidence {
        candidate,
        organiser: name,
        page: url.and_then(|url| Link::parse(url).ok()),
        listings: vec![listing],
    })
}

/// The source that an address names by itself.
fn behind(invocation: &Invocation, url: &str, is_event: bool) -> Option<Candidate> {
    let settings = &invocation.configuration.settings.fetch;
    let platform_of = |url: &str| Some(config::infer(url, None, settings).ok()?.platform);
    let link = Link::parse(url).ok()?;
    let found = discover::behind_address(link.as_str(), platform_of);
    let [candidate] = <[Candidate; 1]>::try_from(found).ok()?;
    // Luma's page of an event does not say of which calendar it is, and no address tells a name from an event.
    let is_lumas = candidate.platform == Platform::Luma;
    let is_page = matches!(link.meaning(), Meaning::Event { .. });
    (!is_lumas || !is_page || !is_event).then_some(candidate)
}

fn proposal(invocation: &Invocation, evidence: &Evidence) -> Proposal {
    let Evidence {
        candidate,
        organiser,
        listings,
        page,
    } = evidence;
    let lines: Vec<String> = listings.iter().map(|of| of.line.to_string()).collect();
    let rows = counted(listings.len(), "row", "rows");
    let line = if lines.len() == 1 { "line" } else { "lines" };
    let mut words = format!(
        "{organiser}, {rows} written by hand ({line} {})",
        lines.join(", ")
    );
    let found = Found {
        candidate,
        listings,
        name: None,
        on_page: false,
        rules: None,
    };
    let Ok(mut entry) = entry::entry(invocation, &candidate.url, &found) else {
        return Proposal {
            words,
            address: candidate.url.clone(),
            entry: None,
        };
    };
    if let Some(old) = elsewhere(invocation, organiser, page.as_ref()) {
        moved(invocation, &mut entry, old, listings, &mut words);
    }
    let file = invocation.configuration.file_for(candidate.platform);
    Proposal {
        words,
        address: candidate.url.clone(),
        entry: Some((entry.to_string(), file.display().to_string())),
    }
}

/// The source that the group has already, at another address.
fn elsewhere<'a>(
    invocation: &'a Invocation,
    organiser: &str,
    page: Option<&Link>,
) -> Option<&'a Source> {
    let configuration = &invocation.configuration;
    let by_page = page.and_then(|page| configuration.reader_of(page.as_str(), None));
    let name = folded(organiser);
    by_page.map(|reader| reader.source).or_else(|| {
        configuration.sources.iter().find(|source| {
            let known = source.organiser.as_ref();
            known.is_some_and(|known| folded(&known.name) == name)
        })
    })
}

/// Says that the new source takes the place of the group's old one.
fn moved(
    invocation: &Invocation,
    entry: &mut Entry,
    old: &Source,
    listings: &[Listing],
    words: &mut String,
) {
    let Address::Web(url) = &old.address else {
        return;
    };
    let Some(from) = listings.iter().map(|of| of.start.date()).min() else {
        return;
    };
    let place = invocation.configuration.written_at.get(&old.id);
    let place = place.map(|(file, line)| format!(" ({}:{line})", file.display()));
    let place = place.unwrap_or_default();
    let remark = "leave this out if the group uses both addresses";
    entry.replaces(url, from, remark);
    let _ = write!(
        words,
        "; its source is {}{place}; if it has moved, put this entry in the place of that one",
        old.id
    );
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
