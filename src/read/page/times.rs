//! `<time datetime>`: dates that a page marks for programs.
//!
//! Most such dates are those of posts. They are taken for events only where the page speaks of events (its
//! address, its headings, the addresses that it links to) and nothing on the same card names another day.

use super::found::{Facts, Found};
use super::words::{words, words_but};
use super::{Document, speaks};
use crate::facts::listing::End;
use crate::facts::when::Stamp;
use crate::read::tree::Tree;
use crate::read::{dates, jsonld};

/// Dates of one page that are looked at.
const MOST_TIMES: usize = 5000;

/// Elements around a date in which its card is looked for.
const FARTHEST: usize = 12;

/// Dates on one card: from, until, and both again for small screens.
const MOST_ON_A_CARD: usize = 4;

/// Elements that are a card, whatever stands around them.
const WHOLE: [&str; 6] = ["article", "li", "tr", "main", "body", "a"];

/// What a link's `rel` says where it is no event's.
const NOT_ITS_PAGE: [&str; 5] = ["category", "tag", "author", "prev", "next"];

/// Classes and properties of the dates of posts.
const OF_POSTS: [&str; 13] = [
    "published",
    "entry-date",
    "post-date",
    "posted-on",
    "updated",
    "post-meta",
    "byline",
    "datepublished",
    "datemodified",
    "datecreated",
    "uploaddate",
    "dt-published",
    "dt-updated",
];

/// A date on a page.
struct Dated {
    node: usize,
    start: Stamp,
}

/// What stands around a date: a heading or a link, and the date itself.
struct Card {
    /// Its element.
    node: usize,
    times: Vec<usize>,
}

/// The events of a page, by its dates.
pub(super) fn read(document: &Document<'_>) -> Option<Found> {
    if !document.text.contains("<time") {
        return None;
    }
    let tree = document.tree();
    let page = Page {
        tree,
        times: dated(tree),
    };
    let cards: Vec<Card> = page.cards();
    let speaks_of_events = speaks::of_events(document);
    let mut found = Found::read_as("the dates that the page marks (<time>)");
    for card in &cards {
        let Some(first) = card.times.first().and_then(|time| page.times.get(*time)) else {
            continue;
        };
        let title = page.title(card);
        if title.is_empty() {
            continue;
        }
        let link = page.link(card, document);
        let below = link.as_deref().is_some_and(speaks::is_below_events);
        let is_to_come = first.start.date() > document.at.date_naive();
        let is_posts = page.is_of_a_post(first.node, card.node) && !is_to_come;
        if is_posts || !(below || speaks_of_events || is_to_come) {
            continue;
        }
        // What the card says in words outranks what its program marks.
        if page.names_another_day(card) {
            return None;
        }
        let facts = Facts {
            title,
            start: first.start,
            link,
            id: None,
            line: tree.nodes[card.node].line,
        };
        let mut listing = facts.listing();
        let last = card.times.last().and_then(|time| page.times.get(*time));
        let end = last.and_then(|last| jsonld::end_beside(&first.start, last.start));
        let behind =
            |end: &Stamp| end.instant(chrono_tz::Tz::UTC) > first.start.instant(chrono_tz::Tz::UTC);
        let has_end = last.is_some_and(|last| last.start != first.start);
        listing.end = end.filter(|end| has_end && behind(end)).map(End::At);
        found.take(listing);
    }
    (found.entries > 0).then_some(found)
}

fn dated(tree: &Tree) -> Vec<Dated> {
    let times = tree
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.name == "time");
    times
        .take(MOST_TIMES)
        .filter_map(|(place, node)| {
            let said = node.attribute("datetime");
            let start = dates::parse(said).ok()?;
            Some(Dated { node: place, start })
        })
        .collect()
}

struct Page<'a> {
    tree: &'a Tree,
    /// In the page's order.
    times: Vec<Dated>,
}

