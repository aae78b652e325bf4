//! A page as a tree, made in one pass over its tags.
//!
//! html5ever's own tree costs the square of a page's length where elements nest deeply or formatting is never closed.
//! This one closes elements as browsers do in the cases that pages rely on, stops at a depth, and knows lines.

use super::html::Tags;
use super::plain;

/// Elements that are read of one page.
const MOST_NODES: usize = 60_000;

/// How deep elements may stand in one another; deeper ones become children of the last.
const DEEPEST: usize = 150;

/// Open elements that an end tag is compared with.
const MOST_COMPARED: usize = 60;

/// Attributes that are read of one tag.
const MOST_ATTRIBUTES: usize = 30;

/// Bytes of a tag beyond which its attributes are not read.
const LONGEST_TAG: usize = 8192;

/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 40] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tr",
    "ul",
];

/// Parts of tables and lists: on lines of their own too, and no reason to close a paragraph.
const PARTS: [&str; 6] = ["td", "th", "tbody", "thead", "tfoot", "head"];

/// Elements that hold no text of the page.
const SILENT: [&str; 12] = [
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "select",
    "textarea", "canvas", "title",
];

/// What stands in an element, in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Child {
    Element(usize),
    /// Its text, decoded.
    Text(String),
}

/// An element.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// In lower case.
    pub(super) name: String,
    /// Names in lower case, values decoded.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) parent: usize,
    pub(super) children: Vec<Child>,
    /// The line of the page on which it begins, counted from 1.
    pub(super) line: usize,
    /// The node behind its last descendant: those of an element follow it.
    pub(super) end: usize,
}

impl Node {
    /// The value of an attribute, empty where it has none of that name.
    pub(super) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Whether one of its classes is one of those, in lower case.
    pub(super) fn has_class(&self, of: &[&str]) -> bool {
        let classes = self.attribute("class").split_ascii_whitespace();
        let mut classes = classes.map(str::to_ascii_lowercase);
        classes.any(|class| of.contains(&class.as_str()))
    }

    /// Whether it stands on lines of its own.
    pub(super) fn is_block(&self) -> bool {
        BLOCKS.contains(&self.name.as_str()) || PARTS.contains(&self.name.as_str())
    }

    /// Whether it holds no text of the page.
    pub(super) fn is_silent(&self) -> bool {
        SILENT.contains(&self.name.as_str())
            || self.attributes.iter().any(|(name, _)| name == "hidden")
            || self
                .attribute("style")
                .replace(' ', "")
                .contains("display:none")
    }

