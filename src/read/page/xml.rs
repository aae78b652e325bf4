//! XML as feeds hold it: well-formed or nearly so.
//!
//! A strict parser refuses a feed for one blank line before its declaration, one bare `&` or one tag left open,
//! and each is met on real sites (corpus: pages, 2026-08). So what can be read is read: tags, texts, CDATA; what
//! is left open ends with the element around it.

use crate::read::plain;

/// Elements of one document that are read.
const MOST_ELEMENTS: usize = 200_000;

/// Elements inside of one another that are followed.
const DEEPEST: usize = 100;

/// Open elements that an end tag is compared with.
const MOST_COMPARED: usize = 20;

/// Bytes of one tag beyond which it is passed over.
const LONGEST_TAG: usize = 8192;

/// Attributes of one tag that are read.
const MOST_ATTRIBUTES: usize = 50;

/// A document: its elements, each before those inside of it.
pub(super) struct Xml<'a> {
    elements: Vec<Element<'a>>,
    /// Whether there are more than are read.
    pub(super) is_cut: bool,
}

/// An element.
struct Element<'a> {
    /// Its name without the prefix of its namespace, in lower case.
    name: String,
    /// The prefix, as written; empty if it has none.
    prefix: &'a str,
    /// What stands between `<name` and `>`.
    attributes: &'a str,
    /// Its own text, decoded; without that of elements inside.
    text: String,
    /// The first element behind it and all in it.
    end: usize,
    line: usize,
}

impl<'a> Xml<'a> {
    pub(super) fn of(text: &'a str) -> Xml<'a> {
        let mut building = Building {
            xml: Xml {
                elements: Vec::new(),
                is_cut: false,
            },
            open: Vec::new(),
            line: 1,
        };
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            building.text(&rest[..start]);
            rest = &rest[start..];
            let taken = building.markup(rest);
            building.line += rest[..taken].matches('\n').count();
            rest = &rest[taken..];
            if building.xml.is_cut {
                break;
            }
        }
        building.close_above(0);
        building.xml
    }

    /// Every element's number.
    pub(super) fn all(&self) -> std::ops::Range<usize> {
        0..self.elements.len()
    }

    /// The elements directly inside of one.
    pub(super) fn children(&self, element: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.elements[element].end;
        let first = (element + 1 < end).then_some(element + 1);
        std::iter::successors(first, move |last| {
            Some(self.elements[*last].end).filter(|next| *next < end)
        })
    }

    /// The elements inside of one, at any depth.
    pub(super) fn inside(&self, element: usize) -> std::ops::Range<usize> {
        element + 1..self.elements[element].end
    }

    pub(super) fn name(&self, element: usize) -> &str {
        &self.elements[element].name
    }

    pub(super) fn prefix(&self, element: usize) -> &str {
        self.elements[element].prefix
    }

    pub(super) fn line(&self, element: usize) -> usize {
        self.elements[element].line
    }

    /// Its own text, without white space around it.
    pub(super) fn text(&self, element: usize) -> &str {
        self.elements[element].text.trim()
    }

    /// The text of the first child of that name that has any.
    pub(super) fn child_text(&self, element: usize, name: &str) -> Option<&str> {
        let mut named = self
            .children(element)
            .filter(|child| self.name(*child) == name);
        named.find_map(|child| Some(self.text(child)).filter(|text| !text.is_empty()))
    }

    /// The value of an attribute, by its whole name.
    pub(super) fn attribute(&self, element: usize, name: &str) -> Option<String> {
        let mut rest = self.elements[element].attributes;
        for _ in 0..MOST_ATTRIBUTES {
            let (key, behind) = rest.split_once('=')?;
            let behind = behind.trim_start();
            let quote = behind
                .chars()
                .next()
                .filter(|char| matches!(char, '"' | '\''))?;
            let (value, next) = behind[1..].split_once(quote)?;
            if key.trim() == name {
                return Some(plain::decoded(value)).filter(|value| !value.is_empty());
            }
            rest = next;
        }
        None
    }
}

struct Building<'a> {
    xml: Xml<'a>,
    open: Vec<usize>,
    line: usize,
}

impl<'a> Building<'a> {
    fn text(&mut self, text: &str) {
        self.line += text.matches('\n').count();
        if text.trim().is_empty() {
            return;
        }
        self.add(&plain::decoded(text));
    }

    fn add(&mut self, text: &str) {
        if let Some(innermost) = self.open.last() {
            self.xml.elements[*innermost].text.push_str(text);
        }
    }

    /// Bytes of what begins with `<`.
    fn markup(&mut self, rest: &'a str) -> usize {
        const CDATA: &str = "<![CDATA[";
        let until = |mark: &str| rest.find(mark).map_or(rest.len(), |at| at + mark.len());
        if let Some(data) = rest.strip_prefix(CDATA) {
            let end = data.find("]]>").unwrap_or(data.len());
            self.add(&data[..end]);
            return (CDATA.len() + end + "]]>".len()).min(rest.len());
        }
        if rest.starts_with("<!--") {
            return until("-->");
        }
        if rest.starts_with("<?") {
            return until("?>");
        }
        if rest.starts_with("<!") {
            return until(">");
        }
        let is_tag =
            rest[1..].starts_with(|char: char| char.is_alphabetic() || matches!(char, '/' | '_'));
        if !is_tag {
            self.add("<");
            return 1;
        }
        // A page may end within a tag.
        let tag = rest[1..].split('>').next().unwrap_or_default();
        if tag.len() <= LONGEST_TAG {
            self.tag(tag);
        }
        until(">")
    }

    fn tag(&mut self, tag: &'a str) {
        if let Some(name) = tag.strip_prefix('/') {
            let name = local_name(name.trim());
            let open = self.open.iter().rev().take(MOST_COMPARED);
            if let Some(above) = open
                .copied()
                .position(|open| self.xml.elements[open].name == name)
            {
                self.close_above(self.open.len() - above - 1);
            }
            return;
        }
        if self.xml.elements.len() >= MOST_ELEMENTS {
            self.xml.is_cut = true;
            return;
        }
        let is_empty = tag.ends_with('/');
        let tag = tag.strip_suffix('/').unwrap_or(tag);
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let place = self.xml.elements.len();
        self.xml.elements.push(Element {
            name: local_name(name),
            prefix: name.split_once(':').map_or("", |(prefix, _)| prefix),
            attributes,
            text: String::new(),
            end: place + 1,
            line: self.line,
        });
        if !is_empty && self.open.len() < DEEPEST {
            self.open.push(place);
        }
    }

    fn close_above(&mut self, left: usize) {
        let end = self.xml.elements.len();
        for element in self.open.drain(left.min(self.open.len())..) {
            self.xml.elements[element].end = end;
        }
    }
}

fn local_name(name: &str) -> String {
    let local = name.rsplit(':').next().unwrap_or_default();
    local.to_ascii_lowercase()
}
