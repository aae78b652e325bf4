//! Where an event will be printed next; or exactly why not.

use super::{Newsletter, Seen};
use crate::believe::curate::{Published, Shown};
use crate::facts::decision::Action;
use crate::facts::event::{Status, counted};
use crate::facts::issue;
use crate::refresh;
use crate::section::select::{self, Heading, Row};
use crate::store::Logged;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// What the next issue makes of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The issue's day.
    pub issue: NaiveDate,
    /// Under which headings it is printed; none if it is not.
    pub headings: Vec<Heading>,
    /// Its row, as it is or would be printed.
    pub row: Row,
    /// Why it is not printed, each reason with what would help; none if it is.
    pub reasons: Vec<String>,
    /// What is not certain of it, and does not keep it out.
    pub uncertain: Vec<String>,
    /// What may still change it: sources that are failing or held.
    pub doubts: Vec<String>,
    /// The instant before which a change must be read to be in the issue.
    pub deadline: DateTime<Utc>,
    /// If that is past, the issue that what is read now is sure to be in.
    pub ahead: Option<NaiveDate>,
}

/// What the issue makes of an event.
pub(super) fn next(
    event: &Published,
    seen: &[Seen],
    decisions: &[Logged],
    newsletter: Newsletter<'_>,
    now: DateTime<Utc>,
) -> Next {
    let mut reasons = Vec::new();
    if !event.status.takes_place() {
        reasons.push(off(event, seen, decisions));
    }
    reasons.extend(outside(event, newsletter));
    if event.shown != Shown::Everywhere {
        let hiding = decisions.iter().rev().find(|logged| {
            let hides = matches!(
                logged.decision.action,
                Action::HideFromSection | Action::HideEverywhere
            );
            hides && logged.undone.is_none()
        });
        reasons.push(match hiding {
            Some(logged) => format!(
                "hidden by {} on {}: {} (decision {})",
                logged.decision.by.as_deref().unwrap_or("an editor"),
                logged.decision.at.date_naive(),
                logged.decision.reason,
                logged.decision.origin
            ),
            None => "hidden by an editor".to_owned(),
        });
    }
    for flag in event.flags.iter().filter(|flag| flag.needs_a_human()) {
        reasons.push(format!(
            "needs a human ({}): {}",
            flag.name(),
            select::in_words(*flag, event)
        ));
    }
    let headings = select::headings(event);
    if event.links.is_empty() {
        reasons.push("it has no link, neither its own nor its organiser's".to_owned());
    }
    if headings.is_empty() && reasons.is_empty() {
        reasons.push("nothing says where it is, so it has no heading".to_owned());
    }
    Next {
        issue: newsletter.issue,
        headings: if reasons.is_empty() {
            headings
        } else {
            Vec::new()
        },
        row: select::row(event, newsletter.style),
        reasons,
        uncertain: flags(event),
        doubts: doubts(seen, newsletter, now),
        deadline: newsletter.deadline(),
        ahead: Some(newsletter.ahead(now).issue).filter(|ahead| *ahead != newsletter.issue),
    }
}

/// What is not certain of an event and does not keep it out of the section.
fn flags(event: &Published) -> Vec<String> {
    let flags = event.flags.iter().filter(|flag| !flag.needs_a_human());
    flags
        .map(|flag| format!("{}: {}", flag.name(), select::in_words(*flag, event)))
        .collect()
}