    /// 1 to 6 for a heading.
    pub(super) fn heading(&self) -> Option<u8> {
        match self.name.as_bytes() {
            [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
            _ => None,
        }
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    /// In page order; the first is the page itself.
    pub(super) nodes: Vec<Node>,
    /// Whether it had more elements than are read.
    pub(super) is_cut: bool,
}

impl Tree {
    /// The tree of a page.
    pub(super) fn of(html: &str) -> Tree {
        let mut builder = Builder {
            nodes: vec![node("", Vec::new(), 0, 1)],
            open: vec![0],
        };
        let (mut at, mut line, mut is_cut) = (0, 1, false);
        for tag in Tags::of(html) {
            let (start, end) = tag.place();
            let before = html.get(at..start).unwrap_or_default();
            builder.text(before);
            line += before.matches('\n').count();
            let source = html.get(start..end).unwrap_or_default();
            if builder.nodes.len() >= MOST_NODES {
                is_cut = true;
                break;
            }
            let name = tag.name();
            if tag.is_end() {
                builder.close(&name);
            } else {
                builder.open(&name, attributes(source), line);
            }
            line += source.matches('\n').count();
            at = end;
        }
        if !is_cut {
            builder.text(html.get(at..).unwrap_or_default());
        }
        while builder.open.len() > 1 {
            builder.pop();
        }
        let last = builder.nodes.len();
        builder.nodes[0].end = last;
        Tree {
            nodes: builder.nodes,
            is_cut,
        }
    }

    /// The elements that stand directly in one.
    pub(super) fn elements(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        self.nodes[of]
            .children
            .iter()
            .filter_map(|child| match child {
                Child::Element(node) => Some(*node),
                Child::Text(_) => None,
            })
    }

    /// Whether one node is another or stands in it.
    pub(super) fn holds(&self, outer: usize, inner: usize) -> bool {
        outer <= inner && inner < self.nodes[outer].end
    }

    /// The elements around a node, the nearest first, without the page itself.
    pub(super) fn around(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let parent = |node: &usize| Some(self.nodes[*node].parent).filter(|parent| *parent != 0);
        std::iter::successors(Some(node).filter(|node| *node != 0), parent)
    }
}

fn node(name: &str, attributes: Vec<(String, String)>, parent: usize, line: usize) -> Node {
    Node {
        name: name.to_owned(),
        attributes,
        parent,
        children: Vec::new(),
        line,
        end: 0,
    }
}

struct Builder {
    nodes: Vec<Node>,
    /// The elements that are open, each in the one before.
    open: Vec<usize>,
}

impl Builder {
    fn top(&self) -> usize {
        self.open.last().copied().unwrap_or(0)
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let top = self.top();
        let text = plain::decoded(text);
        self.nodes[top].children.push(Child::Text(text));
    }

    fn open(&mut self, name: &str, attributes: Vec<(String, String)>, line: usize) {
        self.close_before(name);
        let (parent, place) = (self.top(), self.nodes.len());
        self.nodes.push(node(name, attributes, parent, line));
        self.nodes[place].end = place + 1;
        self.nodes[parent].children.push(Child::Element(place));
        if !VOID.contains(&name) && self.open.len() < DEEPEST {
            self.open.push(place);
        }
    }

    fn pop(&mut self) {
        let end = self.nodes.len();
        if let Some(place) = self.open.pop() {
            self.nodes[place].end = end;
        }
    }

    /// Closes what an element cannot stand in: a paragraph before a block, an entry of a list before the next.
    fn close_before(&mut self, name: &str) {
        let (ends, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu", "dir"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "tr" => (&["tr"], &["table"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot"], &["table"]),
            "option" => (&["option"], &["select"]),
            "a" => (&["a"], &["td", "th", "table", "li", "p", "div"]),
            _ if BLOCKS.contains(&name) => (&["p"], &BLOCKS),
            _ => return,
        };
        let found = self.open.iter().rev().take(MOST_COMPARED).position(|open| {
            let open = self.nodes[*open].name.as_str();
            ends.contains(&open) || within.contains(&open)
        });
        let Some(above) = found else { return };
        let open = self.open[self.open.len() - 1 - above];
        if ends.contains(&self.nodes[open].name.as_str()) {
            for _ in 0..=above {
                self.pop();
            }
        }
    }

    fn close(&mut self, name: &str) {
        let is_of_table = matches!(
            name,
            "table" | "tr" | "tbody" | "thead" | "tfoot" | "td" | "th"
        );
        let mut found = None;
        for (above, open) in self.open.iter().rev().take(MOST_COMPARED).enumerate() {
            let open = self.nodes[*open].name.as_str();
            if open == name {
                found = Some(above);
                break;
            }
            // What a cell holds does not end what stands around its table.
            if !is_of_table && matches!(open, "td" | "th" | "table") {
                break;
            }
        }
        if let Some(above) = found.filter(|above| above + 1 < self.open.len()) {
            for _ in 0..=above {
                self.pop();
            }
        }
    }
}

/// The attributes of a tag.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut attributes: Vec<(String, String)> = Vec::new();
    if tag.len() > LONGEST_TAG {
        return attributes;
    }
    let name_end = tag.find(|char: char| char.is_ascii_whitespace() || char == '>');
    let mut rest = &tag[name_end.unwrap_or(tag.len())..];
    while attributes.len() < MOST_ATTRIBUTES {
        rest = rest.trim_start_matches(|char: char| char.is_ascii_whitespace() || char == '/');
        if rest.is_empty() || rest.starts_with('>') {
            break;
        }
        // An equals sign that begins a name is part of it.
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, char)| char.is_ascii_whitespace() || matches!(char, '=' | '>' | '/'))
            .map_or(rest.len(), |(place, _)| place);
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = &after[1..];
                    let end = inside.find(quote).unwrap_or(inside.len());
                    (&inside[..end], inside.get(end + 1..).unwrap_or_default())
                }
                _ => {
                    let end = after
                        .find(|char: char| char.is_ascii_whitespace() || char == '>')
                        .unwrap_or(after.len());
                    after.split_at(end)
                }
            };
        }
        if attributes.iter().all(|(known, _)| *known != name) {
            attributes.push((name, plain::decoded(value)));
        }
    }
    attributes
}
