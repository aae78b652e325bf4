//! Bytes → content lines: character set, line ends, folds.
//!
//! The `icalendar` crate loses a whole feed to one byte-order mark, one line without a colon, or one LF
//! among CRLFs. What reaches it from here is one spelling of lines, each with its number in the file.

use super::problems::{Problems, shown};
use encoding_rs::Encoding;
use std::borrow::Cow;

/// Bytes of one unfolded line beyond which it is cut: the longest descriptions are a tenth of it, and
/// what is longer is an inline picture or an attack.
pub(super) const LONGEST_LINE: usize = 64 * 1024;

/// One content line, unfolded and decoded.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Its first line in the file, counted from 1.
    pub(super) number: usize,
    /// Its name in upper case, and what follows as written: `DTSTART;TZID=Europe/Berlin:2026…`.
    pub(super) text: String,
    /// Bytes of the name.
    name: usize,
}

impl Line {
    /// The property's name, in upper case.
    pub(super) fn name(&self) -> &str {
        self.text.get(..self.name).unwrap_or_default()
    }

    /// What follows the colon, for lines without parameters (BEGIN, END).
    pub(super) fn plain_value(&self) -> &str {
        self.text
            .get(self.name..)
            .and_then(|rest| rest.split_once(':'))
            .map_or("", |(_, value)| value.trim())
    }
}

/// The content lines of a calendar file; what is none is reported and dropped.
pub(super) fn lines(body: &[u8], content_type: Option<&str>, problems: &mut Problems) -> Vec<Line> {
    let (body, charset) = charset(body, content_type, problems);
    let unfolded = unfold(&body);
    let charset = charset.unwrap_or_else(|| guess(&unfolded, problems));
    let mut lines = Vec::with_capacity(unfolded.len());
    for raw in unfolded {
        let (text, _, damaged) = charset.decode(&raw.bytes);
        if damaged {
            problems.note(
                raw.number,
                format!("bytes that are no {} were replaced", charset.name()),
                None,
            );
        }
        let is_kept = |char: char| (!char.is_control() || char == '\t') && char != '\u{FEFF}';
        let text = if text.chars().all(is_kept) {
            text
        } else {
            Cow::Owned(text.chars().filter(|char| is_kept(*char)).collect())
        };
        if let Some(line) = read(raw.number, &text, raw.cut, problems) {
            lines.push(line);
        }
    }
    lines
}

/// The body as bytes that hold ASCII as ASCII, and its character set where something tells it.
fn charset<'a>(
    body: &'a [u8],
    content_type: Option<&str>,
    problems: &mut Problems,
) -> (Cow<'a, [u8]>, Option<&'static Encoding>) {
    let utf16 = match body {
        [0xFF, 0xFE, ..] | [b'B' | b'b', 0, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] | [0, b'B' | b'b', ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    if let Some(utf16) = utf16 {
        let (text, _, _) = utf16.decode(body);
        return (
            Cow::Owned(text.into_owned().into_bytes()),
            Some(encoding_rs::UTF_8),
        );
    }
    if let Some(body) = body.strip_prefix(b"\xEF\xBB\xBF") {
        return (Cow::Borrowed(body), Some(encoding_rs::UTF_8));
    }
    let declared = content_type.and_then(|header| {
        header.split(';').skip(1).find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("charset")
                .then(|| value.trim().trim_matches('"'))
        })
    });
    let Some(label) = declared else {
        return (Cow::Borrowed(body), None);
    };
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
        problems.note(
            0,
            format!("the declared character set {} is not known", shown(label)),
            None,
        );
        return (Cow::Borrowed(body), None);
    };
    if encoding == encoding_rs::UTF_8 || body.is_ascii() {
        return (Cow::Borrowed(body), None);
    }
    if std::str::from_utf8(body).is_ok() {
        // Text that happens to be valid UTF-8 beyond ASCII is UTF-8; servers declare Latin-1 by default.
        problems.note(
            0,
            format!("declared as {} but is UTF-8", encoding.name()),
            None,
        );
        return (Cow::Borrowed(body), Some(encoding_rs::UTF_8));
    }
    if encoding.is_ascii_compatible() {
        return (Cow::Borrowed(body), Some(encoding));
    }
    let (text, _, _) = encoding.decode(body);
    (
        Cow::Owned(text.into_owned().into_bytes()),
        Some(encoding_rs::UTF_8),
    )
}

/// RFC 5545 section 3.1.4 makes UTF-8 the default. A file with no UTF-8 beyond ASCII but other bytes
/// there is an old one, of western Europe most likely.
fn guess(lines: &[Raw], problems: &mut Problems) -> &'static Encoding {
    let mut good = false;
    let mut bad = None;
    for line in lines.iter().filter(|line| !line.bytes.is_ascii()) {
        // A cut may have split a character.
        match std::str::from_utf8(&line.bytes) {
            Ok(_) => good = true,
            Err(error) if line.cut && error.error_len().is_none() => good = true,
            Err(_) => bad = bad.or(Some(line.number)),
        }
    }
    match bad {
        Some(line) if !good => {
            problems.note(line, "not UTF-8: read as windows-1252".to_owned(), None);
            encoding_rs::WINDOWS_1252
        }
        _ => encoding_rs::UTF_8,
    }
}

/// An unfolded line before decoding: a fold may stand inside a character.
struct Raw {
    number: usize,
    bytes: Vec<u8>,
    cut: bool,
}

impl Raw {
    fn append(&mut self, more: &[u8]) {
        let room = LONGEST_LINE
            .saturating_sub(self.bytes.len())
            .min(more.len());
        self.cut |= room < more.len();
        self.bytes.extend_from_slice(&more[..room]);
    }

