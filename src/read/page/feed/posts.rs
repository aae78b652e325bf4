//! Feeds without an element for the event's day: is the date of a post that of its event?
//!
//! Mostly it is not: a post comes before the event. Some sites date each post by its event, since their
//! generator knows no other date. Evidence for that: a post from the future; the item's words name the same day;
//! or all posts keep the rhythm of meetings (one or two days of the week) and lie below an address of events.

use super::Item;
use crate::facts::when::Stamp;
use crate::read::dates;
use crate::read::page::found::Found;
use crate::read::page::{Document, YEARS, day_in_words, speaks};
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use std::collections::BTreeMap;

/// Posts from which on a rhythm is one.
const FEWEST_FOR_A_RHYTHM: usize = 4;

/// Parts of a hundred of the posts that must keep to one or two days of the week.
const KEEP_THE_RHYTHM: usize = 80;

/// Posts that must share a day for it to be a filler.
const FEWEST_FOR_A_FILLER: usize = 3;

pub(super) fn read(items: &[Item], document: &Document<'_>) -> Found {
    let mut found = Found::read_as("a feed, by the dates of its posts");
    let posts: Vec<(&Item, Option<Stamp>)> =
        items.iter().map(|item| (item, posted(item))).collect();
    let fillers = fillers(&posts);
    let meant =
        |(_, at): &&(&Item, Option<Stamp>)| at.is_some_and(|at| !fillers.contains(&at.date()));
    let meant: Vec<(&Item, Option<Stamp>)> = posts.iter().filter(meant).copied().collect();
    let Some(why) = evidence(&meant, document) else {
        found.entries = items.len();
        found.doubt(
            0,
            None,
            "no item says when its event is, and the date of a post is not that of the event",
        );
        return found;
    };
    found.read_as = format!("a feed, by the dates of its posts: {why}");
    for (item, start) in posts {
        let Some(start) = start else {
            found.lose(
                item.line,
                Some(&item.title),
                "has no date that can be meant",
            );
            continue;
        };
        if fillers.contains(&start.date()) {
            let what = format!(
                "{} stands at several entries: it may be a filler",
                start.date()
            );
            found.doubt(item.line, Some(&item.title), what);
        }
        found.take(item.listing(start));
    }
    found
}

/// When an item was posted: midnight is no hour.
fn posted(item: &Item) -> Option<Stamp> {
    let stamp = dates::parse(item.posted.as_deref()?).ok()?;
    if !YEARS.contains(&stamp.date().year()) {
        return None;
    }
    let clock = match stamp {
        Stamp::Utc(at) => Some(at.time()),
        Stamp::Offset(at) => Some(at.naive_local().time()),
        Stamp::Floating(at) | Stamp::Zoned(at, _) => Some(at.time()),
        Stamp::Date(_) => None,
    };
    Some(match clock {
        Some(NaiveTime::MIN) => Stamp::Date(stamp.date()),
        _ => stamp,
    })
}

/// Why the posts are dated by their events; `None` if nothing says so.
fn evidence(posts: &[(&Item, Option<Stamp>)], document: &Document<'_>) -> Option<&'static str> {
    let dated: Vec<(&Item, Stamp)> = posts
        .iter()
        .filter_map(|(item, at)| Some((*item, (*at)?)))
        .collect();
    let contradicts = dated
        .iter()
        .any(|(item, at)| day_in_words(&item.title).is_some_and(|day| day != at.date()));
    if contradicts || dated.is_empty() {
        return None;
    }
    // A clock may be wrong by a day, and a feed may be built ahead of it.
    if dated
        .iter()
        .any(|(_, at)| (at.date() - document.at.date_naive()).num_days() > 1)
    {
        return Some("some lie in the future");
    }
    let agree = dated
        .iter()
        .filter(|(item, at)| day_in_words(&item.title) == Some(at.date()));
    if agree.count() * 2 > dated.len() {
        return Some("their titles name the same days");
    }
    let below = dated.iter().filter(|(item, _)| is_below_events(item));
    let is_below = below.count() * 2 > dated.len();
    (is_below && keeps_a_rhythm(&dated)).then_some("they keep the rhythm of meetings")
}

fn is_below_events(item: &Item) -> bool {
    speaks::is_below_events(&item.address)
}

/// Whether nearly all posts were made on one or two days of the week, and either at one hour or at none.
fn keeps_a_rhythm(dated: &[(&Item, Stamp)]) -> bool {
    let mut days: Vec<NaiveDate> = dated.iter().map(|(_, at)| at.date()).collect();
    days.sort_unstable();
    days.dedup();
    if days.len() < FEWEST_FOR_A_RHYTHM {
        return false;
    }
    // A person who posts does so at any minute.
    let is_on_the_quarter = |at: &Stamp| match at {
        Stamp::Date(_) => true,
        Stamp::Utc(at) => at.minute() % 15 == 0 && at.second() == 0,
        Stamp::Offset(at) => at.minute() % 15 == 0 && at.second() == 0,
        Stamp::Floating(at) | Stamp::Zoned(at, _) => at.minute() % 15 == 0 && at.second() == 0,
    };
    if !dated.iter().all(|(_, at)| is_on_the_quarter(at)) {
        return false;
    }
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for day in &days {
        *counts
            .entry(day.weekday().num_days_from_monday())
            .or_default() += 1;
    }
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let kept: usize = counts.iter().take(2).sum();
    kept * 100 >= days.len() * KEEP_THE_RHYTHM
}

/// Days that several posts share and that begin or end a year: what someone typed to have a date at all.
fn fillers(posts: &[(&Item, Option<Stamp>)]) -> Vec<NaiveDate> {
    let mut counts: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for (_, at) in posts {
        if let Some(at) = at {
            *counts.entry(at.date()).or_default() += 1;
        }
    }
    let is_edge = |day: &NaiveDate| matches!((day.month(), day.day()), (1, 1) | (12, 31));
    counts
        .into_iter()
        .filter(|(day, count)| *count >= FEWEST_FOR_A_FILLER && is_edge(day))
        .map(|(day, _)| day)
        .collect()
}
