//! How every source is doing: what is wrong first, with a command that shows it.

use super::Site;
use super::evidence;
use super::facts;
use super::layout::{self, Part};
use crate::believe::directory;
use crate::facts::listing::Problem;
use crate::facts::source::{Address, Source, SourceId};
use crate::refresh;
use crate::store::Standing;
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

/// What the page of sources shows.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The configured sources, in the order of their ids.
    pub sources: &'a [Health<'a>],
    /// Sources that are no longer configured, each with how many of its events still stand.
    pub orphans: &'a [(&'a SourceId, usize)],
}

/// How one source is doing.
#[derive(Debug, Clone, Copy)]
pub struct Health<'a> {
    /// The source.
    pub source: &'a Source,
    /// What is known of its visits.
    pub standing: &'a Standing,
    /// Whether its last good reading is so old that something may be missing.
    pub stale: bool,
    /// The source that takes its place, and from which day on.
    pub moves: Option<(&'a SourceId, NaiveDate)>,
    /// When it is visited next.
    pub next_visit: Option<DateTime<Utc>>,
    /// What its pages say that could not be read.
    pub problems: &'a [Problem],
    /// How many of its events are still to come.
    pub coming: usize,
    /// The day of its last event, past or to come: since then it is silent.
    pub last_event: Option<NaiveDate>,
}

impl Health<'_> {
    /// Whether somebody should look.
    pub fn is_wrong(&self) -> bool {
        let left = self.moves.is_some();
        !left
            && (self.standing.failures > 0
                || self.standing.hold().is_some()
                || self.stale
                || self.problems.iter().any(|problem| problem.lost))
    }

    fn in_words(&self) -> String {
        let standing = self.standing;
        if let Some((to, from)) = self.moves {
            return format!("moves to {to} on {from}");
        }
        match (standing.last_visit, standing.failures) {
            (None, _) => "never visited".to_owned(),
            (Some(_), failures) if failures > 0 => {
                format!("failed {}", facts::count(failures as usize, "time"))
            }
            _ if standing.hold().is_some() => "held".to_owned(),
            _ if self.stale => "not read lately".to_owned(),
            _ if self.problems.iter().any(|problem| problem.lost) => "lost entries".to_owned(),
            _ => "good".to_owned(),
        }
    }
}

// The columns of the table. Where it has no room, each cell says its own.
const HEALTH: &str = "Health";
const VISIT: &str = "Last good visit";
const NEXT: &str = "Next visit";
const WAY: &str = "Way";
const LISTED: &str = "Listed";
const COMING: &str = "To come";
const LAST: &str = "Last event";

/// The page.
pub fn page(site: &Site<'_>, shown: &Sources<'_>) -> Markup {
    let wrong: Vec<&Health<'_>> = shown
        .sources
        .iter()
        .filter(|health| health.is_wrong())
        .collect();
    let title = "Sources";
    let content = html! {
        h1 { (title) }
        p.lead {
            (facts::count(shown.sources.len(), "source")) ", "
            @match wrong.len() { 0 => "all of them well", number => { (number) " in trouble" } }
            ". " a href="/sources.json" { "As JSON" } "."
        }
        @if shown.sources.is_empty() {
            div.empty { p { "No source is configured. Add one to " code { "sources/*.toml" } "; " code { "rusty-events source add URL" } " writes the entry." } }
        }
        @if !wrong.is_empty() {
            section aria-labelledby="trouble" {
                h2 id="trouble" { "In trouble" }
                @for health in wrong { (trouble(health)) }
            }
        }
        @if !shown.orphans.is_empty() {
            section aria-labelledby="orphans" {
                h2 id="orphans" { "No longer configured" }
                ul {
                    @for (id, events) in shown.orphans {
                        li { code { (id) } ": " (facts::count(*events, "coming event")) " of it still stand; " code { "rusty-events source forget " (id) } " withdraws them." }
                    }
                }
            }
        }
        @if !shown.sources.is_empty() {
            section aria-labelledby="all" {
                h2 id="all" { "All sources" }
                div.table {
                    table {
                        thead { tr {
                            th scope="col" { "Source" } th scope="col" { (HEALTH) } th scope="col" { (VISIT) }
                            th scope="col" { (NEXT) } th scope="col" { (WAY) } th.figure scope="col" { (LISTED) }
                            th.figure scope="col" { (COMING) } th scope="col" { (LAST) }
                        } }
                        tbody { @for health in shown.sources { (row(site, health)) } }
                    }
                }
            }
        }
    };
    layout::page(site, Part::Sources, title, &html! {}, &content)
}

