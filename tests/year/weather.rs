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
    /// The list as it was on an earlier day: of two caches that answer in turn, the one that is stuck.
    Stale(i64),
    /// The whole platform is out of order for days: lists without events, with status 200, and no page of an event.
    Outage,
    /// Somebody has filled the calendar with hundreds of events under the name of a group.
    Spam,
    /// The address answers with the calendar of another group.
    Hijacked,
}

/// Days for which one kind of weather holds at most.
const LONGEST_SPELL: i64 = 6;
/// Days for which a cache is stuck.
const STUCK: i64 = 10;

/// Whether the answer can be believed, and is not the truth.
impl Weather {
    pub(crate) fn lies(self) -> bool {
        matches!(self, Weather::Empty | Weather::Half | Weather::Stale(_))
    }

    /// Whether nothing that is said in it may have any effect.
    pub(crate) fn is_an_attack(self) -> bool {
        matches!(self, Weather::Outage | Weather::Spam | Weather::Hijacked)
    }

    /// Whether it is an answer that says anything of events.
    pub(crate) fn is_readable(self) -> bool {
        matches!(
            self,
            Weather::Fine | Weather::Empty | Weather::Half | Weather::Stale(_)
        )
    }
}

/// The weather of a feed on a day. A spell begins with a chance of its own each day; the earliest of
/// those that reach this day counts, so that none cuts off another. A lie lasts one day, and no two lies
/// are nearer than three days: twice in a row the truth would look no different. Two caches answer in turn for ten days.
pub(crate) fn weather(seed: u64, number: usize, feed: &Feed, day: i64) -> Weather {
    if day >= feed.closes {
        return Weather::Gone;
    }
    if let Some(attack) = attack(seed, number, feed, day) {
        return attack;
    }
    let mut covering = None;
    for begun in (day - STUCK)..=day {
        if let Some((kind, length)) = begins(seed, number, feed, begun)
            && begun + length > day
        {
            // Every other day the other cache answers.
            let is_its_turn = !matches!(kind, Weather::Stale(_)) || (day - begun) % 2 == 1;
            covering = covering.or(is_its_turn.then_some(kind));
        }
    }
    covering.unwrap_or(Weather::Fine)
}

/// What befalls many feeds at once, or one from outside: each three days long, every four months.
fn attack(seed: u64, number: usize, feed: &Feed, day: i64) -> Option<Weather> {
    if day <= feed.from + 7 || day >= feed.until - 1 {
        return None;
    }
    let struck = |what: &str, after: i64| {
        let begins = after + Chance::of(seed, what, 0, day / 120).between(0, 14);
        (begins..begins + 3).contains(&(day % 120))
    };
    match feed.kind {
        Kind::Meetup if struck("outage", 70) => Some(Weather::Outage),
        Kind::Meetup if number % 11 == 4 && struck("hijack", 30) => Some(Weather::Hijacked),
        Kind::Community if struck("spam", 95) => Some(Weather::Spam),
        _ => None,
    }
}

/// The spell that begins on a day, with its length.
fn begins(seed: u64, number: usize, feed: &Feed, day: i64) -> Option<(Weather, i64)> {
    let spell = drawn(seed, number, feed, day)?;
    let lied = |ago| drawn(seed, number, feed, day - ago).is_some_and(|(kind, _)| kind.lies());
    let is_too_soon = spell.0.lies() && (1..=STUCK + 3).any(lied);
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
        52..=57 => (Weather::Stale(day), STUCK),
        _ => return None,
    };
    Some(spell)
}
