//! `platform = "html"`: the events of a page, found by the CSS selectors of its source's rules.
//!
//! A rule that finds nothing makes the reading fail, with what the page has instead: a site was redesigned, or shows
//! something else. Only `empty` lets a list be empty.

use super::html::Tags;
use super::picked::{Picked, lost};
use super::tree::{Child, Tree};
use super::visible::quoted;
use super::{charset, refusal, visible};
use crate::facts::event::one_line;
use crate::facts::listing::{Reading, Unreadable};
use crate::facts::source::{Address, Page, Pick, Purpose, Request, Rules, Source, Way};
use chrono::NaiveDate;
use regex_lite::{Regex, RegexBuilder};
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;
use url::Url;

/// Entries that are read of one page.
const MOST_ITEMS: usize = 2000;

/// Elements of an entry in which its values are looked for.
const MOST_ELEMENTS: usize = 3000;

/// Rules that are tried before none is proposed.
const MOST_PROPOSED: usize = 24;

/// Characters of a value.
const LONGEST_VALUE: usize = 2000;

/// Bytes that a compiled regular expression may take.
const LARGEST_REGEX: usize = 1 << 20;

/// Elements that hold no text of a page, or change how the rest is read.
const UNWRITTEN: [&str; 17] = [
    "script",
    "style",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
    "object",
    "select",
    "textarea",
    "title",
    "plaintext",
    "xmp",
    "noembed",
    "noframes",
    "frameset",
    "marquee",
];

/// Elements without an end tag.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// The page itself.
pub(super) fn first_request(source: &Source, way: Way) -> Option<Request> {
    match (&source.address, way) {
        (Address::Web(url), Way::Page) => Some(Request::get(url.clone(), Purpose::List, way)),
        _ => None,
    }
}

/// A rule, ready to pick.
struct Ready {
    name: &'static str,
    written: String,
    /// `None` for the entry itself.
    selector: Option<Selector>,
    attribute: Option<String>,
    regex: Option<Regex>,
}

/// What is wrong with the rules themselves: the key, and what.
pub(super) fn faults(rules: &Rules) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    faults.extend(selector(&rules.item).err().map(|what| ("item", what)));
    let empty = rules.empty.as_deref().map(selector);
    faults.extend(empty.and_then(Result::err).map(|what| ("empty", what)));
    let next = rules.next.iter().map(|pick| ("next", pick));
    for (name, pick) in rules.picks().into_iter().chain(next) {
        faults.extend(ready(name, pick).err().map(|what| (name, what)));
    }
    faults
}

fn selector(text: &str) -> Result<Selector, String> {
    // Both look through all brothers or descendants of each element.
    if text.contains(":has(") || text.len() > 500 {
        return Err(format!(
            "{text:?} is not a selector that is read: no :has(), at most 500 characters"
        ));
    }
    Selector::parse(text).map_err(|error| format!("{text:?} is not a CSS selector: {error}"))
}

fn ready(name: &'static str, pick: &Pick) -> Result<Ready, String> {
    let of = match pick.selector.as_str() {
        "" => None,
        text => Some(selector(text)?),
    };
    let regex = match &pick.regex {
        Some(text) => {
            let built = RegexBuilder::new(text).size_limit(LARGEST_REGEX).build();
            Some(built.map_err(|error| format!("{text:?} is not a regular expression: {error}"))?)
        }
        None => None,
    };
    Ok(Ready {
        name,
        written: pick.to_string(),
        selector: of,
        attribute: pick.attribute.clone(),
        regex,
    })
}

impl Ready {
    /// The value in an entry; `None` if the rule finds nothing there.
    fn pick(&self, item: ElementRef<'_>) -> Option<String> {
        let element = match &self.selector {
            Some(selector) => item.select(selector).next()?,
            None => item,
        };
        let value = match &self.attribute {
            Some(attribute) => element.value().attr(attribute)?.to_owned(),
            None => text_of(element),
        };
        let value = one_line(&value);
        let taken = match &self.regex {
            Some(regex) => {
                let found = regex.captures(&value)?;
                let taken = found.get(1).or(found.get(0))?;
                taken.as_str().to_owned()
            }
            None => value,
        };
        let value: String = taken.trim().chars().take(LONGEST_VALUE).collect();
        (!value.is_empty()).then_some(value)
    }
}