fn row(site: &Site<'_>, health: &Health<'_>) -> Markup {
    let Health {
        source, standing, ..
    } = health;
    html! {
        tr {
            th scope="row" {
                @match &source.organiser {
                    Some(organiser) => { a href={ "/organisers/" (directory::address(&organiser.name)) } { (organiser.name) } br; },
                    None => {},
                }
                code { (source.id) }
            }
            td data-label=(HEALTH) { @if health.is_wrong() { a.wrong href={ "#" (anchor(&source.id)) } { (health.in_words()) } } @else { (health.in_words()) } }
            td data-label=(VISIT) { @match standing.last_good { Some(at) => (facts::instant(at)), None => "never" } }
            td data-label=(NEXT) { @match health.next_visit { Some(at) if at <= site.now => "now", Some(at) => (facts::instant(at)), None => "when asked for" } }
            td data-label=(WAY) { @match standing.way { Some(way) => (way.name()), None => "–" } }
            td.figure data-label=(LISTED) { (standing.entries) }
            td.figure data-label=(COMING) { (health.coming) }
            td data-label=(LAST) { @match health.last_event { Some(day) => (facts::day(day)), None => "none known" }
                @if source.expect_empty { " (silence is no alarm)" } }
        }
    }
}

/// What is wrong with a source, and a command that shows it.
pub(super) fn trouble(health: &Health<'_>) -> Markup {
    let Health {
        source, standing, ..
    } = health;
    html! {
        article.evidence id=(anchor(&source.id)) {
            h3 { code { (source.id) } ": " (health.in_words()) }
            p { (read_at(source)) ": " (evidence::doing(standing, true)) }
            @if health.stale { p { "Something may be missing." } }
            @else if standing.failures > 0 { p { "Its last good events stand." } }
            @if let Some(end) = refresh::how_it_ends(&source.id, standing) {
                p { "What it said before stands: " (end) "." }
            }
            @if let Some(until) = standing.not_before { p { "It asked to be left alone until " (facts::instant(until)) "." } }
            @if !health.problems.is_empty() { (evidence::problems(health.problems)) }
            p { "To see it: " code { (reproduce(source)) } }
        }
    }
}

/// The command that reads a source as it is read here, and shows what is wrong; nothing is stored.
fn reproduce(source: &Source) -> String {
    match &source.address {
        Address::Web(url) => {
            let quoted = url.replace('\'', "%27");
            format!(
                "rusty-events preview '{quoted}' --platform {}",
                source.platform
            )
        }
        Address::File(_) | Address::Inline(_) => format!("rusty-events -vv refresh {}", source.id),
    }
}

/// The platform of a source, with a link to where it is read.
pub(super) fn read_at(source: &Source) -> Markup {
    html! {
        @match &source.address {
            Address::Web(url) if url.starts_with("https://") || url.starts_with("http://") => {
                a href=(url) rel="noreferrer" { (source.platform.name()) }
            },
            Address::Web(_) => (source.platform.name()),
            Address::File(_) => { (source.platform.name()) " (a file)" },
            Address::Inline(_) => "the configuration",
        }
    }
}

/// The name of a source's part of the page; no two sources have one.
fn anchor(id: &SourceId) -> String {
    let spelled = id.0.chars().map(|char| match char {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '/' => char.to_string(),
        other => format!("~{:x}", u32::from(other)),
    });
    format!("source-{}", spelled.collect::<String>())
}
