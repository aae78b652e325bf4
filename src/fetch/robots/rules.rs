//! Parses a robots.txt, and answers for one program what it forbids.
//!
//! If a file exceeds a limit below, the host has the benefit of the doubt: a rule that is cut forbids more than
//! it says, never less.

use std::borrow::Cow;
use std::time::Duration;

/// How many bytes of the file are read, up to the last whole line. RFC 9309 (2.5) asks for at least this many.
pub const LARGEST: usize = 500 * 1024;

/// Longest pattern that is compared, in bytes.
const LONGEST_PATTERN: usize = 500;

/// Most rules with a `*` inside. Each of them may have to search a whole address.
const MOST_WILDCARDS: usize = 1000;

/// Longest `Crawl-delay` that makes sense.
const LONGEST_DELAY: f64 = 1e6;

/// Most characters of a pattern in a message.
const SHOWN: usize = 100;

/// The rules for one program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    rules: Vec<Rule>,
    /// How many of them have a `*` inside.
    wild: usize,
    crawl_delay: Option<Duration>,
}

/// Why an address must not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forbidden {
    /// The line of the rule, counted from 1.
    pub line: usize,
    /// Its pattern, in printable ASCII and at most 100 characters.
    pub pattern: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allows: bool,
    line: usize,
    /// As [`spelled`], with `*` for any text, without the `$`.
    pattern: String,
    /// Whether the address must end with it (`$`).
    to_the_end: bool,
}

impl Rules {
    /// Reads the rules of the groups that name a program, otherwise those of the groups for all (`*`). There is no
    /// error: other lines are ignored, and a web page in place of the file has no rules.
    ///
    /// `product` is the program's name in its User-Agent, without the version; case does not matter.
    pub fn read(file: &[u8], product: &str) -> Rules {
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        if file.trim_ascii_start().starts_with(b"<") {
            return Rules::default();
        }
        let mut ours: Option<Rules> = None;
        let mut anybodys = Rules::default();
        // The programs of the current group; its names end with its first rule.
        let (mut for_us, mut for_anybody, mut named) = (false, false, false);
        for (number, line) in lines(file) {
            let Some((key, value)) = key_and_value(line) else {
                continue;
            };
            let is = |name: &str| key.eq_ignore_ascii_case(name.as_bytes());
            if is("user-agent") {
                if !named {
                    (for_us, for_anybody, named) = (false, false, true);
                }
                for_anybody |= value.starts_with(b"*");
                if token(value).eq_ignore_ascii_case(product.as_bytes()) {
                    for_us = true;
                    ours.get_or_insert_default();
                }
                continue;
            }
            let to = [
                ours.as_mut().filter(|_| for_us),
                Some(&mut anybodys).filter(|_| for_anybody),
            ];
            if is("allow") || is("disallow") {
                named = false;
                for rules in to.into_iter().flatten() {
                    rules.take(is("allow"), number, value);
                }
            } else if is("crawl-delay") {
                // Not part of the RFC, so it does not end the group's names.
                for rules in to.into_iter().flatten() {
                    rules.crawl_delay = rules.crawl_delay.or(seconds(value));
                }
            }
        }
        ours.unwrap_or(anybodys)
    }

    /// The rule that forbids an address (its path with the query); `None` if it may be read. The longest pattern that
    /// fits counts; of two with the same length, the one that allows (RFC 9309, 2.2.2).
    pub fn forbidding(&self, path: &str) -> Option<Forbidden> {
        if path.split('?').next() == Some("/robots.txt") {
            return None;
        }
        let (path, _) = spelled(path.as_bytes(), false);
        let mut best: Option<(usize, &Rule)> = None;
        for rule in &self.rules {
            let length = rule.pattern.len() + usize::from(rule.to_the_end);
            let is_better = best.is_none_or(|(longest, best)| {
                length > longest || length == longest && rule.allows && !best.allows
            });
            if is_better && rule.fits(&path) {
                best = Some((length, rule));
            }
        }
        let (_, rule) = best.filter(|(_, rule)| !rule.allows)?;
        let end = if rule.to_the_end { "$" } else { "" };
        let pattern: String = rule.pattern.chars().chain(end.chars()).collect();
        Some(Forbidden {
            line: rule.line,
            pattern: pattern.chars().take(SHOWN).collect(),
        })
    }

