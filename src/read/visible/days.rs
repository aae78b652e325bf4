//! The days in a line: `Donnerstag, 13. August 2026`, `June 20th & 21st, 2026`, `2009/03/11(水)`, `26. 2. 2019`,
//! `Feb 14 & 21, Mar 14 & 21`. A day may lack its year: the page around it says which.

use super::clock;
use super::tokens::{Kind, Token};
use super::words::{Words, weekday_of_sign};
use chrono::Weekday;

/// The years of days that are believed.
pub(super) const YEARS: std::ops::RangeInclusive<u32> = 1990..=2100;

/// Days that are read of one list.
const MOST_DAYS: usize = 60;

/// A day as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Part {
    pub(super) year: Option<i32>,
    pub(super) month: u32,
    pub(super) day: u32,
}

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The date itself shows it, or is written with words, or year first.
    Sure,
    /// `21/3/2015`: the first. Other dates of the page are so too.
    DayFirst,
    /// `3/21/2015`: the second.
    MonthFirst,
    /// `2/5/2016`: either. It is read as day first.
    Open,
}

/// The days that one piece of a line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Its tokens, with the day of the week.
    pub(super) first: usize,
    pub(super) next: usize,
    /// One day, several, or the first and the last.
    pub(super) days: Vec<Part>,
    /// Whether `days` are the first and the last of a span.
    pub(super) is_span: bool,
    /// The day of the week of the first.
    pub(super) weekday: Option<Weekday>,
    pub(super) order: Order,
    /// Whether it may be something else: `15/5`, `26.2.`, `1.2.24`.
    pub(super) is_weak: bool,
}

/// A day and the token behind it, before the days of the week around it are looked at.
struct Found {
    days: Vec<Part>,
    is_span: bool,
    order: Order,
    is_weak: bool,
    next: usize,
}

/// The days of a line, in its order.
pub(super) fn mentions(tokens: &[Token], words: &Words) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = 0;
    // Behind the last mention: no day of the week before that belongs to the next.
    let mut from = 0;
    while at < tokens.len() {
        let Some(here) = day(tokens, at, words) else {
            at += 1;
            continue;
        };
        let (first, before) = weekday_before(tokens, from..at, words);
        let (next, behind) = weekday_behind(tokens, here.next, words);
        let weekday = before.or(behind);
        let timed = clock::begins(tokens, here.next)
            || clock::begins(tokens, here.next + 1)
            || clock::begins(tokens, here.next + 2);
        if !here.is_weak || weekday.is_some() || timed {
            found.push(Mention {
                first,
                next,
                days: here.days,
                is_span: here.is_span,
                weekday,
                order: here.order,
                is_weak: here.is_weak,
            });
            from = next;
        }
        at = next.max(at + 1);
    }
    found
}

fn day(tokens: &[Token], at: usize, words: &Words) -> Option<Found> {
    let token = &tokens[at];
    match &token.kind {
        Kind::Word(word) => {
            words.month(word)?;
            month_first(tokens, at, words)
        }
        Kind::Number(..) if goes_on(tokens, at) => None,
        Kind::Number(_, 4) => year_first(tokens, at),
        Kind::Number(1..=31, 1..=2) if !clock::begins(tokens, at) => signs(tokens, at)
            .or_else(|| day_first(tokens, at, words))
            .or_else(|| numeric(tokens, at)),
        // "9:30 am 5 May" begins with a time, "19.30 Uhr" too; "5. 6. 2026" does not.
        Kind::Number(1..=31, 1..=2) => day_first(tokens, at, words),
        _ => None,
    }
}

/// Whether a number is the rest of another: `v1.2`, `#12`, `3/4`.
fn goes_on(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else {
        return false;
    };
    let is_joined = before.end == tokens[at].start;
    let is_digit =
        at > 1 && tokens[at - 2].number().is_some() && tokens[at - 2].end == before.start;
    is_joined
        && (before.is_one_of(&['#', '$', '€', '£', '+', '=', '_'])
            || before.is_one_of(&['.', '/', ':']) && is_digit
            || before.word().is_some_and(|word| word == "v"))
}

/// `2009/03/11`, `2019-02-26`, `2019年6月8日`.
fn year_first(tokens: &[Token], at: usize) -> Option<Found> {
    let year = tokens[at].number().filter(|year| YEARS.contains(year))?;
    let sep = tokens.get(at + 1)?;
    let Kind::Sign(sign) = sep.kind else {
        return None;
    };
    let month = tokens.get(at + 2)?;
    let behind = tokens.get(at + 3)?;
    let day = tokens.get(at + 4)?;
    let (month_value, day_value) = (short(month)?, short(day)?);
    let is_joined = sign == '.' || (sep.start == tokens[at].end && month.start == sep.end);
    let next = match sign {
        '年' | '년' => {
            let is_day = tokens
                .get(at + 5)
                .is_some_and(|day| day.is_one_of(&['日', '일', '號', '号']));
            behind
                .is_one_of(&['月', '월'])
                .then_some(at + 5 + usize::from(is_day))?
        }
        '-' | '/' | '.' if behind.is(sign) && is_joined => at + 5,
        _ => return None,
    };
    one(Some(year), month_value, day_value, next)
}

