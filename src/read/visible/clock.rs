//! The times of day in a line: `19 Uhr`, `19h00`, `1:30–4 pm`, `dalle 9 alle 18`, `14:00(+0800)~16:40`, `午後7時`.

use super::tokens::{Kind, Token};
use chrono::{FixedOffset, NaiveTime};

/// A time of day, or from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clock {
    /// The tokens that say it.
    pub(super) first: usize,
    pub(super) next: usize,
    pub(super) start: NaiveTime,
    pub(super) end: Option<NaiveTime>,
    /// Its distance from UTC, where it names one.
    pub(super) offset: Option<FixedOffset>,
    /// Whether doors open then, or registration.
    pub(super) is_door: bool,
}

/// What stands behind an hour.
const HOURS: [&str; 17] = [
    "uhr",
    "uur",
    "heures",
    "heure",
    "horas",
    "hora",
    "hrs",
    "hs",
    "h",
    "hod",
    "hodin",
    "часов",
    "ч",
    "hores",
    "godz",
    "kello",
    "hours",
];

/// What stands before an hour that nothing stands behind.
const BEFORE: [&str; 12] = [
    "ore", "dalle", "alle", "kl", "klo", "klockan", "godz", "godzina", "godzinie", "las", "les",
    "klokken",
];

/// What stands between the two times of a span.
const TO: [&str; 21] = [
    "to", "until", "till", "til", "bis", "a", "au", "alle", "tot", "do", "ate", "as", "al", "fins",
    "jusqu", "и", "до", "hasta", "and", "t", "das",
];

/// What opens before an event begins.
const DOORS: [&str; 15] = [
    "doors",
    "door",
    "einlass",
    "accueil",
    "ouverture",
    "apertura",
    "puertas",
    "portas",
    "inloop",
    "вход",
    "registrierung",
    "inslapp",
    "registration",
    "check",
    "drzwi",
];

/// The same in Japanese and Chinese, by their first signs.
const DOOR_SIGNS: [&str; 4] = ["開場", "受付", "开场", "入场"];

/// Tokens before a time in which a door is looked for.
const NEAR: usize = 3;

/// One time of day as it is written.
#[derive(Clone, Copy)]
struct One {
    hour: u32,
    minute: u32,
    /// Whether it says that it is after noon.
    half: Option<bool>,
    /// Whether something says that it is a time: a word, a colon.
    is_marked: bool,
    next: usize,
}

impl One {
    fn time(self, half: Option<bool>) -> Option<NaiveTime> {
        let hour = match half {
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
            None => self.hour % 24,
        };
        NaiveTime::from_hms_opt(hour, self.minute, 0)
    }
}

/// The times of a line, in its order.
pub(super) fn clocks(tokens: &[Token]) -> Vec<Clock> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match clock(tokens, at) {
            Some(clock) => {
                at = clock.next;
                found.push(clock);
            }
            None => at += 1,
        }
    }
    found
}

/// Whether a time of day begins at that token: then a number there is no day.
pub(super) fn begins(tokens: &[Token], at: usize) -> bool {
    clock(tokens, at).is_some()
}

fn clock(tokens: &[Token], at: usize) -> Option<Clock> {
    let token = tokens.get(at)?;
    // `[3:16]` is a place in a recording.
    if at > 0 && (tokens[at - 1].is('[') || continues(tokens, at)) {
        return None;
    }
    let noon = token.word() == Some("noon");
    let first = match one(tokens, at) {
        Some(first) => first,
        None if noon => One {
            hour: 12,
            minute: 0,
            half: None,
            is_marked: true,
            next: at + 1,
        },
        None => return None,
    };
    let (offset, after) = match offset(tokens, first.next) {
        Some((offset, after)) => (Some(offset), after),
        None => (None, first.next),
    };
    let second = to(tokens, after).and_then(|next| one(tokens, next));
    let second = second.filter(|second| first.is_marked || second.is_marked);
    if second.is_none() && !first.is_marked {
        return None;
    }
    let half = first.half.or_else(|| {
        let afternoon = second?.half?;
        // "11–2 pm" begins in the morning.
        let is_later = first.hour % 12 > second?.hour % 12;
        (first.hour <= 12).then_some(afternoon && !is_later)
    });
    let start = first.time(half)?;
    let end = second.and_then(|second| {
        let end = second.time(second.half)?;
        let later = second.time(Some(true)).filter(|later| *later > start);
        Some(match (second.half, half) {
            (None, Some(true)) if end < start => later.unwrap_or(end),
            _ => end,
        })
    });
    Some(Clock {
        first: at,
        next: second.map_or(after, |second| second.next),
        start,
        end,
        offset,
        is_door: is_door(tokens, at),
    })
}

