//! The answer to an editor's form that was not recorded: why, and what was written, to be corrected or copied.

use super::decisions::{self, SIMPLE};
use super::evidence::in_code;
use super::layout::{self, Part};
use super::query::{self, Pairs};
use super::{Editor, Site};
use crate::facts::decision::Correction;
use crate::words::capitalised;
use maud::{Markup, html};

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct Unrecorded<'a> {
    /// The status of the answer, such as 400.
    pub status: u16,
    /// The field that is wrong.
    pub wrong: Option<&'a str>,
    /// What is wrong with it, and what would be right.
    pub detail: &'a str,
    /// The form as it was sent.
    pub posted: &'a Pairs,
    /// Where it was sent to.
    pub path: &'a str,
    /// The page with the form.
    pub back: &'a str,
    /// The editor who sent it, if they are logged in.
    pub editor: Option<Editor<'a>>,
}

/// Fields, beside those of an event, into which an editor writes.
const WRITTEN: [&str; 3] = ["other", "until", "reason"];

/// The page.
pub fn page(site: &Site<'_>, shown: &Unrecorded<'_>) -> Markup {
    let title = match shown.status {
        401 => "You are not logged in",
        403 => "This form is too old",
        409 => "Another editor was here meanwhile",
        503 => "Not available just now",
        _ => "This was not recorded",
    };
    let field = shown.wrong.and_then(decisions::named);
    let editor = shown.editor.filter(|_| shown.status == 400);
    let form = editor.and_then(|editor| again(editor, shown));
    let login = query::address("/login", [("back", shown.back)]);
    let content = html! {
        h1 { (title) }
        p.lead id="problem" { @if let Some(field) = field { b { (field) } ": " (in_code(shown.detail)) } @else { (in_code(&capitalised(shown.detail))) } }
        @match form {
            Some(form) => (form),
            None => (written(shown)),
        }
        p.actions {
            @if shown.status == 401 { a.button.first href=(login) { "Log in" } " " }
            a.button href=(shown.back) { "Back to the page" }
        }
    };
    layout::page(site, Part::Other, title, &html! {}, &content)
}

/// Whether an editor writes the field; of a form that confirms what an event says, it carries the fields.
fn is_written(shown: &Unrecorded<'_>, key: &str) -> bool {
    let edits = query::value(shown.posted, "ruling") == "edit";
    WRITTEN.contains(&key) || edits && Correction::FIELDS.contains(&key)
}

/// The form again, if it has the field that is wrong.
fn again(editor: Editor<'_>, shown: &Unrecorded<'_>) -> Option<Markup> {
    let wrong = shown.wrong?;
    // None of its fields is wrong: it says what the event says.
    let as_it_is = wrong == "edit";
    let chooses = wrong == "ruling";
    if !(as_it_is || chooses || is_written(shown, wrong)) {
        return None;
    }
    let is_shown = |key: &str| is_written(shown, key) || chooses && key == wrong;
    let is_missing = shown.posted.iter().all(|(key, _)| key != wrong) && !as_it_is;
    let missing = is_missing.then_some((wrong, ""));
    let sent = shown
        .posted
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    let fields = sent.clone().filter(|(key, _)| is_shown(key));
    Some(html! {
        form.decision method="post" action=(shown.path) {
            input type="hidden" name="token" value=(editor.token);
            @for (key, value) in sent.filter(|(key, _)| !is_shown(key) && *key != "token") {
                input type="hidden" name=(key) value=(value);
            }
            @for (number, (key, value)) in fields.chain(missing).enumerate() {
                (field(&format!("field-{number}"), key, value, key == wrong))
            }
            p.actions { button type="submit" { "Send it again" } }
        }
    })
}

fn field(id: &str, key: &str, value: &str, is_wrong: bool) -> Markup {
    let invalid = is_wrong.then_some("true");
    let about = is_wrong.then_some("problem");
    let longest = (key == "reason").then_some("500");
    let kind = if key == "until" { "date" } else { "text" };
    html! {
        div.field {
            label for=(id) { (decisions::named(key).unwrap_or(key)) }
            @match key {
                "ruling" => select id=(id) name=(key) required aria-invalid=[invalid] aria-describedby=[about] autofocus[is_wrong] {
                    option value="" { "choose" }
                    @for (name, words) in SIMPLE { option value=(name) selected[name == value] { (words) } }
                },
                // A line break right after the tag would be swallowed.
                "description" => textarea id=(id) name=(key) rows="6" aria-invalid=[invalid] aria-describedby=[about] autofocus[is_wrong] { "\n" (value) },
                _ => input type=(kind) id=(id) name=(key) value=(value) maxlength=[longest] autocomplete="off"
                    aria-invalid=[invalid] aria-describedby=[about] autofocus[is_wrong];
            }
        }
    }
}

/// What was written, so that it can be copied: the form cannot be sent again from here.
fn written(shown: &Unrecorded<'_>) -> Markup {
    let written = shown.posted.iter();
    let written: Vec<_> = written
        .filter(|(key, value)| is_written(shown, key) && !value.trim().is_empty())
        .collect();
    html! {
        @if !written.is_empty() {
            h2 { "What you wrote" }
            dl {
                @for (key, value) in written {
                    div { dt { (decisions::named(key).unwrap_or(key)) } dd.value { (value) } }
                }
            }
        }
    }
}
