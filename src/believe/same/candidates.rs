//! The pairs that are compared at all: those that share a trait by which events are known.
//!
//! Each index holds what rows of the table need. What is in no common index can fit no row.

use super::traits::Traits;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// Records with one trait that are compared each with each. Of more each is compared with the [`NEXT`] after it, so
/// that the work stays in step with their number.
const MOST_EACH_WITH_EACH: usize = 100;

/// Records that are compared with one of a crowd.
const NEXT: usize = 40;

/// What an index goes by, so that a word is not taken for a page.
#[derive(Hash)]
enum By {
    Key,
    Page,
    Address,
    Organiser,
    OrganisersPage,
    VenueAddress,
    ThirdPage,
    LostPage,
    Set,
    Word,
    Title,
    Source,
}

/// The records with each value of each trait: first written down, then sorted.
#[derive(Default)]
struct Index {
    // A hash in place of the value: where two values share one, the table tells them apart.
    with: Vec<(u64, usize)>,
}

/// The places of the records with each value, those of one value beside each other, in order.
struct Sorted(Vec<(u64, usize)>);

impl Index {
    fn add(&mut self, by: By, value: impl Hash, place: usize) {
        self.with.push((hash(by, value), place));
    }

    fn sorted(mut self) -> Sorted {
        self.with.sort_unstable();
        self.with.dedup();
        Sorted(self.with)
    }
}

impl Sorted {
    fn with(&self, by: By, value: impl Hash) -> impl Iterator<Item = usize> {
        let hash = hash(by, value);
        let from = self.0.partition_point(|(other, _)| *other < hash);
        let same = self.0[from..]
            .iter()
            .take_while(move |(other, _)| *other == hash);
        same.map(|(_, place)| *place)
    }

    /// The pairs of records that share a value and are not of one kind; `kinds` has the kind of each record.
    ///
    /// A value that only records of one kind have is passed over: in a large calendar that is nearly every value, and
    /// each would give pairs by the square of its records.
    fn pairs(&self, kinds: &[usize]) -> impl Iterator<Item = (usize, usize)> {
        let groups = self.0.chunk_by(|(one, _), (other, _)| one == other);
        let groups = groups.filter(|same| {
            let mut others = same.windows(2);
            others.any(|two| kinds[two[0].1] != kinds[two[1].1])
        });
        let pairs = groups.flat_map(|same| {
            let most = if same.len() <= MOST_EACH_WITH_EACH {
                same.len()
            } else {
                NEXT
            };
            let firsts = same.iter().enumerate();
            firsts.flat_map(move |(at, &(_, a))| {
                let others = same[at + 1..].iter().take(most);
                others.map(move |&(_, b)| (a, b))
            })
        });
        pairs.filter(|(a, b)| kinds[*a] != kinds[*b])
    }
}

fn is_one_kind(kinds: &[usize]) -> bool {
    kinds.iter().all(|kind| *kind == kinds[0])
}

/// A number for each value, the same for the same value.
fn numbered<T: Hash + Eq>(values: impl Iterator<Item = T>) -> Vec<usize> {
    let mut numbers = HashMap::new();
    values
        .map(|value| {
            let next = numbers.len();
            *numbers.entry(value).or_insert(next)
        })
        .collect()
}

/// The same in every run: the hasher's keys are fixed.
fn hash(by: By, value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    by.hash(&mut hasher);
    value.hash(&mut hasher);
    hasher.finish()
}

