//! What editors decided, applied to an event; and where a source has since said something else.

use super::kept::outweighs_absence;
use super::{NamedLink, Overruled, Published, Shown};
use crate::facts::decision::{Action, Correction, Decision, EventName, Origin};
use crate::facts::event::{Flag, Status, Title};
use crate::facts::source::Organiser;
use crate::facts::when::{Stamp, When, to_local, to_utc};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// The corrections in force, by field: the latest of each, with its decision.
type Corrections<'a> = BTreeMap<&'static str, (&'a Correction, &'a Decision)>;

/// Applies what was decided on an event, in the order of time, to what its sources say.
///
/// `before` is the event as it was published last: it remembers what a source said when it was first
/// overruled, so that a later word of the source is not taken for the one the editor knew.
pub(super) fn apply(event: &mut Published, decisions: &[&Decision], before: Option<&Published>) {
    let is_correction = |decision: &&Decision| matches!(decision.action, Action::Edit(_));
    if event.uncorrected.is_none() && decisions.iter().any(is_correction) {
        event.uncorrected = Some(Box::new(Published {
            evidence: Vec::new(),
            ..event.clone()
        }));
    }
    let mut corrections = Corrections::new();
    for &decision in decisions {
        match &decision.action {
            Action::Edit(fields) => {
                for correction in fields {
                    corrections.insert(correction.field(), (correction, decision));
                }
            }
            Action::Cancel => {
                overrule_status(event, before, decision, Status::Cancelled);
                settle(event, &[Flag::StatusUnsure]);
            }
            Action::Postpone => {
                overrule_status(event, before, decision, Status::Postponed);
                settle(event, &[Flag::StatusUnsure]);
            }
            Action::Merge(_) | Action::Split => {}
            Action::Show => {
                standing(event, decision);
                // Only the words of its title call it off, and a person says that they are about something else.
                let by_title = event.flags.contains(&Flag::StatusUnsure);
                if by_title && !event.status.takes_place() {
                    overrule_status(event, before, decision, Status::Confirmed);
                }
                settle(
                    event,
                    &[
                        Flag::TopicUnsure,
                        Flag::Dormant,
                        Flag::StatusUnsure,
                        Flag::HandWritten,
                        Flag::FromProse,
                        Flag::Unconfirmed,
                    ],
                );
                if !event.organisers.is_empty() {
                    settle(event, &[Flag::UnknownOrganiser]);
                }
                if outweighs_absence(decision, event.unlisted) {
                    settle(event, &[Flag::Unlisted]);
                }
            }
            Action::HideFromSection | Action::HideEverywhere | Action::PrintUntil(_) => {
                standing(event, decision);
            }
        }
    }
    for (&field, (correction, decision)) in &corrections {
        let says = said(event, field);
        overrule(event, before, decision, field, &correction.value(), says);
    }
    when(event, &corrections);
    for (correction, _) in corrections.values() {
        correct(event, correction);
    }
    if event.overruled.iter().any(Overruled::is_conflict) {
        event.flags.push(Flag::DecisionConflict);
    }
    event.flags.sort_unstable();
    event.flags.dedup();
}

/// The event as it would be with one more decision on it.
pub fn with(event: &Published, action: Action) -> Published {
    let unlisted = event.unlisted_since();
    let decision = Decision {
        event: EventName::Id(event.id.clone()),
        action,
        reason: String::new(),
        by: None,
        at: event.modified.max(unlisted.unwrap_or(event.modified)),
        origin: Origin::Database(0),
    };
    let mut after = event.clone();
    if event.status == Status::Withdrawn && outweighs_absence(&decision, unlisted) {
        after.status = Status::Confirmed;
        settle(&mut after, &[Flag::DecisionConflict]);
    }
    apply(&mut after, &[&decision], Some(event));
    after
}

/// Applies to an event that no source tells any more what needs no word of a source.
pub(super) fn apply_standing(event: &mut Published, decisions: &[&Decision]) {
    event.shown = Shown::Everywhere;
    event.print_until = None;
    for decision in decisions {
        standing(event, decision);
    }
}

