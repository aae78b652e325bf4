//! A day of the simulated year as it is served: which page stands at which address, and what it says.

pub(crate) mod ics;
mod json;

use super::weather::{Weather, weather};
use super::world::{CallingOff, Entry, Kind, Notice, State, World};
use crate::loopback::{Answer, Server};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// Events that Meetup's feed and group page hold at most.
const MEETUP_HOLDS: usize = 10;

/// What an answer said, if the program asked for it.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    /// A list of events.
    List {
        feed: usize,
        weather: Weather,
        notices: Vec<Notice>,
        /// Where it was cut off: it says nothing about what starts later.
        until: Option<DateTime<Utc>>,
        /// Whether it says where its events are.
        is_full: bool,
    },
    /// The page of one event.
    Event {
        gathering: usize,
        feed: usize,
        /// What it says; `None` if it is gone, or the server fails.
        notice: Option<Notice>,
        is_cancelled: bool,
        is_gone: bool,
    },
}

/// What stands at each path of the server on one day.
pub(crate) type Day = BTreeMap<String, Says>;

/// Puts a day on the server, in place of the day before.
pub(crate) fn serve(world: &World, server: &Server, day: i64, now: DateTime<Utc>) -> Day {
    server.start_anew();
    let mut served = Day::new();
    for (number, feed) in world.feeds.iter().enumerate() {
        if day < feed.from || day >= feed.until {
            continue;
        }
        serve_list(world, server, &mut served, number, day, now);
        serve_events(world, server, &mut served, number, day, now);
    }
    served
}

/// The path at which the server stands in for an address.
fn path(url: &str) -> String {
    format!("/{}", url.trim_start_matches("https://"))
}

