//! The title of an item: a heading, a link, what stands beside its day; else what stands above the list.

use super::columns;
use super::items::{Item, Page};
use super::lines::{Line, Stand};
use super::wording;
use std::collections::BTreeMap;

/// Characters of a title.
const LONGEST_TITLE: usize = 200;

/// Characters of a line that is a heading by its looks.
const LONGEST_HEADING: usize = 80;

/// Headings that are looked at above an item.
const MOST_ABOVE: usize = 60;

/// Entries from which on a text that most of them share is no title.
const FEWEST_SHARED: usize = 3;

/// Classes of elements that hold a title.
const CLASSES: [&str; 8] = [
    "title", "name", "summary", "headline", "titel", "titre", "titulo", "titolo",
];

/// What may stand between a day and a time.
const JOINTS: [&str; 20] = [
    "de", "von", "from", "at", "um", "a", "ab", "om", "o", "v", "kl", "ore", "dalle", "den", "le",
    "the", "am", "on", "as", "в",
];

/// What heads a column with titles.
#[rustfmt::skip]
const COLUMNS: [&str; 24] = [
    "event", "title", "name", "topic", "what", "talk", "subject", "meeting", "description", "activity", "veranstaltung", "thema", "titel", "was", "evenement", "titre", "sujet", "evento",
    "titulo", "tema", "titolo", "wydarzenie", "akce", "activiteit",
];

/// A title, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Title {
    pub(super) text: String,
    /// The `<a>` that it is the text of.
    pub(super) link: Option<usize>,
    /// The element in which it stands.
    pub(super) node: usize,
}

/// Finds titles on a page.
pub(super) struct Titles<'a> {
    page: &'a Page<'a>,
    /// The texts that several items share, which are buttons and not titles.
    shared: BTreeMap<String, usize>,
    items: usize,
    /// What the page as a whole is about.
    of_page: Option<Title>,
    /// Of each line, the last heading before it that is of no item.
    above: Vec<Option<usize>>,
}