/// Takes away the doubts that a decision settles.
fn settle(event: &mut Published, settled: &[Flag]) {
    event.flags.retain(|flag| !settled.contains(flag));
}

fn standing(event: &mut Published, decision: &Decision) {
    match decision.action {
        Action::HideFromSection => event.shown = Shown::NotInSection,
        Action::HideEverywhere => event.shown = Shown::Nowhere,
        Action::Show => event.shown = Shown::Everywhere,
        Action::PrintUntil(day) => event.print_until = Some(day),
        _ => {}
    }
}

fn overrule_status(
    event: &mut Published,
    before: Option<&Published>,
    decision: &Decision,
    status: Status,
) {
    // Of two decisions the second overrules the source too, not the first.
    let known = event.overruled.iter().find(|known| known.field == "status");
    let says = known.map_or(event.status.name().to_owned(), |known| known.says.clone());
    overrule(event, before, decision, "status", status.name(), says);
    event.status = status;
}

/// Notes that a field is overruled: what its source says now, and what it said when the decision first met
/// it.
fn overrule(
    event: &mut Published,
    before: Option<&Published>,
    decision: &Decision,
    field: &str,
    decided: &str,
    says: String,
) {
    let known = before.and_then(|before| {
        before
            .overruled
            .iter()
            .find(|known| known.field == field && known.at == decision.at)
    });
    event.overruled.retain(|known| known.field != field);
    event.overruled.push(Overruled {
        field: field.to_owned(),
        said: known.map_or_else(|| says.clone(), |known| known.said.clone()),
        says,
        decided: decided.to_owned(),
        by: decision.by.clone(),
        at: decision.at,
    });
}

/// What an event says in a field, one of [`Correction::FIELDS`], as an editor would write it: days and local
/// times as in ISO 8601, places as `Berlin, DE`. Empty where it says nothing.
pub fn said(event: &Published, field: &str) -> String {
    let local =
        |at: DateTime<Utc>, zone: Tz| to_local(at, zone).format("%Y-%m-%dT%H:%M").to_string();
    let organiser = event.organisers.first();
    let text = match (field, &event.when) {
        ("title", _) => Some(event.title.to_string()),
        ("start", When::Timed { start, zone, .. }) => Some(local(*start, *zone)),
        ("start", When::Days { first, .. }) => Some(first.to_string()),
        ("end", When::Timed { end, zone, .. }) => end.map(|end| local(end, *zone)),
        ("end", When::Days { last, .. }) => Some(last.to_string()),
        ("zone", When::Timed { zone, .. }) => Some(zone.name().to_owned()),
        ("place", _) => event
            .place
            .as_ref()
            .map(|place| place.printed(&[place.country()])),
        ("mode", _) => Some(event.mode.name().to_owned()),
        ("organiser", _) => organiser.map(|organiser| organiser.name.clone()),
        ("organiser-url", _) => {
            organiser.and_then(|organiser| Some(organiser.url.as_ref()?.to_string()))
        }
        ("link", _) => event.links.first().map(|link| link.url.to_string()),
        ("description", _) => Some(event.description.clone()),
        _ => None,
    };
    text.unwrap_or_default()
}

