//! What organisers write into text fields: entities, markup, placeholders, meeting links.

use scraper::{Html, Node};

/// Bytes of markup that are read as markup; a longer description is cut first.
const LONGEST_MARKUP: usize = 32 * 1024;

/// Links of one place that are looked at.
const MOST_LINKS: usize = 10;

/// Hosts whose pages are a meeting or a stream that one joins.
const MEETING_HOSTS: &[&str] = &[
    "zoom.us",
    "zoom.com",
    "meet.google.com",
    "meet.jit.si",
    "teams.microsoft.com",
    "teams.live.com",
    "webex.com",
    "whereby.com",
    "gotomeeting.com",
    "bigbluebutton.org",
    "discord.gg",
    "discord.com",
    "twitch.tv",
    "youtube.com",
    "youtu.be",
    "streamyard.com",
    "gather.town",
    "meet.element.io",
];

/// Text with its character references decoded: `Q&amp;A` is `Q&A`. Only whole references, so that
/// `AT&T` and `&mut` stay.
pub(super) fn decode_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        decoded.push_str(&rest[..place]);
        rest = &rest[place..];
        let name = rest[1..]
            .find(|char: char| !char.is_ascii_alphanumeric() && char != '#')
            .filter(|length| (2..=31).contains(length) && rest[1 + length..].starts_with(';'));
        match name {
            Some(length) => {
                let reference = &rest[..length + 2];
                match reference {
                    "&amp;" => decoded.push('&'),
                    "&lt;" => decoded.push('<'),
                    "&gt;" => decoded.push('>'),
                    "&quot;" => decoded.push('"'),
                    "&#39;" | "&#039;" => decoded.push('\''),
                    // The other 2,000 names are the HTML parser's business.
                    _ => decoded.extend(Html::parse_fragment(reference).root_element().text()),
                }
                rest = &rest[length + 2..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded + rest
}

/// A description as plain text: markup, if it is any, becomes lines, and a link its text and address.
pub(in crate::read) fn plain_text(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let is_markup = ["<br", "<p>", "<p ", "</", "<html", "<div", "<li>"]
        .iter()
        .any(|tag| lower.contains(tag));
    if !is_markup {
        return decode_entities(text);
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
    /// Elements open here whose text is not shown.
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

/// A place without the fields that its exporter left unfilled (`#_LOCATIONNAME`, `{{venue}}`); `None` if
/// nothing else was there.
pub(super) fn without_placeholders(text: &str) -> Option<String> {
    let kept: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter(|part| {
            let left_unfilled =
                part.starts_with("#_") || (part.starts_with("{{") && part.ends_with("}}"));
            !left_unfilled && !part.is_empty()
        })
        .collect();
    let kept = kept.join(", ");
    kept.chars().any(char::is_alphanumeric).then_some(kept)
}

/// A place parted into what is no link to a meeting, and that link.
pub(super) fn meeting_link(text: &str) -> (Option<String>, Option<String>) {
    let mut starts = text.match_indices("http").take(MOST_LINKS);
    let found = starts.find_map(|(start, _)| {
        let link = text[start..]
            .split([' ', '\n', '\t', '<', '>', '"', '|'])
            .next()?;
        let link = link.trim_end_matches([',', ';', '.', ')', ']']);
        is_meeting(link).then_some((start, link))
    });
    let Some((start, link)) = found else {
        return (Some(text.to_owned()), None);
    };
    let rest = format!("{} {}", &text[..start], &text[start + link.len()..]);
    let rest = rest.trim_matches(|char: char| {
        char.is_whitespace() || matches!(char, ',' | ';' | ':' | '-' | '(' | ')' | '|' | '/')
    });
    let says_something = rest.chars().any(char::is_alphanumeric);
    (
        says_something.then(|| rest.to_owned()),
        Some(link.to_owned()),
    )
}

fn is_meeting(link: &str) -> bool {
    url::Url::parse(link).ok().is_some_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| {
                MEETING_HOSTS
                    .iter()
                    .any(|known| crate::facts::link::is_host(host, known))
            })
    })
}
