//! For editors: groups and calendars that no source reads, with the evidence for each and the entry to add.

use super::evidence::in_code;
use super::layout::{self, Part};
use super::{Editor, Site};
use crate::facts::candidate::{Candidate, Evidence, Rank};
use crate::facts::event::one_line;
use crate::facts::link::Link;
use crate::render::discover::{no_entry, standing, title};
use maud::{Markup, html};

/// Candidates in full on the page; the others by name.
const MOST_SHOWN: usize = 30;
/// Ignored candidates that are offered to be taken back: the last.
const MOST_IGNORED: usize = 50;

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct Discover<'a> {
    /// The candidates that wait, the most likely first, each with the file that its entry belongs to.
    pub waiting: &'a [(&'a Candidate, &'a Rank, String)],
    /// Those that nothing shows to be about the topic.
    pub off_topic: usize,
    /// Those that an editor ignored, the last first.
    pub ignored: &'a [&'a Candidate],
}

/// The page; without a login it says only who may see it.
pub fn page(site: &Site<'_>, shown: &Discover<'_>) -> Markup {
    let content = match site.editor {
        None => html! {
            h1 { "Groups to add" }
            p { "This page is for editors. " a href="/login?back=/discover" rel="nofollow" { "Log in" } " to see it." }
        },
        Some(editor) => html! {
            h1 { "Groups to add" }
            p.lead { "Groups and calendars that no source reads, the most likely first. None of their events are printed until you add them." }
            @if shown.waiting.is_empty() { p.empty { "No group is waiting for a decision." } }
            @for (candidate, rank, file) in shown.waiting.iter().take(MOST_SHOWN) {
                (one(editor, candidate, rank, file))
            }
            @if shown.waiting.len() > MOST_SHOWN {
                p { "And " (shown.waiting.len() - MOST_SHOWN) " more: " code { "rusty-events discover list --all" } " shows all." }
            }
            @if shown.off_topic > 0 {
                p.note { (shown.off_topic) " more are left out, because no word of the topic is in their names or titles." }
            }
            @if !shown.ignored.is_empty() { (ignored(editor, shown.ignored)) }
        },
    };
    layout::page(site, Part::Discover, "Groups to add", &html! {}, &content)
}

fn one(editor: Editor<'_>, candidate: &Candidate, rank: &Rank, file: &str) -> Markup {
    let id = &candidate.id;
    html! {
        article aria-labelledby={ "of-" (id) } {
            h2 id={ "of-" (id) } { (title(candidate)) }
            p { a href=(candidate.page) rel="noreferrer nofollow" { (candidate.page) } }
            p.note { code { (id) } ", " (standing(candidate, rank)) "." }
            ul { @for evidence in &candidate.evidence { li { (piece(evidence)) } } }
            @if !candidate.events.is_empty() {
                details { summary { "Events seen" }
                    ul { @for (day, title) in &candidate.events { li { (day) " " (one_line(title)) } } }
                }
            }
            @match &candidate.entry {
                Some(entry) => {
                    p { code { "rusty-events discover add " (id) } " writes this into " code { (file) } ":" }
                    pre.code tabindex="0" id={ "entry-" (id) } aria-label={ "Entry of " (title(candidate)) } role="group" { code { (entry) } }
                    p { button type="button" hidden data-copy={ "entry-" (id) } { "Copy the entry" } }
                }
                None => p { "No entry yet: " (in_code(&no_entry(candidate))) "." },
            }
            details { summary { "Ignore it" span.unseen { ": " (title(candidate)) } }
                form.decision method="post" action="/discover/ignore" {
                    (hidden(editor, id))
                    div.field {
                        label for={ "reason-" (id) } { "Reason (optional)" }
                        input type="text" id={ "reason-" (id) } name="reason" maxlength="500" autocomplete="off";
                    }
                    p.actions { button type="submit" { "Ignore" span.unseen { " " (title(candidate)) } } }
                }
            }
        }
    }
}

/// Links are foreign text until they are read.
fn piece(evidence: &Evidence) -> Markup {
    let link = evidence
        .link
        .as_deref()
        .and_then(|link| Link::parse(link).ok());
    html! {
        (one_line(&evidence.words))
        @if let Some(link) = link { " (" a href=(link) rel="noreferrer nofollow" { "see" span.unseen { " " (link) } } ")" }
    }
}

fn ignored(editor: Editor<'_>, candidates: &[&Candidate]) -> Markup {
    html! {
        details { summary { "Ignored " span.number { (candidates.len()) } }
            ul {
                @for candidate in candidates.iter().take(MOST_IGNORED) {
                    li {
                        (title(candidate))
                        @if let Some(decided) = &candidate.decided {
                            ", by " (decided.by.as_deref().unwrap_or("an editor")) " on " (decided.at.date_naive())
                            @if !decided.reason.is_empty() { ": " (decided.reason) }
                        }
                        form.decision.short method="post" action="/discover/again" {
                            (hidden(editor, &candidate.id))
                            p.actions { button type="submit" { "Show it again" span.unseen { ": " (title(candidate)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn hidden(editor: Editor<'_>, id: &str) -> Markup {
    html! {
        input type="hidden" name="token" value=(editor.token);
        input type="hidden" name="candidate" value=(id);
        input type="hidden" name="back" value="/discover";
    }
}
