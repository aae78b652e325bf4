//! A row that a pull request adds, and what is published → what becomes of it.

use super::{About, Verdict};
use crate::believe::curate::{Published, Shown};
use crate::facts::event::folded;
use crate::facts::issue::Window;
use crate::facts::link::Link;
use crate::facts::place::{Mode, parse_location};
use crate::facts::source::NEWSLETTER;
use crate::section::grammar::PrintedRow;
use crate::section::lint::{self, Rules};
use crate::section::merge::Known;
use crate::section::print::window_line;
use crate::section::select::{self, Heading, Section, Style, order_key};
use chrono::NaiveDate;

/// What becomes of a row in the draft of an issue of that day. `section` is what the events give for the issue.
pub fn verdict(
    row: &PrintedRow,
    known: &Known<'_>,
    section: &Section,
    day: NaiveDate,
    about: &About<'_>,
) -> Verdict {
    match known.of(row).and_then(|meant| known.event(meant.event)) {
        Some(event) => with_event(row, event, about.style),
        None => new(row, section, day, about),
    }
}

fn with_event(row: &PrintedRow, event: &Published, style: &Style) -> Verdict {
    let mut sources: Vec<String> = event
        .evidence
        .iter()
        .map(|of| of.source.0.clone())
        .filter(|source| source != NEWSLETTER)
        .collect();
    sources.dedup();
    let differences = differences(row, event, style);
    let event = event.id.clone();
    match differences.is_empty() {
        true => Verdict::Covered { event, sources },
        false => Verdict::Conflict {
            event,
            sources,
            differences,
        },
    }
}

/// What an event says otherwise than a row: the days, the place, the page, and that it does not take place. Words of
/// a title are a matter of taste.
fn differences(row: &PrintedRow, event: &Published, style: &Style) -> Vec<String> {
    let own = select::row(event, style);
    let mut found = Vec::new();
    if !event.status.takes_place() {
        found.push(format!("the event is {}", event.status.name()));
    }
    if event.shown != Shown::Everywhere {
        found.push("an editor has hidden the event".to_owned());
    }
    let days = style.dates;
    let says = days.span(own.date, own.end_date);
    let has = days.span(row.date, row.end_date);
    if says != has {
        found.push(format!("the source says {says}, the row {has}"));
    }
    let same_place = match (parse_location(&row.location), parse_location(&own.location)) {
        (Ok((mode, place)), Ok((its_mode, its_place))) => {
            let same = match (&place, &its_place) {
                (Some(place), Some(its)) => place.same_as(its),
                (None, None) => true,
                // Online, with or without a home.
                _ => its_mode == Mode::Virtual,
            };
            mode == its_mode && same
        }
        _ => folded(&row.location) == folded(&own.location),
    };
    if !same_place {
        found.push(format!(
            "the source says {:?}, the row {:?}",
            own.location, row.location
        ));
    }
    let pages = event.links.iter().map(|link| &link.url);
    let pages: Vec<&Link> = pages
        .chain(event.evidence.iter().filter_map(|of| of.url.as_ref()))
        .collect();
    let first = row.links.first().and_then(|(_, url)| Link::parse(url).ok());
    if let (Some(link), Some(page)) = (&first, pages.first())
        && !pages.contains(&link)
    {
        found.push(format!("the source links to {page}, the row to {link}"));
    }
    found
}

fn new(row: &PrintedRow, section: &Section, day: NaiveDate, about: &About<'_>) -> Verdict {
    let headings: Vec<Heading> = match parse_location(&row.location) {
        Ok((mode, place)) => {
            let region = place.map(|place| Heading::Region(place.region()));
            let online = (mode != Mode::InPerson).then_some(Heading::Virtual);
            let region = region.filter(|_| mode != Mode::Virtual);
            online.into_iter().chain(region).collect()
        }
        Err(_) => Vec::new(),
    };
    let behind = headings
        .iter()
        .map(|heading| behind(row, section, *heading))
        .collect();
    Verdict::New {
        behind,
        findings: findings(row, headings.first().copied(), day, about),
        headings,
    }
}

/// The row of the section behind which a new one belongs.
fn behind(row: &PrintedRow, section: &Section, heading: Heading) -> Option<String> {
    let name = |list: &[(String, Option<String>)]| list.first().map(|(name, _)| name.clone());
    let title = row.links.first().map(|(words, _)| words.as_str());
    let organiser = name(&row.organisers);
    let own = order_key(row.date, &row.location, organiser.as_deref(), title);
    let (_, rows) = section.headings.iter().find(|(of, _)| *of == heading)?;
    let key = |row: &select::Row| {
        let organiser = row.organisers.first().map(|(name, _)| name.as_str());
        let title = row.links.first().map(|(words, _)| words.as_str());
        order_key(row.date, &row.location, organiser, title)
    };
    let before = rows.iter().rfind(|row| key(row) <= own)?;
    let title = before.links.first().map_or("", |(words, _)| words.as_str());
    Some(format!("{} {title}", before.date))
}

/// What `lint` finds in the row by itself, under the heading where it belongs.
fn findings(
    row: &PrintedRow,
    heading: Option<Heading>,
    day: NaiveDate,
    about: &About<'_>,
) -> Vec<String> {
    let window = Window::starting(day, about.days);
    let line = window_line(window, about.style);
    let heading = about.style.name(heading.unwrap_or(Heading::Virtual));
    let before = format!("{}\n\n{line}\n\n### {heading}\n", about.style.heading);
    let first = before.matches('\n').count() + 1;
    let text = format!("{before}{}\n", row.text);
    let rules = Rules {
        style: about.style,
        topic: about.topic,
        rhythm: about.rhythm,
        days: about.days,
        issue: Some(day),
        published: &[],
        habits: &[],
    };
    let found = lint::lint(&text, &rules).map_or_else(Vec::new, |report| report.findings);
    let last = first + row.text.matches('\n').count();
    let own = found.into_iter().filter(|finding| {
        // Whether it stands under both of its headings shows only in the whole draft.
        (first..last).contains(&finding.line) && finding.kind != lint::Kind::HybridOnce
    });
    own.map(|finding| format!("{}: {}", finding.kind.name(), finding.text))
        .collect()
}
