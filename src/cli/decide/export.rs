//! `decide export`: the decisions in force, as a configuration has them.

use super::Known;
use crate::cli::{Exit, Invocation, print};
use rusty_events::config;
use rusty_events::facts::decision::{Action, EventName};
use rusty_events::facts::event::EventId;
use rusty_events::facts::link::{Link, Meaning};

/// Prints the decisions that were not taken back.
pub(super) fn export(invocation: &Invocation) -> anyhow::Result<Exit> {
    let store = invocation.existing_store()?;
    let known = Known::of(&store)?;
    let mut text = String::new();
    for logged in store.decisions()? {
        if logged.undone.is_some() {
            continue;
        }
        let mut decision = logged.decision;
        let mut remark = String::new();
        if let EventName::Id(id) = &decision.event {
            remark = known.in_short(id);
            decision.event = portable(id, &known);
        }
        if let Action::Merge(EventName::Id(other)) = &decision.action {
            decision.action = Action::Merge(portable(other, &known));
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&config::comments(&remark));
        text.push_str(&config::written(&decision));
    }
    print(&text)?;
    Ok(Exit::Done)
}

/// An event's link where it alone says which event is meant, else its id.
fn portable(id: &EventId, known: &Known) -> EventName {
    let link = known
        .published
        .get(known.names.published(id))
        .into_iter()
        .flat_map(|event| &event.evidence)
        .filter_map(|evidence| evidence.url.as_ref())
        .find(|link| {
            matches!(link.meaning(), Meaning::Event { .. })
                && known.names.find(&EventName::Link((*link).clone())).as_ref() == Ok(id)
        });
    link.map_or_else(
        || EventName::Id(id.clone()),
        |link: &Link| EventName::Link(link.clone()),
    )
}
