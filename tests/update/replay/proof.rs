//! Which of two rows is right: the printed one, or ours. No proof rests on what the program would print.
//!
//! - *By the house style*: the linter finds a fault in the printed row that ours does not have, and all that
//!   differs between the two is what mending that fault changes, or what a fault of that kind is about.
//! - *By the rest of the issue*: the printed row stands there twice, or it differs from its copy under another
//!   heading, and ours says in both what one of the two says.
//! - *By the archive*: another name than the group's usual one in all other issues.
//!
//! Of two forms of which neither is a fault the rows are equal: an address with or without its last slash, a
//! state of a country for which the policy is open.

use crate::lint::rules;
use chrono::NaiveDate;
use rusty_events::facts::event::folded;
use rusty_events::facts::issue::Window;
use rusty_events::facts::link::Link;
use rusty_events::facts::place::{Mode, parse_location};
use rusty_events::read::section::listing;
use rusty_events::section::grammar::PrintedRow;
use rusty_events::section::grammar::{Draft, draft};
use rusty_events::section::lint::{self, Kind, Rules};
use rusty_events::section::print;
use rusty_events::section::select::Style;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What a row of ours is against the printed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Equal,
    Better,
    /// Not as printed; no source could have listed it, since its row cannot be read, and it is not the draft's.
    Unsayable,
    Worse,
}

impl Verdict {
    pub(super) const ALL: [Verdict; 4] = [
        Verdict::Equal,
        Verdict::Better,
        Verdict::Unsayable,
        Verdict::Worse,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Verdict::Equal => "equal",
            Verdict::Better => "provably better",
            Verdict::Unsayable => "written by hand in a form that no source can tell",
            Verdict::Worse => "worse",
        }
    }
}

/// An issue judged: each printed row with its verdict, the proof, and our row for it.
pub(super) struct Judged<'a> {
    pub(super) rows: Vec<(Verdict, String, &'a PrintedRow, Option<&'a PrintedRow>)>,
    /// Rows of ours that are no printed row's.
    pub(super) more: usize,
}

/// How often each name was printed for a group's page, by issue.
pub(super) struct Archive<'a> {
    style: &'a Style,
    names: BTreeMap<String, BTreeMap<String, BTreeSet<NaiveDate>>>,
    /// Rows that were mended already: a row stands in four issues or so.
    mended: RefCell<BTreeMap<(String, String), Option<PrintedRow>>>,
}

/// The kinds of a row's faults.
type Faults = BTreeSet<Kind>;

/// A row with what the linter says of it where it stands.
struct Linted<'a> {
    row: &'a PrintedRow,
    faults: Faults,
    /// Further rows of the same event in the same text.
    copies: Vec<&'a PrintedRow>,
}

