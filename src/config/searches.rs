//! `[[search]]` → pages on which groups are looked for, and `[discover]` → how much may be asked.

use super::address;
use super::table::{Document, Table};
use super::wrong::Wrong;
use super::{Discover, Problem, Search, value};
use crate::facts::wording::quoted;
use std::time::Duration;
use toml::de::DeValue;
use url::Url;
use url::form_urlencoded::byte_serialize;

/// What stands in an address for the words that are looked for, and for the number of a page.
const WORDS: &str = "{words}";
const PAGE: &str = "{page}";

/// Pages of one search at most.
const MOST_PAGES: u64 = 5;
/// Words of one search at most.
const MOST_WORDS: usize = 20;
/// Requests a day at most.
const MOST_REQUESTS: u64 = 1_000;
/// Between two looks at one page of a search.
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);
const YEAR: Duration = Duration::from_secs(366 * 24 * 3600);

/// Reads the searches of one file.
pub(super) fn read(
    tables: Vec<Table<'_>>,
    document: &Document<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Search> {
    let mut searches = Vec::new();
    for mut table in tables {
        let written = table.need("url", template);
        let words = table.list("words", |value| value::text(value).map(str::to_owned));
        let pages = table.take("pages", |value| value::number(value, 1..=MOST_PAGES));
        let every = table.take("every", |value| value::duration(value, WEEK..=YEAR));
        let platform = table.take("platform", |value| {
            address::platform_named(value::text(value)?)
        });
        if words.len() > MOST_WORDS {
            table.note(
                "words",
                format!("are more than {MOST_WORDS}: remove some, or make two searches"),
            );
        }
        if let Some(url) = &written {
            match (url.contains(WORDS), words.is_empty()) {
                (true, true) => {
                    table.note("words", "are missing: {words} stands for them in the url")
                }
                (false, false) => table.note("words", "have no place: write {words} into the url"),
                _ => {}
            }
            if pages.is_some_and(|pages| pages > 1) && !url.contains(PAGE) {
                table.note("pages", "have no place: write {page} into the url");
            }
        }
        let label = match &written {
            Some(url) => format!("search {url:?}"),
            None => "search".to_owned(),
        };
        table.finish(&label, document.path(), problems);
        searches.extend(written.map(|url| Search {
            url,
            words,
            pages: pages.unwrap_or(1),
            every: every.unwrap_or(WEEK),
            platform,
        }));
    }
    searches
}

/// The settings under `[discover]`.
pub(super) fn discover(table: &mut Table<'_>, default: Discover) -> Discover {
    Discover {
        requests: table
            .take("requests", |value| value::count(value, 0..=MOST_REQUESTS))
            .unwrap_or(default.requests),
    }
}

/// An address on the web, perhaps with `{words}` and `{page}`.
fn template(value: &DeValue<'_>) -> Result<String, Wrong> {
    let text = value::text(value)?;
    let example = filled(text, "rust", 1);
    if address::web(&example).is_none() {
        return Err(Wrong::bare(format!(
            "{} is no http(s) address",
            quoted(text)
        )));
    }
    if example.contains(['{', '}']) {
        return Err(Wrong::bare(
            "may have {words} and {page} in braces, and nothing else",
        ));
    }
    address::parse(&example, None, &[]).map(|_| text.to_owned())
}

fn filled(template: &str, words: &str, page: u64) -> String {
    let words: String = byte_serialize(words.as_bytes()).collect();
    // A plus means a space in a query only.
    template
        .replace(WORDS, &words.replace('+', "%20"))
        .replace(PAGE, &page.to_string())
}

impl Search {
    /// The addresses of its pages, each with what is looked for there.
    pub fn addresses(&self) -> Vec<(String, String)> {
        let words: Vec<&str> = match self.words.is_empty() {
            true => vec![""],
            false => self.words.iter().map(String::as_str).collect(),
        };
        let mut addresses = Vec::new();
        for words in words {
            for page in 1..=self.pages {
                addresses.push((filled(&self.url, words, page), words.to_owned()));
            }
        }
        addresses
    }

    /// Its host, for reports.
    pub fn host(&self) -> String {
        let url = Url::parse(&filled(&self.url, "rust", 1)).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    }
}
