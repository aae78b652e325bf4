//! The columns of a row as values, which values are equal, and which side wins where they differ.

use crate::facts::event::{folded, one_line};
use crate::facts::link::{Link, Meaning};
use crate::facts::place::{Mode, Place, parse_location};
use crate::section::grammar::PrintedRow;
use crate::section::select::Row;
use chrono::NaiveDate;

/// Words with the page they lead to: an organiser, or a link of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The words, not escaped.
    pub words: String,
    /// The address; as printed if it cannot be read.
    pub url: Option<String>,
}

/// A row's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// First and last day.
    pub days: (NaiveDate, Option<NaiveDate>),
    /// The text of the location column, not escaped.
    pub location: String,
    /// Its organisers.
    pub organisers: Vec<Named>,
    /// Its pages, the event's own first.
    pub links: Vec<Named>,
}

impl Fields {
    /// The columns of a row that stands in a draft.
    pub fn printed(row: &PrintedRow) -> Fields {
        let named = |words: &str, url: Option<&str>| Named {
            words: one_line(words),
            url: url.map(spelled),
        };
        Fields {
            days: (row.date, row.end_date.filter(|end| *end > row.date)),
            location: one_line(&row.location),
            organisers: row
                .organisers
                .iter()
                .map(|(name, url)| named(name, url.as_deref()))
                .collect(),
            links: row
                .links
                .iter()
                .map(|(title, url)| named(title, Some(url)))
                .collect(),
        }
    }

    /// The columns of a row that an event would be printed as.
    pub fn of(row: &Row) -> Fields {
        // An organiser without a page of its own is printed with the event's.
        let page = row.links.first().map(|(_, url)| url.to_string());
        Fields {
            days: (row.date, row.end_date),
            location: row.location.clone(),
            organisers: row
                .organisers
                .iter()
                .map(|(name, url)| Named {
                    words: name.clone(),
                    url: url.as_ref().map(Link::to_string).or_else(|| page.clone()),
                })
                .collect(),
            links: row
                .links
                .iter()
                .map(|(title, url)| Named {
                    words: title.clone(),
                    url: Some(url.to_string()),
                })
                .collect(),
        }
    }

    /// The last day on which it is.
    pub fn last_day(&self) -> NaiveDate {
        self.days.1.unwrap_or(self.days.0)
    }

    /// The words of its first link.
    pub fn title(&self) -> &str {
        self.links.first().map_or("", |link| &link.words)
    }

    /// The address of its first link.
    pub fn page(&self) -> Option<&str> {
        self.links.first()?.url.as_deref()
    }

    /// Whether two rows are one that was changed in up to two columns: at least three of date, location,
    /// organisers, title and page are the same, the date or the page among them.
    pub(super) fn is_close_to(&self, other: &Fields) -> bool {
        let page = matches!((self.page(), other.page()), (Some(a), Some(b)) if same_page(a, b));
        let day = self.days.0 == other.days.0;
        let same = [
            day,
            page,
            same_location(&self.location, &other.location),
            same_list(&self.organisers, &other.organisers),
            folded(self.title()) == folded(other.title()),
        ];
        (day || page) && same.into_iter().filter(|same| *same).count() >= 3
    }
}

/// An address in its page's one spelling; unchanged if it cannot be read.
pub(super) fn spelled(url: &str) -> String {
    Link::parse(url).map_or_else(|_| url.trim().to_owned(), |link| link.to_string())
}

/// Whether two addresses lead to one page.
pub(super) fn same_page(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (Link::parse(a), Link::parse(b)) {
        (Ok(a), Ok(b)) => a == b || (a.meaning() != Meaning::Other && a.meaning() == b.meaning()),
        _ => false,
    }
}

/// Whether two texts of the location column say the same, however they spell it.
pub(super) fn same_location(a: &str, b: &str) -> bool {
    match (parse_location(a), parse_location(b)) {
        (Ok((a_mode, a)), Ok((b_mode, b))) => {
            a_mode == b_mode
                && match (a, b) {
                    (Some(a), Some(b)) => a.same_as(&b),
                    (a, b) => a == b,
                }
        }
        _ => one_line(a) == one_line(b),
    }
}