impl<'a> Archive<'a> {
    pub(super) fn new<'t>(
        issues: impl Iterator<Item = (NaiveDate, &'t str)>,
        style: &'a Style,
    ) -> Archive<'a> {
        let mut names: BTreeMap<String, BTreeMap<String, BTreeSet<NaiveDate>>> = BTreeMap::new();
        for (day, text) in issues {
            let issue = draft(text, style).unwrap();
            for (name, url) in issue.rows().flat_map(|row| &row.organisers) {
                let Some(url) = url else { continue };
                let of_page = names.entry(page(url)).or_default();
                of_page.entry(name.clone()).or_default().insert(day);
            }
        }
        Archive {
            style,
            names,
            mended: RefCell::default(),
        }
    }

    /// Judges what came out against what was printed.
    pub(super) fn judge<'r>(
        &self,
        day: NaiveDate,
        (printed, next): (&str, &'r Draft),
        (text, read): (&str, &'r Draft),
    ) -> Judged<'r> {
        let window = Window::starting(day, 28);
        let inside = |row: &&PrintedRow| window.holds(row.date, row.end_date.unwrap_or(row.date));
        let theirs = self.linted(day, printed, next.rows().filter(inside));
        let ours = self.linted(day, text, read.rows().filter(inside));
        let mut left: Vec<&Linted<'_>> = ours.iter().collect();
        let mut pairs: Vec<(&Linted<'_>, Option<&Linted<'_>>)> =
            theirs.iter().map(|row| (row, None)).collect();
        for alike in [same_text, same_row, same_title, same_event, same_page] {
            for (printed, given) in &mut pairs {
                if given.is_none()
                    && let Some(at) = left.iter().position(|ours| alike(printed.row, ours.row))
                {
                    *given = Some(left.remove(at));
                }
            }
        }
        let rows = pairs
            .iter()
            .map(|(printed, given)| {
                let (verdict, proof) = match given {
                    Some(ours) => self.row(day, printed, ours),
                    None => absent(printed, &ours),
                };
                let unsayable = verdict == Verdict::Worse && listing(printed.row).is_err();
                let verdict = if unsayable {
                    Verdict::Unsayable
                } else {
                    verdict
                };
                (verdict, proof, printed.row, given.map(|given| given.row))
            })
            .collect();
        Judged {
            rows,
            more: left.len(),
        }
    }

    /// The rows of a text with the faults that stand on their lines.
    fn linted<'r>(
        &self,
        day: NaiveDate,
        text: &str,
        rows: impl Iterator<Item = &'r PrintedRow>,
    ) -> Vec<Linted<'r>> {
        let found = lint::lint(text, &self.rules(day)).unwrap().findings;
        let rows: Vec<&PrintedRow> = rows.collect();
        let faults = |row: &PrintedRow| -> Faults {
            let lines = row.line..row.line + row.text.matches('\n').count().max(1);
            let found = found.iter().filter(|finding| lines.contains(&finding.line));
            let kinds = found.map(|finding| finding.kind);
            // Where a row stands among its neighbours is not the row's own.
            kinds
                .filter(|kind| !matches!(kind, Kind::Order | Kind::BlankLines))
                .collect()
        };
        rows.iter()
            .map(|row| {
                let others = rows.iter().filter(|other| !std::ptr::eq(**other, *row));
                let copies: Vec<&PrintedRow> = others
                    .copied()
                    .filter(|other| same_evening(row, other))
                    .collect();
                // What is wrong between two copies is said of one of them.
                let of_copies = copies
                    .iter()
                    .flat_map(|copy| faults(copy))
                    .filter(is_of_both);
                Linted {
                    row,
                    faults: faults(row).into_iter().chain(of_copies).collect(),
                    copies,
                }
            })
            .collect()
    }

    fn rules(&self, day: NaiveDate) -> Rules<'_> {
        Rules {
            issue: Some(day),
            ..rules(self.style)
        }
    }

    /// A printed row by itself, with every fault mended that is certain.
    fn mended(&self, day: NaiveDate, row: &PrintedRow) -> Option<PrintedRow> {
        let key = (row.heading.clone(), row.text.clone());
        let known = self.mended.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let mended = self.mend(day, row);
            self.mended.borrow_mut().insert(key, mended.clone());
            mended
        })
    }

    fn mend(&self, day: NaiveDate, row: &PrintedRow) -> Option<PrintedRow> {
        let style = self.style;
        let window = print::window_line(Window::starting(day, 28), style);
        let heading = &row.heading;
        let text = format!(
            "{}\n\n{window}\n\n### {heading}\n{}",
            style.heading, row.text
        );
        let mended = lint::lint(&text, &self.rules(day))?.mended;
        let read = draft(&mended, style).ok()?;
        let mut rows = read.rows();
        match (rows.next(), rows.next()) {
            (Some(row), None) => Some(row.clone()),
            _ => None,
        }
    }

    fn row(&self, day: NaiveDate, printed: &Linted<'_>, ours: &Linted<'_>) -> (Verdict, String) {
        let same_heading = printed.row.heading == ours.row.heading;
        if printed.row.text == ours.row.text && same_heading {
            return (Verdict::Equal, "byte for byte".to_owned());
        }
        let mended = self.mended(day, printed.row);
        let right = mended.as_ref().unwrap_or(printed.row);
        let gone: Faults = printed.faults.difference(&ours.faults).copied().collect();
        let come: Faults = ours.faults.difference(&printed.faults).copied().collect();
        if !come.is_empty() {
            return (
                Verdict::Worse,
                format!("a fault of our own: {}", named(&come)),
            );
        }
        let as_printed = differences(printed.row, ours.row);
        let unequal: Vec<&&PrintedRow> = printed
            .copies
            .iter()
            .filter(|copy| copy.heading != printed.row.heading)
            .filter(|copy| !differences_of_copies(printed.row, copy).is_empty())
            .collect();
        let agree = ours
            .copies
            .iter()
            .all(|copy| differences_of_copies(ours.row, copy).is_empty());
        let (mut proofs, mut differing) = (BTreeSet::new(), Vec::new());
        for field in differences(right, ours.row) {
            // A fault that both have is no difference.
            if !as_printed.contains(&field) {
                continue;
            }
            let as_copied = || {
                unequal.iter().any(|copy| {
                    !differences_of_copies(copy, ours.row).contains(&field)
                        || (field == Field::Place && is_hybrid_of(printed.row, copy, ours.row))
                })
            };
            if gone.iter().any(|kind| is_about(*kind, field)) {
                continue;
            } else if agree && as_copied() {
                proofs.insert("unequal to its copy");
            } else if field == Field::Name && self.is_usual(day, right, ours.row) {
                proofs.insert("not the group's usual name");
            } else {
                differing.push(field);
            }
        }
        if !differing.is_empty() {
            return (Verdict::Worse, format!("{differing:?}"));
        }
        let gone = named(&gone);
        let proofs: Vec<&str> = [&*gone]
            .into_iter()
            .filter(|gone| !gone.is_empty())
            .chain(proofs)
            .collect();
        match proofs[..] {
            [] => (
                Verdict::Equal,
                "the same in another form of which neither is a fault".to_owned(),
            ),
            _ => (Verdict::Better, proofs.join(", ")),
        }
    }

    /// Whether each name of ours that differs is printed for the page in more of the other issues.
    fn is_usual(&self, day: NaiveDate, printed: &PrintedRow, ours: &PrintedRow) -> bool {
        let issues = |url: &str, name: &str| {
            self.names
                .get(&page(url))
                .and_then(|names| names.get(name))
                .map_or(0, |days| days.iter().filter(|other| **other != day).count())
        };
        printed.organisers.len() == ours.organisers.len()
            && printed
                .organisers
                .iter()
                .zip(&ours.organisers)
                .all(|(a, b)| {
                    let (Some(url), Some(_)) = (&a.1, &b.1) else {
                        return false;
                    };
                    a.0 == b.0 || issues(url, &b.0) > issues(url, &a.0)
                })
    }
}

