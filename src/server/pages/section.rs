//! The editor's page: the section of an issue, brought together with the draft, and what needs attention
//! beside it.

use super::decisions::{self, Subject};
use super::evidence::{self, in_code, short};
use super::facts::{self, count};
use super::layout::{self, Part};
use super::query::{self, Pairs};
use super::upcoming::field;
use super::{Say, Site};
use crate::believe::deduplicate::Suspicion;
use crate::compose::{Difference, Updated};
use crate::facts::decision::EventName;
use crate::facts::event::EventId;
use crate::facts::link::Link;
use crate::render;
use crate::section::grammar::{PrintedRow, rows};
use crate::section::merge::{Entry, Kind};
use crate::section::print;
use crate::section::pulled::Judged;
use crate::section::select::{Attention, Heading, Row, Style};
use crate::store::{Dismissal, Events, Logged};
use crate::suspects::Named;
use chrono::NaiveDate;
use maud::{Markup, html};
use std::collections::BTreeMap;

mod panels;
mod pulls;
mod questions;
mod suspects;

/// What the editor's page shows.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// The section.
    pub section: &'a crate::section::select::Section,
    /// How it is printed.
    pub style: &'a Style,
    /// English, in which the page is.
    pub english: Say<'a>,
    /// The issue's day, unless it was asked for by other days.
    pub issue: Option<NaiveDate>,
    /// The issues before and after it.
    pub neighbours: Option<(NaiveDate, NaiveDate)>,
    /// The headings that were asked for; empty for all.
    pub headings: &'a [Heading],
    /// The pairs of the page's address.
    pub query: &'a Pairs,
    /// Which of the questions is asked, counted from 1.
    pub question: usize,
    /// Events that look alike; empty without a login.
    pub suspicions: &'a [Suspicion],
    /// How it differs from the last printed issue, if one is known.
    pub since: Option<&'a Difference>,
    /// The draft, if one is configured or was pasted.
    pub draft: Option<Draft<'a>>,
    /// Sources that may be missing something, each in a sentence.
    pub stale: &'a [String],
    /// Every published event.
    pub published: &'a Events,
    /// The version of each event, by which a later state is noticed; empty without a login.
    pub versions: &'a BTreeMap<EventId, String>,
    /// Decisions that an editor may want to take back, the oldest first.
    pub decisions: &'a [Logged],
    /// Groups that are missing by their habit; empty without a login.
    pub suspects: &'a [Named],
    /// Pull requests that touch a draft; empty without a login.
    pub pulls: &'a [Judged],
    /// Groups that editors dismissed, the latest last; empty without a login.
    pub dismissed: &'a [Dismissal],
}

/// A draft and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// Where it comes from, in words: an address, a file's name, `the draft pasted in`.
    pub name: &'a str,
    /// The whole text, if it was pasted in.
    pub pasted: Option<&'a str>,
    /// The draft's own section, and what it is once it is brought up to date; or why it could not be read.
    pub outcome: Result<(&'a str, &'a Updated), &'a str>,
}

/// The page.
pub fn page(site: &Site<'_>, shown: &Section<'_>) -> Markup {
    let window = shown.section.window;
    let title = match shown.issue {
        Some(day) => format!("Section of the issue of {day}"),
        None => format!("Section for {} to {}", window.from, window.to),
    };
    let generated = print::section(shown.section, shown.style);
    let updated = shown.draft.and_then(|draft| draft.outcome.ok());
    let markdown = updated.map_or(generated.as_str(), |(_, updated)| updated.text.as_str());
    let rows: usize = shown
        .section
        .headings
        .iter()
        .map(|(_, rows)| rows.len())
        .sum();
    let back = back(shown);
    let content = html! {
        h1 { (title) }
        p.lead {
            @match updated {
                Some((_, updated)) => { (render::report::summary(&updated.report)) ", " },
                None => { (count(rows, "row")) ", " },
            }
            (facts::day(window.from)) " to " (facts::day(window.to)) ". "
            a href="#attention" { "What needs attention" }
            @if site.editor.is_some() {
                ", " a href="#desk" { "decide on a row" }
                ", " a href="#suspects" { "groups that are missing" }
                ", " a href="/discover" { "groups to add" }
            }
            "."
        }
        @if let Some(editor) = site.editor { (questions::panel(editor, shown, &back)) }
        @if site.answers { (asked_for(shown)) }
        div.columns {
            div {
                section aria-labelledby="markdown-heading" {
                    h2 id="markdown-heading" { @if updated.is_some() { "The draft, brought up to date" } @else { "As Markdown" } }
                    (downloads(shown))
                    pre.code.tall tabindex="0" id="markdown" aria-labelledby="markdown-heading" role="group" { code { (markdown) } }
                }
                (new_rows(shown))
                @let on_rows = site.editor.is_some() && updated.is_none();
                @if on_rows { (panels::rows(site, shown, &back)) }
                @else { section aria-labelledby="rendered" {
                    h2 id="rendered" { "As rendered" }
                    div.printed lang=(shown.style.language) {
                        @if rows == 0 && updated.is_none() { p.empty { "No event lies within these days. " a href="/sources" { "Are the sources well?" } } }
                        @match updated {
                            Some((_, updated)) => (rendered(&updated.text, shown.style)),
                            None => (render::html::fragment(shown.section, shown.style)),
                        }
                    }
                } }
            }
            aside aria-label="What to look at" {
                (panels::attention(site, shown, &back))
                @if site.answers { (panels::draft(site, shown)) }
                (panels::since(shown))
                (panels::stale(shown.stale))
            }
        }
        @if site.editor.is_some() {
            @if updated.is_some() { (panels::rows(site, shown, &back)) }
            (panels::decided(site, shown, &back))
            (suspects::suspects(site, shown, &back))
            (pulls::panel(shown.pulls, shown.style))
        }
    };
    layout::page(site, Part::Section, &title, &html! {}, &content)
}

