//! Recurring appointments in a line: `every second Thursday`, `jeden 2. Dienstag im Monat`, `le deuxième mardi du
//! mois`, `毎月第2木曜日`.

use super::clock::says;
use super::tokens::{Kind, Token};
use super::words::{Words, is_every, is_month, weekday_of_sign};
use crate::facts::when::weekday_code;
use chrono::Weekday;

/// Tokens around a day of the week in which the rest of the appointment is looked for.
const NEAR: usize = 5;

/// A recurring appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recurring {
    /// Its tokens.
    pub(super) first: usize,
    pub(super) next: usize,
    pub(super) weekday: Weekday,
    /// Which of the month; `None` for every week.
    pub(super) which: Option<i8>,
    /// Whether it may mean every second week instead: "every second Thursday" says both.
    pub(super) is_open: bool,
    /// Whether it is held every second week. No day follows from that: the first week is unknown.
    pub(super) is_fortnightly: bool,
}

impl Recurring {
    /// Its rule, as RFC 5545 writes it.
    pub(super) fn rule(self) -> String {
        let day = weekday_code(self.weekday);
        match self.which {
            Some(which) => format!("FREQ=MONTHLY;BYDAY={which}{day}"),
            None => format!("FREQ=WEEKLY;BYDAY={day}"),
        }
    }
}

/// The first recurring appointment of a line.
pub(super) fn recurring(tokens: &[Token], words: &Words) -> Option<Recurring> {
    (0..tokens.len()).find_map(|at| in_words(tokens, at, words).or_else(|| in_signs(tokens, at)))
}

fn in_words(tokens: &[Token], at: usize, words: &Words) -> Option<Recurring> {
    let word = tokens[at].word()?;
    let singular = word.strip_suffix('s').unwrap_or(word);
    let weekday = words.weekday(word).or_else(|| words.weekday(singular))?;
    let from = at.saturating_sub(NEAR);
    let before = &tokens[from..at];
    let every = before
        .iter()
        .position(|token| token.word().is_some_and(is_every));
    let ordinal = before
        .iter()
        .enumerate()
        .rev()
        .take(3)
        .find_map(|(place, _)| Some((place, which(tokens, from + place, words)?)));
    let behind = tokens.len().min(at + 1 + NEAR);
    let month = (at + 1..behind).find(|place| tokens[*place].word().is_some_and(is_month));
    let is_every_month = before
        .iter()
        .any(|token| token.word().is_some_and(is_month));
    let fortnightly = every.is_some()
        && before.iter().any(|token| {
            matches!(
                token.word(),
                Some("other" | "zwei" | "deux" | "dos" | "due" | "twee" | "andere" | "duas")
            ) || token.number() == Some(2) && ordinal.is_none()
        });
    let first = [every, ordinal.map(|(place, _)| place)]
        .into_iter()
        .flatten()
        .min()?;
    let of_month = month.is_some() || is_every_month;
    let recurring = Recurring {
        first: from + first,
        next: month.map_or(at + 1, |month| month + 1),
        weekday,
        which: ordinal.map(|(_, which)| which),
        is_open: !of_month && ordinal.is_some_and(|(_, which)| which == 2),
        is_fortnightly: fortnightly,
    };
    (every.is_some() || of_month).then_some(recurring)
}

/// Which of several a token names: `second`, `2.`, `3rd`.
fn which(tokens: &[Token], at: usize, words: &Words) -> Option<i8> {
    match &tokens[at].kind {
        Kind::Word(word) => words.ordinal(word),
        Kind::Number(value @ 1..=5, 1) => {
            let suffix = tokens.get(at + 1)?;
            let is_ordinal = suffix.start == tokens[at].end
                && (suffix.is_one_of(&['.', 'º', 'ª'])
                    || matches!(
                        suffix.word(),
                        Some("st" | "nd" | "rd" | "th" | "e" | "er" | "eme" | "o" | "a")
                    ));
            i8::try_from(*value).ok().filter(|_| is_ordinal)
        }
        _ => None,
    }
}

/// `毎月第2木曜日`, `每月第二個星期四`, `毎週木曜日`.
fn in_signs(tokens: &[Token], at: usize) -> Option<Recurring> {
    let is_monthly = says(tokens, at, "毎月") || says(tokens, at, "每月");
    let is_weekly =
        says(tokens, at, "毎週") || says(tokens, at, "每週") || says(tokens, at, "每周");
    if !is_monthly && !is_weekly {
        return None;
    }
    let mut next = at + 2;
    let mut which = None;
    if is_monthly {
        next += usize::from(tokens.get(next)?.is_one_of(&['の', '的']));
        if !tokens.get(next)?.is('第') {
            return None;
        }
        let number = tokens.get(next + 1)?;
        which = Some(match number.kind {
            Kind::Number(value @ 1..=5, 1) => i8::try_from(value).ok()?,
            Kind::Sign(sign) => {
                let place = ['一', '二', '三', '四']
                    .iter()
                    .position(|known| *known == sign)?;
                i8::try_from(place + 1).ok()?
            }
            _ => return None,
        });
        next += 2;
    }
    while tokens
        .get(next)?
        .is_one_of(&['個', '个', '星', '期', '週', '周', 'の', '的'])
    {
        next += 1;
    }
    let Kind::Sign(sign) = tokens.get(next)?.kind else {
        return None;
    };
    Some(Recurring {
        first: at,
        next: next + 1,
        weekday: weekday_of_sign(sign)?,
        which,
        is_open: false,
        is_fortnightly: false,
    })
}
