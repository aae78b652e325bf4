//! An event that its source no longer lists, and of which an editor says that it takes place all the same.

use super::{SECOND, World, at, one_goes_missing};
use crate::loopback::Answer;
use rusty_events::believe::curate::Published;
use rusty_events::facts::event::{Flag, Status};
use std::io::Write;
use std::process::{Command, Stdio};

const DAYS: [&str; 5] = ["section", "--from", "2026-08-20", "--to", "2026-09-20"];

impl World {
    fn is_printed(&self, hours: i64, title: &str) -> bool {
        self.run(hours, &DAYS).out.contains(title)
    }

    fn says_it_takes_place(&self, hours: i64) -> String {
        let event = self.one(SECOND).id.to_string();
        let said = self.run(hours, &["decide", "show", &event, "--reason", "ask them"]);
        assert_eq!(said.code, 0, "{}", said.err);
        said.err
    }

    fn state(&self) -> (Status, bool, u32) {
        let event = self.one(SECOND);
        let is_asked = event.flags.contains(&Flag::DecisionConflict);
        (event.status, is_asked, event.sequence)
    }
}

#[test]
fn a_word_from_before_an_absence_hides_no_absence() {
    let world = World::new();
    world.lists(&world.entries(1..3));
    world.refresh(0);
    world.says_it_takes_place(1);
    // Its page does not answer, then it is gone by a second reading.
    world.server.serve("/events/2", Answer::status(500));
    world.lists(&world.entries(1..2));
    world.refresh(6);
    assert!(world.one(SECOND).flags.contains(&Flag::Unlisted));
    world.refresh(30);
    assert_eq!(world.state(), (Status::Withdrawn, true, 1));
    assert!(!world.is_printed(30, SECOND));
    // The same word again is another word: it is recorded and counts.
    let said = world.says_it_takes_place(31);
    assert!(said.contains("decision 2: show"), "{said}");
    assert_eq!(world.state(), (Status::Confirmed, false, 2));
    assert!(world.is_printed(31, SECOND));
    let again = world.says_it_takes_place(32);
    assert!(again.contains("nothing to do"), "{again}");
}

#[test]
fn a_word_from_after_an_absence_keeps_the_event_until_it_is_listed_again() {
    let world = one_goes_missing(Answer::status(404));
    assert_eq!(world.state(), (Status::Withdrawn, false, 1));
    let said = world.says_it_takes_place(7);
    assert!(said.contains("printed in the issue of"), "{said}");
    let kept = world.one(SECOND);
    assert_eq!(
        (kept.status, kept.sequence, kept.modified, &kept.flags[..]),
        (Status::Confirmed, 2, at(7), &[][..])
    );
    for hours in [30, 60, 90] {
        world.refresh(hours);
        assert_eq!(world.one(SECOND), kept, "{hours} hours");
        assert!(world.is_printed(hours, SECOND), "{hours} hours");
    }
    // A section as it was shows what was known then.
    let as_of = |time: &str| {
        let of_then = [&DAYS[..], &["--as-of", time]].concat();
        world.run(91, &of_then).out.contains(SECOND)
    };
    assert!(as_of(&at(8).to_rfc3339()) && !as_of(&at(6).to_rfc3339()));

    // Its source counts again, and the old word says nothing of the next absence.
    world.lists(&world.entries(1..3));
    world.refresh(120);
    let listed = world.one(SECOND);
    assert_eq!((listed.unlisted, listed.sequence), (None, 2));
    world.lists(&world.entries(1..2));
    world.refresh(126);
    assert_eq!(world.state(), (Status::Withdrawn, true, 3));
}

#[test]
fn a_word_that_is_taken_back_keeps_nothing() {
    let world = one_goes_missing(Answer::status(404));
    world.says_it_takes_place(7);
    let undone = world.run(8, &["decide", "undo", "1"]);
    assert_eq!(undone.code, 0, "{}", undone.err);
    assert_eq!(world.state(), (Status::Withdrawn, false, 3));
    assert!(!world.is_printed(8, SECOND));
    world.refresh(30);
    assert_eq!(world.state(), (Status::Withdrawn, false, 3));
}

#[test]
fn a_word_on_an_absence_that_is_not_confirmed_yet_counts_when_it_is() {
    let world = one_goes_missing(Answer::status(500));
    assert_eq!(world.one(SECOND).flags, [Flag::Unlisted]);
    world.says_it_takes_place(7);
    for hours in [8, 30, 60] {
        world.refresh(hours);
        let event = world.one(SECOND);
        assert_eq!(
            (event.status, event.sequence, &event.flags[..]),
            (Status::Confirmed, 0, &[][..]),
            "{hours} hours"
        );
    }
}