/// The page's own path, to return to.
fn back(shown: &Section<'_>) -> String {
    query::address("/section", query::without(shown.query, &["draft", "token"]))
}

/// The fields of the form by which other days or regions are asked for.
fn asked_for(shown: &Section<'_>) -> Markup {
    let window = shown.section.window;
    let by_days = shown.issue.is_none();
    html! {
        @if let Some((before, after)) = shown.neighbours {
            nav aria-label="Issues" {
                ul.chips {
                    li { a rel="prev" href={ "/section?issue=" (before) } { "Issue of " (before) } }
                    li { a href="/section" { "Next issue" } }
                    li { a rel="next" href={ "/section?issue=" (after) } { "Issue of " (after) } }
                }
            }
        }
        details.filter open[by_days || !shown.headings.is_empty()] {
            summary { "Other days or regions" }
            form action="/section" method="get" {
                div.fields {
                    (field("from", "From", "date", &if by_days { window.from.to_string() } else { String::new() }, None))
                    (field("to", "To", "date", &if by_days { window.to.to_string() } else { String::new() }, None))
                }
                @if let Some(day) = shown.issue { p.hint { "Without days: " (day) "." } }
                fieldset {
                    legend { "Region" }
                    @for heading in Heading::all() {
                        label.choice {
                            input type="checkbox" name="region" value=(heading.slug()) checked[shown.headings.contains(&heading)];
                            " " (heading.name())
                        }
                    }
                }
                p.actions { button type="submit" { "Show" } }
            }
        }
    }
}

fn downloads(shown: &Section<'_>) -> Markup {
    let address = |form: &str| {
        query::address(
            &format!("/section.{form}"),
            query::without(shown.query, &["draft", "token"]),
        )
    };
    html! {
        ul.buttons {
            li hidden { button type="button" data-copy="markdown" { "Copy the Markdown" } }
            @if shown.draft.is_none_or(|draft| draft.outcome.is_err()) {
                li { a.button href=(address("md")) download { "Download the Markdown" } }
            } @else {
                li { a.button href=(address("md")) { "Markdown without the draft" } }
            }
            li { a.button href=(address("html")) { "HTML" } }
            li { a.button href=(address("json")) { "JSON" } }
        }
    }
}

/// The rows that neither the draft nor, without one, the last printed issue has.
fn new_rows(shown: &Section<'_>) -> Markup {
    let drafted = shown
        .draft
        .and_then(|draft| draft.outcome.ok())
        .map(|(_, updated)| updated);
    let (new, than): (Vec<(Heading, &Row)>, String) = match (drafted, shown.since) {
        (Some(updated), _) => {
            let is_new = |row: &Row| {
                updated
                    .report
                    .of(Kind::New)
                    .any(|entry| entry.event.is_some() && entry.event == row.event)
            };
            let rows = shown
                .section
                .headings
                .iter()
                .flat_map(|(heading, rows)| rows.iter().map(|row| (*heading, row)));
            (
                rows.filter(|(_, row)| is_new(row)).collect(),
                "the draft".to_owned(),
            )
        }
        (None, Some(since)) => {
            let rows = since.new.iter().map(|(heading, row)| (*heading, row));
            (rows.collect(), format!("the issue of {}", since.issue))
        }
        (None, None) => return html! {},
    };
    let text = evidence::under_headings(&new, shown.style);
    html! {
        section aria-labelledby="new" {
            h2 id="new" { "New rows only " span.number { (count(new.len(), "row")) } }
            @if new.is_empty() { p { "There is none that " (than) " has not." } }
            @else {
                p { "What " (than) " has not:" }
                ul.buttons { li hidden { button type="button" data-copy="new-rows" { "Copy the new rows" } } }
                pre.code tabindex="0" id="new-rows" aria-labelledby="new" role="group" { code { (text) } }
            }
        }
    }
}

/// A section's Markdown as it looks: its headings and rows; other lines as they are.
fn rendered(markdown: &str, style: &Style) -> Markup {
    let mut parts: Vec<(String, Vec<PrintedRow>)> = Vec::new();
    for row in rows(markdown, style) {
        match parts.last_mut() {
            Some((heading, rows)) if *heading == row.heading => rows.push(row),
            _ => parts.push((row.heading.clone(), vec![row])),
        }
    }
    html! {
        @for (heading, rows) in &parts {
            h3 { (Heading::parse(heading).map_or(heading.as_str(), |known| style.name(known))) }
            ul { @for row in rows { (printed(row)) } }
        }
    }
}

/// A printed row as it looks. Its links are foreign text until they are read.
pub(super) fn printed(row: &PrintedRow) -> Markup {
    let linked = |words: &str, url: Option<&str>| {
        let url = url.and_then(|url| Link::parse(url).ok());
        html! { @match url { Some(url) => (facts::away(&url, words)), None => (words) } }
    };
    html! {
        li {
            (row.cells.days)
            " | " (row.location)
            @for (name, url) in &row.organisers { " | " (linked(name, url.as_deref())) }
            ul { li {
                @for (number, (title, url)) in row.links.iter().enumerate() {
                    @if number > 0 { " | " }
                    b { (linked(title, Some(url))) }
                }
            } }
        }
    }
}

fn of_event(shown: &Section<'_>, id: &EventId) -> Markup {
    html! {
        @match shown.published.get(id) {
            Some(event) => { a href=(facts::own_page(event)) { (event.title) } " (" (facts::days(shown.english, event)) ")" },
            None => code { (short(id)) },
        }
    }
}
