//! A thousand random histories of decisions and refreshes: no decision is lost, whatever the sources do.
//!
//! Each history is a source with a few events that are renamed, moved, cancelled, dropped and listed again,
//! beside a calendar that copies some of them, and an editor who rules, takes back and rules again. After
//! every step what is published is compared with what the decisions in force demand.

use crate::sameness::source;
use crate::telling;
use crate::telling::Records;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusty_events::believe::curate::{Published, Shown};
use rusty_events::believe::normalise::Groups;
use rusty_events::config::correction;
use rusty_events::facts::decision::{Action, Decision, EventName};
use rusty_events::facts::event::{EventId, Flag, Key, Status};
use rusty_events::facts::listing::{self, Listing, Location};
use rusty_events::facts::place::Place;
use rusty_events::facts::source::{Platform, Source, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::store::Store;
use std::collections::BTreeMap;

const HISTORIES: u64 = 1000;
const STEPS: usize = 10;
const EVENTS: usize = 4;
const TITLES: [&str; 4] = [
    "Async without tears",
    "Embedded evening",
    "Borrow checker",
    "Hack night",
];
const PLACES: [&str; 3] = ["Berlin, DE", "Hamburg, DE", "Leipzig, DE"];

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014): small, and the same
/// on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let below = (mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap();
        usize::try_from(below).unwrap()
    }
}

/// An event as the group lists it.
#[derive(Clone)]
struct Evening {
    title: usize,
    place: usize,
    day: i64,
    cancelled: bool,
    listed: bool,
}

struct History {
    chance: Chance,
    store: Store,
    sources: Vec<Source>,
    evenings: Vec<Evening>,
    now: DateTime<Utc>,
    /// The numbers of decisions that are in force, with what they do to which event.
    decided: Vec<(i64, usize, Action)>,
    story: Vec<String>,
}

impl History {
    fn new(seed: u64) -> History {
        let mut group = source("meetup/rust-berlin", Platform::Meetup, Some("Rust Berlin"));
        group.place = Place::parse("Berlin, DE").ok();
        let calendar = source("calendar", Platform::Ics, None);
        History {
            chance: Chance(seed),
            store: Store::in_memory().unwrap(),
            sources: vec![group, calendar],
            evenings: (0..EVENTS)
                .map(|event| Evening {
                    title: event % TITLES.len(),
                    place: 0,
                    day: 5 + 3 * i64::try_from(event).unwrap(),
                    cancelled: false,
                    listed: true,
                })
                .collect(),
            now: "2026-03-02T06:00:00Z".parse().unwrap(),
            decided: Vec::new(),
            story: Vec::new(),
        }
    }

    fn start(&self, event: usize) -> Stamp {
        let first: NaiveDate = "2026-03-10".parse().unwrap();
        let day = first + TimeDelta::days(self.evenings[event].day);
        Stamp::Zoned(
            day.and_hms_opt(19, 0, 0).unwrap(),
            chrono_tz::Tz::Europe__Berlin,
        )
    }

    fn listing(&self, event: usize, key: String) -> Listing {
        let evening = &self.evenings[event];
        let mut listing = Listing::new(key, TITLES[evening.title], self.start(event), Way::Feed);
        listing.link = Some(format!(
            "https://www.meetup.com/rust-berlin/events/{}/",
            100 + event
        ));
        let (city, country) = PLACES[evening.place].split_once(", ").unwrap();
        listing.locations = vec![Location {
            city: Some(city.to_owned()),
            country: Some(country.to_owned()),
            ..Location::default()
        }];
        if evening.cancelled {
            listing.status = listing::Status::Cancelled;
        }
        listing
    }

    /// A day passes, and every source is read.
    fn refresh(&mut self) {
        self.now += TimeDelta::hours(24);
        let listed: Vec<usize> = (0..EVENTS)
            .filter(|event| self.evenings[*event].listed)
            .collect();
        let own = listed
            .iter()
            .map(|&event| self.listing(event, (100 + event).to_string()));
        let own: Vec<Listing> = own.collect();
        let copied = listed.iter().filter(|event| *event % 2 == 0);
        let copies: Vec<Listing> = copied
            .map(|&event| self.listing(event, format!("copy-{event}")))
            .collect();
        for (source, listings) in [("meetup/rust-berlin", own), ("calendar", copies)] {
            let visit = telling::read(source, Way::Feed, listings);
            self.store.record(&visit, self.now).unwrap();
        }
        self.believe();
    }

