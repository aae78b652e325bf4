//! Which lines of a page belong to one event: repeated elements that hold a day and words, or the whole page.

use super::lines::{Line, Stand};
use super::wording;
use crate::read::tree::Tree;
use std::collections::BTreeMap;
use std::ops::Range;

/// Units of a repeated structure that make a list of days without words.
const FEWEST_BARE: usize = 3;

/// The lines of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) lines: Range<usize>,
    /// The outermost element that holds no other item's days.
    pub(super) node: usize,
    /// Whether it is one of several of a kind.
    pub(super) is_listed: bool,
    /// The line above it that names its day, where it names none itself.
    pub(super) day: Option<usize>,
}

/// What stands around some units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    No,
    /// A list of days with words.
    Titled,
    /// A list of days alone.
    Bare,
}

/// A page's lines, ready to be asked which belong together.
pub(super) struct Page<'a> {
    pub(super) tree: &'a Tree,
    pub(super) lines: &'a [Line],
    /// Its `<title>`.
    pub(super) title: String,
    /// Of each node, its first line and the one behind its last.
    ranges: Vec<Range<usize>>,
    /// How many lines with days stand before each line.
    dated: Vec<usize>,
}

/// A part of an element that names days: a child of it, or a line of its own.
struct Unit {
    lines: Range<usize>,
    element: Option<usize>,
}

