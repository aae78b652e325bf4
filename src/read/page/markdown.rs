//! Markdown: a site's source on a public host, a README with a table of meetings.
//!
//! The head of the text (front matter) may state an event in fields; the text itself becomes a web page and is
//! read as one.

mod head;

use super::found::Found;
use super::json::{self, Care};
use super::{Document, OF_WEB_PAGES, first_of};
use crate::facts::listing::Unreadable;
use pulldown_cmark::{Options, Parser, html};
use serde_json::Value;

/// Bytes of a text that are read: a README of a megabyte is none.
const LONGEST_TEXT: usize = 1 << 20;

/// What a text in Markdown says.
///
/// # Errors
/// As [`super::read`].
pub(super) fn read(document: &Document<'_>) -> Result<Found, Unreadable> {
    let text = document.text.trim_start_matches('\u{feff}');
    let (head, body) = head::split(text);
    let mut found = Found::read_as("front matter");
    let fields = head.map(head::fields).unwrap_or_default();
    let title = fields
        .get("title")
        .and_then(Value::as_str)
        .map(str::to_owned);
    json::gather(&Value::Object(fields), document, Care::Text, &mut found);
    if found.says_something() {
        found.read_as = "front matter".to_owned();
        if let [alone] = &mut found.listings[..] {
            let own = document.url.as_ref().map(url::Url::to_string);
            alone.link = alone.link.take().or(own);
        }
        return Ok(found);
    }
    let page = as_web_page(body, title.as_deref());
    let as_page = Document::new(&page, document.url.clone(), document.at);
    let mut read = first_of(&OF_WEB_PAGES, &as_page)?;
    read.read_as = format!("Markdown, by {}", read.read_as);
    // Its lines are those of the page that was made of it.
    let lines = read.listings.iter_mut().map(|listing| &mut listing.line);
    lines
        .chain(read.problems.iter_mut().map(|problem| &mut problem.line))
        .for_each(|line| *line = 0);
    Ok(read)
}

/// A text in Markdown as a web page, with the title of its head.
pub(super) fn web_page(text: &str) -> String {
    let (head, body) = head::split(text.trim_start_matches('\u{feff}'));
    let fields = head.map(head::fields).unwrap_or_default();
    as_web_page(body, fields.get("title").and_then(Value::as_str))
}

/// A text as the page that a generator would make of it.
fn as_web_page(body: &str, title: Option<&str>) -> String {
    let mut end = body.len().min(LONGEST_TEXT);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut page = String::from("<html><body>");
    if let Some(title) = title {
        page.push_str("<h1>");
        page.push_str(&escaped(title));
        page.push_str("</h1>\n");
    }
    html::push_html(&mut page, Parser::new_ext(&body[..end], options));
    page.push_str("</body></html>");
    page
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
