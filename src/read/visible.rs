//! What only a person reads from a page: days and times in its text, lists, tables and cards without mark-up, recurring
//! appointments.
//!
//! Everything read here carries the sentence in which its day stands ([`About::Prose`]), and is a guess of where an
//! event begins and ends. So it comes last, after all that a page states in fields of its own.

mod alone;
mod choice;
mod clock;
mod columns;
mod days;
mod facts;
mod items;
mod lines;
mod named;
mod proposal;
mod recurring;
mod titles;
mod tokens;
mod wording;
mod words;
mod years;

use super::html;
use super::tree::{Child, Tree};
use crate::facts::event::one_line;
use crate::facts::listing::{About, End, Listing, Problem, Rule};
use crate::facts::source::Way;
use crate::facts::when::Stamp;
pub(super) use alone::{Around, clock};
use choice::{Chooser, Chosen};
use chrono::{Days, NaiveDate, TimeDelta};
use items::{Item, Page};
use lines::{Line, Stand};
pub(super) use named::Named;
pub(super) use proposal::{Proposals, proposals};
use std::collections::{BTreeMap, BTreeSet};
use titles::Titles;
use url::Url;
pub(super) use wording::is_where;
use words::Words;
use years::Calendar;

/// Items that are read of one page.
const MOST_ITEMS: usize = 2000;

/// Bytes of a page's text that show which languages it is in.
const SAMPLE: usize = 200_000;

/// Characters of the sentence that is shown with an event.
const LONGEST_SENTENCE: usize = 200;

/// Recurring appointments that are read of one page.
const MOST_RECURRING: usize = 5;

/// What a person would read from a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Seen {
    /// How many events the page shows, readable or not.
    pub(super) entries: usize,
    /// The events, in the page's order.
    pub(super) listings: Vec<Listing>,
    /// What could not be read, or is not sure.
    pub(super) problems: Vec<Problem>,
}

/// Reads a web page that was fetched on that day. `base` is its address; a file has none.
pub(super) fn read(text: &str, base: Option<&Url>, today: NaiveDate) -> Seen {
    on_page(text, base, today, |reader, items, words| {
        let mut seen = Seen::default();
        if items.len() > MOST_ITEMS {
            let what = format!("more than {MOST_ITEMS} entries: the rest was not read");
            seen.note(0, None, what, true);
        }
        let posts = reader.chooser.posts(&items[..items.len().min(MOST_ITEMS)]);
        for (item, is_post) in items.iter().zip(posts) {
            if !is_post {
                reader.item(item, &mut seen);
            }
        }
        if items.is_empty() {
            reader.undated(&mut seen);
        }
        seen.without_runs();
        reader.recurring(words, &mut seen);
        seen.keyed();
        seen
    })
}

/// Gives a page, ready to be read, and its items to `then`.
fn on_page<T>(
    text: &str,
    base: Option<&Url>,
    today: NaiveDate,
    then: impl FnOnce(&Reader<'_>, &[Item], &Words) -> T,
) -> T {
    let tree = Tree::of(text);
    let lang = lang(&tree);
    let words = Words::of(&lang, &sample(&tree));
    let lines = lines::lines(&tree, &words);
    let calendar = Calendar::of(&lines, &lang, today);
    let shown = |stand: Stand| {
        let mut lines = lines.iter().filter(|line| line.stand <= stand);
        lines.any(|line| {
            let mut said = line.mentions.iter();
            said.any(|said| !wording::is_of_past_post(line, said))
        })
    };
    let stand = if shown(Stand::Content) {
        Stand::Content
    } else {
        Stand::Side
    };
    let page = Page::new(&tree, &lines, stand, html::title(text).unwrap_or_default());
    let mut items = page.items();
    let is_alone = items.iter().all(|item| !item.is_listed) || page.is_programme(&items);
    if is_alone && !items.is_empty() {
        items = vec![Item {
            lines: 0..lines.len(),
            node: 0,
            is_listed: false,
            day: None,
        }];
    }
    let titles = Titles::of(&page, &items);
    let reader = Reader {
        page: &page,
        titles: &titles,
        chooser: Chooser {
            page: &page,
            calendar: &calendar,
            stand,
            year: choice::year_of_page(&lines),
            entries: choice::year_of_entries(&lines, &items),
        },
        base,
    };
    then(&reader, &items, &words)
}

/// The language that a page declares.
pub(super) fn lang(tree: &Tree) -> String {
    let html = tree.nodes.iter().find(|node| node.name == "html");
    html.map(|html| html.attribute("lang").to_owned())
        .unwrap_or_default()
}

fn sample(tree: &Tree) -> String {
    let mut sample = String::new();
    for node in tree.nodes.iter().filter(|node| !node.is_silent()) {
        for child in &node.children {
            if let Child::Text(text) = child {
                sample.extend(text.chars().take(SAMPLE));
                sample.push(' ');
            }
        }
        if sample.len() > SAMPLE {
            break;
        }
    }
    sample
}

struct Reader<'a> {
    page: &'a Page<'a>,
    titles: &'a Titles<'a>,
    chooser: Chooser<'a>,
    base: Option<&'a Url>,
}