impl<'a> Titles<'a> {
    pub(super) fn of(page: &'a Page<'a>, items: &[Item]) -> Titles<'a> {
        let mut shared: BTreeMap<String, usize> = BTreeMap::new();
        for item in items {
            let texts = item.lines.clone().flat_map(|line| {
                let line = &page.lines[line];
                let links = line
                    .links
                    .iter()
                    .map(|link| line.text[link.text.clone()].trim().to_owned());
                links.chain([line.text.clone()]).collect::<Vec<_>>()
            });
            let texts: std::collections::BTreeSet<String> = texts.collect();
            for text in texts {
                *shared.entry(text).or_default() += 1;
            }
        }
        let mut above = Vec::with_capacity(page.lines.len());
        let mut last = None;
        let mut inside = items.iter().peekable();
        for (place, line) in page.lines.iter().enumerate() {
            while inside.peek().is_some_and(|item| item.lines.end <= place) {
                inside.next();
            }
            above.push(last);
            let is_of_item = inside
                .peek()
                .is_some_and(|item| item.lines.contains(&place));
            if !is_of_item && is_heading(page, line) {
                last = Some(place);
            }
        }
        let mut titles = Titles {
            page,
            of_page: None,
            shared,
            items: items.len(),
            above,
        };
        titles.of_page = titles.find_of_page();
        titles
    }

    /// The title of an item.
    pub(super) fn title(&self, item: &Item) -> Option<Title> {
        if item.is_listed {
            let of_table = self.of_column(item);
            if let Some(found) = of_table {
                return found
                    .or_else(|| self.above(item))
                    .or_else(|| self.own(item));
            }
            let own = self.own(item);
            return own.or_else(|| self.above(item)).or_else(|| self.of_page());
        }
        self.of_page().or_else(|| self.own(item))
    }

    /// The headings above an item, the nearest first, each of a higher level than the one before.
    pub(super) fn headings(&self, item: &Item) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut place = self.above.get(item.lines.start).copied().flatten();
        let mut level = 9;
        for _ in 0..MOST_ABOVE {
            let Some(line) = place else { break };
            let here = self.page.lines[line].heading.unwrap_or(7);
            if here < level {
                found.push(line);
                level = here;
            }
            place = self.above[line];
        }
        found
    }

    fn own(&self, item: &Item) -> Option<Title> {
        let lines = || item.lines.clone().map(|place| &self.page.lines[place]);
        let lines =
            || lines().filter(|line| line.stand == Stand::Content || self.page.lines.len() < 3);
        let heading = lines()
            .filter(|line| line.heading.is_some())
            .find_map(|line| self.whole(line));
        let classed = || lines().find_map(|line| self.classed(line));
        let linked = || lines().find_map(|line| self.linked(line));
        let beside = || {
            lines()
                .filter(|line| !line.mentions.is_empty())
                .find_map(|line| self.beside(line))
        };
        let plain = || {
            lines()
                .filter(|line| line.mentions.is_empty() && line.clocks.is_empty())
                .filter(|line| {
                    wording::place(&line.text).is_none()
                        && wording::state_in_badge(&line.text).is_none()
                })
                .find_map(|line| self.whole(line))
        };
        let of_day = || {
            item.day
                .and_then(|_| lines().find_map(|line| self.whole(line)))
        };
        heading
            .or_else(of_day)
            .or_else(classed)
            .or_else(linked)
            .or_else(beside)
            .or_else(plain)
    }

    /// A text as a title, unless it is a label, or on a button that every entry has.
    fn titled(&self, text: &str, link: Option<usize>, node: usize) -> Option<Title> {
        let text = text
            .trim()
            .trim_matches(['-', '–', '—', '|', ':', ',', '•', '·'])
            .trim();
        let count = self.shared.get(text).copied().unwrap_or(0);
        let is_shared = count >= FEWEST_SHARED && count * 2 > self.items && link.is_some();
        let fits = text.chars().count() <= LONGEST_TITLE && wording::is_wordy(text) && !is_shared;
        (fits && wording::state_in_badge(text).is_none_or(|_| text.split_whitespace().count() > 3))
            .then(|| Title {
                text: text.to_owned(),
                link,
                node,
            })
    }

    /// A whole line as a title, without a day at its beginning.
    fn whole(&self, line: &Line) -> Option<Title> {
        let is_wordy = wording::has_words(line);
        if !is_wordy {
            return None;
        }
        let link = line
            .links
            .iter()
            .find(|link| link.text.len() * 2 > line.text.len());
        self.titled(&without_day(line), link.map(|link| link.node), line.node)
    }

    fn classed(&self, line: &Line) -> Option<Title> {
        for (place, (start, node)) in line.pieces.iter().enumerate() {
            let end = line
                .pieces
                .get(place + 1)
                .map_or(line.text.len(), |next| next.0);
            let text = line.text.get(*start..end)?;
            let is_titled = self.page.tree.around(*node).take(3).any(|around| {
                let node = &self.page.tree.nodes[around];
                let class = node.attribute("class").to_ascii_lowercase();
                let mut parts = class.split(|char: char| !char.is_ascii_alphanumeric());
                // A whole card that is a "title" holds more than one.
                node.name != "body"
                    && parts.any(|part| CLASSES.contains(&part))
                    && self.page.tree.nodes[around].end - around < 12
            });
            if is_titled && is_beside_days(line, *start..end) {
                let link = line
                    .links
                    .iter()
                    .find(|link| link.text.contains(start))
                    .map(|link| link.node);
                if let Some(title) = self.titled(text, link, *node) {
                    return Some(title);
                }
            }
        }
        None
    }

    /// The text of a link that does not go around the whole entry.
    fn linked(&self, line: &Line) -> Option<Title> {
        line.links.iter().find_map(|link| {
            let lines = self.page.lines_of(link.node);
            if lines > 1 {
                return None;
            }
            let text = &line.text[link.text.clone()];
            let is_whole = link.text.len() + 2 >= line.text.len();
            let text = if is_whole && !line.mentions.is_empty() {
                without_day(line)
            } else {
                text.to_owned()
            };
            let is_address = text.contains("://") || text.starts_with("www.") || text.contains('@');
            let is_day = !is_beside_days(line, link.text.clone()) && !wording::has_words(line);
            (!is_address && !is_day)
                .then(|| self.titled(&text, Some(link.node), link.node))
                .flatten()
        })
    }

    /// What stands beside a day at the beginning or the end of its line.
    fn beside(&self, line: &Line) -> Option<Title> {
        let first = line.mentions.first()?;
        let last = line.mentions.last()?;
        let is_at_edge = line.tokens[..first.first]
            .iter()
            .all(|token| token.word().is_none())
            || last.next == line.tokens.len();
        let text = without_day(line);
        (is_at_edge && !wording::is_labelled(line) && wording::has_words(line))
            .then(|| self.titled(&text, None, line.node))
            .flatten()
    }

    /// The cell of the column with titles. The outer `None`: no table with a heading; the inner: it has no such column.
    fn of_column(&self, item: &Item) -> Option<Option<Title>> {
        let cell = columns::cell(self.page, item.node, |heading| {
            let words = super::words::folded(heading);
            let mut words = words.split(|char: char| !char.is_alphabetic());
            words.all(|word| COLUMNS.contains(&word))
        })?;
        Some(cell.and_then(|cell| {
            let line = self.page.first_line(cell)?;
            let line = &self.page.lines[line];
            self.titled(
                &line.text,
                line.links.first().map(|link| link.node),
                line.node,
            )
        }))
    }

    /// The nearest heading above an item that says more than "Upcoming events".
    fn above(&self, item: &Item) -> Option<Title> {
        let headings = self.headings(item);
        let lines = headings.iter().map(|line| &self.page.lines[*line]);
        let mut lines = lines.filter(|line| !wording::is_generic(&line.text));
        lines.find_map(|line| self.whole(line))
    }

    /// What the page as a whole is about.
    pub(super) fn of_page(&self) -> Option<Title> {
        self.of_page.clone()
    }

    /// Its first heading of the highest level that is not the site's name, else its `<title>`.
    fn find_of_page(&self) -> Option<Title> {
        let headings = self
            .page
            .lines
            .iter()
            .filter(|line| line.heading.is_some() && line.stand == Stand::Content);
        let mut headings: Vec<&Line> = headings.filter(|line| wording::has_words(line)).collect();
        headings.sort_by_key(|line| {
            let is_generic = line.mentions.is_empty() && wording::is_generic(&line.text);
            (self.is_name_of_site(line), is_generic, line.heading)
        });
        let heading = headings.into_iter().find_map(|line| self.whole(line));
        let heading = heading.map(|heading| self.with_site(heading));
        let classed = || {
            let mut lines = self
                .page
                .lines
                .iter()
                .filter(|line| line.stand == Stand::Content);
            lines.find_map(|line| self.classed(line))
        };
        heading
            .or_else(classed)
            .or_else(|| self.titled(&self.page.title, None, 0))
    }

    /// A heading that only says a month is completed by the page's `<title>`, if that holds it.
    fn with_site(&self, heading: Title) -> Title {
        let is_bare = heading.text.split_whitespace().count() <= 2
            && super::years::year_in(&heading.text).is_some();
        let whole = self.page.title.as_str();
        let is_one = !whole.contains([':', '|', '–', '—', '»']) && !whole.contains(" - ");
        if is_bare && is_one && whole.len() > heading.text.len() && whole.contains(&heading.text) {
            return Title {
                text: whole.to_owned(),
                ..heading
            };
        }
        heading
    }

    /// Whether a heading leads to the site's first page.
    fn is_name_of_site(&self, line: &Line) -> bool {
        let names = |node: &usize| self.page.tree.nodes[*node].name.as_str();
        let is_in_head = |line: &Line| {
            let mut around = self.page.tree.around(line.node);
            let within = around
                .find(|node| matches!(names(node), "header" | "main" | "article" | "section"));
            within.is_some_and(|node| names(&node) == "header")
                && around.all(|node| !matches!(names(&node), "main" | "article"))
        };
        let is_beside_another = |line: &Line| {
            self.page.lines.iter().any(|other| {
                other
                    .heading
                    .is_some_and(|level| Some(level) <= line.heading)
                    && other.node != line.node
                    && wording::has_words(other)
                    && !is_in_head(other)
            })
        };
        if is_in_head(line) && is_beside_another(line) {
            return true;
        }
        line.links.iter().any(|link| {
            let href = self.page.tree.nodes[link.node].attribute("href");
            let path = href.split_once("://").map_or(href, |(_, rest)| {
                rest.split_once('/').map_or("", |(_, path)| path)
            });
            path.trim_matches('/').is_empty() || path == ".." || path == "./"
        })
    }
}

