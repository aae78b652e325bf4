//! UTF-8 that was read as Mac Roman or Windows-1252 and saved again: `Nürnberg` as `N√ºrnberg` or
//! `NÃ¼rnberg`.
//!
//! Every such character became two to four others, each of which stands for one byte. People hardly ever write
//! characters that are the bytes of a UTF-8 character: `√º` is no word. But some are real text: `’é` in French, `“É`.
//! So a text counts as damaged only if it has a sequence that is never real text. Doubtful sequences are mended only on
//! lines where all letters went the same way.

use super::{Finding, Kind, quoted};
use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

/// Times that a text can have gone the wrong way and still be brought back.
const ROUNDS: usize = 3;

/// The text brought back, and the finding for all its places together; `None` if it is whole.
pub(super) fn mended(text: &str) -> Option<(String, Finding)> {
    let mut mended = text.to_owned();
    let mut first: Option<(usize, usize, String)> = None;
    let mut places = 0;
    let mut names: Vec<&str> = Vec::new();
    for _ in 0..ROUNDS {
        let best = [(MACINTOSH, "Mac Roman"), (WINDOWS_1252, "Windows-1252")]
            .into_iter()
            .map(|(encoding, name)| (read_back(&mended, encoding), name))
            .max_by_key(|(back, _)| back.places)
            .filter(|(back, _)| back.places > 0);
        let Some((back, name)) = best else { break };
        if first.is_none() {
            first = back.first;
            places = back.places;
        }
        if !names.contains(&name) {
            names.push(name);
        }
        mended = back.text;
    }
    let (line, column, example) = first?;
    let finding = Finding {
        line,
        column,
        kind: Kind::Mojibake,
        text: format!(
            "UTF-8 text was opened as {} in {places} {}, first {example}",
            names.join(" and "),
            if places == 1 { "place" } else { "places" }
        ),
        mend: Some("restore the text".to_owned()),
        // One damage of the whole file, however many places it has.
        subject: String::new(),
    };
    Some((mended, finding))
}

struct Back {
    text: String,
    places: usize,
    /// Line, column and words of the first place.
    first: Option<(usize, usize, String)>,
}

/// A text with what became of bytes read in this encoding put together again.
fn read_back(text: &str, encoding: &'static Encoding) -> Back {
    let mut back = Back {
        text: String::with_capacity(text.len()),
        places: 0,
        first: None,
    };
    // Without one sequence that is never real text, nothing is damaged.
    let damaged = text
        .lines()
        .any(|line| sequences(line, encoding).any(|(_, found)| found.certain));
    if !damaged {
        text.clone_into(&mut back.text);
        return back;
    }
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        // On a line that keeps a letter of its own the doubtful sequences may be its own too.
        let all = sequences(line, encoding)
            .map(|(_, found)| found.length)
            .sum::<usize>()
            == line.chars().filter(|char| !char.is_ascii()).count();
        let mut at = 0;
        for (start, found) in sequences(line, encoding) {
            if !(found.certain || all) {
                continue;
            }
            if back.first.is_none() {
                let wrong: String = line[start..].chars().take(found.length).collect();
                let column = line[..start].chars().count() + 1;
                let example = format!(
                    "{} for {}",
                    quoted(&wrong),
                    quoted(&found.meant.to_string())
                );
                back.first = Some((number, column, example));
            }
            back.places += 1;
            back.text.push_str(&line[at..start]);
            back.text.push(found.meant);
            at = start + found.bytes;
        }
        back.text.push_str(&line[at..]);
    }
    back
}

/// Characters that stand for the bytes of another one.
struct Sequence {
    /// How many they are.
    length: usize,
    /// Their bytes in the text.
    bytes: usize,
    /// The character that was meant.
    meant: char,
    /// They are never real text.
    certain: bool,
}

/// The sequences of a line, with the byte where each begins.
fn sequences<'a>(
    line: &'a str,
    encoding: &'static Encoding,
) -> impl Iterator<Item = (usize, Sequence)> + 'a {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < line.len() {
            let start = at;
            let char = line[at..].chars().next()?;
            if let Some(found) = (!char.is_ascii())
                .then(|| sequence(&line[at..], encoding))
                .flatten()
            {
                at += found.bytes;
                return Some((start, found));
            }
            at += char.len_utf8();
        }
        None
    })
}

/// The sequence that a text begins with.
fn sequence(text: &str, encoding: &'static Encoding) -> Option<Sequence> {
    let (lead, mut found) = decoded(text, encoding)?;
    // Real text never has `√` or `Ã` before such a sign. Many of the other leads are letters, quotation marks and
    // dashes, and `été…»` is French: those count only in a row.
    let further = match (found.length, lead) {
        (2, 0xc2 | 0xc3) | (3, 0xe2 | 0xef) | (4, 0xf0) => 0,
        (2, _) => 2,
        _ => 1,
    };
    let mut rest = &text[found.bytes..];
    found.certain = (0..further).all(|_| match decoded(rest, encoding) {
        Some((_, next)) => {
            rest = &rest[next.bytes..];
            true
        }
        None => false,
    });
    Some(found)
}

/// The first bytes put together to the character they make, and the byte that leads them.
fn decoded(text: &str, encoding: &'static Encoding) -> Option<(u8, Sequence)> {
    let mut bytes = Vec::with_capacity(4);
    let mut read = 0;
    let mut wanted = 1;
    for char in text.chars() {
        bytes.push(byte(char, encoding)?);
        read += char.len_utf8();
        if bytes.len() == 1 {
            wanted = match bytes[0] {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return None,
            };
        }
        if bytes.len() == wanted {
            break;
        }
    }
    let meant = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    let found = Sequence {
        length: wanted,
        bytes: read,
        meant,
        certain: false,
    };
    Some((bytes[0], found))
}

/// The byte that a character stands for.
fn byte(char: char, encoding: &'static Encoding) -> Option<u8> {
    // Windows-1252 leaves five bytes empty; what reads it gives them the control characters of Latin-1.
    if encoding == WINDOWS_1252
        && let Ok(byte @ 0x80..=0x9f) = u8::try_from(u32::from(char))
    {
        return Some(byte);
    }
    if char.is_ascii() {
        return None;
    }
    let mut encoder = [0; 4];
    let (bytes, _, unmappable) = encoding.encode(char.encode_utf8(&mut encoder));
    match (&*bytes, unmappable) {
        ([byte], false) => Some(*byte),
        _ => None,
    }
}
