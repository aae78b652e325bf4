//! A draft and the database → the draft brought up to date.

use crate::believe::curate::{Evidence, Published};
use crate::facts::event::{EventId, Flag};
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::listing::Listing;
use crate::facts::source::{NEWSLETTER, SourceId};
use crate::read::section::listings;
use crate::section::grammar::{Draft, PrintedRow, rows};
use crate::section::merge::descent::{self, Version};
use crate::section::merge::{
    self, Base, Change, EventRow, Inputs, Known, Origin, Remembered, Report,
};
use crate::section::print;
use crate::section::select::{self, Heading, Selection, Style};
use crate::store::{self, NewWritten, Store, StoredRow, Written};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A draft, and what it is to be compared with.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The whole text.
    pub text: &'a str,
    /// The text, read.
    pub draft: &'a Draft,
    /// The file that it stands in, links followed; `None` if it was pasted in.
    pub path: Option<&'a str>,
    /// What people changed, and since when.
    pub against: Against<'a>,
}

/// What a draft is compared with, to find what people changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against<'a> {
    /// The text that it is based on, of those that we wrote into it.
    Memory,
    /// The text that we last wrote into it, even if the draft looks different.
    Last,
    /// A section that a person names.
    Text(&'a str),
    /// Nothing: no difference counts as a change by people.
    Nothing,
}

impl<'a> Given<'a> {
    /// A draft that stands in no file.
    pub fn pasted(text: &'a str, draft: &'a Draft) -> Given<'a> {
        Given {
            text,
            draft,
            path: None,
            against: Against::Memory,
        }
    }

    /// The section in it.
    pub fn section(&self) -> &'a str {
        &self.text[self.draft.span.clone()]
    }

    /// Whether a text was written into this draft: into the same file, or into one that no longer exists, since the
    /// draft was renamed. A file that still exists is another draft of the issue.
    fn is_one_with(&self, path: Option<&str>) -> bool {
        match (self.path, path) {
            (Some(own), Some(path)) => own == path || !Path::new(path).exists(),
            _ => true,
        }
    }
}

/// The name of a draft's file by which it is remembered: links followed, whole.
pub fn path_of(path: &Path) -> Option<String> {
    let whole = path.canonicalize().ok()?;
    Some(whole.to_string_lossy().into_owned())
}

/// A draft's section brought up to date.
#[derive(Debug, Clone, PartialEq)]
pub struct Updated {
    /// The section's new text, with the line ends and the end that it had.
    pub text: String,
    /// The issue's day.
    pub day: NaiveDate,
    /// The rows that the events give: kept with it as the base of the next time.
    pub event_rows: Vec<StoredRow>,
    /// The rows that we added: event and heading.
    pub added: Vec<(EventId, String)>,
    /// Which of the texts that we wrote it is based on.
    pub base: Option<i64>,
    /// The rows that people wrote and that have no event, as listings of the newsletter.
    pub by_hand: Vec<Listing>,
    /// The keys of such rows that were in the draft when it was last written, and are no longer.
    pub no_longer: Vec<String>,
    /// What was done.
    pub report: Report,
}

/// Reconciles a draft with the database. The window begins on the issue's day.
///
/// # Errors
/// If the database cannot be read.
pub fn update(
    store: &Store,
    given: &Given<'_>,
    window: Window,
    only: &BTreeSet<Change>,
    style: &Style,
) -> Result<Updated, store::Error> {
    reconciled(store, given, window, What::All(only), style)
}

/// Puts the rows of one event into a draft, and leaves all else of it as it is.
///
/// # Errors
/// If the database cannot be read.
pub fn with_event(
    store: &Store,
    given: &Given<'_>,
    window: Window,
    event: &EventId,
    style: &Style,
) -> Result<Updated, store::Error> {
    reconciled(store, given, window, What::Event(event), style)
}