/// The mode and place that a text of the location column names.
pub(super) fn located(text: &str) -> Option<(Mode, Option<Place>)> {
    parse_location(text).ok()
}

/// Whether both say the same with the same words.
pub(super) fn same_named(a: &Named, b: &Named) -> bool {
    a.words == b.words && same_url(a.url.as_deref(), b.url.as_deref())
}

fn same_url(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_page(a, b),
        (a, b) => a == b,
    }
}

pub(super) fn same_list(a: &[Named], b: &[Named]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_named(a, b))
}

/// Which side wins in one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// The draft's and the event's agree.
    Same,
    /// The event's: people did not change the draft.
    Ours,
    /// The draft's: a person changed it, and the event says what it said before.
    Theirs,
    /// The event's, though a person had changed the draft: the source changed that very fact since.
    Conflict,
}

/// Chooses between the draft's value and the event's.
pub(super) fn choose<T: ?Sized>(
    base: &T,
    theirs: &T,
    ours: &T,
    same: impl Fn(&T, &T) -> bool,
) -> Choice {
    if same(theirs, ours) {
        Choice::Same
    } else if same(base, theirs) {
        Choice::Ours
    } else if same(base, ours) {
        Choice::Theirs
    } else {
        Choice::Conflict
    }
}

/// What became of one item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) choice: Choice,
    /// Whether it had been lost from the draft and is put back.
    pub(super) restored: bool,
    pub(super) theirs: String,
    pub(super) ours: String,
}

/// Three lists of organisers, or of links, as one; and what became of the items that differ.
pub(super) struct Lists<'a> {
    /// What the event said when the draft was last written; `None` if that is not known.
    pub(super) base: Option<&'a [Named]>,
    /// What was last written or printed: only what stood there can have been lost.
    pub(super) written: Option<&'a [Named]>,
    /// What the draft says.
    pub(super) theirs: &'a [Named],
    /// What the event says.
    pub(super) ours: &'a [Named],
    /// Which side wins for an item without a base.
    pub(super) unknown: Choice,
}

impl Lists<'_> {
    pub(super) fn merge(&self) -> (Vec<Named>, Vec<Item>) {
        let mut merged = Vec::new();
        let mut items = Vec::new();
        let to_ours = pairs(self.theirs, self.ours);
        let to_base = self.base.map(|base| pairs(self.theirs, base));
        let based = |at: usize| {
            let base = self.base?;
            base.get(to_base.as_ref()?[at]?)
        };
        for (at, theirs) in self.theirs.iter().enumerate() {
            let ours = to_ours[at].map(|at| &self.ours[at]);
            match (based(at), ours) {
                (base, Some(ours)) => {
                    let (named, mut of) = self.one(base, theirs, ours);
                    merged.push(named);
                    items.append(&mut of);
                }
                // The event no longer has it, and people did not change it.
                (Some(base), None) if same_named(base, theirs) => items.push(Item {
                    choice: Choice::Ours,
                    restored: false,
                    theirs: shown(theirs),
                    ours: String::new(),
                }),
                (_, None) => {
                    merged.push(theirs.clone());
                    if self.base.is_some() || self.unknown == Choice::Theirs {
                        items.push(Item {
                            choice: Choice::Theirs,
                            restored: false,
                            theirs: shown(theirs),
                            ours: String::new(),
                        });
                    }
                }
            }
        }
        for (at, ours) in self.ours.iter().enumerate() {
            if to_ours.contains(&Some(at)) {
                continue;
            }
            let held = |list: Option<&[Named]>| {
                list.is_some_and(|list| list.iter().any(|item| alike(item, ours)))
            };
            let (choice, restored) = if held(self.written) {
                (Choice::Ours, true)
            } else if self.base.is_some() && !held(self.base) {
                (Choice::Ours, false)
            } else if self.base.is_some() {
                (Choice::Theirs, false)
            } else {
                (self.unknown, false)
            };
            if choice == Choice::Ours {
                merged.insert(at.min(merged.len()), ours.clone());
            }
            items.push(Item {
                choice,
                restored,
                theirs: String::new(),
                ours: shown(ours),
            });
        }
        (merged, items)
    }

    /// One item that stands in the draft and in the event: its words and its address each by themselves.
    fn one(&self, base: Option<&Named>, theirs: &Named, ours: &Named) -> (Named, Vec<Item>) {
        let known = |words: bool| match base {
            Some(base) if words => {
                choose(&*base.words, &*theirs.words, &*ours.words, |a, b| a == b)
            }
            Some(base) => choose(&base.url, &theirs.url, &ours.url, |a, b| {
                same_url(a.as_deref(), b.as_deref())
            }),
            None if words && theirs.words == ours.words => Choice::Same,
            None if !words && same_url(theirs.url.as_deref(), ours.url.as_deref()) => Choice::Same,
            // It is in both and not in the base: the draft is the newer of the two.
            None if self.base.is_some() => Choice::Theirs,
            None => self.unknown,
        };
        let (words, url) = (known(true), known(false));
        let takes_ours = |choice| matches!(choice, Choice::Ours | Choice::Conflict);
        let mut items = Vec::new();
        if words != Choice::Same {
            items.push(Item {
                choice: words,
                restored: false,
                theirs: theirs.words.clone(),
                ours: ours.words.clone(),
            });
        }
        if url != Choice::Same {
            items.push(Item {
                choice: url,
                restored: false,
                theirs: theirs.url.clone().unwrap_or_default(),
                ours: ours.url.clone().unwrap_or_default(),
            });
        }
        let named = Named {
            words: if takes_ours(words) { ours } else { theirs }.words.clone(),
            url: if takes_ours(url) { ours } else { theirs }.url.clone(),
        };
        (named, items)
    }
}

