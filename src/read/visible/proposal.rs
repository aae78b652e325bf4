//! Rules for `platform = "html"` that a page's own repeated elements suggest, the most exact first.

use super::items::Item;
use super::{Reader, on_page};
use crate::facts::event::one_line;
use crate::facts::source::{Pick, Rules};
use crate::read::tree::Tree;
use chrono::NaiveDate;
use url::Url;

/// Entries that make a list.
const FEWEST_ITEMS: usize = 2;

/// Classes of an element that a selector names.
const MOST_CLASSES: usize = 2;

/// Takes digits and signs off the beginning of a title that a day stands before.
const BEHIND_DAY: &str = r"^[\d\s./:,|–—-]*(.+)$";

/// What a page suggests.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Proposals {
    /// Rules that may give its events, the most exact first.
    pub(crate) rules: Vec<Rules>,
    /// The titles that they must give.
    pub(crate) titles: Vec<String>,
}

/// The elements of one entry.
struct Shape {
    item: usize,
    title: Option<usize>,
    link: Option<usize>,
    date: usize,
    time: Option<usize>,
    place: Option<usize>,
}

/// The rules that a page suggests; `None` if it has no list of entries that are elements of their own.
pub(crate) fn proposals(text: &str, base: Option<&Url>, today: NaiveDate) -> Option<Proposals> {
    on_page(text, base, today, |reader, items, _| {
        let mut titles = Vec::new();
        let mut shapes = Vec::new();
        for item in items.iter().filter(|item| item.is_listed) {
            let Some((shape, title)) = shape(reader, item) else {
                continue;
            };
            shapes.push(shape);
            titles.push(title);
        }
        let nodes: Vec<usize> = shapes.iter().map(|shape| shape.item).collect();
        if nodes.len() < FEWEST_ITEMS || nodes.windows(2).any(|pair| pair[0] == pair[1]) {
            return None;
        }
        let tree = reader.page.tree;
        let mut rules = Vec::new();
        for item in item_selectors(tree, &nodes) {
            rules.extend(of_item(tree, &item, &shapes));
        }
        Some(Proposals { rules, titles })
    })
}

fn shape(reader: &Reader<'_>, item: &Item) -> Option<(Shape, String)> {
    let title = reader.titles.title(item)?;
    let headings = reader.titles.headings(item);
    let chosen = reader.chooser.choose(item, &headings, None)?.ok()?;
    let line = &reader.page.lines[chosen.line];
    let time = chosen.timed.filter(|line| *line != chosen.line);
    let tree = reader.page.tree;
    let inside = |node: usize| tree.holds(item.node, node);
    let link = title.link.or_else(|| {
        let mut links = reader.page.lines[item.lines.clone()]
            .iter()
            .flat_map(|line| &line.links);
        links.next().map(|link| link.node)
    });
    // A card that is a link as a whole is the entry's own element.
    let around = |link: &usize| inside(*link) || tree.holds(*link, item.node);
    Some((
        Shape {
            item: item.node,
            title: Some(title.node).filter(|node| *node != 0 && inside(*node)),
            link: link.filter(around),
            date: time_element(tree, line.node).unwrap_or(line.node),
            time: time
                .map(|line| reader.page.lines[line].node)
                .filter(|node| inside(*node)),
            place: super::facts::place_line(reader.page, item)
                .map(|line| reader.page.lines[line].node),
        },
        one_line(&title.text),
    ))
}

/// The `<time datetime>` in an element.
fn time_element(tree: &Tree, node: usize) -> Option<usize> {
    (node..tree.nodes[node].end).take(20).find(|inner| {
        tree.nodes[*inner].name == "time" && !tree.nodes[*inner].attribute("datetime").is_empty()
    })
}

fn of_item(tree: &Tree, item: &str, shapes: &[Shape]) -> Vec<Rules> {
    let of = |node: &dyn Fn(&Shape) -> Option<usize>| -> Vec<String> {
        let found: Vec<(usize, usize)> = shapes
            .iter()
            .filter_map(|shape| Some((shape.item, node(shape)?)))
            .collect();
        // What only a few entries have is no rule.
        if found.len() * 2 < shapes.len() {
            Vec::new()
        } else {
            selectors(tree, &found)
        }
    };
    let dates = of(&|shape| Some(shape.date));
    let titles = of(&|shape| shape.title);
    let time = of(&|shape| shape.time).into_iter().next();
    let place = of(&|shape| shape.place).into_iter().next();
    let link = of(&|shape| shape.link).into_iter().next();
    let is_time = shapes
        .iter()
        .all(|shape| tree.nodes[shape.date].name == "time");
    let pick = |selector: &str, attribute: Option<&str>| Pick {
        selector: selector.to_owned(),
        attribute: attribute.map(str::to_owned),
        regex: None,
    };
    let mut rules = Vec::new();
    for title in &titles {
        for regex in [None, Some(BEHIND_DAY.to_owned())] {
            for date in &dates {
                rules.push(Rules {
                    item: item.to_owned(),
                    title: Pick {
                        regex: regex.clone(),
                        ..pick(title, None)
                    },
                    date: pick(date, is_time.then_some("datetime")),
                    time: time.as_deref().map(|time| pick(time, None)),
                    end: None,
                    place: place.as_deref().map(|place| pick(place, None)),
                    link: link.as_deref().map(|link| pick(link, Some("href"))),
                    mode: None,
                    next: None,
                    empty: None,
                    date_format: None,
                    language: None,
                });
            }
        }
    }
    rules
}