#[test]
fn what_is_kept_is_corrected_and_cancelled_and_goes_on_elsewhere_like_any_other() {
    let world = one_goes_missing(Answer::status(404));
    world.says_it_takes_place(7);
    let id = world.one(SECOND).id;
    let event = || -> Published { world.store().event(&id).unwrap().unwrap() };
    let decide = |what: &[&str]| {
        let all = [&["decide"], what, &[id.as_str(), "--reason", "r"]].concat();
        let ran = world.run(9, &all);
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    decide(&["edit", "title=Evening in the park"]);
    world.refresh(30);
    assert!(world.is_printed(30, "Evening in the park"));
    decide(&["cancel"]);
    assert_eq!(event().status, Status::Cancelled);
    assert_eq!(world.run(31, &["decide", "undo", "3"]).code, 0);
    assert_eq!(event().status, Status::Confirmed);

    // The group goes on elsewhere, and lists it there.
    let elsewhere = world.source("new").replace("/feed.ics", "/new.ics");
    world.configure(&(world.source("club") + &elsewhere), "");
    let copy = super::feed(&[super::Entry {
        uid: "another".to_owned(),
        page: Some("https://club.example/events/two".to_owned()),
        ..world.entry(2)
    }]);
    world
        .server
        .serve("/new.ics", Answer::ok("text/calendar", copy));
    world.refresh(60);
    let section = world.run(60, &DAYS).out;
    assert_eq!(section.matches("* 2026-09-03 |").count(), 1, "{section}");
    assert_eq!(event().evidence[0].source.0, "new", "it goes on there");
    assert_eq!(event().unlisted, None);
}

#[test]
fn a_correction_of_what_is_kept_is_taken_back_to_what_its_sources_said_last() {
    let world = World::new();
    world.lists(&world.entries(1..3));
    world.refresh(0);
    let said = world.one(SECOND);
    let event = || world.store().event(&said.id).unwrap().unwrap();
    let decide = |hours: i64, what: &[&str]| {
        let ran = world.run(hours, &[&["decide"], what].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    let edit = |hours: i64, fields: &[&str]| {
        decide(
            hours,
            &[&["edit"], fields, &[said.id.as_str(), "--reason", "r"]].concat(),
        );
    };
    // Before it went missing, and after.
    let all = [
        "title=Evening in the park",
        "start=2026-09-04T18:00",
        "place=Graz, AT",
        "mode=hybrid",
        "organiser=Others",
        "link=https://others.example/evening",
        "description=Bring a blanket",
    ];
    edit(1, &all);
    world.server.serve("/events/2", Answer::status(404));
    world.lists(&world.entries(1..2));
    world.refresh(6);
    world.refresh(30);
    decide(31, &["show", said.id.as_str(), "--reason", "ask them"]);
    edit(32, &["title=Night in the park"]);
    world.refresh(60);
    assert_eq!(event().title.as_str(), "Night in the park");
    decide(61, &["undo", "3"]);
    let corrected = event();
    assert_eq!(corrected.title.as_str(), "Evening in the park");
    assert_eq!(corrected.organisers[0].name, "Others");

    decide(62, &["undo", "1"]);
    world.refresh(90);
    let kept = event();
    assert_eq!(kept.overruled, []);
    let told = |event: &Published| {
        (
            event.title.clone(),
            event.when,
            event.place.clone(),
            event.mode,
            event.organisers.clone(),
            event.links.clone(),
            event.description.clone(),
            event.status,
        )
    };
    assert_eq!(told(&kept), told(&said));
}

#[test]
fn a_review_takes_the_word() {
    let world = World::new();
    world.lists(&world.entries(1..3));
    world.refresh(0);
    world.says_it_takes_place(1);
    world.lists(&world.entries(1..2));
    world.refresh(6);
    let now = at(7).to_rfc3339();
    let mut review = Command::new(env!("CARGO_BIN_EXE_rusty-events"))
        .args(["--database", "events.db", "--now", &now, "review"])
        .args(["--issue", "2026-08-26"])
        .current_dir(world.folder.path())
        .env("USER", "ann")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let typed = b"s the organiser says so\nq\n";
    review.stdin.take().unwrap().write_all(typed).unwrap();
    let done = review.wait_with_output().unwrap();
    let [out, err] = [done.stdout, done.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(out.contains("it is withdrawn now"), "{out}");
    assert!(out.contains("s  it takes place, show it"), "{out}");
    assert!(err.contains("printed in the issue of"), "{err}");
    assert!(world.is_printed(8, SECOND));
}
