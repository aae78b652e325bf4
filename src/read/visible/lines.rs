//! A page's tree → the lines that a reader sees, each with its links and what is known of its place in the page.

use super::clock::{Clock, clocks};
use super::days::{Mention, mentions};
use super::tokens::{Kind, Token, tokens};
use super::words::Words;
use crate::read::tree::{Child, Tree};
use chrono::Weekday;
use std::ops::Range;

/// Lines that are read of one page.
const MOST_LINES: usize = 20_000;

/// Bytes of a line that are read.
const LONGEST_LINE: usize = 6000;

/// Lines that a date may be split over.
const MOST_SPLIT: usize = 4;

/// Classes of what stands around a page's content.
const SIDE: [&str; 15] = [
    "sidebar",
    "widget",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "comments",
    "related",
    "menu",
    "navbar",
    "footer",
    "site-footer",
    "cookie",
    "toc",
    "recent-posts",
    "tagcloud",
];

/// Where a line stands in its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stand {
    Content,
    /// In a column at the side.
    Side,
    /// In a menu or at the foot.
    Menu,
}

/// A link in a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Anchor {
    pub(super) text: Range<usize>,
    /// Its `<a>`.
    pub(super) node: usize,
}

/// A line of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    /// The innermost element with lines of its own in which it stands.
    pub(super) node: usize,
    /// Its line in the file.
    pub(super) at: usize,
    /// 1 to 6 for a heading.
    pub(super) heading: Option<u8>,
    pub(super) stand: Stand,
    pub(super) links: Vec<Anchor>,
    /// Where each piece of text begins, and the innermost element in which it stands.
    pub(super) pieces: Vec<(usize, usize)>,
    pub(super) tokens: Vec<Token>,
    pub(super) mentions: Vec<Mention>,
    pub(super) clocks: Vec<Clock>,
    /// The first day of the week that it names, where it names no day.
    pub(super) weekday: Option<Weekday>,
}

impl Line {
    /// The bytes of some of its tokens.
    pub(super) fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        if tokens.is_empty() {
            return 0..0;
        }
        self.tokens[tokens.start].start..self.tokens[tokens.end - 1].end
    }

    /// Its text without days and times: what is left of it, piece by piece.
    pub(super) fn rest(&self) -> String {
        let days = self.mentions.iter().map(|said| said.first..said.next);
        let clocks = self.clocks.iter().map(|said| said.first..said.next);
        let mut cuts: Vec<Range<usize>> = days.chain(clocks).map(|said| self.bytes(said)).collect();
        cuts.sort_by_key(|cut| cut.start);
        let (mut rest, mut at) = (String::new(), 0);
        for cut in cuts {
            if cut.start > at {
                rest.push_str(&self.text[at..cut.start]);
            }
            rest.push(' ');
            at = at.max(cut.end);
        }
        rest.push_str(self.text.get(at..).unwrap_or_default());
        rest
    }
}

/// The lines of a page.
pub(super) fn lines(tree: &Tree, words: &Words) -> Vec<Line> {
    let mut walk = Walk {
        tree,
        lines: Vec::new(),
        mains: mains(tree),
        current: Current::default(),
    };
    walk.element(0, 0, Stand::Content);
    walk.flush();
    let mut lines = walk.lines;
    for line in &mut lines {
        said(line, words);
    }
    joined(lines, words)
}

fn said(line: &mut Line, words: &Words) {
    line.tokens = tokens(&line.text);
    line.mentions = mentions(&line.tokens, words);
    let mut clocks = clocks(&line.tokens);
    let mentions = &line.mentions;
    clocks.retain(|clock| {
        mentions
            .iter()
            .all(|day| clock.next <= day.first || clock.first >= day.next)
    });
    line.clocks = clocks;
    let mut named = line
        .tokens
        .iter()
        .filter_map(|token| words.weekday(token.word()?));
    line.weekday = named.next().filter(|_| line.mentions.is_empty());
}

/// How many `<main>`, `<h1>` and `<article>` stand before each node.
fn mains(tree: &Tree) -> Vec<usize> {
    let mut count = 0;
    let mut counts = vec![0];
    for node in &tree.nodes {
        count += usize::from(matches!(node.name.as_str(), "main" | "h1" | "article"));
        counts.push(count);
    }
    counts
}

#[derive(Default)]
struct Current {
    text: String,
    node: usize,
    stand: Option<Stand>,
    links: Vec<Anchor>,
    pieces: Vec<(usize, usize)>,
}

struct Walk<'a> {
    tree: &'a Tree,
    lines: Vec<Line>,
    mains: Vec<usize>,
    current: Current,
}