/// `6月8日`.
fn signs(tokens: &[Token], at: usize) -> Option<Found> {
    let month = short(&tokens[at])?;
    let day = tokens.get(at + 2).and_then(short)?;
    let is_date = tokens.get(at + 1)?.is_one_of(&['月', '월'])
        && tokens.get(at + 3)?.is_one_of(&['日', '일', '號', '号']);
    is_date.then(|| one(None, month, day, at + 4)).flatten()
}

fn one(year: Option<u32>, month: u32, day: u32, next: usize) -> Option<Found> {
    let year = year.and_then(|year| i32::try_from(year).ok());
    let part = Part { year, month, day };
    is_day(part).then(|| Found {
        days: vec![part],
        is_span: false,
        order: Order::Sure,
        is_weak: false,
        next,
    })
}

/// Whether there is such a day, in some year if it names none.
pub(super) fn is_day(part: Part) -> bool {
    let year = part.year.unwrap_or(2024);
    chrono::NaiveDate::from_ymd_opt(year, part.month, part.day).is_some()
}

fn short(token: &Token) -> Option<u32> {
    match token.kind {
        Kind::Number(value, 1..=2) => Some(value),
        _ => None,
    }
}

/// `26. 2. 2019`, `21/03/2015`, `12-08-2015`, `15/5`.
fn numeric(tokens: &[Token], at: usize) -> Option<Found> {
    let sep = tokens.get(at + 1)?;
    let second = tokens.get(at + 2)?;
    let Kind::Sign(sign @ ('.' | '/' | '-')) = sep.kind else {
        return None;
    };
    let joined = sep.start == tokens[at].end && (second.start == sep.end || sign == '.');
    let (a, b) = (short(&tokens[at])?, short(second)?);
    if !joined {
        return None;
    }
    let again = tokens.get(at + 3).is_some_and(|again| again.is(sign));
    let third = tokens
        .get(at + 4)
        .filter(|third| again && (third.start == tokens[at + 3].end || sign == '.'));
    let (year, is_weak, next) = match third.map(|third| &third.kind) {
        Some(Kind::Number(year, 4)) if YEARS.contains(year) => (Some(*year), false, at + 5),
        Some(Kind::Number(year, 2)) if sign != '-' && !clock::begins(tokens, at + 4) => {
            (Some(2000 + *year), true, at + 5)
        }
        Some(Kind::Number(..)) if third.is_some_and(|third| third.start == tokens[at + 3].end) => {
            return None;
        }
        _ if sign == '-' => return None,
        _ => (None, true, at + 3 + usize::from(again && sign == '.')),
    };
    let (order, month, day) = match (a, b) {
        (1..=12, 13..=31) if sign == '/' => (Order::MonthFirst, a, b),
        (13..=31, 1..=12) => (Order::DayFirst, b, a),
        (1..=12, 1..=12) if sign == '.' || a == b => (Order::Sure, b, a),
        (1..=12, 1..=12) => (Order::Open, b, a),
        _ => return None,
    };
    let found = one(year, month, day, next)?;
    Some(Found {
        order,
        is_weak,
        ..found
    })
}

/// `13. August 2026`, `30 de junio de 2015`, `2nd and 3rd May`, `20–21 June`, `29 May – 13 June 2026`.
fn day_first(tokens: &[Token], at: usize, words: &Words) -> Option<Found> {
    let (first, mut next) = ordinal(tokens, at)?;
    let mut days = vec![first];
    let mut is_span = false;
    let month = loop {
        if let Some((month, behind)) = month_behind(tokens, next, words) {
            next = behind;
            break month;
        }
        let (kind, behind) = joint(tokens, next)?;
        let behind = weekday_at(tokens, behind, words);
        let (day, behind) = ordinal(tokens, behind)?;
        is_span |= kind == Joint::Span;
        days.push(day);
        next = behind;
        if days.len() > MOST_DAYS {
            return None;
        }
    };
    let (year, next) = year_behind(tokens, next);
    let days = days
        .into_iter()
        .map(|day| Part { year, month, day })
        .collect();
    chained(tokens, days, is_span, next, words)
}

