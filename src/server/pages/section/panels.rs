//! What stands beside a section: doubts, what was done to the draft, what changed since the last issue; and for
//! an editor the desk.

use super::super::Editor;
use super::*;
use crate::section::print;
use similar::TextDiff;

/// The doubts: those that keep an event out first.
pub(super) fn attention(site: &Site<'_>, shown: &Section<'_>, back: &str) -> Markup {
    let of_report = shown
        .draft
        .and_then(|draft| draft.outcome.ok())
        .map(|(_, updated)| &updated.report.attention);
    let doubts = of_report.unwrap_or(&shown.section.attention);
    let (waiting, printed): (Vec<&[Attention]>, Vec<&[Attention]>) = doubts
        .chunk_by(|a, b| a.event == b.event)
        .partition(|of_event| of_event.iter().any(|doubt| doubt.waits));
    html! {
        section aria-labelledby="attention" {
            h2 id="attention" { "What needs attention " span.number { (count(waiting.len() + printed.len(), "event")) } }
            @if doubts.is_empty() { p { "Nothing: every row is sure." } }
            @for (words, events) in [("Not printed, needs a human", waiting), ("Printed, worth a look", printed)] {
                @if !events.is_empty() {
                    h3 { (words) }
                    ul.doubts { @for of_event in events { (doubted(site, shown, of_event, back)) } }
                }
            }
        }
    }
}

fn doubted(site: &Site<'_>, shown: &Section<'_>, doubts: &[Attention], back: &str) -> Markup {
    let Some(first) = doubts.first() else {
        return html! {};
    };
    html! {
        li {
            (of_event(shown, &first.event))
            ul { @for doubt in doubts { li { (in_code(&doubt.text)) } } }
            @if let Some((editor, subject)) = decided_on(site, shown, &first.event, "doubt", back) {
                details { summary { "Decide on it" span.unseen { ": " (subject.event.title) } }
                    (decisions::simple(editor, subject))
                    p { a href={ (facts::own_page(subject.event)) "#rule" } { "Correct, merge or pin it" } }
                }
            }
        }
    }
}

fn decided_on<'a>(
    site: &Site<'a>,
    shown: &Section<'a>,
    id: &EventId,
    part: &'a str,
    back: &'a str,
) -> Option<(Editor<'a>, Subject<'a>)> {
    let subject = Subject {
        event: shown.published.get(id)?,
        version: shown.versions.get(id)?,
        back,
        part,
    };
    Some((site.editor?, subject))
}

/// What was done to the draft, or the field to paste one into.
pub(super) fn draft(site: &Site<'_>, shown: &Section<'_>) -> Markup {
    html! {
        section aria-labelledby="draft" {
            h2 id="draft" { "With the draft" }
            @match &shown.draft {
                None => p { "Paste the draft, or only its section, to have it brought up to date. What people wrote in it stays." },
                Some(Draft { name, outcome: Err(why), .. }) => {
                    p.verdict.no role="alert" { (name) " could not be read: " (in_code(why)) }
                },
                Some(Draft { name, outcome: Ok((old, updated)), .. }) => {
                    p { "Compared with " (name) "." }
                    (report(site, shown, updated))
                    (changed_lines(old, &updated.text))
                }
            }
            form method="post" action=(back(shown)) {
                div.field {
                    label for="pasted" { "A draft" }
                    // A line break right after the tag would be swallowed.
                    textarea id="pasted" name="draft" rows="5" required spellcheck="false" { "\n" (shown.draft.and_then(|draft| draft.pasted).unwrap_or_default()) }
                }
                p.actions { button type="submit" { "Compare" } }
                p.hint { "Nothing is kept or changed: the answer is a page." }
            }
        }
    }
}

fn report(site: &Site<'_>, shown: &Section<'_>, updated: &Updated) -> Markup {
    let report = &updated.report;
    html! {
        @if let Some(why) = &report.without_base { p.note { (in_code(why)) } }
        @for kind in Kind::ALL {
            @let entries: Vec<&Entry> = report.of(kind).collect();
            @if kind == Kind::Past {
                @for line in render::report::past(report) { p.note { (line) "." } }
            } @else if !entries.is_empty() {
                details open[entries.len() <= 5] {
                    summary { (kind.title()) " " span.number { (entries.len()) } }
                    ul { @for entry in entries { (self::entry(site, shown, entry)) } }
                }
            }
        }
    }
}

fn entry(site: &Site<'_>, shown: &Section<'_>, entry: &Entry) -> Markup {
    let known = entry.event.as_ref().and_then(|id| shown.published.get(id));
    let page = entry
        .page
        .as_deref()
        .and_then(|page| Link::parse(page).ok());
    html! {
        li {
            (entry.day) @if !entry.location.is_empty() { " | " (entry.location) } " | "
            @match (known, &page) {
                (Some(event), _) => a href=(facts::own_page(event)) { (entry.title) },
                (None, Some(page)) => (facts::away(page, &entry.title)),
                (None, None) => (entry.title),
            }
            @if let Some(line) = entry.line { ", line " (line) }
            @if !entry.details.is_empty() {
                ul { @for detail in &entry.details { li { (render::report::in_words(entry.kind, detail)) } } }
            }
            @if let Some(command) = render::report::lasting(entry) { p.note { "To make it last: " code { (command) } } }
            @if let Some(event) = known.filter(|event| site.editor.is_some() && event.unlisted_since().is_some()) {
                p.note { a href={ (facts::own_page(event)) "#rule" } { "If it takes place all the same, say so" } }
            }
            @if !entry.done { p.note { "Not done: not asked for." } }
        }
    }
}

