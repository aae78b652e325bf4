//! A draft and the database → the draft brought up to date.

use crate::believe::curate::Evidence;
use crate::facts::event::EventId;
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::listing::Listing;
use crate::facts::source::NEWSLETTER;
use crate::read::section::listings;
use crate::section::grammar::{Draft, PrintedRow, rows};
use crate::section::merge::{self, Base, Change, Inputs, Known, Origin, Report, Told};
use crate::section::print;
use crate::section::select::{self, Heading, Selection, Style};
use crate::store::{self, Store, ToldRow};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A draft's section brought up to date.
#[derive(Debug, Clone, PartialEq)]
pub struct Updated {
    /// The section's new text, with the line ends and the end that it had.
    pub text: String,
    /// What the events tell of it: kept with it as the base of the next time.
    pub told: Vec<ToldRow>,
    /// The rows that people wrote and no event stands behind, as listings of the newsletter.
    pub by_hand: Vec<Listing>,
    /// The keys of such rows that stood in the draft when it was last written, and do no longer.
    pub no_longer: Vec<String>,
    /// What was done.
    pub report: Report,
}

/// Reconciles a draft with the database. `old` is the draft's text; the window begins on the issue's day.
///
/// # Errors
/// If the database cannot be read.
pub fn update(
    store: &Store,
    old: &str,
    draft: &Draft,
    window: Window,
    only: &BTreeSet<Change>,
    style: &Style,
) -> Result<Updated, store::Error> {
    reconciled(store, old, draft, window, only, style, |_| true)
}

/// Puts the rows of one event into a draft, and leaves all else of it as it is.
///
/// # Errors
/// If the database cannot be read.
pub fn with_event(
    store: &Store,
    old: &str,
    draft: &Draft,
    window: Window,
    event: &EventId,
    style: &Style,
) -> Result<Updated, store::Error> {
    let only = [Change::New].into();
    reconciled(store, old, draft, window, &only, style, |id| id == event)
}

fn reconciled(
    store: &Store,
    old: &str,
    draft: &Draft,
    window: Window,
    only: &BTreeSet<Change>,
    style: &Style,
    is_meant: impl Fn(&EventId) -> bool,
) -> Result<Updated, store::Error> {
    let mut published = store.published()?;
    // What people wrote is told by the draft itself.
    published.retain(|_, event| {
        let of_newsletter = |of: &Evidence| of.source.0 == NEWSLETTER;
        event.evidence.is_empty() || !event.evidence.iter().all(of_newsletter)
    });
    let suspicions = store.suspicions()?;
    let selection = Selection {
        window,
        headings: Vec::new(),
        new_since: None,
    };
    let meant = published.values().filter(|event| is_meant(&event.id));
    let section = select::select(meant, &suspicions, &selection, style);
    let missing = store.missing()?;
    let unconfirmed: BTreeMap<EventId, DateTime<Utc>> = published
        .values()
        .filter_map(|event| {
            let since = |of: &Evidence| {
                missing
                    .get(&(of.source.clone(), of.listing.clone()))
                    .copied()
            };
            // One source that still lists it is enough.
            let since: Option<Vec<DateTime<Utc>>> = event.evidence.iter().map(since).collect();
            Some((event.id.clone(), since?.into_iter().max()?))
        })
        .collect();
    let base = base(store, window)?;
    let identities = store.identities()?;
    let links = store.links()?;
    let known = Known::new(&published, &identities, &links);
    let line = print::window_line(window, style);
    let reconciled = merge::reconcile(&Inputs {
        window,
        draft,
        base: &base,
        section: &section,
        known: &known,
        unconfirmed: &unconfirmed,
        only,
        style,
        line: &line,
    });
    let mut text = print::reconciled(&reconciled.blocks, style);
    if !old[draft.span.clone()].ends_with('\n') {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if draft.crlf {
        text = text.replace('\n', "\r\n");
    }
    let told = reconciled
        .told
        .iter()
        .map(|told| ToldRow {
            event: told.event.clone(),
            heading: told.heading.name().to_owned(),
            text: print::row(&told.row, style),
            stands: told.stands,
        })
        .collect();
    // A row whose place or link cannot be read is no event that anybody could be told of.
    let (by_hand, _) = listings(&reconciled.by_hand);
    let (there, _) = listings(draft.rows());
    let there: BTreeSet<String> = there.into_iter().map(|listing| listing.key).collect();
    let stood = base
        .printed
        .iter()
        .filter(|_| base.origin == Origin::Written);
    let no_longer = listings(stood)
        .0
        .into_iter()
        .filter(|listing| !there.contains(&listing.key))
        // What cannot be read any longer still stands there.
        .filter(|listing| {
            let link = listing
                .link
                .as_deref()
                .and_then(|link| Link::parse(link).ok());
            let mut unread = draft.unreadable.iter();
            link.is_none_or(|link| unread.all(|item| !item.links.contains(&link)))
        })
        .flat_map(|listing| {
            [Some(listing.key), listing.predecessor]
                .into_iter()
                .flatten()
        })
        .collect();
    Ok(Updated {
        text,
        told,
        by_hand,
        no_longer,
        report: reconciled.report,
    })
}

/// What a draft is compared with: what we last wrote for its issue, else the last printed issue, with what
/// the events told for that one if we wrote it too.
fn base(store: &Store, window: Window) -> Result<Base, store::Error> {
    if let Some(written) = store.written_issue(window.from)? {
        return Ok(Base {
            origin: Origin::Written,
            told: told(&written.told),
            printed: rows(&written.text),
        });
    }
    let Some(learned) = store.learned_before(window.from)? else {
        return Ok(Base::default());
    };
    let written = store.written_issue(learned.day)?;
    Ok(Base {
        origin: Origin::Learned,
        told: written.map(|issue| told(&issue.told)).unwrap_or_default(),
        printed: rows(&learned.text),
    })
}

fn told(kept: &[ToldRow]) -> Vec<Told<PrintedRow>> {
    kept.iter()
        .filter_map(|told| {
            Some(Told {
                event: told.event.clone(),
                heading: Heading::parse(&told.heading)?,
                row: rows(&told.text).into_iter().next()?,
                stands: told.stands,
            })
        })
        .collect()
}
