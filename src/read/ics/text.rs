//! Bytes → content lines: character set, line ends, folds.
//!
//! The `icalendar` crate loses a whole feed to one byte-order mark, one line without a colon, or one LF
//! among CRLFs. What reaches it from here is one spelling of lines, each with its number in the file.

use super::problems::{Problems, shown};
use crate::read::charset;
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

/// What is known of a file beside its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Served<'a> {
    /// The Content-Type that its server gave.
    pub(super) content_type: Option<&'a str>,
    /// Where it was.
    pub(super) url: &'a str,
}

/// The content lines of a calendar file, without the lines `before` it. A line that is not a content line is reported and
/// dropped.
pub(super) fn lines(
    body: &[u8],
    said: &Served<'_>,
    before: usize,
    problems: &mut Problems,
) -> Vec<Line> {
    let (body, charset) = declared(body, said.content_type, problems);
    let unfolded = unfold(&body, before + 1, problems);
    let charset = charset.unwrap_or_else(|| detected(&unfolded, said.url, problems));
    let mut lines = Vec::with_capacity(unfolded.len());
    for raw in unfolded {
        let text = decode(&raw, charset, problems);
        if let Some(line) = read(raw.number, &text, raw.cut, problems) {
            lines.push(line);
        }
    }
    lines
}

/// A raw line as text without control characters.
///
/// vCalendar 1.0 has the parameters CHARSET and ENCODING=QUOTED-PRINTABLE, and programs still write them into
/// iCalendar files.
fn decode<'a>(
    raw: &'a Raw<'_>,
    charset: &'static Encoding,
    problems: &mut Problems,
) -> Cow<'a, str> {
    let bytes: Cow<'a, [u8]> = match raw.quoted_printable {
        Some(value) => Cow::Owned(from_quoted_printable(&raw.bytes, value)),
        None => Cow::Borrowed(&raw.bytes),
    };
    let charset = match raw.declared_charset() {
        None => charset,
        // What is UTF-8 is UTF-8, whatever it is called.
        Some(_) if std::str::from_utf8(&bytes).is_ok() => encoding_rs::UTF_8,
        Some(label) => Encoding::for_label(label).unwrap_or_else(|| {
            let label = shown(&String::from_utf8_lossy(label));
            let what = format!("the declared character set {label} is not known");
            problems.note(raw.number, what, None);
            charset
        }),
    };
    let (text, damaged) = match bytes {
        Cow::Borrowed(bytes) => {
            let (text, _, damaged) = charset.decode(bytes);
            (text, damaged)
        }
        Cow::Owned(bytes) => {
            let (text, _, damaged) = charset.decode(&bytes);
            (Cow::Owned(text.into_owned()), damaged)
        }
    };
    if damaged {
        problems.note(
            raw.number,
            format!("bytes that are no {} were replaced", charset.name()),
            None,
        );
    }
    // Controls of Latin-1 (U+0080 to U+009F) may be parts of letters that were encoded twice.
    let is_kept = |char: char| (!char.is_ascii_control() || char == '\t') && char != '\u{FEFF}';
    if text.chars().all(is_kept) {
        text
    } else {
        Cow::Owned(text.chars().filter(|char| is_kept(*char)).collect())
    }
}

