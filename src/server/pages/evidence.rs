//! What is known of an event and of a source, in the parts that several pages share.

use super::Site;
use super::facts;
use super::history;
use crate::believe::curate::{Overruled, Published};
use crate::facts::event::{Event, EventId};
use crate::facts::issue::Window;
use crate::facts::listing::{Part, Problem};
use crate::facts::when;
use crate::render;
use crate::section::print;
use crate::section::select::{self, Heading, Row, Selection, Style};
use crate::store::{Events, Standing, Version};
use crate::why::{Account, Newsletter, Next, Seen};
use maud::{Markup, html};

/// Where it will be printed next, or why not, with the exact row.
pub(super) fn next(next: &Next, newsletter: Newsletter<'_>) -> Markup {
    let markdown = print::row(&next.row, newsletter.style);
    let deadline = when::with_offset(next.deadline, newsletter.zone);
    html! {
        @if next.reasons.is_empty() {
            p.verdict.yes {
                "It will be printed in the issue of " (facts::day(next.issue)) ", under "
                b { (next.headings.iter().map(|of| newsletter.style.name(*of)).collect::<Vec<_>>().join(" and ")) } "."
            }
        } @else {
            p.verdict.no { "It will not be printed in the issue of " (facts::day(next.issue)) ":" }
            ul { @for reason in &next.reasons { li { (in_code(reason)) } } }
        }
        @for doubt in &next.doubts { p.note { "But: " (in_code(doubt)) "." } }
        h3 { @if next.reasons.is_empty() { "The exact row" } @else { "The row it would have" } }
        div.printed { (render::html::rows(std::slice::from_ref(&next.row), newsletter.style)) }
        pre.code tabindex="0" id="row" { code { (markdown) } }
        p { button type="button" hidden data-copy="row" { "Copy the row" } }
        p.note {
            "The issue’s day begins " time datetime=(deadline.to_rfc3339()) { (deadline.format("%Y-%m-%d %H:%M")) }
            " (" (newsletter.zone.name()) "): what is read before then is sure to count."
        }
    }
}

/// The drafts that people took it out of, and how to take that back.
pub(super) fn taken_out(account: &Account, style: &Style) -> Markup {
    let today = account.event.when.first_day();
    html! {
        @for out in &account.taken_out {
            p.verdict.no {
                "People took it out of the draft of the issue of " (facts::day(out.issue))
                @if !out.file.is_empty() { " (" (out.file) ")" }
                ", under " (style.words(&out.heading)) ". That was noticed on "
                time datetime=(out.noticed.to_rfc3339()) { (out.noticed.format("%Y-%m-%d %H:%M")) } " UTC."
            }
            @if out.day == today {
                p.note { code { "update" } " does not write it again on this day. To take that back, put the row above into the draft again." }
            } @else {
                p.note { "It was on " (facts::day(out.day)) " then, and is on " (facts::day(today)) " now: the next " code { "update" } " writes it again." }
            }
        }
    }
}

/// Rows as Markdown, each heading before its first.
pub(super) fn under_headings(rows: &[(Heading, &Row)], style: &Style) -> String {
    let mut text = String::new();
    for of_heading in rows.chunk_by(|(a, _), (b, _)| a == b) {
        if !text.is_empty() {
            text.push('\n');
        }
        if let Some((heading, _)) = of_heading.first() {
            text.push_str(&format!("### {}\n", style.name(*heading)));
        }
        for (_, row) in of_heading {
            text.push_str(&print::row(row, style));
        }
    }
    text
}