/// `May 05`, `June 20th & 21st, 2026`, `Feb 14 & 21, Mar 14 & 21`.
fn month_first(tokens: &[Token], at: usize, words: &Words) -> Option<Found> {
    let month = words.month(tokens[at].word()?)?;
    let mut next = at + 1;
    if tokens
        .get(next)
        .is_some_and(|dot| dot.is_one_of(&['.', ',']))
    {
        next += 1;
    }
    if tokens.get(next).and_then(Token::word) == Some("the") {
        next += 1;
    }
    if clock::begins(tokens, next) && tokens.get(next + 1).is_none_or(|sign| !sign.is('-')) {
        return None;
    }
    let (first, behind) = ordinal(tokens, next)?;
    next = behind;
    let (mut days, mut is_span) = (vec![first], false);
    while let Some((kind, behind)) = joint(tokens, next) {
        let behind = weekday_at(tokens, behind, words);
        let Some((day, behind)) = ordinal(tokens, behind).filter(|(_, after)| {
            !clock::begins(tokens, behind) && month_behind(tokens, *after, words).is_none()
        }) else {
            break;
        };
        // "Jan 5, 20 people": a comma goes on only where an "and" follows.
        if kind == Joint::Comma && joint(tokens, behind).is_none_or(|(kind, _)| kind == Joint::Span)
        {
            break;
        }
        is_span |= kind == Joint::Span;
        days.push(day);
        next = behind;
        if days.len() > MOST_DAYS {
            break;
        }
    }
    let (year, next) = year_behind(tokens, next);
    let days = days
        .into_iter()
        .map(|day| Part { year, month, day })
        .collect();
    chained(tokens, days, is_span, next, words)
}

/// Goes on with the days of other months behind, and gives all of them the year that only the last names.
fn chained(
    tokens: &[Token],
    days: Vec<Part>,
    is_span: bool,
    next: usize,
    words: &Words,
) -> Option<Found> {
    let (mut days, mut is_span, mut next) = (days, is_span, next);
    let goes_on = joint(tokens, next).and_then(|(kind, behind)| {
        let behind = weekday_at(tokens, behind, words);
        let token = tokens.get(behind)?;
        let more = match &token.kind {
            Kind::Word(word) => words
                .month(word)
                .and_then(|_| month_first(tokens, behind, words)),
            Kind::Number(_, 1..=2) if kind != Joint::Comma && !clock::begins(tokens, behind) => {
                day_first(tokens, behind, words)
            }
            _ => None,
        }?;
        // Two days with years of their own are two dates, unless something says "to".
        let is_one = kind == Joint::Span || days[0].year.is_none();
        is_one.then_some((kind, more))
    });
    if let Some((kind, more)) = goes_on {
        is_span = kind == Joint::Span && days.len() == 1 && more.days.len() == 1;
        let year = more.days.last().and_then(|last| last.year);
        for day in &mut days {
            let is_later = more.days.last().is_some_and(|last| day.month > last.month);
            day.year = day.year.or_else(|| Some(year? - i32::from(is_later)));
        }
        days.extend(more.days);
        next = more.next;
    }
    if is_span && days.len() > 2 {
        is_span = false;
    }
    (days.len() <= MOST_DAYS && days.iter().all(|day| is_day(*day))).then_some(Found {
        days,
        is_span,
        order: Order::Sure,
        is_weak: false,
        next,
    })
}

/// What joins two days.
#[derive(PartialEq, Clone, Copy)]
enum Joint {
    Span,
    And,
    Comma,
}

fn joint(tokens: &[Token], at: usize) -> Option<(Joint, usize)> {
    let token = tokens.get(at)?;
    let kind = match &token.kind {
        Kind::Sign('-' | '~') => Joint::Span,
        Kind::Sign('&' | '/' | '+') => Joint::And,
        Kind::Sign(',') => Joint::Comma,
        Kind::Word(word) => match word.as_str() {
            "to" | "bis" | "au" | "al" | "do" | "tot" | "til" | "till" | "through" | "thru"
            | "ate" | "a" | "по" | "до" => Joint::Span,
            "and" | "und" | "et" | "y" | "e" | "i" | "en" | "och" | "og" | "oraz" | "и" | "or" => {
                Joint::And
            }
            _ => return None,
        },
        Kind::Number(..) => return None,
        Kind::Sign(_) => return None,
    };
    let and = tokens.get(at + 1).and_then(Token::word);
    let skip =
        usize::from(kind == Joint::Comma && matches!(and, Some("and" | "und" | "et" | "y" | "e")));
    let kind = if skip == 1 { Joint::And } else { kind };
    Some((kind, at + 1 + skip))
}

/// A day of a month, with what stands behind its number: `13.`, `21st`, `1er`, `5º`.
fn ordinal(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let day = short(tokens.get(at)?).filter(|day| (1..=31).contains(day))?;
    let suffix = tokens
        .get(at + 1)
        .filter(|suffix| suffix.start == tokens[at].end);
    let is_suffix = suffix.is_some_and(|suffix| {
        suffix.is_one_of(&['.', 'º', 'ª', '°'])
            || matches!(
                suffix.word(),
                Some("th" | "st" | "nd" | "rd" | "er" | "e" | "o" | "a" | "eme")
            )
    });
    Some((day, at + 1 + usize::from(is_suffix)))
}