/// Whether a line heads what follows: it is a heading, has such a class, or is bold as a whole.
fn is_heading(page: &Page<'_>, line: &Line) -> bool {
    let around = |node: usize, is: &dyn Fn(usize) -> bool| page.tree.around(node).take(3).any(is);
    let is_bold = |node: usize| {
        let name = page.tree.nodes[node].name.as_str();
        matches!(name, "b" | "strong" | "caption" | "dt" | "summary")
    };
    let is_classed = |node: usize| {
        let class = page.tree.nodes[node]
            .attribute("class")
            .to_ascii_lowercase();
        let mut parts = class.split(|char: char| !char.is_ascii_alphanumeric());
        parts.any(|part| matches!(part, "title" | "heading" | "headline"))
            && page.tree.nodes[node].end - node < 12
    };
    // A sentence heads nothing.
    let is_short =
        line.text.chars().count() < LONGEST_HEADING && !line.text.ends_with(['.', '!', '?']);
    line.heading.is_some()
        || is_short
            && line
                .pieces
                .iter()
                .all(|(_, node)| around(*node, &is_bold) || around(*node, &is_classed))
}

fn is_beside_days(line: &Line, bytes: std::ops::Range<usize>) -> bool {
    line.mentions.iter().all(|said| {
        let said = line.bytes(said.first..said.next);
        said.end <= bytes.start || said.start >= bytes.end
    })
}