/// A line with its value, from byte `value` on, decoded from quoted-printable (RFC 2045 section 6.7); line breaks in it become `\n`, as iCalendar writes them. What is no code stays as it is.
fn from_quoted_printable(line: &[u8], value: usize) -> Vec<u8> {
    let (head, coded) = line.split_at(value.min(line.len()));
    let mut decoded = head.to_vec();
    let digit = |at: usize| {
        coded
            .get(at)
            .and_then(|byte| char::from(*byte).to_digit(16))
    };
    let mut at = 0;
    while let Some(byte) = coded.get(at) {
        let code = match (byte, digit(at + 1), digit(at + 2)) {
            (b'=', Some(high), Some(low)) => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        match code {
            Some(b'\r') => {}
            Some(b'\n') => decoded.extend_from_slice(b"\\n"),
            Some(code) => decoded.push(code),
            None => decoded.push(*byte),
        }
        at += if code.is_some() { 3 } else { 1 };
    }
    decoded
}

/// The body as bytes that hold ASCII as ASCII, and its character set where something declares it.
fn declared<'a>(
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

/// The character set of lines that declare none. RFC 5545 section 3.1.4 makes UTF-8 the default.
fn detected(lines: &[Raw<'_>], url: &str, problems: &mut Problems) -> &'static Encoding {
    let undeclared = lines
        .iter()
        .filter(|line| line.declared_charset().is_none())
        .map(|line| &*line.bytes);
    let tld = charset::top_level_domain(url);
    let Some(encoding) = charset::undeclared(undeclared, tld.as_deref()) else {
        return encoding_rs::UTF_8;
    };
    let first = lines
        .iter()
        .find(|line| std::str::from_utf8(&line.bytes).is_err());
    problems.note(
        first.map_or(1, |line| line.number),
        format!("not UTF-8: read as {}", encoding.name()),
        None,
    );
    encoding
}

/// An unfolded line before decoding: a fold may stand inside a character.
struct Raw<'a> {
    number: usize,
    bytes: Cow<'a, [u8]>,
    cut: bool,
    /// Whether it ends with a backslash that nothing follows.
    open: bool,
    /// Where its value begins, if that is quoted-printable.
    quoted_printable: Option<usize>,
}

impl<'a> Raw<'a> {
    fn begin(number: usize, line: &'a [u8]) -> Raw<'a> {
        let room = line.len().min(LONGEST_LINE);
        Raw {
            number,
            bytes: Cow::Borrowed(&line[..room]),
            cut: room < line.len(),
            open: ends_open(line, false),
            quoted_printable: parameters_of(line)
                .filter(|parameters| holds(parameters, b"QUOTED-PRINTABLE"))
                .and_then(|_| line.iter().position(|byte| *byte == b':'))
                .map(|colon| colon + 1),
        }
    }

    /// What is cut off counts for how the line ends: looking at it costs what it cost to write.
    fn append(&mut self, more: &[u8]) {
        let room = LONGEST_LINE
            .saturating_sub(self.bytes.len())
            .min(more.len());
        self.cut |= room < more.len();
        self.open = ends_open(more, self.open);
        if room > 0 {
            self.bytes.to_mut().extend_from_slice(&more[..room]);
        }
    }

    /// Takes off the `=` by which a quoted-printable line goes on in the next one.
    fn goes_on(&mut self) -> bool {
        let goes_on = self.quoted_printable.is_some() && !self.cut && self.bytes.ends_with(b"=");
        if goes_on {
            self.bytes.to_mut().pop();
        }
        goes_on
    }

    /// The label of its CHARSET parameter.
    fn declared_charset(&self) -> Option<&[u8]> {
        let parameters = parameters_of(&self.bytes)?;
        parameters
            .split(|byte| *byte == b';')
            .find_map(|parameter| {
                let (name, label) = parameter.split_at_checked("CHARSET=".len())?;
                name.eq_ignore_ascii_case(b"CHARSET=")
                    .then(|| label.trim_ascii())
            })
    }
}

/// Longest names and parameters in which an encoding or a character set is looked for, in bytes.
const LONGEST_PARAMETERS: usize = 200;

/// What stands between a line's name and the first colon.
fn parameters_of(line: &[u8]) -> Option<&[u8]> {
    let head = &line[..line.len().min(LONGEST_PARAMETERS)];
    let name = head.iter().position(|byte| matches!(byte, b':' | b';'))?;
    if head.get(name) == Some(&b':') {
        return None;
    }
    let parameters = &head[name + 1..];
    let colon = parameters.iter().position(|byte| *byte == b':')?;
    Some(&parameters[..colon])
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word))
}

/// Whether a text ends with a backslash that nothing follows; `before` says the same of the text before it.
fn ends_open(text: &[u8], before: bool) -> bool {
    let slashes = text.iter().rev().take_while(|byte| **byte == b'\\').count();
    (slashes % 2 == 1) != (before && slashes == text.len())
}

/// Whether a line begins like a property: a name in capitals, then a colon or its parameters.
fn begins_property(line: &[u8]) -> bool {
    let name = line
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'-')
        .count();
    name > 0 && matches!(line.get(name), Some(b':' | b';'))
}

/// Whether a line belongs to a text with raw line breaks: no property, or a word and a colon
/// as people write them (`Location: ask at the desk`). The names of the file's own properties are in
/// capitals.
fn is_loose_text(line: &[u8]) -> bool {
    let name = line
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        .count();
    let (name, value) = line.split_at(name);
    let is_named =
        !name.is_empty() && matches!(value.trim_ascii_start().first(), Some(b':' | b';'));
    if name.eq_ignore_ascii_case(b"BEGIN") || name.eq_ignore_ascii_case(b"END") {
        // "Begin: 19:00" opens no component.
        let value = value.trim_ascii_start().get(1..).unwrap_or_default();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let value = value.trim_ascii();
        return !value.first().is_some_and(u8::is_ascii_alphabetic) || !value.iter().all(is_name);
    }
    let is_extension = name.len() > 2 && name[..2].eq_ignore_ascii_case(b"X-");
    if value.trim_ascii().is_empty() {
        // A fold may stand behind the name.
        return name.iter().any(u8::is_ascii_lowercase);
    }
    !is_named || name.iter().any(u8::is_ascii_lowercase) && !is_extension
}