/// A month behind a day: ` August`, ` de junio`, `-Mar`, ` d'abril`.
fn month_behind(tokens: &[Token], at: usize, words: &Words) -> Option<(u32, usize)> {
    let mut next = at;
    for _ in 0..3 {
        let token = tokens.get(next)?;
        let is_filler = token.is_one_of(&['\'', '-', '/', '.'])
            || matches!(
                token.word(),
                Some("of" | "de" | "del" | "d" | "di" | "the" | "do")
            );
        if !is_filler {
            break;
        }
        next += 1;
    }
    let month = words.month(tokens.get(next)?.word()?)?;
    let dot = tokens
        .get(next + 1)
        .is_some_and(|dot| dot.is('.') && dot.start == tokens[next].end);
    Some((month, next + 1 + usize::from(dot)))
}

/// The year behind a day and a month, and the token behind that.
fn year_behind(tokens: &[Token], at: usize) -> (Option<i32>, usize) {
    let mut next = at;
    for _ in 0..2 {
        let is_filler = tokens.get(next).is_some_and(|token| {
            token.is_one_of(&[',', '.', '-', '/', '\''])
                || matches!(token.word(), Some("de" | "del" | "of" | "d"))
        });
        if !is_filler {
            break;
        }
        next += 1;
    }
    let short = next > at && tokens[next - 1].is('\'');
    let year = tokens.get(next).and_then(|token| match token.kind {
        Kind::Number(year, 4) if YEARS.contains(&year) => Some(year),
        Kind::Number(year, 2) if short => Some(2000 + year),
        _ => None,
    });
    let is_clock = tokens
        .get(next + 1)
        .is_some_and(|sign| sign.is(':') && sign.start == tokens[next].end);
    match year.filter(|_| !is_clock || !clock::begins(tokens, next)) {
        Some(year) => (i32::try_from(year).ok(), next + 1),
        None => (None, at),
    }
}

/// The token behind a day of the week and what follows it, if one stands here.
fn weekday_at(tokens: &[Token], at: usize, words: &Words) -> usize {
    let is_weekday = tokens
        .get(at)
        .and_then(Token::word)
        .is_some_and(|word| words.weekday(word).is_some());
    if !is_weekday {
        return at;
    }
    let mark = tokens
        .get(at + 1)
        .is_some_and(|mark| mark.is_one_of(&['.', ',']));
    at + 1 + usize::from(mark)
}

/// The day of the week before a day, and where the mention begins.
fn weekday_before(
    tokens: &[Token],
    within: std::ops::Range<usize>,
    words: &Words,
) -> (usize, Option<Weekday>) {
    let at = within.end;
    for back in 1..=5 {
        let Some(place) = at.checked_sub(back).filter(|place| *place >= within.start) else {
            break;
        };
        let token = &tokens[place];
        if let Some(weekday) = token.word().and_then(|word| words.weekday(word)) {
            return (place, Some(weekday));
        }
        let is_filler = token.is_one_of(&[',', '.', '(', ')', '\'', '-', ':', '|'])
            || matches!(
                token.word(),
                Some(
                    "the"
                        | "den"
                        | "dem"
                        | "le"
                        | "el"
                        | "il"
                        | "lo"
                        | "am"
                        | "der"
                        | "on"
                        | "dne"
                        | "dia"
                        | "feira"
                        | "de"
                        | "d"
                        | "del"
                )
            );
        if !is_filler {
            break;
        }
    }
    (at, None)
}

/// The day of the week behind a day, and the token behind it.
fn weekday_behind(tokens: &[Token], at: usize, words: &Words) -> (usize, Option<Weekday>) {
    let bracket = tokens
        .get(at)
        .is_some_and(|bracket| bracket.is_one_of(&['(', ',', '[']));
    let place = at + usize::from(bracket);
    let Some(token) = tokens.get(place) else {
        return (at, None);
    };
    let weekday = match &token.kind {
        Kind::Word(word) => words.weekday(word),
        Kind::Sign(sign) if bracket => weekday_of_sign(*sign),
        _ => None,
    };
    // "May 5, Tuesday 12 May" would be the next one's.
    let is_nexts = tokens
        .get(place + 1)
        .is_some_and(|next| next.number().is_some() && !clock::begins(tokens, place + 1));
    match weekday.filter(|_| !is_nexts) {
        Some(weekday) => {
            let rest = (place + 1..tokens.len())
                .take(4)
                .take_while(|rest| tokens[*rest].is_one_of(&['曜', '日', ')', ']', '・', '祝']))
                .count();
            (place + 1 + rest, Some(weekday))
        }
        None => (at, None),
    }
}