    /// Whether it ends with a backslash that nothing follows.
    fn ends_open(&self) -> bool {
        let slashes = self.bytes.iter().rev().take_while(|byte| **byte == b'\\');
        slashes.count() % 2 == 1
    }
}

/// Whether a line begins like a property: a name in capitals, then a colon or its parameters.
fn begins_property(line: &[u8]) -> bool {
    let name = line
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'-')
        .count();
    name > 0 && matches!(line.get(name), Some(b':' | b';'))
}

/// Lines end with CRLF, LF or CR; one that begins with a space or tab continues the last, blank lines
/// between them notwithstanding.
fn unfold(body: &[u8]) -> Vec<Raw> {
    let mut lines: Vec<Raw> = Vec::new();
    let mut number = 0;
    let mut rest = body;
    while !rest.is_empty() {
        number += 1;
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'\r' | b'\n'))
            .unwrap_or(rest.len());
        let (line, after) = rest.split_at(length);
        // CRCRLF is one end of line: a CRLF that was converted twice.
        let returns = after.iter().take_while(|byte| **byte == b'\r').count();
        rest = match after.get(returns) {
            Some(b'\n') => &after[returns + 1..],
            _ if returns > 0 => &after[1..],
            _ => after,
        };
        match (line, lines.last_mut()) {
            ([], _) => {}
            ([b' ' | b'\t', more @ ..], Some(last)) => last.append(more),
            // Mobilizon writes a line break in a text as a backslash and the break itself.
            (more, Some(last)) if last.ends_open() && !begins_property(more) => {
                last.append(b"n");
                last.append(more);
            }
            _ => {
                let room = line.len().min(LONGEST_LINE);
                lines.push(Raw {
                    number,
                    bytes: line[..room].to_vec(),
                    cut: room < line.len(),
                });
            }
        }
    }
    lines
}

/// Properties that nobody here reads, however long they are.
pub(super) fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "ATTACH"
            | "ATTENDEE"
            | "COMMENT"
            | "CONTACT"
            | "REQUEST-STATUS"
            | "RELATED-TO"
            | "IMAGE"
            | "PHOTO"
            | "TRANSP"
            | "PRIORITY"
            | "RESOURCES"
            | "CATEGORIES"
            | "X-MS-OLK-FORCEINSPECTOROPEN"
    )
}

fn read(number: usize, text: &str, cut: bool, problems: &mut Problems) -> Option<Line> {
    let text = text.trim_start();
    let end = text.find([':', ';']).unwrap_or(text.len());
    let name = text.get(..end)?.trim_end().to_ascii_uppercase();
    let rest = text.get(end..)?;
    if !rest.contains(':') {
        if !text.is_empty() {
            problems.note(
                number,
                format!("a line without a colon was dropped: {}", shown(text)),
                None,
            );
        }
        return None;
    }
    if name.is_empty()
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    {
        problems.note(
            number,
            format!("a line with no property name was dropped: {}", shown(text)),
            None,
        );
        return None;
    }
    let is_list = matches!(name.as_str(), "RDATE" | "EXDATE");
    let is_time = is_list || matches!(name.as_str(), "DTSTART" | "DTEND" | "RECURRENCE-ID");
    let mut rest = if is_time {
        quote_zone(rest)
    } else {
        Cow::Borrowed(rest)
    };
    if cut && !is_skipped(&name) {
        problems.note(
            number,
            format!(
                "{name} is longer than {} KiB and was cut",
                LONGEST_LINE / 1024
            ),
            None,
        );
        if is_list {
            // The last date of a cut list is half a date.
            rest = Cow::Owned(
                rest.rsplit_once(',')
                    .map_or("", |(whole, _)| whole)
                    .to_owned(),
            );
        }
    }
    Some(Line {
        number,
        name: name.len(),
        text: name + &rest,
    })
}

/// Puts quotes around a TZID that needs them and has none or one:
/// `;TZID=(UTC-05:00) Eastern Time:20260107T190000`.
fn quote_zone(rest: &str) -> Cow<'_, str> {
    let is_value = |text: &str| {
        text.len() >= 8
            && text.bytes().take(4).all(|byte| byte.is_ascii_digit())
            && text.chars().all(|char| {
                matches!(
                    char,
                    '0'..='9'
                        | 'T'
                        | 'Z'
                        | 't'
                        | 'z'
                        | 'P'
                        | 'W'
                        | 'D'
                        | 'H'
                        | 'M'
                        | 'S'
                        | ','
                        | '/'
                        | '+'
                        | '-'
                        | ':'
                        | ' '
                        | '.'
                )
            })
    };
    let Some(start) = rest
        .to_ascii_uppercase()
        .find("TZID=")
        .map(|place| place + "TZID=".len())
    else {
        return Cow::Borrowed(rest);
    };
    let zone = &rest[start..];
    let closed = zone
        .strip_prefix('"')
        .is_some_and(|quoted| quoted.contains('"'));
    let simple = zone
        .split_once(':')
        .is_some_and(|(_, value)| is_value(value));
    if closed || simple && !zone.starts_with('"') {
        return Cow::Borrowed(rest);
    }
    let mut end = None;
    for (place, _) in zone.match_indices(':') {
        if is_value(&zone[place + 1..]) {
            end = Some(place);
            break;
        }
    }
    let Some(end) = end else {
        return Cow::Borrowed(rest);
    };
    let (zone, value) = zone.split_at(end);
    let (zone, more) = match zone.to_ascii_uppercase().find(";VALUE=") {
        Some(place) => zone.split_at(place),
        None => (zone, ""),
    };
    Cow::Owned(format!(
        "{}\"{}\"{more}{value}",
        &rest[..start],
        zone.replace('"', "").trim()
    ))
}