/// Lines end with CRLF, LF or CR; one that begins with a space or tab continues the last, blank lines
/// between them notwithstanding. Each byte is looked at a fixed number of times, however the file is made.
fn unfold<'a>(body: &'a [u8], first: usize, problems: &mut Problems) -> Vec<Raw<'a>> {
    let mut lines: Vec<Raw<'a>> = Vec::new();
    let mut number = first;
    let mut rest = body;
    let mut noted = false;
    while !rest.is_empty() {
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'\r' | b'\n'))
            .unwrap_or(rest.len());
        let (line, after) = rest.split_at(length);
        // CRCRLF is one end of line: a CRLF that was converted twice.
        let returns = after.iter().take_while(|byte| **byte == b'\r').count();
        let (end, ends) = match after.get(returns) {
            Some(b'\n') => (returns + 1, 1),
            _ => (returns, returns),
        };
        rest = &after[end..];
        let coded = !line.is_empty() && lines.last_mut().is_some_and(Raw::goes_on);
        match (line, lines.last_mut()) {
            ([], _) => {}
            (more, Some(last)) if coded => last.append(more),
            ([b' ' | b'\t', more @ ..], Some(last)) => last.append(more),
            // Mobilizon writes a line break in a text as a backslash and the break itself.
            (more, Some(last)) if last.open && !begins_property(more) => {
                last.append(b"n");
                last.append(more);
            }
            (more, Some(last)) if last.bytes.starts_with(b"DESCRIPTION") && is_loose_text(more) => {
                if !noted {
                    let what = "a line of DESCRIPTION stands unfolded: read as part of it";
                    problems.note(number, what.to_owned(), None);
                    noted = true;
                }
                last.append(b"\\n");
                last.append(more);
            }
            _ => lines.push(Raw::begin(number, line)),
        }
        number += ends;
    }
    lines
}

/// Properties that are not read, however long they are.
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
    let rest = &*without_gaps(rest);
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

/// Parameters without the white space around their marks: ` ; VALUE = DATE:20260107`.
fn without_gaps(rest: &str) -> Cow<'_, str> {
    let (parameters, value) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
    let is_gap = |pair: &[u8]| {
        matches!(
            pair,
            [b' ' | b'\t', b';' | b'='] | [b';' | b'=', b' ' | b'\t']
        )
    };
    if !parameters.as_bytes().windows(2).any(is_gap) {
        return Cow::Borrowed(rest);
    }
    let outside_of_quotes = |part: &str| {
        let trimmed = part.split(';').map(|parameter| {
            let sides: Vec<&str> = parameter.splitn(2, '=').map(str::trim).collect();
            sides.join("=")
        });
        trimmed.collect::<Vec<_>>().join(";")
    };
    let parts = parameters.split('"').enumerate().map(|(index, part)| {
        if index % 2 == 0 {
            Cow::Owned(outside_of_quotes(part))
        } else {
            Cow::Borrowed(part)
        }
    });
    Cow::Owned(parts.collect::<Vec<_>>().join("\"") + value)
}

/// Puts quotes around a TZID that needs them and has none or one:
/// `;TZID=(UTC-05:00) Eastern Time:20260107T190000`.
fn quote_zone(rest: &str) -> Cow<'_, str> {
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
    // Where the last part begins that could be a value: found once, not anew at every colon.
    let values = zone.len()
        - zone
            .bytes()
            .rev()
            .take_while(|byte| stands_in_times(*byte))
            .count();
    let is_value = |value: usize| {
        value >= values
            && zone.len() - value >= 8
            && zone
                .bytes()
                .skip(value)
                .take(4)
                .all(|byte| byte.is_ascii_digit())
    };
    let simple = zone.find(':').is_some_and(|colon| is_value(colon + 1));
    if closed || simple && !zone.starts_with('"') {
        return Cow::Borrowed(rest);
    }
    let mut colons = zone.match_indices(':').map(|(colon, _)| colon);
    let Some(end) = colons.find(|colon| is_value(colon + 1)) else {
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

/// Whether a character stands in times, lists of them and periods.
fn stands_in_times(byte: u8) -> bool {
    byte.is_ascii_digit() || b"TZtzPWDHMS,/+-: .".contains(&byte)
}