fn serve_list(
    world: &World,
    server: &Server,
    served: &mut Day,
    number: usize,
    day: i64,
    now: DateTime<Utc>,
) {
    let feed = &world.feeds[number];
    let weather = weather(world.seed, number, feed, day);
    let day_said = match weather {
        Weather::Stale(stuck) => stuck,
        _ => day,
    };
    let mut truly = world.notices(number, day_said, now);
    let goes_on = feed.kind == Kind::Meetup && truly.len() > MEETUP_HOLDS;
    if feed.kind == Kind::Meetup {
        truly.truncate(MEETUP_HOLDS);
    }
    let mut notices = truly.clone();
    match weather {
        Weather::Empty | Weather::Outage => notices.clear(),
        Weather::Half => notices = notices.into_iter().skip(1).step_by(2).collect(),
        _ => {}
    }
    let group = feed.group.map(|group| &world.groups[group]);
    let (url, kind, body) = match (feed.kind, group) {
        (Kind::Meetup, Some(group)) => (
            format!("https://www.meetup.com/{}/events/ical/", feed.name),
            "text/calendar; charset=utf-8",
            ics::meetup(world, feed, group, &notices),
        ),
        (Kind::Calendar, Some(group)) => (
            feed.address(),
            "text/calendar",
            ics::club(world, feed, group, &notices),
        ),
        (Kind::Series, Some(group)) => {
            let all = announced(world, number, day_said);
            (
                feed.address(),
                "text/calendar; charset=UTF-8",
                ics::series(
                    world,
                    group,
                    &all,
                    &notices_of_series(world, number, day_said),
                ),
            )
        }
        (Kind::Pretix, Some(group)) => (
            format!("{}events/ical/", feed.address()),
            "text/calendar",
            ics::pretix(world, feed, group, &notices),
        ),
        (Kind::Website, Some(group)) => (
            feed.address(),
            "text/html; charset=utf-8",
            json::schema(feed, group, &notices, false),
        ),
        (Kind::Luma | Kind::LumaCommunity, _) => (
            format!(
                "https://api.lu.ma/calendar/get-items?calendar_api_id={}&period=future&pagination_limit=50",
                feed.name
            ),
            "application/json",
            json::luma(world, feed, &notices),
        ),
        _ => (
            feed.address(),
            "text/calendar; charset=UTF-8",
            ics::community(world, &notices),
        ),
    };
    let age = TimeDelta::days(day - day_said);
    let is_ours = matches!(feed.kind, Kind::Calendar | Kind::Website);
    let is_calendar = kind.starts_with("text/calendar");
    let body = match is_calendar && !is_ours && !feed.is_validated {
        true => made_at(&body, now - age),
        false => body,
    };
    let body = match weather {
        Weather::Hijacked => another_calendar(world, number, day, now),
        Weather::Spam => flooded(&body, &world.groups[0].name, now),
        _ => body,
    };
    let fine = Answer::ok(kind, &body);
    let fine = if feed.is_validated {
        fine.validated_by(&format!("\"{:x}\"", fold(&body)))
    } else {
        fine
    };
    // Every third cache hides that it is one.
    let fine = match age > TimeDelta::zero() && !number.is_multiple_of(3) {
        true => fine.header("Age", age.num_seconds().to_string()),
        false => fine,
    };
    let answer = match weather {
        Weather::Fine | Weather::Empty | Weather::Half | Weather::Stale(_) => fine,
        Weather::Outage | Weather::Spam | Weather::Hijacked => fine,
        Weather::Fails => Answer::status(500),
        Weather::Silent => Answer::silent(),
        Weather::HangsUp => Answer::raw(""),
        Weather::TooMany => Answer::status(429).header("Retry-After", "7200"),
        Weather::Gone if feed.kind == Kind::Meetup => Answer::status(404)
            .header("Content-Type", "text/plain")
            .body("{\"message\":\"Group not found\"}"),
        Weather::Gone => Answer::status(404),
        Weather::Login => Answer::ok(
            "text/html",
            "<html><head><title>Sign in</title></head><body>Please sign in.</body></html>",
        ),
    };
    let path_of_list = path(&url);
    server.serve(&path_of_list, answer);
    if weather.is_an_attack() {
        return;
    }
    // A page without a single event may be a broken one: it says nothing, and may not be believed.
    if feed.kind == Kind::Website && notices.is_empty() {
        return;
    }
    let until = (notices.len() == MEETUP_HOLDS && feed.kind == Kind::Meetup)
        .then(|| notices.iter().map(|notice| notice.facts.start).max())
        .flatten();
    served.insert(
        path_of_list,
        Says::List {
            feed: number,
            weather,
            notices,
            until,
            is_full: feed.kind != Kind::Meetup,
        },
    );
    // Where the feed is closed the group's page may still be open.
    if let (Kind::Meetup, Some(group), Weather::Gone) = (feed.kind, group, weather)
        && number.is_multiple_of(2)
        && day < feed.closes
    {
        let page = path(&format!(
            "https://www.meetup.com/{}/events/?type=upcoming",
            feed.name
        ));
        server.serve(
            &page,
            Answer::ok(
                "text/html",
                json::meetup_group(feed, group, &truly, goes_on),
            ),
        );
        let until = goes_on
            .then(|| truly.iter().map(|notice| notice.facts.start).max())
            .flatten();
        let says = Says::List {
            feed: number,
            weather: Weather::Fine,
            notices: truly,
            until,
            is_full: true,
        };
        served.insert(page, says);
    }
}

/// A calendar in which DTSTAMP says when it was made, as those of platforms do.
fn made_at(calendar: &str, at: DateTime<Utc>) -> String {
    let lines = calendar.split_inclusive("\r\n");
    let unstamped: String = lines.filter(|line| !line.starts_with("DTSTAMP")).collect();
    let stamp = at.format("DTSTAMP:%Y%m%dT%H%M%SZ");
    unstamped.replace("BEGIN:VEVENT\r\n", &format!("BEGIN:VEVENT\r\n{stamp}\r\n"))
}

/// The calendar of another group of the platform.
fn another_calendar(world: &World, number: usize, day: i64, now: DateTime<Utc>) -> String {
    let others = world.feeds.iter().enumerate().cycle().skip(number + 1);
    let mut of_platform = others.filter(|(_, feed)| feed.kind == Kind::Meetup && feed.from == 0);
    let (other, feed) = of_platform.next().unwrap();
    let group = &world.groups[feed.group.unwrap()];
    ics::meetup(world, feed, group, &world.notices(other, day, now))
}

/// A calendar to which somebody has added hundreds of events under a group's name.
fn flooded(calendar: &str, group: &str, now: DateTime<Utc>) -> String {
    let spam: String = (0..300)
        .map(|number| {
            let start = now + TimeDelta::hours(30 + number * 2);
            let start = start.format("%Y%m%dT%H0000Z");
            format!(
                "BEGIN:VEVENT\r\nUID:spam-{number}@coins.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{start}\r\nSUMMARY:Buy Rust coins {number}\r\nURL:https://coins.example/{number}\r\nORGANIZER;CN={group}:mailto:x@coins.example\r\nEND:VEVENT\r\n"
            )
        })
        .collect();
    calendar.replace("END:VCALENDAR", &format!("{spam}END:VCALENDAR"))
}

