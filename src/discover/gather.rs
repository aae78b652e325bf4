//! Hints at candidates in what is stored already; no network is asked.

use super::lead::{Lead, evidence};
use super::merge;
use crate::config::page_of;
use crate::configured;
use crate::facts::candidate::Kind;
use crate::facts::event::{counted, one_line};
use crate::facts::link::{Link, links_in};
use crate::facts::listing::Listing;
use crate::facts::source::{NEWSLETTER, Platform, Source, SourceId};
use crate::propose::{self, About, Behind};
use crate::read::{moved, section};
use crate::section::grammar::rows;
use crate::section::pulled;
use crate::store::{self, Store};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// Days of printed issues that are looked through.
const DAYS_BACK: u64 = 400;
/// A group of no known platform must have been printed for so many days, the last at most so many days ago: a single
/// evening is no source.
const FEWEST_DAYS: usize = 2;
const LATEST_DAYS: u64 = 200;
/// Bytes of a description that are looked through.
const LONGEST_DESCRIPTION: usize = 20_000;

/// Gathers what is stored, and keeps the candidates.
///
/// # Errors
/// If the database cannot be read or written.
pub fn gather(about: &About<'_>, store: &mut Store) -> Result<(), store::Error> {
    let listings = store.listings()?;
    let mut leads = by_hand(about, store, &listings)?;
    leads.extend(pulls(about, store)?);
    for source in &about.configuration.sources {
        let own = listings
            .get(&source.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        leads.extend(organisers(about, source, own));
        leads.extend(linked(about, source, own));
    }
    leads.extend(redirected(about, store)?);
    merge::keep(about, store, leads, &listings)
}

/// Groups by the address that a source of theirs would read.
fn by_group(groups: impl Iterator<Item = Behind>) -> BTreeMap<String, Vec<Behind>> {
    let mut of_each: BTreeMap<String, Vec<Behind>> = BTreeMap::new();
    for group in groups {
        let address = group.candidate.url.clone();
        of_each.entry(address).or_default().push(group);
    }
    of_each
}

/// Groups that people typed into drafts, printed or not.
fn by_hand(
    about: &About<'_>,
    store: &Store,
    listings: &BTreeMap<SourceId, Vec<Listing>>,
) -> Result<Vec<Lead>, store::Error> {
    let since = about.today().checked_sub_days(Days::new(DAYS_BACK));
    let style = configured::style(about.configuration);
    // An event stands in several issues.
    let mut printed: BTreeMap<String, Listing> = BTreeMap::new();
    for issue in store.learned_issues()? {
        if since.is_none_or(|since| issue.day >= since) {
            let (of_issue, _) = section::listings(&rows(&issue.text, &style));
            printed.extend(of_issue.into_iter().map(|of| (of.key.clone(), of)));
        }
    }
    let in_drafts = listings.get(&SourceId(NEWSLETTER.to_owned()));
    let in_drafts = in_drafts.into_iter().flatten().cloned();
    printed.extend(in_drafts.map(|of| (of.key.clone(), of)));
    let said = |listings: &[Listing]| {
        let last = listings.iter().map(|of| of.start.date()).max();
        let last = last.map_or_else(String::new, |day| format!(", the last on {day}"));
        let count = counted(listings.len(), "event", "events");
        let link = listings.iter().max_by_key(|of| of.start.date());
        let link = link.and_then(|of| of.link.clone());
        let words = format!(
            "{count} typed by hand in drafts and printed issues{last}; no source reads the group"
        );
        evidence(Kind::ByHand, "drafts", words, link.as_deref(), about.now)
    };
    let groups = printed.values().filter_map(|of| propose::behind(about, of));
    let mut leads: Vec<Lead> = by_group(groups)
        .into_values()
        .filter_map(|groups| {
            let listings: Vec<Listing> = groups.iter().map(|of| of.listing.clone()).collect();
            let evidence = said(&listings);
            Lead::behind(groups, evidence)
        })
        .collect();
    for (page, name, listings) in sites(about, printed.values()) {
        let evidence = said(&listings);
        leads.push(Lead {
            name: Some(name),
            page: Some(page.clone()),
            listings,
            ..Lead::at(page.as_str(), Platform::Page, evidence)
        });
    }
    Ok(leads)
}

/// Organisers with a site of their own that no source reads, printed again and again.
fn sites<'a>(
    about: &About<'_>,
    printed: impl Iterator<Item = &'a Listing>,
) -> Vec<(Link, String, Vec<Listing>)> {
    let mut of_each: BTreeMap<Link, (String, Vec<Listing>)> = BTreeMap::new();
    for listing in printed {
        for (name, url) in &listing.organisers {
            let Some(page) = url.as_deref().and_then(|url| Link::parse(url).ok()) else {
                continue;
            };
            let on_no_platform = about.platform_of(page.as_str()) == Some(Platform::Jsonld);
            if on_no_platform && propose::elsewhere(about, name, Some(&page)).is_none() {
                let (_, listings) = of_each
                    .entry(page)
                    .or_insert_with(|| (name.clone(), Vec::new()));
                listings.push(listing.clone());
            }
        }
    }
    let late = about.today().checked_sub_days(Days::new(LATEST_DAYS));
    of_each
        .into_iter()
        .filter(|(_, (_, listings))| {
            let days: BTreeSet<NaiveDate> = listings.iter().map(|of| of.start.date()).collect();
            days.len() >= FEWEST_DAYS && days.last().copied() >= late
        })
        .map(|(page, (name, listings))| (page, name, listings))
        .collect()
}

