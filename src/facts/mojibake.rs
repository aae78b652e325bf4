//! UTF-8 that was read as another encoding and saved again: `Nürnberg` as `N√ºrnberg` or `NÃ¼rnberg`.
//!
//! Every such character became two to four others, and each of them stands for one byte. People hardly
//! ever write characters that make UTF-8 again: `√º` is no word. But some could be words: `’é` in
//! French, `“É`. So a text counts as damaged only for sequences that no one writes. The doubtful ones
//! are mended only on lines where all letters went the same way.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1251, WINDOWS_1252};

/// The encodings that UTF-8 is read as by mistake: an old Mac, western and Cyrillic Windows. Where two
/// explain a text equally well, the last one counts.
const ENCODINGS: [(&Encoding, &str); 3] = [
    (WINDOWS_1251, "Windows-1251"),
    (MACINTOSH, "Mac Roman"),
    (WINDOWS_1252, "Windows-1252"),
];

/// Times that a text can have gone the wrong way and still be brought back.
const ROUNDS: usize = 3;

/// A text brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The text as it was meant.
    pub text: String,
    /// How many characters were wrong.
    pub places: usize,
    /// The encodings that it went through, by name.
    pub read_as: Vec<&'static str>,
    /// The first wrong place.
    pub first: Example,
}

/// A wrong place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its line, counted from 1.
    pub line: usize,
    /// The character of the line, counted from 1.
    pub column: usize,
    /// What stands there.
    pub wrong: String,
    /// The character that was meant.
    pub meant: char,
}

/// The text brought back; `None` if it is whole. The work grows in step with the text.
pub fn mended(text: &str) -> Option<Mended> {
    let mut mended: Option<Mended> = None;
    for _ in 0..ROUNDS {
        let text = mended.as_ref().map_or(text, |mended| &mended.text);
        let best = ENCODINGS
            .into_iter()
            .map(|(encoding, name)| (read_back(text, encoding), name))
            .max_by_key(|(back, _)| back.places);
        let Some((back, name)) = best else { break };
        let Some(first) = back.first else { break };
        let places = back.places;
        let mended = mended.get_or_insert(Mended {
            text: String::new(),
            places,
            read_as: Vec::new(),
            first,
        });
        if !mended.read_as.contains(&name) {
            mended.read_as.push(name);
        }
        mended.text = back.text;
    }
    mended
}

struct Back {
    text: String,
    places: usize,
    first: Option<Example>,
}

/// A text with what became of bytes read in this encoding put together again.
fn read_back(text: &str, encoding: &'static Encoding) -> Back {
    let mut back = Back {
        text: String::with_capacity(text.len()),
        places: 0,
        first: None,
    };
    // Without one sequence that no one writes, nothing is damaged.
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
                back.first = Some(Example {
                    line: number,
                    column: line[..start].chars().count() + 1,
                    wrong: line[start..].chars().take(found.length).collect(),
                    meant: found.meant,
                });
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
    /// No one writes them.
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
    // No one writes `√` or `Ã` before such a sign. Of the other leads many are letters, quotation marks
    // and dashes, and `été…»` is French: those count only in a row. In Cyrillic every lead is a letter.
    let further = match (found.length, lead) {
        _ if encoding == WINDOWS_1251 => 2,
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
    if !may_be_a_byte(char) {
        return None;
    }
    let mut encoder = [0; 4];
    let (bytes, _, unmappable) = encoding.encode(char.encode_utf8(&mut encoder));
    match (&*bytes, unmappable) {
        ([byte], false) => Some(*byte),
        _ => None,
    }
}

/// Whether an encoding of one byte a character may hold it: most of the world's letters need no second look.
fn may_be_a_byte(char: char) -> bool {
    matches!(char,
        '\u{80}'..='\u{2FF}' | '\u{3A9}' | '\u{3C0}' | '\u{400}'..='\u{491}' | '\u{2000}'..='\u{25FF}'
        | '\u{F8FF}' | '\u{FB01}' | '\u{FB02}')
}
