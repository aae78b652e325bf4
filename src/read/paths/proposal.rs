//! JSON with names of its own → rules that read it: the list of things that have a day and a title.

use super::{by_rules, page};
use crate::facts::source::{Page, Pick, Rules};
use crate::read::{charset, dates, json};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Lists that are looked at, and how deep.
const MOST_LISTS: usize = 200;
const DEEPEST: usize = 8;
/// Entries of a list that are looked at, and values of one entry.
const LOOKED_AT: usize = 50;
const MOST_LEAVES: usize = 100;
/// How deep values of an entry may stand.
const DEEPEST_LEAF: usize = 3;
/// A list has at least so many entries.
const FEWEST: usize = 2;
/// Characters of a title.
const LONGEST_TITLE: usize = 150;

/// Words in the names of fields. A day on which an entry was made is no day of an event.
const OF_POSTS: [&str; 8] = [
    "created",
    "updated",
    "modified",
    "published",
    "posted",
    "changed",
    "deadline",
    "expires",
];
const OF_STARTS: [&str; 8] = [
    "start", "begin", "date", "when", "day", "datum", "time", "fecha",
];
const OF_ENDS: [&str; 5] = ["end", "until", "finish", "bis", "ende"];
const OF_TITLES: [&str; 8] = [
    "title", "name", "titel", "titre", "titulo", "titolo", "topic", "subject",
];
const OF_PLACES: [&str; 9] = [
    "city", "place", "location", "venue", "ort", "lieu", "lugar", "address", "where",
];
const OF_LINKS: [&str; 5] = ["url", "link", "href", "page", "permalink"];

/// What the values of one path in the entries of a list are.
#[derive(Default)]
struct Leaf {
    /// Entries that have one.
    count: usize,
    days: usize,
    links: usize,
    titles: usize,
    distinct: BTreeSet<String>,
}

/// Rules by which a document gives events; `None` if it is no JSON, or no list in it has a day and a title in nearly every
/// entry.
pub(in crate::read) fn propose(page: &Page) -> Option<Rules> {
    let (text, _) = charset::text(page);
    let document = json::parse(text.trim_start_matches('\u{feff}')).ok()?.value;
    let base = Url::parse(&page.url).ok().filter(Url::has_host);
    let mut lists: Vec<(String, &[Value])> = Vec::new();
    find_lists(&document, "", 0, &mut lists);
    // Of several lists the longest is most likely the one of events.
    lists.sort_by_key(|(_, list)| std::cmp::Reverse(list.len()));
    lists.iter().find_map(|(path, list)| {
        let rules = of_list(path, list)?;
        let reading = by_rules(&rules, &document, base.as_ref(), page.at.date_naive()).ok()?;
        let read_well = reading.listings.len() * 10 >= reading.entries * 8;
        read_well.then_some(rules)
    })
}

fn find_lists<'v>(
    value: &'v Value,
    path: &str,
    depth: usize,
    lists: &mut Vec<(String, &'v [Value])>,
) {
    if depth > DEEPEST || lists.len() >= MOST_LISTS {
        return;
    }
    match value {
        Value::Array(list) => {
            let objects = list
                .iter()
                .take(LOOKED_AT)
                .filter(|value| value.is_object());
            if objects.count() >= FEWEST {
                let path = if path.is_empty() { "." } else { path };
                lists.push((path.to_owned(), list));
            }
        }
        Value::Object(object) => {
            for (key, value) in object.iter().filter(|(key, _)| is_step(key)) {
                find_lists(value, &joined(path, key), depth + 1, lists);
            }
        }
        _ => {}
    }
}

/// Whether a key can stand in a path.
fn is_step(key: &str) -> bool {
    !key.is_empty() && key.len() <= 60 && !key.contains(['.', '@', '*', '"']) && key.trim() == key
}

fn joined(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}

