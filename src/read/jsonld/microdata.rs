//! Microdata (HTML section 5) and RDFa Lite (<https://www.w3.org/TR/rdfa-lite/>) → the values that JSON-LD would have.
//!
//! No tree is built: one pass over the tags, with the elements that are open. Elements that pages leave open
//! are closed with the element around them, as browsers do.

use crate::read::html::{Tag, Tags};
use serde_json::{Map, Value};

/// Tags with such attributes that are read in one page. A list of a hundred events has two thousand.
const MOST_TAGS: usize = 20_000;

/// Elements inside of one another that are followed.
const DEEPEST: usize = 500;

/// Open elements that an end tag is compared with.
const MOST_COMPARED: usize = 50;

/// Bytes of one value that are kept.
const LONGEST_TEXT: usize = 20_000;

/// Elements without an end tag.
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements that end where the next of their kind begins.
const SIBLINGS: [&str; 6] = ["p", "li", "dt", "dd", "tr", "td"];

/// The objects of a page, in its order, and whether there were more than are read.
pub(super) fn objects(html: &str) -> (Vec<Value>, bool) {
    if !["itemprop", "typeof"]
        .iter()
        .any(|mark| html.contains(mark))
    {
        return (Vec::new(), false);
    }
    let mut walk = Walk::default();
    let mut at = 0;
    for tag in Tags::of(html) {
        let (start, end) = tag.place();
        walk.text(html.get(at..start).unwrap_or_default());
        at = end;
        if walk.read > MOST_TAGS {
            break;
        }
        walk.tag(&tag);
    }
    let cut = walk.is_cut || walk.read > MOST_TAGS;
    while walk.close() {}
    (walk.objects, cut)
}

#[derive(Default)]
struct Walk {
    objects: Vec<Value>,
    open: Vec<Open>,
    /// The objects that are open, each inside of the one before.
    items: Vec<Map<String, Value>>,
    /// Which of the open elements' texts are values.
    capturing: Vec<usize>,
    read: usize,
    /// Whether objects were passed over because they stand too deep.
    is_cut: bool,
}

/// An element that is open.
struct Open {
    name: String,
    /// The properties that it gives to the object around it.
    properties: Vec<String>,
    /// Whether it is an object itself.
    is_item: bool,
    /// Its text so far, if that is the value.
    text: Option<String>,
}

impl Walk {
    fn text(&mut self, text: &str) {
        let innermost = self
            .capturing
            .last()
            .and_then(|place| self.open.get_mut(*place));
        if let Some(kept) = innermost.and_then(|open| open.text.as_mut()) {
            let mut end = LONGEST_TEXT.saturating_sub(kept.len()).min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            kept.push_str(&text[..end]);
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        let name = tag.name();
        if tag.is_end() {
            let open = self.open.iter().rev().take(MOST_COMPARED);
            if let Some(above) = open.map(|open| &open.name).position(|open| *open == name) {
                for _ in 0..=above {
                    self.close();
                }
            }
            return;
        }
        if SIBLINGS.contains(&&*name) && self.open.last().is_some_and(|open| open.name == name) {
            self.close();
        }
        if self.open.len() >= DEEPEST {
            self.is_cut |= tag.mentions(&["itemscope", "typeof"]);
            return;
        }
        let mut element = Open {
            name,
            properties: Vec::new(),
            is_item: false,
            text: None,
        };
        if tag.mentions(&["item", "typeof", "property"]) {
            self.read += 1;
            self.read_attributes(tag, &mut element);
        }
        if element.text.is_some() {
            self.capturing.push(self.open.len());
        }
        let is_void = VOID.contains(&&*element.name);
        self.open.push(element);
        if is_void {
            self.close();
        }
    }

    /// What an element says: an object begins, or a property of the open one has this value.
    fn read_attributes(&mut self, tag: &Tag<'_>, element: &mut Open) {
        let names = [
            "itemtype", "typeof", "itemid", "resource", "itemprop", "property", "content",
            "datetime", "href", "src", "value",
        ];
        let Some(values) = tag.attributes(names) else {
            return;
        };
        let [
            itemtype,
            type_of,
            itemid,
            resource,
            itemprop,
            property,
            content,
            datetime,
            href,
            src,
            value,
        ] = values;
        let properties = if itemprop.is_empty() {
            property
        } else {
            itemprop
        };
        if !self.items.is_empty() {
            element.properties = properties
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect();
        }
        let types = if itemtype.is_empty() {
            type_of
        } else {
            itemtype
        };
        if !types.is_empty() || tag.mentions(&["itemscope"]) {
            let mut item = Map::new();
            let types = types.split_ascii_whitespace().map(Value::from);
            item.insert("@type".to_owned(), types.collect());
            let id = [itemid, resource].into_iter().find(|id| !id.is_empty());
            item.extend(id.map(|id| ("@id".to_owned(), Value::from(id))));
            self.items.push(item);
            element.is_item = true;
            return;
        }
        if element.properties.is_empty() {
            return;
        }
        // A name that is a link is still the words of the link.
        let is_named = element.properties.iter().any(|name| name.ends_with("name"));
        let link = if is_named { String::new() } else { href + &src };
        let given = [content, datetime, value, link]
            .into_iter()
            .find(|given| !given.is_empty());
        match given {
            Some(given) => {
                let properties = std::mem::take(&mut element.properties);
                self.set(&properties, &Value::from(given));
            }
            None => element.text = Some(String::new()),
        }
    }

    fn set(&mut self, properties: &[String], value: &Value) {
        let Some(item) = self.items.last_mut() else {
            return;
        };
        for name in properties {
            match item.get_mut(name) {
                Some(Value::Array(list)) => list.push(value.clone()),
                Some(before) => *before = Value::Array(vec![before.take(), value.clone()]),
                None => {
                    item.insert(name.clone(), value.clone());
                }
            }
        }
    }

    /// Closes the innermost element; `false` if none is open.
    fn close(&mut self) -> bool {
        let Some(element) = self.open.pop() else {
            return false;
        };
        if element.is_item {
            if let Some(item) = self.items.pop() {
                let item = Value::Object(item);
                if self.items.is_empty() || element.properties.is_empty() {
                    self.objects.push(item);
                } else {
                    self.set(&element.properties, &item);
                }
            }
        } else if let Some(text) = element.text {
            self.capturing.pop();
            let line = crate::facts::event::one_line(&text);
            self.set(&element.properties, &Value::from(line));
            // An element around it has these words too.
            self.text(&text);
        }
        true
    }
}
