//! What readers need of HTML: the tags of a page, its scripts with their lines, its title, its links.
//!
//! No tree of a whole page is built. html5ever looks through its stack of open elements at each tag,
//! so that a page of nested `<div>`s costs the square of its length; and a tree knows no lines. So a
//! page is only cut into tags here, in one pass, and the parser is given one tag at a time.

use super::plain;
use scraper::Html;
use url::Url;

/// Scripts with attributes that are looked at in one page.
pub(super) const MOST_SCRIPTS: usize = 10_000;

/// Bytes of a tag beyond which it is looked at no further. html5ever compares each attribute with all
/// before it.
const LONGEST_TAG_BYTES: usize = 4096;

/// Links that are looked at in one page.
const MOST_ANCHORS: usize = 5000;

/// Elements with links that lead around a site.
const ASIDE: [&str; 2] = ["nav", "footer"];

/// Words with which the headings of what is over begin.
const PAST: [&str; 5] = ["archive", "archived", "earlier", "past", "previous"];

/// Characters of a heading that are looked at.
const LONGEST_HEADING: usize = 80;

/// Tags that a heading may hold before its words: an icon, a link.
const MOST_TAGS_BEFORE_WORDS: usize = 10;

/// Elements that hold text up to their own end tag, whatever stands in it.
const RAW_TEXT: [&str; 8] = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
];

/// A script element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Script<'a> {
    /// The line on which its text begins, counted from 1.
    pub(super) line: usize,
    /// Its `type`, lower case, without parameters.
    pub(super) kind: String,
    /// Its `id`.
    pub(super) id: String,
    /// What stands in it.
    pub(super) text: &'a str,
}

/// The scripts of a page that have attributes, in its order, and whether there were more than 10,000.
///
/// What stands in comments, in other scripts, in styles or in an attribute's value is no script. One
/// that is not closed goes to the end of the page.
pub(super) fn scripts(html: &str) -> (Vec<Script<'_>>, bool) {
    let mut scripts = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for element in Tags::of(html) {
        if !element.is("script") || element.tag.trim_end_matches('>').len() == "<script".len() {
            continue;
        }
        if scripts.len() == MOST_SCRIPTS {
            return (scripts, true);
        }
        line += html[counted..element.text_at].matches('\n').count();
        counted = element.text_at;
        if let Some((kind, id)) = type_and_id(element.tag) {
            scripts.push(Script {
                line,
                kind,
                id,
                text: element.text,
            });
        }
    }
    (scripts, false)
}

/// The page's title, on one line of at most 80 characters, for messages that say what was served.
pub(super) fn title(html: &str) -> Option<String> {
    let element = Tags::of(html).find(|element| element.is("title"))?;
    let title = crate::facts::event::one_line(&plain::decoded(element.text));
    let short: String = title.chars().take(80).collect();
    (!short.is_empty()).then_some(short)
}

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Anchor {
    /// Where it leads: an absolute http(s) address, without its fragment.
    pub(super) url: Url,
    /// Its `class`, as written.
    pub(super) class: String,
}

/// The links in the body of a page, in its order; relative ones are resolved against `base`.
///
/// Those inside of `<nav>` and `<footer>` lead around the site, and those under a heading like "Past
/// events" to what is over: neither is among them. At most 5,000 are looked at.
pub(super) fn anchors(html: &str, base: &Url) -> Vec<Anchor> {
    let mut anchors = Vec::new();
    let (mut aside, mut looked_at) = (0_usize, 0);
    // The level of the heading under which everything is over.
    let mut over = None;
    for tag in Tags::of(html) {
        if ASIDE.iter().any(|name| tag.is(name)) {
            aside += 1;
        } else if ASIDE.iter().any(|name| tag.ends(name)) {
            aside = aside.saturating_sub(1);
        } else if tag.is("main") {
            // A menu that was never closed does not hold the page's content.
            aside = 0;
        } else if let Some(level) = heading_level(&tag) {
            if over.is_none_or(|over| level <= over) {
                over = is_over(&html[tag.text_at..]).then_some(level);
            }
        } else if tag.is("a") && aside == 0 && over.is_none() && looked_at < MOST_ANCHORS {
            looked_at += 1;
            anchors.extend(anchor(tag.tag, base));
        }
    }
    anchors
}

fn anchor(tag: &str, base: &Url) -> Option<Anchor> {
    if tag.len() > LONGEST_TAG_BYTES {
        return None;
    }
    let [href, class] = attributes(tag, ["href", "class"])?;
    let mut url = base.join(href.trim()).ok().filter(|_| !href.is_empty())?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(Anchor { url, class })
}

fn heading_level(tag: &Tag<'_>) -> Option<u8> {
    match tag.tag.as_bytes() {
        [_, b'h' | b'H', level @ b'1'..=b'6', ..] if tag.tag[3..].starts_with(ends_a_name) => {
            Some(level - b'0')
        }
        _ => None,
    }
}

/// Whether the heading with which a text begins is that of past events.
fn is_over(html: &str) -> bool {
    let mut rest = html;
    for _ in 0..MOST_TAGS_BEFORE_WORDS {
        let end = rest.find('<').unwrap_or(rest.len());
        let words: String = rest[..end].chars().take(LONGEST_HEADING).collect();
        let words = crate::facts::event::folded(&words);
        if !words.is_empty() {
            return PAST.contains(&words.split(' ').next().unwrap_or_default());
        }
        rest = &rest[end..];
        match tag_length(rest) {
            Some(length) if !rest.starts_with("</h") => rest = &rest[length..],
            _ => break,
        }
    }
    false
}

