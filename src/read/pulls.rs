//! GitHub's REST interface: the open pull requests of a repository, and the files that one of them changes.
//!
//! The shapes are those of <https://docs.github.com/en/rest/pulls/pulls>, API version 2022-11-28, "List pull requests"
//! and "List pull requests files" (corpus: pulls-invented.json, rust-pulls-confsdata-8447.json). Not yet read live.

use super::{charset, entries, json};
use crate::facts::listing::Unreadable;
use crate::facts::pull::{Patch, Pull};
use crate::facts::source::{Credential, Page, Purpose, Request, Way};
use serde_json::{Map, Value};

/// Entries of one answer: the most that there are.
pub const PER_PAGE: usize = 100;

/// The question for a page of the open pull requests of `OWNER/NAME`, counted from 1.
pub fn list_request(repository: &str, page: usize, key: Option<Credential>) -> Request {
    request(
        format!("{repository}/pulls?state=open&per_page={PER_PAGE}&page={page}"),
        key,
    )
}

/// The question for the files that a pull request changes, of which there is one page.
pub fn files_request(repository: &str, number: u64, key: Option<Credential>) -> Request {
    request(
        format!("{repository}/pulls/{number}/files?per_page={PER_PAGE}"),
        key,
    )
}

fn request(path: String, key: Option<Credential>) -> Request {
    let url = format!("https://api.github.com/repos/{path}");
    Request {
        key,
        ..Request::get(url, Purpose::List, Way::Api)
    }
}

/// The pull requests of an answer, without their files.
///
/// # Errors
/// If it is no list of pull requests: GitHub's errors are objects with a `message`.
pub fn list(page: &Page) -> Result<Vec<Pull>, Unreadable> {
    let mut pulls = Vec::new();
    for pull in list_of(page)? {
        let text = |object: &Map<String, Value>, name: &str| json::text_of(object, name);
        let nested = |name: &str, field: &str| {
            let object = json::field(&pull, name).and_then(Value::as_object)?;
            text(object, field)
        };
        let number = json::field(&pull, "number").and_then(Value::as_u64);
        let (Some(number), Some(head)) = (number, nested("head", "sha")) else {
            return Err(Unreadable::NotWhatWasAsked(
                "a pull request has no number or no head".to_owned(),
            ));
        };
        pulls.push(Pull {
            number,
            title: text(&pull, "title").unwrap_or_default(),
            author: nested("user", "login").unwrap_or_default(),
            url: text(&pull, "html_url").unwrap_or_default(),
            head,
            patches: None,
        });
    }
    Ok(pulls)
}

/// The differences of an answer with the files of a pull request. A file without a difference (too long, or binary)
/// is left out.
///
/// # Errors
/// If it is no list of files.
pub fn files(page: &Page) -> Result<Vec<Patch>, Unreadable> {
    let files = list_of(page)?;
    let patches = files.iter().filter_map(|file| {
        // As it stands: text of a page would lose its entities.
        let field = |name: &str| json::field(file, name).and_then(Value::as_str);
        Some(Patch {
            path: field("filename")?.to_owned(),
            text: field("patch")?.to_owned(),
        })
    });
    Ok(patches.collect())
}

fn list_of(page: &Page) -> Result<Vec<Map<String, Value>>, Unreadable> {
    let (text, _) = charset::text(page);
    let listed = match entries::page(&text)? {
        Value::Array(listed) => listed,
        Value::Object(answer) => {
            let said = json::label(&answer, "message").unwrap_or_default();
            let what = format!("GitHub answers with a message, not with a list: {said:?}");
            return Err(Unreadable::NotWhatWasAsked(what));
        }
        _ => return Err(Unreadable::NotWhatWasAsked("is no list".to_owned())),
    };
    let objects = listed.into_iter().filter_map(|entry| match entry {
        Value::Object(object) => Some(object),
        _ => None,
    });
    Ok(objects.collect())
}