/// Whether the number there only goes on with what stands before it: `1:27:02`, `3.16`, `v7`.
fn continues(tokens: &[Token], at: usize) -> bool {
    let before = &tokens[at - 1];
    before.end == tokens[at].start
        && tokens[at].number().is_some()
        && (before.is_one_of(&[':', '.', '/', '$', '€', '#', '_'])
            || before
                .word()
                .is_some_and(|word| word != "t" && word != "um"))
}

fn one(tokens: &[Token], at: usize) -> Option<One> {
    let (mut at, mut half, mut is_marked) = (at, None, false);
    if let Some((afternoon, next)) = eastern_half(tokens, at) {
        (half, at) = (Some(afternoon), next);
    }
    while tokens
        .get(at)
        .and_then(Token::word)
        .is_some_and(|word| BEFORE.contains(&word))
        && at + 1 < tokens.len()
    {
        is_marked = true;
        at += 1;
        if tokens[at].is('.') || tokens[at].is(':') {
            at += 1;
        }
    }
    let hour = tokens.get(at)?;
    let Kind::Number(hour_value, 1..=2) = hour.kind else {
        return None;
    };
    let mut one = One {
        hour: hour_value,
        minute: 0,
        half,
        is_marked,
        next: at + 1,
    };
    minutes(tokens, at, &mut one)?;
    if let Some((afternoon, next)) = half_of_day(tokens, one.next) {
        one.half = Some(afternoon);
        one.is_marked = true;
        one.next = next;
    } else if tokens
        .get(one.next)
        .and_then(Token::word)
        .is_some_and(|word| HOURS.contains(&word))
    {
        one.is_marked = true;
        one.next += 1;
    }
    let is_hour = one.hour < 24 || (one.hour == 24 && one.minute == 0);
    (is_hour && one.minute < 60).then_some(one)
}

/// Reads what stands behind an hour. `None` if it is none: `1:27:02` is a place in a recording.
fn minutes(tokens: &[Token], at: usize, one: &mut One) -> Option<()> {
    let sign = tokens.get(at + 1);
    let minute = tokens.get(at + 2);
    let (Some(sign), minute) = (sign, minute) else {
        return Some(());
    };
    let joined = sign.start == tokens[at].end;
    let two_digits = minute.and_then(|minute| match minute.kind {
        Kind::Number(value, 2) if minute.start == sign.end => Some(value),
        _ => None,
    });
    match (&sign.kind, two_digits) {
        (Kind::Sign(':'), Some(value)) if joined => {
            let goes_on = tokens.get(at + 3).is_some_and(|next| next.is(':'))
                && tokens.get(at + 4).is_some_and(|next| {
                    next.number().is_some_and(|seconds| seconds != 0)
                        && next.start == tokens[at + 3].end
                });
            if goes_on {
                return None;
            }
            let seconds = tokens.get(at + 3).is_some_and(|next| next.is(':'))
                && tokens
                    .get(at + 4)
                    .is_some_and(|next| next.number() == Some(0));
            (one.minute, one.is_marked, one.next) = (value, true, at + if seconds { 5 } else { 3 });
        }
        (Kind::Word(word), Some(value)) if joined && (word == "h" || word == "uhr") => {
            (one.minute, one.is_marked, one.next) = (value, true, at + 3);
        }
        (Kind::Sign('.'), Some(value)) if joined => {
            let behind = tokens.get(at + 3).and_then(Token::word);
            let is_time = behind.is_some_and(|word| HOURS.contains(&word))
                || half_of_day(tokens, at + 3).is_some()
                || one.is_marked;
            if is_time {
                (one.minute, one.is_marked, one.next) = (value, true, at + 3);
            }
        }
        (Kind::Sign('時' | '点' | '點' | '시'), _) => {
            (one.is_marked, one.next) = (true, at + 2);
            if let Some(minute) = minute.and_then(Token::number)
                && tokens
                    .get(at + 3)
                    .is_some_and(|next| next.is_one_of(&['分', '분']))
            {
                (one.minute, one.next) = (minute, at + 4);
            } else if minute.is_some_and(|next| next.is('半')) {
                (one.minute, one.next) = (30, at + 3);
            }
        }
        _ => {}
    }
    Some(())
}