/// A line without the day and the time that stand at its beginning, or behind a dash or in brackets at its end.
fn without_day(line: &Line) -> String {
    let mut start = 0;
    let mut end = line.text.len();
    let days = line.mentions.iter().map(|said| (said.first, said.next));
    let clocks = line.clocks.iter().map(|said| (said.first, said.next));
    let mut said: Vec<(usize, usize)> = days.chain(clocks).collect();
    said.sort_unstable();
    let mut next = 0;
    for (first, behind) in &said {
        let between = line.tokens.get(next..*first).unwrap_or_default();
        let is_first = between.iter().all(|token| {
            token.number().is_none() && token.word().is_none_or(|word| JOINTS.contains(&word))
        });
        if !is_first {
            break;
        }
        next = *behind;
        start = line.bytes(*first..*behind).end;
    }
    for (first, behind) in said.iter().rev() {
        let is_last = line.text[line.bytes(*first..*behind).end..end]
            .chars()
            .all(|char| !char.is_alphanumeric());
        let from = line.bytes(*first..*behind).start;
        let before = line.text[..from].trim_end();
        let is_apart =
            before.ends_with(['-', '–', '—', '|', ':', ',', '(', '•', '·', '@', '/', '[']);
        let own = line.pieces.iter().position(|(piece, _)| *piece == from);
        let is_own = own.is_some_and(|own| own > 0 && line.pieces[own].1 != line.pieces[own - 1].1);
        if !is_last || !(is_apart || is_own) || from <= start {
            break;
        }
        end = from;
    }
    let text = line.text[start..end].trim();
    // What is left of "12-08-2026 (Dock)" is no title.
    if text.starts_with('(') && text.ends_with(')') {
        return line.text.clone();
    }
    let text =
        text.trim_start_matches([')', '-', '–', '—', '|', ':', ',', '•', '·', '.', ']', ';']);
    text.trim_end_matches(['(', '-', '–', '—', '|', ':', ',', '•', '·', '@', '['])
        .trim()
        .to_owned()
}
