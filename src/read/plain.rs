//! Foreign text → plain text: character references, escapes, markup.
//!
//! What organisers write passes through two or three programs, and each may escape it once more.

use scraper::{Html, Node};

/// Bytes of markup that are read as markup; a longer description is cut first.
const LONGEST_MARKUP: usize = 32 * 1024;

/// Bytes of a title in which tags are looked for.
const LONGEST_TITLE: usize = 2000;

/// Characters of a reference's name: `CounterClockwiseContourIntegral` has 31.
const LONGEST_REFERENCE: usize = 31;

/// Times that a text may have been escaped: by the program that holds the event, by the one that
/// publishes it, and by the page (`&amp;amp;quot;`, seen in JSON-LD of WordPress).
const MOST_ESCAPES: usize = 3;

/// Elements that people write into titles for their looks. `Vec<T>` and `<video>` are none of them.
const IN_TITLES: [&str; 18] = [
    "a", "b", "big", "br", "code", "em", "font", "h1", "h2", "h3", "i", "mark", "p", "small",
    "span", "strong", "sup", "u",
];

/// Text that was escaped for HTML or for JSON too often, as a reader would see it: `&#8217;`, `&amp;`
/// and a literal `\u0026` become characters. Tags stay: `Vec<T>` is a title.
pub(super) fn unescaped(text: &str) -> String {
    decoded(&without_escapes(text))
}

/// Text with its character references decoded, also where they were escaped up to three times.
pub(super) fn decoded(text: &str) -> String {
    let mut text = decoded_once(text);
    for _ in 1..MOST_ESCAPES {
        if !text.contains('&') {
            break;
        }
        let again = decoded_once(&text);
        if again == text {
            break;
        }
        text = again;
    }
    text
}