fn text_of(element: ElementRef<'_>) -> String {
    element
        .text()
        .take(MOST_ELEMENTS)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the rules find on a page.
///
/// # Errors
/// Names the rule that finds nothing and what the page has instead.
pub(super) fn read(source: &Source, page: &Page) -> Result<Reading, Unreadable> {
    let (text, damage) = charset::text(page);
    let base = Url::parse(&page.url).ok().filter(Url::has_host);
    let today = page.at.date_naive();
    let mut reading = match &source.rules {
        Some(rules) => by_rules(rules, &text, base.as_ref(), today)?,
        None => {
            let made = super::page::web_page(page, &text);
            as_people_do(made.as_deref().unwrap_or(&text), base.as_ref(), today)?
        }
    };
    reading.problems.extend(damage);
    Ok(reading)
}

/// What a person reads from a page, where no rules say where to look.
fn as_people_do(text: &str, base: Option<&Url>, today: NaiveDate) -> Result<Reading, Unreadable> {
    let seen = visible::read(text, base, today);
    if seen.listings.is_empty() {
        let why = seen.problems.iter().find(|problem| problem.lost);
        let why = why.map_or("no day of an event is seen on it", |problem| {
            problem.what.as_str()
        });
        let title = refusal::in_brackets(text);
        return Err(Unreadable::NotWhatWasAsked(format!(
            "page{title} is read without rules: {why}"
        )));
    }
    Ok(Reading {
        entries: seen.entries,
        whole: !seen.problems.iter().any(|problem| problem.lost),
        listings: seen.listings,
        problems: seen.problems,
        ..Reading::default()
    })
}

/// A page's tree as HTML that html5ever reads in time that grows with its length: elements are closed where they
/// end, and stand no deeper than the tree lets them. What holds no text of the page is left out.
fn written(tree: &Tree) -> String {
    let mut html = String::new();
    write_node(tree, 0, &mut html);
    html
}

fn write_node(tree: &Tree, place: usize, html: &mut String) {
    let node = &tree.nodes[place];
    let is_name = |name: &str| {
        name.starts_with(|char: char| char.is_ascii_alphabetic())
            && name
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || char == '-')
    };
    let is_written = place == 0 || is_name(&node.name) && !UNWRITTEN.contains(&node.name.as_str());
    if !is_written {
        return;
    }
    if place != 0 {
        html.push('<');
        html.push_str(&node.name);
        for (name, value) in node.attributes.iter().filter(|(name, _)| is_name(name)) {
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            html.push_str(&format!(" {name}=\"{value}\""));
        }
        html.push('>');
    }
    for child in &node.children {
        match child {
            Child::Text(text) => html.push_str(&text.replace('&', "&amp;").replace('<', "&lt;")),
            Child::Element(child) => write_node(tree, *child, html),
        }
    }
    if place != 0 && !VOID.contains(&node.name.as_str()) {
        html.push_str(&format!("</{}>", node.name));
    }
}

/// Rules that a page's own repeated elements suggest, and that give the events that a person sees in them: the first
/// ones that do.
pub(super) fn propose(page: &Page) -> Option<Rules> {
    let (text, _) = charset::text(page);
    let base = Url::parse(&page.url).ok().filter(Url::has_host);
    let today = page.at.date_naive();
    let visible::Proposals { rules, titles } = visible::proposals(&text, base.as_ref(), today)?;
    let found = rules.into_iter().take(MOST_PROPOSED).find(|rules| {
        let Ok(reading) = by_rules(rules, &text, base.as_ref(), today) else {
            return false;
        };
        let mut given = reading
            .listings
            .iter()
            .map(|listing| listing.title.as_str());
        let same = titles
            .iter()
            .filter(|title| given.any(|given| given == **title))
            .count();
        same * 10 >= titles.len() * 9 && reading.entries * 10 <= titles.len() * 12 + 5
    });
    found.map(|rules| Rules {
        next: next_page(&text),
        ..rules
    })
}

/// How a page names the next page of its list, if it does by the relation that HTML has for that.
fn next_page(text: &str) -> Option<Pick> {
    let mut links = Tags::of(text).filter(|tag| tag.is("a") && !tag.is_end());
    let is_next = |rel: &str| {
        rel.split_ascii_whitespace()
            .any(|word| word.eq_ignore_ascii_case("next"))
    };
    let has_next = links.any(|tag| tag.attributes(["rel"]).is_some_and(|[rel]| is_next(&rel)));
    has_next.then(|| Pick::parse("a[rel~=next] @href"))
}