fn of_list(item: &str, list: &[Value]) -> Option<Rules> {
    let mut leaves: BTreeMap<String, Leaf> = BTreeMap::new();
    let entries = list.iter().take(LOOKED_AT);
    let all = entries.len();
    for entry in entries {
        let mut left = MOST_LEAVES;
        look(entry, "", 0, &mut left, &mut leaves);
    }
    let nearly_all = |count: usize| count * 10 >= all * 9;
    // Of the paths with values that are nearly all of a kind, the best by the words in their names.
    let best = |of_kind: &dyn Fn(&Leaf) -> usize, words: &[&str]| {
        let mut found: Vec<(usize, &String)> = leaves
            .iter()
            .filter(|(path, leaf)| nearly_all(of_kind(leaf)) && !is_of_posts(path))
            .map(|(path, _)| (rank(path, words), path))
            .filter(|(rank, _)| *rank < words.len())
            .collect();
        found.sort_by_key(|(rank, path)| (*rank, path.matches('.').count(), (*path).clone()));
        found.first().map(|(_, path)| (*path).clone())
    };
    let is_end = |path: &str| rank(path, &OF_ENDS) < OF_ENDS.len();
    let start = |leaf: &Leaf| leaf.days;
    let mut days: Vec<&String> = leaves
        .iter()
        .filter(|(path, leaf)| nearly_all(leaf.days) && !is_of_posts(path) && !is_end(path))
        .map(|(path, _)| path)
        .collect();
    days.sort_by_key(|path| (rank(path, &OF_STARTS), path.matches('.').count()));
    let date = (*days.first()?).clone();
    let title = title(&leaves, &nearly_all)?;
    let own_page = |leaf: &Leaf| match leaf.distinct.len() * 10 >= leaf.count * 9 {
        true => leaf.links,
        false => 0,
    };
    let text = |leaf: &Leaf| leaf.titles;
    Some(Rules {
        item: item.to_owned(),
        title: Pick::parse(&title),
        date: Pick::parse(&date),
        time: None,
        end: best(&start, &OF_ENDS).map(|path| Pick::parse(&path)),
        place: best(&text, &OF_PLACES)
            .filter(|path| *path != title)
            .map(|path| Pick::parse(&path)),
        link: best(&own_page, &OF_LINKS).map(|path| Pick::parse(&path)),
        mode: None,
        next: None,
        empty: None,
        date_format: None,
        language: None,
    })
}

/// The path of the titles: one with a usual name, else the one that says most often something else, and is no place.
fn title(leaves: &BTreeMap<String, Leaf>, nearly_all: &dyn Fn(usize) -> bool) -> Option<String> {
    let telling = leaves
        .iter()
        .filter(|(_, leaf)| nearly_all(leaf.titles) && leaf.distinct.len() * 2 > leaf.count);
    let best = telling.min_by_key(|(path, leaf)| {
        let is_place = rank(path, &OF_PLACES) < OF_PLACES.len();
        let distinct = std::cmp::Reverse(leaf.distinct.len());
        (
            rank(path, &OF_TITLES),
            is_place,
            distinct,
            path.matches('.').count(),
        )
    });
    best.map(|(path, _)| path.clone())
}

/// Notes the values of an entry that are text or numbers.
fn look(
    value: &Value,
    path: &str,
    depth: usize,
    left: &mut usize,
    leaves: &mut BTreeMap<String, Leaf>,
) {
    if let Value::Object(object) = value {
        for (key, value) in object.iter().filter(|(key, _)| is_step(key)) {
            if depth < DEEPEST_LEAF && *left > 0 {
                look(value, &joined(path, key), depth + 1, left, leaves);
            }
        }
        return;
    }
    let is_leaf = matches!(value, Value::String(_) | Value::Number(_));
    let Some(text) = page::words(value).filter(|_| is_leaf && !path.is_empty()) else {
        return;
    };
    *left -= 1;
    let leaf = leaves.entry(path.to_owned()).or_default();
    leaf.count += 1;
    let is_link = text.starts_with("http://") || text.starts_with("https://");
    // A number may be an id as well as a time: then the field's name decides.
    let is_number = text.chars().all(|char| char.is_ascii_digit());
    let named = [&OF_STARTS[..], &OF_ENDS[..]];
    let is_named = named.iter().any(|words| rank(path, words) < words.len());
    let is_day = text.len() >= 8 && (!is_number || is_named) && dates::parse(&text).is_ok();
    let is_title = !is_link
        && !is_day
        && text.chars().any(char::is_alphabetic)
        && (3..=LONGEST_TITLE).contains(&text.chars().count());
    leaf.links += usize::from(is_link);
    leaf.days += usize::from(is_day);
    leaf.titles += usize::from(is_title);
    leaf.distinct.insert(text);
}

fn is_of_posts(path: &str) -> bool {
    let path = path.to_lowercase();
    OF_POSTS.iter().any(|word| path.contains(word))
}

/// The place of the first word that is in a path; the number of words if none is.
fn rank(path: &str, words: &[&str]) -> usize {
    let path = path.to_lowercase();
    let found = words.iter().position(|word| path.contains(word));
    found.unwrap_or(words.len())
}