/// The pairs of events that may be one, as places in `all`, in order.
pub(crate) fn of_two_sources(all: &[Traits<'_>]) -> Vec<(usize, usize)> {
    // Two events in one source's list are never one.
    let sources = numbered(all.iter().map(|one| one.source));
    if is_one_kind(&sources) {
        return Vec::new();
    }
    let mut index = Index::default();
    for (place, one) in all.iter().enumerate() {
        for key in one.keys {
            index.add(By::Key, key, place);
        }
        for page in &one.pages {
            index.add(By::Page, page, place);
            if page.day.is_some() {
                index.add(By::Address, &page.name, place);
            }
        }
        if let Some(set) = one.was_in {
            index.add(By::Set, set, place);
        }
        let start = (one.is_timed, one.start);
        if !one.has_unknown_organiser {
            for (name, page) in &one.organisers {
                index.add(By::Organiser, (start, name), place);
                if let Some(page) = page {
                    index.add(By::OrganisersPage, (start, page), place);
                }
            }
        }
        if let Some(address) = &one.address {
            index.add(By::VenueAddress, (start, address), place);
        }
        for mention in &one.mentions {
            index.add(By::ThirdPage, (start, mention.link), place);
        }
    }
    let linked = linked(all).into_iter();
    let linked = linked.filter(|(a, b)| sources[*a] != sources[*b]);
    let index = index.sorted();
    let mut pairs: Vec<(usize, usize)> = index.pairs(&sources).chain(linked).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The pairs of which one links to the other: to its page, or to a page of its group that no event has.
fn linked(all: &[Traits<'_>]) -> Vec<(usize, usize)> {
    let mut index = Index::default();
    for (place, one) in all.iter().enumerate() {
        for page in one.pages.iter().filter(|page| page.day.is_none()) {
            index.add(By::Page, &page.name, place);
        }
        for group in &one.groups {
            index.add(By::LostPage, ((one.is_timed, one.start), *group), place);
        }
    }
    let index = index.sorted();
    let mut pairs = Vec::new();
    for (place, one) in all.iter().enumerate() {
        let mut add = |others: &mut dyn Iterator<Item = usize>| {
            let others = others.filter(|other| *other != place).take(NEXT);
            pairs.extend(others.map(|other| (place.min(other), place.max(other))));
        };
        for mention in &one.mentions {
            if let Some(page) = &mention.page {
                add(&mut index.with(By::Page, page));
            }
            if mention.is_lost {
                let address = mention.link.as_str();
                for (end, _) in address.match_indices('/') {
                    let start = (one.is_timed, one.start);
                    add(&mut index.with(By::LostPage, (start, &address[..end])));
                }
            }
        }
    }
    pairs
}

/// The pairs of sets that may look like one event: by a common page, and on one day by an organiser, a title, a word
/// of it that tells something, or a source that does not list the one. Each set is given by its members.
pub(crate) fn of_suspicion(sets: &[Vec<Traits<'_>>]) -> Vec<(usize, usize)> {
    // Of two sets with one member each, `are_side_by_side` asks only for the source and whether it lists them.
    let kinds = numbered(
        sets.iter()
            .enumerate()
            .map(|(place, members)| match &members[..] {
                [only] => (None, only.source, only.is_unlisted),
                _ => (Some(place), None, false),
            }),
    );
    if is_one_kind(&kinds) {
        return Vec::new();
    }
    let mut index = Index::default();
    let mut unlisted = Index::default();
    for (place, members) in sets.iter().enumerate() {
        for member in members {
            for page in member.pages.iter().filter(|page| page.day.is_none()) {
                index.add(By::Page, &page.name, place);
            }
        }
        let Some(first) = members.first() else {
            continue;
        };
        for member in members {
            unlisted.add(By::Source, (first.day, member.source), place);
        }
        for (name, page) in &first.organisers {
            index.add(By::Organiser, (first.day, name), place);
            if let Some(page) = page {
                index.add(By::OrganisersPage, (first.day, page), place);
            }
        }
        index.add(By::Title, (first.day, first.title.text()), place);
        for word in first.title.iter().filter(|word| word.is_telling()) {
            index.add(By::Word, (first.day, word.text), place);
        }
    }
    let is_unlisted = |place: usize| sets[place].iter().any(|member| member.is_unlisted);
    let (index, unlisted) = (index.sorted(), unlisted.sorted());
    let by_source = unlisted
        .pairs(&kinds)
        .filter(|(a, b)| is_unlisted(*a) || is_unlisted(*b));
    let mut pairs: Vec<(usize, usize)> = index
        .pairs(&kinds)
        .chain(by_source)
        .filter(|(a, b)| !are_side_by_side(&sets[*a], &sets[*b]))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Whether one source lists both side by side, or goes without both: then there is nothing to compare.
fn are_side_by_side(one: &[Traits<'_>], other: &[Traits<'_>]) -> bool {
    of_one_source(one, other).is_some_and(|(ours, theirs)| ours.is_unlisted == theirs.is_unlisted)
}

/// Two members of one source, one from each set.
pub(crate) fn of_one_source<'a, 'b>(
    one: &'b [Traits<'a>],
    other: &'b [Traits<'a>],
) -> Option<(&'b Traits<'a>, &'b Traits<'a>)> {
    one.iter().find_map(|ours| {
        let theirs = other.iter().find(|theirs| theirs.source == ours.source)?;
        Some((ours, theirs))
    })
}
