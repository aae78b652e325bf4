//! A refresh in which nothing has changed believes nothing; and everything that beliefs rest on ends that.
//!
//! What is published is taken out of the database behind the program's back: believing would publish it again.

use crate::sameness::source;
use crate::telling::{self, Records};
use chrono::{DateTime, TimeDelta, Utc};
use rusty_events::believe::normalise::{Group, Groups};
use rusty_events::facts::decision::{Action, Decision, EventName, Origin};
use rusty_events::facts::link::Link;
use rusty_events::facts::listing::{Answer, Listing, Part};
use rusty_events::facts::place::Place;
use rusty_events::facts::source::{Organiser, Platform, Source, SourceId, Way};
use rusty_events::facts::when::Stamp;
use rusty_events::store::{Answered, Outcome, Store, Visit};
use std::path::PathBuf;

const BERLIN: &str = "meetup/rust-berlin";

fn at(hours: i64) -> DateTime<Utc> {
    "2026-08-20T06:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)
}

fn evening(key: &str, title: &str) -> Listing {
    let start = Stamp::Utc("2026-08-27T17:00:00Z".parse().unwrap());
    Listing::new(key, title, start, Way::Feed)
}

struct World {
    folder: tempfile::TempDir,
    sources: Vec<Source>,
    groups: Groups,
    decisions: Vec<Decision>,
}

impl World {
    /// A group with two evenings, read and believed, and believed again an hour later.
    fn settled() -> (World, Store) {
        let mut berlin = source(BERLIN, Platform::Meetup, Some("Rust Berlin"));
        berlin.place = Place::parse("Berlin, DE").ok();
        let world = World {
            folder: tempfile::tempdir().unwrap(),
            sources: vec![berlin],
            groups: Groups::default(),
            decisions: Vec::new(),
        };
        let mut store = Store::open(&world.database()).unwrap();
        let listings = vec![evening("1", "Async"), evening("2", "Embedded")];
        store
            .record(&telling::read(BERLIN, Way::Feed, listings), at(0))
            .unwrap();
        world.believe(&mut store, at(0));
        assert_eq!(store.published().unwrap().len(), 2);
        (world, store)
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("events.db")
    }

    fn believe(&self, store: &mut Store, now: DateTime<Utc>) {
        telling::believe(store, &self.sources, &self.groups, &self.decisions, now);
    }

    /// Whether believing now publishes what has been taken away.
    fn believes(&self, store: &mut Store, now: DateTime<Utc>) -> bool {
        let other = rusqlite::Connection::open(self.database()).unwrap();
        other.execute("DELETE FROM published", []).unwrap();
        self.believe(store, now);
        !store.published().unwrap().is_empty()
    }
}

fn unchanged() -> Visit {
    Visit {
        outcome: Outcome::Unchanged { way: Way::Feed },
        ..telling::failed(BERLIN)
    }
}

#[test]
fn where_nothing_has_changed_nothing_is_believed() {
    let (world, mut store) = World::settled();
    assert!(!world.believes(&mut store, at(0)), "at once");
    store.record(&unchanged(), at(6)).unwrap();
    assert!(!world.believes(&mut store, at(6)), "as it was");
    let same = vec![evening("1", "Async"), evening("2", "Embedded")];
    store
        .record(&telling::read(BERLIN, Way::Feed, same), at(12))
        .unwrap();
    assert!(
        !world.believes(&mut store, at(12)),
        "read again, word for word"
    );
    store.record(&telling::failed(BERLIN), at(13)).unwrap();
    assert!(!world.believes(&mut store, at(13)), "not read");
}

#[test]
fn while_anything_is_held_it_is_weighed_each_time() {
    let (world, mut store) = World::settled();
    let titles = ["Async", "Embedded", "Macros", "Parsers", "Games", "Unsafe"];
    let evenings = |titles: &[&str]| -> Vec<Listing> {
        let numbered = titles.iter().enumerate();
        numbered
            .map(|(number, title)| evening(&(number + 1).to_string(), title))
            .collect()
    };
    let visit = telling::read(BERLIN, Way::Feed, evenings(&titles));
    store.record(&visit, at(1)).unwrap();
    assert!(world.believes(&mut store, at(1)));
    assert!(!world.believes(&mut store, at(2)));
    let visit = telling::read(BERLIN, Way::Feed, evenings(&titles[..1]));
    let recorded = store.record(&visit, at(3)).unwrap();
    assert!(recorded.held.is_some());
    assert!(world.believes(&mut store, at(3)), "once");
    assert!(world.believes(&mut store, at(3)), "and again");
}