impl Reader<'_> {
    fn item(&self, item: &Item, seen: &mut Seen) {
        let title = self.titles.title(item);
        let link = title.as_ref().and_then(|title| self.address(title.link?));
        let link = link.or_else(|| self.only_link(item));
        let headings = self.titles.headings(item);
        let name = title.as_ref().map(|title| title.text.clone());
        let Some(chosen) = self.chooser.choose(item, &headings, link.as_deref()) else {
            if item.is_listed {
                let line = self.page.lines[item.lines.start].at;
                seen.entries += 1;
                seen.note(line, name.as_deref(), "names no day".to_owned(), true);
            }
            return;
        };
        let chosen = match chosen {
            Ok(chosen) => chosen,
            Err((line, what)) => {
                seen.entries += 1;
                let line = &self.page.lines[line];
                let what = format!("{what}: {}", quoted(&line.text));
                seen.note(line.at, name.as_deref(), what, true);
                return;
            }
        };
        let line = &self.page.lines[chosen.line];
        seen.entries += 1;
        let Some(title) = name else {
            let what = format!("names no event beside its day: {}", quoted(&line.text));
            seen.note(line.at, None, what, true);
            return;
        };
        let mut listing = Listing::new("", one_line(&title), chosen.start(), Way::Page);
        listing.line = line.at;
        listing.end = chosen.end();
        listing.rule = chosen.rule();
        listing.link = link;
        listing.status = facts::status(self.page, item);
        listing.locations.extend(facts::location(self.page, item));
        if let Some(more) = facts::further_dates(self.page, item) {
            let what = format!("says that there are {more} more dates, which stand elsewhere");
            seen.note(line.at, Some(&title), what, false);
        }
        listing.chose(
            About::Prose,
            sentence(line, &chosen),
            chosen.concluded.clone(),
        );
        seen.listings.push(listing);
    }

    /// What a page names without a day: entries below the heading of a year, or a programme.
    fn undated(&self, seen: &mut Seen) {
        let content = self
            .page
            .lines
            .iter()
            .filter(|line| line.stand == Stand::Content);
        let mut year = None;
        let mut taken = BTreeSet::new();
        for line in content.clone() {
            if line.heading.is_some() {
                year = years::year_in(&line.text).filter(|_| !wording::has_words(line));
                continue;
            }
            let Some(year) = year else { continue };
            let around = |node: usize| {
                let parent = &self.page.tree.nodes[self.page.tree.nodes[node].parent];
                (parent.name.as_str(), parent.attribute("class"))
            };
            let Some(link) = line.links.first().filter(|_| wording::has_words(line)) else {
                continue;
            };
            // What follows the last list stands elsewhere.
            let is_alike = taken
                .first()
                .is_none_or(|first| around(*first) == around(link.node));
            if taken.len() < MOST_ITEMS && is_alike && taken.insert(link.node) {
                seen.entries += 1;
                let what = format!("names no day, only the year {year}");
                seen.note(line.at, Some(&line.text), what, true);
            }
        }
        let timed = content.filter(|line| !line.clocks.is_empty()).count();
        if seen.entries == 0
            && timed >= choice::PROGRAMME
            && let Some(title) = self.titles.of_page()
        {
            seen.entries = 1;
            seen.note(
                0,
                Some(&title.text),
                "a programme with times, and no day on the page".to_owned(),
                true,
            );
        }
    }

    /// Where a link leads, if that is on the web.
    fn address(&self, anchor: usize) -> Option<String> {
        let href = self.page.tree.nodes[anchor].attribute("href").trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        let url = match self.base {
            Some(base) => base.join(href).ok()?,
            None => Url::parse(href).ok()?,
        };
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
    }

    /// The address to which all links of an entry lead.
    fn only_link(&self, item: &Item) -> Option<String> {
        if !item.is_listed {
            return self.base.map(ToString::to_string);
        }
        let lines = self.page.lines[item.lines.clone()].iter();
        let found: BTreeSet<String> = lines
            .flat_map(|line| &line.links)
            .filter_map(|link| self.address(link.node))
            .collect();
        if found.len() > 1 {
            return None;
        }
        found.into_iter().next()
    }

    /// Recurring appointments: events of their own only where the page names no days.
    fn recurring(&self, words: &Words, seen: &mut Seen) {
        let content = self
            .page
            .lines
            .iter()
            .filter(|line| line.stand == Stand::Content);
        let said =
            content.filter_map(|line| Some((line, recurring::recurring(&line.tokens, words)?)));
        let said: Vec<_> = said.take(MOST_RECURRING).collect();
        for (line, said) in said {
            let sentence = shown(&line.text);
            if seen.entries > 0 || said.is_fortnightly {
                let why = if said.is_fortnightly {
                    "every second week, from no day that it names"
                } else {
                    "its days are read from what else stands here"
                };
                seen.note(
                    line.at,
                    None,
                    format!("recurs, and is not read ({why}): {}", quoted(&line.text)),
                    false,
                );
                continue;
            }
            let Some(title) = self.titles.of_page() else {
                continue;
            };
            let start = (0..7)
                .filter_map(|days| {
                    self.chooser
                        .calendar
                        .today
                        .checked_add_days(Days::new(days))
                })
                .find(|day| chrono::Datelike::weekday(day) == said.weekday);
            let Some(start) = start else { continue };
            let clock = line.clocks.iter().find(|clock| !clock.is_door);
            let stamp = clock.map_or(Stamp::Date(start), |clock| {
                Stamp::Floating(start.and_time(clock.start))
            });
            let mut listing = Listing::new("", one_line(&title.text), stamp, Way::Page);
            listing.line = line.at;
            listing.end = clock.and_then(|clock| choice::end_of(start, clock));
            listing.rule = Some(Rule {
                rules: vec![said.rule()],
                ..Rule::default()
            });
            listing.link = self.base.map(ToString::to_string);
            if said.is_open {
                listing.chose(About::Time, "every month", "every second week");
            }
            listing.chose(About::Prose, sentence, "");
            seen.listings.push(listing);
        }
        if seen.entries == 0 {
            seen.entries = seen.listings.len();
        }
    }
}