    fn believe(&mut self) {
        telling::believe(
            &mut self.store,
            &self.sources,
            &Groups::default(),
            &[],
            self.now,
        );
    }

    /// The group changes something.
    fn change(&mut self) {
        let event = self.chance.below(EVENTS);
        let what = self.chance.below(6);
        let title = self.chance.below(TITLES.len());
        let place = self.chance.below(PLACES.len());
        let evening = &mut self.evenings[event];
        match what {
            0 => evening.title = title,
            1 => evening.place = place,
            // Each event keeps to days of its own, so that it is known which is which.
            2 => {
                evening.day =
                    5 + 3 * i64::try_from(event).unwrap() + i64::from(evening.day % 3 == 2)
            }
            3 => evening.cancelled = !evening.cancelled,
            _ => evening.listed = !evening.listed,
        }
        self.story.push(format!("{event}: change {what}"));
    }

    /// The editor decides, or takes a decision back.
    fn rule(&mut self) {
        self.now += TimeDelta::minutes(1);
        let known = self.store.identities().unwrap();
        let id = |event: usize| {
            let key = Key::new("meetup", &(100 + event).to_string(), None);
            known.keys.get(&key).map(|(id, _)| id.clone())
        };
        if self.chance.below(5) == 0 && !self.decided.is_empty() {
            let taken = self.chance.below(self.decided.len());
            let (number, event, action) = self.decided.remove(taken);
            assert!(self.store.undo(number, "", None, self.now).unwrap());
            self.story.push(format!("{event}: take back {action}"));
            self.believe();
            return;
        }
        let event = self.chance.below(EVENTS);
        let other = (event + 1 + self.chance.below(EVENTS - 1)) % EVENTS;
        let (Some(on), Some(with)) = (id(event), id(other)) else {
            return;
        };
        let title = format!("title={}", self.chance.below(100));
        let place = PLACES[self.chance.below(PLACES.len())];
        let action = match self.chance.below(10) {
            0 => Action::HideFromSection,
            1 => Action::HideEverywhere,
            2 => Action::Show,
            3 => Action::Cancel,
            4 => Action::Postpone,
            5 => Action::PrintUntil("2026-03-25".parse().unwrap()),
            6 => Action::Merge(EventName::Id(with)),
            7 => Action::Split,
            8 => Action::Edit(vec![correction("title", &title).unwrap()]),
            _ => Action::Edit(vec![
                correction("place", place).unwrap(),
                correction("start", "2026-03-28T18:30").unwrap(),
            ]),
        };
        self.story.push(format!("{event}: {action}"));
        let last = self.store.last_decision(&on).unwrap();
        let number = self
            .store
            .decide_after(last, &on, &action, "because", Some("Ann"), self.now)
            .unwrap()
            .unwrap();
        self.decided.push((number, event, action));
        self.believe();
    }

    /// Every decision in force is in what is published.
    fn check(&self) {
        let published = self.store.published().unwrap();
        let identities = self.store.identities().unwrap();
        let in_force: Vec<i64> = self.decided.iter().map(|(number, ..)| *number).collect();
        let stored = self.store.decisions().unwrap();
        let standing: Vec<i64> = stored
            .iter()
            .filter(|logged| logged.undone.is_none())
            .map(|logged| number(&logged.decision))
            .collect();
        let mut sorted = in_force;
        sorted.sort_unstable();
        assert_eq!(standing, sorted, "{:#?}", self.story);
        let one_with: BTreeMap<EventId, EventId> = identities.sets.clone();
        let of = |event: usize| -> Option<&Published> {
            let key = Key::new("meetup", &(100 + event).to_string(), None);
            let (id, _) = identities.keys.get(&key)?;
            published.get(one_with.get(id).unwrap_or(id))
        };
        for event in 0..EVENTS {
            let Some(seen) = of(event) else { continue };
            // What is merged with others takes their decisions too: the last of all counts.
            let members: Vec<usize> = (0..EVENTS)
                .filter(|other| of(*other).is_some_and(|other| other.id == seen.id))
                .collect();
            self.demand(seen, &members);
        }
        self.pairs(&of);
    }

