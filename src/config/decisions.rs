//! `decisions/*.toml` → editors' rulings.

use super::table::{Document, Table};
use super::value::{self, quoted};
use super::{Correction, EventName, Problem, Ruling, WrittenDecision, address};
use crate::event::EventId;
use crate::link::Link;
use toml::de::DeValue;

/// The keys that rule; each decision has one of them.
const RULINGS: [&str; 8] = [
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
pub(super) fn read(document: &Document<'_>, problems: &mut Vec<Problem>) -> Vec<WrittenDecision> {
    let mut top = document.table();
    let tables = top.tables("decision");
    top.finish("", document.path(), problems);
    let mut decisions = Vec::new();
    for mut table in tables {
        let event = table.need("event", |value| {
            Ok((value::text(value)?, event_name(value)?))
        });
        let (written, event) = event.unzip();
        let ruling = ruling(&mut table);
        let reason = table.need("reason", value::text);
        let by = table.take("by", value::text);
        let at = table.need("at", value::instant);
        if let (Some(event), Some(ruling), Some(reason), Some(at)) = (event, ruling, reason, at) {
            decisions.push(WrittenDecision {
                file: document.path().to_path_buf(),
                line: table.line,
                event,
                ruling,
                reason: reason.to_owned(),
                by: by.map(str::to_owned),
                at,
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
fn event_name(value: &DeValue<'_>) -> Result<EventName, String> {
    let written = value::text(value)?;
    if let Some(url) = address::web(written) {
        let link = Link::parse(url?.as_str()).map_err(|error| error.to_string())?;
        return Ok(EventName::Link(link));
    }
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if written.len() == 16 && written.bytes().all(is_digit) {
        return Ok(EventName::Id(EventId::stored(written.to_owned())));
    }
    Err(format!(
        "{} is neither a link nor the 16 digits of an event's id",
        quoted(written)
    ))
}

fn ruling(table: &mut Table<'_>) -> Option<Ruling> {
    let hide = table.take("hide", |value| {
        value::one_of(
            value,
            "a place to hide from",
            &["section", "everywhere"],
            |name| match name {
                "section" => Some(Ruling::HideFromSection),
                "everywhere" => Some(Ruling::HideEverywhere),
                _ => None,
            },
        )
    });
    let show = table.take("show", value::only_true).map(|()| Ruling::Show);
    let edit = edit(table);
    let cancel = table
        .take("cancel", value::only_true)
        .map(|()| Ruling::Cancel);
    let postpone = table
        .take("postpone", value::only_true)
        .map(|()| Ruling::Postpone);
    let merge = table.take("merge", event_name).map(Ruling::Merge);
    let split = table
        .take("split", value::only_true)
        .map(|()| Ruling::Split);
    let print = table
        .take("print-until", value::date)
        .map(Ruling::PrintUntil);
    let given: Vec<&str> = RULINGS.into_iter().filter(|key| table.has(key)).collect();
    match given[..] {
        [] => table.note(
            "ruling",
            format!("is missing; write one of {}", RULINGS.join(", ")),
        ),
        [_] => {}
        [_, second, ..] => table.note(
            second,
            format!(
                "is a second ruling beside {}; write a decision for each",
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

fn edit(table: &mut Table<'_>) -> Option<Ruling> {
    let mut fields = table.table_if_there("edit")?;
    let text = |value| value::text(value).map(str::to_owned);
    let edits: Vec<Correction> = [
        fields.take("title", text).map(Correction::Title),
        fields.take("start", value::stamp).map(Correction::Start),
        fields.take("end", value::stamp).map(Correction::End),
        fields.take("zone", value::zone).map(Correction::Zone),
        fields.take("place", value::place).map(Correction::Place),
        fields.take("mode", value::mode).map(Correction::Mode),
        fields.take("organiser", text).map(Correction::Organiser),
        fields
            .take("organiser-url", value::link)
            .map(Correction::OrganiserUrl),
        fields.take("link", value::link).map(Correction::Link),
        fields
            .take("description", value::prose)
            .map(Correction::Description),
    ]
    .into_iter()
    .flatten()
    .collect();
    if fields.is_empty() {
        fields.note(
            "title",
            "is missing, and so is every other field; write what is to be edited",
        );
    }
    table.absorb("edit", fields);
    Some(Ruling::Edit(edits))
}