    /// The time between two requests that the host asks for (`Crawl-delay`, which RFC 9309 does not define).
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// Their size in memory, roughly.
    pub(super) fn weight(&self) -> usize {
        let of_rule = |rule: &Rule| size_of::<Rule>() + rule.pattern.len();
        self.rules.iter().map(of_rule).sum()
    }

    fn take(&mut self, allows: bool, line: usize, value: &[u8]) {
        if value.is_empty() {
            return;
        }
        let (spelled, mut to_the_end) = spelled(value, true);
        let mut pattern: &str = &spelled;
        if self.wild >= MOST_WILDCARDS
            && let Some(before) = pattern.find('*')
        {
            pattern = &pattern[..before];
        }
        // The pattern is ASCII, so it can be cut anywhere.
        pattern = &pattern[..pattern.len().min(LONGEST_PATTERN)];
        if pattern.len() < spelled.len() {
            if allows {
                return;
            }
            to_the_end = false;
        }
        self.wild += usize::from(pattern.contains('*'));
        self.rules.push(Rule {
            allows,
            line,
            pattern: pattern.to_owned(),
            to_the_end,
        });
    }
}

impl Rule {
    /// Whether a path, as [`spelled`], begins with the pattern. Each piece between two `*` is matched at its first
    /// occurrence, which leaves the most for the rest.
    fn fits(&self, path: &str) -> bool {
        let mut pieces = self.pattern.split('*').peekable();
        let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else {
            return false;
        };
        if pieces.peek().is_none() {
            return !self.to_the_end || rest.is_empty();
        }
        while let Some(piece) = pieces.next() {
            if self.to_the_end && pieces.peek().is_none() {
                return rest.ends_with(piece);
            }
            match rest.find(piece) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        true
    }
}

/// The lines, counted from 1; each ends with CR, LF or both. A line that the limit cuts off is dropped.
fn lines(file: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let file = match file.get(..LARGEST) {
        Some(start) if file.len() > LARGEST => {
            let end = start.iter().rposition(is_end);
            &start[..end.unwrap_or(0)]
        }
        _ => file,
    };
    let mut number = 0;
    let mut after_cr = false;
    file.split_inclusive(is_end).filter_map(move |line| {
        let rest_of_end = after_cr && line == b"\n";
        after_cr = line.ends_with(b"\r");
        if rest_of_end {
            return None;
        }
        number += 1;
        Some((number, line))
    })
}

fn key_and_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.split(|byte| *byte == b'#').next()?;
    let colon = line.iter().position(|byte| *byte == b':')?;
    Some((line[..colon].trim_ascii(), line[colon + 1..].trim_ascii()))
}

/// The name at the start of a User-agent line, without version and comment.
fn token(value: &[u8]) -> &[u8] {
    let is_of_name = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_');
    let end = value.iter().position(|byte| !is_of_name(byte));
    &value[..end.unwrap_or(value.len())]
}

fn seconds(value: &[u8]) -> Option<Duration> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    (0.0..=LONGEST_DELAY)
        .contains(&seconds)
        .then(|| Duration::from_secs_f64(seconds))
}

/// One spelling for paths and patterns, in printable ASCII (RFC 9309, 2.2.2): unreserved characters are written
/// plainly, reserved ones stay, and all others are percent-encoded. In a pattern `*` stays, and the second value
/// says whether it ends with `$`; in a path both are encoded.
fn spelled(text: &[u8], is_pattern: bool) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut to_the_end = false;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        let piece: Cow<'static, str> = match byte {
            b'%' => match text.get(at..at + 2).and_then(hex) {
                Some(coded) => {
                    at += 2;
                    if coded.is_ascii_alphanumeric() || b"-._~".contains(&coded) {
                        char::from(coded).to_string().into()
                    } else {
                        format!("%{coded:02X}").into()
                    }
                }
                None => "%".into(),
            },
            b'*' if is_pattern && out.ends_with('*') => "".into(),
            b'*' if is_pattern => "*".into(),
            b'$' if is_pattern && at == text.len() => {
                to_the_end = true;
                "".into()
            }
            // Those that addresses are spelled with in one place of them and without in another.
            b'*'
            | b'$'
            | b'"'
            | b'<'
            | b'>'
            | b'`'
            | b'{'
            | b'}'
            | b'\''
            | b'^'
            | b'|'
            | b'\\'
            | 0..=0x20
            | 0x7f.. => format!("%{byte:02X}").into(),
            _ => char::from(byte).to_string().into(),
        };
        out.push_str(&piece);
    }
    (out, to_the_end)
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}