/// Why an event does not take place, and since when.
fn off(event: &Published, seen: &[Seen], decisions: &[Logged]) -> String {
    let since = event.modified.date_naive();
    let decided = event
        .overruled
        .iter()
        .find(|overruled| overruled.field == "status");
    if let Some(decided) = decided {
        let why = decisions
            .iter()
            .find(|logged| logged.decision.at == decided.at)
            .map(|logged| logged.decision.reason.as_str())
            .unwrap_or_default();
        return format!(
            "{} by {} on {}: {why}",
            decided.decided,
            decided.by.as_deref().unwrap_or("an editor"),
            decided.at.date_naive()
        );
    }
    match event.status {
        Status::Withdrawn => {
            let gone = seen.iter().find_map(|seen| {
                let version = seen.versions.last()?;
                Some((&seen.source, version.missing_since?, seen.questions.last()))
            });
            let keeps = format!(
                "if it takes place all the same: `rusty-events decide show {:.8}`",
                event.id.as_str()
            );
            match gone {
                Some((source, missing, asked)) => {
                    let page = asked
                        .map(|asked| {
                            format!(
                                "; its page was asked on {} and answered: {}",
                                asked.at.date_naive(),
                                asked.detail
                            )
                        })
                        .unwrap_or_default();
                    format!(
                        "withdrawn on {since}: {source} has not listed it since {}{page}; {keeps}",
                        missing.date_naive()
                    )
                }
                None => format!("withdrawn on {since}: no source lists it any more; {keeps}"),
            }
        }
        status => {
            let sources: Vec<String> = seen
                .iter()
                .filter(|seen| {
                    seen.event
                        .as_ref()
                        .is_some_and(|believed| believed.status == status)
                })
                .map(|seen| seen.source.to_string())
                .collect();
            let says = if sources.is_empty() {
                String::new()
            } else {
                format!(", says {}", sources.join(" and "))
            };
            format!("{} since {since}{says}", status.name())
        }
    }
}

/// How far outside the issue's window an event is, and which issue is its first.
fn outside(event: &Published, newsletter: Newsletter<'_>) -> Option<String> {
    let window = newsletter.window();
    let (first, last) = (event.when.first_day(), event.when.last_day());
    let days = |count: i64| counted(count, "day", "days");
    let pinned = event
        .print_until
        .is_some_and(|until| window.from <= until && window.from <= last);
    if last < window.from {
        return Some(format!(
            "over: {} before the window of {} to {}",
            days((window.from - last).num_days()),
            window.from,
            window.to
        ));
    }
    if first > window.to && !pinned {
        let earliest = first
            .checked_sub_days(Days::new(newsletter.days))
            .unwrap_or(first);
        return Some(format!(
            "{} after the window of {} to {}: the issue of {} is the first that prints it",
            days((first - window.to).num_days()),
            window.from,
            window.to,
            issue::next_issue(earliest, newsletter.rhythm)
        ));
    }
    event
        .print_from
        .filter(|day| window.from < *day)
        .map(|day| format!("its entry says print-from {day}"))
}

/// What speaks against taking the sources' word for today's.
fn doubts(seen: &[Seen], newsletter: Newsletter<'_>, now: DateTime<Utc>) -> Vec<String> {
    let mut doubts = Vec::new();
    for seen in seen {
        let source = &seen.source;
        if !seen.configured {
            doubts.push(format!(
                "{source} is no longer configured, so a change would not be noticed"
            ));
            continue;
        }
        let standing = &seen.standing;
        if let Some((since, why)) = standing.hold() {
            let end = refresh::how_it_ends(source, standing).unwrap_or_default();
            let since = since.date_naive();
            doubts.push(format!("{source} is held since {since}: {why}; {end}"));
        }
        if standing.failures > 0 {
            let since = standing
                .last_good
                .map(|at| {
                    format!(
                        "its last good reading is of {}",
                        at.format("%Y-%m-%d %H:%M")
                    )
                })
                .unwrap_or_else(|| "it was never read".to_owned());
            let error = standing.error.as_deref().unwrap_or("unknown");
            doubts.push(format!(
                "{source} failed {}, {since}: {error}",
                counted(standing.failures, "time", "times")
            ));
        } else if standing
            .last_good
            .is_none_or(|good| (now - good).abs() > newsletter.stale_after)
        {
            doubts.push(format!("{source} has not been read lately"));
        }
        if let Some(missing) = seen
            .versions
            .last()
            .and_then(|version| version.missing_since)
        {
            doubts.push(format!(
                "{source} has not listed it since {}",
                missing.date_naive()
            ));
        }
    }
    doubts
}