    fn demand(&self, seen: &Published, members: &[usize]) {
        let mut shown = Shown::Everywhere;
        let (mut status, mut until, mut title, mut edited) = (None, None, None, None);
        // Numbers rise with time.
        let mut decided: Vec<&(i64, usize, Action)> = self
            .decided
            .iter()
            .filter(|(_, event, _)| members.contains(event))
            .collect();
        decided.sort_by_key(|(number, ..)| *number);
        for (_, _, action) in decided {
            match action {
                Action::HideFromSection => shown = Shown::NotInSection,
                Action::HideEverywhere => shown = Shown::Nowhere,
                Action::Show => shown = Shown::Everywhere,
                Action::Cancel => status = Some(Status::Cancelled),
                Action::Postpone => status = Some(Status::Postponed),
                Action::PrintUntil(day) => until = Some(*day),
                Action::Edit(fields) if fields.len() == 1 => title = Some(fields[0].value()),
                Action::Edit(fields) => edited = Some(fields[0].value()),
                Action::Merge(_) | Action::Split => {}
            }
        }
        let story = || {
            let sets = self.store.identities().unwrap().sets;
            format!("{members:?} {seen:#?}\n{:#?}\n{sets:#?}", self.story)
        };
        // An event that no source lists any more is withdrawn, and stays as it was last listed.
        if seen.status == Status::Withdrawn {
            return;
        }
        assert_eq!(seen.shown, shown, "{}", story());
        assert_eq!(seen.print_until, until, "{}", story());
        if let Some(status) = status {
            assert_eq!(seen.status, status, "{}", story());
        }
        if let Some(title) = title {
            assert_eq!(seen.title.as_str(), title, "{}", story());
        }
        if let Some(place) = edited {
            let printed = seen.place.as_ref().unwrap().printed(&[]);
            assert_eq!(printed, place, "{}", story());
            assert_eq!(
                seen.when.first_day().to_string(),
                "2026-03-28",
                "{}",
                story()
            );
        }
        let conflict = seen
            .overruled
            .iter()
            .any(|overruled| overruled.is_conflict());
        assert_eq!(
            seen.flags.contains(&Flag::DecisionConflict),
            conflict,
            "{}",
            story()
        );
    }

    /// What was merged is one, and what was split is not, as far as both are listed.
    fn pairs<'a>(&self, of: &impl Fn(usize) -> Option<&'a Published>) {
        let listed = |event: usize| self.evenings[event].listed;
        let mut decided: Vec<&(i64, usize, Action)> = self.decided.iter().collect();
        decided.sort_by_key(|(number, ..)| *number);
        for (place, (_, event, action)) in decided.iter().enumerate() {
            let Action::Merge(EventName::Id(id)) = action else {
                continue;
            };
            let other = (0..EVENTS).find(|other| {
                let key = Key::new("meetup", &(100 + other).to_string(), None);
                EventId::first_seen_as(&key) == *id
            });
            let Some(other) = other else { continue };
            let split_later = decided[place + 1..]
                .iter()
                .any(|(_, on, later)| *later == Action::Split && (*on == *event || *on == other));
            let both = of(*event).zip(of(other));
            if let Some((one, another)) = both
                && !split_later
                && listed(*event)
                && listed(other)
            {
                assert_eq!(one.id, another.id, "{:#?}", self.story);
            }
        }
    }
}

fn number(decision: &Decision) -> i64 {
    match decision.origin {
        rusty_events::facts::decision::Origin::Database(number) => number,
        rusty_events::facts::decision::Origin::File(..) => unreachable!("no file rules here"),
    }
}

#[test]
fn no_decision_is_lost_in_a_thousand_random_histories() {
    for seed in 0..HISTORIES {
        let mut history = History::new(seed);
        history.refresh();
        for _ in 0..STEPS {
            match history.chance.below(5) {
                0 | 1 => history.rule(),
                2 => {
                    history.change();
                    history.refresh();
                }
                3 => history.refresh(),
                _ => {
                    history.change();
                    history.change();
                    history.refresh();
                }
            }
            history.check();
        }
    }
}
