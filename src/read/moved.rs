//! A page or a description → where its group says that it has gone: "we are now on …", with the link beside it.
//!
//! Only a sentence of a closed list counts, and only a link in the same paragraph. It is evidence for a person, and
//! changes nothing by itself.

use super::html::Tags;
use super::{charset, plain};
use crate::facts::event::{folded, one_line};
use crate::facts::link::links_in;
use crate::facts::source::Page;
use url::Url;

/// Tags of a page that are looked at.
const MOST_TAGS: usize = 20_000;
/// Characters of a paragraph beyond which it is no notice.
const LONGEST_NOTICE: usize = 400;
/// Links of one notice; a list of links is no notice.
const MOST_LINKS: usize = 5;
/// Notices of one page.
const MOST_NOTICES: usize = 5;

/// Elements that may stand inside of a sentence.
const INLINE: [&str; 14] = [
    "a", "abbr", "b", "code", "em", "font", "i", "img", "mark", "small", "span", "strong", "u",
    "wbr",
];

/// How groups say that they have gone elsewhere, without accents and punctuation, in the languages of the groups that
/// were printed.
const SAYS: [&str; 39] = [
    // English
    "we moved to",
    "we ve moved to",
    "we have moved to",
    "we are moving to",
    "we re moving to",
    "has moved to",
    "moved our events to",
    "moved our meetups to",
    "moved from meetup",
    "we are now on",
    "we re now on",
    "we are now at",
    "is now on luma",
    "is now on meetup",
    "find our events on",
    "no longer use meetup",
    "no longer on meetup",
    "no longer using meetup",
    "left meetup",
    // German
    "umgezogen",
    "wir ziehen um",
    "sind jetzt auf",
    "findet ihr uns jetzt",
    // French
    "demenage",
    "desormais sur",
    "maintenant sur",
    // Spanish, Portuguese, Catalan
    "nos mudamos",
    "hemos mudado",
    "ahora estamos en",
    "mudamos para",
    "agora estamos",
    "ens hem mudat",
    // Italian
    "ci siamo spostati",
    "ci siamo trasferiti",
    // Dutch, Swedish
    "verhuisd naar",
    "vi har flyttat",
    // Polish, Czech
    "przenieslismy",
    "przestehovali jsme",
    "presunuli jsme",
];

/// A notice that a group has moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it says, on one line.
    pub words: String,
    /// The address that stands beside it.
    pub url: String,
}

/// The notices of a web page.
pub fn on_page(page: &Page) -> Vec<Notice> {
    let (text, _) = charset::text(page);
    let Ok(base) = Url::parse(&page.url) else {
        return Vec::new();
    };
    let mut notices = Vec::new();
    let mut paragraph = Paragraph::default();
    for tag in Tags::of(&text).take(MOST_TAGS) {
        let (begin, end) = tag.place();
        paragraph.push(text.get(paragraph.read_to..begin).unwrap_or_default());
        paragraph.read_to = end;
        if tag.is("a") && !tag.is_end() {
            let href = tag.attributes(["href"]).map(|[href]| href);
            let url = href.and_then(|href| base.join(plain::unescaped(&href).trim()).ok());
            paragraph.links.extend(url.map(String::from));
        } else if !INLINE.contains(&tag.name().as_str()) {
            paragraph.end(&mut notices);
        }
    }
    paragraph.end(&mut notices);
    notices.truncate(MOST_NOTICES);
    notices
}

/// The notices of an event's description, which may hold markup.
pub fn in_text(text: &str) -> Vec<Notice> {
    let mut notices = Vec::new();
    for line in text.split(['\n', '\r']) {
        let mut paragraph = Paragraph {
            links: links_in(line)
                .into_iter()
                .map(|found| found.link.to_string())
                .collect(),
            ..Paragraph::default()
        };
        paragraph.push(line);
        paragraph.end(&mut notices);
    }
    notices.truncate(MOST_NOTICES);
    notices
}

#[derive(Default)]
struct Paragraph {
    text: String,
    links: Vec<String>,
    /// The byte of the page up to which it is read.
    read_to: usize,
}

impl Paragraph {
    fn push(&mut self, text: &str) {
        // What is too long to be a notice need not be kept whole.
        if self.text.len() <= 8 * LONGEST_NOTICE {
            self.text.push_str(text);
        }
    }

    fn end(&mut self, notices: &mut Vec<Notice>) {
        let text = std::mem::take(&mut self.text);
        let links = std::mem::take(&mut self.links);
        if links.is_empty() || links.len() > MOST_LINKS {
            return;
        }
        let words = one_line(&plain::unescaped(&text));
        if words.chars().count() > LONGEST_NOTICE {
            return;
        }
        let said = format!(" {} ", folded(&words));
        if SAYS.iter().any(|says| said.contains(&format!(" {says} "))) {
            notices.extend(links.into_iter().map(|url| Notice {
                words: words.clone(),
                url,
            }));
        }
    }
}
