//! The shapes of the JSON that is served, as JSON Schemas.

use super::parameters::reference;
use crate::facts::event::Flag;
use serde_json::{Value, json};

/// The shapes of the JSON that is served; `render::json` and the pages of sources make it.
pub(super) fn schemas() -> Value {
    let text = || json!({"type": "string"});
    let text_or_null = || json!({"type": ["string", "null"]});
    let number_or_null = || json!({"type": ["number", "null"]});
    let date = || json!({"type": "string", "format": "date"});
    let list = |items: Value| json!({"type": "array", "items": items});
    let all = |properties: Value| {
        let required: Vec<String> = properties
            .as_object()
            .map(|properties| properties.keys().cloned().collect())
            .unwrap_or_default();
        json!({"type": "object", "required": required, "properties": properties})
    };
    let flags = || list(reference("Flag"));
    let organisers = || list(all(json!({"name": text(), "url": text_or_null()})));
    let links = || list(all(json!({"title": text(), "url": text_or_null()})));
    json!({
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": text(), "title": text(), "status": {"type": "integer"}, "detail": text(),
                "parameter": text(),
            },
        },
        "Row": all(json!({
            "event": text_or_null(), "date": date(), "end_date": text_or_null(), "location": text(),
            "organisers": organisers(), "links": links(), "flags": flags(),
        })),
        "Section": all(json!({
            "window": all(json!({"from": date(), "to": date()})),
            "regions": list(all(json!({"name": text(), "rows": list(reference("Row"))}))),
            "attention": list(all(json!({"event": text(), "kind": reference("Flag"), "text": text()}))),
        })),
        "Event": all(json!({
            "id": text(), "url": text_or_null(), "created": text(), "modified": text(), "sequence": {"type": "integer"},
            "title": text(), "start": text(), "end": text_or_null(), "zone": text_or_null(),
            "date": date(), "end_date": text_or_null(), "all_day": {"type": "boolean"},
            "mode": {"type": "string", "enum": ["in-person", "virtual", "hybrid"]},
            "place": {
                "type": ["object", "null"],
                "properties": {"city": text_or_null(), "state": text_or_null(), "country": text()},
            },
            "venue": {
                "type": ["object", "null"],
                "properties": {
                    "name": text_or_null(), "address": text_or_null(),
                    "latitude": number_or_null(), "longitude": number_or_null(),
                },
            },
            "online_url": text_or_null(), "regions": list(text()),
            "organisers": organisers(), "links": links(),
            "status": {"type": "string", "enum": ["confirmed", "tentative", "cancelled", "postponed", "withdrawn"]},
            "description": text(),
            "sources": list(all(json!({
                "id": text(), "key": text(), "url": text_or_null(), "way": text(),
            }))),
            "flags": flags(),
        })),
        "Events": all(json!({"events": list(reference("Event")), "next": text_or_null()})),
        "Calls": all(json!({"calls": list(all(json!({
            "event": text(), "title": text(), "url": text(), "until": text(), "zone": text_or_null(),
            "date": text(), "end_date": text_or_null(), "mode": text(), "place": text(),
            "page": text_or_null(),
        })))})),
        "Sources": all(json!({
            "sources": list(json!({
                "type": "object", "required": ["id", "platform", "events", "failures", "stale"],
            })),
            "no_longer_configured": list(all(json!({"id": text(), "events": {"type": "integer"}}))),
        })),
        "Flag": {
            "type": "string",
            "description": "A doubt that is shown to the editor. A closed list.",
            "enum": Flag::ALL.map(Flag::name),
        },
    })
}