/// The lines that changed, as a unified difference.
fn changed_lines(old: &str, new: &str) -> Markup {
    let (old, new) = (old.replace("\r\n", "\n"), new.replace("\r\n", "\n"));
    if old == new {
        return html! { p { "The draft is up to date: no line changes." } };
    }
    let difference = TextDiff::from_lines(&old, &new);
    let text = difference
        .unified_diff()
        .context_radius(1)
        .header("draft", "up to date")
        .to_string();
    html! {
        details {
            summary { "Line by line" }
            pre.code tabindex="0" { code { (text) } }
        }
    }
}

/// What changed since the last printed issue.
pub(super) fn since(shown: &Section<'_>) -> Markup {
    let Some(since) = shown.since else {
        return html! {
            section aria-labelledby="since" {
                h2 id="since" { "Since the last issue" }
                p { "No printed issue is known. " code { "rusty-events learn FILE" } " takes one in." }
            }
        };
    };
    html! {
        section aria-labelledby="since" {
            h2 id="since" { "Since the issue of " (since.issue) }
            p { (count(since.new.len(), "new row")) ", " (since.changed.len()) " changed, " (since.gone.len()) " no longer, " (since.past) " past." }
            @if !since.changed.is_empty() {
                details { summary { "Changed " span.number { (since.changed.len()) } }
                    ul {
                        @for (heading, row, before, fields) in &since.changed {
                            li {
                                (heading.name()) ": " (fields.join(", "))
                                pre.code tabindex="0" { code { "- " (before.text.trim_end()) "\n+ " (print::row(row, shown.style).trim_end()) } }
                            }
                        }
                    }
                }
            }
            @if !since.gone.is_empty() {
                details { summary { "No longer " span.number { (since.gone.len()) } }
                    div.printed { ul { @for row in &since.gone { (printed(row)) } } }
                }
            }
        }
    }
}

pub(super) fn stale(sources: &[String]) -> Markup {
    html! {
        @if !sources.is_empty() {
            section aria-labelledby="stale" {
                h2 id="stale" { "Sources that may be missing something" }
                ul { @for source in sources { li { (source) } } }
                p { a href="/sources" { "All sources" } }
            }
        }
    }
}

/// For an editor: every row under its headings, with the decisions on it.
pub(super) fn rows(site: &Site<'_>, shown: &Section<'_>, back: &str) -> Markup {
    html! {
        section aria-labelledby="desk" {
            h2 id="desk" { "Row by row" }
            @if shown.section.headings.is_empty() { p { "There are no rows. " a href="/sources" { "See how the sources are doing" } "." } }
            @for (heading, rows) in &shown.section.headings {
                h3 { (shown.style.name(*heading)) }
                ul.rows { @for row in rows { (decidable(site, shown, (*heading, row), back)) } }
            }
        }
    }
}

fn decidable(
    site: &Site<'_>,
    shown: &Section<'_>,
    (heading, row): (Heading, &Row),
    back: &str,
) -> Markup {
    let event = row.event.as_ref();
    // A hybrid event stands under two headings: each form has names of its own.
    let decided = event.and_then(|id| decided_on(site, shown, id, heading.slug(), back));
    html! {
        li {
            @match decided {
                None => (render::html::rows(std::slice::from_ref(row), shown.style)),
                Some((editor, subject)) => details name="desk" {
                    summary {
                        (row.date) " | " (row.location) " | " b { (subject.event.title) }
                        @for (name, _) in &row.organisers { " · " (name) }
                    }
                    p.note { a href=(facts::own_page(subject.event)) { "Its page" } ": evidence, history, and a form to correct its facts." }
                    (decisions::simple(editor, subject))
                    details { summary { "Merge it with another event" } (decisions::merge(editor, subject, None)) }
                    details { summary { "Pin it: print it until a day" } (decisions::pin(editor, subject)) }
                }
            }
        }
    }
}

/// For an editor: what was decided lately.
pub(super) fn decided(site: &Site<'_>, shown: &Section<'_>, back: &str) -> Markup {
    html! {
        section.desk aria-labelledby="decided" {
            h2 id="decided" { "Recent decisions" }
            @if shown.decisions.is_empty() { p { "Nothing lately." } }
            @else {
                (decisions::decided(site, shown.decisions.iter(), back, |logged| html! {
                    @match &logged.decision.event {
                        EventName::Id(id) => (of_event(shown, id)),
                        EventName::Link(link) => (facts::away(link, link.as_str())),
                    }
                    ": "
                }))
            }
        }
    }
}