#[test]
fn what_a_source_says_anew_is_believed() {
    for (listings, what) in [
        (
            vec![evening("1", "Async, really"), evening("2", "Embedded")],
            "another title",
        ),
        (vec![evening("1", "Async")], "one is missing"),
        (
            vec![
                evening("1", "Async"),
                evening("2", "Embedded"),
                evening("3", "Macros"),
            ],
            "a new one",
        ),
    ] {
        let (world, mut store) = World::settled();
        store
            .record(&telling::read(BERLIN, Way::Feed, listings), at(1))
            .unwrap();
        assert!(world.believes(&mut store, at(1)), "{what}");
    }
}

#[test]
fn what_a_page_says_anew_is_believed() {
    let (world, mut store) = World::settled();
    let mut page = evening("1", "Async");
    (page.part, page.way) = (Part::Page, Way::Page);
    let mut visit = unchanged();
    visit.pages = vec![(page.clone(), "mark".to_owned())];
    store.record(&visit, at(1)).unwrap();
    assert!(world.believes(&mut store, at(1)), "a page");
    assert!(!world.believes(&mut store, at(1)), "the same page");
    // The page is newer than the list, until the list is read well again: then the list counts.
    let mut newer = telling::failed(BERLIN);
    page.title = "Async, on another floor".to_owned();
    newer.pages = vec![(page, "mark".to_owned())];
    store.record(&newer, at(2)).unwrap();
    assert!(world.believes(&mut store, at(2)), "a newer page");
    store.record(&unchanged(), at(3)).unwrap();
    assert!(world.believes(&mut store, at(3)), "a newer list");
    assert!(!world.believes(&mut store, at(4)), "and nothing more");
    let mut asked = unchanged();
    asked.answers = vec![Answered {
        key: "1".to_owned(),
        url: "https://www.meetup.com/rust-berlin/events/1/".to_owned(),
        answer: Answer::Live,
        detail: "there".to_owned(),
        leads_to: None,
    }];
    store.record(&asked, at(5)).unwrap();
    assert!(world.believes(&mut store, at(5)), "an answer");
}

fn hidden(event: EventName) -> Decision {
    Decision {
        event,
        action: Action::HideFromSection,
        reason: "spam".to_owned(),
        by: None,
        at: at(0),
        origin: Origin::File("decisions/a.toml".into(), 1),
    }
}

#[test]
fn an_editors_word_the_configuration_and_the_day_are_believed() {
    let (world, mut store) = World::settled();
    let event = store.published().unwrap().into_keys().next().unwrap();
    store
        .decide_after(0, &event, &Action::HideFromSection, "spam", None, at(1))
        .unwrap();
    assert!(world.believes(&mut store, at(1)), "a decision");
    assert!(!world.believes(&mut store, at(2)), "once");

    let (mut world, mut store) = World::settled();
    world.sources[0].place = Place::parse("Hamburg, DE").ok();
    assert!(world.believes(&mut store, at(1)), "a source's place");
    let organiser = Organiser {
        name: "Rust Bonn".to_owned(),
        url: None,
    };
    let group = Group {
        organiser,
        place: None,
        mode: None,
    };
    world.groups.add(group, &[], &[]);
    assert!(world.believes(&mut store, at(1)), "a group");
    let id = store.published().unwrap().into_keys().next().unwrap();
    world.decisions.push(hidden(EventName::Id(id)));
    assert!(world.believes(&mut store, at(1)), "a decision in a file");
    assert!(!world.believes(&mut store, at(2)), "and then nothing");
    assert!(world.believes(&mut store, at(24)), "the next day");
    assert!(world.believes(&mut store, at(23)), "the clock was set back");
    let unmatched = Link::parse("https://example.org/nothing").unwrap();
    world.decisions[0].event = EventName::Link(unmatched);
    assert!(world.believes(&mut store, at(23)), "a decision on no event");
    assert!(
        world.believes(&mut store, at(23)),
        "is looked for each time"
    );
}

#[test]
fn what_is_forgotten_is_believed_at_once() {
    let (world, mut store) = World::settled();
    store.forget(&SourceId(BERLIN.to_owned()), at(1)).unwrap();
    world.believe(&mut store, at(1));
    let published = store.published().unwrap();
    assert!(published.values().all(|event| !event.status.takes_place()));
}