/// The pages of a feed's events: of those to come, under all the names that they ever had there.
fn serve_events(
    world: &World,
    server: &Server,
    served: &mut Day,
    number: usize,
    day: i64,
    now: DateTime<Utc>,
) {
    let feed = &world.feeds[number];
    let Some(group) = feed
        .group
        .map(|group| &world.groups[group])
        .filter(|_| feed.kind != Kind::Series)
    else {
        return;
    };
    for (index, gathering) in world.gatherings.iter().enumerate() {
        for entry in gathering
            .entries
            .iter()
            .filter(|entry| entry.feed == number && entry.from <= day)
        {
            if gathering.facts(day).end() + TimeDelta::days(2) < now {
                continue;
            }
            let current = gathering.believed_of(index, entry, day);
            let is_off = gathering.facts(day).state == State::Cancelled;
            let is_cancelled = is_off && gathering.calling_off == CallingOff::Unlisted;
            let shown = current.clone().or_else(|| {
                is_cancelled
                    .then(|| last_notice(world, index, entry, day))
                    .flatten()
            });
            let key = shown.as_ref().map(|notice| notice.key.clone());
            for (since, name) in entry.names.iter().filter(|(since, _)| *since <= day) {
                let at = path(&feed.page_of(name));
                if weather(world.seed, number, feed, day) == Weather::Outage {
                    server.serve(&at, Answer::status(404));
                    continue;
                }
                let is_fine = number % 7 != usize::try_from(since + day).unwrap_or(0) % 29;
                let answer = match &shown {
                    _ if !is_fine => Answer::status(503),
                    Some(notice) if key.as_ref() == Some(name) || feed.kind == Kind::Calendar => {
                        let body = match feed.kind {
                            Kind::Meetup => json::meetup_event(feed, group, notice, is_cancelled),
                            _ => json::schema(
                                feed,
                                group,
                                std::slice::from_ref(notice),
                                is_cancelled,
                            ),
                        };
                        Answer::ok("text/html; charset=utf-8", body)
                    }
                    // An old name leads to the new one.
                    Some(notice) => Answer::redirect(301, &feed.page_of(&notice.key)),
                    None => Answer::status(404),
                };
                server.serve(&at, answer);
                let says = Says::Event {
                    gathering: index,
                    feed: number,
                    notice: shown.clone().filter(|_| is_fine),
                    is_cancelled: is_cancelled && is_fine,
                    is_gone: shown.is_none() && is_fine,
                };
                served.insert(at, says);
            }
        }
    }
}

/// What an entry said before it left the list.
fn last_notice(world: &World, index: usize, entry: &Entry, day: i64) -> Option<Notice> {
    (entry.from..day)
        .rev()
        .find_map(|day| world.gatherings[index].believed_of(index, entry, day))
}

/// The occurrences of a series as they were announced.
fn announced(world: &World, feed: usize, day: i64) -> Vec<Notice> {
    of_series(world, feed, day)
        .filter_map(|(index, entry)| {
            let gathering = &world.gatherings[index];
            let mut notice = gathering.believed_of(index, entry, entry.from)?;
            notice.facts = gathering.versions[0].1.clone();
            notice.key = entry.name(day).to_owned();
            Some(notice)
        })
        .collect()
}

/// Its occurrences as they are, those that are over too: a rule goes back to its beginning.
fn notices_of_series(world: &World, feed: usize, day: i64) -> Vec<Notice> {
    of_series(world, feed, day)
        .filter_map(|(index, entry)| world.gatherings[index].believed_of(index, entry, day))
        .collect()
}

fn of_series(world: &World, feed: usize, day: i64) -> impl Iterator<Item = (usize, &Entry)> {
    world
        .gatherings
        .iter()
        .enumerate()
        .filter_map(move |(index, gathering)| {
            let entry = gathering
                .entries
                .iter()
                .find(|entry| entry.feed == feed && entry.from <= day)?;
            Some((index, entry))
        })
}

/// A number that is another for another text (FNV-1a).
fn fold(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}