/// Puts back what a row without an event lost against the last time it was written: only if nothing in it
/// was replaced, and something is missing. Returns the list and what was put back.
pub(super) fn restored(written: &[Named], theirs: &[Named]) -> (Vec<Named>, Vec<String>) {
    let replaced = theirs
        .iter()
        .any(|item| !written.iter().any(|known| alike(known, item)));
    let mut list = theirs.to_vec();
    let mut back = Vec::new();
    if !replaced {
        for (at, item) in written.iter().enumerate() {
            if !theirs.iter().any(|known| alike(known, item)) {
                list.insert(at.min(list.len()), item.clone());
                back.push(shown(item));
            }
        }
    }
    (list, back)
}

fn shown(item: &Named) -> String {
    match &item.url {
        Some(url) => format!("{} ({url})", item.words),
        None => item.words.clone(),
    }
}

/// The same page, or the same name.
fn alike(a: &Named, b: &Named) -> bool {
    let page = matches!((&a.url, &b.url), (Some(a), Some(b)) if same_page(a, b));
    page || folded(&a.words) == folded(&b.words)
}

/// For each item its counterpart in the other list: the same page, else the same words, else, if one is left
/// on each side, that one.
fn pairs(list: &[Named], other: &[Named]) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; list.len()];
    let rules: [fn(&Named, &Named) -> bool; 2] = [
        |a, b| matches!((&a.url, &b.url), (Some(a), Some(b)) if same_page(a, b)),
        |a, b| folded(&a.words) == folded(&b.words),
    ];
    for rule in rules {
        for (at, item) in list.iter().enumerate() {
            if found[at].is_some() {
                continue;
            }
            // At the same place first, where several are alike.
            let order = std::iter::once(at).chain(0..other.len());
            found[at] = order
                .filter(|at| *at < other.len() && !found.contains(&Some(*at)))
                .find(|at| rule(item, &other[*at]));
        }
    }
    let left: Vec<usize> = (0..list.len()).filter(|at| found[*at].is_none()).collect();
    let right: Vec<usize> = (0..other.len())
        .filter(|at| !found.contains(&Some(*at)))
        .collect();
    match (&left[..], &right[..]) {
        ([left], [right]) => found[*left] = Some(*right),
        // The event's own link is always the first.
        ([0, ..], [0, ..]) => found[0] = Some(0),
        _ => {}
    }
    found
}