/// Applies one correction, and takes away the doubts that it settles.
fn correct(event: &mut Published, correction: &Correction) {
    let settled: &[Flag] = match correction {
        Correction::Title(text) => {
            if let Some(title) = Title::parse(text) {
                if let Some(link) = event.links.first_mut() {
                    link.title = title.clone();
                }
                event.title = title;
            }
            &[Flag::TitleUnsettled, Flag::StatusUnsure]
        }
        // These three are one, and were applied together.
        Correction::Start(_) | Correction::End(_) => &[
            Flag::TooLong,
            Flag::EndBeforeStart,
            Flag::TimeAssumed,
            Flag::FalseUtc,
            Flag::SourcesDisagree,
        ],
        Correction::Zone(_) => &[Flag::ZoneAssumed, Flag::TimeAssumed, Flag::FalseUtc],
        Correction::Place(place) => {
            event.place = Some(place.clone());
            &[
                Flag::UnknownPlace,
                Flag::PlaceAssumed,
                Flag::SourcesDisagree,
            ]
        }
        Correction::Mode(mode) => {
            event.mode = *mode;
            &[Flag::ModeAssumed, Flag::ModeConflict, Flag::SourcesDisagree]
        }
        Correction::Organiser(name) => {
            // Another group's page is not kept under a new name.
            let known = event.organisers.iter().find(|known| known.name == *name);
            let url = known.and_then(|known| known.url.clone());
            event.organisers = vec![Organiser {
                name: name.clone(),
                url,
            }];
            &[Flag::UnknownOrganiser]
        }
        Correction::OrganiserUrl(url) => {
            if let Some(organiser) = event.organisers.first_mut() {
                organiser.url = Some(url.clone());
            }
            &[]
        }
        Correction::Link(url) => {
            match event.links.first_mut() {
                Some(link) => link.url = url.clone(),
                None => event.links.push(NamedLink {
                    title: event.title.clone(),
                    url: url.clone(),
                }),
            }
            &[Flag::NoLink, Flag::LinkAssumed]
        }
        Correction::Description(text) => {
            event.description.clone_from(text);
            &[]
        }
    };
    settle(event, settled);
}

/// Start, end and zone together. A start alone keeps the duration; a date for a timed event moves it to
/// that day at its own hour; a zone alone keeps the time on the clock.
fn when(event: &mut Published, corrections: &Corrections<'_>) {
    let stamp = |field: &str| match corrections.get(field) {
        Some((Correction::Start(stamp) | Correction::End(stamp), _)) => Some(*stamp),
        _ => None,
    };
    let zone = match corrections.get("zone") {
        Some((Correction::Zone(zone), _)) => Some(*zone),
        _ => None,
    };
    let (start, end) = (stamp("start"), stamp("end"));
    if start.is_none() && end.is_none() && zone.is_none() {
        return;
    }
    event.when = match event.when {
        When::Timed {
            start: at,
            end: until,
            zone: known,
        } => {
            let was = to_local(at, known);
            let ended = until.map(|until| to_local(until, known));
            let begins = on(start, was);
            let ends = match end {
                Some(end) => Some(on(Some(end), ended.unwrap_or(begins))),
                None => ended.and_then(|ended| begins.checked_add_signed(ended - was)),
            };
            timed(begins, ends, zone.unwrap_or(known))
        }
        When::Days { first, last } => match start {
            Some(start @ (Stamp::Floating(_) | Stamp::Zoned(..))) => {
                let begins = on(Some(start), first.and_time(chrono::NaiveTime::MIN));
                let ends = end
                    .filter(|end| !matches!(end, Stamp::Date(_)))
                    .map(|end| on(Some(end), begins));
                let home = event
                    .place
                    .as_ref()
                    .and_then(crate::facts::place::Place::zone);
                timed(begins, ends, zone.or(home).unwrap_or(Tz::UTC))
            }
            start => {
                let begins = start.map_or(first, |start| start.date());
                let ends = match end {
                    Some(end) => end.date(),
                    None => begins.checked_add_signed(last - first).unwrap_or(begins),
                };
                When::Days {
                    first: begins,
                    last: ends.max(begins),
                }
            }
        },
    };
}

/// A stamp as a local time; a date takes the hour of `else_at`, and so does what is not said.
fn on(stamp: Option<Stamp>, else_at: NaiveDateTime) -> NaiveDateTime {
    match stamp {
        None => else_at,
        Some(Stamp::Date(date)) => date.and_time(else_at.time()),
        Some(Stamp::Floating(local) | Stamp::Zoned(local, _)) => local,
        Some(Stamp::Offset(at)) => at.naive_local(),
        Some(Stamp::Utc(at)) => at.naive_utc(),
    }
}

/// A span on the clock of a zone; an end before its start is none.
fn timed(begins: NaiveDateTime, ends: Option<NaiveDateTime>, zone: Tz) -> When {
    When::Timed {
        start: to_utc(begins, zone),
        end: ends
            .filter(|ends| *ends >= begins)
            .map(|ends| to_utc(ends, zone)),
        zone,
    }
}