/// The exact rows that a section prints of some events, under their headings; or that it prints none.
pub(super) fn printed<'a>(
    events: impl Iterator<Item = &'a Published>,
    window: Window,
    style: &Style,
) -> Markup {
    let selection = Selection {
        window,
        headings: Vec::new(),
        new_since: None,
    };
    let section = select::select(events, &[], &selection, style);
    let rows: Vec<(Heading, &Row)> = section
        .headings
        .iter()
        .flat_map(|(heading, rows)| rows.iter().map(|row| (*heading, row)))
        .collect();
    let waiting = section.attention.iter().filter(|doubt| doubt.waits).count();
    html! {
        @if rows.is_empty() {
            p { "None: no event that is sure lies between " (facts::day(window.from)) " and " (facts::day(window.to)) "." }
        } @else {
            div.printed {
                @for (heading, rows) in &section.headings {
                    h3 { (style.name(*heading)) }
                    (render::html::rows(rows, style))
                }
            }
            pre.code tabindex="0" id="rows" { code { (under_headings(&rows, style)) } }
            p { button type="button" hidden data-copy="rows" { "Copy the rows" } }
        }
        @if waiting > 0 {
            p.note { (facts::count(waiting, "doubt")) " must be settled by a human first: what is doubted stands with each event." }
        }
    }
}