/// `am`, `p.m.` at that token, and the token behind it.
fn half_of_day(tokens: &[Token], at: usize) -> Option<(bool, usize)> {
    let word = tokens.get(at)?.word()?;
    match word {
        "am" => Some((false, at + 1)),
        "pm" => Some((true, at + 1)),
        "a" | "p" => {
            let is_rest = tokens.get(at + 1)?.is('.') && tokens.get(at + 2)?.word() == Some("m");
            let dot = usize::from(tokens.get(at + 3).is_some_and(|dot| dot.is('.')));
            is_rest.then_some((word == "p", at + 3 + dot))
        }
        _ => None,
    }
}

/// `午後` and the like at that token, and the token behind it.
fn eastern_half(tokens: &[Token], at: usize) -> Option<(bool, usize)> {
    let pairs = [
        ("午前", false),
        ("午後", true),
        ("上午", false),
        ("下午", true),
        ("晚上", true),
    ];
    pairs
        .into_iter()
        .find(|(signs, _)| says(tokens, at, signs))
        .map(|(_, afternoon)| (afternoon, at + 2))
}

/// Whether those signs stand from that token on.
pub(super) fn says(tokens: &[Token], at: usize, signs: &str) -> bool {
    signs
        .chars()
        .enumerate()
        .all(|(place, sign)| tokens.get(at + place).is_some_and(|token| token.is(sign)))
}

/// The token behind what says "to", if that stands here.
fn to(tokens: &[Token], at: usize) -> Option<usize> {
    let token = tokens.get(at)?;
    if token.is_one_of(&['-', '~', '→']) {
        return Some(at + 1);
    }
    let word = token.word()?;
    if !TO.contains(&word) {
        return None;
    }
    // "jusqu'à", "t/m"
    let mut next = at + 1;
    while tokens.get(next).is_some_and(|token| {
        token.is_one_of(&['\'', '/'])
            || matches!(token.word(), Some("a" | "m" | "les" | "o" | "au"))
    }) {
        next += 1;
    }
    Some(next)
}

/// `(+0800)`, `+08:00`, `UTC`: the distance from UTC, and the token behind it.
fn offset(tokens: &[Token], at: usize) -> Option<(FixedOffset, usize)> {
    let bracket = usize::from(tokens.get(at)?.is('('));
    let at = at + bracket;
    let mut next = at;
    if matches!(tokens.get(next)?.word(), Some("utc" | "gmt")) {
        next += 1;
    }
    let named = next > at;
    let sign = tokens.get(next).filter(|sign| sign.is_one_of(&['+', '-']));
    let seconds = match sign.zip(tokens.get(next + 1)) {
        Some((sign, number)) if number.start == sign.end => {
            let (hours, minutes, after) = match number.kind {
                Kind::Number(value, 4) => (value / 100, value % 100, next + 2),
                Kind::Number(value, 2)
                    if tokens.get(next + 2).is_some_and(|colon| colon.is(':')) =>
                {
                    (value, tokens.get(next + 3)?.number()?, next + 4)
                }
                Kind::Number(value, 1..=2) if named => (value, 0, next + 2),
                _ => return None,
            };
            // `19:00-2000` is a span.
            if sign.is('-') && !named && bracket == 0 {
                return None;
            }
            if hours > 14 || minutes > 59 {
                return None;
            }
            next = after;
            let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
            if sign.is('-') { -seconds } else { seconds }
        }
        _ if named => 0,
        _ => return None,
    };
    let closed = bracket * usize::from(tokens.get(next).is_some_and(|token| token.is(')')));
    Some((FixedOffset::east_opt(seconds)?, next + closed))
}

fn is_door(tokens: &[Token], at: usize) -> bool {
    let from = at.saturating_sub(NEAR);
    (from..at).any(|place| {
        let is_word = tokens[place]
            .word()
            .is_some_and(|word| DOORS.contains(&word));
        is_word || DOOR_SIGNS.iter().any(|signs| says(tokens, place, signs))
    })
}