fn type_and_id(tag: &str) -> Option<(String, String)> {
    if tag.len() > LONGEST_TAG_BYTES {
        return None;
    }
    let [kind, id] = attributes(tag, ["type", "id"])?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    Some((kind.to_ascii_lowercase(), id.trim().to_owned()))
}

/// The values of a tag's attributes, empty where it has none of that name.
fn attributes<const N: usize>(tag: &str, names: [&str; N]) -> Option<[String; N]> {
    let fragment = Html::parse_fragment(tag);
    let element = fragment.root_element().child_elements().next()?.value();
    Some(names.map(|name| element.attr(name).unwrap_or_default().to_owned()))
}

/// A tag, and what stands in its element if that is plain text.
pub(super) struct Tag<'a> {
    tag: &'a str,
    text: &'a str,
    text_at: usize,
}

impl Tag<'_> {
    /// Whether an element of that name begins here.
    pub(super) fn is(&self, name: &str) -> bool {
        self.has_name(1, name)
    }

    /// Where it stands in the page: its first byte, and the first one behind it and the plain text in it.
    pub(super) fn place(&self) -> (usize, usize) {
        (
            self.text_at - self.tag.len(),
            self.text_at + self.text.len(),
        )
    }

    /// What stands in its element, if that is plain text: a script, a title.
    pub(super) fn text(&self) -> &str {
        self.text
    }

    /// Its element's name, in lower case.
    pub(super) fn name(&self) -> String {
        let name = self.tag.trim_start_matches(['<', '/']);
        let end = name.find(ends_a_name).unwrap_or(name.len());
        name[..end].to_ascii_lowercase()
    }

    /// Whether an element ends here.
    pub(super) fn is_end(&self) -> bool {
        self.tag.starts_with("</")
    }

    /// Whether one of these words, in lower case, stands anywhere in it. Attributes are only read where one does.
    pub(super) fn mentions(&self, words: &[&str]) -> bool {
        if !self.tag.contains([' ', '\n', '\t', '\r', '\u{c}', '/']) {
            return false;
        }
        let tag = self.tag[..self.tag.len().min(LONGEST_TAG_BYTES)].to_ascii_lowercase();
        words.iter().any(|word| tag.contains(word))
    }

    /// Whether an element of that name ends here.
    fn ends(&self, name: &str) -> bool {
        self.tag.starts_with("</") && self.has_name(2, name)
    }

    fn has_name(&self, at: usize, name: &str) -> bool {
        let end = at + name.len();
        self.tag
            .get(at..end)
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && self.tag[end..].starts_with(ends_a_name)
    }

    /// The values of its attributes, empty where it has none of that name; `None` if the tag is longer
    /// than any in good faith.
    pub(super) fn attributes<const N: usize>(&self, names: [&str; N]) -> Option<[String; N]> {
        if self.tag.len() > LONGEST_TAG_BYTES {
            return None;
        }
        attributes(self.tag, names)
    }
}

/// The tags of a page, found in one pass; those inside of plain text, as in scripts, are none.
pub(super) struct Tags<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Tags<'a> {
    pub(super) fn of(html: &'a str) -> Tags<'a> {
        Tags { html, at: 0 }
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let start = self.at + self.html[self.at..].find('<')?;
            let rest = &self.html[start..];
            if rest.starts_with("<!--") {
                // Searched from the dashes on: `<!-->` is a whole comment.
                self.at = start + 2 + rest[2..].find("-->")? + 3;
                continue;
            }
            if rest.starts_with("<!") || rest.starts_with("<?") {
                self.at = start + rest.find('>')? + 1;
                continue;
            }
            if rest.starts_with("</") {
                let end = start + rest.find('>')? + 1;
                self.at = end;
                return Some(Tag {
                    tag: &self.html[start..end],
                    text: "",
                    text_at: end,
                });
            }
            if !rest[1..].starts_with(|char: char| char.is_ascii_alphabetic()) {
                self.at = start + 1;
                continue;
            }
            let end = start + tag_length(rest)?;
            self.at = end;
            let mut tag = Tag {
                tag: &self.html[start..end],
                text: "",
                text_at: end,
            };
            if let Some(name) = RAW_TEXT.into_iter().find(|name| tag.is(name)) {
                tag.text = text_until_end_tag(&self.html[end..], name);
                self.at = end + tag.text.len();
            }
            return Some(tag);
        }
    }
}

/// Bytes from a tag's `<` to its `>`; a `>` in a quoted value does not end it. `None` if nothing does.
fn tag_length(tag: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, char) in tag.char_indices() {
        match quote {
            Some(open) => {
                if char == open {
                    quote = None;
                    before = ' ';
                }
            }
            // Only behind `=` does a quotation mark begin a value.
            None if matches!(char, '"' | '\'') && before == '=' => quote = Some(char),
            None if char == '>' => return Some(at + 1),
            None if char.is_ascii_whitespace() => {}
            None => before = char,
        }
    }
    None
}

fn text_until_end_tag<'a>(html: &'a str, name: &str) -> &'a str {
    let end = html.match_indices("</").find(|(at, _)| {
        let rest = &html[at + 2..];
        rest.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && (rest.len() == name.len() || rest[name.len()..].starts_with(ends_a_name))
    });
    &html[..end.map_or(html.len(), |(at, _)| at)]
}

fn ends_a_name(char: char) -> bool {
    char.is_ascii_whitespace() || matches!(char, '/' | '>')
}