/// What the rules find in a page's text.
///
/// # Errors
/// Names the rule that finds nothing and what the page has instead.
pub(super) fn by_rules(
    rules: &Rules,
    text: &str,
    base: Option<&Url>,
    today: NaiveDate,
) -> Result<Reading, Unreadable> {
    if let Some((name, what)) = faults(rules).into_iter().next() {
        return Err(Unreadable::NotWhatWasAsked(format!("rule {name} = {what}")));
    }
    let tree = Tree::of(text);
    let html = Html::parse_document(&written(&tree));
    let (Ok(item), Ok(picks)) = (selector(&rules.item), all(rules)) else {
        return Err(Unreadable::Damaged("the rules cannot be read".to_owned()));
    };
    let items: Vec<ElementRef<'_>> = html.select(&item).take(MOST_ITEMS + 1).collect();
    if items.is_empty() {
        return nothing(rules, &html, text, today);
    }
    let mut reader = Reader {
        picked: Picked {
            rules,
            base,
            around: visible::Around::of(&tree, rules.language.as_deref(), today),
            way: Way::Page,
        },
        found: BTreeMap::new(),
        reading: Reading::default(),
    };
    for item in items.iter().take(MOST_ITEMS) {
        reader.item(*item, &picks);
    }
    if items.len() > MOST_ITEMS {
        let what = format!(
            "rule item = {:?} finds more than {MOST_ITEMS} entries: the rest was not read",
            rules.item
        );
        reader.reading.problems.push(lost(None, what));
    }
    for pick in picks
        .iter()
        .filter(|pick| !matches!(pick.name, "end" | "place" | "mode" | "time"))
    {
        if !reader.found.contains_key(pick.name) {
            return Err(Unreadable::NotWhatWasAsked(format!(
                "rule {} = {:?} finds nothing in the {} entries of item = {:?}; the first one holds {}",
                pick.name,
                pick.written,
                items.len(),
                rules.item,
                quoted(&text_of(items[0])),
            )));
        }
    }
    reader.next(&html);
    let mut reading = reader.reading;
    reading.whole = !reading.problems.iter().any(|problem| problem.lost);
    if reading.listings.is_empty() {
        let first = reading
            .problems
            .first()
            .map_or("", |problem| problem.what.as_str());
        return Err(Unreadable::NotWhatWasAsked(format!(
            "none of its {} entries can be read: {first}",
            reading.entries
        )));
    }
    Ok(reading)
}

fn all(rules: &Rules) -> Result<Vec<Ready>, String> {
    rules
        .picks()
        .into_iter()
        .map(|(name, pick)| ready(name, pick))
        .collect()
}

/// No entry: an empty list if the rules know how that looks, else an error.
fn nothing(
    rules: &Rules,
    html: &Html,
    text: &str,
    today: NaiveDate,
) -> Result<Reading, Unreadable> {
    let empty = rules
        .empty
        .as_deref()
        .and_then(|empty| selector(empty).ok());
    if empty.is_some_and(|empty| html.select(&empty).next().is_some()) {
        return Ok(Reading {
            whole: true,
            ..Reading::default()
        });
    }
    let proposed = visible::proposals(text, None, today);
    let instead = match proposed
        .as_ref()
        .and_then(|proposed| proposed.rules.first())
    {
        Some(proposed) => format!("; days stand in {:?}", proposed.item),
        None => "; no list of days is seen on it".to_owned(),
    };
    Err(Unreadable::NotWhatWasAsked(format!(
        "rule item = {:?} finds nothing on the page{}{instead}",
        rules.item,
        refusal::in_brackets(text)
    )))
}

struct Reader<'a> {
    picked: Picked<'a>,
    /// How often each rule found something.
    found: BTreeMap<&'static str, usize>,
    reading: Reading,
}

impl Reader<'_> {
    fn item(&mut self, item: ElementRef<'_>, picks: &[Ready]) {
        self.reading.entries += 1;
        if item.descendants().take(MOST_ELEMENTS + 1).count() > MOST_ELEMENTS {
            let what = format!("an entry holds more than {MOST_ELEMENTS} elements");
            self.reading.problems.push(lost(None, what));
            return;
        }
        let mut values: BTreeMap<&'static str, String> = BTreeMap::new();
        for pick in picks {
            if let Some(value) = pick.pick(item) {
                *self.found.entry(pick.name).or_default() += 1;
                values.insert(pick.name, value);
            }
        }
        let name = values.get("title").cloned();
        match self.picked.listing(&values, &self.reading.listings) {
            Ok(listing) => self.reading.listings.push(listing),
            Err(what) => {
                let what = format!("{what} in {}", quoted(&text_of(item)));
                self.reading.problems.push(lost(name, what));
            }
        }
    }

    fn next(&mut self, html: &Html) {
        let Some(Ok(next)) = self
            .picked
            .rules
            .next
            .as_ref()
            .map(|next| ready("next", next))
        else {
            return;
        };
        let link = next
            .pick(html.root_element())
            .and_then(|href| self.picked.address(&href));
        let own = self.picked.base.and_then(Url::host_str);
        // A list goes on on its own host.
        let link = link.filter(|link| Url::parse(link).is_ok_and(|url| url.host_str() == own));
        self.reading
            .next
            .extend(link.map(|link| Request::get(link, Purpose::List, Way::Page)));
    }
}
