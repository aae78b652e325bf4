//! `decisions/*.toml` → editors' decisions, and back.

use super::table::{self, Document, Table};
use super::value;
use super::wrong::Wrong;
use super::{Entry, Problem, address};
use crate::facts::decision::{Action, Correction, Decision, EventName, Origin};
use crate::facts::event::EventId;
use crate::facts::link::Link;
use crate::facts::wording::quoted;
use toml::de::DeValue;

/// The keys that say what is decided; each decision has one of them.
const ACTIONS: [&str; 8] = [
    "hide",
    "show",
    "edit",
    "cancel",
    "postpone",
    "merge",
    "split",
    "print-until",
];

/// Reads one file.
pub(super) fn read(document: &Document<'_>, problems: &mut Vec<Problem>) -> Vec<Decision> {
    let mut top = document.table();
    let tables = top.tables("decision");
    top.finish("", document.path(), problems);
    let mut decisions = Vec::new();
    for mut table in tables {
        let event = table.need("event", |value| {
            Ok((value::text(value)?, event_name(value)?))
        });
        let (written, event) = event.unzip();
        let action = action(&mut table);
        let reason = table.need("reason", value::text);
        let by = table.take("by", value::text);
        let at = table.need("at", value::instant);
        if let (Some(event), Some(Action::Merge(other))) = (&event, &action)
            && event == other
        {
            table.note("merge", "names the event itself: name the other one");
        }
        if let (Some(event), Some(action), Some(reason), Some(at)) = (event, action, reason, at) {
            decisions.push(Decision {
                event,
                action,
                reason: reason.to_owned(),
                by: by.map(str::to_owned),
                at,
                origin: Origin::File(document.path().to_path_buf(), table.line),
            });
        }
        let label = written.map_or("decision".to_owned(), |event| {
            format!("decision {}", quoted(event))
        });
        table.finish(&label, document.path(), problems);
    }
    decisions
}

/// An event's link, or its whole id.
fn event_name(value: &DeValue<'_>) -> Result<EventName, Wrong> {
    let written = value::text(value)?;
    if let Some(url) = address::web(written) {
        let link = Link::parse(url?.as_str()).map_err(Wrong::bare)?;
        return Ok(EventName::Link(link));
    }
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if written.len() == 16 && written.bytes().all(is_digit) {
        return Ok(EventName::Id(EventId::stored(written.to_owned())));
    }
    Err(Wrong::bare(format!(
        "{} is neither a link nor the 16 digits of an event's id",
        quoted(written)
    )))
}

fn action(table: &mut Table<'_>) -> Option<Action> {
    let hide = table.take("hide", |value| {
        value::one_of(
            value,
            "a place to hide from",
            &["section", "everywhere"],
            |name| match name {
                "section" => Some(Action::HideFromSection),
                "everywhere" => Some(Action::HideEverywhere),
                _ => None,
            },
        )
    });
    let show = table.take("show", value::only_true).map(|()| Action::Show);
    let edit = edit(table);
    let cancel = table
        .take("cancel", value::only_true)
        .map(|()| Action::Cancel);
    let postpone = table
        .take("postpone", value::only_true)
        .map(|()| Action::Postpone);
    let merge = table.take("merge", event_name).map(Action::Merge);
    let split = table
        .take("split", value::only_true)
        .map(|()| Action::Split);
    let print = table
        .take("print-until", value::date)
        .map(Action::PrintUntil);
    let given: Vec<&str> = ACTIONS.into_iter().filter(|key| table.has(key)).collect();
    match given[..] {
        [] => table.note(
            "action",
            format!("is missing; write one of {}", ACTIONS.join(", ")),
        ),
        [_] => {}
        [_, second, ..] => table.note(
            second,
            format!(
                "is a second decision beside {}; write a decision for each",
                given[0]
            ),
        ),
    }
    hide.or(show)
        .or(edit)
        .or(cancel)
        .or(postpone)
        .or(merge)
        .or(split)
        .or(print)
}

fn edit(table: &mut Table<'_>) -> Option<Action> {
    let mut fields = table.table_if_there("edit")?;
    let edits: Vec<Correction> = Correction::FIELDS
        .into_iter()
        .filter_map(|field| fields.take(field, |value| corrected(field, value)))
        .collect();
    if fields.is_empty() {
        fields.note(
            "title",
            "is missing, and so is every other field; write what is to be edited",
        );
    }
    table.absorb("edit", fields);
    Some(Action::Edit(edits))
}

fn corrected(field: &str, value: &DeValue<'_>) -> Result<Correction, Wrong> {
    let text = |value| value::text(value).map(str::to_owned);
    Ok(match field {
        "title" => Correction::Title(text(value)?),
        "start" => Correction::Start(value::stamp(value)?),
        "end" => Correction::End(value::stamp(value)?),
        "zone" => Correction::Zone(value::zone(value)?),
        "place" => Correction::Place(value::place(value)?),
        "mode" => Correction::Mode(value::mode(value)?),
        "organiser" => Correction::Organiser(text(value)?),
        "organiser-url" => Correction::OrganiserUrl(value::link(value)?),
        "link" => Correction::Link(value::link(value)?),
        "description" => Correction::Description(value::prose(value)?),
        _ => {
            return Err(Wrong::advised(format!(
                "there is no field {field:?}; there are {}",
                Correction::FIELDS.join(", ")
            )));
        }
    })
}

/// A correction from a field's name and value, as an editor types them.
///
/// # Errors
/// Says what is wrong with the field or its value; the rules are those of a file.
pub fn correction(field: &str, value: &str) -> Result<Correction, String> {
    let value = DeValue::String(value.into());
    corrected(field, &value)
        .map_err(|wrong| table::answered("edit", field, &value, wrong).to_string())
}

/// A decision as an entry of `decisions/*.toml`, which `read` turns into the same decision.
pub fn written(decision: &Decision) -> String {
    let mut entry = Entry::new("decision");
    entry.text("event", &decision.event.to_string(), "");
    match &decision.action {
        Action::HideFromSection => entry.text("hide", "section", ""),
        Action::HideEverywhere => entry.text("hide", "everywhere", ""),
        Action::Show => entry.bare("show", "true"),
        Action::Edit(corrections) => {
            let fields = corrections
                .iter()
                .map(|correction| (correction.field(), correction.value()));
            entry.fields("edit", fields);
        }
        Action::Cancel => entry.bare("cancel", "true"),
        Action::Postpone => entry.bare("postpone", "true"),
        Action::Merge(other) => entry.text("merge", &other.to_string(), ""),
        Action::Split => entry.bare("split", "true"),
        Action::PrintUntil(day) => entry.text("print-until", &day.to_string(), ""),
    }
    entry.text("reason", &decision.reason, "");
    if let Some(by) = &decision.by {
        entry.text("by", by, "");
    }
    entry.bare(
        "at",
        &decision
            .at
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    );
    entry.to_string()
}
