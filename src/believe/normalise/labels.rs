//! A mode that stands beside the place in one field: `Hybride: Utrecht`, `Utrecht (online)`, `Online / Berlin`.

use super::modes;
use crate::facts::listing::Location;
use crate::facts::place::{Mode, says_online};
use std::borrow::Cow;

/// Modes that are read from one field.
const MOST_LABELS: usize = 4;

/// Signs between a mode and a place. Dashes are found by [`dash`].
const SIGNS: &[char] = &[
    ':', '：', '|', '｜', ',', '，', '、', '/', '／', '+', '＋', '&', '＆',
];

/// What the fields for the place say of how the event is held.
#[derive(Debug, Default)]
pub(super) struct Labels<'a> {
    /// The mode.
    pub(super) mode: Option<Mode>,
    /// A field that names online and a place with a slash between them: most likely both.
    pub(super) both: Option<&'a str>,
}

/// The modes in the fields for the place, and the locations without them. `is_known` says whether a text names a place
/// that we know.
pub(super) fn without_labels(
    locations: &[Location],
    is_known: impl Fn(&str) -> bool,
) -> (Labels<'_>, Cow<'_, [Location]>) {
    let mut labels = Labels::default();
    let mut plain = Cow::Borrowed(locations);
    for (number, location) in locations.iter().enumerate() {
        let fields = [&location.venue, &location.address, &location.city];
        let is_alone = fields.into_iter().flatten().count() == 1;
        for (which, field) in fields.into_iter().enumerate() {
            let Some(text) = field.as_deref() else {
                continue;
            };
            let Some(found) = labelled(text, is_alone, &is_known) else {
                continue;
            };
            match found.is_sure {
                true => labels.mode = labels.mode.or(Some(found.mode)),
                false => labels.both = labels.both.or(Some(text)),
            }
            let bare = &mut plain.to_mut()[number];
            let field = match which {
                0 => &mut bare.venue,
                1 => &mut bare.address,
                _ => &mut bare.city,
            };
            *field = Some(found.place).filter(|place| !place.is_empty());
        }
    }
    (labels, plain)
}

/// A field's mode, and the rest of the field.
struct Labelled {
    mode: Mode,
    place: String,
    is_sure: bool,
}

/// What stands between a mode and a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A colon or brackets: whatever the other side names, this side is a mode.
    Strong,
    /// A dash, a bar, or a comma behind the place. A house may be called so: "Remote – Coworking".
    Weak,
    /// A comma before the place: behind the name of a house stands its street.
    Comma,
    /// A plus sign, which joins both sides.
    Plus,
    /// A slash, which joins both sides, or parts them as a dash does.
    Slash,
}

fn labelled(text: &str, is_alone: bool, is_known: impl Fn(&str) -> bool) -> Option<Labelled> {
    // Nothing but words for online: read as such, with what may be said beside them.
    if says_online(text) {
        return None;
    }
    let mut place = text.trim().to_owned();
    let (mut modes, mut signs) = (Vec::new(), Vec::new());
    while modes.len() < MOST_LABELS {
        let Some((mode, sign, rest)) = without_label(&place) else {
            break;
        };
        modes.push(mode);
        signs.push(sign);
        place = rest;
    }
    // "In person / online", or "Hybrid" alone; but beside another field it may be the name of a bar.
    let last = modes::label(&place)
        .filter(|mode| !modes.is_empty() || (is_alone && *mode == Mode::Hybrid));
    if let Some(last) = last {
        modes.push(last);
        place.clear();
    }
    let has = |mode: Mode| modes.contains(&mode);
    // The sign beside the place: others stand between two modes.
    let beside = signs.last().copied().filter(|_| !place.is_empty());
    let joins = |sign: Sign| beside == Some(sign);
    let (mode, is_sure) = match () {
        () if has(Mode::Hybrid) || (has(Mode::Virtual) && has(Mode::InPerson)) => {
            (Mode::Hybrid, true)
        }
        () if has(Mode::Virtual) && joins(Sign::Plus) => (Mode::Hybrid, true),
        () if has(Mode::Virtual) && joins(Sign::Slash) => (Mode::Hybrid, false),
        () if has(Mode::Virtual) => (Mode::Virtual, true),
        // "会場: 東京" only says where it is. The newsletter's own words for it say how.
        () if has(Mode::InPerson) && Mode::parse(text.split(SIGNS).next()?).is_some() => {
            (Mode::InPerson, true)
        }
        () => return None,
    };
    let is_place = match beside {
        None | Some(Sign::Strong) => true,
        Some(Sign::Comma) if place.contains(|char: char| char.is_ascii_digit()) => false,
        Some(_) => is_known(&place),
    };
    is_place.then_some(Labelled {
        mode,
        place,
        is_sure,
    })
}