impl<'a> Page<'a> {
    /// The lines that stand so far from the content at most are looked at.
    pub(super) fn new(tree: &'a Tree, lines: &'a [Line], stand: Stand, title: String) -> Page<'a> {
        let mut ranges = vec![0..0; tree.nodes.len()];
        for (place, line) in lines.iter().enumerate() {
            for node in tree.around(line.node).chain([0]) {
                let range = &mut ranges[node];
                let start = if range.end == 0 { place } else { range.start };
                *range = start..place + 1;
            }
        }
        let mut dated = vec![0];
        for line in lines {
            let is_dated = line.stand <= stand
                && line
                    .mentions
                    .iter()
                    .any(|said| !wording::is_of_past_post(line, said));
            dated.push(dated[dated.len() - 1] + usize::from(is_dated));
        }
        Page {
            tree,
            lines,
            title,
            ranges,
            dated,
        }
    }

    fn range(&self, node: usize) -> Range<usize> {
        self.ranges[node].clone()
    }

    /// How many of some lines name days.
    pub(super) fn dated(&self, lines: &Range<usize>) -> usize {
        self.dated[lines.end] - self.dated[lines.start]
    }

    fn is_dated(&self, line: usize) -> bool {
        self.dated[line + 1] > self.dated[line]
    }

    /// On how many lines an element stands.
    pub(super) fn lines_of(&self, node: usize) -> usize {
        // A link inside of a line has no lines of its own.
        let end = self.tree.nodes[node].end;
        (node..end)
            .filter(|inner| self.tree.nodes[*inner].is_block())
            .count()
    }

    /// The first line in an element.
    pub(super) fn first_line(&self, node: usize) -> Option<usize> {
        let range = self.range(node);
        (!range.is_empty()).then_some(range.start)
    }

    /// The items of the page, in its order.
    pub(super) fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        self.find(0, Listed::No, &mut items);
        self.without_day_headings(&mut items);
        for item in &mut items {
            self.widen(item);
        }
        self.take_gaps(&mut items);
        items
            .into_iter()
            .flat_map(|item| self.of_one_day(item))
            .collect()
    }

    fn find(&self, node: usize, listed: Listed, items: &mut Vec<Item>) {
        let mut node = node;
        let units = loop {
            let units = self.units(node);
            match units[..] {
                [
                    Unit {
                        element: Some(only),
                        ..
                    },
                ] => node = only,
                _ => break units,
            }
        };
        let is_listed = listed != Listed::No;
        let whole = || Item {
            lines: self.range(node),
            node,
            is_listed,
            day: None,
        };
        match &units[..] {
            [] => return,
            [unit] => {
                items.push(Item {
                    lines: unit.lines.clone(),
                    ..whole()
                });
                return;
            }
            _ => {}
        }
        let name = self.tree.nodes[node].name.as_str();
        if matches!(
            name,
            "tr" | "p" | "dt" | "time" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        ) && !units.iter().any(|unit| self.holds_list(unit))
            && units.iter().any(|unit| unit.element.is_some())
        {
            items.push(whole());
            return;
        }
        if let Some((kind, signature)) = self.list(&units, listed) {
            let first = items.len();
            for unit in &units {
                // A day alone beside entries with words is no entry.
                let is_other = kind == Listed::Titled && self.signature(unit) != signature;
                if !is_other || self.is_titled(unit) {
                    self.find_in(unit, node, kind, items);
                }
            }
            self.undated(node, &units, &signature, items);
            items[first..].sort_by_key(|item| item.lines.start);
            return;
        }
        let mut below = Vec::new();
        let mut most = 0;
        for unit in &units {
            let before = below.len();
            self.find_in(unit, node, listed, &mut below);
            most = most.max(below.len() - before);
        }
        let titled = units.iter().filter(|unit| self.has_heading(unit)).count();
        if most > 1 || titled > 1 {
            items.append(&mut below);
        } else {
            items.push(whole());
        }
    }

    fn find_in(&self, unit: &Unit, parent: usize, listed: Listed, items: &mut Vec<Item>) {
        match unit.element {
            Some(element) => self.find(element, listed, items),
            None => items.push(Item {
                lines: unit.lines.clone(),
                node: parent,
                is_listed: listed != Listed::No,
                day: None,
            }),
        }
    }

    fn units(&self, node: usize) -> Vec<Unit> {
        let mut units: Vec<Unit> = self
            .tree
            .elements(node)
            .filter(|child| self.dated(&self.range(*child)) > 0)
            .map(|child| Unit {
                lines: self.range(child),
                element: Some(child),
            })
            .collect();
        let mut inside = units.iter().map(|unit| unit.lines.clone()).peekable();
        let mut own = Vec::new();
        let mut place = self.range(node).start;
        while place < self.range(node).end {
            match inside.peek() {
                Some(child) if child.contains(&place) => {
                    place = child.end;
                    inside.next();
                    continue;
                }
                _ => {}
            }
            if self.lines[place].node == node && self.is_dated(place) {
                own.push(Unit {
                    lines: place..place + 1,
                    element: None,
                });
            }
            place += 1;
        }
        units.extend(own);
        units.sort_by_key(|unit| unit.lines.start);
        units
    }

    /// Leaves out the headings of days above entries that name the same day: "Sunday March 15" above "March 15, 10 am".
    fn without_day_headings(&self, items: &mut Vec<Item>) {
        let day = |item: &Item| {
            let line = &self.lines[item.lines.start];
            let said = line.mentions.first().filter(|_| item.lines.len() == 1)?;
            let is_heading = line.heading.is_some() && !wording::has_words(line);
            is_heading.then(|| (said.days[0].month, said.days[0].day))
        };
        let names = |item: &Item, of: (u32, u32)| {
            let mut said = self.lines[item.lines.clone()]
                .iter()
                .flat_map(|line| &line.mentions);
            said.any(|said| (said.days[0].month, said.days[0].day) == of)
        };
        let is_over: Vec<bool> = items
            .iter()
            .enumerate()
            .map(|(place, item)| {
                let next = items.get(place + 1);
                day(item).is_some_and(|of| {
                    next.is_some_and(|next| day(next).is_none() && names(next, of))
                })
            })
            .collect();
        let mut is_over = is_over.into_iter();
        items.retain(|_| !is_over.next().unwrap_or(false));
    }

    /// The entries below the heading of a day: parts with headings of their own, or lines with times.
    fn of_one_day(&self, item: Item) -> Vec<Item> {
        let first = item.lines.start;
        let line = &self.lines[first];
        let is_bare = item.is_listed
            && !line.mentions.is_empty()
            && !wording::has_words(line)
            && line.clocks.is_empty();
        if !is_bare || self.dated(&item.lines) != 1 {
            return vec![item];
        }
        let below = first + 1..item.lines.end;
        let level = below
            .clone()
            .filter_map(|line| self.lines[line].heading)
            .min();
        let starts: Vec<usize> = below
            .filter(|place| {
                let line = &self.lines[*place];
                match level {
                    Some(_) => line.heading == level && wording::has_words(line),
                    None => !line.clocks.is_empty() && wording::has_words(line),
                }
            })
            .collect();
        if starts.len() < 2 {
            return vec![item];
        }
        let ends = starts[1..].iter().copied().chain([item.lines.end]);
        starts
            .iter()
            .zip(ends)
            .map(|(start, end)| Item {
                lines: *start..end,
                node: self.lines[*start].node,
                is_listed: true,
                day: Some(first),
            })
            .collect()
    }

    /// Whether items below headings of days are the programme of one event, which names the span of them all.
    pub(super) fn is_programme(&self, items: &[Item]) -> bool {
        let day = |line: usize| {
            let line = &self.lines[line];
            let said = line.mentions.first().filter(|said| said.days.len() == 1)?;
            let is_day = line.heading.is_some() && !wording::has_words(line);
            is_day.then(|| (said.days[0].month, said.days[0].day))
        };
        let days: Vec<(u32, u32)> = items
            .iter()
            .filter_map(|item| day(item.day.unwrap_or(item.lines.start)))
            .collect();
        let is_around = |said: &super::days::Mention| {
            let part = |place: usize| (said.days[place].month, said.days[place].day);
            said.is_span && days.iter().all(|day| (part(0)..=part(1)).contains(day))
        };
        let lines = self
            .lines
            .iter()
            .filter(|line| line.stand == Stand::Content);
        days.len() > 1 && lines.flat_map(|line| &line.mentions).any(is_around)
    }

    /// Adds the brothers of entries that name no day: they are entries too.
    fn undated(&self, node: usize, units: &[Unit], signature: &str, items: &mut Vec<Item>) {
        let alike = units
            .iter()
            .filter(|unit| self.signature(unit) == signature);
        let (titled, all) = alike.fold((0, 0), |(titled, all), unit| {
            (titled + usize::from(self.has_heading(unit)), all + 1)
        });
        if titled * 10 < all * 9 {
            return;
        }
        let others = self.tree.elements(node).filter_map(|element| {
            let unit = Unit {
                lines: self.range(element),
                element: Some(element),
            };
            let is_one = !unit.lines.is_empty()
                && self.dated(&unit.lines) == 0
                && self.lines[unit.lines.start].stand == Stand::Content
                && self.signature(&unit) == signature
                && self.has_heading(&unit);
            is_one.then_some(Item {
                lines: unit.lines,
                node: element,
                is_listed: true,
                day: None,
            })
        });
        let others: Vec<Item> = others.collect();
        // Where many name no day, they are something else.
        if others.len() * 4 <= all {
            items.extend(others);
        }
    }

    /// Whether most of the units are entries of one list, of which kind, and what they have in common.
    fn list(&self, units: &[Unit], around: Listed) -> Option<(Listed, String)> {
        let mut groups: BTreeMap<String, Vec<&Unit>> = BTreeMap::new();
        for unit in units {
            groups.entry(self.signature(unit)).or_default().push(unit);
        }
        let (signature, group) = groups.into_iter().max_by_key(|(_, group)| group.len())?;
        if group.len() < 2 || group.len() * 2 < units.len() {
            return None;
        }
        let count = |of: &dyn Fn(&Unit) -> bool| group.iter().filter(|unit| of(unit)).count();
        let titled = count(&|unit| self.is_titled(unit));
        if titled == 0 {
            let days: usize = group.iter().map(|unit| self.dated(&unit.lines)).sum();
            let is_headed = signature.starts_with("dt") || self.are_headings(&group);
            let is_list = days >= FEWEST_BARE || around == Listed::Bare || is_headed;
            return is_list.then_some((Listed::Bare, signature));
        }
        let entries = count(&|unit| self.is_entry(unit));
        let labelled = count(&|unit| self.is_labelled(unit));
        let is_list = titled * 2 >= group.len()
            && entries * 2 >= group.len()
            && labelled * 2 < group.len()
            // Two paragraphs with days are a text.
            && (signature != "p" || group.len() >= FEWEST_BARE || self.are_headed(&group));
        is_list.then_some((Listed::Titled, signature))
    }

    fn are_headings(&self, units: &[&Unit]) -> bool {
        units.iter().all(|unit| {
            let element = unit.element.map(|element| &self.tree.nodes[element]);
            element.is_some_and(|element| element.heading().is_some())
        })
    }

    /// Whether each unit stands right below a heading.
    fn are_headed(&self, units: &[&Unit]) -> bool {
        units.iter().all(|unit| {
            let above = unit.lines.start.checked_sub(1);
            above.is_some_and(|above| self.lines[above].heading.is_some())
        })
    }

    fn signature(&self, unit: &Unit) -> String {
        let Some(element) = unit.element else {
            return String::new();
        };
        let node = &self.tree.nodes[element];
        let class = node.attribute("class").split_ascii_whitespace().next();
        match node.name.as_str() {
            name @ ("li" | "tr" | "article" | "dt" | "dd" | "p" | "tbody" | "section") => {
                name.to_owned()
            }
            name => format!("{name}.{}", class.unwrap_or_default()),
        }
    }

    fn is_titled(&self, unit: &Unit) -> bool {
        self.lines[unit.lines.clone()]
            .iter()
            .any(wording::has_words)
    }

    fn has_heading(&self, unit: &Unit) -> bool {
        self.lines[unit.lines.clone()]
            .iter()
            .any(|line| line.heading.is_some() && wording::has_words(line))
    }

    fn holds_list(&self, unit: &Unit) -> bool {
        let Some(element) = unit.element else {
            return false;
        };
        let end = self.tree.nodes[element].end;
        self.dated(&unit.lines) > 1
            && self.tree.nodes[element..end]
                .iter()
                .any(|node| matches!(node.name.as_str(), "li" | "tr" | "article"))
    }

    /// Whether a unit looks like an entry of a list, and not like a sentence.
    fn is_entry(&self, unit: &Unit) -> bool {
        let name = unit
            .element
            .map(|element| self.tree.nodes[element].name.as_str());
        if matches!(
            name,
            Some("li" | "tr" | "article" | "dt" | "dd" | "h2" | "h3" | "h4" | "h5")
        ) {
            return true;
        }
        let lines = &self.lines[unit.lines.clone()];
        lines.len() > 1
            || lines.iter().any(|line| {
                let is_at_edge = line.mentions.iter().any(|said| {
                    line.tokens[..said.first]
                        .iter()
                        .all(|token| token.word().is_none() && token.number().is_none())
                        || said.next == line.tokens.len()
                });
                line.heading.is_some() || is_at_edge
            })
    }

    /// Whether a unit is one of several facts of one event: `Wann: 13. August`.
    fn is_labelled(&self, unit: &Unit) -> bool {
        let line = self.lines[unit.lines.clone()]
            .iter()
            .find(|line| !line.mentions.is_empty());
        line.is_some_and(wording::is_labelled) && !self.has_heading(unit)
    }

    /// Grows an item to the outermost element that names no other days.
    fn widen(&self, item: &mut Item) {
        let days = self.dated(&item.lines);
        let mut node = item.node;
        if self.dated(&self.range(node)) > days {
            return;
        }
        while node != 0 {
            let parent = self.tree.nodes[node].parent;
            if self.dated(&self.range(parent)) > days || parent == 0 {
                break;
            }
            node = parent;
        }
        item.node = node;
        item.lines = self.range(node);
    }

    /// Gives the lines between items that stand beside one another to the one or the other.
    fn take_gaps(&self, items: &mut [Item]) {
        let mut first = 0;
        while first < items.len() {
            let parent = self.parent(&items[first]);
            let mut last = first;
            while last + 1 < items.len() && self.parent(&items[last + 1]) == parent {
                last += 1;
            }
            if last > first {
                self.take_gaps_within(&mut items[first..=last], parent);
            }
            first = last + 1;
        }
    }

    fn parent(&self, item: &Item) -> usize {
        // A line of an element's own stands beside the other lines of that element.
        if self.dated(&self.range(item.node)) > self.dated(&item.lines) {
            item.node
        } else {
            self.tree.nodes[item.node].parent
        }
    }

    fn take_gaps_within(&self, items: &mut [Item], parent: usize) {
        let around = self.range(parent);
        let last = items[items.len() - 1].lines.end;
        let heading = |gap: &Range<usize>| {
            gap.clone()
                .rev()
                .find(|line| self.lines[*line].heading.is_some())
        };
        let gaps: Vec<Range<usize>> = items
            .windows(2)
            .map(|pair| pair[0].lines.end..pair[1].lines.start)
            .collect();
        if gaps.iter().all(Range::is_empty) {
            return;
        }
        let has_headings =
            gaps.iter().filter(|gap| heading(gap).is_some()).count() * 2 > gaps.len();
        // Where nothing follows the last day, the words stand before each day.
        let is_before = last >= around.end && items[0].lines.start > around.start;
        for (place, gap) in gaps.iter().enumerate() {
            let cut = match heading(gap) {
                Some(heading) if has_headings => heading,
                _ if has_headings || !is_before => gap.end,
                _ => gap.start,
            };
            items[place].lines.end = items[place].lines.end.max(cut);
            items[place + 1].lines.start = items[place + 1].lines.start.min(cut.max(gap.start));
        }
        let before = around.start..items[0].lines.start;
        if let Some(heading) = heading(&before).filter(|_| has_headings) {
            items[0].lines.start = heading;
        } else if is_before && !has_headings {
            let size = gaps[0].len();
            items[0].lines.start = before.end.saturating_sub(size).max(before.start);
        }
        if let Some(item) = items.last_mut().filter(|_| has_headings || !is_before) {
            let behind = item.lines.end..around.end;
            let next = behind
                .clone()
                .find(|line| self.lines[*line].heading.is_some());
            item.lines.end = next.unwrap_or(around.end).max(item.lines.end);
        }
    }
}
