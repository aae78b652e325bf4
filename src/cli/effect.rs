//! What a decision comes to: where its event is printed, or why it is not, and what writes it.

use super::Invocation;
use rusty_events::facts::event::EventId;
use rusty_events::facts::issue;
use rusty_events::store::Store;
use rusty_events::why::{self, Answer, Newsletter};
use std::fmt;

/// Where an event stands.
pub(super) struct Effect {
    /// Whether it is printed, and where or in which issue not.
    pub(super) place: String,
    /// Why it is not printed; none if it is.
    pub(super) reasons: Vec<String>,
}

impl fmt::Display for Effect {
    /// With the command that writes it, which is to be completed.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reasons[..] {
            [] => write!(
                out,
                "{}; the next `rusty-events update FILE` writes it",
                self.place
            ),
            reasons => write!(out, "{}: {}", self.place, reasons.join("; ")),
        }
    }
}

/// Where an event is printed now, or why it is not.
pub(super) fn effect(
    invocation: &Invocation,
    store: &Store,
    event: &EventId,
) -> anyhow::Result<Effect> {
    let settings = &invocation.configuration.settings;
    let day = issue::next_issue(invocation.today(), settings.newsletter.rhythm);
    let newsletter = Newsletter {
        issue: day,
        days: settings.section.days,
        rhythm: settings.newsletter.rhythm,
        zone: settings.newsletter.zone,
        style: &invocation.style,
        stale_after: settings.stale_after,
    };
    let groups = invocation.groups();
    let orders = invocation.orders(&groups);
    let answer = why::why(event.as_str(), &orders, newsletter, store)?;
    let Answer::Event(account) = answer else {
        return Ok(Effect {
            place: "not printed".to_owned(),
            reasons: vec!["no source lists it any more".to_owned()],
        });
    };
    let next = account.next;
    if next.headings.is_empty() {
        let mut reasons = next.reasons;
        if reasons.is_empty() {
            reasons.push("nothing says under which heading".to_owned());
        }
        return Ok(Effect {
            place: format!("not printed in the issue of {}", next.issue),
            reasons,
        });
    }
    let names: Vec<&str> = next
        .headings
        .iter()
        .map(|heading| invocation.style.name(*heading))
        .collect();
    Ok(Effect {
        place: format!(
            "printed in the issue of {} under {}",
            next.issue,
            names.join(" and ")
        ),
        reasons: Vec::new(),
    })
}