/// Groups of which contributors sent events.
fn pulls(about: &About<'_>, store: &Store) -> Result<Vec<Lead>, store::Error> {
    let newsletter = &about.configuration.settings.newsletter;
    let Some(repository) = &newsletter.pull_requests else {
        return Ok(Vec::new());
    };
    let style = configured::style(about.configuration);
    let mut leads = Vec::new();
    for pull in store.pulls(repository)? {
        let patches = pull.patches.iter().flatten();
        let rows: Vec<_> = patches
            .flat_map(|patch| pulled::added(&patch.text, &style).rows)
            .collect();
        let (listings, _) = section::listings(&rows);
        let groups = listings.iter().filter_map(|of| propose::behind(about, of));
        for groups in by_group(groups).into_values() {
            let count = counted(groups.len(), "event", "events");
            let words = format!(
                "{} sent {count} with pull request {} ({})",
                pull.author, pull.number, pull.title
            );
            let subject = format!("{repository} {}", pull.number);
            let link = Some(pull.url.as_str());
            let evidence = evidence(Kind::PullRequest, &subject, words, link, about.now);
            leads.extend(Lead::behind(groups, evidence));
        }
    }
    Ok(leads)
}

/// Groups that hold events in a calendar of many groups.
fn organisers(about: &About<'_>, source: &Source, listings: &[Listing]) -> Vec<Lead> {
    // A conference of a list is no group.
    if source.is_by_hand() || source.platform == Platform::Conferences {
        return Vec::new();
    }
    let of_many = source.organiser.is_none();
    let groups = listings
        .iter()
        .filter(|listing| of_many || listing.cross_listed)
        .filter_map(|listing| propose::behind(about, listing));
    by_group(groups)
        .into_values()
        .filter_map(|groups| {
            let count = counted(groups.len(), "event", "events");
            let words = format!("holds {count} in the calendar {}", source.id);
            let link = groups.first().and_then(|of| of.listing.link.clone());
            let evidence = evidence(
                Kind::Organiser,
                &source.id.0,
                words,
                link.as_deref(),
                about.now,
            );
            Lead::behind(groups, evidence)
        })
        .collect()
}

/// Groups that descriptions and further links lead to, and where notices in them say that the group has gone.
fn linked(about: &About<'_>, source: &Source, listings: &[Listing]) -> Vec<Lead> {
    let mut leads: BTreeMap<String, Lead> = BTreeMap::new();
    for listing in listings {
        let mut end = listing.description.len().min(LONGEST_DESCRIPTION);
        while !listing.description.is_char_boundary(end) {
            end -= 1;
        }
        let text = &listing.description[..end];
        let title = one_line(&listing.title);
        let in_text = links_in(text)
            .into_iter()
            .map(|found| found.link.to_string());
        let further = listing.further_links.iter().map(|(_, url)| url.clone());
        for url in in_text.chain(further) {
            let Some(group) = propose::group_at(about, &url, true) else {
                continue;
            };
            let words = format!("the description of {title:?} ({}) links to it", source.id);
            let evidence = evidence(
                Kind::Linked,
                &source.id.0,
                words,
                listing.link.as_deref(),
                about.now,
            );
            leads
                .entry(group.url.clone())
                .or_insert_with(|| Lead::at(&group.url, group.platform, evidence));
        }
        // An address of no platform is a profile or a hall as often as a new home.
        let named = |notice: &moved::Notice| propose::group_at(about, &notice.url, true).is_some();
        for notice in moved::in_text(text).into_iter().filter(named) {
            let subject = (source, listing.link.as_deref());
            let lead = noticed(about, &notice, subject, &format!("its event {title:?}"));
            leads.extend(lead.map(|lead| (lead.url.clone(), lead)));
        }
    }
    leads.into_values().collect()
}

/// The hint that a notice of a source gives: `link` is where it was read, `who` says it.
pub(super) fn noticed(
    about: &About<'_>,
    notice: &moved::Notice,
    (source, link): (&Source, Option<&str>),
    who: &str,
) -> Option<Lead> {
    let (url, platform) = match propose::group_at(about, &notice.url, true) {
        Some(group) => (group.url, group.platform),
        None => {
            let page = Link::parse(&notice.url).ok()?;
            let platform = about.platform_of(page.as_str())?;
            // Of a platform's other pages none is a group.
            (platform == Platform::Jsonld).then(|| (page.to_string(), Platform::Page))?
        }
    };
    let words = format!("{who} says {:?} ({})", notice.words, source.id);
    // Of a calendar of many groups one has gone, and not the calendar.
    let kind = match source.organiser {
        Some(_) => Kind::Moved,
        None => Kind::Linked,
    };
    let evidence = evidence(kind, &source.id.0, words, link, about.now);
    Some(of_source(source, Lead::at(&url, platform, evidence)))
}

/// A hint that is about the group of a source: it has the group's name.
fn of_source(source: &Source, lead: Lead) -> Lead {
    Lead {
        name: source.organiser.as_ref().map(|of| of.name.clone()),
        ..lead
    }
}

/// Sources with an address that leads elsewhere for good.
fn redirected(about: &About<'_>, store: &Store) -> Result<Vec<Lead>, store::Error> {
    let problems = store.problems()?;
    let mut leads = Vec::new();
    for source in &about.configuration.sources {
        let of_it = problems
            .get(&source.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let Some(to) = of_it.iter().find_map(|problem| problem.moved_to()) else {
            continue;
        };
        let platform = about.platform_of(to);
        let Some(platform) = platform.filter(|_| page_of(to, platform).is_some()) else {
            continue;
        };
        // The same reader finds there what it found before, unless the address is of another platform.
        let platform = match platform {
            Platform::Jsonld => source.platform,
            named => named,
        };
        let words = format!("the address of {} has moved there for good", source.id);
        let evidence = evidence(Kind::Moved, &source.id.0, words, Some(to), about.now);
        leads.push(of_source(source, Lead::at(to, platform, evidence)));
    }
    Ok(leads)
}
