//! What becomes of a feed on the way: most days nothing, some days what servers do.

use super::chance::Chance;
use super::world::{Feed, Kind};

/// How a feed is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    Fine,
    /// Status 500.
    Fails,
    /// Not a byte, until the client has enough.
    Silent,
    /// The connection ends before the answer.
    HangsUp,
    /// Status 429 with a time to wait.
    TooMany,
    /// Status 404, as of a group that is gone.
    Gone,
    /// A login page with status 200.
    Login,
    /// A calendar without events, with status 200.
    Empty,
    /// Every other event is missing, with status 200.
    Half,
}

/// Days for which one kind of weather holds at most.
const LONGEST_SPELL: i64 = 6;

/// Whether the answer can be believed, and is not the truth.
impl Weather {
    pub(crate) fn lies(self) -> bool {
        matches!(self, Weather::Empty | Weather::Half)
    }

    /// Whether it is an answer that says anything of events.
    pub(crate) fn is_readable(self) -> bool {
        matches!(self, Weather::Fine | Weather::Empty | Weather::Half)
    }
}

/// The weather of a feed on a day. A spell begins with a chance of its own each day; the earliest of
/// those that reach this day counts, so that none cuts off another. A lie lasts one day, and no two lies
/// are nearer than three days: twice in a row the truth would look no different.
pub(crate) fn weather(seed: u64, number: usize, feed: &Feed, day: i64) -> Weather {
    if day >= feed.closes {
        return Weather::Gone;
    }
    let mut covering = None;
    for begun in (day - LONGEST_SPELL)..=day {
        if let Some((kind, length)) = begins(seed, number, feed, begun)
            && begun + length > day
        {
            covering = covering.or(Some(kind));
        }
    }
    covering.unwrap_or(Weather::Fine)
}

/// The spell that begins on a day, with its length.
fn begins(seed: u64, number: usize, feed: &Feed, day: i64) -> Option<(Weather, i64)> {
    let spell = drawn(seed, number, feed, day)?;
    let lied = |ago| drawn(seed, number, feed, day - ago).is_some_and(|(kind, _)| kind.lies());
    let is_too_soon = spell.0.lies() && (1..=LONGEST_SPELL + 3).any(lied);
    Some(spell).filter(|_| !is_too_soon)
}

fn drawn(seed: u64, number: usize, feed: &Feed, day: i64) -> Option<(Weather, i64)> {
    if day < 3 || day <= feed.from {
        return None;
    }
    let mut chance = Chance::of(seed, "weather", number, day);
    let spell = match chance.below(1000) {
        0..=11 => (Weather::Fails, chance.between(1, 4)),
        12 if chance.percent(10) => (Weather::Silent, 1),
        12..=17 => (Weather::HangsUp, chance.between(1, 2)),
        18..=23 => (Weather::TooMany, 1),
        24..=27 => (Weather::Gone, chance.between(2, LONGEST_SPELL)),
        28..=33 => (Weather::Login, chance.between(1, 3)),
        34..=41 if feed.kind != Kind::Series => (Weather::Empty, 1),
        42..=51 if feed.kind != Kind::Series => (Weather::Half, 1),
        _ => return None,
    };
    Some(spell)
}