/// The mode at an end of a text or in brackets, what parts it from the rest, and the rest.
fn without_label(text: &str) -> Option<(Mode, Sign, String)> {
    if let Some((mode, rest)) = in_brackets(text) {
        return Some((mode, Sign::Strong, rest));
    }
    let ends = |at: usize, len: usize| (text[..at].trim(), text[at + len..].trim());
    let found = text.char_indices().filter_map(|(at, char)| {
        let sign = sign(char).or_else(|| dash(text, at, char))?;
        Some((sign, ends(at, char.len_utf8())))
    });
    let found: Vec<(Sign, (&str, &str))> = found.collect();
    let first = found
        .first()
        .and_then(|(sign, (label, rest))| Some((modes::label(label)?, *sign, (*rest).to_owned())));
    first.or_else(|| {
        let (sign, (rest, label)) = found.last()?;
        let sign = match sign {
            Sign::Comma => Sign::Weak,
            sign => *sign,
        };
        Some((modes::label(label)?, sign, (*rest).to_owned()))
    })
}

fn sign(char: char) -> Option<Sign> {
    Some(match char {
        ':' | '：' => Sign::Strong,
        '|' | '｜' => Sign::Weak,
        ',' | '，' | '、' => Sign::Comma,
        '+' | '＋' | '&' | '＆' => Sign::Plus,
        '/' | '／' => Sign::Slash,
        _ => return None,
    })
}

/// A dash that parts: a hyphen does so only beside a space.
fn dash(text: &str, at: usize, char: char) -> Option<Sign> {
    let is_dash = match char {
        '–' | '—' => true,
        '-' => text[..at].ends_with(' ') || text[at + 1..].starts_with(' '),
        _ => false,
    };
    is_dash.then_some(Sign::Weak)
}

/// `Utrecht (hybrid)`, `[Hybrid] Utrecht`: a mode in brackets; `Hybrid (Utrecht)`: a place in them.
fn in_brackets(text: &str) -> Option<(Mode, String)> {
    let opened = text
        .char_indices()
        .filter(|(_, char)| "([（【［".contains(*char));
    for (at, open) in opened {
        let (before, behind) = (text[..at].trim(), &text[at + open.len_utf8()..]);
        let Some(end) = behind.find([')', ']', '）', '】', '］']) else {
            break;
        };
        let close = behind[end..].chars().next().map_or(1, char::len_utf8);
        let (inside, after) = (behind[..end].trim(), behind[end + close..].trim());
        if let Some(mode) = modes::label(inside) {
            return Some((mode, joined(before, after)));
        }
        if let Some(mode) = modes::label(before) {
            return Some((mode, joined(inside, after)));
        }
    }
    None
}

/// What is left on both sides of a mode: `Utrecht` and `, NL`.
fn joined(before: &str, after: &str) -> String {
    let is_mark =
        |char: char| char.is_whitespace() || SIGNS.contains(&char) || "-–—".contains(char);
    let before = before.trim_end_matches(is_mark);
    let after = after.trim_start_matches(is_mark);
    match before.is_empty() || after.is_empty() {
        true => format!("{before}{after}"),
        false => format!("{before}, {after}"),
    }
}