impl Seen {
    fn note(&mut self, line: usize, item: Option<&str>, what: String, lost: bool) {
        self.problems.push(Problem {
            line,
            what,
            item: item.map(shown),
            lost,
        });
    }

    /// Leaves out a run ("May 29 – June 13") where its performances are listed too, and what is said twice.
    fn without_runs(&mut self) {
        let mut days: BTreeMap<&str, Vec<NaiveDate>> = BTreeMap::new();
        for listing in self
            .listings
            .iter()
            .filter(|listing| span(listing).is_none())
        {
            days.entry(listing.title.as_str())
                .or_default()
                .push(listing.start.date());
        }
        for days in days.values_mut() {
            days.sort_unstable();
        }
        let is_run = |listing: &Listing| {
            let (Some(last), Some(days)) = (span(listing), days.get(listing.title.as_str())) else {
                return false;
            };
            let from = days.partition_point(|day| *day < listing.start.date());
            let to = days.partition_point(|day| *day <= last);
            to - from.min(to) > 1
        };
        let runs: Vec<bool> = self.listings.iter().map(is_run).collect();
        let before = self.listings.len();
        let mut runs = runs.into_iter();
        self.listings.retain(|_| !runs.next().unwrap_or(false));
        let mut taken = BTreeSet::new();
        self.listings.retain(|listing| {
            taken.insert((
                listing.title.clone(),
                format!("{:?}", listing.start),
                listing.link.clone(),
            ))
        });
        self.entries -= before - self.listings.len();
    }

    /// Gives each event its key: its page, unless others share it, else its title and day.
    fn keyed(&mut self) {
        let mut links: BTreeMap<String, usize> = BTreeMap::new();
        for link in self
            .listings
            .iter()
            .filter_map(|listing| listing.link.clone())
        {
            *links.entry(link).or_default() += 1;
        }
        for listing in &mut self.listings {
            let day = listing.start.date();
            listing.key = match &listing.link {
                Some(link) if links.get(link) == Some(&1) => link.clone(),
                Some(link) => format!("{link}#{day}"),
                None => format!("{}@{day}", crate::facts::event::folded(&listing.title)),
            };
        }
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for listing in &mut self.listings {
            let count = taken.entry(listing.key.clone()).or_default();
            *count += 1;
            if *count > 1 {
                listing.key = format!("{}#{count}", listing.key);
            }
        }
    }
}

/// The last day of an event of several days.
fn span(listing: &Listing) -> Option<NaiveDate> {
    let last = match listing.end? {
        End::At(Stamp::Date(behind)) => behind.pred_opt()?,
        End::At(end) => end.date(),
        End::After(_) => return None,
    };
    (last - listing.start.date() > TimeDelta::days(1)).then_some(last)
}

fn shown(text: &str) -> String {
    let line = one_line(text);
    let mut short: String = line.chars().take(LONGEST_SENTENCE).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

/// A text in quotes for a message, cut behind its escapes.
pub(super) fn quoted(text: &str) -> String {
    let escaped = one_line(text);
    let escaped = escaped.chars().flat_map(char::escape_debug);
    format!("\"{}\"", escaped.take(LONGEST_SENTENCE).collect::<String>())
}

/// The part of a line in which its day stands.
fn sentence(line: &Line, chosen: &Chosen) -> String {
    let said = &line.mentions[chosen.mention];
    let at = line.tokens[said.first].start;
    // Only whole sentences before the day are left out.
    let begins = line.text[..at]
        .char_indices()
        .filter(|(place, char)| {
            matches!(char, '.' | '!' | '?' | '。')
                && line.text[place + char.len_utf8()..].starts_with([' ', '\u{3000}'])
        })
        .map(|(place, char)| place + char.len_utf8())
        .filter(|place| at - place < LONGEST_SENTENCE)
        .find(|place| at - place < LONGEST_SENTENCE / 2 || line.text.len() > LONGEST_SENTENCE);
    let from = if line.text.chars().count() <= LONGEST_SENTENCE {
        0
    } else {
        begins.unwrap_or(0)
    };
    shown(&line.text[from..])
}