/// Keeps what was written into the draft of an issue, so that the next update knows what people changed. Returns
/// whether the hand-written rows changed: they are events for subscribers too.
///
/// # Errors
/// If the database cannot be written.
pub fn keep(
    store: &mut Store,
    given: &Given<'_>,
    updated: &Updated,
    revision: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, store::Error> {
    let file = given.path.and_then(|path| Path::new(path).file_name());
    store.keep_written(
        &NewWritten {
            day: updated.day,
            file: &file.unwrap_or_default().to_string_lossy(),
            path: given.path,
            revision,
            base: updated.base,
            given: given.section(),
            section: &updated.text,
            event_rows: &updated.event_rows,
            added: &updated.added,
        },
        now,
    )?;
    store.keep_by_hand(&updated.by_hand, &updated.no_longer, now)
}

/// What of a draft is brought up to date.
enum What<'a> {
    /// These kinds of changes, of all events.
    All(&'a BTreeSet<Change>),
    /// The new rows of one event.
    Event(&'a EventId),
}

fn reconciled(
    store: &Store,
    given: &Given<'_>,
    window: Window,
    what: What<'_>,
    style: &Style,
) -> Result<Updated, store::Error> {
    let new_only = [Change::New].into();
    let (only, one) = match what {
        What::All(only) => (only, None),
        What::Event(event) => (&new_only, Some(event)),
    };
    let mut published = store.published()?;
    // Hand-written rows are read from the draft itself.
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
    let is_meant = |event: &&Published| one.is_none_or(|id| *id == event.id);
    let meant = published.values().filter(is_meant);
    let section = select::select(meant, &suspicions, &selection, style);
    let missing = store.missing()?;
    // A person's word that it takes place takes the flag away.
    let is_doubted = |event: &&Published| event.flags.contains(&Flag::Unlisted);
    let unconfirmed: BTreeMap<EventId, DateTime<Utc>> = published
        .values()
        .filter(is_doubted)
        .filter_map(|event| Some((event.id.clone(), missing_since(event, &missing)?)))
        .collect();
    let identities = store.identities()?;
    let links = store.links()?;
    let known = Known::new(&published, &identities, &links);
    let written = store.written(window.from)?;
    let versions = versions(&written, given);
    let from = match given.against {
        Against::Memory => descent::base_of(given.section(), &versions, style),
        Against::Last => {
            let last = |own: bool| versions.iter().rposition(|of| of.same_file || !own);
            last(true).or_else(|| last(false))
        }
        Against::Text(text) => descent::with_text(text, &versions),
        Against::Nothing => None,
    };
    let set_of = |id: &EventId| identities.sets.get(id).unwrap_or(id).clone();
    let mut base = match (from, given.against) {
        (Some(at), _) => {
            let line = descent::line(Some(at), &versions);
            written_base(given, &written, (&versions, &line), style, set_of)
        }
        (None, Against::Memory) => printed_base(store, given, window, style, set_of)?,
        (None, Against::Text(text)) => stated_base(text, &known, style),
        (None, _) => Base::default(),
    };
    base.stated = given.against != Against::Memory;
    if given.against != Against::Nothing {
        base.memory = memory(&written, given, from, style, set_of);
        base.ever_given = ever_given(&written, style, set_of);
    }
    let line = print::window_line(window, style);
    let reconciled = merge::reconcile(&Inputs {
        window,
        draft: given.draft,
        base: &base,
        section: &section,
        known: &known,
        unconfirmed: &unconfirmed,
        only,
        style,
        line: &line,
    });
    let mut text = print::reconciled(&reconciled.blocks, style);
    if !given.section().ends_with('\n') {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if given.draft.crlf {
        text = text.replace('\n', "\r\n");
    }
    let stored = |event_row: &EventRow<select::Row>| StoredRow {
        event: event_row.event.clone(),
        heading: event_row.heading.name().to_owned(),
        text: print::row(&event_row.row, style),
        stands: event_row.stands,
    };
    let event_rows = reconciled.event_rows.iter().map(stored).collect();
    // A row without a readable place and link is not an event for subscribers.
    let (by_hand, _) = listings(&reconciled.by_hand);
    Ok(Updated {
        text,
        day: window.from,
        event_rows,
        added: reconciled
            .added
            .into_iter()
            .map(|(event, heading)| (event, heading.name().to_owned()))
            .collect(),
        base: from.map(|at| written[at].id),
        by_hand,
        no_longer: no_longer(&written, given, style),
        report: reconciled.report,
    })
}

/// Since when no source lists an event any more; `None` if one still does, or none ever did.
fn missing_since(
    event: &Published,
    missing: &BTreeMap<(SourceId, String), DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let since = |of: &Evidence| {
        let listing = (of.source.clone(), of.listing.clone());
        missing.get(&listing).copied()
    };
    let since: Option<Vec<DateTime<Utc>>> = event.evidence.iter().map(since).collect();
    since?.into_iter().max()
}

/// What was written for the issue, as far as it matters for the draft's descent.
fn versions(written: &[Written], given: &Given<'_>) -> Vec<Version> {
    let place = |id: i64| written.iter().position(|of| of.id == id);
    written
        .iter()
        .map(|of| Version {
            base: of.base.and_then(place),
            given: of.given.clone(),
            written: of.issue.text.clone(),
            same_file: of.path.as_deref() == given.path,
        })
        .collect()
}

/// The base of a draft that is based on what we wrote into it: `line` leads from that text to the first.
fn written_base(
    given: &Given<'_>,
    written: &[Written],
    (versions, line): (&[Version], &[usize]),
    style: &Style,
    set_of: impl Fn(&EventId) -> EventId,
) -> Base {
    let text = line.first().map(|at| &written[*at].issue);
    Base {
        origin: Origin::Written,
        event_rows: text
            .map(|text| event_rows(&text.event_rows, style, &set_of))
            .unwrap_or_default(),
        printed: text.map(|text| rows(&text.text, style)).unwrap_or_default(),
        added: line
            .iter()
            .map(|at| added(&written[*at], &set_of))
            .collect(),
        holds_our_words: descent::holds_our_words(given.section(), line, versions, style),
        ..Base::default()
    }
}

/// The base of a draft into which we wrote nothing yet: the printed issue before it, with the events' rows of that
/// one if we wrote it too.
fn printed_base(
    store: &Store,
    given: &Given<'_>,
    window: Window,
    style: &Style,
    set_of: impl Fn(&EventId) -> EventId,
) -> Result<Base, store::Error> {
    let Some(learned) = store.learned_before(window.from)? else {
        return Ok(Base::default());
    };
    let written = store.written(learned.day)?;
    let versions = versions(&written, given);
    let from = descent::base_of(&learned.text, &versions, style);
    let line = descent::line(from, &versions);
    Ok(Base {
        origin: Origin::Learned,
        printed: rows(&learned.text, style),
        ..written_base(given, &written, (&versions, &line), style, set_of)
    })
}

/// A base that a person names and that we did not write: its rows are taken for the events' rows.
fn stated_base(text: &str, known: &Known<'_>, style: &Style) -> Base {
    let printed = rows(text, style);
    let event_rows = printed.iter().filter_map(|row| {
        Some(EventRow {
            event: known.of(row)?.event.clone(),
            heading: Heading::parse(&row.heading)?,
            row: row.clone(),
            stands: true,
        })
    });
    Base {
        origin: Origin::Written,
        event_rows: event_rows.collect(),
        printed,
        ..Base::default()
    }
}

/// The last rows of each event in what was written into this draft.
fn memory(
    written: &[Written],
    given: &Given<'_>,
    from: Option<usize>,
    style: &Style,
    set_of: impl Fn(&EventId) -> EventId,
) -> BTreeMap<EventId, Remembered> {
    let mut last: BTreeMap<EventId, (bool, Vec<StoredRow>)> = BTreeMap::new();
    for (at, version) in written.iter().enumerate() {
        if !given.is_one_with(version.path.as_deref()) {
            continue;
        }
        let is_later = from.is_none_or(|from| at > from);
        let mut event_rows: BTreeMap<EventId, (bool, Vec<StoredRow>)> = BTreeMap::new();
        for row in &version.issue.event_rows {
            let (_, rows) = event_rows
                .entry(set_of(&row.event))
                .or_insert((is_later, Vec::new()));
            rows.push(row.clone());
        }
        last.append(&mut event_rows);
    }
    last.into_iter()
        .map(|(event, (is_later, rows))| {
            let event_rows = event_rows(&rows, style, &set_of);
            (
                event,
                Remembered {
                    event_rows,
                    is_later,
                },
            )
        })
        .collect()
}

/// Every row that events gave for the issue, each once.
fn ever_given(
    written: &[Written],
    style: &Style,
    set_of: impl Fn(&EventId) -> EventId,
) -> BTreeMap<EventId, Vec<EventRow<PrintedRow>>> {
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut ever: BTreeMap<EventId, Vec<EventRow<PrintedRow>>> = BTreeMap::new();
    for row in written.iter().flat_map(|version| &version.issue.event_rows) {
        if !row.stands || !seen.insert((row.event.as_str(), &row.text)) {
            continue;
        }
        for event_row in event_rows(std::slice::from_ref(row), style, &set_of) {
            ever.entry(event_row.event.clone())
                .or_default()
                .push(event_row);
        }
    }
    ever
}

/// The keys of rows that were in this draft when it was last written and are no longer, unless another draft of the
/// issue has them.
fn no_longer(written: &[Written], given: &Given<'_>, style: &Style) -> Vec<String> {
    let latest: BTreeMap<Option<&str>, &Written> =
        written.iter().map(|of| (of.path.as_deref(), of)).collect();
    let (own, others): (Vec<&Written>, Vec<&Written>) = latest
        .into_values()
        .partition(|of| given.is_one_with(of.path.as_deref()));
    let listed = |of: &Written| listings(&rows(&of.issue.text, style)).0;
    let (there, _) = listings(given.draft.rows());
    let stand: BTreeSet<String> = there
        .into_iter()
        .chain(others.into_iter().flat_map(listed))
        .map(|listing| listing.key)
        .collect();
    // A row that can no longer be read is still there.
    let is_unread = |listing: &Listing| {
        let link = listing.link.as_deref();
        let link = link.and_then(|link| Link::parse(link).ok());
        let mut unread = given.draft.unreadable.iter();
        link.is_some_and(|link| unread.any(|item| item.links.contains(&link)))
    };
    own.into_iter()
        .flat_map(listed)
        .filter(|listing| !stand.contains(&listing.key) && !is_unread(listing))
        .flat_map(|listing| [Some(listing.key), listing.predecessor])
        .flatten()
        .collect()
}

fn added(written: &Written, set_of: impl Fn(&EventId) -> EventId) -> BTreeSet<(EventId, Heading)> {
    written
        .added
        .iter()
        .filter_map(|(event, heading)| Some((set_of(event), Heading::parse(heading)?)))
        .collect()
}

fn event_rows(
    kept: &[StoredRow],
    style: &Style,
    set_of: impl Fn(&EventId) -> EventId,
) -> Vec<EventRow<PrintedRow>> {
    kept.iter()
        .filter_map(|event_row| {
            Some(EventRow {
                event: set_of(&event_row.event),
                heading: Heading::parse(&event_row.heading)?,
                row: rows(&event_row.text, style).into_iter().next()?,
                stands: event_row.stands,
            })
        })
        .collect()
}