/// A printed row for which there is none of ours.
fn absent(printed: &Linted<'_>, ours: &[Linted<'_>]) -> (Verdict, String) {
    let title = printed.row.links.first().map_or("", |(title, _)| title);
    let stands = ours.iter().any(|ours| {
        ours.row.date == printed.row.date && pages(ours.row).first() == pages(printed.row).first()
    });
    let twice = printed
        .copies
        .iter()
        .any(|copy| copy.heading == printed.row.heading);
    let linked_twice = [Kind::Duplicate, Kind::SameLink]
        .iter()
        .any(|kind| printed.faults.contains(kind));
    if stands && (twice || linked_twice) {
        (Verdict::Better, "once instead of twice".to_owned())
    } else if folded(title) == "cancelled" {
        (Verdict::Better, "cancelled, as its title says".to_owned())
    } else {
        (Verdict::Worse, "not there".to_owned())
    }
}

/// What may differ between two rows of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Heading,
    Days,
    Place,
    Name,
    OrganiserPage,
    Organisers,
    Title,
    EventPage,
    Links,
    Stars,
}

/// What differs in facts, not only in form.
fn differences(printed: &PrintedRow, ours: &PrintedRow) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut differs = |field, differs: bool| {
        if differs {
            fields.push(field);
        }
    };
    differs(Field::Heading, printed.heading != ours.heading);
    let days = |row: &PrintedRow| (row.date, row.end_date.filter(|end| *end > row.date));
    differs(Field::Days, days(printed) != days(ours));
    differs(Field::Place, !same_place(&printed.location, &ours.location));
    let count = |row: &PrintedRow| row.organisers.len();
    differs(Field::Organisers, count(printed) != count(ours));
    for (a, b) in printed.organisers.iter().zip(&ours.organisers) {
        let url = |of: &(String, Option<String>)| of.1.as_deref().map(page);
        differs(Field::Name, a.0 != b.0);
        differs(Field::OrganiserPage, url(a) != url(b));
    }
    differs(Field::Links, printed.links.len() != ours.links.len());
    for (at, (a, b)) in printed.links.iter().zip(&ours.links).enumerate() {
        differs(Field::Title, a.0 != b.0);
        let field = if at == 0 {
            Field::EventPage
        } else {
            Field::Links
        };
        differs(field, page(&a.1) != page(&b.1));
    }
    differs(Field::Stars, stars(printed) != stars(ours));
    fields
}