/// Text with parts between backticks as code.
pub(super) fn in_code(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// What each source says of it.
pub(super) fn evidence(site: &Site<'_>, seen: &[Seen]) -> Markup {
    html! {
        @if seen.is_empty() { p { "No source tells of it any more." } }
        @for seen in seen { (source(site, seen)) }
    }
}

fn source(site: &Site<'_>, seen: &Seen) -> Markup {
    let versions = &seen.versions;
    let read = versions.first().zip(versions.last());
    html! {
        article.evidence {
            h3 { (seen.source) }
            dl {
                @if let Some(event) = &seen.event { (says(event)) }
                @else { div { dt { "Says" } dd { "nothing of it today" } } }
                @if let Some((first, last)) = read {
                    div { dt { "Seen" } dd {
                        @if site.answers { (facts::instant(first.seen.0)) " to " (facts::instant(last.seen.1)) }
                        @else { "since " (facts::instant(first.seen.0)) }
                        " by " (ways(versions))
                    } }
                }
                div { dt { "Its own id" } dd { code { (seen.key) } } }
                div { dt { "The source" } dd { (doing_beside(site, &seen.standing, seen.configured)) } }
            }
            @for asked in &seen.questions {
                p.note { (facts::instant(asked.at)) ": its page " (asked.url) " was asked and answered: " (asked.detail) }
            }
        }
    }
}

fn says(event: &Event) -> Markup {
    let place = event
        .place
        .as_ref()
        .map(|place| place.printed(&[place.country()]));
    let when = match event.when {
        when::When::Timed { start, zone, .. } => when::with_offset(start, zone)
            .format("%Y-%m-%d %H:%M %:z")
            .to_string(),
        when::When::Days { first, last } if first == last => first.to_string(),
        when::When::Days { first, last } => format!("{first} to {last}"),
    };
    html! {
        div { dt { "Says" } dd {
            (event.title) ", " (when) ", " (event.mode.name())
            @if let Some(place) = place { ", " (place) }
            ", " (event.status.name())
        } }
        @if let Some(link) = &event.link { div { dt { "Page" } dd { (facts::away(link, link.as_str())) } } }
    }
}

fn ways(versions: &[Version]) -> String {
    let mut ways: Vec<&str> = Vec::new();
    for version in versions {
        let way = match version.part {
            Part::List => version.way.name(),
            Part::Page => "page",
        };
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways.join(" + ")
}

/// How a source is doing, on a page about something else. A file says only where to look: each reading would change
/// the files of all its events otherwise, and every one would be published again.
pub(super) fn doing_beside(site: &Site<'_>, standing: &Standing, configured: bool) -> Markup {
    html! {
        @if site.answers { (doing(standing, configured)) }
        @else { a href="/sources" { "how it is doing" } @if !configured { "; no longer configured" } }
    }
}

/// How a source is doing, in one line.
pub(super) fn doing(standing: &Standing, configured: bool) -> Markup {
    html! {
        @match standing.last_good {
            Some(at) => { "last read well " (facts::instant(at)) },
            None => "never read well",
        }
        @if standing.failures > 0 {
            "; failed " (facts::count(standing.failures as usize, "time")) " since: "
            (standing.error.as_deref().unwrap_or("unknown"))
        }
        @if let Some((since, why)) = standing.hold() {
            "; it is held since " (facts::instant(since)) ": " (why)
        }
        @if !configured { "; no longer configured" }
    }
}

/// What happened, in the order of time: versions of every source, and the issues that printed it.
pub(super) fn history(account: &Account) -> Markup {
    let mut entries: Vec<(chrono::DateTime<chrono::Utc>, String)> = Vec::new();
    for seen in &account.seen {
        let changes = history::changes(&seen.versions);
        entries.extend(
            changes
                .into_iter()
                .map(|(at, what)| (at, format!("{}: {what}", seen.source))),
        );
    }
    entries.push((account.event.created, "first published".to_owned()));
    if account.event.modified != account.event.created {
        let times = facts::count(account.event.sequence as usize, "time");
        let what =
            format!("last change that others see; moved, cancelled or restored {times} in all");
        entries.push((account.event.modified, what));
    }
    // What is of one time stays as it was put: first listed, then published.
    entries.sort_by_key(|(at, _)| *at);
    html! {
        ol.history {
            @for (at, what) in &entries { li { (facts::instant(*at)) " " (what) } }
        }
        @if account.printed.is_empty() {
            p { "Printed in no issue that is known here." }
        } @else {
            ul {
                @for (day, heading, row) in &account.printed {
                    li { "Printed in the issue of " (facts::day(*day)) " under " (heading) ": "
                        code { (row.lines().next().unwrap_or_default()) } }
                }
            }
        }
    }
}

/// Which other events are it, and which look like it.
pub(super) fn alike(account: &Account, published: &Events) -> Markup {
    html! {
        @if !account.merged.is_empty() {
            h3 { "Held to be one with" }
            ul {
                @for (id, rule) in &account.merged {
                    li { code { (short(id)) } " by the rule “" (rule.as_deref().unwrap_or("it was, and keeps the id")) "”" }
                }
            }
        }
        @if !account.suspected.is_empty() {
            h3 { "Looks like" }
            ul {
                @for (id, why) in &account.suspected {
                    li {
                        a href={ "/events/" (id) } {
                            @match published.get(id) { Some(other) => (other.title), None => (id) }
                        }
                        ": " (why)
                    }
                }
            }
        }
    }
}

/// Where a source has gone on since an editor decided.
pub(super) fn conflicts(event: &Published) -> Markup {
    let conflicts: Vec<&Overruled> = event
        .overruled
        .iter()
        .filter(|of| of.is_conflict())
        .collect();
    html! {
        @if !conflicts.is_empty() {
            div.warning role="note" {
                h3 { "A source has changed its word since" }
                table {
                    thead { tr { th scope="col" { "Field" } th scope="col" { "It said" } th scope="col" { "It says now" } th scope="col" { "Decided" } } }
                    tbody {
                        @for of in conflicts {
                            tr { th scope="row" { (super::decisions::words(&of.field)) } td { (of.said) } td { (of.says) } td { (of.decided) } }
                        }
                    }
                }
            }
        }
    }
}

/// The first digits of an id, which every report names.
pub(super) fn short(id: &EventId) -> &str {
    id.as_str().get(..8).unwrap_or(id.as_str())
}

/// Problems of a page, each with its line.
pub(super) fn problems(problems: &[Problem]) -> Markup {
    html! {
        ul {
            @for problem in problems {
                li {
                    @if problem.line > 0 { "Line " (problem.line) ": " }
                    (in_code(&problem.what))
                    @if let Some(item) = &problem.item { " (" (item) ")" }
                    @if problem.lost { " " strong { "Lost" } }
                }
            }
        }
    }
}
