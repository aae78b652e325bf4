//! What groups have to do with each other and with more than one platform: mirrors of an online event,
//! copies in calendars of many groups, and the move of a group from one platform to another.

use super::chance::Chance;
use super::world::{Entry, Feed, Kind, NEVER, World};
use rusty_events::facts::place::Mode;

/// Several groups announce one online event, each on its own page, with a link to the first.
pub(crate) fn mirror(world: &mut World) {
    for number in 0..world.gatherings.len() {
        let gathering = &world.gatherings[number];
        let (announced, facts) = &gathering.versions[0];
        let Some(own) = gathering
            .entries
            .iter()
            .find(|entry| entry.from <= *announced)
        else {
            continue;
        };
        let host = &world.feeds[own.feed];
        let mut chance = Chance::of(world.seed, "mirror", number, 0);
        if facts.mode != Mode::Virtual || host.kind != Kind::Meetup || !chance.percent(12) {
            continue;
        }
        // Before the first day no one saw the names that were then.
        let points_to = |day: i64| Some(host.page_of(own.name(day.max(0))));
        let others: Vec<usize> = (0..world.feeds.len())
            .filter(|feed| {
                let is_replaced = world
                    .feeds
                    .iter()
                    .any(|other| other.replaces == Some(*feed));
                world.feeds[*feed].kind == Kind::Meetup && *feed != own.feed && !is_replaced
            })
            .collect();
        let mut mirrors = Vec::new();
        for _ in 0..chance.between(1, 2) {
            let feed = *chance.pick(&others);
            let from = announced + chance.between(1, 6);
            if mirrors.iter().any(|mirror: &Entry| mirror.feed == feed)
                || from >= world.day(facts.start)
            {
                continue;
            }
            mirrors.push(Entry {
                feed,
                from,
                until: NEVER,
                names: vec![(from, chance.digits())],
                lag: chance.between(0, 2),
                points_to: points_to(from),
                prefix: if chance.percent(50) {
                    "Mirror: ".to_owned()
                } else {
                    String::new()
                },
            });
        }
        world.gatherings[number].entries.extend(mirrors);
    }
}

/// Two calendars of many groups: volunteers copy what they see, days later, and learn late of changes.
pub(crate) fn carry(world: &mut World) {
    for (name, kind) in [
        ("community", Kind::Community),
        ("world", Kind::LumaCommunity),
    ] {
        let feed = world.feeds.len();
        world.feeds.push(Feed {
            id: format!("shared/{name}"),
            kind,
            group: None,
            name: match kind {
                Kind::LumaCommunity => "cal-Year9World".to_owned(),
                _ => format!("{name}.calendar.example"),
            },
            from: 0,
            until: NEVER,
            replaces: None,
            drops_old: false,
            closes: NEVER,
            is_validated: true,
            rekeys: false,
        });
        for number in 0..world.gatherings.len() {
            let mut chance = Chance::of(world.seed, name, number, 0);
            let gathering = &world.gatherings[number];
            let from = gathering.versions[0].0 + chance.between(1, 12);
            let there = |entry: &&Entry| {
                entry.points_to.is_none() && entry.from <= from && from < entry.until
            };
            let Some(own) = gathering.entries.iter().find(there) else {
                continue;
            };
            let host = &world.feeds[own.feed];
            // A group that does not know the calendar is not in it; a recurring event is not copied.
            let takes_part = Chance::of(world.seed, name, host.group.unwrap(), 1).percent(60);
            let copyable = matches!(
                host.kind,
                Kind::Meetup | Kind::Luma | Kind::Calendar | Kind::Pretix
            );
            if !takes_part || !copyable || !chance.percent(50) {
                continue;
            }
            let points_to = Some(host.page_of(own.name(from.max(0))));
            // What Luma lists of its own events it lists under their own ids; of others under one of its.
            let key = match (kind, host.kind) {
                (Kind::LumaCommunity, Kind::Luma) => own.names[0].1.clone(),
                (Kind::LumaCommunity, _) => format!("calev-{}", chance.letters(14)),
                _ => format!("{}@google.com", chance.letters(20)),
            };
            let is_same = key == own.names[0].1;
            world.gatherings[number].entries.push(Entry {
                feed,
                from,
                until: NEVER,
                names: vec![(from, key)],
                lag: if is_same { 0 } else { chance.between(0, 5) },
                points_to,
                prefix: String::new(),
            });
        }
    }
}

/// The group of a Meetup feed goes over to Luma on a day: what is announced from then on is announced
/// there, and so is, once more, what is still to come; Meetup's copies are taken down within the week.
pub(crate) fn move_over(world: &mut World, old: usize, calendar: String, day: i64) {
    let group = world.feeds[old].group.unwrap();
    let new = Feed {
        id: format!("luma/{}", world.groups[group].slug),
        kind: Kind::Luma,
        group: Some(group),
        name: calendar,
        from: day,
        until: NEVER,
        replaces: Some(old),
        drops_old: group.is_multiple_of(2),
        closes: NEVER,
        is_validated: false,
        rekeys: false,
    };
    world.feeds.push(new);
}

/// Lets the gatherings of a group that moves follow it.
pub(crate) fn follow(world: &mut World) {
    let moves: Vec<(usize, usize, i64)> = world
        .feeds
        .iter()
        .enumerate()
        .filter_map(|(new, feed)| Some((feed.replaces?, new, feed.from)))
        .collect();
    for (old, new, day) in moves {
        for number in 0..world.gatherings.len() {
            let mut chance = Chance::of(world.seed, "move", number, day);
            let gathering = &world.gatherings[number];
            if gathering.entries[0].feed != old || world.day(gathering.facts(day).start) <= day {
                continue;
            }
            let from = gathering.versions[0].0.max(day);
            let leaves = day + chance.between(0, 7);
            let gathering = &mut world.gatherings[number];
            gathering.entries[0].until = if from > day {
                gathering.entries[0].from
            } else {
                leaves
            };
            gathering.entries.insert(
                0,
                Entry {
                    feed: new,
                    from,
                    until: NEVER,
                    names: vec![(from, format!("evt-{}", chance.letters(14)))],
                    lag: 0,
                    points_to: None,
                    prefix: String::new(),
                },
            );
        }
    }
}
