//! An answer of `why` as JSON.

use super::{says, ways};
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::Rejected;
use rusty_events::facts::link::Link;
use rusty_events::facts::source::Source;
use rusty_events::render;
use rusty_events::section::print;
use rusty_events::section::select::Style;
use rusty_events::store::{Logged, Standing};
use rusty_events::why::lookup::Printed;
use rusty_events::why::{Answer, Seen, Usual};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The whole answer; `kind` tells which of its forms it has.
pub(super) fn answer(answer: &Answer, style: &Style) -> Value {
    let seen_at = BTreeMap::new();
    let event = |event: &Published| render::json::event(event, &seen_at, None);
    match answer {
        Answer::Event(account) => {
            let last = account.seen.iter().filter_map(|seen| {
                Some((
                    seen.source.0.clone(),
                    seen.versions.last()?.seen.1.to_rfc3339(),
                ))
            });
            let next = &account.next;
            json!({
                "kind": "event",
                "event": render::json::event(&account.event, &last.collect(), None),
                "seen": account.seen.iter().map(seen_json).collect::<Vec<_>>(),
                "merged": account.merged.iter().map(|(id, rule)| json!({"event": id.as_str(), "rule": rule})).collect::<Vec<_>>(),
                "suspected": account.suspected.iter().map(|(id, why)| json!({"event": id.as_str(), "why": why})).collect::<Vec<_>>(),
                "decisions": account.decisions.iter().map(decision_json).collect::<Vec<_>>(),
                "conflicts": account.event.overruled.iter().filter(|overruled| overruled.is_conflict()).map(|overruled| json!({
                    "field": overruled.field, "said": overruled.said, "says": overruled.says, "ruled": overruled.decided,
                })).collect::<Vec<_>>(),
                "printed": account.printed.iter().map(|(day, heading, row)| json!({
                    "issue": day.to_string(), "heading": heading, "row": row,
                })).collect::<Vec<_>>(),
                "taken_out": account.taken_out.iter().map(|out| json!({
                    "issue": out.issue.to_string(), "file": out.file, "heading": out.heading,
                    "date": out.day.to_string(), "noticed": out.noticed.to_rfc3339(),
                })).collect::<Vec<_>>(),
                "next": {
                    "issue": next.issue.to_string(),
                    "headings": next.headings.iter().map(|heading| heading.name()).collect::<Vec<_>>(),
                    "row": render::json::row(&next.row),
                    "markdown": print::row(&next.row, style),
                    "reasons": next.reasons,
                    "doubts": next.doubts,
                    "deadline": next.deadline.to_rfc3339(),
                },
            })
        }
        Answer::Several(events, more) => json!({
            "kind": "several", "events": events.iter().map(event).collect::<Vec<_>>(), "more": more,
        }),
        Answer::Group(group) => json!({
            "kind": "group",
            "sources": group.sources.iter().map(source_json).collect::<Vec<_>>(),
            "events": group.events.iter().map(event).collect::<Vec<_>>(),
            "rejected": group.rejected.iter().map(reject_json).collect::<Vec<_>>(),
            "unknown": group.unknown.as_ref().map(Link::as_str),
            "printed": group.printed.iter().map(printed).collect::<Vec<_>>(),
            "habit": group.usual.as_ref().map(habit),
        }),
        Answer::Listed(entries) => json!({
            "kind": "listed",
            "entries": entries.iter().map(|entry| json!({
                "source": entry.source.0, "key": entry.listing.key, "title": entry.listing.title,
                "date": entry.listing.start.date().to_string(),
                "rejected": entry.rejected.as_ref().map(reject_json),
            })).collect::<Vec<_>>(),
        }),
        Answer::Unknown(unknown) => json!({
            "kind": "unknown",
            "question": unknown.question,
            "link": unknown.link.as_ref().map(Link::as_str),
            "group": unknown.group.as_ref().map(Link::as_str),
            "printed": unknown.printed.iter().map(printed).collect::<Vec<_>>(),
        }),
    }
}

fn seen_json(seen: &Seen) -> Value {
    json!({
        "source": seen.source.0,
        "configured": seen.configured,
        "key": seen.key,
        "says": seen.event.as_ref().map(says),
        "versions": seen.versions.iter().map(|version| json!({
            "way": ways(std::slice::from_ref(version)),
            "title": version.listing.title,
            "first_seen": version.seen.0.to_rfc3339(),
            "last_seen": version.seen.1.to_rfc3339(),
            "missing_since": version.missing_since.map(|at| at.to_rfc3339()),
            "gone_at": version.gone_at.map(|at| at.to_rfc3339()),
            "replaced_at": version.replaced_at.map(|at| at.to_rfc3339()),
        })).collect::<Vec<_>>(),
        "questions": seen.questions.iter().map(|question| json!({
            "url": question.url, "at": question.at.to_rfc3339(),
            "answer": question.answer.name(), "detail": question.detail,
        })).collect::<Vec<_>>(),
        "last_good": seen.standing.last_good.map(|at| at.to_rfc3339()),
        "failures": seen.standing.failures,
    })
}

fn decision_json(logged: &Logged) -> Value {
    let decision = &logged.decision;
    json!({
        "id": decision.origin.to_string(),
        "ruling": decision.action.to_string(),
        "reason": decision.reason,
        "by": decision.by,
        "at": decision.at.to_rfc3339(),
        "undone": logged.undone.as_ref().map(|undone| json!({
            "at": undone.at.to_rfc3339(), "by": undone.by, "reason": undone.reason,
        })),
    })
}

fn source_json((source, standing): &(Source, Standing)) -> Value {
    json!({
        "id": source.id.0,
        "platform": source.platform.name(),
        "way": standing.way.map(|way| way.name()),
        "entries": standing.entries,
        "last_good": standing.last_good.map(|at| at.to_rfc3339()),
        "failures": standing.failures,
        "error": (standing.failures > 0).then(|| standing.error.clone()).flatten(),
        "held": standing.hold().map(|(_, why)| why),
    })
}

fn reject_json(reject: &Rejected) -> Value {
    json!({
        "source": reject.source.0, "key": reject.key, "line": reject.line, "title": reject.title,
        "field": reject.field, "reason": reject.reason,
    })
}

fn printed(printed: &Printed) -> Value {
    json!({
        "issue": printed.issue.to_string(), "heading": printed.row.heading, "row": printed.row.text,
    })
}

fn habit(usual: &Usual) -> Value {
    let habit = &usual.habit;
    let days: Vec<String> = habit.days.iter().map(ToString::to_string).collect();
    json!({
        "group": habit.key,
        "name": habit.name,
        "location": habit.location,
        "printed_for": days,
        "rhythm": habit.rhythm.map(|rhythm| rhythm.cadence.to_string()),
        "kept": habit.rhythm.map(|rhythm| [rhythm.kept.0, rhythm.kept.1]),
        "lead_days": habit.lead,
        "expected": usual.expected.map(|day| day.to_string()),
        "dismissed": usual.dismissed.as_ref().map(|dismissed| json!({
            "by": dismissed.by, "at": dismissed.at.to_rfc3339(), "reason": dismissed.reason,
        })),
    })
}
