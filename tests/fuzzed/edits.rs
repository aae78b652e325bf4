//! Small edits: of a text's tokens, of a JSON value's parts, of bytes.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// One edit, before it is known of what.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    kind: u8,
    at: Index,
    other: Index,
}

/// Any edit.
pub(super) fn edit() -> impl Strategy<Value = Edit> {
    (any::<u8>(), any::<Index>(), any::<Index>()).prop_map(|(kind, at, other)| Edit {
        kind,
        at,
        other,
    })
}

/// Drops, repeats, swaps, replaces and inserts tokens of a text, which end with one of `marks`.
pub(super) fn edited(text: &str, marks: &[char], pieces: &[&str], edits: &[Edit]) -> String {
    let mut tokens: Vec<&str> = text.split_inclusive(marks).collect();
    for edit in edits {
        if tokens.is_empty() {
            tokens.push("");
        }
        let at = edit.at.index(tokens.len());
        let other = edit.other.index(tokens.len());
        let piece = *edit.other.get(pieces);
        match edit.kind % 6 {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, tokens[other]),
            2 => tokens.swap(at, other),
            3 => tokens[at] = piece,
            4 => tokens.insert(at, piece),
            // Without its mark the next token is part of it.
            _ => tokens[at] = tokens[at].trim_end_matches(marks),
        }
    }
    tokens.concat()
}

/// Replaces parts of a value by others, by odd ones, by lists and objects of themselves, or by nothing.
pub(super) fn edited_value(value: &mut Value, edits: &[Edit]) {
    let odd = [
        json!(null),
        json!(true),
        json!(""),
        json!([]),
        json!({}),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!("2026-04-01"),
        json!("2026-03-29T02:30:00"),
        json!("9999-12-31T23:59:59Z"),
        json!("P1000000000Y"),
        json!("https://www.meetup.com/rust-berlin/events/1/"),
        json!("javascript:alert(1)"),
        json!("\u{202E}[x](y)\n&lt;"),
        json!("Paris, France"),
        json!("Online"),
        json!({"@type": "VirtualLocation"}),
        json!({"__ref": "Event:1"}),
    ];
    for edit in edits {
        let mut paths = Vec::new();
        pointers(value, String::new(), &mut paths);
        let other = value
            .pointer(&paths[edit.other.index(paths.len())])
            .cloned();
        let Some(part) = value.pointer_mut(&paths[edit.at.index(paths.len())]) else {
            continue;
        };
        *part = match edit.kind % 6 {
            0 | 1 => edit.other.get(&odd).clone(),
            2 => other.unwrap_or_default(),
            3 => json!([part.take(), other]),
            4 => json!({"@type": "Event", "name": part.take(), "item": other}),
            _ => Value::Null,
        };
    }
}

fn pointers(value: &Value, path: String, into: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                pointers(value, format!("{path}/{at}"), into);
            }
        }
        Value::Object(object) => {
            for (name, value) in object {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, format!("{path}/{name}"), into);
            }
        }
        _ => {}
    }
    into.push(path);
}

/// Numbers that look random and are the same in every run (SplitMix64).
pub(super) struct Random {
    state: u64,
}

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// Changes, drops, repeats or cuts off some bytes.
    pub(super) fn damage(&mut self, body: &mut Vec<u8>) {
        if body.is_empty() {
            return;
        }
        let at = self.below(body.len());
        let end = (at + self.below(40)).min(body.len());
        match self.below(9) {
            0 | 1 => body[at] = self.next().to_le_bytes()[0],
            2 | 3 => body[at] ^= 1 << self.below(8),
            4 | 5 => drop(body.drain(at..end)),
            6 | 7 => {
                let part = body[at..end].to_vec();
                let to = self.below(body.len());
                drop(body.splice(to..to, part));
            }
            _ => body.truncate(body.len() - self.below(60).min(body.len())),
        }
    }
}