/// A title without the tags of markup in it. Only tags of elements for looks are taken off, and only
/// where the element has its end tag or an attribute: `Vec<T>`, `impl Iterator<i>` and "the `<b>` element"
/// stay.
pub(super) fn title(text: &str) -> String {
    if !text.contains('<') || text.len() > LONGEST_TITLE {
        return text.to_owned();
    }
    let lower = text.to_ascii_lowercase();
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        plain.push_str(before);
        match tag
            .find('>')
            .map(|end| &tag[..=end])
            .filter(|tag| is_markup(tag, &lower))
        {
            Some(markup) => {
                // "Rust<br>Berlin" are two words, "<b>R</b>ust" is one.
                if markup[1..].to_ascii_lowercase().starts_with("br") {
                    plain.push(' ');
                }
                rest = &tag[markup.len()..];
            }
            None => {
                plain.push('<');
                rest = &tag[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Whether a tag of a title is markup; `title` is the whole of it in lower case.
fn is_markup(tag: &str, title: &str) -> bool {
    let inside = tag.trim_start_matches("</").trim_start_matches('<');
    let end = inside
        .find(|char: char| !char.is_ascii_alphanumeric())
        .unwrap_or(inside.len());
    let (name, attributes) = inside.split_at(end);
    let name = name.to_ascii_lowercase();
    if !IN_TITLES.contains(&&*name) {
        return false;
    }
    let is_closed = title.contains(&format!("</{name}>"));
    let is_opened = title.contains(&format!("<{name}>")) || title.contains(&format!("<{name} "));
    match tag.starts_with("</") {
        true => is_opened,
        false => name == "br" || is_closed || attributes.contains('='),
    }
}

/// Text with its character references decoded once: `Q&amp;A` is `Q&A`. Only whole references count, so
/// that `AT&T`, `&mut` and `&copy=2` of an address stay.
fn decoded_once(text: &str) -> String {
    let mut element = String::from("<i title=\"");
    let mut rest = text;
    let mut found = false;
    while let Some(place) = rest.find(['&', '"']) {
        let (before, mark) = rest.split_at(place);
        element.push_str(before);
        let is_reference = is_reference(mark);
        found |= is_reference;
        element.push_str(match (is_reference, mark.starts_with('&')) {
            (true, _) => "&",
            (false, true) => "&amp;",
            (false, false) => "&quot;",
        });
        rest = &mark[1..];
    }
    if !found {
        return text.to_owned();
    }
    element.push_str(rest);
    element.push_str("\">");
    // The 2,000 names are the HTML parser's business; a text costs it one element, however many it has.
    let fragment = Html::parse_fragment(&element);
    let element = fragment.root_element().child_elements().next();
    let decoded = element.and_then(|element| element.value().attr("title"));
    decoded.unwrap_or(text).to_owned()
}

/// Whether a text begins with a whole character reference: `&amp;`, `&#8217;`.
fn is_reference(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('&') else {
        return false;
    };
    let head = &rest.as_bytes()[..rest.len().min(LONGEST_REFERENCE + 1)];
    let name = head
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
        .count();
    name >= 2 && head.get(name) == Some(&b';')
}

/// A description as plain text: markup, if it is any, becomes lines, and a link its text and address.
pub(super) fn description(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let is_markup = ["<br", "<p>", "<p ", "</", "<html", "<div", "<li>"]
        .iter()
        .any(|tag| lower.contains(tag));
    if !is_markup {
        return decoded(text);
    }
    let mut end = text.len().min(LONGEST_MARKUP);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let page = Html::parse_fragment(&text[..end]);
    let root = page.tree.root();
    let mut plain = Plain::default();
    let mut node = root;
    // Walked without recursion: markup can be nested as deep as it is long.
    loop {
        plain.open(node.value());
        if let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            plain.close(node.value());
            if node == root {
                return plain.text.trim().to_owned();
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            node = node.parent().unwrap_or(root);
        }
    }
}

/// Text gathered from a walk over markup.
#[derive(Default)]
struct Plain {
    text: String,
    /// Open elements that hide their text.
    hidden: usize,
}

impl Plain {
    fn open(&mut self, node: &Node) {
        match node {
            Node::Text(words) if self.hidden == 0 => self.text.push_str(words),
            Node::Element(element) => match element.name() {
                name if is_hidden(name) => self.hidden += 1,
                "br" => self.text.push('\n'),
                name => self.begin_line(name),
            },
            _ => {}
        }
    }

    fn close(&mut self, node: &Node) {
        let Node::Element(element) = node else { return };
        match element.name() {
            name if is_hidden(name) => self.hidden -= 1,
            "a" if self.hidden == 0 => {
                let address = element.attr("href").unwrap_or_default().trim();
                if address.starts_with("http") && !self.text.ends_with(address) {
                    self.text.push_str(" (");
                    self.text.push_str(address);
                    self.text.push(')');
                }
            }
            name => self.begin_line(name),
        }
    }

    fn begin_line(&mut self, element: &str) {
        let is_block = matches!(
            element,
            "p" | "div" | "li" | "ul" | "ol" | "tr" | "h1" | "h2" | "h3" | "h4" | "blockquote"
        );
        if is_block && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

fn is_hidden(element: &str) -> bool {
    matches!(element, "script" | "style" | "head" | "template")
}

/// Turns a literal `\u0026` into its character, pairs of surrogates too; lone ones stay as they are.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let units = [
            hex_unit(rest, 2),
            hex_unit(rest, 8).filter(|_| rest[6..].starts_with("\\u")),
        ];
        let decoded = match units {
            [Some(high), Some(low)] => char::decode_utf16([high, low])
                .next()
                .and_then(Result::ok)
                .map(|char| (char, if char.len_utf16() == 2 { 12 } else { 6 })),
            [Some(unit), None] => char::from_u32(u32::from(unit)).map(|char| (char, 6)),
            _ => None,
        };
        match decoded {
            Some((char, length)) => {
                plain.push(char);
                rest = &rest[length..];
            }
            None => {
                plain.push_str("\\u");
                rest = &rest[2..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The four hexadecimal digits at a byte of a text, as one unit of UTF-16.
pub(super) fn hex_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16).ok()
}