/// Words and marks around the links, without the addresses.
fn stars(row: &PrintedRow) -> usize {
    row.text.matches("**").count()
}

/// Whether a fault of this kind is about that field: mending it by hand would change it.
fn is_about(kind: Kind, field: Field) -> bool {
    match kind {
        Kind::WrongHeading => field == Field::Heading,
        Kind::Bold | Kind::BoldPart => field == Field::Stars,
        _ => false,
    }
}

/// What differs between two rows of one event that must not: all but the heading, and the words of the mode.
fn differences_of_copies(one: &PrintedRow, other: &PrintedRow) -> Vec<Field> {
    let mut fields = differences(one, other);
    fields.retain(|field| *field != Field::Heading);
    fields
}

/// Whether ours is the hybrid form of an event that was printed as online under Virtual and as in person
/// under its region.
fn is_hybrid_of(one: &PrintedRow, other: &PrintedRow, ours: &PrintedRow) -> bool {
    let read = |row: &PrintedRow| parse_location(&row.location).ok();
    let (Some(one), Some(other), Some((mode, place))) = (read(one), read(other), read(ours)) else {
        return false;
    };
    mode == Mode::Hybrid && one.0 != other.0 && (place == one.1 || place == other.1)
}

/// Faults that are said of one of two rows and are as much the other's.
fn is_of_both(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Duplicate | Kind::SameLink | Kind::HybridUnequal | Kind::HybridOnce
    )
}

/// The same mode and place; a state may be left out where the house leaves it open.
fn same_place(printed: &str, ours: &str) -> bool {
    match (parse_location(printed), parse_location(ours)) {
        (Ok((a_mode, Some(a))), Ok((b_mode, Some(b)))) => {
            let open = !matches!(a.country().code(), "US" | "CA");
            a_mode == b_mode
                && a.country() == b.country()
                && a.city() == b.city()
                && (a.state() == b.state()
                    || (open && (a.state().is_none() || b.state().is_none())))
        }
        (Ok(a), Ok(b)) => a == b,
        _ => printed == ours,
    }
}

fn named(kinds: &Faults) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    names.join(", ")
}

/// An address in the one spelling of its page, without the slash at its end, which is none to a reader.
pub(super) fn page(url: &str) -> String {
    let page = Link::parse(url).map_or_else(|_| url.to_owned(), |link| link.to_string());
    page.trim_end_matches('/').to_owned()
}

pub(super) fn pages(row: &PrintedRow) -> Vec<String> {
    row.links.iter().map(|(_, url)| page(url)).collect()
}

/// Whether two rows are of one event: on one day one page, or one title of one group.
pub(super) fn same_evening(a: &PrintedRow, b: &PrintedRow) -> bool {
    let groups = |row: &PrintedRow| -> Vec<String> {
        let urls = row.organisers.iter().filter_map(|(_, url)| url.as_deref());
        urls.map(page).collect()
    };
    let titled = folded(&a.links[0].0) == folded(&b.links[0].0)
        && groups(a).iter().any(|group| groups(b).contains(group));
    same_page(a, b) || (a.date == b.date && titled)
}

fn same_text(a: &PrintedRow, b: &PrintedRow) -> bool {
    a.heading == b.heading && a.text == b.text
}

fn same_row(a: &PrintedRow, b: &PrintedRow) -> bool {
    a.heading == b.heading
        && a.date == b.date
        && a.links.len() == b.links.len()
        && pages(a) == pages(b)
        && a.organisers
            .iter()
            .map(|of| &of.0)
            .eq(b.organisers.iter().map(|of| &of.0))
        && a.links[0].0 == b.links[0].0
}

fn same_title(a: &PrintedRow, b: &PrintedRow) -> bool {
    a.heading == b.heading && same_page(a, b) && a.links[0].0 == b.links[0].0
}

fn same_event(a: &PrintedRow, b: &PrintedRow) -> bool {
    a.heading == b.heading && same_page(a, b)
}

fn same_page(a: &PrintedRow, b: &PrintedRow) -> bool {
    a.date == b.date && pages(a).first() == pages(b).first()
}
