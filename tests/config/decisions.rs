//! Editors' decisions in files.

use super::{one, problems, read};
use rusty_events::config::{correction, written};
use rusty_events::facts::decision::{Action, Correction, Decision, EventName, Origin};
use rusty_events::facts::event::EventId;
use rusty_events::facts::link::Link;
use rusty_events::facts::when::Stamp;

const REST: &str = "reason = \"r\"\nat = 2026-08-18T20:00:00Z\n";

fn action(line: &str) -> Action {
    let text = format!("[[decision]]\nevent = \"0123456789abcdef\"\n{line}\n{REST}");
    let decision = read(&[("decisions/d.toml", &text)]).decisions[0].clone();
    assert_eq!(
        decision.event,
        EventName::Id(EventId::stored("0123456789abcdef".to_owned()))
    );
    decision.action
}

fn refused(line: &str) -> String {
    let text = format!("[[decision]]\nevent = \"0123456789abcdef\"\n{line}\n{REST}");
    let problem = one(problems(&[("decisions/d.toml", &text)]));
    let start = "decisions/d.toml:";
    assert!(problem.starts_with(start), "{problem}");
    problem[start.len()..].to_owned()
}

#[test]
fn every_decision_can_be_written() {
    assert_eq!(action("hide = \"section\""), Action::HideFromSection);
    assert_eq!(action("hide = \"everywhere\""), Action::HideEverywhere);
    assert_eq!(action("show = true"), Action::Show);
    assert_eq!(action("cancel = true"), Action::Cancel);
    assert_eq!(action("postpone = true"), Action::Postpone);
    assert_eq!(action("split = true"), Action::Split);
    assert_eq!(
        action("merge = \"https://luma.com/abc\""),
        Action::Merge(EventName::Link(
            Link::parse("https://luma.com/abc").unwrap()
        ))
    );
    assert_eq!(
        action("print-until = 2026-09-30"),
        Action::PrintUntil("2026-09-30".parse().unwrap())
    );
    assert_eq!(
        action(
            "edit = { start = \"2026-09-08\", title = \"T\", organiser-url = \"https://a.example/\" }"
        ),
        Action::Edit(vec![
            Correction::Title("T".to_owned()),
            Correction::Start(Stamp::Date("2026-09-08".parse().unwrap())),
            Correction::OrganiserUrl(Link::parse("https://a.example/").unwrap()),
        ])
    );
}

#[test]
fn a_decision_rules_one_thing() {
    assert_eq!(
        refused(""),
        "1: decision \"0123456789abcdef\": action: is missing; write one of hide, show, edit, cancel, postpone, merge, split, print-until"
    );
    assert_eq!(
        refused("show = true\ncancel = true"),
        "4: decision \"0123456789abcdef\": cancel: is a second decision beside show; write a decision for each"
    );
}

#[test]
fn a_decision_that_says_nothing_is_refused() {
    assert_eq!(
        refused("cancel = false"),
        "3: decision \"0123456789abcdef\": cancel: only true is allowed here; to take a decision back, remove it"
    );
    assert_eq!(
        refused("hide = \"page\""),
        "3: decision \"0123456789abcdef\": hide: \"page\" is not a place to hide from; known: section, everywhere"
    );
    assert_eq!(
        refused("edit = {}"),
        "3: decision \"0123456789abcdef\": edit.title: is missing, and so is every other field; write what is to be edited"
    );
    assert_eq!(
        refused("edit = { titel = \"T\" }"),
        "3: decision \"0123456789abcdef\": edit.titel: unknown key; did you mean \"title\"?"
    );
}

#[test]
fn event_reason_and_time_are_needed() {
    assert_eq!(
        problems(&[("decisions/d.toml", "[[decision]]\nshow = true\n")]),
        [
            "decisions/d.toml:1: decision: at: is missing: add it as in at = 2026-08-18T20:00:00Z",
            "decisions/d.toml:1: decision: event: is missing: add it as in event = \"https://www.example.org/events/1\"",
            "decisions/d.toml:1: decision: reason: is missing: add it as in reason = \"listed twice\"",
        ]
    );
    assert_eq!(
        problems(&[(
            "decisions/d.toml",
            "[[decision]]\nevent = \"0123\"\nshow = true\nreason = \"r\"\nat = 2026-08-18T20:00:00\n"
        )]),
        [
            "decisions/d.toml:2: decision: event: \"0123\" is neither a link nor the 16 digits of an event's id: write it as in event = \"https://www.example.org/events/1\"",
            "decisions/d.toml:5: decision: at: \"2026-08-18T20:00:00\" is not a time with its offset, as in 2026-08-18T20:00:00Z",
        ]
    );
}

#[test]
fn decisions_stand_in_the_order_of_files_and_entries() {
    let decision = |id: u32| {
        format!(
            "[[decision]]\nevent = \"{id:016}\"\nshow = true\nreason = \"{id}\"\nat = 2026-08-18T20:00:00Z\n"
        )
    };
    let configuration = read(&[
        ("decisions/2026-09.toml", &decision(3)),
        ("decisions/2026-08.toml", &(decision(2) + &decision(1))),
    ]);
    let reasons: Vec<_> = configuration
        .decisions
        .iter()
        .map(|decision| decision.reason.as_str())
        .collect();
    assert_eq!(reasons, ["2", "1", "3"]);
}

#[test]
fn a_decision_that_is_written_is_read_back_as_the_same() {
    let in_force = [
        Action::HideFromSection,
        Action::HideEverywhere,
        Action::Show,
        Action::Cancel,
        Action::Postpone,
        Action::Split,
        Action::Merge(EventName::Id(EventId::stored(
            "fedcba9876543210".to_owned(),
        ))),
        Action::PrintUntil("2026-09-09".parse().unwrap()),
        Action::Edit(vec![
            correction("title", "\"Rust\" & \\ friends = 1").unwrap(),
            correction("start", "2026-09-08T19:00").unwrap(),
            correction("place", "Seattle, WA, US").unwrap(),
            correction("mode", "hybrid").unwrap(),
            correction("link", "https://rust.example/e?a=1").unwrap(),
        ]),
    ];
    for action in in_force {
        let decision = Decision {
            event: EventName::Id(EventId::stored("0123456789abcdef".to_owned())),
            action,
            reason: "because of the \"reason\"".to_owned(),
            by: Some("Ann".to_owned()),
            at: "2026-08-18T20:00:00Z".parse().unwrap(),
            origin: Origin::Database(7),
        };
        let text = written(&decision);
        let again = read(&[("decisions/d.toml", &text)]).decisions[0].clone();
        let origin = again.origin.clone();
        assert_eq!(again, Decision { origin, ..decision }, "{text}");
    }
}

#[test]
fn a_correction_that_cannot_be_meant_is_refused_with_what_can() {
    assert_eq!(
        correction("titel", "x").unwrap_err(),
        "there is no field \"titel\"; there are title, start, end, zone, place, mode, organiser, organiser-url, link, description"
    );
    assert!(
        correction("start", "tomorrow")
            .unwrap_err()
            .contains("2026-09-08T19:00")
    );
    assert!(correction("place", "Cambridge").is_err());
}
