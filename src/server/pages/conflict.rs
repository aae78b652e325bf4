//! The answer to a decision on an event that changed while the editor wrote: both values, and a choice.

use super::decisions;
use super::facts;
use super::layout::{self, Part};
use super::query::{self, Pairs};
use super::{Editor, Site};
use crate::believe::curate::{self, Published};
use crate::facts::decision::Correction;
use maud::{Markup, html};

/// What the page of a conflict shows.
#[derive(Debug, Clone, Copy)]
pub struct Conflict<'a> {
    /// The event as it is now.
    pub event: &'a Published,
    /// What tells this state of it from a later one.
    pub version: &'a str,
    /// The form as it was sent, without its token and version.
    pub posted: &'a Pairs,
    /// Who changed it meanwhile, if it was a decision: in a sentence.
    pub meanwhile: Option<&'a str>,
    /// The editor who sent it.
    pub editor: Editor<'a>,
}

/// What the form carries anew or shows as a choice.
const RENEWED: [&str; 3] = ["token", "version", "reason"];

/// The page.
pub fn page(site: &Site<'_>, shown: &Conflict<'_>) -> Markup {
    let event = shown.event;
    let title = "It changed while you wrote";
    let is_field = |key: &str| Correction::FIELDS.contains(&key);
    let edit = query::value(shown.posted, "ruling") == "edit";
    let kept = |key: &str| !(RENEWED.contains(&key) || edit && is_field(key));
    let differs: Vec<(&str, String, &str)> = shown
        .posted
        .iter()
        .filter(|(key, _)| edit && is_field(key))
        .map(|(key, yours)| (key.as_str(), curate::said(event, key), yours.as_str()))
        .filter(|(_, now, yours)| !same(now, yours))
        .collect();
    let content = html! {
        h1 { (title) }
        p.lead { a href=(facts::own_page(event)) { (event.title) } " is not what it was when you opened the form. Nothing was recorded." }
        @if let Some(meanwhile) = shown.meanwhile { p { (meanwhile) } }
        p {
            "Now: " (facts::mark(site.say, event)) (facts::days(site.say, event)) ", " (facts::hours(site.say, event)) ", " (facts::place(site.say, event)) @if event.status.takes_place() { ", " (event.status.name()) } "."
        }
        form.decision method="post" action="/decisions" {
            input type="hidden" name="token" value=(shown.editor.token);
            input type="hidden" name="version" value=(shown.version);
            @for (key, value) in shown.posted {
                @if kept(key) {
                    input type="hidden" name=(key) value=(value);
                }
            }
            @if edit && differs.is_empty() { p { "What you wrote is what it says now: there is nothing left to correct." } }
            @for (key, now, yours) in &differs {
                fieldset.choice {
                    legend { (decisions::words(key)) }
                    label { input type="radio" name=(key) value=(now) required; " Now: " span.value { (or_nothing(now)) } }
                    label { input type="radio" name=(key) value=(yours); " Yours: " span.value { (or_nothing(yours)) } }
                }
            }
            @if !edit { p { "You wanted to record “" (decisions::ruling(query::value(shown.posted, "ruling"))) "”." } }
            div.field {
                label for="reason" { "Reason" }
                input type="text" id="reason" name="reason" required maxlength="500" value=(query::value(shown.posted, "reason"));
            }
            p.actions {
                @if !edit || !differs.is_empty() { button type="submit" { "Record it all the same" } " " }
                a href=(facts::own_page(event)) { "Leave it as it is" }
            }
        }
    };
    layout::page(site, Part::Other, title, &html! {}, &content)
}

/// A form's text has other line ends than what was shown in it.
fn same(a: &str, b: &str) -> bool {
    let unified = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    unified(a) == unified(b)
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}