/// Selectors that may find all entries and nothing else.
fn item_selectors(tree: &Tree, nodes: &[usize]) -> Vec<String> {
    let Some(own) = signature(tree, nodes) else {
        return Vec::new();
    };
    let mut selectors = Vec::new();
    if own.contains('.') {
        selectors.push(own.clone());
    }
    let mut parents: Vec<usize> = nodes.iter().map(|node| tree.nodes[*node].parent).collect();
    parents.dedup();
    if let Some(parent) = signature(tree, &parents).filter(|parent| parent.contains(['.', '#'])) {
        selectors.push(format!("{parent} > {own}"));
    }
    // The nearest element around all of them that has a name.
    let last = nodes.iter().copied().max().unwrap_or_default();
    let around = tree
        .around(tree.nodes[nodes[0]].parent)
        .filter(|around| tree.holds(*around, last));
    let named = around.filter_map(|around| signature(tree, &[around]));
    if let Some(named) = named
        .into_iter()
        .find(|named| named.contains(['.', '#']) || named == "main")
    {
        // The first row of a table heads it.
        if own == "tr" {
            selectors.push(format!("{named} {own}:not(:first-child)"));
        }
        selectors.push(format!("{named} {own}"));
    }
    if own == "tr" {
        selectors.push(format!("{own}:not(:first-child)"));
    }
    selectors.push(own);
    selectors.dedup();
    selectors
}

/// Selectors within an entry that may find those nodes; `""` for the entry itself.
fn selectors(tree: &Tree, found: &[(usize, usize)]) -> Vec<String> {
    if found
        .iter()
        .all(|(item, node)| item == node || tree.holds(*node, *item))
    {
        return vec![String::new()];
    }
    let nodes: Vec<usize> = found.iter().map(|(_, node)| *node).collect();
    let mut selectors = Vec::new();
    if let Some(own) = signature(tree, &nodes) {
        let parents: Vec<usize> = found
            .iter()
            .filter(|(item, node)| tree.nodes[*node].parent != *item)
            .map(|(_, node)| tree.nodes[*node].parent)
            .collect();
        let parent = signature(tree, &parents).filter(|_| parents.len() == nodes.len());
        if own.contains('.') {
            selectors.push(own.clone());
        }
        if matches!(own.as_str(), "td" | "th") {
            selectors.extend(column(tree, &nodes).map(|place| format!("{own}:nth-child({place})")));
        }
        selectors.extend(parent.map(|parent| format!("{parent} > {own}")));
        selectors.push(own);
    }
    selectors
}

/// The place of cells in their rows, if it is the same in all.
fn column(tree: &Tree, cells: &[usize]) -> Option<usize> {
    let mut places = cells.iter().map(|cell| {
        let row = tree.nodes[*cell].parent;
        tree.elements(row)
            .position(|other| other == *cell)
            .map(|place| place + 1)
    });
    let first = places.next()??;
    places.all(|place| place == Some(first)).then_some(first)
}

/// What elements have in common: their name, their id if there is one alone, and their classes.
fn signature(tree: &Tree, nodes: &[usize]) -> Option<String> {
    let first = &tree.nodes[*nodes.first()?];
    if nodes
        .iter()
        .any(|node| tree.nodes[*node].name != first.name)
        || !is_plain(&first.name)
    {
        return None;
    }
    let mut selector = first.name.clone();
    let id = first.attribute("id");
    if nodes.len() == 1 && is_plain(id) {
        return Some(format!("{selector}#{id}"));
    }
    let shared = first
        .attribute("class")
        .split_ascii_whitespace()
        .filter(|class| is_plain(class))
        .filter(|class| {
            nodes.iter().all(|node| {
                tree.nodes[*node]
                    .attribute("class")
                    .split_ascii_whitespace()
                    .any(|other| other == *class)
            })
        });
    for class in shared.take(MOST_CLASSES) {
        selector.push('.');
        selector.push_str(class);
    }
    Some(selector)
}

/// Whether a name can stand in a selector as it is.
fn is_plain(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))
        && name.len() <= 60
}