impl Walk<'_> {
    fn element(&mut self, place: usize, block: usize, stand: Stand) {
        let node = &self.tree.nodes[place];
        if node.is_silent() || self.lines.len() >= MOST_LINES {
            return;
        }
        // What is struck out no longer holds.
        if matches!(node.name.as_str(), "s" | "del" | "strike" | "button") {
            return;
        }
        if node.name == "br" {
            self.flush();
            return;
        }
        let is_block = node.is_block();
        let block = if is_block { place } else { block };
        if is_block {
            self.flush();
        }
        let stand = stand.max(self.stand(place));
        let is_link = node.name == "a" && !node.attribute("href").is_empty();
        let (start, lines) = (self.current.text.len(), self.lines.len());
        for child in &node.children {
            match child {
                Child::Text(text) => self.text(text, place, block, stand),
                Child::Element(child) => self.element(*child, block, stand),
            }
        }
        if is_link {
            self.link(place, start, lines);
        }
        if is_block {
            self.flush();
        }
    }

    /// Notes a link that ends here, on each of the lines that it covers.
    fn link(&mut self, node: usize, start: usize, lines: usize) {
        for (place, line) in self.lines.iter_mut().enumerate().skip(lines) {
            let from = if place == lines {
                start.min(line.text.len())
            } else {
                0
            };
            line.links.push(Anchor {
                text: from..line.text.len(),
                node,
            });
        }
        let from = if self.lines.len() > lines { 0 } else { start };
        if self.current.text.len() > from {
            self.current.links.push(Anchor {
                text: from..self.current.text.len(),
                node,
            });
        }
    }

    fn text(&mut self, text: &str, node: usize, block: usize, stand: Stand) {
        let current = &mut self.current;
        let mut is_new = true;
        let mut gap = text.starts_with(char::is_whitespace);
        for word in text.split_whitespace() {
            if current.text.len() > LONGEST_LINE || word.len() > LONGEST_LINE {
                break;
            }
            if gap && !current.text.is_empty() && !current.text.ends_with(' ') {
                current.text.push(' ');
            }
            if is_new {
                current.pieces.push((current.text.len(), node));
                current.node = block;
                current.stand = Some(stand);
                is_new = false;
            }
            current.text.push_str(word);
            gap = true;
        }
        if text.ends_with(char::is_whitespace)
            && !current.text.is_empty()
            && !current.text.ends_with(' ')
        {
            current.text.push(' ');
        }
    }

    fn flush(&mut self) {
        let current = std::mem::take(&mut self.current);
        let text = current.text.trim_end();
        if text.is_empty() {
            return;
        }
        let length = text.len();
        let node = &self.tree.nodes[current.node];
        let heading = self
            .tree
            .around(current.node)
            .take(3)
            .find_map(|around| self.tree.nodes[around].heading());
        let mut links = current.links;
        for link in &mut links {
            link.text = link.text.start.min(length)..link.text.end.min(length);
        }
        self.lines.push(Line {
            text: text.to_owned(),
            node: current.node,
            at: node.line,
            heading,
            stand: current.stand.unwrap_or(Stand::Content),
            links,
            pieces: current.pieces,
            tokens: Vec::new(),
            mentions: Vec::new(),
            clocks: Vec::new(),
            weekday: None,
        });
    }

    fn stand(&self, place: usize) -> Stand {
        let node = &self.tree.nodes[place];
        let mains = self.mains[node.end] - self.mains[place];
        let is_in_card = || {
            self.tree.around(node.parent).any(|around| {
                matches!(
                    self.tree.nodes[around].name.as_str(),
                    "article" | "li" | "main" | "td"
                )
            })
        };
        match node.name.as_str() {
            "nav" => Stand::Menu,
            "footer" if mains == 0 && !is_in_card() => Stand::Menu,
            "aside" if mains == 0 => Stand::Side,
            "body" | "html" | "main" | "article" | "h1" | "h2" | "h3" | "td" => Stand::Content,
            _ if node.attribute("role") == "navigation" => Stand::Menu,
            _ if mains == 0 && node.has_class(&SIDE) && !is_in_card() => Stand::Side,
            _ => Stand::Content,
        }
    }
}

/// Joins the lines that one date is split over: `<div>18</div><div>Jun</div><div>2026</div>`.
fn joined(lines: Vec<Line>, words: &Words) -> Vec<Line> {
    let mut done: Vec<Line> = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(mut line) = lines.next() {
        let mut parts = 1;
        while parts < MOST_SPLIT
            && is_fragment(&line, words)
            && let Some(next) = lines.peek()
            && is_fragment(next, words)
            && next.stand == line.stand
            && (line.mentions.is_empty()
                || is_year(next) && line.mentions[0].days[0].year.is_none())
        {
            let Some(next) = lines.next() else { break };
            line.text.push(' ');
            line.text.push_str(&next.text);
            said(&mut line, words);
            parts += 1;
        }
        done.push(line);
    }
    done
}

/// Whether a line is a part of a date and nothing else.
fn is_fragment(line: &Line, words: &Words) -> bool {
    (1..=3).contains(&line.tokens.len())
        && line.tokens.iter().all(|token| match &token.kind {
            Kind::Number(value, digits) => {
                *digits <= 2 && (1..=31).contains(value)
                    || *digits == 4 && (1990..=2100).contains(value)
            }
            Kind::Word(word) => words.month(word).is_some() || words.weekday(word).is_some(),
            Kind::Sign(sign) => matches!(sign, '.' | ',' | '-' | '/' | '月' | '日' | '年'),
        })
}

fn is_year(line: &Line) -> bool {
    line.tokens.len() == 1 && matches!(line.tokens[0].kind, Kind::Number(_, 4))
}