impl Page<'_> {
    /// The dates inside of an element, by their places.
    fn times_in(&self, node: usize) -> std::ops::Range<usize> {
        let end = self.tree.nodes[node].end;
        let from = self.times.partition_point(|time| time.node < node);
        from..self.times.partition_point(|time| time.node < end)
    }

    /// A card for each date: the nearest element around it that has a title. An element with many dates is a list.
    fn cards(&self) -> Vec<Card> {
        let mut cards: Vec<Card> = Vec::new();
        for (place, time) in self.times.iter().enumerate() {
            let Some(node) = self.card_around(time.node) else {
                continue;
            };
            match cards.last_mut() {
                Some(card) if card.node == node => card.times.push(place),
                _ if self.times_in(node).len() <= MOST_ON_A_CARD => cards.push(Card {
                    node,
                    times: vec![place],
                }),
                _ => {}
            }
        }
        cards
    }

    /// The outermost element around a date that holds no more dates than the innermost one with a title.
    fn card_around(&self, time: usize) -> Option<usize> {
        let around: Vec<usize> = self.tree.around(time).skip(1).take(FARTHEST).collect();
        let innermost = around.iter().position(|node| self.has_title(*node))?;
        let count = self.times_in(around[innermost]).len();
        let mut card = around[innermost];
        for node in &around[innermost..] {
            if self.times_in(*node).len() > count {
                break;
            }
            card = *node;
            if WHOLE.contains(&self.tree.nodes[*node].name.as_str()) {
                break;
            }
        }
        Some(card)
    }

    fn has_title(&self, node: usize) -> bool {
        let times = self.times_in(node);
        let is_time = |node: usize| {
            self.times[times.clone()]
                .iter()
                .any(|time| time.node == node)
        };
        self.named_by(node)
            .is_some_and(|named| words_but(self.tree, named, &is_time).chars().count() > 1)
    }

    /// The heading of an element, else its first link with words; the element itself where it is one.
    fn named_by(&self, node: usize) -> Option<usize> {
        let all = || node..self.tree.nodes[node].end;
        let heading = all().find(|node| self.tree.nodes[*node].heading().is_some());
        heading.or_else(|| {
            all().find(|node| {
                let element = &self.tree.nodes[*node];
                let rel = element.attribute("rel");
                let mut kinds = rel
                    .split_ascii_whitespace()
                    .chain(element.attribute("class").split_ascii_whitespace());
                element.name == "a"
                    && !kinds.any(|kind| NOT_ITS_PAGE.contains(&kind))
                    && !words(self.tree, *node).is_empty()
            })
        })
    }

    fn title(&self, card: &Card) -> String {
        let is_time = |node: usize| self.tree.nodes[node].name == "time";
        let named = self.named_by(card.node);
        named.map_or_else(String::new, |node| words_but(self.tree, node, &is_time))
    }

    fn link(&self, card: &Card, document: &Document<'_>) -> Option<String> {
        let named = self.named_by(card.node)?;
        let inside = named..self.tree.nodes[named].end;
        let of_card = card.node..self.tree.nodes[card.node].end;
        let around = self.tree.around(named).take(2);
        let mut nodes = inside.chain(around).chain(of_card);
        nodes.find_map(|node| {
            let element = &self.tree.nodes[node];
            let href = Some(element.attribute("href"))
                .filter(|href| !href.is_empty() && element.name == "a")?;
            match document.url {
                Some(_) => document.resolved(href),
                // Of a file no address is known, but its parts tell what it is about.
                None => Some(href.to_owned()),
            }
        })
    }

    /// Whether a date is marked as that of a post, on the element itself or around it inside of its card.
    fn is_of_a_post(&self, time: usize, card: usize) -> bool {
        let around = self.tree.around(time).take_while(|node| *node >= card);
        let mut nodes = around.chain([time]);
        nodes.any(|node| {
            let element = &self.tree.nodes[node];
            let marks = [element.attribute("class"), element.attribute("itemprop")]
                .join(" ")
                .to_lowercase();
            let is_marked = marks
                .split_ascii_whitespace()
                .any(|mark| OF_POSTS.contains(&mark));
            is_marked || element.attributes.iter().any(|(name, _)| name == "pubdate")
        }) || self.tree.nodes[card..self.tree.nodes[card].end]
            .iter()
            .any(|node| {
                // So blogs mark the link to a post.
                node.name == "a" && node.attribute("rel").eq_ignore_ascii_case("bookmark")
            })
    }

    /// Whether a card's words beside its dates name a day that none of these is.
    fn names_another_day(&self, card: &Card) -> bool {
        let is_time = |node: usize| self.tree.nodes[node].name == "time";
        let said = words_but(self.tree, card.node, &is_time);
        let marked: Vec<_> = card
            .times
            .iter()
            .filter_map(|time| self.times.get(*time))
            .map(|time| time.start.date())
            .collect();
        super::day_in_words(&said).is_some_and(|day| !marked.contains(&day))
    }
}
